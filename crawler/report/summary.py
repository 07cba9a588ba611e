"""The last words of a run: one line when all is well, else a line for each source in trouble."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from crawler.errors import UsageError
from crawler.normalise import clean

COUNTS = ("found", "fetched", "new", "changed", "unchanged", "failed", "empty")
"""As in the columns of `run_sources`, without `_count`."""
TROUBLE = ("degraded", "blocked", "failed")
"""Statuses of a source that somebody has to look at."""


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
    return {"run_id": None, "status": "ok", "exit_code": exit_code, **instants, "counts": counts, "sources": {}}


def told_today(db: Database, run_id: int) -> set[str]:
    """Sources that had the same trouble in an earlier run of the same UTC day."""
    rows = db.execute(
        "SELECT r.source_id FROM run_sources r JOIN runs now USING (run_id) WHERE r.run_id = ? AND EXISTS ("
        "SELECT 1 FROM run_sources x JOIN runs then_ ON then_.run_id = x.run_id "
        "WHERE x.source_id = r.source_id AND x.run_id < r.run_id AND x.status = r.status "
        "AND then_.started_at >= substr(now.started_at, 1, 10))",
        [run_id],
    )
    return {source_id for (source_id,) in rows}


def run_lines(summary: dict[str, Any], *, quiet: bool = False, told: Collection[str] = ()) -> list[str]:
    """The summary for people and cron mails; `quiet` leaves no line when all is well, or only sources of `told` ail."""
    trouble = {name: source for name, source in summary["sources"].items() if source["status"] in TROUBLE}
    if quiet and told:
        ailing, trouble = trouble, {name: source for name, source in trouble.items() if name not in told}
        if ailing and not trouble:
            return []
    if quiet and not trouble and summary["status"] == "ok":
        return []
    if summary["status"] == "interrupted":  # nobody's fault: the sources go on in the next run
        return [total_line(summary)]
    lines = [_trouble(name, source) for name, source in trouble.items()]
    if summary["status"] == "failed" and not trouble:  # no source is to blame: no network
        lines = sorted({f"worlddesk: {clean(source['message'])}" for source in summary["sources"].values()})
    return [total_line(summary), *lines]


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
