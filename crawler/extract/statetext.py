"""The text of an article in a page's state, as HTML: however the system that wrote it names its parts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from html import escape, unescape
from typing import Any

from crawler.extract import state
from crawler.normalise import plain, words

MIN_TEXT = 400
"""Characters of a text that is looked for."""
_MAX_NODES = 150_000
_MAX_DEPTH = 100
_MAX_WRITTEN = 4_000_000
"""Characters of all texts that are compared: a list in a list holds the same text again."""
_PARTS = 4
"""Objects in an object that may hold the parts of a text by their ids."""
_MANY = 200
"""Entries of a list that are looked at before it is written."""

_BLOCK_MARKUP = re.compile(r"<(?:p|div|h[2-6]|br|ul|ol|section|article|blockquote)\b[^<>]{0,500}>", re.I)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>")
_WORD = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]+|\d+")
_ENDS = tuple(".!?…:。！？।؟")
_CLOSING = " \n\"'”’»)]"
_MIN_SENTENCE = 40
_ENDS_LINE = re.compile(r"</(?:p|div|h[2-6]|li|td|blockquote)>|<br\b[^<>]*>|\n", re.I)
_STYLE = re.compile(r"<(style|script|svg)\b.*?</\1>", re.I | re.S)
_TITLE = re.compile(r"head(?:line|ing)s?$|title$", re.I)
_TEXT = re.compile(r"(?:text|html|content|body|paragraph)$", re.I)
_BODY = re.compile(r"body|content|text|html|article|paragraph|main|texte|corps|cuerpo|contenido|inhalt|testo", re.I)

_KINDS = (
    *("type", "_type", "nodeType", "kind", "blockType", "contentType", "elementType", "tagName", "tag", "component"),
    *("__component", "blockName", "acf_fc_layout", "name", "__typename"),
)
"""Keys under which systems say what a part is."""
_TEXTS = (
    *("text", "html", "content", "value", "children", "paragraph", "paragraphs", "body", "blocks", "nodes", "items"),
    *("innerHTML", "rendered", "rows", "cells", "data", "model", "attributes", "attrs", "props", "fields"),
)
"""Keys under which they put its words."""


def _said(names: str) -> frozenset[str]:
    return frozenset(names.split())


_SKIPPED = _said(
    """
    image images img picture pictures photo figure media video audio player podcast ad ads advert advertisement
    advertising banner embed oembed iframe gallery slideshow carousel related promo newsletter teaser teasers
    recommendation recommendations poll quiz button share social comment comments author authors byline tag tags topic
    topics widget interstitial divider separator map chart graphic script style breadcrumb cta subscription paywall
    signup navigation menu pullquote infobox factbox
    """
)
_ELSEWHERE = _said(
    """
    image images picture pictures photo photos gallery galleries slideshow caption captions comment comments related
    recommended recommendation recommendations teaser teasers newsletter newsletters translation translations ads
    navigation menu footer trending popular summary biography paywall marketing consent cookie cookies
    """
)
_TAGS = (
    ("h2", _said("heading header subheading subhead subheadline crosshead crossheading intertitle intertitre")),
    ("blockquote", _said("quote blockquote citation")),
    ("li", _said("li item")),
    ("ul", _said("list ul ol bullets")),
    ("tr", _said("tr row")),
    ("td", _said("td th cell")),
    ("table", _said("table tbody")),
    ("p", _said("p paragraph para textblock unstyled richtext block normal")),
    ("a", _said("a link hyperlink")),
    ("b", _said("b strong bold")),
    ("text", _said("text html span em i italic fragment")),
    ("div", _said("div section document doc root group column columns article main wrapper container body")),
)
_LEVELS = {"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", **{digit: digit for digit in "23456"}}
_SET_APART = frozenset(("h2", "h3", "h4", "h5", "h6", "p", "blockquote", "ul", "table"))


def find(scripts: Iterable[Any], headlines: Iterable[str]) -> str:
    """HTML of the longest text in the state of a page, '' where there is none.

    `scripts` are its script elements. A text that stands with one of the `headlines` (plain) is preferred to any
    other; one that stands with another headline is another article's.
    """
    search = _Search([set(words(headline)) for headline in headlines])
    for value in state.values(scripts):
        search.walk(value)
    return search.best


class _Search:
    """One walk through the values of a page's state; remembers the best text."""

    def __init__(self, headlines: list[set[str]]) -> None:
        self.headlines = [headline for headline in headlines if headline]
        self.nodes, self.characters = _MAX_NODES, _MAX_WRITTEN
        self.best, self.rank = "", (0, 0)
        self.entities: dict[str, Any] = {}

    def walk(self, value: Any) -> None:
        """Look at each list and each long string in `value`."""
        waiting: list[tuple[Any, int, str]] = [(value, 1, "")]
        seen: set[int] = set()
        while waiting and self.nodes > 0 and self.characters > 0:
            item, trust, key = waiting.pop()
            self.nodes -= 1
            if isinstance(item, str):
                inner = state.nested(item)
                if inner is not None:
                    waiting.append((inner, trust, key))
                else:
                    self.weigh_string(item, trust, key)
            elif isinstance(item, list):
                self.weigh_list(item, trust)
                waiting.extend((part, trust, key) for part in reversed(item))
            elif isinstance(item, dict) and id(item) not in seen:
                seen.add(id(item))
                trust = self.trust(item, trust)
                self.entities = item if "ROOT_QUERY" in item else self.entities
                self.weigh_object(item, trust)
                parts = ((part, trust, name) for name, part in reversed(item.items()))
                waiting.extend(entry for entry in parts if not leads_elsewhere(entry[2]))

    def trust(self, node: dict[str, Any], inherited: int) -> int:
        """2 where the object bears the page's headline, 0 where it bears another, else what holds around it."""
        titles = [title for text in _titles(node) if len(title := _title_words(text)) > 2]
        if not titles or not self.headlines:
            return inherited
        return 2 * any(_alike(title, headline) for title in titles for headline in self.headlines)

    def weigh_string(self, text: str, trust: int, key: str) -> None:
        """A string is a text when it holds paragraphs, or is long and called so."""
        if len(text) < MIN_TEXT or text.startswith(("http", "data:")):
            return
        if _BLOCK_MARKUP.search(text) or (" " in text[:100] and _BODY.search(key)):
            self.offer(paragraphs(text), trust)

    def weigh_list(self, parts: list[Any], trust: int) -> None:
        """A list is a text when it holds paragraphs: objects called so, or sentences."""
        blocks = (part for part in parts[:_MANY] if self.is_block(part))
        if next(blocks, None) is not None and next(blocks, None) is not None:
            self.offer(self.written(parts, 0), trust)

    def weigh_object(self, node: dict[str, Any], trust: int) -> None:
        """An object is a text when it holds paragraphs by their ids, and little else."""
        parts = [part for part in node.values() if isinstance(part, dict)]
        if len(parts) < _PARTS or 2 * len(parts) <= len(node) or any(_titles(node)):
            return
        if sum(self.is_block(part) for part in parts[:_MANY]) >= _PARTS:
            self.offer(self.written(parts, 0), trust)

    def offer(self, html: str, trust: int) -> None:
        """Keep `html` when it is the best so far."""
        self.characters -= len(html)
        size = sum(len(line) for line in _lines(html) if _is_sentence(line))
        if trust and size >= MIN_TEXT and (trust, size) > self.rank:
            self.best, self.rank = html, (trust, size)

    def is_block(self, part: Any) -> bool:
        """A paragraph, a heading, a list, a quote: not a piece of one."""
        part = self.part(part)
        if isinstance(part, str):
            return _is_sentence(part)
        return isinstance(part, dict) and (_tag(part) in _SET_APART or _tag(part) == "text")

    def part(self, value: Any) -> Any:
        """The object behind a reference, or behind the notation of React."""
        if isinstance(value, dict) and isinstance(name := value.get("__ref"), str):
            return self.entities.get(name)
        if isinstance(value, list) and len(value) > 3 and value[0] == "$" and isinstance(value[3], dict):
            inner = value[3].get("dangerouslySetInnerHTML")
            text = inner.get("__html") if isinstance(inner, dict) else value[3].get("children")
            return {"tagName": value[1], "children": text, "className": value[3].get("className")}
        return value

    def written(self, value: Any, depth: int) -> str:
        """HTML of a part and of all that is in it."""
        part = self.part(value)
        self.nodes -= 1
        if depth > _MAX_DEPTH or self.nodes < 0:
            return ""
        if isinstance(part, str):
            return paragraphs(part)
        if isinstance(part, list):
            is_texts = all(isinstance(item, str) for item in part)
            parts = (item for item in part if is_texts or not isinstance(item, str) or _is_sentence(item))
            return "".join(self.written(item, depth + 1) for item in parts)
        return self.of_object(part, depth) if isinstance(part, dict) else ""

    def of_object(self, part: dict[str, Any], depth: int) -> str:
        """HTML of an object by what it is called; '' for words of an unknown name, or with a headline of their own."""
        tag, inner = _tag(part), self.inner(part)
        if tag == "skipped":
            return _aside(part)
        if tag in ("", "div"):
            known = tag == "div" or not any(isinstance(part.get(key), str) for key in _KINDS)
            is_other = any(_titles(part)) or (isinstance(inner, str) and not known)
            return "" if is_other else f"<div{_class(part)}>{self.written(inner, depth + 1)}</div>"
        if tag == "ul" and isinstance(inner, list):
            return f"<ul>{''.join(f'<li>{self.inline(item, depth + 1)}</li>' for item in inner)}</ul>"
        if self.holds_blocks(inner):
            text = self.written(inner, depth + 1)
            return text if tag in ("p", "text", "a", "b") else f"<{tag}>{text}</{tag}>"
        tag = "p" if tag in ("text", "a", "b") else tag
        return f"<{tag}>{self.inline(inner, depth + 1)}</{tag}>"

    def holds_blocks(self, inner: Any) -> bool:
        """Parts of their own, not pieces of one line."""
        if isinstance(inner, str):
            return bool(_BLOCK_MARKUP.search(inner))
        if not isinstance(inner, list):
            return False
        parts = [self.part(item) for item in inner]
        return any(
            isinstance(part, list) or (isinstance(part, dict) and _tag(part) in (*_SET_APART, "li", "tr", "td"))
            for part in parts
        )

    def inner(self, part: dict[str, Any], depth: int = 0) -> Any:
        """What holds the words of an object; None where nothing does."""
        for key in _TEXTS:
            value = self.part(part.get(key))
            if isinstance(value, dict) and depth < 3:
                value = self.inner(value, depth + 1)
            if value and isinstance(value, str | list):
                return value
        return next((value for key, value in part.items() if isinstance(value, str) and _TEXT.search(key)), None)

    def inline(self, value: Any, depth: int) -> str:
        """Words of one line, with its links and what is bold."""
        value = self.part(value)
        self.nodes -= 1
        if depth > _MAX_DEPTH or self.nodes < 0:
            return ""
        if isinstance(value, str):
            return _marked_up(value)
        if isinstance(value, list):
            return "".join(self.inline(item, depth + 1) for item in value)
        if not isinstance(value, dict):
            return ""
        text = self.inline(self.inner(value), depth + 1)
        tag = _tag(value)
        if tag == "a":
            return f'<a href="#">{text}</a>'
        return f"<b>{text}</b>" if tag == "b" or _is_marked_bold(value) else text


