"""JSON-LD as publishers write it: broken, nested, of the wrong type."""

from __future__ import annotations

import html
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeAlias

from lxml.html import HtmlElement

MAX_SCRIPT = 512 * 1024
"""Characters of one script; no article needs more."""
MAX_SCRIPTS = 2 * MAX_SCRIPT
"""Characters of all scripts of one page."""
MAX_STRING = 5_000
"""Characters of a name, a headline, a description; fields are searched by many patterns."""
MAX_NODES = 2_000
"""Objects of one page; lists of products and stations run into many thousands."""

Node: TypeAlias = dict[str, Any]

_ARTICLE_TYPES = ("article", "posting", "report", "review")

_OPENING = re.compile(r"(?://|/\*)?\s*<!(?:--|\[CDATA\[)\s*(?:\*/)?")
_CLOSING = re.compile(r"(?://|/\*)?\s*(?:-->|\]\]>)\s*(?:\*/)?$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')


def read(root: HtmlElement) -> list[Node]:
    """Objects of all JSON-LD scripts in page order, never an error; lists, @graph and mainEntity apart."""
    found: list[Node] = []
    room = MAX_SCRIPTS
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text and len(script.text) <= room:
            room -= len(script.text)
            found.extend(islice(_nodes(_parsed(script.text)), MAX_NODES - len(found)))
    return found


def _parsed(script: str) -> Any:
    """The value of one script; None when it is too large, or broken beyond the usual slips."""
    if len(script) > MAX_SCRIPT:
        return None
    for mend in (_as_it_is, _without_wrapping, _without_slips, _without_entities):
        script = mend(script)
        try:
            return _DECODER.decode(script)
        except (ValueError, RecursionError):
            continue
    return None


def _integer(digits: str) -> int | None:
    """Python refuses an integer of ten thousand digits, and the whole script with it."""
    return int(digits) if len(digits) < 20 else None


_DECODER = json.JSONDecoder(strict=False, parse_int=_integer)


def _as_it_is(script: str) -> str:
    return script.strip("\ufeff \t\r\n").rstrip(";")


def _without_wrapping(script: str) -> str:
    """For scripts in an HTML comment or CDATA section. Closed within the last characters, or not at all."""
    opening = _OPENING.match(script)
    script = script[opening.end() :] if opening else script
    closing = _CLOSING.search(script, len(script) - 20)
    return (script[: closing.start()] if closing else script).strip().rstrip(";")


def _without_slips(script: str) -> str:
    return _BAD_ESCAPE.sub(r"\\\\", _TRAILING_COMMA.sub("", _CONTROL.sub(" ", script)))


def _without_entities(script: str) -> str:
    """For scripts escaped as if they were text: &quot; stands for the quotes of JSON itself."""
    return html.unescape(script)


def _nodes(value: Any) -> Iterator[Node]:
    waiting = deque([value])
    while waiting:
        item = waiting.popleft()
        if isinstance(item, list):
            waiting.extendleft(reversed(item))
        elif isinstance(item, dict):
            yield item
            waiting.extendleft(item[key] for key in ("mainEntity", "@graph") if key in item)


def types(node: Node) -> set[str]:
    """Lower-case @type names without their schema.org address."""
    return {name.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower() for name in strings(node.get("@type"))}


def declares_article(nodes: Iterable[Node]) -> bool:
    """Whether one of the objects is an article; og:type does not count, many sites say "article" on every page."""
    return any(kind.endswith(_ARTICLE_TYPES) for node in nodes for kind in types(node))


def strings(value: Any) -> list[str]:
    """The strings, cut to MAX_STRING, in a string, a list, or an object with @value, name or @id."""
    if isinstance(value, str):
        return [value[:MAX_STRING]] if value.strip() else []
    if isinstance(value, list):
        return [text for item in value[:200] if not isinstance(item, list) for text in strings(item)]
    if isinstance(value, dict):
        named = (value.get(key) for key in ("@value", "name", "@id"))
        return next((strings(text) for text in named if isinstance(text, str)), [])
    return []


def resolved(value: Any, nodes: Iterable[Node]) -> list[Node]:
    """The objects in a value; {"@id": …} is looked up among `nodes`, a bare string becomes a name."""
    found: list[Node] = []
    for item in value[:200] if isinstance(value, list) else [value]:
        if isinstance(item, str):
            found.append({"name": item})
        elif isinstance(item, dict):
            found.append(_looked_up(item, nodes))
    return found


def _looked_up(item: Node, nodes: Iterable[Node]) -> Node:
    if len(item) > 2 or not isinstance(item.get("@id"), str) or "name" in item:
        return item
    return next((node for node in nodes if node.get("@id") == item["@id"] and len(node) > len(item)), item)
