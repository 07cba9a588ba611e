from __future__ import annotations

import json
from typing import Any

import pytest
from lxml.html import tostring

from crawler.extract.metadata import Metadata, metadata
from crawler.page import parse

URL = "https://www.courier.example/world/the-bridge-opens-again-after-the-flood"
TITLE = "The bridge opens again after the flood"
TEXT = "<p>" + "Boats waited below the arches while the mayor spoke of a long and costly winter. " * 4 + "</p>"


def ld(**fields: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


def meta(**contents: str) -> str:
    return "".join(f'<meta property="{name.replace("__", ":")}" content="{text}">' for name, text in contents.items())


def read(head: str = "", body: str | None = None, *, url: str = URL, lang: str = "en", **source: str) -> Metadata:
    body = f"<h1>{TITLE}</h1>{TEXT}" if body is None else body
    return metadata(parse(f'<html lang="{lang}"><head>{head}</head><body>{body}</body></html>', url), **source)


# headline


@pytest.mark.parametrize(
    "head",
    [
        "",
        f"<title>{TITLE} | The Courier</title>",
        f"<title>The Courier - {TITLE}</title>",
        meta(og__title=f"{TITLE} - The Courier", og__site_name="The Courier"),
        meta(og__title=f"{TITLE} – World – The Courier – 12.05.2026", og__site_name="The Courier"),
        ld(headline=TITLE.upper()),
        ld(headline=TITLE[:30] + "…") + meta(og__title=TITLE),
        meta(og__title="Harbour bridge: what it means for you", twitter__title=TITLE),
    ],
)
def test_headline_without_name_of_the_site(head: str) -> None:
    assert read(head).headline == TITLE


def test_headline_on_which_most_layers_agree() -> None:
    found = read(ld(headline=TITLE) + meta(og__title=TITLE), f"<h1>Bridge open</h1>{TEXT}")
    assert (found.headline, found.provenance["headline"]) == (TITLE, "json-ld")
    assert found.headline_candidates == ["Bridge open", TITLE]


@pytest.mark.parametrize(
    "body",
    [
        f"<h1><span class=kicker>Floods</span>{TITLE}</h1>",
        f"<h1><span>Floods: </span><span>{TITLE}</span></h1>",
        f"<h1>The Courier</h1><h1>{TITLE}</h1><h1>Also in the news</h1>",
        "<h1>Log in</h1>",
        "<p>No heading at all</p>",
    ],
)
def test_headline_without_kicker_and_other_headings(body: str) -> None:
    assert read(ld(headline=TITLE) + meta(og__site_name="The Courier"), body + TEXT).headline == TITLE


def test_rubric_behind_a_headline_that_no_other_layer_has() -> None:
    head = meta(og__title=f"{TITLE}-World|The Courier", og__site_name="The Courier", article__section="World")
    assert read(head, TEXT).headline == TITLE


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (meta(og__title=TITLE), f"<div class=breadcrumb><h1>Bridge open again: all facts</h1></div><h2>{TITLE}</h2>"),
        (meta(og__title=TITLE), f"<ol><li itemprop=itemListElement><h1>Bridge</h1></li></ol><h2>{TITLE}</h2>"),
        (meta(og__title=f"{TITLE} now"), f"<p>Boats</p><span itemprop=headline>{TITLE}</span>"),
    ],
)
def test_headline_that_is_no_h1(head: str, body: str) -> None:
    found = read(ld(headline=TITLE) + head, f"<main><h2>World</h2>{body}{TEXT}</main>")
    assert (found.headline, found.provenance["headline"]) == (TITLE, "html")


def test_last_crumb_is_the_headline_where_the_page_shows_no_other() -> None:
    found = read(ld(headline=TITLE), f"<div class=breadcrumb><h1>{TITLE}</h1></div>{TEXT}")
    assert (found.headline, found.provenance["headline"]) == (TITLE, "html")


