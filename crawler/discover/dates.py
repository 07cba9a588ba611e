"""Dates as feeds, sitemaps and cards write them: RFC 822, ISO 8601 and what is sold as either."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

from crawler.months import month
from crawler.periods import day_in_path

_ISO = re.compile(
    r"(?P<year>\d{4})\s?[-/.年년]\s?(?P<month>\d{1,2})\s?[-/.月월]\s?(?P<day>\d{1,2})[日일.]?"
    r"(?:[Tt,\s]\s*(?P<clock>\d.*))?$"
)
_WORDS = re.compile(
    r"(?:[^\s\d]+\s+)?(?P<day>\d{1,2})(?:er|st|nd|rd|th|º|\.)?(?:\s+de)?[\s-]+"
    r"(?P<month>[^\W\d][^\s\d.,]{1,20})[.,]?(?:\s+de)?[\s-]+(?P<year>\d{4}|\d{2}(?!\d))(?:[,T\s]\D{0,4}(?P<clock>\d.*))?"
)
_MONTH_FIRST = re.compile(
    r"(?:[^\s\d]+\s+)?(?P<month>[^\W\d][^\s\d.,]{1,20})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"
    r"(?:[,\s]\D{0,4}(?P<clock>\d.*))?"
)
_MAIL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:([+-])(\d\d)(\d\d)|GMT|UTC|Z)"
)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:[.,]\d+)?\s*(?P<half>[AaPp]\.?[Mm]\b\.?)?\s*"
    r"(?P<zone>.*)"
)
_OFFSET = re.compile(r"\(?(?:GMT|UTC|Z)?\s*([+-])\s*(\d{1,2}):?(\d{2})?\b")

# Only names that mean one offset: IST is India, Israel and Ireland, so it is none.
_ZONES = {
    **dict.fromkeys(("Z", "UT", "UTC", "GMT", "WET"), 0.0),
    "EST": -5.0,
    "EDT": -4.0,
    "CST": -6.0,
    "CDT": -5.0,
    "MST": -7.0,
    "MDT": -6.0,
    "PST": -8.0,
    "PDT": -7.0,
    "BST": 1.0,
    "WEST": 1.0,
    "CET": 1.0,
    "MEZ": 1.0,
    "CEST": 2.0,
    "MESZ": 2.0,
    "EET": 2.0,
    "EEST": 3.0,
    "MSK": 3.0,
    "SAST": 2.0,
    "EAT": 3.0,
    "PKT": 5.0,
    "WIB": 7.0,
    "HKT": 8.0,
    "SGT": 8.0,
    "JST": 9.0,
    "KST": 9.0,
    "AEST": 10.0,
    "AEDT": 11.0,
    "NZST": 12.0,
    "NZDT": 13.0,
}

_EARLIEST = 1989
"""The last year of clocks gone wrong."""
_AHEAD = timedelta(hours=36)


def instant(text: str | None) -> str | None:
    """Read a date as written into 'YYYY-MM-DDTHH:MM:SSZ'.

    Where the time or its zone is missing only the day is known: 'YYYY-MM-DD'. None for what is no date, and
    for dates before 1990 or more than 36 hours ahead, which are clocks gone wrong.
    """
    if not text:
        return None
    text = text[:80].strip()
    if (found := _iso(text) or _mail(text)) is not None:
        return _written(text, found) or _sane(found)
    match = _ISO.match(text) or _WORDS.match(text) or _MONTH_FIRST.match(text)
    if match is None:
        return None
    number = int(match["month"]) if match["month"].isdecimal() else month(match["month"])
    year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
    try:
        return _sane(_at(date(year, number or 0, int(match["day"])), match["clock"]))
    except (ValueError, OverflowError):
        return None


def day_in(url: str) -> str | None:
    """Give the day that a system wrote into an address, as `instant` does; see `crawler.periods.day_in_path`."""
    day = day_in_path(url)
    return instant(day.isoformat()) if day is not None else None


def _iso(text: str) -> datetime | None:
    """Read a full ISO 8601 instant the fast way; None for all else, also where the zone is missing."""
    if len(text) < 20 or text[10] not in "T ":
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _mail(text: str) -> datetime | None:
    """Read the usual date of feeds the fast way, 'Tue, 17 Feb 2026 20:37:00 +0100'; None for all else."""
    match = _MAIL.fullmatch(text)
    if match is None:
        return None
    day, name, year, hour, minute, second, sign, hours, minutes = match.groups()
    zone = timezone(timedelta(hours=int(sign + hours), minutes=int(sign + minutes))) if sign else UTC
    try:
        return datetime(int(year), month(name) or 0, int(day), int(hour), int(minute), int(second), tzinfo=zone)
    except ValueError:
        return None


def _at(day: date, clock: str | None) -> date | datetime:
    """Give the instant, or the day alone when the clock or its zone is not known."""
    match = _CLOCK.match(clock or "")
    offset = _offset(match["zone"].strip()) if match is not None else None
    if match is None or offset is None:
        return day
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"][0] in "Pp" else 0)
    second = min(int(match["second"] or 0), 59)
    zone = timezone(timedelta(hours=offset))
    return datetime(day.year, day.month, day.day, hour, int(match["minute"]), second, tzinfo=zone)


def _offset(zone: str) -> float | None:
    """Hours east of Greenwich."""
    match = _OFFSET.match(zone)
    if match is None:
        return _ZONES.get(zone.strip("()").upper())
    hours = int(match[2]) + int(match[3] or 0) / 60
    return -hours if match[1] == "-" else hours


def _written(text: str, found: datetime) -> str | None:
    """Give an instant that was written in UTC as it stands there, in a third of the time; None for all else."""
    if found.tzinfo is not UTC or not text[4] == text[7] == "-" or not text[13] == text[16] == ":":
        return None
    text = f"{text[:10]}T{text[11:19]}Z"
    return text if _EARLIEST < found.year < 9999 and text <= _latest(int(time.time()) // 600) else None


def _sane(found: date | datetime) -> str | None:
    if not _EARLIEST < found.year < 9999:
        return None
    if isinstance(found, datetime):
        offset = found.utcoffset()
        text = (found - offset if offset else found).isoformat()[:19] + "Z"
    else:
        text = found.isoformat()
    return text if text <= _latest(int(time.time()) // 600) else None


@lru_cache(maxsize=1)
def _latest(ten_minutes: int) -> str:
    """What a date must not be beyond, as text."""
    return (datetime.fromtimestamp(600 * ten_minutes, UTC) + _AHEAD).isoformat()[:19] + "Z"
