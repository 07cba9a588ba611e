"""Each case of the hostile site, judged by what one crawl of all of them left in the database."""

from __future__ import annotations

import importlib
import re
import sqlite3
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from crawls import ROOT, Desk

from hostile.case import Case, Found, Row, wrong
from hostile.safety import UNSAFE, unsafe
from hostile.server import Site

HERE = Path(__file__).parent
CASES: list[Case] = [
    case for path in sorted(HERE.glob("cases_*.py")) for case in importlib.import_module(f"hostile.{path.stem}").CASES
]
RUNS = re.compile(r"<(?:script|svg|img|iframe|object)\b|<[^<>]*\bon\w+=|^javascript:|^data:", re.IGNORECASE)
SECONDS = 5  # DOWNLOAD_TIMEOUT: nobody here is slow without bad intent
ARTICLES = (
    "SELECT a.*, t.body_text FROM articles a JOIN article_texts t USING (article_id) WHERE a.url LIKE :own || '%' "
    "OR a.article_id IN (SELECT article_id FROM urls WHERE url LIKE :own || '%') ORDER BY article_id"
)
URLS = "SELECT * FROM urls WHERE url LIKE :own || '%' OR (:is_alone AND source_id = :source) ORDER BY url_id"
FETCHES = (
    "SELECT f.* FROM fetches f LEFT JOIN urls u USING (url_id) WHERE u.url LIKE :own || '%' "
    "OR (:is_alone AND f.source_id = :source) ORDER BY fetch_id"
)
REVISIONS = (
    "SELECT r.* FROM revisions r JOIN articles a USING (article_id) WHERE a.url LIKE :own || '%' "
    "ORDER BY article_id, revision"
)


class Crawled(Desk):
    """All cases that are asked for, crawled."""

    def __init__(self, folder: Path, site: Site):
        super().__init__(folder)
        self.site = site
        self.log = ""
        site.write_sources(self.sources)

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"WORLDDESK_PUBLIC_NETWORKS": "127.0.0.0/8"}

    def crawl(self, *options: str) -> None:
        """As `worlddesk crawl`, but with less patience."""
        command = [sys.executable, "-m", "scrapy", "crawl", "international", "-s", f"DOWNLOAD_TIMEOUT={SECONDS}"]
        done = subprocess.run(
            [*command, *options],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode in (0, 3), done.stderr[-3_000:]
        self.log += done.stdout + done.stderr

    def table(self, sql: str, values: Row) -> list[Row]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(sql, values)]

    def found(self, case: Case) -> Found:
        place = self.site.place(case)
        own = place.base + ("/" if case.alone else place.path)
        values = {"own": own, "is_alone": case.alone, "source": self.site.source_of(case)}
        return Found(
            place=place,
            articles=self.table(ARTICLES, values),
            urls=self.table(URLS, values),
            fetches=self.table(FETCHES, values),
            revisions=self.table(REVISIONS, values),
            requests=self.site.asked_of(case),
            log=self.log,
        )


@pytest.fixture(scope="session")
def crawled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """What one crawl of all cases that this session judges left behind; and a second, of those that want one."""
    specs = [item.callspec for item in request.session.items if hasattr(item, "callspec")]
    cases = list({spec.params["case"].name: spec.params["case"] for spec in specs if "case" in spec.params}.values())
    with Site(cases or CASES) as site:
        desk = Crawled(tmp_path_factory.mktemp("hostile"), site)
        desk.crawl()
        while again := site.sources(runs=site.run + 1):
            site.run += 1
            desk.crawl("-a", "all=1", "-a", f"sources={','.join(again)}")
        yield desk


ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8 on loopback")


@ON_LINUX
@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case, crawled: Crawled) -> None:
    found = crawled.found(case)
    problems = [*wrong(case, found), *unsafe(found)]
    assert not problems, "\n".join(problems)


def test_names_are_unique() -> None:
    names = [case.name for case in CASES]
    assert sorted(set(names)) == sorted(names)
    assert [
        case.name for case in CASES if (set(case.pages) & {"/robots.txt"} or case.listings) and not case.alone
    ] == []


@ON_LINUX
@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("status", "--json"),
        ("search", "harbour OR Ferry OR Vessby", "--limit", "500"),
        ("search", "Ferry", "--json"),
        ("search", "calc"),
        ("doctor",),
    ],
    ids=" ".join,
)
def test_no_command_says_what_a_terminal_or_a_spreadsheet_obeys(arguments: tuple[str, ...], crawled: Crawled) -> None:
    done = crawled.run(*arguments)
    assert "Traceback" not in done.stderr
    said = done.stdout + done.stderr
    assert sorted({ascii(sign) for sign in said if is_obeyed(sign)}) == []
    if "--json" not in arguments:
        assert [cell for line in done.stdout.splitlines() for cell in line.split("\t") if cell[:1] in ("=", "@")] == []


@ON_LINUX
@pytest.mark.parametrize("name", ["controls-in-every-field", "markup-in-every-field", "an-address-that-attacks"])
def test_what_is_shown_of_one_page_obeys_nobody(name: str, crawled: Crawled) -> None:
    case = next(case for case in CASES if case.name == name)
    if case not in crawled.site:
        pytest.skip("that case is not among those that were chosen")
    place = crawled.site.place(case)
    command = ["links", place.url("/world")] if case.listings else ["extract", "--why", place.url()]
    for done in (crawled.run(*command), crawled.run(*[part for part in command if part != "--why"], "--json")):
        assert done.returncode == 0, done.stderr
        assert sorted({ascii(sign) for sign in done.stdout + done.stderr if is_obeyed(sign)}) == []
        assert not RUNS.search(done.stdout)


@ON_LINUX
def test_the_log_of_the_crawl_has_one_line_an_event_and_nothing_that_a_terminal_obeys(crawled: Crawled) -> None:
    logs = [path.read_text("utf-8") for path in sorted(crawled.folder.glob("logs/*"))]
    assert sorted({ascii(sign) for text in [crawled.log, *logs] for sign in text if is_obeyed(sign)}) == []
    assert "Traceback" not in crawled.log + "".join(logs)


@ON_LINUX
def test_no_table_holds_what_runs_or_is_obeyed(crawled: Crawled) -> None:
    """What a browser would run in a page that forgets to escape, controls, addresses that are none of the web."""
    with closing(sqlite3.connect(f"file:{crawled.database}?mode=ro", uri=True)) as db:
        tables = [
            name
            for (name,) in db.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
            )
        ]
        found = [
            (table, column, value[:200])
            for table in tables
            if table not in ("pages", "hosts") and "_fts" not in table
            for row in db.execute(f"SELECT * FROM {table}")
            for column, value in zip(
                [each[0] for each in db.execute(f"SELECT * FROM {table} LIMIT 0").description], row, strict=True
            )
            if isinstance(value, str)
            and (
                RUNS.search(value)
                or UNSAFE.search(value)
                or (column.endswith("url") and not value.startswith(("http://", "https://")))
            )
        ]
    assert found == []


def is_obeyed(sign: str) -> bool:
    return sign not in "\n\t" and (
        unicodedata.category(sign) in ("Cc", "Cs", "Co", "Zl", "Zp")
        or sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
