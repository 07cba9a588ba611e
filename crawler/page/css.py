"""CSS selectors in time that grows with the page: lxml's own take its square, or worse, for `div div p`."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from cssselect import parse
from cssselect.parser import CombinedSelector, Tree
from lxml import etree
from lxml.cssselect import LxmlHTMLTranslator, SelectorError
from lxml.html import HtmlElement

from crawler.errors import PageError

MAX_CHILDREN = 3_000
"""Of one element, where a selector counts siblings, as `:nth-child` does: each counts all before it."""
_HOLDS_MANY = etree.XPath(f"boolean(descendant-or-self::*[count(*) > {MAX_CHILDREN}])")
_TRANSLATOR = LxmlHTMLTranslator(xhtml=False)

Step = tuple[str, etree.XPath]
"""A combinator ('' for the first step) and what stands behind it."""
_Next = Callable[[HtmlElement], HtmlElement | None]
_ON: dict[str, _Next] = {
    " ": lambda element: element.getparent(),
    ">": lambda element: element.getparent(),
    "~": lambda element: element.getprevious(),
    "+": lambda element: element.getprevious(),
}


@lru_cache(maxsize=1_000)
def compiled(selector: str) -> tuple[tuple[Step, ...], ...]:
    """Steps of each part between commas. Raises SelectorError or etree.XPathError for what is no CSS selector."""
    parts = parse(selector)
    if any(part.pseudo_element for part in parts):
        raise SelectorError("a page has no pseudo-elements")
    return tuple(tuple(_steps(part.parsed_tree)) for part in parts)


def _steps(tree: Tree) -> list[Step]:
    if isinstance(tree, CombinedSelector):
        return [*_steps(tree.selector), (tree.combinator, _xpath(tree.subselector))]
    return [("", _xpath(tree))]


def _xpath(tree: Tree) -> etree.XPath:
    return etree.XPath(f"descendant-or-self::{_TRANSLATOR.xpath(tree)}")


def find(root: HtmlElement, selector: str) -> list[HtmlElement]:
    """Elements that match, in page order. Raises PageError where it would take seconds to find them."""
    if ":" in selector and _HOLDS_MANY(root):
        raise PageError(
            f"more than {MAX_CHILDREN:,} children of one element, too many for {selector!r}", stage="select"
        )
    parts = [_matches(root, steps) for steps in compiled(selector)]
    if len(parts) == 1:
        return parts[0]
    matched = {element for part in parts for element in part}
    return [element for element in root.iter() if element in matched] if matched else []


def _matches(root: HtmlElement, steps: tuple[Step, ...]) -> list[HtmlElement]:
    found: list[HtmlElement] = []
    for combinator, xpath in steps:
        behind, known = set(found), dict[HtmlElement, bool]()
        found = [element for element in xpath(root) if not combinator or _is_on(element, combinator, behind, known)]
    return found


def _is_on(element: HtmlElement, combinator: str, wanted: set[HtmlElement], known: dict[HtmlElement, bool]) -> bool:
    """One of the `wanted` stands where the combinator says; `known` remembers what was walked over."""
    ahead = _ON[combinator]
    node = ahead(element)
    if combinator in ">+":
        return node in wanted
    passed = []
    while node is not None and node not in wanted and node not in known:
        passed.append(node)
        node = ahead(node)
    is_on = node is not None and (node in wanted or known[node])
    known.update(dict.fromkeys(passed, is_on))
    return is_on
