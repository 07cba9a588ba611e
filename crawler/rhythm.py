"""At what pace a listing is asked: learned from what each reading brought, hour by hour of the week. Pure functions.

New links are taken for a Poisson process whose rate depends on the hour of the week, in UTC: all instants of ours
are. A change to summer time shifts a profile by an hour twice a year; hours lend to their neighbours, and what was
learned is half forgotten after five weeks, so that this costs less than a zone that a source may not even have.

Instants are hours since Monday, 1970-01-05T00:00Z (float), so that `int(instant) % 168` is the hour of the week.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from zlib import crc32

from crawler.schedule import hours_before, hours_between

WEEK = 168
SHORTEST, LONGEST = 10 / 60, 24.0
"""Hours between two readings of a listing that answers."""
FIRST = 0.5
"""Hours to the second reading of a listing of which nothing is known yet."""
HALF_LIFE = 5 * WEEK
"""Hours after which what was learned counts half: a rhythm of last spring is none of this autumn."""
LONGEST_SPAN = float(WEEK)
"""Hours; what came in a longer gap cannot be told apart by hours, and most of it has scrolled away."""
PACE = 0.45
"""Readings come 0.45 / sqrt(links an hour) hours apart: at 20 links a day every half hour."""
FULL_SHARE = 0.3
"""Of the links that a listing holds, so many may be expected to be new at the next reading: none scrolls out unseen."""
_MEAN_PRIOR, _DAY_PRIOR, _WEEK_PRIOR = (0.5, 0.6), 12.0, 12.0
"""(links, hours) of a listing of which nothing is known: 20 a day, soon outweighed. Then hours: for so many the mean
counts against what an hour of the day brought, and that against what the hour of the week brought."""
_NEIGHBOURS = ((-1, 0.5), (0, 1.0), (1, 0.5))
_SURGE_HALF_LIFE = 6.0
_LIFETIME = _SURGE_HALF_LIFE / math.log(2)
_SURGE_PRIOR = 3.0
"""Links that have to come before a livelier hour is believed."""
_MOST, _MOST_TIMES = 5, 4
"""One reading teaches at most five links more than four times what was expected: a site that gives all its articles
other addresses is no news."""
_EPOCH = "1970-01-05T00:00:00Z"


@dataclass(slots=True)
class Profile:
    """What was learned of one listing: by hour of the week, and of the last hours."""

    links: list[float] = field(default_factory=lambda: [0.0] * WEEK)
    """New links that came in each hour of the week; older weeks count less."""
    hours: list[float] = field(default_factory=lambda: [0.0] * WEEK)
    """For how long each hour of the week was watched; older weeks count less."""
    surge_links: float = 0.0
    """New links of the last hours, those of six hours ago counting half."""
    surge_expected: float = 0.0
    """How many the profile had expected."""

    @property
    def surge(self) -> float:
        """How much livelier than usual it is now: 1 = as ever."""
        return (_SURGE_PRIOR + self.surge_links) / (_SURGE_PRIOR + self.surge_expected)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading of a listing brought. Instants as `instant` gives them."""

    since: float
    """The reading before."""
    until: float
    fresh: int
    """Links that were not on the listing before."""
    held: int
    """Links that it holds."""
    is_part: bool = False
    """One more page of the same reading: its links count, the hours were counted with the first."""


def instant(text: str) -> float:
    """'YYYY-MM-DDTHH:MM:SSZ' as hours since the first Monday of 1970."""
    return hours_between(_EPOCH, text)


def text(at: float) -> str:
    """The instant as the database writes it."""
    return hours_before(_EPOCH, -at)


def kept(hours: float) -> float:
    """Share of what was learned so many hours ago that still counts."""
    return math.pow(0.5, max(hours, 0.0) / HALF_LIFE)


