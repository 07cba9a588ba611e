"""The benches measure what they say: the newsroom serves as real sites do, the accounting finds what is lost."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from crawler.catalogue import read_sources
from crawler.urls import canonical

PARAGRAPHS = {
    "courier-1": "The ferry between the two islands will run again from Monday, the harbour office said in a note.",
    "courier-2": "Three bakers of the old town have joined their ovens, and the queue now reaches round the corner.",
    "phare-1": "Le phare du nord restera allumé toute la nuit, a décidé le conseil après une longue discussion.",
}
WORDS = {
    "courier-1": "Passengers had waited for four weeks while the landing stage was rebuilt after the spring storm.",
    "courier-2": "They share the flour, the wood and the night shift, and none of them wants to go back to before.",
    "phare-1": "Les pêcheurs avaient demandé cette mesure depuis la tempête qui avait emporté deux barques au large.",
}
GOLD = [
    ("courier-1", "The Courier", "uk", "en", "https://www.courier.example/world/ferry-runs-again-after-storm-10001"),
    ("courier-2", "The Courier", "uk", "en", "https://www.courier.example/world/bakers-join-their-ovens-10002?cmp=rss"),
    ("phare-1", "Le Phare", None, "fr", "https://lephare.example.fr/monde/le-phare-restera-allume-20001"),
]


@pytest.fixture(scope="module")
def bench() -> Iterator[dict[str, ModuleType]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).resolve().parent.parent / "bench"))
        yield {name: import_module(name) for name in ("newsroom", "crawl")}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented corpus of the real one's build: three articles of two papers."""
    folder = tmp_path_factory.mktemp("corpus") / "articles"
    (folder / "pages").mkdir(parents=True)
    lines = []
    for number, (page_id, publisher, country, language, url) in enumerate(GOLD):
        headline = url.rpartition("/")[2].partition("?")[0].rpartition("-")[0].replace("-", " ").capitalize()
        gold = {
            "id": page_id, "set": "hand", "publisher": publisher, "country": country, "lang": language, "url": url,
            "headline": None if page_id == "courier-2" else headline, "headline_alt": None, "standfirst": None,
            "body": f"{PARAGRAPHS[page_id]}\n{WORDS[page_id]}", "published": f"2026-10-0{number + 1}T07:12:00+00:00",
        }  # fmt: skip
        lines.append(json.dumps(gold))
        (folder / "pages" / f"{page_id}.html.gz").write_bytes(gzip.compress(article(gold, headline).encode()))
    (folder / "gold.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def article(gold: dict[str, Any], headline: str) -> str:
    text = "".join(f"<p>{line}</p>" for line in gold["body"].split("\n") * 2)
    return f"""<!DOCTYPE html><html lang="{gold["lang"]}"><head><title>{headline}</title>
<link rel="canonical" href="{gold["url"]}">
<meta property="article:published_time" content="{gold["published"]}">
<script>let page = {{"name": ">{"x" * 90}"}};</script></head>
<body><main><article><h1>{headline}</h1>{text}</article></main></body></html>"""


@pytest.fixture(scope="module")
def room(bench: dict[str, ModuleType], corpus: Path) -> Iterator[Any]:
    with bench["newsroom"].newsroom(corpus, copies=2) as room:
        yield room


def ask(room: Any, address: str, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    client = http.client.HTTPConnection(address, room.port, timeout=5)
    try:
        client.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = client.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        client.close()


def test_each_publisher_is_a_site_of_its_own(room: Any) -> None:
    assert [(site.slug, site.name, site.country, site.timezone) for site in room.sites] == [
        ("courier-example", "The Courier", "GB", "Europe/London"),
        ("lephare-example-fr", "Le Phare", "FR", "Europe/Paris"),
    ]
    assert len({site.address for site in room.sites}) == 2
    assert [len(site.pages) for site in room.sites] == [4, 2]


def test_country_of_a_publisher(bench: dict[str, ModuleType]) -> None:
    country = bench["newsroom"]._country
    assert country({"country": "isl", "lang": "is"}, "paper.example") == "IS"
    assert country({"country": None, "lang": "pt"}, "paper.com") == "BR"
    assert country({"country": None, "lang": "fr"}, "paper.com") == "FR"


def test_sources_are_valid(room: Any, tmp_path: Path) -> None:
    room.write_sources(tmp_path / "sources")
    sources = read_sources(tmp_path / "sources")
    assert [source.source_id for source in sources] == ["courier-example", "lephare-example-fr"]
    assert [listing.kind for listing in sources[0].listings] == ["section", "feed", "news-sitemap"]
    by_id = {source.source_id: source for source in sources}
    assert [by_id[site.slug].refuses(address) for site, _, address in room.addresses()] == [None] * 6


def test_pages_are_served_as_they_are(room: Any, corpus: Path) -> None:
    for site, page, _ in room.addresses():
        status, headers, body = ask(room, site.address, page.path, Accept_Encoding="gzip, br")
        assert (status, headers["content-encoding"]) == (200, "gzip")
        assert headers["content-type"] == "text/html; charset=utf-8"
        original = (corpus / "pages" / f"{page.page_id}.html.gz").read_bytes()
        assert (body == original) == (page.edition == 1)
        plain = ask(room, site.address, page.path)[2]
        assert plain == gzip.decompress(body)


def test_copies_have_other_words_and_the_same_scripts(room: Any) -> None:
    site = room.sites[1]
    first, second = (ask(room, site.address, page.path)[2].decode() for page in site.pages)
    assert first.count("Edition 2.") == 0
    assert second.count("Edition 2.</p>") == 4
    assert second.partition("</script>")[0] == first.partition("</script>")[0]


@pytest.mark.parametrize("path", ["/latest", "/feed.xml", "/news-sitemap.xml"])
def test_every_listing_announces_every_page(room: Any, path: str) -> None:
    for site in room.sites:
        status, _, body = ask(room, site.address, path)
        text = body.decode()
        assert status == 200
        assert all(page.path in text for page in site.pages)
        assert all(page.path.rpartition("/")[2].partition("-")[0].capitalize() in text for page in site.pages)


def test_headline_that_the_corpus_lacks_comes_from_the_page(room: Any) -> None:
    assert b"<title>Bakers join their ovens</title>" in ask(room, room.sites[0].address, "/feed.xml")[2]


def test_robots_and_strangers(room: Any) -> None:
    address = room.sites[0].address
    assert b"Sitemap: http://" in ask(room, address, "/robots.txt")[2]
    assert ask(room, address, "/nowhere")[0] == 404
    assert ask(room, address, "/latest", "POST")[0] == 405
    status, headers, body = ask(room, address, "/latest", "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 0


def test_a_page_that_has_not_changed_is_not_sent_again(room: Any) -> None:
    site = room.sites[0]
    headers = ask(room, site.address, site.pages[0].path)[1]
    assert headers["last-modified"] == "Thu, 01 Oct 2026 07:12:00 GMT"
    for name, value in (("If_None_Match", headers["etag"]), ("If_Modified_Since", headers["last-modified"])):
        assert ask(room, site.address, site.pages[0].path, **{name: value})[::2] == (304, b"")
    stale = {"If_None_Match": '"other"', "If_Modified_Since": headers["last-modified"]}
    assert ask(room, site.address, site.pages[0].path, **stale)[0] == 200


def test_canonical_forms_of_an_address_reach_the_page(room: Any) -> None:
    for site, page, address in room.addresses():
        path = canonical(address).partition(site.address)[2].partition("/")[2]
        assert ask(room, site.address, f"/{path}")[2] == ask(room, site.address, page.path)[2]


def test_query_chooses_between_pages_of_one_path(bench: dict[str, ModuleType]) -> None:
    newsroom = bench["newsroom"]
    one, two = (newsroom.resource("text/html", gzip.compress(body)) for body in (b"one", b"two"))
    table: Any = {}
    site = newsroom.Site("a", "A", "127.0.1.1", "GB", "en", "UTC")
    newsroom._add(table, site, "/view?id=1&page=", one)
    newsroom._add(table, site, "/view?id=2&page=", two)
    assert newsroom.find(table, "127.0.1.1", "/view?page=&id=2") is two
    assert newsroom.find(table, "127.0.1.1", "/view/?id=1&utm_source=x") is one
    assert newsroom.find(table, "127.0.1.2", "/view?id=1") is None


# ---------------------------------------------------------------- accounting


def test_costs_are_by_the_article_and_start_up_can_be_taken_off(bench: dict[str, ModuleType]) -> None:
    crawl = bench["crawl"]
    whole = {"ours": [crawl.Usage(3.0, 4.0, 90.0), crawl.Usage(5.0, 5.0, 110.0), crawl.Usage(4.0, 8.0, 100.0)]}
    small = {"ours": [crawl.Usage(1.0, 1.0, 60.0)] * 3}
    assert crawl.costs(whole, small, pages=100, small_pages=25)["ours"] == {
        "cpu_ms": 40.0,
        "further_ms": 40.0,
        "articles_per_s": 20.0,
        "peak_mb": 110.0,
    }


def test_spending_counts_a_process_and_fails_with_its_last_words(bench: dict[str, ModuleType], tmp_path: Path) -> None:
    crawl = bench["crawl"]
    busy = "import time\nwhile time.process_time() < 0.2: pass"
    assert crawl.spend([sys.executable, "-c", busy], {}, tmp_path / "log").cpu_s >= 0.2
    with pytest.raises(crawl.ContenderFailed, match=r"ended with 1:\s+no paper today"):
        crawl.spend([sys.executable, "-c", "import sys; sys.exit('no paper today')"], {}, tmp_path / "log")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "news.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript("""
            CREATE TABLE urls (url TEXT, state TEXT, reason TEXT, article_id INTEGER);
            CREATE TABLE fetches (fetch_id INTEGER);
            CREATE TABLE articles (article_id INTEGER, headline TEXT, standfirst TEXT, published_at TEXT);
            CREATE TABLE article_texts (article_id INTEGER, body_text TEXT);
            INSERT INTO urls VALUES ('http://127.0.1.1:80/a', 'article', 'read, 9 words', 1),
                ('http://127.0.1.1/a', 'article', 'read, 9 words', 1), ('http://127.0.1.1/b', 'empty', 'no text', NULL),
                ('http://127.0.1.1/c', 'new', 'announced', NULL),
                ('http://127.0.1.1/e', 'article', 'metadata only: reserved', 1);
            INSERT INTO fetches VALUES (1), (2), (3);
            INSERT INTO articles VALUES (1, 'Ferry runs', 'At last.', NULL);
            INSERT INTO article_texts VALUES (1, 'From Monday.');
        """)
    db.close()
    return path


def test_a_page_never_fetched_or_never_heard_of_is_lost(bench: dict[str, ModuleType], ledger: Path) -> None:
    addresses = [f"http://127.0.1.1/{name}" for name in "abcde"]
    found = bench["crawl"].account(ledger, addresses)
    assert found.lost == addresses[2:4]
    assert found.withheld == addresses[4:]
    assert found.states == {"article": 2, "empty": 1}
    assert found.reasons == {"empty: no text": 1, "article: metadata only: reserved": 1}
    assert found.exchanges == 3


def test_shares_count_what_is_stored(bench: dict[str, ModuleType], ledger: Path) -> None:
    crawl = bench["crawl"]
    stored = crawl.stored_by_ours(ledger)
    assert stored["http://127.0.1.1/a"] == crawl.Stored("Ferry runs", "At last.", "From Monday.", None)
    shares = crawl.shares(stored, ["http://127.0.1.1/a", "http://127.0.1.1/b"])
    assert shares == {"headline": 0.5, "body": 0.5, "published": 0.0}


def test_bodies_are_judged_by_the_scorer_beside_the_corpus(
    bench: dict[str, ModuleType], corpus: Path, room: Any, tmp_path: Path
) -> None:
    crawl = bench["crawl"]
    (tmp_path / "articles").symlink_to(corpus)
    (tmp_path / "score_articles.py").write_text(
        "def score_page(gold, found):\n"
        "    said = [block['text'] for block in found.get('blocks', [])]\n"
        "    return said == gold['body'].splitlines()\n"
        "def aggregate(rows):\n"
        "    return {'body_f1': sum(rows) / len(rows)}\n"
    )
    pages = [(page, address) for _, page, address in room.addresses()]
    stored = {
        address: crawl.Stored("", None, f"{PARAGRAPHS[page.page_id]}\n\n{WORDS[page.page_id]}", None)
        for page, address in pages
        if page.page_id != "courier-2"
    }
    assert crawl.body_f1(tmp_path / "articles", stored, pages) == pytest.approx(2 / 3)
    assert crawl.body_f1(tmp_path / "articles", stored, pages[:1]) == 1


@pytest.mark.parametrize("script", ["newsroom.py", "crawl.py"])
def test_without_a_corpus_the_remedy_is_named(root: Path, tmp_path: Path, script: str) -> None:
    environment = os.environ | {"WORLDDESK_CORPUS": str(tmp_path)}
    command = [sys.executable, str(root / "bench" / script)]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert told.stderr.endswith("no gold.jsonl there; say where the corpus is with WORLDDESK_CORPUS\n")


def test_faults_are_lost_pages_and_too_much_cpu(bench: dict[str, ModuleType]) -> None:
    faults = bench["crawl"].faults
    told = {"lost": [], "costs": {"ours": {"cpu_ms": 20.0}, "naive": {"cpu_ms": 40.0}}}
    assert faults(told, None) == faults(told, 0.6) == []
    assert len(faults(told | {"lost": ["http://127.0.1.1/c"]}, 0.4)) == 2


def test_the_whole_bench_over_an_invented_corpus(bench: dict[str, ModuleType], room: Any, tmp_path: Path) -> None:
    crawl = bench["crawl"]
    told = crawl.measure(room, tmp_path, runs=1)
    assert (told["pages"], told["sites"], told["lost"]) == (6, 2, [])
    assert told["states"] == {"article": 6}
    assert told["stored"]["ours"] == {"headline": 1.0, "body": 1.0, "published": 1.0, "body_f1": None}
    assert set(told["costs"]) == {"floor", "scrapy", "naive", "ours"}
    lines = crawl.report(told)
    assert all(label in lines for label in crawl.LABELS.values())
