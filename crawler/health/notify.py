"""Send what is to be told by mail or chat, through Apprise: WORLDDESK_NOTIFY holds its addresses.

They hold passwords and tokens: no message says more of an address than its kind. Apprise is an extra, so that who reads
cron's mail needs none of it.
"""

from __future__ import annotations

import logging
import os
import socket
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from crawler.errors import UsageError, WorlddeskError
from crawler.normalise import clean

if TYPE_CHECKING:
    import apprise

SETTING = "WORLDDESK_NOTIFY"
INSTALL = "pip install 'worlddesk[notify]'"


class NotSent(WorlddeskError):
    """Some address did not take the message; it is sent again."""


def addresses() -> list[str]:
    """The addresses of WORLDDESK_NOTIFY, between spaces or line breaks; none where it is not set."""
    return os.environ.get(SETTING, "").split()


def send(title: str, lines: Sequence[str]) -> int:
    """Send plain text to every address; returns to how many.

    Raises UsageError where Apprise is missing or does not understand an address, NotSent where one does not take it.
    """
    targets = _targets()
    body = "\n".join(map(clean, lines))
    failed = [kind for kind, target in targets if not _notify(target, clean(title), body)]
    if failed:
        raise NotSent(f"{SETTING}: not sent to {', '.join(failed)}; it is tried again after the next crawl")
    return len(targets)


def title(count: int) -> str:
    """The subject of a message with so many lines."""
    return f"Worlddesk on {socket.gethostname()}: {count} {'change' if count == 1 else 'changes'}"


def _targets() -> list[tuple[str, apprise.Apprise]]:
    """(number and kind of an address, what sends to it)."""
    try:
        import apprise
    except ImportError:
        raise UsageError(f"{SETTING} is set, but Apprise is not installed: {INSTALL}") from None
    asset = apprise.AppriseAsset(app_id="Worlddesk", app_desc="Worlddesk", app_url="", secure_logging=True)
    targets = []
    for number, address in enumerate(addresses(), 1):
        target = apprise.Apprise(asset=asset)
        kind = f"address {number} ({_kind(address)})"
        if not _quietly(target.add, address):
            raise UsageError(f"{SETTING}: {kind} is no address that Apprise understands; see its list of services")
        targets.append((kind, target))
    return targets


def _kind(address: str) -> str:
    """What stands before '://', where that is a word: all else may be a secret."""
    scheme, found, _ = address.partition("://")
    return scheme if found and scheme.isalnum() and len(scheme) <= 20 else "no ://"


def _notify(target: apprise.Apprise, title: str, body: str) -> bool:
    return bool(_quietly(target.notify, body=body, title=title, body_format="text"))


def _quietly(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """Call into Apprise without its log, which names addresses; what breaks in one of its 130 services is a failure."""
    logger = logging.getLogger("apprise")
    before, logger.disabled = logger.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it imports
            return function(*arguments, **named)
    except Exception:
        return False
    finally:
        logger.disabled = before
