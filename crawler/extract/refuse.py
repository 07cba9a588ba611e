"""Pages that are not one article: index, wall, error page, empty shell."""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from crawler.errors import NotAnArticle
from crawler.extract.body import Body
from crawler.extract.metadata import Metadata
from crawler.normalise import has_more_words, word_count
from crawler.page import Page
from crawler.page.jsonld import types
from crawler.page.texts import first_text

SHORT_TEXT = 120
"""Words; walls and error pages say no more."""
_MANY_LINKS = 60
_SOME_LINKS = 10
_WORDS_A_LINK = 5
_HARDLY = 10
"""Words."""
_SOME_TITLES = 50
_LONG_TITLE = 1_000
"""Characters."""
_ARTICLE_PATH = re.compile(r"(?:[^/?&-]+[-_]){3}[^/?&]*|\d{5}|/\d{4}/\d\d?/")
"""A slug of four words, a number, a date: articles have addresses that sections have not."""
_COUNT_LINKS = etree.XPath("count(.//a)")

_WALL = re.compile(
    r"just a moment|attention required|access (?:is |has been )?(?:denied|blocked)|are you (?:a )?(?:robot|human)"
    r"|captcha|verify (?:that )?you are (?:a )?human|checking your browser|enable javascript and cookies"
    r"|ddos protection|pardon our interruption|unusual traffic|before you continue|request (?:blocked|unsuccessful)"
    r"|bot detection"
    r"|we value your privacy|consent to (?:the use of )?cookies|accept (?:all )?cookies"
    r"|(?:zustimmung|einwilligung) erforderlich|\bcookies?\b.{0,80}\b(?:zustimm|einwillig)"
    r"|(?:zustimmung|einwilligung)\b.{0,80}\b(?:cookies?|tracking|datenschutz|werbung)"
    r"|nous respectons votre vie privée|accepter (?:les|tous les) cookies|continuer sans accepter"
    r"|aceptar (?:las |todas las )?cookies|accetta (?:i |tutti i )?cookie",
    re.I,
)
_GONE = re.compile(
    r"\b404\b|\b410\b|page (?:not found|introuvable)|not found|page you(?:'|’)re looking for|nicht gefunden"
    r"|(?:n['’]existe (?:pas|plus))|no encontrada|non trovata|não encontrada|niet gevonden|hittades inte"
    r"|не найдена|bulunamadı|ページが見つかりません|页面不存在|internal server error|service unavailable|bad gateway",
    re.I,
)
_ARTICLE_TYPES = ("article", "posting", "report", "review")


def count_links(page: Page) -> int:
    """Links of a page that declares no article, else 0; to be counted before `body` takes the tree apart."""
    return 0 if _declares_article(page) else int(_COUNT_LINKS(page.root))


def no_article(page: Page, links: int, headline: str | None, metadata: Metadata, body: Body) -> None:
    """Raise NotAnArticle, with the reason, when headline, text and what the page declares rule an article out."""
    if headline is None:
        raise NotAnArticle("no headline" if _size(body) else "neither headline nor text", stage="body")
    if _declares_article(page):
        return
    is_short = not has_more_words(body.texts(), SHORT_TEXT)
    if reason := _wall(page, metadata, body) if is_short else None:
        raise NotAnArticle(reason, stage="body")
    if reason := _index(page, links, body, metadata.published):
        raise NotAnArticle(f"an index: {reason}", stage="body")


def _size(body: Body) -> int:
    """Words; of long texts, those between spaces, which are cheaper to count."""
    rough = sum(len(text.split()) for text in body.texts())
    return rough if rough > 10 * SHORT_TEXT else sum(map(word_count, body.texts()))


def _wall(page: Page, metadata: Metadata, body: Body) -> str | None:
    """Why so little text is an error page, a wall or a shell."""
    titles = (first_text(element, _LONG_TITLE) for element in islice(page.root.iter("title", "h1"), _SOME_TITLES))
    named = " ".join([metadata.headline or "", *titles])
    if _GONE.search(named):
        return "an error page: its title says so"
    if _WALL.search(" ".join([named, *body.texts()])):
        return "a challenge or consent page: little text, and its words say so"
    return "a headline without text" if _size(body) < _HARDLY and metadata.published is None else None


def _index(page: Page, links: int, body: Body, published: str | None) -> str | None:
    """Why a page that declares no article lists articles and is none."""
    address = urlsplit(page.url)
    if address.path in ("", "/") and not address.query:
        return "it is the home page, and declares no article"
    website = published is None and "website" in page.meta.get("og:type", ())
    if links < (_SOME_LINKS if website else _MANY_LINKS):
        return None
    size = _size(body)
    if website and size < SHORT_TEXT:
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


def _declares_article(page: Page) -> bool:
    """JSON-LD calls the page an article; og:type does not count, since many sites say "article" on every page."""
    return any(kind.endswith(_ARTICLE_TYPES) for kind in _types(page))


def _types(page: Page) -> set[str]:
    return {kind for node in page.jsonld for kind in types(node)}
