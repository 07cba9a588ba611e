"""Names in a byline, in the languages of the catalogue: no 'By', job titles, places, addresses or handles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from crawler.extract.agencies import agencies, is_ambiguous
from crawler.normalise import clean

_WORK = (
    r"(?:written|posted|reported|reporting|published|story|words|report|text|texte|texto|tekst|testo|article|interview|"
    r"opinion|analysis|comment|propos recueillis|recueilli|publié|rédigé|geschrieben|geschreven|kommentar|escrito|"
    r"publicado|redactado|entrevista|intervista|a cura|scritto|skrevet|skriven|ditulis|napisała?)"
)
_BY = re.compile(
    rf"^\W*(?:(?:{_WORK}\s*:?\s+)?"
    r"(?:by|par|von|vom|por|di|av|af|door|przez|oleh|yazan|autor(?:/?in|es|ka|zy|e|a)?(?:/autor)?|auteure?s?|authors?|"
    r"reporter|szerző|írta|kirjoittaja|автор(?: статьи| статті|и)?|текст|від|підготува(?:в|ла)|από|作者|撰文|文|글|"
    r"글쓴이|작성|napisała?|بقلم|كتبت?|إعداد|نویسنده|लेखक|מאת)(?![\w'’])\s*[:：|]?\s*"
    rf"|{_WORK}(?:\s+de\s+|\s*[:：]\s*)|文\s*[／/]\s*)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?<!\S)\S+@\S+|(?:https?://|www\.)\S+|(?<!\w)@\w+|\([^)]*\)|\[[^]]*\]|（[^）]*）")
_BRACKETED = re.compile(r"^【([^】]{2,20})】$")
_AND = r"and|et|und|og|och|oraz|ve|и|та|і|و|और|with|avec|mit|con|met|med|for"
_BETWEEN = re.compile(
    rf"(\s*[,;/|•·ㆍ&+、，；／｜\n]\s*|\s+(?:{_AND}|{_AND.upper()})\s+|\s+[–—-]\s+|(?<=[㐀-鿿])・(?=[㐀-鿿]))"
)
_BETWEEN_FULL_NAMES = re.compile(r"(?<=\w\s)(?:y|e|i|en|a|és|ja)(?=\s\w)")
_DIGITS = re.compile(r"\d")
_LEADING_AND = re.compile(rf"^(?:{_AND}|y|e|و)\s+")
_SUFFIX = re.compile(r",\s*((?:Jr|Sr|Ph\.?D|MD|M\.D|I{2,3}|IV)\b\.?)")
_PERSON = (
    r"(?:correspond[ae]nte?s?|corresponsal|corrispondente|korrespondent\w*|reporter(?:s|in|ka)?|journalist(?:e|in|en)?s?|"
    r"periodista|giornalista|jornalista|dziennikarka?|redakteur(?:in)?|redaktor(?:in|ka)?|redacteur|redactora?|rédact\w+|"
    r"columnists?|chroniqueu\w+|envoyée? spéciale?|staff writers?|contributors?|producers?|"
    r"корреспондент\w*|журналист\w*|кореспондент\w*|muhabiri?|칼럼니스트|기자)"
)
_TITLE = re.compile(
    rf"\b(?:{_PERSON}|editors?|edit(?:ed|ing)|redaktion|redakt\w+|redacci[oó]n|redazione|redação|staff|photograph\w+|"
    r"fotograf\w*|analysts?|director|professor|desk|team|bureau|chief|head(?=\s)|writers?|senior|newsroom|редакция|updated|published|"
    r"agenturen|minutes?|read|twitter|facebook|email|share|follow|comments?|photos?|fotos?|credit|opinion|news)\b",
    re.IGNORECASE,
)
_RANK = r"(?:(?:senior|chief|staff|special|political|sports?|business|science|foreign|local|technology)\s+)*"
_TITLE_ROUND = re.compile(
    rf"^(?:{_RANK}{_PERSON}\s+(?=\S+\s\S)|칼럼니스트\s*)|(?<=\S\s)(?<=\w\w\s){_RANK}{_PERSON}$", re.IGNORECASE
)
# Chinese, Japanese and Korean write 'reporter' behind the name, Chinese before it too, Korean also 'and one other'.
_TITLE_BEHIND = re.compile(
    r"(?<!\s)(?:\s*+(?:기자|특파원|논설위원|선임기자|칼럼니스트|記者|记者|特派員|編集委員|通讯员))?(?:\s*+외\s*+\d++명)?\s*+$"
)
_TITLE_BEFORE = re.compile(
    r"^(?:[\u3400-\u9fff]{1,4}社|本[报報网網刊]|中新[网網])?(?:实习|實習|特[约約]|见习|見習|首席|全媒体)?"
    r"(?:[驻駐][\u3400-\u9fff]{2,4})?(?:记者|記者|特派員|编辑|編輯|通讯员|评论员|作者|撰文)[:：\s]*"
)
_PLACE_BEHIND = re.compile(r"(?<=\w\s\w)(\w*)\s+(?:in|aus|from|depuis|à|desde|en|в|из|із)\s+[^\W\d_a-zа-я].*$")
# What stands right before the job; places may stand farther before it.
_HANGUL_NAMED = re.compile(
    r"([가-힣]{2,4}(?:\s*[·ㆍ,]\s*[가-힣]{2,4})*)\s*\|?\s*(?:\S*(?:팀|부)\s)?"
    r"(?:선임|수습|인턴|전문)?(?:기자|특파원|논설위원|칼럼니스트)"
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Departments, jobs and labels in Chinese and Japanese: no name of a person is built so.
_CJK_NO_NAME = re.compile(
    r".{2,}(?:部|局|社|班|委員|委员|員|者|報導|报道|報道|編輯|编辑|分野|電|讯|訊|부|팀)$|.*[をの].{2}|フォロー"
)
_SEVERAL_HAN = re.compile(r"[\u3400-\u9fff]{2,4}(?:\s[\u3400-\u9fff]{2,4})+")
_NOBODY = re.compile(
    r"admin(?:istrator)?|web\s?master|root|user|guest|default|wordpress|null|none|undefined|unknown|anonym\w*|n/?a|"
    r"(?:the|les?|la|der|die|das) .*",
    re.IGNORECASE,
)
# Ends as sentences do, begins as places do ('in Berlin'), or holds a day ('May 6').
_NO_NAME = re.compile(
    r"[^\W\d_a-zа-я].*\s[a-zà-ÿа-я]+$|(?:in|en|à|aus|am|im|em|at|on|from|sur|w|в|из|із)\s|(?:.*\s)?\d{1,4}\.?(?:\s|$)"
)
_LONGEST_NAME = 60
_LONGEST_BYLINE = 1_000
"""Characters that are looked at: some fifty names."""


def names(byline: str) -> list[str]:
    """Names in a byline: no 'By', job titles, places behind a comma, addresses or handles; no name twice.

    >>> names("By Ann Lee, Europe correspondent, and Bo Ek (AFP)")
    ['Ann Lee', 'Bo Ek']
    """
    return list(_read(byline[:_LONGEST_BYLINE]))


@lru_cache(maxsize=1024)
def _read(byline: str) -> tuple[str, ...]:
    """`names`; a byline is asked for several times, by each who weighs one layer against another."""
    text = _BRACKETED.sub(r"\1", clean(byline))
    text = ",".join(_HANGUL_NAMED.findall(text)) or text
    text = _SUFFIX.sub(r" \1", _ADDRESS.sub("", text).strip() or text.strip("()[]（）"))
    found: dict[str, str] = {}
    for part in _parts(_BY.sub("", text)):
        part = _BY.sub("", _LEADING_AND.sub("", part.strip(' .:*-–—"“”')))
        right = [name for name in _full_names(_without_titles(part)) if _is_name(name)]
        if found and not right and _CJK.search(part):
            break  # Department, topics and buttons stand behind the name, and no sign in them tells them from one.
        for name in right:
            found.setdefault(name.casefold(), name)
    return tuple(_without_places(list(found.values())))


def _parts(text: str) -> Iterator[str]:
    """The pieces between signs and 'and'; the last 'and' ends a list, what a comma sets behind it is no name."""
    pieces = _BETWEEN.split(text)
    signs = [piece.strip() for piece in pieces[1::2]]
    ended = max((index for index, sign in enumerate(signs) if sign.lower() in _LAST), default=len(signs))
    for index, part in enumerate(pieces[::2]):
        if index <= ended + 1 or signs[index - 1] not in (",", "、") or agencies(part):
            yield part


_LAST = ("and", "et", "und", "og", "och", "oraz", "ve", "и", "та", "і")


def _without_titles(part: str) -> str:
    """`part` without the job before or behind the name, and without 'in Berlin'."""
    part = _TITLE_BEFORE.sub("", part, count=1) if _CJK.match(part) else part
    part = _TITLE_BEHIND.sub("", part).strip()
    part = _TITLE_ROUND.sub("", part).strip()
    return _PLACE_BEHIND.sub(r"\1", part).strip()


def _full_names(part: str) -> list[str]:
    """Both sides of 'y', 'e', 'i'… when each is a name of two words or an agency: 'Ortega y Gasset' stays whole."""
    if _SEVERAL_HAN.fullmatch(part):
        return part.split()
    sides = [side.strip() for side in _BETWEEN_FULL_NAMES.split(part)]
    return sides if all(" " in side or agencies(side) for side in sides) else [part]


def _without_places(parts: list[str]) -> list[str]:
    """'Ann Lee, Berlin' is one name; single words stand where they are agencies, or where all are single."""
    if not any(" " in part for part in parts):
        return parts
    return [part for part in parts if " " in part or (agencies(part) and not is_ambiguous(part)) or not part.isascii()]


def _is_name(text: str) -> bool:
    if agencies(text):
        return True
    return (
        1 < len(text) <= _LONGEST_NAME
        and len(_DIGITS.findall(text)) < 2
        and any(character.isalpha() for character in text)
        and len(text.split()) <= 6
        and not _TITLE.search(text)
        and not _NOBODY.fullmatch(text)
        and not _CJK_NO_NAME.match(text)
        and (not text[0].islower() or " " in text)
        and not _NO_NAME.match(text)
    )
