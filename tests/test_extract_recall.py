"""Real paragraphs that a stricter reader would lose: split bodies, tickers, announced lists, short last sentences."""

from __future__ import annotations

import json

import pytest
from pages import TEXTS, URL, paragraphs, read, texts_of

from crawler.extract import extract
from crawler.items import Article, Block, Dropped

MORE = [
    "The baker of the new quay sells his bread from a boat now, and the queue stands along the whole of the pier.",
    "Nobody can say how long the stage will hold, since the engineer who built it has moved to another island.",
]


def page(inside: str) -> Article:
    head = "<title>The ferry runs again</title>"
    return extract(
        f"<html><head>{head}</head><body><main><h1>The ferry runs again</h1>{inside}</main></body></html>", URL
    )


# --- a body in several elements


LONG = TEXTS * 2
SPLIT = {
    "elements of one name": f"<div class='part'>{paragraphs(LONG)}</div><div class='ad'><p>Buy our calendar, it is on "
    f"sale now, and it shows all the ferries.</p></div><div class='part'>{paragraphs(MORE)}</div>",
    "paragraphs behind the element": f"<div class='text'>{paragraphs(LONG)}</div>{paragraphs(MORE)}",
    "paragraphs before the element": f"{paragraphs(MORE)}<div class='text'>{paragraphs(LONG)}</div>",
}  # fmt: skip


@pytest.mark.parametrize("markup", SPLIT.values(), ids=SPLIT)
def test_a_body_is_read_in_all_its_parts(markup):
    assert sorted(set(texts_of(page(markup)))) == sorted({*TEXTS, *MORE})


def test_an_element_of_the_same_name_that_is_built_otherwise_is_no_part_of_it():
    card = "<div class='card'><p class='teaser-line'>{}</p></div>"
    others = "".join(card.format(text.replace("The", "Some")) for text in TEXTS)
    markup = f"<div class='row'>{paragraphs(LONG)}</div><div class='row'>{others}</div>"
    assert sorted(set(texts_of(page(markup)))) == sorted(TEXTS)


def test_a_paragraph_with_one_class_more_is_built_like_the_text():
    plain = "".join(f"<p class='line'>{text}</p>" for text in TEXTS)
    assert (
        texts_of(read(f"{plain}<p class='line line--end'>“No,” she said. “Not one.”</p>"))[-1]
        == "“No,” she said. “Not one.”"
    )


def test_a_name_that_a_machine_made_up_says_nothing():
    assert (
        texts_of(read(f"<div class='block-id-n1AuAd9JlVL'>{paragraphs()}</div>{paragraphs(LONG)}"))[: len(TEXTS)]
        == TEXTS
    )


def test_a_headline_below_the_text_does_not_hide_it():
    head = "<title>The ferry runs again</title>"
    bar = "<div class='bar'><h1>The ferry runs again</h1></div>"
    html = f"<html><head>{head}</head><body><main><div class='text'>{paragraphs()}</div>{bar}</main></body></html>"
    assert texts_of(extract(html, URL)) == TEXTS


def test_a_table_set_as_a_figure_is_read():
    rows = "<tr><th>Island</th><th>Sheep</th></tr><tr><td>North</td><td>410</td></tr>"
    table = f"<figure class='wp-block-table'><table>{rows}</table><figcaption>Sheep, as counted.</figcaption></figure>"
    article = read(paragraphs(TEXTS[:3]) + table + paragraphs(TEXTS[3:]))
    assert [block.text for block in article.blocks if block.kind == "table"] == ["Island Sheep\nNorth 410"]
    assert [block.text for block in article.blocks if block.kind == "caption"] == ["Sheep, as counted."]


# --- short sentences and lists


@pytest.mark.parametrize("sentence", ["The boat is late.", "Nobody was hurt!", "Wer weiß das schon?"])
def test_a_short_sentence_opens_or_ends_the_text(sentence):
    assert texts_of(read(paragraphs([sentence, *TEXTS]))) == [sentence, *TEXTS]
    assert texts_of(read(paragraphs([*TEXTS, sentence]))) == [*TEXTS, sentence]


@pytest.mark.parametrize("label", ["Harbour desk", "14 March 2026, 16:30.", "Islands: Ann Reed."])
def test_a_label_does_not(label):
    if not label.startswith("Islands"):
        assert texts_of(read(paragraphs([label, *TEXTS]))) == TEXTS
    assert texts_of(read(paragraphs([*TEXTS, "Harbour desk"]))) == TEXTS


def test_a_list_that_the_text_announces_belongs_to_it_however_it_is_boxed():
    entries = "<div class='grid'><div><ul><li>flour of the north</li><li>wood of the south</li></ul></div></div>"
    announced = paragraphs([*TEXTS[:2], "What the bakers carried over on the first day:"])
    article = read(announced + entries + paragraphs(TEXTS[2:]))
    assert Block("list", "flour of the north\nwood of the south") in article.blocks
    beside = read(paragraphs(TEXTS[:3]) + entries + paragraphs(TEXTS[3:]))
    assert not [block for block in beside.blocks if block.kind == "list"]


# --- live tickers


