"""Questions of a data team, asked of a filled database in plain SQL."""

from __future__ import annotations

import pytest
from stories import FEED, HOME, SECTION, TRIBUNE, Shelf, article, paragraph

from crawler import store
from crawler.items import Block
from crawler.normalise import now
from crawler.schedule import hours_before

MONDE = TRIBUNE.listings[0].url
COPY = "https://tribune.example/monde/les-pourparlers-du-port"


def hours_ago(hours: float) -> str:
    return hours_before(now(), hours)


def long_read(url: str, seed: int, **changes):
    paragraphs = [Block("paragraph", paragraph(seed * 100 + n, 70)) for n in range(10)]
    return article(url, seed, blocks=[*paragraphs, Block("subhead", "A long road", 2)], **changes)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """Nine days of The Gazette, five a day but one on the third; La Tribune reprints once and goes silent."""
    shelf = Shelf(tmp_path_factory.mktemp("questions") / "news.db")
    seed = 0
    for day in range(9, 0, -1):
        for _ in range(1 if day == 3 else 5):
            seed += 1
            at, url = hours_ago(24 * day), f"{HOME}/world/story-number-{seed}-of-ours"
            shelf.read(url, long_read(url, seed, published=at), at, downloaded_bytes=50_000)
    shelf.read(COPY, long_read(COPY, 1, headline="Le port", published=hours_ago(200)), hours_ago(200))
    corrected = f"{HOME}/world/story-number-{seed}-of-ours"
    shelf.read(corrected, long_read(corrected, seed, headline="Corrected"), hours_ago(22), downloaded_bytes=50_000)
    shelf.fail(corrected, "not_modified", hours_ago(20), status_code=304)
    shelf.fail(f"{HOME}/world/never-there", "error", hours_ago(20))
    shelf.announce(outcome="blocked", listing=MONDE, reason="HTTP 403: the site refuses us", status_code=403)
    store.finish_run(shelf.db, shelf.run_id)
    yield shelf
    shelf.close()


def test_which_headlines_changed_after_publication(shelf):
    rows = shelf.rows(
        "SELECT source_id, minutes_after_publication, headline_before, headline_after, url FROM headline_changes "
        "WHERE changed_at >= date('now', '-7 days') AND headline_before IS NOT headline_after "
        "ORDER BY changed_at DESC LIMIT 200"
    )
    assert rows == [
        ("gazette", 120, "Harbour talks enter day 41", "Corrected", f"{HOME}/world/story-number-41-of-ours")
    ]


def test_which_sources_went_silent_since_when_and_why(shelf):
    rows = shelf.rows(
        "SELECT source_id, CAST((julianday('now') - julianday(last_new_article_at)) * 24 AS INTEGER) AS hours_silent, "
        "silent_after_hours, last_status, last_message FROM source_health "
        "WHERE is_enabled AND (last_new_article_at IS NULL "
        "  OR julianday('now') - julianday(last_new_article_at) > silent_after_hours / 24.0)"
    )
    assert rows == [("tribune", 200, 168, "blocked", "HTTP 403: the site refuses us")]


def test_how_outlets_structure_long_reads(shelf):
    rows = shelf.rows(
        "SELECT a.source_id, count(DISTINCT a.article_id) AS long_articles, "
        "round(1000.0 * sum(b.kind = 'subhead') / (SELECT sum(word_count) FROM articles y "
        "  WHERE y.source_id = a.source_id AND y.published_on >= date('now', '-7 days') AND y.word_count > 600), 2) "
        "FROM articles a JOIN blocks b USING (article_id) "
        "WHERE a.published_on >= date('now', '-7 days') AND a.word_count > 600 GROUP BY a.source_id ORDER BY 3 DESC"
    )
    words = 12 + 10 * 70 + 3
    assert rows == [("gazette", rows[0][1], round(1000 / words, 2))]
    assert rows[0][1] in (26, 31)  # the day that began seven days ago is or is not within


