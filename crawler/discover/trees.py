"""From the bytes of an XML listing to small trees, one after another: repaired, without DTD, bounded in memory."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from lxml import etree

from crawler.discover.document import refuse_walls, unpacked
from crawler.errors import NotHTML, PageError
from crawler.page import Page, parse
from crawler.page.encoding import as_utf8

PIECE = 2 * 1024**2
"""Bytes of a tree, which takes thirty times as much memory at worst; a listing of more is read in several."""

_ROOT_TAG = re.compile(rb"<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel|urlset|sitemapindex)(?=[\s/>])", re.IGNORECASE)
_KNOWN_TAG = re.compile(
    rb"<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel|urlset|sitemapindex|item|entry|url|sitemap)(?=[\s/>])", re.IGNORECASE
)
_OPENING = re.compile(rb"<([A-Za-z_][\w.:-]*+)(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+>")
_BEFORE_ROOT = re.compile(rb"\s+|<!--.*?-->|<\?[^>]*>", re.DOTALL)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|script|style)\b", re.IGNORECASE)
_PREFIX = re.compile(rb"<([A-Za-z][\w.-]{0,40}):[A-Za-z]")
_KNOWN = re.compile(rb"(?:amp|lt|gt|quot|apos|#\w{1,30});")
_BROKEN = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\w{1,30});)")
_NAMED = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,30});")
_BARE_AMPERSAND = re.compile(rb"&(?!#?\w{1,30};)")
_HALF = rb"&#(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*5[567]\d{3});"
_SURROGATES = re.compile(_HALF + rb"(?:" + _HALF + rb")?")
_NO_CHARACTER = re.compile(b"\xef\xbf[\xbe\xbf]")
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r"})
_MOST_AMPERSANDS = 100_000
"""Of a piece whose ampersands are broken: each is looked at."""
_FEW_LINKS = 12
"""A challenge or consent page has a logo, a help page, an imprint."""
_HEAD = 64 * 1024
_ENDED = {
    name: re.compile(rb"</(?:[\w.-]{1,40}:)?%s\s{0,9}>" % name.encode(), re.IGNORECASE)
    for name in ("rss", "feed", "rdf", "urlset", "sitemapindex")
}
_END_OF_ENTRY = (b"</item>", b"</entry>", b"</url>", b"</sitemap>")
_MOST_APART = 1_000
"""Entries of a broken piece that are parsed each for itself."""
_FIRST_ENTRIES = 8 * 1024
"""Bytes in which every prefix turns up that the entries of a listing have."""


class _Entries:
    """How the entries of a kind of listing begin and end."""

    def __init__(self, *names: str):
        either = "|".join(names).encode()
        self.start = re.compile(rb"<(?:[\w.-]{1,40}:)?(?:%s)(?=[\s/>])" % either, re.IGNORECASE)
        self.end = re.compile(rb"</(?:[\w.-]{1,40}:)?(?:%s)\s{0,9}>" % either, re.IGNORECASE)
        self.tags = [f"{{*}}{name}" for name in names]

    def end_of_piece(self, data: bytes, start: int) -> int:
        """Where the first entry ends that goes beyond PIECE bytes from `start`; at once where none does."""
        found = self.end.search(data, start + PIECE, start + 2 * PIECE)
        return found.end() if found is not None else start + PIECE


_OF_FEEDS, _OF_SITEMAPS = _Entries("item", "entry"), _Entries("url", "sitemap")


@dataclass(frozen=True, slots=True)
class Xml:
    """A listing in UTF-8, and where its root begins."""

    data: bytes
    start: int
    name: str
    """Of the root, without prefix, lower-cased; '' where the listing is no XML."""
    notes: tuple[str, ...] = ()
    """For people: what is odd about it."""

    @property
    def text(self) -> bytes:
        """The listing from its root on."""
        return self.data[self.start :]


def xml(content: bytes, expected: str, charset: str | None = None) -> Xml:
    """Unpack, decode and look for the root; PageError when it is empty, a wall or an HTML page.

    What stands before the root is passed over: declaration, DTD with all its entities, warnings of the server.
    """
    raw = unpacked(content)
    data = as_utf8(raw, _utf_16(raw) or charset).replace(b"\0", b"")
    start = _after(data, 0)
    if _HTML.match(data, start):
        page = _page(data[:PIECE].decode("utf-8", "replace"))
        refuse_walls(page, max(0, sum(1 for _ in page.root.iter("a")) - _FEW_LINKS))
        raise PageError(f"HTML page instead of {expected}", stage="listing")
    start = _root_position(data, start)
    opening = _OPENING.match(data, start, start + _HEAD) or _ROOT_TAG.match(data, start)
    name = _local(opening[0]) if opening else ""
    notes = ["entities are not expanded"] if b"<!ENTITY" in data[:start] else []
    if opening and name in _ENDED and not opening[0].endswith(b"/>") and _ENDED[name].search(data, start) is None:
        data = _whole_entries(data, start)
        notes.append("its end is missing")
    return Xml(data, start, name, tuple(notes))


def _whole_entries(data: bytes, start: int) -> bytes:
    """Without an entry at the end that was cut off: half an address is another address."""
    end = max(data.rfind(mark) + len(mark) if mark in data else 0 for mark in _END_OF_ENTRY)
    return data[:end] if end > start else data


def _page(text: str) -> Page:
    try:
        return parse(text, "")
    except NotHTML as error:
        raise PageError(str(error), stage="listing") from error


def trees(listing: Xml) -> Iterator[etree._Element]:
    """Parse a listing as far as it can be read, PIECE by PIECE, each of whole entries within the same root.

    No entity is expanded, nothing is requested. A piece that nests deeper than 256 levels ends there.
    """
    opening, entries = _opening(listing), _OF_SITEMAPS if listing.name in ("urlset", "sitemapindex") else _OF_FEEDS
    start, size = listing.start, len(listing.data)
    while start < size:
        end = entries.end_of_piece(listing.data, start) if size - start > PIECE else size
        piece = listing.data[start:end]
        if start > listing.start and entries.start.search(piece) is None:
            start = end  # the rest of something endless
            continue
        if start > listing.start:
            piece = opening + piece
        elif (written := _OPENING.match(piece, 0, _HEAD)) is not None:
            piece = opening + piece[written.end() :] if written[0] != opening and written[0][-2:] != b"/>" else piece
        yield from _read(piece, opening, entries)
        start = end


def _utf_16(raw: bytes) -> str | None:
    """UTF-16 without its mark, by the zeros of the first four letters (XML 1.0, appendix F)."""
    zeros = bytes(4)
    return "utf-16-le" if raw[1:8:2] == zeros else "utf-16-be" if raw[0:8:2] == zeros else None


def _after(data: bytes, position: int) -> int:
    """Where the first tag or doctype stands, past declaration, comments and white space."""
    while (match := _BEFORE_ROOT.match(data, position)) is not None:
        position = match.end()
    return position


def _root_position(data: bytes, start: int) -> int:
    if data[start : start + 9].upper() == b"<!DOCTYPE":
        close, subset = data.find(b">", start), data.find(b"[", start)
        if -1 < subset < close:
            close = data.find(b">", data.find(b"]", subset))
        start = _after(data, close + 1) if close > -1 else len(data)
    known = _KNOWN_TAG.search(data, start, start + _HEAD)
    return known.start() if known is not None and _ROOT_TAG.match(data, known.start()) else start


def _opening(listing: Xml) -> bytes:
    """The root's start tag, in which every prefix is declared; bare where it is longer than any that is meant well."""
    found = _OPENING.match(listing.data, listing.start, listing.start + _HEAD)
    if found is None or found[0].endswith(b"/>"):
        return b"<%s>" % (listing.name or "x").encode()
    head, tag = listing.data[listing.start : listing.start + _FIRST_ENTRIES], found[0]
    unknown = {prefix for prefix in _PREFIX.findall(head) if b"xmlns:%s=" % prefix not in head and prefix != b"xml"}
    return tag[:-1] + b"".join(b' xmlns:%s="urn:%s"' % (prefix, prefix) for prefix in sorted(unknown)) + b">"


