"""What came back for a request, as an Exchange: from its head, its body, or its failure.

Every request ends here, so every address ends with an outcome and a reason.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import fetch, pages, rights
from crawler.catalogue import Source
from crawler.discover import Seen
from crawler.discover.seen import fingerprint
from crawler.errors import NotHTML, NotRead, PageError, Walled
from crawler.history import Place
from crawler.items import Article, Exchange
from crawler.memory import Memory
from crawler.middlewares import Refused, said
from crawler.normalise import clean, now
from crawler.page import walls
from crawler.periods import Period, period_in
from crawler.store import DueListing, DueUrl
from crawler.urls import canonical
from crawler.workers import quarantine, reading
from crawler.workers.reading import ArchiveRead, Listed

Read = Callable[..., Awaitable[Any]]
"""`Desk.read`: (exchange, kind of page, name of the function that reads it, body, and what that function wants)."""
_NOTHING = b" \t\r\n\0\xef\xbb\xbf"
"""Bytes of a page that says nothing: blanks, zeros, a byte order mark."""
WITHOUT_TEXT = frozenset({"video", "gallery"})
"""Kinds of page that are whole without a body."""


def of_response(response: Response) -> Exchange:
    """What the head of an answer says; outcome 'read' where its body is to be read."""
    meta = response.meta
    outcome, reason = judged(response)
    return Exchange(
        source_id=meta["due"].source_id,
        url=meta["due"].url,
        listing=isinstance(meta["due"], DueListing),
        outcome=outcome,
        reason=reason,
        fetched_at=meta.get("fetched_at") or now(),
        final_url=response.url,
        status_code=response.status,
        duration_ms=round(1000 * meta.get("download_latency", 0)),
        downloaded_bytes=meta.get("wire_bytes"),
        etag=header(response, b"ETag"),
        last_modified=header(response, b"Last-Modified"),
        retry_at=meta.get("retry_at"),
        **_of_listing(meta["due"]),
        fresh_seconds=fetch.fresh_seconds(header(response, b"Cache-Control"), header(response, b"Age")),
    )


def _of_listing(due: DueListing | DueUrl) -> dict[str, Any]:
    """What an exchange carries of a listing's request to its store."""
    return {"is_plain": due.is_plain, "since": due.last_ok_at} if isinstance(due, DueListing) else {}


def judged(response: Response) -> tuple[str, str | None]:
    """(outcome, reason) by the status of an answer, its content type, the wall that its head or a refusal's body shows.

    Outcome 'read': its body is to be read.
    """
    outcome, reason = fetch.outcome(response.status)
    headers = {
        name.decode("latin-1").lower(): b", ".join(response.headers.getlist(name)).decode("latin-1")
        for name in response.headers
    }
    is_stopped = "download_stopped" in response.flags
    body = b"" if is_stopped else response.body
    wall = walls.of_answer(response.status, headers, body, response.url, charset_of(response))
    if wall is not None:
        return wall.outcome, str(wall) if outcome == "read" else f"HTTP {response.status}: {wall}"
    if outcome == "not_modified" and not _is_conditional(response):
        return "error", "HTTP 304 to a request without conditions"
    if outcome == "read" and is_stopped:
        return "not_article", f"{clean(header(response, b'Content-Type') or '')} is not a page"
    return outcome, reason


def _is_conditional(response: Response) -> bool:
    headers = response.request.headers if response.request is not None else {}
    return b"If-None-Match" in headers or b"If-Modified-Since" in headers


def of_failure(failure: Failure) -> Exchange:
    """The exchange for a request that brought no page: refused by us, stopped, or failed on the way."""
    request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
    due, error = request.meta["due"], failure.value
    exchange = Exchange(due.source_id, due.url, "error", now(), listing=isinstance(due, DueListing), **_of_listing(due))
    if isinstance(error, Refused):
        exchange.outcome, exchange.reason, exchange.retry_at = error.outcome, str(error), error.retry_at
    else:
        exchange.reason = said(error)
    return exchange


