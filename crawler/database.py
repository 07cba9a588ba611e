"""The SQLite file itself: open it or say why not, and write to it in transactions.

What we open is ours and of our age, or it is left as it was: a file of another program, of a newer version,
a broken one, a folder. Connections are in autocommit mode, so that every transaction begins where
`transaction` says, and may be handed to the one thread that writes.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]  # pysqlite3 where that is installed

from crawler import interrupt
from crawler.errors import BusyError, DatabaseError
from crawler.migrations import APPLICATION_ID, is_current, migrate, newer_migrations
from crawler.upkeep.holders import holders

BUSY_SECONDS = 30
"""How long we wait for an analyst who writes: their transactions last seconds."""
hurry = threading.Event()
"""Set when the run was asked to end: then no write waits for a lock any longer."""
DATA_ERRORS = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError)
"""What SQLite raises about values, not about the file."""
T = TypeVar("T")
_UNTOUCHED = "ro&immutable=1"
"""How SQLite reads without making files for its locks."""
_MAGIC = b"SQLite format 3\0"
_APPLICATION_ID = slice(68, 72)
"""Bytes of a database's header."""
_LONGEST_WAL = 64 * 1024 * 1024
"""Bytes to which a write-ahead log is cut once what it holds stands in the database."""
_FULL_BYTES = 1_000_000
_OLDER = "an older worlddesk made it; the next `worlddesk crawl` brings it up to date, and loses nothing"
DAMAGED = "it is damaged; restore a copy, or `worlddesk doctor --repair` saves what can still be read into a new file"
LOCAL = "its file system has no locks as SQLite needs them, as on a network disk; use a local disk"
_FULL = "the disk is full; free some space and run again, nothing stored before is lost"
SHARE = "make them yours, or share the folder: a common group, mode 2775, umask 002"
_REMEDIES = (  # what SQLite says -> what it means and what to do
    ("disk is full", _FULL),
    ("disk i/o error", "the disk does not answer as it should; check it, then run `worlddesk doctor`"),
    ("locking protocol", LOCAL),
    ("readonly", "it cannot be written; make the file and its folder writable for you, or choose another with --db"),
    ("unable to open", "it cannot be opened; make the file and its folder readable and writable for you"),
    ("malformed", DAMAGED),
    ("no such column", _OLDER),
    ("no such table", _OLDER),
    ("not a database", "it is not an SQLite database; choose another with --db"),
)


def open_database(path: Path, *, read_only: bool = False) -> Database:
    """Open the database, made or brought up to date where needed; the caller closes it.

    To read, a file or a folder that we may not write will do while nobody is at work there: what SQLite would lay
    beside it would be ours, and lock out whoever crawls. Raises DatabaseError, which names the file, the cause and
    the remedy; the file is then as it was. BusyError where another program kept it locked.
    """
    try:
        check_file(path, read_only=read_only)
        if read_only and not _may_write(path) and _is_quiet(path):
            return _open_to_read(path, _UNTOUCHED)
        return patiently(lambda: _open_to_read(path) if read_only else _open_to_write(path))
    except sqlite3.DatabaseError as error:
        raise explained(path, error) from error
    except OSError as error:
        raise unreachable(path, error) from error


def open_untouched(path: Path) -> Database:
    """Open the database to read, and leave nothing beside it: even a reader of SQLite's makes files for its locks.

    Where a write-ahead log waits, somebody is at work and those files are there; else nobody writes, and the
    file is taken as it stands. Raises DatabaseError as `open_database` does.
    """
    try:
        check_file(path, read_only=True)
        return patiently(lambda: _open_to_read(path, _UNTOUCHED if _is_quiet(path) else "ro"))
    except sqlite3.DatabaseError as error:
        raise explained(path, error) from error
    except OSError as error:
        raise unreachable(path, error) from error


def unreachable(path: Path, error: OSError) -> DatabaseError:
    """What the system says of a path, with the remedy."""
    return DatabaseError(f"{path}: {error.strerror}; make it reachable for you, or choose another with --db")


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


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
        patiently(lambda: db.execute("BEGIN IMMEDIATE"))
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


def patiently(attempt: Callable[[], T]) -> T:
    """What `attempt` returns, tried again while another program holds the file locked, for BUSY_SECONDS at most.

    Second by second, to notice when the run is asked to end. Raises what SQLite says.
    """
    last = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return attempt()
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or hurry.is_set() or time.monotonic() > last:
                raise
        time.sleep(0.01)  # some of these answers come at once


def _is_busy(error: Exception) -> bool:
    return "locked" in str(error)


