"""The log of each run: who, what and why, one line each, nothing secret, bounded; a run never fails for it."""

from __future__ import annotations

import fcntl
import gzip
import json
import logging
import os
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from crawler import run, runlog, store
from crawler.errors import UsageError


def test_a_quiet_run_writes_its_log_and_a_loud_one_says_where(desk, stand):
    """Failures stand in it with address and reason; the row names it; the message of a partial run leads to it."""
    assert desk.run("crawl", "--quiet").stderr == ""
    path = desk.database.parent / desk.one("SELECT log_path FROM runs")
    lines = path.read_text("utf-8").splitlines()
    started = desk.one("SELECT started_at FROM runs")
    assert path.name == f"news-{started.replace('-', '').replace(':', '')}-run-1.log"
    assert lines[0].startswith(started[:15])
    assert "run 1 begins" in lines[0]
    assert "worlddesk: run 1 ok: 2 sources" in lines[-1]
    assert sum(" INFO harbour_post new 200 http://" in line for line in lines) == len(stand.second_paper.articles)
    assert not any(" DEBUG " in line for line in lines)
    for address, _, _ in stand.second_paper.listings:
        stand.fail(stand.second_url + address, 500)
    completed = desk.run("crawl", "--all")
    assert completed.returncode == 3
    second = desk.database.parent / desk.one("SELECT log_path FROM runs WHERE run_id = 2")
    assert f"worlddesk: each request stands in {second}" in completed.stderr
    failed = [
        line for line in second.read_text("utf-8").splitlines() if " WARNING harbour_post error 500 http://" in line
    ]
    assert len(failed) == len(stand.second_paper.listings)
    with closing(store.open_database(desk.database, read_only=True)) as db:
        assert runlog.newest(db) == second
        second.unlink()
        assert runlog.newest(db) is None
    assert all("HTTP 500" in line.rpartition("/")[2] for line in failed), failed


def test_a_folder_that_takes_no_log_is_no_reason_to_crawl_nothing(desk, stand):
    (desk.folder / "logs").write_text("a file where the folder should be")
    completed = desk.run("crawl", "harbour_post")
    assert completed.returncode == 0
    assert "no log was written" in completed.stderr
    assert desk.rows("SELECT log_path, new_count FROM runs") == [(None, len(stand.second_paper.articles))]
    quiet = desk.run("crawl", "--all", "--quiet")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


def test_a_wrong_level_is_named_before_anything_is_done(desk, monkeypatch):
    monkeypatch.setenv("WORLDDESK_LOG_LEVEL", "loud")
    with pytest.raises(UsageError, match=r"loud.*DEBUG, INFO"):
        runlog.level()
    assert desk.run("crawl").returncode == 2
    assert not desk.database.exists()
    monkeypatch.setenv("WORLDDESK_LOG_LEVEL", "debug")
    assert runlog.level() == logging.DEBUG


def test_what_a_page_says_forges_no_line_and_no_secret_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("WORLDDESK_PING", "https://hc.example.org/ping/0815-4711")
    monkeypatch.setenv("WORLDDESK_NOTIFY", "slack://t0k/en1 ntfys://topic-of-ours")
    monkeypatch.setenv("WORLDDESK_CONTACT", "https://desk.example.org/us")
    with runlog.written(tmp_path / "news.db", 7, "2026-10-06T08:00:00Z") as log_path:
        runlog.LOGGER.warning("evil\n2026-10-06T08:00:01Z ERROR forged \x1b[2J\u202e\x9b")
        runlog.LOGGER.warning(
            "asked https://hc.example.org/ping/0815-4711/fail for https://desk.example.org/us, not ntfys://topic-of-ours"
        )
        runlog.LOGGER.warning("of https://user:pw@www.example.org/a?page=2&access_token=abc&api_key=d#x")
        runlog.LOGGER.info("x" * 100_000)
        broken = ValueError("said\nby a page")
        logging.getLogger("scrapy.core").error("it broke", exc_info=(ValueError, broken, None))
    lines = (tmp_path / str(log_path)).read_text("utf-8").splitlines()
    assert lines[0].endswith("WARNING evil 2026-10-06T08:00:01Z ERROR forged")
    assert lines[1].endswith("asked ($WORLDDESK_PING)/fail for https://desk.example.org/us, not ($WORLDDESK_NOTIFY)")
    assert lines[2].endswith("of https://…@www.example.org/a?page=2&access_token=…&api_key=…#x")
    assert len(lines[3]) < 5_000
    assert lines[4].endswith("ERROR it broke")
    assert all(line.startswith("    ") for line in lines[5:])
    assert "0815" not in "".join(lines)


