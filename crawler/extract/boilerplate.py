"""Which elements hold what is not the article, by their tag, role, state and names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from lxml.html import HtmlElement

from crawler.extract import phrases
from crawler.extract.asides import is_post
from crawler.extract.blocks import HEADINGS, Verdict
from crawler.extract.naming import WORD


def _said(names: str) -> frozenset[str]:
    return frozenset(names.split())


_TAGS = frozenset(("nav", "aside", "footer", "figure", "figcaption", "form", "dialog", "menu", "address"))
_ROLES = frozenset(("navigation", "complementary", "search", "banner", "contentinfo", "dialog", "alert", "menu"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|clip\s*:\s*rect\(\s*[01](?:px)?[\s,]", re.I)
"""Out of sight, or cut down to a point for those who hear the page instead of seeing it."""

# Words in class or id. Broad ones (abo, offer, content) cost more text than they save.
_DROPPED = _said(
    """
    ad ads advert advertisement advertising anzeige adslot sponsored sponsor outbrain taboola
    related relacionadas relacionados similar recommended recommendations recommendation recirculation recirc
    readmore crosspromo crosslinks seealso share sharing social socials sharebar sharebuttons follow
    newsletter newsletters subscribe subscription signup
    sidebar breadcrumb breadcrumbs toolbar menu nav navigation navbar pagination pager footer
    caption captions figcaption credit credits photocredit trending popular mostread
    hidden invisible feedback aside
    werbung publicite publicidad pubblicita publicidade advertentie annons annonse annonce reklama reklam iklan
    partage partager compartir condividi compartilhar teilen dela
    correlati correlate gerelateerd relaterade relaterte souvisejici powiazane ilgili terkait verwandte
    factbox faktabox faktaruta faktaboks infobox infokasten encadre recuadro
    relatedposts sharedaddy yarpp addtoany addthis sharethis saboxplugin mailpoet
    plista mgid revcontent poool opinary
    """
)
_ELSEWHERE = _said(
    """
    comment comments respond commentaires kommentare kommentarer comentarios comentários commenti reacties komentarze
    komentar yorum yorumlar disqus viafoura coral hyvor onetrust cookie cookies consent gdpr didomi usercentrics
    """
)
_DOUBTED = _said(
    """
    banner teaser teasers promo promos promobox promotion byline bylines author authors authorbox bio copyright
    tag tags topics keywords carousel slider lightbox gallery publisher
    """
)
_PHRASES = _said(
    """
    sr-only visually-hidden visuallyhidden screen-reader-text see-also read-more read-also most-read also-read
    twitter-tweet instagram-media tiktok-embed reddit-embed bluesky-embed fb-post
    """
)
_NAMING = frozenset(
    (
        *("class", "id", "data-component", "data-testid", "data-module", "data-type", "data-block-type"),
        *("data-component-name", "data-component-type", "data-widget", "data-widget-type", "data-element", "data-qa"),
    )
)
_NAMING_HEADINGS = _NAMING - {"id"}
_LOOKED_AT = _NAMING | {"role", "hidden", "aria-hidden", "aria-label", "style", "itemprop"}
_MAX_VALUE = 2_000
"""Characters of an attribute; longer ones are data."""
_PROPERTIES = _said("author caption comment copyrightNotice keywords publisher relatedLink")
"""Of schema.org: what such an itemprop holds is said of the article, or beside it."""
_MAX_WARNING = 60
"""Characters."""
_LABEL_WORDS = 4
"""A longer label for those who hear the page is a headline or a sentence."""
_STATE = re.compile(
    r"(?:has|with|without|no|not)(?=[-_A-Z])|(?:is-)?hidden-(?:xs|sm|md|lg|xl|print|mobile|phone|tablet|desktop)"
    r"|(?:overflow|backface)-"
)
"""A name that begins so tells what the element has beside it, on which screens it shows, or what of it is cut off."""
_HASH = re.compile(r"(?<![^\W_])(?=[^\W_]*[A-Z])(?=[^\W_]*[a-z])[^\W_]*[A-Za-z]\d+[A-Za-z][^\W_]*")
"""A part of a name that a machine made up ('n1AuAdJl'): its letters say nothing."""
_SLUG = re.compile(r"(?:[^\W_]+[-_]+){6}")
"""So many words are a heading's, made into an id for links to it."""


@lru_cache(maxsize=20_000)
def _names_elsewhere(names: str) -> bool:
    said = (WORD.findall(name) for name in names.split() if not _STATE.match(name))
    return any(not _ELSEWHERE.isdisjoint(map(str.lower, words)) for words in said)


