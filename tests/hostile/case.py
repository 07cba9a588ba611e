"""What a case is: what is served, and what must stand in the database afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Any, TypeAlias

HTML = "text/html; charset=utf-8"
Row: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer is given."""

    base: str
    """Scheme, host and port."""
    path: str
    """The case's own path; what is announced."""
    asked: str
    """Path and query as asked for."""
    run: int
    """1 for the first crawl."""
    closing: Event
    """`closing.wait(seconds)` lets a client wait without holding up the end."""
    base_of: Callable[[str], str] = str
    """Scheme, host and port of another case that is alone, by its name."""

    def url(self, key: str = "") -> str:
        """Absolute address of a key of the case."""
        return self.base + (key if key.startswith("/") and key != "/" else self.path + key)


Body: TypeAlias = bytes | str | Callable[[Place], bytes | str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent for one address."""

    body: Body = b""
    content_type: str | None = HTML
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    raw: Callable[[Place], Iterable[bytes]] | None = None
    """All that goes over the socket, piece by piece, before it is closed; the rest of the answer does not count."""

    def bytes_at(self, place: Place) -> bytes:
        body = self.body(place) if callable(self.body) else self.body
        return body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Found:
    """All rows that came of a case, and what was asked of its server."""

    place: Place
    articles: list[Row]
    """Rows of `articles` with `body_text` beside them, by number."""
    urls: list[Row]
    fetches: list[Row]
    """Of its own addresses; those of listings only where the case is alone."""
    revisions: list[Row]
    requests: list[str]
    """Paths in the order in which they were asked for, robots.txt and the like left out."""
    log: str
    """All that the crawl wrote to stdout and stderr."""

    @property
    def article(self) -> Row:
        assert len(self.articles) == 1, f"{len(self.articles)} articles"
        return self.articles[0]


@dataclass(frozen=True)
class Case:
    name: str
    group: str
    pages: Mapping[str, Answer | Sequence[Answer]]
    announce: Sequence[str] = ("",)
    titles: Mapping[str, str] = field(default_factory=dict)
    alone: bool = False
    listings: Mapping[str, str] = field(default_factory=dict)
    """Key -> kind, or "section*3" for one read three pages deep; empty: the feed that the server makes."""
    source: str = ""
    """Lines for the source's TOML file, above its listings."""
    rest: Callable[[Place], Answer | None] | None = None
    runs: int = 1
    articles: int | None = 1
    """-1: one or none, each with its reason; None: `check` counts them."""
    columns: Mapping[str, Any] = field(default_factory=dict)
    says: Sequence[str] = ()
    hides: Sequence[str] = ()
    outcome: str | Sequence[str] | None = None
    reason: str | None = None
    asked: Sequence[str] = ()
    unasked: Sequence[str] = ()
    check: Callable[[Found], None] | None = None

    def title(self, key: str) -> str | None:
        """What the feed calls it: as `titles` say, else the headline that is expected of the page."""
        headline = self.columns.get("headline")
        return self.titles.get(key, headline if key == self.announce[0] and isinstance(headline, str) else None)

    def __str__(self) -> str:
        return f"{self.group}-{self.name}"


def wrong(case: Case, found: Found) -> list[str]:
    """What does not hold, in words; [] when all does."""
    return [*_disposed(case, found), *_articles(case, found), *_rows(case, found), *_checked(case, found)]


def _disposed(case: Case, found: Found) -> Iterable[str]:
    """Each announced address has a disposition and a reason; what brought nothing the outcome that the case expects."""
    if case.listings:
        return
    known = {row["asked_url"] or row["url"]: row for row in found.urls} | {row["url"]: row for row in found.urls}
    for key in case.announce:
        row = known.get(found.place.url(key))
        if row is None:
            yield f"no row in urls for {found.place.url(key)}"
        elif row["state"] == "new":
            yield f"{row['url']} was never disposed of"
        elif not row["reason"]:
            yield f"{row['url']} is {row['state']} without a reason"


def _articles(case: Case, found: Found) -> Iterable[str]:
    if case.articles is not None and case.articles >= 0 and len(found.articles) != case.articles:
        told = [(row["url"], row["headline"], (row["body_text"] or "")[:80]) for row in found.articles]
        yield f"{len(found.articles)} articles, not {case.articles}: {told} {_told(found)}"
        return
    for article in found.articles:
        for column, value in case.columns.items():
            is_right = value(article[column]) if callable(value) else article[column] == value
            if not is_right:
                yield f"{column} is {article[column]!r:.300}" + ("" if callable(value) else f", not {value!r:.300}")
    text = "\n".join(str(row[name] or "") for row in found.articles for name in ("headline", "standfirst", "body_text"))
    yield from (f"{words!r:.200} is not in the text {text!r:.500}" for words in case.says if words not in text)


def _rows(case: Case, found: Found) -> Iterable[str]:
    tables = (found.articles, found.urls, found.fetches, found.revisions)
    everything = "\n".join(str(value) for table in tables for row in table for value in row.values())
    yield from (f"{words!r} stands in the database" for words in case.hides if words in everything)
    outcomes = {row["outcome"] for row in found.fetches}
    expected = {case.outcome} if isinstance(case.outcome, str) else set(case.outcome or ())
    if expected and not (outcomes and outcomes <= expected):
        yield f"outcomes {outcomes}, not {expected}: {_told(found)}"
    reasons = [row["reason"] or "" for row in found.fetches]
    if case.reason is not None and not any(re.search(case.reason, reason) for reason in reasons):
        yield f"no reason says {case.reason!r}: {reasons}"
    if case.articles == 0 and not case.listings and not all(reasons):
        yield f"no reason: {_told(found)}"


def _told(found: Found) -> list[tuple[Any, ...]]:
    return [(row["outcome"], row["status_code"], row["reason"]) for row in found.fetches]


def _checked(case: Case, found: Found) -> Iterable[str]:
    paths = {key: found.place.url(key)[len(found.place.base) :] for key in (*case.asked, *case.unasked)}
    yield from (f"{paths[key]} was not asked for" for key in case.asked if paths[key] not in found.requests)
    yield from (f"{paths[key]} was asked for" for key in case.unasked if paths[key] in found.requests)
    if case.check is not None:
        try:
            case.check(found)
        except AssertionError as error:
            yield f"check: {error}"
