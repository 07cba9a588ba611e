"""The catalogue for people and programs: which sources there are, chosen by language, country, continent, kind."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from crawler.catalogue import Source
from crawler.errors import UsageError
from crawler.report.terminal import Cell, Column, is_watched, note, say, say_json, say_line, say_table
from crawler.source_keys import CONTINENTS, unknown

FEW = 3
"""Sources that are named, up to which a terminal shows their listings without being asked."""
NOBODY = "(none)"
"""Printed in place of ids where no source is left: no id looks so, and `worlddesk crawl` without any crawls all."""

_HAS: dict[str, Callable[[Source], Iterable[str]]] = {
    "language": lambda source: _prefixes(source.language),
    "country": lambda source: (source.country,),
    "continent": lambda source: (CONTINENTS[source.country],),
    "kind": lambda source: (listing.kind for listing in source.listings),
    "media type": lambda source: (source.media_type,),
}
"""What a source can be chosen by, and what it has of it."""


def choose(sources: Sequence[Source], wanted: Mapping[str, Sequence[str]], catalogue: Sequence[Source]) -> list[Source]:
    """Sources that have one of the values wanted of each thing: {"language": ["fr"], "country": ["BE", "CH"]}.

    A language is one with or without region: fr is fr-CA too. Case does not matter. Raises UsageError for a value
    that no source of the `catalogue` has at all.
    """
    strangers = [words for thing, values in wanted.items() for words in _strangers(catalogue, thing, values)]
    if strangers:
        raise UsageError("\n".join(strangers))
    return [source for source in sources if all(_has_one(source, thing, values) for thing, values in wanted.items())]


def split(values: Iterable[str]) -> list[str]:
    """Values of an option that was given several times or with commas: ("fr,de", "it") -> fr, de, it."""
    return [value.strip() for text in values for value in text.split(",") if value.strip()]


def _strangers(sources: Sequence[Source], thing: str, values: Sequence[str]) -> list[str]:
    known = {value.casefold(): value for source in sources for value in _HAS[thing](source)}
    shown = sorted(value for value in known.values() if thing != "language" or "-" not in value)
    return [unknown(thing, value, shown) for value in values if value.casefold() not in known]


def _has_one(source: Source, thing: str, values: Sequence[str]) -> bool:
    own = {value.casefold() for value in _HAS[thing](source)}
    return not values or any(value.casefold() in own for value in values)


def _prefixes(language: str) -> list[str]:
    """A tag and what it is a part of: zh-Hant-TW, zh-Hant, zh."""
    parts = language.split("-")
    return ["-".join(parts[:length]) for length in range(1, len(parts) + 1)]


def facts(source: Source) -> dict[str, Any]:
    """All that the file says, and the continent."""
    return {**asdict(source), "continent": CONTINENTS[source.country]}


def show_sources(chosen: Sequence[Source], total: int, *, names: bool, details: bool, as_json: bool) -> None:
    """A line a source and at the end how many of how many there are.

    `names`: only the ids of those that a crawl takes, for a shell; disabled ones would be crawled when named.
    `details`: each listing with its address and how that is known, in a pipe one line a listing.
    """
    if as_json:
        say_json([facts(source) for source in chosen])
        return
    if names:
        ids = [source.source_id for source in chosen if source.disabled is None] or [NOBODY]
        sys.stdout.write("\n".join(ids) + "\n")
        return
    if details:
        _show_whole(chosen)
    elif chosen:
        _show_table(chosen)
    count = f"{len(chosen)} of {total} sources"
    say(count, "dim") if is_watched() else note(count)


_COLUMNS = [
    Column("source"),
    Column("name", wraps=True),
    Column("country"),
    Column("language"),
    Column("media"),
    Column("listings", wraps=True),
    Column("disabled", wraps=True),
]


def _show_table(chosen: Sequence[Source]) -> None:
    """On a terminal without the last column where nothing is disabled: eighty columns are not many."""
    shown = len(_COLUMNS) - (is_watched() and all(source.disabled is None for source in chosen))
    say_table(_COLUMNS[:shown], [_row(source)[:shown] for source in chosen])


def _row(source: Source) -> list[Cell | str]:
    kinds = dict.fromkeys(listing.kind for listing in source.listings)
    state = Cell(source.disabled or "", "yellow")
    return [
        source.source_id,
        source.name,
        source.country,
        source.language,
        source.media_type,
        ", ".join(kinds),
        state,
    ]


def _show_whole(chosen: Sequence[Source]) -> None:
    if not is_watched():
        say_table([], [(source.source_id, *row) for source in chosen for row in _listings(source)])
        return
    for source in chosen:
        say(f"{source.source_id}: {source.name}", "bold")
        say_line([Cell(", ".join(_about(source)))], indent=2)
        for kind, section, url, evidence in _listings(source):
            say_line([Cell(kind, "cyan"), *([Cell(section)] if section else []), Cell(url)], indent=2)
            say_line([Cell(evidence, "dim")], indent=4)
        say("")


def _about(source: Source) -> list[str]:
    told = [source.home, source.country, source.language, source.timezone, source.media_type]
    return told if source.disabled is None else [*told, f"disabled: {source.disabled}"]


def _listings(source: Source) -> Iterator[tuple[str, str, str, str]]:
    for listing in source.listings:
        yield listing.kind, listing.section or "", listing.url, listing.evidence or ""
