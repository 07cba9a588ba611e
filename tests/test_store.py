"""The ledger: what is announced, what is due, and what became of every address."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from stories import FEED, GAZETTE, HOME, SECTION, T0, TRIBUNE, Shelf, article

from crawler import store
from crawler.catalogue import Listing
from crawler.items import Exchange, Link
from crawler.normalise import now
from crawler.schedule import hours_before

TALKS = f"{HOME}/world/harbour-talks-enter-day-two"
LATER = "2026-10-06T09:30:00Z"


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path / "news.db")
    yield shelf
    shelf.close()


# ------------------------------------------------------------------------------------------- announcing


def test_a_new_address_is_due_and_has_a_reason(shelf):
    (due,) = shelf.announce(Link(TALKS, "Talks", "2026-10-06T09:12:00+02:00", 1))
    row = shelf.url(TALKS)
    assert due == store.DueUrl(row["url_id"], "gazette", TALKS, None, None, "new")
    assert (row["state"], row["reason"]) == ("new", f"announced by {FEED}, not fetched yet")
    assert (row["announced_title"], row["announced_at"]) == ("Talks", "2026-10-06T07:12:00Z")
    assert row["first_seen_at"] == row["next_fetch_at"] == T0


def test_an_address_is_asked_for_as_announced_and_known_by_its_canonical_form(shelf):
    (due,) = shelf.announce(f"{TALKS}/?utm_source=rss", f"{TALKS}#comments")
    assert due.url == f"{TALKS}/?utm_source=rss"
    assert shelf.url(TALKS)["asked_url"] == due.url
    assert store.due_articles(shelf.db, ["gazette"], T0) == [due]


def test_a_known_address_is_announced_in_vain(shelf):
    shelf.announce(TALKS)
    before = shelf.url(TALKS)
    assert shelf.announce(f"{HOME}/other-story-of-the-day", TALKS, at=LATER) != []
    assert shelf.announce(TALKS, at=LATER) == []
    assert shelf.url(TALKS) == before


def test_a_listing_remembers_what_it_announced_and_where(shelf):
    shelf.announce(TALKS, listing=SECTION)
    shelf.announce("https://gazette.example/a-first-story-today", TALKS, at=LATER, listing=SECTION)
    shelf.announce(TALKS, at=LATER)
    rows = shelf.rows(
        "SELECT l.url, k.first_seen_at, k.last_seen_at, k.rank FROM listing_links k JOIN listings l USING (listing_id) "
        "JOIN urls u USING (url_id) WHERE u.url = ? ORDER BY l.url",
        TALKS,
    )
    assert rows == [(FEED, LATER, LATER, 1), (SECTION, T0, LATER, 2)]


def test_a_refused_address_is_kept_with_the_reason(shelf):
    assert shelf.announce(TALKS, refused={TALKS: "[article] skip /world/"}) == []
    row = shelf.url(TALKS)
    assert (row["state"], row["reason"], row["next_fetch_at"]) == ("skipped", "[article] skip /world/", None)


def test_a_refused_address_is_let_in_once_the_file_allows_it(shelf):
    shelf.announce(TALKS, refused={TALKS: "[article] skip /world/"})
    assert shelf.announce(TALKS, refused={TALKS: "still"}) == []
    assert [due.url for due in shelf.announce(TALKS, at=LATER)] == [TALKS]
    assert (shelf.url(TALKS)["state"], shelf.url(TALKS)["next_fetch_at"]) == ("new", LATER)


@pytest.mark.parametrize(
    ("listing", "published"),
    [
        (SECTION, "2026-10-06T09:12:00+02:00"),  # dates on a section page are for people
        (FEED, "2026-10-06"),
        (FEED, "2026-10-06T09:12:00"),
        (FEED, "yesterday"),
        (FEED, "1970-01-01T00:00:00Z"),
        (FEED, "2027-01-01T00:00:00Z"),
        (FEED, None),
    ],
)
def test_only_an_instant_of_a_feed_is_kept(shelf, listing, published):
    shelf.announce(Link(TALKS, published=published), listing=listing)
    assert shelf.url(TALKS)["announced_at"] is None


def test_an_address_of_another_source_stays_its_own(shelf):
    shelf.announce(TALKS)
    assert shelf.announce(TALKS, listing=TRIBUNE.listings[0].url) == []
    assert shelf.url(TALKS)["source_id"] == "gazette"
    assert shelf.one("SELECT count(*) FROM listing_links") == 2


def test_a_listing_keeps_the_validators_of_what_was_read(shelf):
    shelf.announce(TALKS, etag='"a"', last_modified="Tue, 06 Oct 2026 08:00:00 GMT")
    shelf.announce(outcome="not_modified", status_code=304, at=LATER)
    shelf.announce(outcome="error", status_code=500, etag='"b"', reason="HTTP 500")
    shelf.announce(outcome="blocked", status_code=403, reason=None)
    (row,) = shelf.db.query("SELECT * FROM listings WHERE url = ?", [FEED])
    assert (row["etag"], row["last_modified"]) == ('"a"', "Tue, 06 Oct 2026 08:00:00 GMT")
    assert (row["last_new_at"], row["last_ok_at"], row["status_code"]) == (T0, LATER, 403)
    assert (row["failures_in_row"], row["reason"]) == (2, "blocked")
    shelf.announce()
    (row,) = shelf.db.query("SELECT * FROM listings WHERE url = ?", [FEED])
    assert (row["etag"], row["failures_in_row"], row["reason"]) == (None, 0, None)
    due = store.due_listings(shelf.db, ["gazette"])
    assert [(listing.url, listing.kind, listing.section) for listing in due] == [
        (FEED, "feed", None),
        (SECTION, "section", "World"),
    ]


def test_the_fetch_of_a_listing_counts_its_links(shelf):
    shelf.announce(TALKS, f"{HOME}/other-story-of-the-day", duration_ms=12, downloaded_bytes=900)
    shelf.announce(outcome="error", reason="HTTP 500", status_code=500)
    rows = shelf.rows("SELECT outcome, reason, link_count, downloaded_bytes, url_id IS NULL FROM fetches")
    assert rows == [("listed", None, 2, 900, 1), ("error", "HTTP 500", None, None, 1)]


def test_a_listing_that_nobody_knows_is_an_error_and_leaves_nothing(shelf):
    with pytest.raises(ValueError, match="sync_sources"):
        shelf.announce(TALKS, url=f"{HOME}/nowhere")
    assert shelf.rows("SELECT * FROM fetches UNION ALL SELECT * FROM fetches") == []
    assert not shelf.db.conn.in_transaction


# ------------------------------------------------------------------------------------------- what is due


def test_the_newest_are_due_first_and_a_run_takes_only_so_many(shelf):
    old, new = (f"{HOME}/world/an-{age}-story-of-ours" for age in ("old", "new"))
    shelf.announce(old)
    shelf.announce(new, at=LATER)
    assert [due.url for due in store.due_articles(shelf.db, ["gazette", "tribune"], LATER)] == [new, old]
    assert [due.url for due in store.due_articles(shelf.db, ["gazette"], LATER, most=1)] == [new]
    assert store.due_articles(shelf.db, ["tribune"], LATER) == []


def test_a_stored_article_is_looked_at_again_after_1_6_24_72_hours(shelf):
    shelf.announce(TALKS)
    looks = [T0, "2026-10-06T09:00:00Z", "2026-10-06T14:00:00Z", "2026-10-07T08:00:00Z", "2026-10-09T08:00:00Z"]
    for look, following in zip(looks, [*looks[1:], None], strict=True):
        shelf.read(TALKS, at=look)
        assert shelf.url(TALKS)["next_fetch_at"] == following
    assert store.due_articles(shelf.db, ["gazette"], "2030-01-01T00:00:00Z", everything=True) == []


def test_everything_takes_what_is_not_due_yet(shelf):
    shelf.announce(TALKS)
    shelf.read(TALKS)
    assert store.due_articles(shelf.db, ["gazette"], T0) == []
    (due,) = store.due_articles(shelf.db, ["gazette"], T0, everything=True)
    assert (due.url, due.etag, due.state) == (TALKS, '"1"', "article")


# --------------------------------------------------------------------------------- answers without an article


@pytest.mark.parametrize(
    ("outcome", "state", "stays_due"),
    [
        ("error", "failing", True),
        ("empty", "failing", True),
        ("blocked", "blocked", True),
        ("robots", "blocked", True),
        ("skipped", "skipped", True),
        ("gone", "gone", True),
        ("not_article", "not_article", False),
    ],
)
def test_every_answer_leaves_a_state_and_a_reason(shelf, outcome, state, stays_due):
    shelf.announce(TALKS)
    assert shelf.fail(TALKS, outcome, status_code=404, reason="for a reason") == outcome
    row = shelf.url(TALKS)
    assert (row["state"], row["reason"], row["status_code"]) == (state, "for a reason", 404)
    assert (row["next_fetch_at"] is not None) == stays_due
    assert shelf.rows("SELECT outcome, reason, url_id FROM fetches WHERE url_id IS NOT NULL") == [
        (outcome, "for a reason", row["url_id"])
    ]


def test_an_answer_without_a_reason_gets_its_outcome_as_one(shelf):
    shelf.fail(TALKS, "error", reason=None)
    assert shelf.url(TALKS)["reason"] == "error"


def test_failures_wait_longer_and_longer_and_are_never_lost(shelf):
    shelf.announce(TALKS)
    waits = []
    for _ in range(12):
        shelf.fail(TALKS, "error")
        waits.append(shelf.url(TALKS)["next_fetch_at"])
    assert waits[:4] == [T0, "2026-10-06T08:10:00Z", "2026-10-06T08:20:00Z", "2026-10-06T08:40:00Z"]
    assert waits[-1] == "2026-10-07T08:00:00Z"
    shelf.read(TALKS)
    assert (shelf.url(TALKS)["state"], shelf.url(TALKS)["failures_in_row"]) == ("article", 0)


def test_what_could_not_be_read_for_two_weeks_is_no_longer_asked_for(shelf):
    shelf.announce(TALKS)
    shelf.fail(TALKS, "error", at="2026-10-21T08:00:00Z")
    row = shelf.url(TALKS)
    assert (row["state"], row["next_fetch_at"]) == ("failing", None)
    assert row["reason"]


def test_a_host_that_asks_for_rest_gets_it(shelf):
    shelf.fail(TALKS, "blocked", retry_at="2026-10-06T20:00:00Z")
    assert shelf.url(TALKS)["next_fetch_at"] == "2026-10-06T20:00:00Z"


def test_validators_are_only_kept_of_a_page_that_was_read(shelf):
    shelf.announce(TALKS)
    shelf.fail(TALKS, "empty", status_code=200, etag='"empty"')
    assert shelf.url(TALKS)["etag"] is None
    shelf.read(TALKS, etag='"whole"', last_modified="Tue, 06 Oct 2026 08:00:00 GMT")
    shelf.fail(TALKS, "error", etag='"error"')
    assert (shelf.url(TALKS)["etag"], shelf.url(TALKS)["last_modified"]) == ('"whole"', "Tue, 06 Oct 2026 08:00:00 GMT")


def test_a_stored_article_stays_one_whatever_its_second_look_brings(shelf):
    shelf.read(TALKS)
    shelf.fail(TALKS, "error", at=LATER)
    assert shelf.url(TALKS)["state"] == "article"
    shelf.fail(TALKS, "not_article", at=LATER)
    assert shelf.url(TALKS)["state"] == "article"
    shelf.fail(TALKS, "error", at="2026-11-01T00:00:00Z")
    assert shelf.url(TALKS)["next_fetch_at"] is None  # its rhythm has ended


def test_not_modified_is_a_look_that_found_it(shelf):
    shelf.read(TALKS)
    assert shelf.fail(TALKS, "not_modified", at=LATER, status_code=304) == "not_modified"
    row = shelf.url(TALKS)
    assert (row["state"], row["etag"], row["next_fetch_at"]) == ("article", '"1"', "2026-10-06T14:00:00Z")
    assert shelf.article(TALKS)["last_seen_at"] == LATER


def test_not_modified_of_what_was_never_read_is_a_failure(shelf):
    shelf.announce(TALKS)
    assert shelf.fail(TALKS, "not_modified") == "error"
    assert shelf.url(TALKS)["state"] == "failing"


def test_gone_is_marked_once_and_taken_back_when_the_page_is(shelf):
    shelf.read(TALKS)
    for at in (LATER, "2026-10-06T15:00:00Z"):
        assert shelf.fail(TALKS, "gone", at=at, status_code=404) == "gone"
    assert (shelf.article(TALKS)["gone_at"], shelf.url(TALKS)["state"]) == (LATER, "gone")
    shelf.read(TALKS, at="2026-10-07T09:00:00Z")
    assert (shelf.article(TALKS)["gone_at"], shelf.url(TALKS)["state"]) == (None, "article")


def test_410_is_gone_for_good(shelf):
    shelf.announce(TALKS)
    shelf.fail(TALKS, "gone", status_code=410)
    assert shelf.url(TALKS)["next_fetch_at"] is None


# ------------------------------------------------------------------------------------- what cannot be stored


def test_a_page_that_cannot_be_stored_is_undone_alone_and_stays_due(shelf):
    shelf.announce(TALKS)
    assert shelf.read(TALKS, article(TALKS, kind="horoscope")) == "error"
    row = shelf.url(TALKS)
    assert (row["state"], row["next_fetch_at"], row["fetch_count"]) == ("failing", T0, 1)
    assert row["reason"].startswith("store: CHECK constraint failed")
    assert shelf.one("SELECT count(*) FROM articles") == 0
    assert shelf.read(TALKS) == "new"


@pytest.mark.parametrize("headline", ["lone \ud83d surrogate", ["a", "list"]])
def test_values_that_sqlite_cannot_hold_are_an_error_of_that_page(shelf, headline):
    assert shelf.read(TALKS, article(TALKS, headline=headline)) == "error"
    assert shelf.one("SELECT count(*) FROM articles") == 0


def test_an_outcome_that_does_not_exist_is_an_error(shelf):
    assert shelf.fail(TALKS, "listed") == "error"
    exchange = Exchange("gazette", TALKS, "read", T0)
    assert store.record(shelf.db, shelf.run_id, exchange) == "error"
    assert "brings no article" in shelf.url(TALKS)["reason"]


def test_the_schema_knows_exactly_our_outcomes(shelf):
    sql = shelf.one("SELECT sql FROM sqlite_master WHERE name = 'fetches'")
    allowed = sql.partition("outcome IN")[2].partition("))")[0]
    assert tuple(re.findall(r"'(\w+)'", allowed)) == store.OUTCOMES


def test_an_address_that_nobody_announced_gets_a_row(shelf):
    shelf.fail(f"{TALKS}/", "error")
    assert shelf.url(TALKS)["asked_url"] == f"{TALKS}/"
    shelf.read(f"{HOME}/found-by-hand-this-morning")
    assert shelf.url(f"{HOME}/found-by-hand-this-morning")["state"] == "article"


# ------------------------------------------------------------------------------------------ sources, hosts


def test_sources_follow_their_files(shelf):
    store.sync_sources(shelf.db, [replace(GAZETTE, name="Gazette", disabled="2026-10-01 closed")])
    assert shelf.rows("SELECT name, is_enabled, disabled_reason FROM sources ORDER BY source_id") == [
        ("Gazette", 0, "2026-10-01 closed"),
        ("La Tribune", 1, None),
    ]
    assert shelf.rows("SELECT expected_links, expected_body_share FROM sources WHERE source_id = 'tribune'") == [
        (2, 0.9)
    ]


def test_a_listing_that_left_its_file_is_not_asked_for_until_it_is_back(shelf):
    shelf.announce(TALKS, listing=SECTION)
    store.sync_sources(shelf.db, [replace(GAZETTE, listings=(Listing(FEED, "feed", "World"),))])
    assert [(due.url, due.section) for due in store.due_listings(shelf.db, ["gazette"])] == [(FEED, "World")]
    assert shelf.one("SELECT count(*) FROM listing_links") == 1
    store.sync_sources(shelf.db, [GAZETTE])
    assert len(store.due_listings(shelf.db, ["gazette"])) == 2


def test_a_source_whose_file_is_gone_is_disabled_when_all_are_known(shelf):
    store.sync_sources(shelf.db, [GAZETTE], complete=True)
    assert shelf.rows("SELECT is_enabled, disabled_reason FROM sources WHERE source_id = 'tribune'") == [
        (0, "its TOML file is gone")
    ]


def test_hosts_rest_until_their_time(shelf):
    store.rest_host(shelf.db, "gazette.example", "9999-01-01T00:00:00Z", "HTTP 429")
    store.rest_host(shelf.db, "tribune.example", "2020-01-01T00:00:00Z", "HTTP 503")
    assert store.resting(shelf.db) == {"gazette.example": "9999-01-01T00:00:00Z"}


def test_policies_of_a_host_are_believed_for_a_day(shelf):
    assert store.load_robots(shelf.db, "gazette.example") is None
    assert store.load_tdm_policy(shelf.db, "gazette.example") is None
    store.save_robots(shelf.db, "gazette.example", 200, "User-agent: *", now())
    store.save_tdm_policy(shelf.db, "gazette.example", None, now())
    assert store.load_robots(shelf.db, "gazette.example") == store.Robots(200, "User-agent: *")
    assert store.load_tdm_policy(shelf.db, "gazette.example") == (None,)
    yesterday = hours_before(now(), 25)
    store.save_robots(shelf.db, "gazette.example", 200, "User-agent: *", yesterday)
    store.save_tdm_policy(shelf.db, "gazette.example", "[]", yesterday)
    assert store.load_robots(shelf.db, "gazette.example") is None
    assert store.load_tdm_policy(shelf.db, "gazette.example") is None
