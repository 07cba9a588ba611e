"""The file from outside, by the commands themselves: what is no database of ours, full disks, locks, other users."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from crawls import fill
from stories import HOME, stocked

from crawler import store
from crawler.paths import ROOT
from crawler.upkeep.holders import holders

SOURCE = """
name     = "The Gazette"
home     = "http://127.0.0.1:1/"
country  = "GB"
language = "en"
timezone = "Europe/London"
[[listing]]
url  = "http://127.0.0.1:1/world"
kind = "section"
"""
DRIVER = """
import fcntl, json, os, sys
def preload():  # the interpreter may lie where others cannot read it
    import encodings.idna, encodings.utf_8_sig, gzip, importlib, pkgutil, crawler, settings, spiders
    from scrapy.settings import default_settings
    from scrapy.utils.misc import load_object
    for package in (crawler, spiders):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not module.name.endswith("__main__"): importlib.import_module(module.name)
    for name, value in {**vars(default_settings), **vars(settings)}.items():
        parts = value.values() if name == "DOWNLOAD_HANDLERS_BASE" else value if isinstance(value, dict) else [value]
        for one in parts:
            if isinstance(one, str) and one.startswith(("scrapy.", "crawler.")) and one.count(".") > 1: load_object(one)
from click.testing import CliRunner
user, refusal, cases = json.loads(sys.argv[1])
from crawler import database
from crawler.cli import main
database.BUSY_SECONDS = 1
if user: preload(); os.setgroups([]); os.setgid(user); os.setuid(user)
if refusal:
    def flock(file, how): raise OSError(refusal, os.strerror(refusal))
    fcntl.flock = flock
for case in cases:
    result = CliRunner().invoke(main, case)
    said = result.output if result.exception is None or result.exit_code else repr(result.exception)
    if not isinstance(result.exception, SystemExit | None): said = f"Traceback: {result.exception!r}"
    print(json.dumps([result.exit_code, said]))
