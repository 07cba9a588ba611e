"""A page becomes an article, or a reason: on the invented newspaper, whose gold we know, and on odd pages."""

from __future__ import annotations

import gzip
import json
import pickle

import pytest

from crawler.catalogue import Select
from crawler.demo.paper import HarbourPost, Paper, rubric_page
from crawler.errors import NotAnArticle, NotHTML, PageError
from crawler.extract import as_record, extract, extract_lines
from crawler.items import Article, Block
from crawler.normalise import words

URL = "https://courier.example/world/the-ferry-runs-again-10001.html"
LONG = "The ferry between the two islands will run again from Monday, the harbour office said in a long note."
KEYS = [
    *(
        "id",
        "url",
        "headline",
        "standfirst",
        "blocks",
        "body",
        "word_count",
        "authors",
        "wire",
        "published",
        "modified",
    ),
    *("section", "breadcrumb", "language", "tags", "canonical_url", "image_url", "image_caption", "image_credit"),
    *("kind", "access", "provenance", "disagreements"),
]
PRINTED = {
    f"{number} {url}": (edition[url].body, expected)
    for number, edition in enumerate((Paper(1), Paper(2), HarbourPost()))
    for url, expected in edition.expected().items()
}
PRINTED |= {f"rubric {letter}": rubric_page(letter) for letter in "abcd"}


def page(body: str, head: str = "") -> str:
    return f"<html><head><title>The ferry runs again</title>{head}</head><body>{body}</body></html>"


def story(inner: str = "", count: int = 6) -> str:
    paragraphs = "".join(f"<p>{LONG} It is the {number}th note.</p>" for number in range(count))
    return f"<article><h1>The ferry runs again</h1>{paragraphs}{inner}</article>"


def as_words(article: Article) -> list[tuple[str, int | None, list[str]]]:
    """What is compared: kinds, levels and words; spaces of typography and quotes aside."""
    lead = [("standfirst", None, words(text)) for text in article.standfirst]
    return lead + [(block.kind, block.level, words(block.text)) for block in article.blocks]


@pytest.mark.parametrize(("html", "expected"), PRINTED.values(), ids=PRINTED)
def test_every_page_of_the_invented_newspaper_is_read_to_the_word(html, expected):
    article = extract(html, expected.url)
    assert article.headline == expected.headline
    assert as_words(article) == as_words(expected)


@pytest.mark.parametrize("letter", "abcd")
def test_nothing_of_the_tail_of_the_first_page_is_left(letter):
    html, _ = rubric_page(letter)
    body = extract(html, URL).body
    for tail in ("À lire aussi", "Aucun commentaire", "Loading", "©", "2024"):
        assert tail not in body


def test_an_article_crosses_to_another_process_and_back():
    html, expected = rubric_page("a")
    article = extract(html, expected.url)
    assert pickle.loads(pickle.dumps(article)) == article


def test_each_field_says_which_layer_gave_it():
    html, expected = rubric_page("a")
    provenance = extract(html, expected.url).provenance
    assert provenance["headline"]
    assert provenance["standfirst"] == "html"
    assert provenance["body"] == "html"  # all of one build: trafilatura need not be asked
    other = "Nobody had asked the sheep, and so they had waited on the wrong side of the water all the while."
    aside = page(story(f"<div><p>{other} {other}</p></div>"))
    assert extract(aside, URL).provenance["body"] == "trafilatura"


# --- the source's own rules


SELECTED = page(
    '<h1>Weather</h1><div class="title-line">The ferry runs again</div>'
    f'<div class="pre">A note from the harbour, read before noon.</div><div class="old">{story()}</div>'
    f'<div class="new"><p>{LONG}</p><p class="cut">Buy our calendar, it is on sale.</p>'
    f'<p class="sub">What the council says</p><p>{LONG} Indeed.</p><p>{LONG} Again.</p></div>'
)


