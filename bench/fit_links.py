"""Refit the constants of the link scorer: `python bench/fit_links.py`.

Fits a logistic regression (Newton steps, ridge) to the labelled section and home pages of the corpus, first on one half
of the publishers to report the other, both ways, then on all, and prints the table of `crawler/discover/weights.py`.
Every page weighs about the same; links that the gold calls neutral are left out.
"""

from __future__ import annotations

import hashlib
import math
import sys
from dataclasses import dataclass
from typing import Any

from crawler.discover.candidates import candidates
from crawler.discover.scorer import facts
from crawler.discover.weights import LISTED, WEIGHTS
from crawler.page import parse
from crawler.urls import canonical

from links import KINDS, corpus, listings  # isort: skip

RIDGE = 1.0
NAMES = list(WEIGHTS)


@dataclass(slots=True)
class LabelledPage:
    """One listing: a row of facts (1 for the bias last), an offset and a label (None: neutral) a link."""

    kind: str
    publisher: str
    rows: list[list[float]]
    offsets: list[float]
    labels: list[int | None]


def labelled(gold: dict[str, Any], content: bytes) -> LabelledPage:
    found = candidates(parse(content, gold["url"]))
    articles = {canonical(url) for url in gold["articles"]}
    neutral = {canonical(url) for url in gold.get("neutral", [])} - articles
    return LabelledPage(
        kind=gold["kind"],
        publisher=gold["publisher"],
        rows=[[known[name] for name in NAMES] + [1.0] for known in facts(found)],
        offsets=[LISTED * one.listed for one in found],
        labels=[1 if one.key in articles else None if one.key in neutral else 0 for one in found],
    )


def fit(pages: list[LabelledPage]) -> list[float]:
    """Weights by Newton's method; the bias stands last."""
    weights = [0.0] * (len(NAMES) + 1)
    for _ in range(15):
        step = solve(*slopes(pages, weights))
        weights = [weight + change for weight, change in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-5:
            break
    return weights


def slopes(pages: list[LabelledPage], weights: list[float]) -> tuple[list[list[float]], list[float]]:
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


def score(row: list[float], offset: float, weights: list[float]) -> float:
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


def f1(page: LabelledPage, weights: list[float]) -> float:
    """F1 of one page over the links that are not neutral."""
    known = [part for part in zip(page.rows, page.offsets, page.labels, strict=True) if part[2] is not None]
    chosen = [label for row, offset, label in known if score(row, offset, weights) > 0]
    right, wanted = sum(filter(None, chosen)), sum(label or 0 for *_, label in known)
    return 2 * right / (len(chosen) + wanted) if chosen or wanted else 1.0


def halves(pages: list[LabelledPage]) -> list[list[LabelledPage]]:
    """Two halves by publisher, dealt in the order of a hash."""
    publishers = {page.publisher for page in pages}
    order = sorted(publishers, key=lambda name: hashlib.md5(name.encode()).hexdigest())
    return [[page for page in pages if order.index(page.publisher) % 2 == half] for half in (0, 1)]


def report(name: str, pages: list[LabelledPage], weights: list[float]) -> None:
    found = []
    for kinds in (("section", "home"), ("homelinks",)):
        scores = [f1(page, weights) for page in pages if page.kind in kinds]
        found.append(
            f"{'+'.join(kinds)} F1 {sum(scores) / len(scores):.3f} over {len(scores)}, worst {min(scores):.2f}"
        )
    print(f"{name:22s} {'; '.join(found)}")


def main() -> int:
    if not corpus().exists():
        print(f"no corpus at {corpus()}: set WORLDDESK_CORPUS", file=sys.stderr)
        return 2
    pages = [labelled(gold, content) for gold, content in listings() if KINDS[gold["kind"]] == "section"]
    both = halves(pages)
    for half, other in (both, both[::-1]):
        weights = fit(half)
        report("tuned on this half", half, weights)
        report("confirmed on the other", other, weights)
    *weights, bias = fit(pages)
    report("all", pages, [*weights, bias])
    print(f"BIAS = {bias:.2f}\nWEIGHTS = {{")
    for name, weight in zip(NAMES, weights, strict=True):
        print(f'    "{name}": {weight:.2f},')
    print("}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
