"""What is known of a host: until when it wants rest, and its robots.txt and tdmrep.json as last read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from crawler import rights
from crawler.database import transaction
from crawler.normalise import now
from crawler.schedule import hours_before

_POLICY_HOURS = 24  # robots.txt and tdmrep.json are believed so long
_AI_TXT_HOURS = 7 * 24
_ANSWERED = 200


@dataclass(frozen=True, slots=True)
class Robots:
    """A host's robots.txt as read; `status` is the HTTP status."""

    status: int
    text: str


def rest_host(db: Database, host: str, until: str, reason: str) -> None:
    """Ask nothing of the host before `until` (UTC instant)."""
    _note_host(db, host, rest_until=until, rest_reason=reason)


def resting(db: Database) -> dict[str, str]:
    """Host to the UTC instant until which it rests, for those that still do."""
    return dict(db.execute("SELECT host, rest_until FROM hosts WHERE rest_until > ?", [now()]).fetchall())


def save_robots(db: Database, host: str, status: int | None, text: str, fetched_at: str) -> None:
    """Keep a host's robots.txt as read, and what it says of the use of its pages."""
    said = rights.signals(text) if status == _ANSWERED else None
    _note_host(db, host, robots_status=status, robots_text=text, robots_fetched_at=fetched_at, content_signal=said)


def load_robots(db: Database, host: str) -> Robots | None:
    """The robots.txt of a host; None when it was never read or is older than 24 h."""
    row = db.execute(
        "SELECT robots_status, robots_text FROM hosts WHERE host = ? AND robots_fetched_at > ? "
        "AND robots_status IS NOT NULL",
        [host, _oldest_policy()],
    ).fetchone()
    return Robots(*row) if row else None


def known_robots(db: Database, host: str) -> Robots | None:
    """The robots.txt of a host as last read, however long ago; None when it was never read."""
    row = db.execute(
        "SELECT robots_status, robots_text FROM hosts WHERE host = ? AND robots_status IS NOT NULL", [host]
    ).fetchone()
    return Robots(*row) if row else None


def save_tdm_policy(db: Database, host: str, policy: str | None, fetched_at: str) -> None:
    """Keep a host's /.well-known/tdmrep.json as read; None where it has none."""
    _note_host(db, host, tdm_policy=policy, tdm_fetched_at=fetched_at)


def load_tdm_policy(db: Database, host: str) -> tuple[str | None] | None:
    """(policy or None where the host has none,); None when it was not asked for within 24 h."""
    row = db.execute(
        "SELECT tdm_policy FROM hosts WHERE host = ? AND tdm_fetched_at > ?", [host, _oldest_policy()]
    ).fetchone()
    return tuple(row) if row else None


def save_ai_txt(db: Database, host: str, text: str | None, fetched_at: str) -> None:
    """Keep a host's /ai.txt as read; None where it has none."""
    _note_host(db, host, ai_txt=text, ai_txt_fetched_at=fetched_at)


def is_ai_txt_known(db: Database, host: str) -> bool:
    """Whether /ai.txt was asked for within a week: it is only recorded, so its age does no harm."""
    oldest = hours_before(now(), _AI_TXT_HOURS)
    return bool(db.execute("SELECT 1 FROM hosts WHERE host = ? AND ai_txt_fetched_at > ?", [host, oldest]).fetchone())


def _oldest_policy() -> str:
    return hours_before(now(), _POLICY_HOURS)


def _note_host(db: Database, host: str, **values: str | int | None) -> None:
    with transaction(db):
        db.execute("INSERT INTO hosts (host) VALUES (?) ON CONFLICT DO NOTHING", [host])
        settings = ", ".join(f"{name} = ?" for name in values)
        db.execute(f"UPDATE hosts SET {settings} WHERE host = ?", [*values.values(), host])  # noqa: S608
