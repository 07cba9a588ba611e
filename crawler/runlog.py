"""The log of a run: one file beside the database for each, written whatever the run says or does not say aloud.

Who was asked for what and why it failed, line by line, in UTC. A line is one line: what a page or a server said cannot
forge another one, and holds no control characters. Passwords in addresses and tokens in their queries are left out.
Old files are packed after a day; what is older than DAYS, or more than MOST_BYTES together, goes.
"""

from __future__ import annotations

import gzip
import logging
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from crawler.errors import UsageError
from crawler.normalise import clean

DAYS = 30
MOST_BYTES = 200_000_000
"""All logs of one database together."""
MOST_FILES = 6_000
"""Runs every ten minutes for thirty days are 4,320."""
MOST_BYTES_A_RUN = 20_000_000
_PACKED_AFTER = 24 * 3600.0
_MOST_PACKED = 200
"""Files that one run packs; a run that follows takes the next ones."""
_LONGEST_LINE = 4_000
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOGGER = logging.getLogger("worlddesk")
LOGGER.addHandler(logging.NullHandler())

_USER = re.compile(r"(?<=://)[^/@\s?#]+@")
_TOKEN = re.compile(
    r"(?i)\b((?:[a-z]+[_-])?(?:token|key|apikey|secret|password|passwd|pwd|auth|signature|sig|session|sid)=)[^&\s#>'\"]+"
)


def level() -> int:
    """Of `WORLDDESK_LOG_LEVEL`; INFO where it is not set. Raises UsageError for what is no level."""
    wanted = os.environ.get("WORLDDESK_LOG_LEVEL", "").strip() or "INFO"
    if wanted.upper() not in LEVELS:
        raise UsageError(f"WORLDDESK_LOG_LEVEL is {wanted!r}; give one of {', '.join(LEVELS)}")
    return logging.getLevelNamesMapping()[wanted.upper()]


def folder(database: Path) -> Path:
    """Where the logs of a database lie."""
    return database.resolve().parent / "logs"


def path_of(database: Path, log_path: str | None) -> Path | None:
    """The log that a run's row names, packed or not; None where there is none any more."""
    if log_path is None:
        return None
    written = database.resolve().parent / log_path
    return next((path for path in (written, Path(f"{written}.gz")) if path.exists()), None)


def newest(db: Database) -> Path | None:
    """The log of the last run that wrote one; None where it is gone."""
    row = db.execute("SELECT log_path FROM runs WHERE log_path IS NOT NULL ORDER BY run_id DESC LIMIT 1").fetchone()
    return path_of(Path(db.execute("PRAGMA database_list").fetchone()[2]), row[0]) if row else None


@contextmanager
def written(database: Path, run_id: int, started_at: str) -> Iterator[str | None]:
    """Write the log of a run; its path as `runs.log_path` has it, None where nothing can be written there.

    Nothing that goes wrong with it is a reason to crawl nothing.
    """
    name = f"{database.resolve().stem}-{re.sub('[-:]', '', started_at)}-run-{run_id}.log"
    path = folder(database) / name
    try:
        path.parent.mkdir(exist_ok=True)
        handler = _LogFile(path)
    except OSError as error:
        LOGGER.warning("no log of this run is written: %s: %s", path, error.strerror)
        yield None
        return
    root, before = logging.root, logging.root.level
    chosen = level()
    handler.setLevel(chosen)
    LOGGER.setLevel(chosen)
    root.setLevel(min(before, max(chosen, logging.WARNING) if chosen > logging.DEBUG else chosen))
    root.addHandler(handler)
    try:
        with closing(handler):
            yield str(path.relative_to(database.resolve().parent))
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        tidy(database, keep=path)


def tidy(database: Path, *, days: int = DAYS, most_bytes: int = MOST_BYTES, keep: Path | None = None) -> int:
    """Pack the logs of a database that are a day old, drop the oldest beyond the limits; bytes that became free."""
    with suppress(OSError):
        files = sorted(
            (path for path in folder(database).glob(f"{_pattern(database)}.log*") if path != keep),
            key=lambda path: path.name,
            reverse=True,
        )
        return sum(_packed(path) for path in files[: -_MOST_PACKED - 1 : -1]) + _dropped(files, days, most_bytes)
    return 0


def _pattern(database: Path) -> str:
    stem = re.sub(r"([\[\]*?])", r"[\1]", database.resolve().stem)
    return f"{stem}-????????T??????Z-run-*"


def _packed(path: Path) -> int:
    """Pack a log that nobody writes any more; bytes saved."""
    if path.suffix != ".log" or time.time() - path.stat().st_mtime < _PACKED_AFTER:
        return 0
    packed, aside = Path(f"{path}.gz"), Path(f"{path}.gz.part")
    with path.open("rb") as plain, gzip.open(aside, "wb", 6) as file:
        shutil.copyfileobj(plain, file)
    shutil.copystat(path, aside)
    aside.replace(packed)
    saved = path.stat().st_size - packed.stat().st_size
    path.unlink()
    return saved


def _dropped(files: list[Path], days: int, most_bytes: int) -> int:
    """Drop what is too old or too much, newest kept; bytes that became free."""
    total = freed = 0
    for place, path in enumerate(files):
        path = path if path.exists() else Path(f"{path}.gz")
        size, age = path.stat().st_size, time.time() - path.stat().st_mtime
        total += size
        if age > days * 86_400 or total > most_bytes or place >= MOST_FILES:
            path.unlink()
            freed += size
    return freed


class _LogFile(logging.FileHandler):
    """A file that takes so many bytes, and is left alone when the disk takes no more."""

    def __init__(self, path: Path):
        super().__init__(path, mode="a", encoding="utf-8", errors="replace")
        self.setFormatter(_OneLine())
        self._left = MOST_BYTES_A_RUN

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record while there is room."""
        if self._left <= 0:
            return
        super().emit(record)
        self._left = MOST_BYTES_A_RUN - (self.stream.tell() if self.stream else 0)
        if self._left <= 0 and self.stream:
            self.stream.write("... this log is full; the table fetches has the rest\n")
            self.flush()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802  # logging's signature
        """No more of it: a full disk must not fill a mail as well."""
        self._left = 0


class _OneLine(logging.Formatter):
    """Instant, level, message; the lines of a traceback indented below it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record without what is secret and without what could forge a line."""
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        said = f"{at} {record.levelname} {_safe(record.getMessage())}"
        if not record.exc_info:
            return said
        trace = self.formatException(record.exc_info).splitlines()
        return "\n".join([said, *(f"    {_safe(line)}" for line in trace)])


def _safe(text: str) -> str:
    text = clean(without_secrets(text))
    return text if len(text) <= _LONGEST_LINE else f"{text[:_LONGEST_LINE]} … ({len(text):,} characters)"


def without_secrets(text: str) -> str:
    """`text` without passwords in addresses, tokens in their queries, and addresses that we were told to notify."""
    for name, value in os.environ.items():
        if name.startswith("WORLDDESK_") and name != "WORLDDESK_CONTACT":
            for address in (word for word in value.split() if "://" in word):
                text = text.replace(address, f"(${name})")
    return _TOKEN.sub(r"\1…", _USER.sub("…@", text))
