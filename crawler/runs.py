"""A run in the database: begun with one row, ended with its counts, its sources' health and its exit code."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import fields
from statistics import median_low
from typing import Any
from urllib.parse import urlsplit

from sqlite_utils import Database

from crawler import pages, quarantine, remember
from crawler.database import transaction
from crawler.errors import LockedError
from crawler.health import NO_NETWORK, RESTS, Facts, is_few, judge, nothing_answered
from crawler.hosts import resting
from crawler.normalise import now
from crawler.rows import insert
from crawler.schedule import hours_before, hours_between

OK, FAILED, PARTIAL = 0, 1, 3
"""Exit codes of a run; no network ends as LockedError does, an interrupted run with 128 + signal."""

_COUNTS = """
SELECT source_id,
       coalesce(sum(link_count), 0) AS found_count,
       sum(url_id IS NOT NULL AND outcome NOT IN ('robots', 'skipped')) AS fetched_count,
       sum(outcome = 'new') AS new_count,
       sum(outcome = 'changed') AS changed_count,
       sum(url_id IS NOT NULL AND outcome IN ('unchanged', 'duplicate', 'not_modified')) AS unchanged_count,
       sum(outcome IN ('error', 'blocked', 'robots')) AS failed_count,
       sum(outcome = 'empty') AS empty_count,
       coalesce(sum(downloaded_bytes), 0) AS downloaded_bytes,
       (julianday(max(fetched_at)) - julianday(min(fetched_at))) * 86400 AS duration_seconds,
       count(listing_id) AS listing_count,
       sum(outcome = 'listed' OR (listing_id IS NOT NULL AND outcome = 'not_modified')) AS listing_ok_count,
       sum(listing_id IS NOT NULL AND outcome = 'not_modified') AS listing_same_count,
       sum(listing_id IS NOT NULL AND outcome IN ('blocked', 'robots')) AS listing_refused_count,
       sum(url_id IS NOT NULL AND outcome = 'not_modified') AS not_modified_count,
       sum(url_id IS NOT NULL AND outcome IN ('error', 'blocked', 'robots')) AS page_failed_count,
       sum(url_id IS NOT NULL AND outcome IN ('blocked', 'robots')) AS page_refused_count,
       sum(url_id IS NOT NULL AND outcome = 'blocked') AS page_walled_count
FROM fetches WHERE run_id = ? GROUP BY source_id
"""
_REASONS = """
SELECT source_id, coalesce(reason, outcome) FROM fetches
WHERE run_id = ? AND (outcome IN ('error', 'blocked', 'robots', 'skipped', 'empty')
                      OR (outcome = 'gone' AND listing_id IS NOT NULL))
GROUP BY source_id, listing_id IS NULL, reason ORDER BY listing_id IS NULL DESC, count(*)
"""
_MEDIANS = """
SELECT source_id, word_count FROM (
  SELECT f.source_id, a.word_count, row_number() OVER w AS place, count(*) OVER (PARTITION BY f.source_id) AS total
  FROM fetches f JOIN urls u USING (url_id) JOIN articles a USING (article_id)
  WHERE f.run_id = ? AND f.outcome IN ('new', 'changed') AND a.word_count IS NOT NULL
  WINDOW w AS (PARTITION BY f.source_id ORDER BY a.word_count))
WHERE place = (total + 1) / 2
"""
_SOURCES = """
SELECT source_id, expected_links, expected_body_share, silent_after_hours,
       (SELECT max(first_seen_at) FROM articles a WHERE a.source_id = s.source_id AND a.is_from_archive = 0)
           AS last_new_at,
       EXISTS (SELECT 1 FROM urls u WHERE u.source_id = s.source_id AND u.state = 'new' AND u.archive_id IS NULL)
           AS has_waiting,
       (SELECT json_group_array(url) FROM listings l WHERE l.source_id = s.source_id AND l.is_enabled) AS listings_json,
       (SELECT l.url FROM listings l JOIN fetches f USING (listing_id)
        WHERE l.source_id = s.source_id AND f.run_id = :run_id AND f.fetched_at = l.distrusted_at) AS stale_listing
