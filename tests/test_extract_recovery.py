"""Text that the markup does not hold: in JSON-LD, in the state of the page's scripts, in whatever notation."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pages import TEXTS, URL

from crawler.extract import extract
from crawler.items import Article, Block

HEADLINE = "The ferry runs again"
TEXT = [*TEXTS, "The last of the sheep went over at dusk, and nobody in the harbour office has counted them yet."]
OTHER = [
    f"In another town line {n} of the tram was closed because {n} trees had fallen on the rails." for n in range(9)
]
SUBHEAD = "What the council says"


def shell(scripts: str = "", shown: str = "", head: str = "") -> str:
    return (
        f"<html><head><title>{HEADLINE}</title>{head}</head><body><div id='app'><h1>{HEADLINE}</h1>{shown}</div>"
        f"{scripts}</body></html>"
    )


def data(state: Any, attributes: str = "id='__NEXT_DATA__' type='application/json'") -> str:
    return f"<script {attributes}>{json.dumps(state)}</script>"


def texts_of(article: Article) -> list[str]:
    return [block.text for block in article.text_blocks]


def around(parts: Any) -> dict[str, Any]:
    """A state as frameworks write it: the article deep in it, others beside it."""
    other = {"headline": "A tram stops in another town", "body": [{"type": "paragraph", "text": t} for t in OTHER]}
    page = {"article": {"headline": HEADLINE, "id": 7, "body": parts}, "latest": [other], "title": "The Courier"}
    return {
        "props": {"pageProps": page, "messages": {"consent": "We value your privacy, and so do our friends. " * 40}}
    }


def rich(text: str) -> list[dict[str, Any]]:
    """One paragraph in three pieces."""
    first, rest = text.split(" ", 1)
    last = rest.rsplit(" ", 1)
    return [{"text": f"{first} "}, {"text": last[0], "marks": ["bold"]}, {"text": f" {last[1]}"}]


NOTATIONS = {
    "type and text": [{"type": "paragraph", "text": text} for text in TEXT],
    "kind and html": [{"kind": "Paragraph", "html": f"<p>{text}</p>"} for text in TEXT],
    "content elements": [{"_id": "X", "type": "text", "content": text} for text in TEXT],
    "graphql": [{"__typename": "ParagraphBlock", "textHtml": text} for text in TEXT],
    "data of blocks": [{"id": "a", "type": "paragraph", "data": {"text": text}} for text in TEXT],
    "attributes of blocks": [{"name": "core/paragraph", "attributes": {"content": text}} for text in TEXT],
    "models": [{"type": "text", "model": {"text": text, "blocks": []}} for text in TEXT],
    "editor content": {
        "type": "doc",
        "content": [{"type": "paragraph", "content": [{"type": "text", **p} for p in rich(text)]} for text in TEXT],
    },
    "rich text nodes": {
        "nodeType": "document",
        "content": [
            {"nodeType": "paragraph", "data": {}, "content": [{"nodeType": "text", "value": text}]} for text in TEXT
        ],
    },
    "portable text": [
        {"_type": "block", "style": "normal", "children": [{"_type": "span", **part} for part in rich(text)]}
        for text in TEXT
    ],
    "draft": {"blocks": [{"type": "unstyled", "text": text, "depth": 0} for text in TEXT], "entityMap": {}},
    "syntax tree": [
        {"type": "element", "tagName": "p", "children": [{"type": "text", "value": text}]} for text in TEXT
    ],
    "strings": TEXT,
    "one markup string": "".join(f"<p>{text}</p>" for text in TEXT),
    "one string of lines": "\n\n".join(TEXT),
    "rendered": {"rendered": "".join(f"<p>{text}</p>\n" for text in TEXT)},
    "parts by id": {f"text-{n}": {"type": "text", "text": {"value": text}} for n, text in enumerate(TEXT)},
    "json in a string": json.dumps([{"type": "paragraph", "text": text} for text in TEXT]),
}


@pytest.mark.parametrize("parts", NOTATIONS.values(), ids=NOTATIONS)
def test_the_text_is_read_in_any_notation(parts):
    article = extract(shell(data(around(parts))), URL)
    assert texts_of(article) == TEXT
    assert article.provenance["body"] == "script"


PLACES = {
    "assigned": lambda state: f"window.__PRELOADED_STATE__ = {json.dumps(state)};window.x=1",
    "assigned to a member": lambda state: f"F=window.F||{{}};F.globalContent={json.dumps(state)};F.a=2",
    "parsed": lambda state: f"window.__STATE__ = JSON.parse({json.dumps(json.dumps(state))})",
    "parsed, single quotes": lambda state: "window.s=JSON.parse('" + json.dumps(state).replace("'", "\\'") + "')",
    "handed over": lambda state: f"hydrate(document.body, {json.dumps(state)})",
    "with undefined": lambda state: f'var s = {json.dumps(state)[:-1]}, "none": undefined, "at": new Date("2026")}}',
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_the_state_is_found_wherever_scripts_put_it(place):
    state = around([{"type": "paragraph", "text": text} for text in TEXT])
    html = shell(f"<script>(function(){{if(a<b)c={{d:1}}}})();{place(state)}</script>")
    assert texts_of(extract(html, URL)) == TEXT


def test_references_between_entities_are_followed():
    parts = {f"Paragraph:{n}": {"__typename": "Paragraph", "text": text} for n, text in enumerate(TEXT)}
    article = {"__typename": "Article", "headline": HEADLINE, "body": [{"__ref": name} for name in parts]}
    state = {"ROOT_QUERY": {"article": {"__ref": "Article:1"}}, **dict(reversed(parts.items())), "Article:1": article}
    html = shell(f"<script>window.__APOLLO_STATE__={json.dumps(state)}</script>")
    assert texts_of(extract(html, URL)) == TEXT


def test_a_flat_table_of_values_is_put_together():
    table: list[Any] = [["ShallowReactive", 1], {"data": 2}, {"headline": 3, "body": 4}, HEADLINE, list(range(5, 11))]
    table = [*table[:4], list(range(5, 5 + len(TEXT)))]
    at = len(table) + len(TEXT)
    table += [{"type": at, "text": at + 1 + n} for n in range(len(TEXT))] + ["paragraph", *TEXT]
    html = shell(data(table, "id='__NUXT_DATA__' type='application/json'"))
    assert texts_of(extract(html, URL)) == TEXT


def test_rows_that_are_streamed_are_put_together():
    markup = "".join(f"<p>{text} Καλημέρα.</p>" for text in TEXT)
    rows = f'1:["$","$L2",null,{{"article":{{"title":"{HEADLINE}","html":"$3"}}}}]\n'
    rows += f"3:T{len(markup.encode()):x},{markup}4:[]\n"
    cuts = [rows[:200], rows[200:700], rows[700:]]
    pushes = "".join(f"<script>self.__next_f.push([1,{json.dumps(cut)}])</script>" for cut in cuts)
    assert texts_of(extract(shell(pushes), URL)) == [f"{text} Καλημέρα." for text in TEXT]


def test_markup_in_code_is_the_last_resort():
    markup = json.dumps("".join(f"<p>{text}</p>" for text in TEXT))
    html = shell(f"<script>window.__NUXT__=(function(a,b){{return {{layout:a,body:{markup}}}}}(1,2))</script>")
    assert texts_of(extract(html, URL)) == TEXT


def test_kinds_and_levels_of_the_parts_are_kept_and_the_rest_is_left_out():
    parts = [
        {"type": "text", "content": TEXT[0]},
        {"type": "image", "url": "x.jpg", "caption": "The quay at dawn."},
        {"type": "interstitial_link", "content": "Read also: the storm that took the landing stage"},
        {"type": "text", "content": TEXT[1]},
        {"type": "header", "level": 2, "content": SUBHEAD},
        {"type": "text", "content": f"{TEXT[2]} <a href='/x'>More of it</a>."},
        {"type": "list", "items": [{"type": "text", "content": "flour"}, {"type": "text", "content": "wood"}]},
        {"type": "quote", "content_elements": [], "content": "None of us wants to go back to before, says the baker."},
        {"type": "video", "headline": "The ferry seen from above, in two minutes."},
        {
            "type": "oembed_response",
            "raw_oembed": {"html": f"<blockquote class='twitter-tweet'>{TEXT[5]}</blockquote>"},
        },
        {"type": "newsletter", "text": "The harbour in your inbox, every morning before the first boat leaves."},
        {"type": "text", "content": TEXT[3]},
        {"type": "text", "content": TEXT[4]},
    ]
    article = extract(shell(data(around(parts))), URL)
    assert article.blocks == [
        Block("paragraph", TEXT[0]),
        Block("caption", "The quay at dawn."),
        Block("paragraph", TEXT[1]),
        Block("subhead", SUBHEAD, 2),
        Block("paragraph", f"{TEXT[2]} More of it."),
        Block("list", "flour\nwood"),
        Block("quote", "None of us wants to go back to before, says the baker."),
        Block("embed", TEXT[5]),
        Block("paragraph", TEXT[3]),
        Block("paragraph", TEXT[4]),
    ]


def test_another_article_is_not_taken_for_this_one():
    state = around([])
    assert texts_of(extract(shell(data(state), f"<p>{TEXT[0]}</p>"), URL)) == TEXT[:1]


# --- beside what the page shows


def test_the_rest_of_a_teaser_is_read_and_nothing_twice():
    shown = f"<div class='standfirst'>{TEXT[5]}</div><div class='text'><p>{TEXT[0]}</p><p>{TEXT[1]}</p></div>"
    head = f"<meta name='description' content='{TEXT[5]}'>"
    parts = [{"type": "paragraph", "text": text} for text in [TEXT[5], *TEXT[:5], TEXT[6]]]
    article = extract(shell(data(around(parts)), shown, head), URL)
    assert article.standfirst == [TEXT[5]]
    assert texts_of(article) == [*TEXT[:5], TEXT[6]]


def test_a_text_that_the_markup_holds_is_read_there():
    shown = "".join(f"<p>{text}</p>" for text in TEXT)
    parts = [{"type": "paragraph", "text": text} for text in (*TEXT, "One more line of the state.")]
    article = extract(shell(data(around(parts)), shown), URL)
    assert texts_of(article) == TEXT
    assert article.provenance["body"] == "html"


def declared(text: str, **more: Any) -> str:
    node = {"@type": "NewsArticle", "headline": HEADLINE, "articleBody": text, **more}
    return f"<script type='application/ld+json'>{json.dumps(node)}</script>"


@pytest.mark.parametrize(
    "body", ["\n\n".join(TEXT), "".join(f"<p>{text}</p>" for text in TEXT)], ids=["lines", "markup"]
)
def test_the_text_of_json_ld_is_read_where_the_page_shows_less(body):
    article = extract(shell(head=declared(body), shown=f"<p>{TEXT[0]}</p><p>{TEXT[1]}</p>"), URL)
    assert texts_of(article) == TEXT
    assert article.provenance["body"] == "json-ld"


def test_json_ld_with_other_words_is_not_believed():
    shown = "".join(f"<p>{text}</p>" for text in TEXT[:4])
    assert texts_of(extract(shell(head=declared("\n".join(OTHER)), shown=shown), URL)) == TEXT[:4]


WALLS = {
    "whole": {"isAccessibleForFree": False},
    "part": {"hasPart": {"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".paid"}},
}


@pytest.mark.parametrize("wall", WALLS.values(), ids=WALLS)
def test_what_a_page_keeps_behind_its_paywall_stays_there(wall):
    scripts = data(around([{"type": "paragraph", "text": text} for text in TEXT]))
    article = extract(shell(scripts, f"<p>{TEXT[0]}</p>", declared("\n".join(TEXT), **wall)), URL)
    assert texts_of(article) == TEXT[:1]
    assert article.access == "paywalled"


# --- bounds


HOSTILE = {
    "5 MB": json.dumps(around([{"type": "paragraph", "text": text} for text in TEXT * 8_000])),
    "many small lists": json.dumps([[{"type": "text", "text": "a"}] * 3] * 30_000),
    "lists in lists": json.dumps([[[{"type": "p", "text": text} for text in TEXT]] * 20] * 200),
    "nested deep": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "nested objects": '{"type":"div","children":[' * 20_000 + "]}" * 20_000,
    "broken": json.dumps(around(TEXT))[:-9] + "," * 500_000,
    "begins everywhere": '={"' * 200_000,
    "no end of a string": "JSON.parse('" + "\\" * 400_000,
}


@pytest.mark.parametrize("script", HOSTILE.values(), ids=HOSTILE)
def test_a_state_that_would_cost_seconds_hides_no_text(script):
    article = extract(shell(f"<script>{script}</script>", f"<p>{TEXT[0]}</p>"), URL)
    assert texts_of(article)[:1] == TEXT[:1]