def is_elsewhere(element: HtmlElement) -> bool:
    """The element's text is another than the page's: comments, consent, navigation."""
    if element.tag in ("nav", "footer", "aside", "dialog"):
        return True
    attributes = element.attrib
    if not attributes or element.tag in ("html", "body"):
        return False
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    return attributes.get("role") in _ROLES or _names_elsewhere(names)


def judge(element: HtmlElement) -> Verdict:
    """'drop' what is not the article, 'doubt' what holds at most its standfirst, 'keep' the rest."""
    tag = element.tag
    if tag in _TAGS:
        return "keep" if tag == "figure" and _holds_words(element) else "drop"
    if (tag == "span" and _warns(element)) or (tag == "blockquote" and is_post(element)):
        return "drop"
    told_by, attributes = _looked_at(element)
    return _judge_attributes(told_by, attributes) if told_by or attributes else "keep"


def _looked_at(element: HtmlElement) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The tag, where it tells something, and the attributes that may: what elements that are judged alike share."""
    tag = str(element.tag)
    attributes = [item for item in element.items() if item[0] in _LOOKED_AT and len(item[1]) < _MAX_VALUE]
    return tag if "-" in tag or tag in HEADINGS else "", tuple(attributes)


@lru_cache(maxsize=20_000)
def _judge_attributes(tag: str, items: tuple[tuple[str, str], ...]) -> Verdict:
    attributes = dict(items)
    if attributes.get("role") in _ROLES or _is_hidden(attributes):
        return "drop"
    names = " ".join(_names(tag, items))
    return _judge_names(names) if names else "keep"


def _names(tag: str, attributes: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What class, id and the like call an element, as far as they tell what it is."""
    # The id of a heading is made of its own words, for links to it.
    naming = _NAMING if tag not in HEADINGS else _NAMING_HEADINGS
    for name, value in attributes:
        is_label = name == "aria-label" and value.count(" ") < _LABEL_WORDS
        if is_label or name in naming or (name == "itemprop" and value in _PROPERTIES):
            yield value
    if "-" in tag:
        yield tag


def _warns(span: HtmlElement) -> bool:
    """It tells those who hear the page where a link leads."""
    text = span.text
    return text is not None and len(text) < _MAX_WARNING and phrases.NEW_WINDOW.match(text) is not None


def _holds_words(figure: HtmlElement) -> bool:
    """A quote or a table: editors set these as figures, too."""
    return any(figure.find(f".//{tag}") is not None for tag in ("blockquote", "table"))


def is_by_name(element: HtmlElement) -> bool:
    """Nothing speaks against this element, which is dropped, but its names."""
    return not (
        element.tag in (*_TAGS, "blockquote") or element.get("role") in _ROLES or _is_hidden(dict(element.items()))
    )


def reason(element: HtmlElement) -> str:
    """For people: what speaks against an element that `judge` does not keep."""
    if element.tag in _TAGS:
        return f"<{element.tag}>"
    if element.tag == "blockquote" and is_post(element):
        return "a post of a network without words"
    if element.tag == "span" and _warns(element):
        return "says where a link leads"
    if element.get("role") in _ROLES:
        return f"role {element.get('role')}"
    if _is_hidden(dict(element.items())):
        return "hidden"
    names = (name for value in _names(*_looked_at(element)) for name in value.split())
    return next((f"named {name}" for name in names if _judge_names(name) != "keep"), "teasers")


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    style = attributes.get("style")
    return style is not None and bool(_HIDDEN.search(style))


@lru_cache(maxsize=20_000)
def _judge_names(names: str) -> Verdict:
    verdict: Verdict = "keep"
    for name in names.split():
        if (said := _judge_name(name)) == "drop":
            return "drop"
        verdict = said if said == "doubt" else verdict
    return verdict


@lru_cache(maxsize=20_000)
def _judge_name(name: str) -> Verdict:
    # Utility classes (`print:hidden`, `[&_.related]:mt-4`) tell of states and children, not of the element.
    if ":" in name or "[" in name or _STATE.match(name) or _SLUG.match(name):
        return "keep"
    # What is written small throughout, as most names are, has no part that a machine made up.
    words = WORD.findall(name if name.islower() else _HASH.sub("", name))
    said = {word.lower() for word in words}
    if not (said.isdisjoint(_DROPPED) and said.isdisjoint(_ELSEWHERE)) or name.lower() in _PHRASES:
        return "drop"
    return "keep" if said.isdisjoint(_DOUBTED) else "doubt"
