"""SIGTERM, SIGINT and SIGHUP, whatever we are at: loading, waiting for a lock, deep in SQLite, in Scrapy's engine.

The first signal ends a command: a run `gently`, anything else by SystemExit(128 + signal), which rolls an open
transaction back and cleans up on its way. The second ends it at once. What is stored stays.

Python's own handlers wait for the end of whatever C function is at work: a long statement of SQLite, a name that
nobody resolves. So a thread of its own hears of each signal too: it breaks off what SQLite is at, and where all else
fails it ends the process after LIMIT seconds, so that ten are kept whatever happens.

Only the standard library is loaded here: this is the first that a command does.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, NoReturn, Protocol

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LATE = 7.0
"""Seconds after the first signal: then SQLite is not waited for any longer, be it in a run's last words."""
LIMIT = 8.5
"""Seconds after the first signal at which the process ends, wherever it hangs."""
IMPATIENT = 1.5
"""The same after a second signal."""


class Interruptible(Protocol):
    """An open database, as sqlite-utils wraps its connection."""

    conn: Any


class _State:
    def __init__(self) -> None:
        self.number: int | None = None
        self.handled = 0
        self.gentle: Callable[[bool], None] | None = None
        self.last_words: Callable[[int], None] | None = None
        self.databases: weakref.WeakSet[Interruptible] = weakref.WeakSet()
        self.is_listening = False


_state = _State()


def number() -> int | None:
    """The signal that asked us to end; None = none came."""
    return _state.number


def exit_code() -> int | None:
    """What the process returns because of it: 128 + signal."""
    return None if _state.number is None else 128 + _state.number


def listen() -> None:
    """Answer signals from now on; once in a process, from its main thread. Under nohup SIGHUP stays ignored."""
    if _state.is_listening or threading.current_thread() is not threading.main_thread():
        return
    _state.is_listening = True
    heard, told = socket.socketpair()
    told.setblocking(False)
    signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(heard, told), name="signals", daemon=True).start()
    for wanted in SIGNALS:
        if wanted != signal.SIGHUP or signal.getsignal(wanted) != signal.SIG_IGN:
            signal.signal(wanted, _caught)


@contextmanager
def gently(answer: Callable[[bool], None]) -> Iterator[None]:
    """Within, a signal calls `answer(is_first)` in the main thread, and nothing is torn away."""
    before, _state.gentle = _state.gentle, answer
    try:
        yield
    finally:
        _state.gentle = before


@contextmanager
def last_words(say: Callable[[int], None]) -> Iterator[None]:
    """Within, `say(signal)` is called, in a thread of its own, before the process is ended from outside."""
    _state.last_words = say
    try:
        yield
    finally:
        _state.last_words = None


def watch(db: Interruptible) -> None:
    """Break off what this database is at when a signal comes."""
    _state.databases.add(db)


def leave(code: int) -> NoReturn:
    """End the process, also where threads hang that nobody can end: a name that is looked up takes half a minute."""
    last = time.monotonic() + 0.5
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(last - time.monotonic(), 0))
            if thread.is_alive():
                _end_now(code)
    for wanted in SIGNALS:
        signal.signal(wanted, signal.SIG_IGN)  # what Python still does takes milliseconds
    sys.exit(code)


def _caught(wanted: int, _frame: FrameType | None) -> None:
    """In the main thread, between two instructions."""
    _state.number = wanted
    _state.handled += 1
    if _state.gentle is not None:
        _state.gentle(_state.handled == 1)
    else:
        raise SystemExit(128 + wanted)


def _watch(heard: socket.socket, _told: socket.socket) -> None:
    """In a thread of its own, which holds both ends: hear of signals, and see to it that they are answered in time."""
    first, end, is_late, is_second = 0.0, float("inf"), False, False
    while True:
        heard.settimeout(None if first == 0.0 else 0.1)
        signals: list[int] = []
        with suppress(TimeoutError):
            signals = [wanted for wanted in heard.recv(64) if wanted in SIGNALS]
        now = time.monotonic()
        for wanted in signals:
            _state.number = _state.number or wanted
            is_second = first != 0.0
            first = first or now
            end = min(end, now + (IMPATIENT if is_second else LIMIT))
        if first == 0.0:
            continue
        is_torn = _state.gentle is None
        if (is_torn and signals) or (not is_late and now - first > LATE):
            is_late = now - first > LATE
            _break_off()
        if now > end:
            _give_up()


def _break_off() -> None:
    for db in list(_state.databases):
        with suppress(Exception):  # closed in the meantime
            db.conn.interrupt()


def _give_up() -> None:
    code = exit_code() or 1
    if _state.last_words is not None:
        say = threading.Thread(target=_say_last_words, daemon=True)
        say.start()
        say.join(1.0)
    _end_now(code)


def _say_last_words() -> None:
    with suppress(Exception):  # somebody holds the lock: the next run closes this one's row
        if _state.last_words is not None and _state.number is not None:
            _state.last_words(_state.number)


def _end_now(code: int) -> NoReturn:
    for stream in (sys.stdout, sys.stderr):
        flushing = threading.Thread(target=_flush, args=(stream,), daemon=True)  # a full pipe would keep us
        flushing.start()
        flushing.join(0.2)
    os._exit(code)


def _flush(stream: object) -> None:
    with suppress(Exception):
        stream.flush()  # type: ignore[attr-defined]
