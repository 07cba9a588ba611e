"""When an article was published and changed, by the layers of its page in the order of trust.

JSON-LD of this article, meta, <time> near the headline, a line of text near the headline, the address. A layer
says an instant with its zone, an instant without, or a day. An instant without zone stands in the source's own
zone; where that is unknown only its day is kept, since a wrong hour is worse than none. The first layer decides
the day; a later one may only refine it to an instant of the same day. Footers, teasers and comments are not asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo
from itertools import islice
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from crawler.extract.dates import Stamp, stamp, tells_change, written
from crawler.extract.evidence import Evidence, around, text_of, within
from crawler.normalise import word_count
from crawler.page.jsonld import strings

_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "og:published_time",
    "rnews:datepublished", "og:pubdate", "pubdate", "publishdate", "publish_date", "publish-date", "publication_date",
    "publicationdate", "article.published", "sailthru.date", "parsely-pub-date", "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime", "dcterms.created", "dc.date.issued", "dcterms.issued", "dcterms.date", "dc.date",
    "dc.date.created", "datecreated", "article_date_original", "originalpublicationdate", "prism.publicationdate",
    "citation_publication_date", "citation_date", "publisheddate", "date",
)  # fmt: skip
_MODIFIED_META = (
    "article:modified_time", "og:article:modified_time", "datemodified", "og:updated_time", "article:updated_time",
    "dcterms.modified", "dc.date.modified", "last-modified", "lastmod", "modified_date", "updated_time",
)  # fmt: skip
_CHANGED_NAME = re.compile(r"modif|updat|chang|edit", re.IGNORECASE)
_URL_DAY = re.compile(r"(?:^|[/_-])((?:19|20)\d\d)([-_/.]?)(0?[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01]|[1-9])(?=$|[/_.-])")
_AMERICAN_ZONE = re.compile(r"America/|US/")
_LESSER_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
_DIGIT = re.compile(r"\d")
_DATELINE_NAME = re.compile(r"date|time|publi|posted|creat|byline|author|meta|info", re.IGNORECASE)
_PUBLISHED_LABEL = re.compile(
    r"\W*(?:(?:first |date )?published|posted|date|publié|paru|mis en ligne|veröffentlicht|erschienen|datum|stand|"
    r"publicado|fecha|data|pubblicato|gepubliceerd|publicerad|publisert|udgivet|opublikowano|utworzono|опубликовано|"
    r"дата|опубліковано|yayın|giriş|تاريخ|نشر|公開|配信|掲載|发布|發布|时间|입력|등록|승인)",
    re.IGNORECASE,
)
_LONGEST_LINE = 160
_MOST_ELEMENTS = 20_000
_WORDS_BESIDE = 4
"""Words that a line may hold beside its dates and still be a dateline; more where label or class say so."""


def dates(
    evidence: Evidence, heading: HtmlElement | None, *, timezone: str | None, language: str | None
) -> dict[str, tuple[str, str]]:
    """{'published' and 'modified': (ISO 8601 with zone or 'YYYY-MM-DD', layer)}; what no layer says is left out.

    `heading` is the <h1> of the headline, `timezone` the source's IANA zone, `language` its BCP 47 tag.
    """
    zone = _zone(timezone)
    month_first = _month_first(timezone, language)
    said = {
        "published": _best(_published(evidence, heading, month_first), zone),
        "modified": _best(_modified(evidence, heading, month_first), zone),
    }
    return {field: (found[1].iso(), found[0]) for field, found in said.items() if found}


def _published(
    evidence: Evidence, heading: HtmlElement | None, month_first: bool | None
) -> Iterator[tuple[str, Stamp]]:
    yield from _declared(evidence, "datePublished", "dateCreated", "uploadDate")
    yield from _meta(evidence, _PUBLISHED_META)
    shown = list(_shown(heading, month_first))
    yield from (("html", found) for found, changed in shown if not changed)
    if not shown:
        yield from (("html", found) for found in _labelled(evidence.page.root, month_first))
    yield from (("url", found) for found in _in_address(evidence.page.url))


def _modified(evidence: Evidence, heading: HtmlElement | None, month_first: bool | None) -> Iterator[tuple[str, Stamp]]:
    yield from _declared(evidence, "dateModified")
    yield from _meta(evidence, _MODIFIED_META)
    yield from (("html", found) for found, changed in _shown(heading, month_first) if changed)


def _best(said: Iterator[tuple[str, Stamp]], zone: tzinfo | None) -> tuple[str, Stamp] | None:
    """The first date; its instant from a later layer when the first knows only the day."""
    best: tuple[str, Stamp] | None = None
    for layer, found in said:
        found = _in_zone(found, zone)
        if best is None or (found.is_instant and found.local.date() == best[1].local.date()):
            best = layer, found
        if best[1].is_instant:
            break
    return best


def _in_zone(found: Stamp, zone: tzinfo | None) -> Stamp:
    if found.precision == "day" or found.local.tzinfo is not None or zone is None:
        return found
    return replace(found, local=found.local.replace(tzinfo=zone))


def _declared(evidence: Evidence, *keys: str) -> Iterator[tuple[str, Stamp]]:
    for value in evidence.declared(*keys):
        for text in strings(value)[:3]:
            if found := stamp(text):
                yield "json-ld", found


def _meta(evidence: Evidence, names: tuple[str, ...]) -> Iterator[tuple[str, Stamp]]:
    for name in names:
        for content in evidence.page.meta.get(name, ())[:3]:
            if found := stamp(content) or next((day for day, _ in written(content[:60])), None):
                yield ("opengraph" if ":" in name else "meta"), found


def _shown(heading: HtmlElement | None, month_first: bool | None) -> Iterator[tuple[Stamp, bool]]:
    """(date, whether it is called a change) in <time> and in lines of text near the headline, in page order."""
    lines: list[tuple[Stamp, bool]] = []
    for element in around(heading) if heading is not None else ():
        if element.tag == "time" and (found := stamp(element.get("datetime") or "")):
            yield found, _called_changed(element)
        elif not _in_heading(element):
            lines += _in_lines(element, month_first)
    yield from lines


def _called_changed(element: HtmlElement) -> bool:
    """Its names, its words or the words just before it say that this is the time of a change."""
    before, parent = element.getprevious(), element.getparent()
    label = before.tail if before is not None else parent.text if parent is not None else None
    names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    return bool(_CHANGED_NAME.search(names)) or tells_change(f"{(label or '')[-40:]} {text_of(element)[:40]}")


def _in_lines(element: HtmlElement, month_first: bool | None) -> list[tuple[Stamp, bool]]:
    """Dates of a dateline; none in a teaser, in a sentence that speaks of a date, nor beside a copyright sign."""
    for text in (element.text, text_of(element) if len(element) and not _holds_heading(element) else None):
        if text and 8 <= len(text) <= _LONGEST_LINE and _DIGIT.search(text) and "©" not in text:
            found = written(text, month_first=month_first)
            if found and word_count(text) <= _most_words(element, text, len(found)):
                return found
    return []


def _most_words(element: HtmlElement, text: str, found: int) -> int:
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
    named = _PUBLISHED_LABEL.match(text) or _DATELINE_NAME.search(names)
    return _WORDS_BESIDE * (3 if named else 1) + 5 * found


def _labelled(root: HtmlElement, month_first: bool | None) -> list[Stamp]:
    """The one day that lines of the page call the day of publication; none when they differ."""
    found = [
        day
        for element in islice(within(root), _MOST_ELEMENTS)
        if _PUBLISHED_LABEL.match(element.text or "")
        or (len(element) and _PUBLISHED_LABEL.match(element[0].text or ""))
        for day, changed in _in_lines(element, month_first)
        if not changed
    ]
    return found[:1] if len({day.local.date() for day in found}) == 1 else []


def _holds_heading(element: HtmlElement) -> bool:
    return next(element.iter(*_LESSER_HEADINGS), None) is not None


def _in_heading(element: HtmlElement) -> bool:
    """It stands in the heading of another article: a teaser with its date."""
    parent = element.getparent()
    return element.tag in _LESSER_HEADINGS or (parent is not None and parent.tag in _LESSER_HEADINGS)


def _in_address(url: str) -> list[Stamp]:
    match = _URL_DAY.search(urlsplit(url).path)
    found = stamp(f"{match[1]}-{match[3]:0>2}-{match[4]:0>2}") if match else None
    return [found] if found else []


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def _month_first(timezone: str | None, language: str | None) -> bool | None:
    """How 3/4/2024 is meant: month first in American English only; unknown where English may be American."""
    if not (language or "").lower().startswith("en"):
        return False if language else None
    if (language or "").lower() == "en-us" or _AMERICAN_ZONE.match(timezone or ""):
        return True
    return False if timezone or "-" in (language or "") else None
