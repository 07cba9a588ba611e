"""What of an archive is asked for, in which order, what of it is taken, and how far a walk says that it came."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from stories import GAZETTE

from crawler.catalogue import Archive, Listing, Scope
from crawler.discover import whole_sitemap
from crawler.errors import PageError
from crawler.fetch import Robots
from crawler.history import (
    BEYOND,
    UNTOLD,
    Choice,
    Place,
    choose,
    dated_places,
    finished,
    in_section,
    named_sitemaps,
    page_after,
    sitemaps_of,
    tells_section,
)
from crawler.items import Link
from crawler.ledger import DueUrl
from crawler.periods import Period
from crawler.walk import FEW_UNTOLD, PATIENCE, TOO_MANY_UNTOLD, Errand, ReadBefore, Walk, report

AT = "https://gazette.example"
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
WEEK = Period(date(2026, 10, 5), date(2026, 10, 11))
LONDON = ZoneInfo("Europe/London")
SECTION_ONLY = replace(GAZETTE, listings=(Listing(f"{AT}/world", "section", "World"),))


def named(*names, asked=WEEK, source=GAZETTE):
    """Places and what was left out of sitemaps, each a name or (name, last change)."""
    found = [(f"{AT}/{name}", None) if isinstance(name, str) else (f"{AT}/{name[0]}", name[1]) for name in names]
    return named_sitemaps(source, found, asked, f"{AT}/robots.txt")


def names(places):
    return [place.url.removeprefix(f"{AT}/") for place in places]


# --- where


def test_of_an_index_only_what_overlaps_the_period_is_needed():
    months = [f"sitemap-2026-{month:02}.xml" for month in range(1, 13)]
    places, left_out = named(*months)
    assert names(places) == ["sitemap-2026-10.xml"]
    assert left_out == {"of earlier times": 9, "of later times": 2}


def test_a_sitemap_without_a_date_is_needed_unless_it_changed_before():
    places, left_out = named(
        ("post-sitemap1.xml", "2026-09-30T10:00:00Z"),
        ("post-sitemap2.xml", "2026-11-01T10:00:00Z"),
        "post-sitemap3.xml",
    )
    assert names(places) == ["post-sitemap2.xml", "post-sitemap3.xml"]
    assert left_out == {"of earlier times": 1}


def test_the_day_of_a_change_is_the_publishers():
    (place,), _ = named(("sitemap.xml", "2026-10-11T23:30:00Z"))
    assert place.changed == date(2026, 10, 12)  # British Summer Time


@pytest.mark.parametrize(
    "name",
    ["image-sitemap.xml", "sitemap-video-2026-10.xml", "author-sitemap.xml", "post_tag-sitemap2.xml",
     "category-sitemap.xml", "page-sitemap.xml", "sitemap-topics.xml", "sitemap-sections.xml",
     "sitemap.xml?type=video"],
)  # fmt: skip
def test_sitemaps_of_other_things_are_left_out(name):
    places, left_out = named(name)
    assert (places, left_out) == ([], {"of no articles": 1})


@pytest.mark.parametrize("name", ["sitemap-tag-2026-10-06.xml", "sitemap.xml?page=2", "section-world.xml", "stage.xml"])
def test_names_that_only_look_like_those_are_kept(name):
    assert len(named(name)[0]) == 1


def test_another_hosts_sitemap_is_left_out():
    _, left_out = named_sitemaps(GAZETTE, [("https://elsewhere.example/a.xml", None)], WEEK, "robots")
    assert left_out == {"on other hosts": 1}


def test_indexes_in_indexes_end():
    _, left_out = named_sitemaps(GAZETTE, [(f"{AT}/a.xml", None)], WEEK, "index", depth=9)
    assert left_out == {"indexes in indexes without end": 1}


def test_robots_txt_names_sitemaps_absolute_or_not():
    robots = Robots(200, "Sitemap: /a.xml\nUser-agent: *\nSitemap: https://gazette.example/b.xml\nSitemap: mailto:x\n")
    assert sitemaps_of(robots, f"{AT}/robots.txt") == [(f"{AT}/a.xml", None), (f"{AT}/b.xml", None)]


@pytest.mark.parametrize(
    ("template", "count", "first", "covers"),
    [
        ("/{year}/{month:02}/{day:02}/", 7, "/2026/10/11/", Period(date(2026, 10, 11), date(2026, 10, 11))),
        ("/archive?date={year}-{month:02}-{day:02}", 7, "/archive?date=2026-10-11", None),
        ("/{year}/{month}", 1, "/2026/10", OCTOBER),
        ("/{year}.xml", 1, "/2026.xml", Period(date(2026, 1, 1), date(2026, 12, 31))),
    ],
)
def test_a_dated_archive_has_a_page_for_each_day_month_or_year(template, count, first, covers):
    places = dated_places(replace(GAZETTE, archives=(Archive(AT + template, "section"),)), WEEK)
    assert len(places) == count
    assert places[0].url == AT + first
    assert covers is None or places[0].covers == covers


DAY = Period(date(2026, 10, 6), date(2026, 10, 6))


@pytest.mark.parametrize(
    ("url", "depth", "after", "is_further"),
    [
        ("/world/2026/10/06/", 0, "/world/2026/10/06/?page=2", True),
        ("/world/2026/10/06/", 0, "/world/2026/10/06/page/2/", True),
        ("/world/2026/10/06/page/2/", 1, "/world/2026/10/06/page/3/", True),
        ("/world/2026/10/06/", 0, "/world/2026/10/07/", False),  # "next" is the next day
        ("/world/?date=2026-10-06", 0, "/world/?date=2026-10-07", False),
        ("/world/?date=2026-10-06", 0, "/world/?date=2026-10-06&page=2", True),
        ("/world/2026/10/06/", 0, "/world/?page=2", False),  # the pages of today
        ("/world/2026/10/06/", 99, "/world/2026/10/06/?page=100", False),
        ("/world/2026/10/06/", 0, None, False),
    ],
)
def test_a_further_page_is_of_the_same_day(url, depth, after, is_further):
    here = place(url.lstrip("/"), DAY, "section", depth=depth)
    found = page_after(here, after and f"{AT}{after}")
    assert (found is not None) is is_further
    assert found is None or (found.covers, found.named_by, found.depth) == (DAY, here.url, depth + 1)


def test_pages_that_show_nothing_new_are_the_last():
    way, here = walk(), place("world/2026/10/06/", DAY, "section")
    first = Choice([(link("world/a"), DAY.since)])
    assert way.brings_new(here, first)
    assert not way.brings_new(here, first)
    assert way.brings_new(place("world/2026/10/05/", WEEK, "section"), first)


def test_december_ends_with_its_year():
    december = Period(date(2025, 12, 5), date(2025, 12, 6))
    (place,) = dated_places(replace(GAZETTE, archives=(Archive(f"{AT}/{{year}}/{{month}}", "section"),)), december)
    assert place.covers == Period(date(2025, 12, 1), date(2025, 12, 31))


def test_a_source_of_sections_says_nothing_of_a_whole_paper():
    assert not tells_section(SECTION_ONLY)
    assert tells_section(replace(SECTION_ONLY, article_url=("/world/",)))
    assert tells_section(replace(SECTION_ONLY, scope=Scope(path=("/world/",))))
    assert tells_section(GAZETTE)  # its feed is the whole paper, and the crawl takes all of it


@pytest.mark.parametrize(
    ("listing", "url", "is_in"),
    [
        ("/world", "/world/2026/talks", True),
        ("/news/beyond-the-sea/", "/news/beyond-the-sea/talks", True),  # no word that we know, but its own page
        ("/news/beyond-the-sea/", "/news/beyond-the-seas/talks", False),
        ("/news", "/news/talks", False),  # the page of a section may be the first folder of everything
        ("/world", "/sport/world/talks", False),
        ("/world", "/2026/10/06/talks-of-the-world", False),
        ("/", "/talks", False),
    ],
)
def test_an_address_tells_its_section(listing, url, is_in):
    source = replace(SECTION_ONLY, listings=(Listing(f"{AT}{listing}", "section", "World"),))
    assert in_section(source, f"{AT}{url}") is is_in


# --- which


def place(name="sitemap.xml", covers=None, kind="sitemap", **more):
    return Place("gazette", f"{AT}/{name}", kind, "robots", covers, **more)


def taken(*links, where=None, source=GAZETTE):
    choice = choose(links, where or place(), WEEK, source)
    return [link.url.removeprefix(f"{AT}/") for link, _ in choice.taken]


def link(path, published=None, *, is_change=False):
    return Link(f"{AT}/{path}", published=published, is_change=is_change)


def test_the_announced_date_decides():
    inside, before = link("world/a", "2026-10-06T10:00:00Z"), link("world/b", "2026-10-04T10:00:00Z")
    edge = link("world/c", "2026-10-04T23:30:00Z")  # in London the 5th
    assert taken(inside, before, edge, link("world/d")) == ["world/a", "world/c"]


def test_the_day_in_the_address_counts_more_than_the_last_change():
    old = link("2019/05/01/a", "2026-10-06T10:00:00Z", is_change=True)
    new = link("2026/10/06/b", "2026-11-06T10:00:00Z", is_change=True)
    of_its_month = link("2019/05/c", "2026-10-06T10:00:00Z", is_change=True)
    changed = link("world/d", "2026-10-06T10:00:00Z", is_change=True)
    assert taken(old, new, of_its_month, changed) == ["2026/10/06/b", "world/d"]


def test_without_a_date_only_the_page_itself_can_tell():
    day = Period(date(2026, 10, 6), date(2026, 10, 6))
    undated, later = link("world/a"), link("world/b", "2026-12-01", is_change=True)
    assert taken(undated, later, where=place(covers=day)) == ["world/a", "world/b"]
    assert taken(undated, where=place(covers=OCTOBER)) == []  # the month is wider than what is asked
    ((_, known),) = choose([undated], place(covers=day), WEEK, GAZETTE).taken
    assert known == day.since


def test_only_the_sections_own_articles_are_taken():
    world, sport = link("world/a", "2026-10-06"), link("sport/b", "2026-10-06")
    other = Link("https://elsewhere.example/world/c", published="2026-10-06")
    ruled = replace(GAZETTE, article_url=("/world/",))
    choice = choose([world, sport, other, world], place(), WEEK, ruled)
    assert [one.url for one, _ in choice.taken] == [world.url]
    assert choice.left_out == {"not of the section": 1, "on other hosts": 1, "twice": 1}
    assert str(choice) == "1 of 4 links taken: 1 not of the section, 1 on other hosts, 1 twice"


def test_without_a_word_in_the_file_the_address_has_to_tell():
    world, sport, untold = (link(f"{path}/a", "2026-10-06") for path in ("world", "sport", "2026"))
    choice = choose([world, sport, untold], place(), WEEK, SECTION_ONLY)
    assert [one.url for one, _ in choice.taken] == [world.url]
    assert choice.left_out == {UNTOLD: 2}
    assert taken(world, sport, untold, source=SECTION_ONLY, where=place(kind="section")) == [
        "world/a",
        "sport/a",
        "2026/a",
    ]


def test_a_scope_counts_for_sitemaps_and_not_for_the_sections_own_archive():
    scoped = replace(SECTION_ONLY, scope=Scope(path=("/world/",)))
    world, africa = link("world/a", "2026-10-06"), link("africa/b", "2026-10-06")
    assert taken(world, africa, source=scoped) == ["world/a"]
    assert taken(world, africa, source=scoped, where=place(kind="section")) == ["world/a", "africa/b"]


# --- the walk


def walk(asked=OCTOBER, **more):
    begun = Walk(GAZETTE, Errand(asked, **more))
    begun.has_begun = True
    return begun


def due(number, day):
    return DueUrl(number, "gazette", f"{AT}/world/{number}", None, None, "new"), day


def day_pages(first, last):
    return [place(f"{day}", Period(day, day), "section") for day in Period(first, last).days()]


def steps(of, most=99):
    """What a walk asks for, each answered well."""
    found = []
    while (target := of.next()) is not None and len(found) < most:
        of.note("listed" if isinstance(target, Place) else "new", None)
        found.append(target.url.removeprefix(f"{AT}/"))
    return found


def test_the_newest_day_comes_first_pages_and_articles_alike():
    way = walk()
    way.add_places(day_pages(date(2026, 10, 1), date(2026, 10, 3)))
    way.add_articles([due(1, date(2026, 10, 2)), due(2, date(2026, 10, 30)), due(3, None)])
    assert steps(way) == ["world/3", "world/2", "2026-10-03", "world/1", "2026-10-02", "2026-10-01"]


def test_no_page_and_no_article_is_asked_for_twice():
    way = walk()
    for _ in range(2):
        way.add_places([place("a.xml"), place("a.xml#x"), place("b.xml")])
        way.add_articles([due(1, date(2026, 10, 2))])
    assert len(steps(way)) == 3


def test_what_an_earlier_run_read_is_not_asked_for():
    way = walk(asked=WEEK)
    days = day_pages(WEEK.since, WEEK.until)
    way.read_before = {
        days[0].url: ReadBefore(days[0].covers),
        days[1].url: ReadBefore(Period(*[date(2026, 10, 1)] * 2)),
    }
    way.add_places(days)
    assert days[0].url.removeprefix(f"{AT}/") not in steps(way)
    assert way.read({}) == WEEK


def test_the_limit_ends_it_and_says_where():
    way = walk(limit=1)
    way.add_places(day_pages(date(2026, 10, 1), date(2026, 10, 2)))
    way.add_articles([due(1, date(2026, 10, 31)), due(2, date(2026, 10, 20))])
    assert steps(way) == ["world/1"]
    assert way.stopped == "the limit of 1 is reached"
    told = report(way, {date(2026, 10, 20): 1})
    assert (told.status, told.is_complete, told.waiting_count, told.places_left) == ("ok", False, 1, 2)
    assert told.message == (
        "2026-10-21 to 2026-10-31 read, 1 new article; the limit of 1 is reached, 1 article and 2 archive pages left: "
        "run the same command to go on"
    )


def test_requests_are_bounded():
    way = Walk(GAZETTE, Errand(OCTOBER), requests=3)
    way.has_begun = True
    way.add_places(day_pages(OCTOBER.since, OCTOBER.until))
    assert len(steps(way)) == 3
    assert "no more requests in one run" in report(way, {}).message


def test_a_page_under_way_at_the_end_is_not_read():
    way = walk()
    way.add_places(day_pages(date(2026, 10, 30), date(2026, 10, 31)))
    way.next()
    told = report(way, {}, "interrupted")
    assert told.read is None
    assert "interrupted, 2 archive pages left: run the same command to go on" in told.message


def test_a_failed_page_bounds_what_is_read():
    way = walk()
    way.add_places(day_pages(date(2026, 10, 1), date(2026, 10, 31)))
    while (target := way.next()) is not None:
        is_bad = target.covers.since == date(2026, 10, 9)
        way.note("error" if is_bad else "listed", "HTTP 500")
        if is_bad:
            way.note_failed(target, "HTTP 500")
    told = report(way, {})
    assert (told.status, str(told.read)) == ("degraded", "2026-10-10 to 2026-10-31")
    assert "1 request failed (HTTP 500); 1 archive page left: run the same command" in told.message


def test_enough_failures_in_a_row_end_it():
    way = walk()
    way.add_places(day_pages(OCTOBER.since, OCTOBER.until))
    for _ in range(PATIENCE):
        failed = way.next()
        way.note("blocked", "HTTP 403: the site refuses us")
        way.note_failed(failed, "HTTP 403: the site refuses us")
    assert way.next() is None
    assert report(way, {}).status == "blocked"
    assert "8 requests in a row brought nothing" in report(way, {}).message


def test_articles_outside_the_scope_are_no_failures():
    way = walk()
    for _ in range(PATIENCE + 1):
        way.note("skipped", "outside the scope: breadcrumb Sport")
    assert way.stopped is None


def numbered(*numbers):
    return [place(f"post-sitemap{number}.xml") for number in numbers]


def read_numbered(way, days):
    """Answer numbered sitemaps by number -> (oldest, newest) day; the order in which they were asked for."""
    order = []
    while (target := way.next()) is not None:
        oldest, newest = days[target.number]
        way.note("listed", None)
        way.note_read(target, Choice(newest=newest, oldest=oldest))
        order.append(target.number)
    return order


def test_of_numbered_sitemaps_the_rest_is_left_once_one_is_older():
    way = walk()
    way.add_places(numbered(1, 2, 3, 4, 5))
    month = {n: (date(2026, 6 + n, 1), date(2026, 6 + n, 28)) for n in range(1, 6)}  # 5 is November
    assert read_numbered(way, month) == [5, 4, 3, 2]
    assert way.read({}) == OCTOBER


def test_one_numbered_sitemap_out_of_order_ends_nothing():
    way = walk()
    way.add_places(numbered(*range(1, 8)))
    days = {n: (date(2026, 4 + n, 1), date(2026, 4 + n, 28)) for n in range(1, 8)} | {6: (date(2020, 1, 1),) * 2}
    days[5] = (date(2026, 10, 1), date(2026, 10, 9))
    assert read_numbered(way, days) == [7, 6, 5, 4, 3]


def test_an_archive_of_earlier_years_alone_costs_two_requests():
    way = walk()
    way.add_places(numbered(*range(1, 300)))
    assert read_numbered(way, {n: (date(2001, 1, 1), date(2002, 1, 1)) for n in range(1, 300)}) == [299, 1]


def test_where_the_highest_number_is_the_oldest_the_lowest_comes_next():
    way = walk()
    way.add_places(numbered(1, 2, 3, 4, 5))
    month = {n: (date(2026, 12 - n, 1), date(2026, 12 - n, 28)) for n in range(1, 6)}
    assert read_numbered(way, month) == [5, 1, 2, 3, 4]
    assert way.read({}) == OCTOBER


def test_an_archive_that_begins_later_is_not_read_before_it_begins():
    way = walk()
    way.add_places([place("news.xml")])
    read_numbered(way, {0: (date(2026, 10, 20), date(2026, 10, 31))})
    told = report(way, {})
    assert str(told.read) == "2026-10-20 to 2026-10-31"
    assert (told.status, told.is_complete, told.is_over) == ("ok", False, True)
    assert told.message.endswith("its archive goes no further back")


def test_an_archive_that_tells_no_days_is_never_called_read():
    way = walk()
    way.add_places([place("news.xml")])
    read_numbered(way, {0: (None, None)})
    assert report(way, {}).message.endswith("its archive does not tell its days")


def test_an_archive_of_which_no_page_is_there_is_no_archive():
    way = walk(asked=WEEK)
    way.add_places(day_pages(WEEK.since, WEEK.until))
    while (target := way.next()) is not None:
        way.note("gone", "HTTP 404")
        way.note_gone(target)
    told = report(way, {})
    assert (told.status, told.read) == ("failed", None)
    assert "7 archive pages not there" in told.message


@pytest.mark.parametrize(("untold", "is_over"), [(FEW_UNTOLD, False), (TOO_MANY_UNTOLD, True)])
def test_a_paper_whose_addresses_never_tell_is_refused(untold, is_over):
    way = walk()
    way.add_places(numbered(1, 2))
    way.note_read(way.next(), Choice(left_out=Counter({UNTOLD: untold}), newest=OCTOBER.until, oldest=OCTOBER.since))
    assert (way.next() is None) is is_over
    told = report(way, {})
    assert told.status == "failed"
    assert f"none of {untold} addresses of that time tells its section: give gazette.toml a [scope]" in told.message


def test_a_source_that_was_not_reached_says_so():
    assert report(Walk(GAZETTE, Errand(WEEK)), {}, "interrupted").message == "interrupted before its turn"


# --- for good


def test_today_is_never_read_for_good():
    now = "2026-10-08T12:00:00Z"
    assert finished(place(covers=OCTOBER), WEEK, now, LONDON) == Period(WEEK.since, date(2026, 10, 7))
    today = Period(date(2026, 10, 8), date(2026, 10, 8))
    assert finished(place(covers=today), WEEK, now, LONDON) is None


def test_an_unchanged_sitemap_holds_nothing_later_than_its_change():
    changed = place("post-sitemap1.xml", changed=date(2026, 10, 7))
    assert changed.need(OCTOBER) == Period(OCTOBER.since, date(2026, 10, 7))
    assert finished(changed, OCTOBER, "2026-10-20T12:00:00Z", LONDON) == changed.need(OCTOBER)


# --- the sitemap itself


def test_a_sitemap_is_read_whole_and_an_index_with_its_changes():
    entries = "".join(f"<url><loc>{AT}/a{n}</loc><lastmod>2026-10-06</lastmod></url>" for n in range(6_000))
    found, children = whole_sitemap(f"<urlset>{entries}</urlset>".encode(), f"{AT}/s.xml")
    assert (len(list(found)), children) == (6_000, [])
    index = "<sitemapindex><sitemap><loc>/b.xml</loc><lastmod>2026-10-06T08:00:00Z</lastmod></sitemap></sitemapindex>"
    found, children = whole_sitemap(index.encode(), f"{AT}/s.xml")
    assert (list(found), children) == ([], [(f"{AT}/b.xml", "2026-10-06T08:00:00Z")])
    with pytest.raises(PageError):
        whole_sitemap(b"<html></html>", f"{AT}/s.xml")


def test_an_archive_of_many_years_takes_its_places_in_a_moment():
    source = replace(GAZETTE, archives=(Archive(f"{AT}/{{year}}/{{month}}/{{day}}", "section"),))
    long_ago = Period(date(1995, 1, 1), date(2026, 10, 31))
    way = walk(asked=long_ago)
    way.add_places(dated_places(source, long_ago))
    assert steps(way, 3) == ["2026/10/31", "2026/10/30", "2026/10/29"]
    assert way.asked.until - timedelta(days=3) > long_ago.since


def test_a_walk_keeps_so_many_pages_in_mind_and_never_calls_the_rest_read(monkeypatch):
    monkeypatch.setattr("crawler.walk.MOST_PLACES", 3)
    way = walk()
    index = day_pages(date(2026, 10, 26), date(2026, 10, 31))
    first = way.unseen([*index[:2], index[0]])
    assert first == index[:2]
    way.add_places(first)
    assert way.unseen(index) == index[2:3]
    way.add_places(way.unseen(index))
    assert len(steps(way)) == 3
    assert way.read(()) == Period(date(2026, 10, 29), date(2026, 10, 31))
    assert not report(way, {}).is_complete


def test_an_archive_page_without_end_is_cut_and_not_called_read(monkeypatch):
    monkeypatch.setattr("crawler.history.MOST_TAKEN", 2)
    choice = choose([link(f"world/{number}", "2026-10-06") for number in range(5)], place(covers=WEEK), WEEK, GAZETTE)
    assert (len(choice.taken), choice.left_out[BEYOND]) == (2, 3)
    way = walk(WEEK)
    way.note_read(place(covers=WEEK), choice)
    assert way.left_unread == WEEK.until
    assert not report(way, {}).is_complete


def test_while_too_many_articles_wait_no_further_page_is_asked_for(monkeypatch):
    monkeypatch.setattr("crawler.walk.MOST_TAKEN", 2)
    way = walk()
    way.add_places([place()])
    way.add_articles([due(1, date(2026, 10, 2)), due(2, date(2026, 10, 1))])
    assert [isinstance(way.next(), Place) for _ in range(3)] == [False, True, False]


def test_an_index_that_names_more_than_is_taken_is_not_called_read(monkeypatch):
    monkeypatch.setattr("crawler.history.MOST_PLACES", 2)
    places, left_out = named("sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml")
    way = walk()
    way.note_index(place("index.xml"), left_out)
    assert (len(places), way.left_unread) == (2, date.max)
    assert way.read(()) is None
