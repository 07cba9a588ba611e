"""Which lines of an invented page are subheads, and which only look so."""

from __future__ import annotations

import pytest
from pages import DESCRIPTION, TEXTS, paragraphs, read, texts_of


@pytest.mark.parametrize(
    ("markup", "level"),
    [
        ("<h2>What the council says</h2>", 2),
        ("<h4>What the council says</h4>", 4),
        ("<h1>What the council says</h1>", 2),
        ("<p><strong>What the council says</strong></p>", 3),
        ("<p><span class='bold'>What the council says</span></p>", 3),
        ("<p class='fw-bold'>What the council says</p>", 3),
        ("<p><span style='color: red; font-weight: 700'>What the council says</span></p>", 3),
        ("<p class='zwischentitel'>What the council says</p>", 3),
        ("<div class='article__crosshead'>What the council says</div>", 3),
        ("<div role='heading' aria-level='3'>What the council says</div>", 3),
    ],
)
def test_subheads_are_headings_and_lines_named_or_bold(markup, level):
    article = read(paragraphs(TEXTS[:3]) + markup + paragraphs(TEXTS[3:]))
    assert [(block.text, block.level) for block in article.blocks if block.kind == "subhead"] == [
        ("What the council says", level)
    ]
    assert len(article.blocks) == 7


def test_a_bold_line_between_breaks_is_a_subhead():
    article = read(f"<div>{TEXTS[0]}<br>{TEXTS[1]}<br><b>What the council says</b><br>{TEXTS[2]}</div>")
    assert [(block.kind, block.text) for block in article.blocks] == [
        ("paragraph", f"{TEXTS[0]} {TEXTS[1]}"),
        ("subhead", "What the council says"),
        ("paragraph", TEXTS[2]),
    ]


@pytest.mark.parametrize("bold", ["It was a long night.", "What did you see from the bridge, and what was heard " * 3])
def test_a_bold_sentence_is_text(bold):
    article = read(paragraphs(TEXTS[:3]) + f"<p><b>{bold}</b></p>" + paragraphs(TEXTS[3:]))
    assert texts_of(article, "subhead") == []
    assert bold.strip() in texts_of(article)


def subheads(inside: str, **around: str) -> list[str]:
    return texts_of(read(inside, **around), "subhead")


def parted(*lines: str) -> str:
    """The lines, each between two paragraphs."""
    return "".join(f"<p>{text}</p>{line}" for text, line in zip(TEXTS, [*lines, *[""] * 6], strict=False))


def test_a_class_that_only_short_lines_bear_is_one_of_subheads():
    lines = [f"<p class='x9'>{line}</p>" for line in ("The bakers", "The council", "The lighthouse")]
    assert subheads(parted(*lines)) == ["The bakers", "The council", "The lighthouse"]


@pytest.mark.parametrize(
    "lines",
    [
        ["<p class='x9'>The bakers</p>"],
        ["<p class='x9'>Article continues below</p>"] * 3,
        ["<p class='x9'>The bakers</p>", f"<p class='x9'>{TEXTS[5]}</p>", "<p class='x9'>The council</p>"],
        [f"<div class='pic'><img></div><p class='x9'>The {name} in May</p>" for name in ("bakers", "stage", "lamp")],
        ["<p>The bakers</p>", "<p>The council</p>", "<p>The lighthouse</p>"],
    ],
    ids=["alone", "the same again and again", "text bears it, too", "below pictures", "built as the text"],
)
def test_short_lines_are_no_subheads_by_themselves(lines):
    assert subheads(parted(*lines)) == []


def test_bold_lines_may_end_in_a_full_stop_where_nothing_else_is_bold():
    assert subheads(parted("<p><b>The bakers.</b></p>", "<p><b>The council.</b></p>")) == [
        "The bakers.",
        "The council.",
    ]
    said = "<p><b>I have never seen such a storm in all my life, and I have seen quite a few, he said.</b></p>"
    assert subheads(parted("<p><b>The bakers.</b></p>", said, "<p><b>The council.</b></p>")) == []


def test_a_bold_line_of_a_script_without_spaces_is_measured_in_characters():
    line = "島と島を結ぶ連絡船が四週間ぶりに運航を再開"
    assert subheads(parted(f"<p><b>{line}</b></p>")) == [line]


def test_the_questions_of_an_interview_are_text():
    asked = ["Who built the stage?", "Why in the spring?", "What comes next?"]
    article = read(parted(*(f"<p><b>{question}</b></p>" for question in asked)))
    assert texts_of(article, "subhead") == []
    assert set(asked) < set(texts_of(article))


