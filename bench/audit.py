"""What must hold of a database whatever happened to the runs that wrote it, and of one that crawled a press.

Every check returns sentences for people, none where all is well.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from press import Press, Story

from crawler.normalise import words
from crawler.urls import canonical

READ = "('new', 'changed', 'unchanged', 'duplicate', 'not_modified')"
RULES = {
    "addresses called articles without an article": "SELECT url FROM urls WHERE state = 'article' "
    "AND (article_id IS NULL OR article_id NOT IN (SELECT article_id FROM articles))",
    "articles without words": "SELECT url FROM articles WHERE article_id NOT IN (SELECT article_id FROM article_texts)",
    "articles without their first version": "SELECT url FROM articles a WHERE NOT EXISTS "
    "(SELECT 1 FROM revisions r WHERE r.article_id = a.article_id AND r.revision = 1)",
    "articles with more or fewer versions than they say": "SELECT url FROM articles a WHERE revision_count <> "
    "(SELECT count(*) FROM revisions r WHERE r.article_id = a.article_id)",
    "articles that no address leads to": "SELECT url FROM articles WHERE article_id NOT IN "
    "(SELECT article_id FROM urls WHERE article_id IS NOT NULL)",
    "articles that no request brought": "SELECT url FROM articles a WHERE NOT EXISTS (SELECT 1 FROM urls u "
    "JOIN fetches f USING (url_id) WHERE u.article_id = a.article_id AND f.outcome = 'new')",
    "addresses read without a request": f"SELECT url FROM urls u WHERE state = 'article' AND fetch_count > 0 "
    f"AND NOT EXISTS (SELECT 1 FROM fetches f WHERE f.url_id = u.url_id AND f.outcome IN {READ})",
    "validators of what is not stored": "SELECT url FROM urls WHERE state NOT IN ('article', 'duplicate') "
    "AND (etag IS NOT NULL OR last_modified IS NOT NULL)",
    "addresses that are waited for and never asked": "SELECT url FROM urls WHERE state IN ('new', 'failing') "
    "AND next_fetch_at IS NULL AND archive_id IS NULL AND failures_in_row < 5",
    "addresses without a reason": "SELECT url FROM urls WHERE coalesce(reason, '') = ''",
    "validators of listings that were never read": "SELECT url FROM listings WHERE last_listed_at IS NULL "
    "AND (etag IS NOT NULL OR last_modified IS NOT NULL)",
    "listings of which fewer links are stored than were read": "SELECT url FROM listings l WHERE "
    "(SELECT link_count FROM fetches f WHERE f.listing_id = l.listing_id AND outcome = 'listed' "
    "ORDER BY fetch_id DESC LIMIT 1) > (SELECT count(*) FROM listing_links k WHERE k.listing_id = l.listing_id "
    "AND k.last_seen_at = l.last_listed_at)",
    "one text twice in one source": "SELECT min(url) FROM articles WHERE text_sha256 IS NOT NULL "
    "GROUP BY source_id, text_sha256 HAVING count(*) > 1",
    "requests of no run": "SELECT fetch_id FROM fetches WHERE run_id NOT IN (SELECT run_id FROM runs)",
}
"""What is wrong where the query finds something."""


def damage(path: Path) -> list[str]:
    """What SQLite itself finds wrong: pages, foreign keys, both full-text indexes. Works on a copy."""
    with closing(sqlite3.connect(path)) as db, closing(sqlite3.connect(":memory:")) as copy:
        db.backup(copy)
        found = [f"integrity: {row[0]}" for row in copy.execute("PRAGMA integrity_check") if row[0] != "ok"]
        found += [f"foreign key: {row}" for row in copy.execute("PRAGMA foreign_key_check")]
        found += _index_damage(copy)
    return found


def _index_damage(db: sqlite3.Connection) -> list[str]:
    found = []
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%USING fts5%'")]
    for table in tables:
        against_content = 1 if table == "article_texts_fts" else 0  # the other has a content of its own making
        try:
            db.execute(f"INSERT INTO {table}({table}, rank) VALUES ('integrity-check', {against_content})")
        except sqlite3.DatabaseError as error:
            found.append(f"{table}: {error}")
    return found


def broken_rules(path: Path) -> list[str]:
    """Which rows contradict each other."""
    found = []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        for rule, query in RULES.items():
            try:
                rows = db.execute(query).fetchall()
            except sqlite3.OperationalError as error:
                found.append(f"half a schema: {error}")
                break
            if rows:
                found.append(f"{rule}: {len(rows)}, e.g. {rows[0][0]}")
    return found


def orphans(folder: Path, patience: float = 10.0) -> list[str]:
    """Workers of crawls whose sources lie in a folder and that have ended; they get some seconds to follow."""
    last = time.monotonic() + patience
    while (found := _workers(folder)) and time.monotonic() < last:
        time.sleep(0.02)
    return [f"process {pid} reads pages for a crawl that is dead" for pid in found]


def _workers(folder: Path) -> list[int]:
    place, found = str(folder / "sources").encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has just ended
            is_worker = b"crawler.workers.worker" in (process / "cmdline").read_bytes()
            if is_worker and place in (process / "environ").read_bytes():
                found.append(int(process.name))
    return found


def open_runs(path: Path) -> int:
    """Runs that are said to be going on."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT count(*) FROM runs WHERE status = 'running'").fetchone()[0])


