"""What earlier visits to a section page showed, in the database: written with each visit, read before the next.

Eight bytes an address, articles or not, with the days on which it stood there. Bounded: MOST addresses a listing, and
none that was not seen for KEPT_DAYS. How it is used is in `crawler.discover.seen`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from sqlite_utils import Database

from crawler.discover.seen import Seen, fingerprint
from crawler.items import Link
from crawler.urls import canonical

KEPT_DAYS = 60
MOST = 5_000
"""Addresses of one listing; pages have some hundreds."""
_AGE_CLASSES = (0, 2, 7, 30)
"""Days up to which addresses count as of one age."""


def recall(db: Database, listing_id: int, today: str) -> Seen:
    """What is remembered of a listing; `today` is a UTC day or instant."""
    ages: dict[int, int] = {}
    verdicts: dict[int | None, set[int]] = {0: set(), 1: set(), None: set()}
    for address, first_seen_on, is_article in db.execute(
        "SELECT address_hash, first_seen_on, is_article FROM listing_memory WHERE listing_id = ?", [listing_id]
    ):
        ages[address] = _age_class(first_seen_on, today)
        verdicts[is_article].add(address)
    return Seen(ages, frozenset(verdicts[1]), frozenset(verdicts[0]))


def note(db: Database, listing_id: int, shown: Iterable[int], links: Iterable[Link], today: str) -> None:
    """Remember what a visit showed, and what by now became of the links that it announced; forget the oldest."""
    day = today[:10]
    db.conn.executemany(
        "INSERT INTO listing_memory (listing_id, address_hash, first_seen_on, last_seen_on) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET last_seen_on = excluded.last_seen_on, day_count = day_count + 1 "
        "WHERE last_seen_on < excluded.last_seen_on",
        [(listing_id, address, day, day) for address in shown],
    )
    db.conn.executemany(
        "UPDATE listing_memory SET is_article = ? WHERE listing_id = ? AND address_hash = ? AND is_article IS NOT ?",
        [(is_article, listing_id, address, is_article) for address, is_article in _verdicts(db, links)],
    )
    db.execute(
        "DELETE FROM listing_memory WHERE listing_id = ? AND last_seen_on < date(?, ?)",
        [listing_id, day, f"-{KEPT_DAYS} days"],
    )
    db.execute(
        "DELETE FROM listing_memory WHERE listing_id = ? AND address_hash IN (SELECT address_hash FROM listing_memory "
        "WHERE listing_id = ? ORDER BY last_seen_on DESC, first_seen_on LIMIT -1 OFFSET ?)",
        [listing_id, listing_id, MOST],
    )


def _verdicts(db: Database, links: Iterable[Link]) -> list[tuple[int, int]]:
    """Fingerprint, and 1 or 0, of the links of which the ledger knows whether they are articles."""
    rows = db.execute(
        "SELECT url, state = 'article' FROM urls WHERE state IN ('article', 'not_article') "
        "AND url IN (SELECT value FROM json_each(?))",
        [json.dumps([canonical(link.url) for link in links])],
    )
    return [(fingerprint(url), is_article) for url, is_article in rows]


def _age_class(first_seen_on: str, today: str) -> int:
    days = (date.fromisoformat(today[:10]) - date.fromisoformat(first_seen_on)).days
    return sum(days > limit for limit in _AGE_CLASSES)
