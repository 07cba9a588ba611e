"""Look at each pin of constraints.txt: is it what runs here, does the registry still stand by it, is a hole known?

Three questions, the last two asked of the registry that pip uses:

- Is every distribution that Worlddesk needs here pinned, at the version that is installed?
- Is no pinned version yanked (PEP 592), no project archived, deprecated or in quarantine (PEP 792)?
- Does the registry's JSON API know advisories of a pinned version? Mirrors often do not serve it: then the answer
  is "not known", said aloud, and no failure.

Prints what it finds; the exit code is 1 for a wrong pin, a yanked or suspect one, and a known hole.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name as named
from packaging.utils import parse_sdist_filename, parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent
REGISTRY = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/")
SIMPLE = "application/vnd.pypi.simple.v1+json"
SECONDS = 20


@dataclass(slots=True)
class Looked:
    """What the registry says of one pin."""

    pin: str
    wrong: list[str] = field(default_factory=list)
    is_known: bool = False
    """The registry answered."""
    has_advisories: bool = False
    """It also serves advisories."""


def pins() -> dict[str, str]:
    """Name to version, as constraints.txt has them."""
    text = (ROOT / "constraints.txt").read_text("utf-8")
    lines = (line.partition("#")[0].partition(";")[0].strip() for line in text.splitlines())
    return {named(name): version for name, _, version in (line.partition("==") for line in lines if line)}


def needed(wanted: str, extras: frozenset[str], seen: set[str]) -> Iterator[str]:
    """All distributions that one needs here, by its own word; those of extras that are not installed are left out."""
    try:
        found = distribution(wanted)
    except PackageNotFoundError:
        return
    for text in found.requires or ():
        requirement = Requirement(text)
        environments: list[dict[str, str]] = [{"extra": extra} for extra in extras] or [{"extra": ""}]
        if requirement.marker and not any(requirement.marker.evaluate(one) for one in environments):
            continue
        name = named(requirement.name)
        if name not in seen and name != "pip":  # pip comes with the virtual environment
            seen.add(name)
            yield name
            yield from needed(name, frozenset(requirement.extras), seen)


def not_pinned(pinned: dict[str, str]) -> list[str]:
    """What is installed without a pin, or in another version than the pin's."""
    wrong = []
    for name in sorted(needed("worlddesk", frozenset({"test", "bench", "notify"}), set())):
        try:
            version = distribution(name).version
        except PackageNotFoundError:  # of an extra that is not installed here
            continue
        if pinned.get(name) != version:
            wrong.append(f"{name} {version} is installed; constraints.txt has {pinned.get(name, 'no line for it')}")
    return wrong


def ask(url: str, accept: str) -> dict[str, Any] | None:
    """JSON of an address; None where there is none."""
    try:
        with urlopen(Request(url, headers={"Accept": accept}), timeout=SECONDS) as answer:
            said = json.load(answer)
            return said if isinstance(said, dict) else None
    except (URLError, TimeoutError, ValueError):
        return None


def look(pin: tuple[str, str]) -> Looked:
    """Ask the registry about one pin."""
    name, version = pin
    looked = Looked(f"{name}=={version}")
    if (project := ask(f"{REGISTRY}/{name}/", SIMPLE)) is not None:
        looked.is_known = True
        looked.wrong += suspicious(project, version)
    api = re.sub(r"/simple$", "/pypi", REGISTRY)
    if (release := ask(f"{api}/{name}/{version}/json", "application/json")) is not None:
        looked.has_advisories = True
        looked.wrong += advisories(release)
    return looked


def suspicious(project: dict[str, Any], version: str) -> list[str]:
    """Why the registry does not stand by a version."""
    status = project.get("project-status", {}).get("status", "active")
    said = [] if status == "active" else [f"the project is {status}"]
    files = [file for file in project.get("files", ()) if version_of(file.get("filename", "")) == version]
    if not files:
        return [*said, "the registry no longer has this version"]
    yanked = [file["yanked"] for file in files if file.get("yanked")]
    if len(yanked) == len(files):
        said.append(f"it was yanked: {yanked[0] if isinstance(yanked[0], str) else 'no reason given'}")
    return said


def version_of(filename: str) -> str | None:
    """Version in the name of a wheel or a source distribution; None for other files."""
    try:
        parse = parse_wheel_filename if filename.endswith(".whl") else parse_sdist_filename
        return str(parse(filename)[1])
    except ValueError:
        return None


def advisories(release: dict[str, Any]) -> list[str]:
    """Holes that are known of a version, and where they are closed."""
    return [
        f"{', '.join([hole.get('id', '?'), *hole.get('aliases', ())])}, fixed in {', '.join(hole.get('fixed_in', ())) or 'no version'}"  # noqa: E501
        for hole in release.get("vulnerabilities", ())
        if not hole.get("withdrawn")
    ]


def tell(looked: Iterable[Looked], unpinned: list[str]) -> int:
    """Print what was found; the exit code."""
    found = list(looked)
    wrong = [*unpinned, *(f"{one.pin}: {reason}" for one in found for reason in one.wrong)]
    asked, answered = sum(one.is_known for one in found), sum(one.has_advisories for one in found)
    print(f"{len(found)} pins; the registry knows {asked} of them, and has advisories for {answered}")
    if answered < len(found):
        print(f"advisories of {len(found) - answered} are not known: {REGISTRY} does not serve them")
    for line in wrong:
        print(f"wrong: {line}")
    return 1 if wrong else 0


def main() -> int:
    """Look at all pins."""
    pinned = pins()
    with ThreadPoolExecutor(16) as threads:
        return tell(threads.map(look, pinned.items()), not_pinned(pinned))


if __name__ == "__main__":
    sys.exit(main())
