"""What listings announce, written: its places and dates, a ledger row for every address, the listing's own row."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from crawler import articles, pace, schedule, sections_of, takedown, visits
from crawler.articles import instant
from crawler.database import transaction
from crawler.items import LONGEST_HEADLINE, Exchange, Link
from crawler.ledger import (
    NO_VALIDATORS,
    WRONG_ANSWERS,
    DueUrl,
    in_short,
    is_storable,
    note_fetch,
    validators,
)
from crawler.listings import no_articles
from crawler.normalise import harmless, words
from crawler.rows import insert, one, update
from crawler.sections_of import scope_of
from crawler.urls import canonical
from crawler.workers import quarantine

_WELL = ("listed", "not_modified")
_WAITING = frozenset({"new", "failing", "blocked"})
MOST_WAITING = 20_000
"""Addresses of one source that wait to be fetched for the first time; no paper prints so much in a week. Beyond, a
reading adds no more than a run may ask for: a site with other addresses at each request never fills the disk."""
NEW_PER_DAY = 5_000
"""Addresses that the listings of one source may bring into the ledger in 24 hours; the largest agencies print half."""
KEPT_FOR_LISTING = 300
"""Of one listing, so many within a day whatever others of its source bring; of one that floods, no more."""
SKIPPED_PER_DAY = 1_000
"""Addresses of one source, beside those, that get a row in 24 hours only to say that they are not fetched."""
ENOUGH_READ = 200
"""Addresses that must have been read before a listing is said to flood."""
FEW_ARTICLES = 0.02
"""Share of them that are articles where a listing floods."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What the ledger says of an address that is announced."""

    url_id: int
    source_id: str
    state: str
    article_id: int | None = None
    failures_in_row: int = 0
    next_fetch_at: str | None = None
    last_fetched_at: str | None = None
    is_archived: bool = False
    """An archive brought it up: it waits for `history`."""
    is_left_behind: bool = False
    """Its source is no longer crawled."""
    title: str | None = None
    title_kind: str | None = None
    """Kind of the listing that gave the title; None where that was not noted."""
    is_listed_here: bool = False
    """This listing announced it before."""


def announce(db: Database, run_id: int, exchange: Exchange, refused: Mapping[str, str]) -> list[DueUrl]:
    """Store a listing's answer: its row, its validators, and a ledger row for every address it announces.

    `refused` gives for some of the announced addresses the reason why they are not fetched. Returns the
    addresses to fetch now, in the order of the listing: those that were not known before, and the known ones
    that this announcement makes due.
    """
    with transaction(db):
        listing = one(db, "SELECT * FROM listings WHERE url = ?", [exchange.url])
        if listing is None:
            raise ValueError(f"{exchange.url} is no listing of {exchange.source_id}: sync_sources comes first")
        exchange = in_short(_without_false_304(exchange, listing))
        if exchange.outcome in _WELL:
            _credit_top_five(db, listing, exchange.fetched_at)
        due, fresh, held = _note_links(db, exchange, listing, refused)
        if exchange.shown:
            visits.note(db, listing["listing_id"], exchange.shown, exchange.links, exchange.fetched_at)
        values = _listing_values(exchange, listing, is_new=bool(due))
        if exchange.outcome in _WELL:
            values |= pace.after_answer(db, run_id, exchange, listing, fresh=fresh, held=held)
        else:
            values |= pace.after_failure(exchange, listing)
        update(db, "listings", "listing_id", listing["listing_id"], values)
        link_count = len(exchange.links) if exchange.outcome == "listed" else None
        verdict = (exchange.outcome, exchange.reason)
        note_fetch(db, run_id, exchange, verdict, listing_id=listing["listing_id"], link_count=link_count)
        quarantine.note(db, exchange)
    return due


def _without_false_304(exchange: Exchange, listing: dict[str, Any]) -> Exchange:
    """The exchange; an error where it is a 304 that nothing was asked for."""
    if exchange.outcome != "not_modified":
        return exchange
    if not (listing["etag"] or listing["last_modified"]):
        return replace(exchange, outcome="error", reason="304 for a listing that was never read")
    if exchange.is_plain:
        return replace(exchange, outcome="error", reason="304 for a request without validators")
    return exchange


