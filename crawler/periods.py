"""Days and periods: what an address says of the time that it stands for.

Archives write it in many ways: sitemap-2026-10.xml, /sitemaps/2026/10/06, sitemap_2026_41.xml.gz (a week),
?yyyy=2026&mm=10&dd=06, october-2026. One address alone is often ambiguous: 2026-10-1 may be a day or the first
part of a month, 2026_09 a month or a week. Its siblings in the index decide: see `periods`.

All days are those of the publisher. A period that is read too wide only costs a request; one that is read too
narrow would lose articles: so doubt makes it wider.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from urllib.parse import parse_qsl, unquote, urlsplit

from crawler.errors import UsageError

FIRST_YEAR = 1980
"""Earlier years in an address are numbers."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From one day to another, both included."""

    since: date
    until: date

    def __str__(self) -> str:
        return f"{self.since} to {self.until}" if self.since != self.until else str(self.since)

    def __contains__(self, day: date) -> bool:
        return self.since <= day <= self.until

    def overlaps(self, other: Period) -> bool:
        """Whether they have a day in common."""
        return self.since <= other.until and other.since <= self.until

    def within(self, other: Period) -> bool:
        """Whether all its days are days of the other."""
        return other.since <= self.since and self.until <= other.until

    def both(self, other: Period) -> Period:
        """The days that they have in common; they have to overlap."""
        return Period(max(self.since, other.since), min(self.until, other.until))

    def joined(self, other: Period) -> Period | None:
        """Both as one period; None where days lie between them."""
        if self.since > other.until + timedelta(days=1) or other.since > self.until + timedelta(days=1):
            return None
        return Period(min(self.since, other.since), max(self.until, other.until))

    def days(self) -> Iterator[date]:
        """Its days, newest first."""
        for back in range((self.until - self.since).days + 1):
            yield self.until - timedelta(days=back)


def asked(since: str, until: str | None, today: date) -> Period:
    """The period that a person asks for; what lies ahead of `today` is cut off.

    Raises UsageError for what is no day, for a beginning ahead and for one behind the end.
    """
    first = _day(since, "--since")
    last = min(_day(until, "--until"), today) if until is not None else today
    if first > today:
        raise UsageError(f"--since {first} lies ahead; history reads what has appeared: give a day up to {today}")
    if first > last:
        raise UsageError(f"--since {first} is later than --until {last}; give the earlier day to --since")
    return Period(first, last)


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} {text!r} is no day; write it as 2026-10-06") from None


# ------------------------------------------------------------------------------------------- addresses

_YEAR = r"(?<!\d)(?P<year>(?:19|20)\d\d)"
_DAY_PATTERNS = (
    re.compile(rf"{_YEAR}(?P<sep>[-_/.])(?P<month>\d\d?)(?P=sep)(?P<day>\d\d?)(?!\d)"),
    re.compile(rf"{_YEAR}(?P<sep>)(?P<month>\d\d)(?P<day>\d\d)(?!\d)"),
    re.compile(rf"{_YEAR}[-_/.]?(?P<name>[a-z]{{3,9}})[-_/.]?(?P<day>\d\d?)(?!\d)"),
)
_DAY_FIRST = re.compile(r"(?<!\d)(\d\d?)([-_/.])(\d\d?)\2((?:19|20)\d\d)(?!\d)")
_WEEK = re.compile(rf"{_YEAR}[-_/.]?(?:weeks?|wk|w|kw|semaine|semana|settimana)[-_/.]?(?P<week>\d\d?)(?!\d)")
_QUARTER = re.compile(rf"{_YEAR}[-_/.]?q(?P<quarter>[1-4])(?!\d)")
_WITH_NUMBER = re.compile(rf"{_YEAR}[-_/.](?P<number>\d\d?)(?!\d)")
_COMPACT_MONTH = re.compile(rf"{_YEAR}(?P<number>\d\d)(?!\d)")
_MONTH_FIRST = re.compile(r"(?<![\d/])(?P<number>\d\d)[-_/.](?P<year>(?:19|20)\d\d)(?!\d)")
_WITH_NAME = (
    re.compile(rf"{_YEAR}[-_/.]?(?P<name>[a-z]{{3,9}})(?![a-z])"),
    re.compile(r"(?<![a-z])(?P<name>[a-z]{3,9})[-_/.]?(?P<year>(?:19|20)\d\d)(?!\d)"),
)
_YEAR_ALONE = re.compile(rf"{_YEAR}(?!\d)")
# Not all that crawler.months knows: of many languages at once, mag, set and lip are words of addresses before months.
_NAMES = (
    "jan january janvier januar enero ene gennaio janeiro januari",
    "feb february fevrier februar febrero febbraio fevereiro februari",
    "mar march mars marz maerz marzo marco maart",
    "apr april avril abril abr aprile",
    "may mai mayo maggio maio mei",
    "jun june juin juni junio giugno junho",
    "jul july juillet juli julio luglio julho",
    "aug august aout agosto ago augustus augusti",
    "sep sept september septembre septiembre settembre setembro",
    "oct october octobre oktober okt octubre ottobre outubro",
    "nov november novembre noviembre novembro",
    "dec december decembre dezember dez diciembre dic dicembre dezembro",
)
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_QUERY = {
    "year": {"y", "yy", "yyyy", "year", "annee", "jahr", "ano", "anno"},
    "month": {"m", "mm", "month", "mois", "monat", "mes", "mese"},
    "day": {"d", "dd", "day", "jour", "tag", "dia", "giorno"},
    "week": {"w", "ww", "week", "semaine", "kw", "woche"},
}
_IN_SEGMENT = re.compile(
    r"/(?P<year>(?:19|20)\d\d)/(?P<month>[01]?\d)(?:/(?P<day>[0-3]?\d))?(?=/|$)"
    r"|(?:/|[-_](?=[\d_-]+(?:\.[a-z]+)?/?$))(?P<year2>(?:19|20)\d\d)(?P<sep>-?)(?P<month2>[01]\d)(?P=sep)(?P<day2>[0-3]\d)"
    r"(?=[-_/.]|$)"
)
_WIDTHS = ("day", "week", "month", "quarter", "year")
_MOST_DAYS = 28  # days that even the shortest month has: a family of days gets there, parts of months seldom do
_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class _Read:
    """What one address says: a period and how wide it is."""

    width: str
    """One of _WIDTHS, or 'range'."""
    period: Period
    number: int | None = None
    """The part behind the year of a month, or behind the month of a day, where another reading is thinkable."""


