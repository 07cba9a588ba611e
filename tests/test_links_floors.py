"""Section pages on the corpus of listings: no figure may fall below its floor (bench/floors.json)."""

from __future__ import annotations

import json
from importlib import import_module
from types import ModuleType

import pytest


@pytest.fixture
def bench(root, shared, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(root / "bench"))
    monkeypatch.delenv("WORLDDESK_CORPUS", raising=False)
    return import_module("links")


def test_no_figure_is_below_its_floor(bench):
    found, _ = bench.predictions()
    figures = bench.figures_of(bench.readings(found), bench.second_visits())
    assert set(figures) == set(json.loads(bench.FLOORS.read_text(encoding="utf-8"))["links"]["at_least"])
    assert bench.below(figures) == []


def test_a_figure_beyond_its_floor_is_named(bench):
    assert bench.below({"f1": 0.5}) == ["f1 is 0.500, its floor is 0.987"]
    assert bench.below({"cpu_ms": 90.0}) == ["cpu_ms is 90.0, its ceiling is 40"]


def test_a_page_is_read_as_the_corpus_scores_it(bench):
    gold = {"id": "x", "kind": "section", "articles": ["https://e.org/a", "https://e.org/b"],
            "neutral": ["https://e.org/v"]}  # fmt: skip
    read = bench.reading(gold, ["http://www.e.org/a/", "https://e.org/v", "https://e.org/c"])
    assert (read.precision, read.recall, read.f1) == (0.5, 0.5, 0.5)
    assert (read.missed, read.invented) == (["e.org/b"], ["e.org/c"])


def test_the_halves_share_no_publisher(bench):
    half_of = bench.halves(gold["publisher"] for gold, _ in bench.listings())
    assert set(half_of.values()) == {"a", "b"}
