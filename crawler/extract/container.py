"""Where on the page the article stands."""

from __future__ import annotations

from collections.abc import Collection

from lxml.html import HtmlElement

from crawler.normalise import words

Weights = dict[HtmlElement, int]
"""Characters of running text below an element."""
_SENTENCE = 60
"""Characters; shorter texts are mostly labels, dates and buttons."""
_SHARE = 0.8
_LOOSE = ("div", "td", "section", "article", "main", "li", "blockquote", "span", "font", "center")


def weigh(root: HtmlElement) -> Weights:
    """Characters of paragraphs below each element; of any text where the page has hardly a paragraph."""
    weights: Weights = {}
    for paragraph in root.iter("p"):
        _count(paragraph, len("".join(paragraph.itertext()).strip()), weights)
    if weights.get(root, 0) < 500:
        for element in root.iter(*_LOOSE):
            texts = (element.text, *(child.tail for child in element))
            _count(element, sum(len(text.strip()) for text in texts if text), weights)
    return weights


def _count(element: HtmlElement, size: int, weights: Weights) -> None:
    if size < _SENTENCE:
        return
    weights[element] = weights.get(element, 0) + size
    for ancestor in element.iterancestors():
        weights[ancestor] = weights.get(ancestor, 0) + size


def find(root: HtmlElement, weights: Weights) -> HtmlElement:
    """The smallest element that holds most of the running text."""
    best = root
    wanted = _SHARE * weights.get(root, 0)
    while (inner := next((child for child in best if weights.get(child, 0) >= wanted > 0), None)) is not None:
        if inner.tag == "p":
            break
        best = inner
    return best


def region(
    root: HtmlElement, holder: HtmlElement, headlines: Collection[str]
) -> tuple[HtmlElement, HtmlElement | None]:
    """(smallest element that holds the headline and the text, the headline's <h1>).

    Where no <h1> shows one of the `headlines` (keys), the region is the container itself, or what lies
    around the nearest <h1>.
    """
    headings = list(root.iter("h1"))
    shown = [h for h in headings if " ".join(words(" ".join(h.itertext()))) in headlines] or headings[:1]
    for heading in shown:
        around = {heading, *heading.iterancestors()}
        common = next((e for e in (holder, *holder.iterancestors()) if e in around), None)
        if common is not None:
            return common, heading
    return holder, None
