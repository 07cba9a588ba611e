"""Rows of the ledger (`urls`) and of `fetches`, as the answers of listings and of articles both write them."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from sqlite_utils import Database

from crawler.items import Exchange
from crawler.normalise import harmless
from crawler.runlog import LOGGER

OUTCOMES = (
    "listed",
    "new",
    "changed",
    "unchanged",
    "not_modified",
    "duplicate",
    "not_article",
    "empty",
    "robots",
    "blocked",
    "gone",
    "error",
    "skipped",
)
"""What can come of a request: the values of `fetches.outcome`."""

WRONG_ANSWERS = frozenset({"error", "blocked", "gone"})
"""What may be the fault of the validators that were sent: the next request goes without."""
NO_VALIDATORS: dict[str, str | None] = {"etag": None, "last_modified": None}
LONGEST_REASON = 500
"""Characters."""
_LONGEST_VALIDATOR = 512  # characters; servers refuse requests with long headers


@dataclass(frozen=True, slots=True)
class DueUrl:
    """An article page to ask for; `url` is as announced, `state` that of the ledger."""

    url_id: int
    source_id: str
    url: str
    etag: str | None
    last_modified: str | None
    state: str


def in_short(exchange: Exchange) -> Exchange:
    """The exchange with its reason on one line of safe text: servers have a say in it (addresses, types, errors)."""
    if exchange.reason is None:
        return exchange
    reason = harmless(exchange.reason, LONGEST_REASON)
    return exchange if reason == exchange.reason else replace(exchange, reason=reason or exchange.outcome)


def is_storable(url: str) -> bool:
    """Whether UTF-8 can say it: a lone surrogate in one address is no reason to lose a whole listing."""
    try:
        url.encode()
    except UnicodeEncodeError:
        return False
    return True


def validators(exchange: Exchange) -> dict[str, str | None]:
    """What the answer gave to ask conditionally next time; nothing that a server could take for an attack."""
    return {
        name: value if value and len(value) <= _LONGEST_VALIDATOR and value.isascii() and value.isprintable() else None
        for name, value in (("etag", exchange.etag), ("last_modified", exchange.last_modified))
    }


def note_fetch(
    db: Database,
    run_id: int,
    exchange: Exchange,
    verdict: tuple[str, str | None],
    *,
    listing_id: int | None = None,
    url_id: int | None = None,
    archive_id: int | None = None,
    link_count: int | None = None,
) -> None:
    """The row of `fetches`; `verdict` is (outcome, reason)."""
    db.execute(
        "INSERT INTO fetches (run_id, source_id, listing_id, url_id, archive_id, fetched_at, outcome, reason, "
        "status_code, duration_ms, downloaded_bytes, link_count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            run_id,
            exchange.source_id,
            listing_id,
            url_id,
            archive_id,
            exchange.fetched_at,
            *verdict,
            exchange.status_code,
            exchange.duration_ms,
            exchange.downloaded_bytes,
            link_count,
        ],
    )
    _log(exchange, verdict, link_count)


_FAILED = ("error", "blocked", "robots", "empty", "skipped")
_NEWS = ("new", "changed", "listed")


def _log(exchange: Exchange, verdict: tuple[str, str | None], link_count: int | None) -> None:
    """The request in the log of the run: what failed with its reason, what is news, the rest for who wants all."""
    outcome, reason = verdict
    is_failure = outcome in _FAILED or (outcome == "gone" and exchange.listing)
    level = logging.WARNING if is_failure else logging.INFO if outcome in _NEWS else logging.DEBUG
    status = f" {exchange.status_code}" if exchange.status_code is not None else ""
    links = f", {link_count} links" if link_count is not None else ""
    why = f": {reason}" if reason else ""
    LOGGER.log(level, "%s %s%s%s %s%s", exchange.source_id, outcome, status, links, exchange.url, why)
