"""Score extraction on the corpus of articles beside trafilatura: `python bench/extract.py [--worst N] [--half a|b]`.

Both read every page in the same process, in turns, and are scored by the corpus' own scorer; ours by exactly what
`worlddesk extract --jsonl` prints. CPU is process time of the whole call, in milliseconds a page. Exits 1 when a
figure is below bench/floors.json. The corpus is `../shared/corpus` beside the checkout, or $WORLDDESK_CORPUS.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import trafilatura
from trafilatura.settings import Document

from crawler.errors import PageError
from crawler.extract import as_record, extract

FLOORS = Path(__file__).with_name("floors.json")
COLUMNS = {
    "body_f1": "body F1", "body_exact": "exact", "head_exact": "headline", "head_any": "any", "sub_f1": "subheads F1",
    "sub_fp_pages": "invented", "std_f1": "standfirst F1", "auth_f1": "authors F1", "date_exact": "date",
    "date_day": "day", "date_missing": "missing", "ms_median": "CPU ms", "ms_p95": "p95",
}  # fmt: skip

Record = dict[str, Any]
Reader = Callable[[bytes, str, str], Record]


def corpus() -> Path:
    """Folder of the corpus; it need not exist."""
    default = Path(__file__).resolve().parents[1].parent / "shared" / "corpus"
    return Path(os.environ.get("WORLDDESK_CORPUS", default))


def load_scorer() -> ModuleType:
    """The corpus' own scorer as a module."""
    path = corpus() / "score_articles.py"
    spec = importlib.util.spec_from_file_location("score_articles", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    return scorer


def load_gold(half: str | None = None) -> list[Record]:
    """Gold of every page that counts; of one half of the publishers, cut by a hash, when `half` is a or b."""
    lines = (corpus() / "articles" / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    gold = [record for record in map(json.loads, lines) if not record.get("exclude")]
    return [record for record in gold if half in (None, _half(record["split_key"]))]


def _half(publisher: str) -> str:
    return "ab"[hashlib.sha256(publisher.encode()).digest()[0] & 1]


def page_of(gold: Record) -> bytes:
    """The page as it was fetched."""
    return gzip.decompress((corpus() / "articles" / "pages" / f"{gold['id']}.html.gz").read_bytes())


def ours(html: bytes, url: str, page_id: str) -> Record:
    """What `worlddesk extract` says."""
    try:
        return as_record(extract(html, url), page_id)
    except PageError as error:
        return {"id": page_id, "error": str(error)}


def trafilaturas(html: bytes, url: str, page_id: str, *, with_metadata: bool = False) -> Record:
    """What trafilatura says by default; it reads headline, authors and date only `with_metadata`."""
    found = trafilatura.bare_extraction(html, url=url, with_metadata=with_metadata)
    if not isinstance(found, Document):
        return {"id": page_id, "error": "nothing found"}
    blocks = [
        {"kind": "subhead" if element.tag == "head" else "paragraph", "text": " ".join(element.itertext())}
        for element in found.body.iter("head", "p")
    ]
    return {
        "id": page_id, "headline": found.title, "standfirst": [found.description] if found.description else [],
        "blocks": blocks, "body": found.text, "published": found.date,
        "authors": found.author.split("; ") if found.author else [],
    }  # fmt: skip


def read(gold: list[Record], readers: dict[str, Reader]) -> dict[str, list[Record]]:
    """Records of each reader; the readers take turns, so that a busy machine is busy for all of them."""
    found: dict[str, list[Record]] = {name: [] for name in readers}
    warm = page_of(gold[0])
    for reader in readers.values():
        reader(warm, gold[0]["url"], gold[0]["id"])
    for number, record in enumerate(gold):
        html = page_of(record)
        for name in sorted(readers, reverse=number % 2 == 1):
            start = time.process_time()
            said = readers[name](html, record["url"], record["id"])
            found[name].append(said | {"ms": (time.process_time() - start) * 1000})
    return found


def score(gold: list[Record], records: list[Record]) -> tuple[dict[str, float], list[Record]]:
    """(figures over all pages, scores page by page)."""
    result, pages = load_scorer().evaluate(gold, records, boot=0)
    return result["all"], pages


def below(figures: dict[str, float], names: Iterable[str] | None = None) -> list[str]:
    """The figures that break a floor, each as a sentence; only `names` when given."""
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))["extract"]
    worse = []
    for name, limit in floors["at_least"].items():
        if (names is None or name in names) and figures[name] < limit:
            worse.append(f"{name} is {figures[name]:.3f}, its floor is {limit}")
    for name, limit in floors["at_most"].items():
        if (names is None or name in names) and figures[name] > limit:
            worse.append(f"{name} is {figures[name]:.3f}, its ceiling is {limit}")
    return worse


def show(figures: dict[str, dict[str, float]]) -> None:
    print(" " * 12 + "".join(f"{title:>14}" for title in COLUMNS.values()))
    for name, row in figures.items():
        unread = ("head", "std", "auth", "date") if name == "trafilatura" else ()
        cells = ("-" if key.startswith(unread) else f"{row[key]:.3f}" for key in COLUMNS)
        print(f"{name:12}" + "".join(f"{cell:>14}" for cell in cells))


def show_worst(pages: list[Record], records: list[Record], count: int) -> None:
    errors = {record["id"]: record.get("error", "") for record in records}
    print(f"\nthe {count} worst bodies:   F1  precision  recall  subheads (right, false, missed)")
    for page in sorted(pages, key=lambda page: page["body_f1"])[:count]:
        print(
            f"{page['id'][:44]:44} {page['body_f1']:.3f} {page['body_p']:.3f} {page['body_r']:.3f} "
            f"{page.get('sub', '')} {errors[page['id']]}"
        )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="list the N pages that we read worst")
    parser.add_argument("--half", choices=["a", "b"], help="one half of the publishers; floors are not checked")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    if not corpus().exists():
        print(f"no corpus at {corpus()}: set WORLDDESK_CORPUS", file=sys.stderr)
        return 2
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    gold = load_gold(asked.half)
    with_metadata = partial(trafilaturas, with_metadata=True)
    records = read(gold, {"worlddesk": ours, "trafilatura": trafilaturas, "… + metadata": with_metadata})
    scored = {name: score(gold, said) for name, said in records.items()}
    figures = {name: row for name, (row, _) in scored.items()}
    figures["worlddesk"]["cpu_ratio"] = figures["worlddesk"]["ms_median"] / figures["trafilatura"]["ms_median"]
    show(figures)
    print(f"CPU a page, median: {figures['worlddesk']['cpu_ratio']:.2f} of trafilatura's")
    if asked.worst:
        show_worst(scored["worlddesk"][1], records["worlddesk"], asked.worst)
    broken = [] if asked.half else below(figures["worlddesk"])
    for sentence in broken:
        print(f"below the floor: {sentence}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
