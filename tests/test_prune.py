"""Years of crawling stay bounded, and nothing that is looked up, announced, stored or taken down goes with it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from crawler import store
from crawler.errors import UsageError
from crawler.upkeep import prune

AGED = {
    "runs": ("started_at", "finished_at"),
    "fetches": ("fetched_at",),
    "urls": ("first_seen_at", "last_fetched_at", "next_fetch_at"),
    "listing_links": ("first_seen_at", "last_seen_at"),
    "listings": ("last_checked_at", "last_ok_at", "last_listed_at", "next_check_at"),
    "articles": ("first_seen_at", "last_seen_at"),
}


def age(desk, days):
    """Let all that the database knows be so many days older."""
    with closing(sqlite3.connect(desk.database)) as db, db:
        for table, columns in AGED.items():
            for column in columns:
                then = f"strftime('%Y-%m-%dT%H:%M:%SZ', {column}, ?)"
                db.execute(f"UPDATE {table} SET {column} = {then} WHERE {column} NOT NULL", [f"-{days} days"])


def count(desk, table, condition="1"):
    return desk.one(f"SELECT count(*) FROM {table} WHERE {condition}")


def test_the_first_run_of_a_day_lets_go_what_is_old_and_fetches_nothing_as_new(desk, stand):
    assert desk.run("crawl").returncode == 0
    articles, requests = count(desk, "articles"), count(desk, "fetches")
    links, addresses = count(desk, "listing_links"), count(desk, "urls")
    age(desk, 100)
    assert desk.run("crawl", "--all").returncode == 0
    assert count(desk, "fetches", "run_id = 1") == 0 < requests
    assert count(desk, "run_sources", "run_id = 1") == 0
    assert count(desk, "fetches", "run_id = 2 AND outcome = 'new'") == 0
    assert count(desk, "runs") == 2  # for more than a year
    assert (count(desk, "articles"), count(desk, "urls")) == (articles, addresses)
    assert count(desk, "listing_links") == links
    log = (desk.database.parent / desk.one("SELECT log_path FROM runs WHERE run_id = 2")).read_text("utf-8")
    assert f"let go with time: {requests:,} of fetches, 2 of run_sources" in log
    assert desk.run("crawl", "--all").returncode == 0
    log = (desk.database.parent / desk.one("SELECT log_path FROM runs WHERE run_id = 3")).read_text("utf-8")
    assert "let go" not in log  # once a day
    assert desk.rows("PRAGMA foreign_key_check") == []
    assert desk.one("PRAGMA integrity_check") == "ok"


def insert(db, table, **values):
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    return db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values())).lastrowid


@pytest.fixture
def old(tmp_path):
    """A database of which the last reading of one listing lies 500 days back; all else was let go or is to be."""
    path = tmp_path / "news.db"
    with closing(store.open_database(path)) as db:
        now = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now', ?)"
        at = {days: db.execute(f"SELECT {now}", [f"-{days} days"]).fetchone()[0] for days in (1, 100, 200, 500)}
        insert(
            db, "sources", source_id="gazette", name="G", media_type="newspaper", homepage_url="https://example.org/",
            is_enabled=1, added_at=at[500],
        )  # fmt: skip
        for number, days in ((1, 500), (2, 500), (3, 100), (4, 1)):
            insert(
                db, "runs", run_id=number, started_at=at[days], status="ok", command="", version="", host="", pid=1,
                sources_total=1,
            )  # fmt: skip
        for number in (1, 2):
            insert(
                db, "listings", listing_id=number, source_id="gazette", url=f"https://example.org/{number}",
                kind="section", last_listed_at=at[500 if number == 1 else 1],
            )  # fmt: skip
        yield db, at


def address(db, name, state, seen, *, listed=None, listing=2, **values):
    url = f"https://example.org/{name}"
    known = {"url": url, "source_id": "gazette", "state": state, "reason": "so", "first_seen_at": seen}
    number = insert(db, "urls", **known, **values)
    if listed is not None:
        insert(db, "listing_links", listing_id=listing, url_id=number, first_seen_at=seen, last_seen_at=listed)
    return number


def left(db, table, key):
    return [row[0] for row in db.execute(f"SELECT {key} FROM {table} ORDER BY {key}")]


def test_addresses_go_only_when_no_listing_shows_them_and_they_are_no_articles(old):
    db, at = old
    address(db, "outside", "skipped", at[500], listed=at[200])
    address(db, "no-article", "not_article", at[500], listed=at[200])
    address(db, "broken", "failing", at[500], listed=at[500], listing=2)
    stays = [
        address(db, "broken-of-late", "failing", at[200], listed=at[200]),
        address(db, "still-shown", "skipped", at[500], listed=at[500], listing=1),  # its listing answers 304 since then
        address(db, "shown-again", "not_article", at[500], listed=at[1]),
        address(db, "due", "not_article", at[500], listed=at[200], next_fetch_at=at[1]),
        address(db, "taken-down", "skipped", at[500]),
        address(db, "article-that-was", "article", at[500], listed=at[500]),
    ]
    insert(db, "takedowns", url="https://example.org/taken-down", asked_url="x", reason="letter", forgotten_at=at[500])
    foreseen = prune.foresee(db, 90).counts
    done = prune.let_go(db, 90, vacuum=True)
    assert foreseen == done.counts == {"fetches": 0, "run_sources": 0, "urls": 3, "runs": 2}
    assert left(db, "urls", "url_id") == stays
    assert prune.foresee(db, 90).counts["urls"] == 0
    assert done.free_bytes == 0


def test_the_last_reading_and_the_last_verdict_stay_with_their_run(old):
    db, at = old

    def fetch(number, run, at, **values):
        insert(
            db, "fetches", fetch_id=number, run_id=run, source_id="gazette", fetched_at=at, outcome="listed", **values
        )

    fetch(1, 1, at[500], listing_id=1)
    fetch(2, 2, at[500], listing_id=1)  # in the same second
    fetch(3, 2, at[500], listing_id=2)
    fetch(4, 4, at[1], listing_id=2)
    fetch(5, 3, at[100], url_id=address(db, "a", "article", at[100]))
    for run in (1, 2):
        counts = dict.fromkeys(
            ("found_count", "fetched_count", "new_count", "changed_count", "unchanged_count", "failed_count",
             "empty_count", "downloaded_bytes"), 0,
        )  # fmt: skip
        insert(db, "run_sources", run_id=run, source_id="gazette", status="ok", message="", **counts)
    prune.let_go(db, 90)
    assert left(db, "fetches", "fetch_id") == [2, 4]
    assert left(db, "run_sources", "run_id") == [2]
    assert left(db, "runs", "run_id") == [2, 3, 4]


def test_it_goes_in_batches_and_stops_when_it_is_told_to(old, monkeypatch):
    db, at = old
    monkeypatch.setattr(prune, "BATCH", 10)
    monkeypatch.setattr(prune, "MOST_AT_ONCE", 20)
    for number in range(35):
        address(db, str(number), "skipped", at[500])
    asked = iter([True, False])
    done = prune.prune(db, 90, lambda: next(asked))
    assert done.counts["urls"] == 20
    assert prune.prune(db, 90).counts["urls"] == 15


def test_articles_go_only_on_demand_and_never_come_back_as_news(desk, stand):
    assert desk.run("crawl").returncode == 0
    articles = count(desk, "articles")
    age(desk, 100)
    refused = desk.run("prune", "--articles", "90")
    assert refused.returncode == 2
    assert f"{articles} articles would go for good" in refused.stderr
    foreseen = json.loads(desk.run("prune", "--articles", "90", "--dry-run", "--json").stdout)
    assert (foreseen["done"], foreseen["counts"]["articles"], count(desk, "articles")) == (False, articles, articles)
    quiet = desk.run("prune", "--articles", "90", "--yes", "--vacuum", "--quiet")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    for table in ("articles", "article_texts", "revisions", "blocks", "copies", "pages"):
        assert count(desk, table) == 0, table
    assert desk.run("search", "lighthouse").stdout.strip() == ""
    assert desk.run("crawl", "--all").returncode == 0
    assert count(desk, "articles") == 0
    assert count(desk, "fetches", "outcome = 'new'") == 0
    assert count(desk, "urls", "reason LIKE 'was stored, and let go by `worlddesk prune%'") >= articles
    assert desk.run("doctor").returncode == 0


def test_a_crawl_at_work_and_a_wrong_number_are_told(desk, stand, monkeypatch):
    assert desk.run("crawl", "harbour_post").returncode == 0
    assert desk.run("prune", "--days", "7").returncode == 2
    with pytest.raises(UsageError, match="60 at least"):
        prune.days_kept(59)
    monkeypatch.setenv("WORLDDESK_KEEP_DAYS", "soon")
    with pytest.raises(UsageError, match="WORLDDESK_KEEP_DAYS is 'soon'"):
        prune.days_kept()
    assert desk.run("crawl", "--all").returncode == 2
    monkeypatch.setenv("WORLDDESK_KEEP_DAYS", "365")
    assert prune.days_kept() == 365
