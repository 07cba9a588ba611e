"""Where things lie: the database and the sources. Never the current folder: cron starts in `/`."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from crawler.errors import DatabaseError, UsageError

ROOT = Path(__file__).resolve().parent.parent  # the checkout, or site-packages when installed


def database(option: str | Path | None = None) -> Path:
    """Path of the SQLite file: the option, else `WORLDDESK_DB`, else data/news.db of the checkout or of the user.

    Raises DatabaseError for a folder, before a lock is laid beside it, and for what cannot be reached at all;
    UsageError for what is no path.
    """
    chosen = option or os.environ.get("WORLDDESK_DB")
    path = _absolute(chosen) if chosen else _data_folder() / "news.db"
    try:
        is_folder = path.is_dir()
    except OSError as error:
        said = f"{path}: {error.strerror}; make it reachable for you, or choose another with --db"
        raise DatabaseError(said) from error
    if is_folder:
        raise DatabaseError(f"{path} is a folder; name a file in it, such as {path / 'news.db'}")
    return path


def sources(option: str | Path | None = None) -> Path:
    """Folder of the sources' TOML files: the option, else `WORLDDESK_SOURCES`, else those that ship with us."""
    chosen = option or os.environ.get("WORLDDESK_SOURCES")
    return _absolute(chosen) if chosen else shipped_sources()


def own_sources(option: str | Path | None = None) -> Path:
    """Folder into which a new source is written: as `sources`, but never into an installed package.

    Raises UsageError where that would be: what stands there goes with the next upgrade.
    """
    folder = sources(option)
    if folder == shipped_sources() and not _in_checkout():
        raise UsageError(
            "the sources that ship with us are replaced at each upgrade; give a folder of your own with --sources, "
            "or in WORLDDESK_SOURCES, from which `worlddesk crawl` reads them too"
        )
    return folder


def shipped_sources() -> Path:
    """Folder of the sources that ship with us."""
    return ROOT / "spiders" / "sources"


def _absolute(chosen: str | Path) -> Path:
    try:
        path = Path(chosen).expanduser().absolute()
        str(path).encode()
    except RuntimeError:
        raise UsageError(f"{chosen}: ~ leads to no home folder; write the whole path") from None
    except UnicodeEncodeError:  # SQLite and the database's own rows know text only
        raise UsageError(f"{chosen}: the name is not UTF-8; rename it") from None
    return path


def _data_folder() -> Path:
    return ROOT / "data" if _in_checkout() else Path(platformdirs.user_data_dir("worlddesk", appauthor=False))


def _in_checkout() -> bool:
    return (ROOT / "scrapy.cfg").is_file()  # not in the wheel
