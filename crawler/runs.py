"""A run in the database: begun with one row, ended with its counts, its sources' health and its exit code."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence

from sqlite_utils import Database

from crawler import pages
from crawler.database import transaction
from crawler.errors import LockedError
from crawler.health import network, transitions
from crawler.health.verdicts import judge_sources
from crawler.normalise import now
from crawler.workers import quarantine

OK, FAILED, PARTIAL = 0, 1, 3
"""Exit codes of a run; no network ends as LockedError does, an interrupted run with 128 + signal."""


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
        is_offline = network.is_offline(db, run_id)
        if is_offline:
            network.forgive(db, run_id)
        ending = {"is_crashed": crashed, "is_interrupted": interrupted is not None, "is_cut_short": cut_short}
        judged = judge_sources(db, run_id, source_ids, ending, verdicts, is_offline=is_offline)
        statuses = [one.verdict.status for one in judged]
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
        if verdicts is None and interrupted is None and not crashed:
            transitions.note(db, run_id, judged, is_offline=is_offline)
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


def _close_run(db: Database, run_id: int, status: str, exit_code: int, failed: int) -> None:
    db.execute(
        "UPDATE runs SET finished_at = ?, status = ?, exit_code = ?, sources_failed = ?, "
        "(fetched_count, new_count, changed_count, failed_count, downloaded_bytes) = ("
        "SELECT coalesce(sum(fetched_count), 0), coalesce(sum(new_count), 0), coalesce(sum(changed_count), 0), "
        "coalesce(sum(failed_count), 0), coalesce(sum(downloaded_bytes), 0) "
        "FROM run_sources r WHERE r.run_id = runs.run_id) WHERE run_id = ?",
        [now(), status, exit_code, failed, run_id],
    )
