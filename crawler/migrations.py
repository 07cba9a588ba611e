# ruff: noqa: E501 (a column and the comment that documents it stay on one line)
"""The schema, one numbered function a change, each with its reason; and the views, which are SQL files.

House rules, so that nobody has to guess:

- `*_at` UTC instant, always 'YYYY-MM-DDTHH:MM:SSZ' (sorts as text); `*_on` UTC day 'YYYY-MM-DD'
- `*_seconds`, `*_ms`, `*_bytes`, `*_words`: the unit is the name; `*_count` integer >= 0; `*_share` 0 to 1
- `is_*` 0 or 1; `*_json` JSON text; `language` BCP 47; `country` ISO 3166-1 alpha-2
- unknown is NULL, never '' and never 0

The comment behind each column is its documentation: `crawler.dictionary` reads it back out of the database
into `data_dictionary` and data/README.md. What stands behind "e.g." is the example.

A migration that was ever released is never edited: what changes gets a new function below the last. In ALTER TABLE
ADD COLUMN the comment stands between name and type: SQLite cuts off what follows the type.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from crawler import sections_of
from crawler.dictionary import fill_dictionary

APPLICATION_ID = 0x4E455753  # 'NEWS' in the file's header: how we know a database of ours
VIEWS = Path(__file__).parent / "views"

migrations = Migrations("worlddesk")


@migrations()
def m001_first_schema(db: Database) -> None:
    """Sources, the ledger of addresses, articles with their words and revisions, runs, full text."""
    for statement in _statements(_SOURCES + _ARTICLES + _RUNS + _LEDGER + _FULL_TEXT + _DICTIONARY):
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@migrations()
def m002_more_metadata(db: Database) -> None:
    """What a data team asks of an article beside its words: agencies, rubrics, picture, and where layers disagree."""
    for statement in _statements(_METADATA):
        db.execute(statement)


@migrations()
def m003_memory(db: Database) -> None:
    """What the pages of a source have in common, and the pages themselves for a while, to be read again."""
    for statement in _statements(_MEMORY):
        db.execute(statement)


@migrations()
def m004_asides(db: Database) -> None:
    """Captions and posts of networks belong to an article, yet not to its words."""
    for statement in _statements(_ASIDES):
        db.execute(statement)


@migrations()
def m005_union(db: Database) -> None:
    """What each listing says of an address and how prominently; which section an article belongs to, and who says so."""
    for statement in _statements(_UNION):
        db.execute(statement)


@migrations()
def m006_listing_memory(db: Database) -> None:
    """What stood on a section page at earlier visits tells its articles from what always stands there."""
    for statement in _statements(_LISTING_MEMORY):
        db.execute(statement)


@migrations()
def m007_rhythm(db: Database) -> None:
    """When each listing is due, at what pace it changes by the hour of the week, and whether its 304 can be believed."""
    for statement in _statements(_RHYTHM):
        db.execute(statement)


@migrations()
def m008_evidence(db: Database) -> None:
    """Who reads that a listing is silent wants to know how its address was known at all."""
    for statement in _statements(_EVIDENCE):
        db.execute(statement)


@migrations()
def m009_walls(db: Database) -> None:
    """A text that stands at every address of a source is no article, the next time neither."""
    for statement in _statements(_WALLS):
        db.execute(statement)


@migrations()
def m010_history(db: Database) -> None:
    """How far archives were read back; what came from there is marked, so that it is not taken for news.

    A request may now be for a page of an archive: `fetches` is made anew, since its CHECK knew two kinds only.
    """
    for statement in _statements(_HISTORY):
        db.execute(statement)
    _make_anew(db, "fetches", _REQUESTS)


@migrations()
def m011_quarantine(db: Database) -> None:
    """A page whose reading ended a worker process is kept aside, and not read again as long as it stays as it is."""
    for statement in _statements(_QUARANTINE):
        db.execute(statement)


@migrations()
def m012_checksums(db: Database) -> None:
    """A bit that the disk turned is found in no index and by no check of SQLite's; beside the words it is.

    Older words have none until they change: to enter them would write every text and its index anew.
    """
    for statement in _statements(_CHECKSUMS):
        db.execute(statement)


@migrations()
def m013_health(db: Database) -> None:
    """What ails a source is told once, not at every run: so it must be known since when it does, and what was told."""
    for statement in _statements(_HEALTH):
        db.execute(statement)
    _make_anew(db, "run_sources", _VERDICTS)


@migrations()
def m015_rights(db: Database) -> None:
    """What was taken down stays down; what publishers say of machines beside TDMRep is kept beside it."""
    for statement in _statements(_RIGHTS):
        db.execute(statement)


@migrations()
def m016_flood(db: Database) -> None:
    """What listings bring into the ledger in a day is counted at each reading, so that a flood of addresses ends."""
    for statement in _statements(_FLOOD):
        db.execute(statement)


def _make_anew(db: Database, table: str, changes: dict[str, str]) -> None:
    """Make a table anew where its statement changes in what SQLite cannot alter: a CHECK. Its rows, indexes stay."""
    kept = ", ".join(db[table].columns_dict)
    ((made,),) = db.execute("SELECT sql FROM sqlite_master WHERE name = ?", [table]).fetchall()
    belongings = db.execute(
        "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL", [table]
    ).fetchall()
    for old, new in {f"CREATE TABLE {table}": f"CREATE TABLE {table}_anew", **changes}.items():
        made = made.replace(old, new, 1)
    db.execute(made)
    db.execute(f"INSERT INTO {table}_anew ({kept}) SELECT {kept} FROM {table}")  # noqa: S608
    db.execute("PRAGMA legacy_alter_table = ON")  # else SQLite looks at the views, for which the table is away now
    db.execute(f"DROP TABLE {table}")
    db.execute(f"ALTER TABLE {table}_anew RENAME TO {table}")
    db.execute("PRAGMA legacy_alter_table = OFF")
    for (statement,) in belongings:
        db.execute(statement)


def migrate(db: Database) -> None:
    """Bring schema, views and data dictionary up to date, inside the caller's transaction."""
    pending = {migration.name for migration in migrations.pending(db)}
    migrations.apply(db)
    if m005_union.__name__ in pending:  # filled by today's rules, which need all of today's columns
        sections_of.note_all(db)
    outdated = outdated_views(db)
    for name, statement in outdated.items():
        db.execute(f'DROP VIEW IF EXISTS "{name}"')
        db.execute(statement)
    if pending or outdated:
        fill_dictionary(db)
        db.execute(f"PRAGMA user_version = {len(migrations.applied(db))}")


def is_current(db: Database) -> bool:
    """Whether `migrate` would have nothing to do; reads only."""
    return not migrations.pending(db) and not outdated_views(db)


def newer_migrations(db: Database) -> list[str]:
    """Names of migrations in the file that this version does not know: a newer version made it."""
    with Database(memory=True) as blank:
        known = {migration.name for migration in migrations.pending(blank)}
    return [migration.name for migration in migrations.applied(db) if migration.name not in known]


def outdated_views(db: Database) -> dict[str, str]:
    """Name and CREATE statement of each view whose text in the database is not that of its file."""
    stored = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall())
    wanted = {path.stem: _view(path) for path in sorted(VIEWS.glob("*.sql"))}
    return {name: sql for name, sql in wanted.items() if stored.get(name) != sql}


def _view(path: Path) -> str:
    """The file from CREATE VIEW on, without the semicolon: letter by letter what SQLite keeps of it."""
    text = path.read_text(encoding="utf-8")
    return text[text.index("CREATE VIEW") :].rstrip().removesuffix(";").rstrip()


