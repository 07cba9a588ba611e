"""Every write of a crawl, each one transaction: what is seen is stored, and what is stored is seen.

The ledger (`urls`) has every address ever announced, with its state and the reason. An address is only marked
as read in the transaction that stores its article; one whose fetch, extraction or store failed stays due.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from crawler import articles, schedule
from crawler.articles import Verdict, instant
from crawler.catalogue import Source
from crawler.database import DATA_ERRORS, open_database, transaction
from crawler.items import Exchange, Link
from crawler.normalise import clean, now
from crawler.runs import begin_run, finish_run
from crawler.urls import canonical

__all__ = [
    "OUTCOMES",
    "DueListing",
    "DueUrl",
    "Robots",
    "announce",
    "begin_run",
    "due_articles",
    "due_listings",
    "finish_run",
    "load_robots",
    "load_tdm_policy",
    "open_database",
    "record",
    "rest_host",
    "resting",
    "save_robots",
    "save_tdm_policy",
    "sync_sources",
]

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

_READ = frozenset({"new", "changed", "unchanged", "duplicate"})
_STATES = {
    "not_article": "not_article",
    "gone": "gone",
    "robots": "blocked",
    "blocked": "blocked",
    "empty": "failing",
    "error": "failing",
    "skipped": "skipped",
}
_FAILURES = frozenset({"empty", "error", "blocked", "robots", "skipped"})
_GONE_FOR_GOOD = 410  # a 404 may be a page that is not out yet: it is looked at again, as articles are
_POLICY_HOURS = 24  # robots.txt and tdmrep.json are believed so long


@dataclass(frozen=True, slots=True)
class DueListing:
    """A listing to ask for, with the validators of its last answer."""

    listing_id: int
    source_id: str
    url: str
    kind: str
    section: str | None
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class DueUrl:
    """An article page to ask for; `url` is as announced, `state` that of the ledger."""

    url_id: int
    source_id: str
    url: str
    etag: str | None
    last_modified: str | None
    state: str


@dataclass(frozen=True, slots=True)
class Robots:
    """A host's robots.txt as read; `status` is the HTTP status."""

    status: int
    text: str


# ----------------------------------------------------------------------------------------------- sources


def sync_sources(db: Database, sources: Sequence[Source], *, complete: bool = False) -> None:
    """Write sources and their listings as the TOML files say.

    `complete`: these are all there are; others in the database are no longer crawled (their articles stay).
    """
    with transaction(db):
        for source in sources:
            _sync_source(db, source)
        if complete:
            db.execute(
                "UPDATE sources SET is_enabled = 0, disabled_reason = 'its TOML file is gone' "
                "WHERE source_id NOT IN (SELECT value FROM json_each(?))",
                [json.dumps([source.source_id for source in sources])],
            )


def _sync_source(db: Database, source: Source) -> None:
    values = {
        "source_id": source.source_id,
        "name": source.name,
        "country": source.country,
        "language": source.language,
        "media_type": source.media_type,
        "homepage_url": source.home,
        "timezone": source.timezone,
        "is_enabled": int(source.disabled is None),
        "disabled_reason": source.disabled,
        "rights": source.rights,
        "expected_links": source.expect.links,
        "expected_body_share": source.expect.body,
        "added_at": now(),
    }
    kept = [name for name in values if name not in ("source_id", "added_at")]
    db.execute(
        f"INSERT INTO sources ({', '.join(values)}) VALUES ({', '.join('?' * len(values))}) "  # noqa: S608
        f"ON CONFLICT (source_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in kept)}",
        list(values.values()),
    )
    db.execute("UPDATE listings SET is_enabled = 0 WHERE source_id = ?", [source.source_id])
    for listing in source.listings:
        db.execute(
            "INSERT INTO listings (source_id, url, kind, section) VALUES (?, ?, ?, ?) ON CONFLICT (url) DO UPDATE "
            "SET source_id = excluded.source_id, kind = excluded.kind, section = excluded.section, is_enabled = 1",
            [source.source_id, listing.url, listing.kind, listing.section],
        )


# ------------------------------------------------------------------------------------------- what is due


def due_listings(db: Database, source_ids: Sequence[str]) -> list[DueListing]:
    """Listings of these sources, in the order of their files."""
    rows = db.execute(
        "SELECT listing_id, source_id, url, kind, section, etag, last_modified FROM listings "
        "WHERE is_enabled AND source_id IN (SELECT value FROM json_each(?)) ORDER BY source_id, listing_id",
        [json.dumps(list(source_ids))],
    )
    return [DueListing(*row) for row in rows]


