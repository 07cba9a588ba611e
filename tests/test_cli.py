"""The command as one meets it: messages, exit codes, what goes to which stream, what is imported."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler import cli
from crawler.catalogue import Listing, Source
from crawler.cli import main
from crawler.database import open_database
from crawler.demo.server import Newsstand
from crawler.errors import LockedError, WorlddeskError
from crawler.items import Article, Block, Exchange, Link
from crawler.normalise import now
from crawler.store import announce, begin_run, finish_run, record, sync_sources

PAGE = """<!doctype html><html lang="en-GB"><head><title>Ferry to Port Ellery resumes - The Example</title>
<link rel="canonical" href="https://www.example.org/world/2026/ferry">
<meta property="og:title" content="Ferry to Port Ellery resumes">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry to Port Ellery resumes",
 "datePublished": "2026-10-06T08:00:00+01:00", "author": {"@type": "Person", "name": "Ada Quill"}}</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>Ferry to Port Ellery resumes</h1>
<p class="standfirst">After nine weeks on land the islanders may cross again.</p>
<p>The first boat left the quay at seven on Tuesday with forty passengers, two vans and a crate of lemons,
and came back before noon, as the harbour office had promised in the spring.</p>
<h2>What the council says</h2>
<p>The council calls the repair a success. The bill, it says, stays below what was set aside for it, and the
rest goes into a second engine that is to be fitted before the winter storms begin.</p>
<p>Fishermen had carried letters and medicine in the meantime, without pay, whenever the weather let them go
out, and the council thanked them by name at its last meeting.</p>
</article><footer>Contact</footer></body></html>"""
HEADLINE = "Ferry to Port Ellery resumes"
FEED = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>The Example</title>
<link>https://www.example.org/</link><description>World</description>
<item><title>Ferry to Port Ellery resumes</title><link>https://www.example.org/world/2026/ferry</link>
<pubDate>Tue, 06 Oct 2026 07:00:00 GMT</pubDate></item>
<item><title>Lighthouse keeper retires</title><link>https://www.example.org/world/2026/lighthouse</link></item>
</channel></rss>"""
URL = "https://www.example.org/world/2026/ferry"


def worlddesk(*arguments: str | Path, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)), input=given)


def process(*arguments: str | Path, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "crawler", *map(str, arguments)]
    return subprocess.Popen(command, stdout=-1, stderr=-1, text=True, encoding="utf-8", **options)  # type: ignore[call-overload, no-any-return]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(PAGE, "utf-8")
    return path


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """A database with one article of one source, whose last run ended with an escape code in its message."""
    path = tmp_path / "news.db"
    home = "https://www.example.org/"
    source = Source("example", "The Example", home, "GB", "en-GB", "Europe/London", (Listing(home, "section"),))
    article = Article(URL, HEADLINE, ["After nine weeks on land."], [Block("paragraph", "The first boat left. " * 9)])
    article.published = "2026-10-06T07:00:00Z"
    with closing(open_database(path)) as database:
        sync_sources(database, [source])
        run_id = begin_run(database, command="crawl", trigger="test", version="0", sources_total=1)
        announced = [Link(URL, HEADLINE), Link(f"{URL}-2", "Second")]
        listed = Exchange("example", home, "listed", now(), status_code=200, listing=True, links=announced)
        announce(database, run_id, listed, {})
        record(database, run_id, Exchange("example", URL, "read", now(), status_code=200, article=article))
        finish_run(database, run_id)
        database.execute("UPDATE run_sources SET status = 'blocked', message = ?", ["403 \x1b[31mfrom\tthe wall"])
    return path


# --- one page


def test_extract_shows_text_and_provenance(page: Path) -> None:
    said = worlddesk("extract", page, "--url", URL)
    assert said.exit_code == 0, said.output
    lines = [line.split("\t") for line in said.stdout.splitlines()]
    assert ["headline", "Ferry to Port Ellery resumes"] in lines
    assert ["subhead 2", "What the council says"] in lines
    assert ["standfirst", "After nine weeks on land the islanders may cross again."] in lines
    fields = {line[0]: line[1:] for line in lines if len(line) == 3}
    assert fields["authors"][0] == "Ada Quill"
    assert fields["published"] == ["2026-10-06T08:00:00+01:00", "json-ld"]
    assert fields["section"] == ["unknown", ""]


