"""Back in time: where a source keeps its past, and which of it is asked for.

Plain functions of what is already read. crawler/walk.py says what is asked next, spiders/history.py asks, and
crawler/archives.py remembers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from crawler import fetch
from crawler.catalogue import Source
from crawler.items import Link
from crawler.periods import Period, day_in_path, local_day, month_in_path, period_in, periods
from crawler.sections import path_names_world
from crawler.urls import absolute, canonical

DEEPEST = 4
"""Indexes of indexes: an index that an index names, and so on."""
MOST_PAGES = 20
"""Of one day, month or year of a section's archive that is cut into pages."""
MOST_PLACES = 20_000
"""Pages of one source's archive that one walk keeps in mind."""

MOST_TAKEN = 50_000
"""Links of one archive page, as the sitemap protocol has it; and while so many wait, no further page is asked for."""

UNTOLD = "without the section in their addresses"
"""Why links are left out where nothing else tells whether they are the section's."""
BEYOND = f"beyond the first {MOST_TAKEN:,}"
"""Why the rest of an archive page is left out that is made to hurt."""
TOO_MANY = f"beyond the first {MOST_PLACES:,}"
"""The same of an index."""
EARLIER = "of earlier times"
"""Why a sitemap is left out that proves how far back an archive goes."""

_PAGE_NUMBER = re.compile(r"(?:/page)?/\d{1,3}$")
_NO_TEXT = re.compile(r"(?<![a-z])(?:images?|img|photos?|pictures?|videos?|podcasts?|amp)(?![a-z])")
"""Words in a sitemap's name that tell that it lists something else, or the same pages once more."""
_NO_ARTICLES = re.compile(
    r"(?<![a-z])(?:authors?|auteurs?|autor(?:en|es)?|writers?|tags?|post_tag|categor(?:y|ies|ia|ias)|rubri(?:ken|ques)"
    r"|topics?|themes?|static|pages?(?=[-_]?sitemap)|products?|recipes?|jobs?|events?|sections|users?|games?|weather"
    r")(?![a-z])"
)
"""The same, of names that bear no date: `tag` is a day in German."""


@dataclass(frozen=True, slots=True)
class Place:
    """One page of an archive: a sitemap, or a section page of a day, month or year."""

    source_id: str
    url: str
    kind: str
    """One of crawler.source_keys.ARCHIVE_KINDS; a sitemap may turn out to be an index of sitemaps."""
    named_by: str
    """Where its address stands: robots.txt, an index, the source's file."""
    covers: Period | None = None
    """The period that its address names; None where it names none."""
    changed: date | None = None
    """The publisher's day of its last change, as its index says."""
    depth: int = 0
    """How many indexes lie above it."""

    def need(self, asked: Period) -> Period | None:
        """What of the asked period may stand on it; None = nothing."""
        until = asked.until if self.changed is None or self.covers is not None else min(asked.until, self.changed)
        if until < asked.since:
            return None
        may_hold = Period(asked.since, until)
        if self.covers is None:
            return may_hold
        return self.covers.both(may_hold) if self.covers.overlaps(may_hold) else None

    @property
    def newest(self) -> date:
        """The latest day that may stand on it."""
        if self.covers is not None:
            return self.covers.until
        return self.changed or date.max

    @property
    def family(self) -> str:
        """The same for sitemaps that differ in their numbers only."""
        return _family(self.url)

    @property
    def number(self) -> int:
        """The last number of its address; 0 where it has none."""
        return _number(self.url)


@lru_cache(maxsize=2 * MOST_PLACES)
def _family(url: str) -> str:
    """Asked of all pages that wait, before each request."""
    return re.sub(r"\d+", "0", url)


@lru_cache(maxsize=2 * MOST_PLACES)
def _number(url: str) -> int:
    numbers = re.findall(r"\d{1,9}", url.rpartition("/")[2])
    return int(numbers[-1]) if numbers else 0


