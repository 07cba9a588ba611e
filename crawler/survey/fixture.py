"""The pages of a survey and what was read of them, kept beside a source of your own to be read again later.

`fixtures/<source>/` in the folder of the sources holds each page, gzipped, and `read.json`: what was read of it on
that day. `check --offline` reads them with today's rules and tells what reads otherwise. The pages belong to their
publishers: none that says noarchive or reserves text and data mining is kept, and none at all ships with us.
"""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler import __version__, discover
from crawler.catalogue import Source, read_sources
from crawler.errors import PageError, SourceError, UsageError
from crawler.extract import as_record, extract
from crawler.normalise import now

FOLDER, INDEX = "fixtures", "read.json"
_UNCOMPARED = ("id", "provenance", "disagreements", "body")
"""Of an article: the layers are no reading, and the body stands in the blocks."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One page of a fixture."""

    kind: str
    """article, or the kind of a listing."""
    url: str
    charset: str | None
    body: bytes


@dataclass(slots=True)
class Replayed:
    """What today's rules read in a source's fixture; what `check --offline --json` prints of it."""

    source_id: str
    status: str = "ok"
    """ok · degraded: something reads otherwise · failed: the fixture cannot be read."""
    message: str = ""
    pages: int = 0
    differences: list[dict[str, Any]] = field(default_factory=list)
    """By page and field: what was read before, and what is now."""


def write_fixture(folder: Path, source: Source, pages: Iterable[Kept]) -> Path:
    """Write pages and what is read of them into the source's folder of fixtures; return it."""
    home = folder / FOLDER / source.source_id
    if home.is_symlink():
        home.unlink()  # what it leads to is none of ours
    shutil.rmtree(home, ignore_errors=True)  # of a source that was taken away: its file would have been refused
    home.mkdir(parents=True)
    entries = []
    for number, page in enumerate(pages, 1):
        name = f"{number}-{page.kind}.gz"
        (home / name).write_bytes(gzip.compress(page.body, mtime=0))
        facts = {"file": name, "kind": page.kind, "url": page.url, "charset": page.charset}
        entries.append(facts | {"read": reading(page, source)})
    told = {"source_id": source.source_id, "read_at": now(), "version": __version__, "pages": entries}
    (home / INDEX).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return home


def reading(page: Kept, source: Source) -> dict[str, Any]:
    """What is read of a page: {'links': […]}, the fields of an article, or {'error': why nothing is}."""
    try:
        if page.kind == "article":
            return _article(page, source)
        links = discover.links(page.body, page.url, page.kind, page.charset)
    except PageError as error:
        return {"error": str(error)}
    return {"links": [{"url": link.url, "title": link.title, "published": link.published} for link in links]}


def _article(page: Kept, source: Source) -> dict[str, Any]:
    article = extract(
        page.body,
        page.url,
        charset=page.charset,
        timezone=source.timezone,
        language=source.language,
        select=source.select,
    )
    return {name: value for name, value in as_record(article).items() if name not in _UNCOMPARED}


def replay_sources(folder: Path, names: Sequence[str] = ()) -> list[Replayed]:
    """Read the fixtures of the sources named, or of all that have one, with today's rules; nothing is fetched.

    Raises UsageError for an unknown name, one without a fixture, and where there is none at all.
    """
    problems: list[SourceError] = []
    sources = read_sources(folder, names, problems=problems)
    if problems and names:
        raise SourceError("\n".join(map(str, problems)))
    having = [source for source in sources if (folder / FOLDER / source.source_id / INDEX).is_file()]
    lacking = [source.source_id for source in sources if source not in having]
    if not having or (names and lacking):
        who = ", ".join(lacking) if names else "no source"
        raise UsageError(
            f"{who}: no fixture in {folder / FOLDER}; `worlddesk add` writes one into a folder of your own"
        )
    return [_replayed(folder, source) for source in having]


def _replayed(folder: Path, source: Source) -> Replayed:
    home = folder / FOLDER / source.source_id
    replayed = Replayed(source.source_id)
    try:
        entries = json.loads((home / INDEX).read_text("utf-8"))["pages"]
        for entry in entries:
            body = gzip.decompress((home / Path(entry["file"]).name).read_bytes())
            page = Kept(entry["kind"], entry["url"], entry["charset"], body)
            replayed.differences += _differences(page.url, entry["read"], _as_json(reading(page, source)))
            replayed.pages += 1
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        replayed.status, replayed.message = "failed", f"{home} cannot be read: {type(error).__name__}: {error}"
        return replayed
    count = len({difference["page"] for difference in replayed.differences})
    replayed.status = "degraded" if count else "ok"
    replayed.message = f"{replayed.pages} pages: " + (f"{count} read otherwise" if count else "all read as before")
    return replayed


def _as_json(value: dict[str, Any]) -> Any:
    return json.loads(json.dumps(value))


def _differences(url: str, before: dict[str, Any], now: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in dict.fromkeys([*before, *now]):
        was, is_now = before.get(name), now.get(name)
        if was == is_now:
            continue
        if isinstance(was, list) and isinstance(is_now, list):
            was, is_now = [item for item in was if item not in is_now], [item for item in is_now if item not in was]
        yield {"page": url, "field": name, "before": was, "now": is_now}
