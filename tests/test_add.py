"""`worlddesk add` on the invented newspaper, whole and broken: what it finds, writes, keeps and refuses."""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from pathlib import Path

import pytest
from crawls import Desk

from crawler.catalogue import read_source
from crawler.cli import main
from crawler.demo.server import Newsstand

NEW = re.compile(rb'<link rel="alternate"[^>]*>')


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def told(desk: Desk, *arguments: str, code: int = 0):
    said = desk.run("add", *arguments, "--json")
    assert said.returncode == code, said.stderr
    return json.loads(said.stdout), said.stderr


def taken(record) -> dict[str, str]:
    return {listing["url"].rpartition(":")[2].partition("/")[2]: listing["kind"]
            for listing in record["listings"] if listing["is_taken"]}  # fmt: skip


def left(record) -> dict[str, str]:
    return {listing["url"].rpartition(":")[2].partition("/")[2]: listing["says"]
            for listing in record["listings"] if not listing["is_taken"]}  # fmt: skip


def without_feeds(stand: Newsstand) -> None:
    for path in ("/", "/international/"):
        body = NEW.sub(b"", stand.paper[path].body).replace(b'<a href="/rss.xml">RSS</a>', b"")
        stand.replace(path, body, "text/html; charset=utf-8")
    stand.replace("/robots.txt", b"User-agent: *\nAllow: /\n")


def json_feed(stand: Newsstand, section: str) -> bytes:
    items = [
        {"id": article.slug, "url": stand.paper.site.address(article), "title": article.headline,
         "date_published": article.published.isoformat()}
        for article in stand.paper.articles if article.section.slug == section
    ]  # fmt: skip
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Flux", "items": items}).encode()


# --- the whole paper


@pytest.fixture(scope="module")
def added(tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("add"))
    with Newsstand() as stand:
        desk.url = stand.url
        desk.said = desk.run("add", stand.url.removeprefix("http://"), "--as", "courier")
        desk.asked = [request.path for request in stand.requests]
        desk.again = desk.run("add", stand.url)
        desk.edition = desk.run("add", f"{stand.url}/world/", "--as", "courier-en")
        desk.same_id = desk.run("add", stand.second_url, "--as", "courier")
        desk.checked = desk.run("check", "--json")
        desk.crawled = desk.run("crawl", "courier", "--json")
    return desk


def test_the_file_is_a_source_that_answers_and_is_crawled(added):
    assert added.said.returncode == 0, added.said.stderr
    source = read_source(added.sources / "courier.toml")
    assert (source.name, source.home) == ("Le Courrier du Méridien", f"{added.url}/")
    assert (source.country, source.language, source.timezone) == ("FR", "fr", "Europe/Paris")
    assert [(listing.kind, listing.url.removeprefix(added.url), listing.section) for listing in source.listings] == [
        ("section", "/international/", "International"),
        ("feed", "/international/rss.xml", "International"),
        ("news-sitemap", "/news-sitemap.xml", None),
    ]
    assert source.scope.path == ("/international/",)
    assert all((listing.evidence or "").startswith("answered: 20") for listing in source.listings)
    assert (source.expect.links, source.expect.body) == (26, 0.9)
    assert {one["source_id"]: one["status"] for one in json.loads(added.checked.stdout)}["courier"] == "ok"
    counts = json.loads(added.crawled.stdout)["counts"]
    assert (added.crawled.returncode, counts["new"], counts["failed"]) == (0, 6, 0)


def test_the_file_reads_as_the_others_do(added):
    text = (added.sources / "courier.toml").read_text("utf-8")
    assert text.startswith('name     = "Le Courrier du Méridien"\nhome     = ')
    assert 'country  = "FR"  # please check: a guess from the language fr\n' in text
    assert "\n\n[[listing]]\nurl      = " in text
    assert 'evidence = "answered: ' in text
    assert "link «International» on the home page" in text
    assert text.endswith("body  = 0.9\n")


def test_the_evidence_is_shown(added):
    lines = [line.split("\t") for line in added.said.stdout.splitlines()]
    listings = [line for line in lines if line[0] in ("take", "leave")]
    assert [line[:3] for line in listings] == [
        ["leave", "section", "7"], ["take", "section", "6"], ["take", "feed", "6"],
        ["leave", "feed", "30"], ["take", "news-sitemap", "41"],
    ]  # fmt: skip
    assert "in en, the paper in fr: a source of its own" in listings[0][-1]
    assert listings[3][-1] == "the whole paper: 11 of 30 name the world section"
    assert [line[0] for line in lines].count("article") == 3
    assert ["published", "json-ld"] in [[line[0], line[2]] for line in lines if len(line) == 3]
    assert ["country", "FR", "a guess from the language fr"] in lines
    commands = [line[1] for line in lines if line[0] == "next"]
    assert commands[0] == f"worlddesk check courier --sources {added.sources}"
    assert "country FR: a guess from the language fr; please check" in added.said.stderr


def test_it_asks_for_little(added):
    assert len(added.asked) <= 12
    assert len(added.asked) == len(set(added.asked))


