"""Is that the world section? What publishers call it, in the words of their labels and of their addresses.

A label (link, breadcrumb, category) is asked whole, a path folder by folder: 'World News' and /news/world/ are the
world section, 'World Cup' and /world-heritage/ are not. Below another rubric, as in 'Sport › International', the
same word means something else. The words stand in sections.toml.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler.normalise import unaccented

_PARTS = re.compile(r"\s*[|/\\›»→>·•:–—]\s*|\s+-\s+")
"""Between the levels of a label that is a trail: 'News › World', 'World | The Courier'."""
_SPACES = re.compile(r"[\s_.,+-]+")
_GLUED_NEWS = re.compile("^ขาว|(?:新闻|新聞|消息|频道|頻道|ニュース|뉴스)$")
"""'News', as `spelled`, in scripts that set no space."""
_PAGE = re.compile(r"\.(?:s?html?|php\d?|aspx?|jsp|xml|rss)$")
_LONGEST = 80
"""Characters: a label that is longer is a sentence."""


def names_world(text: str, language: str | None = None) -> bool:
    """Whether a label is the name of a world section: 'World', 'Nachrichten Ausland', 'News › World', '国际新闻'.

    `language` (BCP 47) is the publisher's, where known: a few names are something else in other languages, and
    count only with it. Case, accents and what says no more than 'news' make no difference.
    """
    return judged([text], language) is True


def path_names_world(url: str, language: str | None = None) -> bool:
    """Whether a part of an address's path is named like a world section: /news/world/2026/talks, /esteri.html.

    Not below the folder of another rubric: /sport/international/. `url` is an address or its path.
    """
    return judged_path(url, language) is True


def judged(names: Iterable[str], language: str | None = None) -> bool | None:
    """Whether rubrics, widest first, are the world section's: True, False for another's, None = they do not say.

    The first that says anything decides.
    """
    short = (name for name in names if len(name) <= _LONGEST)
    return _judged(tuple(part for name in short for part in _PARTS.split(name)), _base(language))


def judged_path(url: str, language: str | None = None) -> bool | None:
    """As `judged`, of the parts of an address's path."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return None
    return _judged(tuple(part for part in _PAGE.sub("", path).split("/") if len(part) <= _LONGEST), _base(language))


def same_name(names: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether one of the names, or one level of it ('News › World'), is one of those wanted in another spelling."""
    keys = {spelled(name) for name in wanted}
    return bool(keys) and any(spelled(part) in keys for name in names for part in (name, *_PARTS.split(name)))


def spelled(name: str) -> str:
    """A name without case, accents and signs between its words, to be compared: 'À l’Étranger' -> "a l'etranger"."""
    letters = unaccented(name.replace("’", "'").replace("\u200c", ""))
    return " ".join(_SPACES.split(unicodedata.normalize("NFC", letters))).strip()


@lru_cache(maxsize=4096)
def _judged(parts: tuple[str, ...], language: str) -> bool | None:
    only_in = _words()["only_in"]
    for key in map(_key, parts):
        if key in _worlds() and (key not in only_in or language in only_in[key]):
            return True
        if key in _others():
            return False
    return None


def _base(language: str | None) -> str:
    base = (language or "").partition("-")[0].lower()
    return "no" if base in ("nb", "nn") else base


def _key(name: str) -> str:
    """A name as it is looked up: `spelled`, without what only says 'news'."""
    kept = " ".join(word for word in spelled(name).split() if word not in _beside())
    return _GLUED_NEWS.sub("", kept).strip() or kept


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def _beside() -> frozenset[str]:
    return frozenset(spelled(word) for words in _words()["beside"].values() for word in words.split())


@cache
def _worlds() -> frozenset[str]:
    return frozenset(_key(name) for names in _words()["world"].values() for name in names)


@cache
def _others() -> frozenset[str]:
    return frozenset(_key(name) for names in _words()["others"].values() for name in names.split()) - {""}
