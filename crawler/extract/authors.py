"""Who wrote the article: names of people and agencies, not of the site."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.evidence import Evidence, around, is_aside, key, text_of
from crawler.extract.jsonld import Node, resolved, strings
from crawler.normalise import clean, names, plain, word_count

_META = (
    "author", "article:author", "article:author_name", "dc.creator", "dcterms.creator", "dc.contributor", "byl",
    "sailthru.author", "articleauthor", "article.author", "cxenseparse:author", "citation_author", "creator",
    "rbauthors", "og:article:author", "og:author", "authors", "byline", "dable:author",
    "parsely-author", "twitter:data1",
)  # fmt: skip
_BYLINE_NAME = re.compile(r"(?:^|[\s_-])(?:post-?|article-?|meta-?|entry-?)?(?:byline|author|auteur|autore?|redakteur)"
                          r"(?:s|e?n)?(?:[_-]*(?:name|link|list|item|info|details|text|url))*(?:__\w+)?(?:$|[\s_-])",
                          re.IGNORECASE)  # fmt: skip
_NOT_BYLINE = re.compile(r"bio|about|image|photo|avatar|social|follow|comment|figcaption", re.IGNORECASE)
_BY = re.compile(
    r"(?:by|par|von|por|di|door|av|af|przez|text|texte|auteur|autore?|автор|текст)\s*:?\s+\S", re.IGNORECASE
)
_LONGEST_BYLINE = 160


def authors(evidence: Evidence, heading: HtmlElement | None) -> tuple[list[str], str | None]:
    """(names, layer): JSON-LD, then meta, then the byline near the headline; ([], None) when nobody is named.

    Where the layers name nobody but a desk ('Courier Staff'), the desk is the author; the site's bare name is not.
    """
    layers: list[tuple[str, Callable[[], list[str]]]] = [
        ("json-ld", lambda: list(_declared(evidence))),
        ("meta", lambda: list(evidence.meta(*_META))),
        ("html", lambda: list(_bylines(evidence, heading))),
    ]
    desk: tuple[list[str], str | None] = ([], None)
    for layer, said in layers:
        bylines = said()
        if people := _people(bylines, evidence.sites):
            return people, layer
        if not desk[0] and layer != "html" and (teams := _teams(bylines, evidence.sites)):
            desk = teams, layer
    return desk


def _declared(evidence: Evidence) -> Iterator[str]:
    """Names in the article's JSON-LD, of the best object that has any."""
    for field in ("author", "creator", "contributor"):
        for value in evidence.declared(field):
            said = [plain(name) for node in resolved(value, evidence.page.jsonld) for name in _names_of(node)]
            if any(said):
                yield from said
                return


def _names_of(node: Node) -> list[str]:
    return strings(node.get("name")) or [
        " ".join(part for field in ("givenName", "familyName") for part in strings(node.get(field)))
    ]


def _people(bylines: Iterable[str], sites: frozenset[str]) -> list[str]:
    found: dict[str, str] = {}
    for byline in bylines:
        for name in names(byline):
            if not _is_site(name, sites):
                found.setdefault(key(name), name)
    return list(found.values())


def _teams(bylines: Iterable[str], sites: frozenset[str]) -> list[str]:
    return [text for text in map(clean, bylines) if 2 <= word_count(text) <= 4 and not _is_site(text, sites)][:1]


def _is_site(name: str, sites: frozenset[str]) -> bool:
    own = key(name)
    return own in sites or own.removeprefix("www") in sites or any(own == f"the{site}" for site in sites)


def _bylines(evidence: Evidence, heading: HtmlElement | None) -> Iterator[str]:
    """Texts of the first element near the headline that is named or begins as a byline."""
    near = around(heading) if heading is not None else islice(evidence.page.root.iter("*"), 0)
    spoken = None
    for element in near:
        if _is_named_byline(element) and not is_aside(element):
            if text := _text(element):
                yield text
                return
        elif spoken is None and len(text := element.text or "") <= _LONGEST_BYLINE and _BY.match(text.strip()):
            spoken = None if is_aside(element) else _text(element)
    if spoken:
        yield spoken


def _is_named_byline(element: HtmlElement) -> bool:
    if element.get("rel") == "author" or element.get("itemprop") == "author":
        return True
    name = f"{element.get('class') or ''} {element.get('id') or ''}"
    return len(name) > 1 and bool(_BYLINE_NAME.search(name)) and not _NOT_BYLINE.search(name)


def _text(element: HtmlElement) -> str:
    """The byline with a bar between its elements, so that a name and the title below it stay apart."""
    text = text_of(element)
    if len(text) > _LONGEST_BYLINE or not names(text):
        return ""
    return " | ".join(part for part in map(clean, element.itertext()) if part)
