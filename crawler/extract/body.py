"""Standfirst and text of a page: find the container, read its runs, let trafilatura and our rules choose."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement

from crawler.catalogue import Select
from crawler.extract import (
    asides,
    blocks,
    boilerplate,
    boxes,
    choose,
    container,
    echoes,
    edges,
    entries,
    headings,
    noise,
    recovery,
    remembered,
    selected,
    standfirst,
    subheads,
    why,
    wire,
)
from crawler.extract.blocks import Chunk, Verdict
from crawler.extract.container import Weights
from crawler.extract.declared import Declared, longest_body
from crawler.extract.metadata import Metadata
from crawler.items import ASIDE_KINDS, Block, Dropped, Layout
from crawler.memory import Memory
from crawler.normalise import words
from crawler.page import Page

_STRIPPED = (
    *("script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "map", "dialog"),
    *("video", "audio", "canvas", "picture", "img", "source", "input", "button", "select", "textarea"),
)

_BEFORE_SELECTED = "before the body that [select] names"
_HOLDERS = {"list": ("ul", "ol", "dl"), "table": ("table",)}
_ENTRIES = {"list": ("li", "dt", "dd"), "table": ("tr",)}


@dataclass(slots=True)
class Body:
    """What a reader sees below the headline."""

    standfirst: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    provenance: dict[str, str] = field(default_factory=dict)
    layout: Layout = field(default_factory=Layout)
    beside: list[str] = field(default_factory=list)
    """Short lines above and below the text that are no part of it: bylines, sources."""

    def texts(self) -> Iterator[str]:
        """Standfirst and text in reading order, without captions and posts."""
        yield from self.standfirst
        yield from (block.text for block in self.blocks if block.kind not in ASIDE_KINDS)


class _Told(NamedTuple):
    """What the page says of its text where no reader sees it."""

    descriptions: list[str]
    text: Declared


def body(
    page: Page,
    metadata: Metadata,
    select: Select,
    dropped: list[Dropped] | None = None,
    memory: Memory | None = None,
) -> Body:
    """Standfirst and blocks of a page. Destroys page.root: its last user.

    `dropped` is filled with what is neither and the reason; `memory` knows what other pages of the source say.
    """
    root = page.root
    skipped: list[HtmlElement] = []
    scripts = list(root.iter("script"))
    labels = echoes.labels(page)
    etree.strip_elements(root, *_STRIPPED, with_tail=False)
    unselected = selected.drop(root, select)
    headlines = _keys([metadata.headline, *metadata.headline_candidates])
    holder = selected.first(root, select.body)
    heading = container.headline_of(root, headlines)
    told = Declared(longest_body(page))
    everything = _chunks(root, heading, holder, _Told(metadata.descriptions, told), skipped)
    authors = _keys(metadata.authors)
    below = _below_headline(everything, heading)
    chunks = _candidates(below, headlines, authors, labels, metadata.descriptions)
    chunks = entries.marked(remembered.without_repeats(chunks, memory))
    selected.mark_subheads(root, select, chunks)
    head, text = _cut(chunks, holder)
    place = standfirst.Place(heading, head, text, authors)
    lead, head = _lead(place, selected.standfirst(root, select), metadata.descriptions)
    known = _keys(lead)
    head = blocks.drop(head, _BEFORE_SELECTED) if holder is not None else headings.opening(head, text, headlines)
    text = headings.without_box_titles(_without(known, [*head, *text]), below)
    text, layer = _article(text, authors, told)
    found = Body(lead, _blocks(asides.placed(text, below)), _provenance(lead, text, layer, select))
    other = None
    if holder is None:
        again = partial(_again, headlines=headlines, authors=authors, known=known)
        size = sum(len(chunk.words) for chunk in text if chunk.kind != "subhead")
        read, other = recovery.recover(page, scripts, told, found.blocks, size, metadata, again)
    if other is not None:
        found.blocks, found.provenance["body"] = _unrepeated(read, known), other
        blocks.drop(text, f"{other} holds more")
    found.layout = remembered.layout(everything, known, found.blocks if other else (), other)
    if other is not None:
        found.blocks = remembered.without_repeated_blocks(found.blocks, memory)
    found.beside = wire.lines_beside(everything)
    if dropped is not None:
        dropped += why.dropped(root, everything, skipped, unselected)
    return found


def _candidates(
    below: list[Chunk], headlines: list[str], authors: list[str], labels: echoes.Labels, descriptions: list[str]
) -> list[Chunk]:
    """What may be text of all that stands below the headline, by what it says."""
    chunks = [chunk for chunk in below if chunk.kind not in ASIDE_KINDS]
    chunks = noise.without_noise(chunks, headlines, authors)
    return echoes.without_captions(chunks, labels, choose.main_builds(chunks), descriptions)


def _article(chunks: list[Chunk], authors: list[str], told: Declared) -> tuple[list[Chunk], str]:
    """(the chunks that are the text, subheads marked; the layer that decided)."""
    text, layer = choose.article(subheads.with_marked(chunks), told)
    return subheads.with_bold(headings.without_labels(edges.without_edges(text, authors))), layer


def _again(root: HtmlElement, headlines: list[str], authors: list[str], known: list[str]) -> list[Block]:
    """Blocks of a tree that holds a text and little else; `known` are keys of what is read already."""
    etree.strip_elements(root, *_STRIPPED, with_tail=False)
    told = Declared("")
    everything = _chunks(root, container.headline_of(root, headlines), None, _Told([], told), [])
    chunks = [chunk for chunk in everything if chunk.kind not in ASIDE_KINDS]
    chunks = entries.marked(noise.without_noise(chunks, headlines, authors))
    text, _ = _article(_without(known, chunks), authors, told)
    return _blocks(asides.placed(text, everything))


def _chunks(
    root: HtmlElement,
    heading: HtmlElement | None,
    holder: HtmlElement | None,
    told: _Told,
    skipped: list[HtmlElement],
) -> list[Chunk]:
    """Runs of text from the headline, or from above it, to the end of the element that holds the text."""
    weights = container.weigh(root)
    if holder is None:
        holder = container.find(root, weights, heading)
    limit = 0.4 * weights.get(holder, 0) + 1

    def mark(element: HtmlElement, chunks: list[Chunk]) -> None:
        if weights.get(element, 0) < limit:
            boxes.mark(element, chunks)

    region, judge = container.region(holder, heading), _judge(weights, holder, told)
    return blocks.read(region, holder, judge, mark=mark, skipped=skipped)


def _below_headline(chunks: list[Chunk], heading: HtmlElement | None) -> list[Chunk]:
    start = next((index + 1 for index, chunk in enumerate(chunks) if chunk.element is heading), 0)
    if _size(chunks[:start]) > _size(chunks[start:]):  # a headline repeated below the text
        return chunks
    blocks.drop(chunks[:start], "above the text, or the headline itself")
    return chunks[start:]


def _size(chunks: list[Chunk]) -> int:
    return sum(len(chunk.words) for chunk in chunks if noise.is_running(chunk) and not chunk.doubtful)


def _judge(weights: Weights, holder: HtmlElement, told: _Told) -> blocks.Judge:
    limit = 0.4 * weights.get(holder, 0) + 1
    teasers = not container.holds_articles(holder, weights)
    openings = standfirst.openings(told.descriptions)

    def judge(element: HtmlElement) -> Verdict:
        verdict = boilerplate.judge(element)
        if verdict == "keep":
            if not (teasers and element.tag == "article"):
                return verdict
            verdict = "drop"
        # No name outweighs the text: sites wrap whole articles in a "teaser" or "comments" box.
        if weights.get(element, 0) >= limit:
            return "keep"
        if verdict == "drop" and (openings or told.text.text) and boilerplate.is_by_name(element):
            if standfirst.holds_told(element, openings):
                return "doubt"
            if told.text.holds_element(element):
                return "keep"
        return verdict

    return judge


def _cut(chunks: list[Chunk], holder: HtmlElement | None) -> tuple[list[Chunk], list[Chunk]]:
    """(head, text): cut before the first run in `holder`, the selected one; else before the main text."""
    if holder is None:
        first = choose.first_of_main(chunks)
    else:
        inside = (
            index for index, chunk in enumerate(chunks) if holder in (chunk.element, *chunk.element.iterancestors())
        )
        first = next(inside, len(chunks))
    return chunks[:first], chunks[first:]


def _lead(place: standfirst.Place, chosen: list[str], descriptions: list[str]) -> tuple[list[str], list[Chunk]]:
    """(standfirst, rest of the head); `chosen` is the standfirst where a selector found it."""
    if chosen:
        return chosen, place.head
    found, rest = standfirst.split(place, descriptions)
    return [chunk.text for chunk in found], rest


def _without(keys: Collection[str], chunks: list[Chunk]) -> list[Chunk]:
    return blocks.sift(chunks, lambda chunk: _no_text(chunk, keys))


def _unrepeated(found: list[Block], keys: Collection[str]) -> list[Block]:
    return [block for block in found if " ".join(words(block.text)) not in keys]


def _no_text(chunk: Chunk, keys: Collection[str]) -> str | None:
    if chunk.key in keys:
        return "stands in the standfirst"
    return "in a box that may only hold the standfirst" if chunk.doubtful else None


def _keys(texts: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(" ".join(words(text)) for text in texts if text))


def _blocks(chunks: list[Chunk]) -> list[Block]:
    """Chunks as blocks; the entries of one list, the rows of one table are one block, one line each."""
    found: list[Block] = []
    texts: list[list[str]] = []
    open_text: list[str] = []
    last = last_row = None
    for chunk in chunks:
        holder, row = _nearest(chunk, _HOLDERS.get(chunk.kind)), _nearest(chunk, _ENTRIES.get(chunk.kind))
        if holder is not None and holder is last:
            open_text += [" " if row is last_row else "\n", chunk.text]
            last_row = row
            continue
        found.append(Block(chunk.kind, "", max(2, chunk.level or 2) if chunk.kind == "subhead" else None))
        texts.append([chunk.text])
        if chunk.kind not in ASIDE_KINDS:  # a picture between two entries ends no list
            open_text, last, last_row = texts[-1], holder, row
    for block, pieces in zip(found, texts, strict=True):
        block.text = "".join(pieces)
    return found


def _nearest(chunk: Chunk, tags: tuple[str, ...] | None) -> HtmlElement | None:
    """The chunk's element or the nearest element around it with one of these tags."""
    if tags is None:
        return None
    return chunk.element if chunk.element.tag in tags else next(chunk.element.iterancestors(*tags), None)


def _provenance(lead: list[str], text: list[Chunk], layer: str, select: Select) -> dict[str, str]:
    found = {}
    if lead:
        found["standfirst"] = "selector" if select.standfirst else "html"
    if text:
        found["body"] = "selector" if select.body else layer
    return found
