"""The data dictionary: what every table, view and column means, read out of the schema's own comments.

One source of truth: the comment behind a column in its CREATE statement, which SQLite keeps; it writes there, too,
what ALTER TABLE ADD COLUMN says, comment and all, where the comment stands between name and type. From there it
goes into the table `data_dictionary` (so that a database explains itself) and into data/README.md:

    python -m crawler.dictionary > data/README.md
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from itertools import groupby

from sqlite_utils import Database

_COMMENT = re.compile(r"--\s*(.+)$", re.MULTILINE)
_TABLE_COLUMN = re.compile(r"(?:^  |, (?=[a-z_0-9]+ +--))([a-z_0-9]+)\s")  # of CREATE TABLE, or added behind a comma
_VIEW_COLUMN = re.compile(r"([a-z_0-9]+),?\s*(?:--|$)")
_READ_FROM = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_]+)(?:\s+([a-z_]+))?")  # table and alias; keywords are upper case
_TAKEN = re.compile(r"\b([a-z]+)\.([a-z_]+|\*)")
_UNITS = (  # the house rules: the name of a column says how its value is written
    (r"_at$", "UTC instant"),
    (r"_on$", "UTC day"),
    (r"_day$", "day of the publisher"),
    (r"^is_", "0 or 1"),
    (r"_json$", "JSON"),
    (r"_share$", "0 to 1"),
    (r"_seconds$", "seconds"),
    (r"_ms$", "milliseconds"),
    (r"_bytes$", "bytes"),
    (r"_hours$", "hours"),
    (r"^minutes_|_minutes$", "minutes"),
    (r"_words$|^words_|^word_count$", "words"),
    (r"_(count|total|failed|links|in_row)$|_sentences$", "count"),
    (r"(^|_)url$", "address"),
    (r"_sha256$", "SHA-256, hex"),
    (r"(^|_)language$", "BCP 47"),
    (r"(^|_)country$", "ISO 3166-1 alpha-2"),
)
_PREFACE = """\
# What is in the database

Written by `python -m crawler.dictionary > data/README.md` from the comments in the schema; the same lines
stand in the table `data_dictionary`. Names change only by migration.

- `*_at` is a UTC instant, always `YYYY-MM-DDTHH:MM:SSZ`; `*_on` a UTC day, `YYYY-MM-DD`. Compare them with a
  day or a full instant: `published_on >= date('now', '-7 days')`, or
  `published_at >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-36 hours')`. Never with `datetime()`: its space sorts
  before our `T`, and the whole first day passes.
- `*_day` is a day where the publisher is, as its archive counts days.
- Unknown is NULL, never an empty string and never 0.
- `revisions` are the publisher's. `worlddesk reextract` reads kept pages again with a newer version and replaces
  articles, `article_texts`, `blocks`, `asides` and `copies` without a revision; `articles.extractor` says which
  version read them. Texts of old revisions stay as they were read then.
- Start with the views: `articles_list`, `articles_full`, `articles_unique`, `headline_changes`, `source_days`,
  `source_health`, `rights`, `prominence`, `completeness`, `missing`, `rhythm`.
- Full text: `article_texts_fts` (columns `headline`, `standfirst`, `body_text`; its `rowid` is `article_id`);
  accents and case do not matter. Chinese and Japanese: `article_texts_cjk_fts`, with a space between the
  characters of a word: `MATCH '"和 平"'`. `worlddesk search` chooses for you.

What did the papers keep at the top of their world pages longest this week?

```sql
SELECT source, headline, hours_in_top_five, best_rank FROM prominence
WHERE listing_kind = 'section' AND published_at >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-7 days')
ORDER BY hours_in_top_five DESC LIMIT 20
```

Which listings did we not follow well, and what would be missing without them?

```sql
SELECT source_id, listing_kind, listing_url, sum(announced_count) AS announced, sum(held_count) AS held,
       sum(held_count) * 1.0 / sum(announced_count - outside_count - no_article_count) AS held_share,
       sum(only_here_count) AS only_here
FROM completeness WHERE announced_on >= date('now', '-7 days') GROUP BY listing_id ORDER BY held_share
```

Why do we not hold the rest?

```sql
SELECT source_id, state, reason, count(*) FROM missing
WHERE announced_on >= date('now', '-7 days') GROUP BY source_id, state, reason ORDER BY count(*) DESC
```

