"""Articles that a section page links to."""

from __future__ import annotations

from crawler.discover.candidates import MOST_ANCHORS, candidates
from crawler.discover.dates import day_in
from crawler.discover.document import MOST_LINKS, Links, refuse_walls, unpacked
from crawler.discover.pager import next_page
from crawler.discover.plain import plain
from crawler.discover.scorer import scores
from crawler.discover.seen import Seen, fingerprint, with_memory
from crawler.errors import NotHTML, PageError
from crawler.items import Link
from crawler.page import Page, parse
from crawler.page.encoding import decode
from crawler.workers import stages


def links(
    content: bytes, url: str, charset: str | None = None, *, seen: Seen | None = None, turn: bool = False
) -> Links:
    """Read the articles of a section page in order of first appearance; rank 1 stands first.

    `content` may be gzipped; `seen` is what earlier visits showed; with `turn` the next page is looked for too. Only
    addresses of the page's own site, or of the one other site to which nearly all its headlines lead. Raises
    PageError (stage 'listing') for what is no page, or a wall before it.
    """
    page = _page(content, url, charset)
    stages.enter("links")
    found = page_links(page, seen, turn=turn)
    stages.enter("walls")
    refuse_walls(page, sum(link.score is not None and link.score > 0 for link in found))  # plain lists are no evidence
    return found


def shown(content: bytes, url: str) -> list[str]:
    """Canonical addresses of the site that a page shows, articles or not: what a later visit compares with."""
    return [one.key for one in candidates(_page(content, url))][:MOST_LINKS]


def _page(content: bytes, url: str, charset: str | None = None) -> Page:
    text = decode(unpacked(content), charset)
    try:
        return parse(text, url)
    except NotHTML as error:
        raise PageError(str(error), stage="listing") from error


def page_links(page: Page, seen: Seen | None = None, *, turn: bool = False) -> Links:
    """Read the articles of a section page that is already parsed; `page` is not changed."""
    found = candidates(page)
    keys = [one.key for one in found]
    seen, by_page = seen or Seen(), scores(found)
    judged = with_memory(keys, by_page, seen)
    bare = {index for index in plain(found, by_page) if fingerprint(keys[index]) not in seen.no_articles}
    articles = [
        (one, score) for index, (one, score) in enumerate(zip(found, judged, strict=True)) if score > 0 or index in bare
    ]
    kept = (
        Link(
            url=one.url,
            title=one.title,
            published=one.published or day_in(one.url),
            rank=rank,
            score=round(score, 1),
        )
        for rank, (one, score) in enumerate(articles[:MOST_LINKS], start=1)
    )
    count = sum(1 for _ in page.root.iter("a", "area"))
    return Links(
        kept,
        len(articles),
        [fingerprint(key) for key in keys[:MOST_LINKS]],
        next_page(page) if turn else None,
        _notes(count, len(found), len(articles)),
    )


def _notes(anchors: int, addresses: int, articles: int) -> list[str]:
    """What people should know of a page: that not all of it was looked at, or that nothing came of it."""
    cut = [f"the first {MOST_ANCHORS:,} of {anchors:,} links looked at"] if anchors > MOST_ANCHORS else []
    none = [f"none of {addresses:,} addresses looks like an article"] if addresses and not articles else []
    return cut + none
