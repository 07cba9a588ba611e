"""What workers are asked to do with listings and archives, so that no part of it keeps the crawl from its sockets.

Articles need no more than `crawler.extract:extract`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler import discover, fetch
from crawler.catalogue import Source
from crawler.discover import Seen
from crawler.history import Choice, Place, choose
from crawler.items import Link
from crawler.periods import Period
from crawler.workers import stages

EXTRACT = "crawler.extract:extract"
LISTING = "crawler.workers.reading:listing"
ARCHIVE = "crawler.workers.reading:archive"
"""Names of the functions, for `Pool.submit`."""


@dataclass(slots=True)
class Listed:
    """What a listing says."""

    links: list[Link]
    announced: int
    """Links on it; more than `links` where these were cut."""
    shown: tuple[int, ...]
    next_page: str | None
    ttl_seconds: int | None = None
    """How long a feed calls itself fresh."""
    children: list[str] = field(default_factory=list)
    """The sitemaps of an index."""
    notes: list[str] = field(default_factory=list)
    """For people: what is odd about it."""


def listing(content: bytes, url: str, kind: str, charset: str | None, seen: Seen | None, *, turn: bool) -> Listed:
    """Read a listing, as `discover.links` and `discover.child_sitemaps` do; raises what they raise."""
    stages.enter(kind)
    found = discover.links(content, url, kind, charset, seen=seen, turn=turn)
    return Listed(
        list(found),
        found.announced,
        found.shown,
        found.next_page,
        fetch.ttl_seconds(content) if kind == "feed" else None,
        discover.child_sitemaps(content, url) if kind == "news-sitemap" else [],
        found.notes,
    )


@dataclass(slots=True)
class ArchiveRead:
    """What a page of an archive has of the asked period."""

    choice: Choice
    children: list[tuple[str, str | None]]
    """The sitemaps of an index, each with its last change."""
    next_page: str | None


def archive(content: bytes, url: str, charset: str | None, place: Place, asked: Period, source: Source) -> ArchiveRead:
    """Read a page of an archive; raises PageError as `discover.links` does."""
    stages.enter(place.kind)
    if place.kind == "section":
        links = discover.links(content, url, "section", charset, turn=True)
        return ArchiveRead(choose(links, place, asked, source), [], links.next_page)
    found, children = discover.whole_sitemap(content, url, charset)
    return ArchiveRead(choose(found, place, asked, source), children, None)
