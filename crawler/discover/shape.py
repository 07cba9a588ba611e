"""What an address alone tells: words of its slug, date, id, and the route of the site that it follows."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import unquote

from crawler.discover.words import MEDIA, OVERVIEWS, SERVICES

_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"/{_YEAR}[/-]?(?:[01]?\d|[a-z]{{3}})[/-]?[0-3]?\d(?=[/_.-]|$)|(?<!\d){_YEAR}[-_]?[01]\d[-_]?[0-3]\d(?!\d)"
)
_LONG_NUMBER = re.compile(r"\d{5,}")
_ID_IN_QUERY = re.compile(r"(?:^|=)[^&=]*\d{4,}")
_SOME_ID_IN_QUERY = re.compile(r"(?:^|=)[^&=]*\d{3,}")
_HASH = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{12,}|^(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{8,}$"
    r"|^(?=[a-z]*\d)(?-i:(?=[^A-Z]*[A-Z])(?=[^a-z]*[a-z]))[a-z0-9]{5,}$",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r"\.(?:s?html?|php|aspx?|jsp|story|cms|ece)$", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"[-_+,.~ ]+")
_DIGIT = re.compile(r"\d")
DENSE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
"""A letter of a script that sets no spaces between words."""
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_NUMBERED = re.compile(r"[-_]?\d+$")
_NO_NAME = ("index", "default", "story", "article")
"""Last segments that say nothing; the one before them names the page."""

_MEANINGS = dict.fromkeys(MEDIA, "media") | dict.fromkeys(SERVICES, "service") | dict.fromkeys(OVERVIEWS, "overview")


@dataclass(frozen=True, slots=True)
class Shape:
    """One canonical address taken apart."""

    host: str
    folder: str
    """Host and path without the last segment."""
    route: str
    """Host and the kind of each segment: addresses that one rule of the site makes share it."""
    named_route: str
    """The same with the first segment's name where it is a word."""
    last: str
    """The last segment, decoded, without its extension."""
    slug_words: int
    """Words of the wordiest segment, numbers not counted."""
    depth: int
    has_date: bool
    has_id: bool
    has_hash: bool
    is_bare: bool
    """The last segment has at most two words and no digit, and no number stands in the query: as sections have."""
    has_overview: bool
    """A segment before the last, or a label of the host, names pages that gather articles: tag, author, search."""
    is_overview: bool
    """The last segment does."""
    has_service: bool
    """A segment or a label of the host names what is no article: about, account, shop."""
    has_media: bool
    """A segment names videos, pictures, programmes."""

    @property
    def is_marked(self) -> bool:
        """The address has a mark of an article: a slug, a date or an id."""
        return self.slug_words >= 4 or self.has_date or self.has_id or self.has_hash


def shape(key: str) -> Shape:
    """Take a canonical address apart."""
    host, _, rest = key.partition("://")[2].partition("/")
    path, _, query = rest.partition("?")
    parts = path.split("/") if path else []
    if len(parts) > 1 and _EXTENSION.sub("", parts[-1]).lower() in _NO_NAME:
        parts.pop()
    segments = [_segment(part) for part in parts]
    kinds = [segment.kind for segment in segments]
    last = segments[-1] if segments else _Segment("", 0, "", None)
    has_date = _DATE.search(key) is not None
    numbered = query != "" and _SOME_ID_IN_QUERY.search(query) is not None
    parameters = "?" + "&".join(_parameter(piece) for piece in query.split("&")) if query else ""
    first = [segments[0].name] if kinds[:1] == ["w"] else kinds[:1]
    meanings = {segment.meaning for segment in segments} | _of_host(host)
    before = {segment.meaning for segment in segments[:-1]} | _of_host(host)
    return Shape(
        host=host,
        folder=f"{host}/{'/'.join(parts[:-1])}",
        route=f"{host}/{'/'.join(kinds)}{parameters}",
        named_route=f"{host}/{'/'.join(first + kinds[1:])}{parameters}",
        last=last.name,
        slug_words=max((segment.words for segment in segments), default=0),
        depth=len(parts),
        has_date=has_date,
        has_id=any(_LONG_NUMBER.search(segment.name) for segment in segments[-2:])
        or (query != "" and _ID_IN_QUERY.search(query) is not None),
        has_hash="hash" in kinds,
        is_bare=last.words <= 2 and not numbered and not has_date and not _DIGIT.search(last.name),
        has_overview="overview" in before,
        is_overview=last.meaning == "overview",
        has_service="service" in meanings,
        has_media="media" in meanings,
    )


@dataclass(frozen=True, slots=True)
class _Segment:
    name: str
    """Decoded, without its extension."""
    words: int
    kind: str
    meaning: str | None


@lru_cache(maxsize=4096)
def _segment(part: str) -> _Segment:
    name = _EXTENSION.sub("", part)
    if "%" in name:
        name = unquote(name)
    words = _words(name)
    return _Segment(name, words, _kind(name, words), _MEANINGS.get(_NUMBERED.sub("", name).lower().replace("_", "-")))


@lru_cache(maxsize=1024)
def _of_host(host: str) -> frozenset[str | None]:
    """What the labels of a host before the site's own name mean: shop.example.com."""
    return frozenset(_MEANINGS.get(label) for label in host.split(".")[:-2])


def as_code(known: Shape) -> Shape:
    """Give the shape of an address whose last segment is a code, though it reads like a word."""
    kept = known.route.rpartition("/")[0], known.named_route.rpartition("/")[0]
    return replace(known, route=f"{kept[0]}/hash", named_route=f"{kept[1]}/hash", has_hash=True, is_bare=False)


def _words(name: str) -> int:
    """Words of a segment; what holds a digit is none, two characters of a script without spaces are one."""
    if "-" in name and _UUID.search(name):
        name = _UUID.sub("", name)
    words = sum(1 for word in _BETWEEN_WORDS.split(name) if word and not _DIGIT.search(word))
    return words if name.isascii() else max(words, len(DENSE.findall(name)) // 2)


def _kind(name: str, words: int) -> str:
    """Name what a segment is: year, number, long number, slug, hash, id, short slug or word."""
    if name.isdigit():
        if len(name) == 4 and name.startswith(("19", "20")):
            return "year"
        return "number" if len(name) <= 3 else "id"
    if words >= 4:
        return "slug"
    if _HASH.search(name):
        return "hash"
    if _LONG_NUMBER.search(name):
        return "word-id"
    return "short-slug" if words == 3 else "w"


def _parameter(piece: str) -> str:
    name, _, value = piece.partition("=")
    return f"{name}#" if value.isdigit() or name.isdigit() else name
