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

MONDE = TRIBUNE.listings[0].url
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


def test_a_link_of_another_paper_does_not_keep_an_article_from_its_own(shelf):
    refused = {f"{TALKS}/": "other host: gazette.example"}
    shelf.announce(f"{TALKS}/", listing=MONDE, refused=refused)
    assert (shelf.url(TALKS)["source_id"], shelf.url(TALKS)["reason"]) == ("tribune", "other host: gazette.example")
    (due,) = shelf.announce(Link(TALKS, "Talks"), at=LATER)
    assert (due.source_id, due.url, due.state) == ("gazette", TALKS, "new")
    row = shelf.url(TALKS)
    assert [row[name] for name in ("source_id", "asked_url", "state", "announced_title", "next_fetch_at")] == [
        *("gazette", None, "new", "Talks", LATER)
    ]
    assert shelf.one("SELECT l.url FROM urls u JOIN listings l USING (listing_id) WHERE u.url = ?", TALKS) == FEED
    shelf.announce(f"{TALKS}/", listing=MONDE, refused=refused)
    assert shelf.url(TALKS) == row
    shelf.read(TALKS, at=LATER)
    assert shelf.article(TALKS)["source_id"] == "gazette"


def test_an_address_let_in_late_gets_all_its_tries(shelf):
    shelf.announce(TALKS, refused={TALKS: "[article] skip /world/"})
    much_later = "2026-11-06T08:00:00Z"
    shelf.announce(TALKS, at=much_later)
    shelf.fail(TALKS, "error", at=much_later)
    assert shelf.url(TALKS)["next_fetch_at"] == much_later


def renamed(shelf, **changes):
    """The Gazette's file has another name now."""
    store.sync_sources(shelf.db, [replace(GAZETTE, source_id="gazette-new", **changes), TRIBUNE], complete=True)


def test_what_waits_goes_with_a_renamed_source(shelf):
    waiting, failing, refused, gone = (f"{HOME}/world/a-{name}-story-of-ours" for name in ("w", "f", "r", "g"))
    shelf.announce(waiting, failing, refused, gone, refused={refused: "[article] skip -r-"})
    for _ in range(3):
        shelf.fail(failing, "error")
    shelf.fail(gone, "gone", status_code=410)
    renamed(shelf)
    due = shelf.announce(waiting, failing, refused, gone, source_id="gazette-new", refused={waiting: "skip"})
    assert [(url.url, url.state) for url in due] == [(failing, "failing"), (refused, "new")]
    due = shelf.announce(waiting, failing, refused, gone, source_id="gazette-new")
    assert [(url.url, url.state) for url in due] == [(waiting, "new")]
    assert shelf.rows("SELECT DISTINCT source_id FROM urls") == [("gazette-new",)]
    assert [url.url for url in store.due_articles(shelf.db, ["gazette-new"], T0)] == [waiting, refused, failing]
    assert shelf.url(failing)["failures_in_row"] == 3


def test_articles_go_with_a_renamed_source(shelf):
    other = f"{HOME}/world/the-same-story-elsewhere"
    shelf.announce(TALKS)
    shelf.read(TALKS)
    shelf.read(other, article(TALKS))
    renamed(shelf)
    assert shelf.announce(TALKS, at=LATER, source_id="gazette-new") == []
    assert shelf.article(TALKS)["source_id"] == "gazette-new"
    assert {shelf.url(url)["source_id"] for url in (TALKS, other)} == {"gazette-new"}
    (due,) = store.due_articles(shelf.db, ["gazette-new"], LATER)
    assert (due.url, due.etag) == (TALKS, '"1"')
    assert shelf.read(TALKS, at=LATER, source_id="gazette-new") == "unchanged"


def test_a_page_of_the_old_source_that_the_new_one_is_led_to_is_its_article(shelf):
    shelf.read(TALKS)
    renamed(shelf)
    outcome = shelf.read(f"{HOME}/go/1", article(TALKS), LATER, final_url=TALKS, source_id="gazette-new")
    assert (outcome, shelf.article(TALKS)["source_id"]) == ("unchanged", "gazette-new")


