"""Runs of text among the article's that are not the article, known by what they say."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from crawler.extract.blocks import Chunk

TEASER_WORDS = 45
"""A longer run is text, whatever it begins with."""
LABEL_WORDS = 12

_MORE = re.compile(
    r"""[\W\d_]*(?:
    (?:read|see|watch|learn|find\ out)\ (?:more|also|next|now)\b|also\ (?:read|on)\b|more\ (?:on|from|about|stories)\b
    |related|recommended|sign\ up|subscribe|follow\ us|continue\ reading|story\ continues|click\ here|download\ the
    |advertisement|join\ the|share\ (?:this|on)|like\ this\ story|get\ the\ latest|listen\ to
    |à\ (?:lire|voir|écouter)\b|lire\ (?:aussi|également|la\ suite|plus)|voir\ aussi|écouter\ aussi|sur\ le\ même\ (?:sujet|thème)
    |pour\ aller\ plus\ loin|abonnez|inscrivez|suivez|retrouvez|partager|publicité
    |lesen\ sie|mehr\ (?:zum|zur|dazu|zu|lesen|aus|über)\b|auch\ interessant|lies\ (?:auch|mehr)|weiterlesen|siehe\ auch
    |zum\ thema|anzeige|hier\ (?:klicken|geht)|sehen\ sie|hören\ sie|folgen\ sie|teilen
    |lea\ (?:también|más)|lee\ (?:también|más)|te\ puede\ interesar|leer\ más|ver\ más|más\ información|suscríbete
    |sigue\ (?:leyendo|toda|los|nuestro)|publicidad|compartir|también\ te
    |leggi\ (?:anche|tutto)|guarda\ anche|approfondisci|iscriviti|pubblicità
    |leia\ (?:também|mais)|saiba\ mais|veja\ (?:também|mais)|publicidade|compartilhe|siga\b
    |lees\ (?:ook|meer|verder)|bekijk\ ook|lees\ verder
    |läs\ (?:också|även|mer)|les\ (?:også|mer)|læs\ (?:også|mere)|se\ også|annons\b|annonse\b
    |czytaj|zobacz|przeczytaj|reklama\b|čtěte|přečtěte|související
    |читайте|смотрите|подробнее|по\ теме|реклама\b|дивіться|підписуйтесь|подписывайтесь
    |ilgili\ haber|haberin\ devamı|ayrıca\ oku
    |اقرأ|إقرأ|شاهد|相关阅读|延伸阅读|相關|関連記事|関連|あわせて|続きを|관련\s?기사|더보기)""",
    re.I | re.X,
)
_RIGHTS = re.compile(
    r"[\W\d_]*(?:©|\(c\)\s|copyright\b|all\ rights\ reserved|tous\ droits\ réservés|alle\ rechte\ vorbehalten)"
    r"|.*(?:all rights reserved|tous droits réservés|alle rechte vorbehalten|todos los derechos reservados)",
    re.I,
)
_COUNTER = re.compile(
    r"[\W\d_]*(?:aucun|no|keine|sin|nessun|nenhum|geen|ingen|brak)?\s*"
    r"(?:comments?|commentaires?|kommentare?|comentarios?|comentários?|commenti|reacties|kommentarer|komentarzy)\W*[\d()]*\W*$",
    re.I,
)
_WAITING = re.compile(
    r"\W*(?:loading|chargement|wird geladen|cargando|caricamento|carregando|laden)\W*(?:\w+\W*)?$", re.I
)
_BYLINE = re.compile(
    r"\W*(?:by|par|von|por|di|door|av|af|text|texte|texto|testo|foto|photo|fotos|photos|bild|autor)\b[\s:]", re.I
)
_CREDIT = re.compile(
    r"\W*(?:photos?|fotos?|images?|bild(?:er)?|crédit|credits?|source|quelle|fuente|fonte|kilde|källa|illustration"
    r"|getty|reuters|afp|dpa|caption|légende|grafik|video|vidéo)\s*[:/|©]",
    re.I,
)
_END = re.compile(r"[.!?…:;。！？।؟][\"'”’»)\]]*$")


def without_noise(chunks: Iterable[Chunk], headlines: Collection[str], authors: Collection[str]) -> list[Chunk]:
    """The chunks that may be the article's.

    `headlines` are keys of all that the page calls itself: a run that repeats one is none of the text;
    `authors` are keys of the authors' names.
    """
    return [chunk for chunk in chunks if not _is_noise(chunk, headlines, authors)]


def _is_noise(chunk: Chunk, headlines: Collection[str], authors: Collection[str]) -> bool:
    if chunk.key in headlines or chunk.key in authors:
        return True
    size = len(chunk.words)
    if size > TEASER_WORDS:
        return False
    return chunk.linked > 0.85 or _calls(chunk, size) or _signs(chunk.text, size)


def _calls(chunk: Chunk, size: int) -> bool:
    """Calls the reader away: to another text, a newsletter, a network."""
    if not _MORE.match(chunk.text):
        return False
    return chunk.linked > 0.3 or size <= 6 or chunk.text.endswith(":")


def _signs(text: str, size: int) -> bool:
    """Rights line, credit, counter of comments, byline, text that waits for a script."""
    if _RIGHTS.match(text) or _CREDIT.match(text) or _COUNTER.match(text) or _WAITING.match(text):
        return True
    return size <= LABEL_WORDS and bool(_BYLINE.match(text)) and not _END.search(text)


def is_running(chunk: Chunk) -> bool:
    """The chunk reads like a sentence of the article, not like a label."""
    return len(chunk.words) >= 8 and bool(_END.search(chunk.text)) and chunk.linked < 0.5


def without_edges(chunks: list[Chunk]) -> list[Chunk]:
    """Without the labels (date, place, counter) before the first sentence and after the last one."""
    running = [index for index, chunk in enumerate(chunks) if is_running(chunk)]
    if not running:
        return chunks
    first, last = running[0], running[-1]
    head = [chunk for chunk in chunks[:first] if chunk.kind == "subhead" or len(chunk.words) > LABEL_WORDS]
    tail = [chunk for chunk in chunks[last + 1 :] if chunk.kind != "subhead" and len(chunk.words) > LABEL_WORDS]
    return [*head, *chunks[first : last + 1], *tail]
