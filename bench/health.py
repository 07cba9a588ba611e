"""How often health cries wolf, and how long it takes to notice: simulated weeks of invented newsrooms.

    python bench/health.py

No record is months long, so months are drawn: each newsroom has its own volume, night, weekend, lively spells and
habits; batches of agency copy without author or standfirst; requests that fail by chance, short outages, for some a
maintenance every night. What is counted is what the functions of the crawl decide: silence.limit, fields.poorer,
transitions.certain. Beside them stands what was in their place before: 36 hours of silence, and every bad run told
once a day.
"""

from __future__ import annotations

import argparse
import random
import statistics
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from crawler.health.fields import FEWEST_ROWS, ROW, Trait, poorer
from crawler.health.silence import limit
from crawler.health.transitions import Reading, certain
from crawler.rhythm import WEEK, text

MONTH = 30.4 * 24
LEARNING = 2.0 * WEEK
READING = 0.5
"""Hours between two runs."""
OLD_SILENCE = 36.0
_MOST = 600


@dataclass(slots=True)
class Score:
    """What one rule did."""

    alarms: int = 0
    hours: float = 0.0
    """In which nothing was wrong."""
    early: int = 0
    """Alarms of the first two weeks."""
    delays: list[float] = field(default_factory=list)
    missed: int = 0

    def row(self) -> tuple[str, str, str, str, str]:
        """Alarms a source-month, early ones, delay in hours (median, 90 %), missed."""
        found = sorted(self.delays)
        middle = f"{statistics.median(found):.1f}" if found else "-"
        late = f"{found[int(0.9 * len(found))]:.1f}" if found else "-"
        return f"{self.alarms / max(self.hours, 1) * MONTH:.3f}", str(self.early), middle, late, str(self.missed)


@dataclass(frozen=True, slots=True)
class Newsroom:
    """The habits of one."""

    daily: float
    night: float
    weekend: float
    burst: float
    traits: dict[str, float]
    agency: float
    """Share of the articles that come in batches of copy without author and standfirst, at night and on Sundays."""
    words: float

    def rate(self, at: float) -> float:
        """Articles an hour at an instant."""
        hour, day = int(at) % 24, int(at) % WEEK // 24
        share = (1.6 if 6 <= hour < 21 else self.night) * (self.weekend if day >= 5 else 1.0)
        return self.daily / 24 * share


def newsroom(rng: random.Random) -> Newsroom:
    shares = {name: rng.choice((1.0, 0.98, 0.9, 0.6, 0.0)) for name in ("standfirst", "authors", "section")}
    return Newsroom(
        daily=2 ** rng.uniform(1, 6.3),
        night=rng.choice((0.02, 0.1, 0.4)),
        weekend=rng.choice((0.1, 0.4, 0.8)),
        burst=rng.choice((0.0, 0.5, 1.0)),
        traits={**shares, "headline": 1.0, "published": rng.choice((1.0, 0.97)), "is_complete": rng.choice((1.0, 0.8))},
        agency=rng.choice((0.0, 0.1, 0.3)),
        words=rng.uniform(200, 900),
    )


def articles(room: Newsroom, hours: float, rng: random.Random) -> list[tuple[float, Trait]]:
    """(when it was read, what it has), rising."""
    found, at, spell = [], 0.0, 1.0
    while at < hours:
        if rng.random() < READING / 3:
            spell = rng.gammavariate(1 / room.burst, room.burst) if room.burst else 1.0
        for _ in range(_poisson(room.rate(at) * spell * READING, rng)):
            found.append((at, _trait(room, at, rng)))
        at += READING
    return found


def _poisson(mean: float, rng: random.Random) -> int:
    count, left = 0, rng.expovariate(1.0)
    while left < mean:
        count, left = count + 1, left + rng.expovariate(1.0)
    return count


def _trait(room: Newsroom, at: float, rng: random.Random) -> Trait:
    is_quiet = not 6 <= int(at) % 24 < 21 or int(at) % WEEK // 24 == 6
    is_agency = rng.random() < (min(1.0, 2.5 * room.agency) if is_quiet else room.agency / 2)
    has = {name: rng.random() < share for name, share in room.traits.items()}
    if is_agency:
        has |= {"standfirst": False, "authors": False}
    return Trait(**has, words=round(room.words * rng.lognormvariate(-0.7 if is_agency else 0.0, 0.5)))


# --- silence


def silent(came: Sequence[float], until: float, rule: Callable[[Sequence[float], float], float], score: Score) -> None:
    """Alarms in the pauses of a paper that never stopped, and the delay where it stops at the end."""
    score.hours += until - LEARNING
    for number, (earlier, later) in enumerate(pairwise(came), 1):
        if later - earlier > 6 and later - earlier > rule(came[:number], later) + 1:
            score.alarms += earlier >= LEARNING
            score.early += earlier < LEARNING
    score.delays.append(rule(came, came[-1] + 1) + 1)


