"""Which headings are none of the article's: kickers, the headline again, titles of boxes, labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import zip_longest

from crawler.extract.blocks import Chunk, sift
from crawler.extract.noise import LINK, TIME, is_running

_LOWEST = 6


def opening(head: list[Chunk], text: list[Chunk], headlines: Iterable[str]) -> list[Chunk]:
    """What stands between headline and `text`, without headings that are kickers, headlines again or dates.

    A heading may open the text when text follows it and it says something else than the headline does; it may
    bear a time when others do, as in a live ticker.
    """
    timed = any(chunk.kind == "subhead" and TIME.search(chunk.text) for chunk in text)
    said = [set(headline.split()) for headline in headlines]
    following = {id(chunk): after for chunk, after in zip_longest(head, head[1:])}

    def reason(chunk: Chunk) -> str | None:
        if chunk.kind != "subhead":
            return None
        if not _opens(chunk, following[id(chunk)]):
            return "a heading without text"
        if TIME.search(chunk.text) and not timed:
            return "a date above the text"
        return "says again what the headline says" if _says_again(chunk, said) else None

    return sift(head, reason)


def _opens(chunk: Chunk, following: Chunk | None) -> bool:
    """Text follows, or the heading of a smaller part: the day above the hours of a live ticker."""
    if following is not None and following.kind == "subhead":
        return (chunk.level or 0) < (following.level or 0)
    return following is None or following.kind == "list" or is_running(following)


def _says_again(chunk: Chunk, said: list[set[str]]) -> bool:
    own = set(chunk.words)
    return any(len(own & headline) >= 0.5 * len(own) for headline in said)


def without_box_titles(chunks: list[Chunk], page: list[Chunk]) -> list[Chunk]:
    """The chunks without headings below which stood links and nothing else.

    `page` are all runs of text of the page, those that are dropped already and why. One link between a heading
    and the text beside it may only be put in there.
    """
    titles = {
        id(chunk)
        for chunk, after, third in zip_longest(page, page[1:], page[2:])
        if chunk.kind == "subhead" and _is_link(after) and (_is_link(third) or not _are_beside(chunk, third))
    }
    return sift(chunks, lambda chunk: "the title of a box of links" if id(chunk) in titles else None)


def _is_link(chunk: Chunk | None) -> bool:
    return chunk is not None and chunk.why == LINK


def _are_beside(one: Chunk, other: Chunk | None) -> bool:
    return other is not None and one.element.getparent() is other.element.getparent()


def without_labels(chunks: list[Chunk]) -> list[Chunk]:
    """The chunks without headings of the lowest level: pages set credits, rubrics and buttons so.

    Unless they are all the headings there are, and several.
    """
    levels = Counter(chunk.level for chunk in chunks if chunk.kind == "subhead")
    if levels[_LOWEST] > 1 and levels[_LOWEST] == levels.total():
        return chunks
    return sift(chunks, lambda chunk: "a label, set as the lowest heading" if chunk.level == _LOWEST else None)
