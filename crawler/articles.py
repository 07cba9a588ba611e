"""From a page that was read to its rows: which article it is, a first version, a revision or a copy.

Everything here runs inside the transaction of `crawler.store.record`. An article's row is only ever changed by
its own source: whatever a page claims, it finds and touches nothing of another's that is still crawled.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from crawler import __version__, pages, remember, samepage, sections_of, takedown, withdraw
from crawler.dedupe import (
    NEARLY_ALL,
    SOME,
    Words,
    alike,
    changed_fields,
    checksum_of,
    fingerprint_of,
    sentence_count,
    words_moved,
)
from crawler.items import ASIDE_KINDS, Article, Exchange
from crawler.memory import bare
from crawler.normalise import CLOCKS_BEGIN, cjk_spaced, utc, words
from crawler.rows import insert, one, update
from crawler.schedule import hours_before
from crawler.urls import canonical, is_presentation

WALL = 5
"""So many addresses that announced something else are not those of an article that stands at all of them."""
EXTRACTOR = f"worlddesk {__version__}"
_PERHAPS_CJK = re.compile("[\u3040-\u31ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]")
"""All that `cjk_spaced` sets apart, and little more: most texts need only this look."""
_DENIALS = ("robots_rules", "content_usage")
"""What holds as long as the page or the head of its answer says it."""
_CUT = 0.85
"""Share of an article's words; who has no more of them, and all from its beginning, was cut off."""
_FIRST_YEAR = "1990"  # what was published before the web is a slip, whatever two layers of a page may say
_HOURS_AHEAD = 36  # a date further ahead is wrong: clocks and zones explain no more than that


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a page turned out to be: `outcome` for `fetches`, `state` and `reason` for the ledger."""

    outcome: str
    state: str
    reason: str
    article_id: int | None = None
    is_kept: bool = True
    """The words of the article are those of this page."""
    withdrawn: tuple[int, ...] = ()
    """Numbers of other addresses that turned out to show one page with this one."""
    is_doubtful: bool = False
    """What stands there is not what was announced: another look may find that."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One page as it may be kept: the words, and what follows from them."""

    article: Article
    words: Words
    word_count: int | None
    """None where no words may be kept."""
    fingerprint: str | None
    note: str
    """What was read, for people."""
    is_reserved: bool
    """Metadata only may be kept."""
    is_complete: bool
    final: str
    """Canonical form of the address that answered."""
    claim: str
    """Canonical form of the address that the page claims; `final` where it claims none."""
    frame: str | None
    """Fingerprint of what the page would say at every address (`crawler.samepage.frame`)."""


def keep(db: Database, row: dict[str, Any], exchange: Exchange, article: Article) -> Verdict:
    """Store a page that was read; `row` is the ledger row of the address asked for."""
    reading = reading_of(db, exchange, article)
    reading = replace(reading, frame=samepage.frame(reading.words.headline, reading.words.text, row["announced_title"]))
    if (unwanted := _unwanted(db, row, reading, exchange.fetched_at)) is not None:
        return unwanted
    stored = _same_article(db, row, reading)
    if stored is not None and stored["source_id"] != row["source_id"]:
        owner: str = stored["source_id"]
        if _is_crawled(db, owner):
            return Verdict("duplicate", "duplicate", f"an article of {owner} stands there", stored["article_id"])
        hand_over(db, stored["article_id"], owner, row["source_id"])
    if (misplaced := _misplaced(db, row, stored, reading)) is not None:
        return misplaced
    if stored is not None:
        verdict = _known(db, row, stored, reading, exchange.fetched_at)
    elif (outside := _outside(db, row, article)) is not None:
        return Verdict("not_article", "skipped", outside)
    elif (twin := _twin(db, row["source_id"], reading.fingerprint)) is not None and _is_its_print(twin, reading):
        verdict = _look_again(db, _readdressed(db, twin, reading), reading, exchange.fetched_at)
    elif twin is not None:
        is_doubtful = reading.final == row["url"] and _breaks_its_promise(row, reading)
        reason = f"the same words as {twin['url']}"
        verdict = Verdict("duplicate", "duplicate", reason, twin["article_id"], is_doubtful=is_doubtful)
        return _one_page(db, row, reading, verdict, exchange.fetched_at) or verdict
    else:
        verdict = _first_look(db, row, reading, exchange.fetched_at)
    if one_page := _one_page(db, row, reading, verdict, exchange.fetched_at):
        return one_page
    _know_addresses(db, row, reading, verdict, exchange.fetched_at)
    _keep_page(db, exchange, reading, verdict)
    return verdict


def _unwanted(db: Database, row: dict[str, Any], reading: Reading, now: str) -> Verdict | None:
    """The verdict on what is known to be no article of ours: it was taken down, or stands at every address."""
    place, claims = (row["url"], row["source_id"]), (reading.final, reading.claim)
    if reason := takedown.stands_again(db, place, claims, reading.fingerprint, now):
        return Verdict("not_article", "skipped", reason)
    if reason := withdraw.known(db, row["source_id"], reading.frame, now):
        return _behind(row, reason)
    return None


