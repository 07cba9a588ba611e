"""The live table of a crawl on a terminal: a line a source, those in trouble and those at work first."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from crawler.catalogue import Source
from crawler.normalise import clean

NOT_ASKED = frozenset({"robots", "skipped"})
"""Outcomes without a request to the publisher."""
FAILED = frozenset({"error", "blocked", "robots"})
STYLES = {"waiting": "dim", "at work": "green", "in trouble": "red"}


@dataclass(slots=True)
class Counts:
    """What came of one source so far."""

    listings: int = 0
    found: int = 0
    fetched: int = 0
    new: int = 0
    changed: int = 0
    failed: int = 0
    last: float = 0.0
    """When something last came, seconds of time.monotonic; 0 = nothing yet."""

    @property
    def state(self) -> str:
        """One of STYLES; in trouble where more than half of what was asked for failed."""
        if not self.last:
            return "waiting"
        return "in trouble" if 2 * self.failed > self.listings + self.fetched else "at work"


class Tally:
    """What a run has done so far, by source. Plain additions: nothing is drawn and nothing is locked here."""

    def __init__(self) -> None:
        self.sources: dict[str, Counts] = {}
        self.started = time.monotonic()

    def add(self, source_id: str, outcome: str, links: int | None = None) -> None:
        """Count one answer; `links` is the number that a listing announced, None for an article."""
        counts = self.sources.setdefault(source_id, Counts())
        counts.last = time.monotonic()
        is_listing = links is not None  # one that could not be asked for brings nothing: its host is out of reach
        counts.failed += outcome in FAILED or (is_listing and outcome == "skipped")
        if links is not None:
            counts.listings += 1
            counts.found += links
            return
        counts.fetched += outcome not in NOT_ASKED
        counts.new += outcome == "new"
        counts.changed += outcome == "changed"


class Progress:
    """The table on the screen: `start`, then `refresh` now and then, then `stop`, which leaves the last state."""

    def __init__(self, tally: Tally, names: dict[str, str], console: Console | None = None):
        self.tally, self.names = tally, names
        self._live = Live(console=console, auto_refresh=False, vertical_overflow="visible")

    def __enter__(self) -> Progress:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to draw."""
        self._live.start()
        self.refresh()

    def refresh(self) -> None:
        """Draw the tally as it stands."""
        room = max(self._live.console.height - 5, 1)  # heading, rule, total and a line to spare
        self._live.update(table(self.tally, self.names, room), refresh=True)

    def stop(self) -> None:
        """Draw the last state and leave it on the screen."""
        self.refresh()
        self._live.stop()


def live(tally: Tally, sources: Sequence[Source], console: Console | None = None) -> Progress:
    """The live table of a run over these sources; drawn by whoever calls `refresh`, without a thread."""
    return Progress(tally, {source.source_id: clean(source.name) for source in sources}, console)


def table(tally: Tally, names: dict[str, str], room: int) -> Table:
    """The tally as a table of at most `room` sources and a last line with the totals."""
    drawn = Table(box=None, pad_edge=False, show_footer=True)
    all_counts = [tally.sources.get(source_id, Counts()) for source_id in names]
    seconds = round(time.monotonic() - tally.started)
    drawn.add_column("source", f"{len(names)} sources, {seconds} s", no_wrap=True)
    drawn.add_column("status", "", no_wrap=True)
    for name in ("listings", "found", "fetched", "new", "changed", "failed"):
        drawn.add_column(name, _number(sum(getattr(counts, name) for counts in all_counts)), justify="right")
    order = list(names)
    if len(order) > room:  # lines keep still where all fit
        order.sort(key=lambda source_id: _urgency(tally.sources.get(source_id, Counts())))
    for source_id in order[:room]:
        drawn.add_row(*_row(names[source_id], tally.sources.get(source_id, Counts())))
    if len(order) > room:
        drawn.add_row(Text(f"… {len(order) - room} more", "dim"))
    return drawn


def _urgency(counts: Counts) -> tuple[bool, float]:
    return not counts.failed, -(counts.last // 10)  # by ten seconds: what is at work does not dance


def _row(name: str, counts: Counts) -> list[Text]:
    state = counts.state
    numbers = (counts.listings, counts.found, counts.fetched, counts.new, counts.changed)
    failed = Text(_number(counts.failed), "red" if counts.failed else "dim")
    return [Text(name), Text(state, STYLES[state]), *(Text(_number(number)) for number in numbers), failed]


def _number(number: int) -> str:
    return f"{number:,}" if number else "·"
