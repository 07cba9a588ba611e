"""The addresses to which a page links, one candidate each, with all that the page shows of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any, TypeAlias

from lxml.html import HtmlElement

from crawler.discover.dates import instant
from crawler.discover.shape import DENSE, Shape, as_code, shape
from crawler.discover.state import entries
from crawler.discover.titles import shown
from crawler.page import Page
from crawler.urls import absolute, canonical, is_home, site

MOST_ANCHORS = 20_000
_MOST_NODES = 5_000
"""Nodes of JSON-LD looked at."""
_MOST_OF_ONE = 12
"""Anchors of one address that are looked at: picture, headline, summary, button, menu, foot."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_MOST_TIMES = 20
_CARD_HEIGHT = 8
"""Levels above an anchor at which its card may begin."""
_HEADLINE_CLASS = re.compile(r"headline|title|heading|titre|titulo|titel|titolo", re.IGNORECASE)
_FEW_HEADLINES = 5
"""A page that shows fewer may leave its list to scripts."""
_HEADLINE_WORDS = 4
"""A text shorter than this may be a rubric, a name, a button."""

NAVIGATION, FOOT, CONTENT = "navigation", "foot", ""
Frame: TypeAlias = tuple[str, HtmlElement | None]
"""A part of the page, and the element whose class says so."""
_FRAME_OF_TAG = {"nav": NAVIGATION, "header": NAVIGATION, "footer": FOOT, "article": CONTENT, "main": CONTENT}
_FRAME_OF_ROLE = {"navigation": NAVIGATION, "banner": NAVIGATION, "contentinfo": FOOT, "main": CONTENT}
_FRAME_OF_CLASS = re.compile(
    r"(?:^|[\s_-])(?:(footer)|nav|navbar|navigation|menu|megamenu|submenu|breadcrumbs?|masthead|topbar|toolbar"
    r"|social|share|sharing|tags?|login|account|subscribe|newsletter|cookie|pagination|pager|byline|authors?)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_BUTTON = re.compile(
    r"(?:read|listen|watch|play|learn|see|view|show|continue|full|more|lire|voir|écouter|regarder|en savoir|suite"
    r"|leer|ver|más|leggi|continua|altro|weiterlesen|mehr|zum|lees|meer|läs|les|czytaj|więcej|devamı|далее"
    r"|подробнее|читать|المزيد|続き|详细)\b.{0,20}"
    r"|.{0,12}\b(?:comments?|commentaires?|comentarios?|commenti|kommentare?|shares?|views?|photos?|videos?)\W*"
    r"|(?:\d|\W)+(?:am|pm|uhr|h|min|ago)?",
    re.IGNORECASE,
)
_SILENT = frozenset(("script", "style", "svg", "noscript", "template"))
_DEEPEST = 50
"""Levels below an anchor that are read."""
_LONGEST_TEXT = 2_000
"""Characters of an anchor's text that are read."""
_END_OF_PART = re.compile(r"[^\W_A-Z]$|[!?.:…)”»’]$|\w[\"']$")
_CLOCK = re.compile(r"^\d{1,2}[:.h]\d{2}(?: Uhr| h)?\s*[|–-]?\s+")
"""Before a headline in a list by the minute."""
_BULLETS = "•·›»|▶►● "
_DIGITS = re.compile(r"\d+")
_FILE = re.compile(
    r"\.(?:pdf|jpe?g|png|gif|webp|svg|ico|mp[34]|m4[av]|wav|ogg|avi|mov|wmv|m3u8?|zip|gz|rar|exe|dmg|apk|docx?|xlsx?|pptx?"
    r"|epub|csv|ics|xml|rss|atom|json|js|css|txt)$",
    re.IGNORECASE,
)
"""Endings of what is no page."""
_CAMPAIGN = re.compile(
    r"[?&](?:utm_|wt_|itm_|at_|xtor|n?_?m?cid=|mc=|t_rid|cmp|campaign|affiliate|icode|icid|intcmp|ref=|partner|promo|trk"
    r"|kwd|source=|src=|from=)",
    re.IGNORECASE,
)
_ARTICLE_TYPES = ("NewsArticle", "Article", "BlogPosting", "ReportageNewsArticle", "OpinionNewsArticle")


