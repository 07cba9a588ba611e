"""Pages that stand where another page was asked for: challenges, captchas, consent and login walls, error pages.

One detector for articles, listings and answers that are no 200. What a page is built of comes first, then what it
says: evidence is weighed, and what speaks for an article (a date, a declared article, a headline, a long text)
counts against it. A page that only embeds a captcha, carries a cookie banner or writes about either is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.errors import PageError
from crawler.normalise import unaccented, words
from crawler.page import Page, parse
from crawler.page.jsonld import declares_article
from crawler.page.texts import first_text
from crawler.page.wallmarks import (
    CONSENT_TOOLS,
    DOOR_HOSTS,
    DOOR_PATHS,
    EMBEDDED,
    HEADERS,
    MISSING_MARK,
    MISSING_PATH,
    MISSING_STATE,
    PRODUCTS,
    REFUSING_HEADERS,
    SURELY_REFUSING,
)
from crawler.page.wallwords import NOISE, PHRASES, TITLES

NAMES = {
    "challenge": "challenge page",
    "captcha": "captcha",
    "consent": "consent page",
    "login": "login page",
    "geo": "geo block",
    "maintenance": "maintenance page",
    "error": "error page",
    "missing": "soft 404",
    "shell": "shell without text",
}
"""Kind of wall to what people call it."""
_OUTCOMES = {"missing": "gone", "shell": "empty", "maintenance": "error", "error": "error"}

LITTLE = 500
"""Characters; most walls show no more."""
BARE = 2_000
"""Characters; above, a page shows more than a challenge does."""
MOST = 4_500
"""Characters; consent walls with all their small print show no more. No more is read of a page."""
_WEIGHED = ("challenge", "consent", "login", "geo", "maintenance", "error")
_ENOUGH = 2
"""Evidence that makes a wall; see `_weight`."""
_HEADLINE = 4
"""Words; a heading of so many that is none of a wall may be that of an article."""
_MOST_BODY = 300_000
"""Bytes of an answer that refuses us."""
_REFUSALS = frozenset({"challenge", "captcha", "consent", "login", "geo", "maintenance"})
"""What may stand under any status; an error page under the status of an error says nothing more."""
_MOST_HEADINGS = 4
_LONG_HEADING = 300
_MOST_SCRIPT = 3_000
"""Characters looked at from either end of a script."""
_MOST_MARKUP = 60_000
_UNSEEN = frozenset({"script", "style", "template", "svg", "head", "title", "textarea", "option"})

_SPLIT = re.compile(r"[|–—•·»«:›]| - |\s/\s|\.{3}|…")
_STATUS_WORD = re.compile(r"4(?:04|10)|40[0-9]|5\d\d")
_ERROR_CODE = re.compile(r"(?<!\d)(?:404|410)(?!\d)")
_DATES = ("article:published_time", "datepublished", "article:modified_time", "og:article:published_time", "pubdate")


@dataclass(frozen=True, slots=True)
class Wall:
    """What a page is instead of the one that was asked for; as text, it is the reason for people."""

    kind: str
    """One of NAMES."""
    evidence: str
    """For people: the product, or what the page says."""
    is_product: bool = False
    """`evidence` names the product that made the page."""

    def __str__(self) -> str:
        return f"{NAMES[self.kind]} ({self.evidence})" if self.is_product else f"{NAMES[self.kind]}: {self.evidence}"

    @property
    def outcome(self) -> str:
        """Outcome of the request: blocked, gone (soft 404), empty (shell) or error (maintenance, server error)."""
        return _OUTCOMES.get(self.kind, "blocked")


@dataclass(slots=True)
class Look:
    """A page as far as it is looked at; texts as folded words with a space round each."""

    page: Page
    titles: list[str]
    """Parts of <title>, and the headings that stand highest."""
    headings: list[str]
    parts: list[str]
    """Parts of <title>."""
    text: str
    length: int
    """Characters of visible text, counted to MOST."""
    is_refused: bool
    """The status of the answer was none of a page."""
    is_mount: bool
    """It shows hardly anything, has scripts, and an empty element into which they write a whole page."""


def find(page: Page, *, is_refused: bool = False) -> Wall | None:
    """What kind of wall a page is; None for any other page. `is_refused`: its HTTP status was not 200."""
    seen = look(page, is_refused=is_refused)
    return judge(seen) if seen is not None else None


def of_body(body: bytes, url: str, charset: str | None = None) -> Wall | None:
    """What kind of wall the body of an answer is whose status was none of a page; None where it cannot be read."""
    try:
        wall = find(parse(body[:_MOST_BODY], url, charset), is_refused=True)
    except (PageError, RecursionError):
        return None
    return wall if wall is None or wall.kind in _REFUSALS else None


def look(page: Page, *, is_refused: bool = False) -> Look | None:
    """The first MOST characters of a page, its titles and headings; to be taken before the tree is taken apart.

    None for a page that declares an article (JSON-LD) or its date: that is no wall, unless its status says so.
    """
    if not is_refused and (declares_article(page.jsonld) or any(name in page.meta for name in _DATES)):
        return None
    text, length = _visible(page.root)
    titles, headings, parts = _titles_of(page.root)
    return Look(page, titles, headings, parts, text, length, is_refused, length < LITTLE and _is_mount(page.root))


def judge(look: Look) -> Wall | None:
    """What kind of wall a page is that was looked at; None for any other page."""
    if look.length <= BARE and (wall := _product(look)):
        return wall
    weighed = [(_weight(look, kind), kind) for kind in _WEIGHED]
    weight, kind = max(weighed, key=lambda pair: pair[0])
    missing = _missing(look)
    if missing is not None and not (weight > _ENOUGH and kind in ("geo", "challenge")):
        return missing
    return Wall(kind, _said(look, kind)) if weight >= _ENOUGH else _by_title(look)


def shell(look: Look) -> Wall | None:
    """Whether a page in which no text was found only sends on, or waits for its scripts."""
    if (onward := refresh(look.page)) is not None:
        return Wall("shell", f"it only sends on to {onward}")
    if look.length <= BARE and (said := _phrase(look.text, "shell")):
        return Wall("shell", f"says “{said}”")
    return Wall("shell", "its text comes by scripts") if look.is_mount else None


def refresh(page: Page) -> str | None:
    """Address to which <meta http-equiv=refresh> sends on within ten seconds; None where there is none."""
    for content in page.meta.get("refresh", ()):
        seconds, _, target = content.partition(";")
        address = target.partition("=")[2].strip(" '\"")
        if address and seconds.strip().replace(".", "", 1).isdigit() and float(seconds) <= 10:
            return address[:200]
    return None


def of_answer(
    status: int, headers: Mapping[str, str], body: bytes, url: str, charset: str | None = None
) -> Wall | None:
    """Wall that an answer is by its head, or by its body where its status is none of a page.

    `headers` by lower-case name. A status that says that nothing is there, or that it is elsewhere, is believed.
    """
    if 300 <= status < 400 or status in (404, 410):
        return None
    wall = of_headers(headers, status)
    if wall is None and status != 200 and body:
        wall = of_body(body, url, charset)
    return named(wall, headers) if wall is not None else None


def of_headers(headers: Mapping[str, str], status: int) -> Wall | None:
    """Wall that the head of an answer alone tells; `headers` by lower-case name."""
    for name, value, kind, product in HEADERS:
        if value.search(headers.get(name, "")):
            return Wall(kind, product, is_product=True)
    if status in (401, 403, 405, 429, 503):
        for name, value, product in REFUSING_HEADERS:
            if name in SURELY_REFUSING and value.search(headers.get(name, "")):
                return Wall("challenge", product, is_product=True)
    return None


def named(wall: Wall, headers: Mapping[str, str]) -> Wall:
    """The wall with the product that the head of the answer names, where the page does not name one."""
    if wall.is_product or wall.kind not in ("challenge", "captcha"):
        return wall
    products = (product for name, value, product in REFUSING_HEADERS if value.search(headers.get(name, "")))
    product = next(products, None)
    return Wall(wall.kind, product, is_product=True) if product else wall


def sent_away(asked: str, answered: str) -> Wall | None:
    """Wall that the address of an answer alone tells, where it is another one than was asked for."""
    asked_at, at = urlsplit(asked), urlsplit(answered)
    if (asked_at.netloc, asked_at.path.rstrip("/")) == (at.netloc, at.path.rstrip("/")):
        return None
    host, before = at.hostname or "", asked_at.hostname or ""
    for kind, path in DOOR_PATHS.items():
        is_door = host != before and host.startswith(DOOR_HOSTS.get(kind, ("\0",)))
        if is_door or (path.search(at.path) and not path.search(asked_at.path)):
            return Wall(kind, f"redirects to {at.netloc}{at.path}"[:200])
    if MISSING_PATH.search(at.path) and not MISSING_PATH.search(asked_at.path):
        return Wall("missing", f"redirects to {at.path}"[:200])
    if at.path in ("", "/") and not at.query:
        return Wall("missing", "redirects to the home page")
    return None


# ------------------------------------------------------------------------------------------------ evidence


def _product(look: Look) -> Wall | None:
    """Wall of a known product; what articles embed too counts only beside words or a refusing status."""
    markup = _markup(look.page.root)
    for product, kind, marks in PRODUCTS:
        if any(mark in markup for mark in marks) and (look.length <= LITTLE or _speaks(look, "challenge")):
            return None if _is_page(look) else Wall(kind, product, is_product=True)
    if not look.is_refused and (_has_headline(look) or not _speaks(look, "challenge")):
        return None
    markup = _markup(look.page.root, texts=False)
    for product, marks in EMBEDDED:
        if any(mark in markup for mark in marks):
            return Wall("captcha", product, is_product=product != "a captcha")
    return None


def _is_page(look: Look) -> bool:
    """It presents itself to networks as an article does, and says nothing that a wall says."""
    meta = look.page.meta
    return "article" in meta.get("og:type", ()) and not look.is_refused and not _speaks(look, "challenge")


def _speaks(look: Look, kind: str) -> bool:
    return any(_is_title(title, kind) for title in look.titles) or _phrase(look.text, kind) is not None


def _weight(look: Look, kind: str) -> int:
    """Evidence that a page is a wall of this kind; _ENOUGH makes it one.

    2 for a title that says so, 1 for each of two phrases, 1 for little text, a refusing status, a tool for consent
    or a password; 1 less for what looks like an article's headline, 2 less for more text than a wall has.
    """
    first = look.headings[:1] + look.parts  # further down a long page stand dialogues
    hits = any(_tells(title, kind) for title in look.titles if look.length <= BARE or title in first)
    if not hits and (look.length > BARE or not _phrases(look.text, kind)):
        return 0
    weight = 2 * hits + min(2, len(_phrases(look.text, kind))) + look.is_refused + (look.length <= LITTLE)
    has_headline = not hits and _has_headline(look)
    weight += 0 if has_headline else _tool(look, kind)
    if kind == "login" and not hits:
        return 0  # many pages ask for a password beside their text
    if kind in ("error", "maintenance") and not hits and not look.is_refused:
        weight -= 1
    if has_headline:
        weight -= 2 if kind == "consent" else 1  # articles have banners
    if look.page.meta.get("og:type") == ["article"]:
        weight -= 1
    return weight - (0 if look.length <= BARE else 1 if kind == "consent" else 2)


def _tool(look: Look, kind: str) -> int:
    if kind == "consent" and look.length <= MOST:
        markup = _markup(look.page.root)
        return int(any(tool in markup for tool in CONSENT_TOOLS))
    if kind == "login":
        return int(any(field.get("type", "").lower() == "password" for field in look.page.root.iter("input")))
    return 0


def _has_headline(look: Look) -> bool:
    """A heading says something, and nothing that a wall says."""
    return any(
        len(title.split()) >= _HEADLINE and not any(_tells(title, kind) for kind in NAMES) for title in look.headings
    )


def _missing(look: Look) -> Wall | None:
    """A soft 404: by what the page is built of, by its address, or by title and heading."""
    if not _has_headline(look) and (mark := _missing_mark(look.page)) is not None:
        return Wall("missing", mark)
    said = [title for title in look.titles if _is_title(title, "missing")]
    is_short = look.length <= BARE
    headed = [title for title in look.headings if _is_title(title, "missing")] if _is_first(look, "missing") else []
    if headed or (said and (is_short or not _has_headline(look))):
        return Wall("missing", f"says “{(headed or said)[0].strip()[:80]}”")
    spoken = next((phrase for title in look.titles if (phrase := _phrase(title, "missing"))), None)
    if spoken is None and is_short and not _has_headline(look):
        phrases = _phrases(look.text, "missing")
        enough = len(phrases) + (look.length <= LITTLE) + bool(_ERROR_CODE.search(look.text[:LITTLE]))
        spoken = phrases[0] if phrases and enough >= _ENOUGH else None
    return Wall("missing", f"says “{spoken}”") if spoken is not None and is_short else None


def _missing_mark(page: Page) -> str | None:
    if MISSING_PATH.search(urlsplit(page.url).path):
        return f"its address is {urlsplit(page.url).path}"[:120]
    for link in page.root.iter("link"):
        if "canonical" in (link.get("rel") or "").lower() and MISSING_PATH.search(urlsplit(_href(link)).path):
            return "its canonical address is that of an error page"
    statuses = [*page.meta.get("prerender-status-code", ()), *page.meta.get("status", ())]
    if any(_ERROR_CODE.search(status) for status in statuses):
        return "its meta tags say 404"
    for element in page.root.iter("html", "body", "main"):
        if found := MISSING_MARK.search(f"{element.get('class') or ''} {element.get('id') or ''}"[:2_000]):
            return f"marked {found[0]}"
    if any(MISSING_STATE.search(ends) for ends in _scripts(page.root)):
        return "its scripts say 404"
    return None


def _href(link: HtmlElement) -> str:
    href: str = link.get("href") or ""
    return href if href.startswith(("http", "/")) and "[" not in href else ""


def _by_title(look: Look) -> Wall | None:
    """A page of whatever length whose main heading says nothing but that something failed or that one has to log in."""
    for kind in ("login", "error", "maintenance", "geo", "challenge", "consent"):
        headed = [title for title in look.headings if _is_title(title, kind)] if _is_first(look, kind) else []
        is_titled = any(_is_title(part, kind) for part in look.parts)
        if headed and (look.length <= BARE or is_titled) and not _has_headline(look):
            return Wall(kind, f"says “{headed[0].strip()[:80]}”")
    return None


def _is_first(look: Look, kind: str) -> bool:
    """The first heading says so: further down stand dialogues, which many pages have."""
    return bool(look.headings) and _is_title(look.headings[0], kind)


def _said(look: Look, kind: str) -> str:
    titled = next((title for title in look.titles if _is_title(title, kind)), None)
    phrase = titled or next((said for title in look.titles if (said := _phrase(title, kind))), None)
    return f"says “{(phrase or _phrase(look.text, kind) or '').strip()[:80]}”"


# ------------------------------------------------------------------------------------------ what is looked at


def _titles_of(root: HtmlElement) -> tuple[list[str], list[str], list[str]]:
    """(both together; the headings that stand highest; the parts of <title>), folded."""
    titles = [first_text(element, _LONG_HEADING) for element in _few(root, "title", 1)]
    tops = [first_text(element, _LONG_HEADING) for element in _few(root, "h1", _MOST_HEADINGS)]
    tops = tops or [first_text(element, _LONG_HEADING) for element in _few(root, "h2", 2)]
    headings = [said for top in tops if (said := _folded(top)).strip()]
    parts = [_folded(part) for title in titles for part in (*_SPLIT.split(title), title)]
    heads = [_folded(part) for top in tops for part in _SPLIT.split(top)]
    found = dict.fromkeys(part for part in (*headings, *heads, *parts) if part.strip())
    return _own_titles(list(found), parts, headings), headings, parts


def _own_titles(found: list[str], parts: list[str], headings: list[str]) -> list[str]:
    """The titles, but no part of <title> beside which the headline of an article stands ('404: how it began')."""
    whole = parts[-1] if parts else ""
    rest = [part for part in parts[:-1] if len(part.split()) >= _HEADLINE]
    beside = any(part in heading or heading in part for part in rest for heading in headings)
    beside = beside or any(part.split() and part != whole and whole in headings for part in rest)
    return headings if beside else found


def _few(root: HtmlElement, tag: str, most: int) -> Iterator[HtmlElement]:
    for number, element in enumerate(root.iter(tag), 1):
        yield element
        if number >= most:
            return


def _visible(root: HtmlElement) -> tuple[str, int]:
    """(folded text, characters) of what a reader sees and of <noscript>, as far as MOST characters go."""
    pieces: list[str] = []
    length = 0
    for element in root.iter():
        inside = element.text if element.tag not in _UNSEEN else None
        for piece in (inside, element.tail):
            if piece and not piece.isspace():
                pieces.append(piece[:MOST])
                length += len(piece.strip())
        if length > MOST:
            break
    return _folded(" ".join(pieces)[: MOST + 1_000]), min(length, MOST)


def _markup(root: HtmlElement, *, texts: bool = True) -> str:
    """Addresses, names and both ends of scripts of a bare page, lower-case; with `texts`, what its elements say."""
    pieces: list[str] = []
    room = _MOST_MARKUP
    for element in root.iter():
        values = [value for name in _TELLING if (value := element.get(name))]
        if element.tag == "script" and element.text:
            values += [element.text[:_MOST_SCRIPT], element.text[-_MOST_SCRIPT:]]
        elif texts:
            values += [text[:200] for text in (element.text, element.tail) if text]
        for value in values:
            pieces.append(value[:_MOST_SCRIPT])
            room -= len(value)
        if room <= 0:
            break
    return " ".join(pieces).lower()


_TELLING = ("src", "href", "action", "id", "class", "name", "data-sitekey", "data-src")


def _scripts(root: HtmlElement) -> Iterator[str]:
    """Both ends of each script, lower-case: what a page is stands there, and state between."""
    for number, script in enumerate(root.iter("script")):
        if script.text:
            yield f"{script.text[:_MOST_SCRIPT]} {script.text[-_MOST_SCRIPT:]}".lower()
        if number > 60:
            return


def _is_mount(root: HtmlElement) -> bool:
    """It has scripts, and an empty element into which they write a whole page."""
    return next(root.iter("script"), None) is not None and any(
        (element.get("id") or "").lower() in _MOUNTS and len(element) == 0 and not (element.text or "").strip()
        for element in root.iter("div", "main", "section")
    )


_MOUNTS = frozenset({"root", "app", "__next", "__nuxt", "react-root", "main-root", "ember-app", "svelte"})


def _folded(text: str) -> str:
    """Words without accents, case and signs, a space before and behind each."""
    return f" {' '.join(words(unaccented(text)))} "


@lru_cache(maxsize=1)
def _titles() -> dict[str, frozenset[str]]:
    return {
        kind: frozenset(_folded(title) for said in languages.values() for title in said.split("|"))
        for kind, languages in TITLES.items()
    }


@lru_cache(maxsize=1)
def _all_phrases() -> dict[str, tuple[str, ...]]:
    """Phrases as they stand in folded text: from the beginning of a word on, to whatever ending it has."""
    return {
        kind: tuple(
            dict.fromkeys(_folded(phrase).rstrip() for said in languages.values() for phrase in said.split("|"))
        )
        for kind, languages in PHRASES.items()
    }


@lru_cache(maxsize=1)
def _noise() -> frozenset[str]:
    return frozenset(_folded(NOISE).split())


@lru_cache(maxsize=256)
def _tells(title: str, kind: str) -> bool:
    """The title says this, or something to its reader that only such a page says."""
    return _is_title(title, kind) or _phrase(title, kind) is not None


def _is_title(title: str, kind: str) -> bool:
    """The title says this and nothing else; codes and 'oops' beside it do not count, and alone they say 'missing'."""
    known = _titles().get(kind, frozenset())
    if title in known:
        return True
    said = title.split()
    if len(said) > 14:
        return False
    rest = [word for word in said if word not in _noise() and not _STATUS_WORD.fullmatch(word)]
    if not rest:
        return kind == "missing" and any(_ERROR_CODE.fullmatch(word) for word in said)
    return len(rest) < len(said) and f" {' '.join(rest)} " in known


def _phrase(text: str, kind: str) -> str | None:
    return next((phrase.strip() for phrase in _all_phrases().get(kind, ()) if phrase in text), None)


def _phrases(text: str, kind: str) -> list[str]:
    """Different phrases of the text; one that stands in another is not counted twice."""
    found = [phrase for phrase in _all_phrases().get(kind, ()) if phrase in text]
    return [phrase.strip() for phrase in found if not any(phrase != other and phrase in other for other in found)]
