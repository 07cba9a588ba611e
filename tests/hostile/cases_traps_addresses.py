"""Traps of addresses: claims of pages about where they stand, many addresses of one article, copies of another's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from hostile.stories import ld
from hostile.traps import CASES as TRAPS
from hostile.traps import Answer, Asked, Left, Site, Tale, rss, section, tale, trap


def link(address: str) -> str:
    return f'<link rel="canonical" href="{address}">'


def og(address: str) -> str:
    return f'<meta property="og:url" content="{address}">'


def news(told: Tale, **more: object) -> str:
    return ld({"@type": "NewsArticle", "headline": told.headline, "articleBody": "\n".join(told.paragraphs), **more})


Claim = Callable[[Site, Sequence[Tale], int], str]
OTHERS = "https://www.example.org/world/some-article-of-another-paper"
CLAIMS: dict[str, Claim] = {
    "canonical-home": lambda site, tales, n: link(f"{site.origin}/"),
    "canonical-home-page": lambda site, tales, n: link("/index.html"),
    "canonical-section": lambda site, tales, n: link(f"{site.origin}/world/"),
    "canonical-section-beside": lambda site, tales, n: link("/politics/"),
    "canonical-another-article": lambda site, tales, n: link(site.origin + tales[0].path),
    "canonical-another-site": lambda site, tales, n: link(OTHERS),
    "canonical-inside": lambda site, tales, n: link(
        [
            "http://169.254.169.254/latest/meta-data/a-b-c-d-1",
            "http://127.0.0.1:22/a-long-story",
            "http://[::1]/a-b-c-d",
        ][n]
    ),
    "canonical-another-port": lambda site, tales, n: link(f"http://{site.host}:22/world/a-long-story-of-words"),
    "canonical-of-another-source": lambda site, tales, n: link(site.other("owner") + tale(f"owner {n}").path),
    "canonical-loop": lambda site, tales, n: link(site.origin + tales[(1, 0, 1)[n]].path),
    "canonical-ring": lambda site, tales, n: link(site.origin + tales[(n + 1) % 3].path),
    "canonical-the-same-for-all": lambda site, tales, n: link(f"{site.origin}/world/the-same-address-for-all-2026"),
    "canonical-empty": lambda site, tales, n: link(["", " ", "#"][n]),
    "canonical-relative": lambda site, tales, n: link(["", "..", "../.."][n] + tales[n].path),
    "canonical-no-address": lambda site, tales, n: link(["javascript:alert(1)", "file:///etc/passwd", "http://["][n]),
    "canonical-two": lambda site, tales, n: link(site.origin + tales[(n + 1) % 3].path) + link(tales[n].path),
    "canonical-endless": lambda site, tales, n: link(f"{site.origin}/" + "a-b-c-d" * 2_000),
    "canonical-with-session": lambda site, tales, n: link(f"{site.origin}{tales[n].path};jsessionid=ABCDEF0123456789"),
    "canonical-with-a-name": lambda site, tales, n: link(f"{site.origin}{tales[n].path}".replace("//", "//user:pw@")),
    "og-url-another-article": lambda site, tales, n: og(site.origin + tales[0].path),
    "og-url-home": lambda site, tales, n: og(site.origin),
    "og-url-another-site": lambda site, tales, n: og(OTHERS),
    "json-ld-another-article": lambda site, tales, n: news(
        tales[n], url=site.origin + tales[0].path, mainEntityOfPage=site.origin + tales[0].path
    ),
    "json-ld-another-site": lambda site, tales, n: news(tales[n], url=OTHERS, mainEntityOfPage={"@id": OTHERS}),
    "json-ld-home": lambda site, tales, n: news(tales[n], url=f"{site.origin}/", **{"@id": f"{site.origin}/"}),
    "json-ld-inside": lambda site, tales, n: news(tales[n], url="http://10.0.0.1/admin"),
    "base-elsewhere": lambda site, tales, n: '<base href="https://www.example.org/">' + link(tales[n].path),
}


def _claim(name: str, head: Claim) -> None:
    @trap("claims", runs=2, name=name)
    def write(site: Site) -> Callable[[Left], object]:
        tales = site.front(3)
        for number, told in enumerate(tales):
            site.tell(told, head=head(site, tales, number))

        def check(left: Left) -> None:
            left.holds(tales)
            assert set(left.asked) <= {"/world/", *(told.path for told in tales)}, left.asked

        return check


for _name, _head in CLAIMS.items():
    _claim(_name, _head)


@trap("claims", runs=2)
def owner(site: Site) -> Callable[[Left], object]:
    """Whose addresses other sources claim, and whose words they copy."""
    tales = site.front(3)
    return lambda left: left.holds(tales)


@trap("claims", runs=2)
def a_copy_of_another_source(site: Site) -> Callable[[Left], object]:
    told = [tale("owner 0"), tale("a story of its own")]
    site.listings["/world/"] = "section"
    site.page("/world/", section([(each.headline, each.path) for each in told]))
    site.tell(*told, head=link(site.other("owner") + told[0].path))
    return lambda left: left.holds(told)


@trap("claims")
def articles_of_others_are_announced(site: Site) -> Callable[[Left], object]:
    tales = site.tales(2)
    site.tell(*tales)
    others = ["https://www.example.org/world/a-story-of-others", "http://10.0.0.1/admin-page-of-the-router"]
    others += [f"http://{site.host}:22/another-port-of-this-host", site.other("owner") + tale("owner 1").path]
    site.feed("/feed.xml", rss([*site.items(tales), *((f"Story {n}", url) for n, url in enumerate(others))]))

    def check(left: Left) -> None:
        left.holds(tales)
        foreign = [row for row in left.found.urls if not row["url"].startswith(left.found.place.base + "/")]
        assert len(foreign) >= 3
        states = {row["state"] for row in foreign}
        assert states <= {"skipped", "failing", "blocked"}, [
            (row["url"], row["state"], row["reason"]) for row in foreign
        ]
        assert all(row["reason"] for row in foreign), foreign

    return check


@trap("claims", runs=2)
def a_claim_in_a_comment_of_a_reader(site: Site) -> Callable[[Left], object]:
    tales = site.front(3)
    site.tell(*tales, after=f"<div class=comments><p>me too {link(tales[0].path)}</p></div>")
    return lambda left: left.holds(tales)


@trap("claims", runs=2)
def a_second_page_claims_the_first_with_some_of_its_words(site: Site) -> Callable[[Left], object]:
    first, second = site.tales(2)
    site.tell(first)
    site.page(second.path, second.html(head=link(first.path), paragraphs=second.paragraphs + first.paragraphs[:1]))
    shown = [(each.headline, each.path) for each in (first, second)]
    site.section("/world/", lambda asked: section(shown[: asked.run]))

    def check(left: Left) -> None:
        left.holds([first, second])

    return check


@trap("claims", runs=2)
def a_section_that_claims_to_be_an_article(site: Site) -> Callable[[Left], object]:
    (told,) = site.front(1)
    site.page("/world/", section([(told.headline, told.path)], head=link(told.path)))
    return lambda left: left.holds([told])


@trap("addresses", runs=3)
def other_forms_that_differ_a_little(site: Site) -> Callable[[Left], object]:
    """The print and the mobile page lack a paragraph, and all are read again and again: no revision."""
    (told,) = site.front(1)
    forms = {"/drucken/44120": told.paragraphs[:-1], "/mobil/44121": told.paragraphs[1:]}
    for path, paragraphs in forms.items():
        site.page(path, told.html(head=link(site.origin + told.path), paragraphs=paragraphs))
    site.feed("/feed.xml", rss([*((told.headline, site.origin + path) for path in forms), *site.items([told])]))
    return lambda left: left.holds([told])


@trap("addresses", runs=3)
def a_correction_that_all_forms_have(site: Site) -> Callable[[Left], object]:
    (told,) = site.front(1)

    def page(asked: Asked) -> str:
        before = told.paragraphs[0].replace("near", "far from", 1) if asked.run > 1 else told.paragraphs[0]
        kept = told.paragraphs[1:-1] if "drucken" in asked.path else told.paragraphs[1:]
        return told.html(head=link(site.origin + told.path), paragraphs=(before, *kept))

    site.page(told.path, page)
    site.page("/drucken/44120", page)
    site.feed("/feed.xml", rss([*site.items([told]), (told.headline, f"{site.origin}/drucken/44120")]))
    return lambda left: left.holds([told], revisions=2)


_HEX = "0123456789abcdef0123456789abcdef"
TRACKING = (
    "",
    *("?utm_source=rss&utm_medium=feed", "?fbclid=IwAR0abc", "?xtor=RSS-3208", "#comments", "?ref=home", "?cmp=rss"),
    *("?at_medium=RSS&at_campaign=KARANGA", "?mc_cid=1&mc_eid=2", "?_ga=1.2.3", "?gclid=x", "?ns_mchannel=rss"),
    *("?wt_mc=1", "?smid=tw", "?from=rss", "?src=feed", "?share=twitter"),
)
SESSIONS = (
    *(f"?PHPSESSID={_HEX}", f"?sid={_HEX}", f"?session={_HEX}", f"?sessid={_HEX}", f"?s={_HEX}", f"?token={_HEX}"),
    *("?ASPSESSIONIDQQBB=ABCDEF", "?CFID=1&CFTOKEN=2", "?_=1700000000123", "?ts=1700000000", "?rnd=0.8812"),
    *("?nocache=1", "?cachebuster=77"),
)
ROUTED = (
    *("/story.php?id=4711&lang=en", "/story.php?lang=en&id=4711", "/story.php?&id=4711&&lang=en&"),
    *("/story.php?id=4711&amp;lang=en", "/story.php?id=4711&lang=en#x", "/story.php?lang=%65n&id=%34711"),
)
# Of one article: name -> (addresses, with PATH and SLUG for those of its own page, rows that they take in the ledger)
FORMS: dict[str, tuple[Sequence[str], int | None]] = {
    "tracking": ([f"PATH{more}" for more in TRACKING], 1),
    "sessions-in-the-path": (
        [
            *("PATH", "PATH;jsessionid=A1B2C3D4E5F607", "PATH;JSESSIONID=77AA.n3"),
            *("/(S(abcdefghijklmnopqrstuvwx))PATH", "/(X(1)S(abcdefghijklmnopqrstuvwx))PATH"),
        ],
        1,
    ),
    "sessions-in-the-query": ([f"PATH{more}" for more in SESSIONS], 1),
    "presentations": (
        [
            *("PATH", "PATH/amp", "PATH?amp=1", "PATH?outputType=amp", "PATH/print", "PATH?print=1", "PATH?view=print"),
            *("PATH.amp", "PATH?mobile=1", "/ampPATH"),
        ],
        1,
    ),
    "spellings": (
        [
            *("PATH", "PATH/", "PATH#top", "PATH?", "PATH/.", "PATH/x/..", "//world//SLUG", "/world/./SLUG"),
            *("/x/../world/SLUG", "/%77orld/SLUG", "/world/%2e/SLUG", "\\world\\SLUG", "UPPER", "NAMED", "SPACED"),
        ],
        1,
    ),
    "order-of-the-query": (ROUTED, 1),
    "other-paths": (
        ["PATH", "/europe/SLUG", "/2026/11/22/SLUG", "/World/SLUG", "/article/123456", "/a/SLUG.html"],
        None,
    ),
}


def _address(site: Site, form: str, told: Tale) -> str:
    own = site.origin + told.path
    whole = {"UPPER": own.replace("http", "HTTP"), "NAMED": own.replace("//", "//user:pw@"), "SPACED": f"  {own}\n"}
    return whole.get(form) or site.origin + form.replace("PATH", told.path).replace("SLUG", told.slug)


def _forms(name: str, forms: Sequence[str], rows: int | None) -> None:
    """One article at many addresses is one row, and one row of the ledger where its spelling alone differs."""

    @trap("addresses", runs=2, name=name)
    def write(site: Site) -> Callable[[Left], object]:
        told, other = site.tales(2)
        site.tell(other)
        site.rest = lambda asked: None if asked.path.startswith(("/robots", "/.well")) else told.html()
        addresses = [*(_address(site, form, told) for form in forms), site.origin + other.path]
        site.feed("/feed.xml", rss([(told.headline, address) for address in addresses]))

        def check(left: Left) -> None:
            assert len(left.found.articles) == 2, list(left.articles)
            assert {row["revision_count"] for row in left.found.articles} == {1}
            assert rows is None or len(left.urls) == rows + 1, list(left.urls)

        return check


for _name, (_made, _rows) in FORMS.items():
    _forms(_name, _made, _rows)


@trap("addresses", runs=2)
def a_session_in_every_link(site: Site) -> Callable[[Left], object]:
    """The section gives each reader links of his own, in a parameter that nobody knows."""
    tales = site.tales(3)
    by_path = {told.path: told for told in tales}
    site.section(
        "/world/",
        lambda asked: section(
            [(told.headline, f"{told.path}?zz={Random(f'{asked.run}{told.slug}').getrandbits(96):x}") for told in tales]
        ),
    )

    def page(asked: Asked) -> str | None:
        path = asked.path.partition("?")[0]
        return by_path[path].html() if path in by_path else None

    site.rest = page

    def check(left: Left) -> None:
        assert len(left.found.articles) == 3, left.articles
        assert {row["revision_count"] for row in left.found.articles} == {1}

    return check


@trap("addresses")
def redirects_to_one_article(site: Site) -> Callable[[Left], object]:
    (told,) = site.tales(1)
    site.tell(told)
    for number in range(4):
        site.goes(f"/go/{number}-{told.slug}", told.path, 302 if number % 2 else 301)
    site.feed("/feed.xml", rss([(told.headline, f"{site.origin}/go/{n}-{told.slug}") for n in range(4)]))
    return lambda left: left.holds([told])


@trap("addresses", runs=2)
def redirects_to_a_session(site: Site) -> Callable[[Left], object]:
    tales = site.front(2)
    by_path = {told.path: told for told in tales}
    for told in tales:
        site.page(
            told.path,
            lambda asked: Answer("", status=302, headers=(("Location", f"{asked.path}?sid={asked.number + 1:032x}"),)),
        )
    site.rest = lambda asked: by_path[asked.path.partition("?")[0]].html() if "?sid" in asked.path else None
    return lambda left: left.holds(tales)


CASES = TRAPS["claims"] + TRAPS["addresses"]
