"""The text of a page whose markup does not hold it, or hides it from our own rules."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

import trafilatura
from lxml.html import HtmlElement, document_fromstring
from trafilatura.settings import Document, Extractor

from crawler.extract import blocks, boilerplate
from crawler.extract.blocks import Chunk
from crawler.items import Block
from crawler.normalise import clean, plain, word_count
from crawler.page import Page, new_parser

POOR = 60
"""Words; less than that is a flash, or a page that we have not understood."""
_OPTIONS = Extractor(comments=False, with_metadata=False)
_KINDS = {"p": "paragraph", "head": "subhead", "list": "list", "quote": "quote", "table": "table"}
_MARKUP = re.compile(r'"((?:[^"\\]|\\.){0,40}(?:<|\\u003[cC])(?:p|h[2-6]|div)\b(?:[^"\\]|\\.)*)"')
"""A string literal of a script that begins with markup."""


def recover(page: Page, scripts: Iterable[HtmlElement], found: list[Block]) -> tuple[list[Block], str | None]:
    """(blocks, layer) of the fullest other reading of a page; `found` and None when none holds clearly more."""
    readings = {
        "json-ld": list(_declared(page)),
        "script": list(_state(scripts)),
        "trafilatura": list(_whole_page(page.root)),
    }
    layer = max(readings, key=lambda name: _size(readings[name]))
    enough = _size(readings[layer]) > max(POOR, 2 * _size(found))
    return (readings[layer], layer) if enough else (found, None)


def _declared(page: Page) -> Iterator[Block]:
    """Lines of JSON-LD articleBody; often cut short, so only when the page shows nothing better."""
    for node in page.jsonld:
        text = node.get("articleBody")
        if isinstance(text, str):
            yield from (Block("paragraph", line) for line in map(plain, text.splitlines()) if line)
            return


def _state(scripts: Iterable[HtmlElement]) -> Iterator[Block]:
    """Markup that the page's scripts would put in place."""
    literals = {match[1]: None for script in scripts for match in _MARKUP.finditer(script.text or "")}
    markup = "".join(filter(None, map(_unescaped, literals)))
    if markup:
        root = document_fromstring(markup, parser=new_parser())
        for chunk in _once(blocks.read(root, root, boilerplate.judge)):
            if not chunk.doubtful and chunk.linked < 0.85:
                yield Block(chunk.kind, chunk.text, chunk.level if chunk.kind == "subhead" else None)


def _unescaped(literal: str) -> str | None:
    try:
        text = json.loads(f'"{literal}"', strict=False)
        return text if "<" in text else _unescaped(text)
    except ValueError:
        return None


def _once(chunks: Iterable[Chunk]) -> Iterable[Chunk]:
    """State is often written twice, for the server's and the browser's sake."""
    return {chunk.key: chunk for chunk in chunks}.values()


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
    return sum(word_count(block.text) for block in found if block.kind != "subhead")
