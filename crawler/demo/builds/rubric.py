"""The first page that must be right: a French article of an "International" rubric.

The rubric's label above the headline, a standfirst of two paragraphs, five subheads; then a tail of a related
link, « Aucun commentaire », « Loading » and a footer « © 2024 ». Its only date stands in JSON-LD. `variant`
gives the same words with other marks: a <h2>, b <h3>, c <p><strong> and a section named by the label alone,
d as a and without any date.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape

from crawler.demo.builds import classic
from crawler.demo.builds.common import Site, footer, json_ld, navigation, news_article, page, parts_html, related_html
from crawler.demo.manuscript import SUBHEAD_TAGS, PrintedArticle

VARIANTS = {"a": "h2", "b": "h3", "c": "strong", "d": "h2"}
OMITTED = {"c": ("articleSection",), "d": ("datePublished",)}
"""What a variant's JSON-LD does not tell."""

section_page = classic.section_page


def path(article: PrintedArticle) -> str:
    """/international/slug_1234567.html: an address that tells no date either."""
    return f"/{article.section.slug}/{article.slug}_{article.number}.html"


def variant(article: PrintedArticle, letter: str) -> PrintedArticle:
    """Return the article with that variant's kind of subheads."""
    tag = VARIANTS[letter]
    parts = tuple(replace(part, tag=tag) if part.tag in SUBHEAD_TAGS else part for part in article.parts)
    return replace(article, parts=parts)


def article_page(article: PrintedArticle, site: Site, *, omitted: tuple[str, ...] = ()) -> str:
    """Return the page of an article, without the `omitted` keys of JSON-LD; its last part is the tail's link."""
    *parts, tail = article.parts
    data = {"@context": "https://schema.org"} | news_article(article, site, classic.iso)
    data = {name: value for name, value in data.items() if name not in omitted}
    head = (
        f'<meta charset="utf-8">\n<title>{escape(article.headline)} | {escape(site.name(article.language))}</title>\n'
        f'<meta name="description" content="{escape(article.standfirst[0])}">\n{json_ld(data)}'
    )
    chapo = "".join(f"<p>{escape(text)}</p>" for text in article.standfirst)
    body = (
        f"<header>{navigation(site, article.language)}</header>\n"
        f'<main>\n<div class="rubrique"><a href="/{article.section.slug}/">{article.section.name}</a></div>\n'
        f'<h1>{escape(article.headline)}</h1>\n<div class="chapo">{chapo}</div>\n'
        f'<div class="texte">\n{parts_html(parts, site, article.language)}\n'
        f"{related_html(tail.text, site, article.language)}\n</div>\n"
        f'<div class="commentaires"><p>Aucun commentaire</p></div>\n<div class="chargement"><p>Loading</p></div>\n'
        f"</main>\n{footer(site, article.language)}"
    )
    return page(article.language, head, body)
