"""What an article costs, from the socket to the committed row, beside two floors and a newcomer's pipeline.

    python bench/crawl.py                    1,020 pages of 157 sites, three runs of each contender
    python bench/crawl.py --copies 1 --runs 1 --json

All contenders read the same pages of the same newsroom, one after another in processes of their own, and
again in the next round. What counts is their CPU time, user and system, start-up included; ours also reads
its listings and robots.txt, of which the others know nothing. Exits 1 when a page ends without a row or a
reason, when a contender fails, or when ours costs more than `--at-most` of the naive pipeline's CPU.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsroom import Newsroom, Page, corpus_folder, newsroom, read_gold

from crawler.urls import canonical

CONTENDERS = Path(__file__).with_name("contenders.py")
LABELS = {
    "floor": "floor: socket, lxml, insert",
    "scrapy": "floor: Scrapy, empty callback",
    "naive": "naive: Scrapy + trafilatura",
    "ours": "worlddesk crawl",
}
FINE = {0, 3}  # 3: some source is not well, which the accounting below shows better


# ---------------------------------------------------------------- what a run costs


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process and the children it waited for took."""

    cpu_s: float
    """User and system."""
    wall_s: float
    peak_mb: float
    """Resident set of the largest of them."""


class ContenderFailed(Exception):
    """A contender ended badly; the message holds its last words."""


def spend(command: list[str], environment: Mapping[str, str], log: Path) -> Usage:
    """Run a command to its end; raises ContenderFailed unless it ended well."""
    started = time.perf_counter()
    with log.open("w") as words:
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=words, stderr=words)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)  # or Popen would wait for it again
    if process.returncode not in FINE:
        raise ContenderFailed(f"{' '.join(command)} ended with {process.returncode}:\n{log.read_text()[-2000:]}")
    return Usage(usage.ru_utime + usage.ru_stime, time.perf_counter() - started, usage.ru_maxrss / 1024)


@dataclass(frozen=True, slots=True)
class Course:
    """A set of pages as each contender wants it, and where its databases go."""

    folder: Path
    pages: int

    @classmethod
    def lay(cls, room: Newsroom, folder: Path) -> Course:
        """Write the sources for ours and the list of addresses for the others."""
        room.write_sources(folder / "sources")
        addresses = [address for _, _, address in room.addresses()]
        (folder / "urls.txt").write_text("\n".join(addresses), encoding="utf-8")
        return cls(folder, len(addresses))

    def database(self, name: str) -> Path:
        """Where a contender stores."""
        return self.folder / name / "news.db"

    def run(self, name: str) -> Usage:
        """One contender over all pages, into an empty database."""
        database = self.database(name)
        shutil.rmtree(database.parent, ignore_errors=True)
        database.parent.mkdir(parents=True)
        log = self.folder / f"{name}.log"
        if name == "ours":
            command = [sys.executable, "-P", "-m", "crawler", "crawl", "--all", "--quiet"]
            places = {"WORLDDESK_DB": str(database), "WORLDDESK_SOURCES": str(self.folder / "sources")}
            return spend(command, places, log)
        urls = str(self.folder / "urls.txt")
        return spend([sys.executable, str(CONTENDERS), name, urls, str(database)], {}, log)


def smallest(room: Newsroom) -> Newsroom:
    """The newsroom as if it had but the site with the fewest pages: what a run costs before it has begun."""
    return Newsroom(room.corpus, [min(room.sites, key=lambda site: len(site.pages))], room.port)


def median(runs: Iterable[Usage], of: Callable[[Usage], float]) -> float:
    return statistics.median(map(of, runs))


def costs(
    whole: Mapping[str, list[Usage]], small: Mapping[str, list[Usage]], pages: int, small_pages: int
) -> dict[str, dict[str, float]]:
    """Figures of each contender, medians of its runs.

    `cpu_ms` is that of the whole process by the article; `further_ms` what one article more costs, start-up
    taken off: the difference between all pages and a few.
    """
    table = {}
    for name, runs in whole.items():
        cpu = median(runs, lambda run: run.cpu_s)
        start = median(small[name], lambda run: run.cpu_s)
        table[name] = {
            "cpu_ms": 1000 * cpu / pages,
            "further_ms": 1000 * (cpu - start) / max(1, pages - small_pages),
            "articles_per_s": pages / median(runs, lambda run: run.wall_s),
            "peak_mb": max(run.peak_mb for run in runs),
        }
    return table


# ---------------------------------------------------------------- what became of the pages


@dataclass(slots=True)
class Stored:
    """What a contender kept of one page."""

    headline: str | None
    standfirst: str | None
    body: str
    published: str | None


