"""One page or listing that a person names, and how `links` shows what it announces."""

from __future__ import annotations

import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crawler import discover
from crawler.errors import PageError, UsageError, WorlddeskError
from crawler.items import Link
from crawler.report.terminal import Cell, Column, say_json, say_table
from crawler.urls import absolute

if TYPE_CHECKING:
    from sqlite_utils import Database

NOWHERE = "https://page.invalid/an-article-of-unknown-address"
"""Address of a page from a file that nobody named: one that speaks neither for nor against an article."""
LINK_FIELDS = ("url", "title", "published", "rank")
MOST = 64 * 1024 * 1024
"""Bytes that are read of a file: more is no page."""


class Content(NamedTuple):
    """The bytes of a page and where they come from."""

    where: str
    body: bytes
    url: str | None
    """Address of the page; None for a file without one."""
    charset: str | None = None
    """As the HTTP head names it."""


def read(where: str, url: str | None = None) -> Content:
    """A file (.gz too), stdin ('-') or the answer of an address. Raises UsageError where there is none."""
    if "://" in where:
        return _fetched(where)
    if url is not None and absolute("", url) is None:
        raise UsageError(f"{url} is not an http(s) address; write it as https://www.example.org/world")
    return Content(where, _unpacked(where, _bytes(where)), url)


def set_aside(db: Database, number: int) -> Content:
    """A page that ended a worker. Raises UsageError for a number that there is not, or where the page was not kept."""
    from crawler.workers import quarantine

    page = quarantine.get(db, number)
    if page.body is None:
        raise UsageError(f"page {number}, {page.url}, was not kept; give its address instead")
    return Content(f"page {number}", page.body, page.url, page.charset)


def _fetched(url: str) -> Content:
    from crawler.visit import fetch_page  # Scrapy: only where something is fetched

    page = fetch_page(url)
    return Content(url, page.body, page.url, page.charset)


def _bytes(where: str) -> bytes:
    if where == "-":
        return sys.stdin.buffer.read(MOST + 1)
    try:
        with Path(where).open("rb") as file:
            return file.read(MOST + 1)
    except OSError as error:
        raise UsageError(f"{where}: {error.strerror}; give a file, or an address with https://") from None


def _unpacked(where: str, content: bytes) -> bytes:
    if content.startswith(b"\x1f\x8b"):
        try:
            content = zlib.decompressobj(wbits=31).decompress(content, MOST + 1)
        except zlib.error as error:
            raise UsageError(f"{where}: cannot be unpacked: {error}") from None
    if len(content) > MOST:
        raise UsageError(f"{where}: larger than {MOST >> 20} MiB; that is no page")
    return content


def links(content: Content, kind: str | None = None) -> list[Link]:
    """The links of a listing. Raises WorlddeskError with the reason where it cannot be read."""
    kind = kind or discover.kind_of(content.body)
    if kind == "section" and content.url is None:
        raise UsageError(
            f"{content.where}: give the address of the page with --url: its own links are those of its site"
        )
    try:
        return discover.links(content.body, content.url or NOWHERE, kind, content.charset)
    except PageError as error:
        raise WorlddeskError(f"{content.where}: no listing: {error}") from None


def show_links(found: list[Link], *, as_json: bool = False) -> None:
    """A line a link: rank, date, headline, address."""
    if as_json:
        say_json([{name: getattr(link, name) for name in LINK_FIELDS} for link in found])
        return
    columns = [Column("", right=True), Column("published"), Column("headline", wraps=True), Column("url", wraps=True)]
    say_table(columns, [_link_row(link) for link in found])


def _link_row(link: Link) -> tuple[Cell, Cell, Cell, Cell]:
    title = Cell(link.title or "", "" if link.title else "dim")
    return Cell(str(link.rank), "dim"), Cell(link.published or ""), title, Cell(link.url, "dim")
