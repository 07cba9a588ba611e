"""What the memory of a source takes for boilerplate, and what it leaves alone; invented lines."""

from __future__ import annotations

import json
import pickle

import pages
import pytest

from crawler.dedupe import Words
from crawler.extract import extract
from crawler.items import Dropped
from crawler.memory import WINDOW, Memory, bare, fingerprint, is_version, moved, repeating
from crawler.normalise import words

LINE = 7  # the fingerprint that is asked for


def article(number: int, *, first: int | None = None, last: int | None = None, length: int = 6) -> list[int]:
    """Runs of an article of its own, with a line of the template above or below."""
    own = [1000 * number + run for run in range(length)]
    return [*([] if first is None else [first]), *own, *([] if last is None else [last])]


def learned(articles: list[list[int]]) -> bool:
    newest, *earlier = reversed(articles)
    return LINE in repeating(newest, earlier)


# --- what repeats


def test_the_third_article_shows_it():
    articles = [article(number, last=LINE, length=4 + number) for number in range(1, 4)]
    assert not learned(articles[:2])
    assert learned(articles)


def test_it_may_stand_above_the_text():
    assert learned([article(number, first=LINE, length=4 + number) for number in range(1, 4)])


def test_the_background_of_a_story_is_no_boilerplate():
    few = [article(number, last=LINE if number % 5 == 0 else None) for number in range(1, 41)]
    assert not learned([*few[:39], few[39]])


def test_what_wanders_over_the_page_needs_many_pages():
    def wandering(number: int) -> list[int]:
        runs = article(number, length=9 + number)
        return [*runs[: number % 7], LINE, *runs[number % 7 :]]

    assert not learned([wandering(number) for number in range(1, 10)])
    assert learned([wandering(number) for number in range(1, 16)])


def test_it_counts_from_the_page_that_had_it_first():
    before = [article(number) for number in range(1, 60)]
    assert learned([*before, *(article(number, last=LINE) for number in range(60, 63))])


def test_only_the_last_articles_are_compared():
    once = [article(number, last=LINE) for number in (1, 2)]
    others = [article(number) for number in range(3, WINDOW + 2)]
    assert not learned([*once, *others, article(WINDOW + 2, last=LINE)])


def test_a_version_of_an_article_teaches_nothing():
    first = article(1, length=8)
    assert is_version([*first[:6], 91, 92], [article(2), first])
    assert not is_version([*first[:3], 91, 92], [first])
    assert not is_version([*first[:4], *range(90, 96)], [first])


def test_short_lines_have_no_fingerprint_but_headings_have():
    assert fingerprint("he did not answer") is None
    assert fingerprint("keep us afloat", heading=True) is not None
    long = "this paper lives on its readers and on nobody else"
    assert fingerprint(long) != fingerprint(long, heading=True)
    assert -(2**63) <= (fingerprint(long) or 0) < 2**63
    assert fingerprint("a lone surrogate \ud800 in a long enough line") is not None


# --- a page that is read with it

URL, TEXTS = pages.URL, pages.TEXTS[:4]
APPEAL = "Whoever likes how we count the boats may pour us a coffee at the old customs house."


def key(text: str) -> str:
    return " ".join(words(text))


def knows(*texts: str, headings: tuple[str, ...] = ()) -> Memory:
    prints = [fingerprint(key(text)) for text in texts] + [fingerprint(key(text), heading=True) for text in headings]
    return Memory(frozenset(run for run in prints if run is not None))


def read(inside: str, memory: Memory | None, dropped: list[Dropped] | None = None) -> list[str]:
    page = f"<html><head><title>The ferry runs again</title></head><body><main><h1>The ferry runs again</h1>{inside}"
    found = extract(page + "</main></body></html>", URL, memory=memory, dropped=dropped)
    return [block.text for block in found.blocks]


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def test_a_page_alone_keeps_the_line_and_a_memory_drops_it_with_a_reason():
    page = paragraphs(*TEXTS[:2], APPEAL, *TEXTS[2:])
    dropped: list[Dropped] = []
    assert APPEAL in read(page, None)
    assert read(page, knows(APPEAL), dropped) == TEXTS
    assert [piece.reason for piece in dropped if piece.text == APPEAL] == ["stands on other pages of this source too"]


def test_its_heading_goes_with_it():
    box = f"<h3>The customs house</h3><p>{APPEAL}</p>"
    middle = paragraphs(*TEXTS[:2]) + box + paragraphs(*TEXTS[2:])
    assert read(middle, knows(APPEAL, headings=("The customs house",))) == TEXTS
    under_a_title = paragraphs(*TEXTS[:2]) + box + "<h3>The bakers</h3>" + paragraphs(*TEXTS[2:])
    assert read(under_a_title, knows(APPEAL)) == [*TEXTS[:2], "The bakers", *TEXTS[2:]]


def test_a_heading_of_other_text_stays():
    page = paragraphs(*TEXTS[:2]) + "<h3>The background</h3>" + paragraphs(*TEXTS[2:], APPEAL)
    memory = knows(APPEAL, headings=("The background",))
    assert read(page, memory) == [*TEXTS[:2], "The background", *TEXTS[2:]]


