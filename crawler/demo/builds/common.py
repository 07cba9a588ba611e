"""What the house styles share: the site around a page, teasers, and typed text as HTML."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from crawler.demo.manuscript import INLINE_LINK, STRESS, Part, PrintedArticle, Section


@dataclass(frozen=True, slots=True)
class Teaser:
    """One link as a listing shows it."""

    href: str
    title: str
    summary: str
    published: datetime
    slug: str
    section: str


@dataclass(frozen=True, slots=True)
class Site:
    """The paper around a page: its name and address, its sections, its articles (newest first)."""

    names: dict[str, str]
    """Its name by language; '' = in all others."""
    motto: str
    url: str
    edition: int
    sections: tuple[Section, ...]
    articles: tuple[PrintedArticle, ...]
    paths: dict[str, str]
    """Slug of an article -> path of its page."""

    def name(self, language: str) -> str:
        """Return what the paper calls itself in that language."""
        return self.names.get(language, self.names[""])

    def address(self, article: PrintedArticle) -> str:
        """Return the absolute URL of the article's page."""
        return self.url + self.paths[article.slug]

    def find(self, slug: str) -> PrintedArticle | None:
        """Return the article of that slug; None where this edition does not hold it."""
        return next((article for article in self.articles if article.slug == slug), None)

    def latest(self, language: str, most: int) -> list[PrintedArticle]:
        """Return the newest articles in one language."""
        return [article for article in self.articles if article.language == language][:most]

    def teaser(self, article: PrintedArticle) -> Teaser:
        """Return how listings announce the article."""
        return Teaser(
            self.paths[article.slug],
            article.headline,
            article.summary,
            article.published,
            article.slug,
            article.section.name,
        )


def picture_path(slug: str) -> str:
    """Return the path of an article's picture."""
    return f"/images/{quote(slug)}.svg"


@cache
def labels(language: str) -> dict[str, str]:
    """Return the words around the text in that language, ready for HTML."""
    words = tomllib.loads((Path(__file__).parents[1] / "words.toml").read_text(encoding="utf-8"))
    return {key: escape(text) for key, text in words[language].items()}


def direction(language: str) -> str:
    """Return the value of the `dir` attribute."""
    return "rtl" if language == "ar" else "ltr"


def inline(text: str) -> str:
    """Return typed text as HTML: *stress* and [words](address)."""
    return STRESS.sub(r"<em>\1</em>", INLINE_LINK.sub(r'<a href="\2">\1</a>', escape(text, quote=False)))


def part_html(part: Part, site: Site, language: str) -> str:
    """Return one block as HTML."""
    lines = [inline(line) for line in part.text.split("\n")]
    match part.tag:
        case "strong":
            return f"<p><strong>{lines[0]}</strong></p>"
        case "quote":
            return f"<blockquote><p>{lines[0]}</p></blockquote>"
        case "list":
            return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"
        case "table":
            rows = ("".join(f"<td>{cell}</td>" for cell in line.split(" | ")) for line in lines)
            return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
        case "refrain":
            return f'<p lang="fr">{lines[0]}</p>'
        case "related":
            return related_html(part.text, site, language)
        case tag:
            return f"<{tag}>{lines[0]}</{tag}>"


def related_html(slug: str, site: Site, language: str) -> str:
    """Return the link to another article inside a text; nothing where the edition does not hold it."""
    other = site.find(slug)
    if other is None:
        return ""
    link = f'<a href="{site.paths[slug]}">{escape(other.headline)}</a>'
    colon = "\u202f:" if language == "fr" else ":"
    return f'<p class="related">{labels(language)["read_more"]}{colon} {link}</p>'


def parts_html(parts: Iterable[Part], site: Site, language: str) -> str:
    """Return the blocks as HTML, one a line."""
    return "\n".join(part_html(part, site, language) for part in parts)


def og(article: PrintedArticle, site: Site) -> str:
    """Return the Open Graph tags of an article."""
    facts = {
        "og:type": "article",
        "og:site_name": site.name(article.language),
        "og:title": article.headline,
        "og:description": article.summary,
        "og:url": site.address(article),
        "og:locale": article.language,
    }
    if article.caption:
        facts["og:image"] = site.url + picture_path(article.slug)
    return "\n".join(f'<meta property="{name}" content="{escape(text)}">' for name, text in facts.items())


def json_ld(data: dict[str, Any]) -> str:
    """Return a JSON-LD script."""
    text = json.dumps(data, ensure_ascii=False, indent=1).replace("</", "<\\/")
    return f'<script type="application/ld+json">\n{text}\n</script>'


def news_article(article: PrintedArticle, site: Site, iso: Any) -> dict[str, Any]:
    """Return the schema.org NewsArticle; `iso(datetime) -> str` writes instants in the house's fashion."""
    data: dict[str, Any] = {
        "@type": "OpinionNewsArticle" if article.kind == "opinion" else "NewsArticle",
        "mainEntityOfPage": site.address(article),
        "headline": article.headline,
        "description": article.summary,
        "datePublished": iso(article.published),
        "inLanguage": article.language,
        "articleSection": article.section.name,
        "keywords": list(article.tags),
        "author": [{"@type": "Person", "name": name} for name in article.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": site.name(article.language), "url": site.url + "/"},
    }
    if article.modified:
        data["dateModified"] = iso(article.modified)
    if article.caption:
        data["image"] = [site.url + picture_path(article.slug)]
    if article.access:
        data["isAccessibleForFree"] = article.access == "free"
    return data


def byline(article: PrintedArticle, rel: str = "") -> str:
    """Return the authors as links, a comma between them."""
    return ", ".join(
        f'<a href="/author/{escape(name.lower().replace(" ", "-"))}/"{rel}>{escape(name)}</a>'
        for name in article.authors
    )


def tag_links(article: PrintedArticle) -> str:
    """Return the article's tags as links."""
    return " ".join(f'<a href="/tag/{escape(tag)}/" rel="tag">{escape(tag)}</a>' for tag in article.tags)


def navigation(site: Site, language: str) -> str:
    """Return the bar on top: home, sections, videos, search, subscription."""
    word = labels(language)
    sections = "".join(f'<li><a href="/{s.slug}/">{s.name}</a></li>' for s in site.sections)
    return (
        f'<nav class="main-nav"><ul><li><a href="/">{word["home"]}</a></li>{sections}'
        f'<li><a href="/videos/">{word["video"]}</a></li><li><a href="/search">{word["search"]}</a></li>'
        f'<li><a href="/subscribe?from=header">{word["subscribe"]}</a></li></ul></nav>'
    )


def footer(site: Site, language: str) -> str:
    """Return what stands at the foot of every page; its year is older than the news above it."""
    word = labels(language)
    return (
        f'<footer class="site-footer"><p>{escape(site.motto)}</p><ul><li><a href="/legal">{word["legal"]}</a></li>'
        f'<li><a href="/contact">{word["contact"]}</a></li><li><a href="/rss.xml">RSS</a></li></ul>'
        f"<p>© 2024 {escape(site.name(language))}. {word['rights']}.</p></footer>"
    )


def page(language: str, head: str, body: str) -> str:
    """Return a whole HTML document."""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}" dir="{direction(language)}">\n<head>\n{head}\n'
        f'<link rel="stylesheet" href="/style.css">\n</head>\n<body>\n{body}\n</body>\n</html>\n'
    )
