"""What each layer of one page says, gathered once: JSON-LD of this article, meta, headings, names of the site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from crawler.extract import about
from crawler.normalise import clean, plain, words
from crawler.page import Page, jsonld
from crawler.page.jsonld import Node
from crawler.page.texts import is_longer
from crawler.urls import absolute, canonical

_SITE_META = ("og:site_name", "application-name", "apple-mobile-web-app-title", "publisher", "dc.publisher")
_SITE_TYPES = {"organization", "newsmediaorganization", "website", "corporation"}
_ASIDE = {
    "script",
    "style",
    "svg",
    "nav",
    "aside",
    "footer",
    "form",
    "figure",
    "figcaption",
    "blockquote",
    "template",
    "noscript",
    "button",
}
_ASIDE_WORDS = re.compile(
    r"(?:^|[\s_-])(?:footer|comment|comments|related|recommend\w*|teasers?|promo|most-?read|"
    r"copyright|menu|nav|caption|carousel|newsletter|trending|popular)(?:$|[\s_-])"
)
# Boxes of any content; the byline stands in one as well.
_BOX_WORDS = re.compile(r"(?:^|[\s_-])(?:(?<!header-)sidebar|cards?|widget)(?:$|[\s_-])")
_BYLINE_WORD = re.compile(r"(?:^|[\s_-])(?:authors?|byline)(?:$|[\s_-])")
# Not 'has-breadcrumb', the name of what lies round the whole page.
_CRUMB = re.compile(r"(?<!has-)(?<!with-)bread-?crumb")
MAX_HEADINGS = 20
MAX_TEXT = 1_000
"""Characters of a headline, a byline or a dateline that are looked at."""
MAX_NEAR = 150
"""Elements below the headline among which a byline and a dateline are looked for."""
_MOST_ELEMENTS = 5_000
LONG_PARAGRAPH = 200
"""Characters; a standfirst may have two such paragraphs, the third is the text."""


_TEXT_SHOWN = etree.XPath("descendant::text()[not(parent::script or parent::style)]")


@dataclass(slots=True)
class Evidence:
    """The layers of one page."""

    page: Page
    articles: list[Node]
    """JSON-LD objects about this article, best first."""
    headings: list[tuple[HtmlElement, str]]
    """Every <h1> with its clean text, in page order; where the only ones stand in breadcrumbs, or there is none,
    what shows a declared title."""
    sites: frozenset[str]
    """Names of the site and its owner, as `key`."""
    nearby: dict[HtmlElement, list[HtmlElement]] = field(default_factory=dict)
    """Heading -> what stands `around` it, once somebody asked."""

    def around(self, heading: HtmlElement | None) -> list[HtmlElement]:
        """Elements near a heading, read once for byline, source and dateline; [] without one."""
        if heading is None:
            return []
        if heading not in self.nearby:
            self.nearby[heading] = list(_around(heading))
        return self.nearby[heading]

    def meta(self, *names: str) -> Iterator[str]:
        """Clean contents of these <meta>, in the order of `names`."""
        for name in names:
            for content in self.page.meta.get(name, ()):
                if text := _plain_content(content):
                    yield text

    def declared(self, *keys: str) -> Iterator[Any]:
        """Values of these keys in the article's JSON-LD, best object first."""
        for node in self.articles:
            for key in keys:
                if node.get(key) not in (None, "", [], {}):
                    yield node[key]

    def is_site(self, name: str) -> bool:
        """It is a name of the site."""
        own = key(name)
        return own in self.sites or own.removeprefix("www") in self.sites or own.removeprefix("the") in self.sites

    def speaks_of_site(self, text: str) -> bool:
        """It gives the site's address, as 'Meridian Press (www.meridian.example)' does."""
        host = _host(self.page.url) or "-"
        if host not in text.lower():  # nearly always; a pattern for each site is dear
            return False
        return bool(re.search(rf"(?:\(|\bwww\.){re.escape(host)}", text, re.IGNORECASE))

    def main_heading(self, headline: str | None) -> HtmlElement | None:
        """The heading that shows `headline`, else the one that shares most of its words, else the first."""
        wanted = set(words(headline or ""))
        return max(
            (element for element, _ in self.headings),
            key=lambda element: len(wanted & set(words(text_of(element)))),
            default=None,
        )


def gather(page: Page) -> Evidence:
    """Read the layers of `page` that several fields need."""
    titles = [plain(text) for name in ("og:title", "title") for text in page.meta.get(name, ())[:2]]
    headings = _headings(page, titles)
    addresses = [page.url, *page.meta.get("og:url", ())[:2], canonical_link(page)]
    articles = about.articles(page.jsonld, addresses, [*(text for _, text in headings), *titles])
    return Evidence(page, articles, headings, _site_names(page, articles))


def _headings(page: Page, titles: list[str]) -> list[tuple[HtmlElement, str]]:
    """Every <h1> with its text; the last crumb of a trail may be one as well, written for search engines."""
    every = [(element, text) for element in islice(page.root.iter("h1"), MAX_HEADINGS) if (text := text_of(element))]
    shown = [pair for pair in every if not _is_crumb(pair[0])]
    return shown or _titled(page, [*titles, *(text for _, text in every)]) or every


