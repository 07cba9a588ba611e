"""What a person sees on a terminal: aligned tables, wrapped text, and never a control character."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.cells import cell_len

from crawler.discover import kind_of
from crawler.items import Article, Block, Dropped, Link
from crawler.reextract import Change, Reread
from crawler.report.article import show_article
from crawler.report.doctor import Check
from crawler.report.page import NOWHERE, show_links
from crawler.report.reread import show_rereads
from crawler.report.tables import show_checks, show_found, show_status
from crawler.report.terminal import Column, say, say_as_is, say_json, say_table

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
    row = {"source_id": source_id, "status": "ok", "message": "all well", "last_new_article_at": None, "problem": None}
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
    assert "403" in b
    assert more.strip().startswith("from") or "wall" in more
    assert any("9 d" in line for line in rest)
    assert any("never" in line for line in rest)
    assert max(map(len, [head, a, b, more])) <= 72


def test_status_of_many_shows_trouble_first_and_folds_what_nobody_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINES", "20")
    well = [source(f"a{number}", article_count=2) for number in range(10)]
    unasked = [source(f"b{number}", status="new", message="not yet", article_count=1) for number in range(9)]
    bad = [source("y", status="quiet", message="silent"), source("z", status="failed", message="gone")]
    rows = [*well, *unasked, *bad]
    _head, first, second, *rest, folded, last = drawn(lambda: show_status(rows, problems=False, as_json=False))
    assert [line.split()[:2] for line in (first, second, rest[0])] == [["z", "failed"], ["y", "quiet"], ["a0", "ok"]]
    assert folded.split()[:3] == ["(9)", "new", "9"]
    assert len(rest) == 10
    assert last == "21 sources: 1 failed, 1 quiet, 9 new, 10 ok"
    few = drawn(lambda: show_status(rows, ["b1", "b2"], problems=False, as_json=False))
    assert [line.split()[0] for line in few[1:]] == ["b1", "b2"]


def test_status_of_many_in_a_pipe_is_a_line_a_source(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [source(f"b{number:03}", status="new", message="not crawled yet") for number in range(99)]
    show_status(rows, problems=False, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in lines] == [row["source_id"] for row in rows]


def test_status_says_why_it_is_empty() -> None:
    empty = drawn(lambda: show_status([], problems=False, as_json=False))
    assert empty == ["no source yet: run `worlddesk crawl`"]
    well = drawn(lambda: show_status([source("a")], problems=True, as_json=False))
    assert well == ["no source has a problem"]


def test_a_problem_says_since_when_what_it_means_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    ails = {"meaning": "nothing of it can be read", "remedy": "open it in a browser", "is_certain": True}
    rows = [
        source("a"),
        source("b", problem="degraded", since=ago(minutes=20), **ails | {"is_certain": False}),
        source("c", problem="failed", since=ago(hours=5), **ails),
    ]
    _head, *lines = drawn(lambda: show_status(rows, problems=True, as_json=False))
    assert [line.split()[:4] for line in lines if line[0] != " "] == [
        ["c", "failed", "5", "h"],
        ["b", "degraded", "20", "min"],
    ]
    assert [line.strip() for line in lines][1:3] == ["It means: nothing of it can be read.", "→ open it in a browser"]
    assert sum("It may be passing" in line for line in lines) == 1
    show_status(rows, problems=True, as_json=False)
    first, _second = capsys.readouterr().out.splitlines()
    assert first.split("\t") == ["c", "failed", rows[2]["since"], "all well", ails["meaning"], ails["remedy"]]


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


def read_page() -> Article:
    blocks = [
        Block("paragraph", "The first boat left the quay at seven on Tuesday with forty passengers and came back."),
        Block("subhead", "What the council says", 2),
        Block("caption", "The quay\nPhoto: Bo Ink"),
        Block("list", "one\ntwo"),
    ]
    read = Article(NOWHERE, "Ferry resumes", ["After nine weeks."], blocks, ["Ada Quill", "Bo Ink"])
    read.provenance = {"authors": "json-ld", "headline": "html"}
    read.disagreements = {"headline": {"html": "Ferry resumes", "opengraph": "A ferry at last"}}
    return read


DROPPED = [
    Dropped("Menu", "<nav>", "body > nav"),
    Dropped("Sign up", "a newsletter", "div.box > p"),
    Dropped("Now", "a newsletter", "div.box > p"),
    Dropped("words " * 100, "built unlike the text", "div > p.odd"),
]


def test_article() -> None:
    lines = drawn(lambda: show_article(read_page()))
    split = [line.split() for line in lines]
    assert split[0] == ["headline", "Ferry", "resumes"]
    assert max(map(len, lines)) <= 72
    subhead = split.index(["subhead", "2", "What", "the", "council", "says"])
    assert lines[subhead - 1] == ""
    start = split.index(["list", "•", "one"])
    assert split[start - 2 : start + 2] == [
        ["caption", "The", "quay"],
        ["Photo:", "Bo", "Ink"],
        split[start],
        ["•", "two"],
    ]
    assert ["authors", "Ada", "Quill,", "Bo", "Ink", "json-ld"] in split
    headline = split.index(["headline", "Ferry", "resumes", "html"])
    assert split[headline + 1] == ["headline", "differs", "A", "ferry", "at", "last", "opengraph"]
    assert any(line.startswith("unknown") and "published" in line for line in lines)
    assert "1 paragraph, 1 subhead, 1 caption, 1 list" in " ".join(" ".join(lines).split())
    assert not any("page.invalid" in line for line in lines)


def test_what_was_left_out_is_grouped_and_cut_short() -> None:
    lines = drawn(lambda: show_article(read_page(), DROPPED))
    assert max(map(len, lines)) <= 72
    start = lines.index("left out: 4 pieces")
    assert lines[start + 1 : start + 5] == [
        "<nav>: body > nav",
        "    Menu",
        "a newsletter: div.box > p",
        "    Sign up · Now",
    ]
    assert lines[start + 5] == "built unlike the text: div > p.odd"
    assert lines[-1].endswith("(600 characters)")
    assert len(lines) < start + 14


def test_article_in_a_pipe_is_a_line_a_block(capsys: pytest.CaptureFixture[str]) -> None:
    show_article(read_page(), DROPPED)
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert lines[:2] == [["headline", "Ferry resumes"], ["standfirst", "After nine weeks."]]
    assert lines[3:8] == [
        ["subhead 2", "What the council says"],
        ["caption", "The quay"],
        ["caption", "Photo: Bo Ink"],
        ["list", "one"],
        ["list", "two"],
    ]
    assert ["headline differs", "A ferry at last", "opengraph"] in lines
    assert ["published", "unknown", ""] in lines
    dropped = [line for line in lines if line[0] == "dropped"]
    assert dropped[0] == ["dropped", "<nav>", "body > nav", "Menu"]
    assert dropped[3][3] == ("words " * 100).strip()
    assert len(dropped) == len(DROPPED)


@pytest.mark.parametrize(
    "text", ["船は火曜日の朝七時に岸壁を離れ" * 9, "غادر القارب الأول الرصيف في السابعة من صباح الثلاثاء " * 5]
)
def test_any_script_is_wrapped_to_the_width(text: str) -> None:
    read = Article(NOWHERE, "Ferry", [], [Block("paragraph", text)])
    lines = drawn(lambda: show_article(read))
    paragraph = lines[1 : lines.index("")]
    assert len(paragraph) > 3
    assert max(map(cell_len, paragraph)) <= 72
    assert "".join(paragraph).replace(" ", "") == "paragraph" + text.replace(" ", "")


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
        (b'\xef\xbb\xbf {"version": "https://jsonfeed.org/version/1.1"}', "feed"),
        (gzip.compress(b"<?xml version='1.0'?><urlset>", mtime=0), "news-sitemap"),
        (b"<!DOCTYPE html><html>", "section"),
        (b"", "section"),
    ],
)
def test_kind_is_told_from_the_first_element(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind


URL = "https://gazette.example/world/talks"
CHANGES = [Change("headline", ["Talks"], ["Talks resume"]), Change("body", ["x"], [])]
REREADS = [
    Reread("gazette", URL, "Talks \x1b[2Jresume", CHANGES),
    Reread("gazette", f"{URL}/2", "As before"),
    Reread("gazette", f"{URL}/3", "Broken", problem="the kept page cannot be unpacked"),
]


def test_what_reads_otherwise_is_shown_field_by_field() -> None:
    lines = drawn(lambda: show_rereads(REREADS, written=True, as_json=False))
    assert lines == [
        "Talks resume",
        f"gazette {URL}",
        "headline  -  Talks",
        "          +  Talks resume",
        "body      -  x",
        "",
        "Broken",
        f"gazette {URL}/3",
        "stays    the kept page cannot be unpacked",
        "",
        "worlddesk: 3 kept pages: 1 read otherwise (stored), 1 as before, 1",
        "cannot be read and stay as they are",
    ]


@pytest.mark.parametrize(
    ("rereads", "said"),
    [
        (REREADS[1:2], "worlddesk: 1 kept page: 0 read otherwise, 1 as before\n"),
        ([], "worlddesk: no page of these is kept (pages are kept for 30 days, WORLDDESK_PAGE_DAYS changes that)\n"),
    ],
)
def test_where_nothing_reads_otherwise_nothing_is_stored(rereads, said, capsys) -> None:
    assert show_rereads(rereads, written=True, as_json=False) == 0
    assert capsys.readouterr().out == said


def test_lines_to_be_copied_stay_as_they_are() -> None:
    line = f"url      = '{'x' * 100}'  # a comment"
    assert drawn(lambda: say_as_is(f"{line}\n\nhome = 1\x1b[2J\n")) == [line, "", "home = 1"]


@pytest.mark.parametrize(("rereads", "code"), [(REREADS[:2], 0), (REREADS, 3), (REREADS[2:], 1), ([], 0)])
def test_pages_that_cannot_be_read_show_in_the_exit_code(rereads, code, capsys) -> None:
    assert show_rereads(iter(rereads), written=False, as_json=True) == code
    told = json.loads(capsys.readouterr().out)
    assert (told["pages"], told["written"]) == (len(rereads), False)
    assert [entry["url"] for entry in told["articles"]] == [r.url for r in rereads if r.changes or r.problem]


@pytest.mark.parametrize(
    ("text", "piped"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("-2+3+cmd", "'-2+3+cmd"),
        ("-2.5 %", "-2.5 %"),
        ("- none", "- none"),
        ("+12", "+12"),
    ],
)
def test_no_cell_in_a_pipe_is_a_formula(text: str, piped: str, capsys: pytest.CaptureFixture[str]) -> None:
    say_table([Column("a"), Column("b")], [["x", text]])
    assert capsys.readouterr().out == f"x\t{piped}\n"
