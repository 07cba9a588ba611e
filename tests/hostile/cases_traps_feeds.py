"""Feeds and sitemaps as bombs and traps."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from hostile.case import HTML
from hostile.cases_traps_pages import CONSENT
from hostile.traps import CASES as TRAPS
from hostile.traps import RSS, Asked, Left, Packed, Site, Tale, index, rss, section, trap, urlset

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 if n > 1 else str()};" * 10}">' for n in range(1, 10))
    + "]>"
)
SMALL_DTD = '<!DOCTYPE x [<!ENTITY f SYSTEM "{}">]>'
ODD_LINKS = (
    *("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "mailto:a@example.org", "http://", "//"),
    *("ftp://127.0.0.1/x", "http://[::1", "about:blank", "http://a b c/"),
)
INSIDE = (
    *("http://169.254.169.254/latest/meta-data", "http://localhost:6379/", "http://2130706433/x", "http://0x7f.1/x"),
    *("http://017700000001/", "http://[::ffff:127.0.0.1]/x", "http://127.1/x", "http://10.0.0.1:8080/"),
)


def links_to(urls: Sequence[str]) -> str:
    return "".join(f"<item><title>An odd link</title><link>{url}</link></item>" for url in urls)


def _with(**more: str) -> Callable[[Site, list[tuple[str, str]]], str]:
    return lambda site, items: rss(items, **more)


Made = Callable[[Site, list[tuple[str, str]]], "str | bytes"]
FEEDS: dict[str, tuple[Made, str]] = {
    # name -> (feed, words of the reason); its three articles are read, nothing else is stored or asked for
    "billion-laughs": (_with(dtd=LAUGHS, in_title=" &lol9;"), "entities are not expanded"),
    "quadratic-blowup": (
        _with(dtd=f'<!DOCTYPE x [<!ENTITY a "{"lol" * 30_000}">]>', in_title="&a;" * 2_000),
        "entities are not expanded",
    ),
    "an-entity-from-a-file": (
        _with(dtd=SMALL_DTD.format("file:///etc/passwd"), in_title=" &f;"),
        "entities are not expanded",
    ),
    "an-entity-from-the-net": (
        lambda site, items: rss(items, dtd=SMALL_DTD.format(f"{site.origin}/secret"), in_title=" &f;"),
        "entities are not expanded",
    ),
    "a-parameter-entity": (
        lambda site, items: rss(items, dtd=f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{site.origin}/evil.dtd"> %p;]>'),
        "entities are not expanded",
    ),
    "a-dtd-from-the-net": (lambda site, items: rss(items, dtd=f'<!DOCTYPE rss SYSTEM "{site.origin}/evil.dtd">'), ""),
    "an-xinclude": (
        _with(extra='<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'),
        "",
    ),
    "a-stylesheet": (
        lambda site, items: rss(items).replace("?>", f'?><?xml-stylesheet href="{site.origin}/x.xsl"?>', 1),
        "",
    ),
    "cut-in-a-title": (_with(extra="<item><title>Cut off in the mid"), ""),
    "cut-in-an-address": (
        lambda site, items: rss([*items, ("A story", f"{site.origin}/world/a-story-that-is-cut")]).rpartition(
            "-is-cut"
        )[0],
        "its end is missing",
    ),
    "a-charset-that-lies": (lambda site, items: rss(items).replace("utf-8", "utf-16"), ""),
    "a-charset-that-nobody-knows": (lambda site, items: rss(items).replace("utf-8", "x-klingon"), ""),
    "a-charset-that-is-a-codec": (lambda site, items: rss(items).replace("utf-8", "zip"), ""),
    "utf-7": (lambda site, items: rss(items, in_title=" +ADw-script+AD4-").replace("utf-8", "utf-7"), ""),
    "nuls": (lambda site, items: rss(items).replace("<title>", "<title>\0\0") + "\0" * 1_000, ""),
    "items-without-links": (
        _with(extra="<item><title>No link here at all</title></item><item/>" * 50),
        "100 entries without a web address",
    ),
    "odd-links": (_with(extra=links_to(ODD_LINKS)), "entries without a web address"),
    "links-to-the-inside": (_with(extra=links_to(INSIDE)), ""),
    "one-guid-for-all": (_with(in_item='<guid isPermaLink="true">http://www.example.org/the-same</guid>'), ""),
    "a-guid-of-another": (lambda site, items: rss(items, in_item=f"<guid>{items[0][1]}</guid>"), ""),
    "dates-of-nobody": (_with(in_item="<pubDate>Thu, 99 Foo 99999 99:99:99 +9999</pubDate>"), ""),
    "dates-of-the-future": (_with(in_item="<pubDate>Thu, 01 Jan 9999 00:00:00 GMT</pubDate>"), ""),
    "dates-of-1970": (_with(in_item="<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>"), ""),
    "markup-in-titles": (_with(in_title="&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"), ""),
    "markup-in-cdata": (_with(in_title="<![CDATA[<b onclick=x>!</b>]]>"), ""),
    "a-title-of-megabytes": (_with(in_title=" long" * 40_000), ""),
    "tags-without-end": (_with(extra="<a>" * 50_000), ""),
    "attributes-without-end": (_with(extra="<item " + " ".join(f'a{n}="x"' for n in range(20_000)) + "/>"), ""),
    "namespaces-without-end": (_with(extra="<item " + " ".join(f'xmlns:a{n}="x"' for n in range(8_000)) + "/>"), ""),
    "one-link-often": (
        lambda site, items: rss(items, extra=f"<item><title>Again</title><link>{items[0][1]}</link></item>" * 10_000),
        "",
    ),
    "a-base-elsewhere": (
        lambda site, items: (
            "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://10.0.0.1/'>"
            + "".join(f"<entry><title>{title}</title><link href='{url}'/></entry>" for title, url in items)
            + "<entry><title>Inner page of all</title><link href='/inner-page-of-all-of-it'/></entry></feed>"
        ),
        "",
    ),
    "packed-twice": (lambda site, items: Packed(rss(items), times=2), ""),
    "utf-16": (lambda site, items: rss(items).replace("utf-8", "utf-16"), ""),
    "json-of-odd-items": (
        lambda site, items: json.dumps(
            {
                "items": [{"url": url, "title": title} for title, url in items]
                + [
                    None,
                    1,
                    [],
                    {"url": 5},
                    {"url": ["x"]},
                    {"url": "javascript:x"},
                    {"url": f"{site.origin}/{'a' * 99_999}"},
                ]
            }
        ),
        "7 entries without a web address",
    ),
    "controls-and-bidi": (_with(in_title=" \u202eevil\u202c &#x1b;[31m\u200b"), ""),
    "white-space-in-links": (lambda site, items: rss(items).replace("<link>", "<link>\n\t  "), ""),
    "a-comment-of-megabytes": (_with(dtd="<!--" + "x-" * 300_000 + "-->"), ""),
    "a-warning-before-it": (lambda site, items: "<br />\n<b>Warning</b>: mysql on line 3<br />\n" + rss(items), ""),
    "a-feed-in-a-feed": (lambda site, items: rss(items, extra=rss(items)), ""),
}


def _feed(name: str, made: Made, reason: str) -> None:
    @trap("feeds", name=f"feed-{name}")
    def write(site: Site) -> Callable[[Left], object]:
        tales = site.tales(3)
        site.tell(*tales)
        site.feed("/feed.xml", made(site, site.items(tales)))

        def check(left: Left) -> None:
            left.holds(tales)
            assert [row["outcome"] for row in left.listings] == ["listed"], left.told
            left.says(reason)
            assert set(left.asked) == {"/feed.xml", *(told.path for told in tales)}, left.asked
            assert {row["state"] for row in left.found.urls} <= {"article", "skipped"}, left.urls
            told = " ".join(str(row["announced_title"]) for row in left.found.urls)
            assert not any(mark in told for mark in ("<", "root:", "lollol")), told[:200]
            if "dates" in name:
                assert {row["published_at"] for row in left.found.articles} == {None}

        return check


for _name, _of in FEEDS.items():
    _feed(_name, *_of)

NO_FEEDS: dict[str, tuple[str | bytes, str, str, str]] = {
    # name -> (what stands in place of a feed, its type, outcome, words of the reason)
    "html": (section([("A story of the valley", "/world/a-story-of-the-valley")]), HTML, "error", "HTML"),
    "consent": (CONSENT, HTML, "blocked", "consent page"),
    "nothing": ("", RSS, "error", "empty"),
    "noise": (bytes(range(256)) * 100, RSS, "error", ""),
    "json-without-end": ('{"items":' + "[" * 100_000, "application/feed+json", "error", "JSON"),
    "a-gzip-bomb": (Packed(b"<rss><channel>" + b" " * 70_000_000), "application/gzip", "error", "MB"),
    "a-cut-gzip": (Packed(b"<rss><channel></channel></rss>", cut=12), "application/gzip", "error", "gzip"),
    "gzip-in-gzip-in-gzip": (Packed(b"<rss></rss>", times=4), "application/gzip", "error", ""),
}


def _no_feed(name: str, body: str | bytes, content_type: str, outcome: str, reason: str) -> None:
    @trap("feeds", name=f"for-a-feed-{name}")
    def write(site: Site) -> Callable[[Left], object]:
        site.feed("/feed.xml", body, content_type)

        def check(left: Left) -> None:
            left.holds([])
            assert [row["outcome"] for row in left.listings] == [outcome], left.told
            left.says(reason)
            left.asks(1)

        return check


for _name, _said in NO_FEEDS.items():
    _no_feed(_name, *_said)


@trap("feeds")
def a_feed_of_fifteen_thousand_items(site: Site) -> Callable[[Left], object]:
    tales = site.tales(3)
    site.tell(*tales)
    many = "".join(f"<item><title>Tale {n}</title><link>/t/{n}</link></item>" for n in range(15_000))
    site.feed("/feed.xml", rss(site.items(tales), extra=many))

    def check(left: Left) -> None:
        left.holds(tales)
        left.says("5,000 of 15,0")
        left.asks(310)

    return check


Maps = Callable[[Site, list[Tale]], None]


def _map(name: str, put: Maps, check: Callable[[Left], object], stored: int = 3) -> None:
    @trap("maps", name=f"map-{name}")
    def write(site: Site) -> Callable[[Left], object]:
        tales = site.tales(3)
        site.tell(*tales)
        site.map("/news.xml", site.urls(tales))
        site.listings.clear()
        site.map("/map.xml", index([f"{site.origin}/news.xml"]))
        put(site, tales)

        def judge(left: Left) -> None:
            left.holds(tales[:stored])
            assert left.listings
            check(left)

        return judge


def _indexes(site: Site, path: str, *urls: str | tuple[str, str]) -> None:
    site.page(path, index([url if isinstance(url, tuple) or ":" in url else site.origin + url for url in urls]))


def _self(site: Site, tales: list[Tale]) -> None:
    _indexes(site, "/map.xml", "/map.xml", "/news.xml")


def _loop(site: Site, tales: list[Tale]) -> None:
    _indexes(site, "/map.xml", "/map.xml?again=1", "/news.xml")
    _indexes(site, "/map.xml?again=1", "/map.xml?again=1", "/map.xml")


def _elsewhere(site: Site, tales: list[Tale]) -> None:
    inside = ("https://www.example.org/map.xml", "http://10.0.0.1/map.xml", "file:///etc/passwd")
    _indexes(site, "/map.xml", *inside, "/news.xml")


def _nested(site: Site, tales: list[Tale]) -> None:
    _indexes(site, "/map.xml", "/2026.xml")
    _indexes(site, "/2026.xml", "/news.xml")


def _years(site: Site, tales: list[Tale]) -> None:
    years = range(2000, 2027)
    _indexes(site, "/map.xml", *((f"{site.origin}/y{year}.xml", f"{year}-01-01") for year in years))
    for year in years:
        months = [(f"{site.origin}/m{year}-{month:02}.xml", f"{year}-{month:02}-01") for month in range(1, 12)]
        _indexes(site, f"/y{year}.xml", *months)
    site.rest = lambda asked: urlset([]) if asked.path.startswith("/m2") else None
    site.page("/m2026-11.xml", site.urls(tales))


def _endless(site: Site, tales: list[Tale]) -> None:
    def rest(asked: Asked) -> str | None:
        number = asked.path[2:-4]
        return index([f"{site.origin}/d{int(number) * 3 + n}.xml" for n in range(3)]) if number.isdigit() else None

    site.rest = rest
    _indexes(site, "/map.xml", "/d1.xml", "/d2.xml", "/d3.xml")


def _children(site: Site, tales: list[Tale]) -> None:
    _indexes(site, "/map.xml", *(f"/c{number}.xml" for number in range(20_000)))
    site.rest = lambda asked: site.urls(tales) if asked.path.startswith("/c") else None


def _child_elsewhere(site: Site, tales: list[Tale]) -> None:
    _indexes(site, "/map.xml", "/a.xml", "/news.xml")
    site.goes("/a.xml", "http://10.0.0.1/secret.xml")


def _whole(body: Callable[[Site, list[Tale]], str | bytes], content_type: str = "application/xml") -> Maps:
    return lambda site, tales: site.page("/map.xml", body(site, tales), content_type)


def _packed_child(site: Site, tales: list[Tale]) -> None:
    _indexes(site, "/map.xml", "/news.xml.gz")
    site.page("/news.xml.gz", Packed(site.urls(tales)), "application/octet-stream")


def _all_in_all(site: Site, tales: list[Tale]) -> None:
    _indexes(site, "/map.xml", *(told.path for told in tales))


def _mostly_old(site: Site, tales: list[Tale]) -> str:
    new = [f"<url><loc>{site.origin}{told.path}</loc><lastmod>2026-11-22</lastmod></url>" for told in tales]
    old = urlset([f"{site.origin}/{number}" for number in range(21_000)], "<lastmod>2020-01-01</lastmod>")
    return old.replace("</urlset>", "".join(new) + "</urlset>")


def _is_error(left: Left) -> None:
    assert [row["outcome"] for row in left.listings] == ["error"], left.told


_map("index-of-itself", _self, lambda left: (left.says("loop"), left.asks(5)))
_map("indexes-in-a-loop", _loop, lambda left: (left.says("loop"), left.asks(6)))
_map("index-of-other-hosts", _elsewhere, lambda left: (left.says("2 on other hosts"), left.asks(5)))
_map("index-in-an-index", _nested, lambda left: left.asks(6))
_map("index-of-many-years", _years, lambda left: (left.says("3 of 27"), left.asks(1 + 3 + 6 + 3)))
_map("index-without-end", _endless, lambda left: (left.says("not followed"), left.asks(10)), stored=0)
_map("index-of-twenty-thousand", _children, lambda left: (left.says("index: 3 of"), left.asks(7)))
_map("index-of-articles", _all_in_all, lambda left: left.asks(4), stored=0)
_map("a-child-that-leads-elsewhere", _child_elsewhere, lambda left: left.says("10.0.0.1"))
_map("a-packed-child-called-octets", _packed_child, lambda left: left.asks(5))
_map("many-old-addresses", _whole(_mostly_old), lambda left: (left.says("5,000 of 21,003 links read"), left.asks(310)))
_map("a-gzip-bomb", _whole(lambda site, tales: Packed(b"<urlset>" + b" " * 70_000_000)), _is_error, stored=0)
_map("gzip-in-gzip-in-gzip", _whole(lambda site, tales: Packed(site.urls(tales), times=4)), _is_error, stored=0)
_map("a-cut-gzip", _whole(lambda site, tales: Packed(site.urls(tales), cut=20)), _is_error, stored=0)
_map("html", _whole(lambda site, tales: section(site.items(tales)), HTML), _is_error, stored=0)
_map("billion-laughs", _whole(lambda site, tales: LAUGHS + site.urls(tales)), lambda left: left.says("entities"))
_map(
    "cut-in-an-address",
    _whole(lambda site, tales: site.urls(tales)[:-30]),
    lambda left: (left.says("its end is missing"), left.asks(3)),
    stored=2,
)
_map(
    "odd-addresses",
    _whole(lambda site, tales: urlset([*ODD_LINKS, "", " ", "x" * 100_000, *(site.origin + t.path for t in tales)])),
    lambda left: left.says("without a web address"),
)
_map(
    "dates-of-nobody",
    _whole(lambda site, tales: urlset([site.origin + t.path for t in tales], "<lastmod>9999-99-99T99:99</lastmod>")),
    lambda left: None,
)
_map(
    "plain-text",
    _whole(
        lambda site, tales: "".join(f"{site.origin}{t.path}\n" for t in tales) + "http://10.0.0.1/x\n" * 99,
        "text/plain",
    ),
    lambda left: left.asks(4),
)

CASES = TRAPS["feeds"] + TRAPS["maps"]
