"""Pages that are not one article: index, wall, error page, empty shell."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from lxml import etree

from crawler.errors import NotAnArticle, Walled
from crawler.extract.body import Body
from crawler.extract.metadata import Metadata
from crawler.normalise import word_count
from crawler.page import Page, jsonld, walls
from crawler.page.walls import Wall

_SHORT_TEXT = 120
"""Words."""
_MANY_LINKS = 60
_SOME_LINKS = 10
_WORDS_A_LINK = 5
_HARDLY = 10
"""Words."""
_DIRECTORY = re.compile(r"(?:Index of|Directory listing for|Directory:) /")
_ARTICLE_PATH = re.compile(r"(?:[^/?&-]+[-_]){3}[^/?&]*|\d{5}|/\d{4}/\d\d?/")
"""A slug of four words, a number, a date: articles have addresses that sections have not."""
_COUNT_LINKS = etree.XPath("count(.//a)")


def count_links(page: Page) -> int:
    """Links of a page that declares no article, else 0; to be counted before `body` takes the tree apart."""
    return 0 if jsonld.declares_article(page.jsonld) else int(_COUNT_LINKS(page.root))


def walls_before(page: Page) -> Wall | None:
    """Raise Walled for a wall, before anything else is read; give what is one where no text will be found (a shell)."""
    look = walls.look(page)
    if look is None:
        return None
    if (wall := walls.judge(look)) is not None:
        raise Walled(str(wall), wall.outcome)
    return walls.shell(look)


def no_article(
    page: Page, links: int, headline: str | None, metadata: Metadata, body: Body, shell: Wall | None = None
) -> None:
    """Raise NotAnArticle, with the reason, when headline, text and what the page declares rule an article out.

    `shell` is what the page is where nothing of it can be read.
    """
    if headline is not None and _DIRECTORY.match(headline):
        raise NotAnArticle("a directory of files", stage="body")
    if headline is None and shell is None:
        raise NotAnArticle("no headline" if _size(body) else "neither headline nor text", stage="body")
    if jsonld.declares_article(page.jsonld):
        return
    size = _size(body)
    if shell is not None and (size == 0 or (size < _HARDLY and metadata.published is None)):
        raise Walled(str(shell), shell.outcome)
    if headline is None:
        raise NotAnArticle("no headline", stage="body")
    if size < _HARDLY and metadata.published is None:
        raise NotAnArticle("a headline without text", stage="body")
    if reason := _index(page, links, body, metadata.published):
        raise NotAnArticle(f"an index: {reason}", stage="body")


def _size(body: Body) -> int:
    """Words; of long texts, those between spaces, which are cheaper to count."""
    rough = sum(len(text.split()) for text in body.texts())
    return rough if rough > 10 * _SHORT_TEXT else sum(map(word_count, body.texts()))


def _index(page: Page, links: int, body: Body, published: str | None) -> str | None:
    """Why a page that declares no article lists articles and is none."""
    address = urlsplit(page.url)
    if address.path in ("", "/") and not address.query:
        return "it is the home page, and declares no article"
    website = published is None and "website" in page.meta.get("og:type", ())
    if links < (_SOME_LINKS if website else _MANY_LINKS):
        return None
    size = _size(body)
    if website and size < _SHORT_TEXT:
        return f"{links} links, {size} words, no date, og:type website"
    if links < _MANY_LINKS:
        return None
    if "collectionpage" in _types(page):
        return "it declares a collection"
    is_like_articles = bool(_ARTICLE_PATH.search(f"{address.path}?{address.query}"))
    if website and not (is_like_articles and size >= _WORDS_A_LINK * links):
        return f"{links} links, no date, og:type website"
    if size < _WORDS_A_LINK * links and not is_like_articles:
        return f"{links} links, {size} words, no article declared"
    return None


def _types(page: Page) -> set[str]:
    return {kind for node in page.jsonld for kind in jsonld.types(node)}
