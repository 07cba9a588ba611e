"""Where on the page the article stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from crawler.errors import PageError
from crawler.extract.boilerplate import is_elsewhere
from crawler.normalise import words
from crawler.page.texts import first_text

Weights = dict[HtmlElement, int]
"""Characters of running text below an element."""
_SENTENCE = 60
"""Characters; shorter texts are mostly labels, dates and buttons."""
_MORE = 2 * _SENTENCE
_FIRST = 200
"""Paragraphs that are looked at to know how they are built."""
_SHARE = 0.8
_ENOUGH = 500
_MOSTLY = 0.4
_MAX_STEPS = 2_000_000
"""From paragraphs up to the root: a page of 40,000 paragraphs, 50 levels deep."""
_MOST_HEADINGS = 5_000
_LONG_HEADING = 2_000
"""Characters."""
_HEADLINES = ("h4", "p", "dt", "td", "div")
"""Where pages without a fitting heading show their headline, alone or in an inline element."""
_ARTICLE_TYPE = re.compile(r"schema\.org/\w*(?:Article|Posting)$")
_ADDRESS = re.compile(r"(?:https?:/)?/[^\s/]")
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
    known: dict[HtmlElement, bool] = {}
    steps = 0
    for element in root.iter(*tags):
        size = _size(element)
        parent = element.getparent()
        if size < _SENTENCE or parent is None:
            continue
        if parent not in above:
            chain = [parent, *parent.iterancestors()]
            above[parent] = [] if not elsewhere and _is_apart(chain, known) else chain
            steps += len(chain)
        for holder in above[parent] and (element, *above[parent]):
            weights[holder] = weights.get(holder, 0) + size
        steps += len(above[parent])
        if steps > _MAX_STEPS:
            raise PageError("too many paragraphs, too deeply nested", stage="body")
    return weights


def _is_apart(chain: list[HtmlElement], known: dict[HtmlElement, bool]) -> bool:
    """One of an element and its ancestors holds another text; `known` keeps the answer for each of them."""
    apart = False
    for element in reversed(chain):
        if element not in known:
            known[element] = apart or is_elsewhere(element)
        apart = known[element]
    return apart


def _size(element: HtmlElement) -> int:
    """Characters of a paragraph; of any other element, those that stand in it directly."""
    if element.tag == "p":
        # In half the time of itertext; every paragraph of the page is asked.
        return len(etree.tostring(element, method="text", encoding="unicode", with_tail=False).strip())
    texts = (element.text, *(child.tail for child in element))
    return sum(len(text.strip()) for text in texts if text)


def headline_of(root: HtmlElement, headlines: Sequence[str]) -> HtmlElement | None:
    """The element that shows the headline; the first <h1> where none does.

    `headlines` are keys, the article's own first; another element than an <h1> may show that one only, since
    teasers of other articles stand in such as well.
    """
    own = headlines[:1]
    for tags, wanted in ((("h1",), own), (("h2", "h3"), own), (("h1",), headlines), (_HEADLINES, own)):
        for heading in islice(root.iter(*tags), _MOST_HEADINGS) if wanted else ():
            if (tags is not _HEADLINES or not any(map(len, heading))) and _shows(heading, wanted):
                return heading
    return next(root.iter("h1"), None)


def _shows(element: HtmlElement, headlines: Sequence[str]) -> bool:
    return " ".join(words(first_text(element, _LONG_HEADING))) in headlines


def find(root: HtmlElement, weights: Weights, heading: HtmlElement | None) -> HtmlElement:
    """The smallest element that holds most of the running text of the article under `heading`."""
    holder = _smallest(root, weights)
    own = _own_article(holder, weights, heading)
    return _smallest(_under(holder, weights, heading) if own is None else own, weights)


def _own_article(holder: HtmlElement, weights: Weights, heading: HtmlElement | None) -> HtmlElement | None:
    """The <article> round the headline where it holds text enough and `holder` is no part of it.

    A river of teasers outweighs a short article; what stands beside the article that bears the headline is
    another text, however long.
    """
    for element in heading.iterancestors("article") if heading is not None else ():
        if weights.get(element, 0) >= _ENOUGH:
            return None if element in (holder, *holder.iterancestors()) else element
    return None


def _smallest(best: HtmlElement, weights: Weights) -> HtmlElement:
    wanted = _SHARE * weights.get(best, 0)
    while (inner := next((child for child in best if weights.get(child, 0) >= wanted > 0), None)) is not None:
        if inner.tag == "p" or _goes_on(inner, weights):
            break
        best = inner
    return best


def _goes_on(element: HtmlElement, weights: Weights) -> bool:
    """Text follows it: in paragraphs beside it, or in an element called the same whose paragraphs are built alike."""
    beside = [other for other in element.itersiblings() if other in weights]
    if sum(weights[other] for other in beside if other.tag == "p") >= _MORE:
        return True
    names = element.get("class")
    twins = [other for other in beside if weights[other] >= _MORE and other.tag == element.tag]
    twins = [other for other in twins if names and other.get("class") == names]
    own = _builds(element, weights) if twins else set()
    return any(own & _builds(other, weights) for other in twins)


def _builds(element: HtmlElement, weights: Weights) -> set[tuple[str | None, str | None]]:
    """Classes of its first paragraphs and of what holds them."""
    paragraphs = (other for other in islice(element.iter("p"), _FIRST) if other in weights)
    return {
        (paragraph.get("class"), parent.get("class"))
        for paragraph in paragraphs
        if (parent := paragraph.getparent()) is not None
    }


def _under(holder: HtmlElement, weights: Weights, heading: HtmlElement | None) -> HtmlElement:
    """The one article of several in `holder` that bears the headline: pages that scroll on hold the next ones too."""
    if heading is None:
        return holder
    others = [other for other in holder.iter("h1") if other is not heading]
    for element in heading.iterancestors():
        if element is holder:
            break
        if weights.get(element, 0) < _ENOUGH:
            continue
        if any(_is_twin(element, other, holder) for other in others) or _has_next(element, weights):
            return element
    return holder


def _has_next(element: HtmlElement, weights: Weights) -> bool:
    """Another article follows in an element like this one, and says that it is one of its own."""
    build = element.tag, element.get("class")
    return any(
        weights.get(other, 0) >= _ENOUGH and (other.tag, other.get("class")) == build and _has_own_address(other)
        for other in element.itersiblings()
    )


def _has_own_address(element: HtmlElement) -> bool:
    """It is declared an article of schema.org, or bears an address, or its heading leads to one."""
    if _ARTICLE_TYPE.search(element.get("itemtype", "")):
        return True
    if any(name.startswith("data-") and _ADDRESS.match(value) for name, value in element.items()):
        return True
    heading = next(element.iter("h1", "h2", "h3"), None)
    return heading is not None and heading.find(".//a[@href]") is not None


def _is_twin(element: HtmlElement, heading: HtmlElement, holder: HtmlElement) -> bool:
    """Another heading stands in an element like this one, and not in this one."""
    for ancestor in heading.iterancestors():
        if ancestor is element or ancestor is holder:
            return False
        if ancestor.tag == element.tag and (ancestor.tag == "article" or ancestor.get("class") == element.get("class")):
            return True
    return False


def holds_articles(holder: HtmlElement, weights: Weights) -> bool:
    """Most of the text stands in <article> elements below: entries of a live blog, not teasers."""
    inner = sum(weights.get(element, 0) for element in holder.iter("article") if element is not holder)
    return inner >= _MOSTLY * weights.get(holder, 0)


def region(holder: HtmlElement, heading: HtmlElement | None) -> HtmlElement:
    """The smallest element that holds both headline and text; without headline, the <article> round the text."""
    if heading is None:
        return next(holder.iterancestors("article"), holder)
    around = {heading, *heading.iterancestors()}
    return next((element for element in (holder, *holder.iterancestors()) if element in around), holder)
