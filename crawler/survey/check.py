"""Does a source still answer as its file says? Asked politely, judged in one sentence, nothing written."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawler import fetch
from crawler.catalogue import Listing, Source, read_sources
from crawler.discover import kind_of
from crawler.errors import PageError, SourceError
from crawler.health.judge import NO_NETWORK, RESTS, is_few, nothing_answered
from crawler.items import Article
from crawler.normalise import word_count
from crawler.page import css, parse, walls
from crawler.survey.reading import ArticleRead, ListingRead, read_article, read_listing
from crawler.survey.usual import usual
from crawler.urls import is_home
from crawler.visit import Page, Visit, visit

AT_ONCE = 32
"""Sources that are asked at a time; each host still answers one request at a time."""
_SILENT = 24
"""Listings that were asked for without any answer, after which there is no network and nobody else is asked."""
STALE_DAYS = 14
"""A listing whose newest link is older announces nothing any more."""
_SPARE_TRIES = 2
"""Articles that are tried beyond those asked for, where one is a film or is closed."""
REFUSED = frozenset({"blocked", "robots"})
FIELDS = ("headline", "standfirst", "published", "authors", "section", "language", "image_url")
_ON_EVERY_PAGE = ("headline", "body")
"""Keys of [select] that must find something; not every article has a standfirst, a subhead, a box to drop."""
_NEEDED = {"headline": "headline", "published": "date of publication"}


Answer: TypeAlias = tuple[int | None, str | None]
"""HTTP status of a page that was asked for, and the reason where it was none."""


@dataclass(slots=True)
class Checked:
    """What came of one source; what `check --json` prints of it."""

    source_id: str
    status: str = "ok"
    """ok · degraded: less than it should bring · blocked: it refuses us · failed: nothing could be read ·
    skipped: it asked for rest, so nothing was asked of it."""
    message: str = ""
    """For people: what is the matter, or what was found."""
    problems: list[str] = field(default_factory=list)
    """All that is the matter, the most serious first."""
    robots: list[dict[str, Any]] = field(default_factory=list)
    """By host: status (None = out of reach), reason, seconds of delay that it asks for."""
    listings: list[dict[str, Any]] = field(default_factory=list)
    articles: list[dict[str, Any]] = field(default_factory=list)
    selectors: list[dict[str, Any]] = field(default_factory=list)
    """By selector of the file: on how many of the articles read it finds something."""
    made_up: dict[str, Any] | None = None
    """What the site answers at an address that does not exist; None where it was not asked."""
    answers: list[Answer] = field(default_factory=list)
    """Of its listings."""


def check_sources(
    database: Path,
    folder: Path,
    names: Sequence[str] = (),
    limit: int = 1,
    done: Callable[[Checked, int], None] = lambda _checked, _total: None,
) -> list[Checked]:
    """Check the sources named, or all that are not disabled, reading `limit` articles of each; by id.

    `done` hears of each as it ends, and how many there are. Once in a process, as all that fetches. Raises
    UsageError for an unknown name and where the folder holds no source, ContactMissing, and DatabaseError.
    """
    problems: list[SourceError] = []
    sources = [source for source in read_sources(folder, names, problems=problems) if names or not source.disabled]
    unread = [_unread(error) for error in problems]
    if not sources:
        return unread
    known = usual(database)
    hosts = {urlsplit(listing.url).hostname or "" for source in sources for listing in source.listings}

    async def work(visitor: Visit) -> list[Checked]:
        return await _check_all(visitor, sources, known.link_counts, limit, done)

    return sorted([*unread, *visit(hosts, work, known.rests)], key=lambda one: one.source_id)


def _unread(error: SourceError) -> Checked:
    lines = str(error).splitlines()
    return Checked(lines[0].partition(".toml: ")[0], "failed", lines[0], lines)


async def _check_all(
    visitor: Visit,
    sources: Sequence[Source],
    usually: Mapping[str, int],
    limit: int,
    done: Callable[[Checked, int], None],
) -> list[Checked]:
    """Check them side by side."""
    gate = asyncio.Semaphore(AT_ONCE)
    answers: list[Answer] = []

    async def one(source: Source) -> Checked:
        async with gate:
            if len(answers) >= _SILENT and nothing_answered(answers):
                return Checked(source.source_id, "skipped", NO_NETWORK)
            checked = await _one_by_itself(check(visitor, source, usually, limit), source)
        answers.extend(checked.answers)
        done(checked, len(sources))
        return checked

    return list(await asyncio.gather(*map(one, sources)))


async def _one_by_itself(checking: Awaitable[Checked], source: Source) -> Checked:
    """One source never stops the others; its row names the error."""
    try:
        return await checking
    except Exception as error:
        return Checked(source.source_id, "failed", f"check: {type(error).__name__}: {error}")


async def check(visitor: Visit, source: Source, usually: Mapping[str, int], limit: int = 1) -> Checked:
    """Ask one source for robots.txt, its listings, `limit` articles and an address that does not exist."""
    checked = Checked(source.source_id)
    await _robots(visitor, source, checked)
    listings = [
        (listing, await read_listing(visitor, listing.url, listing.kind, source)) for listing in source.listings
    ]
    checked.listings = [_listing_facts(source, listing, read, usually) for listing, read in listings]
    checked.answers = [(read.page.status, read.reason) for _, read in listings]
    articles = await _articles(visitor, source, [read for _, read in listings], limit)
    checked.articles = [_article_facts(read) for read in articles]
    checked.selectors = _selectors(source, articles)
    if any(read.page.status is not None for _, read in listings):
        checked.made_up = await _made_up(visitor, source)
    _judge(checked, source, limit)
    return checked


# --- asking


async def _robots(visitor: Visit, source: Source, checked: Checked) -> None:
    for origin in dict.fromkeys(fetch.origin(listing.url) for listing in source.listings):
        robots = await visitor.robots(f"{origin}/", source)
        reason = None if robots.status is not None else robots.text
        host = urlsplit(origin).netloc
        checked.robots.append({"host": host, "status": robots.status, "reason": reason, "delay": robots.delay})


async def _articles(visitor: Visit, source: Source, listings: Sequence[ListingRead], limit: int) -> list[ArticleRead]:
    """Read articles in the order of the listings, until `limit` gave a text or all tries are used up."""
    links = [url for read in listings for url in _wanted(source, read)]
    reads: list[ArticleRead] = []
    for url in list(dict.fromkeys(links))[: limit + _SPARE_TRIES] if limit else ():
        reads.append(await read_article(visitor, url, source))
        if sum(_has_text(read) for read in reads) == limit:
            break
    return reads


def _wanted(source: Source, read: ListingRead) -> list[str]:
    """Addresses of a listing that the crawl would fetch."""
    return [
        link.url
        for link in read.links
        if source.refuses(link.url) is None and source.leaves_out(link, read.page.asked) is None
    ]


async def _made_up(visitor: Visit, source: Source) -> dict[str, Any]:
    """Whether the site answers 200 for what is not there: then a page that is gone cannot be told."""
    url = urljoin(source.home, f"/there-is-no-such-page-{secrets.token_hex(4)}")
    page = await visitor.fetch(url, source)
    return {"url": url, "status": page.status, "final_url": page.url, "says": _says_of_nothing(page)}


def _says_of_nothing(page: Page) -> str:
    """What the answer to a made-up address amounts to, for people."""
    if page.outcome != "read":
        return "not there" if page.outcome == "gone" else page.reason or page.outcome
    if is_home(page.url):
        return "redirects to the home page (soft 404)"
    try:
        wall = walls.find(parse(page.body, page.url, page.charset))
    except PageError:
        wall = None
    is_told = wall is not None and wall.outcome == "gone"
    return f"{'a page that says it is not there' if is_told else 'as if there were a page'} (soft 404)"


# --- facts


def _listing_facts(source: Source, listing: Listing, read: ListingRead, usually: Mapping[str, int]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "url": listing.url,
        "kind": listing.kind,
        "is": kind_of(read.page.body) if read.page.body else None,
        "outcome": read.outcome,
        "reason": read.reason,
        "status": read.page.status,
        "moved_to": read.moved_to,
        "links": len(read.links),
        "usual": usually.get(listing.url),
        "refused": len(read.links) - len(_wanted(source, read)),
        "newest": read.newest,
    }
    return facts | {"problem": _listing_problem(listing, read, facts)}


def _listing_problem(listing: Listing, read: ListingRead, facts: Mapping[str, Any]) -> str | None:
    """What is the matter with a listing, in a few words; None where it is well."""
    if facts["is"] not in (None, listing.kind):
        return f'is a {facts["is"]}; write kind = "{facts["is"]}"'
    if read.outcome != "listed":
        return read.reason
    if read.is_sent_home:
        return "redirects to the home page"
    if not read.links:
        return "announces nothing"
    if facts["refused"] == len(read.links):
        return "announces nothing that the file lets through: look at home, hosts, [article] and [scope]"
    if facts["usual"] and is_few(len(read.links), facts["usual"]):
        return f"announces {len(read.links)} links, usually {facts['usual']}"
    if is_stale(read.newest):
        return f"is stale: its newest article is of {(read.newest or '')[:10]}"
    return f"redirects to {read.moved_to}" if read.moved_to else None


def is_stale(newest: str | None) -> bool:
    """Whether the newest date of a listing is more than STALE_DAYS ago; without any date it is not."""
    limit = datetime.now(UTC) - timedelta(days=STALE_DAYS)
    return newest is not None and newest[:10] < limit.strftime("%Y-%m-%d")


def _article_facts(read: ArticleRead) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "url": read.page.url, "status": read.page.status, "outcome": read.outcome, "reason": read.reason,
    }  # fmt: skip
    return facts | ({"fields": field_facts(read.article)} if read.article is not None else {})


def field_facts(article: Article) -> dict[str, dict[str, Any]]:
    """Each field of an article with its value and the layer that gave it, and the size of the text."""
    facts = {name: {"value": getattr(article, name) or None, "from": article.provenance.get(name)} for name in FIELDS}
    subheads = sum(block.kind == "subhead" for block in article.blocks)
    facts["words"] = {"value": word_count(article.body), "from": article.provenance.get("body")}
    return facts | {"subheads": {"value": subheads, "from": article.provenance.get("subheads")}}


def _selectors(source: Source, reads: Sequence[ArticleRead]) -> list[dict[str, Any]]:
    roots = [parse(read.page.body, read.page.url, read.page.charset).root for read in reads if read.article]
    return [
        {"key": key, "selector": selector, "found_on": sum(_finds(root, selector) for root in roots),
         "pages": len(roots)}
        for key in ("headline", "standfirst", "body", "subhead", "drop")
        for selector in getattr(source.select, key)
    ]  # fmt: skip


def _finds(root: HtmlElement, selector: str) -> bool:
    try:
        return bool(css.find(root, selector))
    except PageError:  # a page on which it would take too long
        return False


def _has_text(read: ArticleRead) -> bool:
    return read.article is not None and bool(read.article.blocks)


# --- judging


def _judge(checked: Checked, source: Source, limit: int) -> None:
    """Status, problems and the one sentence; the first rule that applies decides."""
    bad = [facts for facts in checked.listings if facts["problem"]]
    checked.problems = [f"{_named(facts)} {facts['problem']}" for facts in bad]
    if all((facts["reason"] or "").startswith(RESTS) for facts in checked.listings):
        checked.status, checked.problems = "skipped", [checked.listings[0]["reason"]]
    elif not any(facts["links"] for facts in checked.listings):
        is_refused = all(facts["outcome"] in REFUSED for facts in checked.listings)
        checked.status = "blocked" if is_refused else "failed"
    elif limit and not any(facts.get("fields") for facts in checked.articles):
        refused = [facts for facts in checked.articles if facts["outcome"] in REFUSED]
        checked.status = "blocked" if refused and len(refused) == len(checked.articles) else "failed"
        reason = checked.articles[0]["reason"] if checked.articles else "nothing that is announced may be fetched"
        checked.problems.insert(0, f"no article could be read: {reason}")
    else:
        checked.problems += [*_few_links(checked, source), *_poor_articles(checked, source), *_idle(checked)]
        checked.status = "degraded" if checked.problems else "ok"
    checked.message = _sentence(checked)


def _named(facts: Mapping[str, Any]) -> str:
    parts = urlsplit(facts["url"])
    return f"{facts['kind']} {parts.path}{'?' + parts.query if parts.query else ''}"


def _few_links(checked: Checked, source: Source) -> list[str]:
    found, expected = sum(facts["links"] for facts in checked.listings), source.expect.links
    if expected is None or found >= expected:
        return []
    return [f"the listings announce {found} articles, at least {expected} expected"]


def _poor_articles(checked: Checked, source: Source) -> list[str]:
    """What the articles lack that each should have, by the words of the first that lacks it."""
    fields = [facts["fields"] for facts in checked.articles if facts.get("fields")]
    if not fields:
        return []
    lacking = [f"an article without {words}" for name, words in _NEEDED.items() if not _says(fields, name)]
    if not any(one["words"]["value"] for one in fields):
        lacking.insert(0, "an article without text")
    own = source.language.partition("-")[0]
    spoken = {one["language"]["value"] for one in fields} - {None}
    if spoken and all(language.partition("-")[0] != own for language in spoken):
        lacking.append(f"an article in {', '.join(sorted(spoken))}, the file says {source.language}")
    return lacking


def _says(fields: Sequence[Mapping[str, Any]], name: str) -> bool:
    return any(one[name]["value"] for one in fields)


def _idle(checked: Checked) -> list[str]:
    """Keys of [select] that every article needs and of which no selector finds anything: the pages are built anew."""
    found: dict[str, int] = {}
    for facts in checked.selectors:
        if facts["key"] in _ON_EVERY_PAGE and facts["pages"]:
            found[facts["key"]] = found.get(facts["key"], 0) + facts["found_on"]
    return [f"[select] {key} finds nothing" for key, count in found.items() if not count]


def _sentence(checked: Checked) -> str:
    if checked.problems:
        more = len(checked.problems) - 1
        return checked.problems[0] + (f" (and {more} more)" if more else "")
    listings, links = len(checked.listings), sum(facts["links"] for facts in checked.listings)
    words = [facts["fields"]["words"]["value"] for facts in checked.articles if facts.get("fields")]
    said = f"{listings} listing{'s' * (listings > 1)}, {links} links"
    return said + (f"; an article of {words[0]} words" if words else "")
