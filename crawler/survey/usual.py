"""What the database knows of a source's listings: how much they usually announce, and who asked for rest."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from statistics import median
from typing import NamedTuple

from crawler.database import open_untouched
from crawler.store import resting

_LOOKS = 30
"""Of one listing, the newest so many."""
_ENOUGH = 3
"""Looks, below which nothing is usual."""
_COUNTS = f"""
SELECT url, link_count FROM (
  SELECT l.url, f.link_count, row_number() OVER (PARTITION BY f.listing_id ORDER BY f.fetch_id DESC) AS place
  FROM fetches f JOIN listings l USING (listing_id) WHERE f.outcome = 'listed')
WHERE place <= {_LOOKS}
"""  # noqa: S608  # a number of ours


class Usual(NamedTuple):
    """What earlier runs left in the database."""

    link_counts: dict[str, float]
    """Address of a listing -> median of the links that it announced; missing where it was seldom read."""
    rests: dict[str, str]
    """Host -> UTC instant until which it asked for rest."""


def usual(database: Path) -> Usual:
    """Read it out of the database, which stays as it is; nothing where there is none yet.

    Raises DatabaseError where the file cannot be read.
    """
    if not database.exists():
        return Usual({}, {})
    counts: dict[str, list[int]] = {}
    with closing(open_untouched(database)) as db:
        for url, count in db.execute(_COUNTS):
            counts.setdefault(url, []).append(count)
        rests = resting(db)
    return Usual({url: median(seen) for url, seen in counts.items() if len(seen) >= _ENOUGH}, rests)
