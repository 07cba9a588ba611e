"""What the languages of the catalogue call months, halves of the day, publication and change."""

from __future__ import annotations

import re
import unicodedata

_MONTH_NAMES = (
    "january jan janvier janv januar jänner jän enero ene gennaio gen janeiro januari stycznia styczeń sty "
    "январь января янв січня січень січ ocak oca ianuarie ian januára január leden ledna led siječnja "
    "siječanj sij јануар януари яну tammikuuta tammi janúar ιανουάριος ιανουαρίου ιαν يناير جانفي ژانویه "
    "ינואר ינו जनवरी",
    "february feb février févr fév februar feber febrero febbraio fevereiro fev februari lutego luty lut "
    "февраль февраля февр фев лютого лютий лют şubat şub februarie febr februára február únor února úno "
    "veljača veljače velj фебруар февруари helmikuuta helmi febrúar φεβρουάριος φεβρουαρίου φεβ فبراير فيفري "
    "شباط فوریه פברואר פבר फरवरी pebruari",
    "march mar mars märz mär mrz marzo março maart mrt marca marzec март марта мар березня березень берез бер "
    "mart martie március márc březen března bře ožujak ožujka ožu marts maaliskuuta maalis μάρτιος μαρτίου "
    "μαρ مارس آذار מרץ מרס मार्च maret marec",
    "april apr avril avr abril abr aprile kwietnia kwiecień kwi апрель апреля апр квітня квітень квіт кві "
    "nisan nis aprilie április ápr duben dubna dub travanj travnja tra април huhtikuuta huhti apríl apríla "
    "απρίλιος απριλίου απρ أبريل إبريل أفريل نيسان آوریل אפריל אפר अप्रैल",
    "may mai mayo maggio mag maio mei maj maja май мая травня травень трав mayıs máj mája május květen května "
    "kvě svibanj svibnja svi мај toukokuuta touko maí μάιος μαΐου μάι مايو ماي أيار مه מאי मई",
    "june jun juin juni junio giugno giu junho czerwca czerwiec cze июнь июня июн червня червень черв чер "
    "haziran haz iunie iun június jún júna červen června čvn lipanj lipnja јун юни kesäkuuta kesä júní "
    "ιούνιος ιουνίου ιουν يونيو يونيه يونية جوان حزيران ژوئن יוני יונ जून",
    "july jul juillet juil juli julio luglio lug julho lipca lipiec lip июль июля июл липня липень temmuz tem "
    "iulie iul július júl júla červenec července čvc srpanj srpnja јул юли heinäkuuta heinä júlí ιούλιος "
    "ιουλίου ιουλ يوليو يوليه يولية جويلية تموز ژوئیه יולי יול जुलाई",
    "august aug août agosto ago augustus sierpnia sierpień sie август августа авг серпня серпень серп сер "
    "ağustos ağu augusztus srpen srpna srp kolovoz kolovoza kol elokuuta elo ágúst augusti αύγουστος "
    "αυγούστου αυγ أغسطس غشت أوت آب اوت אוגוסט אוג अगस्त agustus agu",
    "september sep sept septembre septiembre setiembre settembre set setembro września wrzesień wrz сентябрь "
    "сентября сент сен вересня вересень верес вер eylül eyl septembrie szeptember szept septembra září zář "
    "rujan rujna ruj септембар септември syyskuuta syys σεπτέμβριος σεπτεμβρίου σεπ سبتمبر شتنبر أيلول "
    "سپتامبر ספטמבר ספט सितंबर सितम्बर",
    "october oct octobre oktober okt octubre ottobre ott outubro out października październik paź октябрь "
    "октября окт жовтня жовтень жовт жов ekim eki octombrie október októbra říjen října říj октобар октомври "
    "lokakuuta loka οκτώβριος οκτωβρίου οκτ أكتوبر تشرين_الأول اکتبر אוקטובר אוק अक्टूबर अक्तूबर",
    "november nov novembre noviembre novembro listopada listopad lis ноябрь ноября нояб ноя листопада "
    "листопад лист kasım kas noiembrie noi novembra listopadu studeni studenoga studenog novembar новембар "
    "ноември marraskuuta marras nóvember νοέμβριος νοεμβρίου νοε نوفمبر نونبر تشرين_الثاني نوامبر נובמבר נוב "
    "नवंबर नवम्बर nopember",
    "december dec décembre déc decembre dezember dez diciembre dic dicembre dezembro desember des grudnia "
    "grudzień gru декабрь декабря дек грудня грудень груд aralık ara decembrie decembra prosinec prosince "
    "prosinac prosinca декембар декември joulukuuta joulu δεκέμβριος δεκεμβρίου δεκ ديسمبر دجنبر كانون_الأول "
    "دسامبر דצמבר דצמ दिसंबर दिसम्बर",
)
_SOLAR_NAMES = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"
_CROATIAN = {"lip": 6, "srp": 7, "lis": 10, "listopad": 10, "listopada": 10}


