"""The first step: sources are read from TOML, checked, and the wrong file and key are named.

A source is facts, not code, and can only ask for more care than we take by default: a longer delay, fewer
addresses, `disabled`. Everything that is wrong in a file is reported at once, each as
`lemonde.toml: listing[2].kind: 'rss' is not one of section, feed, news-sitemap; write kind = "feed"`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.errors import SourceError, UsageError
from crawler.items import Link
from crawler.normalise import clean
from crawler.sections import same_name
from crawler.source_keys import SOURCE_KEYS, regex, unknown, wrong_in
from crawler.urls import same_site

OUTSIDE = "outside the scope"
"""How the reason begins of what a source announces and its [scope] does not count."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page that announces articles."""

    url: str
    kind: str
    """One of LISTING_KINDS."""
    section: str | None = None
    """As the publisher calls it; None where the listing is the whole paper."""
    evidence: str | None = None
    """How the address is known: a word of EVIDENCE, a colon, and what was seen where and when."""
    pages: int = 1
    """How many pages deep a section page is read, as long as each brings something new; 1 to MOST_PAGES."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What counts of listings that are the whole paper: an article of which one of these says so; empty = all."""

    path: tuple[str, ...] = ()
    """Regexes, searched in the address."""
    breadcrumb: tuple[str, ...] = ()
    """Names of rubrics; case and accents make no difference."""
    category: tuple[str, ...] = ()
    """Names of categories of a feed, as `breadcrumb`."""

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return bool(self.path or self.breadcrumb or self.category)

    def admits(self, url: str, categories: Iterable[str] = (), breadcrumb: Iterable[str] = ()) -> bool:
        """Whether address, categories or rubrics of an article say that it counts."""
        return (
            any(regex(pattern).search(url) for pattern in self.path)
            or same_name(categories, self.category)
            or same_name(breadcrumb, self.breadcrumb)
        )


@dataclass(frozen=True, slots=True)
class Archive:
    """Where a publisher keeps what is older: one page or sitemap a day, a month or a year."""

    url: str
    """With {year}, {month}, {day} in it, as `str.format` reads them: {month:02} has two digits."""
    kind: str
    """One of ARCHIVE_KINDS."""
    evidence: str | None = None
    """As that of a listing."""


@dataclass(frozen=True, slots=True)
class Select:
    """CSS selectors, newest layout first; empty = the general rules."""

    headline: tuple[str, ...] = ()
    standfirst: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    subhead: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expect:
    """What a good crawl looks like; health is judged against it."""

    links: int | None = None
    """Articles that the listings together announce."""
    body: float | None = None
    """Share of the pages read that have a body, 0 to 1."""
    silent_after_hours: float | None = None
    """For so long it may bring nothing; None = that is learned."""


@dataclass(frozen=True, slots=True)
class Source:
    """One publisher: the facts of spiders/sources/<source_id>.toml."""

    source_id: str
    """The file's stem: [a-z0-9_-]."""
    name: str
    home: str
    country: str
    """Where it is edited, ISO 3166-1 alpha-2."""
    language: str
    """BCP 47."""
    timezone: str
    """IANA name, for dates without a zone."""
    listings: tuple[Listing, ...]
    media_type: str = "newspaper"
    """One of MEDIA_TYPES."""
    hosts: tuple[str, ...] = ()
    """Further hosts that belong to it, beside the whole site of `home`."""
    article_url: tuple[str, ...] = ()
    """Regexes; where there are any, an article's address matches one."""
    article_skip: tuple[str, ...] = ()
    """Regexes of addresses that are never fetched."""
    scope: Scope = Scope()
    archives: tuple[Archive, ...] = ()
    """For `worlddesk history`; where there are any, sitemaps are not looked at."""
    select: Select = Select()
    expect: Expect = Expect()
    delay: float | None = None
    """Seconds, at least DELAY_FLOOR; None = the crawl's own."""
    disabled: str | None = None
    """'YYYY-MM-DD reason'; None = crawled."""
    rights: str | None = None
    """'licensed: reason' lifts a reservation of text and data mining."""

    def owns(self, url: str) -> bool:
        """Whether the address lies on the source's site or on one of its further hosts."""
        host = urlsplit(url).hostname or ""
        return same_site(url, self.home) or any(_is_host(host, own) for own in self.hosts)

    def pages_of(self, listing_url: str) -> int:
        """How many pages deep this listing of ours is read."""
        return next((listing.pages for listing in self.listings if listing.url == listing_url), 1)

    def refuses(self, url: str) -> str | None:
        """Why this announced address is not fetched, for people; None when it is."""
        if not self.owns(url):
            return f"other host: {urlsplit(url).hostname}"
        skip = next((pattern for pattern in self.article_skip if regex(pattern).search(url)), None)
        if skip is not None:
            return f"[article] skip {skip}"
        if self.article_url and not any(regex(pattern).search(url) for pattern in self.article_url):
            return "no [article] url pattern matches"
        return None

    def leaves_out(self, link: Link, listing_url: str) -> str | None:
        """Why what a listing of ours announces lies outside the scope, for people; None where it counts.

        None as well where only the breadcrumb of its page can tell.
        """
        is_section = any(listing.section for listing in self.listings if listing.url == listing_url)
        if is_section or not self.scope or self.scope.breadcrumb or self.scope.admits(link.url, link.categories):
            return None
        if self.scope.category and link.categories:
            return f"{OUTSIDE}: category {', '.join(link.categories)}"
        return f"{OUTSIDE}: no [scope] {'path matches' if self.scope.path else 'category is given'}"


