"""The language of the text, whatever the template says; every text is invented."""

from __future__ import annotations

import json

import pytest

from crawler.extract.metadata import Metadata, metadata
from crawler.page import parse

URL = "https://www.courier.example/world/the-bridge-opens-again"
TEXTS = {
    "en": "The boats that wait below the bridge are there since the flood, and they are not to go before it is over.",
    "fr": "Les bateaux qui attendent sous le pont sont là depuis la crue, et le maire dit qu'ils ne partent pas.",
    "de": "Die Boote unter der Brücke sind seit dem Hochwasser dort, und die Stadt sagt, dass sie nicht fahren.",
    "es": "Los barcos que esperan bajo el puente están allí desde la riada, y el alcalde dice que no se van.",
    "pt": "Os barcos que esperam sob a ponte não saem desde a cheia, e o autarca diz que eles também ficam na cidade.",
    "it": "Le barche che aspettano sotto il ponte sono lì dalla piena, e il sindaco ha detto che non si muovono più.",
    "nl": "De boten onder de brug zijn er sinds het hoge water, en de burgemeester zegt dat ze er niet van weg gaan.",
    "pl": "Łodzie pod mostem są tam od powodzi, a burmistrz mówi, że nie wypłyną i że to jest tak jak było.",
    "sv": "Båtarna under bron har legat där sedan högvattnet, och borgmästaren säger att de inte ska lämna den.",
    "tr": "Köprünün altında bekleyen tekneler sel için orada ve belediye başkanı bir gün daha kadar gitmez dedi, çok.",
    "ru": "Лодки под мостом стоят там после паводка, и мэр сказал, что они не уйдут, но это как было, так и будет.",
    "uk": "Човни під мостом стоять там після повені, і мер сказав, що вони не підуть, але це як було, так і буде.",
    "ar": "القوارب تحت الجسر هناك منذ الفيضان، وقال العمدة إنها لن تغادر المدينة في هذا اليوم أو بعد ذلك على كل حال.",
    "ja": "橋の下で待つ船は洪水の日からそこにいて、市長はまだ町を出ないと話した。水はゆっくりと引いている。",
    "zh": "桥下等候的船只自洪水以来一直停在那里，市长说它们暂时不会离开城市，水位正在慢慢下降，人们很高兴。",
    "ko": "다리 아래에서 기다리는 배들은 홍수 이후로 그곳에 있으며 시장은 아직 도시를 떠나지 않는다고 말했다.",
    "he": "הסירות שמתחת לגשר נמצאות שם מאז השיטפון, וראש העיר אמר שהן לא יעזבו את העיר עד שהמים ירדו לגמרי.",
}


def read(code: str, *, lang: str = "", head: str = "", source: str | None = None) -> Metadata:
    paragraphs = f"<p>{TEXTS[code]}</p>" * 3
    html = f"<html lang='{lang}'><head>{head}</head><body><h1>{TEXTS[code][:40]}</h1>{paragraphs}</body></html>"
    return metadata(parse(html, URL), language=source)


@pytest.mark.parametrize("code", TEXTS)
def test_the_text_shows_its_language_where_nobody_says_it(code: str) -> None:
    found = read(code)
    assert (found.language, found.provenance["language"]) == (code, "text")


@pytest.mark.parametrize("code", TEXTS)
def test_the_language_of_the_surface_is_not_believed_over_a_text_in_another(code: str) -> None:
    other = "de" if code == "en" else "en-US"
    assert read(code, lang=other).language == code
    assert read(code, lang="el").language == code


@pytest.mark.parametrize("code", TEXTS)
def test_a_declared_language_that_fits_is_believed(code: str) -> None:
    found = read(code, lang=f"{code}-XK")
    assert (found.language, found.provenance["language"]) == (f"{code}-XK", "html")


@pytest.mark.parametrize(
    ("lang", "head", "language", "layer"),
    [
        ("fr_FR", "", "fr-FR", "html"),
        ("", "<meta property=og:locale content=fr_CH>", "fr-CH", "meta"),
        ("en", "<meta name=content-language content=fr-BE>", "fr-BE", "meta"),
        ("english", "", "fr", "text"),
        ("mul", "", "fr", "text"),
    ],
)
def test_the_first_layer_that_fits_decides(lang: str, head: str, language: str, layer: str) -> None:
    found = read("fr", lang=lang, head=head)
    assert (found.language, found.provenance["language"]) == (language, layer)


def test_json_ld_names_languages_in_several_ways() -> None:
    for value in ("de", {"alternateName": "de"}, {"@type": "Language", "name": "de"}):
        script = json.dumps({"@type": "NewsArticle", "inLanguage": value})
        assert (
            read("de", head=f'<script type="application/ld+json">{script}</script>').provenance["language"] == "json-ld"
        )


def test_language_of_the_source_where_the_page_says_none() -> None:
    found = read("en", source="en-GB")
    assert (found.language, found.provenance["language"]) == ("en-GB", "source")
    assert read("zh", source="en-GB").language == "zh"


def test_a_short_text_contradicts_by_its_letters_only() -> None:
    def language_of(text: str, lang: str) -> str | None:
        return metadata(parse(f"<html lang={lang}><body><h1>{text}</h1></body></html>", URL)).language

    assert language_of("Die Brücke ist offen", "en") == "en"
    assert language_of("大桥重新开放", "en") is None
    assert language_of("大桥重新开放", "zh-hans") == "zh-Hans"
    assert language_of("The bridge", "ru") is None


def test_a_text_of_which_no_small_word_is_known_has_no_language_of_the_surface() -> None:
    words = " ".join(f"harbo{a}{b}um" for a in "aeiou" for b in "bcdfghjklm")
    html = f"<html lang=en><body><h1>Harbo</h1><p>{words}</p></body></html>"
    assert metadata(parse(html, URL)).language is None
