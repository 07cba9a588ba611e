"""`worlddesk demo`: serve the invented papers, crawl, turn the page, crawl again, show what a data team sees."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from textwrap import indent
from typing import Any, NamedTuple

from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text
from sqlite_utils import Database

from crawler.database import open_database
from crawler.demo.server import Newsstand
from crawler.errors import UsageError
from crawler.report.terminal import say_json

PIPE_WIDTH = 110
Row = dict[str, Any]


class Query(NamedTuple):
    """A question that a data team asks, and its SQL: as printed, ready to be pasted."""

    question: str
    sql: str


CHANGES = {
    "new": """\
SELECT a.source, a.language, a.headline, a.url
FROM articles_list a
JOIN urls u USING (article_id)
JOIN fetches f USING (url_id)
WHERE f.outcome = 'new' AND f.run_id = (SELECT max(run_id) FROM runs)
ORDER BY a.source, a.headline""",
    "changed": """\
SELECT s.name AS source, c.headline_before, c.headline_after, c.minutes_after_publication, c.url
FROM headline_changes c JOIN sources s USING (source_id)""",
    "copied": """\
SELECT o.source AS original_source, o.headline AS original_headline,
       a.source AS source, a.headline, c.shared_sentences, a.url
FROM copies c
JOIN articles_list a ON a.article_id = c.article_id
JOIN articles_list o ON o.article_id = c.original_id""",
    "gone": """\
SELECT source, headline, word_count, gone_at, url FROM articles_list WHERE gone_at IS NOT NULL""",
}
"""What is different after the second crawl."""

LEARNED = """\
SELECT s.name AS source, b.text, b.article_count,
       (SELECT count(*) FROM articles a JOIN article_texts t USING (article_id)
        WHERE a.source_id = b.source_id AND instr(t.body_text, b.text)) AS read_before
FROM source_blocks b JOIN sources s USING (source_id)
WHERE NOT b.is_heading ORDER BY b.article_count DESC LIMIT 1"""
"""The line that a paper prints below all its articles, and how many were read before that was known."""

QUERIES = (
    Query(
        "What do the papers write about lighthouses, whatever the language?",
        """\
SELECT a.language, a.headline,
       snippet(article_texts_fts, 2, '[', ']', '…', 9) AS passage
FROM article_texts_fts t JOIN articles_list a ON a.article_id = t.rowid
WHERE article_texts_fts MATCH 'phare* OR lighthouse* OR faro*'
ORDER BY a.language, rank""",
    ),
    Query(
        "Who writes how much, and how is it structured?",
        """\
WITH subheads AS (
  SELECT article_id, count(*) AS n FROM blocks
  WHERE kind = 'subhead' GROUP BY article_id)
SELECT source, language, count(*) AS articles, sum(word_count) AS words,
       sum(n) AS subheads
FROM articles_unique LEFT JOIN subheads USING (article_id)
WHERE published_at >= date('now', '-7 days')
GROUP BY source, language ORDER BY articles DESC, source, language""",
    ),
    Query(
        "How much of what the papers announce do we hold?",
        """\
SELECT listing_kind, sum(announced_count) AS announced,
       sum(held_count) AS held, sum(failed_count) AS failed,
       sum(no_article_count) AS no_article
FROM completeness GROUP BY listing_kind""",
    ),
    Query(
        "Which announced addresses are no article of their own, and why?",
        """\
