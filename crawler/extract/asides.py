"""What stands among the text and is no part of it, yet worth keeping: captions, and posts of networks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from crawler.extract import phrases
from crawler.extract.naming import WORD
from crawler.items import ASIDE_KINDS
from crawler.normalise import clean, words

if TYPE_CHECKING:
    from crawler.extract.blocks import Chunk

Aside = tuple[str, str]
"""Kind (one of items.ASIDE_KINDS) and text."""
_FIGURES = frozenset(("figure", "figcaption"))
_CAPTION = frozenset(("caption", "figcaption", "legende", "bildunterschrift", "bildtext", "didascalia", "bildetekst"))
_CREDIT = frozenset(("credit", "credits", "copyright", "photocredit", "photographer", "rights", "agency", "source"))
_INLINE = frozenset(("a", "b", "strong", "em", "i", "u", "sub", "sup", "mark", "font"))
"""Elements that may begin or end in the middle of a word."""
_POSTS = frozenset(
    (
        *("twitter-tweet", "twitter-video", "instagram-media", "tiktok-embed", "reddit-embed", "reddit-card"),
        *("bluesky-embed", "mastodon-embed", "fb-post", "fb-video", "text-post-media", "telegram-post"),
    )
)
"""Classes that the networks' own embed codes give a post."""
_POST_PATHS = {
    "twitter.com": re.compile(r"/\w+/status/\d"),
    "x.com": re.compile(r"/\w+/status/\d"),
    "instagram.com": re.compile(r"/(?:p|reel|tv)/\w"),
    "bsky.app": re.compile(r"/profile/[^/]+/post/"),
    "threads.net": re.compile(r"/@[^/]+/post/"),
    "threads.com": re.compile(r"/@[^/]+/post/"),
    "tiktok.com": re.compile(r"/@[^/]+/video/\d"),
    "facebook.com": re.compile(r"/(?:[^/]+/(?:posts|videos)/|permalink\.php|watch)"),
    "reddit.com": re.compile(r"/r/\w+/comments/"),
    "t.me": re.compile(r"/\w+/\d"),
    "vk.com": re.compile(r"/wall-?\d"),
}
_MAKER = (
    r"(?:photos?|fotos?|images?|bild(?:quelle|er)?|picture|imagen?|crédits?|credits?|source|quelle|fuente|fonte|kilde"
    r"|källa|фото|źródło)(?: by|\s*[:/|©])\s*|©\s?|\(c\)\s"
)
_MARKED_CREDIT = re.compile(
    rf"\((?=[^()]*(?:{_MAKER}|/))[^()]{{2,80}}\)\.?$|(?:^|(?<=[\s.!?|/]))(?:{_MAKER})[^.:;!?]{{2,80}}\.?$", re.I
)
"""A credit at the end of a caption, called so."""
_MOST_CAPTION = 150
"""Words; what is longer is text in a box that is called a caption."""
_MOST_POST = 600
_MAX_CHAIN = 20
_GALLERY = 30
"""Blocks back in which the same caption is looked for."""


def of(element: HtmlElement) -> list[Aside]:
    """Captions and posts in an element that holds none of the text; none where it is something else altogether."""
    if is_post(element):
        return _post(element)
    if element.tag in _FIGURES or _is_caption(element):
        return [] if _is_of_quote(element) else _captions(element)
    posts = [quote for quote in element.iter("blockquote") if is_post(quote)]
    return _post(posts[0]) if len(posts) == 1 and _is_all(posts[0], element) else []


def is_post(element: HtmlElement) -> bool:
    """The element holds one post of a network, as its embed code writes it: a quote that links to the post."""
    names = element.get("class")
    if names and not _POSTS.isdisjoint(names.lower().split()):
        return True
    if element.tag != "blockquote":
        return False
    return any(_leads_to_post(node.get("href") or "") for node in _last_children(element) if node.tag == "a")


def _last_children(element: HtmlElement) -> Iterator[HtmlElement]:
    """Its last child, the last child of that, and so on: the link to a post stands at its end."""
    for _ in range(_MAX_CHAIN):
        if len(element) == 0:
            return
        element = element[-1]
        yield element


