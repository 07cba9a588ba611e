"""kill -9 at random points of real crawls: nothing acknowledged is lost, nothing is seen that is not stored.

    python bench/kill.py                     500 kills; prints a table, exits 1 where a promise is broken
    python bench/kill.py --kills 50 --seed 7 --stories 40 --sites 2

The crawls read a paper of bench/press.py that prints a new issue after each of them. Kills are spread evenly over the
start, each phase of the store (at a random SQL statement of it or up to 3 ms later, see bench/doomed.py) and random
instants. A reader of the database notes all the time what it has seen committed. After each kill the files as they
were left, and the same after a power cut, are looked at: see `Killer.judge`. Every few kills the paper is read to its
end, and everything that it printed must be there once, with its words.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import audit
from doomed import PHASES
from press import Edition, Running, running

ROOT = Path(__file__).resolve().parent.parent
DOOMED = Path(__file__).with_name("doomed.py")
KINDS = ("start", *PHASES, "time")
"""Where a process is killed: while it starts, at a statement of a phase, at any time."""
LATEST_MS = 3.0
"""Up to so much later than its statement a process is killed: in the middle of what SQLite does then."""
_WAL_HEAD, _FRAME_HEAD, _SECTOR = 32, 24, 512


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What a reader saw committed."""

    articles: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Number -> (address, versions)."""
    fetches: int = 0
    urls: int = 0
    places: int = 0
    migrations: int = 0

    @classmethod
    def of(cls, db: sqlite3.Connection) -> Acknowledged:
        """All of one instant."""
        db.execute("BEGIN")
        try:
            articles = {row[0]: row[1:] for row in db.execute("SELECT article_id, url, revision_count FROM articles")}
            counts = [
                db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("fetches", "urls", "listing_links", "_sqlite_migrations")
            ]
        finally:
            db.execute("ROLLBACK")
        return cls(articles, *counts)

    def missing_in(self, later: Acknowledged) -> list[str]:
        """What was seen and is not there later."""
        lost = [
            f"article {number} ({url}), version {versions}"
            for number, (url, versions) in self.articles.items()
            if number not in later.articles or later.articles[number][1] < versions
        ]
        for name in ("fetches", "urls", "places", "migrations"):
            if getattr(self, name) > getattr(later, name):
                lost.append(f"{getattr(self, name)} {name}, now {getattr(later, name)}")
        return [f"acknowledged and lost: {what}" for what in lost]


class Reader(threading.Thread):
    """Reads a database again and again, as an analyst does, and keeps the last that it saw."""

    def __init__(self, path: Path):
        super().__init__(daemon=True)
        self.path, self.seen = path, Acknowledged()
        self.readings = 0
        self._ended = threading.Event()

    def run(self) -> None:
        """Read until told to end; what cannot be read yet is tried again."""
        db: sqlite3.Connection | None = None
        while not self._ended.wait(0.01):
            try:
                db = db or sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, isolation_level=None, timeout=0)
                self.seen = Acknowledged.of(db)
                self.readings += 1
            except sqlite3.Error:  # not there yet, or locked for a moment
                if db is not None:
                    db.close()
                db = None
        if db is not None:
            db.close()

    def end(self) -> Acknowledged:
        """Stop reading; what was seen last."""
        self._ended.set()
        self.join()
        return self.seen


class Nursery:
    """Starts crawls: fresh processes, or forks of one that has loaded everything."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.log = (folder / "crawls.log").open("w")
        self._breeder: subprocess.Popen[str] | None = None

    def environment(self, database: Path) -> dict[str, str]:
        """Of every crawl."""
        own = {"WORLDDESK_DB": str(database), "WORLDDESK_SOURCES": str(self.folder / "sources")}
        paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        return os.environ | own | {"PYTHONPATH": paths, "WORLDDESK_PUBLIC_NETWORKS": "127.0.0.0/8"}

    @contextmanager
    def crawl(self, database: Path, arguments: list[str], *, fresh: bool) -> Iterator[Crawl]:
        """A crawl under way."""
        words = [*arguments, "--", "crawl", "--all", "--quiet", "--db", str(database)]
        if fresh:
            command = [sys.executable, str(DOOMED), *words]
            environment = self.environment(database)
            with subprocess.Popen(
                command, env=environment, stdout=self.log, stderr=self.log, start_new_session=True
            ) as process:
                yield Crawl(process.pid, process.wait)
            return
        if self._breeder is None:
            self._breeder = subprocess.Popen(
                [sys.executable, str(DOOMED), "--breed"], env=self.environment(database), stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=self.log, text=True,
            )  # fmt: skip
        assert self._breeder.stdin is not None and self._breeder.stdout is not None
        output = self._breeder.stdout
        print(json.dumps(words), file=self._breeder.stdin, flush=True)
        yield Crawl(int(output.readline()), lambda: int(output.readline()))

    def close(self) -> None:
        """End the process that forks."""
        if self._breeder is not None:
            self._breeder.kill()
            self._breeder.communicate()
        self.log.close()


