"""Words as people type them find articles, in any script."""

from __future__ import annotations

import pytest
from stories import HOME, Shelf, article, paragraph

from crawler.errors import UsageError
from crawler.items import Block
from crawler.report.search import search

TEXTS = {
    "fr": ("Cessez-le-feu à Karsograd", "Le cessez-le-feu a été signé à l’aube par les deux délégations."),
    "en": ("Harbour tax", "A tax on boats, said the mayor. The boats AND the tax stay NOT NEAR anything."),
    "zh": ("朝鲜半岛和平谈判重启", "双方代表在日内瓦举行和平谈判。Geneva 的会议持续三天。"),
    "ja": ("港の税をめぐる議論", "市長は火曜日に東京で会見を開き、港の税について説明した。"),
    "ko": ("서울 회담", "대표단은 서울에서 만났다."),
    "ar": ("محادثات الميناء", "استؤنفت المحادثات في الميناء صباح الثلاثاء."),
    "de": ("Große Brücke über die Förde", "Die Brücke wird gebaut."),
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    shelf = Shelf(tmp_path_factory.mktemp("search") / "news.db")
    for day, (language, (headline, text)) in enumerate(TEXTS.items(), 1):
        url = f"{HOME}/world/a-story-in-{language}-of-ours"
        blocks = [Block("paragraph", text), Block("paragraph", paragraph(day))]
        date = f"2026-10-0{day}T08:00:00Z" if language != "ar" else None
        shelf.read(url, article(url, day, headline=headline, blocks=blocks, language=language, published=date))
    yield shelf
    shelf.close()


def found(shelf, words, **options):
    return [row["url"].split("-")[-3] for row in search(shelf.db, words, **options)]


@pytest.mark.parametrize(
    ("words", "languages"),
    [
        ("cessez-le-feu", ["fr"]),
        ("CESSEZ LE FEU", ["fr"]),
        ("delegations aube", ["fr"]),
        ("délégations", ["fr"]),
        ('"deux délégations"', ["fr"]),
        ('"délégations deux"', []),
        ("l'aube", ["fr"]),
        ("tax AND mayor", ["en"]),
        ("NOT NEAR(", ["en"]),
        ("boats* -mayor", ["en"]),
        ('unbalanced" tax', []),
        ("brucke forde", ["de"]),
        ("和平", ["zh"]),
        ("日内瓦", ["zh"]),
        ("朝鲜 geneva", ["zh"]),
        ("和平 不存在", []),
        ("鲜朝", []),
        ("東京", ["ja"]),
        ("説明", ["ja"]),
        ("서울", ["ko"]),
        ("الميناء", ["ar"]),
    ],
)
def test_words_find_their_article(shelf, words, languages):
    assert found(shelf, words) == languages


def test_a_result_says_where_the_words_stand(shelf):
    (row,) = search(shelf.db, "delegations")
    assert set(row) == {"published_at", "source", "headline", "passage", "url", "article_id"}
    assert row["source"] == "gazette"
    assert "les deux [délégations]" in row["passage"]
    (row,) = search(shelf.db, "日内瓦 和平")
    assert row["passage"].startswith("双方代表在[日内瓦]举行和平谈判。Geneva 的会议持续三天。")
    assert row["passage"].endswith(" …")


def test_what_stands_in_the_headline_alone_shows_the_beginning_of_the_text(shelf):
    (row,) = search(shelf.db, "karsograd")
    assert row["passage"].startswith("Le cessez-le-feu a été signé")
    (row,) = search(shelf.db, "半岛")
    assert row["passage"].startswith("双方代表")


def test_the_headline_counts_most_unless_the_newest_are_asked_for(tmp_path):
    shelf = Shelf(tmp_path / "news.db")
    for number, headline, text in (
        (1, "Dredging begins", "No more."),
        (2, "Other", "The dredging of the port begins."),
    ):
        url = f"{HOME}/world/dredging-story-number-{number}"
        blocks = [Block("paragraph", text), Block("paragraph", paragraph(number))]
        shelf.read(
            url, article(url, number, headline=headline, blocks=blocks, published=f"2026-10-0{number}T08:00:00Z")
        )
    assert [row["headline"] for row in search(shelf.db, "dredging")] == ["Dredging begins", "Other"]
    assert [row["headline"] for row in search(shelf.db, "dredging", newest=True)] == ["Other", "Dredging begins"]
    assert len(search(shelf.db, "dredging", 1)) == 1
    shelf.close()


def test_results_can_be_narrowed(shelf):
    everywhere = "world OR"  # no operator: both words are looked for
    assert found(shelf, everywhere) == []
    word = paragraph(1001, 12).split()[0]
    assert found(shelf, word, source="tribune") == []
    assert found(shelf, "boats", since="2026-10-02") == ["en"]
    assert found(shelf, "boats", since="2026-10-03T00:00:00Z") == []
    for day in ("2026-10-02", "20261002", "2026-W40-5", "2026W405"):
        assert found(shelf, "boats", since=day) == ["en"]
    for instant in ("2026-10-02T10:00:00+02:00", "20261002T080000Z", "2026-10-02 08:00", "2026-10-02T08:00:00.9"):
        assert found(shelf, "boats", since=instant) == ["en"]
    assert found(shelf, "boats", since="20261003") == []
    assert found(shelf, "boats", since="2026-10-02T08:00:00-01:00") == []
    assert found(shelf, "الميناء", since="2026-10-06") == ["ar"]  # no date: our first look counts


def test_a_reserved_text_is_found_by_its_headline(tmp_path):
    shelf = Shelf(tmp_path / "news.db")
    for number, headline in ((1, "Reserved words"), (2, "和平谈判")):
        url = f"{HOME}/world/reserved-story-number-{number}"
        shelf.read(url, article(url, number, headline=headline, robots_rules=["noindex"]))
    for words in ("reserved", "和平"):
        (row,) = search(shelf.db, words)
        assert row["passage"] is None
    shelf.close()


def test_a_corrected_text_is_found_by_its_new_words_only(tmp_path):
    shelf = Shelf(tmp_path / "news.db")
    url = f"{HOME}/world/a-story-to-be-corrected"
    for headline, body in (("和平谈判", "在日内瓦举行。"), ("会议推迟", "在东京举行。")):
        shelf.read(url, article(url, headline=headline, blocks=[Block("paragraph", body + paragraph(1))]))
    assert [len(search(shelf.db, words)) for words in ("和平", "日内瓦", "推迟", "东京")] == [0, 0, 1, 1]
    assert len(search(shelf.db, paragraph(1).split()[3])) == 1
    shelf.close()


@pytest.mark.parametrize(
    ("words", "options", "message"),
    [
        ("", {}, "no word"),
        ('"" ... !', {}, "no word"),
        ("tax", {"source": "gazete"}, "gazette"),
        ("tax", {"since": "last week"}, "2026-10-06"),
        ("tax", {"since": ""}, "2026-10-06"),
        ("tax", {"since": "2026-02-30"}, "2026-10-06"),
        ("tax", {"since": "0001-01-01T00:00+05:00"}, "2026-10-06"),
    ],
)
def test_what_cannot_be_looked_for_is_said(shelf, words, options, message):
    with pytest.raises(UsageError, match=message):
        search(shelf.db, words, **options)
