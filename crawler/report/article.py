"""How `extract` shows one page: the text as read, each field with its layer, and what was left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby

from crawler import discover
from crawler.catalogue import Source
from crawler.discover.shape import shape
from crawler.errors import PageError, WorlddeskError
from crawler.extract import as_record, extract
from crawler.extract.evidence import canonical_link
from crawler.items import Article, Block, Dropped
from crawler.normalise import word_count
from crawler.page import parse
from crawler.report.page import NOWHERE, Content
from crawler.report.terminal import Cell, Column, is_watched, note, say, say_json, say_line, say_table
from crawler.urls import absolute, canonical, is_home

FIELDS = (
    *("headline", "authors", "wire", "published", "modified", "section", "breadcrumb", "language", "tags", "kind"),
    *("access", "image_url", "image_caption", "image_credit"),
)
STYLES = {
    "headline": "bold", "standfirst": "italic", "subhead": "bold cyan", "quote": "italic", "caption": "dim",
    "embed": "dim",
}  # fmt: skip
_WIDEST_TEXT = 100
"""Columns; longer lines are hard to read."""
_LONGEST_DROPPED = 240
"""Characters of a piece on the screen; a menu has thousands."""
_MANY_LINKS = 20


def show(content: Content, source: Source | None = None, *, why: bool = False, as_json: bool = False) -> None:
    """Print the article of a page, read as the crawl of `source` reads it; with `why` also what was left out.

    Raises WorlddeskError with the reason where the page has no article.
    """
    url = content.url or _own_address(content)
    dropped: list[Dropped] = []
    try:
        read = _read(content, url or NOWHERE, source, dropped)
    except PageError as error:
        if why and not as_json:
            _show_dropped(dropped)
        raise WorlddeskError(f"{content.where}: {_refusal(content, url or NOWHERE, error)}") from None
    if as_json:
        say_json(as_record(read) | ({"dropped": [asdict(piece) for piece in dropped]} if why else {}))
    else:
        show_article(read, dropped if why else None)
    if url is not None and _may_be_a_listing(read) and _announces_many(content, url):
        note(f"{content.where}: {_as_a_listing(content, url)}")


def _own_address(content: Content) -> str | None:
    """Address of a page from a file, as the page itself gives it; None where it does not."""
    try:
        page = parse(content.body, NOWHERE, content.charset)
    except PageError:
        return None  # the reason comes when it is read
    for claim in (canonical_link(page), *page.meta.get("og:url", ())):
        address = absolute("", (claim or "").strip())
        if address is not None and not is_home(address):
            note(f"{content.where} is read as {address}, as the page calls itself; --url overrules it")
            return address
    note(f"{content.where} does not say what its address is; give it with --url, since links and dates hang on it")
    return None


def _read(content: Content, url: str, source: Source | None, dropped: list[Dropped]) -> Article:
    if source is None:
        return extract(content.body, url, charset=content.charset, dropped=dropped)
    return extract(
        content.body,
        url,
        charset=content.charset,
        timezone=source.timezone,
        language=source.language,
        select=source.select,
        dropped=dropped,
    )


def _refusal(content: Content, url: str, error: PageError) -> str:
    reason = f"no article: {error} (stage: {error.stage})"
    if discover.kind_of(content.body) != "section" or _announces_many(content, url):
        reason += f"; {_as_a_listing(content, url)}"
    return reason


def _as_a_listing(content: Content, url: str) -> str:
    address = "" if url in (content.where, NOWHERE) else f" --url {url}"
    return f"it looks like a listing: try `worlddesk links {content.where}{address}`"


def _announces_many(content: Content, url: str) -> bool:
    try:
        return len(discover.links(content.body, url, "section")) >= _MANY_LINKS
    except PageError:
        return False


def _may_be_a_listing(read: Article) -> bool:
    """No slug, date or number stands in its address, and JSON-LD gives no date of publication."""
    place = shape(canonical(read.url))
    return place.is_bare and not place.is_marked and read.provenance.get("published") != "json-ld"


def show_article(read: Article, dropped: list[Dropped] | None = None) -> None:
    """The text as a reader sees it, each block with its kind; its fields; what was left out, where it is given."""
    say_table([Column(""), Column("", wraps=True, widest=_WIDEST_TEXT)], _text_rows(read))
    say("")
    say_table([Column("field"), Column("value", wraps=True), Column("from")], _field_rows(read))
    if dropped is not None:
        say("")
        _show_dropped(dropped)


def _text_rows(read: Article) -> Iterator[tuple[Cell, Cell]]:
    yield from _lines("headline", read.headline or "(none found)")
    for text in read.standfirst:
        yield from _lines("standfirst", text)
    for block in read.blocks:
        if block.kind == "subhead" and is_watched():
            yield Cell(""), Cell("")
        yield from _lines(_label(block), block.text)


def _label(block: Block) -> str:
    return f"{block.kind} {block.level}" if block.level else block.kind


def _lines(label: str, text: str) -> Iterator[tuple[Cell, Cell]]:
    """A row a line: entries of a list, rows of a table; the label is repeated only where nobody looks."""
    style = STYLES.get(label.partition(" ")[0], "")
    for number, line in enumerate(text.split("\n")):
        shown = label if number == 0 or not is_watched() else ""
        bullet = "• " if label == "list" and is_watched() else ""
        yield Cell(shown, "dim"), Cell(bullet + line, style)


def _field_rows(read: Article) -> Iterator[tuple[Cell, Cell, Cell]]:
    """A row a field, then a row a layer that says something else; on the screen the unknown ones share the last row."""
    address = () if read.url == NOWHERE else ("url", "canonical_url")
    values = {name: getattr(read, name) for name in (*address, *FIELDS)}
    values |= {name: "yes: no text of this page is kept" for name in ("tdm_reserved", "noindex") if getattr(read, name)}
    values["body"] = f"{word_count(read.body)} words: {_counted(read)}"
    unknown = [name for name, value in values.items() if not value]
    for name, value in values.items():
        if value:
            yield Cell(name, "cyan"), Cell(_shown(value)), Cell(read.provenance.get(name, ""), "dim")
        for layer, other in read.disagreements.get(name, {}).items():
            if layer != read.provenance.get(name):
                yield Cell(f"{name} differs", "yellow"), Cell(_shown(other), "yellow"), Cell(layer, "dim")
    if is_watched() and unknown:
        yield Cell("unknown", "dim"), Cell(", ".join(unknown), "dim"), Cell("")
    elif unknown:
        yield from ((Cell(name), Cell("unknown"), Cell("")) for name in unknown)


def _shown(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _counted(read: Article) -> str:
    kinds = Counter(block.kind for block in read.blocks)
    return ", ".join(f"{count} {kind}{'s' * (count > 1)}" for kind, count in kinds.items()) or "no block"


def _show_dropped(dropped: list[Dropped]) -> None:
    """What was left out, in page order: on the screen what stands together in a row, in a pipe a line a piece."""
    if not is_watched():
        say_table([], [(Cell("dropped"), Cell(piece.reason), Cell(piece.place), Cell(piece.text)) for piece in dropped])
        return
    say_line([Cell(f"left out: {len(dropped)} piece{'s' * (len(dropped) != 1)}", "bold")])
    for (reason, place), pieces in groupby(dropped, key=lambda piece: (piece.reason, piece.place)):
        text = " · ".join(piece.text for piece in pieces)
        more = f"… ({len(text):,} characters)" if len(text) > _LONGEST_DROPPED else ""
        say_line([Cell(f"{reason}:", "yellow"), Cell(place, "dim")])
        say_line([Cell(text[:_LONGEST_DROPPED] + more)], indent=4)
