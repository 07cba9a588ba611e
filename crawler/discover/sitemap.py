"""Articles that a sitemap announces, with the title and date of news sitemaps, and the sitemaps of an index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from heapq import nlargest
from itertools import islice

from lxml import etree

from crawler.discover.dates import day_in, instant
from crawler.discover.document import MOST_LINKS, Links, newest, ranked
from crawler.discover.titles import shown
from crawler.discover.trees import Xml, trees, xml
from crawler.errors import PageError
from crawler.items import Link
from crawler.periods import periods
from crawler.urls import absolute

MOST_CHILDREN = 500
"""Sitemaps kept of an index."""

_AT_HAND = 4 * MOST_LINKS
"""Entries that are kept until the newest of them are chosen."""
_KIND_OF = {"urlset": "url", "sitemapindex": "sitemap"}
_KINDS = frozenset(_KIND_OF.values())
_MOST_TAGS = 120_000
"""Of one tree; only one that is made to hurt has more."""
_TAGS = tuple(f"{{*}}{name}" for name in (*_KINDS, "loc", "lastmod", "title", "publication_date"))
_LINE_OF_TEXT = re.compile(rb"\s*https?://[^\s<>]+\s*(?:\n|\Z)")


class _Names(dict[str, str]):
    """Local name of a tag; '' for those of a picture or a film, which have addresses and titles as well."""

    def __missing__(self, tag: str) -> str:
        namespace, _, name = tag.rpartition("}")
        self[tag] = "" if "image" in namespace or "video" in namespace else name
        return self[tag]


_Entry = dict[str, str]
"""What is written of one address, by local name: loc, lastmod, publication_date, title."""


def links(content: bytes, url: str, charset: str | None = None) -> Links:
    """Read the articles of a sitemap, in its order; of more than MOST_LINKS the newest, newest first.

    `content` may be gzipped, and plain text with an address a line. `published` is the news date; where a sitemap
    has none, the last change. An index has no articles: []. Raises PageError (stage 'listing') for what is no
    sitemap.
    """
    listing = xml(content, "a sitemap", charset)
    entries = _lines(listing) if not listing.name and _LINE_OF_TEXT.match(listing.data) else _of(listing, "url")
    kept: dict[str, _Entry] = {}
    passed_over = 0
    for entry in entries:
        kept.setdefault(entry["loc"], entry)
        if len(kept) > _AT_HAND:
            kept, passed_over = _newest(kept), passed_over + len(kept) - MOST_LINKS
    if passed_over:
        kept, passed_over = _newest(kept), passed_over + max(len(kept) - MOST_LINKS, 0)
    found: dict[str, Link] = {}
    notes, without = [*listing.notes, *_in_circle(listing, url)], 0
    for entry in kept.values():
        if (link := _link(entry, url)) is not None:
            found.setdefault(link.url, link)
        else:
            without += 1
    if without:
        notes.append(f"{without:,} entries without a web address")
    return ranked(newest(found.values()), len(found) + passed_over, notes)


def _in_circle(listing: Xml, url: str) -> list[str]:
    """That an index names itself, for people."""
    if listing.name != "sitemapindex":
        return []
    is_circle = any(absolute(url, entry["loc"]) == url for entry in islice(_of(listing, "sitemap"), _AT_HAND))
    return ["a loop: the index names itself"] if is_circle else []


def whole(content: bytes, url: str, charset: str | None = None) -> tuple[Iterator[Link], list[tuple[str, str | None]]]:
    """Read all that a sitemap names, however much, for whoever picks out of it.

    Gives its articles, as `links` but without their ranks, and the sitemaps of an index as (address, last change as
    `instant` reads it or None). Raises PageError as `links` does.
    """
    listing = xml(content, "a sitemap", charset)
    if not listing.name and _LINE_OF_TEXT.match(listing.data):
        return _links(_lines(listing), url), []
    named = ((absolute(url, entry["loc"]), instant(entry.get("lastmod"))) for entry in _of(listing, "sitemap"))
    children = [(address, changed) for address, changed in named if address is not None]
    return _links(_of(listing, "url"), url), children


def _links(entries: Iterator[_Entry], url: str) -> Iterator[Link]:
    return (link for entry in entries if (link := _link(entry, url)) is not None)


def child_sitemaps(content: bytes, url: str) -> list[str]:
    """Read the sitemaps that an index names, newest change first, MOST_CHILDREN at most; [] for no index.

    Where the index does not say when one changed, the time that its address names does (`crawler.periods`); of
    several that say nothing those for news come first. Never the index itself. Raises PageError as `links` does.
    """
    listing = xml(content, "a sitemap")
    if not listing.name and _LINE_OF_TEXT.match(listing.data):
        return []
    changed: dict[str, str] = {}
    for entry in islice(_of(listing, "sitemap"), _AT_HAND):
        address = absolute(url, entry["loc"])
        if address is not None and address != url:
            changed.setdefault(address, instant(entry.get("lastmod")) or "")
    named = {address: period.until.isoformat() for address, period in periods(changed).items() if period is not None}
    newest_first = sorted(
        changed,
        key=lambda address: (changed[address] or named.get(address, ""), named.get(address, ""), "news" in address),
        reverse=True,
    )
    return newest_first[:MOST_CHILDREN]


def _of(listing: Xml, kind: str) -> Iterator[_Entry]:
    """The entries of a sitemap ('url') or an index ('sitemap')."""
    if listing.name not in _KIND_OF:
        name = f"the root is <{listing.name}>" if listing.name else "it is not XML"
        raise PageError(f"no sitemap: {name}", stage="listing")
    if kind == _KIND_OF[listing.name] or f"{kind}>".encode() in listing.data:  # some mix the two
        for tree in trees(listing):
            yield from _entries(tree, kind)


def _entries(tree: etree._Element, kind: str) -> Iterator[_Entry]:
    fields: _Entry | None = None
    names = _Names()
    for element in islice(tree.iter(*_TAGS), _MOST_TAGS):
        name = names[str(element.tag)]
        if name in _KINDS:
            if fields and "loc" in fields:
                yield fields
            fields = {} if name == kind else None
        elif fields is not None and name and name not in fields:
            text = element.text if len(element) == 0 else "".join(map(str, element.itertext()))
            if text and (text := text.strip()):
                fields[name] = text
    if fields and "loc" in fields:
        yield fields


def _lines(listing: Xml) -> Iterator[_Entry]:
    for match in re.finditer(rb"https?://[^\s<>]+", listing.data):
        yield {"loc": match[0].decode("utf-8", "replace")}


def _newest(kept: dict[str, _Entry]) -> dict[str, _Entry]:
    return {entry["loc"]: entry for entry in nlargest(MOST_LINKS, kept.values(), key=_day)}


def _day(entry: _Entry) -> str:
    """What entries are chosen by: their date as it is written where that can be compared."""
    written = entry.get("publication_date") or entry.get("lastmod")
    if written is None:
        return day_in(entry["loc"]) or ""
    return written if written[4:5] == "-" else instant(written) or ""


def _link(entry: _Entry, url: str) -> Link | None:
    address = absolute(url, entry["loc"].replace("&amp;", "&"))
    if address is None:
        return None
    published = instant(entry.get("publication_date"))
    return Link(
        url=address,
        title=shown(entry.get("title", "")),
        published=published or instant(entry.get("lastmod")) or day_in(address),
        is_change=published is None,
    )
