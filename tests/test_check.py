"""`worlddesk check` on the invented newspaper: what it asks, how it judges, and that it leaves nothing behind."""

from __future__ import annotations

import asyncio
import hashlib
import json
import signal
import sqlite3
import time
from collections import Counter
from contextlib import closing
from email.utils import format_datetime
from pathlib import Path

import pytest
from crawls import Desk
from test_cli_terminal import drawn

from crawler.catalogue import Listing, Source
from crawler.demo.doors import soft_404
from crawler.demo.odd import Page as Served
from crawler.demo.server import Newsstand
from crawler.fetch import Robots
from crawler.report.check import exit_code, show_checked
from crawler.survey.check import Checked, _check_all
from crawler.visit import Page

SOURCE = """\
name = "{name}"
home = "{url}/"
country = "FR"
language = "{language}"
timezone = "Europe/Paris"
[[listing]]
url = "{url}{path}"
kind = "{kind}"
"""
CHALLENGE = b"<html><head><title>Just a moment...</title></head><body><p>Checking your browser</p></body></html>"


def add_source(desk: Desk, stand: Newsstand, name: str, path: str, kind: str = "section", more: str = "", **facts: str):
    desk.sources.mkdir(exist_ok=True)
    text = SOURCE.format_map({"name": name, "url": stand.url, "path": path, "kind": kind, "language": "en"} | facts)
    (desk.sources / f"{name}.toml").write_text(text + more, "utf-8")


