"""The SQLite file itself: open it or say why not, and write to it in transactions.

What we open is ours and of our age, or it is left as it was: a file of another program, of a newer version,
a broken one, a folder. Connections are in autocommit mode, so that every transaction begins where
`transaction` says, and may be handed to the one thread that writes.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # pysqlite3 where that is installed

from crawler import interrupt
from crawler.errors import DatabaseError
from crawler.migrations import APPLICATION_ID, is_current, migrate, newer_migrations

BUSY_SECONDS = 30
"""How long we wait for an analyst who writes: their transactions last seconds."""
hurry = threading.Event()
"""Set when the run was asked to end: then no write waits for a lock any longer."""
DATA_ERRORS = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError)
"""What SQLite raises about values, not about the file."""
_UNTOUCHED = "ro&immutable=1"
"""How SQLite reads without making files for its locks."""
_MAGIC = b"SQLite format 3\0"
_OLDER = "an older worlddesk made it; the next `worlddesk crawl` brings it up to date, and loses nothing"
_REMEDIES = (  # what SQLite says -> what it means and what to do
    ("disk is full", "the disk is full; free some space and run again, nothing stored before is lost"),
    ("disk i/o error", "the disk does not answer as it should; check it, then run `worlddesk doctor`"),
    ("readonly", "it cannot be written; make the file and its folder writable for you, or choose another with --db"),
    ("locked", f"another program kept it locked for {BUSY_SECONDS} s; end that one (an open editor?) and run again"),
    ("unable to open", "it cannot be opened; make the file and its folder readable and writable for you"),
    ("malformed", "it is damaged; restore a copy, or save what is left with `sqlite3 FILE .recover`"),
    ("no such column", _OLDER),
    ("no such table", _OLDER),
    ("not a database", "it is not an SQLite database; choose another with --db"),
)


def open_database(path: Path, *, read_only: bool = False) -> Database:
    """Open the database, made or brought up to date where needed; the caller closes it.

    To read, a folder in which we may not write will do while nobody is at work there. Raises DatabaseError, which
    names the file, the cause and the remedy; the file is then as it was.
    """
    try:
        _check_file(path, read_only=read_only)
        if read_only and not os.access(path.parent, os.W_OK) and _is_quiet(path):
            return _open_to_read(path, _UNTOUCHED)
        return _open_to_read(path) if read_only else _open_to_write(path)
    except sqlite3.DatabaseError as error:
        raise explained(path, error) from error
    except OSError as error:
        raise DatabaseError(f"{path}: {error.strerror}; choose another with --db") from error


def open_untouched(path: Path) -> Database:
    """Open the database to read, and leave nothing beside it: even a reader of SQLite's makes files for its locks.

    Where a write-ahead log waits, somebody is at work and those files are there; else nobody writes, and the
    file is taken as it stands. Raises DatabaseError as `open_database` does.
    """
    try:
        _check_file(path, read_only=True)
        return _open_to_read(path, _UNTOUCHED if _is_quiet(path) else "ro")
    except sqlite3.DatabaseError as error:
        raise explained(path, error) from error
    except OSError as error:
        raise DatabaseError(f"{path}: {error.strerror}; choose another with --db") from error


def _is_quiet(path: Path) -> bool:
    """Whether no write-ahead log waits beside the file: then nobody is at work."""
    wal = Path(f"{path}-wal")
    return not wal.exists() or wal.stat().st_size == 0


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """All or nothing, and the write lock from the first moment (BEGIN IMMEDIATE).

    sqlite-utils' own `atomic()` begins deferred: read then write would then fail at once, whatever the
    timeout, when somebody else wrote in between. Raises DatabaseError where the file is the trouble (full
    disk, lock, damage); an error of the data (IntegrityError) passes through as it is.
    """
    try:
        _begin(db)
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.ProgrammingError):  # a signal came first and it is closed: SQLite has rolled back
                db.rollback()
            raise
    except DATA_ERRORS:
        raise
    except sqlite3.DatabaseError as error:
        raise explained(file_of(db), error) from error


def _begin(db: Database) -> None:
    """Wait for the write lock second by second, to notice when the run is asked to end."""
    last = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or hurry.is_set() or time.monotonic() > last:
                raise
        else:
            return


def checkpoint(db: Database) -> None:
    """Write all that waits in the write-ahead log into the file, and empty it, as far as readers let it."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def file_of(db: Database) -> Path:
    """Path of the file behind a connection."""
    return Path(db.execute("PRAGMA database_list").fetchone()[2])


def explained(path: Path, error: Exception) -> DatabaseError:
    """SQLite's error with the file's name, its meaning and the remedy."""
    said = str(error)
    remedy = next((text for sign, text in _REMEDIES if sign in said.lower()), "run `worlddesk doctor`")
    return DatabaseError(f"{path}: {said}: {remedy}")


def _check_file(path: Path, *, read_only: bool) -> None:
    """Refuse a folder, a file of another kind, and (to read) one that is not there; make the folder to write."""
    if path.is_dir():
        raise DatabaseError(f"{path} is a folder; name a file in it with --db")
    if path.exists():
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
        if start and start != _MAGIC:
            raise DatabaseError(f"{path} is not an SQLite database; it is left as it is, choose another with --db")
    elif read_only:
        raise DatabaseError(
            f"{path}: there is no database yet; run `worlddesk crawl` first, or choose another with --db"
        )
    else:
        path.parent.mkdir(parents=True, exist_ok=True)


def _open_to_read(path: Path, mode: str = "ro") -> Database:
    db = connect(path, mode)
    try:
        _check_ours(db, path, may_be_empty=False)
    except BaseException:
        db.close()
        raise
    return db


def _open_to_write(path: Path) -> Database:
    if path.exists():
        with closing(connect(path, "ro")) as db:  # a look that cannot write, not even by a checkpoint on closing
            _check_ours(db, path, may_be_empty=True)
    db = connect(path, "rwc")
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        if not is_current(db):
            with transaction(db):
                migrate(db)
    except BaseException:
        db.close()
        raise
    return db


def connect(path: Path, mode: str) -> Database:
    """A connection as all of ours are; `mode` is SQLite's: ro, rw or rwc. Checks nothing, makes no table."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=1.0,  # seconds for one try; `transaction` makes several
        isolation_level=None,  # autocommit: transactions begin where `transaction` says and nowhere else
        check_same_thread=False,  # opened by the main thread, used by the writer's
    )
    connection.execute("PRAGMA foreign_keys = ON")
    db = Database(connection)
    interrupt.watch(db)
    return db


def _check_ours(db: Database, path: Path, *, may_be_empty: bool) -> None:
    """Refuse a database of another program and one that a newer version made."""
    application_id = db.execute("PRAGMA application_id").fetchone()[0]
    is_empty = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if application_id != APPLICATION_ID and not (application_id == 0 and is_empty):
        raise DatabaseError(f"{path} belongs to another program; it is left as it is, choose another with --db")
    if is_empty and not may_be_empty:
        raise DatabaseError(f"{path} is empty; run `worlddesk crawl` first")
    if unknown := newer_migrations(db):
        raise DatabaseError(
            f"{path} was made by a newer worlddesk (it knows {', '.join(unknown)}); "
            "upgrade worlddesk, or choose another with --db"
        )
