"""Runs of text among the article's that are not the article, known by what they say."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from crawler.extract import phrases
from crawler.extract.blocks import Chunk, sift

TEASER_WORDS = 45
"""A longer run is text, whatever it begins with."""
LABEL_WORDS = 12
_LONGEST = 1_500
"""Characters of a teaser or label; words may be long, too."""
ALL_LINK = 0.85
"""Share of the characters in links; the rest are signs."""
_LONG = 30
"""Words; no label is so long."""
_MIN_HEADLINE = 4
"""Words; fewer may be a subhead that the headline happens to end in."""

LINK = "hardly more than a link"
_BYLINE = "a byline"
"""Reasons."""
TIME = re.compile(r"\b\d{1,2}[:.h]\d\d\b|\b(?:19|20)\d\d\b")
_LABELLED = re.compile(r"([^:：|»›►▶→]{2,50}[:：|»›►▶→])\s*(.+)")
_SIGNS = (
    (phrases.CREDIT, "a credit"),
    (phrases.COUNTER, "a counter of comments"),
    (phrases.WAITING, "waits for a script"),
    (phrases.TAGS, "what it is filed under"),
)
_END = re.compile(r"[.!?…:;。！？।؟][\s\"'”’»)\]]*$")


def without_noise(chunks: Iterable[Chunk], headlines: Collection[str], authors: Collection[str]) -> list[Chunk]:
    """The chunks that may be the article's.

    `headlines` are keys of all that the page calls itself: a run that repeats one is none of the text;
    `authors` are keys of the authors' names.
    """
    return sift(chunks, lambda chunk: _noise(chunk, headlines, authors))


def _noise(chunk: Chunk, headlines: Collection[str], authors: Collection[str]) -> str | None:
    key = chunk.key
    if key in headlines or _repeats(chunk, key, headlines):
        return "repeats the headline"
    if key in authors:
        return _BYLINE
    size = len(chunk.words)
    if size > TEASER_WORDS:
        return None
    if chunk.linked > ALL_LINK:
        return LINK
    if len(chunk.text) > _LONGEST:
        return None
    if _calls(chunk, size) or _is_labelled_link(chunk):
        return "calls the reader away"
    reason = _sign(chunk.text, size)
    return None if reason == _BYLINE and _is_plain_heading(chunk) else reason


def _is_labelled_link(chunk: Chunk) -> bool:
    """A short label and a link as long as a headline, whatever the language: 'Read: The storm in figures'."""
    found = _LABELLED.match(chunk.text) if chunk.linked >= 0.5 else None
    return found is not None and found[2].count(" ") + 1 >= _MIN_HEADLINE and _covers(chunk, found[2])


def _covers(chunk: Chunk, text: str) -> bool:
    """The links of the chunk are about as long as `text`."""
    return abs(chunk.linked * len(chunk.text) - len(text)) <= 3


def _repeats(chunk: Chunk, key: str, headlines: Collection[str]) -> bool:
    """A heading made of the headline and a rubric or kicker."""
    if chunk.kind != "subhead" or len(chunk.words) < _MIN_HEADLINE:
        return False
    return any(
        key.endswith(headline) or key.startswith(headline)
        for headline in headlines
        if headline.count(" ") >= _MIN_HEADLINE
    )


def _calls(chunk: Chunk, size: int) -> bool:
    """Calls the reader away: to another text, a newsletter, a network."""
    if _is_plain_heading(chunk):
        return _calls_alone(chunk.text)
    if phrases.CALL.match(chunk.text):
        return size <= LABEL_WORDS or chunk.linked > 0 or chunk.text.endswith(":")
    if phrases.OFTEN_CALL.match(chunk.text):
        is_label = size <= 6 and (chunk.linked > 0 or not _END.search(chunk.text))
        return is_label or chunk.linked > 0.3 or chunk.text.endswith(":")
    return False


def _is_plain_heading(chunk: Chunk) -> bool:
    """A subhead may begin as a call or a byline does ('Por qué importa'); what stands below it tells more."""
    return chunk.kind == "subhead" and not chunk.linked and not chunk.text.endswith((":", "："))


def _calls_alone(text: str) -> bool:
    found = phrases.CALL.match(text) or phrases.OFTEN_CALL.match(text)
    return found is not None and not any(map(str.isalnum, text[found.end() :]))


def _sign(text: str, size: int) -> str | None:
    if phrases.reserves_rights(text):
        return "a rights line"
    reason = next((reason for pattern, reason in _SIGNS if pattern.match(text)), None)
    if reason is None and size <= LABEL_WORDS and phrases.BYLINE.match(text) and not _END.search(text):
        return _BYLINE
    return reason


def is_running(chunk: Chunk) -> bool:
    """The chunk reads like a sentence of the article, not like a label."""
    size = len(chunk.words)
    return size >= 8 and chunk.linked < 0.5 and (size >= _LONG or bool(_END.search(chunk.text)))
