"""Which links of a page lead to articles, judged by the page's own statistics.

The strongest sign is company: of the links that follow the same route of the site, or stand in the same kind of
list, how many have a headline for a text. Slug, date and id in the address, length of the text and place on the
page add to it. The sum of the facts below times their weights is the log odds that a link leads to an article.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from math import log

from crawler.discover.candidates import FOOT, NAVIGATION, Candidate
from crawler.discover.weights import BIAS, LISTED, WEIGHTS

_MOST_WORDS = 25
_PUNCTUATION = re.compile(r"[:?!\"“”«»„‘’',–—。、？！：「」؟،।\d]|\.$")
_GROUPS: dict[str, Callable[[Candidate], str]] = {
    "route": lambda one: one.shape.route,
    "named_route": lambda one: one.shape.named_route,
    "folder": lambda one: one.shape.folder,
    "list_kind": lambda one: one.list_kind,
}
"""What links can have in common; each gives the fact of the same name."""


def scores(found: list[Candidate]) -> list[float]:
    """Give the log odds of each candidate to be an article; 0 is even."""
    return [
        BIAS + LISTED * one.listed + sum(WEIGHTS[name] * value for name, value in known.items())
        for one, known in zip(found, facts(found), strict=True)
    ]


def facts(found: list[Candidate]) -> list[dict[str, float]]:
    """Give the facts of each candidate by name, each between 0 and 1; a name stands in WEIGHTS."""
    wordy = [min(max((one.words - 1) / 4, 0.0), 1.0) for one in found]
    known = [_own_facts(one) for one in found]
    for name, group_of in _GROUPS.items():
        groups = [group_of(one) for one in found]
        for fact, share in zip(known, _shares(groups, wordy), strict=True):
            fact[name] = share
    return known


def _shares(groups: list[str], wordy: list[float]) -> list[float]:
    """For each link: how wordy the *other* links of its group are, drawn to one half where they are few."""
    total: dict[str, float] = defaultdict(float)
    size: dict[str, int] = defaultdict(int)
    for group, value in zip(groups, wordy, strict=True):
        total[group] += value
        size[group] += 1
    return [(total[group] - value + 0.5) / size[group] for group, value in zip(groups, wordy, strict=True)]


def _own_facts(one: Candidate) -> dict[str, float]:
    shape = one.shape
    return {
        "slug": min(shape.slug_words, 10) / 10,
        "slug_of_four": float(shape.slug_words >= 4),
        "date": float(shape.has_date),
        "id": float(shape.has_id),
        "hash": float(shape.has_hash),
        "bare": float(shape.is_bare),
        "deep": float(shape.depth >= 3),
        "under_navigation": float(shape.under_navigation),
        "is_navigation": float(shape.is_navigation),
        "words": log(1 + min(one.words, _MOST_WORDS)) / log(1 + _MOST_WORDS),
        "six_words": float(one.words >= 6),
        "punctuated": float(one.title is not None and _PUNCTUATION.search(one.title) is not None),
        "in_navigation": float(one.frame == NAVIGATION),
        "in_foot": float(one.frame == FOOT),
        "in_heading": float(one.in_heading),
    }
