"""The settings that the environment holds: their names, and whether each says what can be done.

Each is read where it is used, which also says what is wrong with it; here they are looked at together, for `doctor` and
`schedule`, so that a mistake is told before a night's crawl ends with it. README.md explains each.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from urllib.parse import urlsplit

from crawler import gate, pages, runlog
from crawler.errors import UsageError
from crawler.health import notify, ping
from crawler.upkeep import prune

PREFIX = "WORLDDESK_"
SECRETS = (ping.SETTING, notify.SETTING)
NAMES = (
    "WORLDDESK_CONTACT",
    "WORLDDESK_DB",
    "WORLDDESK_SOURCES",
    "WORLDDESK_PAGE_DAYS",
    "WORLDDESK_KEEP_DAYS",
    "WORLDDESK_LOG_LEVEL",
    gate.SETTING,
    *SECRETS,
)


def wrong() -> list[str]:
    """What is wrong with each setting, and what to write; nothing where all are well. No secret stands in it.

    The contact is looked at by `crawler.fetch.contact`, and `doctor` has a line of its own for it.
    """
    looks: list[Callable[[], object]] = [
        lambda: pages.days_kept(0),
        prune.days_kept,
        runlog.level,
        gate.public_networks,
        _watchdog,
    ]
    return [said for look in looks if (said := _said(look)) is not None]


def _said(look: Callable[[], object]) -> str | None:
    try:
        look()
    except UsageError as error:
        return str(error)
    return None


def _watchdog() -> None:
    """A ping never fails a crawl, so one that goes nowhere is told here."""
    address = os.environ.get(ping.SETTING, "").strip()
    try:
        parts = urlsplit(address)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_one = False
    if address and not is_one:
        raise UsageError(f"{ping.SETTING} is no address with https://; copy it from your watchdog's page")
