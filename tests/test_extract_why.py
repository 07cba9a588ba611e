"""What was dropped says why; what was kept is not among it."""

from __future__ import annotations

import pytest

from crawler.catalogue import Select
from crawler.extract import extract
from crawler.items import Dropped

URL = "https://courier.example/world/2026/the-ferry-stays-in-harbour"
_SENTENCES = [
    f"On day {day} the crew of the ferry counted the crates once more, and the harbour master wrote the number down."
    for day in ("one", "two", "three", "four", "five", "six")
]
_PAGE = f"""<html><head><title>The ferry stays in harbour</title></head><body>
<nav><a href="/">The first page of the paper, with all that is new today</a></nav>
<main><h1>The ferry stays in harbour</h1>
<article class="text">
<p>{_SENTENCES[0]}</p><p>{_SENTENCES[1]}</p>
<p>Read also: <a href="/a">The crates that nobody wants</a></p>
<div class="newsletter"><p>All ferries of the week in one letter, every Friday at dawn.</p></div>
<p>{_SENTENCES[2]}</p><p>{_SENTENCES[3]}</p>
<h2>The ferry stays in harbour</h2>
<p>{_SENTENCES[4]}</p>
<p class="secret">The print shop adds this line by hand to each and every page that it prints.</p>
<p>{_SENTENCES[5]}</p>
<p>© 2026 Courier</p>
</article></main>
<div class="elsewhere"><p>The weather of the week will be of no use to anybody who has to cross the bay.</p></div>
</body></html>"""


@pytest.fixture(scope="module")
def dropped() -> list[Dropped]:
    found: list[Dropped] = []
    extract(_PAGE, URL, select=Select(drop=(".secret",)), dropped=found)
    return found


@pytest.mark.parametrize(
    ("text", "reason", "place"),
    [
        ("Read also: The crates", "calls the reader away", "article.text > p"),
        ("All ferries of the week", "named newsletter", "article.text > div.newsletter"),
        ("The ferry stays in harbour", "repeats the headline", "article.text > h2"),
        ("© 2026 Courier", "a rights line", "article.text > p"),
        ("The weather of the week", "outside the element that holds the article", "div.elsewhere > p"),
        ("The print shop adds", "named by [select] drop", "p.secret"),
    ],
)
def test_each_piece_bears_its_reason(dropped, text, reason, place):
    assert (reason, place) in [(item.reason, item.place) for item in dropped if item.text.startswith(text)]


def test_navigation_is_named_by_its_tag():
    found: list[Dropped] = []
    page = _PAGE.replace("<nav>", "<main><h1>The ferry stays in harbour</h1><nav>", 1)
    extract(page, URL, dropped=found)
    assert "<nav>" in [item.reason for item in found]


def test_nothing_is_both_kept_and_dropped(dropped):
    article = extract(_PAGE, URL, select=Select(drop=(".secret",)))
    assert [block.text for block in article.blocks] == _SENTENCES
    assert not {item.text for item in dropped} & {block.text for block in article.blocks}
