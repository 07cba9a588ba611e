"""Where a page shows who wrote: the byline near the headline, or the only one on the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from urllib.parse import unquote

from lxml.html import HtmlElement

from crawler.extract.agencies import agency
from crawler.extract.bylines import names
from crawler.extract.evidence import text_of, within
from crawler.normalise import clean, word_count, words

_BYLINE = {
    *("byline", "bylines", "author", "authors", "auteur", "auteurs", "autor", "autoren", "autore", "autores"),
    *("contributor", "contributors", "writer", "redakteur", "skribent", "reporter", "signature", "attribution"),
    *("forfatter", "firma", "firmas", "redattore", "redactor", "redaktor", "journalist", "journalists", "columnist"),
    *("verfasser", "kirjoittaja", "toimittaja", "yazar", "muhabir", "autorzy", "autori", "szerzo", "penulis"),
}
_BYLINE_BEGINNING = ("authorn", "byline", "auteurn", "autorn")
"""Of names that run together: 'authorname', 'bylinetext'."""
_DOERS = {"written", "posted", "story", "article"}
_NOT_BYLINE = {"bio", "about", "image", "img", "photo", "avatar", "social", "follow", "comment", "role", "box"}
_NAME_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_LABEL = (
    r"(?i:by|written by|par|von|por|di|door|av|af|przez|oleh|від|από|text|texte?|auteurs?|"
    r"autor(?:/?in|es|a|e)?(?:/autor)?|authors?|автор|текст|作者|文|撰文|بقلم|كتب)"
)
_BEGINS_WITH_LABEL = re.compile(_LABEL)
_SPOKEN = re.compile(rf"{_LABEL}\s*[:：]?\s+(?=[^\W\d_a-z])|(?:作者|撰文|文)\s*[:：／/]\s*|بقلم\s*[:：]?\s*")
# Korean and Chinese bylines have no label: the job stands beside the name.
_REPORTER = re.compile(
    r"\W*(?:[(\[][^)\]]{2,20}[)\]]\s*)?[가-힣]{2,4}\s?(?:기자|특파원|논설위원|칼럼니스트)|\W*칼럼니스트\s[가-힣]{2,4}"
    r"|\W*[\u3400-\u9fff]{0,6}(?:记者|記者)[\s:：／/]*[\u3400-\u9fff]{2,4}(?:\W|$)"
)
_AUTHOR_PAGE = re.compile(
    r"/(?:by|av|authors?|auteurs?|autor(?:e|en|es|i|zy)?|journalist(?:e|er|en)?s?|reporters?|contributors?|writers?|"
    r"columnists?|profiles?|people|staff|redaktion|redazione|redacteure?n?s?|redactores|skribent(?:er)?|"
    r"forfattere?|yazar(?:lar)?|muhabir|firmas?|penulis|szerzok?|kirjoittajat?)(?:/|,|-|\?\w+=|\.php\?)[^/?#]",
    re.IGNORECASE,
)
_AUTHOR_WORD = re.compile(r"(?:^|[\s:])author(?:\s|$)")
_LABEL_ALONE = re.compile(rf"{_LABEL}\s*[:：]?")
_LOWER_WORD = re.compile(
    r"\b(?!(?:d[aeiou]|dos|das|del|della|der|den|van|von|zu|la|le|al|el|bin|ibn|y|e|af|av|ter)\b)[a-z]\w*"
)
_HAS_TIME = re.compile(r"\d\D*\d")
_MOST_BYLINES = 50
_LONGEST = 160
_LONGEST_PART = 8
"""Words; a piece of a byline with more is a sentence about the author."""
_MOST_ELEMENTS = 20_000


def near(nearby: Iterable[HtmlElement]) -> str | None:
    """The first byline among the elements near the headline, a bar between its pieces; None when there is none."""
    return next((text for element in nearby if (text := _byline(element))), None)


def only(root: HtmlElement) -> str | None:
    """The byline that is the only one on the page, wherever it stands."""
    everywhere = islice(within(root), _MOST_ELEMENTS)
    found = islice((text for element in everywhere if (text := _byline(element))), _MOST_BYLINES)
    others = {tuple(names(text)): text for text in found}
    people = {said: text for said, text in others.items() if not all(map(agency, said))} or others
    return next(iter(people.values())) if len(people) == 1 else None


def _byline(element: HtmlElement) -> str:
    """Text of a byline: its names say so, or a label alone stands at its start, or its words begin with one."""
    if _is_named_byline(element):
        return " | ".join(text for peer in _peers(element) if (text := _text(peer))) if _text(element) else ""
    own = (element.text or "")[:_LONGEST].strip()
    if not own:
        return ""
    if not _BEGINS_WITH_LABEL.match(own):
        return _spoken(_text(element)) if not own.isascii() and _REPORTER.match(own) else ""
    parent = element.getparent()
    if _LABEL_ALONE.fullmatch(own) and parent is not None:
        return _spoken(_text(element) or _text(parent))
    return _spoken(_text(element)) if _SPOKEN.match(own) or _REPORTER.match(own) else ""


def _spoken(text: str) -> str:
    """`text` when it holds names alone: a sentence may begin with 'By' as well."""
    return "" if any(_LOWER_WORD.search(name) for name in names(text)) else text


def _peers(element: HtmlElement) -> list[HtmlElement]:
    """`element` and the bylines of the same build beside it, each perhaps in an entry of a list: one author each."""
    peers = [peer for peer in _alike(element) if _is_named_byline(peer)]
    entry = element.getparent()
    if len(peers) > 1 or entry is None or len(entry) > 1:
        return peers
    return [only for other in _alike(entry) for only in other[:1] if _is_named_byline(only)]


def _alike(element: HtmlElement) -> list[HtmlElement]:
    parent = element.getparent()
    if parent is None:
        return [element]
    build = (element.tag, element.get("class"))
    return list(islice((peer for peer in parent if (peer.tag, peer.get("class")) == build), _MOST_BYLINES))


def _is_named_byline(element: HtmlElement) -> bool:
    return _is_marked(element) or _names_byline(f"{element.get('class') or ''} {element.get('id') or ''}")


def _is_marked(element: HtmlElement) -> bool:
    """Markup says that this is the author: rel, itemprop, or a link to an author's page."""
    said = (element.get("rel"), element.get("itemprop"), element.get("property"))
    if any(said) and any(_AUTHOR_WORD.search(value) for value in said if value):
        return True
    return element.tag == "a" and _leads_to_author(element)