@dataclass(frozen=True, slots=True)
class Crawl:
    """A process and how to wait for its exit code."""

    pid: int
    wait: Any


@dataclass(slots=True)
class Kind:
    """What came of the kills of one kind."""

    kills: int = 0
    escaped: int = 0
    """Ended before the point was reached; not counted as kills."""
    fresh: int = 0
    """In processes that were started, not forked."""
    in_transaction: int = 0
    """Frames of a transaction that was not committed lay in the log."""
    power_cuts: int = 0
    faults: int = 0


class Killer:
    """A series of kills."""

    def __init__(self, press: Running, folder: Path, seed: int, *, cold: bool):
        self.press, self.folder, self.cold = press, folder, cold
        self.dice = random.Random(seed)
        self.nursery = Nursery(folder)
        self.kinds = {kind: Kind() for kind in KINDS}
        self.limits: Counter[str] = Counter()
        """Phase -> statements of it in a whole run."""
        self.seconds: dict[str, float] = {}
        self.faults: list[str] = []
        self.issue = 0
        self.generation = 0
        self.articles = 0
        self.readings = 0
        self.closed = 0
        """Rows of killed runs that a later run closed."""

    @property
    def database(self) -> Path:
        """The database of this generation."""
        return self.folder / f"generation{self.generation}" / "news.db"

    def begin(self) -> None:
        """Another empty database, and issue 1."""
        if self.generation:
            shutil.rmtree(self.database.parent)
        self.generation += 1
        self.database.parent.mkdir()
        self.issue = 0
        self.turn()

    def turn(self) -> None:
        """Print the next issue, as long as there is one; then the last corrections."""
        self.issue += 1
        self.press.order(issue=self.issue)

    def calibrate(self) -> None:
        """Two whole runs: how long one takes, and how many statements each phase has."""
        self.begin()
        started = time.monotonic()
        mark = self.folder / "marks"
        with self.nursery.crawl(self.database, ["--mark", str(mark)], fresh=True) as crawl:
            while not mark.exists() and time.monotonic() - started < 60:
                time.sleep(0.005)
            self.seconds["start"] = time.monotonic() - started
            if code := crawl.wait():
                sys.exit(f"a crawl that nobody kills ends with {code}: see {self.folder / 'crawls.log'}")
        self.seconds["time"] = time.monotonic() - started
        for line in mark.read_text().splitlines():
            phase, count = line.split()
            self.limits[phase] += int(count)

    def kill(self, kind: str) -> bool:
        """One kill; False where the process ended before."""
        fresh = self.cold or kind in ("start", "time")
        arguments = ["--mark", str(self.folder / "marks")]
        if kind in PHASES:
            statement = self.dice.randint(1, max(1, self.limits[kind]))
            after = self.dice.choice((0.0, self.dice.uniform(0, LATEST_MS / 1000)))
            arguments += ["--phase", kind, "--statement", str(statement), "--after", f"{after:.6f}"]
        reader = Reader(self.database)
        reader.start()
        with self.nursery.crawl(self.database, arguments, fresh=fresh) as crawl:
            if kind not in PHASES:
                time.sleep(self.dice.uniform(0, self.seconds[kind]))
                with suppress(ProcessLookupError):
                    os.killpg(crawl.pid, signal.SIGKILL)
            code = crawl.wait()
        seen = reader.end()
        self.readings += reader.readings
        if code not in (0, -signal.SIGKILL):
            said = " ".join((self.folder / "crawls.log").read_text()[-300:].split())
            self.faults.append(f"{kind}: a crawl ended with {code}: {said}")
        told = self.kinds[kind]
        if code != -signal.SIGKILL:
            told.escaped += 1
            self.limits[kind] //= 2  # the later issues have less to write
            return False
        told.kills, told.fresh = told.kills + 1, told.fresh + fresh
        self.faults += audit.orphans(self.folder)
        self.judge(kind, seen)
        return True

    def judge(self, kind: str, seen: Acknowledged) -> None:
        """Look at a copy of the files as the dead process left them, and of the same after a power cut.

        The database itself is left as it lies there: the next crawl has to live with that.
        """
        if not self.database.exists():
            return
        told = self.kinds[kind]
        copy = self._copy("killed")
        uncommitted = spoil(copy, self.database, random.Random(0), cut=False)
        told.in_transaction += bool(uncommitted)
        found = self._faults_of(copy, seen)
        copy = self._copy("cut")
        if spoil(copy, self.database, self.dice, cut=True) is not None:
            told.power_cuts += 1
            found += [f"after a power cut: {fault}" for fault in self._faults_of(copy, seen)]
        told.faults += len(found)
        self.faults += [f"{kind}, kill {sum(known.kills for known in self.kinds.values())}: {fault}" for fault in found]

    def _copy(self, name: str) -> Path:
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for suffix in ("", "-wal"):
            if (file := Path(f"{self.database}{suffix}")).exists():
                shutil.copy(file, folder / file.name)
        return folder / self.database.name

    def _faults_of(self, copy: Path, seen: Acknowledged) -> list[str]:
        found = audit.damage(copy)
        with closing(sqlite3.connect(copy, isolation_level=None)) as db:
            if not db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'urls'").fetchone()[0]:
                return found + (["acknowledged and lost: the schema"] if seen.migrations else [])
            found += seen.missing_in(Acknowledged.of(db))
            open_runs = db.execute("SELECT count(*) FROM runs WHERE status = 'running'").fetchone()[0]
        if open_runs > 1:
            found.append("a run that was killed is said to be still going on beside the next one")
        return found + audit.broken_rules(copy)

    def finish(self) -> None:
        """Read the paper to its end: two whole runs, and everything is there, once."""
        for _ in range(2):
            with self.nursery.crawl(self.database, ["--mark", os.devnull], fresh=False) as crawl:
                code = crawl.wait()
            if code:
                self.faults.append(f"the run after the kills ended with {code}")
        try:
            found = self._balance()
        except sqlite3.Error as error:
            found = [str(error)]
        self.faults += [f"after generation {self.generation}: {fault}" for fault in found]

    def _balance(self) -> list[str]:
        self.closed += self._interrupted()
        books = audit.balance(self.database, self.press.press, self.press.served(), self.issue)
        found = books.faults + audit.damage(self.database) + audit.broken_rules(self.database)
        if audit.open_runs(self.database):
            found.append("a run is said to be still going on")
        self.articles += books.stored
        return found

    def _interrupted(self) -> int:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT count(*) FROM runs WHERE status = 'interrupted'").fetchone()[0])