def test_a_stranger_inherits_nothing(shelf):
    shelf.read(TALKS)
    store.sync_sources(shelf.db, [TRIBUNE], complete=True)
    shelf.announce(TALKS, listing=MONDE, refused={TALKS: "other host: gazette.example"})
    assert (shelf.url(TALKS)["source_id"], shelf.article(TALKS)["source_id"]) == ("gazette", "gazette")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (f"{SECTION}/?utm_source=rss", "a listing, not an article"),
        (TRIBUNE.listings[0].url, "a listing, not an article"),
        (f"{HOME}/", "the home page"),
        (f"{HOME}/index.html", "the home page"),
    ],
)
def test_a_listing_and_the_home_page_are_no_articles(shelf, url, reason):
    for _ in range(2):
        assert [due.url for due in shelf.announce(url, TALKS)] in ([TALKS], [])
    (row,) = shelf.db.query("SELECT * FROM urls WHERE url <> ?", [TALKS])
    assert (row["state"], row["reason"], row["next_fetch_at"]) == ("skipped", reason, None)


def test_the_home_page_of_an_edition_is_none_of_its_articles(tmp_path):
    edition = replace(GAZETTE, home=f"{HOME}/en/")
    shelf = Shelf(tmp_path / "edition.db", edition)
    assert shelf.announce(f"{HOME}/en") == []
    assert shelf.url(f"{HOME}/en")["reason"] == "the home page"
    shelf.close()


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
    shelf.announce(outcome="robots", reason="robots.txt forbids this address")  # nothing was asked of it
    assert validators_of(shelf) == ('"a"', "Tue, 06 Oct 2026 08:00:00 GMT")
    shelf.announce(outcome="error", status_code=500, etag='"b"', reason="HTTP 500")
    shelf.announce(outcome="blocked", status_code=403, reason=None)
    (row,) = shelf.db.query("SELECT * FROM listings WHERE url = ?", [FEED])
    assert (row["etag"], row["last_modified"]) == (None, None)  # they may be what it answers so badly
    assert (row["last_new_at"], row["last_ok_at"], row["status_code"]) == (T0, LATER, 403)
    assert (row["failures_in_row"], row["reason"]) == (3, "blocked")
    shelf.announce()
    (row,) = shelf.db.query("SELECT * FROM listings WHERE url = ?", [FEED])
    assert (row["etag"], row["failures_in_row"], row["reason"]) == (None, 0, None)
    due = store.due_listings(shelf.db, ["gazette"], LATER, everything=True)
    assert [(listing.url, listing.kind, listing.section) for listing in due] == [
        (FEED, "feed", None),
        (SECTION, "section", "World"),
    ]


def validators_of(shelf):
    due = next(due for due in store.due_listings(shelf.db, ["gazette"], LATER, everything=True) if due.url == FEED)
    return due.etag, due.last_modified


@pytest.mark.parametrize("odd", ['"' + "x" * 511 + '"', '"caf\u00e9"', '"\x1b[31m"', '"a\r\nb"', ""])
def test_validators_that_a_server_may_refuse_are_not_kept(shelf, odd):
    shelf.announce(TALKS, etag=odd, last_modified=odd)
    shelf.read(TALKS, etag=odd, last_modified=odd)
    assert validators_of(shelf) == (None, None)
    assert (shelf.url(TALKS)["etag"], shelf.url(TALKS)["last_modified"]) == (None, None)
    shelf.announce(TALKS, etag='"' + "x" * 510 + '"')
    assert len(validators_of(shelf)[0]) == 512


