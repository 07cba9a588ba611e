"""One signal ends whatever we are at, in time and in order; a second one at once. Real processes, real signals."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest

from crawler import interrupt

PROMISE = 15
"""Seconds: the ten that are promised, and five for a machine that does six other things."""
START = "from crawler.__main__ import main\nmain()"
STUCK = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
"""A statement that never ends, within which Python answers nothing."""


def source(desk, name, url, kind="section"):
    desk.sources.mkdir(exist_ok=True)
    (desk.sources / f"{name}.toml").write_text(
        f'name = "{name}"\nhome = "{url}"\ncountry = "FR"\nlanguage = "fr"\ntimezone = "Europe/Paris"\n'
        f'[[listing]]\nurl = "{url}"\nkind = "{kind}"\n'
    )


@pytest.fixture
def start(desk):
    """Start a command in a process of its own; `first` is done in it before ours begins."""
    started = []

    def begin(*arguments, first="", command=None, **options):
        process = subprocess.Popen(
            [*(command or [sys.executable, "-P", "-c", f"{first}\n{START}"]), *arguments],
            env=desk.environment | {"WORLDDESK_CONTACT": "desk@example.org"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def wait_for(condition, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def count(desk, sql):
    """0 before the other process has made its tables."""
    try:
        return desk.one(sql)
    except sqlite3.OperationalError:
        return 0


def ended(process, number=signal.SIGTERM):
    """(exit code, what it said on stderr) after a signal."""
    process.send_signal(number)
    _, said = process.communicate(timeout=PROMISE)
    return process.returncode, said


def dripping(silent=False):
    """A server that takes what is said and answers drop by drop, or never; it ends when it is closed."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=drip, args=(server.accept()[0],), daemon=True).start()

    def drip(connection):
        with connection, contextlib.suppress(OSError):
            connection.recv(65536)
            if silent:
                connection.recv(1)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
            for _ in range(90):
                connection.sendall(b"<p>")
                time.sleep(1)

    threading.Thread(target=serve, daemon=True).start()
    return server


def test_every_way_to_be_stalled_ends_in_time_and_keeps_what_is_stored(desk, stand, start):
    """In one run: headers that never come, a body that drips, a connection nobody takes, a name nobody resolves."""
    silent, drip = dripping(silent=True), dripping()
    full = socket.create_server(("127.0.0.1", 0), backlog=0)
    takers = [socket.socket() for _ in range(4)]
    for taker in takers:
        taker.setblocking(False)
        taker.connect_ex(full.getsockname())
    for name, server in (("silent", silent), ("drip", drip), ("full", full)):
        source(desk, name, f"http://127.0.0.1:{server.getsockname()[1]}/world")
    source(desk, "nameless", "http://nobody.example.org/world")
    hang = (
        "import socket, time\nreal = socket.getaddrinfo\n"
        "socket.getaddrinfo = lambda host, *a, **k: "
        "time.sleep(90) if 'nobody' in str(host) else real(host, *a, **k)\n"
    )
    process = start("crawl", first=hang, start_new_session=True)
    wait_for(lambda: count(desk, "SELECT count(*) FROM articles") > 3)
    os.killpg(process.pid, signal.SIGTERM)  # as systemd stops a unit: the whole group hears of it
    _, said = process.communicate(timeout=PROMISE)
    assert (process.returncode, "Traceback" in said) == (143, False), said
    assert desk.rows("SELECT status, exit_code, finished_at IS NULL FROM runs") == [("interrupted", 143, 0)]
    assert desk.one("SELECT count(*) FROM run_sources") == 6
    stored = desk.one("SELECT count(*) FROM articles")
    assert stored == desk.one("SELECT count(*) FROM urls WHERE state = 'article'") > 3
    assert desk.one("SELECT count(*) FROM fetches WHERE outcome IN ('error', 'empty') AND url_id IS NOT NULL") == 0
    assert desk.one("PRAGMA integrity_check") == "ok"
    for server in (silent, drip, full, *takers):
        server.close()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_scrapy_crawl_ends_as_worlddesk_does(desk, stand, start, number, code):
    stand.stall("/robots.txt", 60)
    process = start(command=[sys.executable, "-m", "scrapy", "crawl", "international"])
    wait_for(lambda: count(desk, "SELECT count(*) FROM runs") == 1)
    assert ended(process, number)[0] == code
    assert desk.rows("SELECT status, exit_code FROM runs") == [("interrupted", code)]


