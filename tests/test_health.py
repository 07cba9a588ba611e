"""How a run ends: the health of each source, the counts, the exit code; and what `status` reads of it."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from stories import FEED, GAZETTE, HOME, SECTION, TRIBUNE, Shelf, article

from crawler import store
from crawler.health.judge import Facts, judge, nothing_answered
from crawler.normalise import now
from crawler.report.health import source_status
from crawler.runs import is_alive
from crawler.schedule import hours_before

WELL = Facts(listing_count=2, listing_ok_count=2, found_count=40, fetched_count=10, new_count=6, changed_count=1)
NOTHING_READ = replace(WELL, new_count=0, changed_count=0)
MONDE = TRIBUNE.listings[0].url


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path / "news.db")
    yield shelf
    shelf.close()


@pytest.mark.parametrize(
    ("facts", "status", "words"),
    [
        (WELL, "ok", "6 new, 1 changed"),
        (Facts(), "skipped", "nothing was asked"),
        (Facts(is_interrupted=True, is_finished=False), "skipped", "interrupted before its turn"),
        (Facts(is_crashed=True, is_finished=False), "failed", "the run broke off"),
        (replace(WELL, is_crashed=True, is_finished=False), "degraded", "broke off before its end: 6 new"),
        (replace(WELL, is_interrupted=True, is_finished=False), "degraded", "interrupted before its end: 6 new"),
        (replace(WELL, is_interrupted=True), "ok", "6 new"),
        (replace(WELL, is_cut_short=True, is_finished=False), "degraded", "was cut short before its end: 6 new"),
        (replace(WELL, is_cut_short=True), "ok", "6 new"),
        (replace(WELL, is_finished=False), "ok", "6 new"),
        (replace(WELL, listing_ok_count=0, reason="HTTP 500"), "failed", "HTTP 500"),
        (replace(WELL, listing_ok_count=0, listing_refused_count=2, reason="HTTP 403"), "blocked", "HTTP 403"),
        (replace(WELL, listing_ok_count=0, is_resting=True, reason="rest until"), "skipped", "rest until"),
        (replace(WELL, listing_ok_count=1, reason="HTTP 500"), "degraded", "1 of 2 listings failed: HTTP 500"),
        (replace(NOTHING_READ, page_failed_count=4, reason="x"), "failed", "no article could be read: x"),
        (replace(NOTHING_READ, page_failed_count=4, page_refused_count=3), "blocked", "no article"),
        (replace(NOTHING_READ, empty_count=9), "failed", "no article could be read"),
        (replace(WELL, found_count=0), "degraded", "announce 0 articles"),
        (replace(WELL, expected_links=50), "degraded", "40 articles, at least 50 expected"),
        (replace(WELL, expected_links=50, listing_same_count=1), "ok", "6 new"),
        (replace(WELL, expected_body_share=0.9, empty_count=1), "degraded", "88% of 8 pages gave a text, 90% expected"),
        (replace(WELL, empty_count=1), "ok", "6 new"),
        (replace(WELL, empty_count=8), "degraded", "47% of 15 pages"),
        (replace(WELL, page_failed_count=4, reason="HTTP 502"), "degraded", "4 of 11 pages failed: HTTP 502"),
        (replace(WELL, page_failed_count=3), "ok", "6 new"),
        (replace(WELL, new_count=0, silent_hours=40.2), "quiet", "no new article for 40 h"),
        (replace(WELL, new_count=0, silent_hours=35.9), "ok", "0 new"),
    ],
)  # fmt: skip
def test_the_first_rule_that_applies_decides(facts, status, words):
    assert judge(facts)[0] == status
    assert words in judge(facts)[1]


@pytest.mark.parametrize(
    ("exchanges", "is_offline"),
    [
        ([], False),
        ([(None, "CannotResolveHostError: the host name is not known")], True),
        ([(None, "DNS lookup failed"), (None, "robots.txt did not answer")], True),
        ([(None, "DNS lookup failed"), (200, None)], False),
        ([(None, "DNS lookup failed"), (500, "HTTP 500")], False),
        ([(None, "the host refuses the connection")], False),
        ([(None, "robots.txt forbids this address")], False),
        ([(None, None)], False),
    ],
)
def test_no_network_is_when_nobody_answered(exchanges, is_offline):
    assert nothing_answered(exchanges) == is_offline


def test_a_good_run_is_counted_by_source(shelf):
    first, second, third = (f"{HOME}/world/story-number-{n}-of-ours" for n in range(3))
    shelf.announce(first, second, third, downloaded_bytes=1000)
    shelf.announce(listing=SECTION, etag='"1"')
    shelf.begin()
    shelf.announce(first, second, third, downloaded_bytes=1000)
    shelf.announce(outcome="not_modified", status_code=304, listing=SECTION)
    shelf.announce("https://tribune.example/monde/un-deux-trois-soleil", MONDE, listing=MONDE)
    shelf.read(first, article(first, 1), downloaded_bytes=500)
    shelf.read(second, article(second, 2))
    shelf.read(second, article(second, 2, headline="Corrected"), "2026-10-06T09:00:00Z")
    shelf.read(second, article(second, 2, headline="Corrected"), "2026-10-06T09:00:30Z")
    shelf.fail(first, "not_modified", status_code=304)
    shelf.fail(third, "empty")
    assert store.finish_run(shelf.db, shelf.run_id, source_ids=["gazette", "tribune"]) == 0
    (row,) = shelf.db.query("SELECT * FROM run_sources WHERE source_id = 'gazette'")
    assert (row["status"], row["message"]) == ("ok", "2 new, 1 changed")
    counted = ("found", "fetched", "new", "changed", "unchanged", "failed", "empty")
    assert [row[f"{name}_count"] for name in counted] == [3, 6, 2, 1, 2, 0, 1]
    assert (row["median_words"], row["downloaded_bytes"], round(row["duration_seconds"])) == (95, 1500, 3630)
    (run,) = shelf.db.query("SELECT * FROM runs WHERE run_id = ?", [shelf.run_id])
    assert (run["status"], run["exit_code"], run["sources_failed"]) == ("ok", 0, 0)
    assert (run["fetched_count"], run["new_count"], run["changed_count"], run["downloaded_bytes"]) == (6, 2, 1, 1500)
    assert run["finished_at"] >= run["started_at"]


def test_the_commonest_reason_of_the_listings_is_named(shelf):
    shelf.announce(outcome="error", reason="HTTP 500: not a page", status_code=500)
    shelf.announce(outcome="error", reason="HTTP 500: not a page", status_code=500, listing=SECTION)
    for number in range(5):
        shelf.fail(f"{HOME}/world/story-number-{number}-of-ours", "error", reason="HTTP 502")
    shelf.announce("https://tribune.example/monde/un-deux", "https://tribune.example/monde/trois-quatre", listing=MONDE)
    assert store.finish_run(shelf.db, shelf.run_id) == 3
    assert shelf.rows("SELECT source_id, status, message FROM run_sources ORDER BY source_id") == [
        ("gazette", "failed", "HTTP 500: not a page"),
        ("tribune", "ok", "0 new, 0 changed"),
    ]


@pytest.mark.parametrize(
    ("ending", "exit_code", "status"),
    [
        ({}, 1, "failed"),
        ({"interrupted": 15}, 143, "interrupted"),
        ({"interrupted": 2}, 130, "interrupted"),
        ({"crashed": True}, 1, "failed"),
        ({"cut_short": True}, 1, "failed"),
    ],
)
def test_a_run_in_which_all_failed_says_so(shelf, ending, exit_code, status):
    shelf.announce(outcome="error", reason="HTTP 500", status_code=500)
    assert store.finish_run(shelf.db, shelf.run_id, **ending) == exit_code
    assert shelf.rows("SELECT status, exit_code, sources_failed FROM runs") == [(status, exit_code, 1)]


@pytest.mark.parametrize(
    ("ending", "started", "unasked"),
    [
        ({"crashed": True}, "degraded", ("failed", "the run broke off")),
        ({"interrupted": 15}, "degraded", ("skipped", "interrupted before its turn")),
        ({"cut_short": True}, "degraded", ("skipped", "the run was cut short before its turn")),
        ({}, "ok", ("skipped", "nothing was asked of it in this run")),
    ],
)
def test_a_run_that_was_cut_short_calls_nobody_well_that_was_not_finished(shelf, ending, started, unasked):
    waiting = f"{HOME}/world/a-story-of-ours"
    shelf.announce(waiting)
    shelf.announce(waiting, listing=SECTION)
    store.finish_run(shelf.db, shelf.run_id, source_ids=["gazette", "tribune"], **ending)
    gazette, tribune = shelf.rows("SELECT status, message FROM run_sources ORDER BY source_id")
    assert (gazette[0], tribune) == (started, unasked)


def test_a_source_that_was_finished_is_well_though_the_run_was_cut_short(shelf):
    url = f"{HOME}/world/a-story-of-ours"
    for listing in (FEED, SECTION):
        shelf.announce(url, listing=listing)
    shelf.read(url)
    store.finish_run(shelf.db, shelf.run_id, interrupted=15)
    assert shelf.one("SELECT status FROM run_sources") == "ok"
    shelf.begin()
    shelf.announce(url)
    store.finish_run(shelf.db, shelf.run_id, interrupted=15)
    assert shelf.one("SELECT status FROM run_sources WHERE run_id = ?", shelf.run_id) == "degraded"


def test_a_run_that_was_cut_short_is_partial(shelf):
    shelf.announce(f"{HOME}/world/a-story-of-ours")
    assert store.finish_run(shelf.db, shelf.run_id, cut_short=True) == 3
    assert shelf.rows("SELECT status, exit_code, sources_failed FROM runs") == [("partial", 3, 0)]


def test_a_source_that_cannot_be_read_makes_a_run_partial(shelf):
    shelf.announce(f"{HOME}/world/a-story-of-ours")
    assert store.finish_run(shelf.db, shelf.run_id, unread_sources=1) == 3


def test_without_network_nobody_is_blamed(shelf):
    shelf.announce(outcome="error", reason="the host name is not known", status_code=None)
    shelf.announce(outcome="skipped", reason="robots.txt did not answer", status_code=None, listing=MONDE)
    assert store.finish_run(shelf.db, shelf.run_id) == 75
    assert set(shelf.rows("SELECT status, substr(message, 1, 10) FROM run_sources")) == {("skipped", "no network")}
    assert shelf.one("SELECT sources_failed FROM runs") == 0


@pytest.mark.parametrize(("silent", "exit_code"), [(True, 75), (False, 0)])
def test_refusals_from_memory_say_nothing_of_the_network(shelf, silent, exit_code):
    store.rest_host(shelf.db, "gazette.example", "9999-01-01T00:00:00Z", "HTTP 429")
    rest = "the host asked for rest until 9999-01-01T00:00:00Z"
    shelf.announce(outcome="skipped", reason=rest, status_code=None)
    shelf.fail(f"{HOME}/world/a-story-of-ours", "robots", reason="robots.txt forbids this address")
    if silent:
        shelf.announce(outcome="error", reason="the host name is not known", status_code=None, listing=MONDE)
    assert store.finish_run(shelf.db, shelf.run_id) == exit_code


def test_a_resting_host_is_no_failure(shelf):
    store.rest_host(shelf.db, "gazette.example", "9999-01-01T00:00:00Z", "HTTP 429")
    shelf.announce(outcome="skipped", reason="the host asked for rest until 9999-01-01T00:00:00Z")
    assert store.finish_run(shelf.db, shelf.run_id) == 0
    assert shelf.one("SELECT status FROM run_sources") == "skipped"


def test_a_source_that_was_not_asked_gets_a_row(shelf):
    store.finish_run(shelf.db, shelf.run_id, source_ids=["tribune"])
    assert shelf.rows("SELECT source_id, status, found_count, median_words FROM run_sources") == [
        ("tribune", "skipped", 0, None)
    ]


def test_a_crashed_run_is_closed_by_the_next(shelf):
    shelf.db.execute("UPDATE runs SET pid = ?, host = 'another machine'", [os.getppid()])  # a number used again
    shelf.begin()
    assert shelf.rows("SELECT run_id, status, finished_at IS NULL FROM runs") == [
        (1, "interrupted", 0),
        (2, "running", 1),
    ]


def test_a_process_of_somebody_else_is_alive():
    assert is_alive(1)
    assert is_alive(os.getpid())


def test_status_has_a_row_for_every_source(shelf):
    before = source_status(shelf.db)
    assert [(row["source_id"], row["status"], row["message"]) for row in before] == [
        ("gazette", "new", "not crawled yet"),
        ("tribune", "new", "not crawled yet"),
    ]
    shelf.announce(f"{HOME}/world/one-two-three-four", f"{HOME}/world/five-six-seven-eight", at=now())
    shelf.read(f"{HOME}/world/a-story-from-today", at=now())
    shelf.read(f"{HOME}/world/a-story-from-last-week", article(HOME, 2), at=hours_before(now(), 170))
    shelf.fail(f"{HOME}/world/one-two-three-four", "error")
    store.finish_run(shelf.db, shelf.run_id)
    store.sync_sources(shelf.db, [replace(TRIBUNE, disabled="2026-10-01 closed")])
    gazette, tribune = source_status(shelf.db)
    assert gazette["status"] == "ok"
    counts = ("article_count", "article_count_24h", "waiting_count", "failing_count")
    assert [gazette[name] for name in counts] == [2, 1, 1, 1]
    assert gazette["last_new_article_at"] == shelf.one("SELECT max(first_seen_at) FROM articles")
    assert gazette["last_run_at"] == shelf.one("SELECT started_at FROM runs")
    assert (tribune["status"], tribune["message"]) == ("disabled", "2026-10-01 closed")


def test_a_source_goes_quiet(shelf):
    shelf.read(f"{HOME}/world/a-story-from-last-week", at=hours_before(now(), 170))
    store.finish_run(shelf.db, shelf.run_id)
    shelf.begin()
    shelf.announce(f"{HOME}/world/a-story-from-last-week", listing=FEED)
    store.finish_run(shelf.db, shelf.run_id)
    assert shelf.one("SELECT last_status FROM source_health WHERE source_id = 'gazette'") == "quiet"
    assert GAZETTE.source_id in {row["source_id"] for row in source_status(shelf.db) if row["status"] == "quiet"}


def read_listing(shelf, count, *, hours):
    """A run that reads the section page, so many hours ago."""
    shelf.begin()
    links = [f"{HOME}/world/a-story-of-ours-{number}" for number in range(count)]
    shelf.announce(*links, at=hours_before(now(), hours), listing=SECTION)
    store.finish_run(shelf.db, shelf.run_id)
    return shelf.rows("SELECT status, message FROM run_sources WHERE run_id = ?", shelf.run_id)[0]


def test_a_listing_that_announces_less_than_a_third_of_its_usual_count_is_named(shelf):
    for hours in range(9, 4, -1):
        assert read_listing(shelf, 31, hours=hours)[0] == "ok"
    assert read_listing(shelf, 11, hours=4)[0] == "ok"
    status, message = read_listing(shelf, 4, hours=3)
    assert (status, message) == ("degraded", f"{SECTION} announces 4 links, usually 31")
    counts = "SELECT last_link_count, usual_link_count FROM listings WHERE url = ?"
    assert shelf.rows(counts, SECTION) == [(4, 31)]
    assert read_listing(shelf, 31, hours=2)[0] == "ok"


def test_four_readings_are_too_few_to_know_what_is_usual(shelf):
    for hours in range(400, 396, -1):
        read_listing(shelf, 31, hours=hours)  # more than two weeks ago: forgotten
    for hours in range(9, 5, -1):
        read_listing(shelf, 31, hours=hours)
    assert read_listing(shelf, 4, hours=3)[0] == "ok"


def test_the_children_of_a_sitemap_are_one_reading(shelf):
    for hours in range(9, 3, -1):
        shelf.begin()
        for children in ([], [f"{HOME}/world/a-story-{n}-{hours}" for n in range(9)]):
            shelf.announce(*children, at=hours_before(now(), hours), listing=SECTION)
        store.finish_run(shelf.db, shelf.run_id)
    assert shelf.rows("SELECT last_link_count, usual_link_count FROM listings WHERE url = ?", SECTION) == [(9, 9)]
