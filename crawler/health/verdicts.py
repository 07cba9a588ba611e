"""How each source did in a run: its counts out of the database, the judgement of judge.py, a row of `run_sources`.

Everything here runs inside the transaction of `crawler.runs.finish_run`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import ceil
from statistics import median_low
from typing import Any
from urllib.parse import urlsplit

from sqlite_utils import Database

from crawler import remember, rhythm
from crawler.health.fields import FEWEST_ROWS, ROW, Trait, poorer
from crawler.health.judge import NO_NETWORK, Facts, Verdict, is_few, judge
from crawler.health.silence import MEMORY, limit
from crawler.hosts import resting
from crawler.normalise import now
from crawler.rows import insert
from crawler.schedule import hours_before, hours_between

_COUNTS = """
SELECT source_id,
       coalesce(sum(link_count), 0) AS found_count,
       sum(url_id IS NOT NULL AND outcome NOT IN ('robots', 'skipped')) AS fetched_count,
       sum(outcome = 'new') AS new_count,
       sum(outcome = 'changed') AS changed_count,
       sum(url_id IS NOT NULL AND outcome IN ('unchanged', 'duplicate', 'not_modified')) AS unchanged_count,
       sum(outcome IN ('error', 'blocked', 'robots')) AS failed_count,
       sum(outcome = 'empty') AS empty_count,
       sum(url_id IS NOT NULL AND outcome = 'gone') AS gone_count,
       sum(url_id IS NOT NULL AND outcome = 'gone'
           AND (SELECT article_id FROM urls u WHERE u.url_id = f.url_id) IS NULL) AS gone_unread_count,
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
FROM fetches f WHERE run_id = ? GROUP BY source_id
"""
_REASONS = """
SELECT source_id, coalesce(reason, outcome) FROM fetches
WHERE run_id = ? AND outcome IN ('error', 'blocked', 'robots', 'skipped', 'empty', 'gone')
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
SELECT source_id, expected_links, expected_body_share, expected_silence_hours,
       (SELECT max(first_seen_at) FROM articles a WHERE a.source_id = s.source_id AND a.is_from_archive = 0)
           AS last_new_at,
       (SELECT max(last_ok_at) FROM listings l WHERE l.source_id = s.source_id AND l.is_enabled) AS last_ok_at,
       (SELECT since_at FROM transitions t WHERE t.source_id = s.source_id AND t.ended_at IS NULL
           AND t.cause IN ('poor_fields', 'short_texts')) AS poor_since,
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
SELECT listing_id, source_id, url, last_link_count, usual_link_count, last_listed_at FROM listings
WHERE is_enabled AND usual_link_count > 0 AND last_link_count IS NOT NULL AND last_listed_at IS NOT NULL
"""
_LEAST = """
SELECT min(link_count) FROM (
  SELECT sum(link_count) AS link_count FROM fetches
  WHERE listing_id = ? AND fetched_at BETWEEN ? AND ? AND link_count IS NOT NULL GROUP BY run_id)
"""
_NEAR = 3.0
"""Hours; readings so close to an hour of the week tell of it."""
_YOUNG_SHARE = 6
_CAME = """
SELECT DISTINCT first_seen_at FROM articles
WHERE source_id = ? AND is_from_archive = 0 AND first_seen_at >= ? ORDER BY first_seen_at
"""
_TRAITS = """
SELECT first_seen_at, headline IS NOT NULL, standfirst IS NOT NULL, coalesce(authors_json, '[]') <> '[]',
       published_at IS NOT NULL, section IS NOT NULL, is_complete, word_count
