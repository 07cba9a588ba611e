"""What was not taken for the article's, and why: for a person who looks into a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from crawler.extract import blocks, boilerplate
from crawler.extract.blocks import Chunk
from crawler.extract.noise import is_running
from crawler.items import Dropped
from crawler.normalise import clean

_OUTSIDE = "outside the element that holds the article"


def dropped(
    root: HtmlElement, read: list[Chunk], skipped: list[HtmlElement], unselected: Iterable[HtmlElement]
) -> list[Dropped]:
    """All that is not the article's, in page order.

    `read` are the runs of text that were looked at, `skipped` the elements of the tree that were not,
    `unselected` those that the source's own selectors took out of it.
    """
    order = {element: number for number, element in enumerate(root.iter())}
    found = [(order[chunk.element], _of_chunk(chunk)) for chunk in read if chunk.why]
    found += [(order[element], _of_element(element, boilerplate.reason(element))) for element in skipped]
    found += [(order[chunk.element], _of_chunk(chunk)) for chunk in _outside(root, read, skipped)]
    found.sort(key=lambda pair: pair[0])
    own = [_of_element(element, "named by [select] drop") for element in unselected]
    return [item for item in (*own, *(item for _, item in found)) if item.text]


def _outside(root: HtmlElement, read: list[Chunk], skipped: list[HtmlElement]) -> Iterator[Chunk]:
    """Sentences of the page that nobody looked at; its labels and links would only tire."""
    seen = {chunk.element for chunk in read}.union(skipped)
    for chunk in blocks.read(root, root, lambda element: "drop" if element.tag == "head" else "keep"):
        if is_running(chunk) and seen.isdisjoint((chunk.element, *chunk.element.iterancestors())):
            chunk.why = _OUTSIDE
            yield chunk


def _of_chunk(chunk: Chunk) -> Dropped:
    return Dropped(chunk.text, chunk.why or _OUTSIDE, _place(chunk.element))


def _of_element(element: HtmlElement, reason: str) -> Dropped:
    return Dropped(clean(" ".join(element.itertext())), reason, _place(element))


def _place(element: HtmlElement) -> str:
    parent = element.getparent()
    return _named(element) if parent is None else f"{_named(parent)} > {_named(element)}"


def _named(element: HtmlElement) -> str:
    return ".".join([str(element.tag), *(element.get("class") or "").split()[:2]])
