"""Dates as machines and people write them, parsed strictly, never guessed.

Before 1990 or more than 36 hours ahead they are placeholders or slips, and None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal

from crawler.normalise import clean

EARLIEST = date(1990, 1, 1)
AHEAD = timedelta(hours=36)

Precision = Literal["second", "minute", "day"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """One date as a layer says it."""

    local: datetime
    """Aware where the layer writes a zone, else naive; midnight for a day."""
    precision: Precision

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


_ISO = re.compile(
    r"(\d{4})([-/.]?)(\d\d)\2(\d\d)(?:(?:T|\s+|,\s*)(\d\d?):?(\d\d)(?::?(\d\d)(?:[.,:]\d+)?)?\s*(.{0,8}))?",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?")
_MAIL = re.compile(
    r"(?:[a-z]{3},?\s+)?(?:(\d{1,2})\s+([a-z]{3})\s+(\d{4})|([a-z]{3})\s+(\d{1,2}))\s+(\d\d):(\d\d):(\d\d)\s*([a-z+\-:\d]*)"
    r"(?:\s+(\d{4}))?", re.IGNORECASE
)  # fmt: skip
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)?")
# Names that mean one offset in every country; IST, BST, CST and the like do not.
_ZONES = {"z": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 60, "cet": 60, "mez": 60, "cest": 120, "mesz": 120, "eet": 120,
          "eest": 180, "msk": 180, "jst": 540, "kst": 540, "sast": 120, "est": -300, "edt": -240, "pst": -480,
          "pdt": -420, "mst": -420, "mdt": -360, "cdt": -300, "akst": -540, "hst": -600, "aest": 600,
          "aedt": 660, "nzst": 720, "nzdt": 780}  # fmt: skip


def stamp(text: str) -> Stamp | None:
    """Parse what a machine wrote: ISO 8601 and its slips, RFC 2822, Unix `date`, seconds since 1970.

    None for anything else, for impossible dates and for placeholders (1970-01-01, 9999).
    """
    text = clean(text[:60])
    try:
        found = _iso(text) or _epoch(text) or _mail(text)
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
    zone = _zone(match[8])
    if match[8] and zone is None:
        return None
    hour = time(int(match[5]), int(match[6]), int(match[7] or 0), tzinfo=zone)
    return Stamp(datetime.combine(day, hour), "second" if match[7] else "minute")


def _epoch(text: str) -> Stamp | None:
    match = _EPOCH.fullmatch(text)
    return Stamp(datetime.fromtimestamp(int(match[1]), UTC), "second") if match else None


def _mail(text: str) -> Stamp | None:
    """RFC 2822 ('Fri, 28 Apr 2023 19:20:36 +0200') and Unix `date` ('Fri Apr 28 19:20:36 CEST 2023')."""
    match = _MAIL.fullmatch(text)
    month = MONTHS.get((match[2] or match[4]).lower()) if match else None
    year = (match[3] or match[10]) if match else None
    if not match or not month or not year:
        return None
    hour = time(int(match[6]), int(match[7]), int(match[8]), tzinfo=_zone(match[9]))
    return Stamp(datetime.combine(date(int(year), month, int(match[1] or match[5])), hour), "second")


def _zone(text: str | None) -> timezone | None:
    """'Z', '+02:00', '-0500', 'CEST'; None for nothing and for names that mean several zones."""
    name = (text or "").strip().lower()
    if name in _ZONES:
        return timezone(timedelta(minutes=_ZONES[name]))
    match = _OFFSET.fullmatch(name)
    if not match:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))


def _plausible(local: datetime) -> bool:
    instant = local if local.tzinfo else local.replace(tzinfo=UTC)
    return local.date() >= EARLIEST and instant <= datetime.now(UTC) + AHEAD


_MONTH_NAMES = (
    "january jan janvier janv januar jänner jän enero ene gennaio gen janeiro januari stycznia styczeń "
    "января янв січня ocak oca يناير جانفي janúar leden ledna tammikuuta ianuarie ιανουαρίου",
    "february feb février févr fév fevrier februar febrero febbraio fevereiro fev februari lutego luty "
    "февраля фев лютого şubat şub فبراير فيفري febrúar únor února helmikuuta februarie φεβρουαρίου",
    "march mar mars märz mär marzo março maart mrt marca marzec марта мар березня mart مارس březen "
    "března maaliskuuta martie μαρτίου",
    "april apr avril avr abril abr aprile kwietnia kwiecień апреля апр квітня nisan nis أبريل ابريل "
    "أفريل apríl duben dubna huhtikuuta aprilie απριλίου",
    "may mai mayo maggio mag maio mei maja maj мая май травня mayıs مايو ماي maí květen května toukokuuta μαΐου",
    "june jun juin juni junio giugno giu junho czerwca czerwiec июня июн червня haziran haz يونيو يونيه "
    "جوان júní červen června kesäkuuta iunie ιουνίου",
    "july jul juillet juil juli julio luglio lug julho lipca lipiec июля июл липня temmuz tem يوليو "
    "يوليه جويلية júlí červenec července heinäkuuta iulie ιουλίου",
    "august aug août aout agosto ago augustus sierpnia sierpień августа авг серпня ağustos ağu أغسطس "
    "اغسطس أوت ágúst srpen srpna elokuuta augusti αυγούστου",
    "september sep sept septembre septiembre settembre set setembro września wrzesień сентября сен "
    "вересня eylül eyl سبتمبر září syyskuuta septembrie σεπτεμβρίου",
    "october oct octobre oktober okt octubre ottobre ott outubro out października październik октября "
    "окт жовтня ekim eki أكتوبر اكتوبر október říjen října lokakuuta octombrie οκτωβρίου",
    "november nov novembre noviembre novembro listopada listopad ноября ноя листопада kasım kas نوفمبر "
    "nóvember marraskuuta noiembrie νοεμβρίου",
    "december dec décembre déc decembre dezember dez diciembre dic dicembre dezembro desember des "
    "grudnia grudzień декабря дек грудня aralık ara ديسمبر prosinec prosince joulukuuta decembrie "
    "δεκεμβρίου",
)
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
"""Month names and their short forms in the languages of the catalogue -> 1 to 12."""

_DAY_OF_YEAR = re.compile(
    r"(?<![\d.,])(?:"
    r"(?P<y1>\d{4})\s?[-/.年년]\s?(?P<m1>\d{1,2})\s?[-/.月월]\s?(?P<d1>\d{1,2})(?!\d)"
    r"|(?P<d2>\d{1,2})(?P<mark>[./-])(?P<m2>\d{1,2})(?P=mark)(?P<y2>\d{4})(?!\d)"
    r"|(?P<d3>\d{1,2})(?:\.|º|°|er|st|nd|rd|th)?\s*(?:de\s|of\s)?\s*(?P<m3>[^\W\d_]{3,14})\.?,?\s*(?:del?\s)?\s*"
    r"(?P<y3>\d{4})(?!\d)"
    r"|(?P<m4>[^\W\d_]{3,14})\.?\s+(?P<d4>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y4>\d{4})(?!\d)"
    r")",
    re.IGNORECASE,
)
_HALF = r"a\.?m\b\.?|p\.?m\b\.?|오전|오후|午前|午後|上午|下午"
_CLOCK = (
    rf"(?P<before>{_HALF})?\s*(?<!\d)(?P<h>[01]?\d|2[0-3])\s?(?:(?P<sign>[:h時时點点시])|\.)\s?(?P<min>[0-5]\d)(?!\d)"
    rf"(?:[:.](?P<s>[0-5]\d)(?!\d))?\s*[분分]?\s*(?P<after>{_HALF})?(?P<word>\s*uhr)?"
    r"\s*\(?(?P<zone>[A-Z]{3,4}\b|[+-]\d\d:?\d\d)?(?P<offset>[+-]\d{1,2})?"
)
_CLOCK_AFTER = re.compile(rf"(?P<between>[^\d©]{{0,16}}?){_CLOCK}", re.IGNORECASE)
_CLOCK_BEFORE = re.compile(rf"(?P<between>){_CLOCK}[\s,|–—-]*(?:on\s|am\s|le\s)?\s*$", re.IGNORECASE)
_CLOCK_WORD = re.compile(r"\b(?:kl|klo|um|alle|ore|at|à|às|las|om|klokken)\b", re.IGNORECASE)
_PM = re.compile(r"p|오후|午後|下午", re.IGNORECASE)
_CHANGED = re.compile(
    r"updat|edited|modif|aktualis|geändert|mis[e]? à jour|actualiz|atualiz|aggiorn|uppdater|opp?dater|bijgewerkt|"
    r"gewijzigd|güncel|обновл|измен|оновл|zaktualiz|更新|수정|تحديث|päivitetty",
    re.IGNORECASE,
)


def written(text: str, *, month_first: bool | None = None) -> list[tuple[Stamp, bool]]:
    """Dates in a line written for people: [(stamp, whether it is called a change)].

    `month_first` tells how 3/4/2024 is meant: True the 4th of March, False the 3rd of April, None unknown (then such
    a date is left out). A date needs its day, month and year of four digits, so that « © 2024 » is none.
    """
    found: list[tuple[Stamp, bool]] = []
    end = 0
    for match in _DAY_OF_YEAR.finditer(text):
        day = _day(match, month_first)
        if day:
            before = text[end : match.start()]
            found.append((_with_clock(day, text, match), tells_change(before[-40:])))
        end = match.end()
    return [(stamp, changed) for stamp, changed in found if _plausible(stamp.local)]


def tells_change(text: str) -> bool:
    """Whether a label says 'updated' rather than 'published', in the languages of the catalogue."""
    return bool(_CHANGED.search(text))


def _day(match: re.Match[str], month_first: bool | None) -> date | None:
    part = match.groupdict()
    year, month, day = (next((part[f"{name}{n}"] for n in "1234" if part[f"{name}{n}"]), "") for name in "ymd")
    if part["mark"] == "/" and int(month) <= 12 and int(day) <= 12 and month != day and month_first is None:
        return None
    if part["mark"] == "/" and (month_first or int(month) > 12) and int(day) <= 12:
        month, day = day, month
    number = int(month) if month.isdecimal() else MONTHS.get(month.casefold().rstrip("."))
    try:
        return date(int(year), number or 0, int(day))
    except ValueError:
        return None


def _with_clock(day: date, text: str, match: re.Match[str]) -> Stamp:
    clock = _CLOCK_AFTER.match(text, match.end()) or _CLOCK_BEFORE.search(
        text, max(0, match.start() - 24), match.start()
    )
    if clock is None or not (clock["sign"] or clock["word"] or clock["after"] or _CLOCK_WORD.search(clock["between"])):
        return Stamp(datetime.combine(day, time()), "day")
    hour = int(clock["h"])
    half = clock["before"] or clock["after"]
    if half and hour <= 12:
        hour = hour % 12 + (12 if _PM.match(half) else 0)
    zone = None if clock["offset"] else _zone(clock["zone"])
    seconds = int(clock["s"] or 0)
    local = datetime.combine(day, time(hour, int(clock["min"]), seconds, tzinfo=zone))
    return Stamp(local, "second" if clock["s"] else "minute")
