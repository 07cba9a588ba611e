"""What the end-to-end tests share: real crawls in processes of their own, as cron starts them."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class Desk:
    """A database and a folder of sources under a test's own folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.database = folder / "news.db"
        self.sources = folder / "sources"

    @property
    def environment(self) -> dict[str, str]:
        own = {"WORLDDESK_DB": str(self.database), "WORLDDESK_SOURCES": str(self.sources)}
        return {name: value for name, value in os.environ.items() if name != "WORLDDESK_CONTACT"} | own

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-P", "-m", "crawler", *arguments]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one `worlddesk` command to its end."""
        return self.execute(self.command(*arguments))

    def execute(self, command: list[str], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=cwd, env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command and leave it running."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as db:
            return db.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> Any:
        """First column of the first row; None where there is no row."""
        rows = self.rows(sql, *values)
        return rows[0][0] if rows else None

    def outcomes(self, run_id: int) -> dict[str, int]:
        """Outcome -> how often in that run, article pages only."""
        sql = "SELECT outcome, count(*) FROM fetches WHERE run_id = ? AND url_id IS NOT NULL GROUP BY outcome"
        return dict(self.rows(sql, run_id))


def fill(disk: Path, leave: int = 0) -> Path:
    """Put a file there that leaves only so many bytes."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    if leave:
        os.truncate(ballast, ballast.stat().st_size - leave)
    return ballast
