"""Section pages, feeds and news sitemaps of every chosen source → articles; recent articles again → revisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
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
from crawler.urls import canonical

CHILD_SITEMAPS = (3, 2)
"""Of the index of a sitemap, how many children are read: the newest; and of each child that is an index itself."""


class InternationalSpider(Spider):
    """One spider over the whole catalogue, one run. What is due comes from the desk; what was read goes to it."""

    name = "international"

    def __init__(self, desk: Desk | None = None, **arguments: Any):
        super().__init__(**arguments)
        if desk is None:
            raise UsageError("the spider runs through `worlddesk crawl` or `scrapy crawl international`")
        self.desk = desk
        self._sitemaps: dict[int, set[str]] = defaultdict(set)
        """Listing -> sitemaps that were asked for in this run: indexes may name each other."""

    async def start(self) -> AsyncIterator[Request]:
        """Listings first, then the articles that earlier runs left due."""
        listings, articles = await self.desk.due_listings(), await self.desk.due_articles()
        for listing in listings:
            yield self.listing_request(listing)
        for due in articles:  # asked before the listings brought anything: nothing is fetched twice in a run
            yield self.article_request(due)

    def listing_request(self, listing: DueListing) -> Request:
        """Conditional GET of a listing."""
        request = self._request(listing, self.parse_listing, priority=10)
        request.meta["may_be_packed"] = listing.kind != "section"
        return request

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
        self, response: Response, depth: int = 0, before: Turned | None = None
    ) -> AsyncIterator[Request]:
        """Commit what the listing announces; ask for the articles that are new, and for its next page.

        `depth`: how many indexes of sitemaps stand above; `before`: the pages of this listing that were read already.
        """
        exchange = answers.of_response(response)
        exchange.is_part = depth > 0
        async with self.desk.turn(exchange.source_id):
            seen = await self.desk.seen(response.meta["due"])
            children = await self._read_listing(exchange, response, seen, depth)
            if before is not None:
                answers.go_on(exchange, before)
            due = await self.desk.announce(exchange)
        for url in children:
            request = self.listing_request(response.meta["due"])
            yield request.replace(url=url, headers={}, cb_kwargs={"depth": depth + 1})
        for article in due:
            yield self.article_request(article)
        if exchange.next_page is not None and answers.brings_new(exchange, seen):
            for request in self.next_page(response, exchange.next_page, answers.turned(exchange, before)):
                yield request

    async def _read_listing(self, exchange: Exchange, response: Response, seen: Seen, depth: int) -> list[str]:
        """Fill the exchange; the sitemaps to be read next where it is an index of them."""
        if exchange.outcome != "read":
            return []
        children = await answers.read_listing(exchange, response, self.desk.read, seen)
        if children or depth:
            exchange.etag = exchange.last_modified = None  # an index answers 304 while its children change
        return self._below(exchange, response, children, depth)

    def _below(self, exchange: Exchange, response: Response, children: list[str], depth: int) -> list[str]:
        """Those of the sitemaps of an index that are read, newest first; the exchange says what becomes of the rest."""
        if not children:
            return []
        known = self._sitemaps[response.meta["due"].listing_id]
        known |= {canonical(response.meta["due"].url), canonical(response.url)}
        own = [url for url in children if response.meta["source"].owns(url)]
        new = [url for url in own if canonical(url) not in known]
        read = new[: CHILD_SITEMAPS[depth]] if depth < len(CHILD_SITEMAPS) else []
        known |= {canonical(url) for url in read}
        told = _of_index(len(children), len(own), len(new), len(read), depth)
        exchange.reason = "; ".join(filter(None, [*told, exchange.reason]))
        return read

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
        exchange.is_part = asked.get("depth", 0) > 0
        if (before := asked.get("before")) is not None:
            answers.go_on(exchange, before)
        async with self.desk.turn(exchange.source_id):
            await (self.desk.announce if exchange.listing else self.desk.record)(exchange)


def _of_index(named: int, own: int, new: int, read: int, depth: int) -> Iterator[str]:
    """What is to be said of an index of sitemaps."""
    if depth == len(CHILD_SITEMAPS):
        yield f"an index within {depth} indexes is not followed (sitemaps: {named:,})"
        return
    yield f"index: {read:,} of {named:,} sitemaps read, the newest"
    if own < named:
        yield f"{named - own:,} on other hosts"
    if new < own:
        yield f"{own - new:,} in a loop: asked for already"
