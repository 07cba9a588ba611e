"""Days of cron against sites that fail at random, in minutes: nothing lost, nothing double, memory and files flat.

    python bench/soak.py                             20,000 articles over 50 runs
    python bench/soak.py --articles 4000 --runs 12 --seed 7

Every run is a fresh `worlddesk crawl --quiet`, as cron starts it, of papers of bench/press.py that have printed
another issue since. One answer in eight is spoiled; a fifth of the runs is killed (SIGKILL to the whole group), a tenth
asked to end (SIGTERM); in every other run an analyst holds a transaction open from start to end and writes to a table
of their own. Then the weather clears, and after three quiet runs the books are balanced: see `promises`.

The clock of the crawls is moved, nothing in the database: bench/clock puts each run `--hours` later than the one
before, so that listings and second looks come due by their own rhythm. SQLite and the file system keep the real time.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import audit
from press import Edition, Running, running

ROOT = Path(__file__).resolve().parent.parent
CLOCK = Path(__file__).with_name("clock")
SPOILED = 0.12
"""Share of the answers that are not as they should be."""
KILLED, ASKED = 0.2, 0.1
QUIET_RUNS, QUIET_HOURS = 3, 25.0
"""At the end, so far apart that whatever waits comes due."""
MOST_MB = 300
GROWTH = 1.1
"""Of memory, from the first third of the runs to the last."""
MORE_FILES = 3
TERM_SECONDS = 10.0
FINE = frozenset({0, 3})
_PAGE_KB = os.sysconf("SC_PAGE_SIZE") // 1024


# ---------------------------------------------------------------- what a run costs


@dataclass(slots=True)
class Run:
    """One crawl as seen from outside."""

    issue: int
    fate: str
    """'whole', 'SIGKILL', 'SIGTERM', 'quiet'."""
    exit_code: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    """User and system time of the main process and of the workers that it waited for."""
    ended_in: float = 0.0
    """Seconds from the signal to the end."""
    main_mb: float = 0.0
    """Largest resident set of the main process."""
    all_mb: float = 0.0
    """The same of it and its workers together, each shared page counted once (PSS)."""
    files: int = 0
    """Most open files of the main process."""
    wal_mb: float = 0.0
    db_mb: float = 0.0
    requests: int = 0
    new: int = 0
    failed: int = 0
    """Requests that brought no page: error, blocked, gone, empty, skipped, no article."""
    analyst: str = ""
    said: str = ""
    """Its last words on stderr."""


class Watch(threading.Thread):
    """Looks into /proc four times a second while a crawl runs."""

    def __init__(self, pid: int, database: Path, run: Run):
        super().__init__(daemon=True)
        self.pid, self.database, self.run_of = pid, database, run
        self.ended = threading.Event()

    def run(self) -> None:
        """Note the largest of everything."""
        while not self.ended.wait(0.25):
            try:
                self._look()
            except (OSError, ValueError, IndexError):  # it has just ended
                continue

    def _look(self) -> None:
        run, pids = self.run_of, [self.pid, *_children(self.pid)]
        run.main_mb = max(run.main_mb, _resident_mb(self.pid))
        run.all_mb = max(run.all_mb, sum(map(_shared_out_mb, pids)))
        run.files = max(run.files, len(os.listdir(f"/proc/{self.pid}/fd")))  # noqa: PTH208
        run.wal_mb = max(run.wal_mb, _size_mb(Path(f"{self.database}-wal")))


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found += [child, *_children(child)]
    return found


def _resident_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_KB / 1024


def _shared_out_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _size_mb(path: Path) -> float:
    return path.stat().st_size / 1e6 if path.exists() else 0.0


# ---------------------------------------------------------------- who works beside it


class Analyst(threading.Thread):
    """Holds a transaction open as long as a crawl runs, and writes to a table of their own now and then."""

    def __init__(self, database: Path, dice: random.Random):
        super().__init__(daemon=True)
        self.database, self.dice = database, dice
        self.written = 0
        self.trouble: str | None = None
        self.ended = threading.Event()

    def run(self) -> None:
        """Read from first to last, write in between."""
        while not self.database.exists() and not self.ended.wait(0.1):
            continue
        try:
            with closing(sqlite3.connect(self.database, isolation_level=None, timeout=30)) as writer:
                self._write(writer)
                with closing(sqlite3.connect(self.database, isolation_level=None)) as reader:
                    reader.execute("BEGIN")
                    (first,) = reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
                    while not self.ended.wait(self.dice.uniform(0.5, 3)):
                        self._write(writer)
                    if reader.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] != first:
                        self.trouble = "what was read changed within a transaction"
        except sqlite3.Error as error:
            self.trouble = str(error)

    def _write(self, writer: sqlite3.Connection) -> None:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("CREATE TABLE IF NOT EXISTS notes_of_an_analyst (note TEXT)")
        writer.execute("INSERT INTO notes_of_an_analyst VALUES ('seen')")
        self.ended.wait(self.dice.uniform(0, 1))
        writer.execute("COMMIT")
        self.written += 1

    def end(self) -> None:
        """Stop."""
        self.ended.set()
        self.join()


# ---------------------------------------------------------------- the soak


@dataclass(slots=True)
class Soak:
    """All runs against one press."""

    press: Running
    folder: Path
    dice: random.Random
    runs: list[Run] = field(default_factory=list)
    notes: int = 0
    """What the analyst wrote and committed."""
    faults: list[str] = field(default_factory=list)

    @property
    def database(self) -> Path:
        """Where all runs store."""
        return self.folder / "news.db"

    def live(self) -> None:
        """All runs in the bad weather, then the quiet ones."""
        edition = self.press.press.edition
        self.press.order(rate=SPOILED)
        for issue in range(1, edition.issues + 1):
            self.one(issue, edition.hours * (issue - 1), self._fate(issue))
        self.press.order(rate=0)
        last = edition.issues + 12  # by then every correction is printed
        for number in range(QUIET_RUNS):
            self.one(last, edition.hours * (last - 1) + QUIET_HOURS * number, "quiet")

    def _fate(self, issue: int) -> str:
        roll = self.dice.random()
        return "whole" if issue == 1 or roll > KILLED + ASKED else "SIGTERM" if roll > KILLED else "SIGKILL"

    def one(self, issue: int, hours: float, fate: str) -> None:
        """One run of cron, `hours` after the first."""
        self.press.order(issue=issue)
        run = Run(issue, fate)
        analyst = Analyst(self.database, random.Random(self.dice.random())) if self.dice.random() < 0.5 else None
        usual = statistics.median(known.seconds for known in self.runs) if self.runs else 10.0
        at = self.dice.uniform(0.3, usual)
        log = (self.folder / "crawls.log").open("a+")
        command = [sys.executable, "-P", "-m", "crawler", "crawl", "--quiet"]
        started, spent = time.monotonic(), _spent()
        with (
            log,
            subprocess.Popen(
                command, env=self._environment(hours), cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            ) as process,
        ):
            watch = Watch(process.pid, self.database, run)
            watch.start()
            if analyst is not None:
                analyst.start()
            self._wait(process, run, at)
            run.exit_code, run.seconds = process.wait(), time.monotonic() - started
            run.cpu_s = _spent() - spent
            watch.ended.set()
            watch.join()
            run.said = _last_words(log)
        if analyst is not None:
            analyst.end()
            self.notes += analyst.written
            run.analyst = analyst.trouble or f"{analyst.written} notes"
            self.faults += [f"run {len(self.runs) + 1}: the analyst met {analyst.trouble}"] if analyst.trouble else []
        self._count(run)
        self.runs.append(run)
        self.faults += audit.orphans(self.folder)
        self._judge_end(run)
        print(line_of(len(self.runs), run), file=sys.stderr, flush=True)

    def _environment(self, hours: float) -> dict[str, str]:
        paths = os.pathsep.join(filter(None, (str(ROOT), str(CLOCK), os.environ.get("PYTHONPATH"))))
        own = {"WORLDDESK_DB": str(self.database), "WORLDDESK_SOURCES": str(self.folder / "sources")}
        own |= {"PYTHONPATH": paths, "WORLDDESK_PUBLIC_NETWORKS": "127.0.0.0/8"}
        return os.environ | own | {"WORLDDESK_BENCH_AHEAD": str(hours * 3600)}

    @staticmethod
    def _wait(process: subprocess.Popen[bytes], run: Run, at: float) -> None:
        if run.fate not in ("SIGKILL", "SIGTERM"):
            process.wait()
            return
        try:
            process.wait(at)
        except subprocess.TimeoutExpired:
            asked = time.monotonic()
            if run.fate == "SIGKILL":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.terminate()
            process.wait()
            run.ended_in = time.monotonic() - asked

    def _judge_end(self, run: Run) -> None:
        fine = FINE | {"SIGKILL": {-signal.SIGKILL}, "SIGTERM": {128 + signal.SIGTERM}}.get(run.fate, set())
        if run.exit_code not in fine:
            self.faults.append(f"run {len(self.runs)} ended with {run.exit_code}: {run.said}")
        if run.fate == "SIGTERM" and run.ended_in > TERM_SECONDS:
            self.faults.append(f"run {len(self.runs)} took {run.ended_in:.1f} s to end after SIGTERM")

    def _count(self, run: Run) -> None:
        run.db_mb = _size_mb(self.database)
        try:
            with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as db:
                query = "SELECT outcome, count(*) FROM fetches WHERE run_id = (SELECT max(run_id) FROM runs) GROUP BY 1"
                outcomes = Counter(dict(db.execute(query).fetchall()))
        except sqlite3.OperationalError:  # killed before there was a table
            return
        run.requests, run.new = outcomes.total(), outcomes["new"]
        bad = ("error", "blocked", "gone", "empty", "skipped", "not_article", "robots")
        run.failed = sum(outcomes[name] for name in bad)


def _spent() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)  # the press is never waited for: it does not count
    return usage.ru_utime + usage.ru_stime


def _last_words(log: Any) -> str:
    log.seek(0)
    return " ".join(log.read()[-300:].split())


# ---------------------------------------------------------------- what is promised


def promises(soak: Soak, books: audit.Books) -> list[str]:
    """What does not hold, for people."""
    found = soak.faults + books.faults + audit.damage(soak.database) + audit.broken_rules(soak.database)
    if audit.open_runs(soak.database):
        found.append("a run is said to be still going on")
    with closing(sqlite3.connect(soak.database)) as db:
        has_table = db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'notes_of_an_analyst'").fetchone()[0]
        kept = db.execute("SELECT count(*) FROM notes_of_an_analyst").fetchone()[0] if has_table else 0
    if kept != soak.notes:
        found.append(f"the analyst committed {soak.notes} notes, there are {kept}")
    return found + _flatness(soak.runs)


def _flatness(runs: list[Run]) -> list[str]:
    found = []
    most = max(run.all_mb for run in runs)
    if most > MOST_MB:
        found.append(f"memory: {most:.0f} MB, more than {MOST_MB}")
    first, last = thirds(runs)
    if first and last:
        memory = [statistics.median(run.all_mb for run in part) for part in (first, last)]
        if memory[1] > GROWTH * memory[0]:
            found.append(
                f"memory grows: {memory[0]:.0f} MB in the first third of the runs, {memory[1]:.0f} in the last"
            )
        files = [max(run.files for run in part) for part in (first, last)]
        if files[1] > files[0] + MORE_FILES:
            found.append(f"open files grow: {files[0]} in the first third of the runs, {files[1]} in the last")
    return found


def thirds(runs: list[Run]) -> tuple[list[Run], list[Run]]:
    """The first and the last third of the runs that were not cut short; nothing where there are too few."""
    whole = [run for run in runs if run.fate == "whole"]
    size = len(whole) // 3
    return (whole[:size], whole[-size:]) if size >= 3 else ([], [])


HEAD = (
    f"{'run':>4} {'fate':8}{'exit':>5}{'s':>7}{'CPU s':>7}{'requests':>9}{'new':>6}{'failed':>7}"
    f"{'main MB':>8}{'all MB':>7}{'files':>6}{'wal MB':>7}{'db MB':>7}  analyst"
)


def line_of(number: int, run: Run) -> str:
    """One run in the table."""
    return (
        f"{number:4} {run.fate:8}{run.exit_code:5}{run.seconds:7.1f}{run.cpu_s:7.1f}{run.requests:9}"
        f"{run.new:6}{run.failed:7}{run.main_mb:8.0f}{run.all_mb:7.0f}{run.files:6}"
        f"{run.wal_mb:7.1f}{run.db_mb:7.1f}  {run.analyst}"
    )


def report(soak: Soak, books: audit.Books, told: dict[str, Any]) -> str:
    """The table for people."""
    lines = [HEAD, *(line_of(number, run) for number, run in enumerate(soak.runs, 1)), ""]
    faults = ", ".join(f"{name} {count}" for name, count in Counter(told["faults"]).most_common())
    lines += [
        f"{told['requests']} requests; spoiled: {faults or 'none'}",
        f"printed {books.printed}, stored {books.stored}, withdrawn before they were read {books.withdrawn}, "
        f"lost {len(books.lost)}, double {len(books.double)}",
        f"revisions {books.revisions} ({len(books.wrong_revisions)} wrong), copies {books.copies} "
        f"({len(books.wrong_copies)} wrong), notes of the analyst {soak.notes}",
        f"most memory {max(run.all_mb for run in soak.runs):.0f} MB (main process "
        f"{max(run.main_mb for run in soak.runs):.0f}), most open files {max(run.files for run in soak.runs)}",
    ]
    first, last = thirds(soak.runs)
    if first and last:
        costs = [
            1000 * sum(run.cpu_s for run in part) / max(1, sum(run.requests for run in part)) for part in (first, last)
        ]
        memory = [statistics.median(run.all_mb for run in part) for part in (first, last)]
        lines.append(
            f"first and last third of the whole runs: {costs[0]:.1f} and {costs[1]:.1f} ms of CPU a request, "
            f"{memory[0]:.0f} and {memory[1]:.0f} MB"
        )
    return "\n".join(lines)


def facts(soak: Soak, books: audit.Books, told: dict[str, Any], broken: list[str]) -> dict[str, Any]:
    """What `--json` prints."""
    numbers = {name: getattr(books, name) for name in ("printed", "stored", "withdrawn", "revisions", "copies")}
    lists = {name: getattr(books, name) for name in ("lost", "double", "foreign", "wrong_revisions", "wrong_copies")}
    weather = {"requests": told["requests"], "spoiled": told["faults"], "notes": soak.notes}
    return numbers | lists | weather | {"runs": [asdict(run) for run in soak.runs], "broken": broken}


def main() -> None:
    layout = argparse.RawDescriptionHelpFormatter
    options = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    options.add_argument("--articles", type=int, default=20_000)
    options.add_argument("--runs", type=int, default=50, help="in bad weather; three quiet ones follow")
    options.add_argument("--sites", type=int, default=20)
    options.add_argument("--hours", type=float, default=2.0, help="from one run to the next, on the crawl's clock")
    options.add_argument("--seed", type=int, help="of all that is random; any, and printed, when not given")
    options.add_argument("--json", action="store_true", help="print one JSON object")
    options.add_argument("--keep", type=Path, help="folder that keeps database and log")
    chosen = options.parse_args()
    seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}", file=sys.stderr)
    edition = Edition(seed, chosen.sites, chosen.articles, chosen.runs, chosen.hours, datetime.now(UTC).isoformat())
    with tempfile.TemporaryDirectory() as folder, running(edition) as press:
        place = chosen.keep or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        press.press.write_sources(place / "sources")
        soak = Soak(press, place, random.Random(seed))
        soak.live()
        told = press.order(tell=True)
        books = audit.balance(soak.database, press.press, press.served(), soak.runs[-1].issue)
        broken = promises(soak, books)
        everything = books.lost + books.double + books.foreign + books.wrong_revisions + books.wrong_copies
        if chosen.json:
            print(json.dumps(facts(soak, books, told, broken) | {"seed": seed}, ensure_ascii=False, indent=1))
        else:
            print(report(soak, books, told))
    for fault in [*broken, *everything[:20]]:
        print(f"broken: {fault}", file=sys.stderr)
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
