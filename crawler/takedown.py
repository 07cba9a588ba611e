"""Articles that were taken down: text and page gone for good, a tombstone stays, so that nothing brings them back.

An article comes back by many ways: a listing that announces it again, a second look that was already under way,
another address that redirects to it or claims it, the same words at an address that nobody knew. All end at the
tombstones. Nothing here waits for the lock of a run: a takedown while a crawl is at work counts from its commit on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from crawler import articles, withdraw
from crawler.database import checkpoint, transaction
from crawler.errors import UsageError
from crawler.urls import absolute, canonical

_INDEXES = ("article_texts_fts", "article_texts_cjk_fts")
_PAGES_AT_ONCE = 500
"""Of a full-text index that one transaction merges: a crawl beside it waits for less than a second."""


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What was taken down with one address."""

    url: str
    """As asked, in canonical form."""
    article_id: int | None
    """None where no article of that address was stored: then it is never asked for."""
    source_id: str | None
    headline: str | None
    revision_count: int
    addresses: list[str]
    """All under which the article was known; `url` alone where there is none."""
    copies: list[str]
    """Where other sources have the same words. They stay: each has to be named."""


def addresses(written: Iterable[str]) -> list[str]:
    """Canonical forms of addresses as a person wrote them. Raises UsageError, which names the first that is none."""
    found = []
    for text in written:
        if (url := absolute("", text.strip())) is None:
            raise UsageError(f"{text} is no http(s) address; write it as the database has it, with https://")
        found.append(canonical(url))
    return list(dict.fromkeys(found))


def foresee(db: Database, url: str) -> TakenDown:
    """What a takedown of a canonical address would take down; reads only."""
    row = db.execute(
        "SELECT article_id FROM urls WHERE url = :url AND article_id IS NOT NULL "
        "UNION ALL SELECT article_id FROM articles WHERE url = :url LIMIT 1",
        {"url": url},
    ).fetchone()
    if row is None:
        return TakenDown(url, None, None, None, 0, [url], [])
    article_id: int = row[0]
    source_id, headline, count = db.execute(
        "SELECT source_id, headline, revision_count FROM articles WHERE article_id = ?", [article_id]
    ).fetchone()
    return TakenDown(
        url, article_id, source_id, headline, count, _known_as(db, article_id, url), _copies(db, article_id)
    )


def _known_as(db: Database, article_id: int, url: str) -> list[str]:
    rows = db.execute(
        "SELECT url FROM articles WHERE article_id = :id UNION SELECT url FROM urls WHERE article_id = :id "
        "UNION SELECT asked_url FROM urls WHERE article_id = :id AND asked_url IS NOT NULL "
        "UNION SELECT final_url FROM pages WHERE article_id = :id",
        {"id": article_id},
    )
    return sorted({url} | {canonical(known) for (known,) in rows})


def _copies(db: Database, article_id: int) -> list[str]:
    rows = db.execute(
        "WITH originals AS (SELECT original_id FROM copies WHERE article_id = :id UNION SELECT :id) "
        "SELECT url FROM articles WHERE article_id <> :id AND article_id IN ("
        "SELECT original_id FROM originals "
        "UNION SELECT article_id FROM copies WHERE original_id IN (SELECT original_id FROM originals)) ORDER BY url",
        {"id": article_id},
    )
    return [url for (url,) in rows]


def forget(db: Database, url: str, reason: str, now: str) -> TakenDown:
    """Take the article of a canonical address down, in one transaction, and leave tombstones.

    `reason` is for people and stays. Versions, blocks, captions, the kept page and the index entries go with the
    article; SQLite overwrites what they occupied. Addresses and the ledger's rows stay, without headline.
    """
    db.execute("PRAGMA secure_delete = ON")
    with transaction(db):
        found = foresee(db, url)
        fingerprint = _fingerprint(db, found.article_id)
        db.conn.executemany(
            "INSERT INTO takedowns VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (url) DO UPDATE SET reason = excluded.reason, "
            "text_sha256 = coalesce(excluded.text_sha256, text_sha256)",
            [(known, url, found.source_id, fingerprint, reason, now) for known in found.addresses],
        )
        _silence(db, found.addresses, f"taken down {now[:10]}: {reason}")
        if found.article_id is not None:
            for words in withdraw.take_out(db, [found.article_id]):
                articles.link_copies(db, words)
    return found


