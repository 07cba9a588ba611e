"""Sites that fail, stall, refuse and mislead: the run goes on, the ledger says why, the exit code tells."""

from __future__ import annotations

import contextlib
import fcntl
import gzip
import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest


def first_path(stand):
    """Path of an article that /world/ announces."""
    return next(stand.paper.path(article) for article in stand.paper.articles if article.section.slug == "world")


def alone(desk, stand, path, kind="section"):
    """Leave one source with one listing, so that a fault is seen alone."""
    for file in desk.sources.glob("*.toml"):
        file.unlink()
    (desk.sources / "courier.toml").write_text(
        f'name = "Courier"\nhome = "{stand.url}/"\ncountry = "FR"\nlanguage = "fr"\ntimezone = "Europe/Paris"\n'
        f'[[listing]]\nurl = "{stand.url}{path}"\nkind = "{kind}"\n'
    )


def test_one_paper_down_is_partial_and_named(desk, stand):
    for path, _, _ in stand.second_paper.listings:
        stand.fail(stand.second_url + path, 500)
    completed = desk.run("crawl")
    assert completed.returncode == 3
    assert "harbour_post" in completed.stdout + completed.stderr
    assert dict(desk.rows("SELECT source_id, status FROM run_sources")) == {
        "harbour_post": "failed",
        "meridian_courier": "ok",
    }
    assert desk.one("SELECT count(*) FROM articles") > 40


def test_all_down_fails_for_worlddesk_and_for_scrapy(desk, stand):
    alone(desk, stand, "/world/")
    stand.fail("/world/", 500)
    assert desk.run("crawl").returncode == 1
    completed = desk.execute([sys.executable, "-m", "scrapy", "crawl", "international"])
    assert completed.returncode == 1


def unknown_hosts(desk, names):
    """Nothing but sources whose hosts no resolver knows."""
    for file in desk.sources.glob("*.toml"):
        file.unlink()
    for name in names:
        (desk.sources / f"{name}.toml").write_text(
            f'name = "{name}"\nhome = "http://{name}.paper.invalid/"\ncountry = "FR"\nlanguage = "fr"\n'
            f'timezone = "Europe/Paris"\n[[listing]]\nurl = "http://{name}.paper.invalid/world"\nkind = "section"\n'
        )


def test_no_network_at_all_blames_nobody(desk):
    unknown_hosts(desk, ("first", "second"))
    desk_environment = {"WORLDDESK_CONTACT": "desk@example.org"}
    completed = desk.execute(["env", *(f"{k}={v}" for k, v in desk_environment.items()), *desk.command("crawl")])
    assert completed.returncode == 75
    assert "network" in completed.stderr
    assert {status for (status,) in desk.rows("SELECT status FROM run_sources")} == {"skipped"}


def test_without_network_a_whole_catalogue_is_not_asked_to_its_end(desk):
    """What the first dozen hosts said is not asked of hundreds; their sources get a row and no blame."""
    unknown_hosts(desk, [f"paper{number}" for number in range(400)])
    at_once = "from crawler import cli, middlewares; middlewares.Silence.SECONDS = 0; cli.main()"
    completed = desk.execute(
        ["env", "WORLDDESK_CONTACT=desk@example.org", sys.executable, "-P", "-c", at_once, "crawl"]
    )
    assert completed.returncode == 75
    assert "no network" in completed.stderr
    assert desk.one("SELECT count(*) FROM fetches") < 400
    assert desk.rows("SELECT status, count(*) FROM run_sources GROUP BY status") == [("skipped", 400)]
    assert desk.rows("SELECT status, exit_code, sources_failed FROM runs") == [("failed", 75, 0)]


def test_dead_hosts_are_named_and_the_others_are_stored(desk):
    for number in range(15):
        (desk.sources / f"dead{number}.toml").write_text(
            f'name = "Dead"\nhome = "http://dead{number}.invalid/"\ncountry = "FR"\nlanguage = "fr"\n'
            f'timezone = "Europe/Paris"\n[[listing]]\nurl = "http://dead{number}.invalid/world"\nkind = "section"\n'
        )
    completed = desk.execute(["env", "WORLDDESK_CONTACT=desk@example.org", *desk.command("crawl")])
    assert completed.returncode == 3
    assert sum(" failed: " in line for line in completed.stderr.splitlines()) == 15
    assert (
        desk.one("SELECT count(*) FROM run_sources WHERE source_id LIKE 'dead%' AND message LIKE '%not known%'") == 15
    )
    assert desk.one("SELECT count(*) FROM articles") > 40


