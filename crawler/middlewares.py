"""Scrapy's thin side of fetch.py: what happens to a request before it goes out and to an answer as it comes in."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler import fetch, rights, store
from crawler.catalogue import Source
from crawler.desk import Desk
from crawler.health import nothing_answered
from crawler.normalise import clean, now
from crawler.urls import same_site

PATIENCE = 10.0
"""Seconds that a request waits inside the run for a resting host; a longer rest is left to a later run."""


SITE_FILE_MOST = 32 * 1024 * 1024
"""Bytes of robots.txt that are taken in; of these only the first are read."""
GZIP_MEMBERS = 16
"""Of one answer; servers send one, and each costs a copy of what follows."""
TDM_POLICY = "/.well-known/tdmrep.json"
AI_TXT = "/ai.txt"
T = TypeVar("T")
_SAID: dict[type, str] = {
    CannotResolveHostError: "the host name is not known",
    DownloadConnectionRefusedError: "the host refuses the connection",
    DownloadFailedError: "the connection broke off",
    DownloadTimeoutError: "no answer in time",
    ResponseDataLossError: "the connection ended before the page did",
}


def said(error: BaseException | None) -> str:
    """What went wrong on the way, for people: the commonest failures in plain words, others as they are."""
    in_words = _SAID.get(type(error)) or clean(str(error))
    return in_words if isinstance(error, Refused) else f"{type(error).__name__}: {in_words}"


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
        self._known: dict[str, asyncio.Future[Any]] = {}
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
        if request.meta.get("site_file"):
            return
        await self._rest(request)
        robots = await self.robots(request)
        if not robots.reachable:
            raise Refused("skipped", f"{robots.trouble}: nothing of this host is fetched in this run")
        if not robots.allows(request.url):
            raise Refused("robots", "robots.txt forbids this address")
        policy_url = f"{fetch.origin(request.url)}{TDM_POLICY}"
        request.meta["tdm_policy"] = await self._once(policy_url, self._read_tdm_policy, request)
        await self._once(f"{fetch.origin(request.url)}{AI_TXT}", self._read_ai_txt, request)

    async def robots(self, request: Request) -> fetch.Robots:
        """robots.txt for a request, read once in a run; from then on its delay counts."""
        self._set_delay(request)
        robots = await self._once(f"{fetch.origin(request.url)}/robots.txt", self._read_robots, request)
        self._set_delay(request, robots)
        return robots

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """On 429 and 503 with Retry-After let the host rest; one more try when the rest is short."""
        if response.status not in (429, 503):
            return response
        header = response.headers.get(b"Retry-After")
        until = fetch.retry_after(header.decode("latin-1") if header else None, datetime.now(UTC))
        if until is None:
            return response
        await self._let_rest(request, response.status, until)
        is_short = self._seconds_to(until) <= PATIENCE and not request.meta.get("site_file")
        if is_short and not request.meta.get("rested"):
            return request.replace(meta=request.meta | {"rested": True}, dont_filter=True)
        request.meta["retry_at"] = until.strftime("%Y-%m-%dT%H:%M:%SZ")
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
            known = await self.desk.write(store.resting) if self.desk else getattr(self.crawler.spider, "rests", {})
            self._rests = self._rests or {host: datetime.fromisoformat(at) for host, at in known.items()}
        return self._rests

    @staticmethod
    def _seconds_to(until: datetime) -> float:
        return (until - datetime.now(UTC)).total_seconds()

    async def _once(self, url: str, read: Callable[[str, Request], Awaitable[T]], asking: Request) -> T:
        """Read a file of a site's root once in a run, however many requests wait for it."""
        if url not in self._known:
            self._known[url] = asyncio.ensure_future(read(url, asking))
        known: T = await asyncio.shield(self._known[url])
        return known

    async def _read_robots(self, url: str, asking: Request) -> fetch.Robots:
        host = urlsplit(url).netloc
        if self.desk and (known := await self.desk.write(store.load_robots, host)):
            return fetch.Robots(known.status, known.text)
        try:
            response = await self._fetch(url, asking)
        except Exception as error:  # whatever it was, robots.txt is unreachable: RFC 9309, 2.3.1.4
            return fetch.Robots(None, said(error))
        robots = fetch.Robots(response.status, _text(response))
        if self.desk and robots.reachable:
            await self.desk.write(store.save_robots, host, robots.status, robots.text, now())
        return robots

    async def _read_tdm_policy(self, url: str, asking: Request) -> str | None:
        host = urlsplit(url).netloc
        if self.desk and (known := await self.desk.write(store.load_tdm_policy, host)):
            return known[0]
        try:
            response = await self._fetch(url, asking)
        except Exception:  # a file that few sites have: no answer says nothing
            return None
        policy = _text(response) if response.status == 200 else None
        if self.desk:
            await self.desk.write(store.save_tdm_policy, host, policy, now())
        return policy

    async def _read_ai_txt(self, url: str, asking: Request) -> None:
        host = urlsplit(url).netloc
        if self.desk is None or await self.desk.write(store.is_ai_txt_known, host):
            return
        try:
            response = await self._fetch(url, asking)
        except Exception:  # no answer is asked for again at the next run
            return
        text = rights.ai_txt(_text(response)) if response.status == 200 else None
        await self.desk.write(store.save_ai_txt, host, text, now())

    async def _fetch(self, url: str, asking: Request) -> Response:
        meta = {"site_file": True, "download_maxsize": SITE_FILE_MOST, "source": asking.meta.get("source")}
        request = Request(url, meta=meta, callback=NO_CALLBACK, priority=1000)
        return await self.crawler.engine.download_async(request)

    def _set_delay(self, request: Request, robots: fetch.Robots | None = None) -> None:
        """Set the delay of the request's host; before its robots.txt is read, our floor and the source's wish."""
        host = urlsplit(request.url).hostname or ""
        downloader = self.crawler.engine.downloader
        if robots is None and host in downloader.per_slot_settings:
            return
        source: Source | None = request.meta.get("source")
        known = downloader.per_slot_settings.get(host, {}).get("delay", 0.0)  # of another source on this host
        delay = max(known, fetch.delay(host, robots.delay if robots else 0.0, source.delay if source else None))
        downloader.per_slot_settings[host] = {"delay": delay, "concurrency": 1}
        if host in downloader.slots:
            downloader.slots[host].delay = delay