def _statements(script: str) -> Iterator[str]:
    """Statements of a script line by line: inside a transaction sqlite-utils looks after every character."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


_SOURCES = """
CREATE TABLE sources (             -- who is watched: one row per publisher, written from its TOML file
  source_id          TEXT PRIMARY KEY CHECK (source_id = lower(source_id)),  -- short stable name, stem of the TOML file; e.g. lemonde
  name               TEXT NOT NULL,       -- as readers know it; e.g. Le Monde
  country            TEXT,                -- where it is edited, ISO 3166-1 alpha-2; e.g. FR
  language           TEXT,                -- main language, BCP 47; e.g. fr
  media_type         TEXT NOT NULL
                     CHECK (media_type IN ('newspaper','wire','broadcaster','magazine','online','government','ngo','other')),  -- what kind of publisher; e.g. newspaper
  homepage_url       TEXT NOT NULL,       -- its front page; e.g. https://www.example.org/
  timezone           TEXT,                -- IANA name, used to read dates that carry no zone; e.g. Europe/Paris
  is_enabled         INTEGER NOT NULL CHECK (is_enabled IN (0,1)),  -- 0 = not crawled; e.g. 1
  disabled_reason    TEXT,                -- date and reason why it is not crawled; e.g. 2026-10-01 closed
  rights             TEXT,                -- licence that lifts a text-and-data-mining reservation, with its reason; e.g. licensed: contract of 2026
  expected_links     INTEGER,             -- links that its best listing should announce; fewer = 'degraded'; e.g. 15
  expected_body_share REAL CHECK (expected_body_share BETWEEN 0 AND 1),  -- share of pages read that should give a text; e.g. 0.95
  silent_after_hours INTEGER NOT NULL DEFAULT 36,  -- longer than this without a new article = 'quiet'; e.g. 36
  added_at           TEXT NOT NULL CHECK (added_at GLOB '????-??-??T??:??:??Z')  -- first time that a crawl knew it; e.g. 2026-10-06T08:00:00Z
) STRICT;

CREATE TABLE listings (            -- the places where a source announces its articles
  listing_id         INTEGER PRIMARY KEY, -- number of the listing; e.g. 7
  source_id          TEXT NOT NULL REFERENCES sources(source_id) ON DELETE CASCADE,  -- whose listing; e.g. lemonde
  url                TEXT NOT NULL UNIQUE,  -- its address; e.g. https://www.example.org/world
  kind               TEXT NOT NULL CHECK (kind IN ('section','feed','news-sitemap')),  -- how it is read; e.g. feed
  section            TEXT,                -- section it stands for, as the publisher calls it; e.g. International
  is_enabled         INTEGER NOT NULL DEFAULT 1 CHECK (is_enabled IN (0,1)),  -- 0 = no longer in the TOML file; e.g. 1
  etag               TEXT,                -- validator of the last good answer, sent back as If-None-Match; e.g. "5f3c"
  last_modified      TEXT,                -- validator, sent back as If-Modified-Since, verbatim; e.g. Tue, 06 Oct 2026 08:00:00 GMT
  last_checked_at    TEXT,                -- last time that it was asked for; e.g. 2026-10-06T08:00:00Z
  last_ok_at         TEXT,                -- last time that it answered well (304 included); e.g. 2026-10-06T08:00:00Z
  last_new_at        TEXT,                -- last time that it announced an unknown address; e.g. 2026-10-06T08:00:00Z
  status_code        INTEGER,             -- HTTP status of the last answer, NULL when nothing answered; e.g. 200
  failures_in_row    INTEGER NOT NULL DEFAULT 0,  -- how often it failed since it last answered well; e.g. 0
  reason             TEXT                 -- why the last look failed; NULL after a good one; e.g. DNS lookup failed
) STRICT;
CREATE INDEX listings_by_source ON listings(source_id);

CREATE TABLE hosts (               -- what a host asks of crawlers, kept across runs
  host               TEXT PRIMARY KEY,    -- name and port as in the address; e.g. www.example.org
  rest_until         TEXT CHECK (rest_until GLOB '????-??-??T??:??:??Z'),  -- nothing is asked of it before (Retry-After); e.g. 2026-10-06T08:10:00Z
  rest_reason        TEXT,                -- why it rests; e.g. 429, Retry-After 600
  robots_status      INTEGER,             -- HTTP status of its robots.txt, NULL when unreachable; e.g. 200
  robots_text        TEXT,                -- its robots.txt as read; e.g. User-agent: *
  robots_fetched_at  TEXT CHECK (robots_fetched_at GLOB '????-??-??T??:??:??Z'),  -- when robots.txt was read; believed for 24 h; e.g. 2026-10-06T08:00:00Z
  tdm_policy         TEXT,                -- its /.well-known/tdmrep.json as read; NULL = none; e.g. [{"location":"/","tdm-reservation":1}]
  tdm_fetched_at     TEXT CHECK (tdm_fetched_at GLOB '????-??-??T??:??:??Z')  -- when that was asked for; e.g. 2026-10-06T08:00:00Z
) STRICT;
"""

_ARTICLES = """
CREATE TABLE articles (            -- what was found: one row per article, as it stands now
  article_id         INTEGER PRIMARY KEY, -- number of the article; e.g. 4711
  source_id          TEXT NOT NULL REFERENCES sources(source_id),  -- who published it; e.g. lemonde
  url                TEXT NOT NULL UNIQUE,  -- canonical address, the one to cite; e.g. https://www.example.org/world/2026/10/06/talks
  headline           TEXT,                -- as shown now; older ones in revisions; e.g. Talks resume in Geneva
  standfirst         TEXT,                -- paragraphs between headline and text, an empty line between them; e.g. After three weeks of silence, both sides meet again.
  section            TEXT,                -- as the publisher calls it; e.g. International
  kind               TEXT NOT NULL
                     CHECK (kind IN ('article','opinion','liveblog','video','gallery','press_release','other')),  -- what kind of piece; e.g. article
  language           TEXT,                -- of the text, BCP 47; e.g. fr
  published_at       TEXT CHECK (published_at GLOB '????-??-??T??:??:??Z'),  -- when the publisher says it appeared; never guessed; e.g. 2026-10-06T07:12:00Z
  published_precision TEXT CHECK (published_precision IN ('second','minute','day')),  -- how exact published_at is; 'day' = the time is not known; e.g. minute
  published_from     TEXT,                -- layer that gave the date: json-ld, opengraph, meta, html, url, feed; e.g. json-ld
  published_on       TEXT CHECK (published_on IS substr(published_at, 1, 10)),  -- UTC day of published_at, to group by; e.g. 2026-10-06
  updated_at         TEXT CHECK (updated_at GLOB '????-??-??T??:??:??Z'),  -- last change that the publisher claims; e.g. 2026-10-06T09:30:00Z
  first_seen_at      TEXT NOT NULL CHECK (first_seen_at GLOB '????-??-??T??:??:??Z'),  -- first time that we read it; e.g. 2026-10-06T08:00:00Z
  last_seen_at       TEXT NOT NULL CHECK (last_seen_at GLOB '????-??-??T??:??:??Z'),  -- last fetch that still found it; e.g. 2026-10-06T14:00:00Z
  last_changed_at    TEXT CHECK (last_changed_at GLOB '????-??-??T??:??:??Z'),  -- last fetch that found other words; NULL = never changed; e.g. 2026-10-06T14:00:00Z
  gone_at            TEXT CHECK (gone_at GLOB '????-??-??T??:??:??Z'),  -- first 404 or 410; NULL = still there; e.g. 2026-10-07T08:00:00Z
  word_count         INTEGER,             -- words of standfirst and text; NULL where no words may be kept; e.g. 640
  revision_count     INTEGER NOT NULL DEFAULT 1,  -- versions seen, the first included; e.g. 2
  access             TEXT CHECK (access IN ('free','metered','paywalled')),  -- what the page says; NULL = it does not say; e.g. free
  is_complete        INTEGER NOT NULL CHECK (is_complete IN (0,1)),  -- 0 = only a part was shown, or only metadata may be kept (urls.reason says which); e.g. 1
  is_tdm_reserved    INTEGER CHECK (is_tdm_reserved IN (0,1)),  -- 1 = text and data mining reserved (TDMRep); NULL = nothing said; e.g. 0
  authors_json       TEXT CHECK (authors_json IS NULL OR json_valid(authors_json)),  -- list of names; e.g. ["Ana Perez"]
  tags_json          TEXT CHECK (tags_json IS NULL OR json_valid(tags_json)),  -- the publisher's keywords; e.g. ["Geneva", "talks"]
  image_url          TEXT,                -- main picture; e.g. https://www.example.org/img/1.jpg
  text_sha256        TEXT,                -- fingerprint of the words of standfirst and text; NULL below 30 words; e.g. 9f86d081...
  provenance_json    TEXT NOT NULL CHECK (json_valid(provenance_json)),  -- field name to the layer that gave it; e.g. {"headline": "json-ld"}
  extractor          TEXT NOT NULL        -- version that read the page; e.g. worlddesk 0.1.0
) STRICT;
CREATE INDEX articles_by_source_day  ON articles(source_id, published_on, word_count);  -- covers source_days
CREATE INDEX articles_by_day         ON articles(published_on, source_id, language);
CREATE INDEX articles_by_published   ON articles(published_at);
CREATE INDEX articles_by_first_seen  ON articles(first_seen_at);
CREATE INDEX articles_by_source_seen ON articles(source_id, first_seen_at);  -- 'when did it last bring something'
CREATE INDEX articles_by_change      ON articles(last_changed_at);
CREATE INDEX articles_by_text        ON articles(text_sha256);

