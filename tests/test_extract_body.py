"""What is the article and what is not, rule by rule, on invented pages."""

from __future__ import annotations

import json

import pytest
from pages import DESCRIPTION, TEXTS, URL, paragraphs, read, texts_of

from crawler.extract import extract

# --- what is not the article


ABOUT_OTHERS = [
    "A long walk along the northern shore, and what remains of the wooden houses that stood there.",
    "Why the price of wool has fallen for the third year, and who still earns money with it.",
]
TEASERS = "".join(
    f"<div class='x2'><span>World</span><h3><a href='/x'>The sheep that crossed over</a></h3><p>{text}</p></div>"
    for text in ABOUT_OTHERS
)
TEASERS = f"<div class='x1'><h2>Harbour, harbour</h2>{TEASERS}</div>"
BETWEEN = {
    "navigation": "<nav><p>World and other places that we write about every day.</p></nav>",
    "aside": "<aside><p>The storm in figures, as the office counted them.</p></aside>",
    "related": "<div class='related-posts'><p>A long text about another ferry that sank in another year.</p></div>",
    "newsletter": "<div data-component='newsletter-box'><p>The harbour in your inbox, every single morning.</p></div>",
    "hidden": "<p style='display: none'>A text that a reader of the page will never see at all.</p>",
    "hidden by attribute": "<div hidden><p>A text that a reader of the page will never see at all.</p></div>",
    "read more": "<p>Read more: <a href='/x'>The storm that took the landing stage</a></p>",
    "à lire aussi": "<p><strong>À lire aussi :</strong> <a href='/x'>La tempête qui a pris le ponton</a></p>",
    "lesen sie auch": "<p>Lesen Sie auch: <a href='/x'>Der Sturm, der den Steg nahm</a></p>",
    "all link": "<p><a href='/x'>Another ferry in another place</a></p>",
    "link list": "<ul><li><a href='/x'>One ferry</a></li><li><a href='/y'>Two ferries</a></li></ul>",
    "caption": "<figure><img src='x'><figcaption>The landing stage in May, after the storm.</figcaption></figure>",
    "credit": "<p>Photo: Harbour office</p>",
    "advertisement": "<p>Advertisement</p>",
    "tweet": "<blockquote class='twitter-tweet'><p>We will run again, says the office of the harbour.</p></blockquote>",
    "teaser": "<article class='card'><h3>Another</h3><p>A text about another ferry in another year.</p></article>",
    "headline again": "<h2>The ferry runs again</h2>",
    "headline with rubric": "<h2>Harbour of the islands: The old ferry runs again today</h2>",
    "box": "<div class='fact-box'><h3>In short</h3><p>The stage was built in 1911, they say.</p></div>",
    "comments": "<div id='comments'><p>I never liked that boat, and I said so at the time.</p></div>",
    "rule": "<p>* * *</p>",
    "carousel": "<div class='photo-carousel'><p>The landing stage as it stood before the storm.</p></div>",
    "clipped": "<p style='clip:rect(0 0 0 0)'>This picture will open in another window of your browser.</p>",
    "list of teasers": TEASERS,
    "title and links": "<div><h3>Harbour</h3><ul><li><a href='/x'>Another ferry elsewhere</a></li></ul></div>",
    "box with a title": f"<section><h3>Auch interessant</h3><p>{ABOUT_OTHERS[0]}</p><p>{ABOUT_OTHERS[1]}</p></section>",
    "label and link": "<p><b>Funda futhi |</b> <a href='/x'>Isikebhe sibuyile ekuseni kusasa</a></p>",
    "pulled quote": f"<blockquote><p>{TEXTS[2].split(', ')[0]}.</p></blockquote>",
}


@pytest.mark.parametrize("between", BETWEEN.values(), ids=BETWEEN)
def test_what_is_put_between_the_paragraphs_is_left_out(between):
    head = "<meta property='og:title' content='The old ferry runs again today'>"
    article = read(paragraphs(TEXTS[:3]) + between + paragraphs(TEXTS[3:]), head=head)
    assert texts_of(article) == TEXTS


WORDS = "Two bakers of the old town in front of the oven that their grandmothers built."
DECLARED = [{"@type": "NewsArticle", "headline": "The ferry runs again"}, {"@type": "VideoObject", "caption": WORDS}]
MEDIA = {
    "picture": f"<img alt='{WORDS}'>",
    "film": f"<script type='application/ld+json'>{json.dumps(DECLARED)}</script>",
}


def test_an_article_made_of_short_pieces_under_linked_headings_is_kept():
    pieces = "".join(
        f"<div class='piece'><h3><a href='/{n}'>The boat of the day</a></h3><p>{text}</p></div>"
        for n, text in enumerate(TEXTS)
    )
    assert texts_of(read(pieces), "paragraph") == TEXTS


def test_a_link_above_a_paragraph_in_a_piece_of_the_text_does_not_take_it_along():
    pieces = [f"<div class='piece'><p>{text}</p></div>" for text in TEXTS]
    pieces[3] = pieces[3].replace("<p>", "<p><a href='/x'>Another ferry in another place</a></p><p>", 1)
    assert texts_of(read("".join(pieces))) == TEXTS