Which section does an article belong to, and who says so?

```sql
SELECT kind, value, is_international FROM section_evidence WHERE article_id = 4711
```
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the dictionary. `column_name` is '' in the line that describes the table itself."""

    table_name: str
    column_name: str
    unit: str | None
    description: str
    example: str | None


def fill_dictionary(db: Database) -> None:
    """Write `data_dictionary` anew from the comments in the database's own schema."""
    db.execute("DELETE FROM data_dictionary")
    for entry in entries(db):
        row = (entry.table_name, entry.column_name, entry.unit, entry.description, entry.example)
        db.execute("INSERT INTO data_dictionary VALUES (?, ?, ?, ?, ?)", row)


def entries(db: Database) -> list[Entry]:
    """Every table, view and column in the order of the schema; what nobody described has description ''."""
    statements = _statements(db)
    found = []
    for table in statements:
        comments = _comments(table, statements)
        for column in ["", *_columns(db, table)]:
            description, _, example = comments.get(column, "").partition("; e.g. ")
            found.append(Entry(table, column, _unit(column), description, example or None))
    return found


def markdown(db: Database) -> str:
    """data/README.md: house rules, then every table and view with its columns."""
    parts = [_PREFACE]
    for table, lines in groupby(entries(db), key=lambda entry: entry.table_name):
        head, *columns = lines
        parts.append(f"\n## {table}\n\n{head.description[:1].upper()}{head.description[1:]}.\n")
        parts.append("\n| column | holds | unit | example |\n|---|---|---|---|\n")
        parts.extend(_markdown_row(entry) for entry in columns)
    return "".join(parts)


def _markdown_row(entry: Entry) -> str:
    example = f"`{entry.example}`" if entry.example else ""
    cells = (f"`{entry.column_name}`", entry.description, entry.unit or "", example)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _statements(db: Database) -> dict[str, str]:
    """Name to CREATE statement: tables as created, then views; not what SQLite and its indexes keep."""
    rows = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'view') "
        "ORDER BY type, CASE type WHEN 'table' THEN rowid END, name"
    )
    return {
        name: sql
        for name, sql in rows
        if not sql.startswith("CREATE VIRTUAL") and "_fts_" not in name and "sqlite_" not in name
    }


def _columns(db: Database, table: str) -> list[str]:
    return [row[1] for row in db.execute(f'PRAGMA table_info("{table}")')]


def _comments(table: str, statements: dict[str, str]) -> dict[str, str]:
    """Column name to comment, '' for the table; a view inherits from what it reads and says only what is new."""
    sql = statements.get(table, "")
    if not sql.startswith("CREATE VIEW"):
        return _own_comments(sql, _TABLE_COLUMN)
    return _inherited(sql, statements) | {"": ""} | _own_comments(sql, _VIEW_COLUMN)


def _inherited(sql: str, statements: dict[str, str]) -> dict[str, str]:
    """Comments of the columns that a view takes as they are: `a.headline`, `l.*`, or all of its only table."""
    code = _COMMENT.sub("", sql)
    tables = {alias or table: _comments(table, statements) for table, alias in _READ_FROM.findall(code)}
    taken: dict[str, str] = {}
    for alias, column in _TAKEN.findall(code):
        comments = tables.get(alias, {})  # a view of the data team may say things that we do not read
        for name in comments if column == "*" else [column]:
            taken.setdefault(name, comments.get(name, ""))
    return taken or next(iter(tables.values()), {})


def _own_comments(sql: str, column_on: re.Pattern[str]) -> dict[str, str]:
    """The comment on the first line is the table's; any other belongs to the last column named before it."""
    first, *lines = sql.split("\n")
    comment = _COMMENT.search(first)
    comments = {"": comment[1]} if comment else {}
    column = ""
    for line in lines:
        if named := column_on.search(line):
            column = named[1]
        if comment := _COMMENT.search(line):
            comments.setdefault(column, comment[1])
    return comments


def _unit(column: str) -> str | None:
    return next((unit for pattern, unit in _UNITS if re.search(pattern, column)), None)


def main() -> None:
    """Print data/README.md."""
    from crawler.migrations import migrate  # migrations fill the dictionary: not at the top, or a circle

    with Database(memory=True) as db:
        migrate(db)
        sys.stdout.write(markdown(db))


if __name__ == "__main__":
    main()
