"""Full text for people: words as they come to mind, quoted for SQLite, in the index that can find them."""

from __future__ import annotations

import re
from typing import Any

from sqlite_utils import Database

from crawler.errors import UsageError
from crawler.normalise import cjk_spaced, earliest, words
from crawler.source_keys import unknown

_WEIGHTS = "5.0, 2.0, 1.0"  # a word in the headline says more than one in the standfirst, that more than in the text
_PHRASE = re.compile(r'"([^"]*)"|([^\s"]+)')
_HANGUL = re.compile("[\u1100-\u11ff\uac00-\ud7af]")
_PASSAGE_WORDS = 24
_PASSAGE_CHARACTERS = 40
"""On each side of what was found, where characters are words."""


def search(
    db: Database,
    text: str,
    limit: int = 20,
    source: str | None = None,
    since: str | None = None,
    *,
    newest: bool = False,
) -> list[dict[str, Any]]:
    """Articles that hold all words of `text`, best first (or newest first); accents and case do not matter.

    "Words in quotes" stand together; nothing else is an operator, so any text can be looked for. `source` is a
    source_id; `since` a day or instant as ISO 8601 writes them, in UTC where it gives no offset, compared with
    the publication, or where that is not known with our first look. Returns dictionaries with published_at,
    source (its source_id), headline, passage (what was found stands in [brackets]), url and article_id.

    Raises UsageError for a text without words, an unknown source and a `since` that is no date.
    """
    phrases = _phrases(text)
    _check(db, phrases, source)
    start = earliest(since) if since is not None else None
    is_cjk = any(cjk_spaced(phrase) != phrase for phrase in phrases)
    table = "article_texts_cjk_fts" if is_cjk else "article_texts_fts"
    match = " ".join(_quoted(phrase) for phrase in phrases)
    found = list(db.query(_sql(table, newest=newest), [match, source, source, start, start, limit]))
    for row in found:
        body = row.pop("body_text")
        row["passage"] = _cjk_passage(body, phrases) if is_cjk else _passage(db, match, row["article_id"])
    return found


def _phrases(text: str) -> list[str]:
    """Quoted phrases and single words, without those that hold no letter or digit."""
    return [phrase for quoted, word in _PHRASE.findall(text) if words(phrase := quoted or word)]


def _quoted(phrase: str) -> str:
    """A phrase as FTS5 writes it. Korean sets its particles behind the word: there the beginning counts."""
    return f'"{cjk_spaced(phrase)}"' + ("*" if _HANGUL.search(phrase) else "")


def _check(db: Database, phrases: list[str], source: str | None) -> None:
    if not phrases:
        raise UsageError("no word to look for; give one or more, e.g. worlddesk search cease fire")
    known = [source_id for (source_id,) in db.execute("SELECT source_id FROM sources")]
    if source is not None and source not in known:
        raise UsageError(unknown("source", source, known))


def _sql(table: str, *, newest: bool) -> str:
    order = "coalesce(a.published_at, a.first_seen_at) DESC" if newest else f"bm25({table}, {_WEIGHTS})"
    return f"""
        SELECT a.published_at, a.source_id AS source, a.headline, NULL AS passage, a.url, a.article_id, t.body_text
        FROM {table} JOIN articles a ON a.article_id = {table}.rowid JOIN article_texts t USING (article_id)
        WHERE {table} MATCH ? AND (? IS NULL OR a.source_id = ?)
          AND (? IS NULL OR coalesce(a.published_at, a.first_seen_at) >= ?)
        ORDER BY {order}, a.article_id LIMIT ?"""  # noqa: S608


def _passage(db: Database, match: str, article_id: int) -> str | None:
    """Where the words stand in the text; its beginning where they only stand in the headline."""
    row = db.execute(
        f"SELECT snippet(article_texts_fts, 2, '[', ']', ' … ', {_PASSAGE_WORDS}) FROM article_texts_fts "  # noqa: S608
        "WHERE article_texts_fts MATCH ? AND rowid = ?",
        [match, article_id],
    ).fetchone()
    return " ".join(row[0].split()) if row[0] else None


def _cjk_passage(body: str | None, phrases: list[str]) -> str | None:
    """The same for the second index, which keeps no text to take it from."""
    if not body:
        return None
    places = [(body.casefold().find(phrase.casefold()), phrase) for phrase in phrases]
    start, phrase = next((place for place in places if place[0] >= 0), (0, ""))
    end = start + len(phrase)
    before = body[max(0, start - _PASSAGE_CHARACTERS) : start]
    after = body[end : end + _PASSAGE_CHARACTERS]
    marked = f"[{body[start:end]}]" if phrase else ""
    ellipses = ("… " if start > _PASSAGE_CHARACTERS else "", " …" if end + _PASSAGE_CHARACTERS < len(body) else "")
    return " ".join(f"{ellipses[0]}{before}{marked}{after}{ellipses[1]}".split())
