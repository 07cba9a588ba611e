"""Words on the terminal: rich where somebody looks, plain lines in a pipe, never a control character."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from crawler.normalise import clean

# DEL and C1 controls, line separators, bidi embeddings and isolates, lone surrogates; JSON escapes C0 by itself.
_OBEYED = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_FORMULA = re.compile(r"[=@]|[+-](?!\s|[\d.,]*\s?%?$)")


class Cell(NamedTuple):
    """A table's cell with a rich style, which a pipe does not see."""

    text: str
    style: str = ""


class Column(NamedTuple):
    """A table's column; `wraps` where a cell may take several lines."""

    name: str
    right: bool = False
    wraps: bool = False
    widest: int | None = None
    """Columns of the screen; None = what is left."""


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command, which ends well: rich would end the process as a failure."""
        raise BrokenPipeError


def is_watched() -> bool:
    """Whether stdout is a terminal."""
    return sys.stdout.isatty()


def screen() -> int:
    """Lines of a table that fit on the terminal with the command, the headings and a last line."""
    return max(_console().height - 4, 1)


def say(text: str, style: str = "") -> None:
    """One line, or a wrapped paragraph on a terminal."""
    _console().print(Text(clean(text), style), soft_wrap=not is_watched())


def say_as_is(text: str) -> None:
    """Lines to be copied: not wrapped, and every space stays."""
    for line in text.splitlines():
        sys.stdout.write(" ".join(map(clean, line.split(" "))) + "\n")


def say_line(cells: Sequence[Cell], indent: int = 0) -> None:
    """Cells side by side, wrapped and indented by so many columns on a terminal; in a pipe between tabs."""
    if not is_watched():
        sys.stdout.write(_piped(cells))
        return
    line = Text(" ").join(Text(clean(cell.text), cell.style) for cell in cells)
    _console().print(Padding(line, (0, 0, 0, indent)))


def note(text: str) -> None:
    """One remark beside the answer, on stderr: what reads the answer does not see it."""
    sys.stderr.write(f"worlddesk: {clean(text)}\n")


@contextmanager
def status_line() -> Iterator[Callable[[str], None]]:
    """A line on stderr that says what is being done and then goes, where somebody looks at stderr."""
    console = Console(file=sys.stderr, highlight=False, markup=False, emoji=False)
    with console.status("Asking …") as status:
        yield lambda text: status.update(Text(clean(text)))


def say_json(value: Any) -> None:
    """One JSON value on one line; what a terminal would obey is escaped, which a program does not notice."""
    line = json.dumps(value, ensure_ascii=False)
    sys.stdout.write(_OBEYED.sub(lambda character: f"\\u{ord(character[0]):04x}", line) + "\n")


def say_table(columns: Sequence[Column], rows: Iterable[Sequence[Cell | str]]) -> None:
    """Rows under headings; in a pipe one line a row, cells between tabs, without headings."""
    cells = [[Cell(clean(cell)) if isinstance(cell, str) else cell for cell in row] for row in rows]
    if not is_watched():
        for row in cells:
            sys.stdout.write(_piped(row))
        return
    table = Table(box=None, pad_edge=False, show_header=any(column.name for column in columns))
    for column in columns:
        table.add_column(
            column.name,
            justify="right" if column.right else "left",
            no_wrap=not column.wraps,
            overflow="fold",
            max_width=column.widest,
        )
    for row in cells:
        table.add_row(*(Text(_lines(cell.text), cell.style) for cell in row))
    _console().print(table)


def _piped(cells: Iterable[Cell]) -> str:
    """Cells between tabs; a spreadsheet takes what begins with an apostrophe for text and not for a formula."""
    texts = (clean(cell.text) for cell in cells)
    return "\t".join(f"'{text}" if _FORMULA.match(text) else text for text in texts) + "\n"


def _lines(text: str) -> str:
    return "\n".join(clean(line) for line in text.split("\n"))


def _console() -> Console:
    return _Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
