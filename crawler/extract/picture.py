"""The main picture: its address, what the page says that it shows, and who made or owns it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import unquote

from lxml.html import HtmlElement

from crawler import urls
from crawler.extract.agencies import agency
from crawler.extract.evidence import Evidence, key, text_of
from crawler.extract.naming import hyphened
from crawler.normalise import clean, plain
from crawler.page.jsonld import Node, resolved, strings

LONGEST_CAPTION = 1_000
LONGEST_CREDIT = 150
_LETTERS = re.compile(r"[^\W\d_]{2}")
_DURATION = re.compile(r"\d+:\d\d")
_MOST_IMAGES = 200
_LONGEST_SOURCE = 2_000
_HIGHEST = 5
"""Elements round an image in which its caption may stand."""
_NO_PICTURE = re.compile(
    r"(?:^|[^a-z])(?:logos?|favicon|placeholder|fallback|default|blank|no-?image|no-?photo|avatar|sprite|spacer|"
    r"fb-?image|og-?image|share-?image|social-?share)(?:[^a-z]|$)",
    re.IGNORECASE,
)
"""Names of files that stand in where an article has no picture."""
_TOKEN = re.compile(r"[\w-]{8,}")
_SIZE = re.compile(r"\d{2,4}x\d{2,4}|[a-z]{1,11}|\d{1,3}", re.IGNORECASE)
_SOURCES = ("src", "data-src", "srcset", "data-srcset", "data-original", "data-lazy-src")
_CAPTION_NAME = re.compile(
    r"(?:^|[\s_-])(?:captions?|figcaption|legend|legende|légende|bildunterschrift|bildtext|didascalia|leyenda|pie|"
    r"epigrafe)(?:$|[\s_-])|caption-?text",
    re.IGNORECASE,
)
_CREDIT_NAME = re.compile(
    r"(?:^|[\s_-])(?:credits?|copyright|source|photographer|fotograf\w*|author|creator|rights|byline|quelle|bildquelle|"
    r"autor|auteur|fuente|fonte|crédit|attribution|owner|agency)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LABEL = (
    r"(?:photo(?:graph(?:er|s)?|s)?(?:\s(?:credits?|by|courtesy of))?|fotografi[aer]\w*|fotos?|fot\.|fotó|"
    r"bild(?:er|quelle|nachweis)?|quelle|credits?|crédits?(?:\sphotos?)?|crédito|image(?:s|\scredits?)?|pictures?|"
    r"illustration|source|fuente|fonte|bron|beeld|kilde|källa|kuva|zdj\.|źródło|фото|джерело|写真|撮影|提供|图片?|圖|"
    r"来源|사진|자료|تصوير|الصورة)"
)
_LABELLED = re.compile(
    rf"[(\[]?\s*(?:©|\(c\)|\b{_LABEL}\s*[:：=]|\bphoto by\s|"
    rf"(?<=[.!?»]\s)(?-i:Photos?|Fotos?)\s(?=[A-ZÀ-Þ]))\s*(?P<credit>[^()\[\]]+?(?:\([^()]*\))?)[)\]]?\s*\.?$",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\s*[(\[](?P<credit>[^()\[\]]{2,80})[)\]]\s*\.?$")
_BEHIND = re.compile(r"(?<=[.!?»”\"])\s+(?P<credit>[^.!?]{2,80})\.?$")
_OWNERS = re.compile(
    r"\b(?:getty|shutterstock|imago|alamy|unsplash|pixabay|istock|picture[- ]alliance|zuma|epa|afp|ap|reuters|dpa|efe|"
    r"ansa|kyodo|xinhua|yonhap|tass|belga|anp|ritzau|ntb|scanpix|keystone|apa|pap|lusa|bloomberg|nurphoto|abaca|maxppp)\b",
    re.IGNORECASE,
)
"""Agencies that sell pictures."""
_START_LABEL = re.compile(
    rf"^(?:©|\(c\)|{_LABEL}\s*[:：=]|photo by\s|copyright:?\s|photos?\s(?=[A-ZÀ-Þ]))\s*", re.IGNORECASE
)


def picture(evidence: Evidence) -> tuple[dict[str, str], dict[str, str]]:
    """(what is known of 'image_url', 'image_caption' and 'image_credit', field -> layer) of the main picture."""
    url, layer = _address(evidence)
    if url is None or layer is None:
        return {}, {}
    said, layers = {"image_url": url}, {"image_url": layer}
    for source, caption, credit in _words(evidence, url):
        for name, text in (("image_caption", caption), ("image_credit", credit)):
            if text and name not in said:
                said[name], layers[name] = text, source
    return said, layers


def _address(evidence: Evidence) -> tuple[str | None, str | None]:
    """(absolute address of the main image, layer): og:image, JSON-LD, twitter:image; none that stands in for one."""
    said = [("opengraph", text) for text in evidence.meta("og:image", "og:image:secure_url", "og:image:url")]
    images = [image for value in evidence.declared("image", "thumbnailUrl") for image in _images(value, evidence)]
    said += [("json-ld", text) for image in images for text in _addresses(image)]
    said += [("meta", text) for text in evidence.meta("twitter:image", "twitter:image:src", "thumbnail", "image")]
    for layer, text in said:
        address = urls.absolute(evidence.page.url, text)
        if address and not _NO_PICTURE.search(address.partition("?")[0].rpartition("/")[2]):
            return address, layer
    return None, None


def _images(value: Any, evidence: Evidence) -> list[Node]:
    """ImageObjects; {"@id": …} is looked up, an address alone becomes one."""
    items = value[:5] if isinstance(value, list) else [value]
    return [
        node
        for item in items
        for node in ([{"url": item}] if isinstance(item, str) else resolved(item, evidence.page.jsonld))
    ]


def _addresses(image: Node) -> list[str]:
    return next((found[:1] for name in ("url", "contentUrl", "@id") if (found := strings(image.get(name)))), [])


def _words(evidence: Evidence, url: str) -> Iterator[tuple[str, str | None, str | None]]:
    """(layer, caption, credit) as JSON-LD and the figure that shows the picture give them."""
    for value in evidence.declared("image"):
        images = _images(value, evidence)
        for image in images:
            if len(images) == 1 or any(_same_picture(url, address) for address in _addresses(image)):
                yield "json-ld", *_declared(image, evidence)
    if (figure := _figure(evidence, url)) is not None:
        yield "html", *_captioned(figure)


def _declared(image: Node, evidence: Evidence) -> tuple[str | None, str | None]:
    """(caption, credit) of an ImageObject; a caption that repeats the headline says nothing of the picture."""
    names = ("creditText", "creator", "author", "copyrightHolder", "copyrightNotice")
    people = (node for name in names if image.get(name) for node in resolved(image[name], evidence.page.jsonld))
    credit = next((plain(text) for node in people for text in strings(node.get("name"))), "")
    said = [plain(text) for name in ("caption", "description") for text in strings(image.get(name))]
    titles = {key(text) for _, text in evidence.headings}
    caption, named = apart(next((text for text in said if text and key(text) not in titles), ""))
    return caption, _credit(credit) or named


def _figure(evidence: Evidence, url: str) -> HtmlElement | None:
    """The element that holds the picture on the page together with its caption."""
    wanted = _tokens(url)
    for image in islice(evidence.page.root.iter("img", "source"), _MOST_IMAGES):
        if not _may_hold(" ".join(image.values()), wanted):
            continue
        shown = " ".join(value[:_LONGEST_SOURCE] for name in _SOURCES if (value := image.get(name)))
        if _may_hold(shown, wanted) and _same_picture(url, shown):
            return next(filter(_is_figure, islice(image.iterancestors(), _HIGHEST)), None)
    return None


def _may_hold(addresses: str, tokens: frozenset[str]) -> bool:
    """Cheaper than to take the addresses apart; what is percent-encoded in them cannot be seen so."""
    lowered = addresses.lower()
    return "%" in lowered or any(token in lowered for token in tokens)


def _is_figure(element: HtmlElement) -> bool:
    if element.tag == "figure":
        return True
    return len(list(islice(element.iter("img"), 2))) < 2 and _caption_of(element) is not None


def _same_picture(one: str, other: str) -> bool:
    """Two addresses share the name or number of a file; sizes and folders are not looked at."""
    return bool(_tokens(one) & _tokens(other))


@lru_cache(maxsize=2048)
def _tokens(address: str) -> frozenset[str]:
    names = (name for part in address[:4000].split() for name in _files(part))
    return frozenset(token.lower() for name in names for token in _TOKEN.findall(name) if not _SIZE.fullmatch(token))


def _files(address: str) -> Iterator[str]:
    """The last pieces of an address's path, and of an address that stands in its query."""
    path, _, query = address.partition("?")
    yield from path.split("/")[-3:]
    yield from (piece for piece in unquote(query).split("/")[1:] if "." in piece)


