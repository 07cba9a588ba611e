"""Who wrote the article: names of people and agencies, not of the site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from crawler.extract import signature, wire
from crawler.extract.agencies import agencies
from crawler.extract.bylines import names
from crawler.extract.disagree import differing
from crawler.extract.evidence import Evidence, key
from crawler.normalise import plain, unaccented, word_count, words
from crawler.page.jsonld import Node, resolved, strings

_META = (
    "author", "article:author", "article:author_name", "dc.creator", "dcterms.creator", "dc.contributor",
    "sailthru.author", "articleauthor", "article.author", "cxenseparse:author", "citation_author", "creator",
    "rbauthors", "og:article:author", "og:author", "authors", "byline", "dable:author",
    "parsely-author",
)  # fmt: skip
_SEPARATOR = re.compile(r"[,;:/|@]")
_CATALOGUED = {"dc.creator", "dcterms.creator", "dc.contributor", "citation_author"}
_TURNED = re.compile(r"^([^,]+),\s*([^,]+)$")
MAX_AUTHORS = 50


def bylines(evidence: Evidence, heading: HtmlElement | None) -> dict[str, list[str]]:
    """Layer -> bylines as written, the best layer first: JSON-LD, meta, the byline near the headline."""
    said = {"json-ld": list(_declared(evidence))}
    for name in _META:
        if name not in evidence.page.meta:
            continue
        layer = "opengraph" if name.startswith(("article:", "og:")) else "meta"
        texts = [_upright(text) if name in _CATALOGUED else text for text in evidence.meta(name)]
        if layer not in said and _people(texts, evidence, desks=True):
            said[layer] = texts
    shown = _shown(said, evidence, heading)
    said["html"] = [shown] if shown else []
    return said


def _shown(said: dict[str, list[str]], evidence: Evidence, heading: HtmlElement | None) -> str | None:
    """The byline near the headline; where no layer names anybody, the only one of the page, or the agency credited."""
    nearby = evidence.around(heading)
    if found := signature.near(nearby):
        return found
    if _best(said, evidence)[0]:
        return None
    return signature.only(evidence.page.root) or " | ".join(wire.near(nearby))


def authors(said: dict[str, list[str]], evidence: Evidence) -> tuple[list[str], str | None]:
    """(names, layer) of the best of the `bylines` that names anybody; ([], None) when none does.

    A desk that JSON-LD or meta name as an author ('Courier Staff') is one; the site's bare name is not, but for
    an agency's own.
    """
    found, layer = _best(said, evidence)
    if found:
        return found, layer
    own = ((agencies(text), text, layer) for layer, texts in said.items() for text in texts)
    return next((([text], layer) for names, text, layer in own if names), ([], None))


def differing_authors(said: dict[str, list[str]], evidence: Evidence) -> dict[str, list[str]]:
    """Layer -> names where layers name different people; {} where none does, or only one names anybody."""
    named = {layer: _people(texts, evidence, desks=False) for layer, texts in said.items()}
    found = {layer: [name for name in people if _is_full(name)] for layer, people in named.items()}
    return differing(found, lambda one, other: set(map(_spelling, one)) == set(map(_spelling, other)))


def _spelling(name: str) -> frozenset[str]:
    """Words of a name without accents: 'LEE Zoé' and 'Zoe Lee' are one."""
    return frozenset(words(unaccented(name)))


def _best(said: dict[str, list[str]], evidence: Evidence) -> tuple[list[str], str | None]:
    """The first layer that names people, or the meta that names them and others; else the first with a desk."""
    found = {layer: _people(texts, evidence, desks=layer != "html") for layer, texts in said.items()}
    named = [layer for layer, texts in said.items() if _people(texts, evidence, desks=False)]
    named = named or [layer for layer, people in found.items() if people]
    if not named:
        return [], None
    first = set(map(_spelling, found[named[0]]))
    fuller = [layer for layer in named if layer != "html" and first < set(map(_spelling, found[layer]))]
    best = max(fuller, key=lambda layer: len(found[layer]), default=named[0])
    return found[best], best


def _upright(name: str) -> str:
    """'Lee, Ann' as catalogues of libraries write it -> 'Ann Lee'."""
    return _TURNED.sub(r"\2 \1", name)


def _is_full(name: str) -> bool:
    return " " in name or not name.isascii() or bool(agencies(name))


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
        if evidence.speaks_of_site(byline) or evidence.is_site(byline.split(",")[0]):
            continue
        for name in names(byline) or (_desk(byline) if desks else []):
            if not evidence.is_site(name) and (desks or not _is_label(name)):
                found.setdefault(key(name), name)
    return list(found.values())[:MAX_AUTHORS]


def _is_label(name: str) -> bool:
    """Words such as 'published on' beside a name; whoever is named in metadata may be written small."""
    return name[0].islower() and not agencies(name)


def _desk(byline: str) -> list[str]:
    return [byline] if 2 <= word_count(byline) <= 4 and not _SEPARATOR.search(byline) else []