def test_where_are_the_holes(shelf):
    rows = shelf.rows(
        "WITH RECURSIVE d(day) AS (SELECT date('now', '-8 days') UNION ALL "
        "  SELECT date(day, '+1 day') FROM d WHERE day < date('now', '-1 day')), "
        "grid AS (SELECT s.source_id, d.day, coalesce(x.article_count, 0) AS n FROM sources s JOIN d "
        "  LEFT JOIN source_days x ON x.source_id = s.source_id AND x.published_on = d.day WHERE s.is_enabled), "
        "med AS (SELECT source_id, n AS median FROM (SELECT source_id, n, "
        "  row_number() OVER (PARTITION BY source_id ORDER BY n) AS r, "
        "  count(*) OVER (PARTITION BY source_id) AS c FROM grid) WHERE r = (c + 1) / 2) "
        "SELECT g.source_id, g.day, g.n, m.median FROM grid g JOIN med m USING (source_id) "
        "WHERE m.median >= 4 AND g.n < 0.5 * m.median ORDER BY g.day DESC, g.source_id"
    )
    assert rows == [("gazette", hours_ago(72)[:10], 1, 5)]


def test_what_a_crawl_costs_and_what_is_wasted(shelf):
    rows = shelf.rows(
        "SELECT f.source_id, count(*) AS requests, round(sum(f.downloaded_bytes) / 1e6, 1) AS megabytes, "
        "round(100.0 * sum(f.outcome IN ('new', 'changed')) / count(*), 1) AS percent_useful, "
        "round(100.0 * sum(f.outcome = 'not_modified') / count(*), 1) AS percent_304, "
        "round(100.0 * sum(f.outcome IN ('error', 'blocked', 'empty')) / count(*), 1) AS percent_bad "
        "FROM runs r JOIN fetches f USING (run_id) "
        "WHERE r.started_at >= date('now', '-7 days') GROUP BY f.source_id ORDER BY requests DESC"
    )
    assert rows == [("gazette", 44, 2.1, 95.5, 2.3, 2.3), ("tribune", 2, None, 50.0, 0.0, 50.0)]


def test_which_texts_were_reprinted_and_who_changed_the_headline(shelf):
    rows = shelf.rows(
        "SELECT o.source_id, o.headline, count(*) AS reprints, "
        "group_concat(a.source_id || CASE WHEN a.headline = o.headline THEN '' ELSE '*' END, ', ') "
        "FROM copies c JOIN articles o ON o.article_id = c.original_id JOIN articles a ON a.article_id = c.article_id "
        "WHERE c.shared_share >= 0.6 AND o.published_on >= date('now', '-30 days') "
        "GROUP BY o.article_id ORDER BY reprints DESC LIMIT 50"
    )
    assert rows == [("gazette", "Harbour talks enter day 1", 1, "tribune*")]


def test_full_text_in_plain_sql(shelf):
    rows = shelf.rows(
        "SELECT a.headline, snippet(article_texts_fts, 0, '[', ']', ' … ', 12) FROM article_texts_fts "
        "JOIN articles a ON a.article_id = article_texts_fts.rowid JOIN sources s USING (source_id) "
        "WHERE article_texts_fts MATCH 'headline : correct*' AND s.country IN ('GB', 'FR')"
    )
    assert rows == [("Corrected", "[Corrected]")]


def test_each_text_once(shelf):
    assert shelf.one("SELECT count(*) FROM articles_list") == 42
    assert shelf.one("SELECT count(*) FROM articles_unique") == 41
    assert shelf.rows("SELECT source, source_country, authors FROM articles_full WHERE headline = 'Le port'") == [
        ("La Tribune", "FR", "Ana Perez")
    ]


def test_which_listing_announced_what(shelf):
    shelf.announce(f"{HOME}/world/story-number-1-of-ours", at=now())
    rows = shelf.rows(
        "SELECT l.kind, k.rank FROM listing_links k JOIN listings l USING (listing_id) JOIN urls u USING (url_id) "
        "JOIN articles a USING (article_id) WHERE a.headline = 'Harbour talks enter day 1'"
    )
    assert rows == [("feed", 1)]


# --------------------------------------------------------------------------- what listings announce, and what we hold


