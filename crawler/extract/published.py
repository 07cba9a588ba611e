"""When an article was published and changed, by the layers of its page in the order of trust.

JSON-LD of this article, meta, <time> near the headline, a line of text near the headline, the address; where none
of them says anything, the state in the page's scripts. A layer says an instant with its zone, an instant without,
or a day. An instant without zone stands in the source's own zone; where that is unknown only its day is kept, since
a wrong hour is worse than none. A day before 1990 is believed when two layers give it. The first layer decides the
day; a later one may only refine it to an instant of the same day. Footers, teasers and comments are not asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.extract import statedates, zones
from crawler.extract.dates import EARLIEST, Customs, Stamp, either, stamp, written
from crawler.extract.datewords import tells_change, tells_publication
from crawler.extract.disagree import differing
from crawler.extract.evidence import Evidence, text_of, within
from crawler.normalise import word_count
from crawler.page.jsonld import strings

Said = tuple[str, Stamp]
"""A layer and the date that it gives."""

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
_PUBLISHED_NAME = re.compile(r"publi", re.IGNORECASE)
_URL_DAY = re.compile(r"(?:^|[/_-])((?:19|20)\d\d)([-_/.]?)(0?[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01]|[1-9])(?=$|[/_.-])")
_AMERICAN_ZONE = re.compile(r"America/|US/")
_NO_COUNTRIES = {"co", "tv", "io", "me", "ai", "fm", "to", "cc", "ws", "ly", "gg", "eu", "am", "la", "so"}
"""Top-level domains of two letters that are sold to everybody."""
_LESSER_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
_YEAR = re.compile(r"\d(?:\d{3}|[./-]\s?\d\d?[./-]\s?\d\d)")
"""Begins with one kind of sign, so that the search leaps from digit to digit."""
_DATELINE_NAME = re.compile(r"date|time|publi|posted|creat|byline|author|meta|info", re.IGNORECASE)
_DATE_NAME = re.compile(r"date|time|publi")
"""In lower case; to ignore case takes several times as long."""
_DATE_ATTRIBUTES = {
    *("datetime", "content", "title", "data-datetime", "data-timestamp", "data-date", "data-time", "data-published"),
    *("data-utime", "data-utc", "data-iso"),
}
_DATE_LABEL = re.compile(r"\W*(?:first |date\b|datum|stand|fecha|data\b|дата|تاريخ|时间|時間|日期)", re.IGNORECASE)
_LONGEST_LINE = 160
_LONGEST_LABEL = 30
_NEAREST = 40
"""Elements near the headline that are looked at where the date is known and only a contradiction is looked for."""
_HIGHEST = 3
"""Elements round a date that may still be its dateline."""
_MOST_ELEMENTS = 20_000
_MOST_LINES = 300
_WORDS_BESIDE = 4
"""Words that a line may hold beside its dates and still be a dateline; more where label or class say so."""


@dataclass(slots=True)
class Dates:
    """What a page says of its own dates."""

    values: dict[str, tuple[str, str]] = field(default_factory=dict)
    """'published' and 'modified' -> (ISO 8601 with zone or 'YYYY-MM-DD', layer); what no layer says is left out."""
    differing: dict[str, str] = field(default_factory=dict)
    """Layer -> when it says that the article was published, where layers give other days or instants."""


def dates(evidence: Evidence, heading: HtmlElement | None, *, timezone: str | None, language: str | None) -> Dates:
    """Ask all layers of a page.

    `heading` is the <h1> of the headline, `timezone` the source's IANA zone, `language` its BCP 47 tag.
    """
    customs = _customs(evidence.page.url, timezone, language)
    declared = [
        *_declared(evidence, "datePublished", "dateCreated", "uploadDate"),
        *_meta(evidence, _PUBLISHED_META, customs),
    ]
    is_known = any(found.is_instant for _, found in declared)
    shown = _shown(evidence.around(heading), customs, is_known=is_known)
    visible = [("html", day) for day, changed in shown if not changed]
    if not shown and not is_known:
        visible = [("html", day) for day in _labelled(evidence.page.root, customs)]
    address = [("url", day) for day in _in_address(evidence.page.url)]
    published = _believed([*declared, *visible, *address], customs)
    modified = _believed(_modified(evidence, shown, customs), customs)
    if not published and (said := statedates.published(evidence.page.root.iter("script"), _titles(evidence), customs)):
        published = _believed([("script", said)], customs)
    best = {"published": _best(published), "modified": _best(modified)}
    values = {name: (found[1].iso(), found[0]) for name, found in best.items() if found}
    return Dates(values, _differing(published, best["modified"], customs))


def _titles(evidence: Evidence) -> list[str]:
    return [text for _, text in evidence.headings] + [*evidence.meta("og:title", "twitter:title", "title")]


def _modified(evidence: Evidence, shown: list[tuple[Stamp, bool]], customs: Customs) -> Iterator[Said]:
    yield from _declared(evidence, "dateModified")
    yield from _meta(evidence, _MODIFIED_META, customs)
    yield from (("html", found) for found, changed in shown if changed)


def _believed(said: Iterable[Said], customs: Customs) -> list[Said]:
    """Dates with the zone that they mean; those before 1990 only where two layers give the same day."""
    settled = [(layer, found.settled(customs)) for layer, found in said]
    days = {(layer, found.local.date()) for layer, found in settled}
    witnesses = [day for _, day in days]
    return [
        (layer, found)
        for layer, found in settled
        if found.local.date() >= EARLIEST or witnesses.count(found.local.date()) > 1
    ]


def _best(said: list[Said]) -> Said | None:
    """The first date; its instant from a later layer when the first knows only the day."""
    best: Said | None = None
    for layer, found in said:
        if best is None or (found.is_instant and found.local.date() == best[1].local.date()):
            best = layer, found
        if best[1].is_instant:
            break
    return best


def _differing(published: list[Said], modified: Said | None, customs: Customs) -> dict[str, str]:
    """The date of each layer where two of them differ; one that shows the date of the change contradicts nothing."""
    by_layer: dict[str, list[Stamp]] = {}
    for layer, found in published:
        by_layer.setdefault(layer, []).append(found)
    said: dict[str, Stamp] = {}
    for layer, stamps in by_layer.items():
        agreeing = [found for found in stamps if _same(found, published[0][1], customs)]
        if agreeing or not (modified and any(_same(found, modified[1], customs) for found in stamps)):
            said[layer] = (agreeing or stamps)[0]
    contradicting = differing(said, lambda one, other: _same(one, other, customs))
    return {layer: found.iso() for layer, found in contradicting.items()}


def _same(one: Stamp, other: Stamp, customs: Customs) -> bool:
    """Whether two dates may be one: within a minute, or on one day in a zone in which the publisher may count."""
    if one.is_instant and other.is_instant:
        return abs(one.local - other.local) <= timedelta(minutes=1)
    return bool(_days(one, customs) & _days(other, customs))


def _days(found: Stamp, customs: Customs) -> set[str]:
    """Days on which the date may lie; several where an instant stands in UTC and nobody knows the publisher's zone."""
    if not found.is_instant:
        return {found.local.date().isoformat()}
    zones_meant = [found.local.tzinfo, UTC, customs.zone or found.local.tzinfo]
    days = {found.local.astimezone(zone).date().isoformat() for zone in zones_meant}
    if customs.zone is None and not found.local.utcoffset():
        days |= {(found.local + timedelta(hours=hours)).date().isoformat() for hours in (-12, 14)}
    return days


