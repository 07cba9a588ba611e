"""The invented newspaper: is it a believable site, is its gold right, does its server do what tests rely on?"""

from __future__ import annotations

import gc
import gzip
import http.client
import json
import re
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import lxml.etree
import lxml.html
import pytest

from crawler.catalogue import read_sources
from crawler.demo import server
from crawler.demo.manuscript import REFRAIN, typeset
from crawler.demo.paper import BASE, HarbourPost, Paper, rubric_page
from crawler.demo.server import Newsstand
from crawler.demo.show import QUERIES, show
from crawler.errors import UsageError

README = (Path(__file__).resolve().parent.parent / "README.md").read_text("utf-8")
FIRST, SECOND = Paper(1), Paper(2)
ARTICLES = {article.slug: article for article in FIRST.articles}
every_article = pytest.mark.parametrize("article", FIRST.articles, ids=lambda article: article.slug)


def squeezed(text):
    return re.sub(r"\s+", " ", text).strip()


def tree(page, charset="utf-8"):
    return lxml.html.document_fromstring(page.body.decode(charset))


# --- the articles


def test_the_paper_speaks_seven_languages():
    spoken = Counter(article.language for article in FIRST.articles)
    assert spoken["fr"] >= 16
    assert spoken["en"] >= 16
    assert all(spoken[language] >= 2 for language in ("de", "es", "ar", "zh", "ja"))


def test_most_articles_are_of_real_length():
    paragraphs = [sum(block.kind == "paragraph" for block in article.blocks) for article in FIRST.articles]
    assert sum(count >= 5 for count in paragraphs) >= 25
    assert min(paragraphs) >= 2  # the paywalled one
    assert any(count in (2, 3) for count in paragraphs)  # briefs


def test_articles_vary_as_real_ones_do():
    tags = Counter(part.tag for article in FIRST.articles for part in article.parts)
    assert all(tags[tag] >= 2 for tag in ("p", "h2", "h3", "strong", "quote", "list", "table", "related"))
    assert {len(article.standfirst) for article in FIRST.articles} == {0, 1, 2}
    assert {article.build for article in FIRST.articles} == {"classic", "wordpress", "modern", "rubric"}
    assert any(len(article.authors) == 2 for article in FIRST.articles)


@every_article
def test_gold_is_whole(article):
    assert article.headline
    assert article.authors
    assert article.tags
    assert article.published <= BASE
    assert article.modified is None or article.published <= article.modified <= BASE
    assert all(block.text == block.text.strip() for block in article.blocks)
    assert not [block for block in article.blocks if re.search(r"[*\[\]#]", block.text)], "a mark was not read"


def test_french_and_english_are_typeset():
    for article in FIRST.articles:
        text = "\n".join([article.headline, *article.standfirst, *(block.text for block in article.blocks)])
        assert "'" not in text
        if article.language == "fr":
            assert not re.search(r" [;:!?»]|« ", text), article.slug
        if article.language == "en":
            assert '"' not in text, article.slug
    assert any("\u202f»" in block.text for block in ARTICLES["detroit-de-halder-les-passeurs"].blocks)


# --- the pages


@every_article
def test_a_page_holds_its_article_in_order(article):
    page = tree(FIRST[FIRST.path(article)], article.charset)
    assert [squeezed(h1.text_content()) for h1 in page.iter("h1")] == [squeezed(article.headline)]
    # Between cells and entries the page has tags where the gold has a space or a line break.
    text = squeezed(" ".join(page.find("body").itertext()))
    place = text.index(squeezed(article.headline))
    for words in [*article.standfirst, *(block.text for block in article.blocks)]:
        plain = squeezed(words)
        found = re.sub(r"(?<=\w) (?=[,.])", "", text).find(plain, place)
        assert found >= place, words
        place = found


@every_article
def test_a_page_says_its_canonical_address(article):
    page = tree(FIRST[FIRST.path(article)], article.charset)
    links = page.xpath('//link[@rel="canonical"]/@href')
    assert links == ([] if article.build == "rubric" else [FIRST.site.address(article)])


@every_article
def test_metadata_is_where_the_house_style_puts_it(article):
    page = tree(FIRST[FIRST.path(article)], article.charset)
    scripts = [json.loads(script.text) for script in page.xpath('//script[@type="application/ld+json"]')]
    times = page.xpath("//time/@datetime")
    if article.build == "wordpress":
        assert not scripts
        assert datetime.fromisoformat(times[0]) == article.published
        return
    nodes = scripts[0].get("@graph", scripts)
    news = next(node for node in nodes if node["@type"] in ("NewsArticle", "OpinionNewsArticle"))
    assert datetime.fromisoformat(news["datePublished"]) == article.published
    assert news["headline"] == article.headline
    assert [author["name"] for author in news["author"]] == list(article.authors)
    assert bool(times) is (article.build != "rubric")


