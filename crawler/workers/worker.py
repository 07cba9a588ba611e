"""A worker process: reads pages for whoever started it, within limits, and ends when that one does.

Started by `crawler.workers.pool` as a fresh interpreter, so that it has neither the lock nor the database nor any
socket of the crawl. It imports no Scrapy. What it is asked for are functions by name; it answers with messages:
('ready',), ('stage', name), and at the end of each task ('done', result, goes_on) or ('raised', error, goes_on).
"""

from __future__ import annotations

import ctypes
import gc
import logging
import math
import os
import pickle
import resource
import signal
import sys
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from crawler.errors import NotRead, PageError
from crawler.workers import stages

OUT_OF_MEMORY = 71
"""Exit code of a worker that met its memory limit: what is left of it is not to be trusted."""
FAT_BYTES = 256 * 1024 * 1024
"""A worker that ever took so much is replaced, since the allocator gives little back."""
_PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


def main(descriptor: int, parent: int, memory_bytes: int, cpu_seconds: int) -> None:
    """Serve tasks from the connection until its other end is closed."""
    _end_with(parent)
    _bound(memory_bytes)
    logging.disable()  # trafilatura's complaints about pages; what matters comes back as an error
    for module in ("crawler.extract", "crawler.workers.reading"):
        resolve_name(module)
    gc.freeze()  # what was imported is never garbage
    with Connection(descriptor) as connection, suppress(EOFError, BrokenPipeError, ConnectionResetError):
        stages.listen(lambda stage: connection.send(("stage", stage)))
        connection.send(("ready",))
        while _serve(connection, cpu_seconds):
            continue


def _end_with(parent: int) -> None:
    """Be killed when the parent ends, however it does; leave its signals to it, and let the kernel take us first."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # systemd sends them to all processes of a unit
        signal.signal(number, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("500", "ascii")
    if os.getppid() != parent:  # it ended before we asked
        sys.exit()


def _bound(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    if most == resource.RLIM_INFINITY or most > memory_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, most))


def _serve(connection: Connection, cpu_seconds: int) -> bool:
    """Do one task; whether this process can do another."""
    name, args, kwargs = connection.recv()
    _grant(cpu_seconds)
    try:
        answer: tuple[str, Any] = ("done", resolve_name(name)(*args, **kwargs))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except PageError as error:
        answer = ("raised", error)
    except Exception as error:  # whatever it is, it need not be known to the other side
        answer = ("raised", NotRead(f"{type(error).__name__}: {error}"))
    _grant(cpu_seconds)
    goes_on = _resident_bytes() < FAT_BYTES
    connection.send_bytes(pickle.dumps((*answer, goes_on), pickle.HIGHEST_PROTOCOL))
    return goes_on


def _resident_bytes() -> int:
    """What this process holds; getrusage counts as well what its parent held when it started it."""
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[1])
    except OSError:  # no Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return pages * resource.getpagesize()


def _grant(cpu_seconds: int) -> None:
    """CPU time for one task from now on; who takes more is ended by SIGXCPU, whatever it is doing."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time() + cpu_seconds), most))
