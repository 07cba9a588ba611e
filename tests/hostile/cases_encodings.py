"""Encodings: what is served in which, and what the page and its server say about it."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from hostile.case import Answer, Case
from hostile.stories import Story, page
from hostile.tongues import told

HTML = "text/html"


class Said(NamedTuple):
    name: str
    tongue: str
    codec: str
    meta: str | None = None
    header: str | None = None
    mark: bytes = b""


SAID = (
    Said("a-mark-beats-meta-and-header", "fr", "utf-8", "koi8-r", "windows-1251", codecs.BOM_UTF8),
    Said("a-mark-of-utf16-beats-meta", "ru", "utf-16-le", "utf-8", "utf-8", codecs.BOM_UTF16_LE),
    Said("a-mark-of-utf16-big", "zh", "utf-16-be", None, None, codecs.BOM_UTF16_BE),
    Said("utf16-by-its-header", "ja", "utf-16-le", None, "utf-16le"),
    Said("utf16-big-by-its-header", "ar", "utf-16-be", None, "utf-16be"),
    Said("utf16-and-nobody-says-so", "fr", "utf-16-le"),
    Said("utf16-big-and-nobody-says-so", "ru", "utf-16-be"),
    Said("utf16-said-of-utf8-in-meta", "fr", "utf-8", "utf-16"),
    Said("utf16-said-of-utf8-in-the-header", "fr", "utf-8", None, "utf-16"),
    Said("utf16-said-of-windows-1252", "fr", "cp1252", "utf-16", None),
    Said("utf32-with-its-mark", "fr", "utf-32-le", None, None, codecs.BOM_UTF32_LE),
    Said("utf8-and-both-lie", "fr", "utf-8", "iso-8859-1", "windows-1252"),
    Said("utf8-and-meta-says-koi8", "ru", "utf-8", "koi8-r"),
    Said("utf8-and-the-header-says-sjis", "ja", "utf-8", None, "shift_jis"),
    Said("utf8-and-meta-says-gbk", "zh", "utf-8", "gbk"),
    Said("utf8-and-the-header-says-latin", "ar", "utf-8", None, "iso-8859-1"),
    Said("utf8-and-nobody-says-so", "vi", "utf-8"),
    Said("utf8-hindi-and-meta-says-1252", "hi", "utf-8", "windows-1252"),
    Said("windows-1252-as-latin1-in-meta", "fr", "cp1252", "iso-8859-1"),
    Said("windows-1252-as-latin1-in-the-header", "de", "cp1252", None, "ISO-8859-1"),
    Said("windows-1252-as-ascii", "fr", "cp1252", "us-ascii"),
    Said("windows-1252-said-to-be-utf8", "fr", "cp1252", "utf-8", "utf-8"),
    Said("windows-1252-and-nobody-says-so", "de", "cp1252"),
    Said("meta-beats-header-koi8", "ru", "koi8-r", "koi8-r", "windows-1251"),
    Said("meta-beats-header-1251", "ru", "cp1251", "windows-1251", "koi8-r"),
    Said("header-alone-koi8-u", "uk", "koi8-u", None, "KOI8-U"),
    Said("x-cp1251", "ru", "cp1251", "x-cp1251"),
    Said("iso-8859-5", "ru", "iso8859-5", "iso-8859-5"),
    Said("cyrillic-by-its-old-name", "ru", "iso8859-5", "cyrillic"),
    Said("ibm866", "ru", "cp866", "ibm866"),
    Said("x-mac-cyrillic", "ru", "mac-cyrillic", "x-mac-cyrillic"),
    Said("gb18030", "zh", "gb18030", "gb18030"),
    Said("gb2312-is-gbk", "zh", "gbk", "gb2312"),
    Said("x-gbk", "zh", "gbk", None, "x-gbk"),
    Said("big5", "zh-Hant", "big5", "big5"),
    Said("big5-in-the-header", "zh-Hant", "big5", None, "Big5-HKSCS"),
    Said("x-x-big5", "zh-Hant", "big5", "x-x-big5"),
    Said("shift-jis", "ja", "cp932", "shift_jis"),
    Said("x-sjis", "ja", "cp932", "x-sjis"),
    Said("windows-31j", "ja", "cp932", None, "windows-31j"),
    Said("euc-jp", "ja", "euc_jp", "euc-jp"),
    Said("x-euc-jp", "ja", "euc_jp", None, "x-euc-jp"),
    Said("iso-2022-jp", "ja", "iso2022_jp", "iso-2022-jp"),
    Said("iso-2022-jp-in-the-header", "ja", "iso2022_jp", None, "iso-2022-jp"),
    Said("euc-kr", "ko", "cp949", "euc-kr"),
    Said("ks-c-5601", "ko", "cp949", "ks_c_5601-1987"),
    Said("korean-in-the-header", "ko", "cp949", None, "korean"),
    Said("windows-1256-arabic", "ar", "cp1256", "windows-1256"),
    Said("iso-8859-6-arabic", "ar", "iso8859-6", "iso-8859-6"),
    Said("arabic-in-the-header", "ar", "cp1256", None, "cp1256"),
    Said("windows-1255-hebrew", "he", "cp1255", "windows-1255"),
    Said("iso-8859-8-i-hebrew", "he", "iso8859-8", "iso-8859-8-i"),
    Said("logical-hebrew", "he", "iso8859-8", None, "logical"),
    Said("windows-1253-greek", "el", "cp1253", "windows-1253"),
    Said("iso-8859-7-greek", "el", "iso8859-7", None, "greek8"),
    Said("windows-1250-polish", "pl", "cp1250", "windows-1250"),
    Said("iso-8859-2-polish", "pl", "iso8859-2", "latin2"),
    Said("windows-1254-turkish", "tr", "cp1254", "iso-8859-9"),
    Said("windows-874-thai", "th", "cp874", "tis-620"),
    Said("windows-1258-vietnamese-is-utf8", "vi", "utf-8", "windows-1258"),
    Said("x-user-defined", "fr", "cp1252", "x-user-defined"),
    Said("x-user-defined-and-utf8", "fr", "utf-8", "x-user-defined", "x-user-defined"),
    Said("a-label-that-nobody-knows", "fr", "cp1252", "martian-7", "none"),
    Said("a-label-that-nobody-knows-and-utf8", "ru", "utf-8", "martian-7", "binary"),
    Said("a-label-that-nobody-knows-in-meta-only", "ru", "cp1251", "martian-7", "windows-1251"),
    Said("unicode-1-1-utf-8", "ru", "utf-8", "unicode-1-1-utf-8"),
    *(
        Said(f"a-codec-as-a-trap-{name}", "fr", "utf-8" if number % 2 else "cp1252", name, name)
        for number, name in enumerate(
            (
                *("zip", "zlib", "bz2", "hex", "base64", "uu", "quopri", "rot13", "idna", "punycode", "utf-7"),
                *("unicode_escape", "raw_unicode_escape", "undefined", "utf-32", "utf-16-surrogatepass", "cp037"),
                *("utf-8-sig", "mbcs", "hz-gb-2312", "iso-2022-kr", "replacement", "charmap", "palmos"),
            )
        )
    ),
)


def _answer(said: Said, story: Story) -> Answer:
    meta = f'<meta charset="{said.meta}">' if said.meta else ""
    body = said.mark + page(story, meta, lang=said.tongue).encode(said.codec)
    return Answer(body, f"{HTML}; charset={said.header}" if said.header else HTML)


def _case(said: Said) -> Case:
    story = told(said.tongue, said.name)
    return Case(
        said.name,
        "encodings",
        {"": _answer(said, story)},
        columns={"headline": story.headline},
        says=story.texts,
        hides=("\ufffd", "Ã©", "â€", "Ð°"),
    )


def _odd(name: str, tongue: str, body: bytes, *, says: tuple[str, ...], header: str = HTML, **more: object) -> Case:
    return Case(name, "encodings", {"": Answer(body, header)}, says=says, **more)  # type: ignore[arg-type]


FR, RU, JA = told("fr", "mixed"), told("ru", "comment"), told("ja", "escape")
CUT = told("fr", "cut")
FAR = told("ru", "far")
CONTENT = told("ru", "content")
DESCRIBED = told("fr", "described")
STRAY = told("fr", "stray")
MIXED = page(FR).encode().replace(FR.texts[2].encode(), FR.texts[2].encode("cp1252"))
ENTITY = told("de", "entities")
BOTH = told("ru", "two-metas")
XML = told("ru", "xml-declaration")
QUOTED = told("zh", "quoted")

ODD = [
    _odd("utf8-and-a-paragraph-in-windows-1252", "fr", MIXED, says=FR.texts, hides=("Ã©", "\ufffd")),
    _odd(
        "a-stray-byte-in-utf8",
        "fr",
        page(STRAY, inside="<p>Au café d’en face XX la nuit tombe.</p>").encode().replace(b"XX", b"\xff"),
        says=STRAY.texts,
        hides=("Ã©",),
    ),
    _odd(
        "cut-within-a-character",
        "fr",
        page(CUT).encode().partition(b"</div>")[0][:-4] + "<p>Et puis l’été é".encode()[:-1],
        says=CUT.texts[:2],
        hides=("Ã©",),
    ),
    _odd(
        "meta-behind-two-kilobytes",
        "ru",
        page(FAR, f"<!-- {'x' * 2_000} --><meta charset=windows-1251>").encode("cp1251"),
        says=FAR.texts,
    ),
    _odd(
        "a-meta-in-a-comment-counts-not",
        "ru",
        page(RU, "<!-- <meta charset=koi8-r> --><meta charset=windows-1251>").encode("cp1251"),
        says=RU.texts,
    ),
    _odd(
        "a-charset-in-a-description-counts-not",
        "fr",
        page(
            DESCRIBED, '<meta name=description content="how to write charset=koi8-r"><meta charset=windows-1252>'
        ).encode("cp1252"),
        says=DESCRIBED.texts,
    ),
    _odd(
        "meta-http-equiv",
        "ru",
        page(CONTENT, "<META content='text/html;charset=koi8-r' HTTP-EQUIV=content-type>").encode("koi8-r"),
        says=CONTENT.texts,
    ),
    _odd(
        "two-metas-the-first-counts",
        "ru",
        page(BOTH, "<meta charset=koi8-r><meta charset=windows-1251>").encode("koi8-r"),
        says=BOTH.texts,
    ),
    _odd(
        "an-xml-declaration",
        "ru",
        b'<?xml version="1.0" encoding="windows-1251"?>' + page(XML).encode("cp1251"),
        says=XML.texts,
        header="application/xhtml+xml",
    ),
    _odd(
        "a-charset-in-odd-quotes",
        "zh",
        page(QUOTED).encode("gbk"),
        says=QUOTED.texts,
        header="text/html;charset='gbk'; q=1",
    ),
    _odd(
        "escapes-of-iso-2022-jp-in-utf8",
        "ja",
        page(JA, inside="<p>Die Datei enthält die Folge \x1b$B und sonst nichts.</p>").encode(),
        says=JA.texts,
        hides=("\ufffd",),
    ),
    _odd(
        "references-to-windows-1252",
        "de",
        page(
            ENTITY, inside="<p>It&#146;s &#147;five&#148; &#150; &#128;&nbsp;10&#x85; at the old fish market.</p>"
        ).encode(),
        says=("It’s “five” – €", "10…"),
    ),
]

CASES = [*map(_case, SAID), *ODD]
