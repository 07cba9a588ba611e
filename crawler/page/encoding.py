"""From bytes to text: which encoding a page really has, whatever it and its server say."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

_AT_ONCE = 4 * 1024**2
"""Bytes that are decoded in one go."""
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_PRESCAN = 16_384
"""Bytes in which a page may declare its encoding; browsers look at 1,024, editors know nothing of that."""
_SAMPLE = 1_000
_ZEROS = 0.2
"""Share of zeros on one side: of the markup at the start of a page, whatever the script of its words."""
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_META = re.compile(rb"<meta\b([^>]{0,2000})>", re.IGNORECASE)
_CHARSET = re.compile(rb"(?<![\w-])charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_CONTENT = re.compile(rb"\bcontent\s*=\s*(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_HTTP_EQUIV = re.compile(rb"\bhttp-equiv\s*=\s*[\"']?\s*content-type", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']\s*([\w:.-]{2,40})", re.IGNORECASE)

# Python's codec -> the labels that mean it to a browser (WHATWG Encoding Standard, "Names and labels"): Latin-1 is
# windows-1252, the Asian sets are their supersets. No other label counts, so that Python's other codecs (zip, idna,
# utf-7, unicode_escape) are out of reach. Labels of UTF-8 are left out: whether a page is UTF-8, its bytes say.
_LABELS = {
    "cp866": "866 cp866 csibm866 ibm866",
    "iso8859-2": "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
    "iso8859-3": "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
    "iso8859-4": "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
    "iso8859-5": "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
    "iso8859-6": (
        "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i "
        "iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"
    ),
    "iso8859-7": (
        "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 "
        "iso_8859-7:1987 sun_eu_greek"
    ),
    "iso8859-8": (
        "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 "
        "iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical"
    ),
    "iso8859-10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "iso8859-13": "iso-8859-13 iso8859-13 iso885913",
    "iso8859-14": "iso-8859-14 iso8859-14 iso885914",
    "iso8859-15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9",
    "iso8859-16": "iso-8859-16",
    "koi8-r": "cskoi8r koi koi8 koi8-r koi8_r",
    "koi8-u": "koi8-ru koi8-u",
    "mac-roman": "csmacintosh mac macintosh x-mac-roman",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "cp1250": "cp1250 windows-1250 x-cp1250",
    "cp1251": "cp1251 windows-1251 x-cp1251",
    "cp1252": (
        "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 "
        "iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252"
    ),
    "cp1253": "cp1253 windows-1253 x-cp1253",
    "cp1254": (
        "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 "
        "windows-1254 x-cp1254"
    ),
    "cp1255": "cp1255 windows-1255 x-cp1255",
    "cp1256": "cp1256 windows-1256 x-cp1256",
    "cp1257": "cp1257 windows-1257 x-cp1257",
    "cp1258": "cp1258 windows-1258 x-cp1258",
    "gb18030": (
        "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030"
    ),
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "euc_jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
    "iso2022_jp_ext": "csiso2022jp iso-2022-jp",
    "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    "cp949": (
        "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949"
    ),
    "utf-16-be": "unicodefffe utf-16be",
    "utf-16-le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
}  # fmt: skip
_CODECS = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}
_IN_PAIRS = {"gb18030", "big5hkscs", "euc_jp", "cp932", "cp949"}
_IN_PAIRS_SHARE, _SHARE, _LATIN_SHARE = 20.0, 2.0, 1.1
"""Characters beyond ASCII for each that is no UTF-8, at least, where something else may be meant."""
_SIGNS = "…‘’“”–—\xa0«»".encode("cp1252")
"""What follows a letter in windows-1252, so that both together look like half a character of UTF-8: 'é»'."""
_MOST_STRAYS = 20_000
"""Each is a call of Python; a page with more is no page."""
_STRAY = "worlddesk-stray"


def _stray(error: UnicodeError) -> tuple[str, int]:
    """What a byte that is no UTF-8 meant: its windows-1252 character, or U+FFFD where a character was cut in two.

    Pages are put together from templates, archives and advertisements, and not all of them speak UTF-8.
    """
    if not isinstance(error, UnicodeDecodeError):
        raise error
    raw, end = error.object, error.end
    found, after = raw[error.start : end], raw[end : end + 1]
    is_cut = not after or (found in (b"\xc2", b"\xc3") and not after.isalpha())
    if is_cut or found[1:].translate(None, _SIGNS):
        return "\ufffd", end
    return found.decode("cp1252", "replace"), end


codecs.register_error(_STRAY, _stray)


def decode(raw: bytes, charset: str | None = None) -> str:
    """Text of `raw`: by byte order mark, else UTF-8 where it is valid, else by meta, header, windows-1252."""
    codec, mark, errors = _codec_of(raw, charset)
    return raw[mark:].decode(codec, errors)


def as_utf8(raw: bytes, charset: str | None = None) -> bytes:
    """Give `raw` in UTF-8, as `decode` reads it; of what is long the two ends tell the encoding, to spare memory."""
    if len(raw) <= _AT_ONCE:
        return raw if is_plain_utf8(raw) else decode(raw, charset).encode("utf-8", "replace")
    ends = raw[:_AT_ONCE].rpartition(b">")[0] + raw[-_AT_ONCE:].partition(b"<")[2]
    codec, mark, errors = _codec_of(ends or raw[:_AT_ONCE], charset)
    if codec == "utf-8" and not mark and _is_utf8(raw):
        return raw
    plain = bytearray()
    for text in _pieces(raw[mark:] if mark else raw, codec, errors):
        plain += text.encode("utf-8", "replace")
    return bytes(plain)


def _codec_of(raw: bytes, charset: str | None) -> tuple[str, int, str]:
    """The encoding, the length of the mark that tells it, and what is done with bytes that are none of it."""
    mark = next((bom for bom in _BOMS if raw.startswith(bom)), b"")
    declared = [codec for label in (_declared(raw), charset) if (codec := _codec(label))]
    strays = _strays(raw, declared)
    if mark and _BOMS[mark] != "utf-8":
        return _BOMS[mark], len(mark), "replace"
    if mark and strays is not None:
        return "utf-8", len(mark), _STRAY if strays <= _MOST_STRAYS else "replace"
    for codec in declared:
        # These two are made of bytes that are valid UTF-8 as well, so they must be asked for first.
        if (codec == "iso2022_jp_ext" and b"\x1b" in raw) or (codec[:6] == "utf-16" and b"\0" in raw):
            return codec, 0, "replace"
    if b"\0" in raw[:_SAMPLE] and (codec := _wide(raw[:_SAMPLE])):
        return codec, 0, "replace"
    if strays is not None:
        return "utf-8", 0, _STRAY if strays <= _MOST_STRAYS else "replace"
    return next((codec for codec in declared if codec[:6] != "utf-16"), "cp1252"), len(mark), "replace"


def _wide(sample: bytes) -> str:
    """UTF-16 that nobody declares: the markup has a zero in every second byte. '' where it is not."""
    even, odd = (sample[first::2].count(0) / max(1, len(sample) // 2) for first in (0, 1))
    if max(even, odd) < _ZEROS or min(even, odd) > _ZEROS / 4:
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _is_utf8(raw: bytes) -> bool:
    try:
        for _ in _pieces(raw, "utf-8", "strict"):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _pieces(raw: bytes, codec: str, errors: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)(errors)
    for start in range(0, len(raw), _AT_ONCE):
        yield decoder.decode(raw[start : start + _AT_ONCE], start + _AT_ONCE >= len(raw))


def is_plain_utf8(raw: bytes) -> bool:
    """Needs no decoding: valid, and without the signs of what only looks valid (mark, UTF-16, ISO-2022-JP)."""
    if raw.startswith(codecs.BOM_UTF8) or b"\0" in raw or b"\x1b" in raw:
        return False
    try:
        return raw.isascii() or raw.decode("utf-8") is not None
    except UnicodeDecodeError:
        return False


def _declared(raw: bytes) -> str | None:
    """The label in an XML declaration or in the first <meta> that has one; what stands in comments does not count."""
    start = _COMMENT.sub(b"", raw[:_PRESCAN])
    if found := _XML.match(start):
        return found[1].decode("ascii", "ignore")
    for meta in _META.finditer(start):
        inside = meta[1] if _HTTP_EQUIV.search(meta[1]) else _CONTENT.sub(b"", meta[1])
        if found := _CHARSET.search(inside):
            return found[1].decode("ascii", "ignore")
    return None


def _codec(label: str | None) -> str | None:
    """Python's codec for a charset label as browsers read it; None for UTF-8 and for labels to ignore."""
    return _CODECS.get((label or "").strip().strip("\"'").lower())


def _strays(raw: bytes, declared: Iterable[str]) -> int | None:
    """How many places of a page are not in UTF-8; None where so many are that it is not UTF-8.

    A stray byte or paragraph must not turn all the accents of a page into windows-1252.
    Of windows-1252 next to nothing happens to be UTF-8, of Cyrillic and Thai up to a fifth, of the Asian sets more.
    """
    text = raw.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    declared = [codec for codec in declared if codec != "cp1252"]
    share = (_IN_PAIRS_SHARE if not _IN_PAIRS.isdisjoint(declared) else _SHARE) if declared else _LATIN_SHARE
    return bad if bad == 0 or bad * share < len(text) - len(text.encode("ascii", "ignore")) else None
