"""One run from start to exit code: lock, database, run row, Scrapy's engine, last words.

`worlddesk crawl` and `scrapy crawl international` are the same run: both end in `conduct`.
"""

from __future__ import annotations

import errno
import fcntl
import json
import logging
import os
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from crawler import __version__, fetch, gate, interrupt, pages, runlog, schedule, store
from crawler.catalogue import Source, read_sources
from crawler.database import LOCAL, check_file, connect, settle
from crawler.errors import DatabaseError, LockedError, SourceError, UsageError
from crawler.health import transitions
from crawler.health.ping import Ping, as_seen
from crawler.health.tell import was_told
from crawler.migrations import is_current
from crawler.normalise import clean, now
from crawler.report import summary
from crawler.report.health import TROUBLE
from crawler.report.terminal import Column, is_watched, note, say, say_json, say_table
from crawler.runs import FAILED, OK, PARTIAL
from crawler.upkeep import prune
from crawler.upkeep.integrity import check_daily

if TYPE_CHECKING:
    from scrapy.crawler import AsyncCrawlerProcess, Crawler
    from scrapy.settings import Settings
    from sqlite_utils import Database

    from crawler.desk import Desk
    from crawler.walk import Errand, Report
    from crawler.workers.pool import Pool

_LONGEST_RUN = 0.5
"""Hours; CLOSESPIDER_TIMEOUT of settings.py and what a run needs to end."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is asked to do."""

    database: Path
    sources: list[Source]
    """Those to crawl."""
    known: list[Source]
    """Those that could be read, the disabled ones as well."""
    names: Sequence[str] = ()
    """Those asked for by name; empty = the whole folder."""
    problems: list[SourceError] = field(default_factory=list)
    """Sources that cannot be read; the others are crawled all the same."""
    everything: bool = False
    """Every listing and every recent article, not only what is due."""
    errand: Errand | None = None
    """Back in time; None = a crawl."""
    command: str = ""
    trigger: str | None = None
    """What started us: cron, systemd, manual, test; None = nobody knows."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    run_id: int
    exit_code: int
    reports: Mapping[str, Report] = field(default_factory=dict)
    """How far each source was walked back; empty after a crawl."""


def plan(
    database: Path,
    folder: Path,
    names: Sequence[str] = (),
    *,
    everything: bool = False,
    errand: Errand | None = None,
    trigger: str | None = None,
) -> Plan:
    """Read the chosen sources. Raises UsageError where a name is unknown or nothing is left to crawl."""
    problems: list[SourceError] = []
    chosen = read_sources(folder, names, problems=problems)
    sources = [source for source in chosen if names or not source.disabled]
    if problems and (names or not sources):
        raise SourceError("\n".join(map(str, problems)))
    if not sources:
        raise UsageError(f"{folder} holds no source to crawl; add one as NAME.toml or choose another folder")
    return Plan(database, sources, chosen, names, problems, everything, errand, _command(), trigger or _trigger())


def _command() -> str:
    return " ".join(sys.argv).encode("utf-8", "replace").decode()  # a file's name may be no UTF-8


def _trigger() -> str | None:
    """Who started us; None where nothing says so: a script, another machine's ssh.

    Told by the processes above us: everything below systemd inherits INVOCATION_ID, cron's jobs and terminals too.
    """
    if any(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return "manual"
    above = [name.lower() for name in _above()]
    if any(name in _CRONS for name in above):
        return "cron"
    is_unit = above[:1] == ["systemd"] or os.environ.get("SYSTEMD_EXEC_PID") == str(os.getpid())
    return "systemd" if is_unit and "INVOCATION_ID" in os.environ else None


_CRONS = frozenset({"cron", "crond", "anacron", "fcron", "bcron-exec", "busybox"})


def _above() -> Iterator[str]:
    """Names of the processes above this one, the nearest first; none where there is no /proc."""
    pid = os.getppid()
    for _ in range(32):
        try:
            name, _, rest = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").partition("(")[2].rpartition(")")
        except OSError:
            return
        yield name
        pid = int(rest.split()[1])


def crawl(
    database: Path,
    folder: Path,
    names: Sequence[str] = (),
    *,
    everything: bool = False,
    quiet: bool = False,
    as_json: bool = False,
    dry_run: bool = False,
    trigger: str | None = None,
) -> int:
    """Crawl in this process, once (a Twisted reactor does not start twice), say how it went; return the exit code.

    On a terminal a live table shows progress; else one line when all is well and a line for each broken source;
    `quiet` prints only trouble, `as_json` one object, `dry_run` what would be fetched, without fetching.
    """
    asked = plan(database, folder, names, everything=everything, trigger=trigger)
    for problem in asked.problems:
        for line in str(problem).splitlines():
            click.echo(f"worlddesk: {clean(line)}", err=True)
    if dry_run:
        return _foresee(asked, as_json=as_json)
    user_agent(asked.sources)  # no contact is a mistake also while nothing is due
    gate.public_networks()  # and so is what the environment says wrongly
    if is_idle(asked):
        Ping().end(OK, ["worlddesk: nothing is due"])
        return _tell_idle(asked, quiet=quiet, as_json=as_json)
    try:
        ended = conduct(_process(asked, progress=_is_watched(quiet=quiet, as_json=as_json)), asked)
    except LockedError as error:
        return _left_alone(error, asked.database, quiet=quiet)
    _tell(asked.database, ended, quiet=quiet, as_json=as_json)
    return ended.exit_code


def _left_alone(error: LockedError, database: Path, *, quiet: bool) -> int:
    """Exit code where another run holds the database; only where it has done so for too long is that trouble.

    A quiet run says so once a day.
    """
    if quiet and (is_usual(error.since) or _is_told(database)):
        return error.exit_code
    raise error


def _is_told(database: Path) -> bool:
    """Whether it was said today that the lock is old; from now on it was.

    When its file was changed says so: whoever holds it writes into it when it begins, and then never.
    """
    path = _lock_of(database)
    with suppress(OSError):
        last = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        begun = json.loads(path.read_text("utf-8"))["since"]
        if (last - datetime.fromisoformat(begun)).total_seconds() > 60 and last.date() == datetime.now(UTC).date():
            return True
        os.utime(path)
    return False


def history(
    database: Path,
    folder: Path,
    names: Sequence[str],
    errand: Errand,
    *,
    quiet: bool = False,
    as_json: bool = False,
    dry_run: bool = False,
) -> int:
    """Read back in time, as `crawl` does in all else; return the exit code: PARTIAL as well where some is left."""
    from crawler.report import back

    asked = plan(database, folder, names, errand=errand)
    if dry_run:
        back.foresee(asked.database, asked.sources, errand, as_json=as_json)
        return OK
    try:
        ended = conduct(_process(asked, progress=_is_watched(quiet=quiet, as_json=as_json)), asked)
    except LockedError as error:
        return _left_alone(error, asked.database, quiet=quiet)
    back.tell(asked.database, ended, errand, quiet=quiet, as_json=as_json)
    if not quiet and not as_json:
        say_log(asked.database, ended)
    return ended.exit_code


def _is_watched(*, quiet: bool, as_json: bool) -> bool:
    return sys.stdout is not None and sys.stdout.isatty() and not quiet and not as_json


def is_idle(asked: Plan) -> bool:
    """Whether nothing is due: told from the database alone, without lock and without Scrapy."""
    if asked.everything or asked.errand is not None or not asked.database.exists():
        return False
    try:
        with closing(store.open_database(asked.database, read_only=True)) as db:
            if not is_current(db):
                return False
            ids = [source.source_id for source in asked.sources]
            written = {(source.source_id, listing.url) for source in asked.sources for listing in source.listings}
            return written == store.known_listings(db, ids) and not store.is_due(db, ids, now())
    except DatabaseError:  # whoever opens it to write says what is wrong
        return False


def is_usual(since: str | None) -> bool:
    """Whether a lock held since then is only that of a run that has not reached its deadline."""
    return since is None or schedule.hours_between(since, now()) < _LONGEST_RUN


def _tell_idle(asked: Plan, *, quiet: bool, as_json: bool) -> int:
    exit_code = PARTIAL if asked.problems else OK
    with closing(store.open_database(asked.database, read_only=True)) as db:
        at = store.next_due(db, [source.source_id for source in asked.sources])
    if as_json:
        say_json(summary.idle_summary(exit_code))
    elif not quiet:
        click.echo(f"worlddesk: {_until(at)}; --all asks all the same")
    return exit_code


def _until(at: str | None) -> str:
    return f"nothing is due before {at}" if at else "nothing is due"


def _process(asked: Plan, *, progress: bool) -> AsyncCrawlerProcess:
    from scrapy.crawler import AsyncCrawlerProcess

    settings = project_settings()
    settings.setdict({"WORLDDESK_PROGRESS": progress, "LOG_LEVEL": "ERROR", "STATS_DUMP": False}, "cmdline")
    identify(settings, asked.sources)
    return AsyncCrawlerProcess(settings)


def _tell(database: Path, ended: Ended, *, quiet: bool, as_json: bool) -> None:
    is_interrupted = ended.exit_code > 128  # whoever sent the signal waits: what is news is told by the next run
    with closing(store.open_database(database, read_only=True)) as db:
        ended_so = summary.run_summary(db, ended.run_id)
        changes = [] if is_interrupted else transitions.untold(db)
    if as_json:
        say_json(ended_so | {"transitions": [asdict(change) for change in changes]})
    else:
        lines = summary.run_lines(ended_so, quiet=quiet, changes=changes)
        for line in lines:
            click.echo(line, err=ended.exit_code != 0)
        if lines:
            say_log(database, ended)
    if not is_interrupted:
        for complaint in was_told(database, changes):
            note(complaint)


def _tell_watchdog(watchdog: Ping, plan: Plan, ended: Ended) -> None:
    if watchdog.url:
        with closing(store.open_database(plan.database, read_only=True)) as db:
            told = summary.run_summary(db, ended.run_id)
        watchdog.end(as_seen(told | {"exit_code": ended.exit_code}, len(plan.sources)), summary.run_lines(told))


def say_log(database: Path, ended: Ended) -> None:
    """Where the log lies of a run that did not end well, or that none could be written."""
    with closing(store.open_database(database, read_only=True)) as db:
        (log_path,) = db.execute("SELECT log_path FROM runs WHERE run_id = ?", [ended.run_id]).fetchone()
    path = runlog.path_of(database, log_path)
    if log_path is None:
        folder = clean(str(runlog.folder(database)))
        click.echo(f"worlddesk: no log was written: make {folder} a folder that you may write to", err=True)
    elif path is not None and ended.exit_code != OK:
        click.echo(f"worlddesk: each request stands in {clean(str(path))}", err=True)


def _foresee(asked: Plan, *, as_json: bool) -> int:
    listings, articles, later = [], [], {}
    ids = [source.source_id for source in asked.sources]
    if asked.database.exists():
        with closing(store.open_database(asked.database, read_only=True)) as db:
            articles = store.due_articles(db, ids, now(), everything=asked.everything)
            later = {} if asked.everything else store.later_listings(db, ids, now())
    listings = [
        {"source": source.source_id, "kind": listing.kind, "url": listing.url}
        for source in asked.sources
        for listing in source.listings
        if listing.url not in later
    ]
    foreseen = listings + [{"source": url.source_id, "kind": "article", "url": url.url} for url in articles]
    if as_json:
        say_json(foreseen)
    elif foreseen or not later:
        _show_foreseen(foreseen)
    if later:
        note(f"{_listings(len(later))} due later, the first at {min(later.values())}")
    return PARTIAL if asked.problems else OK


def _show_foreseen(foreseen: Sequence[dict[str, str]]) -> None:
    if foreseen:
        columns = [Column("source"), Column("kind"), Column("url", wraps=True)]
        say_table(columns, [list(line.values()) for line in foreseen])
    if is_watched():
        articles = sum(line["kind"] == "article" for line in foreseen)
        known = f", {articles} known address{'' if articles == 1 else 'es'}" if articles else ""
        say(f"{_listings(len(foreseen) - articles)} due{known}; what the listings announce comes on top", "dim")


def _listings(number: int) -> str:
    return f"{number} listing is" if number == 1 else f"{number} listings are"


def project_settings() -> Settings:
    """Our settings.py, found beside this package: never one in the current folder or on PYTHONPATH."""
    from scrapy.settings import Settings

    root = str(Path(__file__).resolve().parent.parent)
    sys.path.insert(0, root)  # before a foreign settings.py or spiders/
    settings = Settings()
    settings.setmodule("settings", priority="project")
    return settings


def identify(settings: Settings, sources: Sequence[Source]) -> None:
    """Set the User-Agent with its contact. Raises ContactMissing before a live run without one."""
    settings.set("USER_AGENT", user_agent(sources), "cmdline")


def user_agent(sources: Sequence[Source]) -> str:
    """Who we are, with the contact. Raises ContactMissing before a live run without one."""
    return fetch.user_agent({urlsplit(listing.url).hostname or "" for source in sources for listing in source.listings})


def conduct(process: AsyncCrawlerProcess, plan: Plan) -> Ended:
    """Hold the lock, open the database, run the spider, write how it ended; a watchdog hears of it.

    Raises LockedError, and DatabaseError where the file is or becomes the trouble.
    """
    watchdog = Ping(is_crawl=plan.errand is None)
    with watchdog.watch():
        ended = _conduct(process, plan, watchdog)
    _tell_watchdog(watchdog, plan, ended)
    return ended


def _conduct(process: AsyncCrawlerProcess, plan: Plan, watchdog: Ping) -> Ended:
    from crawler.desk import Desk
    from crawler.extensions import Interrupt
    from crawler.workers.pool import Pool

    logging.root.setLevel(process.settings["LOG_LEVEL"])  # Scrapy builds every debug record, then drops it
    interrupt.listen()
    runlog.level()  # a mistake in it, or in the next, is one before anything was done
    prune.days_kept()
    page_days = pages.days_kept(process.settings.getint("WORLDDESK_PAGE_DAYS"))
    public = gate.of_setting(process.settings.get(gate.SETTING))
    answer = Interrupt(process)
    with locked(plan.database), closing(store.open_database(plan.database)) as db, Pool() as pool:
        watchdog.start()
        check_daily(db)
        _catch_up(db, plan, pool)
        with answer.answering():
            run_id, sources = _begin(db, plan)
            pool.warm()  # while the first requests are under way
            with _logged(db, plan, run_id), interrupt.last_words(partial(_say_last_words, plan.database, run_id)):
                desk = Desk(db, run_id, sources, pool, plan.errand, everything=plan.everything, page_days=page_days)
                desk.gate = public
                ended = _crawl(process, desk, unread_sources=len(plan.problems))
        if interrupt.number() is not None and ended.exit_code != interrupt.exit_code():
            ended = _interrupted(desk)  # it came while the last words were written
    if desk.trouble is not None and interrupt.number() is None:
        raise desk.trouble
    return ended


def _catch_up(db: Database, plan: Plan, pool: Pool) -> None:
    from crawler import reextract  # not for a run that finds nothing due

    sources = {source.source_id: source for source in plan.known}
    for _ in reextract.catch_up(db, sources, pool):
        continue


def _begin(db: Database, plan: Plan) -> tuple[int, list[Source]]:
    """Open the run; its number, and the sources of which something is due."""
    is_whole = plan.everything or plan.errand is not None
    try:
        store.sync_sources(db, plan.known, complete=not plan.names and not plan.problems)
        due = [source for source in plan.sources if is_whole or store.is_due(db, [source.source_id], now())]
        begun = store.begin_run(
            db,
            command=plan.command,
            trigger=plan.trigger,
            version=__version__,
            sources_total=len(due),
            kind="history" if plan.errand else "crawl",
        )
    except DatabaseError:
        if (code := interrupt.exit_code()) is not None:  # asked to end while somebody held the lock
            raise SystemExit(code) from None
        raise
    return begun, due


@contextmanager
def _logged(db: Database, plan: Plan, run_id: int) -> Iterator[None]:
    """Write the log of a run, from what it was asked to how it ended."""
    with runlog.written(plan.database, run_id, now()) as log_path:
        if log_path is not None:
            with suppress(DatabaseError):  # somebody holds the lock: the run itself will say so
                store.note_log(db, run_id, log_path)
        by = f"{plan.trigger or 'nobody knows whom'}, process {os.getpid()} of worlddesk {__version__}"
        runlog.LOGGER.info("run %s begins, started by %s: %s", run_id, by, plan.command)
        yield
        for level, line in _ending(db, run_id):
            runlog.LOGGER.log(level, "%s", line)


def _ending(db: Database, run_id: int) -> Iterator[tuple[int, str]]:
    """(level, line) for each source in trouble and for the run."""
    for name, status, message in db.execute(
        "SELECT source_id, status, message FROM run_sources WHERE run_id = ? ORDER BY source_id", [run_id]
    ).fetchall():
        yield logging.WARNING if status in TROUBLE else logging.DEBUG, f"{name} {status}: {message}"
    yield logging.INFO, summary.total_line(summary.run_summary(db, run_id))


def _crawl(process: AsyncCrawlerProcess, desk: Desk, *, unread_sources: int) -> Ended:
    """Run the spider and write how it ended."""
    crawler = process.create_crawler("history" if desk.errand else "international")
    desk.stop = crawler.stop_async
    try:
        process.crawl(crawler, desk=desk)
        process.start(install_signal_handlers=False)
    finally:
        desk.close()
        ended = _finish(desk, crawler, interrupt.number(), unread_sources=unread_sources)
        _let_go(desk)
        settle(desk.db)
    return ended


def _let_go(desk: Desk) -> None:
    """Once a day what is too old goes; how the run ended is written by then, and no trouble here changes it."""
    if desk.trouble is not None or interrupt.number() is not None:
        return
    with suppress(DatabaseError):
        if (gone := prune.prune_daily(desk.db, desk.run_id)) is not None:
            rows = ", ".join(f"{count:,} of {table}" for table, count in gone.counts.items() if count)
            runlog.LOGGER.info("let go with time: %s", rows or "nothing")


def _say_last_words(database: Path, run_id: int, number: int) -> None:
    """Where the process is ended from outside: with a connection of its own, since the other one hangs."""
    with closing(connect(database, "rw")) as db:
        store.note_interrupted(db, run_id, number)


def _interrupted(desk: Desk) -> Ended:
    """The run as one that a signal ended, whatever else is known of it."""
    number = interrupt.number() or 0
    with suppress(DatabaseError):  # somebody holds the lock: the next run closes this one's row
        store.note_interrupted(desk.db, desk.run_id, number)
    return Ended(desk.run_id, 128 + number)


def _finish(desk: Desk, crawler: Crawler, interrupted: int | None, *, unread_sources: int) -> Ended:
    """Write the end of the run."""
    reason = crawler.stats.get_value("finish_reason") if crawler.stats else None
    is_cut_short = reason in ("closespider_timeout", "memusage_exceeded")
    try:
        reports = _reports(
            desk, "interrupted" if interrupted else "the time of a run is over" if is_cut_short else None
        )
        exit_code = store.finish_run(
            desk.db,
            desk.run_id,
            interrupted=interrupted,
            crashed=desk.trouble is not None or reason in (None, "start_error"),
            crash_code=desk.trouble.exit_code if desk.trouble is not None else FAILED,
            cut_short=is_cut_short or not all(report.is_over for report in reports.values()),
            unread_sources=unread_sources,
            source_ids=list(desk.sources),
            page_days=desk.page_days,
            verdicts={name: (report.status, report.message) for name, report in reports.items()} or None,
        )
    except DatabaseError:
        if interrupt.number() is None:
            raise
        return _interrupted(desk)
    return Ended(desk.run_id, exit_code, reports)


def _reports(desk: Desk, ending: str | None) -> dict[str, Report]:
    """How far a run back in time came with each source; {} after a crawl."""
    from crawler import archives
    from crawler.walk import report

    return {
        name: report(walk, archives.waiting_days(desk.db, name, walk.asked), ending)
        for name, walk in desk.walks.items()
    }


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Hold `<database>.lock` for one run. Raises LockedError, which says who holds it, or DatabaseError.

    Nothing is laid beside what is no database of ours.
    """
    try:
        check_file(database)
        file = _lock_of(database).open("a+b", buffering=0)
    except OSError as error:
        raise _no_lock(database, error) from error
    with file:
        _take(file, database)
        yield


