"""The headline: what the layers agree on, without the site's name or rubric."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, pairwise

from lxml.html import HtmlElement

from crawler.extract.disagree import differing
from crawler.extract.evidence import Evidence, key, text_of
from crawler.normalise import plain, words
from crawler.page.jsonld import strings

_SEPARATOR = re.compile(r"\s+(?:[•·*»:–—~/-]|::|\|\|)\s+|\s*[|｜ㅣ_：]\s*")
_TAIL = re.compile(r"\s*(?:[-–—|]\s*([^-–—|]{2,40})|[\[(【（［]([^\])】）］]{2,40})[\])】）］])$")
_DAY = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_SHAPES = str.maketrans({**dict.fromkeys("’‘‚‛′`´ʼ“”„‟″«»", '"'), "'": '"', **dict.fromkeys("‐‑‒–—−", "-")})
_CUT = re.compile(r"(?:…|\.\.\.)$")
LONGEST = 500
"""Characters of a headline."""
_MOST_PARTS = 30

# The heading is what readers see; JSON-LD and og:title each serve other readers and are edited apart from it.
_WEIGHTS = {"html": 1.1, "json-ld": 1.0, "opengraph": 0.95, "meta": 0.3, "twitter": 0.3, "title": 0.5}
_LAYERS = {"twitter": "meta", "title": "html"}
_META = ("headline", "parsely-title", "sailthru.title", "citation_title", "dc.title", "dcterms.title")


def headlines(evidence: Evidence, rubrics: Iterable[str]) -> list[tuple[str, str]]:
    """(source, headline) in the order of trust, one of each source that has any: 'html' is what the page shows.

    `rubrics` are names of sections; they and the name of the site are cut off.
    """
    raw = _raw_candidates(evidence)
    headings = [(element, text[:LONGEST]) for element, text in evidence.headings if key(text) not in evidence.sites]
    titles = [text for _, text in (*raw, *headings)]
    cutter = _Cutter(evidence.sites, {key(rubric) for rubric in rubrics}, titles)
    declared = [(source, text) for source, whole in raw if (text := cutter.cut(whole))]
    shown = cutter.cut(_shown(headings, [text for _, text in declared]))
    return [("html", shown), *declared] if shown else declared


def headline(candidates: list[tuple[str, str]]) -> tuple[str | None, str | None]:
    """(headline, layer) on which most of the `headlines` agree, between equals the one that the page shows."""
    if not candidates:
        return None, None
    votes: dict[str, float] = {}
    for source, text in candidates:
        group = _group(text, candidates)
        votes[group] = votes.get(group, 0.0) + _WEIGHTS[source]
    best = max(votes, key=lambda group: votes[group])
    source, text = _best_spelled([pair for pair in candidates if _group(pair[1], candidates) == best])
    return text, _LAYERS.get(source, source)


def differing_headlines(candidates: list[tuple[str, str]]) -> dict[str, str]:
    """Layer -> headline where <h1>, JSON-LD and og:title tell different things; {} where none does.

    A kicker more or less and a headline cut short are the same headline.
    """
    said = dict(candidates)
    return differing({layer: said.get(layer) for layer in ("html", "json-ld", "opengraph")}, _is_same)


def _is_same(one: str, other: str) -> bool:
    short, long = sorted((key(one), key(other)), key=len)
    return long.startswith(short) or long.endswith(short)


def _raw_candidates(evidence: Evidence) -> list[tuple[str, str]]:
    declared = [
        ("json-ld", next((plain(text) for value in evidence.declared("headline") for text in strings(value)), "")),
        ("opengraph", next(evidence.meta("og:title"), "")),
        ("meta", next(evidence.meta(*_META), "")),
        ("twitter", next(evidence.meta("twitter:title", "title"), "")),
        ("title", next((text_of(element) for element in evidence.page.root.iter("title")), "")),
    ]
    return [(source, text[:LONGEST]) for source, text in declared if key(text)]


def _shown(headings: list[tuple[HtmlElement, str]], declared: list[str]) -> str:
    """The heading most like what is declared, without its kicker; '' when none is like it at all."""
    likeness = [max((_likeness(text, other) for other in declared), default=1) for _, text in headings]
    best = max(likeness, default=0)
    if not best:
        return ""
    element, text = headings[likeness.index(best)]
    return _without_kicker(element, text, {key(other) for other in declared})


def _without_kicker(element: HtmlElement, text: str, declared: set[str]) -> str:
    """The part of the heading that another layer declares by itself; else the whole."""
    for child in islice(element.iterdescendants("span", "small", "strong", "div", "em", "a", "p", "b"), _MOST_PARTS):
        part = text_of(child)
        if key(part) in declared:
            return part
        rest = text.removeprefix(part).removesuffix(part).strip(" :|–-")
        if rest and key(rest) in declared:
            return rest
    return text


def _likeness(one: str, other: str) -> float:
    """Share of words that two texts have in common, 0 to 1 (Dice)."""
    a, b = _word_set(one), _word_set(other)
    return 2 * len(a & b) / max(len(a) + len(b), 1)


@lru_cache(maxsize=1024)
def _word_set(text: str) -> frozenset[str]:
    """Words of a title; each is held against all others."""
    return frozenset(words(text))


def _group(text: str, candidates: list[tuple[str, str]]) -> str:
    """The key of a candidate; of the longer one when this one is another cut short."""
    own = key(text)
    if _cut_short(text) or len(own) >= 70:
        return next(
            (longer for _, other in candidates if (longer := key(other)).startswith(own) and longer != own), own
        )
    return own


def _best_spelled(same: list[tuple[str, str]]) -> tuple[str, str]:
    """Of one headline in several spellings the one that most layers share; neither cut short nor in capitals."""
    votes: dict[str, float] = {}
    for source, text in same:
        spelling = _spelling(text)
        votes[spelling] = votes.get(spelling, 0.0) + _WEIGHTS[source]
    return max(same, key=lambda pair: (not _cut_short(pair[1]), not pair[1].isupper(), votes[_spelling(pair[1])]))


def _spelling(text: str) -> str:
    """`text` without case, spaces and the shapes of quotes and dashes: there the page is right."""
    return "".join(text.casefold().translate(_SHAPES).split())


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
        if tail and (key(tail[1] or tail[2]) in self.sites | self.rubrics or self._is_title(title[: tail.start()])):
            title = title[: tail.start()]
        return "" if key(title) in self.sites else title.strip(" |｜ㅣ")

    def _agreed(self, title: str, spans: list[tuple[int, int]]) -> str | None:
        """The longest start or end of the title that is, by itself, what another layer says."""
        starts = [title[:start] for start, _ in reversed(spans)]
        ends = [title[end:] for _, end in spans]
        return next((part for part in starts + ends if self._is_title(part)), None)

    def _is_title(self, part: str) -> bool:
        return key(part) in self.titles and len(words(part)) > 2

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
