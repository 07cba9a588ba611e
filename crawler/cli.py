"""The command `worlddesk`. Each command imports what it needs, so that `status` does not load Scrapy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from crawler import __version__, paths
from crawler.console import (
    FILE,
    Commands,
    complain,
    db_option,
    filter_option,
    json_option,
    one_page,
    opened,
    sources_option,
    stream,
)
from crawler.errors import WorlddeskError


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="worlddesk", message="%(prog)s %(version)s")
def main() -> None:
    """The world's international pages in one SQLite file.

    \b
    First look:    worlddesk demo
    Under cron:    worlddesk crawl --quiet
    What came in:  worlddesk status
    """


# --- commands, in the order in which one meets them


@main.command()
@click.option("--db", type=FILE, metavar="FILE", help="Make the database here; the file must not exist yet.")
@json_option
def demo(db: Path | None, as_json: bool) -> None:
    """Crawl an invented newspaper and show what a data team sees.

    Two papers are served and crawled twice on this machine: no network, no set-up. The database of your
    own crawls is not touched: the demo makes a new one, in a temporary folder or where --db says, leaves
    it there and says at the end how to look into it.

    \b
    Examples: worlddesk demo
              worlddesk demo --db demo.db
    """
    from crawler.demo.show import show

    raise click.exceptions.Exit(show(db, as_json=as_json))


@main.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@click.option("--all", "everything", is_flag=True, help="Every listing and recent article, not only what is due.")
@click.option("--quiet", is_flag=True, help="Say nothing unless there is trouble.")
@click.option("--dry-run", is_flag=True, help="Print what would be fetched, and fetch nothing.")
@db_option
@sources_option
@json_option
def crawl(
    names: Sequence[str],
    everything: bool,
    quiet: bool,
    dry_run: bool,
    db: Path | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Fetch what is due and store it.

    Due are the listings of the chosen sources (all, when none is named), each at the pace at which it changes;
    the articles that they announce and that are not yet stored; and recent ones again after 1, 6, 24 and 72
    hours, to catch corrections. A live run needs WORLDDESK_CONTACT, an address that publishers can write to.

    \b
    Example:  WORLDDESK_CONTACT=news@example.org worlddesk crawl lemonde rfi
    Cron:     */10 * * * *  WORLDDESK_CONTACT=news@example.org worlddesk crawl --quiet

    Exit codes: 0 all well, 1 failed, 2 usage, 3 some sources failed, 75 another run holds the
    database or there is no network, 130 or 143 interrupted (what is stored stays).
    """
    from crawler import run

    exit_code = run.crawl(
        paths.database(db),
        paths.sources(folder),
        names,
        everything=everything,
        quiet=quiet,
        as_json=as_json,
        dry_run=dry_run,
    )
    raise click.exceptions.Exit(exit_code)


@main.command()
@click.argument("ids", nargs=-1, metavar="[SOURCE]...")
@filter_option("language", "TAG", "Only in this language, as fr (which fr-CA is too)")
@filter_option("country", "CODE", "Only of this country, as DE")
@filter_option("continent", "NAME", "Only of this continent, as africa or north-america")
@filter_option("kind", "KIND", "Only with a section, a feed or a news-sitemap")
@filter_option("media-type", "TYPE", "Only of this kind of publisher, as wire")
@click.option("--names", is_flag=True, help="Only the ids of those that a crawl takes, for `worlddesk crawl`.")
@click.option(
    "--details",
    is_flag=True,
    help="Each listing, and how its address is known. [default: up to 3 named, on a terminal]",
)
@sources_option
@json_option
def sources(
    ids: Sequence[str],
    language: Sequence[str],
    country: Sequence[str],
    continent: Sequence[str],
    kind: Sequence[str],
    media_type: Sequence[str],
    names: bool,
    details: bool,
    folder: Path | None,
    as_json: bool,
) -> None:
    """List the sources that there are.

    The catalogue as its files say; needs no database and no network. --json tells all that a file says.

    \b
    Examples: worlddesk sources --language fr --country BE,CH
              worlddesk sources lemonde
              worlddesk crawl $(worlddesk sources --language fr --names)

    Exit codes: 0 all well, 2 usage or no file can be read, 3 some files cannot be read.
    """
    from crawler.catalogue import read_sources
    from crawler.errors import SourceError
    from crawler.report import sources as catalogue
    from crawler.report.terminal import is_watched

    problems: list[SourceError] = []
    found = read_sources(paths.sources(folder), ids, problems=problems)
    if not found:
        raise SourceError("\n".join(map(str, problems)))
    for problem in problems:
        complain(str(problem))
    given = {"language": language, "country": country, "continent": continent, "kind": kind, "media type": media_type}
    everything = read_sources(paths.sources(folder), problems=[]) if ids else found
    wanted = {thing: catalogue.split(values) for thing, values in given.items()}
    chosen = catalogue.choose(found, wanted, everything)
    details = details or (is_watched() and 0 < len(ids) <= catalogue.FEW)
    catalogue.show_sources(chosen, len(everything), names=names, details=details, as_json=as_json)
    raise click.exceptions.Exit(3 if problems else 0)


