"""The smaller fields: section, language, tags, description, image, kind, access, rights."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from crawler import urls
from crawler.extract.evidence import Evidence, canonical_link, key, text_of
from crawler.normalise import plain
from crawler.page.jsonld import Node, strings, types

MAX_TAGS = 50
LONGEST_DESCRIPTION = 2_000
"""Characters; longer ones are the whole text."""

_RUBRIC_NAME = re.compile(
    r"(?:^|[\s_-])(?:rubric|rubrique|rubrik|section|category|cat|breadcrumbs?|ressort|channel|seccion|sezione|categoria)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_KICKER_NAME = re.compile(r"(?:^|[\s_-])(?:kicker|overline|eyebrow|label|topic)(?:$|[\s_-])", re.IGNORECASE)
_HOME = {"home", "homepage", "start", "startseite", "accueil", "inicio", "início", "hem", "forside", "news", "главная"}
_EMPTY_SECTIONS = _HOME | {"uncategorized", "uncategorised", "article", "articles", "none"}
_KINDS = {
    "liveblogposting": "liveblog",
    "opinionnewsarticle": "opinion",
    "videoobject": "video",
    "imagegallery": "gallery",
    "mediagallery": "gallery",
    "pressrelease": "press_release",
}
_KIND_WORDS = {
    "liveblog": re.compile(r"\blive-?blog|\blive-?ticker", re.IGNORECASE),
    "opinion": re.compile(
        r"^(?:opinions?|opinión|meinung|kommentare?|tribunes?|editorials?|comment|columnas?)$", re.IGNORECASE
    ),
    "press_release": re.compile(r"press[- _]?release", re.IGNORECASE),
}

_TIERS = {"free": "free", "metered": "metered", "locked": "paywalled", "paid": "paywalled", "premium": "paywalled"}
_TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_LONGEST_SECTION = 60
_LONGEST_TAG = 80


def descriptions(evidence: Evidence) -> tuple[list[str], str | None]:
    """(what the page is about in the words of each layer, layer of the first): meta, og:description, JSON-LD."""
    said = [("meta", text) for text in evidence.meta("description")]
    said += [("opengraph", text) for text in evidence.meta("og:description", "twitter:description")]
    declared = evidence.declared("description", "abstract", "alternativeHeadline")
    said += [("json-ld", plain(text)) for value in declared for text in strings(value)]
    found = {
        text[:LONGEST_DESCRIPTION]: layer for layer, text in reversed(said) if text and key(text) not in evidence.sites
    }
    return list(reversed(found)), next(reversed(found.values()), None)


def sections(evidence: Evidence) -> list[tuple[str, str]]:
    """(layer, name) of every section that JSON-LD, meta and breadcrumbs declare."""
    said = [("json-ld", plain(text)) for value in evidence.declared("articleSection") for text in strings(value)]
    names = ("article:section", "og:section", "section", "articlesection", "parsely-section", "category")
    said += [("opengraph" if ":" in name else "meta", text) for name in names for text in evidence.meta(name)]
    said += [("json-ld", name) for name in _breadcrumb(evidence)]
    return [(layer, name) for layer, name in said if _is_section(name, evidence)]


def section(
    evidence: Evidence, declared: list[tuple[str, str]], heading: HtmlElement | None, headline: str | None
) -> tuple[str | None, str | None]:
    """(section as the publisher calls it, layer): what is `declared`, else the rubric above the headline."""
    for layer, name in declared:
        if key(name) != key(headline or ""):
            return name, layer
    rubric = _rubric(evidence, heading) if heading is not None else None
    return (rubric, "html") if rubric else (None, None)


def _breadcrumb(evidence: Evidence) -> list[str]:
    """Names on the page's breadcrumb from the home page down, the article itself left out, nearest first."""
    for node in evidence.page.jsonld:
        if "breadcrumblist" in types(node) and isinstance(items := node.get("itemListElement"), list):
            names = [name for item in items[:10] if isinstance(item, dict) for name in _item_names(item)]
            return [name for name in reversed(names) if len(name) <= _LONGEST_SECTION]
    return []


def _item_names(item: Node) -> list[str]:
    inner = item.get("item")
    names = strings(item.get("name")) or (strings(inner) if isinstance(inner, dict) else [])
    return [plain(name) for name in names[:1]]


def _is_section(name: str, evidence: Evidence) -> bool:
    return (
        0 < len(name) <= _LONGEST_SECTION
        and name.casefold() not in _EMPTY_SECTIONS
        and not name.startswith("http")
        and key(name) not in evidence.sites
    )


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


