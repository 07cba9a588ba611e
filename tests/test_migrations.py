"""The schema: made once, views kept as their files, every column described."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace

import pytest
from sqlite_utils import Database
from stories import Shelf

from crawler import dictionary, migrations, store
from crawler.paths import ROOT


@pytest.fixture
def db(tmp_path):
    db = store.open_database(tmp_path / "news.db")
    yield db
    db.close()


def test_a_database_is_marked_as_ours(db):
    assert db.execute("PRAGMA application_id").fetchone()[0] == migrations.APPLICATION_ID
    numbered = [name for name in dir(migrations) if re.match(r"m\d{3}_", name)]
    assert db.execute("PRAGMA user_version").fetchone()[0] == len(numbered)
    assert migrations.is_current(db)


def test_every_table_of_ours_is_strict(db):
    tables = db.execute(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'sqlite%' AND name NOT LIKE '%sqlite_migrations'"
    ).fetchall()
    assert len(tables) >= 25
    assert [name for name, strict in tables if not strict] == []


def test_opening_again_changes_nothing(db, tmp_path):
    before = db.execute("PRAGMA schema_version").fetchone()[0]
    store.open_database(tmp_path / "news.db").close()
    assert db.execute("PRAGMA schema_version").fetchone()[0] == before


def test_a_view_follows_its_file_and_foreign_views_stay(db, tmp_path):
    db.execute("DROP VIEW source_days")
    db.execute("CREATE VIEW source_days AS SELECT 1 AS old")
    db.execute(
        "CREATE VIEW of_the_data_team AS "
        "WITH x AS (SELECT headline FROM articles) SELECT x.headline, y.n FROM x, (SELECT 1 AS n) y"
    )
    db.execute("DELETE FROM data_dictionary")
    assert list(migrations.outdated_views(db)) == ["source_days"]
    with store.open_database(tmp_path / "news.db") as again:
        assert "article_count" in again["source_days"].columns_dict
        assert "of_the_data_team" in again.view_names()
        assert again["data_dictionary"].count > 150


def test_each_view_is_one_file_of_its_name():
    for path in migrations.VIEWS.glob("*.sql"):
        assert f"CREATE VIEW {path.stem} AS" in path.read_text(encoding="utf-8")


def test_a_migration_of_another_program_in_the_file_is_not_newer(db):
    assert migrations.newer_migrations(db) == []
    db["_sqlite_migrations"].insert({"migration_set": "other", "name": "m999", "applied_at": "now"})
    assert migrations.newer_migrations(db) == []
    db["_sqlite_migrations"].insert({"migration_set": "worlddesk", "name": "m999", "applied_at": "now"})
    assert migrations.newer_migrations(db) == ["m999"]


def test_a_database_of_the_first_version_gains_the_columns_and_keeps_its_rows(tmp_path):
    old = Database(tmp_path / "news.db")
    migrations.migrations.apply(old, stop_before="m002_more_metadata")
    day = "2026-10-06T08:00:00Z"
    site = {"source_id": "gazette", "homepage_url": "https://gazette.example/"}
    old["sources"].insert(site | {"name": "The Gazette", "media_type": "online", "is_enabled": 1, "added_at": day})
    story = {"source_id": "gazette", "url": "https://gazette.example/a-story", "headline": "A story", "kind": "article"}
    story |= {"is_complete": 1, "provenance_json": "{}", "extractor": "x", "first_seen_at": day, "last_seen_at": day}
    old["articles"].insert(story)
    old["article_texts"].insert({"article_id": 1, "headline": "A story", "body_text": "Once there was a harbour."})
    assert "wire" not in old["articles"].columns_dict
    old.close()
    with store.open_database(tmp_path / "news.db") as db:
        (row,) = db["articles_full"].rows
        assert (row["headline"], row["body_text"]) == ("A story", "Once there was a harbour.")
        assert (row["wire"], row["image_credit"]) == (None, None)
        assert next(iter(db["articles"].rows)).items() >= story.items()
        found = db.execute("SELECT rowid FROM article_texts_fts WHERE article_texts_fts MATCH 'harbour'").fetchall()
        assert found == [(1,)]
        assert described(db)["articles"]["wire"].example == "AFP, Reuters"


def test_what_listings_announced_is_kept_and_old_articles_are_judged(tmp_path):
    old = Database(tmp_path / "news.db")
    migrations.migrations.apply(old, stop_before="m005_union")
    day, url = "2026-10-06T08:00:00Z", "https://gazette.example/2026/a-story"
    site = {"source_id": "gazette", "homepage_url": "https://gazette.example/"}
    old["sources"].insert(site | {"name": "The Gazette", "media_type": "online", "is_enabled": 1, "added_at": day})
    old["listings"].insert(
        {"source_id": "gazette", "url": "https://gazette.example/w", "kind": "feed", "section": "World"}
    )
    story = {"source_id": "gazette", "url": url, "headline": "A story", "kind": "article"}
    story |= {"is_complete": 1, "provenance_json": "{}", "extractor": "x", "first_seen_at": day, "last_seen_at": day}
    old["articles"].insert_all([story, story | {"url": "https://gazette.example/sport/a-match"}])
    entry = {"url": url, "source_id": "gazette", "listing_id": 1, "article_id": 1, "state": "article", "reason": "read"}
    old["urls"].insert(entry | {"announced_title": "A story", "first_seen_at": day})
    old["listing_links"].insert({"listing_id": 1, "url_id": 1, "first_seen_at": day, "last_seen_at": day, "rank": 3})
    old.close()
    with store.open_database(tmp_path / "news.db") as db:
        assert db.execute("SELECT is_international FROM articles ORDER BY article_id").fetchall() == [(1,), (0,)]
        found = db.execute("SELECT kind, value, listing_id FROM section_evidence ORDER BY article_id").fetchall()
        assert found == [("listing", "World", 1), ("path", "/sport/", None)]
        (row,) = db["listing_links"].rows
        assert (row["rank"], row["best_rank"], row["first_rank"], row["top_five_seconds"]) == (3, 3, None, 0)
        assert db.execute("SELECT title_listing_id FROM urls").fetchone() == (1,)
        assert db.execute("SELECT last_listed_at FROM listings").fetchone() == (day,)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_indexes_serve_the_questions_asked_most(db):
    def plan(sql):
        return " ".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}"))

    assert "articles_by_source_seen" in plan("SELECT max(first_seen_at) FROM articles WHERE source_id = 'x'")
    assert "urls_due" in plan("SELECT 1 FROM urls WHERE source_id = 'x' AND next_fetch_at <= 'y'")
    assert "articles_by_published" in plan("SELECT * FROM articles_list ORDER BY published_at DESC LIMIT 50")
    assert "articles_by_published" in plan("SELECT * FROM articles_full ORDER BY published_at DESC LIMIT 50")
    assert "COVERING INDEX articles_by_source_day" in plan("SELECT * FROM source_days")


# ---------------------------------------------------------------------------------------- the dictionary


def described(db: Database) -> dict[str, dict[str, dictionary.Entry]]:
    tables: dict[str, dict[str, dictionary.Entry]] = {}
    for entry in dictionary.entries(db):
        tables.setdefault(entry.table_name, {})[entry.column_name] = entry
    return tables


def test_every_column_of_every_table_and_view_is_described(db):
    tables = described(db)
    ours = {name for name in (*db.table_names(), *db.view_names()) if "_fts" not in name and "sqlite" not in name}
    assert set(tables) == ours
    for name, columns in tables.items():
        assert list(columns) == ["", *(column.name for column in db[name].columns)]
        assert [column for column, entry in columns.items() if not entry.description] == [], name
        assert [column for column, entry in columns.items() if column and not entry.example] == [], name


def test_an_instant_is_described_as_one(db):
    entries = [entry for entry in dictionary.entries(db) if entry.column_name.endswith("_at")]
    assert {entry.unit for entry in entries} == {"UTC instant"}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", entry.example or "") for entry in entries)


def test_a_view_inherits_the_words_of_its_tables(db):
    tables = described(db)
    assert tables["articles_full"]["body_text"].description == tables["article_texts"]["body_text"].description
    assert tables["articles_unique"]["source"].description == "name of the source"
    assert tables["headline_changes"]["article_id"] == replace(
        tables["articles"]["article_id"], table_name="headline_changes"
    )


def test_examples_are_values_that_the_schema_takes(tmp_path):
    """An example that its own column would refuse explains nothing."""
    shelf = Shelf(tmp_path / "news.db")
    shelf.read("https://gazette.example/world/a-story-of-ours")
    examples = {
        entry.column_name: entry.example for entry in dictionary.entries(shelf.db) if entry.table_name == "articles"
    }
    skipped = ("", "article_id", "source_id", "published_on", "published_at")
    for column, example in examples.items():
        if column not in skipped:
            shelf.db.execute(f"UPDATE articles SET {column} = ?", [example])
    shelf.close()


def test_the_table_holds_what_the_comments_say(db):
    rows = db.execute("SELECT * FROM data_dictionary ORDER BY rowid").fetchall()
    wanted = [(e.table_name, e.column_name, e.unit, e.description, e.example) for e in dictionary.entries(db)]
    assert sorted(rows) == sorted(wanted)


def test_the_readme_of_data_is_the_dictionary(db, capsys):
    dictionary.main()
    written = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out == written, "run: python -m crawler.dictionary > data/README.md"
    for name in (*described(db), "article_texts_fts", "article_texts_cjk_fts"):
        assert name in written


def test_the_queries_in_the_readme_of_data_can_be_asked(db):
    queries = re.findall(r"```sql\n(.*?)```", (ROOT / "data" / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(queries) >= 4
    assert [db.execute(query).fetchall() for query in queries] == [[]] * len(queries)


def test_requests_of_a_released_database_survive_the_third_kind(tmp_path):
    """`fetches` is made anew: its rows, indexes and a view of the data team stay; exactly one kind is still asked."""
    old = Database(tmp_path / "news.db")
    migrations.migrations.apply(old, stop_before="m002_more_metadata")
    day = "2026-10-06T08:00:00Z"
    site = {"source_id": "gazette", "homepage_url": "https://gazette.example/"}
    old["sources"].insert(site | {"name": "The Gazette", "media_type": "online", "is_enabled": 1, "added_at": day})
    run = {"started_at": day, "status": "ok", "command": "worlddesk crawl", "version": "0.1.0", "host": "x", "pid": 1}
    old["runs"].insert(run | {"run_id": 1, "sources_total": 1})
    place = {"source_id": "gazette", "url": "https://gazette.example/feed", "kind": "feed"}
    old["listings"].insert(place | {"listing_id": 7})
    old["fetches"].insert(
        {"run_id": 1, "source_id": "gazette", "listing_id": 7, "fetched_at": day, "outcome": "listed"}
    )
    old.execute("CREATE VIEW of_the_data_team AS SELECT count(*) AS n FROM fetches")
    old.execute("CREATE TABLE fetches_of_theirs (fetch_id INTEGER)")
    old.close()
    with store.open_database(tmp_path / "news.db") as db:
        assert db.execute("SELECT listing_id, url_id, archive_id, outcome FROM fetches").fetchall() == [
            (7, None, None, "listed")
        ]
        assert db.execute("SELECT n FROM of_the_data_team").fetchone() == (1,)
        assert {index.name for index in db["fetches"].indexes} == {
            "fetches_by_run",
            "fetches_by_url",
            "fetches_by_listing",
        }
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("UPDATE fetches SET listing_id = NULL")
        assert db.execute("SELECT kind FROM runs").fetchall() == [("crawl",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA legacy_alter_table").fetchone() == (0,)
