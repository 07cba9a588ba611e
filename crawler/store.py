"""Every write of a crawl, each one transaction: what is seen is stored, and what is stored is seen.

The ledger (`urls`) has every address ever announced, with its state and the reason. An address is only marked
as read in the transaction that stores its article; one whose fetch, extraction or store failed stays due.
What listings announce is written in announced.py, the rows that both share in ledger.py; callers find all here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlite_utils import Database

from crawler import articles, remember, schedule, sections_of, takedown
from crawler.announced import announce
from crawler.articles import Verdict
from crawler.database import DATA_ERRORS, open_database, transaction
from crawler.hosts import (
    Robots,
    is_ai_txt_known,
    load_robots,
    load_tdm_policy,
    rest_host,
    resting,
    save_ai_txt,
    save_robots,
    save_tdm_policy,
)
from crawler.items import Exchange
from crawler.ledger import NO_VALIDATORS, OUTCOMES, WRONG_ANSWERS, DueUrl, in_short, note_fetch, validators
from crawler.listings import (
    DueListing,
    due_listings,
    is_due,
    known_listings,
    later_listings,
    next_due,
    sync_sources,
)
from crawler.rows import one, update
from crawler.runs import begin_run, finish_run, note_interrupted, note_log
from crawler.urls import canonical
from crawler.workers import quarantine

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
    "is_ai_txt_known",
    "is_due",
    "known_listings",
    "later_listings",
    "load_robots",
    "load_tdm_policy",
    "next_due",
    "note_interrupted",
    "note_log",
    "open_database",
    "record",
    "rest_host",
    "resting",
    "save_ai_txt",
    "save_robots",
    "save_tdm_policy",
    "sync_sources",
]

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
_UNASKED = frozenset({"robots", "skipped"})
"""Refused before anything was asked, unless there is a status."""
_LOOKS = 3
"""At what seems to be no article."""
_GONE_FOR_GOOD = 410  # a 404 may be a page that is not out yet: it is looked at again, as articles are


def due_articles(
    db: Database,
    source_ids: Sequence[str],
    now: str,
    *,
    everything: bool = False,
    most: int = schedule.ARTICLES_PER_RUN,
) -> list[DueUrl]:
    """Addresses to ask for: never read, failed before, due for a second look; the newest first.

    The listings of a source take turns: one that announces without end leaves the others their place.

    What archives brought up and nobody has read yet is left to `worlddesk history`: a past of years would else
    take the place of the news.

    `everything` takes those as well whose time has not come: every article until its rhythm has ended.
    At most `most` for each source.
    """
    due: list[DueUrl] = []
    for source_id in source_ids:
        rows = db.execute(
            "SELECT url_id, source_id, coalesce(asked_url, url), etag, last_modified, state, row_number() OVER "
            "(PARTITION BY listing_id ORDER BY state <> 'new', first_seen_at DESC, url_id) AS turn FROM urls "
            "WHERE source_id = ? AND next_fetch_at <= ? AND (archive_id IS NULL OR state = 'article') "
            "ORDER BY turn, state <> 'new', first_seen_at DESC, url_id LIMIT ?",
            [source_id, "9999" if everything else now, most],
        )
        due.extend(DueUrl(*row[:-1]) for row in rows)
    return due


def record(db: Database, run_id: int, exchange: Exchange) -> str:
    """Store the answer to an article's address with all that it brought; return its outcome.

    What makes one page impossible to store (a value that the schema refuses) undoes that page alone: it gets
    the outcome 'error' and stays due. DatabaseError where the file is the trouble.
    """
    exchange = in_short(exchange)
    try:
        with transaction(db):
            return _record(db, run_id, exchange)
    except (*DATA_ERRORS, ValueError, OverflowError) as error:
        failed = in_short(replace(exchange, outcome="error", article=None, reason=f"store: {error}"))
        with transaction(db):
            return _record(db, run_id, failed)


def _record(db: Database, run_id: int, exchange: Exchange) -> str:
    row = _ledger_row(db, exchange)
    if (reason := takedown.among(db, [row["url"]]).get(row["url"])) is not None:  # it was already under way
        verdict = Verdict("not_article", "skipped", reason)
    elif exchange.outcome == "read":
        if exchange.article is None:
            raise ValueError("a page that was read brings no article")
        verdict = articles.keep(db, row, exchange, exchange.article)
        if verdict.withdrawn:
            _note_withdrawn(db, run_id, verdict)
        is_of_today = row["archive_id"] is None  # the past was built otherwise
        if exchange.article.layout is not None and is_of_today and verdict.outcome != "blocked":
            remember.note_builds(db, run_id, exchange.source_id, exchange.article.layout)
    else:
        quarantine.note(db, exchange)
        verdict = _without_article(db, row, exchange)
    _note_url(db, row, exchange, verdict)
    if exchange.outcome == "read" and verdict.article_id is not None:
        sections_of.note_read(db, verdict.article_id, exchange.fetched_at)
    note_fetch(db, run_id, exchange, (verdict.outcome, verdict.reason), url_id=row["url_id"])
    return verdict.outcome


def _note_withdrawn(db: Database, run_id: int, verdict: Verdict) -> None:
    """What this run took for articles until this answer told that it was none."""
    db.execute(
        "UPDATE fetches SET outcome = 'blocked', reason = ? WHERE run_id = ? "
        "AND outcome IN ('new', 'changed', 'unchanged', 'duplicate') "
        "AND url_id IN (SELECT u.url_id FROM urls u JOIN json_each(?) j ON u.url_id = j.value WHERE state = 'blocked')",
        [verdict.reason, run_id, json.dumps(verdict.withdrawn)],
    )


def _ledger_row(db: Database, exchange: Exchange) -> dict[str, Any]:
    """The row of the address asked for; made where nobody announced it."""
    url = canonical(exchange.url)
    query = "SELECT * FROM urls WHERE url = ?"
    row = one(db, query, [url])
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
        row = one(db, query, [url])
    return row or {}


def _without_article(db: Database, row: dict[str, Any], exchange: Exchange) -> Verdict:
    """The verdict on an answer that brought no page to read."""
    # what stood behind a wall is not known, so a blocked address forgets whose words it repeated
    article_id, outcome = None if row["state"] == "blocked" else row["article_id"], exchange.outcome
    if outcome == "not_modified":
        if article_id is None:
            return Verdict("error", "failing", "304 for a page that was never read")
        articles.still_there(db, article_id, exchange.fetched_at)
        if row["state"] == "gone":
            return Verdict(outcome, "article", "it is back as it was (304)", article_id)
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
        "next_fetch_at": _next_fetch(db, row, exchange, verdict, failures),
        "status_code": exchange.status_code,
        "failures_in_row": failures,
    }
    if verdict.outcome not in _UNASKED or exchange.status_code is not None:
        values |= {"last_fetched_at": exchange.fetched_at, "fetch_count": row["fetch_count"] + 1}
    is_unread = verdict.state not in ("article", "duplicate") or verdict.is_doubtful  # a 304 would only hide that
    if verdict.outcome in _READ and not verdict.is_doubtful:
        values |= validators(exchange)
    elif is_unread or verdict.outcome in WRONG_ANSWERS:
        values |= NO_VALIDATORS
    update(db, "urls", "url_id", row["url_id"], values)


def _next_fetch(db: Database, row: dict[str, Any], exchange: Exchange, verdict: Verdict, failures: int) -> str | None:
    """When the address is due again. A stored article is left alone once its rhythm has ended, come what may."""
    known = db.execute("SELECT published_at FROM articles WHERE article_id = ?", [verdict.article_id]).fetchone()
    again = schedule.second_look(row["first_seen_at"], exchange.fetched_at, known[0] if known else None)
    if verdict.outcome in _FAILURES:
        is_given_up = schedule.is_given_up(row["first_seen_at"], exchange.fetched_at)
        is_over = again is None if verdict.state == "article" else is_given_up
        return None if is_over else schedule.another_try(failures, exchange.fetched_at, exchange.retry_at)
    if verdict.outcome in ("gone", "not_article") and row["archive_id"] is not None:  # what is old is not coming out
        return None
    return None if _is_for_good(row, exchange, verdict) else again


def _is_for_good(row: dict[str, Any], exchange: Exchange, verdict: Verdict) -> bool:
    """Whether another look would find the same.

    What is no article at first is looked at twice more: servers out of order answer 200 with anything.
    """
    if verdict.state == "not_article":
        return bool(row["state"] == "not_article" and row["fetch_count"] >= _LOOKS - 1)
    if verdict.state == "duplicate":
        return not verdict.is_doubtful
    return verdict.state == "skipped" or exchange.status_code == _GONE_FOR_GOOD
