"""For how long may a source bring nothing before that is odd? Learned from when its articles came. Pure functions.

What counts is not hours on the clock but how much was to be expected in them: the night of a paper that sleeps is
short so measured, its Monday morning long. A source is silent when more was to be expected than in nearly all of its
earlier pauses. Instants are hours as in rhythm.py.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise

from crawler.rhythm import WEEK

MEMORY = 6.0 * WEEK
"""Hours of the past that count."""
_LEARNING = 2.0 * WEEK
"""Two weekends: before them nobody knows what is usual, and a week of silence is the least that is odd."""
_FEWEST = 30
"""Arrivals; of a source that brings less, its pauses are compared by the clock."""
_FIRST_DAY = 24.0
"""What stood on the listings when a source was new came all at once, and is no rhythm."""
_LEAST_AWAITED = 9.0
"""Arrivals that must have been due: that none came has a probability of 0.01 % even of a steady stream."""
_LEAST_HOURS = 6.0
_MARGIN = 2.0
_OUTLIERS = 1
"""So many longest pauses do not count: they were outages, of the source or of ours."""
_READING = 1 / 6
"""Hours; what came within ten minutes was one arrival."""
_REACH = 2
_PRIOR = 2.0
"""Hours for which the mean counts against what an hour of the week brought."""


def limit(came: Sequence[float], at: float) -> float:
    """Hours from the last of `came` (rising instants, of new articles) after which silence is odd at the instant `at`.

    Arrivals are taken for a Poisson process by the hour of the week; pauses are measured by what was to be expected.
    """
    arrivals = _arrivals(came, at)
    if not arrivals:
        return float(WEEK)
    longest = max((later - earlier for earlier, later in pairwise(arrivals)), default=0.0)
    if arrivals[-1] - arrivals[0] < _LEARNING or len(arrivals) < _FEWEST:
        return max(float(WEEK), _MARGIN * longest)
    clock = _Clock(arrivals)
    pauses = sorted(clock.awaited(earlier, later) for earlier, later in pairwise(arrivals))
    return max(_LEAST_HOURS, clock.hours(arrivals[-1], max(_LEAST_AWAITED, _MARGIN * pauses[-1 - _OUTLIERS])))


def _arrivals(came: Sequence[float], at: float) -> list[float]:
    """Instants at which something came, without those that are one, the first day and what is too old."""
    if not came:
        return []
    known = [moment for moment in came if moment >= max(came[0] + _FIRST_DAY, at - MEMORY)]
    return [moment for before, moment in pairwise([-1e9, *known]) if moment - before > _READING] or [came[-1]]


class _Clock:
    """Time as a source measures it: in arrivals to be expected."""

    def __init__(self, arrivals: Sequence[float]):
        weeks = (arrivals[-1] - arrivals[0]) / WEEK
        counts = [0.0] * WEEK
        for moment in arrivals:
            counts[int(moment) % WEEK] += 1
        mean, width = sum(counts) / WEEK, 2 * _REACH + 1
        near = [sum(counts[(hour + step) % WEEK] for step in range(-_REACH, _REACH + 1)) for hour in range(WEEK)]
        self.rates = [(count + _PRIOR * mean / weeks) / (width * weeks + _PRIOR) for count in near]
        self._until = [0.0, *accumulate(self.rates)]

    def _count(self, at: float) -> float:
        weeks, rest = divmod(at, WEEK)
        return weeks * self._until[-1] + self._until[int(rest)] + (rest % 1) * self.rates[int(rest)]

    def awaited(self, since: float, until: float) -> float:
        """Arrivals to be expected from one instant to the other."""
        return self._count(until) - self._count(since)

    def hours(self, since: float, count: float) -> float:
        """Hours from an instant until so many are to be expected."""
        goal = self._count(since) + count
        weeks, rest = divmod(goal, self._until[-1])
        hour = min(bisect_right(self._until, rest) - 1, WEEK - 1)
        return weeks * WEEK + hour + (rest - self._until[hour]) / self.rates[hour] - since
