# ruff: noqa: E501 (one agency a line)
"""The world's news agencies: one name each, and the spellings under which they sign, in their scripts."""

from __future__ import annotations

import re
from functools import lru_cache

from crawler.normalise import words

# Name | spellings. Up to four Latin letters count only as they stand here: 'AP' signs, 'ap' is a slip.
_TABLE = """
AFP | afp | Agence France-Presse | АФП | Франс Пресс | 法新社 | AFP通信 | AFP통신 | وكالة فرانس برس | فرانس برس | أ ف ب | ا ف ب | एएफपी
Reuters | Thomson Reuters | RTR | rtr | Рейтер | Рейтерс | Рейтерз | 路透社 | 路透 | ロイター | ロイター通信 | 로이터 | 로이터통신 | رويترز | רויטרס | रॉयटर्स | Ρόιτερς
AP | Associated Press | Ассошиэйтед Пресс | 美联社 | 美聯社 | AP通信 | AP통신 | أ ب | أسوشيتد برس | اسوشيتد برس | एपी
dpa | DPA | Deutsche Presse-Agentur | ДПА | 德新社 | د ب أ | د ب ا
EFE | Efe | ЭФЕ | 埃菲社 | إفي
ANSA | Ansa | 安莎社
Kyodo | Kyodo News | 共同 | 共同通信 | 共同通信社 | 共同社 | 교도 | 교도통신
Jiji | JIJI | Jiji Press | 時事 | 時事通信 | 時事通信社 | 时事社
Xinhua | Chine nouvelle | Синьхуа | 新华社 | 新華社 | 新华网 | 新華網 | 新华通讯社 | 신화통신 | شينخوا
China News Service | 中新社 | 中新网 | 中国新闻社 | 中國新聞社
CNA | Central News Agency | 中央社 | 中央通訊社
Yonhap | 연합뉴스 | 연합 | 韩联社 | 韓聯社 | 聯合ニュース | Рёнхап
Newsis | 뉴시스
News1 | 뉴스1
KCNA | 조선중앙통신 | 朝中社 | 朝鮮中央通信
TASS | Tass | ITAR-TASS | ТАСС | ИТАР-ТАСС | 塔斯社 | タス通信 | 타스통신 | تاس
RIA Novosti | RIA | РИА | РИА Новости | 俄新社
Interfax | Интерфакс | Interfax-Ukraine | Интерфакс-Украина | Інтерфакс-Україна
Ukrinform | Укринформ | Укрінформ
UNIAN | УНИАН | УНІАН
BelTA | Белта
Kazinform | Казинформ
AZERTAC | AZƏRTAC | Азертадж
Armenpress | Արմենպրես | Арменпресс
ANP | Algemeen Nederlands Persbureau
Belga
APA | apa | Austria Presse Agentur
Keystone-SDA | Keystone-ATS | SDA | sda | ATS | ats | sda-ats | Schweizerische Depeschenagentur | Agence télégraphique suisse
awp | AWP | awp Finanznachrichten
SID | sid | Sport-Informations-Dienst
KNA | kna | Katholische Nachrichten-Agentur
epd | EPD | Evangelischer Pressedienst
dts | dts Nachrichtenagentur
TT | Tidningarnas Telegrambyrå | TT Nyhetsbyrån
NTB | ntb | Norsk Telegrambyrå
Ritzau
STT | Suomen Tietotoimisto | STT-Lehtikuva
BNS | Baltic News Service
LETA
ELTA
PAP | Polska Agencja Prasowa
ČTK | CTK | ctk | čtk | Česká tisková kancelář
TASR
SITA
MTI | Magyar Távirati Iroda
Agerpres
Mediafax
BTA | БТА | Bulgarian News Agency
HINA
STA | Slovenska tiskovna agencija
FENA
SRNA | СРНА
Tanjug | Танјуг
ANA-MPA | ΑΠΕ-ΜΠΕ | ΑΠΕ
AGI | Agenzia Italia
Adnkronos
Askanews
Lusa | LUSA
Europa Press
PA Media | PA | Press Association | PA news agency
Anadolu | AA | Anadolu Ajansı | Agence Anadolu | الأناضول | Анадолу
DHA | Demirören Haber Ajansı
İHA | IHA | İhlas Haber Ajansı
ANKA | ANKA Haber Ajansı
UPI | United Press International
Bloomberg | Bloomberg News | Блумберг | 彭博社 | 彭博 | ブルームバーグ | 블룸버그 | بلومبرغ
The Canadian Press | CP | Canadian Press | La Presse canadienne | Presse canadienne
Agência Brasil | Agencia Brasil
Estadão Conteúdo | Estadao Conteudo
Folhapress
Télam | Telam
Noticias Argentinas
Notimex
Prensa Latina
Colprensa
AAP | Australian Associated Press
PTI | Press Trust of India | पीटीआई | भाषा
ANI | Asian News International | एएनआई
IANS | Indo-Asian News Service | आईएएनएस
UNI | United News of India
APP | Associated Press of Pakistan
BSS | Bangladesh Sangbad Sangstha
Bernama
Antara | ANTARA
VNA | Vietnam News Agency | TTXVN | Thông tấn xã Việt Nam
PNA | Philippine News Agency
IRNA | ایرنا | إرنا
ISNA | ایسنا
Tasnim | تسنیم | تسنيم
Fars News | خبرگزاری فارس
Mehr News | خبرگزاری مهر
WAM | Emirates News Agency | وام
SPA | Saudi Press Agency | واس
MENA | Middle East News Agency | أ ش أ | وكالة أنباء الشرق الأوسط
QNA | Qatar News Agency | قنا
KUNA | Kuwait News Agency | كونا
Jordan News Agency | Petra News Agency | وكالة الأنباء الأردنية
NNA | National News Agency | الوكالة الوطنية للإعلام
INA | Iraqi News Agency | واع
SANA | Syrian Arab News Agency | سانا
WAFA | وفا
SUNA | Sudan News Agency | سونا
APS | Algérie Presse Service | وأج
MAP | Maghreb Arabe Presse | ومع
TAP | Tunis Afrique Presse
NAN | News Agency of Nigeria
GNA | Ghana News Agency
Panapress
"""
_LONGEST_LIST = 200
"""Characters of a line that names agencies and nothing else."""
_SHORT = 4
# Two to four letters that are also a place, a name or a word: a byline must set them apart more strongly.
_AMBIGUOUS = {
    "AA",
    "ANKA",
    "APP",
    "CP",
    "Efe",
    "INA",
    "MAP",
    "NAN",
    "PA",
    "SID",
    "SITA",
    "SPA",
    "STA",
    "TAP",
    "TT",
    "UNI",
}
_KIND = r"news\s?agency|news|agency|newswire|(?:nachrichten|presse)?agentur|agence(?: de presse)?|ag[eê]ncia|agenzia|"
_KIND += r"agencja|haber ajansı|nyhetsbyrån?|staff|информагентство|агентство|ИА|وكالة|通信社?|通讯社|통신"
_ARTICLE = re.compile(r"^(?:the\s+|l['’]|la\s+)", re.IGNORECASE)
_KIND_ROUND = re.compile(rf"^(?:(?:{_KIND})\s+)?(.+?)(?:\s+(?:{_KIND}))?$", re.IGNORECASE)
_SIGNS = "  .,:;*_|/-–—=()[]{}（）【】［］「」『』\"'«»“”©"
_JOINED = re.compile(r"\s*[/,;|•·&+、，；／｜=＝・]\s*|\s+(?:and|und|et|y|e|i|och|og|en|ve|и|та|و)\s+|\s+[-–—]\s+")
_CODE = re.compile(r"[a-zäöüß]{1,4}")
"""Desk or writer behind an agency: the 'lnw' of 'dpa/lnw'."""
_DESK = re.compile(r"(dpa|AFP|AP|APA|awp|sda)-(\w+)$")


