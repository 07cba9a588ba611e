"""The invented newspaper with a line below every text that only a memory can know: gone from the fourth page on,
and from the first three when they are read again."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from crawls import Desk
from stories import T0

from crawler import pages, reextract, remember, store, takedown
from crawler.catalogue import Listing, Source
from crawler.database import transaction
from crawler.demo.manuscript import REFRAIN, typeset
from crawler.demo.paper import Paper
from crawler.demo.server import Newsstand
from crawler.errors import UsageError
from crawler.extract import extract
from crawler.items import Exchange
from crawler.run import locked
from crawler.workers.pool import Pool

LINE = typeset(REFRAIN, "fr")
PAPER = Paper(refrain=True, base=datetime(2026, 10, 6, 7, tzinfo=UTC))  # an hour before T0: second looks are to come
FEED = f"{PAPER.url}/rss.xml"
COURIER = Source(
    "courier", PAPER.name, PAPER.url, "FR", "fr", "Europe/Paris", (Listing(FEED, "feed"),)
)  # fmt: skip
POOL = Pool(most=1)
PRINTED = [article for article in PAPER.articles if article.shown_parts is None and not article.is_agency_text]


def teardown_module():
    POOL.close()


class Archive:
    """A database into which the paper is read page by page, as a crawl does it."""

    def __init__(self, path):
        self.path = path
        self.db = store.open_database(path)
        store.sync_sources(self.db, [COURIER])
        self.run_id = store.begin_run(self.db, command="test", trigger="test", version="0.1.0", sources_total=1)

    def read(self, number: int, at: str = T0) -> str:
        """The page of an article, as its paper printed it; the outcome that the store finds."""
        article = PRINTED[number]
        url, body = PAPER.site.address(article), PAPER[PAPER.path(article)].body
        memory = remember.recall(self.db, "courier")
        found = extract(body, url, charset="utf-8", timezone="Europe/Paris", language="fr", memory=memory)
        page = pages.packed(body, "utf-8")
        exchange = Exchange("courier", url, "read", at, final_url=url, status_code=200, article=found, page=page)
        return store.record(self.db, self.run_id, exchange)

    def with_line(self) -> list[int]:
        """Articles whose text ends with the line."""
        rows = self.db.execute("SELECT article_id, body_text FROM article_texts ORDER BY article_id")
        return [article_id for article_id, body in rows if body.endswith(LINE)]

    def again(self, *names: str, since: str | None = None, write: bool = True) -> list[reextract.Reread]:
        chosen = reextract.kept_articles(self.db, names, since)
        return list(reextract.read_again(self.db, chosen, {"courier": COURIER}, POOL, write=write))

    def rows(self, sql: str) -> list[tuple]:
        return self.db.execute(sql).fetchall()


@pytest.fixture
def archive(tmp_path):
    archive = Archive(tmp_path / "news.db")
    for number in range(8):
        assert archive.read(number) == "new"
    yield archive
    archive.db.close()


def test_the_fourth_page_is_the_first_without_the_line(archive):
    assert archive.with_line() == [1, 2, 3]


def test_no_page_alone_tells_it_from_the_text():
    pages_read = (extract(PAPER[PAPER.path(a)].body, PAPER.site.address(a), charset="utf-8") for a in PRINTED)
    assert sum(page.blocks[-1].text == LINE for page in pages_read) == len(PRINTED)


def test_reading_again_cleans_the_first_pages(archive):
    told = [reread for reread in archive.again() if reread.changes]
    assert [change.field for reread in told for change in reread.changes] == ["body"] * 3
    assert {tuple(change.removed) for reread in told for change in reread.changes} == {(LINE,)}
    assert archive.with_line() == []
    assert [reread for reread in archive.again() if reread.changes] == []


def test_a_dry_run_stores_nothing(archive):
    before = archive.rows("SELECT * FROM articles")
    assert sum(bool(reread.changes) for reread in archive.again(write=False)) == 3
    assert archive.with_line() == [1, 2, 3]
    assert archive.rows("SELECT * FROM articles") == before


def test_a_better_reading_is_no_revision(archive):
    counts = archive.rows("SELECT word_count FROM articles WHERE article_id = 1")[0][0]
    archive.again()
    [row] = archive.db.query("SELECT * FROM articles WHERE article_id = 1")
    assert (row["revision_count"], row["last_changed_at"], row["last_seen_at"]) == (1, None, T0)
    assert row["word_count"] < counts
    assert archive.rows("SELECT count(*) FROM revisions") == [(8,)]
    last = "SELECT word_count, text_sha256 FROM revisions WHERE article_id = 1"
    assert archive.rows(last) == [(row["word_count"], row["text_sha256"])]
    assert archive.rows("SELECT rowid FROM article_texts_fts WHERE article_texts_fts MATCH 'cloche troisieme'") == []


def test_a_second_look_after_it_is_no_revision_either(archive):
    archive.again()
    assert [archive.read(number, at="2026-10-06T10:00:00Z") for number in range(4)] == ["unchanged"] * 4


def test_an_upgrade_is_no_revision(archive):
    with transaction(archive.db):
        archive.db.execute("UPDATE articles SET extractor = 'worlddesk 0.0.1' WHERE article_id IN (4, 5)")
        for table in ("articles", "article_texts", "revisions"):
            archive.db.execute(f"UPDATE {table} SET headline = 'Read by an older version' WHERE article_id = 5")
        archive.db.execute("UPDATE urls SET next_fetch_at = NULL WHERE article_id = 4")
    told = list(reextract.catch_up(archive.db, {"courier": COURIER}, POOL))
    assert [reread.url for reread in told] == [PAPER.site.address(PRINTED[4])]
    assert archive.read(4, at="2026-10-06T10:00:00Z") == "unchanged"
    assert list(reextract.catch_up(archive.db, {"courier": COURIER}, POOL)) == []


def test_what_is_taken_down_while_others_are_read_again_stays_down(archive):
    """A takedown waits for nobody: neither for the pages before it nor for the worker that reads it."""
    chosen = reextract.kept_articles(archive.db)

    class Reader:
        def submit(self, *task, **how):
            if archive.db["articles"].count == len(chosen):
                for number in chosen[:2]:
                    (url,) = archive.db.execute("SELECT url FROM articles WHERE article_id = ?", [number]).fetchone()
                    takedown.forget(archive.db, url, "a letter", T0)
            return POOL.submit(*task, **how)

    told = list(reextract.read_again(archive.db, chosen, {"courier": COURIER}, Reader(), write=True))
    assert [reread.problem for reread in told] == ["it was taken down meanwhile (stage: store)"] + [None] * (
        len(chosen) - 2
    )
    for table in ("articles", "article_texts", "pages"):
        assert not archive.db.execute(f"SELECT 1 FROM {table} WHERE article_id IN (?, ?)", chosen[:2]).fetchone()


def test_fields_follow_todays_reading(archive):
    with transaction(archive.db):
        archive.db.execute(
            "UPDATE articles SET headline = 'Wrong | Site', authors_json = '[\"By Nobody\"]', published_at = NULL, "
            "published_on = NULL, extractor = 'worlddesk 0.0.1' WHERE article_id = 5"
        )
        archive.db.execute("UPDATE article_texts SET headline = 'Wrong | Site' WHERE article_id = 5")
        archive.db.execute("UPDATE revisions SET headline = 'Wrong | Site' WHERE article_id = 5")
        archive.db.execute("DELETE FROM blocks WHERE article_id = 5")
    printed = PRINTED[4]
    [told] = [reread for reread in archive.again() if reread.url == PAPER.site.address(printed)]
    changes = {change.field: change for change in told.changes}
    assert changes["headline"] == reextract.Change("headline", ["Wrong | Site"], [printed.headline])
    assert changes["authors"] == reextract.Change("authors", ["By Nobody"], list(printed.authors))
    assert changes["published_at"].added
    assert changes["subheads"].added
    assert changes["subheads"].removed == []
    assert "body" not in changes
    [row] = archive.db.query("SELECT headline, extractor FROM articles WHERE article_id = 5")
    assert row["headline"] == printed.headline
    assert row["extractor"] != "worlddesk 0.0.1"
    assert archive.rows("SELECT headline FROM revisions WHERE article_id = 5") == [(printed.headline,)]
    assert archive.rows("SELECT count(*) FROM blocks WHERE article_id = 5")[0][0] > 0


def test_a_later_page_takes_nothing_back(archive):
    with transaction(archive.db):
        archive.db.execute("UPDATE pages SET fetched_at = '2026-10-09T08:00:00Z'")
        archive.db.execute("UPDATE articles SET published_at = '2001-01-01T00:00:00Z', published_on = '2001-01-01'")
        archive.db.execute("UPDATE articles SET image_credit = 'Li Wei'")
    fields = {change.field for reread in archive.again() for change in reread.changes}
    assert fields.isdisjoint({"published_at", "image_credit"})


def test_one_bad_page_stops_no_other(archive):
    with transaction(archive.db):
        archive.db.execute("UPDATE pages SET content = x'00' WHERE article_id = 2")
        empty = pages.packed(b"<h1>A page</h1><p>without its text</p>", None).packed
        archive.db.execute("UPDATE pages SET content = ? WHERE article_id = 3", [empty])
    told = archive.again()
    assert ["unpack" in (told[1].problem or ""), bool(told[2].problem)] == [True, True]
    assert [reread.problem for reread in (told[0], *told[3:])] == [None] * 6
    assert archive.with_line() == [2, 3]


def test_sources_and_days_choose(archive):
    with transaction(archive.db):
        archive.db.execute("UPDATE pages SET fetched_at = '2026-11-01T08:00:00Z' WHERE article_id > 6")
    assert len(archive.again("courier", since="2026-10-20")) == 2
    with pytest.raises(UsageError, match="did you mean courier"):
        archive.again("courrier")
    with pytest.raises(UsageError, match="is no day"):
        archive.again(since="yesterday")


def test_without_its_file_a_source_is_read_as_the_database_knows_it(archive):
    chosen = reextract.kept_articles(archive.db)
    told = list(reextract.read_again(archive.db, chosen, {}, POOL, write=False))
    assert sum(bool(reread.changes) for reread in told) == 3


def test_a_licence_that_ended_leaves_no_words(archive):
    licensed = replace(COURIER, rights=None)
    store.sync_sources(archive.db, [licensed])
    with transaction(archive.db):
        body = PAPER[PAPER.path(PRINTED[0])].body.replace(b"<head>", b'<head><meta name="tdm-reservation" content="1">')
        archive.db.execute("UPDATE pages SET content = ? WHERE article_id = 1", [pages.packed(body, None).packed])
    [told, *_] = archive.again()
    assert "0 words are found today" in (told.problem or "")


# --- the command, after real crawls


def as_an_older_version_read(database, source) -> None:
    """Leave the headlines of a source as a version read them that was replaced since."""
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        db.execute("UPDATE articles SET extractor = 'worlddesk 0.0.1' WHERE source_id = ?", [source])
        for table in ("article_texts", "revisions", "articles"):
            db.execute(
                f"UPDATE {table} SET headline = 'As it was read then' "
                "WHERE article_id IN (SELECT article_id FROM articles WHERE source_id = ?)",
                [source],
            )


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """The paper with its line, crawled; then its next edition; then printed anew in another style."""
    desk = Desk(tmp_path_factory.mktemp("reextract"))
    with Newsstand(refrain=True) as stand:
        stand.write_sources(desk.sources)
        desk.runs = [desk.run("crawl", "--json")]
        desk.early = tmp_path_factory.mktemp("early") / "news.db"
        shutil.copy(desk.database, desk.early)
        as_an_older_version_read(desk.database, "harbour_post")
        stand.turn_page()
        desk.runs.append(desk.run("crawl", "--all", "--json"))
        stand.restyle()
        desk.runs.append(desk.run("crawl", "--all", "--json"))
        desk.status = desk.run("status", "harbour_post")
        desk.runs.append(desk.run("crawl", "--all", "--json"))
    return desk


def with_line(database) -> int:
    """Articles of the Courier, not withdrawn, whose text holds the line."""
    sql = (
        "SELECT count(*) FROM article_texts JOIN articles USING (article_id) "
        "WHERE source_id = 'meridian_courier' AND gone_at IS NULL AND body_text LIKE ?"
    )
    with closing(sqlite3.connect(database)) as db:
        return db.execute(sql, [f"%{LINE}%"]).fetchone()[0]


def test_a_crawl_learns_while_it_runs(desk):
    assert [run.returncode for run in desk.runs] == [0] * 4, desk.runs[0].stderr
    first = "SELECT count(*) FROM fetches WHERE run_id = 1 AND outcome = 'new' AND source_id = 'meridian_courier'"
    assert desk.one(first) >= 40
    assert desk.one("SELECT count(*) FROM source_blocks WHERE source_id = 'meridian_courier' AND text = ?", LINE) == 1
    # of the first three a second address may bring one again; others are read before the third is stored
    assert 1 <= with_line(desk.early) < 40
    assert with_line(desk.database) == 0  # the new style brought every page again


def test_no_edition_no_style_and_no_upgrade_made_a_false_revision(desk):
    changed = desk.rows("SELECT run_id, count(*) FROM fetches WHERE outcome = 'changed' GROUP BY run_id")
    assert changed == [(2, 1)]
    assert desk.one("SELECT count(*) FROM headline_changes") == 1
    assert desk.one("SELECT count(*) FROM articles WHERE headline = 'As it was read then'") == 0


def test_a_new_style_is_noticed_once(desk):
    told = desk.rows("SELECT run_id, status, message FROM run_sources WHERE message LIKE '%layout%'")
    assert [(run_id, status) for run_id, status, _ in told] == [(3, "degraded")]
    assert "layout changed: the text stood in" in told[0][2]
    assert "layout changed" in desk.status.stdout


def test_pages_are_kept_of_what_is_stored(desk):
    assert desk.one("SELECT count(*) FROM pages") >= 40
    assert desk.one("SELECT count(*) FROM pages WHERE article_id IN (SELECT article_id FROM articles)") >= 40


def test_the_command_shows_and_stores(desk):
    stored, where = with_line(desk.early), ("--db", str(desk.early))
    dry = desk.run("reextract", "meridian_courier", "--dry-run", *where)
    assert (dry.returncode, dry.stderr) == (0, "")
    assert dry.stdout.count(f"\tbody\t-\t{LINE}") == stored
    assert "not stored" in dry.stdout.splitlines()[-1]
    told = json.loads(desk.run("reextract", "meridian_courier", "--json", *where).stdout)
    assert (told["changed"], told["failed"], told["written"]) == (stored, 0, True)
    assert told["pages"] == told["changed"] + told["unchanged"]
    assert with_line(desk.early) == 0
    assert json.loads(desk.run("reextract", "--json", "meridian_courier", *where).stdout)["changed"] == 0


def test_exit_codes(desk, tmp_path):
    assert desk.run("reextract", "nobody").returncode == 2
    assert desk.run("reextract", "--since", "soon").returncode == 2
    assert desk.run("reextract", "--db", str(tmp_path / "none.db")).returncode == 1
    with locked(desk.database):
        held = desk.run("reextract")
    assert held.returncode == 75
    assert "held by another run" in held.stderr
