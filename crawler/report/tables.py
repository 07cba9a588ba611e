"""How `status`, `search` and `doctor` look; the facts come from health.py, search.py and doctor.py beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crawler.errors import UsageError
from crawler.report.summary import TROUBLE
from crawler.report.terminal import Cell, Column, is_watched, say, say_json, say_table
from crawler.source_keys import unknown

if TYPE_CHECKING:
    from crawler.report.doctor import Check

STYLES = {
    "ok": "green",
    **dict.fromkeys(("degraded", "quiet", "warning"), "yellow"),
    **dict.fromkeys(("blocked", "failed", "problem"), "red"),
}


def show_status(rows: Sequence[dict[str, Any]], names: Sequence[str] = (), *, problems: bool, as_json: bool) -> None:
    """A line a source. Raises UsageError for a name that the database does not know."""
    known = [row["source_id"] for row in rows]
    strangers = [unknown("source", name, known) for name in names if name not in known]
    if strangers:
        raise UsageError("\n".join(strangers))
    chosen = [row for row in rows if not names or row["source_id"] in names]
    if problems:
        chosen = [row for row in chosen if row["status"] in (*TROUBLE, "quiet")]
    if as_json:
        say_json(chosen)
    elif chosen or not is_watched():
        say_table(_STATUS_COLUMNS, [_status_row(row) for row in chosen])
    else:
        say("no source has a problem" if rows and problems else "no source yet: run `worlddesk crawl`")


_STATUS_COLUMNS = [
    Column("source"),
    Column("status"),
    Column("articles", right=True),
    Column("24 h", right=True),
    Column("waiting", right=True),
    Column("failing", right=True),
    Column("last new", right=True),
    Column("message", wraps=True),
]


def _status_row(row: dict[str, Any]) -> list[Cell | str]:
    counts = [row[name] for name in ("article_count", "article_count_24h", "waiting_count", "failing_count")]
    return [
        row["source_id"],
        Cell(row["status"], STYLES.get(row["status"], "dim")),
        *(Cell(f"{count:,}", "" if count else "dim") for count in counts),
        age(row["last_new_article_at"]),
        row["message"] or "",
    ]


def age(instant: str | None) -> str:
    """How long ago, for people; the instant itself in a pipe, which cuts and sorts."""
    if instant is None:
        return "never"
    if not is_watched():
        return instant
    minutes = int((datetime.now(UTC) - datetime.fromisoformat(instant)).total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"


def show_found(rows: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    """Articles with the passage in which the words stand; in a pipe date, source, headline, passage, address."""
    if as_json:
        say_json(list(rows))
    elif not is_watched():
        names = ("published_at", "source", "headline", "passage", "url")
        say_table([Column(name) for name in names], [[row[name] or "" for name in names] for row in rows])
    elif rows:
        columns = [Column("published"), Column("source"), Column("article", wraps=True)]
        say_table(columns, [line for row in rows for line in _found_lines(row)])
    else:
        say("nothing found")


def _found_lines(row: dict[str, Any]) -> list[list[Cell | str]]:
    day = (row["published_at"] or "no date")[:10]
    lines: list[list[Cell | str]] = [[day, row["source"], Cell(row["headline"] or "(no headline)", "bold")]]
    if row["passage"]:
        lines.append(["", "", row["passage"]])
    return [*lines, ["", "", Cell(row["url"], "dim")]]


def show_checks(found: Sequence[Check], *, as_json: bool) -> bool:
    """A line a check, with its remedy; returns whether there is no problem."""
    if as_json:
        say_json([asdict(check) for check in found])
    else:
        columns = [Column(""), Column(""), Column("", wraps=True)]
        say_table(columns, [_check_row(check) for check in found])
    return all(check.status != "problem" for check in found)


def _check_row(check: Check) -> list[Cell | str]:
    message = f"{check.message}\n→ {check.remedy}" if check.remedy else check.message
    return [Cell(check.status, STYLES[check.status]), check.name, Cell(message)]
