"""The rhythm of listings: what is learned, when a listing is due again, and 304s that cannot be believed."""

from __future__ import annotations

import fcntl
import importlib.util
import json
import math
import os
import random
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from stories import FEED, HOME, SECTION, T0, Shelf

from crawler import fetch, pace, rhythm, store
from crawler.normalise import now
from crawler.schedule import hours_before, hours_between

MONDAY = rhythm.instant("2026-10-05T00:00:00Z")


def read_weekly(by_hour, weeks, held=30, every=0.5):
    """A profile after so many weeks of a listing with as many new links an hour, read every half hour."""
    profile, rng, at = rhythm.Profile(), random.Random(4), MONDAY
    for _ in range(round(weeks * rhythm.WEEK / every)):
        mean, fresh, left = by_hour[int(at) % rhythm.WEEK] * every, 0, 1.0
        while (left := left * rng.random()) > math.exp(-mean):
            fresh += 1
        rhythm.fade(profile, every)
        rhythm.learn(profile, rhythm.Reading(at, at + every, fresh, held))
        at += every
    return profile


def test_instants_are_hours_since_a_monday():
    assert MONDAY % rhythm.WEEK == 0
    assert int(rhythm.instant("2026-10-06T08:30:00Z")) % rhythm.WEEK == 32
    assert rhythm.text(rhythm.instant(T0)) == T0


def test_hours_are_cut_where_the_clock_strikes():
    assert rhythm.overlaps(MONDAY + 167.5, MONDAY + 169.25) == [(167, 0.5), (0, 1.0), (1, 0.25)]
    assert rhythm.overlaps(MONDAY, MONDAY) == []


def test_the_hours_at_which_a_listing_is_lively_are_learned():
    truth = [6.0 if 7 <= hour % 24 < 10 else 0.5 for hour in range(rhythm.WEEK)]
    learned = rhythm.rates(read_weekly(truth, weeks=5))
    assert sum(learned) == pytest.approx(sum(truth), rel=0.1)
    assert min(learned[8::24]) > 5 * max(learned[15::24])


def test_what_is_unknown_is_drawn_to_the_mean():
    by_hour = rhythm.rates(rhythm.Profile())
    assert len(set(by_hour)) == 1
    one = rhythm.Profile()
    rhythm.learn(one, rhythm.Reading(MONDAY, MONDAY + 0.5, 3, 30))
    assert max(rhythm.rates(one)) < 2 * min(rhythm.rates(one))  # three links at eight are no rhythm yet


def test_a_long_gap_is_spread_as_the_week_lets_expect():
    truth = [4.0 if hour % 24 == 8 else 0.1 for hour in range(rhythm.WEEK)]
    profile = read_weekly(truth, weeks=5)
    before = list(profile.links)
    rhythm.learn(profile, rhythm.Reading(MONDAY, MONDAY + 24, 6, 30))
    came = [now - then for now, then in zip(profile.links, before, strict=True)]
    assert sum(came) == pytest.approx(6)
    assert max(came) == came[8] > 2


@pytest.mark.parametrize(("since", "until"), [(0.0, 0.0), (1.0, 0.0), (0.0, rhythm.LONGEST_SPAN + 1)])
def test_a_clock_that_goes_back_and_a_gap_of_weeks_teach_nothing(since, until):
    profile = rhythm.Profile()
    assert rhythm.learn(profile, rhythm.Reading(MONDAY + since, MONDAY + until, 9, 30)) == []
    assert profile == rhythm.Profile()


def test_all_addresses_new_at_once_are_no_flood():
    profile = read_weekly([1.0] * rhythm.WEEK, weeks=3)
    before = sum(rhythm.rates(profile))
    rhythm.learn(profile, rhythm.Reading(MONDAY, MONDAY + 0.5, 500, 600))
    assert sum(rhythm.rates(profile)) < 1.1 * before


