"""Scrapy's thin side of fetch.py: what happens to a request before it goes out and to an answer as it comes in."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
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
from scrapy.responsetypes import responsetypes
from scrapy.settings import BaseSettings
from scrapy.utils.spider import DefaultSpider
from w3lib.url import safe_url_string

from crawler import fetch, gate, rights, store, unpack
from crawler.catalogue import Source
from crawler.desk import Desk
from crawler.errors import PageError
from crawler.health.judge import nothing_answered
from crawler.normalise import clean, now
from crawler.urls import absolute, same_site

PATIENCE = 10.0
"""Seconds that a request waits inside the run for a resting host; a longer rest is left to a later run."""


SITE_FILE_MOST = 32 * 1024 * 1024
"""Bytes of robots.txt that are taken in; of these only the first are read."""
TDM_POLICY = "/.well-known/tdmrep.json"
AI_TXT = "/ai.txt"
T = TypeVar("T")
_SAID: dict[type, str] = {
    CannotResolveHostError: "the host name is not known",
    DownloadConnectionRefusedError: "the host refuses the connection",
    DownloadFailedError: "the connection broke off",
    DownloadTimeoutError: "no answer in time",
    ResponseDataLossError: unpack.CUT,
}
_DEEPER: dict[str, str] = {
    "HeadTooLarge": "{}",
    "ParseError": "what answers there does not speak HTTP: {}",
    "BadResponseVersion": "what answers there does not speak HTTP: {}",
    "ValueError": "the head of the answer is wrong: {}",
    "KeyError": "the answer comes in an encoding that HTTP does not know: {}",
    "Error": "TLS: {}",
    "CertificateError": "TLS: {}",
    "VerificationError": "TLS: the certificate is of another host: {}",
}
"""What lies below a broken connection, by the name of its class in twisted.web, pyOpenSSL or service_identity."""


def said(error: BaseException | None) -> str:
    """What went wrong on the way, for people: the commonest failures in plain words, others as they are."""
    if isinstance(error, Refused):
        return clean(str(error))
    if isinstance(error, DownloadCancelledError):
        return f"larger than we take: {clean(str(error)) or 'it did not end'}"
    return _below(error) or _SAID.get(type(error)) or f"{type(error).__name__}: {clean(str(error))}"


def _below(error: BaseException | None) -> str | None:
    """Why a connection broke off, where what Twisted wrapped says it."""
    failures = getattr(error.__cause__, "reasons", []) if isinstance(error, DownloadFailedError) else []
    for inner in (failure.value for failure in failures):
        words = _DEEPER.get(type(inner).__name__)
        if words is not None:
            return clean(words.format(inner))[:300]
    return None


class Refused(IgnoreRequest):
    """A request that we do not make, with the outcome and the reason for the ledger."""

    def __init__(self, outcome: str, reason: str, retry_at: str | None = None):
        super().__init__(reason)
        self.outcome = outcome
        self.retry_at = retry_at


ASKER = ("source", "typed")
"""Of a request's meta: the source for which it is made, and what a person typed."""


def reach_of(request: Request) -> gate.Reach:
    """Whom a request may ask beside public hosts."""
    source, typed = (request.meta.get(name) for name in ASKER)
    return gate.reach(source, typed or ())


