"""One page for every address: told from articles that have several addresses by what each address promised.

A site that answers everything with its offer of a subscription gives one text at many addresses, as an article does
that stands in two sections. But the article keeps what its listings announced, and the offer nobody's promise.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from crawler.normalise import words

STORIES = 3
"""Different stories announced for one text: two are a note that was printed again under another headline."""
ADDRESSES = 7
"""Addresses of one text, where nothing was announced that could be compared."""
MOST_WORDS = 400
"""Longer texts are compared as they are: walls that name the address they stand at are short."""
_FEWEST_WORDS = 8
_SURE_WORDS = 30
"""Below, different stories may have the same text: 'More follows.'"""
_ADDRESS = re.compile(r"(?:https?://|www\.|/)\S{4,}+")
_DIGITS = re.compile(r"\d+")
_ENDING = re.compile(r"\.[a-zA-Z]{2,5}$")
_MOST_NUMBERS = 6
"""Words with digits that a wall names: clock, day, address of the reader, reference. Prose with more means them."""
_SHORT = 4
"""Letters; shorter words stand in all headlines."""
_ALIKE = 1 / 3


@dataclass(frozen=True, slots=True)
class Sight:
    """One address at which a text was read: what was announced for it, and the headline that it bore."""

    url: str
    title: str | None
    headline: str | None

    @property
    def promise(self) -> str:
        """What the listing announced, else the words of the address; '' where neither says anything."""
        return self.title or slug_words(self.url)

    @property
    def is_kept(self) -> bool:
        """The headline is the one that was promised."""
        return resemble(self.promise, self.headline)

    @property
    def is_numbered(self) -> bool:
        """The headline bears a number that was announced, or that of the address: 'Report 7' at /reports/7."""
        said = set(_DIGITS.findall(_ADDRESS.sub(" ", self.headline or "")))
        return not said.isdisjoint(_DIGITS.findall(self.title or "") + _DIGITS.findall(urlsplit(self.url).path))


def is_one_page(sights: Sequence[Sight], word_count: int) -> bool:
    """Whether a text that was read at these addresses is none of their articles; `word_count` is that of the text.

    - None of the headlines is what was announced, and at least STORIES different ones were.
    - At least STORIES different stories were announced, and the one text stands under different headlines.
    - It stands at ADDRESSES addresses of which none promises what its headline says, and not each has its own number.
    """
    if len(sights) < STORIES:
        return False
    told = [sight for sight in sights if sight.promise]
    stories, headlines = distinct(sight.promise for sight in told), distinct(sight.headline or "" for sight in sights)
    nobody_kept = not any(sight.is_kept for sight in sights)
    announced = distinct(sight.title for sight in sights if sight.title)
    if announced >= STORIES and nobody_kept:
        return True
    if word_count >= _SURE_WORDS and (headlines >= STORIES or (stories >= STORIES and headlines > 1)):
        return True
    return nobody_kept and len(sights) >= ADDRESSES and not all(sight.is_numbered for sight in sights)


def frame(headline: str | None, text: str, title: str | None = None) -> str | None:
    """SHA-256 (64 hex digits) of the words that such a page has at every address; None for hardly any words.

    Of short texts the headline, the announced title, addresses and a few words with digits (times, numbers) are left
    out: results, prices and case numbers are what some short articles differ by.
    """
    said = words(_ADDRESS.sub(" ", text))
    if len(said) <= MOST_WORDS:
        line = f" {' '.join(said)} "
        for name in (headline, title):
            if name and (key := " ".join(words(str(name)))):
                line = line.replace(f" {key} ", " ")
        said = line.split()
        plain = [word for word in said if not any(sign.isdigit() for sign in word)]
        said = plain if len(said) - len(plain) <= _MOST_NUMBERS else said
    return hashlib.sha256(" ".join(said).encode()).hexdigest() if len(said) >= _FEWEST_WORDS else None


def resemble(one: str | None, other: str | None) -> bool:
    """Whether two headlines tell one story: a third of the shorter one's words are in the other, and more than one."""
    first, second = _content(one), _content(other)
    shared = len(first & second)
    smaller = min(len(first), len(second))
    return shared > 0 and shared >= smaller * _ALIKE and (shared > 1 or smaller <= 2)


def tells(text: str, promise: str) -> bool:
    """Whether a text speaks of what was promised: half of the promise's words stand in it, and more than one.

    The promise itself is left out of it: a wall may name the page that it stands before.
    """
    said, wanted = f" {' '.join(words(text))} ", _content(promise)
    if key := " ".join(words(promise)):
        said = said.replace(f" {key} ", " ")
    shared = len(wanted & _content(said))
    return shared > 1 and 2 * shared >= len(wanted)


def distinct(titles: Iterable[str]) -> int:
    """How many different stories headlines tell."""
    found: list[str] = []
    for title in titles:
        if _content(title) and not any(resemble(title, other) for other in found):
            found.append(title)
    return len(found)


def slug_words(url: str) -> str:
    """The words of an address's last part, where it has three at least; else ''."""
    last = unquote(urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1])
    said = [word for word in re.split(r"[-_.+\s]", _ENDING.sub("", last)) if word.isalpha()]
    return " ".join(said) if len(said) >= 3 else ""


def _content(title: str | None) -> set[str]:
    """Words that tell; of scripts without spaces, pairs of characters."""
    said = words(title or "")
    pairs = {first + second for first, second in pairwise(said) if len(first) == len(second) == 1}
    return {word for word in said if len(word) >= _SHORT and word.isalpha()} | {
        pair for pair in pairs if not pair.isascii()
    }