def test_a_live_crawl_without_contact_is_refused(desk):
    (desk.sources / "live.toml").write_text(
        'name = "Live"\nhome = "https://www.example.org/"\ncountry = "GB"\nlanguage = "en"\n'
        'timezone = "Europe/London"\n[[listing]]\nurl = "https://www.example.org/world"\nkind = "section"\n'
    )
    completed = desk.run("crawl")
    assert completed.returncode == 2
    assert "WORLDDESK_CONTACT" in completed.stderr
    assert not desk.database.exists()


def test_a_failed_page_stays_due_and_is_stored_later(desk, stand):
    alone(desk, stand, "/world/")
    path = first_path(stand)
    stand.fail(path, 500)
    assert desk.run("crawl").returncode == 0
    assert desk.rows("SELECT state FROM urls WHERE url = ?", stand.url + path) == [("failing",)]
    stand.mend()
    desk.run("crawl")
    assert desk.rows("SELECT state FROM urls WHERE url = ?", stand.url + path) == [("article",)]


def test_robots_out_of_reach_means_hands_off(desk, stand):
    stand.fail("/robots.txt", 503)
    completed = desk.run("crawl", "meridian_courier")
    assert completed.returncode != 0
    assert {request.path for request in stand.requests} == {"/robots.txt"}
    assert "robots.txt answered 503" in desk.one("SELECT reason FROM fetches")


def test_a_long_retry_after_rests_the_host_across_runs(desk, stand):
    alone(desk, stand, "/world/")
    stand.fail("/world/", 429, headers={"Retry-After": "3600"})
    desk.run("crawl")
    stand.mend()
    before = len(stand.requests)
    assert desk.run("crawl").stdout.startswith("worlddesk: nothing is due before 2")  # the listing rests as well
    desk.run("crawl", "--all")
    assert len(stand.requests) == before  # not even robots.txt
    assert desk.one("SELECT count(*) FROM hosts WHERE rest_until IS NOT NULL") == 1
    assert "rest" in desk.one("SELECT reason FROM fetches ORDER BY fetch_id DESC LIMIT 1")


def test_a_page_that_asks_for_a_long_rest_is_blocked_until_then(desk, stand):
    alone(desk, stand, "/world/")
    path = first_path(stand)
    stand.fail(path, 429, headers={"Retry-After": "3600"})
    desk.run("crawl")
    state, status, waits = desk.rows(
        "SELECT state, status_code, next_fetch_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+50 minutes') FROM urls"
        " WHERE url = ?",
        stand.url + path,
    )[0]
    assert (state, status, waits) == ("blocked", 429, 1)


def test_a_short_retry_after_is_waited_for(desk, stand):
    alone(desk, stand, "/world/")
    stand.fail("/world/", 503, headers={"Retry-After": "1"}, times=1)
    assert desk.run("crawl").returncode == 0
    assert desk.one("SELECT count(*) FROM articles") > 5


@pytest.mark.parametrize(
    ("body", "content_type", "state", "reason"),
    [
        (b"", "text/html", "failing", "empty"),
        (b"   \n", "text/html", "failing", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "text/html", "not_article", "image"),
        (b"{}", "application/json", "not_article", ""),
        (b"x" * 20_000_000, "text/html", "failing", "8388608"),
    ],
    ids=["empty", "blank", "png", "json", "20MB"],
)  # fmt: skip
def test_a_page_that_is_no_article_has_a_state_and_a_reason(desk, stand, body, content_type, state, reason):
    alone(desk, stand, "/world/")
    path = first_path(stand)
    stand.replace(path, body, content_type)
    completed = desk.run("crawl")
    assert completed.returncode == 0, completed.stderr
    assert "Traceback" not in completed.stderr
    found = desk.rows("SELECT state, reason FROM urls WHERE url = ?", stand.url + path)
    assert found[0][0] == state
    assert reason in found[0][1]


