"""The classic house style: JSON-LD and Open Graph, <h1>, .standfirst, <article>; a section page of cards."""

from __future__ import annotations

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from crawler.demo.builds.common import (
    Site,
    Teaser,
    byline,
    footer,
    json_ld,
    labels,
    navigation,
    news_article,
    og,
    page,
    parts_html,
    picture_path,
    tag_links,
)
from crawler.demo.manuscript import PrintedArticle, Section

ZONE = ZoneInfo("Europe/Paris")


def path(article: PrintedArticle) -> str:
    """/world/article/2026/03/14/slug_1234567.html."""
    day = article.published.astimezone(ZONE)
    return f"/{article.section.slug}/article/{day:%Y/%m/%d}/{article.slug}_{article.number}.html"


def iso(instant: datetime) -> str:
    """Return the instant with the newsroom's own offset."""
    return instant.astimezone(ZONE).isoformat()


def article_page(article: PrintedArticle, site: Site) -> str:
    """Return the page of an article."""
    name = escape(site.name(article.language))
    word = labels(article.language)
    data = {"@context": "https://schema.org"} | news_article(article, site, iso)
    amp = f'<link rel="amphtml" href="{site.url}/amp{path(article)}">'
    head = (
        f'<meta charset="{_named(article.charset)}">\n<title>{escape(article.headline)} | {name}</title>\n'
        f'<meta name="description" content="{escape(article.summary)}">\n{og(article, site)}\n'
        f'<link rel="canonical" href="{site.address(article)}">\n{amp}\n{json_ld(data)}'
    )
    body = (
        f'<header class="masthead"><a href="/">{name}</a>{navigation(site, article.language)}</header>\n'
        f'<main><article class="story">\n<a class="kicker" href="/{article.section.slug}/">{article.section.name}</a>\n'
        f"<h1>{escape(article.headline)}</h1>\n{_standfirst(article)}{_byline(article)}{_picture(article)}"
        f'<div class="share"><button>{word["share"]}</button></div>\n'
        f'<div class="story-body">\n{parts_html(article.shown, site, article.language)}\n{_wall(article)}</div>\n'
        f'<div class="tags">{tag_links(article)}</div>\n</article>\n'
        f'<section id="comments"><h2>{word["comments"].capitalize()}</h2><p>{word["no_comment"]}</p></section></main>\n'
        f"{footer(site, article.language)}"
    )
    return page(article.language, head, body)


def _named(charset: str) -> str:
    # Old systems write windows-1252 and call it ISO-8859-1; browsers have learnt to read it so.
    return "iso-8859-1" if charset == "windows-1252" else charset


def _standfirst(article: PrintedArticle) -> str:
    if not article.standfirst:
        return ""
    return '<div class="standfirst">' + "".join(f"<p>{escape(text)}</p>" for text in article.standfirst) + "</div>\n"


def _byline(article: PrintedArticle) -> str:
    word = labels(article.language)
    updated = ""
    if article.modified:
        updated = f' · {word["updated"]} <time datetime="{iso(article.modified)}">{_shown(article.modified)}</time>'
    return (
        f'<p class="byline">{word["by"]} {byline(article)} · {word["published"]} '
        f'<time datetime="{iso(article.published)}">{_shown(article.published)}</time>{updated}</p>\n'
    )


def _shown(instant: datetime) -> str:
    return f"{instant.astimezone(ZONE):%d/%m/%Y %H:%M}"


def _picture(article: PrintedArticle) -> str:
    if not article.caption:
        return ""
    return (
        f'<figure><img src="{picture_path(article.slug)}" alt="">'
        f"<figcaption>{escape(article.caption)}</figcaption></figure>\n"
    )


def _wall(article: PrintedArticle) -> str:
    if article.access != "paywalled":
        return ""
    word = labels(article.language)
    return f'<div class="paywall"><p>{word["wall"]}</p><a href="/subscribe?from=wall">{word["subscribe"]}</a></div>\n'


def _own_feed(section: Section) -> str:
    """The section's feed; home, tags and authors have none."""
    if not section.slug:
        return ""
    kind = 'rel="alternate" type="application/rss+xml"'
    return f'<link {kind} href="/{section.slug}/rss.xml" title="{section.name}">\n'


def section_page(section: Section, teasers: list[Teaser], site: Site) -> str:
    """Return the section's page: cards of headline, teaser and time."""
    cards = "\n".join(
        f'<article class="card"><h2><a href="{escape(t.href)}">{escape(t.title)}</a></h2>'
        f'<p class="teaser">{escape(t.summary)}</p><time datetime="{iso(t.published)}">{_shown(t.published)}</time>'
        f'<a class="section" href="/{section.slug}/">{section.name}</a></article>'
        for t in teasers
    )
    name = escape(site.name(section.language))
    head = (
        f'<meta charset="utf-8">\n<title>{section.name} | {name}</title>\n{_own_feed(section)}'
        f'<link rel="alternate" type="application/rss+xml" href="/rss.xml" title="RSS">'
    )
    body = (
        f'<header class="masthead"><a href="/">{name}</a>{navigation(site, section.language)}</header>\n'
        f'<main><h1>{section.name}</h1>\n<div class="cards">\n{cards}\n</div>\n'
        f'<p class="pages"><a href="/{section.slug}/?page=2">2</a> <a href="/{section.slug}/?page=3">3</a></p></main>\n'
        f"{footer(site, section.language)}"
    )
    return page(section.language, head, body)
