"""The catalogue for people and programs: which sources there are, chosen by language, country, continent, kind."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from crawler.catalogue import Source
from crawler.errors import UsageError
from crawler.report.terminal import Cell, Column, is_watched, note, say, say_json, say_table
from crawler.source_keys import CONTINENTS, unknown

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


def choose(sources: Sequence[Source], wanted: Mapping[str, Sequence[str]]) -> list[Source]:
    """Sources that have one of the values wanted of each thing: {"language": ["fr"], "country": ["BE", "CH"]}.

    A language is one with or without region: fr is fr-CA too. Case does not matter. Raises UsageError for a value
    that no source has at all.
    """
    strangers = [words for thing, values in wanted.items() for words in _strangers(sources, thing, values)]
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


def show_sources(chosen: Sequence[Source], total: int, *, names: bool, as_json: bool) -> None:
    """A line a source and at the end how many of how many there are.

    `names`: only the ids of those that a crawl takes, for a shell; disabled ones would be crawled when named.
    """
    if as_json:
        say_json([facts(source) for source in chosen])
        return
    if names:
        ids = [source.source_id for source in chosen if source.disabled is None] or [NOBODY]
        sys.stdout.write("\n".join(ids) + "\n")
        return
    if chosen:
        say_table(_COLUMNS, [_row(source) for source in chosen])
    count = f"{len(chosen)} of {total} sources"
    say(count, "dim") if is_watched() else note(count)


_COLUMNS = [
    Column("source"),
    Column("name", wraps=True),
    Column("country"),
    Column("language"),
    Column("media"),
    Column("listings"),
    Column("disabled", wraps=True),
]


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