def _leads_to_post(address: str) -> bool:
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("mobile.")
    return host in _POST_PATHS and bool(_POST_PATHS[host].match(parts.path))


def _post(element: HtmlElement) -> list[Aside]:
    text = _text(element)
    return [("embed", text)] if any(map(str.isalnum, text)) and len(words(text)) <= _MOST_POST else []


def _is_all(part: HtmlElement, whole: HtmlElement) -> bool:
    return len(_text(whole)) <= 1.5 * len(_text(part))


def _captions(element: HtmlElement) -> list[Aside]:
    found = [element] if _is_caption(element) else list(_outermost(element))
    texts = (_with_credit(caption) for caption in found)
    return [("caption", text) for text in dict.fromkeys(texts) if text]


def _is_of_quote(element: HtmlElement) -> bool:
    """What stands below a quote in a figure says who spoke."""
    parent = element.getparent()
    return parent is not None and parent.tag == "figure" and parent.find(".//blockquote") is not None


def _outermost(figure: HtmlElement) -> Iterator[HtmlElement]:
    """The captions of a figure; of one in another the outer."""
    walker = etree.iterwalk(figure, events=("start",))
    for _, element in walker:
        if _is_caption(element):
            walker.skip_subtree()
            yield element


def _is_caption(element: HtmlElement) -> bool:
    if element.tag == "figcaption":
        return True
    names = element.get("class")
    return names is not None and _named(names, _CAPTION)


@lru_cache(maxsize=20_000)
def _named(names: str, wanted: frozenset[str]) -> bool:
    return not wanted.isdisjoint(word.lower() for word in WORD.findall(names))


def _with_credit(caption: HtmlElement) -> str:
    """The caption; on a second line the credit, where it is marked. '' where only a credit or a call stands."""
    credit = next((element for element in caption.iterdescendants() if _is_credit(element)), None)
    text = _text(caption, credit)
    maker = _text(credit) if credit is not None else ""
    if not maker and (marked := _MARKED_CREDIT.search(text)):
        text, maker = text[: marked.start()].rstrip(" |/-–—"), marked[0].strip()
    if not any(map(str.isalnum, text)) or len(words(text)) > _MOST_CAPTION or phrases.CALL.match(text):
        return ""
    return f"{text}\n{maker}" if any(map(str.isalnum, maker)) else text


def _is_credit(element: HtmlElement) -> bool:
    names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    return element.tag == "cite" or _named(names, _CREDIT)


def _text(element: HtmlElement, without: HtmlElement | None = None) -> str:
    """Clean text of an element, `without` one in it."""
    parts: list[str] = []
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, part in walker:
        if event == "start" and part is without:
            walker.skip_subtree()
        parts.append("" if part.tag in _INLINE else " ")
        if event == "start" and part is not without:
            parts.append(part.text or "")
        elif event == "end" and part is not element:
            parts.append(part.tail or "")
    return clean("".join(parts))


def placed(text: Sequence[Chunk], everything: Sequence[Chunk]) -> list[Chunk]:
    """`text` with the asides of `everything` in reading order: those above its end, and those right below it.

    The rest bears a reason: what stands further down are the pictures of other articles.
    """
    kept = set(map(id, text))
    last = max((index for index, chunk in enumerate(everything) if id(chunk) in kept), default=-1)
    found: list[Chunk] = []
    is_near = bool(kept)
    for index, chunk in enumerate(everything):
        is_aside = chunk.kind in ASIDE_KINDS
        is_near = is_near and (is_aside or index <= last)
        if not is_aside:
            found += [chunk] if id(chunk) in kept else []
        elif not is_near or any(_is_same(chunk, other) for other in found[-_GALLERY:]):
            chunk.why = "shown twice" if is_near else f"{chunk.kind} apart from the text"
        else:
            found.append(chunk)
    return found


def _is_same(one: Chunk, other: Chunk) -> bool:
    """The same caption again, as sliders write it: alone, and with its number before it or the credit behind it."""
    short, long = sorted((one.key, other.key), key=len)
    return one.kind == other.kind and (long.startswith(short) or long.endswith(short))
