"""What the doctor mends: in place after a safety copy, or out of a damaged file into a new one."""

from __future__ import annotations

import fcntl
import json
import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from crawls import Desk
from sqlite_utils import Database
from stories import HOME, stocked

from crawler import migrations, store
from crawler.errors import DatabaseError
from crawler.upkeep import integrity, repair
from crawler.upkeep.salvage import salvage

PAGE = 4096


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    desk.sources.mkdir()
    (desk.sources / "gazette.toml").write_text(
        f'name = "The Gazette"\nhome = "{HOME}/"\ncountry = "GB"\nlanguage = "en"\ntimezone = "Europe/London"\n'
        f'[[listing]]\nurl = "{HOME}/world"\nkind = "section"\n'
    )
    stocked(desk.database, 200)
    return desk


def checked(desk, *options):
    told = desk.run("doctor", "--json", *options)
    assert "Traceback" not in told.stderr
    return told.returncode, json.loads(told.stdout)


def find(checks, name):
    return [check for check in checks if check["name"] == name]


def harm(path, *statements):
    with closing(sqlite3.connect(path, isolation_level=None)) as careless:
        for statement in statements:
            careless.execute(statement)


def spoil(path, table, offset=0, content=b"\xff" * PAGE):
    """Overwrite the root page of a table or index, or one near it."""
    with closing(sqlite3.connect(path)) as db:
        root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table]).fetchone()[0]
    with path.open("r+b") as file:
        file.seek((root - 1 + offset) * PAGE)
        file.write(content)


def test_nothing_to_mend_changes_nothing(desk):
    before = desk.database.read_bytes()
    code, found = checked(desk, "--repair")
    assert (code, find(found, "repair")[0]["message"]) == (0, "nothing to mend")
    assert desk.database.read_bytes() == before
    assert not list(desk.folder.glob("*before-repair*"))


def test_what_somebody_did_to_the_file_is_mended_after_a_safety_copy(desk):
    """References, triggers, indexes, views, dictionary, full text, and a run that died."""
    harm(
        desk.database,
        "PRAGMA foreign_keys = OFF",
        "DROP TRIGGER article_texts_au",
        "DROP INDEX articles_by_published",
        "UPDATE article_texts SET body_text = 'quite other words', checksum = NULL WHERE article_id = 7",
        "DELETE FROM articles WHERE article_id = 9",
        "DELETE FROM sources WHERE source_id = 'tribune'",
        "UPDATE runs SET status = 'running', finished_at = NULL",
        "DROP VIEW source_days",
        "DELETE FROM data_dictionary",
    )
    before = desk.rows("SELECT article_id, body_text FROM article_texts WHERE article_id <> 9")
    code, found = checked(desk, "--repair")
    assert code == 0, found
    done = [check["message"] for check in find(found, "repair")]
    assert done[:-1] == [
        "schema and views brought up to date",
        "missing indexes and triggers made",
        "rows that referred to nothing removed",
        "runs that ended without a word closed",
        "full-text index built anew",
    ]
    copy = Path(done[-1].partition(": ")[2])
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("SELECT count(*) FROM data_dictionary").fetchone() == (0,)
        assert kept.execute("SELECT count(*) FROM article_texts").fetchone() == (200,)
    assert desk.rows("SELECT article_id, body_text FROM article_texts") == before
    assert desk.rows("SELECT status FROM runs") == [("interrupted",)]
    assert desk.rows("SELECT name, state FROM sources JOIN urls USING (source_id) WHERE article_id IS NULL") == [
        ("The Gazette", "article")
    ]
    assert desk.one("SELECT count(*) FROM listings WHERE source_id = 'tribune'") == 1
    assert desk.one("SELECT rowid FROM article_texts_fts WHERE article_texts_fts MATCH 'quite'") == 7
    assert desk.one("SELECT count(*) FROM data_dictionary") > 150
    with closing(store.open_database(desk.database)) as db:
        assert migrations.is_current(db)
        assert repair._missing(db) == []
    assert find(checked(desk, "--repair")[1], "repair")[0]["message"] == "nothing to mend"


def test_an_index_that_does_not_fit_its_table_is_made_anew(desk):
    spoil(desk.database, "articles_by_first_seen", content=b"\x0a" + bytes(4) + b"\x10\x00\x00" + bytes(PAGE - 8))
    code, found = checked(desk, "--verify")
    assert code == 1
    assert "articles_by_first_seen" in find(found, "integrity")[0]["message"]
    code, found = checked(desk, "--repair", "--verify")
    assert code == 0, found
    assert "indexes made anew" in [check["message"] for check in find(found, "repair")]
    assert desk.one("SELECT count(*) FROM articles") == 200


