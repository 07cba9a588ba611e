"""The invented newspaper, crawled over loopback by the real engine: once, again, changed, from cron and by Scrapy."""

from __future__ import annotations

import json
import sys
from urllib.parse import urlsplit

import pytest
from crawls import ROOT, Desk

from crawler.demo.server import Newsstand
from crawler.urls import canonical


@pytest.fixture(scope="module")
def stand():
    with Newsstand() as stand:
        yield stand


@pytest.fixture(scope="module")
def desk(stand, tmp_path_factory):
    """Three runs: the first, one with nothing new, and one after the paper changed."""
    desk = Desk(tmp_path_factory.mktemp("crawl"))
    stand.write_sources(desk.sources)
    desk.first = desk.run("crawl", "--json")
    desk.asked_first = [request.path for request in stand.requests]
    desk.second = desk.run("crawl", "--all", "--json")
    stand.turn_page()
    desk.third = desk.run("crawl", "--all", "--json")
    return desk


def told(completed):
    """The one JSON object that `crawl --json` prints."""
    assert completed.stderr == ""
    return json.loads(completed.stdout)


def test_every_run_ends_well(desk):
    assert [run.returncode for run in (desk.first, desk.second, desk.third)] == [0, 0, 0], desk.first.stderr
    assert desk.rows("SELECT status, exit_code FROM runs ORDER BY run_id") == [("ok", 0)] * 3
    assert told(desk.first)["status"] == "ok"


def test_every_announced_article_is_stored(desk, stand):
    stored = {url for (url,) in desk.rows("SELECT url FROM articles WHERE source_id = 'meridian_courier'")}
    assert len(stored) >= 40
    missing = {canonical(url) for url in stand.paper.expected()} - stored
    assert not missing


def test_no_odd_page_became_an_article(desk, stand):
    # the AMP variant has the article's own identity; all_addresses_of_an_article looks after it
    odd = [canonical(stand.url + page.path) for page in stand.paper.odd if not page.why.startswith("AMP")]
    marks = ", ".join("?" * len(odd))
    assert desk.rows(f"SELECT url FROM articles WHERE url IN ({marks})", *odd) == []
    announced = dict(desk.rows(f"SELECT url, state FROM urls WHERE url IN ({marks})", *odd))
    assert set(announced) == set(odd)


def test_section_pages_are_remembered_with_what_is_no_article(desk):
    of_sections = desk.rows("SELECT count(DISTINCT listing_id) FROM listings WHERE kind = 'section' AND is_enabled")
    assert desk.rows("SELECT count(DISTINCT listing_id) FROM listing_memory") == of_sections
    ((remembered, articles, announced),) = desk.rows(
        "SELECT count(*), sum(is_article), (SELECT count(*) FROM listing_links JOIN listings USING (listing_id) "
        "WHERE kind = 'section') FROM listing_memory"
    )
    assert remembered > announced >= articles > 0


def test_a_section_page_is_read_page_by_page_as_long_as_each_brings_something(desk, stand):
    pages = ["/business/", "/business/page/2/", "/business/page/3/"]
    assert [path for path in desk.asked_first if path.startswith("/business/") and path in stand.paper][:3] == pages
    ranks = desk.rows(
        "SELECT rank, first_rank FROM listing_links JOIN listings l USING (listing_id) "
        "WHERE l.url = ? ORDER BY first_rank",
        f"{stand.url}/business/",
    )
    assert [first for _, first in ranks] == list(range(1, len(ranks) + 1))
    ((etag, reason),) = desk.rows("SELECT etag, reason FROM listings WHERE url = ?", f"{stand.url}/business/")
    assert (etag is not None, reason) == (True, None)
    asked = [request.path for request in stand.requests]
    assert asked.count("/business/") == 3
    assert asked.count("/business/page/2/") < 3


def test_every_announced_address_has_a_state_and_a_reason(desk):
    assert desk.rows("SELECT url FROM urls WHERE state = 'new' OR reason IS NULL OR reason = ''") == []


@pytest.mark.parametrize(
    ("path", "state", "reason"),
    [
        ("/lettre-des-abonnes/carnet-de-bord.html", "blocked", "robots.txt"),
        ("/documents/comptes-du-port-autonome", "not_article", "application/pdf"),
        ("/partenaires/harbour-post", "skipped", "not a host of this source"),
        ("/world/article/withdrawn_1000001.html", "gone", "404"),
        ("/economie/brouillon-a-relire", "failing", "empty"),
    ],
)
def test_the_ledger_says_what_became_of_odd_addresses(desk, stand, path, state, reason):
    found = desk.rows("SELECT state, reason FROM urls WHERE rtrim(url, '/') = ?", stand.url + path)
    assert [row[0] for row in found] == [state]
    assert reason.lower() in found[0][1].lower()


def test_robots_txt_was_asked_first_and_obeyed(desk, stand):
    assert desk.asked_first.count("/robots.txt") == 2  # one a paper
    asked = {request.path for request in stand.requests}
    assert "/international/" in asked
    assert "/lettre-des-abonnes/carnet-de-bord.html" not in asked


def test_all_addresses_of_an_article_are_known(desk, stand):
    """An old address that redirects, the AMP variant and the print variant lead to the one article."""
    for odd in stand.paper.odd:
        if odd.why.startswith(("AMP", "print", "old")):
            known = desk.rows(
                "SELECT u.state, a.headline FROM urls u JOIN articles a USING (article_id) WHERE u.url LIKE ?",
                f"%{urlsplit(odd.path).path.removeprefix('/amp')}%",
            )
            assert known, odd
            assert {headline for _, headline in known} == {odd.title}


