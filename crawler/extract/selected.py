"""What a source's [select] says, where the general rules fall short."""

from __future__ import annotations

from collections.abc import Sequence

from lxml.html import HtmlElement

from crawler.catalogue import Select
from crawler.extract.blocks import Chunk
from crawler.normalise import clean
from crawler.page import css

_MOST_PARAGRAPHS = 20
"""Of a standfirst; a selector that finds more means something else."""


def found(root: HtmlElement, selectors: Sequence[str]) -> list[HtmlElement]:
    """Elements that the first selector with any match finds: the newest layout stands first."""
    for selector in selectors:
        if elements := css.find(root, selector):
            return elements
    return []


def first(root: HtmlElement, selectors: Sequence[str]) -> HtmlElement | None:
    """The first of `found`."""
    return next(iter(found(root, selectors)), None)


def headline(root: HtmlElement, select: Select) -> str | None:
    """Headline by selector; None where there is no selector or no match."""
    element = first(root, select.headline)
    return clean("".join(element.itertext())) or None if element is not None else None


def drop(root: HtmlElement, select: Select) -> list[HtmlElement]:
    """Take out of the tree what any of the drop selectors finds; return it."""
    found = []
    for selector in select.drop:
        for element in css.find(root, selector):
            if element.getparent() is not None:
                element.drop_tree()
                found.append(element)
    return found


def standfirst(root: HtmlElement, select: Select) -> list[str]:
    """Texts of the elements that the standfirst selectors find, wherever they stand."""
    paragraphs = found(root, select.standfirst)[:_MOST_PARAGRAPHS]
    texts = (clean("".join(element.itertext())) for element in paragraphs)
    return [text for text in texts if text]


def mark_subheads(root: HtmlElement, select: Select, chunks: list[Chunk]) -> None:
    """Make subheads of the chunks in elements that the subhead selectors find."""
    for chunk in _within(set(found(root, select.subhead)), chunks):
        chunk.kind, chunk.level = "subhead", chunk.level or 2


def _within(elements: set[HtmlElement], chunks: list[Chunk]) -> list[Chunk]:
    if not elements:
        return []
    return [
        chunk
        for chunk in chunks
        if chunk.element in elements
        or not elements.isdisjoint(chunk.element.iterancestors())
        or not elements.isdisjoint(chunk.element.iter("span", "b", "strong", "em"))
    ]
