"""From bytes to one parsed page: refuse what is no page, find the encoding, parse once."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from crawler.errors import NotHTML, PageError
from crawler.extract import jsonld
from crawler.extract.metadata import read_meta

MAX_BYTES = 16 * 1024 * 1024
MAX_TAGS = 600_000
MAX_ROWS = 20_000
"""Table rows; trafilatura takes more than linear time in them."""
MAX_ATTRIBUTES = 4_000
"""In one tag, or as many squares in several; libxml2 takes quadratic time in them (40,000: 11 s)."""
_SNIFFED = 65_536
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
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_TAG = re.compile(rb"<(?:!doctype|[a-z])", re.I)
_FEED = re.compile(rb"\s*(?:<[?!][^>]*>\s*)*<(rss|feed|urlset|sitemapindex|rdf:RDF)\b", re.I)
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
_DECLARED = re.compile(
    rb"(?:<meta\b[^>]{0,400}?\bcharset|<\?xml\b[^>]{0,200}?\bencoding)\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.I
)
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 27})

# What a browser reads under a label (WHATWG): Latin-1 is windows-1252, the Asian sets are their supersets.
# A label outside this table is ignored, so that Python's other codecs (zip, idna, utf-7) are out of reach.
_WHATWG = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_CODECS = {
    *(f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    *(f"cp125{n}" for n in range(9)),
    *("cp866", "cp874", "cp932", "cp949", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic"),
    *("gb18030", "big5hkscs", "euc_jp", "iso2022_jp", "utf-16-le", "utf-16-be", "utf-16"),
}


@dataclass(slots=True)
class Page:
    """A page parsed once, shared by all that reads it."""

    url: str
    root: HtmlElement
    """The <html> element; comments and processing instructions are gone."""
    meta: dict[str, list[str]]
    """<meta> contents in page order by lower-cased property, name, itemprop or http-equiv."""
    jsonld: list[dict[str, Any]]
    """JSON-LD objects in page order; lists and @graph taken apart."""


def parse(html: bytes | str, url: str, charset: str | None = None) -> Page:
    """Parse a page once. `charset` is what the HTTP header says.

    Raises NotHTML when there is nothing, or something else than HTML; PageError (stage 'parse') when the
    page is built so that parsing it would take seconds.
    """
    source = _as_utf8(html, charset)
    _refuse_costly(source)
    try:
        root = document_fromstring(source, parser=new_parser())
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise NotHTML(f"no HTML element can be read: {error}", stage="parse") from error
    return Page(url=url, root=root, meta=read_meta(root), jsonld=jsonld.read(root))


def new_parser() -> HTMLParser:
    """A parser whose elements are all HtmlElement.

    lxml.html asks a Python function for the class of each element that is looked at, which costs a tenth of an
    extraction; nobody here needs the classes for forms and inputs.
    """
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=True)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser


def decode(raw: bytes, charset: str | None = None) -> str:
    """Text of `raw`: by byte order mark, else UTF-8 where it is valid, else by meta, header, windows-1252."""
    for bom, encoding in _BOMS.items():
        if raw.startswith(bom):
            return raw[len(bom) :].decode(encoding, "replace")
    declared = [_codec(label) for label in (_declared(raw), charset)]
    for codec in declared:
        # These two are made of bytes that are valid UTF-8 as well, so they must be asked for first.
        if codec and ((codec == "iso2022_jp" and b"\x1b" in raw) or (codec[:6] == "utf-16" and b"\0" in raw)):
            return raw.decode(codec, "replace")
    text = raw.decode("utf-8", "replace")
    if _mostly_utf8(text):
        return text
    usable = [codec for codec in declared if codec and codec[:6] != "utf-16"]
    return raw.decode(usable[0] if usable else "cp1252", "replace")


def _as_utf8(html: bytes | str, charset: str | None) -> bytes:
    if isinstance(html, bytes):
        _refuse_other_types(html)
        source = html if _is_plain_utf8(html) else decode(html, charset).encode("utf-8", "replace")
    else:
        source = html.encode("utf-8", "replace")
    source = source.replace(b"\0", b"")
    _refuse_no_html(source)
    return source


def _is_plain_utf8(raw: bytes) -> bool:
    """Needs no decoding: valid, and without the signs of what only looks valid (mark, UTF-16, ISO-2022-JP)."""
    if raw.startswith(codecs.BOM_UTF8) or b"\0" in raw or b"\x1b" in raw:
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _refuse_no_html(source: bytes) -> None:
    if not source or source.isspace():
        raise NotHTML("the page is empty", stage="decode")
    start = source[:_SNIFFED]
    if len(start.translate(None, _CONTROL)) < 0.9 * len(start):
        raise NotHTML("the page is binary data", stage="decode")
    if not _TAG.search(source):
        raise NotHTML("the page holds no HTML element", stage="decode")
    if feed := _FEED.match(source):
        raise NotHTML(f"the page is a feed or sitemap <{feed[1].decode()}>", stage="decode")


def _refuse_other_types(raw: bytes) -> None:
    for magic, name in _MAGIC.items():
        if raw.startswith(magic):
            raise NotHTML(f"the page is {name}", stage="decode")


def _refuse_costly(source: bytes) -> None:
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


def _declared(raw: bytes) -> str | None:
    found = _DECLARED.search(raw, 0, 16_384)
    return found[1].decode("ascii", "ignore") if found else None


def _codec(label: str | None) -> str | None:
    """Python's codec for a charset label as browsers read it; None for UTF-8 and for labels to ignore."""
    try:
        name = codecs.lookup((label or "").strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    name = _WHATWG.get(name, name)
    return name if name in _CODECS or name == "cp1252" else None


def _mostly_utf8(text: str) -> bool:
    """A stray byte in a UTF-8 page must not turn all its accents into windows-1252."""
    bad = text.count("\ufffd")
    return bad == 0 or bad * 20 < len(text) - len(text.encode("ascii", "ignore"))
