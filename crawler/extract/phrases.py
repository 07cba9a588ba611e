"""What stands round articles in so many words: calls to read on, rights, credits, counters; by language."""

from __future__ import annotations

import re

_CALLS = {
    "en": "(?:read|see|watch) (?:more|also|next|now)\\b|also read\\b|watch\\s*[|:]|continue reading|story continues"
    "|click here|like this story|share this|follow us|sign up (?:for|to|here|now)|subscribe (?:to|now|here)"
    "|advertisement\\b",
    "fr": "à (?:lire|voir|écouter)\\b|lire (?:aussi|également|la suite)|voir aussi|écouter aussi"
    "|sur le même (?:sujet|thème)|abonnez-vous|inscrivez-vous|suivez-nous|retrouvez (?:tou|l['’]actu|nos)|publicité\\b",
    "de": "lesen sie (?:auch|mehr|hier)|mehr zum thema|auch interessant|lies (?:auch|mehr)|weiterlesen|siehe auch"
    "|anzeige\\b|folgen sie uns",
    "es": "lea (?:también|más)|lee (?:también|más)|te puede interesar|leer más|suscríbete|publicidad\\b"
    "|sigue (?:leyendo|toda)",
    "it": "leggi (?:anche|tutto)|guarda anche|iscriviti|pubblicità\\b",
    "pt": "leia (?:também|mais)|saiba mais|veja (?:também|mais)|publicidade\\b",
    "nl": "lees (?:ook|meer|verder)|bekijk ook",
    "sv no da": "läs (?:också|även|mer)|les (?:også|mer)|læs (?:også|mere)|se også|annons\\b|annonse\\b",
    "pl cs": "czytaj (?:też|także|więcej)|zobacz (?:też|także|więcej)|przeczytaj (?:też|także)|reklama\\b"
    "|čtěte také|přečtěte si",
    "ru uk": "читайте (?:также|ещё|еще|також|більше)|смотрите также|реклама\\b|дивіться також"
    "|підписуйтесь|подписывайтесь",
    "tr": "ilgili haber|haberin devamı|bunu da okuyun",
    "ar": "اقرأ أيض|إقرأ أيض|شاهد أيض",
    "zh ja ko": "相关阅读|延伸阅读|相關|関連記事|あわせて読|続きを読|관련\\s?기사|더보기",
}
_OFTEN_CALLS = {
    "en": "learn more|find out more|more (?:on|from|about|stories)\\b|related|recommended|download the|join the"
    "|listen to|get the latest",
    "fr": "pour aller plus loin|partager|lire plus|suivez|retrouvez",
    "de": "mehr (?:zur|dazu|zu|lesen|aus|über)\\b|zum thema|hier (?:klicken|geht)|lesen sie|sehen sie|hören sie|teilen",
    "es": "ver más|más información|compartir|también te",
    "it pt": "approfondisci|compartilhe|siga\\b",
    "pl cs": "czytaj|zobacz|przeczytaj|související",
    "ru uk": "читайте|смотрите|подробнее|по теме|дивіться",
    "tr": "ayrıca oku",
    "ar": "اقرأ|إقرأ|شاهد",
    "ja": "関連",
}


def _begins(phrases: dict[str, str]) -> re.Pattern[str]:
    """One of the phrases at the beginning, after arrows, bullets and numbers."""
    return re.compile(rf"[\W\d_]*(?:{'|'.join(phrases.values())})", re.I)


CALL = _begins(_CALLS)
"""Calls the reader away, whatever follows."""
OFTEN_CALL = _begins(_OFTEN_CALLS)
"""Calls the reader away when a link or nothing follows; a sentence may begin so, too."""
NEWSLETTER = re.compile(
    r"newsletter|infolettre|lettre d['’]information|boletín|рассылк|ニュースレター|뉴스레터|简报", re.I
)
RIGHTS = re.compile(
    r"[\W\d_]*(?:©|\(c\)\s|copyright\b)"
    r"|.*(?:all rights reserved|tous droits réservés|alle rechte vorbehalten|todos los derechos reservados)",
    re.I,
)
COUNTER = re.compile(
    r"[\W\d_]*(?:aucun|no|keine|sin|nessun|nenhum|geen|ingen|brak)?\s*(?:comments?|commentaires?|kommentare?"
    r"|comentarios?|comentários?|commenti|reacties|kommentarer|komentarzy)\W*[\d()]*\W*$",
    re.I,
)
WAITING = re.compile(
    r"\W*(?:loading|chargement|wird geladen|cargando|caricamento|carregando|laden)\W*(?:\w+\W*)?$", re.I
)
STAFF = re.compile(
    r"\W*(?:reporting by|editing by|writing by|additional reporting|contributing:|with (?:reporting|files) from"
    r"|our standards:)|.*\bcontributed to this (?:report|story|article|post)|.*\breported from\b",
    re.I,
)
"""Who else worked on the article, as agencies write below it."""
BYLINE = re.compile(
    r"\W*(?:by|par|von|por|di|door|av|af|text|texte|texto|testo|foto|photo|fotos|photos|bild|autor)\b[\s:]", re.I
)
CREDIT = re.compile(
    r"\W*(?:photos?|fotos?|images?|bild(?:er)?|crédit|credits?|source|quelle|fuente|fonte|kilde|källa|illustration"
    r"|getty|reuters|afp|dpa|caption|légende|grafik|video|vidéo)\s*[:/|©]",
    re.I,
)