def tags(evidence: Evidence) -> tuple[list[str], str | None]:
    """(keywords of the first layer that has any, layer); no name twice, at most MAX_TAGS."""
    layers = [
        ("json-ld", [plain(text) for value in evidence.declared("keywords") for text in strings(value)]),
        ("opengraph", list(evidence.meta("article:tag"))),
        ("meta", list(evidence.meta("news_keywords", "keywords", "parsely-tags", "sailthru.tags", "og:keywords"))),
    ]
    for layer, texts in layers:
        found = {key(tag): tag for text in texts for tag in _split_tags(text, alone=len(texts) == 1)}
        found.pop("", None)
        if found:
            return list(found.values())[:MAX_TAGS], layer
    linked = (text_of(link) for link in evidence.page.root.iter("a") if link.get("rel") == "tag")
    found = {key(text): text for text in islice(linked, MAX_TAGS) if 0 < len(text) <= _LONGEST_TAG}
    return list(found.values()), "html" if found else None


def _split_tags(text: str, *, alone: bool) -> list[str]:
    parts = re.split(r"\s*[,;，、]\s*", text) if alone or text.count(",") > 1 else [text]
    return [part for part in parts if 0 < len(part) <= _LONGEST_TAG]


def image(evidence: Evidence) -> tuple[str | None, str | None]:
    """(absolute address of the main image, layer): og:image, JSON-LD, twitter:image."""
    said = [("opengraph", text) for text in evidence.meta("og:image", "og:image:secure_url", "og:image:url")]
    said += [
        ("json-ld", text) for value in evidence.declared("image", "thumbnailUrl") for text in _image_addresses(value)
    ]
    said += [("meta", text) for text in evidence.meta("twitter:image", "twitter:image:src", "thumbnail", "image")]
    for layer, text in said:
        if address := urls.absolute(evidence.page.url, text):
            return address, layer
    return None, None


def _image_addresses(value: Any) -> list[str]:
    found: list[str] = []
    for item in value[:5] if isinstance(value, list) else [value]:
        source = (
            item
            if isinstance(item, str)
            else item.get("url") or item.get("contentUrl")
            if isinstance(item, dict)
            else None
        )
        found += strings(source)[:1]
    return found


def kind(evidence: Evidence) -> str:
    """One of items.ARTICLE_KINDS, by @type, og:type and what the publisher calls the article."""
    og_type = next(evidence.meta("og:type"), "").lower()
    for name in [name for node in evidence.articles[:1] for name in types(node)]:
        if name in _KINDS and not (name == "videoobject" and "article" in og_type):
            return _KINDS[name]
    said = list(evidence.meta("og:type", "article:content_type", "article_type", "page type"))
    said += [name for _, name in sections(evidence)[:2]]
    for name, pattern in _KIND_WORDS.items():
        if any(pattern.search(text) for text in said):
            return name
    return "video" if og_type.startswith("video") else "article"


def access(evidence: Evidence) -> tuple[str | None, str | None]:
    """(one of items.ACCESS, layer): isAccessibleForFree of the article or of a part of it, article:content_tier."""
    for value in evidence.declared("isAccessibleForFree", "hasPart"):
        for item in value[:10] if isinstance(value, list) else [value]:
            said = item.get("isAccessibleForFree") if isinstance(item, dict) else item
            if (free := _truth(said)) is not None:
                return ("free" if free else "paywalled"), "json-ld"
    for tier in evidence.meta("article:content_tier"):
        if tier.lower() in _TIERS:
            return _TIERS[tier.lower()], "opengraph"
    return None, None


def _truth(value: Any) -> bool | None:
    """True and False as booleans, numbers or words; None for anything else."""
    if isinstance(value, bool):
        return value
    return _TRUTHS.get(str(value).strip().lower().rsplit("/", 1)[-1]) if isinstance(value, str | int) else None


def canonical_url(evidence: Evidence) -> tuple[str | None, str | None]:
    """(address that the page claims for itself and may be believed, layer)."""
    page = evidence.page
    claims = [("html", canonical_link(page)), *(("opengraph", claim) for claim in page.meta.get("og:url", ())[:2])]
    for layer, claim in claims:
        if address := urls.claimed(page.url, claim):
            return address, layer
    return None, None


def tdm_reserved(evidence: Evidence) -> bool | None:
    """Whether <meta name=tdm-reservation> reserves text and data mining; None where it does not say."""
    return next((_truth(text) for text in evidence.meta("tdm-reservation")), None)


def noindex(evidence: Evidence) -> bool:
    """Whether <meta name=robots> keeps the page out of indexes."""
    return not _robots(evidence).isdisjoint(("noindex", "none"))


def noarchive(evidence: Evidence) -> bool:
    """Whether <meta name=robots> forbids to keep the page itself."""
    return not _robots(evidence).isdisjoint(("noarchive", "nocache"))


def _robots(evidence: Evidence) -> set[str]:
    return {rule.strip().lower() for text in evidence.meta("robots") for rule in text.split(",")}
