"""The next page of a section page that is cut into pages.

Only the same listing, one page on: what differs in the address is a page's number (in a parameter or segment that is
called so, or in a number that the link's text repeats), or what the page itself declares with rel="next" and only
differs in its query. A calendar's next day, the next article and 'next' in a slide show differ in more, or in a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from crawler.page import Page
from crawler.page.texts import first_text
from crawler.urls import absolute, canonical, same_site

_NAME = (
    r"(?:page|pages|paged|pageno|pagenumber|page_number|pagenum|pg|pag|p|pn|pagina|pagine|paginas|pagination|"
    r"seite|seiten|strona|strana|stranica|oldal|sida|side|sivu|sayfa|halaman|trang|pagina-numero|pageindex|"
    r"page_no|currentpage|cpage|страница|stranitsa|σελίδα|صفحة|صفحه|ページ|页|頁|페이지|หน้า)"
)
_PARAMETER = re.compile(_NAME, re.IGNORECASE)
_SEGMENT = re.compile(rf"{_NAME}[-_,.]?(\d{{1,4}})", re.IGNORECASE)
_LAST = re.compile(r"(.*?)[-_,.]?0*(\d{1,4})")
_ENDING = re.compile(r"\.(?:s?html?|php|aspx?|jsp)$", re.IGNORECASE)
_INDEX = re.compile(r"(?:index|default|list|main)?", re.IGNORECASE)
_YEAR = re.compile(r"/(?:19|20)\d\d(?=/|-|$)")
_OF_TIME = re.compile(r"(?:^|[?&])(?:date|day|month|year|week|d|m|y|jour|mois|annee|fecha|dia|mes|datum|tag)=", re.I)
_NEXT = re.compile(
    r"[\W\d_]*(?:(?:page|p[aá]gin[ae]|seite|sid[ae]|show|load|voir|ver)\s+)?"
    r"(?:next|older|more|suivante?s?|précédents|plus|siguientes?|más|próxim[ao]s?|seguintes?|mais|successiv[aeio]"
    r"|avanti|prossim[ae]|weiter|nächste|ältere|mehr|volgende|nästa|äldre|neste|næste|eldre|ældre|seuraava|vanhemmat"
    r"|następn[ae]|starsze|další|ďalšie|starší|következő|sljedeć[ae]|следеће|următoarea|sonraki|devamı|berikutnya"
    r"|selanjutnya|trang sau|tiếp|следующ\S+|далее|вперёд|ещё|наступн\S+|далі|напред|επόμεν\S+|παλαιότερα|التالي|المزيد"
    r"|بعدی|بیشتر|הבא|עוד|अगला|और|पुढील|পরবর্তী|আরও|அடுத்த|下一[页頁]|下页|更多|次へ|次の\S*|もっと|다음|더보기|ถัดไป)"
    r"(?:\W.{0,30})?|[\s›»>→⟩]+",
    re.IGNORECASE,
)
_PAGED = re.compile(r"[=/_.,-]\d{1,3}(?:[/&]|\.\w{2,5}|$)")
_MOST_ANCHORS = 20_000


def next_page(page: Page) -> str | None:
    """Give the address of the page after this one of the same listing; None where it has none."""
    here = list(_readings(page.url))
    number = max((number for _, number, _ in here), default=1)
    bases = {_base(page.url), *(base for base, _, _ in here)}
    declared = None
    for element, url in _candidates(page, number + 1):
        is_declared = "next" in (element.get("rel") or "").lower().split()
        for base, its_number, is_named in _readings(url):
            if (
                its_number == number + 1
                and base in bases
                and (is_named or is_declared or _repeats(element, its_number))
            ):
                return url
        if is_declared and declared is None and _only_the_query_differs(page.url, url):
            declared = url
    return declared


def is_page_of(url: str, listing_url: str) -> bool:
    """Whether an address is, by its words, a further page of a listing: the same address with a page's number."""
    if not _PAGED.search(url):
        return False
    base, is_root = _base(listing_url), urlsplit(listing_url).path in ("", "/")
    return any(
        is_named and number < 1_000 and its_base == base and not is_root
        for its_base, number, is_named in _readings(url)
    )


def _candidates(page: Page, number: int) -> Iterator[tuple[HtmlElement, str]]:
    """Links of the site that hold the number, or are declared as the next; those that the head declares stand first."""
    wanted = re.compile(rf"(?<!\d)0*{number}(?:[/&#]|\.\w{{2,5}}|$)")
    origin = page.base
    for element in islice(page.root.iter("link", "a"), _MOST_ANCHORS):
        href, rel = element.get("href"), element.get("rel")
        if not href or not (wanted.search(href) or (rel and "next" in rel.lower())):
            continue
        url = absolute(origin, href)
        if url is not None and same_site(url, page.url):
            yield element, url


def _readings(url: str) -> Iterator[tuple[str, int, bool]]:
    """Each way to read an address as a page of a listing: the listing, the number, and whether it is called a page."""
    key = canonical(url)
    path, _, query = key.partition("?")
    pieces = query.split("&") if query else []
    for place, piece in enumerate(pieces):
        name, _, value = piece.partition("=")
        if value.isdecimal() and len(value) <= 4 and _PARAMETER.fullmatch(unquote(name)):
            yield _joined(path, pieces[:place] + pieces[place + 1 :]), int(value), True
    origin, _, rest = path.partition("://")[2].partition("/")
    segments = [unquote(part) for part in rest.split("/") if part]
    yield from (
        (_joined(f"{origin}/{'/'.join(kept)}", pieces), number, named) for kept, number, named in _in_path(segments)
    )


def _in_path(segments: list[str]) -> Iterator[tuple[list[str], int, bool]]:
    if not segments:
        return
    *before, last = segments
    name = _ENDING.sub("", last)
    if before and name.isdecimal() and len(name) <= 4 and _PARAMETER.fullmatch(before[-1]):
        yield before[:-1], int(name), True
    elif (match := _SEGMENT.fullmatch(name)) is not None:
        yield before, int(match[1]), True
    elif (match := _LAST.fullmatch(name)) is not None and not _YEAR.search("/" + "/".join(segments)):
        stem = match[1]
        yield (before if _INDEX.fullmatch(stem) else [*before, stem]), int(match[2]), False


def _base(url: str) -> str:
    path, _, query = canonical(url).partition("?")
    origin, _, rest = path.partition("://")[2].partition("/")
    return _joined(f"{origin}/{unquote(rest)}", query.split("&") if query else [])


def _joined(path: str, pieces: list[str]) -> str:
    """A listing's address without scheme, extension and 'index', so that its pages agree on it."""
    folder, _, last = unquote(path.partition("://")[2] or path).rstrip("/").rpartition("/")
    name = _ENDING.sub("", last)
    bare = folder if folder and _INDEX.fullmatch(name) else f"{folder}/{name}" if folder else name
    return f"{bare}?{'&'.join(pieces)}" if pieces else bare


def _repeats(element: HtmlElement, number: int) -> bool:
    """The link's text is the number itself, or says 'next'."""
    text = " ".join(first_text(element, 60).split()) or element.get("aria-label") or element.get("title") or ""
    digits = "".join(filter(str.isdecimal, text))
    return (digits != "" and int(digits) == number and len(text) < 20) or (
        len(text) < 40 and bool(text) and _NEXT.fullmatch(text) is not None
    )


def _only_the_query_differs(url: str, other: str) -> bool:
    path, _, query = canonical(url).partition("?")
    its_path, _, its_query = canonical(other).partition("?")
    return path == its_path and query != its_query and not _OF_TIME.search(its_query)