def test_a_page_lies_about_its_charset():
    page = FIRST[FIRST.path(ARTICLES["archives-du-quai-aux-cartes"])]
    assert "UTF-8" in page.content_type
    assert b"iso-8859-1" in page.body
    with pytest.raises(UnicodeDecodeError):
        page.body.decode("utf-8")
    assert "40 000 €" in squeezed(tree(page, "windows-1252").text_content())


def test_the_paywall_shows_a_part():
    article = ARTICLES["grain-that-waited"]
    text = tree(FIRST[FIRST.path(article)]).text_content()
    assert len(article.blocks) < len(article.parts)
    assert article.blocks[-1].text in text
    assert article.parts[-1].plain not in text


def test_arabic_is_set_from_right_to_left():
    assert tree(FIRST["/arabic/"]).get("dir") == "rtl"


def test_links_between_pages_lead_somewhere():
    promised = {"/search", "/subscribe", "/newsletter", "/legal", "/contact"}  # every paper has dead corners
    for path, page in FIRST.items():
        if not page.content_type.startswith("text/html") or not page.body or page.status != 200:
            continue
        for href in lxml.html.document_fromstring(page.body).xpath("//a/@href"):
            target = urlsplit(urljoin(FIRST.url + path, href)).path
            known = target in FIRST or target in promised or target.startswith("/videos/") or "/page/" in target
            assert known or "withdrawn" in target, (path, href)


# --- the listings


@pytest.mark.parametrize("section", FIRST.sections, ids=lambda section: section.slug)
def test_a_section_page_announces_its_articles(section):
    paths = [path for path in FIRST if re.fullmatch(rf"/{section.slug}/(page/\d+/)?", path)]
    pages = [tree(FIRST[path]) for path in paths]
    hrefs = {href for page in pages for href in page.xpath("//a/@href")}
    headlines = " ".join(squeezed(page.text_content()) for page in pages)
    assert len(pages) == (3 if section.per_page else 1)
    for article in FIRST.articles:
        if article.section == section:
            assert FIRST.path(article) in hrefs
            assert squeezed(article.headline) in headlines


def test_the_blog_engine_links_pictures_and_read_more_only():
    page = tree(FIRST["/economie/"])
    path = FIRST.path(ARTICLES["pain-au-poids"])
    assert [squeezed(a.text_content()) for a in page.xpath("//a[@href=$path]", path=path)] == ["", "Lire la suite"]


def test_feeds_are_well_formed():
    rss = lxml.etree.fromstring(FIRST["/rss.xml"].body)
    links = rss.xpath("//item/link/text()")
    assert len(links) >= 25
    assert all(link.startswith(FIRST.url) and "utm_source=rss" in link for link in links)
    assert len(rss.xpath("//item/pubDate")) == len(rss.xpath("//item/category")) == len(links)
    atom = lxml.etree.fromstring(FIRST["/atom.xml"].body)
    names = {"a": "http://www.w3.org/2005/Atom"}
    entries = atom.xpath("a:entry", namespaces=names)
    dated = [datetime.fromisoformat(text) for text in atom.xpath("a:entry/a:published/text()", namespaces=names)]
    assert len(dated) == len(entries) >= 20


def test_the_news_sitemap_holds_two_days():
    sitemap = lxml.etree.fromstring(FIRST["/news-sitemap.xml"].body)
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "n": "http://www.google.com/schemas/sitemap-news/0.9"}
    listed = set(sitemap.xpath("s:url/s:loc/text()", namespaces=names))
    newest = FIRST.articles[0].published
    recent = {FIRST.site.address(a) for a in FIRST.articles if a.published >= newest - timedelta(hours=48)}
    assert listed == recent
    assert len(listed) < len(FIRST.articles)
    assert len(sitemap.xpath("s:url/n:news/n:title", namespaces=names)) == len(listed)


def test_odd_addresses_are_announced_and_are_no_articles():
    listings = {"rss": "/rss.xml", "atom": "/atom.xml"}
    for odd in FIRST.odd:
        assert odd.path.encode() in FIRST[listings.get(odd.listing, f"/{odd.listing}/")].body
        assert odd.path not in {FIRST.path(article) for article in FIRST.articles}
        assert (odd.path in FIRST) is (odd.page is not None)
    assert {"AMP", "print", "old", "leads", "robots.txt", "empty", "404", "not", "an"} == {
        odd.why.split()[0] for odd in FIRST.odd
    }


