"""Texts that turn out to be one page for every address: the articles made of them are taken back.

Everything here runs inside the transaction of `crawler.store.record`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from crawler import articles, remember, samepage
from crawler.samepage import Sight
from crawler.schedule import hours_before

_RECENT_HOURS = 14 * 24
_MOST_CANDIDATES = 60
_MORE_WORDS = 40
"""That one address adds to the text of such a page: headline, address, date."""
_SAMPLE = 500
"""Characters of the text that are kept for people."""


@dataclass(slots=True)
class Group:
    """Articles of one source with one text, and the addresses at which it was read."""

    article_ids: list[int] = field(default_factory=list)
    url_ids: list[int] = field(default_factory=list)
    sights: list[Sight] = field(default_factory=list)


def known(db: Database, source_id: str, frame: str | None, now: str) -> str | None:
    """For people: that a text is the page that a source shows at every address; None where that is not known."""
    if frame is None:
        return None
    row = db.execute(
        "UPDATE walls SET last_seen_at = ? WHERE source_id = ? AND frame_sha256 = ? RETURNING address_count",
        [now, source_id, frame],
    ).fetchone()
    return reason_of(row[0]) if row is not None else None


def reason_of(address_count: int) -> str:
    """Why an address is blocked, for people."""
    return f"one page for every address: same text at {address_count} addresses"


def group_of(
    db: Database, row: dict[str, Any], article_id: int, frame: str, said: tuple[str | None, int], now: str
) -> Group:
    """All articles of a source with the text of an article that was just read at the address of the ledger row.

    `said` is (headline, words) of the page as it was read there.
    """
    headline, word_count = said
    found = Group([article_id, *_near(db, row, article_id, frame, word_count, now)])
    for number in found.article_ids:
        for url_id, url, title, shown in db.execute(
            "SELECT u.url_id, u.url, u.announced_title, a.headline FROM urls u JOIN articles a USING (article_id) "
            "WHERE u.article_id = ? AND u.fetch_count > 0 AND u.url_id <> ?",
            [number, row["url_id"]],
        ):
            found.url_ids.append(url_id)
            found.sights.append(Sight(url, title, shown))
    found.sights.append(Sight(row["url"], row["announced_title"], headline))
    return found


def _near(db: Database, row: dict[str, Any], article_id: int, frame: str, word_count: int, now: str) -> list[int]:
    """Recent articles of the source whose text differs by headline, address and time alone."""
    if word_count > samepage.MOST_WORDS:
        return []
    rows = db.execute(
        "SELECT a.article_id, t.headline, t.standfirst, t.body_text, u.announced_title FROM articles a "
        "JOIN article_texts t USING (article_id) LEFT JOIN urls u ON u.url = a.url "
        "WHERE a.source_id = ? AND a.is_from_archive IN (0, 1) AND a.first_seen_at > ? "
        "AND a.word_count BETWEEN ? AND ? AND a.article_id <> ? "
        "ORDER BY a.first_seen_at DESC LIMIT ?",
        [
            row["source_id"],
            hours_before(now, _RECENT_HOURS),
            word_count - _MORE_WORDS,
            word_count + _MORE_WORDS,
            article_id,
            _MOST_CANDIDATES,
        ],
    ).fetchall()
    return [
        number
        for number, headline, standfirst, body, title in rows
        if samepage.frame(headline, "\n".join(filter(None, (standfirst, body))), title) == frame
    ]


def withdraw(db: Database, row: dict[str, Any], group: Group, frame: str, text: str, now: str) -> str:
    """Take the articles of a group back, with all that was made of them; return the reason.

    The addresses are blocked and tried again; the text is remembered in `walls`, so that it is none the next time.
    An article to which the words belong keeps its row, and so does one that had other words before: see `_is_all_wall`.
    """
    reason = reason_of(len(group.sights))
    ids = json.dumps([number for number in group.article_ids if _is_all_wall(db, number, now)])
    runs = remember.runs_of(db, ids)
    db.execute(  # addresses that only the pages themselves named
        "DELETE FROM urls WHERE listing_id IS NULL AND archive_id IS NULL AND fetch_count = 0 AND url_id <> ? "
        "AND article_id IN (SELECT value FROM json_each(?))",
        [row["url_id"], ids],
    )
    fingerprints = take_out(db, json.loads(ids))
    remember.unlearn(db, row["source_id"], runs)
    db.execute(
        "UPDATE urls SET state = 'blocked', reason = ?, next_fetch_at = ?, failures_in_row = failures_in_row + 1, "
        "article_id = NULL, etag = NULL, last_modified = NULL "
        "WHERE (article_id IS NULL OR state = 'duplicate') AND url_id IN (SELECT value FROM json_each(?))",
        [reason, now, json.dumps(group.url_ids)],
    )
    db.execute(
        "INSERT INTO walls VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "address_count = max(address_count, excluded.address_count), last_seen_at = excluded.last_seen_at",
        [row["source_id"], frame, text[:_SAMPLE], len(group.sights), now, now],
    )
    for fingerprint in fingerprints:
        articles.link_copies(db, fingerprint)
    return reason


def take_out(db: Database, article_ids: list[int]) -> set[str]:
    """Delete the rows of articles; foreign keys and triggers take all with them but the index of the CJK texts.

    Returns the fingerprints of their words: their copies elsewhere have to be linked anew.
    """
    fingerprints = set()
    for number in article_ids:
        articles.index_cjk(db, number, articles.words_of(db, number), delete=True)
        (fingerprint,) = db.execute("SELECT text_sha256 FROM articles WHERE article_id = ?", [number]).fetchone()
        db.execute("DELETE FROM articles WHERE article_id = ?", [number])
        fingerprints |= {fingerprint} - {None}
    return fingerprints


def _is_all_wall(db: Database, article_id: int, now: str) -> bool:
    """Whether nothing is lost with an article: it is of these days, never had other words, and these are not its own.

    A site that shows the text of a good article at other addresses, by mistake or not, takes nothing of it away.
    """
    row = db.execute(
        "SELECT revision_count, first_seen_at, body_text FROM articles JOIN article_texts USING (article_id) "
        "WHERE article_id = ?",
        [article_id],
    ).fetchone()
    if row is None or row[0] > 1 or row[1] <= hours_before(now, _RECENT_HOURS):
        return False
    addresses = db.execute(
        "SELECT url, announced_title FROM urls WHERE article_id = ? AND state = 'article'", [article_id]
    )
    promises = [Sight(url, title, None).promise for url, title in addresses]
    return not any(samepage.tells(row[2] or "", promise) for promise in promises)
