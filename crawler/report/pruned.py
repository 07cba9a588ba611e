"""How `prune` says what was let go, or would be."""

from __future__ import annotations

from dataclasses import asdict

from crawler.report.terminal import Column, note, say, say_json, say_table
from crawler.upkeep.prune import Pruned


def show_pruned(found: Pruned, *, done: bool, as_json: bool) -> None:
    """A line a table, and what the file holds."""
    if as_json:
        say_json({"done": done, **asdict(found)})
        return
    rows = [(table, f"{count:,}") for table, count in found.counts.items()]
    say_table([Column("table"), Column("rows let go" if done else "rows that would go", right=True)], rows)
    file, free = (size / 1_000_000 for size in (found.file_bytes, found.free_bytes))
    say(f"the file has {file:,.1f} MB; {free:,.1f} MB of them are free and written over next", "dim")
    if not done:
        note("a dry run: nothing was let go")
