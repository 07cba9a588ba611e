"""Second looks and other tries, instant by instant."""

from __future__ import annotations

import pytest

from crawler.schedule import another_try, hours_before, hours_between, is_given_up, second_look

SEEN = "2026-10-06T08:00:00Z"


@pytest.mark.parametrize(
    ("now", "following"),
    [
        (SEEN, "2026-10-06T09:00:00Z"),
        ("2026-10-06T08:59:59Z", "2026-10-06T09:00:00Z"),
        ("2026-10-06T09:00:00Z", "2026-10-06T14:00:00Z"),
        ("2026-10-06T20:00:00Z", "2026-10-07T08:00:00Z"),  # a look that came late counts for those it missed
        ("2026-10-08T00:00:00Z", "2026-10-09T08:00:00Z"),
        ("2026-10-09T08:00:00Z", None),
        ("2030-01-01T00:00:00Z", None),
    ],
)
def test_second_looks_come_after_1_6_24_and_72_hours(now, following):
    assert second_look(SEEN, now) == following


@pytest.mark.parametrize(
    ("failures", "at"),
    [
        (1, "2026-10-06T08:00:00Z"),
        (2, "2026-10-06T08:10:00Z"),
        (3, "2026-10-06T08:20:00Z"),
        (9, "2026-10-07T05:20:00Z"),
        (10, "2026-10-07T08:00:00Z"),
        (100_000, "2026-10-07T08:00:00Z"),
    ],
)
def test_another_try_waits_twice_as_long_each_time_up_to_a_day(failures, at):
    assert another_try(failures, SEEN) == at


def test_another_try_is_never_before_what_the_host_asked_for():
    assert another_try(1, SEEN, "2026-10-06T10:00:00Z") == "2026-10-06T10:00:00Z"
    assert another_try(3, SEEN, "2026-10-06T08:01:00Z") == "2026-10-06T08:20:00Z"


def test_what_could_not_be_read_for_two_weeks_is_given_up():
    assert not is_given_up(SEEN, "2026-10-20T08:00:00Z")
    assert is_given_up(SEEN, "2026-10-20T08:00:01Z")


def test_hours_go_both_ways():
    assert hours_before(SEEN, 24) == "2026-10-05T08:00:00Z"
    assert hours_before(SEEN, -0.5) == "2026-10-06T08:30:00Z"
    assert hours_between("2026-10-05T08:00:00Z", SEEN) == 24.0
