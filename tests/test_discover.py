"""Dispatch by kind, machine interface, walls, and the figures on the corpus."""

import gzip
import importlib.util
import json
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from crawler.discover import KINDS, links, links_lines
from crawler.discover.dates import day_in, instant
from crawler.discover.document import LARGEST, MOST_LINKS
from crawler.discover.titles import repaired, shown
from crawler.errors import PageError

URL = "https://courier.example/world"
FEED = """<rss version="2.0"><channel><item><title>Harbour reopens</title>
<link>https://courier.example/a/1</link></item></channel></rss>"""
CHALLENGE = "<html><head><title>Just a moment...</title></head><body><p>Checking</p></body></html>"


def test_discovery_loads_nothing_of_extraction():
    code = "import sys, crawler.discover; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "crawler.page" in loaded
    assert [name for name in loaded if name.startswith(("crawler.extract", "trafilatura"))] == []


PLACES = [f"https://courier.example/world/harbour-reopens-after-the-storm-{number}" for number in range(MOST_LINKS + 7)]
LONG_LISTINGS = {
    "section": "".join(f"<h2><a href='{place}'>Harbour reopens after the long storm</a></h2>" for place in PLACES),
    "feed": "<rss><channel>" + "".join(f"<item><link>{place}</link></item>" for place in PLACES) + "</channel></rss>",
    "json feed": json.dumps({"items": [{"url": place} for place in PLACES]}),
    "news-sitemap": "<urlset>" + "".join(f"<url><loc>{place}</loc></url>" for place in PLACES) + "</urlset>",
}


@pytest.mark.parametrize("name", LONG_LISTINGS)
def test_a_listing_that_is_cut_says_how_many_links_it_holds(name):
    found = links(LONG_LISTINGS[name].encode(), URL, name.removeprefix("json "))
    assert len(found) == found[-1].rank == MOST_LINKS
    assert found.announced == MOST_LINKS + 7


@pytest.mark.parametrize("kind", ["feed", "json feed", "news-sitemap", "section"])
def test_a_listing_that_is_not_cut_holds_what_was_read(kind):
    content = {
        "feed": FEED.replace("</channel>", "<item><link>https://courier.example/a/1</link></item></channel>"),
        "json feed": json.dumps({"items": [{"url": PLACES[0]}, {"url": PLACES[0]}, {}]}),
        "news-sitemap": f"<urlset>{f'<url><loc>{PLACES[0]}</loc></url>' * 2}</urlset>",
        "section": "".join(f"<h2><a href='{place}'>Harbour reopens after the storm</a></h2>" for place in PLACES[:9])
        * 2,
    }[kind]
    found = links(content.encode(), URL, kind.removeprefix("json "))
    assert found.announced == len(found) == (9 if kind == "section" else 1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty answer"),
        (b" \n ", "empty answer"),
        (CHALLENGE.encode(), "challenge page"),
        (b"<!doctype html><title>Client Challenge</title><body>x", "challenge page"),
        (b"<html><body><div class='px-captcha'></div></body></html>", "challenge page"),
        (b"<html><head><title>Before you continue</title></head><body>x</body></html>", "consent page"),
        (gzip.compress(FEED.encode())[:-12], "cut gzip"),
        (b"\x1f\x8bnonsense", "broken gzip"),
        (b"%PDF-1.4 text", ""),
        (b"\x00\x01\x02\x03" * 50, ""),
    ],
)
def test_what_is_no_listing_says_why(kind, content, reason):
    with pytest.raises(PageError, match=f"^{reason}") as caught:
        links(content, URL, kind)
    assert caught.value.stage == "listing"


@pytest.mark.parametrize("kind", ["feed", "news-sitemap"])
def test_html_is_neither_feed_nor_sitemap(kind):
    page = "<!-- a comment --><!DOCTYPE html><html><body>" + "<a href='/x'>x</a>" * 20 + "</body></html>"
    with pytest.raises(PageError, match=r"^HTML page instead of a"):
        links(page.encode(), URL, kind)


