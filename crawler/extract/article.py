"""The one way through a page: parse, metadata, body, and whether it is an article at all."""

from __future__ import annotations

import dataclasses

from crawler.catalogue import Select
from crawler.errors import PageError
from crawler.extract import kind, refuse, safe, selected, wire
from crawler.extract.body import body as read_body
from crawler.extract.metadata import Metadata
from crawler.extract.metadata import metadata as read_metadata
from crawler.items import Article, Dropped
from crawler.memory import Memory
from crawler.page import Page, parse, walls
from crawler.workers import stages

_SHARED = tuple(
    {field.name for field in dataclasses.fields(Article)}.intersection(
        field.name for field in dataclasses.fields(Metadata)
    )
)


def extract(
    html: bytes | str,
    url: str,
    *,
    charset: str | None = None,
    timezone: str | None = None,
    language: str | None = None,
    select: Select | None = None,
    dropped: list[Dropped] | None = None,
    memory: Memory | None = None,
) -> Article:
    """Read one article page.

    `url` is where the page was read, `charset` what its HTTP header says; `timezone` (IANA), `language`
    (BCP 47) and `select` are its source's. `dropped` is filled with what was not taken for the
    article's, in page order, where a list is given. `memory` is what earlier pages of the source taught:
    what they say too is left out.

    Raises NotHTML for what is no page, NotAnArticle for a page that is no article (Walled for what stands in
    its place), PageError for one that would cost too much; `stage` and the message say why.
    """
    try:
        page = parse(html, url, charset)
        stages.enter("walls")
        shell = refuse.walls_before(page)
        stages.enter("metadata")
        found = read_metadata(page, timezone=timezone, language=language)
        return _article(page, found, select or Select(), dropped, memory, shell)
    except RecursionError as error:
        raise PageError("the page is nested too deep", stage="extract") from error


def _article(
    page: Page,
    found: Metadata,
    select: Select,
    dropped: list[Dropped] | None,
    memory: Memory | None,
    shell: walls.Wall | None,
) -> Article:
    article = Article(url=page.url)
    for name in _SHARED:
        setattr(article, name, getattr(found, name))
    if headline := selected.headline(page.root, select):
        article.headline, article.provenance["headline"] = headline, "selector"
    links = refuse.count_links(page)
    stages.enter("body")
    text = read_body(page, found, select, dropped, memory)
    stages.enter("end")
    refuse.no_article(page, links, article.headline, found, text, shell)
    article.standfirst, article.blocks, article.layout = text.standfirst, text.blocks, text.layout
    article.provenance |= text.provenance
    if article.kind == "article" and (shown := kind.of_little_text(page, text.texts())):
        article.kind, article.provenance["kind"] = shown, "html"
    article.wire = list(dict.fromkeys([*found.wire, *wire.written(list(text.texts()), text.beside)]))
    if article.wire:
        article.provenance.setdefault("wire", "html")
    safe.bound(article)
    return article