def test_a_quote_stays():
    page = paragraphs(*TEXTS[:2]) + f"<blockquote>{APPEAL}</blockquote>" + paragraphs(*TEXTS[2:])
    assert APPEAL in read(page, knows(APPEAL))


def test_an_article_that_would_lose_much_loses_nothing():
    assert read(paragraphs(*TEXTS), knows(*TEXTS[2:])) == TEXTS


@pytest.mark.parametrize("memory", [None, Memory()])
def test_every_page_teaches(memory):
    page = paragraphs(*TEXTS[:2]) + "<h3>The bakers</h3>" + paragraphs(*TEXTS[2:])
    lead = "<p class='standfirst'>Four weeks after the storm the harbour office has found a way to move the sheep.</p>"
    story = f"<main><h1>The ferry runs again</h1><header>{lead}</header><div class='story'>{page}</div></main>"
    layout = extract(story, URL, memory=memory)
    assert layout.layout is not None
    heading = fingerprint("the bakers", heading=True)
    prints = [fingerprint(key(text)) for text in TEXTS]
    assert list(layout.layout.runs)[1:] == [*prints[:2], heading, *prints[2:]]
    assert layout.layout.builds == {
        "container": "main > div.story",
        "body": "div.story > p",
        "subhead": "div.story > h3",
        "standfirst": "header > p.standfirst",
    }


@pytest.mark.parametrize(
    ("names", "build"),
    [
        ("story-body wide", "div.story-body > p"),
        ("post-4711 entry", "div.entry > p"),
        ("bdVaJa articleBody", "div.articleBody > p"),
        ("css-xyzzya", "div > p"),
        ("x" * 100_000, "div > p"),
    ],
)
def test_builds_are_told_by_the_names_that_people_gave(names, build):
    page = f"<main><h1>The ferry runs again</h1><div class='{names}'>{paragraphs(*TEXTS)}</div></main>"
    layout = extract(page, URL).layout
    assert layout is not None
    assert layout.builds["body"] == build


def test_a_ticker_teaches_by_its_ends():
    entries = [f"At the hour {number} of this long day another boat of the fleet came home." for number in range(1500)]
    layout = extract(f"<main><h1>The ferry runs again</h1><div>{paragraphs(*entries)}</div></main>", URL).layout
    assert layout is not None
    assert len(layout.runs) == 1000
    assert (layout.runs[0], layout.runs[-1]) == (fingerprint(key(entries[0])), fingerprint(key(entries[-1])))


def test_what_was_left_out_is_still_counted():
    page = f"<main><h1>The ferry runs again</h1>{paragraphs(*TEXTS, APPEAL)}</main>"
    layout = extract(page, URL, memory=knows(APPEAL)).layout
    assert layout is not None
    assert layout.runs[-1] == fingerprint(key(APPEAL))


def test_text_out_of_a_script_is_cleaned_and_teaches_too():
    text = "\n".join([*TEXTS, APPEAL, *TEXTS[::-1]])
    said = json.dumps({"@type": "NewsArticle", "headline": "The ferry runs again", "articleBody": text})
    page = f'<h1>The ferry runs again</h1><script type="application/ld+json">{said}</script>'
    found = extract(page, URL, memory=knows(APPEAL))
    assert APPEAL in [block.text for block in extract(page, URL).blocks]
    assert APPEAL not in [block.text for block in found.blocks]
    assert found.layout is not None
    assert [run in found.layout.runs for run in (fingerprint(key(TEXTS[0])), fingerprint(key(APPEAL)))] == [True, True]
    assert found.layout.builds == {"body": "json-ld"}
    assert len(extract(page, URL, memory=knows(APPEAL, *TEXTS)).blocks) == 9


def test_it_can_cross_to_another_process():
    memory = knows(APPEAL)
    assert pickle.loads(pickle.dumps(memory)) == memory  # our own


# --- two versions, one memory


def test_versions_are_compared_without_what_repeats():
    old = Words("H", "A standfirst of the page.", f"{TEXTS[0]}\n\n{APPEAL}")
    assert bare(old, knows(APPEAL)) == Words("H", "A standfirst of the page.", TEXTS[0])
    listed = f"{TEXTS[0]}\n\none\ntwo\n\n{TEXTS[1]}"
    assert bare(Words("H", None, listed), knows(APPEAL)).body == listed
    headed = knows(APPEAL, headings=("The customs house", "The background"))
    body = f"The background\n\n{TEXTS[0]}\n\nThe customs house\n\n{APPEAL}"
    assert bare(Words("H", None, body), headed) == Words("H", None, f"The background\n\n{TEXTS[0]}")
    assert bare(Words("H", APPEAL, None), knows(APPEAL)) == Words("H", None, None)


# --- how pages are built


def test_a_new_build_everywhere_is_a_change():
    assert moved({"div.old > p": 12, "div.live > p": 2}, {"div.new > p": 5}) == ("div.old > p", "div.new > p")


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({"a > p": 4}, {"b > p": 9}),  # hardly known
        ({"a > p": 9}, {"b > p": 4}),  # too few to tell
        ({"a > p": 9}, {"b > p": 6, "a > p": 2}),  # still there
        ({f"{name} > p": 1 for name in "abcdefghi"}, {"z > p": 9}),  # never had a habit
    ],
)
def test_no_change(before, now):
    assert moved(before, now) is None
