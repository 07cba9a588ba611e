"""What is refused before it is parsed: what is no HTML page, and what would take seconds to parse."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.errors import NotHTML, PageError

MAX_BYTES = 16 * 1024 * 1024
MAX_TAGS = 600_000
MAX_ROWS = 20_000
"""Table rows; trafilatura takes more than linear time in them."""
MAX_ATTRIBUTES = 4_000
"""In one tag, or as many squares in several; libxml2 takes quadratic time in them (40,000: 11 s)."""
_SNIFFED = 65_536
"""Bytes at the start of a page in which it must look like one."""
_MANY_ATTRIBUTES = 100
LONG_TAG = 1_000
"""Bytes; a shorter tag cannot hold attributes enough to hurt."""

_MAGIC = {
    b"%PDF": "a PDF",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"RIFF": "an image or a sound",
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "gzip data",
    b"\x28\xb5\x2f\xfd": "zstd data",
}
_ELEMENT = re.compile(
    rb"<(?:!doctype|html|head|body|title|meta|link|base|script|style|main|article|section|header|nav|aside|footer|div|"
    rb"span|p|a|h[1-6]|ul|ol|li|dl|table|tr|td|form|figure|img|br|hr|blockquote|pre|center|font|b|i|em|strong)(?=[\s/>])",
    re.I,
)
_FEED = re.compile(rb"\s*(?:<[?!][^>]*>\s*)*<(rss|feed|urlset|sitemapindex|rdf:RDF)\b", re.I)
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 27})
_CONTINUED = bytes(range(0x80, 0xC0))
"""Bytes of UTF-8 that begin no character."""
_REPLACED = "\ufffd".encode()
_UNREADABLE = 0.05
"""Share of controls and replaced characters; pages have a thousandth at worst, random bytes a tenth."""


def refuse_other_types(raw: bytes) -> None:
    """Raise NotHTML for what begins as another kind of file does."""
    for magic, name in _MAGIC.items():
        if raw.startswith(magic):
            raise NotHTML(f"the page is {name}", stage="decode")


def refuse_no_html(source: bytes) -> None:
    """Raise NotHTML when a decoded page (UTF-8) is empty, garbage, a feed, or holds no HTML element."""
    if not source or source.isspace():
        raise NotHTML("the page is empty", stage="decode")
    start = source.lstrip()[:_SNIFFED]
    if _unreadable(start) > _UNREADABLE:
        raise NotHTML("the page is binary data", stage="decode")
    if feed := _FEED.match(source):
        raise NotHTML(f"the page is a feed or sitemap <{feed[1].decode()}>", stage="decode")
    if not _ELEMENT.search(start):
        raise NotHTML("the page holds no HTML element", stage="decode")


def _unreadable(start: bytes) -> float:
    """Share of the characters that no writer writes: controls, and what could not be decoded. 0 to 1."""
    controls = len(start) - len(start.translate(None, _CONTROL))
    return (controls + start.count(_REPLACED)) / len(start.translate(None, _CONTINUED))


def refuse_costly(source: bytes) -> None:
    """Look in linear time for what makes parsing slow, since no timeout fires inside the parser."""
    if len(source) > MAX_BYTES:
        raise PageError(f"{len(source):,} bytes, more than {MAX_BYTES:,}", stage="parse")
    for start, limit, name in ((b"<", MAX_TAGS, "tags"), (b"<tr", MAX_ROWS, "table rows")):
        # Short pages cannot hold so many, and need no counting.
        if len(source) > 3 * limit and (count := source.count(start)) > limit:
            raise PageError(f"{count:,} {name}, more than {limit:,}", stage="parse")
    cost = 0
    for place, tag in _long_tags(source):
        count = _attributes(tag)
        # Few enough for the parser: spare the search. A script's text may look like a long tag, and costs nothing.
        cost += count * count if count > _MANY_ATTRIBUTES and not _in_script(source, place) else 0
    if cost > MAX_ATTRIBUTES * MAX_ATTRIBUTES:
        raise PageError(f"tags with more than {MAX_ATTRIBUTES:,} attributes", stage="parse")


def _long_tags(source: bytes) -> Iterator[tuple[int, bytes]]:
    """(place, tag) of tags of LONG_TAG bytes and more, from '<' to before '>', found in leaps between far '>'."""
    start = 0
    while start < len(source):
        end = source.rfind(b">", start, start + LONG_TAG)
        if end < 0:
            end = source.find(b">", start)
            end = end if end >= 0 else len(source)
            tag = source.find(b"<", start, end)
            if 0 <= tag < end - LONG_TAG:
                yield tag, source[tag:end]
        start = end + 1


def _in_script(source: bytes, place: int) -> bool:
    return source.rfind(b"<script", 0, place) > source.rfind(b"</script", 0, place)


def _attributes(tag: bytes) -> int:
    """Attributes of a tag; what stands in quotes is none."""
    return len(_QUOTED.sub(b" ", tag).split())
