"""What leaves a page is bounded in length and holds no markup that a browser would run.

Pages show markup as text (`&lt;script&gt;`), and what reads our database next may not escape it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from crawler.items import LONGEST_HEADLINE, Article, Block
from crawler.normalise import harmless

LONGEST = {
    "headline": LONGEST_HEADLINE,
    "section": 200,
    "language": 35,
    "image_caption": 2_000,
    "image_credit": 500,
    "author": 200,
    "agency": 100,
    "tag": 100,
    "rubric": 200,
}
"""Characters of a field, or of one of its entries."""
LONGEST_STANDFIRST = 5_000
LONGEST_TEXT = 1_000_000
"""Characters of all blocks together: three times the longest live report that we saw."""
MOST_BLOCKS = 20_000
MOST_ENTRIES = 50
"""Authors, agencies, tags."""
MOST_RUBRICS = 20


def bound(article: Article) -> None:
    """Take markup that can run out of all texts of the article, and cut what is too long.

    `is_cut` says whether that was its text.
    """
    for name in ("headline", "section", "language", "image_caption", "image_credit"):
        text: str | None = getattr(article, name)
        setattr(article, name, harmless(text, LONGEST[name]) or None if text else None)
    article.authors = _entries(article.authors, LONGEST["author"], MOST_ENTRIES)
    article.wire = _entries(article.wire, LONGEST["agency"], MOST_ENTRIES)
    article.tags = _entries(article.tags, LONGEST["tag"], MOST_ENTRIES)
    article.breadcrumb = _entries(article.breadcrumb, LONGEST["rubric"], MOST_RUBRICS)
    article.disagreements = {
        name: {layer: _said(value) for layer, value in layers.items()} for name, layers in article.disagreements.items()
    }
    said = [harmless(text) for text in article.standfirst]
    article.standfirst, is_cut = _within([text for text in said if text], LONGEST_STANDFIRST)
    blocks = [_block(block) for block in article.blocks[:MOST_BLOCKS]]
    texts, article.is_cut = _within([block.text for block in blocks], LONGEST_TEXT)
    article.blocks = [replace(block, text=text) for block, text in zip(blocks, texts, strict=False) if text]
    article.is_cut = article.is_cut or is_cut or len(blocks) == MOST_BLOCKS


def _block(block: Block) -> Block:
    """Lists and tables have a line an entry."""
    return replace(block, text="\n".join(harmless(line) for line in block.text.split("\n")))


def _entries(texts: Iterable[str], longest: int, most: int) -> list[str]:
    found = dict.fromkeys(harmless(text, longest) for text in texts)
    return [text for text in found if text][:most]


def _said(value: str | list[str]) -> str | list[str]:
    if isinstance(value, str):
        return harmless(value, LONGEST["headline"])
    return _entries(value, LONGEST["author"], MOST_ENTRIES)


def _within(texts: list[str], longest: int) -> tuple[list[str], bool]:
    """(texts up to so many characters, the last one cut; whether anything was left out)."""
    kept: list[str] = []
    room = longest
    for text in texts:
        if len(text) > room:
            return ([*kept, text[:room].rstrip()] if room else kept), True
        kept.append(text)
        room -= len(text)
    return kept, False
