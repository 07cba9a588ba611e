"""When a source falls ill and when it is well again: told once, and again every day while it lasts.

One bad run is no illness. How many are, and for how long, is learned from the source itself: from how often its runs
go wrong at all and from how long its passing troubles last. What is noted here is noted inside the transaction that
ends a run; `untold`, `mark_told` and `mark_mailed` are for those who tell it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlite_utils import Database

from crawler.database import transaction
from crawler.health.judge import NO_NETWORK
from crawler.health.verdicts import Judged
from crawler.normalise import now
from crawler.rows import insert, one
from crawler.schedule import hours_before, hours_between

_MEMORY_HOURS = 28 * 24
_LEAST_RUNS = 2
_LEAST_HOURS, _MOST_HOURS = 2.0, 24.0
"""A trouble that lasts less than the first is passing; one that lasts longer than the second never is."""
_CHANGE_HOURS = 1.0
"""For so long a recovery, or another trouble than before, has to last."""
_IMPROBABLE = 0.003
"""Probability that so many bad runs in a row are chance, at the share of bad runs that the source has."""
_MARGIN = 1.5
_FEW_SPELLS = 3
_PRIOR_BAD, _PRIOR_RUNS = 1, 20
_REMIND_HOURS = 23.5
"""Cron comes some minutes early or late, and a reminder is to come at about the same hour of each day."""
_MAIL_HOURS = 48
"""What could not be mailed for so long is old news; what lasts is in the next reminder."""
_NO_EVIDENCE = ("unfinished", "layout")
"""Causes that say nothing of how a source is: the run was cut short; its pages are built anew, and were read."""

_LASTING = "ended_at IS NULL AND to_status NOT IN ('ok', 'layout_changed')"
_READINGS = """
SELECT s.status, r.started_at, s.message, s.cause FROM run_sources s JOIN runs r USING (run_id)
WHERE s.source_id = ? AND r.kind = 'crawl' AND r.status <> 'interrupted' AND s.status <> 'skipped'
  AND coalesce(s.cause, '') NOT IN ('unfinished', 'layout') AND r.started_at >= ?
ORDER BY r.run_id DESC
"""


class Reading(NamedTuple):
    """How a source was in one run."""

    status: str
    at: str
    message: str = ""
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A transition as it is told."""

    transition_id: int
    source_id: str | None
    """None = our own network."""
    from_status: str
    to_status: str
    since_at: str
    message: str
    cause: str | None
    is_reminder: bool
    hours: float
    """How long it lasts; of a recovery, how long what was before it lasted."""


# --- what is certain: pure


def certain(readings: Sequence[Reading], known: str) -> Reading | None:
    """The first reading of what is certain to have changed since `known`; None where nothing is.

    `readings`: the newest first, without runs that say nothing.
    """
    current = readings[0].status
    if current == known:
        return None
    spell = _spell(readings, _is_of(current, known))
    if len(spell) < _LEAST_RUNS:
        return None
    hours, older = hours_between(spell[-1].at, spell[0].at), readings[len(spell) :]
    if known != "ok" or current == "ok":
        return spell[-1] if hours >= _CHANGE_HOURS else None
    is_chance = _bad_share(older) ** len(spell) > _IMPROBABLE
    return spell[-1] if hours >= _patience(older) and not is_chance else None


def _is_of(current: str, known: str) -> Callable[[Reading], bool]:
    """Which readings belong to a change: any trouble where all was well, else the same status."""
    if known == "ok":
        return lambda reading: reading.status != "ok"
    return lambda reading: reading.status == current


def _spell(readings: Sequence[Reading], belongs: Callable[[Reading], bool]) -> Sequence[Reading]:
    length = next((number for number, reading in enumerate(readings) if not belongs(reading)), len(readings))
    return readings[:length]


def _bad_share(older: Sequence[Reading]) -> float:
    bad = sum(reading.status != "ok" for reading in older)
    return min((bad + _PRIOR_BAD) / (len(older) + _PRIOR_RUNS), 0.5)


