"""When a source falls ill and recovers: certain only when chance does not explain it, told once, reminded daily."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from stories import FEED, HOME, SECTION, Shelf, article

from crawler import store
from crawler.health import transitions
from crawler.health.fields import ROW, Trait, poorer
from crawler.health.silence import limit
from crawler.health.transitions import Reading, certain
from crawler.normalise import now
from crawler.report.health import MEANINGS, source_status
from crawler.rhythm import WEEK
from crawler.schedule import hours_before

T = "2026-10-20T12:00:00Z"


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path / "news.db")
    yield shelf
    shelf.close()


def readings(*spells):
    """(status, how many, minutes apart) from the oldest on -> readings, the newest first."""
    made, minutes = [], 0.0
    for status, count, apart in spells:
        for _ in range(count):
            made.append((status, minutes))
            minutes += apart
    return [Reading(status, hours_before(T, (made[-1][1] - at) / 60)) for status, at in reversed(made)]


WELL = ("ok", 200, 30)


@pytest.mark.parametrize(
    ("spells", "known", "hours"),
    [
        ([WELL], "ok", None),
        ([WELL, ("failed", 1, 30)], "ok", None),
        ([WELL, ("failed", 4, 10)], "ok", None),  # half an hour: passing
        ([WELL, ("failed", 12, 10)], "ok", None),
        ([WELL, ("failed", 13, 10)], "ok", 2.0),
        ([WELL, ("failed", 2, 24 * 60)], "ok", 24.0),  # cron comes once a day
        ([("failed", 13, 10)], "ok", 2.0),  # never was well
        ([WELL, ("failed", 3, 30), ("blocked", 3, 30)], "ok", 2.5),
        ([WELL, ("failed", 3, 30), ("ok", 1, 30)], "ok", None),
        ([WELL, ("failed", 50, 30), ("ok", 1, 30)], "failed", None),
        ([WELL, ("failed", 50, 30), ("ok", 3, 30)], "failed", 1.0),
        ([WELL, ("failed", 50, 30), ("degraded", 3, 30)], "failed", 1.0),
        ([WELL, ("failed", 50, 30), ("degraded", 2, 30), ("failed", 1, 30), ("degraded", 2, 30)], "failed", None),
        ([("ok", 46, 30), ("failed", 6, 30)] * 9, "ok", None),  # as every night
        ([*[("ok", 46, 30), ("failed", 6, 30)] * 9, ("failed", 6, 30)], "ok", 5.5),
        ([("ok", 1, 30), ("failed", 1, 30)] * 40, "ok", None),
        ([*[("ok", 1, 30), ("failed", 1, 30)] * 40, ("failed", 12, 30)], "ok", 6.0),
    ],
)
def test_what_is_certain(spells, known, hours):
    found = certain(readings(*spells), known)
    newest = readings(*spells)[0].at
    assert found is None if hours is None else found.at == hours_before(newest, hours)


# --- silence


def stream(weeks, hours, *, days=range(7), every=1.0):
    """Instants at which something came, in these hours of these days."""
    return [
        week * WEEK + day * 24 + hour
        for week in range(weeks)
        for day in days
        for hour in [hours[0] + every * n for n in range(int((hours[1] - hours[0]) / every))]
    ]


def test_a_paper_that_sleeps_may_be_silent_at_night_and_not_in_the_morning():
    came = stream(5, (8, 20))
    evening = [moment for moment in came if moment < 4 * WEEK + 2 * 24 + 20]
    noon = [moment for moment in came if moment < 4 * WEEK + 2 * 24 + 9]
    at_night, by_day = limit(evening, evening[-1] + 1), limit(noon, noon[-1] + 1)
    assert 6 <= by_day < 13
    assert at_night > by_day + 8


def test_a_paper_without_weekends_may_be_silent_until_monday_noon_and_no_longer():
    came = stream(5, (8, 20), days=range(5))
    silence = limit(came, came[-1] + 1)  # from Friday evening on
    assert 64 < silence < 75


def test_in_the_first_weeks_and_of_slow_sources_a_week_is_the_least():
    assert limit([], 5.0) == WEEK
    assert limit(stream(1, (8, 20)), 167.0) == WEEK
    monthly = [n * 240.0 for n in range(5)]
    assert limit(monthly, monthly[-1] + 1) == 2 * 240


def test_one_outage_does_not_make_deaf():
    came = [moment for moment in stream(5, (0, 24)) if not 2 * WEEK < moment < 2 * WEEK + 72]
    assert limit(came, came[-1] + 1) < 15


# --- what articles have

RICH = Trait(*[True] * 6, words=500)
PAST = [RICH] * (6 * ROW)


@pytest.mark.parametrize(
    ("recent", "before", "words"),
    [
        ([RICH] * ROW, PAST, None),
        (
            [replace(RICH, authors=False)] * 9 + [RICH] * 7,
            PAST,
            "only 7 of the last 16 articles have an author, usually 100% do",
        ),
        ([replace(RICH, authors=False)] * 7 + [RICH] * 9, PAST, None),
        ([replace(RICH, authors=False)] * ROW, PAST[:70], None),
        ([replace(RICH, section=False)] * ROW, [replace(RICH, section=False)] * 96, None),
        ([replace(RICH, authors=False)] * ROW, [*PAST, *[replace(RICH, authors=False)] * ROW], None),  # a weekend
        ([replace(RICH, words=120)] * ROW, PAST, "the last 16 articles have 120 words (median), usually 500"),
        ([replace(RICH, words=300)] * ROW, PAST, None),
        ([replace(RICH, words=None)] * ROW, PAST, None),
    ],
)  # fmt: skip
def test_what_the_last_articles_lack(recent, before, words):
    found = poorer(recent, before)
    assert (found and found[1]) == words


# --- in the database


def run(shelf, hours, *, status="ok"):
    """A run that began so many hours ago, in which the Gazette was well, or none of its listings could be read."""
    shelf.begin()
    at = hours_before(now(), hours)
    shelf.db.execute("UPDATE runs SET started_at = ? WHERE run_id = ?", [at, shelf.run_id])
    if status == "ok":
        for listing in (FEED, SECTION):
            shelf.announce(f"{HOME}/world/a-story-of-{shelf.run_id}", at=at, listing=listing)
        shelf.read(f"{HOME}/world/a-story-of-{shelf.run_id}", article(HOME, shelf.run_id), at=at)
    else:
        code = {"failed": 503, "blocked": 403}[status]
        for listing in (FEED, SECTION):
            outcome = "error" if status == "failed" else "blocked"
            shelf.announce(outcome=outcome, reason=f"HTTP {code}", status_code=code, at=at, listing=listing)
    store.finish_run(shelf.db, shelf.run_id, source_ids=["gazette"])
    return told(shelf)


def told(shelf):
    """What is told now, as (source, before, now, whether a reminder); it is marked as told."""
    found = transitions.untold(shelf.db)
    transitions.mark_told(shelf.db, found)
    return [(one.source_id, one.from_status, one.to_status, one.is_reminder) for one in found]


def a_day_passes(shelf):
    for column in ("reported_at", "reminded_at", "mailed_at"):
        shelf.db.execute(f"UPDATE transitions SET {column} = strftime('%Y-%m-%dT%H:%M:%SZ', {column}, '-24 hours')")


def test_a_trouble_is_told_once_reminded_of_daily_and_ended_once(shelf):
    for hours in range(60, 40, -1):
        assert run(shelf, hours) == []
    assert run(shelf, 40, status="failed") == []
    assert run(shelf, 39, status="failed") == []
    assert run(shelf, 38, status="failed") == [("gazette", "ok", "failed", False)]
    assert run(shelf, 37, status="failed") == []
    a_day_passes(shelf)
    assert run(shelf, 15, status="failed") == [("gazette", "ok", "failed", True)]
    assert run(shelf, 14, status="failed") == []
    assert run(shelf, 13) == []
    assert run(shelf, 11.5) == [("gazette", "failed", "ok", False)]
    assert run(shelf, 11) == []
    (trouble, recovery) = shelf.db.query("SELECT * FROM transitions ORDER BY transition_id")
    assert (trouble["since_at"], trouble["ended_at"]) == tuple(
        shelf.one("SELECT min(started_at) FROM runs JOIN run_sources USING (run_id) WHERE run_sources.status = ? "
                  "AND run_id > (SELECT min(run_id) FROM run_sources WHERE status = 'failed') - 1", status)
        for status in ("failed", "ok")
    )  # fmt: skip
    assert (trouble["cause"], trouble["message"]) == ("no_listing", "HTTP 503")
    assert recovery["ended_at"] is None
    a_day_passes(shelf)
    assert told(shelf) == []


def test_a_recovery_says_how_long_the_whole_illness_lasted(shelf):
    for hours in (30, 29, 28):
        run(shelf, hours, status="failed")
    for hours in (27, 26, 25):
        run(shelf, hours, status="blocked")
    run(shelf, 20)
    shelf_before = [row["to_status"] for row in shelf.db.query("SELECT to_status FROM transitions")]
    assert shelf_before == ["failed", "blocked"]
    shelf.begin()
    shelf.db.execute("UPDATE runs SET started_at = ? WHERE run_id = ?", [hours_before(now(), 18), shelf.run_id])
    for listing in (FEED, SECTION):
        shelf.announce(f"{HOME}/world/another", at=hours_before(now(), 18), listing=listing)
    store.finish_run(shelf.db, shelf.run_id)
    (recovery,) = [one for one in transitions.untold(shelf.db) if one.to_status == "ok"]
    assert (recovery.from_status, round(recovery.hours)) == ("blocked", 10)


def test_what_was_told_is_mailed_once_and_again_with_the_reminder(shelf):
    for hours in (30, 29, 28):
        run(shelf, hours, status="failed")
    for is_reminder in (False, True):
        waiting = transitions.unmailed(shelf.db)
        assert [one.is_reminder for one in waiting] == [is_reminder]
        assert transitions.unmailed(shelf.db) == waiting  # it was not sent: it waits
        transitions.mark_mailed(shelf.db, waiting)
        assert transitions.unmailed(shelf.db) == []
        a_day_passes(shelf)
        assert told(shelf) == [("gazette", "ok", "failed", True)]


def test_a_source_that_is_no_longer_crawled_has_no_trouble(shelf):
    for hours in (30, 29, 28):
        run(shelf, hours, status="failed")
    shelf.db.execute("UPDATE sources SET is_enabled = 0 WHERE source_id = 'gazette'")
    a_day_passes(shelf)
    shelf.begin()
    store.finish_run(shelf.db, shelf.run_id)
    assert told(shelf) == []
    assert source_status(shelf.db)[0]["problem"] is None


def test_a_run_that_was_interrupted_is_no_evidence(shelf):
    for hours in (30, 29, 28):
        shelf.begin()
        shelf.db.execute("UPDATE runs SET started_at = ? WHERE run_id = ?", [hours_before(now(), hours), shelf.run_id])
        shelf.announce(outcome="error", reason="cut", status_code=None)
        store.finish_run(shelf.db, shelf.run_id, interrupted=15)
    assert shelf.rows("SELECT * FROM transitions") == []


def test_without_network_we_are_told_once_and_no_source_is_blamed(shelf):
    def offline(hours):
        shelf.begin()
        shelf.db.execute("UPDATE runs SET started_at = ? WHERE run_id = ?", [hours_before(now(), hours), shelf.run_id])
        shelf.announce(outcome="error", reason="the host name is not known", status_code=None)
        assert store.finish_run(shelf.db, shelf.run_id) == 75
        return told(shelf)

    run(shelf, 30)
    assert offline(29) == [(None, "ok", "no_network", False)]
    assert offline(28) == offline(27) == []
    a_day_passes(shelf)
    assert offline(5) == [(None, "ok", "no_network", True)]
    assert run(shelf, 4) == [(None, "no_network", "ok", False)]
    assert {row["source_id"] for row in shelf.db.query("SELECT source_id FROM transitions")} == {None}


def test_layout_changes_are_told_once(shelf, monkeypatch):
    shelf.announce(f"{HOME}/world/one-two-three", listing=FEED)
    shelf.read(f"{HOME}/world/one-two-three")
    words = "layout changed: the text stood in a, now in b"
    monkeypatch.setattr("crawler.remember.layout_change", lambda db, run_id, source_id: words)
    store.finish_run(shelf.db, shelf.run_id)
    assert [(one.to_status, one.message) for one in transitions.untold(shelf.db)] == [("layout_changed", words)] * 1
    assert told(shelf) == [("gazette", "ok", "layout_changed", False)]
    a_day_passes(shelf)
    assert told(shelf) == []


def test_a_source_whose_articles_lose_their_authors_is_degraded_until_they_are_back(shelf):
    def day(number, **changes):
        shelf.begin()
        at = hours_before(now(), 24 * (24 - number))
        shelf.db.execute("UPDATE runs SET started_at = ? WHERE run_id = ?", [at, shelf.run_id])
        urls = [f"{HOME}/world/story-of-day-{number}-number-{n}" for n in range(8)]
        for listing in (FEED, SECTION):
            shelf.announce(*urls, at=at, listing=listing)
        for n, url in enumerate(urls):
            shelf.read(url, article(url, 100 * number + n, **changes), at=at)
        store.finish_run(shelf.db, shelf.run_id)
        row = shelf.rows("SELECT status, cause, message FROM run_sources WHERE run_id = ?", shelf.run_id)[0]
        return row, told(shelf)

    for number in range(16):
        assert day(number)[0][:2] == ("ok", None)
    assert day(16, authors=[])[0][0] == "ok"
    assert day(17, authors=[])[0] == (
        "degraded", "poor_fields", "only 0 of the last 16 articles have an author, usually 100% do"
    )  # fmt: skip
    assert day(18, authors=[])[1] == [("gazette", "ok", "degraded", False)]
    (status,) = [row for row in source_status(shelf.db) if row["source_id"] == "gazette"]
    assert (status["problem"], status["is_certain"], status["cause"]) == ("degraded", True, "poor_fields")
    assert "worlddesk extract URL" in status["remedy"]
    assert day(19)[0][0] == "ok"
    assert day(20)[1] == [("gazette", "degraded", "ok", False)]


def test_every_cause_has_a_meaning():
    described = {"no_listing", "some_listings", "no_page", "some_pages", "few_links", "few_texts", "poor_fields"}
    assert {*MEANINGS} == described | {"short_texts", "layout", "silence", "rest"}


def test_the_silence_of_the_toml_overrides_what_is_learned(shelf):
    shelf.db.execute("UPDATE sources SET expected_silence_hours = 3 WHERE source_id = 'gazette'")
    shelf.read(f"{HOME}/world/a-story-of-ours", at=hours_before(now(), 5))
    shelf.announce(f"{HOME}/world/a-story-of-ours", at=now())
    shelf.announce(f"{HOME}/world/a-story-of-ours", at=now(), listing=SECTION)
    store.finish_run(shelf.db, shelf.run_id)
    shelf.begin()
    shelf.announce(f"{HOME}/world/a-story-of-ours", at=now())
    store.finish_run(shelf.db, shelf.run_id)
    assert shelf.rows("SELECT last_status, silent_after_hours FROM source_health WHERE source_id = 'gazette'") == [
        ("quiet", 3)
    ]


def test_a_source_that_alone_is_dead_is_no_network_of_ours(shelf):
    def dead(*others):
        shelf.begin()
        shelf.announce(outcome="error", reason="the host name is not known", status_code=None)
        for url in others:
            shelf.announce("https://tribune.example/monde/un-deux-trois", listing=url)
        return store.finish_run(shelf.db, shelf.run_id)

    tribune = "https://tribune.example/monde"
    assert dead() == 75  # nobody can know
    assert dead(tribune) == 3
    assert dead() == 1
    assert dead() == 1
    assert shelf.one("SELECT failures_in_row FROM listings WHERE url = ?", FEED) == 3


def portal(shelf, hosts, where="login.portal.example", **changes):
    """A run in which so many hosts give what somebody in between says."""
    shelf.begin()
    for number in range(hosts):
        url = f"https://paper{number}.example/world"
        shelf.db.execute(
            "INSERT OR IGNORE INTO sources (source_id, name, media_type, homepage_url, is_enabled, added_at) "
            "VALUES (?, 'x', 'online', ?, 1, ?)", [f"paper{number}", url, now()]
        )  # fmt: skip
        shelf.db.execute(
            "INSERT OR IGNORE INTO listings (source_id, url, kind) VALUES (?, ?, 'section')", [f"paper{number}", url]
        )
        (listing,) = shelf.db.execute("SELECT listing_id FROM listings WHERE url = ?", [url]).fetchone()
        row = {"outcome": "skipped", "reason": f"redirects to {where}, which is not a host of this source", **changes}
        columns = {
            "run_id": shelf.run_id,
            "source_id": f"paper{number}",
            "listing_id": listing,
            "fetched_at": now(),
            **row,
        }
        shelf.db["fetches"].insert(columns)
    return store.finish_run(shelf.db, shelf.run_id)


@pytest.mark.parametrize(
    ("hosts", "changes", "exit_code"),
    [
        (3, {}, 75),
        (2, {}, 1),
        (5, {"outcome": "error", "reason": "HTTP 511", "status_code": 511, "downloaded_bytes": 812}, 75),
        (4, {"outcome": "error", "reason": "HTTP 511", "status_code": 511, "downloaded_bytes": 812}, 1),
        (5, {"outcome": "listed", "reason": None, "status_code": 200, "downloaded_bytes": 812, "link_count": 0}, 75),
    ],
)
def test_somebody_in_between_who_answers_for_everybody_is_our_network(shelf, hosts, changes, exit_code):
    assert portal(shelf, hosts, **changes) == exit_code


def test_one_host_that_answers_truly_and_the_others_speak_for_themselves(shelf):
    portal(shelf, 4)
    shelf.begin()
    shelf.announce(f"{HOME}/world/one-two-three", listing=FEED)
    assert portal(shelf, 4) == 75  # a run of its own
    shelf.announce(f"{HOME}/world/one-two-three", listing=FEED)
    shelf.db.execute("UPDATE fetches SET run_id = ?", [shelf.run_id])
    shelf.db.execute("DELETE FROM run_sources WHERE run_id = ?", [shelf.run_id])
    assert store.finish_run(shelf.db, shelf.run_id) == 3


# --- real crawls


def age(desk, hours):
    """As if so many hours had passed."""
    with closing(sqlite3.connect(desk.database)) as db, db:
        for table, column in db.execute(
            "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c "
            "WHERE m.type = 'table' AND m.name NOT LIKE '%sqlite%' "
            "AND c.name LIKE '%\\_at' ESCAPE '\\' AND c.name <> 'published_at'"
        ).fetchall():
            db.execute(
                f"UPDATE {table} SET {column} = strftime('%Y-%m-%dT%H:%M:%SZ', {column}, ?) WHERE {column} IS NOT NULL",
                [f"-{round(hours * 60)} minutes"],
            )


@pytest.fixture
def courier(desk, stand):
    """One section of the Courier alone."""
    for file in desk.sources.iterdir():
        file.unlink()
    (desk.sources / "courier.toml").write_text(
        f'name = "Courier"\nhome = "{stand.url}/"\ncountry = "FR"\nlanguage = "fr"\ntimezone = "Europe/Paris"\n'
        f'[[listing]]\nurl = "{stand.url}/world/"\nkind = "section"\n'
    )
    return desk


def test_cron_is_told_once_of_what_breaks_daily_while_it_lasts_and_once_that_it_is_well(courier, stand, monkeypatch):
    def cron(hours):
        age(courier, hours)
        done = courier.run("crawl", "--quiet", "--all")
        return done.returncode, (done.stdout + done.stderr).strip()

    assert courier.run("crawl").returncode == 0
    stand.fail("/world/", 500)
    assert cron(1) == (1, "")
    assert cron(1) == (1, "")
    code, said = cron(1.1)
    assert code == 1
    assert said.startswith("worlddesk: courier failed since 20")
    assert "HTTP 500" in said
    assert cron(0.5) == (1, "")
    code, said = cron(24)
    assert said.startswith("worlddesk: courier still failed, for 27 h: HTTP 500")
    problems = courier.run("status", "--problems")
    assert problems.stdout.startswith("courier\tfailed\t20")
    assert "open them in a browser" in problems.stdout
    stand.mend()
    assert cron(1) == (0, "")
    code, said = cron(1.1)
    assert (code, said[:47]) == (0, "worlddesk: courier ok again, failed for 28 h: 0")
    assert cron(0.5) == (0, "")
    assert courier.run("status", "--problems").stdout == ""


def test_a_source_whose_every_page_is_a_soft_404_has_failed(courier, stand):
    stand.shut("soft 404")
    assert courier.run("crawl").returncode == 1
    ((status, cause, message),) = courier.rows("SELECT status, cause, message FROM run_sources")
    assert (status, cause) == ("failed", "no_page")
    assert "soft 404" in message