def test_selectors_have_the_last_word():
    select = Select(
        headline=(".title-line",), standfirst=(".pre",), body=(".newest", ".new"), subhead=(".sub",), drop=(".cut",)
    )
    article = extract(SELECTED, URL, select=select)
    assert article.headline == "The ferry runs again"
    assert article.standfirst == ["A note from the harbour, read before noon."]
    assert [block.kind for block in article.blocks] == ["paragraph", "subhead", "paragraph", "paragraph"]
    assert article.blocks[1] == Block("subhead", "What the council says", 2)
    assert (
        article.provenance["headline"] == article.provenance["standfirst"] == article.provenance["body"] == "selector"
    )


def test_selectors_that_find_nothing_leave_the_general_rules():
    article = extract(page(story()), URL, select=Select(body=(".gone",), standfirst=(".gone",), headline=(".gone",)))
    assert len(article.blocks) == 6


# --- what is no article


WALLS = {
    "index": page(
        "<h1>World</h1>" + "<p><a href='/a'>Ferry runs</a></p>" * 80, '<meta property="og:type" content="website">'
    ),
    "collection": page(
        "<h1>World</h1>" + f"<div><h2><a href='/a'>Ferry</a></h2><p>{LONG}</p></div>" * 70,
        '<script type="application/ld+json">{"@type": "CollectionPage"}</script>',
    ),
    "list": page("<h1>World</h1><ul>" + "<li><a href='/a'>Ferry</a> runs today</li>" * 80 + "</ul>"),
    "challenge": page("<h1>Just a moment...</h1><p>We are checking your browser before you go on to the site.</p>"),
    "consent": page(
        "<h1>Courier</h1><p>We and our partners store things. Accept all cookies or leave this place now.</p>"
    ),
    "consent in German": page(
        "<h1>Kurier</h1><p>Wir brauchen Ihre Zustimmung, um Cookies zu setzen und das Angebot zu bezahlen.</p>"
    ),
    "soft 404": page(f"<h1>Page not found</h1><p>{LONG}</p>"),
    "shell": page("<h1>The ferry runs again</h1><div id='root'></div>"),
    "nothing": "<html><body><div></div></body></html>",
}


def test_a_flash_that_tells_of_consent_is_an_article():
    flash = "Der Rat hat mit Zustimmung beider Inseln beschlossen, dass die Fähre wieder fahren darf."
    assert extract(page(f"<h1>Die Fähre fährt</h1><p>{flash}</p>"), URL).body_text == flash


@pytest.mark.parametrize("html", WALLS.values(), ids=WALLS)
def test_what_is_no_article_is_refused_with_a_reason(html):
    with pytest.raises(NotAnArticle) as refused:
        extract(html, "https://courier.example/world/")
    assert str(refused.value)
    assert refused.value.stage == "body"


def test_a_text_without_a_headline_is_no_article_unless_a_selector_finds_one():
    text = f"<html><body><article><div class='top'>Ferry</div>{f'<p>{LONG}</p>' * 6}</article></body></html>"
    with pytest.raises(NotAnArticle, match=r"^no headline$"):
        extract(text, URL)
    assert extract(text, URL, select=Select(headline=(".top",))).headline == "Ferry"
    assert extract(text.replace("<body>", "<title>The ferry runs</title><body>"), URL).headline == "The ferry runs"


def test_the_home_page_is_no_article_unless_it_says_so():
    with pytest.raises(NotAnArticle, match="home page"):
        extract(page(story()), "https://courier.example/")
    said = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "The ferry runs again"}</script>'
    assert extract(page(story(), said), "https://courier.example/").blocks
    assert extract(page(story()), "https://courier.example/?p=31").blocks


def test_many_links_make_no_index_of_an_article():
    links = "<div class='river'>" + "<a href='/b'>Other news</a> " * 300 + "</div>"
    assert len(extract(page(story() + links), URL).blocks) == 6


def test_what_is_no_html_is_refused():
    with pytest.raises(NotHTML):
        extract(b"%PDF-1.7", URL)


