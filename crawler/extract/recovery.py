"""The text of a page whose markup hides it from our own rules."""

from __future__ import annotations

from collections.abc import Iterator

import trafilatura
from lxml.html import HtmlElement
from trafilatura.settings import Document, Extractor

from crawler.extract.page import Page
from crawler.items import Block
from crawler.normalise import clean, plain, word_count

POOR = 60
"""Words; less than that is a flash, or a page that we have not understood."""
_OPTIONS = Extractor(comments=False, with_metadata=False)
_KINDS = {"p": "paragraph", "head": "subhead", "list": "list", "quote": "quote", "table": "table"}


def recover(page: Page, blocks: list[Block]) -> tuple[list[Block], str | None]:
    """(blocks, layer) of the fullest other reading of a page; ours and None when no other holds clearly more."""
    readings = (("json-ld", list(_declared(page))), ("trafilatura", list(_whole_page(page.root))))
    layer, best = max(readings, key=lambda reading: _size(reading[1]))
    return (best, layer) if _size(best) > max(POOR, 2 * _size(blocks)) else (blocks, None)


def _declared(page: Page) -> Iterator[Block]:
    """Lines of JSON-LD articleBody: where it stands there is no DOM to confirm it, so only when all else is poor."""
    for node in page.jsonld:
        text = node.get("articleBody")
        if isinstance(text, str):
            yield from (Block("paragraph", line) for line in map(plain, text.splitlines()) if line)
            return


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


def _size(blocks: list[Block]) -> int:
    return sum(word_count(block.text) for block in blocks)
