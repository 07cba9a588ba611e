"""The language of the text: what the page declares, held against the letters and the small words of the text itself.

Templates name the language of the site's surface, or of nothing at all ('en-US' is what many systems write unless
told otherwise). A declared language is believed unless the text contradicts it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from crawler.extract.evidence import Evidence
from crawler.page.jsonld import strings

_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?", re.IGNORECASE)
_SCRIPTS = {
    "ar fa ur ps ckb ug": "\u0600-\u06ff",
    "ru uk be bg mk kk ky mn tg": "\u0400-\u04ff",
    "zh yue": "\u4e00-\u9fff",
    "ja": "\u3040-\u30ff\u4e00-\u9fff",
    "ko": "\uac00-\ud7af",
    "el": "\u0370-\u03ff",
    "he yi": "\u0590-\u05ff",
    "hi mr ne": "\u0900-\u097f",
    "bn as": "\u0980-\u09ff",
    "th": "\u0e00-\u0e7f",
    "ka": "\u10a0-\u10ff",
    "hy": "\u0530-\u058f",
    "ta": "\u0b80-\u0bff",
    "am ti": "\u1200-\u137f",
}
"""Languages and the letters in which they are written; all others are written in Latin letters."""
_SCRIPT_OF = {code: re.compile(f"[{span}]") for codes, span in _SCRIPTS.items() for code in codes.split()}
_OF_SCRIPT = {codes.split()[0]: re.compile(f"[{span}]") for codes, span in _SCRIPTS.items()}
_OTHER_SCRIPT = re.compile("[\u0370-\u06ff\u0900-\u137f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_KANA = re.compile("[\u3040-\u30ff]")
_EITHER_SCRIPT = {"sr", "bs", "uz", "az", "tk", "ku", "pa", "sh"}
_SMALL_WORDS = {
    "en": "the of and to in that is was for it with as his on be at by had are but from have they which she were this",
    "fr": "de la le les et des en un une du que est pour dans qui par sur au pas plus ce il elle sont avec se ne été",
    "de": "der die und das von zu den mit ist des im für auf dem nicht ein eine sich auch es an werden aus er hat dass",
    "es": "de la que el en los se del las por un para con una su al lo como más pero sus le ha este fue entre también",
    "pt": "de a que o e do da em um para com não uma os no se na por mais as dos como mas ao das foi são pelo também",
    "it": "di che e il la in un per è non una con sono del i le si da della dei nel al ha più alla anche gli lo come",
    "nl": "de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar bij die uit nog naar door",
    "pl": "w i na z się do to nie że jest o jak po od za przez dla są ale co tym ich był tego oraz został przy",
    "sv": "och att det som en på är av för med den till inte har de ett om var från men kan sig vi när efter också",
    "da": "og at det som en på er af for med den til ikke har de et om var fra men kan sig der efter også blev",
    "no": "og at det som en på er av for med den til ikke har de et om var fra men kan seg der etter også ble",
    "fi": "ja on ei että se oli hän mutta ovat myös kun joka sen niin ole mukaan jos kuin tai vielä nyt jo hänen",
    "is": "og að í á sem er til við um með en það ekki af hann var fyrir þess frá eru hafa því þeir þá eftir segir",
    "cs": "a se v na je že to s z o do i ve pro za by jsou ale jako po podle od při který byl která také už jeho",
    "sk": "a sa v na je že to s z o do aj vo pre za by sú ale ako po podľa od pri ktorý bol ktorá tiež už jeho",
    "hu": "a az és hogy nem is egy van volt meg csak mint már ez azt ha de még el vagy pedig aki szerint után",
    "ro": "de și în a la cu pe că să nu din care o un pentru este mai au fost ce sunt al prin după dar această",
    "hr": "i u je se na da su za od s a o koji to kao ne iz bi nije što ali do će po koja ili samo kako prema",
    "tr": "ve bir bu da de için ile olarak çok daha olan gibi kadar ne ise ancak sonra dedi göre var değil en o",
    "id": "yang dan di dengan untuk dari pada ini tidak itu dalam akan adalah juga telah oleh ke kata para mereka",
    "vi": "và của là có được trong cho không các một với người này những đã đến ở từ khi về để tại ra ông vào",
    "sw": "na ya wa kwa ni katika kuwa za la hiyo kama cha hilo pia wake huo bila baada lakini hata kwamba yake",
    "zu": "ukuthi futhi kodwa uthe ngoba lapho kanye khona noma kanti ngesikhathi nje kakhulu emva le lo abantu ngo",
    "xh": "ukuba kwaye kodwa kuba xa okanye ukuze uthi into kakhulu phambi abantu emva nje ngoko kule eli ezi",
    "ca": "de la i el en els dels amb és ha més com però aquest també pel als aquesta són seva ho hi fins molt perquè",
    "ru": "и в не на что с по как это он из а но к у за от его для о было был так же при до она они или со после",
    "uk": "і в не на що з у до та за про як це від для його є але по він які був було або вони також під при щодо",
    "bg": "и на да се в за от че с не е са по като до ще това си при той които има след но към беше а бе",
    "sr": "и у је се на да су за од с а о који то као не из би није што али до ће по која или само како према",
    "ar": "في من على أن إلى التي عن مع ما هذا الذي هذه كان بعد قبل بين كما لم لا قد أو ذلك خلال حول وقد",
    "fa": "و در به از که این را با است برای آن یک می تا بر شده کرد هم های خود نیز اما وی بود شد کرده",
    "ur": "کے کی میں سے ہے کا کو اور نے پر یہ کہ ہیں اس بھی تھا ان کیا نہیں تو ایک گیا ہو لیے کر رہا",
}
"""The commonest small words of languages that share their letters with others."""
_LANGUAGES_OF: dict[str, list[str]] = {}
for _code, _text in _SMALL_WORDS.items():
    for _word in set(_text.split()):
        _LANGUAGES_OF.setdefault(_word, []).append(_code)
_ALIKE = {"nb": ["no"], "nn": ["no"], "ms": ["id"], "bs": ["hr"], "sh": ["hr"], "sr": ["sr", "hr"]}
"""Languages that have the small words of another, or of several."""
_WORD = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
_SAMPLE = 1_200
_PARAGRAPH = 60
_MOST_PARAGRAPHS = 60
_ENOUGH = 40
"""Words; fewer prove nothing."""
_CLEAR = 0.08
"""Share of small words that most languages reach many times over."""
_LEAST = 0.04
"""Share of small words that any language reaches: those that glue their words together have few."""
_CONTRADICTED = 0.5
"""A declared language with less than this share of the small words that the best one has is not that of the text."""


def language(evidence: Evidence, headline: str | None, source: str | None) -> tuple[str | None, str | None]:
    """(BCP 47 tag, layer): <html lang>, JSON-LD, meta or the source's, where the text does not contradict it.

    Where nothing that is declared fits, the language that the text itself shows (layer 'text'), if it is clear.
    """
    sample = _sample(evidence, headline)
    shares = _shares(sample)
    for layer, text in (*_declared(evidence), ("source", source or "")):
        if (tag := _tag(text)) and _fits(tag, sample) and not _is_contradicted(tag, shares):
            return tag, layer
    shown = _shown(sample, shares)
    return shown, "text" if shown else None


def _declared(evidence: Evidence) -> Iterator[tuple[str, str]]:
    root = evidence.page.root
    yield "html", root.get("lang") or root.get("xml:lang") or ""
    yield from (("json-ld", text) for value in evidence.declared("inLanguage") for text in _names(value))
    names = ("og:locale", "content-language", "dc.language", "language")
    yield from (("meta", text) for text in evidence.meta(*names))


def _names(value: Any) -> list[str]:
    if isinstance(value, dict):
        return strings(value.get("alternateName")) + strings(value.get("name"))
    return strings(value)


def _tag(text: str) -> str | None:
    """'fr_FR' -> 'fr-FR'; None for what is no language tag."""
    match = _TAG.fullmatch(text.strip())
    if not match or match[1].lower() in ("und", "zxx", "mul"):
        return None
    parts = [match[1].lower(), (match[2] or "").title(), (match[3] or "").upper()]
    return "-".join(part for part in parts if part)


def _sample(evidence: Evidence, headline: str | None) -> str:
    """Headline, and the first paragraphs of some length; where there is none, what the page says it is about."""
    said = [headline or ""]
    size = 0
    for paragraph in islice(evidence.page.root.iter("p"), _MOST_PARAGRAPHS):
        if size >= _SAMPLE:
            break
        text = paragraph.text_content() if len(paragraph) else paragraph.text or ""
        if len(text) >= _PARAGRAPH:
            said.append(text[:_SAMPLE])
            size += len(text)
    if not size:
        said += [*evidence.meta("description", "og:description")][:1]
    return " ".join(said)


def _fits(tag: str, text: str) -> bool:
    """A language is not believed when the text is written in letters that it does not use."""
    code = tag.split("-")[0]
    if code in _EITHER_SCRIPT or (code not in _SCRIPT_OF and not _OTHER_SCRIPT.search(text)):
        return True
    letters = len(_LETTER.findall(text))
    if not letters:
        return True
    if code in _SCRIPT_OF:
        return len(_SCRIPT_OF[code].findall(text)) * 3 > letters
    return len(_OTHER_SCRIPT.findall(text)) * 2 < letters


def _shares(text: str) -> dict[str, float]:
    """Language -> share of the words that are small words of it; {} for a text too short to tell."""
    counts = Counter(_WORD.findall(text.casefold()))
    total = counts.total()
    if total < _ENOUGH:
        return {}
    small = dict.fromkeys(_SMALL_WORDS, 0)
    for word in counts.keys() & _LANGUAGES_OF.keys():
        for code in _LANGUAGES_OF[word]:
            small[code] += counts[word]
    return {code: count / total for code, count in small.items()}


def _is_contradicted(tag: str, shares: dict[str, float]) -> bool:
    """Whether the text has next to none of its small words, or far more of those of another language."""
    code = tag.split("-")[0]
    own = [shares[name] for name in _ALIKE.get(code, [code]) if name in shares]
    return bool(own) and max(own) < max(_CONTRADICTED * max(shares.values()), _LEAST)


def _shown(text: str, shares: dict[str, float]) -> str | None:
    """The language of a text of its own letters, or whose small words are clearly those of one language."""
    best, second = sorted(shares, key=lambda code: -shares[code])[:2] if shares else ("", "")
    if shares and shares[best] >= _LEAST and shares[best] > (1.2 if shares[best] >= _CLEAR else 2) * shares[second]:
        return best
    letters = len(_LETTER.findall(text))
    if letters and len(_KANA.findall(text)) * 10 > letters:
        return "ja"
    codes = (code for code in ("zh", "ko", "el", "he", "th", "ka", "hy", "ta", "bn"))
    return next((code for code in codes if len(_OF_SCRIPT[code].findall(text)) * 2 > letters > 20), None)