FROM sources s WHERE source_id IN (SELECT value FROM json_each(:source_ids))
"""
_UNASKED = """
WITH unasked AS (
  SELECT source_id, reason, next_check_at, held_links,
         (SELECT outcome FROM fetches f WHERE f.listing_id = l.listing_id ORDER BY fetched_at DESC LIMIT 1) AS outcome
  FROM listings l
  WHERE is_enabled AND source_id IN (SELECT value FROM json_each(:source_ids))
    AND NOT EXISTS (SELECT 1 FROM fetches f WHERE f.run_id = :run_id AND f.listing_id = l.listing_id))
SELECT source_id,
       CAST(total(outcome IN ('listed', 'not_modified')) AS INTEGER) AS unasked_ok_count,
       CAST(total(outcome NOT IN ('listed', 'not_modified')) AS INTEGER) AS unasked_down_count,
       CAST(total(outcome IN ('blocked', 'robots')) AS INTEGER) AS unasked_refused_count,
       coalesce(sum(held_links), 0) AS unasked_links,
       max(CASE WHEN outcome NOT IN ('listed', 'not_modified') THEN reason END) AS unasked_reason,
       sum(coalesce(next_check_at, '') <= (SELECT started_at FROM runs WHERE run_id = :run_id)) AS overdue_count
FROM unasked GROUP BY source_id
"""
"""Listings that this run left alone, because their time had not come or its own was over."""
_STORED = (
    "found_count", "fetched_count", "new_count", "changed_count", "unchanged_count", "failed_count", "empty_count",
    "duration_seconds", "downloaded_bytes",
)  # fmt: skip


_ANNOUNCED = """
SELECT l.listing_id, sum(f.link_count) FROM fetches f JOIN listings l USING (listing_id)
WHERE f.run_id = ? AND f.link_count IS NOT NULL GROUP BY l.listing_id
"""
_ANNOUNCED_BEFORE = """
SELECT sum(link_count) FROM (
  SELECT run_id, link_count FROM fetches
  WHERE listing_id = ? AND fetched_at >= ? AND run_id <> ? AND link_count IS NOT NULL
  ORDER BY fetched_at DESC LIMIT 150)
GROUP BY run_id
"""
_USUAL = """
SELECT source_id, url, last_link_count, usual_link_count FROM listings
WHERE is_enabled AND usual_link_count > 0 AND last_link_count IS NOT NULL
"""
_FEWEST_READINGS = 5
"""Of a listing, below which nobody knows what it usually announces."""
_HOURS_OF_READINGS = 14 * 24


def begin_run(
    db: Database,
    *,
    command: str,
    trigger: str | None,
    version: str,
    sources_total: int,
    kind: str = "crawl",
) -> int:
    """Open a run and return its number; `kind` is crawl or history. The caller holds the lock of the run.

    So whatever else is called running died without a word, on whatever machine: it is closed as interrupted.
    """
    with transaction(db):
        db.execute("UPDATE runs SET status = 'interrupted', finished_at = ? WHERE status = 'running'", [now()])
        cursor = db.execute(
            "INSERT INTO runs (started_at, status, trigger, command, version, host, pid, sources_total, "
            "kind) VALUES (?, 'running', ?, ?, ?, ?, ?, ?, ?)",
            [now(), trigger, command, version, socket.gethostname(), os.getpid(), sources_total, kind],
        )
    return int(cursor.lastrowid or 0)


def note_log(db: Database, run_id: int, log_path: str) -> None:
    """Say where the log of a run lies, from the folder of the database."""
    with transaction(db):
        db.execute("UPDATE runs SET log_path = ? WHERE run_id = ?", [log_path, run_id])


def note_interrupted(db: Database, run_id: int, number: int) -> None:
    """Close a run that the signal with this number ended before it could say more."""
    with transaction(db):
        db.execute(
            "UPDATE runs SET status = 'interrupted', exit_code = ?, finished_at = coalesce(finished_at, ?) "
            "WHERE run_id = ?",
            [128 + number, now(), run_id],
        )


def is_alive(pid: int) -> bool:
    """Whether a process with this number runs on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True