def _note_links(
    db: Database, exchange: Exchange, listing: dict[str, Any], refused: Mapping[str, str]
) -> tuple[list[DueUrl], int, int]:
    """(addresses to fetch, articles that were not on this listing before, articles that it announces)."""
    links: dict[str, Link] = {}
    for link in exchange.links:
        if is_storable(link.url):
            links.setdefault(canonical(link.url), link)
    listing_id: int = listing["listing_id"]
    ledger, unwanted = _known(db, listing_id, list(links)), no_articles(db, exchange.source_id, links)
    for url, why in takedown.among(db, links).items():
        unwanted[url], links[url] = why, replace(links[url], title=None, categories=[])
    due, places, titles, dates, arrived = [], [], [], [], []
    fresh = held = 0
    not_wanted = {url for url, link in links.items() if link.url in refused or url in unwanted}
    for url, link in _with_room(db, exchange, listing, links, (ledger, not_wanted)).items():
        reason = unwanted.get(url) or refused.get(link.url)
        title, said = (
            harmless(link.title or "", LONGEST_HEADLINE) or None,
            instant(link.published, exchange.fetched_at),
        )
        waiting = _waiting(exchange, listing_id, url, link.url, title)
        known = ledger.get(url) or _add(db, url, waiting, reason)
        places.append((listing_id, known.url_id, *_place(link, title, said, exchange.fetched_at)))
        if (at := _date_of_article(link, listing["kind"], said)) is not None:
            dates.append((at, known.url_id))
        if url in ledger and _says_better(title, listing["kind"], known):
            titles.append((title, listing_id, known.url_id))
        if known.article_id is not None and not known.is_listed_here and known.source_id == exchange.source_id:
            arrived.append(known.article_id)
        if reason is not None:
            continue
        held += 1
        fresh += not known.is_listed_here
        if state := _reopened(db, known, waiting, link, listing) if url in ledger else known.state:
            due.append(DueUrl(known.url_id, exchange.source_id, link.url, None, None, state))
    db.conn.executemany(_PLACE, places)
    db.conn.executemany("UPDATE urls SET announced_title = ?, title_listing_id = ? WHERE url_id = ?", titles)
    articles.announce_dates(db, dates)
    sections_of.note_announced(db, exchange.source_id, arrived)
    return due, fresh, held


def _with_room(
    db: Database, exchange: Exchange, listing: dict[str, Any], links: dict[str, Link], taken: tuple[Container[str], ...]
) -> dict[str, Link]:
    """The links that the ledger has or has room for, in their order; the exchange says how many are left out.

    `taken` is (addresses that the ledger has, addresses that are not to be fetched).
    """
    ledger, unwanted = taken
    unknown = sorted((url for url in links if url not in ledger), key=lambda url: -(links[url].score or 0))
    if not unknown:
        return links
    added = Added.since_yesterday(db, exchange.source_id, listing["listing_id"], exchange.fetched_at)
    wanted, refused = [url for url in unknown if url not in unwanted], [url for url in unknown if url in unwanted]
    room, why = _room(db, exchange, listing, len(wanted), added)
    left_out = {*wanted[room:], *refused[max(SKIPPED_PER_DAY - added.skipped, 0) :]}
    if len(wanted) <= room:
        why = f"more than {SKIPPED_PER_DAY:,} of a day are not wanted"
    if left_out:
        told = f"{len(left_out):,} links not taken: {why}"
        exchange.reason = f"{exchange.reason}; {told}" if exchange.reason else told
    return {url: link for url, link in links.items() if url not in left_out}


@dataclass(frozen=True, slots=True)
class Added:
    """Addresses that came into the ledger within a day."""

    of_source: int
    of_listing: int
    skipped: int
    """Of the source's, those that were never to be fetched."""

    @classmethod
    def since_yesterday(cls, db: Database, source_id: str, listing_id: int, now: str) -> Added:
        """Count them; those of archives are `history`'s."""
        row = db.execute(
            "SELECT count(*), coalesce(sum(listing_id IS ?), 0), "
            "coalesce(sum(state = 'skipped' AND last_fetched_at IS NULL), 0) FROM urls INDEXED BY urls_by_source_seen "
            "WHERE source_id = ? AND first_seen_at > ? AND archive_id IS NULL",
            [listing_id, source_id, schedule.hours_before(now, 24)],
        ).fetchone()
        return cls(*row)


def _room(db: Database, exchange: Exchange, listing: dict[str, Any], wanted: int, added: Added) -> tuple[int, str]:
    """How many addresses a reading may add that the ledger does not have, and why no more, for people."""
    room = max(NEW_PER_DAY - added.of_source + added.skipped, KEPT_FOR_LISTING - added.of_listing, 0)
    if wanted > room or added.of_listing + wanted > KEPT_FOR_LISTING:
        flood = _flood(db, exchange.source_id, listing["listing_id"], exchange.fetched_at)
        if flood is not None:
            return max(KEPT_FOR_LISTING - added.of_listing, 0), flood
        if wanted > room:
            return room, f"more than {NEW_PER_DAY:,} came within a day"
    waiting = "SELECT count(*) FROM urls WHERE source_id = ? AND state = 'new'"
    if db.execute(waiting, [exchange.source_id]).fetchone()[0] + wanted <= MOST_WAITING:  # counted in an index alone
        return wanted, ""
    (count,) = db.execute(f"{waiting} AND archive_id IS NULL", [exchange.source_id]).fetchone()
    return max(MOST_WAITING - int(count), schedule.ARTICLES_PER_RUN), f"more than {MOST_WAITING:,} wait already"


