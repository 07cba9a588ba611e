"""What JSON-LD says that the text is: a witness for runs that speak against themselves by their place or build."""

from __future__ import annotations

from collections.abc import Iterable

from lxml.html import HtmlElement

from crawler.extract.blocks import Chunk
from crawler.extract.noise import is_running
from crawler.normalise import plain, words
from crawler.page import Page

_MIN_TEXT = 100
"""Words; less is a summary."""
_MOST = 30_000
_MIN_RUN = 6
"""Words of a run; fewer may stand anywhere."""
_WITNESS = 0.8
"""Share of the text as shown that must stand in the declared one, before it is heard."""
_LONGEST = 20_000
"""Characters of an element that is looked up."""


def longest_body(page: Page) -> str:
    """The longest articleBody of the page's JSON-LD, as written; '' where there is none."""
    texts = (text for node in page.jsonld if isinstance(text := node.get("articleBody"), str))
    return max(texts, key=len, default="")


class Declared:
    """The declared text, to be asked whether it holds a run word for word. Sites cut it short, so it only confirms."""

    def __init__(self, body: str) -> None:
        said = words(plain(body)) if body else []
        self.body = body
        self.size = len(said)
        """Words."""
        self.text = f" {' '.join(said[:_MOST])} " if len(said) >= _MIN_TEXT else ""

    def holds(self, said: list[str]) -> bool:
        """A run of these words stands in it."""
        return bool(self.text) and len(said) >= _MIN_RUN and f" {' '.join(said)} " in self.text

    def holds_element(self, element: HtmlElement) -> bool:
        """All words of the element stand in it, in one piece."""
        if not self.text:
            return False
        text = " ".join(element.itertext())
        return len(text) <= _LONGEST and self.holds(words(text))

    def is_witness(self, chunks: Iterable[Chunk]) -> bool:
        """Most of what these chunks say stands in it: it is this text, and not a summary or another one."""
        if not self.text:
            return False
        sizes = [(len(chunk.words), self.holds(chunk.words)) for chunk in chunks if is_running(chunk)]
        return sum(size for size, held in sizes if held) >= _WITNESS * max(1, sum(size for size, _ in sizes))
