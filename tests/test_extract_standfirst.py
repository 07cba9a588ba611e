"""Which paragraphs of an invented page are its standfirst."""

from __future__ import annotations

import pytest
from pages import DESCRIPTION, TEXTS, URL, paragraphs, read, texts_of

from crawler.extract import extract
from crawler.items import Article

META = f'<meta name="description" content="{DESCRIPTION}">'
LEADS = {
    "named": (f"<p class='article__standfirst'>{DESCRIPTION}</p>", ""),
    "named on the parent": (f"<div class='chapo'><span><p>{DESCRIPTION}</p></span></div>", ""),
    "told by the description": (f"<div><div class='x7'>{DESCRIPTION}</div></div>", META),
    "told in part": (f"<h2>{DESCRIPTION}</h2>", f'<meta name="description" content="{DESCRIPTION[:50]}…">'),
    "in a teaser": (f"<section class='teaser'><p>{DESCRIPTION}</p></section>", META),
    "told, in a box named otherwise": (f"<div class='share-box'><p>{DESCRIPTION}</p></div>", META),
    "named on an inline element": (f"<div class='x7'><span class='ingress'>{DESCRIPTION}</span></div>", ""),
    "named for tests": (f"<p data-testid='article-standfirst'>{DESCRIPTION}</p>", ""),
    "named by microdata": (f"<p itemprop='description'>{DESCRIPTION}</p>", ""),
    "told by an abstract": (
        f"<p class='x7'>{DESCRIPTION}</p>",
        f"""<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "The ferry runs again",
        "abstract": "{DESCRIPTION}"}}</script>""",
    ),
}


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize(("lead", "head"), LEADS.values(), ids=LEADS)
def test_the_standfirst_is_found_by_name_or_by_the_description(lead, head, inside):
    article = read(lead + paragraphs(), head=head) if inside else read(paragraphs(), above=lead, head=head)
    assert article.standfirst == [DESCRIPTION]
    assert texts_of(article) == TEXTS


def test_a_bold_first_paragraph_that_the_description_tells_is_the_standfirst():
    article = read(f"<p><b>{DESCRIPTION}</b></p>{paragraphs()}", head=META)
    assert (article.standfirst, texts_of(article)) == ([DESCRIPTION], TEXTS)


def test_a_first_paragraph_stays_one_though_the_description_tells_it():
    article = read(paragraphs(), head=f'<meta name="description" content="{TEXTS[0]}">')
    assert (article.standfirst, texts_of(article)) == ([], TEXTS)


def test_a_standfirst_is_not_repeated_in_the_text():
    article = read(f"<p>{DESCRIPTION}</p>{paragraphs()}", above=f"<p class='lead'>{DESCRIPTION}</p>", head=META)
    assert (article.standfirst, texts_of(article)) == ([DESCRIPTION], TEXTS)


def headed(*below: str, wrap: str = "header", inside: str | None = None) -> Article:
    """A page whose headline stands in an element of its own, with these below it."""
    return extract(
        f"<html><head><title>The ferry runs again</title></head><body><main><{wrap}><h1>The ferry runs again</h1>"
        f"{''.join(below)}</{wrap}><div class='text'>{inside or paragraphs()}</div></main></body></html>",
        URL,
    )


@pytest.mark.parametrize("wrap", ["header", "div", "hgroup"])
@pytest.mark.parametrize(
    "lead",
    ["<p>{}</p>", "<h2>{}</h2>", "<div class='teaser'><p class='lead'>{}</p></div>", "<p>3 May 2026</p><p>{}</p>"],
)
def test_a_sentence_or_heading_with_the_headline_is_the_standfirst_though_nothing_names_it(wrap, lead):
    article = headed(lead.format(DESCRIPTION), wrap=wrap)
    assert (article.standfirst, texts_of(article)) == ([DESCRIPTION], TEXTS)


@pytest.mark.parametrize(
    "line",
    [
        "<p>Ann Reed, harbour desk.</p>",
        "<p>Updated on 3 May 2026, at half past four in the afternoon.</p>",
        "<p>Harbours and islands of the north</p>",
        "<h2>Harbours</h2>",
        f"<p>{DESCRIPTION * 4}</p>",
        "<div class='lead-image'><p>The landing stage in May, after the storm had gone.</p></div>",
    ],
    ids=["byline", "date", "label", "kicker", "long", "caption"],
)
def test_what_stands_with_the_headline_may_be_something_else(line):
    assert headed(line).standfirst == []


def test_a_heading_or_sentence_beside_the_headline_is_the_standfirst_where_the_text_has_its_own_box():
    for lead in (f"<h2>{DESCRIPTION}</h2>", f"<p>{DESCRIPTION}</p>"):
        assert read(paragraphs(), above=lead).standfirst == [DESCRIPTION]


