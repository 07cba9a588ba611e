"""Dates as machines and people write them, parsed strictly, never guessed.

More than 36 hours ahead they are slips, and None, as are the days on which the clocks of computers begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from crawler.extract import zones
from crawler.extract.datewords import CLOCK_WORD, HALF, is_evening, tells_change, tells_publication
from crawler.months import month, solar_month
from crawler.normalise import CLOCKS_BEGIN, clean

EARLIEST = date(1990, 1, 1)
"""Older dates are rare and mostly slips: they need two witnesses."""
OLDEST = date(1700, 1, 1)
AHEAD = timedelta(hours=36)
_CLOCKS_BEGIN = {date.fromisoformat(day) for day in CLOCKS_BEGIN}

Precision = Literal["second", "minute", "day"]


@dataclass(frozen=True, slots=True)
class Customs:
    """How a publisher writes dates."""

    zone: tzinfo | None = None
    """Of times that name none."""
    month_first: bool | None = None
    """How 3/4/2024 is meant: True the 4th of March, False the 3rd of April, None unknown (then it is no date)."""
    language: str | None = None
    """Two letters, lower case."""
    country: str | None = None
    """ISO 3166-1, lower case: tells which IST is meant."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """One date as a layer says it."""

    local: datetime
    """Aware where the layer writes a zone, else naive; midnight for a day."""
    precision: Precision
    zone: str = ""
    """Name of the zone as written: 'EST', 'IST'."""

    @property
    def is_instant(self) -> bool:
        """It is a point in time: an hour with its zone."""
        return self.precision != "day" and self.local.tzinfo is not None

    def iso(self) -> str:
        """ISO 8601 with zone, or 'YYYY-MM-DD' when the zone is not known."""
        if not self.is_instant:
            return self.local.date().isoformat()
        return self.local.isoformat(timespec="seconds" if self.precision == "second" else "minutes").replace(
            "+00:00", "Z"
        )

    def settled(self, customs: Customs) -> Stamp:
        """With the zone that its publisher means by a name, or by none."""
        if self.precision == "day" or (self.local.tzinfo is not None and not self.zone):
            return self
        bare, meant = self.local.replace(tzinfo=None), customs.zone
        if self.zone:
            meant = zones.meant(self.zone, bare, own=customs.zone, country=customs.country, language=customs.language)
        return replace(self, local=bare.replace(tzinfo=meant))


_ISO = re.compile(
    r"(\d{4})([-/.]?)(\d\d)\2(\d\d)(?:(?:T|\s+|,\s*)(\d\d?):?(\d\d)(?::?(\d\d)(?:[.,:]\d+)?)?\s*(.{0,9}))?",
    re.IGNORECASE,
)
_MACHINE = re.compile(r"\s{0,9}[+-]?\d{4,6}-\d\d-\d\dT")
_DIGITS = re.compile(r"(20\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?")
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?")
_UTC = {"GMT", "UT", "UTC", "Z"}
_MAIL = re.compile(
    r"(?:[a-z]{3},?\s+)?(?:(\d{1,2})\s+([a-z]{3})\s+(\d{4})|([a-z]{3})\s+(\d{1,2}))\s+(\d\d):(\d\d):(\d\d)\s*([a-z+\-:\d]*)"
    r"(?:\s+(\d{4}))?", re.IGNORECASE
)  # fmt: skip


def stamp(text: str) -> Stamp | None:
    """Parse what a machine wrote: ISO 8601 and its slips, RFC 2822, Unix `date`, seconds since 1970, bare digits.

    None for anything else, for impossible dates and for placeholders (1970-01-01, 9999).
    """
    text = clean(text[:60])
    try:
        found = _iso(text) or _digits(text) or _epoch(text) or _mail(text)
    except (ValueError, OverflowError):
        return None
    return found if found and _plausible(found.local) else None


def _iso(text: str) -> Stamp | None:
    match = _ISO.fullmatch(text)
    if not match:
        return None
    day = date(int(match[1]), int(match[3]), int(match[4]))
    if match[5] is None:
        return Stamp(datetime.combine(day, time()), "day")
    name = (match[8] or "").strip()
    if name and not zones.is_name(name):
        return None
    hour = time(int(match[5]), int(match[6]), int(match[7] or 0))
    return _zoned(datetime.combine(day, hour), "second" if match[7] else "minute", name)


def _zoned(local: datetime, precision: Precision, name: str) -> Stamp:
    if not name:
        return Stamp(local, precision)
    return Stamp(local.replace(tzinfo=zones.meant(name, local)), precision, name if name[-1].isalpha() else "")


def _digits(text: str) -> Stamp | None:
    """20240506070809: a time without zone. Fourteen digits are no seconds since 1970."""
    match = _DIGITS.fullmatch(text)
    if not match:
        return None
    year, number, day, hour, minute, second = (int(part or 0) for part in match.groups())
    return Stamp(datetime(year, number, day, hour, minute, second), "second" if match[6] else "minute")


def _epoch(text: str) -> Stamp | None:
    match = _EPOCH.fullmatch(text)
    return Stamp(datetime.fromtimestamp(int(match[1]), UTC), "second") if match else None


def _mail(text: str) -> Stamp | None:
    """RFC 2822 ('Fri, 28 Apr 2023 19:20:36 +0200') and Unix `date` ('Fri Apr 28 19:20:36 CEST 2023')."""
    match = _MAIL.fullmatch(text)
    number = month(match[2] or match[4]) if match else None
    year = (match[3] or match[10]) if match else None
    if not match or not number or not year:
        return None
    hour = time(int(match[6]), int(match[7]), int(match[8]))
    local = datetime.combine(date(int(year), number, int(match[1] or match[5])), hour)
    if match[9].upper() in _UTC:  # to a machine it is no name of a place's time
        return Stamp(local.replace(tzinfo=UTC), "second")
    return _zoned(local, "second", match[9])


def _plausible(local: datetime) -> bool:
    instant = local if local.tzinfo else local.replace(tzinfo=UTC)
    return local.date() >= OLDEST and local.date() not in _CLOCKS_BEGIN and instant <= datetime.now(UTC) + AHEAD


_WORD = r"[^\W\d_][^\s\d.,;:،/|()\[\]<>©–—-]{1,19}"
_MONTH = rf"(?:(?:تشرين|كانون)\s[^\s\d/]{{3,7}}|{_WORD})(?:\s?/\s?(?:(?:تشرين|كانون)\s[^\s\d]{{3,7}}|{_WORD}))?"
_TAIL = r"(?:\.?\s?(?:er|st|nd|rd|th|º|°|ª|-?го|η)(?![^\W\d_]))?"
_DAY_OF_YEAR = re.compile(
    r"(?<!\d)(?<!\d[.,:])(?:"
    r"(?P<era>令和|平成|昭和|民國|民国)\s?(?P<y1>\d{1,3}|元)年\s?(?P<m1>\d{1,2})月\s?(?P<d1>\d{1,2})日"
    r"|(?P<y2>\d{4})\s?[-/.年년]\s?(?P<m2>\d{1,2})\s?[-/.月월]\s?(?P<d2>\d{1,2})(?!\d)"
    r"|(?P<d3>\d{1,2})\s?(?P<mark>[./-])\s?(?P<m3>\d{1,2})\s?(?P=mark)\s?(?P<y3>\d{4}|\d\d(?![\d./:]))(?!\d)"
    rf"|(?P<d4>\d{{1,2}}){_TAIL}[\s./–-]{{0,3}}(?:(?:de|of)\s|d['’])?(?P<m4>{_MONTH})[\s.,،/–-]{{0,3}}"
    r"(?:(?:del?|of)\s)?(?P<y4>\d{4})(?!\d)"
    rf"|(?P<m5>{_MONTH})[\s.]{{1,3}}(?P<d5>\d{{1,2}})(?:st|nd|rd|th)?[\s,،.]{{1,3}}(?P<y5>\d{{4}})(?!\d)"
    rf"|(?P<y6>\d{{4}})[.,]?[\s-](?P<m6>{_MONTH})[\s.-]{{1,2}}(?P<d6>\d{{1,2}})(?![\d:])"
    r"|(?P<d7>\d{1,2})\s(?:tháng|thg)\s(?P<m7>\d{1,2}),?\s(?:năm\s)?(?P<y7>\d{4})(?!\d)"
    r")",
    re.IGNORECASE,
)
_YEAR_FIRST = {"ja", "ko", "zh", "hu", "lt", "sv"}
"""Languages in which 24.03.05 may be a day of 2024."""
_DIGIT = re.compile(r"\d")
_NATIVE_DIGITS = {zero + n: str(n) for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xFF10) for n in range(10)}
"""Arabic, Persian, Devanagari, Bengali and full-width digits."""
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_CLOCK = (
    rf"(?P<before>{HALF})?\s*(?<!\d)(?P<h>[01]?\d|2[0-3])"
    r"(?:\s?(?:(?P<sign>[:：∶h時时點点시])\s?|\.)(?P<min>[0-5]\d|\d(?=\s?[분分]))(?!\d)(?:[:.](?P<s>[0-5]\d)(?!\d))?\s*[분分]?"
    rf"|\s?(?P<full>h\b|hs\b|時|时|點|点|시(?!\w)|(?=\s?(?:uhr|uur|{HALF})(?:\W|$))))"
    rf"\s*(?P<after>{HALF})?(?P<word>\s*(?:uhr|uur|h|hs|hrs)\b)?(?!\s*(?:min|sec|sek|мин|dk)\b)"
    r"\s*[\[(]?(?P<zone>(?:UTC|GMT)\s?[+\-−]\s?\d{1,2}(?::?\d\d)?|(?-i:[A-Z]{2,5}\b|МСК)|[+-]\d\d:?\d\d)?"
)
_CLOCK_AFTER = re.compile(rf"(?P<between>[^\d©]{{0,20}}?){_CLOCK}", re.IGNORECASE)
_CLOCK_BEFORE = re.compile(rf"{_CLOCK}\)?(?P<between>[\s,|/·•–—-]*(?:[^\W\d_]+[.,]*\s+){{0,2}})$", re.IGNORECASE)


@dataclass(slots=True)
class _Read:
    """One date in a line."""

    stamp: Stamp
    start: int
    end: int
    """Of the date with its time of day."""
    short: bool
    """Its year has two digits."""


def either(text: str, customs: Customs | None = None) -> Stamp | None:
    """`stamp`, or the first date of what a person wrote; of a machine's instant that cannot be, nothing is kept."""
    found = stamp(text)
    if found is not None or _MACHINE.match(text):
        return found
    return next((day for day, _ in written(text[:60], customs)), None)


