from __future__ import annotations

import json

import pytest

from crawler.extract import extract
from crawler.extract.agencies import agencies, agency
from crawler.extract.wire import at_end, credited_line, in_byline, in_dateline, in_rights, written
from crawler.items import Article

URL = "https://www.courier.example/world/the-bridge-opens-again-after-the-flood"
TITLE = "The bridge opens again after the flood"
SENTENCE = "Boats waited below the arches while the mayor spoke of a long and costly winter on the river. "


def page(head: str = "", above: str = "", first: str = "", below: str = "") -> Article:
    text = f"<p>{first}{SENTENCE * 3}</p>" + f"<p>{SENTENCE * 4}</p>" * 4
    body = f"<main><article><h1>{TITLE}</h1>{above}{text}{below}</article></main>"
    return extract(f'<html lang="en"><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>', URL)


def ld(**fields: object) -> str:
    said = {"@type": "NewsArticle", "headline": TITLE, **fields}
    return f'<script type="application/ld+json">{json.dumps(said)}</script>'


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        ("Agence France-Presse", "AFP"),
        ("l'AFP", "AFP"),
        ("法新社", "AFP"),
        ("أ ف ب", "AFP"),
        ("وكالة فرانس برس", "AFP"),
        ("Thomson Reuters", "Reuters"),
        ("Reuters Staff", "Reuters"),
        ("رويترز", "Reuters"),
        ("ロイター", "Reuters"),
        ("The Associated Press", "AP"),
        ("Nachrichtenagentur dpa", "dpa"),
        ("dpa-infocom", "dpa"),
        ("Agencia EFE", "EFE"),
        ("新华社", "Xinhua"),
        ("Xinhua News Agency", "Xinhua"),
        ("共同通信", "Kyodo"),
        ("時事", "Jiji"),
        ("연합뉴스", "Yonhap"),
        ("ТАСС", "TASS"),
        ("ИА Интерфакс", "Interfax"),
        ("Укрінформ", "Ukrinform"),
        ("Anadolu Ajansı", "Anadolu"),
        ("Keystone-SDA", "Keystone-SDA"),
        ("Agência Lusa", "Lusa"),
        ("Press Trust of India", "PTI"),
        ("La Presse canadienne", "The Canadian Press"),
        ("СРНА", "SRNA"),
    ],
)
def test_each_agency_has_one_name(spelled: str, name: str) -> None:
    assert agency(spelled) == name


@pytest.mark.parametrize(
    "text", ["ap", "Ap", "Sid", "Map", "Spa", "News", "Agency", "Ann Lee", "La Presse", "Hina", ""]
)
def test_words_and_people_are_no_agencies(text: str) -> None:
    assert agency(text) is None


@pytest.mark.parametrize(
    "name", ["AFP", "Xinhua", "Yonhap", "PTI", "Anadolu", "AAP", "Télam", "MAP", "NAN", "The Canadian Press"]
)
def test_agencies_of_every_continent_are_known(name: str) -> None:
    assert agency(name) == name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("dpa/lnw", ["dpa"]),
        ("AFP/dpa", ["AFP", "dpa"]),
        ("ATS-AFP", ["Keystone-SDA", "AFP"]),
        ("AFP, Reuters y EFE", ["AFP", "Reuters", "EFE"]),
        ("AFP and the mayor", []),
        ("Ann Lee/dpa", []),
    ],
)
def test_lists_of_agencies_alone(text: str, names: list[str]) -> None:
    assert agencies(text) == names


@pytest.mark.parametrize(
    ("start", "names"),
    [
        ("PARIS (AFP) – The mayor", ["AFP"]),
        ("(Reuters) - The mayor", ["Reuters"]),
        ("RIVERTON/HILLTON, March 7 (Reuters) - The mayor", ["Reuters"]),
        ("ST. MARTIN, Mont. (AP) — The mayor", ["AP"]),
        ("Berlin (dpa/lnw) - Der Fluss", ["dpa"]),
        ("ROMA, 05 MAG - (ANSA) - Il fiume", ["ANSA"]),
        ("Madrid, 5 may (EFE).- El río", ["EFE"]),
        ("Praha 5. května (ČTK) - Řeka", ["ČTK"]),
        ("ANKARA (AA) - Nehir", ["Anadolu"]),
        ("AFP - Le fleuve", ["AFP"]),
        ("PARIS, AFP – Le fleuve", ["AFP"]),
        ("МОСКВА, 6 мая. /ТАСС/. Река", ["TASS"]),
        ("Київ. Укрінформ. Річка", ["Ukrinform"]),
        ("باريس (أ ف ب) - قال", ["AFP"]),
        ("नई दिल्ली, 5 मई (भाषा) नदी", ["PTI"]),
        ("新华社北京5月6日电 大桥", ["Xinhua"]),
        ("（中央社記者王小明台北6日電）大橋", ["CNA"]),
        ("【ワシントン時事】橋が", ["Jiji"]),
        ("【ニューヨーク＝共同】橋が", ["Kyodo"]),
        ("[5月6日 ロイター] - 橋が", ["Reuters"]),
        ("(서울=연합뉴스) 김하나 기자 = 다리", ["Yonhap"]),
    ],
)
def test_datelines(start: str, names: list[str]) -> None:
    assert in_dateline(start) == names


