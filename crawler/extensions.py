"""What we plug into Scrapy's engine: a fair queue, an early end of what is not text, signals, progress."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import NotConfigured, StopDownload
from scrapy.http import Headers
from scrapy.pqueues import DownloaderAwarePriorityQueue
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.error import ReactorNotRunning

from crawler import database, fetch, interrupt
from crawler.desk import Desk
from crawler.report import progress
from crawler.runlog import LOGGER

GRACE = 5.0
"""Seconds that transfers in flight get after SIGTERM; with the store's last words it stays under 10."""


class FairQueue(DownloaderAwarePriorityQueue):
    """Hands out a request only to a host with less than WAITING under way, be it in our own middlewares.

    Scrapy's own would let a slow host with many pages take every place that CONCURRENT_REQUESTS has.
    """

    WAITING = 2  # one on its way, one that follows without a pause

    def pop(self) -> Request | None:
        """Give the next request; None while every host that has one is busy."""
        under_way = Counter(
            urlparse_cached(request).hostname or "" for request in self.crawler.engine.downloader.active
        )
        free = {host: queue for host, queue in self.pqueues.items() if under_way[host] < self.WAITING}
        if not free:
            return None
        everyone, self.pqueues = self.pqueues, free
        try:
            return super().pop()
        finally:
            self.pqueues = {host: queue for host, queue in everyone.items() if len(queue)}


class TextOnly:
    """Stop a download at its headers when the type says that it is no page, feed or sitemap."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> TextOnly:
        """Scrapy's constructor."""
        extension = cls()
        crawler.signals.connect(extension.headers_received, signals.headers_received)
        return extension

    def headers_received(self, headers: Headers, request: Request) -> None:
        """Let the answer go on without a body, flagged; robots.txt is read whatever its type.

        Servers that do not know .xml.gz call a packed sitemap octets.
        """
        kind = headers.get(b"Content-Type")
        if kind is None or request.meta.get("site_file") or fetch.is_text(kind.decode("latin-1")):
            return
        if not (request.meta.get("may_be_packed") and b"octet-stream" in kind.lower()):
            raise StopDownload(fail=False)


class Interrupt:
    """The engine's answer to SIGTERM, SIGINT and SIGHUP, in place of Scrapy's, which comes late and says nothing of it.

    The first ends the run gracefully: what is in flight gets some seconds, writes wait for no lock any longer.
    The second ends it at once. What is stored stays.
    """

    def __init__(self, process: AsyncCrawlerProcess, grace: float = GRACE):
        self.process = process
        self.grace = grace
        """Seconds for transfers in flight; 0 = none."""

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Answer signals so from now on; the reactor need not run yet."""
        interrupt.listen()
        with interrupt.gently(self._caught):
            yield

    @property
    def number(self) -> int | None:
        """The signal that asked us to end."""
        return interrupt.number()

    def _caught(self, is_first: bool) -> None:
        from twisted.internet import reactor

        database.hurry.set()
        reactor.callFromThread(self._end if is_first and self.grace else self._stop)

    def _end(self) -> None:
        LOGGER.warning("signal %s: the run ends", self.number)
        from twisted.internet import reactor

        engines = [crawler.engine for crawler in self.process.crawlers if crawler.spider is not None]
        if any(engine.running for engine in engines):
            self._ending = asyncio.ensure_future(self.process.stop())
            reactor.callFromThread(reactor.callLater, self.grace, self._stop)
        else:
            self._stop()

    @staticmethod
    def _stop() -> None:
        """Stop the reactor, and wait for no thread that looks up a name: that can take longer than anybody waits."""
        from twisted.internet import reactor

        running: Any = reactor  # its module stands for an object of a class that is only known when it runs
        with suppress(ValueError, TypeError):
            running.removeSystemEventTrigger(running.threadpoolShutdownID)
            threading.Thread(target=running.getThreadPool().stop, daemon=True).start()
        with suppress(ReactorNotRunning):
            running.stop()


class Progress:
    """The live table of `worlddesk crawl` on a terminal, drawn from the run's tally."""

    INTERVAL = 0.25  # seconds

    def __init__(self, desk: Desk):
        listings = "listings" if desk.errand is None else "archives"
        self.live = progress.Progress(desk.tally, list(desk.sources), listings=listings)
        self._loop = create_looping_call(self.live.refresh)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        """Scrapy's constructor; only where somebody watches."""
        desk: Desk | None = getattr(crawler.spider, "desk", None)
        if desk is None or not crawler.settings.getbool("WORLDDESK_PROGRESS"):
            raise NotConfigured
        extension = cls(desk)
        crawler.signals.connect(extension.start, signals.engine_started)
        crawler.signals.connect(extension.stop, signals.engine_stopped)
        return extension

    def start(self) -> None:
        """Draw at once and then every quarter of a second; to the end, also where the engine is not left to stop."""
        from twisted.internet import reactor

        reactor.addSystemEventTrigger("during", "shutdown", self.stop)  # type: ignore[arg-type]
        self.live.start()
        self._loop.start(self.INTERVAL, now=False)

    def stop(self) -> None:
        """Draw the last state and leave it on the screen, once."""
        if self._loop.running:
            self._loop.stop()
            self.live.stop()
