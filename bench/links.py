"""Score link discovery on the corpus of listings: `python bench/links.py [--each] [--worst N]`.

Prints one row a kind (precision, recall, F1, title, date, macro over listings, by the corpus' own scorer), then for
section pages, homes and lists of links: both halves of the publishers (those of `fit_links.py`; the weights are fitted
on all, so read its figures for strangers), the worst pages with what was missed and invented, the listings that the
corpus has at an earlier visit as well, and the CPU milliseconds a listing. Ends with 1 where a figure is below its
floor (`floors.json`). The corpus is `../shared/corpus` beside the checkout, or $WORLDDESK_CORPUS.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from statistics import mean, median
from typing import Any, NamedTuple

from crawler import discover
from crawler.discover import section
from crawler.discover.seen import Seen, fingerprint, seen_on
from crawler.items import Link
from crawler.urls import canonical

KINDS = {"section": "section", "home": "section", "homelinks": "section", "rss": "feed", "atom": "feed"}
FLOORS = Path(__file__).with_name("floors.json")
HALVES = ("a", "b")
KINDS |= {"newsmap": "news-sitemap", "sitemap": "news-sitemap"}


def corpus() -> Path:
    """Folder of the corpus; it need not exist."""
    default = Path(__file__).resolve().parents[1].parent / "shared" / "corpus"
    return Path(os.environ.get("WORLDDESK_CORPUS", default))


def listings() -> Iterator[tuple[dict[str, Any], bytes]]:
    """Gold and content of each listing."""
    folder = corpus() / "listings"
    with (folder / "gold.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            gold = json.loads(line)
            yield gold, gzip.decompress((folder / gold["file"]).read_bytes())


def predictions() -> tuple[list[dict[str, Any]], dict[str, list[float]]]:
    """Our links of each listing in the scorer's form, and CPU milliseconds by kind."""
    discover.links(b"<rss><channel/></rss>", "https://example.org/", "feed")  # load what loads lazily
    found, cpu = [], defaultdict(list)
    for gold, content in listings():
        start = time.process_time()
        links = discover.links(content, gold["url"], KINDS[gold["kind"]])
        cpu[gold["kind"]].append((time.process_time() - start) * 1000)
        items = [{"url": link.url, "title": link.title, "date": link.published} for link in links]
        found.append({"id": gold["id"], "items": items})
    return found, dict(cpu)


class Reading(NamedTuple):
    """How one page was read; addresses in the scorer's form."""

    page_id: str
    kind: str
    half: str
    precision: float
    recall: float
    f1: float
    missed: list[str]
    invented: list[str]


def reading(gold: dict[str, Any], urls: Iterable[str], half: str = "") -> Reading:
    """Compare the addresses found on a page with its gold, as the corpus' scorer does."""
    same = scorer().norm
    articles = {same(url) for url in gold["articles"]}
    found = {same(url) for url in urls} - ({same(url) for url in gold.get("neutral", [])} - articles)
    right = len(found & articles)
    precision = right / len(found) if found else float(not articles)
    recall = right / len(articles) if articles else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    missed, invented = sorted(articles - found), sorted(found - articles)
    return Reading(gold["id"], gold["kind"], half, precision, recall, f1, missed, invented)


def halves(publishers: Iterable[str]) -> dict[str, str]:
    """Half, a or b, of each publisher: dealt in the order of a hash."""
    order = sorted(set(publishers), key=lambda name: hashlib.md5(name.encode()).hexdigest())
    return {name: HALVES[place % 2] for place, name in enumerate(order)}


def readings(found: list[dict[str, Any]]) -> list[Reading]:
    """How each page was read: of the kinds section, home and homelinks."""
    golds = [gold for gold, _ in listings() if KINDS[gold["kind"]] == "section"]
    urls = {one["id"]: [item["url"] for item in one["items"]] for one in found}
    half_of = halves(gold["publisher"] for gold in golds)
    return [reading(gold, urls[gold["id"]], half_of[gold["publisher"]]) for gold in golds]


def second_visits() -> list[tuple[Reading, ...]]:
    """Of the pages that the corpus has at an earlier visit: read alone, with what stood there, with its links read."""
    found = []
    for gold, content in listings():
        if gold.get("previous") is None:
            continue
        before = gzip.decompress((corpus() / "listings" / gold["previous"]["file"]).read_bytes())
        shown = seen_on([section.shown(before, gold["url"])])
        memories = (Seen(), shown, with_ledger(shown, section.links(before, gold["url"]), gold))
        found.append(tuple(reading(gold, urls_of(content, gold["url"], seen)) for seen in memories))
    return found


