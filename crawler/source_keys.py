"""What may stand in a source's file: each key with what it holds, an example and a check.

A check returns None, or what is wrong and the remedy: `'rss' is not one of …; write kind = "feed"`.
"""

from __future__ import annotations

import difflib
import re
import string
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from crawler.fetch import DELAY_CAP, DELAY_FLOOR
from crawler.sections import spelled
from crawler.urls import absolute

LISTING_KINDS = ("section", "feed", "news-sitemap")
ARCHIVE_KINDS = ("section", "sitemap")
ARCHIVE_FIELDS = ("year", "month", "day")
MEDIA_TYPES = ("newspaper", "wire", "broadcaster", "magazine", "online", "government", "ngo", "other")

LONGEST_TEXT = 1_000
"""Characters."""
MOST_LINKS = 10_000
LONGEST_SILENCE = 8_760
"""Hours; a year."""
MOST_PAGES = 10
"""Of a section page that is cut into pages; what lies deeper belongs to an [[archive]]."""

Check = Callable[[Any], str | None]
regex = cache(re.compile)


@dataclass(frozen=True, slots=True)
class Key:
    """What one key of the file holds."""

    holds: str
    """One of the names in HOLDS."""
    example: str
    """As it would be written: the remedy for a value that is missing or of another type."""
    check: Check = lambda _value: None
    """Of a text or number; of each entry, for a list."""
    required: bool = False
    keys: Mapping[str, Key] | None = None
    """Of the table, or of each table in the list."""


