"""The words in what programs call things: classes, keys, segments of addresses."""

from __future__ import annotations

import re

from crawler.normalise import unaccented

WORD = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]+")
"""One word of a name in ASCII: 'article-bodyText' has three."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def hyphened(name: str) -> str:
    """With a hyphen where a capital begins the next word: 'photoCaption' -> 'photo-Caption'."""
    return _CAMEL.sub("-", name)


def bare(text: str) -> str:
    """Letters and digits without case and accents: what 'España', 'espana' and 'ESPAÑA' share."""
    return "".join(letter for letter in unaccented(text) if letter.isalnum())
