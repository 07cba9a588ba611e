"""The documents say what is so: commands, options, exit codes, files, keys of a source."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from crawler import __version__, environment, errors, extract
from crawler.catalogue import read_source, read_sources
from crawler.cli import main
from crawler.console import INTERRUPTED
from crawler.source_keys import SOURCE_KEYS, Key

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SOURCES_README = (ROOT / "spiders" / "README.md").read_text("utf-8")
_SETTING = re.compile(r"\"(WORLDDESK_[A-Z_]+)\"")
DOCUMENTS = [README, SOURCES_README]


def mentioned(pattern: str, *documents: str) -> set[str]:
    return {found for document in documents for found in re.findall(pattern, document)}


def keys(table: dict[str, Key], where: str = "") -> Iterator[str]:
    for name, key in table.items():
        yield where + name
        yield from keys(dict(key.keys or {}), f"{where}{name}.")


def exit_codes() -> set[int]:
    def of(kind: type[errors.WorlddeskError]) -> Iterator[int]:
        yield kind.exit_code
        for child in kind.__subclasses__():
            yield from of(child)

    return {0, 3, 129, INTERRUPTED, 143, *of(errors.WorlddeskError)}


def test_every_command_has_a_line_and_every_line_a_command() -> None:
    assert re.findall(r"^\| `worlddesk (\w+)", README, re.MULTILINE) == list(main.commands)  # in one order
    assert mentioned(r"\bworlddesk (?!--)([a-z]+)", *DOCUMENTS) <= {*main.commands, "crawl", "cd"}


def test_every_option_mentioned_exists() -> None:
    options = {text for command in main.commands.values() for option in command.params for text in option.opts}
    documented = mentioned(r"(?<![\w-])(--[a-z]+(?:-[a-z]+)*)", *DOCUMENTS)
    assert documented <= {*options, "--help"}


@pytest.mark.parametrize("name", main.commands)
def test_help_is_short_and_has_an_example(name: str) -> None:
    command = main.commands[name]
    text = command.get_help(click.Context(command, info_name=name))
    assert f"worlddesk {name}" in text
    assert not command.get_short_help_str(60).endswith("...")


@pytest.mark.parametrize("name", main.commands)
def test_every_command_prints_facts_as_json(name: str) -> None:
    options = {text for option in main.commands[name].params for text in option.opts}
    assert "--json" in options
    assert options & {"--db", "--jsonl"} or name in ("sources", "add")  # that need no database


def test_exit_codes() -> None:
    table = README.partition("| exit code |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| ([\d, ]+) \|", table, re.MULTILINE)
    documented = {int(code) for row in rows for code in row.split(",")}
    assert documented == exit_codes()


def test_every_setting_stands_in_one_table() -> None:
    assert re.findall(r"^\| `(WORLDDESK_[A-Z_]+)` \|", README, re.MULTILINE) == list(environment.NAMES)
    read = {name for path in (ROOT / "crawler").rglob("*.py") for name in _SETTING.findall(path.read_text("utf-8"))}
    assert read == {*environment.NAMES, "WORLDDESK_PROGRESS"}  # of which the last is Scrapy's, from us to us


def test_every_link_leads_to_a_file() -> None:
    for document, folder in ((README, ROOT), (SOURCES_README, ROOT / "spiders")):
        targets = set(re.findall(r"\]\((?!https?:)([^)#]+)\)", document))
        assert [target for target in targets if not (folder / target).exists()] == []


def test_every_module_stands_on_the_path() -> None:
    path = README.partition("## The path of a page")[2]
    rooms = [entry for entry in sorted((ROOT / "crawler").iterdir()) if entry.suffix == ".py" or entry.is_dir()]
    named = [entry.name + "/" * entry.is_dir() for entry in rooms if not entry.name.startswith("__")]
    assert [name for name in named if f"](crawler/{name})" not in path] == []


def test_every_module_of_extraction_stands_on_its_map() -> None:
    modules = {path.stem for path in (ROOT / "crawler" / "extract").glob("*.py")} - {"__init__"}
    assert set(re.findall(r"`(\w+)`", extract.__doc__ or "")) == modules


def test_every_key_of_a_source_is_explained() -> None:
    table = SOURCES_README.partition("## Every key")[2]
    assert set(re.findall(r"^\| `([a-z_.]+)` \|", table, re.MULTILINE)) == set(keys(SOURCE_KEYS))


def test_the_example_source_is_one(tmp_path: Path) -> None:
    example = re.findall(r"```toml\n(.*?)```", SOURCES_README, re.DOTALL)[0]
    (tmp_path / "example.toml").write_text(example, "utf-8")
    assert read_source(tmp_path / "example.toml").name == "The Example"


def test_the_catalogue_is_as_large_as_we_say() -> None:
    sources = read_sources(ROOT / "spiders" / "sources")
    languages = {source.language.split("-")[0] for source in sources}
    assert f"{len(sources)} publishers in {len(languages)} languages" in README


def test_changelog_has_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert __version__.startswith("0.")


def test_make_targets_mentioned_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+(?: [a-z-]+)*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    known = {name for line in targets for name in line.split()}
    assert mentioned(r"`make ([a-z-]+)`", *DOCUMENTS) <= known


def test_constraints_are_names_and_versions() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+( ; python_version < \"3\.\d+\")?", pin) for pin in pins)
    assert [pin.lower() for pin in pins] == sorted(pin.lower() for pin in pins)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    needed = project["dependencies"] + extras["test"] + extras["bench"] + extras["notify"]
    pinned = {pin.split("==")[0].lower() for pin in pins}
    assert {re.split(r"[<>=]", need)[0].lower() for need in needed} <= pinned
