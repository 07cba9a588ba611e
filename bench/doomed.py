"""`worlddesk` that is to die: the process of bench/kill.py that gets kill -9 at a chosen statement.

    python bench/doomed.py --mark FILE [--phase article --statement 7 --after 0.0004] -- crawl --quiet

A phase is a function of the crawler during which SQL statements are counted; at the chosen one the process sends its
whole group SIGKILL, at once or `--after` some seconds, that is in the middle of whatever it does then. Into FILE it
appends each phase as it ends, with its statements: so a first run says how many there are to choose from.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

PHASES = {
    "migration": ("crawler.database", "migrate"),
    "begin": ("crawler.store", "begin_run"),
    "sources": ("crawler.store", "sync_sources"),
    "listing": ("crawler.store", "announce"),
    "article": ("crawler.store", "record"),
    "finish": ("crawler.store", "finish_run"),
}
"""Phase -> module and name of the function during which it lasts."""


class Doom:
    """Counts statements by phase and ends the process at one of them."""

    def __init__(self, mark: str, phase: str | None, statement: int, after: float):
        self.mark, self.wanted, self.statement, self.after = mark, phase, statement, after
        self.phase: str | None = None
        self.counted = 0

    def trace(self, _statement: str) -> None:
        """Count a statement that is about to run."""
        if self.phase is None:
            return
        self.counted += 1
        if self.phase == self.wanted:
            self.statement -= 1
            if self.statement == 0:
                self.kill()

    def kill(self) -> None:
        """kill -9 to the whole group; nothing of the process runs after it."""
        if not self.after:
            os.killpg(0, signal.SIGKILL)
        threading.Thread(target=self._kill_later, daemon=True).start()

    def _kill_later(self) -> None:
        time.sleep(self.after)
        os.killpg(0, signal.SIGKILL)

    def during(self, phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with its statements counted."""

        @functools.wraps(function)
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.phase, self.counted = phase, 0
            try:
                return function(*args, **kwargs)
            finally:
                with open(self.mark, "a", encoding="utf-8") as file:  # noqa: PTH123
                    file.write(f"{phase} {self.counted}\n")
                self.phase = None

        return counted


def arm(doom: Doom) -> None:
    """Let every connection count, and every phase be known."""
    database = import_module("crawler.database")
    connect = database.connect

    def traced(*args: Any, **kwargs: Any) -> Any:
        db = connect(*args, **kwargs)
        db.conn.set_trace_callback(doom.trace)
        return db

    database.connect = traced
    for phase, (module, name) in PHASES.items():
        found = import_module(module)
        setattr(found, name, doom.during(phase, getattr(found, name)))


def live(chosen: argparse.Namespace) -> None:
    """Be `worlddesk`, armed, to the end or to the chosen statement."""
    arm(Doom(chosen.mark, chosen.phase, chosen.statement, chosen.after))
    sys.argv = ["worlddesk", *(word for word in chosen.command if word != "--")]
    import_module("crawler.cli").main(prog_name="worlddesk")


def breed(parse: Callable[[list[str]], argparse.Namespace]) -> None:
    """Load everything once, then fork a process for each line of arguments (JSON) on standard input.

    Each is in a session of its own, as one that was started; only the second that imports take is saved. Answers
    with its number, and with its exit code when it has ended.
    """
    for module in ("crawler.cli", "crawler.run", "crawler.desk", "crawler.extensions", "crawler.reextract", *ENGINE):
        import_module(module)
    for line in sys.stdin:
        number = os.fork()
        if number == 0:
            os.setsid()
            sys.stdin, sys.stdout = open(os.devnull), sys.stderr  # noqa: PTH123, SIM115  # those of a process of its own
            live(parse(json.loads(line)))
            sys.exit(0)
        print(number, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]), flush=True)


ENGINE = ("scrapy.crawler", "spiders.international", "crawler.middlewares")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--breed", action="store_true", help="load everything once and fork a process for each line")
    options.add_argument("--mark")
    options.add_argument("--phase", choices=PHASES)
    options.add_argument("--statement", type=int, default=0)
    options.add_argument("--after", type=float, default=0.0)
    options.add_argument("command", nargs=argparse.REMAINDER)
    chosen = options.parse_args()
    if chosen.breed:
        breed(options.parse_args)
    else:
        live(chosen)


if __name__ == "__main__":
    main()
