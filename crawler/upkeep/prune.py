"""What is let go with time, so that years of crawling stay bounded; never an article, unless somebody says so.

A catalogue of 400 sources asks some 65,000 times a day, which are 4 GB a year in `fetches` that nobody reads after
weeks. What is learned from them (rhythms, usual counts, the memory of pages) stands in rows of its own and stays.

Every batch is one short transaction, so that an analyst who writes waits for a moment only. `prune_daily` is what the
first run of a day does at its end; `worlddesk prune` is the same, at once and to its end.

What stays although it is old: the last request of each listing and the last verdict on each source (both are looked
up), runs that have such rows, every address of an article (else it would be fetched as new), what a listing still
shows, addresses that archives brought up, tombstones of takedowns.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]

from crawler import articles, interrupt, withdraw
from crawler.database import checkpoint, explained, file_of, transaction
from crawler.errors import DatabaseError, UsageError
from crawler.normalise import now
from crawler.schedule import hours_before

KEEP_DAYS = 90
"""For requests (`fetches`) and verdicts (`run_sources`): health learns from the last eight weeks at most."""
LEAST_DAYS = 60
ADDRESS_DAYS = 180
"""For addresses that are no articles of ours, since a listing showed them last: one that comes back is judged anew."""
GAP_DAYS = 400
"""For addresses that were asked for in vain, and for runs: `missing` and `completeness` tell of a year and more."""
BATCH = 500
"""Rows of one transaction: hundredths of a second, half a second on a machine that does ten other things."""
MOST_AT_ONCE = 100_000
"""Rows whose keys are held in memory: the first time there may be those of years."""
DAILY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was let go, or would be."""

    counts: dict[str, int]
    """Table -> rows; those that go along with them are not counted."""
    file_bytes: int = 0
    free_bytes: int = 0
    """Inside the file: the next rows are written there."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of a table that may go: the condition names the table, its parameter :before is an instant."""

    table: str
    key: str
    days: int | None
    """None = KEEP_DAYS, or what the person says."""
    condition: str


_UNSEEN = """first_seen_at < :before AND article_id IS NULL AND archive_id IS NULL AND next_fetch_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM listing_links k JOIN listings l USING (listing_id) WHERE k.url_id = urls.url_id
                  AND (k.last_seen_at >= :before OR (k.last_seen_at = l.last_listed_at AND l.is_enabled)))
  AND NOT EXISTS (SELECT 1 FROM takedowns t WHERE t.url = urls.url)"""
_NOT_THE_LAST_READING = """run_id <= (SELECT coalesce(max(run_id), 0) FROM runs WHERE started_at < :before)
  AND (listing_id IS NULL OR EXISTS (SELECT 1 FROM fetches n WHERE n.listing_id = fetches.listing_id
       AND (n.fetched_at, n.fetch_id) > (fetches.fetched_at, fetches.fetch_id)))"""
_NOT_THE_LAST_VERDICT = """run_id <= (SELECT coalesce(max(run_id), 0) FROM runs WHERE started_at < :before)
  AND EXISTS (SELECT 1 FROM run_sources n JOIN runs r USING (run_id)
              WHERE n.source_id = run_sources.source_id AND n.run_id > run_sources.run_id AND r.kind = 'crawl')"""
_NO_ARTICLES = f"(state = 'not_article' OR (state = 'skipped' AND failures_in_row = 0)) AND {_UNSEEN}"
_GAPS = f"(state IN ('failing', 'blocked', 'gone') OR (state = 'skipped' AND failures_in_row > 0)) AND {_UNSEEN}"
_EMPTY = """started_at < :before AND status <> 'running'
  AND NOT EXISTS (SELECT 1 FROM fetches f WHERE f.run_id = runs.run_id)
  AND NOT EXISTS (SELECT 1 FROM run_sources s WHERE s.run_id = runs.run_id)
  AND NOT EXISTS (SELECT 1 FROM source_builds b WHERE b.run_id = runs.run_id)"""
RULES = (
    Rule("fetches", "fetch_id", None, _NOT_THE_LAST_READING),
    Rule("run_sources", "rowid", None, _NOT_THE_LAST_VERDICT),
    Rule("urls", "url_id", ADDRESS_DAYS, _NO_ARTICLES),
    Rule("urls", "url_id", GAP_DAYS, _GAPS),
    Rule("runs", "run_id", GAP_DAYS, _EMPTY),
)


def foresee(db: Database, days: int, article_days: int | None = None) -> Pruned:
    """What `let_go` would let go; reads only."""
    dropped = {} if article_days is None else {"articles": len(old_articles(db, article_days))}
    return _pruned(db, _foresee(db, days) | dropped)


def let_go(db: Database, days: int, article_days: int | None = None, *, vacuum: bool = False) -> Pruned:
    """All that is too old, to its end; with `article_days` also articles first seen so long ago.

    `vacuum` writes the file anew, without what is free in it. Raises DatabaseError where the disk has no room for it.
    """
    dropped = {} if article_days is None else {"articles": drop_articles(db, old_articles(db, article_days))}
    counts = prune(db, days).counts | dropped
    if vacuum:
        _vacuum(db)
    checkpoint(db)
    return _pruned(db, counts)


