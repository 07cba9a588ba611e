"""`scrapy crawl international -a sources=lemonde,bbc -a all=1`: lock, run row and exit code included.

`scrapy crawl history -a sources=lemonde -a since=2026-10-01` likewise.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import AsyncCrawlerProcess

from crawler import interrupt, paths, run
from crawler.errors import UsageError, WorlddeskError
from crawler.periods import asked
from crawler.runs import OK
from crawler.walk import Errand

_ARGUMENTS = {
    "international": {"sources": "sources=NAME,NAME", "all": "all=1"},
    "history": {
        "sources": "sources=NAME,NAME",
        "since": "since=DATE",
        "until": "until=DATE",
        "limit": "limit=N",
        "again": "again=1",
    },
}


def _is_set(arguments: dict[str, str], name: str) -> bool:
    return arguments.get(name, "0").lower() not in ("", "0", "false", "no")


def _errand(arguments: dict[str, str]) -> Errand:
    limit = arguments.get("limit")
    if "since" not in arguments or (limit is not None and not (limit.isascii() and limit.isdigit() and int(limit))):
        raise UsageError("give -a since=2026-10-01, and -a limit= as a number above 0")
    period = asked(arguments["since"], arguments.get("until"), datetime.now(UTC).date())
    return Errand(period, int(limit) if limit else None, _is_set(arguments, "again"))


class Command(ScrapyCrawl):
    """Scrapy's own command, but the run takes the lock and its exit code tells how it ended."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run `international` or `history`; leave any other spider to Scrapy."""
        if args not in (["international"], ["history"]):
            return super().run(args, opts)
        interrupt.listen()
        try:
            self.exitcode = self._conduct(args[0], opts.spargs)
        except WorlddeskError as error:
            if interrupt.number() is None:
                print(f"worlddesk: {error}", file=sys.stderr)  # noqa: T201  # Scrapy gives commands no other way
            self.exitcode = error.exit_code
        if (code := interrupt.exit_code()) is not None:
            interrupt.leave(code)
        return None

    def _conduct(self, spider: str, arguments: dict[str, str]) -> int:
        known = _ARGUMENTS[spider]
        if strangers := arguments.keys() - set(known):
            raise UsageError(f"-a {min(strangers)}=… is not known; there are -a {' -a '.join(known.values())}")
        names = [name for name in arguments.get("sources", "").split(",") if name]
        plan = run.plan(
            paths.database(),
            paths.sources(),
            names,
            everything=_is_set(arguments, "all"),
            errand=_errand(arguments) if spider == "history" else None,
        )
        if run.is_idle(plan):
            return OK
        assert isinstance(self.crawler_process, AsyncCrawlerProcess)  # noqa: S101  # the asyncio reactor is Scrapy's default
        run.identify(self.crawler_process.settings, plan.sources)
        return run.conduct(self.crawler_process, plan).exit_code
