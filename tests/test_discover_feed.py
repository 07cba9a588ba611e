"""Feeds: every format, and what breaks readers."""

import gzip
import json

import pytest

from crawler.discover.document import MOST_LINKS
from crawler.discover.feed import links
from crawler.errors import PageError

URL = "https://courier.example/feeds/world.xml"


def rss(items: str, head: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}<rss version="2.0"><channel>{items}</channel></rss>'.encode()


def only(content: bytes):
    (link,) = links(content, URL)
    return link


def test_rss():
    link = only(
        rss(
            "<item><title><![CDATA[Harbour &amp; <b>bridge</b> reopen]]></title><link> https://courier.example/a/1\n</link>"
            "<category>World</category><pubDate>Tue, 17 Feb 2026 20:37:00 +0100</pubDate></item>"
        )
    )
    assert (link.url, link.title) == ("https://courier.example/a/1", "Harbour & bridge reopen")
    assert (link.published, link.rank, link.categories) == ("2026-02-17T19:37:00Z", 1, ["World"])


def test_atom_prefers_the_page_to_other_forms():
    link = only(
        b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">Rain &amp;eacute;</title>
        <id>tag:courier.example,2026:1</id><category term="World"/>
        <link rel="self" href="/self"/><link rel="alternate" type="application/json" href="/json"/>
        <link rel="alternate" type="text/html" href="/a/1"/>
        <published>2026-02-17T20:37:00+01:00</published><updated>2026-02-18T00:00:00Z</updated></entry></feed>"""
    )
    assert (link.url, link.title, link.categories) == ("https://courier.example/a/1", "Rain é", ["World"])
    assert link.published == "2026-02-17T19:37:00Z"


def test_rdf_with_dublin_core():
    link = only(
        b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel/><item rdf:about="https://courier.example/a/1">
        <title>Rain</title><link>https://courier.example/a/1</link><dc:date>2017-01-23T21:01:39+01:00</dc:date>
        <dc:subject>Weather</dc:subject></item></rdf:RDF>"""
    )
    assert (link.published, link.categories) == ("2017-01-23T20:01:39Z", ["Weather"])


def test_json_feed():
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"id": "1", "url": "/a/1", "title": "Rain", "date_published": "2026-02-17T20:37:00Z", "tags": ["World"]},
            {"id": "https://courier.example/a/2", "title": 7, "tags": "x"},
            {"id": "no address", "url": "javascript:1"},
            "nonsense",
        ],
    }
    first, second = links(json.dumps(feed).encode(), URL)
    assert (first.url, first.title, first.categories) == ("https://courier.example/a/1", "Rain", ["World"])
    assert (second.url, second.title, second.published) == ("https://courier.example/a/2", None, None)


@pytest.mark.parametrize("content", [b"{broken", b'{"a": 1}', b'{"items": 3}', b"{" * 200_000])
def test_broken_json_says_so(content):
    with pytest.raises(PageError, match=r"^no feed: .*JSON"):
        links(content, URL)


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<link>/a/1</link>", "https://courier.example/a/1"),
        (
            "<link>https://t.example/r</link><origLink>https://courier.example/a/1</origLink>",
            "https://courier.example/a/1",
        ),
        ("<guid>https://courier.example/a/1</guid>", "https://courier.example/a/1"),
        ("<link/><guid isPermaLink='true'>https://courier.example/a/1</guid>", "https://courier.example/a/1"),
        ("<link>javascript:x</link><guid>https://courier.example/a/1</guid>", "https://courier.example/a/1"),
        ("<LINK>https://courier.example/a/1</LINK>", "https://courier.example/a/1"),
        ("<link/>https://courier.example/a/1", "https://courier.example/a/1"),
        ("<link href='https://courier.example/a/1'/>", "https://courier.example/a/1"),
        ("<link>https://courier.example/a?x=1&y=2</link>", "https://courier.example/a?x=1&y=2"),
    ],
)
def test_where_the_address_may_stand(item, url):
    assert only(rss(f"<item><title>Rain</title>{item}</item>")).url == url


@pytest.mark.parametrize(
    "item", ["<title>Rain</title>", "<guid isPermaLink='false'>https://courier.example/a</guid>", "<guid>12</guid>"]
)
def test_an_entry_without_address_is_none(item):
    assert links(rss(f"<item>{item}</item><item><link>/a</link></item>"), URL)[0].url.endswith("/a")


def test_xml_base_is_used_unless_empty():
    feed = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{}"><entry><link href="a/1"/></entry></feed>"""
    assert only(feed.format("https://other.example/x/").encode()).url == "https://other.example/x/a/1"
    assert only(feed.format("").encode()).url == "https://courier.example/feeds/a/1"


