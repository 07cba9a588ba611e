"""The paragraphs between headline and text."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.extract.blocks import Chunk
from crawler.extract.noise import LABEL_WORDS, TIME
from crawler.normalise import words
from crawler.page.texts import is_longer

MAX_PARAGRAPHS = 6
_MIN_WORDS = 3
_CLIMB = 4
_LITTLE_ELSE = 300
"""Characters."""
_NAMES = re.compile(
    r"stand-?first|sub-?head(?:er|ing|line)?(?![a-z])|sub-?title|sub-?tit(?![a-z])|deck(?![a-z])|dek(?![a-z])"
    r"|lead(?![a-z])|lead-?(?:in|text|paragraph)|lede|intro(?![a-z])|introduction|chapo|chapeau|hat(?![a-z])|teaser-?text"
    r"|summary|synopsis|excerpt|abstract|ingress|entradilla|bajada|subtitulo|sottotitolo|sommario|occhiello"
    r"|vorspann|anleser|perex|resumo|linha-?fina|manchet|spot(?![a-z])|preamble",
    re.I,
)


def split(head: list[Chunk], text: list[Chunk], descriptions: list[str]) -> tuple[list[Chunk], list[Chunk]]:
    """(standfirst, rest of the head).

    `head` is what stands between the headline and `text`, which begins with the first paragraph of the main
    build. The standfirst is what its names or the description say; else the first paragraph where it is set
    in bold, which then is `text[0]`.
    """
    limit = sum(len(chunk.text) for chunk in text) // 2
    wanted = [words(description) for description in descriptions]
    told = [chunk for chunk in head if any(_tells(chunk, told) for told in wanted)]
    named = [chunk for chunk in head if _is_sentence(chunk) and _is_named(chunk, limit)]
    found = _alike(named, told) or _beside(told, head) or [chunk for chunk in named if not chunk.doubtful]
    if not found and _is_set_apart(text[:2]) and any(_tells(text[0], told) for told in wanted):
        found = text[:1]
    found = list({chunk.key: chunk for chunk in found}.values())[:MAX_PARAGRAPHS]
    keys = {chunk.key for chunk in found}
    return found, [chunk for chunk in head if chunk.key not in keys]


def _beside(told: list[Chunk], head: list[Chunk]) -> list[Chunk]:
    """The told chunk nearest to the text, with those that are built like it."""
    return [chunk for chunk in head if told and chunk.build == told[-1].build and _is_sentence(chunk)]


def _is_sentence(chunk: Chunk) -> bool:
    """Not a date, not a label."""
    return len(chunk.words) >= _MIN_WORDS and not (len(chunk.words) <= LABEL_WORDS and TIME.search(chunk.text))


def _is_set_apart(first: list[Chunk]) -> bool:
    """The first paragraph is bold and the second is not."""
    return len(first) == 2 and first[0].bold > 0.9 > first[1].bold


def _alike(named: list[Chunk], told: list[Chunk]) -> list[Chunk]:
    """The named chunks that stand where the told ones do: the best that can be known."""
    places = {chunk.element.getparent() for chunk in told if any(chunk is other for other in named)}
    return [chunk for chunk in named if chunk.element.getparent() in places]


def _is_named(chunk: Chunk, limit: int) -> bool:
    """Class, id or itemprop of the element say that it is the standfirst, or those of what holds little else."""
    element: HtmlElement | None = chunk.element
    for _ in range(_CLIMB):
        if element is None or is_longer(element, min(limit, 3 * len(chunk.text) + _LITTLE_ELSE)):
            return False
        if _NAMES.search(f"{element.get('class', '')} {element.get('id', '')} {element.get('itemprop', '')}"):
            return True
        element = element.getparent()
    return False


def _tells(chunk: Chunk, told: list[str]) -> bool:
    """The description begins as the chunk does, or holds most of its words."""
    size = min(len(told), len(chunk.words))
    if size < _MIN_WORDS:
        return False
    if told[: min(size, 10)] == chunk.words[: min(size, 10)]:
        return True
    shared = set(chunk.words) & set(told)
    return len(shared) >= 0.8 * len(set(chunk.words)) and len(chunk.words) >= 0.5 * len(told)
