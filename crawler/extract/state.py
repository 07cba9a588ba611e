"""The values that a page's scripts hold: the state that a framework writes into the page for its own use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from lxml.html import HtmlElement

MAX_SCRIPTS = 6_000_000
"""Characters of all scripts of a page that are looked at."""
_MIN_SCRIPT = 500
"""Characters; a text is longer than that."""
_MAX_VALUES = 60
"""Values of one script; the state is one of the first."""
_MAX_ITEMS = 200_000
_MAX_DEPTH = 200

_DATA = re.compile(r"application/json|^$|javascript|^module$|babel|ecmascript", re.I)
_VALUE = re.compile(
    r"(?P<flight>__next_f\.push\(\s*)(?=\[)"
    r"|(?P<parse>JSON\.parse\(\s*(?:decodeURIComponent\(\s*)?)(?=[\"'])"
    r"|(?:[=(,:]|^|\breturn)\s*(?=\{\s*\"|\[\s*[\[{\"])"
)
"""Where a value may begin: assigned, handed to a function, or the whole script."""
_NO_JSON = re.compile(r"(?<=[:,\[])\s*(?:undefined|void 0|NaN|-?Infinity|new Date\([^()]{0,40}\))(?=\s*[,}\]])")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'")
_TEXT_ROW = re.compile(r"T([0-9a-f]+),")
_REFERENCE = re.compile(r"\$[0-9a-f]+")
_WRAPPERS = frozenset(("ShallowReactive", "Reactive", "Ref", "ShallowRef", "EmptyRef", "EmptyShallowRef", "NuxtError"))


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) < 20 else None


_DECODER = json.JSONDecoder(strict=False, parse_int=_integer)


def values(scripts: Iterable[HtmlElement]) -> Iterator[Any]:
    """JSON values in the scripts of a page, in page order: Python dicts, lists and strings, never an error.

    Read are data scripts, what is assigned or handed to JSON.parse, the rows that React streams and the tables
    of Nuxt. What is code and no data is passed over.
    """
    left = MAX_SCRIPTS
    streamed: list[str] = []
    for script in scripts:
        text = script.text or ""
        if (len(text) < _MIN_SCRIPT and "__next_f" not in text) or not _DATA.search(script.get("type") or ""):
            continue
        left -= len(text)
        if left < 0:
            break
        for is_streamed, value in _in_script(text):
            if is_streamed:
                streamed += [part for part in value[1:] if isinstance(part, str)]
            else:
                yield hydrated(value) if _is_table(value) else value
    if streamed:
        yield _rows("".join(streamed))


def _in_script(text: str) -> Iterator[tuple[bool, Any]]:
    """(whether React streams it, value) of each value that begins in a script."""
    text = _NO_JSON.sub("null", text) if "undefined" in text or "void 0" in text or "new Date(" in text else text
    place = 0
    for _ in range(_MAX_VALUES):
        start = _VALUE.search(text, place)
        if start is None:
            return
        value, place = _value_at(text, start.end(), is_literal=start["parse"] is not None)
        if isinstance(value, dict | list) and value:
            yield start["flight"] is not None and isinstance(value, list), value


def _value_at(text: str, place: int, *, is_literal: bool) -> tuple[Any, int]:
    """(value, where it ends); None where there is none, and the next place to look at."""
    try:
        if is_literal:
            literal, end = _literal_at(text, place)
            return _DECODER.decode(unquote(literal) if literal.startswith("%") else literal), end
        return _DECODER.raw_decode(text, place)
    except (ValueError, RecursionError):
        return None, place + 1


def _literal_at(text: str, place: int) -> tuple[str, int]:
    if text[place] == '"':
        value, end = _DECODER.raw_decode(text, place)
        return str(value), end
    quoted = _QUOTED.match(text, place)
    if quoted is None:
        raise ValueError("no string")
    inner = quoted[0][1:-1].replace("\\'", "'")
    return str(_DECODER.decode('"' + re.sub(r'(?<!\\)"', r"\"", inner) + '"')), quoted.end()


def nested(text: str) -> Any:
    """The value of a string that is JSON itself; None for any other string."""
    if len(text) < _MIN_SCRIPT or text[:1] not in "[{" or text[-1:] not in "]}":
        return None
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None


def _rows(stream: str) -> Any:
    """What React streams: rows of 'id:JSON' or 'id:Tlength,text'; a row may stand for a value of another one."""
    found: dict[str, Any] = {}
    source = stream.encode("utf-8", "replace")  # lengths count bytes
    place = 0
    while (colon := source.find(b":", place, place + 20)) >= 0 and len(found) < _MAX_ITEMS:
        name = source[place:colon].decode("ascii", "replace").strip()
        text = _TEXT_ROW.match(source[colon + 1 : colon + 20].decode("ascii", "replace"))
        if text:
            begin = colon + 1 + text.end()
            place = begin + int(text[1], 16)
            found[name] = source[begin:place].decode("utf-8", "replace")
            continue
        end = source.find(b"\n", colon)
        end = len(source) if end < 0 else end
        found[name] = _row(source[colon + 1 : end].decode("utf-8", "replace"))
        place = end + 1
    return _Budget().with_rows(list(found.values()), found, 0)


def _row(text: str) -> Any:
    try:
        return _DECODER.decode(text.lstrip("IHL"))
    except (ValueError, RecursionError):
        return None


def _is_table(value: Any) -> bool:
    """A flat table, as Nuxt writes it: what a list or an object holds are the numbers of its values."""
    return (
        isinstance(value, list)
        and len(value) > 2
        and isinstance(value[0], dict | list)
        and all(isinstance(item, int) for item in (value[0].values() if isinstance(value[0], dict) else value[0][1:]))
        and any(isinstance(item, str) for item in value[:2000])
    )


def hydrated(table: list[Any]) -> Any:
    """The object of a flat table whose entries refer to each other by number."""
    return _Budget().at(table, 0, 0)


class _Budget:
    """Counts what is built, since references may multiply without end."""

    def __init__(self) -> None:
        self.left = _MAX_ITEMS
        self.built: dict[int, Any] = {}

    def at(self, table: list[Any], index: Any, depth: int) -> Any:
        """The value with number `index`, its own references resolved; None in the place of what holds itself."""
        if not isinstance(index, int) or not 0 <= index < len(table) or depth > _MAX_DEPTH or self.left < 0:
            return None
        if index not in self.built:
            self.left -= 1
            self.built[index] = None
            self.built[index] = self.of_entry(table, table[index], depth)
        return self.built[index]

    def of_entry(self, table: list[Any], value: Any, depth: int) -> Any:
        """`value` with the entries that its numbers stand for."""
        if isinstance(value, dict):
            return {name: self.at(table, item, depth + 1) for name, item in value.items()}
        if not isinstance(value, list):
            return value
        if value and isinstance(value[0], str):
            return self.at(table, value[1], depth + 1) if value[0] in _WRAPPERS and len(value) > 1 else None
        return [self.at(table, item, depth + 1) for item in value]

    def with_rows(self, value: Any, rows: dict[str, Any], depth: int) -> Any:
        """`value` with the texts of other rows in the place of references to them ('$1f')."""
        self.left -= 1
        if depth > _MAX_DEPTH or self.left < 0:
            return None
        if isinstance(value, dict):
            return {name: self.with_rows(item, rows, depth + 1) for name, item in value.items()}
        if isinstance(value, list):
            return [self.with_rows(item, rows, depth + 1) for item in value]
        if isinstance(value, str) and _REFERENCE.fullmatch(value) and isinstance(rows.get(value[1:]), str):
            return rows[value[1:]]
        return value