def rates(profile: Profile) -> list[float]:
    """New links an hour to be expected, by hour of the week.

    Posterior means of gamma priors, one within the other: the hour of the week, with what its neighbours lend, is
    drawn to the hour of the day, that to the mean of the listing, and that to what listings are at first.
    """
    mean = (sum(profile.links) + _MEAN_PRIOR[0]) / (sum(profile.hours) + _MEAN_PRIOR[1])
    links, hours = _lent(profile.links), _lent(profile.hours)
    days = [(sum(links[hour::24]) + _DAY_PRIOR * mean) / (sum(hours[hour::24]) + _DAY_PRIOR) for hour in range(24)]
    return [(links[hour] + _WEEK_PRIOR * days[hour % 24]) / (hours[hour] + _WEEK_PRIOR) for hour in range(WEEK)]


def _lent(values: list[float]) -> list[float]:
    return [sum(share * values[(hour + step) % WEEK] for step, share in _NEIGHBOURS) for hour in range(WEEK)]


def overlaps(since: float, until: float) -> list[tuple[int, float]]:
    """(hour of the week, hours of it) from one instant to the other, in their order."""
    parts, at = [], since
    while at < until:
        end = min(math.floor(at) + 1.0, until)
        parts.append((int(at) % WEEK, end - at))
        at = end
    return parts


def expected(by_hour: list[float], since: float, until: float) -> float:
    """New links to be expected from one instant to the other."""
    return sum(by_hour[hour] * share for hour, share in overlaps(since, until))


def learn(profile: Profile, reading: Reading) -> list[int]:
    """Add what a reading brought to a profile (brought up to date by `fade`); returns the hours that changed.

    The links of a reading are spread over the hours since the one before as the profile expects them: the E step
    of EM for counts that are only known by interval. Where all links are new, more may have come and scrolled out:
    then no more hours count than that many links usually take.
    """
    span = reading.until - reading.since
    if not 0 < span <= LONGEST_SPAN:
        return []
    by_hour, parts = rates(profile), overlaps(reading.since, reading.until)
    weights = [by_hour[hour] * share for hour, share in parts]
    awaited = sum(weights)
    count = min(float(reading.fresh), _MOST_TIMES * awaited + _MOST)
    watched = 0.0 if reading.is_part else min(1.0, count / awaited) if 0 < reading.held <= reading.fresh else 1.0
    for (hour, share), weight in zip(parts, weights, strict=True):
        profile.links[hour] += count * weight / awaited
        profile.hours[hour] += watched * share
    recent = _LIFETIME * (1 - math.exp(-span / _LIFETIME)) / span  # what is left of it at its end
    profile.surge_links += recent * count
    profile.surge_expected += recent * awaited * watched
    return [hour for hour, _ in parts]


def fade(profile: Profile, hours: float) -> None:
    """Let so many hours pass over the last hours of a profile; what it knows of the week fades by `kept`."""
    share = math.pow(0.5, max(hours, 0.0) / _SURGE_HALF_LIFE)
    profile.surge_links *= share
    profile.surge_expected *= share


def wait(by_hour: list[float], surge: float, at: float, held: int | None) -> float:
    """Hours from `at` to the next reading, SHORTEST to LONGEST.

    With n links an hour and readings d hours apart, links wait n·d/2 in the mean at 1/d readings: of all ways to share
    out the same number of readings the sum of waits is least where d goes with 1/sqrt(n). So a reading is due when the
    integral of sqrt(n) has reached PACE; or, earlier, when a listing so short is expected to be new to FULL_SHARE.
    """
    urge, fresh, waited = 0.0, 0.0, 0.0
    most = FULL_SHARE * held if held else math.inf
    for hour, share in overlaps(at, at + LONGEST):
        rate = by_hour[hour] * (1 + (surge - 1) * math.pow(0.5, waited / _SURGE_HALF_LIFE))
        left = min((PACE - urge) / math.sqrt(rate), (most - fresh) / rate)
        if left <= share:
            return max(SHORTEST, waited + left)
        urge, fresh, waited = urge + math.sqrt(rate) * share, fresh + rate * share, waited + share
    return LONGEST


def scattered(hours: float, source_id: str, at: float) -> float:
    """The wait a tenth longer or shorter, by source and hour: what began together does not stay together.

    All listings of a source are moved alike, so that they are asked one after the other.
    """
    share = crc32(f"{source_id} {int(at)}".encode()) / 2**32
    return min(max(hours * (0.9 + 0.2 * share), SHORTEST), LONGEST)