def _outside(db: Database, row: dict[str, Any], article: Article) -> str | None:
    """Why a page that nobody read before lies outside its source's scope; None where it counts."""
    asked = row["asked_url"] or row["url"]
    return sections_of.outside(db, row["source_id"], row["url_id"], asked, article.breadcrumb)


def _behind(row: dict[str, Any], reason: str) -> Verdict:
    """The verdict on a page that stands in the place of another; what is stored stays as it is."""
    if row["state"] == "article" and row["article_id"] is not None:
        return Verdict("blocked", "article", reason, row["article_id"], is_kept=False)
    return Verdict("blocked", "blocked", reason)


def _misplaced(db: Database, row: dict[str, Any], stored: dict[str, Any] | None, reading: Reading) -> Verdict | None:
    """The verdict on a page that is not the one of this address; None where nothing speaks against it."""
    if stored is not None and _is_another_page(db, row, stored, reading):
        return _behind(row, "another page: neither headline nor words are those of the article that stood there")
    return _stray(db, row, reading)


def _is_another_page(db: Database, row: dict[str, Any], stored: dict[str, Any], reading: Reading) -> bool:
    """Whether a page has nothing of the article that was read there, nor of what was ever announced.

    Where one address has a new article each day, its listing says so.
    """
    headline, is_live = reading.words.headline, reading.article.kind == "liveblog"
    told = [row["announced_title"] or samepage.slug_words(row["url"]), *_titles_of(db, row["url_id"])]
    if is_live or headline is None or not any(told) or row["article_id"] != stored["article_id"]:
        return False
    if any(samepage.resemble(headline, title) for title in (stored["headline"], *told)):
        return False
    old = words_of(db, stored["article_id"])
    return bool(old.text and reading.words.text) and not alike(old, reading.words)


def _stray(db: Database, row: dict[str, Any], reading: Reading) -> Verdict | None:
    """The verdict on the page of another address of the source that an address answers with, as mixed-up caches do.

    Its headline is what was announced there, and not what was announced here. None for all others.
    """
    home = _home_of(db, row, reading) if _breaks_its_promise(row, reading) else None
    if home is None or home[0] == reading.final:  # who sends us to another article's address means it
        return None
    url, article_id = home
    if row["state"] == "article" or article_id in (None, row["article_id"]):
        return _behind(row, f"another page: that of {url}")
    reason = f"the page of {url} stands there"
    return Verdict("duplicate", "duplicate", reason, article_id, is_kept=False, is_doubtful=True)


def _home_of(db: Database, row: dict[str, Any], reading: Reading) -> tuple[str, int | None] | None:
    """(address, article) of the announced address to which a page belongs that broke the promise of this one.

    It names that address as its own; or one that waits was announced with this very headline.
    """
    there = one(
        db,
        "SELECT url, article_id, announced_title FROM urls WHERE source_id = ? AND url = ? AND url <> ? "
        "AND state IN ('new', 'article', 'failing', 'blocked', 'gone')",  # not what is refused or no article
        [row["source_id"], reading.claim, row["url"]],
    )
    if there is None or not samepage.resemble(reading.words.headline, there["announced_title"]):
        there = one(
            db,
            "SELECT url, article_id FROM urls WHERE source_id = ? AND state = 'new' AND announced_title = ? "
            "AND url <> ? AND archive_id IS NULL",
            [row["source_id"], reading.words.headline, row["url"]],
        )
    return None if there is None else (there["url"], there["article_id"])


def _breaks_its_promise(row: dict[str, Any], reading: Reading) -> bool:
    """Whether a headline is not the one that was announced for the address."""
    headline, promise = reading.words.headline, row["announced_title"]
    return bool(headline and promise) and not samepage.resemble(headline, promise)


def _titles_of(db: Database, url_id: int) -> list[str]:
    """Headlines under which listings show an address now."""
    rows = db.execute("SELECT title FROM listing_links WHERE url_id = ? AND title IS NOT NULL", [url_id])
    return [title for (title,) in rows]


def _known(db: Database, row: dict[str, Any], stored: dict[str, Any], reading: Reading, now: str) -> Verdict:
    """The verdict on another look at a stored article, at whichever of its addresses."""
    if _is_other_form(db, row, stored, reading):
        reason, is_doubtful = f"another form of {stored['url']}", _breaks_its_promise(row, reading)
        return Verdict("duplicate", "duplicate", reason, stored["article_id"], is_kept=False, is_doubtful=is_doubtful)
    is_first = stored["url"] == row["url"] == reading.final and row["fetch_count"] == 0
    return _look_again(db, stored, reading, now, is_first=is_first)


def _is_other_form(db: Database, row: dict[str, Any], stored: dict[str, Any], reading: Reading) -> bool:
    """Whether this is a print, AMP or mobile page, or the like, of an article that is read at another address as well.

    What it says otherwise is no correction: the two would take turns in making revisions. The article's own page
    counts, or while that was not read, the one that was first.
    """
    if stored["url"] in (row["url"], reading.final):
        return False
    leading = db.execute(
        "SELECT url FROM urls WHERE article_id = ? AND state = 'article' AND fetch_count > 0 "
        "ORDER BY url <> ?, first_seen_at, url_id LIMIT 1",
        [stored["article_id"], stored["url"]],
    ).fetchone()
    if leading is None or leading[0] == row["url"]:
        return False
    return bool(changed_fields(words_of(db, stored["article_id"]), reading.words))


