"""Refit the constants of the link scorer: `python bench/fit_links.py [--quick]`.

Fits a logistic regression (Newton steps, ridge) to the labelled section pages, home pages and lists of links of the
corpus and prints the table of `crawler/discover/weights.py`. Every page weighs about the same; links that the gold
calls neutral are left out. Before it, how well such a fit does on publishers that it has not seen:

- half and half: fitted on one half of the publishers, scored on the other, both ways;
- each publisher left out: fitted on all others, scored on its pages (`--quick` leaves this out: about a minute);
- single links that people labelled for another project (10 a publisher, without their pages): a check that the
  addresses and texts of strangers are read as well.

Precision, recall and F1 are macro over pages and count every article of the gold, also one that is no candidate.
"""

from __future__ import annotations

import html
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from crawler.discover.candidates import candidates
from crawler.discover.scorer import facts
from crawler.discover.weights import LISTED, WEIGHTS
from crawler.page import parse
from crawler.page.encoding import decode

from links import HALVES, KINDS, corpus, halves, listings, scorer  # isort: skip

RIDGE = 1.0
NAMES = list(WEIGHTS)
KINDS_TOLD = (("section", "home"), ("homelinks",))
Weights = list[float]
Figures = tuple[float, float, float]
"""Precision, recall, F1."""


@dataclass(slots=True)
class LabelledPage:
    """One listing: a row of facts (1 for the bias last), an offset and a label (None: neutral) a link."""

    page_id: str
    kind: str
    publisher: str
    rows: list[list[float]]
    offsets: list[float]
    labels: list[int | None]
    articles: int
    """Articles of the gold, candidates or not."""


def labelled(gold: dict[str, Any], content: bytes) -> LabelledPage:
    found = candidates(parse(decode(content), gold["url"]))
    same = scorer().norm
    articles = {same(url) for url in gold["articles"]}
    neutral = {same(url) for url in gold.get("neutral", [])} - articles
    keys = [same(one.url) for one in found]
    return LabelledPage(
        page_id=gold["id"],
        kind=gold["kind"],
        publisher=gold["publisher"],
        rows=[[known[name] for name in NAMES] + [1.0] for known in facts(found)],
        offsets=[LISTED * one.listed for one in found],
        labels=[1 if key in articles else None if key in neutral else 0 for key in keys],
        articles=len(articles),
    )


