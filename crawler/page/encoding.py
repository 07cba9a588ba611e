"""From bytes to text: which encoding a page really has, whatever it and its server say."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_AT_ONCE = 4 * 1024**2
"""Bytes that are decoded in one go."""
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_DECLARED = re.compile(
    rb"(?:<meta\b[^>]{0,400}?\bcharset|<\?xml\b[^>]{0,200}?\bencoding)\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.I
)

# What a browser reads under a label (WHATWG): Latin-1 is windows-1252, the Asian sets are their supersets.
# A label outside this table is ignored, so that Python's other codecs (zip, idna, utf-7) are out of reach.
_WHATWG = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_CODECS = {
    *(f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    *(f"cp125{n}" for n in range(9)),
    *("cp866", "cp874", "cp932", "cp949", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic"),
    *("gb18030", "big5hkscs", "euc_jp", "iso2022_jp", "utf-16-le", "utf-16-be", "utf-16"),
}


def decode(raw: bytes, charset: str | None = None) -> str:
    """Text of `raw`: by byte order mark, else UTF-8 where it is valid, else by meta, header, windows-1252."""
    codec, mark = _codec_of(raw, charset)
    return raw[mark:].decode(codec, "replace")


def as_utf8(raw: bytes, charset: str | None = None) -> bytes:
    """Give `raw` in UTF-8, as `decode` reads it; of what is long the two ends tell the encoding, to spare memory."""
    if len(raw) <= _AT_ONCE:
        return raw if is_plain_utf8(raw) else decode(raw, charset).encode("utf-8", "replace")
    ends = raw[:_AT_ONCE].rpartition(b">")[0] + raw[-_AT_ONCE:].partition(b"<")[2]
    codec, mark = _codec_of(ends or raw[:_AT_ONCE], charset)
    if codec == "utf-8" and not mark and _is_utf8(raw):
        return raw
    plain = bytearray()
    for text in _pieces(raw[mark:] if mark else raw, codec, "replace"):
        plain += text.encode("utf-8", "replace")
    return bytes(plain)


def _codec_of(raw: bytes, charset: str | None) -> tuple[str, int]:
    """The encoding, and the length of the mark that tells it."""
    for bom, encoding in _BOMS.items():
        if raw.startswith(bom):
            return encoding, len(bom)
    declared = [_codec(label) for label in (_declared(raw), charset)]
    for codec in declared:
        # These two are made of bytes that are valid UTF-8 as well, so they must be asked for first.
        if codec and ((codec == "iso2022_jp" and b"\x1b" in raw) or (codec[:6] == "utf-16" and b"\0" in raw)):
            return codec, 0
    if _mostly_utf8(raw.decode("utf-8", "replace")):
        return "utf-8", 0
    usable = [codec for codec in declared if codec and codec[:6] != "utf-16"]
    return (usable[0] if usable else "cp1252"), 0


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
    found = _DECLARED.search(raw, 0, 16_384)
    return found[1].decode("ascii", "ignore") if found else None


def _codec(label: str | None) -> str | None:
    """Python's codec for a charset label as browsers read it; None for UTF-8 and for labels to ignore."""
    try:
        name = codecs.lookup((label or "").strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    name = _WHATWG.get(name, name)
    return name if name in _CODECS or name == "cp1252" else None


def _mostly_utf8(text: str) -> bool:
    """A stray byte in a UTF-8 page must not turn all its accents into windows-1252."""
    bad = text.count("\ufffd")
    return bad == 0 or bad * 20 < len(text) - len(text.encode("ascii", "ignore"))
