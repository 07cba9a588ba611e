"""Inputs for the fuzzer: real and invented pages, broken in many ways, and pages that hypothesis makes up.

Everything follows from the numbers it is given, so that each input can be made again.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from articles import corpus
from hypothesis import strategies as st

from crawler.demo.paper import HarbourPost, Paper, rubric_page

TOKENS = (
    "<p>", "</p>", "<div>", "</div>", "<h1>", "</h1>", "<h2>Sub</h2>", "<br><br>", "<b>", "<a href=x>",
    "<table><tr><td>",
    "<ul><li>", "<blockquote>", "<figure><figcaption>", "<script>", "</script>", "<style>", "<!--", "-->",
    "<![CDATA[", "]]>",
    "<?xml version='1.0'?>", "<!doctype html>", "<plaintext>", "<textarea>", "<title>", "<noscript>", "<template>",
    "<svg>",
    "<math>", "<frameset>", "<base href='//['>", "<meta charset=utf-16>", "<meta name=robots content=noindex>",
    "<body>",
    "<time datetime=9999-99-99>", "<link rel=canonical href='http://['>", "&#0;", "&#xd800;", "&#x202e;",
    "&amp;amp;", "&nbsp;",
    "\u202e", "\u2066", "\u200d", "\ufeff", "\x00", "\x1b[31m", "\x85", "\u2028", "\ud800", "\U000e0041",
    "e\u0301\u0301\u0301",
    "0000-00-00", "1970-01-01T00:00:00Z", "9999-12-31", "31/02/2026", "2026-02-30T25:61:00+99:99", "12.12.20261",
    "٢٠٢٦",
    "By ", "Par ", "By By By", " | ", " - The Courier", "…", "(Reuters) - ", "©", "12:34", "Read more:", "h", '"',
    "'", ">", "<",
    "\\u003cp", "\\", "{", "}", "[", "]", "null", "NaN", "1e999", "-0", "999999999999999999999999", "class=comment",
    "hidden",
    "display:none", "itemprop=headline", "aria-hidden=true", "javascript:alert(1)", "data:text/html,x", "https://",
    "//[::1",
)  # fmt: skip
WRONG: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 1e308, "", " ", "x", [], {}, [[]], [None], [{}], {"@value": None}, {"name": 1},
    {"name": ["A", 2]},
    {"@id": "#a"}, "\ud800", "\0", "<b>x</b>", "&lt;b&gt;",
    "2026", "2026-13-45", "1970-01-01", "https://[", [["a"], ["b"]],
    "a" * 3_000,
)  # fmt: skip
LABELS = (
    "utf-8", "windows-1252", "utf-16", "utf-16le", "utf-7", "shift_jis", "euc-kr", "gb18030", "iso-2022-jp", "big5",
    "koi8-r",
    "idna", "zip", "x", "", "ascii", "unicode-1-1-utf-8", "utf-32", "rot13", "\x00", "windows-1251",
)  # fmt: skip
_TAG = re.compile(rb"<[^<>]{1,300}>")
_NAMED = re.compile(rb"\s[\w:-]+=(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+)")
_DECLARED = re.compile(rb"(<script[^>]*ld\+json[^>]*>)(.*?)(</script)", re.S)
LARGEST = 400_000
"""Bytes of an input; `hostile_pages.py` has the larger ones."""

Seed = tuple[bytes, str]
"""A page and its address."""
Input = tuple[bytes, str, str | None]
"""A page, its address, the charset that its server names."""


def seeds() -> list[Seed]:
    """The invented newspaper's pages, and those of the corpus where there is one."""
    papers = (Paper(1), Paper(2, refrain=True), Paper(1, restyled=True), HarbourPost())
    found = [
        (page.body, paper.site.url + path)
        for paper in papers
        for path, page in paper.items()
        if page.content_type.startswith("text/html") and page.body
    ]
    found += [
        (rubric_page(letter)[0], "https://courier.example/monde/premiere-page-du-jour-10001") for letter in "abcd"
    ]
    return sorted(found, key=lambda page: len(page[0]))


def real_pages() -> list[Path]:
    """Files of the corpus, small ones first; empty where there is none."""
    files = (corpus() / "articles" / "pages").glob("*.html.gz")
    return sorted(files, key=lambda path: (path.stat().st_size, path.name))


def read_real(path: Path) -> Seed:
    return gzip.decompress(path.read_bytes()), f"https://www.courier.example/world/2026/03/{path.name[:40]}"


def flip(page: bytes, rng: Random, _: bytes) -> bytes:
    """Other bytes here and there."""
    changed = bytearray(page)
    for _time in range(rng.choice((1, 4, 30))):
        changed[rng.randrange(len(changed))] = rng.choice((rng.randrange(256), 0, 0x3C, 0x22, 0xFF))
    return bytes(changed)


def truncate(page: bytes, rng: Random, _: bytes) -> bytes:
    return page[: rng.randrange(len(page))] if rng.random() < 0.7 else page[rng.randrange(len(page)) :]


