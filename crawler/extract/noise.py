"""Runs of text among the article's that are not the article, known by what they say."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from crawler.extract import phrases
from crawler.extract.blocks import Chunk

TEASER_WORDS = 45
"""A longer run is text, whatever it begins with."""
LABEL_WORDS = 12
_LONG = 30
"""Words; no label is so long."""
_MIN_HEADLINE = 4
"""Words; fewer may be a subhead that the headline happens to end in."""

TIME = re.compile(r"\b\d{1,2}[:.h]\d\d\b|\b(?:19|20)\d\d\b")
_END = re.compile(r"[.!?…:;。！？।؟][\s\"'”’»)\]]*$")


def without_noise(chunks: Iterable[Chunk], headlines: Collection[str], authors: Collection[str]) -> list[Chunk]:
    """The chunks that may be the article's.

    `headlines` are keys of all that the page calls itself: a run that repeats one is none of the text;
    `authors` are keys of the authors' names.
    """
    return [chunk for chunk in chunks if not _is_noise(chunk, headlines, authors)]


def _is_noise(chunk: Chunk, headlines: Collection[str], authors: Collection[str]) -> bool:
    if chunk.key in headlines or chunk.key in authors or _repeats(chunk, headlines):
        return True
    size = len(chunk.words)
    if size > TEASER_WORDS:
        return False
    return chunk.linked > 0.85 or _calls(chunk, size) or _signs(chunk.text, size)


def _repeats(chunk: Chunk, headlines: Collection[str]) -> bool:
    """A heading made of the headline and a rubric or kicker."""
    if chunk.kind != "subhead" or len(chunk.words) < _MIN_HEADLINE:
        return False
    return any(
        chunk.key.endswith(headline) or chunk.key.startswith(headline)
        for headline in headlines
        if headline.count(" ") >= _MIN_HEADLINE
    )


def _calls(chunk: Chunk, size: int) -> bool:
    """Calls the reader away: to another text, a newsletter, a network."""
    if phrases.CALL.match(chunk.text):
        return size <= LABEL_WORDS or chunk.linked > 0.1 or chunk.text.endswith(":")
    if phrases.OFTEN_CALL.match(chunk.text):
        return size <= 6 or chunk.linked > 0.3 or chunk.text.endswith(":")
    return False


def _signs(text: str, size: int) -> bool:
    """Rights line, credit, counter of comments, byline, text that waits for a script."""
    if (
        phrases.RIGHTS.match(text)
        or phrases.CREDIT.match(text)
        or phrases.COUNTER.match(text)
        or phrases.WAITING.match(text)
    ):
        return True
    return size <= LABEL_WORDS and bool(phrases.BYLINE.match(text)) and not _END.search(text)


def is_running(chunk: Chunk) -> bool:
    """The chunk reads like a sentence of the article, not like a label."""
    size = len(chunk.words)
    return size >= 8 and chunk.linked < 0.5 and (size >= _LONG or bool(_END.search(chunk.text)))


def without_edges(chunks: list[Chunk]) -> list[Chunk]:
    """Without the labels (date, place, counter) before the first sentence and the calls after the last one."""
    running = [index for index, chunk in enumerate(chunks) if is_running(chunk) and not _ends(chunk)]
    if not running:
        return chunks
    first, last = running[0], running[-1]
    head = [chunk for chunk in chunks[:first] if not _is_label(chunk) and not TIME.search(chunk.text)]
    tail = [chunk for chunk in chunks[last + 1 :] if not _is_label(chunk) and not _ends(chunk)]
    return [*head, *chunks[first : last + 1], *(chunk for chunk in tail if chunk.kind != "subhead")]


def _is_label(chunk: Chunk) -> bool:
    return chunk.kind != "subhead" and len(chunk.words) <= LABEL_WORDS and not is_running(chunk)


def _ends(chunk: Chunk) -> bool:
    """What stands below an article: who else worked on it, the newsletter."""
    return len(chunk.words) <= TEASER_WORDS and bool(
        phrases.STAFF.match(chunk.text) or phrases.NEWSLETTER.search(chunk.text)
    )