def test_a_page_with_links_may_speak_of_captchas():
    page = "<html><body><p>h-captcha</p>" + "".join(
        f"<h2><a href='/world/harbour-reopens-after-storm-{n}'>Harbour reopens after storm number {n}</a></h2>"
        for n in range(20)
    )
    assert len(links(page.encode(), URL, "section")) == 20


def test_a_bomb_is_refused_without_being_unpacked():
    bomb = zlib.compressobj(9, wbits=31)
    content = b"".join(bomb.compress(b" " * 1024**2) for _ in range(LARGEST // 1024**2 + 2)) + bomb.flush()
    with pytest.raises(PageError, match="more than 64 MB"):
        links(content, URL, "feed")


def test_lines_answer_each_line(tmp_path: Path):
    plain, packed = tmp_path / "feed.xml", tmp_path / "feed.xml.gz"
    plain.write_text(FEED)
    packed.write_bytes(gzip.compress(FEED.encode()))
    asked = [
        {"id": 1, "url": URL, "kind": "feed", "path": str(plain)},
        {"id": "b", "url": URL, "kind": "rss", "path": str(packed)},
        {"id": 3, "url": URL, "kind": "poem", "path": str(plain)},
        {"id": 4, "url": URL, "kind": "feed", "path": str(tmp_path / "none.xml")},
        {"id": 5, "url": URL, "kind": "feed"},
        {"id": 6, "url": URL, "kind": "sitemap", "path": str(plain)},
    ]
    lines = [*map(json.dumps, asked), "", "{broken", "[]", '{"id": 9, "url": 1, "kind": "feed", "path": 7}']
    answers = [json.loads(line) for line in links_lines(lines)]
    article = {"url": "https://courier.example/a/1", "title": "Harbour reopens", "published": None, "rank": 1}
    assert [answer["id"] for answer in answers] == [1, "b", 3, 4, 5, 6, None, None, 9]
    assert answers[0]["links"] == answers[1]["links"] == [article]
    assert all(answer["links"] == [] and answer["error"] for answer in answers[2:])
    assert "poem" in answers[2]["error"]
    assert "path" in answers[4]["error"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("charset", ["windows-1251", "KOI8-R", "iso-8859-5"])
def test_the_charset_of_the_http_head_decides_where_nothing_else_says_it(kind, charset):
    place, title = "https://courier.example/world/2026/garavan-otkryta-posle-shtorma", "Гавань открыта после шторма"
    content = {
        "section": f"<body><h2><a href='{place}'>{title}</a></h2><h2><a href='{place}-2'>{title} снова</a></h2>",
        "feed": f"<rss><channel><item><title>{title}</title><link>{place}</link></item></channel></rss>",
        "news-sitemap": f"<urlset><url><loc>{place}</loc><news><title>{title}</title></news></url></urlset>",
    }[kind]
    assert links(content.encode(charset), "https://courier.example/world", kind, charset)[0].title == title


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Tue, 17 Feb 2026 20:37:00 +0000", "2026-02-17T20:37:00Z"),
        ("Tue, 17 Feb 2026 20:37:00 GMT", "2026-02-17T20:37:00Z"),
        ("17 Feb 26 20:37 EST", "2026-02-18T01:37:00Z"),
        ("Seg, 24 Set 2018 19:42:40 -0300", "2018-09-24T22:42:40Z"),
        ("mar., 5 déc. 2023 08:00:00 +0100", "2023-12-05T07:00:00Z"),
        ("5 juillet 2023 08:00:00 +0200", "2023-07-05T06:00:00Z"),
        ("Вт, 15 янв 2019 10:00:00 +0300", "2019-01-15T07:00:00Z"),
        ("Mo, 4. März 2024 12:00 MEZ", "2024-03-04T11:00:00Z"),
        ("12 de octubre de 2021, 10:00 GMT", "2021-10-12T10:00:00Z"),
        ("Mon, 07 Jan 2019 09:00:00 GMT+9", "2019-01-07T00:00:00Z"),
        ("Mon, 07 Jan 2019 09:00:00 UTC-05:30", "2019-01-07T14:30:00Z"),
        ("January 7, 2019 3:05 PM GMT", "2019-01-07T15:05:00Z"),
        ("Jan 7, 2019, 12:05 a.m. GMT", "2019-01-07T00:05:00Z"),
        ("2019-01-07T09:00:00.123+0900", "2019-01-07T00:00:00Z"),
        ("2019-01-07T23:59:60Z", "2019-01-07T23:59:59Z"),
        ("2019/1/7 09:00:00 +09:00", "2019-01-07T00:00:00Z"),
        ("2019年1月7日", "2019-01-07"),
        ("2019-01-07T09:00:00", "2019-01-07"),  # whose nine o'clock?
        ("Mon, 07 Jan 2019 09:00:00 IST", "2019-01-07"),  # India, Israel or Ireland
        ("Mon, 07 Jan 2019", "2019-01-07"),
        ("2019-13-01", None),
        ("31 Feb 2019", None),
        ("32 Foo 2019", None),
        ("2019-01-07T25:00:00Z", None),
        ("2019-01-07T10:00:00+99:00", None),
        ("1970-01-01T00:00:00Z", None),
        ("1970-01-01", None),
        ("9999-12-31T23:59:59Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_instant(written, read):
    assert instant(written) == read


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://courier.example/world/2024/05/12/harbour", "2024-05-12"),
        ("https://courier.example/world/harbour-20240512", "2024-05-12"),
        ("https://courier.example/world/harbour-2024-05-12.html", "2024-05-12"),
        ("https://courier.example/world/harbour_20240512_1030.html", "2024-05-12"),
        ("https://courier.example/world/2024/45/12/harbour", None),
        ("https://courier.example/world/what-2001-09-11-changed", None),
        ("https://courier.example/world/202405121234", None),
        ("https://courier.example/world", None),
    ],
)
def test_day_in(url, day):
    assert day_in(url) == day


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("  Harbour \n reopens ", "Harbour reopens"),
        ("Fish &amp; chips &#8217;n&#8217; peas", "Fish & chips ’n’ peas"),
        ("<b>Har</b>bour<br>reopens", "Harbour reopens"),
        ("5 < 6 > 4", "5 < 6 > 4"),
        ("Har\x00bour\u202e reo\u200bpens", "Harbour reopens"),
        ("  \u200b ", None),
        ("", None),
    ],
)
def test_shown(markup, text):
    assert shown(markup) == text


