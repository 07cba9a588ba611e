"""One run at work: its sources, its database on one writer thread, what was asked of it.

The spider and the pipeline only meet the database here. Every call runs on a single thread of its own, so that
an analyst's write lock makes the store wait and not the downloads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from scrapy.exceptions import CloseSpider
from sqlite_utils import Database

from crawler import schedule, store
from crawler.catalogue import Source
from crawler.errors import DatabaseError
from crawler.items import Exchange
from crawler.normalise import now
from crawler.report.progress import Tally

P = ParamSpec("P")
T = TypeVar("T")


class Desk:
    """What one run shares: `sources` by id, `tally` for the progress shown, and the store as coroutines."""

    def __init__(self, db: Database, run_id: int, sources: Sequence[Source], *, everything: bool = False):
        self.db = db
        self.run_id = run_id
        self.sources = {source.source_id: source for source in sources}
        self.everything = everything
        self.tally = Tally()
        self.interrupted: int | None = None
        """Number of the signal that asked us to stop."""
        self.trouble: DatabaseError | None = None
        """Why nothing more can be stored (full disk, lock, damage). Then the run ends: no page is asked for in vain."""
        self.stop: Callable[[], Awaitable[object]] | None = None
        """Ends the run gracefully; set by whoever started it."""
        self._writer = ThreadPoolExecutor(1, "store")

    async def write(self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function(db, …)` on the writer thread. Raises CloseSpider where the file is the trouble."""
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._writer, lambda: function(self.db, *args, **kwargs)
            )
        except DatabaseError as error:
            if self.trouble is None and self.stop is not None:
                self.trouble = error
                self._stopping = asyncio.ensure_future(self.stop())
            raise CloseSpider("database") from error

    async def due_listings(self) -> list[store.DueListing]:
        """Listings of the chosen sources, with the validators of their last answer."""
        return await self.write(store.due_listings, list(self.sources))

    async def due_articles(self) -> list[store.DueUrl]:
        """Announced and not yet stored, failed before, or due for a second look."""
        return await self.write(store.due_articles, list(self.sources), now(), everything=self.everything)

    async def announce(self, exchange: Exchange) -> list[store.DueUrl]:
        """Commit a listing's answer; return the URLs to fetch now, newest first."""
        refuses = self.sources[exchange.source_id].refuses
        refused = {link.url: reason for link in exchange.links if (reason := refuses(link.url))}
        due = await self.write(store.announce, self.run_id, exchange, refused)
        self.tally.add(exchange.source_id, exchange.outcome, links=len(exchange.links))
        return due[: schedule.ARTICLES_PER_RUN]

    async def record(self, exchange: Exchange) -> str:
        """Commit one answer with all that it brought; return its outcome."""
        outcome = await self.write(store.record, self.run_id, exchange)
        self.tally.add(exchange.source_id, outcome)
        return outcome

    def close(self) -> None:
        """Wait for what is being written; nothing can be written after."""
        self._writer.shutdown(wait=True)
