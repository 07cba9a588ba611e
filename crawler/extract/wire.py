"""News agencies credited: by JSON-LD and meta, in the byline, the dateline, and the line below the text.

Never by a mere mention in a sentence ('… told Reuters').
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.agencies import UNSPACED, agencies, agency, is_ambiguous
from crawler.extract.blocks import Chunk
from crawler.extract.evidence import Evidence, text_of
from crawler.items import ASIDE_KINDS
from crawler.normalise import word_count
from crawler.page.jsonld import strings

_LD_FIELDS = ("sourceOrganization", "provider", "publisher", "copyrightHolder")
_META = ("source", "article:source", "news:source", "og:source", "dc.source", "dcterms.source", "dc.publisher",
         "contentprovider", "content-provider", "news_source", "newssource", "agency", "copyright")  # fmt: skip
_SOURCE = (
    r"(?:sources?|quellen?|kilder?|fuentes?|font[ei]s?|källor|källa|bron(?:nen)?|źródło|zdroj|forrás|lähde|kaynak|sursa|izvor|"
    r"allikas|šaltinis|avots|источник|джерело|крыніца|извор|πηγή|المصدر|منبع|מקור|स्रोत|来源|來源|稿源|出典|提供|출처|자료)"
)
_WITH = (
    r"(?:with|mit|avec|con|com|med|met|z|за|по|с|із|з|ile)\s+(?:(?:(?:the|den|la|les?|las?|los|der|de|do|da|dem)\s+)?"
    r"(?:[a-zà-öø-ÿа-яєії]{4,}|l['’])\s*){0,3}(?:(?:from|by|von|de|des|der|d['’]|di|da|do|das|fra|från|van|of)\s*)?"
)
_LABEL = re.compile(rf"^\W*(?:{_SOURCE}\s*[:：/|–-]\s*|{_SOURCE}\s+|{_WITH}(?=\S))", re.IGNORECASE)
_LABELLED = re.compile(rf"^\W*{_SOURCE}\s*(?:[:：]|$)", re.IGNORECASE)
_SOURCE_NAMES = re.compile(r"(?:^|[\s_-])(?:source|agency|agence|agencia|agenzia|agentur|wire)(?:$|[\s_-])")
_PICTURE_NAMES = re.compile(r"caption|credit|photo|image|img|media|gallery|picture|bild|foto", re.IGNORECASE)
_RIGHTS = re.compile(r"^\W*(?:©|\(c\)|copyright\b)\W*(?:\d{4}\W*)?(?:by\s+)?([^.,]{2,40})", re.IGNORECASE)
_PIECES = re.compile(
    r"[()（）\[\]【】,;|•·、，；／/=＝\n]|\s+[-–—]\s+|"
    r"\s+(?:and|und|et|y|e|i|och|og|en|ve|и|та|و|with|mit|avec|con|com|med|met|von|via)\s+"
)
_BRACKETED = re.compile(r"[(（\[]([^()（）\[\]]{2,40})[)）\]]")
_WRITER = re.compile(
    r"(Associated Press|[^\s,(]+)\s+(?:\w+\s)?(?:writers?|correspondents?|reporters?|journalists?)\b", re.IGNORECASE
)
_PLACE = r"([^()（）\[\]【】/]{0,60}?)"
_CITIES = _PLACE.replace("/", "")
_DASH = r"(?:[.:]?\s*[-–—−―=]{1,2}|\s*[.:：])"
_DATELINES = (
    re.compile(rf"^{_CITIES}[(\[]([^()\[\]]{{2,40}})[)\]]{_DASH}"),
    re.compile(r"^()[(（\[［【]([^()（）\[\]［］【】]{2,40})[)）\]］】]"),
    re.compile(rf"^{_PLACE}/([^/]{{2,30}})/(?:[.\s]|$)"),
    re.compile(r"^()([^\s,.:()]{2,24})\s*[-–—]{1,2}\s"),
    re.compile(r"^([^().:]{2,40})[,.]\s+([^\s,.:()]{2,24})\s*[-–—]{1,2}\s"),
    re.compile(r"^(\S{2,20}(?:\s\S{2,20})?)\.\s+([^\s.]{3,20})\.\s"),
    # Scripts without capitals often leave out the dash.
    re.compile(r"^([^()A-Za-zА-яЁёΑ-ω]{2,40})\(([^()]{2,40})\)\s"),
)
_UNSPACED = "|".join(map(re.escape, UNSPACED))
_TELEGRAM = re.compile(rf"^[（(【]?({_UNSPACED})[^，。；、]{{0,25}}?[电電讯訊]", re.IGNORECASE)
_ENDS_UNSPACED = re.compile(rf"(?:^|.*?)({_UNSPACED})$", re.IGNORECASE)
_CLOSINGS = (
    re.compile(r"[.!?…»”“\"’。]\s*[(（\[【]([^()（）\[\]【】]{2,40})[)）\]】]\W{0,3}$"),
    re.compile(r"[.!?…»”“\"’。]\s*[-–—/]{1,2}\s*([^\s.]+(?:\s[^\s.]+)?)\W*$"),
)
_LOWER = re.compile(r"\b[a-zà-öø-ÿа-я]{3,}")
_LONGEST_PLACE = 8
"""Words before the agency of a dateline: city, region and day."""
_LONGEST_LINE = 90
"""Characters of a line that credits an agency and says no more."""
_LONGEST_CAPTION = 400
"""Characters, with the credit."""
_LONGEST_BYLINE = 1_000
_LONGEST_LABEL = 20
_LINES_BELOW = 4


def declared(
    evidence: Evidence, signed: dict[str, list[str]], heading: HtmlElement | None
) -> tuple[list[str], str | None]:
    """(agencies, layer of the first) that JSON-LD, meta or the byline credit; `signed` are authors.bylines."""
    said = {
        "json-ld": [name for value in evidence.declared(*_LD_FIELDS) for name in strings(value)],
        "meta": list(evidence.meta(*_META)),
        "html": near(evidence.around(heading)),
    }
    found: dict[str, str] = {}
    for layer in dict.fromkeys([*said, *signed]):
        names = [name for line in said.get(layer, ()) for name in credited_line(line)]
        for name in (*(name for text in signed.get(layer, ()) for name in in_byline(text)), *names):
            found.setdefault(name, layer)
    return list(found), next(iter(found.values()), None)


def near(nearby: Iterable[HtmlElement]) -> list[str]:
    """Agencies of the lines among the elements near the headline that say, by label or name, which source they give."""
    return list(dict.fromkeys(name for line in _lines_near(nearby) for name in credited_line(line)))


def written(paragraphs: Sequence[str], beside: Iterable[str]) -> list[str]:
    """Agencies in the dateline and the last lines of a text; `beside` are short lines that are not part of it."""
    found = [name for text in paragraphs[:3] for name in in_dateline(text)]
    found += [name for text in paragraphs[-2:] for name in (credited_line(text) or in_rights(text))]
    found += [name for text in paragraphs[-1:] for name in at_end(text)]
    found += [name for line in beside for name in credited_line(line)]
    return list(dict.fromkeys(found))


def in_byline(byline: str) -> list[str]:
    """Agencies among the names of a byline.

    >>> in_byline("Ann Lee (AFP) mit dpa")
    ['AFP', 'dpa']
    """
    byline = byline[:_LONGEST_BYLINE]
    whole = agencies(byline)
    strong = {content.strip() for content in (*_BRACKETED.findall(byline), *byline.split("/"))}
    pieces = [piece.strip() for piece in (*_PIECES.split(byline), *_WRITER.findall(byline))]
    named = (agency(piece) for piece in pieces if piece and (piece in strong or not is_ambiguous(piece)))
    return whole or list(dict.fromkeys(name for name in named if name))


def credited_line(line: str) -> list[str]:
    """Agencies of a line that names nothing else, behind 'Source:' or 'with' or alone; [] for any other line."""
    if len(line) > _LONGEST_LINE:
        return []
    bare = _LABEL.sub("", line, count=1)
    return agencies(line) or (agencies(bare) if bare != line else [])


def in_rights(line: str) -> list[str]:
    """Agencies of '© 2026 AFP'."""
    match = _RIGHTS.match(line)
    return agencies(match[1]) if match else []


def in_dateline(text: str) -> list[str]:
    """Agencies of 'PARIS (AFP) –', '/ТАСС/', '【ワシントン時事】', '新华社北京5月6日电' at the start of a paragraph."""
    if telegram := _TELEGRAM.match(text):
        return agencies(telegram[1])
    for pattern in _DATELINES:
        match = pattern.match(text)
        if match and _is_place(match[1]) and (found := _in_brackets(match[2])):
            return found
    return []


def at_end(text: str) -> list[str]:
    """Agencies in brackets or behind a dash at the end of the last paragraph."""
    closed = (pattern.search(text[-80:]) for pattern in _CLOSINGS)
    return next((found for match in closed if match and (found := _in_brackets(match[1]))), [])


def lines_beside(chunks: list[Chunk]) -> list[str]:
    """Short runs above the text and right below it that were not taken for it; not the words for pictures.

    A labelled source above the text is `declared`, where the pictures are still in the tree.
    """
    kept = [index for index, chunk in enumerate(chunks) if chunk.why is None and chunk.kind not in ASIDE_KINDS]
    if not kept:
        return []
    above = [chunk for chunk in chunks[: kept[0]] if not _LABEL.match(chunk.text) and not is_ambiguous(chunk.text)]
    holders = set(chunks[kept[-1]].element.iterancestors())
    below = (chunk for chunk in chunks[kept[-1] + 1 :][:_LINES_BELOW] if chunk.element.getparent() in holders)
    near = [*above, *below]
    return [chunk.text for chunk in near if len(chunk.text) <= _LONGEST_LINE and not _is_of_picture(chunk)]


def _is_of_picture(chunk: Chunk) -> bool:
    nodes = (chunk.element, *islice(chunk.element.iterancestors(), 2))
    return chunk.kind in ASIDE_KINDS or any(
        node.tag in ("figure", "figcaption") or _PICTURE_NAMES.search(node.get("class") or "") for node in nodes
    )


def _is_place(text: str) -> bool:
    """Nothing, or a city with its region and the day; no beginning of a sentence."""
    if agency(text) or text[:1].islower():
        return False
    return word_count(text) <= _LONGEST_PLACE and len(_LOWER.findall(text)) <= 2


def _in_brackets(content: str) -> list[str]:
    """Agencies that stand alone, behind '=' or beside a day: '서울=연합뉴스', 'AFP, 6 May', '5月6日 ロイター'."""
    if found := agencies(content):
        return found
    if behind := _ENDS_UNSPACED.match(content):
        return agencies(behind[1])
    sides = [side for side in re.split(r"[=＝,，、]", content) if side.strip()]
    return next((found for side in (sides[0], sides[-1]) if (found := agencies(side))), []) if sides else []


def _lines_near(nearby: Iterable[HtmlElement]) -> Iterator[str]:
    for element in nearby:
        text = (element.text or "")[:_LONGEST_LINE].strip()
        # A label has its colon or stands alone; the pattern is dear, and most lines have neither.
        is_label = ":" in text or "：" in text or 0 < len(text) <= _LONGEST_LABEL
        named = _names_source(f"{element.get('class') or ''} {element.get('id') or ''}") or (
            is_label and _LABELLED.match(text)
        )
        if named and not _is_below_picture(element):
            yield text_of(element)


@lru_cache(maxsize=4096)
def _names_source(names: str) -> bool:
    names = names.lower()
    return ("source" in names or "agen" in names or "wire" in names) and bool(_SOURCE_NAMES.search(names))


def _is_below_picture(element: HtmlElement) -> bool:
    """It shares a small box with a picture or a film: the source is theirs."""
    for box in islice(element.iterancestors(), 3):
        if len(text_of(box)) > _LONGEST_CAPTION:
            return False
        if next(box.iter("img", "picture", "video", "iframe"), None) is not None:
            return True
    return False