def test_loose_text_above_a_box_that_may_hold_the_standfirst_is_text():
    box = "<div class='topics'><span>Topics:</span> <a href='/x'>Ferry</a></div>"
    assert texts_of(read("<br><br>".join(TEXTS[:3]) + box + "<br><br>".join(TEXTS[3:]))) == TEXTS


@pytest.mark.parametrize("medium", MEDIA.values(), ids=MEDIA)
def test_the_words_that_a_picture_or_a_film_bears_are_its_caption(medium):
    caption = f"{WORDS} Harbour office"
    article = read(f"{paragraphs(TEXTS[:3])}{medium}<p class='legend'>{caption}</p>{paragraphs(TEXTS[3:])}")
    assert [block.text for block in article.blocks if block.kind == "caption"] == [caption]
    assert texts_of(article, "paragraph") == TEXTS


TAILS = {
    "counter": "<p>12 comments</p>",
    "aucun commentaire": "<p>Aucun commentaire</p>",
    "loading": "<p>Loading…</p>",
    "rights": "<p>© 2024 The Courier. All rights reserved.</p>",
    "newsletter": "<p>For more of this every day, subscribe to our newsletter, it costs nothing.</p>",
    "staff": "<p>Ann Reed contributed to this report.</p>",
    "heading": "<h2>More from the harbour</h2>",
    "label": "<p>Harbour desk</p>",
    "author": "<p>Ann Reed has written about boats for twenty years. She lives on the smaller island.</p>",
    "address": "<p>If you know more about the boats, please write to harbour@courier.example at any time.</p>",
    "follow": "<p>You should follow the harbour desk on Instagram for more pictures of sheep.</p>",
    "appeal": "<p>Did you like this text? Then please think of those who write it every day.</p>",
    "mitarbeit": "<p>Mit Material der Agenturen und der beiden Häfen, die nicht genannt sein wollen.</p>",
}


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS)
def test_what_stands_below_the_text_is_left_out(tail):
    head = "<meta name='author' content='Ann Reed'>"
    assert texts_of(read(paragraphs() + tail, head=head)) == TEXTS


def test_what_would_be_a_call_below_the_text_stays_within_it():
    calls = [
        "Ann Reed has written about boats for twenty years, and this one she had never seen before.",
        "Donate what you can, the harbour office had written on Facebook, and follow our boats on the map.",
    ]
    texts = [*TEXTS[:3], *calls, *TEXTS[3:]]
    assert texts_of(read(paragraphs(texts), head="<meta name='author' content='Ann Reed'>")) == texts


def test_words_of_a_picture_that_the_text_says_itself_stay():
    image = f"<img alt='{TEXTS[2]}'>"
    assert texts_of(read(image + paragraphs())) == TEXTS


def test_a_quotation_that_the_text_does_not_repeat_stays():
    quote = "We had the boat, we had the sheep, and nobody had asked either of them before the storm."
    article = read(f"{paragraphs(TEXTS[:3])}<blockquote><p>{quote}</p></blockquote>{paragraphs(TEXTS[3:])}")
    assert quote in texts_of(article, "quote")


@pytest.mark.parametrize(
    "label",
    ["14 March 2026, 16:30", "14 March 2026, updated on 15 March 2026 at 16:30.", "By Ann Reed", "World", "3 min read"],
)
def test_labels_above_the_text_are_left_out(label):
    assert texts_of(read(f"<p>{label}</p>" + paragraphs())) == TEXTS


def test_a_name_does_not_outweigh_the_text():
    """Sites wrap whole articles in a teaser, a paywall, even in a box for comments."""
    assert texts_of(read(f"<div class='related paywall teaser'>{paragraphs()}</div>")) == TEXTS


def test_states_of_utility_classes_are_no_names():
    assert texts_of(read(f"<div class='print:hidden [&_.related]:mt-4'>{paragraphs()}</div>")) == TEXTS


@pytest.mark.parametrize("name", ["has-sidebar", "no-related", "hasNewsletter", "hidden-print", "not-subscribed"])
def test_a_name_that_tells_what_stands_beside_it_does_not_drop_an_element(name):
    article = read(paragraphs(), above=f"<div class='{name}'><p class='lead'>{DESCRIPTION}</p></div>")
    assert article.standfirst == [DESCRIPTION]


@pytest.mark.parametrize(
    "markup", ["<h2 id='{}'>What ads say</h2>", "<div id='{}-and-then'><h2>What ads say</h2></div>"]
)
def test_an_id_made_of_the_words_of_a_heading_drops_nothing(markup):
    article = read(paragraphs(TEXTS[:3]) + markup.format("what-the-related-ads-say") + paragraphs(TEXTS[3:]))
    assert texts_of(article, "subhead") == ["What ads say"]


def test_comments_and_consent_do_not_become_the_text():
    crowd = "".join(
        f"<p>I think so too, and I have thought so for {n} years, as my neighbours know.</p>" for n in range(40)
    )
    article = read(paragraphs(), below=f"<div id='comment-list'>{crowd}</div><div class='cookie-banner'>{crowd}</div>")
    assert texts_of(article) == TEXTS


