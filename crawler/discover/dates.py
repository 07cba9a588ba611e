"""Dates as feeds, sitemaps and cards write them: RFC 822, ISO 8601 and what is sold as either."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone

_ISO = re.compile(
    r"(?P<year>\d{4})\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})日?"
    r"(?:[Tt,\s]\s*(?P<clock>\d.*))?$"
)
_WORDS = re.compile(
    r"(?:[^\W\d]+[.,]*\s+)?(?P<day>\d{1,2})(?:er|st|nd|rd|th|º|\.)?(?:\s+de)?[\s-]+"
    r"(?P<month>[^\W\d]{3,})[.,]?(?:\s+de)?[\s-]+(?P<year>\d{4}|\d{2}(?!\d))(?:[,T\s]\D{0,4}(?P<clock>\d.*))?"
)
_MONTH_FIRST = re.compile(
    r"(?:[^\W\d]+[.,]*\s+)?(?P<month>[^\W\d]{3,})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"
    r"(?:[,\s]\D{0,4}(?P<clock>\d.*))?"
)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:[.,]\d+)?\s*(?P<half>[AaPp]\.?[Mm]\b\.?)?\s*"
    r"(?P<zone>.*)"
)
_OFFSET = re.compile(r"\(?(?:GMT|UTC|Z)?\s*([+-])\s*(\d{1,2}):?(\d{2})?\b")
_DAY_IN_URL = re.compile(r"[/_-](?P<year>(?:19|20)\d\d)(?P<sep>[/-]?)(?P<month>[01]\d)(?P=sep)(?P<day>[0-3]\d)(?!\d)")

# The first letters tell the month in every language listed; where three do not, four stand here.
_MONTHS_BY_LANGUAGE = (
    "jan feb mar apr may jun jul aug sep oct nov dec",  # English
    "janv fev mars avr mai juin juil aou sept octo nove dece",  # French
    "jan feb mar apr mai jun jul aug sep okt nov dez",  # German, Norwegian (des below)
    "ene feb mar abr may jun jul ago set oct nov dic",  # Spanish
    "jan fev mar abr mai jun jul ago set out nov dez",  # Portuguese
    "gen feb mar apr mag giu lug ago set ott nov dic",  # Italian
    "jan feb mrt apr mei jun jul aug sep okt nov des",  # Dutch, Scandinavian
    "jan feb maa apr maj jun jul aug sep okt nov dec",
    "sty lut mar kwi maj cze lip sie wrz paz lis gru",  # Polish
    "oca sub mar nis may haz tem agu eyl eki kas ara",  # Turkish
    "янв фев мар апр мая июн июл авг сен окт ноя дек",  # Russian
    "янв фев мар апр май июн июл авг сен окт ноя дек",
    "січ лют бер кві тра чер лип сер вер жов лис гру",  # Ukrainian
    "ιαν φεβ μαρ απρ μαι ιουν ιουλ αυγ σεπ οκτ νοε δεκ",  # Greek
    "ינו פבר מרץ אפר מאי יונ יול אוג ספט אוק נוב דצמ",  # Hebrew
    "يناير فبر مارس أبريل ماي يوني يولي أغس سبت أكت نوف ديس",  # Arabic
)


def _bare(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


_MONTHS = {_bare(name): number for names in _MONTHS_BY_LANGUAGE for number, name in enumerate(names.split(), start=1)}
_LONGEST_MONTH = max(map(len, _MONTHS))
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

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def instant(text: str | None) -> str | None:
    """Read a date as written into 'YYYY-MM-DDTHH:MM:SSZ'.

    Where the time or its zone is missing only the day is known: 'YYYY-MM-DD'. None for what is no date, and
    for dates before 1990 or more than 36 hours ahead, which are clocks gone wrong.
    """
    if not text:
        return None
    text = text[:80].strip()
    if (found := _iso(text)) is not None:
        return _sane(found)
    match = _ISO.match(text) or _WORDS.match(text) or _MONTH_FIRST.match(text)
    if match is None:
        return None
    month = _month(match["month"])
    year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
    try:
        return _sane(_at(date(year, month or 0, int(match["day"])), match["clock"]))
    except (ValueError, OverflowError):
        return None


def day_in(url: str) -> str | None:
    """Give the day that stands in an address, '/2024/05/12/' or '-20240512', as 'YYYY-MM-DD'; else None."""
    match = _DAY_IN_URL.search(url)
    return instant(f"{match['year']}-{match['month']}-{match['day']}") if match is not None else None


def _iso(text: str) -> datetime | None:
    """Read a full ISO 8601 instant the fast way; None for all else, also where the zone is missing."""
    if len(text) < 20 or text[10] not in "T ":
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _month(name: str) -> int | None:
    if name.isdigit():
        return int(name)
    name = _bare(name)
    return next((_MONTHS[name[:n]] for n in range(_LONGEST_MONTH, 2, -1) if name[:n] in _MONTHS), None)


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


def _sane(found: date | datetime) -> str | None:
    latest = datetime.now(UTC) + timedelta(hours=36)
    if not isinstance(found, datetime):
        return found.isoformat() if _EARLIEST.date() <= found <= latest.date() else None
    if not _EARLIEST <= found <= latest:
        return None
    return found.astimezone(UTC).isoformat(timespec="seconds")[:-6] + "Z"