def _key(text: str) -> str:
    return "".join(words(text))


def _is_short(spelling: str) -> bool:
    return len(spelling) <= _SHORT and spelling.isalpha() and max(spelling) < "\u0370"


def _read(table: str) -> tuple[dict[str, str], dict[str, str]]:
    """(short spelling -> name, key of a longer spelling -> name)."""
    exact: dict[str, str] = {}
    loose: dict[str, str] = {}
    for line in table.strip().splitlines():
        spellings = [spelling.strip() for spelling in line.split("|")]
        for spelling in spellings:
            if _is_short(spelling):
                exact[spelling] = spellings[0]
            else:
                loose[_key(spelling)] = spellings[0]
    return exact, loose


_EXACT, _LOOSE = _read(_TABLE)
UNSPACED = tuple(
    sorted((spelling for spelling in _LOOSE if max(spelling[0], spelling[-1]) > "\u3000"), key=len, reverse=True)
)
"""Spellings in scripts that set no space before them, longest first."""


@lru_cache(maxsize=1024)
def agency(text: str) -> str | None:
    """The name of the agency that `text` is, with or without 'news agency'; None when it is anything else.

    >>> agency("Agence France-Presse"), agency("新华社"), agency("Ann Lee")
    ('AFP', 'Xinhua', None)
    """
    bare = _ARTICLE.sub("", text.strip(_SIGNS))
    if not bare or len(bare) > 60:
        return None
    if bare in _EXACT:
        return _EXACT[bare]
    return None if _is_short(bare) else _loose(bare)


def _loose(text: str) -> str | None:
    if name := _LOOSE.get(_key(text)):
        return name
    if (desk := _DESK.match(text)) and desk[2] not in _EXACT:
        return _EXACT[desk[1]]
    inner = _KIND_ROUND.match(text)
    core = inner[1].strip(_SIGNS) if inner else text
    return None if core in (text, *_AMBIGUOUS) else _EXACT.get(core) or _LOOSE.get(_key(core))


def is_ambiguous(text: str) -> bool:
    """It signs an agency, but may be a place, a person or a word as well."""
    return text.strip(_SIGNS) in _AMBIGUOUS


def agencies(text: str) -> list[str]:
    """Names of the agencies where `text` names nothing but agencies, and desks behind them; [] otherwise.

    >>> agencies("dpa/lnw, AFP und Reuters")
    ['dpa', 'AFP', 'Reuters']
    """
    if len(text) > _LONGEST_LIST:
        return []
    if name := agency(text):
        return [name]
    parts = [part for part in _JOINED.split(text.strip(_SIGNS)) if part.strip(_SIGNS)]
    if len(parts) == 1:
        parts = parts[0].split("-")
    if not parts or agency(parts[0]) is None:
        return []
    found = [agency(part) for part in parts]
    strange = [part for part, name in zip(parts, found, strict=True) if name is None and not _CODE.fullmatch(part)]
    return [] if strange else list(dict.fromkeys(name for name in found if name))