def test_kicker_that_every_layer_has_is_part_of_the_headline() -> None:
    body = f"<h1><span>Floods</span> <span>{TITLE}</span></h1>{TEXT}"
    assert read(meta(og__title=f"Floods: {TITLE}") + f"<title>Floods: {TITLE}</title>", body).headline == (
        f"Floods: {TITLE}"
    )
    assert read(ld(headline=f"Floods: {TITLE}") + meta(og__title=TITLE), body).headline == TITLE


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("大桥在洪水之后重新开放：信使报", "大桥在洪水之后重新开放"),
        ("川の橋がきょう再び開通【信使报】", "川の橋がきょう再び開通"),
        ("다리가 홍수 뒤 다시 열렸다-정치ㅣ信使报", "다리가 홍수 뒤 다시 열렸다"),
        ("Мост снова открыт после паводка (信使报)", "Мост снова открыт после паводка"),
    ],
)
def test_name_of_the_site_in_other_scripts(title: str, shown: str) -> None:
    head = meta(og__site_name="信使报", og__title=title) + f'<meta name="headline" content="{shown}">'
    assert read(head, TEXT).headline == shown


def test_headline_is_spelled_as_most_layers_spell_it() -> None:
    head = ld(headline="Flood - Bridge open") + meta(
        og__title="Flood: Bridge open", twitter__title="Flood: Bridge open"
    )
    assert read(head, TEXT).headline == "Flood: Bridge open"
    assert (
        read(ld(headline="The mayor's bridge"), f"<h1>The mayor’s bridge</h1>{TEXT}").headline == "The mayor’s bridge"
    )
    assert read(meta(og__title=TITLE), f"<h1>{TITLE.upper()}</h1>{TEXT}").headline == TITLE


def test_warning_above_the_headline_is_not_taken_for_it() -> None:
    body = f"<h1>Flood</h1><h1>{TITLE}</h1>{TEXT}"
    assert read(ld(headline=TITLE) + meta(og__title=f"{TITLE} | Live"), body).headline == TITLE


def test_headline_that_every_layer_cuts_short() -> None:
    assert read("", f"<h1>The bridge opens again…</h1>{TEXT}").headline == "The bridge opens again…"


@pytest.mark.parametrize(
    ("declared", "shared"),
    [
        ("The BRIDGE opens again – after the flood!", TITLE),
        (f"Floods: {TITLE}", TITLE),
        (f"{TITLE} - The Courier", TITLE),
        (TITLE[:30] + "…", TITLE),
        ("", ""),
    ],
)
def test_layers_that_write_one_headline_differently_agree(declared: str, shared: str) -> None:
    assert read(ld(headline=declared) + meta(og__title=shared, og__site_name="The Courier")).disagreements == {}


def test_layers_that_tell_different_headlines_are_noted() -> None:
    head = ld(headline="Harbour bridge: what it means for you") + meta(og__title=TITLE)
    assert read(head).disagreements == {
        "headline": {"html": TITLE, "json-ld": "Harbour bridge: what it means for you", "opengraph": TITLE}
    }


def test_page_without_headline() -> None:
    found = read(meta(og__title="The Courier", og__site_name="The Courier"), TEXT)
    assert (found.headline, found.headline_candidates) == (None, [])
    assert "headline" not in found.provenance


# dates


def body_with(line: str) -> str:
    return f"<main><h1>{TITLE}</h1>{line}{TEXT * 4}</main>"