def test_second_addresses_hold_the_same_words():
    bridge, fish = ARTICLES["sarrane-bridge-vote"], ARTICLES["fish-auction"]
    amp, printed = tree(FIRST["/amp" + FIRST.path(bridge)]), tree(FIRST[f"/imprimer/{fish.number}.html"])
    assert amp.xpath('//link[@rel="canonical"]/@href') == [FIRST.site.address(bridge)]
    assert not printed.xpath("//link")
    for page, article in ((amp, bridge), (printed, fish)):
        assert all(block.text.split("\n")[0] in page.text_content() for block in article.blocks)


# --- the first page that must be right


@pytest.mark.parametrize(("letter", "mark"), [("a", "//h2"), ("b", "//h3"), ("c", "//p/strong"), ("d", "//h2")])
def test_the_first_page_has_four_variants(letter, mark):
    html, expected = rubric_page(letter)
    page = lxml.html.document_fromstring(html.decode())
    subheads = [block for block in expected.blocks if block.kind == "subhead"]
    assert [squeezed(element.text_content()) for element in page.xpath(mark)] == [squeezed(b.text) for b in subheads]
    assert len(subheads) == 5
    assert len(expected.standfirst) == 2
    assert expected.section == "International"
    text = html.decode()
    assert "« Nous" not in text  # the spaces inside guillemets are narrow
    assert all(tail in text for tail in ("À lire aussi\u202f:", "Aucun commentaire", "Loading", "© 2024"))
    assert not [block for block in expected.blocks if "lire aussi" in block.text]


def test_the_first_page_tells_its_date_in_json_ld_only():
    dated, expected = rubric_page("a")
    assert expected.published == ARTICLES["detroit-de-halder-les-passeurs"].published.isoformat()
    html = dated.decode()
    assert html.count("2026") == 1
    assert '"datePublished": "2026' in html
    undated, nothing = rubric_page("d")
    assert nothing.published is None
    assert b"2026" not in undated


def test_in_one_variant_only_the_label_names_the_section():
    assert b"articleSection" in rubric_page("a")[0]
    assert b"articleSection" not in rubric_page("c")[0]


# --- the editions


def test_editions_differ_as_promised():
    later = {article.slug: article for article in SECOND.articles}
    assert len(set(later) - set(ARTICLES)) == 2
    assert len(set(ARTICLES) - set(later)) == 1
    changed = [slug for slug in set(ARTICLES) & set(later) if ARTICLES[slug].headline != later[slug].headline]
    assert len(changed) == 1
    same = set(ARTICLES) & set(later) - set(changed)
    assert all(ARTICLES[slug] == later[slug] for slug in same)
    assert ARTICLES[changed[0]].blocks == later[changed[0]].blocks
    assert FIRST.path(ARTICLES[changed[0]]) == SECOND.path(later[changed[0]])


def test_the_second_paper_reprints_the_agency():
    before, after = HarbourPost(1), HarbourPost(2)
    [reprint] = [article for article in after.articles if article not in before.articles]
    original = ARTICLES["latitude-ferry-aground"]
    assert (reprint.standfirst, reprint.blocks) == (original.standfirst, original.blocks)
    assert reprint.headline != original.headline
    assert "Latitude" in original.authors


# --- the server


@pytest.fixture(scope="module")
def stand():
    with Newsstand() as stand:
        yield stand


@pytest.fixture(autouse=True)
def mended(stand):
    yield
    stand.mend()


