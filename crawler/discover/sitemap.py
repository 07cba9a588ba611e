"""Articles that a sitemap announces, with the title and date of news sitemaps, and the sitemaps of an index."""

from __future__ import annotations

from lxml import etree

from crawler.discover.dates import day_in, instant
from crawler.discover.document import MOST_LINKS, Links, local, xml_root, xml_text
from crawler.discover.titles import shown
from crawler.errors import PageError
from crawler.items import Link
from crawler.urls import absolute

MOST_CHILDREN = 500
"""Sitemaps kept of an index."""


def links(content: bytes, url: str, charset: str | None = None) -> Links:
    """Read the articles of a sitemap, in its order; of more than MOST_LINKS the newest.

    `content` may be gzipped. `published` is the news date; where a sitemap has none, the last change. An index
    has no articles: []. Raises PageError (stage 'listing') for what is no sitemap.
    """
    root = _root(content, charset)
    found: dict[str, Link] = {}
    for element in root.iter("{*}url"):
        if (link := _entry(element, url)) is not None:
            found.setdefault(link.url, link)
    kept = list(found.values())
    if len(kept) > MOST_LINKS:
        kept = sorted(kept, key=lambda link: link.published or "", reverse=True)[:MOST_LINKS]
    for rank, link in enumerate(kept, start=1):
        link.rank = rank
    return Links(kept, len(found))


def child_sitemaps(content: bytes, url: str) -> list[str]:
    """Read the sitemaps that an index names, newest change first, MOST_CHILDREN at most; [] for no index.

    Never the index itself. Raises PageError as `links` does.
    """
    root = _root(content)
    found: dict[str, str] = {}
    for element in root.iter("{*}sitemap"):
        fields = _fields(element)
        address = absolute(url, fields.get("loc", ""))
        if address is not None and address != url:
            found.setdefault(address, instant(fields.get("lastmod")) or "")
    return sorted(found, key=lambda address: found[address], reverse=True)[:MOST_CHILDREN]


def _root(content: bytes, charset: str | None = None) -> etree._Element:
    text = xml_text(content, "a sitemap", charset)
    root = xml_root(text)
    if root is None or local(root) not in ("urlset", "sitemapindex"):
        name = f"the root is <{local(root)}>" if root is not None else "it is not XML"
        raise PageError(f"no sitemap: {name}", stage="listing")
    return root


def _entry(element: etree._Element, url: str) -> Link | None:
    fields = _fields(element)
    address = absolute(url, fields["loc"]) if fields.get("loc") else None
    if address is None:
        return None
    published = instant(fields.get("publication_date"))
    return Link(
        url=address,
        title=shown(fields.get("title", "")),
        published=published or instant(fields.get("lastmod")) or day_in(address),
        is_change=published is None,
    )


def _fields(element: etree._Element) -> dict[str, str]:
    """Read the texts of one entry by name: its own, and those of its news element, but none of a picture."""
    fields: dict[str, str] = {}
    for child in element:
        name = local(child)
        if name == "news":
            for part in child:
                fields.setdefault(local(part), (part.text or "").strip())
        elif name in ("loc", "lastmod"):
            fields.setdefault(name, (child.text or "").strip())
    return fields
