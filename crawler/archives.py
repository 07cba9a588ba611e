"""The pages of archives in the database: found, read for which days, and what became of the links on them.

As with listings, a page and all that it brings are one transaction. A sitemap may hold the addresses of twenty
years: only those that are asked for get a row in the ledger, the others a count in the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlite_utils import Database

from crawler import takedown
from crawler.articles import instant
from crawler.database import transaction
from crawler.history import Place
from crawler.items import Exchange, Link
from crawler.ledger import DueUrl, in_short, is_storable, note_fetch
from crawler.listings import no_articles
from crawler.normalise import clean
from crawler.periods import Period
from crawler.rows import insert, one, update
from crawler.urls import canonical
from crawler.walk import ReadBefore
from crawler.workers import quarantine

_STATES = {
    "listed": "read",
    "gone": "gone",
    "robots": "blocked",
    "blocked": "blocked",
}
"""What becomes of an archive page by the outcome of its request; all else is failing and asked for again."""
_WAITING = "source_id = ? AND archive_id IS NOT NULL AND (archived_day IS NULL OR archived_day BETWEEN ? AND ?)"


Due = tuple[DueUrl, date | None]
"""An article to ask for, with the day that the archive gives it."""


@dataclass(slots=True)
class Found:
    """What one archive page brought."""

    kind: str
    """robots, index, sitemap or section."""
    taken: Sequence[tuple[Link, date | None]] = ()
    places: Sequence[Place] = ()
    total: int | None = None
    """Links or sitemaps on it; None where it was not read."""
    oldest: date | None = None
    """The earliest day among its links."""
    finished: Period | None = None
    """For which days it is read for good."""
    is_cut: bool = False
    """It has more than one page may bring."""


def read_days(db: Database, source_id: str) -> dict[str, ReadBefore]:
    """Address of each archive page of the source to what an earlier run read of it for good."""
    rows = db.execute(
        "SELECT url, read_from_day, read_to_day, oldest_day FROM archives "
        "WHERE source_id = ? AND read_from_day IS NOT NULL",
        [source_id],
    )
    return {
        url: ReadBefore(Period(date.fromisoformat(since), date.fromisoformat(until)), _day(oldest))
        for url, since, until, oldest in rows
    }


def known_places(db: Database, source_id: str) -> list[Place]:
    """The archive pages that earlier runs found, indexes and robots.txt left out."""
    rows = db.execute(
        "SELECT source_id, url, kind, named_by, covers_from_day, covers_to_day, changed_day FROM archives "
        "WHERE source_id = ? AND kind IN ('sitemap', 'section')",
        [source_id],
    )
    return [
        Place(source_id, url, kind, named_by, _period(since, until), _day(changed))
        for source_id, url, kind, named_by, since, until, changed in rows
    ]


def further_pages(db: Database, source_id: str) -> list[Place]:
    """The second and further pages of a section's archive that earlier runs found."""
    is_named_by_a_page = "EXISTS (SELECT 1 FROM archives p WHERE p.source_id = a.source_id AND p.url = a.named_by)"
    rows = db.execute(
        f"SELECT url FROM archives a WHERE source_id = ? AND kind = 'section' AND {is_named_by_a_page}",  # noqa: S608
        [source_id],
    )
    urls = {url for (url,) in rows}
    return [replace(place, depth=1) for place in known_places(db, source_id) if place.url in urls]


def waiting(db: Database, source_id: str, asked: Period, now: str, most: int) -> list[Due]:
    """Articles that archives brought up and that are not stored, due by `now`, the newest first."""
    rows = db.execute(
        "SELECT archived_day, url_id, source_id, coalesce(asked_url, url), NULL, NULL, state FROM urls "  # noqa: S608
        f"WHERE {_WAITING} AND state <> 'article' AND next_fetch_at <= ? "
        "ORDER BY archived_day DESC, state <> 'new', url_id LIMIT ?",
        [source_id, str(asked.since), str(asked.until), now, most],
    )
    return [(DueUrl(*row), _day(day)) for day, *row in rows]


def waiting_days(db: Database, source_id: str, asked: Period) -> dict[date | None, int]:
    """Day to the number of articles that were never asked for; None = those whose day is not known."""
    rows = db.execute(
        f"SELECT archived_day, count(*) FROM urls WHERE {_WAITING} AND state = 'new' GROUP BY archived_day",  # noqa: S608
        [source_id, str(asked.since), str(asked.until)],
    )
    return {_day(day): count for day, count in rows}


def announce(db: Database, run_id: int, exchange: Exchange, place: Place, found: Found) -> list[Due]:
    """Store the answer to an archive page with all that it brought; return the articles to ask for.

    These are the ones that nobody knew before. What the ledger knows already stays as it is.
    """
    exchange = in_short(exchange)
    with transaction(db):
        archive_id = _note_archive(db, exchange, place, found)
        for child in found.places:
            _note_place(db, child)
        due = _note_links(db, exchange, archive_id, found.taken)
        verdict, count = (exchange.outcome, exchange.reason), len(found.taken) if exchange.outcome == "listed" else None
        note_fetch(db, run_id, exchange, verdict, archive_id=archive_id, link_count=count)
        quarantine.note(db, exchange)
    return due