def _read(piece: bytes, opening: bytes, entries: _Entries) -> Iterator[etree._Element]:
    """Parse a piece; where it is broken so that entries are lost behind it, each entry for itself."""
    tree, is_sound = _parsed(piece)
    if not is_sound:
        starts = [match.start() for match in islice(entries.start.finditer(piece), _MOST_APART + 1)]
        read = sum(1 for _ in islice(tree.iter(*entries.tags), len(starts))) if tree is not None else 0
        if read < len(starts) <= _MOST_APART:
            yield from _apart(piece, starts, opening if len(opening) < _FIRST_ENTRIES else b"<x>")
            return
    if tree is not None:
        yield tree


def _apart(piece: bytes, starts: list[int], opening: bytes) -> Iterator[etree._Element]:
    for start, end in pairwise([*starts, len(piece)]):
        tree, _ = _parsed(opening + piece[start:end])
        if tree is not None:
            yield tree


def _parsed(piece: bytes) -> tuple[etree._Element | None, bool]:
    """The tree of what can be read, and whether nothing is wrong with it."""
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,  # at most 256 levels: what nests deeper is made to hurt
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        return etree.fromstring(_as_xml(piece), parser), not len(parser.error_log)
    except etree.XMLSyntaxError:
        return None, False


def _as_xml(piece: bytes) -> bytes:
    """Without what no XML may hold; ampersands that begin nothing and names of HTML outside CDATA made right."""
    piece = piece.translate(None, _CONTROLS)
    if b"\xef\xbf" in piece:
        piece = _NO_CHARACTER.sub(b"", piece)
    if b"&#" in piece:
        piece = _SURROGATES.sub(_as_pair, piece)
    if _is_fine(piece):
        return piece
    if piece.count(b"&") > _MOST_AMPERSANDS:
        return piece.replace(b"&", b"&amp;")
    first, *sections = piece.split(b"<![CDATA[")
    parts = [_ampersands(first)]
    for section in sections:
        literal, end, rest = section.partition(b"]]>")
        parts.append(b"<![CDATA[" + literal + end + _ampersands(rest))
    return b"".join(parts)


