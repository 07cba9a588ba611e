"""What the memory of a source knows of a page, and what the page teaches it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.blocks import Build, Chunk, sift
from crawler.items import ASIDE_KINDS, Block, Layout
from crawler.memory import Memory, fingerprint
from crawler.normalise import words

REPEATED = "stands on other pages of this source too"
_HEADING = "the heading of what stands on other pages too"
_KINDS = frozenset(("paragraph", "list"))
"""Quotes and tables may be the same in many articles because all of them tell of the same paper or score."""
_MOST = 0.3
"""Share of the words. An article that would lose more is no article with a line of the template below it, but one of
several that tell the same."""
_PATH = 4
_MOST_NAMES, _LONGEST_NAME = 20, 40
_GENERATED = re.compile(r"(?:css|sc|jss|svelte)-|(?=.{5,8}$)\w*[a-z][A-Z]\w*[a-z][A-Z]")
"""By the libraries that style components: 'css-xyzzya', 'bdVaJa'."""
_MOST_RUNS = 500
"""From either end: a template's lines do not stand in the midst of a ticker of a thousand entries."""


def without_repeats(chunks: list[Chunk], memory: Memory | None) -> list[Chunk]:
    """The chunks without the runs that stand on other pages of the source, and without their headings."""
    if memory is None or not memory.repeats:
        return chunks
    found = {id(chunk) for chunk in chunks if chunk.kind in _KINDS and memory.repeats_text(chunk.key)}
    if not found or _size(chunk for chunk in chunks if id(chunk) in found) > _MOST * _size(chunks):
        return chunks
    headings = {id(chunk) for chunk in _headings(chunks, found, memory)}
    return sift(chunks, lambda chunk: REPEATED if id(chunk) in found else _HEADING if id(chunk) in headings else None)


def _size(chunks: Iterable[Chunk]) -> int:
    return sum(len(chunk.words) for chunk in chunks if not chunk.doubtful)


def _headings(chunks: Sequence[Chunk], repeated: set[int], memory: Memory) -> Iterator[Chunk]:
    """Headings directly above what repeats, that repeat themselves or have nothing else below them."""
    after: Chunk | None = None
    is_above = False
    for chunk in reversed(chunks):
        if id(chunk) in repeated:
            is_above = True
        elif is_above and (memory.repeats_heading(chunk.key) or _stands_alone(chunk, after)):
            yield chunk
        else:
            is_above, after = False, chunk


def _stands_alone(chunk: Chunk, after: Chunk | None) -> bool:
    return chunk.kind == "subhead" and (after is None or after.kind == "subhead")


def without_repeated_blocks(found: list[Block], memory: Memory | None) -> list[Block]:
    """The same for text that was found elsewhere than in the tree."""
    if memory is None or not memory.repeats:
        return found
    keys = [" ".join(words(block.text)) for block in found]
    repeated = [block.kind in _KINDS and memory.repeats_text(key) for block, key in zip(found, keys, strict=True)]
    lost = sum(len(key) for key, is_repeated in zip(keys, repeated, strict=True) if is_repeated)
    if lost > _MOST * sum(map(len, keys)):
        return found
    return [block for block, is_repeated in zip(found, repeated, strict=True) if not is_repeated]


def layout(
    chunks: Iterable[Chunk], lead: Collection[str], other: Sequence[Block] = (), layer: str | None = None
) -> Layout:
    """What a page teaches: the runs that are its text or repeat, and where they stand.

    `lead` are keys of the standfirst's paragraphs; `other` is the text where it was found elsewhere than in
    the tree, in `layer`.
    """
    runs = [chunk for chunk in chunks if chunk.why in (None, REPEATED, _HEADING)]
    prints = [_fingerprint(chunk.kind, chunk.key) for chunk in runs]
    prints += [_fingerprint(block.kind, " ".join(words(block.text))) for block in other]
    known = [run for run in prints if run is not None]
    if len(known) > 2 * _MOST_RUNS:
        known = [*known[:_MOST_RUNS], *known[-_MOST_RUNS:]]
    kept = [chunk for chunk in runs if chunk.why is None and chunk.kind not in ASIDE_KINDS]
    return Layout(tuple(known), {"body": layer} if layer else _builds(kept, lead))


def _fingerprint(kind: str, key: str) -> int | None:
    if kind == "subhead":
        return fingerprint(key, heading=True)
    return fingerprint(key) if kind in _KINDS else None


def _builds(runs: Sequence[Chunk], lead: Collection[str]) -> dict[str, str]:
    parts: dict[str, list[Chunk]] = {}
    for chunk in runs:
        part = "standfirst" if lead and chunk.key in lead else "subhead" if chunk.kind == "subhead" else "body"
        parts.setdefault(part, []).append(chunk)
    builds = {part: _place(_main(chunks)) for part, chunks in parts.items()}
    return builds | ({"container": _path(_main(parts["body"]))} if "body" in parts else {})


def _main(chunks: Sequence[Chunk]) -> HtmlElement:
    """An element of the build that holds most words."""
    sizes: Counter[Build] = Counter()
    for chunk in chunks:
        sizes[chunk.build] += len(chunk.words)
    main = max(sizes, key=lambda build: sizes[build])
    return next(chunk.element for chunk in chunks if chunk.build == main)


def _path(element: HtmlElement) -> str:
    above = islice(element.iterancestors(), _PATH)
    return " > ".join(reversed([_named(ancestor) for ancestor in above if ancestor.tag not in ("html", "body")]))


def _place(element: HtmlElement) -> str:
    parent = element.getparent()
    return _named(element) if parent is None else f"{_named(parent)} > {_named(element)}"


def _named(element: HtmlElement) -> str:
    """Tag and first class that a person wrote."""
    names = (name for name in (element.get("class") or "").split()[:_MOST_NAMES] if _is_written(name))
    return ".".join([str(element.tag)[:_LONGEST_NAME], *islice(names, 1)])


def _is_written(name: str) -> bool:
    """Not the number of an article, nor what a build machine wrote, which is another one after each deployment."""
    if len(name) > _LONGEST_NAME or _GENERATED.match(name):
        return False
    return name.replace("-", "").replace("_", "").isalpha()
