"""Which of the listings that were found are of the world pages: by their name, their links, and what they share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from crawler.catalogue import Scope
from crawler.items import Link
from crawler.sections import judged, names_world, path_names_world
from crawler.survey.check import is_stale
from crawler.survey.find import Candidate
from crawler.urls import canonical

FEWEST = 5
"""Links, below which a page is no listing."""
_IS_THE_SECTION = 0.5
"""Share of a feed's links on the section page, or of those that name the world section, that makes it its feed."""
_SAME = 0.9
"""Share of links that two listings have in common when one of them says nothing new."""
_PARTS = re.compile(r"\s+[|–—:·•»>-]\s+")
"""Between the section and the paper in the title of a feed."""
_SCOPE_SHARE = 0.8
"""Share of a section's links that a folder or a category must cover to tell the section from the rest."""


def is_world(link: Link, language: str | None = None) -> bool:
    """Whether a link's categories or its address name the world section."""
    by_category = judged(link.categories, language) if link.categories else None
    return by_category if by_category is not None else path_names_world(link.url, language)


def judge_section(candidate: Candidate, taken: Sequence[Candidate], language: str | None, own: str | None) -> None:
    """Take a section page, or say why not. `own` is the language that its page declares."""
    if problem := _unfit(candidate) or _repeats(candidate, taken):
        candidate.says = problem
        return
    if not candidate.is_given and language and own and own.partition("-")[0] != language.partition("-")[0]:
        candidate.says = f"in {own}, the paper in {language}: a source of its own"
        return
    _take(candidate, candidate.label, "you named it" if candidate.is_given else "the section's page")


def judge_feed(
    candidate: Candidate, taken: Sequence[Candidate], scope: Scope, title: str | None, language: str | None
) -> None:
    """Take a feed or a news sitemap that is the section's, or the whole paper's where a scope can tell; or say why not.

    `title` is what the feed calls itself.
    """
    if candidate.read is None or (problem := _unfit(candidate) or _repeats(candidate, taken)):
        candidate.says = problem or "was not read"
        return
    links = candidate.read.links
    candidate.world_count = sum(is_world(link, language) for link in links)
    candidate.overlap = _overlap(links, (one for one in taken if one.read and one.read.kind == "section"))
    named = [part for text in (candidate.label, title) if text for part in _PARTS.split(text)]
    name = next((part for part in named if names_world(part, language)), None)
    if reason := _is_the_section(candidate, name, language):
        _take(candidate, name or _section_of(taken), reason)
        return
    candidate.scoped = [link.url for link in links if scope.admits(link.url, link.categories)]
    whole = f"the whole paper: {candidate.world_count} of {len(links)} name the world section"
    if len(candidate.scoped) >= FEWEST:
        _take(candidate, None, f"the whole paper; the scope lets {len(candidate.scoped)} of {len(links)} through")
    elif candidate.is_given:
        _take(candidate, None, f"you named it; {whole}")
    else:
        candidate.says = whole


def _is_the_section(candidate: Candidate, name: str | None, language: str | None) -> str | None:
    """Why a feed is the section's, for people; None where it is not."""
    count = len(candidate.read.links) if candidate.read else 0
    if candidate.overlap is not None and candidate.overlap >= _IS_THE_SECTION:
        return f"{candidate.overlap:.0%} of it stands on the section's page"
    if candidate.world_count >= _IS_THE_SECTION * count:
        return f"{candidate.world_count} of {count} name the world section"
    is_refuted = candidate.overlap is not None and candidate.overlap < 1 - _SAME
    if is_refuted or not (name or path_names_world(candidate.url, language)):
        return None
    return f"is called «{name}»" if name else "its address names the section"


def _unfit(candidate: Candidate) -> str | None:
    """Why a listing cannot be taken, whatever it lists; None where it can."""
    read = candidate.read
    if read is None or read.outcome != "listed":
        return read.reason if read is not None and read.reason else "was not read"
    if read.is_sent_home:
        return "redirects to the home page"
    if read.kind == "news-sitemap" and not any(link.title for link in read.links):
        return "no news sitemap: its addresses have no headlines"
    if len(read.links) < FEWEST:
        return f"announces {len(read.links)} article{'s' * (len(read.links) != 1)}, {FEWEST} are few"
    return f"is stale: its newest article is of {(read.newest or '')[:10]}" if is_stale(read.newest) else None


def _repeats(candidate: Candidate, taken: Iterable[Candidate]) -> str | None:
    own = _keys(candidate)
    for other in taken:
        if own and other.read and other.read.kind == candidate_kind(candidate) and _share(own, _keys(other)) >= _SAME:
            return f"announces the same as {urlsplit(other.url).path}"
    return None


def candidate_kind(candidate: Candidate) -> str:
    """What was read: section, feed or news-sitemap."""
    return candidate.read.kind if candidate.read else "section"


def _keys(candidate: Candidate) -> set[str]:
    return {canonical(link.url) for link in candidate.read.links} if candidate.read else set()


def _share(part: set[str], whole: set[str]) -> float:
    return len(part & whole) / len(part) if part else 0.0


def _overlap(links: Iterable[Link], sections: Iterable[Candidate]) -> float | None:
    on_pages = [_keys(one) for one in sections]
    return _share({canonical(link.url) for link in links}, set().union(*on_pages)) if on_pages else None


def _section_of(taken: Sequence[Candidate]) -> str:
    return next((one.section for one in taken if one.section), None) or "World"


def _take(candidate: Candidate, section: str | None, reason: str) -> None:
    candidate.is_taken, candidate.section, candidate.says = True, section, reason


def scope_of(sections: Sequence[Candidate], others: Sequence[Candidate], language: str | None) -> Scope:
    """What tells the section's articles in listings of the whole paper: folders that name it, else categories.

    `sections` are the section pages that were taken, `others` the feeds that announce some of their articles with
    categories. Empty where nothing covers enough of them.
    """
    keys = set().union(*map(_keys, sections)) if sections else set()
    folders = Counter(folder for key in keys if (folder := _world_folder(key, language)))
    if keys and folders.total() >= max(_SCOPE_SHARE * len(keys), FEWEST):
        return Scope(path=tuple(re.escape(folder).replace(r"\-", "-") for folder, _ in folders.most_common(3)))
    shared = [link for one in others if one.read for link in one.read.links if canonical(link.url) in keys]
    names = Counter(name for link in shared for name in link.categories if names_world(name, language))
    if len(shared) >= FEWEST and names.total() >= _SCOPE_SHARE * len(shared):
        return Scope(category=tuple(name for name, _ in names.most_common(3)))
    return Scope()


def _world_folder(url: str, language: str | None) -> str | None:
    """'/news/world/' of an address below it; None where no folder names the world section."""
    parts = urlsplit(url).path.split("/")
    for depth in range(2, len(parts)):
        folder = "/".join(parts[:depth])
        if path_names_world(folder, language):
            return f"{folder}/"
    return None
