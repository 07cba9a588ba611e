"""One listing or one article, fetched on a visit and read as the crawl reads it, with what came of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crawler import discover
from crawler.answers import unread, with_rights
from crawler.catalogue import Source
from crawler.discover import Links, kind_of
from crawler.discover.document import unpacked
from crawler.discover.titles import shown
from crawler.errors import PageError, Walled
from crawler.extract import extract
from crawler.items import Article
from crawler.page.encoding import decode
from crawler.urls import canonical, is_home
from crawler.visit import Page, Visit

CHILDREN = 3
"""Sitemaps of an index that are read: as many as a crawl reads."""
_TITLE_BYTES = 16_384
_TITLE = re.compile(r"<title[^>]*>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</title>", re.DOTALL | re.IGNORECASE)
_ENTRY = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)


@dataclass(slots=True)
class ListingRead:
    """A listing and what it announces."""

    page: Page
    kind: str
    """As the source says; else what the content is."""
    outcome: str
    """'listed', or as of the page, where it could not be read."""
    reason: str | None = None
    """For people: why not."""
    links: Links = field(default_factory=lambda: Links([]))
    children: list[ListingRead] = field(default_factory=list)
    """Of the index of a sitemap, those that were read."""

    @property
    def newest(self) -> str | None:
        """Date of the newest link that has one."""
        return max((link.published for link in self.links if link.published), default=None)

    @property
    def moved_to(self) -> str | None:
        """Where it was redirected, when that is another page; None where it stayed, with www or without."""
        asked, came = (canonical(url).replace("://www.", "://", 1) for url in (self.page.asked, self.page.url))
        return self.page.url if came != asked else None

    @property
    def is_sent_home(self) -> bool:
        """Redirected to the home page, as what is gone often is."""
        return self.moved_to is not None and is_home(self.page.url) and not is_home(self.page.asked)


@dataclass(slots=True)
class ArticleRead:
    """A page that a listing announced, and the article on it."""

    page: Page
    outcome: str
    """'read', or why there is no article: as in the ledger."""
    reason: str | None = None
    article: Article | None = None


async def read_listing(
    visitor: Visit, url: str, kind: str | None = None, source: Source | None = None, most_children: int = CHILDREN
) -> ListingRead:
    """Fetch and read one listing; of the index of a sitemap its newest children, `most_children` at most."""
    found = listing_on(await visitor.fetch(url, source), kind)
    if found.outcome != "listed" or found.kind != "news-sitemap" or found.links:
        return found
    return await with_children(visitor, found, child_sitemaps(found.page)[:most_children], source)


async def with_children(
    visitor: Visit, index: ListingRead, addresses: list[str], source: Source | None = None
) -> ListingRead:
    """Read some sitemaps of an index and add their links to it; it is as good as the best of them."""
    for url in addresses:
        index.children.append(listing_on(await visitor.fetch(url, source), "news-sitemap"))
    read = [child for child in index.children if child.outcome == "listed"]
    index.links = Links(link for child in read for link in child.links)
    if index.children and not read:
        index.outcome, index.reason = index.children[0].outcome, index.children[0].reason
    return index


def listing_on(page: Page, kind: str | None = None) -> ListingRead:
    """Read a listing out of a page that was fetched; without `kind` it is what its content says."""
    if page.outcome != "read":
        return ListingRead(page, kind or "section", page.outcome, page.reason)
    kind = kind or kind_of(page.body)
    try:
        links = discover.links(page.body, page.url, kind, page.charset)
    except Exception as error:  # one page never stops the others; its reason names the error
        return ListingRead(page, kind, *unread(error))
    return ListingRead(page, kind, "listed", links=links)


def child_sitemaps(page: Page) -> list[str]:
    """Addresses of the sitemaps that an index names; [] for what is none."""
    try:
        return discover.child_sitemaps(page.body, page.url)
    except PageError:
        return []


def feed_title(page: Page) -> str | None:
    """What a feed of XML calls itself before its first entry; None where it does not."""
    if page.outcome != "read" or kind_of(page.body) != "feed":
        return None
    try:
        start = decode(unpacked(page.body)[:_TITLE_BYTES], page.charset)
    except PageError:
        return None
    title = _TITLE.search(_ENTRY.split(start, maxsplit=1)[0])
    return shown(title[1]) if title else None


async def read_article(visitor: Visit, url: str, source: Source | None = None) -> ArticleRead:
    """Fetch and read one article; with `source` by its selectors, time zone and language."""
    return article_on(await visitor.fetch(url, source), source)


def article_on(page: Page, source: Source | None = None) -> ArticleRead:
    """Read the article out of a page that was fetched."""
    if page.outcome != "read" or page.response is None:
        return ArticleRead(page, page.outcome, page.reason)
    try:
        article = extract(
            page.body,
            page.url,
            charset=page.charset,
            timezone=source.timezone if source else None,
            language=source.language if source else None,
            select=source.select if source else None,
        )
    except Walled as wall:
        return ArticleRead(page, wall.outcome, str(wall))
    except PageError as error:
        return ArticleRead(page, "not_article", str(error))
    except Exception as error:  # as above
        return ArticleRead(page, "error", f"extract: {type(error).__name__}: {error}")
    return ArticleRead(page, "read", article=with_rights(article, page.response))