def stored_by_naive(database: Path) -> dict[str, Stored]:
    with closing(sqlite3.connect(database)) as db:
        rows = db.execute("SELECT url, headline, body, published FROM articles").fetchall()
    return {url: Stored(headline, None, body or "", published) for url, headline, body, published in rows}


def stored_by_ours(database: Path) -> dict[str, Stored]:
    """By canonical address."""
    with closing(sqlite3.connect(database)) as db:
        rows = db.execute(
            """SELECT u.url, a.headline, a.standfirst, t.body_text, a.published_at
               FROM urls u JOIN articles a USING (article_id) LEFT JOIN article_texts t USING (article_id)"""
        ).fetchall()
    return {
        url: Stored(headline, standfirst, body or "", published) for url, headline, standfirst, body, published in rows
    }


def shares(stored: Mapping[str, Stored], addresses: Iterable[str]) -> dict[str, float]:
    """Share of the pages, 0 to 1, that are stored with a headline, a body, a date."""
    kept = [stored.get(address) for address in addresses]
    return {
        part: sum(page is not None and bool(getattr(page, part)) for page in kept) / len(kept)
        for part in ("headline", "body", "published")
    }


@dataclass(slots=True)
class Account:
    """What the ledger says of the pages announced."""

    states: Counter[str]
    """Pages by where they ended: 'article', 'not_article', …"""
    reasons: Counter[str]
    """Of those that are no article, or one without its words: state and reason."""
    withheld: list[str]
    """Articles whose words may not be kept: the page reserves them or says noindex."""
    lost: list[str]
    """Pages that no row tells of, or that were announced and never fetched."""
    exchanges: int
    """Requests that the run made, listings included."""


def account(database: Path, addresses: Iterable[str]) -> Account:
    """Look every page up in the ledger."""
    with closing(sqlite3.connect(database)) as db:
        ledger = {url: (state, reason) for url, state, reason in db.execute("SELECT url, state, reason FROM urls")}
        exchanges = db.execute("SELECT count(*) FROM fetches").fetchone()[0]
    found = Account(Counter(), Counter(), [], [], exchanges)
    for address in addresses:
        state, reason = ledger.get(canonical(address), ("new", ""))
        if state == "new":
            found.lost.append(address)
            continue
        found.states[state] += 1
        is_withheld = reason.startswith("metadata only")
        if is_withheld:
            found.withheld.append(address)
        if is_withheld or state != "article":
            found.reasons[f"{state}: {reason}"] += 1
    return found


def body_f1(corpus: Path, stored: Mapping[str, Stored], pages: Iterable[tuple[Page, str]]) -> float | None:
    """F1 of the bodies stored of these pages, by the corpus's own scorer; None where it has none.

    Copies and pages whose gold is broken are left out.
    """
    path = corpus.parent / "score_articles.py"
    if not path.is_file():
        return None
    scorer = _import(path)
    address_of = {page.page_id: address for page, address in pages if page.edition == 1}
    golds = [gold for gold in read_gold(corpus) if gold["id"] in address_of and not gold.get("exclude")]
    rows = [scorer.score_page(gold, _prediction(stored.get(address_of[gold["id"]]))) for gold in golds]
    return float(scorer.aggregate(rows)["body_f1"])


def _prediction(page: Stored | None) -> dict[str, Any]:
    if page is None:
        return {}
    paragraphs = [{"kind": "paragraph", "text": line} for line in page.body.split("\n") if line]
    return {"standfirst": (page.standfirst or "").split("\n"), "blocks": paragraphs}


