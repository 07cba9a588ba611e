"""`worlddesk doctor --repair`: what can be mended in place is, after a safety copy; of a file that cannot, what can
still be read is saved into a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]

from crawler import articles
from crawler.database import checkpoint, connect, explained, open_database, settle, transaction
from crawler.dictionary import entries, fill_dictionary
from crawler.errors import DatabaseError
from crawler.migrations import is_current, migrate
from crawler.normalise import now
from crawler.run import locked
from crawler.upkeep.integrity import damage
from crawler.upkeep.salvage import Saved, salvage

_OF_INDEXES = ("missing from index", "entries in index", "non-unique entry in index", "out of order in index")
"""What integrity_check says of indexes, which are made anew from their tables."""
_OF_FULL_TEXT = "FTS5"


@dataclass(slots=True)
class Repaired:
    """What was done."""

    done: list[str] = field(default_factory=list)
    """A sentence each; empty = there was nothing to mend."""
    safety_copy: Path | None = None
    """The file as it was; None where nothing was changed."""
    salvaged: Path | None = None
    """A new database; the damaged one is as it was."""
    saved: list[Saved] = field(default_factory=list)


def repair(database: Path) -> Repaired:
    """Mend what can be mended; the caller looks afterwards whether all is well.

    Raises LockedError while a crawl is at work, and DatabaseError where nothing can be done.
    """
    with locked(database):
        if is_beyond(database):
            return _salvaged(database)
        with closing(open_database(database, read_only=True)) as db:
            is_well = not any(is_wrong(db) for is_wrong, _ in _MENDING.values())
        result = Repaired()
        if not is_well:
            result.safety_copy = _safety_copy(database)
            with closing(connect(database, "rw")) as db:
                result.done += _mend(db)
    return result


def _mend(db: Database) -> Iterator[str]:
    """What was done, one after the other: each is looked for when those before it are mended."""
    for name, (is_wrong, mend) in _MENDING.items():
        if is_wrong(db):
            with transaction(db):
                mend(db)
            yield name
    settle(db)


def is_beyond(database: Path) -> bool:
    """Whether more than indexes is damaged. Raises DatabaseError for what is no database of ours."""
    try:
        with closing(open_database(database, read_only=True)) as db:
            return any(not _is_of_indexes(line) for line in damage(db, most=100, whole=True))
    except DatabaseError as error:
        if isinstance(error.__cause__, sqlite3.DatabaseError) and not isinstance(
            error.__cause__, sqlite3.OperationalError
        ):
            return True
        raise


def _is_of_indexes(line: str) -> bool:
    return _OF_FULL_TEXT in line or any(sign in line for sign in _OF_INDEXES)


def _safety_copy(database: Path) -> Path:
    """The file page by page as it is, with what waits in its log. Raises DatabaseError where there is no room."""
    copy = database.with_name(f"{database.stem}-before-repair-{_stamp()}.db")
    try:
        with closing(open_database(database, read_only=True)) as db, closing(sqlite3.connect(copy)) as target:
            db.conn.backup(target)
    except sqlite3.DatabaseError as error:
        copy.unlink(missing_ok=True)
        raise explained(copy, error) from error
    return copy


def _stamp() -> str:
    return now().replace(":", "")


def _salvaged(database: Path) -> Repaired:
    target = database.with_name(f"{database.stem}-salvaged-{_stamp()}.db")
    saved = salvage(database, target)
    with closing(open_database(target)) as db:
        for _, mend in _MENDING.values():
            with transaction(db):
                mend(db)
        checkpoint(db)
    return Repaired(salvaged=target, saved=saved)


# ------------------------------------------------------------------------- what can be wrong, and its mending


def _has_bad_indexes(db: Database) -> bool:
    return any(_OF_FULL_TEXT not in line for line in damage(db, most=100, whole=True))


def _reindex(db: Database) -> None:
    db.execute("REINDEX")


def _is_outdated(db: Database) -> bool:
    return not is_current(db)


def _missing(db: Database) -> list[str]:
    """CREATE statements of indexes and triggers of ours that are not as they should be."""
    query = "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    if not is_current(db):
        return []
    with Database(memory=True) as blank:
        migrate(blank)
        wanted = dict(blank.execute(query).fetchall())
    there = dict(db.execute(query).fetchall())
    return [sql for name, sql in wanted.items() if name not in there]


def _make_missing(db: Database) -> None:
    for statement in _missing(db):
        db.execute(statement)


def _has_stale_dictionary(db: Database) -> bool:
    wanted = [(e.table_name, e.column_name, e.unit, e.description, e.example) for e in entries(db)]
    return sorted(map(str, wanted)) != sorted(map(str, db.execute("SELECT * FROM data_dictionary").fetchall()))


def _has_orphans(db: Database) -> bool:
    return db.execute("PRAGMA foreign_key_check").fetchone() is not None


def _mend_orphans(db: Database) -> None:
    """A lost source gets a row again, which the next crawl fills in; else as if the row referred to was deleted."""
    tables = [name for name in db.table_names() if not name.startswith("sqlite_")]
    references = [
        (table, key[2], key[3], key[4], key[6])
        for table in tables
        for key in db.execute("SELECT * FROM pragma_foreign_key_list(?)", [table]).fetchall()
    ]
    for table, parent, column, *_ in references:
        if parent == "sources":
            named = f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL'  # noqa: S608
            for (source_id,) in db.execute(named).fetchall():
                db.execute(
                    "INSERT OR IGNORE INTO sources (source_id, name, media_type, homepage_url, is_enabled, added_at) "
                    "VALUES (?, ?, 'other', 'about:blank', 0, ?)",
                    [source_id, source_id, now()],
                )
    while _has_orphans(db):
        before = db.conn.total_changes
        for table, parent, column, key, on_delete in references:
            _let_go(db, table, column, f'"{parent}" p WHERE p."{key or column}" = "{table}"."{column}"', on_delete)
        if db.conn.total_changes == before:  # a table of the data team's, with references of another kind
            return


def _let_go(db: Database, table: str, column: str, referred: str, on_delete: str) -> None:
    is_orphan = f'"{column}" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {referred})'  # noqa: S608
    if on_delete == "SET NULL":
        db.execute(f'UPDATE "{table}" SET "{column}" = NULL WHERE {is_orphan}')  # noqa: S608
    else:
        db.execute(f'DELETE FROM "{table}" WHERE {is_orphan}')  # noqa: S608


def _has_open_runs(db: Database) -> bool:
    return db.execute("SELECT 1 FROM runs WHERE status = 'running'").fetchone() is not None


def _close_runs(db: Database) -> None:
    """We hold the lock of the run: whatever is called running died."""
    db.execute("UPDATE runs SET status = 'interrupted', finished_at = ? WHERE status = 'running'", [now()])


def _has_bad_full_text(db: Database) -> bool:
    """FTS5 compares only on a command, which is a write: tried on a connection of its own, and undone."""
    path = Path(db.execute("PRAGMA database_list").fetchone()[2])
    with closing(connect(path, "rw")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        try:
            writer.execute("INSERT INTO article_texts_fts(article_texts_fts, rank) VALUES ('integrity-check', 1)")
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            return True
        finally:
            writer.rollback()
    return False


def _rebuild_full_text(db: Database) -> None:
    """Both indexes from the words; that of Chinese and Japanese keeps none of its own."""
    db.execute("INSERT INTO article_texts_fts(article_texts_fts) VALUES ('rebuild')")
    db.execute("INSERT INTO article_texts_cjk_fts(article_texts_cjk_fts) VALUES ('delete-all')")
    for (number,) in db.execute("SELECT article_id FROM article_texts").fetchall():
        articles.index_cjk(db, number, articles.words_of(db, number))


_MENDING: dict[str, tuple[Callable[[Database], bool], Callable[[Database], None]]] = {
    "indexes made anew": (_has_bad_indexes, _reindex),
    "schema and views brought up to date": (_is_outdated, migrate),
    "missing indexes and triggers made": (lambda db: bool(_missing(db)), _make_missing),
    "rows that referred to nothing removed": (_has_orphans, _mend_orphans),
    "runs that ended without a word closed": (_has_open_runs, _close_runs),
    "full-text index built anew": (_has_bad_full_text, _rebuild_full_text),
    "data dictionary written anew": (_has_stale_dictionary, fill_dictionary),
}
"""In this order: what was done -> whether it is needed, and how it is done."""