def spoil(copy: Path, original: Path, dice: random.Random, *, cut: bool) -> int | None:
    """Do to a copy what a power cut may do when every commit is synced; the bytes of the log that were not committed.

    The log is cut at a random byte behind the last commit that a reader could see, sectors of what is left there are
    garbage, and so are pages of the database that the log has anew: a checkpoint may have been writing them. None
    where the index of the log does not say where that commit ends.
    """
    wal, index = Path(f"{copy}-wal"), Path(f"{original}-shm")
    if not wal.exists() or wal.stat().st_size < _WAL_HEAD or not index.exists():
        return None
    head, log = index.read_bytes()[:96], wal.read_bytes()
    has_commits = bool(head[12])  # else the very first transaction was under way
    if has_commits and (head[:48] != head[48:] or head[32:40] != log[16:24]):
        return None
    page_size, frames = _sizes(head) if has_commits else (int.from_bytes(log[8:12], "big"), 0)
    end = _WAL_HEAD + frames * (_FRAME_HEAD + page_size)
    if not cut:
        return max(0, len(log) - end)
    tail = bytearray(log[end : dice.randint(min(end, len(log)), len(log))])
    for start in range(0, len(tail), _SECTOR):
        if dice.random() < 0.3:
            tail[start : start + _SECTOR] = dice.randbytes(len(tail[start : start + _SECTOR]))
    wal.write_bytes(log[:end] + tail)
    pages = {struct.unpack(">I", log[at : at + 4])[0] for at in range(_WAL_HEAD, end, _FRAME_HEAD + page_size)}
    with copy.open("r+b") as file:
        for page in sorted(pages):
            if dice.random() < 0.3 and page * page_size <= copy.stat().st_size:
                file.seek((page - 1) * page_size)
                file.write(dice.randbytes(page_size))
    return max(0, len(log) - end)