def period_in(address: str) -> Period | None:
    """The period that one address names; None where it names none. See `periods` for addresses of one index."""
    read = _read(_text(address))
    return read.period if read is not None else None


def periods(addresses: Iterable[str]) -> dict[str, Period | None]:
    """The period that each address names, read with its siblings: addresses that differ in their numbers only.

    The widest reading of a family counts for all of it, and no reading where one member has none: 1990 is no
    year beside 7, and 2026-09 no month beside 2026-41.
    """
    families: dict[str, dict[str, str]] = defaultdict(dict)
    for address in addresses:
        text = _text(address)
        families[re.sub(r"\d+", "0", text)][address] = text
    return {address: period for family in families.values() for address, period in _of_family(family).items()}


def day_in_path(address: str) -> date | None:
    """The day that an article's address gives where a system wrote it: /2026/10/06/, /20261006-, _2026-10-06.html.

    None for days in the middle of a slug: those are what the article is about.
    """
    period = _in_path(address)
    return period.since if period is not None and period.since == period.until else None


def month_in_path(address: str) -> Period | None:
    """The month that an article's address gives, /2026/10/; None where it gives none, or the day."""
    period = _in_path(address)
    return period if period is not None and period.since != period.until else None


def local_day(published: str, zone: tzinfo) -> date | None:
    """The publisher's day of an instant, or the day itself; None for what is neither."""
    try:
        if len(published) == len("2026-10-06"):
            return date.fromisoformat(published)
        return datetime.fromisoformat(published).astimezone(zone).date()
    except (ValueError, OverflowError):
        return None


def _in_path(address: str) -> Period | None:
    for match in _IN_SEGMENT.finditer(urlsplit(address).path):
        year = int(match["year"] or match["year2"])
        month, day = int(match["month"] or match["month2"]), match["day"] or match["day2"]
        period = _days(year, month, int(day)) if day else _month(year, month)
        if period is not None:
            return period
    return None


def _text(address: str) -> str:
    parts = urlsplit(address)
    return unquote(f"{parts.path}?{parts.query}" if parts.query else parts.path).lower()


def _of_family(family: dict[str, str]) -> dict[str, Period | None]:
    reads = {address: _read(text) for address, text in family.items()}
    known = [read for read in reads.values() if read is not None]
    if len(family) == 1 or not known:
        return {address: read.period if read else None for address, read in reads.items()}
    if len(known) < len(reads):
        return dict.fromkeys(reads)
    width = _common_width(known)
    return {address: _widened(read, width) for address, read in reads.items() if read is not None}


def _common_width(reads: Sequence[_Read]) -> str:
    widths = {read.width for read in reads}
    if "range" in widths:
        return "day" if widths == {"range"} else "year"
    if widths == {"month", "week"} and all(read.number is not None for read in reads):
        return "week"
    widest = max(widths, key=_WIDTHS.index)
    if widest == "day" and _are_parts(reads):
        return "month"
    return "year" if widths - {widest} and widest == "week" else widest


def _are_parts(reads: Sequence[_Read]) -> bool:
    """Whether 2026-10-1, 2026-10-2 … count the parts of months: from 1 on, never as far as months have days."""
    if any(read.number is None for read in reads):
        return False
    by_month: dict[tuple[int, int], set[int]] = defaultdict(set)
    for read in reads:
        by_month[read.period.since.year, read.period.since.month].add(read.period.since.day)
    newest = max(by_month)
    counted = all(days == set(range(1, len(days) + 1)) for days in by_month.values())
    whole = [days for month, days in by_month.items() if month != newest]
    return counted and bool(whole) and max(map(max, whole)) < _MOST_DAYS


