"""The memory as rows: learned with the article, counted once, forgotten in time; and pages that are kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pkgutil import resolve_name

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse
from stories import GAZETTE, HOME, T0, TRIBUNE, Shelf, article

from crawler import answers, pages, remember, runs, store
from crawler.errors import PageError, UsageError
from crawler.items import Article, Block, Exchange, Layout
from crawler.memory import fingerprint
from crawler.normalise import words
from crawler.store import DueUrl

APPEAL = "Whoever likes how we count the boats may pour us a coffee at the old customs house."
LATER = "2026-10-06T10:00:00Z"
GAZETTE_URLS = [f"{HOME}/world/story-{number}" for number in range(1, 12)]


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path / "news.db")
    yield shelf
    shelf.close()


def as_read(found: Article, *more: str) -> Article:
    """The article with further lines below its text, and the layout that extraction would have seen."""
    found = replace(found, blocks=[*found.blocks, *(Block("paragraph", line) for line in more)])
    lines = [(text, False) for text in found.standfirst]
    lines += [(block.text, block.kind == "subhead") for block in found.blocks]
    prints = (fingerprint(" ".join(words(text)), heading=heading) for text, heading in lines)
    found.layout = Layout(tuple(run for run in prints if run is not None), {"body": "div.story > p"})
    return found


def prints(*lines: str, heading: bool = False) -> set[int | None]:
    return {fingerprint(" ".join(words(line)), heading=heading) for line in lines}


def learn(shelf: Shelf, count: int = 3) -> None:
    for number, url in enumerate(GAZETTE_URLS[:count], 1):
        shelf.announce(url)
        shelf.read(url, as_read(article(url, number), APPEAL))


def test_the_third_article_teaches_what_the_fourth_is_read_without(shelf):
    learn(shelf, 2)
    assert remember.recall(shelf.db, "gazette").repeats == frozenset()
    learn(shelf, 3)
    known = prints(APPEAL) | prints("A long road", heading=True)
    assert remember.recall(shelf.db, "gazette").repeats == known
    assert set(shelf.rows("SELECT source_id, text, is_heading, article_count FROM source_blocks")) == {
        ("gazette", APPEAL, 0, 3),
        ("gazette", "A long road", 1, 3),
    }
    assert remember.recall(shelf.db, "tribune").repeats == frozenset()


def test_each_article_counts_once(shelf):
    url = GAZETTE_URLS[0]
    for at in (T0, LATER, "2026-10-06T16:00:00Z"):
        shelf.read(url, as_read(article(url, 1), APPEAL), at=at)
    assert shelf.one("SELECT count(*) FROM fingerprints") == 1
    assert remember.recall(shelf.db, "gazette").repeats == frozenset()


def test_what_is_learned_is_counted_on(shelf):
    learn(shelf)
    url = GAZETTE_URLS[4]
    cleaned = as_read(article(url, 5))
    cleaned.layout = as_read(article(url, 5), APPEAL).layout
    shelf.read(url, cleaned, at=LATER)
    assert set(shelf.rows("SELECT article_count, last_seen_at FROM source_blocks")) == {(4, LATER)}


def test_versions_of_one_story_teach_nothing(shelf):
    for number, url in enumerate(GAZETTE_URLS[:5]):
        shelf.read(url, as_read(article(url, 1), f"What happened in the hour {number} of the long day at the quay."))
    assert shelf.one("SELECT count(*) FROM articles") == 5
    assert remember.recall(shelf.db, "gazette").repeats == frozenset()


def test_reserved_words_teach_nothing(shelf):
    for number, url in enumerate(GAZETTE_URLS[:4], 1):
        shelf.read(url, replace(as_read(article(url, number), APPEAL), tdm_reserved=True))
    assert shelf.one("SELECT count(*) FROM fingerprints") == 0
    assert shelf.one("SELECT count(*) FROM source_blocks") == 0


def test_old_memories_are_dropped(shelf):
    learn(shelf)
    remember.forget(shelf.db, "gazette", "2026-12-30T08:00:00Z")
    assert shelf.one("SELECT count(*) FROM source_blocks") == 2
    remember.forget(shelf.db, "gazette", "2027-01-08T08:00:00Z")
    assert shelf.one("SELECT count(*) FROM source_blocks") == 0
    assert shelf.one("SELECT count(*) FROM fingerprints") == 3


def test_fingerprints_are_bounded(shelf, monkeypatch):
    monkeypatch.setattr("crawler.memory.WINDOW", 2)
    learn(shelf, 5)
    remember.forget(shelf.db, "gazette", T0)
    assert shelf.rows("SELECT article_id FROM fingerprints") == [(4,), (5,)]


# --- a second look after the memory has learned


def second_look(shelf: Shelf, url: str, found: Article) -> str:
    return shelf.read(url, found, at=LATER)


def test_what_was_learned_in_between_is_no_revision(shelf):
    learn(shelf)
    url = GAZETTE_URLS[0]
    assert second_look(shelf, url, as_read(article(url, 1))) == "unchanged"
    row = shelf.article(url)
    assert (row["revision_count"], row["last_changed_at"]) == (1, None)
    text = shelf.one("SELECT body_text FROM article_texts WHERE article_id = ?", row["article_id"])
    assert APPEAL not in text
    last = "SELECT word_count, text_sha256 FROM revisions WHERE article_id = ?"
    assert shelf.rows(last, row["article_id"]) == [(row["word_count"], row["text_sha256"])]
    assert shelf.rows("SELECT rowid FROM article_texts_fts WHERE article_texts_fts MATCH 'customs'") == [(2,), (3,)]
    assert shelf.one("SELECT position FROM blocks WHERE article_id = ?", row["article_id"]) == 2


def test_a_line_that_comes_back_is_no_revision_either(shelf):
    learn(shelf)
    url = GAZETTE_URLS[5]
    shelf.read(url, as_read(article(url, 6)))
    assert second_look(shelf, url, as_read(article(url, 6), APPEAL)) == "unchanged"
    assert APPEAL not in shelf.one("SELECT body_text FROM article_texts ORDER BY article_id DESC LIMIT 1")


def test_a_true_change_is_one_and_only_what_changed_counts(shelf):
    learn(shelf)
    url = GAZETTE_URLS[0]
    correction = "The council counted twice."
    changed = as_read(article(url, 1))
    changed.blocks.append(Block("paragraph", correction))
    assert second_look(shelf, url, changed) == "changed"
    query = "SELECT words_added, words_removed, changed_json, body_text FROM revisions WHERE article_id = 1"
    first, second = shelf.rows(f"{query} ORDER BY revision")
    assert second[:3] == (4, 0, '["body"]')
    assert APPEAL not in first[3]
    counts = shelf.rows("SELECT word_count FROM revisions WHERE article_id = 1 ORDER BY revision")
    assert counts[1][0] - counts[0][0] == 4


# --- how pages are built


def builds(shelf: Shelf, build: str, count: int, start: int = 0) -> None:
    for number, url in enumerate(GAZETTE_URLS[start : start + count], start + 1):
        found = article(url, number)
        found.layout = Layout((), {"body": build})
        shelf.read(url, found, at=f"2026-10-06T{10 + shelf.run_id}:00:00Z")


def finish(shelf: Shelf) -> tuple[str, str]:
    """(status, message) of the gazette after this run."""
    runs.finish_run(shelf.db, shelf.run_id, source_ids=["gazette"])
    query = "SELECT status, message FROM run_sources WHERE run_id = ? AND source_id = 'gazette'"
    [found] = shelf.rows(query, shelf.run_id)
    shelf.begin()
    return found


def test_a_redesign_is_told_once(shelf):
    shelf.announce(*GAZETTE_URLS)
    builds(shelf, "div.story > p", 8)
    assert "layout" not in finish(shelf)[1]
    builds(shelf, "section.text > p", 6)
    status, message = finish(shelf)
    assert status == "degraded"
    assert "layout changed: the text stood in div.story > p, now in section.text > p" in message
    builds(shelf, "section.text > p", 6)
    assert "layout" not in finish(shelf)[1]


def test_a_redesign_shows_in_small_runs_too(shelf):
    shelf.announce(*GAZETTE_URLS)
    builds(shelf, "div.story > p", 8)
    finish(shelf)
    told = []
    for start in (0, 2, 4, 6):
        builds(shelf, "section.text > p", 2, start)
        told.append("layout changed" in finish(shelf)[1])
    assert told == [False, False, True, False]


# --- pages


def raw(shelf: Shelf, url: str, *, at: str = T0, found: Article | None = None, body: bytes = b"<p>Once</p>") -> str:
    return shelf.read(url, found, at=at, page=pages.packed(body, "utf-8"))


def kept(shelf: Shelf) -> dict[str, str]:
    return dict(shelf.rows("SELECT final_url, fetched_at FROM pages"))


def test_the_newest_page_of_an_article_is_kept(shelf):
    url = GAZETTE_URLS[0]
    raw(shelf, url)
    raw(shelf, url, at=LATER, body=b"<p>Twice \xe9</p>")
    page = pages.kept(shelf.db, 1)
    assert (page.body, page.charset, page.url, page.fetched_at) == (b"<p>Twice \xe9</p>", "utf-8", url, LATER)


def test_the_page_that_the_longer_text_came_from_is_kept(shelf):
    url = GAZETTE_URLS[0]
    raw(shelf, url)
    raw(shelf, url, at=LATER, found=replace(article(url), blocks=[Block("paragraph", "Subscribe.")]), body=b"cut")
    assert kept(shelf) == {url: T0}


@pytest.mark.parametrize("right", [{"tdm_reserved": True}, {"robots_rules": ["noindex"]}])
def test_reserved_pages_are_not_kept(shelf, right):
    url = GAZETTE_URLS[0]
    raw(shelf, url)
    raw(shelf, url, at=LATER, found=replace(article(url), **right))
    assert kept(shelf) == {}


def test_a_page_that_may_no_longer_be_kept_is_dropped(shelf):
    url = GAZETTE_URLS[0]
    raw(shelf, url)
    shelf.read(url, at=LATER)
    assert kept(shelf) == {}


def test_a_licence_lifts_the_reservation(tmp_path):
    shelf = Shelf(tmp_path / "news.db", replace(GAZETTE, rights="licensed: contract"), TRIBUNE)
    raw(shelf, GAZETTE_URLS[0], found=replace(article(GAZETTE_URLS[0]), tdm_reserved=True))
    assert kept(shelf) == {GAZETTE_URLS[0]: T0}
    shelf.close()


STORY = f"<html lang=en><head>%s</head><body><h1>A story</h1><p>{APPEAL}</p><p>{APPEAL[::-1]}</p></body></html>"


async def here(exchange: Exchange, kind: str, task: str, *args: object, **kwargs: object) -> object:
    """As a worker does, in this process."""
    return resolve_name(task)(*args, **kwargs)


def answer(head: str = "", *, keep_page: bool = True, **headers: str) -> Exchange:
    """What comes of a page with this in its <head>, these headers in its answer."""
    url = GAZETTE_URLS[0]
    request = Request(url, meta={"due": DueUrl(1, "gazette", url, None, None, "new"), "source": GAZETTE})
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = HtmlResponse(url, 200, {"Content-Type": "text/html; charset=UTF-8"} | named, request=request,
                            body=(STORY % head).encode())  # fmt: skip
    exchange = answers.of_response(response)
    asyncio.run(answers.read_article(exchange, response, here, keep_page=keep_page))
    assert exchange.article is not None
    return exchange


def test_a_page_goes_to_the_store_as_it_came(shelf):
    shelf.announce(GAZETTE_URLS[0])
    exchange = answer()
    store.record(shelf.db, shelf.run_id, exchange)
    page = pages.kept(shelf.db, 1)
    assert (page.body, page.charset) == ((STORY % "").encode(), "UTF-8")


@pytest.mark.parametrize(
    "forbidden",
    [
        {"X_Robots_Tag": "noarchive"},
        {"X_Robots_Tag": "otherbot: noindex, Worlddesk: nocache"},
        {"X_Robots_Tag": "noindex"},
        {"head": '<meta name="robots" content="index, NOARCHIVE">'},
        {"keep_page": False},
    ],
)
def test_what_forbids_to_keep_a_page(forbidden):
    assert answer().page is not None
    assert answer(**forbidden).page is None


@pytest.mark.parametrize(("days", "left"), [(30, 1), (1, 0), (0, 0), (None, 1)])
def test_pages_expire_at_the_end_of_a_run(shelf, monkeypatch, days, left):
    raw(shelf, GAZETTE_URLS[0])
    monkeypatch.setattr("crawler.runs.now", lambda: "2026-10-07T08:00:00Z")
    runs.finish_run(shelf.db, shelf.run_id, page_days=days)
    assert len(kept(shelf)) == left


def test_a_page_that_cannot_be_unpacked_says_so(shelf):
    raw(shelf, GAZETTE_URLS[0])
    shelf.db.execute("UPDATE pages SET content = x'28B52FFD00'")
    with pytest.raises(PageError, match="unpacked"):
        pages.kept(shelf.db, 1)
    with pytest.raises(PageError, match="no longer"):
        pages.kept(shelf.db, 2)


def test_how_long_is_a_setting_or_of_the_environment(monkeypatch):
    monkeypatch.delenv("WORLDDESK_PAGE_DAYS", raising=False)
    assert pages.days_kept(30) == 30
    monkeypatch.setenv("WORLDDESK_PAGE_DAYS", "0")
    assert pages.days_kept(30) == 0
    monkeypatch.setenv("WORLDDESK_PAGE_DAYS", "a month")
    with pytest.raises(UsageError, match="WORLDDESK_PAGE_DAYS"):
        pages.days_kept(30)
