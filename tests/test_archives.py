"""Pages of archives in the database: one transaction each, few rows, and never taken for news."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date

import pytest
from stories import GAZETTE, HOME, T0, TRIBUNE, Shelf, article

from crawler import archives, schedule, store
from crawler.archives import Found
from crawler.history import Place
from crawler.items import Exchange, Link
from crawler.periods import Period
from crawler.report.health import source_status

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
SITEMAP = Place("gazette", f"{HOME}/sitemap-2026-10.xml", "sitemap", f"{HOME}/robots.txt", OCTOBER)
OLD = "2026-09-02T08:00:00Z"


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path / "news.db", GAZETTE, TRIBUNE)
    yield shelf
    shelf.close()


def announce(shelf, *taken, place=SITEMAP, at=T0, outcome="listed", **found):
    """An archive page answers; `taken` are paths or (path, day)."""
    links = [(Link(f"{HOME}/{path}"), day) for path, day in ((t, None) if isinstance(t, str) else t for t in taken)]
    exchange = Exchange("gazette", place.url, outcome, at, reason="2 of 9 links taken", status_code=200)
    what = Found(place.kind, links, **({"total": 9} | found))
    return archives.announce(shelf.db, shelf.run_id, exchange, place, what)


def waiting(shelf, period=OCTOBER, at=T0):
    return [due.url.removeprefix(f"{HOME}/") for due, _ in archives.waiting(shelf.db, "gazette", period, at, 99)]


def crawled(shelf):
    return [due.url.removeprefix(f"{HOME}/") for due in store.due_articles(shelf.db, ["gazette"], T0, everything=True)]


def test_a_page_its_links_and_its_request_are_one(shelf):
    due = announce(shelf, ("world/a", date(2026, 10, 6)), "world/b", finished=OCTOBER, oldest=date(2026, 10, 1))
    assert [(one.url, day) for one, day in due] == [(f"{HOME}/world/a", date(2026, 10, 6)), (f"{HOME}/world/b", None)]
    assert shelf.rows("SELECT kind, state, link_count, taken_count, read_from_day, read_to_day FROM archives") == [
        ("sitemap", "read", 9, 2, "2026-10-01", "2026-10-31")
    ]
    assert shelf.rows("SELECT outcome, reason, link_count, archive_id FROM fetches") == [
        ("listed", "2 of 9 links taken", 2, 1)
    ]
    assert shelf.rows("SELECT state, archived_day, listing_id FROM urls ORDER BY url") == [
        ("new", "2026-10-06", None),
        ("new", None, None),
    ]
    assert archives.read_days(shelf.db, "gazette") == {SITEMAP.url: (OCTOBER, date(2026, 10, 1))}


def test_a_write_that_fails_leaves_nothing(shelf):
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        announce(shelf, "world/a", at="today")
    assert shelf.one("SELECT (SELECT count(*) FROM archives) + (SELECT count(*) FROM urls)") == 0


def test_what_the_ledger_knows_stays_as_it_is(shelf):
    shelf.announce(f"{HOME}/world/news")
    shelf.read(f"{HOME}/world/news")
    before = shelf.url(f"{HOME}/world/news")
    assert announce(shelf, "world/news") == []
    assert shelf.url(f"{HOME}/world/news") == before


def test_home_page_and_listings_are_no_articles_of_an_archive(shelf):
    assert announce(shelf, "", "world", "feed.xml") == []
    assert shelf.one("SELECT count(*) FROM urls") == 0


def test_what_was_refused_unasked_is_let_in_and_what_was_read_is_not(shelf):
    shelf.announce(f"{HOME}/a", f"{HOME}/b", refused={f"{HOME}/a": "no [article] url pattern matches"})
    shelf.fail(f"{HOME}/b", "skipped", reason="outside the scope: breadcrumb Sport", status_code=200)
    assert [due.url for due, _ in announce(shelf, "a", "b")] == [f"{HOME}/a"]


def test_the_crawl_leaves_the_past_to_history(shelf):
    announce(shelf, ("world/a", date(2026, 10, 6)))
    assert crawled(shelf) == []
    assert waiting(shelf) == ["world/a"]
    assert waiting(shelf, Period(date(2026, 9, 1), date(2026, 9, 30))) == []


def test_what_a_listing_shows_is_news_again(shelf):
    announce(shelf, ("world/a", date(2026, 10, 6)))
    due = shelf.announce(f"{HOME}/world/a")
    assert [one.url for one in due] == [f"{HOME}/world/a"]
    assert waiting(shelf) == []
    shelf.read(f"{HOME}/world/a")
    assert shelf.article(f"{HOME}/world/a")["is_from_archive"] == 0


def test_three_hundred_old_articles_get_no_second_look(shelf):
    for number in range(300):
        announce(shelf, f"world/{number}")
        found = article(f"{HOME}/world/{number}", number, published=OLD)
        assert shelf.read(f"{HOME}/world/{number}", found) == "new"
    assert shelf.one("SELECT count(*) FROM urls WHERE next_fetch_at IS NOT NULL") == 0
    assert shelf.one("SELECT count(*) FROM articles WHERE is_from_archive") == 300
    assert shelf.one("SELECT count(*) FROM source_builds") == 0  # how the past was built is no redesign


def test_a_young_article_of_an_archive_is_looked_at_again_by_the_crawl(shelf):
    announce(shelf, "world/a")
    shelf.read(f"{HOME}/world/a")  # published an hour before T0
    assert crawled(shelf) == ["world/a"]


def test_what_is_old_and_not_there_is_not_asked_for_again(shelf):
    announce(shelf, ("world/a", date(2026, 10, 6)))
    assert shelf.fail(f"{HOME}/world/a", "gone", status_code=404) == "gone"
    assert shelf.url(f"{HOME}/world/a")["next_fetch_at"] is None
    assert waiting(shelf, at="2027-01-01T00:00:00Z") == []


def test_second_looks_count_from_publication_where_that_is_long_ago():
    assert schedule.second_look(T0, T0, OLD) is None
    assert schedule.second_look(T0, T0, "2026-10-06T07:00:00Z") == "2026-10-06T09:00:00Z"
    assert schedule.second_look(T0, T0, None) == "2026-10-06T09:00:00Z"


def test_old_articles_are_no_sign_of_life(shelf):
    """Neither the view nor `status` nor the judgement of a crawl takes them for news."""
    announce(shelf, "world/a")
    shelf.read(f"{HOME}/world/a", article(f"{HOME}/world/a", published=OLD))
    announce(shelf, "world/b")
    (row,) = [row for row in source_status(shelf.db) if row["source_id"] == "gazette"]
    assert (row["last_new_article_at"], row["article_count"]) == (None, 1)
    assert (row["article_count_24h"], row["waiting_count"]) == (0, 0)


def test_of_a_reprint_the_text_that_we_saw_first_stays_the_original(shelf):
    """An older text that comes later is the copy: whoever asks who was first compares published_at."""
    shelf.read("https://tribune.example/monde/reprint", article("https://tribune.example/monde/reprint", 7))
    announce(shelf, "world/a")
    shelf.read(f"{HOME}/world/a", article(f"{HOME}/world/a", 7, published=OLD))
    assert shelf.rows(
        "SELECT a.source_id, o.source_id, a.published_at < o.published_at FROM copies c "
        "JOIN articles a USING (article_id) JOIN articles o ON o.article_id = c.original_id"
    ) == [("gazette", "tribune", 1)]


def test_days_that_were_read_add_up_where_they_touch(shelf):
    for since, until in ((1, 10), (11, 12), (20, 25)):
        announce(shelf, finished=Period(date(2026, 10, since), date(2026, 10, until)))
    assert archives.read_days(shelf.db, "gazette")[SITEMAP.url].days == Period(date(2026, 10, 20), date(2026, 10, 25))
    announce(shelf, finished=Period(date(2026, 10, 13), date(2026, 10, 19)))
    assert archives.read_days(shelf.db, "gazette")[SITEMAP.url].days == Period(date(2026, 10, 13), date(2026, 10, 25))


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("gone", "gone"), ("robots", "blocked"), ("blocked", "blocked"), ("error", "failing"), ("skipped", "failing")],
)
def test_a_page_that_brings_nothing_keeps_its_reason(shelf, outcome, state):
    announce(shelf, outcome=outcome, total=None)
    assert shelf.rows("SELECT state, reason, link_count, read_to_day FROM archives") == [
        (state, "2 of 9 links taken", None, None)
    ]
    assert shelf.rows("SELECT outcome, link_count FROM fetches") == [(outcome, None)]


def test_sitemaps_of_an_index_wait_with_a_reason(shelf):
    index = Place("gazette", f"{HOME}/index.xml", "sitemap", f"{HOME}/robots.txt")
    exchange = Exchange("gazette", index.url, "listed", T0, status_code=200)
    archives.announce(shelf.db, shelf.run_id, exchange, index, Found("index", places=[SITEMAP], total=12))
    assert shelf.rows("SELECT kind, state, link_count, taken_count FROM archives ORDER BY archive_id") == [
        ("index", "read", 12, 1),
        ("sitemap", "new", None, None),
    ]
    assert archives.known_places(shelf.db, "gazette") == [SITEMAP]


def test_further_pages_of_a_day_are_found_again(shelf):
    """The first page is read for good, and its second one may be all that a run left undone."""
    first = Place("gazette", f"{HOME}/world/2026/10/06/", "section", "gazette.toml", OCTOBER)
    second = replace(first, url=f"{first.url}?page=2", named_by=first.url, depth=1)
    announce(shelf, place=first, places=[second], finished=OCTOBER)
    assert archives.further_pages(shelf.db, "gazette") == [second]


def test_a_breadcrumb_outside_the_scope_counts_for_a_sitemap_of_everything(shelf):
    shelf.db.execute("UPDATE sources SET scope_json = ?", ['{"breadcrumb": ["World"]}'])
    section = Place("gazette", f"{HOME}/world/2026/10/06/", "section", "gazette.toml", OCTOBER)
    announce(shelf, "world/a", "sport/b")
    announce(shelf, "sport/c", place=section)
    for path, crumb in (("world/a", "World"), ("sport/b", "Sport"), ("sport/c", "Sport")):
        shelf.read(f"{HOME}/{path}", article(f"{HOME}/{path}", len(path) + ord(path[-1]), breadcrumb=[crumb]))
    assert shelf.rows("SELECT url, state FROM urls ORDER BY url") == [
        (f"{HOME}/sport/b", "skipped"),
        (f"{HOME}/sport/c", "article"),
        (f"{HOME}/world/a", "article"),
    ]
    assert announce(shelf, "sport/b") == []
    assert waiting(shelf) == []


def test_articles_a_day_are_counted_from_what_is_stored(shelf):
    assert archives.articles_a_day(shelf.db, "gazette") is None
    for number in range(4):
        shelf.read(f"{HOME}/{number}", article(f"{HOME}/{number}", number, published=f"2026-10-0{1 + number // 2}"))
    assert archives.articles_a_day(shelf.db, "gazette") == 2.0