def _leads_to_author(link: HtmlElement) -> bool:
    """To an author's page, or to the mailbox that bears the name which the link shows."""
    href = link.get("href") or ""
    if not href.startswith("mailto:"):
        return bool(_AUTHOR_PAGE.search(href))
    address = unquote(href[len("mailto:") : _LONGEST]).partition("?")[0]  # '?subject=': the page is to be mailed on
    mailbox = set(re.split(r"\W|_", address.partition("@")[0].lower()))
    return bool(mailbox.difference([""]) & set(words(text_of(link))))


@lru_cache(maxsize=4096)
def _names_byline(names: str) -> bool:
    parts = {part.lower() for part in _NAME_PART.findall(names)}
    named = parts & _BYLINE or ("by" in parts and parts & _DOERS)
    return bool(named or any(part.startswith(_BYLINE_BEGINNING) for part in parts)) and not parts & _NOT_BYLINE


def _text(element: HtmlElement) -> str:
    """The byline with a bar between its elements, so that a name and the title below it stay apart; '' when none."""
    if len(text_of(element)) > _LONGEST:
        return ""
    pieces = list(_pieces(element))
    # Buttons may stand before the label of the byline: names never do.
    label = next((place for place, piece in enumerate(pieces) if _LABEL_ALONE.fullmatch(piece)), 0)
    text = " | ".join(pieces[label:])
    return text if names(text) else ""


def _pieces(element: HtmlElement) -> Iterator[str]:
    """Pieces of text up to the time, the buttons or the life of the author behind the names."""
    named = False
    for piece in filter(None, map(clean, element.itertext())):
        if named and (_HAS_TIME.search(piece) or word_count(piece) > (3 if piece.endswith(".") else _LONGEST_PART)):
            return
        yield piece
        named = named or any(map(_is_whole, names(piece)))


def _is_whole(name: str) -> bool:
    return not name[0].islower() and (" " in name or not name.isascii() or name.isupper())