@pytest.fixture(scope="module")
def morning(tmp_path_factory):
    """A morning of The Gazette: its section page and its feed, not quite the same articles, not all of them held."""
    shelf = Shelf(tmp_path_factory.mktemp("morning") / "news.db")
    stories = [f"{HOME}/world/story-number-{number}-of-ours" for number in range(8)]
    shelf.announce(*stories[:6], listing=SECTION, at=hours_ago(5))
    shelf.announce(*stories[1:8], f"{HOME}/sport/a-match", listing=FEED, at=hours_ago(5), refused=SPORT)
    for seed, url in enumerate(stories[:6]):
        shelf.read(url, article(url, seed, published=hours_ago(6)), hours_ago(5))
    shelf.fail(stories[6], "error", hours_ago(5), reason="HTTP 500")
    shelf.fail(stories[7], "not_article", hours_ago(5), reason="a page of links")
    shelf.announce(stories[5], *stories[:5], listing=SECTION, at=hours_ago(4))
    shelf.announce(stories[5], *stories[:4], listing=SECTION, at=hours_ago(3))
    yield shelf
    shelf.close()


SPORT = {f"{HOME}/sport/a-match": "outside the scope: category Sport"}


def test_what_stood_longest_at_the_top_of_world(morning):
    rows = morning.rows(
        "SELECT source, headline, hours_in_top_five, best_rank FROM prominence "
        "WHERE listing_kind = 'section' AND published_at >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-7 days') "
        "ORDER BY hours_in_top_five DESC, best_rank, headline LIMIT 3"
    )
    assert rows == [("The Gazette", f"Harbour talks enter day {day}", 2.0, day + 1) for day in range(3)]
    last = (
        "SELECT headline, hours_in_top_five, best_rank, last_listed_at = "
        "(SELECT last_ok_at FROM listings WHERE kind = 'section' AND source_id = 'gazette') FROM prominence "
        "WHERE listing_kind = 'section' AND headline >= 'Harbour talks enter day 4' ORDER BY headline"
    )
    assert morning.rows(last) == [
        ("Harbour talks enter day 4", 1.0, 5, 0),
        ("Harbour talks enter day 5", 1.0, 1, 1),
    ]


def test_how_much_of_what_each_listing_announced_we_hold(morning):
    rows = morning.rows(
        "SELECT listing_kind, sum(announced_count), sum(outside_count), sum(no_article_count), sum(held_count), "
        "sum(failed_count), round(1.0 * sum(held_count) / sum(announced_count - outside_count - no_article_count), 2), "
        "sum(only_here_count) FROM completeness WHERE source_id = 'gazette' AND announced_on >= date('now', '-7 days') "
        "GROUP BY listing_kind"
    )
    assert rows == [("feed", 8, 1, 1, 5, 1, 0.83, 0), ("section", 6, 0, 0, 6, 0, 1.0, 1)]
    assert morning.rows("SELECT DISTINCT held_share FROM completeness ORDER BY 1") == [(0.833,), (1.0,)]


def test_what_is_missing_and_why(morning):
    rows = morning.rows("SELECT state, reason, count(*), listing_kinds FROM missing WHERE source_id = 'gazette'")
    assert rows == [("failing", "HTTP 500", 1, "feed")]


def test_views_on_listings_walk_no_more_than_they_must(morning):
    def plan(sql):
        return " ".join(row[3] for row in morning.rows(f"EXPLAIN QUERY PLAN {sql}"))

    recent = plan("SELECT * FROM prominence WHERE published_at >= '2026' ORDER BY hours_in_top_five DESC LIMIT 9")
    assert "SEARCH a USING INDEX articles_by_published" in recent
    assert "SCAN" not in recent
    assert "SEARCH a USING INDEX articles_by_source" in plan("SELECT * FROM prominence WHERE source_id = 'x'")
    one_source = plan("SELECT * FROM completeness WHERE source_id = 'x'")
    assert "SEARCH l USING INDEX listings_by_source (source_id=?)" in one_source
    assert "SEARCH k USING PRIMARY KEY (listing_id=?)" in one_source
    assert "urls_by_source_state (source_id=? AND state=?)" in plan("SELECT * FROM missing WHERE source_id = 'x'")
