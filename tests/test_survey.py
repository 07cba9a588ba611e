"""What a survey makes of pages, one rule at a time: where listings may be, which are the world's, the facts."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from stories import GAZETTE
from test_cli_terminal import drawn

from crawler.catalogue import Scope
from crawler.discover import Links
from crawler.errors import UsageError, WorlddeskError
from crawler.fetch import Robots
from crawler.items import Article, Block, Link
from crawler.page import Page as Tree
from crawler.page import parse
from crawler.report.add import show_survey
from crawler.report.replay import show_replayed
from crawler.survey import facts, find, judge
from crawler.survey.add import Survey, Written, addresses
from crawler.survey.facts import Fact
from crawler.survey.find import Candidate
from crawler.survey.fixture import Replayed, write_fixture
from crawler.survey.look import Seen
from crawler.survey.reading import ArticleRead, ListingRead, feed_title
from crawler.survey.write import Draft, source_id, source_toml
from crawler.urls import absolute
from crawler.visit import Page

HOME = "https://www.example.org/"


def tree(body: str, head: str = "", url: str = HOME, lang: str = "en") -> Tree:
    return parse(f'<html lang="{lang}"><head>{head}</head><body>{body}</body></html>', url)


def nav(*links: tuple[str, str]) -> Tree:
    return tree("".join(f'<a href="{href}">{label}</a>' for href, label in links))


def urls(found: list[Candidate]) -> list[str]:
    return [candidate.url.removeprefix(HOME) for candidate in found]


# --- where listings may be


@pytest.mark.parametrize(
    ("href", "label"),
    [
        ("/world", "World"), ("/nachrichten/ausland/", "Ausland"), ("/esteri", "Esteri"), ("/mundo/", "Mundo"),
        ("/rubrik/17", "Udland"), ("/section/104", "세계"), ("/c/9", "国际"), ("/internacional", "Ver más"),
        ("/d/", "العالم"), ("/swiat", "Świat"), ("/ulkomaat", "Ulkomaat"), ("/x", "Мир"),
    ],
)  # fmt: skip
def test_a_world_section_is_found_by_its_name_in_any_language(href, label):
    page = nav(("/sport", "Sport"), (href, label), ("/politics", "Politics"), ("/", "World"))
    [found] = find.world_sections(page, "the home page")
    assert found.url == HOME + href.removeprefix("/")
    assert found.found.endswith("on the home page")


def test_only_the_surest_links_are_sections():
    page = nav(
        ("/world/", "World"),
        ("/preference/edition/int", "International edition"),
        ("/photos/w.htm", "World"),
        ("/world/2026/10/a-ferry-comes-back-to-the-bay", "World: a ferry comes back to the bay after many weeks"),
        ("https://other.example/world/", "World"),
        ("/world/rss", "World"),
    )
    assert urls(find.world_sections(page, "it")) == ["world/"]


def test_feeds_are_those_declared_then_those_linked_to():
    declared = "".join(
        f'<link rel="alternate" type="{kind}" href="{href}" title="{title}">'
        for kind, href, title in [
            ("application/rss+xml", "/feed/", "The Example"),
            ("application/rss+xml; charset=utf-8", "/comments/feed/", "Comments"),
            ("application/json+oembed", "/wp-json/oembed?x", "oEmbed"),
            ("application/feed+json", "/feed.json", "JSON"),
            ("text/html", "/de/", "Deutsch"),
        ]
    )
    body = (
        '<a href="/rss/all.xml">All</a><a href="/rss/world.xml">World</a><a href="/feeds-and-speeds-of-boats">Boats</a>'
    )
    page = tree(body + '<a href="http://127.0.0.1/rss">RSS</a><a href="/help">RSS feeds</a>', declared)
    assert urls(find.feeds(page, "it")) == ["feed/", "feed.json", "rss/world.xml", "rss/all.xml", "help"]


def test_sitemaps_of_news_are_looked_at_first():
    lines = ["https://www.example.org/sitemap.xml", "/news-sitemap.xml", "http://10.0.0.1/news.xml"]
    robots = Robots(200, "User-agent: *\n" + "".join(f"Sitemap: {line}\n" for line in lines))
    assert urls(find.sitemaps(robots, HOME)) == ["news-sitemap.xml"]
    assert urls(find.sitemaps(Robots(200, "Sitemap: https://www.example.org/all.xml"), HOME)) == ["all.xml"]
    assert find.sitemaps(Robots(404, ""), HOME) == []


def test_the_title_of_a_feed_is_not_that_of_its_entries():
    from scrapy.http import Response

    def title(text: str) -> str | None:
        page = Page(HOME, "read", response=Response(HOME, body=text.encode()))
        return feed_title(page)

    assert (
        title("<rss><channel><title><![CDATA[World &amp; more]]></title><item><title>A</title></item>")
        == "World & more"
    )
    assert title("<feed><entry><title>A</title></entry></feed>") is None
    assert title("<html><title>A</title></html>") is None


# --- which are the world's


def links(folder: str, count: int, start: int = 0, categories: tuple[str, ...] = (), days: float = 0) -> list[Link]:
    day = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return [
        Link(f"{HOME}{folder}/a-story-of-boats-{number}", f"Story {number}", day, categories=list(categories))
        for number in range(start, start + count)
    ]


def candidate(kind: str, found: list[Link], path: str = "x", **more) -> Candidate:
    page = Page(HOME + path, "read")
    return Candidate(HOME + path, "somewhere", read=ListingRead(page, kind, "listed", links=Links(found)), **more)


def section(found: list[Link], **more) -> Candidate:
    one = candidate("section", found, "world", **more)
    judge.judge_section(one, [], "en", "en")
    return one


def test_a_section_page_is_taken_where_it_announces_enough_that_is_new():
    assert section(links("world", 5), label="World").section == "World"
    assert section(links("world", 4)).says == "announces 4 articles, 5 are few"
    assert section(links("world", 9, days=30)).says.startswith("is stale: its newest article is of ")
    other = candidate("section", links("mundo", 9))
    judge.judge_section(other, [], "en", "es")
    assert other.says == "in es, the paper in en: a source of its own"


def test_a_feed_is_the_section_by_overlap_by_its_links_or_by_its_name():
    taken = [section(links("s", 10), label="World")]

    def judged(found: list[Link], title: str | None = None, path: str = "feed") -> Candidate:
        feed = candidate("feed", found, path)
        judge.judge_feed(feed, taken, Scope(), title, "en")
        return feed

    assert judged(links("s", 6) + links("t", 4)).says == "60% of it stands on the section's page"
    assert judged(links("s", 6)).section == "World"
    assert judged(links("t", 6, categories=("World",))).says == "6 of 6 name the world section"
    assert judged(links("s", 3) + links("t", 7), "World news").section == "World news"
    whole = judged(links("s", 1) + links("sport", 19), "World of Example")
    assert (whole.is_taken, whole.says) == (False, "the whole paper: 0 of 20 name the world section")
    assert not judged(links("sport", 20), "World").is_taken


def test_a_listing_that_says_nothing_new_is_left():
    taken = [candidate("feed", links("world", 9), "rss")]
    again = candidate("feed", links("world", 9), "atom")
    judge.judge_feed(again, taken, Scope(), None, "en")
    assert again.says == "announces the same as /rss"


def test_a_whole_paper_is_taken_where_a_scope_tells():
    pages = [section(links("news/world", 8) + links("news", 1))]
    scope = judge.scope_of(pages, [], "en")
    assert scope == Scope(path=("/news/world/",))
    paper = candidate("news-sitemap", links("news/world", 6) + links("sport", 30))
    judge.judge_feed(paper, pages, scope, None, "en")
    assert paper.is_taken
    assert paper.section is None
    assert len(paper.scoped) == 6
    assert paper.says == "the whole paper; the scope lets 6 of 36 through"


def test_a_scope_by_category_where_addresses_say_nothing():
    pages = [section(links("a", 8))]
    feed = candidate("feed", links("a", 6, categories=("News", "World")) + links("b", 20, categories=("Sport",)))
    assert judge.scope_of(pages, [feed], "en") == Scope(category=("World",))
    assert judge.scope_of(pages, [candidate("feed", links("a", 6))], "en") == Scope()
    assert judge.scope_of([], [feed], "en") == Scope()


def test_a_sitemap_without_headlines_is_no_news_sitemap():
    bare = candidate("news-sitemap", [Link(link.url) for link in links("world", 9)])
    judge.judge_feed(bare, [], Scope(), None, "en")
    assert bare.says == "no news sitemap: its addresses have no headlines"


# --- the facts


def article(language: str | None = "en", published: str | None = None) -> Article:
    return Article(HOME, "A", [], [Block("paragraph", "text")], language=language, published=published)


def test_the_name_of_the_publisher():
    site_name = tree("", '<meta property="og:site_name" content="The Example">')
    assert facts.name(HOME, [tree(""), site_name]) == Fact("The Example", "og:site_name")
    publisher = (
        '{"@graph": [{"@id": "#o", "name": "Example Media"}, {"@type": "NewsArticle", "publisher": {"@id": "#o"}}]}'
    )
    data = tree("", f'<script type="application/ld+json">{publisher}</script>')
    assert facts.name(HOME, [data]) == Fact("Example Media", "publisher in JSON-LD")
    titled = [tree("", f"<title>{word} | The Example</title>") for word in ("A", "B")]
    assert facts.name(HOME, titled) == Fact("The Example", "titles of the pages")
    assert facts.name(HOME, [tree("", '<meta property="og:site_name" content="https://www.example.org">')]) == Fact(
        "example.org", "its address", is_sure=False
    )


@pytest.mark.parametrize(
    ("home", "lang", "head", "value", "sure"),
    [
        ("https://www.example.co.uk/", "en", "", "GB", True),
        ("https://www.example.cz/", "cs", "", "CZ", True),
        ("https://www.example.tv/", "fr-CA", "", "CA", False),
        ("https://www.example.org/", "sv", "", "SE", False),
        ("https://www.example.org/", "pl", "", "PL", False),
        ("https://www.example.com/", "en", '{"@type": "NewsMediaOrganization", "address": {"addressCountry": "ke"}}',
         "KE", True),
    ],
)  # fmt: skip
def test_the_country(home, lang, head, value, sure):
    page = tree("", f'<script type="application/ld+json">{head}</script>' if head else "", home, lang)
    found = facts.country(home, [page], lang)
    assert (found.value, found.is_sure) == (value, sure)


def test_the_language_is_that_of_the_texts():
    pages = [tree("", lang="en-GB"), tree("", lang="en_US")]
    assert facts.language([article("en"), article("en"), article("fr")], pages, "GB") == Fact(
        "en-GB", "text of 2 of 3 articles; region: lang attribute"
    )
    assert facts.language([article("fr-FR")], pages, "FR") == Fact("fr", "text of 1 of 1 articles")
    assert facts.language([article(None)], pages) == Fact("en", "the page's lang attribute", is_sure=False)
    assert facts.language([], [tree("", lang="")]) is None


@pytest.mark.parametrize(
    ("country", "published", "zone", "sure"),
    [
        ("FR", None, "Europe/Paris", True),
        ("DE", None, "Europe/Berlin", True),
        ("CA", None, "America/Toronto", False),
        ("CA", "2026-07-14T08:00:00-07:00", "America/Vancouver", False),
        ("ES", "2026-07-14T08:00:00+02:00", "Europe/Madrid", True),
        ("US", "2026-07-14T08:00:00+02:00", "America/New_York", False),
        ("US", "2026-07-14T08:00:00Z", "America/New_York", False),
        ("US", "2026-07-14", "America/New_York", False),
    ],
)
def test_the_time_zone(country, published, zone, sure):
    found = facts.timezone(country, [article(published=published)])
    assert (found.value, found.is_sure) == (zone, sure)


# --- the file


def draft(**more) -> Draft:
    known = {"name": "The “Example” \\ \x1b[2J", "country": "GB", "language": "en", "timezone": "Europe/London"}
    given = {name: Fact(value, "a\nguess", is_sure=name != "country") for name, value in known.items()}
    return Draft("example", "2026-10-06", HOME, given, [section(links("world", 40), label='"World"')], **more)


def test_whatever_a_publisher_writes_stays_a_text():
    text = source_toml(draft(hosts=["cdn.example.net"], delay=5.0, remarks=["two\nlines"]))
    assert "\x1b" not in text
    assert "# please check: a guess\n" in text
    assert 'section  = "\\"World\\""' in text
    assert "delay    = 5  # as robots.txt asks" in text
    assert "# two\n# lines" in text
    assert "links = 20" in text


@pytest.mark.parametrize("path", ["wörld/😀.xml", "a\u202eb", "back`tick", "it's"])
def test_any_address_is_read_back_as_it_is(path):
    made = draft()
    found = absolute(HOME, path)  # as every address is read off a page
    assert found is not None
    made.taken[0].url = made.home = found
    text = source_toml(made)
    assert text.replace("\n", "").isprintable()
    read = tomllib.loads(text)
    assert read["listing"][0]["url"] == read["home"] == found


def test_an_address_that_a_terminal_obeys_is_refused():
    for letter in ("\x7f", "\x9b"):
        made = draft()
        made.taken[0].url = f"{HOME}{letter}"
        with pytest.raises(WorlddeskError, match="control character"):
            source_toml(made)


def test_ids_are_made_of_the_site():
    assert source_id("https://www.example.co.uk/", "x") == "example"
    assert source_id("http://127.0.0.1:80/", "Le Courrier du Méridien !") == "le-courrier-du-meridien"
    assert source_id("http://127.0.0.1/", "新聞") == "source"


def test_an_address_is_whatever_a_person_types():
    assert addresses("example.org") == ["https://example.org/", "https://www.example.org/"]
    assert addresses("news.example.org/world") == ["https://news.example.org/world"]
    assert addresses("http://example.org/a?b") == ["http://example.org/a?b"]
    assert addresses("127.0.0.1:8000") == ["http://127.0.0.1:8000/"]
    for wrong in ("example", "mailto:a@example.org", "ftp://example.org/", "", "://"):
        with pytest.raises(UsageError):
            addresses(wrong)


# --- on the screen


def surveyed() -> Survey:
    taken, left = section(links("world", 40), label="World"), candidate("feed", links("sport", 20), "rss/" + "a" * 60)
    judge.judge_feed(left, [taken], Scope(), None, "en")
    read = ArticleRead(Page(f"{HOME}world/" + "b" * 90, "read"), "read", article=article("en", "2026-10-06T08:00:00Z"))
    gone = ArticleRead(Page(f"{HOME}world/gone", "gone"), "gone", "HTTP 404")
    seen = Seen(HOME, candidates=[taken, left], articles=[read, gone])
    known = {"name": Fact("The Example", "og:site_name"), "country": Fact("US", "a guess from the language en", False)}
    return Survey(seen, "example", known, toml='name = "The Example"\n\n[[listing]]\n')


def test_a_survey_fits_the_screen():
    lines = drawn(lambda: show_survey(surveyed(), None, as_json=False))
    assert max(map(len, lines)) <= 72
    assert any(line.startswith("take") and "section" in line for line in lines)
    assert any(line.startswith("leave") and "feed" in line for line in lines)
    assert any(line.split() == ["reason", "HTTP", "404"] for line in lines)
    assert any(line.split()[:2] == ["country", "US"] for line in lines)
    start = lines.index("example.toml would be")
    assert lines[start + 1 :] == ['name = "The Example"', "", "[[listing]]"]


def test_a_survey_in_a_pipe_is_lines_of_cells(capsys):
    written = Written(Path("/own/example.toml"), Path("/own/fixtures/example"))
    show_survey(surveyed(), written, as_json=False)
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["take", "section", "40", "", f"{HOME}world", "somewhere", "the section's page"]
    assert lines[1][:4] == ["leave", "feed", "20", "0"]
    assert ["source", "/own/example.toml"] in lines
    assert ["fixture", "/own/fixtures/example"] in lines
    assert lines[-1] == ["next", "worlddesk status example"]


def test_what_a_fixture_reads_otherwise_fits_the_screen():
    page = {"page": f"{HOME}world/" + "a" * 90}
    differences = [
        page | {"field": "headline", "before": "A ferry " * 20, "now": None},
        page | {"field": "links", "before": [], "now": [{"url": f"{HOME}a", "title": "A", "published": None}]},
    ]
    replayed = Replayed("example", "degraded", "6 pages: 1 read otherwise", 6, differences)
    lines = drawn(lambda: show_replayed([replayed], as_json=False))
    assert max(map(len, lines)) <= 72
    assert lines[1].split()[:2] == ["example", "degraded"]
    assert f"  + {HOME}a A" in lines
    assert any(line.startswith("  - A ferry") for line in lines)


def test_a_fixture_never_follows_a_link_out_of_its_folder(tmp_path):
    precious = tmp_path / "elsewhere"
    precious.mkdir()
    (precious / "diary.txt").write_text("mine")
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / GAZETTE.source_id).symlink_to(precious)
    home = write_fixture(tmp_path, GAZETTE, [])
    assert [path.name for path in precious.iterdir()] == ["diary.txt"]
    assert [path.name for path in home.iterdir()] == ["read.json"]
    assert not home.is_symlink()
