"""What the Courier printed before: a past of two months, made of word lists, with its sitemaps and dated pages.

An index that robots.txt names leads to a sitemap a month; the world section has a page of headlines a day.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from html import escape
from zoneinfo import ZoneInfo

from crawler.demo.builds import classic
from crawler.demo.builds.common import Site
from crawler.demo.manuscript import Part, PrintedArticle, Section
from crawler.demo.odd import Page, html

DAYS = 60
GAP = 3  # days between the newest of the archive and the present: what the paper's own pages still show
INDEX = "/sitemap-index.xml"
SECTIONS = ("world", "business")  # an article of the first each day, one of the second every other day
WHO = (
    "harbour council",
    "lamp keeper",
    "ferry company",
    "guild of bakers",
    "customs office",
    "rail board",
    "weather station",
)
DID = (
    "has counted",
    "wants to move",
    "refuses to paint",
    "has lent out",
    "will auction",
    "has lost and found",
    "measures",
)
WHAT = (
    "the old quay",
    "its last bell",
    "forty barrels of tar",
    "the north stairs",
    "a map of the shoals",
    "the tide tables",
)
WHERE = ("Sarrane", "Norhaven", "Lissandre", "Karrow", "Saltmere", "Halder", "Valdoree", "Gannet Cove")
WHEN = ("before the spring tide", "after a long vote", "without a word", "for the third time this year", "in the rain")
WHY = (
    "because nobody had asked for years", "so that the fishermen can sleep", "as the statutes of the port demand",
    "although the mayor spoke against it", "since the fog will not wait", "to the surprise of the schoolchildren",
)  # fmt: skip
AUTHORS = ("Ida Brandt", "Tomas Ekelund", "Mirjam Okoro", "Jonas Vale")


class Archive(Mapping[str, Page]):
    """Path -> page of the past of a paper; `articles` is the gold, newest first."""

    def __init__(self, site: Site, base: datetime, timezone: str):
        self.zone = ZoneInfo(timezone)
        sections = {section.slug: section for section in site.sections}
        evening = base.replace(hour=17)  # so that each day has its article whenever the paper is printed
        made = (
            _article(sections[slug], evening - timedelta(days=back), number)
            for back in range(GAP, GAP + DAYS)
            for number, slug in enumerate(SECTIONS)
            if number == 0 or back % 2 == 0
        )
        self.articles = tuple(made)
        paths = {article.slug: classic.path(article) for article in self.articles}
        self.site = replace(site, articles=self.articles, paths=paths)

    def __getitem__(self, path: str) -> Page:
        return self._pages[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._pages)

    def __len__(self) -> int:
        return len(self._pages)

    def day(self, article: PrintedArticle) -> date:
        """The day on which it was printed, where the paper is."""
        return article.published.astimezone(self.zone).date()

    def month_path(self, day: date) -> str:
        """Path of the sitemap of a day's month."""
        return f"/sitemaps/articles-{day:%Y-%m}.xml"

    def day_path(self, day: date) -> str:
        """Path of the world section's page of a day."""
        return f"/world/archives/{day:%Y/%m/%d}/"

    @cached_property
    def _pages(self) -> dict[str, Page]:
        pages = {self.site.paths[a.slug]: html(classic.article_page(a, self.site)) for a in self.articles}
        months: dict[str, list[PrintedArticle]] = {}
        days: dict[str, list[PrintedArticle]] = {}
        for article in self.articles:
            months.setdefault(self.month_path(self.day(article)), []).append(article)
            if article.section.slug == "world":
                days.setdefault(self.day_path(self.day(article)), []).append(article)
        pages |= {path: _xml(self._month(articles)) for path, articles in months.items()}
        pages |= {path: html(self._day(articles)) for path, articles in days.items()}
        return pages | {INDEX: _xml(self._index(list(months)))}

    def _index(self, months: list[str]) -> str:
        entries = "".join(f"<sitemap><loc>{self.site.url}{path}</loc></sitemap>\n" for path in months)
        return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</sitemapindex>\n'

    def _month(self, articles: list[PrintedArticle]) -> str:
        entries = "".join(
            f"<url><loc>{escape(self.site.address(a))}</loc><lastmod>{a.published.isoformat()}</lastmod></url>\n"
            for a in articles
        )
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'

    def _day(self, articles: list[PrintedArticle]) -> str:
        return classic.section_page(articles[0].section, [self.site.teaser(a) for a in articles], self.site)


def _article(section: Section, day: datetime, number: int) -> PrintedArticle:
    dice = random.Random(f"{day:%Y-%m-%d} {number}")  # noqa: S311  # the same words whenever it is printed
    who, did, what, where = (dice.choice(words) for words in (WHO, DID, WHAT, WHERE))
    parts = tuple(Part("p", " ".join(_sentence(dice) for _ in range(4))) for _ in range(3))
    return PrintedArticle(
        slug=f"{who}-{where}-{day:%j}-{number}".lower().replace(" ", "-"),
        section=section,
        headline=f"The {who} of {where} {did} {what}",
        standfirst=(_sentence(dice),),
        parts=parts,
        authors=(dice.choice(AUTHORS),),
        published=day - timedelta(hours=dice.randrange(1, 6)),
        modified=None,
        tags=(where,),
        caption=None,
        kind="article",
        access=None,
        charset="utf-8",
        shown_parts=None,
        build="classic",
    )


def _sentence(dice: random.Random) -> str:
    who, did, what, where, when, why = (dice.choice(words) for words in (WHO, DID, WHAT, WHERE, WHEN, WHY))
    return f"The {who} of {where} {did} {what} {when}, {why}."


def _xml(text: str) -> Page:
    return Page(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode(), "application/xml; charset=utf-8")
