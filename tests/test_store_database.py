"""The file itself: opened, or left as it was with a message; transactions; a writer that is killed."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from contextlib import closing
from pathlib import Path

import pytest
from stories import HOME, Shelf, article

from crawler import database, store
from crawler.database import explained, file_of, transaction
from crawler.errors import DatabaseError
from crawler.paths import ROOT

URL = f"{HOME}/world/a-story-of-ours"


def refused(path: Path, *words: str, read_only: bool = False) -> None:
    """It cannot be opened, the message says why and what to do, and the file is as it was."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(DatabaseError) as raised:
        store.open_database(path, read_only=read_only)
    assert str(path) in str(raised.value)
    for word in words:
        assert word in str(raised.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_database_is_made_with_its_folder(tmp_path):
    path = tmp_path / "new" / "folder" / "a name with ? # and %20.db"
    with store.open_database(path) as db:
        assert file_of(db) == path
        pragmas = ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        assert [db.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas] == ["wal", 1, 2, 1_000]
    assert path.is_file()


def test_an_empty_file_becomes_a_database(tmp_path):
    (tmp_path / "news.db").touch()
    with store.open_database(tmp_path / "news.db") as db:
        assert db["articles"].exists()


def test_a_folder_is_refused(tmp_path):
    refused(tmp_path, "is a folder", "--db")


def test_a_text_file_is_refused(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary")
    refused(path, "not an SQLite database", "--db")


def test_a_database_of_another_program_is_refused(tmp_path):
    for name, pragma in (("plain.db", "user_version = 3"), ("marked.db", "application_id = 252006673")):
        with closing(sqlite3.connect(tmp_path / name)) as other:
            other.execute("CREATE TABLE bookmarks (url TEXT)")
            other.execute(f"PRAGMA {pragma}")
        refused(tmp_path / name, "another program", "--db")


def test_a_newer_database_is_refused_for_writing_and_reading(tmp_path):
    path = tmp_path / "news.db"
    with store.open_database(path) as db:
        db["_sqlite_migrations"].insert({"migration_set": "worlddesk", "name": "m002_later", "applied_at": "now"})
    refused(path, "newer worlddesk", "m002_later", "upgrade")
    refused(path, "newer worlddesk", "upgrade", read_only=True)


def test_what_an_older_database_lacks_is_said_as_that(tmp_path):
    path = tmp_path / "news.db"
    for said in ("no such column: a.is_from_archive", "no such table: walls"):
        message = str(explained(path, sqlite3.OperationalError(said)))
        assert "an older worlddesk made it" in message
        assert "worlddesk crawl" in message


def test_a_damaged_database_is_refused(tmp_path):
    path = tmp_path / "news.db"
    store.open_database(path).close()
    content = bytearray(path.read_bytes())
    content[100:4096] = os.urandom(3996)
    path.write_bytes(content)
    refused(path, "malformed", "doctor --repair")


def test_what_is_not_there_cannot_be_read(tmp_path):
    refused(tmp_path / "news.db", "no database yet", "worlddesk crawl", read_only=True)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "empty.db").touch()
    refused(tmp_path / "empty.db", "empty", "worlddesk crawl", read_only=True)


def test_a_path_through_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    refused(tmp_path / "file" / "news.db", "--db")


def test_reading_writes_nothing(tmp_path):
    store.open_database(tmp_path / "news.db").close()
    with store.open_database(tmp_path / "news.db", read_only=True) as db, pytest.raises(sqlite3.OperationalError):
        db.execute("DELETE FROM sources")


@pytest.mark.skipif(sys.platform == "win32", reason="users and modes of POSIX")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_belongs_to_another_user_is_refused(what):
    """As nobody where the tests run as root, whom no mode stops."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "news.db"
        store.open_database(path).close()
        path.chmod(0o444 if what == "file" else 0o666)
        folder.chmod(0o755 if os.geteuid() == 0 else 0o777 if what == "file" else 0o555)
        code = (
            "import os, sys, pathlib; sys.path.insert(0, sys.argv[2])\n"
            "from crawler import store; from crawler.errors import DatabaseError\n"
            "if os.geteuid() == 0: os.setuid(65534)\n"
            "try: store.open_database(pathlib.Path(sys.argv[1]))\n"
            "except DatabaseError as error: print(error)\n"
        )
        # without our environment: measuring coverage, nobody could not write what was measured
        command = [sys.executable, "-c", code, str(path), str(ROOT)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={})
        folder.chmod(stat.S_IRWXU)
        assert done.stderr == ""
        assert str(path) in done.stdout
        assert "writable for you" in done.stdout


# ------------------------------------------------------------------------------------------ transactions


def test_a_transaction_is_all_or_nothing(tmp_path):
    with Shelf(tmp_path / "news.db").db as db:
        with pytest.raises(RuntimeError), transaction(db):
            db.execute("DELETE FROM listings")
            raise RuntimeError
        assert db["listings"].count == 3
        with transaction(db):
            db.execute("DELETE FROM listings")
        assert db["listings"].count == 0


def test_a_full_disk_ends_the_run_and_loses_nothing(tmp_path):
    shelf = Shelf(tmp_path / "news.db")
    shelf.read(URL)
    pages = shelf.one("PRAGMA page_count")
    shelf.db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DatabaseError, match="disk is full; free some space"):
        for number in range(200):
            shelf.read(f"{URL}-{number}", article(URL, number + 2))
    assert shelf.one("SELECT count(*) FROM articles") == shelf.one("SELECT count(*) FROM urls WHERE state = 'article'")
    assert shelf.article(URL)["word_count"] == 95
    shelf.close()


def test_another_writer_makes_us_wait_and_not_fail(tmp_path):
    shelf = Shelf(tmp_path / "news.db")
    with closing(sqlite3.connect(shelf.path, isolation_level=None, check_same_thread=False)) as analyst:
        analyst.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.3, analyst.execute, ["COMMIT"])
        timer.start()
        assert shelf.read(URL) == "new"
        timer.join()
    shelf.close()


@pytest.mark.parametrize("is_asked_to_end", [False, True])
def test_a_lock_that_stays_is_explained(tmp_path, monkeypatch, is_asked_to_end):
    """After BUSY_SECONDS, or at once when the run is asked to end."""
    shelf = Shelf(tmp_path / "news.db")
    shelf.db.execute("PRAGMA busy_timeout = 10")
    monkeypatch.setattr(database, "BUSY_SECONDS", 3600 if is_asked_to_end else 0.05)
    monkeypatch.setattr(database, "hurry", threading.Event())
    if is_asked_to_end:
        database.hurry.set()
    with closing(sqlite3.connect(shelf.path, isolation_level=None)) as analyst:
        analyst.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError, match="kept it locked"):
            shelf.read(URL)
    shelf.close()


def test_what_sqlite_says_for_the_first_time_leads_to_the_doctor():
    assert "worlddesk doctor" in str(explained(Path("/x/news.db"), sqlite3.DatabaseError("something odd")))


# -------------------------------------------------------------------------------------------------- kill

WRITER = """
import pathlib, sys
sys.path[:0] = [sys.argv[2], sys.argv[2] + "/tests"]
from stories import HOME, Shelf, article
shelf = Shelf(pathlib.Path(sys.argv[1]))
urls = [f"{HOME}/world/story-number-{n}-of-ours" for n in range(5000)]
shelf.announce(*urls)
for number, url in enumerate(urls):
    shelf.read(url, article(url, number))
    shelf.read(url, article(url, number, headline=f"Corrected {number}"))
    print(url, flush=True)
"""


@pytest.mark.parametrize("after", [1, 20, 61])
def test_a_killed_writer_has_seen_nothing_that_it_did_not_store(tmp_path, after):
    path = tmp_path / "news.db"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(ROOT)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _ in range(after)]
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    with store.open_database(path) as db:

        def one(sql):
            return db.execute(sql).fetchone()[0]

        stored = {url for (url,) in db.execute("SELECT url FROM articles WHERE headline LIKE 'Corrected%'")}
        assert set(acknowledged) <= stored
        assert one("SELECT count(*) FROM urls WHERE state = 'article'") == one("SELECT count(*) FROM articles")
        assert (
            one(
                "SELECT count(*) FROM articles a LEFT JOIN article_texts t USING (article_id) "
                "WHERE t.body_text IS NULL OR t.headline IS NOT a.headline"
            )
            == 0
        )
        assert one("SELECT sum(revision_count) FROM articles") == one("SELECT count(*) FROM revisions")
        assert one("SELECT count(*) FROM fetches WHERE outcome IN ('new', 'changed')") == one(
            "SELECT count(*) FROM revisions"
        )
        assert one("SELECT count(*) FROM urls WHERE state = 'new' AND next_fetch_at IS NOT NULL") == 5000 - one(
            "SELECT count(*) FROM articles"
        )
        assert one("PRAGMA quick_check") == "ok"
        db.execute("INSERT INTO article_texts_fts(article_texts_fts, rank) VALUES ('integrity-check', 1)")


def test_where_we_may_not_write_a_quiet_database_is_read_all_the_same(tmp_path, monkeypatch):
    path = tmp_path / "news.db"
    store.open_database(path).close()
    monkeypatch.setattr("crawler.database.os.access", lambda *_: False)
    with closing(store.open_database(path, read_only=True)) as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (0,)
        assert [file.name for file in tmp_path.iterdir()] == ["news.db"]  # SQLite's own files could not be made
