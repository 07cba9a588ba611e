"""Pages that ended the process that read them: kept aside, and not read again as long as they stay as they are.

What was not surely the page's doing (a machine too busy to read it in time) is tried again a few times. Changed
bytes are another page, and a newer version of ours tries all of them once more.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256

from sqlite_utils import Database

from crawler import pages
from crawler.articles import EXTRACTOR
from crawler.errors import PageKilled, PageSetAside, UsageError
from crawler.items import Exchange, RawPage, SetAside
from crawler.page.guard import MAX_BYTES
from crawler.schedule import hours_before
from crawler.urls import canonical

MOST_OF_SOURCE = 20
"""Workers that the pages of one source may end in one run; its others wait for the next run then."""
_TRIES = 3
"""For what was perhaps not the page's doing."""
_KEPT_HOURS = 30 * 24
_MOST_PACKED = 4 * 1024 * 1024
"""Bytes of a packed page that are kept; more stays out."""
MOST_KEPT = 20
"""Pages of one source whose bytes are kept, the newest: a site with other ones each day never fills the disk."""


@dataclass(frozen=True, slots=True)
class Aside:
    """One page that was set aside."""

    url: str
    charset: str | None
    body: bytes | None
    """None where it was not kept."""


class SetAsides:
    """What one run knows of such pages: those of earlier runs, and its own."""

    def __init__(self, db: Database):
        self._known = _known(db)
        self._ended: Counter[str] = Counter()

    def admit(self, source_id: str, kind: str, body: bytes) -> SetAside:
        """The mark of a page that is about to be read. Raises PageSetAside for one that is not to be."""
        if self._ended[source_id] >= MOST_OF_SOURCE:
            raise PageSetAside(f"not read: {MOST_OF_SOURCE} pages of this source ended their worker in this run")
        mark = SetAside(kind, sha256(body).hexdigest(), len(body))
        if (reason := self._known.get((kind, mark.content_sha256))) is not None:
            raise PageSetAside(reason, mark=mark)
        return mark

    def add(self, source_id: str, mark: SetAside, error: PageKilled) -> None:
        """Read a page no more that ended its worker."""
        self._ended[source_id] += 1
        if error.by_page:
            self._known[mark.kind, mark.content_sha256] = _reason(error.limit, error.stage, "in this run")


def _known(db: Database) -> dict[tuple[str, str], str]:
    rows = db.execute(
        "SELECT kind, content_sha256, limit_met, stage, last_ended_at FROM quarantine "
        "WHERE extractor = ? AND (is_certain OR ended_count >= ?)",
        [EXTRACTOR, _TRIES],
    )
    return {(kind, digest): _reason(limit, stage, f"at {at}") for kind, digest, limit, stage, at in rows}


def _reason(limit: str, stage: str, when: str) -> str:
    return f"set aside, not read again: {limit} in stage {stage} {when}"


def packed(body: bytes, charset: str | None) -> RawPage | None:
    """The page as it is kept; None where it is too large."""
    if len(body) > MAX_BYTES:
        return None
    page = pages.packed(body, charset)
    return page if len(page.packed) <= _MOST_PACKED else None


def note(db: Database, exchange: Exchange) -> None:
    """Store what an exchange says of a page set aside; inside the caller's transaction."""
    aside = exchange.set_aside
    if aside is None:
        return
    if aside.limit is None:
        db.execute(
            "UPDATE quarantine SET refused_count = refused_count + 1, last_refused_at = ? "
            "WHERE kind = ? AND content_sha256 = ?",
            [exchange.fetched_at, aside.kind, aside.content_sha256],
        )
        return
    _insert(db, exchange, aside)
    db.execute(
        "UPDATE quarantine SET charset = NULL, content = NULL WHERE quarantine_id IN (SELECT quarantine_id "
        "FROM quarantine WHERE source_id = ? AND content IS NOT NULL "
        "ORDER BY last_ended_at DESC, quarantine_id DESC LIMIT -1 OFFSET ?)",
        [exchange.source_id, MOST_KEPT],
    )


def _insert(db: Database, exchange: Exchange, aside: SetAside) -> None:
    page = aside.page
    url = canonical(exchange.url) if aside.kind == "article" else exchange.url
    db.execute(
        "INSERT INTO quarantine (source_id, url, kind, content_sha256, content_bytes, stage, limit_met, is_certain, "
        "extractor, first_ended_at, last_ended_at, ended_count, charset, content) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?) ON CONFLICT (kind, content_sha256) DO UPDATE SET "
        "source_id = excluded.source_id, url = excluded.url, stage = excluded.stage, limit_met = excluded.limit_met, "
        "is_certain = excluded.is_certain, last_ended_at = excluded.last_ended_at, charset = excluded.charset, "
        "content = excluded.content, extractor = excluded.extractor, "
        "ended_count = CASE WHEN extractor = excluded.extractor THEN ended_count + 1 ELSE 1 END",
        [
            *(exchange.source_id, url, aside.kind, aside.content_sha256, aside.content_bytes, aside.stage, aside.limit),
            *(int(aside.by_page), EXTRACTOR, exchange.fetched_at, exchange.fetched_at),
            *(page.charset if page else None, page.packed if page else None),
        ],
    )


def expire(db: Database, now: str) -> None:
    """Forget what no worker ended over for a month: it is read once more then. Inside the caller's transaction."""
    db.execute("DELETE FROM quarantine WHERE last_ended_at <= ?", [hours_before(now, _KEPT_HOURS)])


def get(db: Database, quarantine_id: int) -> Aside:
    """One page that was set aside. Raises UsageError for a number that there is not, PageError for a broken page."""
    query = "SELECT url, charset, content FROM quarantine WHERE quarantine_id = ?"
    row = db.execute(query, [quarantine_id]).fetchone()
    if row is None:
        raise UsageError(f"no page {quarantine_id} is set aside; `worlddesk doctor` names those that are")
    url, charset, content = row
    return Aside(url, charset, pages.unpacked(content) if content is not None else None)