def _pruned(db: Database, counts: dict[str, int]) -> Pruned:
    (pages,), (size,) = (db.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
    return Pruned(counts, file_bytes=pages * size, free_bytes=free_bytes(db))


def _vacuum(db: Database) -> None:
    file = file_of(db)
    needed, room = 2 * file.stat().st_size, shutil.disk_usage(file.parent).free  # beside it, and in its log
    if room < needed:
        raise DatabaseError(
            f"{file}: --vacuum needs {needed // 1_000_000:,} MB beside it, {room // 1_000_000:,} are free; "
            "what was let go is written over without it"
        )
    try:
        db.execute("VACUUM")
    except sqlite3.DatabaseError as error:
        raise explained(file, error) from error


def days_kept(option: int | None = None) -> int:
    """Days for requests and verdicts: the option, else `WORLDDESK_KEEP_DAYS`, else KEEP_DAYS. Raises UsageError."""
    wanted = os.environ.get("WORLDDESK_KEEP_DAYS", "").strip() if option is None else str(option)
    if not wanted:
        return KEEP_DAYS
    if not (wanted.isascii() and wanted.isdigit() and LEAST_DAYS <= int(wanted) < 100_000):
        name = "WORLDDESK_KEEP_DAYS" if option is None else "--days"
        raise UsageError(f"{name} is {wanted!r}; give a number of days, {LEAST_DAYS} at least: health learns from them")
    return int(wanted)


def _foresee(db: Database, days: int) -> dict[str, int]:
    """Table -> rows that would go; reads only."""
    counts: dict[str, int] = {}
    for rule in RULES:
        sql = f"SELECT count(*) FROM {rule.table} WHERE {rule.condition}"  # noqa: S608  # our own words
        (count,) = db.execute(sql, _before(rule, days)).fetchone()
        counts[rule.table] = counts.get(rule.table, 0) + count
    return counts


def prune(db: Database, days: int, goes_on: Callable[[], bool] = lambda: True) -> Pruned:
    """Let go what is older than it is kept, batch by batch, as long as `goes_on()`."""
    counts = {rule.table: 0 for rule in RULES}
    for table, count in _batches(db, days):
        counts[table] += count
        if not goes_on():
            break
    return Pruned(counts)


def _batches(db: Database, days: int) -> Iterator[tuple[str, int]]:
    """(table, rows) of each batch that went. Keys are found first, so that a batch holds the lock for its rows only.

    Nobody else makes what is old: the caller holds the lock of the run.
    """
    for rule in RULES:
        is_last = False
        while not is_last:
            keys = _keys(db, rule, days)
            is_last = len(keys) < MOST_AT_ONCE
            for start in range(0, len(keys), BATCH):
                yield rule.table, _delete(db, rule, keys[start : start + BATCH])


def _delete(db: Database, rule: Rule, keys: list[int]) -> int:
    """How many rows went."""
    sql = f"DELETE FROM {rule.table} WHERE {rule.key} IN (SELECT value FROM json_each(?))"  # noqa: S608
    with transaction(db):
        return db.execute(sql, [json.dumps(keys)]).rowcount


def _keys(db: Database, rule: Rule, days: int) -> list[int]:
    found = f"SELECT {rule.key} FROM {rule.table} WHERE {rule.condition} LIMIT {MOST_AT_ONCE}"  # noqa: S608
    try:
        return [key for (key,) in db.execute(found, _before(rule, days))]
    except sqlite3.DatabaseError as error:
        raise explained(file_of(db), error) from error


def _before(rule: Rule, days: int) -> dict[str, Any]:
    return {"before": hours_before(now(), 24 * (rule.days or days))}


def prune_daily(db: Database, run_id: int) -> Pruned | None:
    """What the first run of a UTC day does at its end, for a minute at most; None where another run did it today."""
    if db.execute(
        "SELECT 1 FROM runs WHERE started_at >= ? AND run_id < ? AND status <> 'interrupted' LIMIT 1",
        [now()[:10], run_id],
    ).fetchone():
        return None
    last = time.monotonic() + DAILY_SECONDS
    return prune(db, days_kept(), lambda: time.monotonic() < last and interrupt.number() is None)


def old_articles(db: Database, days: int) -> list[int]:
    """Articles that we first saw longer ago."""
    before = hours_before(now(), 24 * days)
    rows = db.execute("SELECT article_id FROM articles WHERE first_seen_at < ? ORDER BY first_seen_at", [before])
    return [article_id for (article_id,) in rows]


def drop_articles(db: Database, article_ids: list[int]) -> int:
    """Let go articles with their words, versions and evidence; how many. Their addresses stay, so that nothing brings
    them back as news.
    """
    for start in range(0, len(article_ids), _ARTICLES_AT_ONCE):
        batch = article_ids[start : start + _ARTICLES_AT_ONCE]
        with transaction(db):
            db.execute(
                "UPDATE urls SET state = 'article', next_fetch_at = NULL, etag = NULL, last_modified = NULL, "
                "reason = ? WHERE article_id IN (SELECT value FROM json_each(?))",
                [f"was stored, and let go by `worlddesk prune --articles` on {now()[:10]}", json.dumps(batch)],
            )
            for fingerprint in withdraw.take_out(db, batch):
                articles.link_copies(db, fingerprint)
    return len(article_ids)


_ARTICLES_AT_ONCE = 50
"""Their words leave two full-text indexes: some milliseconds each."""


def free_bytes(db: Database) -> int:
    """Bytes inside the file that hold nothing: what comes next is written there; only VACUUM gives them back."""
    (pages,), (size,) = (db.execute(f"PRAGMA {name}").fetchone() for name in ("freelist_count", "page_size"))
    return int(pages) * int(size)
