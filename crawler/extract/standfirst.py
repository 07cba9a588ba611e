"""The paragraphs between headline and text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import takewhile

from lxml.html import HtmlElement

from crawler.extract.blocks import Chunk
from crawler.extract.noise import LABEL_WORDS, TIME, is_running
from crawler.normalise import clean, folded, words
from crawler.page.texts import is_longer

MAX_PARAGRAPHS = 6
MAX_HEAD = 100
MAX_DECK = 60
"""Words of a paragraph for which nothing speaks but its place or its build."""
_MIN_DECK = 5
_LONG = 15
"""Words; a bold paragraph of fewer may be a subhead."""
_MIN_WORDS = 3
_SURE = 8
"""Words that two texts begin with, when they are the same text."""
_BYLINE_WORDS = 5
"""A name and so many others: 'Ann Reed and two others'."""
_RUBRIC_WORDS = 3
_CLIMB = 4
_LITTLE_ELSE = 300
"""Characters."""
_MAX_BOX = 3_000
"""Characters."""
_NAMES = re.compile(
    r"stand-?first|sub-?head(?:er|ing|line)?(?![a-z])|sub-?line(?![a-z])|sub-?title|sub-?tit(?:el|re|ulo|ular)?(?![a-z])"
    r"|strap-?line|deck(?![a-z])|dek(?![a-z])|lead(?![a-z])|lead-?(?:in|text|paragraph)|lede|intro(?![a-z])|introduction"
    r"|inleiding|chapo|chapeau|accroche|(?<![a-z])hat(?![a-z])|teaser-?text|summary|synopsis|excerpt|abstract|ingress"
    r"|underrubrik|manchet|entradilla|bajada|copete|sumario|linha-?fina|gravata|resumo|sotto-?titolo|sommario|occhiello|catenaccio"
    r"|vorspann|anleser|anrei(?:ss|ß)er|unter-?(?:titel|zeile)|einleitung|perex|anotace|zajawka|(?<![a-z])spot(?![a-z])"
    r"|preamble",
    re.I,
)
_NAMING = ("class", "id", "itemprop", "data-testid", "data-component", "data-qa")
_PICTURE = re.compile(r"(?:^|[\W_])(?:image|photo|picture|foto|bild|caption|legende)s?(?:$|[\W_])", re.I)
Told = list[list[str]]
"""The words of each description."""


@dataclass
class Place:
    """Where a standfirst is looked for."""

    heading: HtmlElement | None
    """The element that shows the headline."""
    head: list[Chunk]
    """What stands between it and `text`; the standfirst is looked for in the first MAX_HEAD."""
    text: list[Chunk]
    """It begins with the first paragraph of the main build."""
    authors: Collection[str]
    """Keys of their names."""

    @cached_property
    def limit(self) -> int:
        """Characters; an element that holds more is more than a standfirst."""
        return sum(len(chunk.text) for chunk in self.text) // 2


def split(place: Place, descriptions: list[str]) -> tuple[list[Chunk], list[Chunk]]:
    """(standfirst, rest of the head).

    The standfirst is what its names or a description say; else what its place or its being bold says alone.
    Where a description tells the first paragraph of the text, that is a paragraph, unless more speaks for it.
    """
    told = [words(description) for description in descriptions]
    found = _declared(place, told) or _leading(place, told) or _placed(place)
    found = list({chunk.key: chunk for chunk in found}.values())[:MAX_PARAGRAPHS]
    keys = {chunk.key for chunk in found}
    rest = [chunk for chunk in place.head if chunk.key not in keys]
    for chunk in found:
        _cut_rubric(chunk, told)
    return found, rest


def openings(descriptions: list[str]) -> list[list[str]]:
    """The words that the descriptions begin with, of those that are sentences."""
    told = (words(description) for description in descriptions)
    return [said[:_SURE] for said in told if len(said) > _SURE]


def holds_told(element: HtmlElement, openings: list[list[str]]) -> bool:
    """One of the descriptions begins in this box, and it is none of a picture."""
    if not openings or is_longer(element, _MAX_BOX):
        return False
    text = folded("".join(element.itertext()))
    likely = [opening for opening in openings if max(opening, key=len) in text]  # nearly always none
    if not likely or _is_of_picture(element):
        return False
    key = " ".join(words(text))
    return any(" ".join(opening) in key for opening in likely)


# --- what names and descriptions say


def _declared(place: Place, told: Told) -> list[Chunk]:
    head = [chunk for chunk in place.head[:MAX_HEAD] if not _is_of_picture(chunk.element)]
    as_told = [chunk for chunk in head if _is_told(chunk, told) and not _is_paragraph(chunk, place)]
    named = [chunk for chunk in head if _is_sentence(chunk, place.authors) and _is_named(chunk, place.limit)]
    return _alike(named, as_told) or _beside(as_told, head, place.authors) or [one for one in named if not one.doubtful]


def _is_paragraph(chunk: Chunk, place: Place) -> bool:
    """Too long for a standfirst that stands in the midst of the text and bears no name."""
    if len(chunk.words) <= MAX_DECK or not place.text:
        return False
    return chunk.element.getparent() is place.text[0].element.getparent() and not _is_named(chunk, place.limit)


def _alike(named: list[Chunk], told: list[Chunk]) -> list[Chunk]:
    """The named chunks that stand where the told ones do: the best that can be known."""
    places = {chunk.element.getparent() for chunk in told if any(chunk is other for other in named)}
    return [chunk for chunk in named if chunk.element.getparent() in places]


def _beside(told: list[Chunk], head: list[Chunk], authors: Collection[str]) -> list[Chunk]:
    """The told chunk nearest to the text, with those next to it that are built like it."""
    if not told:
        return []
    index = next(index for index, chunk in enumerate(head) if chunk is told[-1])

    def belongs(chunk: Chunk) -> bool:
        return chunk.build == told[-1].build and len(chunk.words) <= MAX_DECK and _is_sentence(chunk, authors)

    above = list(takewhile(belongs, reversed(head[:index])))
    return [*reversed(above), told[-1], *takewhile(belongs, head[index + 1 :])]


def _is_named(chunk: Chunk, limit: int) -> bool:
    """Names of the element say that it is the standfirst, or those of what holds little else, or of all it holds."""
    return any(map(_says, _inside(chunk.element))) or any(map(_says, _around(chunk, limit)))


def _around(chunk: Chunk, limit: int) -> Iterator[HtmlElement]:
    """The element and those above it, as long as they hold little else than the chunk."""
    element: HtmlElement | None = chunk.element
    for _ in range(_CLIMB):
        if element is None or is_longer(element, min(limit, 3 * len(chunk.text) + _LITTLE_ELSE)):
            return
        yield element
        element = element.getparent()


def _inside(element: HtmlElement) -> Iterator[HtmlElement]:
    """The inline elements that hold all of its text."""
    while len(element) == 1 and not (element.text or "").strip() and not (element[0].tail or "").strip():
        element = element[0]
        yield element


def _says(element: HtmlElement) -> bool:
    return element.get("itemprop") == "description" or _is_name(_names(element))


@lru_cache(maxsize=20_000)
def _is_name(names: str) -> bool:
    # Utility classes (`leading-[1.4]`, `[&_.lead]:mt-4`) tell of looks and of children, not of the element.
    return any(_NAMES.search(name) for name in names.split() if ":" not in name and "[" not in name)


def _names(element: HtmlElement) -> str:
    return " ".join([element.attrib[name] for name in _NAMING if name in element.attrib])


def _is_told(chunk: Chunk, told: Told) -> bool:
    return any(_tells(said, chunk) for said in told)


def _tells(said: list[str], chunk: Chunk) -> bool:
    """The description begins as the chunk does, or holds most of its words."""
    size = min(len(said), len(chunk.words))
    if size < _MIN_WORDS:
        return False
    if said[: min(size, 10)] == chunk.words[: min(size, 10)]:
        return True
    shared = set(chunk.words) & set(said)
    return len(shared) >= 0.8 * len(set(chunk.words)) and len(chunk.words) >= 0.5 * len(said)


# --- what the first paragraph says


def _leading(place: Place, told: Told) -> list[Chunk]:
    """The first paragraph of the text, where it is set apart from the second."""
    if len(place.text) < 2:
        return []
    first, second = place.text[:2]
    if first.bold > 0.9 > second.bold and (_is_told(first, told) or _is_long(first)):
        return [first]
    if _is_named(first, place.limit) and not _is_named(second, place.limit):
        return [first]
    excerpt = any(_reads_on(said, first, second) for said in told)
    return [first] if _is_told(first, told) and not (is_running(first) or excerpt) else []


def _is_long(chunk: Chunk) -> bool:
    return len(chunk.words) >= _LONG and is_running(chunk)


def _reads_on(said: list[str], first: Chunk, second: Chunk) -> bool:
    """The description is an excerpt: it goes on with the second chunk where the first one ends."""
    size = len(first.words)
    return said[:size] == first.words and said[size : size + _MIN_WORDS] == second.words[:_MIN_WORDS]


# --- what the place says alone


def _placed(place: Place) -> list[Chunk]:
    """A sentence or heading with the headline, apart from the text; else a sentence set unlike the text."""
    if not place.text:
        return []
    decks = [chunk for chunk in place.head[:MAX_HEAD] if _may_be_deck(chunk, place)]
    builds = Counter(chunk.build for chunk in place.head if is_running(chunk))
    # Paragraphs built alike are a part of the text that stands by itself.
    decks = [chunk for chunk in decks if chunk.kind != "paragraph" or builds[chunk.build] == 1]
    for chunk in decks:
        if _is_with_headline(chunk, place) and (not chunk.doubtful or _is_named(chunk, place.limit)):
            return [chunk]
    inside = set(place.text[0].element.iterancestors())
    for chunk in decks:
        unlike = chunk.element.getparent() not in inside and chunk.build[:2] != place.text[0].build[:2]
        if unlike and chunk.kind == "paragraph" and not chunk.doubtful:
            return [chunk]
    return []


def _is_with_headline(chunk: Chunk, place: Place) -> bool:
    """They stand side by side, or in one element that does not hold the text."""
    if place.heading is None:
        return False
    parent, text = place.heading.getparent(), place.text[0].element
    if chunk.element.getparent() is parent and (parent is not text.getparent() or _is_below(chunk, place.heading)):
        return True
    apart = {parent, *place.heading.iterancestors("header", "hgroup")}.difference(text.iterancestors())
    return not apart.isdisjoint(chunk.element.iterancestors())


def _is_below(chunk: Chunk, heading: HtmlElement) -> bool:
    """A smaller heading just below the headline."""
    return chunk.kind == "subhead" and chunk.element.getprevious() is heading


def _may_be_deck(chunk: Chunk, place: Place) -> bool:
    if not (chunk.kind == "subhead" or (chunk.kind == "paragraph" and is_running(chunk))):
        return False
    if not _MIN_DECK <= len(chunk.words) <= MAX_DECK or _is_of_picture(chunk.element):
        return False
    return _is_sentence(chunk, place.authors) and not any(chunk.key in other.key for other in place.text)


# --- what a run of text is


def _is_sentence(chunk: Chunk, authors: Collection[str]) -> bool:
    """Not a date, not a byline, not a label."""
    if len(chunk.words) > LABEL_WORDS:
        return True
    return len(chunk.words) >= _MIN_WORDS and not (TIME.search(chunk.text) or _is_byline(chunk, authors))


def _is_byline(chunk: Chunk, authors: Collection[str]) -> bool:
    """It names an author and says hardly anything else."""
    return any(name in chunk.key and len(chunk.words) - name.count(" ") <= _BYLINE_WORDS for name in authors)


def _is_of_picture(element: HtmlElement) -> bool:
    return any(_PICTURE.search(_names(holder)) for holder in (element, element.getparent()) if holder is not None)


def _cut_rubric(chunk: Chunk, told: Told) -> None:
    """Take off the place or rubric that stands, in an element of its own, before what a description tells."""
    first = next(iter(chunk.element), None)
    if first is None or (chunk.element.text or "").strip():
        return
    rubric = clean("".join(first.itertext()))
    rest = chunk.text.removeprefix(rubric).lstrip(" :–—-|.·•")
    own = words(rest)
    if (
        rubric[:1].isalnum()
        and len(words(rubric)) <= _RUBRIC_WORDS
        and any(said[:_SURE] == own[:_SURE] for said in told)
    ):
        chunk.text, chunk.words = rest, own
