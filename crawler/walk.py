"""Back in time: what is asked next, how far the walk has come, and what is said of it.

The newest first, so that whatever ends a walk leaves whole days behind it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import heappop, heappush
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crawler.catalogue import OUTSIDE, Source
from crawler.history import BEYOND, EARLIER, MOST_PLACES, MOST_TAKEN, TOO_MANY, UNTOLD, Choice, Place, is_finished
from crawler.ledger import DueUrl
from crawler.periods import Period
from crawler.urls import canonical

REQUESTS_PER_RUN = 2_000
"""Of one source in one run, archive pages and articles together."""
PATIENCE = 8
"""So many requests in a row that bring nothing, and the source is left alone until the next run."""
ENOUGH_OLDER = 2
"""So many numbered sitemaps in a row, and the rest is older as well; a single one may be out of order."""
TOO_MANY_UNTOLD = 300
"""So many of the asked period and none that tells: the addresses of this paper never do."""
FEW_UNTOLD = 20
"""So few may be days without an article of the section."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What `worlddesk history` is asked to do."""

    asked: Period
    limit: int | None = None
    """Article pages of each source in one run; None = as many as the requests of a run allow."""
    again: bool = False
    """Archive pages as well that were read to their end before."""


class ReadBefore(NamedTuple):
    """What an earlier run read of an archive page for good."""

    days: Period
    oldest: date | None = None
    """The earliest day among its links."""


