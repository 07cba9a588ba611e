"""What a page says in its <meta> elements."""

from __future__ import annotations

from lxml.html import HtmlElement

_NAMES = ("property", "name", "itemprop", "http-equiv")


def read(root: HtmlElement) -> dict[str, list[str]]:
    """Contents of <meta> in page order, by each lower-cased property, name, itemprop and http-equiv."""
    found: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        content = element.get("content")
        if content is None or not content.strip():
            continue
        for name in {(element.get(attribute) or "").strip().lower() for attribute in _NAMES} - {""}:
            found.setdefault(name, []).append(content.strip())
    return found