SELECT state, reason, announced_title AS announced_as
FROM urls WHERE state <> 'article' ORDER BY state, announced_title""",
    ),
)


def show(db_path: Path | None = None, as_json: bool = False) -> int:
    """Run the demo into `db_path` (a new file; None = in a fresh temporary folder, which is kept).

    Returns the exit code of the first crawl that failed, else 0. Raises UsageError where the file exists:
    invented news must not end up among real ones.
    """
    if db_path is not None and db_path.exists():
        raise UsageError(f"{db_path} exists; the demo's news are invented, let it make a new file")
    database = (db_path or Path(tempfile.mkdtemp(prefix="worlddesk-demo-")) / "news.db").absolute()
    database.parent.mkdir(parents=True, exist_ok=True)
    console = Console(highlight=False, emoji=False, stderr=as_json, width=None if sys.stdout.isatty() else PIPE_WIDTH)
    if exit_code := _crawl_twice(database, console):
        return exit_code
    with closing(open_database(database, read_only=True)) as db:
        if as_json:
            say_json(_facts(db, database))
        else:
            _tell(db, database, console)
    return 0


def _crawl_twice(database: Path, console: Console) -> int:
    with Newsstand(refrain=True) as stand, tempfile.TemporaryDirectory() as folder:
        sources = Path(folder)
        stand.write_sources(sources)
        console.print(f"{stand.paper.name} is out at {stand.url}, the {stand.second_paper.name} at {stand.second_url}.")
        if exit_code := _crawl(database, sources, console):
            return exit_code
        stand.turn_page()
        return _crawl(database, sources, console)


def _crawl(database: Path, sources: Path, console: Console) -> int:
    """Crawl in a process of its own, since Twisted's reactor does not start twice; return the exit code."""
    # -P: a settings.py or a folder `crawler` where the person happens to stand is not ours.
    command = [sys.executable, "-P", "-m", "crawler", "crawl", "--all", "--quiet"]
    places = {"WORLDDESK_DB": str(database), "WORLDDESK_SOURCES": str(sources)}
    with console.status("Crawling …"):
        ended = subprocess.run(  # noqa: S603  # our own program
            command, env=os.environ | places, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
    sys.stderr.write(ended.stdout)
    return ended.returncode


def _facts(db: Database, database: Path) -> dict[str, Any]:
    """Return all that the demo shows as plain values."""
    return {
        "database": str(database),
        "runs": _runs(db),
        **{name: list(db.query(sql)) for name, sql in CHANGES.items()},
        "learned": list(db.query(LEARNED)),
        "queries": [query._asdict() | {"rows": list(db.query(query.sql))} for query in QUERIES],
    }


def _runs(db: Database) -> list[Row]:
    return list(
        db.query(
            "SELECT run_id, status, count(*) AS requests, sum(f.outcome = 'new') AS new,"
            " sum(f.outcome = 'changed') AS changed, sum(f.status_code = 304) AS not_modified"
            " FROM runs JOIN fetches f USING (run_id) GROUP BY run_id ORDER BY run_id"
        )
    )


def _tell(db: Database, database: Path, console: Console) -> None:
    first, second = _runs(db)
    [stock] = db.query("SELECT count(*) AS articles, count(DISTINCT language) AS languages FROM articles")
    console.print(
        f"First crawl: {first['requests']} requests, {first['new']} articles.\nThe papers turn the page.\n"
        f"Second crawl: {second['requests']} requests, {second['not_modified']} answered “not modified” (304).\n"
    )
    console.rule(f"What is different among {stock['articles']} articles in {stock['languages']} languages")
    _tell_changes(db, console)
    for number, query in enumerate(QUERIES, 1):
        console.rule(f"{number}. {query.question}")
        console.print(_sql(query.sql))
        console.print(_table(list(db.query(query.sql))), "")
    console.rule()
    console.print(_next_steps(database), soft_wrap=True)


def _tell_changes(db: Database, console: Console) -> None:
    changes = Table(box=None, show_header=False, padding=(0, 2))
    changes.add_column(style="bold", no_wrap=True)
    changes.add_column()
    for row in db.query(CHANGES["new"]):
        changes.add_row(Text("new", "green"), f"{row['headline']}  ({row['source']})")
    for row in db.query(CHANGES["changed"]):
        changes.add_row(Text("changed", "yellow"), f"{row['headline_before']}\n→ {row['headline_after']}")
    for row in db.query(CHANGES["copied"]):
        words = f"{row['source']}: {row['headline']}\n= {row['original_source']}: {row['original_headline']}"
        changes.add_row(Text("copied", "cyan"), words)
    for row in db.query(CHANGES["gone"]):
        kept = f"{row['headline']}\n  (withdrawn; its {row['word_count']} words are kept)"
        changes.add_row(Text("gone", "red"), kept)
    for row in db.query(LEARNED):
        line = f"{row['text']}\n  (on {row['article_count']} pages of {row['source']}, left out after the first "
        changes.add_row(Text("learned", "magenta"), f"{line}{row['read_before']})")
    console.print(changes, "")


def _sql(text: str) -> Text:
    colours = Syntax("", "sql", theme="ansi_dark", background_color="default")
    return colours.highlight(indent(text, "  ") + "\n")


def _table(rows: list[Row]) -> Table:
    table = Table(box=None, padding=(0, 2), header_style="bold")
    for name, value in rows[0].items() if rows else ():
        table.add_column(name, justify="right" if isinstance(value, int) else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row.values()))
    return table


def _next_steps(database: Path) -> str:
    return (
        f"The database stays at {database}\n"
        f"  sqlite3 {database}\n"
        f"  worlddesk search --db {database} herring\n"
        f"  worlddesk status --db {database}\n"
        f"  worlddesk reextract --db {database}"
    )
