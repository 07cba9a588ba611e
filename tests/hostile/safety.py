"""What holds of everything stored, whoever served it: safe text of bounded length."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from hostile.case import Found, Row

LONGEST = {
    "headline": 500,
    "standfirst": 5_000,
    "section": 200,
    "authors_json": 12_000,
    "tags_json": 6_000,
    "breadcrumb_json": 4_000,
    "wire": 1_000,
    "image_url": 2_048,
    "image_caption": 2_000,
    "image_credit": 500,
    "language": 35,
    "url": 2_048,
    "body_text": 1_000_000,
    "announced_title": 500,
    "reason": 500,
    "disagreements_json": 20_000,
    "provenance_json": 5_000,
}
"""Characters."""
ADDRESSES = ("url", "asked_url", "image_url")
# Controls (but the line break of a body), surrogates, private use, bidi embeddings, overrides and isolates, zero-width
# spaces, anchors, noncharacters, tags.
UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u200b\u202a-\u202e\u2060-\u206f\u2028\u2029\ud800-\uf8ff\ufdd0-\ufdef\ufeff"
    "\ufff9-\ufffc\ufffe\uffff\U000e0000-\U000e001f\U000f0000-\U0010ffff]"
)
_STACKED = 6
NO_WORDS = re.compile(r"Traceback|Error\(|object at 0x|<class|\[Errno|None\b")
CODE = re.compile(r"^(?:[a-z]+: )?[A-Z]\w+(?:Error|Exception)\b")
"""A reason that begins with the name of a class is for programmers."""


def unsafe(found: Found) -> Iterable[str]:
    """What must not be in any row."""
    for table in ("articles", "urls", "fetches", "revisions"):
        for row in getattr(found, table):
            for column, value in row.items():
                if isinstance(value, str):
                    yield from (f"{table}.{column}: {what}" for what in _unsafe(column, value))
            yield from _wordless(row)


def _unsafe(column: str, text: str) -> Iterable[str]:
    if spotted := UNSAFE.search(text):
        yield f"U+{ord(spotted[0]):04X} in {text[max(0, spotted.start() - 30) :][:80]!r}"
    if len(text) > LONGEST.get(column, 1_000_000):
        yield f"{len(text):,} characters"
    if _stacked(text) > _STACKED:
        yield "marks upon marks"
    if not unicodedata.is_normalized("NFC", text):
        yield "not NFC"
    if column in ADDRESSES and not re.match("https?://", text):
        yield f"{text[:80]!r} is no address"


def _stacked(text: str) -> int:
    most = now = 0
    for sign in text[:20_000]:
        now = now + 1 if unicodedata.combining(sign) else 0
        most = max(most, now)
    return most


def _wordless(row: Row) -> Iterable[str]:
    reason = row.get("reason") or ""
    if NO_WORDS.search(reason) or CODE.search(reason):
        yield f"not in words: {reason[:200]!r}"