def test_where_all_links_are_new_the_gap_does_not_make_the_listing_slow():
    full, roomy = read_weekly([2.0] * rhythm.WEEK, 3), read_weekly([2.0] * rhythm.WEEK, 3)
    rhythm.learn(full, rhythm.Reading(MONDAY, MONDAY + 100, 10, 10))
    rhythm.learn(roomy, rhythm.Reading(MONDAY, MONDAY + 100, 10, 60))
    assert sum(rhythm.rates(full)) == pytest.approx(2.0 * rhythm.WEEK, rel=0.1)
    assert sum(rhythm.rates(roomy)) < 0.97 * sum(rhythm.rates(full))


def test_what_was_learned_is_half_forgotten_after_five_weeks():
    assert rhythm.kept(5 * rhythm.WEEK) == 0.5
    assert rhythm.kept(-1) == 1.0


def test_at_twenty_links_a_day_a_listing_is_read_every_half_hour():
    assert rhythm.wait([20 / 24] * rhythm.WEEK, 1.0, MONDAY, 30) == pytest.approx(0.5, abs=0.02)


def test_four_times_the_links_are_read_twice_as_often():
    slow, fast = (rhythm.wait([rate] * rhythm.WEEK, 1.0, MONDAY, 100) for rate in (0.25, 1.0))
    assert slow == pytest.approx(2 * fast)


@pytest.mark.parametrize(("rate", "hours"), [(1e-6, rhythm.LONGEST), (1000.0, rhythm.SHORTEST)])
def test_waits_are_bounded(rate, hours):
    assert rhythm.wait([rate] * rhythm.WEEK, 1.0, MONDAY, 30) == hours
    assert rhythm.scattered(hours, "gazette", MONDAY) == pytest.approx(hours, rel=0.1)
    assert rhythm.SHORTEST <= rhythm.scattered(hours, "gazette", MONDAY) <= rhythm.LONGEST


def test_a_short_listing_is_read_before_it_overflows():
    assert rhythm.wait([2.0] * rhythm.WEEK, 1.0, MONDAY, 2) == pytest.approx(0.3)
    assert rhythm.wait([2.0] * rhythm.WEEK, 1.0, MONDAY, 60) > 0.3


def test_a_quiet_night_is_slept_through_until_the_morning():
    by_hour = [4.0 if 6 <= hour % 24 < 22 else 0.02 for hour in range(rhythm.WEEK)]
    night, noon = (rhythm.wait(by_hour, 1.0, MONDAY + hour, 30) for hour in (23, 12))
    assert noon < 0.3
    assert 2 < night < 7.3


def test_a_lively_hour_is_believed_for_a_while():
    profile = rhythm.Profile(surge_links=9.0, surge_expected=1.0)
    assert profile.surge == 3.0
    assert rhythm.wait([0.5] * rhythm.WEEK, 3.0, MONDAY, 30) < rhythm.wait([0.5] * rhythm.WEEK, 1.0, MONDAY, 30)
    rhythm.fade(profile, 48)
    assert profile.surge == pytest.approx(1.0, abs=0.02)


def test_sources_that_began_together_part_and_listings_of_one_do_not():
    waits = {rhythm.scattered(1.0, f"source{number}", MONDAY) for number in range(100)}
    assert len(waits) == 100
    assert min(waits) < 0.93
    assert max(waits) > 1.07
    assert rhythm.scattered(1.0, "gazette", MONDAY) == rhythm.scattered(1.0, "gazette", MONDAY + 0.01)


@pytest.mark.parametrize(
    ("header", "age", "seconds"),
    [
        ("public, max-age=300", None, 300),
        ("max-age=300", "100", 200),
        ("max-age=300", "900", 0),
        ('MAX-AGE="60"', "odd", 60),
        ("s-maxage=900", None, None),
        ("no-cache", None, None),
        ("max-age=9999999999999", None, None),
        (None, None, None),
    ],
)
def test_how_long_an_answer_is_called_fresh(header, age, seconds):
    assert fetch.fresh_seconds(header, age) == seconds


def test_the_ttl_of_a_channel_is_minutes():
    assert fetch.ttl_seconds(b"<rss><channel><title>x</title><ttl> 15 </ttl>") == 900
    assert fetch.ttl_seconds(b"<rss><channel><title>x</title>") is None


# --- in simulated time


