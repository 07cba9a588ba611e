"""Tell a watchdog (healthchecks.io and what speaks as it does) that a crawl began and how it ended.

A watchdog notices what no report can tell: that cron, the machine or the crawl is dead. WORLDDESK_PING_URL is a secret,
for whoever has it can answer in our name: it stands in no message, no log and no database. A ping never fails or delays
a run: the first goes out beside it, the last has ten seconds and one more try.
"""

from __future__ import annotations

import http.client
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from crawler import __version__
from crawler.errors import LockedError
from crawler.normalise import clean
from crawler.runlog import LOGGER

SETTING = "WORLDDESK_PING_URL"
SECONDS = 10.0
TRIES = 2
_FAILED, _PARTIAL, _SIGNALS = 1, 3, 128
_MOST_BYTES = 10_000  # what healthchecks.io takes


class Ping:
    """The pings of one run; without the setting, none."""

    def __init__(self, *, is_crawl: bool = True):
        self.url = os.environ.get(SETTING, "").strip().rstrip("/") if is_crawl else ""
        self._start: threading.Thread | None = None

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Say how it ended where it ends with an exception; a run that another one keeps out is none."""
        try:
            yield
        except LockedError:
            raise
        except SystemExit as end:
            self.end(end.code if isinstance(end.code, int) else 1)
            raise
        except BaseException as error:
            self.end(getattr(error, "exit_code", 1), [clean(str(error))])
            raise

    def start(self) -> None:
        """Say that a run begins, beside it."""
        if self.url:
            self._start = threading.Thread(target=_send, args=(f"{self.url}/start", ""), name="ping", daemon=True)
            self._start.start()

    def end(self, exit_code: int, lines: Sequence[str] = ()) -> None:
        """Say how it ended: well at 0, else with the exit code. `lines` are what people read.

        Whoever sent us a signal waits: then the ping has a second.
        """
        if not self.url:
            return
        is_asked_to_end = exit_code > _SIGNALS
        if self._start is not None:
            self._start.join(1.0 if is_asked_to_end else SECONDS)  # so that the end does not overtake the start
        url = self.url if exit_code == 0 else f"{self.url}/{exit_code}"
        last = threading.Thread(target=_send, args=(url, "\n".join(lines)), name="ping", daemon=True)
        last.start()
        last.join(1.0 if is_asked_to_end else TRIES * SECONDS)


def as_seen(summary: Mapping[str, Any], planned: int) -> int:
    """Exit code as a watchdog is to see it: it watches the crawl, not the papers.

    Sources that fail are reported by name; the run is well as long as any of the `planned` sources may be: it read
    some, or the others were not due.
    """
    asked = [source["status"] for source in summary["sources"].values() if source["status"] != "skipped"]
    is_own = summary["exit_code"] == _FAILED and set(asked) <= {"failed", "blocked"} and 0 < len(asked) < planned
    return 0 if summary["exit_code"] == _PARTIAL or is_own else int(summary["exit_code"])


def _send(url: str, body: str) -> bool:
    """POST, and once more where that fails. Whether it came through."""
    said = ""
    for _ in range(TRIES):
        try:
            if urlsplit(url).scheme not in ("http", "https"):
                raise ValueError("it is no http(s) address")  # noqa: TRY301  # one place that says what went wrong
            headers = {"User-Agent": f"Worlddesk/{__version__}", "Content-Type": "text/plain; charset=utf-8"}
            request = Request(url, body.encode("utf-8", "replace")[:_MOST_BYTES], headers)  # noqa: S310  # looked at above
            with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                answer.read(64)
        except (OSError, ValueError, http.client.HTTPException) as error:
            said = clean(f"{type(error).__name__}: {error}".replace(url, "…"))
        else:
            return True
    LOGGER.warning("the watchdog of %s was not reached: %s", SETTING, said)
    return False
