"""The last words of a run: one line when all is well, else a line for each source in trouble."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from crawler.errors import UsageError
from crawler.health.transitions import Change
from crawler.normalise import clean
from crawler.report.health import TROUBLE

COUNTS = ("found", "fetched", "new", "changed", "unchanged", "failed", "empty")
"""As in the columns of `run_sources`, without `_count`."""


def run_summary(db: Database, run_id: int) -> dict[str, Any]:
    """What `crawl --json` prints: the run with its counts, and each source with its status, message and counts.

    Raises UsageError where there is no such run.
    """
    runs = list(db.query("SELECT * FROM runs WHERE run_id = ?", [run_id]))
    if not runs:
        raise UsageError(f"there is no run {run_id} in this database; `worlddesk status` shows the last one")
    run = runs[0]
    rows = db.query("SELECT * FROM run_sources WHERE run_id = ? ORDER BY source_id", [run_id])
    sources = {row["source_id"]: _source(row) for row in rows}
    return {
        "run_id": run_id,
        "status": run["status"],
        "exit_code": run["exit_code"],
        "started_at": run["started_at"],
        "finished_at": run["finished_at"],
        "counts": {name: sum(source[name] for source in sources.values()) for name in COUNTS},
        "sources": sources,
    }


def idle_summary(exit_code: int) -> dict[str, Any]:
    """What `crawl --json` prints when nothing was due: the same keys, of no run."""
    instants = {"started_at": None, "finished_at": None}
    counts = dict.fromkeys(COUNTS, 0)
    return {
        "run_id": None,
        "status": "ok",
        "exit_code": exit_code,
        **instants,
        "counts": counts,
        "sources": {},
        "transitions": [],
    }


def run_lines(summary: dict[str, Any], *, quiet: bool = False, changes: Sequence[Change] = ()) -> list[str]:
    """The summary for people; `quiet` leaves what is news alone: transitions, reminders, a run that was ended.

    `changes`: what is to be told of sources. Of those that ail in this run their line says it.
    """
    is_interrupted = summary["status"] == "interrupted"  # nobody's fault: the sources go on in the next run
    if quiet:
        return [total_line(summary)] * is_interrupted + change_lines(changes)
    ailing = {name: source for name, source in summary["sources"].items() if source["status"] in TROUBLE}
    if is_interrupted:
        ailing = {}
    lines = [_trouble(name, source) for name, source in ailing.items()]
    if summary["status"] == "failed" and not ailing:  # no source is to blame: no network
        lines = sorted({f"worlddesk: {clean(source['message'])}" for source in summary["sources"].values()})
    said = {*ailing, *([None] if summary["status"] == "failed" else [])}
    others = [change for change in changes if change.source_id not in said]
    return [total_line(summary), *lines, *change_lines(others)]


def change_lines(changes: Sequence[Change]) -> list[str]:
    """A line for each transition, reminder or recovery; no control character of a page gets through."""
    return [f"worlddesk: {change_words(change)}" for change in changes]


def change_words(change: Change) -> str:
    """'lemonde failed since 2026-10-06T08:00:00Z: HTTP 503', 'lemonde still failed, for 3 days: …', 'lemonde ok …'."""
    who = f"{change.source_id} " if change.source_id is not None else ""
    if change.to_status == "ok":
        was = change.from_status.replace("_", " ")
        return clean(f"{who}ok again, {was} for {_lasted(change.hours)}: {change.message}")
    status = change.to_status.replace("_", " ")
    if change.to_status == "layout_changed":
        return clean(f"{who}{change.message}")
    how = f"still {status}, for {_lasted(change.hours)}" if change.is_reminder else f"{status} since {change.since_at}"
    return clean(f"{who}{how}: {change.message}")


def _lasted(hours: float) -> str:
    """'40 min', '5 h', '3 days'."""
    if hours < 2:
        return f"{round(hours * 60)} min"
    return f"{round(hours)} h" if hours < 48 else f"{round(hours / 24)} days"


def _source(row: dict[str, Any]) -> dict[str, Any]:
    counts = {name: row[f"{name}_count"] for name in COUNTS}
    return {"status": row["status"], "message": row["message"], **counts}


def total_line(summary: dict[str, Any]) -> str:
    """The run in one line."""
    counts, number = summary["counts"], len(summary["sources"])
    parts = [
        f"{number} source{'' if number == 1 else 's'}",
        f"{counts['new']} new",
        f"{counts['changed']} changed",
        f"{counts['unchanged']} unchanged",
    ]
    parts += [f"{counts['failed']} failed"] if counts["failed"] else []
    return f"worlddesk: run {summary['run_id']} {summary['status']}: {', '.join(parts)}{_took(summary)}"


def _took(summary: dict[str, Any]) -> str:
    if summary["finished_at"] is None:
        return ""
    started, finished = (datetime.fromisoformat(summary[name]) for name in ("started_at", "finished_at"))
    seconds = round((finished - started).total_seconds())
    return f" in {seconds} s" if seconds < 120 else f" in {seconds // 60} min {seconds % 60} s"


def _trouble(name: str, source: dict[str, Any]) -> str:
    return f"worlddesk: {name} {source['status']}: {clean(source['message'])}"
