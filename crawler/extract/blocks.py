"""From a subtree to its runs of text in reading order, each with its kind and what it is made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from lxml import etree
from lxml.html import HtmlElement

from crawler.errors import PageError
from crawler.extract import asides
from crawler.normalise import clean, words
from crawler.page.texts import is_longer

HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CONTAINERS = (
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer "
    "form header hgroup hr html legend li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
)
BLOCK_TAGS = frozenset(_CONTAINERS.split()) | HEADINGS.keys()
_KINDS = {"li": "list", "dt": "list", "dd": "list", "blockquote": "quote", "td": "table", "th": "table"}
_BOLD = frozenset(("b", "strong"))
_MAY_BE_BOLD = frozenset(("span", "p", "div"))
_BOLD_NAMES = frozenset(
    ("b", "bold", "strong", "fett", "gras", "font-bold", "font-semibold", "font-weight-bold", "fw-bold", "text-bold")
)
_WEIGHT = re.compile(r"font-weight\s*:\s*(?:(bold|[6-9]00)|normal|lighter|[1-5]00)", re.I)
"""In a style; editors paste whole texts in a <b> that is set to normal."""
Verdict = Literal["keep", "doubt", "drop"]
Build = tuple[object, str | None, object, str | None]
"""Tag and class of the element that holds a run, and of its parent."""
Judge = Callable[[HtmlElement], Verdict]
Mark = Callable[[HtmlElement, "list[Chunk]"], None]
MAX_DEPTH = 500
MAX_CHUNKS = 10_000
MAX_STEPS = 1_000_000
"""From the runs up to the root, as several rules walk: 10,000 runs, 100 levels deep."""
MAX_GROUP = 16
"""Runs of text in one box."""
MAX_PARTS = 50_000
"""Line breaks and pieces of text in one run."""
MAX_TEXT = 2_000_000
"""Characters of all runs: two long books."""
_BEGUN = 120
"""Words; whoever has read so many is past the standfirst."""
Part = tuple[str, bool, bool]
"""Text, whether it stands in a link, whether it is bold."""
_BREAK: Part = ("\x1e", False, False)
_SPACE: Part = (" ", False, False)
_ALL_BOLD = 0.95
_SPACES = 20
"""Characters between elements that show nothing."""


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

    build: Build
    """What runs that are set alike have in common."""
    boxed: str | None = None
    """For people: the reason to think that it stands in a box apart from the text."""
    why: str | None = None
    """For people: the reason why it is not the article's; None as long as it may be."""

    @property
    def key(self) -> str:
        """What two chunks that read the same have in common."""
        return " ".join(self.words)


