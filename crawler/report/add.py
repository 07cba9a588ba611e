"""How `add` shows what was found of a publisher: the listings with what speaks for each, the proof, the facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawler.report.check import short_value
from crawler.report.terminal import Cell, Column, is_watched, note, say, say_as_is, say_json, say_line, say_table
from crawler.survey.add import Survey, Written
from crawler.survey.check import field_facts
from crawler.survey.find import Candidate
from crawler.survey.judge import candidate_kind
from crawler.survey.reading import ArticleRead

_SHOWN = ("headline", "published", "authors", "section", "words", "language")


def show_survey(found: Survey, written: Written | None, *, as_json: bool) -> None:
    """Print the evidence, then the file and where it was written, or the file alone where it was not."""
    if as_json:
        say_json(_record(found, written))
        return
    if found.seen.candidates:
        _heading("listings")
        columns = [Column(""), Column("kind"), Column("links", right=True), Column("world", right=True)]
        say_table([*columns, Column("", wraps=True)], [_candidate(candidate) for candidate in found.seen.candidates])
    if found.seen.articles:
        _heading("articles")
        say_table([Column(""), Column("", wraps=True), Column("")], _articles(found.seen.articles))
    if found.facts:
        _heading("facts")
        facts = [(Cell(n, "cyan"), Cell(f.value, "" if f.is_sure else "yellow"), Cell(f.by, "dim"))
                 for n, f in found.facts.items()]  # fmt: skip
        say_table([Column(""), Column("", wraps=True), Column("", wraps=True)], facts)
    for warning in found.warnings:
        note(warning)
    if found.toml:
        _show_file(found, written)


def _heading(text: str) -> None:
    if is_watched():
        say("")
        say(text, "bold")


def _candidate(candidate: Candidate) -> list[Cell]:
    count = len(candidate.read.links) if candidate.read else 0
    world = f"{candidate.world_count:,}" if candidate_kind(candidate) != "section" else ""
    style = "" if candidate.is_taken else "dim"
    about = [candidate.url, candidate.found, candidate.says]
    return [
        Cell("take" if candidate.is_taken else "leave", "green" if candidate.is_taken else "yellow"),
        *(Cell(text, style) for text in (candidate_kind(candidate), f"{count:,}", world)),
        *(Cell(text, style) for text in (["\n".join(about)] if is_watched() else about)),
    ]


def _articles(reads: list[ArticleRead]) -> Iterator[tuple[Cell, Cell, Cell]]:
    for read in reads:
        yield Cell("article", "bold"), Cell(read.page.url, "dim"), Cell("")
        if read.article is None:
            yield Cell("  reason", "yellow"), Cell(read.reason or read.outcome, "yellow"), Cell("")
            continue
        facts = field_facts(read.article)
        for name in _SHOWN:
            yield (
                Cell(f"  {name}", "cyan"),
                Cell(short_value(facts[name]["value"])),
                Cell(facts[name]["from"] or "", "dim"),
            )


def _show_file(found: Survey, written: Written | None) -> None:
    if written is None:
        _heading(f"{found.source_id}.toml would be")
        say_as_is(found.toml)
        return
    _heading("written")
    say_line([Cell("source"), Cell(str(written.path))])
    if written.fixture is not None:
        say_line([Cell("fixture"), Cell(str(written.fixture))])
    for command in _next_commands(found.source_id, written):
        say_line([Cell("next"), Cell(command)])


def _next_commands(name: str, written: Written) -> list[str]:
    own = f" --sources {written.path.parent}" if written.fixture is not None else ""
    return [f"worlddesk check {name}{own}", f"worlddesk crawl {name}{own}", f"worlddesk status {name}"]


def _record(found: Survey, written: Written | None) -> dict[str, Any]:
    return {
        "source_id": found.source_id or None,
        "home": found.seen.home or None,
        "refusal": found.refusal,
        "path": str(written.path) if written else None,
        "fixture": str(written.fixture) if written and written.fixture else None,
        "facts": {name: {"value": f.value, "from": f.by, "is_sure": f.is_sure} for name, f in found.facts.items()},
        "listings": [_listing_record(candidate) for candidate in found.seen.candidates],
        "articles": [_article_record(read) for read in found.seen.articles],
        "warnings": found.warnings,
        "toml": found.toml or None,
        "next": _next_commands(found.source_id, written) if written else [],
    }


def _listing_record(candidate: Candidate) -> dict[str, Any]:
    read = candidate.read
    return {
        "url": candidate.url, "kind": candidate_kind(candidate), "found": candidate.found, "section": candidate.section,
        "is_taken": candidate.is_taken, "says": candidate.says, "status": read.page.status if read else None,
        "links": len(read.links) if read else 0, "world": candidate.world_count, "overlap": candidate.overlap,
        "newest": read.newest if read else None,
    }  # fmt: skip


def _article_record(read: ArticleRead) -> dict[str, Any]:
    facts = field_facts(read.article) if read.article is not None else None
    return {"url": read.page.url, "outcome": read.outcome, "reason": read.reason, "fields": facts}
