"""One page, parsed once: what discovery, metadata and body read from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from crawler.errors import NotHTML
from crawler.page import guard, jsonld, meta
from crawler.page.encoding import decode, is_plain_utf8
from crawler.urls import absolute
from crawler.workers import stages

__all__ = ["Page", "new_parser", "parse"]

_NUL = re.compile(rb"&#(?:0+|x0+)(?:;|(?![0-9a-f]))", re.IGNORECASE)


@dataclass(slots=True)
class Page:
    """A page parsed once, shared by all that reads it."""

    url: str
    root: HtmlElement
    """The <html> element; comments and processing instructions are gone."""
    meta: dict[str, list[str]]
    """<meta> contents in page order by lower-cased property, name, itemprop or http-equiv."""
    jsonld: list[dict[str, Any]]
    """JSON-LD objects in page order; lists and @graph taken apart."""

    @property
    def base(self) -> str:
        """Address from which relative ones are read: that of <base>, else the page's own."""
        written = self.root.find(".//base[@href]")
        return (absolute(self.url, written.get("href") or "") if written is not None else None) or self.url


def parse(html: bytes | str, url: str, charset: str | None = None) -> Page:
    """Parse a page once. `charset` is what the HTTP header says.

    Raises NotHTML when there is nothing, or something else than HTML; PageError (stage 'parse') when the
    page is built so that parsing it would take seconds.
    """
    stages.enter("decode")
    source = _as_utf8(html, charset)
    stages.enter("parse")
    limit = guard.refuse_costly(source)
    try:
        root = document_fromstring(source, parser=new_parser())
    except (etree.LxmlError, ValueError, AssertionError) as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise NotHTML(f"no HTML element can be read: {error}", stage="parse") from error
    if limit is not None:
        guard.cut_attributes(root, limit)
    return Page(url=url, root=root, meta=meta.read(root), jsonld=jsonld.read(root))


def new_parser() -> HTMLParser:
    """A parser whose elements are all HtmlElement.

    lxml.html asks a Python function for the class of each element that is looked at, which costs a tenth of an
    extraction; nobody here needs the classes for forms and inputs.
    """
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=True)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return parser


def _as_utf8(html: bytes | str, charset: str | None) -> bytes:
    if isinstance(html, bytes):
        guard.refuse_other_types(html)
        source = html if is_plain_utf8(html) else decode(html, charset).encode("utf-8", "replace")
    else:
        source = html.encode("utf-8", "replace")
    source = source.replace(b"\0", b"")
    if b"&#" in source:
        source = _NUL.sub(b"", source)
    guard.refuse_no_html(source)
    return source
