"""The breadcrumb: the names of the rubrics above an article, as JSON-LD, microdata or a trail of links give them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.extract.evidence import Evidence, key, text_of
from crawler.extract.naming import hyphened
from crawler.normalise import clean, plain, words
from crawler.page.jsonld import Node, strings, types

_HOMES = (
    "home homepage start startseite accueil inicio início hem forside forsiden etusivu главная головна strona_główna "
    "anasayfa ana_sayfa úvod kezdőlap címlap acasă αρχική الرئيسية בית ראשי ホーム トップ 首页 首頁 홈 beranda "
    "trang_chủ होम خانه frontpage front_page à_la_une une titelseite voorpagina naslovnica početna forsíða portada hjem"
)
HOME = {name.replace("_", " ") for name in _HOMES.split()}
"""What sites call their home page."""
_NO_RUBRICS = HOME | {"article", "articles", "artikel", "artículo", "articolo"}
LONGEST_NAME = 60
_CRUMBS = re.compile(
    r"(?:^|[\s_-])(?:bread-?crumbs?(?:list|nav|trail|bar|wrapper|container)?|breadbar|fil-d?-?ariane|filariane|ariane|"
    r"brotkrumen?|brotkrume|krumel|migas|migas-de-pan|kruimelpad|kr[uü]melpfad|navigationspfad|okruszki|murupolku|"
    r"brødsmuler?|brodkrummer?)(?:$|[\s_-])|bread-?crumb-?list",
    re.IGNORECASE,
)
_LABELS = re.compile(
    r"bread-?crumb|fil d.ariane|brotkrume|navigationspfad|migas de pan|kruimelpad|brødsmule|brödsmul|sie sind hier|"
    r"you are here|vous êtes ici|okruszk|murupolku|パンくず|хлебные крошки|хлібні крихти",
    re.IGNORECASE,
)
_SEPARATORS = " \t|/\\>›»→•·:–—-‹«←"
_STEMS = re.compile(
    r"crumb|kr[uü]m|kruimel|ariane|breadbar|migas|pfad|okruszk|murupolku|smul|"
    r"sind hier|are here|êtes ici|パンくず|крош|крих"
)
"""Every name and label of a trail holds one of them, in lower case; hardly any other attribute does."""
_LONGEST_TRAIL = 400
_MOST_ITEMS = 10
_MOST_TRAILS = 5
_DEEPEST = 6
"""Rubrics within rubrics."""


@dataclass(frozen=True, slots=True)
class _Crumb:
    name: str
    address: str | None
    """As written."""


def breadcrumb(evidence: Evidence) -> tuple[list[str], str | None]:
    """(names of the rubrics, widest first, layer), without the home page, the site's name and the article's title."""
    titles = [text for _, text in evidence.headings] + [*evidence.meta("og:title", "title")]
    for layer, crumbs in _trails(evidence):
        if names := _rubrics(crumbs, evidence, [words(title) for title in titles]):
            return names, layer
    return [], None


def _trails(evidence: Evidence) -> Iterator[tuple[str, list[_Crumb]]]:
    for node in evidence.page.jsonld:
        if "breadcrumblist" in types(node) and isinstance(items := node.get("itemListElement"), list):
            yield "json-ld", [_declared(item) for item in islice(_in_order(items), _MOST_ITEMS)]
    for element in islice(_crumb_elements(evidence.page.root), _MOST_TRAILS):
        yield "html", list(islice(_shown(element), _MOST_ITEMS))


def _in_order(items: list[Any]) -> list[Node]:
    nodes = [item for item in items if isinstance(item, dict)]
    places = [node.get("position") for node in nodes]
    if all(isinstance(place, int) for place in places):
        nodes.sort(key=lambda node: int(node["position"]))
    return nodes


def _declared(item: Node) -> _Crumb:
    inner = item.get("item")
    page = inner if isinstance(inner, dict) else {}
    names = [*strings(item.get("name")), *strings(page.get("name"))]
    addresses = [inner, page.get("@id"), page.get("url"), item.get("@id"), item.get("url")]
    address = next((text for text in addresses if isinstance(text, str)), None)
    return _Crumb(plain(names[0]) if names else "", address)


def _crumb_elements(root: HtmlElement) -> Iterator[HtmlElement]:
    """Elements that their names, their microdata or their label call a trail, outermost first."""
    for element in root.iter("nav", "ol", "ul", "div", "section", "p", "header"):
        if not _STEMS.search(" ".join(element.values()).lower()):
            continue  # one look at all attributes costs less than one at each that may tell
        label = element.get("aria-label")
        said = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemtype') or ''}"
        if (label and _LABELS.search(label)) or _names_crumbs(said):
            yield element


def _names_crumbs(names: str) -> bool:
    return bool(_CRUMBS.search(hyphened(names)))


def _shown(element: HtmlElement) -> Iterator[_Crumb]:
    """The links of a trail, and its entries that are none."""
    if len(text_of(element)) > _LONGEST_TRAIL:
        return
    for node in element.iter("a", "li", "span"):
        if node.tag == "a":
            yield _Crumb(text_of(node).strip(_SEPARATORS), node.get("href"))
        elif not len(node) and not _in_link(node):
            yield _Crumb(clean(node.text or "").strip(_SEPARATORS), None)


def _in_link(element: HtmlElement) -> bool:
    return any(node.tag == "a" for node in islice(element.iterancestors(), 2))


def _rubrics(crumbs: Iterable[_Crumb], evidence: Evidence, titles: list[list[str]]) -> list[str]:
    found: dict[str, str] = {}
    for place, crumb in enumerate(crumbs):
        if not 0 < len(crumb.name) <= LONGEST_NAME or _is_title(words(crumb.name), titles):
            continue
        if not _is_home(crumb, evidence, is_first=place == 0) and not _is_this_page(crumb, evidence):
            found.setdefault(key(crumb.name), crumb.name)
    found.pop("", None)
    return list(found.values()) if len(found) <= _DEEPEST else []  # a row of topics in the clothes of a trail


def _is_home(crumb: _Crumb, evidence: Evidence, *, is_first: bool) -> bool:
    if crumb.name.casefold() in _NO_RUBRICS or evidence.is_site(crumb.name):
        return True
    return is_first and crumb.address is not None and _path(evidence.page.url, crumb.address) == ""


def _is_this_page(crumb: _Crumb, evidence: Evidence) -> bool:
    url = evidence.page.url
    path = _path(url, crumb.address) if crumb.address else None
    return bool(path) and path == urlsplit(url).path.strip("/").lower()


def _path(base: str, address: str) -> str | None:
    """Path of an address on the same page's site, without slashes at its ends; None for one that cannot be read."""
    try:
        return urlsplit(urljoin(base, address.strip())).path.strip("/").lower()
    except ValueError:
        return None


def _is_title(name: list[str], titles: list[list[str]]) -> bool:
    """The title of the article, whole, cut short or changed a little; a short rubric may begin like one."""
    if len(name) <= 3:
        return name in titles
    return any(title[: len(name)] == name or len(set(name) & set(title)) >= 0.8 * len(set(name)) for title in titles)
