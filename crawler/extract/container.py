"""Where on the page the article stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from lxml.html import HtmlElement

from crawler.extract.boilerplate import is_elsewhere
from crawler.normalise import words

Weights = dict[HtmlElement, int]
"""Characters of running text below an element."""
_SENTENCE = 60
"""Characters; shorter texts are mostly labels, dates and buttons."""
_SHARE = 0.8
_ENOUGH = 500
_LOOSE = ("div", "td", "section", "article", "main", "li", "blockquote", "span", "font", "center")


def weigh(root: HtmlElement) -> Weights:
    """Characters of paragraphs below each element; of any text where the page has hardly a paragraph.

    What stands in comments, consent boxes and navigation does not count, unless nothing else does.
    """
    for tags, elsewhere in ((("p",), False), (_LOOSE, False), (("p", *_LOOSE), True)):
        weights = _weigh(root, tags, elsewhere)
        if weights.get(root, 0) >= _ENOUGH:
            break
    return weights


def _weigh(root: HtmlElement, tags: Iterable[str], elsewhere: bool) -> Weights:
    weights: Weights = {}
    above: dict[HtmlElement, list[HtmlElement]] = {}
    for element in root.iter(*tags):
        size = _size(element)
        parent = element.getparent()
        if size < _SENTENCE or parent is None:
            continue
        if parent not in above:
            chain = [parent, *parent.iterancestors()]
            above[parent] = [] if not elsewhere and any(map(is_elsewhere, chain)) else chain
        for holder in above[parent] and (element, *above[parent]):
            weights[holder] = weights.get(holder, 0) + size
    return weights


def _size(element: HtmlElement) -> int:
    """Characters of a paragraph; of any other element, those that stand in it directly."""
    if element.tag == "p":
        return len("".join(element.itertext()).strip())
    texts = (element.text, *(child.tail for child in element))
    return sum(len(text.strip()) for text in texts if text)


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