def test_extract_as_json_is_the_machine_interface(page: Path) -> None:
    read = json.loads(worlddesk("extract", page, "--url", URL, "--json").stdout)
    assert read["url"] == read["canonical_url"] == URL
    assert read["standfirst"] == ["After nine weeks on land the islanders may cross again."]
    assert read["body"].startswith("After nine weeks")
    assert [block["kind"] for block in read["blocks"]] == ["paragraph", "subhead", "paragraph", "paragraph"]
    assert read["provenance"]["published"] == "json-ld"


def test_extract_says_what_was_left_out_and_why(page: Path) -> None:
    page.write_text(PAGE.replace("</article>", "<p>© 2026 The Example</p></article>"), "utf-8")
    said = worlddesk("extract", page, "--url", URL, "--why")
    assert ["dropped", "a rights line", "article > p", "© 2026 The Example"] in [
        line.split("\t") for line in said.stdout.splitlines()
    ]
    read = json.loads(worlddesk("extract", page, "--url", URL, "--why", "--json").stdout)
    assert {"text": "© 2026 The Example", "reason": "a rights line", "place": "article > p"} in read["dropped"]
    assert "dropped" not in json.loads(worlddesk("extract", page, "--url", URL, "--json").stdout)


def test_extract_shows_what_was_left_out_of_a_page_without_article(page: Path) -> None:
    page.write_text(
        "<html><head><title>Ferry</title></head><body><h1>Ferry</h1><p>© 2026 The Example</p></body>", "utf-8"
    )
    said = worlddesk("extract", page, "--url", URL, "--why")
    assert said.exit_code == 1
    assert "dropped\ta rights line" in said.stdout
    assert "no article" in said.stderr


def test_extract_takes_the_address_that_the_page_declares(page: Path) -> None:
    said = worlddesk("extract", page)
    assert f"url\t{URL}\t" in said.stdout.splitlines()
    assert f"is read as {URL}" in said.stderr
    page.write_text(PAGE.replace("canonical", "other"), "utf-8")
    assert "give it with --url" in worlddesk("extract", page).stderr
    page.write_text(PAGE.replace(URL, "https://www.example.org/"), "utf-8")
    said = worlddesk("extract", page)
    assert (said.exit_code, "give it with --url" in said.stderr) == (0, True)
    assert "example.org" not in said.stdout


def test_extract_reads_as_a_source_does(page: Path, tmp_path: Path) -> None:
    (tmp_path / "example.toml").write_text(
        'name = "The Example"\nhome = "https://www.example.org/"\ncountry = "GB"\nlanguage = "en-GB"\n'
        'timezone = "Europe/London"\n[[listing]]\nurl = "https://www.example.org/world"\nkind = "section"\n'
        '[select]\ndrop = ["h2"]\n',
        "utf-8",
    )
    arguments = ("extract", page, "--url", URL, "--source", "example", "--sources", tmp_path)
    said = worlddesk(*arguments, "--why")
    assert said.exit_code == 0, said.output
    assert "dropped\tnamed by [select] drop\th2\tWhat the council says" in said.stdout
    assert "subhead" not in said.stdout.replace("subheads", "")
    assert worlddesk("extract", page, "--source", "nobody", "--sources", tmp_path).exit_code == 2


def test_a_listing_is_no_article(tmp_path: Path) -> None:
    links = "".join(
        f'<li><a href="/world/2026/story-of-the-{n}-boats-of-the-bay">Story of the {n} boats of the bay</a></li>'
        for n in range(70)
    )
    listing = tmp_path / "world.html"
    kind = '<script type="application/ld+json">{"@type": "CollectionPage"}</script>'
    listing.write_text(f"<html><body>{kind}<h1>World</h1><ul>{links}</ul></body></html>", "utf-8")
    said = worlddesk("extract", listing, "--url", "https://www.example.org/world")
    assert (said.exit_code, said.stdout) == (1, "")
    assert f"try `worlddesk links {listing} --url https://www.example.org/world`" in said.stderr
    mixed = PAGE.replace("</article>", f"</article><ul>{links}</ul>").replace(URL, "")
    listing.write_text(mixed.replace("datePublished", "dateListed"), "utf-8")
    said = worlddesk("extract", listing, "--url", "https://www.example.org/world")
    assert said.exit_code == 0, said.output
    assert "it looks like a listing" in said.stderr
    listing.write_text(mixed, "utf-8")
    assert "it looks like" not in worlddesk("extract", listing, "--url", "https://www.example.org/world").stderr


