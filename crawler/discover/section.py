"""Articles that a section page links to."""

from __future__ import annotations

from crawler.discover.candidates import candidates
from crawler.discover.dates import day_in
from crawler.discover.document import MOST_LINKS, Links, refuse_walls, unpacked
from crawler.discover.scorer import scores
from crawler.errors import NotHTML, PageError
from crawler.items import Link
from crawler.page import Page, parse
from crawler.page.encoding import decode


def links(content: bytes, url: str, charset: str | None = None) -> Links:
    """Read the articles of a section page in order of first appearance; rank 1 stands first.

    `content` may be gzipped. Only addresses of the page's own site, or of the one other site to which nearly all
    its headlines lead. Raises PageError (stage 'listing') for what is no page, or a wall before it.
    """
    content = unpacked(content)
    text = decode(content, charset)
    refuse_walls(text)
    try:
        page = parse(text, url)
    except NotHTML as error:
        raise PageError(str(error), stage="listing") from error
    return page_links(page)


def page_links(page: Page) -> Links:
    """Read the articles of a section page that is already parsed; `page` is not changed."""
    found = candidates(page)
    articles = [one for one, score in zip(found, scores(found), strict=True) if score > 0]
    kept = (
        Link(url=one.url, title=one.title, published=one.published or day_in(one.url), rank=rank)
        for rank, one in enumerate(articles[:MOST_LINKS], start=1)
    )
    return Links(kept, len(articles))