def _fingerprint(db: Database, article_id: int | None) -> str | None:
    row = db.execute("SELECT text_sha256 FROM articles WHERE article_id = ?", [article_id]).fetchone()
    return row[0] if row else None


def _silence(db: Database, known: Sequence[str], reason: str) -> None:
    """Leave of each address its row alone: no headline that a listing gave, no validators, never due."""
    chosen = "(SELECT value FROM json_each(?))"
    db.execute(
        f"UPDATE listing_links SET title = NULL, categories_json = NULL WHERE url_id IN "  # noqa: S608
        f"(SELECT url_id FROM urls WHERE url IN {chosen})",
        [json.dumps(known)],
    )
    db.execute(f"DELETE FROM quarantine WHERE url IN {chosen}", [json.dumps(known)])  # noqa: S608
    db.execute(
        "UPDATE urls SET state = 'skipped', reason = ?, article_id = NULL, announced_title = NULL, "  # noqa: S608
        f"title_listing_id = NULL, next_fetch_at = NULL, failures_in_row = 0, etag = NULL, last_modified = NULL "
        f"WHERE url IN {chosen}",
        [reason, json.dumps(known)],
    )


def clean_up(db: Database) -> None:
    """Take the words out of the full-text indexes' old parts and out of the write-ahead log, little by little.

    An entry that was deleted stays readable in an index of FTS5 until the part that holds it is merged ('merge' with
    a negative number begins to rewrite all parts: section 6.8 of SQLite's manual of FTS5).
    """
    for index in _INDEXES:
        _merge(db, index, -_PAGES_AT_ONCE)
        while _merge(db, index, _PAGES_AT_ONCE):
            pass
    checkpoint(db)


def _merge(db: Database, index: str, pages: int) -> bool:
    """Whether there was something to merge."""
    with transaction(db):
        before = db.execute("SELECT total_changes()").fetchone()[0]
        db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('merge', ?)", [pages])  # noqa: S608
        return bool(db.execute("SELECT total_changes()").fetchone()[0] - before >= 2)


def lift(db: Database, url: str, now: str) -> list[str]:
    """Take the tombstones of a takedown away; its addresses are due again. Returns them; [] where there is none."""
    with transaction(db):
        (asked,) = db.execute("SELECT max(asked_url) FROM takedowns WHERE url = ?", [url]).fetchone()
        rows = db.execute("DELETE FROM takedowns WHERE asked_url = ? RETURNING url", [asked]).fetchall()
        known = sorted(row[0] for row in rows)
        db.execute(
            "UPDATE urls SET state = 'new', reason = 'its takedown was lifted', next_fetch_at = ? "
            "WHERE url IN (SELECT value FROM json_each(?))",
            [now, json.dumps(known)],
        )
    return known


def among(db: Database, urls: Iterable[str]) -> dict[str, str]:
    """Canonical address to reason, of those that were taken down."""
    rows = db.execute(
        "SELECT url, forgotten_at, reason FROM takedowns WHERE url IN (SELECT value FROM json_each(?))",
        [json.dumps(list(urls))],
    )
    return {url: f"taken down {at[:10]}: {reason}" for url, at, reason in rows}


def stands_again(
    db: Database, row: tuple[str, str], claims: Sequence[str], fingerprint: str | None, now: str
) -> str | None:
    """Why a page that was just read is thrown away: it is, by another address or by its words, what was taken down.

    `row` is (address, source) of the ledger; `claims` are the canonical addresses that answered and that the page
    names. The address gets a tombstone of its own. None where the page may be stored.
    """
    url, source_id = row
    found = db.execute(
        "SELECT asked_url, source_id, text_sha256, reason, forgotten_at FROM takedowns "
        "WHERE url IN (SELECT value FROM json_each(?1)) OR (text_sha256 = ?2 AND source_id = ?3) LIMIT 1",
        [json.dumps([url, *claims]), fingerprint, source_id],
    ).fetchone()
    if found is None:
        return None
    asked, owner, words, reason, at = found
    db.execute(
        "INSERT INTO takedowns VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [url, asked, owner or source_id, words or fingerprint, reason, now],
    )
    return f"taken down {at[:10]}: {reason}"