@lru_cache(maxsize=4096)
def leads_elsewhere(key: str) -> bool:
    """Under this key stand pictures, comments or other articles."""
    return not _ELSEWHERE.isdisjoint(word.lower() for word in _WORD.findall(key[:60]))


@lru_cache(maxsize=4096)
def _title_words(text: str) -> frozenset[str]:
    return frozenset(words(plain(text)))


def _is_sentence(text: str) -> bool:
    """It reads like a sentence or more, not like a name, an address or a formula."""
    if len(text) < _MIN_SENTENCE or (" " not in text and text.isascii()):
        return False
    return _TAG.sub("", text[-500:]).rstrip(_CLOSING).endswith(_ENDS)


def _lines(html: str) -> Iterator[str]:
    """Its runs of text, one for each paragraph."""
    return (_TAG.sub("", line).strip() for line in _ENDS_LINE.split(_STYLE.sub("", html)))


def _class(part: dict[str, Any]) -> str:
    names = part.get("className") or part.get("class")
    return f' class="{escape(names)}"' if isinstance(names, str) and names else ""


def _titles(node: dict[str, Any]) -> Iterator[str]:
    """What an object says under keys for headlines; in objects under such keys (`{"title": {"rendered": …}}`), too."""
    for key, value in node.items():
        if isinstance(value, str | dict) and value and _TITLE.search(key):
            texts = value.values() if isinstance(value, dict) else (value,)
            yield from (text for text in texts if isinstance(text, str) and text and len(text) < 1000)


