"""Who wrote the article: names of people and agencies, not of the site."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from lxml.html import HtmlElement

from crawler.extract.evidence import Evidence, around, key, text_of, within
from crawler.extract.jsonld import Node, resolved, strings
from crawler.normalise import clean, names, plain, word_count

_META = (
    "author", "article:author", "article:author_name", "dc.creator", "dcterms.creator", "dc.contributor", "byl",
    "sailthru.author", "articleauthor", "article.author", "cxenseparse:author", "citation_author", "creator",
    "rbauthors", "og:article:author", "og:author", "authors", "byline", "dable:author",
    "parsely-author", "twitter:data1",
)  # fmt: skip
_BYLINE = {
    *("byline", "bylines", "author", "authors", "auteur", "auteurs", "autor", "autoren", "autore", "autores"),
    *("contributor", "contributors", "writer", "redakteur", "skribent", "reporter", "signature"),
}
_NOT_BYLINE = {"bio", "about", "image", "img", "photo", "avatar", "social", "follow", "comment", "role", "box"}
_NAME_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
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
        ("html", lambda: _bylines(evidence, heading)),
    ]
    desk: tuple[list[str], str | None] = ([], None)
    for layer, said in layers:
        bylines = said()
        if people := _people(bylines, evidence):
            return people, layer
        if not desk[0] and layer != "html" and (teams := _teams(bylines, evidence)):
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


def _people(bylines: Iterable[str], evidence: Evidence) -> list[str]:
    found: dict[str, str] = {}
    for byline in bylines:
        for name in names("" if evidence.speaks_of_site(byline) else byline):
            if not evidence.is_site(name):
                found.setdefault(key(name), name)
    return list(found.values())


def _teams(bylines: Iterable[str], evidence: Evidence) -> list[str]:
    return [text for text in map(clean, bylines) if 2 <= word_count(text) <= 4 and not evidence.is_site(text)][:1]


def _bylines(evidence: Evidence, heading: HtmlElement | None) -> list[str]:
    """The first byline near the headline, by its name or its first word; else the only one on the page."""
    spoken = ""
    for element in around(heading) if heading is not None else ():
        if _is_named_byline(element) and (text := _text(element)):
            return [text]
        if not spoken and _BY.match((element.text or "").strip()[:_LONGEST_BYLINE]):
            spoken = _text(element)
    if spoken:
        return [spoken]
    others = {tuple(names(text)): text for element in within(evidence.page.root) if (text := _named_text(element))}
    return list(others.values()) if len(others) == 1 else []


def _named_text(element: HtmlElement) -> str:
    return _text(element) if _is_named_byline(element) else ""


def _is_named_byline(element: HtmlElement) -> bool:
    if element.get("rel") == "author" or element.get("itemprop") == "author":
        return True
    return _names_byline(f"{element.get('class') or ''} {element.get('id') or ''}")


@lru_cache(maxsize=4096)
def _names_byline(names: str) -> bool:
    parts = {part.lower() for part in _NAME_PART.findall(names)}
    return bool(parts & _BYLINE) and not parts & _NOT_BYLINE


def _text(element: HtmlElement) -> str:
    """The byline with a bar between its elements, so that a name and the title below it stay apart."""
    text = text_of(element)
    if len(text) > _LONGEST_BYLINE or not names(text):
        return ""
    return " | ".join(part for part in map(clean, element.itertext()) if part)
