"""Section pages: which links are articles, and what the page says of each."""

import json

import pytest

from crawler.discover import section
from crawler.discover.candidates import word_count
from crawler.discover.shape import shape
from crawler.errors import PageError

URL = "https://www.courier.example/world"
PLACES = ("Lisbon", "Oslo", "Quito", "Hanoi", "Dakar", "Perth")


def slug(place: str) -> str:
    return f"/world/harbour-of-{place.lower()}-reopens-after-storm"


def headline(place: str) -> str:
    return f"Harbour of {place} reopens after the great storm"


NAVIGATION = """<nav><a href="/">Home</a><a href="/world">World</a><a href="/culture">Culture</a>
<a href="/tag/storms">Storms</a><a href="/about-us">About us</a><a href="/login">Log in</a></nav>"""
FOOTER = """<footer><a href="/privacy-policy">Privacy policy</a><a href="/terms">Terms of use</a>
<a href="https://social.example/share?u=courier">Share this page with all of your friends</a></footer>"""


def page(body: str, head: str = "") -> bytes:
    return (
        f"<!doctype html><html><head>{head}</head><body>{NAVIGATION}<main>{body}</main>{FOOTER}</body></html>".encode()
    )


def cards(card: str) -> bytes:
    return page("".join(card.format(url=slug(place), title=headline(place), place=place) for place in PLACES))


def paths(found) -> list[str]:
    return [link.url.partition("courier.example")[2] for link in found]


@pytest.mark.parametrize(
    "card",
    [
        "<h2><a href='{url}'>{title}</a></h2>",
        "<ul><li><a href='{url}'>{title}</a></li></ul>",
        "<article><a href='{url}'><img src=x></a><h3><a href='{url}'>{title}</a></h3></article>",
        "<a href='{url}'><div><span class='kicker'>World</span><h3>{title}</h3><p>What happened and why.</p></div></a>",
        "<a href='{url}'><span class=kicker>World</span><span class=card-title>{title}</span><p>{place} waits.</p></a>",
        "<div><h3>{title}</h3><p>{place} waits.</p><a href='{url}'>Read more</a></div>",
        "<div><a href='{url}'><img src=x alt='{title}'></a></div>",
        "<p><a href='{url}'><style>.a {{}}</style><b>10:15</b> | {title}</a><a href='{url}#c'>3 comments</a></p>",
        "<div><a href='{url}?utm_source=front' aria-label='{title}'></a></div>",
    ],
)
def test_cards_of_every_build(card):
    found = section.links(cards(card), URL)
    assert [path.partition("?")[0] for path in paths(found)] == [slug(place) for place in PLACES]
    assert [link.title for link in found] == [headline(place) for place in PLACES]
    assert [link.rank for link in found] == [1, 2, 3, 4, 5, 6]


def test_times_in_cards_and_in_addresses():
    card = "<article><time datetime='2026-02-17T20:37:00+01:00'></time><h2><a href='{url}'>{title}</a></h2></article>"
    assert {link.published for link in section.links(cards(card), URL)} == {"2026-02-17T19:37:00Z"}
    body = "".join(f"<h2><a href='/2024/05/12{slug(place)}'>{headline(place)}</a></h2>" for place in PLACES)
    assert {link.published for link in section.links(page(body), URL)} == {"2024-05-12"}


@pytest.mark.parametrize("address", ["/?p=12834{n}", "/read.php?id=9834{n}", "/a/c5y5lqygr{n}o", "/news/48219{n}.html"])
def test_addresses_without_a_slug(address):
    urls = [address.format(n=n) for n in range(6)]
    body = "".join(f"<h3><a href='{url}'>{headline(place)}</a></h3>" for url, place in zip(urls, PLACES, strict=True))
    assert paths(section.links(page(body), URL)) == urls


def test_scripts_without_spaces():
    body = "".join(
        f"<li><a href='/n/2024-05/12/c_1{n}2345.htm'>港口在暴风雨后重新开放第{n}天</a></li>" for n in range(6)
    )
    assert len(section.links(page(body), URL)) == 6
    assert word_count("港口在暴风雨后") == 3


def test_other_hosts_of_the_site_count_and_other_sites_do_not():
    body = "".join(
        f"<h2><a href='https://{host}{slug(place)}'>{headline(place)}</a></h2>"
        for place in PLACES
        for host in ("live.courier.example", "agency.example")
    )
    found = section.links(page(body), URL)
    assert {link.url.split("/")[2] for link in found} == {"live.courier.example"}