def test_a_page_that_was_cut_is_a_failure_and_not_half_an_article(desk, stand):
    """The stream ends before its end: the words so far are no article."""
    alone(desk, stand, "/world/")
    path = first_path(stand)
    whole = gzip.compress(stand.paper[path].body, mtime=0)
    stand.replace(path, whole[: len(whole) * 2 // 3], "text/html", headers={"Content-Encoding": "gzip"})
    desk.run("crawl")
    state, reason = desk.rows("SELECT state, reason FROM urls WHERE url = ?", stand.url + path)[0]
    assert state == "failing"
    assert "the connection ended before the page did" in reason


def test_robots_txt_counts_whatever_its_type(desk, stand):
    alone(desk, stand, "/world/")
    stand.replace("/robots.txt", b"User-agent: *\nDisallow: /world/article/", "application/octet-stream")
    desk.run("crawl")
    assert {outcome for (outcome,) in desk.rows("SELECT outcome FROM fetches WHERE url_id IS NOT NULL")} == {"robots"}


@pytest.mark.parametrize("path", ["/robots.txt", "/.well-known/tdmrep.json"])
def test_a_file_of_a_site_cannot_send_us_elsewhere(desk, stand, path):
    alone(desk, stand, "/world/")
    stand.fail(path, 302, headers={"Location": stand.second_url + "/internal"})
    desk.run("crawl")
    assert path in {request.path for request in stand.requests}
    assert "/internal" not in {request.path for request in stand.requests}


def test_a_redirect_to_another_port_is_not_followed(desk, stand):
    alone(desk, stand, "/world/")
    path = first_path(stand)
    stand.fail(path, 302, headers={"Location": "http://127.0.0.1:1/"})
    desk.run("crawl")
    assert "port 1" in desk.one("SELECT reason FROM urls WHERE url = ?", stand.url + path)


def test_a_slow_host_does_not_stall_the_others(desk, stand):
    """The Courier asks for a pause before each of its pages; the Post is read in the meantime."""
    stand.replace("/robots.txt", b"User-agent: *\nCrawl-delay: 2")
    process = desk.start("crawl")
    wait_for(lambda: stored_count(desk) >= 4)
    stored = dict(desk.rows("SELECT source_id, count(*) FROM articles GROUP BY source_id"))
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert stored["harbour_post"] == len(stand.second_paper.articles)
    assert stored.get("meridian_courier", 0) <= 2


def test_a_host_whose_robots_txt_is_slow_does_not_stall_the_others(desk, stand):
    stand.stall("/robots.txt", 30)
    process = desk.start("crawl")
    wait_for(lambda: stored_count(desk) >= len(stand.second_paper.articles), seconds=20.0)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)


def test_robots_txt_with_a_byte_order_mark_is_obeyed(desk, stand):
    alone(desk, stand, "/world/")
    stand.replace("/robots.txt", b"\xef\xbb\xbfUser-agent: *\nDisallow: /world/article/")
    desk.run("crawl")
    assert {outcome for (outcome,) in desk.rows("SELECT outcome FROM fetches WHERE url_id IS NOT NULL")} == {"robots"}


def test_a_page_of_a_thousand_gzip_members_is_a_failure(desk, stand):
    alone(desk, stand, "/world/")
    path = first_path(stand)
    body = gzip.compress(b"", mtime=0) * 1000
    stand.replace(path, body, "text/html", headers={"Content-Encoding": "gzip"})
    desk.run("crawl")
    assert "gzip streams" in desk.one("SELECT reason FROM urls WHERE url = ?", stand.url + path)


def test_the_children_of_a_sitemap_are_read_on_the_own_site_only(desk, stand):
    alone(desk, stand, "/index.xml", kind="news-sitemap")
    places = (f"{stand.second_url}/secret.xml", f"{stand.url}/news-sitemap.xml")
    index = "".join(f"<sitemap><loc>{place}</loc></sitemap>" for place in places)
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{index}</sitemapindex>'
    stand.replace("/index.xml", index.encode(), "application/xml")
    assert desk.run("crawl").returncode == 0
    assert "/secret.xml" not in {request.path for request in stand.requests}
    assert desk.one("SELECT count(*) FROM articles") > 10


def test_indexes_that_name_one_another_are_no_circle(desk, stand):
    alone(desk, stand, "/index.xml", kind="news-sitemap")
    for path, other in (("/index.xml", "/inner.xml"), ("/inner.xml", "/index.xml")):
        index = f"<sitemapindex><sitemap><loc>{stand.url}{other}</loc></sitemap></sitemapindex>"
        stand.replace(path, index.encode(), "application/xml")
    desk.run("crawl")
    asked = [request.path for request in stand.requests]
    assert (asked.count("/index.xml"), asked.count("/inner.xml")) == (1, 1)
    reasons = [row[0] for row in desk.rows("SELECT reason FROM fetches WHERE reason IS NOT NULL")]
    assert [reason for reason in reasons if reason.startswith("index: ")] == [
        "index: 1 of 1 sitemaps read, the newest",
        "index: 0 of 1 sitemaps read, the newest; 1 in a loop: asked for already",
    ]


def test_a_run_that_reaches_its_deadline_is_partial_and_goes_on_next_time(desk, stand):
    alone(desk, stand, "/world/")
    stand.replace("/robots.txt", b"User-agent: *\nCrawl-delay: 1")
    short = [sys.executable, "-m", "scrapy", "crawl", "international", "-s", "CLOSESPIDER_TIMEOUT=3"]
    assert desk.execute(short).returncode == 3
    assert desk.rows("SELECT status FROM runs") == [("partial",)]
    assert desk.one("SELECT count(*) FROM urls WHERE state = 'new'") > 0


def test_a_damaged_database_ends_the_run_with_a_message(desk):
    assert desk.run("crawl", "harbour_post").returncode == 0
    with closing(sqlite3.connect(desk.database)) as db:
        page_size = db.execute("PRAGMA page_size").fetchone()[0]
        root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'urls'").fetchone()[0]
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with desk.database.open("r+b") as file:
        file.seek((root - 1) * page_size)
        file.write(b"\xff" * page_size)
    completed = desk.run("crawl")
    assert completed.returncode == 1
    assert str(desk.database) in completed.stderr
    assert "damaged" in completed.stderr
    assert "Traceback" not in completed.stderr


def test_two_names_of_one_database_are_one_lock(desk, stand):
    alone(desk, stand, "/world/")
    stand.stall("/world/", 60)
    link = desk.folder / "other.db"
    link.symlink_to(desk.database)
    process = desk.start("crawl")
    wait_for(lambda: stored_count(desk, "runs") > 0)
    completed = desk.run("crawl", "--db", str(link))
    process.terminate()
    process.communicate(timeout=20)
    assert completed.returncode == 75


def test_a_wrong_charset_header_does_not_spoil_the_words(desk, stand):
    alone(desk, stand, "/world/")
    path = first_path(stand)
    text = "<p>Les députés européens ont voté à Strasbourg, où la séance s’est achevée très tard.</p>" * 6
    page = f"<html><head><title>Été</title></head><body><article><h1>Été à l’Élysée</h1>{text}</article></body></html>"
    stand.replace(path, page.encode(), "text/html; charset=iso-8859-1")
    desk.run("crawl")
    assert desk.one("SELECT headline FROM articles WHERE url = ?", stand.url + path) == "Été à l’Élysée"


def test_a_second_run_is_turned_away_and_told_who_holds_the_lock(desk):
    desk.database.parent.mkdir(exist_ok=True)
    with desk.database.with_name("news.db.lock").open("w") as file:
        file.write(json.dumps({"pid": 4711, "host": "newsroom", "since": "2026-10-06T08:00:00Z"}))
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        completed = desk.run("crawl")
    assert completed.returncode == 75
    assert "4711" in completed.stderr
    assert "2026-10-06T08:00:00Z" in completed.stderr


def test_a_full_disk_ends_the_run_with_a_clear_message_and_loses_nothing(desk):
    """The shell's limit on a file's size stands in for the disk: the write fails in the middle of the run."""
    assert desk.run("crawl", "harbour_post").returncode == 0
    before = desk.one("SELECT count(*) FROM articles")
    limit = (desk.database.stat().st_size + 40_000) // 1024
    completed = desk.execute(["bash", "-c", f'ulimit -f {limit}; exec "$@"', "-", *desk.command("crawl")])
    assert completed.returncode == 1
    assert str(desk.database) in completed.stderr
    assert "Traceback" not in completed.stderr
    assert desk.one("PRAGMA quick_check") == "ok"
    assert desk.one("SELECT count(*) FROM articles") >= before
    assert desk.run("crawl").returncode == 0
    assert desk.one("SELECT count(*) FROM articles") > 40


def test_a_signal_before_the_engine_runs_is_not_lost(desk, stand):
    alone(desk, stand, "/world/")
    process = desk.start("crawl")
    wait_for(lambda: stored_count(desk, "runs") == 1)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 143
    assert desk.rows("SELECT status, exit_code FROM runs") == [("interrupted", 143)]


def holder_of(database):
    """Number of the process that wrote its name into the lock last; None while it is being written."""
    try:
        return json.loads(database.with_name(f"{database.name}.lock").read_text())["pid"]
    except ValueError:
        return None


def test_a_signal_while_the_start_waits_for_the_write_lock_is_answered(desk):
    assert desk.run("crawl", "harbour_post").returncode == 0
    with closing(sqlite3.connect(desk.database, isolation_level=None)) as analyst:
        analyst.execute("BEGIN IMMEDIATE")
        process = desk.start("crawl")
        wait_for(lambda: holder_of(desk.database) == process.pid)  # past the imports, into the wait
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)
    assert (process.returncode, said) == (143, "")


