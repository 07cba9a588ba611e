"""How `reextract` shows what reads otherwise: a difference for each field, then the counts."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from crawler.normalise import clean
from crawler.reextract import Change, Reread
from crawler.report.terminal import Cell, Column, is_watched, say, say_json, say_table
from crawler.runs import exit_code_of


@dataclass(slots=True)
class Tally:
    """Pages that were read again."""

    pages: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0

    def count(self, told: Reread) -> None:
        """One more."""
        self.pages += 1
        self.failed += told.problem is not None
        self.changed += bool(told.changes)
        self.unchanged += told.problem is None and not told.changes

    @property
    def exit_code(self) -> int:
        """0 all well, 3 some pages could not be read, 1 none could."""
        return exit_code_of(self.failed, self.pages)


def show_rereads(rereads: Iterable[Reread], *, written: bool, as_json: bool) -> int:
    """Tell of each page as it comes, then the counts; returns the exit code. `written`: what is told is stored.

    On a terminal an article with its fields below it; in a pipe source, address, field, - or +, and the words
    between tabs; as JSON one object.
    """
    tally, told = Tally(), []
    for reread in rereads:
        tally.count(reread)
        if as_json and (reread.changes or reread.problem):
            told.append(asdict(reread))
        elif not as_json:
            _show(reread)
    if as_json:
        say_json({**asdict(tally), "written": written, "articles": told})
    else:
        say(_counts(tally, written=written))
    return tally.exit_code


def _show(reread: Reread) -> None:
    if not is_watched():
        for line in _lines(reread):
            sys.stdout.write("\t".join(map(clean, line)) + "\n")
    elif reread.changes or reread.problem:
        say(reread.headline or "(no headline)", "bold")
        say(f"{reread.source_id}  {reread.url}", "dim")
        say_table(_COLUMNS, [*_problem(reread), *(row for change in reread.changes for row in _difference(change))])
        say("")


_COLUMNS = [Column(""), Column(""), Column("", wraps=True)]


def _problem(reread: Reread) -> list[tuple[Cell, ...]]:
    return [(Cell("stays", "yellow"), Cell(""), Cell(reread.problem, "yellow"))] if reread.problem else []


def _difference(change: Change) -> list[tuple[Cell, ...]]:
    entries = [("-", "red", text) for text in change.removed] + [("+", "green", text) for text in change.added]
    names = [change.field, *[""] * len(entries)]
    return [
        (Cell(name, "cyan"), Cell(sign, style), Cell(text, style))
        for name, (sign, style, text) in zip(names, entries, strict=False)
    ]


def _lines(reread: Reread) -> list[tuple[str, ...]]:
    where = (reread.source_id, reread.url)
    if reread.problem:
        return [(*where, "problem", "", reread.problem)]
    return [
        (*where, change.field, sign, text)
        for change in reread.changes
        for sign, texts in (("-", change.removed), ("+", change.added))
        for text in texts
    ]


def _counts(tally: Tally, *, written: bool) -> str:
    if not tally.pages:
        return "worlddesk: no page of these is kept (pages are kept for 30 days, WORLDDESK_PAGE_DAYS changes that)"
    stored = f" ({'stored' if written else 'not stored: a dry run'})" if tally.changed else ""
    parts = [f"{tally.changed} read otherwise{stored}", f"{tally.unchanged} as before"]
    parts += [f"{tally.failed} cannot be read and stay as they are"] if tally.failed else []
    return f"worlddesk: {tally.pages} kept page{'' if tally.pages == 1 else 's'}: {', '.join(parts)}"