def _sizes(head: bytes) -> tuple[int, int]:
    """(page size, frames committed) of the index of a log, in the machine's byte order."""
    size, frames = struct.unpack("=HI", head[14:20])
    return (65536 if size == 1 else size), frames


def series(killer: Killer, kills: int) -> None:
    """Kill so often, kind after kind in random order; an empty database for each round."""
    killer.calibrate()
    killer.finish()
    done, whole = 0, Counter(killer.limits)
    while done < kills:
        killer.begin()
        killer.limits = Counter(whole)
        rest = [kind for kind in KINDS if kind != "migration"]
        killer.dice.shuffle(rest)
        for kind in ("migration", *rest):
            if done < kills:
                done += any(killer.kill(kind) for _ in range(4))
                killer.turn()
                print(f"\r{done} kills, {len(killer.faults)} faults", end="", file=sys.stderr, flush=True)
        killer.finish()
    print(file=sys.stderr)


def report(killer: Killer) -> str:
    """The table for people."""
    lines = [f"{'killed':10}{'kills':>7}{'fresh':>7}{'escaped':>9}{'mid-write':>11}{'power cuts':>12}{'faults':>8}"]
    for name, kind in killer.kinds.items():
        figures = (kind.kills, kind.fresh, kind.escaped, kind.in_transaction, kind.power_cuts, kind.faults)
        lines.append("{:10}{:7}{:7}{:9}{:11}{:12}{:8}".format(name, *figures))
    total = sum(kind.kills for kind in killer.kinds.values())
    lines += [
        f"{total} kills; {killer.readings} readings while they ran; a later run closed {killer.closed} rows of runs",
        f"{killer.articles} articles of {killer.generation} databases, each there once with its words at the end",
        f"{len(killer.faults)} faults",
    ]
    return "\n".join(lines + [f"  {fault}" for fault in killer.faults[:30]])


def facts(killer: Killer) -> dict[str, Any]:
    """What `--json` prints."""
    kinds = {
        name: {key: getattr(kind, key) for key in Kind.__dataclass_fields__} for name, kind in killer.kinds.items()
    }
    return {
        "kills": sum(kind.kills for kind in killer.kinds.values()),
        "kinds": kinds,
        "articles": killer.articles,
        "databases": killer.generation,
        "faults": killer.faults,
    }


def main() -> None:
    layout = argparse.RawDescriptionHelpFormatter
    options = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    options.add_argument("--kills", type=int, default=500)
    options.add_argument("--seed", type=int, help="of the kills and of the paper; any, and printed, when not given")
    options.add_argument("--sites", type=int, default=3)
    options.add_argument("--stories", type=int, default=120)
    options.add_argument("--cold", action="store_true", help="start every process anew, fork none")
    options.add_argument("--json", action="store_true", help="print one JSON object")
    options.add_argument("--keep", type=Path, help="folder that keeps databases and logs")
    chosen = options.parse_args()
    seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}", file=sys.stderr)
    edition = Edition(seed, chosen.sites, chosen.stories, 4, 0.0, datetime.now(UTC).isoformat())
    with tempfile.TemporaryDirectory() as folder, running(edition) as press:
        place = chosen.keep or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        press.press.write_sources(place / "sources")
        killer = Killer(press, place, seed, cold=chosen.cold)
        try:
            series(killer, chosen.kills)
        finally:
            killer.nursery.close()
    print(json.dumps(facts(killer) | {"seed": seed}, indent=1) if chosen.json else report(killer))
    sys.exit(bool(killer.faults))


if __name__ == "__main__":
    main()
