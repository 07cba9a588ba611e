"""`worlddesk sources`: the catalogue chosen by what its files say, for people, programs and the shell."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from test_cli_terminal import drawn

from crawler.catalogue import read_source
from crawler.cli import main
from crawler.report.sources import NOBODY, show_sources
from crawler.source_keys import CONTINENTS, COUNTRIES

SOURCES = {
    "courrier": ("FR", "fr", "newspaper", "feed"),
    "gazette": ("CA", "fr-CA", "broadcaster", "section"),
    "harbour": ("GB", "en-GB", "wire", "feed"),
    "island": ("FJ", "en-FJ", "wire", "news-sitemap"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for stem, (country, language, media_type, kind) in SOURCES.items():
        write(tmp_path, stem, country, language, media_type, kind)
    write(tmp_path, "resting", "FR", "fr", "magazine", "feed", 'disabled = "2026-10-01 moved to another system"')
    return tmp_path


def write(folder: Path, stem: str, country: str, language: str, media_type: str, kind: str, more: str = "") -> None:
    text = f"""
name = "The {stem.title()}"
home = "https://{stem}.example/"
country = "{country}"
language = "{language}"
timezone = "Europe/Paris"
media_type = "{media_type}"
{more}
[[listing]]
url = "https://{stem}.example/world"
kind = "{kind}"
evidence = "seen: link «World» in a saved page"
"""
    (folder / f"{stem}.toml").write_text(text, "utf-8")


def sources(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["sources", "--sources", str(folder), *arguments])


def ids(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return [line.split("\t")[0] for line in result.stdout.splitlines()]


def test_all_are_listed_and_counted(folder: Path) -> None:
    listed = sources(folder)
    assert ids(listed) == [*SOURCES, "resting"]
    assert listed.stdout.splitlines()[0].split("\t")[:6] == [
        "courrier", "The Courrier", "FR", "fr", "newspaper", "feed",
    ]  # fmt: skip
    assert listed.stdout.splitlines()[-1].endswith("2026-10-01 moved to another system")
    assert listed.stderr == "worlddesk: 5 of 5 sources\n"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["--language", "fr"], ["courrier", "gazette", "resting"]),
        (["--language", "FR-ca"], ["gazette"]),
        (["--language", "fr", "--country", "CA"], ["gazette"]),
        (["--country", "ca,GB"], ["gazette", "harbour"]),
        (["--country", "CA", "--country", "GB"], ["gazette", "harbour"]),
        (["--continent", "europe"], ["courrier", "harbour", "resting"]),
        (["--continent", "oceania,north-america"], ["gazette", "island"]),
        (["--kind", "feed", "--language", "en"], ["harbour"]),
        (["--media-type", "wire"], ["harbour", "island"]),
        (["island", "harbour", "--kind", "feed"], ["harbour"]),
        (["island", "--language", "fr"], []),
        (["--language", "fr", "--media-type", "wire"], []),
    ],
)
def test_chosen_by_what_they_have(folder: Path, wanted: list[str], found: list[str]) -> None:
    assert ids(sources(folder, *wanted)) == found


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (["--language", "french"], "unknown language 'french'; there are en, fr"),
        (["--country", "XX"], "unknown country 'XX'; there are CA, FJ, FR, GB"),
        (["--continent", "afrika,oceana"], "unknown continent 'oceana'; did you mean oceania?"),
        (["--kind", "feeds"], "unknown kind 'feeds'; did you mean feed?"),
        (["harbor"], "unknown source 'harbor'; did you mean harbour?"),
    ],
)
def test_what_nobody_has_is_named(folder: Path, wanted: list[str], message: str) -> None:
    asked = sources(folder, *wanted)
    assert (asked.exit_code, asked.stdout) == (2, "")
    assert message in asked.stderr


def test_names_are_those_that_a_crawl_takes(folder: Path) -> None:
    asked = sources(folder, "--language", "fr", "--names")
    assert (ids(asked), asked.stderr) == (["courrier", "gazette"], "")


def test_no_name_left_is_no_crawl_of_everything(folder: Path) -> None:
    assert ids(sources(folder, "--language", "fr", "--media-type", "wire", "--names")) == [NOBODY]
    crawl = CliRunner().invoke(main, ["crawl", NOBODY, "--sources", str(folder), "--db", str(folder / "news.db")])
    assert crawl.exit_code == 2
    assert f"unknown source '{NOBODY}'" in crawl.stderr


def test_details_are_a_line_a_listing(folder: Path) -> None:
    more = '[[listing]]\nurl = "https://manor.example/feed"\nkind = "feed"\nsection = "World"\nevidence = "known: so"'
    write(folder, "manor", "GB", "en-GB", "wire", "section", more)
    told = [line.split("\t") for line in sources(folder, "manor", "island", "--details").stdout.splitlines()]
    assert told == [
        ["island", "news-sitemap", "", "https://island.example/world", "seen: link «World» in a saved page"],
        ["manor", "feed", "World", "https://manor.example/feed", "known: so"],
        ["manor", "section", "", "https://manor.example/world", "seen: link «World» in a saved page"],
    ]


def test_a_narrow_screen_holds_a_long_row(folder: Path) -> None:
    more = '[[listing]]\nurl = "https://ten-letter.example/news.xml"\nkind = "news-sitemap"'
    write(folder, "ten-letter", "CA", "zh-Hant", "broadcaster", "section", more)
    long, resting = (read_source(folder / f"{name}.toml") for name in ("ten-letter", "resting"))
    show = partial(show_sources, total=9, names=False, details=False, as_json=False)
    head, *rows, _count = drawn(lambda: show([long]))
    assert head.split() == ["source", "name", "country", "language", "media", "listings"]
    assert "Ten-Letter" in " ".join(rows)  # no word is cut
    assert "news-sitemap" in " ".join(rows)
    assert len(rows) == 2
    assert any("disabled" in line for line in drawn(lambda: show([long, resting])))


def test_details_on_a_screen(folder: Path) -> None:
    told = drawn(
        lambda: show_sources([read_source(folder / "resting.toml")], 1, names=False, details=True, as_json=False)
    )
    assert told[0] == "resting: The Resting"
    assert told[1].startswith("  https://resting.example/, FR, fr, Europe/Paris, magazine, disabled:")
    assert "  feed https://resting.example/world" in told
    assert "    seen: link «World» in a saved page" in told
    assert told[-1] == "1 of 1 sources"


def test_json_tells_all_that_the_file_says(folder: Path) -> None:
    (row,) = json.loads(sources(folder, "island", "--json").stdout)
    assert (row["source_id"], row["continent"], row["media_type"]) == ("island", "oceania", "wire")
    assert row["listings"] == [
        {**row["listings"][0], "url": "https://island.example/world", "evidence": "seen: link «World» in a saved page"}
    ]


def test_a_broken_file_is_named_beside_the_others(folder: Path) -> None:
    (folder / "odd.toml").write_text("name = ", "utf-8")
    listed = sources(folder)
    assert listed.exit_code == 3
    assert "odd.toml: not TOML" in listed.stderr
    assert len(listed.stdout.splitlines()) == 5


def test_only_broken_files_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_text("name = ", "utf-8")
    listed = sources(tmp_path)
    assert (listed.exit_code, listed.stdout) == (2, "")


def test_every_country_has_its_continent(tmp_path: Path) -> None:
    assert len(COUNTRIES) == 250
    assert set(CONTINENTS) == COUNTRIES
    for code in sorted(COUNTRIES):
        write(tmp_path, "any", code, "fr", "wire", "feed")
        assert read_source(tmp_path / "any.toml").country == code
