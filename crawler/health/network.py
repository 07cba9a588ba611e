"""Was it our own network? Then no source is to blame for what a run did not bring."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from sqlite_utils import Database

from crawler.health.judge import RESTS, nothing_answered

_PORTAL = re.compile(r"redirects to (\S+), which is not a host of this source")
_FEW_HOSTS = 3
"""So many hosts do not send their readers to one and the same other host, unless somebody stands in between."""
_SAME_HOSTS = 5
"""So many hosts do not give the same number of bytes and not one link; a server's own 403 may stand at some."""

_HEARD = """
SELECT EXISTS (SELECT 1 FROM fetches WHERE run_id = ? AND (
  outcome IN ('new', 'changed', 'unchanged', 'not_modified', 'duplicate') OR link_count > 0))
"""
_SAID = """
SELECT f.source_id, coalesce(l.url, u.url, a.url), f.status_code, f.reason, f.downloaded_bytes
FROM fetches f LEFT JOIN listings l USING (listing_id) LEFT JOIN urls u ON u.url_id = f.url_id
     LEFT JOIN archives a ON a.archive_id = f.archive_id
WHERE f.run_id = ? AND (f.status_code IS NOT NULL
      OR (f.outcome <> 'robots' AND NOT (f.outcome = 'skipped' AND coalesce(f.reason, '') LIKE ?)))
"""
_DEAD_BEFORE = """
SELECT EXISTS (
  SELECT 1 FROM fetches mine JOIN fetches other USING (run_id)
  WHERE mine.source_id = :source_id AND mine.status_code IS NULL AND mine.outcome IN ('error', 'skipped')
    AND other.source_id <> :source_id AND other.status_code IS NOT NULL
    AND mine.run_id < :run_id AND mine.run_id > (
      SELECT coalesce(max(run_id), 0) FROM fetches WHERE source_id = :source_id AND status_code IS NOT NULL))
"""


class Said(NamedTuple):
    """One request and what came of it."""

    source_id: str
    host: str
    status_code: int | None
    reason: str | None
    downloaded_bytes: int | None


def is_offline(db: Database, run_id: int) -> bool:
    """Whether in a run nobody answered, or somebody in between for everybody: a captive portal, a forged DNS.

    Refusals from memory are no requests. A source that was silent before while others answered, and has not answered
    since, speaks for itself and not for the network.
    """
    if db.execute(_HEARD, [run_id]).fetchone()[0]:
        return False
    rows = db.execute(_SAID, [run_id, f"{RESTS}%"])
    said = [Said(source, urlsplit(url).netloc, *rest) for source, url, *rest in rows]
    if _is_portal(said) or _is_one_answer(said):
        return True
    if not nothing_answered((row.status_code, row.reason) for row in said):
        return False
    return not all(_was_dead(db, run_id, source_id) for source_id in {row.source_id for row in said})


def forgive(db: Database, run_id: int) -> None:
    """Without network no listing failed: each is due as before, and waits no longer for it."""
    db.execute(
        "UPDATE listings SET next_check_at = NULL, failures_in_row = max(0, failures_in_row - 1) "
        "WHERE listing_id IN (SELECT listing_id FROM fetches WHERE run_id = ?)",
        [run_id],
    )


def _is_portal(said: Sequence[Said]) -> bool:
    """Whether all who answered at all send us to one host that is none of theirs."""
    sent = {row.host: found[1] for row in said if (found := _PORTAL.search(row.reason or ""))}
    others = [(row.status_code, row.reason) for row in said if row.host not in sent]
    return len(sent) >= _FEW_HOSTS and len(set(sent.values())) == 1 and (not others or nothing_answered(others))


def _is_one_answer(said: Sequence[Said]) -> bool:
    """Whether all hosts gave what looks like the same answer: status and size."""
    answers = {(row.status_code, row.downloaded_bytes) for row in said if row.status_code is not None}
    hosts = {row.host for row in said if row.status_code is not None}
    others = [(row.status_code, row.reason) for row in said if row.host not in hosts]
    if len(hosts) < _SAME_HOSTS or len(answers) != 1 or not next(iter(answers))[1]:
        return False
    return not others or nothing_answered(others)


def _was_dead(db: Database, run_id: int, source_id: str) -> bool:
    return bool(db.execute(_DEAD_BEFORE, {"source_id": source_id, "run_id": run_id}).fetchone()[0])
