"""Policy over every source that ships: all are read, and none asks for less care."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from crawler.catalogue import Source, read_source, read_sources
from crawler.fetch import DELAY_FLOOR

FOLDER = Path(__file__).resolve().parent.parent / "spiders" / "sources"
PATHS = sorted(FOLDER.glob("*.toml"))


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def source(request: pytest.FixtureRequest) -> Source:
    return read_source(request.param)


def test_there_are_sources_and_french_ones_first() -> None:
    languages = Counter(source.language[:2] for source in read_sources(FOLDER))
    assert languages.total() >= 12
    assert languages.most_common(1)[0][0] == "fr"


def test_home_and_listings_over_tls(source: Source) -> None:
    assert all(url.startswith("https://") for url in (source.home, *(entry.url for entry in source.listings)))


def test_delay_is_no_less_than_ours(source: Source) -> None:
    assert source.delay is None or source.delay >= DELAY_FLOOR


def test_listings_lie_on_its_own_site(source: Source) -> None:
    assert all(source.owns(listing.url) for listing in source.listings)


def test_rights_are_nobody_elses_to_claim(source: Source) -> None:
    assert source.rights is None  # a licence is the operator's: it has no place in what we ship


def test_patterns_are_anchored_at_its_site(source: Source) -> None:
    assert all(pattern.startswith("^https://") for pattern in source.article_url)


def test_each_listing_says_how_it_is_known(source: Source) -> None:
    assert [listing.url for listing in source.listings if listing.evidence is None] == []
