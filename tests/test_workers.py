"""Pages that hang, eat memory or crash end the worker that reads them, and nothing else."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import partial

import pytest
from click.testing import CliRunner
from crawls import ROOT
from stories import GAZETTE, HOME, T0, Shelf, paragraph

from crawler import discover, store, takedown
from crawler.cli import main
from crawler.database import transaction
from crawler.desk import Desk
from crawler.errors import NotHTML, NotRead, PageError, PageKilled, UsageError, Walled
from crawler.extract import extract, jsonl
from crawler.items import Exchange, RawPage, SetAside
from crawler.report import doctor, health
from crawler.report.page import set_aside
from crawler.workers import pool as workers
from crawler.workers import quarantine, stages
from crawler.workers.pool import Limits, Pool
from crawler.workers.reading import EXTRACT, listing

MB = 1024 * 1024
TIGHT = Limits(cpu_seconds=1, wall_seconds=30, memory_bytes=256 * MB)
SWEEPING = range(10**12)  # `sum` takes hours over it
LATER = "2026-10-06T10:00:00Z"
STORY = f"{HOME}/world/a-story"


@pytest.fixture(scope="module")
def pool():
    with Pool(TIGHT) as pool:
        yield pool


@pytest.mark.parametrize(
    ("task", "argument", "limit"),
    [
        ("builtins:sum", SWEEPING, "over 1 s of CPU"),
        ("builtins:bytearray", 2**40, "over 256 MB of memory"),
        ("ctypes:string_at", 0, "a crash (SIGSEGV)"),
        ("os:_exit", 3, "the process ended with exit code 3"),
        ("os:_exit", 0, "the process ended with exit code 0"),
    ],
)
def test_what_ends_a_worker_is_named_and_the_next_task_finds_another(pool, task, argument, limit):
    with pytest.raises(PageKilled) as caught:
        pool.submit(task, argument).result()
    assert (caught.value.limit, caught.value.by_page) == (limit, True)
    assert pool.submit("builtins:len", "four").result() == 4


def test_who_hangs_without_using_cpu_is_ended_and_perhaps_not_to_blame():
    with Pool(Limits(wall_seconds=0.5)) as pool, pytest.raises(PageKilled, match=r"over 0\.5 s") as caught:
        pool.submit("time:sleep", 600).result()
    assert not caught.value.by_page


def test_a_worker_that_is_killed_from_outside_blames_no_page():
    """Another one tries the same, once."""
    with Pool(most=1) as pool:
        idle = pool.submit("os:getpid").result()
        os.kill(idle, signal.SIGKILL)
        assert pool.submit("os:getpid").result() != idle
        with pytest.raises(NotRead, match="from outside, twice"):
            pool.submit("builtins:exec", "import os; os.kill(os.getpid(), 9)").result()


def test_the_last_stage_that_a_page_entered_is_told(pool):
    with pytest.raises(PageKilled, match=r"^a crash \(SIGABRT\) in stage body$"):
        pool.submit(
            "builtins:exec", "from crawler.workers import stages; stages.enter('body'); import os; os.abort()"
        ).result()


def test_the_stages_of_an_article_and_of_a_section_page(monkeypatch):
    said = []
    monkeypatch.setattr(stages, "_listeners", [said.append])
    page = f"<html><body><h1>A story</h1><p>{paragraph(1)}</p><p>{paragraph(2)}</p></body></html>"
    extract(page, STORY)
    assert said == ["decode", "parse", "walls", "metadata", "body", "end"]
    said.clear()
    with suppress(PageError):
        listing(page.encode(), HOME, "section", None, None, turn=False)
    assert said == ["section", "decode", "parse", "links", "walls"]


def test_errors_of_a_page_come_back_as_they_were(pool):
    with pytest.raises(NotHTML) as caught:
        pool.submit(EXTRACT, b"%PDF-1.7", STORY).result()
    assert (str(caught.value), caught.value.stage) == ("the page is a PDF", "decode")
    with pytest.raises(NotRead, match=r"^ValueError: invalid literal"):
        pool.submit("builtins:int", "x").result()


@pytest.mark.parametrize("error", [PageError("a", "parse"), Walled("b", "gone"), PageKilled("c", False, "body")])
def test_errors_cross_whole(error):
    there = pickle.loads(pickle.dumps(error))
    assert (type(there), str(there), vars(there)) == (type(error), str(error), vars(error))


def test_one_worker_for_few_tasks_and_more_for_many():
    with Pool(most=2) as pool:
        assert pool.worker_pids() == []
        pids = {pool.submit("os:getpid").result() for _ in range(5)}
        assert pids == set(pool.worker_pids())
        assert len(pids) == 1
        both = [pool.submit("time:sleep", 0.01) for _ in range(200)]
        assert [task.result() for task in both] == [None] * 200
        assert len(pool.worker_pids()) == 2


def test_what_waits_behind_a_slow_page_gets_a_worker_of_its_own():
    with Pool(most=2) as pool:
        slow = pool.submit("time:sleep", 600)
        assert pool.submit("builtins:len", "four").result() == 4
        assert not slow.done()


def test_closing_ends_those_at_work_and_cancels_the_rest():
    pool = Pool(most=1)
    at_work, waiting = pool.submit("time:sleep", 600), pool.submit("time:sleep", 600)
    while not pool.worker_pids():
        time.sleep(0.01)
    pids = pool.worker_pids()
    pool.close()
    for task in (at_work, waiting):
        with pytest.raises(CancelledError):
            task.result()
    assert [pid for pid in pids if is_running(pid)] == []


def test_a_closed_pool_takes_no_task():
    pool = Pool()
    pool.close()
    with pytest.raises(CancelledError):
        pool.submit("os:getpid").result()


def test_where_no_process_can_be_started_pages_are_not_read_and_later_ones_are(monkeypatch):
    """Neither without open files left, nor by one that takes too long to begin: its thread goes on."""

    def no_files_left():
        raise OSError(errno.EMFILE, "Too many open files")

    with Pool(most=1) as pool:
        with monkeypatch.context() as patch:
            patch.setattr("crawler.workers.pool.Pipe", no_files_left)
            with pytest.raises(NotRead, match="no process can be started to read it: Too many open files"):
                pool.submit("os:getpid").result()
        with monkeypatch.context() as patch:
            patch.setattr("crawler.workers.pool._START_SECONDS", 0)
            with pytest.raises(NotRead, match="no process can be started to read it"):
                pool.submit("os:getpid").result()
        assert pool.submit("builtins:len", "four").result() == 4


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a worker at work ends with its CPU time")
def test_no_worker_survives_whoever_started_it():
    """Not even one at work whose parent was killed by -9."""
    code = (
        "from crawler.workers.pool import Pool; pool = Pool(); pid = pool.submit('os:getpid').result();"
        "pool.submit('time:sleep', 600); print(pid, flush=True); input()"
    )
    command = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        worker = int(parent.stdout.readline())
        assert is_running(worker)
        parent.kill()
    deadline = time.monotonic() + 30
    while is_running(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(worker)


def test_signals_of_a_terminal_or_of_systemd_leave_workers_at_work():
    with Pool(most=1) as pool:
        pid = pool.submit("os:getpid").result()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(pid, number)
        assert pool.submit("os:getpid").result() == pid


# ---------------------------------------------------------------------------------- kept aside


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path / "news.db")
    yield shelf
    shelf.close()


CRASH, EXIT = b"import os; os.abort()", b"import os; os._exit(3)"


def read(shelf, pool, body, url=STORY, at=T0, desk=None):
    """Let a desk read a 'page' (a program) as an article of that address and store what came of it; the reason."""
    desk = desk or Desk(shelf.db, shelf.run_id, [GAZETTE], pool)
    exchange = Exchange("gazette", url, "error", at, reason="read")
    try:
        asyncio.run(desk.read(exchange, "article", "builtins:exec", body))
    except NotRead as error:
        exchange.reason = str(error)
    store.record(shelf.db, shelf.run_id, exchange)
    return exchange.reason


def test_the_same_bytes_are_not_read_again(shelf, pool):
    assert read(shelf, pool, CRASH) == "a crash (SIGABRT) in stage start"
    assert read(shelf, pool, CRASH, f"{STORY}-at-another-address", at=LATER).startswith("set aside, not read again: a")
    assert shelf.url(STORY)["state"] == "failing"
    assert [row["outcome"] for row in shelf.db["fetches"].rows] == ["error", "error"]
    (row,) = shelf.db["quarantine"].rows
    assert (row["url"], row["kind"], row["stage"], row["content_bytes"]) == (STORY, "article", "start", len(CRASH))
    assert (row["ended_count"], row["refused_count"], row["last_refused_at"]) == (1, 1, LATER)


def test_changed_bytes_and_a_newer_version_are_read(shelf, pool):
    read(shelf, pool, CRASH)
    assert read(shelf, pool, b"'mended'") == "read"
    with transaction(shelf.db):
        shelf.db.execute("UPDATE quarantine SET extractor = 'worlddesk 0.0.1'")
    assert read(shelf, pool, CRASH, at=LATER) == "a crash (SIGABRT) in stage start"
    (row,) = shelf.db["quarantine"].rows
    assert (row["ended_count"], row["first_ended_at"], row["last_ended_at"]) == (1, T0, LATER)


def test_what_was_perhaps_the_machine_is_tried_three_times(shelf):
    with Pool(Limits(wall_seconds=0.2)) as pool:
        hang = b"import time; time.sleep(600)"
        assert [read(shelf, pool, hang)[:10] for _ in range(4)] == ["over 0.2 s"] * 3 + ["set aside,"]


def test_a_source_may_end_but_some_workers_in_one_run(shelf, pool, monkeypatch):
    monkeypatch.setattr(quarantine, "MOST_OF_SOURCE", 3)
    desk = Desk(shelf.db, shelf.run_id, [GAZETTE], pool)
    said = [read(shelf, pool, EXIT + b"#" * n, f"{STORY}-{n}", desk=desk) for n in range(quarantine.MOST_OF_SOURCE + 1)]
    assert "exit code 3" in said[-2]
    assert said[-1] == "not read: 3 pages of this source ended their worker in this run"
    assert len(list(shelf.db["quarantine"].rows)) == quarantine.MOST_OF_SOURCE


def test_of_a_source_only_the_newest_pages_keep_their_bytes(shelf, monkeypatch):
    monkeypatch.setattr(quarantine, "MOST_KEPT", 2)
    for number in range(4):
        aside = SetAside("article", str(number), 9, "a crash", "body", page=RawPage(b"packed", "utf-8"))
        at = f"2026-10-0{9 - number}T08:00:00Z"
        exchange = Exchange("gazette", f"{STORY}-{number}", "error", at, set_aside=aside)
        with transaction(shelf.db):
            quarantine.note(shelf.db, exchange)
    kept = shelf.rows("SELECT content IS NOT NULL FROM quarantine ORDER BY quarantine_id")
    assert kept == [(1,), (1,), (0,), (0,)]


def test_after_a_month_it_is_forgotten(shelf, pool):
    read(shelf, pool, CRASH)
    for at, left in (("2026-11-04T08:00:00Z", 1), ("2026-11-06T08:00:00Z", 0)):
        with transaction(shelf.db):
            quarantine.expire(shelf.db, at)
        assert shelf.one("SELECT count(*) FROM quarantine") == left


def test_a_takedown_takes_the_page_along(shelf, pool):
    read(shelf, pool, CRASH)
    takedown.forget(shelf.db, STORY, "a letter", LATER)
    assert shelf.one("SELECT count(*) FROM quarantine") == 0


def test_doctor_and_status_tell_and_a_page_can_be_read_again(shelf, pool):
    said = {check.name: check for check in doctor.checks(shelf.path)}["quarantine"]
    assert (said.status, said.message) == ("ok", "no page is set aside")
    read(shelf, pool, CRASH)
    said = {check.name: check for check in doctor.checks(shelf.path)}["quarantine"]
    assert (said.status, said.message) == (
        "warning",
        f"pages that ended a worker: 1, as 1: {STORY} (a crash (SIGABRT) in stage start)",
    )
    assert [row["set_aside_count"] for row in health.source_status(shelf.db)] == [1, 0]
    with pytest.raises(UsageError, match="no page 7 is set aside"):
        set_aside(shelf.db, 7)
    with pytest.raises(UsageError, match="was not kept"):
        set_aside(shelf.db, 1)


def costly() -> bytes:
    """A page of ours that takes more memory than a test allows, and is an article all the same."""
    text = "".join(f"<p>{paragraph(number)}</p>" for number in range(20))
    boxes = "<div class=a></div>" * 140_000
    return f"<!doctype html><html lang=en><title>A story</title><h1>A story</h1>{text}{boxes}{text}</html>".encode()


def test_a_crawl_goes_on_over_a_page_that_ends_its_worker_and_does_not_read_it_again(desk, stand):
    path = next(stand.paper.path(article) for article in stand.paper.articles if article.section.slug == "world")
    stand.replace(path, costly())
    tight = "from functools import partial; from crawler import cli; from crawler.workers import pool;"
    code = f"{tight} pool.Limits = partial(pool.Limits, memory_bytes={120 * MB}); cli.main()"
    runs = [desk.execute([sys.executable, "-P", "-c", code, "crawl", "--all", "meridian_courier"]) for _ in range(2)]
    assert [run.returncode for run in runs] == [0, 0], runs[0].stderr
    first, second = desk.rows(
        "SELECT outcome, f.reason FROM fetches f JOIN urls USING (url_id) WHERE url = ? ORDER BY run_id",
        stand.url + path,
    )
    assert first[0] == second[0] == "error"
    assert first[1].startswith("extract: over 120 MB of memory in stage ")
    assert second[1].startswith("extract: set aside, not read again: over 120 MB of memory in stage ")
    assert desk.one("SELECT count(*) FROM articles") > 40
    assert desk.rows("SELECT url, ended_count, refused_count FROM quarantine") == [(stand.url + path, 1, 1)]
    assert json.loads(desk.run("extract", "--quarantined", "1", "--json").stdout)["headline"] == "A story"


# ---------------------------------------------------------------------------------- JSON lines


def test_a_line_that_ends_its_worker_is_an_error_among_the_answers_in_order(monkeypatch, tmp_path):
    os.mkfifo(tmp_path / "fifo")  # who opens it waits for ever: nobody writes
    monkeypatch.setattr(workers, "Limits", partial(Limits, wall_seconds=2))
    body = f"<html><body><h1>A story</h1><p>{paragraph(1)}</p><p>{paragraph(2)}</p></body></html>"
    good = [{"id": number, "url": STORY, "html": body} for number in range(40)]
    asked = [*good[:20], {"id": "bad", "url": STORY, "html_path": str(tmp_path / "fifo")}, *good[20:]]
    said = CliRunner().invoke(main, ["extract", "--jsonl"], input="\n".join(map(json.dumps, asked)))
    assert said.exit_code == 0, said.output
    answers = [json.loads(line) for line in said.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [line["id"] for line in asked]
    (bad,) = [answer for answer in answers if "error" in answer]
    assert (bad["id"], bad["url"], bad["error"], bad["blocks"]) == ("bad", STORY, "over 2 s in stage start", [])


def test_a_listing_that_ends_its_worker_is_an_error_as_well(monkeypatch, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    monkeypatch.setattr(workers, "Limits", partial(Limits, wall_seconds=2))
    asked = json.dumps({"id": 1, "url": HOME, "kind": "section", "path": str(tmp_path / "fifo")})
    said = CliRunner().invoke(main, ["links", "--jsonl"], input=asked)
    assert json.loads(said.stdout) == {"id": 1, "links": [], "error": "over 2 s in stage start"}


@pytest.mark.parametrize("line", ["no json", "[" * 100_000, "[1]", '{"id": 1, "url": 7}'])
def test_what_fails_has_an_answer_whatever_the_line_is(line):
    for module in (jsonl, discover):
        assert json.loads(module.failed_line(line, "over 10 s"))["error"] == "over 10 s"
