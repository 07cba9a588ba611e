"""Traps of pages: walls, redirects and refreshes in place of articles, what stands there later, noise that moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from hostile.stories import ld
from hostile.traps import CASES as TRAPS
from hostile.traps import WORDS, Answer, Asked, Left, Said, Site, Tale, section, tale, trap

OFFER = (
    "Read all that our paper has for you, on all your devices, from morning to night.",
    "Choose one of our three offers today and cancel whenever you wish to do so.",
    "More than forty thousand readers trust our reporters in nineteen countries of the world.",
    "Your subscription keeps our reporting independent of anybody who would like to pay for it.",
)
COOKIES = (
    "We and our 842 partners use cookies and other technologies to store and access personal data on your device.",
    "Click accept all to agree, or manage your options. You can withdraw your consent at any time.",
)


def shown(headline: str, texts: Sequence[str], head: str = "", foot: str = "") -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in texts)
    return (
        f"<html><head><title>{headline}</title>{head}</head><body><article><h1>{headline}</h1>{paragraphs}{foot}"
        "</article></body></html>"
    )


def goes(to: str) -> Answer:
    return Answer("", status=302, headers=(("Location", to),))


def refresh(to: str) -> str:
    return (
        f'<html><head><meta http-equiv="refresh" content="0;url={to}"><title>One moment</title></head><body>'
        "<p>You are being sent on.</p></body></html>"
    )


Show = Callable[[Site, Tale, int], Said]
CONSENT = shown("Before you continue", COOKIES, foot="<button>Accept all</button><button>Reject all</button>")
CHALLENGE = Answer(
    "<html><head><title>Just a moment...</title></head><body><h1>Checking your browser before accessing the site</h1>"
    "<p>Enable JavaScript and cookies to continue</p><script src=/cdn-cgi/challenge-platform/x.js></script></body>",
    headers=(("Server", "cloudflare"),),
)
LOGIN = shown(
    "Log in",
    ["Please log in to continue reading.", "Forgot your password? Create an account."],
    foot="<form method=post><input type=email name=u><input type=password name=p></form>",
)
DECLARED = ld({"@type": "NewsArticle", "headline": "The best of the week", "datePublished": "2026-11-22T10:00:00Z"})
INSIDE = (
    "http://169.254.169.254/latest/",
    "http://127.0.0.1:22/",
    "http://10.0.0.1/",
    "file:///etc/passwd",
    "ftp://127.0.0.1/x",
)
WALLS: dict[str, tuple[Show, str, str]] = {
    # name -> (what stands at each of five addresses, states, words of the reason)
    "one-text": (lambda site, told, n: shown("The Meridian newsletter for you", OFFER), "blocked", "same text"),
    "one-text-under-each-headline": (lambda site, told, n: shown(told.headline, OFFER), "blocked", "same text"),
    "one-text-with-the-address": (
        lambda site, told, n: shown("Today in our paper", [*OFFER, f"You asked for {told.path} at {n}:1{n}."]),
        "blocked",
        "same text",
    ),
    "one-long-text": (
        lambda site, told, n: shown("A long welcome to our readers", tale("welcome", 12).paragraphs),
        "blocked",
        "same text",
    ),
    "one-text-declared-an-article": (
        lambda site, told, n: shown("The best of the week", tale("best").paragraphs, DECLARED),
        "blocked",
        "same text",
    ),
    "consent": (lambda site, told, n: CONSENT, "blocked", "consent page"),
    "challenge": (lambda site, told, n: CHALLENGE, "blocked", "challenge page"),
    "login": (lambda site, told, n: LOGIN, "blocked", "login page"),
    "soft-404": (
        lambda site, told, n: shown("Page not found", ["Sorry, the page you are looking for could not be found."]),
        "gone",
        "soft 404",
    ),
    "an-error-text": (
        lambda site, told, n: shown("Internal Server Error", ["Something went wrong on our side. Try again later."]),
        "failing",
        "error page",
    ),
    "a-database-error": (
        lambda site, told, n: "<html><body>Error establishing a database connection</body></html>",
        "failing not_article blocked",
        "",
    ),
    "to-the-home-page": (lambda site, told, n: goes("/"), "gone blocked", "home"),
    "to-a-login": (lambda site, told, n: goes(f"/login?next={told.path}"), "blocked", ""),
    "to-a-login-like-an-article": (lambda site, told, n: goes(f"/signin/?next={told.path}"), "blocked", ""),
    "to-consent": (lambda site, told, n: goes(f"/consent/?back={told.path}"), "blocked", "consent"),
    "to-the-section": (lambda site, told, n: goes("/world/"), "gone blocked not_article", ""),
    "to-one-article": (lambda site, told, n: goes("/world/the-one-article-for-all-of-them"), "blocked", "same text"),
    "to-another-site": (
        lambda site, told, n: goes(site.other("owner") + tale("owner 0").path),
        "skipped",
        "redirects to",
    ),
    "to-the-inside": (lambda site, told, n: goes(INSIDE[n]), "skipped failing blocked", "redirects to"),
    "to-itself": (lambda site, told, n: goes(told.path), "failing", ""),
    "to-no-end": (lambda site, told, n: goes(f"/hop?{told.slug}"), "failing", ""),
    "refresh-to-the-home-page": (lambda site, told, n: refresh("/"), "failing", "only sends on"),
    "refresh-to-the-article": (lambda site, told, n: refresh(f"{told.path}?full=1"), "failing", "only sends on"),
    "refresh-to-the-inside": (lambda site, told, n: refresh(INSIDE[n]), "failing", "only sends on"),
    "refresh-in-a-loop": (lambda site, told, n: refresh(told.path), "failing", "only sends on"),
    "refresh-to-a-script": (lambda site, told, n: refresh("javascript:alert(1)"), "failing", "only sends on"),
    "nothing-without-scripts": (
        lambda site, told, n: (
            "<html><head><title>The Meridian</title></head><body><div id=root></div><noscript>"
            "You need to enable JavaScript to run this app.</noscript><script>var x=1</script></body></html>"
        ),
        "failing",
        "shell",
    ),
    "a-frame": (
        lambda site, told, n: (
            f"<html><head><title>{told.headline}</title></head><frameset>"
            "<frame src=http://169.254.169.254/></frameset></html>"
        ),
        "failing not_article",
        "",
    ),
    "a-section-in-its-place": (
        lambda site, told, n: section([(each.headline, each.path) for each in site.tales(30)]),
        "failing not_article blocked",
        "",
    ),
    "a-directory-of-files": (
        lambda site, told, n: (
            "<html><head><title>Index of /world</title></head><body><h1>Index of /world</h1><pre>"
            "<a href=../>../</a>\n<a href=a.html>a.html</a> 22-Nov-2026 10:00 1k\n</pre></body></html>"
        ),
        "not_article",
        "directory",
    ),
}


def _rest(asked: Asked) -> Said | None:
    """What redirects lead to."""
    if asked.path.startswith("/login"):
        return LOGIN
    if asked.path.startswith("/signin"):
        return shown("The welcome page of our readers today", tale("sign in").paragraphs)
    if asked.path.startswith("/consent"):
        return shown("Your privacy and the paper of today", OFFER)
    if asked.path.startswith("/hop"):
        return goes(asked.path + "1")
    if asked.path == "/world/the-one-article-for-all-of-them":
        return tale("one for all").html()
    return None


def _wall(name: str, show: Show, states: str, reason: str) -> None:
    @trap("walls", name=name)
    def write(site: Site) -> Callable[[Left], object]:
        tales = site.front(5)
        site.rest = _rest
        for number, told in enumerate(tales):
            site.page(told.path, lambda asked, told=told, number=number: show(site, told, number))

        def check(left: Left) -> None:
            left.holds([])
            told = [left.urls[each.path] for each in tales]
            assert {row["state"] for row in told} <= set(states.split()), [
                (row["state"], row["reason"]) for row in told
            ]
            assert all(reason in row["reason"] for row in told), [row["reason"] for row in told]
            left.asks(1 + 5 * 8)

        return check


for _name, _of in WALLS.items():
    _wall(_name, *_of)

PAYWALL = "<div class=paywall><p>Subscribe to read the rest of this story.</p></div>"
UNFREE = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
LATER: dict[str, tuple[Callable[[Tale], Said], str]] = {
    # name -> (what stands there in the second run, words of its reason)
    "a-stub": (lambda told: told.html(cut=1, after=PAYWALL), "the longer text is kept"),
    "a-part-before-a-paywall": (lambda told: told.html(cut=3, head=UNFREE), "the longer text is kept"),
    "a-page-cut-in-half": (lambda told: told.html()[: len(told.html()) * 5 // 8], "the longer text is kept"),
    "a-page-cut-at-a-third": (lambda told: told.html()[: len(told.html()) // 3], "the longer text is kept"),
    "consent": (lambda told: CONSENT, "consent page"),
    "an-offer": (lambda told: shown("The Meridian newsletter for you", OFFER), "another page"),
    "a-long-text-for-all": (
        lambda told: shown("A long welcome to all our readers", tale("welcome later", 12).paragraphs),
        "another page",
    ),
    "a-soft-404": (lambda told: shown("Page not found", ["This page could not be found."]), "soft 404"),
    "nothing": (lambda told: "<html><body></body></html>", ""),
    "another-article": (lambda told: tale("another tale", 2).html(), "another page"),
    "the-home-page": (lambda told: goes("/"), "home"),
    "a-404": (lambda told: Answer("gone", status=404), "404"),
    "a-500": (lambda told: Answer("oops", status=500), "500"),
    "a-challenge": (lambda told: CHALLENGE, "challenge page"),
}


def _later(name: str, show: Callable[[Tale], Said], reason: str) -> None:
    """What was read stays as it was, whatever stands there later."""

    @trap("later", runs=2, name=f"later-{name}")
    def write(site: Site) -> Callable[[Left], object]:
        tales = site.tales(2, paragraphs=6)
        site.section("/world/", lambda asked: section([(told.headline, told.path) for told in tales]))
        for told in tales:
            site.page(told.path, lambda asked, told=told: told.html() if asked.run == 1 else show(told))
        site.page("/", section([(told.headline, told.path) for told in tales]))

        def check(left: Left) -> None:
            left.holds(tales)
            assert all(told.paragraphs[-1] in left.articles[told.path]["body_text"] for told in tales)
            said = [row["reason"] or "" for row in left.in_run(2) if row["url_id"] is not None]
            assert len(said) == 2, left.told
            assert all(reason in each for each in said), said

        return check


for _name, (_show, _reason) in LATER.items():
    _later(_name, _show, _reason)


def some(random: Random) -> str:
    return " ".join(random.choice(WORDS) for _ in range(6))


def between(told: Tale, html: str) -> str:
    """Something in the midst of the paragraphs."""
    rest = "".join(f"<p>{text}</p>" for text in told.paragraphs[2:])
    return told.html(cut=2).replace("</article>", f"{html}{rest}</article>")


Moves = Callable[[Tale, int, Random], str]
NOISE: dict[str, Moves] = {
    "a-clock": lambda told, run, r: told.html(
        before=f"<div class=clock>22 November 2026 {r.randint(1, 23)}:4{run}</div>"
    ),
    "a-clock-in-the-article": lambda told, run, r: told.html(
        inner=f"<div class=meta><span>It is {r.randint(1, 23)}:4{run}:1{run} now</span></div>"
    ),
    "minutes-ago": lambda told, run, r: told.html(inner=f"<p>{r.randint(2, 59)} minutes ago</p>"),
    "views": lambda told, run, r: told.html(inner=f"<p>{r.randint(1_000, 99_999):,} views</p>"),
    "readers-now": lambda told, run, r: between(told, f"<p>{r.randint(10, 999)} people are reading this now</p>"),
    "shares": lambda told, run, r: told.html(
        inner=f"<ul class=share><li>Facebook {r.randint(1, 999)}</li><li>X {r.randint(1, 999)}</li></ul>"
    ),
    "counts-in-paragraphs": lambda told, run, r: told.html(
        inner=f"<p>{r.randint(1, 999)} shares</p><p>{r.randint(1, 99)} comments</p>"
    ),
    "reading-time": lambda told, run, r: told.html(inner=f"<p class=time>{run} min read</p>"),
    "an-advertisement": lambda told, run, r: between(
        told, f"<div class='ad advertisement'><p>Advertisement</p><p>Buy the {some(r)} today for less.</p></div>"
    ),
    "teasers-below": lambda told, run, r: told.html(
        after="<section class=related><h2>Related stories</h2>"
        + "".join(f"<article><h3><a href=/world/{n}>{some(r)}</a></h3><p>{some(r)}.</p></article>" for n in range(5))
        + "</section>"
    ),
    "teasers-inside": lambda told, run, r: between(
        told,
        "<aside><h3>Read also</h3><ul>"
        + "".join(f"<li><a href=/world/{n}-{run}>{some(r)}</a></li>" for n in range(4))
        + "</ul></aside>",
    ),
    "a-teaser-as-a-paragraph": lambda told, run, r: between(
        told, f'<p><strong>Read also: <a href="/world/x-{run}">{some(r)}</a></strong></p>'
    ),
    "most-read": lambda told, run, r: told.html(
        after="<div class=most-read><h2>Most read</h2><ol>"
        + "".join(f"<li><a href=/world/m{n}>{some(r)} {some(r)}</a></li>" for n in range(10))
        + "</ol></div>"
    ),
    "comments": lambda told, run, r: told.html(
        after="<section id=comments><h2>Comments</h2>"
        + "".join(f"<div class=comment><b>Reader {n}</b><p>{some(r)} {some(r)}.</p></div>" for n in range(run * 3))
        + "</section>"
    ),
    "nonces": lambda told, run, r: told.html(
        head=f'<meta name=csrf content="{r.getrandbits(64)}"><script nonce="{r.getrandbits(64)}">var t={run}</script>'
    ).replace("<p>", f'<p id="p{r.getrandbits(32)}" class="c{r.getrandbits(32)}">'),
    "typography": lambda told, run, r: told.html(
        paragraphs=[
            f'"{text}" - so  they said.' if run == 1 else f"“{text.replace(' of ', '&nbsp;of ')}” – so they said."
            for text in told.paragraphs
        ]
    ),
    "weather-and-stocks": lambda told, run, r: told.html(
        before=f"<div class=weather>Saltmere {r.randint(1, 30)}°</div><div class=ticker>MRDX {r.randint(1, 999)}</div>"
    ),
    "a-poll": lambda told, run, r: told.html(
        after=f"<div class=poll><h3>Vote now</h3><p>Yes {r.randint(1, 99)} %</p><p>No {r.randint(1, 99)} %</p></div>"
    ),
    "a-date-of-change": lambda told, run, r: told.html(
        head=f'<meta property="article:modified_time" content="2026-11-22T1{run}:00:00Z">'
    ),
    "a-counter-in-the-title": lambda told, run, r: told.html().replace("<title>", f"<title>({run}) "),
}
CORRECTIONS: dict[str, Callable[[Tale], str]] = {
    "a-word": lambda told: told.html(
        paragraphs=(told.paragraphs[0].replace("near", "far from", 1), *told.paragraphs[1:])
    ),
    "the-headline": lambda told: told.html(headline=f"{told.headline} once more"),
    "a-number": lambda told: told.html(paragraphs=(f"It cost 500 crowns. {told.paragraphs[0]}", *told.paragraphs[1:])),
    "a-paragraph-more": lambda told: told.html(paragraphs=(*told.paragraphs, tale("one more").paragraphs[0])),
    "a-sentence-less": lambda told: told.html(paragraphs=(told.paragraphs[0].partition(". ")[2], *told.paragraphs[1:])),
    "a-word-among-noise": lambda told: told.html(
        paragraphs=(told.paragraphs[0].replace("near", "far from", 1), *told.paragraphs[1:]),
        inner="<p>Updated 12 minutes ago</p>",
        after=f"<div class=related><h2>Related</h2><a href=/x>{some(Random(told.slug))}</a></div>",
    ),
}


def _moving(name: str, html: Moves) -> None:
    """What moves around the words makes no revision."""

    @trap("noise", runs=2, name=f"noise-{name}")
    def write(site: Site) -> Callable[[Left], object]:
        tales = site.front(2)
        for told in tales:
            site.page(told.path, lambda asked, told=told: html(told, asked.run, Random(f"{asked.run}{told.slug}")))

        def check(left: Left) -> None:
            left.holds(tales)
            again = {row["outcome"] for row in left.in_run(2) if row["url_id"] is not None}
            assert again == {"unchanged"}, left.told

        return check


def _corrected(name: str, html: Callable[[Tale], str]) -> None:
    """One correction makes one revision, however often the page is read."""

    @trap("corrections", runs=3, name=f"corrected-{name}")
    def write(site: Site) -> Callable[[Left], object]:
        (told,) = site.front(1)
        plain = told.html(inner="<p>Updated 59 minutes ago</p>") if "noise" in name else told.html()
        site.page(told.path, lambda asked: plain if asked.run == 1 else html(told))

        def check(left: Left) -> None:
            assert [row["revision_count"] for row in left.found.articles] == [2], left.told
            assert len(left.found.revisions) == 2
            assert [row["outcome"] for row in left.in_run(3) if row["url_id"] is not None] == ["unchanged"]

        return check


for _name, _moves in NOISE.items():
    _moving(_name, _moves)
for _name, _html in CORRECTIONS.items():
    _corrected(_name, _html)

CASES = [case for group in ("walls", "later", "noise", "corrections") for case in TRAPS[group]]