CREATE TABLE article_texts (       -- the words, apart from articles so that counting articles stays cheap
  article_id         INTEGER PRIMARY KEY REFERENCES articles(article_id) ON DELETE CASCADE,  -- whose words; e.g. 4711
  headline           TEXT,                -- copy of articles.headline, for the full-text index; e.g. Talks resume in Geneva
  standfirst         TEXT,                -- copy of articles.standfirst, for the full-text index; e.g. After three weeks of silence, both sides meet again.
  body_text          TEXT                 -- blocks in reading order, an empty line between them; NULL where no words may be kept; e.g. The delegations arrived at dawn.
) STRICT;

CREATE TABLE blocks (              -- what is not a plain paragraph: subheads, lists, quotes, tables
  article_id         INTEGER NOT NULL REFERENCES articles(article_id) ON DELETE CASCADE,  -- whose block; e.g. 4711
  position           INTEGER NOT NULL,    -- 1..n: the n-th block of body_text; blocks without a row are paragraphs; e.g. 3
  kind               TEXT NOT NULL CHECK (kind IN ('subhead','list','quote','table')),  -- what it is; e.g. subhead
  level              INTEGER,             -- 2 to 6 for subheads, else NULL; e.g. 2
  text               TEXT NOT NULL,       -- its words; in lists and tables one line an entry; e.g. A long road
  PRIMARY KEY (article_id, position)
) STRICT;
CREATE INDEX blocks_by_kind ON blocks(kind, article_id);

CREATE TABLE revisions (           -- one row per version of an article, the first included
  article_id         INTEGER NOT NULL REFERENCES articles(article_id) ON DELETE CASCADE,  -- whose version; e.g. 4711
  revision           INTEGER NOT NULL,    -- 1 = as first seen; e.g. 2
  seen_at            TEXT NOT NULL CHECK (seen_at GLOB '????-??-??T??:??:??Z'),  -- when this version was first read; e.g. 2026-10-06T14:00:00Z
  headline           TEXT,                -- of this version; e.g. Talks resume
  standfirst         TEXT,                -- of this version; e.g. After three weeks of silence, both sides meet again.
  word_count         INTEGER,             -- of this version; e.g. 640
  changed_json       TEXT CHECK (changed_json IS NULL OR json_valid(changed_json)),  -- what changed against the version before; NULL for the first; e.g. ["headline", "body"]
  words_added        INTEGER,             -- words that the version before did not have; NULL for the first; e.g. 12
  words_removed      INTEGER,             -- words of the version before that are gone; NULL for the first; e.g. 3
  text_sha256        TEXT,                -- fingerprint of this version; e.g. 9f86d081...
  body_text          TEXT,                -- text of old versions only, the newest stands in article_texts; e.g. The delegations arrived at dawn.
  PRIMARY KEY (article_id, revision)
) STRICT;
CREATE INDEX revisions_by_seen ON revisions(seen_at, article_id);

CREATE TABLE copies (              -- 'this text is that text': the same words at two publishers
  article_id         INTEGER NOT NULL REFERENCES articles(article_id) ON DELETE CASCADE,  -- the copy; e.g. 4812
  original_id        INTEGER NOT NULL REFERENCES articles(article_id) ON DELETE CASCADE,  -- the article that we saw first; e.g. 4711
  shared_share       REAL NOT NULL CHECK (shared_share BETWEEN 0 AND 1),  -- share of the copy's sentences that the original has; 1 = every word; e.g. 1.0
  shared_sentences   INTEGER NOT NULL,    -- how many sentences they share; e.g. 24
  PRIMARY KEY (article_id, original_id)
) STRICT;
CREATE INDEX copies_by_original ON copies(original_id, shared_share);
"""

_RUNS = """
CREATE TABLE runs (                -- one row per crawl
  run_id             INTEGER PRIMARY KEY, -- number of the run; e.g. 12
  started_at         TEXT NOT NULL CHECK (started_at GLOB '????-??-??T??:??:??Z'),  -- when it began; e.g. 2026-10-06T08:00:00Z
  finished_at        TEXT CHECK (finished_at GLOB '????-??-??T??:??:??Z'),  -- when it ended; NULL while it runs; e.g. 2026-10-06T08:09:30Z
  status             TEXT NOT NULL CHECK (status IN ('running','ok','partial','failed','interrupted')),  -- how it ended; 'interrupted' also after a crash; e.g. ok
  exit_code          INTEGER,             -- what the command returned to the shell; e.g. 0
  trigger            TEXT,                -- who started it: cron, systemd, manual, test; e.g. cron
  command            TEXT NOT NULL,       -- as it was called; e.g. worlddesk crawl lemonde
  version            TEXT NOT NULL,       -- of the program; e.g. 0.1.0
  host               TEXT NOT NULL,       -- machine it ran on; e.g. desk-1
  pid                INTEGER NOT NULL,    -- its process there; e.g. 4242
  sources_total      INTEGER NOT NULL,    -- sources that it was to crawl; e.g. 12
  sources_failed     INTEGER,             -- of these, status blocked or failed; e.g. 1
  fetched_count      INTEGER,             -- article pages asked for; e.g. 310
  new_count          INTEGER,             -- new articles; e.g. 40
  changed_count      INTEGER,             -- articles with other words than before; e.g. 3
  failed_count       INTEGER,             -- requests (listings included) that failed or were blocked; e.g. 2
  downloaded_bytes   INTEGER,             -- on the wire, all answers together; e.g. 48000000
  log_path           TEXT                 -- where its log lies; e.g. data/logs/run-12.log
) STRICT;
CREATE INDEX runs_by_start ON runs(started_at);

