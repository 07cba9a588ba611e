from __future__ import annotations

import json
from typing import Any

import pytest
from lxml.html import document_fromstring

from crawler.extract import jsonld

PAGE = "https://paper.example/world/the-bridge-opens-again-after-the-flood"
TITLE = "The bridge opens again after the flood"


def read(*scripts: str) -> list[dict[str, Any]]:
    tags = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    return jsonld.read(document_fromstring(f"<html><head>{tags}</head><body></body></html>"))


@pytest.mark.parametrize(
    "script",
    [
        '{"a": 1}',
        '{"a": 1,}',
        '{"a": [1, 2, ], }',
        '<!-- {"a": 1} -->',
        '//<![CDATA[\n{"a": 1}\n//]]>',
        '/*<![CDATA[*/ {"a": 1} /*]]>*/',
        '{"a": 1};',
        "{&quot;a&quot;: 1}",
        '{"a": "it\\\'s"}',
        '{"a": "line\nbreak\x01"}',
        '\ufeff{"a": 1}',
    ],
)
def test_broken_scripts_are_mended(script: str) -> None:
    assert [list(node) for node in read(script)] == [["a"]]


@pytest.mark.parametrize(
    "script",
    [
        "",
        "nothing",
        "{",
        "[" * 50_000,
        '{"a":' * 50_000,
        '{"a": "' + "x" * jsonld.MAX_SCRIPT + '"}',
        "5",
        '"text"',
        "null",
    ],
)
def test_hopeless_scripts_give_nothing(script: str) -> None:
    assert read(script) == []


def test_huge_numbers_do_not_cost_the_script() -> None:
    assert read('{"a": %s, "b": 2}' % ("9" * 10_000)) == [{"a": None, "b": 2}]


def test_lists_and_graphs_come_apart_in_page_order() -> None:
    nodes = read('[{"n": 1}, [{"n": 2}]]', '{"n": 3, "@graph": [{"n": 4}, {"n": 5, "mainEntity": {"n": 6}}]}')
    assert [node["n"] for node in nodes] == [1, 2, 3, 4, 5, 6]


def test_other_scripts_are_not_read() -> None:
    assert (
        jsonld.read(document_fromstring('<script>{"a": 1}</script><script type="application/json">{"a": 1}</script>'))
        == []
    )


def test_types_and_strings_take_what_they_find() -> None:
    assert jsonld.types({"@type": ["http://schema.org/NewsArticle", "schema:Thing"]}) == {"newsarticle", "thing"}
    assert jsonld.types({"@type": 5}) == set()
    assert jsonld.strings(["a", " ", 5, None, {"name": "b"}, {"@value": "c"}, {"@id": "d"}, ["e"], {}]) == [
        "a",
        "b",
        "c",
        "d",
    ]


def test_references_are_looked_up() -> None:
    nodes = [{"@id": "#ann"}, {"@id": "#ann", "name": "Ann Lee", "@type": "Person"}]
    assert jsonld.resolved([{"@id": "#ann"}, "Bo Ek", 5], nodes) == [nodes[1], {"name": "Bo Ek"}]
    assert jsonld.resolved({"@id": "#nobody"}, nodes) == [{"@id": "#nobody"}]


def article(**fields: object) -> dict[str, Any]:
    return {"@type": "NewsArticle", **fields}


@pytest.mark.parametrize(
    "own",
    [
        article(headline=TITLE),
        article(headline="Bridge: open!", url=PAGE),
        article(headline="Bridge: open!", mainEntityOfPage={"@id": PAGE + "/"}),
        article(headline=TITLE, url="https://paper.example/"),
        article(headline=TITLE, url="https://mirror.example/elsewhere"),
        article(datePublished="2024-05-06"),
    ],
)
def test_the_object_of_this_page_wins_over_those_of_other_articles(own: dict[str, Any]) -> None:
    other = article(
        headline="Harbour fees rise in spring", url="https://paper.example/world/harbour-fees-rise-in-spring"
    )
    assert jsonld.articles([other, own, other], [PAGE], [TITLE]) == [own]


def test_objects_of_other_articles_alone_are_not_believed() -> None:
    others = [article(headline="Harbour fees rise"), article(headline="A mild winter ahead")]
    assert jsonld.articles(others, [PAGE], [TITLE]) == []
    assert (
        jsonld.articles([article(headline="Seen elsewhere", url="https://x.example/seen-elsewhere")], [PAGE], [TITLE])
        == []
    )


def test_a_single_object_without_address_is_believed() -> None:
    only = article(headline="Quite another wording")
    assert jsonld.articles([{"@type": "Organization"}, only], [PAGE], [TITLE]) == [only]


def test_articles_go_before_pages_and_short_paths_need_their_query() -> None:
    page, own = {"@type": "WebPage", "url": "https://p.example/n?id=7"}, article(url="https://p.example/n?id=7")
    other = article(url="https://p.example/n?id=8")
    assert jsonld.articles([json.loads(json.dumps(page)), own, other], ["https://p.example/n?id=7"], []) == [own, page]
    assert jsonld.articles([article(url="http://[broken")], [PAGE], []) == [article(url="http://[broken")]