def _flood(db: Database, source_id: str, listing_id: int, now: str) -> str | None:
    """For people: that hardly any of the addresses that a listing announced in a week was an article; else None."""
    read, articles_read = db.execute(
        "SELECT count(*), coalesce(sum(state = 'article'), 0) FROM urls INDEXED BY urls_by_source_seen "
        "WHERE source_id = ? AND first_seen_at > ? AND listing_id = ? AND fetch_count > 0 "
        "AND state IN ('article', 'duplicate', 'not_article', 'gone')",  # what is blocked may yet be anything
        [source_id, schedule.hours_before(now, 7 * 24), listing_id],
    ).fetchone()
    if read < ENOUGH_READ or articles_read > read * FEW_ARTICLES:
        return None
    return f"of {read:,} that it announced in a week and that were read, {articles_read:,} were articles"


_PLACE = """
INSERT INTO listing_links (listing_id, url_id, first_seen_at, last_seen_at, first_rank, best_rank, rank,
                           title, published, categories_json, score)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET last_seen_at = excluded.last_seen_at, rank = excluded.rank,
  best_rank = min(coalesce(best_rank, excluded.rank), coalesce(excluded.rank, best_rank)),
  title = coalesce(excluded.title, title), published = coalesce(excluded.published, published),
  categories_json = coalesce(excluded.categories_json, categories_json), score = coalesce(excluded.score, score)
"""
LATEST = 2.0
"""Hours by which a reading may come later than planned and count whole: in an outage nobody knows what stood there."""


def _credit_top_five(db: Database, listing: dict[str, Any], now: str) -> None:
    """Give the time since the last reading to what stood at the top then; a 304 says that it still does."""
    if listing["last_ok_at"] is None:
        return
    hours = min(schedule.hours_between(listing["last_ok_at"], now), _planned_hours(listing) + LATEST)
    db.execute(
        "UPDATE listing_links INDEXED BY listing_links_top SET top_five_seconds = top_five_seconds + ? "
        "WHERE listing_id = ? AND last_seen_at = ? AND rank <= 5",
        [max(round(hours * 3600), 0), listing["listing_id"], listing["last_listed_at"]],
    )


def _planned_hours(listing: dict[str, Any]) -> float:
    """From the last reading to the one that was planned; what waits after a failure was not planned."""
    if listing["next_check_at"] is None or listing["failures_in_row"] > 0:
        return 0.0
    return max(schedule.hours_between(listing["last_ok_at"], listing["next_check_at"]), 0.0)


Said = tuple[str | None, str | None]
"""Instant that a listing gives, and its precision, as `articles.instant` reads them."""


def _place(link: Link, title: str | None, said: Said, now: str) -> tuple[Any, ...]:
    """Columns of `listing_links` behind its key, in the order of _PLACE."""
    rank, (published, precision) = link.rank or None, said
    if published is not None and precision == "day":
        published = published[:10]
    categories = json.dumps(link.categories, ensure_ascii=False) if link.categories else None
    return now, now, rank, rank, rank, title, published, categories, link.score


def _says_better(title: str | None, kind: str, known: _Known) -> bool:
    """Whether a title is to replace the one that the ledger has of an address.

    A whole headline is better than a teaser, and what a feed or sitemap gives in a field of its own better than
    what stands on a section page, where kickers and labels run into it. Among equals the first one stays: it is
    often the first headline.
    """
    if title is None or title == known.title:
        return False
    if known.title is None:
        return True
    return _worth(title, kind) > _worth(known.title, known.title_kind)


def _worth(title: str, kind: str | None) -> tuple[bool, bool]:
    is_cut = title.endswith(("…", "...", "[…]"))
    is_whole = not is_cut and len(title) <= _LONGEST_HEADLINE and len(words(title)) >= _FEWEST_WORDS
    return is_whole, kind in ("feed", "news-sitemap")


_LONGEST_HEADLINE = 200  # characters; what is longer is a teaser
_FEWEST_WORDS = 3  # what is shorter is a label: 'Live', 'Read more'