def test_a_listing_that_answers_304_unasked_is_broken(shelf):
    assert shelf.announce(outcome="not_modified", status_code=304) == []
    (row,) = shelf.db.query("SELECT * FROM listings WHERE url = ?", [FEED])
    assert (row["last_ok_at"], row["failures_in_row"]) == (None, 1)
    assert row["reason"] == shelf.one("SELECT reason FROM fetches WHERE outcome = 'error'")
    assert "304" in row["reason"]


def test_what_a_listing_has_too_much_of_is_said(shelf):
    shelf.announce(TALKS, reason="the first 5000 of 20000 addresses")
    assert shelf.rows("SELECT outcome, reason, link_count FROM fetches") == [
        ("listed", "the first 5000 of 20000 addresses", 1)
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


def test_listings_take_turns_where_more_is_due_than_a_run_takes(shelf):
    shelf.announce(*(f"{HOME}/world/flood-{number}" for number in range(50)), at=LATER)
    shelf.announce(f"{HOME}/world/one", f"{HOME}/world/two", listing=SECTION)
    due = [due.url.rpartition("/")[2] for due in store.due_articles(shelf.db, ["gazette"], LATER, most=5)]
    assert due == ["flood-0", "one", "flood-1", "two", "flood-2"]


def test_everything_takes_what_is_not_due_yet(shelf):
    shelf.announce(TALKS)
    shelf.read(TALKS)
    assert store.due_articles(shelf.db, ["gazette"], T0) == []
    (due,) = store.due_articles(shelf.db, ["gazette"], T0, everything=True)
    assert (due.url, due.etag, due.state) == (TALKS, '"1"', "article")


# --------------------------------------------------------------------------------- answers without an article


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("error", "failing"),
        ("empty", "failing"),
        ("blocked", "blocked"),
        ("robots", "blocked"),
        ("skipped", "skipped"),
        ("gone", "gone"),
        ("not_article", "not_article"),
    ],
)
def test_every_answer_leaves_a_state_and_a_reason_and_stays_due(shelf, outcome, state):
    shelf.announce(TALKS)
    assert shelf.fail(TALKS, outcome, status_code=404, reason="for a reason") == outcome
    row = shelf.url(TALKS)
    assert (row["state"], row["reason"], row["status_code"]) == (state, "for a reason", 404)
    assert row["next_fetch_at"] is not None
    assert shelf.rows("SELECT outcome, reason, url_id FROM fetches WHERE url_id IS NOT NULL") == [
        (outcome, "for a reason", row["url_id"])
    ]


def test_what_is_no_article_is_looked_at_twice_more_and_then_left_alone(shelf):
    """Servers out of order answer 200 with anything; videos stay videos."""
    shelf.announce(TALKS)
    shelf.fail(TALKS, "not_article")
    assert shelf.url(TALKS)["next_fetch_at"] == "2026-10-06T09:00:00Z"
    shelf.fail(TALKS, "not_article", at="2026-10-06T09:00:00Z")
    assert shelf.url(TALKS)["next_fetch_at"] == "2026-10-06T14:00:00Z"
    shelf.fail(TALKS, "not_article", at="2026-10-06T14:00:00Z")
    assert shelf.url(TALKS)["next_fetch_at"] is None


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
    for outcome in ("not_modified", "robots", "skipped", "empty"):
        shelf.fail(TALKS, outcome, etag='"other"')
        assert shelf.url(TALKS)["etag"] == '"whole"'
        assert shelf.url(TALKS)["last_modified"] == "Tue, 06 Oct 2026 08:00:00 GMT"


@pytest.mark.parametrize("outcome", ["error", "blocked", "gone"])
def test_after_a_wrong_answer_a_page_is_asked_for_without_validators(shelf, outcome):
    shelf.read(TALKS, last_modified="Tue, 06 Oct 2026 08:00:00 GMT")
    shelf.fail(TALKS, outcome)
    assert (shelf.url(TALKS)["etag"], shelf.url(TALKS)["last_modified"]) == (None, None)


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


