"""Pages built to hurt: each gets an answer or a reason, whatever it holds."""

from __future__ import annotations

import subprocess
import sys

import pytest
from lxml import etree

from crawler.errors import PageError
from crawler.extract import extract
from crawler.items import Article
from crawler.normalise import clean
from crawler.page import guard, jsonld, meta, parse
from crawler.page.texts import first_text, is_longer

URL = "https://courier.example/world/2026/03/harbour-ferry-runs-again-10001"
HEADLINE = "Harbour ferry runs again after four weeks of storm"
SENTENCE = "The ferry between the two islands runs again from Monday, the harbour office said in a short note."
TEXT = f"<p>{SENTENCE}</p>" * 3
MANY = 2 * guard.MAX_ATTRIBUTES


def read(inside: str, head: str = "") -> Article:
    return extract(
        f"<html><head>{head}</head><body><h1>{HEADLINE}</h1><div>{TEXT}{inside}{TEXT}</div></body></html>", URL
    )


def attributes(value: str = "") -> str:
    return " ".join(f"a{number}{value}" for number in range(MANY))


HIDDEN_ATTRIBUTES = {
    "plain": f"<p {attributes()}>",
    "with > in quotes": "<p " + attributes('=">"') + ">",
    "with < in quotes": "<p " + attributes('="<b>"') + ">",
    "with slashes": "<p" + "".join(f"/a{number}" for number in range(MANY)) + ">",
    "without a space": "<p " + "".join(f"a{number}='1'" for number in range(MANY)) + ">",
    "on a script": f"<script {attributes()}></script>",
    "after a script in a comment": f"<!-- <script --><p {attributes()}>",
    "after a script in a value": f'<p title="<script">a</p><p {attributes()}>',
    "after a script in a textarea": f"<textarea><script></textarea><p {attributes()}></p><script></script>",
    "after a quote in a script": f'<script>a<b="</script><p {attributes()}>"',
    "after a comment that ends at once": f"<!--><p {attributes()}> -->",
    "in the value that an odd quote begins": f"<p a' b='><p {attributes()}>'>",
    "on many tags": f"<p {' '.join(f'a{number}' for number in range(300))}>x</p>" * 300,
}


@pytest.mark.parametrize("inside", HIDDEN_ATTRIBUTES.values(), ids=HIDDEN_ATTRIBUTES)
def test_attributes_without_number_are_seen_wherever_they_hide(inside: str) -> None:
    with pytest.raises(PageError, match="attributes"):
        read(inside)


@pytest.mark.parametrize(
    "inside",
    [
        f"<script>if (a <b) {{ {'x = 1; ' * MANY} }}</script>",
        f"<style>a <b {'p {} ' * MANY}</style>",
        f"<!-- <b {attributes()} -->",
        f'<p data-names="{attributes()}">a</p>',
        f"<p {' '.join(f'a{number}=1' for number in range(90))}>a</p>" * 50,
    ],
)
def test_what_only_looks_like_attributes_is_none(inside: str) -> None:
    assert read(inside).headline == HEADLINE


def test_long_names_are_cut_and_json_is_not() -> None:
    long, state = "x" * 3 * guard.MAX_ATTRIBUTE, "{" + "1," * 3 * guard.MAX_ATTRIBUTE + "}"
    page = parse(f'<p class="{long}" data-state="{state}">a</p><meta name=a content="{long}">', URL)
    paragraph = page.root.find(".//p")
    assert paragraph is not None
    assert (len(paragraph.get("class", "")), paragraph.get("data-state")) == (guard.MAX_ATTRIBUTE, state)


def test_contents_of_meta_are_bounded_in_number_and_length() -> None:
    head = f'<meta name=author content="{"x" * 2 * meta.MAX_CONTENT}">' * 2 * meta.MAX_CONTENTS
    contents = parse(f"<html><head>{head}</head>", URL).meta["author"]
    assert [len(content) for content in contents] == [meta.MAX_CONTENT] * meta.MAX_CONTENTS


