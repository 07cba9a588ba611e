"""How `check` looks: a line a source, problems first, and for few sources all that was asked and answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from typing import Any

from crawler.errors import LockedError
from crawler.health.judge import NO_NETWORK, nothing_answered
from crawler.report.tables import STYLES, age
from crawler.report.terminal import (
    Cell,
    Column,
    is_watched,
    note,
    say,
    say_json,
    say_line,
    say_table,
    screen,
    status_line,
)
from crawler.runs import exit_code_of
from crawler.survey.check import Checked

FEW = 3
"""Sources that are named, up to which everything is shown without being asked for."""
_ORDER = ("failed", "blocked", "degraded", "skipped", "ok")
_LONGEST = 160
"""Characters of a value on the screen; a standfirst may have more."""
_COLUMNS = [Column("source"), Column("status"), Column("links", right=True), Column("newest", right=True),
            Column("message", wraps=True)]  # fmt: skip
_JSON = [field.name for field in fields(Checked) if field.name != "answers"]


def exit_code(checked: Sequence[Checked]) -> int:
    """As of a crawl: 0, or 1 where every source failed, or 3 where some did; 75 without a network, and a note."""
    if nothing_answered(answer for one in checked for answer in one.answers):
        note(NO_NETWORK)
        return LockedError.exit_code
    return exit_code_of(sum(one.status in ("failed", "blocked") for one in checked), len(checked))


@contextmanager
def progress() -> Iterator[Callable[[Checked, int], None]]:
    """A line that counts the sources as they end."""
    ended = 0
    with status_line() as say_status:

        def done(one: Checked, total: int) -> None:
            nonlocal ended
            ended += 1
            say_status(f"Asked {ended} of {total}; last {one.source_id}: {one.status}")

        yield done


def show_checked(checked: Sequence[Checked], *, details: bool, as_json: bool) -> None:
    """The sources, the worst first; in a pipe one line each, with `details` one a fact."""
    if as_json:
        say_json([{name: asdict(one)[name] for name in _JSON} for one in checked])
        return
    ordered = sorted(checked, key=lambda one: (_ORDER.index(one.status), one.source_id))
    if details:
        for number, one in enumerate(ordered):
            _show_whole(one, is_first=number == 0)
    else:
        say_table(_COLUMNS, list(_rows(ordered)))
    if is_watched() and len(checked) > 1:
        say("")
        say(_total(checked))


def _rows(ordered: Sequence[Checked]) -> Iterator[list[Cell | str]]:
    """A row a source; of more than fit on the screen, those that are well share the last one."""
    well = [one for one in ordered if one.status == "ok"]
    folded = well if is_watched() and len(ordered) > screen() else []
    yield from (_row(one) for one in ordered if one not in folded)
    if folded:
        links = sum(facts["links"] for one in folded for facts in one.listings)
        yield [f"({len(folded)})", Cell("ok", STYLES["ok"]), f"{links:,}", "", "all well; --details shows each"]


def _row(one: Checked) -> list[Cell | str]:
    links = sum(facts["links"] for facts in one.listings)
    return [
        one.source_id,
        Cell(one.status, STYLES.get(one.status, "dim")),
        Cell(f"{links:,}", "" if links else "dim"),
        _when(max((facts["newest"] for facts in one.listings if facts["newest"]), default=None)),
        one.message,
    ]


def _when(instant: str | None) -> str:
    """Age of a date on the screen, the date itself in a pipe."""
    if instant is None or len(instant) == len("2026-10-06"):
        return instant or ""
    return age(instant)


def _total(checked: Sequence[Checked]) -> str:
    counts = Counter(one.status for one in checked)
    said = ", ".join(f"{counts[status]} {status}" for status in reversed(_ORDER) if counts[status])
    return f"{len(checked)} sources: {said}"


def _show_whole(one: Checked, *, is_first: bool) -> None:
    if is_watched():
        if not is_first:
            say("")
        say(f"{one.source_id}: {one.status}", STYLES.get(one.status, "dim"))
        for problem in one.problems or [one.message]:
            say_line([Cell(problem)], indent=2)
        say_table([Column(""), Column("", wraps=True), Column("")], _facts(one))
    else:
        rows = [("status", one.status, one.message), *((row[0].text, row[1].text, row[2].text) for row in _facts(one))]
        say_table([], [(one.source_id, *row) for row in rows])


def _facts(one: Checked) -> Iterator[tuple[Cell, Cell, Cell]]:
    for robots in one.robots:
        yield _fact("robots.txt", f"{robots['host']}: {_robots(robots)}")
    for listing in one.listings:
        bad = listing["problem"]
        yield _fact(listing["kind"], f"{listing['url']}\n{_listing(listing)}", style="yellow" if bad else "")
    for article in one.articles:
        yield _fact("article", f"{article['url']}" + (f"\n{article['reason']}" if article["reason"] else ""))
        for name, field in article.get("fields", {}).items():
            yield _fact(f"  {name}", short_value(field["value"]), field["from"] or "")
    for selector in one.selectors:
        found = f"{selector['selector']}: on {selector['found_on']} of {selector['pages']} pages"
        yield _fact(f"[select] {selector['key']}", found)
    if one.made_up is not None:
        status = one.made_up["status"] or "no answer"
        yield _fact("made-up page", f"{status}: {one.made_up['says']}")


def _fact(label: str, text: str, layer: str = "", style: str = "") -> tuple[Cell, Cell, Cell]:
    shown = text if is_watched() else text.replace("\n", " ")
    return Cell(label, "cyan"), Cell(shown, style), Cell(layer, "dim")


def _robots(robots: dict[str, Any]) -> str:
    if robots["status"] is None:
        return f"out of reach ({robots['reason']})"
    return f"{robots['status']}" + (f", asks for {robots['delay']:g} s between requests" if robots["delay"] else "")


def _listing(listing: dict[str, Any]) -> str:
    if listing["outcome"] != "listed":
        return str(listing["problem"])
    said = f"{listing['links']} links"
    said += f" (usually {listing['usual']})" if listing["usual"] is not None else ""
    said += f", newest {_when(listing['newest'])}" if listing["newest"] else ", no dates"
    said += f", {listing['refused']} of them left out by the file" if listing["refused"] else ""
    return said + (f": {listing['problem']}" if listing["problem"] else "")


def short_value(value: object) -> str:
    """A field's value for people, cut on the screen; 'none' for what is not there."""
    if value in (None, [], 0):
        return "none" if value != 0 else "0"
    text = ", ".join(value) if isinstance(value, list) else str(value)
    return text if len(text) <= _LONGEST or not is_watched() else f"{text[:_LONGEST]}…"
