"""The headline: what the layers agree on, without the site's name or rubric."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from lxml.html import HtmlElement

from crawler.extract.evidence import Evidence, key, text_of
from crawler.normalise import plain, words
from crawler.page.jsonld import strings

_SEPARATOR = re.compile(r"\s+(?:[•·*»:–—~/-]|::|\|\|)\s+|\s*[|｜ㅣ_]\s*")
_TAIL = re.compile(r"\s*[-–—|]\s*([^-–—|]{2,40})$")
_DAY = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_CUT = re.compile(r"(?:…|\.\.\.)$")
LONGEST = 500
"""Characters of a headline."""

# The heading is what readers see; JSON-LD and og:title each serve other readers and are edited apart from it.
_WEIGHTS = {"html": 1.1, "json-ld": 1.0, "opengraph": 0.95, "twitter": 0.3, "title": 0.5}
_LAYERS = {"twitter": "meta", "title": "html"}


def headline(evidence: Evidence, rubrics: Iterable[str]) -> tuple[str | None, str | None, list[str]]:
    """(headline, layer, every headline that the page declares), clean; (None, None, []) when it declares none.

    `rubrics` are names of sections. The candidates are the <h1>, JSON-LD, og:title, twitter:title and
    <title>; the one that most layers agree on wins, between equals the one that the page shows.
    """
    raw = _raw_candidates(evidence)
    cutter = _Cutter(evidence.sites, {key(rubric) for rubric in rubrics}, [text for _, text in raw])
    candidates = [(source, text) for source, whole in raw if (text := cutter.cut(whole))]
    if not candidates:
        return None, None, []
    votes: dict[str, float] = {}
    for source, text in candidates:
        group = _group(text, candidates)
        votes[group] = votes.get(group, 0.0) + _WEIGHTS[source]
    best = max(votes, key=lambda group: votes[group])
    source, text = next(pair for pair in candidates if _group(pair[1], candidates) == best and not _cut_short(pair[1]))
    return text, _LAYERS.get(source, source), list(dict.fromkeys(text for _, text in candidates))


def _raw_candidates(evidence: Evidence) -> list[tuple[str, str]]:
    """(source, text) in the order of trust; one of each source."""
    declared = [
        ("json-ld", next((plain(text) for value in evidence.declared("headline") for text in strings(value)), "")),
        ("opengraph", next(evidence.meta("og:title"), "")),
        ("twitter", next(evidence.meta("twitter:title", "title", "dc.title"), "")),
        ("title", next((text_of(element) for element in evidence.page.root.iter("title")), "")),
    ]
    declared = [(source, text[:LONGEST]) for source, text in declared if key(text)]
    shown = _shown(evidence, [text for _, text in declared])
    return [("html", shown[:LONGEST]), *declared] if shown else declared


def _shown(evidence: Evidence, declared: list[str]) -> str | None:
    """Text of the <h1> that is the headline: the one most like what is declared, without its kicker."""
    headings = [(element, text) for element, text in evidence.headings if key(text) not in evidence.sites]
    if not headings:
        return None
    element, text = max(headings, key=lambda pair: max((_likeness(pair[1], other) for other in declared), default=0))
    if declared and not any(_likeness(text, other) for other in declared):
        return None
    return _without_kicker(element, text, {key(other) for other in declared})


def _without_kicker(element: HtmlElement, text: str, declared: set[str]) -> str:
    """The heading without its first or last child when only so it is what another layer declares."""
    if key(text) in declared:
        return text
    for child in element.iterchildren("span", "small", "strong", "div", "em", "a", "p"):
        part = text_of(child)
        if key(part) in declared:
            return part
        rest = text.removeprefix(part).removesuffix(part).strip(" :|–-")
        if rest and key(rest) in declared:
            return rest
    return text


def _likeness(one: str, other: str) -> float:
    """Share of words that two texts have in common, 0 to 1."""
    a, b = set(words(one)), set(words(other))
    return len(a & b) / max(len(a), 1) if a and b else 0.0


def _group(text: str, candidates: list[tuple[str, str]]) -> str:
    """The key of a candidate; of the longer one when this one is another cut short."""
    own = key(text)
    if _cut_short(text) or len(own) >= 70:
        return next(
            (longer for _, other in candidates if (longer := key(other)).startswith(own) and longer != own), own
        )
    return own


def _cut_short(text: str) -> bool:
    return bool(_CUT.search(text))


class _Cutter:
    """Takes the names of site and rubric, dates and authors off the end (or the start) of a title."""

    def __init__(self, sites: frozenset[str], rubrics: set[str], titles: list[str]):
        self.sites, self.rubrics = sites, rubrics
        self.titles = {key(title) for title in titles}

    def cut(self, title: str) -> str:
        """The headline in `title`; '' when nothing but the site's name is left."""
        spans = [(match.start(), match.end()) for match in _SEPARATOR.finditer(title)]
        title = self._agreed(title, spans) or self._without_site(title, spans)
        tail = _TAIL.search(title)
        if tail and key(tail[1]) in self.sites | self.rubrics:
            title = title[: tail.start()]
        return "" if key(title) in self.sites else title.strip(" |｜ㅣ")

    def _agreed(self, title: str, spans: list[tuple[int, int]]) -> str | None:
        """The longest start or end of the title that is, by itself, what another layer says."""
        starts = [title[:start] for start, _ in reversed(spans)]
        ends = [title[end:] for _, end in spans]
        return next((part for part in starts + ends if key(part) in self.titles and len(words(part)) > 2), None)

    def _without_site(self, title: str, spans: list[tuple[int, int]]) -> str:
        edges = [(0, 0), *spans, (len(title), len(title))]
        parts = [title[left[1] : right[0]] for left, right in pairwise(edges)]
        keep = len(parts)
        for index in range(len(parts) - 1, 0, -1):
            if key(parts[index]) in self.sites:
                keep = index
        while keep > 1 and (key(parts[keep - 1]) in self.rubrics or _DAY.fullmatch(parts[keep - 1])):
            keep -= 1
        first = 1 if keep > 1 and key(parts[0]) in self.sites else 0
        return title[edges[first][1] : edges[keep][0]]
