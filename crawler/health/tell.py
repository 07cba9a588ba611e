"""After a run: note what was told, and send it. Nothing here fails a run."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from crawler.database import open_database
from crawler.errors import UsageError, WorlddeskError
from crawler.health import notify, transitions
from crawler.health.transitions import Change
from crawler.report.summary import change_words


def was_told(database: Path, changes: Sequence[Change]) -> list[str]:
    """Note that `changes` were told, and send what waits for WORLDDESK_NOTIFY; returns complaints for people.

    What could not be sent waits for the next run; the complaint comes with what is news alone, not at every run.
    """
    try:
        with closing(open_database(database)) as db:
            if changes:
                transitions.mark_told(db, changes)
            if notify.addresses():
                _send(db)
    except WorlddeskError as error:
        return [str(error)] if changes else []
    return []


def send_waiting(database: Path) -> int:
    """Send what was told and not sent yet; to how much of it. Raises UsageError, DatabaseError, NotSent."""
    _need_addresses()
    with closing(open_database(database)) as db:
        return _send(db)


def send_test() -> int:
    """Send a message to every address; to how many. Raises UsageError, NotSent."""
    _need_addresses()
    return notify.send("Worlddesk: a test", ["This is a test: what a crawl has to tell will come this way."])


def _need_addresses() -> None:
    if not notify.addresses():
        raise UsageError(f"{notify.SETTING} is not set; write addresses of Apprise into it, between spaces")


def _send(db: Database) -> int:
    waiting = transitions.unmailed(db)
    if waiting:
        notify.send(notify.title(len(waiting)), [change_words(change) for change in waiting])
        transitions.mark_mailed(db, waiting)
    return len(waiting)