# ---------------------------------------------------------------- against what the press printed


@dataclass(slots=True)
class Books:
    """What became of the stories of a press."""

    printed: int = 0
    stored: int = 0
    withdrawn: int = 0
    """Gone before a run could store them: 410 is the reason, where a listing told of them in time."""
    lost: list[str] = field(default_factory=list)
    """Not stored, or without the words that were served last."""
    double: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    """Articles that nobody printed."""
    revisions: int = 0
    wrong_revisions: list[str] = field(default_factory=list)
    """Versions that the press never printed, out of order, or twice."""
    copies: int = 0
    wrong_copies: list[str] = field(default_factory=list)
    current: dict[int, int | None] = field(default_factory=dict)
    """Story -> version whose words are stored."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Of what is not stored."""

    @property
    def faults(self) -> list[str]:
        """All that must not be."""
        kinds = {
            "lost": self.lost,
            "double": self.double,
            "foreign": self.foreign,
            "wrong revisions": self.wrong_revisions,
            "wrong copies": self.wrong_copies,
        }
        return [f"{name}: {len(found)}, e.g. {found[0]}" for name, found in kinds.items() if found]


def balance(path: Path, press: Press, served: Mapping[int, list[int]], issue: int) -> Books:
    """Compare a database with all that a press printed up to an issue and that `served` says went out whole."""
    books = Books()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        db.row_factory = sqlite3.Row
        ledger = {row["url"]: row for row in db.execute("SELECT * FROM urls")}
        texts = {row["article_id"]: row for row in db.execute("SELECT * FROM article_texts")}
        versions: dict[int, list[sqlite3.Row]] = {}
        for row in db.execute("SELECT * FROM revisions ORDER BY article_id, revision"):
            versions.setdefault(row["article_id"], []).append(row)
        holders: dict[int, int] = {}
        for number in range(press.edition.stories):
            if press.issue_of(number) > issue:
                break
            books.printed += 1
            story = press.story(number)
            rows = [row for row in (ledger.get(url) for url in _addresses(press, story, issue)) if row is not None]
            ids = {row["article_id"] for row in rows if row["state"] in ("article", "gone") and row["article_id"]}
            _judge(books, press, story, served.get(number, []), rows, ids, texts, versions)
            for article_id in ids:
                if article_id in holders:
                    books.lost.append(f"story {number} and story {holders[article_id]} are one article")
                holders[article_id] = number
        foreign = db.execute("SELECT article_id, url FROM articles").fetchall()
        books.foreign = [row["url"] for row in foreign if row["article_id"] not in holders]
        _judge_copies(books, db, press, holders)
    return books


