"""What must hold of every answer of `extract`, whatever the page; each breach is a sentence."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import UTC, date, datetime, timedelta

from crawler.extract import as_record
from crawler.extract.dates import OLDEST
from crawler.items import ACCESS, ARTICLE_KINDS, BLOCK_KINDS, Article

AHEAD = timedelta(days=1, minutes=5)
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls, bidi overrides, lone surrogates; a line break stands in lists, tables and captions."""
ONE_LINE = ("headline", "section", "language", "canonical_url", "image_url", "image_caption", "image_credit", "access")
LISTS = ("standfirst", "authors", "wire", "breadcrumb", "tags")
LINED = ("list", "table", "caption", "embed", "quote")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?")
_NAMES = {field.name for field in fields(Article)} | {"body", "description"}


def breaches(article: Article) -> list[str]:
    """Everything about the answer that must not be."""
    return [
        *_types(article),
        *_texts(article),
        *_blocks(article),
        *_sets(article),
        *_dates(article),
        *_crosses(article),
    ]


def _types(article: Article) -> Iterator[str]:
    for name in (*ONE_LINE, "published", "modified"):
        value = getattr(article, name)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            yield f"{name} is {value!r:.40}: unknown is None"
    for name in LISTS:
        for value in getattr(article, name):
            if not isinstance(value, str) or not value.strip():
                yield f"{name} holds {value!r:.40}"


def _texts(article: Article) -> Iterator[str]:
    said = [(name, getattr(article, name)) for name in ONE_LINE]
    said += [(name, value) for name in LISTS for value in getattr(article, name)]
    said += [("blocks", block.text) for block in article.blocks]
    for name, value in said:
        if isinstance(value, str) and (unsafe := UNSAFE.search(value)):
            yield f"{name} holds U+{ord(unsafe[0]):04X}"
    for name, value in said:
        if name != "blocks" and isinstance(value, str) and "\n" in value:
            yield f"{name} has a line break"


def _blocks(article: Article) -> Iterator[str]:
    texts = {block.text for block in article.text_blocks}
    if any(paragraph in texts for paragraph in article.standfirst):
        yield "the standfirst stands in the blocks as well"
    for block in article.blocks:
        if block.kind not in BLOCK_KINDS:
            yield f"a block is a {block.kind!r}"
        if not block.text.strip():
            yield f"a {block.kind} is empty"
        if "\n" in block.text and block.kind not in LINED:
            yield f"a {block.kind} has a line break"
        if (block.level is not None) != (block.kind == "subhead") or not 1 <= (block.level or 2) <= 6:
            yield f"a {block.kind} has level {block.level}"


def _sets(article: Article) -> Iterator[str]:
    if article.kind not in ARTICLE_KINDS:
        yield f"kind is {article.kind!r}"
    if article.access not in (None, *ACCESS):
        yield f"access is {article.access!r}"
    if article.language is not None and not _LANGUAGE.fullmatch(article.language):
        yield f"language is {article.language!r:.40}"
    if strangers := {*article.provenance, *article.disagreements} - _NAMES:
        yield f"provenance of no field: {sorted(strangers)}"
    if not all(isinstance(layer, str) and layer for layer in article.provenance.values()):
        yield "a provenance is no layer"


def _dates(article: Article) -> Iterator[str]:
    for name in ("published", "modified"):
        value = getattr(article, name)
        try:
            found = datetime.fromisoformat(value) if value is not None else None
        except (TypeError, ValueError):
            yield f"{name} is {value!r:.40}"
            continue
        if found is None:
            continue
        if len(value) > 10 and found.tzinfo is None:
            yield f"{name} has no zone: {value}"
        instant = found if found.tzinfo else found.replace(tzinfo=UTC)
        if not date(instant.year, instant.month, instant.day) >= OLDEST or instant > datetime.now(UTC) + AHEAD:
            yield f"{name} is {value}"


def _crosses(article: Article) -> Iterator[str]:
    """It goes to another process, into the database and out as JSON."""
    try:
        json.dumps(as_record(article), ensure_ascii=False).encode()
        json.dumps(asdict(article), ensure_ascii=False).encode()
        if pickle.loads(pickle.dumps(article)) != article:
            yield "it is another when pickled"
    except (TypeError, ValueError, pickle.PicklingError) as error:
        yield f"it cannot be written down: {type(error).__name__}: {str(error)[:60]}"