def _caption_of(element: HtmlElement) -> HtmlElement | None:
    found = next(element.iter("figcaption"), None)
    if found is not None:
        return found
    return next((node for node in islice(element.iter("div", "p", "span"), 30) if _named(_CAPTION_NAME, node)), None)


def _captioned(figure: HtmlElement) -> tuple[str | None, str | None]:
    """(caption, credit) of a figure; what stands in an element of its own for the credit is cut out of the caption."""
    owner = next((node for node in islice(figure.iter(), 1, 60) if _is_credit(node)), None)
    credit = text_of(owner) if owner is not None else ""
    element = _caption_of(figure)
    text = text_of(element) if element is not None and element is not owner else ""
    if credit and credit in text:
        text = text.replace(credit, " ", 1)
    caption, named = apart(clean(text))
    if caption or named:
        return caption, _credit(credit) or named
    caption, named = apart(credit)  # one element may hold both
    return (caption, named) if named else (None, _credit(credit))


def _is_credit(element: HtmlElement) -> bool:
    return _named(_CREDIT_NAME, element) and 0 < len(text_of(element)) <= LONGEST_CREDIT


def _named(pattern: re.Pattern[str], element: HtmlElement) -> bool:
    return _matches(pattern, f"{element.get('class') or ''} {element.get('itemprop') or ''}")