def _addresses(press: Press, story: Story, issue: int) -> list[str]:
    paths = dict.fromkeys(press.path(story.number, at) for at in (story.issue, issue))
    return [canonical(press.url(story.site) + path) for path in paths]


def _judge(
    books: Books,
    press: Press,
    story: Story,
    served: list[int],
    rows: list[sqlite3.Row],
    ids: set[int],
    texts: Mapping[int, sqlite3.Row],
    versions: Mapping[int, list[sqlite3.Row]],
) -> None:
    name = f"story {story.number} ({_addresses(press, story, press.edition.issues)[0]})"
    if not ids:
        said = "; ".join(f"{row['state']}: {row['reason']}" for row in rows) or "never announced"
        books.reasons[said] += 1
        if story.withdrawn is not None and all(row["state"] == "gone" for row in rows):
            books.withdrawn += 1  # served it may have been, to a run that was killed before it could store it
        else:
            books.lost.append(f"{name}: {said}")
        return
    books.stored += 1
    if len(ids) > 1:
        books.double.append(name)
    article_id = min(ids)
    if article_id not in texts or article_id not in versions:
        books.lost.append(f"{name}: an article without words or versions")
        return
    expected = {version: said_of(press, story, version) for version in range(1, len(story.corrected) + 2)}
    text = texts[article_id]
    if served and (text["headline"], _words(text["standfirst"], text["body_text"])) != expected[served[-1]]:
        books.lost.append(f"{name}: its words are not those of version {served[-1]}")
    found = [_version_of(row, expected, text) for row in versions[article_id]]
    books.revisions += len(found) - 1
    books.current[story.number] = found[-1]
    if None in found or found != sorted(set(found)) or not set(found) <= set(served):  # type: ignore[type-var]
        books.wrong_revisions.append(f"{name}: versions {found}, served {served}")


def said_of(press: Press, story: Story, version: int) -> tuple[str, list[str]]:
    """(headline, words of standfirst and text) of a version."""
    printed = press.printed(story.number, version)
    return printed.headline, _words(" ".join(printed.standfirst), "\n".join(part.plain for part in printed.parts))


def _words(standfirst: str | None, body: str | None) -> list[str]:
    return words(f"{standfirst or ''}\n{body or ''}")


def _version_of(row: sqlite3.Row, expected: Mapping[int, tuple[str, list[str]]], text: sqlite3.Row) -> int | None:
    """Which version a row of `revisions` is; the newest has its words in `article_texts`."""
    body = row["body_text"] if row["body_text"] is not None else text["body_text"]
    said = row["headline"], _words(row["standfirst"], body)
    return next((version for version, told in expected.items() if told == said), None)


def _judge_copies(
    books: Books,
    db: sqlite3.Connection,
    press: Press,
    holders: Mapping[int, int],
) -> None:
    """Every text that stands in several papers is linked to the one first seen, and nothing else is."""
    by_text: dict[Any, set[int]] = {}
    for row in db.execute("SELECT article_id, text_sha256 FROM articles WHERE text_sha256 IS NOT NULL"):
        by_text.setdefault(row["text_sha256"], set()).add(row["article_id"])
    expected = {frozenset(ids) for ids in by_text.values() if len(ids) > 1}
    linked: dict[int, set[int]] = {}
    for row in db.execute("SELECT article_id, original_id FROM copies"):
        linked.setdefault(row["original_id"], {row["original_id"]}).add(row["article_id"])
        books.copies += 1
    found = {frozenset(ids) for ids in linked.values()}
    books.wrong_copies = [f"articles {sorted(ids)}" for ids in expected ^ found]
    for number in _reprints(press, holders.values()):
        ids = {article_id for article_id, story in holders.items() if story in (number, press.story(number).reprint_of)}
        is_original = all(books.current.get(holders[article_id]) == 1 for article_id in ids)
        if len(ids) == 2 and is_original and not any(ids <= group for group in found):
            books.wrong_copies.append(f"story {number} is not linked to story {press.story(number).reprint_of}")


def _reprints(press: Press, stories: Iterable[int]) -> list[int]:
    return [number for number in stories if press.story(number).reprint_of is not None]
