"""Invented sources, articles and answers for the tests of the database; every word is ours."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from crawler import store
from crawler.catalogue import Expect, Listing, Source
from crawler.items import Article, Block, Exchange, Link

T0 = "2026-10-06T08:00:00Z"
HOME = "https://gazette.example"
FEED = f"{HOME}/feed.xml"
SECTION = f"{HOME}/world"
GAZETTE = Source(
    "gazette",
    "The Gazette",
    f"{HOME}/",
    "GB",
    "en",
    "Europe/London",
    (Listing(FEED, "feed"), Listing(SECTION, "section", "World")),
)
TRIBUNE = Source(
    "tribune",
    "La Tribune",
    "https://tribune.example/",
    "FR",
    "fr",
    "Europe/Paris",
    (Listing("https://tribune.example/monde", "section", "Monde"),),
    expect=Expect(links=2, body=0.9),
)
_VOCABULARY = [
    f"{first}{second}" for first in ("har", "mer", "tol", "vin", "sel", "bor") for second in
    ("bour", "idian", "ing", "ters", "mont", "vale", "ston", "wick", "ford", "lin")
]  # fmt: skip


def paragraph(seed: int, size: int = 40) -> str:
    """A sentence of `size` words; another seed gives other words in another order."""
    return " ".join(random.Random(seed).choices(_VOCABULARY, k=size)).capitalize() + "."


def article(url: str, seed: int = 1, **changes: Any) -> Article:
    """A whole article: headline, standfirst, subhead, two paragraphs, date, author."""
    made = Article(
        url=url,
        headline=f"Harbour talks enter day {seed}",
        standfirst=[paragraph(1000 + seed, 12)],
        blocks=[
            Block("paragraph", paragraph(seed)),
            Block("subhead", "A long road", 2),
            Block("paragraph", paragraph(2000 + seed)),
        ],
        authors=["Ana Perez"],
        published="2026-10-06T09:12:00+02:00",
        section="World",
        language="en",
        tags=["harbour"],
        provenance={"headline": "json-ld", "published": "json-ld"},
    )
    return replace(made, **changes)


class Shelf:
    """A database with the two sources and an open run."""

    def __init__(self, path: Path, *sources: Source):
        self.path = path
        self.db = store.open_database(path)
        store.sync_sources(self.db, sources or (GAZETTE, TRIBUNE))
        self.run_id = self.begin()

    def begin(self) -> int:
        """Another run."""
        self.run_id = store.begin_run(
            self.db, command="worlddesk crawl", trigger="test", version="0.1.0", sources_total=2
        )
        return self.run_id

    def announce(self, *urls: str | Link, at: str = T0, listing: str = FEED, **changes: Any) -> list[store.DueUrl]:
        """A listing announces addresses."""
        refused = changes.pop("refused", {})
        links = [url if isinstance(url, Link) else Link(url, rank=rank) for rank, url in enumerate(urls, 1)]
        source_id = next(s.source_id for s in (GAZETTE, TRIBUNE) if s.owns(listing))
        exchange = Exchange(source_id, listing, "listed", at, status_code=200, listing=True, links=links)
        return store.announce(self.db, self.run_id, replace(exchange, **changes), refused)

    def read(self, url: str, found: Article | None = None, at: str = T0, **changes: Any) -> str:
        """A page is read; the outcome that the store finds."""
        source_id = next(s.source_id for s in (GAZETTE, TRIBUNE) if s.owns(url))
        exchange = Exchange(
            source_id, url, "read", at, final_url=url, status_code=200, article=found or article(url), etag='"1"'
        )
        return store.record(self.db, self.run_id, replace(exchange, **changes))

    def fail(self, url: str, outcome: str, at: str = T0, **changes: Any) -> str:
        """An address brings no page."""
        exchange = Exchange("gazette", url, outcome, at, reason=changes.pop("reason", f"it is {outcome}"))
        return store.record(self.db, self.run_id, replace(exchange, **changes))

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.db.execute(sql, parameters).fetchall()

    def one(self, sql: str, *parameters: Any) -> Any:
        """The only value of the only row."""
        ((value,),) = self.rows(sql, *parameters)
        return value

    def url(self, url: str) -> dict[str, Any]:
        """The ledger row of an address."""
        (row,) = self.db.query("SELECT * FROM urls WHERE url = ?", [url])
        return row

    def article(self, url: str) -> dict[str, Any]:
        """The row of an article."""
        (row,) = self.db.query("SELECT * FROM articles WHERE url = ?", [url])
        return row

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()


def stocked(path: Path, count: int = 40) -> Path:
    """A database with so many articles, all in the file itself."""
    shelf = Shelf(path)
    for number in range(count):
        shelf.read(
            f"{HOME}/world/a-story-of-ours-{number}", article(f"{HOME}/world/a-story-of-ours-{number}", number + 2)
        )
    shelf.db.execute("UPDATE runs SET status = 'ok', started_at = '2026-10-06T08:00:00Z'")
    shelf.close()
    return path
