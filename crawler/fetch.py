"""What we add to Scrapy's downloader, as plain functions: validators, robots.txt, Retry-After, outcomes.

The rules are those of RFC 9309 (robots.txt) and RFC 9110 (conditional requests, Retry-After). Scrapy's side is in
middlewares.py; what publishers reserve is read in rights.py.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from urllib.parse import urlsplit

from protego import Protego

from crawler import __version__
from crawler.errors import ContactMissing, UsageError
from crawler.gate import is_loopback
from crawler.rights import AGENT

DELAY_FLOOR = 1.0
"""Seconds between two requests to one public host."""
LOOPBACK_DELAY = 0.001
"""Not 0: without any delay Scrapy 2.14 to 2.19 forgets the limit of one request at a time."""
DELAY_CAP = 60.0
"""Seconds; a longer Crawl-delay is capped, as search engines do."""
REST_CAP = timedelta(days=2)
SITE_FILE_BYTES = 500_000
"""Of robots.txt and tdmrep.json no more is read (RFC 9309, 2.5)."""
_CONTACT = re.compile(r"[ -~]*(?:[!-~]@|https?://)[!-~]+\.[!-~][ -~]*")
"""An address or a URL, and what is said beside it: printable ASCII, for it stands in a header of each request."""
_MAX_AGE = re.compile(r"(?<![\w-])max-age\s*=\s*\"?([0-9]{1,9})(?![0-9])")
_TTL = re.compile(rb"<ttl>\s*([0-9]{1,6})\s*</ttl>")
_HEAD_OF_FEED = 10_000  # bytes
TEXT_TYPES = ("text/", "application/xhtml", "application/xml", "application/json", "+xml", "+json", "gzip")
BLOCKED = frozenset({401, 402, 403, 405, 407, 418, 429, 451, 503, 999})
GONE = frozenset({404, 410})


def contact() -> str:
    """How publishers reach us: `WORLDDESK_CONTACT`, or ''. Raises UsageError where it reaches nobody."""
    told = os.environ.get("WORLDDESK_CONTACT", "").strip()
    if told and not _CONTACT.fullmatch(told):
        raise UsageError(
            f"WORLDDESK_CONTACT is {told!r}; give an address or a URL at which publishers can reach you, "
            "e.g. desk@example.org or https://example.org/about"
        )
    return told


def user_agent(hosts: Iterable[str]) -> str:
    """Product, version and contact. Raises ContactMissing when a host is not loopback and no contact is set."""
    is_live = not all(is_loopback(host) for host in hosts)
    told = contact() if is_live else ""  # this machine knows who asks
    if is_live and not told:
        raise ContactMissing(
            "a crawl of live sites needs a contact that publishers can reach: "
            "set WORLDDESK_CONTACT to an address or a URL, e.g. export WORLDDESK_CONTACT=desk@example.org"
        )
    return f"{AGENT}/{__version__}" + (f" (+{told})" if told else "")


def conditional(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """Headers of a conditional GET (RFC 9110, 13.1) from the validators of the last answer."""
    headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in headers.items() if value}


def retry_after(header: str | None, now: datetime) -> datetime | None:
    """Instant until which the host wants rest: seconds or a date (RFC 9110, 10.2.3); None when unreadable."""
    value = (header or "").strip()
    if value.isascii() and value.isdigit():
        seconds = min(float(value), REST_CAP.total_seconds())
        return now + timedelta(seconds=seconds)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until, now), now + REST_CAP)


def fresh_seconds(cache_control: str | None, age: str | None = None) -> int | None:
    """How long an answer is called fresh: max-age less its Age (RFC 9111, 4.2); None where nothing is said."""
    said = _MAX_AGE.search((cache_control or "").lower())
    if said is None:
        return None
    old = age.strip() if age else ""
    return max(0, int(said[1]) - (int(old) if old.isdecimal() and len(old) < 10 else 0))


def ttl_seconds(body: bytes) -> int | None:
    """<ttl> of an RSS channel: minutes for which it may be kept (RSS 2.0); None where nothing is said.

    sy:updatePeriod is not read: systems write 'hourly' into every feed, whatever its pace.
    """
    said = _TTL.search(body[:_HEAD_OF_FEED])
    return 60 * int(said[1]) if said else None


@dataclass
class Robots:
    """robots.txt of one origin as last read."""

    status: int | None
    """None = nothing answered; then `text` says why."""
    text: str = ""

    @property
    def reachable(self) -> bool:
        """5xx, 429 and silence mean: hands off this run (RFC 9309, 2.3.1.4)."""
        return self.status is not None and self.status < 500 and self.status != 429

    @property
    def trouble(self) -> str:
        """Why it is not reachable, for people."""
        return f"robots.txt answered {self.status}" if self.status else f"robots.txt is out of reach ({self.text})"

    @cached_property
    def _rules(self) -> Protego:
        # other 4xx: no rules, all is allowed (RFC 9309, 2.3.1.3); the body of such an answer is not a robots.txt
        return Protego.parse(self.text if self.status is not None and self.status < 300 else "")

    def allows(self, url: str) -> bool:
        """Whether our user agent may fetch this URL."""
        return self.reachable and self._rules.can_fetch(url, AGENT)

    @property
    def sitemaps(self) -> list[str]:
        """Addresses on its `Sitemap:` lines, as written."""
        return list(self._rules.sitemaps)

    @cached_property
    def delay(self) -> float:
        """Seconds between requests that the site asks for: Crawl-delay or Request-rate, capped; 0 if neither."""
        rate = self._rules.request_rate(AGENT)
        by_rate = rate.seconds / rate.requests if rate and rate.requests else 0.0
        return min(max(self._rules.crawl_delay(AGENT) or 0.0, by_rate), DELAY_CAP)


def delay(host: str, robots_delay: float = 0.0, source_delay: float | None = None) -> float:
    """Seconds between two requests to the host: the largest of our floor, the site's wish and the source's."""
    floor = LOOPBACK_DELAY if is_loopback(host) else DELAY_FLOOR
    return max(floor, robots_delay, source_delay or 0.0)


def is_text(content_type: str) -> bool:
    """Whether a Content-Type can hold a page, a feed or a sitemap; an absent one can."""
    value = content_type.lower()
    return not value or any(name in value for name in TEXT_TYPES)


def outcome(status: int) -> tuple[str, str | None]:
    """(outcome, reason) that an HTTP status alone decides; 'read' = the body is to be read."""
    if status == 200:
        return "read", None
    if status == 304:
        return "not_modified", None
    if status in GONE:
        return "gone", f"HTTP {status}"
    if status in BLOCKED:
        return "blocked", f"HTTP {status}: the site refuses us"
    return "error", f"HTTP {status}: not a page"


def origin(url: str) -> str:
    """'scheme://host:port' of a URL, without name and password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def charset(content_type: bytes | None) -> str | None:
    """Charset parameter of a Content-Type, as written; None when there is none."""
    _, found, value = (content_type or b"").decode("latin-1").partition("charset=")
    return value.split(";")[0].strip(" \"'") or None if found else None
