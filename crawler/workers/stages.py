"""Where the reading of a page has got to, for whoever watches it from outside: a reader that is killed says nothing."""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[str], None]] = []


def enter(stage: str) -> None:
    """A stage begins: 'parse', 'metadata', 'body' …; costs nothing where nobody listens."""
    for listener in _listeners:
        listener(stage)


def listen(listener: Callable[[str], None]) -> None:
    """Tell each stage that begins in this process to `listener`, from now on."""
    _listeners.append(listener)