@lru_cache(maxsize=4096)
def _matches(pattern: re.Pattern[str], names: str) -> bool:
    return bool(pattern.search(hyphened(names)))


def apart(text: str) -> tuple[str | None, str | None]:
    """(caption, credit) of a line under a picture: 'The lake. Photo: Li Wei / AFP' -> ('The lake.', 'Li Wei / AFP')."""
    text = text[:LONGEST_CAPTION].strip()
    for pattern, is_sure in ((_LABELLED, True), (_BRACKETED, False), (_BEHIND, False)):
        match = pattern.search(text)
        if match and len(match["credit"]) <= LONGEST_CREDIT and (is_sure or _is_owner(match["credit"])):
            return text[: match.start()].strip(" |–—-/,;") or None, _credit(match["credit"])
    return text.removesuffix("(C)").strip(" |–—-/©") or None, None


def _is_owner(text: str) -> bool:
    """It names an agency, or two parties with a bar between them."""
    parts = re.split(r"\s*[/|,;]\s*|\s[–-]\s", text)
    return len(text.split("/")) == 2 or bool(_OWNERS.search(text)) or any(map(agency, parts))


def _credit(text: str) -> str | None:
    text = _START_LABEL.sub("", clean(text).strip(" ([|–—-/,;:")).strip(" |–—-/,;:.©")
    text = text if text.count(")") <= text.count("(") else text.rstrip(")] ")
    is_name = 0 < len(text) <= LONGEST_CREDIT and _LETTERS.search(text) and not _DURATION.match(text)
    return text if is_name and not text.startswith(("http", "//")) else None