@pytest.fixture(scope="module")
def bench():
    path = Path(__file__).resolve().parent.parent / "bench" / "rhythm.py"
    spec = importlib.util.spec_from_file_location("bench_rhythm", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_at_equal_requests_it_misses_less_and_sees_sooner_than_a_fixed_rhythm(bench):
    listings = bench.generated(bench.INVENTED, bench.INVENTED_LIVELINESS, weeks=4)
    rows = bench.compare(listings, bench.LEARNING)
    ours, fixed, own = (rows[name] for name in ("ours", "fixed", "fixed, each its own"))
    assert fixed["requests"] == pytest.approx(ours["requests"], rel=0.01)
    assert own["requests"] == pytest.approx(ours["requests"], rel=0.01)
    assert ours["missed"] < fixed["missed"] / 2
    assert ours["mean"] < 0.75 * fixed["mean"]
    assert ours["mean"] < own["mean"]
    assert ours["median"] < fixed["median"]
    assert ours["p90"] < fixed["p90"]
    assert ours["wasted"] < fixed["wasted"]


def test_an_article_is_missed_when_more_than_the_listing_holds_came_after_it(bench):
    listing = bench.Listing("three", [1.0, 2.0, 3.0, 4.0], 3, 0.0, 10.0)
    assert bench.score(listing, [0.5, 4.5, 6.5], 0.0) == bench.Score(3, 1, [2.5, 1.5, 0.5], 1)
    assert bench.score(listing, [0.5, 4.5, 6.5], 3.5) == bench.Score(2, 1, [0.5], 0)


# --- in the database


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path / "news.db")
    yield shelf
    shelf.close()


def stories(count, start=0):
    return [f"{HOME}/world/story-number-{number}-of-ours" for number in range(start, start + count)]


def listing(shelf, url=FEED):
    (row,) = shelf.db.query("SELECT * FROM listings WHERE url = ?", [url])
    return row


def after(hours, since=T0):
    return hours_before(since, -hours)


def wait(shelf, url=FEED):
    row = listing(shelf, url)
    return hours_between(row["last_checked_at"], row["next_check_at"])


def plain_at(shelf, at):
    due = store.due_listings(shelf.db, ["gazette"], at, everything=True)
    return next(found.is_plain for found in due if found.url == FEED)


def test_a_new_listing_is_due_and_again_after_half_an_hour(shelf):
    assert [due.url for due in store.due_listings(shelf.db, ["gazette"], T0)] == [FEED, SECTION]
    shelf.announce(*stories(20))
    assert wait(shelf) == pytest.approx(0.5, rel=0.11)
    assert [due.url for due in store.due_listings(shelf.db, ["gazette"], after(0.1))] == [SECTION]
    assert len(store.due_listings(shelf.db, ["gazette"], after(0.6))) == 2
    assert store.next_due(shelf.db, ["gazette"]) == ""  # the section was never asked


def test_cron_that_comes_some_seconds_early_finds_it_due(shelf):
    shelf.announce(*stories(20))
    at = listing(shelf)["next_check_at"]
    assert len(store.due_listings(shelf.db, ["gazette"], hours_before(at, 50 / 3600))) == 2
    assert len(store.due_listings(shelf.db, ["gazette"], hours_before(at, 70 / 3600))) == 1


def test_a_listing_that_never_changes_ends_at_a_day_and_a_lively_one_near_ten_minutes(shelf):
    at, number = T0, 0
    for _ in range(120):
        shelf.announce(*stories(20), at=at, listing=SECTION)
        shelf.announce(*stories(20, number), at=at)
        at, number = after(0.5, at), number + 6
    assert wait(shelf) < 0.25
    assert wait(shelf, SECTION) > 1.5
    assert listing(shelf)["daily_links"] > 100 > 2 > listing(shelf, SECTION)["daily_links"]
    for _ in range(60):
        at = listing(shelf, SECTION)["next_check_at"]
        shelf.announce(*stories(20), at=at, listing=SECTION)
    assert 12 < wait(shelf, SECTION) <= 24
    rows = {row["url"]: row for row in shelf.db.query("SELECT * FROM rhythm")}
    assert rows[SECTION]["wait_minutes"] == round(60 * wait(shelf, SECTION))
    assert rows[FEED]["held_links"] == 20


