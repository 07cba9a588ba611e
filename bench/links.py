"""Score link discovery on the corpus of listings: `python bench/links.py [--each]`.

Prints one row a kind (precision, recall, F1, title, date, macro over listings, by the corpus' own scorer) and the
CPU milliseconds a listing. The corpus is `../shared/corpus` beside the checkout, or $WORLDDESK_CORPUS.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from crawler import discover

KINDS = {"section": "section", "home": "section", "homelinks": "section", "rss": "feed", "atom": "feed"}
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


def main() -> int:
    if not corpus().exists():
        print(f"no corpus at {corpus()}: set WORLDDESK_CORPUS", file=sys.stderr)
        return 2
    found, cpu = predictions()
    table = score(found, each="--each" in sys.argv)
    pages = [table[kind] for kind in ("section", "home")]
    total = sum(row[0] for row in pages)
    print(f"section pages and homes: F1 {sum(row[0] * row[3] for row in pages) / total:.3f} over {total}")
    for kind, times in cpu.items():
        mean = sum(times) / len(times)
        print(f"{kind:10s} CPU ms: median {median(times):5.1f}  mean {mean:5.1f}  max {max(times):5.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
