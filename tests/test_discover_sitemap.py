"""Sitemaps: news fields, indexes, and bounds."""

import gzip

import pytest

from crawler.discover.document import MOST_LINKS
from crawler.discover.sitemap import MOST_CHILDREN, child_sitemaps, links
from crawler.errors import PageError

URL = "https://courier.example/sitemap.xml"
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


def urlset(entries: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {NAMESPACES}>{entries}</urlset>'.encode()


def index(entries: str) -> bytes:
    return f"<sitemapindex {NAMESPACES}>{entries}</sitemapindex>".encode()


def test_news_fields_are_kept():
    (link,) = links(
        urlset(
            "<url><loc>\n https://courier.example/a/1 \n</loc><lastmod>2026-02-19</lastmod>"
            "<image:image><image:title>A picture</image:title></image:image>"
            "<n:news><n:publication><n:name>Courier</n:name></n:publication><n:title>Rain &amp; sun</n:title>"
            "<n:publication_date>2026-02-17T20:37:00+01:00</n:publication_date></n:news></url>"
        ),
        URL,
    )
    assert (link.url, link.title) == ("https://courier.example/a/1", "Rain & sun")
    assert (link.published, link.rank) == ("2026-02-17T19:37:00Z", 1)


def test_plain_urls_gzip_and_missing_namespaces():
    dated = "<url><loc>/a/1</loc><lastmod>2026-02-19</lastmod></url>"
    content = f"<urlset>{dated}<url><loc>/2024/05/12/b</loc></url><url/></urlset>".encode()
    first, second = links(gzip.compress(content), URL)
    assert (first.url, first.title, first.published) == ("https://courier.example/a/1", None, "2026-02-19")
    assert (second.published, second.rank) == ("2024-05-12", 2)


def test_an_index_has_no_articles_but_children():
    content = index(
        "<sitemap><loc>/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap><sitemap><loc>/undated.xml</loc></sitemap>"
        f"<sitemap><loc>/new.xml.gz</loc><lastmod>2026-01-01T00:00:00Z</lastmod></sitemap><sitemap><loc>{URL}</loc></sitemap>"
        "<sitemap><loc>/old.xml</loc></sitemap><sitemap/>"
    )
    assert links(content, URL) == []
    names = [url.rsplit("/", 1)[-1] for url in child_sitemaps(content, URL)]
    assert names == ["new.xml.gz", "old.xml", "undated.xml"]
    assert child_sitemaps(urlset("<url><loc>/a</loc></url>"), URL) == []


@pytest.mark.parametrize(
    "names",
    [
        ["sitemap-2026-11.xml", "sitemap-2026-10.xml", "sitemap-2015-12.xml", "pages.xml"],
        ["2026/02/index.xml", "2026/01/index.xml", "2025/12/index.xml"],
        ["a.xml?y=2026&m=1", "a.xml?y=2025&m=12"],
        ["posts-20261102.xml", "posts-20261001.xml", "posts-20150101.xml"],
        ["google-news.xml", "authors.xml", "posts-1.xml", "posts-123456.xml"],
    ],
)
def test_an_index_without_dates_is_read_by_its_addresses(names):
    others = [*names[1:], names[0]] if "news" in names[0] else names[::-1]
    content = index("".join(f"<sitemap><loc>/{name.replace('&', '&amp;')}</loc></sitemap>" for name in others))
    assert child_sitemaps(content, URL) == [f"https://courier.example/{name}" for name in names]


def test_only_the_newest_of_an_endless_sitemap():
    many = MOST_LINKS + 50
    entries = (f"<url><loc>/a/{n}</loc><lastmod>{2000 + n % 20}-01-01</lastmod></url>" for n in range(many))
    found = links(urlset("".join(entries)), URL)
    assert len(found) == MOST_LINKS
    assert [link.rank for link in found[:3]] == [1, 2, 3]
    assert found[0].published == "2019-01-01"
    children = "".join(f"<sitemap><loc>/{n}.xml</loc></sitemap>" for n in range(MOST_CHILDREN + 1))
    assert len(child_sitemaps(index(children), URL)) == MOST_CHILDREN


@pytest.mark.parametrize("read", [links, child_sitemaps])
@pytest.mark.parametrize("content", [b"text", b"<rss><channel/></rss>", b"<?xml version='1.0'?>"])
def test_what_is_no_sitemap_says_so(read, content):
    with pytest.raises(PageError, match=r"^no sitemap: "):
        read(content, URL)
