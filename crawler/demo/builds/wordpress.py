"""The blog-engine house style: .entry-content, no JSON-LD, the date only in <time>; lists with empty anchors."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from crawler.demo.builds.common import (
    Site,
    Teaser,
    byline,
    footer,
    labels,
    navigation,
    og,
    page,
    parts_html,
    picture_path,
    tag_links,
)
from crawler.demo.manuscript import PrintedArticle, Section


def path(article: PrintedArticle) -> str:
    """/2026/03/slug/; a slug in another script is percent-encoded, as the engine does."""
    return f"/{article.published:%Y/%m}/{quote(article.slug)}/"


def article_page(article: PrintedArticle, site: Site) -> str:
    """Return the page of an article."""
    name = escape(site.name(article.language))
    word = labels(article.language)
    head = (
        f'<meta charset="utf-8">\n<title>{escape(article.headline)} – {name}</title>\n'
        f'{og(article, site)}\n<link rel="canonical" href="{site.address(article)}">\n'
        f'<link rel="alternate" type="application/atom+xml" href="/atom.xml">'
    )
    body = (
        f'<header class="site-header"><p class="site-title"><a href="/" rel="home">{name}</a></p>'
        f"{navigation(site, article.language)}</header>\n"
        f'<main id="main"><article class="post type-post">\n<header class="entry-header">'
        f'<span class="cat-links"><a href="/{article.section.slug}/" rel="category tag">'
        f"{article.section.name}</a></span>"
        f'<h1 class="entry-title">{escape(article.headline)}</h1>{_meta(article)}</header>\n'
        f"{_picture(article)}{_summary(article)}"
        f'<div class="entry-content">\n{parts_html(article.shown, site, article.language)}\n'
        f'<div class="sharedaddy"><p>{word["share"]}</p></div></div>\n'
        f'<footer class="entry-footer">{tag_links(article)}</footer></article>\n'
        f'<div id="comments"><h2 class="comments-title">{article.number % 9} {word["comments"]}</h2></div></main>\n'
        f"{_sidebar(article)}{footer(site, article.language)}"
    )
    return page(article.language, head, body)


def _meta(article: PrintedArticle) -> str:
    word = labels(article.language)
    updated = ""
    if article.modified:
        instant = article.modified
        updated = f' <time class="updated" datetime="{instant.isoformat()}">{instant:%d/%m/%Y}</time>'
    return (
        f'<div class="entry-meta"><time class="entry-date published" datetime="{article.published.isoformat()}">'
        f'{article.published:%d/%m/%Y}</time>{updated} <span class="byline">{word["by"]} '
        f'<span class="author vcard">{byline(article, " rel=author")}</span></span></div>'
    )


def _picture(article: PrintedArticle) -> str:
    if not article.caption:
        return ""
    return (
        f'<figure class="wp-caption"><img src="{picture_path(article.slug)}" alt="">'
        f'<figcaption class="wp-caption-text">{escape(article.caption)}</figcaption></figure>\n'
    )


def _summary(article: PrintedArticle) -> str:
    if not article.standfirst:
        return ""
    return '<div class="entry-summary">' + "".join(f"<p>{escape(text)}</p>" for text in article.standfirst) + "</div>\n"


def _sidebar(article: PrintedArticle) -> str:
    word = labels(article.language)
    return (
        f'<aside class="widget-area"><section class="widget"><h2>{word["subscribe"]}</h2><p>{word["newsletter"]}</p>'
        f'</section><section class="widget"><h2>{word["trending"]}</h2>{tag_links(article)}</section></aside>\n'
    )


def section_page(section: Section, teasers: list[Teaser], site: Site) -> str:
    """Return the section's page: pictures in anchors without words, headlines without anchors, 'read more'."""
    more = labels(section.language)["continue"]
    entries = "\n".join(
        f'<article class="post"><a class="post-thumbnail" href="{escape(t.href)}" aria-hidden="true">'
        f'<img src="{picture_path(t.slug)}" alt=""></a><h2 class="entry-title">{escape(t.title)}</h2>'
        f'<div class="entry-meta"><time datetime="{t.published.isoformat()}">{t.published:%d/%m/%Y}</time></div>'
        f'<div class="excerpt"><p>{escape(t.summary)}</p></div>'
        f'<a class="more-link" href="{escape(t.href)}">{more}</a></article>'
        for t in teasers
    )
    name = escape(site.name(section.language))
    head = (
        f'<meta charset="utf-8">\n<title>{section.name} – {name}</title>\n'
        f'<link rel="alternate" type="application/atom+xml" href="/atom.xml">'
    )
    body = (
        f'<header class="site-header"><p class="site-title"><a href="/" rel="home">{name}</a></p>'
        f"{navigation(site, section.language)}</header>\n"
        f'<main id="main"><h1 class="page-title">{section.name}</h1>\n{entries}\n'
        f'<div class="nav-links"><a href="/{section.slug}/page/2/">2</a> '
        f'<a href="/{section.slug}/page/3/">3</a></div></main>\n'
        f"{footer(site, section.language)}"
    )
    return page(section.language, head, body)
