"""What every listing has in common: it is unpacked, bounded, refused when it is a wall, and gives Links."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable

from crawler.errors import PageError, Walled
from crawler.items import Link
from crawler.page import Page, walls

LARGEST = 64 * 1024 * 1024
"""Bytes after unpacking: a sitemap may hold 50 MB, a bomb holds more."""
MOST_LINKS = 5_000
"""Links kept of one listing; more are an archive, not what is new."""

_GZIP = b"\x1f\x8b"
_KIND_BYTES = 4096
_BEFORE_JSON = b"\xef\xbb\xbf \t\r\n"
_FIRST_ELEMENT = re.compile(rb"<(?![?!])(?:\w+:)?(\w+)")
_MOST_MEMBERS = 16


class Links(list[Link]):
    """The links that were read of one listing, and whether it holds more."""

    def __init__(
        self,
        kept: Iterable[Link],
        announced: int | None = None,
        shown: Iterable[int] = (),
        next_page: str | None = None,
        notes: Iterable[str] = (),
    ):
        super().__init__(kept)
        self.notes = list(notes)
        """For people: what is odd about the listing, as that its end is missing."""
        self.next_page = next_page
        """Address of the page after this one of the same section page; None where it has none, or nobody asked."""
        self.shown = tuple(shown)
        """Of a section page: fingerprints of all addresses that it shows, articles or not, for `Seen`."""
        self.announced = len(self) if announced is None else announced
        """Entries of the listing: more than `len(self)` where it was cut at MOST_LINKS, otherwise as many."""


def newest(found: Iterable[Link]) -> list[Link]:
    """Give the links themselves, or of more than MOST_LINKS the newest, newest first; those without date come last."""
    links = list(found)
    if len(links) <= MOST_LINKS:
        return links
    return sorted(links, key=lambda link: link.published or "", reverse=True)[:MOST_LINKS]


def ranked(found: Iterable[Link], announced: int | None = None, notes: Iterable[str] = ()) -> Links:
    """Number links from 1."""
    links = Links(found, announced, notes=notes)
    for rank, link in enumerate(links, start=1):
        link.rank = rank
    return links


def unpacked(content: bytes) -> bytes:
    """Give the bytes with gzip undone, at most LARGEST of them; PageError where there are more, or none."""
    for _ in range(2):  # a file that is packed may be packed again on its way
        if content.startswith(_GZIP):
            content = _gunzipped(content)
    if len(content) > LARGEST:
        raise PageError(f"more than {LARGEST // 1024**2} MB", stage="listing")
    if not content or content.isspace():
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


def refuse_walls(page: Page, link_count: int = 0) -> None:
    """Raise Walled when a page stands between us and the listing: a challenge, a consent page, a soft 404, a shell.

    `link_count`: links to articles that were found on it; with any, only the page of a product or one that says that
    it was not found is a wall: listings carry banners, and pages that are not found headlines.
    """
    look = walls.look(page)
    wall = walls.judge(look) if look is not None else None
    if wall is None and look is not None and link_count == 0:
        wall = walls.shell(look)
    if wall is not None and (link_count == 0 or wall.is_product or wall.kind == "missing"):
        outcome = "error" if wall.outcome == "empty" else wall.outcome
        raise Walled(f"{wall} instead of the listing", outcome, stage="listing")


def _gunzipped(content: bytes) -> bytes:
    """Undo gzip, of several members too; what stands behind them is no content."""
    plain = b""
    for _ in range(_MOST_MEMBERS):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            plain += unpacker.decompress(content, LARGEST + 1 - len(plain))
        except zlib.error as error:
            raise PageError(f"broken gzip: {error}", stage="listing") from error
        if len(plain) > LARGEST:
            return plain
        if not unpacker.eof:
            raise PageError("cut gzip: the end is missing", stage="listing")
        content = unpacker.unused_data
        if not content.startswith(_GZIP):
            return plain
    raise PageError(f"broken gzip: more than {_MOST_MEMBERS} members", stage="listing")
