"""`scrapy crawl international -a sources=lemonde,bbc -a all=1`: lock, run row and exit code included."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import AsyncCrawlerProcess

from crawler import paths, run
from crawler.errors import UsageError, WorlddeskError


class Command(ScrapyCrawl):
    """Scrapy's own command, but the run takes the lock and its exit code tells how it ended."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run `international`; leave any other spider to Scrapy."""
        if args != ["international"]:
            return super().run(args, opts)
        try:
            self.exitcode = self._conduct(opts.spargs)
        except WorlddeskError as error:
            print(f"worlddesk: {error}", file=sys.stderr)  # noqa: T201  # Scrapy gives commands no other way
            self.exitcode = error.exit_code

    def _conduct(self, arguments: dict[str, str]) -> int:
        if strangers := arguments.keys() - {"sources", "all"}:
            raise UsageError(f"-a {min(strangers)}=… is not known; there are -a sources=NAME,NAME and -a all=1")
        names = [name for name in arguments.get("sources", "").split(",") if name]
        everything = arguments.get("all", "0").lower() not in ("", "0", "false", "no")
        plan = run.plan(paths.database(), paths.sources(), names, everything=everything)
        assert isinstance(self.crawler_process, AsyncCrawlerProcess)  # noqa: S101  # the asyncio reactor is Scrapy's default
        run.identify(self.crawler_process.settings, plan.sources)
        return run.conduct(self.crawler_process, plan).exit_code
