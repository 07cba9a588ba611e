"""What earlier visits to a section page say of the links that it shows now.

At a second visit nearly all that is no article was there before, and few articles were: that alone tells much, on a
page that moves. On a slow one it tells nothing, and on a page asked every ten minutes little. So nothing is assumed
of it: how long the articles and the rest of *this* page have stood is read off the links that are clear without it,
and a link that is not clear is judged by whose ages its own age is among (Bayes' rule, bounded). Never a filter.

Pure functions; the rows are in `crawler.visits`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from math import exp, log

from crawler.discover.weights import MOST_AGAINST_OLD, MOST_FOR_NEW, PROVED, REFUTED, SAME_AGE

NEVER = -1
"""Age class of what no earlier visit showed."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is remembered of one listing; empty before the second visit. Small, and fit to cross to another process."""

    ages: Mapping[int, int] = field(default_factory=dict)
    """Fingerprint of an address that stood there to the class of its age: addresses of one class came together."""
    articles: frozenset[int] = frozenset()
    """Fingerprints of addresses that proved to be articles when they were fetched."""
    no_articles: frozenset[int] = frozenset()
    """Fingerprints of those that proved to be none."""


def fingerprint(key: str) -> int:
    """64 bits, as SQLite counts (signed), for a canonical address."""
    return int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)


def seen_on(visits: Iterable[Iterable[str]]) -> Seen:
    """What visits taught that each showed these canonical addresses, oldest first; a visit is a class of age."""
    ages: dict[int, int] = {}
    for visit, keys in enumerate(visits):
        for key in keys:
            ages.setdefault(fingerprint(key), visit)
    return Seen(ages)


def with_memory(keys: Sequence[str], scores: Sequence[float], seen: Seen) -> list[float]:
    """Log odds of links, each with its canonical address, with what earlier visits add to them."""
    if not seen.ages:
        return list(scores)
    prints = [fingerprint(key) for key in keys]
    by_age = _by_age([seen.ages.get(one, NEVER) for one in prints], scores)
    return [
        score + said + PROVED * (one in seen.articles) + REFUTED * (one in seen.no_articles)
        for one, score, said in zip(prints, scores, by_age, strict=True)
    ]


def _by_age(ages: Sequence[int], scores: Sequence[float]) -> list[float]:
    """For each link: the log of how much likelier its age is among the page's *other* articles than among its rest."""
    chances = [1 / (1 + exp(-max(-30.0, min(30.0, score)))) for score in scores]
    articles, of_age, articles_of_age = sum(chances), defaultdict[int, int](int), defaultdict[int, float](float)
    for age, chance in zip(ages, chances, strict=True):
        of_age[age] += 1
        articles_of_age[age] += chance
    found = []
    for age, chance in zip(ages, chances, strict=True):
        usual = SAME_AGE * of_age[age] / len(ages)
        among_articles = (articles_of_age[age] - chance + usual) / (articles - chance + SAME_AGE)
        others, others_of_age = len(ages) - articles, of_age[age] - articles_of_age[age]
        among_others = (others_of_age - (1 - chance) + usual) / (others - (1 - chance) + SAME_AGE)
        found.append(max(-MOST_AGAINST_OLD, min(MOST_FOR_NEW, log(among_articles / among_others))))
    return found