def _one_page(db: Database, row: dict[str, Any], reading: Reading, verdict: Verdict, now: str) -> Verdict | None:
    """Blocked, where the text that was just read is no article but what the source shows at every address.

    Then the articles that were made of it are withdrawn. None where it may well be an article.
    """
    is_known_here = row["article_id"] == verdict.article_id and row["state"] == "article"
    if verdict.article_id is None or reading.frame is None or is_known_here or reading.article.kind == "liveblog":
        return None
    said, count = reading.words.headline, reading.word_count or 0
    promise = samepage.Sight(row["url"], row["announced_title"], said).promise
    if verdict.outcome == "new" and samepage.tells(reading.words.text, promise):
        return None
    group = withdraw.group_of(db, row, verdict.article_id, reading.frame, (said, count), now)
    if samepage.is_one_page(group.sights, count):
        reason = withdraw.withdraw(db, row, group, reading.frame, reading.words.text, now)
        return Verdict("blocked", "blocked", reason, withdrawn=tuple(group.url_ids))
    return _not_announced(db, group, verdict, now) if verdict.outcome == "duplicate" else None


def _not_announced(db: Database, group: withdraw.Group, verdict: Verdict, now: str) -> Verdict | None:
    """Blocked, where an article stands at many addresses that announced something else: they lead to it for now."""
    strangers = [number for number, sight in zip(group.url_ids, group.sights, strict=False) if not sight.is_kept]
    if group.sights[-1].is_kept or len(strangers) <= WALL:
        return None
    reason = f"{verdict.reason} and {len(strangers)} other addresses: a wall, not articles"
    db.execute(  # what was taken for duplicates may have articles behind the wall: look again
        "UPDATE urls SET state = 'blocked', next_fetch_at = ?, reason = ?, etag = NULL, last_modified = NULL "
        "WHERE state = 'duplicate' AND url_id IN (SELECT value FROM json_each(?))",
        [now, reason, json.dumps(strangers)],
    )
    return Verdict("blocked", "blocked", reason, verdict.article_id)


def _keep_page(db: Database, exchange: Exchange, reading: Reading, verdict: Verdict) -> None:
    if verdict.article_id is None:
        return
    if exchange.page is None or reading.is_reserved:
        pages.drop(db, verdict.article_id)
    elif verdict.is_kept:
        pages.keep(db, verdict.article_id, exchange, exchange.page)


def still_there(db: Database, article_id: int, now: str) -> None:
    """The site says that the page is as it was (304)."""
    update(db, "articles", "article_id", article_id, {"last_seen_at": now, "gone_at": None})


def gone(db: Database, article_id: int, now: str) -> None:
    """The site says that the page is gone; the first time counts."""
    db.execute("UPDATE articles SET gone_at = coalesce(gone_at, ?) WHERE article_id = ?", [now, article_id])


def hand_over(db: Database, article_id: int | None, owner: str, heir: str) -> None:
    """Give an article of a source that is no longer crawled to another, with all its addresses."""
    for table in ("articles", "urls"):
        db.execute(
            f"UPDATE {table} SET source_id = ? WHERE article_id = ? AND source_id = ?",  # noqa: S608
            [heir, article_id, owner],
        )


def _is_crawled(db: Database, source_id: str) -> bool:
    return bool(db.execute("SELECT is_enabled FROM sources WHERE source_id = ?", [source_id]).fetchone()[0])


def announce_dates(db: Database, dates: list[tuple[str, int]]) -> None:
    """Note the instants at which listings say that articles appeared, as (instant, url_id); the earliest counts.

    Publishers move dates forward, never back. An article that was stored without a date gets it, and one whose date
    came from a listing an earlier one.
    """
    db.conn.executemany(
        "UPDATE urls SET announced_at = ?1 WHERE url_id = ?2 AND (announced_at IS NULL OR announced_at > ?1)", dates
    )
    db.execute(
        "UPDATE articles SET published_at = u.announced_at, published_on = substr(u.announced_at, 1, 10), "
        "published_precision = 'minute', published_from = 'feed', "
        "provenance_json = json_set(provenance_json, '$.published', 'feed') "
        "FROM urls u WHERE u.url_id IN (SELECT value FROM json_each(?)) AND u.state = 'article' "
        "AND u.article_id = articles.article_id AND (articles.published_at IS NULL "
        "OR (articles.published_from = 'feed' AND articles.published_at > u.announced_at))",
        [json.dumps([url_id for _, url_id in dates])],
    )


