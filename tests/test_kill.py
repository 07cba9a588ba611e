"""kill -9 at random points of real crawls, fifty times; and that what the bench looks for would be found."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib import import_module
from pathlib import Path
from random import Random

import pytest
from stories import HOME, Shelf

from crawler.items import Link

ROOT = Path(__file__).resolve().parent.parent
TALKS = f"{HOME}/world/harbour-talks-enter-day-one"


@pytest.fixture(scope="module")
def bench():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "bench"))
        yield {name: import_module(name) for name in ("audit", "kill", "press")}


def test_fifty_kills_lose_nothing(tmp_path):
    """Most processes are forked from one that has loaded everything: fifty starts would take a minute more."""
    command = [sys.executable, "bench/kill.py", "--kills", "50", "--sites", "2", "--stories", "32", "--json"]
    completed = subprocess.run(
        [*command, "--seed", "5", "--keep", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=600
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr
    told = json.loads(completed.stdout)
    assert (told["kills"], told["faults"]) == (50, [])
    assert sum(kind["kills"] > 0 for kind in told["kinds"].values()) == len(told["kinds"])
    assert sum(kind["power_cuts"] for kind in told["kinds"].values()) > 10
    assert sum(kind["in_transaction"] for kind in told["kinds"].values()) > 0
    assert told["articles"] >= 32


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path / "news.db")
    shelf.announce(Link(TALKS, rank=1))
    shelf.read(TALKS)
    yield shelf
    shelf.close()


def test_a_sound_database_has_no_faults(shelf, bench):
    assert bench["audit"].damage(shelf.path) == []
    assert bench["audit"].broken_rules(shelf.path) == []
    assert bench["audit"].open_runs(shelf.path) == 1


@pytest.mark.parametrize(
    ("harm", "rule"),
    [
        ("DELETE FROM article_texts", "articles without words"),
        ("DELETE FROM revisions", "articles without their first version"),
        ("UPDATE articles SET revision_count = 2", "more or fewer versions"),
        ("DELETE FROM fetches WHERE url_id IS NOT NULL", "articles that no request brought"),
        ("UPDATE urls SET state = 'failing', reason = 'a', next_fetch_at = seen", "validators of what is not stored"),
        ("UPDATE urls SET article_id = NULL", "called articles without an article"),
        ("DELETE FROM listing_links", "fewer links are stored than were read"),
    ],
)
def test_what_contradicts_itself_is_found(shelf, bench, harm, rule):
    with closing(sqlite3.connect(shelf.path)) as db, db:
        db.execute(harm.replace("seen", "first_seen_at"))
    assert any(rule in fault for fault in bench["audit"].broken_rules(shelf.path))


def test_an_index_that_lacks_words_is_found(shelf, bench):
    with closing(sqlite3.connect(shelf.path)) as db, db:
        db.execute("DROP TRIGGER article_texts_au")
        db.execute("UPDATE article_texts SET headline = 'Another one'")
    assert any("article_texts_fts" in fault for fault in bench["audit"].damage(shelf.path))


def test_what_a_reader_saw_and_is_gone_is_found(shelf, bench):
    with closing(sqlite3.connect(shelf.path, isolation_level=None)) as db:
        seen = bench["kill"].Acknowledged.of(db)
        assert seen.missing_in(bench["kill"].Acknowledged.of(db)) == []
        db.execute("DELETE FROM fetches WHERE url_id IS NOT NULL")
        db.execute("DELETE FROM articles")
        assert len(seen.missing_in(bench["kill"].Acknowledged.of(db))) == 2


def test_a_power_cut_takes_what_was_not_committed_and_nothing_else(shelf, bench, tmp_path):
    """The log behind the last commit is cut and garbled; what was committed is read from the log alone."""
    (tmp_path / "copy").mkdir()
    shelf.announce(*(Link(f"{HOME}/world/another-story-of-ours-{number}", rank=number) for number in range(1, 9)))
    shelf.db.execute("BEGIN IMMEDIATE")
    shelf.db.execute("PRAGMA cache_size = 1")  # so that the log has frames of what is never committed
    shelf.db.execute("CREATE TABLE lost AS SELECT a.url, b.url AS other FROM urls a, urls b, urls c, urls d")
    for number in range(20):
        copy = tmp_path / "copy" / "news.db"
        for suffix in ("", "-wal"):
            shutil.copy(f"{shelf.path}{suffix}", f"{copy}{suffix}")
        assert bench["kill"].spoil(copy, shelf.path, Random(number), cut=True) > 0
        assert bench["audit"].damage(copy) == []
        with closing(sqlite3.connect(copy)) as db:
            assert db.execute("SELECT count(*) FROM urls").fetchone()[0] == 9
            assert db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'lost'").fetchone()[0] == 0
    shelf.db.execute("ROLLBACK")
