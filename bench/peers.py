"""Other extractors, read as their manuals say and put into the scorer's form, each for what it gives.

A reader takes (html, url, page id) and returns a record; it fetches nothing. What a peer does not give is left out
of its record: readability-lxml knows no author, date or standfirst. Subheads are the lines of a peer's text that are
headings in the part of the page that it chose.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import trafilatura
from articles import Record
from lxml.html import HtmlElement, document_fromstring
from trafilatura.settings import Document

Reader = Callable[[bytes, str, str], Record]
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_RUNS = (*_HEADINGS, "p", "li", "blockquote", "pre", "td", "th", "dt", "dd")


def trafilaturas(html: bytes, url: str, page_id: str, **options: bool) -> Record:
    """What trafilatura says by default; it reads headline, authors and date only `with_metadata`."""
    found = trafilatura.bare_extraction(html, url=url, **{"with_metadata": False} | options)
    if not isinstance(found, Document):
        return {"id": page_id, "error": "nothing found"}
    blocks = [
        {"kind": "subhead" if element.tag == "head" else "paragraph", "text": " ".join(element.itertext())}
        for element in found.body.iter("head", "p")
    ]
    return {
        "id": page_id, "headline": found.title, "standfirst": [found.description] if found.description else [],
        "blocks": blocks, "body": found.text, "published": found.date,
        "authors": found.author.split("; ") if found.author else [],
    }  # fmt: skip


def peers() -> tuple[dict[str, Reader], list[str]]:
    """({name: reader} of the peers that are installed, names of those that are not)."""
    readers: dict[str, Reader] = {}
    absent = []
    for name, load in {"newspaper4k": _newspaper, "readability-lxml": _readability, "goose3": _goose}.items():
        try:
            with warnings.catch_warnings(action="ignore"):
                readers[name] = _guarded(load())
        except ImportError:
            absent.append(name)
    return readers, absent


def _guarded(reader: Callable[[bytes, str], Record]) -> Reader:
    """What a peer raises on a page is its answer to that page."""

    def read(html: bytes, url: str, page_id: str) -> Record:
        try:
            with warnings.catch_warnings(action="ignore"):
                return {"id": page_id} | reader(html, url)
        except Exception as error:
            return {"id": page_id, "error": f"{type(error).__name__}: {error}"}

    return read


def _newspaper() -> Callable[[bytes, str], Record]:
    newspaper = import_module("newspaper")

    def read(html: bytes, url: str) -> Record:
        article = newspaper.Article(url, fetch_images=False)
        article.download(input_html=html.decode("utf-8", "replace")).parse()
        return {
            "headline": article.title, "standfirst": _one(article.meta_description), "authors": article.authors,
            "published": _iso(article.publish_date), "body": article.text,
            "blocks": _lines(article.text, article.top_node),
        }  # fmt: skip

    return read


def _goose() -> Callable[[bytes, str], Record]:
    goose = import_module("goose3").Goose()

    def read(html: bytes, url: str) -> Record:
        article = goose.extract(url=url, raw_html=html.decode("utf-8", "replace"))
        return {
            "headline": article.title, "standfirst": _one(article.meta_description), "authors": article.authors,
            "published": _iso(article.publish_datetime_utc) or article.publish_date, "body": article.cleaned_text,
            "blocks": _lines(article.cleaned_text, article.top_node),
        }  # fmt: skip

    return read


def _readability() -> Callable[[bytes, str], Record]:
    readability = import_module("readability")

    def read(html: bytes, url: str) -> Record:
        document = readability.Document(html.decode("utf-8", "replace"), url=url)
        headline, summary = document.short_title(), document.summary(html_partial=True)
        return {"headline": headline, "blocks": list(_runs(document_fromstring(summary)))}

    return read


def _one(text: str | None) -> list[str]:
    return [text] if text else []


def _iso(instant: Any) -> str | None:
    return instant.isoformat() if hasattr(instant, "isoformat") else None


def _lines(text: str, chosen: HtmlElement | None) -> list[Record]:
    """Lines of a peer's text; subheads are those that stand in a heading of the part it chose."""
    headings = set() if chosen is None else {_text(element) for element in chosen.iter(*_HEADINGS)}
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [{"kind": "subhead" if line in headings else "paragraph", "text": line} for line in lines if line]


def _runs(root: HtmlElement) -> Iterator[Record]:
    """Innermost blocks of the markup that a peer returns, and text that stands beside them."""
    for element in root.iter():
        if element.tag in _RUNS and next(element.iterdescendants(*_RUNS), None) is None:
            yield {"kind": "subhead" if element.tag in _HEADINGS else "paragraph", "text": _text(element)}
        elif element.tag == "div" and (element.text or "").strip():
            yield {"kind": "paragraph", "text": " ".join((element.text or "").split())}


def _text(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())