def checkpoint(db: Database) -> None:
    """Write all that waits in the write-ahead log into the file, and empty it, as far as readers let it."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def settle(db: Database) -> None:
    """`checkpoint`, where nothing depends on it: a file that stands alone is easier to copy, and the log ends small."""
    with suppress(sqlite3.DatabaseError):  # what was committed is safe without
        checkpoint(db)


def file_of(db: Database) -> Path:
    """Path of the file behind a connection."""
    return Path(db.execute("PRAGMA database_list").fetchone()[2])


def explained(path: Path, error: Exception) -> DatabaseError:
    """SQLite's error with the file's name, its meaning and the remedy. BusyError where another program is the cause."""
    said = str(error)
    if _is_busy(error):
        return BusyError(f"{path}: {said}: {_who(path)} kept it locked for {BUSY_SECONDS} s; {_AFTER_BUSY}")
    return DatabaseError(f"{path}: {said}: {_remedy(path, said.lower())}")


_AFTER_BUSY = "end that one (an open editor?) or let it commit; nothing stored is lost, the next run goes on"


def _who(path: Path) -> str:
    found = [str(holder) for holder in holders(path) if holder.is_writing]
    return f"another program, {', '.join(found)}," if found else "another program"


def _remedy(path: Path, said: str) -> str:
    if "disk i/o error" in said and is_full(path):  # so it says where no room is left for what stands beside the file
        return _FULL
    if ("unable to open" in said or "readonly" in said) and (others := locked_out(path)):
        return f"{', '.join(others)} cannot be read and written by you; {SHARE}, so that they are writable for you"
    return next((text for sign, text in _REMEDIES if sign in said), "run `worlddesk doctor`")


def is_full(path: Path) -> bool:
    """Whether no space is left beside a file."""
    with suppress(OSError):
        return shutil.disk_usage(path.parent).free < _FULL_BYTES
    return False


def locked_out(path: Path) -> list[str]:
    """Of the file, what SQLite and a run lay beside it, and the folder: what we may not read and write, with its owner.

    Whoever opens a database first makes the files beside it.
    """
    sides = [Path(f"{path}{ending}") for ending in ("", "-wal", "-shm", ".lock")]
    wanted = [side for side in (*sides, path.parent) if side.exists()]
    return [_owned(side) for side in wanted if not os.access(side, os.R_OK | os.W_OK)]


def _owned(path: Path) -> str:
    try:
        return f"{path} (of {path.owner()})"
    except (KeyError, OSError):  # a number without a name
        return str(path)


def check_file(path: Path, *, read_only: bool = False) -> None:
    """Refuse a folder, a file of another kind, and (to read) one that is not there; make the folder to write.

    Raises DatabaseError, or the system's OSError. Opens no database, so that nothing is laid beside a foreign one.
    """
    if path.is_dir():
        raise DatabaseError(f"{path} is a folder; name a file in it with --db")
    if path.exists():
        if not path.is_file():
            raise DatabaseError(f"{path} is a device or a pipe and no file; choose another with --db")
        _check_header(path)
    elif path.is_symlink():
        raise DatabaseError(
            f"{path} is a link to {path.readlink()}, which is not there; is its disk mounted? "
            "Mend or remove the link, or choose another with --db"
        )
    elif read_only:
        raise DatabaseError(
            f"{path}: there is no database yet; run `worlddesk crawl` first, or choose another with --db"
        )
    else:
        path.parent.mkdir(parents=True, exist_ok=True)


def _check_header(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(_APPLICATION_ID.stop)
    if start and not start.startswith(_MAGIC):
        raise DatabaseError(f"{path} is not an SQLite database; it is left as it is, choose another with --db")
    if int.from_bytes(start[_APPLICATION_ID]) not in (0, APPLICATION_ID):
        raise _foreign(path)


def _foreign(path: Path) -> DatabaseError:
    return DatabaseError(f"{path} belongs to another program; it is left as it is, choose another with --db")


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
    else:
        path.touch(0o666)  # less the umask, so that a group can share it: SQLite itself makes files of mode 0644
    db = connect(path, "rw")
    try:
        _log_ahead(db, path)
        if not is_current(db):
            with transaction(db):
                migrate(db)
    except BaseException:
        db.close()
        raise
    return db


def _log_ahead(db: Database, path: Path) -> None:
    if db.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
        raise DatabaseError(f"{path}: {LOCAL}")
    db.execute(f"PRAGMA journal_size_limit = {_LONGEST_WAL}")


def connect(path: Path, mode: str) -> Database:
    """A connection as all of ours are; `mode` is SQLite's: ro or rw. Checks nothing, makes no table."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=1.0,  # seconds for one try; `transaction` makes several
        isolation_level=None,  # autocommit: transactions begin where `transaction` says and nowhere else
        check_same_thread=False,  # opened by the main thread, used by the writer's
    )
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")  # what is acknowledged outlives a power cut; builds differ
    db = Database(connection)
    interrupt.watch(db)
    return db


def _check_ours(db: Database, path: Path, *, may_be_empty: bool) -> None:
    """Refuse a database of another program and one that a newer version made."""
    application_id = db.execute("PRAGMA application_id").fetchone()[0]
    is_empty = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if application_id != APPLICATION_ID and not (application_id == 0 and is_empty):
        raise _foreign(path)
    if is_empty and not may_be_empty:
        raise DatabaseError(f"{path} is empty; run `worlddesk crawl` first")
    if unknown := newer_migrations(db):
        raise DatabaseError(
            f"{path} was made by a newer worlddesk (it knows {', '.join(unknown)}); "
            "upgrade worlddesk, or choose another with --db"
        )