def stale_feed(stand: Newsstand) -> bytes:
    new = stand.paper["/rss.xml"].body.decode()
    for article in stand.paper.articles:
        new = new.replace(format_datetime(article.published), "Tue, 06 Oct 2020 07:00:00 GMT")
    return new.replace(format_datetime(stand.base), "Tue, 06 Oct 2020 07:00:00 GMT").encode()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def prints(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """One run over sources of which each has one trouble; told by id."""
    desk = Desk(tmp_path_factory.mktemp("check"))
    with Newsstand() as stand:
        first, second = "/world/", "/business/"
        add_source(desk, stand, "well", first, more="[expect]\nlinks = 5\n")
        add_source(desk, stand, "expectant", second, more="[expect]\nlinks = 50\n")
        add_source(desk, stand, "foreign", "/deutsch/")
        add_source(desk, stand, "challenged", "/challenge/")
        stand.replace("/challenge/", CHALLENGE, "text/html")
        add_source(desk, stand, "closed", "/lettre-des-abonnes/")
        add_source(desk, stand, "gone", "/nowhere/")
        add_source(desk, stand, "empty", "/empty/")
        stand.replace("/empty/", b"<html><body><h1>World</h1></body></html>", "text/html")
        add_source(desk, stand, "film", "/film/")
        stand.replace("/film/", b"\x00\x00", "video/mp4")
        add_source(
            desk, stand, "otherkind", "/atom.xml", more=f'[[listing]]\nurl = "{stand.url}/rss.xml"\nkind = "feed"\n'
        )
        add_source(desk, stand, "stale", "/old.xml", "feed")
        stand.replace("/old.xml", stale_feed(stand), "application/rss+xml")
        add_source(desk, stand, "page", "/climat/", "feed")
        add_source(desk, stand, "elsewhere", "/partenaires/harbour-post")
        add_source(desk, stand, "selective", "/science/", more='[select]\nbody = [".no-such-body"]\ndrop = ["nav"]\n')
        add_source(desk, stand, "forbidden", "/international/", more="[article]\nskip = ['/']\n")
        add_source(desk, stand, "outside", "/international/?all", more='[scope]\npath = ["/no-such-folder/"]\n')
        add_source(desk, stand, "silent", "/", url="http://127.0.0.1:1")
        add_source(desk, stand, "resting", "/economie/", disabled="")
        text = (desk.sources / "resting.toml").read_text("utf-8")
        (desk.sources / "resting.toml").write_text(f'disabled = "2026-10-01 on strike"\n{text}', "utf-8")
        (desk.sources / "wrong.toml").write_text("name = 1\n", "utf-8")
        before = prints(desk.folder)
        desk.told = desk.run("check", "--json")
        desk.untouched = prints(desk.folder) == before
        desk.asked = [request.path for request in stand.requests]
        desk.agents = {request.headers["user-agent"] for request in stand.requests}
        desk.plain = desk.run("check")
    return desk


@pytest.fixture(scope="module")
def told(broken):
    assert broken.told.stderr == ""
    return {source["source_id"]: source for source in json.loads(broken.told.stdout)}


@pytest.mark.parametrize(
    ("name", "status", "message"),
    [
        ("well", "ok", "1 listing, 7 links; an article of "),
        ("expectant", "degraded", " articles, at least 50 expected"),
        ("foreign", "degraded", "an article in de, the file says en"),
        ("challenged", "blocked", "section /challenge/ challenge page"),
        ("closed", "blocked", "section /lettre-des-abonnes/ robots.txt forbids this address"),
        ("gone", "failed", "section /nowhere/ HTTP 404"),
        ("empty", "failed", "section /empty/ announces nothing"),
        ("film", "failed", "section /film/ video/mp4 is not a page"),
        ("otherkind", "degraded", 'section /atom.xml is a feed; write kind = "feed"'),
        ("stale", "degraded", "feed /old.xml is stale: its newest article is of 2020-10-06"),
        ("page", "failed", 'feed /climat/ is a section; write kind = "section"'),
        ("elsewhere", "failed", "redirects to 127.0.0.2, which is not a host of this source"),
        ("selective", "degraded", "[select] body finds nothing"),
        ("forbidden", "failed", "no article could be read: nothing that is announced may be fetched"),
        ("outside", "failed", "no article could be read: nothing that is announced may be fetched"),
        ("silent", "failed", "robots.txt is out of reach"),
        ("wrong", "failed", "wrong.toml: name: is not a text"),
    ],
)
def test_each_trouble_has_its_status_and_sentence(told, name, status, message):
    assert (told[name]["status"], message in told[name]["message"]) == (status, True), told[name]["message"]


def test_every_fact_is_there(told, broken):
    well = told["well"]
    assert list(well) == [
        "source_id", "status", "message", "problems", "robots", "listings", "articles", "selectors", "made_up"
    ]  # fmt: skip
    assert [robots["status"] for robots in well["robots"]] == [200]
    [listing], [article] = well["listings"], well["articles"]
    assert (listing["status"], listing["links"], listing["is"], listing["problem"]) == (200, 7, "section", None)
    fields = article["fields"]
    assert fields["headline"]["value"]
    assert fields["published"]["from"] == "json-ld"
    assert fields["words"]["value"] > 50
    assert well["made_up"]["status"] == 404
    assert told["selective"]["selectors"] == [
        {"key": "body", "selector": ".no-such-body", "found_on": 0, "pages": 1},
        {"key": "drop", "selector": "nav", "found_on": 1, "pages": 1},
    ]
    assert "resting" not in told
    assert told["silent"]["made_up"] is None


def test_it_asks_little_and_leaves_nothing(broken):
    assert broken.untouched
    assert not broken.database.exists()
    assert broken.asked.count("/robots.txt") == 1
    assert broken.asked.count("/world/") == 1
    assert not [path for path in broken.asked if path.startswith("/lettre-des-abonnes")]
    assert len(broken.agents) == 1


def test_some_failed_shows_in_the_exit_code_and_a_pipe_gets_lines(broken, told):
    assert (broken.told.returncode, broken.plain.returncode) == (3, 3)
    lines = [line.split("\t") for line in broken.plain.stdout.splitlines()]
    assert {len(line) for line in lines} == {5}
    assert {line[0]: line[1] for line in lines} == {name: source["status"] for name, source in told.items()}
    assert [line[1] for line in lines] == sorted(
        (line[1] for line in lines), key=["failed", "blocked", "degraded", "ok"].index
    )


def test_a_database_says_what_is_usual_and_stays_as_it_is(stand, desk):
    add_source(desk, stand, "courier", "/world/")
    assert desk.run("crawl", "--quiet").returncode == 0
    with closing(sqlite3.connect(desk.database)) as db:
        db.execute("UPDATE listings SET usual_link_count = 90")
        db.commit()
    before = prints(desk.folder)
    said = desk.run("check", "--json")
    [told] = json.loads(said.stdout)
    assert (said.returncode, told["status"]) == (0, "degraded")
    assert told["problems"] == ["section /world/ announces 7 links, usually 90"]
    assert prints(desk.folder) == before
    with closing(sqlite3.connect(desk.database)) as db:
        db.execute("UPDATE hosts SET rest_until = '2099-01-01T00:00:00Z'")
        db.commit()
    asked = len(stand.requests)
    said = desk.run("check", "courier")
    assert said.returncode == 0
    assert "courier\tstatus\tskipped\tthe host asked for rest until 2099-01-01T00:00:00Z" in said.stdout.splitlines()
    assert {request.path for request in stand.requests[asked:]} <= {"/robots.txt"}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Served(b"<html><body><h1>Sorry</h1></body></html>"), "200: as if there were a page (soft 404)"),
        (soft_404(), "200: a page that says it is not there (soft 404)"),
        (Served(b"", status=302, headers={"Location": "/"}), "200: redirects to the home page (soft 404)"),
        (Served(b"", status=403), "403: HTTP 403: the site refuses us"),
    ],
)
def test_a_site_that_answers_everything_is_noticed(stand, desk, monkeypatch, answer, says):
    known = stand.page
    monkeypatch.setattr(stand, "page", lambda server, path: known(server, path) or answer)
    add_source(desk, stand, "courier", "/world/")
    said = desk.run("check", "courier", "--limit", "0")
    assert (said.returncode, said.stdout.split("\t")[2]) == (0, "ok")
    assert f"courier\tmade-up page\t{says}\t" in said.stdout.splitlines()