@pytest.mark.parametrize(
    "start",
    [
        "The mayor told Reuters the bridge - once closed - is open",
        "Reuters reported on Monday that the bridge is open",
        "A spokesman said (AFP) that the bridge is open",
        "The Saudi Press Agency (SPA) - run by the state - said",
        "The officials who met told the agency (AA) - and then left",
        "The River Board (RB) - said",
        "The bridge (AP Photo) - opened",
        "据新华社报道，大桥重新开放",
    ],
)
def test_mentions_at_the_start_of_a_sentence_are_no_datelines(start: str) -> None:
    assert in_dateline(start) == []


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Quelle: dpa", ["dpa"]),
        ("Source : AFP, Reuters", ["AFP", "Reuters"]),
        ("Kilde: Ritzau", ["Ritzau"]),
        ("来源：新华社", ["Xinhua"]),
        ("출처: 연합뉴스", ["Yonhap"]),
        ("Источник: ТАСС", ["TASS"]),
        ("المصدر: رويترز", ["Reuters"]),
        ("Mit Material von dpa und AFP", ["dpa", "AFP"]),
        ("avec l'AFP", ["AFP"]),
        ("With inputs from PTI", ["PTI"]),
        ("Con información de EFE", ["EFE"]),
        ("Com informações da Lusa", ["Lusa"]),
        ("(APA/dpa)", ["APA", "dpa"]),
        ("Source: Ann Lee", []),
        ("Foto: dpa", []),
        ("With agencies", []),
        ("Met Anna", []),
    ],
)
def test_lines_that_credit_and_say_no_more(line: str, names: list[str]) -> None:
    assert credited_line(line) == names


@pytest.mark.parametrize(
    ("end", "names"),
    [
        ("The bridge is open. (AFP)", ["AFP"]),
        ("„Es bleibt so.“ (dpa/lnw)", ["dpa"]),
        ("橋は開いた。（共同）", ["Kyodo"]),
        ("The bridge is open. - Bernama", ["Bernama"]),
        ("She works for the press agency (AFP).", []),
        ("He met a friend called Sid (SID)", []),
        ("The bridge is open.", []),
    ],
)
def test_end_of_the_last_paragraph(end: str, names: list[str]) -> None:
    assert at_end(end) == names


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Ann Lee (AFP) mit dpa", ["AFP", "dpa"]),
        ("By ANN LEE, Associated Press", ["AP"]),
        ("By ANN LEE AP Business Writer", ["AP"]),
        ("Ann Lee, Hillton, PA", []),
        ("Ann Lee (PA)", ["PA Media"]),
        ("TT/Ann Lee", ["TT"]),
        ("AA", ["Anadolu"]),
        ("Ann Lee", []),
    ],
)
def test_agencies_in_bylines(byline: str, names: list[str]) -> None:
    assert in_byline(byline) == names


def test_rights() -> None:
    assert in_rights("© 2026 AFP. All rights reserved") == ["AFP"]
    assert in_rights("© dpa-infocom, dpa:260506-99-1/2") == ["dpa"]
    assert in_rights("© 2026 The Courier") == []


def test_middle_of_the_text_credits_nobody() -> None:
    paragraphs = [SENTENCE] * 4 + ["PARIS (AFP) – The mayor", "Quelle: dpa"] + [SENTENCE] * 4
    assert written(paragraphs, ["The Courier"]) == []


@pytest.mark.parametrize(
    ("head", "above", "first", "below", "wire", "layer"),
    [
        (ld(author={"@type": "Organization", "name": "dpa"}), "", "", "", ["dpa"], "json-ld"),
        (ld(author=["Ann Lee", "AFP"]), "", "", "", ["AFP"], "json-ld"),
        (ld(author="Ann Lee", sourceOrganization={"name": "Kyodo News"}), "", "", "", ["Kyodo"], "json-ld"),
        (ld(author="Ann Lee", publisher={"name": "The Courier"}), "", "", "", [], None),
        ('<meta name="source" content="新华社">', "", "", "", ["Xinhua"], "meta"),
        ('<meta name="author" content="EFE">', "", "", "", ["EFE"], "meta"),
        ("", "<p class=byline>By Ann Lee (Reuters)</p>", "", "", ["Reuters"], "html"),
        ("", "<p><span class=source>Bron: ANP</span></p>", "", "", ["ANP"], "html"),
        ("", "<div><p>Agence France-Presse</p></div>", "", "", ["AFP"], "html"),
        ("", "<div><img src=/b.jpg><span>The old bridge.</span><i>Quelle: dpa</i></div>", "", "", [], None),
        ("", "<div><button>AA</button><p>AA</p></div>", "", "", [], None),
        ("", "", "PARIS (AFP) – ", "", ["AFP"], "html"),
        ("", "", "", "<p>dpa/lnw</p>", ["dpa"], "html"),
        ("", "", "", "<p>With inputs from PTI</p>", ["PTI"], "html"),
        ("", "", "", "<div><div class=c1>Quelle: dpa</div></div>", [], None),
        (ld(author="AFP"), "", "PARIS (AFP) – ", "<p>(AFP, dpa)</p>", ["AFP", "dpa"], "json-ld"),
        ("", "", "A spokesman told Reuters that it is open. ", "", [], None),
    ],
)
def test_wire_of_a_page(head: str, above: str, first: str, below: str, wire: list[str], layer: str | None) -> None:
    found = page(head, above, first, below)
    assert (found.wire, found.provenance.get("wire")) == (wire, layer)


def test_agency_in_the_byline_stays_an_author() -> None:
    found = page(ld(author=["Ann Lee", "AFP"]))
    assert (found.authors, found.wire) == (["Ann Lee", "AFP"], ["AFP"])


def test_agency_credited_near_the_headline_is_the_author_where_nobody_is_named() -> None:
    line = "<p><span class=source>Bron: ANP</span></p>"
    assert page("", line).authors == ["ANP"]
    assert page("", f"<p>Door Anna Berg</p>{line}").authors == ["Anna Berg"]
