"""Links to articles out of a section page, a feed or a news sitemap."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from crawler.discover import feed, section, sitemap
from crawler.discover.document import Links, kind_of
from crawler.discover.seen import Seen, seen_on
from crawler.discover.sitemap import child_sitemaps
from crawler.discover.sitemap import whole as whole_sitemap
from crawler.errors import PageError

__all__ = [
    "KINDS",
    "Links",
    "Seen",
    "answer_line",
    "child_sitemaps",
    "failed_line",
    "kind_of",
    "links",
    "links_lines",
    "whole_sitemap",
]

KINDS = {"section": section.links, "feed": feed.links, "news-sitemap": sitemap.links}
"""Reader by kind of listing."""

# Other names under which lists of listings are passed around.
_ALIASES = {
    **dict.fromkeys(("home", "homelinks", "html"), "section"),
    **dict.fromkeys(("rss", "atom", "rdf", "json-feed"), "feed"),
    **dict.fromkeys(("newsmap", "sitemap", "news_sitemap"), "news-sitemap"),
}


def links(
    content: bytes, url: str, kind: str, charset: str | None = None, *, seen: Seen | None = None, turn: bool = False
) -> Links:
    """Read the links to articles of one listing, in its order; each address once, rank from 1.

    Of a listing of more than MOST_LINKS (5,000) only so many are kept; `announced` of the result says how many it
    has.

    `content` is what the server sent (gzip or not), `url` where it came from, `kind` one of KINDS, `charset` what
    the HTTP head names: it decides where the content neither is UTF-8 nor says what it is. `seen` is what earlier
    visits to a section page showed, and `turn` asks for the address of its next page (`next_page` of the result);
    feeds and sitemaps need neither. Makes no request.

    An index of sitemaps gives []: see `child_sitemaps`. Raises PageError with stage 'listing' and the reason when
    the content is no such listing: empty, another format, and Walled, whose `outcome` says what it means, for what
    stands in its place: a challenge, a consent page, a soft 404.
    """
    if kind == "section":
        return section.links(content, url, charset, seen=seen, turn=turn)
    return KINDS[kind](content, url, charset)


def links_lines(lines: Iterable[str]) -> Iterator[str]:
    """Answer JSON lines {"id", "url", "kind", "path"} with {"id", "links": [{"url", "title", "published", "rank"}]}.

    `kind` is one of KINDS or a usual name of one (home, rss, atom, sitemap…); `path` is a file, gzipped or not. A
    line may have "previous": the file of the same section page at an earlier visit, or a list of them, oldest first.
    A line that cannot be answered gives {"id", "links": [], "error"}; empty lines are passed over.
    """
    for line in lines:
        if line.strip():
            yield answer_line(line)


def answer_line(line: str) -> str:
    """The answer to one line."""
    return json.dumps(_answer(line), ensure_ascii=False)


def failed_line(line: str, reason: str) -> str:
    """The answer to a line whose listing cannot be read for this reason, for people."""
    try:
        identity = json.loads(line)["id"]
    except (ValueError, LookupError, TypeError, RecursionError):
        identity = None
    return json.dumps(_failed(identity, reason), ensure_ascii=False)


def _answer(line: str) -> dict[str, Any]:
    identity = None
    try:
        asked = json.loads(line)
        identity = asked.get("id")
        kind = _ALIASES.get(asked["kind"], asked["kind"])
        if kind not in KINDS:
            return _failed(identity, f"unknown kind {kind!r}: one of {', '.join(KINDS)}")
        seen = _seen(asked.get("previous") or [], asked["url"]) if kind == "section" else None
        found = links(Path(asked["path"]).read_bytes(), asked["url"], kind, seen=seen)
    except KeyError as error:
        return _failed(identity, f"the line has no {error}")
    except (PageError, OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        return _failed(identity, str(error))
    names = ("url", "title", "published", "rank")
    return {"id": identity, "links": [{name: getattr(link, name) for name in names} for link in found]}


def _seen(previous: str | list[str], url: str) -> Seen:
    paths = [previous] if isinstance(previous, str) else previous
    return seen_on(section.shown(Path(path).read_bytes(), url) for path in paths)


def _failed(identity: object, reason: str) -> dict[str, Any]:
    return {"id": identity, "links": [], "error": reason}