def splice(page: bytes, rng: Random, other: bytes) -> bytes:
    """A piece of another page in this one."""
    start = rng.randrange(len(other))
    place = rng.randrange(len(page))
    return page[:place] + other[start : start + rng.randrange(20_000)] + page[place:]


def delete(page: bytes, rng: Random, _: bytes) -> bytes:
    start = rng.randrange(len(page))
    return page[:start] + page[start + rng.choice((1, 20, 500, 5_000)) :]


def duplicate(page: bytes, rng: Random, _: bytes) -> bytes:
    """A piece twice, or many times."""
    start = rng.randrange(len(page))
    piece = page[start : start + rng.choice((10, 100, 2_000))]
    return page[:start] + piece * rng.choice((2, 3, 50)) + page[start:]


def shuffle_tags(page: bytes, rng: Random, _: bytes) -> bytes:
    """Tags doubled, taken out, or exchanged."""

    def changed(match: re.Match[bytes]) -> bytes:
        chance = rng.random()
        if chance > 0.06:
            return match[0]
        return (
            match[0] * 2 if chance > 0.04 else b"" if chance > 0.02 else rng.choice(TOKENS).encode("utf-8", "replace")
        )

    return _TAG.sub(changed, page)


def shuffle_attributes(page: bytes, rng: Random, _: bytes) -> bytes:
    """Attributes doubled, emptied, of another value."""
    found = [match[0] for match in _NAMED.finditer(page)] or [b" a=b"]

    def changed(match: re.Match[bytes]) -> bytes:
        chance = rng.random()
        return match[0] if chance > 0.1 else match[0] * 2 if chance > 0.07 else rng.choice(found)

    return _NAMED.sub(changed, page)


def nest(page: bytes, rng: Random, _: bytes) -> bytes:
    """One tag opened again and again."""
    tags = list(_TAG.finditer(page))
    if not tags:
        return page
    tag = rng.choice(tags)
    return page[: tag.start()] + tag[0] * rng.choice((3, 30, 300)) + page[tag.end() :]


def insert(page: bytes, rng: Random, _: bytes) -> bytes:
    """Words of the dictionary."""
    for _time in range(rng.choice((1, 3, 10))):
        place = rng.randrange(len(page) + 1)
        token = rng.choice(TOKENS).encode("utf-8", "surrogatepass") * rng.choice((1, 1, 1, 20))
        page = page[:place] + token + page[place:]
    return page


