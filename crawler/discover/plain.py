"""Pages that are nothing but a list: no menu, no foot, one kind of link; or whose only content stands in headings.

The scorer tells articles from all else that a page links to. Where there is nothing else, short titles and short
addresses speak against nobody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from crawler.discover.candidates import CONTENT, Candidate

_FEWEST = 3
"""Links; fewer are a list where each has a headline for a text."""
_HEADLINE_WORDS = 4
_MOST_CLEAR = 2
"""Links of which the scorer is sure: with more it knows its way."""
_MOST_ELSE = 0.2
"""Share of links that may stand outside of the list."""
_CLEAR = 1.0
"""Log odds from which on the scorer is sure of a link."""
_TOLD = re.compile(r"[^\W\d_]{2}")
"""Titles have letters; the days of a calendar and the numbers of a pager have none."""


def plain(found: Sequence[Candidate], scores: Sequence[float]) -> set[int]:
    """Indices of the candidates that the list of a plain page holds; empty where the page is none.

    `scores` are those of the page alone, without what earlier visits add: a page is plain at each visit or at none.
    """
    if not found or sum(score > _CLEAR for score in scores) > _MOST_CLEAR:
        return set()
    kind = _kind_of_list(found)
    return {
        index
        for index, one in enumerate(found)
        if _may_be_article(one)
        and (one.list_kind == kind or (kind is None and one.in_heading and one.frame == CONTENT))
    }


def _kind_of_list(found: Sequence[Candidate]) -> str | None:
    """What the links of a page that is nothing but a list have in common; None where it is more, or less."""
    kind, size = Counter(one.list_kind for one in found).most_common(1)[0]
    is_told = len(found) >= _FEWEST or all(one.words >= _HEADLINE_WORDS for one in found)
    is_alone = size >= len(found) * (1 - _MOST_ELSE) and all(one.frame == CONTENT for one in found)
    return kind if is_told and is_alone else None


def _may_be_article(one: Candidate) -> bool:
    shape = one.shape
    is_other = shape.has_service or shape.has_overview or shape.is_overview
    return not is_other and one.title is not None and _TOLD.search(one.title) is not None
