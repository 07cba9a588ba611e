"""One section and the whole paper, crawled together: what counts, what does not, and what says so."""

from __future__ import annotations

import pytest
from crawls import Desk

from crawler.demo.server import Newsstand

INTERNATIONAL = {"world", "international"}
SCOPE = "[scope]\npath = ['/international/']\ncategory = ['INTERNATIONAL']\n"


@pytest.fixture(scope="module")
def stand():
    with Newsstand() as stand:
        yield stand


def crawled(folder, stand, scope, *listings):
    """A desk after one crawl of the paper by these listings, as (path, kind, section)."""
    desk = Desk(folder)
    desk.sources.mkdir()
    head = stand.paper.source_toml().partition("\n[[listing]]")[0]
    for path, kind, section in listings:
        head += f'\n[[listing]]\nurl = "{stand.url}{path}"\nkind = "{kind}"\n'
        head += f'section = "{section}"\n' if section else ""
    (desk.sources / "courier.toml").write_text(f"{head}\n{scope}", encoding="utf-8")
    desk.told = desk.run("crawl", "--json")
    return desk


@pytest.fixture(scope="module")
def desk(stand, tmp_path_factory):
    whole_paper = [("/rss.xml", "feed", None), ("/news-sitemap.xml", "news-sitemap", None)]
    return crawled(tmp_path_factory.mktemp("scope"), stand, SCOPE, ("/world/", "section", "World"), *whole_paper)


def sections(desk, stand):
    by_url = {stand.paper.site.address(article): article.section.slug for article in stand.paper.articles}
    return [by_url[url] for (url,) in desk.rows("SELECT url FROM articles")]


def test_the_world_section_and_what_the_scope_admits_are_stored(desk, stand):
    assert desk.told.returncode == 0, desk.told.stderr
    found = sections(desk, stand)
    assert set(found) == INTERNATIONAL
    printed = [article.section.slug for article in stand.paper.articles]
    assert found.count("world") == printed.count("world")
    assert found.count("international") > 1


def test_what_lies_outside_was_never_asked_for_and_says_why(desk, stand):
    outside = "SELECT reason, fetch_count, next_fetch_at FROM urls WHERE state = 'skipped' AND reason LIKE 'outside%'"
    rows = desk.rows(outside)
    assert ("outside the scope: category Business", 0, None) in rows
    assert ("outside the scope: no [scope] path matches", 0, None) in rows
    assert {count for _, count, _ in rows} == {0}
    assert not [request for request in stand.requests if request.path.startswith("/business/")]


def test_each_article_keeps_what_names_its_section(desk):
    assert desk.rows("SELECT DISTINCT is_international FROM articles_list") == [(1,)]
    found = dict(desk.rows("SELECT kind, group_concat(DISTINCT value) FROM section_evidence GROUP BY kind"))
    assert found["listing"] == "World"
    assert set(found["feed_category"].split(",")) == {"World", "International"}
    assert {"path", "article_section"} <= set(found)


def test_what_lies_outside_is_no_gap(desk):
    rows = desk.rows("SELECT listing_kind, outside_count, held_share, announced_count FROM completeness")
    outside = {kind: count for kind, count, _, _ in rows}
    assert outside["feed"] > 0
    assert outside["news-sitemap"] > 0
    assert {kind: share for kind, _, share, _ in rows}["news-sitemap"] == 1.0
    assert desk.rows("SELECT state FROM missing WHERE reason LIKE 'outside%'") == []


def test_the_best_title_is_that_of_a_feed_or_sitemap_where_one_announced_it(desk):
    rows = desk.rows(
        "SELECT DISTINCT announced_title = title, title_listing_id IS NULL FROM urls u "
        "JOIN listing_links USING (url_id) JOIN listings l USING (listing_id) "
        "WHERE l.kind <> 'section' AND state = 'article'"
    )
    assert rows == [(1, 0)]


def test_breadcrumbs_decide_once_a_page_is_read_and_no_page_is_read_again_for_it(stand, tmp_path):
    desk = crawled(tmp_path, stand, "[scope]\nbreadcrumb = ['science']\n", ("/rss.xml", "feed", None))
    assert set(sections(desk, stand)) == {"science"}
    outside = "SELECT reason, fetch_count FROM urls WHERE state = 'skipped' AND reason LIKE 'outside%' ORDER BY url"
    before = desk.rows(outside)
    assert ("outside the scope: breadcrumb Climat", 1) in before
    assert ("outside the scope: the page has no breadcrumb", 1) in before
    stand.turn_page()  # the feed is another one: it announces them all once more
    assert desk.run("crawl").returncode == 0
    assert [row for row in before if row not in desk.rows(outside)] == []
    assert desk.one("SELECT count(*) FROM fetches WHERE outcome = 'not_article' AND run_id = 2") < len(before) / 2
