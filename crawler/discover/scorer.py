"""Which links of a page lead to articles, judged by the page's own statistics.

The strongest sign is company: of the links that follow the same route of the site, or stand in the same kind of
list, how many have a headline for a text. Slug, date and id in the address, length of the text and place on the
page add to it. The sum of the facts below times their weights is the log odds that a link leads to an article.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from math import log, sqrt

from crawler.discover.candidates import CONTENT, FOOT, NAVIGATION, Candidate
from crawler.discover.weights import BIAS, LISTED, WEIGHTS

_MOST_WORDS = 25
_PUNCTUATION = re.compile(r"[:?!\"“”«»„‘’',–—。、？！：「」؟،।\d]|\.$")


def _wordy(one: Candidate) -> float:
    """How much a text is like a headline by its length: 0 for one word, 1 from five."""
    return min(max((one.words - 1) / 4, 0.0), 1.0)


def _marked(one: Candidate) -> float:
    return float(one.shape.is_marked)


_GROUPS: dict[str, tuple[Callable[[Candidate], str], Callable[[Candidate], float]]] = {
    "route": (lambda one: one.shape.route, _wordy),
    "named_route": (lambda one: one.shape.named_route, _wordy),
    "list_kind": (lambda one: one.list_kind, _wordy),
    "folder": (lambda one: one.shape.folder, _marked),
}
"""What links can have in common, and the sign that is counted there; each gives the fact of the same name."""


def scores(found: list[Candidate]) -> list[float]:
    """Give the log odds of each candidate to be an article; 0 is even."""
    return [
        BIAS + LISTED * one.listed + sum(WEIGHTS[name] * value for name, value in known.items())
        for one, known in zip(found, facts(found), strict=True)
    ]


def facts(found: list[Candidate]) -> list[dict[str, float]]:
    """Give the facts of each candidate by name, each between 0 and 1; a name stands in WEIGHTS."""
    known = [_own_facts(one) for one in found]
    for name, (group_of, sign) in _GROUPS.items():
        for fact, share in zip(known, _shares(list(map(group_of, found)), list(map(sign, found))), strict=True):
            fact[name] = share
    for fact, share in zip(known, _kin(found), strict=True):
        fact["kin"] = share
    return known


def _kin(found: list[Candidate]) -> list[float]:
    """For each link: the root of the share of the page's *other* headlines whose addresses are built as its own is.

    A page has one or two builds of articles: what is built otherwise is suspect, however long its text.
    """
    builds = [_build(one) for one in found]
    like = [min(max((one.words - 3) / 4, 0.0), 1.0) * (one.frame == CONTENT) for one in found]
    total, of_build = sum(like), defaultdict[tuple[object, ...], float](float)
    for build, value in zip(builds, like, strict=True):
        of_build[build] += value
    return [
        sqrt(max(of_build[build] - value + 0.5, 0.0) / (total - value + 1))
        for build, value in zip(builds, like, strict=True)
    ]


def _build(one: Candidate) -> tuple[object, ...]:
    shape, path = one.shape, one.url.partition("?")[0]
    ending = "/" if path.endswith("/") else "." in path.rpartition("/")[2]
    return shape.has_date, shape.has_id, shape.has_hash, shape.slug_words >= 4, min(shape.depth, 4), ending


def _shares(groups: list[str], signs: list[float]) -> list[float]:
    """For each link: the mean sign of the *other* links of its group, drawn to one half where they are few."""
    total: dict[str, float] = defaultdict(float)
    size: dict[str, int] = defaultdict(int)
    for group, value in zip(groups, signs, strict=True):
        total[group] += value
        size[group] += 1
    return [(total[group] - value + 0.5) / size[group] for group, value in zip(groups, signs, strict=True)]


def _own_facts(one: Candidate) -> dict[str, float]:
    shape = one.shape
    return {
        "slug": min(shape.slug_words, 10) / 10,
        "date": float(shape.has_date),
        "id": float(shape.has_id),
        "hash": float(shape.has_hash),
        "bare": float(shape.is_bare),
        "deep": float(shape.depth >= 3),
        "has_overview": float(shape.has_overview),
        "is_overview": float(shape.is_overview),
        "has_service": float(shape.has_service),
        "has_media": float(shape.has_media),
        "words": log(1 + min(one.words, _MOST_WORDS)) / log(1 + _MOST_WORDS),
        "six_words": float(one.words >= 6),
        "punctuated": float(one.title is not None and _PUNCTUATION.search(one.title) is not None),
        "in_navigation": float(one.frame == NAVIGATION),
        "in_foot": float(one.frame == FOOT),
        "campaign": float(one.is_campaign),
    }