class _Walk:
    """State of one walk: the open block elements, the depth of links and bold, the current run."""

    def __init__(self, mark: Mark | None) -> None:
        self.mark = mark
        self.chunks: list[Chunk] = []
        self.open: list[HtmlElement] = []
        self.starts: list[int] = []
        """Of each open element, the runs before it."""
        self.links = self.bolds = self.doubts = 0
        self.bold: list[bool] = []
        """Of each entered element, whether it looks bold."""
        self.read = 0
        self.size = 0
        self.begin()

    def begin(self) -> None:
        self.parts: list[Part] = []

    def enter(self, element: HtmlElement, doubtful: bool) -> None:
        tag = element.tag
        if tag in BLOCK_TAGS:
            self.flush()
            self.open.append(element)
            self.starts.append(len(self.chunks))
        elif tag == "a":
            self.links += 1
        elif tag == "br" or (tag == "span" and _is_break(element)):
            self.parts.append(_BREAK)
        bold = _looks_bold(element, tag)
        self.bold.append(bold)
        self.bolds += bold
        if self.doubts or doubtful:
            self.doubts += 1
        if text := element.text:
            self.add(text)

    def leave(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in BLOCK_TAGS:
            self.flush()
            self.open.pop()
            self.group(element, self.starts.pop())
        elif tag == "a":
            self.links -= 1
        self.bolds -= self.bold.pop()
        if self.doubts:
            self.doubts -= 1

    def group(self, element: HtmlElement, start: int) -> None:
        if self.mark is not None and 1 < len(self.chunks) - start <= MAX_GROUP:
            self.mark(element, self.chunks[start:])

    def skip(self, element: HtmlElement) -> bool:
        """Pass over an element; false where a caption or a post was read in it."""
        if element.tag in BLOCK_TAGS:
            self.flush()
        found = asides.of(element)
        for kind, text in found:
            self.chunks.append(Chunk(kind, text, words(text), element, None, 0.0, 0.0, False, _build(element)))
        return not found

    def add(self, text: str) -> None:
        self.size += len(text)
        if self.parts or not text.isspace():  # a run begins with its first word
            self.parts.append((text, self.links > 0, self.bolds > 0))

    def flush(self) -> None:
        if self.parts and self.open:
            self.measure()
            for line in _lines(self.parts):
                self.cut(line)
        self.begin()

    def measure(self) -> None:
        """Refuse what no article has, before each word of it is looked at several times."""
        if self.size > MAX_TEXT or len(self.parts) > MAX_PARTS:
            raise PageError(
                f"{self.size:,} characters of text, {len(self.parts):,} pieces in one run: no article", stage="body"
            )

    def cut(self, parts: list[Part]) -> None:
        text = clean("".join(text for text, _, _ in parts))
        if not any(map(str.isalnum, text)):
            return
        tokens, (kind, level) = words(text), self.kind()
        linked, bold = _share(parts, 1), _share(parts, 2)
        self.chunks.append(
            Chunk(kind, text, tokens, self.open[-1], level, linked, bold, self.doubts > 0, _build(self.open[-1]))
        )
        self.read += 0 if self.doubts or linked > 0.5 else len(tokens)

    def kind(self) -> tuple[str, int | None]:
        for element in reversed(self.open):
            if element.tag in HEADINGS:
                return "subhead", HEADINGS[element.tag]
            if element.tag in _KINDS:
                return _KINDS[element.tag], None
        return "paragraph", None


def sift(chunks: Iterable[Chunk], reason: Callable[[Chunk], str | None]) -> list[Chunk]:
    """The chunks against which `reason` says nothing; the others bear what it says."""
    kept = []
    for chunk in chunks:
        chunk.why = reason(chunk)
        if chunk.why is None:
            kept.append(chunk)
    return kept


def drop(chunks: Iterable[Chunk], reason: str) -> list[Chunk]:
    """Mark all of them with one reason; an empty list, for what is left of them."""
    return sift(chunks, lambda _: reason)


def alone(chunk: Chunk) -> HtmlElement:
    """The widest element around the chunk that holds nothing else."""
    element = chunk.element
    parent = element.getparent()
    while parent is not None and not is_longer(parent, len(chunk.text) + _SPACES):
        element, parent = parent, parent.getparent()
    return element


def _build(element: HtmlElement) -> Build:
    parent = element.getparent()
    if parent is None:
        return element.tag, element.get("class"), "", None
    return element.tag, element.get("class"), parent.tag, parent.get("class")


def _looks_bold(element: HtmlElement, tag: object) -> bool:
    style = element.get("style")
    if style and (weight := _WEIGHT.search(style)):
        return weight[1] is not None
    if tag in _BOLD:
        return True
    name = element.get("class") if tag in _MAY_BE_BOLD else None
    return name is not None and not _BOLD_NAMES.isdisjoint(name.split())


def _is_break(span: HtmlElement) -> bool:
    """The empty <span class="br"> that some editors write for a <br>."""
    return not span.text and "br" in (span.get("class") or "").split()


def _lines(parts: list[Part]) -> Iterator[list[Part]]:
    """Parts cut where two line breaks meet, and round a line that is all bold: it may be a subhead."""
    if _BREAK not in parts:
        yield parts
        return
    line: list[Part] = []
    closed = False
    for row in _rows(parts):
        bold = _is_bold(row)
        if line and (closed or bold or not row):
            yield line
            line = []
        line += [_SPACE, *row]
        closed = bold or not row
    yield line


def _rows(parts: list[Part]) -> Iterator[list[Part]]:
    """Parts between line breaks; an empty list where nothing stands between them."""
    row: list[Part] = []
    for part in (*parts, _BREAK):
        if part is _BREAK:
            yield row if any(text.strip() for text, _, _ in row) else []
            row = []
        else:
            row.append(part)


def _is_bold(row: list[Part]) -> bool:
    return _share(row, 2) > _ALL_BOLD


def _share(parts: list[Part], mark: int) -> float:
    """Share of the characters whose part bears the mark (1: in a link, 2: bold)."""
    if len(parts) == 1:  # most runs
        return float(parts[0][mark])
    marked = sum(len(part[0].strip()) for part in parts if part[mark])
    return marked / sum(len(part[0].strip()) for part in parts) if marked else 0.0


def read(
    region: HtmlElement,
    container: HtmlElement,
    judge: Judge,
    *,
    mark: Mark | None = None,
    skipped: list[HtmlElement] | None = None,
) -> list[Chunk]:
    """Runs of text from the start of `region` to the end of `container`, in reading order.

    `judge` is asked for each element: what it drops is left out with all that is in it; what it doubts is
    read as long as the text has not begun, since the standfirst may be there. What is left out may hold captions
    and posts, which become runs of their own; `skipped` is filled with the elements that hold none. `mark` is
    called with each block element that holds 2 to MAX_GROUP runs, and with them, inner elements first.
    """
    walk = _Walk(mark)
    walker = etree.iterwalk(region, events=("start", "end"))
    left: HtmlElement | None = None
    depth = sum(1 for _ in region.iterancestors())
    for event, element in walker:
        depth += 1 if event == "start" else -1
        count = len(walk.chunks)
        if depth > MAX_DEPTH or count > MAX_CHUNKS or count * depth > MAX_STEPS:
            raise PageError(f"nested {depth} deep, {count:,} runs of text: no article", stage="body")
        if event == "start":
            verdict = "keep" if element is region or element is container else judge(element)
            if verdict == "drop" or (verdict == "doubt" and walk.read > _BEGUN):
                walker.skip_subtree()
                left = element
                if walk.skip(element) and skipped is not None:
                    skipped.append(element)
            else:
                walk.enter(element, verdict == "doubt")
            continue
        if element is not left:
            walk.leave(element)
        if element is container:
            break
        if text := element.tail:
            walk.add(text)
    return walk.chunks
