"""What stands in the article's own markup above its first sentence and below its last one."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import takewhile

from crawler.extract import choose, phrases
from crawler.extract.blocks import Build, Chunk, sift
from crawler.extract.noise import LABEL_WORDS, TEASER_WORDS, TIME, is_running

_NAMED_EARLY = 8
"""Words; a note about the author names him within so many."""
_LONGEST = 3_000
"""Characters of a note."""
_MAX_NOTE = 120
"""Words of a note about the author."""
_MIN_SENTENCE = 3
"""Words."""
_FULL_STOP = re.compile(r"[.!?…。！？।؟][\s\"'”’»)\]]*$")
_ENTRIES = 3
_ENTRY_WORDS = 4
"""Of an entry, on average."""
_DIGITS = 0.4
"""Share of words with digits: '14 March 2026, updated 15 March 2026, 16:30.' is no sentence."""


def without_edges(chunks: list[Chunk], authors: Collection[str]) -> list[Chunk]:
    """Without the labels (date, place, counter) before the first sentence and the calls and notes after the last.

    `authors` are keys of the authors' names.
    """
    first = next((index for index, chunk in enumerate(chunks) if _begins(chunk)), None)
    last = next((index for index in reversed(range(len(chunks))) if _ends(chunks[index], authors)), None)
    if first is None or last is None:
        return chunks
    last = _end_of_list(chunks, last)
    main = choose.main_builds(chunks) | {chunks[first].build, chunks[last].build}
    head = sift(chunks[:first], lambda chunk: _before_text(chunk, main))
    tail = sift(chunks[last + 1 :], lambda chunk: _after_text(chunk, authors, main))
    return [*head, *chunks[first : last + 1], *tail]


def _end_of_list(chunks: list[Chunk], last: int) -> int:
    """Index of the last entry of the list that the text ends in; `last`, where it ends in a sentence.

    A heading announces such a list; tags and crumbs bear none, and have shorter entries.
    """
    start = last + 2
    entries = list(takewhile(lambda chunk: chunk.kind in ("list", "table"), chunks[start:]))
    if chunks[start - 1 : start] == [] or chunks[start - 1].kind != "subhead" or len(entries) < _ENTRIES:
        return last
    says_much = sum(len(chunk.words) for chunk in entries) >= _ENTRY_WORDS * len(entries)
    return start + len(entries) - 1 if says_much else last


def _is_sentence(chunk: Chunk) -> bool:
    return is_running(chunk) and not _is_date(chunk)


def _begins(chunk: Chunk) -> bool:
    """The chunk may be the first sentence of the article."""
    return _is_sentence(chunk) and not (len(chunk.words) <= TEASER_WORDS and phrases.STAFF.match(chunk.text))


def _ends(chunk: Chunk, authors: Collection[str]) -> bool:
    """The chunk may be the last sentence of the article."""
    return _is_sentence(chunk) and not _below(chunk, authors)


def _is_date(chunk: Chunk) -> bool:
    """Mostly numbers."""
    if len(chunk.words) > 2 * LABEL_WORDS:
        return False
    return sum(any(map(str.isdecimal, word)) for word in chunk.words) >= _DIGITS * len(chunk.words)


def _before_text(chunk: Chunk, main: Collection[Build]) -> str | None:
    if chunk.kind in ("subhead", "list"):  # a text may open with a list of short entries
        return None
    if _is_label(chunk, main):
        return "a label above the text"
    if phrases.STAFF.match(chunk.text):
        return "who worked on it"
    return "a date above the text" if TIME.search(chunk.text) or _is_date(chunk) else None


def _after_text(chunk: Chunk, authors: Collection[str], main: Collection[Build]) -> str | None:
    if _is_label(chunk, main):
        return "a label below the text"
    return _below(chunk, authors) or ("a heading without text" if chunk.kind == "subhead" else None)


def _is_label(chunk: Chunk, main: Collection[Build]) -> bool:
    if chunk.kind == "subhead" or len(chunk.words) > LABEL_WORDS or is_running(chunk):
        return False
    return not (chunk.build in main and _is_short_sentence(chunk))


def _is_short_sentence(chunk: Chunk) -> bool:
    """Three words or more with a full stop behind them, and nothing that labels have: links, numbers, colons."""
    is_ended = bool(_FULL_STOP.search(chunk.text)) and chunk.linked < 0.5
    return is_ended and len(chunk.words) >= _MIN_SENTENCE and not TIME.search(chunk.text) and not _is_date(chunk)


def _below(chunk: Chunk, authors: Collection[str]) -> str | None:
    """Why a sentence below an article is none of it: who worked on it, what the reader should do now."""
    size = len(chunk.words)
    if size > _MAX_NOTE or len(chunk.text) > _LONGEST:
        return None
    if _is_about(chunk, authors):
        return "a note about the author"
    if ("@" in chunk.text and phrases.ADDRESS.search(chunk.text)) or phrases.FOLLOW.search(chunk.text):
        return "how to reach the author"
    if size <= TEASER_WORDS and phrases.STAFF.match(chunk.text):
        return "who else worked on it"
    return _asks(chunk.text) if size <= TEASER_WORDS else None


def _asks(text: str) -> str | None:
    if phrases.NEWSLETTER.search(text) or phrases.APPEAL.search(text):
        return "asks the reader for something"
    return "says who may read on" if phrases.WALL.search(text) else None


def _is_about(chunk: Chunk, authors: Collection[str]) -> bool:
    if chunk.kind != "paragraph":
        return False
    opening = " ".join(chunk.words[:_NAMED_EARLY])
    return bool(phrases.AUTHOR.match(chunk.text)) or any(author in opening for author in authors if " " in author)