class Gate:
    """Nobody inside is asked: every request, whoever made it, is judged by its address before anything is done for it.

    The address behind its name is judged where the connection is made: crawler/transport.py.
    """

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.gate = gate.of_setting(crawler.settings.get(gate.SETTING))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Gate:
        """Scrapy's constructor."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Refuse what lies inside; under `scrapy shell` and `fetch` a person types what is asked."""
        if isinstance(self.crawler.spider, DefaultSpider):
            request.meta.setdefault("typed", (request.url,))
        reason = self.gate.refuses(request.url, reach_of(request))
        if reason is not None:
            raise Refused("skipped", reason)


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
            self._slow_down(request)
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
        asker = {name: asking.meta.get(name) for name in ASKER}
        meta = {**asker, "site_file": True, "download_maxsize": SITE_FILE_MOST}
        request = Request(url, meta=meta, callback=NO_CALLBACK, priority=1000)
        return await self.crawler.engine.download_async(request)

    def _slow_down(self, request: Request) -> None:
        """Twice the pause for a host that is asked too much and does not say how long it wants to rest."""
        host, downloader = urlsplit(request.url).hostname or "", self.crawler.engine.downloader
        settings = downloader.per_slot_settings.setdefault(host, {"delay": fetch.delay(host), "concurrency": 1})
        settings["delay"] = min(2 * settings["delay"], fetch.DELAY_CAP)
        if host in downloader.slots:
            downloader.slots[host].delay = settings["delay"]

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

    def __init__(self, settings: BaseSettings):
        super().__init__(settings)
        self.gate = gate.of_setting(settings.get(gate.SETTING))

    # without the `spider` argument of its base, which Scrapy deprecates
    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Follow as Scrapy does, after a look at where the answer points."""
        location = (response.headers.get(b"Location") or b"").strip()
        if not location:
            return response
        if response.status in (301, 302, 303, 307, 308):
            response.headers[b"Location"] = self._target(request, _decoded(location))
        return super().process_response(request, response)

    def _target(self, request: Request, location: str) -> str:
        """Where the answer points, in one spelling for all that look at it. Raises Refused where nobody is sent."""
        where = f"redirects to {clean(location)[:200]}"
        target = absolute(request.url, location)
        if target is None:
            is_web = _scheme(location) in ("", "http", "https")
            raise Refused("error" if is_web else "skipped", f"{where}, which is no http(s) address of a page")
        reason = self.gate.refuses(target, reach_of(request))
        source: Source | None = request.meta.get("source")
        if not (source.owns(target) if source else same_site(request.url, target)):
            where = f"redirects to {urlsplit(target).hostname}, which is not a host of this source"
            raise Refused("skipped", f"{where}: {reason}" if reason else where)
        if reason is not None:
            raise Refused("skipped", f"{where}: {reason}")
        before = [*request.meta.get("redirect_urls", []), request.url]
        if safe_url_string(target) in before:
            raise Refused("error", f"{where}, where it came from: a circle of redirects")
        if len(before) > self.max_redirect_times:
            raise Refused("error", f"redirects more than {self.max_redirect_times} times, the last time to {target}")
        return target


def _decoded(location: bytes) -> str:
    """A Location as sent; ASCII by the standard, in fact UTF-8 or whatever."""
    try:
        return location.decode().strip()
    except UnicodeDecodeError:
        return location.decode("latin-1").strip()


def _scheme(location: str) -> str:
    try:
        return urlsplit(location).scheme
    except ValueError:
        return ""


class Unpack:
    """Bodies unpacked within bounds; a stream that was cut is a failure and not half an article."""

    def __init__(self, most: int):
        self.most = most

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Unpack:
        """Scrapy's constructor."""
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        """Say what we can unpack."""
        request.headers.setdefault(b"Accept-Encoding", unpack.ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Response:
        """Unpack; what was stopped at its headers has no body to unpack."""
        if "download_stopped" in response.flags:
            return response
        encodings = [name.decode("latin-1") for name in response.headers.getlist(b"Content-Encoding")]
        is_page = b"html" in (response.headers.get(b"Content-Type") or b"").lower()
        most = request.meta.get("download_maxsize", self.most)
        try:
            body = unpack.unpack(response.body, ",".join(encodings).split(","), most, is_page=is_page)
        except PageError as error:
            if response.status != 200:  # the status says more
                return response.replace(body=b"")
            raise Refused("error", str(error)) from None
        if response.status == 200 and "partial" in response.flags and unpack.is_cut(body):
            raise Refused("error", f"{unpack.CUT}: it is opened and never closed")
        if body is response.body:
            return response
        response.headers.pop(b"Content-Encoding", None)
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        return response.replace(cls=kind, body=body)


class Measure:
    """Size of the answer on the wire and the instant at which it came; next to the downloader, before decoding."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Note both in the request's meta."""
        request.meta["fetched_at"] = now()
        request.meta["wire_bytes"] = request.meta.get("wire_bytes", 0) + len(response.body)
        return response


class Waiting:
    """How long a page may take: less at a host that let several of this run take all their time.

    Pages of one host are asked one after the other, so a dozen that stall would keep its others, and the run, waiting
    for minutes. What is given up stays due.
    """

    FREE = 2
    """So many pages of a host may take all their time; each one more halves it for the next."""
    LEAST = 5.0
    """Seconds that a page has in any case."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self._given_up: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Waiting:
        """Scrapy's constructor."""
        return cls(crawler.settings.getfloat("DOWNLOAD_TIMEOUT"))

    def process_request(self, request: Request) -> None:
        """Set the request's own limit, before Scrapy sets that of the settings."""
        too_many = max(0, self._given_up[_host(request)] - self.FREE + 1)
        if too_many:
            request.meta["download_timeout"] = max(self.seconds / 2**too_many, min(self.seconds, self.LEAST))

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count what took all its time."""
        self._given_up[_host(request)] += isinstance(exception, DownloadTimeoutError)


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
        if isinstance(exception, Refused):  # by ourselves: it says nothing of the network
            return
        self._is_heard = self._is_heard or not nothing_answered([(None, said(exception))])
        self._silent.add(_host(request))
        desk: Desk | None = getattr(self.crawler.spider, "desk", None)
        is_long = time.monotonic() - self._since >= self.SECONDS
        if desk is not None and not self._is_heard and is_long and len(self._silent) >= self.HOSTS:
            desk.fall_silent()


def _text(response: Response) -> str:
    return response.body[: fetch.SITE_FILE_BYTES].decode("utf-8-sig", "replace")  # some editors write a byte order mark


def _host(request: Request) -> str:
    return urlsplit(request.url).netloc.rpartition("@")[2]