def finish_run(
    db: Database,
    run_id: int,
    *,
    interrupted: int | None = None,
    crashed: bool = False,
    crash_code: int = FAILED,
    cut_short: bool = False,
    unread_sources: int = 0,
    source_ids: Sequence[str] = (),
    page_days: int | None = None,
    verdicts: Mapping[str, tuple[str, str]] | None = None,
) -> int:
    """Write the health of each source and the end of the run; return the exit code.

    `interrupted`: number of the signal that ended it; `crashed`: the engine did not start or broke, or the
    database was in trouble, and `crash_code` is what the command returns then; `cut_short`: its deadline or its
    memory limit ended it;
    `unread_sources`: how many sources had a TOML file that could not be read;
    `source_ids`: those that the run was to crawl (one without any request gets a row too; those with requests
    are known anyway);
    `page_days`: pages that came longer ago are dropped; None = all stay;
    `verdicts`: (status, message) of each source where the run itself knows how it went; else its health is judged.
    """
    with transaction(db):
        if page_days is not None:
            pages.expire(db, now(), page_days)
            quarantine.expire(db, now())
        is_offline = _is_offline(db, run_id)
        if is_offline:
            _forgive(db, run_id)
        ending = {"is_crashed": crashed, "is_interrupted": interrupted is not None, "is_cut_short": cut_short}
        statuses = _judge_sources(db, run_id, source_ids, ending, verdicts, is_offline=is_offline)
        failed = sum(status in ("failed", "blocked") for status in statuses) + unread_sources
        total = len(statuses) + unread_sources
        status, exit_code = _well_or_not(failed, total, cut_short=cut_short)
        if interrupted is not None:
            status, exit_code = "interrupted", 128 + interrupted
        elif crashed:
            status, exit_code = "failed", crash_code
        elif is_offline:
            status, exit_code = "failed", LockedError.exit_code
        _close_run(db, run_id, status, exit_code, failed)
    return exit_code


def _well_or_not(failed: int, total: int, *, cut_short: bool) -> tuple[str, int]:
    """(status, exit code) of a run that was left to end by itself."""
    exit_code = PARTIAL if cut_short and not failed else exit_code_of(failed, total)
    return {OK: "ok", FAILED: "failed", PARTIAL: "partial"}[exit_code], exit_code


def exit_code_of(failed: int, total: int) -> int:
    """Exit code where so many of all failed: OK where none did, FAILED where all did, else PARTIAL."""
    if not failed:
        return OK
    return FAILED if failed == total else PARTIAL


def _judge_sources(
    db: Database,
    run_id: int,
    source_ids: Sequence[str],
    ending: dict[str, bool],
    verdicts: Mapping[str, tuple[str, str]] | None,
    *,
    is_offline: bool,
) -> list[str]:
    """One row of `run_sources` for each source; returns their statuses."""
    counts = {row["source_id"]: row for row in db.query(_COUNTS, [run_id])}
    reasons = dict(db.execute(_REASONS, [run_id]).fetchall())  # the last one of a source wins: the commonest
    medians = dict(db.execute(_MEDIANS, [run_id]).fetchall())
    at_rest, short, statuses = set(resting(db)), _learn_counts(db, run_id), []
    chosen = {"run_id": run_id, "source_ids": json.dumps(sorted({*counts, *source_ids}))}
    unasked = {row["source_id"]: row for row in db.query(_UNASKED, chosen)}
    for source in list(db.query(_SOURCES, chosen)):
        name = source["source_id"]
        row = counts.get(name, {}) | unasked.get(name, {})
        change = remember.layout_change(db, run_id, name)
        remember.forget(db, name, now())
        if verdicts is None:
            known = {**source, **row, **ending, "layout_change": change, "short_listing": short.get(name)}
            status, message = judge(_facts(known, reasons.get(name), at_rest))
        else:
            status, message = verdicts[name]
        status, message = ("skipped", NO_NETWORK) if is_offline else (status, message)
        verdict = {"run_id": run_id, "source_id": name, "status": status, "message": message}
        counted = {column: row.get(column, 0) for column in _STORED}
        insert(db, "run_sources", {**verdict, "median_words": medians.get(name), **counted})
        statuses.append(status)
    return statuses