def due_articles(
    db: Database,
    source_ids: Sequence[str],
    now: str,
    *,
    everything: bool = False,
    most: int = schedule.ARTICLES_PER_RUN,
) -> list[DueUrl]:
    """Addresses to ask for: never read, failed before, due for a second look; the newest first.

    `everything` takes those as well whose time has not come: every article until its rhythm has ended.
    At most `most` for each source.
    """
    due: list[DueUrl] = []
    for source_id in source_ids:
        rows = db.execute(
            "SELECT url_id, source_id, coalesce(asked_url, url), etag, last_modified, state FROM urls "
            "WHERE source_id = ? AND next_fetch_at <= ? "
            "ORDER BY state <> 'new', first_seen_at DESC, url_id LIMIT ?",
            [source_id, "9999" if everything else now, most],
        )
        due.extend(DueUrl(*row) for row in rows)
    return due


# ---------------------------------------------------------------------------------------------- listings


def announce(db: Database, run_id: int, exchange: Exchange, refused: Mapping[str, str]) -> list[DueUrl]:
    """Store a listing's answer: its row, its validators, and a ledger row for every address it announces.

    `refused` gives for some of the announced addresses the reason why they are not fetched. Returns the
    addresses that were not known before and are to be fetched, in the order of the listing.
    """
    with transaction(db):
        listing = db.execute("SELECT listing_id, kind FROM listings WHERE url = ?", [exchange.url]).fetchone()
        if listing is None:
            raise ValueError(f"{exchange.url} is no listing of {exchange.source_id}: sync_sources comes first")
        due = _note_links(db, exchange, listing, refused)
        _note_listing(db, exchange, listing[0], is_new=bool(due))
        link_count = len(exchange.links) if exchange.outcome == "listed" else None
        verdict = (exchange.outcome, exchange.reason)
        _note_fetch(db, run_id, exchange, verdict, listing_id=listing[0], link_count=link_count)
    return due


def _note_links(db: Database, exchange: Exchange, listing: tuple[int, str], refused: Mapping[str, str]) -> list[DueUrl]:
    links: dict[str, Link] = {}
    for link in exchange.links:
        links.setdefault(canonical(link.url), link)
    known = _known(db, list(links))
    due, places, dates = [], [], []
    for url, link in links.items():
        reason = refused.get(link.url)
        url_id, state = known.get(url) or (_add_url(db, exchange, listing, url, link, reason), "new")
        dates.append((_date_of_article(link, listing[1], exchange.fetched_at), url_id))
        places.append((listing[0], url_id, exchange.fetched_at, exchange.fetched_at, link.rank or None))
        if reason is None and (url not in known or _let_in(db, url_id, state, exchange)):
            due.append(DueUrl(url_id, exchange.source_id, link.url, None, None, "new"))
    db.conn.executemany(
        "INSERT INTO listing_links VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE "
        "SET last_seen_at = excluded.last_seen_at, rank = excluded.rank",
        places,
    )
    articles.announce_dates(db, [(at, url_id) for at, url_id in dates if at is not None])
    return due


def _date_of_article(link: Link, kind: str, fetched_at: str) -> str | None:
    """Instant at which the listing says that the article appeared; None where it gives a day, a change, nothing."""
    if kind == "section" or link.is_change:  # a section page shows dates for people, of anything on the card
        return None
    at, precision = instant(link.published, fetched_at)
    return at if precision != "day" else None


def _known(db: Database, urls: list[str]) -> dict[str, tuple[int, str]]:
    """Address to (url_id, state) of those that the ledger has; one query for a whole listing."""
    rows = db.execute(
        "SELECT url, url_id, state FROM urls WHERE url IN (SELECT value FROM json_each(?))", [json.dumps(urls)]
    )
    return {url: (url_id, state) for url, url_id, state in rows}


def _add_url(
    db: Database, exchange: Exchange, listing: tuple[int, str], url: str, link: Link, refused: str | None
) -> int:
    """A ledger row for an address that nobody announced before."""
    cursor = db.execute(
        "INSERT INTO urls (url, asked_url, source_id, listing_id, state, reason, announced_title, first_seen_at, "
        "next_fetch_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            url,
            link.url if link.url != url else None,
            exchange.source_id,
            listing[0],
            "skipped" if refused else "new",
            refused or f"announced by {exchange.url}, not fetched yet",
            clean(link.title or "") or None,
            exchange.fetched_at,
            None if refused else exchange.fetched_at,
        ],
    )
    return int(cursor.lastrowid or 0)