def test_only_the_hours_that_a_reading_spans_are_written(shelf):
    shelf.announce(*stories(20))
    assert shelf.one("SELECT count(*) FROM listing_hours") == 0
    shelf.announce(*stories(23), at=after(1.5))
    rows = shelf.rows("SELECT week_hour, round(new_links, 1), watched_hours, counted_at FROM listing_hours")
    assert rows == [(32, 2.0, 1.0, after(1.5)), (33, 1.0, 0.5, after(1.5))]  # T0 is a Tuesday, eight o'clock


def test_what_is_refused_is_no_news(shelf):
    refused = dict.fromkeys(stories(3, 20), "[article] skip")
    shelf.announce(*stories(20))
    shelf.announce(*stories(23), at=after(1), refused=refused)
    assert (shelf.one("SELECT sum(new_links) FROM listing_hours"), listing(shelf)["held_links"]) == (0.0, 20)


def test_failures_wait_longer_and_longer_and_as_long_as_the_host_asks(shelf):
    shelf.announce(*stories(20))
    waits = []
    for _ in range(9):
        shelf.announce(outcome="error", reason="HTTP 500", status_code=500)
        waits.append(round(60 * wait(shelf)))
    assert waits == [0, 10, 20, 40, 80, 160, 320, 640, 1280]
    shelf.announce(outcome="blocked", status_code=429, reason="HTTP 429", retry_at=after(30))
    assert wait(shelf) == 30
    shelf.announce(*stories(20, 15), at=after(31))
    assert wait(shelf) < 2


def test_without_network_no_listing_has_to_wait(shelf):
    for _ in range(6):
        shelf.announce(outcome="error", reason="the host name is not known", status_code=None)
        assert store.finish_run(shelf.db, shelf.run_id) == 75
        shelf.begin()
    assert (listing(shelf)["failures_in_row"], listing(shelf)["next_check_at"]) == (0, None)


def test_the_children_of_an_index_count_as_one_reading(shelf):
    def read(at, since, start):
        shelf.announce(at=at, etag=None)
        for page in range(3):
            links = stories(10, start + 100 * page)
            shelf.announce(*links, at=after(1 / 3600, at), is_part=True, since=since)

    read(T0, None, 0)
    assert listing(shelf)["held_links"] == 30
    assert wait(shelf) == pytest.approx(0.5, rel=0.11)
    read(after(1), after(1 / 3600), 2)
    assert shelf.one("SELECT sum(new_links) FROM listing_hours") == pytest.approx(6, abs=0.01)
    assert shelf.one("SELECT sum(watched_hours) FROM listing_hours") == pytest.approx(1, abs=0.01)
    due_at = listing(shelf)["next_check_at"]
    shelf.announce(outcome="error", reason="HTTP 500", at=after(1.01), is_part=True)
    assert listing(shelf)["next_check_at"] == due_at


def test_a_publisher_who_wants_fewer_requests_is_heard_up_to_half_an_hour(shelf):
    at = T0
    for number in range(0, 400, 4):  # four a quarter of an hour
        shelf.announce(*stories(100, number), at=at, fresh_seconds=3600)
        at = after(0.25, at)
    assert wait(shelf) == pytest.approx(0.5, rel=0.11)
    shelf.announce(*stories(10, 1000), at=at, fresh_seconds=3600)
    assert wait(shelf) < 0.3  # ten places are full before


def test_once_a_day_a_listing_is_asked_without_validators(shelf):
    shelf.announce(*stories(20), etag='"a"')
    for hour in range(1, 24):
        assert not plain_at(shelf, after(hour))
        shelf.announce(outcome="not_modified", status_code=304, at=after(hour))
    assert plain_at(shelf, after(24))
    due = store.due_listings(shelf.db, ["gazette"], after(24), everything=True)[0]
    assert (due.etag, due.last_modified, due.last_ok_at) == (None, None, after(23))


def lively(shelf, etag='"a"'):
    """Forty hours with three new links each; returns the last instant."""
    for hour in range(40):
        shelf.announce(*stories(30, 3 * hour), at=after(hour), etag=etag)
    return after(39)


