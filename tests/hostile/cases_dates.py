"""Dates that cannot be, and dates that only look odd."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hostile.case import Answer, Case
from hostile.stories import ld, news, page, story

NOW = datetime.now(UTC).replace(microsecond=0)


def _iso(hours: float) -> str:
    return (NOW + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _case(name: str, said: Any, expected: str | None) -> Case:
    """A date as JSON-LD, meta and <time> all say it."""
    tale = story(name)
    head = ld(news(tale, datePublished=said, dateModified=said))
    above = ""
    if isinstance(said, str):
        head += f'<meta property="article:published_time" content="{said}">'
        above = f'<p class=date><time datetime="{said}">{said if expected else "lately"}</time></p>'
    return Case(
        name,
        "dates",
        {"": Answer(page(tale, head, above=above))},
        columns={"headline": tale.headline, "published_at": expected, "updated_at": expected},
        says=tale.texts,
    )


NO_DATES: dict[str, Any] = {
    "year-zero": "0000-00-00T00:00:00Z",
    "year-one": "0001-01-01T00:00:00Z",
    "the-first-second": "1970-01-01T00:00:00Z",
    "the-first-second-in-words": "Thu, 01 Jan 1970 00:00:00 GMT",
    "the-last-second-before": "1969-12-31T23:59:59Z",
    "the-clock-of-a-spreadsheet": "1899-12-30T00:00:00Z",
    "a-century-ago": "1926-10-06T08:00:00Z",
    "before-1990": "1985-03-01T08:00:00Z",
    "year-9999": "9999-12-31T23:59:59Z",
    "year-12026": "12026-10-06T08:00:00Z",
    "year-minus": "-2026-10-06T08:00:00Z",
    "far-ahead": _iso(24 * 400),
    "three-days-ahead": _iso(72),
    "month-13": "2026-13-06T08:00:00Z",
    "month-13-with-slashes": "13/14/2026",
    "february-30": "2026-02-30T08:00:00Z",
    "hour-25": "2026-10-06T25:00:00Z",
    "minute-61": "2026-10-06T08:61:00Z",
    "zone-99": "2026-10-06T08:00:00+99:00",
    "words": "last Tuesday",
    "two-hours-ago": "2 hours ago",
    "today": "today",
    "invalid-date": "Invalid date",
    "undefined": "undefined",
    "nan": "NaN",
    "an-object": {"year": 2026, "month": 10},
    "a-list-of-nothing": [None, "", {}],
    "zero": 0,
    "minus-one": -1,
    "a-huge-number": 10**18,
    "true": True,
    "a-year-only": "2026",
    "a-template": "{{ article.date }}",
    "ten-thousand-digits": "9" * 10_000,
    "nothing-but-zeros": "0000-00-00 00:00:00",
}
DATES: dict[str, tuple[Any, str]] = {
    "utc": ("2026-10-06T08:00:00Z", "2026-10-06T08:00:00Z"),
    "an-offset": ("2026-10-06T08:00:00+02:00", "2026-10-06T06:00:00Z"),
    "an-offset-without-colon": ("2026-10-06T08:00:00+0530", "2026-10-06T02:30:00Z"),
    "an-offset-of-fourteen": ("2026-10-06T08:00:00+14:00", "2026-10-05T18:00:00Z"),
    "a-fraction": ("2026-10-06T08:00:00.123456789Z", "2026-10-06T08:00:00Z"),
    "a-space": ("2026-10-06 08:00:00 +0000", "2026-10-06T08:00:00Z"),
    "rfc-2822": ("Tue, 06 Oct 2026 08:00:00 GMT", "2026-10-06T08:00:00Z"),
    "rfc-2822-offset": ("Tue, 06 Oct 2026 08:00:00 -0500", "2026-10-06T13:00:00Z"),
    "no-zone-is-the-sources": ("2026-10-06T08:00:00", "2026-10-06T07:00:00Z"),
    "an-odd-zone": ("2026-10-06T08:00:00 EST", "2026-10-06T13:00:00Z"),
    "milliseconds-as-text": (str(1_791_273_600_000), "2026-10-06T08:00:00Z"),
    "seconds-as-text": (str(1_791_273_600), "2026-10-06T08:00:00Z"),
    "a-day": ("2026-10-06", "2026-10-06T00:00:00Z"),
    "a-day-of-1990": ("1990-01-02T08:00:00Z", "1990-01-02T08:00:00Z"),
    "thirty-hours-ahead": (_iso(30), _iso(30)),
    "controls-in-it": ("2026-10-06\u200bT08:00:00Z", "2026-10-06T08:00:00Z"),
}

CASES = [
    *(_case(f"no-date-{name}", said, None) for name, said in NO_DATES.items()),
    *(_case(f"a-date-{name}", said, expected) for name, (said, expected) in DATES.items()),
]