def _widened(read: _Read, width: str) -> Period | None:
    """The period of a member, as wide as its family reads it."""
    first = read.period.since
    if width == "week" and read.width == "month" and read.number is not None:
        return _week(first.year, read.number)
    if width == "year" and read.width != "range":
        return _year((first + (read.period.until - first) / 2).year)  # a week may begin in the year before
    return _month(first.year, first.month) if width == "month" and read.width == "day" else read.period


def _read(text: str) -> _Read | None:
    """The narrowest reading of a path and query."""
    by_query = _in_query(text.partition("?")[2])
    if by_query is not None:
        return by_query
    days = list(_day_reads(text)) or list(_day_first_reads(text))
    if len({read.period for read in days}) == _ENOUGH:
        first, last = sorted(read.period for read in days)
        return _Read("range", Period(first.since, last.until))
    return days[0] if days else _wider(text)


def _day_reads(text: str) -> Iterator[_Read]:
    for pattern in _DAY_PATTERNS:
        for match in pattern.finditer(text):
            groups = match.groupdict()
            month = _MONTHS.get(groups["name"]) if groups.get("name") else int(groups.get("month") or 0)
            period = _days(int(match["year"]), month or 0, int(match["day"]))
            if period is not None:
                may_be_part = groups.get("sep") in ("-", "_", ".")
                yield _Read("day", period, int(match["day"]) if may_be_part else None)


def _day_first_reads(text: str) -> Iterator[_Read]:
    """06-10-2026 is the sixth of October or the tenth of June: where both are thinkable only the year is sure."""
    for one, _, two, written in _DAY_FIRST.findall(text):
        year = int(written)
        both = _days(year, int(two), int(one)), _days(year, int(one), int(two))
        readings = {period for period in both if period is not None}
        if len(readings) == 1:
            yield _Read("day", readings.pop())
        elif (whole := _year(year)) is not None:
            yield _Read("year", whole)


def _wider(text: str) -> _Read | None:
    for match in (*_WEEK.finditer(text), *_QUARTER.finditer(text)):
        found = match.groupdict()
        year = int(match["year"])
        period = _week(year, int(found["week"])) if "week" in found else _quarter(year, int(found["quarter"]))
        if period is not None:
            return _Read("week" if "week" in found else "quarter", period)
    for pattern in (_WITH_NUMBER, _COMPACT_MONTH, _MONTH_FIRST):
        for match in pattern.finditer(text):
            may_be_week = pattern is _WITH_NUMBER
            if (read := _numbered(int(match["year"]), int(match["number"]), may_be_week=may_be_week)) is not None:
                return read
    for pattern in _WITH_NAME:
        for match in pattern.finditer(text):
            period = _month(int(match["year"]), _MONTHS.get(match["name"], 0))
            if period is not None:
                return _Read("month", period)
    years = (_year(int(match["year"])) for match in _YEAR_ALONE.finditer(text))
    return next((_Read("year", period) for period in years if period is not None), None)


def _numbered(year: int, number: int, *, may_be_week: bool) -> _Read | None:
    """2026-10 is a month, 2026-41 a week; which one 2026-10 is beside 2026-41, its family says."""
    if (period := _month(year, number)) is not None:
        return _Read("month", period, number if may_be_week else None)
    if may_be_week and (period := _week(year, number)) is not None:
        return _Read("week", period, number)
    return None


def _in_query(query: str) -> _Read | None:
    """?yyyy=2026&mm=10&dd=06, in whatever order."""
    values = {name: value for name, value in parse_qsl(query) if value.isascii() and value.isdigit() and len(value) < 5}
    found = {part: int(values[name]) for part, names in _QUERY.items() for name in sorted(names & values.keys())}
    year = found.get("year", 0)
    for width, period in (
        ("day", _days(year, found.get("month", 0), found.get("day", 0))),
        ("week", _week(year, found.get("week", 0))),
        ("month", _month(year, found.get("month", 0))),
        ("year", _year(year)),
    ):
        if period is not None:
            return _Read(width, period)
    return None


def _is_year(year: int) -> bool:
    return FIRST_YEAR <= year <= datetime.now(UTC).year + 1


def _year(year: int) -> Period | None:
    return Period(date(year, 1, 1), date(year, 12, 31)) if _is_year(year) else None


def _days(year: int, month: int, day: int) -> Period | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return Period(found, found) if _is_year(year) else None


def _month(year: int, month: int, months: int = 1) -> Period | None:
    if not (1 <= month <= 12 and _is_year(year)):
        return None
    after = date(year + (month + months > 12), (month + months - 1) % 12 + 1, 1)
    return Period(date(year, month, 1), after - timedelta(days=1))


def _quarter(year: int, quarter: int) -> Period | None:
    return _month(year, 3 * quarter - 2, months=3)


def _week(year: int, week: int) -> Period | None:
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    return Period(monday, monday + timedelta(days=6)) if _is_year(year) else None
