"""Section pages, feeds and news sitemaps of every chosen source → articles; recent articles again → revisions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import islice
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import answers, fetch
from crawler.answers import Turned
from crawler.desk import Desk
from crawler.discover import Seen
from crawler.errors import UsageError
from crawler.items import Exchange
from crawler.store import DueListing, DueUrl

CHILD_SITEMAPS = 3
"""Of the index of a sitemap, how many children are read: the newest."""


class InternationalSpider(Spider):
    """One spider over the whole catalogue, one run. What is due comes from the desk; what was read goes to it."""

    name = "international"

    def __init__(self, desk: Desk | None = None, **arguments: Any):
        super().__init__(**arguments)
        if desk is None:
            raise UsageError("the spider runs through `worlddesk crawl` or `scrapy crawl international`")
        self.desk = desk

    async def start(self) -> AsyncIterator[Request]:
        """Listings first, then the articles that earlier runs left due."""
        listings, articles = await self.desk.due_listings(), await self.desk.due_articles()
        for listing in listings:
            yield self.listing_request(listing)
        for due in articles:  # asked before the listings brought anything: nothing is fetched twice in a run
            yield self.article_request(due)

    def listing_request(self, listing: DueListing) -> Request:
        """Conditional GET of a listing."""
        return self._request(listing, self.parse_listing, priority=10)

    def article_request(self, due: DueUrl) -> Request:
        """Conditional GET of an article's page."""
        return self._request(due, self.parse_article, priority=0)

    def _request(self, due: DueListing | DueUrl, callback: Any, priority: int) -> Request:
        return Request(
            due.url,
            callback=callback,
            errback=self.failed,
            headers=fetch.conditional(due.etag, due.last_modified),
            meta={"due": due, "source": self.desk.sources[due.source_id]},
            dont_filter=True,
            priority=priority,
        )

    async def parse_listing(
        self, response: Response, child: bool = False, before: Turned | None = None
    ) -> AsyncIterator[Request]:
        """Commit what the listing announces; ask for the articles that are new, and for its next page.

        `child`: of the index of a sitemap; `before`: the pages of this listing that were read already.
        """
        exchange = answers.of_response(response)
        exchange.is_part = child
        async with self.desk.turn(exchange.source_id):
            seen = await self.desk.seen(response.meta["due"])
            children = await self._read_listing(exchange, response, seen, child=child)
            if before is not None:
                answers.go_on(exchange, before)
            due = await self.desk.announce(exchange)
        own = filter(response.meta["source"].owns, children)
        for url in islice(own, 0 if child else CHILD_SITEMAPS):
            yield self.listing_request(response.meta["due"]).replace(url=url, headers={}, cb_kwargs={"child": True})
        for url in due:
            yield self.article_request(url)
        if exchange.next_page is not None and answers.brings_new(exchange, seen):
            for request in self.next_page(response, exchange.next_page, answers.turned(exchange, before)):
                yield request

    async def _read_listing(self, exchange: Exchange, response: Response, seen: Seen, *, child: bool) -> list[str]:
        """Fill the exchange; the sitemaps where it is an index of them."""
        if exchange.outcome != "read":
            return []
        children = await answers.read_listing(exchange, response, self.desk.read, seen)
        if children or child:
            exchange.etag = exchange.last_modified = None  # an index answers 304 while its children change
        if children and child:
            exchange.reason = f"an index within an index is not followed (sitemaps: {len(children):,})"
        return children

    def next_page(self, response: Response, url: str, before: Turned) -> Iterator[Request]:
        """The page after this one, where the source wants to be read so deep."""
        due, source = response.meta["due"], response.meta["source"]
        if before.pages < source.pages_of(due.url) and source.owns(url):
            yield self.listing_request(due).replace(url=url, headers={}, cb_kwargs={"before": before})

    async def parse_article(self, response: Response) -> None:
        """Read the page and commit it whole, in the turn of its source."""
        exchange = answers.of_response(response)
        async with self.desk.turn(exchange.source_id):
            if exchange.outcome == "read":
                memory, keep_page = self.desk.memories[exchange.source_id], self.desk.page_days > 0
                await answers.read_article(exchange, response, self.desk.read, memory, keep_page=keep_page)
            await self.desk.record(exchange)

    async def failed(self, failure: Failure) -> None:
        """No page came: say why, and keep the address due."""
        exchange = answers.of_failure(failure)
        asked: dict[str, Any] = failure.request.cb_kwargs  # type: ignore[attr-defined]  # set by Scrapy
        exchange.is_part = asked.get("child", False)
        if (before := asked.get("before")) is not None:
            answers.go_on(exchange, before)
        async with self.desk.turn(exchange.source_id):
            await (self.desk.announce if exchange.listing else self.desk.record)(exchange)