def test_a_gone_article_that_is_back_as_it_was_is_an_article(shelf):
    shelf.read(TALKS)
    shelf.fail(TALKS, "gone", at=LATER, status_code=404)
    assert shelf.fail(TALKS, "not_modified", at="2026-10-06T15:00:00Z", status_code=304) == "not_modified"
    assert (shelf.article(TALKS)["gone_at"], shelf.url(TALKS)["state"]) == (None, "article")


def test_410_is_gone_for_good(shelf):
    shelf.announce(TALKS)
    shelf.fail(TALKS, "gone", status_code=410)
    assert shelf.url(TALKS)["next_fetch_at"] is None


@pytest.mark.parametrize(
    ("status_code", "at", "is_asked"),
    [
        (410, "2026-10-07T07:59:59Z", False),
        (410, "2026-10-07T08:00:00Z", True),
        (404, "2026-10-07T08:00:00Z", False),  # its rhythm takes care of it
    ],
)
def test_a_page_that_was_gone_and_is_still_announced_is_asked_for_after_a_day(shelf, status_code, at, is_asked):
    shelf.read(TALKS)
    shelf.fail(TALKS, "gone", status_code=status_code)
    assert [(due.url, due.state) for due in shelf.announce(TALKS, at=at)] == [(TALKS, "gone")] * is_asked
    assert shelf.announce(TALKS, at=at, listing=SECTION) == []  # once is enough
    if is_asked:
        assert shelf.url(TALKS)["next_fetch_at"] == at
        assert shelf.read(TALKS, at=at) == "unchanged"
        assert (shelf.url(TALKS)["state"], shelf.article(TALKS)["gone_at"]) == ("article", None)


@pytest.mark.parametrize(
    ("outcome", "status_code", "count"),
    [("robots", None, 0), ("skipped", None, 0), ("skipped", 302, 1), ("error", None, 1)],
)
def test_only_requests_that_were_made_are_counted(shelf, outcome, status_code, count):
    shelf.announce(TALKS)
    shelf.fail(TALKS, outcome, status_code=status_code)
    row = shelf.url(TALKS)
    assert (row["fetch_count"], row["last_fetched_at"]) == (count, T0 if count else None)
    assert shelf.announce(TALKS, at=LATER) == []  # it has its rhythm


# ------------------------------------------------------------------------------------- what cannot be stored


def test_a_page_that_cannot_be_stored_is_undone_alone_and_stays_due(shelf):
    shelf.announce(TALKS)
    assert shelf.read(TALKS, article(TALKS, kind="horoscope")) == "error"
    row = shelf.url(TALKS)
    assert (row["state"], row["next_fetch_at"], row["fetch_count"]) == ("failing", T0, 1)
    assert row["reason"].startswith("store: CHECK constraint failed")
    assert shelf.one("SELECT count(*) FROM articles") == 0
    assert shelf.read(TALKS) == "new"


def test_an_address_that_utf8_cannot_say_costs_no_other(shelf):
    assert [due.url for due in shelf.announce(f"{HOME}/world/lone-\ud83d-surrogate", TALKS)] == [TALKS]
    assert shelf.rows("SELECT url FROM urls") == [(TALKS,)]


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
    assert [(due.url, due.section) for due in store.due_listings(shelf.db, ["gazette"], LATER, everything=True)] == [
        (FEED, "World")
    ]
    assert shelf.one("SELECT count(*) FROM listing_links") == 1
    store.sync_sources(shelf.db, [GAZETTE])
    assert len(store.due_listings(shelf.db, ["gazette"], LATER, everything=True)) == 2


def test_how_an_address_is_known_follows_its_file(shelf):
    kept = "SELECT evidence FROM listings WHERE url = ?"
    assert shelf.one(kept, FEED) is None
    for evidence in ("known: the newsroom says so", "answered: 2026-10-06, 24 articles", None):
        store.sync_sources(shelf.db, [replace(GAZETTE, listings=(Listing(FEED, "feed", None, evidence),))])
        assert shelf.one(kept, FEED) == evidence


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
