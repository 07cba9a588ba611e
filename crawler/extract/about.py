"""Which JSON-LD objects of a page are about its own article, and which about others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.normalise import plain, words
from crawler.page.jsonld import Node, strings, types

_SURE_TYPES = re.compile(r"article$|posting$|^report$|^review$")
_POSSIBLE_TYPES = {"webpage", "creativework", "videoobject", "imagegallery", "mediagallery", "podcastepisode"}
_ADDRESS_KEYS = ("mainEntityOfPage", "url", "@id")


def articles(nodes: Iterable[Node], addresses: Iterable[str | None], headlines: Iterable[str]) -> list[Node]:
    """The objects that describe this article, best first; those of other articles are left out.

    `addresses` are those of the page, `headlines` what it shows or declares. An object is believed when its
    address or its headline is the page's; one that says neither, or is alone in differing by headline only,
    is believed when there is no better one.
    """
    candidates = [(node, kind) for node in nodes if (kind := _article_rank(types(node)))]
    own = {key for address in addresses if address and (key := _address_key(address))}
    shown = [set(words(headline)) for headline in headlines]
    ranked = [(_trust(node, own, shown, alone=len(candidates) == 1), kind, node) for node, kind in candidates]
    best = max((trust for trust, _, _ in ranked), default=0)
    trusted = [entry for entry in ranked if entry[0] and (entry[0] > 1 or best == 1)]
    return [node for _, _, node in sorted(trusted, key=lambda entry: (-entry[1], -entry[0]))]


def _article_rank(names: set[str]) -> int:
    if any(_SURE_TYPES.search(name) for name in names):
        return 2
    return 1 if names & _POSSIBLE_TYPES else 0


def _trust(node: Node, own: set[str], shown: list[set[str]], *, alone: bool) -> int:
    """3 address and headline agree · 2 one of them · 1 nothing speaks against it · 0 another article."""
    claims = {key for name in _ADDRESS_KEYS for text in _addresses(node.get(name)) if (key := _address_key(text))}
    title = set(words(" ".join(plain(text) for text in strings(node.get("headline") or node.get("name"))[:1])))
    same_address = bool(claims & own)
    same_title = bool(title) and any(
        len(title & other) >= 0.6 * min(len(title), len(other)) for other in shown if other
    )
    if same_address or same_title:
        return 2 + (same_address and same_title)
    return int(not claims and (alone or not title))


def _addresses(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for key in ("@id", "url") if isinstance(text := value.get(key), str)]
    return strings(value)


def _address_key(address: str) -> str | None:
    """What two addresses of one article share: the path, with the query where the path is short."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    path = unquote(parts.path).rstrip("/").removesuffix("/amp").lower()
    if len(path) < 20 and parts.query:
        return f"{path}?{parts.query}"
    return path or None
