"""Which runs of text are the article: how most of the text is built, and what trafilatura says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import trafilatura
from lxml import etree
from lxml.html import HtmlElement
from trafilatura.settings import Document, Extractor

from crawler.extract import boxes, echoes
from crawler.extract.blocks import Build, Chunk, Verdict, alone
from crawler.extract.declared import Declared
from crawler.extract.noise import is_running
from crawler.normalise import clean
from crawler.page import new_parser

_MAIN_SHARE = 0.4
"""Runs of a build that holds so much of the text are the text."""
_FAIR_SHARE = 0.1
_SMALL_SHARE = 0.05
_NEAR = 3
"""Elements between a list and the text that announces it."""
_SOME_LINK = 0.2
_HOLDERS = {"list": ("ul", "ol", "dl"), "quote": ("blockquote",), "table": ("table", "figure")}
_PARSER = new_parser()
_OPTIONS = Extractor(fast=True, comments=False, with_metadata=False)
_MANY = 5_000
"""Runs; on more, trafilatura takes seconds, and such a page is a list of something anyway."""
_SHARE_KEPT = 0.5
"""When trafilatura keeps less of the text than this, it mistook the page."""


def article(chunks: list[Chunk], declared: Declared) -> tuple[list[Chunk], str]:
    """(the chunks that are the article, the layer that decided: 'html' or 'trafilatura').

    Most of an article is built alike (the same tag, class and parent class, paragraph after paragraph), what
    is put between it is not. Runs of the main build stay, and those that the page's own JSON-LD has, too. Of the
    others those may stay that stand beside it and read like text, when trafilatura takes them for text, too;
    it is asked only when there are any. A heading stays when the text below it does.
    """
    shares = _shares(chunks)
    main = _main_builds(chunks, shares)
    first = _first_of(main, chunks)
    chunks = [*chunks[:first], *boxes.without_boxes(chunks[first:], main)]
    chunks = echoes.without_pulled_quotes(chunks, main)
    spine = _spine(chunks, main)
    distances = [_distance(chunk, spine) for chunk in chunks]
    verdicts = _verdicts(chunks, distances, main, shares)
    _keep_announced(chunks, verdicts, distances)
    _keep_declared(chunks, verdicts, declared)
    is_open = "doubt" in verdicts
    confirmed = _confirmed(chunks) if is_open else set()
    kept: list[Chunk] = []
    text_below = False
    for chunk, distance, verdict in reversed(list(zip(chunks, distances, verdicts, strict=True))):
        if chunk.kind == "subhead":
            good = text_below and distance <= 1
        else:
            good = text_below = verdict == "keep" or (verdict == "doubt" and id(chunk) in confirmed)
        if good:
            kept.append(chunk)
        else:
            chunk.why = _why_not(chunk, verdict)
    return kept[::-1], "trafilatura" if is_open else "html"


def _verdicts(chunks: list[Chunk], distances: list[int], main: set[Build], shares: Counter[Build]) -> list[Verdict]:
    places = [index for index, chunk in enumerate(chunks) if chunk.build in main]
    first, last = (places[0], places[-1]) if places else (_first_of(main, chunks), len(chunks))
    found: list[Verdict] = []
    for index, (chunk, distance) in enumerate(zip(chunks, distances, strict=True)):
        if chunk.build in main:
            found.append("keep")
        elif index > last and _is_apart(chunk, distance):
            found.append("drop")
        else:
            found.append(_verdict(chunk, shares[chunk.build], distance, leads=index < first))
    return found


def _keep_announced(chunks: list[Chunk], verdicts: list[Verdict], distances: list[int]) -> None:
    """Keep the entries of a list below a paragraph of the text that ends in a colon, however they are boxed."""
    is_announced = False
    for index, (chunk, distance) in enumerate(zip(chunks, distances, strict=True)):
        if chunk.kind == "list":
            is_near = is_announced and distance <= _NEAR and chunk.linked < 0.5
            verdicts[index] = "keep" if is_near else verdicts[index]
        else:
            is_announced = verdicts[index] == "keep" and chunk.text.endswith((":", "："))


def _keep_declared(chunks: list[Chunk], verdicts: list[Verdict], declared: Declared) -> None:
    """Keep what the page's own JSON-LD has in its text, where that is the text that the page shows."""
    if not declared.is_witness(chunk for chunk, verdict in zip(chunks, verdicts, strict=True) if verdict == "keep"):
        return
    for index, chunk in enumerate(chunks):
        if chunk.kind != "subhead" and declared.holds(chunk.words):
            verdicts[index] = "keep"


def _why_not(chunk: Chunk, verdict: Verdict) -> str:
    if chunk.kind == "subhead":
        return "a heading of what is not the text"
    return "trafilatura leaves it out" if verdict == "doubt" else "built unlike the text and apart from it"


def first_of_main(chunks: list[Chunk]) -> int:
    """Index of the first chunk of the main build; of the first long run of text where no build is the main one."""
    return _first_of(main_builds(chunks), chunks)


