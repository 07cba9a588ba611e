"""What an address alone tells: words of its slug, date, id, and the route of the site that it follows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"/{_YEAR}[/-]?(?:[01]?\d|[a-z]{{3}})[/-]?[0-3]?\d(?=[/_.-]|$)|(?<!\d){_YEAR}[-_]?[01]\d[-_]?[0-3]\d(?!\d)"
)
_LONG_NUMBER = re.compile(r"\d{5,}")
_ID_IN_QUERY = re.compile(r"(?:^|=)[^&=]*\d{4,}")
_SOME_ID_IN_QUERY = re.compile(r"(?:^|=)[^&=]*\d{3,}")
_HASH = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{12,}|^(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{8,}$", re.IGNORECASE)
_EXTENSION = re.compile(r"\.(?:s?html?|php|aspx?|jsp|story|cms|ece)$", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"[-_+,.~ ]+")
_DIGIT = re.compile(r"\d")
_NO_NAME = ("index", "default", "story", "article")
"""Last segments that say nothing; the one before them names the page."""

# First or last segments under which sites keep everything but articles, in the languages met most.
_WORDS_OF_NAVIGATION = """
    theme themes tag tags tagged topic topics thema themen themenseite tema temas temi sujet sujets mot-cle dossier
    dossiers etiqueta etiquetas schlagwort stichwort author authors auteur auteurs autor autoren autori autore
    redaktion columnist columnists profile profil people person personen category categories kategorie categoria
    categorias rubrique rubriques rubrik rubric section sections ressort channel kanal archive archives archiv
    archivio arquivo about about-us aboutus ueber-uns impressum imprint contact contact-us kontakt contacto
    contatti contato privacy privacy-policy datenschutz terms agb legal mentions-legales cookies cookie-policy
    login signin sign-in signup register registration anmelden account konto abo abonnement abonnements subscribe
    subscription subscriptions suscripcion newsletter newsletters help faq hilfe aide ayuda jobs careers karriere
    emploi stellenmarkt advertise advertising werbung publicite publicidad mediadaten search suche recherche
    buscar ricerca rss feed feeds sitemap shop store boutique weather wetter meteo tiempo games spiele jeux juegos
    quiz crossword sudoku puzzles horoscope horoscopes horoskop tv programme radio video videos podcast podcasts
    audio live gallery galleries galerie fotostrecke bildergalerie diaporama portfolio photo photos pictures
    multimedia index home page service services app apps mobile team masthead staff staff-directory press presse
    coupons gutscheine deals event events veranstaltungen epaper e-paper pdf newsticker latest most-read popular
    trending series serie collection collections hub member members comment comments donate
"""
_NAVIGATION_WORDS = frozenset(_WORDS_OF_NAVIGATION.split())


@dataclass(frozen=True, slots=True)
class Shape:
    """One canonical address taken apart."""

    host: str
    folder: str
    """Host and path without the last segment."""
    route: str
    """Host and the kind of each segment: addresses that one rule of the site makes share it."""
    named_route: str
    """The same with the first segment's name where it is a word."""
    slug_words: int
    """Words of the wordiest segment, numbers not counted."""
    depth: int
    has_date: bool
    has_id: bool
    has_hash: bool
    is_bare: bool
    """The last segment has at most two words and no digit, and no number stands in the query: as sections have."""
    under_navigation: bool
    is_navigation: bool

    @property
    def is_marked(self) -> bool:
        """The address has a mark of an article: a slug, a date or an id."""
        return self.slug_words >= 4 or self.has_date or self.has_id or self.has_hash


def shape(key: str) -> Shape:
    """Take a canonical address apart."""
    host, _, rest = key.partition("://")[2].partition("/")
    path, _, query = rest.partition("?")
    segments = [part for part in path.split("/") if part]
    if len(segments) > 1 and _EXTENSION.sub("", segments[-1]).lower() in _NO_NAME:
        segments.pop()
    names = [_EXTENSION.sub("", part) for part in segments]
    words = [_words(name) for name in names]
    kinds = [_kind(name, count) for name, count in zip(names, words, strict=True)]
    last = names[-1] if names else ""
    numbered = query != "" and _SOME_ID_IN_QUERY.search(query) is not None
    parameters = "?" + "&".join(_parameter(piece) for piece in query.split("&")) if query else ""
    first = names[:1] if kinds[:1] == ["w"] else kinds[:1]
    return Shape(
        host=host,
        folder=f"{host}/{'/'.join(segments[:-1])}",
        route=f"{host}/{'/'.join(kinds)}{parameters}",
        named_route=f"{host}/{'/'.join(first + kinds[1:])}{parameters}",
        slug_words=max(words, default=0),
        depth=len(segments),
        has_date=_DATE.search(key) is not None,
        has_id=_LONG_NUMBER.search(last) is not None or _ID_IN_QUERY.search(query) is not None,
        has_hash=any(kind in ("hash", "code") for kind in kinds),
        is_bare=(not words or words[-1] <= 2) and not _DIGIT.search(last) and not numbered,
        under_navigation=bool(names) and names[0].lower() in _NAVIGATION_WORDS,
        is_navigation=last.lower() in _NAVIGATION_WORDS,
    )


def _words(name: str) -> int:
    """Words of a segment; numbers are none."""
    if "%" in name:
        name = unquote(name)
    return sum(1 for word in _BETWEEN_WORDS.split(name) if word and not word.isdigit())


def _kind(name: str, words: int) -> str:
    """Name what a segment is: year, number, long number, slug, hash, id, short slug or word."""
    if name.isdigit():
        if len(name) == 4 and name.startswith(("19", "20")):
            return "year"
        return "number" if len(name) <= 3 else "id"
    if words >= 4:
        return "slug"
    if _HASH.search(name):
        return "hash"
    if _LONG_NUMBER.search(name):
        return "word-id"
    return "short-slug" if words == 3 else "w"


def _parameter(piece: str) -> str:
    name, _, value = piece.partition("=")
    return f"{name}#" if value.isdigit() or name.isdigit() else name
