"""Days of cron in bad weather, in short; and that the press prints what its seed says."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from crawls import Desk

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def bench():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "bench"))
        yield {name: import_module(name) for name in ("audit", "press", "soak")}


@pytest.fixture
def edition(bench):
    return bench["press"].Edition(3, 2, 60, 3, 2.0, "2026-10-06T08:00:00+00:00")


def test_a_short_soak_keeps_all_promises():
    """Memory is measured, and may be at most what the whole soak allows; five runs say little of its slope."""
    command = [sys.executable, "bench/soak.py", "--articles", "300", "--runs", "5", "--sites", "4", "--seed", "5"]
    completed = subprocess.run([*command, "--json"], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert completed.returncode == 0, completed.stdout[-2000:] + completed.stderr
    told = json.loads(completed.stdout)
    assert told["printed"] == told["stored"] + told["withdrawn"] == 300
    assert told["revisions"] > 5
    assert told["copies"] > 3
    assert len(told["spoiled"]) > 15
    assert {run["fate"] for run in told["runs"]} >= {"whole", "quiet", "SIGKILL"}


def test_the_same_seed_prints_the_same_paper(bench, edition):
    first, second = (bench["press"].Press(edition, 8000) for _ in range(2))
    for number in range(60):
        story = first.story(number)
        assert first.article_page(story, 3) == second.article_page(story, 3)
    assert len({first.printed(number).headline for number in range(60)}) == 60


def test_a_correction_is_one_sentence(bench, edition):
    press = bench["press"].Press(bench["press"].Edition(3, 2, 600, 3, 2.0, edition.base), 8000)
    story = next(found for found in map(press.story, range(600)) if found.corrected)
    before, after = (press.printed(story.number, version).parts for version in (1, 2))
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def test_what_is_missing_double_or_wrong_is_found(bench, edition, tmp_path):
    """A crawl of the press balances; each harm to its database does not."""
    desk = Desk(tmp_path)
    with bench["press"].running(edition) as press:
        press.press.write_sources(desk.sources)
        press.order(issue=3)
        assert desk.run("crawl", "--quiet").returncode == 0
        served = press.served()
        paper = press.press
    balance = bench["audit"].balance
    assert balance(desk.database, paper, served, 3).faults == []
    for harm, what in (
        ("DELETE FROM urls WHERE article_id = 1", "lost"),
        ("UPDATE article_texts SET body_text = 'other words' WHERE article_id = 2", "lost"),
        ("UPDATE revisions SET headline = 'Nobody printed it' WHERE article_id = 3", "wrong revisions"),
        ("UPDATE urls SET article_id = 5 WHERE article_id = 4", "foreign"),
        ("INSERT INTO copies VALUES (6, 7, 1.0, 3)", "wrong copies"),
    ):
        with sqlite3.connect(desk.database) as db:
            db.execute(harm)
        assert any(fault.startswith(what) for fault in balance(desk.database, paper, served, 3).faults)


def test_memory_that_grows_is_found(bench):
    runs = [bench["soak"].Run(number, "whole", all_mb=100 + 2 * number, files=20 + number) for number in range(30)]
    assert [fault.split()[0] for fault in bench["soak"]._flatness(runs)] == ["memory", "open"]
    assert bench["soak"]._flatness([bench["soak"].Run(number, "whole", all_mb=100) for number in range(30)]) == []