def test_a_publisher_is_one_source_unless_it_is_another_edition(added):
    assert (added.again.returncode, added.again.stdout) == (1, "")
    assert "is a source already: Le Courrier du Méridien" in added.again.stderr
    assert "courier.toml" in added.again.stderr
    edition = read_source(added.sources / "courier-en.toml")
    paths = [listing.url.removeprefix(added.url) for listing in edition.listings]
    assert paths == ["/world/", "/world/rss.xml", "/rss.xml"]  # the sitemap is a listing of the first one
    assert edition.scope.path == ("/world/",)
    assert edition.language == "en"
    assert added.same_id.returncode == 1
    assert "courier.toml is there already; choose another id with --as" in added.same_id.stderr


def test_the_fixture_is_read_again_without_a_request(added):
    home = added.sources / "fixtures" / "courier"
    kinds = [page["kind"] for page in json.loads((home / "read.json").read_text("utf-8"))["pages"]]
    assert kinds == ["section", "feed", "news-sitemap", "article", "article", "article"]
    said = added.run("check", "--offline", "courier")
    assert (said.returncode, said.stdout) == (0, "courier\tok\t6 pages: all read as before\n")


def test_what_reads_otherwise_is_told(added, tmp_path):
    desk = Desk(tmp_path)
    home = desk.sources / "fixtures" / "courier"
    home.mkdir(parents=True)
    (desk.sources / "courier.toml").write_bytes((added.sources / "courier.toml").read_bytes())
    for path in (added.sources / "fixtures" / "courier").iterdir():
        (home / path.name).write_bytes(path.read_bytes())
    page = home / "4-article.gz"
    blocks = json.loads((home / "read.json").read_text("utf-8"))["pages"][3]["read"]["blocks"]
    body = gzip.decompress(page.read_bytes()).replace(blocks[0]["text"].encode(), b"Rewritten in the night.")
    page.write_bytes(gzip.compress(body))
    said = desk.run("check", "--offline", "--json")
    [record] = json.loads(said.stdout)
    assert (said.returncode, record["status"], record["message"]) == (1, "degraded", "6 pages: 1 read otherwise")
    assert {difference["field"] for difference in record["differences"]} >= {"blocks"}
    assert "\t+\tRewritten in the night." in desk.run("check", "--offline").stdout
    page.write_bytes(b"\x1f\x8b broken")
    assert "cannot be read" in desk.run("check", "--offline").stdout


# --- from other beginnings


def test_an_article_leads_to_its_paper(stand, desk):
    article = next(one for one in stand.paper.articles if one.section.slug == "international")
    record, _ = told(desk, stand.paper.site.address(article), "--dry-run")
    assert "international/" in taken(record)
    assert record["path"] is None
    assert not desk.sources.exists()
    assert tomllib.loads(record["toml"])["home"] == f"{stand.url}/"


def test_a_feed_leads_to_its_paper(stand, desk):
    record, _ = told(desk, f"{stand.url}/world/rss.xml", "--dry-run")
    assert taken(record)["world/rss.xml"] == "feed"
    assert record["home"] == f"{stand.url}/"


def test_a_page_that_the_person_names_needs_no_name(stand, desk):
    record, _ = told(desk, f"{stand.url}/climat/", "--dry-run")
    assert record["listings"][0]["says"] == "you named it"
    assert 'section  = "Climat"' in record["toml"]


def test_a_paper_without_feeds_and_sitemap(stand, desk):
    without_feeds(stand)
    record, _ = told(desk, stand.url, "--dry-run")
    assert taken(record) == {"international/": "section"}


def test_a_json_feed(stand, desk):
    without_feeds(stand)
    declared = b'<link rel="alternate" type="application/feed+json" href="/flux.json"></head>'
    body = stand.page(stand.url, "/international/").body.replace(b"</head>", declared)
    stand.replace("/international/", body, "text/html; charset=utf-8")
    stand.replace("/flux.json", json_feed(stand, "international"), "application/feed+json")
    record, _ = told(desk, stand.url, "--dry-run")
    assert taken(record) == {"international/": "section", "flux.json": "feed"}


def test_only_a_sitemap_that_the_person_names(stand, desk):
    stand.replace("/", b"<html lang=fr><head><title>Courrier</title></head><body><p>Bienvenue</p></body></html>",
                  "text/html")  # fmt: skip
    record, stderr = told(desk, stand.url, "--dry-run", code=1)
    assert taken(record) == {}
    assert "the whole paper" in record["refusal"]
    assert "the whole paper" in stderr
    record, _ = told(desk, f"{stand.url}/news-sitemap.xml", "--dry-run")
    assert taken(record) == {"news-sitemap.xml": "news-sitemap"}
    assert any("is the whole paper, and all of it is taken" in warning for warning in record["warnings"])


def test_a_sitemap_within_an_index(stand, desk):
    index = "".join(f"<sitemap><loc>{stand.url}/{name}.xml</loc></sitemap>" for name in ("pages", "news-sitemap"))
    stand.replace("/all.xml", f"<sitemapindex>{index}</sitemapindex>".encode(), "application/xml")
    stand.replace("/robots.txt", f"User-agent: *\nSitemap: {stand.url}/all.xml\n".encode())
    record, _ = told(desk, stand.url, "--dry-run")
    assert taken(record)["news-sitemap.xml"] == "news-sitemap"
    assert "pages.xml" not in left(record)


