"""Text and instants in the one form in which they are stored and compared."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime

from crawler.errors import UsageError

_SPACES = "\t\n\x0b\x0c\r\x85\u2028\u2029"
_REMOVED = (
    *(*range(0x20), *range(0x7F, 0xA0), 0xAD, 0x180E),  # controls of C0 and C1, soft hyphen, Mongolian separator
    *(0x200B, 0xFEFF, *range(0xFFF9, 0xFFFD)),  # zero-width space, byte order mark, anchors of objects
    *(*range(0x202A, 0x202F), *range(0x2060, 0x2070)),  # bidi embeddings, overrides, isolates; word joiner
    *(*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF),  # never characters
    *range(0xE000, 0xF900),  # private use: glyphs of icon fonts
)
_CONTROLS: dict[int, str | None] = {**dict.fromkeys(_REMOVED), **{ord(space): " " for space in _SPACES}}
# What `clean` has to look at closer; most text has none of it, nor anything but letters, signs and spaces.
_SUSPECT = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufdd0-\ufdef\ufeff"
    "\ufff9-\ufffc\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U0001fffe-\U0001ffff\U0002fffe-\U0002ffff"
    "\U0003fffe-\U0010ffff]"
)
# Beyond the first plane: controls of shorthand and of music, never characters, private use; and the selectors and
# tags, which are judged apart.
_REMOVED_BEYOND = re.compile(
    "[\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe-\U000dffff"
    "\U000e0080-\U000e00ff\U000e01f0-\U0010ffff]"
)
# What a terminal obeys: colours and moves (ESC [ … letter), titles (ESC ] … BEL), single commands.
_ESCAPES = re.compile(
    "\x1b\\[[0-?]{0,40}[ -/]{0,3}[@-~]|\x9b[0-9;?]{1,20}[A-Za-z]"
    "|\x1b[\\]PX^_][^\x07\x1b\x9c]{0,200}(?:\x07|\x1b\\\\|\x9c)"
    "|\x1b[ -/]{0,3}[0-Z=>c\\\\]"
)
# Letters and marks that show nothing: fillers of Hangul and Khmer, the grapheme joiner.
_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_SELECTED = "#*0-9\xa9\xae\u1000-\u109f\u1820-\u18aa\u200d\u203c-\u33ff\u3400-\u9fff\ua840-\uaaff\uf900-\ufaff" + (
    "\U0001f000-\U0001faff\U00020000-\U0003fffd"
)
"""What has variants that a selector chooses: emoji and signs, characters of China and Japan, some scripts."""
_SHOWS_NOTHING = re.compile(f"[{_FILLERS}{_SELECTORS}]")
_STRAY_SELECTOR = re.compile(f"[{_FILLERS}]|(?<![{_SELECTED}])[{_SELECTORS}]+|(?<=[{_SELECTORS}])[{_SELECTORS}]+")
_SURROGATE = re.compile("[\ud800-\udfff]")

# Joiners shape letters in the scripts of the Near East, India and South-East Asia and glue emoji together;
# anywhere else they only make two equal words differ.
_STRAY_JOINER = re.compile(
    "(?<![\u0590-\u109f\u1780-\u18af\ufb50-\ufdff\ufe00-\ufe0f\ufe70-\ufefc\u2190-\u2bff\U0001f000-\U0001faff])"
    "[\u200c\u200d]+|(?<=[\u200c\u200d])[\u200c\u200d]+"
)
_REPEATED_MARK = re.compile("(?<=[\u061c\u200e\u200f])[\u061c\u200e\u200f]+")
_INVISIBLE = " \u061c\u200c\u200d\u200e\u200f\ufe0f"
# Flags of regions end in invisible tag characters; after anything but the black flag they only hide text.
_HIDDEN_TAG = re.compile(
    "(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{2,6}\U000e007f)|[\U000e0000-\U000e007f]+"
)
_MARKS = "\u0300-\u036f\u0483-\u0489\u0610-\u061a\u064b-\u065f\u06d6-\u06ed\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_STACKED = f"[{_MARKS}\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_ZALGO = re.compile(f"({_STACKED}{_STACKED}{{3}}){_STACKED}+")  # `re` looks fast for what begins with one set
_MOST_MARKS = 6
"""On one letter, in scripts that stack more than ours: Tibetan, Burmese."""
_WITH_MARKS = (range(0x300, 0x3100), range(0xA66F, 0xAC00), range(0xFB1E, 0xFB1F), range(0xFE20, 0xFE30))
_MARK = "".join(chr(code) for codes in _WITH_MARKS for code in codes if unicodedata.category(chr(code)) in ("Mn", "Me"))
_PILE = re.compile(f"([{_MARK}][{_MARK}]{{{_MOST_MARKS - 1}}})[{_MARK}]+")
_PILE_BEYOND = re.compile(f"[\U00010000-\U0010ffff][\U00010000-\U0010ffff]{{{_MOST_MARKS},}}")
_ODD_SPACE = re.compile(r"\s(?:(?<! )\s*|\s+)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_NO_BREAK = re.compile("[\u00a0\u202f]")

_CJK = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
_NO_SPACE = f"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff{_CJK}"
# Part of a word and yet no \w: accents, and the vowel signs of Hebrew and of the scripts of India.
_SIGNS = (
    f"{_MARKS}\u0591-\u05c7\u0900-\u0903\u093a-\u094f\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a4d"
    "\u0a81-\u0acd\u0b01-\u0b57\u0bbe-\u0bcd\u0c00-\u0c04\u0c3e-\u0c56\u0c81-\u0c83\u0cbc-\u0cd6"
    "\u0d00-\u0d03\u0d3e-\u0d4d\u0d82\u0d83\u0dca-\u0ddf"
)
_WORD = re.compile(rf"[{_NO_SPACE}]|[^\W{_NO_SPACE}](?:[^\W{_NO_SPACE}]|[{_SIGNS}])*")
# Where text holds nothing of the two, which is nearly always, this finds the same words in half the time.
_BEYOND_PLAIN = re.compile(f"[{_NO_SPACE}{_SIGNS}]")
# Neither Latin letters nor the signs between them: where nothing is, there are no marks and none of these scripts.
_BEYOND_LATIN = re.compile("[^\x00-\u02ff\u2010-\u2044]")
_PLAIN_WORD = re.compile(r"\w+")
_IGNORED_IN_WORDS = re.compile("[\u00ad\u061c\u200b-\u200f\u2060\ufeff]")
_CJK_CHARACTER = re.compile(f"[{_CJK}]")


def clean(text: str) -> str:
    """`text` on one line, safe to store, print and compare; '' when nothing visible is left.

    - NFC; lone surrogates become U+FFFD; more than four combining marks on a letter are cut (six
      in scripts that stack them).
    - Controls with what a terminal would take for their commands, soft hyphens, zero-width spaces, fillers, bidi
      embeddings, overrides and isolates, private-use characters (icon fonts) and hidden tag characters are gone.
      U+061C, U+200E and U+200F stay, since right-to-left text needs them; joiners and variation selectors stay
      behind the scripts and emoji that use them.
    - Every run of white space is one space. The no-break space that French typography sets before ; : ! ?
      and » and after « stays as the page wrote it (U+00A0 or U+202F) and is never invented; `words` does
      not see it.
    """
    if text.isascii():
        if not text.isprintable():
            text = _ESCAPES.sub("", text).translate(_CONTROLS)
        return " ".join(text.split())
    return _one_line(_safe(text))


def _safe(text: str) -> str:
    if not text.isprintable():
        # The spaces of markup are no reason to look closer.
        text = text.replace("\n", " ").replace("\t", " ").replace("\r", " ")
        text = _without_controls(text) if _SUSPECT.search(text) else text
    if _BEYOND_LATIN.search(text) is None:
        return text
    if _SHOWS_NOTHING.search(text):
        text = _STRAY_SELECTOR.sub("", text)
    text = _PILE.sub(
        r"\1", _PILE_BEYOND.sub(_few_marks, text)
    )  # before `normalize`, which sorts the marks on a letter in quadratic time
    text = unicodedata.normalize("NFC", text)
    capped = _ZALGO.sub(r"\1", text)
    return text if capped == text else unicodedata.normalize("NFC", capped)


def _without_controls(text: str) -> str:
    text = _ESCAPES.sub("", _SURROGATE.sub("\ufffd", text)).translate(_CONTROLS)
    text = _HIDDEN_TAG.sub(r"\1", _REMOVED_BEYOND.sub("", text))
    return _REPEATED_MARK.sub("", _STRAY_JOINER.sub("", text))


def _few_marks(run: re.Match[str]) -> str:
    """The run with no more than _MOST_MARKS marks side by side."""
    kept, count = [], 0
    for sign in run[0]:
        count = count + 1 if unicodedata.category(sign) in ("Mn", "Me") else 0
        if count <= _MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def _one_line(text: str) -> str:
    has_no_break = "\u00a0" in text or "\u202f" in text
    text = _ODD_SPACE.sub(_kept_space, text).strip() if has_no_break else " ".join(text.split())
    return text if text.strip(_INVISIBLE) else ""


def _kept_space(run: re.Match[str]) -> str:
    """One space for the run; the page's own no-break space where French typography wants one."""
    text, no_break = run.string, _NO_BREAK.search(run[0])
    binds = text[run.end() : run.end() + 1] in tuple(";:!?»") or text[run.start() - 1 : run.start()] == "«"
    return no_break[0] if no_break and binds else " "


