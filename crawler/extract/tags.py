"""What the publisher files an article under: keywords for readers, not the marks of its machines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.evidence import Evidence, key, text_of
from crawler.normalise import plain
from crawler.page.jsonld import strings

MAX_TAGS = 50
_LONGEST = 80
_PREFIX = re.compile(
    r"(?:section|category|topic|subject|tag|theme|keyword|location|organi[sz]ation|person|place)s?\s?[:/]\s?", re.I
)
"""What systems write before a name: 'Category: Rivers', 'topics/rivers'."""
_MACHINE = re.compile(r"[a-z]+_\w+|[A-Za-z]+:\S.*|[\w.+-]+@[\w-]+\.\w+|\d+|https?:.*|[a-z]+/\S+")
_CODE = re.compile(r"[A-Z]+[A-Z0-9-]*(?::[A-Z0-9-]+)?")
_FEW = 5
"""Abbreviations that may stand together and still be names: EU, NATO, UN."""


def tags(evidence: Evidence) -> tuple[list[str], str | None]:
    """(keywords of the first layer that has any, layer); no name twice, at most MAX_TAGS."""
    layers = [
        ("json-ld", [plain(text) for value in evidence.declared("keywords") for text in strings(value)]),
        ("opengraph", list(evidence.meta("article:tag"))),
        ("meta", list(evidence.meta("news_keywords", "keywords", "parsely-tags", "sailthru.tags", "og:keywords"))),
    ]
    for layer, texts in layers:
        said = [tag for text in texts for tag in _apart(text, alone=len(texts) == 1)]
        if not _are_codes(said) and (found := _named(said)):
            return found, layer
    found = _named(_linked(evidence.page.root))
    return found, "html" if found else None


def _apart(text: str, *, alone: bool) -> list[str]:
    return re.split(r"\s*[,;，、]\s*", text) if alone or text.count(",") > 1 else [text]


def _are_codes(said: list[str]) -> bool:
    """They are the marks of a wire: 'AER', 'INDG08', 'RSBI:HUMAN-RIGHTS'."""
    return len(said) > _FEW and sum(bool(_CODE.fullmatch(tag)) for tag in said) > 0.6 * len(said)


def _named(said: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for text in said:
        tag = _PREFIX.sub("", text.strip(), count=1)
        if 0 < len(tag) <= _LONGEST and not _MACHINE.fullmatch(tag):
            found.setdefault(key(tag), tag)
    found.pop("", None)
    return list(found.values())[:MAX_TAGS]


def _linked(root: HtmlElement) -> Iterator[str]:
    """Links that say rel=tag; folders of tags in addresses do not tell those of the article from those of a menu."""
    tagged = (link for link in root.iter("a") if "tag" in (link.get("rel") or "").split())
    return map(text_of, islice(tagged, MAX_TAGS))
