"""The text of a page whose markup does not hold it, or hides it from our own rules."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import trafilatura
from lxml import etree
from lxml.html import HtmlElement
from trafilatura.settings import Document, Extractor

from crawler.errors import PageError
from crawler.extract import statetext
from crawler.extract.declared import Declared
from crawler.extract.metadata import Metadata
from crawler.items import ASIDE_KINDS, Block
from crawler.normalise import clean, word_count, words
from crawler.page import Page, parse

POOR = 60
"""Words; less than that is a flash, or a page that we have not understood."""
_FEW = 150
"""Words; less than that may be the beginning of a text whose rest stands in a script."""
_CLEARLY_MORE = 1.5
_SAME = 0.5
"""Share of the runs of words that the other reading must have, too, to be the same article."""
_MOST_ELEMENTS = 20_000
"""Of a page that trafilatura is asked about; it takes a second for a hundred thousand, longer in tables."""
_COUNT_ELEMENTS = etree.XPath("count(.//*) + 9 * count(.//tr)")
_OPTIONS = Extractor(comments=False, with_metadata=False)
_KINDS = {"p": "paragraph", "head": "subhead", "list": "list", "quote": "quote", "table": "table"}
_LITERAL = re.compile(r'(?<!\\)"((?:[^"\\]|\\.){0,40}(?:<|\\u003[cC])(?:p|h[2-6]|div)\b[^"\\]*+(?:\\.[^"\\]*+)*+)"')
"""A string literal of a script that begins with markup."""
_MOST_LITERALS = 2_000
_MARKUP_BEGINS = ("<p", "<h", "<div", "\\u003")
_KEY = re.compile(r"([\w-]+)[\"']?\s*:\s*$")
Reader = Callable[[HtmlElement], list[Block]]
"""Reads a tree as the page itself is read."""


def recover(
    page: Page,
    scripts: list[HtmlElement],
    told: Declared,
    found: list[Block],
    size: int,
    metadata: Metadata,
    read: Reader,
) -> tuple[list[Block], str | None]:
    """(blocks, layer) of the fullest other reading of a page; `found` and None when none holds clearly more.

    Asked are JSON-LD (its articleBody is often cut short), the state in the page's scripts where the markup holds
    few words, and trafilatura where it holds hardly any and they hold none. A page that says that its text is not
    free keeps what it does not show: of it, JSON-LD and scripts are not read. `size` are the words of `found`
    without its subheads.
    """
    best, layer = found, None
    for name, blocks in _readings(scripts, told, size, metadata, read):
        if _size(blocks) > max(POOR, _CLEARLY_MORE * _size(best)) and _is_same(found, blocks):
            best, layer = blocks, name
    if layer is None and size < POOR and _COUNT_ELEMENTS(page.root) <= _MOST_ELEMENTS:
        blocks = list(_whole_page(page.root))
        if _size(blocks) > max(POOR, _CLEARLY_MORE * size):
            return blocks, "trafilatura"
    return best, layer


def _readings(
    scripts: list[HtmlElement], told: Declared, size: int, metadata: Metadata, read: Reader
) -> Iterator[tuple[str, list[Block]]]:
    if metadata.access != "paywalled":
        if size < _FEW and (state := _state(scripts, metadata.headline_candidates)):
            yield "script", _read(state, read)
        if told.size > _CLEARLY_MORE * size:
            yield "json-ld", _read(statetext.paragraphs(told.body), read)


def _state(scripts: list[HtmlElement], headlines: Iterable[str]) -> str:
    """HTML that the page's scripts would put in place: from their data, else from the markup in their code."""
    if found := statetext.find(scripts, headlines):
        return found
    code = (script.text or "" for script in scripts if "json" not in (script.get("type") or ""))
    literals = dict.fromkeys(islice((literal for text in code for literal in _literals(text)), _MOST_LITERALS))
    return "".join(filter(None, map(_unescaped, literals)))


def _literals(code: str) -> Iterator[str]:
    if not any(begin in code for begin in _MARKUP_BEGINS):
        return
    for match in _LITERAL.finditer(code):
        key = _KEY.search(code, max(0, match.start() - 60), match.start())
        if key is None or not statetext.leads_elsewhere(key[1]):
            yield match[1]


def _unescaped(literal: str) -> str | None:
    try:
        text = json.loads(f'"{literal}"', strict=False)
        return text if "<" in text else _unescaped(text)
    except (ValueError, RecursionError):
        return None


def _read(html: str, read: Reader) -> list[Block]:
    """What `read` finds; nothing in what would cost too much."""
    try:
        return read(parse(f"<html><body>{html}</body></html>", "").root)
    except PageError:
        return []


def _is_same(found: Iterable[Block], other: Iterable[Block]) -> bool:
    """The other reading holds what was found, or hardly anything was found: it is no other article."""
    if _size(found) < POOR / 2:
        return True
    shown, all_words = (_runs(" ".join(block.text for block in blocks)) for blocks in (found, other))
    return len(shown & all_words) >= _SAME * len(shown)


def _runs(text: str) -> set[tuple[str, ...]]:
    said = words(text)
    return set(zip(said, said[1:], said[2:], strict=False))


def _whole_page(root: HtmlElement) -> Iterator[Block]:
    """What trafilatura reads on the whole page in its full mode."""
    document = trafilatura.bare_extraction(root, options=_OPTIONS)
    if not isinstance(document, Document):
        return
    for element in document.body:
        text = clean(" ".join(element.itertext()))
        if text and element.tag in _KINDS:
            kind = _KINDS[str(element.tag)]
            yield Block(kind, text, 2 if kind == "subhead" else None)


def _size(found: Iterable[Block]) -> int:
    return sum(word_count(block.text) for block in found if block.kind not in ("subhead", *ASIDE_KINDS))
