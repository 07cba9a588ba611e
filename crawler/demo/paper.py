"""The invented papers as whole sites: a mapping from path to what the server answers.

`Paper(edition)` is The Meridian Courier / Le Courrier du Méridien, `HarbourPost(edition)` its small neighbour.
Between edition 1 and edition 2 the Courier corrects one headline, withdraws one article and prints two new
ones, and the Post reprints an agency text that the Courier had first.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from crawler.demo import feeds
from crawler.demo.archive import INDEX, Archive
from crawler.demo.builds import BUILDS, rubric
from crawler.demo.builds.common import Site, Teaser, picture_path
from crawler.demo.manuscript import PrintedArticle, Section, read_article
from crawler.demo.odd import OddPage, Page, amp_page, html, index_pages, odd_pages
from crawler.items import Article
from crawler.source_keys import MOST_PAGES

HERE = Path(__file__).parent
BASE = datetime(2026, 3, 14, 18, 0, tzinfo=UTC)
"""A fixed base for tests; the server takes the present."""
FIRST_PAGE = "detroit-de-halder-les-passeurs"
FEED_LENGTH = 25
NEXT_STYLE = {"modern": "classic", "classic": "wordpress", "wordpress": "modern"}

STYLE = """\
body { font: 18px/1.6 Georgia, serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b }
nav ul { display: flex; flex-wrap: wrap; gap: .8rem; padding: 0; list-style: none; font: 14px sans-serif }
a { color: #0b4f6c } h1 { line-height: 1.2 } img { width: 100% } footer, aside, .byline { color: #666; font-size: 15px }
.standfirst, .chapo, .entry-summary, .article-standfirst { font-size: 1.15em; color: #444 }
"""


def key(path: str) -> str:
    """Return the path as a paper holds it: without query, percent-encoded in one way."""
    return quote(unquote(urlsplit(path).path))


class Paper(Mapping[str, Page]):
    """One edition of a paper: path -> Page. `articles` is the gold, newest first."""

    folder = "courier"
    has_archive = True

    def __init__(
        self,
        edition: int = 1,
        *,
        url: str = "http://127.0.0.1:8000",
        partner: str = "http://127.0.0.2:8000",
        base: datetime = BASE,
        refrain: bool = False,
        restyled: bool = False,
    ):
        """`refrain`: one line stands below every text but those of the agency.

        `restyled`: each house style has given way to another.
        """
        self.refrain, self.restyled = refrain, restyled
        self.edition, self.url, self.partner, self.base = edition, url, partner, base
        facts = tomllib.loads((HERE / self.folder / "paper.toml").read_text(encoding="utf-8"))
        self.name: str = facts["name"]
        self.facts = facts
        self.sections = tuple(Section(**section) for section in facts["section"])
        self.articles = self._read()
        paths = {article.slug: BUILDS[article.build].path(article) for article in self.articles}
        self.site = Site(
            {"": self.name} | facts.get("name_in", {}),
            facts["motto"],
            url,
            edition,
            self.sections,
            self.articles,
            paths,
        )
        self.odd: list[OddPage] = self._odd()
        self._pages = {key(path): page for path, page in self._print().items()}

    def __getitem__(self, path: str) -> Page:
        """The page at a path; its query says nothing here."""
        return self._pages[key(path)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._pages)

    def __len__(self) -> int:
        return len(self._pages)

    @property
    def printed(self) -> datetime:
        """When the edition came out: its listings are of that hour."""
        return self.articles[0].published if self.edition == 1 else self.base

    @cached_property
    def archive(self) -> Archive:
        """What it printed before; no part of the edition, and made when somebody asks for it."""
        return Archive(self.site, self.base, self.facts["timezone"])

    def path(self, article: PrintedArticle) -> str:
        """Return the path of the article's page."""
        return self.site.paths[article.slug]

    def expected(self) -> dict[str, Article]:
        """Return what reading each article's page should give, by absolute URL."""
        return {url: a.expected(url) for a in self.articles for url in [self.site.address(a)]}

    @property
    def listings(self) -> list[tuple[str, str, str | None]]:
        """(path, kind, section) of everything that announces articles; section None for a mixed one."""
        sections = [(f"/{section.slug}/", "section", section.name) for section in self.sections]
        return [*sections, ("/rss.xml", "feed", None), ("/atom.xml", "feed", None),
                ("/news-sitemap.xml", "news-sitemap", None)]  # fmt: skip

    def source_toml(self) -> str:
        """Return the paper as a source: what a person would write into `spiders/sources/`."""
        facts = {"name": self.name, "home": self.url + "/"} | {
            key: self.facts[key] for key in ("country", "language", "timezone")
        }
        lines = [f'{key} = "{value}"' for key, value in facts.items()]
        for path, kind, section in self.listings:
            lines += ["", "[[listing]]", f'url = "{self.url}{path}"', f'kind = "{kind}"']
            lines += [f'section = "{section}"'] if section else []
            lines += (
                [f"pages = {MOST_PAGES}"] if any(s.per_page and path == f"/{s.slug}/" for s in self.sections) else []
            )
        return "\n".join(lines) + "\n"

    def _read(self) -> tuple[PrintedArticle, ...]:
        found = (
            read_article(path, section, self.base, self.edition)
            for section in self.sections
            for path in sorted((HERE / self.folder / section.slug).glob("*.md"))
        )
        articles = sorted(filter(None, found), key=lambda article: article.published, reverse=True)
        return tuple(
            article.with_refrain() if self.refrain and not article.is_agency_text else article for article in articles
        )

    @property
    def _sitemaps(self) -> list[str]:
        return ["/news-sitemap.xml", *([INDEX] if self.has_archive else [])]

    def _odd(self) -> list[OddPage]:
        other = HarbourPost(self.edition, url=self.partner, base=self.base)
        return odd_pages(self.site, other.site.address(other.articles[-1]))

    def _print(self) -> dict[str, Page]:
        pages = index_pages(self.site)
        pages |= {self.path(article): self._article(article) for article in self.articles}
        pages |= {f"/amp{self.path(a)}": html(amp_page(a, self.site)) for a in self.articles if a.build == "classic"}
        pages |= dict(page for section in self.sections for page in self._section(section))
        pages |= {f"/{section.slug}/rss.xml": self._section_feed(section) for section in self.sections}
        pages |= {odd.path: odd.page for odd in self.odd if odd.page is not None}
        pages |= {picture_path(article.slug): _picture(article) for article in self.articles}
        site = self.site
        return pages | {
            "/rss.xml": Page(feeds.rss(self._feed("rss"), site).encode(), "application/rss+xml; charset=utf-8"),
            "/atom.xml": Page(feeds.atom(self._feed("atom"), site).encode(), "application/atom+xml; charset=utf-8"),
            "/news-sitemap.xml": Page(feeds.news_sitemap(site).encode(), "application/xml; charset=utf-8"),
            "/robots.txt": Page(feeds.robots(site, self._sitemaps).encode(), "text/plain; charset=utf-8"),
            "/style.css": Page(STYLE.encode(), "text/css; charset=utf-8"),
        }

    def _article(self, article: PrintedArticle) -> Page:
        build = NEXT_STYLE.get(article.build, article.build) if self.restyled else article.build
        text = BUILDS[build].article_page(article, self.site)
        body = text.encode(article.charset, "xmlcharrefreplace")
        return Page(body, changed=article.modified or article.published)

    def _section(self, section: Section) -> Iterator[tuple[str, Page]]:
        """Path and page, for each page that a section is cut into."""
        teasers = [self.site.teaser(article) for article in self.articles if article.section == section]
        size = section.per_page or max(len(teasers), 1)
        for number, start in enumerate(range(0, max(len(teasers), 1), size), 1):
            odd = self._odd_teasers(section.slug) if number == 1 else []
            text = BUILDS[section.build].section_page(section, teasers[start : start + size] + odd, self.site)
            yield f"/{section.slug}/" + (f"page/{number}/" if number > 1 else ""), html(text)

    def _section_feed(self, section: Section) -> Page:
        teasers = [self.site.teaser(article) for article in self.articles if article.section == section]
        return Page(feeds.rss(teasers, self.site, section.name).encode(), "application/rss+xml; charset=utf-8")

    def _feed(self, name: str) -> list[Teaser]:
        """RSS holds the newest French and English articles, Atom the newest of the other languages and some."""
        main = ("fr", "en") if name == "rss" else ("de", "es", "ar", "zh", "ja", "en")
        teasers = [self.site.teaser(article) for article in self.articles if article.language in main]
        return teasers[:FEED_LENGTH] + self._odd_teasers(name)

    def _odd_teasers(self, listing: str) -> list[Teaser]:
        day_ago = self.base - timedelta(days=1)
        return [
            Teaser(odd.path, odd.title, "", day_ago, odd.path.strip("/"), "Divers")
            for odd in self.odd
            if odd.listing == listing
        ]


class HarbourPost(Paper):
    """The neighbour: a few English articles, no oddities; it prints agency texts under its own headlines."""

    folder = "harbour_post"
    has_archive = False

    def _odd(self) -> list[OddPage]:
        return []


def rubric_page(letter: str, *, base: datetime = BASE) -> tuple[bytes, Article]:
    """Return one variant (a, b, c, d) of the first page that must be right, and what reading it should give."""
    paper = Paper(base=base)
    article = next(article for article in paper.articles if article.slug == FIRST_PAGE)
    varied = rubric.variant(article, letter)
    gold = varied.expected(paper.site.address(article))
    if letter == "d":
        gold = replace(gold, published=None)
    return rubric.article_page(varied, paper.site, omitted=rubric.OMITTED.get(letter, ())).encode(), gold


def _picture(article: PrintedArticle) -> Page:
    hue = article.number % 360
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90">'
        f'<rect width="160" height="90" fill="hsl({hue} 45% 78%)"/>'
        f'<path d="M0 {50 + hue % 20} q40 -12 80 0 t80 0 V90 H0z" fill="hsl({(hue + 40) % 360} 40% 45%)"/></svg>\n'
    )
    return Page(svg.encode(), "image/svg+xml")
