"""What the names of time zones mean, where the publisher writes them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_OFFSET = re.compile(r"(?:utc|gmt|z)?\s?([+\-−])\s?(0?\d|1[0-4]):?(\d\d)?")
# Hours from Greenwich of names that mean one offset in every country.
_FIXED = {"z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2, "eet": 2,
          "eest": 3, "msk": 3, "мск": 3, "trt": 3, "eat": 3, "cat": 2, "wat": 1, "sast": 2, "pkt": 5, "npt": 5.75,
          "wib": 7, "ict": 7, "wita": 8, "sgt": 8, "hkt": 8, "myt": 8, "pht": 8, "awst": 8, "wit": 9, "jst": 9,
          "kst": 9, "acst": 9.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "est": -5, "edt": -4, "cdt": -5,
          "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "brt": -3}  # fmt: skip
_GENERAL = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}
_WORDS = {"et", "est", "pt", "ct", "mt", "cat", "wit"}
"""Words as well, in other languages than English."""
_BY_COUNTRY = {
    "bst": {"gb": "Europe/London", "bd": "Asia/Dhaka"},
    "ist": {"in": "Asia/Kolkata", "il": "Asia/Jerusalem", "ie": "Europe/Dublin"},
    "cst": {"us": "America/Chicago", "cn": "Asia/Shanghai", "tw": "Asia/Taipei", "mx": "America/Mexico_City"},
    "ast": {"sa": "Asia/Riyadh", "iq": "Asia/Baghdad", "kw": "Asia/Kuwait", "ca": "America/Halifax"},
    "gst": {"ae": "Asia/Dubai", "om": "Asia/Muscat"},
}
"""Names that mean several zones, and what they mean where."""


def known(name: str | None) -> ZoneInfo | None:
    """The zone of an IANA name, None for no name and for a wrong one."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def is_name(text: str) -> bool:
    """Whether `text` names a zone or several, or writes an offset ('GMT+2')."""
    name = text.strip().lower()
    return name in _FIXED or name in _GENERAL or name in _BY_COUNTRY or bool(_OFFSET.fullmatch(name))


def meant(
    name: str, local: datetime, *, own: tzinfo | None = None, country: str | None = None, language: str | None = None
) -> tzinfo | None:
    """The zone that `name` means beside the naive time `local`; None where that is not certain.

    `own` is the zone of the source: its abbreviation, of whatever season, means its own time ('3 pm EST' of a New
    York summer). `country` (ISO 3166-1, lower case) decides between the meanings of one name.
    """
    name = name.strip().lower()
    if own is not None and name in _names_in_the_year(own, local.year):
        return own
    if name in _WORDS and (language or "en")[:2] not in ("en", "es"):
        return None
    if name in _GENERAL:
        return ZoneInfo(_GENERAL[name])
    if name in _BY_COUNTRY:
        return own or known(_BY_COUNTRY[name].get(country or ""))
    return _fixed(name)


def _names_in_the_year(zone: tzinfo, year: int) -> set[str]:
    return {(zone.tzname(datetime(year, month, 1)) or "").lower() for month in (1, 7)}


def _fixed(name: str) -> timezone | None:
    if name in _FIXED:
        return timezone(timedelta(hours=_FIXED[name]))
    match = _OFFSET.fullmatch(name)
    if not match:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes))