_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})
"""Those that are no letter with an accent to Unicode."""


def unaccented(text: str) -> str:
    """`text` without case and accents, in compatibility letters (NFKD), to be compared: 'À l’Œuvre' -> 'a l’oeuvre'."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def plain(markup: str) -> str:
    """`clean` text of a string in which markup may be escaped once too often, as in many meta and JSON-LD."""
    if "&" in markup:
        markup = html.unescape(markup)
    return clean(_TAG.sub(" ", markup) if "<" in markup else markup)


_RUNS = (
    "applet|base|body|button|details|embed|form|frame|frameset|html|iframe|img|input|link|marquee|math|meta|noscript|"
    "object|script|select|style|svg|template|textarea|video|audio"
)
_WITH_CONTENT = re.compile(r"<(script|style)\b[^<>]*>[^<]{0,5000}</\1\s*>", re.IGNORECASE)
_RUNNING = re.compile(rf"<[/!?]?(?:{_RUNS})(?=[\s/>])[^<>]*>|<[a-zA-Z][^<>=]*=[^<>]*>", re.IGNORECASE)
_FORMATTING = re.compile(r"</?(?:a|b|big|br|div|em|font|h[1-6]|hr|i|li|ol|p|small|span|strong|sub|sup|u|ul)\s*/?>")
_OPEN_END = re.compile(rf"<(?=/?(?:{_RUNS})\b|[a-zA-Z][^<>=]*=)", re.IGNORECASE)
_MOST_NESTED = 5


def harmless(text: str, longest: int | None = None) -> str:
    """`clean` text without markup that a browser would run or show, cut to `longest` characters.

    Tags are taken out where they are HTML; what only stands in angle brackets, as titles do in Korea, stays. A tag
    that does not end becomes text: '<img src=' is '‹img src='.
    """
    if "<" in text:
        for _ in range(_MOST_NESTED):  # what is taken out may leave another tag
            bare = _FORMATTING.sub(" ", _RUNNING.sub(" ", _WITH_CONTENT.sub(" ", text)))
            if bare == text:
                break
            text = bare
        text = _OPEN_END.sub("‹", text)
    text = clean(text)
    return text if longest is None or len(text) <= longest else text[: longest - 1].rstrip() + "…"


def words(text: str) -> list[str]:
    """Casefolded words of `text`; each character of a script without spaces (Chinese, kana, Thai…) is one."""
    return _words(folded(text))


def folded(text: str) -> str:
    """`text` casefolded and without what is ignored in words: each of its `words` stands in it as it is."""
    return _visible(text).casefold()


def word_count(text: str) -> int:
    """Number of `words`."""
    return len(_words(_visible(text)))


def has_more_words(texts: Iterable[str], limit: int) -> bool:
    """The texts together have more than `limit` words; no more of them is read than needed to know."""
    count = 0
    for text in texts:
        count += word_count(text)
        if count > limit:
            return True
    return False


def _words(text: str) -> list[str]:
    is_plain = text.isascii() or not (_BEYOND_LATIN.search(text) and _BEYOND_PLAIN.search(text))
    return _PLAIN_WORD.findall(text) if is_plain else _WORD.findall(text)


def _visible(text: str) -> str:
    # What is ignored in words cannot be printed, and to ask for that is cheaper.
    return text if text.isascii() or text.isprintable() else _IGNORED_IN_WORDS.sub("", text)


def cjk_spaced(text: str) -> str:
    """`text` with a space round every Chinese or Japanese character, so that FTS5 sees each as a token."""
    return " ".join(_CJK_CHARACTER.sub(r" \g<0> ", text).split())


def now() -> str:
    """This instant in UTC, 'YYYY-MM-DDTHH:MM:SSZ'."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


