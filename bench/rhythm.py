"""Asking at a listing's own pace against asking every N minutes, at equal requests, in simulated time.

    python bench/rhythm.py

Replayed: the dated items of the corpus's feeds and sitemaps appear when they really appeared; nothing is known before.
Generated: no record is weeks long, so weeks come from a doubly stochastic process: an invented newsroom's week times
lively and dull spells, with the pace, the length and the liveliness of the recorded listings; without ../shared with
invented ones. Ours learns for two weeks before it is counted.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import statistics
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from crawler import rhythm

CORPUS = Path(os.environ.get("WORLDDESK_CORPUS", Path(__file__).resolve().parents[2] / "shared" / "corpus"))
TICK = 1 / 6
"""Hours between two runs of cron."""
SLACK = 1 / 60
"""Hours that a listing may be asked early, as in `schedule.soon`."""
LEARNING = 2 * rhythm.WEEK
_STEP, _LIVELY_HOURS = 1 / 6, 3.0
_FEWEST_ITEMS, _LONGEST_SPAN = 15, 14 * 24.0


@dataclass(frozen=True, slots=True)
class Listing:
    """When each article appeared on it, hours of `rhythm.instant`, rising; and how many it holds."""

    name: str
    appeared: list[float]
    held: int
    begin: float
    """When it is first asked."""
    end: float


@dataclass(frozen=True, slots=True)
class Score:
    """What a policy did between two instants."""

    requests: int
    idle: int
    """Of these, that brought nothing."""
    delays: list[float]
    """Hours from appearance to first sight."""
    missed: int
    """Articles that scrolled out unseen."""

    def row(self, days: float) -> dict[str, float]:
        """Requests a day, share missed and wasted in per cent, delays in minutes."""
        found = sorted(self.delays)
        return {
            "requests": self.requests / days,
            "missed": 100 * self.missed / max(1, self.missed + len(found)),
            "mean": 60 * statistics.fmean(found),
            "median": 60 * statistics.median(found),
            "p90": 60 * found[int(0.9 * len(found))],
            "wasted": 100 * self.idle / max(1, self.requests),
        }


Policy = Callable[[Listing], list[float]]
"""The instants at which a listing is asked."""


def ours(listing: Listing) -> list[float]:
    """As `crawler.pace` does, from a cron that comes every ten minutes."""
    profile, asked, last = rhythm.Profile(), [], listing.begin
    due, seen = listing.begin, bisect_left(listing.appeared, listing.begin)
    while (at := max(listing.begin, math.ceil((due - SLACK) / TICK) * TICK)) < listing.end:
        now = bisect_right(listing.appeared, at)
        if not asked:
            hours = rhythm.FIRST
        else:
            share = rhythm.kept(at - last)
            profile.links = [links * share for links in profile.links]
            profile.hours = [watched * share for watched in profile.hours]
            rhythm.fade(profile, at - last)
            rhythm.learn(profile, rhythm.Reading(last, at, min(now - seen, listing.held), listing.held))
            hours = rhythm.wait(rhythm.rates(profile), profile.surge, at, listing.held)
        asked.append(at)
        due, last, seen = at + rhythm.scattered(hours, listing.name, at), at, now
    return asked


def every(hours: float) -> Policy:
    """The same rhythm for all listings, each at a phase of its own."""

    def policy(listing: Listing) -> list[float]:
        start = listing.begin + hours * random.Random(listing.name).random()
        return [start + number * hours for number in range(math.ceil((listing.end - start) / hours))]

    return policy


def score(listing: Listing, asked: Sequence[float], since: float) -> Score:
    """What came of the articles that appeared after `since` and before the last request."""
    delays, missed = [], 0
    last = bisect_right(listing.appeared, asked[-1]) if asked else 0
    for number in range(bisect_left(listing.appeared, since), last):
        at = asked[bisect_left(asked, listing.appeared[number])]
        if bisect_right(listing.appeared, at) - number > listing.held:
            missed += 1
        else:
            delays.append(at - listing.appeared[number])
    counted = asked[bisect_left(asked, since) :]
    known = [bisect_right(listing.appeared, at) for at in counted]
    idle = sum(now == before for before, now in pairwise(known))
    return Score(len(counted), idle, delays, missed)


def total(listings: Sequence[Listing], policy: Policy, learning: float) -> Score:
    """All listings together."""
    scores = [score(listing, policy(listing), listing.begin + learning) for listing in listings]
    return Score(
        sum(one.requests for one in scores),
        sum(one.idle for one in scores),
        [delay for one in scores for delay in one.delays],
        sum(one.missed for one in scores),
    )


def compare(listings: Sequence[Listing], learning: float) -> dict[str, dict[str, float]]:
    """Policy -> figures. The fixed rhythms make as many requests as ours: together, and listing by listing."""
    hours = sum(listing.end - listing.begin - learning for listing in listings)
    asked = {listing.name: ours(listing) for listing in listings}
    mine = total(listings, lambda listing: asked[listing.name], learning)
    own = {
        listing.name: (listing.end - listing.begin - learning)
        / max(1, sum(at >= listing.begin + learning for at in asked[listing.name]))
        for listing in listings
    }
    rows = {
        "ours": mine,
        "fixed": total(listings, every(hours / mine.requests), learning),
        "fixed, each its own": total(listings, lambda listing: every(own[listing.name])(listing), learning),
    }
    return {name: found.row(hours / 24) for name, found in rows.items()}


# ---------------------------------------------------------------- records


def recorded(corpus: Path) -> list[Listing]:
    """Feeds and sitemaps of the corpus with at least 15 instants; of each the last two weeks."""
    found = []
    for line in (corpus / "listings" / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        instants = sorted(_instants(gold.get("dates") or []))
        recent = [at for at in instants if at > instants[-1] - _LONGEST_SPAN]
        if len(recent) >= _FEWEST_ITEMS:
            found.append(Listing(gold["id"], recent, len(instants), recent[0] - 0.01, recent[-1] + 0.01))
    return found


def _instants(dates: Sequence[str | None] | dict[str, str | None]) -> Iterator[float]:
    for said in dates.values() if isinstance(dates, dict) else dates:
        if said and len(said) > 10 and (at := datetime.fromisoformat(said)).tzinfo:
            yield (at.timestamp() - 4 * 86400) / 3600


def steady(listings: Sequence[Listing]) -> list[Listing]:
    """Those whose items span a day at least: the last ten items of a wire tell of its last hours, not of its pace."""
    return [listing for listing in listings if listing.end - listing.begin >= 24]


def liveliness(listings: Sequence[Listing]) -> float:
    """How much the pace of an hour varies (sigma of its logarithm) beyond chance and hour of the week.

    From counts of three hours: their variance beyond that of a Poisson process, relative to the squared mean, is
    (1 + that of the week)(exp(sigma^2)) - 1. The mean of all listings, by the length of their records.
    """
    excess = slots_of_all = 0.0
    for listing in listings:
        counts = Counter(int((at - listing.begin) / _LIVELY_HOURS) for at in listing.appeared)
        slots = max(1, int((listing.end - listing.begin) / _LIVELY_HOURS))
        mean = len(listing.appeared) / slots
        excess += sum((counts[slot] - mean) ** 2 - mean for slot in range(slots)) / mean**2
        slots_of_all += slots
    by_week = statistics.pvariance(invented_week(0))
    return math.sqrt(math.log(max(1.1, (1 + excess / slots_of_all) / (1 + by_week))))


def invented_week(shift: int) -> list[float]:
    """A newsroom's week, mean 1: busy in the morning and the afternoon, half as much on days off."""
    hours = [
        (
            0.15
            + math.exp(-(((hour + shift) % 24 - 9) ** 2) / 9)
            + 0.8 * math.exp(-(((hour + shift) % 24 - 16) ** 2) / 12)
        )
        * (0.5 if hour >= 120 else 1.0)
        for hour in range(rhythm.WEEK)
    ]
    return [value * rhythm.WEEK / sum(hours) for value in hours]


