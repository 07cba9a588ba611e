"""Copies that stand alone: whole or not there, made while somebody writes; thinned, and only what is ours."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import threading
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from crawls import Desk, fill
from stories import HOME, Shelf, article, stocked

from crawler import store
from crawler.errors import DatabaseError, LockedError
from crawler.migrations import APPLICATION_ID
from crawler.upkeep import publish

URL = f"{HOME}/world/a-story-of-ours"


def rows(path, sql):
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as db:
        return db.execute(sql).fetchall()


def with_pages(path: Path) -> Path:
    stocked(path)
    with closing(store.open_database(path)) as db:
        for (number,) in db.execute("SELECT article_id FROM articles").fetchall():
            page = {"article_id": number, "fetched_at": "2026-10-06T08:00:00Z", "final_url": URL}
            db["pages"].insert(page | {"content": b"<raw page>" * 9})
    return path


def test_a_snapshot_stands_alone_for_everybody_without_the_pages(tmp_path):
    path = with_pages(tmp_path / "news.db")
    made = publish.publish(path)
    assert made.path == tmp_path / "published" / "news.db"
    assert (made.article_count, made.size_bytes) == (40, made.path.stat().st_size)
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o644
    assert [found.name for found in made.path.parent.iterdir()] == ["news.db"]
    assert rows(made.path, "PRAGMA journal_mode") == [("delete",)]
    assert rows(made.path, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert rows(made.path, "SELECT count(*) FROM articles_full WHERE body_text IS NOT NULL") == [(40,)]
    assert rows(made.path, "SELECT count(*) FROM article_texts_fts WHERE article_texts_fts MATCH 'harbour'") == [(40,)]
    assert rows(made.path, "SELECT count(*) FROM pages") == [(0,)]
    assert b"<raw page>" not in made.path.read_bytes()
    assert rows(path, "SELECT count(*) FROM pages") == [(40,)]


def test_a_snapshot_takes_the_place_of_the_one_before_in_one_step(tmp_path):
    path = stocked(tmp_path / "news.db")
    target = publish.publish(path).path
    with closing(sqlite3.connect(target)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == (40,)
        with closing(store.open_database(path)) as db:
            db.execute("UPDATE articles SET headline = 'Another'")
        publish.publish(path)
        assert reader.execute("SELECT count(*) FROM articles WHERE headline = 'Another'").fetchone() == (0,)
    assert rows(target, "SELECT count(*) FROM articles WHERE headline = 'Another'") == [(40,)]


def test_a_copy_made_while_somebody_writes_is_of_one_moment_and_hinders_nobody(tmp_path):
    shelf = Shelf(tmp_path / "news.db")
    for number in range(30):
        shelf.read(f"{URL}-{number}", article(f"{URL}-{number}", number + 2))
    stop = threading.Event()
    made = []

    def copy():
        while not stop.is_set():
            made.append(publish.publish(shelf.path, tmp_path / "copies" / f"{len(made)}.db"))

    copying = threading.Thread(target=copy)
    copying.start()
    for number in range(30, 90):
        assert shelf.read(f"{URL}-{number}", article(f"{URL}-{number}", number + 2)) == "new"
    stop.set()
    copying.join()
    assert len(made) > 1
    for one in made:
        counts = rows(
            one.path,
            "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM article_texts), (SELECT count(*) FROM "
            "revisions), (SELECT count(*) FROM urls WHERE state = 'article')",
        )[0]
        assert len(set(counts)) == 1
    shelf.close()


@pytest.mark.parametrize("kind", ["itself", "link", "foreign", "text", "folder", "open"])
def test_what_is_no_copy_of_ours_is_not_replaced(tmp_path, kind):
    path = stocked(tmp_path / "news.db", 2)
    target = tmp_path / "copy.db"
    if kind == "itself":
        target = path
    elif kind == "link":
        target.symlink_to(path)
    elif kind == "foreign":
        with closing(sqlite3.connect(target)) as other:
            other.execute("CREATE TABLE bookmarks (url TEXT)")
    elif kind == "text":
        target.write_text("Dear diary")
    elif kind == "folder":
        target.mkdir()
    else:
        publish.publish(path, target)
        Path(f"{target}-wal").write_bytes(b"x")
    before = None if target.is_dir() else target.read_bytes()
    with pytest.raises(DatabaseError, match=r"another name|name a file in it"):
        publish.publish(path, target)
    assert (None if target.is_dir() else target.read_bytes()) == before


def test_one_copy_at_a_time_and_what_a_killed_one_left_goes(tmp_path):
    path = stocked(tmp_path / "news.db", 2)
    target = tmp_path / "copy.db"
    (tmp_path / ".copy.db.making").mkdir()
    (tmp_path / ".copy.db.making" / "copy.db").write_bytes(b"half" * 1000)
    with publish._workshop(target), pytest.raises(LockedError, match="another process"):
        publish.publish(path, target)
    publish.publish(path, target)
    assert {found.name for found in tmp_path.iterdir() if not found.name.startswith("news")} == {"copy.db"}


def test_where_a_copy_is_made_nothing_else_is_removed(tmp_path):
    path = stocked(tmp_path / "news.db", 2)
    theirs = tmp_path / ".copy.db.making"
    theirs.mkdir()
    (theirs / "letter.txt").write_text("kept")
    publish.publish(path, tmp_path / "copy.db")
    assert [found.name for found in theirs.iterdir()] == ["letter.txt"]
    theirs.rename(tmp_path / "theirs")
    (tmp_path / "theirs" / "copy.db").write_text("kept")
    theirs.symlink_to(tmp_path / "theirs")
    with pytest.raises(DatabaseError, match=r"\.copy\.db\.making"):
        publish.publish(path, tmp_path / "copy.db")
    assert len(list((tmp_path / "theirs").iterdir())) == 2


def test_a_damaged_database_gives_no_copy_and_the_one_before_stays(tmp_path):
    path = stocked(tmp_path / "news.db")
    target = publish.publish(path).path
    before = target.read_bytes()
    os.truncate(path, 60_000)
    with pytest.raises(DatabaseError, match="damaged"):
        publish.publish(path)
    assert target.read_bytes() == before


def test_where_the_disk_is_too_full_the_copies_before_stay_and_nothing_half_is_left(small_disk, desk):
    stocked(desk.database, 60)
    folder = small_disk / "copies"
    assert desk.run("publish", "--backup", str(folder)).returncode == 0
    before = {found.name: found.read_bytes() for found in folder.iterdir()}
    fill(small_disk, leave=200_000)
    for arguments in (["publish", str(folder / "news.db")], ["publish", "--backup", str(folder)]):
        told = desk.run(*arguments)
        assert told.returncode == 1
        assert "free some space" in told.stderr
    assert {found.name: found.read_bytes() for found in folder.iterdir()} == before


def test_a_disk_that_fills_while_the_copy_is_made_leaves_nothing_half(small_disk, tmp_path, monkeypatch):
    path = stocked(tmp_path / "news.db", 60)
    fill(small_disk, leave=200_000)
    monkeypatch.setattr(publish, "_check_space", lambda *_, **__: None)
    with pytest.raises(DatabaseError, match="disk is full"):
        publish.publish(path, small_disk / "news.db")
    assert [found.name for found in small_disk.iterdir()] == ["ballast"]


# ----------------------------------------------------------------------------------------------- backups


def test_seven_days_stay_and_one_a_week_of_the_four_weeks_before():
    first = date(2026, 8, 1)
    kept: list[date] = []
    for number in range(120):
        kept.append(first + timedelta(number))
        kept = [day for day in kept if day not in publish.too_old(kept, 7)]
    today = kept[-1]
    assert kept[-7:] == [today - timedelta(back) for back in range(6, -1, -1)]
    weekly = kept[:-7]
    assert len(weekly) == 4
    assert [day.isoweekday() for day in weekly[:3]] == [7, 7, 7]
    assert today - weekly[0] < timedelta(7 * 6)
    assert publish.too_old([], 7) == []
    assert publish.too_old([today], 1) == []


def test_backups_hold_everything_and_thin_only_what_is_theirs(tmp_path):
    desk = Desk(tmp_path)
    path = with_pages(desk.database)
    path.chmod(0o640)
    folder = tmp_path / "backups"
    told = desk.run("publish", "--backup", str(folder), "--json")
    made = Path(json.loads(told.stdout)["file"])
    assert rows(made, "SELECT count(*) FROM pages") == [(40,)]
    assert stat.S_IMODE(made.stat().st_mode) == 0o640
    old = [folder / f"news-{date(2025, 1, 1) + timedelta(number)}.db" for number in range(60)]
    for one in old:
        one.write_bytes(made.read_bytes())
    theirs = [folder / name for name in ("news-2025-02-30.db", "other-2025-01-01.db", "news-2025-01-01.db.gz")]
    theirs += [folder / "news-2024-12-24.db", folder / "news-2024-12-25.db"]
    for one in theirs:
        one.write_text("not ours")
    (folder / "news-2024-12-26.db").symlink_to(made)
    told = desk.run("publish", "--backup", str(folder), "--keep", "3")
    assert told.returncode == 0
    assert all(one.exists() for one in theirs)
    assert (folder / "news-2024-12-26.db").is_symlink()
    left = {one.name for one in old if one.exists()}
    assert left == {f"news-2025-{day}.db" for day in ("03-01", "02-28", "02-27", "02-23", "02-16", "02-09")}
    assert "removed" in told.stdout
    assert desk.run("publish", "--backup", str(folder), "--quiet").stdout == ""
    assert desk.run("publish", "x.db", "--backup", str(folder)).returncode == 2


def test_a_place_that_takes_no_copy_is_named_with_what_to_do(tmp_path):
    path = with_pages(tmp_path / "news.db")
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(DatabaseError, match=r"file/backups: .*choose another place for the copy"):
        publish.backup(path, tmp_path / "file" / "backups")
