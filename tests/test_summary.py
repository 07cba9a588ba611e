"""A run's last words, and the table that is shown while it goes on."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlite_utils import Database

from crawler.catalogue import Listing, Source
from crawler.database import open_database
from crawler.errors import UsageError
from crawler.health.transitions import Change
from crawler.report.progress import Progress, Tally, table
from crawler.report.summary import COUNTS, run_lines, run_summary
from crawler.store import sync_sources

RUN = {
    "run_id": 12,
    "started_at": "2026-10-06T08:00:00Z",
    "finished_at": "2026-10-06T08:00:41Z",
    "status": "ok",
    "exit_code": 0,
    "command": "worlddesk crawl",
    "version": "0.1.0",
    "host": "desk",
    "pid": 1,
    "sources_total": 2,
}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(tmp_path / "news.db")) as database:
        yield database


def source(source_id: str, name: str | None = None) -> Source:
    home = f"https://{source_id}.example/"
    return Source(source_id, name or source_id, home, "FR", "fr", "Europe/Paris", (Listing(home, "section"),))


def store(db: Database, run: dict[str, Any], **sources: dict[str, Any]) -> dict[str, Any]:
    """Write a finished run as the crawl would and read its summary."""
    sync_sources(db, [source(source_id) for source_id in sources])
    db.table("runs").insert({**RUN, **run})
    for source_id, facts in sources.items():
        counts = {f"{name}_count": facts.get(name, 0) for name in COUNTS}
        words = {"status": facts.get("status", "ok"), "message": facts.get("message", "all well")}
        row = {"run_id": 12, "source_id": source_id, **words, **counts, "downloaded_bytes": 0}
        db.table("run_sources").insert(row)
    return run_summary(db, 12)


def test_all_well_is_one_line(db: Database) -> None:
    summary = store(db, {}, b={"new": 30, "unchanged": 400}, a={"new": 7, "changed": 2, "unchanged": 10})
    line = "worlddesk: run 12 ok: 2 sources, 37 new, 2 changed, 410 unchanged in 41 s"
    assert run_lines(summary) == [line]
    assert run_lines(summary, quiet=True) == []


def test_each_broken_source_has_a_line(db: Database) -> None:
    summary = store(
        db,
        {"status": "partial", "exit_code": 3, "finished_at": "2026-10-06T08:02:05Z"},
        good={"new": 1, "status": "quiet", "message": "nothing new"},
        gone={"status": "failed", "message": "404 for both listings", "failed": 2},
        wall={"status": "blocked", "message": "403\x1b[31m from\nthe bot wall"},
        odd={"status": "degraded", "message": "4 of 20 links"},
    )
    told = [
        "worlddesk: run 12 partial: 4 sources, 1 new, 0 changed, 0 unchanged, 2 failed in 2 min 5 s",
        "worlddesk: gone failed: 404 for both listings",
        "worlddesk: odd degraded: 4 of 20 links",
        "worlddesk: wall blocked: 403 from the bot wall",
    ]
    assert run_lines(summary) == told
    assert run_lines(summary, quiet=True) == []  # one bad run is no news


def change(source_id: str | None = "lemonde", to: str = "failed", *, before: str = "ok", **facts: Any) -> Change:
    words = {"message": "HTTP 503", "cause": "no_listing", "is_reminder": False, "hours": 1.2, **facts}
    return Change(1, source_id, before, to, "2026-10-06T08:00:00Z", **words)


@pytest.mark.parametrize(
    ("news", "line"),
    [
        (change(), "lemonde failed since 2026-10-06T08:00:00Z: HTTP 503"),
        (change(is_reminder=True, hours=25.0), "lemonde still failed, for 25 h: HTTP 503"),
        (change(is_reminder=True, hours=73.0), "lemonde still failed, for 3 days: HTTP 503"),
        (change(to="ok", before="blocked", message="4 new"), "lemonde ok again, blocked for 72 min: 4 new"),
        (
            change(to="layout_changed", message="layout changed: the text stood in a, now in b"),
            "lemonde layout changed",
        ),
        (change(None, "no_network", message="nothing answered"), "no network since 2026-10-06T08:00:00Z: nothing"),
        (change(None, "ok", before="no_network", message="it is back"), "ok again, no network for 72 min: it is back"),
        (
            change(message="HTTP\x1b[31m 503\r\nBcc: a@b.example"),
            "lemonde failed since 2026-10-06T08:00:00Z: HTTP 503 Bcc",
        ),
    ],
)
def test_what_is_news_has_a_line(db: Database, news: Change, line: str) -> None:
    summary = store(db, {})
    (said,) = run_lines(summary, quiet=True, changes=[news])
    assert said.startswith(f"worlddesk: {line}")
    assert said.isprintable()
    assert run_lines(summary, changes=[news])[1:] == [said]


def test_a_source_that_ails_has_one_line(db: Database) -> None:
    summary = store(db, {}, lemonde={"status": "failed", "message": "HTTP 503"})
    assert run_lines(summary, changes=[change()])[1:] == ["worlddesk: lemonde failed: HTTP 503"]


def test_interrupted_run_is_told_even_quietly(db: Database) -> None:
    summary = store(db, {"status": "interrupted", "exit_code": 143, "finished_at": None})
    told = ["worlddesk: run 12 interrupted: 0 sources, 0 new, 0 changed, 0 unchanged"]
    assert run_lines(summary, quiet=True) == told


def test_an_interrupted_run_blames_no_source(db: Database) -> None:
    summary = store(db, {"status": "interrupted", "exit_code": 143}, lemonde={"status": "degraded", "message": "cut"})
    assert len(run_lines(summary)) == 1


def test_without_a_network_no_source_is_blamed(db: Database) -> None:
    silent = {"status": "skipped", "message": "no network: nothing answered at all", "failed": 1}
    summary = store(db, {"status": "failed", "exit_code": 75}, a=silent, b=silent)
    assert run_lines(summary) == [
        "worlddesk: run 12 failed: 2 sources, 0 new, 0 changed, 0 unchanged, 2 failed in 41 s",
        "worlddesk: no network: nothing answered at all",
    ]


def test_summary_is_what_a_program_reads(db: Database) -> None:
    counts = {"found": 20, "fetched": 9, "new": 7, "changed": 1, "unchanged": 1, "failed": 0, "empty": 1}
    assert store(db, {}, lemonde=counts) == {
        "run_id": 12,
        "status": "ok",
        "exit_code": 0,
        "started_at": "2026-10-06T08:00:00Z",
        "finished_at": "2026-10-06T08:00:41Z",
        "counts": counts,
        "sources": {"lemonde": {"status": "ok", "message": "all well", **counts}},
    }


def test_unknown_run(db: Database) -> None:
    with pytest.raises(UsageError, match="no run 12"):
        run_summary(db, 12)


# --- while it goes on


def drawn(tally: Tally, ids: str, room: int = 20, *, listings: str = "listings", has_ended: bool = False) -> list[str]:
    console = Console(file=io.StringIO(), width=100, record=True)
    console.print(table(tally, list(ids), room, listings=listings, has_ended=has_ended))
    return [" ".join(line.split()) for line in console.export_text().splitlines()]


def test_tally_by_source() -> None:
    tally = Tally()
    tally.add("a", "listed", links=20)
    tally.add("a", "not_modified", links=0)
    for outcome in ("new", "new", "changed", "unchanged", "error", "skipped", "robots"):
        tally.add("a", outcome)
    tally.add("b", "blocked", links=0)
    assert drawn(tally, "abc") == [
        "source status listings found fetched new changed failed",
        "a at work 2 20 5 2 1 2",
        "b in trouble 1 · · · · 1",
        "c waiting · · · · · ·",
        "3 sources, 0 s 3 20 5 2 1 3",
    ]


def test_the_last_state_says_that_the_run_has_ended() -> None:
    tally = Tally()
    tally.add("a", "listed", links=1)
    tally.add("b", "blocked", links=0)
    lines = drawn(tally, "abc", has_ended=True)
    assert [line.split(" 1 ")[0] for line in lines[1:3]] == ["a ended", "b in trouble"]
    assert lines[3].startswith("c waiting")


def test_one_source_is_one() -> None:
    assert drawn(Tally(), "a")[-1].startswith("1 source, ")


def test_further_pages_of_a_listing_are_no_further_listings() -> None:
    tally = Tally()
    tally.add("a", "listed", links=20)
    tally.add("a", "listed", links=5, goes_on=True)
    assert drawn(tally, "a")[1] == "a at work 1 25 · · · ·"


def test_back_in_time_archives_are_counted() -> None:
    assert drawn(Tally(), "a", listings="archives")[0].split()[2] == "archives"


def test_an_old_failure_that_is_tried_again_is_no_trouble() -> None:
    tally = Tally()
    tally.add("a", "robots")
    assert drawn(tally, "a")[1].startswith("a at work")
    for _ in range(3):
        tally.add("a", "error")
    assert drawn(tally, "a")[1].startswith("a in trouble")


def test_where_not_all_fit_trouble_and_work_come_first() -> None:
    tally = Tally()
    tally.add("y", "listed", links=3)
    tally.add("z", "error", links=0)
    lines = drawn(tally, "abcxyz", room=2)
    assert [line.split()[0] for line in lines[1:4]] == ["z", "y", "…"]
    assert lines[3] == "… 4 more"


def test_a_listing_whose_host_is_out_of_reach_is_trouble() -> None:
    tally = Tally()
    tally.add("a", "skipped", links=0)
    assert drawn(tally, "a")[1] == "a in trouble 1 · · · · 1"


def test_live_table_leaves_the_last_state() -> None:
    console = Console(file=io.StringIO(), width=100, height=30, force_terminal=True, color_system=None)
    tally = Tally()
    with Progress(tally, ["a"], console) as progress:
        tally.add("a", "listed", links=12)
        progress.refresh()
        tally.add("a", "new")
    assert isinstance(console.file, io.StringIO)
    last = console.file.getvalue().rsplit("source", 2)[-2]
    assert last.split("ended")[1].split()[:4] == ["1", "12", "1", "1"]
