"""How `check --offline` looks: a line a source, and what reads otherwise on its kept pages, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from crawler.report.tables import STYLES
from crawler.report.terminal import Cell, Column, is_watched, say_json, say_line, say_table
from crawler.runs import exit_code_of
from crawler.survey.fixture import Replayed

_LONGEST = 300
"""Characters of a value on the screen."""


def show_replayed(replayed: Sequence[Replayed], *, as_json: bool) -> int:
    """Print what today's rules read; return the exit code: 0 as before, 3 some otherwise, 1 all."""
    if as_json:
        say_json([asdict(one) for one in replayed])
    else:
        columns = [Column("source"), Column("status"), Column("message", wraps=True)]
        rows = [(Cell(one.source_id), Cell(one.status, STYLES[one.status]), Cell(one.message)) for one in replayed]
        say_table(columns, rows)
        for one in replayed:
            _show_differences(one)
    return exit_code_of(sum(one.status != "ok" for one in replayed), len(replayed))


def _show_differences(one: Replayed) -> None:
    for difference in one.differences:
        head = [Cell(one.source_id), Cell(difference["field"], "cyan"), Cell(difference["page"], "dim")]
        lines = [(sign, text) for sign, name in (("-", "before"), ("+", "now")) for text in _texts(difference[name])]
        if not is_watched():
            for sign, text in lines:
                say_line([*head, Cell(sign), Cell(text)])
            continue
        say_line(head)
        for sign, text in lines:
            say_line([Cell(sign, "red" if sign == "-" else "green"), Cell(text[:_LONGEST])], indent=2)


def _texts(value: Any) -> Iterator[str]:
    """What a value says, an entry a line: blocks and links by their words."""
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, dict):
            yield str(entry.get("text") or " ".join(str(part) for part in entry.values() if part))
        elif entry is not None:
            yield str(entry)
