"""What stands round articles in so many words: calls to read on, rights, credits, counters; by language."""

from __future__ import annotations

import re

_CALLS = {
    "en": "(?:read|see|watch) (?:more|also|next|now)\\b|also read\\b|watch\\s*[|:]|continue reading|story continues"
    "|click here|like this story|share this|follow us|sign up (?:for|to|here|now)|subscribe (?:to|now|here)"
    "|advertisement\\b",
    "fr": "à (?:lire|voir|écouter)\\b|lire (?:aussi|également|la suite)|voir aussi|écouter aussi"
    "|sur le même (?:sujet|thème)|abonnez-vous|inscrivez-vous|suivez-nous|retrouvez (?:tou|l['’]actu|nos)",
    "de": "lesen sie (?:auch|mehr|hier)|mehr zum thema|auch interessant|lies (?:auch|mehr)|weiterlesen|siehe auch"
    "|folgen sie uns",
    "es": "lea (?:también|más)|lee (?:también|más)|te puede interesar|leer más|suscríbete|sigue (?:leyendo|toda)",
    "it": "leggi (?:anche|tutto)|guarda anche|iscriviti",
    "pt": "leia (?:também|mais)|saiba mais|veja (?:também|mais)",
    "nl": "lees (?:ook|meer|verder)|bekijk ook",
    "sv no da": "läs (?:också|även|mer)|les (?:også|mer)|læs (?:også|mere)|se også",
    "pl cs": "czytaj (?:też|także|więcej)|zobacz (?:też|także|więcej)|przeczytaj (?:też|także)|čtěte také|přečtěte si",
    "ru uk": "читайте (?:также|ещё|еще|також|більше)|смотрите также|дивіться також|підписуйтесь|подписывайтесь",
    "tr": "ilgili haber|haberin devamı|bunu da okuyun",
    "ar": "اقرأ أيض|إقرأ أيض|شاهد أيض",
    # Words of sentences as well: 'Anzeige gegen den Bürgermeister'.
    "ads": "(?:anzeige|publicité|publicidade?|pubblicità|annons|annonse|reklama|реклама)(?:\\W*$|\\s*[:|–-])",
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


def reserves_rights(text: str) -> bool:
    """The line names the owner of the rights, or says that they are reserved."""
    # What is written small is found without re.I, for which `re` tries each phrase at each letter.
    return bool(_RIGHTS.match(text) or _RESERVED.search(text.casefold()))


def _begins(phrases: dict[str, str]) -> re.Pattern[str]:
    """One of the phrases at the beginning, after arrows, bullets and numbers."""
    return re.compile(rf"[\W\d_]*+(?:{'|'.join(phrases.values())})", re.I)


CALL = _begins(_CALLS)
"""Calls the reader away, whatever follows."""
OFTEN_CALL = _begins(_OFTEN_CALLS)
"""Calls the reader away when a link or nothing follows; a sentence may begin so, too."""
NEWSLETTER = re.compile(
    r"newsletter|infolettre|lettre d['’]information|boletín|рассылк|ニュースレター|뉴스레터|简报", re.I
)
_RIGHTS = re.compile(r"[\W\d_]*(?:©|\(c\)\s|copyright\b)", re.I)
_RESERVED = re.compile("all rights reserved|tous droits réservés|alle rechte vorbehalten|todos los derechos reservados")
COUNTER = re.compile(
    r"[\W\d_]*(?:aucun|no|keine|sin|nessun|nenhum|geen|ingen|brak)?\s*(?:comments?|commentaires?|kommentare?"
    r"|comentarios?|comentários?|commenti|reacties|kommentarer|komentarzy)\W*[\d()]*\W*$",
    re.I,
)
WAITING = re.compile(
    r"\W*(?:loading|chargement|wird geladen|cargando|caricamento|carregando|laden)\W*(?:\w+\W*)?$", re.I
)
_STAFF = {
    "en": "(?:additional )?reporting by|editing by|(?:edited|written|compiled|produced|translated) by|writing by"
    "|contributing:|with (?:reporting|files|additional reporting) (?:from|by)|our standards:"
    "|this (?:story|article|report|post) (?:was )?(?:first|originally) (?:appeared|published)",
    "de": "mit (?:informationen|material) (?:von|der|des)\\b|(?:redaktionelle )?mitarbeit:|redaktion:|quellen?:",
    "fr": "avec (?:l['’])?(?:afp|reuters|ap|les agences)\\b|propos recueillis|traduit de|sources?\\s?:",
    "es": "con información de|fuentes?:|redacción:",
    "it": "riproduzione riservata|fonte:",
    "pt": "com informações d|edição:|reportagem:|fonte:",
    "nl": "met medewerking van|bron:",
    "sv no da": "källa:|kilder?:",
    "pl cs": "źródło:|oprac\\.|zdroj:",
    "ru uk": "источник:|по материалам|джерело:|за матеріалами",
    "tr": "kaynak:|haber merkezi|editör:",
    "ar": "المصدر",
    "zh ja ko": "来源[:：]|來源[:：]|(?:责任)?编辑[:：]|責任編輯|责编|[가-힣]{2,4}\\s*기자\\b",
    "id": "(?:sumber|editor|reporter|penulis)\\s?:",
}
_APPEALS = {
    "en": "support (?:us\\b|our (?:work|journalis|report|newsroom|mission|independen|paper|site))"
    "|donate\\b|become a (?:member|subscriber|supporter)|did you (?:like|enjoy) (?:this|our)\\b",
    "de": "unterstützen sie (?:uns|unser)|spenden? (?:sie|du)\\b|werden sie mitglied"
    "|hat ihnen (?:der|dieser) (?:artikel|beitrag|text)",
    "fr": "soutenez(?!-vous)|faites un don|vous (?:avez aimé|appréciez)",
    "es": "apóya(?:nos|me)|hazte soci|dona (?:ahora|aquí|hoy|a nuestr)|haz un donativo",
    "it pt": "sostieni|sosteneteci|apoie (?:[oa] )?(?:noss|jornal)|faça uma doação|torne-se",
    "nl": "steun ons|word (?:lid|abonnee)",
    "pl cs": "wesprzyj|podpořte",
    "ru uk": "поддерж(?:ите|ать) (?:нас|проект)|підтрима(?:йте|ти) (?:нас|проєкт)",
    "tr": "bize destek|destek olun",
    "zh ja ko": "支持我们|ご支援|후원",
}

_ROLES = (
    "journalist|reporter|correspondent|columnist|writer|editor|contributor|fellow|professor|redakteur|korrespondent|autor"
    "|rédact|journaliste|périodist|periodist|corresponsal|escritor|giornalist|scrittor|jornalist|colunista|redacteur"
    "|skribent|redaktør|redaktör|dziennikar|publicyst|novinář|журналист|корреспондент|обозреватель|журналіст|gazeteci"
)
AUTHOR = re.compile(
    r"\W*(?i:the author|der autor|die autorin|l['’]auteure?|el autor|la autora|l['’]autore|o autor|автор|yazar)\b"
    r"[^.!?]{0,20}\b(?i:is|was|ist|est|es|è|é|jest|является)\b"
    rf"|\W*(?:[^\W\d_a-z][\w.'’-]*\s+){{2,4}}(?i:is|ist|est|es|è|é|jest|är|er|[–—-])\s.{{0,60}}(?i:\b(?:\w+-)?(?:{_ROLES}))"
)
"""Who the author is, below the text."""
NEW_WINDOW = re.compile(
    r"[\W_]*(?:(?:link )?opens? (?:in )?(?:an? )?(?:new|external) (?:browser )?(?:tab|window|site|page)|external link"
    r"|(?:wird )?(?:in|im) (?:einem )?neuen? (?:fenster|tab)|öffnet (?:sich )?(?:in|im)|externer link"
    r"|nouvelle fenêtre|ouvre (?:dans|une)|s['’]ouvre dans|lien externe|(?:se )?abre (?:en|em|numa)|enlace externo"
    r"|si apre in|link esterno|opent in|externe link|öppnas i|åpnes i|åbner i|avautuu|otwiera się|otevře se|se deschide"
    r"|откро?[её]тся в|відкри\w+ (?:в|у) нов|yeni (?:pencere|sekme)|يفتح في|新しい(?:タブ|ウィンドウ)"
    r"|在新(?:窗口|标签)|새\s?(?:창|탭))",
    re.I,
)
"""Where a link leads, for those who hear the page."""
_TAGS = (
    "tags?|topics?|filed under|keywords?|schlagw(?:ort|orte|örter)|stichw(?:ort|orte|örter)|mots[- ]clés|étiquettes"
    "|etiquetas|palabras clave|parole chiave|palavras-chave|assuntos|trefwoorden|emneord|nøkkelord|nyckelord|avainsanat"
    "|tagi|słowa kluczowe|štítky|klíčová slova|címkék|etichete|ετικέτες|теги|тэги|метки|ключевые слова|ключові слова"
    "|etiketler|الكلمات الدلالية|وسوم|标签|標籤|关键词|タグ|キーワード|태그|키워드|từ khóa"
)
TAGS = re.compile(rf"\W*(?:{_TAGS})\s*[:：]|(?:#[^\s#,]+[\s,]*){{2,}}$", re.I)
"""What the article is filed under; hashtags and nothing else."""
_WALLS = {
    "en": "already (?:a )?(?:subscriber|member|registered)|have an account\\?|to (?:continue|keep) reading"
    "|this (?:article|story|content|post) is (?:only )?(?:for|available to|reserved for|exclusive)"
    "|(?:subscribe|register|sign up|log ?in|sign in) (?:now |today )?to (?:read|continue|unlock)|for subscribers only",
    "de": "(?:bereits|schon) (?:abonnent|registriert|ein abo)|um weiterzulesen|jetzt (?:abonnieren|weiterlesen)"
    "|(?:artikel|inhalt|text) ist (?:nur )?(?:für|exklusiv)|mit (?:einem )?abo weiterlesen",
    "fr": "déjà abonné|réservée? (?:à nos|aux) abonnés|pour (?:continuer|poursuivre) (?:la|votre) lecture"
    "|il vous reste .{1,30} à (?:lire|découvrir)",
    "es": "ya (?:eres|soy|es) suscriptor|(?:exclusiv|reservad)[oa] (?:para|a) (?:los )?(?:suscriptores|abonados)"
    "|para (?:seguir|continuar) leyendo",
    "it": "sei già abbonato|riservat[oa] agli abbonati|per continuare a leggere",
    "pt": "já é assinante|exclusiv[oa] para assinantes|para continuar (?:a ler|lendo)",
    "nl": "al abonnee\\?|om verder te lezen|(?:alleen|exclusief) voor abonnees",
    "sv no da fi": "redan prenumerant|för att läsa (?:vidare|hela)|allerede abonnent|for å lese (?:videre|hele)"
    "|for at læse (?:videre|hele)|vain tilaajille",
    "pl cs": "dla (?:subskrybentów|prenumeratorów)|aby czytać dalej|pro předplatitele",
    "ru uk": "только (?:для )?подписчик|чтобы (?:читать дальше|продолжить чтение)|для передплатників",
    "tr": "abonelere özel|okumaya devam etmek için",
    "zh ja ko": "登录后|登入後|会员专享|有料会員|続きを読むには|この記事は会員|유료\\s?회원|로그인",
}
WALL = re.compile("|".join(_WALLS.values()), re.I)
"""Says who may read on."""
STAFF = re.compile(
    rf"{_begins(_STAFF).pattern}|.*\bcontributed to this (?:report|story|article|post)"
    r"|\W*(?-i:(?:[A-ZÀ-Þ][\w.'’-]*,?\s+(?:and\s+)?){2,12})reported from\b",
    re.I,
)
"""Who else worked on the article, as agencies write below it."""
APPEAL = re.compile(rf"(?:^\W*|[.!?…]\W{{0,5}}\s)(?:{'|'.join(_APPEALS.values())})", re.I)
"""Asks for money or members, at the beginning of a sentence."""
_NETWORK = (
    r"(?:(?<!\w)@\w|\b(?:twitter|facebook|instagram|telegram|whatsapp|tiktok|linkedin|youtube|bluesky|threads|x\.com)\b"
    r"|телеграм|微信|微博)"
)
_FOLLOW = (
    r"(?:(?<!\w)(?:follow|like us|suivez(?:-\w+)?|suivre|abonnez-vous|s[ií]gue(?:n?os|me|le|la)?|s[ií]ga(?:-?nos)?"
    r"|segui(?:ci|teci|te)?|folg(?:e|en) (?:sie )?(?:uns|mir|dem|der|ihm|ihr)|følg|följ|volg|obserwuj|sleduj(?:te)?"
    r"|подпи(?:сывайтесь|шитесь)|підпи(?:суйтес[ья]|шіться))(?!\w)|تابع|关注|追蹤)"
)
FOLLOW = re.compile(
    rf"{_FOLLOW}[^.!?,;:。，]{{0,80}}?{_NETWORK}"
    rf"|{_NETWORK}[^.!?,;。，]{{0,30}}?(?:takip ed|フォロー|팔로우|关注|追蹤)",
    re.I,
)
"""Asks to be followed in a network; one clause has both: who only writes of a network follows many other things."""
ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[a-z]{2}", re.I)
BYLINE = re.compile(
    r"\W*(?:by|par|von|por|di|door|av|af|text|texte|texto|testo|foto|photo|fotos|photos|bild|autor)\b[\s:]", re.I
)
CREDIT = re.compile(
    r"\W*(?:photos?|fotos?|images?|bild(?:er)?|crédit|credits?|source|quelle|fuente|fonte|kilde|källa|illustration"
    r"|getty|reuters|afp|dpa|caption|légende|grafik|video|vidéo)\s*[:/|©]",
    re.I,
)
