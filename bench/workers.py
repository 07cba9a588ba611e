"""What reading pages in worker processes costs, beside reading them in this one.

    python bench/workers.py                 every page of the corpus, or else of the invented papers, three rounds
    python bench/workers.py --rounds 1 --json

In each round all ways read the same pages, one way after another: in this process, with one worker, and with as many
as a crawl has. Wall time counts, and CPU time of all processes together; starting a worker is timed for itself. The
resident set is that of this process and of its workers at the end. `bench/crawl.py` measures the whole crawl.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from articles import corpus, load_gold, page_of

from crawler.demo.paper import Paper
from crawler.errors import PageError
from crawler.extract import extract
from crawler.workers.pool import Pool
from crawler.workers.reading import EXTRACT

Pages = list[tuple[bytes, str]]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one way took for all pages, once."""

    wall_s: float
    cpu_s: float
    workers: int = 0
    workers_mb: float = 0


def pages() -> Pages:
    """Pages with their addresses: real ones where the corpus is, else invented ones, several times over."""
    if (corpus() / "articles" / "gold.jsonl").is_file():
        return [(page_of(gold), gold["url"]) for gold in load_gold()]
    paper = Paper()
    return [(paper[path].body, url) for url in paper.expected() if (path := url.removeprefix(paper.url))] * 5


def inline(pages: Pages) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    for body, url in pages:
        with suppress(PageError):
            extract(body, url)
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def pooled(most: int | None) -> Callable[[Pages], Cost]:
    """By so many workers at most, None = as a crawl; they are started before."""

    def read(pages: Pages) -> Cost:
        with Pool(most=most) as pool:
            for started in [pool.submit("time:sleep", 0.05) for _ in range(100)]:
                started.result()
            pids = pool.worker_pids()
            wall, cpu = time.perf_counter(), time.process_time() + _cpu_of(pids)
            for answer in [pool.submit(EXTRACT, body, url) for body, url in pages]:
                with suppress(PageError):
                    answer.result()
            wall, cpu = time.perf_counter() - wall, time.process_time() + _cpu_of(pids) - cpu
            return Cost(wall, cpu, len(pids), sum(map(resident_mb, pids)))

    return read


def start_seconds() -> float:
    """Until a worker has done its first task."""
    begun = time.perf_counter()
    with Pool(most=1) as pool:
        pool.submit("os:getpid").result()
        return time.perf_counter() - begun


def resident_mb(pid: int) -> float:
    """Resident set now, as Linux has it."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _cpu_of(pids: Iterable[int]) -> float:
    ticks = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13] for pid in pids)
    return sum(int(user) + int(system) for user, system in ticks) / os.sysconf("SC_CLK_TCK")


def measure(rounds: int) -> dict[str, Any]:
    """What `--json` prints: medians over the rounds, and the ratio to inline round by round."""
    read = pages()
    ways = {"inline": inline, "1 worker": pooled(1), "as a crawl": pooled(None)}
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    inline(read[:20])  # compiles what is compiled once
    for _ in range(rounds):
        for name, way in ways.items():
            costs[name].append(way(read))
    return {
        "pages": len(read),
        "rounds": rounds,
        "start_s": statistics.median(start_seconds() for _ in range(rounds)),
        "main_mb": resident_mb(os.getpid()),
        "ways": {name: figures(len(read), taken, costs["inline"]) for name, taken in costs.items()},
    }


def figures(count: int, taken: list[Cost], base: list[Cost]) -> dict[str, float]:
    """Medians of one way; `ratio` is its speed by that of inline in the same round."""
    return {
        "workers": taken[-1].workers,
        "pages_per_s": count / statistics.median(cost.wall_s for cost in taken),
        "cpu_ms": 1000 * statistics.median(cost.cpu_s for cost in taken) / count,
        "ratio": statistics.median(one.wall_s / cost.wall_s for one, cost in zip(base, taken, strict=True)),
        "workers_mb": taken[-1].workers_mb,
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = options.parse_args()
    told = measure(chosen.rounds)
    if chosen.json:
        print(json.dumps(told, indent=1))
        return
    print(f"{told['pages']} pages, medians of {told['rounds']} rounds; a worker starts in {told['start_s']:.2f} s")
    print(f"{'':12}{'workers':>8}{'pages/s':>9}{'× inline':>10}{'CPU ms':>8}{'RSS MB, all workers':>21}")
    for name, row in told["ways"].items():
        print(
            f"{name:12}{row['workers']:8}{row['pages_per_s']:9.1f}{row['ratio']:10.2f}{row['cpu_ms']:8.1f}"
            f"{row['workers_mb']:21.0f}"
        )
    print(f"this process: {told['main_mb']:.0f} MB, with the pages and the extractor of its own")


if __name__ == "__main__":
    main()
