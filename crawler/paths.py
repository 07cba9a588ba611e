"""Where things lie: the database and the sources. Never the current folder: cron starts in `/`."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

ROOT = Path(__file__).resolve().parent.parent  # the checkout, or site-packages when installed


def database(option: str | Path | None = None) -> Path:
    """Path of the SQLite file: the option, else `WORLDDESK_DB`, else data/news.db of the checkout or of the user."""
    chosen = option or os.environ.get("WORLDDESK_DB")
    return Path(chosen).expanduser().absolute() if chosen else _data_folder() / "news.db"


def sources(option: str | Path | None = None) -> Path:
    """Folder of the sources' TOML files: the option, else `WORLDDESK_SOURCES`, else those that ship with us."""
    chosen = option or os.environ.get("WORLDDESK_SOURCES")
    return Path(chosen).expanduser().absolute() if chosen else ROOT / "spiders" / "sources"


def _data_folder() -> Path:
    in_checkout = (ROOT / "scrapy.cfg").is_file()  # scrapy.cfg is not in the wheel
    return ROOT / "data" if in_checkout else Path(platformdirs.user_data_dir("worlddesk", appauthor=False))