def _let_in(db: Database, url_id: int, state: str, exchange: Exchange) -> bool:
    """Make an address due that the source's file refused before and no longer does; tells whether it was one."""
    if state != "skipped":
        return False
    changed = db.execute(
        "UPDATE urls SET state = 'new', reason = ?, next_fetch_at = ? "
        "WHERE url_id = ? AND source_id = ? AND fetch_count = 0",
        [f"announced by {exchange.url}, not fetched yet", exchange.fetched_at, url_id, exchange.source_id],
    )
    return changed.rowcount > 0


def _note_listing(db: Database, exchange: Exchange, listing_id: int, *, is_new: bool) -> None:
    """Validators are only kept of an answer that was read: 304 must never hide what we failed to read."""
    is_ok = exchange.outcome in ("listed", "not_modified")
    values: dict[str, Any] = {"last_checked_at": exchange.fetched_at, "status_code": exchange.status_code}
    if is_ok:
        values |= {"last_ok_at": exchange.fetched_at, "failures_in_row": 0, "reason": None}
    else:
        values["reason"] = exchange.reason or exchange.outcome
    if exchange.outcome == "listed":
        values |= {"etag": exchange.etag, "last_modified": exchange.last_modified}
    if is_new:
        values["last_new_at"] = exchange.fetched_at
    failed = "" if is_ok else ", failures_in_row = failures_in_row + 1"
    settings = ", ".join(f"{name} = ?" for name in values) + failed
    db.execute(f"UPDATE listings SET {settings} WHERE listing_id = ?", [*values.values(), listing_id])  # noqa: S608


def _note_fetch(
    db: Database,
    run_id: int,
    exchange: Exchange,
    verdict: tuple[str, str | None],
    *,
    listing_id: int | None = None,
    url_id: int | None = None,
    link_count: int | None = None,
) -> None:
    """The row of `fetches`; `verdict` is (outcome, reason)."""
    db.execute(
        "INSERT INTO fetches (run_id, source_id, listing_id, url_id, fetched_at, outcome, reason, status_code, "
        "duration_ms, downloaded_bytes, link_count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            run_id,
            exchange.source_id,
            listing_id,
            url_id,
            exchange.fetched_at,
            *verdict,
            exchange.status_code,
            exchange.duration_ms,
            exchange.downloaded_bytes,
            link_count,
        ],
    )


# ---------------------------------------------------------------------------------------------- articles


def record(db: Database, run_id: int, exchange: Exchange) -> str:
    """Store the answer to an article's address with all that it brought; return its outcome.

    What makes one page impossible to store (a value that the schema refuses) undoes that page alone: it gets
    the outcome 'error' and stays due. DatabaseError where the file is the trouble.
    """
    try:
        with transaction(db):
            return _record(db, run_id, exchange)
    except (*DATA_ERRORS, ValueError, OverflowError) as error:
        failed = replace(exchange, outcome="error", article=None, reason=f"store: {error}")
        with transaction(db):
            return _record(db, run_id, failed)


def _record(db: Database, run_id: int, exchange: Exchange) -> str:
    row = _ledger_row(db, exchange)
    if exchange.outcome == "read":
        if exchange.article is None:
            raise ValueError("a page that was read brings no article")
        verdict = articles.keep(db, row, exchange, exchange.article)
    else:
        verdict = _without_article(db, row, exchange)
    _note_url(db, row, exchange, verdict)
    _note_fetch(db, run_id, exchange, (verdict.outcome, verdict.reason), url_id=row["url_id"])
    return verdict.outcome


def _ledger_row(db: Database, exchange: Exchange) -> dict[str, Any]:
    """The row of the address asked for; made where nobody announced it."""
    url = canonical(exchange.url)
    query = "SELECT * FROM urls WHERE url = ?"
    row = articles.one(db, query, [url])
    if row is None:
        db.execute(
            "INSERT INTO urls (url, asked_url, source_id, state, reason, first_seen_at) VALUES (?, ?, ?, 'new', ?, ?)",
            [
                url,
                exchange.url if exchange.url != url else None,
                exchange.source_id,
                "asked for without an announcement",
                exchange.fetched_at,
            ],
        )
        row = articles.one(db, query, [url])
    return row or {}


def _without_article(db: Database, row: dict[str, Any], exchange: Exchange) -> Verdict:
    """The verdict on an answer that brought no page to read."""
    # what stood behind a wall is not known, so a blocked address forgets whose words it repeated
    article_id, outcome = None if row["state"] == "blocked" else row["article_id"], exchange.outcome
    if outcome == "not_modified":
        if article_id is None:
            return Verdict("error", "failing", "304 for a page that was never read")
        articles.still_there(db, article_id, exchange.fetched_at)
        return Verdict(outcome, row["state"], row["reason"], article_id)
    if outcome == "gone" and row["state"] == "article":
        articles.gone(db, row["article_id"], exchange.fetched_at)
    if outcome not in _STATES:
        raise ValueError(f"{outcome!r} is no outcome of a request for an article")
    has_article = row["state"] in ("article", "duplicate") and outcome != "gone"
    reason = exchange.reason or outcome
    return Verdict(outcome, row["state"] if has_article else _STATES[outcome], reason, article_id)