def _declared(evidence: Evidence, *keys: str) -> Iterator[tuple[str, Stamp]]:
    for value in evidence.declared(*keys):
        for text in strings(value)[:3]:
            if found := stamp(text):
                yield "json-ld", found


def _meta(evidence: Evidence, names: tuple[str, ...], customs: Customs) -> Iterator[Said]:
    for name in names:
        for content in evidence.page.meta.get(name, ())[:3]:
            if found := either(content, customs):
                yield ("opengraph" if ":" in name else "meta"), found


def _shown(nearby: list[HtmlElement], customs: Customs, *, is_known: bool) -> list[tuple[Stamp, bool]]:
    """(date, whether it is called a change) near the headline: of attributes, then of lines; labelled ones first.

    Where other layers know the instant, the first date that is shown is enough to say whether they agree.
    """
    marked: list[tuple[Stamp, bool, bool]] = []
    dated: list[HtmlElement] = []
    for element in nearby[: _NEAREST if is_known else None]:
        if found := _in_attribute(element):
            marked.append((found, *_label(element)))
            if is_known and found.is_instant and not marked[-1][1]:
                break
        if (found is None or not found.is_instant or marked[-1][1]) and _holds_year(element):
            dated.append(element)
    marked.sort(key=lambda entry: not entry[2])
    lines = [entry for _, entries in _lines([] if is_known and marked else dated, customs) for entry in entries]
    return [*((found, changed) for found, changed, _ in marked), *lines]


def _in_attribute(element: HtmlElement) -> Stamp | None:
    """The machine's writing of a date that the element shows."""
    if element.tag not in ("time", "abbr"):
        names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
        if not _DATE_NAME.search(names.lower()):
            return None
    texts = (value for name, value in element.items() if name in _DATE_ATTRIBUTES)
    return next((found for text in texts if (found := stamp(text))), None)


def _label(element: HtmlElement) -> tuple[bool, bool]:
    """Whether the date is called a change, whether a publication: by microdata, words in and before it, or class."""
    own, before = text_of(element)[:40], _said_before(element)
    microdata, names = element.get("itemprop") or "", element.get("class") or ""
    for changed, published in (
        (_CHANGED_NAME.search(microdata), _PUBLISHED_NAME.search(microdata)),
        (tells_change(own), tells_publication(own)),
        (tells_change(before), tells_publication(before)),
        (_CHANGED_NAME.search(names), _PUBLISHED_NAME.search(names)),
    ):
        if changed or published:  # a class like 'published updated' says that they are one
            return bool(changed and not published), bool(published)
    return False, False


