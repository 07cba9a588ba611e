"""Scrapy's thin side of fetch.py: what happens to a request before it goes out and to an answer as it comes in."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler import fetch, store
from crawler.catalogue import Source
from crawler.desk import Desk
from crawler.normalise import now
from crawler.urls import same_site

PATIENCE = 30.0
"""Seconds that a request waits inside the run for a resting host; a longer rest is left to a later run."""


class Refused(IgnoreRequest):
    """A request that we do not make, with the outcome and the reason for the ledger."""

    def __init__(self, outcome: str, reason: str, retry_at: str | None = None):
        super().__init__(reason)
        self.outcome = outcome
        self.retry_at = retry_at


class Politeness:
    """robots.txt, delays and rests: RFC 9309, Crawl-delay, Retry-After; kept in the database across runs."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self._robots: dict[str, asyncio.Future[fetch.Robots]] = {}
        self._rests: dict[str, datetime] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Politeness:
        """Scrapy's constructor."""
        return cls(crawler)

    @property
    def desk(self) -> Desk | None:
        """None under `scrapy shell` and `fetch`: then nothing is remembered beyond the session."""
        return getattr(self.crawler.spider, "desk", None)

    async def process_request(self, request: Request) -> None:
        """Wait for a short rest, refuse what robots.txt or a long rest forbids, set the host's delay."""
        if request.meta.get("robots"):
            return
        await self._rest(request)
        robots = await self._robots_of(request)
        self._set_delay(request, robots.delay)
        if not robots.reachable:
            said = "did not answer" if robots.status is None else f"answered {robots.status}"
            raise Refused("skipped", f"robots.txt {said}: nothing of this host is fetched in this run")
        if not robots.allows(request.url):
            raise Refused("robots", "robots.txt forbids this address")

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """On 429 and 503 with Retry-After let the host rest; one more try when the rest is short."""
        if response.status not in (429, 503):
            return response
        header = response.headers.get(b"Retry-After")
        until = fetch.retry_after(header.decode("latin-1") if header else None, datetime.now(UTC))
        if until is None:
            return response
        await self._let_rest(request, response.status, until)
        if self._seconds_to(until) <= PATIENCE and not request.meta.get("rested"):
            return request.replace(meta=request.meta | {"rested": True}, dont_filter=True)
        response.meta["retry_at"] = until.strftime("%Y-%m-%dT%H:%M:%SZ")
        return response

    async def _rest(self, request: Request) -> None:
        until = (await self._resting()).get(_host(request))
        if until is None or (seconds := self._seconds_to(until)) <= 0:
            return
        if seconds > PATIENCE:
            at = until.strftime("%Y-%m-%dT%H:%M:%SZ")
            raise Refused("skipped", f"the host asked for rest until {at}", retry_at=at)
        await asyncio.sleep(seconds)

    async def _let_rest(self, request: Request, status: int, until: datetime) -> None:
        host = _host(request)
        (await self._resting())[host] = until
        if self.desk:
            at = until.strftime("%Y-%m-%dT%H:%M:%SZ")
            await self.desk.write(store.rest_host, host, at, f"HTTP {status} with Retry-After")

    async def _resting(self) -> dict[str, datetime]:
        if self._rests is None:
            known = await self.desk.write(store.resting) if self.desk else {}
            self._rests = self._rests or {host: datetime.fromisoformat(at) for host, at in known.items()}
        return self._rests

    @staticmethod
    def _seconds_to(until: datetime) -> float:
        return (until - datetime.now(UTC)).total_seconds()

    async def _robots_of(self, request: Request) -> fetch.Robots:
        origin = fetch.origin(request.url)
        if origin not in self._robots:
            self._set_delay(request)
            self._robots[origin] = asyncio.ensure_future(self._read_robots(origin))
        return await asyncio.shield(self._robots[origin])

    async def _read_robots(self, origin: str) -> fetch.Robots:
        host = urlsplit(origin).netloc
        if self.desk and (known := await self.desk.write(store.load_robots, host)):
            return fetch.Robots(known.status, known.text)
        robots = await self._fetch_robots(origin)
        if self.desk and robots.reachable:
            await self.desk.write(store.save_robots, host, robots.status, robots.text, now())
        return robots

    async def _fetch_robots(self, origin: str) -> fetch.Robots:
        request = Request(f"{origin}/robots.txt", meta={"robots": True}, callback=NO_CALLBACK, priority=1000)
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception:  # whatever went wrong, robots.txt is unreachable: RFC 9309, 2.3.1.4
            return fetch.Robots(None)
        return fetch.Robots(response.status, response.body[: fetch.ROBOTS_BYTES].decode("utf-8", "replace"))

    def _set_delay(self, request: Request, robots_delay: float = 0.0) -> None:
        host = urlsplit(request.url).hostname or ""
        source: Source | None = request.meta.get("source")
        delay = fetch.delay(host, robots_delay, source.delay if source else None)
        downloader = self.crawler.engine.downloader
        downloader.per_slot_settings[host] = {"delay": delay, "concurrency": 1}
        if host in downloader.slots:
            downloader.slots[host].delay = delay


class SameSiteRedirect(RedirectMiddleware):
    """Redirects inside the source's site, or to a host that the source lists; elsewhere nobody is sent."""

    # without the `spider` argument of its base, which Scrapy deprecates
    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Follow as Scrapy does, after a look at where the answer points."""
        location = response.headers.get(b"Location")
        if location and 300 < response.status < 400 and response.status != 304 and not request.meta.get("robots"):
            self._check(request, urljoin(request.url, location.decode("latin-1").strip()))
        return super().process_response(request, response)

    @staticmethod
    def _check(request: Request, target: str) -> None:
        source: Source | None = request.meta.get("source")
        owned = source.owns(target) if source else same_site(request.url, target)
        if not owned:
            host = urlsplit(target).hostname
            raise Refused("skipped", f"redirects to {host}, which is not a host of this source")


class Measure:
    """Size of the answer on the wire and the instant at which it came; next to the downloader, before decoding."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Note both in the request's meta."""
        request.meta["fetched_at"] = now()
        request.meta["wire_bytes"] = request.meta.get("wire_bytes", 0) + len(response.body)
        return response


def _host(request: Request) -> str:
    return urlsplit(request.url).netloc