def fit(pages: Sequence[LabelledPage], start: Weights | None = None) -> Weights:
    """Weights by Newton's method, from `start` or zero; the bias stands last."""
    weights = start or [0.0] * (len(NAMES) + 1)
    for _ in range(15):
        step = solve(*slopes(pages, weights))
        weights = [weight + change for weight, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-4:
            break
    return weights


def slopes(pages: Iterable[LabelledPage], weights: Weights) -> tuple[list[list[float]], list[float]]:
    """Curvature and gradient of the penalised likelihood at `weights`."""
    size = len(weights)
    ridge = [RIDGE] * (size - 1) + [1e-3]
    curvature = [[ridge[i] if i == j else 0.0 for j in range(size)] for i in range(size)]
    gradient = [-ridge[i] * weights[i] for i in range(size)]
    for page in pages:
        known = [part for part in zip(page.rows, page.offsets, page.labels, strict=True) if part[2] is not None]
        share = (30 / max(len(known), 1)) ** 0.7
        for row, offset, label in known:
            chance = 1 / (1 + math.exp(-score(row, offset, weights)))
            used = [(i, value) for i, value in enumerate(row) if value]
            for i, value in used:
                gradient[i] += share * ((label or 0) - chance) * value
                for j, other in used:
                    curvature[i][j] += share * chance * (1 - chance) * value * other
    return curvature, gradient


def score(row: list[float], offset: float, weights: Weights) -> float:
    total = offset + sum(value * weight for value, weight in zip(row, weights, strict=True))
    return max(-30.0, min(30.0, total))


def solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve a positive definite system by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i, pivot in enumerate(rows):
        for row in rows[i + 1 :]:
            factor = row[i] / pivot[i]
            row[i:] = [value - factor * above for value, above in zip(row[i:], pivot[i:], strict=True)]
    found = [0.0] * len(rows)
    for i in reversed(range(len(rows))):
        known = sum(rows[i][j] * found[j] for j in range(i + 1, len(rows)))
        found[i] = (rows[i][-1] - known) / rows[i][i]
    return found


def figures(page: LabelledPage, weights: Weights) -> Figures:
    """Precision, recall and F1 of one page over the links that are not neutral."""
    known = [part for part in zip(page.rows, page.offsets, page.labels, strict=True) if part[2] is not None]
    chosen = [label for row, offset, label in known if score(row, offset, weights) > 0]
    right = sum(filter(None, chosen))
    precision = right / len(chosen) if chosen else float(not page.articles)
    recall = right / page.articles if page.articles else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if right else precision * recall


def left_out(pages: list[LabelledPage], start: Weights) -> dict[str, Figures]:
    """Figures of each page under weights fitted on all other publishers."""
    found = {}
    for publisher in sorted({page.publisher for page in pages}):
        weights = fit([page for page in pages if page.publisher != publisher], start)
        found |= {page.page_id: figures(page, weights) for page in pages if page.publisher == publisher}
    return found


def report(name: str, pages: list[LabelledPage], of_page: dict[str, Figures]) -> None:
    for kinds in KINDS_TOLD:
        told = [of_page[page.page_id] for page in pages if page.kind in kinds]
        precision, recall, f1 = (sum(column) / len(told) for column in zip(*told, strict=True))
        worst = min(one[2] for one in told)
        print(
            f"{name:28s} {'+'.join(kinds):12s} {len(told):3d} pages  P {precision:.4f}  R {recall:.4f}  F1 {f1:.4f}"
            f"  worst {worst:.2f}"
        )


def strangers(weights: Weights) -> tuple[int, float, float]:
    """Single links of other publishers, a list for each: (links, precision, recall)."""
    of_publisher = defaultdict(list)
    with (corpus() / "listings" / "links_labeled.jsonl").open(encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            of_publisher[line["publisher"]].append(line)
    chosen, wanted, right = 0, 0, 0
    for publisher, links in of_publisher.items():
        base = f"https://{publisher.replace('_', '-')}.example.com/"
        stories = {urljoin(base, link["url"]) for link in links if link["is_story"]}
        items = (f"<li><a href='{html.escape(link['url'])}'>{html.escape(link['text'])}</a></li>" for link in links)
        found = candidates(parse(f"<html><body><ul>{''.join(items)}</ul></body></html>", base))
        scores = [score([*(known[name] for name in NAMES), 1.0], 0, weights) for known in facts(found)]
        picked = {one.url for one, value in zip(found, scores, strict=True) if value > 0}
        of_site = {one.url for one in found}
        chosen, wanted, right = chosen + len(picked), wanted + len(stories & of_site), right + len(picked & stories)
    return sum(map(len, of_publisher.values())), right / chosen, right / wanted


def main() -> int:
    if not corpus().exists():
        print(f"no corpus at {corpus()}: set WORLDDESK_CORPUS", file=sys.stderr)
        return 2
    pages = [labelled(gold, content) for gold, content in listings() if KINDS[gold["kind"]] == "section"]
    half_of = halves(page.publisher for page in pages)
    for half, other in (HALVES, HALVES[::-1]):
        weights = fit([page for page in pages if half_of[page.publisher] == half])
        for told, name in ((half, f"tuned on {half}"), (other, f"confirmed on {other}")):
            of_half = [page for page in pages if half_of[page.publisher] == told]
            report(name, of_half, {page.page_id: figures(page, weights) for page in of_half})
    weights = fit(pages)
    if "--quick" not in sys.argv:
        report("each publisher left out", pages, left_out(pages, weights))
    report("all, as shipped", pages, {page.page_id: figures(page, weights) for page in pages})
    links, precision, recall = strangers(weights)
    print(f"{links} single links of other publishers: precision {precision:.3f}, recall {recall:.3f}")
    *facts_of, bias = weights
    print(f"BIAS = {bias:.2f}\nWEIGHTS = {{")
    for name, weight in zip(NAMES, facts_of, strict=True):
        print(f'    "{name}": {weight:.2f},')
    print("}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
