"""Processes that read pages for us, so that no page can hurt the crawl: it can only end the one that reads it.

Each worker (worker.py) belongs to one thread of ours, which hands it a task, waits for the answer as long as
a page may take, and replaces it when it is gone. Own code, since a page must be blamed for what it did: a pool of
the standard library breaks as a whole when one of its processes ends, and others (pebble) tell neither which limit
was met nor at what stage, start all processes at once, and let each import the main module, hence Scrapy.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any

from crawler.errors import NotRead, PageKilled
from crawler.workers.worker import OUT_OF_MEMORY

ROOT = Path(__file__).resolve().parent.parent.parent
FEWEST = 2
"""Workers that there may be on however small a machine: the pages behind one that hangs have another."""
BACKLOG = 6
"""Tasks that wait before one more worker is worth its half second of start."""
SLOW = 1.0
"""Seconds for one task after which what waits behind it gets a worker of its own."""
_START_SECONDS = 60
_END_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """What one page may cost."""

    cpu_seconds: int = 10
    wall_seconds: float = 15.0
    memory_bytes: int = 1024 * 1024 * 1024
    """Of address space, the 60 MB of the interpreter included; a page of 8 MB takes some 200."""


@dataclass(frozen=True, slots=True)
class _Job:
    future: Future[Any]
    call: tuple[str, tuple[Any, ...], dict[str, Any]]


class Pool:
    """Workers that are started when they are needed; `submit` from any thread, `close` at the end."""

    def __init__(self, limits: Limits | None = None, most: int | None = None):
        self.limits = limits or Limits()
        self.most = most or max(FEWEST, _cores())
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self._workers: set[Worker] = set()
        self._mutex = Lock()
        self._is_closed = False

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def warm(self) -> None:
        """Start a worker now, while other things are being prepared."""
        self._start_if(lambda: not self._threads)

    def submit(self, task: str, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Let a worker call the function of this name ('module:function') with what can be pickled.

        The future raises what the function raised: PageError as it was, all else as NotRead. It raises
        PageKilled where the worker ended over it.
        """
        job = _Job(Future(), (task, args, kwargs))
        with self._mutex:  # or it would wait in a pool that was closed meanwhile
            if self._is_closed:
                job.future.cancel()
                return job.future
            self._jobs.put(job)
        self._start_if(lambda: not self._threads or self._jobs.qsize() >= BACKLOG)
        return job.future

    async def run(self, task: str, /, *args: Any, **kwargs: Any) -> Any:
        """As `submit`, for coroutines."""
        return await asyncio.wrap_future(self.submit(task, *args, **kwargs))

    def close(self) -> None:
        """End all workers, those at work too; what was not done is cancelled."""
        with self._mutex:
            self._is_closed = True
        with suppress(Empty):  # threads take from it too
            while (job := self._jobs.get_nowait()) is not None:
                job.future.cancel()
        for _ in self._threads:
            self._jobs.put(None)
        for worker in list(self._workers):
            worker.stop()
        for thread in self._threads:
            thread.join(_END_SECONDS)

    def worker_pids(self) -> list[int]:
        """Process numbers of the workers that there are now."""
        return [worker.process.pid for worker in list(self._workers) if worker.process is not None]

    def _start_if(self, is_needed: Callable[[], bool]) -> None:
        with self._mutex:
            if not self._is_closed and len(self._threads) < self.most and is_needed():
                thread = Thread(target=self._serve, name=f"worker {len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self) -> None:
        """Life of one of our threads: a worker at its side, one task after the other."""
        worker = Worker(self.limits)
        self._workers.add(worker)
        with suppress(NotRead):  # who needs it is told
            worker.make_fit()
        for job in iter(self._jobs.get, None):
            if job.future.set_running_or_notify_cancel():
                self._do(job, worker)
        worker.end()
        self._workers.discard(worker)

    def _do(self, job: _Job, worker: Worker) -> None:
        try:
            result = worker.do(job.call, self._help)
        except BaseException as error:  # whoever waits for it gets it
            job.future.set_exception(CancelledError() if self._is_closed else error)
        else:
            job.future.set_result(result)

    def _help(self) -> None:
        self._start_if(lambda: not self._jobs.empty())


class _Killed(Exception):
    """Somebody killed the process, perhaps the kernel for want of memory."""


class Worker:
    """A process, replaced when it is gone, and our end of the connection to it; used by one thread."""

    process: subprocess.Popen[bytes] | None = None
    _connection: Connection
    _is_ready = _is_busy = _goes_on = _is_over = False

    def __init__(self, limits: Limits):
        self.limits = limits

    def do(self, call: tuple[str, tuple[Any, ...], dict[str, Any]], help_out: Callable[[], None]) -> Any:
        """Let it do one task. Raises what the task raised, PageKilled where it ends over it, NotRead without it.

        Where somebody kills it, another one tries the same once more. `help_out` is called while a task takes long.
        """
        for _ in range(2):
            self.make_fit()
            self._is_busy = True
            with suppress(_Killed):
                return self._ask(call, help_out)
        raise NotRead("the process that was to read it was killed from outside, twice")

    def make_fit(self) -> None:
        """See to it that there is a process that can do a task. Raises NotRead where none can be started."""
        if self.process is not None and self.process.poll() is None and self._is_ready and self._goes_on:
            return
        self.end()
        if not self._is_over:
            self._start()
            self._goes_on = True
            with suppress(EOFError, OSError):
                self._is_ready = self._connection.poll(_START_SECONDS) and self._connection.recv() == ("ready",)
        if not self._is_ready:
            raise NotRead("no process can be started to read it")

    def _start(self) -> None:
        try:
            self._connection, theirs = Pipe()
            with theirs:
                numbers = (theirs.fileno(), os.getpid(), self.limits.memory_bytes, self.limits.cpu_seconds)
                self.process = subprocess.Popen(  # noqa: S603  # ourselves
                    [sys.executable, "-P", "-c", _program(*numbers)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,  # Ctrl-C of a terminal is ours alone
                )
        except OSError as error:  # too many open files, no memory for another process
            raise NotRead(f"no process can be started to read it: {error.strerror}") from error

    def _ask(self, call: tuple[str, tuple[Any, ...], dict[str, Any]], help_out: Callable[[], None]) -> Any:
        stage, start = "start", time.monotonic()
        try:
            self._connection.send(call)
            while (left := start + self.limits.wall_seconds - time.monotonic()) > 0:
                if not self._connection.poll(min(SLOW, left)):
                    help_out()
                    continue
                kind, value, *rest = self._connection.recv()
                if kind != "stage":
                    self._is_busy, (self._goes_on,) = False, rest
                    return _result(kind, value)
                stage = value
        except (EOFError, OSError):  # it is gone, in the middle of a message perhaps
            exit_code = self._give_up(patience=_END_SECONDS)
            raise PageKilled(*_blame(exit_code, self.limits), stage) from None
        self._give_up()
        raise PageKilled(f"over {self.limits.wall_seconds:g} s", False, stage)

    def _give_up(self, patience: float = 0) -> int:
        """Use the process no more; kill it, after so many seconds in which it may end by itself. Its exit code."""
        self._is_ready = self._is_busy = self._goes_on = False
        if self.process is None:
            return 0
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        self.process.kill()
        return self.process.wait()

    def stop(self) -> None:
        """End it for good where it is at work; from any thread."""
        self._is_over = True
        if self.process is not None and (self._is_busy or not self._is_ready):
            self.process.kill()

    def end(self) -> None:
        """Let it end, which it does when nobody is at the other end of the connection any more."""
        if self.process is not None:
            self._connection.close()
            self._give_up(patience=_END_SECONDS)


def _result(kind: str, value: Any) -> Any:
    if kind == "raised":
        raise value
    return value


def _blame(exit_code: int, limits: Limits) -> tuple[str, bool]:
    """What ended a worker at work, for people, and that it was the page. Raises _Killed where it was not."""
    if exit_code == OUT_OF_MEMORY:
        return f"over {limits.memory_bytes >> 20:,} MB of memory", True
    if exit_code >= 0:
        return f"the process ended with exit code {exit_code}", True
    if exit_code == -signal.SIGXCPU:
        return f"over {limits.cpu_seconds} s of CPU", True
    if exit_code == -signal.SIGKILL:
        raise _Killed
    return f"a crash ({signal.Signals(-exit_code).name})", True


def _program(*numbers: int) -> str:
    """What the interpreter of a worker runs: our own modules, wherever they lie; nothing else of that folder."""
    main = f"from crawler.workers.worker import main; sys.path.pop(0); main{numbers}"
    return f"import sys; sys.path.insert(0, {str(ROOT)!r}); {main}"


def _cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