def test_scrapy_crawl_gives_the_other_exit_codes_too(desk, stand):
    command = [sys.executable, "-m", "scrapy", "crawl", "international"]
    with desk.database.with_name("news.db.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert desk.execute(command).returncode == 75
    for path, _, _ in stand.second_paper.listings:
        stand.fail(stand.second_url + path, 500)
    assert desk.execute(command).returncode == 3
    assert desk.execute([*command, "-a", "sources=nobody"]).returncode == 2
    stand.mend()
    assert desk.execute([*command, "-a", "sources=meridian_courier"]).returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("add", "{url}/", "--dry-run", "--sources", "{folder}"),
        ("history", "meridian_courier", "--since", "2026-10-01"),
    ],
    ids=["check", "add", "history"],
)
def test_the_other_commands_end_too(desk, stand, start, arguments):
    for path in ("/", *(path for path, _, _ in stand.paper.listings)):
        stand.stall(path, 90)
    process = start(*(argument.format(url=stand.url, folder=desk.folder / "own") for argument in arguments))
    wait_for(lambda: any(request.path == "/robots.txt" for request in stand.requests))
    code, said = ended(process)
    assert (code, "Traceback" in said) == (143, False), said
    if arguments[0] == "history":
        assert desk.rows("SELECT kind, status, exit_code FROM runs") == [("history", "interrupted", 143)]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_while_we_are_loaded(desk, start, number, code):
    """Whoever imports us waits for a slow disk: here, for a module that takes a minute."""
    slow = (
        "import sys, time\nclass Slow:\n def find_spec(self, name, *_):\n"
        "  if name == 'click': print('loading', flush=True); time.sleep(60)\nsys.meta_path.insert(0, Slow())\n"
    )
    process = start("crawl", first=slow)
    assert process.stdout.readline() == "loading\n"
    assert ended(process, number) == (code, "")
    assert not desk.database.exists()


def stuck_in(place):
    """Before our program: the function named hangs in SQLite, and says so."""
    module, name = place.rsplit(".", 1)
    return (
        f"import {module} as module\n"
        "def stuck(db, *a, **k):\n"
        "    print('stuck', flush=True)\n"
        f"    db.execute({STUCK!r}).fetchall()\n"
        f"module.{name} = stuck\n"
    )


def test_a_signal_in_the_middle_of_a_migration_leaves_the_file_as_it_was(desk, stand, start):
    process = start("crawl", first=stuck_in("crawler.database.migrate"))
    assert process.stdout.readline() == "stuck\n"
    assert ended(process) == (143, "")
    with closing(sqlite3.connect(desk.database)) as db:
        assert db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    assert desk.run("crawl", "harbour_post").returncode == 0


def test_a_signal_in_the_middle_of_work_on_what_is_stored(desk, stand, start):
    assert desk.run("crawl", "harbour_post").returncode == 0
    for command, place in (("reextract", "crawler.pages.kept"), ("prune", "crawler.upkeep.prune.let_go")):
        process = start(command, first=stuck_in(place))
        assert process.stdout.readline() == "stuck\n"
        assert ended(process) == (143, "")
    assert desk.one("PRAGMA integrity_check") == "ok"
    assert desk.run("crawl", "--all").returncode == 0


def test_a_signal_while_the_end_of_the_run_is_written(desk, stand, start):
    """SQLite is broken off after a while, and there is time to say how the run ended."""
    place = stuck_in("crawler.pages.expire")
    process = start("crawl", "harbour_post", first=place)
    assert process.stdout.readline() == "stuck\n"
    code, said = ended(process)
    assert (code, "Traceback" in said) == (143, False), said
    assert desk.rows("SELECT status, exit_code FROM runs") == [("interrupted", 143)]
    assert desk.one("SELECT count(*) FROM articles") == len(stand.second_paper.articles)


def test_a_process_that_nothing_moves_is_ended_and_says_so(desk, stand, start):
    """The main thread is gone for good, here asleep where no signal wakes it: the watch ends the process."""
    asleep = (
        "import ctypes, crawler.answers as answers\n"
        "def gone(*a, **k):\n    print('gone', flush=True)\n    ctypes.CDLL(None).pause()\n    gone()\n"
        "answers.read_article = gone\n"
    )
    process = start("crawl", "harbour_post", first=asleep)
    assert process.stdout.readline() == "gone\n"
    assert ended(process)[0] == 143
    assert desk.rows("SELECT status, exit_code FROM runs") == [("interrupted", 143)]


def test_the_second_signal_ends_it_at_once_and_the_next_run_closes_what_was_killed(desk, stand, start):
    stand.stall("/robots.txt", 60)
    process = start("crawl")
    wait_for(lambda: count(desk, "SELECT count(*) FROM runs") == 1)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    assert ended(process)[0] == 143
    killed = start("crawl", "--all")
    wait_for(lambda: count(desk, "SELECT count(*) FROM runs") == 2)
    killed.kill()
    killed.communicate()
    assert desk.one("SELECT status FROM runs WHERE run_id = 2") == "running"
    stand.mend()
    assert desk.run("crawl", "--all").returncode == 0
    assert desk.rows("SELECT status, finished_at IS NULL FROM runs ORDER BY run_id") == [
        ("interrupted", 0),
        ("interrupted", 0),
        ("ok", 0),
    ]


def test_under_nohup_the_end_of_a_session_is_no_end(desk, stand, start):
    stand.stall("/robots.txt", 60)
    ignore = "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
    process = start("crawl", first=ignore)
    wait_for(lambda: count(desk, "SELECT count(*) FROM runs") == 1)
    process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert process.poll() is None
    assert ended(process)[0] == 143


def test_the_limits_keep_ten_seconds():
    assert interrupt.LATE < interrupt.LIMIT
    assert interrupt.LIMIT + 1.4 < 10  # last words, and two streams to flush