CREATE TABLE run_sources (         -- the health report: one row per run and source
  run_id             INTEGER NOT NULL REFERENCES runs(run_id) ON DELETE CASCADE,  -- which run; e.g. 12
  source_id          TEXT NOT NULL REFERENCES sources(source_id) ON DELETE CASCADE,  -- which source; e.g. lemonde
  status             TEXT NOT NULL CHECK (status IN ('ok','quiet','degraded','blocked','failed','skipped')),  -- how it went; e.g. ok
  message            TEXT NOT NULL,       -- one sentence for people; e.g. robots.txt forbids /news
  found_count        INTEGER NOT NULL,    -- addresses announced by its listings; e.g. 60
  fetched_count      INTEGER NOT NULL,    -- article pages asked for; e.g. 25
  new_count          INTEGER NOT NULL,    -- new articles; e.g. 4
  changed_count      INTEGER NOT NULL,    -- articles with other words than before; e.g. 1
  unchanged_count    INTEGER NOT NULL,    -- not modified (304), the same words, or words known from another address; e.g. 20
  failed_count       INTEGER NOT NULL,    -- requests (listings included) that failed or were blocked; e.g. 0
  empty_count        INTEGER NOT NULL,    -- pages read that gave no text: broken selectors show here; e.g. 0
  median_words       INTEGER,             -- of the articles read in this run; e.g. 510
  duration_seconds   REAL,                -- from its first to its last request; e.g. 31.5
  downloaded_bytes   INTEGER NOT NULL,    -- on the wire; e.g. 3200000
  PRIMARY KEY (run_id, source_id)
) STRICT;
CREATE INDEX run_sources_by_source ON run_sources(source_id, run_id);
"""

_LEDGER = """
CREATE TABLE urls (                -- the ledger: every address ever announced, article or not, and what became of it
  url_id             INTEGER PRIMARY KEY, -- number of the address; e.g. 9001
  url                TEXT NOT NULL UNIQUE,  -- canonical form; e.g. https://www.example.org/world/2026/10/06/talks
  asked_url          TEXT,                -- address to ask for, where it is not url letter by letter; e.g. https://www.example.org/world/2026/10/06/talks/
  source_id          TEXT NOT NULL REFERENCES sources(source_id) ON DELETE CASCADE,  -- who announced it; e.g. lemonde
  listing_id         INTEGER REFERENCES listings(listing_id) ON DELETE SET NULL,  -- listing that announced it first; NULL = found by redirect or canonical link; e.g. 7
  article_id         INTEGER REFERENCES articles(article_id) ON DELETE SET NULL,  -- article that stands there; several addresses may share one; e.g. 4711
  state              TEXT NOT NULL
                     CHECK (state IN ('new','article','duplicate','not_article','gone','blocked','failing','skipped')),  -- what became of it; e.g. article
  reason             TEXT NOT NULL CHECK (reason <> ''),  -- why, for people; e.g. read, 640 words
  announced_title    TEXT,                -- headline as the listing shows it; e.g. Talks resume
  announced_at       TEXT CHECK (announced_at GLOB '????-??-??T??:??:??Z'),  -- date that the listing gives, where it gives an instant; e.g. 2026-10-06T07:12:00Z
  first_seen_at      TEXT NOT NULL CHECK (first_seen_at GLOB '????-??-??T??:??:??Z'),  -- when it was announced first; e.g. 2026-10-06T08:00:00Z
  last_fetched_at    TEXT CHECK (last_fetched_at GLOB '????-??-??T??:??:??Z'),  -- when it was asked for last; e.g. 2026-10-06T14:00:00Z
  next_fetch_at      TEXT CHECK (next_fetch_at GLOB '????-??-??T??:??:??Z'),  -- when it is due again; NULL = never; e.g. 2026-10-07T08:00:00Z
  etag               TEXT,                -- validator, sent back as If-None-Match; e.g. "5f3c"
  last_modified      TEXT,                -- validator, sent back as If-Modified-Since, verbatim; e.g. Tue, 06 Oct 2026 08:00:00 GMT
  status_code        INTEGER,             -- HTTP status of the last answer, NULL when nothing answered; e.g. 200
  fetch_count        INTEGER NOT NULL DEFAULT 0,  -- how often it was asked for; e.g. 2
  failures_in_row    INTEGER NOT NULL DEFAULT 0   -- how often it failed since it last answered well; e.g. 0
) STRICT;
CREATE INDEX urls_due ON urls(source_id, next_fetch_at) WHERE next_fetch_at IS NOT NULL;
CREATE INDEX urls_by_article ON urls(article_id);
CREATE INDEX urls_by_source_state ON urls(source_id, state);

