"""Which section an article belongs to: what says so is kept as rows, and one plain rule judges them.

Evidence is the section of a listing that announced the article, the categories of a feed, the folders of the address,
the rubrics above the article and the section that its page names. Each says 1 (the world section), 0 (another) or
nothing; the article is international where any says 1, not where none does and one says 0. What a source's own
[scope] names counts as 1; for the rest `crawler.sections` knows what publishers call their sections.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from sqlite_utils import Database

from crawler.catalogue import OUTSIDE, Scope
from crawler.sections import judged, judged_path

_ADD = "INSERT INTO section_evidence VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
_JUDGE = (
    "UPDATE articles SET is_international = "
    "(SELECT max(e.is_international) FROM section_evidence e WHERE e.article_id = articles.article_id) "
    "WHERE article_id IN (SELECT value FROM json_each(?))"
)
_ANNOUNCED = """
SELECT u.article_id, l.listing_id, l.section, k.categories_json, k.first_seen_at
FROM urls u CROSS JOIN listing_links k USING (url_id) CROSS JOIN listings l ON l.listing_id = k.listing_id
WHERE u.article_id IN (SELECT value FROM json_each(?)) AND u.source_id = ?
"""
_TRAIL = " › "


class _Rules(NamedTuple):
    """By what the sections of one source are judged."""

    scope: Scope
    language: str | None


def note_read(db: Database, article_id: int, now: str, *, afresh: bool = False) -> None:
    """Keep what the page of a stored article says by `now`, and the listings that announced it; judge it.

    `afresh`: the page was read again by other rules; what they do not find any more is no evidence.
    """
    source_id, url, section, breadcrumb = db.execute(
        "SELECT source_id, url, section, breadcrumb_json FROM articles WHERE article_id = ?", [article_id]
    ).fetchone()
    if afresh:
        of_page = "kind IN ('path', 'breadcrumb', 'article_section')"
        db.execute(f"DELETE FROM section_evidence WHERE article_id = ? AND {of_page}", [article_id])  # noqa: S608
    rules = _rules(db, source_id)
    found = [(article_id, *row, now) for row in _of_page(url, section, breadcrumb, rules)]
    _add(db, source_id, [article_id], found, rules)


def note_announced(db: Database, source_id: str, article_ids: Sequence[int]) -> None:
    """Keep what the listings say of articles of a source, and judge them."""
    if article_ids:
        _add(db, source_id, article_ids, [], _rules(db, source_id))


def _add(db: Database, source_id: str, article_ids: Sequence[int], found: list[tuple[Any, ...]], rules: _Rules) -> None:
    """Keep what was found, and what the listings say of the articles; judge them."""
    wanted = json.dumps(list(article_ids))
    announced = db.execute(_ANNOUNCED, [wanted, source_id]).fetchall()
    db.conn.executemany(_ADD, [*found, *(row for said in announced for row in _of_listing(said, rules))])
    db.execute(_JUDGE, [wanted])


def note_all(db: Database) -> None:
    """Keep what is known of every article: for a database that was filled before evidence was kept."""
    articles = db.execute("SELECT article_id, source_id, url, section, breadcrumb_json, first_seen_at FROM articles")
    for article_id, source_id, url, section, breadcrumb, seen_at in articles.fetchall():
        found = _of_page(url, section, breadcrumb, _rules(db, source_id))
        db.conn.executemany(_ADD, [(article_id, *row, seen_at) for row in found])
    by_source = "SELECT source_id, json_group_array(article_id) FROM articles GROUP BY source_id"
    for source_id, ids in db.execute(by_source).fetchall():
        note_announced(db, source_id, json.loads(ids))


def outside(db: Database, source_id: str, url_id: int, url: str, breadcrumb: Sequence[str]) -> str | None:
    """Why a page that was read lies outside its source's scope, for people; None where it counts.

    It counts where a listing with a section or a section's own archive announced it, or nobody did; else its address,
    a category or a rubric must say so.
    """
    scope = _rules(db, source_id).scope
    if not scope:
        return None
    announced = db.execute(
        "SELECT section, categories_json FROM listing_links JOIN listings USING (listing_id) WHERE url_id = ?", [url_id]
    ).fetchall()
    archive = "SELECT kind FROM urls JOIN archives USING (archive_id) WHERE url_id = ?"
    is_of_whole_paper = db.execute(archive, [url_id]).fetchone() == ("sitemap",)
    if any(section for section, _ in announced) or not (announced or is_of_whole_paper):
        return None
    categories = [name for _, listed in announced for name in json.loads(listed or "[]")]
    if scope.admits(url, categories, breadcrumb):
        return None
    return f"{OUTSIDE}: {f'breadcrumb {_TRAIL.join(breadcrumb)}' if breadcrumb else 'the page has no breadcrumb'}"


def scope_of(db: Database, source_id: str) -> Scope:
    """The scope of a source as its file says."""
    return _rules(db, source_id).scope


def _rules(db: Database, source_id: str) -> _Rules:
    scope, language = db.execute("SELECT scope_json, language FROM sources WHERE source_id = ?", [source_id]).fetchone()
    return _Rules(_scope(scope), language)


@lru_cache(maxsize=1024)
def _scope(text: str | None) -> Scope:
    return Scope(**{name: tuple(values) for name, values in json.loads(text or "{}").items()})


Found = tuple[str, str, int | None, int | None]
"""kind, value, listing_id, is_international."""


def _of_page(url: str, section: str | None, breadcrumb: str | None, rules: _Rules) -> Iterable[Found]:
    if folders := _folders(url):
        says = rules.scope.admits(url) or judged_path(url, rules.language)
        yield "path", folders, None, _flag(says)
    if names := json.loads(breadcrumb or "[]"):
        says = rules.scope.admits("", breadcrumb=names) or judged(names, rules.language)
        yield "breadcrumb", _TRAIL.join(names), None, _flag(says)
    if section:
        yield "article_section", section, None, _flag(judged([section], rules.language))


def _of_listing(announced: tuple[Any, ...], rules: _Rules) -> Iterable[tuple[Any, ...]]:
    article_id, listing_id, section, categories, seen_at = announced
    if section:  # a listing is in the catalogue because it is the section; only another rubric's name denies that
        yield article_id, "listing", section, listing_id, int(judged([section], rules.language) is not False), seen_at
    if names := json.loads(categories or "[]"):
        says = True if rules.scope.admits("", names) else _agreed(names, rules.language)
        yield article_id, "feed_category", ", ".join(names), listing_id, _flag(says), seen_at


def _agreed(names: Iterable[str], language: str | None) -> bool | None:
    """Categories stand beside each other in no order: where two contradict each other they do not say."""
    said = {judged([name], language) for name in names} - {None}
    return said.pop() if len(said) == 1 else None


def _flag(says: bool | None) -> int | None:
    return None if says is None else int(says)


def _folders(url: str) -> str:
    """The folders of an address that have letters: /world/2026/10/06/talks -> /world/."""
    try:
        parts = unquote(urlsplit(url).path).split("/")[:-1]
    except ValueError:
        return ""
    named = [part for part in parts if any(sign.isalpha() for sign in part)]
    return f"/{'/'.join(named)}/" if named else ""
