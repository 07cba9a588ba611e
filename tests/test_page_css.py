"""Selectors find what lxml's own find, in the same order."""

from __future__ import annotations

import pytest
from lxml.cssselect import CSSSelector, SelectorError
from lxml.html import HtmlElement

from crawler.errors import PageError
from crawler.page import css, parse

HTML = """<html><body><div class="a x"><p class=b>1</p><span>2</span><p>3</p><div class=a><p class=b>4</p></div></div>
<ul><li>5<li class=b>6<li>7</ul><p class=b id=last>8</p></body></html>"""


@pytest.fixture(scope="module")
def root() -> HtmlElement:
    return parse(HTML, "https://courier.example/").root


@pytest.mark.parametrize(
    "selector",
    ["p", "div p", "div.a p.b", "div > p", "div div p", "span + p", "span ~ p", "p ~ div p", "li ~ li ~ li", "li + li",
     "*", "body > div > p.b", "p, li", "#last, div .b, span", "li:nth-child(2)", "li:not(.b)", "div:has(span) > p",
     "html", "h9", "[class~=x] > *", "ul li:last-child", "p:contains('3')", "div, div p"],
)  # fmt: skip
def test_finds_what_lxml_finds(selector: str, root: HtmlElement) -> None:
    assert css.find(root, selector) == list(CSSSelector(selector, translator="html")(root))


@pytest.mark.parametrize("selector", ["p[", "p::text", "p:nope", "", ">"])
def test_what_is_no_selector_is_an_error(selector: str, root: HtmlElement) -> None:
    with pytest.raises(SelectorError):
        css.find(root, selector)


def test_siblings_are_not_counted_without_end() -> None:
    flat = parse("<ul>" + "<li>x" * (css.MAX_CHILDREN + 1) + "</ul>", "https://courier.example/").root
    with pytest.raises(PageError, match="children"):
        css.find(flat, "li:nth-child(2)")
    assert len(css.find(flat, "ul li")) == css.MAX_CHILDREN + 1


def test_ancestors_are_walked_once() -> None:
    deep = parse("<div class=a>" * 300 + "<p class=b>x</p>" * 3_000, "https://courier.example/").root
    assert len(css.find(deep, ".a .a .a .a .a p.b")) == 3_000
    assert css.find(deep, ".none .a .a p") == []