def test_questions_above_much_text_are_subheads():
    asked = ["Who built the stage?", "Why in the spring?", "What comes next?"]
    lines = [
        f"<p><b>{question}</b></p>" + "<p>It has been so for many years, they say here.</p>" * 9 for question in asked
    ]
    assert subheads(parted(*lines)) == asked


@pytest.mark.parametrize(
    "wrap", ["<div class='x9'><p><b>{}</b></p></div>", "<section> <div><p><b>{}</b></p></div> </section>"]
)
def test_a_bold_line_may_be_wrapped_up_by_itself(wrap):
    wrapped = [f"<div>{text}</div>" for text in (f"<p>{text}</p>" for text in TEXTS)]
    line = wrap.format("The bakers")
    assert subheads("".join([*wrapped[:3], line, *wrapped[3:]])) == ["The bakers"]


def test_a_bold_line_may_stand_between_short_sentences():
    assert subheads(parted("<p>Nobody came by.</p><p><b>The bakers</b></p><p>They only laughed.</p>")) == ["The bakers"]


def test_bold_lines_in_a_row_are_a_list_of_something():
    assert subheads(parted("<p><b>Ann Reed</b></p><p><b>Tom Hale</b></p><p><b>The Courier</b></p>")) == []


def test_a_single_bold_question_is_a_subhead():
    assert subheads(parted("<p><b>The bakers</b></p>", "<p><b>What comes next?</b></p>"))[1:] == ["What comes next?"]


@pytest.mark.parametrize("wrap", ["<b>{}</b>", "<div style='font-weight: bold'>{}</div>"])
def test_bold_tells_nothing_where_all_the_text_is_bold(wrap):
    assert subheads(wrap.format(parted("<p>The bakers</p>", "<p>The council</p>"))) == []


def test_a_b_that_is_set_to_normal_is_not_bold():
    assert subheads(parted("<p><b style='font-weight:normal'>The bakers</b></p>")) == []


def test_a_bold_line_of_a_quote_stands_above_its_text():
    quote = f"<blockquote><p><b>From the letter</b></p><p>{DESCRIPTION}</p></blockquote>"
    assert subheads(parted(quote)) == ["From the letter"]
    assert subheads(parted("<blockquote><p><b>From the letter</b></p></blockquote><h3>Part one</h3>")) == [
        "From the letter",
        "Part one",
    ]
    assert subheads(parted("<blockquote><p><b>Never again on that boat</b></p></blockquote>")) == []


# --- headings that are none of the article's


def test_a_kicker_above_the_text_is_no_subhead():
    article = read(f"<h3>Harbours</h3><h2>The ferry: how it runs again</h2><p>3 May</p>{paragraphs()}")
    assert texts_of(article) == TEXTS


def test_a_day_above_the_hours_of_a_live_ticker_is_a_subhead():
    hours = parted("<h4>9:15 Sheep first</h4>", "<h4>8:40 The stage holds</h4>")
    assert subheads(f"<h3>Thursday</h3><h4>9:40 All aboard</h4>{hours}")[:2] == ["Thursday", "9:40 All aboard"]


LINKS = "<li><a href='/x'>Another ferry in another place</a></li><li><a href='/y'>Another storm</a></li>"


@pytest.mark.parametrize(
    "box",
    [
        f"<h3>From the harbour</h3><ul>{LINKS}</ul>",
        "<div class='x9'><h3>From the harbour</h3><p><a href='/x'>Another ferry in another place</a></p></div>",
    ],
)
def test_the_title_of_a_box_of_links_goes_with_them(box):
    assert subheads(parted("<h3>The bakers</h3>", box, "<h3>The council</h3>")) == ["The bakers", "The council"]


def test_a_link_put_in_below_a_subhead_takes_nothing_with_it():
    link = "<p><a href='/x'>Another ferry in another place</a></p>"
    assert subheads(parted("<h3>The bakers</h3>" + link)) == ["The bakers"]


def test_headings_of_the_lowest_level_are_labels_unless_there_are_no_others():
    label = "<h6>Harbour office</h6>"
    assert subheads(parted("<h3>The bakers</h3>", label, "<h3>The council</h3>")) == ["The bakers", "The council"]
    assert subheads(parted(label)) == []
    assert subheads(parted("<h6>The bakers</h6>", "<h6>The council</h6>")) == ["The bakers", "The council"]


def test_a_heading_in_wrappers_of_its_own_stands_where_they_stand():
    wrapped = "<div class='widget'> <div class='inner'> <div><h3>The bakers</h3></div> </div> </div>"
    apart = (
        "<div class='widget'><div class='inner'><div><h3>The council</h3></div><div><i>In short</i></div></div></div>"
    )
    assert subheads(parted(wrapped, apart)) == ["The bakers"]
