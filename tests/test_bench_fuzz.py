"""The fuzzer makes the same inputs again, and its checks find what must not be."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from types import ModuleType

import pytest

from crawler.discover import Links
from crawler.items import Article, Block, Link

NAMES = ("fuzz_extract", "fuzz_checks", "hostile_pages", "fuzz_links", "hostile_listings")


@pytest.fixture(scope="module")
def bench() -> Iterator[dict[str, ModuleType]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).resolve().parent.parent / "bench"))
        patch.setenv("WORLDDESK_CORPUS", "/nowhere")
        yield {name: import_module(name) for name in NAMES}


def test_a_seed_makes_the_same_inputs_again(bench: dict[str, ModuleType]) -> None:
    one, again, other = (list(islice(bench["fuzz_extract"].inputs(seed, 0), 30)) for seed in (1, 1, 2))
    assert one == again
    assert one != other


@pytest.mark.parametrize(
    ("article", "breach"),
    [
        (Article("u", headline=""), "unknown is None"),
        (Article("u", headline="a\u202eb"), "U+202E"),
        (Article("u", headline="a\ud800b"), "U+D800"),
        (Article("u", published="2026-03-03T08:00:00"), "no zone"),
        (Article("u", published="9999-01-01"), "published is"),
        (Article("u", modified="soon"), "modified is"),
        (Article("u", kind="novel"), "kind is"),
        (Article("u", standfirst=["Said."], blocks=[Block("paragraph", "Said.")]), "standfirst stands"),
        (Article("u", blocks=[Block("paragraph", " ")]), "is empty"),
        (Article("u", blocks=[Block("subhead", "a")]), "level"),
        (Article("u", provenance={"nothing": "html"}), "no field"),
        (Article("u", tags=[{1}]), "cannot be written down"),
    ],
)
def test_checks_find_what_must_not_be(bench: dict[str, ModuleType], article: Article, breach: str) -> None:
    assert any(breach in sentence for sentence in bench["fuzz_checks"].breaches(article))


def test_a_good_article_passes(bench: dict[str, ModuleType]) -> None:
    good = Article(
        "u", "A headline", ["Lead."], [Block("subhead", "a", 2), Block("list", "a\nb")], published="2026-03-03"
    )
    assert bench["fuzz_checks"].breaches(good) == []


def test_hostile_pages_wear_an_article(bench: dict[str, ModuleType]) -> None:
    cases = bench["hostile_pages"].cases()
    assert len(cases) > 300
    assert b"<h1>" in cases["2,000 nested <div>"]().html


def test_a_seed_breaks_the_same_listings_again(bench: dict[str, ModuleType]) -> None:
    fuzz = bench["fuzz_links"]
    listings = fuzz.seeds()
    one, again, other = ([fuzz.broken(listings, seed, number) for number in range(30)] for seed in (1, 1, 2))
    assert one == again
    assert one != other
    assert [fuzz.read(*listing)[1] for listing in one] == [[]] * 30


@pytest.mark.parametrize(
    ("link", "breach"),
    [
        (Link("javascript:x", rank=1), "no address"),
        (Link("https://courier.example/a", rank=2), "rank 2"),
        (Link("https://courier.example/a", " Rain", rank=1), "no title"),
        (Link("https://courier.example/a", published="today", rank=1), "no date"),
    ],
)
def test_checks_find_what_is_no_link(bench: dict[str, ModuleType], link: Link, breach: str) -> None:
    (sentence,) = bench["fuzz_links"].breaches(Links([link]))
    assert breach in sentence


def test_hostile_listings_end_with_links_or_a_reason(bench: dict[str, ModuleType]) -> None:
    said = {name: bench["hostile_listings"].one(name)["said"] for name in ("billion laughs", "gzip in gzip in gzip")}
    assert said == {
        "billion laughs": "1 of 1 links",
        "gzip in gzip in gzip": "PageError: no sitemap: it is not XML",
    }
