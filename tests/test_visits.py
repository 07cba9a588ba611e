"""What earlier visits to a section page add: told on pages of which the address and the text alone mislead."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy import Request
from sqlite_utils import Database
from stories import FEED, SECTION, T0, Shelf
from twisted.python.failure import Failure

from crawler import answers, store, visits
from crawler.discover import Seen, links, links_lines, section
from crawler.discover.seen import fingerprint, seen_on, with_memory
from crawler.items import Exchange, Link
from crawler.urls import canonical
from spiders.international import InternationalSpider

URL = "https://www.courier.example.com/world"
FIRST = ("Lisbon", "Oslo", "Quito", "Hanoi", "Dakar", "Perth")
THEN = ("Turin", "Lagos", "Osaka", "Split", "Cusco", "Malmo")
MENU = ("Middle East and North Africa", "Letters to the editor and debate", "Homes and gardens of the region",
        "Money work and family life", "Film music and theatre reviews", "Health body and mind today")  # fmt: skip


def slug(text: str) -> str:
    return "-".join(text.lower().split())


def headline(place: str) -> str:
    return f"Harbour of {place} reopens after the great storm"


def page(places: tuple[str, ...]) -> bytes:
    """A page on which nothing but time tells the long-named sections of the menu from the articles."""
    texts = [*MENU, *map(headline, places)]
    return (
        "".join(f"<p><a href='/{slug(text)}'>{text}</a></p>" for text in texts)
        .encode()
        .join([b"<!doctype html><body>", b"</body>"])
    )


def addresses(texts: list[str]) -> list[str]:
    return [f"https://www.courier.example.com/{slug(text)}" for text in texts]


def test_without_memory_the_menu_is_taken_for_articles():
    assert {link.url for link in links(page(FIRST), URL, "section")} > set(addresses(list(map(headline, FIRST))))


def test_what_is_clear_tells_what_its_age_means():
    keys = [f"https://c.example.com/{n}" for n in range(40)]
    clear = [4.0] * 15 + [-4.0] * 15
    unclear = [0.5] * 5 + [-0.5] * 5
    before = [*keys[15:30], *keys[30:35]]
    judged = with_memory(keys, clear + unclear, seen_on([before]))
    assert [score > 0 for score in judged] == [True] * 15 + [False] * 15 + [False] * 5 + [True] * 5


@pytest.mark.parametrize("shown", ["all", "none", "articles"])
def test_a_page_whose_ages_tell_nothing_loses_nothing(shown):
    keys = [f"https://c.example.com/{n}" for n in range(30)]
    scores = [4.0] * 12 + [0.3] * 3 + [-4.0] * 12 + [-0.3] * 3
    before = {"all": keys, "none": ["https://c.example.com/x"], "articles": keys[:15]}[shown]
    judged = with_memory(keys, scores, seen_on([before]))
    if shown == "articles":  # an evergreen page: its articles stay and the rest moves
        assert all(score > 0 for score in judged[:15])
    else:
        assert judged == pytest.approx(scores, abs=0.15)


def test_it_is_never_a_filter():
    keys = [f"https://c.example.com/{n}" for n in range(30)]
    scores = [8.0] * 15 + [-8.0] * 15
    judged = with_memory(keys, scores, seen_on([[keys[0], *keys[15:]]]))
    assert judged[0] > 4
    assert all(score > 0 for score in judged[:15])


def test_what_was_fetched_is_believed():
    keys = ["https://c.example.com/a", "https://c.example.com/b", "https://c.example.com/c"]
    prints = [fingerprint(key) for key in keys]
    seen = Seen(dict.fromkeys(prints, 0), frozenset(prints[:1]), frozenset(prints[1:2]))
    proved, refuted, unknown = with_memory(keys, [-1.0, 1.0, 1.0], seen)
    assert proved > 0 > refuted
    assert unknown > 0


def test_nothing_is_remembered_before_the_second_visit():
    assert with_memory(["https://c.example.com/a"], [1.25], Seen()) == [1.25]


def test_a_page_tells_all_that_it_shows():
    found = links(page(FIRST), URL, "section")
    assert set(found.shown) == {fingerprint(canonical(url)) for url in addresses([*MENU, *map(headline, FIRST)])}
    assert section.shown(page(FIRST), URL) == addresses([*MENU, *map(headline, FIRST)])
    assert all(link.score is not None and link.score > 0 for link in found)


@pytest.mark.parametrize("as_list", [True, False])
def test_a_line_may_bring_the_page_as_it_was(tmp_path: Path, as_list):
    (tmp_path / "then.html").write_bytes(page(FIRST))
    (tmp_path / "now.html").write_bytes(page(THEN))
    previous = str(tmp_path / "then.html")
    line = {"id": 1, "url": URL, "kind": "home", "path": str(tmp_path / "now.html")}
    alone, both = links_lines([json.dumps(line), json.dumps(line | {"previous": [previous] if as_list else previous})])
    assert len(json.loads(alone)["links"]) >= len(json.loads(both)["links"])
    assert {link["url"] for link in json.loads(both)["links"]} >= set(addresses(list(map(headline, THEN))))


def test_a_line_whose_earlier_page_is_missing_says_so(tmp_path: Path):
    (tmp_path / "now.html").write_bytes(page(THEN))
    line = {"id": 1, "url": URL, "kind": "section", "path": str(tmp_path / "now.html"), "previous": "nowhere.html"}
    assert "nowhere.html" in json.loads(next(links_lines([json.dumps(line)])))["error"]


# ---------------------------------------------------------------------------------------------------------- the rows


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "news.db")
    yield shelf
    shelf.close()


@pytest.fixture
def db(shelf: Shelf) -> Database:
    return shelf.db


def listing(db: Database) -> int:
    (number,) = db.execute("SELECT listing_id FROM listings ORDER BY listing_id LIMIT 1").fetchone()
    return int(number)


def rows(db: Database) -> list[tuple[int, str, str, int, int | None]]:
    return list(
        db.execute(
            "SELECT address_hash, first_seen_on, last_seen_on, day_count, is_article FROM listing_memory "
            "ORDER BY address_hash"
        )
    )


def test_a_visit_writes_each_address_once_a_day(db):
    number = listing(db)
    visits.note(db, number, [1, 2], [], "2026-10-01T08:00:00Z")
    visits.note(db, number, [1, 2], [], "2026-10-01T09:00:00Z")
    visits.note(db, number, [2, 3], [], "2026-10-03T09:00:00Z")
    assert rows(db) == [
        (1, "2026-10-01", "2026-10-01", 1, None),
        (2, "2026-10-01", "2026-10-03", 2, None),
        (3, "2026-10-03", "2026-10-03", 1, None),
    ]
    assert visits.recall(db, number, "2026-10-03T12:00:00Z").ages == {1: 1, 2: 1, 3: 0}
    assert visits.recall(db, number + 1, "2026-10-03T12:00:00Z") == Seen()


def test_what_was_not_seen_for_long_is_forgotten(db):
    visits.note(db, listing(db), [1], [], "2026-10-01T08:00:00Z")
    visits.note(db, listing(db), [2], [], "2026-11-30T08:00:00Z")
    assert [row[0] for row in rows(db)] == [1, 2]
    visits.note(db, listing(db), [2], [], "2026-12-01T08:00:00Z")
    assert [row[0] for row in rows(db)] == [2]


def test_a_listing_is_remembered_within_bounds(db, monkeypatch):
    monkeypatch.setattr(visits, "MOST", 5)
    visits.note(db, listing(db), range(5), [], "2026-10-01T08:00:00Z")
    visits.note(db, listing(db), range(3, 8), [], "2026-10-02T08:00:00Z")
    assert [row[0] for row in rows(db)] == [3, 4, 5, 6, 7]


def test_what_became_of_a_link_is_remembered(db):
    (source_id,) = db.execute("SELECT source_id FROM sources LIMIT 1").fetchone()
    found = [Link(f"https://www.example.org/{name}") for name in ("a", "b", "c")]
    for link, state in zip(found, ("article", "not_article", "new"), strict=True):
        db.execute(
            "INSERT INTO urls (url, source_id, state, reason, first_seen_at) "
            "VALUES (?, ?, ?, 'read', '2026-10-01T08:00:00Z')",
            [link.url, source_id, state],
        )
    prints = [fingerprint(link.url) for link in found]
    visits.note(db, listing(db), prints, found, "2026-10-01T08:00:00Z")
    seen = visits.recall(db, listing(db), "2026-10-02")
    assert (seen.articles, seen.no_articles) == ({prints[0]}, {prints[1]})
    assert set(seen.ages) == set(prints)


def test_an_answer_is_remembered_with_its_links(shelf):
    shelf.announce("https://gazette.example/world/a-1", listing=SECTION, shown=(7, 8))
    shelf.announce("https://gazette.example/world/a-1", listing=FEED)
    assert [row[0] for row in rows(shelf.db)] == [7, 8]


# ------------------------------------------------------------------------------------------------------- further pages


def of_page(*names: str, outcome: str = "listed", at: str = T0) -> Exchange:
    links = [Link(f"https://gazette.example/world/{name}", rank=rank) for rank, name in enumerate(names, 1)]
    return Exchange("gazette", SECTION, outcome, at, etag=f'"{at}"', links=links, listing=True, shown=(1, 2))


def test_a_further_page_goes_on_where_the_last_one_ended():
    first, second, third = of_page("a", "b"), of_page("b", "c", at="2026-10-06T08:00:09Z"), of_page("d")
    answers.go_on(second, answers.turned(first, None))
    assert [(link.url[-1], link.rank) for link in second.links] == [("c", 3)]
    assert (second.fetched_at, second.etag) == (first.fetched_at, first.etag)
    before = answers.turned(second, answers.turned(first, None))
    answers.go_on(third, before)
    assert (before.pages, [link.rank for link in third.links]) == (2, [4])


def test_a_further_page_that_fails_is_no_failure_of_the_listing(shelf):
    first, second = of_page("a"), of_page(outcome="gone")
    second.reason = "HTTP 404"
    answers.go_on(second, answers.turned(first, None))
    assert (second.outcome, second.reason, second.links) == ("listed", "page 2: HTTP 404", [])
    for exchange in (first, second):
        store.announce(shelf.db, shelf.run_id, exchange, {})
    assert shelf.rows("SELECT failures_in_row, reason, etag FROM listings WHERE url = ?", SECTION) == [
        (0, None, first.etag)
    ]
    assert shelf.rows("SELECT reason FROM fetches ORDER BY rowid DESC LIMIT 1") == [("page 2: HTTP 404",)]


def test_a_further_page_that_never_comes_is_no_failure_of_the_listing_either(shelf):
    """Nor do the listing's validators and its rhythm suffer: it answered."""
    (due,) = [one for one in store.due_listings(shelf.db, ["gazette"], T0) if one.url == SECTION]
    first = of_page("a", "b")
    store.announce(shelf.db, shelf.run_id, first, {})
    columns = "SELECT failures_in_row, reason, etag, next_check_at, held_links FROM listings WHERE url = ?"
    before = shelf.rows(columns, SECTION)
    failure = Failure(ConnectionError("broke off"))
    failure.request = Request(f"{SECTION}?page=2", meta={"due": due}, cb_kwargs={"before": answers.turned(first, None)})
    announced = []

    class Desk:
        def turn(self, source_id):
            return asyncio.Lock()

        async def announce(self, exchange):
            announced.append(exchange)
            store.announce(shelf.db, shelf.run_id, exchange, {})

    asyncio.run(InternationalSpider(desk=Desk()).failed(failure))
    ((outcome, reason),) = [(one.outcome, one.reason) for one in announced]
    assert (outcome, reason.partition(":")[0]) == ("listed", "page 2")
    assert shelf.rows(columns, SECTION) == before


def test_a_listing_holds_what_all_its_pages_announce(shelf):
    first, second = of_page("a", "b"), of_page("b", "c", "d")
    answers.go_on(second, answers.turned(first, None))
    for exchange in (first, second):
        store.announce(shelf.db, shelf.run_id, exchange, {})
    assert shelf.one(f"SELECT held_links FROM listings WHERE url = '{SECTION}'") == 4


def test_a_page_brings_something_new_or_not():
    seen = seen_on([["https://gazette.example/world/a"]])
    assert answers.brings_new(of_page("a", "b"), seen)
    assert not answers.brings_new(of_page("a"), seen)
    assert not answers.brings_new(of_page(), seen)
