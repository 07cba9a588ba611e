"""Links that stand only in the state of a page's scripts: what a browser would make of it, without one.

Read where the markup shows hardly a headline. An entry is an object that has an address and a headline, whatever
system wrote it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

_ADDRESSES = (
    "url", "href", "link", "canonicalUrl", "canonical_url", "canonicalURL", "webUrl", "web_url", "fullUrl", "permalink",
    "path", "uri", "pathname", "relativeUrl", "articleUrl", "linkUrl", "website_url",
)  # fmt: skip
_HEADLINES = ("headline", "title", "name", "heading", "webTitle", "shortTitle", "titre", "titulo", "titel", "titolo")
_MOST_SCRIPTS, _LONGEST_SCRIPT, _MOST_NODES = 30, 4_000_000, 50_000
_VALUE = re.compile(r"(?:=|\()\s*(?=[{\[])")
_STARTS = 3
"""Places of one script at which a value is tried."""
_DECODER = json.JSONDecoder(strict=False)


def entries(root: HtmlElement) -> Iterator[tuple[str, str]]:
    """Address and headline as written, of each object in the page's scripts that has both; in their order."""
    room = _MOST_NODES
    for value in islice(_values(root), _MOST_SCRIPTS):
        waiting = [value]
        while waiting and room:
            room -= 1
            node = waiting.pop()
            if isinstance(node, dict):
                if (entry := _entry(node)) is not None:
                    yield entry
                waiting.extend(reversed([part for part in node.values() if isinstance(part, dict | list)]))
            elif isinstance(node, list):
                waiting.extend(reversed([part for part in node[:_MOST_NODES] if isinstance(part, dict | list)]))


def _values(root: HtmlElement) -> Iterator[Any]:
    for script in root.iter("script"):
        text, kind = script.text, (script.get("type") or "").lower()
        if not text or len(text) > _LONGEST_SCRIPT or "ld+json" in kind:
            continue
        starts = (found.end() for found in islice(_VALUE.finditer(text), _STARTS))
        for start in [len(text) - len(text.lstrip())] if "json" in kind else starts:
            try:
                yield _DECODER.raw_decode(text, start)[0]
                break
            except (ValueError, RecursionError):
                continue


def _entry(node: dict[str, Any]) -> tuple[str, str] | None:
    texts = (node.get(name) for name in _HEADLINES)
    headline = next((text for text in texts if isinstance(text, str) and text.strip()), None)
    values = (node.get(name) for name in _ADDRESSES)
    address = next((value for value in values if isinstance(value, str) and value.startswith(("/", "http"))), None)
    return (address, headline) if address is not None and headline is not None else None