def link_copies(db: Database, fingerprint: str | None) -> None:
    """Link all articles with these words to the one first seen; anew, whatever was linked before."""
    if fingerprint is None:
        return
    same = db.execute(
        "SELECT article_id FROM articles WHERE text_sha256 = ? ORDER BY first_seen_at, article_id", [fingerprint]
    ).fetchall()
    if len(same) < 2:
        return
    original, *copies = [article_id for (article_id,) in same]
    sentences = sentence_count(words_of(db, original).text)
    for article_id in (original, *copies):
        _unlink_copies(db, article_id)
    for article_id in copies:
        db.execute("INSERT INTO copies VALUES (?, ?, 1.0, ?)", [article_id, original, sentences])


def reading_of(db: Database, exchange: Exchange, article: Article) -> Reading:
    """What may be kept of a page that was read, and its words as they are stored."""
    reserved = _reservation(db, exchange.source_id, article)
    if reserved:
        article = replace(article, standfirst=[], blocks=[], layout=None)
    kept = Words(article.headline or None, "\n\n".join(article.standfirst) or None, article.body_text or None)
    said = words(article.body)
    final = canonical(exchange.final_url or exchange.url)
    is_part = article.access == "paywalled"
    return Reading(
        article=article,
        words=kept,
        word_count=None if reserved else len(said),
        fingerprint=fingerprint_of(said),
        note=reserved or _note(article, len(said)),
        is_reserved=reserved is not None,
        is_complete=not reserved and not is_part and not article.is_cut,
        final=final,
        claim=canonical(article.canonical_url) if article.canonical_url else final,
        frame=None,
    )


def _note(article: Article, count: int) -> str:
    if article.access == "paywalled":
        return f"only the part before the paywall, {count} words"
    return f"read, {count} words" + (": the first part of a text that is too long" if article.is_cut else "")


def _reservation(db: Database, source_id: str, article: Article) -> str | None:
    """Why only metadata of this page may be kept; None when the words may be."""
    if article.noindex:
        return "metadata only: the page says noindex"
    if not article.tdm_reserved:
        return None
    rights = db.execute("SELECT rights FROM sources WHERE source_id = ?", [source_id]).fetchone()[0]
    return None if rights else "metadata only: text and data mining is reserved"


# ---------------------------------------------------------------------------------------------- identity


def _same_article(db: Database, row: dict[str, Any], reading: Reading) -> dict[str, Any] | None:
    """The stored article that this page is, by its addresses.

    The address that answered decides. A claim (rel=canonical) and a redirect are believed only when the words
    agree: sites point whole sections at one address, and old articles at the home page. They have to agree
    nearly everywhere where both addresses were read: two days of one story share their background.
    """
    at_final = _article_at(db, reading.final)
    if at_final is not None and _is_sure(at_final, row):
        return at_final
    asked = _article(db, row["article_id"]) if row["state"] not in ("duplicate", "blocked") else None
    at_claim = _article_at(db, reading.claim) if reading.claim != reading.final else None
    is_direct = row["url"] == reading.final  # what others claim of an address weighs little once it is read itself
    # also where the ledger has lost it
    by_name = None if is_direct else one(db, "SELECT * FROM articles WHERE url = ?", [row["url"]])
    is_read_there = at_claim is not None and at_claim["was_read_here"]
    for stored, share in (
        (at_final, NEARLY_ALL if is_direct else SOME),
        (at_claim, NEARLY_ALL if is_read_there else SOME),
        (asked, SOME),
        (by_name, SOME),
    ):
        is_ours = stored is not None and stored["source_id"] == row["source_id"]
        if is_ours and stored is not None and alike(words_of(db, stored["article_id"]), reading.words, share):
            return stored
    return None


