"""Policy over every source that ships: all are read, and none asks for less care."""

from __future__ import annotations

import re
from collections import Counter
from importlib import resources
from pathlib import Path
from zoneinfo import TZPATH

import pytest

from crawler.catalogue import Source, read_source, read_sources
from crawler.fetch import DELAY_FLOOR
from crawler.source_keys import CONTINENTS

FOLDER = Path(__file__).resolve().parent.parent / "spiders" / "sources"
PATHS = sorted(FOLDER.glob("*.toml"))


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def source(request: pytest.FixtureRequest) -> Source:
    return read_source(request.param)


@pytest.fixture(scope="module")
def catalogue() -> list[Source]:
    return read_sources(FOLDER)


def test_every_file_is_read(catalogue: list[Source]) -> None:
    assert [source.source_id for source in catalogue] == sorted(path.stem for path in PATHS)
    assert len(catalogue) >= 350


def test_the_catalogue_speaks_many_languages_french_not_least(catalogue: list[Source]) -> None:
    languages = Counter(source.language.split("-")[0] for source in catalogue)
    assert languages["fr"] >= 60
    assert len(languages) >= 50


def test_the_catalogue_is_of_every_continent(catalogue: list[Source]) -> None:
    continents = Counter(CONTINENTS[source.country] for source in catalogue)
    floors = {"africa": 20, "asia": 70, "europe": 180, "north-america": 35, "south-america": 15, "oceania": 5}
    assert {name: floor for name, floor in floors.items() if continents[name] < floor} == {}
    french = {CONTINENTS[source.country] for source in catalogue if source.language.startswith("fr")}
    assert french >= {"africa", "asia", "europe", "north-america"}


def test_no_home_stands_twice(catalogue: list[Source]) -> None:
    homes = Counter(source.home.rstrip("/") for source in catalogue)
    assert [home for home, count in homes.items() if count > 1] == []


def test_home_and_listings_over_tls(source: Source) -> None:
    assert all(url.startswith("https://") for url in (source.home, *(entry.url for entry in source.listings)))


def test_delay_is_no_less_than_ours(source: Source) -> None:
    assert source.delay is None or source.delay >= DELAY_FLOOR


def test_listings_lie_on_its_own_site(source: Source) -> None:
    assert all(source.owns(place.url) for place in (*source.listings, *source.archives))


def test_rights_are_nobody_elses_to_claim(source: Source) -> None:
    assert source.rights is None  # a licence is the operator's: it has no place in what we ship


def test_patterns_are_anchored_at_its_site(source: Source) -> None:
    assert all(pattern.startswith("^https://") for pattern in (*source.article_url, *source.scope.path))


def test_a_listing_of_all_sections_is_narrowed_down(source: Source) -> None:
    """Beside a world section a listing without section needs a scope; alone it is that of an international source."""
    whole = [listing for listing in source.listings if listing.section is None]
    if whole and len(whole) < len(source.listings):
        assert source.scope or source.article_url


def test_the_time_zone_is_one_of_the_country(source: Source) -> None:
    zones = zones_of(source.country)
    if not zones:
        pytest.skip(f"no zone.tab on this machine, or {source.country} is not in it")
    assert source.timezone in zones


def test_each_listing_says_how_it_is_known(source: Source) -> None:
    assert [listing.url for listing in source.listings if listing.evidence is None] == []


def zones_of(country: str) -> set[str]:
    """Zones of a country by the IANA list."""
    tables = [Path(folder) / "zone.tab" for folder in TZPATH]
    table = next((path.read_text("utf-8") for path in tables if path.exists()), None)
    if table is None:
        packaged = resources.files("tzdata") / "zoneinfo" / "zone.tab"
        table = packaged.read_text("utf-8") if packaged.is_file() else ""
    return set(re.findall(rf"^{country}\t\S+\t(\S+)", table, re.MULTILINE))