def test_a_row_of_304s_that_is_improbable_is_not_believed(shelf):
    last = lively(shelf)
    shelf.announce(outcome="not_modified", status_code=304, at=after(1, last))
    assert not plain_at(shelf, after(1, last))
    shelf.announce(outcome="not_modified", status_code=304, at=after(3, last))
    assert plain_at(shelf, after(3, last))


@pytest.mark.parametrize(
    ("etag", "is_plain", "is_found_out"),
    [('"a"', True, True), ('"a"', False, True), ('"b"', True, True), ('"b"', False, False)],
)
def test_304s_that_hid_something_are_distrusted_for_a_month(shelf, etag, is_plain, is_found_out):
    """The same validators with other links; or others, when an improbable row was ended by leaving them out."""
    last = lively(shelf)
    for hour in (1, 2, 3):
        shelf.announce(outcome="not_modified", status_code=304, at=after(hour, last))
    at = after(4, last)
    shelf.announce(*stories(30, 130), at=at, etag=etag, is_plain=is_plain)
    assert (listing(shelf)["distrusted_at"] == at) == is_found_out
    assert plain_at(shelf, after(1, at)) == is_found_out
    assert plain_at(shelf, after(pace.DISTRUST_HOURS - 1, at))
    store.finish_run(shelf.db, shelf.run_id)
    message = shelf.one("SELECT message FROM run_sources")
    assert (f"{FEED} answered 304 while it had new articles" in message) == is_found_out
    shelf.begin()
    shelf.announce(*stories(30, 131), at=after(1, at), etag=etag, is_plain=is_found_out)
    store.finish_run(shelf.db, shelf.run_id)
    assert "304" not in shelf.one("SELECT message FROM run_sources WHERE run_id = ?", shelf.run_id)  # said once
    shelf.announce(*stories(30, 131), at=after(pace.DISTRUST_HOURS, at), etag=etag, is_plain=True)
    assert not plain_at(shelf, after(pace.DISTRUST_HOURS + 1, at))
    shelf.announce(outcome="not_modified", status_code=304, at=after(pace.DISTRUST_HOURS + 1, at))
    assert listing(shelf)["distrusted_at"] is None


def test_an_honest_304_is_never_distrusted(shelf):
    last = lively(shelf)
    for hour in (1, 2, 3):
        shelf.announce(outcome="not_modified", status_code=304, at=after(hour, last))
    shelf.announce(*stories(30, 117), at=after(4, last), etag='"a"', is_plain=True)  # a silent morning
    assert listing(shelf)["distrusted_at"] is None
    shelf.announce(*stories(30, 118), at=after(5, last), etag='"b"')
    assert listing(shelf)["distrusted_at"] is None


def test_a_304_for_a_request_without_validators_is_broken(shelf):
    shelf.announce(*stories(20), etag='"a"')
    shelf.announce(outcome="not_modified", status_code=304, at=after(25), is_plain=True)
    assert (listing(shelf)["failures_in_row"], listing(shelf)["etag"]) == (1, None)
    assert "without validators" in listing(shelf)["reason"]


# --- from cron


def set_clock(desk, sql, *values):
    """As if time had passed."""
    with closing(sqlite3.connect(desk.database)) as db, db:
        db.execute(sql, values)


def due_now(desk, pattern):
    set_clock(desk, "UPDATE listings SET next_check_at = '2026-01-01T00:00:00Z' WHERE url LIKE ?", pattern)


def nothing_else_due(desk):
    set_clock(desk, "UPDATE urls SET next_fetch_at = NULL")
    set_clock(desk, "UPDATE listings SET next_check_at = '2999-01-01T00:00:00Z'")


