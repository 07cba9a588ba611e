"""JSON-LD as publishers write it, read whatever is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest
from lxml.html import document_fromstring

from crawler.page import jsonld


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
