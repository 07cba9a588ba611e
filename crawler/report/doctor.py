"""What can be wrong around a crawl, looked at one by one, each with its remedy. Changes nothing."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3  # type: ignore[attr-defined]

from crawler import environment, fetch, paths, runlog
from crawler.catalogue import read_sources
from crawler.database import DAMAGED, SHARE, connect, file_of, locked_out, open_database, patiently
from crawler.errors import SourceError, UsageError, WorlddeskError
from crawler.migrations import is_current
from crawler.run import lock_holder
from crawler.runs import is_alive
from crawler.source_keys import unknown
from crawler.upkeep.holders import holders
from crawler.upkeep.integrity import damage
from crawler.upkeep.integrity import verify as verify_texts
from crawler.upkeep.repair import repair

OK, WARNING, PROBLEM = "ok", "warning", "problem"
_WAL_RESET_FIXED = (3, 51, 3)
_STRICT_SINCE = (3, 37)
_MEGABYTE = 1_000_000
_TIGHT_MEGABYTES, _FULL_MEGABYTES = 1000, 100
_LONG_WAL_MEGABYTES = 64
_MOUNTS = Path("/proc/self/mounts")
_NETWORK = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "fuse.sshfs", "fuse.glusterfs", "fuse.s3fs")
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at."""

    name: str
    status: str
    """ok · warning: a crawl runs, and yet · problem: it cannot run, or data is at risk."""
    message: str
    remedy: str | None = None


def checks(database: Path, folder: Path | None = None, *, verify: bool = False) -> list[Check]:
    """Everything about the database, the sources in `folder` (default: as for a crawl) and the surroundings.

    `verify`: all of the file, with every index and every text, instead of its structure and a sample.
    """
    found = [_sqlite(sqlite3.sqlite_version_info), _contact(), _settings(), _sources(folder)]
    return [*found, _disk(database), _rights(database), _lock(database), *_inside(database, verify=verify)]


def repairs(database: Path) -> list[Check]:
    """Mend what can be mended; a line for what was done. Raises as `crawler.upkeep.repair.repair`."""
    result = repair(database)
    done = [Check("repair", OK, what) for what in result.done]
    if result.safety_copy is not None:
        done.append(Check("repair", OK, f"as it was before: {result.safety_copy}", "remove it when all is well"))
    if result.salvaged is not None:
        done += [Check("salvage", OK if saved.is_whole else WARNING, str(saved)) for saved in result.saved]
        remedy = f"look into it; then move {database} with its -wal and -shm away and put the new one in its place"
        done.append(Check("salvage", WARNING, f"{database} is as it was; what can be read: {result.salvaged}", remedy))
    return done or [Check("repair", OK, "nothing to mend")]


def _sqlite(version: tuple[int, ...]) -> Check:
    name = ".".join(map(str, version))
    if version < _STRICT_SINCE:
        return Check("SQLite", PROBLEM, f"{name} is too old for our tables (3.37)", "pip install pysqlite3")
    if version < _WAL_RESET_FIXED:
        said = f"{name} has the WAL-reset bug (fixed in 3.51.3), which can damage a file on rare occasions"
        return Check("SQLite", WARNING, said, "pip install pysqlite3: it brings a newer SQLite, used by itself")
    return Check("SQLite", OK, name)


def _contact() -> Check:
    try:
        contact = fetch.contact()
    except UsageError as error:
        return Check("contact", PROBLEM, str(error))
    if contact:
        return Check("contact", OK, contact)
    remedy = "set WORLDDESK_CONTACT to an address or URL at which publishers can reach you"
    return Check("contact", WARNING, "not set: a crawl of live sites will refuse to start", remedy)


def _settings() -> Check:
    """What the environment says: a value that no crawl takes is a problem, a name that nothing reads a warning."""
    named = sorted(name for name in os.environ if name.startswith(environment.PREFIX) and os.environ[name].strip())
    if wrong := environment.wrong():
        return Check("settings", PROBLEM, "; ".join(wrong))
    if strangers := [unknown("setting", name, environment.NAMES) for name in named if name not in environment.NAMES]:
        return Check("settings", WARNING, "; ".join(strangers))
    return Check("settings", OK, ", ".join(named) or "none in the environment")


def _sources(folder: Path | None) -> Check:
    folder = folder or paths.sources()
    problems: list[SourceError] = []
    try:
        sources = read_sources(folder, problems=problems)
    except UsageError as error:
        return Check("sources", PROBLEM, str(error))
    if problems:
        return Check("sources", PROBLEM, "; ".join(str(problem) for problem in problems), "mend these files")
    disabled = sum(source.disabled is not None for source in sources)
    return Check("sources", OK, f"{len(sources)} in {folder}, {disabled} of them disabled")