def test_a_stale_feed_is_left(stand, desk):
    old = re.sub(
        rb"<pubDate>[^<]*", b"<pubDate>Tue, 06 Oct 2020 07:00:00 GMT", stand.paper["/international/rss.xml"].body
    )
    stand.replace("/international/rss.xml", old, "application/rss+xml")
    record, _ = told(desk, stand.url, "--dry-run")
    assert left(record)["international/rss.xml"] == "is stale: its newest article is of 2020-10-06"
    assert "international/" in taken(record)


def test_reserved_pages_are_said_and_not_kept(stand, desk):
    for article in stand.paper.articles:
        path = stand.paper.path(article)
        body = stand.paper[path].body.replace(b"<head>", b'<head><meta name="tdm-reservation" content="1">')
        stand.replace(path, body, "text/html; charset=utf-8")
    record, _ = told(desk, stand.url)
    assert any("reserve text and data mining" in warning for warning in record["warnings"])
    assert "# 3 of 3 articles reserve text and data mining" in Path(record["path"]).read_text("utf-8")
    kept = json.loads((Path(record["fixture"]) / "read.json").read_text("utf-8"))["pages"]
    assert "article" not in {page["kind"] for page in kept}


# --- refused


WALL = b"<html><head><title>Just a moment...</title></head><body><p>Checking your browser</p></body></html>"


def forbidden(stand: Newsstand) -> str:
    stand.replace("/robots.txt", b"User-agent: *\nDisallow: /\n")
    return stand.url


def wall(stand: Newsstand) -> str:
    stand.replace("/", WALL, "text/html")
    return stand.url


def dead(stand: Newsstand) -> str:
    return "http://127.0.0.1:1"


def elsewhere(stand: Newsstand) -> str:
    return f"{stand.url}/partenaires/harbour-post"


def no_page(stand: Newsstand) -> str:
    stand.replace("/", b"\x00\x01", "video/mp4")
    return stand.url


def no_section(stand: Newsstand) -> str:
    return stand.second_url


def undated(stand: Newsstand) -> str:
    text = (
        "<p>"
        + "We sell the finest ropes of the bay, and everything that a boat may ever need in a storm. " * 9
        + "</p>"
    )
    shop = "".join(f'<li><a href="/world/our-offer-of-the-week-number-{n}">Our offer of the week number {n}</a></li>'
                   for n in range(9))  # fmt: skip
    stand.replace("/robots.txt", b"")
    stand.replace("/", b'<html lang="en"><body><nav><a href="/world/">World</a></nav></body></html>', "text/html")
    stand.replace("/world/", f'<html lang="en"><body><h1>World</h1><ul>{shop}</ul></body></html>'.encode(), "text/html")
    for n in range(9):
        head = f"<html lang=en><head><title>Offer {n}</title></head>"
        page = f"{head}<body><article><h1>Offer {n}</h1><p>{text}</p></article></body>"
        stand.replace(f"/world/our-offer-of-the-week-number-{n}", page.encode(), "text/html")
    return stand.url


def textless(stand: Newsstand) -> str:
    for article in stand.paper.articles:
        stand.replace(stand.paper.path(article), b"<html><body><h1>Nothing</h1></body></html>", "text/html")
    return stand.url


@pytest.mark.parametrize(
    ("breaks", "reason"),
    [
        (forbidden, "cannot be read: robots.txt forbids this address"),
        (wall, "challenge page"),
        (dead, "robots.txt is out of reach"),
        (elsewhere, "redirects to 127.0.0.2, which is not a host of this source"),
        (no_page, "video/mp4 is not a page"),
        (no_section, "no listing with 5 articles or more of the world section"),
        (undated, "not a newspaper"),
        (textless, "articles gives a text"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_cannot_be_read_is_refused_with_the_reason(stand, desk, breaks, reason):
    said = desk.run("add", breaks(stand))
    assert said.returncode == 1
    assert reason in said.stderr
    assert "Traceback" not in said.stderr
    assert not desk.sources.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nonsense"], 2, "nonsense is no address"),
        (["ftp://example.org/"], 2, "ftp://example.org/ is no address"),
        (["example.org", "--as", "Big Name"], 2, "--as Big Name: a source's id is made of a-z"),
        (["https://www.example.org/world"], 2, "WORLDDESK_CONTACT"),
        ([], 2, "Missing argument 'URL'"),
    ],
)
def test_wrong_use_is_a_message(desk, arguments, code, message):
    said = desk.run("add", *arguments)
    assert (said.returncode, said.stdout) == (code, "")
    assert message in said.stderr
    assert not desk.sources.exists()


def test_an_installed_package_is_no_place_for_a_source(monkeypatch, tmp_path):
    from click.testing import CliRunner

    from crawler import paths

    monkeypatch.setattr(paths, "ROOT", tmp_path)
    said = CliRunner().invoke(main, ["add", "example.org"])
    assert said.exit_code == 2
    assert "give a folder of your own with --sources" in said.stderr