def _first_of(main: set[Build], chunks: list[Chunk]) -> int:
    for index, chunk in enumerate(chunks):
        if chunk.build in main if main else is_running(chunk) and len(chunk.words) > 20:
            return index
    return 0


def main_builds(chunks: list[Chunk]) -> set[Build]:
    """The one or two builds that most of the text is of, and that read like text; and their variants."""
    return _main_builds(chunks, _shares(chunks))


def _main_builds(chunks: list[Chunk], shares: Counter[Build]) -> set[Build]:
    main = {
        build
        for build, share in shares.items()
        if share >= _MAIN_SHARE and any(chunk.build == build and is_running(chunk) for chunk in chunks)
    }
    return main | {build for build in shares if any(_is_variant(build, one) for one in main)}


def _is_variant(build: Build, main: Build) -> bool:
    """The same element in the same place, with all classes of the main build and some more ('first', 'last')."""
    names, main_names = build[1], main[1]
    if not names or not main_names or build[0] != main[0] or build[2:] != main[2:]:
        return False
    return bool(main_names.split()) and set(main_names.split()) < set(names.split())


def _spine(chunks: list[Chunk], main: set[Build]) -> set[HtmlElement]:
    """The elements that hold the main text; that hold any text where no build is the main one."""
    held = [chunk.element for chunk in chunks if chunk.build in main or (not main and is_running(chunk))]
    return {ancestor for element in held for ancestor in (element, *element.iterancestors())}


def _is_apart(chunk: Chunk, distance: int) -> bool:
    """Below the last run of the main build: in another part of the page, or with links to elsewhere."""
    return distance > 1 or chunk.linked > _SOME_LINK


def _verdict(chunk: Chunk, share: float, distance: int, *, leads: bool) -> Verdict:
    """Whether a run of another build than the main one is text all the same; 'doubt' is for trafilatura to decide."""
    if chunk.kind == "subhead":
        return "drop"
    if chunk.kind in _HOLDERS:
        beside = distance == 0
        near = (distance <= 1) if chunk.kind == "quote" else (leads and is_running(chunk))
        return "keep" if beside else "doubt" if near else "drop"
    if is_running(chunk):
        good = leads or distance == 0 or share >= _FAIR_SHARE
    else:
        good = share >= (_SMALL_SHARE if distance == 0 else _FAIR_SHARE)
    return "doubt" if good else "drop"


def _shares(chunks: list[Chunk]) -> Counter[Build]:
    """Share of the words that each build holds."""
    sizes: Counter[Build] = Counter()
    for chunk in chunks:
        if chunk.kind != "subhead" and not chunk.doubtful:
            sizes[chunk.build] += len(chunk.words)
    total = max(1, sum(sizes.values()))
    return Counter({build: size / total for build, size in sizes.items()})


def _distance(chunk: Chunk, spine: set[HtmlElement]) -> int:
    """Elements between the run and the elements that hold the main text: 0 when it stands beside it."""
    place = alone(chunk) if chunk.kind == "subhead" else chunk.element
    tags = _HOLDERS.get(chunk.kind, ())
    for ancestor in chunk.element.iterancestors(*tags) if tags else ():
        if ancestor in spine:
            break
        place = ancestor
    return next((steps for steps, ancestor in enumerate(place.iterancestors()) if ancestor in spine), 9)


def _confirmed(chunks: list[Chunk]) -> set[int]:
    """Identities of the chunks that trafilatura takes for the main text."""
    everything = {id(chunk) for chunk in chunks}
    if len(chunks) > _MANY:
        return everything
    document = trafilatura.bare_extraction(_tree(chunks), options=_OPTIONS)
    if not isinstance(document, Document):
        return everything
    texts = {" ".join("".join(element.itertext()).split()) for element in document.body.iter()}
    kept = [chunk for chunk in chunks if " ".join(chunk.text.split()) in texts]
    return {id(chunk) for chunk in kept} if _size(kept) >= _SHARE_KEPT * _size(chunks) else everything


def _size(chunks: Iterable[Chunk]) -> int:
    return sum(len(chunk.words) for chunk in chunks)


def _tree(chunks: list[Chunk]) -> HtmlElement:
    """A page of these chunks alone, with the names that their elements bear: small, so trafilatura is fast."""
    root: HtmlElement = _PARSER.makeelement("html")
    holder = etree.SubElement(etree.SubElement(root, "body"), "article")
    wrapper, parent = holder, None
    for chunk in chunks:
        if parent is None or chunk.element.getparent() is not parent:
            parent = chunk.element.getparent()
            wrapper = _named(etree.SubElement(holder, "div"), parent)
        tag = f"h{max(2, chunk.level or 2)}" if chunk.kind == "subhead" else "p"
        element = _named(etree.SubElement(wrapper, tag), chunk.element)
        if chunk.linked > 0.5:
            element = etree.SubElement(element, "a", href="#")
        element.text = chunk.text
    return root


def _named(element: HtmlElement, model: HtmlElement | None) -> HtmlElement:
    for name in ("class", "id"):
        if model is not None and model.get(name):
            element.set(name, clean(model.get(name, "")))  # lxml reads control characters, but writes none
    return element