def _lock_of(database: Path) -> Path:
    file_itself = database.resolve()  # the same file by whatever link
    return file_itself.with_name(f"{file_itself.name}.lock")


def _no_lock(database: Path, error: OSError) -> DatabaseError:
    """No lock, no run; the remedy depends on what the system says."""
    if error.errno in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):
        return DatabaseError(f"{database} cannot be locked: {error.strerror}: {LOCAL}")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DatabaseError(f"{database}.lock cannot be written: the disk is full; free some space and run again")
    remedy = "make file and folder writable for you, or choose another place with --db"
    return DatabaseError(f"{database}.lock cannot be written: {error.strerror}; {remedy}")


def _take(file: FileIO, database: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder, since = lock_holder(file.read().decode("utf-8", "replace"))
        raise LockedError(f"{database} is held by another run, {holder}; this one did nothing", since) from None
    except OSError as error:
        raise _no_lock(database, error) from error
    with suppress(OSError):  # on a full disk the lock holds all the same, and only does not say whose it is
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": now()}).encode())


def lock_holder(text: str) -> tuple[str, str | None]:
    """(who, since when) holds the lock, as it wrote into the file."""
    try:
        who = json.loads(text)
        return f"process {who['pid']} on {who['host']} since {who['since']}", who["since"]
    except (ValueError, KeyError, TypeError):  # it has not written its name yet
        return "which just began", None
