"""The day of publication in the state that a page's scripts hold, where nothing else on the page gives it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml.html import HtmlElement

from crawler.extract import state
from crawler.extract.dates import Customs, Stamp, either
from crawler.extract.evidence import key
from crawler.extract.naming import WORD

_MAX_NODES = 100_000
_LONGEST_TITLE = 300
_TITLE = re.compile(r"head(?:line|ing)?$|title$", re.IGNORECASE)
_PUBLISHED_WORDS = (
    "publish published publication pub publicacion publicado publie veroeffentlicht publiziert deploy deployed release "
    "released posted issued pubdate publishedat"
)
_PUBLISHED = frozenset(_PUBLISHED_WORDS.split())
_CREATED = frozenset(("created", "create", "creation", "display", "displayed", "date", "registered", "reg"))
_TIMES = frozenset(("date", "dt", "time", "at", "on", "datetime", "timestamp", "ts", "day", "pubdate", "publishedat"))
_OTHER = frozenset(("re", "end", "start", "until", "expire", "expires", "un", "last", "update", "updated", "modified"))


def published(scripts: Iterable[HtmlElement], titles: Iterable[str], customs: Customs) -> Stamp | None:
    """The date of publication in the first object of a page's state that bears one of its titles; None without one."""
    wanted = {own for title in titles if (own := key(title))}
    for node in _objects(scripts):
        if any(_is_title(name, value, wanted) for name, value in node.items()):
            for names in (_PUBLISHED, _CREATED):
                if found := next(
                    filter(None, (_date(name, value, names, customs) for name, value in node.items())), None
                ):
                    return found
    return None


def _objects(scripts: Iterable[HtmlElement]) -> Iterator[dict[str, Any]]:
    left = _MAX_NODES
    for value in state.values(scripts):
        waiting = [value]
        while waiting and left:
            node = waiting.pop()
            left -= 1
            if isinstance(node, dict):
                yield node
                waiting.extend(reversed(node.values()))
            elif isinstance(node, list):
                waiting.extend(reversed(node))


def _is_title(name: Any, value: Any, wanted: set[str]) -> bool:
    if not isinstance(name, str) or not isinstance(value, str) or not 0 < len(value) <= _LONGEST_TITLE:
        return False
    return bool(_TITLE.search(name)) and key(value) in wanted


def _date(name: Any, value: Any, names: frozenset[str], customs: Customs) -> Stamp | None:
    """The date under a key like 'publishedAt' or 'deploy_dt'."""
    if not isinstance(name, str) or not isinstance(value, str | int) or isinstance(value, bool):
        return None
    parts = {part.lower() for part in WORD.findall(name)}
    if not parts & names or not parts & _TIMES or parts & _OTHER:
        return None
    text = str(value)
    return either(text, customs)