FROM articles WHERE source_id = ? AND is_from_archive = 0 AND first_seen_at >= ? AND first_seen_at < ?
ORDER BY first_seen_at DESC, article_id DESC LIMIT ?
"""
_TRAIT_HOURS = 28 * 24
_MOST_TRAITS = 600
_WEEK_HOURS = 7 * 24
_ACCEPTED_HOURS = 14 * 24
"""What a source has lacked for so long is usual by now: a reminder every day for ever would be read by nobody."""
_FIRST_DAY = 24.0
_FEWEST_READINGS = 5
"""Of a listing, below which nobody knows what it usually announces."""
_HOURS_OF_READINGS = 14 * 24


@dataclass(frozen=True, slots=True)
class Judged:
    """How one source did in a run."""

    source_id: str
    verdict: Verdict
    layout_change: str | None = None
    """For people: that its pages are built anew since this run."""


def judge_sources(
    db: Database,
    run_id: int,
    source_ids: Sequence[str],
    ending: dict[str, bool],
    verdicts: Mapping[str, tuple[str, str]] | None,
    *,
    is_offline: bool,
) -> list[Judged]:
    """One row of `run_sources` for each source; returns what stands in them. The arguments are those of finish_run."""
    counts = {row["source_id"]: row for row in db.query(_COUNTS, [run_id])}
    reasons = dict(db.execute(_REASONS, [run_id]).fetchall())  # the last one of a source wins: the commonest
    medians = dict(db.execute(_MEDIANS, [run_id]).fetchall())
    at_rest, short, judged = set(resting(db)), _learn_counts(db, run_id), []
    chosen = {"run_id": run_id, "source_ids": json.dumps(sorted({*counts, *source_ids}))}
    unasked = {row["source_id"]: row for row in db.query(_UNASKED, chosen)}
    for source in list(db.query(_SOURCES, chosen)):
        name = source["source_id"]
        row = counts.get(name, {}) | unasked.get(name, {})
        change = remember.layout_change(db, run_id, name)
        remember.forget(db, name, now())
        if is_offline:
            verdict = Verdict("skipped", NO_NETWORK, "unasked")
        elif verdicts is not None:
            verdict = Verdict(*verdicts[name])
        else:
            learned = {"silent_after_hours": _silence(db, source), "poorer": _poorer(db, name, source["poor_since"])}
            known = {**source, **row, **ending, **learned, "layout_change": change, "short_listing": short.get(name)}
            verdict = judge(_facts(known, reasons.get(name), at_rest))
        counted = {column: row.get(column, 0) for column in _STORED} | {"median_words": medians.get(name)}
        insert(db, "run_sources", {"run_id": run_id, "source_id": name, **verdict._asdict(), **counted})
        judged.append(Judged(name, verdict, change))
    return judged


def _silence(db: Database, source: dict[str, Any]) -> float:
    """Hours for which the source may bring nothing: as its file says, else as it was before; noted for people."""
    hours = source["expected_silence_hours"]
    if hours is None:
        at = rhythm.instant(now())
        came = db.execute(_CAME, [source["source_id"], hours_before(now(), MEMORY + _FIRST_DAY)])
        hours = limit([rhythm.instant(moment) for (moment,) in came], at)
    db.execute("UPDATE sources SET silent_after_hours = ? WHERE source_id = ?", [ceil(hours), source["source_id"]])
    return float(hours)


def _poorer(db: Database, source_id: str, since: str | None) -> tuple[str, str] | None:
    """What the last articles of a source lack that those of the four weeks before had.

    `since`: from when it is known to be so; what came later is not what is usual, until two weeks have made it so.
    """
    if since is not None and hours_between(since, now()) > _ACCEPTED_HOURS:
        since = None
    recent = db.execute(_TRAITS, [source_id, "", "9999", ROW]).fetchall()
    if len(recent) < ROW:
        return None
    until = min(since or "9999", recent[-1][0])
    past = db.execute(_TRAITS, [source_id, hours_before(until, _TRAIT_HOURS), until, _MOST_TRAITS]).fetchall()
    if len(past) < FEWEST_ROWS * ROW or hours_between(past[-1][0], past[0][0]) < 2 * _WEEK_HOURS:
        return None
    return poorer([_trait(row) for row in recent], [_trait(row) for row in reversed(past)])


def _trait(row: Sequence[Any]) -> Trait:
    headline, standfirst, authors, published, section, is_complete = map(bool, row[1:7])
    return Trait(headline, standfirst, authors, published, section, is_complete, row[7])


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
    for listing_id, source_id, url, count, usual, read_at in db.execute(_USUAL).fetchall():
        if is_few(count, usual) and not _is_such_an_hour(db, listing_id, count, usual, read_at):
            said = (count / usual, f"{url} announces {count} links, usually {usual}")
            short[source_id] = min(said, short.get(source_id, said))
    return {source_id: message for source_id, (_, message) in short.items()}


def _is_such_an_hour(db: Database, listing_id: int, count: int, usual: int, read_at: str) -> bool:
    """Whether so few links are no news at this hour of the week: there were hardly more in a week before.

    Of a listing that is younger than a week nobody knows; then only the loss of nearly all is one.
    """
    weeks = [
        (hours_before(read_at, week * 168 + _NEAR), hours_before(read_at, week * 168 - _NEAR)) for week in (1, 2, 3)
    ]
    known = [db.execute(_LEAST, [listing_id, *span]).fetchone()[0] for span in weeks]
    before = [least for least in known if least is not None]
    return min(before) * 2 <= count * 3 if before else count * _YOUNG_SHARE >= usual


def _since_two_weeks() -> str:
    return hours_before(now(), _HOURS_OF_READINGS)


def _facts(row: dict[str, Any], reason: str | None, resting: set[str]) -> Facts:
    known = {field.name for field in fields(Facts)}
    last_new_at, listings = row["last_new_at"], json.loads(row["listings_json"])
    return Facts(
        **{name: value for name, value in row.items() if name in known},
        reason=reason,
        silent_hours=hours_between(last_new_at, now()) if last_new_at else None,
        unanswered_hours=hours_between(row["last_ok_at"], now()) if row["last_ok_at"] else None,
        is_resting=any(urlsplit(url).netloc in resting for url in listings),
        is_finished=not row.get("overdue_count") and not row["has_waiting"],
    )