def test_a_front_whose_articles_stand_on_one_other_site():
    body = "".join(
        f"<h2><a href='https://courier-news.example{slug(place)}'>{headline(place)}</a></h2>" for place in PLACES
    )
    found = section.links(f"<html><body>{body}<a href='/about-us'>About us</a></body></html>".encode(), URL)
    assert len(found) == 6


def test_base_and_relative_addresses():
    body = "".join(f"<h2><a href='{slug(place)[7:]}'>{headline(place)}</a></h2>" for place in PLACES)
    found = section.links(page(body, "<base href='/archive/'>"), URL)
    assert paths(found)[0] == "/archive/harbour-of-lisbon-reopens-after-storm"


@pytest.mark.parametrize("nested", [False, True])
def test_jsonld_lists_articles_that_only_scripts_show(nested):
    articles = [
        {
            "@type": "NewsArticle",
            "url": slug(place),
            "headline": headline(place),
            "datePublished": "2026-02-17T20:37:00Z",
        }
        for place in PLACES
    ]
    entries = [{"@type": "ListItem", "item" if nested else "mainEntity": article} for article in articles]
    crumbs = {
        "@type": "BreadcrumbList",
        "itemListElement": [{"@type": "ListItem", "url": "/world/europe", "name": "Europe"}],
    }
    data = [{"@type": "CollectionPage", "mainEntity": {"@type": "ItemList", "itemListElement": entries}}, crumbs]
    script = f"<script type='application/ld+json'>{json.dumps(data)}</script>"
    found = section.links(page("<div id=app></div>", script), URL)
    assert paths(found) == [slug(place) for place in PLACES]
    assert found[0].title == headline("Lisbon")
    assert found[0].published == "2026-02-17T20:37:00Z"


def test_jsonld_nonsense_is_passed_over():
    data = [
        {
            "@type": "ItemList",
            "itemListElement": [{"@type": "ListItem", "url": 5}, {"@type": ["Article"], "url": "x:y"}, 7],
        }
    ]
    script = f"<script type='application/ld+json'>{json.dumps(data)}</script>"
    assert section.links(page("", script), URL) == []


def test_a_page_without_articles_is_no_error():
    assert section.links(page("<p>Nothing today.</p>"), URL) == []


def test_what_is_no_page_says_so():
    with pytest.raises(PageError) as caught:
        section.links(b"<rss><channel/></rss>", URL)
    assert caught.value.stage == "listing"


def test_many_links_are_bounded():
    body = "".join(
        f"<h2><a href='/world/harbour-reopens-after-storm-{n}'>Harbour reopens after the storm</a></h2>"
        for n in range(6000)
    )
    assert len(section.links(page(body), URL)) == 5000


def test_deep_nesting_is_read():
    body = "<div>" * 300 + "".join(f"<h2><a href='{slug(place)}'>{headline(place)}</a></h2>" for place in PLACES)
    assert len(section.links(page(body), URL)) <= 6


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("https://c.example/world/2024/05/12/rain", {"has_date": True, "depth": 5, "slug_words": 1}),
        ("https://c.example/world/rain-falls-on-oslo-again.html", {"slug_words": 5, "is_bare": False}),
        ("https://c.example/world/rain-falls-on-oslo/index.html", {"slug_words": 4, "depth": 2}),
        ("https://c.example/topics/rain", {"has_overview": True, "is_overview": False, "is_bare": True}),
        ("https://c.example/world/author", {"is_overview": True, "has_overview": False}),
        ("https://c.example/world/videos", {"has_media": True, "has_overview": False, "has_service": False}),
        ("https://shop.c.example/world", {"has_service": True}),
        ("https://c.example/%D8%B9%D8%A7%D9%84%D9%85/%D9%83%D8%A7%D8%AA%D8%A8/rain", {"has_overview": True}),
        ("https://c.example/kontakt-9353656.html", {"has_service": True, "has_id": True}),
        ("https://c.example/sale-a88b3de7-c763-edb6-1e11-15fe3551f3a8", {"slug_words": 1, "has_hash": True}),
        ("https://c.example/i/a7gLeM", {"has_hash": True}),
        ("https://c.example/a/c5y5lqygrn7o", {"has_hash": True, "is_bare": False}),
        ("https://c.example/?p=12834", {"has_id": True, "is_bare": False, "route": "c.example/?p#"}),
        ("https://c.example/a/12-345", {"named_route": "c.example/a/w"}),
        ("https://c.example/w%C3%B6rter-mit-zwei-punkten", {"slug_words": 4}),
        ("https://c.example/2024/7/123456/word-99999", {"route": "c.example/year/number/id/word-id"}),
    ],
)
def test_shape(key, expected):
    found = shape(key)
    assert {name: getattr(found, name) for name in expected} == expected
