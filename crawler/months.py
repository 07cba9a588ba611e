"""The months of the languages of the catalogue, for every reader of dates."""

from __future__ import annotations

from functools import lru_cache

from crawler.normalise import unaccented

_MONTH_NAMES = (
    "january jan janvier janv januar jänner jän enero ene gennaio gen janeiro januari stycznia styczeń sty "
    "январь января янв січня січень січ ocak oca ianuarie ian januára január leden ledna led siječnja "
    "siječanj sij јануар януари яну tammikuuta tammi janúar ιανουάριος ιανουαρίου ιαν يناير جانفي ژانویه "
    "ינואר ינו जनवरी "
    "জানুয়ারি มกราคม",
    "february feb février févr fév februar feber febrero febbraio fevereiro fev februari lutego luty lut "
    "февраль февраля февр фев лютого лютий лют şubat şub februarie febr februára február únor února úno "
    "veljača veljače velj фебруар февруари helmikuuta helmi febrúar φεβρουάριος φεβρουαρίου φεβ فبراير فيفري "
    "شباط فوریه פברואר פבר फरवरी pebruari "
    "ফেব্রুয়ারি กุมภาพันธ์",
    "march mar mars märz mär mrz marzo março maart mrt marca marzec март марта мар березня березень берез бер "
    "mart martie március márc březen března bře ožujak ožujka ožu marts maaliskuuta maalis μάρτιος μαρτίου "
    "μαρ مارس آذار מרץ מרס मार्च maret marec "
    "মার্চ มีนาคม maa",
    "april apr avril avr abril abr aprile kwietnia kwiecień kwi апрель апреля апр квітня квітень квіт кві "
    "nisan nis aprilie április ápr duben dubna dub travanj travnja tra април huhtikuuta huhti apríl apríla "
    "απρίλιος απριλίου απρ أبريل إبريل أفريل نيسان آوریل אפריל אפר अप्रैल "
    "এপ্রিল เมษายน",
    "may mai mayo maggio mag maio mei maj maja май мая травня травень трав mayıs máj mája május květen května "
    "kvě svibanj svibnja svi мај toukokuuta touko maí μάιος μαΐου μάι مايو ماي أيار مه מאי मई "
    "মে พฤษภาคม тра",
    "june jun juin juni junio giugno giu junho czerwca czerwiec cze июнь июня июн червня червень черв чер "
    "haziran haz iunie iun június jún júna červen června čvn lipanj lipnja јун юни kesäkuuta kesä júní "
    "ιούνιος ιουνίου ιουν يونيو يونيه يونية جوان حزيران ژوئن יוני יונ जून "
    "জুন มิถุนายน",
    "july jul juillet juil juli julio luglio lug julho lipca lipiec lip июль июля июл липня липень temmuz tem "
    "iulie iul július júl júla červenec července čvc srpanj srpnja јул юли heinäkuuta heinä júlí ιούλιος "
    "ιουλίου ιουλ يوليو يوليه يولية جويلية تموز ژوئیه יולי יול जुलाई "
    "জুলাই กรกฎาคม лип",
    "august aug août agosto ago augustus sierpnia sierpień sie август августа авг серпня серпень серп сер "
    "ağustos ağu augusztus srpen srpna srp kolovoz kolovoza kol elokuuta elo ágúst augusti αύγουστος "
    "αυγούστου αυγ أغسطس غشت أوت آب اوت אוגוסט אוג अगस्त agustus agu "
    "আগস্ট สิงหาคม aou",
    "september sep sept septembre septiembre setiembre settembre set setembro września wrzesień wrz сентябрь "
    "сентября сент сен вересня вересень верес вер eylül eyl septembrie szeptember szept septembra září zář "
    "rujan rujna ruj септембар септември syyskuuta syys σεπτέμβριος σεπτεμβρίου σεπ سبتمبر شتنبر أيلول "
    "سپتامبر ספטמבר ספט सितंबर सितम्बर "
    "সেপ্টেম্বর กันยายน",
    "october oct octobre oktober okt octubre ottobre ott outubro out października październik paź октябрь "
    "октября окт жовтня жовтень жовт жов ekim eki octombrie október októbra říjen října říj октобар октомври "
    "lokakuuta loka οκτώβριος οκτωβρίου οκτ أكتوبر تشرين_الأول اکتبر אוקטובר אוק अक्टूबर अक्तूबर "
    "অক্টোবর ตุลาคม",
    "november nov novembre noviembre novembro listopada listopad lis ноябрь ноября нояб ноя листопада "
    "листопад лист kasım kas noiembrie noi novembra listopadu studeni studenoga studenog novembar новембар "
    "ноември marraskuuta marras nóvember νοέμβριος νοεμβρίου νοε نوفمبر نونبر تشرين_الثاني نوامبر נובמבר נוב "
    "नवंबर नवम्बर nopember "
    "নভেম্বর พฤศจิกายน лис",
    "december dec décembre déc decembre dezember dez diciembre dic dicembre dezembro desember des grudnia "
    "grudzień gru декабрь декабря дек грудня грудень груд aralık ara decembrie decembra prosinec prosince "
    "prosinac prosinca декембар декември joulukuuta joulu δεκέμβριος δεκεμβρίου δεκ ديسمبر دجنبر كانون_الأول "
    "دسامبر דצמבר דצמ दिसंबर दिसम्बर "
    "ডিসেম্বর ธันวาคม гру",
)
_SOLAR_NAMES = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"
_CROATIAN = {"lip": 6, "srp": 7, "lis": 10, "listopad": 10, "listopada": 10}


def _bare(word: str) -> str:
    """Without case and accents, so that 'FÉVR.', 'Févr' and 'fevr' are one."""
    return unaccented(word).strip(" .׳'’॰")


_MONTHS = {_bare(name.replace("_", " ")): n for n, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_MONTHS[_bare("كانون الثاني")] = 1  # the two halves of winter share a name
_SOLAR_MONTHS = {_bare(name): number for number, name in enumerate(_SOLAR_NAMES.split(), 1)}


@lru_cache(maxsize=1024)
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