def _import(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ---------------------------------------------------------------- the whole of it


def measure(room: Newsroom, folder: Path, runs: int) -> dict[str, Any]:
    """Run every contender `runs` times, in turns; returns what `--json` prints."""
    course, few = Course.lay(room, folder / "all"), Course.lay(smallest(room), folder / "few")
    whole: dict[str, list[Usage]] = {name: [] for name in LABELS}
    small: dict[str, list[Usage]] = {name: [] for name in LABELS}
    for number in range(1, runs + 1):
        for name, label in LABELS.items():
            print(f"run {number} of {runs}: {label}", file=sys.stderr)
            small[name].append(few.run(name))
            whole[name].append(course.run(name))
    told = {"pages": course.pages, "sites": len(room.sites), "runs": runs}
    return told | {"costs": costs(whole, small, course.pages, few.pages)} | judge(room, course)


def judge(room: Newsroom, course: Course) -> dict[str, Any]:
    """What the last run of naive and of ours stored."""
    pages = [(page, address) for _, page, address in room.addresses()]
    naive = stored_by_naive(course.database("naive"))
    kept = stored_by_ours(course.database("ours"))
    ours = {address: kept[identity] for _, address in pages if (identity := canonical(address)) in kept}
    books = account(course.database("ours"), (address for _, address in pages))
    withheld = set(books.withheld)
    free = [(page, address) for page, address in pages if address not in withheld]  # both judged on the same pages
    return {
        "stored": {
            name: shares(stored, (address for _, address in pages)) | {"body_f1": body_f1(room.corpus, stored, free)}
            for name, stored in (("naive", naive), ("ours", ours))
        },
        "states": dict(books.states.most_common()),
        "reasons": dict(books.reasons.most_common()),
        "exchanges": books.exchanges,
        "withheld": len(books.withheld),
        "lost": books.lost,
    }


def report(told: Mapping[str, Any]) -> str:
    """The measurement for people."""
    lines = [f"{told['pages']} articles of {told['sites']} sites; medians of {told['runs']} runs", ""]
    lines += [*_cost_lines(told["costs"]), "", *_stored_lines(told["stored"]), ""]
    lines += [f"ours made {told['exchanges']} requests, listings included, robots.txt not", "", "pages ended as"]
    lines += [f"{count:7}  {state}" for state, count in told["states"].items()]
    lines += ["of these, why no article or no words"] if told["reasons"] else []
    lines += [f"{count:7}  {reason}" for reason, count in told["reasons"].items()]
    lines += [f"{len(told['lost'])} pages without a row or a reason", *(f"  {url}" for url in told["lost"])]
    return "\n".join(lines)


def _cost_lines(table: Mapping[str, Mapping[str, float]]) -> list[str]:
    lines = [f"{'':31}{'CPU ms':>9}{'× naive':>9}{'× floor':>9}{'further':>9}{'articles/s':>12}{'peak MB':>9}"]
    for name, row in table.items():
        naive, floor = (row["cpu_ms"] / table[other]["cpu_ms"] for other in ("naive", "floor"))
        lines.append(
            f"{LABELS[name]:31}{row['cpu_ms']:9.1f}{naive:9.2f}{floor:9.1f}{row['further_ms']:9.1f}"
            f"{row['articles_per_s']:12.1f}{row['peak_mb']:9.0f}"
        )
    return [*lines, "CPU ms: of the whole process by the article; further: of one article more, start-up taken off"]


def _stored_lines(stored: Mapping[str, Mapping[str, float | None]]) -> list[str]:
    lines = [f"{'stored with a':31}{'headline':>9}{'body':>9}{'date':>9}{'body F1':>9}"]
    for name, row in stored.items():
        f1 = row["body_f1"]
        parts = "".join(f"{row[part]:9.3f}" for part in ("headline", "body", "published"))
        lines.append(f"{LABELS[name]:31}{parts}{'-' if f1 is None else f'{f1:.3f}':>9}")
    return lines


def faults(told: Mapping[str, Any], at_most: float | None) -> list[str]:
    """Why the bench fails, for people; empty when it does not."""
    found = []
    if told["lost"]:
        found.append(f"{len(told['lost'])} pages ended without a row or a reason")
    ratio = told["costs"]["ours"]["cpu_ms"] / told["costs"]["naive"]["cpu_ms"]
    if at_most is not None and ratio > at_most:
        found.append(f"ours takes {ratio:.2f} of the naive pipeline's CPU, more than {at_most}")
    return found


def main() -> None:
    layout = argparse.RawDescriptionHelpFormatter
    options = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    options.add_argument("--copies", type=int, default=4, help="every page this many times, with other words")
    options.add_argument("--runs", type=int, default=3, help="of each contender")
    options.add_argument("--at-most", type=float, help="fail when ours takes more of the naive pipeline's CPU")
    options.add_argument("--json", action="store_true", help="print one JSON object")
    options.add_argument("--keep", type=Path, help="folder that keeps databases and logs")
    chosen = options.parse_args()
    corpus = corpus_folder()
    if not (corpus / "gold.jsonl").is_file():
        sys.exit(f"{corpus}: no gold.jsonl there; say where the corpus is with WORLDDESK_CORPUS")
    with tempfile.TemporaryDirectory() as folder, newsroom(corpus, copies=chosen.copies) as room:
        try:
            told = measure(room, chosen.keep or Path(folder), chosen.runs)
        except ContenderFailed as error:
            sys.exit(str(error))
    print(json.dumps(told, ensure_ascii=False, indent=1) if chosen.json else report(told))
    if wrong := faults(told, chosen.at_most):
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
