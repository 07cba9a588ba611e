"""What `status` tells: how each source did in its last run, what ails it since when, what the database has of it."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from crawler.normalise import now
from crawler.schedule import hours_before

TROUBLE = ("degraded", "blocked", "failed")
"""Statuses of a source that somebody has to look at."""
_CHECK = "`worlddesk check {}` says more"
_FILE = "{}.toml"
MEANINGS = {
    "no_listing": (
        "none of its pages that announce articles can be read",
        f"open them in a browser; where they have moved, write the new address into {_FILE}; {_CHECK}",
    ),
    "some_listings": (
        "some of its pages that announce articles cannot be read; what only they announce is missing",
        f"open them in a browser; take out of {_FILE} what is no longer there",
    ),
    "no_page": (
        "its listings can be read, its articles cannot; they stay due and are asked for again for 14 days",
        f"open one in a browser; {_CHECK}",
    ),
    "some_pages": ("many of its articles cannot be read; they stay due", f"wait a day; then {_CHECK}"),
    "few_links": (
        "its listings announce much less than usual: the page was rebuilt, or shows us something else",
        f"{_CHECK}; `worlddesk links URL` shows what we find",
    ),
    "few_texts": (
        "many of its pages give no text: they were rebuilt, or show us something else",
        "`worlddesk extract URL --why` shows what we read; [select] of {}.toml can say where the text stands",
    ),
    "poor_fields": (
        "its articles lack what they usually have: the pages were rebuilt, or the paper does without; two weeks "
        "later it counts as usual",
        "`worlddesk extract URL --why` shows what we read; [select] of {}.toml can say where it stands",
    ),
    "short_texts": (
        "its articles are much shorter than usual: a paywall, or pages that were rebuilt",
        "open one in a browser and compare it with `worlddesk extract URL --why`",
    ),
    "layout": (
        "its pages are built anew since then; they were read, and the new build is being learned",
        "look at one or two: `worlddesk extract URL`",
    ),
    "silence": (
        "its listings can be read and bring nothing new for longer than ever at these hours of the week",
        f"open them in a browser: a holiday, a strike, or listings that are no longer kept; then {_CHECK}",
    ),
    "rest": ("the host asked us to wait; we do", "nothing: we come back when the time is over"),
}
"""By cause: what it means for the data, and what to do; {} is the id of the source."""
_REFUSED = (
    "it refuses us; what was stored stays, and we come back at growing intervals, a day at most",
    f"look at the reason: robots.txt is to be obeyed; else write to the publisher, or set disabled in {_FILE}",
)
_UNKNOWN = ("it brings less than it should", _CHECK)

_STATUS = """
SELECT h.source_id, h.name, h.country, h.is_enabled,
       CASE WHEN h.is_enabled THEN coalesce(h.last_status, 'new') ELSE 'disabled' END AS status,
       CASE WHEN h.is_enabled THEN coalesce(h.last_message, 'not crawled yet') ELSE s.disabled_reason END AS message,
       r.cause, h.last_run_at, h.last_new_article_at,
       t.to_status AS lasting, t.message AS lasting_message, t.cause AS lasting_cause, t.since_at AS lasting_since,
       (SELECT min(x.started_at) FROM run_sources b JOIN runs x USING (run_id)
        WHERE b.source_id = h.source_id AND b.run_id > coalesce((
          SELECT max(o.run_id) FROM run_sources o WHERE o.source_id = h.source_id AND o.status = 'ok'), 0)
          AND b.status NOT IN ('ok', 'skipped')) AS ill_since,
       (SELECT count(*) FROM articles a WHERE a.source_id = h.source_id) AS article_count,
       (SELECT count(*) FROM articles a WHERE a.source_id = h.source_id AND a.is_from_archive = 0
           AND a.first_seen_at >= ?)
           AS article_count_24h,
       (SELECT count(*) FROM urls u WHERE u.source_id = h.source_id AND u.state = 'new' AND u.archive_id IS NULL)
           AS waiting_count,
       (SELECT count(*) FROM urls u WHERE u.source_id = h.source_id AND u.state IN ('failing', 'blocked')
           AND u.archive_id IS NULL)
           AS failing_count,
       (SELECT count(*) FROM quarantine q WHERE q.source_id = h.source_id) AS set_aside_count
FROM source_health h JOIN sources s USING (source_id)
     LEFT JOIN run_sources r ON r.source_id = h.source_id
          AND r.run_id = (SELECT max(y.run_id) FROM run_sources y JOIN runs z USING (run_id)
                          WHERE y.source_id = h.source_id AND z.kind = 'crawl')
     LEFT JOIN transitions t ON t.source_id = h.source_id AND t.ended_at IS NULL
          AND t.to_status NOT IN ('ok', 'layout_changed')
ORDER BY h.source_id
"""


def source_status(db: Database) -> list[dict[str, Any]]:
    """One dict a source for `status`, sorted by id; instants are UTC.

    Keys: source_id, name, country, is_enabled, status (of its last run, 'new', or 'disabled'), message,
    last_run_at, last_new_article_at, article_count, article_count_24h, waiting_count (announced, not read yet),
    failing_count (addresses), set_aside_count (pages that ended a worker). And of what ails it, all None where
    nothing does: problem (its status as long as the trouble lasts, also in a run that asked nothing of it), since,
    is_certain (told, and no passing trouble), cause, meaning, remedy.
    """
    return [_with_problem(row) for row in list(db.query(_STATUS, [hours_before(now(), 24)]))]


def _with_problem(row: dict[str, Any]) -> dict[str, Any]:
    lasting = {name: row.pop(f"lasting{name}") for name in ("", "_message", "_cause", "_since")}
    ill_since, cause = row.pop("ill_since"), row.pop("cause")
    if not row["is_enabled"] or (lasting[""] is None and row["status"] not in (*TROUBLE, "quiet")):
        return row | dict.fromkeys(("problem", "since", "is_certain", "cause", "meaning", "remedy"))
    problem, since = lasting[""] or row["status"], lasting["_since"] or ill_since
    if lasting[""] is not None and row["status"] not in (*TROUBLE, "quiet"):
        row["message"], cause = lasting["_message"], lasting["_cause"]
    meaning, remedy = _REFUSED if problem == "blocked" else MEANINGS.get(cause, _UNKNOWN)
    told = {"cause": cause, "meaning": meaning, "remedy": remedy.replace("{}", row["source_id"])}
    return row | {"problem": problem, "since": since, "is_certain": lasting[""] is not None, **told}
