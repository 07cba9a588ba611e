"""What an address says of its time: many ways to name a sitemap, alone and beside its siblings."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import UsageError
from crawler.periods import Period, asked, day_in_path, local_day, month_in_path, period_in, periods

AT = "https://www.example.org"
TODAY = date(2026, 11, 22)


def days(text):
    """'2026-10-06' or '2026-10-01 2026-10-31' as a period."""
    first, _, last = text.partition(" ")
    return Period(date.fromisoformat(first), date.fromisoformat(last or first))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        # a day
        ("/sitemaps/2026/10/06", "2026-10-06"),
        ("/sitemaps/2026/10/6/", "2026-10-06"),
        ("/sitemap-2026-10-06.xml", "2026-10-06"),
        ("/sitemap_2026_10_06.xml.gz", "2026-10-06"),
        ("/sitemap.2026.10.06.xml", "2026-10-06"),
        ("/sitemap-20261006.xml", "2026-10-06"),
        ("/sitemap/20261006", "2026-10-06"),
        ("/sitemap.xml?yyyy=2026&mm=10&dd=06", "2026-10-06"),
        ("/sitemap.xml?d=6&m=10&y=2026", "2026-10-06"),
        ("/sitemap.php?date=2026-10-06", "2026-10-06"),
        ("/sitemap.php?date=20261006&type=news", "2026-10-06"),
        ("/archive/2026/oct/06", "2026-10-06"),
        ("/archive/2026/October/6/", "2026-10-06"),
        ("/sitemap-26-10-2026.xml", "2026-10-26"),
        ("/sitemap-10-26-2026.xml", "2026-10-26"),
        # several days
        ("/sitemap-2026-10-01-2026-10-15.xml", "2026-10-01 2026-10-15"),
        ("/sitemap_20260101_20260630.xml", "2026-01-01 2026-06-30"),
        ("/sitemap?from=2026-10-01&to=2026-10-15", "2026-10-01 2026-10-15"),
        # a week
        ("/sitemap_2026_41.xml.gz", "2026-10-05 2026-10-11"),
        ("/sitemap-2026-w41.xml", "2026-10-05 2026-10-11"),
        ("/sitemap-2026w41.xml", "2026-10-05 2026-10-11"),
        ("/2026/week/41/sitemap.xml", "2026-10-05 2026-10-11"),
        ("/sitemap.xml?year=2026&week=41", "2026-10-05 2026-10-11"),
        # a month
        ("/sitemap-2026-10.xml", "2026-10-01 2026-10-31"),
        ("/sitemap_2026_10.xml.gz", "2026-10-01 2026-10-31"),
        ("/sitemap-202610.xml", "2026-10-01 2026-10-31"),
        ("/2026/10/sitemap.xml", "2026-10-01 2026-10-31"),
        ("/sitemap-10-2026.xml", "2026-10-01 2026-10-31"),
        ("/sitemap.xml?yyyy=2026&mm=10", "2026-10-01 2026-10-31"),
        ("/sitemap-oct-2026.xml", "2026-10-01 2026-10-31"),
        ("/sitemap-2026-october.xml", "2026-10-01 2026-10-31"),
        ("/plan/octobre2026.xml", "2026-10-01 2026-10-31"),
        ("/sitemap-2024-02.xml", "2024-02-01 2024-02-29"),
        ("/sitemap-2026-12.xml", "2026-12-01 2026-12-31"),
        # wider
        ("/sitemap-2026-q4.xml", "2026-10-01 2026-12-31"),
        ("/sitemap-2026.xml", "2026-01-01 2026-12-31"),
        ("/sitemap/2026/index.xml", "2026-01-01 2026-12-31"),
        ("/sitemap-2026-0.xml", "2026-01-01 2026-12-31"),
        ("/sitemap-06-10-2026.xml", "2026-01-01 2026-12-31"),  # June or October: only the year is sure
    ],
)
def test_one_address_names_its_period(path, expected):
    assert period_in(AT + path) == days(expected)


@pytest.mark.parametrize(
    "path",
    [
        "/sitemap.xml",
        "/post-sitemap12.xml",
        "/sitemap-news.xml",
        "/sitemap_index.xml?page=41",
        "/sitemap-1234567.xml",
        "/sitemap-120261006.xml",
        "/sitemap-1066.xml",
        "/sitemap-2099.xml",
        "/sitemap.xml?mm=10&dd=06",
        "/sitemap.xml?yyyy=20261006123",
        "/sitemap.xml?yyyy=٢٠٢٦",
    ],
)
def test_other_numbers_are_no_period(path):
    assert period_in(AT + path) is None


def family(pattern, *values):
    addresses = [AT + pattern.format(*(value if isinstance(value, tuple) else (value,))) for value in values]
    read = periods(addresses)
    return {value: read[address] for value, address in zip(values, addresses, strict=True)}


def test_a_month_beside_a_week_is_a_week():
    read = family("/sitemap_2026_{:02}.xml", 9, 12, 41, 42)
    assert read[9] == days("2026-02-23 2026-03-01")
    assert read[41] == days("2026-10-05 2026-10-11")


def test_months_alone_stay_months():
    assert family("/sitemap-2026-{:02}.xml", 9, 10)[10] == days("2026-10-01 2026-10-31")


def test_a_year_beside_small_numbers_is_a_number():
    assert set(family("/post-sitemap{}.xml", 1, 7, 1990, 2026).values()) == {None}


def test_an_id_that_looks_like_a_month_is_none_beside_one_that_does_not():
    assert set(family("/sitemap-{}.xml", 202610, 202613).values()) == {None}


def test_parts_of_months_are_not_days():
    values = [(8, 1), (8, 2), (8, 3), (9, 1), (9, 2), (10, 1)]
    assert family("/sitemap-2026-{}-{}.xml", *values)[9, 2] == days("2026-09-01 2026-09-30")


def test_days_of_a_paper_that_does_not_appear_daily_are_days():
    values = [(8, 3), (8, 10), (8, 17), (9, 7)]
    assert family("/sitemap-2026-{}-{}.xml", *values)[8, 10] == days("2026-08-10")


def test_days_of_whole_months_are_days():
    values = [(8, day) for day in range(1, 32)] + [(9, 1), (9, 2)]
    assert family("/sitemap-2026-{}-{}.xml", *values)[9, 2] == days("2026-09-02")


def test_parts_of_years_are_neither_months_nor_weeks():
    assert family("/sitemap-2026-{}.xml", 0, 1, 2)[1] == days("2026-01-01 2026-12-31")
    assert family("/sitemap-2026-{}.xml", 7, 41, 77)[41] == days("2026-01-01 2026-12-31")


def test_families_are_read_apart():
    read = periods([f"{AT}/post-{n}.xml" for n in (1, 2)] + [f"{AT}/2026-{n}.xml" for n in (10, 11)])
    assert list(read.values()) == [None, None, days("2026-10-01 2026-10-31"), days("2026-11-01 2026-11-30")]


DAYS = st.dates(date(1999, 1, 1), TODAY)


@given(st.lists(DAYS, min_size=1, max_size=8), st.sampled_from(["-", "/", ""]))
def test_whatever_is_read_covers_the_day_that_was_written(written, sep):
    addresses = {f"{AT}/sitemap/{day:%Y}{sep}{day:%m}{sep}{day:%d}.xml": day for day in written}
    for address, period in periods(addresses).items():
        assert period is not None
        assert addresses[address] in period


@given(st.text(max_size=60))
def test_no_address_is_too_odd(text):
    periods([f"{AT}/{text}", f"{AT}/{text}2"])


# --- what an article's address says


@pytest.mark.parametrize(
    "path",
    [
        "/world/2026/10/06/talks-resume",
        "/2026/10/6/talks.html",
        "/world/20261006-talks",
        "/world/2026-10-06/talks",
        "/world/talks_2026-10-06.html",
        "/world/talks-20261006/",
    ],
)
def test_an_articles_address_gives_its_day(path):
    assert day_in_path(AT + path) == date(2026, 10, 6)


def test_the_day_that_an_article_is_about_is_not_its_own():
    assert day_in_path(f"{AT}/world/what-2001-09-11-changed") is None
    assert day_in_path(f"{AT}/world/review-of-2019") is None


def test_an_articles_address_gives_its_month():
    assert month_in_path(f"{AT}/2026/10/talks") == days("2026-10-01 2026-10-31")
    assert month_in_path(f"{AT}/2026/10/06/talks") is None


def test_an_instant_has_the_publishers_day():
    assert local_day("2026-10-05T23:30:00Z", ZoneInfo("Europe/Paris")) == date(2026, 10, 6)
    assert local_day("2026-10-06", ZoneInfo("Asia/Tokyo")) == date(2026, 10, 6)
    assert local_day("in October", ZoneInfo("Asia/Tokyo")) is None


# --- what a person asks for


def test_until_is_today_unless_it_is_said():
    assert asked("2026-10-01", None, TODAY) == days("2026-10-01 2026-11-22")
    assert asked("2026-10-01", "2026-10-06", TODAY) == days("2026-10-01 2026-10-06")
    assert asked("2026-10-01", "2030-01-01", TODAY).until == TODAY


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        ("october", None, "--since 'october' is no day; write it as 2026-10-06"),
        ("2026-10-01", "06.10.2026", "--until '06.10.2026' is no day"),
        ("2027-01-01", None, "lies ahead"),
        ("2026-10-06", "2026-10-01", "later than --until"),
    ],
)
def test_what_is_no_period_is_refused_with_the_remedy(since, until, words):
    with pytest.raises(UsageError, match=words):
        asked(since, until, TODAY)


def test_a_period_counts_its_days_from_the_newest():
    period = days("2026-10-01 2026-10-03")
    assert list(period.days()) == [date(2026, 10, 3) - timedelta(days=back) for back in range(3)]
    assert str(period) == "2026-10-01 to 2026-10-03"
    assert period.both(days("2026-10-02 2026-10-09")) == days("2026-10-02 2026-10-03")
