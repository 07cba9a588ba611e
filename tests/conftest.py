"""What several test files share."""

from __future__ import annotations

from pathlib import Path

import pytest

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
