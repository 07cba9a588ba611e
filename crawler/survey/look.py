"""The visit to a publisher: home page, world sections, feeds and sitemaps are read and judged, then three articles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from crawler import fetch
from crawler.catalogue import Scope
from crawler.discover import kind_of
from crawler.discover.shape import shape
from crawler.errors import PageError
from crawler.normalise import clean
from crawler.page import Page as Tree
from crawler.page import parse
from crawler.survey import find, judge
from crawler.survey.facts import declared_language
from crawler.survey.find import Candidate
from crawler.survey.reading import (
    ArticleRead,
    article_on,
    child_sitemaps,
    feed_title,
    listing_on,
    read_article,
    read_listing,
    with_children,
)
from crawler.urls import canonical, is_home, site
from crawler.visit import Page, Visit

ARTICLES = 3
"""So many are read as proof."""
_MOST_TRIES = 6
_CHILDREN = 2
"""Sitemaps of an index that are read."""
_AFTER_NAME = re.compile(r"\s+[|–—:·•-]\s+")


class Refusal(Exception):
    """What cannot be made a source, and why, for people."""


@dataclass(slots=True)
class Seen:
    """What a visit found."""

    home: str = ""
    robots: fetch.Robots = field(default_factory=lambda: fetch.Robots(None))
    trees: list[Tree] = field(default_factory=list)
    """Home page, page given and section pages, parsed."""
    language: str | None = None
    """That the home page declares, or the section page that the person named."""
    candidates: list[Candidate] = field(default_factory=list)
    scope: Scope = field(default_factory=Scope)
    articles: list[ArticleRead] = field(default_factory=list)

    @property
    def taken(self) -> list[Candidate]:
        """The listings that make the source, section pages first."""
        return [candidate for candidate in self.candidates if candidate.is_taken]

    @property
    def read(self) -> list[ArticleRead]:
        """The articles that gave a text."""
        return [one for one in self.articles if one.article is not None and one.article.blocks]


async def find_listings(visitor: Visit, seen: Seen, starts: Sequence[str]) -> None:
    """Fill `seen` with candidates, read and judged. Raises Refusal where neither start nor home page can be read.

    `starts` are addresses for what the person named; the first that answers counts.
    """
    start = await _first(visitor, starts)
    given = await _given(visitor, start)
    seen.home = _home(start, given)
    home = start if canonical(start.url) == canonical(seen.home) else await visitor.fetch(seen.home)
    wall = listing_on(home)
    if wall.outcome == "blocked" and given is None:
        raise Refusal(f"{home.asked} cannot be read: {wall.reason}")
    if home.outcome == "read" and kind_of(home.body) == "section":
        seen.home = urlunsplit(urlsplit(home.url)._replace(query="", fragment=""))
    elif given is None:
        raise Refusal(f"{home.asked} cannot be read: {home.reason or 'it is no page'}")
    seen.robots = await visitor.robots(seen.home)
    places = [(tree, where) for page, where in _distinct(home, start) if (tree := tree_of(page)) is not None]
    seen.trees = [tree for tree, _ in places]
    speaking = seen.trees[::-1] if given is not None and _is_section(given) else seen.trees
    seen.language = next((tag for tree in speaking if (tag := declared_language(tree))), None)
    await _sections(visitor, seen, places, given)
    await _feeds_and_sitemaps(visitor, seen, places, given)


async def _first(visitor: Visit, starts: Sequence[str]) -> Page:
    for url in starts:
        page = await visitor.fetch(url)
        if page.outcome == "read":
            return page
    raise Refusal(f"{page.asked} cannot be read: {page.reason}")


def _distinct(home: Page, start: Page) -> Iterator[tuple[Page, str]]:
    yield home, "the home page"
    if start is not home:
        yield start, "the page given"


def tree_of(page: Page) -> Tree | None:
    """The page parsed; None for what is no HTML."""
    if page.outcome != "read" or kind_of(page.body) != "section":
        return None
    try:
        return parse(page.body, page.url, page.charset)
    except PageError:
        return None


# --- what the person named


async def _given(visitor: Visit, start: Page) -> Candidate | None:
    """The page as a listing of its own; None for a home page and for an article."""
    read = listing_on(start)
    if read.kind == "section":
        if is_home(start.url) or not _is_listing(start, len(read.links)):
            return None
    elif read.kind == "news-sitemap" and child_sitemaps(start):
        await with_children(visitor, read, child_sitemaps(start)[:_CHILDREN])
    return Candidate(start.url, "the address given", _name_of(start), is_given=True, read=read)


def _is_listing(page: Page, links: int) -> bool:
    """Whether a page that has both links and, perhaps, a text is a section page."""
    article = article_on(page).article
    if links < judge.FEWEST or article is None:
        return links >= judge.FEWEST
    place = shape(canonical(page.url))
    return place.is_bare and not place.is_marked and article.provenance.get("published") != "json-ld"


def _name_of(page: Page) -> str | None:
    """What a section page calls itself, in its heading or the beginning of its title; of a feed, its title."""
    tree = tree_of(page)
    if tree is None:
        return feed_title(page)
    heading = next(tree.root.iter("h1"), None)
    title = _AFTER_NAME.split(tree.root.findtext(".//title") or "")[0]
    texts = (clean(str(heading.text_content())) if heading is not None else "", clean(title))
    return next((text for text in texts if 0 < len(text) <= find.LONGEST_LABEL), None)


def _home(start: Page, given: Candidate | None) -> str:
    """The home page: of a feed, that of the site to which most of its links lead."""
    if is_home(start.url):
        return start.url
    links = given.read.links if given is not None and given.read is not None and given.read.kind != "section" else ()
    hosts = Counter(fetch.origin(link.url) for link in links)
    return f"{hosts.most_common(1)[0][0] if hosts else fetch.origin(start.url)}/"


# --- the candidates


async def _sections(visitor: Visit, seen: Seen, places: Sequence[tuple[Tree, str]], given: Candidate | None) -> None:
    waiting = [one for tree, where in places for one in find.world_sections(tree, where, seen.language)]
    if given is not None and _is_section(given):
        waiting = [given]  # the person knows which page it is to be
    asked: set[str] = set()
    for candidate in waiting:
        if (key := canonical(candidate.url)) in asked or len(asked) == find.MOST_SECTIONS:
            continue
        asked.add(key)
        candidate.read = candidate.read or await read_listing(visitor, candidate.url, "section")
        tree = tree_of(candidate.read.page)
        judge.judge_section(candidate, seen.taken, seen.language, declared_language(tree) if tree else None)
        seen.candidates.append(candidate)
        if candidate.is_taken and tree is not None and not candidate.is_given:
            seen.trees.append(tree)


def _is_section(candidate: Candidate) -> bool:
    return candidate.read is not None and candidate.read.kind == "section"


async def _feeds_and_sitemaps(
    visitor: Visit, seen: Seen, places: Sequence[tuple[Tree, str]], given: Candidate | None
) -> None:
    read = [given] if given is not None and not _is_section(given) else []
    sections = [(tree, "the section's page") for tree in seen.trees[len(places) :]]
    waiting = [one for tree, where in [*sections, *places] for one in find.feeds(tree, where)]
    read += await _feeds(visitor, waiting, {canonical(one.url) for one in read})
    read += await _sitemaps(visitor, seen)
    seen.scope = judge.scope_of(seen.taken, read, seen.language)
    for candidate in read:
        title = feed_title(candidate.read.page) if candidate.read is not None else None
        judge.judge_feed(candidate, seen.taken, seen.scope, title, seen.language)
        seen.candidates.append(candidate)


async def _feeds(visitor: Visit, waiting: list[Candidate], asked: set[str]) -> list[Candidate]:
    """Read feeds, those first that name the world section; of a page that lists feeds, its world feeds."""
    waiting.sort(key=lambda one: not find.is_named_world(one))
    read = []
    while waiting and len(asked) < find.MOST_FEEDS:
        candidate = waiting.pop(0)
        if (key := canonical(candidate.url)) in asked:
            continue
        asked.add(key)
        candidate.read = await read_listing(visitor, candidate.url)
        if candidate.read.kind != "section" or candidate.read.outcome not in ("listed", "error"):
            read.append(candidate)
        elif (tree := tree_of(candidate.read.page)) is not None:
            waiting[:0] = [one for one in find.feeds(tree, "the page of feeds") if find.is_named_world(one)]
    return read


async def _sitemaps(visitor: Visit, seen: Seen) -> list[Candidate]:
    read = []
    for candidate in find.sitemaps(seen.robots, seen.home):
        candidate.read = await read_listing(visitor, candidate.url, "news-sitemap", most_children=0)
        children = child_sitemaps(candidate.read.page) if candidate.read.outcome == "listed" else []
        named = [url for url in children if find.is_named_news(url)]
        if named:
            for url in named[:_CHILDREN]:
                child = Candidate(url, f"sitemap in {urlsplit(candidate.url).path}")
                child.read = await read_listing(visitor, url, "news-sitemap", most_children=1)
                read.append(child)
        else:
            if children and find.is_named_news(candidate.url):
                await with_children(visitor, candidate.read, children[:_CHILDREN])
            read.append(candidate)
    return read


# --- the proof


async def read_articles(visitor: Visit, seen: Seen) -> None:
    """Read three articles of the listings taken, the best listing first. Raises Refusal where that proves nothing."""
    links = [url for one in seen.taken for url in one.scoped or _addresses(one)]
    for url in list(dict.fromkeys(links))[:_MOST_TRIES]:
        seen.articles.append(await read_article(visitor, url))
        if len(seen.read) == ARTICLES:
            break
    if not seen.read:
        reason = next((one.reason for one in seen.articles if one.reason), "a headline and no text")
        raise Refusal(f"none of {len(seen.articles)} articles gives a text: {reason}")
    if not any(one.article and one.article.published for one in seen.read):
        raise Refusal("not a newspaper: no page that its listings announce gives a date of publication")


def _addresses(candidate: Candidate) -> list[str]:
    return [link.url for link in candidate.read.links] if candidate.read is not None else []


def nothing_taken(seen: Seen) -> str:
    """Why a publisher has no listing for us."""
    if not seen.candidates:
        return (
            f"no page, feed or news sitemap of a world section is named on {seen.home}; "
            "give the address of its section page or feed: worlddesk add https://www.example.org/world"
        )
    given = next((one for one in seen.candidates if one.is_given), seen.candidates[0])
    return f"no listing with {judge.FEWEST} articles or more of the world section: {given.url}: {given.says}"


def foreign_hosts(seen: Seen, share: float = 0.2) -> list[str]:
    """Hosts on other sites to which at least that share of a taken listing's links lead."""
    found: dict[str, None] = {}
    for one in seen.taken:
        links = one.read.links if one.read else []
        hosts = Counter(urlsplit(link.url).hostname or "" for link in links if site(link.url) != site(seen.home))
        found |= dict.fromkeys(host for host, count in hosts.items() if host and count >= share * len(links))
    return list(found)