def _note_url(db: Database, row: dict[str, Any], exchange: Exchange, verdict: Verdict) -> None:
    is_failure = verdict.outcome in _FAILURES
    failures = row["failures_in_row"] + 1 if is_failure else 0
    values: dict[str, Any] = {
        "article_id": verdict.article_id,
        "state": verdict.state,
        "reason": verdict.reason,
        "last_fetched_at": exchange.fetched_at,
        "next_fetch_at": _next_fetch(row, exchange, verdict, failures),
        "status_code": exchange.status_code,
        "fetch_count": row["fetch_count"] + 1,
        "failures_in_row": failures,
    }
    if verdict.outcome in _READ:
        values |= {"etag": exchange.etag, "last_modified": exchange.last_modified}
    elif verdict.state not in ("article", "duplicate"):  # of what we have not read a 304 would only hide that
        values |= {"etag": None, "last_modified": None}
    settings = ", ".join(f"{name} = ?" for name in values)
    db.execute(f"UPDATE urls SET {settings} WHERE url_id = ?", [*values.values(), row["url_id"]])  # noqa: S608


def _next_fetch(row: dict[str, Any], exchange: Exchange, verdict: Verdict, failures: int) -> str | None:
    """When the address is due again. A stored article is left alone once its rhythm has ended, come what may."""
    again = schedule.second_look(row["first_seen_at"], exchange.fetched_at)
    if verdict.outcome in _FAILURES:
        is_given_up = schedule.is_given_up(row["first_seen_at"], exchange.fetched_at)
        is_over = again is None if verdict.state == "article" else is_given_up
        return None if is_over else schedule.another_try(failures, exchange.fetched_at, exchange.retry_at)
    is_for_good = verdict.state in ("duplicate", "not_article") or exchange.status_code == _GONE_FOR_GOOD
    return None if is_for_good else again


# ------------------------------------------------------------------------------------------------- hosts


def rest_host(db: Database, host: str, until: str, reason: str) -> None:
    """Ask nothing of the host before `until` (UTC instant)."""
    _note_host(db, host, rest_until=until, rest_reason=reason)


def resting(db: Database) -> dict[str, str]:
    """Host to the UTC instant until which it rests, for those that still do."""
    return dict(db.execute("SELECT host, rest_until FROM hosts WHERE rest_until > ?", [now()]).fetchall())


def save_robots(db: Database, host: str, status: int | None, text: str, fetched_at: str) -> None:
    """Keep a host's robots.txt as read."""
    _note_host(db, host, robots_status=status, robots_text=text, robots_fetched_at=fetched_at)


def load_robots(db: Database, host: str) -> Robots | None:
    """The robots.txt of a host; None when it was never read or is older than 24 h."""
    row = db.execute(
        "SELECT robots_status, robots_text FROM hosts WHERE host = ? AND robots_fetched_at > ? "
        "AND robots_status IS NOT NULL",
        [host, _oldest_policy()],
    ).fetchone()
    return Robots(*row) if row else None


def save_tdm_policy(db: Database, host: str, policy: str | None, fetched_at: str) -> None:
    """Keep a host's /.well-known/tdmrep.json as read; None where it has none."""
    _note_host(db, host, tdm_policy=policy, tdm_fetched_at=fetched_at)


def load_tdm_policy(db: Database, host: str) -> tuple[str | None] | None:
    """(policy or None where the host has none,); None when it was not asked for within 24 h."""
    row = db.execute(
        "SELECT tdm_policy FROM hosts WHERE host = ? AND tdm_fetched_at > ?", [host, _oldest_policy()]
    ).fetchone()
    return tuple(row) if row else None


def _oldest_policy() -> str:
    return schedule.hours_before(now(), _POLICY_HOURS)


def _note_host(db: Database, host: str, **values: str | int | None) -> None:
    with transaction(db):
        db.execute("INSERT INTO hosts (host) VALUES (?) ON CONFLICT DO NOTHING", [host])
        settings = ", ".join(f"{name} = ?" for name in values)
        db.execute(f"UPDATE hosts SET {settings} WHERE host = ?", [*values.values(), host])  # noqa: S608