def _disk(database: Path) -> Check:
    free = shutil.disk_usage(_existing(database)).free // _MEGABYTE
    said = f"{free:,} MB free beside {database.name}"
    if (kind := _file_system(database)) in _NETWORK:
        said = f"{said}, on a network disk ({kind}): with it SQLite's log works for programs of one machine only"
        return Check("disk", WARNING, said, "put the database on a local disk, and `worlddesk publish` to this one")
    if free >= _TIGHT_MEGABYTES:
        return Check("disk", OK, said)
    return Check("disk", PROBLEM if free < _FULL_MEGABYTES else WARNING, said, "free some space")


def _file_system(database: Path) -> str:
    """Kind of the file system as the system calls it; '' where it does not tell."""
    try:
        mounts = [line.split() for line in _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return ""
    path = _existing(database).resolve()
    above = [(len(place), kind) for _, place, kind, *_ in mounts if path.is_relative_to(place)]
    return max(above, default=(0, ""))[1]


def _rights(database: Path) -> Check:
    """The file, what SQLite and a run lay beside it (made by whoever opened it first), and the folder."""
    others = locked_out(database)
    if not database.parent.exists() and not os.access(_existing(database.parent), os.R_OK | os.W_OK):
        others = [str(_existing(database.parent))]
    if not others:
        return Check("permissions", OK, "file and folder can be read and written")
    return Check("permissions", PROBLEM, f"cannot be read and written: {', '.join(others)}", SHARE)


def _existing(path: Path) -> Path:
    """The path, or the nearest folder above it that exists."""
    return next(candidate for candidate in (path, *path.absolute().parents) if candidate.exists())


def _lock(database: Path) -> Check:
    try:
        holder = _holder(database)
    except OSError as error:
        return Check("lock", PROBLEM, f"{error.filename}: {error.strerror}", "make it readable, or remove it")
    return Check("lock", OK, "no crawl is at work" if holder is None else f"{_AT_WORK}, {holder}")


def _holder(database: Path) -> str | None:
    """Which process is at work and since when; None when there is none."""
    path = database.with_name(f"{database.name}.lock")
    if not path.exists():
        return None
    with path.open(encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return lock_holder(file.read())[0]
    return None


# ------------------------------------------------------------------------------------- inside the file


def _inside(database: Path, *, verify: bool) -> Iterator[Check]:
    if not database.exists() and not database.is_symlink():
        yield Check("database", WARNING, f"{database}: not there yet", "run `worlddesk crawl`")
        return
    try:
        with closing(open_database(database, read_only=True)) as db:
            yield _schema(db, database)
            yield _wal(db, database)
            yield from _contents(db, database, verify=verify)
    except WorlddeskError as error:
        yield Check("database", PROBLEM, str(error))


def _contents(db: Database, database: Path, *, verify: bool) -> Iterator[Check]:
    """Whatever a damaged file makes SQLite say becomes one more problem, not the end of the checks."""
    looks: dict[str, Callable[[], Check]] = {
        "integrity": lambda: _integrity(db, whole=verify),
        "references": lambda: _references(db),
        "full text": lambda: _full_text(database),
        "texts": lambda: _texts(db, None if verify else _SAMPLE),
        "runs": lambda: _crashed_runs(db),
        "quarantine": lambda: _quarantine(db),
    }
    for name, look in looks.items():
        try:
            yield look()
        except sqlite3.DatabaseError as error:
            yield Check(name, PROBLEM, str(error), DAMAGED)


_AT_WORK = "a crawl is at work"
_REPAIR = "`worlddesk doctor --repair` mends it, after a safety copy"
_SAMPLE = 1000


def _schema(db: Database, database: Path) -> Check:
    size = database.stat().st_size // _MEGABYTE
    if is_current(db):
        return Check("database", OK, f"{database}, {size:,} MB, schema up to date")
    return Check("database", OK, f"{database}, {size:,} MB, of an older version: the next crawl brings it up to date")


def _wal(db: Database, database: Path) -> Check:
    """How long it is, and who keeps it from being cut: whoever is within a transaction sees the file as it was."""
    wal = Path(f"{database}-wal")
    size = wal.stat().st_size if wal.exists() else 0
    said, others = f"{size // _MEGABYTE} MB", holders(file_of(db))
    if not others:
        if size < _LONG_WAL_MEGABYTES * _MEGABYTE:
            return Check("write-ahead log", OK, said)
        said = f"{said}: some program keeps an old view of the database open"
        return Check("write-ahead log", WARNING, said, f"find it with `fuser {wal}` and close it")
    said = f"{said}; a transaction is open in {', '.join(map(str, others))}"
    if size < _LONG_WAL_MEGABYTES * _MEGABYTE and _lock(database).message.startswith(_AT_WORK):
        return Check("write-ahead log", OK, said)
    numbers = " ".join(str(holder.pid) for holder in others)
    remedy = f"while it lasts the log grows; let them end it, or `kill {numbers}`; then the next run cuts the log"
    return Check("write-ahead log", WARNING, said, remedy)


def _integrity(db: Database, *, whole: bool) -> Check:
    said = damage(db, whole=whole)
    if not said:
        return Check("integrity", OK, f"{'integrity' if whole else 'quick'}_check finds nothing")
    return Check("integrity", PROBLEM, "; ".join(said), DAMAGED)


def _texts(db: Database, sample: int | None) -> Check:
    if not is_current(db):
        return Check("texts", OK, "not looked at: of an older version")
    found = verify_texts(db, sample)
    counts = f"{found.text_count:,} texts and {found.page_count:,} kept pages"
    if found.changed:
        said = f"of {counts} the words of {len(found.changed):,} are not as they were written: {_few(found.changed)}"
        return Check("texts", PROBLEM, said, "check the disk; take these articles from a backup")
    if found.spoiled:
        said = f"of {counts} {len(found.spoiled):,} pages cannot be unpacked: {_few(found.spoiled)}"
        return Check("texts", WARNING, said, "check the disk; their articles are whole")
    older = f"; {found.unknown_count:,} from before there were checksums" if found.unknown_count else ""
    return Check("texts", OK, f"{counts} are as they were written{older}")


def _few(urls: Sequence[str]) -> str:
    return ", ".join(urls[:3]) + (", …" if len(urls) > 3 else "")


def _references(db: Database) -> Check:
    broken = [row[0] for row in db.execute("PRAGMA foreign_key_check")]
    if not broken:
        return Check("references", OK, "every row refers to one that exists")
    said = f"{len(broken)} rows refer to nothing, in {', '.join(sorted(set(broken)))}"
    return Check("references", PROBLEM, said, f"somebody wrote with foreign keys off: {_REPAIR}")


def _full_text(database: Path) -> Check:
    """FTS5 compares index and words only on a command, which takes the write lock as long as it lasts."""
    if _lock(database).message.startswith(_AT_WORK):
        return Check("full text", OK, "not looked at while a crawl is at work")
    with closing(connect(database, "rw")) as db:
        try:
            patiently(lambda: db.execute("BEGIN IMMEDIATE"))
            db.execute("INSERT INTO article_texts_fts(article_texts_fts, rank) VALUES ('integrity-check', 1)")
        except sqlite3.OperationalError as error:
            return Check("full text", WARNING, f"cannot be looked at: {error}", "run as the user who crawls")
        except sqlite3.DatabaseError as error:
            return Check("full text", PROBLEM, f"the index does not fit the articles ({error})", _REPAIR)
        finally:
            db.rollback()
    return Check("full text", OK, "the index fits the articles")


def _crashed_runs(db: Database) -> Check:
    running = db.execute(
        "SELECT run_id, pid, started_at FROM runs WHERE status = 'running' AND host = ?", [socket.gethostname()]
    ).fetchall()
    crashed = [f"run {run_id} of {started_at}" for run_id, pid, started_at in running if not is_alive(pid)]
    if not crashed:
        return Check("runs", OK, "none ended without a word")
    said = f"ended without a word: {', '.join(crashed)}; what they stored is kept"
    log = runlog.newest(db) or "the system's log"
    return Check("runs", WARNING, said, f"the next crawl closes them; look into {log} for the cause")


def _quarantine(db: Database) -> Check:
    """Pages that ended a worker; a database of an older version has no table of them yet."""
    rows = db.execute(_SET_ASIDE).fetchall() if db["quarantine"].exists() else []
    if not rows:
        return Check("quarantine", OK, "no page is set aside")
    said = "; ".join(f"{number}: {url} ({limit} in stage {stage})" for number, url, limit, stage, _ in rows)
    remedy = "the others go on; `worlddesk extract --quarantined NUMBER` reads one without limits"
    return Check("quarantine", WARNING, f"pages that ended a worker: {rows[0][-1]}, as {said}", remedy)


_SET_ASIDE = (
    "SELECT quarantine_id, url, limit_met, stage, count(*) OVER () FROM quarantine ORDER BY last_ended_at DESC LIMIT 3"
)
