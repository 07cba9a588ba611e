"""Sources and their listings in the database: written as the files say, and when they are due."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from crawler import pace, schedule
from crawler.catalogue import OUTSIDE, Source
from crawler.database import transaction
from crawler.discover.pager import is_page_of
from crawler.normalise import now
from crawler.urls import canonical, is_home, same_site


@dataclass(frozen=True, slots=True)
class DueListing:
    """A listing to ask for, with the validators of its last answer."""

    listing_id: int
    source_id: str
    url: str
    kind: str
    section: str | None
    etag: str | None
    last_modified: str | None
    is_plain: bool = False
    """It has validators, kept back this time: to see whether its 304 hides something."""
    last_ok_at: str | None = None
    """When it was last read."""


def sync_sources(db: Database, sources: Sequence[Source], *, complete: bool = False) -> None:
    """Write sources and their listings as the TOML files say.

    `complete`: these are all there are; others in the database are no longer crawled (their articles stay).
    """
    with transaction(db):
        for source in sources:
            _sync_source(db, source)
        if complete:
            db.execute(
                "UPDATE sources SET is_enabled = 0, disabled_reason = 'its TOML file is gone' "
                "WHERE source_id NOT IN (SELECT value FROM json_each(?))",
                [json.dumps([source.source_id for source in sources])],
            )


def _sync_source(db: Database, source: Source) -> None:
    values = {
        "source_id": source.source_id,
        "name": source.name,
        "country": source.country,
        "language": source.language,
        "media_type": source.media_type,
        "homepage_url": source.home,
        "timezone": source.timezone,
        "is_enabled": int(source.disabled is None),
        "disabled_reason": source.disabled,
        "rights": source.rights,
        "scope_json": _scope_json(source),
        "expected_links": source.expect.links,
        "expected_body_share": source.expect.body,
        "expected_silence_hours": source.expect.silent_after_hours,
        "added_at": now(),
    }
    _forget_refusals(db, source.source_id, _scope_json(source))
    kept = [name for name in values if name not in ("source_id", "added_at")]
    db.execute(
        f"INSERT INTO sources ({', '.join(values)}) VALUES ({', '.join('?' * len(values))}) "  # noqa: S608
        f"ON CONFLICT (source_id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in kept)}",
        list(values.values()),
    )
    db.execute("UPDATE listings SET is_enabled = 0 WHERE source_id = ?", [source.source_id])
    for listing in source.listings:
        db.execute(
            "INSERT INTO listings (source_id, url, kind, section, evidence) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (url) DO UPDATE SET source_id = excluded.source_id, kind = excluded.kind, "
            "section = excluded.section, evidence = excluded.evidence, is_enabled = 1",
            [source.source_id, listing.url, listing.kind, listing.section, listing.evidence],
        )


def _forget_refusals(db: Database, source_id: str, scope_json: str | None) -> None:
    """Where a source has another scope now, what its page had spoken against may be asked for once more."""
    db.execute(
        "UPDATE urls SET last_fetched_at = NULL WHERE source_id = ?1 AND state = 'skipped' AND reason LIKE ?3 "
        "AND EXISTS (SELECT 1 FROM sources WHERE source_id = ?1 AND scope_json IS NOT ?2)",
        [source_id, scope_json, f"{OUTSIDE}:%"],
    )


def _scope_json(source: Source) -> str | None:
    said = {name: values for name, values in asdict(source.scope).items() if values}
    return json.dumps(said, ensure_ascii=False) if said else None


def due_listings(db: Database, source_ids: Sequence[str], now: str, *, everything: bool = False) -> list[DueListing]:
    """Listings of these sources whose time has come, in the order of their files; `everything`: all of them."""
    rows = db.query(
        "SELECT * FROM listings WHERE is_enabled AND source_id IN (SELECT value FROM json_each(?)) "
        "AND (next_check_at IS NULL OR next_check_at <= ?) ORDER BY source_id, listing_id",
        [json.dumps(list(source_ids)), "9999" if everything else schedule.soon(now)],
    )
    return [_due(db, row, now) for row in list(rows)]


def _due(db: Database, row: dict[str, Any], now: str) -> DueListing:
    is_plain = pace.is_plain(db, row, now)
    kept_back = {"etag": None, "last_modified": None} if is_plain else {}
    names = ("listing_id", "source_id", "url", "kind", "section", "etag", "last_modified", "last_ok_at")
    return DueListing(**{name: row[name] for name in names} | kept_back, is_plain=is_plain)


_DUE = """
SELECT min(at) FROM (
  SELECT coalesce(next_check_at, '') AS at FROM listings
  WHERE is_enabled AND source_id IN (SELECT value FROM json_each(:ids)) AND coalesce(next_check_at, '') <= :listings
  UNION ALL
  SELECT next_fetch_at FROM urls
  WHERE next_fetch_at <= :articles AND (archive_id IS NULL OR state = 'article')
    AND source_id IN (SELECT value FROM json_each(:ids)))
"""


def next_due(db: Database, source_ids: Sequence[str]) -> str | None:
    """When the next listing or article of these sources is due; None where nothing ever is, '' = at once."""
    return _first_due(db, source_ids, "9999", "9999")


def is_due(db: Database, source_ids: Sequence[str], now: str) -> bool:
    """Whether a listing or an article of these sources is due."""
    return _first_due(db, source_ids, schedule.soon(now), now) is not None


def _first_due(db: Database, source_ids: Sequence[str], listings: str, articles: str) -> str | None:
    until = {"ids": json.dumps(list(source_ids)), "listings": listings, "articles": articles}
    (at,) = db.execute(_DUE, until).fetchone()
    return at if at is None else str(at)


def later_listings(db: Database, source_ids: Sequence[str], now: str) -> dict[str, str]:
    """Address of each listing of these sources whose time has not come -> when it does."""
    rows = db.execute(
        "SELECT url, next_check_at FROM listings "
        "WHERE is_enabled AND next_check_at > ? AND source_id IN (SELECT value FROM json_each(?))",
        [schedule.soon(now), json.dumps(list(source_ids))],
    )
    return dict(rows.fetchall())


def known_listings(db: Database, source_ids: Sequence[str]) -> set[tuple[str, str]]:
    """(source id, address) of the listings of these sources that are crawled."""
    rows = db.execute(
        "SELECT source_id, url FROM listings WHERE is_enabled AND source_id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(source_ids))],
    )
    return set(rows.fetchall())


def no_articles(db: Database, source_id: str, urls: Iterable[str]) -> dict[str, str]:
    """Address to reason, of those that are known to be no article before anybody asks for them."""
    listings = {_page_of(url) for (url,) in db.execute("SELECT url FROM listings WHERE is_enabled")}
    (home,) = db.execute("SELECT homepage_url FROM sources WHERE source_id = ?", [source_id]).fetchone()
    reasons = {}
    own = [
        url for (url,) in db.execute("SELECT url FROM listings WHERE source_id = ? AND kind = 'section'", [source_id])
    ]
    for url in urls:
        if url == _page_of(home) or (is_home(url) and same_site(url, home)):
            reasons[url] = "the home page"
        elif url in listings:
            reasons[url] = "a listing, not an article"
        elif any(is_page_of(url, listing) for listing in own):
            reasons[url] = "a further page of a listing, not an article"
    return reasons


_page_of = lru_cache(maxsize=8192)(canonical)  # every answer of a listing is compared with all listings