def _patience(older: Sequence[Reading]) -> float:
    """Hours that a trouble has to last: more than three quarters of the earlier ones did, with a margin."""
    lasted = sorted(_troubles(older))
    usual = lasted[len(lasted) * 3 // 4] if len(lasted) >= _FEW_SPELLS else 0.0
    return min(max(_LEAST_HOURS, _MARGIN * usual), _MOST_HOURS)


def _troubles(older: Sequence[Reading]) -> list[float]:
    """Hours from the first bad run to the next good one, of each trouble that is over."""
    lasted, begun = [], None
    for reading in reversed(older):
        if reading.status != "ok":
            begun = begun or reading.at
        elif begun is not None:
            lasted.append(hours_between(begun, reading.at))
            begun = None
    return lasted


# --- what is noted


def note(db: Database, run_id: int, judged: Sequence[Judged], *, is_offline: bool) -> None:
    """Note what this run makes certain. Sources that are no longer crawled have no trouble any more."""
    db.execute(
        "UPDATE transitions SET ended_at = ? WHERE ended_at IS NULL AND source_id IN "
        "(SELECT source_id FROM sources WHERE is_enabled = 0)",
        [now()],
    )
    _note_network(db, run_id, is_offline=is_offline, has_asked=any(one.verdict.status != "skipped" for one in judged))
    for one_source in judged:
        if one_source.layout_change is not None and not is_offline:
            said = {"message": one_source.layout_change, "cause": "layout", "ended_at": now()}
            _insert(db, run_id, one_source.source_id, ("ok", "layout_changed"), _begun(db, run_id), said)
        if one_source.verdict.status != "skipped" and one_source.verdict.cause not in _NO_EVIDENCE:
            _note_source(db, run_id, one_source)


def _note_network(db: Database, run_id: int, *, is_offline: bool, has_asked: bool) -> None:
    """Without network nobody is ill but we; that is certain at once."""
    lasting = _lasting(db, None)
    if is_offline and lasting is None:
        _insert(db, run_id, None, ("ok", "no_network"), _begun(db, run_id), {"message": NO_NETWORK})
    elif lasting is not None and not is_offline and has_asked:
        _end(db, lasting, _begun(db, run_id))
        _insert(db, run_id, None, ("no_network", "ok"), _begun(db, run_id), {"message": "the network is back"})


def _note_source(db: Database, run_id: int, judged: Judged) -> None:
    lasting, verdict = _lasting(db, judged.source_id), judged.verdict
    known = lasting["to_status"] if lasting else "ok"
    if verdict.status == known:
        if lasting is not None:
            newest = [verdict.message, verdict.cause, lasting["transition_id"]]
            db.execute("UPDATE transitions SET message = ?, cause = ? WHERE transition_id = ?", newest)
        return
    first = certain(_readings(db, judged.source_id), known)
    if first is None:
        return
    if lasting is not None:
        _end(db, lasting, first.at)
    said = {"message": verdict.message, "cause": verdict.cause}
    _insert(db, run_id, judged.source_id, (known, verdict.status), first.at, said)


def _readings(db: Database, source_id: str) -> list[Reading]:
    return [Reading(*row) for row in db.execute(_READINGS, [source_id, hours_before(now(), _MEMORY_HOURS)])]


def _lasting(db: Database, source_id: str | None) -> dict[str, Any] | None:
    return one(db, f"SELECT * FROM transitions WHERE source_id IS ? AND {_LASTING}", [source_id])  # noqa: S608


def _begun(db: Database, run_id: int) -> str:
    return str(db.execute("SELECT started_at FROM runs WHERE run_id = ?", [run_id]).fetchone()[0])


def _end(db: Database, lasting: dict[str, Any], at: str) -> None:
    db.execute("UPDATE transitions SET ended_at = ? WHERE transition_id = ?", [at, lasting["transition_id"]])


def _insert(
    db: Database, run_id: int, source_id: str | None, statuses: tuple[str, str], since: str, said: dict[str, Any]
) -> None:
    columns = {"from_status": statuses[0], "to_status": statuses[1], "since_at": since, "noted_at": now()}
    insert(db, "transitions", {"source_id": source_id, "run_id": run_id, **columns, **said})


# --- what is told


def untold(db: Database) -> list[Change]:
    """What is to be told now: what nobody was told yet, and what has lasted another day. The network comes first."""
    sql = (
        f"SELECT *, reported_at IS NOT NULL AS is_reminder FROM transitions WHERE reported_at IS NULL OR ({_LASTING} "  # noqa: S608
        "AND max(reported_at, coalesce(reminded_at, '')) <= ?) ORDER BY source_id IS NOT NULL, source_id, transition_id"
    )
    return [_change(db, row) for row in list(db.query(sql, [hours_before(now(), _REMIND_HOURS)]))]


def unmailed(db: Database) -> list[Change]:
    """What was told and has not been sent since."""
    sql = (
        "SELECT *, reminded_at IS NOT NULL AS is_reminder, max(reported_at, coalesce(reminded_at, '')) AS told_at "
        "FROM transitions WHERE told_at >= ? AND coalesce(mailed_at, '') < told_at "
        "ORDER BY source_id IS NOT NULL, source_id, transition_id"
    )
    return [_change(db, row) for row in list(db.query(sql, [hours_before(now(), _MAIL_HOURS)]))]


def _change(db: Database, row: dict[str, Any]) -> Change:
    fields = ("transition_id", "source_id", "from_status", "to_status", "since_at", "message", "cause")
    begun = row["since_at"]
    if row["to_status"] == "ok":  # how long it was ill, whatever the illness was called meanwhile
        begun = _illness_began(db, row)
    until = row["since_at"] if row["to_status"] == "ok" else now()
    return Change(
        **{name: row[name] for name in fields},
        is_reminder=bool(row["is_reminder"]),
        hours=max(0.0, hours_between(begun, until)),
    )


def _illness_began(db: Database, row: dict[str, Any]) -> str:
    found = one(
        db,
        "SELECT min(since_at) AS since_at FROM transitions WHERE source_id IS :source_id "
        "AND transition_id < :transition_id AND to_status NOT IN ('ok', 'layout_changed') AND transition_id > ("
        "SELECT coalesce(max(transition_id), 0) FROM transitions WHERE source_id IS :source_id "
        "AND transition_id < :transition_id AND to_status = 'ok')",
        row,
    )
    return str((found or row)["since_at"] or row["since_at"])


def mark_told(db: Database, changes: Sequence[Change]) -> None:
    """Note that somebody was told."""
    with transaction(db):
        for change in changes:
            column = "reminded_at" if change.is_reminder else "reported_at"
            db.execute(
                f"UPDATE transitions SET {column} = ? WHERE transition_id = ?",  # noqa: S608
                [now(), change.transition_id],
            )


def mark_mailed(db: Database, changes: Sequence[Change]) -> None:
    """Note that it was sent."""
    with transaction(db):
        db.conn.executemany(
            "UPDATE transitions SET mailed_at = ? WHERE transition_id = ?",
            [(now(), change.transition_id) for change in changes],
        )