def test_a_signal_while_somebody_holds_the_write_lock_ends_the_run_in_time(desk, stand):
    assert desk.run("crawl", "harbour_post").returncode == 0
    with closing(sqlite3.connect(desk.database, isolation_level=None)) as analyst:
        process = desk.start("crawl")
        wait_for(lambda: stored_count(desk, "runs") == 2)
        analyst.execute("PRAGMA busy_timeout = 10000")
        analyst.execute("BEGIN IMMEDIATE")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 143


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_the_run_in_time_and_keeps_what_is_stored(desk, stand, number, code):
    alone(desk, stand, "/world/")
    slow = [stand.paper.path(a) for a in stand.paper.articles if a.section.slug == "world"][-1]
    stand.stall(slow, 60)
    process = desk.start("crawl")
    wait_for(lambda: stored_count(desk) > 0)
    process.send_signal(number)
    _, said = process.communicate(timeout=20)
    assert process.returncode == code
    assert "Traceback" not in said
    assert desk.rows("SELECT status, exit_code FROM runs") == [("interrupted", code)]
    stored = desk.one("SELECT count(*) FROM articles")
    assert stored == desk.one("SELECT count(*) FROM urls WHERE state = 'article'") > 0
    stand.mend()
    assert desk.run("crawl").returncode == 0
    assert desk.one("SELECT count(*) FROM urls WHERE state = 'new'") == 0