def read_sources(folder: Path, names: Sequence[str] = (), *, problems: list[SourceError] | None = None) -> list[Source]:
    """Sources of the folder, those named or all, sorted by id; disabled ones as well.

    Raises UsageError for a missing folder or an unknown name, and one SourceError with every problem of every
    file; with a list for `problems` these are appended to it instead, and the good sources returned.
    """
    found: list[SourceError] = []
    sources = []
    for path in _chosen(folder, names):
        try:
            sources.append(read_source(path))
        except SourceError as error:
            found.append(error)
    sources = _without_shared_listings(sources, found)
    if problems is not None:
        problems.extend(found)
    elif found:
        raise SourceError("\n".join(map(str, found)))
    return sources


def read_source(path: Path) -> Source:
    """The source of one file; raises SourceError with a line for everything that is wrong in it."""
    table = _table(path)
    wrong = list(wrong_in(path.stem, table))
    if wrong:
        raise SourceError("\n".join(clean(f"{path.name}: {problem}") for problem in wrong))
    return _source(path.stem, table)


def _chosen(folder: Path, names: Sequence[str]) -> list[Path]:
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder of sources; give one with --sources or WORLDDESK_SOURCES")
    paths = {path.stem: path for path in sorted(folder.glob("[!.]*.toml"))}
    if not paths:
        raise UsageError(f"{folder}: no source (*.toml) in it; spiders/README.md says how to add one")
    strangers = [unknown("source", name, list(paths)) for name in names if name not in paths]
    if strangers:
        raise UsageError("\n".join(strangers))
    return [paths[stem] for stem in sorted(set(names) or paths)]


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))  # -sig: Windows editors write a byte order mark
    except tomllib.TOMLDecodeError as error:
        what = f'not TOML: {error}; a text stands in quotes: key = "value"'
    except UnicodeDecodeError as error:
        what = f"not UTF-8 (byte {error.start}); save the file as UTF-8"
    except (ValueError, RecursionError):
        what = "a value is a number of thousands of digits or nested without end; take it out"
    except OSError as error:
        what = f"cannot be read: {error.strerror}; check the file's rights"
    raise SourceError(clean(f"{path.name}: {what}"))


def _without_shared_listings(sources: Sequence[Source], problems: list[SourceError]) -> list[Source]:
    """Leave out a source that has a listing of another: its articles would belong to two papers."""
    owner: dict[str, str] = {}
    kept = []
    for source in sources:
        shared = [listing.url for listing in source.listings if listing.url in owner]
        if shared:
            what = "\n".join(
                f"{source.source_id}.toml: listing: {url} is a listing of {owner[url]}.toml too; keep one"
                for url in shared
            )
            problems.append(SourceError(what))
        else:
            owner.update((listing.url, source.source_id) for listing in source.listings)
            kept.append(source)
    return kept


def _source(stem: str, table: Mapping[str, Any]) -> Source:
    article = table.get("article", {})
    plain = {name for name, key in SOURCE_KEYS.items() if key.holds in ("text", "number")}
    return Source(
        source_id=stem,
        listings=tuple(Listing(**listing) for listing in table["listing"]),
        archives=tuple(Archive(**archive) for archive in table.get("archive", ())),
        hosts=tuple(host.lower() for host in table.get("hosts", ())),
        article_url=tuple(article.get("url", ())),
        article_skip=tuple(article.get("skip", ())),
        scope=Scope(**{key: tuple(values) for key, values in table.get("scope", {}).items()}),
        select=Select(**{key: tuple(selectors) for key, selectors in table.get("select", {}).items()}),
        expect=Expect(**table.get("expect", {})),
        **{name: value for name, value in table.items() if name in plain},
    )


def _is_host(host: str, own: str) -> bool:
    return host == own or host.endswith("." + own)
