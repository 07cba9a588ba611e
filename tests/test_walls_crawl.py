"""A site that shows something else in place of its articles: nothing is stored, the ledger says what, and it ends."""

from __future__ import annotations

import pytest
from crawls import Desk

KINDS = {
    "challenge": ("blocked", "HTTP 403: challenge page (DataDome)"),
    "quiet challenge": ("blocked", "captcha (Turnstile)"),
    "consent": ("blocked", "consent page: says “accepter ou s abonner”"),
    "soft 404": ("gone", "soft 404: says “page introuvable”"),
    "one page": ("blocked", "one page for every address: same text at "),
}


@pytest.fixture
def desk(stand, tmp_path):
    """One section of the Courier alone."""
    desk = Desk(tmp_path)
    desk.sources.mkdir()
    (desk.sources / "courier.toml").write_text(
        f'name = "Courier"\nhome = "{stand.url}/"\ncountry = "FR"\nlanguage = "fr"\ntimezone = "Europe/Paris"\n'
        f'[[listing]]\nurl = "{stand.url}/world/"\nkind = "section"\n'
    )
    return desk


def states(desk):
    return dict(desk.rows("SELECT state, count(*) FROM urls GROUP BY state"))


def health(desk):
    return desk.rows("SELECT status, message FROM run_sources ORDER BY run_id DESC LIMIT 1")[0]


@pytest.mark.parametrize("door", KINDS)
def test_what_stands_before_the_articles_is_told_and_ends(desk, stand, door):
    state, reason = KINDS[door]
    stand.shut(door)
    desk.run("crawl")
    announced = desk.one("SELECT count(*) FROM urls")
    assert announced > 3
    assert desk.one("SELECT count(*) FROM articles") == 0
    assert states(desk) == {state: announced}
    assert [told for (told,) in desk.rows("SELECT DISTINCT reason FROM urls") if not told.startswith(reason)] == []
    assert desk.one("SELECT count(*) FROM urls WHERE etag IS NOT NULL OR next_fetch_at IS NULL") == 0
    assert desk.one("SELECT count(*) FROM fingerprints") == 0
    if state == "blocked":
        status, message = health(desk)
        assert status == "blocked"
        assert reason in message
    stand.mend()
    desk.run("crawl", "--all")
    assert states(desk) == {"article": announced}
    assert desk.one("SELECT count(*) FROM articles") == announced
    assert desk.one("SELECT max(revision_count) FROM articles") == 1
    assert health(desk)[0] == "ok"


@pytest.mark.parametrize("door", ["quiet challenge", "soft 404", "one page"])
def test_what_is_stored_stays_when_a_wall_comes_later(desk, stand, door):
    stored = "SELECT article_id, headline, word_count, revision_count, text_sha256 FROM articles ORDER BY article_id"
    desk.run("crawl")
    before = desk.rows(stored)
    assert len(before) > 3
    stand.shut(door)
    desk.run("crawl", "--all")
    assert desk.rows(stored) == before
    assert set(desk.outcomes(2)) == {KINDS[door][0]}
    gone = desk.one("SELECT count(*) FROM articles WHERE gone_at IS NOT NULL")
    assert gone == (len(before) if door == "soft 404" else 0)
    stand.mend()
    desk.run("crawl", "--all")
    assert desk.rows(stored) == before
    assert states(desk) == {"article": len(before)}
    assert desk.one("SELECT count(*) FROM articles WHERE gone_at IS NOT NULL") == 0


@pytest.mark.parametrize(("door", "status"), [("challenge", "blocked"), ("soft 404", "failed")])
def test_a_listing_behind_a_wall_says_so(desk, stand, door, status):
    stand.shut(door, listings=True)
    desk.run("crawl")
    said = KINDS[door][1]
    assert health(desk)[0] == status
    assert said in health(desk)[1]
    ((outcome, reason),) = desk.rows("SELECT outcome, reason FROM fetches")
    assert (outcome, said in reason) == (KINDS[door][0], True)
    assert desk.rows("SELECT etag, last_modified, failures_in_row FROM listings") == [(None, None, 1)]
    stand.mend()
    desk.run("crawl")
    assert health(desk)[0] == "ok"


def test_a_page_that_one_looks_at_says_what_it_is(desk, stand):
    path = f"{stand.url}{stand.paper.path(stand.paper.articles[0])}"
    stand.shut("challenge")
    told = desk.run("extract", path)
    assert (told.returncode, "HTTP 403: challenge page (DataDome)" in told.stderr) == (1, True)
    stand.shut("consent", listings=True)
    assert "consent page: says" in desk.run("extract", path).stderr
    assert "consent page: says" in desk.run("links", f"{stand.url}/world/").stderr
