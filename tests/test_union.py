"""What several listings say of one address: prominence, titles, categories; which section an article belongs to."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from stories import FEED, GAZETTE, HOME, SECTION, T0, Shelf, article

from crawler import store
from crawler.catalogue import Listing, Scope
from crawler.items import Link

WHOLE = f"{HOME}/news-sitemap.xml"
A, B, C = (f"{HOME}/world/a-story-of-ours-{letter}" for letter in "abc")
PAPER = replace(
    GAZETTE,
    listings=(*GAZETTE.listings[1:], Listing(FEED, "feed"), Listing(WHOLE, "news-sitemap")),
    scope=Scope(path=("/world/",), category=("Monde",)),
)


def clock(hour: int, minute: int = 0) -> str:
    return f"2026-10-06T{hour:02}:{minute:02}:00Z"


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path / "news.db", PAPER)
    yield shelf
    shelf.close()


def place(shelf, url, *columns, listing=SECTION):
    (row,) = shelf.db.query(
        "SELECT k.* FROM listing_links k JOIN listings l USING (listing_id) JOIN urls u USING (url_id) "
        "WHERE l.url = ? AND u.url = ?",
        [listing, url],
    )
    return tuple(row[column] for column in columns)


# ------------------------------------------------------------------------------------------ prominence


def test_rank_and_best_rank_follow_each_reading(shelf):
    shelf.announce(A, B, at=clock(8), listing=SECTION)
    shelf.announce(B, A, at=clock(9), listing=SECTION)
    assert place(shelf, A, "first_rank", "rank", "best_rank") == (1, 2, 1)
    assert place(shelf, B, "first_rank", "rank", "best_rank") == (2, 1, 1)
    shelf.announce(Link(A), at=clock(10), listing=SECTION)
    assert place(shelf, A, "rank", "best_rank") == (None, 1)


def test_time_in_the_top_five_is_that_between_two_readings(shelf):
    others = [f"{HOME}/world/another-story-of-ours-{number}" for number in range(5)]
    shelf.announce(A, at=clock(8), listing=SECTION)
    shelf.announce(A, B, at=clock(8, 30), listing=SECTION)
    assert place(shelf, A, "top_five_seconds") == (1800,)
    assert place(shelf, B, "top_five_seconds") == (0,)
    shelf.announce(*others, A, at=clock(9), listing=SECTION)
    shelf.announce(*others, at=clock(10), listing=SECTION)
    assert place(shelf, A, "top_five_seconds", "best_rank", "rank") == (3600, 1, 6)
    assert place(shelf, B, "top_five_seconds") == (1800,)
    assert place(shelf, others[4], "top_five_seconds") == (3600,)


def test_what_is_not_modified_still_stands_at_the_top(shelf):
    shelf.announce(A, at=clock(8), listing=SECTION, etag='"1"')
    shelf.announce(at=clock(9), listing=SECTION, outcome="not_modified", status_code=304)
    shelf.announce(at=clock(9, 30), listing=SECTION, outcome="error", reason="timeout")
    shelf.announce(B, at=clock(10), listing=SECTION)
    assert place(shelf, A, "top_five_seconds", "last_seen_at") == (7200, clock(8))
    assert shelf.one("SELECT last_listed_at FROM listings WHERE url = ?", SECTION) == clock(10)


def test_an_outage_counts_two_hours_beyond_the_plan_at_most(shelf):
    shelf.announce(A, at=clock(8), listing=SECTION)
    shelf.db.execute("UPDATE listings SET next_check_at = ?", [clock(11)])  # a quiet hour: asked three hours later
    shelf.announce(A, at=clock(11, 10), listing=SECTION)
    assert place(shelf, A, "top_five_seconds") == (11_400,)
    shelf.db.execute("UPDATE listings SET next_check_at = ?", [clock(11, 40)])
    shelf.announce(A, at=clock(20), listing=SECTION)
    assert place(shelf, A, "top_five_seconds") == (11_400 + 9_000,)


def test_what_waits_after_a_failure_was_not_planned(shelf):
    shelf.announce(A, at=clock(8), listing=SECTION)
    shelf.announce(at=clock(8, 30), listing=SECTION, outcome="error", reason="timeout")
    shelf.db.execute("UPDATE listings SET next_check_at = ?", [clock(18)])
    shelf.announce(A, at=clock(18), listing=SECTION)
    assert place(shelf, A, "top_five_seconds") == (7200,)


# ----------------------------------------------------------------------------- what each listing gives


def test_each_listing_keeps_what_it_says(shelf):
    shelf.announce(Link(A, "Talks", "2026-10-06T09:00:00+02:00", 1, ["Monde", "Europe"]), listing=FEED)
    shelf.announce(Link(A, "Talks resume in Geneva", "2026-10-06", 1, score=4.5), listing=SECTION)
    assert place(shelf, A, "title", "published", "score", listing=FEED) == ("Talks", clock(7), None)
    assert json.loads(*place(shelf, A, "categories_json", listing=FEED)) == ["Monde", "Europe"]
    assert place(shelf, A, "title", "published", "score") == ("Talks resume in Geneva", "2026-10-06", 4.5)


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ((SECTION, "LIVE Talks resume in Geneva"), (FEED, "Talks resume in Geneva"), FEED),
        ((FEED, "Talks resume in Geneva"), (SECTION, "Ministers: talks resume in Geneva today"), FEED),
        ((FEED, "Talks resume in …"), (SECTION, "Talks resume in Geneva"), SECTION),
        ((FEED, "Video"), (SECTION, "Talks resume in Geneva"), SECTION),
        ((SECTION, "Talks " * 60), (WHOLE, "Talks resume in Geneva"), WHOLE),
        ((FEED, None), (SECTION, "Live"), SECTION),
        ((FEED, "Talks resume in Geneva"), (WHOLE, "Talks end in Geneva"), FEED),
    ],
)
def test_the_best_title_wins_whichever_comes_first(shelf, first, second, kept):
    for listing, title in (first, second):
        shelf.announce(Link(A, title), listing=listing)
    assert shelf.url(A)["announced_title"] == dict((first, second))[kept].strip()
    by = "SELECT l.url FROM urls u JOIN listings l ON l.listing_id = u.title_listing_id WHERE u.url = ?"
    assert shelf.one(by, A) == kept


def test_the_earliest_date_that_any_listing_gives_counts(shelf):
    shelf.announce(Link(A, published="2026-10-06T07:12:00Z"), listing=FEED)
    shelf.read(A, article(A, published=None, provenance={}))
    assert (shelf.article(A)["published_at"], shelf.article(A)["published_from"]) == ("2026-10-06T07:12:00Z", "feed")
    shelf.announce(Link(A, published="2026-10-06T06:50:00Z"), at=clock(9), listing=WHOLE)
    shelf.announce(Link(A, published="2026-10-06T07:30:00Z"), at=clock(10), listing=FEED)
    assert shelf.url(A)["announced_at"] == "2026-10-06T06:50:00Z"
    assert shelf.article(A)["published_at"] == "2026-10-06T06:50:00Z"


def test_a_date_of_the_page_is_not_touched_by_listings(shelf):
    shelf.announce(A, listing=FEED)
    shelf.read(A)
    shelf.announce(Link(A, published="2026-10-06T06:50:00Z"), at=clock(9), listing=WHOLE)
    assert shelf.article(A)["published_at"] == "2026-10-06T07:12:00Z"


# ------------------------------------------------------------------------------------------- the scope


def test_what_a_section_announces_counts_whatever_came_first(shelf):
    reason = "outside the scope: category Sport"
    assert shelf.announce(A, listing=WHOLE, refused={A: reason}) == []
    assert [due.url for due in shelf.announce(A, listing=SECTION)] == [A]
    assert shelf.announce(B, listing=SECTION) != []
    shelf.announce(B, listing=WHOLE, refused={B: reason})
    assert (shelf.url(A)["state"], shelf.url(B)["state"]) == ("new", "new")


@pytest.fixture
def by_breadcrumb(shelf):
    store.sync_sources(shelf.db, [replace(PAPER, scope=Scope(breadcrumb=("World",), category=("Monde",)))])
    return shelf


def test_a_breadcrumb_decides_once_the_page_is_read(by_breadcrumb):
    shelf = by_breadcrumb
    shelf.announce(A, B, C, listing=WHOLE)
    assert shelf.read(A, article(A, 1, breadcrumb=["News", "World"])) == "new"
    assert shelf.read(B, article(B, 2, breadcrumb=["Sport", "Football"])) == "not_article"
    assert shelf.read(C, article(C, 3)) == "not_article"
    row = shelf.url(B)
    assert (row["state"], row["reason"]) == ("skipped", "outside the scope: breadcrumb Sport › Football")
    assert (row["next_fetch_at"], row["failures_in_row"], row["article_id"]) == (None, 0, None)
    assert shelf.url(C)["reason"] == "outside the scope: the page has no breadcrumb"
    assert shelf.one("SELECT count(*) FROM articles") == 1


def test_what_lies_outside_is_not_read_again_until_somebody_knows_better(by_breadcrumb):
    shelf = by_breadcrumb
    shelf.announce(A, B, listing=WHOLE)
    for number, url in enumerate((A, B)):
        shelf.read(url, article(url, number, breadcrumb=["Sport"]))
    assert shelf.announce(A, B, at=clock(9), listing=WHOLE) == []
    assert [due.url for due in shelf.announce(A, at=clock(10), listing=SECTION)] == [A]
    assert shelf.read(A, article(A, 1, breadcrumb=["Sport"]), at=clock(10)) == "new"
    assert [due.url for due in shelf.announce(Link(B, categories=["MONDE"]), at=clock(11), listing=FEED)] == [B]
    assert shelf.read(B, article(B, 2, breadcrumb=["Sport"]), at=clock(11)) == "new"


@pytest.mark.parametrize(("kind", "outcome"), [("sitemap", "not_article"), ("section", "new")])
def test_what_an_archive_of_the_whole_paper_brings_is_held_to_the_scope_too(by_breadcrumb, kind, outcome):
    shelf = by_breadcrumb
    place = {"source_id": "gazette", "url": f"{HOME}/archive", "kind": kind, "named_by": "x", "state": "read"}
    shelf.db["archives"].insert(place | {"reason": "read"})
    address = {"url": A, "source_id": "gazette", "archive_id": 1, "state": "new", "reason": "x", "first_seen_at": T0}
    shelf.db["urls"].insert(address)
    assert shelf.read(A, article(A, breadcrumb=["Sport"])) == outcome


def test_another_scope_is_another_chance(by_breadcrumb):
    shelf = by_breadcrumb
    shelf.announce(A, listing=WHOLE)
    shelf.read(A, article(A, breadcrumb=["Africa"]))
    store.sync_sources(shelf.db, [replace(PAPER, scope=Scope(breadcrumb=("World",), category=("Monde",)))])
    assert shelf.announce(A, at=clock(9), listing=WHOLE) == []
    store.sync_sources(shelf.db, [replace(PAPER, scope=Scope(breadcrumb=("World", "Africa")))])
    assert [due.url for due in shelf.announce(A, at=clock(10), listing=WHOLE)] == [A]
    assert shelf.read(A, article(A, breadcrumb=["Africa"]), at=clock(10)) == "new"


def test_an_article_stays_when_its_breadcrumb_changes(by_breadcrumb):
    by_breadcrumb.announce(A, listing=WHOLE)
    by_breadcrumb.read(A, article(A, 1, breadcrumb=["World"]))
    assert by_breadcrumb.read(A, article(A, 1, breadcrumb=["Sport"]), at=clock(9)) == "unchanged"
    assert by_breadcrumb.url(A)["state"] == "article"


# ---------------------------------------------------------------------------------- which section it is


def evidence(shelf, url):
    return shelf.rows(
        "SELECT e.kind, value, e.is_international, l.url FROM section_evidence e JOIN articles a USING (article_id) "
        "LEFT JOIN listings l ON l.listing_id = e.listing_id WHERE a.url = ? ORDER BY e.kind",
        url,
    )


def test_all_that_names_the_section_is_kept_with_the_article(shelf):
    shelf.announce(A, listing=SECTION)
    shelf.announce(Link(A, categories=["Politics", "Diplomacy"]), listing=FEED)
    shelf.read(A, article(A, breadcrumb=["News", "Europe"], section="Foreign affairs"))
    assert evidence(shelf, A) == [
        ("article_section", "Foreign affairs", 1, None),
        ("breadcrumb", "News › Europe", None, None),
        ("feed_category", "Politics, Diplomacy", None, FEED),
        ("listing", "World", 1, SECTION),
        ("path", "/world/", 1, None),
    ]
    assert shelf.article(A)["is_international"] == 1


@pytest.mark.parametrize(
    ("path", "section", "breadcrumb", "is_international"),
    [
        ("/2026/10/06/a-story", None, [], None),
        ("/2026/10/06/a-story", "Sport", [], 0),
        ("/sport/a-story", "World", [], 1),
        ("/sport/international/a-story", None, ["Sport", "International"], 0),
        ("/news/a-story", "Europe", [], None),
        ("/news/a-story", None, ["Nachrichten", "Ausland"], 1),
    ],
)
def test_one_voice_for_the_world_is_enough(shelf, path, section, breadcrumb, is_international):
    shelf.read(HOME + path, article(HOME + path, section=section, breadcrumb=breadcrumb))
    assert shelf.article(HOME + path)["is_international"] == is_international
    assert shelf.one("SELECT is_international FROM articles_list") == is_international


def test_a_listing_that_comes_later_adds_its_evidence(shelf):
    url = f"{HOME}/2026/a-story-of-ours"
    store.sync_sources(shelf.db, [replace(PAPER, scope=Scope())])
    shelf.announce(Link(url, categories=["Sport"]), listing=FEED)
    shelf.read(url, article(url, section=None))
    assert shelf.article(url)["is_international"] == 0
    shelf.announce(url, at=clock(9), listing=SECTION)
    assert shelf.article(url)["is_international"] == 1
    assert evidence(shelf, url)[-1] == ("listing", "World", 1, SECTION)


def test_what_the_scope_of_a_source_names_is_the_world_section(shelf):
    url = f"{HOME}/2026/a-story-of-ours"
    store.sync_sources(shelf.db, [replace(PAPER, scope=Scope(category=("Proche-Orient",)))])
    shelf.announce(Link(url, categories=["Sport", "Proche-Orient"]), listing=FEED)
    shelf.read(url, article(url, section=None))
    assert evidence(shelf, url) == [("feed_category", "Sport, Proche-Orient", 1, FEED)]


def test_categories_that_contradict_each_other_say_nothing(shelf):
    url = f"{HOME}/2026/a-story-of-ours"
    store.sync_sources(shelf.db, [replace(PAPER, scope=Scope())])
    shelf.announce(Link(url, categories=["International", "Football"]), listing=FEED)
    shelf.read(url, article(url, section=None))
    assert shelf.article(url)["is_international"] is None


# ------------------------------------------------------------------------------------------ without end


def test_a_feed_of_other_addresses_at_each_reading_does_not_fill_the_ledger(shelf, monkeypatch):
    monkeypatch.setattr("crawler.announced.MOST_WAITING", 10)
    monkeypatch.setattr("crawler.schedule.ARTICLES_PER_RUN", 3)
    added = []
    for hour in range(8, 12):
        shelf.announce(*(f"{HOME}/world/story-{hour}-{number}" for number in range(8)), at=clock(hour))
        added.append(shelf.one("SELECT count(*) FROM urls"))
    assert added == [8, 11, 14, 17]
    assert shelf.one("SELECT reason FROM fetches ORDER BY fetch_id DESC LIMIT 1") == (
        "5 links not taken: more than 10 wait already"
    )
    assert shelf.url(f"{HOME}/world/story-11-2")["state"] == "new"  # the first of each reading, what is news there
    shelf.db.execute("UPDATE urls SET state = 'gone' WHERE first_seen_at < ?", [clock(11)])
    shelf.announce(*(f"{HOME}/world/story-11-{number}" for number in range(8)), at=clock(12))
    assert shelf.one("SELECT count(*) FROM urls") == 22  # what was left out comes later


def test_a_past_that_waits_for_history_takes_no_room_from_the_news(shelf, monkeypatch):
    monkeypatch.setattr("crawler.announced.MOST_WAITING", 4)
    monkeypatch.setattr("crawler.schedule.ARTICLES_PER_RUN", 1)
    shelf.announce(*(f"{HOME}/world/old-{number}" for number in range(4)), at=clock(8))
    shelf.db.execute("INSERT INTO archives (source_id, url, kind, named_by, state, reason) "
                     "VALUES ('gazette', 'x', 'sitemap', 'x', 'read', 'x')")  # fmt: skip
    shelf.db.execute("UPDATE urls SET archive_id = 1")
    shelf.announce(*(f"{HOME}/world/new-{number}" for number in range(4)), at=clock(9))
    assert shelf.one("SELECT count(*) FROM urls") == 8


def test_in_a_day_listings_bring_so_many_addresses_and_each_its_share(shelf, monkeypatch):
    monkeypatch.setattr("crawler.announced.NEW_PER_DAY", 6)
    monkeypatch.setattr("crawler.announced.KEPT_FOR_LISTING", 2)
    shelf.announce(*(f"{HOME}/world/flood-{number}" for number in range(9)), at=clock(8))
    assert shelf.one("SELECT count(*) FROM urls") == 6
    assert shelf.one("SELECT reason FROM fetches") == "3 links not taken: more than 6 came within a day"
    shelf.announce(*(f"{HOME}/world/news-{number}" for number in range(3)), at=clock(9), listing=SECTION)
    assert shelf.one("SELECT count(*) FROM urls WHERE url LIKE '%news%'") == 2  # the share of a listing is its own
    shelf.announce(*(f"{HOME}/world/flood-{number}" for number in range(9)), at="2026-10-07T09:00:00Z")
    assert shelf.one("SELECT count(*) FROM urls WHERE url LIKE '%flood%'") == 9


def test_a_listing_of_which_hardly_anything_is_an_article_gets_its_share_and_no_more(shelf, monkeypatch):
    monkeypatch.setattr("crawler.announced.ENOUGH_READ", 5)
    monkeypatch.setattr("crawler.announced.KEPT_FOR_LISTING", 10)
    shelf.announce(*(f"{HOME}/trap/{number}" for number in range(8)), at=clock(8))
    shelf.db.execute("UPDATE urls SET state = 'not_article', fetch_count = 1")
    shelf.announce(*(f"{HOME}/trap/{number}" for number in range(8, 20)), at=clock(9))
    assert shelf.one("SELECT count(*) FROM urls") == 10
    assert shelf.one("SELECT reason FROM fetches ORDER BY fetch_id DESC LIMIT 1") == (
        "10 links not taken: of 8 that it announced in a week and that were read, 0 were articles"
    )


def test_what_is_not_wanted_gets_so_many_rows_a_day(shelf, monkeypatch):
    monkeypatch.setattr("crawler.announced.SKIPPED_PER_DAY", 2)
    urls = [f"https://elsewhere.example/{number}" for number in range(5)]
    shelf.announce(f"{HOME}/world/news", *urls, at=clock(8), refused=dict.fromkeys(urls, "other host"))
    assert dict(shelf.rows("SELECT state, count(*) FROM urls GROUP BY state")) == {"new": 1, "skipped": 2}
    assert shelf.one("SELECT reason FROM fetches") == "3 links not taken: more than 2 of a day are not wanted"