CLOCKS_BEGIN = frozenset(("1969-12-31", "1970-01-01", "1899-12-30", "1899-12-31", "1900-01-01"))
"""Days at which the clocks of computers begin, and the day before, west of Greenwich: no date at all."""


def utc(iso: str) -> tuple[str, str]:
    """('YYYY-MM-DDTHH:MM:SSZ', precision) of an ISO 8601 instant with zone, or of a bare 'YYYY-MM-DD'.

    Precision is 'second', 'minute' (no seconds written) or 'day'; a day is T00:00:00Z. Fractions of a second
    are cut. ValueError for anything else, also for a time without zone: an instant is never guessed.
    """
    instant = datetime.fromisoformat(iso)
    if len(iso) == len("YYYY-MM-DD"):
        return f"{instant:%Y-%m-%d}T00:00:00Z".rjust(20, "0"), "day"
    if instant.tzinfo is None:
        raise ValueError(f"{iso!r} has no zone")
    precision = "second" if re.match(r".{10}.\d\d:?\d\d:?\d\d", iso) else "minute"
    return instant.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z", precision


def earliest(since: str) -> str:
    """A day as 'YYYY-MM-DD', an instant in UTC: as they sort among the instants of the database.

    Raises UsageError for what is neither.
    """
    with suppress(ValueError):
        return date.fromisoformat(since).isoformat()
    try:
        at = datetime.fromisoformat(since)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--since {since!r} is no day; write it as 2026-10-06") from error