def _learn_counts(db: Database, run_id: int) -> dict[str, str]:
    """Note what the listings of a run announced, and what is usual; for each source the listing that fell most short.

    Usual is the median of the last readings, at most of two weeks: a page that announces less for good is noticed,
    and forgiven once it has done so for half of them.
    """
    for listing_id, count in db.execute(_ANNOUNCED, [run_id]).fetchall():
        before = [row[0] for row in db.execute(_ANNOUNCED_BEFORE, [listing_id, _since_two_weeks(), run_id])]
        usual = median_low(before) if len(before) >= _FEWEST_READINGS else None
        db.execute(
            "UPDATE listings SET last_link_count = ?, usual_link_count = ? WHERE listing_id = ?",
            [count, usual, listing_id],
        )
    short: dict[str, tuple[float, str]] = {}  # of those not asked in this run too: they still are
    for source_id, url, count, usual in db.execute(_USUAL).fetchall():
        if is_few(count, usual):
            said = (count / usual, f"{url} announces {count} links, usually {usual}")
            short[source_id] = min(said, short.get(source_id, said))
    return {source_id: message for source_id, (_, message) in short.items()}


def _since_two_weeks() -> str:
    return hours_before(now(), _HOURS_OF_READINGS)


def _facts(row: dict[str, Any], reason: str | None, resting: set[str]) -> Facts:
    known = {field.name for field in fields(Facts)}
    last_new_at, listings = row["last_new_at"], json.loads(row["listings_json"])
    return Facts(
        **{name: value for name, value in row.items() if name in known},
        reason=reason,
        silent_hours=hours_between(last_new_at, now()) if last_new_at else None,
        is_resting=any(urlsplit(url).netloc in resting for url in listings),
        is_finished=not row.get("overdue_count") and not row["has_waiting"],
    )


def _is_offline(db: Database, run_id: int) -> bool:
    """Whether nothing answered at all; then no source is to blame. Refusals from memory are no requests."""
    return nothing_answered(
        db.execute(
            "SELECT status_code, reason FROM fetches WHERE run_id = ? AND (status_code IS NOT NULL "
            "OR (outcome <> 'robots' AND NOT (outcome = 'skipped' AND coalesce(reason, '') LIKE ?)))",
            [run_id, f"{RESTS}%"],
        ).fetchall()
    )


def _forgive(db: Database, run_id: int) -> None:
    """Without network no listing failed: each is due as before, and waits no longer for it."""
    db.execute(
        "UPDATE listings SET next_check_at = NULL, failures_in_row = max(0, failures_in_row - 1) "
        "WHERE listing_id IN (SELECT listing_id FROM fetches WHERE run_id = ?)",
        [run_id],
    )


def _close_run(db: Database, run_id: int, status: str, exit_code: int, failed: int) -> None:
    db.execute(
        "UPDATE runs SET finished_at = ?, status = ?, exit_code = ?, sources_failed = ?, "
        "(fetched_count, new_count, changed_count, failed_count, downloaded_bytes) = ("
        "SELECT coalesce(sum(fetched_count), 0), coalesce(sum(new_count), 0), coalesce(sum(changed_count), 0), "
        "coalesce(sum(failed_count), 0), coalesce(sum(downloaded_bytes), 0) "
        "FROM run_sources r WHERE r.run_id = runs.run_id) WHERE run_id = ?",
        [now(), status, exit_code, failed, run_id],
    )
