"""The paragraphs between headline and text."""

from __future__ import annotations

import re

from crawler.extract.blocks import Chunk
from crawler.normalise import words

MAX_PARAGRAPHS = 6
_MIN_WORDS = 3
_NAMES = re.compile(
    r"stand-?first|sub-?head(?:er|ing|line)?(?![a-z])|sub-?title|sub-?tit(?![a-z])|deck(?![a-z])|dek(?![a-z])"
    r"|lead(?![a-z])|lead-?(?:in|text|paragraph)|lede|intro(?![a-z])|introduction|chapo|chapeau|teaser-?text"
    r"|summary|synopsis|excerpt|abstract|ingress|entradilla|bajada|subtitulo|sottotitolo|sommario|occhiello"
    r"|vorspann|anleser|perex|resumo|linha-?fina|manchet|spot(?![a-z])|preamble",
    re.I,
)


def split(head: list[Chunk], descriptions: list[str]) -> tuple[list[Chunk], list[Chunk]]:
    """(standfirst, rest) of the chunks between the headline and the first paragraph of the main build."""
    wanted = [words(description) for description in descriptions]
    told = [chunk for chunk in head if any(_tells(chunk, told) for told in wanted)]
    named = [chunk for chunk in head if _is_named(chunk) and len(chunk.words) >= _MIN_WORDS]
    found = _alike(named, told) or [chunk for chunk in named if not chunk.doubtful] or told[-1:]
    found = list({chunk.key: chunk for chunk in found}.values())[:MAX_PARAGRAPHS]
    keys = {chunk.key for chunk in found}
    return found, [chunk for chunk in head if chunk.key not in keys]


def _alike(named: list[Chunk], told: list[Chunk]) -> list[Chunk]:
    """The named chunks that stand where the told ones do: the best that can be known."""
    places = {chunk.element.getparent() for chunk in told if any(chunk is other for other in named)}
    return [chunk for chunk in named if chunk.element.getparent() in places]


def _is_named(chunk: Chunk) -> bool:
    """Class, id or itemprop of the chunk's element or of its parent say that it is the standfirst."""
    element, parent = chunk.element, chunk.element.getparent()
    nearest = (element,) if parent is None or len(parent) > MAX_PARAGRAPHS else (element, parent)
    return any(_NAMES.search(f"{e.get('class', '')} {e.get('id', '')} {e.get('itemprop', '')}") for e in nearest)


def _tells(chunk: Chunk, told: list[str]) -> bool:
    """The description begins as the chunk does, or holds most of its words."""
    size = min(len(told), len(chunk.words))
    if size < _MIN_WORDS:
        return False
    if told[: min(size, 10)] == chunk.words[: min(size, 10)]:
        return True
    shared = set(chunk.words) & set(told)
    return len(shared) >= 0.8 * len(set(chunk.words)) and len(chunk.words) >= 0.5 * len(told)
