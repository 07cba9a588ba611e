"""The bench of extraction is fair: each peer is read for what it gives, and none of them can end it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

PEERS = {"newspaper4k": "newspaper", "readability-lxml": "readability", "goose3": "goose3"}
SENTENCES = [
    "The ferry between the two islands will run again from Monday, the harbour office said in a note on Friday.",
    "Passengers had waited for four weeks while the landing stage was rebuilt after the storm of the spring.",
    "The council will decide in the autumn whether a second boat is bought, and who of the islands pays for it.",
]
PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Ferry runs again | The Courier</title></head><body>
<nav><a href="/">Home</a></nav><article><h1>Ferry runs again</h1><p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p>
<h2>What the council plans</h2><p>{SENTENCES[2]}</p><p>{SENTENCES[0]}</p></article></body></html>""".encode()
URL = "https://www.courier.example/world/ferry-runs-again"


@pytest.fixture
def bench(root: Path) -> Iterator[dict[str, ModuleType]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(root / "bench"))
        yield {name: import_module(name) for name in ("articles", "extract", "peers")}


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_is_read_for_text_headline_and_subheads(bench: dict[str, ModuleType], name: str) -> None:
    if find_spec(PEERS[name]) is None:
        pytest.skip("not installed: it is of the extra 'bench'")
    installed, absent = bench["peers"].peers()
    record = installed[name](PAGE, URL, "ferry")
    assert name not in absent
    assert record["id"] == "ferry"
    assert record["headline"].startswith("Ferry runs again")
    texts = [block["text"] for block in record["blocks"]]
    assert all(sentence in texts for sentence in SENTENCES)
    # Goose drops a heading that stands alone.
    subheads = [block["text"] for block in record["blocks"] if block["kind"] == "subhead"]
    assert ("What the council plans" in subheads) == (name != "goose3")
    assert "Home" not in texts


def test_absent_peers_are_named(
    bench: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in PEERS.values():
        monkeypatch.setitem(sys.modules, module, None)
    assert [name for name in bench["extract"].contenders(quick=False) if not name.startswith("trafilatura")] == [
        "worlddesk"
    ]
    said = capsys.readouterr().out
    assert said.startswith("not installed: newspaper4k, readability-lxml, goose3;")
    assert ".[bench]" in said


def test_what_a_peer_raises_is_its_answer(bench: dict[str, ModuleType]) -> None:
    def broken(html: bytes, url: str) -> dict[str, object]:
        raise ValueError("no such tag")

    assert bench["peers"]._guarded(broken)(PAGE, URL, "ferry") == {"id": "ferry", "error": "ValueError: no such tag"}


def test_readers_take_turns(bench: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    def reader(name: str) -> object:
        return lambda html, url, page_id: order.append(name) or {"id": page_id}

    monkeypatch.setattr(bench["extract"], "page_of", lambda gold: PAGE)
    gold = [{"id": str(number), "url": URL} for number in range(2)]
    records = bench["extract"].read(gold, {"a": reader("a"), "b": reader("b")})
    assert order == ["a", "b", *"ab", *"ba"]  # once to warm up
    assert [record["id"] for record in records["a"]] == ["0", "1"]
    assert all(record["ms"] >= 0 for record in records["b"])


def test_a_field_that_a_reader_never_gives_is_no_zero(
    bench: dict[str, ModuleType], capsys: pytest.CaptureFixture[str]
) -> None:
    row = dict.fromkeys(bench["extract"].COLUMNS, 0.5)
    bench["extract"].show({"terse": row, "full": row}, {"terse": [{"body": "x"}], "full": [{"authors": ["Ada"]}]})
    head, terse, full = capsys.readouterr().out.splitlines()
    assert len(terse.split()) == len(full.split()) == len(bench["extract"].COLUMNS) + 1
    assert terse.split().count("-") == 7
    assert full.split().count("-") == 6
    assert len(head) == len(terse)
