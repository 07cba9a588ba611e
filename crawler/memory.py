"""What the pages of one source have in common: runs of text that they repeat, and how they are built.

A single page does not tell an appeal for subscriptions in words that nobody knows from its last paragraph; the
fourth page that ends with it does. Pure functions; the rows are in remember.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from crawler.dedupe import Words
from crawler.normalise import words

WINDOW = 100
"""Articles of a source that are compared; what half or a third of its pages bear is seen again long before."""
ENOUGH = 3
"""Articles. Two share a paragraph because one goes on with the other; a third that has nothing else in common with
them, and has it at the same place, was given it by the template: the fourth is read without it."""
SHARE_IN_PLACE = 1 / 3
"""Of the articles since it was first seen. Papers of two languages or rubrics give each its own line; the background
of a story that runs for weeks is repeated as often, but by fewer of them."""
MANY, SHARE_ANYWHERE = 10, 1 / 2
"""What wanders over the page has to stand on many, and on most."""
_SAME_PLACE = 3 / 4
_SHORTEST = 24
"""Characters; shorter ones may be what people say ('He did not answer.')."""
_VERSION_RUNS = 4
"""A template seldom sets so many lines of its own; whoever shares so many, and most of his, tells the same story."""
_HEADING = "# "
_GAP = re.compile(r"\n{3,}")
FEW_PAGES = 5
"""Below, neither what a source did nor what it does now is a habit."""
_LEARNED, _VANISHED = 0.8, 0.2


@dataclass(frozen=True, slots=True)
class Memory:
    """What earlier pages of a source taught, as `extract` wants it. Small, and fit to cross to another process."""

    repeats: frozenset[int] = frozenset()
    """Fingerprints of the runs of text that are of the paper, not of an article."""

    def repeats_text(self, key: str) -> bool:
        """Whether a run with these words (`Chunk.key`) is one of them."""
        return fingerprint(key) in self.repeats

    def repeats_heading(self, key: str) -> bool:
        """Whether a heading is: then it goes with what stands below it, and only then ('Background' is one of many)."""
        return fingerprint(key, heading=True) in self.repeats


def fingerprint(key: str, *, heading: bool = False) -> int | None:
    """64 bits, as SQLite counts (signed), for the words of a run with one space between them; None for a short one."""
    if not heading and len(key) < _SHORTEST:
        return None
    digest = blake2b(((_HEADING if heading else "") + key).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def repeating(newest: Sequence[int], earlier: Sequence[Sequence[int]]) -> set[int]:
    """Which runs of the newest article are boilerplate, told from those of the articles before it, newest first.

    Runs are fingerprints in reading order, of WINDOW articles at most.
    """
    own, articles = set(newest), [newest, *earlier[: WINDOW - 1]]
    borne: Counter[int] = Counter()
    for runs in articles:
        borne.update(own.intersection(runs))
    return {run for run, count in borne.items() if count >= ENOUGH and _is_repeated(run, articles)}


def _is_repeated(run: int, articles: Sequence[Sequence[int]]) -> bool:
    bearing = [index for index, runs in enumerate(articles) if run in runs]
    count, share = len(bearing), len(bearing) / (bearing[-1] + 1)
    if count >= MANY and share >= SHARE_ANYWHERE:
        return True
    return share >= SHARE_IN_PLACE and _keeps_its_place(run, [articles[at] for at in bearing])


def _keeps_its_place(run: int, articles: Sequence[Sequence[int]]) -> bool:
    """It is the n-th run of most of them, from the start or from the end."""
    from_start = Counter(runs.index(run) for runs in articles)
    from_end = Counter(len(runs) - runs.index(run) for runs in articles)
    return max(*from_start.values(), *from_end.values()) >= _SAME_PLACE * len(articles)


def is_version(newest: Collection[int], earlier: Sequence[Collection[int]]) -> bool:
    """Whether most of what an article says stood in one before it: an update, a copy, the next page of a ticker.

    Such articles teach nothing: what they share is theirs.
    """
    own = set(newest)
    shared = max((len(own.intersection(runs)) for runs in earlier), default=0)
    return shared >= _VERSION_RUNS and 2 * shared > len(own)


def bare(said: Words, memory: Memory) -> Words:
    """The words without all that repeats: two versions of an article that were read before and after it was
    learned are compared so."""
    return Words(said.headline, _bare(said.standfirst, memory), _bare(said.body, memory))


def _bare(text: str | None, memory: Memory) -> str | None:
    kept: list[str] = []
    is_above = False
    for line in reversed((text or "").split("\n")):
        key = " ".join(words(line))
        is_above = memory.repeats_text(key) or (is_above and (not key or memory.repeats_heading(key)))
        if not key or not is_above:
            kept.append(line)
    return _GAP.sub("\n\n", "\n".join(reversed(kept))).strip("\n") or None


def moved(before: Mapping[str, int], now: Mapping[str, int]) -> tuple[str, str] | None:
    """(where the text stood, where it stands now) when a source has rebuilt its pages; None as long as it has not.

    Both map a build to the number of pages that had it; builds of a single page before are no habit.
    """
    habits = {build for build, count in before.items() if count > 1}
    if min(sum(before.values()), sum(now.values())) < FEW_PAGES:
        return None
    if _share(before, habits) < _LEARNED or _share(now, habits) > _VANISHED:
        return None
    return _commonest(before), _commonest(now)


def _share(pages: Mapping[str, int], habits: set[str]) -> float:
    return sum(count for build, count in pages.items() if build in habits) / sum(pages.values())


def _commonest(pages: Mapping[str, int]) -> str:
    return max(pages, key=lambda build: pages[build])
