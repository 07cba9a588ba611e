"""What is taken down is gone from every table and file, and nothing brings it back."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from stories import FEED, HOME, SECTION, T0, Shelf, article, paragraph

from crawler import archives, pages, takedown
from crawler.cli import main
from crawler.errors import UsageError
from crawler.items import Block, Exchange, Link

ONE, TWO, THREE = (f"{HOME}/world/{name}" for name in ("one", "two", "three"))
COPY = "https://tribune.example/monde/un"
LATER = "2026-10-07T08:00:00Z"
SECRET = "Zyxwvut"


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path / "news.db")
    yield shelf
    shelf.close()


def telling(url, seed=1):
    """An article that holds the word by which it is looked for, in each of its parts, in two scripts."""
    made = article(url, seed, headline=f"{SECRET} said")
    blocks = [Block("paragraph", f"{SECRET} {paragraph(seed)} 灯台が閉じた"), Block("subhead", f"{SECRET} 2", 2)]
    return replace(made, blocks=[*blocks, Block("caption", f"{SECRET} 3"), *made.blocks])


def take_down(shelf, url=ONE):
    taken = takedown.forget(shelf.db, url, "letter of 2026-11-20", LATER)
    takedown.clean_up(shelf.db)
    return taken


def words_left(shelf):
    """How often the word is found in the bytes of the file and of its write-ahead log."""
    files = [Path(f"{shelf.path}{ending}") for ending in ("", "-wal")]
    return sum(file.read_bytes().lower().count(SECRET.lower().encode()) for file in files if file.exists())


def test_no_byte_of_it_stays(shelf):
    shelf.announce(Link(ONE, f"{SECRET} in short", rank=1), TWO)
    shelf.read(ONE, telling(ONE), page=pages.packed(SECRET.encode() * 20, None))
    shelf.read(ONE, telling(ONE, 2), at=LATER)
    shelf.read(TWO, article(TWO, 9))
    assert words_left(shelf) > 5
    taken = take_down(shelf)
    assert (taken.headline, taken.revision_count, taken.addresses) == (f"{SECRET} said", 2, [ONE])
    assert shelf.rows("SELECT url FROM articles") == [(TWO,)]
    for table in ("article_texts", "revisions"):
        assert shelf.one(f"SELECT count(*) FROM {table}") == 1
    assert shelf.one("SELECT count(*) FROM article_texts_fts WHERE article_texts_fts MATCH ?", SECRET) == 0
    assert shelf.one("SELECT count(*) FROM article_texts_cjk_fts WHERE article_texts_cjk_fts MATCH '\"灯 台\"'") == 0
    assert words_left(shelf) == 0
    shelf.db.execute("INSERT INTO article_texts_fts(article_texts_fts, rank) VALUES ('integrity-check', 1)")
    assert shelf.rows("PRAGMA foreign_key_check") == []


def test_a_tombstone_with_date_and_reason_stays(shelf):
    shelf.announce(Link(ONE, "Talks", rank=1))
    shelf.read(ONE)
    take_down(shelf)
    (row,) = shelf.db.query("SELECT * FROM takedowns")
    assert row["text_sha256"] is not None
    assert (row["url"], row["source_id"], row["reason"], row["forgotten_at"]) == (
        ONE, "gazette", "letter of 2026-11-20", LATER,
    )  # fmt: skip
    url = shelf.url(ONE)
    assert (url["state"], url["reason"]) == ("skipped", "taken down 2026-10-07: letter of 2026-11-20")
    assert (url["article_id"], url["announced_title"], url["next_fetch_at"], url["etag"]) == (None, None, None, None)


def test_a_page_that_was_kept_aside_goes_too(shelf):
    shelf.db["quarantine"].insert(
        {
            "source_id": "gazette", "url": ONE, "kind": "article", "content_sha256": "9f", "content_bytes": 1,
            "stage": "body", "limit_met": "over 10 s of CPU", "is_certain": 1, "extractor": "worlddesk 0.4.0",
            "first_ended_at": T0, "last_ended_at": T0, "ended_count": 1, "content": SECRET.encode(),
        }
    )  # fmt: skip
    take_down(shelf)
    assert shelf.one("SELECT count(*) FROM quarantine") == 0
    assert words_left(shelf) == 0


def test_no_listing_brings_it_back(shelf):
    shelf.announce(ONE)
    shelf.read(ONE)
    take_down(shelf)
    assert shelf.announce(Link(ONE, "Talks again", rank=1), at=LATER) == []
    assert shelf.announce(Link(ONE, "Talks again", rank=1), at=LATER, listing=SECTION) == []
    assert shelf.one("SELECT count(*) FROM listing_links WHERE title IS NOT NULL") == 0
    assert shelf.url(ONE)["state"] == "skipped"
    assert shelf.url(ONE)["announced_title"] is None


def test_nor_does_an_archive(shelf):
    take_down(shelf)
    place = archives.Place("gazette", f"{HOME}/sitemap.xml", "sitemap", "robots.txt")
    found = archives.Found("sitemap", total=1, taken=[(Link(ONE, "Talks"), None)])
    exchange = Exchange("gazette", place.url, "listed", LATER, status_code=200)
    assert archives.announce(shelf.db, shelf.run_id, exchange, place, found) == []
    assert shelf.one("SELECT count(*) FROM urls") == 0


def test_nor_does_an_answer_that_was_under_way(shelf):
    shelf.announce(ONE)
    take_down(shelf)
    assert shelf.read(ONE) == "not_article"
    assert shelf.fail(ONE, "error") == "not_article"
    assert shelf.url(ONE)["next_fetch_at"] is None
    assert shelf.one("SELECT count(*) FROM articles") == 0


@pytest.mark.parametrize(
    "back",
    [
        lambda: (TWO, {"final_url": ONE, "article": article(ONE, 3)}),
        lambda: (TWO, {"article": replace(article(TWO, 3), canonical_url=ONE)}),
        lambda: (TWO, {"article": article(TWO, 1)}),
    ],
    ids=["by a redirect", "by a claim", "by its words"],
)
def test_nor_does_another_address(shelf, back):
    shelf.announce(ONE, TWO)
    shelf.read(ONE)
    take_down(shelf)
    url, changes = back()
    assert shelf.read(url, at=LATER, **changes) == "not_article"
    assert "taken down" in shelf.url(TWO)["reason"]
    assert shelf.one("SELECT count(*) FROM articles") == 0
    assert shelf.rows("SELECT url, asked_url FROM takedowns ORDER BY url") == [(ONE, ONE), (TWO, ONE)]


def test_what_was_taken_down_is_not_missing(shelf):
    """Also where it was never read: an address that fails and is taken down is no gap to be looked into."""
    shelf.announce(ONE)
    shelf.fail(ONE, "error")
    assert shelf.one("SELECT count(*) FROM missing") == 1
    take_down(shelf)
    assert shelf.one("SELECT count(*) FROM missing") == 0


def test_every_address_of_the_article_goes_with_it(shelf):
    shelf.announce(ONE, TWO)
    shelf.read(ONE)
    shelf.read(TWO, article(TWO, 1))
    taken = take_down(shelf, TWO)
    assert taken.addresses == [ONE, TWO]
    assert shelf.one("SELECT count(*) FROM articles") == 0


def test_copies_elsewhere_are_named_and_stay(shelf):
    shelf.read(ONE, telling(ONE))
    shelf.read(COPY, telling(COPY), at=LATER)
    assert shelf.one("SELECT count(*) FROM copies") == 1
    assert take_down(shelf).copies == [COPY]
    assert shelf.rows("SELECT url FROM articles") == [(COPY,)]
    assert shelf.read(COPY, telling(COPY), at=LATER) == "unchanged"  # the takedown is the other paper's


def test_other_articles_of_the_source_are_stored_as_ever(shelf):
    shelf.read(ONE)
    take_down(shelf)
    assert shelf.read(THREE, article(THREE, 7)) == "new"


def test_it_can_be_lifted(shelf):
    shelf.announce(ONE, TWO)
    shelf.read(ONE)
    take_down(shelf)
    shelf.read(TWO, article(TWO, 1), at=LATER)
    assert takedown.lift(shelf.db, TWO, LATER) == [ONE, TWO]
    assert takedown.lift(shelf.db, TWO, LATER) == []
    assert shelf.url(ONE)["next_fetch_at"] == LATER
    assert shelf.read(ONE, at=LATER) == "new"


def test_what_is_no_address_is_named():
    with pytest.raises(UsageError, match="talks is no http"):
        takedown.addresses([ONE, "talks"])
    assert takedown.addresses([f"{ONE}?utm_source=x#top", ONE]) == [ONE]


def run(shelf, *arguments):
    return CliRunner().invoke(main, ["forget", *arguments, "--db", str(shelf.path)])


def test_the_command(shelf):
    shelf.read(ONE)
    assert run(shelf, ONE).exit_code == 2
    foreseen = run(shelf, ONE, "--dry-run", "--json")
    assert json.loads(foreseen.stdout)["articles"][0]["revision_count"] == 1
    assert shelf.one("SELECT count(*) FROM articles") == 1
    done = run(shelf, f"{ONE}/?utm_medium=mail", THREE, "--reason", "letter\nof 2026-11-20")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0].startswith("gazette\tHarbour talks enter day 1\t1\t")
    assert "(not stored)" in done.stdout.splitlines()[1]
    assert shelf.rows("SELECT DISTINCT reason FROM takedowns") == [("letter of 2026-11-20",)]
    assert run(shelf, ONE, "--undo").stdout == f"{ONE}\n"


def test_a_takedown_while_a_crawl_writes_waits_for_its_turn(shelf):
    shelf.read(ONE)
    with closing(sqlite3.connect(shelf.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchall()
        assert run(shelf, ONE, "--reason", "letter").exit_code == 0
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == (1,)
    assert shelf.one("SELECT count(*) FROM articles") == 0
    assert shelf.announce(ONE, at=T0, listing=FEED) == []
