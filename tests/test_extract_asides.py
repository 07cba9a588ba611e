"""Captions and posts: in reading order among the blocks, and no part of the text."""

from __future__ import annotations

import pages
import pytest

from crawler.errors import PageError
from crawler.extract import extract
from crawler.items import Article, Dropped

URL, TEXTS = pages.URL, pages.TEXTS[:4]
CAPTION = "The landing stage in May, before the last nail."
POST = "We will run again, says the office of the harbour. Bring sheep."


def read(between: str, *, below: str = "", dropped: list[Dropped] | None = None) -> Article:
    above, under = ("".join(f"<p>{text}</p>" for text in half) for half in (TEXTS[:2], TEXTS[2:]))
    return extract(
        "<html><head><title>The ferry runs again</title></head><body><main><h1>The ferry runs again</h1>"
        f"<div class='text'>{above}{between}{under}{below}</div></main></body></html>",
        URL,
        dropped=dropped,
    )


def asides(article: Article) -> list[tuple[int, str, str]]:
    return [
        (number, block.kind, block.text)
        for number, block in enumerate(article.blocks)
        if block.kind in ("caption", "embed")
    ]


CAPTIONS = {
    "figcaption": (f"<figure><img src='x'><figcaption>{CAPTION}</figcaption></figure>", CAPTION),
    "named": (f"<div class='image'><img src='x'><p class='wp-caption-text'>{CAPTION}</p></div>", CAPTION),
    "named in a figure": (f"<figure><img src='x'><div class='img__Caption'>{CAPTION}</div></figure>", CAPTION),
    "markup within": (
        "<figure><figcaption>The l<b>anding</b> stage<br>in May, before the last nail.</figcaption></figure>",
        CAPTION,
    ),
    "credit of its own": (
        f"<figure><figcaption>{CAPTION}<span class='photo-credit'>Lin Moor</span></figcaption></figure>",
        f"{CAPTION}\nLin Moor",
    ),
    "credit before": (
        f"<figure><figcaption><cite>Lin Moor / Wire</cite> {CAPTION}</figcaption></figure>",
        f"{CAPTION}\nLin Moor / Wire",
    ),
} | {
    f"credit {credit}": (f"<figure><figcaption>{CAPTION} {credit}</figcaption></figure>", f"{CAPTION}\n{credit}")
    for credit in ("Foto: Lin Moor", "(AB Photo/Lin Moor)", "(Image: Lin Moor)", "© Lin Moor", "Photo by Lin Moor")
}  # fmt: skip


@pytest.mark.parametrize(("markup", "expected"), CAPTIONS.values(), ids=CAPTIONS)
def test_a_caption_stands_where_its_picture_does(markup, expected):
    article = read(markup)
    assert asides(article) == [(2, "caption", expected)]
    assert [block.text for block in article.text_blocks] == TEXTS
    assert article.body == "\n".join(TEXTS)
    assert article.body_text == "\n\n".join(TEXTS)


NONE = {
    "credit alone": "<figure><figcaption>Photo: Lin Moor</figcaption></figure>",
    "picture alone": "<figure><img src='x'></figure>",
    "call": "<figure><figcaption>Read also: the storm</figcaption></figure>",
    "of another article": f"<aside><figure><figcaption>{CAPTION}</figcaption></figure></aside>",
    "related": f"<div class='related'><figure><figcaption>{CAPTION}</figcaption></figure></div>",
    "text in a box of that name": f"<div class='caption'>{'So many words stand in no caption at all. ' * 20}</div>",
    "of a quote": "<figure><blockquote><p>I never liked that boat, I said so.</p></blockquote>"
    "<figcaption>Ann Reed, baker</figcaption></figure>",
}


@pytest.mark.parametrize("markup", NONE.values(), ids=NONE)
def test_what_is_no_caption_of_the_article_is_none(markup):
    assert asides(read(markup)) == []


POSTS = {
    "by its class": f"<blockquote class='twitter-tweet'><p>{POST}</p></blockquote>",
    "by its class, any element": f"<div class='bluesky-embed wide'><p>{POST}</p></div>",
    "by its link": f"<blockquote><p>{POST}</p><a href='https://x.com/harbour/status/19'></a></blockquote>",
    "in a figure": f"<figure><div><blockquote class='instagram-media'>{POST}</blockquote></div></figure>",
    "in a box that is left out": f"<div class='social'><blockquote class='fb-post'>{POST}</blockquote></div>",
}  # fmt: skip


@pytest.mark.parametrize("markup", POSTS.values(), ids=POSTS)
def test_a_post_of_a_network_stands_where_it_is_shown(markup):
    dropped: list[Dropped] = []
    article = read(markup, dropped=dropped)
    assert asides(article) == [(2, "embed", POST)]
    assert [block.text for block in article.text_blocks] == TEXTS
    assert POST not in [item.text for item in dropped]


def test_a_quote_that_links_to_the_account_is_a_quote_of_the_article():
    quote = "I never liked that boat, says the baker, and I said so at the time."
    article = read(f"<blockquote>{quote} <a href='https://x.com/baker'>@baker</a></blockquote>")
    assert asides(article) == []
    assert [block.text for block in article.blocks if block.kind == "quote"] == [f"{quote} @baker"]


def test_pictures_below_the_text_count_as_long_as_nothing_else_stands_between():
    picture = "<figure><figcaption>Picture {}, seen from the water.</figcaption></figure>"
    tail = picture.format("one") + "<h2>More from the harbour</h2>" + picture.format("two")
    dropped: list[Dropped] = []
    article = read("", below=tail, dropped=dropped)
    assert asides(article) == [(4, "caption", "Picture one, seen from the water.")]
    assert ("Picture two, seen from the water.", "caption apart from the text") in [(i.text, i.reason) for i in dropped]


def test_a_caption_is_kept_once():
    slider = (
        f"<figure><figcaption>{CAPTION}</figcaption></figure><figure><figcaption>1 of 4 {CAPTION}</figcaption></figure>"
    )
    assert asides(read(slider)) == [(2, "caption", CAPTION)]


def test_a_picture_between_two_entries_ends_no_list():
    entries = "<li>The flour of the north, for the bread.</li>{}<li>The wood of the south, for the oven.</li>"
    picture = f"<figure><figcaption>{CAPTION}</figcaption></figure>"
    article = read(f"<ul>{entries.format(picture)}</ul>")
    lists = [block.text for block in article.blocks if block.kind == "list"]
    assert lists == ["The flour of the north, for the bread.\nThe wood of the south, for the oven."]
    assert len(asides(article)) == 1


TOO_DEEP = {
    "figure": "<figure>" + "<i>" * 1500 + "<u>x</u>" * 60_000,
    "figures in figures": "<figure><figcaption>" * 900 + CAPTION,
    "quotes in quotes": "<blockquote>" * 1500 + "<a href='/x'>y</a>" * 20_000,
}


@pytest.mark.parametrize("markup", TOO_DEEP.values(), ids=TOO_DEEP)
def test_figures_nested_too_deep_are_refused_with_the_reason(markup):
    with pytest.raises(PageError, match="nested 501 deep"):
        read(markup)


def test_an_endless_credit_hides_no_text():
    article = read(f"<figure><figcaption>{CAPTION} (" + "/" * 300_000 + "</figcaption></figure>")
    assert [block.kind for block in article.blocks] == ["paragraph", "paragraph", "caption", "paragraph", "paragraph"]


def test_depth_costs_no_caption():
    deep = "<span>" * 1500 + CAPTION + "</span>" * 1500
    assert read(f"<figure><figcaption>{deep}</figcaption></figure>").body_text == "\n\n".join(TEXTS)
