"""Who holds a database: the processes whose locks the system knows, for messages that name them.

SQLite locks bytes of the `-shm` file while somebody writes or reads in WAL mode, and bytes far out in the database
itself in its other modes (https://sqlite.org/walformat.html, "Locks"). Linux lists all such locks in /proc/locks,
those of other users too, and nothing needs to be opened for it: closing a file would drop locks of our own. Where
there is no such list, nobody is named.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LOCKS, _PROCESSES = Path("/proc/locks"), Path("/proc")
_LINE = re.compile(r"^\d+: POSIX\s+\S+\s+(READ|WRITE)\s+(\d+)\s+\S+:(\d+)\s+(\d+)\s+(\d+|EOF)")
_WAL_WRITER, _WAL_READERS = range(120, 121), range(123, 128)
_FILE_WRITER = range(0x40000000, 0x40000200)
"""Pending, reserved, and (as a WRITE lock) shared bytes of a file that is not in WAL mode, or held exclusively."""
_LONGEST_COMMAND = 80


@dataclass(frozen=True, slots=True)
class Holder:
    """A process with a transaction open, or the whole file locked."""

    pid: int
    command: str
    """As it was called; '' where that cannot be seen."""
    is_writing: bool

    def __str__(self) -> str:
        return f"process {self.pid} ({self.command})" if self.command else f"process {self.pid}"


def holders(database: Path) -> list[Holder]:
    """Other processes that are within a transaction now, writers first; [] where the system does not tell."""
    found: dict[int, bool] = {}
    for pid, is_writing in _locks(database):
        if pid != os.getpid():
            found[pid] = found.get(pid, False) or is_writing
    return [Holder(pid, _command(pid), found[pid]) for pid in sorted(found, key=lambda pid: (not found[pid], pid))]


def _locks(database: Path) -> Iterator[tuple[int, bool]]:
    """(process, whether it writes) of each lock."""
    itself, shared = _inode(database), _inode(Path(f"{database}-shm"))
    try:
        lines = _LOCKS.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for line in lines:
        if (lock := _LINE.match(line)) is None:
            continue
        mode, pid, inode, first = lock[1], int(lock[2]), int(lock[3]), int(lock[4])
        last = first if lock[5] == "EOF" else int(lock[5])
        if inode == shared and _meet(first, last, _WAL_WRITER) and mode == "WRITE":
            yield pid, True
        elif inode == shared and _meet(first, last, _WAL_READERS):
            yield pid, False
        elif inode == itself and _meet(first, last, _FILE_WRITER) and mode == "WRITE":
            yield pid, True


def _meet(first: int, last: int, bytes_of: range) -> bool:
    return first < bytes_of.stop and last >= bytes_of.start


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None


def _command(pid: int) -> str:
    try:
        said = (_PROCESSES / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    except OSError:
        return ""
    return said if len(said) <= _LONGEST_COMMAND else f"{said[:_LONGEST_COMMAND]}…"
