"""One run at work: its sources, its database on one writer thread, what was asked of it.

The spiders only meet the database here. Every call runs on a single thread of its own, so that an analyst's write
lock makes the store wait and not the downloads; and every page is read by a worker, so that none can hold them up.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Concatenate, ParamSpec, TypeVar

from scrapy.exceptions import CloseSpider
from sqlite_utils import Database
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # the one that opened the file

from crawler import remember, schedule, store, visits
from crawler.catalogue import Source
from crawler.database import DATA_ERRORS, explained, file_of
from crawler.discover import Seen
from crawler.errors import DatabaseError, PageKilled, PageSetAside
from crawler.gate import Gate, reach
from crawler.items import Exchange
from crawler.memory import Memory
from crawler.normalise import now
from crawler.report.progress import Tally
from crawler.walk import Errand, Walk
from crawler.workers import quarantine
from crawler.workers.pool import Pool

P = ParamSpec("P")
T = TypeVar("T")


class Desk:
    """What one run shares: `sources` by id, `tally` for the progress shown, and the store as coroutines."""

    def __init__(
        self,
        db: Database,
        run_id: int,
        sources: Sequence[Source],
        pool: Pool,
        errand: Errand | None = None,
        *,
        everything: bool = False,
        page_days: int = 0,
    ):
        self.db = db
        self.run_id = run_id
        self.sources = {source.source_id: source for source in sources}
        self.everything = everything
        self.errand = errand
        """What a run back in time is asked to do; None = a crawl."""
        self.walks = {source.source_id: Walk(source, errand) for source in sources} if errand else {}
        """How far such a run is with each source."""
        self.page_days = page_days
        """For so many days the pages themselves are kept; 0 = not at all."""
        self.gate = Gate()
        """Says which addresses lie inside and are not asked; set by whoever knows the settings."""
        self.memories = {source.source_id: remember.recall(db, source.source_id) for source in sources}
        """What the pages of each source taught, up to the last one stored."""
        self.tally = Tally()
        self.trouble: DatabaseError | None = None
        """Why nothing more can be stored (full disk, lock, damage). Then the run ends: no page is asked for in vain."""
        self.set_aside = quarantine.SetAsides(db)
        """Pages that are not read, because they ended a worker."""
        self.is_silent = False
        """Nobody answers: there is no network, and the run ends."""
        self.stop: Callable[[], Awaitable[object]] | None = None
        """Ends the run gracefully; set by whoever started it."""
        self._writer = ThreadPoolExecutor(1, "store")
        self._pool = pool
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._asked: Counter[str] = Counter()
        self._awaited: Counter[str] = Counter()
        """Listings of each source that were asked and did not answer yet."""
        self._listed: set[str] = set()

    async def write(self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function(db, …)` on the writer thread. Raises CloseSpider where the file is the trouble."""
        if self.trouble is not None:
            raise CloseSpider("database")
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._writer, lambda: function(self.db, *args, **kwargs)
            )
        except DatabaseError as error:
            self._give_up(error)
            raise CloseSpider("database") from error
        except DATA_ERRORS:  # one value that does not fit: the caller's page, not the file
            raise
        except sqlite3.DatabaseError as error:
            self._give_up(explained(file_of(self.db), error))
            raise CloseSpider("database") from error

    def _give_up(self, trouble: DatabaseError) -> None:
        if self.trouble is None and self.stop is not None:
            self.trouble = trouble
            self._stopping = asyncio.ensure_future(self.stop())

    def turn(self, source_id: str) -> asyncio.Lock:
        """To be held while an answer of a source is read and stored: one after the other, in the order they came.

        So each page is read with all that those before it taught, however many workers there are.
        """
        return self._turns[source_id]

    async def read(self, exchange: Exchange, kind: str, task: str, body: bytes, *args: Any, **kwargs: Any) -> Any:
        """Let a worker read what an exchange brought, as `kind` of `quarantine`; `task` names the function.

        Raises what that raises, and NotRead where it cannot be read; `exchange.set_aside` says then whether the page
        ended its worker.
        """
        try:
            mark = self.set_aside.admit(exchange.source_id, kind, body)
            return await self._pool.run(task, body, *args, **kwargs)
        except PageSetAside as error:
            exchange.set_aside = error.mark
            raise
        except PageKilled as error:
            self.set_aside.add(exchange.source_id, mark, error)
            exchange.set_aside = replace(mark, limit=error.limit, stage=error.stage, by_page=error.by_page)
            raise

    def fall_silent(self) -> None:
        """There is no network: end the run; what was asked for stays due."""
        if not self.is_silent and self.stop is not None:
            self.is_silent = True
            self._stopping = asyncio.ensure_future(self.stop())

    async def due_listings(self) -> list[store.DueListing]:
        """Listings whose time has come, with the validators of their last answer."""
        due = await self.write(store.due_listings, list(self.sources), now(), everything=self.everything)
        self._awaited.update(listing.source_id for listing in due)
        return due

    async def seen(self, listing: store.DueListing) -> Seen:
        """What earlier visits to a section page showed; nothing for other kinds."""
        if listing.kind != "section":
            return Seen()
        return await self.write(visits.recall, listing.listing_id, now())

    async def due_articles(self) -> list[store.DueUrl]:
        """Announced and not yet stored, failed before, or due for a second look."""
        due = await self.write(store.due_articles, list(self.sources), now(), everything=self.everything)
        most = {
            source_id: schedule.ARTICLES_PER_RUN - (schedule.KEPT_FOR_NEWS if self._awaited[source_id] else 0)
            for source_id in self.sources
        }
        return self._within_budget(due, most)

    async def announce(self, exchange: Exchange) -> list[store.DueUrl]:
        """Commit a listing's answer; return the URLs to fetch now, newest first."""
        source = self.sources[exchange.source_id]
        may_ask = reach(source)
        refused = {
            link.url: reason
            for link in exchange.links
            if (
                reason := self.gate.refuses(link.url, may_ask)
                or source.refuses(link.url)
                or source.leaves_out(link, exchange.url)
            )
        }
        try:
            due = await self.write(store.announce, self.run_id, exchange, refused)
        except (*DATA_ERRORS, ValueError, OverflowError) as error:
            exchange = replace(exchange, outcome="error", reason=f"store: {error}", links=[], shown=())
            due = await self.write(store.announce, self.run_id, exchange, {})
        goes_on = exchange.url in self._listed
        self._listed.add(exchange.url)
        self.tally.add(exchange.source_id, exchange.outcome, links=len(exchange.links), goes_on=goes_on)
        return self._within_budget(due, {exchange.source_id: self._share(exchange.source_id, goes_on=goes_on)})

    def _share(self, source_id: str, *, goes_on: bool) -> int:
        """Up to which number of pages of its source a listing may ask: one that answers first leaves the others theirs.

        `goes_on`: it answered before, and this is a further page of it.
        """
        left = max(schedule.ARTICLES_PER_RUN - self._asked[source_id], 0)
        others = max(self._awaited[source_id] - (not goes_on), 0)
        self._awaited[source_id] = others
        return self._asked[source_id] + left // (others + 1)

    def _within_budget(self, due: list[store.DueUrl], most: Mapping[str, int]) -> list[store.DueUrl]:
        """Keep what the run may still ask of each source, `most` in all; the rest stays due."""
        kept = []
        for url in due:
            if self._asked[url.source_id] < most[url.source_id]:
                self._asked[url.source_id] += 1
                kept.append(url)
        return kept

    async def record(self, exchange: Exchange) -> str:
        """Commit one answer with all that it brought; return its outcome."""
        outcome, memory = await self.write(_record, self.run_id, exchange)
        self.memories[exchange.source_id] = memory
        self.tally.add(exchange.source_id, outcome)
        return outcome

    def close(self) -> None:
        """Wait for the write that is going on; what is queued behind it, or still being read, stays due."""
        self._writer.shutdown(wait=True, cancel_futures=True)
        self._pool.close()


def _record(db: Database, run_id: int, exchange: Exchange) -> tuple[str, Memory]:
    """What came of an answer, and what its source has taught by now."""
    return store.record(db, run_id, exchange), remember.recall(db, exchange.source_id)