@pytest.mark.parametrize(
    ("head", "body", "published", "layer"),
    [
        (ld(datePublished="2026-05-06T07:08:09+02:00"), "", "2026-05-06T07:08:09+02:00", "json-ld"),
        (meta(article__published_time="2026-05-06T07:08:09Z"), "", "2026-05-06T07:08:09Z", "opengraph"),
        ('<meta name="date" content="2026-05-06">', "", "2026-05-06", "meta"),
        ("", '<time datetime="2026-05-06T07:08Z">today</time>', "2026-05-06T07:08Z", "html"),
        ("", "<div class=meta>By Ann Lee, 6 May 2026</div>", "2026-05-06", "html"),
        ("", "<ul><li><strong>Date</strong> 06.05.2026</li></ul>", "2026-05-06", "html"),
        (ld(datePublished="2026-05-06"), '<time datetime="2026-05-06T07:08Z">x</time>', "2026-05-06T07:08Z", "html"),
        (ld(datePublished="2026-05-06"), '<time datetime="2026-05-07T07:08Z">x</time>', "2026-05-06", "json-ld"),
        (ld(datePublished="1970-01-01T00:00:00Z"), "<p>6 May 2026</p>", "2026-05-06", "html"),
    ],
)
def test_published_by_layer(head: str, body: str, published: str, layer: str) -> None:
    found = read(head, body_with(body))
    assert (found.published, found.provenance["published"]) == (published, layer)


def test_a_dateline_may_be_the_last_of_several_lines() -> None:
    line = "<div>Ann Lee<br><a href='/'>The Harbour Review of Books</a><br>Thu, 14 May 2026 17:55 UTC</div>"
    assert read("", body_with(line)).published == "2026-05-14T17:55Z"


def test_published_in_the_address() -> None:
    found = read(url="https://www.courier.example/2026/05/06/the-bridge-opens")
    assert (found.published, found.provenance["published"]) == ("2026-05-06", "url")


@pytest.mark.parametrize(
    "body",
    [
        "<footer>© 2024 The Courier</footer>",
        "<footer>Last change 6 May 2026</footer>",
        "<div class=footer><p>© The Courier, 6 May 2026</p></div>",
        "<p>© 6 May 2026</p>",
        "<p>The bridge was closed on 6 May 2026 when the river rose above the arches and took the rails away.</p>",
        "<aside><time datetime='2026-05-06T07:08Z'>6 May 2026</time></aside>",
        "<div><h2>Another story <span>6 May 2026</span></h2></div>",
        "<div class='comments'><p>Jo, 6 May 2026</p></div>",
        "<p>Updated 6 May 2026</p>",
        "<p>2024</p>",
    ],
)
def test_no_date_from_footer_sentence_or_teaser(body: str) -> None:
    assert read("", body_with("") + body).published is None
    assert read("", body_with(body)).published is None


def test_times_without_zone_stand_in_the_zone_of_the_source() -> None:
    head = ld(datePublished="2026-05-06T07:08:09")
    assert read(head).published == "2026-05-06"
    assert read(head, timezone="Europe/Paris").published == "2026-05-06T07:08:09+02:00"
    assert read(head, timezone="Nowhere/Land").published == "2026-05-06"


def test_days_with_slashes_are_read_as_the_source_means_them() -> None:
    body = body_with("<p>03/04/2026</p>")
    assert read("", body).published is None
    assert read("", body, timezone="America/New_York").published == "2026-03-04"
    assert read("", body, timezone="Europe/London").published == "2026-04-03"
    french = body.replace(
        TEXT, "<p>" + "Les bateaux sont dans le port et le maire parle de la ville avec eux. " * 4 + "</p>"
    )
    assert read("", french, lang="fr").published == "2026-04-03"


def test_modified_is_told_from_published() -> None:
    line = "<p>Published 6 May 2026 07:08 GMT</p><time class=updated datetime='2026-05-07T01:02Z'>Updated</time>"
    found = read("", body_with(line))
    assert (found.published, found.modified) == ("2026-05-06T07:08Z", "2026-05-07T01:02Z")
    assert read(ld(dateModified="2026-05-07T01:02:03Z")).modified == "2026-05-07T01:02:03Z"
    assert read(meta(article__modified_time="2026-05-07")).modified == "2026-05-07"


SHOWN = "<time datetime='2026-05-06T07:08Z'>6 May</time>"


