"""Where the layers of a page say different things about one field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import TypeVar

Said = TypeVar("Said")


def differing(said: Mapping[str, Said | None], same: Callable[[Said, Said], bool]) -> dict[str, Said]:
    """Layer -> what it says, of every layer that says anything, when two of them differ; {} when all agree.

    `same` tells whether two values differ in their writing only.
    """
    heard = {layer: value for layer, value in said.items() if value}
    agreed = all(same(one, other) for one, other in combinations(heard.values(), 2))
    return {} if agreed else heard