def _alike(one: Collection[str], other: Collection[str]) -> bool:
    return len(set(one) & set(other)) >= 0.6 * min(len(one), len(other))


def _tag(part: dict[str, Any]) -> str:
    """HTML tag for what an object calls itself; 'text' for a piece of text, 'skipped', '' for an unknown name."""
    tag = next((tag for key in _KINDS if isinstance(name := part.get(key), str) and (tag := _tag_named(name))), "")
    if tag not in ("p", "text", "") or not tag:
        return tag
    if "listItem" in part:
        return "li"
    style = part.get("style")
    styled = _tag_named(style) if isinstance(style, str) else ""
    return styled if styled in _SET_APART else tag


@lru_cache(maxsize=4096)
def _tag_named(name: str) -> str:
    said = {word.lower() for word in _WORD.findall(name[:60])}
    if name.lower() in ("h1", "h2", "h3", "h4", "h5", "h6"):
        return f"h{max(2, int(name[1]))}"
    if not said.isdisjoint(_SKIPPED):
        return "skipped"
    if {"list", "item"} <= said:
        return "li"
    tag = next((tag for tag, names in _TAGS if not said.isdisjoint(names)), "")
    return next((f"h{_LEVELS[word]}" for word in said if word in _LEVELS), tag) if tag == "h2" else tag