@pytest.mark.parametrize(
    ("line", "published", "modified"),
    [
        ("<p>Updated <b>7 May 2026</b></p>", None, "2026-05-07"),
        ("<p>By Ann Lee</p><p>Updated: <span>7 May 2026</span> Published: <span>6 May 2026</span></p>", 6, 7),
        ("<div><b>Published</b><i>6 May 2026</i></div><div><b>Updated</b><i>7 May 2026</i></div>", 6, 7),
        (
            "<span itemprop=dateModified content='2026-05-07'></span><span itemprop=datePublished content=2026-05-06>",
            6,
            7,
        ),
        ("<time class='published updated' datetime=2026-05-06></time>", 6, None),
        ("<time datetime=2026-05-07>7 May</time><p>Published: <time datetime=2026-05-06>6 May</time></p>", 6, None),
        ("<div class=dateline>6 May 2026<p>" + "The bridge is open. " * 20 + "</p></div>", 6, None),
        ("<abbr title='2026-05-06'>last week</abbr>", 6, None),
        ("<p>6. 5. 2026</p>", 6, None),
        ("<p>MIS À JOUR LE 7 MAI 2026 À 9H</p>", None, "2026-05-07"),
        ("<script>var day = '6 May 2026'</script>", None, None),
    ],
)
def test_labels_tell_publication_from_change(line: str, published: Any, modified: Any) -> None:
    found = read("", body_with(line))
    wanted = [f"2026-05-0{day}" if isinstance(day, int) else day for day in (published, modified)]
    assert [found.published, found.modified] == wanted


def test_a_day_long_ago_needs_two_witnesses() -> None:
    head = ld(datePublished="1965-05-06T07:08:09Z")
    assert read(head).published is None
    assert read(head + meta(article__published_time="1965-05-06")).published == "1965-05-06T07:08:09Z"
    assert read(head + meta(article__published_time="1965-05-07")).published is None
    epoch = ld(datePublished="1970-01-01") + meta(article__published_time="1970-01-01")
    assert read(epoch).published is None


@pytest.mark.parametrize(
    ("declared", "line", "shown"),
    [
        ("2026-05-06T07:08:30Z", SHOWN, None),
        ("2026-05-06T09:08:00+02:00", SHOWN, None),
        ("2026-05-06T09:08:00Z", SHOWN, "2026-05-06T07:08Z"),
        ("2026-05-06", SHOWN, None),
        ("2026-05-04", SHOWN, "2026-05-06T07:08Z"),
        ("2026-05-06T23:30:00Z", "<p>7 May 2026</p>", None),
        ("2026-05-06T12:30:00+02:00", "<p>7 May 2026</p>", "2026-05-07"),
    ],
)
def test_layers_that_give_other_instants_or_days_disagree(declared: str, line: str, shown: str | None) -> None:
    found = read(ld(datePublished=declared), body_with(line)).disagreements.get("published", {})
    assert found == ({"json-ld": declared, "html": shown} if shown else {})


def test_a_page_that_shows_its_change_alone_contradicts_nothing() -> None:
    head = ld(datePublished="2026-05-04T07:08Z", dateModified="2026-05-06T07:08Z")
    assert "published" not in read(head, body_with(SHOWN)).disagreements


def test_two_kinds_of_meta_may_disagree() -> None:
    head = meta(article__published_time="2026-05-06") + "<meta name=date content=2026-05-08>"
    assert read(head).disagreements["published"] == {"opengraph": "2026-05-06", "meta": "2026-05-08"}


def test_the_address_and_the_zone_of_the_source_tell_the_days_that_are_meant() -> None:
    address = "https://www.courier.example/2026/05/07/the-bridge-opens"
    head = ld(datePublished="2026-05-06T23:30:00Z")
    assert "published" not in read(head, url=address).disagreements
    assert "published" not in read(head, url=address, timezone="Europe/Paris").disagreements
    assert "published" in read(head, url=address, timezone="America/New_York").disagreements