def wrong_in(stem: str, table: Mapping[str, Any]) -> Iterator[str]:
    """Each problem of a source's file as 'key: what is wrong; remedy'; nothing when all is well."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", stem):
        yield "file name: a source's id is made of a-z, 0-9, - and _; rename it, for example lemonde.toml"
    yield from _wrong(table, SOURCE_KEYS)
    yield from _repeated(table)
    yield from _idle_scope(table)
    yield from _idle_pages(table)


_MOST_NAMED = 100


def unknown(what: str, name: str, known: Sequence[str]) -> str:
    """The message for a name that is not known: the closest ones, else all that are known, or some of very many."""
    close = difflib.get_close_matches(name, known, n=3)
    some = sorted(known)[:_MOST_NAMED]
    more = f" … ({len(known)} in all)" if len(known) > len(some) else ""
    remedy = f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(some)}{more}"
    return f"unknown {what} {name!r}; {remedy}"


def _wrong(table: Mapping[str, Any], keys: Mapping[str, Key], where: str = "") -> Iterator[str]:
    for name in table:
        if name not in keys:
            yield f"{where}{name}: {unknown('key', name, list(keys))}"
    for name, key in keys.items():
        if name in table:
            yield from _wrong_value(table[name], key, name, where + name)
        elif key.required:
            yield f"{where}{name}: is missing; write {_written(name, key)}"


def _wrong_value(value: Any, key: Key, name: str, where: str) -> Iterator[str]:
    words, fits = HOLDS[key.holds]
    if not fits(value):
        yield f"{where}: is not {words}; write {_written(name, key)}"
    elif key.holds == "table":
        yield from _wrong(value, key.keys or {}, f"{where}.")
    elif isinstance(value, list):
        for number, entry in enumerate(value, 1):
            yield from _wrong_entry(entry, key, f"{where}[{number}]")
    elif what := _wrong_text(value) or key.check(value):
        yield f"{where}: {what}"


def _wrong_entry(entry: Any, key: Key, where: str) -> Iterator[str]:
    if key.keys is not None:
        yield from _wrong(entry, key.keys, f"{where}.")
    elif what := _wrong_text(entry) or key.check(entry):
        yield f"{where}: {what}"


def _wrong_text(value: Any) -> str | None:
    """What no text may be, whatever its key."""
    if not isinstance(value, str):
        return None
    if len(value) > LONGEST_TEXT:
        return f"has {len(value):,} characters; shorten it to {LONGEST_TEXT:,}"
    if re.search(r"[\x00-\x1f\x7f-\x9f]", value):
        return "holds a control character or a line break; take it out"
    return None


def _written(name: str, key: Key) -> str:
    return key.example if key.keys else f"{name} = {key.example}"


def _repeated(table: Mapping[str, Any]) -> Iterator[str]:
    listings = table.get("listing")
    seen: set[str] = set()
    for number, entry in enumerate(listings if isinstance(listings, list) else (), 1):
        url = entry.get("url") if isinstance(entry, dict) else None
        if isinstance(url, str) and url in seen:
            yield f"listing[{number}].url: {url} stands twice; keep one"
        seen.add(str(url))


def _idle_scope(table: Mapping[str, Any]) -> Iterator[str]:
    """A scope that no listing asks for would look like a rule and be none."""
    listings = table.get("listing")
    entries = [entry for entry in listings if isinstance(entry, dict)] if isinstance(listings, list) else []
    if "scope" in table and entries and all("section" in entry for entry in entries):
        yield "scope: every listing has a section, and what a section announces always counts; take [scope] out"


def _idle_pages(table: Mapping[str, Any]) -> Iterator[str]:
    """Feeds and sitemaps have no pages to turn."""
    listings = table.get("listing")
    for number, entry in enumerate(listings if isinstance(listings, list) else (), 1):
        if isinstance(entry, dict) and "pages" in entry and entry.get("kind") != "section":
            yield f'listing[{number}].pages: only a listing of kind = "section" is cut into pages; take the line out'


def _is_number(value: object) -> bool:
    return isinstance(value, float) or (type(value) is int and value.bit_length() < 64)


def _is_list_of(kind: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and len(value) > 0 and all(isinstance(v, kind) for v in value)


HOLDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "text": ("a text", lambda value: isinstance(value, str)),
    "number": ("a number (of at most 64 bits)", _is_number),
    "texts": ("a list of texts", _is_list_of(str)),
    "table": ("a table", lambda value: isinstance(value, dict)),
    "tables": ("a list of tables", _is_list_of(dict)),
}


def _filled(text: str) -> str | None:
    return None if text.strip() else "is empty; write it or take the line out"


def _url(text: str) -> str | None:
    if absolute("", text) == text and "@" not in urlsplit(text).netloc and not re.search(r"\s", text):
        return None
    return f"{text!r} is not an absolute http(s) address; write it as https://www.example.org/world"


def _one_of(known: Sequence[str], key: str, meant: Mapping[str, str] | None = None) -> Check:
    def check(text: str) -> str | None:
        if text in known:
            return None
        close = difflib.get_close_matches(text, known, n=1, cutoff=0.5) or known
        meant_one = (meant or {}).get(text.lower(), close[0])
        return f'{text!r} is not one of {", ".join(known)}; write {key} = "{meant_one}"'

    return check


# Regions of the United Nations (M49), which put Turkey, Cyprus and the Caucasus in Asia and Russia in Europe; Taiwan
# and Kosovo (XK, in use though not in the standard), which M49 leaves out, beside their neighbours.
_REGIONS = {
    "africa": (
        "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IO KE KM LR LS LY MA MG ML MR MU MW MZ "
        "NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TF TG TN TZ UG YT ZA ZM ZW"
    ),
    "antarctica": "AQ",
    "asia": (
        "AE AF AM AZ BD BH BN BT CN CY GE HK ID IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN MO MV MY NP OM PH "
        "PK PS QA SA SG SY TH TJ TL TM TR TW UZ VN YE"
    ),
    "europe": (
        "AD AL AT AX BA BE BG BY CH CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK "
        "MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK"
    ),
    "north-america": (
        "AG AI AW BB BL BM BQ BS BZ CA CR CU CW DM DO GD GL GP GT HN HT JM KN KY LC MF MQ MS MX NI PA PM PR SV SX TC "
        "TT US VC VG VI"
    ),
    "oceania": "AS AU CC CK CX FJ FM GU HM KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS",
    "south-america": "AR BO BR BV CL CO EC FK GF GS GY PE PY SR UY VE",
}
CONTINENTS = {code: continent for continent, codes in _REGIONS.items() for code in codes.split()}
"""Country to continent."""
COUNTRIES = frozenset(CONTINENTS)


EVIDENCE = {
    "seen": "the address stands in a page or a list that somebody saved or published",
    "answered": "it answered, on the day that is given",
    "inferred": "concluded from other addresses of the publisher",
    "known": "what the publisher says or has long had; nobody looked at it for us",
}
"""How the address of a listing is known: the word before the colon of `evidence`."""


def _evidence(text: str) -> str | None:
    word, colon, rest = text.partition(": ")
    if not colon or word not in EVIDENCE or not rest.strip():
        known = ", ".join(EVIDENCE)
        return f'{text!r} is none of {known} with a colon and words; write evidence = "seen: link «World», 2026-10-06"'
    if word == "answered" and not _DAY.search(rest):
        return f'{text!r} gives no day; write evidence = "answered: 2026-10-06, 24 articles"'
    return None


_DAY = re.compile(r"\b\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\b", re.ASCII)


def _country(text: str) -> str | None:
    if text in COUNTRIES:
        return None
    meant = {"UK": "GB", "EL": "GR", "EN": "GB"}.get(text.upper(), text.upper())
    remedy = f'write country = "{meant}"' if meant in COUNTRIES else 'write two capitals: country = "FR"'
    return f"{text!r} is no ISO 3166-1 alpha-2 code; {remedy}"


def _language(text: str) -> str | None:
    if re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?", text):
        return None
    return f'{text!r} is no BCP 47 tag; write language = "fr" or "fr-CA"'


def _timezone(text: str) -> str | None:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # unknown; absolute or with '..'; the name of a folder
        close = difflib.get_close_matches(text, available_timezones(), n=1) or ["Europe/Paris"]
        return f'{text!r} is no time zone of the IANA list; write timezone = "{close[0]}"'
    return None


def _host(text: str) -> str | None:
    if re.fullmatch(r"[A-Za-z0-9.-]*[A-Za-z0-9]", text) and absolute("", f"http://{text}/"):
        return None
    return f'{text!r} is not a host; write it without scheme and path: hosts = ["www.example.org"]'


def _pattern(text: str) -> str | None:
    try:
        with warnings.catch_warnings(action="error"):  # what `[[a]` means may change with the next Python
            regex(text)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        return f"{text!r} is no regular expression: {error}; write it in single quotes: ['/world/\\d{{4}}/']"
    return _filled(text)


def _name(text: str) -> str | None:
    if spelled(text):
        return None
    return f'{text!r} is no name; write it as the publisher does: ["World"]'


def _selector(text: str) -> str | None:
    from lxml import cssselect, etree, html  # only the few files that have selectors pay for it

    from crawler.page import css

    try:  # as extraction does it: `p::text` can be parsed and still not be asked of a page
        css.find(html.Element("html"), text)
    except (cssselect.SelectorError, etree.XPathError, RecursionError) as error:
        return f'{text!r} is no CSS selector: {error}; write it as ".article__body"'
    return None


def _delay(seconds: float) -> str | None:
    if DELAY_FLOOR <= seconds <= DELAY_CAP:
        return None
    allowed = f"{DELAY_FLOOR:g} to {DELAY_CAP:g} seconds"
    return f"{seconds} is not {allowed}, and a source can only ask for more care; write delay = 5"


def _links(count: float) -> str | None:
    is_count = isinstance(count, int) and 1 <= count <= MOST_LINKS
    return None if is_count else f"{count} is no count from 1 to {MOST_LINKS:,}; write links = 15"


def _pages(count: float) -> str | None:
    is_count = isinstance(count, int) and 1 <= count <= MOST_PAGES
    return None if is_count else f"{count} is no number of pages from 1 to {MOST_PAGES}; write pages = 3"


def _share(share: float) -> str | None:
    return None if 0 < share <= 1 else f"{share} is no share of 1; write body = 0.95"


def _silence(hours: float) -> str | None:
    is_known = 1 <= hours <= LONGEST_SILENCE
    return None if is_known else f"{hours} is no number of hours from 1 to {LONGEST_SILENCE:,}; write 48"


def _disabled(text: str) -> str | None:
    day, _, reason = text.partition(" ")
    try:
        date.fromisoformat(day)
    except ValueError:
        reason = ""
    if reason.strip():
        return None
    return f'{text!r} is not a date and a reason; write disabled = "2026-10-01 answers 403 to everybody"'


def _rights(text: str) -> str | None:
    if re.fullmatch(r"licensed: *\S.*", text):
        return None
    return f'{text!r} does not say why; write rights = "licensed: contract of 2026-01-15"'


def _archive_url(text: str) -> str | None:
    """An address for each day, month or year: {year}, then perhaps {month}, then perhaps {day}."""
    example = 'write url = "https://www.example.org/archives/{year}/{month:02}/{day:02}/"'
    try:
        fields = [(name, how or "") for _, name, how, _ in string.Formatter().parse(text) if name is not None]
    except ValueError as error:
        return f"{text!r} cannot be filled in: {error}; {example}"
    names = {name for name, _ in fields}
    if strangers := names - set(ARCHIVE_FIELDS):
        return f"{text!r} holds {{{min(strangers)}}}, and only {{year}}, {{month}} and {{day}} are filled in; {example}"
    if names not in (set(ARCHIVE_FIELDS[:count]) for count in (1, 2, 3)):
        return f"{text!r} names no day, month or year of its own: {{day}} needs {{month}} and {{year}}; {example}"
    if wrong := next((how for _, how in fields if how not in ("", "02", "02d")), None):
        return f"{text!r} has {wrong!r} behind a colon, and only 02 (two digits) may stand there; {example}"
    return _url(text.format(year=2026, month=10, day=6))


_KINDS_MEANT = dict.fromkeys(("rss", "atom", "rdf", "xml"), "feed") | dict.fromkeys(
    ("sitemap", "news_sitemap", "newssitemap"), "news-sitemap"
)
_SELECTORS = Key("texts", '[".article__body"]', _selector)

LISTING_KEYS = {
    "url": Key("text", '"https://www.example.org/world"', _url, required=True),
    "kind": Key("text", '"section"', _one_of(LISTING_KINDS, "kind", _KINDS_MEANT), required=True),
    "section": Key("text", '"World"', _filled),
    "evidence": Key("text", '"seen: link «World», 2026-10-06"', _evidence),
    "pages": Key("number", "3", _pages),
}
ARCHIVE_KEYS = {
    "url": Key("text", '"https://www.example.org/archives/{year}/{month:02}/{day:02}/"', _archive_url, required=True),
    "kind": Key("text", '"section"', _one_of(ARCHIVE_KINDS, "kind"), required=True),
    "evidence": Key("text", '"seen: link «Archives», 2026-10-06"', _evidence),
}
ARTICLE_KEYS = {
    "url": Key("texts", r"['/world/\d{4}/']", _pattern),
    "skip": Key("texts", "['/live/', '/video/']", _pattern),
}
SCOPE_KEYS = {
    "path": Key("texts", "['/world/']", _pattern),
    "breadcrumb": Key("texts", '["World"]', _name),
    "category": Key("texts", '["World"]', _name),
}
SELECT_KEYS = dict.fromkeys(("headline", "standfirst", "body", "subhead", "drop"), _SELECTORS)
EXPECT_KEYS = {
    "links": Key("number", "15", _links),
    "body": Key("number", "0.95", _share),
    "silent_after_hours": Key("number", "48", _silence),
}
SOURCE_KEYS = {
    "name": Key("text", '"The Example"', _filled, required=True),
    "home": Key("text", '"https://www.example.org/"', _url, required=True),
    "country": Key("text", '"FR"', _country, required=True),
    "language": Key("text", '"fr"', _language, required=True),
    "timezone": Key("text", '"Europe/Paris"', _timezone, required=True),
    "media_type": Key("text", '"newspaper"', _one_of(MEDIA_TYPES, "media_type")),
    "hosts": Key("texts", '["www.example.org"]', _host),
    "delay": Key("number", "5", _delay),
    "disabled": Key("text", '"2026-10-01 answers 403 to everybody"', _disabled),
    "rights": Key("text", '"licensed: contract of 2026-01-15"', _rights),
    "listing": Key("tables", "[[listing]] with url and kind", required=True, keys=LISTING_KEYS),
    "archive": Key("tables", "[[archive]] with url and kind", keys=ARCHIVE_KEYS),
    "article": Key("table", "[article] with url, skip", keys=ARTICLE_KEYS),
    "scope": Key("table", "[scope] with path, breadcrumb, category", keys=SCOPE_KEYS),
    "select": Key("table", "[select] with headline, standfirst, body, subhead, drop", keys=SELECT_KEYS),
    "expect": Key("table", "[expect] with links, body, silent_after_hours", keys=EXPECT_KEYS),
}
