"""Scrapy's signals: drop what is not text, end when asked, show what goes on."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured, StopDownload
from scrapy.http import Headers
from scrapy.utils.asyncio import create_looping_call

from crawler import fetch
from crawler.desk import Desk
from crawler.report import progress

GRACE = 8.0
"""Seconds that transfers in flight get after SIGTERM or SIGINT; with the store's last words it stays under 10."""


class TextOnly:
    """Stop a download at its headers when the type says that it is no page, feed or sitemap."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> TextOnly:
        """Scrapy's constructor."""
        extension = cls()
        crawler.signals.connect(extension.headers_received, signals.headers_received)
        return extension

    def headers_received(self, headers: Headers) -> None:
        """Raise StopDownload; the spider's errback finds the answer's head in it."""
        kind = headers.get(b"Content-Type")
        if kind is not None and not fetch.is_text(kind.decode("latin-1")):
            raise StopDownload(fail=True)


class Interrupt:
    """SIGTERM and SIGINT: Scrapy stops gracefully; after GRACE seconds we stop waiting for the network."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self._scrapys: dict[int, Any] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Interrupt:
        """Scrapy's constructor."""
        extension = cls(crawler)
        crawler.signals.connect(extension.engine_started, signals.engine_started)
        return extension

    def engine_started(self) -> None:
        """Put our handler before Scrapy's, which the process has installed by now."""
        for number in (signal.SIGINT, signal.SIGTERM):
            self._scrapys[number] = signal.getsignal(number)
            if callable(self._scrapys[number]):
                signal.signal(number, self._caught)

    def _caught(self, number: int, frame: FrameType | None) -> None:
        from twisted.internet import reactor

        desk: Desk | None = getattr(self.crawler.spider, "desk", None)
        if desk:
            desk.interrupted = number
        self._scrapys[number](number, frame)
        reactor.callFromThread(reactor.callLater, GRACE, self._stop_waiting)

    @staticmethod
    def _stop_waiting() -> None:
        from twisted.internet import reactor

        if reactor.running:
            reactor.stop()  # type: ignore[misc]


class Progress:
    """The live table of `worlddesk crawl` on a terminal, drawn from the run's tally."""

    INTERVAL = 0.25  # seconds

    def __init__(self, desk: Desk):
        self.live = progress.live(desk.tally, list(desk.sources.values()))
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
        """Draw at once and then every quarter of a second."""
        self.live.start()
        self._loop.start(self.INTERVAL, now=False)

    def stop(self) -> None:
        """Draw the last state and leave it on the screen."""
        self._loop.stop()
        self.live.stop()