CREATE TABLE listing_links (       -- which listing announced which address, and how prominently
  listing_id         INTEGER NOT NULL REFERENCES listings(listing_id) ON DELETE CASCADE,  -- the listing; e.g. 7
  url_id             INTEGER NOT NULL REFERENCES urls(url_id) ON DELETE CASCADE,  -- the address; e.g. 9001
  first_seen_at      TEXT NOT NULL CHECK (first_seen_at GLOB '????-??-??T??:??:??Z'),  -- first time on this listing; e.g. 2026-10-06T08:00:00Z
  last_seen_at       TEXT NOT NULL CHECK (last_seen_at GLOB '????-??-??T??:??:??Z'),  -- last time on this listing; e.g. 2026-10-06T14:00:00Z
  rank               INTEGER,             -- place on the listing when last seen, 1 = first; NULL = unknown; e.g. 3
  PRIMARY KEY (listing_id, url_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_links_by_url ON listing_links(url_id);

CREATE TABLE fetches (             -- one row per request, of a listing or of an article page
  fetch_id           INTEGER PRIMARY KEY, -- number of the request; e.g. 12345
  run_id             INTEGER NOT NULL REFERENCES runs(run_id) ON DELETE CASCADE,  -- in which run; e.g. 12
  source_id          TEXT NOT NULL REFERENCES sources(source_id) ON DELETE CASCADE,  -- for which source; e.g. lemonde
  listing_id         INTEGER REFERENCES listings(listing_id) ON DELETE CASCADE,  -- the listing asked for; NULL for articles; e.g. 7
  url_id             INTEGER REFERENCES urls(url_id) ON DELETE CASCADE,  -- the address asked for; NULL for listings; e.g. 9001
  fetched_at         TEXT NOT NULL CHECK (fetched_at GLOB '????-??-??T??:??:??Z'),  -- when the answer was there; e.g. 2026-10-06T08:00:00Z
  outcome            TEXT NOT NULL CHECK (outcome IN
                     ('listed','new','changed','unchanged','not_modified','duplicate','not_article','empty',
                      'robots','blocked','gone','error','skipped')),  -- what came of it; e.g. new
  reason             TEXT,                -- why, for people; NULL where the outcome says all; e.g. DNS lookup failed
  status_code        INTEGER,             -- HTTP status, NULL when nothing answered; e.g. 200
  duration_ms        INTEGER,             -- from request to whole answer; e.g. 180
  downloaded_bytes   INTEGER,             -- on the wire; e.g. 52000
  link_count         INTEGER,             -- addresses that the listing announced; NULL for articles and unread listings; e.g. 40
  CHECK ((listing_id IS NULL) <> (url_id IS NULL))
) STRICT;
CREATE INDEX fetches_by_run ON fetches(run_id, source_id, outcome, downloaded_bytes);
CREATE INDEX fetches_by_url ON fetches(url_id, fetched_at);
CREATE INDEX fetches_by_listing ON fetches(listing_id, fetched_at);
"""

# The three triggers are those that sqlite-utils' enable_fts(create_triggers=True) would write; they are cheap
# here, because article_texts is only written when words change. Chinese and Japanese have no spaces: the
# store writes such texts into the second index with a space round every character, so that a word of two
# characters is a phrase. That index keeps no text of its own (content=''): it is emptied of an old version
# by the 'delete' command with the old words, which every SQLite since 3.37 understands.
# Merging eight parts of the index at a time instead of four saves a tenth of the cost of storing an article.
_FULL_TEXT = """
CREATE VIRTUAL TABLE article_texts_fts USING fts5(
  headline, standfirst, body_text,
  content="article_texts", content_rowid="article_id",
  tokenize="unicode61 remove_diacritics 2");
INSERT INTO article_texts_fts(article_texts_fts, rank) VALUES ('automerge', 8);
CREATE TRIGGER article_texts_ai AFTER INSERT ON article_texts BEGIN
  INSERT INTO article_texts_fts(rowid, headline, standfirst, body_text)
  VALUES (new.article_id, new.headline, new.standfirst, new.body_text); END;
CREATE TRIGGER article_texts_ad AFTER DELETE ON article_texts BEGIN
  INSERT INTO article_texts_fts(article_texts_fts, rowid, headline, standfirst, body_text)
  VALUES ('delete', old.article_id, old.headline, old.standfirst, old.body_text); END;
CREATE TRIGGER article_texts_au AFTER UPDATE ON article_texts BEGIN
  INSERT INTO article_texts_fts(article_texts_fts, rowid, headline, standfirst, body_text)
  VALUES ('delete', old.article_id, old.headline, old.standfirst, old.body_text);
  INSERT INTO article_texts_fts(rowid, headline, standfirst, body_text)
  VALUES (new.article_id, new.headline, new.standfirst, new.body_text); END;
CREATE VIRTUAL TABLE article_texts_cjk_fts USING fts5(
  headline, standfirst, body_text, content='', tokenize="unicode61 remove_diacritics 2");
"""

_DICTIONARY = """
CREATE TABLE data_dictionary (     -- what the columns mean, in the database itself
  table_name         TEXT NOT NULL,       -- table or view; e.g. articles
  column_name        TEXT NOT NULL,       -- column of it; '' describes the table itself; e.g. published_at
  unit               TEXT,                -- what the value counts or how it is written; e.g. UTC instant
  description        TEXT NOT NULL,       -- what it holds; e.g. when the publisher says it appeared
  example            TEXT,                -- a value as it may stand there; e.g. 2026-10-06T07:12:00Z
  PRIMARY KEY (table_name, column_name)
) STRICT;
"""

_METADATA = """
ALTER TABLE articles ADD COLUMN wire  -- news agencies that the page credits, a comma between them; NULL = none; e.g. AFP, Reuters
  TEXT;
ALTER TABLE articles ADD COLUMN breadcrumb_json  -- rubrics above the article, widest first; e.g. ["World", "Europe"]
  TEXT CHECK (breadcrumb_json IS NULL OR json_valid(breadcrumb_json));
ALTER TABLE articles ADD COLUMN image_caption  -- what the page says that the main picture shows; e.g. The delegations at the lake
  TEXT;
ALTER TABLE articles ADD COLUMN image_credit  -- who made or owns the main picture; e.g. Li Wei / AFP
  TEXT;
ALTER TABLE articles ADD COLUMN disagreements_json  -- field (headline, published, authors) to layer to what it says, where layers of the page contradict each other; NULL = they agree; e.g. {"published": {"json-ld": "2026-10-06T07:12:00Z", "html": "2026-10-05"}}
  TEXT CHECK (disagreements_json IS NULL OR json_valid(disagreements_json));
"""

_ASIDES = """
CREATE TABLE asides (              -- what stands among the text of an article and is no part of its words, in reading order
  aside_id           INTEGER PRIMARY KEY, -- number of the aside; within an article they rise in reading order; e.g. 812
  article_id         INTEGER NOT NULL REFERENCES articles(article_id) ON DELETE CASCADE,  -- whose; e.g. 4711
  position           INTEGER NOT NULL,    -- the block of body_text behind which it stands; 0 = before the first; e.g. 3
  kind               TEXT NOT NULL CHECK (kind IN ('caption','embed')),  -- caption of a picture, or post of a network; e.g. caption
  text               TEXT NOT NULL        -- its words; the second line of a caption is the credit; e.g. The delegations at the lake
) STRICT;
CREATE INDEX asides_by_article ON asides(article_id, kind);
"""

# Eight bytes a line of text, one row an article, and only of the last hundred of each source: the rest of what a
# source says is never boilerplate, and counting each of its lines in a row of its own would cost more than the
# article itself.
_MEMORY = """
CREATE TABLE pages (               -- the page itself of recent articles, one an article, to be read again by `worlddesk reextract`; never of those that reserve text and data mining or say noarchive
  article_id         INTEGER PRIMARY KEY REFERENCES articles(article_id) ON DELETE CASCADE,  -- whose page; e.g. 4711
  fetched_at         TEXT NOT NULL CHECK (fetched_at GLOB '????-??-??T??:??:??Z'),  -- when it came; the newest is kept, for 30 days unless WORLDDESK_PAGE_DAYS says otherwise; e.g. 2026-10-06T08:00:00Z
  final_url          TEXT NOT NULL,       -- address that answered, after redirects; e.g. https://www.example.org/world/2026/10/06/talks
  charset            TEXT,                -- as the HTTP head names it; NULL = it does not; e.g. utf-8
  content            BLOB NOT NULL        -- the bytes of the page, compressed by zstd; e.g. 28B52FFD...
) STRICT;
CREATE INDEX pages_by_fetch ON pages(fetched_at);

CREATE TABLE fingerprints (        -- what stood on the last hundred new articles of each source, to learn what repeats
  source_id          TEXT NOT NULL REFERENCES sources(source_id) ON DELETE CASCADE,  -- whose page; e.g. lemonde
  article_id         INTEGER NOT NULL REFERENCES articles(article_id) ON DELETE CASCADE,  -- which article; e.g. 4711
  runs               BLOB NOT NULL,       -- eight bytes for each run of text in reading order, standfirst and subheads included: a hash of its words; e.g. 0FA3...
  PRIMARY KEY (source_id, article_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX fingerprints_by_article ON fingerprints(article_id);

CREATE TABLE source_blocks (       -- lines that a source prints on its pages and that are not its articles': left out since they were learned
  source_id          TEXT NOT NULL REFERENCES sources(source_id) ON DELETE CASCADE,  -- whose line; e.g. lemonde
  block              INTEGER NOT NULL,    -- hash of its words; e.g. -4128812211234567
  text               TEXT NOT NULL,       -- as it stood on the page that it was learned from; e.g. This paper lives on its readers.
  is_heading         INTEGER NOT NULL CHECK (is_heading IN (0,1)),  -- 1 = a subhead, left out only together with a line below it; e.g. 0
  article_count      INTEGER NOT NULL,    -- different articles that bore it since; e.g. 120
  learned_at         TEXT NOT NULL CHECK (learned_at GLOB '????-??-??T??:??:??Z'),  -- since when it is left out; e.g. 2026-10-06T08:00:00Z
  last_seen_at       TEXT NOT NULL CHECK (last_seen_at GLOB '????-??-??T??:??:??Z'),  -- last new article that bore it; 90 days later it is forgotten; e.g. 2026-10-09T08:00:00Z
  PRIMARY KEY (source_id, block)
) STRICT, WITHOUT ROWID;

CREATE TABLE source_builds (       -- where text and subheads stood on the pages of a source in its last twenty runs: a redesign shows here
  source_id          TEXT NOT NULL REFERENCES sources(source_id) ON DELETE CASCADE,  -- whose pages; e.g. lemonde
  run_id             INTEGER NOT NULL REFERENCES runs(run_id) ON DELETE CASCADE,  -- in which run they were read; e.g. 12
  part               TEXT NOT NULL CHECK (part IN ('container','body','subhead','standfirst')),  -- what stood there; e.g. body
  build              TEXT NOT NULL,       -- tag and first class of the element and of what holds it; the layer of a text that the markup does not hold; e.g. div.story > p
  page_count         INTEGER NOT NULL,    -- pages of that run that were built so; e.g. 25
  PRIMARY KEY (source_id, run_id, part, build)
) STRICT, WITHOUT ROWID;
CREATE INDEX source_builds_by_run ON source_builds(run_id);
"""

# A column that ALTER adds to a table with a PRIMARY KEY clause would stand between a column and its comment, so
# listing_links is made anew. The seconds in the top five are credited at each reading of a listing, so the few rows that stood there must be
# found without a walk over all that it ever announced: the index holds only ranks up to five.
_UNION = """
ALTER TABLE sources ADD COLUMN scope_json  -- [scope] of its TOML file: what counts of listings that are the whole paper; NULL = all; e.g. {"path": ["/world/"], "category": ["World"]}
  TEXT CHECK (scope_json IS NULL OR json_valid(scope_json));
ALTER TABLE listings ADD COLUMN last_listed_at  -- last time that its links were read; a later last_ok_at means that they stood as they were (304); e.g. 2026-10-06T08:00:00Z
  TEXT CHECK (last_listed_at GLOB '????-??-??T??:??:??Z');
ALTER TABLE listings ADD COLUMN last_link_count  -- addresses that it announced at the end of the last run that read it; e.g. 29
  INTEGER;
ALTER TABLE listings ADD COLUMN usual_link_count  -- median of what it announced in the last runs before, two weeks at most; NULL = fewer than five; e.g. 31
  INTEGER;
UPDATE listings SET last_listed_at = (SELECT max(last_seen_at) FROM listing_links k WHERE k.listing_id = listings.listing_id);
ALTER TABLE listing_links RENAME TO old_listing_links;
CREATE TABLE listing_links (       -- what each listing says of an address, and how prominently; urls says what became of it
  listing_id         INTEGER NOT NULL REFERENCES listings(listing_id) ON DELETE CASCADE,  -- the listing; e.g. 7
  url_id             INTEGER NOT NULL REFERENCES urls(url_id) ON DELETE CASCADE,  -- the address; e.g. 9001
  first_seen_at      TEXT NOT NULL CHECK (first_seen_at GLOB '????-??-??T??:??:??Z'),  -- first time on this listing; e.g. 2026-10-06T08:00:00Z
  last_seen_at       TEXT NOT NULL CHECK (last_seen_at GLOB '????-??-??T??:??:??Z'),  -- last reading that found it there; where that is listings.last_listed_at, it stood there until listings.last_ok_at; e.g. 2026-10-06T14:00:00Z
  rank               INTEGER,             -- place on the listing when last seen, 1 = first; NULL = unknown; e.g. 3
  first_rank         INTEGER,             -- place when first seen there; NULL = unknown; e.g. 1
  best_rank          INTEGER,             -- best place that it ever had there; NULL = unknown; e.g. 1
  top_five_seconds   INTEGER NOT NULL DEFAULT 0,  -- how long it stood among the first five: the time between two readings counts, up to two hours beyond the time at which the second was planned; e.g. 7200
  title              TEXT,                -- headline as this listing shows it, newest; e.g. Talks resume
  published          TEXT,                -- date that this listing gives, UTC instant or day; that of the last change where it gives no other; e.g. 2026-10-06T07:12:00Z
  categories_json    TEXT CHECK (categories_json IS NULL OR json_valid(categories_json)),  -- categories that this feed gives; NULL = none; e.g. ["World", "Europe"]
  score              REAL,                -- how sure the reader of a section page was that it is an article; NULL = not judged; e.g. 4.2
  PRIMARY KEY (listing_id, url_id)
) STRICT, WITHOUT ROWID;
INSERT INTO listing_links (listing_id, url_id, first_seen_at, last_seen_at, rank, best_rank)
SELECT listing_id, url_id, first_seen_at, last_seen_at, rank, rank FROM old_listing_links;
DROP TABLE old_listing_links;
CREATE INDEX listing_links_by_url ON listing_links(url_id);
CREATE INDEX listing_links_top ON listing_links(listing_id, last_seen_at) WHERE rank <= 5;
ALTER TABLE urls ADD COLUMN title_listing_id  -- listing that announced_title came from; NULL = not noted; e.g. 7
  INTEGER REFERENCES listings(listing_id) ON DELETE SET NULL;
UPDATE urls SET title_listing_id = listing_id WHERE announced_title IS NOT NULL;
ALTER TABLE articles ADD COLUMN is_international  -- whether it belongs to the world section: 1 where any row of section_evidence says so, else 0 where one says another section, else NULL; e.g. 1
  INTEGER CHECK (is_international IN (0,1));
CREATE TABLE section_evidence (    -- which section an article belongs to, and what says so
  article_id         INTEGER NOT NULL REFERENCES articles(article_id) ON DELETE CASCADE,  -- which article; e.g. 4711
  kind               TEXT NOT NULL
                     CHECK (kind IN ('listing','path','breadcrumb','article_section','feed_category')),  -- what says so: the section that a listing stands for, the folders of its address, the rubrics above it, the section that the page names, the categories of a feed; e.g. breadcrumb
  value              TEXT NOT NULL,       -- as the publisher writes it; e.g. News › World
  listing_id         INTEGER REFERENCES listings(listing_id) ON DELETE SET NULL,  -- the listing that said so first; NULL where the page or its address does; e.g. 7
  is_international   INTEGER CHECK (is_international IN (0,1)),  -- 1 = the world section, 0 = another, NULL = it does not say; e.g. 1
  first_seen_at      TEXT NOT NULL CHECK (first_seen_at GLOB '????-??-??T??:??:??Z'),  -- when it first said so; e.g. 2026-10-06T08:00:00Z
  PRIMARY KEY (article_id, kind, value)
) STRICT, WITHOUT ROWID;
"""

_LISTING_MEMORY = """
CREATE TABLE listing_memory (      -- addresses that a section page showed at earlier visits, articles or not; forgotten after 60 days
  listing_id         INTEGER NOT NULL REFERENCES listings(listing_id) ON DELETE CASCADE,  -- the section page; e.g. 7
  address_hash       INTEGER NOT NULL,    -- 64-bit fingerprint of the canonical address; e.g. -4912837465019283746
  first_seen_on      TEXT NOT NULL CHECK (first_seen_on GLOB '????-??-??'),  -- UTC day of the first visit that showed it; e.g. 2026-10-01
  last_seen_on       TEXT NOT NULL CHECK (last_seen_on GLOB '????-??-??'),  -- UTC day of the last; e.g. 2026-10-06
  day_count          INTEGER NOT NULL DEFAULT 1,  -- days on which it was seen there; e.g. 6
  is_article         INTEGER CHECK (is_article IN (0,1)),  -- what it proved to be when it was fetched; NULL = not known; e.g. 1
  PRIMARY KEY (listing_id, address_hash)
) STRICT, WITHOUT ROWID;
"""

# One row an hour of the week and listing: a reading writes the one or two hours that it spans, not all 168.
_RHYTHM = """
ALTER TABLE listings ADD COLUMN next_check_at  -- when it is due again; NULL = at once; e.g. 2026-10-06T08:30:00Z
  TEXT CHECK (next_check_at GLOB '????-??-??T??:??:??Z');
ALTER TABLE listings ADD COLUMN held_links  -- articles that it announced when last read; NULL = never read; e.g. 40
  INTEGER;
ALTER TABLE listings ADD COLUMN daily_links  -- new articles a day to be expected of it, mean of the week; NULL = nothing learned yet; e.g. 20.5
  REAL;
ALTER TABLE listings ADD COLUMN surge_links  -- new articles of its last hours, those of six hours ago counting half; e.g. 3.5
  REAL NOT NULL DEFAULT 0;
ALTER TABLE listings ADD COLUMN surge_expected  -- how many its week had let expect in these hours; e.g. 2.9
  REAL NOT NULL DEFAULT 0;
ALTER TABLE listings ADD COLUMN wished_seconds  -- how long the publisher says that an answer is fresh (max-age, ttl): up to 30 min we do not ask sooner; NULL = not said; e.g. 900
  INTEGER;
ALTER TABLE listings ADD COLUMN distrusted_at  -- when its 304 was found to hide new articles: for 30 days it is asked without validators; NULL = never; e.g. 2026-10-06T08:00:00Z
  TEXT CHECK (distrusted_at GLOB '????-??-??T??:??:??Z');

CREATE TABLE listing_hours (       -- the rhythm of a listing: what came in which hour of the week, UTC; the past counts half every five weeks
  listing_id         INTEGER NOT NULL REFERENCES listings(listing_id) ON DELETE CASCADE,  -- whose rhythm; e.g. 7
  week_hour          INTEGER NOT NULL CHECK (week_hour BETWEEN 0 AND 167),  -- 0 = Monday 00:00 to 01:00 UTC; e.g. 33
  new_links          REAL NOT NULL,       -- articles new on it that came in this hour, as they count at counted_at; e.g. 4.2
  watched_hours      REAL NOT NULL,       -- for how long this hour was watched, as it counts at counted_at; e.g. 3.5
  counted_at         TEXT NOT NULL CHECK (counted_at GLOB '????-??-??T??:??:??Z'),  -- last reading that spanned this hour; e.g. 2026-10-06T09:10:00Z
  PRIMARY KEY (listing_id, week_hour)
) STRICT, WITHOUT ROWID;
"""

_EVIDENCE = """
ALTER TABLE listings ADD COLUMN evidence  -- how the address is known, as its TOML file says: seen, answered, inferred or known, a colon, where and when; NULL = not said; e.g. seen: link «World» in a saved page
  TEXT;
"""

_WALLS = """
CREATE TABLE walls (               -- texts that stood at many addresses of a source in place of what was announced there: no articles
  source_id          TEXT NOT NULL REFERENCES sources(source_id) ON DELETE CASCADE,  -- who showed it; e.g. lemonde
  frame_sha256       TEXT NOT NULL,       -- fingerprint of its words without headline, addresses and numbers; e.g. 9f86d081...
  text               TEXT NOT NULL,       -- how it begins; e.g. Our readers pay for this paper.
  address_count      INTEGER NOT NULL,    -- addresses at which it stood when it was recognised; e.g. 4
  first_seen_at      TEXT NOT NULL CHECK (first_seen_at GLOB '????-??-??T??:??:??Z'),  -- when it was recognised; e.g. 2026-10-06T08:00:00Z
  last_seen_at       TEXT NOT NULL CHECK (last_seen_at GLOB '????-??-??T??:??:??Z'),  -- last time that it was read; e.g. 2026-10-09T08:00:00Z
  PRIMARY KEY (source_id, frame_sha256)
) STRICT, WITHOUT ROWID;
"""

_HISTORY = """
CREATE TABLE archives (            -- how far `worlddesk history` has read: one row per page of a source's archive that it needed
  archive_id         INTEGER PRIMARY KEY, -- number of the archive page; e.g. 31
  source_id          TEXT NOT NULL REFERENCES sources(source_id) ON DELETE CASCADE,  -- whose archive; e.g. lemonde
  url                TEXT NOT NULL,       -- its address; e.g. https://www.example.org/sitemap-2026-10.xml
  kind               TEXT NOT NULL CHECK (kind IN ('robots','index','sitemap','section')),  -- what it is: robots.txt that names sitemaps, an index of them, a sitemap, a page of a section's archive; e.g. sitemap
  named_by           TEXT NOT NULL,       -- where its address stands: robots.txt, an index, the source's file; e.g. https://www.example.org/robots.txt
  covers_from_day    TEXT,                -- first day that its address names, the publisher's; NULL = none; e.g. 2026-10-01
  covers_to_day      TEXT,                -- last day that its address names; e.g. 2026-10-31
  changed_day        TEXT,                -- day of its last change, as its index says; NULL = not said; e.g. 2026-11-01
  state              TEXT NOT NULL CHECK (state IN ('new','read','gone','blocked','failing')),  -- what became of it; e.g. read
  reason             TEXT NOT NULL CHECK (reason <> ''),  -- why, for people; e.g. 312 of 48,120 links taken: 47,000 of other times
  oldest_day         TEXT,                -- earliest day among its links; NULL = none has one; e.g. 2026-10-01
  read_from_day      TEXT,                -- first day for which it was read for good; NULL = not yet; e.g. 2026-10-01
  read_to_day        TEXT,                -- last day for which it was read for good; e.g. 2026-10-31
  checked_at         TEXT CHECK (checked_at GLOB '????-??-??T??:??:??Z'),  -- when it was asked for last; e.g. 2026-11-22T08:00:00Z
  status_code        INTEGER,             -- HTTP status of the last answer, NULL when nothing answered; e.g. 200
  link_count         INTEGER,             -- links or sitemaps on it; NULL = not read; e.g. 48120
  taken_count        INTEGER,             -- of these, in the asked period and of the section; e.g. 312
  UNIQUE (source_id, url)
) STRICT;
ALTER TABLE urls ADD COLUMN archive_id  -- archive page that brought it up, NULL = a listing did; such an address waits for `history`, not for `crawl`; e.g. 31
  INTEGER REFERENCES archives(archive_id) ON DELETE SET NULL;
ALTER TABLE urls ADD COLUMN archived_day  -- publisher's day that the archive gives it; NULL = none; e.g. 2026-10-06
  TEXT;
CREATE INDEX urls_by_archive ON urls(source_id, archived_day) WHERE archive_id IS NOT NULL;
ALTER TABLE articles ADD COLUMN is_from_archive  -- 1 = found by `worlddesk history` in an archive, so that first_seen_at says nothing of when it was news; e.g. 0
  INTEGER NOT NULL DEFAULT 0 CHECK (is_from_archive IN (0,1));
DROP INDEX articles_by_source_seen;
CREATE INDEX articles_by_source_seen ON articles(source_id, is_from_archive, first_seen_at);
ALTER TABLE runs ADD COLUMN kind  -- crawl, or history: back in time, which says nothing of a source's health; e.g. crawl
  TEXT NOT NULL DEFAULT 'crawl' CHECK (kind IN ('crawl','history'));
"""

_QUARANTINE = """
CREATE TABLE quarantine (          -- pages whose reading ended a worker process: too much CPU, time or memory, or a crash; forgotten after 30 days
  quarantine_id      INTEGER PRIMARY KEY, -- number, for `worlddesk extract --quarantined`; e.g. 3
  source_id          TEXT NOT NULL REFERENCES sources(source_id) ON DELETE CASCADE,  -- whose page; e.g. lemonde
  url                TEXT NOT NULL,       -- address at which it stood last, as in urls, listings or archives; e.g. https://www.example.org/world/talks
  kind               TEXT NOT NULL CHECK (kind IN ('article','section','feed','news-sitemap','archive')),  -- what it was read as; e.g. article
  content_sha256     TEXT NOT NULL,       -- fingerprint of its bytes: as long as they are the same, they are not read again; e.g. 9f86d081...
  content_bytes      INTEGER NOT NULL,    -- how large it is; e.g. 184320
  stage              TEXT NOT NULL,       -- how far its reading had got; e.g. body
  limit_met          TEXT NOT NULL,       -- what ended the worker; e.g. over 10 s of CPU
  is_certain         INTEGER NOT NULL CHECK (is_certain IN (0,1)),  -- 1 = it was the page; 0 = perhaps a busy machine: it is tried three times; e.g. 1
  extractor          TEXT NOT NULL,       -- version that tried; another one tries again; e.g. worlddesk 0.4.0
  first_ended_at     TEXT NOT NULL CHECK (first_ended_at GLOB '????-??-??T??:??:??Z'),  -- when it first ended a worker; e.g. 2026-10-06T08:00:00Z
  last_ended_at      TEXT NOT NULL CHECK (last_ended_at GLOB '????-??-??T??:??:??Z'),  -- when it last did; e.g. 2026-10-06T08:00:00Z
  ended_count        INTEGER NOT NULL,    -- how often, by this version; e.g. 1
  last_refused_at    TEXT CHECK (last_refused_at GLOB '????-??-??T??:??:??Z'),  -- when it last came again and was not read; NULL = never; e.g. 2026-10-06T08:10:00Z
  refused_count      INTEGER NOT NULL DEFAULT 0,  -- how often that was; e.g. 4
  charset            TEXT,                -- as its HTTP head said; NULL = not said; e.g. utf-8
  content            BLOB,                -- the page, packed by zstd; NULL where it may not be kept, is too large, or 20 newer ones of its source are kept; e.g. 28B52FFD...
  UNIQUE (kind, content_sha256)
) STRICT;
"""

_HEALTH = """
ALTER TABLE sources ADD COLUMN expected_silence_hours  -- [expect] silent_after_hours of its TOML file; NULL = it is learned from what the source brought; e.g. 48
  REAL;

CREATE TABLE transitions (         -- when a source fell ill, how, and when it recovered: told once, and again every day while it lasts
  transition_id      INTEGER PRIMARY KEY, -- number of the transition; e.g. 17
  source_id          TEXT REFERENCES sources(source_id) ON DELETE CASCADE,  -- whose; NULL = of our own network; e.g. lemonde
  run_id             INTEGER REFERENCES runs(run_id) ON DELETE SET NULL,  -- run in which it became certain; e.g. 112
  from_status        TEXT NOT NULL
                     CHECK (from_status IN ('ok','quiet','degraded','blocked','failed','no_network')),  -- how it was before; e.g. ok
  to_status          TEXT NOT NULL
                     CHECK (to_status IN ('ok','quiet','degraded','blocked','failed','layout_changed','no_network')),  -- how it is since; layout_changed is an event that does not last; e.g. failed
  since_at           TEXT NOT NULL CHECK (since_at GLOB '????-??-??T??:??:??Z'),  -- start of the first run that found it so; e.g. 2026-10-06T08:00:00Z
  noted_at           TEXT NOT NULL CHECK (noted_at GLOB '????-??-??T??:??:??Z'),  -- when it was certain that this is no passing trouble; e.g. 2026-10-06T09:20:00Z
  ended_at           TEXT CHECK (ended_at GLOB '????-??-??T??:??:??Z'),  -- since_at of the next transition; NULL = it lasts; e.g. 2026-10-07T08:00:00Z
  cause              TEXT,                -- as in run_sources.cause; e.g. no_listing
  message            TEXT NOT NULL,       -- one sentence for people, newest while it lasts; e.g. HTTP 503
  reported_at        TEXT CHECK (reported_at GLOB '????-??-??T??:??:??Z'),  -- when a crawl told it; NULL = not told yet; e.g. 2026-10-06T09:20:00Z
  reminded_at        TEXT CHECK (reminded_at GLOB '????-??-??T??:??:??Z'),  -- when a crawl last reminded of it; e.g. 2026-10-07T09:20:00Z
  mailed_at          TEXT CHECK (mailed_at GLOB '????-??-??T??:??:??Z')   -- when it was last sent to WORLDDESK_NOTIFY; e.g. 2026-10-06T09:20:00Z
) STRICT;
CREATE INDEX transitions_by_source ON transitions(source_id, transition_id);
CREATE UNIQUE INDEX transitions_open ON transitions(coalesce(source_id, '')) WHERE ended_at IS NULL AND to_status NOT IN ('ok', 'layout_changed');
"""
_VERDICTS = {
    "-- one sentence for people; e.g. robots.txt forbids /news\n": """\
-- one sentence for people; e.g. robots.txt forbids /news
  cause              TEXT,                -- what decided its status: no_listing, some_listings, no_page, some_pages, few_links, few_texts, poor_fields, short_texts, layout, silence, rest, unfinished, unasked; NULL = all well; e.g. no_listing
""",
}

_FLOOD = """
CREATE INDEX urls_by_source_seen ON urls(source_id, first_seen_at);
"""
_REQUESTS = {
    "CHECK ((listing_id IS NULL) <> (url_id IS NULL))": """\
archive_id         INTEGER REFERENCES archives(archive_id) ON DELETE CASCADE,  -- the archive page asked for; NULL for listings and articles; e.g. 31
  CHECK ((listing_id IS NOT NULL) + (url_id IS NOT NULL) + (archive_id IS NOT NULL) = 1)""",
    "-- one row per request, of a listing or of an article page": """\
-- one row per request, of a listing, an article page or a page of an archive""",
}

_CHECKSUMS = """
ALTER TABLE article_texts ADD COLUMN checksum  -- 64-bit fingerprint of headline, standfirst and body_text letter by letter, for `worlddesk doctor --verify`; NULL = written before 0.4.0; e.g. -4912837465019283746
  INTEGER;
"""

# No reference to sources: a tombstone outlives its source.
_RIGHTS = """
CREATE TABLE takedowns (           -- addresses that `worlddesk forget` took down: never asked for again, nothing of them is stored
  url                TEXT PRIMARY KEY,    -- canonical form; e.g. https://www.example.org/world/2026/10/06/talks
  asked_url          TEXT NOT NULL,       -- address that the takedown named; the others of its article follow it; e.g. https://www.example.org/world/2026/10/06/talks
  source_id          TEXT,                -- whose article it was; NULL = none was stored; e.g. lemonde
  text_sha256        TEXT,                -- fingerprint of its words, to know them at another address; NULL = not known; e.g. 9f86d081...
  reason             TEXT NOT NULL CHECK (reason <> ''),  -- why, as it was given; e.g. letter of 2026-11-20
  forgotten_at       TEXT NOT NULL CHECK (forgotten_at GLOB '????-??-??T??:??:??Z')  -- since when; e.g. 2026-11-22T08:00:00Z
) STRICT, WITHOUT ROWID;
CREATE INDEX takedowns_by_text ON takedowns(text_sha256) WHERE text_sha256 IS NOT NULL;
CREATE INDEX takedowns_by_asked ON takedowns(asked_url);
ALTER TABLE articles ADD COLUMN robots_rules  -- what X-Robots-Tag and <meta name=robots> deny, a comma between them; NULL = nothing; e.g. noarchive, noai
  TEXT;
ALTER TABLE articles ADD COLUMN content_usage  -- header Content-Usage or Content-Signal of the page, as sent; recorded, not acted upon; NULL = none; e.g. train-ai=n
  TEXT;
ALTER TABLE hosts ADD COLUMN content_signal  -- Content-Signal and Content-Usage of robots.txt that hold for us, one a line; recorded, not acted upon; NULL = none; e.g. search=yes,ai-train=no
  TEXT;
ALTER TABLE hosts ADD COLUMN ai_txt  -- its /ai.txt as read, 20,000 characters at most; recorded, not acted upon; NULL = none; e.g. User-Agent: *
  TEXT;
ALTER TABLE hosts ADD COLUMN ai_txt_fetched_at  -- when that was asked for, once a week; e.g. 2026-10-06T08:00:00Z
  TEXT CHECK (ai_txt_fetched_at GLOB '????-??-??T??:??:??Z');
"""
