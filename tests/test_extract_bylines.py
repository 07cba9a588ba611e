from __future__ import annotations

import pytest

from crawler.extract.bylines import _TITLE_BEHIND, names


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("By Ann Lee, Europe correspondent, and Bo Ek (AFP)", ["Ann Lee", "Bo Ek"]),
        ("BY ANN LEE AND BO EK", ["ANN LEE", "BO EK"]),
        ("Par Zoé Petit et Luc Grand", ["Zoé Petit", "Luc Grand"]),
        ("Von Max Muster, Berlin", ["Max Muster"]),
        ("Redaktorin Anna Muster", ["Anna Muster"]),
        ("Ana Ruiz y Juan Gil", ["Ana Ruiz", "Juan Gil"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Texto de Ana Ruiz", ["Ana Ruiz"]),
        ("Testo: Ada Neri", ["Ada Neri"]),
        ("Ana da Silva e Rui Melo", ["Ana da Silva", "Rui Melo"]),
        ("Ayşe Kaya ve Can Er", ["Ayşe Kaya", "Can Er"]),
        ("Anna Nowak oraz Jan Kowal", ["Anna Nowak", "Jan Kowal"]),
        ("Автор: Анна Белая", ["Анна Белая"]),
        ("Иван Белов и Анна Белая", ["Иван Белов", "Анна Белая"]),
        ("Іван Білий, Олена Сад", ["Іван Білий", "Олена Сад"]),
        ("Από Γιώργος Δάσος", ["Γιώργος Δάσος"]),
        ("بقلم: ليلى سالم", ["ليلى سالم"]),
        ("ليلى سالم و كريم نور", ["ليلى سالم", "كريم نور"]),
        ("Jo Day with AFP", ["Jo Day", "AFP"]),
        ("EFE y Ana Ruiz Gil", ["EFE", "Ana Ruiz Gil"]),
        ("dpa", ["dpa"]),
        ("dpa/lnw", ["dpa"]),
        ("(Reuters)", ["Reuters"]),
        ("Kim Poe, Jr.", ["Kim Poe Jr"]),
        ("Jo Day jo@example.org @joday https://example.org/jo", ["Jo Day"]),
        ("Ann Lee | Ann Lee", ["Ann Lee"]),
        ("Ann Lee Staff Writer", ["Ann Lee"]),
        ("Reporter Ann Lee", ["Ann Lee"]),
        ("Ann Lee; editing by Bo Ek", ["Ann Lee"]),
    ],
)
def test_names(byline: str, expected: list[str]) -> None:
    assert names(byline) == expected


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("김하나 기자 외 2명", ["김하나"]),
        ("김하나·이두리 기자", ["김하나", "이두리"]),
        ("[서울=한빛] 김하나 기자", ["김하나"]),
        ("김하나 디지털팀 기자", ["김하나"]),
        ("칼럼니스트 김하나", ["김하나"]),
        ("순천, 광양 | 김하나 | 기자", ["김하나"]),
        ("文／山田花子", ["山田花子"]),
        ("【山田花子】", ["山田花子"]),
        ("山田花子・佐藤一郎", ["山田花子", "佐藤一郎"]),
        ("ジョン・スミス", ["ジョン・スミス"]),
        ("山田花子 | 東京社会部 | フォロー | 専門・関心分野 | 平和", ["山田花子"]),
        ("記者王小明／台北報導", ["王小明"]),
        ("本报记者 王小明 李大山", ["王小明", "李大山"]),
        ("记者：王小明、李大山", ["王小明", "李大山"]),
        ("王小明 记者", ["王小明"]),
    ],
)
def test_names_in_scripts_without_spaces(byline: str, expected: list[str]) -> None:
    assert names(byline) == expected


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("Ann Lee in Berlin", ["Ann Lee"]),
        ("Par Zoé Petit, correspondante à Pékin", ["Zoé Petit"]),
        ("Ann Lee | Corresponsal en Atenas", ["Ann Lee"]),
        ("Ann Lee and Bo Ek, River Falls Gazette", ["Ann Lee", "Bo Ek"]),
        ("Ann Lee, Bo Ek", ["Ann Lee", "Bo Ek"]),
        ("Ann Lee and Bo Ek, Reuters", ["Ann Lee", "Bo Ek", "Reuters"]),
        ("Ann Lee, PA", ["Ann Lee"]),
    ],
)
def test_places_and_papers_are_no_names(byline: str, expected: list[str]) -> None:
    assert names(byline) == expected


@pytest.mark.parametrize(
    "byline",
    [
        "Published 12 May 2026, 10:30",
        "Senior Editor",
        "May 6",
        "8 января",
        "admin",
        "Anonymous",
        "The river and the ministries",
        "編集部のおすすめ",
        "",
    ],
)
def test_nobody_is_named(byline: str) -> None:
    assert names(byline) == []


@pytest.mark.parametrize(
    "piece", ["社", "驻", "本报", "기자 ", "가,", "@", "a@", " - ", "senior ", "A in ", "文／", "\n", "("]
)
def test_long_bylines_name_few(piece: str) -> None:
    assert len(names(piece * 50_000)) <= 500


def test_blanks_before_a_title_cost_linear_time() -> None:
    assert _TITLE_BEHIND.sub("", "김철수" + " " * 200_000 + "기자") == "김철수"
    assert _TITLE_BEHIND.sub("", blanks := "a" + " " * 200_000 + "b") == blanks  # in cubic time, never