class SameSiteRedirect(RedirectMiddleware):
    """Redirects inside the source's site, or to a host that the source lists; elsewhere nobody is sent."""

    # without the `spider` argument of its base, which Scrapy deprecates
    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Follow as Scrapy does, after a look at where the answer points."""
        location = response.headers.get(b"Location")
        if location and 300 < response.status < 400 and response.status != 304:
            self._check(request, location.decode("latin-1").strip())
        return super().process_response(request, response)

    @staticmethod
    def _check(request: Request, location: str) -> None:
        source: Source | None = request.meta.get("source")
        try:
            target = urljoin(request.url, location)
            host, port = urlsplit(target).hostname, urlsplit(target).port
        except ValueError:
            raise Refused("error", f"redirects to what is no address: {clean(location)[:200]}") from None
        if not host or not (source.owns(target) if source else same_site(request.url, target)):
            where = host or clean(location)[:200]
            raise Refused("skipped", f"redirects to {where}, which is not a host of this source")
        if port not in (None, 80, 443, urlsplit(request.url).port):
            raise Refused("skipped", f"redirects to port {port} of {host}, where no site is")


class Unpack(HttpCompressionMiddleware):
    """Scrapy's decompression, but a stream that was cut is a failure and not half an article."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Unpack as Scrapy does; what was stopped at its headers has no body to unpack."""
        return response if "download_stopped" in response.flags else super().process_response(request, response)

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        if encoding not in (b"gzip", b"x-gzip") or not body.startswith(b"\x1f\x8b"):
            return HttpCompressionMiddleware._decode(body, encoding, max_size)
        unpacked = b""
        for _ in range(GZIP_MEMBERS):  # a stream may have several members; what follows the last is padding
            stream = zlib.decompressobj(wbits=31)
            unpacked += stream.decompress(body, max_size + 1 - len(unpacked))
            if len(unpacked) > max_size:
                raise DownloadCancelledError(f"larger than {max_size} bytes when unpacked")
            if not stream.eof:
                raise ResponseDataLossError
            body = stream.unused_data
            if not body.startswith(b"\x1f\x8b"):
                return unpacked
        raise DownloadCancelledError(f"more than {GZIP_MEMBERS} gzip members")


class Measure:
    """Size of the answer on the wire and the instant at which it came; next to the downloader, before decoding."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Note both in the request's meta."""
        request.meta["fetched_at"] = now()
        request.meta["wire_bytes"] = request.meta.get("wire_bytes", 0) + len(response.body)
        return response


class Silence:
    """End a run without network while it is young: many hosts were asked, and for some time nobody answered at all.

    A whole catalogue would wait minutes to learn of each host what the first dozen said. One answer, be it a
    refusal, and the run goes on to its end.
    """

    HOSTS = 12
    SECONDS = 10.0
    """For so long the dead may be quicker than those alive."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self._is_heard = False
        self._silent: set[str] = set()
        self._since = time.monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Silence:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002  # Scrapy's signature
        """Somebody answers: there is a network."""
        self._is_heard = True
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count the hosts that say nothing."""
        self._is_heard = self._is_heard or not nothing_answered([(None, said(exception))])
        self._silent.add(_host(request))
        desk: Desk | None = getattr(self.crawler.spider, "desk", None)
        is_long = time.monotonic() - self._since >= self.SECONDS
        if desk is not None and not self._is_heard and is_long and len(self._silent) >= self.HOSTS:
            desk.fall_silent()


def _text(response: Response) -> str:
    return response.body[: fetch.SITE_FILE_BYTES].decode("utf-8-sig", "replace")  # some editors write a byte order mark


def _host(request: Request) -> str:
    return urlsplit(request.url).netloc
