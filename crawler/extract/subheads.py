"""Which runs of text act as subheads though no heading element holds them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from lxml.html import HtmlElement

from crawler.extract.blocks import Build, Chunk, alone
from crawler.extract.noise import is_running

MAX_WORDS = 14
MAX_CHARACTERS = 35
"""Of a line in a script without spaces, where each character counts as a word."""
LEVEL = 3
"""Such lines are smaller than what editors mark as headings."""
_MIN_WORDS = 3
_BOLD = 0.95
_MANY_QUESTIONS = 3
_ANSWERS = 5
"""Pieces of text to a question of an interview, on average at most; below a subhead stands more."""
_CLOSING = r"['\"”’»)」』]*$"
_ENDS_CLAUSE = re.compile(rf"[,;:…،؛，；：、]{_CLOSING}")
_ENDS_SENTENCE = re.compile(rf"[.。।]{_CLOSING}")
_ENDS = re.compile(rf"[.!?:…。！？।؟]{_CLOSING}")
_ASKS = re.compile(rf"[?？؟]{_CLOSING}")
_NAMES = re.compile(
    r"sub-?head(?:er|ing|line)?(?![a-z])|cross-?head|inter-?tit(?:re|ulo|le)|entre-?titulo|ladillo|sous-?titre"
    r"|zwischen-?(?:titel|ueberschrift|überschrift|zeile|headline)|tussen-?kop|mel(?:lan|lom|lem)-?(?:rubrik|tittel|titel)"
    r"|sr[oó]d-?tytu|mezi-?titul|v[aä]li-?otsik|ara-?ba[sş]l",
    re.I,
)


def with_marked(chunks: list[Chunk]) -> list[Chunk]:
    """The chunks, with lines that stand beside the text made subheads: bold ones, those that are named so, those of
    a build of their own.

    A build that is used for several short lines, each between two paragraphs, and for no text is one of
    subheads, whatever its class is called.
    """
    builds, bold = _builds_of_lines(chunks), _bold_lines(chunks)
    for before, chunk, after in zip(chunks, chunks[1:], chunks[2:], strict=False):
        if not (_is_line(chunk) and _is_text(before)):  # cheaper to ask than what tells that it is a subhead
            continue
        told = chunk.build in builds or id(chunk) in bold or _is_named(chunk.element)
        if told and _stands_with(chunk, after):
            _mark(chunk, after)
    return chunks


def with_bold(chunks: list[Chunk]) -> list[Chunk]:
    """The chunks, with bold lines made subheads wherever they stand between pieces of text."""
    lines = _bold_lines(chunks)
    for before, chunk, after in zip(chunks, chunks[1:], chunks[2:], strict=False):
        if id(chunk) in lines and _is_text(before):
            _mark(chunk, after)
    return chunks


def _bold_lines(chunks: list[Chunk]) -> set[int]:
    """Identities of lines that are bold and may be subheads; none where most of the text is bold.

    Questions of an interview are not, and lines that end in a full stop only where nothing is bold but lines.
    """
    bold = [chunk for chunk in chunks if chunk.kind in ("paragraph", "quote") and chunk.bold >= _BOLD]
    if 2 * _size(bold) > _size(chunks):
        return set()
    closed = len(bold) > 1 and all(map(_is_short, bold))
    lines = [chunk for chunk in bold if _is_line(chunk, closed=closed)]
    if _is_interview(bold, len(chunks)):
        lines = [chunk for chunk in lines if not _ASKS.search(chunk.text)]
    return set(map(id, lines))


def _is_interview(bold: list[Chunk], total: int) -> bool:
    """Bold sets what is asked apart from what is answered."""
    asking = sum(bool(_ASKS.search(chunk.text)) for chunk in bold)
    return asking >= _MANY_QUESTIONS and 2 * asking > len(bold) and _ANSWERS * asking >= total


def _builds_of_lines(chunks: list[Chunk]) -> set[Build]:
    found: dict[Build, list[Chunk]] = defaultdict(list)
    between: Counter[Build] = Counter()
    for before, chunk, after in zip(chunks, chunks[1:], chunks[2:], strict=False):
        if chunk.kind == "paragraph":
            found[chunk.build].append(chunk)
            between[chunk.build] += is_running(before) and is_running(after) and _adjoin(before, chunk, after)
    return {build for build, lines in found.items() if between[build] > 1 and _are_lines(lines)}


def _are_lines(chunks: list[Chunk]) -> bool:
    """Each is one, and each says something else: what is said twice is a label."""
    return all(map(_is_line, chunks)) and len({chunk.key for chunk in chunks}) == len(chunks)


def _is_line(chunk: Chunk, *, closed: bool = False) -> bool:
    if chunk.kind not in ("paragraph", "quote") or not _is_short(chunk) or chunk.linked > 0.5:
        return False
    return not (_ENDS_CLAUSE.search(chunk.text) or (not closed and _ENDS_SENTENCE.search(chunk.text)))


def _is_short(chunk: Chunk) -> bool:
    return len(chunk.words) <= MAX_WORDS or len(chunk.text) <= MAX_CHARACTERS


def _is_named(element: HtmlElement) -> bool:
    return element.get("role") == "heading" or bool(_NAMES.search(element.get("class", "")))


def _mark(chunk: Chunk, after: Chunk) -> None:
    """Make it a subhead where text or a smaller heading follows; a line of a quote is none of the text below."""
    if after.kind == "subhead" or (_is_text(after) and (chunk.kind != "quote" or after.kind == "quote")):
        chunk.kind, chunk.level = "subhead", LEVEL


def _is_text(chunk: Chunk) -> bool:
    """No line but a sentence, be it ever so short."""
    if chunk.kind != "paragraph" or is_running(chunk):
        return chunk.kind != "subhead"
    is_sentence = len(chunk.words) >= _MIN_WORDS and _ENDS.search(chunk.text)
    return bool(is_sentence) and chunk.bold < _BOLD and chunk.linked < 0.5


def _stands_with(chunk: Chunk, after: Chunk) -> bool:
    """Beside the text below it, alone in whatever it is wrapped into."""
    return alone(chunk).getparent() in (after.element, *after.element.iterancestors())


def _adjoin(before: Chunk, chunk: Chunk, after: Chunk) -> bool:
    """Nothing stands between them, not even a picture, whose caption the line would be."""
    return _holds(chunk.element.getprevious(), before) and _holds(chunk.element.getnext(), after)


def _holds(element: HtmlElement | None, chunk: Chunk) -> bool:
    return element is not None and element in (chunk.element, *chunk.element.iterancestors())


def _size(chunks: list[Chunk]) -> int:
    return sum(len(chunk.words) for chunk in chunks)
