"""From a subtree to its runs of text in reading order, each with its kind and what it is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from lxml import etree
from lxml.html import HtmlElement

from crawler.normalise import clean, words

HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CONTAINERS = (
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer "
    "form header hgroup hr html legend li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
BLOCK_TAGS = frozenset(_CONTAINERS.split()) | HEADINGS.keys()
_KINDS = {"li": "list", "dt": "list", "dd": "list", "blockquote": "quote", "td": "table", "th": "table"}
_BOLD = frozenset(("b", "strong"))
Verdict = Literal["keep", "doubt", "drop"]
Judge = Callable[[HtmlElement], Verdict]
_BEGUN = 120
"""Words; whoever has read so many is past the standfirst."""
_BREAK = "\x1e"
"""Stands for <br> until the text is cut into lines; no clean text holds it (a control character)."""


@dataclass(slots=True)
class Chunk:
    """One run of text between two block boundaries."""

    kind: str
    """One of items.BLOCK_KINDS."""
    text: str
    """Clean, on one line."""
    words: list[str]
    element: HtmlElement
    """The innermost block element that holds it."""
    level: int | None
    """1 to 6 inside a heading."""
    linked: float
    """Share of the characters that stand in links."""
    bold: float
    """Share of the characters in <b> or <strong>."""
    doubtful: bool
    """In an element that mostly holds no text of the article; it may hold the standfirst."""

    @property
    def key(self) -> str:
        """What two chunks that read the same have in common."""
        return " ".join(self.words)


class _Walk:
    """State of one walk: the open block elements, the depth of links and bold, the current run."""

    def __init__(self) -> None:
        self.chunks: list[Chunk] = []
        self.open: list[HtmlElement] = []
        self.links = self.bolds = self.doubts = 0
        self.read = 0
        self.begin()

    def begin(self) -> None:
        self.parts: list[str] = []
        self.linked = self.bold = 0

    def enter(self, element: HtmlElement, doubtful: bool) -> None:
        tag = element.tag
        if self.doubts or doubtful:
            self.doubts += 1
        if tag in BLOCK_TAGS:
            self.flush()
            self.open.append(element)
        elif tag == "a":
            self.links += 1
        elif tag in _BOLD:
            self.bolds += 1
        elif tag == "br":
            self.parts.append(_BREAK)
        self.add(element.text)

    def leave(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in BLOCK_TAGS:
            self.flush()
            self.open.pop()
        elif tag == "a":
            self.links -= 1
        elif tag in _BOLD:
            self.bolds -= 1
        if self.doubts:
            self.doubts -= 1

    def skip(self, element: HtmlElement) -> None:
        if element.tag in BLOCK_TAGS:
            self.flush()

    def add(self, text: str | None) -> None:
        if not text:
            return
        self.parts.append(text)
        if self.links or self.bolds:
            size = len(text.strip())
            self.linked += size if self.links else 0
            self.bold += size if self.bolds else 0

    def flush(self) -> None:
        text = "".join(self.parts)
        if self.open and text and not text.isspace():
            for line in text.split(_BREAK + _BREAK) if _BREAK in text else (text,):
                self.cut(clean(line.replace(_BREAK, " ")), len(text.strip()))
        self.begin()

    def cut(self, text: str, size: int) -> None:
        tokens = words(text)
        if not tokens:
            return
        kind, level = self.kind()
        linked, bold = min(1.0, self.linked / size), min(1.0, self.bold / size)
        self.chunks.append(Chunk(kind, text, tokens, self.open[-1], level, linked, bold, self.doubts > 0))
        self.read += 0 if self.doubts or linked > 0.5 else len(tokens)

    def kind(self) -> tuple[str, int | None]:
        for element in reversed(self.open):
            if element.tag in HEADINGS:
                return "subhead", HEADINGS[element.tag]
            if element.tag in _KINDS:
                return _KINDS[element.tag], None
        return "paragraph", None


def read(region: HtmlElement, container: HtmlElement, judge: Judge) -> list[Chunk]:
    """Runs of text from the start of `region` to the end of `container`, in reading order.

    `judge` is asked for each element: what it drops is left out with all that is in it; what it doubts is
    read as long as the text has not begun, since the standfirst may be there.
    """
    walk = _Walk()
    walker = etree.iterwalk(region, events=("start", "end"))
    skipped: HtmlElement | None = None
    for event, element in walker:
        if event == "start":
            verdict = "keep" if element is region or element is container else judge(element)
            if verdict == "drop" or (verdict == "doubt" and walk.read > _BEGUN):
                walker.skip_subtree()
                skipped = element
            else:
                walk.enter(element, verdict == "doubt")
            continue
        if element is skipped:
            walk.skip(element)
        else:
            walk.leave(element)
        if element is container:
            break
        walk.add(element.tail)
    return walk.chunks