def _bare(word: str) -> str:
    """Without case and accents, so that 'FÉVR.', 'Févr' and 'fevr' are one."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    letters = (letter for letter in decomposed if not unicodedata.combining(letter))
    return "".join(letters).replace("ı", "i").strip(" .׳'’॰")


_MONTHS = {_bare(name.replace("_", " ")): n for n, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_MONTHS[_bare("كانون الثاني")] = 1  # the two halves of winter share a name
_SOLAR_MONTHS = {_bare(name): number for number, name in enumerate(_SOLAR_NAMES.split(), 1)}

CHANGED = re.compile(
    r"updat|uppdat|opp?dat|edited(?! by)|revised|corrected|modif|aktualis|geändert|überarbeitet|mise? à jour|"
    r"\bm[aà]j\b|actuali[zs]|atualiz|alterad|aggiorn|bijgewerkt|gewijzigd|aangepast|ändrad|endret|ændret|güncel|değiştir|"
    r"обновл|измен|оновл|змінен|відредаг|aktualiz|zmodyfikow|zmien|upraven|změněn|frissít|módosít|更新|修改|修订|修訂|"
    r"改訂|修正|수정|업데이트|갱신|تحديث|تعديل|محدث|روزرسانی|ویرایش|päivite|muokattu|עודכן|עדכון|ενημερώ|ενημέρω|τροποποι|"
    r"अपडेट|अद्यतन|diperbarui|pembaruan|cập nhật",
    re.IGNORECASE,
)
"""A date after such a word is that of a change."""
PUBLISHED = re.compile(
    r"publi[sck]|posted|released|created|\bparu|mis en ligne|veröffentlicht|erschienen|erstellt|gepubliceerd|geplaatst|"
    r"udgivet|offentliggjort|julkaistu|opublik|dodan|utworzon|опублик|опублік|yayın|giriş|eklenme|oluştur|نشر|منتشر|"
    r"انتشار|פורסם|δημοσι|közzét|megjelen|प्रकाशित|diterbitkan|tayang|đăng|公開|配信|掲載|発表|发布|發布|发表|發表|"
    r"刊登|입력|등록|승인|발행|게재|작성",
    re.IGNORECASE,
)
"""A date after such a word is that of publication."""
_MORNING = r"a\s?\.?\s?m\b\.?|오전|午前|上午|凌晨|早上|清晨|ص(?:باحا|باحاً)?\b|π\.?μ\.?|ق\.ظ|\bde\.|\bSA\b|öö\b"
_EVENING = r"p\s?\.?\s?m\b\.?|오후|午後|下午|晚上|中午|傍晚|م(?:ساء|ساءً)?\b|μ\.?μ\.?|ب\.ظ|\bdu\.|\bCH\b|ös\b"
HALF = rf"{_MORNING}|{_EVENING}"
"""Pattern of what tells the half of the day."""
_EVENING_WORD = re.compile(_EVENING, re.IGNORECASE)
CLOCK_WORD = re.compile(
    r"\b(?:at|um|alle|ore|ora|kl|klo|klokken|om|à|às|las|saat|pukul|jam|lúc|о|об|в|στις|ώρα)\b|الساعة|ساعت|בשעה|बजे",
    re.IGNORECASE,
)
"""What stands before a time of day."""


def month(name: str, language: str | None = None) -> int | None:
    """1 to 12 of a month's name or its short form; of 'آذار/مارس' the first that is known; None for other words."""
    for part in name.split("/"):
        word = " ".join(_bare(part).split())
        if language == "hr" and word in _CROATIAN:
            return _CROATIAN[word]
        if found := _MONTHS.get(word) or _MONTHS.get(word.removeprefix("ב")):
            return found
    return None


def solar_month(name: str) -> int | None:
    """1 to 12 of a month of the Persian calendar, None for other words."""
    return _SOLAR_MONTHS.get(_bare(name))


def is_evening(half: str) -> bool:
    """Whether a word that matches HALF says the second half of the day."""
    return bool(_EVENING_WORD.match(half))


def tells_change(text: str) -> bool:
    """Whether a label says 'updated' rather than 'published'."""
    return bool(CHANGED.search(text))


def tells_publication(text: str) -> bool:
    """Whether a label says 'published'."""
    return bool(PUBLISHED.search(text))
