"""Runs that say again what the page says elsewhere: the words for a picture or film, a sentence set large."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.blocks import Build, Chunk, sift
from crawler.normalise import clean
from crawler.page import Page, jsonld

_MIN_LABEL = 25
"""Characters; a shorter alternative text ('The minister') may well be a line of the article, too."""
_CREDIT = 60
"""Characters that may follow: who took the picture, how long the film is."""
_MAX_LABEL = 1_000
"""Characters."""
_MAX_ALIKE = 20
_MAX_PICTURES = 500
_MEDIA = {"videoobject", "imageobject", "audioobject"}
_MAX_QUOTE = 60
"""Words of a pulled quote."""
_MIN_QUOTE = 5
_GRAM = 3
_LONG_GRAM = 6
"""Of the scripts without spaces, where each sign is a word."""
_SHARED = 0.7
"""Share of a run's word triples that the text holds, too: editors shorten what they set large."""

_MAX_CAPTION = 40
"""Words."""
_CLOSING = tuple('.!?…:"”»’。！？।؟')


@dataclass(slots=True)
class Labels:
    """What a page tells about its pictures and films."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    """Words for them, by their first _MIN_LABEL characters."""
    frames: set[HtmlElement] = field(default_factory=set)
    """Paragraphs that hold a picture."""


def labels(page: Page) -> Labels:
    """What `page` says about its pictures and films where no reader sees it, in alt texts and JSON-LD; and frames."""
    found = Labels()
    images = list(islice(page.root.iter("img"), _MAX_PICTURES))
    for text in (*(image.get("alt", "") for image in images), *_said_of_media(page)):
        label = clean(text[:_MAX_LABEL]).rstrip(" .…")
        alike = found.texts.setdefault(label[:_MIN_LABEL], []) if len(label) >= _MIN_LABEL else []
        if len(alike) < _MAX_ALIKE and label not in alike:
            alike.append(label)
    for image in images:
        frame = next(image.iterancestors("p"), None)
        if frame is not None:
            found.frames.add(frame)
    return found


def _said_of_media(page: Page) -> Iterator[str]:
    for node in islice(page.jsonld, _MAX_PICTURES):
        if jsonld.types(node) & _MEDIA:
            yield from (node[key] for key in ("description", "caption") if isinstance(node.get(key), str))


def without_captions(
    chunks: list[Chunk], labels: Labels, main: Collection[Build], descriptions: Collection[str]
) -> list[Chunk]:
    """The chunks that are none of the `labels`, alone or with a credit; those that are become captions.

    A run of the `main` builds is text: editors take the words for a picture from it. Nor is what the page is
    about (`descriptions`) held against a chunk: a page about a film says so, too.
    """
    own = tuple(description[:_MIN_LABEL] for description in descriptions)
    kept = []
    for chunk in chunks:
        is_told = chunk.build not in main and not chunk.text.startswith(own) and _is_told(chunk, labels)
        if is_told or _is_in_frame(chunk, labels):
            chunk.kind = "caption"
        else:
            kept.append(chunk)
    return kept


def _is_told(chunk: Chunk, labels: Labels) -> bool:
    known = labels.texts.get(chunk.text[:_MIN_LABEL], ()) if chunk.kind != "subhead" else ()
    return any(len(chunk.text) < len(label) + _CREDIT and chunk.text.startswith(label) for label in known)


def _is_in_frame(chunk: Chunk, labels: Labels) -> bool:
    """The only words of a paragraph that holds a picture, and no sentence."""
    if chunk.element not in labels.frames or len(chunk.words) > _MAX_CAPTION or chunk.kind != "paragraph":
        return False
    return not chunk.text.endswith(_CLOSING)


def without_pulled_quotes(chunks: list[Chunk], main: Collection[Build]) -> list[Chunk]:
    """The chunks that do not repeat, set apart from the `main` builds, a sentence of the text."""
    likely = [chunk for chunk in chunks if _may_be_pulled(chunk, main)]
    if not likely:
        return chunks
    vocabulary = {word for chunk in chunks if chunk.build in main for word in chunk.words}
    # Most are ruled out by their words alone, which are cheaper to gather than the triples.
    pulled = {id(chunk) for chunk in likely if _repeats(chunk, vocabulary.issuperset)}
    if not pulled:
        return chunks
    said = {gram for chunk in chunks if chunk.build in main for gram in _grams(chunk)}

    def reason(chunk: Chunk) -> str | None:
        is_pulled = id(chunk) in pulled and _repeats(chunk, said.__contains__)
        return "a sentence of the text, set large" if is_pulled else None

    return sift(chunks, reason)


def _may_be_pulled(chunk: Chunk, main: Collection[Build]) -> bool:
    return chunk.kind != "subhead" and chunk.build not in main and _MIN_QUOTE <= len(chunk.words) <= _MAX_QUOTE


def _repeats(chunk: Chunk, is_said: Callable[[tuple[str, ...]], bool]) -> bool:
    grams = list(_grams(chunk))
    return 0 < _SHARED * len(grams) <= sum(map(is_said, grams))


def _grams(chunk: Chunk) -> Iterator[tuple[str, ...]]:
    size = _LONG_GRAM if len(chunk.words) > 0.7 * len(chunk.text) else _GRAM
    return zip(*(chunk.words[start:] for start in range(size)), strict=False)
