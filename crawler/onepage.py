"""One page for a person who looks at it (`extract URL`, `links URL`): as polite as the crawl, nothing stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import fetch, run
from crawler.errors import UsageError, WorlddeskError
from crawler.middlewares import said
from crawler.urls import absolute


@dataclass(slots=True)
class Page:
    """What came back; `reason` says why nothing did, None when something did."""

    url: str
    body: bytes = b""
    charset: str | None = None
    """As the HTTP head names it."""
    reason: str | None = "it cannot be asked for"  # until an answer or a failure comes


class OnePageSpider(Spider):
    """Fetches one address into the Page it is given."""

    name = "onepage"

    def __init__(self, page: Page):
        super().__init__()
        self.page = page

    async def start(self) -> AsyncIterator[Request]:
        """The one request."""
        yield Request(self.page.url, callback=self.came, errback=self.failed, dont_filter=True)

    def came(self, response: Response) -> None:
        """Keep the body of a 200; any other status is the reason."""
        outcome, reason = fetch.outcome(response.status)
        self.page.url, self.page.body = response.url, response.body
        self.page.charset = fetch.charset(response.headers.get(b"Content-Type"))
        self.page.reason = None if outcome == "read" else reason or outcome

    def failed(self, failure: Failure) -> None:
        """Keep the reason."""
        self.page.reason = said(failure.value)


def fetch_page(url: str) -> Page:
    """Fetch one page, once in a process. Raises WorlddeskError with the reason where no page comes."""
    if absolute("", url) is None:
        raise UsageError(f"{url} is neither a file nor an http(s) address; look at its scheme, host and port")
    settings = run.project_settings()
    quiet = {"LOG_LEVEL": "CRITICAL", "STATS_DUMP": False, "ITEM_PIPELINES": {}}
    settings.setdict(quiet | {"USER_AGENT": fetch.user_agent([urlsplit(url).hostname or ""])}, "cmdline")
    process = AsyncCrawlerProcess(settings)
    page = Page(url)
    process.crawl(OnePageSpider, page=page)
    process.start()
    if page.reason is not None:
        raise WorlddeskError(f"{url}: {page.reason}")
    return page
