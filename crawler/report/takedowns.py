"""How `forget` shows what was taken down, or would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from crawler.report.terminal import Column, note, say_json, say_table
from crawler.takedown import TakenDown

_COLUMNS = [Column("source"), Column("headline", wraps=True), Column("versions", right=True), Column("url", wraps=True)]


def show_taken_down(found: Sequence[TakenDown], *, done: bool, as_json: bool) -> None:
    """A line an address, then what is left to do: the same words at other sources."""
    if as_json:
        say_json({"done": done, "articles": [asdict(one) for one in found]})
        return
    rows = [(one.source_id or "", one.headline or "(not stored)", str(one.revision_count), one.url) for one in found]
    say_table(_COLUMNS, rows)
    for url in sorted({copy for one in found for copy in one.copies}):
        note(f"the same words stand at {url}: name it too if it is meant")
    if not done:
        note("a dry run: nothing was taken down")


def show_lifted(lifted: Mapping[str, Sequence[str]], *, as_json: bool) -> None:
    """A line for each address that may be asked for again."""
    if as_json:
        say_json({"lifted": {url: list(known) for url, known in lifted.items()}})
        return
    for url, known in lifted.items():
        if not known:
            note(f"{url} was not taken down")
    say_table([Column("due again", wraps=True)], [(url,) for known in lifted.values() for url in known])
