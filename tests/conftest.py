"""What several test files share."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from crawls import Desk

from crawler.demo.server import Newsstand

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests may change what they find."""
    for name in ("WORLDDESK_DB", "WORLDDESK_SOURCES", "WORLDDESK_CONTACT", "FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def shared(root: Path) -> Path:
    """The folder of corpora beside the checkout; tests that need it are skipped where it is not."""
    folder = root.parent / "shared"
    if not (folder / "corpus").is_dir():
        pytest.skip("no corpus beside this checkout (../shared)")
    return folder


@pytest.fixture
def stand() -> Iterator[Newsstand]:
    """The invented papers, served on loopback."""
    with Newsstand() as stand:
        yield stand


@pytest.fixture
def desk(stand: Newsstand, tmp_path: Path) -> Desk:
    """A place for real crawls of these papers."""
    desk = Desk(tmp_path)
    stand.write_sources(desk.sources)
    return desk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of three megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
        pytest.skip("only root can mount a small disk, and not everywhere")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)