@pytest.mark.parametrize("opening", ["<div>", "<b>", "<ul><li>", "<table><tr><td>"])
def test_deep_nesting_ends_with_a_reason(opening):
    with pytest.raises(PageError, match="deep"):
        extract(page("<h1>The ferry runs again</h1>" + opening * 3000 + f"<p>{LONG}</p>" * 20), URL)


def test_far_too_many_paragraphs_end_with_a_reason():
    with pytest.raises(PageError, match="runs of text"):
        extract(page(story("<p>A note.</p>" * 21_000)), URL)
    with pytest.raises(PageError, match="nested"):
        extract(page("<div>" * 400 + f"<div><p>{LONG}</p></div>" * 20_000), URL)


@pytest.mark.parametrize("endless", ["x" * 8_000_000, f"{LONG} " * 30_000, "note<br>" * 60_000])
def test_an_endless_paragraph_ends_with_a_reason(endless):
    with pytest.raises(PageError, match=r"characters of text, .* pieces in one run"):
        extract(page(story(f"<p>{endless}</p>")), URL)


# --- the machine interface


def test_a_record_has_exactly_the_keys_of_the_interface():
    html, expected = rubric_page("a")
    article = extract(html, expected.url)
    record = as_record(article, "p1")
    assert list(record) == KEYS
    assert record["id"] == "p1"
    assert record["body"] == article.body == "\n".join([*article.standfirst, *(b.text for b in article.blocks)])
    assert {tuple(block) for block in record["blocks"]} == {("kind", "text", "level")}
    assert record["word_count"] == len(words(article.body))
    assert [as_record(Article(url=URL))[name] for name in ("published", "word_count")] == [None, None]
    json.dumps(record)


def test_lines_are_answered_one_by_one_whatever_the_others_are(tmp_path):
    plain, zipped = tmp_path / "a.html", tmp_path / "b.html.gz"
    plain.write_text(page(story()), encoding="utf-8")
    zipped.write_bytes(gzip.compress(page(story()).encode()))
    asked = [
        json.dumps({"id": 1, "url": URL, "html_path": str(plain)}),
        json.dumps({"id": 2, "url": URL, "html_path": str(zipped)}),
        json.dumps({"id": 3, "url": URL, "html": page(story())}),
        "",
        "not json",
        "[1]",
        json.dumps({"id": 4, "html": page(story())}),
        json.dumps({"id": 5, "url": URL, "html_path": str(tmp_path / "gone.html")}),
        json.dumps({"id": 6, "url": URL, "html": ""}),
        json.dumps({"id": 7, "url": 7, "html": page(story())}),
    ]
    answers = list(map(json.loads, extract_lines(asked)))
    assert [answer["id"] for answer in answers] == [1, 2, 3, None, None, 4, 5, 6, 7]
    assert all(answer["body"].startswith(LONG) and "error" not in answer for answer in answers[:3])
    assert answers[0]["blocks"] == answers[1]["blocks"] == answers[2]["blocks"]
    for answer, reason in zip(answers[3:], ("JSON", "no JSON object", "'url'", "gone.html", "empty", ""), strict=True):
        assert reason in answer["error"]
        assert list(answer) == [*KEYS, "error"]


def test_a_long_text_is_an_article_though_its_site_calls_every_page_a_website():
    links = "<nav>" + "<a href='/a'>Ferry</a>" * 80 + "</nav>"
    website = '<meta property="og:type" content="website">'
    text = "".join(f"<p>{number}. {LONG} {LONG}</p>" for number in range(30))
    at = "https://courier.example/article/434715-how-the-ferry-came-back"
    assert len(extract(page(f"{links}<h1>How the ferry came back</h1>{text}", website), at).blocks) == 30
    with pytest.raises(NotAnArticle, match="an index"):
        extract(page(f"{links}<h1>Ferries</h1>{text}", website), "https://courier.example/category/ferries")