def stored_count(desk, table="articles"):
    """Rows that another process has stored so far; 0 before it has made its tables."""
    try:
        return desk.one(f"SELECT count(*) FROM {table}")
    except sqlite3.OperationalError:
        return 0


def wait_for(condition, seconds=20.0):
    """Poll until something the other process does is seen."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def test_the_table_of_a_run_that_is_cut_off_is_left_whole(desk, stand):
    """The second signal stops the reactor without a word of the engine's."""
    stand.stall("/robots.txt", 30)
    ours, theirs = pty.openpty()
    said: list[bytes] = []
    reader = threading.Thread(target=read_all, args=(ours, said))
    process = subprocess.Popen(
        desk.command("crawl"), stdin=theirs, stdout=theirs, stderr=theirs, env=desk.environment | {"TERM": "xterm"}
    )
    os.close(theirs)
    reader.start()
    wait_for(lambda: stored_count(desk, "fetches") > 0)
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
    assert process.wait(timeout=20) == 130
    reader.join()
    os.close(ours)
    last = b"".join(said).decode().rsplit("source ", 1)[-1]
    assert "ended" in last
    assert "at work" not in last


def read_all(terminal, said):
    """What a pseudo-terminal shows until nobody writes to it any more."""
    with contextlib.suppress(OSError):  # how Linux says so
        while piece := os.read(terminal, 65536):
            said.append(piece)
