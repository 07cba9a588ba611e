"""Break pages in every way and read them: `python bench/fuzz_extract.py [--inputs N] [--seed S] [--processes P]`.

Most inputs are pages of the invented newspaper and of the corpus where there is one, small ones above all, after
mutations; one in forty hypothesis makes up. Each is read under a limit on CPU and memory in a process of its
own kind; whatever `extract` does but answer or raise a PageError, each breach of what `fuzz_checks.py` says of
answers, each input of more than 2 s or 500 MB is a finding: its page is kept and can be read again with --replay.
`--hostile` reads the pages of `hostile_pages.py` instead, one process each. Exits 1 when anything broke.
"""

from __future__ import annotations

import argparse
import json
import logging
import multiprocessing
import os
import resource
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

import fuzz_inputs
import hostile_pages
import hypothesis
from fuzz_checks import breaches

from crawler.errors import PageError
from crawler.extract import extract

MOST_SECONDS = 2.0
MOST_MB = 500
KILLED_AFTER = 10
"""Seconds of CPU."""
ADDRESS_SPACE = 3 << 30
BATCH = 500
"""Inputs of one kind that a process reads in a row; hypothesis makes up as many from one seed."""
MADE_UP = 40
"""Every so manieth batch is hypothesis', which takes longer to make up a page than we to read it."""
TWICE = 8
"""Every so manieth input is read twice."""
_REAL_SHARE = 0.01


@dataclass(slots=True)
class Reading:
    """What came of one input."""

    name: str
    outcome: str
    """'article', the type of the PageError, or what broke."""
    seconds: float
    megabytes: int
    size: int
    broken: list[str] = field(default_factory=list)
    page: bytes | None = None
    """Only of what broke."""
    url: str = ""
    charset: str | None = None


def read(
    name: str, page: bytes | str, url: str, charset: str | None = None, select: Any = None, *, twice: bool = True
) -> Reading:
    """Extract, measure, check."""
    _reset_peak()
    start = time.process_time()
    limit = int(start) + KILLED_AFTER + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    broken: list[str] = []
    article = None
    try:
        article = extract(page, url, charset=charset, select=select)
        outcome = "article"
    except PageError as error:
        outcome = type(error).__name__
    except BaseException as error:
        outcome = f"! {type(error).__name__}"
        frame = traceback.extract_tb(error.__traceback__)[-1]
        broken.append(f"{type(error).__name__}: {str(error)[:80]!r} in {Path(frame.filename).name}:{frame.name}")
    seconds, megabytes = time.process_time() - start, _peak()
    if article is not None:
        broken += breaches(article)
        if twice and extract(page, url, charset=charset, select=select) != article:
            broken.append("read twice it is another")
    if seconds > MOST_SECONDS:
        broken.append(f"takes {seconds:.1f} s")
    if megabytes > MOST_MB:
        broken.append(f"takes {megabytes} MB")
    raw = page if isinstance(page, bytes) else page.encode("utf-8", "surrogatepass")
    return Reading(name, outcome, seconds, megabytes, len(raw), broken, raw if broken else None, url, charset)


def _peak() -> int:
    """Most megabytes that were resident since `_reset_peak`."""
    for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) // 1024
    return 0


def _reset_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


# --- inputs, batch by batch ---


def _mutants(seed: int, batch: int, seeds: list[fuzz_inputs.Seed], real: list[Path]) -> Iterator[fuzz_inputs.Input]:
    for number in range(BATCH):
        rng = Random(f"{seed}:{batch}:{number}")
        page = seeds[int(len(seeds) * rng.random() ** 3)]
        if real and rng.random() < _REAL_SHARE:
            page = fuzz_inputs.read_real(real[int(len(real) * rng.random() ** 3)])
        yield fuzz_inputs.mutated(page, rng.choice(seeds)[0], rng)