@pytest.mark.parametrize(
    "text",
    ["La crise à l’été", "Übergröße", "“Obrigação”", "Россия и мир", "東京の天気", "L’Élysée\xa0: réforme", "naïve"],
)
def test_repaired_undoes_double_encoding(text):
    broken = "".join(
        bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in text.encode()
    )
    assert broken != text
    assert repaired(broken) == text
    assert repaired(text) == text


@pytest.mark.parametrize("text", ["LIBERTÉ\xa0: le match", "AÑO NUEVO", "MAÇÃ", "plain", "Ã© and « é »"])
def test_repaired_leaves_the_rest(text):
    assert repaired(text) == text


@pytest.fixture(scope="session")
def bench(request):
    path = Path(__file__).resolve().parent.parent / "bench" / "links.py"
    spec = importlib.util.spec_from_file_location("bench_links", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not (module.corpus() / "listings").is_dir():
        pytest.skip("no corpus of listings beside this checkout (../shared)")
    return module


@pytest.fixture(scope="session")
def figures(bench):
    found, _ = bench.predictions()
    return bench.score(found)


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # of the scorer, which is not ours
@pytest.mark.parametrize("kind", ["section", "home", "homelinks", "rss", "atom", "newsmap", "sitemap"])
def test_floors_on_the_corpus(figures, kind):
    assert figures[kind][3] >= (0.97 if kind in ("section", "home", "homelinks") else 0.999)
