"""Copies of the database that stand alone: a snapshot for readers, and dated backups with all that is in it.

Both are made while a crawl writes: SQLite's VACUUM INTO reads one state of the file and hinders nobody. A copy is
whole or it is not there: made in a folder of its own beside the target, checked, written to the disk, then renamed.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]

from crawler.database import check_file, connect, explained, open_database, transaction
from crawler.errors import DatabaseError, LockedError
from crawler.normalise import now
from crawler.upkeep.integrity import damage

LEFT_OUT = ("pages", "quarantine")
"""Tables that are empty in a snapshot: the publishers' pages byte for byte, which only the crawl needs."""
DAYS, WEEKS = 7, 4
"""Backups that stay: of the newest days, and of the weeks before the newest one each."""
_FOR_ALL = 0o644
_WHOLE, _LESSENED = "copy.db", "lessened.db"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was made."""

    path: Path
    size_bytes: int
    article_count: int
    removed: list[Path] = field(default_factory=list)
    """Older backups that gave way."""


def publish(database: Path, target: Path | None = None) -> Copy:
    """Put a snapshot for readers in place of the one before; `target`: default published/NAME beside the database.

    One file in SQLite's simplest mode, readable by all: it opens in a folder that nobody may write. Raises
    DatabaseError, and LockedError where somebody else makes the same copy; then the one before stays.
    """
    return _copy(database, target or database.parent / "published" / database.name, LEFT_OUT, _FOR_ALL)


def backup(database: Path, folder: Path, keep: int = DAYS) -> Copy:
    """Put a copy of everything into a folder as NAME-2026-11-22.db, in place of one of the same day.

    Of the older ones those of the last `keep` days stay, and of the WEEKS before the newest each. Nothing is removed
    that is not named so and marked as a database of ours. Raises as `publish`.
    """
    made = _copy(database, folder / f"{database.stem}-{now()[:10]}.db", (), database.stat().st_mode & 0o777)
    found = _backups(folder, database.stem)
    removed = [found[day] for day in too_old(list(found), keep)]
    for path in removed:
        path.unlink()
    return Copy(made.path, made.size_bytes, made.article_count, removed)


def too_old(days: Sequence[date], keep: int) -> list[date]:
    """Which backups give way, oldest first."""
    newest_first = sorted(days, reverse=True)
    weekly: dict[tuple[int, int], date] = {}
    for day in newest_first[keep:]:
        weekly.setdefault(day.isocalendar()[:2], day)
    kept = {*newest_first[:keep], *list(weekly.values())[:WEEKS]}
    return sorted(set(days) - kept)


def _backups(folder: Path, stem: str) -> dict[date, Path]:
    named = re.compile(re.escape(stem) + r"-(\d{4}-\d\d-\d\d)\.db")
    found = {}
    for path in folder.iterdir():
        if (name := named.fullmatch(path.name)) and not path.is_symlink() and _is_ours(path):
            try:
                found[date.fromisoformat(name[1])] = path
            except ValueError:
                continue
    return found


def _is_ours(path: Path) -> bool:
    try:
        check_file(path, read_only=True)
    except (DatabaseError, OSError):
        return False
    with closing(connect(path, "ro&immutable=1")) as db:
        try:
            return bool(db.execute("PRAGMA application_id").fetchone()[0])
        except sqlite3.DatabaseError:
            return False


def _copy(database: Path, target: Path, left_out: Sequence[str], mode: int) -> Copy:
    target = target.resolve()
    try:
        with closing(open_database(database, read_only=True)) as db:
            _check_target(database, target)
            target.parent.mkdir(parents=True, exist_ok=True)
            _check_space(db, target.parent, is_twice=bool(left_out))
            with _workshop(target) as folder:
                made, count = _made(db, folder, left_out)
                made.chmod(mode)
                _put(made, target)
    except sqlite3.DatabaseError as error:
        raise explained(target, error) from error
    except OSError as error:
        said = f"{error.filename or target}: {error.strerror}; make it writable for you, or choose another place"
        raise DatabaseError(f"{said} for the copy") from error
    return Copy(target, target.stat().st_size, count)


def _check_target(database: Path, target: Path) -> None:
    """Refuse to replace the database itself, what is not ours, and a copy that somebody writes to."""
    if not target.exists():
        return
    if target.is_dir():
        raise DatabaseError(f"{target} is a folder; name a file in it, such as {target / database.name}")
    if target.samefile(database):
        raise DatabaseError(f"{target} is the database itself; give the copy another name")
    if not _is_ours(target):
        raise DatabaseError(f"{target} is no database of ours; it is left as it is, give the copy another name")
    for beside in (Path(f"{target}-wal"), Path(f"{target}-journal")):
        if beside.exists() and beside.stat().st_size:
            said = f"{target}: somebody writes to the copy ({beside.name}); close that program"
            raise DatabaseError(f"{said}, or give the copy another name")


def _check_space(db: Database, folder: Path, *, is_twice: bool) -> None:
    pages = db.execute("SELECT page_count - freelist_count FROM pragma_page_count, pragma_freelist_count").fetchone()[0]
    size = pages * db.execute("PRAGMA page_size").fetchone()[0]
    needed, free = size * (2 if is_twice else 1), shutil.disk_usage(folder).free
    if free < needed:
        said = f"{folder}: making a copy takes {needed // 1_000_000 + 1:,} MB, and {free // 1_000_000:,} MB are free"
        raise DatabaseError(f"{said}; free some space. The copies that are there stay")


@contextmanager
def _workshop(target: Path) -> Iterator[Path]:
    """A folder beside the target that goes with the copies in it, also with those that a killed process left there."""
    folder = target.with_name(f".{target.name}.making")
    folder.mkdir(exist_ok=True)
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)  # a link may lead to anybody's files
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise LockedError(f"{target} is being made by another process; this one did nothing") from None
    try:
        _clear(folder)
        yield folder
    finally:
        _clear(folder)
        with suppress(OSError):  # somebody laid something into it
            folder.rmdir()
        os.close(lock)


def _clear(folder: Path) -> None:
    for made in (_WHOLE, _LESSENED):
        for path in folder.glob(f"{made}*"):  # with what SQLite lays beside it
            path.unlink()


def _made(db: Database, folder: Path, left_out: Sequence[str]) -> tuple[Path, int]:
    """A checked copy without the rows of some tables, and how many articles it holds."""
    made = folder / _WHOLE
    _vacuum(db, made)
    if left_out and _empty(made, left_out):  # vacuumed again: what was deleted must not stand in free pages
        lessened = folder / _LESSENED
        with closing(connect(made, "rw")) as copy:
            _vacuum(copy, lessened)
        made.unlink()
        made = lessened
    with closing(connect(made, "rw")) as copy:
        if found := damage(copy, whole=True):
            raise DatabaseError(f"{made} came out damaged: {'; '.join(found)}; check the disk, and try again")
        return made, copy.execute("SELECT count(*) FROM articles").fetchone()[0]


def _vacuum(db: Database, into: Path) -> None:
    db.execute("VACUUM INTO ?", [str(into)])


def _empty(path: Path, tables: Sequence[str]) -> int:
    """How many rows were deleted."""
    with closing(connect(path, "rw")) as db:
        there = [table for table in tables if db[table].exists()]
        with transaction(db):
            return sum(db.execute(f"DELETE FROM {table}").rowcount for table in there)  # noqa: S608


def _put(made: Path, target: Path) -> None:
    """Give the copy its name once all of it is on the disk."""
    _sync(made)
    made.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