@pytest.mark.parametrize("packed", [False, True])
def test_extract_reads_stdin(packed: bool) -> None:
    content = gzip.compress(PAGE.encode()) if packed else PAGE.encode()
    assert "headline\tFerry to Port Ellery resumes" in worlddesk("extract", "-", given=content).stdout


def test_extract_many(page: Path, tmp_path: Path) -> None:
    packed = tmp_path / "page.html.gz"
    packed.write_bytes(gzip.compress(PAGE.encode()))
    lines = [
        {"id": "file", "url": URL, "html_path": str(page)},
        {"id": "gz", "url": URL, "html_path": str(packed)},
        {"id": "inline", "url": URL, "html": PAGE},
        {"id": "lost", "url": URL, "html_path": str(tmp_path / "none.html")},
        {"id": "empty", "url": URL, "html": ""},
    ]
    given = "".join(json.dumps(line) + "\n" for line in lines) + "no json\n"
    said = worlddesk("extract", "--jsonl", given=given)
    assert said.exit_code == 0, said.output
    read = [json.loads(line) for line in said.stdout.splitlines()]
    assert [line.get("headline") for line in read[:3]] == ["Ferry to Port Ellery resumes"] * 3
    assert [line["id"] for line in read[:5]] == ["file", "gz", "inline", "lost", "empty"]
    assert len(read) == 6
    assert all(line["error"] for line in read[3:])


def test_extract_answers_line_by_line() -> None:
    with process("extract", "--jsonl", stdin=subprocess.PIPE) as extract:
        assert extract.stdin is not None
        assert extract.stdout is not None
        for number in range(2):
            print(json.dumps({"id": number, "url": URL, "html": PAGE}), file=extract.stdin, flush=True)
            assert json.loads(extract.stdout.readline())["id"] == number
        extract.stdin.close()
    assert extract.returncode == 0


