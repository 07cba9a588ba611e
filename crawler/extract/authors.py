"""Who wrote the article: names of people and agencies, not of the site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.evidence import Evidence, around, key, text_of, within
from crawler.normalise import clean, names, plain, word_count
from crawler.page.jsonld import Node, resolved, strings

_META = (
    "author", "article:author", "article:author_name", "dc.creator", "dcterms.creator", "dc.contributor", "byl",
    "sailthru.author", "articleauthor", "article.author", "cxenseparse:author", "citation_author", "creator",
    "rbauthors", "og:article:author", "og:author", "authors", "byline", "dable:author",
    "parsely-author",
)  # fmt: skip
_BYLINE = {
    *("byline", "bylines", "author", "authors", "auteur", "auteurs", "autor", "autoren", "autore", "autores"),
    *("contributor", "contributors", "writer", "redakteur", "skribent", "reporter", "signature"),
}
_NOT_BYLINE = {"bio", "about", "image", "img", "photo", "avatar", "social", "follow", "comment", "role", "box"}
_SEPARATOR = re.compile(r"[,;:/|@]")
_NAME_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_LABEL = (
    r"(?i:by|written by|par|von|por|di|door|av|af|przez|text|texte?|auteurs?|autor(?:/?in|es|a|e)?(?:/autor)?|authors?|"
    r"автор|текст)"
)
_SPOKEN = re.compile(rf"{_LABEL}\s*:?\s+(?=[^\W\d_a-z])")
_KOREAN = re.compile(r"\W*[가-힣]{2,4}\s?(?:기자|특파원|논설위원)")
_AUTHOR_PAGE = re.compile(
    r"/(?:by|authors?|auteurs?|autor(?:e|en|es|i)?|journalists?|journalistes?|reporters?|contributors?|writers?|columnists?|"
    r"profiles?|people|staff|redaktion|redazione|skribent|forfatter|yazar(?:lar)?|firmas?)/[^/?#]",
    re.IGNORECASE,
)
_LABEL_ALONE = re.compile(rf"{_LABEL}\s*:?")
_LOWER_WORD = re.compile(
    r"\b(?!(?:d[aeiou]|dos|das|del|della|der|den|van|von|zu|la|le|al|el|bin|ibn|y|e|af|av|ter)\b)[a-z]\w*"
)
MAX_AUTHORS = 50
_LONGEST_BYLINE = 160
_MOST_ELEMENTS = 20_000


def authors(evidence: Evidence, heading: HtmlElement | None) -> tuple[list[str], str | None]:
    """(names, layer): JSON-LD, then meta, then the byline near the headline; ([], None) when nobody is named.

    A desk that JSON-LD or meta name as an author ('Courier Staff') is one; the site's bare name is not.
    """
    if found := _people(_declared(evidence), evidence, desks=True):
        return found, "json-ld"
    for name in _META:
        if found := _people(evidence.meta(name), evidence, desks=True):
            return found, "opengraph" if name.startswith(("article:", "og:")) else "meta"
    found = _people(_bylines(evidence, heading), evidence, desks=False)
    return found, "html" if found else None


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


def _people(bylines: Iterable[str], evidence: Evidence, *, desks: bool) -> list[str]:
    found: dict[str, str] = {}
    for byline in bylines:
        if evidence.speaks_of_site(byline):
            continue
        for name in names(byline) or (_desk(byline) if desks else []):
            if not evidence.is_site(name):
                found.setdefault(key(name), name)
    return list(found.values())[:MAX_AUTHORS]


def _desk(byline: str) -> list[str]:
    return [byline] if 2 <= word_count(byline) <= 4 and not _SEPARATOR.search(byline) else []


def _bylines(evidence: Evidence, heading: HtmlElement | None) -> list[str]:
    """The first byline near the headline; else the only one on the page."""
    for element in around(heading) if heading is not None else ():
        if text := _byline(element):
            return [text]
    everywhere = islice(within(evidence.page.root), _MOST_ELEMENTS)
    bylines = islice((text for element in everywhere if (text := _byline(element))), MAX_AUTHORS)
    others = {tuple(names(text)): text for text in bylines}
    return list(others.values()) if len(others) == 1 else []


def _byline(element: HtmlElement) -> str:
    """Text of a byline: its names say so, or a label alone stands at its start, or its words begin with one."""
    if _is_named_byline(element):
        return " | ".join(text for peer in _peers(element) if (text := _text(peer))) if _text(element) else ""
    own = (element.text or "")[:_LONGEST_BYLINE].strip()
    if not own:
        return ""
    parent = element.getparent()
    if _LABEL_ALONE.fullmatch(own) and parent is not None:
        return _spoken(_text(element) or _text(parent))
    return _spoken(_text(element)) if _SPOKEN.match(own) or _KOREAN.match(own) else ""


def _spoken(text: str) -> str:
    """`text` when it holds names alone: a sentence may begin with 'By' as well."""
    return "" if any(_LOWER_WORD.search(name) for name in names(text)) else text


def _peers(element: HtmlElement) -> list[HtmlElement]:
    """`element` and the bylines of the same build beside it: one author each."""
    parent = element.getparent()
    if parent is None:
        return [element]
    build = (element.tag, element.get("class"))
    same = (peer for peer in parent if (peer.tag, peer.get("class")) == build)
    return [peer for peer in islice(same, MAX_AUTHORS) if _is_named_byline(peer)]


def _is_named_byline(element: HtmlElement) -> bool:
    if element.get("rel") == "author" or element.get("itemprop") == "author":
        return True
    if element.tag == "a" and _AUTHOR_PAGE.search(element.get("href") or ""):
        return True
    return _names_byline(f"{element.get('class') or ''} {element.get('id') or ''}")


@lru_cache(maxsize=4096)
def _names_byline(names: str) -> bool:
    parts = {part.lower() for part in _NAME_PART.findall(names)}
    return bool(parts & _BYLINE) and not parts & _NOT_BYLINE


def _text(element: HtmlElement) -> str:
    """The byline with a bar between its elements, so that a name and the title below it stay apart; '' when none."""
    if len(text_of(element)) > _LONGEST_BYLINE:
        return ""
    text = " | ".join(part for part in map(clean, element.itertext()) if part)
    return text if names(text) else ""