def _is_marked_bold(part: dict[str, Any]) -> bool:
    """The piece of text bears a mark 'bold' or 'strong', by itself or in an object, or a flag of that name."""
    marks = part.get("marks")
    names = [mark.get("type") if isinstance(mark, dict) else mark for mark in marks] if isinstance(marks, list) else []
    return part.get("bold") is True or any(name in ("bold", "strong") for name in names)


def paragraphs(text: str) -> str:
    """Markup as it is; a paragraph for each line of any other text."""
    if _BLOCK_MARKUP.search(text):
        return text
    return "".join(f"<p>{_marked_up(line)}</p>" for line in text.splitlines() if line.strip())


def _marked_up(text: str) -> str:
    """Markup as it is; any other text as markup, also where it is escaped once too often."""
    return text if _TAG.search(text) else escape(unescape(text), quote=False)


def _aside(part: dict[str, Any]) -> str:
    """The caption of a picture, the markup of a post; '' for anything else."""
    caption = part.get("caption")
    if isinstance(caption, str) and caption.strip():
        return f"<figure><figcaption>{escape(plain(caption), quote=False)}</figcaption></figure>"
    texts = (part.get(key) for key in ("html", "content", "raw_oembed", "embed", "data"))
    markup = (text.get("html") if isinstance(text, dict) else text for text in texts)
    return next((text for text in markup if isinstance(text, str) and "<blockquote" in text), "")
