"""Headlines as a listing shows them: markup, controls and broken encodings gone, the words as announced.

What is stored goes through `crawler.normalise.clean` as well.
"""

from __future__ import annotations

import html
import re

_INLINE = re.compile(r"</?(?:a|abbr|b|em|font|i|mark|small|span|strong|sub|sup|u)\b[^<>]{0,500}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_UNSAFE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_LONGEST = 500
"""Characters; no headline is longer, a trap is."""

# The characters of windows-1252 that stand elsewhere in Unicode than in their byte.
_AS_BYTES = {ord(bytes([byte]).decode("cp1252", "ignore") or chr(byte)): byte for byte in range(0x80, 0xA0)}
# The first byte of a UTF-8 character and one of its others, read one by one: nothing broken is without such a pair.
_MAY_BE_BROKEN = re.compile(f"[\xc2-\xf4][\x80-\xbf{''.join(map(chr, _AS_BYTES))}]")
# Letters that begin a two-byte UTF-8 character when its bytes are read one by one, followed by what only its
# second byte can be. 'É' before a no-break space is French, so not every such pair tells.
_TELLTALE = re.compile("[ÂÃÐÑØÙ][\x80-\xbf]|â\x80|[\x80-\x9f]")


def shown(markup: str) -> str | None:
    """Give a headline as text on one line; None when nothing is left of it."""
    if not markup:
        return None
    text = html.unescape(markup) if "&" in markup else markup
    if "<" in text:
        text = _TAG.sub(" ", _INLINE.sub("", text))
    text = repaired(text)
    if not text.isprintable():
        text = _UNSAFE.sub("", text)
    return " ".join(text.split())[:_LONGEST].rstrip() or None


def repaired(text: str) -> str:
    """Undo UTF-8 that was read as windows-1252 or Latin-1 and encoded once more."""
    if text.isascii() or _MAY_BE_BROKEN.search(text) is None:
        return text
    single = text.translate(_AS_BYTES)
    if _TELLTALE.search(single) is None:
        return text
    try:
        return single.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
