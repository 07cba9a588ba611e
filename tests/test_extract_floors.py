"""Extraction on real pages: no figure may fall below its floor (bench/floors.json)."""

from __future__ import annotations

import json
import logging
from importlib import import_module
from types import ModuleType

import pytest


@pytest.fixture
def bench(root, shared, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(root / "bench"))
    monkeypatch.delenv("WORLDDESK_CORPUS", raising=False)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return import_module("extract")


def test_no_figure_is_below_its_floor(bench):
    gold = bench.load_gold()
    figures, _ = bench.score(gold, [bench.ours(bench.page_of(page), page["url"], page["id"]) for page in gold])
    floors = json.loads(bench.FLOORS.read_text(encoding="utf-8"))["extract"]
    quality = {*floors["at_least"], *floors["at_most"]} - {"cpu_ratio"}
    assert bench.below(figures, quality) == []


def test_a_figure_below_its_floor_is_named(bench):
    assert bench.below({"body_f1": 0.5}, ["body_f1"]) == ["body_f1 is 0.500, its floor is 0.981"]


def test_the_halves_share_no_publisher(bench):
    first, second = ({page["split_key"] for page in bench.load_gold(half)} for half in "ab")
    assert first and second and not first & second