def test_a_crawl_at_work_is_left_alone(desk):
    with desk.database.with_name("news.db.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        told = desk.run("doctor", "--repair")
    assert told.returncode == 75


# ----------------------------------------------------------------------------------------------- salvage


def test_of_a_damaged_file_what_can_be_read_is_saved_and_the_rest_named(desk):
    """Pages in the midst of a table, of its full-text index, and of one without row numbers."""
    with closing(sqlite3.connect(desk.database)) as db:
        names = dict(db.execute("SELECT pageno, name FROM dbstat WHERE pagetype = 'leaf'").fetchall())
    for table in ("article_texts", "article_texts_fts_data", "source_builds", "urls"):
        pages = [number for number, name in names.items() if name == table]
        with desk.database.open("r+b") as file:
            file.seek((pages[len(pages) // 2] - 1) * PAGE)
            file.write(os.urandom(PAGE))
    before = desk.database.read_bytes()
    code, found = checked(desk, "--repair")
    assert code == 1  # the file itself stays damaged
    assert desk.database.read_bytes() == before
    lines = [check["message"] for check in find(found, "salvage")]
    (texts,) = [line for line in lines if line.startswith("article_texts:")]
    assert "cannot be read" in texts
    assert "articles: 200 rows" in lines
    (saved,) = desk.folder.glob("news-salvaged-*.db")
    assert str(saved) in lines[-1]
    with closing(sqlite3.connect(saved)) as db:
        held = db.execute("SELECT count(*) FROM article_texts").fetchone()[0]
        assert 150 < held < 200
        found_by_word = "SELECT count(*) FROM article_texts_fts WHERE article_texts_fts MATCH 'harbour'"
        assert db.execute(found_by_word).fetchone() == (held,)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    desk.database = saved
    code, found = checked(desk, "--verify")
    assert code == 0, found


def test_a_file_that_was_cut_gives_what_its_rest_holds(desk):
    os.truncate(desk.database, desk.database.stat().st_size * 2 // 3)
    (result,) = [repair.repair(desk.database)]
    assert result.salvaged is not None
    counts = {saved.table: saved.row_count for saved in result.saved}
    assert counts["articles"] > 50
    assert sum(not saved.is_whole for saved in result.saved) > 1
    with closing(store.open_database(result.salvaged)) as db:
        assert integrity.damage(db, whole=True) == []


def test_a_file_of_an_older_version_is_saved_through_its_migrations(tmp_path):
    old = Database(tmp_path / "news.db")
    migrations.migrations.apply(old, stop_before="m002_more_metadata")
    site = {"source_id": "gazette", "homepage_url": HOME, "name": "The Gazette", "media_type": "online"}
    old["sources"].insert(site | {"is_enabled": 1, "added_at": "2026-10-06T08:00:00Z"})
    old.execute("CREATE TABLE notes_of_theirs (text TEXT)")
    old.execute("INSERT INTO notes_of_theirs VALUES ('ours')")
    old.close()
    saved = salvage(tmp_path / "news.db", tmp_path / "new.db")
    assert all(one.is_whole for one in saved)
    with closing(store.open_database(tmp_path / "new.db")) as db:
        assert db.execute("SELECT name FROM sources").fetchall() == [("The Gazette",)]
        assert db.execute("SELECT text FROM notes_of_theirs").fetchall() == [("ours",)]
        assert migrations.is_current(db)


def test_where_not_even_the_list_of_tables_is_left_that_is_said(desk):
    with desk.database.open("r+b") as file:
        file.seek(100)
        file.write(os.urandom(PAGE - 100))
    told = desk.run("doctor", "--repair")
    assert told.returncode == 1
    assert "restore a copy" in told.stderr
    assert not list(desk.folder.glob("*salvaged*"))


def test_a_foreign_file_is_not_repaired(tmp_path):
    (tmp_path / "news.db").write_text("Dear diary")
    with pytest.raises(DatabaseError, match="not an SQLite database"):
        repair.repair(tmp_path / "news.db")


# ------------------------------------------------------------------------------------------------ verify


def test_a_bit_that_the_disk_turned_in_a_text_is_found_by_verify_alone(desk):
    content = desk.database.read_bytes()
    with closing(sqlite3.connect(desk.database)) as db:
        texts = [body.encode() for (body,) in db.execute("SELECT body_text FROM article_texts ORDER BY article_id")]
    places = [content.index(text[:60]) for text in texts]
    chance = random.Random(5)
    silent = 0
    for place in chance.sample(places, 20):
        turned = bytearray(content)
        turned[place + chance.randrange(60)] ^= 1 << chance.randrange(7)
        desk.database.write_bytes(turned)
        with closing(store.open_database(desk.database, read_only=True)) as db:
            silent += integrity.damage(db, whole=True) == []
            found = integrity.verify(db)
        assert (found.text_count, len(found.changed)) == (200, 1)
    assert silent == 20
    code, checks = checked(desk, "--verify")
    assert code == 1
    assert find(checks, "texts")[0]["message"].startswith("of 200 texts and 0 kept pages the words of 1 are not")


def test_texts_without_a_checksum_are_counted_and_a_sample_is_one(desk):
    harm(desk.database, "UPDATE article_texts SET checksum = NULL WHERE article_id <= 50")
    assert "50 from before" in find(checked(desk)[1], "texts")[0]["message"]
    with closing(store.open_database(desk.database, read_only=True)) as db:
        assert integrity.verify(db, 30).text_count == 30