def with_ledger(shown: Seen, announced: Iterable[Link], gold: dict[str, Any]) -> Seen:
    """What the ledger knows at the second visit: the links of the first were fetched, and each told what it is."""
    first = {canonical(link.url) for link in announced}
    proved, refuted = (
        frozenset(map(fingerprint, first & set(map(canonical, gold[name])))) for name in ("articles", "not_articles")
    )
    return replace(shown, articles=proved, no_articles=refuted)


def urls_of(content: bytes, url: str, seen: Seen) -> list[str]:
    return [link.url for link in section.links(content, url, seen=seen)]


def figures_of(read: list[Reading], visits: list[tuple[Reading, ...]]) -> dict[str, float]:
    """What has a floor: macro over section pages and homes, the worst page of any kind, second visits."""
    pages = [one for one in read if one.kind != "homelinks"]
    return {
        "precision": mean(one.precision for one in pages),
        "recall": mean(one.recall for one in pages),
        "f1": mean(one.f1 for one in pages),
        "lists_f1": mean(one.f1 for one in read if one.kind == "homelinks"),
        "worst_f1": min(one.f1 for one in read),
        "second_visit_f1": mean(again.f1 for *_, again in visits),
    }


def below(figures: dict[str, float]) -> list[str]:
    """A sentence for each figure that breaks its floor."""
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))["links"]
    lost = [f"{name} is {figures[name]:.3f}, its floor is {floor}" for name, floor in floors["at_least"].items()
            if name in figures and figures[name] < floor]  # fmt: skip
    dear = [f"{name} is {figures[name]:.1f}, its ceiling is {most}" for name, most in floors["at_most"].items()
            if name in figures and figures[name] > most]  # fmt: skip
    return lost + dear


@cache
def scorer() -> Any:
    """The corpus' own scorer, a module."""
    path = corpus() / "score_links.py"
    spec = importlib.util.spec_from_file_location("score_links", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def score(found: list[dict[str, Any]], *, each: bool = False) -> dict[str, tuple[int, float, float, float]]:
    """Run the corpus' scorer: {kind: (listings, precision, recall, F1)}; it prints its own rows."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "links.jsonl"
        file.write_text("".join(json.dumps(one) + "\n" for one in found), encoding="utf-8")
        return scorer().main(str(corpus() / "listings" / "gold.jsonl"), str(file), each)


def show_half(name: str, read: list[Reading]) -> None:
    for kinds in (("section", "home"), ("homelinks",)):
        told = [one for one in read if one.kind in kinds]
        print(
            f"{name:8s} {'+'.join(kinds):12s} {len(told):3d} pages  P {mean(one.precision for one in told):.4f}"
            f"  R {mean(one.recall for one in told):.4f}  F1 {mean(one.f1 for one in told):.4f}"
            f"  worst {min(one.f1 for one in told):.3f}"
        )


def show_worst(read: list[Reading], count: int, most: int = 5) -> None:
    for one in sorted(read, key=lambda one: one.f1)[:count]:
        print(f"\n{one.page_id}: F1 {one.f1:.3f}, precision {one.precision:.3f}, recall {one.recall:.3f}")
        for what, urls in (("missed", one.missed), ("invented", one.invented)):
            for url in urls[:most]:
                print(f"  {what:>8}  {url[:140]}")
            if len(urls) > most:
                print(f"  {'':>8}  and {len(urls) - most} more")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", action="store_true", help="a row a listing")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="show the N pages that we read worst")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    if not corpus().exists():
        print(f"no corpus at {corpus()}: set WORLDDESK_CORPUS", file=sys.stderr)
        return 2
    found, cpu = predictions()
    score(found, each=asked.each)
    read, visits = readings(found), second_visits()
    for half in HALVES:
        show_half(f"half {half}", [one for one in read if one.half == half])
    show_half("all", read)
    alone, shown, again = (mean(visit[place].f1 for visit in visits) for place in range(3))
    print(
        f"seen a second time: F1 {again:.4f} over {len(visits)} pages, as a crawl sees them; {shown:.4f} knowing only "
        f"what stood there, {alone:.4f} knowing nothing"
    )
    for kind, times in cpu.items():
        print(f"{kind:10s} CPU ms: median {median(times):5.1f}  mean {mean(times):5.1f}  max {max(times):5.1f}")
    if asked.worst:
        show_worst(read, asked.worst)
    broken = below(figures_of(read, visits) | {"cpu_ms": median(cpu["section"] + cpu["home"])})
    for sentence in broken:
        print(f"beyond the floor: {sentence}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