@pytest.mark.parametrize("encoding", ["windows-1251", "iso-8859-5", "koi8-r", "utf-16"])
def test_declared_encodings(encoding):
    item = "<item><title>Дождь</title><link>/a</link></item>"
    text = f'<?xml version="1.0" encoding="{encoding}"?><rss><channel>{item}</channel></rss>'
    assert only(text.encode(encoding)).title == "Дождь"


def test_undeclared_latin_1_and_double_encoding():
    assert (
        only("<rss><item><title>Été à São</title><link>/a</link></item></rss>".encode("latin-1")).title == "Été à São"
    )
    assert only(rss("<item><title>Ã©tÃ© â€œchaudâ€\x9d</title><link>/a</link></item>")).title == "été “chaud”"


def test_first_title_is_not_that_of_a_picture():
    item = (
        '<item xmlns:media="http://search.yahoo.com/mrss/"><media:title>A picture</media:title>'
        "<title>Rain</title><link>/a</link><source><title>Agency</title></source></item>"
    )
    assert only(rss(item)).title == "Rain"


@pytest.mark.parametrize(
    ("dates", "published"),
    [
        ("<updated>2026-02-18T00:00:00Z</updated><pubDate>nonsense</pubDate>", "2026-02-18T00:00:00Z"),
        ("<pubDate><![CDATA[ Wed, 29 May 2019 01:15:10 GMT ]]></pubDate>", "2019-05-29T01:15:10Z"),
        ("<link>/2024/05/12/rain</link>", "2024-05-12"),
        ("", None),
    ],
)
def test_dates(dates, published):
    assert only(rss(f"<item>{dates}<link>/a</link></item>")).published == published


def test_gzip_duplicates_order_and_rank():
    items = "".join(f"<item><link>/a/{n}</link></item>" for n in (3, 1, 3, 2))
    found = links(gzip.compress(rss(items)), URL)
    assert [(link.url[-1], link.rank) for link in found] == [("3", 1), ("1", 2), ("2", 3)]


@pytest.mark.parametrize(
    "content",
    [
        rss("<item><title>Rain &nbsp; & sun</title><link>/a</link></item>"),
        rss("<item><title>Rain \x0b &nbsp; &amp; sun</title><link>/a</link></item>")[:-14],  # cut
        b"\n\n  " + rss("<item><title>Rain &#160; &amp; sun</title><link>/a</link></item>"),
    ],
)
def test_broken_xml_is_read_as_far_as_it_goes(content):
    assert only(content).title == "Rain & sun"


def test_entities_are_neither_expanded_nor_fetched(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<!DOCTYPE rss [<!ENTITY e0 "ha">{bomb}<!ENTITY file SYSTEM "file://{secret}">]>'
    link = only(rss("<item><title>Rain &e11; &file;</title><link>/a</link></item>", head))
    assert link.title.startswith("Rain")
    assert "haha" not in link.title
    assert "secret" not in link.title


def test_an_endless_feed_is_cut():
    assert len(links(rss("".join(f"<item><link>/{n}</link></item>" for n in range(MOST_LINKS + 9))), URL)) == MOST_LINKS


@pytest.mark.parametrize("content", [rss(""), b'<feed xmlns="http://www.w3.org/2005/Atom"/>'])
def test_an_empty_feed_is_no_error(content):
    assert links(content, URL) == []


@pytest.mark.parametrize("content", [b"just text", b"<urlset/>", b"<opml><body/></opml>", rss("<item/>")])
def test_what_is_no_feed_says_so(content):
    with pytest.raises(PageError, match=r"^no feed: "):
        links(content, URL)


def test_feedparser_reads_what_the_fast_reader_cannot():
    content = b"""<channel href="https://courier.example/">
    <item href="https://courier.example/a/1" lastmod="2026-02-17">
    <title>Rain</title></item></channel>"""  # Channel Definition Format
    link = only(content)
    assert (link.url, link.title, link.published) == ("https://courier.example/a/1", "Rain", "2026-02-17")


def test_a_date_of_change_is_told_from_a_date_of_publication():
    both = b"""<feed xmlns="http://www.w3.org/2005/Atom">
      <entry><link href="https://example.org/a"/><published>2026-10-06T08:00:00Z</published>
        <updated>2026-10-06T09:00:00Z</updated></entry>
      <entry><link href="https://example.org/b"/><updated>2026-10-06T09:00:00Z</updated></entry></feed>"""
    found = links(both, "https://example.org/feed")
    assert [(link.published[11:13], link.is_change) for link in found] == [("08", False), ("09", True)]


def test_all_categories_of_an_entry_each_once_as_people_read_them():
    (link,) = links(
        b"<rss><channel><item><title>Rain</title><link>https://courier.example/a/1</link>"
        b"<category>World</category><category>Africa &amp; Asia</category><category/><category>World</category>"
        b"</item></channel></rss>",
        "https://courier.example/feed",
    )
    assert link.categories == ["World", "Africa & Asia"]