class Walk:
    """One source's way back: what is asked next, what it may still ask, how far it came.

    Articles and pages of the archive alike; a page stands where its latest day is.
    """

    def __init__(self, source: Source, errand: Errand, *, requests: int = REQUESTS_PER_RUN):
        self.source, self.asked, self.limit, self.requests_left = source, errand.asked, errand.limit, requests
        self.zone = ZoneInfo(source.timezone)
        self.read_before: Mapping[str, ReadBefore] = {}
        """By the address of the archive page."""
        self.asked_for = 0
        """Article pages asked for."""
        self.outcomes: Counter[str] = Counter()
        self.failed: list[Place] = []
        """Archive pages that could not be read: the next run asks again."""
        self.failure: str | None = None
        """Why the last of them could not, for people."""
        self.gone: list[Place] = []
        """Archive pages that are not there."""
        self.forbidden: list[Place] = []
        """Archive pages that robots.txt closes."""
        self.begins: date | None = None
        """The earliest day of which the archive is known to say something."""
        self.stopped: str | None = None
        """Why the walk ended before its end, for people."""
        self.taken = self.untold = 0
        """Links of the asked period that were taken, and those of which nothing tells the section."""
        self.refused: tuple[str, str] | None = None
        """Status and message where it could not begin."""
        self.has_begun = False
        self.left_unread: date | None = None
        """The latest day that may stand on archive pages which this walk has no room for."""
        self._articles: list[tuple[int, int, DueUrl]] = []
        self._places: list[Place] = []
        self._under_way: Place | DueUrl | None = None
        self._seen: set[str] = set()
        self._taken: set[int] = set()
        self._fruitless = 0
        self._ways: dict[str, str] = {}
        self._older: Counter[str] = Counter()
        self._shown: dict[Period | None, set[str]] = defaultdict(set)
        self._bounds: dict[str, date] = {}

    def add_places(self, places: Iterable[Place]) -> None:
        """More of the archive; what was seen in this walk is not taken again, so that no index goes in circles."""
        for place in places:
            identity = canonical(place.url)
            if identity in self._seen or place.need(self.asked) is None:
                continue
            if len(self._seen) >= MOST_PLACES:
                self._leave_unread(place)
                continue
            self._seen.add(identity)
            if place.covers is not None:
                self._reaches(place.covers.since)
            before = self.read_before.get(place.url)
            if before is None or not is_finished(place, self.asked, before.days):
                self._places.append(place)
            elif before.oldest is not None and place.kind == "sitemap":
                self._reaches(before.oldest)

    def unseen(self, places: Iterable[Place]) -> list[Place]:
        """Those that this walk has not met and has room for: of an index without end only these are stored."""
        found: dict[str, Place] = {}
        for place in places:
            if (identity := canonical(place.url)) in self._seen or identity in found:
                continue
            if len(self._seen) + len(found) >= MOST_PLACES:
                self._leave_unread(place)
            else:
                found[identity] = place
        return list(found.values())

    def _leave_unread(self, place: Place) -> None:
        self.left_unread = max(self.left_unread or place.newest, place.newest)

    def add_articles(self, due: Iterable[tuple[DueUrl, date | None]]) -> None:
        """Articles to ask for with their days, each once in a walk."""
        for url, day in due:
            if url.url_id not in self._taken:
                self._taken.add(url.url_id)
                heappush(self._articles, (-(day or date.max).toordinal(), len(self._taken), url))

    def next(self) -> Place | DueUrl | None:
        """What to ask for now; None at the end, or where `stopped` says why."""
        self._under_way = None
        if self.stopped or self.refused or not (self._articles or self._places):
            return None
        if self.requests_left <= 0:
            self.stopped = "no more requests in one run"
        elif self._articles and self.limit is not None and self.asked_for >= self.limit:
            self.stopped = f"the limit of {self.limit:,} is reached"
        else:
            self.requests_left -= 1
            self._under_way = self._newest()
        return self._under_way

    def _newest(self) -> Place | DueUrl:
        place = max(self._places, key=self._order, default=None)
        day = date.fromordinal(-self._articles[0][0]) if self._articles else None
        is_full = len(self._articles) >= MOST_TAKEN
        if place is not None and (day is None or (self._latest(place) > day and not is_full)):
            self._places.remove(place)
            return place
        self.asked_for += 1
        return heappop(self._articles)[2]

    def note(self, outcome: str, reason: str | None) -> None:
        """Count what came of a request; end the walk where the site has had enough of us."""
        self.outcomes[outcome] += 1
        is_outside = outcome == "skipped" and (reason or "").startswith(OUTSIDE)
        brought_nothing = outcome in ("error", "blocked", "skipped", "robots") and not is_outside
        self._fruitless = self._fruitless + 1 if brought_nothing else 0
        if self.has_lost_patience:
            self.stopped = f"{PATIENCE} requests in a row brought nothing, the last: {reason or outcome}"

    def note_failed(self, place: Place, reason: str) -> None:
        """The page is asked for again in the next run."""
        self.failed.append(place)
        self.failure = reason

    def note_gone(self, place: Place) -> None:
        """The archive has no such page."""
        self.gone.append(place)

    def note_forbidden(self, place: Place) -> None:
        """robots.txt closes the page."""
        self.forbidden.append(place)

    def note_read(self, place: Place, choice: Choice) -> None:
        """Of numbered sitemaps, leave out the rest once two in a row are wholly older than the period.

        The highest number is asked first. Where already that one is too old, the lowest number is the newest.
        """
        if choice.left_out[BEYOND]:
            self._leave_unread(place)
        self.taken, self.untold = self.taken + len(choice.taken), self.untold + choice.left_out[UNTOLD]
        if self.untold >= TOO_MANY_UNTOLD and self.tells_nothing:
            self.stopped = "its addresses do not tell"
        if choice.oldest is not None and place.kind == "sitemap":  # what a page of headlines shows says little
            self._reaches(choice.oldest)
        if place.covers is None and choice.newest is not None:
            self._follow(place.family, choice.newest, choice.oldest or choice.newest)

    def brings_new(self, place: Place, choice: Choice) -> bool:
        """Whether a page of a day shows what the pages before it did not: else those behind it show nothing either."""
        shown, before = self._shown[place.covers], len(self._shown[place.covers])
        shown.update(canonical(link.url) for link, _ in choice.taken)
        return len(shown) > before

    def _follow(self, family: str, newest: date, oldest: date) -> None:
        if newest >= self.asked.since:
            self._ways.setdefault(family, "down")
            self._bounds[family] = min(self._bounds.get(family, oldest), oldest)
            self._older[family] = 0
            return
        self._ways.setdefault(family, "up")
        self._older[family] += 1
        if self._older[family] >= ENOUGH_OLDER:
            self._places = [place for place in self._places if place.family != family]

    def note_index(self, place: Place, left_out: Counter[str]) -> None:
        """Learn from what was left out of an index: it goes further back, or on without end."""
        if left_out[EARLIER]:
            self._reaches(self.asked.since)
        if left_out[TOO_MANY]:
            self._leave_unread(place)

    def _reaches(self, day: date) -> None:
        self.begins = min(self.begins or day, day)

    def _order(self, place: Place) -> tuple[date, int]:
        number = -place.number if self._ways.get(place.family) == "up" else place.number
        return self._latest(place), number

    def _latest(self, place: Place) -> date:
        """The latest day that may stand on a page; numbered sitemaps follow one another in time."""
        is_numbered = place.covers is None and place.number > 0
        return min(place.newest, self._bounds.get(place.family, date.max)) if is_numbered else place.newest

    @property
    def has_lost_patience(self) -> bool:
        """Whether PATIENCE requests in a row brought nothing."""
        return self._fruitless >= PATIENCE

    @property
    def found_nothing(self) -> bool:
        """Whether none of the archive pages asked for is there: their addresses are wrong, or the archive is."""
        return bool(self.gone) and not self.outcomes["listed"] and not self.read_before

    @property
    def tells_nothing(self) -> bool:
        """Whether the addresses of this paper do not say which articles are the section's."""
        return not self.taken and self.untold >= FEW_UNTOLD

    @property
    def places_left(self) -> int:
        """Archive pages that are not read yet, the failed ones as well."""
        return len(self._places) + len(self.failed) + isinstance(self._under_way, Place)

    def read(self, waiting: Iterable[date | None]) -> Period | None:
        """The last days of the asked period that are read to their end; None where no day is sure.

        `waiting` are the days of articles that are known and not asked for yet.
        """
        if self.refused or not self.has_begun or self.begins is None or self.found_nothing:
            return None
        under_way = [self._under_way] if isinstance(self._under_way, Place) else []
        unread = (*self._places, *self.failed, *self.forbidden, *under_way)
        open_days = [self._latest(place) for place in unread]
        open_days += [day or date.max for day in waiting]
        open_days += [self.left_unread] if self.left_unread is not None else []
        if date.max in open_days:
            return None
        first = max([*(day + timedelta(days=1) for day in open_days), self.asked.since, self.begins])
        return Period(first, self.asked.until) if first <= self.asked.until else None


