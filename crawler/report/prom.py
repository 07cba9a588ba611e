"""`status --prom`: the facts as node-exporter's textfile collector reads them (Prometheus text format 0.0.4).

Gauges alone: whatever is pruned from the database, no counter seems to start anew.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlite_utils import Database

from crawler import __version__
from crawler.errors import UsageError
from crawler.normalise import now
from crawler.report.health import source_status
from crawler.rows import one
from crawler.schedule import hours_before

STATUSES = ("ok", "quiet", "degraded", "blocked", "failed", "skipped", "new", "disabled")
_RUN = """
SELECT run_id, started_at, finished_at, exit_code, sources_total, sources_failed, new_count, changed_count,
       failed_count, downloaded_bytes,
       round((julianday(finished_at) - julianday(started_at)) * 86400) AS duration_seconds
FROM runs WHERE kind = 'crawl' AND status <> 'running' ORDER BY run_id DESC LIMIT 1
"""
_ARTICLES = """
SELECT (SELECT count(*) FROM articles) AS article_count,
       (SELECT count(*) FROM articles WHERE is_from_archive = 0 AND first_seen_at >= ?) AS article_count_24h
"""


class Gauge(NamedTuple):
    """One metric."""

    name: str
    help: str
    values: list[tuple[Mapping[str, str], float]]
    """(labels, value)."""


def facts(db: Database, database: Path) -> dict[str, Any]:
    """What there is to tell: the last run, the database, the network, each source. Instants UTC; unknown is None."""
    disk = shutil.disk_usage(database.parent)
    offline = one(db, "SELECT since_at FROM transitions WHERE source_id IS NULL AND ended_at IS NULL "
                  "AND to_status = 'no_network'", [])  # fmt: skip
    return {
        "version": __version__,
        "run": one(db, _RUN, []),
        "database": {
            **(one(db, _ARTICLES, [hours_before(now(), 24)]) or {}),
            "database_bytes": sum(path.stat().st_size for path in _files(database)),
            "disk_free_bytes": disk.free,
            "quarantine_count": db["quarantine"].count if db["quarantine"].exists() else None,
        },
        "is_offline_since": offline["since_at"] if offline else None,
        "sources": source_status(db),
    }


def _files(database: Path) -> Iterator[Path]:
    return (path for suffix in ("", "-wal") if (path := Path(f"{database}{suffix}")).exists())


def text(told: dict[str, Any]) -> str:
    """The facts as text for Prometheus."""
    lines = []
    for gauge in (*_of_run(told), *_of_sources(told["sources"])):
        if gauge.values:
            lines += [f"# HELP {gauge.name} {_escaped(gauge.help)}", f"# TYPE {gauge.name} gauge"]
            lines += [f"{gauge.name}{_labels(labels)} {_number(value)}" for labels, value in gauge.values]
    return "\n".join(lines) + "\n"


def _of_run(told: dict[str, Any]) -> Iterator[Gauge]:
    run, database = told["run"] or {}, told["database"]
    yield Gauge("worlddesk_build_info", "Version of the program.", [({"version": told["version"]}, 1)])
    plain = {
        "last_run_start_timestamp_seconds": ("When the last finished crawl began.", _seconds(run.get("started_at"))),
        "last_run_timestamp_seconds": ("When the last finished crawl ended.", _seconds(run.get("finished_at"))),
        "last_run_exit_code": ("What it returned: 0 all well, 3 some sources failed.", run.get("exit_code")),
        "last_run_duration_seconds": ("How long it took.", run.get("duration_seconds")),
        "last_run_sources": ("Sources that it was to crawl.", run.get("sources_total")),
        "last_run_sources_failed": ("Of these, blocked or failed.", run.get("sources_failed")),
        "last_run_new_articles": ("Articles that it brought.", run.get("new_count")),
        "last_run_changed_articles": ("Articles that it found changed.", run.get("changed_count")),
        "last_run_failed_requests": ("Requests that failed or were refused.", run.get("failed_count")),
        "last_run_downloaded_bytes": ("What it downloaded.", run.get("downloaded_bytes")),
        "network_up": ("0 while nothing at all answers.", float(told["is_offline_since"] is None)),
        "articles": ("Articles in the database.", database["article_count"]),
        "articles_24h": ("Articles first seen in the last 24 hours.", database["article_count_24h"]),
        "database_bytes": ("Size of the database with its write-ahead log.", database["database_bytes"]),
        "disk_free_bytes": ("Free space where the database lies.", database["disk_free_bytes"]),
        "quarantine_pages": ("Pages that are kept aside.", database["quarantine_count"]),
    }
    for name, (words, value) in plain.items():
        yield Gauge(f"worlddesk_{name}", words, [] if value is None else [({}, value)])


def _of_sources(sources: Sequence[dict[str, Any]]) -> Iterator[Gauge]:
    live = [row for row in sources if row["is_enabled"]]
    yield _each("up", "0 while it certainly is blocked or failed.", live,
                lambda row: float(not (row["is_certain"] and row["problem"] in ("blocked", "failed"))))  # fmt: skip
    yield _each("problem_since_timestamp_seconds", "Since when something ails it; absent while nothing does.", live,
                lambda row: _seconds(row["since"]))  # fmt: skip
    states: list[tuple[Mapping[str, str], float]] = [
        ({"source": row["source_id"], "status": status}, float(row["status"] == status))
        for row in sources
        for status in STATUSES
    ]
    yield Gauge("worlddesk_source_status", "1 for the status of its last run, 0 for all others.", states)
    yield _each("last_run_timestamp_seconds", "When the last crawl of it began.", live,
                lambda row: _seconds(row["last_run_at"]))  # fmt: skip
    yield _each("last_new_article_timestamp_seconds", "When it last brought a new article.", live,
                lambda row: _seconds(row["last_new_article_at"]))  # fmt: skip
    for name, words, key in (
        ("articles", "Articles of it in the database.", "article_count"),
        ("articles_24h", "Articles of it first seen in the last 24 hours.", "article_count_24h"),
        ("waiting_addresses", "Announced and not read yet.", "waiting_count"),
        ("failing_addresses", "Could not be read, or are refused to us.", "failing_count"),
    ):
        yield Gauge(f"worlddesk_source_{name}", words, [({"source": row["source_id"]}, row[key]) for row in sources])


def _each(name: str, words: str, rows: Sequence[dict[str, Any]], value: Any) -> Gauge:
    values = [({"source": row["source_id"]}, value(row)) for row in rows]
    return Gauge(f"worlddesk_source_{name}", words, [pair for pair in values if pair[1] is not None])


def _labels(labels: Mapping[str, str]) -> str:
    said = ",".join(f'{name}="{_escaped(value, quotes=True)}"' for name, value in labels.items())
    return f"{{{said}}}" if said else ""


def _escaped(words: str, *, quotes: bool = False) -> str:
    words = words.replace("\\", "\\\\").replace("\n", "\\n")
    return words.replace('"', '\\"') if quotes else words


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))


def _seconds(instant: str | None) -> float | None:
    return None if instant is None else datetime.fromisoformat(instant).timestamp()


def write(file: Path, words: str) -> None:
    """Put the text into a file at once: whoever reads it sees the old one or the new one whole, whoever it is.

    Raises UsageError where it cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".part", dir=file.parent)  # no *.prom: not read
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as part:
                part.write(words)
            Path(name).chmod(0o644)  # node-exporter is another user
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}; give a file in a folder of yours") from error