def written(text: str, customs: Customs | None = None) -> list[tuple[Stamp, bool]]:
    """Dates in a line written for people: [(stamp, whether it is called a change)].

    A date needs its day, month and year of four digits, so that « © 2024 » is none; a year of two digits needs a
    time of day or a label beside it ('Updated 05.03.24').
    """
    customs = customs or Customs()
    text = text if text.isascii() else text.translate(_NATIVE_DIGITS)
    found = list(_dates_in(text, customs))
    labels = _labels(text, found)
    return [
        (read.stamp.settled(customs), tells_change(label))
        for read, label in zip(found, labels, strict=True)
        if _plausible(read.stamp.local)
        and read.stamp.local.date() >= EARLIEST
        and (not read.short or read.stamp.precision != "day" or tells_change(label) or tells_publication(label))
    ]


def _dates_in(text: str, customs: Customs) -> Iterator[_Read]:
    start = end = 0
    while match := _DAY_OF_YEAR.search(text, start):
        if day := _day(match, customs):
            found, first, end = _with_clock(day, text, match, end)
            yield _Read(found, first, end, len(match["y3"] or "") == 2)
        start = max(end, match.end()) if day else match.start() + 1


def _labels(text: str, found: list[_Read]) -> list[str]:
    """What stands before each date; what stands behind it where the line says 'date label, date label'."""
    ends = [0, *(read.end for read in found)]
    starts = [*(read.start for read in found), len(text)]
    gaps = [text[end:start] for end, start in zip(ends, starts, strict=True)]
    follows = not _is_label(gaps[0][-40:]) and _is_label(gaps[-1][:16]) and not _DIGIT.search(gaps[-1][:30])
    return [gap[:16] for gap in gaps[1:]] if follows else [gap[-40:] for gap in gaps[:-1]]


