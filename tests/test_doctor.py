"""What the doctor finds, and the remedy that comes with it."""

from __future__ import annotations

import fcntl
import json
import shutil
import sqlite3
import subprocess
import sys
from collections import namedtuple
from contextlib import closing

import pytest
from stories import HOME, Shelf, article

from crawler import store
from crawler.report import doctor

URL = f"{HOME}/world/a-story-of-ours"
SOURCE = """
name     = "The Gazette"
home     = "https://gazette.example/"
country  = "GB"
language = "en"
timezone = "Europe/London"
[[listing]]
url  = "https://gazette.example/world"
kind = "section"
"""


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path / "data" / "news.db")
    shelf.read(URL)
    shelf.db.execute("UPDATE runs SET status = 'ok'")
    yield shelf
    shelf.close()


@pytest.fixture
def sources(tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "gazette.toml").write_text(SOURCE)
    return folder


def look(database, sources):
    return {check.name: check for check in doctor.checks(database, sources)}


def test_all_is_well(shelf, sources, monkeypatch):
    monkeypatch.setenv("WORLDDESK_CONTACT", "desk@example.org")
    found = look(shelf.path, sources)
    assert {check.status for name, check in found.items() if name not in ("SQLite", "disk")} == {"ok"}
    assert list(found) == [
        "SQLite", "contact", "settings", "sources", "disk", "permissions", "lock",
        "database", "write-ahead log", "integrity", "references", "full text", "texts", "runs",
            "quarantine",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("version", "status", "words"),
    [
        ((3, 36, 0), "problem", "too old"),
        ((3, 40, 1), "warning", "WAL-reset bug (fixed in 3.51.3)"),
        ((3, 51, 2), "warning", "WAL-reset"),
        ((3, 51, 3), "ok", "3.51.3"),
    ],
)
def test_the_version_of_sqlite_is_judged(version, status, words, monkeypatch, shelf, sources):
    monkeypatch.setattr(doctor.sqlite3, "sqlite_version_info", version)
    check = look(shelf.path, sources)["SQLite"]
    assert check.status == status
    assert words in check.message
    assert (check.remedy is None) == (status == "ok")


def test_a_missing_contact_is_a_warning(shelf, sources):
    assert look(shelf.path, sources)["contact"].status == "warning"


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("WORLDDESK_PAGE_DAYS", "-1", "problem"),
        ("WORLDDESK_KEEP_DAYS", "week", "problem"),
        ("WORLDDESK_LOG_LEVEL", "LOUD", "problem"),
        ("WORLDDESK_PUBLIC_NETWORKS", "10.0.0.0/99", "problem"),
        ("WORLDDESK_PING_URL", "hc.example.org/s3cret", "problem"),
        ("WORLDDESK_PAGEDAYS", "3", "warning"),
    ],
)
def test_a_setting_that_no_crawl_takes_or_nothing_reads_is_named(name, value, status, shelf, sources, monkeypatch):
    monkeypatch.setenv(name, value)
    found = look(shelf.path, sources)["settings"]
    assert (found.status, name in found.message) == (status, True)
    assert "s3cret" not in found.message


def test_a_contact_that_reaches_nobody_is_a_problem(shelf, sources, monkeypatch):
    monkeypatch.setenv("WORLDDESK_CONTACT", "nobody")
    assert look(shelf.path, sources)["contact"].status == "problem"


def test_sources_that_cannot_be_read_are_named(shelf, sources, tmp_path):
    (sources / "tribune.toml").write_text("name = 3")
    check = look(shelf.path, sources)["sources"]
    assert check.status == "problem"
    assert "tribune.toml" in check.message
    assert look(shelf.path, tmp_path / "nowhere")["sources"].status == "problem"


def test_the_sources_that_ship_with_us_are_looked_at_by_default(shelf):
    assert {check.name: check for check in doctor.checks(shelf.path)}["sources"].status == "ok"


@pytest.mark.parametrize(("free", "status"), [(5_000_000_000, "ok"), (500_000_000, "warning"), (50_000_000, "problem")])
def test_a_disk_that_fills_is_seen_before_it_is_full(free, status, shelf, sources, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**12, 0, free))
    check = look(shelf.path, sources)["disk"]
    assert (check.status, check.remedy is None) == (status, status == "ok")


def test_a_file_that_is_not_ours_to_write_is_named(shelf, sources, monkeypatch):
    monkeypatch.setattr(doctor.os, "access", lambda path, mode: not str(path).endswith("-wal"))
    check = look(shelf.path, sources)["permissions"]
    assert check.status == "problem"
    assert "news.db-wal" in check.message
    assert "2775" in (check.remedy or "")


