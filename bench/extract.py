"""Score extraction on the corpus of articles beside its peers: `python bench/extract.py [--quick] [--worst N]`.

All read every page in the same process, in turns, and are scored by the corpus' own scorer; ours by exactly what
`worlddesk extract --jsonl` prints. CPU is process time of the whole call, in milliseconds a page. Exits 1 when a
figure is below bench/floors.json. The corpus is `../shared/corpus` beside the checkout, or $WORLDDESK_CORPUS.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from articles import Record, corpus, half_of, lines_of, load_gold, page_of, score
from peers import Reader, peers, trafilaturas

from crawler.errors import PageError
from crawler.extract import as_record, extract

FLOORS = Path(__file__).with_name("floors.json")
COLUMNS = {
    "body_f1": "body F1", "body_exact": "exact", "head_exact": "headline", "head_any": "any", "sub_f1": "subheads",
    "sub_fp_pages": "invented", "std_f1": "standfirst", "auth_f1": "authors", "date_exact": "date",
    "date_day": "day", "date_missing": "missing", "ms_median": "CPU ms", "ms_p95": "  p95",
}  # fmt: skip
FIELDS = {"head": "headline", "std": "standfirst", "auth": "authors", "date": "published"}
"""Beginning of a figure's name -> the field that it measures."""
OURS, YARDSTICK = "worlddesk", "trafilatura"


def ours(html: bytes, url: str, page_id: str) -> Record:
    """What `worlddesk extract` says."""
    try:
        return as_record(extract(html, url), page_id)
    except PageError as error:
        return {"id": page_id, "error": str(error)}


def contenders(*, quick: bool) -> dict[str, Reader]:
    """Every reader by its name; `quick` leaves out all but ours and the yardstick of CPU."""
    readers: dict[str, Reader] = {OURS: ours, YARDSTICK: trafilaturas}
    if quick:
        return readers
    modes = {"+ metadata": "with_metadata", "fast": "fast", "precise": "favor_precision"}
    readers |= {f"{YARDSTICK} {mode}": partial(trafilaturas, **{option: True}) for mode, option in modes.items()}
    installed, absent = peers()
    if absent:
        print(f"not installed: {', '.join(absent)}; they come with: pip install -c constraints.txt '.[bench]'")
    return readers | installed


def read(gold: list[Record], readers: dict[str, Reader]) -> dict[str, list[Record]]:
    """Records of each reader; the readers take turns, so that a busy machine is busy for all of them."""
    found: dict[str, list[Record]] = {name: [] for name in readers}
    names = list(readers)
    warm = page_of(gold[0])
    for reader in readers.values():
        reader(warm, gold[0]["url"], gold[0]["id"])
    for number, record in enumerate(gold):
        html = page_of(record)
        first = number % len(names)
        for name in names[first:] + names[:first]:
            start = time.process_time()
            said = readers[name](html, record["url"], record["id"])
            found[name].append(said | {"ms": (time.process_time() - start) * 1000})
    return found


def figures_of(gold: list[Record], records: dict[str, list[Record]]) -> dict[str, dict[str, float]]:
    """Figures of every reader, and of ours on either half of the publishers."""
    figures = {name: score(gold, said)[0] for name, said in records.items()}
    for half in "ab":
        ids = {page["id"] for page in gold if half_of(page) == half}
        if 0 < len(ids) < len(gold):
            parts = [[record for record in whole if record["id"] in ids] for whole in (gold, records[OURS])]
            figures[f"{OURS}, half {half}"] = score(*parts)[0]
    figures[OURS]["cpu_ratio"] = figures[OURS]["ms_median"] / figures[YARDSTICK]["ms_median"]
    return figures


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


def show(figures: dict[str, dict[str, float]], records: dict[str, list[Record]]) -> None:
    """A row a reader; '-' where it does not give the field on any page."""
    width = max(map(len, figures))
    print(" " * width + "".join(f"  {title}" for title in COLUMNS.values()))
    for name, row in sorted(figures.items(), key=lambda pair: not pair[0].startswith(OURS)):
        said = records[name.partition(",")[0]]
        unread = tuple(begin for begin, field in FIELDS.items() if not any(record.get(field) for record in said))
        cells = {title: "-" if key.startswith(unread) else _shown(row[key]) for key, title in COLUMNS.items()}
        print(f"{name:{width}}" + "".join(f"  {cell:>{len(title)}}" for title, cell in cells.items()))


def _shown(figure: float) -> str:
    return f"{figure:.3f}" if figure <= 1 else f"{figure:.1f}"


def show_worst(gold: list[Record], records: list[Record], count: int) -> None:
    """Our worst bodies: scores, the reason where there is one, the longest lines that are missed and invented."""
    by_id = {page["id"]: (page, record) for page, record in zip(gold, records, strict=True)}
    print(f"\nthe {count} worst bodies:")
    for page in sorted(score(gold, records)[1], key=lambda page: page["body_f1"])[:count]:
        wanted, said = by_id[page["id"]]
        print(
            f"\n{page['id']}: F1 {page['body_f1']:.3f}, precision {page['body_p']:.3f}, recall {page['body_r']:.3f}, "
            f"subheads (right, false, missed) {page.get('sub', '-')} {said.get('error', '')}"
        )
        right, read = lines_of(wanted["body"]), lines_of(said.get("body"))
        show_lines("missed", right, read)
        show_lines("invented", read, right)


def show_lines(what: str, lines: dict[str, str], others: dict[str, str], most: int = 2) -> None:
    alone = sorted((seen for seen in lines if seen not in others), key=len, reverse=True)
    for seen in alone[:most]:
        print(f"  {what:>8}  {lines[seen][:140]}")
    if len(alone) > most:
        print(f"  {'':>8}  and {len(alone) - most} lines more")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="only our row and trafilatura's")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="show the N pages that we read worst")
    parser.add_argument("--half", choices=["a", "b"], help="one half of the publishers; floors are not checked")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    if not corpus().exists():
        print(f"no corpus at {corpus()}: set WORLDDESK_CORPUS", file=sys.stderr)
        return 2
    logging.disable(logging.CRITICAL)  # each complains of pages in its own way
    gold = load_gold(asked.half)
    records = read(gold, contenders(quick=asked.quick))
    figures = figures_of(gold, records)
    show(figures, records)
    print(f"CPU a page, median: {figures[OURS]['cpu_ratio']:.2f} of trafilatura's")
    if asked.worst:
        show_worst(gold, records[OURS], asked.worst)
    broken = [] if asked.half else below(figures[OURS])
    for sentence in broken:
        print(f"below the floor: {sentence}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