def _is_sure(stored: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether an article at the address that answered needs no look at the words: it was read there before."""
    if stored["source_id"] != row["source_id"] or stored["was_read_here"]:
        return True
    return bool(stored["article_id"] == row["article_id"] and row["state"] != "duplicate")


def _article_at(db: Database, url: str) -> dict[str, Any] | None:
    """Article that is known at an address; not `was_read_here` where it only claimed it or was sent there.

    What was read there goes before what only claims it. None where its words were only repeated: that says nothing of
    what will stand there next.
    """
    return one(
        db,
        "SELECT a.*, known.was_read_here FROM ("
        "SELECT article_id, state <> 'duplicate' AND fetch_count > 0 AS was_read_here FROM urls "
        "WHERE url = :url AND article_id IS NOT NULL AND NOT (state IN ('duplicate', 'blocked') AND fetch_count > 0) "
        "UNION ALL SELECT article_id, NOT EXISTS (SELECT 1 FROM urls WHERE url = :url) FROM articles WHERE url = :url"
        ") known CROSS JOIN articles a USING (article_id) ORDER BY known.was_read_here DESC LIMIT 1",
        {"url": url},
    )


def _article(db: Database, article_id: int | None) -> dict[str, Any] | None:
    return one(db, "SELECT * FROM articles WHERE article_id = ?", [article_id]) if article_id else None


def _twin(db: Database, source_id: str, fingerprint: str | None) -> dict[str, Any] | None:
    """The article of the same source with the same words."""
    return one(  # the plus keeps SQLite from walking all articles of the source by date
        db,
        "SELECT * FROM articles WHERE text_sha256 = ? AND +source_id = ? ORDER BY first_seen_at, article_id LIMIT 1",
        [fingerprint, source_id],
    )


def _is_its_print(twin: dict[str, Any], reading: Reading) -> bool:
    """Whether what stands stored came from the print page of what was read now."""
    return is_presentation(twin["url"]) and not is_presentation(reading.final)


def _readdressed(db: Database, stored: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """Let an article go by the address of its own page, whichever page of it was read first."""
    address = _address(db, reading, stored["article_id"])
    db.execute("UPDATE articles SET url = ? WHERE article_id = ?", [address, stored["article_id"]])
    db.execute(
        "UPDATE urls SET state = 'duplicate', reason = ?, next_fetch_at = NULL WHERE url = ?",
        [f"the same words as {address}", stored["url"]],
    )
    return {**stored, "url": address}


def _know_addresses(db: Database, row: dict[str, Any], reading: Reading, verdict: Verdict, now: str) -> None:
    """Ledger rows for the other addresses of the article; one that was only claimed and waits is still read."""
    stored = db.execute("SELECT url FROM articles WHERE article_id = ?", [verdict.article_id]).fetchone()[0]
    for url in {reading.final, stored} - {row["url"]}:
        db.execute(
            "INSERT INTO urls (url, source_id, article_id, state, reason, first_seen_at) "
            "VALUES (?, ?, ?, 'duplicate', ?, ?) ON CONFLICT (url) DO UPDATE "
            "SET article_id = excluded.article_id, state = excluded.state, reason = excluded.reason, "
            "next_fetch_at = NULL WHERE article_id IS NULL AND source_id = excluded.source_id "
            "AND (url = ? OR next_fetch_at IS NULL)",
            [
                url,
                row["source_id"],
                verdict.article_id,
                f"another address of what {row['url']} brought",
                now,
                reading.final,
            ],
        )


# ----------------------------------------------------------------------------------------- first version


def _first_look(db: Database, row: dict[str, Any], reading: Reading, now: str) -> Verdict:
    article_id = insert(
        db,
        "articles",
        {
            "source_id": row["source_id"],
            "url": _address(db, reading),
            **_state_of(reading, now),
            **_dates(row, reading, now),
            **_metadata(reading.article),
            "first_seen_at": now,
            "is_from_archive": int(row["archive_id"] is not None),
            "provenance_json": _json(_provenance(row, reading.article)),
        },
    )
    insert(db, "article_texts", {"article_id": article_id, **_texts(reading.words)})
    index_cjk(db, article_id, reading.words)
    _insert_blocks(db, article_id, reading.article)
    _insert_asides(db, article_id, asides_of(reading.article))
    insert(db, "revisions", {"article_id": article_id, "revision": 1, **_version(reading, now)})
    link_copies(db, reading.fingerprint)
    remember.learn(db, row["source_id"], article_id, reading.article, now)
    return Verdict("new", "article", reading.note, article_id)


def _address(db: Database, reading: Reading, article_id: int | None = None) -> str:
    """The claimed address, or where that is another article's, the one that answered.

    `article_id`: of the article that is to go by it, where it is stored.
    """
    if reading.claim != reading.final:
        if _is_free(db, reading, article_id):
            return reading.claim
        if not _is_by_name(db, reading.claim):
            _send_back(db, reading.claim, article_id)
    _send_back(db, reading.final, article_id)
    return reading.final


def _is_free(db: Database, reading: Reading, article_id: int | None) -> bool:
    """Whether no other article goes by the claimed address, stands there, was read there, or is announced for it."""
    row = one(db, "SELECT article_id, announced_title FROM urls WHERE url = ?", [reading.claim])
    holder = one(db, "SELECT article_id FROM articles WHERE url = ?", [reading.claim])
    if (holder is not None and holder["article_id"] != article_id) or row is None:
        return holder is None
    if row["article_id"] is not None:
        return bool(row["article_id"] == article_id)
    title, headline = row["announced_title"], reading.words.headline
    return not title or not headline or samepage.resemble(title, headline)


def _is_by_name(db: Database, url: str) -> bool:
    """Whether the words of an address are those of the headline of the article that goes by it."""
    holder = one(db, "SELECT headline FROM articles WHERE url = ?", [url])
    return holder is not None and samepage.resemble(samepage.slug_words(url), holder["headline"])


def _send_back(db: Database, url: str, article_id: int | None) -> None:
    """Let an article that only claimed this address go by one at which it was read."""
    db.execute(
        "UPDATE articles SET url = coalesce((SELECT u.url FROM urls u WHERE u.article_id = articles.article_id "
        "AND u.fetch_count > 0 AND u.url <> articles.url AND u.url NOT IN (SELECT url FROM articles) LIMIT 1), url) "
        "WHERE url = ?1 AND article_id IS NOT ?2 AND NOT EXISTS (SELECT 1 FROM urls o WHERE o.url = ?1 "
        "AND o.article_id = articles.article_id AND o.fetch_count > 0)",
        [url, article_id],
    )
    db.execute(
        "UPDATE urls SET reason = 'pages of several articles claim this address' "
        "WHERE url = ? AND state = 'duplicate' AND fetch_count = 0",
        [url],
    )


def _state_of(reading: Reading, now: str) -> dict[str, Any]:
    """Columns that follow the newest version."""
    return {
        "headline": reading.words.headline,
        "standfirst": reading.words.standfirst,
        "last_seen_at": now,
        "word_count": reading.word_count,
        "is_complete": int(reading.is_complete),
        "text_sha256": reading.fingerprint,
        "disagreements_json": _json(reading.article.disagreements) if reading.article.disagreements else None,
        "extractor": EXTRACTOR,
    }


def _metadata(article: Article) -> dict[str, Any]:
    return {
        "section": article.section,
        "kind": article.kind,
        "language": article.language,
        "access": article.access,
        "is_tdm_reserved": None if article.tdm_reserved is None else int(article.tdm_reserved),
        "robots_rules": ", ".join(article.robots_rules) or None,
        "content_usage": article.content_usage,
        "authors_json": _json(article.authors) if article.authors else None,
        "wire": ", ".join(article.wire) or None,
        "breadcrumb_json": _json(article.breadcrumb) if article.breadcrumb else None,
        "tags_json": _json(article.tags) if article.tags else None,
        "image_url": article.image_url,
        "image_caption": article.image_caption,
        "image_credit": article.image_credit,
    }


def _dates(row: dict[str, Any], reading: Reading, now: str) -> dict[str, Any]:
    """Dates of the page; where it has none, the instant that a feed or sitemap announced."""
    article = reading.article
    published, precision = instant(article.published, now)
    layer = article.provenance.get("published")
    if published is None and row["announced_at"] is not None:
        published, precision, layer = row["announced_at"], "minute", "feed"  # feeds invent seconds
    return {
        "published_at": published,
        "published_precision": precision,
        "published_from": layer if published else None,
        "published_on": published[:10] if published else None,
        "updated_at": instant(article.modified, now)[0],
    }


def _provenance(row: dict[str, Any], article: Article) -> dict[str, str]:
    from_feed = article.published is None and row["announced_at"] is not None
    return article.provenance | ({"published": "feed"} if from_feed else {})


def instant(iso: str | None, now: str) -> tuple[str | None, str | None]:
    """UTC instant and precision of what a page says; (None, None) for no date and for an impossible one."""
    try:
        at, precision = utc(iso or "")
    except (ValueError, OverflowError):
        return None, None
    possible = _FIRST_YEAR <= at <= hours_before(now, -_HOURS_AHEAD) and at[:10] not in CLOCKS_BEGIN
    return (at, precision) if possible else (None, None)


def _texts(said: Words) -> dict[str, Any]:
    texts = {"headline": said.headline, "standfirst": said.standfirst, "body_text": said.body}
    return {**texts, "checksum": checksum_of(said)}


def _version(reading: Reading, now: str) -> dict[str, Any]:
    return {
        "seen_at": now,
        "headline": reading.words.headline,
        "standfirst": reading.words.standfirst,
        "word_count": reading.word_count,
        "text_sha256": reading.fingerprint,
    }


def _insert_blocks(db: Database, article_id: int, article: Article) -> None:
    db.conn.executemany(
        "INSERT INTO blocks VALUES (?, ?, ?, ?, ?)",
        [
            (article_id, position, block.kind, block.level, block.text)
            for position, block in enumerate(article.text_blocks, 1)
            if block.kind != "paragraph"
        ],
    )


def asides_of(article: Article) -> list[tuple[int, str, str]]:
    """(position, kind, text) of each; a position is the number of text blocks above it."""
    found, above = [], 0
    for block in article.blocks:
        if block.kind in ASIDE_KINDS:
            found.append((above, block.kind, block.text))
        else:
            above += 1
    return found


def _insert_asides(db: Database, article_id: int, found: list[tuple[int, str, str]]) -> None:
    db.conn.executemany(
        "INSERT INTO asides (article_id, position, kind, text) VALUES (?, ?, ?, ?)",
        [(article_id, *aside) for aside in found],
    )


def _replace_asides(db: Database, article_id: int, found: list[tuple[int, str, str]]) -> None:
    """Pictures change more often than words: written only when something is new."""
    stored = "SELECT position, kind, text FROM asides WHERE article_id = ? ORDER BY aside_id"
    if db.execute(stored, [article_id]).fetchall() != found:
        db.execute("DELETE FROM asides WHERE article_id = ?", [article_id])
        _insert_asides(db, article_id, found)


def index_cjk(db: Database, article_id: int, said: Words, *, delete: bool = False) -> None:
    """Enter a text with Chinese or Japanese in it into the second index, or take exactly that out again."""
    if not any(part and _PERHAPS_CJK.search(part) for part in said):
        return
    command, value = ("article_texts_cjk_fts, ", "'delete', ") if delete else ("", "")
    db.execute(
        f"INSERT INTO article_texts_cjk_fts({command}rowid, headline, standfirst, body_text) "  # noqa: S608
        f"VALUES ({value}?, ?, ?, ?)",
        [article_id, *(cjk_spaced(part) if part else part for part in said)],
    )


# -------------------------------------------------------------------------------------- another version


def _look_again(db: Database, stored: dict[str, Any], reading: Reading, now: str, *, is_first: bool = False) -> Verdict:
    """`is_first`: of its own page, after another form of it was read; what it says otherwise is no revision."""
    article_id: int = stored["article_id"]
    old = words_of(db, article_id)
    reading, note = _without_losses(db, stored, old, reading)
    compared = _compared(db, stored["source_id"], old, reading.words)
    changed = [] if is_first else changed_fields(*compared)
    if is_first:
        rewrite(db, article_id, old, reading)
    elif changed:
        _revise(db, stored, old, reading, compared, now)
    elif changed_fields(old, reading.words):  # nobody changed it: the memory has learned in between
        reading = _cleaned(db, stored, old, reading)
    if reading.words.body == (reading.article.body_text or None):  # else the longer text is kept, with its asides
        _replace_asides(db, article_id, asides_of(reading.article))
    _refresh(db, stored, reading, now)
    if changed:
        return Verdict("changed", "article", f"changed: {', '.join(changed)}{note}", article_id, not note)
    return Verdict("unchanged", "article", f"{reading.note}; the same words as before{note}", article_id, not note)


def _compared(db: Database, source_id: str, old: Words, new: Words) -> tuple[Words, Words]:
    """Both as they read with all that is known by now: what a memory leaves out no publisher has taken out."""
    if not changed_fields(old, new):
        return old, new
    memory = remember.recall(db, source_id)
    return bare(old, memory), bare(new, memory)


def _cleaned(db: Database, stored: dict[str, Any], old: Words, reading: Reading) -> Reading:
    """Take over what this reading leaves out; keep the words as they were where it leaves out less."""
    if len(reading.words.text) > len(old.text):
        return _as_stored(stored, old, reading)
    rewrite(db, stored["article_id"], old, reading)
    return reading


def _without_losses(db: Database, stored: dict[str, Any], old: Words, reading: Reading) -> tuple[Reading, str]:
    """What is missing now stays as it was: a paywall or a cut page never replaces the longer text."""
    new = reading.words
    headline = new.headline or old.headline
    before, after = stored["word_count"] or 0, reading.word_count or 0
    if 2 * after >= before and not _is_cut(db, stored, old, reading):
        standfirst = new.standfirst or old.standfirst
        return replace(reading, words=Words(headline, standfirst, new.body or old.body)), ""
    kept = _as_stored(stored, Words(headline, old.standfirst, old.body), reading)
    return kept, f" (now only {after} words of {before}: the longer text is kept)"


def _is_cut(db: Database, stored: dict[str, Any], old: Words, reading: Reading) -> bool:
    """Whether the end is missing: behind a paywall, or since the page was cut off."""
    after = words(reading.words.text)
    if len(after) >= len(words(old.text)):
        return False
    before = words(
        bare(old, remember.recall(db, stored["source_id"])).text
    )  # a line that the memory leaves out is no end
    is_walled = bool(stored["is_complete"]) and not reading.is_complete
    return is_walled or (len(after) <= _CUT * len(before) and before[: len(after) - 1] == after[:-1])


def _as_stored(stored: dict[str, Any], said: Words, reading: Reading) -> Reading:
    """The reading with words that were stored before."""
    return replace(
        reading,
        words=said,
        word_count=stored["word_count"],
        fingerprint=stored["text_sha256"],
        is_complete=bool(stored["is_complete"]),
    )


def _revise(
    db: Database, stored: dict[str, Any], old: Words, reading: Reading, compared: tuple[Words, Words], now: str
) -> None:
    """Old words into `revisions`, new ones into `article_texts`, copies linked anew.

    `compared` are the versions as one memory reads them: what it left out on the way is no change.
    """
    article_id, last = stored["article_id"], stored["revision_count"]
    before, after = compared
    added, removed = words_moved(_everything(before), _everything(after))
    past = {"body_text": before.body} | ({} if before == old else _measures(before))
    _update_revision(db, article_id, last, past)
    change = {"changed_json": _json(changed_fields(*compared)), "words_added": added, "words_removed": removed}
    version = {"article_id": article_id, "revision": last + 1, **_version(reading, now), **change}
    insert(db, "revisions", version)
    _replace_words(db, article_id, old, reading)
    update(db, "articles", "article_id", article_id, {"last_changed_at": now, "revision_count": last + 1})


def rewrite(db: Database, article_id: int, old: Words, reading: Reading) -> None:
    """Replace the words of an article by a better reading of them: no revision, the publisher changed nothing.

    Its versions keep their old texts. But where they say the headline or standfirst that was read wrongly, they
    say it as it is read now; else the next revision would show a change that nobody made.
    """
    _replace_words(db, article_id, old, reading)
    for field in ("headline", "standfirst"):
        before, after = getattr(old, field), getattr(reading.words, field)
        if before != after:
            db.execute(
                f"UPDATE revisions SET {field} = ? WHERE article_id = ? AND {field} IS ?",  # noqa: S608
                [after, article_id, before],
            )
    (last,) = db.execute("SELECT max(revision) FROM revisions WHERE article_id = ?", [article_id]).fetchone()
    measures = {"word_count": reading.word_count, "text_sha256": reading.fingerprint}
    _update_revision(db, article_id, last, measures)


def _measures(said: Words) -> dict[str, Any]:
    counted = words(said.text)
    return {"word_count": len(counted), "text_sha256": fingerprint_of(counted)}


def _update_revision(db: Database, article_id: int, revision: int, values: dict[str, Any]) -> None:
    settings = ", ".join(f"{name} = ?" for name in values)
    db.execute(
        f"UPDATE revisions SET {settings} WHERE article_id = ? AND revision = ?",  # noqa: S608
        [*values.values(), article_id, revision],
    )


def columns_of(db: Database, stored: dict[str, Any], reading: Reading, at: str) -> dict[str, Any]:
    """The columns of an article as its kept page of the instant `at` gives them, by another reading.

    A page that came later than the first look says less of them, as in `_refresh`: what it does not give stays,
    and publishers move dates forward, so that its date counts only where it is earlier. What the head of the
    answer reserved is not asked again.
    """
    announced = db.execute("SELECT min(announced_at) FROM urls WHERE article_id = ?", [stored["article_id"]])
    row = {"announced_at": announced.fetchone()[0]}
    dates, metadata, known = _dates(row, reading, at), _metadata(reading.article), stored["published_at"]
    if at != stored["first_seen_at"]:
        metadata = {name: value for name, value in metadata.items() if value is not None}
        if known is not None and (dates["published_at"] or known) >= known:
            dates = {"updated_at": dates["updated_at"] or stored["updated_at"]}
    values = {**_state_of(reading, stored["last_seen_at"]), **metadata, **dates}
    values["provenance_json"] = _json(_provenance(row, reading.article))
    for name in ("is_tdm_reserved", *_DENIALS):
        values.pop(name, None)
    return values


def read_again(db: Database, stored: dict[str, Any], reading: Reading, columns: dict[str, Any]) -> None:
    """Replace an article by another reading of the page that it was read from: its row, words, blocks, copies."""
    article_id: int = stored["article_id"]
    rewrite(db, article_id, words_of(db, article_id), reading)
    _replace_asides(db, article_id, asides_of(reading.article))
    update(db, "articles", "article_id", article_id, columns)
    sections_of.note_read(db, article_id, stored["first_seen_at"], afresh=True)
    _link_anew(db, stored, reading.fingerprint)


def _replace_words(db: Database, article_id: int, old: Words, reading: Reading) -> None:
    if reading.words != old:
        update(db, "article_texts", "article_id", article_id, _texts(reading.words))
        index_cjk(db, article_id, old, delete=True)
        index_cjk(db, article_id, reading.words)
    if reading.words.body == (reading.article.body_text or None):  # else an older text is kept, with its blocks
        db.execute("DELETE FROM blocks WHERE article_id = ?", [article_id])
        _insert_blocks(db, article_id, reading.article)


def _refresh(db: Database, stored: dict[str, Any], reading: Reading, now: str) -> None:
    """The row as the newest look says; a field that the page no longer gives keeps its value, no denial does."""
    dates = _dates({"announced_at": None}, reading, now)
    layers = json.loads(stored["provenance_json"]) | reading.article.provenance
    if stored["published_at"] is not None:  # a first date is never moved: updates have their own
        dates = {"updated_at": dates["updated_at"]}
        layers |= {"published": stored["published_from"]}
    known = {name: value for name, value in {**_metadata(reading.article), **dates}.items() if value is not None}
    known |= {name: None for name in _DENIALS if name not in known}
    known["provenance_json"] = _json(layers)
    update(db, "articles", "article_id", stored["article_id"], {**_state_of(reading, now), **known, "gone_at": None})
    _link_anew(db, stored, reading.fingerprint)


def _link_anew(db: Database, stored: dict[str, Any], fingerprint: str | None) -> None:
    """Copies of the words that an article had, and of those that it has now."""
    if stored["text_sha256"] != fingerprint:
        _unlink_copies(db, stored["article_id"])
        link_copies(db, stored["text_sha256"])
        link_copies(db, fingerprint)


def _everything(said: Words) -> str:
    return f"{said.headline or ''}\n{said.text}"


# ------------------------------------------------------------------------------------------------ helpers


def _unlink_copies(db: Database, article_id: int) -> None:
    for column in ("article_id", "original_id"):  # two looks into an index instead of one walk over all copies
        db.execute(f"DELETE FROM copies WHERE {column} = ? AND shared_share = 1.0", [article_id])  # noqa: S608


def words_of(db: Database, article_id: int) -> Words:
    """The words of an article as they are stored."""
    row = db.execute(
        "SELECT headline, standfirst, body_text FROM article_texts WHERE article_id = ?", [article_id]
    ).fetchone()
    return Words(*row)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