def test_seen_state_and_article_agree(desk):
    assert desk.rows("SELECT url FROM urls WHERE state = 'article' AND article_id IS NULL") == []
    assert (
        desk.rows("SELECT a.url FROM articles a LEFT JOIN article_texts USING (article_id) WHERE body_text IS NULL")
        == []
    )
    assert desk.rows("SELECT article_id FROM articles WHERE article_id NOT IN (SELECT article_id FROM urls)") == []


def test_a_second_run_finds_nothing_new(desk):
    outcomes = desk.outcomes(2)
    assert outcomes.pop("not_modified") >= 40
    assert not set(outcomes) & {"new", "changed", "duplicate"}


def test_no_page_is_asked_for_twice_in_a_run(desk):
    assert (
        desk.rows("SELECT url_id FROM fetches WHERE url_id IS NOT NULL GROUP BY run_id, url_id HAVING count(*) > 1")
        == []
    )


def test_all_listings_of_a_second_run_answer_304(desk):
    assert desk.rows("SELECT DISTINCT status_code FROM fetches WHERE run_id = 2 AND listing_id IS NOT NULL") == [(304,)]


def test_without_all_a_run_right_after_asks_for_listings_only(desk, stand, tmp_path):
    """Second looks come by rhythm: nothing is due a minute after it was stored."""
    before = len(stand.requests)
    completed = desk.run("crawl", "--quiet")
    assert (completed.returncode, completed.stdout) == (0, "")
    asked = {request.path for request in stand.requests[before:]}
    listings = {path for path, _, _ in stand.paper.listings} | {path for path, _, _ in stand.second_paper.listings}
    assert asked - listings <= {"/economie/brouillon-a-relire/"}  # the page that was empty is still due


def test_a_corrected_headline_is_one_revision(desk):
    assert desk.outcomes(3)["changed"] == 1
    changes = desk.rows("SELECT source_id, headline_before, headline_after FROM headline_changes")
    assert len(changes) == 1
    assert changes[0][1] != changes[0][2]
    assert desk.one("SELECT count(*) FROM articles WHERE revision_count = 2") == 1


def test_the_old_words_are_kept(desk):
    old = desk.rows("SELECT headline, body_text FROM revisions WHERE revision = 1 AND body_text IS NOT NULL")
    assert len(old) == 1


def test_what_is_withdrawn_is_marked_and_kept(desk):
    gone = desk.rows(
        "SELECT a.headline, length(t.body_text) FROM articles a JOIN article_texts t USING (article_id)"
        " WHERE gone_at IS NOT NULL"
    )
    assert len(gone) == 1
    assert gone[0][1] > 200


def test_new_articles_are_stored_and_the_reprint_is_a_copy(desk):
    copies = desk.rows(
        "SELECT a.source_id, o.source_id, a.headline <> o.headline FROM copies c"
        " JOIN articles a USING (article_id) JOIN articles o ON o.article_id = c.original_id"
    )
    assert copies == [("harbour_post", "meridian_courier", 1)]
    assert desk.outcomes(3)["new"] == 3  # two in the Courier, the reprint in the Post
    assert desk.one("SELECT count(*) FROM articles") - desk.one("SELECT count(*) FROM articles_unique") == 1


def test_what_is_stored_is_what_was_printed(desk, stand):
    """Headline, standfirst, subheads and text of every article against the paper's own copy."""
    wrong = []
    for url, expected in stand.paper.expected().items():
        row = desk.rows("SELECT article_id, headline FROM articles WHERE url = ?", canonical(url))
        subheads = [
            text
            for (text,) in desk.rows(
                "SELECT text FROM blocks WHERE article_id = ? AND kind = 'subhead' ORDER BY position", row[0][0]
            )
        ]
        if (row[0][1], subheads) != (expected.headline, [b.text for b in expected.blocks if b.kind == "subhead"]):
            wrong.append((url, row[0][1], subheads))
    assert not wrong


def test_scrapy_makes_the_same_run(desk):
    """`scrapy crawl` takes the same lock, writes the same rows and tells by the same exit codes."""
    scrapy = [sys.executable, "-m", "scrapy"]
    assert desk.execute([*scrapy, "list"]).stdout.split() == ["history", "international"]
    completed = desk.execute([*scrapy, "crawl", "international", "-a", "sources=harbour_post", "-a", "all=1"], cwd=ROOT)
    assert completed.returncode == 0, completed.stderr
    assert desk.rows("SELECT sources_total FROM runs ORDER BY run_id DESC LIMIT 1") == [(1,)]
    unknown = desk.execute([*scrapy, "crawl", "international", "-a", "sources=nobody"], cwd=ROOT)
    assert unknown.returncode == 2
    assert "nobody" in unknown.stderr
    assert "Traceback" not in unknown.stderr


def test_scrapy_shell_works_on_a_page_of_the_paper(desk, stand):
    """As a person looks at one page: politely, and with nothing stored."""
    code = "print('seen', response.status, response.css('h1::text').get())"
    shell = [sys.executable, "-m", "scrapy", "shell", "--nolog", f"{stand.url}/world/", "-c", code]
    completed = desk.execute(shell)
    assert completed.returncode == 0, completed.stderr
    assert "seen 200" in completed.stdout


@pytest.mark.parametrize("argument", ["source=harbour_post", "everything=1"])
def test_scrapy_refuses_arguments_that_it_does_not_know(desk, argument):
    completed = desk.execute([sys.executable, "-m", "scrapy", "crawl", "international", "-a", argument])
    assert completed.returncode == 2
    assert "-a sources=" in completed.stderr