def test_named_sources_are_shown_whole(stand, desk):
    stand.replace("/robots.txt", b"User-agent: *\nCrawl-delay: 1\n")
    add_source(desk, stand, "courier", "/world/")
    said = desk.run("check", "courier", "--limit", "0")
    lines = [line.split("\t") for line in said.stdout.splitlines()]
    assert [line[1] for line in lines] == ["status", "robots.txt", "section", "made-up page"]
    assert lines[1][2].endswith(": 200, asks for 1 s between requests")
    assert "7 links, newest 20" in lines[2][2]


def test_wrong_use_is_a_message(stand, desk):
    add_source(desk, stand, "courier", "/world/")
    said = desk.run("check", "courrier")
    assert (said.returncode, said.stdout) == (2, "")
    assert "did you mean courier?" in said.stderr
    add_source(desk, stand, "live", "/world", url="https://www.example.org")
    said = desk.run("check", "live")
    assert (said.returncode, said.stdout, "WORLDDESK_CONTACT" in said.stderr) == (2, "", True)
    assert stand.requests == []


def test_ctrl_c_ends_it(stand, desk):
    add_source(desk, stand, "courier", "/world/")
    stand.stall("/world/", 60)
    check = desk.start("check")
    while not any(request.path == "/robots.txt" for request in stand.requests):
        time.sleep(0.05)
    check.send_signal(signal.SIGINT)
    stdout, stderr = check.communicate(timeout=30)
    assert (check.returncode, stdout, stderr) == (130, "", "")


def fact(source_id: str, status: str = "ok", message: str = "2 listings, 60 links", links: int = 30) -> Checked:
    newest = "2026-10-06T08:00:00Z" if links else None
    listing = {
        "url": "https://www.example.org/world", "kind": "section", "problem": None, "outcome": "listed",
        "links": links, "usual": 40, "refused": 2, "newest": newest,
    }  # fmt: skip
    return Checked(source_id, status, message, listings=[listing], answers=[(200, None)])


def test_a_catalogue_fits_80_columns_and_problems_come_first():
    many = [fact(f"gazette-of-the-north-{number}") for number in range(228)]
    many += [fact("closed", "blocked", "section /a/very/long/path: robots.txt forbids this address " * 3, 0)]
    many += [fact("away", "failed", "robots.txt is out of reach", 0)]
    lines = drawn(lambda: show_checked(many, details=False, as_json=False))
    assert max(map(len, lines)) <= 72
    assert lines[0].split() == ["source", "status", "links", "newest", "message"]
    assert lines[1].split()[:3] == ["away", "failed", "0"]
    first = [line.split()[0] for line in lines if line[:1].strip()]
    assert first == ["source", "away", "closed", "(228)", "230"]
    assert lines[-1] == "230 sources: 228 ok, 1 blocked, 1 failed"


def test_those_that_are_well_are_shown_where_they_fit():
    lines = drawn(lambda: show_checked([fact(name) for name in "abc"], details=False, as_json=False))
    assert [line.split()[0] for line in lines if line] == ["source", "a", "b", "c", "3"]


def test_without_a_network_nobody_else_is_asked():
    asked: list[str] = []

    class Offline:
        async def fetch(self, url, source=None):
            asked.append(url)
            await asyncio.sleep(0)
            return Page(url, "error", "CannotResolveHostError: the host name is not known")

        async def robots(self, url, source=None):
            return Robots(None, "the host name is not known")

    home = "https://www.example.org/"
    listing = (Listing(home, "section"),)
    many = [Source(f"s{number}", "S", home, "GB", "en", "Europe/London", listing) for number in range(200)]
    checked = asyncio.run(_check_all(Offline(), many, {}, 1, lambda *_: None))  # type: ignore[arg-type]
    assert len(asked) < 100
    assert Counter(one.status for one in checked).keys() == {"failed", "skipped"}
    assert exit_code(checked) == 75


def test_details_fit_the_screen():
    one = fact("courier", "degraded", "two things")
    one.problems = ["the first", "the second"]
    one.articles = [
        {"url": "https://www.example.org/world/" + "a" * 90, "reason": None,
         "fields": {"headline": {"value": "The ferry " * 40, "from": "html"}, "authors": {"value": None, "from": None}}}
    ]  # fmt: skip
    lines = drawn(lambda: show_checked([one], details=True, as_json=False))
    assert max(map(len, lines)) <= 72
    assert lines[:3] == ["courier: degraded", "  the first", "  the second"]
    assert any("30 links (usually 40), newest" in line for line in lines)
    assert any(line.endswith("html") for line in lines)
    assert any(line.split() == ["authors", "none"] for line in lines)


def test_exit_codes_are_those_of_a_crawl(capsys):
    assert exit_code([fact("a"), fact("b", "degraded")]) == 0
    assert exit_code([fact("a"), fact("b", "blocked")]) == 3
    assert exit_code([fact("b", "blocked")]) == 1
    nobody = Checked("a", "failed", answers=[(None, "CannotResolveHostError: the host name is not known")])
    assert exit_code([nobody]) == 75
    assert "no network" in capsys.readouterr().err