async def read_listing(exchange: Exchange, response: Response, read: Read, seen: Seen | None = None) -> list[str]:
    """Fill the exchange with a listing's links. Returns the children where it is the index of a sitemap.

    `read` is that of the desk; `seen` is what earlier visits to it showed.
    """
    listing: DueListing = response.meta["due"]
    turn = response.meta["source"].pages_of(listing.url) > 1
    about = (response.url, listing.kind, charset_of(response), seen)
    try:
        found: Listed = await read(exchange, listing.kind, reading.LISTING, response.body, *about, turn=turn)
    except Exception as error:  # one listing never stops the others; the row names the error
        exchange.outcome, exchange.reason = unread(error)
        keep_aside(exchange, response)
        return []
    exchange.links, exchange.shown, exchange.next_page = found.links, found.shown, found.next_page
    exchange.outcome = "listed"
    wishes = [seconds for seconds in (exchange.fresh_seconds, found.ttl_seconds) if seconds is not None]
    exchange.fresh_seconds = max(wishes, default=None)
    cut = [f"{len(found.links):,} of {found.announced:,} links read"] if found.announced > len(found.links) else []
    exchange.reason = "; ".join([*cut, *found.notes]) or None
    return found.children


def unread(error: Exception) -> tuple[str, str]:
    """(outcome, reason) of a listing on which the discovery failed with this error."""
    if isinstance(error, Walled):
        return error.outcome, str(error)
    if isinstance(error, PageError):
        return "error", f"discover: {error}" if isinstance(error, NotRead) else str(error)
    return "error", f"discover: {type(error).__name__}: {error}"


def keep_aside(exchange: Exchange, response: Response, *, keep_page: bool = True) -> None:
    """Where the page ended its worker: let it go along to be looked at, unless its head or our settings forbid it."""
    aside = exchange.set_aside
    if aside is None or aside.limit is None or not keep_page:
        return
    head = with_rights(Article(response.url), response)
    if not (head.tdm_reserved or head.noindex or head.noarchive):
        exchange.set_aside = replace(aside, page=quarantine.packed(response.body, charset_of(response)))


async def read_archive(exchange: Exchange, response: Response, read: Read, asked: Period) -> ArchiveRead | None:
    """What an archive page has of the asked period; None where nothing can be read.

    Many sites send whoever asks for a day that they do not have to their home page: that day is gone.
    """
    place: Place = response.meta["due"]
    if place.covers is not None and canonical(response.url) != canonical(place.url):
        there = period_in(response.url)
        if there is None or not there.overlaps(place.covers):
            exchange.outcome, exchange.reason = "gone", f"redirects to {response.url}, which is not of that time"
            return None
    about = (response.url, charset_of(response), place, asked, response.meta["source"])
    try:
        found: ArchiveRead = await read(exchange, "archive", reading.ARCHIVE, response.body, *about)
    except Exception as error:  # one page never stops the others; the row names the error
        exchange.outcome, exchange.reason = unread(error)
        keep_aside(exchange, response)
        return None
    exchange.outcome, exchange.next_page = "listed", found.next_page
    return found


@dataclass(frozen=True, slots=True)
class Turned:
    """A section page that is cut into pages, as far as this run has read it."""

    first: Exchange
    pages: int
    urls: frozenset[str]
    """Canonical addresses that these pages announced."""


def brings_new(exchange: Exchange, seen: Seen) -> bool:
    """Whether this page of a listing announces what no earlier visit showed, whoever else announced it by now."""
    return any(fingerprint(canonical(link.url)) not in seen.ages for link in exchange.links)


def turned(exchange: Exchange, before: Turned | None) -> Turned:
    """What the page after this one goes on from."""
    urls = frozenset(canonical(link.url) for link in exchange.links)
    return (
        Turned(exchange, 1, urls)
        if before is None
        else replace(before, pages=before.pages + 1, urls=before.urls | urls)
    )