def test_a_run_asks_only_what_is_due_of_whom_it_is_due(desk, stand):
    assert desk.run("crawl").returncode == 0
    nothing_else_due(desk)
    stand.requests.clear()
    idle = desk.run("crawl")
    told = desk.run("crawl", "--json")
    quiet = desk.run("crawl", "--quiet", "harbour_post")
    assert (idle.returncode, idle.stdout) == (
        0,
        "worlddesk: nothing is due before 2999-01-01T00:00:00Z; --all asks all the same\n",
    )
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    assert json.loads(told.stdout)["run_id"] is None
    assert (
        json.loads(told.stdout).keys() == json.loads(desk.run("crawl", "harbour_post", "--all", "--json").stdout).keys()
    )
    stand.requests.clear()
    nothing_else_due(desk)
    due_now(desk, f"{stand.second_url}%")
    assert desk.run("crawl", "--dry-run").stdout.count(stand.second_url) == len(stand.second_paper.listings)
    assert desk.run("crawl").returncode == 0
    assert {request.host for request in stand.requests} == {stand.second_url.removeprefix("http://")}
    run_id, total = desk.rows("SELECT run_id, sources_total FROM runs ORDER BY run_id DESC LIMIT 1")[0]
    assert total == 1
    assert desk.rows("SELECT source_id FROM run_sources WHERE run_id = ?", run_id) == [("harbour_post",)]
    assert desk.one("SELECT last_status FROM source_health WHERE source_id = 'meridian_courier'") == "ok"


def test_a_new_source_is_due_though_no_other_is(desk, stand):
    (desk.sources / "meridian_courier.toml").rename(desk.folder / "later.toml")
    assert desk.run("crawl").returncode == 0
    nothing_else_due(desk)
    (desk.folder / "later.toml").rename(desk.sources / "meridian_courier.toml")
    assert desk.run("crawl").returncode == 0
    assert desk.one("SELECT count(*) FROM articles WHERE source_id = 'meridian_courier'") > 40


def test_one_listing_that_is_down_does_not_call_its_source_down(desk, stand):
    assert desk.run("crawl", "meridian_courier").returncode == 0
    for _ in range(2):  # the second time it is asked alone
        nothing_else_due(desk)
        due_now(desk, f"{stand.url}/world/")
        stand.fail("/world/", 500)
        assert desk.run("crawl", "meridian_courier").returncode == 0
        status, message = desk.rows("SELECT status, message FROM run_sources ORDER BY run_id DESC LIMIT 1")[0]
        assert (status, message) == (
            "degraded",
            f"1 of {len(stand.paper.listings)} listings failed: HTTP 500: not a page",
        )
    nothing_else_due(desk)
    due_now(desk, f"{stand.url}/%.xml")
    assert desk.run("crawl", "meridian_courier").returncode == 0
    assert desk.one("SELECT status FROM run_sources ORDER BY run_id DESC LIMIT 1") == "degraded"  # it still is


@pytest.mark.parametrize(("hours", "is_silent"), [(0.4, True), (0.6, False)])
def test_cron_hears_of_a_run_that_holds_the_database_only_when_it_takes_too_long(desk, hours, is_silent):
    desk.database.parent.mkdir(exist_ok=True)
    with desk.database.with_name("news.db.lock").open("w") as file:
        file.write(json.dumps({"pid": 4711, "host": "newsroom", "since": hours_before(now(), hours)}))
        file.flush()
        os.utime(file.fileno(), (time.time() - hours * 3600,) * 2)  # whoever holds it wrote into it when it began
        fcntl.flock(file, fcntl.LOCK_EX)
        quiet, loud = desk.run("crawl", "--quiet"), desk.run("crawl")
    assert (quiet.returncode, loud.returncode) == (75, 75)
    assert (quiet.stderr == "") == is_silent
    assert "4711" in loud.stderr


def test_a_stale_etag_is_found_out_and_nothing_is_lost(desk, stand):
    assert desk.run("crawl", "meridian_courier").returncode == 0
    paths = [path for path, _, _ in stand.paper.listings]
    for path in paths:
        stand.go_stale(path)
    stand.turn_page()
    nothing_else_due(desk)
    due_now(desk, "%")
    desk.run("crawl", "meridian_courier")
    assert desk.rows("SELECT DISTINCT outcome FROM fetches WHERE run_id = 2") == [("not_modified",)]
    due_now(desk, "%")
    set_clock(desk, "UPDATE listings SET last_listed_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 day')")
    desk.run("crawl", "meridian_courier")
    assert desk.outcomes(3)["new"] == 2
    assert "answered 304 while it had new articles" in desk.run("status", "meridian_courier").stdout
    assert desk.one("SELECT count(*) FROM rhythm WHERE distrusted_at IS NOT NULL") >= 1