@dataclass(slots=True, eq=False)
class Candidate:
    """One address and how the page shows it."""

    url: str
    """Absolute, as announced where it stands first."""
    key: str
    """Its canonical form."""
    shape: Shape
    anchors: list[HtmlElement] = field(default_factory=list)
    title: str | None = None
    """Best headline: of the anchors, else of the card around them, else of JSON-LD."""
    words: int = 0
    """Length of the title as `word_count` has it."""
    frame: str = NAVIGATION
    """Where its best anchor stands: CONTENT, NAVIGATION (header too) or FOOT."""
    framed_by: HtmlElement | None = None
    """The element whose class says so; None where a tag or role does."""
    in_heading: bool = False
    list_kind: str = ""
    """Tags and classes around its best anchor; the links of one list share them."""
    published: str | None = None
    is_campaign: bool = False
    """Each of its anchors tells the server which campaign sent the reader: what is sold or promoted does."""
    listed: bool = False
    """JSON-LD of the page names it as an article."""


def word_count(text: str) -> int:
    """Words of a headline; two characters of a script without spaces count as one."""
    words = len(text.split())
    return words if text.isascii() or not DENSE.search(text) else max(words, len(DENSE.findall(text)) // 2)


def candidates(page: Page) -> list[Candidate]:
    """Collect the addresses of the site that a page links to, in order of first appearance.

    The site is the page's own; where nearly all that reads like a headline leads to one other site (a title that
    keeps its articles under another name), it is that one. Neither home pages nor the page itself are candidates.
    """
    anchors = _anchors(page)
    wanted = _site_of_headlines(page.url, anchors)
    own = canonical(page.url)
    found: dict[str, Candidate] = {}
    key_of: dict[str, str | None] = {}
    for anchor, url in anchors:
        if url not in key_of:
            key_of[url] = _key(url, wanted, own)
        key = key_of[url]
        if key is None:
            continue
        if key not in found:
            found[key] = Candidate(url, key, shape(key))
        if len(found[key].anchors) < _MOST_OF_ONE:
            found[key].anchors.append(anchor)
    _read_codes(list(found.values()))
    look = _Look()
    for candidate in found.values():
        look.at(candidate)
    _forgive_frames(list(found.values()))
    _read_cards(list(found.values()))
    _read_jsonld(page, wanted, found)
    if sum(one.words >= _HEADLINE_WORDS for one in found.values()) < _FEW_HEADLINES:
        _read_state(page, wanted, found)
    return list(found.values())


def _key(url: str, wanted: str, own: str) -> str | None:
    """Give the canonical form of an address that may be an article's: of the site, no home page, no file."""
    if site(url) != wanted:
        return None
    key = canonical(url)
    return None if key == own or is_home(key) or _FILE.search(key) is not None else key


def _anchors(page: Page) -> list[tuple[HtmlElement, str]]:
    origin = page.base
    known: dict[str, str | None] = {}
    found = []
    for anchor in page.root.iter("a", "area"):
        href = anchor.get("href")
        if not href or href.startswith("#"):
            continue
        if href not in known:
            known[href] = absolute(origin, href)
        url = known[href]
        if url is not None:
            found.append((anchor, url))
            if len(found) == MOST_ANCHORS:
                break
    return found


def _site_of_headlines(page_url: str, anchors: list[tuple[HtmlElement, str]]) -> str:
    own = site(page_url)
    if 2 * sum(site(url) == own for _, url in anchors) >= len(anchors):
        return own
    sites = Counter(site(url) for anchor, url in anchors if word_count(_text(anchor)) >= _HEADLINE_WORDS)
    other, count = max(sites.items(), key=lambda item: item[1], default=(own, 0))
    return other if count >= 5 and count > 3 * sites[own] else own


class _Look:
    """Reads the surroundings of anchors, each element once."""

    def __init__(self) -> None:
        self._frames: dict[HtmlElement, Frame] = {}
        self._names: dict[HtmlElement, str] = {}

    def at(self, candidate: Candidate) -> None:
        """Fill in what the anchors of a candidate show: the best is the one that reads most like a headline."""
        best = None
        for anchor in candidate.anchors:
            title, in_heading = _headline(anchor)
            words = word_count(title)
            worth = (in_heading, words >= _HEADLINE_WORDS, 0 if words >= _HEADLINE_WORDS else words)
            if best is None or worth > best[0]:
                best = (worth, anchor, title, words)
            candidate.in_heading |= in_heading
        if best is not None:
            _, anchor, title, candidate.words = best
            candidate.title = shown(title)
            candidate.frame, candidate.framed_by = min(map(self.frame, candidate.anchors), key=_rank_of_frame)
            candidate.list_kind = self.list_kind(anchor)
            candidate.is_campaign = all(_is_campaign(anchor.get("href") or "") for anchor in candidate.anchors)

    def frame(self, element: HtmlElement) -> Frame:
        """Tell in which part of the page an element stands, and which element says so: the innermost that does."""
        chain = []
        current: HtmlElement | None = element
        while current is not None and current not in self._frames:
            chain.append(current)
            current = current.getparent()
        frame = self._frames[current] if current is not None else (CONTENT, None)
        for part in reversed(chain):
            frame = self._frames[part] = _own_frame(part, frame)
        return frame

    def list_kind(self, anchor: HtmlElement) -> str:
        """Name an anchor and the two elements around it by tag and first class, without numbers."""
        parts: list[str] = []
        element: HtmlElement | None = anchor
        while element is not None and len(parts) < 3:
            parts.append(self._names.get(element) or self._name(element))
            element = element.getparent()
        return "/".join(parts)

    def _name(self, element: HtmlElement) -> str:
        classes = (element.get("class") or "").split(None, 1)
        name = f"{element.tag!s}.{_DIGITS.sub('', classes[0]) if classes else ''}"
        self._names[element] = name
        return name


def _rank_of_frame(frame: Frame) -> int:
    return (CONTENT, NAVIGATION, FOOT).index(frame[0])


def _own_frame(element: HtmlElement, outer: Frame) -> Frame:
    tag, role = element.tag, element.get("role")
    if tag in _FRAME_OF_TAG and not (tag in ("header", "main") and outer[0] != CONTENT):
        return outer if tag == "header" and _inside_article(element) else (_FRAME_OF_TAG[tag], None)
    if role in _FRAME_OF_ROLE:
        return _FRAME_OF_ROLE[role], None
    if tag in ("body", "html"):
        return outer
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    named = _frame_of_names(names) if 1 < len(names) < 200 else None
    return (named, element) if named is not None else outer


@lru_cache(maxsize=4096)
def _frame_of_names(names: str) -> str | None:
    match = _FRAME_OF_CLASS.search(names)
    return None if match is None else FOOT if match[1] else NAVIGATION


@lru_cache(maxsize=4096)
def _names_headline(names: str) -> bool:
    return _HEADLINE_CLASS.search(names) is not None


def _forgive_frames(found: list[Candidate]) -> None:
    """Believe no class that says 'menu' or 'tags' of what holds headlines for the most part."""
    size = Counter(one.framed_by for one in found if one.framed_by is not None)
    wordy = Counter(one.framed_by for one in found if one.words >= _HEADLINE_WORDS)
    for one in found:
        if one.framed_by is not None and 2 * wordy[one.framed_by] > size[one.framed_by]:
            one.frame = CONTENT


def _read_codes(found: list[Candidate]) -> None:
    """Take words for codes that stand where, and are as long as, the codes with digits by which a site names pages."""
    places = [(one.shape.folder, len(one.shape.last)) for one in found]
    coded = Counter(place for place, one in zip(places, found, strict=True) if one.shape.has_hash)
    for place, one in zip(places, found, strict=True):
        if coded[place] >= 2 and not one.shape.has_hash and one.shape.is_bare:
            one.shape = as_code(one.shape)


def _inside_article(element: HtmlElement) -> bool:
    return next(element.iterancestors("article"), None) is not None


def _headline(anchor: HtmlElement) -> tuple[str, bool]:
    """Give what an anchor says as a headline ('' for a button), and whether it is marked up as one."""
    marked = anchor if _under_heading(anchor) else next(anchor.iter(*_HEADINGS), None) if len(anchor) else None
    whole = anchor if marked is None else marked
    text = _text(whole)
    if len(whole) and word_count(text) > _HEADLINE_WORDS:
        text = next(_titled(whole), text)
    text = _CLOCK.sub("", text)
    return ("" if len(text) < 60 and _BUTTON.fullmatch(text) else text), marked is not None


def _is_campaign(href: str) -> bool:
    return "?" in href and _CAMPAIGN.search(href) is not None


def _under_heading(anchor: HtmlElement) -> bool:
    element = anchor.getparent()
    for _ in range(3):
        if element is None:
            return False
        if element.tag in _HEADINGS:
            return True
        element = element.getparent()
    return False


def _titled(anchor: HtmlElement) -> Iterator[str]:
    """Texts inside an anchor that a class names as its headline: what stands beside is a kicker or a summary."""
    for element in anchor.iterdescendants():
        names = element.get("class")
        if names and _names_headline(names[:200]) and word_count(text := _text(element)) > 2:
            yield text


def _text(element: HtmlElement) -> str:
    """Text of an element on one line; a space between parts that only their style keeps apart."""
    if not len(element):
        return " ".join((element.text or "").split()).lstrip(_BULLETS)
    parts: list[str] = []
    _gather(element, parts, _DEEPEST)
    text = ""
    for part in parts:
        glued = part[:1].isupper() and _END_OF_PART.search(text[-2:])
        text += f" {part}" if glued else part
        if len(text) > _LONGEST_TEXT:
            break
    return " ".join(text.split()).lstrip(_BULLETS)


def _gather(element: HtmlElement, parts: list[str], depth: int) -> None:
    """Collect what is read aloud of an element: no scripts, no names of icons."""
    if element.text:
        parts.append(element.text)
    for child in element:
        if depth and child.tag not in _SILENT:
            _gather(child, parts, depth - 1)
        if child.tail:
            parts.append(child.tail)


def _read_cards(found: list[Candidate]) -> None:
    """Take from the card around a candidate what its anchors do not say: the headline, the time.

    The card is the largest element around an anchor that holds no other link that looks like an article.
    """
    contenders = [one for one in found if one.words >= _HEADLINE_WORDS or one.shape.is_marked]
    owner = _owners(contenders)
    for candidate in contenders:
        for card in {card: None for anchor in candidate.anchors if (card := _card(anchor, owner)) is not None}:
            if candidate.words < _HEADLINE_WORDS:
                _take_headline(candidate, card)
            if candidate.published is None:
                candidate.published = _time(card)
        label = next(filter(None, map(_label, candidate.anchors)), None) if candidate.title is None else None
        if label is not None:
            candidate.title = label
            candidate.words = word_count(label) if candidate.shape.slug_words >= _HEADLINE_WORDS else 0


def _owners(contenders: list[Candidate]) -> dict[HtmlElement, Candidate | None]:
    """Map each element around the anchors to the one candidate inside it, or to None where there are several."""
    owner: dict[HtmlElement, Candidate | None] = {}
    for candidate in contenders:
        for anchor in candidate.anchors:
            element: HtmlElement | None = anchor
            while element is not None:
                known = owner.setdefault(element, candidate)
                if known is None:
                    break
                if known is not candidate:
                    owner[element] = None
                element = element.getparent()
    return owner


def _card(anchor: HtmlElement, owner: dict[HtmlElement, Candidate | None]) -> HtmlElement | None:
    mine, card = owner[anchor], None
    for height, element in enumerate(anchor.iterancestors()):
        if owner.get(element) is not mine or height == _CARD_HEIGHT or element.tag in ("body", "main"):
            break
        card = element
    return card


def _take_headline(candidate: Candidate, card: HtmlElement) -> None:
    for heading in card.iter(*_HEADINGS):
        text = _text(heading)
        if (words := word_count(text)) > candidate.words:
            candidate.title, candidate.words, candidate.in_heading = shown(text), words, True
            return
    named = next(_titled(card), "")
    if (words := word_count(named)) > max(candidate.words, _HEADLINE_WORDS - 1):
        candidate.title, candidate.words = shown(named), words


def _time(card: HtmlElement) -> str | None:
    for element in islice(card.iter("time"), _MOST_TIMES):
        if found := instant(element.get("datetime")) or instant(_text(element)):
            return found
    return None


def _label(anchor: HtmlElement) -> str | None:
    """Give what an anchor without text says to those who do not see its picture."""
    pictures = (picture.get("alt") for picture in anchor.iter("img"))
    labels = (anchor.get("aria-label"), anchor.get("title"), *pictures)
    return next((text for label in labels if label and (text := shown(label))), None)


def _read_jsonld(page: Page, wanted: str, found: dict[str, Candidate]) -> None:
    """Add what JSON-LD lists as articles: a boost for links, and links that only scripts would show."""
    for node in _listed(page.jsonld):
        url = node.get("url") or node.get("@id")
        address = absolute(page.url, url) if isinstance(url, str) and url else None
        if address is None or site(address) != wanted or is_home(key := canonical(address)):
            continue
        title = node.get("headline") or node.get("name")
        candidate = found.get(key)
        if candidate is None and isinstance(title, str) and key != canonical(page.url):
            candidate = found[key] = Candidate(address, key, shape(key), frame=CONTENT)
        if candidate is None:
            continue
        candidate.listed = True
        date = node.get("datePublished")
        candidate.published = candidate.published or instant(date if isinstance(date, str) else None)
        if candidate.words < _HEADLINE_WORDS and isinstance(title, str) and (text := shown(title)):
            candidate.title, candidate.words = text, word_count(text)


def _read_state(page: Page, wanted: str, found: dict[str, Candidate]) -> None:
    """Add what only the state of the page's scripts shows."""
    own = canonical(page.url)
    for written, headline in entries(page.root):
        address, title = absolute(page.url, written), shown(headline)
        key = _key(address, wanted, own) if address is not None else None
        if address is None or key is None or title is None or word_count(title) < _HEADLINE_WORDS:
            continue
        if key not in found:
            found[key] = Candidate(address, key, shape(key), frame=CONTENT, list_kind="state")
        if found[key].words < _HEADLINE_WORDS:
            found[key].title, found[key].words, found[key].frame = title, word_count(title), CONTENT


def _listed(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Nodes that name an article: entries of an ItemList, and articles anywhere."""
    queue: list[tuple[Any, bool]] = [(block, False) for block in blocks]
    for _ in range(_MOST_NODES):
        if not queue:
            return
        node, in_list = queue.pop(0)
        if isinstance(node, list):
            queue[:0] = [(part, in_list) for part in node[:_MOST_NODES]]
        elif isinstance(node, dict):
            kinds = node.get("@type")
            names = kinds if isinstance(kinds, list) else [kinds]
            if any(kind in _ARTICLE_TYPES for kind in names) or (in_list and "ListItem" in names):
                yield node
            if "BreadcrumbList" not in names and "SiteNavigationElement" not in names:
                in_list = in_list or "ItemList" in names
                queue[:0] = [(part, in_list) for part in node.values() if isinstance(part, dict | list)]
