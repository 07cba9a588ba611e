"""The live table of a crawl on a terminal: a line a source, those in trouble and those at work first."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

NOT_ASKED = frozenset({"robots", "skipped"})
"""Outcomes without a request to the publisher."""
FAILED = frozenset({"error", "blocked", "robots"})
STYLES = {"waiting": "dim", "at work": "green", "ended": "green", "in trouble": "red"}
_ENOUGH_PAGES = 4
"""Articles that failed, below which they say nothing of a source: a run may only try old failures again."""


@dataclass(slots=True)
class Counts:
    """What came of one source so far."""

    listings: int = 0
    """Listings, or pages of an archive, that were asked for."""
    found: int = 0
    fetched: int = 0
    new: int = 0
    changed: int = 0
    failed: int = 0
    listings_failed: int = 0
    last: float = 0.0
    """When something last came, seconds of time.monotonic; 0 = nothing yet."""

    @property
    def state(self) -> str:
        """One of STYLES; in trouble where most of what was asked for failed, a listing or several articles."""
        if not self.last:
            return "waiting"
        tells = self.listings_failed or self.failed >= _ENOUGH_PAGES
        return "in trouble" if tells and 2 * self.failed > self.listings + self.fetched else "at work"


class Tally:
    """What a run has done so far, by source. Plain additions: nothing is drawn and nothing is locked here."""

    def __init__(self) -> None:
        self.sources: dict[str, Counts] = {}
        self.started = time.monotonic()

    def add(self, source_id: str, outcome: str, links: int | None = None, *, goes_on: bool = False) -> None:
        """Count one answer; `links` is the number that a listing announced, None for an article.

        `goes_on`: a further page of a listing that was counted.
        """
        counts = self.sources.setdefault(source_id, Counts())
        counts.last = time.monotonic()
        is_listing = links is not None  # one that could not be asked for brings nothing: its host is out of reach
        failed = outcome in FAILED or (is_listing and outcome == "skipped")
        counts.failed += failed
        if links is not None:
            counts.listings += not goes_on
            counts.listings_failed += failed
            counts.found += links
            return
        counts.fetched += outcome not in NOT_ASKED
        counts.new += outcome == "new"
        counts.changed += outcome == "changed"


class Progress:
    """The table on the screen: `start`, then `refresh` now and then, then `stop`, which leaves the last state.

    `listings` is the heading of what announces articles: listings, or archives on the way back in time.
    """

    def __init__(self, tally: Tally, ids: Sequence[str], console: Console | None = None, *, listings: str = "listings"):
        self.tally, self.ids, self.listings = tally, ids, listings
        self._has_ended = False
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
        drawn = table(self.tally, self.ids, room, listings=self.listings, has_ended=self._has_ended)
        self._live.update(drawn, refresh=True)

    def stop(self) -> None:
        """Draw the last state and leave it on the screen."""
        self._has_ended = True
        self.refresh()
        self._live.stop()


def table(tally: Tally, ids: Sequence[str], room: int, *, listings: str = "listings", has_ended: bool = False) -> Table:
    """The tally as a table of at most `room` sources and a last line with the totals."""
    drawn = Table(box=None, pad_edge=False, show_footer=True)
    all_counts = [tally.sources.get(source_id, Counts()) for source_id in ids]
    seconds = round(time.monotonic() - tally.started)
    drawn.add_column("source", f"{len(ids)} source{'' if len(ids) == 1 else 's'}, {seconds} s", no_wrap=True)
    drawn.add_column("status", "", no_wrap=True)
    for name in ("listings", "found", "fetched", "new", "changed", "failed"):
        heading = listings if name == "listings" else name
        drawn.add_column(heading, _number(sum(getattr(counts, name) for counts in all_counts)), justify="right")
    order = list(ids)
    if len(order) > room:  # lines keep still where all fit
        order.sort(key=lambda source_id: _urgency(tally.sources.get(source_id, Counts())))
    for source_id in order[:room]:
        drawn.add_row(*_row(source_id, tally.sources.get(source_id, Counts()), has_ended=has_ended))
    if len(order) > room:
        drawn.add_row(Text(f"… {len(order) - room} more", "dim"))
    return drawn


def _urgency(counts: Counts) -> tuple[bool, float]:
    return not counts.failed, -(counts.last // 10)  # by ten seconds: what is at work does not dance


def _row(source_id: str, counts: Counts, *, has_ended: bool) -> list[Text]:
    state = "ended" if has_ended and counts.state == "at work" else counts.state
    numbers = (counts.listings, counts.found, counts.fetched, counts.new, counts.changed)
    failed = Text(_number(counts.failed), "red" if counts.failed else "dim")
    return [Text(source_id), Text(state, STYLES[state]), *(Text(_number(number)) for number in numbers), failed]


def _number(number: int) -> str:
    return f"{number:,}" if number else "·"
