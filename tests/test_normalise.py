from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import normalise
from crawler.normalise import cjk_spaced, clean, harmless, has_more_words, plain, utc, word_count, words

ZWNJ, ZWJ, RLM, FLAG = "\u200c", "\u200d", "\u200f", "\U0001f3f4"
TAGS = "\U000e0067\U000e0062\U000e007f"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  two\t words\r\n ", "two words"),
        ("a\x00b\x07c\x1bd\x7fe", "abcde"),
        ("été\u00a0passé\u202fici", "été passé ici"),
        ("dix\u00a0: «\u202foui\u202f» !", "dix\u00a0: «\u202foui\u202f» !"),
        ("fin \u00a0 ?", "fin\u00a0?"),
        ("10\u202f000 €", "10 000 €"),
        ("soft\u00adhyphen zero\u200bwidth \ufeffmark é", "softhyphen zerowidth mark é"),
        ("é\u202eevil\u202c \u2066x\u2069", "éevil x"),
        ("icon \ue900 é", "icon é"),
        ("e\u0301", "é"),
        ("lone \ud83d half", "lone \ufffd half"),
        ("Z" + "\u0335" * 40 + "algo", "Z" + "\u0335" * 4 + "algo"),
        (f"می{ZWNJ}خواهم", f"می{ZWNJ}خواهم"),
        (f"क{ZWJ}ष", f"क{ZWJ}ष"),
        (f"la{ZWNJ}tin{ZWJ} é", "latin é"),
        (f"\U0001f468{ZWJ}\U0001f469", f"\U0001f468{ZWJ}\U0001f469"),
        (f"{RLM}{RLM}{RLM}שלום", f"{RLM}שלום"),
        (f"{RLM} {ZWNJ}", ""),
        (f"{FLAG}{TAGS} hid{TAGS}den", f"{FLAG}{TAGS} hidden"),
        ("\u2028line\u2029break", "line break"),
        ("\x1b[1;31mred\x1b[0m \x1b]0;title\x07é\x9b2J", "red é"),
        ("fill\u3164er \u034fs\u17b4 \u180eé", "filler s é"),
        ("\u2764\ufe0f ten\ufe0f\U000e0101 \u8fbb\U000e0100", "\u2764\ufe0f ten \u8fbb\U000e0100"),
        ("plane \U000f0001\U0010fffd\U0001fffe é", "plane é"),
        ("\u0f40" + "\u0f71" * 40, "\u0f40" + "\u0f71" * 6),
        ("\U00011005" + "\U00011001" * 40, "\U00011005" + "\U00011001" * 6),
        (f"{FLAG}{TAGS[:-1]}hidden words behind it", FLAG + "hidden words behind it"),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        st.characters() | st.sampled_from(f"{ZWNJ}{ZWJ}{RLM}\u00a0\u202f «»;!\u0301\u0344\u0488\ud800 \n"), max_size=30
    )
)
def test_clean_text_is_stable_and_safe(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert once.encode("utf-8").decode() == once
    assert not {unicodedata.category(character) for character in once} & {"Cc", "Cs"}


def test_plain_takes_off_markup_that_was_escaped_once_too_often() -> None:
    assert plain("Rain &amp;#8216;soon&#8217; <b>at</b> last") == "Rain &#8216;soon’ at last"
    assert plain("a < b and c > d") == "a < b and c > d"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("storm <script>alert(1)</script> hits", "storm hits"),
        ("storm <scr<script>ipt>alert(1)</script> hits", "storm <scr hits"),
        ("storm <IMG SRC=x onerror=alert(1)> hits", "storm hits"),
        ("storm <img src=x onerror=alert(1) hits", "storm ‹img src=x onerror=alert(1) hits"),
        ("storm <b>hits</b> <em>hard</em>", "storm hits hard"),
        ("영화 <Parasite> 그리고 <괴물>", "영화 <Parasite> 그리고 <괴물>"),
        ("<Parasite onclick=alert(1)> 그리고", "그리고"),
        ("1 < 2, a<c and x > y", "1 < 2, a<c and x > y"),
        ("x" * 30, "x" * 19 + "…"),
    ],
)
def test_harmless_text_has_no_markup_that_runs(text: str, expected: str) -> None:
    assert harmless(text, 20 if len(text) == 30 and text == "x" * 30 else None) == expected


def test_words_of_scripts_with_and_without_spaces() -> None:
    assert words("L’Été, 3 fois\u202f!") == ["l", "été", "3", "fois"]
    assert words("朝の news") == ["朝", "の", "news"]
    assert words("हिन्दी भाषा") == ["हिन्दी", "भाषा"]
    assert words(f"می{ZWNJ}خواهم") == ["میخواهم"]
    assert word_count("Straße und 東京") == 4


def test_cjk_characters_become_words() -> None:
    assert cjk_spaced("東京 is カナ.") == "東 京 is カ ナ ."


@pytest.mark.parametrize(
    ("iso", "expected"),
    [
        ("2026-03-01", ("2026-03-01T00:00:00Z", "day")),
        ("2026-03-01T01:30+02:00", ("2026-02-28T23:30:00Z", "minute")),
        ("2026-03-01T01:30:15.9Z", ("2026-03-01T01:30:15Z", "second")),
    ],
)
def test_utc(iso: str, expected: tuple[str, str]) -> None:
    assert utc(iso) == expected


@pytest.mark.parametrize("text", ["2026-03-01T01:30", "yesterday", "", "2026-13-01"])
def test_utc_never_guesses(text: str) -> None:
    with pytest.raises(ValueError):
        utc(text)


def test_now_is_utc_to_the_second() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", normalise.now())


def test_only_as_many_texts_are_counted_as_are_needed():
    texts = iter(["one two three", "four five", "six"])
    assert has_more_words(texts, 4)
    assert list(texts) == ["six"]
    assert not has_more_words(["one two three", "四五"], 5)