def test_the_next_article_of_an_endless_page_is_not_read():
    first, second = (f"<article><h1>{name}</h1>{paragraphs(texts)}</article>" for name, texts in (
        ("The ferry runs again", TEXTS), ("Another story", [text.replace("The", "Some") for text in TEXTS])
    ))  # fmt: skip
    html = f"<html><head><title>The ferry runs again</title></head><body><main>{first}{second}</main></body></html>"
    assert texts_of(extract(html, URL)) == TEXTS


def test_entries_of_a_live_blog_are_kept():
    entries = "".join(f"<article><h3>{9 + n}:15 News</h3><p>{text}</p></article>" for n, text in enumerate(TEXTS))
    assert texts_of(read(entries), "paragraph") == TEXTS


def test_text_split_over_sibling_containers_is_joined():
    halves = [f"<section class='part'>{paragraphs(part)}</section>" for part in (TEXTS[:3], TEXTS[3:])]
    assert texts_of(read("<div>An advertisement</div>".join(halves))) == TEXTS


def test_text_without_paragraph_tags_is_cut_at_double_breaks():
    assert texts_of(read("<br><br>".join(TEXTS))) == TEXTS


def test_single_breaks_keep_a_paragraph_together():
    [block] = read(f"<p>{'<br>'.join(TEXTS)}</p>").blocks
    assert block.text == " ".join(TEXTS)


# --- structure


def test_lists_quotes_and_tables_keep_their_kind_and_their_lines():
    article = read(
        paragraphs(TEXTS[:3])
        + "<ul><li>Crates a day: 48</li><li>Price: 31 crowns</li></ul>"
        + f"<blockquote><p>{TEXTS[3]}</p></blockquote>"
        + "<table><tr><th>Boat</th><th>Year</th></tr><tr><td>Gull</td><td>1911</td></tr></table>"
        + paragraphs(TEXTS[4:])
    )
    assert [(block.kind, block.text) for block in article.blocks[3:6]] == [
        ("list", "Crates a day: 48\nPrice: 31 crowns"),
        ("quote", TEXTS[3]),
        ("table", "Boat Year\nGull 1911"),
    ]


# --- recovery


def test_text_that_stands_only_in_json_ld_is_recovered():
    said = json.dumps({"@type": "NewsArticle", "headline": "The ferry runs again", "articleBody": "\n".join(TEXTS)})
    article = read("<p>Please wait.</p>", head=f'<script type="application/ld+json">{said}</script>')
    assert texts_of(article) == TEXTS
    assert article.provenance["body"] == "json-ld"


def test_text_that_stands_only_in_a_script_is_recovered_once():
    markup = (
        "<p>"
        + "</p><h3>What the council says</h3><p>".join(["</p><p>".join(TEXTS[:3]), "</p><p>".join(TEXTS[3:])])
        + "</p>"
    )
    state = json.dumps({"post": {"html": markup}}).replace("<", "\\u003c")
    article = read("", below=f"<script>window.state = {state}; window.again = {state}</script>")
    assert texts_of(article, "paragraph") == TEXTS
    assert texts_of(article, "subhead") == ["What the council says"]
    assert article.provenance["body"] == "script"


# --- where the article stands


RIVER = "".join(
    f"<article class='story'><h2><a href='/{number}'>Story {number} of the day</a></h2><p>{text} {text}</p></article>"
    for number, text in enumerate(TEXTS * 4)
)


def test_a_river_of_stories_below_does_not_outweigh_the_article():
    page = (
        "<html><head><meta property='og:title' content='The ferry runs again'></head><body>"
        f"<section><article class='single'><header><h2>The ferry runs again</h2></header><div>{paragraphs()}</div>"
        f"</article></section><section class='river'>{RIVER}</section></body></html>"
    )
    assert texts_of(extract(page, URL)) == TEXTS


def test_a_short_article_keeps_apart_from_the_longer_ones_listed_below():
    page = (
        "<html><head><title>The ferry runs again</title></head><body><main>"
        f"<article><h1>The ferry runs again</h1><div>{paragraphs()}</div></article>"
        f"<div class='latest'>{RIVER}</div></main></body></html>"
    )
    assert texts_of(extract(page, URL)) == TEXTS


def test_without_a_heading_the_text_begins_where_its_article_does():
    page = (
        "<html><head><meta property='og:title' content='The ferry runs again'></head><body><article>"
        f"<div class='first'><p>{TEXTS[0]}</p></div><div><div class='rest'>{paragraphs(TEXTS[1:])}</div></div>"
        "</article></body></html>"
    )
    assert texts_of(extract(page, URL)) == TEXTS


def test_a_text_may_open_with_lists_of_short_entries():
    entries = "<ul><li>Two lamps</li><li>One lens of glass</li></ul>"
    inside = f"<h2>The small lighthouse</h2>{entries}<h2>The large lighthouse</h2>{entries}{paragraphs()}"
    article = read(inside)
    assert texts_of(article, "list") == ["Two lamps\nOne lens of glass"] * 2
    assert texts_of(article, "subhead") == ["The small lighthouse", "The large lighthouse"]
