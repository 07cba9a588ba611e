"""What a person sees on a terminal: aligned tables, wrapped text, and never a control character."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.items import Article, Block, Link
from crawler.report.doctor import Check
from crawler.report.page import kind_of, show_article, show_links
from crawler.report.tables import show_checks, show_found, show_status
from crawler.report.terminal import say

ESCAPE = re.compile(r"\x1b\[[\d;]*m")


@pytest.fixture
def screen(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Calling it gives the lines on a terminal of 72 columns, without the colours of ours."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "72")
    monkeypatch.setenv("TERM", "xterm")
    return lambda: [line.rstrip() for line in ESCAPE.sub("", capsys.readouterr().out).splitlines()]


def source(source_id: str, **facts: object) -> dict[str, Any]:
    counts = dict.fromkeys(("article_count", "article_count_24h", "waiting_count", "failing_count"), 0)
    row = {"source_id": source_id, "status": "ok", "message": "all well", "last_new_article_at": None}
    return {**row, **counts, **facts}


def ago(**span: float) -> str:
    return (datetime.now(UTC) - timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_status_is_a_table(screen: Any) -> None:
    rows = [
        source("a", last_new_article_at=ago(minutes=5), article_count=1234),
        source("b", last_new_article_at=ago(hours=7), status="blocked", message="403 \x1b[2J" + "from the wall " * 4),
        source("c", last_new_article_at=ago(days=9)),
        source("d"),
    ]
    show_status(rows, problems=False, as_json=False)
    head, a, b, more, *rest = screen()
    assert head.split() == ["source", "status", "articles", "24", "h", "waiting", "failing", "last", "new", "message"]
    assert a.split() == ["a", "ok", "1,234", "0", "0", "0", "5", "min", "all", "well"]
    assert "7 h" in b
    assert "403 [2J" in b
    assert more.strip().startswith("from") or "wall" in more
    assert any("9 d" in line for line in rest)
    assert any("never" in line for line in rest)
    assert max(map(len, [head, a, b, more])) <= 72


def test_status_says_why_it_is_empty(screen: Any) -> None:
    show_status([], problems=False, as_json=False)
    show_status([source("a")], problems=True, as_json=False)
    assert screen() == ["no source yet: run `worlddesk crawl`", "no source has a problem"]


def test_found_articles(screen: Any) -> None:
    row = {
        "published_at": "2026-10-06T07:00:00Z",
        "source": "example",
        "headline": "Ferry\u202e resumes",
        "passage": "the [first] boat",
        "url": "https://www.example.org/ferry",
    }
    show_found([row, {**row, "published_at": None, "headline": None, "passage": None}], as_json=False)
    assert [line.split() for line in screen()] == [
        ["published", "source", "article"],
        ["2026-10-06", "example", "Ferry", "resumes"],
        ["the", "[first]", "boat"],
        ["https://www.example.org/ferry"],
        ["no", "date", "example", "(no", "headline)"],
        ["https://www.example.org/ferry"],
    ]
    show_found([], as_json=False)
    assert screen() == ["nothing found"]


def test_checks_with_their_remedies(screen: Any) -> None:
    assert show_checks([Check("disk", "ok", "enough"), Check("lock", "warning", "held", "wait")], as_json=False)
    assert [line.split() for line in screen()] == [["ok", "disk", "enough"], ["warning", "lock", "held"], ["→", "wait"]]
    assert not show_checks([Check("disk", "problem", "full")], as_json=False)


def test_article(screen: Any) -> None:
    blocks = [
        Block("paragraph", "The first boat left the quay at seven on Tuesday with forty passengers and came back."),
        Block("subhead", "What the council says", 2),
        Block("list", "one\ntwo"),
    ]
    read = Article("https://page.invalid/", "Ferry resumes", ["After nine weeks."], blocks, ["Ada Quill", "Bo Ink"])
    read.provenance = {"authors": "json-ld"}
    show_article(read)
    lines = screen()
    assert lines[0].split() == ["headline", "Ferry", "resumes"]
    assert max(map(len, lines)) <= 72
    start = next(number for number, line in enumerate(lines) if "one" in line.split())
    assert lines[start].split() == ["list", "one"]
    assert lines[start + 1].split() == ["two"]
    assert ["authors", "Ada", "Quill,", "Bo", "Ink", "json-ld"] in [line.split() for line in lines]
    assert ["published", "unknown"] in [line.split() for line in lines]
    assert not any("page.invalid" in line for line in lines)


def test_links(screen: Any) -> None:
    show_links([Link("https://www.example.org/a", "A", "2026-10-06", 1), Link("https://www.example.org/b", rank=2)])
    assert [line.split() for line in screen()] == [
        ["published", "headline", "url"],
        ["1", "2026-10-06", "A", "https://www.example.org/a"],
        ["2", "https://www.example.org/b"],
    ]


def test_long_text_is_wrapped(screen: Any) -> None:
    say("word " * 40)
    assert all(len(line) <= 72 for line in screen())


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'<?xml version="1.0"?>\n<!-- x --><rss version="2.0">', "feed"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom">', "feed"),
        (b"<rdf:RDF>", "feed"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><urlset>', "news-sitemap"),
        (b"<sitemapindex>", "news-sitemap"),
        (b"<!DOCTYPE html><html>", "section"),
        (b"", "section"),
    ],
)
def test_kind_is_told_from_the_first_element(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind
