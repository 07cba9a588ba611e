"""Kept pages read again, with today's rules and all that the memory of their source has learned since.

A better reading is no revision: the publisher changed nothing. So the article is replaced, not revised.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from sqlite_utils import Database

from crawler import articles, pages, remember
from crawler.articles import Reading
from crawler.catalogue import Source
from crawler.database import DATA_ERRORS, transaction
from crawler.errors import PageError, UsageError
from crawler.items import ASIDE_KINDS, Article, Exchange
from crawler.memory import Memory
from crawler.normalise import earliest
from crawler.pages import KeptPage
from crawler.rows import one
from crawler.source_keys import unknown
from crawler.workers.pool import Pool
from crawler.workers.reading import EXTRACT

FIELDS = (
    "headline", "standfirst", "authors_json", "wire", "published_at", "updated_at", "section", "breadcrumb_json",
    "language", "tags_json", "kind", "access", "is_complete", "image_url", "image_caption", "image_credit",
)  # fmt: skip
"""Columns of `articles` whose difference is shown."""
_LEAST_SHARE = 0.2
"""Of the stored words; who reads less on the same page has lost the text, not mended it."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one field said and says."""

    field: str
    """A column of `articles` without _json, or body (every block), subheads, asides."""
    removed: list[str]
    added: list[str]


@dataclass(frozen=True, slots=True)
class Reread:
    """What came of one kept page."""

    source_id: str
    url: str
    headline: str | None
    changes: list[Change] = field(default_factory=list)
    problem: str | None = None
    """Why the article stays as it is; None when its page could be read."""


def kept_articles(db: Database, names: Sequence[str] = (), since: str | None = None) -> list[int]:
    """Articles of which a page is kept, by source and age: of these sources (all when none is named), of pages
    that came on or after `since` (ISO 8601, a day or an instant).

    Raises UsageError for an unknown source and for what is no date.
    """
    known = [source_id for (source_id,) in db.execute("SELECT source_id FROM sources")]
    if strangers := [unknown("source", name, known) for name in names if name not in known]:
        raise UsageError("\n".join(strangers))
    rows = db.execute(
        "SELECT article_id FROM pages JOIN articles USING (article_id) "
        "WHERE fetched_at >= ? AND source_id IN (SELECT value FROM json_each(?)) ORDER BY source_id, article_id",
        [earliest(since) if since is not None else "", json.dumps(list(names) or known)],
    )
    return [article_id for (article_id,) in rows]


def catch_up(db: Database, sources: Mapping[str, Source], pool: Pool) -> Iterator[Reread]:
    """Read again, as this version does, what another version read and what is still looked at for corrections.

    Once after an upgrade; else what the new version reads better would look like a correction of the publisher's.
    """
    rows = db.execute(
        "SELECT article_id FROM pages JOIN articles a USING (article_id) WHERE extractor <> ? AND EXISTS "
        "(SELECT 1 FROM urls u WHERE u.article_id = a.article_id AND u.next_fetch_at IS NOT NULL)",
        [articles.EXTRACTOR],
    ).fetchall()
    return read_again(db, [article_id for (article_id,) in rows], sources, pool, write=True)


def read_again(
    db: Database, article_ids: Sequence[int], sources: Mapping[str, Source], pool: Pool, *, write: bool
) -> Iterator[Reread]:
    """Let workers read the kept pages of these articles again and replace what reads otherwise, each in a transaction.

    `sources` say zone, language and selectors of each; of one that has no file any more the database does.
    A page that cannot be read leaves its article as it is and says why.
    """
    memories: dict[str, Memory] = {}
    for article_id in article_ids:
        stored = one(db, "SELECT * FROM articles WHERE article_id = ?", [article_id])
        if stored is None:  # taken down meanwhile
            continue
        source_id = stored["source_id"]
        if source_id not in memories:
            memories[source_id] = remember.recall(db, source_id)
        told = Reread(source_id, stored["url"], stored["headline"])
        try:
            yield _read_again(db, stored, sources.get(source_id), memories[source_id], pool, write=write)
        except PageError as error:
            yield _problem(told, f"{error} (stage: {error.stage})")
        except (*DATA_ERRORS, ValueError, OverflowError) as error:
            yield _problem(told, f"store: {error}")
        except Exception as error:  # one page never stops the others
            yield _problem(told, f"{type(error).__name__}: {error}")


def _problem(told: Reread, reason: str) -> Reread:
    return Reread(told.source_id, told.url, told.headline, problem=reason)


def _read_again(
    db: Database, stored: dict[str, Any], source: Source | None, memory: Memory, pool: Pool, *, write: bool
) -> Reread:
    page = pages.kept(db, stored["article_id"])
    habits = _habits(db, stored["source_id"], source) | {"charset": page.charset, "memory": memory}
    article: Article = pool.submit(EXTRACT, page.body, page.url, **habits).result()
    _check_is_there(db, stored["article_id"])
    reading = articles.reading_of(db, _exchange(stored["source_id"], page), article)
    if (reading.word_count or 0) < _LEAST_SHARE * (stored["word_count"] or 0):
        said = f"{reading.word_count or 0} words are found today, {stored['word_count']} are stored"
        raise PageError(said, stage="body")
    columns = articles.columns_of(db, stored, reading, page.fetched_at)
    changes = [*_changed_columns(stored, columns), *_changed_text(db, stored["article_id"], reading)]
    if write and (changes or columns.items() - stored.items()):
        with transaction(db):
            _check_is_there(db, stored["article_id"])
            articles.read_again(db, stored, reading, columns)
    return Reread(stored["source_id"], stored["url"], reading.words.headline, changes)


def _check_is_there(db: Database, article_id: int) -> None:
    """A takedown waits for no lock of a run. Raises PageError."""
    if one(db, "SELECT 1 FROM articles WHERE article_id = ?", [article_id]) is None:
        raise PageError("it was taken down meanwhile", stage="store")


def _habits(db: Database, source_id: str, source: Source | None) -> dict[str, Any]:
    if source is not None:
        return {"timezone": source.timezone, "language": source.language, "select": source.select}
    row = db.execute("SELECT timezone, language FROM sources WHERE source_id = ?", [source_id]).fetchone()
    return {"timezone": row[0], "language": row[1]}


def _exchange(source_id: str, page: KeptPage) -> Exchange:
    return Exchange(source_id, page.url, "read", page.fetched_at, final_url=page.url)


def _changed_columns(stored: dict[str, Any], columns: dict[str, Any]) -> Iterator[Change]:
    for name in FIELDS:
        before, after = stored[name], columns.get(name, stored[name])
        if before != after:
            yield _change(name.removesuffix("_json"), _entries(name, before), _entries(name, after))


def _entries(name: str, value: Any) -> list[str]:
    if value is None:
        return []
    if name == "standfirst":
        return str(value).split("\n\n")
    return list(map(str, json.loads(value))) if name.endswith("_json") else [str(value)]


def _changed_text(db: Database, article_id: int, reading: Reading) -> Iterator[Change]:
    stored = {
        "body": _blocks(articles.words_of(db, article_id).body),
        "subheads": _texts(db, "blocks", article_id, "kind = 'subhead'"),
        "asides": _texts(db, "asides", article_id, "1"),
    }
    now = {
        "body": _blocks(reading.words.body),
        "subheads": _of_kinds(reading.article, ("subhead",)),
        "asides": _of_kinds(reading.article, ASIDE_KINDS),
    }
    for name, before in stored.items():
        if before != now[name]:
            yield _change(name, before, now[name])


def _blocks(body: str | None) -> list[str]:
    return body.split("\n\n") if body else []


def _texts(db: Database, table: str, article_id: int, condition: str) -> list[str]:
    rows = db.execute(
        f"SELECT text FROM {table} WHERE article_id = ? AND {condition} ORDER BY position, rowid",  # noqa: S608
        [article_id],
    )
    return [text for (text,) in rows]


def _of_kinds(article: Article, kinds: Sequence[str]) -> list[str]:
    return [block.text for block in article.blocks if block.kind in kinds]


def _change(name: str, before: list[str], after: list[str]) -> Change:
    """Entries that only one of both has; one that moved was removed and added."""
    moves = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    removed = [entry for tag, start, end, _, _ in moves if tag != "equal" for entry in before[start:end]]
    added = [entry for tag, _, _, start, end in moves if tag != "equal" for entry in after[start:end]]
    return Change(name, removed, added)