def _is_label(text: str) -> bool:
    return tells_change(text) or tells_publication(text)


def _day(match: re.Match[str], customs: Customs) -> date | None:
    part = match.groupdict()
    year, name, day = (next((part[f"{kind}{n}"] for n in "1234567" if part[f"{kind}{n}"]), "") for kind in "ymd")
    if match["mark"]:
        name, day = _in_order(name, day, match["mark"], customs.month_first)
        if len(year) == 2 and (customs.language or "ja") in _YEAR_FIRST:
            return None
    try:
        return _calendar_day(_year(year, match["era"]), name, int(day), customs.language)
    except ValueError:
        return None


def _in_order(month: str, day: str, mark: str, month_first: bool | None) -> tuple[str, str]:
    """(month, day) of 3/4/2024 as the publisher means it; ('', '') where nobody knows."""
    if mark != "/":
        return month, day
    if int(month) > 12 or (month_first and int(day) <= 12):
        return day, month
    unknown = month_first is None and int(day) <= 12 and int(month) != int(day)
    return ("", "") if unknown else (month, day)


def _year(year: str, era: str | None) -> int:
    number = 1 if year == "元" else int(year)
    return number + (_ERAS[era] if era else 2000 if len(year) == 2 else 0)


def _calendar_day(year: int, name: str, day: int, language: str | None) -> date | None:
    """ValueError for a day that no calendar has."""
    solar = int(name) if name.isdecimal() and language == "fa" else solar_month(name)
    if solar and 1300 < year < 1500:
        return _from_solar(year, solar, day)
    number = int(name) if name.isdecimal() else month(name, language)
    return date(year, number, day) if number else None