def test_a_crawl_at_work_is_named_and_not_disturbed(shelf, sources):
    lock = shelf.path.with_name("news.db.lock")
    assert look(shelf.path, sources)["lock"].message == "no crawl is at work"
    with lock.open("w+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(json.dumps({"pid": 4242, "host": "desk", "since": "2026-10-06T08:00:00Z"}))
        file.flush()
        found = look(shelf.path, sources)
    assert found["lock"].message == "a crawl is at work, process 4242 on desk since 2026-10-06T08:00:00Z"
    assert "not looked at" in found["full text"].message
    assert look(shelf.path, sources)["lock"].message == "no crawl is at work"


def test_a_lock_that_cannot_be_read_is_a_problem(shelf, sources):
    shelf.path.with_name("news.db.lock").mkdir()
    assert look(shelf.path, sources)["lock"].status == "problem"


def test_without_a_database_the_rest_is_still_looked_at(tmp_path, sources):
    found = look(tmp_path / "no" / "such" / "news.db", sources)
    assert (found["database"].status, found["database"].remedy) == ("warning", "run `worlddesk crawl`")
    assert found["disk"].message.endswith("news.db")
    assert not (tmp_path / "no").exists()


def test_a_foreign_file_is_a_problem(tmp_path, sources):
    (tmp_path / "news.db").write_text("Dear diary")
    check = look(tmp_path / "news.db", sources)["database"]
    assert check.status == "problem"
    assert "not an SQLite database" in check.message


def test_an_older_schema_waits_for_the_next_crawl(shelf, sources):
    shelf.db.execute("DROP VIEW source_days")
    assert "older version" in look(shelf.path, sources)["database"].message
    assert "source_days" not in shelf.db.view_names()


def test_a_network_disk_is_a_warning(shelf, sources, tmp_path, monkeypatch):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/vda / ext4 rw 0 0\nserver:/x {shelf.path.parent} nfs4 rw 0 0\nx /y nfs rw 0 0\n")
    assert look(shelf.path, sources)["disk"].status == "ok"
    monkeypatch.setattr(doctor, "_MOUNTS", mounts)
    check = look(shelf.path, sources)["disk"]
    assert (check.status, "network disk (nfs4)" in check.message) == ("warning", True)


def test_a_long_write_ahead_log_is_a_warning(shelf, sources, monkeypatch):
    monkeypatch.setattr(doctor, "_LONG_WAL_MEGABYTES", 0)
    check = look(shelf.path, sources)["write-ahead log"]
    assert check.status == "warning"
    assert "news.db-wal" in (check.remedy or "")


def test_rows_that_refer_to_nothing_are_found(shelf, sources):
    with closing(sqlite3.connect(shelf.path)) as careless, careless:
        careless.execute("DELETE FROM articles")
    check = look(shelf.path, sources)["references"]
    assert check.status == "problem"
    assert "revisions" in check.message


def test_an_index_that_does_not_fit_is_found_and_the_remedy_mends_it(shelf, sources):
    with closing(sqlite3.connect(shelf.path)) as careless, careless:
        careless.execute("DROP TRIGGER article_texts_au")
        careless.execute("UPDATE article_texts SET body_text = 'quite other words'")
    check = look(shelf.path, sources)["full text"]
    assert check.status == "problem"
    assert "--repair" in (check.remedy or "")
    assert look(shelf.path, sources)["texts"].status == "problem"
    assert "full-text index built anew" in [check.message for check in doctor.repairs(shelf.path)]
    assert look(shelf.path, sources)["full text"].status == "ok"


def test_a_damaged_file_makes_every_check_say_so(shelf, sources, tmp_path):
    for number in range(60):
        shelf.read(f"{URL}-{number}", article(URL, number + 2))
    shelf.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    root = shelf.one("SELECT rootpage FROM sqlite_master WHERE name = 'runs'")
    damaged = tmp_path / "damaged.db"
    content = bytearray(shelf.path.read_bytes())
    content[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    damaged.write_bytes(content)
    found = look(damaged, sources)
    assert (found["integrity"].status, found["runs"].status) == ("problem", "problem")
    assert "--repair" in (found["runs"].remedy or "")


def test_a_run_that_ended_without_a_word_is_named(shelf, sources):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    shelf.begin()
    assert look(shelf.path, sources)["runs"].status == "ok"
    shelf.db.execute("UPDATE runs SET pid = ? WHERE run_id = ?", [dead.pid, shelf.run_id])
    check = look(shelf.path, sources)["runs"]
    assert check.status == "warning"
    assert f"run {shelf.run_id}" in check.message


def test_a_locked_file_is_a_warning_not_damage(shelf, sources, monkeypatch):
    monkeypatch.setattr("crawler.database.BUSY_SECONDS", 0.01)
    with closing(sqlite3.connect(shelf.path, isolation_level=None)) as analyst:
        analyst.execute("BEGIN IMMEDIATE")
        assert look(shelf.path, sources)["full text"].status == "warning"


def test_the_doctor_changes_nothing(shelf, sources):
    shelf.close()
    before = shelf.path.read_bytes()
    look(shelf.path, sources)
    assert shelf.path.read_bytes() == before
    shelf.db = store.open_database(shelf.path)