def _said_before(element: HtmlElement) -> str:
    before, parent = element.getprevious(), element.getparent()
    if before is not None:
        return (before.tail or "").strip()[-40:] or text_of(before)[-40:]
    return ((parent.text if parent is not None else None) or "")[-40:]


def _holds_year(element: HtmlElement) -> bool:
    """One of its own pieces of text may hold a whole date, or the year of one."""
    text = element.text
    if text and _has_year(text):
        return True
    if len(element):  # an iterator over nothing costs as much as one over children
        for child in element:  # a plain loop: this runs for every element near the headline
            text = child.tail
            if text and _has_year(text):
                return True
    return False


def _has_year(text: str) -> bool:
    return _YEAR.search(text) is not None or "年" in text


def _lines(elements: Iterable[HtmlElement], customs: Customs) -> Iterator[tuple[str, list[tuple[Stamp, bool]]]]:
    """(text, its dates) of the dateline that holds each element: as much of what stands round it as still is one."""
    read: set[HtmlElement] = set()
    refused: set[HtmlElement] = set()
    for element in elements:
        line: tuple[str, list[tuple[Stamp, bool]]] | None = None
        for node in (element, *islice(element.iterancestors(), _HIGHEST)):
            if node in read or node in refused or _in_heading(node):
                break
            if not (wider := _dateline(node, customs)):
                refused.add(node)
                break
            line = wider
            read.add(node)
        if line := line or _own_line(element, customs):
            yield line


def _own_line(element: HtmlElement, customs: Customs) -> tuple[str, list[tuple[Stamp, bool]]] | None:
    """The dateline that is one line of an element, or the beginning of one that goes on with something else."""
    if _in_heading(element):
        return None
    for text in islice((element.text, *(child.tail for child in element if child.tag == "br")), _MOST_LINES):
        if text is None or not 8 <= len(text) <= _LONGEST_LINE or "©" in text:
            continue
        found = written(text, customs)
        if found and word_count(text) <= _most_words(element, text, len(found)):
            return text, found
    return None


def _dateline(element: HtmlElement, customs: Customs) -> tuple[str, list[tuple[Stamp, bool]]] | None:
    """The text of a dateline and its dates; None for a teaser, a sentence that speaks of a date, a copyright line."""
    text = text_of(element)
    if not 8 <= len(text) <= _LONGEST_LINE or "©" in text or _holds_heading(element):
        return None
    found = written(text, customs)
    return (text, found) if found and word_count(text) <= _most_words(element, text, len(found)) else None


def _most_words(element: HtmlElement, text: str, found: int) -> int:
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
    named = _is_dated(text) or _DATELINE_NAME.search(names)
    return _WORDS_BESIDE * (3 if named else 1) + 5 * found


def _is_dated(text: str) -> bool:
    """It begins with a label of the day of publication."""
    return bool(_DATE_LABEL.match(text)) or tells_publication(text[:_LONGEST_LABEL])


def _labelled(root: HtmlElement, customs: Customs) -> list[Stamp]:
    """The one day that lines of the page call the day of publication; none when they differ."""
    elements = islice((node for node in islice(within(root), _MOST_ELEMENTS) if _holds_year(node)), _MOST_LINES)
    found = [
        day for text, entries in _lines(elements, customs) if _is_dated(text) for day, changed in entries if not changed
    ]
    return found[:1] if len({day.local.date() for day in found}) == 1 else []


def _holds_heading(element: HtmlElement) -> bool:
    return len(element) > 0 and next(element.iter("h1", *_LESSER_HEADINGS), None) is not None


def _in_heading(element: HtmlElement) -> bool:
    """It stands in the heading of another article: a teaser with its date."""
    parent = element.getparent()
    return element.tag in _LESSER_HEADINGS or (parent is not None and parent.tag in _LESSER_HEADINGS)


def _in_address(url: str) -> list[Stamp]:
    match = _URL_DAY.search(urlsplit(url).path)
    found = stamp(f"{match[1]}-{match[3]:0>2}-{match[4]:0>2}") if match else None
    return [found] if found else []


def _customs(url: str, timezone: str | None, language: str | None) -> Customs:
    tag = (language or "").lower()
    country = _country(url) or next((part for part in tag.split("-")[1:] if len(part) == 2), None)
    return Customs(zones.known(timezone), _month_first(timezone, tag, country), tag.split("-")[0] or None, country)


def _country(url: str) -> str | None:
    """The country that the address names, ISO 3166-1 in lower case."""
    end = (urlsplit(url).hostname or "").rpartition(".")[2]
    return {"uk": "gb"}.get(end, end) if len(end) == 2 and end.isalpha() and end not in _NO_COUNTRIES else None


def _month_first(timezone: str | None, tag: str, country: str | None) -> bool | None:
    """How 3/4/2024 is meant: month first in American English only; unknown where English may be American."""
    if not tag.startswith("en"):
        return False if tag else None
    if country == "us" or _AMERICAN_ZONE.match(timezone or ""):
        return True
    return False if timezone or (country and country not in ("ca", "ph")) else None
