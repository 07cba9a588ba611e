"""The last words of `worlddesk history`: how far each source was read back, and how to go on; and what it would ask."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlite_utils import Database

from crawler import archives, fetch
from crawler.catalogue import Source
from crawler.database import open_database
from crawler.history import Place, dated_places, is_finished, listed_sitemaps, named_sitemaps, origins, sitemaps_of
from crawler.hosts import known_robots
from crawler.normalise import clean
from crawler.report.summary import run_summary, total_line
from crawler.report.terminal import Column, note, say_json, say_table
from crawler.walk import REQUESTS_PER_RUN, Errand

if TYPE_CHECKING:
    from crawler.run import Ended


def tell(database: Path, ended: Ended, errand: Errand, *, quiet: bool, as_json: bool) -> None:
    """Print a line for each source, or one JSON object; `quiet` only what somebody has to look at."""
    with closing(open_database(database, read_only=True)) as db:
        told = run_summary(db, ended.run_id)
    if as_json:
        say_json(_with_reports(told, ended, errand))
        return
    lines = [f"{name}: {clean(source['message'])}" for name, source in told["sources"].items()]
    if quiet:
        lines = [
            f"{name}: {clean(source['message'])}"
            for name, source in told["sources"].items()
            if source["status"] not in ("ok", "skipped")
        ]
    elif len(lines) > 1:
        lines.insert(0, total_line(told))
    for line in lines:
        click.echo(f"worlddesk: {line}" if not line.startswith("worlddesk:") else line, err=ended.exit_code != 0)


def _with_reports(told: dict[str, Any], ended: Ended, errand: Errand) -> dict[str, Any]:
    for name, report in ended.reports.items():
        told["sources"][name] |= {
            "is_complete": report.is_complete,
            "read_from": str(report.read.since) if report.read else None,
            "read_to": str(report.read.until) if report.read else None,
            "waiting": report.waiting_count,
            "archive_pages_left": report.places_left,
        }
    return told | {"since": str(errand.asked.since), "until": str(errand.asked.until)}


def foresee(database: Path, sources: Sequence[Source], errand: Errand, *, as_json: bool) -> None:
    """Print which archive pages would be asked for, as far as earlier runs know them, and what that may cost."""
    if database.exists():
        with closing(open_database(database, read_only=True)) as db:
            foreseen = [_foreseen(db, source, errand) for source in sources]
    else:
        foreseen = [_foreseen(None, source, errand) for source in sources]
    if as_json:
        say_json(foreseen)
        return
    columns = [Column("source"), Column("kind"), Column("covers"), Column("address", wraps=True)]
    rows = [
        [entry["source"], page["kind"], page["covers"] or "", page["url"]]
        for entry in foreseen
        for page in entry["pages"]
    ]
    say_table(columns, rows)
    for entry in foreseen:
        note(_estimate(entry))


def _foreseen(db: Database | None, source: Source, errand: Errand) -> dict[str, Any]:
    pages = _open_pages(db, source, errand)
    waiting = sum(archives.waiting_days(db, source.source_id, errand.asked).values()) if db is not None else 0
    a_day = archives.articles_a_day(db, source.source_id) if db is not None else None
    days = len({day for page in pages if page.covers for day in page.covers.both(errand.asked).days()})
    return {
        "source": source.source_id,
        "pages": [
            {"kind": page.kind, "url": page.url, "covers": str(page.covers) if page.covers else None} for page in pages
        ],
        "waiting": waiting,
        "articles_estimated": round(a_day * days) + waiting if a_day is not None and days else None,
        "most_requests": REQUESTS_PER_RUN,
    }


def _open_pages(db: Database | None, source: Source, errand: Errand) -> list[Place]:
    """Archive pages that are not read for the whole period; what an index may name besides is not known yet."""
    places = {place.url: place for place in dated_places(source, errand.asked)}
    if not source.archives:
        places |= _sitemaps(db, source, errand)
    before = archives.read_days(db, source.source_id) if db is not None and not errand.again else {}
    open_places = [
        p for url, p in places.items() if url not in before or not is_finished(p, errand.asked, before[url].days)
    ]
    return sorted(open_places, key=lambda place: place.newest, reverse=True)


def _sitemaps(db: Database | None, source: Source, errand: Errand) -> dict[str, Place]:
    """Sitemaps by address, as far as they are known: those of robots.txt, of the listings, of earlier runs."""
    places: dict[str, Place] = {}
    for origin in origins(source):
        where = f"{origin}/robots.txt"
        robots = known_robots(db, origin.partition("://")[2]) if db is not None else None
        if robots is None:
            places[where] = Place(source.source_id, where, "robots", "its host")
            continue
        names = sitemaps_of(fetch.Robots(robots.status, robots.text), where)
        places |= {place.url: place for place in named_sitemaps(source, names, errand.asked, where)[0]}
    for url in listed_sitemaps(source):
        places[url] = Place(source.source_id, url, "sitemap", f"{source.source_id}.toml")
    if db is not None:
        places |= {p.url: p for p in archives.known_places(db, source.source_id) if p.need(errand.asked)}
    return places


def _estimate(entry: dict[str, Any]) -> str:
    """'lemonde: 12 archive pages, about 310 articles; at most 2,000 requests a run, at least a second apart'."""
    guess, waiting = entry["articles_estimated"], entry["waiting"]
    articles = f", about {guess:,} articles" if guess is not None else ", how many articles is not known yet"
    known = f" ({waiting:,} of them known and not asked for yet)" if waiting else ""
    pages = len(entry["pages"])
    return (
        f"{entry['source']}: {pages:,} archive page{'' if pages == 1 else 's'} known{articles}{known}; "
        f"at most {entry['most_requests']:,} requests in one run, at least a second apart"
    )
