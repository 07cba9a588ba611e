"""Each SQL statement of a crawl fails once, as a disk fails: nothing half is seen, and the next try does it all."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any

from sqlite_utils import Database
from stories import FEED, GAZETTE, HOME, SECTION, T0, TRIBUNE, Shelf, article

from crawler import database, migrations, pages, store, takedown
from crawler.errors import DatabaseError

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
LATER = "2026-10-06T10:00:00Z"
URLS = [f"{HOME}/world/a-story-of-ours-{number}" for number in range(6)]
COPY = "https://tribune.example/monde/une-histoire-de-nous"


class Connection:
    """A connection of which the statement with number `fails_at` fails; notes writes outside a transaction."""

    def __init__(self, real: sqlite3.Connection):
        self.real = real
        self.fails_at = 0
        self.count = 0
        self.is_immediate = False
        self.careless: list[str] = []

    def execute(self, sql: str, *parameters: Any) -> Any:
        self.count += 1
        if self.count == self.fails_at:
            raise sqlite3.OperationalError("disk I/O error")
        if sql.startswith("BEGIN"):
            self.is_immediate = sql == "BEGIN IMMEDIATE"
        if _WRITES.match(sql) and not (self.real.in_transaction and self.is_immediate):
            self.careless.append(sql)
        return self.real.execute(sql, *parameters)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


def state(db: Any) -> str:
    """All that is in the database, but for the time of day."""
    return _INSTANT.sub("T", "\n".join(db.conn.real.iterdump()))


def steps(shelf: Shelf) -> dict[str, Callable[[], Any]]:
    """What a crawl writes, one transaction each."""
    page = pages.packed(b"<html>page</html>", "utf-8")
    return {
        "sources": lambda: store.sync_sources(shelf.db, (GAZETTE, replace(TRIBUNE, name="Tribune"))),
        "robots": lambda: store.save_robots(shelf.db, "gazette.example", 200, "User-agent: *", T0),
        "rest": lambda: store.rest_host(shelf.db, "gazette.example", LATER, "429, Retry-After 600"),
        "run": shelf.begin,
        "feed": lambda: shelf.announce(*URLS, listing=FEED),
        "section": lambda: shelf.announce(*URLS[:3], listing=SECTION),
        "new": lambda: shelf.read(URLS[0], page=page),
        "second": lambda: shelf.read(URLS[1], article(URLS[1], 2)),
        "copy": lambda: shelf.read(COPY, article(COPY, 1)),
        "changed": lambda: shelf.read(URLS[0], article(URLS[0], 1, headline="Corrected"), at=LATER),
        "unchanged": lambda: shelf.read(URLS[1], article(URLS[1], 2), at=LATER),
        "duplicate": lambda: shelf.read(URLS[2], article(URLS[1], 2), final_url=URLS[1]),
        "chinese": lambda: shelf.read(URLS[3], article(URLS[3], 4, headline="和平会谈在日内瓦恢复", language="zh")),
        "gone": lambda: shelf.fail(URLS[1], "gone", at=LATER, status_code=410),
        "blocked": lambda: shelf.fail(URLS[4], "blocked", status_code=403),
        "error": lambda: shelf.fail(URLS[5], "error"),
        "forgotten": lambda: takedown.forget(shelf.db, URLS[1], "letter", LATER),
        "end": lambda: store.finish_run(shelf.db, shelf.run_id, source_ids=["gazette", "tribune"], page_days=30),
    }


def test_whichever_statement_fails_nothing_half_is_seen_and_the_next_try_does_it_all(tmp_path):
    shelf = Shelf(tmp_path / "news.db")
    connection = Connection(shelf.db.conn)
    shelf.db.conn = connection  # type: ignore[assignment]
    failed = 0
    for name, step in steps(shelf).items():
        before, number = state(shelf.db), 0
        while True:
            number += 1
            connection.count, connection.fails_at = 0, number
            try:
                step()
            except (DatabaseError, sqlite3.OperationalError):
                failed += 1
                connection.fails_at = 0
                assert not connection.real.in_transaction, (name, number)
                assert state(shelf.db) == before, (name, number)
            else:
                break
        assert number > 2, name
        assert state(shelf.db) != before, name
    assert failed > 250
    assert connection.careless == []
    assert shelf.one("SELECT count(*) FROM articles") == 3
    assert shelf.rows("SELECT state, count(*) FROM urls GROUP BY state ORDER BY state") != []
    assert shelf.one("SELECT sum(revision_count) FROM articles") == shelf.one("SELECT count(*) FROM revisions")
    assert shelf.rows("PRAGMA foreign_key_check") == []
    assert shelf.one("PRAGMA integrity_check") == "ok"
    shelf.db.execute("BEGIN")
    shelf.db.execute("INSERT INTO article_texts_fts(article_texts_fts, rank) VALUES ('integrity-check', 1)")
    shelf.db.conn = connection.real
    shelf.db.rollback()
    shelf.close()


def test_a_database_of_an_older_version_that_fails_on_its_way_up_is_as_it_was(tmp_path, monkeypatch):
    """Whichever statement of the migrations fails; then they go through."""
    old = Database(tmp_path / "news.db")
    migrations.migrations.apply(old, stop_before="m005_union")
    before = "\n".join(old.conn.iterdump())
    old.close()
    real = database.connect

    def connect(path, mode):
        db = real(path, mode)
        if mode == "rw":
            db.conn = Connection(db.conn)
            db.conn.fails_at = fails_at
        return db

    monkeypatch.setattr(database, "connect", connect)
    for fails_at in (*range(1, 20), *range(20, 10_000, 53)):
        with suppress(DatabaseError):
            store.open_database(tmp_path / "news.db").close()
            break
        with closing(sqlite3.connect(tmp_path / "news.db")) as look:
            assert "\n".join(look.iterdump()) == before, fails_at
    assert fails_at > 200
    monkeypatch.undo()
    with store.open_database(tmp_path / "news.db") as db:
        assert migrations.is_current(db)