# --- fields


def poor(found: Sequence[tuple[float, Trait]], score: Score, lost: str | None, since: float) -> None:
    """As the crawl looks at them: after each article; `lost` is missing from `since` on."""
    past: list[Trait] = []
    was_poor = False
    score.hours += min(since, found[-1][0]) - LEARNING
    for at, trait in found:
        past.append(replace(trait, **{lost: False}) if lost is not None and at >= since else trait)
        begun = bisect_right(found, at - 28 * 24, key=lambda pair: pair[0])
        before = past[begun:-ROW][-_MOST:]
        if len(past) % 4 or len(before) < FEWEST_ROWS * ROW or at - found[begun][0] < 2 * WEEK:
            continue
        is_poor = poorer(past[-ROW:], before) is not None
        if is_poor and at >= since:
            score.delays.append(at - since)
            return
        if is_poor and not was_poor:
            score.alarms += at >= LEARNING
            score.early += at < LEARNING
        was_poor = is_poor
    score.missed += lost is not None


# --- runs


def runs(hours: float, since: float, rng: random.Random) -> list[tuple[float, bool, bool]]:
    """(when, whether bad, whether truly ill): noise, short outages, a nightly maintenance, and from `since` on ill."""
    chance, outages = rng.choice((0.002, 0.01, 0.05)), rng.choice((1, 4, 10)) / MONTH
    nightly = rng.random() < 0.1
    made, at, down_until = [], 0.0, 0.0
    while at < hours:
        if rng.random() < outages * READING:
            down_until = at + rng.expovariate(1 / 0.5)
        is_night = nightly and 2 <= at % 24 < 3.5
        is_ill = at >= since
        made.append((at, is_ill or is_night or at < down_until or rng.random() < chance, is_ill))
        at += READING
    return made


def ill(made: Sequence[tuple[float, bool, bool]], score: Score, old: Score) -> None:
    """Our rule, and every bad run told once a day."""
    readings: list[Reading] = []
    known, told_on = "ok", set()
    first = next((at for at, _, is_ill in made if is_ill), made[-1][0])
    score.hours += first - LEARNING
    old.hours += first - LEARNING
    for at, is_bad, is_ill in made:
        readings.insert(0, Reading("failed" if is_bad else "ok", text(at)))
        day = int(at // 24)
        if is_bad and day not in told_on:
            told_on.add(day)
            if not is_ill:
                old.alarms += at >= LEARNING
                old.early += at < LEARNING
            elif day == int(first // 24) or not old.delays or at - first < 24:
                old.delays.append(max(0.0, at - first))
        if is_bad or known != "ok":
            found = certain(readings[: int(28 * 24 / READING)], known)
            if found is not None:
                known = readings[0].status
                if known != "ok" and is_ill:
                    score.delays.append(at - first)
                    return
                if known != "ok":
                    score.alarms += at >= LEARNING
                    score.early += at < LEARNING
    score.missed += 1


def simulate(sources: int, weeks: int, seed: int) -> dict[str, Score]:
    """Score of each rule over so many newsrooms."""
    names = ("silence", "silence, 36 h", "authors lost", "failed runs", "failed runs, each told daily")
    scores = {name: Score() for name in names}
    for number in range(sources):
        rng = random.Random(f"{seed} {number}")
        room, hours = newsroom(rng), weeks * WEEK
        found = articles(room, hours, rng)
        came = sorted({at for at, _ in found})
        silent(came, hours, limit, scores["silence"])
        silent(came, hours, lambda *_: OLD_SILENCE, scores["silence, 36 h"])
        since = hours - 2 * WEEK + rng.uniform(0, WEEK)
        lost = "authors" if room.traits["authors"] * (1 - room.agency) >= 0.6 else None
        poor(found, scores["authors lost"], lost, since if lost else hours)
        ill(runs(hours, hours - WEEK + rng.uniform(0, 72), rng), scores["failed runs"], scores[names[4]])
    return scores


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sources", type=int, default=60, help="invented newsrooms")
    options.add_argument("--weeks", type=int, default=9)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    print(f"{'':30} {'alarms/source-month':>20} {'first 2 weeks':>14} {'delay h':>9} {'p90 h':>7} {'missed':>7}")
    for name, score in simulate(chosen.sources, chosen.weeks, chosen.seed).items():
        rate, early, middle, late, missed = score.row()
        print(f"{name:30} {rate:>20} {early:>14} {middle:>9} {late:>7} {missed:>7}")


if __name__ == "__main__":
    main()
