"""The text of an element, as far as it is looked at: elements inside each other must not be read once for each."""

from __future__ import annotations

from lxml.html import HtmlElement


def first_text(element: HtmlElement, limit: int) -> str:
    """The element's text as it stands, its first `limit` characters, a space between its pieces."""
    pieces: list[str] = []
    room = limit
    for text in element.itertext():
        pieces.append(text[:room])
        room -= len(text)
        if room <= 0:
            break
    return " ".join(pieces)


def is_longer(element: HtmlElement, limit: int) -> bool:
    """The element's text has more than `limit` characters; no more of it is read than needed to know."""
    length = 0
    for text in element.itertext():
        length += len(text)
        if length > limit:
            return True
    return False
