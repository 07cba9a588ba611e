"""One page at many addresses is told from one article at many, by what each address promised."""

from __future__ import annotations

import pytest

from crawler.samepage import Sight, distinct, frame, is_one_page, resemble, slug_words, tells

TITLES = ["Fishermen strike over nets", "Lighthouse loses its lamp", "Bakers share one oven", "Sheep board the ferry"]
OFFER = "Our paper is paid for by those who read it, and by nobody else in the whole archipelago."


def sights(titles, headline):
    return [
        Sight(f"https://courier.example/n/{number}", title, headline or title) for number, title in enumerate(titles)
    ]


@pytest.mark.parametrize(
    ("titles", "headline", "word_count", "is_wall"),
    [
        (TITLES[:3], "A paper for all", 80, True),
        (TITLES[:3], "A paper for all", 12, True),
        (TITLES[:2], "A paper for all", 80, False),
        (TITLES[:3], None, 80, True),
        (TITLES[:3], None, 12, False),
        (TITLES[:2], None, 80, False),
        (TITLES, TITLES[0], 80, False),
        ([TITLES[0]] * 9, TITLES[0], 80, False),
        ([TITLES[0]] * 9, "Nets: why the fishermen strike", 80, False),
        ([None] * 6, "A paper for all", 80, False),
        ([None] * 7, "A paper for all", 80, True),
        (["渔民罢工抗议", "灯塔今夜熄灯", "面包师共用烤炉"], "欢迎订阅本报", 80, True),
        (["渔民罢工抗议新规"] * 4, "渔民罢工抗议", 80, False),
    ],
)
def test_what_was_promised_tells_a_wall_from_an_article(titles, headline, word_count, is_wall):
    assert is_one_page(sights(titles, headline), word_count) is is_wall


def test_the_words_of_an_address_are_a_promise_where_nothing_was_announced():
    assert slug_words("https://courier.example/2026/10/06/the-ferry-runs-again-10001.html") == "the ferry runs again"
    assert slug_words("https://courier.example/n/10001") == ""
    paths = ("fishermen-strike-again", "lighthouse-loses-lamp", "bakers-share-oven")
    seen = [Sight(f"https://courier.example/{path}", None, path.replace("-", " ")) for path in paths]
    assert is_one_page(seen, 80)
    assert not is_one_page([*seen[:1]] * 9, 80)


def test_headlines_of_one_story_resemble_each_other():
    assert resemble("Fishermen strike over nets", "Nets: the fishermen’s strike goes on")
    assert not resemble("Fishermen strike over nets", "Lighthouse loses its lamp")
    assert not resemble("", "Lighthouse loses its lamp")
    assert distinct([*TITLES, *TITLES, ""]) == 4


def test_address_headline_and_time_make_no_other_page():
    def shown(headline, at, clock):
        return frame(headline, f"{headline} {OFFER} You asked for {at} at {clock}.", headline)

    one = shown("Fishermen strike", "https://courier.example/n/1", "08:10")
    assert one == shown("Bakers share one oven", "/n/2-bakers", "09:55")
    assert one != frame("Bakers", OFFER)
    assert frame(None, "Too short") is None


def test_long_texts_are_compared_as_they_are():
    words = " ".join(f"word{'abcdefghij'[number % 10]} {number}" for number in range(400))
    assert frame(None, words) == frame(None, words)
    assert frame(None, words) != frame(None, words.replace("399", "400"))


@pytest.mark.parametrize(
    ("text", "promise", "is_told"),
    [
        ("In Sarrane the fishermen went on strike: their nets are too old.", TITLES[0], True),
        (f"{TITLES[0]} {OFFER}", TITLES[0], False),
        (OFFER, TITLES[0], False),
        (OFFER, "", False),
        ("今天渔民开始罢工，抗议政府新规。", "渔民罢工抗议新规", True),
        ("欢迎订阅本报，首月免费。", "渔民罢工抗议新规", False),
    ],
)
def test_a_text_belongs_to_an_address_of_whose_promise_it_speaks(text, promise, is_told):
    assert tells(text, promise) is is_told


def test_prose_that_differs_by_many_numbers_is_of_many_articles():
    def result(number):
        line = "The ferry {0} left pier {0} with {1} passengers and was back at {0} after {2} minutes."
        return frame(f"Ferry {number}", " ".join(line.format(number + at, number * 7, number % 9) for at in range(3)))

    assert len({result(number) for number in range(10, 30)}) == 20


def test_a_headline_with_the_number_of_its_address_belongs_there():
    numbered = [Sight(f"https://courier.example/n/{number}", "Read more", f"Report {number}") for number in range(9)]
    assert not is_one_page(numbered, 80)
    assert is_one_page([Sight(sight.url, sight.title, "Report 4") for sight in numbered], 80)
