"""How `status`, `search` and `doctor` look; the facts come from health.py, search.py and doctor.py beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crawler.errors import UsageError
from crawler.report.health import TROUBLE
from crawler.report.terminal import Cell, Column, is_watched, say, say_json, say_table, screen
from crawler.source_keys import unknown

if TYPE_CHECKING:
    from crawler.report.doctor import Check
    from crawler.upkeep.publish import Copy

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
        chosen = [row for row in chosen if row["problem"] is not None]
    if as_json:
        say_json(chosen)
    elif problems and chosen:
        _show_problems(chosen)
    elif is_watched() and not names and len(chosen) > screen():
        say_table(_STATUS_COLUMNS, [_status_row(row) for row in _folded(chosen)])
        say(_states(chosen), "dim")
    elif chosen or not is_watched():
        say_table(_STATUS_COLUMNS, [_status_row(row) for row in chosen])
    else:
        say("no source has a problem" if rows and problems else "no source yet: run `worlddesk crawl`")


def _show_problems(rows: Sequence[dict[str, Any]]) -> None:
    """What ails each source, since when, what it means, what to do; in a pipe in one line."""
    order = {"failed": 0, "blocked": 1, "degraded": 2, "quiet": 3}
    rows = sorted(rows, key=lambda row: (order[row["problem"]], row["source_id"]))
    if not is_watched():
        keys = ("source_id", "problem", "since", "message", "meaning", "remedy")
        say_table([Column(key) for key in keys], [[row[key] or "" for key in keys] for row in rows])
        return
    columns = [Column("source"), Column("problem"), Column("since", right=True), Column("what", wraps=True)]
    say_table(columns, [_problem_row(row) for row in rows])


def _problem_row(row: dict[str, Any]) -> list[Cell | str]:
    words = f"{row['message']}\nIt means: {row['meaning']}.\n→ {row['remedy']}"
    if not row["is_certain"]:
        words += "\nIt may be passing: nobody was told yet."
    return [row["source_id"], Cell(row["problem"], STYLES[row["problem"]]), age(row["since"]), Cell(words)]


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


_UNASKED = ("skipped", "new", "disabled")
_FEW = 5
"""Sources that nothing was asked of are shown one by one up to so many, which say the same."""


def _folded(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What does not fit on a screen: those in trouble first, and one line for many that say the same of no asking."""
    alike = Counter((row["status"], row["message"]) for row in rows if row["status"] in _UNASKED)
    kept = [row for row in rows if alike[row["status"], row["message"]] <= _FEW]
    lines = sorted(kept, key=lambda row: (row["status"] not in TROUBLE, row["status"] != "quiet"))
    for (status, message), count in alike.items():
        if count > _FEW:
            same = [row for row in rows if (row["status"], row["message"]) == (status, message)]
            lines.append({**_sums(same), "source_id": f"({count})", "status": status, "message": message})
    return lines


def _sums(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    counts = ("article_count", "article_count_24h", "waiting_count", "failing_count")
    last = max((row["last_new_article_at"] for row in rows if row["last_new_article_at"]), default=None)
    return {**{name: sum(row[name] for row in rows) for name in counts}, "last_new_article_at": last}


def _states(rows: Sequence[dict[str, Any]]) -> str:
    """How many sources are how: '397 sources: 3 failed, 394 ok'."""
    counts = Counter(row["status"] for row in rows)
    order = [*TROUBLE, "quiet", *sorted({*counts} - {*TROUBLE, "quiet"})]
    return f"{len(rows)} sources: {', '.join(f'{counts[name]} {name}' for name in order if counts[name])}"


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


def show_copy(made: Copy, *, as_json: bool) -> None:
    """A copy of the database that was made, and what gave way for it."""
    removed = [str(path) for path in made.removed]
    if as_json:
        facts = {"file": str(made.path), "size_bytes": made.size_bytes, "article_count": made.article_count}
        say_json({**facts, "removed": removed})
        return
    gone = f"; removed {', '.join(removed)}" if removed else ""
    say(f"{made.path}: {made.size_bytes / 1_000_000:,.1f} MB, {made.article_count:,} articles{gone}")


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
