"""The memory of each source as rows: what an article teaches, what a page is read with, what is forgotten.

All but `recall` runs inside the caller's transaction.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Any

from sqlite_utils import Database

from crawler import memory
from crawler.items import Article, Layout
from crawler.memory import Memory, fingerprint
from crawler.normalise import words
from crawler.schedule import hours_before

_FORGET_AFTER_HOURS = 90 * 24
"""A line that no article bore for so long has gone from the template; no second look comes so late."""
_RUNS = 20
"""Of the last so many runs that read pages of a source it is known how these were built."""


def recall(db: Database, source_id: str) -> Memory:
    """What the pages of a source taught."""
    rows = db.execute("SELECT block FROM source_blocks WHERE source_id = ?", [source_id])
    return Memory(frozenset(block for (block,) in rows))


def learn(db: Database, source_id: str, article_id: int, article: Article, now: str) -> None:
    """Learn from an article that is new. Versions and copies of what was read before teach nothing."""
    if article.layout is None or not article.layout.runs:
        return
    known = recall(db, source_id).repeats
    own = [run for run in article.layout.runs if run not in known]
    earlier = _earlier(db, source_id)
    if memory.is_version(own, earlier):
        return
    _count(db, source_id, known.intersection(article.layout.runs), now)
    db.execute(
        "INSERT INTO fingerprints VALUES (?, ?, ?)", [source_id, article_id, array("q", article.layout.runs).tobytes()]
    )
    learned = memory.repeating(article.layout.runs, earlier) - known
    lines = {run: (text, is_heading) for run, text, is_heading in _lines(article)} if learned else {}
    count = {run: 1 + sum(run in runs for runs in earlier) for run in learned}
    db.conn.executemany(
        "INSERT INTO source_blocks VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(source_id, run, *lines[run], count[run], now, now) for run in learned if run in lines],
    )


def runs_of(db: Database, article_ids: str) -> set[int]:
    """Fingerprints of the runs that were learned from some articles, given as a JSON list of numbers."""
    rows = db.execute(
        "SELECT runs FROM fingerprints WHERE article_id IN (SELECT value FROM json_each(?))", [article_ids]
    )
    return {run for (runs,) in rows for run in array("q", runs)}


def unlearn(db: Database, source_id: str, runs: set[int]) -> None:
    """Forget lines that were learned from pages which are no articles, save those that articles bear too."""
    borne = {run for earlier in _earlier(db, source_id) for run in earlier} if runs else set()
    db.conn.executemany(
        "DELETE FROM source_blocks WHERE source_id = ? AND block = ?", [(source_id, run) for run in runs - borne]
    )


def _earlier(db: Database, source_id: str) -> list[array[int]]:
    rows = db.execute(
        "SELECT runs FROM fingerprints WHERE source_id = ? ORDER BY article_id DESC LIMIT ?",
        [source_id, memory.WINDOW - 1],
    )
    return [array("q", runs) for (runs,) in rows]


def _count(db: Database, source_id: str, seen: frozenset[int], now: str) -> None:
    db.conn.executemany(
        "UPDATE source_blocks SET article_count = article_count + 1, last_seen_at = ? "
        "WHERE source_id = ? AND block = ?",
        [(now, source_id, block) for block in seen],
    )


def _lines(article: Article) -> Iterator[tuple[int, str, bool]]:
    """(fingerprint, text, whether it is a subhead) of each line of the article."""
    lines = [(text, False) for text in article.standfirst]
    lines += [(line, block.kind == "subhead") for block in article.blocks for line in block.text.split("\n")]
    for line, heading in lines:
        if (run := fingerprint(" ".join(words(line)), heading=heading)) is not None:
            yield run, line, heading


def note_builds(db: Database, run_id: int, source_id: str, layout: Layout) -> None:
    """Count how a page that was read in this run is built."""
    db.conn.executemany(
        "INSERT INTO source_builds VALUES (?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET page_count = page_count + 1",
        [(source_id, run_id, part, build) for part, build in layout.builds.items()],
    )


def layout_change(db: Database, run_id: int, source_id: str) -> str | None:
    """For people: that a source has rebuilt its pages, noticed in this run; None when it has not.

    It is said once: what was known of the old build is forgotten then, and the new one is learned.
    """
    runs = _builds(db, source_id)
    if not runs or runs[0][0] != run_id:
        return None
    sizes = list(accumulate(pages.total() for _, pages in runs))
    recent = next((number for number, pages in enumerate(sizes, 1) if pages >= memory.FEW_PAGES), len(runs))
    change = memory.moved(_sum(runs[recent:]), _sum(runs[:recent]))
    if change is None:
        return None
    oldest = runs[recent - 1][0]
    db.execute("DELETE FROM source_builds WHERE source_id = ? AND run_id < ?", [source_id, oldest])
    return "layout changed: the text stood in {}, now in {}".format(*change)


def _builds(db: Database, source_id: str) -> list[tuple[int, Counter[str]]]:
    """(run, build of the text -> pages) of the last runs that read any, newest first."""
    rows = db.execute(
        "SELECT run_id, json_group_object(build, page_count) FROM source_builds "
        "WHERE source_id = ? AND part = 'body' GROUP BY run_id ORDER BY run_id DESC",
        [source_id],
    )
    return [(run_id, Counter(json.loads(pages))) for run_id, pages in rows]


def _sum(runs: Iterable[tuple[int, Counter[str]]]) -> Counter[str]:
    return sum((pages for _, pages in runs), Counter())


def forget(db: Database, source_id: str, now: str) -> None:
    """Drop what is too old to tell anything: fingerprints, lines that nobody prints any more, builds of old runs."""
    oldest: list[Any] = [source_id, source_id, memory.WINDOW - 1]
    db.execute(
        "DELETE FROM fingerprints WHERE source_id = ? AND article_id < (SELECT article_id FROM fingerprints "
        "WHERE source_id = ? ORDER BY article_id DESC LIMIT 1 OFFSET ?)",
        oldest,
    )
    db.execute(
        "DELETE FROM source_blocks WHERE source_id = ? AND last_seen_at < ?",
        [source_id, hours_before(now, _FORGET_AFTER_HOURS)],
    )
    db.execute(
        "DELETE FROM source_builds WHERE source_id = ? AND run_id < (SELECT DISTINCT run_id FROM source_builds "
        "WHERE source_id = ? ORDER BY run_id DESC LIMIT 1 OFFSET ?)",
        [source_id, source_id, _RUNS - 1],
    )