def generated(listings_of: Sequence[tuple[float, int]], sigma: float, weeks: int, seed: int = 7) -> list[Listing]:
    """Listings made of (links a day, links held) over so many weeks: Poisson, by the hour of the week times a lively or
    dull spell that is forgotten after three hours (Ornstein-Uhlenbeck, log-normal)."""
    rng, listings = random.Random(seed), []
    for number, (daily, held) in enumerate(listings_of):
        week, spell, appeared = invented_week(rng.choice((-8, -1, 0, 0, 1, 5))), rng.gauss(0, 1), []
        stay = math.exp(-_STEP / _LIVELY_HOURS)
        for step in range(round(weeks * rhythm.WEEK / _STEP)):
            at = step * _STEP
            spell = stay * spell + math.sqrt(1 - stay**2) * rng.gauss(0, 1)
            mean = daily / 24 * week[int(at) % rhythm.WEEK] * math.exp(sigma * spell - sigma**2 / 2) * _STEP
            appeared += sorted(at + _STEP * rng.random() for _ in range(_poisson(rng, mean)))
        listings.append(Listing(f"listing {number}", appeared, held, 0.0, float(weeks * rhythm.WEEK)))
    return listings


def _poisson(rng: random.Random, mean: float) -> int:
    count, left, floor = 0, rng.random(), math.exp(-mean)
    while left > floor:
        count, left = count + 1, left * rng.random()
    return count


def paces(listings: Sequence[Listing]) -> list[tuple[float, int]]:
    """(links a day, links held) of each record."""
    return [(24 * len(one.appeared) / (one.end - one.begin), one.held) for one in listings]


INVENTED = [(2.0, 10), (6.0, 25), (9.0, 20), (15.0, 10), (20.0, 30), (26.0, 50), (40.0, 10), (110.0, 100), (120.0, 10)]
"""(links a day, links held), round the 20 a day that eight real listings gave."""
INVENTED_LIVELINESS = 0.8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weeks", type=int, default=4, help="weeks to generate, the two of learning included")
    parser.add_argument("--json", action="store_true", help="all figures as one JSON object")
    options = parser.parse_args()
    tables, sigma = {}, INVENTED_LIVELINESS
    chosen = {"invented listings": INVENTED}
    if (CORPUS / "listings" / "gold.jsonl").exists():
        records = recorded(CORPUS)
        tables[f"replayed: {len(records)} feeds and sitemaps, nothing known before"] = compare(records, 0.0)
        sigma = liveliness(steady(records))
        chosen = {
            "listings whose records span a day": paces(steady(records)),
            "listings, also those of which only lively hours are recorded": paces(records),
        }
    for name, found in chosen.items():
        title = f"generated: {options.weeks} weeks of {len(found)} {name}; liveliness {sigma:.2f}"
        tables[title] = compare(generated(found, sigma, options.weeks), LEARNING)
    if options.json:
        print(json.dumps(tables))
        return
    for title, rows in tables.items():
        print(f"\n{title}\n{'':20} requests/day each  missed %  mean min  median  90 %  brought nothing %")
        for policy, row in rows.items():
            figures = "{requests:17.1f} {missed:9.2f} {mean:9.1f} {median:7.1f} {p90:5.0f} {wasted:18.1f}"
            print(f"{policy:20} {figures.format(**row)}")


if __name__ == "__main__":
    main()