def go_on(exchange: Exchange, before: Turned) -> None:
    """Let the answer of a further page go on where the pages before it ended: one listing, read at one instant.

    Ranks go on, what stood on an earlier page is left out, and the validators stay those of the first page, the only
    one that is asked conditionally. A further page that cannot be read is a reason, and no failure of the listing.
    """
    exchange.is_part = True
    exchange.fetched_at = before.first.fetched_at
    exchange.etag, exchange.last_modified = before.first.etag, before.first.last_modified
    if exchange.outcome != "listed":
        exchange.reason = f"page {before.pages + 1}: {exchange.reason or exchange.outcome}"
        exchange.outcome, exchange.links, exchange.shown = "listed", [], ()
    new = [link for link in exchange.links if canonical(link.url) not in before.urls]
    exchange.links = [replace(link, rank=len(before.urls) + rank) for rank, link in enumerate(new, 1)]


async def read_article(
    exchange: Exchange, response: Response, read: Read, memory: Memory | None = None, *, keep_page: bool = False
) -> None:
    """Fill the exchange with the article, or with the reason why there is none.

    `read` is that of the desk; `memory` is what earlier pages of the source taught; `keep_page`: the page itself goes
    along, where it may.
    """
    if (door := walls.sent_away(exchange.url, response.url)) is not None:
        exchange.outcome, exchange.reason = door.outcome, str(door)
        return
    try:
        article = await read(exchange, "article", reading.EXTRACT, response.body, **_about(response), memory=memory)
    except NotRead as error:
        exchange.outcome, exchange.reason = "error", f"extract: {error}"
        keep_aside(exchange, response, keep_page=keep_page)
    except NotHTML as error:
        exchange.outcome, exchange.reason = ("not_article" if response.body.strip(_NOTHING) else "empty"), str(error)
    except Walled as wall:
        exchange.outcome, exchange.reason = wall.outcome, str(wall)
    except PageError as error:
        exchange.outcome, exchange.reason = "not_article", str(error)
    except Exception as error:  # one page never stops the others; the row names the error
        exchange.outcome, exchange.reason = "error", f"extract: {type(error).__name__}: {error}"
    else:
        exchange.article = with_rights(article, response)
        if not article.body and article.kind not in WITHOUT_TEXT:
            exchange.outcome, exchange.reason = "empty", "a headline and no text"
        elif keep_page and not (article.noindex or article.noarchive):
            exchange.page = pages.packed(response.body, charset_of(response))


def _about(response: Response) -> dict[str, Any]:
    """What `extract` wants to know beside the page itself."""
    source: Source = response.meta["source"]
    return {
        "url": response.url,
        "charset": charset_of(response),
        "timezone": source.timezone,
        "language": source.language,
        "select": source.select,
    }


def with_rights(article: Article, response: Response) -> Article:
    """TDMRep: the site's file says it first, the answer's head supersedes it, the page's own meta both.

    What X-Robots-Tag denies comes on top of what the page's meta does.
    """
    by_site = rights.site_reserves(response.meta.get("tdm_policy"), response.url)
    said = (article.tdm_reserved, rights.reserved(header(response, b"TDM-Reservation")), by_site)
    article.tdm_reserved = next((reserved for reserved in said if reserved is not None), None)
    in_head = rights.denied(headers_of(response, b"X-Robots-Tag"))
    article.robots_rules = list(dict.fromkeys([*article.robots_rules, *in_head]))
    article.content_usage = rights.usage(
        [*headers_of(response, b"Content-Usage"), *headers_of(response, b"Content-Signal")]
    )
    return article


def charset_of(response: Response) -> str | None:
    """The charset that the head of the answer names."""
    return fetch.charset(response.headers.get(b"Content-Type"))


def header(response: Response, name: bytes) -> str | None:
    """A header of the answer as text; None where it is absent."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def headers_of(response: Response, name: bytes) -> list[str]:
    """All lines of a header, as text."""
    return [value.decode("latin-1") for value in response.headers.getlist(name)]
