"""Which runs of text are subheads."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.extract.blocks import Chunk
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
    return [
        chunk
        for index, chunk in enumerate(head)
        if chunk.kind != "subhead" or (_opens(head, index) and not _says_again(chunk, said))
    ]


def _opens(head: list[Chunk], index: int) -> bool:
    following = head[index + 1 : index + 2]
    return not following or following[0].kind == "list" or is_running(following[0])


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
