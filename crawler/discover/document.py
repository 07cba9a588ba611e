"""From the bytes of a listing to text or an XML tree: unpacked, decoded, bounded, and refused when a wall."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Iterable
from functools import lru_cache

from lxml import etree

from crawler.errors import PageError
from crawler.items import Link
from crawler.page.encoding import decode

LARGEST = 64 * 1024 * 1024
"""Bytes after unpacking: a sitemap may hold 50 MB, a bomb holds more."""
MOST_LINKS = 5_000
"""Links kept of one listing; more are an archive, not what is new."""

_GZIP = b"\x1f\x8b"
_KIND_BYTES = 4096
_BEFORE_JSON = b"\xef\xbb\xbf \t\r\n"
_FIRST_ELEMENT = re.compile(rb"<(?![?!])(?:\w+:)?(\w+)")
_FEW_LINKS = 12
"""A challenge or consent page has a logo, a help page, an imprint."""
_CHALLENGE = re.compile(
    r"<title[^>]*>\s*(?:just a moment|client challenge|attention required|access denied|pardon our interruption"
    r"|are you a robot|robot check|human verification|verify you are human|one more step|ddos-guard|security check"
    r"|checking your browser|please wait\.\.\.|un instant|nur einen moment|un momento|bot verification"
    r"|request rejected|you have been blocked)"
    r"|captcha-delivery\.com|_incapsula_resource|_cf_chl_opt|cf-browser-verification|px-captcha"
    r"|awswafcookie|g-recaptcha|h-captcha|cf-turnstile|please enable js and disable any ad blocker",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"<title[^>]*>[^<]{0,60}(?:before you continue|consent|privacy settings|avant de continuer|bevor sie)"
    r"|consent\.(?:google|yahoo|youtube)\.com|<form[^>]+action=[\"'][^\"']*consent",
    re.IGNORECASE,
)
_BEFORE_ROOT = re.compile(r"\s+|<!--.*?-->|<\?[^>]*>", re.DOTALL)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,30});")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,30};)")


class Links(list[Link]):
    """The links that were read of one listing, and whether it holds more."""

    def __init__(self, kept: Iterable[Link], announced: int | None = None):
        super().__init__(kept)
        self.announced = len(self) if announced is None else announced
        """Entries of the listing: more than `len(self)` where it was cut at MOST_LINKS, otherwise as many."""


def unpacked(content: bytes) -> bytes:
    """Give the bytes with gzip undone, at most LARGEST of them; PageError where there are more, or none."""
    if content.startswith(_GZIP):
        content = _gunzipped(content)
    if len(content) > LARGEST:
        raise PageError(f"more than {LARGEST // 1024**2} MB", stage="listing")
    if not content.strip():
        raise PageError("empty answer", stage="listing")
    return content


def kind_of(content: bytes) -> str:
    """What a listing is, by its first element: 'feed' (JSON Feed too), 'news-sitemap', else 'section'."""
    start = _start(content)
    if start.lstrip(_BEFORE_JSON).startswith(b"{"):
        return "feed"
    first = _FIRST_ELEMENT.search(start)
    name = first[1].lower() if first else b"html"
    if name in (b"rss", b"feed", b"rdf"):
        return "feed"
    return "news-sitemap" if name in (b"urlset", b"sitemapindex") else "section"


def _start(content: bytes) -> bytes:
    if content.startswith(_GZIP):
        try:
            content = zlib.decompressobj(wbits=31).decompress(content, _KIND_BYTES)
        except zlib.error:  # who reads it all says so
            return b""
    return content[:_KIND_BYTES]


def refuse_walls(text: str) -> None:
    """Raise PageError when a page stands between us and the listing: a bot challenge, a consent page."""
    if text.count("<a ") + text.count("<A ") > _FEW_LINKS:
        return
    head = text[:100_000]
    if (found := _CHALLENGE.search(head)) is not None:
        marker = re.sub(r"<[^>]*>|\s+", " ", found[0]).strip()
        raise PageError(f"challenge page instead of the listing: {marker}", stage="listing")
    if _CONSENT.search(head):
        raise PageError("consent page instead of the listing", stage="listing")


def xml_text(content: bytes, expected: str, charset: str | None = None) -> str:
    """Give the text of an XML or JSON listing; PageError when it is empty, a wall or an HTML page."""
    text = decode(unpacked(content), charset)
    if _HTML.match(text, _root_position(text)):
        refuse_walls(text)
        raise PageError(f"HTML page instead of {expected}", stage="listing")
    return text


def xml_root(text: str) -> etree._Element | None:
    """Parse XML as far as it can be read, without its DTD, entities of its own or any request."""
    text = _without_doctype(text)
    if "&" in text:
        text = _BARE_AMPERSAND.sub("&amp;", _NAMED.sub(_as_character, text))
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
        return etree.fromstring(_NO_XML.sub("", text).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None


def local(element: etree._Element) -> str:
    """Name of an element without namespace or prefix, lower-cased; '' for what is no element."""
    return _local(element.tag) if isinstance(element.tag, str) else ""


@lru_cache(maxsize=1024)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def _root_position(text: str) -> int:
    """Where the first tag or doctype of a document stands, past declaration, comments and white space."""
    position = 0
    while (match := _BEFORE_ROOT.match(text, position)) is not None:
        position = match.end()
    return position


def _without_doctype(text: str) -> str:
    """Give the text from the root on: the encoding is known, and no entity of a DTD is wanted."""
    start = _root_position(text)
    if text[start : start + 9].upper() != "<!DOCTYPE":
        return text[start:]
    close, subset = text.find(">", start), text.find("[", start)
    if -1 < subset < close:
        close = text.find(">", text.find("]", subset))
    return text[_root_position(text[close + 1 :]) + close + 1 :] if close > -1 else ""


def _gunzipped(content: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(content, LARGEST + 1)
    except zlib.error as error:
        raise PageError(f"broken gzip: {error}", stage="listing") from error
    if not unpacker.eof and len(plain) <= LARGEST:
        raise PageError("cut gzip: the end is missing", stage="listing")
    return plain


def _as_character(match: re.Match[str]) -> str:
    """Named characters of HTML are no XML: put the character; what is no name stays text."""
    character = html.unescape(match[0])
    return character if character != match[0] else f"&amp;{match[1]};"