def ask(url, method="GET", **headers):
    """One request; returns status, headers, body as sent."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, headers={name.replace("_", "-"): text for name, text in headers.items()})
        answer = connection.getresponse()
        return answer.status, dict(answer.headers), answer.read()
    finally:
        connection.close()


def test_both_papers_are_served_on_their_own_hosts(stand):
    assert urlsplit(stand.url).hostname != urlsplit(stand.second_url).hostname
    for url, paper in ((stand.url, stand.paper), (stand.second_url, stand.second_paper)):
        status, headers, body = ask(url + "/rss.xml?page=1")
        assert (status, body) == (200, paper["/rss.xml"].body)
        assert headers["Content-Type"].startswith("application/rss+xml")


def test_articles_are_of_the_last_days(stand):
    newest = stand.paper.articles[0].published
    assert timedelta() <= datetime.now(UTC) - newest < timedelta(hours=3)


@pytest.mark.parametrize("path", ["/", "/world/", "/rss.xml", "/news-sitemap.xml", "article"])
def test_what_did_not_change_is_not_sent_again(stand, path):
    url = stand.url + (stand.paper.path(stand.paper.articles[3]) if path == "article" else path)
    status, headers, _ = ask(url)
    assert status == 200
    assert ask(url, If_None_Match=headers["ETag"])[::2] == (304, b"")
    assert ask(url, If_Modified_Since=headers["Last-Modified"])[::2] == (304, b"")
    assert ask(url, If_None_Match='W/"other"', If_Modified_Since=headers["Last-Modified"])[0] == 200


def test_pages_are_compressed_for_who_accepts_it(stand):
    plain, packed = ask(stand.url + "/world/"), ask(stand.url + "/world/", Accept_Encoding="gzip, br")
    assert packed[1]["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed[2]) == plain[2]
    assert int(packed[1]["Content-Length"]) == len(packed[2]) < len(plain[2])


def test_a_connection_serves_many_requests(stand):
    connection = http.client.HTTPConnection(urlsplit(stand.url).netloc, timeout=10)
    for method in ("GET", "HEAD", "GET"):
        connection.request(method, "/robots.txt")
        answer = connection.getresponse()
        assert (answer.status, bool(answer.read())) == (200, method == "GET")
        assert answer.version == 11
    connection.close()


def test_redirects_and_dead_ends(stand):
    by_why = {odd.why.split()[0]: stand.url + odd.path for odd in stand.paper.odd}
    status, headers, _ = ask(by_why["old"])
    assert (status, urljoin(stand.url, headers["Location"]) in stand.paper.expected()) == (301, True)
    status, headers, _ = ask(by_why["leads"])
    assert (status, headers["Location"] in stand.second_paper.expected()) == (302, True)
    assert ask(by_why["404"])[0] == 404
    assert ask(by_why["empty"])[::2] == (200, b"")
    assert ask(by_why["not"])[1]["Content-Type"] == "application/pdf"


def test_a_percent_encoded_path_is_found(stand):
    japanese = next(article for article in stand.paper.articles if article.slug == "灯台の番人")
    path = stand.paper.path(japanese)
    assert "%" in path
    assert ask(stand.url + path)[0] == ask(stand.url + path.lower())[0] == 200


def test_requests_are_logged(stand):
    ask(stand.url + "/climat/?utm_source=x", User_Agent="tester")
    last = stand.requests[-1]
    assert (last.host, last.path, last.status) == (urlsplit(stand.url).netloc, "/climat/?utm_source=x", 200)
    assert last.headers["user-agent"] == "tester"


def test_a_fault_lasts_as_often_as_asked(stand):
    stand.fail("/world/", 503, headers={"Retry-After": "120"}, times=2)
    answers = [ask(stand.url + "/world/") for _ in range(3)]
    assert [status for status, _, _ in answers] == [503, 503, 200]
    assert answers[0][1]["Retry-After"] == "120"
    stand.fail(stand.second_url + "/quayside/", 403)
    assert [ask(stand.second_url + "/quayside/")[0] for _ in range(3)] == [403] * 3
    stand.mend()
    assert ask(stand.second_url + "/quayside/")[0] == 200


def test_robots_txt_can_be_replaced(stand):
    stand.replace("/robots.txt", b"User-agent: *\nDisallow: /\n")
    assert b"Disallow: /\n" in ask(stand.url + "/robots.txt")[2]
    stand.mend()
    assert b"Sitemap: " in ask(stand.url + "/robots.txt")[2]


def test_a_stalled_page_is_served_late(stand):
    stand.stall("/world/", 0.05, times=1)
    assert ask(stand.url + "/world/")[0] == 200


def test_closing_waits_for_nobody():
    begun = time.monotonic()
    with Newsstand() as stand:
        stand.stall("/world/", 3600)
        idle, waiting = (http.client.HTTPConnection(urlsplit(stand.url).netloc, timeout=10) for _ in range(2))
        idle.request("GET", "/robots.txt")
        idle.getresponse().read()
        waiting.request("GET", "/world/")
    try:
        with pytest.raises(ConnectionError):
            waiting.getresponse()
    finally:
        idle.close()
        waiting.close()
    gc.collect()  # a socket or thread left behind would warn, and warnings are errors
    assert time.monotonic() - begun < 600  # not the hour of the stall


def test_a_stand_that_never_opened_closes():
    Newsstand().close()


def test_where_the_second_address_is_missing_localhost_stands_in(monkeypatch):
    monkeypatch.setattr(server, "SECOND_HOST", "192.0.2.1")  # an address of nobody's machine
    with Newsstand() as stand:
        assert urlsplit(stand.second_url).hostname == "localhost"
        parts = urlsplit(stand.second_url)
        assert ask(f"http://127.0.0.1:{parts.port}/quayside/")[0] == 200


def test_turning_the_page():
    with Newsstand(base=BASE) as stand:
        gone, kept = (stand.url + FIRST.path(ARTICLES[slug]) for slug in ("karrow-dam-rumour", "language-of-whistles"))
        corrected, noisy = (
            stand.url + FIRST.path(ARTICLES[slug]) for slug in ("norhaven-harbour-tax", "moss-that-counts")
        )
        tags = {url: ask(url)[1]["ETag"] for url in (kept, corrected, noisy, stand.url + "/world/")}
        assert ask(gone)[0] == 200
        stand.turn_page()
        assert ask(gone)[0] == 410
        again = {url: ask(url, If_None_Match=tag)[0] for url, tag in tags.items()}
        assert again[kept] == 304
        assert again[corrected] == again[stand.url + "/world/"] == 200
        assert again[noisy] == 200, "its box of most read articles moved, its words did not"
        modified = ask(stand.url + "/world/")[1]["Last-Modified"]
        assert modified == "Sat, 14 Mar 2026 18:00:00 GMT"


def test_sources_are_written_as_a_person_would(stand, tmp_path):
    stand.write_sources(tmp_path / "sources")
    post, courier = read_sources(tmp_path / "sources")
    assert (post.name, courier.name) == ("Harbour Post", stand.paper.name)
    assert {listing.kind for listing in courier.listings} == {"section", "feed", "news-sitemap"}
    for source, paper in ((post, stand.second_paper), (courier, stand.paper)):
        assert all(urlsplit(listing.url).path in paper for listing in source.listings)


# --- worlddesk demo


def test_the_demo_keeps_away_from_a_real_database(tmp_path):
    database = tmp_path / "news.db"
    database.touch()
    with pytest.raises(UsageError, match=r"news\.db exists"):
        show(database)


def test_a_crawl_that_fails_ends_the_demo(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.executable", "false")
    assert show(tmp_path / "news.db") == 1


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The database of a demo, and what it printed as JSON and for people."""
    folder = tmp_path_factory.mktemp("demo")
    capture = pytest.MonkeyPatch()
    capture.setattr("tempfile.tempdir", str(folder))
    yield folder
    capture.undo()


