"""What is refused before it is parsed: what is no HTML page, and what would take seconds to parse."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree
from lxml.html import HtmlElement

from crawler.errors import NotHTML, PageError
from crawler.normalise import clean

MAX_BYTES = 16 * 1024 * 1024
MAX_TAGS = 300_000
MAX_ROWS = 20_000
"""Table rows; trafilatura takes more than linear time in them."""
MAX_ATTRIBUTES = 4_000
"""In one tag, or as many squares in several; libxml2 takes quadratic time in them (40,000: 11 s)."""
MAX_COST = MAX_ATTRIBUTES * MAX_ATTRIBUTES
_SNIFFED = 65_536
"""Bytes at the start of a page in which it must look like one."""
MAX_ATTRIBUTE = 4_000
"""Characters of one attribute; the longest class on real pages has two thousand."""
MAX_NAMES = 2_000_000
"""Characters that the attributes of all long tags may have together."""
_MANY_ATTRIBUTES = 100
LONG_TAG = 400
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
_VALUE = re.compile(rb"=\s*+(?:\"[^\"]*+\"?|'[^']*+'?)")
# What a tag holds, up to '>'. Possessive throughout: linear, whatever stands there.
_INSIDE = r"[^>=]*+(?:=\s*+(?:\"[^\"]*+\"?+|'[^']*+'?+)?+[^>=]*+)*+"
_RAW = ("script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes")
_RAW_ELEMENTS = "|".join(rf"(?i:{name})(?=[\s/>]){_INSIDE}[^<]*+(?:<(?!/(?i:{name})[\s/>])[^<]*+)*+" for name in _RAW)
_COMMENT = r"!--(?!-?>)[^-]*+(?:-(?!-!?>)[^-]*+)*+"
# Most tags begin with a letter that no name of raw text has. No groups, so that `findall` makes nothing but strings.
_TAG = re.compile(rf"<(?:(?![sStTxXiInN])[a-zA-Z]{_INSIDE}|{_RAW_ELEMENTS}|[a-zA-Z]{_INSIDE}|{_COMMENT})".encode())
"""A comment, a tag, or an element of raw text with its text: there nothing else is a tag."""
_OPENING = re.compile(rf"<([a-zA-Z]{_INSIDE})".encode())
_WITH_LONG_ATTRIBUTES = etree.XPath("//@*[string-length() > $limit]/..")
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
    bad = controls + (start.count(_REPLACED) if _REPLACED[:1] in start else 0)
    return bad / len(start.translate(None, _CONTINUED)) if bad else 0.0


def refuse_costly(source: bytes) -> int | None:
    """Look in linear time for what makes parsing slow, since no timeout fires inside the parser.

    Where tags are so long that `cut_attributes` has work: the characters that each attribute may keep; else None.
    """
    if len(source) > MAX_BYTES:
        raise PageError(f"{len(source):,} bytes, more than {MAX_BYTES:,}", stage="parse")
    # Short pages cannot hold so many, and need no counting; nor are there more rows than tags.
    tags = source.count(b"<") if len(source) > 3 * MAX_ROWS else 0
    if tags > MAX_TAGS and len(source) > 3 * MAX_TAGS:
        raise PageError(f"{tags:,} tags, more than {MAX_TAGS:,}", stage="parse")
    if tags > MAX_ROWS and (rows := source.count(b"<tr")) > MAX_ROWS:
        raise PageError(f"{rows:,} table rows, more than {MAX_ROWS:,}", stage="parse")
    long = list(_long_tags(source))
    at_most = (len(tag) // 2 + 1 for tag in long)
    if _cost(at_most) > MAX_COST and _cost(map(_attributes, long)) > MAX_COST:
        raise PageError(f"tags with more than {MAX_ATTRIBUTES:,} attributes", stage="parse")
    limit = min(MAX_ATTRIBUTE, MAX_NAMES // max(1, len(long)))
    return limit if any(len(tag) > limit for tag in long) else None


def _long_tags(source: bytes) -> Iterator[bytes]:
    """Tags of LONG_TAG bytes and more, read as the parser reads them: none in comments, scripts, quotes.

    Values that hold tags are read as well: whoever fools us about where a quote begins hides tags in one.
    """
    for found in _TAG.findall(source):
        if len(found) >= LONG_TAG and (opening := _OPENING.match(found)):
            yield (tag := opening[1])
            if b"<" in tag:
                for value in _VALUE.findall(tag):
                    yield from _long_tags(value[2:]) if len(value) > LONG_TAG else ()


def _cost(counts: Iterable[int]) -> int:
    return sum(count * count for count in counts if count > _MANY_ATTRIBUTES)


def _attributes(tag: bytes) -> int:
    """Attributes of a tag, or somewhat more; what stands in quotes is none."""
    few = len(tag.split()) + tag.count(b"/") + tag.count(b"=")
    return len(_VALUE.sub(b" ", tag).replace(b"/", b" ").split()) if few > _MANY_ATTRIBUTES else few


def cut_attributes(root: HtmlElement, limit: int) -> None:
    """Cut class names, addresses and the like to `limit`; JSON and the contents of <meta> stay whole."""
    for element in _WITH_LONG_ATTRIBUTES(root, limit=limit):
        for name, value in element.items():
            if len(value) > limit and name != "content" and not value.lstrip().startswith(("{", "[")):
                element.set(name, clean(value[:limit]))  # lxml reads control characters, but writes none
