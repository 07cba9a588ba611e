"""What a page says in its <meta> elements."""

from __future__ import annotations

from lxml.html import HtmlElement

MAX_CONTENT = 5_000
"""Characters; longer contents are scripts' settings, and fields are searched by many patterns."""
MAX_CONTENTS = 100
"""Contents of one name."""
_NAMES = ("property", "name", "itemprop", "http-equiv")


def read(root: HtmlElement) -> dict[str, list[str]]:
    """Contents of <meta> in page order, cut to MAX_CONTENT, by lower-cased property, name, itemprop and http-equiv."""
    found: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        content = (element.get("content") or "").strip()
        if not content:
            continue
        for name in {value.strip().lower() for attribute in _NAMES if (value := element.get(attribute))} - {""}:
            contents = found.setdefault(name, [])
            if len(contents) < MAX_CONTENTS:
                contents.append(content[:MAX_CONTENT])
    return found
