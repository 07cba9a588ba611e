"""Entries of a live ticker or of a numbered piece: each with its own heading, time and paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from lxml.html import HtmlElement

from crawler.extract.blocks import Chunk, drop
from crawler.extract.noise import is_running

_CLOCK = r"\d{1,2}\s?[:.h]\s?\d{2}(?::\d{2})?"
_TIME = re.compile(rf"\W*+(?:[^\d\W]++\W++|\d++\W*+){{0,6}}?{_CLOCK}(?:\W++[^\d\W]++){{0,3}}\W*")
"""A clock time, with a date or a word before it, a zone or the word of a link behind it."""
_HAS_CLOCK = re.compile(r"\d\s?[:.h]\s?\d\d")
_MAX_TIME = 60
"""Characters."""
_MAX_HEADING = 25
_LEAST = 3
"""Entries; fewer times are those of an article that was brought up to date."""
_LEVEL = 3
"""Of a bold line that heads an entry."""


def marked(chunks: list[Chunk]) -> list[Chunk]:
    """The chunks with entries made plain: paragraphs below headings, whatever lists or tables hold them.

    The time of an entry is no part of its text. It stands in the heading where the page writes it there; where
    an entry has no heading, its time is the heading.
    """
    times = [chunk for chunk in chunks if chunk.kind != "subhead" and _is_time(chunk)]
    headed = [chunk for chunk in chunks if chunk.kind == "subhead" and _in_list(chunk)]
    entries = _entries(times) or _entries(headed)
    parts: dict[HtmlElement, list[Chunk]] = {entry: [] for entry in entries}
    for chunk in chunks if entries else ():
        if (entry := _entry_of(chunk, parts)) is not None:
            parts[entry].append(chunk)
    parts = {entry: held for entry, held in parts.items() if any(map(is_running, held))}
    if len(parts) < _LEAST:
        return chunks
    for entry, held in parts.items():
        _make_plain(entry, held)
    return [chunk for chunk in chunks if chunk.why is None]


def _is_time(chunk: Chunk) -> bool:
    text = chunk.text  # few lines hold a clock time, and that is quickly seen
    return len(text) <= _MAX_TIME and bool(_HAS_CLOCK.search(text) and _TIME.fullmatch(text))


def _in_list(chunk: Chunk) -> bool:
    return next(chunk.element.iterancestors("li", "td", "dd"), None) is not None


def _entries(marks: Iterable[Chunk]) -> set[HtmlElement]:
    """Elements of one parent that hold one mark each; empty where too few do."""
    elements = [chunk.element for chunk in marks]
    if len(elements) < _LEAST:
        return set()
    held = Counter(ancestor for element in elements for ancestor in (element, *element.iterancestors()))
    entries = [_child_of_holder(element, held) for element in elements]
    parents = Counter(entry.getparent() for entry in entries if entry is not None)
    parent, count = max(parents.items(), key=lambda item: item[1], default=(None, 0))
    return (
        {entry for entry in entries if entry is not None and entry.getparent() is parent} if count >= _LEAST else set()
    )


def _child_of_holder(element: HtmlElement, held: Counter[HtmlElement]) -> HtmlElement | None:
    """The largest element round this mark that holds no other."""
    chain = (element, *element.iterancestors())
    return next((one for one, parent in pairwise(chain) if held[parent] > 1), None)


def _entry_of(chunk: Chunk, entries: Iterable[HtmlElement]) -> HtmlElement | None:
    return next((element for element in (chunk.element, *chunk.element.iterancestors()) if element in entries), None)


def _make_plain(entry: HtmlElement, held: list[Chunk]) -> None:
    """Paragraphs of the entry's text, a subhead of its bold line or of its time."""
    for chunk in held:
        if chunk.kind in ("list", "table") and _is_held_by(entry, chunk):
            chunk.kind = "paragraph"
    times = [chunk for chunk in held if chunk.kind != "subhead" and _is_time(chunk)]
    first = next((chunk for chunk in held if chunk not in times), held[0])
    if first.kind == "paragraph" and first.bold > 0.9 and len(first.words) <= _MAX_HEADING and first is not held[-1]:
        first.kind, first.level = "subhead", _LEVEL
    if not any(chunk.kind == "subhead" for chunk in held) and times:
        times[0].kind, times[0].level = "subhead", _LEVEL
        times = times[1:]
    drop(times, "the time of an entry")


def _is_held_by(entry: HtmlElement, chunk: Chunk) -> bool:
    """The list or table that makes the chunk an entry of it is the one of the entries, not one within."""
    holder = next(chunk.element.iterancestors("ul", "ol", "dl", "table"), None)
    return holder is None or entry not in holder.iterancestors()
