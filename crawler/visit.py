"""A few pages for a person who looks at them, as polite as the crawl, and nothing stored.

`extract URL` and `links URL` want one page (`fetch_page`), `add` and `check` several of several hosts (`visit`).
All go through Scrapy's engine with our middlewares: robots.txt, delays, redirects inside the site, limits.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler import answers, fetch, gate, run
from crawler.catalogue import Source
from crawler.errors import ContactMissing, UsageError, WorlddeskError
from crawler.extensions import Interrupt
from crawler.fetch import Robots
from crawler.middlewares import Politeness, Refused, said
from crawler.urls import absolute

T = TypeVar("T")
_QUIET = {"LOG_LEVEL": "CRITICAL", "STATS_DUMP": False, "CLOSESPIDER_TIMEOUT": 0}


@dataclass(slots=True)
class Page:
    """What came of one address."""

    asked: str
    outcome: str
    """'read' = the body is a page; else gone, blocked, robots, not_article, skipped or error, as in the ledger."""
    reason: str | None = None
    """For people: why there is no page."""
    response: Response | None = None
    """The answer, whatever its status; None where none came."""

    @property
    def url(self) -> str:
        """Where the page was read, after redirects."""
        return self.response.url if self.response is not None else self.asked

    @property
    def status(self) -> int | None:
        """HTTP status of the answer."""
        return self.response.status if self.response is not None else None

    @property
    def body(self) -> bytes:
        """Of a page that was read; else nothing."""
        return self.response.body if self.response is not None and self.outcome == "read" else b""

    @property
    def charset(self) -> str | None:
        """As the HTTP head names it."""
        return answers.charset_of(self.response) if self.response is not None else None


class Visit:
    """What a coroutine given to `visit` fetches with."""

    def __init__(self, spider: Spider, typed: Iterable[str] = ()):
        self._engine = spider.crawler.engine
        self._typed = tuple(typed)
        self.watch: Callable[[str], None] = lambda _url: None
        """Hears of each address before it is asked for."""

    async def fetch(self, url: str, source: Source | None = None) -> Page:
        """Fetch one page; whatever goes wrong becomes the page's reason.

        `source` lends its delay and its hosts for redirects; without one, redirects stay inside the site.
        """
        if (wrong := _unfit(url)) is not None:
            return Page(url, "skipped", wrong)
        self.watch(url)
        try:
            response = await self._engine.download_async(self._request(url, source))
        except Refused as error:
            return Page(url, error.outcome, str(error))
        except Exception as error:  # one page never stops the others; the reason names the error
            return Page(url, "error", said(error))
        return _page(url, response)

    async def robots(self, url: str, source: Source | None = None) -> Robots:
        """robots.txt of the address's host; fetched once, however many ask."""
        if (wrong := _unfit(url)) is not None:
            return Robots(None, wrong)
        polite = next(one for one in self._engine.downloader.middleware.middlewares if isinstance(one, Politeness))
        return await polite.robots(self._request(url, source))

    def _request(self, url: str, source: Source | None) -> Request:
        meta = {"source": source, "typed": self._typed}
        return Request(url, callback=NO_CALLBACK, meta=meta, dont_filter=True)


def visit(
    hosts: Iterable[str],
    work: Callable[[Visit], Awaitable[T]],
    rests: Mapping[str, str] | None = None,
    typed: Iterable[str] = (),
) -> T:
    """Run `work` in Scrapy's engine, once in a process, and return what it returns.

    `rests`: host -> UTC instant until which it asked for rest, from earlier runs; `typed`: the addresses that a
    person gave, whose origins may lie on this machine.

    Raises ContactMissing where one of the hosts is not this machine and nobody can be reached, whatever `work`
    raises, and SystemExit with 130 or 143 when the person or the system ends it.
    """
    settings = run.project_settings()
    gate.of_setting(settings.get(gate.SETTING))
    settings.setdict(_QUIET | {"USER_AGENT": fetch.user_agent(hosts)}, "cmdline")
    process = AsyncCrawlerProcess(settings)
    interrupt = Interrupt(process, grace=0)
    errand = _Errand(work, tuple(typed))
    with interrupt.answering():
        process.crawl(VisitSpider, errand=errand, rests=rests or {})
        process.start(install_signal_handlers=False)
    if interrupt.number is not None:
        raise SystemExit(128 + interrupt.number)
    if errand.error is not None:
        raise errand.error
    return errand.result[0]


def fetch_page(url: str) -> Page:
    """Fetch one page, once in a process. Raises WorlddeskError with the reason where no page comes."""
    if absolute("", url) is None:
        raise UsageError(f"{url} is neither a file nor an http(s) address; look at its scheme, host and port")

    async def work(visitor: Visit) -> Page:
        return await visitor.fetch(url)

    page = visit([urlsplit(url).hostname or ""], work, typed=[url])
    if page.outcome != "read":
        raise WorlddeskError(f"{url}: {page.reason}")
    return page


class _Errand(Generic[T]):
    """What is to be done, and what came of it."""

    def __init__(self, work: Callable[[Visit], Awaitable[T]], typed: tuple[str, ...]):
        self.work = work
        self.typed = typed
        self.result: list[T] = []
        self.error: Exception | None = None


class VisitSpider(Spider):
    """Runs an errand in place of start requests: the engine stays open as long as it lasts."""

    name = "visit"

    def __init__(self, errand: _Errand[object], rests: Mapping[str, str]):
        super().__init__()
        self.errand = errand
        self.rests = rests
        """What crawler.middlewares.Politeness knows from earlier runs, in place of a desk."""

    async def start(self) -> AsyncIterator[Request]:
        """Do the errand; nothing is left to the scheduler."""
        try:
            self.errand.result.append(await self.errand.work(Visit(self, self.errand.typed)))
        except Exception as error:
            self.errand.error = error
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request


def _unfit(url: str) -> str | None:
    """Why an address cannot be asked for; None when it can."""
    if absolute("", url) is None:
        return "is no http(s) address"
    try:
        fetch.user_agent([urlsplit(url).hostname or ""])
    except ContactMissing as error:  # a page of this machine may lead to a live one
        return str(error)
    return None


def _page(url: str, response: Response) -> Page:
    outcome, reason = answers.judged(response)
    return Page(url, outcome, reason or (None if outcome == "read" else outcome), response)