def _made_up(seed: int, batch: int) -> list[fuzz_inputs.Input]:
    found: list[fuzz_inputs.Input] = []

    @hypothesis.seed(seed * 1_000_003 + batch)
    @hypothesis.settings(
        max_examples=BATCH, database=None, deadline=None, phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    @hypothesis.given(fuzz_inputs.made_up())
    def collect(page: fuzz_inputs.Input) -> None:
        found.append(page)

    collect()
    return found[:BATCH]


@cache
def _seeds() -> tuple[list[fuzz_inputs.Seed], list[Path]]:
    return fuzz_inputs.seeds(), fuzz_inputs.real_pages()


def inputs(seed: int, batch: int) -> Iterator[fuzz_inputs.Input]:
    """The inputs of one batch, always the same."""
    if batch % MADE_UP == MADE_UP - 1:
        yield from _made_up(seed, batch)
    else:
        yield from _mutants(seed, batch, *_seeds())


# --- processes ---


def _work(send: Connection, job: Callable[[], Iterator[Callable[[], Reading]]]) -> None:
    """Read what the job yields; the name of each is told before, so that a death has a culprit."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for reading in job():
        send.send(None)
        send.send(reading())
    send.close()


def _batch(seed: int, batch: int, skip: int) -> Iterator[Callable[[], Reading]]:
    for number, (page, url, charset) in enumerate(inputs(seed, batch)):
        if number >= skip:
            yield partial(read, f"{batch}-{number}", page, url, charset, twice=number % TWICE == 0)


def _run(job: Callable[[], Iterator[Callable[[], Reading]]]) -> Iterator[Reading | None]:
    """Readings of a process that does the job; None at the end when it died over the next one."""
    receive, send = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_work, args=(send, job))
    process.start()
    send.close()
    begun = False
    try:
        while True:
            said = receive.recv()
            begun = said is None
            if said is not None:
                yield said
    except EOFError:
        process.join()
    if begun or process.exitcode:
        yield None


def fuzz_batch(seed: int, batch: int) -> list[Reading]:
    """All readings of a batch; who kills its process is passed over by the next one."""
    found: list[Reading] = []
    while True:
        for reading in _run(lambda: _batch(seed, batch, len(found))):
            if reading is None:
                found.append(_dead(seed, batch, len(found)))
                break
            found.append(reading)
        else:
            return found


def _dead(seed: int, batch: int, number: int) -> Reading:
    page, url, charset = list(inputs(seed, batch))[number]
    return Reading(
        f"{batch}-{number}", "! killed", KILLED_AFTER, 0, len(page), ["killed its process"], page, url, charset
    )


# --- the figures ---


def fuzz(asked: argparse.Namespace) -> list[Reading]:
    """Read all inputs, batch by batch; of each only what the table needs is kept."""
    _seeds()  # before the processes begin, so that they share them
    batches = range(asked.first, asked.first + -(-asked.inputs // BATCH))
    found: list[Reading] = []
    context = multiprocessing.get_context("fork")
    with context.Pool(asked.processes, maxtasksperchild=20) if asked.processes > 1 else _Here() as pool:
        for done, readings in enumerate(pool.imap_unordered(_Fuzzer(asked.seed), batches), 1):
            found += readings
            for reading in readings:
                if reading.broken:
                    keep(asked.keep, reading)
            if done % 10 == 0:
                print(f"{len(found):,} inputs, {sum(bool(one.broken) for one in found)} broke", flush=True)
    return found


@dataclass(frozen=True, slots=True)
class _Fuzzer:
    seed: int

    def __call__(self, batch: int) -> list[Reading]:
        multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]  # it has children
        return fuzz_batch(self.seed, batch)


class _Here:
    """A pool of this process alone."""

    def __enter__(self) -> _Here:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def imap_unordered(self, work: Callable[[int], list[Reading]], batches: range) -> Iterator[list[Reading]]:
        return map(work, batches)


def keep(folder: Path, reading: Reading) -> None:
    """Write the page and what is needed to read it again."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{reading.name}.html").write_bytes(reading.page or b"")
    said = {"url": reading.url, "charset": reading.charset, "broken": reading.broken}
    (folder / f"{reading.name}.json").write_text(json.dumps(said, indent=1), encoding="utf-8")
    reading.page = None


def show(found: list[Reading]) -> int:
    """Print the table; number of inputs that broke something."""
    broken = [reading for reading in found if reading.broken]
    print(f"\n{len(found):,} inputs, {len(broken)} of them broke something")
    for outcome, count in Counter(reading.outcome for reading in found).most_common():
        print(f"  {count:8,}  {outcome}")
    for title, key in (("slowest", "seconds"), ("largest", "megabytes")):
        print(f"{title}:")
        for reading in sorted(found, key=lambda one: -getattr(one, key))[:5]:
            print(f"  {reading.seconds:6.2f} s {reading.megabytes:5} MB {reading.size:12,} bytes  {reading.name}")
    sentences = Counter(sentence for reading in broken for sentence in reading.broken)
    for sentence, count in sentences.most_common(40):
        example = next(reading.name for reading in broken if sentence in reading.broken)
        print(f"  broken {count:5} times: {sentence}   ({example})")
    return len(broken)


def read_hostile(pattern: str) -> list[Reading]:
    """Every hostile page in a process of its own."""
    found = []
    for name, build in hostile_pages.cases().items():
        if pattern not in name:
            continue
        reading = next(_run(partial(_hostile, name, build))) or Reading(
            name, "! killed", KILLED_AFTER, 0, 0, ["killed"]
        )
        found.append(reading)
        mark = "BROKE " + "; ".join(reading.broken) if reading.broken else ""
        print(f"{reading.seconds:6.2f} s {reading.megabytes:5} MB  {name:58} {reading.outcome:13} {mark}", flush=True)
    return found


def _hostile(name: str, build: hostile_pages.Builder) -> Iterator[Callable[[], Reading]]:
    page = build()
    yield lambda: read(name, page.html, hostile_pages.URL, page.charset, page.select, twice=False)


def replay(path: Path) -> list[Reading]:
    """Read a kept page again."""
    said = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    reading = read(path.stem, path.with_suffix(".html").read_bytes(), said["url"], said["charset"])
    print("\n".join(reading.broken))
    return [reading]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=100_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, metavar="BATCH", help=f"begin at this batch of {BATCH}")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument(
        "--keep", type=Path, default=Path("fuzz-findings"), metavar="FOLDER", help="pages that broke something"
    )
    parser.add_argument(
        "--hostile", nargs="?", const="", metavar="WORDS", help="the hostile pages, those with WORDS in their names"
    )
    parser.add_argument("--replay", type=Path, metavar="FILE", help="read one kept page again")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    os.nice(1)
    if asked.replay:
        found = replay(asked.replay)
    elif asked.hostile is not None:
        found = read_hostile(asked.hostile)
    else:
        found = fuzz(asked)
    return 1 if show(found) else 0


if __name__ == "__main__":
    sys.exit(main())
