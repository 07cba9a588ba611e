"""Is the file whole? Its structure, as SQLite checks it, and its texts against the checksums kept beside them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]

from crawler.database import DAMAGED, explained, file_of
from crawler.errors import DatabaseError
from crawler.normalise import now

LONGEST_CHECK = 60.0
"""Seconds that a crawl gives to the daily look; a file of 500 MB takes 0.7."""
_STEPS = 100_000
"""Of SQLite's machine between two looks at the clock: some milliseconds."""


def check_daily(db: Database) -> None:
    """Look through the file before the first run of a day (UTC) writes to it.

    A crawl would not notice damage where it does not happen to read, and would write on. Raises DatabaseError.
    """
    try:
        if db.execute("SELECT 1 FROM runs WHERE started_at >= ? LIMIT 1", [now()[:10]]).fetchone() is not None:
            return
        with limited(db, LONGEST_CHECK):
            found = damage(db)
    except sqlite3.DatabaseError as error:
        raise explained(file_of(db), error) from error
    if found:
        raise DatabaseError(f"{file_of(db)}: {'; '.join(found)}: {DAMAGED}")


def damage(db: Database, *, most: int = 5, whole: bool = False) -> list[str]:
    """What SQLite finds wrong with the file, in its words, `most` lines; [] when nothing.

    `whole`: that each index fits its table, too. Raises nothing for damage, however bad; what stops the look
    (see `limited`) ends it with what was found.
    """
    found: list[str] = []
    try:
        for (line,) in db.execute(f"PRAGMA {'integrity' if whole else 'quick'}_check({most})"):
            found.append(line)
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
    except sqlite3.DatabaseError as error:
        found.append(str(error))
    return [] if found == ["ok"] else found


@contextmanager
def limited(db: Database, seconds: float) -> Iterator[None]:
    """SQLite gives up ("interrupted") after so long."""
    last = time.monotonic() + seconds
    db.conn.set_progress_handler(lambda: time.monotonic() > last, _STEPS)
    try:
        yield
    finally:
        db.conn.set_progress_handler(None, 0)