def make(folder, name, age_days, size=1000):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(os.urandom(size))
    at = time.time() - age_days * 86_400
    os.utime(path, (at, at))
    return path


def test_old_logs_are_packed_and_the_oldest_go(tmp_path):
    def name(day, ending="log"):
        return f"logs/news-202610{day:02}T080000Z-run-{day}.{ending}"

    fresh, old, oldest = (make(tmp_path, name(day), age) for day, age in ((9, 0.1), (8, 2), (7, 29)))
    make(tmp_path, name(1, "log.gz"), 31)
    others = [make(tmp_path, "logs/other-20261001T080000Z-run-1.log", 99), make(tmp_path, "logs/notes.txt", 99)]
    content = old.read_bytes()
    runlog.tidy(tmp_path / "news.db")
    left = {path.name for path in (tmp_path / "logs").iterdir()}
    assert left == {fresh.name, f"{old.name}.gz", f"{oldest.name}.gz", *(path.name for path in others)}
    assert gzip.decompress((tmp_path / f"{name(8)}.gz").read_bytes()) == content
    assert runlog.path_of(tmp_path / "news.db", name(8)) == tmp_path / f"{name(8)}.gz"
    runlog.tidy(tmp_path / "news.db", most_bytes=2_500)  # three of more than a thousand bytes each: two stay
    assert not (tmp_path / f"{name(7)}.gz").exists()
    assert fresh.exists()


def test_a_log_is_never_longer_than_it_may_be(tmp_path, monkeypatch):
    monkeypatch.setattr(runlog, "MOST_BYTES_A_RUN", 2_000)
    with runlog.written(tmp_path / "news.db", 7, "2026-10-06T08:00:00Z") as log_path:
        for number in range(100):
            runlog.LOGGER.warning("line %s of many that a bad day brings", number)
    said = (tmp_path / str(log_path)).read_text("utf-8")
    assert len(said) < 2_300
    assert said.endswith("this log is full; the table fetches has the rest\n")


def test_an_old_lock_is_told_once_a_day_by_a_quiet_run(desk):
    begun = (datetime.now(UTC) - timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    path = desk.database.with_name("news.db.lock")
    path.write_text(json.dumps({"pid": 4711, "host": "newsroom", "since": begun}))
    hours_ago = time.time() - 5 * 3600
    os.utime(path, (hours_ago, hours_ago))
    with path.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        told = [desk.run("crawl", "--quiet") for _ in range(2)]
        loud = desk.run("crawl")
        os.utime(path, (time.time() - 86_400, time.time() - 86_400))
        tomorrow = desk.run("crawl", "--quiet")
    assert [completed.returncode for completed in (*told, loud, tomorrow)] == [75] * 4
    assert ["4711" in completed.stderr for completed in (*told, loud, tomorrow)] == [True, False, True, True]


@pytest.mark.parametrize(
    ("above", "environment", "trigger"),
    [
        (["sh", "cron", "systemd"], {"INVOCATION_ID": "0f"}, "cron"),
        (["bash", "crond"], {}, "cron"),
        (["systemd"], {"INVOCATION_ID": "0f"}, "systemd"),
        (["sh", "sd-pam"], {"INVOCATION_ID": "0f", "SYSTEMD_EXEC_PID": str(os.getpid())}, "systemd"),
        (["bash", "sshd", "systemd"], {"INVOCATION_ID": "0f", "SYSTEMD_EXEC_PID": "1"}, None),
        ([], {}, None),
    ],
)
def test_who_started_us_is_told_by_the_processes_above(monkeypatch, above, environment, trigger):
    for name in ("INVOCATION_ID", "SYSTEMD_EXEC_PID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(f"sys.{name}", None)
    monkeypatch.setattr(run, "_above", lambda: iter(above))
    assert run._trigger() == trigger


def test_the_processes_above_are_those_of_this_one():
    assert len(list(run._above())) > 0
