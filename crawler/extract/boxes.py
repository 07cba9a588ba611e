"""Boxes among the text that no name gives away: teasers, lists of links with their title."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.blocks import Build, Chunk, sift
from crawler.extract.box_titles import BOX_TITLE
from crawler.extract.noise import ALL_LINK, TEASER_WORDS, is_running
from crawler.items import ASIDE_KINDS

_MAX_WORDS = 150
"""Words of a box that stand in no link."""
_MAX_TITLE = 8
_MIN_LINK = 3
"""Words; the link of a teaser is a headline."""
_MAX_TEASER = 60
"""Words of a teaser beside its headline."""
_TWINS = 3
"""Siblings to look at."""


def mark(element: HtmlElement, chunks: Iterable[Chunk]) -> None:
    """Say of the `chunks`, which are all that `element` holds, whether they stand in a box."""
    runs = [chunk for chunk in chunks if chunk.kind not in ASIDE_KINDS]
    rest = [chunk for chunk in runs if not _is_link(chunk)]
    if not runs or not rest or sum(len(chunk.words) for chunk in rest) > _MAX_WORDS:
        return
    if reason := _titled(runs, rest) or _teaser(element, runs, rest):
        for chunk in runs:
            chunk.boxed = chunk.boxed or reason


def without_boxes(chunks: Iterable[Chunk], main: set[Build]) -> list[Chunk]:
    """The chunks that stand in no box. A run of the `main` builds is text: there are articles made of teasers."""
    return sift(chunks, lambda chunk: chunk.boxed if chunk.build not in main else None)


def _is_link(chunk: Chunk) -> bool:
    return bool(chunk.boxed) or (chunk.linked > ALL_LINK and len(chunk.words) <= TEASER_WORDS)


def _titled(runs: list[Chunk], rest: list[Chunk]) -> str | None:
    """A title and below it nothing but links, or what a title of that kind announces."""
    first = runs[0]
    if len(runs) < 2 or len(first.words) > _MAX_TITLE or is_running(first):
        return None
    if rest == [first]:
        return "a list of links and its title"
    return "a box of that title" if BOX_TITLE.match(first.text) else None


def _teaser(element: HtmlElement, runs: list[Chunk], rest: list[Chunk]) -> str | None:
    """The headline of another article as a link, and a few words about it; perhaps a label above."""
    links = [chunk for chunk in runs[:2] if chunk.linked > ALL_LINK and len(chunk.words) >= _MIN_LINK]
    if not links or sum(len(chunk.words) for chunk in rest) > _MAX_TEASER or _has_plain_twin(element):
        return None
    return "a teaser"


def _has_plain_twin(element: HtmlElement) -> bool:
    """Elements beside this one are built alike and hold no link: pieces of the text."""
    before = islice(element.itersiblings(preceding=True), _TWINS)
    alike = (other for other in before if (other.tag, other.get("class")) == (element.tag, element.get("class")))
    return any(other.find(".//a") is None for other in alike)