STATE = """<script id=state type="application/json">{"story": {"seo": {"title": "%s"}, "headline": "%s", %s,
"related": [{"headline": "Another story", "publishedAt": "2026-04-01T00:00:00Z"}], "pad": "%s"}}</script>"""


@pytest.mark.parametrize(
    ("fields", "published"),
    [
        ('"publishedAt": "2026-05-06T07:08:09Z"', "2026-05-06T07:08:09Z"),
        ('"createdAt": 1778051289000, "pubDate": "2026-05-07"', "2026-05-07"),
        ('"deploy_dt": "2026.05.06 07:08"', "2026-05-06"),
        ('"updatedAt": "2026-05-06T07:08:09Z", "publishEndDate": "2026-05-01"', None),
        ('"published": true, "publishedBy": "2026-05-06"', None),
    ],
)
def test_the_state_of_the_page_where_nothing_else_gives_a_date(fields: str, published: str | None) -> None:
    state = STATE % ("x", TITLE, fields, "y" * 600)
    found = read(state)
    assert (found.published, found.provenance.get("published")) == (published, "script" if published else None)
    assert read(state + ld(datePublished="2026-05-05")).published == "2026-05-05"


def test_days_with_slashes_are_read_as_the_country_of_the_address_writes_them() -> None:
    body = body_with("<p>03/04/2026</p>")
    assert read("", body, url="https://www.courier.co.uk/a-bridge").published == "2026-04-03"
    assert read("", body, url="https://www.courier.tv/a-bridge").published is None


# authors


@pytest.mark.parametrize(
    ("head", "line", "authors", "layer"),
    [
        (ld(author={"@type": "Person", "name": "Ann Lee"}), "", ["Ann Lee"], "json-ld"),
        (ld(author=["By Ann Lee", {"name": "Bo Ek, Europe editor"}]), "", ["Ann Lee", "Bo Ek"], "json-ld"),
        (ld(author={"givenName": "Ann", "familyName": "Lee"}), "", ["Ann Lee"], "json-ld"),
        (ld(author={"name": "AFP"}), "", ["AFP"], "json-ld"),
        (ld(author="Courier Staff"), "", ["Courier Staff"], "json-ld"),
        (ld(author="The Courier"), "<p class=byline>By Ann Lee</p>", ["Ann Lee"], "html"),
        ('<meta name="author" content="Ann Lee and Bo Ek">', "", ["Ann Lee", "Bo Ek"], "meta"),
        (meta(article__author="https://social.example/ann"), "<a rel=author>Ann Lee</a>", ["Ann Lee"], "html"),
        ('<meta name="author" content="Press Group (www.courier.example)">', "<p>By Ann Lee</p>", ["Ann Lee"], "html"),
        ("", "<div class='articleAuthors'><b>Ann Lee</b><i>Reporter</i></div>", ["Ann Lee"], "html"),
        ("", "<div><span>By</span> <a href='/ann'>Ann Lee</a></div>", ["Ann Lee"], "html"),
        (
            "",
            "<div><a href='/authors/ann'>Ann Lee</a>, <a href='/authors/bo'>Bo Ek</a></div>",
            ["Ann Lee", "Bo Ek"],
            "html",
        ),
        ("", "<div><b class=author>Ann Lee</b><b class=author>Bo Ek</b></div>", ["Ann Lee", "Bo Ek"], "html"),
        ("", "<p>Par Zoé Petit</p>", ["Zoé Petit"], "html"),
        ("", "<p>김하나 기자</p>", ["김하나"], "html"),
    ],
)
def test_authors_by_layer(head: str, line: str, authors: list[str], layer: str) -> None:
    found = read(head + meta(og__site_name="The Courier"), body_with(line))
    assert (found.authors, found.provenance["authors"]) == (authors, layer)


