"""What else lives on a real news site: second addresses, closed doors, dead ends, pages that are no article.

Each is announced by a listing, as in life; none of them may become an article of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from html import escape

from crawler.demo.builds import BUILDS
from crawler.demo.builds.common import Site, Teaser, footer, navigation, page, parts_html, picture_path
from crawler.demo.manuscript import NOT_THE_ARTICLE, PrintedArticle, Section

HTML = "text/html; charset=UTF-8"
A_PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of the server, before caching and compression."""

    body: bytes
    content_type: str = HTML
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    changed: datetime | None = None
    """When the words last changed, for Last-Modified; None = when the edition was printed."""


@dataclass(frozen=True, slots=True)
class OddPage:
    """An address that must not become an article of its own, and who announces it."""

    path: str
    listing: str
    """Slug of the section, or 'rss' or 'atom'."""
    title: str
    page: Page | None
    """None = 404."""
    why: str
    """What the ledger should be able to say, in our words."""


def html(text: str) -> Page:
    """Return an HTML page that a reader gets with status 200."""
    return Page(text.encode())


def redirect(to: str, status: int = 301) -> Page:
    """Return a redirect."""
    return Page(f"Moved to {to}".encode(), "text/plain; charset=utf-8", status, {"Location": to})


def odd_pages(site: Site, partner_url: str) -> list[OddPage]:
    """Return the odd addresses of the main paper; `partner_url` is an article of the other one."""
    return [*_second_addresses(site), *_doors(partner_url), *_dead_ends(site)]


def _second_addresses(site: Site) -> list[OddPage]:
    bridge = _sure(site, "sarrane-bridge-vote")
    strait = _sure(site, "detroit-de-halder-les-passeurs")
    fish = _sure(site, "fish-auction")
    return [
        OddPage(
            path="/amp" + site.paths[bridge.slug],
            listing="rss",
            title=bridge.headline,
            page=html(amp_page(bridge, site)),
            why="AMP variant of an article, which it names as canonical",
        ),
        OddPage(
            path=f"/imprimer/{fish.number}.html",
            listing="atom",
            title=fish.headline,
            page=html(print_page(fish, site)),
            why="print variant of an article, which it does not name",
        ),
        OddPage(
            path=f"/archives/{strait.number}.html",
            listing="rss",
            title=strait.headline,
            page=redirect(site.paths[strait.slug]),
            why="old address of an article, moved for good",
        ),
    ]


def _doors(partner_url: str) -> list[OddPage]:
    closed = "<h1>Closed</h1><p>Who reads this has not asked robots.txt.</p>"
    return [
        OddPage(
            path="/lettre-des-abonnes/carnet-de-bord.html",
            listing="rss",
            title="Le carnet de bord de la semaine, réservé à nos abonnés les plus fidèles",
            page=html(closed),
            why="robots.txt closes its folder",
        ),
        OddPage(
            path="/partenaires/harbour-post",
            listing="rss",
            title="Vu par nos confrères : la nuit où l’on a démonté le phare de Saltmere",
            page=redirect(partner_url, 302),
            why="leads to another site",
        ),
    ]


def _dead_ends(site: Site) -> list[OddPage]:
    return [
        OddPage(
            path="/documents/comptes-du-port-autonome",
            listing="economie",
            title="Document : les comptes complets du port autonome, page par page",
            page=Page(A_PDF, "application/pdf"),
            why="not HTML",
        ),
        OddPage(
            path="/economie/brouillon-a-relire/",
            listing="rss",
            title="Le brouillon que personne n’a encore relu à la rédaction",
            page=html(""),
            why="empty page",
        ),
        OddPage(
            path="/world/article/withdrawn_1000001.html",
            listing="atom",
            title="The report that was withdrawn before anyone could read it",
            page=None,
            why="404",
        ),
        OddPage(
            path="/videos/",
            listing="atom",
            title="Toutes nos vidéos de la semaine, d’un port à l’autre",
            page=html(video_hub(site)),
            why="an index of videos",
        ),
    ]


def _sure(site: Site, slug: str) -> PrintedArticle:
    article = site.find(slug)
    if article is None:
        raise KeyError(slug)
    return article


def amp_page(article: PrintedArticle, site: Site) -> str:
    """Return the AMP variant: the same words, the article's address as canonical."""
    return (
        f'<!doctype html>\n<html amp lang="{article.language}"><head><meta charset="utf-8">'
        f'<title>{escape(article.headline)}</title><link rel="canonical" href="{site.address(article)}">'
        f'<script async src="https://cdn.ampproject.org/v0.js"></script></head>\n'
        f"<body><article>{_words(article, site)}</article></body></html>\n"
    )


def print_page(article: PrintedArticle, site: Site) -> str:
    """Return the print variant: the words, and nothing that says where they come from."""
    return (
        f'<!DOCTYPE html>\n<html lang="{article.language}"><head><meta charset="utf-8">'
        f"<title>{escape(article.headline)}</title></head>\n<body>{_words(article, site)}</body></html>\n"
    )


def _words(article: PrintedArticle, site: Site) -> str:
    standfirst = "".join(f'<p class="standfirst">{escape(text)}</p>' for text in article.standfirst)
    parts = [part for part in article.shown if part.tag not in NOT_THE_ARTICLE]
    return f"<h1>{escape(article.headline)}</h1>{standfirst}\n{parts_html(parts, site, article.language)}"


def video_hub(site: Site) -> str:
    """Return the index of videos: twelve titles, not one text."""
    tiles = "\n".join(
        f'<div class="tile"><a href="/videos/{article.number}"><img src="{picture_path(article.slug)}" alt=""></a>'
        f"<h3>{escape(article.headline)}</h3><span>{article.number % 4 + 1}:{article.number % 60:02d}</span></div>"
        for article in site.articles[:12]
    )
    title = f"<title>Vidéos | {escape(site.name('fr'))}</title>"
    head = f'<meta charset="utf-8"><meta property="og:type" content="website">{title}'
    return page("fr", head, f"{navigation(site, 'fr')}<main><h1>Vidéos</h1>{tiles}</main>{footer(site, 'fr')}")


def index_pages(site: Site) -> dict[str, Page]:
    """Return home page, tag pages and author pages: indexes that every page links to."""
    groups: dict[str, tuple[str, list[Teaser]]] = {"/": (site.name(""), [])}
    for article in site.articles:
        teaser = site.teaser(article)
        groups["/"][1].append(teaser)
        for tag in article.tags:
            groups.setdefault(f"/tag/{tag}/", (tag, []))[1].append(teaser)
        for name in article.authors:
            groups.setdefault(f"/author/{name.lower().replace(' ', '-')}/", (name, []))[1].append(teaser)
    language = site.sections[0].language
    return {
        path: html(BUILDS["classic"].section_page(Section("", name, language, "classic"), teasers, site))
        for path, (name, teasers) in groups.items()
    }
