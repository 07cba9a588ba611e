"""Which texts are the same: fingerprints for copies, changed fields for revisions.

All comparisons look at words alone, so that white space, quotation marks, dashes and letter case, which move
without anybody correcting anything, make neither a copy less nor a revision more.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import NamedTuple

from crawler.normalise import words

SHORTEST_COPY = 30
"""Words; below, equal texts prove nothing ('This page is being updated')."""
_SHINGLE = 4  # words: a run this long is seldom shared by two texts that were written apart
SOME = 0.3
"""Share of the shorter text's shingles that two versions of one article have in common, however much it grew."""
NEARLY_ALL = 0.8
"""The same where two pages, each with an address of its own, are to be one article."""
_SIGNS = re.compile(r"[%‰$€£¥₹₽₩₺₴₪]")  # no words, and yet a correction: $5 is not €5
_DIGITS = re.compile(r"\d+(?:[.,\u00a0\u202f' ]\d{3})*")
_COUNTER = 60
"""Characters of a line that counts readers, shares, minutes."""
_COUNTED = re.compile(
    r"\b(?:reading|readers?|views?|viewed|shares?|shared|comments?|likes?|followers?|ago|min(?:ute)?s?[ -]read"
    r"|lecteurs?|lisent|vues?|partages?|commentaires?|lectores|leyendo|vistas|visitas|compartid[oa]s?|comentarios"
    r"|leser|lesen|aufrufe|kommentare?|geteilt|lettori|visualizzazioni|condivisioni|commenti|leitores|visualizações"
    r"|comentários|lezers|reacties|läsare|kommentarer|lesere|læsere|czytelników|komentarzy|odsłon|просмотр\w*|коммент\w*"
    r"|görüntülenme|yorum|dibaca|lượt xem|閲覧|浏览|阅读|조회)(?!\w)|مشاهدة|تعليق|قارئ",
    re.IGNORECASE,
)
"""Words for what a site counts of its readers, beside the number."""
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)]*(?=\s|$)|[。！？؟۔।]+")


class Words(NamedTuple):
    """The words of one version of an article, as stored: None where there are none."""

    headline: str | None
    standfirst: str | None
    body: str | None
    """Blocks with an empty line between them."""

    @property
    def text(self) -> str:
        """Standfirst and body: what a copy would share. The headline is left out, reprints change it."""
        return "\n\n".join(part for part in (self.standfirst, self.body) if part)


def fingerprint_of(said: list[str]) -> str | None:
    """SHA-256 (64 hex digits) of the words of standfirst and body; None below SHORTEST_COPY words."""
    return hashlib.sha256(" ".join(said).encode()).hexdigest() if len(said) >= SHORTEST_COPY else None


def checksum_of(said: Words) -> int:
    """64 bits (signed) that tell whether these words are letter by letter those that were stored."""
    content = "\0".join("\1" if part is None else part for part in said).encode()
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), signed=True)


def changed_fields(old: Words, new: Words) -> list[str]:
    """Which of headline, standfirst and body say something else now."""
    return [
        field
        for field, before, after in zip(Words._fields, old, new, strict=True)
        if before != after
        and _said(before) != _said(after)
        and (field != "body" or _said(_still(before)) != _said(_still(after)))
    ]


def words_moved(old_text: str, new_text: str) -> tuple[int, int]:
    """(words that only the new text has, words that only the old one had), each counted as often as it stands."""
    old, new = Counter(words(old_text)), Counter(words(new_text))
    return (new - old).total(), (old - new).total()


def alike(old: Words, new: Words, share: float = SOME) -> bool:
    """Whether both can be versions of one article: they share runs of words, or hold none and share the headline.

    `share` of the shorter text's runs of words, 0 to 1.
    """
    before, after = _shingles(old.text), _shingles(new.text)
    if not before or not after:
        return _said(old.headline) == _said(new.headline)
    return len(before & after) >= share * min(len(before), len(after))


def sentence_count(text: str) -> int:
    """Sentences of a text, counted by their ends; a line without an end is one."""
    return sum(max(1, len(_SENTENCE_END.findall(line))) for line in text.splitlines() if line.strip())


def _said(text: str | None) -> tuple[list[str], list[str]]:
    return words(text or ""), _SIGNS.findall(text or "")


def _still(text: str | None) -> str | None:
    """The text with the number of each line that only counts gone: '214 people are reading this now'."""
    if not text or not _DIGITS.search(text):
        return text
    return "\n".join(_DIGITS.sub("0", line) if _counts(line) else line for line in text.splitlines())


def _counts(line: str) -> bool:
    """Whether a line is a few words with one number among them, no sentence, and says what the site counts."""
    is_short = 0 < len(line) <= _COUNTER and not _SENTENCE_END.search(line)
    return is_short and len(_DIGITS.findall(line)) == 1 and _COUNTED.search(line) is not None


def _shingles(text: str) -> set[tuple[str, ...]]:
    said = words(text)
    return set(zip(*(said[start:] for start in range(_SHINGLE)), strict=False))
