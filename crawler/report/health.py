"""What `status` tells: how each source did in its last run, and what the database has of it."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from crawler.normalise import now
from crawler.schedule import hours_before

_STATUS = """
SELECT h.source_id, h.name, h.country, h.is_enabled,
       CASE WHEN h.is_enabled THEN coalesce(h.last_status, 'new') ELSE 'disabled' END AS status,
       CASE WHEN h.is_enabled THEN coalesce(h.last_message, 'not crawled yet') ELSE s.disabled_reason END AS message,
       h.last_run_at, h.last_new_article_at,
       (SELECT count(*) FROM articles a WHERE a.source_id = h.source_id) AS article_count,
       (SELECT count(*) FROM articles a WHERE a.source_id = h.source_id AND a.is_from_archive = 0
           AND a.first_seen_at >= ?)
           AS article_count_24h,
       (SELECT count(*) FROM urls u WHERE u.source_id = h.source_id AND u.state = 'new' AND u.archive_id IS NULL)
           AS waiting_count,
       (SELECT count(*) FROM urls u WHERE u.source_id = h.source_id AND u.state IN ('failing', 'blocked')
           AND u.archive_id IS NULL)
           AS failing_count
FROM source_health h JOIN sources s USING (source_id)
ORDER BY h.source_id
"""


def source_status(db: Database) -> list[dict[str, Any]]:
    """One dict a source for `status`, sorted by id; instants are UTC.

    Keys: source_id, name, country, is_enabled, status (of its last run, 'new', or 'disabled'), message,
    last_run_at, last_new_article_at, article_count, article_count_24h, waiting_count (announced, not read yet),
    failing_count (addresses).
    """
    return list(db.query(_STATUS, [hours_before(now(), 24)]))