def _titled(page: Page, titles: list[str]) -> list[tuple[HtmlElement, str]]:
    """The first <h2>, <h3> or itemprop=headline that shares most of its words with one of `titles`."""
    wanted = [set(words(title)) for title in titles]
    for element in islice(page.root.iter("h2", "h3", "p", "div", "span"), _MOST_ELEMENTS):
        if element.tag not in ("h2", "h3") and element.get("itemprop") != "headline":
            continue
        own = set(words(text := text_of(element)))
        if len(own) > 2 and any(2 * len(own & other) >= 1.2 * min(len(own), len(other)) for other in wanted if other):
            return [(element, text)]
    return []


def _is_crumb(element: HtmlElement) -> bool:
    """The element or one of its next ancestors is, by its names or its microdata, a trail of crumbs."""
    near = [element, *islice(element.iterancestors(), 3)]
    if any(node.get("itemprop") == "itemListElement" for node in near):
        return True
    names = (f"{node.get('class') or ''} {node.get('id') or ''}".lower() for node in near)
    return any("crumb" in name and _CRUMB.search(name) for name in names)  # a page's own class may list a hundred names


def canonical_link(page: Page) -> str | None:
    """href of <link rel=canonical>, as written; None where several name different addresses: nobody knows which."""
    claims: dict[str, str] = {}
    for link in page.root.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and (href := (link.get("href") or "").strip()):
            claims.setdefault(canonical(absolute(page.url, href) or href), href)
    return next(iter(claims.values())) if len(claims) == 1 else None


@lru_cache(maxsize=256)
def _plain_content(content: str) -> str:
    """`plain`; several fields read the same <meta>."""
    return plain(content)


@lru_cache(maxsize=16)
def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


@lru_cache(maxsize=1024)
def key(text: str) -> str:
    """What two spellings of one name or headline share: letters and digits, casefolded, without spaces."""
    return "".join(words(text))


def text_of(element: HtmlElement) -> str:
    """Clean text of an element, its first MAX_TEXT characters or a little more.

    A space stands where two of its parts would run together ('Kicker:Headline').
    """
    if not len(element):
        return clean((element.text or "")[:MAX_TEXT])
    parts: list[str] = []
    length = 0
    for text in _shown_text(element):
        if parts and text[:1].isupper() and not parts[-1][-1:].isspace() and not parts[-1][-1:].isupper():
            parts.append(" ")
        parts.append(text[:MAX_TEXT])
        length += len(text)
        if length > MAX_TEXT:
            break
    return clean("".join(parts))


def _shown_text(element: HtmlElement) -> Iterator[str]:
    """The texts of an element; scripts and styles have none."""
    if next(element.iter("script", "style"), None) is None:
        return element.itertext()
    return iter(_TEXT_SHOWN(element))


@lru_cache(maxsize=4096)
def _names_aside(names: str) -> bool:
    """Class or id say navigation, teaser, comments, caption or footer."""
    names = names.lower()
    if _ASIDE_WORDS.search(names):
        return True
    return bool(_BOX_WORDS.search(names)) and not _BYLINE_WORD.search(names)


def _around(heading: HtmlElement) -> Iterator[HtmlElement]:
    """Elements just above `heading`, then those below it until the text is well under way; nothing set aside."""
    for node in (heading, *islice(heading.iterancestors(), 1)):
        for sibling in islice(node.itersiblings(preceding=True), 3):
            yield from islice(within(sibling), 15)
    paragraphs = 0
    for element in islice(_after(heading), MAX_NEAR):
        yield element
        paragraphs += element.tag == "p" and is_longer(element, LONG_PARAGRAPH)
        if paragraphs == 3:
            return


def _after(heading: HtmlElement) -> Iterator[HtmlElement]:
    """Elements behind `heading` in its parent, then in the parent's parent, and so on."""
    for node in (heading, *heading.iterancestors()):
        for sibling in node.itersiblings():
            yield from within(sibling)


def within(element: HtmlElement) -> Iterator[HtmlElement]:
    """`element` and all below it in page order, without what is set aside."""
    waiting = [element]
    while waiting:
        node = waiting.pop()
        if node.tag in _ASIDE:
            continue
        names = f"{node.get('class') or ''} {node.get('id') or ''}"
        if names == " " or not _names_aside(names):
            yield node
            if len(node):  # an iterator over nothing costs as much as one over children
                waiting.extend(reversed(node))


def _site_names(page: Page, articles: list[Node]) -> frozenset[str]:
    host = _host(page.url)
    labels = host.split(".")
    said = [host, *(label for label in labels[:-1] if len(label) > 3)]
    said += [content for name in _SITE_META for content in page.meta.get(name, ())]
    said += [content.lstrip("@") for content in page.meta.get("twitter:site", ())]
    said += [name for node in articles for name in jsonld.strings(node.get("publisher"))]
    for node in page.jsonld:
        if jsonld.types(node) & _SITE_TYPES:
            said += jsonld.strings(node.get("name")) + jsonld.strings(node.get("alternateName"))
    return frozenset(name for text in said if (name := key(text)))