@dataclass(frozen=True, slots=True)
class Report:
    """How far a walk came."""

    status: str
    """As in `run_sources`."""
    message: str
    """For people."""
    read: Period | None = None
    """The days that are read to their end, in this run or earlier ones."""
    is_complete: bool = False
    """All that was asked for is read."""
    is_over: bool = False
    """Nothing is left that another run could read: all is read, or the archive goes no further back."""
    new_count: int = 0
    waiting_count: int = 0
    """Articles that are known and not asked for yet."""
    places_left: int = 0


def report(walk: Walk, waiting: Mapping[date | None, int], ending: str | None = None) -> Report:
    """What a walk leaves behind; `waiting` as in archives.py, `ending` why the run itself ended early."""
    if walk.refused is not None:
        return Report(*walk.refused)
    if walk.tells_nothing:
        return Report("failed", _untold(walk))
    if not walk.has_begun:
        return Report("skipped", f"{ending or 'the run ended'} before its turn")
    read, new, left = walk.read(waiting), walk.outcomes["new"], sum(waiting.values())
    is_over = read is not None and not (walk.places_left or walk.forbidden or walk.left_unread or left)
    return Report(
        _status(walk, is_over=is_over),
        _message(walk, read, left, ending),
        read,
        is_over and read == walk.asked,
        is_over,
        new,
        left,
        walk.places_left,
    )


def _untold(walk: Walk) -> str:
    return (
        f"its sitemaps are the whole paper, and none of {walk.untold:,} addresses of that time tells its section: "
        f"give {walk.source.source_id}.toml a [scope], or [[archive]] with the pages of the section's own archive"
    )


def _status(walk: Walk, *, is_over: bool) -> str:
    if walk.found_nothing and not walk.places_left:
        return "failed"
    refusals = walk.outcomes["blocked"] + walk.outcomes["robots"]
    nothing_came = refusals + walk.outcomes["error"] + walk.outcomes["skipped"]
    if nothing_came and nothing_came == walk.outcomes.total():
        return "blocked" if 2 * refusals > nothing_came else "failed"
    is_well = is_over or (walk.stopped is not None and not walk.has_lost_patience and not walk.failed)
    return "ok" if is_well else "degraded"


def _message(walk: Walk, read: Period | None, waiting: int, ending: str | None) -> str:
    """'2026-10-03 to 2026-10-06 read, 200 new articles; the limit of 200 is reached, 112 articles are left: …'."""
    said = f"{read} read" if read is not None else f"no day of {walk.asked} is read to its end yet"
    said += f", {_counted(walk.outcomes['new'], 'new article')}"
    said += " (the section is told by their addresses)" if walk.untold else ""
    failed = sum(walk.outcomes[outcome] for outcome in ("error", "blocked", "empty"))
    said += f", {_counted(failed, 'request')} failed" if failed else ""
    said += f" ({walk.failure})" if walk.failed else ""
    said += f", {_counted(len(walk.forbidden), 'archive page')} closed by robots.txt" if walk.forbidden else ""
    said += f", {_counted(len(walk.gone), 'archive page')} not there" if walk.gone else ""
    left = [_counted(waiting, "article")] if waiting else []
    left += [_counted(walk.places_left, "archive page")] if walk.places_left else []
    why = walk.stopped or ending
    if left:
        return f"{said}; {f'{why}, ' if why else ''}{' and '.join(left)} left: run the same command to go on"
    if walk.forbidden or walk.found_nothing or read == walk.asked:
        return said
    return f"{said}; its archive {'goes no further back' if read is not None else 'does not tell its days'}"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
