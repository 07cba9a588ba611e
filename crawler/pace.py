"""The rhythm of each listing in the database: what rhythm.py learns from an answer, and when the listing is due again.

Called inside the transaction that stores the answer: a listing is never asked later for links that were not stored.
"""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from crawler import rhythm, schedule
from crawler.items import Exchange

Row = dict[str, Any]
PLAIN_AFTER = 24.0
"""Hours without its content, after which a listing is asked without validators, to see whether its 304 is true."""
IMPROBABLE = 4.6
"""So many links were to be expected while a listing answered 304: that none came has a probability below 1 %."""
DISTRUST_HOURS = 30 * 24
"""After that a listing whose 304 hid something is believed again, until it is found out again."""
WISH_CAP = 0.5
"""Hours; a publisher's wish for fewer requests counts up to the pace that we begin with."""
_LATEST = 5 / 60  # hours that a run may take to come to a listing without moving its rhythm


def is_plain(db: Database, listing: Row, now: str) -> bool:
    """Whether the validators of a listing are kept back at its next request."""
    if not (listing["etag"] or listing["last_modified"]):
        return False
    at, distrusted, read = rhythm.instant(now), listing["distrusted_at"], listing["last_listed_at"]
    if distrusted is not None and at - rhythm.instant(distrusted) < DISTRUST_HOURS:
        return True
    if read is None or at - rhythm.instant(read) >= PLAIN_AFTER:
        return True
    return _has_304s(listing) and _awaited(db, listing, now) > IMPROBABLE


def _has_304s(listing: Row) -> bool:
    """Whether the last good answer was a 304."""
    return listing["last_listed_at"] is not None and listing["last_ok_at"] > listing["last_listed_at"]


def _awaited(db: Database, listing: Row, now: str) -> float:
    """Links to be expected since the content came last."""
    at = rhythm.instant(now)
    by_hour = rhythm.rates(_profile(db, listing, at))
    return rhythm.expected(by_hour, max(rhythm.instant(listing["last_listed_at"]), at - rhythm.WEEK), at)


def after_failure(exchange: Exchange, listing: Row) -> Row:
    """Columns of a listing that could not be read. A page of it that failed moves nothing: the listing answered."""
    if exchange.is_part:
        return {}
    again = schedule.another_try(listing["failures_in_row"] + 1, exchange.fetched_at, exchange.retry_at)
    return {"next_check_at": again}


def after_answer(db: Database, run_id: int, exchange: Exchange, listing: Row, *, fresh: int, held: int) -> Row:
    """Columns of a listing that was read, or answered 304; its hours of the week are written here.

    `fresh`: articles that were not on it before, `held`: all that it announces, of this answer.
    """
    is_read, is_stale = exchange.outcome == "listed", _is_stale(db, exchange, listing, fresh)
    at = rhythm.instant(exchange.fetched_at)
    if not is_read:
        held = listing["held_links"] or 0
    elif exchange.is_part:
        held += listing["held_links"] or 0
    profile = _profile(db, listing, at)
    since = listing["last_listed_at"] if is_stale else exchange.since if exchange.is_part else listing["last_ok_at"]
    if since is not None:
        counted = exchange.is_part or is_stale  # the hours were, with the first page, with the 304s
        reading = rhythm.Reading(rhythm.instant(since), at, fresh, held, counted)
        _keep(db, listing["listing_id"], profile, rhythm.learn(profile, reading), exchange.fetched_at)
    by_hour = rhythm.rates(profile)
    values: Row = {
        "daily_links": round(sum(by_hour) / 7, 3) if since is not None else None,
        "surge_links": round(profile.surge_links, 4),
        "surge_expected": round(profile.surge_expected, 4),
    }
    if is_read:
        wished = listing["wished_seconds"] if exchange.is_part else exchange.fresh_seconds
        values |= {"held_links": held, "wished_seconds": wished}
    wait = _wait(by_hour, profile, at, listing | values, is_first=since is None)
    begun = rhythm.text(_begun(db, run_id, at) + rhythm.scattered(wait, exchange.source_id, at))
    return values | {"next_check_at": begun, "distrusted_at": _distrusted(exchange, listing, is_stale=is_stale)}


def _wait(by_hour: list[float], profile: rhythm.Profile, at: float, listing: Row, *, is_first: bool) -> float:
    """Hours to the next reading, not less than the publisher wishes where no link scrolls out meanwhile."""
    held = listing["held_links"]
    wait = rhythm.FIRST if is_first else rhythm.wait(by_hour, profile.surge, at, held)
    wish = min((listing["wished_seconds"] or 0) / 3600, WISH_CAP)
    is_roomy = 2 * profile.surge * rhythm.expected(by_hour, at, at + wish) <= (held or 0)
    return max(wait, wish) if is_roomy else wait


def _begun(db: Database, run_id: int, at: float) -> float:
    """From when the wait counts: the start of the run, as cron counts, unless that was long before the answer."""
    (started_at,) = db.execute("SELECT started_at FROM runs WHERE run_id = ?", [run_id]).fetchone()
    return min(max(rhythm.instant(started_at), at - _LATEST), at)


def _is_stale(db: Database, exchange: Exchange, listing: Row, fresh: int) -> bool:
    """Whether this answer has what the 304s before it hid.

    Either it has new links and the validators of the answer before; or, asked without validators after a row of
    304s that was improbable, at least half of the links that were missed.
    """
    if exchange.outcome != "listed" or exchange.is_part or fresh == 0 or not _has_304s(listing):
        return False
    known = (listing["etag"], listing["last_modified"])
    if any(known) and known == (exchange.etag, exchange.last_modified):
        return True
    awaited = _awaited(db, listing, exchange.fetched_at)
    return exchange.is_plain and awaited > IMPROBABLE and 2 * fresh >= awaited


def _distrusted(exchange: Exchange, listing: Row, *, is_stale: bool) -> str | None:
    if is_stale:
        return exchange.fetched_at
    is_over = exchange.outcome == "not_modified"  # the month is over, and validators were sent again
    return None if is_over else listing["distrusted_at"]


def _profile(db: Database, listing: Row, at: float) -> rhythm.Profile:
    """What was learned of a listing, as it counts at an instant."""
    profile = rhythm.Profile(surge_links=listing["surge_links"], surge_expected=listing["surge_expected"])
    if listing["last_ok_at"] is not None:
        rhythm.fade(profile, at - rhythm.instant(listing["last_ok_at"]))
    rows = db.execute(
        "SELECT week_hour, new_links, watched_hours, counted_at FROM listing_hours WHERE listing_id = ?",
        [listing["listing_id"]],
    )
    for hour, links, hours, counted_at in rows:
        share = rhythm.kept(at - rhythm.instant(counted_at))
        profile.links[hour], profile.hours[hour] = links * share, hours * share
    return profile


def _keep(db: Database, listing_id: int, profile: rhythm.Profile, hours: list[int], at: str) -> None:
    db.conn.executemany(
        "INSERT OR REPLACE INTO listing_hours VALUES (?, ?, ?, ?, ?)",
        [(listing_id, hour, round(profile.links[hour], 4), round(profile.hours[hour], 4), at) for hour in set(hours)],
    )
