"""What can still be read of a damaged database, table by table and row by row, into a new one.

SQLite stops at a page that it cannot read. The rows before and behind it can be reached all the same: the table is
searched for the numbers at which reading fails, and read around them. The damaged file is only read.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3 as used  # type: ignore[attr-defined]

from crawler.database import connect, explained, settle, transaction
from crawler.errors import DatabaseError
from crawler.migrations import migrate, migrations

_MADE_ANEW = ("data_dictionary", "_sqlite_migrations")
_LAST = 2**40
"""Taken for the last number of a table whose end cannot be read."""
_PROBES, _SMALL = 16, 64
"""So many numbers of a stretch are tried before it is called unreadable as a whole; a small one is read out."""


@dataclass(slots=True)
class Saved:
    """What became of a table."""

    table: str
    row_count: int = 0
    rejected_count: int = 0
    """Rows that could be read and make no sense: the schema refuses them."""
    gaps: list[tuple[int, int]] = field(default_factory=list)
    """First and last row number of each stretch that could not be read."""
    is_cut: bool = False
    """Somewhere rows are missing, and nobody knows how many: a table without row numbers."""

    @property
    def is_whole(self) -> bool:
        """Whether every row is there."""
        return not (self.rejected_count or self.gaps or self.is_cut)

    def __str__(self) -> str:
        lost = [f"{first} to {'the end' if last == _LAST else last}" for first, last in self.gaps]
        said = [f"rows {', '.join(lost)} cannot be read"] if lost else []
        said += ["some cannot be read"] if self.is_cut else []
        said += [f"{self.rejected_count:,} make no sense"] if self.rejected_count else []
        return f"{self.table}: {self.row_count:,} rows" + (f"; {', '.join(said)}" if said else "")


def salvage(damaged: Path, target: Path) -> list[Saved]:
    """Write all that can be read into a new database at `target`, which must not exist; one entry a table.

    Raises DatabaseError where not even the list of tables can be read, or the new one cannot be written.
    """
    source = _open_damaged(damaged)
    with closing(source):
        try:
            tables = _tables(source)
        except used.DatabaseError as error:
            said = f"{damaged}: {error}: not even its list of tables can be read; restore a copy"
            raise DatabaseError(f"{said}, or try `sqlite3 {damaged} .recover`") from error
        target.touch(0o666)
        with closing(connect(target, "rw")) as db:
            try:
                saved = _save(source, db, tables)
            except used.DatabaseError as error:
                raise explained(target, error) from error
            settle(db)
    return saved


def _open_damaged(path: Path) -> sqlite3.Connection:
    source: sqlite3.Connection = used.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    source.text_factory = lambda raw: raw.decode("utf-8", "replace")
    source.execute("PRAGMA writable_schema = ON")  # or a file that was cut short is not read at all
    return source


def _tables(source: sqlite3.Connection) -> dict[str, str]:
    """Name -> CREATE statement of the tables that hold rows of their own, and of what the data team made."""
    rows = source.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL").fetchall()
    virtual = [name for name, sql in rows if sql.upper().startswith("CREATE VIRTUAL")]
    return {
        name: sql
        for name, sql in rows
        if not name.startswith(("sqlite_", *(f"{other}_" for other in virtual))) and name not in (*virtual, *_MADE_ANEW)
    }


def _save(source: sqlite3.Connection, db: Database, tables: dict[str, str]) -> list[Saved]:
    db.execute("PRAGMA foreign_keys = OFF")  # what refers to a lost row is looked after by `crawler.upkeep.repair`
    db.execute("PRAGMA journal_mode = WAL")
    with transaction(db):
        _as_old_as(source, db)
        for name, statement in tables.items():
            if not db[name].exists():
                db.execute(statement)
    saved = []
    for name in tables:
        with transaction(db):
            saved.append(_save_table(source, db, name))
    with transaction(db):
        migrate(db)
    db.execute("PRAGMA foreign_keys = ON")
    return saved


def _as_old_as(source: sqlite3.Connection, db: Database) -> None:
    """The tables as the migrations of the damaged file left them; today's where it no longer says."""
    try:
        pending = migrations.pending(Database(source))
    except used.DatabaseError:
        pending = []
    if pending:
        migrations.apply(db, stop_before=pending[0].name)
    else:
        migrate(db)


