"""The simplest cases: what holds of an ordinary page."""

from __future__ import annotations

from hostile.case import Answer, Case
from hostile.stories import page, story

PLAIN = story("plain")
CASES = [
    Case(
        "an-ordinary-page", "plain", {"": Answer(page(PLAIN))}, columns={"headline": PLAIN.headline}, says=PLAIN.texts
    ),
    Case("an-empty-page", "plain", {"": Answer("")}, articles=0, outcome="empty", reason="empty"),
    Case(
        "words-that-change",
        "twice",
        {"": [Answer(page(story("before"))), Answer(page(story("before"), inside="<p>" + story("after").texts[0]))]},
        runs=2,
        says=story("before").texts,
        check=lambda found: None if len(found.revisions) == 2 else _fail(f"{len(found.revisions)} revisions"),
    ),
]


def _fail(message: str) -> None:
    raise AssertionError(message)