@main.command()
@click.argument("where", metavar="URL")
@click.option("--as", "name", metavar="ID", help="Id of the source. [default: the site's name]")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@sources_option
@json_option
def add(where: str, name: str | None, dry_run: bool, folder: Path | None, as_json: bool) -> None:
    """Make a source of a publisher.

    Looks for the world section, its feeds and news sitemaps, reads three articles, shows what speaks for and
    against each, and writes the TOML file, with a fixture of the pages where the folder is your own. URL is the
    home page, a section page, a feed, an article or a bare host. What cannot be read is refused, with the reason.

    \b
    Examples: worlddesk add example.org --dry-run
              worlddesk add https://www.example.org/world --as example --sources ~/sources

    Exit codes: 0 written, 1 refused.
    """
    from crawler.report.add import show_survey
    from crawler.report.terminal import status_line
    from crawler.survey.add import survey, write

    home = paths.sources(folder) if dry_run else paths.own_sources(folder)
    with status_line() as say_status:
        found = survey(where, home, name, lambda url: say_status(f"Asking {url}"))
    written = write(found, home) if found.refusal is None and not dry_run else None
    show_survey(found, written, as_json=as_json)
    if found.refusal is not None:
        raise WorlddeskError(found.refusal)


@main.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@click.option("--limit", type=click.IntRange(0, 5), default=1, show_default=True, help="Articles to read of each.")
@click.option("--details", is_flag=True, help="All that was asked and answered. [default: up to 3 named sources]")
@click.option("--offline", is_flag=True, help="Ask nobody: read the pages that `add` kept with today's rules.")
@db_option
@sources_option
@json_option
def check(
    names: Sequence[str], limit: int, details: bool, offline: bool, db: Path | None, folder: Path | None, as_json: bool
) -> None:
    """Test whether sources answer as their files say.

    Asks each source (all that are not disabled, when none is named) for robots.txt, its listings, an article
    and an address that does not exist, as politely as a crawl, and judges the answers; a database of earlier
    crawls says what is usual. Nothing is written.

    \b
    Examples: worlddesk check lemonde
              worlddesk check --json > check.json
              worlddesk check --offline --sources ~/sources

    Exit codes: 0 all sources answer, 1 none does, 3 some do not, 75 there is no network.
    """
    if offline:
        from crawler.report.replay import show_replayed
        from crawler.survey.fixture import replay_sources

        raise click.exceptions.Exit(show_replayed(replay_sources(paths.sources(folder), names), as_json=as_json))
    from crawler.report.check import FEW, exit_code, progress, show_checked
    from crawler.survey.check import check_sources

    with progress() as done:
        checked = check_sources(paths.database(db), paths.sources(folder), names, limit, done)
    show_checked(checked, details=details or 0 < len(names) <= FEW, as_json=as_json)
    raise click.exceptions.Exit(exit_code(checked))


