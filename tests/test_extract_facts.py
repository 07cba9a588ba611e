"""Section, breadcrumb, kind, access and picture: what a page says of them, layer by layer; all pages are invented."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawler.extract import extract
from crawler.extract.metadata import Metadata, metadata
from crawler.extract.picture import apart
from crawler.page import parse

URL = "https://www.courier.example/culture/film/the-lake-at-dawn-10012"
TITLE = "The lake at dawn, a film of few words"
LAKE = "https://img.courier.example/2026/lake-dawn-88121.jpg"


def ld(kind: str | list[str] = "NewsArticle", **fields: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": kind, **fields})}</script>'


def crumbs(*items: Any) -> str:
    return ld("BreadcrumbList", itemListElement=list(items))


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def read(head: str = "", body: str = "", *, url: str = URL) -> Metadata:
    page = f"<html lang=en><head>{head}</head><body>{body}<h1>{TITLE}</h1><p>Mist lay on the water.</p></body></html>"
    return metadata(parse(page, url))


# breadcrumb


TRAIL = [
    {"@type": "ListItem", "position": 2, "name": "Culture", "item": "https://www.courier.example/culture"},
    {"@type": "ListItem", "position": 1, "name": "Our paper", "item": "https://www.courier.example/"},
    {"@type": "ListItem", "position": 3, "item": {"@id": "https://www.courier.example/culture/film", "name": "Film"}},
    {"@type": "ListItem", "position": 4, "name": TITLE, "item": URL},
]


@pytest.mark.parametrize(
    ("head", "body", "layer"),
    [
        (crumbs(*TRAIL), "", "json-ld"),
        ("", "<nav aria-label=breadcrumb><a href='/'>Front</a> › <a>Culture</a> › <a>Film</a></nav>", "html"),
        ("", "<nav aria-label='Fil d’Ariane'><ol><li><a>Accueil</a><li><a>Culture</a><li>Film</ol></nav>", "html"),
        ("", f"<ul class='c-Breadcrumbs'><li>Home<li>Culture<li>Film<li>{TITLE}</ul>", "html"),
        ("", "<div class=fil-ariane><span><a>Culture</a> / </span><span>Film</span></div>", "html"),
        (
            "",
            "<ol itemtype='https://schema.org/BreadcrumbList'><li><a href=/><span>Home</span></a>"
            f"<li><a href=/culture><span>Culture</span></a><li><a>Film</a><li><a href={URL}>Here</a></ol>",
            "html",
        ),
    ],
)  # fmt: skip
def test_breadcrumb_without_home_and_headline(head: str, body: str, layer: str) -> None:
    found = read(head, body)
    assert (found.breadcrumb, found.provenance["breadcrumb"]) == (["Culture", "Film"], layer)
    assert found.section == "Film"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (crumbs({"name": "Home"}, {"name": "Startseite"}, {"name": TITLE[:24] + "…"}, 5, "x"), ""),
        (ld("BreadcrumbList", itemListElement={"name": "Culture"}), ""),
        ("", "<div class='page has-breadcrumb'><p>Culture</p></div>"),
        ("", f"<ul class=breadcrumbs>{''.join(f'<li><a>Topic {n}</a>' for n in 'abcdefgh')}</ul>"),
        (crumbs({"name": "Home"}, {"name": "Article"}), ""),
        ("", f"<nav class=breadcrumb>{'<a>A long name of a rubric</a>' * 30}</nav>"),
    ],
)
def test_no_breadcrumb(head: str, body: str) -> None:
    assert read(head, body).breadcrumb == []


# section


@pytest.mark.parametrize(
    ("head", "body", "section", "layer"),
    [
        (ld(articleSection="Business,Cities,Popular"), "", "Business", "json-ld"),
        (ld(articleSection="a-b"), "<a href=/a-b/>A &amp; <b>B</b></a>", "A & B", "json-ld"),
        (ld(articleSection="espana"), "<a href=/espana>España</a>", "España", "json-ld"),
        (ld(articleSection="stage"), "<a href=/stage>Tickets</a>", "stage", "json-ld"),
        ("", "<a href='/culture/'>Culture</a>", "Culture", "url"),
        ("", "<a href='https://courier.example/culture'>Cultures of the world</a>", "Cultures of the world", "url"),
        ("", "<a href='/culture/film'>Film</a>", "Film", "url"),
    ],
)
def test_section(head: str, body: str, section: str, layer: str) -> None:
    found = read(head, body)
    assert (found.section, found.provenance["section"]) == (section, layer)


@pytest.mark.parametrize(
    ("body", "url"),
    [
        ("<a href='https://elsewhere.example/culture'>Culture</a>", URL),
        ("<a href='/culture'>Subscribe</a>", URL),
        ("<a href='/news'>News</a>", "https://www.courier.example/news/the-lake-at-dawn"),
        (meta("article:section", "xk"), "https://www.courier.example/the-lake-at-dawn"),
        ("<a href='/the-lake-at-dawn'>The lake</a>", "https://www.courier.example/the-lake-at-dawn"),
    ],
)
def test_no_section_behind_the_address(body: str, url: str) -> None:
    assert read("", body, url=url).section is None


def test_a_section_does_not_lie_below_the_word_story() -> None:
    url = "https://www.courier.example/story/news/europe/2026/05/06/the-lake"
    assert read("", "<a href='/news/europe/'>Europe</a>", url=url).section == "Europe"


# kind


@pytest.mark.parametrize(
    ("head", "url", "kind", "layer"),
    [
        (ld(["NewsArticle", "OpinionNewsArticle"]), URL, "opinion", "json-ld"),
        (ld("LiveBlogPosting"), URL, "liveblog", "json-ld"),
        (ld(liveBlogUpdate=[{"headline": "x"}]), URL, "liveblog", "json-ld"),
        (ld("VideoObject", name=TITLE), URL, "video", "json-ld"),
        (ld("VideoObject", name=TITLE) + meta("og:type", "article"), URL, "article", None),
        (ld(articleSection="Opinion"), URL, "opinion", "html"),
        (meta("article_type", "Press Release"), URL, "press_release", "meta"),
        (meta("og:type", "video.other"), URL, "video", "opengraph"),
        (meta("article:opinion", "true"), URL, "opinion", "opengraph"),
        (ld(genre="Editorial"), URL, "opinion", "json-ld"),
        (meta("article:section", "Opinião"), URL, "opinion", "html"),
        (meta("article:section", "사설"), URL, "opinion", "html"),
        (meta("article:section", "Мнения"), URL, "opinion", "html"),
        (meta("article:section", "Point de vue"), URL, "opinion", "html"),
        (meta("article:section", "Live"), URL, "article", None),
        ("", "https://courier.example/meinung/der-see", "opinion", "url"),
        ("", "https://courier.example/en/opinions/2026/05/the-lake", "opinion", "url"),
        ("", "https://courier.example/videos/the-lake", "video", "url"),
        ("", "https://courier.example/fotostrecken/der-see", "gallery", "url"),
        ("", "https://courier.example/diaporama/le-lac", "gallery", "url"),
        ("", "https://courier.example/pressemitteilungen/der-see", "press_release", "url"),
        ("", "https://courier.example/world/live/2026/may/06/the-lake", "liveblog", "url"),
        ("", "https://courier.example/welt/der-see-im-newsticker-10012", "liveblog", "url"),
        ("", "https://courier.example/world/storm-live-updates.html", "liveblog", "url"),
        ("", "https://courier.example/world/they-live-by-the-lake", "article", None),
        ("", "https://courier.example/world/video", "article", None),
        (meta("article:section", "Opinion polls"), URL, "article", None),
    ],
)
def test_kind(head: str, url: str, kind: str, layer: str | None) -> None:
    found = read(head, url=url)
    assert (found.kind, found.provenance.get("kind")) == (kind, layer)


# access


@pytest.mark.parametrize(
    ("head", "access", "layer"),
    [
        ("", None, None),
        (ld(isAccessibleForFree="False"), "paywalled", "json-ld"),
        (ld(isAccessibleForFree="perhaps"), None, None),
        (ld(isAccessibleForFree="http://schema.org/False"), "paywalled", "json-ld"),
        (ld(isAccessibleForFree=["True"]), "free", "json-ld"),
        (ld(hasPart={"isAccessibleForFree": False, "cssSelector": ".text"}), "paywalled", "json-ld"),
        (ld(hasPart=[{"isAccessibleForFree": True}, {"isAccessibleForFree": False}]), "paywalled", "json-ld"),
        (ld(isAccessibleForFree=False) + meta("article:content_tier", "metered"), "metered", "opengraph"),
        (ld(isAccessibleForFree=True) + meta("article:content_tier", "locked"), "free", "json-ld"),
        (meta("article:content_tier", "locked"), "paywalled", "opengraph"),
        (meta("cXenseParse:abc-paywall", "premium"), "paywalled", "meta"),
        (meta("ispremium", "0"), "free", "meta"),
        (meta("xyz:paid", "true"), "paywalled", "meta"),
        ("<script>poool('send', 'page-view', 'premium')</script>", "paywalled", "script"),
        ("<script>tp = window['tp'] || []; tp.push(['setTags', ['world', 'free']])</script>", "free", "script"),
        ("<script>var plans = ['premium', 'free']</script>", None, None),
        (ld(hasPart={"@type": "VideoObject", "isAccessibleForFree": False}), None, None),
        (meta("article:content_tier", "weekly"), None, None),
        (meta("paywall-script", "https://wall.example/free.js"), None, None),
    ],
)
def test_access(head: str, access: str | None, layer: str | None) -> None:
    found = read(head)
    assert (found.access, found.provenance.get("access")) == (access, layer)


# picture


def figure(caption: str, src: str = LAKE) -> str:
    return f"<figure><img src='{src}'><figcaption>{caption}</figcaption></figure>"


@pytest.mark.parametrize(
    ("head", "body", "caption", "credit"),
    [
        (ld(image={"url": LAKE, "caption": "Mist.", "creditText": "Li Wei"}), "", "Mist.", "Li Wei"),
        (ld(image=[{"url": LAKE, "caption": "Mist.", "creator": {"name": "Li Wei"}}]), "", "Mist.", "Li Wei"),
        (ld(image={"url": LAKE, "copyrightHolder": {"@type": "Organization", "name": "AFP"}}), "", None, "AFP"),
        (ld(image={"url": LAKE, "caption": TITLE}), "", None, None),
        ("", figure("Mist on the lake. Photo: Li Wei / AFP"), "Mist on the lake.", "Li Wei / AFP"),
        ("", figure("Mist. <span class=credit>© Li Wei</span>"), "Mist.", "Li Wei"),
        ("", figure("Mist.", LAKE.replace("img.", "cdn.").replace("2026", "640x480") + "?w=640"), "Mist.", None),
        ("", figure("A boat.", "https://img.courier.example/2026/boat-noon-77001.jpg"), None, None),
        ("", f"<div><img data-src={LAKE}><p class=image-caption>Mist. (AP/Li Wei)</p></div>", "Mist.", "AP/Li Wei"),
        ("", f"<div><img src='{LAKE}'><img src=/b.png><p class=caption>A boat.</p></div>", None, None),
    ],
)  # fmt: skip
def test_picture_with_caption_and_credit(head: str, body: str, caption: str | None, credit: str | None) -> None:
    found = read(head + meta("og:image", LAKE), body)
    assert (found.image_url, found.image_caption, found.image_credit) == (LAKE, caption, credit)
    for name in ("image_caption", "image_credit"):
        assert (name in found.provenance) == (getattr(found, name) is not None)


def test_a_picture_named_by_its_number_is_looked_up() -> None:
    picture = ld("ImageObject", **{"@id": "#lead", "url": LAKE, "caption": "Mist."})
    found = read(picture + ld(image={"@id": "#lead"}))
    assert (found.image_url, found.image_caption) == (LAKE, "Mist.")


@pytest.mark.parametrize(
    "name", ["logo.png", "site-logo-big.jpg", "default_share.png", "placeholder.gif", "fb-image.jpg"]
)
def test_what_stands_in_for_a_picture_is_none(name: str) -> None:
    assert read(meta("og:image", f"https://img.courier.example/{name}")).image_url is None
    found = read(meta("og:image", f"https://img.courier.example/{name}") + meta("twitter:image", LAKE))
    assert found.image_url == LAKE


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("Der See. Foto: Li Wei/dpa", "Der See.", "Li Wei/dpa"),
        ("Der See. Foto: Li Wei (Keystone)", "Der See.", "Li Wei (Keystone)"),
        ("Le lac. © Li Wei", "Le lac.", "Li Wei"),
        ("El lago (EFE)", "El lago", "EFE"),
        ("Il lago (foto: Li Wei)", "Il lago", "Li Wei"),
        ("Озеро. Фото: ТАСС", "Озеро.", "ТАСС"),
        ("朝の湖。写真：共同通信", "朝の湖。", "共同通信"),
        ("호수의 아침. 연합뉴스", "호수의 아침.", "연합뉴스"),
        ("The lake (left) and the town", "The lake (left) and the town", None),
        ("The lake (in May)", "The lake (in May)", None),
        ("The lake. It was cold", "The lake. It was cold", None),
        ("Photo: Li Wei", None, "Li Wei"),
        ("", None, None),
    ],
)
def test_caption_and_credit_apart(text: str, caption: str | None, credit: str | None) -> None:
    assert apart(text) == (caption, credit)


# tags


@pytest.mark.parametrize(
    ("said", "tags"),
    [
        (["Category: Rivers", "topics/boats"], ["Rivers", "boats"]),
        (["Rivers", "type_news", "AdNode:film", "desk@courier.example", "12345", "location/lake"], ["Rivers", "lake"]),
        (["EU", "NATO"], ["EU", "NATO"]),
        (["Rivers", "rivers"], ["Rivers"]),
        (["AER", "AERO", "CRSH", "GEN", "INDG08", "SWASIA", "RSBI:HUMAN-RIGHTS"], []),
    ],
)  # fmt: skip
def test_tags_are_words_for_readers(said: list[str], tags: list[str]) -> None:
    assert read(ld(keywords=said)).tags == tags


def test_codes_of_a_wire_give_way_to_the_next_layer() -> None:
    codes = ld(keywords=[f"CODE{number}" for number in range(9)])
    found = read(codes + meta("news_keywords", "rivers, boats"))
    assert (found.tags, found.provenance["tags"]) == (["rivers", "boats"], "meta")


def test_tags_that_links_name() -> None:
    links = "<a rel='nofollow tag' href=/t/rivers>Rivers</a><a href=/tag/boats>Boats</a>"
    found = read("", links)
    assert (found.tags, found.provenance["tags"]) == (["Rivers"], "html")


# kind of a page with hardly any text


@pytest.mark.parametrize(
    ("head", "body", "kind"),
    [
        (meta("og:video", "https://v.courier.example/1.mp4"), "", "video"),
        (ld("VideoObject", name="Another film") + ld(headline=TITLE), "", "video"),
        ("", "<figure><img src=/a.jpg></figure>" * 8, "gallery"),
        ("", "<figure><img src=/a.jpg></figure>" * 2, "article"),
        (meta("og:video", "https://v.courier.example/1.mp4"), "<p>" + "Boats went out at noon. " * 20, "article"),
    ],
)  # fmt: skip
def test_kind_of_a_page_that_hardly_has_a_text(head: str, body: str, kind: str) -> None:
    text = "<p>Mist lay on the water when the boats of the harbour went out, and nobody on the pier said a word.</p>"
    html = f"<html lang=en><head>{head}</head><body><article><h1>{TITLE}</h1>{text}{body}</article></body></html>"
    assert extract(html, URL).kind == kind