def test_json_ld_is_bounded_over_all_scripts_of_a_page() -> None:
    one = (
        '<script type="application/ld+json">{"@type": "Thing", "a": "' + "x" * (jsonld.MAX_SCRIPT - 40) + '"}</script>'
    )
    assert len(parse(f"<html><head>{one * 5}</head>", URL).jsonld) == 2
    assert jsonld.strings(["x" * 2 * jsonld.MAX_STRING]) == ["x" * jsonld.MAX_STRING]


def test_marks_without_end_are_cut_before_they_are_sorted() -> None:
    said = clean("e" + "\u0301\u0323" * 200_000 + " " + SENTENCE)
    assert said.endswith(SENTENCE)
    assert len(said) < len(SENTENCE) + 50


def test_entries_of_a_list_are_one_block() -> None:
    article = read("<ul>" + "".join(f"<li>Entry {number}: {SENTENCE}</li>" for number in range(2_000)) + "</ul>")
    entries = next(block for block in article.blocks if block.kind == "list").text.split("\n")
    assert (len(entries), entries[0], entries[-1]) == (2_000, f"Entry 0: {SENTENCE}", f"Entry 1999: {SENTENCE}")


def test_only_as_much_text_is_read_as_is_asked_for() -> None:
    element = parse("<div>one<b>two</b>three</div>", URL).root[0]
    assert (first_text(element, 100), first_text(element, 5)) == ("one two three", "one tw")
    assert (is_longer(element, 10), is_longer(element, 11)) == (True, False)


def test_lines_of_numbers_are_answered() -> None:
    """Under a limit on CPU, since a pattern that goes astray in them would not come back."""
    pieces = ("1", "1-", "1.", "1 ", "1/1 ", "a 1", "12:", "1. a ")
    lines = "".join(f"<p>{piece * (58 // len(piece))}</p>" for piece in pieces) * 20
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_CPU, (20, 20))\nfrom crawler.extract import extract\n"
    )
    asked = f"<html><body><h1>{HEADLINE}</h1><div>{TEXT}{lines}{TEXT}</div></body></html>"
    done = subprocess.run(
        [sys.executable, "-c", code + f"print(extract(sys.stdin.read(), {URL!r}).headline)"],
        input=asked, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == HEADLINE, done.stderr


def test_an_address_with_half_a_character_is_none() -> None:
    image = r'<script type="application/ld+json">{"@type": "NewsArticle", "image": "a\ud800.png"}</script>'
    assert read("", image).image_url is None


def test_a_standfirst_is_not_repeated_by_another_reading() -> None:
    text = (
        f"<div class=comments><p class=lead>{SENTENCE}</p><p>{SENTENCE} Passengers had waited for four weeks.</p></div>"
    )
    article = extract(f"<html><body><h1>{HEADLINE}</h1><p class=lead>{SENTENCE}</p>{text * 2}</body></html>", URL)
    assert not {block.text for block in article.blocks} & set(article.standfirst)


def test_a_class_of_control_characters_is_read() -> None:
    aside = f"<div class='a\x1fb'><p>{SENTENCE}</p></div><div><p>Said by all.</p></div>"
    assert SENTENCE in read(f"<section class='\x0bc'>{aside}</section>").body


def test_state_that_would_cost_too_much_is_no_other_reading() -> None:
    script = '<script>x = {"html": "<p ' + attributes() + ">" + SENTENCE * 9 + '</p>"}</script>'
    assert extract(f"<html><body><h1>{HEADLINE}</h1><p>{SENTENCE}</p>{script}</body></html>", URL).body == SENTENCE


def test_runs_too_many_for_their_depth_are_refused() -> None:
    with pytest.raises(PageError, match="nested"):
        read("<div>" * 400 + f"<p>{SENTENCE}</p>" * 5_000)


def test_nested_headings_are_not_read_once_for_each() -> None:
    root = etree.fromstring("<h1>" * 200 + "word " * 1_000 + "</h1>" * 200)
    assert sum(len(first_text(element, 50)) for element in root.iter("h1")) == 200 * 50
