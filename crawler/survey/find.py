"""Where a publisher's listings may be: links to world sections, feeds that a page declares or links to, sitemaps.

Only addresses that the publisher itself shows; none is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.fetch import Robots
from crawler.gate import is_loopback
from crawler.page import Page
from crawler.sections import names_world, path_names_world
from crawler.survey.reading import ListingRead
from crawler.urls import absolute, canonical, is_home, same_site

MOST_SECTIONS, MOST_FEEDS, MOST_SITEMAPS = 4, 6, 2
"""Of one publisher so many are read: it is asked for each."""
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
_FEED_PATH = re.compile(r"(?:^|[/._-])(?:(?:rss|atom|rdf)(?:[/._-]|\d*$)|feeds?(?:[/._]|\d*$))", re.IGNORECASE)
_NO_FEED = re.compile(r"comment|podcast|wp-json|/oembed", re.IGNORECASE)
_FEED_PAGE = re.compile(
    r"(?:flux |feed |nuestros |nos )?(?:rss|feeds|xml)(?:[ -](?:feeds?|flux|kanäle))?", re.IGNORECASE
)
_NEWS = re.compile(r"news|actu|noticias|aktuell", re.IGNORECASE)
_DEEPEST_SECTION = 3
"""Parts of the path of a section page; what lies deeper is an article or a theme."""
LONGEST_LABEL = 40
"""Characters of a link to a section; a longer one is a headline."""


@dataclass(slots=True)
class Candidate:
    """An address that may be a listing of the world pages, how it was found, and what reading it showed."""

    url: str
    found: str
    """For people: 'link «World» on the home page'."""
    label: str | None = None
    """As the publisher calls it."""
    is_given: bool = False
    """The person named it."""
    read: ListingRead | None = None
    world_count: int = 0
    """Of its links, those whose address or category names the world section."""
    overlap: float | None = None
    """Share of its links that stand on the section pages; None where there is none to compare with."""
    section: str | None = None
    """Name of the section that it lists; None = the whole paper."""
    is_taken: bool = False
    says: str = ""
    """For people: why it is taken, or why not."""
    scoped: list[str] = field(default_factory=list)
    """Of a whole paper: the addresses that the scope lets through."""


def world_sections(page: Page, where: str, language: str | None = None) -> list[Candidate]:
    """Links of a page whose label, or the last part of whose address, names the world section; shortest first.

    Only the surest: where label and address of one say it, 'International edition' and a photo page called 'World'
    are something else. `where` says for people which page it is, `language` (BCP 47) is the publisher's.
    """
    found: dict[str, tuple[int, Candidate]] = {}
    for url, anchor in _links(page):
        label = " ".join(str(anchor.text_content()).split())
        worth = _worth(url, label, language) if same_site(url, page.url) and not is_home(url) else 0
        key = canonical(url)
        if worth > (found[key][0] if key in found else 0):
            shown = label if 0 < len(label) <= LONGEST_LABEL else None
            found[key] = worth, Candidate(url, f"link «{shown or urlsplit(url).path}» on {where}", shown)
    surest = max((worth for worth, _ in found.values()), default=0)
    ranked = sorted((one for worth, one in found.values() if worth == surest), key=lambda one: len(one.url))
    return ranked[:MOST_SECTIONS]


def _worth(url: str, label: str, language: str | None) -> int:
    """How sure it is that a link leads to the world section: 3 label and address, 2 label, 1 address, 0 not."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    if len(parts) > _DEEPEST_SECTION or len(label) > LONGEST_LABEL or _FEED_PATH.search(urlsplit(url).path):
        return 0
    by_label = names_world(label, language)
    by_path = bool(parts) and path_names_world(url, language) and path_names_world(parts[-1], language)
    return 2 * by_label + by_path


def feeds(page: Page, where: str) -> list[Candidate]:
    """Feeds that a page declares (autodiscovery), then those that it links to; the links to pages of feeds last."""
    found: dict[str, Candidate] = {}
    for url, title in _declared(page):
        found.setdefault(url, Candidate(url, f"feed declared on {where}", title))
    linked = list(_linked(page))
    for url, label in sorted(linked, key=lambda pair: not _names_world(*pair)):
        found.setdefault(url, Candidate(url, f"link «{label or url}» on {where}", label))
    return [candidate for candidate in found.values() if _is_public(candidate.url, page.url)]


def _declared(page: Page) -> Iterator[tuple[str, str | None]]:
    for link in page.root.iter("link"):
        is_alternate = "alternate" in (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        url = absolute(page.url, link.get("href") or "")
        if is_alternate and kind in _FEED_TYPES and url is not None and not _NO_FEED.search(url):
            yield url, " ".join((link.get("title") or "").split()) or None


def _linked(page: Page) -> Iterator[tuple[str, str | None]]:
    for url, anchor in _links(page):
        label = " ".join(str(anchor.text_content()).split())
        is_feed = _FEED_PATH.search(urlsplit(url).path) or _FEED_PAGE.fullmatch(label)
        if is_feed and len(label) <= LONGEST_LABEL and not _NO_FEED.search(url):
            yield url, label or None


def _names_world(url: str, label: str | None) -> bool:
    return names_world(label or "") or path_names_world(url)


def is_named_world(candidate: Candidate) -> bool:
    """Whether the name or the address of a candidate names the world section."""
    return _names_world(candidate.url, candidate.label)


def sitemaps(robots: Robots, home: str) -> list[Candidate]:
    """Sitemaps that robots.txt names, those of news first; of the others only one is looked into."""
    urls = [url for line in dict.fromkeys(robots.sitemaps) if (url := absolute(home, line)) and _is_public(url, home)]
    news = [url for url in urls if is_named_news(url)]
    others = [url for url in urls if url not in news]
    return [Candidate(url, "sitemap in robots.txt") for url in [*news[:MOST_SITEMAPS], *others[: 0 if news else 1]]]


def is_named_news(url: str) -> bool:
    """Whether the address of a sitemap says that it is of news."""
    return _NEWS.search(urlsplit(url).path) is not None


def _links(page: Page) -> Iterator[tuple[str, HtmlElement]]:
    origin = page.base
    for anchor in page.root.iter("a"):
        href = anchor.get("href")
        url = absolute(origin, href) if href and not href.startswith("#") else None
        if url is not None:
            yield url, anchor


def _is_public(url: str, page_url: str) -> bool:
    """A page of the net may not lead us to this machine, nor to a host without a name."""
    host, own = (urlsplit(address).hostname or "" for address in (url, page_url))
    return host == own or is_loopback(own) or ("." in host and not host.replace(".", "").isdigit() and ":" not in host)
