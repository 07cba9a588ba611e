"""Is the file whole? Its structure, as SQLite checks it, and its texts against the checksums kept beside them."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]

from crawler.database import DAMAGED, explained, file_of
from crawler.dedupe import Words, checksum_of
from crawler.errors import DatabaseError, PageError
from crawler.normalise import now
from crawler.pages import kept

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


@dataclass(slots=True)
class Verified:
    """What came of comparing what is stored with its checksums."""

    text_count: int = 0
    unknown_count: int = 0
    """Texts written before there were checksums."""
    page_count: int = 0
    changed: list[str] = field(default_factory=list)
    """Addresses of articles whose words are not as they were written."""
    spoiled: list[str] = field(default_factory=list)
    """Addresses of articles whose kept page cannot be unpacked."""


def verify(db: Database, sample: int | None = None) -> Verified:
    """Compare texts, and the copies of headline and standfirst, with what was written; kept pages with their own sums.

    `sample`: only so many articles in a row, somewhere; None = all.
    """
    found = Verified()
    first = 0
    if sample is not None:
        highest = db.execute("SELECT max(article_id) FROM article_texts").fetchone()[0] or 0
        first = random.randint(0, max(highest - sample, 0))  # noqa: S311
    rows = db.execute(
        "SELECT t.article_id, a.url, a.headline, a.standfirst, p.article_id IS NOT NULL, t.checksum, "
        "t.headline, t.standfirst, t.body_text FROM article_texts t JOIN articles a USING (article_id) "
        "LEFT JOIN pages p USING (article_id) WHERE t.article_id > ? ORDER BY t.article_id LIMIT ?",
        [first, -1 if sample is None else sample],
    )
    for article_id, url, headline, standfirst, has_page, checksum, *said in rows:
        found.text_count += 1
        found.unknown_count += checksum is None
        is_as_written = checksum is None or checksum == checksum_of(Words(*said))
        if not is_as_written or [headline, standfirst] != said[:2]:
            found.changed.append(url)
        if has_page:
            _verify_page(db, article_id, url, found)
    return found


def _verify_page(db: Database, article_id: int, url: str, found: Verified) -> None:
    found.page_count += 1
    try:
        kept(db, article_id)
    except PageError:
        found.spoiled.append(url)