def _date_of_article(link: Link, kind: str, said: Said) -> str | None:
    """Instant at which the listing says that the article appeared; None where it gives a day, a change, nothing."""
    if kind == "section" or link.is_change:  # a section page shows dates for people, of anything on the card
        return None
    at, precision = said
    return at if precision != "day" else None


def _known(db: Database, listing_id: int, urls: list[str]) -> dict[str, _Known]:
    """Those of the addresses that the ledger has; one query for a whole listing."""
    rows = db.execute(
        "SELECT u.url, u.url_id, u.source_id, state, article_id, u.failures_in_row, next_fetch_at, last_fetched_at, "
        "archive_id IS NOT NULL, NOT s.is_enabled, announced_title, t.kind, k.url_id IS NOT NULL "
        "FROM urls u JOIN sources s USING (source_id) LEFT JOIN listings t ON t.listing_id = u.title_listing_id "
        "LEFT JOIN listing_links k ON k.listing_id = ? AND k.url_id = u.url_id "
        "WHERE u.url IN (SELECT value FROM json_each(?))",
        [listing_id, json.dumps(urls)],
    )
    return {url: _Known(*row) for url, *row in rows}


def _waiting(exchange: Exchange, listing_id: int, url: str, asked: str, title: str | None) -> dict[str, Any]:
    """The ledger row of an address that is to be fetched because a listing announces it."""
    return {
        "asked_url": asked if asked != url else None,
        "source_id": exchange.source_id,
        "listing_id": listing_id,
        "state": "new",
        "reason": f"announced by {exchange.url}, not fetched yet",
        "announced_title": title,
        "title_listing_id": listing_id if title else None,
        "first_seen_at": exchange.fetched_at,
        "next_fetch_at": exchange.fetched_at,
    }


def _add(db: Database, url: str, waiting: dict[str, Any], refused: str | None) -> _Known:
    """A ledger row for an address that nobody announced before."""
    denied = {"state": "skipped", "reason": refused, "next_fetch_at": None} if refused else {}
    values = {"url": url, **waiting, **denied}
    return _Known(insert(db, "urls", values), values["source_id"], values["state"])


def _reopened(db: Database, known: _Known, waiting: dict[str, Any], link: Link, listing: dict[str, Any]) -> str | None:
    """Make a known address due where this announcement gives a reason to; its state then, else None.

    What was only ever refused belongs to whoever lets it in; what was read and lies outside the scope is only let in
    by who knows better than its breadcrumb. What an archive brought up and a listing shows now is news, and no longer
    left to `history`. What belongs to a source that is no longer crawled goes to the one that announces it now: its
    file was renamed, or two papers became one.
    """
    is_refused = known.state == "skipped" and known.failures_in_row == 0
    is_left_behind = known.is_left_behind and known.source_id != waiting["source_id"]
    is_back = known.state == "gone" and schedule.may_be_back(known.last_fetched_at, waiting["first_seen_at"])
    if is_refused and known.last_fetched_at is not None and not listing["section"]:
        is_refused = scope_of(db, waiting["source_id"]).admits(link.url, link.categories)
    is_news_now = known.is_archived and known.state in _WAITING
    if is_refused or is_news_now:
        update(db, "urls", "url_id", known.url_id, waiting | {"archive_id": None, "archived_day": None})
        return "new"
    if is_left_behind:
        articles.hand_over(db, known.article_id, known.source_id, waiting["source_id"])
        update(
            db,
            "urls",
            "url_id",
            known.url_id,
            {name: waiting[name] for name in ("asked_url", "source_id", "listing_id")},
        )
    if (is_left_behind and known.state in _WAITING) or (is_back and known.next_fetch_at is None):
        update(db, "urls", "url_id", known.url_id, {"next_fetch_at": waiting["next_fetch_at"]})
        return known.state
    return None


def _listing_values(exchange: Exchange, listing: dict[str, Any], *, is_new: bool) -> dict[str, Any]:
    """Validators are only kept of an answer that was read: 304 must never hide what we failed to read."""
    values: dict[str, Any] = {"last_checked_at": exchange.fetched_at, "status_code": exchange.status_code}
    if exchange.outcome in _WELL:
        values |= {"last_ok_at": exchange.fetched_at, "failures_in_row": 0, "reason": None}
    else:
        values |= {"failures_in_row": listing["failures_in_row"] + 1, "reason": exchange.reason or exchange.outcome}
    if exchange.outcome == "listed":
        values |= validators(exchange) | {"last_listed_at": exchange.fetched_at}
    elif exchange.outcome in WRONG_ANSWERS:
        values |= NO_VALIDATORS
    if is_new:
        values["last_new_at"] = exchange.fetched_at
    return values