def test_links_of_a_feed(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(FEED, "utf-8")
    said = worlddesk("links", path, "--url", "https://www.example.org/world.rss")
    first, second = (line.split("\t") for line in said.stdout.splitlines())
    assert first == ["1", "2026-10-06T07:00:00Z", "Ferry to Port Ellery resumes", URL]
    assert second[1:3] == ["", "Lighthouse keeper retires"]
    read = json.loads(worlddesk("links", path, "--kind", "feed", "--json").stdout)
    assert read[0] == {"url": URL, "title": HEADLINE, "published": "2026-10-06T07:00:00Z", "rank": 1}


def test_links_of_many(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(FEED, "utf-8")
    lines = [
        {"id": "a", "url": "https://www.example.org/world.rss", "kind": "feed", "path": str(path)},
        {"id": "b", "url": "https://www.example.org/world.rss", "kind": "feed", "path": str(tmp_path / "none")},
    ]
    said = worlddesk("links", "--jsonl", given="".join(json.dumps(line) + "\n" for line in lines))
    assert said.exit_code == 0, said.output
    first, second = map(json.loads, said.stdout.splitlines())
    assert (first["id"], [link["rank"] for link in first["links"]]) == ("a", [1, 2])
    assert second["id"] == "b"
    assert second["error"]


@pytest.mark.parametrize(
    ("arguments", "content", "exit_code", "message"),
    [
        (["extract"], None, 2, "give a FILE or a URL"),
        (["extract", "none.html"], None, 2, "none.html: No such file or directory; give a file, or an address"),
        (["extract", "ftp://example.org/"], None, 2, "neither a file nor an http(s) address"),
        (["extract", "http://[::1"], None, 2, "neither a file nor an http(s) address"),
        (["extract", "http://127.0.0.1:99999/x"], None, 2, "look at its scheme, host and port"),
        (["extract", "-", "--url", "http://[::1"], PAGE.encode(), 2, "http://[::1 is not an http(s) address"),
        (["links", "-", "--url", "nonsense"], PAGE.encode(), 2, "nonsense is not an http(s) address"),
        (["extract", "--jsonl", "page.html"], None, 2, "--jsonl reads stdin"),
        (["extract", "--jsonl", "--why"], b"", 2, "--why and --source are for one page"),
        (["extract", "-"], b"", 1, "-: no article:"),
        (["extract", "-"], b"\x89PNG\r\n\x1a\n\x00\x00", 1, "-: no article:"),
        (["extract", "-"], b"\x1f\x8b broken", 2, "-: cannot be unpacked"),
        (["links", "-"], PAGE.encode(), 2, "give the address of the page with --url"),
        (["links", "-", "--kind", "rss"], None, 2, "'rss' is not one of 'section', 'feed', 'news-sitemap'"),
        (["search"], None, 2, "Missing argument 'WORDS...'"),
        (["crawl", "--sources", "/nowhere/at/all"], None, 2, "no such folder of sources"),
        (["crwl"], None, 2, "No such command 'crwl'"),
    ],
)
def test_wrong_use_is_a_message(
    arguments: list[str], content: bytes | None, exit_code: int, message: str, tmp_path: Path
) -> None:
    said = CliRunner(env={"WORLDDESK_DB": str(tmp_path / "none.db")}).invoke(main, arguments, input=content)
    assert message in said.stderr
    assert (said.exit_code, said.stdout) == (exit_code, "")
    assert "Traceback" not in said.stderr


def test_a_file_too_large_for_a_page(tmp_path: Path) -> None:
    path = tmp_path / "large.html.gz"
    path.write_bytes(gzip.compress(bytes(65 * 1024 * 1024)))
    said = worlddesk("extract", path)
    assert (said.exit_code, said.stdout) == (2, "")
    assert "larger than 64 MiB" in said.stderr


# --- the database


def test_status_is_plain_lines_in_a_pipe(db: Path) -> None:
    said = worlddesk("status", "--db", db)
    assert said.exit_code == 0, said.output
    line = said.stdout.split("\t")
    assert line[:6] == ["example", "blocked", "1", "1", "1", "0"]
    assert line[7] == "403 from the wall\n"


def test_status_as_json_and_only_problems(db: Path) -> None:
    [source] = json.loads(worlddesk("status", "--problems", "--json", "--db", db).stdout)
    assert (source["source_id"], source["article_count"], source["waiting_count"]) == ("example", 1, 1)
    with closing(open_database(db)) as database:
        database.execute("UPDATE run_sources SET status = 'ok'")
    assert json.loads(worlddesk("status", "--problems", "--json", "--db", db).stdout) == []
    assert worlddesk("status", "--problems", "--db", db).stdout == ""


def test_status_of_an_unknown_source(db: Path) -> None:
    said = worlddesk("status", "exampel", "--db", db)
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr == "worlddesk: unknown source 'exampel'; did you mean example?\n"


def test_search_finds_words(db: Path) -> None:
    said = worlddesk("search", "FIRST", "boat", "--db", db)
    assert said.exit_code == 0, said.output
    published, source, headline, passage, url = said.stdout.rstrip("\n").split("\t")
    assert (published, source, headline, url) == ("2026-10-06T07:00:00Z", "example", HEADLINE, URL)
    assert "[first] [boat]" in passage
    [row] = json.loads(worlddesk("search", "ferry", "--source", "example", "--json", "--db", db).stdout)
    assert row["url"] == URL
    assert worlddesk("search", "submarine", "--db", db).stdout == ""
    assert worlddesk("search", "ferry", "--since", "2026-10-07", "--db", db).stdout == ""


def test_search_for_what_cannot_be(db: Path) -> None:
    for option in (["--since", "yesterday"], ["--source", "exampel"], ["--limit", "0"]):
        said = worlddesk("search", "ferry", *option, "--db", db)
        assert (said.exit_code, said.stdout) == (2, "")
        assert option[1] in said.stderr


def test_doctor(db: Path, tmp_path: Path) -> None:
    said = worlddesk("doctor", "--db", db)
    assert said.exit_code == 0, said.output
    assert "ok\tintegrity\tquick_check finds nothing" in said.stdout
    (tmp_path / "text.db").write_text("a letter, not a database " * 9)
    broken = worlddesk("doctor", "--json", "--db", tmp_path / "text.db")
    assert broken.exit_code == 1
    assert [check["name"] for check in json.loads(broken.stdout) if check["status"] == "problem"] == ["database"]


@pytest.mark.parametrize("command", [["status"], ["search", "ferry"]])
@pytest.mark.parametrize("content", [None, b"not a database " * 99, b""])
def test_a_file_that_is_no_database_of_ours(tmp_path: Path, command: list[str], content: bytes | None) -> None:
    path = tmp_path / "other.db"
    if content is not None:
        path.write_bytes(content)
    said = worlddesk(*command, "--db", path)
    assert (said.exit_code, said.stdout) == (1, "")
    assert str(path) in said.stderr
    assert "Traceback" not in said.stderr
    assert (path.read_bytes() if path.exists() else None) == content


@pytest.mark.parametrize("command", [["crawl"], ["status"], ["doctor"]])
@pytest.mark.parametrize(
    ("named", "exit_code", "message"),
    [
        ("", 1, " is a folder; name a file in it"),
        ("/", 1, "worlddesk: / is a folder; name a file in it, such as /news.db"),
        ("folder", 1, "folder is a folder; name a file in it"),
        ("~nosuchuser/news.db", 2, "worlddesk: ~nosuchuser/news.db: ~ leads to no home folder; write the whole path"),
        ("caf\udce9.db", 2, "caf\ufffd.db: the name is not UTF-8; rename it"),
    ],
)
def test_a_name_that_no_database_can_have(
    command: list[str], named: str, exit_code: int, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    by_option = worlddesk(*command, "--db", named)
    monkeypatch.setenv("WORLDDESK_DB", named or ".")
    for said in (by_option, worlddesk(*command)):
        assert (said.exit_code, said.stdout) == (exit_code, "")
        assert message in said.stderr
        assert len(said.stderr.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_database_that_may_not_be_read(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db.chmod(0)
    by_option = worlddesk("status", "--db", db)
    monkeypatch.setenv("WORLDDESK_DB", str(db))
    by_environment = worlddesk("status")
    assert by_option.exit_code == by_environment.exit_code == 1
    assert by_option.stderr == by_environment.stderr
    assert "Permission denied" in by_option.stderr


def test_the_environment_names_the_database(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLDDESK_DB", str(db))
    assert worlddesk("status").stdout.startswith("example\t")


def test_dry_run_fetches_nothing(tmp_path: Path) -> None:
    said = worlddesk("crawl", "lemonde", "--dry-run", "--db", tmp_path / "none.db")
    assert said.exit_code == 0, said.output
    assert "https://www.lemonde.fr/international/" in said.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_live_crawl_needs_a_contact(tmp_path: Path) -> None:
    with process("crawl", "lemonde", "--db", tmp_path / "news.db") as crawl:
        stdout, stderr = crawl.communicate(timeout=60)
    assert (crawl.returncode, stdout) == (2, "")
    assert "WORLDDESK_CONTACT" in stderr


# --- the command itself


@pytest.mark.parametrize(
    ("error", "exit_code", "message"),
    [
        (WorlddeskError("first\nsecond \x1b[2J"), 1, "worlddesk: first\nworlddesk: second\n"),
        (LockedError("held by 12"), 75, "worlddesk: held by 12\n"),
        (OSError(28, "No space left on device", "/dev/full"), 1, "worlddesk: /dev/full: No space left on device\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_errors_are_messages_with_exit_codes(
    error: BaseException, exit_code: int, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise error

    monkeypatch.setattr(cli, "opened", fail)
    said = worlddesk("status")
    assert (said.exit_code, said.stdout, said.stderr) == (exit_code, "", message)


def test_ctrl_c_while_the_command_is_loaded() -> None:
    code = (
        "import sys\nclass Impatient:\n def find_spec(self, name, *_):\n  if name == 'click': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Impatient())\n"
        "from importlib.metadata import entry_points\n"
        "[script] = entry_points(group='console_scripts', name='worlddesk')\n"
        "script.load()()"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout, said.stderr) == (130, "", "")


@pytest.mark.parametrize("command", ["status", "doctor"])
def test_a_reader_that_goes_away_is_no_error(db: Path, command: str) -> None:
    with process(command, "--db", db, "--json") as status:
        assert status.stdout is not None
        status.stdout.close()
        assert status.stderr is not None
        assert status.stderr.read() == ""
    assert status.returncode == 0


def test_nor_is_one_that_goes_before_the_last_words(db: Path) -> None:
    with process("reextract", "--dry-run", "--db", db) as again:
        assert again.stdout is not None
        again.stdout.close()
        assert again.stderr is not None
        assert again.stderr.read() == ""
    assert again.returncode == 0


@pytest.mark.parametrize(
    ("line", "exit_code", "message"),
    [
        ("status >&-", 0, ""),
        ("search ferry >&-", 0, ""),
        ("crawl --dry-run lemonde >&-", 0, ""),
        ("status 2>&- >&- <&-", 0, ""),
        ("extract --jsonl <&-", 0, ""),
        ("extract - <&-", 1, "worlddesk: -: no article: the page is empty (stage: decode)\n"),
    ],
)
def test_closed_streams_are_empty_ones(db: Path, line: str, exit_code: int, message: str) -> None:
    command = f"{sys.executable} -m crawler {line}"
    environment = {"WORLDDESK_DB": str(db), "PATH": "/usr/bin:/bin"}
    said = subprocess.run(["sh", "-c", command], env=environment, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout, said.stderr) == (exit_code, "", message)


def test_any_locale_will_do(db: Path) -> None:
    with closing(open_database(db)) as database:
        database.execute("UPDATE run_sources SET message = 'الجزيرة'")
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    with process("status", "--db", db, env=environment, cwd=Path(__file__).parent.parent) as status:
        stdout, stderr = status.communicate(timeout=30)
    assert (status.returncode, stderr) == (0, "")
    assert "الجزيرة" in stdout


HEAVY = {"scrapy", "twisted", "trafilatura"}


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["status"], ["search", "ferry"], ["doctor"]])
def test_light_commands_load_no_scrapy(db: Path, arguments: list[str]) -> None:
    code = (
        "import sys\nfrom crawler.cli import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    environment = {"WORLDDESK_DB": str(db), "PATH": "/usr/bin:/bin"}
    said = subprocess.run([sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    assert not HEAVY & set(said.stderr.split())
    assert "crawler.cli" in said.stderr.split()


# --- an address


def test_one_page_is_fetched_politely_and_not_stored(tmp_path: Path) -> None:
    with Newsstand() as stand:
        url, expected = next(iter(stand.paper.expected().items()))
        with process("extract", url, "--json", cwd=tmp_path) as extract:
            read = json.loads(extract.communicate(timeout=60)[0])
        with process("extract", f"{stand.url}/\udcff", cwd=tmp_path) as odd:
            assert "neither a file nor an http(s) address" in odd.communicate(timeout=60)[1]
        with process("extract", f"{stand.url}/nowhere", cwd=tmp_path) as lost:
            stdout, stderr = lost.communicate(timeout=60)
        asked = [request.path for request in stand.requests]
    assert (extract.returncode, read["headline"]) == (0, expected.headline)
    assert asked[0] == "/robots.txt"
    assert url.removeprefix(stand.url) in asked
    assert (lost.returncode, stdout) == (1, "")
    assert "404" in stderr
    with process("extract", stand.url, cwd=tmp_path) as refused:  # nobody is there any more
        assert "the host refuses the connection" in refused.communicate(timeout=60)[1]
    assert list(tmp_path.iterdir()) == []