def recode(page: bytes, rng: Random, _: bytes) -> bytes:
    """The page, or its second half, in another encoding."""
    text = page.decode("utf-8", "replace")
    half = rng.choice((0, len(text) // 2))
    codec = rng.choice(
        ("cp1252", "utf-16", "utf-16-le", "utf-16-be", "shift_jis", "euc-kr", "gb18030", "iso2022_jp", "utf-7")
    )
    return text[:half].encode("utf-8") + text[half:].encode(codec, "replace")


def swap_declared(page: bytes, rng: Random, _: bytes) -> bytes:
    """Other types for values of the page's JSON-LD, or what JSON does not allow."""

    def changed(match: re.Match[bytes]) -> bytes:
        try:
            value = json.loads(match[2])
        except ValueError:
            return match[0]
        for _time in range(rng.choice((1, 3, 8))):
            value = _swapped(value, rng)
        said = json.dumps(value)
        if rng.random() < 0.15:
            place = rng.randrange(len(said))
            said = said[:place] + rng.choice(TOKENS) + said[place:]
        return match[1] + said.encode("utf-8", "replace") + match[3]

    return _DECLARED.sub(changed, page)


def _swapped(value: Any, rng: Random) -> Any:
    """One value somewhere below changed: another type, a list of itself, gone, twice."""
    if isinstance(value, dict) and value and rng.random() < 0.85:
        name = rng.choice(list(value))
        return value | {name: _swapped(value[name], rng)}
    if isinstance(value, list) and value and rng.random() < 0.85:
        place = rng.randrange(len(value))
        return [*value[:place], _swapped(value[place], rng), *value[place + 1 :]]
    return rng.choice(
        (rng.choice(WRONG), [value], [value, value], {"@value": value}, {"name": value}, str(value), [value, None])
    )


MUTATIONS: tuple[Callable[[bytes, Random, bytes], bytes], ...] = (
    flip, truncate, splice, delete, duplicate, shuffle_tags, shuffle_attributes, nest, insert, recode, swap_declared,
    swap_declared,
)  # fmt: skip


def mutated(page: Seed, other: bytes, rng: Random) -> Input:
    """A page after one to four mutations."""
    html, url = page
    for _time in range(rng.choice((1, 1, 2, 4))):
        html = rng.choice(MUTATIONS)(html, rng, other or b" ")[:LARGEST] or b" "
    return html, url, rng.choice(LABELS) if rng.random() < 0.15 else None


# --- pages that hypothesis makes up ---

_WORDS = (
    "The ferry",
    "runs again",
    "from Monday,",
    "the harbour office said.",
    "Storm",
    "By Ann Lee",
    "12 March 2026",
    "Reuters",
)
_TEXT = st.lists(
    st.one_of(st.sampled_from(_WORDS), st.sampled_from(TOKENS), st.text(max_size=12)), min_size=1, max_size=12
).map(" ".join)
_PROSE = st.integers(1, 4).map(
    lambda count: "The ferry between the two islands runs again from Monday, it was said. " * count
)
_NAMES = st.sampled_from(
    (
        "story",
        "lead",
        "standfirst",
        "byline",
        "date",
        "comments",
        "related",
        "teaser",
        "caption",
        "kicker",
        "text",
        "x",
        "newsletter",
    )
)
_TAGS = st.sampled_from(
    ("p", "p", "p", "div", "div", "span", "b", "strong", "em", "a", "h2", "h3", "h1", "ul", "ol", "li", "table",
    "tr", "td", "blockquote",
     "figure", "figcaption", "article", "section", "aside", "header", "footer", "nav", "time", "main", "br",
     "script", "font", "dl", "dt",
     "dd", "pre", "form", "details", "template", "noscript", "iframe", "custom-tag", "address", "small", "img")
)  # fmt: skip
_META_NAMES = st.sampled_from(
    ("og:title", "og:description", "og:type", "og:image", "og:url", "og:site_name", "og:locale",
    "article:published_time", "author",
     "article:modified_time", "article:section", "article:tag", "description", "keywords", "date", "robots",
     "tdm-reservation", "title",
     "article:content_tier", "twitter:title", "content-language", "publisher")
)  # fmt: skip
_FIELDS = st.sampled_from(
    ("@type", "@id", "@graph", "headline", "name", "author", "creator", "publisher", "datePublished", "dateModified",
    "dateCreated",
     "articleSection", "keywords", "image", "caption", "creditText", "inLanguage", "isAccessibleForFree", "hasPart",
     "mainEntity", "url",
     "mainEntityOfPage", "description", "articleBody", "itemListElement", "item", "position", "alternateName",
     "liveBlogUpdate",
     "thumbnailUrl", "copyrightHolder", "about", "@context")
)  # fmt: skip
_VALUES = st.one_of(
    st.sampled_from(WRONG),
    st.sampled_from(
        ("NewsArticle", "Article", "LiveBlogPosting", "VideoObject", "Person", "Organization", "BreadcrumbList",
        "WebPage", "ImageObject",
         "2026-03-03T08:00:00Z", "2026-03-03", "Ann Lee", "AFP", "https://courier.example/world/ferry-1", "#a", "en",
         "fr-FR")
    ),
    _TEXT, _PROSE, st.integers(), st.floats(),
)  # fmt: skip
_JSON = st.recursive(
    _VALUES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_FIELDS, inner, max_size=7)),
    max_leaves=25,
)


def _element(parts: tuple[str, str | None, list[str], bool]) -> str:
    tag, name, inside, closed = parts
    names = f' class="{name}"' if name else ""
    return f"<{tag}{names}>{''.join(inside)}" + (f"</{tag}>" if closed else "")


_ELEMENTS = st.recursive(
    st.one_of(_PROSE, _TEXT),
    lambda inner: st.tuples(
        _TAGS, st.one_of(st.none(), _NAMES), st.lists(inner, max_size=5), st.sampled_from((True, True, True, False))
    ).map(_element),
    max_leaves=30,
)


@st.composite
def made_up(draw: st.DrawFn) -> Input:
    """A page of head, JSON-LD and elements, none of them to be relied upon."""
    metas = draw(
        st.lists(
            st.tuples(_META_NAMES, st.one_of(_TEXT, _PROSE, st.sampled_from(("2026-03-03T08:00:00Z", "true")))),
            max_size=8,
        )
    )
    head = "".join(f'<meta property="{name}" content="{text}">' for name, text in metas)
    declared = draw(st.lists(st.dictionaries(_FIELDS, _JSON, max_size=10), max_size=3))
    head += "".join(f'<script type="application/ld+json">{json.dumps(value)}</script>' for value in declared)
    body = "".join(draw(st.lists(_ELEMENTS, min_size=1, max_size=10)))
    language = draw(st.sampled_from(("en", "fr", "de", "ar", "ja", "x-y", "")))
    head = f"<head><title>{draw(_TEXT)}</title>{head}</head>"
    html = f"<html lang={language}>{head}<body><h1>{draw(_TEXT)}</h1>{body}</body></html>"
    coded = html.encode(draw(st.sampled_from(("utf-8", "utf-8", "utf-8", "utf-16", "cp1252"))), "replace")
    return (
        coded,
        draw(st.sampled_from(("https://courier.example/world/2026/03/ferry-1", "https://courier.example/"))),
        None,
    )
