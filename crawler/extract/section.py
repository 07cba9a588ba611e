"""The section as the publisher calls it: declared, in the breadcrumb, above the headline, or behind the address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from crawler.extract.evidence import Evidence, key, text_of
from crawler.extract.naming import bare
from crawler.extract.trail import HOME, LONGEST_NAME
from crawler.normalise import plain
from crawler.page.jsonld import strings

_RUBRIC_NAME = re.compile(
    r"(?:^|[\s_-])(?:rubric|rubrique|rubrik|section|category|cat|breadcrumbs?|ressort|channel|seccion|sezione|categoria)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_KICKER_NAME = re.compile(r"(?:^|[\s_-])(?:kicker|overline|eyebrow|label|topic)(?:$|[\s_-])", re.IGNORECASE)
_MOST_LINKS = 5_000
_NO_SECTIONS = "news uncategorized uncategorised article articles none null undefined default"
_EMPTY = HOME | frozenset(_NO_SECTIONS.split())
_NO_FOLDERS = (
    "news nachrichten noticias noticia actualites actualite actu notizie notizia nieuws nyheter wiadomosci haber "
    "haberler novosti article articles artikel articulo articolo story stories post posts archive archives content "
    "page pages read view index home web site amp mobile blog item detail details doc node public all"
)
_NO_RUBRIC = frozenset(_NO_FOLDERS.split())
"""Segments of addresses that say nothing of a subject."""
_SEGMENT = re.compile(r"[^\W\d_]+(?:[-_&+][^\W\d_]+){0,3}")
_CODE = re.compile(r"[a-z]{1,2}")
"""What only the publisher's machines know, unless readers see it in the address: /uk/, /tv/."""
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


def sections(evidence: Evidence, crumbs: list[str], layer: str | None) -> list[tuple[str, str]]:
    """(layer, name) of every section that JSON-LD and meta declare, then of the breadcrumb, nearest first."""
    said = [("json-ld", plain(text)) for value in evidence.declared("articleSection") for text in strings(value)]
    names = ("article:section", "og:section", "section", "articlesection", "parsely-section", "category")
    said += [("opengraph" if ":" in name else "meta", text) for name in names for text in evidence.meta(name)]
    said = [(source, name) for source, text in said for name in _apart(text)]
    said += [(layer or "html", name) for name in reversed(crumbs)]
    return [(source, name) for source, name in said if _is_section(name, evidence)]


def section(
    evidence: Evidence, declared: list[tuple[str, str]], heading: HtmlElement | None, headline: str | None
) -> tuple[str | None, str | None]:
    """(section as the publisher calls it, layer): what is `declared`, the rubric above the headline, or the address.

    Of a name that is written as a piece of an address ('politik-inland') the page may show the full spelling.
    """
    for layer, name in declared:
        if key(name) != key(headline or ""):
            return _spelled(name, declared, evidence), layer
    if rubric := _rubric(evidence, heading) if heading is not None else None:
        return rubric, "html"
    behind = _behind_address(evidence)
    return behind, "url" if behind else None


def _apart(text: str) -> list[str]:
    """The names in a list without spaces ('Business,Cities,Popular'), else the text as it is."""
    return text.split(",") if "," in text and ", " not in text else [text]


def _is_section(name: str, evidence: Evidence) -> bool:
    return (
        0 < len(name) <= LONGEST_NAME
        and name.casefold() not in _EMPTY
        and not name.startswith("http")
        and key(name) not in evidence.sites
        and not (_CODE.fullmatch(name) and f"/{name}/" not in evidence.page.url)
    )


def _spelled(name: str, declared: list[tuple[str, str]], evidence: Evidence) -> str:
    if not _SLUG.fullmatch(name):
        return name
    others = (other for _, other in declared if other != name)
    end = f"/{name}"
    shown = (text_of(link) for link in _links(evidence) if (link.get("href") or "").rstrip("/").endswith(end))
    candidates = (text for source in (others, shown) for text in source if text != name)
    return next((text for text in candidates if bare(text) == bare(name)), name)


def _links(evidence: Evidence) -> Iterator[HtmlElement]:
    return islice(evidence.page.root.iter("a"), _MOST_LINKS)


def _rubric(evidence: Evidence, heading: HtmlElement) -> str | None:
    """The label just above the headline: its class says so, and a mere kicker links to the section it names."""
    for node in (heading, *islice(heading.iterancestors(), 2)):
        for sibling in islice(node.itersiblings(preceding=True), 3):
            text = _rubric_text(sibling)
            if _is_section(text, evidence):
                return text
    return None


def _rubric_text(element: HtmlElement) -> str:
    name = f"{element.get('class') or ''} {element.get('id') or ''}"
    links = [text for link in element.iter("a") if (text := text_of(link))]
    if _RUBRIC_NAME.search(name):
        return links[-1] if links else text_of(element)
    return links[-1] if links and _KICKER_NAME.search(name) else ""


def _behind_address(evidence: Evidence) -> str | None:
    """What the page calls, in a link, the folder in which the article lies: /culture/ -> 'Culture'."""
    folders = dict(_folders(evidence.page.url))
    host = (urlsplit(evidence.page.url).hostname or "").removeprefix("www.")
    named: dict[str, str] = {}
    for link in _links(evidence) if folders else ():
        path = _path(link.get("href") or "", host)
        if path in folders and path not in named and _names(text := text_of(link), folders[path]):
            named[path] = text
    names = (named[path] for path in folders if path in named)
    return next((name for name in names if _is_section(name, evidence)), None)


def _folders(url: str) -> Iterator[tuple[str, str]]:
    """(path, last segment) of each folder above the article that may be a rubric, widest first."""
    segments = [unquote(segment).lower() for segment in urlsplit(url).path.split("/") if segment][:-1]
    for end, segment in enumerate(segments[:4], 1):
        if _SEGMENT.fullmatch(segment) and len(segment) > 2 and segment not in _NO_RUBRIC:
            yield "/".join(segments[:end]), segment
            if segments[0] in _NO_RUBRIC:  # the story of /story/news/europe/ lies in the section /news/europe/
                yield "/".join(segments[1:end]), segment


def _path(href: str, host: str) -> str:
    """Path of a link on the same site, without slashes at its ends; '' for any other."""
    before, scheme, rest = href.strip().lower().partition("//")
    if scheme:
        before = rest.removeprefix("www.")
        if not before.startswith(f"{host}/"):
            return ""
        before = before[len(host) :]
    return before.strip("/") if before.startswith("/") else ""


def _names(text: str, segment: str) -> bool:
    """The text of a link and a segment of an address are one word, or begin with one."""
    one, other = bare(text), bare(segment)
    return 0 < len(text) <= LONGEST_NAME and bool(one) and (one.startswith(other[:4]) or other in one)