HEADS = ["First boat leaves", "Wind turns over the bay", "A touch at the stage", "Council meets"]
TIMES = ["18:05", "17:40", "16:12", "9.30"]
ENTRIES = {
    "article": "<article class='entry'><time>{time}</time><h3>{head}</h3><p>{text}</p></article>",
    "entry of a list": "<li class='entry'><time>{time}</time><h3>{head}</h3><p>{text}</p></li>",
    "link beside": "<div class='post'><div><i>{time} Uhr</i> <a>link</a></div><h3>{head}</h3><p>{text}</p></div>",
    "bold line": "<div class='post'><p><time>{time}</time></p><p><strong>{head}</strong></p><p>{text}</p></div>",
    "row of a table": "<tr><td>{time}</td><td><strong>{head}</strong><p>{text}</p></td></tr>",
    "date and time": "<div class='post'><span>1 March 2026, {time} CET</span><h3>{head}</h3><p>{text}</p></div>",
}  # fmt: skip
HOLDERS = {"entry of a list": "ol", "row of a table": "table"}


def ticker(name: str, entry: str) -> tuple[Article, list[Dropped]]:
    filled = "".join(
        entry.format(time=time, head=head, text=text) for time, head, text in zip(TIMES, HEADS, TEXTS, strict=False)
    )
    holder = HOLDERS.get(name, "div")
    dropped: list[Dropped] = []
    html = f"<html><body><main><h1>The ferry, live</h1><{holder} class='live'>{filled}</{holder}></main></body></html>"
    return extract(html, URL, dropped=dropped), dropped


@pytest.mark.parametrize(("name", "entry"), ENTRIES.items(), ids=ENTRIES)
def test_entries_of_a_ticker_are_paragraphs_below_their_headings(name, entry):
    article, dropped = ticker(name, entry)
    expected = [block for pair in zip(HEADS, TEXTS, strict=False) for block in pair]
    assert [block.text for block in article.blocks] == expected
    assert [block.kind for block in article.blocks] == ["subhead", "paragraph"] * 4
    assert [item.reason for item in dropped].count("the time of an entry") == 4


def test_an_entry_without_a_heading_is_headed_by_its_time():
    article, _ = ticker("entry of a list", "<li><span>{time}</span><div><p>{text}</p></div></li>")
    assert [block.text for block in article.blocks if block.kind == "subhead"] == TIMES
    assert [block.text for block in article.blocks if block.kind == "paragraph"] == TEXTS[:4]


def test_a_time_within_the_heading_stays_there():
    article, _ = ticker("section", "<section><h3>{time} {head}</h3><p>{text}</p></section>")
    assert [block.text for block in article.blocks if block.kind == "subhead"] == [
        f"{time} {head}" for time, head in zip(TIMES, HEADS, strict=True)
    ]


def test_a_list_within_an_entry_stays_a_list():
    entry = "<li><time>{time}</time><h3>{head}</h3><ul><li>one</li><li>two</li></ul><p>{text}</p></li>"
    article, _ = ticker("entry of a list", entry)
    assert [block.kind for block in article.blocks] == ["subhead", "list", "paragraph"] * 4


def test_two_times_make_no_ticker():
    times = "<p>16:30</p>"
    assert (
        texts_of(read(paragraphs(TEXTS[:2]) + times + paragraphs(TEXTS[2:4]) + times + paragraphs(TEXTS[4:]))).count(
            "16:30"
        )
        == 2
    )


def test_a_part_that_is_built_otherwise_is_text_when_it_is_large():
    part = "<section class='x'><div>{}</div></section>"
    large = part.format("".join(f"<p class='big'>{text}</p>" for text in MORE))
    assert set(MORE) <= set(texts_of(read(paragraphs(TEXTS[:3]) + large + paragraphs(TEXTS[3:]))))
    small = part.format("<p class='big'>It may rain in the evening, says the office.</p>")
    assert texts_of(read(paragraphs(LONG[:6]) + small + paragraphs(MORE))) == [*TEXTS, *MORE]


# --- what JSON-LD confirms


def confirmed(text: list[str]) -> str:
    node = {"@type": "NewsArticle", "articleBody": " ".join(text)}
    return f"<script type='application/ld+json'>{json.dumps(node)}</script>"


NOTE = "What the others think of it, nobody would say"
DOUBTED = {
    "built otherwise": f"<section class='x'><div><p class='big'>{NOTE}</p></div></section>",
    "in a box by its name": f"<div class='related-note'><p>{NOTE}</p></div>",
}


@pytest.mark.parametrize("markup", DOUBTED.values(), ids=DOUBTED)
def test_what_json_ld_has_word_for_word_belongs_to_the_text(markup):
    text = [*TEXTS, *MORE]
    inside = paragraphs(text[:4]) + markup + paragraphs(text[4:])
    assert NOTE not in texts_of(read(inside))
    assert NOTE in texts_of(read(inside, head=confirmed([*text[:4], NOTE, *text[4:]])))


def test_json_ld_with_another_text_confirms_nothing():
    text = [*TEXTS, *MORE]
    inside = paragraphs(text[:4]) + DOUBTED["built otherwise"] + paragraphs(text[4:])
    other = ["The tram of the old town stops at noon, since its driver likes to eat at home."] * 8
    assert NOTE not in texts_of(read(inside, head=confirmed([*other, NOTE])))