@main.command()
@click.argument("names", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--since", metavar="DATE", required=True, help="The first day, as 2026-10-01.")
@click.option("--until", metavar="DATE", help="The last day. [default: today]")
@click.option(
    "--limit", type=click.IntRange(1), metavar="N", help="At most so many articles of each source in this run."
)
@click.option("--again", is_flag=True, help="Ask again for archive pages that were read to their end.")
@click.option("--quiet", is_flag=True, help="Say nothing unless there is trouble.")
@click.option("--dry-run", is_flag=True, help="Print which archive pages would be asked for, and fetch nothing.")
@db_option
@sources_option
@json_option
def history(
    names: Sequence[str],
    since: str,
    until: str | None,
    limit: int | None,
    again: bool,
    quiet: bool,
    dry_run: bool,
    db: Path | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Read what sources published before.

    The newest days first, from the sitemaps that robots.txt names or the [[archive]] of the source's file,
    as politely as a crawl and with at most 2,000 requests a source in one run. The same command goes on
    where the last one ended. Articles found so are marked (is_from_archive).

    \b
    Example:  worlddesk history lemonde --since 2026-10-01 --until 2026-10-06

    Exit codes: as of crawl; 3 also where some of the period is left for the next run.
    """
    from datetime import UTC, datetime

    from crawler import run
    from crawler.periods import asked
    from crawler.walk import Errand

    errand = Errand(asked(since, until, datetime.now(UTC).date()), limit, again)
    exit_code = run.history(
        paths.database(db), paths.sources(folder), names, errand, quiet=quiet, as_json=as_json, dry_run=dry_run
    )
    raise click.exceptions.Exit(exit_code)


@main.command()
@click.argument("where", required=False, metavar="[FILE|URL]")
@click.option("--url", metavar="URL", help="Address of a page that is read from a file.")
@click.option("--why", is_flag=True, help="Also what was left out of the text, where it stood, and the reason.")
@click.option("--source", metavar="SOURCE", help="Read it as the crawl does: with this source's selectors and zone.")
@click.option("--jsonl", is_flag=True, help="Many pages: JSON lines from stdin to stdout.")
@click.option("--quarantined", type=int, metavar="NUMBER", help="A page that ended a worker; `doctor` names them.")
@db_option
@sources_option
@json_option
def extract(
    where: str | None,
    url: str | None,
    why: bool,
    source: str | None,
    jsonl: bool,
    quarantined: int | None,
    db: Path | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Show what we read on one page.

    The text block by block, then each field with the layer of the page that gave it and, where layers
    disagree, what the others say. A FILE may be gzipped, - is stdin. A URL is fetched as politely as
    in a crawl; nothing is stored.

    \b
    Examples: worlddesk extract https://www.example.org/world/talks --why
              worlddesk extract page.html.gz --url https://www.example.org/world/talks
              worlddesk extract --jsonl < pages.jsonl > articles.jsonl
    A line in:  {"id": "1", "url": "https://…", "html_path": "page.html.gz"}  (or "html": "…")
    """
    if jsonl:
        if why or source is not None:
            raise click.UsageError("--why and --source are for one page; leave them out beside --jsonl")
        stream("crawler.extract.jsonl", where)
    else:
        from crawler.catalogue import read_sources
        from crawler.report import article, page

        settings = read_sources(paths.sources(folder), [source])[0] if source is not None else None
        if quarantined is None:
            content = page.read(one_page(where), url)
        else:
            with opened(db) as database:
                content = page.set_aside(database, quarantined)
        article.show(content, settings, why=why, as_json=as_json)


@main.command()
@click.argument("where", required=False, metavar="[FILE|URL]")
@click.option("--url", metavar="URL", help="Address of a listing that is read from a file.")
@click.option(
    "--kind",
    type=click.Choice(["section", "feed", "news-sitemap"]),
    help="What the listing is. [default: told from its content]",
)
@click.option("--jsonl", is_flag=True, help="Many listings: JSON lines from stdin to stdout.")
@json_option
def links(where: str | None, url: str | None, kind: str | None, jsonl: bool, as_json: bool) -> None:
    """Show the articles that a listing announces.

    A listing is a section page, a feed or a news sitemap. A FILE may be gzipped, - is stdin. A URL is
    fetched as politely as in a crawl; nothing is stored.

    \b
    Examples: worlddesk links https://www.example.org/world
              worlddesk links feed.xml --url https://www.example.org/world.rss --kind feed
              worlddesk links --jsonl < listings.jsonl > links.jsonl
    A line in:  {"id": "1", "url": "https://…", "kind": "section", "path": "world.html.gz"}
    """
    if jsonl:
        stream("crawler.discover", where)
    else:
        from crawler.report import page

        page.show_links(page.links(page.read(one_page(where), url), kind), as_json=as_json)


@main.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@click.option("--problems", is_flag=True, help="Only what ails: since when, what it means, what to do.")
@click.option(
    "--prom",
    is_flag=False,
    flag_value="-",
    metavar="[FILE]",
    help="For Prometheus: gauges of the last run, the database and each source, to FILE at once or to stdout.",
)
@db_option
@json_option
def status(names: Sequence[str], problems: bool, prom: str | None, db: Path | None, as_json: bool) -> None:
    """Show how each source is doing.

    When it last brought something, and if it did not, why; from the database alone. --prom with --json gives
    the same facts as one object.

    \b
    Examples: worlddesk status --problems
              worlddesk status --prom /var/lib/node_exporter/worlddesk.prom
    """
    from crawler.report import prom as prometheus
    from crawler.report.health import source_status
    from crawler.report.tables import show_status
    from crawler.report.terminal import is_watched, note, say_json
    from crawler.runlog import newest

    with opened(db) as database:
        if prom is None:
            show_status(source_status(database), names, problems=problems, as_json=as_json)
            if is_watched() and not as_json and (log := newest(database)) is not None:
                note(f"each request of the last run stands in {log}")
            return
        if names or problems:
            raise click.UsageError("--prom tells of all sources; give no SOURCE and no --problems beside it")
        told = prometheus.facts(database, paths.database(db))
    if as_json:
        say_json(told)
    elif prom == "-":
        click.echo(prometheus.text(told), nl=False)
    else:
        prometheus.write(Path(prom), prometheus.text(told))


@main.command()
@click.option("--test", is_flag=True, help="Send a message that says no more than that it works.")
@db_option
@json_option
def notify(test: bool, db: Path | None, as_json: bool) -> None:
    """Send what changed to WORLDDESK_NOTIFY.

    A crawl does so at its end: which source fell ill or recovered, and a reminder every day. This sends what
    could not be sent then. WORLDDESK_NOTIFY holds addresses of Apprise, for mail or a chat, between spaces; it
    needs `pip install 'worlddesk[notify]'`.

    \b
    Example:  WORLDDESK_NOTIFY=mailto://user:password@example.org worlddesk notify --test
    """
    from crawler.health.tell import send_test, send_waiting

    sent = send_test() if test else send_waiting(paths.database(db))
    if as_json:
        from crawler.report.terminal import say_json

        say_json({"sent": sent})
    else:
        click.echo(f"worlddesk: {sent} {'message' if test else 'change'}{'' if sent == 1 else 's'} sent")


@main.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--source", metavar="SOURCE", help="Only articles of this source.")
@click.option("--since", metavar="DATE", help="Only articles published on or after this day, as 2026-10-06.")
@click.option("--newest", is_flag=True, help="Newest first, not best first.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most so many.")
@db_option
@json_option
def search(
    words: Sequence[str],
    source: str | None,
    since: str | None,
    newest: bool,
    limit: int,
    db: Path | None,
    as_json: bool,
) -> None:
    """Find articles by their words.

    Articles that hold all the words, "words in quotes" side by side; best first. Accents and case do not
    matter; Chinese and Japanese are found by two characters or more.

    \b
    Example:  worlddesk search cessez-le-feu --source lemonde --since 2026-10-01
    """
    from crawler.report.search import search as find
    from crawler.report.tables import show_found

    with opened(db) as database:
        found = find(database, " ".join(words), limit, source, since, newest=newest)
        show_found(found, as_json=as_json)


@main.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@click.option("--since", metavar="DATE", help="Only pages that came on or after this day, as 2026-10-06.")
@click.option("--dry-run", is_flag=True, help="Show what reads otherwise, and store nothing.")
@db_option
@sources_option
@json_option
def reextract(
    names: Sequence[str], since: str | None, dry_run: bool, db: Path | None, folder: Path | None, as_json: bool
) -> None:
    """Read kept pages again, with today's rules.

    The pages of the last 30 days are read with what has been learned since they came; each field that reads
    otherwise is shown and stored. That is no revision: the publisher changed nothing. Nothing is fetched.

    \b
    Example:  worlddesk reextract lemonde --since 2026-10-01 --dry-run

    Exit codes: 0 all well, 1 no page could be read, 3 some could not, 75 a crawl is at work.
    """
    from crawler import reextract as again
    from crawler.catalogue import read_sources
    from crawler.report.reread import show_rereads
    from crawler.run import locked
    from crawler.workers.pool import Pool

    path = paths.database(db)
    with opened(db), locked(path), opened(db, read_only=False) as database, Pool() as pool:
        chosen = again.kept_articles(database, names, since)
        sources = {source.source_id: source for source in read_sources(paths.sources(folder), problems=[])}
        rereads = again.read_again(database, chosen, sources, pool, write=not dry_run)
        exit_code = show_rereads(rereads, written=not dry_run, as_json=as_json)
    raise click.exceptions.Exit(exit_code)


@main.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option("--reason", metavar="TEXT", help="Why, as it is kept: who asked, when. Needed to take down.")
@click.option("--dry-run", is_flag=True, help="Show what would be taken down, and store nothing.")
@click.option("--undo", is_flag=True, help="Lift a takedown: the addresses are asked for again.")
@db_option
@json_option
def forget(urls: Sequence[str], reason: str | None, dry_run: bool, undo: bool, db: Path | None, as_json: bool) -> None:
    """Take articles down, for good.

    Headline, text, older versions and the kept page are deleted and overwritten; a tombstone with date and reason
    stays, so that no listing, redirect, archive or other address brings the article back. Works while a crawl
    goes on. Snapshots and backups that were made before are files of their own: look after them.

    \b
    Example:  worlddesk forget https://www.example.org/world/talks --reason "letter of 2026-11-20"

    Exit codes: 0 taken down, also where nothing was stored at the address, 2 no address or no reason.
    """
    from crawler import takedown
    from crawler.normalise import clean, now
    from crawler.report.takedowns import show_lifted, show_taken_down

    asked = takedown.addresses(urls)
    why = clean(reason or "")
    if not (why or dry_run or undo):
        raise click.UsageError("say why with --reason: it is what stays of the article")
    with opened(db, read_only=dry_run) as database:
        if undo:
            show_lifted({url: takedown.lift(database, url, now()) for url in asked}, as_json=as_json)
        elif dry_run:
            show_taken_down([takedown.foresee(database, url) for url in asked], done=False, as_json=as_json)
        else:
            done = [takedown.forget(database, url, why, now()) for url in asked]
            takedown.clean_up(database)
            show_taken_down(done, done=True, as_json=as_json)


@main.command()
@click.argument("where", required=False, type=FILE, metavar="[FILE]")
@click.option("--backup", type=FILE, metavar="FOLDER", help="A dated copy with everything, in place of a snapshot.")
@click.option("--keep", type=click.IntRange(1), default=7, show_default=True, help="Backups of so many days stay.")
@click.option("--quiet", is_flag=True, help="Say nothing unless there is trouble.")
@db_option
@json_option
def publish(where: Path | None, backup: Path | None, keep: int, quiet: bool, db: Path | None, as_json: bool) -> None:
    """Copy the database for readers, or as a backup.

    A snapshot is one file that opens everywhere and for everybody, without the pages themselves; FILE is put in
    place of the one before in one step. [default: published/news.db beside the database]
    With --backup the copy holds everything and is called news-2026-11-22.db; of the older ones those of 7 days
    stay, and one a week of the four weeks before. A crawl may be at work; a copy is whole or not there.

    \b
    Examples: worlddesk publish /srv/www/news.db
              15 3 * * *  worlddesk publish --backup /backup/worlddesk --quiet

    Exit codes: 0 made and checked, 1 failed (the copies before stay), 75 another process makes the same copy.
    """
    from crawler.report.tables import show_copy
    from crawler.upkeep import publish as copies

    if where is not None and backup is not None:
        raise click.UsageError("give a FILE or --backup FOLDER, not both")
    path = paths.database(db)
    made = copies.publish(path, where) if backup is None else copies.backup(path, backup, keep)
    if as_json or not quiet:
        show_copy(made, as_json=as_json)


@main.command()
@click.option("--days", type=click.IntRange(0), metavar="N", help="Requests and verdicts stay so long. [default: 90]")
@click.option("--articles", type=click.IntRange(1), metavar="DAYS", help="Also articles first seen longer ago.")
@click.option("--yes", is_flag=True, help="With --articles: they are to go for good.")
@click.option("--vacuum", is_flag=True, help="Give what is free in the file back to the disk; it needs twice the room.")
@click.option("--dry-run", is_flag=True, help="Show what would go, and let nothing go.")
@click.option("--quiet", is_flag=True, help="Say nothing unless there is trouble.")
@db_option
@json_option
def prune(
    days: int | None,
    articles: int | None,
    yes: bool,
    vacuum: bool,
    dry_run: bool,
    quiet: bool,
    db: Path | None,
    as_json: bool,
) -> None:
    """Let go what nobody needs any more.

    Requests and verdicts on sources after 90 days, addresses that are no articles after 180, those asked for in
    vain after 400. The first crawl of a day does the same by itself. Articles stay, with all versions, unless
    --articles says otherwise; their addresses stay even then, so that none comes back as news.

    \b
    Examples: worlddesk prune --dry-run
              worlddesk prune --articles 1825 --yes --vacuum

    Exit codes: 0 done, 2 --articles without --yes, 75 a crawl is at work.
    """
    from crawler.report.pruned import show_pruned
    from crawler.run import locked
    from crawler.upkeep import prune as retention

    kept = retention.days_kept(days)
    with opened(db) as database:
        found = retention.foresee(database, kept, articles) if dry_run or (articles and not yes) else None
    if found is not None and not dry_run:
        raise click.UsageError(f"{found.counts['articles']:,} articles would go for good: add --yes, or --dry-run")
    if found is None:
        with locked(paths.database(db)), opened(db, read_only=False) as database:
            found = retention.let_go(database, kept, articles, vacuum=vacuum)
    if as_json or not quiet:
        show_pruned(found, done=not dry_run, as_json=as_json)


@main.command()
@click.option("--repair", is_flag=True, help="Mend what can be mended, after a safety copy.")
@click.option("--verify", is_flag=True, help="All of the file, each index and each text; else its structure.")
@db_option
@sources_option
@json_option
def doctor(repair: bool, verify: bool, db: Path | None, folder: Path | None, as_json: bool) -> None:
    """Check disk, database, lock, sources and versions.

    --repair makes indexes and views anew, removes rows that refer to nothing and closes runs that died; the file
    as it was is kept beside. Of a damaged file what can still be read goes into a new one, and it is said what
    is lost; the damaged one stays as it is. Then all is checked.

    \b
    Examples: worlddesk doctor
              worlddesk doctor --verify

    Exit codes: 0 a crawl can run, 1 something is wrong, 75 a crawl is at work (with --repair).
    """
    from crawler.report.doctor import checks, repairs
    from crawler.report.tables import show_checks

    path = paths.database(db)
    done = repairs(path) if repair else []
    healthy = show_checks([*done, *checks(path, paths.sources(folder), verify=verify)], as_json=as_json)
    raise click.exceptions.Exit(0 if healthy else 1)


@main.command()
@click.option("--cron", "kind", flag_value="cron", default="cron", help="Lines of a crontab. [default]")
@click.option("--systemd", "kind", flag_value="systemd", help="A service and a timer, hardened, twice.")
@db_option
@sources_option
@json_option
def schedule(kind: str, db: Path | None, folder: Path | None, as_json: bool) -> None:
    """Print what lets it run by itself.

    Lines of a crontab, or units for systemd, complete for this machine: a crawl every ten minutes, at night a
    snapshot, a backup and a look whether all is well. What WORLDDESK_… variables say now is written into them.
    Nothing is installed; how to is said on top.

    \b
    Examples: WORLDDESK_CONTACT=desk@example.org worlddesk schedule --db /srv/news/news.db
              WORLDDESK_CONTACT=desk@example.org worlddesk schedule --systemd

    Exit codes: 0 printed, 2 no contact.
    """
    from crawler.report import timers
    from crawler.report.terminal import say_json

    plan = timers.setting(db, folder)
    if as_json:
        say_json(timers.units(plan) if kind == "systemd" else {"crontab": list(timers.crontab(plan))})
        return
    for line in timers.show_units(plan) if kind == "systemd" else timers.crontab(plan):
        click.echo(line)
