"""Pages that are not one article: index, wall, error page, empty shell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from crawler.errors import NotAnArticle
from crawler.extract.page import Page

if TYPE_CHECKING:
    from crawler.extract.body import Body
    from crawler.extract.metadata import Metadata

SHORT_TEXT = 120
"""Words; walls and error pages say no more."""
_MANY_LINKS = 60
_COUNT_LINKS = etree.XPath("count(.//a)")

_WALL = re.compile(
    r"just a moment|attention required|access (?:is |has been )?(?:denied|blocked)|are you (?:a )?(?:robot|human)|captcha"
    r"|verify (?:that )?you are (?:a )?human|checking your browser|enable javascript and cookies|ddos protection"
    r"|pardon our interruption|unusual traffic|before you continue|request (?:blocked|unsuccessful)|bot detection"
    r"|we value your privacy|consent to (?:the use of )?cookies|accept (?:all )?cookies|zustimmung|einwilligung"
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
    """Links of the page; to be counted before `body` takes the tree apart."""
    return int(_COUNT_LINKS(page.root))


def no_article(page: Page, links: int, metadata: Metadata, body: Body) -> None:
    """Raise NotAnArticle, with the reason, when headline, text and what the page declares rule an article out."""
    size = sum(len(text.split()) for text in body.texts())
    if size == 0 and metadata.headline is None:
        raise NotAnArticle("neither headline nor text", stage="body")
    declared = _declares_article(page)
    if declared or size > SHORT_TEXT:
        return
    named = " ".join([metadata.headline or "", page.root.findtext(".//title") or ""])
    seen = " ".join([named, *body.texts()])
    if _GONE.search(named):
        raise NotAnArticle("an error page: its title says so", stage="body")
    if _WALL.search(seen):
        raise NotAnArticle("a challenge or consent page: little text, and its words say so", stage="body")
    if size == 0 and links == 0:
        raise NotAnArticle("an empty shell: a title without text", stage="body")
    if links > _MANY_LINKS and metadata.published is None:
        raise NotAnArticle(f"an index: {links} links, {size} words, no date, no article declared", stage="body")


def _declares_article(page: Page) -> bool:
    """og:type or JSON-LD call the page an article."""
    if any("article" in kind.lower() for kind in page.meta.get("og:type", ())):
        return True
    kinds = [kind for node in page.jsonld for kind in _listed(node.get("@type"))]
    return any(str(kind).lower().endswith(_ARTICLE_TYPES) for kind in kinds)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
