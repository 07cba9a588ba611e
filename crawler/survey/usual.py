"""What the database knows of a source's listings: how much they usually announce, and who asked for rest."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from crawler.database import open_untouched
from crawler.migrations import is_current
from crawler.store import resting


class Usual(NamedTuple):
    """What earlier runs left in the database."""

    link_counts: dict[str, int]
    """Address of a listing -> how many links it usually announces; missing where it was seldom read."""
    rests: dict[str, str]
    """Host -> UTC instant until which it asked for rest."""


def usual(database: Path) -> Usual:
    """Read it out of the database, which stays as it is; nothing where there is none yet.

    Raises DatabaseError where the file cannot be read.
    """
    if not database.exists():
        return Usual({}, {})
    with closing(open_untouched(database)) as db:
        if not is_current(db):  # of an older version: the next crawl brings it up to date
            return Usual({}, resting(db))
        counted = db.execute("SELECT url, usual_link_count FROM listings WHERE usual_link_count IS NOT NULL")
        return Usual(dict(counted.fetchall()), resting(db))
