"""What a person sees on a terminal: aligned tables, wrapped text, and never a control character."""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.items import Article, Block, Link
from crawler.report.doctor import Check
from crawler.report.page import kind_of, show_article, show_links
from crawler.report.tables import show_checks, show_found, show_status
from crawler.report.terminal import say, say_json

COLOUR = re.compile(r"\x1b\[[\d;]*m")


class Terminal(io.StringIO):
    """A stdout at which somebody looks."""

    def isatty(self) -> bool:
        return True


def drawn(show: Callable[[], object]) -> list[str]:
    """The lines that `show` leaves on a terminal of 72 columns, without their colours."""
    terminal = Terminal()
    with contextlib.redirect_stdout(terminal), pytest.MonkeyPatch.context() as environment:
        environment.setenv("COLUMNS", "72")
        environment.setenv("TERM", "xterm")
        show()
    return [line.rstrip() for line in COLOUR.sub("", terminal.getvalue()).splitlines()]


def source(source_id: str, **facts: object) -> dict[str, Any]:
    counts = dict.fromkeys(("article_count", "article_count_24h", "waiting_count", "failing_count"), 0)
    row = {"source_id": source_id, "status": "ok", "message": "all well", "last_new_article_at": None}
    return {**row, **counts, **facts}


def ago(**span: float) -> str:
    return (datetime.now(UTC) - timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_status_is_a_table() -> None:
    rows = [
        source("a", last_new_article_at=ago(minutes=5), article_count=1234),
        source("b", last_new_article_at=ago(hours=7), status="blocked", message="403 \x1b[2J" + "from the wall " * 4),
        source("c", last_new_article_at=ago(days=9)),
        source("d"),
    ]
    head, a, b, more, *rest = drawn(lambda: show_status(rows, problems=False, as_json=False))
    assert head.split() == ["source", "status", "articles", "24", "h", "waiting", "failing", "last", "new", "message"]
    assert a.split() == ["a", "ok", "1,234", "0", "0", "0", "5", "min", "all", "well"]
    assert "7 h" in b
    assert "403 [2J" in b
    assert more.strip().startswith("from") or "wall" in more
    assert any("9 d" in line for line in rest)
    assert any("never" in line for line in rest)
    assert max(map(len, [head, a, b, more])) <= 72


def test_status_says_why_it_is_empty() -> None:
    empty = drawn(lambda: show_status([], problems=False, as_json=False))
    assert empty == ["no source yet: run `worlddesk crawl`"]
    well = drawn(lambda: show_status([source("a")], problems=True, as_json=False))
    assert well == ["no source has a problem"]


def test_found_articles() -> None:
    row = {
        "published_at": "2026-10-06T07:00:00Z",
        "source": "example",
        "headline": "Ferry\u202e resumes",
        "passage": "the [first] boat",
        "url": "https://www.example.org/ferry",
    }
    bare = {**row, "published_at": None, "headline": None, "passage": None}
    lines = drawn(lambda: show_found([row, bare], as_json=False))
    assert [line.split() for line in lines] == [
        ["published", "source", "article"],
        ["2026-10-06", "example", "Ferry", "resumes"],
        ["the", "[first]", "boat"],
        ["https://www.example.org/ferry"],
        ["no", "date", "example", "(no", "headline)"],
        ["https://www.example.org/ferry"],
    ]
    assert drawn(lambda: show_found([], as_json=False)) == ["nothing found"]


def test_checks_with_their_remedies() -> None:
    checks = [Check("disk", "ok", "enough"), Check("lock", "warning", "held", "wait")]
    lines = drawn(lambda: show_checks(checks, as_json=False))
    assert [line.split() for line in lines] == [["ok", "disk", "enough"], ["warning", "lock", "held"], ["→", "wait"]]


def test_article() -> None:
    blocks = [
        Block("paragraph", "The first boat left the quay at seven on Tuesday with forty passengers and came back."),
        Block("subhead", "What the council says", 2),
        Block("list", "one\ntwo"),
    ]
    read = Article("https://page.invalid/", "Ferry resumes", ["After nine weeks."], blocks, ["Ada Quill", "Bo Ink"])
    read.provenance = {"authors": "json-ld"}
    lines = drawn(lambda: show_article(read))
    assert lines[0].split() == ["headline", "Ferry", "resumes"]
    assert max(map(len, lines)) <= 72
    start = next(number for number, line in enumerate(lines) if "one" in line.split())
    assert lines[start].split() == ["list", "one"]
    assert lines[start + 1].split() == ["two"]
    assert ["authors", "Ada", "Quill,", "Bo", "Ink", "json-ld"] in [line.split() for line in lines]
    assert ["published", "unknown"] in [line.split() for line in lines]
    assert not any("page.invalid" in line for line in lines)


def test_links() -> None:
    found = [Link("https://www.example.org/a", "A", "2026-10-06", 1), Link("https://www.example.org/b", rank=2)]
    assert [line.split() for line in drawn(lambda: show_links(found))] == [
        ["published", "headline", "url"],
        ["1", "2026-10-06", "A", "https://www.example.org/a"],
        ["2", "https://www.example.org/b"],
    ]


def test_json_holds_nothing_that_a_terminal_obeys(capsys: pytest.CaptureFixture[str]) -> None:
    value = ["\x1b[2J \x7f \x9b31m \u2028 \u202e \u2066 \udcff", "Où ? 灯台 الجزيرة"]
    say_json(value)
    line = capsys.readouterr().out
    assert json.loads(line) == value
    assert "Où ? 灯台 الجزيرة" in line
    assert line.rstrip("\n").isprintable()


def test_long_text_is_wrapped() -> None:
    lines = drawn(lambda: say("word " * 40))
    assert len(lines) > 1
    assert all(len(line) <= 72 for line in lines)


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
