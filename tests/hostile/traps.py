"""Sites of many pages: what the cases of traps are made of. Each is a case that is alone, with listings of its own.

    @trap(runs=2)
    def a_calendar(site):
        stories = site.front(3)              # a section page /world/ with three stories, and their pages
        site.page("/calendar", "…")          # or a function of Asked
        return lambda left: left.holds(stories)

A site is written down before its address is known: `site.origin` and `site.host` stand for it in every answer.
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from random import Random
from typing import Any, TypeAlias

from hostile.case import HTML, Answer, Case, Found, Place

HOST, PORT = "host.invalid", "PPPPP"
RSS, XML = "application/rss+xml", "application/xml"
_FIRST = "har fer val mer lan tol vin sel bor mar kes dun pel gri tam wes cor bel nor fal hul pem ros stan trev"
_MIDDLE = "a e i o u an en in on ar er or al el ol"
_LAST = "bour dian ting ters mont vale ston wick ford lin mere gate combe ham stead well ridge burn dale brook worth"
WORDS = sorted(f"{a}{b}{c}" for a in _FIRST.split() for b in _MIDDLE.split() for c in _LAST.split())
"""So many that two texts share few by chance."""
VERBS = ("opened", "closed", "repaired", "refused", "counted", "promised", "carried", "measured", "painted", "signed")


@dataclass(frozen=True, slots=True)
class Tale:
    """An invented article."""

    headline: str
    paragraphs: tuple[str, ...]

    @property
    def slug(self) -> str:
        return "-".join(self.headline.lower().split())

    @property
    def path(self) -> str:
        return f"/world/{self.slug}"

    def html(
        self, *, head: str = "", before: str = "", after: str = "", inner: str = "", cut: int | None = None, **more: Any
    ) -> str:
        """Its page: `head` in the head, `before` and `after` around the article, `inner` below the headline.

        `cut`: only so many paragraphs; `paragraphs` and `headline` instead of its own.
        """
        headline = escape(more.get("headline", self.headline))
        texts = "".join(f"<p>{text}</p>" for text in more.get("paragraphs", self.paragraphs)[:cut])
        return (
            f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{headline}</title>{head}</head><body>"
            f"<nav><a href=/>Home</a> <a href=/world/>World</a></nav>{before}<article><h1>{headline}</h1>{inner}{texts}"
            f"</article>{after}<footer><a href=/about>About us</a></footer></body></html>"
        )


def tale(seed: str, paragraphs: int = 4) -> Tale:
    """Always the same for a seed."""
    random = Random(seed)

    def word() -> str:
        return random.choice(WORDS)

    def sentence() -> str:
        return (
            f"The {word()} of {word()} {random.choice(VERBS)} {random.randint(3, 99)} {word()}s near the {word()} "
            f"before {word()} and {word()} {random.choice(VERBS)} again."
        )

    headline = f"{word().capitalize()} {word()} {random.choice(VERBS)} the {word()} of {word()} {word()}"
    return Tale(headline, tuple(" ".join(sentence() for _ in range(4)) for _ in range(paragraphs)))


@dataclass(frozen=True, slots=True)
class Asked:
    """A request."""

    path: str
    """With its query."""
    run: int
    number: int
    """0 = the first of the whole case."""


Said: TypeAlias = str | bytes | Answer
Page: TypeAlias = Said | Callable[[Asked], Said | None]


class Site:
    """The site of one case while it is written down."""

    def __init__(self, name: str):
        self.name = name
        self.host, self.origin = HOST, f"http://{HOST}:{PORT}"
        self.pages: dict[str, Page] = {}
        self.rest: Callable[[Asked], Said | None] = lambda asked: None
        self.listings: dict[str, str] = {}
        self._asked: Counter[str] = Counter()

    def tales(self, count: int, paragraphs: int = 4) -> list[Tale]:
        return [tale(f"{self.name} {number}", paragraphs) for number in range(count)]

    def other(self, name: str) -> str:
        """What stands for the origin of another case."""
        return f"http://{name}.invalid:{PORT}"

    def page(self, path: str, page: Page = "", content_type: str = HTML, **more: Any) -> None:
        plain = isinstance(page, (str, bytes))
        self.pages[path] = Answer(page, content_type, **more) if plain else page  # type: ignore[arg-type]

    def goes(self, path: str, to: str, status: int = 302) -> None:
        self.page(path, "", status=status, headers=(("Location", to),))

    def tell(self, *tales: Tale, **more: Any) -> None:
        for each in tales:
            self.page(each.path, each.html(**more))

    def section(self, path: str, links: Sequence[tuple[str, str]] | Callable[[Asked], str], *, pages: int = 1) -> None:
        self.listings[path] = f"section*{pages}"
        self.page(path, section(links) if not callable(links) else links)

    def front(self, count: int, after: str = "", **more: Any) -> list[Tale]:
        """A section page, and the stories on it."""
        tales = self.tales(count)
        self.listings["/world/"] = "section"
        self.page("/world/", section([(each.headline, each.path) for each in tales], after))
        self.page("/", section([(each.headline, each.path) for each in tales]))
        self.tell(*tales, **more)
        return tales

    def feed(self, path: str, page: Page, content_type: str = RSS) -> None:
        self.listings[path] = "feed"
        self.page(path, page, content_type)

    def map(self, path: str, page: Page, content_type: str = XML) -> None:
        self.listings[path] = "news-sitemap"
        self.page(path, page, content_type)

    def items(self, tales: Sequence[Tale]) -> list[tuple[str, str]]:
        return [(each.headline, self.origin + each.path) for each in tales]

    def urls(self, tales: Sequence[Tale]) -> str:
        return urlset([self.origin + each.path for each in tales])

    def answer(self, place: Place) -> Answer | None:
        """What is sent, with all that stands for an address put in its place."""
        page = self.pages.get(place.asked, self.rest)
        if callable(page):
            number = self._asked[place.asked]
            self._asked[place.asked] += 1
            said = page(Asked(place.asked, place.run, number))
        else:
            said = page
        if said is None:
            return None
        said = said if isinstance(said, Answer) else Answer(said)
        if isinstance(said.body, Packed):
            return Answer(said.body.packed(lambda body: _placed(body, place)), said.content_type, said.status)
        headers = tuple((name, _placed(value.encode(), place).decode("latin-1")) for name, value in said.headers)
        return Answer(_placed(said.bytes_at(place), place), said.content_type, said.status, headers)


class Packed(bytes):
    """A body that is packed when all is in its place."""

    def __new__(cls, body: str | bytes, times: int = 1, cut: int = 0) -> Packed:
        made = super().__new__(cls, body.encode() if isinstance(body, str) else body)
        made.times, made.cut = times, cut
        return made

    times: int
    cut: int

    def packed(self, placed: Callable[[bytes], bytes]) -> bytes:
        body = placed(bytes(self))
        for _ in range(self.times):
            body = gzip.compress(body, 1, mtime=0)
        return body[: len(body) - self.cut]


def _placed(body: bytes, place: Place) -> bytes:
    if PORT.encode() not in body and HOST.encode() not in body:
        return body
    host, _, port = place.base.removeprefix("http://").partition(":")
    owner = place.base_of("owner").removeprefix("http://").partition(":")[0]
    body = body.replace(HOST.encode(), host.encode()).replace(b"owner.invalid", owner.encode())
    return body.replace(PORT.encode(), port.encode())


def section(links: Sequence[tuple[str, str]], after: str = "", head: str = "") -> str:
    """A section page with a card for each link."""
    cards = "".join(
        f'<article><h2><a href="{escape(href)}">{escape(title)}</a></h2><p>What happened there in short.</p></article>'
        for title, href in links
    )
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>World news</title>{head}</head><body>"
        f"<nav><a href=/>Home</a><a href=/world/>World</a><a href=/sport/>Sport</a></nav><main>{cards}</main>{after}"
        "</body></html>"
    )


def rss(
    items: Sequence[tuple[str, str]], *, dtd: str = "", extra: str = "", in_item: str = "", in_title: str = ""
) -> str:
    told = "".join(
        f"<item><title>{title}{in_title}</title><link>{escape(url)}</link>{in_item}</item>" for title, url in items
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{dtd}<rss version="2.0"><channel><title>x</title>{told}{extra}'
        "</channel></rss>"
    )


def urlset(urls: Sequence[str], each: str = "") -> str:
    told = "".join(f"<url><loc>{escape(url)}</loc>{each}</url>" for url in urls)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{told}</urlset>'


def index(urls: Sequence[str | tuple[str, str]]) -> str:
    """An index of sitemaps, each an address or (address, lastmod)."""
    pairs = [(url, "") if isinstance(url, str) else url for url in urls]
    told = "".join(
        f"<sitemap><loc>{escape(url)}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</sitemap>" for url, day in pairs
    )
    return (
        f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{told}</sitemapindex>'
    )


@dataclass(frozen=True, slots=True)
class Left:
    """What a case left in the database."""

    found: Found

    def path(self, url: str) -> str:
        return url.removeprefix(self.found.place.base)

    @property
    def articles(self) -> dict[str, Mapping[str, Any]]:
        """Path -> row."""
        return {self.path(row["url"]): row for row in self.found.articles}

    @property
    def urls(self) -> dict[str, Mapping[str, Any]]:
        return {self.path(row["url"]): row for row in self.found.urls}

    @property
    def listings(self) -> list[Mapping[str, Any]]:
        """Rows of `fetches` that are of listings."""
        return [row for row in self.found.fetches if row["listing_id"] is not None]

    @property
    def asked(self) -> list[str]:
        return self.found.requests

    def in_run(self, run: int) -> list[Mapping[str, Any]]:
        first = min(row["run_id"] for row in self.found.fetches)
        return [row for row in self.found.fetches if row["run_id"] == first + run - 1]

    def holds(self, tales: Sequence[Tale], revisions: int = 1) -> None:
        """Exactly these are stored, each at its own address, with so many versions."""
        stored = {path: (row["headline"], row["revision_count"]) for path, row in self.articles.items()}
        assert stored == {each.path: (each.headline, revisions) for each in tales}, (stored, self.told)
        assert len(self.found.articles) == len(stored)

    def says(self, *words: str) -> None:
        """Each of the words stands in the reason of a listing's fetch."""
        reasons = [row["reason"] or "" for row in self.listings]
        for word in words:
            assert any(word in reason for reason in reasons), (word, reasons)

    def asks(self, most: int) -> None:
        assert len(self.asked) <= most, (len(self.asked), self.asked[:20])

    @property
    def told(self) -> list[tuple[Any, ...]]:
        return [(row["outcome"], row["reason"]) for row in self.found.fetches][:8]


CASES: dict[str, list[Case]] = {}
"""Class -> cases."""


def trap(group: str, *, runs: int = 1, name: str | None = None) -> Callable[..., None]:
    """Make a case of a function that writes a site down and gives what judges it."""

    def made(write: Callable[[Site], Callable[[Left], object]]) -> None:
        called = name or write.__name__.replace("_", "-")
        site = Site(called)
        check = write(site)
        CASES.setdefault(group, []).append(
            Case(
                called,
                group,
                {},
                alone=True,
                listings=site.listings,
                rest=site.answer,
                runs=runs,
                articles=None,
                check=lambda found: check(Left(found)) and None,
            )
        )

    return made
