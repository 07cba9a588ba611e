"""Articles that a feed announces: RSS 0.9 to 2.0, RDF, Atom, JSON Feed.

A recovering lxml reader, ten times faster than feedparser, reads what can be read; feedparser gets the rest.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from lxml import etree

from crawler.discover.dates import day_in, instant
from crawler.discover.document import Links, newest, ranked
from crawler.discover.titles import shown
from crawler.discover.trees import Xml, trees, xml
from crawler.errors import PageError
from crawler.items import Link
from crawler.urls import absolute

MOST_READ = 50_000
"""Entries that are read of one feed, first ones first; what stands behind them is only counted."""
LARGEST_JSON = 8 * 1024**2
"""Bytes: as objects, JSON takes thirty times as much memory."""

_ROOTS = ("rss", "feed", "rdf", "channel")
_ITEMS = ("item", "entry")
_ITEM_TAGS = tuple(f"{{*}}{name}" for name in ("item", "entry", "Item", "Entry", "ITEM", "ENTRY"))
_PUBLISHED = ("pubdate", "published", "issued", "date", "created", "publicationdate", "dateposted")
_UPDATED = ("updated", "modified", "lastbuilddate", "lastmod")
_CATEGORIES = ("category", "subject")
_MOST_CATEGORIES = 20
"""Of one entry; what names more has put its whole stock of tags there."""
_PLACES = ("origlink", "link", "other", "guid", "id")
"""Where the address may stand, best first: feed services keep the publisher's own in origLink."""
_FIELDS = frozenset({"title", *_PUBLISHED, *_UPDATED})
_FOREIGN = (
    *("search.yahoo.com/mrss", "purl.org/rss/1.0/modules/content", "georss", "itunes.com", "podcast"),
    *("urn:media", "urn:itunes", "urn:podcast"),
)
"""Namespaces whose title, link and category describe a picture or a sound, not the article."""
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"

_MOST_FOR_FEEDPARSER = 200_000
"""Bytes: it takes seconds for more."""
_SPACE = " \t\r\n"
"""Of XML: a no-break space may be the second half of a broken letter."""


class _Tags(dict[str, str]):
    """Name of a tag without namespace or prefix, lower-cased; '' for those that are not the article's."""

    def __missing__(self, tag: str) -> str:
        namespace, _, name = tag.rpartition("}")
        name = name.rpartition(":")[2].lower()
        self[tag] = "" if any(part in namespace for part in _FOREIGN) and name not in _PLACES else name
        return self[tag]


def links(content: bytes, url: str, charset: str | None = None) -> Links:
    """Read the articles of a feed, in its order; of more than MOST_LINKS the newest, newest first.

    `content` may be gzipped; `url` is the feed's own address. Raises PageError (stage 'listing') for what is no
    feed: empty, HTML, a challenge. A feed without entries gives [].
    """
    listing = xml(content, "a feed", charset)
    if listing.data[listing.start : listing.start + 1] == b"{":
        items = _json_entries(listing.text)
        read = (_json_item(item, url) if isinstance(item, dict) else None for item in items[:MOST_READ])
        return _ranked(list(read), len(items) if len(items) > MOST_READ else None)
    found, entries = _found(listing, url)
    if not found and (entries or listing.name not in _ROOTS):
        found = list(_with_feedparser(listing, url))
        if not found:
            name = f"the root is <{listing.name}>" if listing.name else "it is not XML"
            raise PageError(f"no feed: {name}", stage="listing")
    unread = [None] * (min(entries, MOST_READ) - len(found))
    return _ranked([*found, *unread], entries if entries > MOST_READ else None, listing.notes)


def _ranked(found: list[Link | None], entries: int | None = None, notes: Iterable[str] = ()) -> Links:
    """Keep the first of each address; `entries` is how many the feed has where not all were read."""
    kept: dict[str, Link] = {}
    without = sum(link is None for link in found)
    for link in found:
        if link is not None:
            kept.setdefault(link.url, link)
    notes = [*notes, *([f"{without:,} entries without a web address"] if without else [])]
    return ranked(newest(kept.values()), entries or len(kept), notes)


def _found(listing: Xml, url: str) -> tuple[list[Link], int]:
    """Links of the first MOST_READ entries, and the number of entries."""
    found: list[Link] = []
    entries = 0
    for tree in trees(listing):
        tags, base = _Tags(), _base(tree, url)
        for item in tree.iter(*_ITEM_TAGS):
            entries += 1
            if (link := _item(item, base, tags)) is not None:
                found.append(link)
        if entries >= MOST_READ:
            return found, max(entries, *(listing.data.count(b"</%s" % name.encode()) for name in _ITEMS))
    return found, entries