@pytest.mark.parametrize(
    ("head", "line", "authors"),
    [
        (ld(author="News Desk"), "<p class=byline>By Ann Lee</p>", ["Ann Lee"]),
        (ld(author="News Desk"), "", ["News Desk"]),
        (ld(author="Ann Lee") + '<meta name="author" content="Ann Lee, Bo Ek">', "", ["Ann Lee", "Bo Ek"]),
        (ld(author="Ann Lee") + '<meta name="author" content="Bo Ek, Jo Day">', "", ["Ann Lee"]),
        ('<meta name="citation_author" content="Lee, Ann">', "", ["Ann Lee"]),
        ('<meta name="author" content="The Courier, Rivertown">', "<p>Von Max Muster</p>", ["Max Muster"]),
        ("", "<p class=byline>Story | <b>published on</b> <i>6 May 2026</i> <b>Ann Lee</b></p>", ["Ann Lee"]),
        ("", "<p class=byline><b>Ann Lee</b> <i>6 May 2026, 10:30</i> <b>AA</b> <b>Text Size</b></p>", ["Ann Lee"]),
        ("", "<p class=byline><b>Print</b> <b>By</b> <b>News Desk</b></p>", []),
        ("", "<p class=byline><b>Ann Lee</b> <i>She writes about rivers.</i> <b>More Stories</b></p>", ["Ann Lee"]),
        ("", "<ul><li><a rel=author>Ann Lee</a></li><li><a rel=author>Bo Ek</a></li></ul>", ["Ann Lee", "Bo Ek"]),
        ("", "<div><a rel='author nofollow'>Ann Lee</a></div>", ["Ann Lee"]),
        ("", "<div><a href='mailto:ann.lee@courier.example'>Ann Lee</a></div>", ["Ann Lee"]),
        ("", "<div><a href='mailto:desk@courier.example'>Write Us</a></div>", []),
        ("", "<div><a href='/autoren/ann-lee,123'>Ann Lee</a></div>", ["Ann Lee"]),
        ("", "<div class='author widget'>Ann Lee</div>", ["Ann Lee"]),
        ("", "<div class='teaser widget'><b class=author>Ann Lee</b></div>", []),
        ("", "<div class=posted-by>Ann Lee</div>", ["Ann Lee"]),
        ("", "<div class=sorted-by>Ann Lee</div>", []),
        ("", "<p>本报记者 王小明</p>", ["王小明"]),
        ("", "<p>文／山田花子</p>", ["山田花子"]),
        ("", "<p>بقلم: ليلى سالم</p>", ["ليلى سالم"]),
        ("", "<div class=carousel>" + "<p>Photo</p>" * 200 + "</div><p class=byline>Ann Lee</p>", ["Ann Lee"]),
    ],
)
def test_people_before_desks_and_names_before_what_stands_behind_them(head: str, line: str, authors: list[str]) -> None:
    assert read(head + meta(og__site_name="The Courier"), body_with(line)).authors == authors


def test_agency_signs_on_its_own_site() -> None:
    site = meta(og__site_name="Reuters")
    assert read(site + ld(author="Reuters")).authors == ["Reuters"]
    assert read(site + ld(author="Reuters"), body_with("<p>By Ann Lee</p>")).authors == ["Ann Lee"]


@pytest.mark.parametrize(
    ("head", "line", "layers"),
    [
        (ld(author="Ann Lee"), "<p>By Bo Ek</p>", {"json-ld": ["Ann Lee"], "html": ["Bo Ek"]}),
        (ld(author=["Ann Lee", "Bo Ek"]), "<p>By Ann Lee</p>", {"json-ld": ["Ann Lee", "Bo Ek"], "html": ["Ann Lee"]}),
        (ld(author="Zoe LEE"), "<p>By Lee Zoé</p>", None),
        (ld(author="The Courier"), "<p>By Ann Lee</p>", None),
        (ld(author="News Desk"), "<p>By Ann Lee</p>", None),
        (ld(author="Ann Lee"), "", None),
    ],
)
def test_layers_that_name_different_people(head: str, line: str, layers: dict[str, list[str]] | None) -> None:
    found = read(head + meta(og__site_name="The Courier"), body_with(line))
    assert found.disagreements.get("authors") == layers