def finished(place: Place, asked: Period, now: str, zone: ZoneInfo) -> Period | None:
    """For which days a page that was read now is read for good: today may still bring more."""
    need = place.need(asked)
    yesterday = datetime.fromisoformat(now).astimezone(UTC).astimezone(zone).date() - timedelta(days=1)
    if need is None or need.since > yesterday:
        return None
    return Period(need.since, min(need.until, yesterday))


def is_finished(place: Place, asked: Period, read: Period) -> bool:
    """Whether an earlier run, which read the page for some days, read all that is asked of it."""
    need = place.need(asked)
    return need is None or need.within(read)


# ------------------------------------------------------------------------------------------------- where


def dated_places(source: Source, asked: Period) -> list[Place]:
    """The pages of the source's own `[[archive]]` that the period needs, newest first."""
    found: dict[str, Place] = {}
    for archive in source.archives:
        for day in asked.days():
            url = archive.url.format(year=day.year, month=day.month, day=day.day)
            covers = _covered(archive.url, day)
            found.setdefault(url, Place(source.source_id, url, archive.kind, f"{source.source_id}.toml", covers))
    return list(found.values())


def _covered(template: str, day: date) -> Period:
    if "{day" in template:
        return Period(day, day)
    if "{month" in template:
        first = day.replace(day=1)
        return Period(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
    return Period(date(day.year, 1, 1), date(day.year, 12, 31))


def page_after(place: Place, url: str | None) -> Place | None:
    """The next page of a section page that is cut into pages; None where the link leads to another day, or too far.

    What stands behind "next" on the page of a day is often the next day: a further page has the same address with
    something added.
    """
    if url is None or place.kind != "section" or place.depth >= MOST_PAGES:
        return None
    path = urlsplit(place.url).path.rstrip("/")
    first = _PAGE_NUMBER.sub("", path) if place.depth else path
    there = period_in(url)
    is_same = urlsplit(url).path.startswith(first) and (there is None or there == place.covers)
    return replace(place, url=url, named_by=place.url, depth=place.depth + 1) if is_same else None


def listed_sitemaps(source: Source) -> list[str]:
    """Addresses of the sitemaps among the source's own listings."""
    return [listing.url for listing in source.listings if listing.kind == "news-sitemap"]


def origins(source: Source) -> list[str]:
    """Where a robots.txt may name sitemaps of the source, its home first: 'https://www.example.org'."""
    return list(dict.fromkeys(map(fetch.origin, (source.home, *listed_sitemaps(source)))))


def sitemaps_of(robots: fetch.Robots, url: str) -> list[tuple[str, str | None]]:
    """What a robots.txt at this address names, as `named_sitemaps` takes it; what is no http(s) address left out."""
    named = (absolute(url, name) for name in robots.sitemaps)
    return [(address, None) for address in dict.fromkeys(named) if address is not None]


def named_sitemaps(
    source: Source, found: Sequence[tuple[str, str | None]], asked: Period, named_by: str, depth: int = 0
) -> tuple[list[Place], Counter[str]]:
    """The sitemaps of an index or a robots.txt that the period needs, and how many were left out for which reason.

    `found` are (address, last change or None) as they stand there.
    """
    left_out: Counter[str] = Counter()
    zone = ZoneInfo(source.timezone)
    covers = periods(url for url, _ in found)
    places: list[Place] = []
    for url, lastmod in dict(found).items():
        changed = local_day(lastmod, zone) if lastmod else None
        place = Place(source.source_id, url, "sitemap", named_by, covers[url], changed, depth)
        reason = _not_needed(source, place, asked)
        if reason is None and len(places) < MOST_PLACES:
            places.append(place)
        else:
            left_out[reason or TOO_MANY] += 1
    return places, left_out


def _not_needed(source: Source, place: Place, asked: Period) -> str | None:
    if not source.owns(place.url):
        return "on other hosts"
    if place.depth > DEEPEST:
        return "indexes in indexes without end"
    name = place.url.rpartition("/")[2].lower()
    if _NO_TEXT.search(name) or (place.covers is None and _NO_ARTICLES.search(name)):
        return "of no articles"
    if place.need(asked) is not None:
        return None
    return "of later times" if place.covers is not None and place.covers.since > asked.until else EARLIER


def tells_section(source: Source) -> bool:
    """Whether the source's file says which articles of a sitemap of everything are its own.

    A source that takes a whole sitemap or feed in its crawls takes the whole paper here too. Of any other only those
    count of which the address tells: see `in_section`.
    """
    is_whole_paper = any(listing.section is None for listing in source.listings)
    return bool(source.article_url or source.scope or is_whole_paper)


def in_section(source: Source, url: str) -> bool:
    """Whether an address names the world section, or lies below the page of a section of the source's own.

    Half of all papers write it so. A page in the first folder is no sign by itself: it may be /news/.
    """
    path = urlsplit(url).path
    sections = (urlsplit(listing.url).path.rstrip("/") for listing in source.listings if listing.section)
    is_below = any(section.count("/") > 1 and path.startswith(f"{section}/") for section in sections)
    return is_below or path_names_world(path, source.language)


# ------------------------------------------------------------------------------------------------- which


@dataclass(slots=True)
class Choice:
    """What is taken of the links of one archive page."""

    taken: list[tuple[Link, date | None]] = field(default_factory=list)
    """With the publisher's day; None where only the page tells the period."""
    left_out: Counter[str] = field(default_factory=Counter)
    newest: date | None = None
    oldest: date | None = None
    """The latest and the earliest day among all its links."""

    @property
    def total(self) -> int:
        """Links on the page."""
        return len(self.taken) + self.left_out.total()

    def __str__(self) -> str:
        left = [f"{count:,} {reason}" for reason, count in self.left_out.most_common(3)]
        return f"{len(self.taken):,} of {self.total:,} links taken" + (f": {', '.join(left)}" if left else "")


def choose(links: Iterable[Link], place: Place, asked: Period, source: Source) -> Choice:
    """Take the links of an archive page that lie in the period and are the source's own articles.

    A date counts that the sitemap gives as that of publication, or that the address gives; the date of the last
    change only where there is no other; a link without any only where all of the page lies in the period.
    """
    choice, zone = Choice(), ZoneInfo(source.timezone)
    is_within = place.covers is not None and place.covers.within(asked)
    seen: set[str] = set()
    for link in links:
        day, is_asked = _dated(link, zone, asked, is_within=is_within)
        if day is not None:
            choice.newest, choice.oldest = max(choice.newest or day, day), min(choice.oldest or day, day)
        elif place.covers is not None:
            day = place.covers.until
        reason = None if is_asked else "without a date" if day is None else "of other times"
        reason = reason or _refused(source, link, place)
        if reason is None:
            identity = canonical(link.url)
            reason = "twice" if identity in seen else BEYOND if len(seen) >= MOST_TAKEN else None
            seen.add(identity)
        if reason is None:
            choice.taken.append((link, day))
        else:
            choice.left_out[reason] += 1
    return choice


def _dated(link: Link, zone: ZoneInfo, asked: Period, *, is_within: bool) -> tuple[date | None, bool]:
    """The publisher's day of a link, as far as it is known, and whether the link is asked for."""
    said = local_day(link.published, zone) if link.published else None
    day = said if said is not None and not link.is_change else day_in_path(link.url)
    if day is not None:
        return day, day in asked
    month = month_in_path(link.url)
    if month is not None and (month.within(asked) or not month.overlaps(asked)):
        return min(month.until, asked.until), month.within(asked)
    if said is not None:
        return said, said in asked or is_within
    return None, is_within


def _refused(source: Source, link: Link, place: Place) -> str | None:
    """Why the crawl would not fetch it, short: a sitemap has thousands of one reason."""
    reason = source.refuses(link.url)
    if reason is not None:
        return "on other hosts" if reason.startswith("other host") else "not of the section"
    if place.kind == "section":
        return None
    if source.leaves_out(link, place.url) is not None:
        return "not of the section"
    return None if tells_section(source) or in_section(source, link.url) else UNTOLD