"""
NOBODY = 65534
is_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else, and mount")


class Told(tuple[int, str]):
    """Exit code and words of a command."""

    code = property(lambda self: self[0])
    said = property(lambda self: self[1])


class Commands:
    """Runs commands, many in one process."""

    def __init__(self, folder: Path):
        self.sources = folder / "sources"
        self.sources.mkdir()
        (self.sources / "gazette.toml").write_text(SOURCE)

    def run(self, *cases: list[Any], user: int = 0, refusal: int = 0) -> list[Told]:
        """Exit code and words of each command; `user` runs them, `refusal` is what flock answers."""
        environment = {"PYTHONPATH": str(ROOT), "WORLDDESK_SOURCES": str(self.sources), "PATH": os.environ["PATH"]}
        driver = [sys.executable, "-P", "-c", DRIVER, json.dumps([user, refusal, [list(map(str, c)) for c in cases]])]
        done = subprocess.run(
            driver, cwd="/", env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return [Told(json.loads(line)) for line in done.stdout.splitlines()]


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    return Commands(tmp_path)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users reach, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def overwrite(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)


def page_of(path: Path, table: str) -> int:
    """Offset of the first page of a table."""
    with closing(sqlite3.connect(path)) as db:
        root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table]).fetchone()[0]
        return int((root - 1) * db.execute("PRAGMA page_size").fetchone()[0])


# ------------------------------------------------------------------------ what is no database of ours


def strangers(folder: Path) -> dict[str, tuple[Path, str, str]]:
    """Name -> (path, words of the message, of the remedy)."""
    folder.mkdir()
    (folder / "notes.db").write_text("Dear diary")
    with zipfile.ZipFile(folder / "packed.db", "w") as packed:
        packed.writestr("news.db", b"x" * 500)
    for name, setup in (("foreign", "PRAGMA application_id = 252006673"), ("plain", "PRAGMA user_version = 3")):
        with closing(sqlite3.connect(folder / f"{name}.db")) as other:
            other.execute("CREATE TABLE bookmarks (url TEXT)")
            other.execute(setup)
    with store.open_database(folder / "newer.db") as db:
        db["_sqlite_migrations"].insert({"migration_set": "worlddesk", "name": "m999_later", "applied_at": "now"})
    stocked(folder / "header.db")
    overwrite(folder / "header.db", 100, os.urandom(3000))
    stocked(folder / "cut.db")
    os.truncate(folder / "cut.db", 50_000)
    (folder / "folder.db").mkdir()
    (folder / "dangling.db").symlink_to("/nowhere/news.db")
    (folder / "loop.db").symlink_to("loop.db")
    os.mkfifo(folder / "pipe.db")
    words = {
        "notes": ("not an SQLite database", "--db"),
        "packed": ("not an SQLite database", "--db"),
        "foreign": ("another program", "--db"),
        "plain": ("another program", "--db"),
        "newer": ("m999_later", "upgrade"),
        "header": ("malformed", "doctor --repair"),
        "cut": ("malformed", "doctor --repair"),
        "folder": ("is a folder", "name a file in it"),
        "dangling": ("/nowhere/news.db, which is not there", "is its disk mounted?"),
        "loop": ("is a link to loop.db", "remove the link"),
        "pipe": ("a device or a pipe", "--db"),
    }
    return {name: (folder / f"{name}.db", *said) for name, said in words.items()}


def contents(folder: Path) -> dict[str, bytes | None]:
    return {path.name: path.read_bytes() if path.is_file() else None for path in folder.iterdir()}


def test_what_is_no_database_of_ours_is_refused_by_every_command_and_left_as_it_was(tmp_path, commands):
    found = strangers(tmp_path / "data")
    before = contents(tmp_path / "data")
    calls = (["crawl"], ["crawl", "--quiet"], ["status"], ["search", "harbour"], ["reextract"], ["doctor"])
    cases = [(name, [*call, "--db", path]) for name, (path, *_) in found.items() for call in calls]
    for (name, call), told in zip(cases, commands.run(*(call for _, call in cases)), strict=True):
        path, cause, remedy = found[name]
        assert told.code == 1, (call, told)
        assert "Traceback" not in told.said, (call, told)
        for word in (str(path), cause, remedy):
            assert word in told.said, (call, word, told)
    after = contents(tmp_path / "data")
    assert {name: content for name, content in after.items() if name in before} == before
    assert {name.partition(".")[0] for name in set(after) - set(before)} <= {"newer", "header", "cut", "plain"}


def test_an_empty_file_becomes_a_database_and_tells_readers_that_it_is_none_yet(tmp_path, commands):
    (tmp_path / "news.db").touch()
    status, crawl, again = commands.run(
        *(["status", "--db", tmp_path / "news.db"], ["crawl", "--db", tmp_path / "news.db"]),
        ["status", "--db", tmp_path / "news.db"],
    )
    assert (status.code, "is empty; run `worlddesk crawl` first" in status.said) == (1, True)
    assert "run 1 failed" in crawl.said  # nobody answers at port 1
    assert again.code == 0


@pytest.mark.parametrize("garbage", [b"", b"x" * 40_000, bytes(65_536)], ids=["empty", "words", "zeros"])
def test_garbage_in_place_of_the_log_is_no_obstacle_and_loses_nothing(tmp_path, commands, garbage):
    path = stocked(tmp_path / "news.db")
    Path(f"{path}-wal").write_bytes(garbage)
    Path(f"{path}-shm").write_bytes(garbage)
    (found,) = commands.run(["search", "harbour", "--limit", "1000", "--db", path])
    assert found.said.count(HOME) == 40


def test_damage_where_the_crawl_does_not_read_is_found_before_it_writes_once_a_day(tmp_path, commands):
    path = stocked(tmp_path / "news.db", 200)
    overwrite(path, page_of(path, "copies"), b"\xff" * 4096)
    before = path.read_bytes()
    (told,) = commands.run(["crawl", "--db", path])
    assert told.code == 1
    assert "doctor --repair" in told.said
    assert path.read_bytes() == before
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM runs").fetchone() == (1,)


@pytest.mark.parametrize("refusal", ["ENOLCK", "EOPNOTSUPP", "ENOSPC", "EACCES"])
def test_a_file_system_without_locks_is_refused(tmp_path, commands, refusal):
    import errno

    path = stocked(tmp_path / "news.db", 1)
    before = path.read_bytes()
    for told in commands.run(["crawl", "--db", path], ["reextract", "--db", path], refusal=getattr(errno, refusal)):
        assert told.code == 1
        assert str(path) in told.said
        wanted = {"ENOSPC": "free some space", "EACCES": "make file and folder writable for you"}
        assert wanted.get(refusal, "use a local disk") in told.said
    assert path.read_bytes() == before


# ---------------------------------------------------------------------------------------- the disk is full


def test_a_full_disk_at_the_start_and_in_mid_run_loses_nothing_and_the_next_run_is_complete(small_disk, desk):
    desk.database = small_disk / "news.db"
    assert desk.run("crawl", "harbour_post").returncode == 0
    held = set(desk.rows("SELECT url, headline FROM articles"))
    assert len(held) > 3
    ballast = fill(small_disk)
    at_start = desk.run("crawl")
    ballast.unlink()
    fill(small_disk, leave=300_000)
    in_mid_run = desk.run("crawl")
    for told in (at_start, in_mid_run):
        assert told.returncode == 1, told
        assert str(desk.database) in told.stderr
        assert "disk is full; free some space" in told.stderr
        assert "Traceback" not in told.stderr
    ballast.unlink()
    assert desk.one("PRAGMA integrity_check") == "ok"
    now_held = set(desk.rows("SELECT url, headline FROM articles"))
    assert held <= now_held
    assert len(now_held) == desk.one("SELECT count(DISTINCT article_id) FROM urls WHERE state = 'article'")
    subprocess.run(["mount", "-o", "remount,size=30m", small_disk], check=True)
    assert desk.run("crawl", "--all").returncode == 0
    assert desk.one("SELECT count(*) FROM urls WHERE state = 'new'") == 0
    assert desk.one("SELECT count(*) FROM articles") > 40
    assert desk.one("SELECT count(*) FROM runs WHERE status = 'running'") == 0


@is_root
def test_a_disk_that_may_only_be_read_is_read_and_not_crawled_into(small_disk, commands):
    path = stocked(small_disk / "news.db", 5)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    status, crawl, doctor = commands.run(*(["status", "--db", path], ["crawl", "--db", path], ["doctor", "--db", path]))
    assert status.code == 0
    assert crawl.code == 1
    assert "Read-only file system" in crawl.said
    assert "Traceback" not in doctor.said


# ---------------------------------------------------------------------------------- locked by somebody else


ANALYST = """
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute(sys.argv[2]); db.execute("SELECT count(*) FROM runs").fetchall()
print("ready", flush=True); time.sleep(float(sys.argv[3])); db.execute("COMMIT")
"""


@contextlib.contextmanager
def analyst(path: Path, begin: str = "BEGIN IMMEDIATE", seconds: float = 600) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds a transaction for so long."""
    process = subprocess.Popen(
        [sys.executable, "-c", ANALYST, str(path), begin, str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_lock_that_lasts_is_not_now_for_every_command_and_says_whose_it_is(tmp_path, commands):
    path = stocked(tmp_path / "news.db", 5)
    writing = (["crawl", "--all"], ["crawl", "--quiet", "--all"], ["history", "gazette", "--since", "2026-10-01"])
    with analyst(path) as other:
        told = commands.run(*([*call, "--db", path] for call in writing), ["status", "--db", path])
        found = [(holder.pid, holder.is_writing) for holder in holders(path)]
    assert [one.code for one in told] == [75, 75, 75, 0]
    for one in told[:3]:
        assert "kept it locked" in one.said
        assert str(path) in one.said
        if Path("/proc/locks").exists():
            assert f"process {other.pid} ({sys.executable} -c" in one.said
    if Path("/proc/locks").exists():
        assert found == [(other.pid, True)]


def test_who_locks_the_whole_file_is_waited_for_and_named(tmp_path, commands):
    path = stocked(tmp_path / "news.db", 5)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        other.execute("COMMIT")
        for told in commands.run(["crawl", "--db", path], ["status", "--db", path]):
            assert told.code == 75
            assert "locked" in told.said
            if Path("/proc/locks").exists():
                assert f"process {os.getpid()}" in told.said
    assert commands.run(["status", "--db", path])[0].code == 0


def test_a_write_of_some_seconds_only_delays_a_run_wherever_it_is(desk, stand):
    """At the start, while pages come in, and when the run ends."""
    assert desk.run("crawl", "harbour_post").returncode == 0
    with analyst(desk.database, seconds=3):
        assert desk.run("crawl", "--all").returncode == 0
    process = desk.start("crawl", "--all")
    deadline = time.monotonic() + 40
    while process.poll() is None and time.monotonic() < deadline:
        with analyst(desk.database, seconds=1.5) as other:
            other.wait()
    assert process.wait(20) == 0, process.communicate()
    process.communicate()
    assert [code for (code,) in desk.rows("SELECT exit_code FROM runs")] == [0, 0, 0]
    assert desk.one("SELECT count(*) FROM urls WHERE state = 'new'") == 0


def test_a_reader_of_an_old_view_hinders_no_run_and_the_doctor_names_them(desk, stand):
    assert desk.run("crawl", "harbour_post").returncode == 0
    with analyst(desk.database, "BEGIN") as other:
        assert desk.run("crawl").returncode == 0
        grown = Path(f"{desk.database}-wal").stat().st_size
        found = json.loads(desk.run("doctor", "--json").stdout)
    (check,) = [one for one in found if one["name"] == "write-ahead log"]
    assert grown > 100_000
    if Path("/proc/locks").exists():
        assert f"process {other.pid}" in check["message"]
        assert f"kill {other.pid}" in check["remedy"]
    assert desk.run("crawl", "--all").returncode == 0
    log = Path(f"{desk.database}-wal")
    assert not log.exists() or log.stat().st_size == 0  # who reads the summary may make an empty one


# -------------------------------------------------------------------------------------------- other users


@is_root
def test_a_second_user_reads_and_does_not_lock_out_the_first(open_folder, commands):
    """With an open folder too, where SQLite would make its files as the reader's own."""
    path = stocked(open_folder / "news.db", 5)
    shutil.copytree(commands.sources, open_folder / "sources")
    commands.sources = open_folder / "sources"
    reading = (["status", "--db", path], ["search", "harbour", "--db", path])
    for mode in (0o755, 0o777):
        open_folder.chmod(mode)
        assert [told.code for told in commands.run(*reading, user=NOBODY)] == [0, 0]
        assert {found.name for found in open_folder.iterdir()} == {"news.db", "sources"}
    with closing(store.open_database(path)) as db:  # while a crawl is at work
        db.execute("UPDATE runs SET status = 'partial'")
        assert [told.code for told in commands.run(*reading, user=NOBODY)] == [0, 0]


@is_root
def test_what_a_user_may_not_write_is_named_with_its_owner(open_folder, commands):
    path = stocked(open_folder / "news.db", 5)
    shutil.copytree(commands.sources, open_folder / "sources")
    commands.sources = open_folder / "sources"
    (told,) = commands.run(["crawl", "--db", path], user=NOBODY)
    assert told.code == 1
    assert "writable for you" in told.said
    open_folder.chmod(0o777)
    path.chmod(0o666)
    Path(f"{path}-wal").touch(0o600)
    Path(f"{path}-shm").touch(0o600)
    crawl, doctor = commands.run(["crawl", "--db", path], ["doctor", "--db", path], user=NOBODY)
    for told in (crawl, doctor):
        assert told.code == 1
        assert f"{path}-wal (of root)" in told.said
        assert "2775" in told.said
    path.chmod(0o600)
    (told,) = commands.run(["status", "--db", path], user=NOBODY)
    assert told.code == 1
    assert "make it reachable for you" in told.said


@is_root
def test_a_shared_folder_serves_two_who_crawl(open_folder, commands):
    """A common group, mode 2775, umask 002: what one of them makes the other can write."""
    shutil.copytree(commands.sources, open_folder / "sources")
    commands.sources = open_folder / "sources"
    shared = open_folder / "data"
    shared.mkdir()
    os.chown(shared, 0, NOBODY)
    shared.chmod(0o2775)
    path = shared / "news.db"
    old = os.umask(0o002)
    try:
        for number, user in enumerate((0, NOBODY), 1):
            (told,) = commands.run(["crawl", "--all", "--db", path], user=user)
            assert f"run {number} failed" in told.said  # nobody answers at port 1
    finally:
        os.umask(old)
    with closing(store.open_database(path, read_only=True)) as db:
        assert db.execute("SELECT count(*) FROM runs").fetchone() == (2,)