def test_references_to_people_are_followed() -> None:
    people = '<script type="application/ld+json">{"@id": "#ann", "@type": "Person", "name": "Ann Lee"}</script>'
    assert read(people + ld(author={"@id": "#ann"})).authors == ["Ann Lee"]


@pytest.mark.parametrize(
    "line",
    [
        "<p>By the river, city officials said, the work is done.</p>",
        "<aside class=byline>By Ann Lee</aside>",
        "<p><a href='mailto:?subject=Ann%20Lee%20writes'>Mail Ann Lee</a></p>",
        "<p class='author-bio'>Ann Lee lives in the north.</p>",
        "<div class=comments><p class=author>Jo Day</p></div>",
        "",
    ],
)
def test_nobody_is_named(line: str) -> None:
    assert read(ld(author="The Courier") + meta(og__site_name="The Courier"), body_with(line)).authors == []


def test_an_agency_below_its_writer_makes_no_second_byline() -> None:
    below = "<p><span class=byline>By Ann Lee</span><br><span class=bylinetitle>Associated Press</span></p>"
    assert read("", below).authors == ["Ann Lee"]


def test_the_only_byline_of_the_page_may_stand_below_the_text() -> None:
    below = "<p class=byline>By Ann Lee</p>"
    assert read("", body_with("") + below).authors == ["Ann Lee"]
    assert read("", body_with("") + below + "<div><p class=byline>By Bo Ek</p></div>").authors == []


# the smaller fields


def test_description_of_each_layer() -> None:
    head = (
        '<meta name="description" content="Boats again.">'
        + meta(og__description="Boats again.")
        + ld(description="Boats!")
    )
    found = read(head)
    assert (found.description, found.descriptions) == ("Boats again.", ["Boats again.", "Boats!"])


@pytest.mark.parametrize(
    ("head", "above", "section"),
    [
        (ld(articleSection=["World", "Rivers"]), "", "World"),
        (meta(article__section="World"), "", "World"),
        (ld(articleSection="Home") + meta(article__section="World"), "", "World"),
        ("", '<div class="rubrique"><a href="/w/">International</a></div>', "International"),
        ("", '<nav class="breadcrumb"><a href="/">Home</a> <a href="/w/">World</a></nav>', "World"),
        ("", '<a class="kicker" href="/w/">World</a>', "World"),
        ("", '<p class="kicker">A long night</p>', None),
        ("", "", None),
    ],
)
def test_section(head: str, above: str, section: str | None) -> None:
    assert read(head, f"<main>{above}<h1>{TITLE}</h1>{TEXT}</main>").section == section


def test_section_from_the_breadcrumb() -> None:
    crumbs = [{"name": "Home"}, {"item": {"name": "World"}}, {"name": TITLE}, 5]
    script = json.dumps({"@type": "BreadcrumbList", "itemListElement": crumbs})
    assert read(f'<script type="application/ld+json">{script}</script>').section == "World"


def test_tags() -> None:
    assert read(ld(keywords="Rivers, bridges,, Rivers")).tags == ["Rivers", "bridges"]
    assert read(
        '<meta property="article:tag" content="Rivers"><meta property="article:tag" content="Rain, wind">'
    ).tags == [
        "Rivers",
        "Rain, wind",
    ]
    assert read("", f'<h1>{TITLE}</h1><a rel="tag" href="/t/rivers">Rivers</a><a href="/">No tag</a>').tags == [
        "Rivers"
    ]
    assert read('<meta name="keywords" content="one; two">').tags == ["one", "two"]


