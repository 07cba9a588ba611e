"""What publishers call the world section, in labels and in addresses."""

from __future__ import annotations

import pytest

from crawler import sections


@pytest.mark.parametrize(
    "label",
    [
        "World",
        "WORLD NEWS",
        "À l’étranger",
        "Nachrichten Ausland",
        "News › World",
        "World | The Courier",
        "DÜNYA HABERLERİ",
        "Świat",
        "ΔΙΕΘΝΗ",
        "В мире",
        "أخبار العالم",
        "खबरें दुनिया",
        "国际新闻",
        "国際ニュース",
        "국제 뉴스",
        "ข่าวต่างประเทศ",
        "Thế giới",
        "Zahraničí",
    ],
)
def test_names_of_the_world_section(label):
    assert sections.names_world(label)


@pytest.mark.parametrize(
    ("label", "judged"),
    [
        ("Sport › International", False),
        ("Wirtschaft", False),
        ("スポーツ", False),
        ("World Cup", None),
        ("News", None),
        ("", None),
        ("Europe", None),
        ("World " * 20, None),
    ],
)
def test_names_of_something_else(label, judged):
    assert sections.judged([label]) is judged
    assert not sections.names_world(label)


def test_the_first_rubric_of_a_trail_that_says_anything_decides():
    assert sections.judged(["Nachrichten", "Ausland", "Wirtschaft"]) is True
    assert sections.judged(["Sport", "Welt"]) is False


def test_a_name_that_is_something_else_elsewhere_counts_in_its_language_only():
    assert sections.names_world("Verden", "nb-NO")
    assert not sections.names_world("Verden", "de")
    assert not sections.names_world("Verden")


@pytest.mark.parametrize(
    ("url", "judged"),
    [
        ("https://www.example.org/news/world/2026/10/06/talks-resume", True),
        ("https://www.example.org/esteri.html", True),
        ("https://www.example.org/world-news/", True),
        ("https://www.example.org/d%C3%BCnya/haber-1", True),
        ("/tin-tuc/the-gioi/x", True),
        ("https://www.example.org/sport/international/x", False),
        ("https://www.example.org/world-heritage/x", None),
        ("https://www.example.org/", None),
        ("https://[", None),
    ],
)
def test_paths(url, judged):
    assert sections.judged_path(url) is judged
    assert sections.path_names_world(url) is (judged is True)


def test_many_languages_and_no_name_that_means_both():
    words = sections._words()
    assert len(words["world"]) >= 60
    for language, names in words["world"].items():
        assert [name for name in names if not sections.names_world(name, language)] == [], language
    for names in words["others"].values():
        assert [name for name in names.split() if sections.names_world(name)] == []
