"""Have the last articles of a source what its articles usually have? Compared with its own past. Pure functions.

A field counts as lost when three things hold of the last articles: they have it less than half as often as usual; less
often than any such row of articles in the weeks before, so that a weekend of short notes is no alarm; and chance
explains it with a probability below one in a hundred thousand (binomial, at the usual share).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from statistics import median

ROW = 16
"""Articles that are looked at together."""
FEWEST_ROWS = 5
"""In the past of a source, below which nobody knows what is usual."""
_IMPROBABLE = 1e-5
_NAMES = {
    "headline": "a headline",
    "standfirst": "a standfirst",
    "authors": "an author",
    "published": "a date",
    "section": "a section",
    "is_complete": "a whole text",
}


@dataclass(frozen=True, slots=True)
class Trait:
    """What one article has."""

    headline: bool
    standfirst: bool
    authors: bool
    published: bool
    section: bool
    is_complete: bool
    words: int | None
    """Of standfirst and text; None where no words may be kept."""


def poorer(recent: Sequence[Trait], before: Sequence[Trait]) -> tuple[str, str] | None:
    """(cause, message for people) where the last ROW articles lack what those before them have; None where not.

    `before` are earlier articles in the order in which they came, FEWEST_ROWS rows at least; else nothing is known.
    """
    rows = [before[start : start + ROW] for start in range(0, len(before) - ROW + 1, ROW // 4)]
    if len(recent) < ROW or len(before) < FEWEST_ROWS * ROW:
        return None
    lost = [said for name, words in _NAMES.items() if (said := _lost(name, words, recent, rows))]
    if lost:
        return "poor_fields", "; ".join(lost)
    short = _short(recent, rows)
    return ("short_texts", short) if short else None


def _lost(name: str, words: str, recent: Sequence[Trait], rows: Sequence[Sequence[Trait]]) -> str | None:
    count = sum(getattr(trait, name) for trait in recent)
    counts = [sum(getattr(trait, name) for trait in row) for row in rows]
    usual = median(counts) / ROW
    if 2 * count >= usual * ROW or count >= min(counts) or _chance(count, usual) > _IMPROBABLE:
        return None
    return f"only {count} of the last {len(recent)} articles have {words}, usually {usual:.0%} do"


def _chance(count: int, share: float) -> float:
    """Probability of so few or fewer among ROW; a share of 1 is taken for one that has failed once in two rows."""
    p = min(share, 1 - 1 / (2 * ROW))
    return sum(comb(ROW, k) * p**k * (1 - p) ** (ROW - k) for k in range(count + 1))


def _short(recent: Sequence[Trait], rows: Sequence[Sequence[Trait]]) -> str | None:
    lengths = [_length(row) for row in rows]
    known = [length for length in lengths if length is not None]
    now = _length(recent)
    if now is None or 2 * len(known) < len(rows) or 2 * now > median(known) or now >= min(known):
        return None
    return f"the last {len(recent)} articles have {now:.0f} words (median), usually {median(known):.0f}"


def _length(row: Sequence[Trait]) -> float | None:
    words = [trait.words for trait in row if trait.words is not None]
    return median(words) if 2 * len(words) > len(row) else None