def test_image_is_absolute() -> None:
    assert read(meta(og__image="/bridge.jpg")).image_url == "https://www.courier.example/bridge.jpg"
    assert read(ld(image=[{"url": "https://i.example/b.jpg"}])).image_url == "https://i.example/b.jpg"
    assert read(meta(og__image="data:image/png;base64,x")).image_url is None


def test_canonical_url_is_guarded() -> None:
    assert read(f'<link rel="canonical" href="{URL}?utm_source=x">').canonical_url == URL
    assert read('<link rel="canonical" href="https://other.example/a-story">').canonical_url is None
    assert read(meta(og__url=URL)).provenance["canonical_url"] == "opengraph"


def test_rights() -> None:
    assert read().tdm_reserved is None
    assert read('<meta name="tdm-reservation" content="1">').tdm_reserved is True
    assert read('<meta name="tdm-reservation" content="0">').tdm_reserved is False
    assert read('<meta name="robots" content="NoIndex, follow">').robots_rules == ["noindex"]
    assert read('<meta name="robots" content="index, follow, max-image-preview:none">').robots_rules == []


# the page as a whole


def test_other_articles_on_the_page_do_not_win() -> None:
    other = ld(headline="Harbour fees rise in spring", author="Jo Day", datePublished="2026-01-01T00:00:00Z")
    own = ld(headline=TITLE, author="Ann Lee", datePublished="2026-05-06T07:08:09Z")
    found = read(other + own)
    assert (found.headline, found.authors, found.published) == (TITLE, ["Ann Lee"], "2026-05-06T07:08:09Z")


def test_wrong_types_are_taken_for_nothing() -> None:
    odd: list[Any] = [5, None, True, [[["x"]]], {"name": {"name": 5}}, {"@value": []}, ""]
    fields = ("headline", "author", "datePublished", "dateModified", "image", "articleSection", "keywords", "publisher")
    fields += ("isAccessibleForFree", "hasPart", "mainEntityOfPage", "inLanguage", "description", "url", "@id", "@type")
    for value in odd:
        assert read(ld() + ld(**dict.fromkeys(fields, value))).headline == TITLE


def test_the_tree_stays_as_it_is() -> None:
    line = "<p class=byline>By Ann Lee, 6 May 2026</p>"
    page = parse(f"<html><head>{ld(headline=TITLE)}</head><body>{body_with(line)}</body></html>", URL)
    before = tostring(page.root)
    assert metadata(page).authors == ["Ann Lee"]
    assert tostring(page.root) == before


def test_meta_by_every_name_in_page_order() -> None:
    head = (
        '<meta property="og:title" content="One"><meta name="OG:Title" content=" Two "><meta name="x" content=" ">'
        '<meta itemprop="name" property="og:title" content="Three"><meta charset="utf-8">'
        '<meta http-equiv="Refresh" content="5">'
    )
    found = parse(f"<html><head>{head}</head><body></body></html>", URL).meta
    assert found == {"og:title": ["One", "Two", "Three"], "name": ["Three"], "refresh": ["5"]}


@pytest.mark.parametrize(
    "body",
    [
        "<h1>" + "word " * 100_000 + "</h1>",
        f"<h1>{TITLE}</h1>" * 5_000,
        f"<h1>{TITLE}</h1><p>text</p>" + "<b class=byline>By Ann Lee</b>" * 5_000,
        f"<h1>{TITLE}</h1>" + "<time datetime=x>1.1.</time>" * 5_000,
        f"<h1>{TITLE}</h1>" + "<div>" * 5_000 + "By",
        "<title>" + " - " * 5_000 + f"</title><h1>{TITLE}</h1>",
        f"<h1>{TITLE}</h1><a\x01b class=byline>By Ann Lee</a\x01b>",
    ],
)
def test_huge_and_odd_pages_are_read_in_part(body: str) -> None:
    found = read("", body)
    assert found.headline is not None
    assert len(found.headline) <= 500
    assert len(found.authors) <= 1