def test_paragraphs_beside_the_headline_are_text():
    article = read(paragraphs(TEXTS[2:]), above=paragraphs(TEXTS[:2]))
    assert (article.standfirst, texts_of(article)) == ([], TEXTS)


def test_a_heading_just_below_the_headline_is_the_standfirst_even_among_the_paragraphs():
    top = "<html><head><title>The ferry runs again</title></head><body><h1>The ferry runs again</h1>"
    assert extract(f"{top}<h3>{DESCRIPTION}</h3>{paragraphs()}", URL).standfirst == [DESCRIPTION]
    assert extract(f"{top}<p>{DESCRIPTION}</p>{paragraphs()}", URL).standfirst == []


def test_a_long_paragraph_amid_the_text_is_none_though_it_is_told_and_set_unlike_the_others():
    first = " ".join(TEXTS[:4])
    article = read(f"<p class='x7'>{first}</p>{paragraphs(TEXTS * 2)}", head=told(first))
    assert article.standfirst == []
    assert read(paragraphs(TEXTS * 2), above=f"<p class='x7'>{first}</p>", head=told(first)).standfirst == [first]


def test_a_sentence_that_the_text_repeats_is_pulled_from_it():
    assert headed(f"<p>{TEXTS[3]}</p>").standfirst == []


def test_a_sentence_between_headline_and_text_that_is_set_unlike_the_text_is_the_standfirst():
    lead = f"<section><div class='x7'>{DESCRIPTION}</div></section>"
    assert read(paragraphs(), above=lead).standfirst == [DESCRIPTION]
    assert read(paragraphs(), above=f"<section><p>{DESCRIPTION}</p></section>").standfirst == []


def test_a_long_bold_first_paragraph_is_the_standfirst_whatever_the_description_says():
    article = read(f"<p><b>{DESCRIPTION}</b></p>{paragraphs()}")
    assert (article.standfirst, texts_of(article)) == ([DESCRIPTION], TEXTS)
    assert read(f"<p><b>Nobody had expected it.</b></p>{paragraphs()}").standfirst == []


def told(*said: str) -> str:
    return f'<meta name="description" content="{" ".join(said)}">'


def test_a_first_line_that_the_description_tells_is_the_standfirst_unless_it_is_an_excerpt():
    line = "Four weeks of waiting are over for people and sheep"
    assert read(f"<p>{line}</p>{paragraphs()}", head=told(line)).standfirst == [line]
    assert read(f"<p>{line}</p>{paragraphs()}", head=told(line, TEXTS[0])).standfirst == []


def test_a_caption_is_no_standfirst_though_the_description_tells_it():
    caption = f"<div class='article-image'><p>{DESCRIPTION}</p></div>"
    assert read(paragraphs(), above=caption, head=META).standfirst == []


def test_what_stands_next_to_a_told_standfirst_and_is_built_like_it_belongs_to_it():
    second = "The sheep go first, as they always did."
    lead = "".join(f"<h3 class='x7'>{text}</h3>" for text in (DESCRIPTION, second))
    article = read(paragraphs(), above=lead, head=META)
    assert (article.standfirst, texts_of(article)) == ([DESCRIPTION, second], TEXTS)


def test_a_standfirst_takes_no_long_paragraph_with_it():
    long = " ".join(TEXTS[:4])
    article = read(f"<p class='x7'>{DESCRIPTION}</p><p class='x7'>{long}</p>{paragraphs(TEXTS * 2)}", head=META)
    assert article.standfirst == [DESCRIPTION]


@pytest.mark.parametrize("rubric", ["<span>Harbours</span>", "<strong>Old town</strong> – "])
def test_a_rubric_before_the_standfirst_is_cut_off(rubric):
    article = read(paragraphs(), above=f"<h3>{rubric}{DESCRIPTION}</h3>", head=META)
    assert article.standfirst == [DESCRIPTION]


def test_utility_classes_name_no_standfirst():
    line = "<div class='leading-[1.4] [&_.lead]:mt-4'>The harbour and its people, day by day</div>"
    assert read(paragraphs(), above=line).standfirst == []


def test_a_headline_in_any_block_stands_above_its_standfirst():
    html = (
        "<html><head><title>The ferry runs again</title></head><body><div class='top'>"
        f"<div>The ferry runs again</div><p class='lead'>{DESCRIPTION}</p></div><div class='text'>{paragraphs()}</div>"
        "</body></html>"
    )
    article = extract(html, URL)
    assert (article.standfirst, texts_of(article)) == ([DESCRIPTION], TEXTS)