def note_robots(db: Database, place: Place, found: Found, status: int | None, at: str) -> None:
    """Store which sitemaps a robots.txt names; Politeness made the request, or remembers it."""
    reason = f"{len(found.places)} of {found.total} sitemaps needed"
    exchange = Exchange(place.source_id, place.url, "listed", at, reason=reason, status_code=status)
    with transaction(db):
        _note_archive(db, exchange, place, found)
        for child in found.places:
            _note_place(db, child)


def _note_archive(db: Database, exchange: Exchange, place: Place, found: Found) -> int:
    archive_id = _note_place(db, place)
    values: dict[str, Any] = {
        "kind": found.kind,
        "state": _STATES.get(exchange.outcome, "failing"),
        "reason": exchange.reason or exchange.outcome,
        "checked_at": exchange.fetched_at,
        "status_code": exchange.status_code,
    }
    if exchange.outcome == "listed":
        values |= {"link_count": found.total, "taken_count": len(found.taken) or len(found.places)}
        values |= {"oldest_day": str(found.oldest) if found.oldest else None}
    if exchange.outcome in ("listed", "gone") and found.finished is not None:
        values |= _with_known(db, archive_id, found.finished)
    update(db, "archives", "archive_id", archive_id, values)
    return archive_id


def _with_known(db: Database, archive_id: int, read: Period) -> dict[str, str]:
    """The days read for good, joined with those of earlier runs where they touch."""
    row = db.execute("SELECT read_from_day, read_to_day FROM archives WHERE archive_id = ?", [archive_id]).fetchone()
    known = _period(*row)
    read = (known.joined(read) if known is not None else None) or read
    return {"read_from_day": str(read.since), "read_to_day": str(read.until)}


def _note_place(db: Database, place: Place) -> int:
    """The row of an archive page; one that is known keeps what became of it."""
    covers = place.covers
    values = {
        "source_id": place.source_id,
        "url": place.url,
        "kind": place.kind,
        "named_by": place.named_by,
        "covers_from_day": str(covers.since) if covers else None,
        "covers_to_day": str(covers.until) if covers else None,
        "changed_day": str(place.changed) if place.changed else None,
        "state": "new",
        "reason": f"named by {place.named_by}, not asked for yet",
    }
    kept = ("named_by", "covers_from_day", "covers_to_day", "changed_day")
    ((archive_id,),) = db.execute(
        f"INSERT INTO archives ({', '.join(values)}) VALUES ({', '.join('?' * len(values))}) "  # noqa: S608
        f"ON CONFLICT (source_id, url) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in kept)} "
        "RETURNING archive_id",
        list(values.values()),
    ).fetchall()
    return int(archive_id)


def _note_links(
    db: Database, exchange: Exchange, archive_id: int, taken: Iterable[tuple[Link, date | None]]
) -> list[Due]:
    links = {canonical(link.url): (link, day) for link, day in taken if is_storable(link.url)}
    refused = no_articles(db, exchange.source_id, links) | takedown.among(db, links)
    known = _known(db, list(links))
    due = []
    for url, (link, day) in links.items():
        if url in refused or (url in known and not _is_open(known[url])):
            continue
        values = _row(exchange, archive_id, url, link, day)
        if url in known:
            url_id = int(known[url]["url_id"])
            update(db, "urls", "url_id", url_id, values)
        else:
            url_id = insert(db, "urls", {"url": url, **values})
        due.append((DueUrl(url_id, exchange.source_id, link.url, None, None, "new"), day))
    return due


def _known(db: Database, urls: list[str]) -> dict[str, dict[str, Any]]:
    rows = db.query(
        "SELECT url_id, url, state, last_fetched_at FROM urls WHERE url IN (SELECT value FROM json_each(?))",
        [json.dumps(urls)],
    )
    return {row["url"]: row for row in rows}


def _is_open(row: dict[str, Any]) -> bool:
    """Whether a known address was only ever refused, by a rule that now lets it in."""
    return bool(row["state"] == "skipped" and row["last_fetched_at"] is None)


def _row(exchange: Exchange, archive_id: int, url: str, link: Link, day: date | None) -> dict[str, Any]:
    at, precision = (None, None) if link.is_change else instant(link.published, exchange.fetched_at)
    return {
        "asked_url": link.url if link.url != url else None,
        "source_id": exchange.source_id,
        "archive_id": archive_id,
        "archived_day": str(day) if day else None,
        "state": "new",
        "reason": f"in the archive {exchange.url}, not fetched yet",
        "announced_title": clean(link.title or "") or None,
        "announced_at": at if precision != "day" else None,
        "first_seen_at": exchange.fetched_at,
        "next_fetch_at": exchange.fetched_at,
    }


def _period(since: str | None, until: str | None) -> Period | None:
    return Period(date.fromisoformat(since), date.fromisoformat(until)) if since and until else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def articles_a_day(db: Database, source_id: str) -> float | None:
    """How many articles of the source one day brings, by what archives and crawls brought; None = not known."""
    row = one(
        db,
        "SELECT count(*) AS n, count(DISTINCT published_on) AS days FROM (SELECT published_on FROM articles "
        "WHERE source_id = ? AND published_on IS NOT NULL ORDER BY published_on DESC LIMIT 2000)",
        [source_id],
    )
    return row["n"] / row["days"] if row is not None and row["days"] else None