def _save_table(source: sqlite3.Connection, db: Database, table: str) -> Saved:
    saved = Saved(table)
    columns = [column.name for column in db[table].columns]
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" * len(columns))
    insert = f'INSERT OR IGNORE INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608
    is_numbered = not re.search(r"\bWITHOUT\s+ROWID\b", db[table].schema, re.IGNORECASE)
    keys = [column.name for column in db[table].columns if column.is_pk]
    for row in _numbered(source, saved, names) if is_numbered else _keyed(source, saved, names, keys):
        try:
            is_taken = db.execute(insert, row).rowcount == 1
        except (used.IntegrityError, used.DataError, OverflowError):
            is_taken = False
        saved.row_count += is_taken
        saved.rejected_count += is_numbered and not is_taken  # a table read from both ends brings rows twice
    return saved


def _numbered(source: sqlite3.Connection, saved: Saved, names: str) -> Iterator[Sequence[Any]]:
    """The rows of a table with row numbers, around what cannot be read."""
    select = f'SELECT rowid, {names} FROM "{saved.table}" NOT INDEXED WHERE rowid BETWEEN ? AND ? ORDER BY rowid'  # noqa: S608
    stretches = [_ends(source, saved.table)]
    while stretches:
        first, last = stretches.pop()
        try:
            for row in source.execute(select, [first, last]):
                first = row[0] + 1
                yield row[1:]
        except used.DatabaseError:
            stretches += _halves(source, saved, first, last)


def _ends(source: sqlite3.Connection, table: str) -> tuple[int, int]:
    found = []
    for which, unknown in (("min", -_LAST), ("max", _LAST)):
        try:
            found.append(source.execute(f'SELECT {which}(rowid) FROM "{table}" NOT INDEXED').fetchone()[0] or 0)  # noqa: S608
        except used.DatabaseError:
            found.append(unknown)
    return found[0], found[1]


def _halves(source: sqlite3.Connection, saved: Saved, first: int, last: int) -> list[tuple[int, int]]:
    """What is left to try of a stretch at whose beginning reading failed; what is lost for good is noted."""
    if first > last:
        return []
    step = max((last - first) // _PROBES, 1)
    probes = (first, *range(first + step, last, step), last)
    if last == first or (last - first > _SMALL and not any(_is_readable(source, saved.table, at) for at in probes)):
        _note_gap(saved, first, last)
        return []
    middle = (first + last) // 2
    return [(middle + 1, last), (first, middle)]


def _note_gap(saved: Saved, first: int, last: int) -> None:
    """Stretches come in order: one that follows on the last is part of it."""
    if saved.gaps and saved.gaps[-1][1] == first - 1:
        first = saved.gaps.pop()[0]
    saved.gaps.append((first, last))


def _is_readable(source: sqlite3.Connection, table: str, number: int) -> bool:
    try:
        source.execute(f'SELECT * FROM "{table}" NOT INDEXED WHERE rowid = ?', [number]).fetchall()  # noqa: S608
    except used.DatabaseError:
        return False
    return True


def _keyed(source: sqlite3.Connection, saved: Saved, names: str, keys: Sequence[str]) -> Iterator[Sequence[Any]]:
    """The rows of a table without row numbers: from its beginning, then from its end, up to where it breaks."""
    for direction in ("", " DESC"):
        order = ", ".join(f'"{key}"{direction}' for key in keys)
        try:
            yield from source.execute(f'SELECT {names} FROM "{saved.table}" ORDER BY {order}')  # noqa: S608
        except used.DatabaseError:
            saved.is_cut = True
        else:
            return