def _base(element: etree._Element, url: str) -> str:
    return absolute(url, element.get(_XML_BASE) or "") or url


def _item(item: etree._Element, url: str, tags: _Tags) -> Link | None:
    """Read one entry; None when it names no http(s) address."""
    fields: dict[str, str] = {}
    places: dict[str, str] = {}
    categories: list[str] = []
    for child in item:
        if not isinstance(child.tag, str):  # an entity that nobody declared
            continue
        name = tags[child.tag]
        if name in _PLACES:
            _note_link(places, name, child)
        elif name in _CATEGORIES:
            categories.append(_text(child) or child.get("term") or "")
        elif name in _FIELDS and name not in fields:
            fields[name] = _text(child)
    base = _base(item, url) if item.get(_XML_BASE) else url
    address = _first_address(base, [places[name] for name in _PLACES if name in places])
    if address is None:
        return None
    published = _first_date(fields, _PUBLISHED)
    return Link(
        url=address,
        title=shown(fields.get("title", "")),
        published=published or _first_date(fields, _UPDATED) or day_in(address),
        is_change=published is None,
        categories=_names(categories),
    )


def _note_link(places: dict[str, str], name: str, element: etree._Element) -> None:
    """Sort one link of an entry by what it is: the article, its first address, another form, an identifier."""
    text = _text(element)
    if name == "link":
        if (element.get("rel") or "alternate").lower() != "alternate":
            return
        name = "link" if "html" in (element.get("type") or "html") else "other"
        text = text or element.get("href") or (element.tail or "").strip()
    elif name in ("guid", "id") and not _is_permanent_link(element, text):
        return
    if text:
        places.setdefault(name, text)


def _is_permanent_link(element: etree._Element, text: str) -> bool:
    return text.startswith(("http://", "https://")) and element.get("isPermaLink", "true").lower() != "false"


def _text(element: etree._Element) -> str:
    if len(element) == 0:
        return (element.text or "").strip(_SPACE)
    return "".join(map(str, element.itertext())).strip(_SPACE)


def _names(categories: Iterable[str]) -> list[str]:
    """Categories for people, each once."""
    names = dict.fromkeys(name for text in islice(categories, _MOST_CATEGORIES) if (name := shown(text)))
    return list(names)


def _first_address(base: str, places: Iterable[str]) -> str | None:
    """The first that is an http(s) address; an ampersand may be escaped once too often."""
    found = (absolute(base, place.replace("&amp;", "&")) for place in places)
    return next((address for address in found if address is not None), None)


def _first_date(fields: dict[str, str], names: Iterable[str]) -> str | None:
    return next((found for name in names if (found := instant(fields.get(name)))), None)


def _json_entries(text: bytes) -> list[Any]:
    if len(text) > LARGEST_JSON:
        raise PageError(f"no feed: more than {LARGEST_JSON // 1024**2} MB of JSON", stage="listing")
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PageError(f"no feed: broken JSON: {error}", stage="listing") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise PageError("no feed: JSON without items", stage="listing")
    return items


def _json_item(item: dict[str, Any], url: str) -> Link | None:
    words = {key: value for key, value in item.items() if isinstance(value, str)}
    identity = words.get("id", "")
    places = (words.get("url"), words.get("external_url"), identity if "://" in identity else None)
    address = _first_address(url, [place for place in places if place])
    if address is None:
        return None
    listed = item.get("tags")
    tags = [tag for tag in listed if isinstance(tag, str)] if isinstance(listed, list) else []
    published = instant(words.get("date_published"))
    return Link(
        url=address,
        title=shown(words.get("title", "")),
        published=published or instant(words.get("date_modified")) or day_in(address),
        is_change=published is None,
        categories=_names(tags),
    )


def _with_feedparser(listing: Xml, url: str) -> Iterator[Link]:
    if len(listing.data) - listing.start > _MOST_FOR_FEEDPARSER:
        return
    import feedparser  # slow to load and rarely needed

    try:
        parsed = feedparser.parse(io.BytesIO(listing.text), sanitize_html=False)
    except Exception as error:  # its loose reader stumbles over many things, each with another error
        reason = f"no feed: feedparser: {type(error).__name__}: {str(error)[:80]}"
        raise PageError(reason, stage="listing") from error
    for entry in parsed.entries:
        place = entry.get("feedburner_origlink") or entry.get("link") or ""
        address = absolute(url, place) if place else None
        if address is not None:
            published = instant(entry.get("published"))
            yield Link(
                url=address,
                title=shown(entry.get("title", "")),
                published=published or instant(entry.get("updated")) or day_in(address),
                is_change=published is None,
            )