def test_the_demo_shows_what_changed(demo, capsys):
    assert show(demo / "json" / "news.db", as_json=True) == 0
    facts = json.loads(capsys.readouterr().out)
    assert {row["source"] for row in facts["new"]} == {"Harbour Post", FIRST.name}
    assert len(facts["new"]) == 3
    [changed] = facts["changed"]
    assert "40 crowns" in changed["headline_before"]
    assert "14 crowns" in changed["headline_after"]
    [copied] = facts["copied"]
    assert (copied["original_source"], copied["source"]) == (FIRST.name, "Harbour Post")
    [gone] = facts["gone"]
    assert gone["headline"] == ARTICLES["karrow-dam-rumour"].headline
    learned = {row["source"]: row for row in facts["learned"]}
    assert learned[FIRST.name]["text"] == typeset(REFRAIN, "fr")
    assert 1 <= learned[FIRST.name]["read_before"] < 30 < learned[FIRST.name]["article_count"]
    assert len(facts["queries"]) == 4
    assert all(query["rows"] for query in facts["queries"])
    assert {row["language"] for row in facts["queries"][0]["rows"]} >= {"fr", "en", "es"}
    in_readme = [query for query in facts["queries"] if query["sql"] in README]
    assert len(in_readme) == 2
    for query in in_readme:
        for row in query["rows"]:
            assert "| " + " | ".join(map(str, row.values())) + " |" in README


def test_the_questions_of_the_demo_fit_eighty_columns():
    assert max(len(line) for query in QUERIES for line in query.sql.splitlines()) <= 78


def test_the_demo_prints_for_people(demo, capsys):
    assert show() == 0
    said = capsys.readouterr().out
    for word in ("new", "changed", "copied", "gone", "learned"):
        assert re.search(rf"^  {word} ", said, re.MULTILINE), word
    assert all(query.sql.splitlines()[0] in said for query in QUERIES)
    kept = re.search(r"stays at (\S+)", said).group(1)
    assert kept.startswith(str(demo))