def _is_fine(markup: bytes) -> bool:
    """Whether every ampersand begins what XML knows; of a few, faster than to look for those that do not."""
    if markup.count(b"&") > _MOST_AMPERSANDS:
        return _BROKEN.search(markup) is None
    return all(map(_KNOWN.match, markup.split(b"&")[1:]))


def _ampersands(markup: bytes) -> bytes:
    return markup if _is_fine(markup) else _BARE_AMPERSAND.sub(b"&amp;", _NAMED.sub(_as_character, markup))


def _as_pair(match: re.Match[bytes]) -> bytes:
    """A character beyond U+FFFF, written as the two halves that UTF-16 has for it; one half alone is none."""
    numbers = [int(part[1:], 16) if part[0] in b"xX" else int(part) for part in re.findall(rb"&#(\w+);", match[0])]
    halves = b"".join(number.to_bytes(2, "little") for number in numbers)
    return halves.decode("utf-16-le", "replace").encode()


def _as_character(match: re.Match[bytes]) -> bytes:
    """Named characters of HTML are no XML: put the character; what is no name stays text."""
    name = match[0].decode()
    character = html.unescape(name)
    return character.encode() if character != name else b"&amp;" + match[0][1:]


def _local(tag: bytes) -> str:
    name = tag.strip(b"</>").split(None, 1)[0]
    return name.rpartition(b":")[2].decode("utf-8", "replace").lower()
