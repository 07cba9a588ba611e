"""Which runs of text are subheads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import zip_longest

from crawler.extract.blocks import Chunk, sift
from crawler.extract.noise import is_running

MAX_BOLD_WORDS = 14
BOLD_LEVEL = 3
_ENDS_SENTENCE = re.compile(r"[.,;:…][\"'”’»)]*$")


def with_subheads(chunks: list[Chunk]) -> list[Chunk]:
    """The chunks, with bold lines that act as subheads made so."""
    lines = [index for index in range(1, len(chunks) - 1) if _acts_as_subhead(chunks, index)]
    for index in lines:
        chunks[index].kind, chunks[index].level = "subhead", BOLD_LEVEL
    return chunks


def opening(head: list[Chunk], headlines: Iterable[str]) -> list[Chunk]:
    """What stands between headline and first paragraph, without headings that are kickers or headlines again.

    A heading may open the text when text follows it and it says something else than the headline does.
    """
    said = [set(headline.split()) for headline in headlines]
    following = {id(chunk): after for chunk, after in zip_longest(head, head[1:])}

    def reason(chunk: Chunk) -> str | None:
        if chunk.kind != "subhead":
            return None
        if not _opens(following[id(chunk)]):
            return "a heading without text"
        return "says again what the headline says" if _says_again(chunk, said) else None

    return sift(head, reason)


def _opens(following: Chunk | None) -> bool:
    return following is None or following.kind == "list" or is_running(following)


def _says_again(chunk: Chunk, said: list[set[str]]) -> bool:
    own = set(chunk.words)
    return any(len(own & headline) >= 0.5 * len(own) for headline in said)


def _acts_as_subhead(chunks: list[Chunk], index: int) -> bool:
    chunk = chunks[index]
    if chunk.kind != "paragraph" or chunk.bold < 0.95 or len(chunk.words) > MAX_BOLD_WORDS:
        return False
    return not _ENDS_SENTENCE.search(chunk.text) and _is_text(chunks[index + 1]) and _is_text(chunks[index - 1])


def _is_text(chunk: Chunk) -> bool:
    return chunk.kind in ("list", "table", "quote") or is_running(chunk)
