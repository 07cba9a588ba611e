"""What machines read: RSS, Atom, the news sitemap and robots.txt."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from html import escape

from crawler.demo.builds.common import Site, Teaser

NEWS_SITEMAP_HOURS = 48  # a news sitemap names the last two days only


def rss(teasers: list[Teaser], site: Site, title: str | None = None) -> str:
    """Return an RSS 2.0 feed; its links carry tracking parameters, its times the RFC 822 form.

    `title`: the section that it is the feed of; None = the whole paper.
    """
    name = " – ".join(filter(None, (title, site.name(""))))
    items = "\n".join(
        f"<item><title>{escape(t.title)}</title>"
        f"<link>{site.url}{escape(t.href)}?utm_source=rss&amp;utm_medium=feed&amp;utm_campaign=flux</link>"
        f'<guid isPermaLink="false">{escape(t.slug)}</guid><category>{escape(t.section)}</category>'
        f"<pubDate>{format_datetime(t.published)}</pubDate><description>{escape(t.summary)}</description></item>"
        for t in teasers
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>\n'
        f"<title>{escape(name)}</title><link>{site.url}/</link><description>{escape(site.motto)}</description>\n"
        f"{items}\n</channel></rss>\n"
    )


def atom(teasers: list[Teaser], site: Site) -> str:
    """Return an Atom feed; its links are relative to xml:base."""
    newest = max(t.published for t in teasers)
    entries = "\n".join(
        f"<entry><title>{escape(t.title)}</title><id>tag:{escape(t.slug)}</id>"
        f'<link rel="alternate" type="text/html" href="{escape(t.href)}"/><category term="{escape(t.section)}"/>'
        f"<published>{t.published.isoformat()}</published><updated>{t.published.isoformat()}</updated>"
        f'<summary type="text">{escape(t.summary)}</summary></entry>'
        for t in teasers
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{site.url}/">\n<title>{escape(site.name(""))}</title>'
        f"<id>{site.url}/</id><updated>{newest.isoformat()}</updated>"
        f'<link rel="self" href="/atom.xml"/>\n{entries}\n</feed>\n'
    )


def news_sitemap(site: Site) -> str:
    """Return the news sitemap of the last two days, with all `news:` fields."""
    since = site.articles[0].published - timedelta(hours=NEWS_SITEMAP_HOURS)
    entries = "\n".join(
        f"<url><loc>{site.address(a)}</loc><lastmod>{(a.modified or a.published).isoformat()}</lastmod><news:news>"
        f"<news:publication><news:name>{escape(site.name(a.language))}</news:name><news:language>{a.language}</news:language>"
        f"</news:publication><news:publication_date>{a.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(a.headline)}</news:title><news:keywords>{escape(', '.join(a.tags))}</news:keywords>"
        f"</news:news></url>"
        for a in site.articles
        if a.published >= since
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{entries}\n</urlset>\n'
    )


def robots(site: Site, sitemaps: list[str]) -> str:
    """Return robots.txt: two folders are closed, nobody is asked to wait; `sitemaps` are paths."""
    named = "".join(f"Sitemap: {site.url}{path}\n" for path in sitemaps)
    return (
        "# Readers and robots are welcome; the letter to subscribers is for subscribers.\n"
        "User-agent: *\nDisallow: /lettre-des-abonnes/\nDisallow: /search\nAllow: /\n\n"
        f"{named}"
    )
