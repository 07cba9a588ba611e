"""Runs of text among the article's that are not the article, known by what they say."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from crawler.extract.blocks import Chunk

TEASER_WORDS = 45
"""A longer run is text, whatever it begins with."""
LABEL_WORDS = 12
_LONG = 30
"""Words; no label is so long."""
_MIN_HEADLINE = 4
"""Words; fewer may be a subhead that the headline happens to end in."""

# What calls the reader away, by language. The first list says so whatever follows.
_CALL = re.compile(
    r"""[\W\d_]*(?:
    (?:read|see|watch)\ (?:more|also|next|now)\b|also\ read\b|watch\s*[|:]|continue\ reading|story\ continues|click\ here
    |like\ this\ story|share\ this|follow\ us|sign\ up\ (?:for|to|here|now)|subscribe\ (?:to|now|here)|advertisement\b
    |à\ (?:lire|voir|écouter)\b|lire\ (?:aussi|également|la\ suite)|voir\ aussi|écouter\ aussi|sur\ le\ même\ (?:sujet|thème)
    |abonnez-vous|inscrivez-vous|suivez-nous|retrouvez\ (?:tou|l['’]actu|nos)|publicité\b
    |lesen\ sie\ (?:auch|mehr|hier)|mehr\ zum\ thema|auch\ interessant|lies\ (?:auch|mehr)|weiterlesen|siehe\ auch|anzeige\b
    |folgen\ sie\ uns|lea\ (?:también|más)|lee\ (?:también|más)|te\ puede\ interesar|leer\ más|suscríbete|publicidad\b
    |sigue\ (?:leyendo|toda)|leggi\ (?:anche|tutto)|guarda\ anche|iscriviti|pubblicità\b
    |leia\ (?:também|mais)|saiba\ mais|veja\ (?:também|mais)|publicidade\b|lees\ (?:ook|meer|verder)|bekijk\ ook
    |läs\ (?:också|även|mer)|les\ (?:også|mer)|læs\ (?:også|mere)|se\ også|annons\b|annonse\b
    |czytaj\ (?:też|także|więcej)|zobacz\ (?:też|także|więcej)|przeczytaj\ (?:też|także)|reklama\b|čtěte\ také|přečtěte\ si
    |читайте\ (?:также|также|ещё|еще|більше)|смотрите\ также|реклама\b|дивіться\ також|підписуйтесь|подписывайтесь
    |ilgili\ haber|haberin\ devamı|اقرأ\ أيض|إقرأ\ أيض|شاهد\ أيض|相关阅读|延伸阅读|相關|関連記事|あわせて読|続きを読|관련\s?기사|더보기)""",
    re.I | re.X,
)
_LEAD_AWAY = re.compile(
    r"""[\W\d_]*(?:
    learn\ more|find\ out\ more|more\ (?:on|from|about|stories)\b|related|recommended|download\ the|join\ the|listen\ to|get\ the\ latest
    |pour\ aller\ plus\ loin|partager|lire\ plus|suivez|retrouvez|mehr\ (?:zur|dazu|zu|lesen|aus|über)\b|zum\ thema|hier\ (?:klicken|geht)
    |lesen\ sie|sehen\ sie|hören\ sie|teilen|ver\ más|más\ información|compartir|también\ te|approfondisci|compartilhe|siga\b
    |czytaj|zobacz|przeczytaj|související|читайте|смотрите|подробнее|по\ теме|дивіться|ayrıca\ oku|اقرأ|إقرأ|شاهد|関連)""",
    re.I | re.X,
)
_NEWSLETTER = re.compile(r"newsletter|infolettre|boletín|рассылк|ニュースレター|뉴스레터", re.I)
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
_STAFF = re.compile(
    r"\W*(?:reporting by|editing by|writing by|additional reporting|contributing:|with (?:reporting|files) from|our standards:)"
    r"|.*\bcontributed to this (?:report|story|article|post)|.*\breported from\b",
    re.I,
)
TIME = re.compile(r"\b\d{1,2}[:.h]\d\d\b|\b(?:19|20)\d\d\b")
_BYLINE = re.compile(
    r"\W*(?:by|par|von|por|di|door|av|af|text|texte|texto|testo|foto|photo|fotos|photos|bild|autor)\b[\s:]", re.I
)
_CREDIT = re.compile(
    r"\W*(?:photos?|fotos?|images?|bild(?:er)?|crédit|credits?|source|quelle|fuente|fonte|kilde|källa|illustration"
    r"|getty|reuters|afp|dpa|caption|légende|grafik|video|vidéo)\s*[:/|©]",
    re.I,
)
_END = re.compile(r"[.!?…:;。！？।؟][\s\"'”’»)\]]*$")


def without_noise(chunks: Iterable[Chunk], headlines: Collection[str], authors: Collection[str]) -> list[Chunk]:
    """The chunks that may be the article's.

    `headlines` are keys of all that the page calls itself: a run that repeats one is none of the text;
    `authors` are keys of the authors' names.
    """
    return [chunk for chunk in chunks if not _is_noise(chunk, headlines, authors)]


def _is_noise(chunk: Chunk, headlines: Collection[str], authors: Collection[str]) -> bool:
    if chunk.key in headlines or chunk.key in authors or _repeats(chunk, headlines):
        return True
    size = len(chunk.words)
    if size > TEASER_WORDS:
        return False
    return chunk.linked > 0.85 or _calls(chunk, size) or _signs(chunk.text, size)


def _repeats(chunk: Chunk, headlines: Collection[str]) -> bool:
    """A heading made of the headline and a rubric or kicker."""
    if chunk.kind != "subhead" or len(chunk.words) < _MIN_HEADLINE:
        return False
    return any(
        chunk.key.endswith(headline) or chunk.key.startswith(headline)
        for headline in headlines
        if headline.count(" ") >= _MIN_HEADLINE
    )


def _calls(chunk: Chunk, size: int) -> bool:
    """Calls the reader away: to another text, a newsletter, a network."""
    if _CALL.match(chunk.text):
        return size <= LABEL_WORDS or chunk.linked > 0.1 or chunk.text.endswith(":")
    if _LEAD_AWAY.match(chunk.text):
        return size <= 6 or chunk.linked > 0.3 or chunk.text.endswith(":")
    return False


def _signs(text: str, size: int) -> bool:
    """Rights line, credit, counter of comments, byline, text that waits for a script."""
    if _RIGHTS.match(text) or _CREDIT.match(text) or _COUNTER.match(text) or _WAITING.match(text):
        return True
    return size <= LABEL_WORDS and bool(_BYLINE.match(text)) and not _END.search(text)


def is_running(chunk: Chunk) -> bool:
    """The chunk reads like a sentence of the article, not like a label."""
    size = len(chunk.words)
    return size >= 8 and chunk.linked < 0.5 and (size >= _LONG or bool(_END.search(chunk.text)))


def without_edges(chunks: list[Chunk]) -> list[Chunk]:
    """Without the labels (date, place, counter) before the first sentence and the calls after the last one."""
    running = [index for index, chunk in enumerate(chunks) if is_running(chunk) and not _ends(chunk)]
    if not running:
        return chunks
    first, last = running[0], running[-1]
    head = [chunk for chunk in chunks[:first] if not _is_label(chunk) and not TIME.search(chunk.text)]
    tail = [chunk for chunk in chunks[last + 1 :] if not _is_label(chunk) and not _ends(chunk)]
    return [*head, *chunks[first : last + 1], *(chunk for chunk in tail if chunk.kind != "subhead")]


def _is_label(chunk: Chunk) -> bool:
    return chunk.kind != "subhead" and len(chunk.words) <= LABEL_WORDS and not is_running(chunk)


def _ends(chunk: Chunk) -> bool:
    """What stands below an article: who else worked on it, the newsletter."""
    return len(chunk.words) <= TEASER_WORDS and bool(_STAFF.match(chunk.text) or _NEWSLETTER.search(chunk.text))
