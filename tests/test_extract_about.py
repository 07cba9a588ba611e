"""The JSON-LD of a page that is about its own article, among that of others."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawler.extract import about

PAGE = "https://paper.example/world/the-bridge-opens-again-after-the-flood"
TITLE = "The bridge opens again after the flood"


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
    assert about.articles([other, own, other], [PAGE], [TITLE]) == [own]


def test_objects_of_other_articles_alone_are_not_believed() -> None:
    others = [article(headline="Harbour fees rise"), article(headline="A mild winter ahead")]
    assert about.articles(others, [PAGE], [TITLE]) == []
    assert (
        about.articles([article(headline="Seen elsewhere", url="https://x.example/seen-elsewhere")], [PAGE], [TITLE])
        == []
    )


def test_a_single_object_without_address_is_believed() -> None:
    only = article(headline="Quite another wording")
    assert about.articles([{"@type": "Organization"}, only], [PAGE], [TITLE]) == [only]


def test_articles_go_before_pages_and_short_paths_need_their_query() -> None:
    page, own = {"@type": "WebPage", "url": "https://p.example/n?id=7"}, article(url="https://p.example/n?id=7")
    other = article(url="https://p.example/n?id=8")
    assert about.articles([json.loads(json.dumps(page)), own, other], ["https://p.example/n?id=7"], []) == [own, page]
    assert about.articles([article(url="http://[broken")], [PAGE], []) == [article(url="http://[broken")]