def _from_solar(year: int, month: int, day: int) -> date:
    """A day of the Persian calendar, whose leap years come 8 times in 33 years (right from 1178 to 1633)."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise ValueError(f"no day of the Persian calendar: {year}-{month}-{day}")
    before = 365 * (year - 1) + (8 * (year - 1) + 29) // 33
    passed = 31 * (month - 1) if month <= 7 else 186 + 30 * (month - 7)
    return date(622, 3, 20) + timedelta(days=before + passed + day)


def _with_clock(day: date, text: str, match: re.Match[str], since: int) -> tuple[Stamp, int, int]:
    """(`day` with the time of day beside it, where both begin, where both end); nothing before `since` is read."""
    after = _CLOCK_AFTER.match(text, match.end())
    before = _CLOCK_BEFORE.search(text, max(since, match.start() - 40), match.start())
    for clock in (after, before):
        if clock and _is_clock(clock):
            return _at(day, clock), min(match.start(), clock.start("h")), max(match.end(), clock.end())
    return Stamp(datetime.combine(day, time()), "day"), match.start(), match.end()


def _is_clock(clock: re.Match[str]) -> bool:
    """15:05 is a time of day; 15.05 is one where a word says so. The time of a change has its own date."""
    if _is_label(clock["between"]):
        return False
    told = clock["sign"] or clock["full"] is not None or clock["word"] or clock["before"] or clock["after"]
    return bool(told or CLOCK_WORD.search(clock["between"]) or zones.is_name(clock["zone"] or ""))


def _at(day: date, clock: re.Match[str]) -> Stamp:
    hour = int(clock["h"])
    half = clock["before"] or clock["after"]
    if half and hour <= 12:
        hour = hour % 12 + (12 if is_evening(half) else 0)
    local = datetime.combine(day, time(hour, int(clock["min"] or 0), int(clock["s"] or 0)))
    name = clock["zone"] if zones.is_name(clock["zone"] or "") else ""
    return _zoned(local, "second" if clock["s"] else "minute", name)
