"""The application house style: JSON-LD @graph, the body split over components, and much around it that moves."""

from __future__ import annotations

import zlib
from datetime import datetime
from html import escape

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

PARTS_PER_COMPONENT = 3


def path(article: PrintedArticle) -> str:
    """/science/slug-1a2b3c4d."""
    return f"/{article.section.slug}/{article.slug}-{zlib.crc32(article.slug.encode()):08x}"


def iso(instant: datetime) -> str:
    """Return the instant as JavaScript writes it."""
    return f"{instant:%Y-%m-%dT%H:%M:%S}.000Z"


def article_page(article: PrintedArticle, site: Site) -> str:
    """Return the page of an article."""
    language = article.language
    head = (
        f'<meta charset="utf-8">\n<title>{escape(article.headline)}</title>\n'
        f'<meta name="description" content="{escape(article.summary)}">\n{og(article, site)}\n'
        f'<link rel="canonical" href="{site.address(article)}">\n{json_ld(_graph(article, site))}'
    )
    body = (
        f'<div id="app">\n{_consent(language)}<header>{navigation(site, language)}</header>\n'
        f'<main data-component="article">\n<div data-component="headline"><span class="kicker">{article.section.name}'
        f"</span><h1>{escape(article.headline)}</h1></div>\n{_lead(article)}{_byline(article)}"
        f"{_body(article, site)}\n"
        f'<div data-component="topic-list">{tag_links(article)}</div>\n{_comments(article)}</main>\n'
        f"{_most_read(site, language)}{footer(site, language)}</div>"
    )
    return page(language, head, body)


def _graph(article: PrintedArticle, site: Site) -> dict[str, object]:
    address = site.address(article)
    crumbs = [("/", site.name(article.language)), (f"/{article.section.slug}/", article.section.name)]
    return {
        "@context": "https://schema.org",
        "@graph": [
            {
                "@type": "WebSite",
                "@id": f"{site.url}/#website",
                "name": site.name(article.language),
                "url": site.url + "/",
            },
            {"@type": "WebPage", "@id": address, "url": address, "isPartOf": {"@id": f"{site.url}/#website"}},
            {
                "@type": "BreadcrumbList",
                "itemListElement": [
                    {"@type": "ListItem", "position": rank, "name": name, "item": site.url + href}
                    for rank, (href, name) in enumerate(crumbs, 1)
                ],
            },
            news_article(article, site, iso),
        ],
    }


def _consent(language: str) -> str:
    word = labels(language)
    return (
        f'<div id="consent-banner" role="dialog"><p>{word["consent"]}</p><button>{word["accept"]}</button>'
        f"<button>{word['refuse']}</button></div>\n"
    )


def _lead(article: PrintedArticle) -> str:
    if not article.standfirst:
        return ""
    texts = "".join(f"<p>{escape(text)}</p>" for text in article.standfirst)
    return f'<div data-component="standfirst" class="article-standfirst">{texts}</div>\n'


def _byline(article: PrintedArticle) -> str:
    word = labels(article.language)
    return (
        f'<div data-component="byline">{word["by"]} {byline(article)}</div>\n'
        f'<div data-component="date"><time datetime="{iso(article.published)}">{article.published:%d.%m.%Y}</time>'
        f"</div>\n"
    )


def _body(article: PrintedArticle, site: Site) -> str:
    """Return the text in several sibling components, a newsletter box after the first."""
    parts = article.shown
    chunks = [parts[at : at + PARTS_PER_COMPONENT] for at in range(0, len(parts), PARTS_PER_COMPONENT)]
    components = [
        f'<div data-component="text-block">\n{parts_html(chunk, site, article.language)}\n</div>' for chunk in chunks
    ]
    word = labels(article.language)
    newsletter = (
        f'<div data-component="newsletter-signup"><p>{word["newsletter"]}</p>'
        f'<a href="/newsletter">{word["subscribe"]}</a></div>'
    )
    picture = ""
    if article.caption:
        picture = (
            f'<div data-component="image"><figure><img src="{picture_path(article.slug)}" alt="">'
            f"<figcaption>{escape(article.caption)}</figcaption></figure></div>\n"
        )
    return picture + "\n".join([*components[:1], newsletter, *components[1:]])


def _comments(article: PrintedArticle) -> str:
    word = labels(article.language)
    return (
        f'<div data-component="comments"><span class="count">{article.number % 87} {word["comments"]}</span>'
        f'<div class="spinner">Loading</div></div>\n'
    )


def _most_read(site: Site, language: str) -> str:
    """Return the box that changes with every edition, on every page."""
    links = "".join(
        f'<li><a href="{site.paths[article.slug]}?utm_source=most-read&amp;utm_medium=box">'
        f"{escape(article.headline)}</a></li>"
        for article in site.latest(language, 5)
    )
    return f'<aside data-component="most-read"><h2>{labels(language)["most_read"]}</h2><ol>{links}</ol></aside>\n'


def section_page(section: Section, teasers: list[Teaser], site: Site) -> str:
    """Return the section's page: JSON-LD ItemList, cards that are one large anchor, trending, most read."""
    word = labels(section.language)
    items = [
        {"@type": "ListItem", "position": rank, "url": site.url + t.href, "name": t.title}
        for rank, t in enumerate(teasers, 1)
    ]
    cards = "\n".join(
        f'<a data-component="card" href="{escape(t.href)}"><span class="kicker">{section.name}</span>'
        f'<h3>{escape(t.title)}</h3><p>{escape(t.summary)}</p><span class="time">{t.published:%H:%M}</span></a>'
        for t in teasers
    )
    tags = sorted({tag for article in site.articles if article.section == section for tag in article.tags})[:6]
    trending = "".join(f'<a href="/tag/{escape(tag)}/">{escape(tag)}</a> ' for tag in tags)
    head = (
        f'<meta charset="utf-8">\n<title>{section.name}</title>\n'
        f"{json_ld({'@context': 'https://schema.org', '@type': 'ItemList', 'itemListElement': items})}"
    )
    body = (
        f'<div id="app">\n{_consent(section.language)}<header>{navigation(site, section.language)}</header>\n'
        f'<div data-component="trending">{word["trending"]} {trending}</div>\n'
        f'<main><h1>{section.name}</h1>\n{cards}\n<button data-component="load-more">Loading</button></main>\n'
        f"{_most_read(site, section.language)}{footer(site, section.language)}</div>"
    )
    return page(section.language, head, body)
