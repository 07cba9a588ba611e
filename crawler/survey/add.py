"""A publisher as a new source: surveyed, drafted as TOML, and written beside the others with its fixture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from crawler import fetch, gate, paths, rights
from crawler.answers import with_rights
from crawler.catalogue import Source, read_source, read_sources
from crawler.errors import SourceError, UsageError, WorlddeskError
from crawler.items import Article
from crawler.normalise import now
from crawler.source_keys import wrong_in
from crawler.survey import facts, look
from crawler.survey.facts import Fact
from crawler.survey.fixture import Kept, write_fixture
from crawler.survey.judge import candidate_kind
from crawler.survey.write import CHECK, Draft, source_id, source_toml
from crawler.urls import absolute, site
from crawler.visit import Page, Visit, visit


@dataclass(slots=True)
class Survey:
    """What was found of a publisher, and the file that comes of it, or why none does."""

    seen: look.Seen
    source_id: str = ""
    facts: dict[str, Fact] = field(default_factory=dict)
    """name, country, language, timezone."""
    warnings: list[str] = field(default_factory=list)
    toml: str = ""
    refusal: str | None = None
    """For people: why there is no file."""


class Written(NamedTuple):
    """Where a source was written."""

    path: Path
    fixture: Path | None
    """None where none is kept."""


def survey(
    where: str, folder: Path, chosen_id: str | None = None, watch: Callable[[str], None] = lambda _url: None
) -> Survey:
    """Look at a publisher, once in a process; nothing is written.

    `where` is its home page, a section page, a feed, an article or a bare host; `folder` holds the sources that
    there are, `chosen_id` is the id that the person wants; `watch` hears of each address before it is asked for.

    Raises UsageError for what is no address or no id,
    ContactMissing, and WorlddeskError for a publisher that is a source already; what cannot be read or makes no
    source becomes the survey's `refusal`.
    """
    starts = addresses(where)
    known = _known(folder)
    _check_id(folder, chosen_id)
    if chosen_id is None:
        _refuse_known(starts[0], known, folder)

    async def work(visitor: Visit) -> Survey:
        found = Survey(look.Seen())
        visitor.watch = watch
        try:
            await _look(visitor, found.seen, starts, known)
        except look.Refusal as error:
            found.refusal = str(error)
            return found
        if chosen_id is None:
            _refuse_known(found.seen.home, known, folder)
        _draft(found, folder, chosen_id)
        return found

    return visit([urlsplit(url).hostname or "" for url in starts], work, typed=starts)


async def _look(visitor: Visit, seen: look.Seen, starts: Sequence[str], known: Sequence[Source]) -> None:
    await look.find_listings(visitor, seen, starts)
    owners = {listing.url: source.source_id for source in known for listing in source.listings}
    for candidate in seen.taken:
        if candidate.url in owners:
            candidate.is_taken, candidate.says = False, f"is a listing of {owners[candidate.url]} already"
    if not seen.taken:
        raise look.Refusal(look.nothing_taken(seen))
    await look.read_articles(visitor, seen)


def addresses(where: str) -> list[str]:
    """'example.org' -> ['https://example.org/', 'https://www.example.org/']; of an address, only itself.

    Raises UsageError for what is neither.
    """
    if "://" in where:
        tried = [where]
    else:
        host = urlsplit(f"//{where}").hostname or ""
        is_local = gate.is_loopback(host)
        tried = [f"http://{where}"] if is_local else [f"https://{where}"]
        if host.count(".") == 1:
            tried.append(f"https://www.{where}")
        elif not host.count(".") and not is_local:
            tried = [""]
    found = [url for text in tried if (url := absolute("", text)) is not None and "@" not in urlsplit(url).netloc]
    if not found:
        raise UsageError(f"{where} is no address; write a host or a page: worlddesk add https://www.example.org/world")
    return [url if urlsplit(url).path else f"{url}/" for url in found]


# --- what is there already


def _known(folder: Path) -> list[Source]:
    """The sources in the folder; one that cannot be read is no hindrance, nor a folder that is not there yet."""
    problems: list[SourceError] = []
    return read_sources(folder, problems=problems) if any(folder.glob("[!.]*.toml")) else []


def _check_id(folder: Path, chosen_id: str | None) -> None:
    wrong = [problem for problem in wrong_in(chosen_id, {}) if problem.startswith("file name")] if chosen_id else []
    if wrong:
        raise UsageError(f"--as {chosen_id}: {wrong[0].partition(': ')[2]}")
    if chosen_id is not None:
        _refuse_taken(folder, chosen_id)


def _refuse_taken(folder: Path, name: str) -> None:
    if (path := folder / f"{name}.toml").exists():
        raise WorlddeskError(f"{path} is there already; choose another id with --as, or move it away first")


def _refuse_known(url: str, known: Sequence[Source], folder: Path) -> None:
    """A publisher is one source, unless the person names another edition."""
    place = site(url), urlsplit(url).port
    owner = next((one for one in known if (site(one.home), urlsplit(one.home).port) == place), None)
    if owner is not None:
        raise WorlddeskError(
            f"{place[0]} is a source already: {owner.name}, {folder / owner.source_id}.toml; "
            f"try `worlddesk check {owner.source_id}`, or give another edition of it an id with --as"
        )


# --- the draft


def _draft(found: Survey, folder: Path, chosen_id: str | None) -> None:
    seen = found.seen
    articles = [one.article for one in seen.read if one.article is not None]
    pages = [*seen.trees, *(tree for one in seen.read if (tree := look.tree_of(one.page)) is not None)]
    spoken = facts.language(articles, pages)
    country = facts.country(seen.home, pages, spoken.value if spoken else None)
    language = facts.language(articles, pages, country.value) or Fact("en", "nothing says it", is_sure=False)
    found.facts = {
        "name": facts.name(seen.home, pages),
        "country": country,
        "language": language,
        "timezone": facts.timezone(country.value, articles),
    }
    found.source_id = chosen_id or source_id(seen.home, found.facts["name"].value)
    _refuse_taken(folder, found.source_id)
    found.warnings = list(_warnings(found))
    found.toml = source_toml(
        Draft(
            source_id=found.source_id,
            day=now()[:10],
            home=seen.home,
            facts=found.facts,
            taken=seen.taken,
            hosts=look.foreign_hosts(seen),
            delay=seen.robots.delay if seen.robots.delay > fetch.DELAY_FLOOR else None,
            scope=seen.scope,
            body_share=len(seen.read) / len(seen.articles) if len(seen.read) == look.ARTICLES else None,
            remarks=[remark for remark in found.warnings if not remark.endswith(CHECK)],
        )
    )


def _warnings(found: Survey) -> Iterator[str]:
    """What the person should know: first what is unsure, then what the file bears as remarks."""
    for name, fact in found.facts.items():
        if not fact.is_sure:
            yield f"{name} {fact.value}: {fact.by}; {CHECK}"
    for candidate in found.seen.taken:
        if candidate.section is None and not candidate.scoped and candidate_kind(candidate) != "section":
            yield f"{candidate.url} is the whole paper, and all of it is taken: a [scope] would say what counts."
    if found.seen.robots.delay > fetch.DELAY_FLOOR:
        yield f"robots.txt asks for {found.seen.robots.delay:g} seconds between requests."
    yield from _shortcomings(found.seen)


def _shortcomings(seen: look.Seen) -> Iterator[str]:
    """What of the articles read we may not have or did not get."""
    read = [one.article for one in seen.read if one.article is not None]
    counts = {
        "reserve text and data mining: headline, date and link only": [one.tdm_reserved is True for one in read],
        "are paid for: only what they show is kept": [one.access == "paywalled" for one in read],
        "say noindex: headline, date and link only": [one.noindex for one in read],
        "are forbidden by robots.txt": [one.outcome == "robots" for one in seen.articles],
    }
    for words, told in counts.items():
        if any(told):
            yield f"{sum(told)} of {len(told)} articles {words}."
    if len(seen.read) < look.ARTICLES:
        yield f"Only {len(seen.read)} of {len(seen.articles)} articles that were asked for gave a text."


# --- writing


def write(found: Survey, folder: Path) -> Written:
    """Write the file, and the fixture where the folder is the person's own; makes the folder where there is none.

    Raises WorlddeskError where the file has come to be there, and SourceError where it cannot be read back.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{found.source_id}.toml"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(found.toml)
    except FileExistsError:
        _refuse_taken(folder, found.source_id)
    source = read_source(path)
    if folder == paths.shipped_sources():  # others' pages are not copied into the project
        return Written(path, None)
    return Written(path, write_fixture(folder, source, _kept(found.seen)))


def _kept(seen: look.Seen) -> Iterator[Kept]:
    for candidate in seen.taken:
        if candidate.read is not None and not candidate.read.children and _may_be_kept(candidate.read.page):
            page = candidate.read.page
            yield Kept(candidate_kind(candidate), page.url, page.charset, page.body)
    for one in seen.read:
        if one.article is not None and not _is_reserved(one.article):
            yield Kept("article", one.page.url, one.page.charset, one.page.body)


def _may_be_kept(page: Page) -> bool:
    """Whether neither the head of a listing's answer, nor its site, nor its own meta forbids to keep it."""
    tree = look.tree_of(page)
    said = rights.denied(tree.meta.get("robots", ())) if tree is not None else []
    asked = Article(page.url, robots_rules=said)
    return page.response is not None and not _is_reserved(with_rights(asked, page.response))


def _is_reserved(article: Article) -> bool:
    return bool(article.noarchive or article.noindex or article.tdm_reserved)
