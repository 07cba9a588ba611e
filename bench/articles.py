"""The corpus of articles: pages with their gold, cut in two halves, and the scorer that comes with it.

It lies in `../shared/corpus` beside the checkout, or where $WORLDDESK_CORPUS says.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import json
import os
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

Record = dict[str, Any]


def corpus() -> Path:
    """Folder of the corpus; it need not exist."""
    default = Path(__file__).resolve().parents[1].parent / "shared" / "corpus"
    return Path(os.environ.get("WORLDDESK_CORPUS", default))


@cache
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
    """Gold of every page that counts; of one half of the publishers when `half` is a or b."""
    lines = (corpus() / "articles" / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    gold = [record for record in map(json.loads, lines) if not record.get("exclude")]
    return [record for record in gold if half in (None, half_of(record))]


def half_of(gold: Record) -> str:
    """The half in which the publisher of a page is, cut by a hash: rules are made on a and confirmed on b."""
    return "ab"[hashlib.sha256(gold["split_key"].encode()).digest()[0] & 1]


def page_of(gold: Record) -> bytes:
    """The page as it was fetched."""
    return gzip.decompress((corpus() / "articles" / "pages" / f"{gold['id']}.html.gz").read_bytes())


def score(gold: list[Record], records: list[Record]) -> tuple[dict[str, float], list[Record]]:
    """(figures over all pages, scores page by page)."""
    result, pages = load_scorer().evaluate(gold, records, boot=0)
    return result["all"], pages


def lines_of(text: str | None) -> dict[str, str]:
    """Lines of a body by what the scorer sees of them."""
    tokens = load_scorer().tokens
    return {seen: line for line in (text or "").splitlines() if (seen := " ".join(tokens(line)))}
