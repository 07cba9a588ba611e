"""Invented pages: an article between whatever a test puts round it and into it."""

from __future__ import annotations

from crawler.extract import extract
from crawler.items import Article

URL = "https://courier.example/world/the-ferry-runs-again-10001.html"
TEXTS = [
    "The ferry between the two islands will run again from Monday, the harbour office said in a note.",
    "Passengers had waited for four weeks while the landing stage was rebuilt after the spring storm.",
    "Three bakers of the old town have joined their ovens, and the queue now reaches round the corner.",
    "They share the flour, the wood and the night shift, and none of them wants to go back to before.",
    "The council will meet on Thursday and decide whether the lighthouse keeps its lamp for another year.",
    "Fishermen had asked for it since the storm that took two of their boats out of the inner harbour.",
]
DESCRIPTION = "Four weeks after the storm the harbour office has found a way to move people and sheep."


def read(inside: str, *, above: str = "", below: str = "", head: str = "", wrap: str = "div") -> Article:
    return extract(
        f"<html><head><title>The ferry runs again</title>{head}</head><body><main>"
        f"<h1>The ferry runs again</h1>{above}<{wrap} class='text'>{inside}</{wrap}>{below}</main></body></html>",
        URL,
    )


def paragraphs(texts: list[str] = TEXTS) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def texts_of(article: Article, kind: str | None = None) -> list[str]:
    return [block.text for block in article.text_blocks if kind in (None, block.kind)]
