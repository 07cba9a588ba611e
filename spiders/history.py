"""The same sources back to a date: sitemaps that robots.txt names, dated pages of a section's archive → articles."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import answers, archives, store
from crawler.archives import Found
from crawler.desk import Desk
from crawler.discover.document import LARGEST
from crawler.errors import UsageError
from crawler.health.judge import RESTS
from crawler.history import (
    BEYOND,
    Place,
    dated_places,
    finished,
    listed_sitemaps,
    named_sitemaps,
    origins,
    page_after,
    sitemaps_of,
)
from crawler.items import Exchange
from crawler.ledger import DueUrl
from crawler.middlewares import Politeness, said
from crawler.normalise import now
from crawler.walk import Walk

MOST_WAITING = 5_000
"""Articles of one source that a run takes over from earlier ones."""


class HistorySpider(Spider):
    """Each source is walked by itself, one request after the other: what comes next depends on what came."""

    name = "history"

    def __init__(self, desk: Desk | None = None, **arguments: Any):
        super().__init__(**arguments)
        if desk is None or desk.errand is None:
            raise UsageError("the spider runs through `worlddesk history`")
        self.desk, self.errand = desk, desk.errand

    async def start(self) -> AsyncIterator[Request]:
        """The first request of every source, as soon as its robots.txt is known."""
        beginnings = [asyncio.ensure_future(self._begin(walk)) for walk in self.desk.walks.values()]
        for beginning in asyncio.as_completed(beginnings):
            request = await beginning
            if request is not None:
                yield request

    async def _begin(self, walk: Walk) -> Request | None:
        source = walk.source
        try:
            if not self.errand.again:
                walk.read_before = await self.desk.write(archives.read_days, source.source_id)
            walk.add_places(dated_places(source, walk.asked))
            walk.add_places(await self.desk.write(archives.further_pages, source.source_id))
            if not source.archives:
                await self._find_sitemaps(walk)
            due = await self.desk.write(archives.waiting, source.source_id, walk.asked, now(), MOST_WAITING)
        except CloseSpider:  # the database is in trouble: the desk ends the run
            return None
        except Exception as error:  # one source never stops the others
            walk.refused = ("failed", said(error))
            return None
        walk.add_articles(due)
        walk.has_begun = True
        return self._next(walk)

    async def _find_sitemaps(self, walk: Walk) -> None:
        source = walk.source
        listed, names = listed_sitemaps(source), 0
        for origin in origins(source):
            names += await self._ask_robots(walk, origin)
        places, _ = named_sitemaps(source, [(url, None) for url in listed], walk.asked, f"{source.source_id}.toml")
        walk.add_places(places)
        if not names and not listed and walk.refused is None:
            what = f"robots.txt names no sitemap, and {source.source_id}.toml no [[archive]]: there is nothing to read"
            walk.refused = ("failed", what)

    async def _ask_robots(self, walk: Walk, origin: str) -> int:
        """Take up the sitemaps that a robots.txt names; how many it names."""
        source, url = walk.source, f"{origin}/robots.txt"
        rests = await self.desk.write(store.resting)
        if (until := rests.get(urlsplit(origin).netloc)) is not None:
            walk.refused = ("skipped", f"{RESTS} until {until}")
            return 0
        politeness = self.crawler.get_downloader_middleware(Politeness)
        assert politeness is not None  # noqa: S101  # settings.py has it
        robots = await politeness.robots(Request(f"{origin}/", meta={"source": source}))
        place = Place(source.source_id, url, "sitemap", "its host")
        if not robots.reachable:
            walk.refused = ("failed", robots.trouble)
            exchange = Exchange(source.source_id, url, "error", now(), reason=robots.trouble, status_code=robots.status)
            await self.desk.write(archives.announce, self.desk.run_id, exchange, place, Found("robots"))
            return 0
        named = sitemaps_of(robots, url)
        places, left_out = named_sitemaps(source, named, walk.asked, url)
        walk.note_index(place, left_out)
        places = walk.unseen(places)
        walk.add_places(places)
        found = Found("robots", places=places, total=len(named))
        await self.desk.write(archives.note_robots, place, found, robots.status, now())
        return len(named)

    def _next(self, walk: Walk) -> Request | None:
        target = walk.next()
        if target is None:
            return None
        is_page = isinstance(target, Place)
        return Request(
            target.url,
            callback=self.parse_archive if is_page else self.parse_article,
            errback=self.failed,
            meta={"due": target, "source": walk.source}
            | ({"download_maxsize": LARGEST, "may_be_packed": True} if is_page else {}),
            dont_filter=True,
        )

    async def parse_archive(self, response: Response) -> AsyncIterator[Request]:
        """Commit what the page brings; go on."""
        place: Place = response.meta["due"]
        walk = self.desk.walks[place.source_id]
        exchange = answers.of_response(response)
        found = Found(place.kind)
        if exchange.outcome == "read":
            found = await self._read(walk, exchange, response)
        async for request in self._keep_archive(walk, exchange, place, found):
            yield request

    async def _read(self, walk: Walk, exchange: Exchange, response: Response) -> Found:
        """Fill the exchange; what the page brings of what is asked for."""
        place: Place = response.meta["due"]
        read = await answers.read_archive(exchange, response, self.desk.read, walk.asked)
        if read is None:
            return Found(place.kind)
        choice = read.choice
        if read.children:
            places, left_out = named_sitemaps(walk.source, read.children, walk.asked, place.url, place.depth + 1)
            walk.note_index(place, left_out)
            needed, places = len(places), walk.unseen(places)
            left = "".join(f", {count:,} {reason}" for reason, count in left_out.most_common(3))
            exchange.reason = f"{needed:,} of {len(read.children):,} sitemaps needed{left}"
            return Found("index", places=places, total=len(read.children))
        walk.note_read(place, choice)
        exchange.reason = str(choice)
        further = page_after(place, exchange.next_page) if walk.brings_new(place, choice) else None
        places = [further] if further is not None and walk.source.owns(further.url) else []
        return Found(place.kind, choice.taken, places, choice.total, choice.oldest, is_cut=choice.left_out[BEYOND] > 0)

    async def _keep_archive(self, walk: Walk, exchange: Exchange, place: Place, found: Found) -> AsyncIterator[Request]:
        if exchange.outcome in ("listed", "gone") and found.kind != "index" and not found.is_cut:
            found.finished = finished(place, walk.asked, exchange.fetched_at, walk.zone)
        due = await self.desk.write(archives.announce, self.desk.run_id, exchange, place, found)
        self.desk.tally.add(place.source_id, exchange.outcome, links=len(found.taken))
        walk.add_articles(due)
        walk.add_places(found.places)
        if exchange.outcome == "robots":
            walk.note_forbidden(place)
        elif exchange.outcome == "gone":
            walk.note_gone(place)
        elif exchange.outcome != "listed":
            walk.note_failed(place, exchange.reason or exchange.outcome)
        if (request := self._after(walk, exchange)) is not None:
            yield request

    def _after(self, walk: Walk, exchange: Exchange) -> Request | None:
        walk.note(exchange.outcome, exchange.reason)
        if exchange.retry_at is not None:
            walk.stopped = f"{RESTS} until {exchange.retry_at}"
        return self._next(walk)

    async def parse_article(self, response: Response) -> AsyncIterator[Request]:
        """Commit the page with its article; go on."""
        exchange = answers.of_response(response)
        if exchange.outcome == "read":
            memory = self.desk.memories[exchange.source_id]
            keep_page = self.desk.page_days > 0
            await answers.read_article(exchange, response, self.desk.read, memory, keep_page=keep_page)
        async for request in self._keep_article(exchange):
            yield request

    async def _keep_article(self, exchange: Exchange) -> AsyncIterator[Request]:
        exchange.outcome = await self.desk.record(exchange)
        if (request := self._after(self.desk.walks[exchange.source_id], exchange)) is not None:
            yield request

    async def failed(self, failure: Failure) -> AsyncIterator[Request]:
        """No page came: say why; archive page or article, it is asked for again in another run."""
        exchange = answers.of_failure(failure)
        due: Place | DueUrl = failure.request.meta["due"]  # type: ignore[attr-defined]  # set by Scrapy
        if isinstance(due, Place):
            kept = self._keep_archive(self.desk.walks[due.source_id], exchange, due, Found(due.kind))
        else:
            kept = self._keep_article(exchange)
        async for request in kept:
            yield request
