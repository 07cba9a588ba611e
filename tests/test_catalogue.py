"""Sources are read whole, and what is wrong in a file is named with key and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.catalogue import Archive, Expect, Listing, Scope, Select, Source, read_source, read_sources
from crawler.errors import SourceError, UsageError
from crawler.items import Link
from crawler.source_keys import unknown

GOOD = """\
name     = "The Example"
home     = "https://www.example.org/"
country  = "GB"
language = "en-GB"
timezone = "Europe/London"

[[listing]]
url     = "https://www.example.org/world"
kind    = "section"
section = "World"
"""
EVERYTHING = (
    GOOD.replace(
        "\n\n[[",
        """
media_type = "broadcaster"
hosts      = ["Example.net"]
delay      = 2.5
disabled   = "2026-10-01 moved"
rights     = "licensed: contract of 2026-01-15"

[[""",
        1,
    )
    + """
[[listing]]
url  = "https://feeds.example.org/world.xml"
kind = "feed"
evidence = "seen: link «World» in a saved page"

[article]
url  = ['/world/\\d{4}/']
skip = ['/live/']

[scope]
path       = ['/africa/']
breadcrumb = ["Monde"]
category   = ["World"]

[[archive]]
url      = "https://www.example.org/world/{year}/{month:02}/{day}/"
kind     = "section"
evidence = "inferred: from addresses of articles"

[select]
headline   = ["h1"]
standfirst = [".standfirst", ".old-standfirst"]
body       = ["article"]
subhead    = ["h2"]
drop       = [".newsletter"]

[expect]
links = 15
body  = 0.95
silent_after_hours = 48
"""
)


ARCHIVE = "[[archive]]\nurl = 'https://www.example.org"


def write(folder: Path, text: str | bytes, name: str = "example.toml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def wrong(folder: Path, text: str | bytes, name: str = "example.toml") -> str:
    with pytest.raises(SourceError) as caught:
        read_source(write(folder, text, name))
    return str(caught.value)


def test_smallest_source(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, GOOD))
    listing = Listing("https://www.example.org/world", "section", "World")
    assert source == Source(
        "example", "The Example", "https://www.example.org/", "GB", "en-GB", "Europe/London", (listing,)
    )


def test_every_key_arrives(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, EVERYTHING))
    assert source.listings[1] == Listing(
        "https://feeds.example.org/world.xml", "feed", None, "seen: link «World» in a saved page"
    )
    template = "https://www.example.org/world/{year}/{month:02}/{day}/"
    assert source.archives == (Archive(template, "section", "inferred: from addresses of articles"),)
    assert source.media_type == "broadcaster"
    assert source.hosts == ("example.net",)
    assert (source.article_url, source.article_skip) == ((r"/world/\d{4}/",), ("/live/",))
    assert source.scope == Scope(("/africa/",), ("Monde",), ("World",))
    assert source.select == Select(("h1",), (".standfirst", ".old-standfirst"), ("article",), ("h2",), (".newsletter",))
    assert source.expect == Expect(15, 0.95, 48)
    assert (source.delay, source.disabled) == (2.5, "2026-10-01 moved")
    assert source.rights == "licensed: contract of 2026-01-15"


def test_a_section_may_be_read_deeper(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, GOOD.replace('kind    = "section"', 'kind = "section"\npages = 3')))
    assert source.pages_of(source.listings[0].url) == 3
    assert source.pages_of("https://www.example.org/elsewhere") == 1


def test_windows_file_is_read(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert read_source(write(tmp_path, text)).name == "The Example"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind    = "section"', 'kind = "rss"', "listing[1].kind: 'rss' is not one of section, feed, news-sitemap;"),
        ('kind    = "section"', 'kind = "rss"', 'write kind = "feed"'),
        ('kind    = "section"', 'kind = "news_sitemap"', 'write kind = "news-sitemap"'),
        ('kind    = "section"', 'kind = "sektion"', 'write kind = "section"'),
        ('kind    = "section"', "", 'listing[1].kind: is missing; write kind = "section"'),
        ('kind    = "section"', 'kind = "section"\npages = 11', "listing[1].pages: 11 is no number of pages from"),
        ('kind    = "section"', 'kind = "section"\npages = 1.5', "listing[1].pages: 1.5 is no number of pages from 1"),
        ('kind    = "section"', 'kind = "feed"\npages = 2', 'listing[1].pages: only a listing of kind = "section" is'),
        ("language =", "langauge =", "langauge: unknown key 'langauge'; did you mean language?"),
        ("language =", "langauge =", 'language: is missing; write language = "fr"'),
        ('"en-GB"', '"english"', "language: 'english' is no BCP 47 tag"),
        ('"GB"', '"UK"', "country: 'UK' is no ISO 3166-1 alpha-2 code; write country = \"GB\""),
        ('"GB"', '"gb"', 'write country = "GB"'),
        ('"GB"', '"Britain"', 'write two capitals: country = "FR"'),
        ('"GB"', "44", 'country: is not a text; write country = "FR"'),
        ("Europe/London", "Europe/Lodnon", "write timezone = \"Europe/London\""),
        ("Europe/London", "../London", "timezone: '../London' is no time zone"),
        ("Europe/London", "Europe", "timezone: 'Europe' is no time zone"),
        ('"The Example"', '" "', "name: is empty"),
        ("https://www.example.org/world", "/world", "listing[1].url: '/world' is not an absolute http(s) address"),
        ("https://www.example.org/world", "ftp://example.org/", "is not an absolute http(s) address"),
        ("https://www.example.org/world", "https://[bad/", "is not an absolute http(s) address"),
        ("https://www.example.org/world", "https://me:pw@example.org/", "is not an absolute http(s) address"),
        ("[[listing]]", "[listing]", "listing: is not a list of tables; write [[listing]] with url and kind"),
        ("\n\n[[", "\ndelay = 0.5\n[[", "delay: 0.5 is not 1 to 60 seconds, and a source can only ask for more care"),
        ("\n\n[[", "\ndelay = true\n[[", "delay: is not a number"),
        ("\n\n[[", "\ndelay = nan\n[[", "delay: nan is not 1 to 60 seconds"),
        ("\n\n[[", '\ndisabled = "broken"\n[[', "disabled: 'broken' is not a date and a reason"),
        ("\n\n[[", '\ndisabled = "2026-10-01"\n[[', "is not a date and a reason"),
        ("\n\n[[", '\nrights = "licensed"\n[[', "rights: 'licensed' does not say why"),
        ("\n\n[[", '\nmedia_type = "paper"\n[[', 'write media_type = "newspaper"'),
        ("\n\n[[", '\nhosts = ["https://example.net/"]\n[[', "hosts[1]: 'https://example.net/' is not a host"),
        ("\n\n[[", "\nhosts = []\n[[", 'hosts: is not a list of texts; write hosts = ["www.example.org"]'),
        ("\n\n[[", '\nhosts = ["example..net", "-"]\n[[', "hosts[1]: 'example..net' is not a host"),
        ("\n\n[[", '\nhosts = ["example..net", "-"]\n[[', "hosts[2]: '-' is not a host"),
        ("https://www.example.org/world", "https://example..org/", "is not an absolute http(s) address"),
        ("https://www.example.org/world", "https://-/", "is not an absolute http(s) address"),
        ("https://www.example.org/world", "https://%/", "is not an absolute http(s) address"),
        ("https://www.example.org/world", "https://example.org:99999/", "is not an absolute http(s) address"),
        ("The Example", "The\\u0000 Example", "name: holds a control character or a line break; take it out"),
        ("The Example", "The Example" * 99, "name: has 1,089 characters; shorten it to 1,000"),
        ("name  ", '"\\u001b[31m" = 1\nname', "example.toml: : unknown key '\\x1b[31m'"),
        ("\n\n[[", f"\ndelay = 0x{'f' * 5000}\n[[", "delay: is not a number (of at most 64 bits); write delay = 5"),
        ('"World"', '"World"\nevidence = "somewhere"', "listing[1].evidence: 'somewhere' is none of seen, answered,"),
        ('"World"', '"World"\nevidence = "seen: "', 'write evidence = "seen: link «World», 2026-10-06"'),
        ('"World"', '"World"\nevidence = "Seen: a list"', "'Seen: a list' is none of seen, answered, inferred, known"),
        ('"World"', '"World"\nevidence = "answered: well"', "'answered: well' gives no day; write evidence = "),
        ('"World"', '"World"\nevidence = "answered: 2026-13-01"', "gives no day"),
        ("\n\n[[", "\nrobots = false\n[[", "robots: unknown key 'robots'; there are archive, article, country,"),
    ],
)  # fmt: skip
def test_wrong_value_is_named_with_its_remedy(tmp_path: Path, old: str, new: str, message: str) -> None:
    said = wrong(tmp_path, GOOD.replace(old, new, 1))
    assert message in said
    assert all(line.startswith("example.toml: ") for line in said.splitlines())


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("[article]\nurl = ['(']", "article.url[1]: '(' is no regular expression"),
        ("[article]\nurl = ['a{99999999999}']", "article.url[1]: 'a{99999999999}' is no regular expression"),
        (f"[article]\nurl = ['{'(' * 498}{')' * 498}']", "is no regular expression: maximum recursion depth"),
        ("[article]\nurl = ['[[a]']", "article.url[1]: '[[a]' is no regular expression: Possible nested set"),
        ("[article]\nskip = ['']", "article.skip[1]: is empty"),
        ("[article]\nskipp = ['/live/']", "article.skipp: unknown key 'skipp'; did you mean skip?"),
        ("[article]\nurl = '/world/'", "article.url: is not a list of texts; write url = ["),
        ("[scope]\npath = ['(']", "scope.path[1]: '(' is no regular expression"),
        ("[scope]\nbreadcrumb = 'World'", 'scope.breadcrumb: is not a list of texts; write breadcrumb = ["World"]'),
        ("[scope]\ncategory = ['-']", "scope.category[1]: '-' is no name; write it as the publisher does"),
        ("[scope]\nsection = ['World']", "scope.section: unknown key 'section'"),
        ("[scope]\npath = ['/world/']", "scope: every listing has a section, and what a section announces always"),
        ("[select]\nbody = ['div[']", "select.body[1]: 'div[' is no CSS selector"),
        ("[select]\nbody = ['p::text']", "select.body[1]: 'p::text' is no CSS selector"),
        ("[select]\nbody = ['div:foo(1)']", "select.body[1]: 'div:foo(1)' is no CSS selector"),
        ("[select]\ndrop = ['svg|a']", "select.drop[1]: 'svg|a' is no CSS selector"),
        ("[expect]\nlinks = 10_001", "expect.links: 10001 is no count from 1 to 10,000; write links = 15"),
        ("[expect]\nlinks = 99999999999999999999", "expect.links: is not a number (of at most 64 bits)"),
        ("[expect]\nlinks = 0", "expect.links: 0 is no count"),
        ("[expect]\nlinks = 1.5", "expect.links: 1.5 is no count"),
        ("[expect]\nsilent_after_hours = 0", "expect.silent_after_hours: 0 is no number of hours from 1 to 8,760"),
        ("[expect]\nbody = 95", "expect.body: 95 is no share of 1; write body = 0.95"),
        (f"{ARCHIVE}/{{day}}'", "names no day, month or year of its own: {day} needs {month} and {year}; write url ="),
        (f"{ARCHIVE}/all'", "names no day, month or year of its own"),
        (
            f"{ARCHIVE}/{{year}}/{{week}}'",
            "holds {week}, and only {year}, {month} and {day} are filled in; write url =",
        ),
        (f"{ARCHIVE}/{{year'", "cannot be filled in: expected '}' before end of string; write url ="),
        (f"{ARCHIVE}/{{}}'", "holds {}, and only"),
        (f"{ARCHIVE}/{{year:9999}}'", "has '9999' behind a colon, and only 02 (two digits) may stand there"),
        (f"{ARCHIVE}/{{year!r}} '", "is not an absolute http(s) address"),
        ("[[archive]]\nurl = '/{year}/'\nkind = 'section'", "archive[1].url: '/2026/' is not an absolute"),
        (f"{ARCHIVE}/{{year}}'\nkind = 'feed'", "archive[1].kind: 'feed' is not one of section, sitemap; write kind ="),
        ("article = 3", "listing[1].article: unknown key"),  # TOML: it belongs to the table above it
        (
            "[[listing]]\nurl = 'https://www.example.org/world'\nkind = 'feed'",
            "listing[2].url: https://www.example.org/world stands twice; keep one",
        ),
    ],
)
def test_wrong_table_is_named_with_its_remedy(tmp_path: Path, table: str, message: str) -> None:
    assert message in wrong(tmp_path, f"{GOOD}\n{table}\n")


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    said = wrong(tmp_path, GOOD.replace('"GB"', '"UK"').replace('"section"', '"rss"')).splitlines()
    assert [line.split(": ")[1] for line in said] == ["country", "listing[1].kind"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name = The Example", "example.toml: not TOML: Invalid value (at line 1, column 8)"),
        (GOOD.encode("utf-16"), "example.toml: not UTF-8"),
        (b"", "example.toml: name: is missing"),
        (f"delay = {'9' * 5000}", "example.toml: a value is a number of thousands of digits or nested without end"),
        (f"name = {'[' * 5000}", "example.toml: a value is a number of thousands of digits or nested without end"),
    ],
)
def test_file_that_is_no_toml(tmp_path: Path, content: str | bytes, message: str) -> None:
    assert message in wrong(tmp_path, content)


def test_unreadable_file(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(SourceError, match=r"folder\.toml: cannot be read: .*; check the file's rights"):
        read_source(tmp_path / "folder.toml")


def test_file_name_is_the_id(tmp_path: Path) -> None:
    assert "Le Monde.toml: file name:" in wrong(tmp_path, GOOD, "Le Monde.toml")


# --- a folder


def test_sources_are_sorted_and_chosen(tmp_path: Path) -> None:
    for stem in ("b", "a", "c"):
        write(tmp_path, GOOD.replace("/world", f"/{stem}"), f"{stem}.toml")
    write(tmp_path, "an editor's lock", ".#a.toml")
    assert [source.source_id for source in read_sources(tmp_path)] == ["a", "b", "c"]
    assert [source.source_id for source in read_sources(tmp_path, ["c", "a", "c"])] == ["a", "c"]


def test_of_very_many_names_some_are_told() -> None:
    said = unknown("source", "zzz", [f"paper{number:03}" for number in range(415)])
    assert said.endswith("paper099 … (415 in all)")


def test_unknown_name_suggests_close_ones(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "lemonde.toml")
    with pytest.raises(UsageError, match=r"unknown source 'lemond'; did you mean lemonde\?"):
        read_sources(tmp_path, ["lemond"])
    with pytest.raises(UsageError, match="unknown source 'zzz'; there are lemonde"):
        read_sources(tmp_path, ["zzz"])


def test_folder_without_sources(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no source"):
        read_sources(tmp_path)
    with pytest.raises(UsageError, match=r"no such folder .*--sources or WORLDDESK_SOURCES"):
        read_sources(tmp_path / "nowhere")


def test_every_wrong_file_is_reported_together(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "good.toml")
    write(tmp_path, "?", "bad.toml")
    write(tmp_path, GOOD.replace('"GB"', '"UK"'), "worse.toml")
    with pytest.raises(SourceError, match=r"(?s)bad\.toml: not TOML.*worse\.toml: country"):
        read_sources(tmp_path)


def test_one_wrong_file_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "good.toml")
    write(tmp_path, "?", "bad.toml")
    problems: list[SourceError] = []
    assert [source.source_id for source in read_sources(tmp_path, problems=problems)] == ["good"]
    assert len(problems) == 1
    assert str(problems[0]).startswith("bad.toml: not TOML")
    assert [source.source_id for source in read_sources(tmp_path, ["good"])] == ["good"]


def test_a_listing_belongs_to_one_source(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "a.toml")
    write(tmp_path, GOOD, "b.toml")
    with pytest.raises(SourceError, match=r"b\.toml: listing: https://www\.example\.org/world is a listing of a"):
        read_sources(tmp_path)
    problems: list[SourceError] = []
    assert [source.source_id for source in read_sources(tmp_path, problems=problems)] == ["a"]


# --- what belongs to a source


@pytest.mark.parametrize(
    ("url", "owned"),
    [
        ("https://www.example.org/a", True),
        ("https://m.example.org/a", True),
        ("http://example.org:8080/a", True),
        ("https://example.net/a", True),
        ("https://www.example.net/a", True),
        ("https://notexample.net/a", False),
        ("https://example.org.evil.test/a", False),
        ("https://www.example.com/a", False),
    ],
)
def test_owns_its_site_and_its_hosts(tmp_path: Path, url: str, owned: bool) -> None:
    assert read_source(write(tmp_path, EVERYTHING)).owns(url) is owned


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://www.example.org/world/2026/a", None),
        ("https://www.example.com/world/2026/a", "other host: www.example.com"),
        ("https://www.example.org/world/2026/live/a", "[article] skip /live/"),
        ("https://www.example.org/sport/2026/a", "no [article] url pattern matches"),
    ],
)
def test_refuses_with_a_reason(tmp_path: Path, url: str, reason: str | None) -> None:
    assert read_source(write(tmp_path, EVERYTHING)).refuses(url) == reason


def test_loopback_papers_are_told_apart(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, GOOD.replace("https://www.example.org", "http://127.0.0.1:8000")))
    assert source.refuses("http://127.0.0.1:8000/world/a") is None
    assert source.refuses("http://127.0.0.2:8000/world/a") == "other host: 127.0.0.2"


# --- what counts of a listing that is the whole paper

SITEMAP = "https://www.example.org/news-sitemap.xml"
WHOLE_PAPER = f"{GOOD}\n[[listing]]\nurl = '{SITEMAP}'\nkind = 'news-sitemap'\n"


def left_out(folder: Path, scope: str, *categories: str, url: str = "/2026/a", listing: str = SITEMAP) -> str | None:
    source = read_source(write(folder, f"{WHOLE_PAPER}\n{scope}"))
    return source.leaves_out(Link(f"https://www.example.org{url}", categories=list(categories)), listing)


def test_without_a_scope_everything_counts(tmp_path: Path) -> None:
    assert left_out(tmp_path, "") is None
    assert not read_source(write(tmp_path, WHOLE_PAPER)).scope


def test_a_section_needs_no_scope(tmp_path: Path) -> None:
    listing = "https://www.example.org/world"
    assert left_out(tmp_path, "[scope]\npath = ['/world/']", url="/sport/a", listing=listing) is None


def test_path_or_category_say_that_it_counts(tmp_path: Path) -> None:
    scope = "[scope]\npath = ['/world/', '/africa/']\ncategory = ['À l’étranger', 'Monde']"
    assert left_out(tmp_path, scope, url="/africa/a") is None
    assert left_out(tmp_path, scope, "Politique", "A L'ETRANGER") is None
    assert left_out(tmp_path, scope, "Actualités › Monde") is None
    assert left_out(tmp_path, scope, "Sport", "Monde du cheval") == "outside the scope: category Sport, Monde du cheval"
    assert left_out(tmp_path, scope) == "outside the scope: no [scope] path matches"
    assert left_out(tmp_path, "[scope]\ncategory = ['World']") == "outside the scope: no [scope] category is given"


def test_only_the_page_tells_its_breadcrumb(tmp_path: Path) -> None:
    assert left_out(tmp_path, "[scope]\ncategory = ['World']\nbreadcrumb = ['World']", "Sport") is None
