# ruff: noqa: E501 (a paragraph stays on one line)
"""Invented stories in the scripts of the world, with a number and a name in each paragraph, so that none is another's."""

from __future__ import annotations

import unicodedata
from random import Random

from hostile.stories import Story

TONGUES: dict[str, tuple[str, ...]] = {
    "fr": (
        "À l’aube, l’île sœur reçoit enfin son bac n° {n}",
        "Les pêcheurs de l’île attendaient déjà « la marée » nº {n} quand le bac, repeint à neuf, a touché le môle.",
        "Une boulangère a coupé le ruban {n} : « Ça y est, on est reliés », a-t-elle crié, très émue, près du phare.",
        "Le maire, dont l’œuvre paraît achevée, a promis d’où qu’il vienne un œuf dur et {n} crêpes à chaque élève.",
    ),
    "de": (
        "Fährmann prüft über Nacht die Größe der Brücke {n}",
        "Der Fährmann maß die Brücke {n} zweimal, weil die Größe in den Büchern für alle Züge fälschlich stand.",
        "Am Morgen hörten die Nachbarn {n} Glockenschläge; danach öffnete das Café für die müden Männer früher.",
        "„Wir müssen übers Jahr sparen“, sagte die Rätin vor {n} Gästen, „sonst fällt die schöne Mühle ganz weg.“",
    ),
    "ru": (
        "Паром вернулся на остров, жители считают вагоны {n}",
        "Паром с новым машинистом пришёл к острову под номером {n} ещё до рассвета, и все вышли его встречать.",
        "Пекарь вынес на пристань {n} булок, а учительница записала в журнал, что объявленный шторм не случился.",
        "Городской совет обещает, что мост {n} починят к весне, но жители этому обещанию пока не слишком верят.",
    ),
    "uk": (
        "Пором повернувся на острів, мешканці рахують вагони {n}",
        "Пором із новим машиністом прийшов до острова під номером {n} ще до світанку, і всі вийшли його зустріти.",
        "Пекар виніс на пристань {n} булок, а вчителька записала в журнал, що оголошений шторм так і не стався.",
        "Міська рада обіцяє, що міст {n} полагодять до весни, але мешканці цій обіцянці поки що не дуже вірять.",
    ),
    "ja": (
        "渡し船が四週間ぶりに運航を再開、島の市場に{n}人",
        "渡し船は月曜日の朝から{n}便の運航を再開すると港の事務所が発表した。桟橋の修理に四週間かかったためである。",
        "島のパン屋は{n}個のパンを焼いて乗客を迎えた。子どもたちは学校の窓から手を振り、鐘が三回鳴らされた。",
        "町議会は木曜日に灯台の明かりを{n}年残すかどうかを決める。漁師たちは春の嵐のあとから存続を求めていた。",
    ),
    "zh": (
        "渡船四周后恢复通航，岛上集市来了{n}人",
        "港务处宣布渡船从星期一早晨恢复{n}个班次。码头在春天的风暴之后修理了四个星期，乘客一直在岸边等待。",
        "岛上的面包师烤了{n}个面包迎接乘客，孩子们从学校的窗口向船挥手，教堂的钟声响了三次，老人们都哭了。",
        "镇议会将在星期四决定灯塔的灯是否再保留{n}年。渔民们自从风暴以后就提出了这个要求，但是没有得到答复。",
    ),
    "zh-Hant": (
        "渡船四週後恢復通航，島上市集來了{n}人",
        "港務處宣布渡船從星期一早晨恢復{n}個班次。碼頭在春天的風暴之後修理了四個星期，乘客一直在岸邊等待。",
        "島上的麵包師烤了{n}個麵包迎接乘客，孩子們從學校的窗口向船揮手，教堂的鐘聲響了三次，老人們都哭了。",
        "鎮議會將在星期四決定燈塔的燈是否再保留{n}年。漁民們自從風暴以後就提出了這個要求，但是沒有得到答覆。",
    ),
    "ko": (
        "나룻배 넉 주 만에 다시 운항, 섬 시장에 {n}명",
        "항만 사무소는 월요일 아침부터 나룻배 {n}편이 다시 다닌다고 밝혔다. 봄 폭풍 뒤에 부두를 고치는 데 넉 주가 걸렸다.",
        "섬의 빵집 주인은 빵 {n}개를 구워 승객을 맞았고 아이들은 학교 창문에서 손을 흔들었다. 종이 세 번 울렸다.",
        "마을 의회는 목요일에 등대의 불을 {n}년 더 켤지 정한다. 어부들은 폭풍 이후로 줄곧 그것을 요구해 왔다.",
    ),
    "ar": (
        "عودة العبارة إلى الجزيرة بعد أربعة أسابيع {n}",
        "أعلن مكتب الميناء أن العبارة رقم {n} ستعود إلى العمل صباح الاثنين بعد إصلاح الرصيف الذي حطمته العاصفة.",
        "خبز خباز الجزيرة {n} رغيفا لاستقبال الركاب، ولوح الأطفال من نوافذ المدرسة، ودق الجرس ثلاث مرات.",
        "سيقرر المجلس يوم الخميس هل يبقى ضوء المنارة {n} سنة أخرى، فقد طلب الصيادون ذلك منذ تلك العاصفة.",
    ),
    "fa": (
        "کشتی پس از چهار هفته به جزیره باز می\u200cگردد {n}",
        "دفتر بندر گفت که کشتی شماره {n} از بامداد دوشنبه دوباره کار می\u200cکند و مسافران دیگر نمی\u200cمانند.",
        "نانوای جزیره {n} نان پخت و کودکان از پنجره\u200cهای مدرسه دست تکان دادند و زنگ سه بار به صدا درآمد.",
        "شورای شهر پنجشنبه تصمیم می\u200cگیرد که چراغ فانوس {n} سال دیگر بماند؛ ماهی\u200cگیران این را خواسته\u200cاند.",
    ),
    "he": (
        "המעבורת חוזרת אל האי אחרי ארבעה שבועות {n}",
        "משרד הנמל הודיע שהמעבורת מספר {n} תחזור לפעול מיום שני בבוקר, לאחר שתוקן הרציף שנהרס בסערת האביב.",
        "אופה האי אפה {n} כיכרות לקבלת הנוסעים, הילדים נופפו מחלונות בית הספר, והפעמון צלצל שלוש פעמים.",
        "המועצה תחליט ביום חמישי אם אור המגדלור יישאר עוד {n} שנים; הדייגים ביקשו זאת מאז אותה סערה גדולה.",
    ),
    "el": (
        "Το πορθμείο γυρίζει στο νησί μετά από τέσσερις εβδομάδες {n}",
        "Το λιμεναρχείο ανακοίνωσε ότι το πορθμείο {n} ξεκινά πάλι τη Δευτέρα, αφού επισκευάστηκε η προβλήτα.",
        "Ο φούρναρης του νησιού έψησε {n} ψωμιά για τους επιβάτες και τα παιδιά χαιρετούσαν από το σχολείο.",
        "Το συμβούλιο θα αποφασίσει την Πέμπτη αν θα μείνει το φως του φάρου άλλα {n} χρόνια, όπως ζητούν οι ψαράδες.",
    ),
    "pl": (
        "Prom wraca na wyspę po czterech tygodniach, źródło {n}",
        "Urząd portowy ogłosił, że prom {n} znów pływa od poniedziałku, gdyż naprawiono pomost zniszczony przez wichurę.",
        "Piekarz upiekł {n} bułek dla pasażerów, dzieci machały z okien szkoły, a dzwon zabrzmiał trzy razy głośno.",
        "Rada w czwartek rozstrzygnie, czy światło latarni zostanie jeszcze {n} lat; rybacy proszą o to od sztormu.",
    ),
    "tr": (
        "Vapur dört hafta sonra adaya döndü, iskelede {n} kişi",
        "Liman başkanlığı, {n} numaralı vapurun pazartesi sabahından beri yeniden çalıştığını, iskelenin onarıldığını söyledi.",
        "Adanın fırıncısı yolcular için {n} ekmek pişirdi, çocuklar okulun pencerelerinden el salladı ve çan üç kez çaldı.",
        "Meclis perşembe günü fenerin ışığının {n} yıl daha kalıp kalmayacağına karar verecek; balıkçılar bunu istiyordu.",
    ),
    "th": (
        "เรือข้ามฟากกลับมาแล่นอีกครั้งหลังสี่สัปดาห์ {n}",
        "สำนักงานท่าเรือแจ้งว่าเรือข้ามฟากหมายเลข {n} จะกลับมาแล่นตั้งแต่เช้าวันจันทร์ หลังจากซ่อมท่าเทียบเรือที่พายุพัดพัง",
        "คนทำขนมปังของเกาะอบขนมปัง {n} ก้อนต้อนรับผู้โดยสาร เด็ก ๆ โบกมือจากหน้าต่างโรงเรียน และระฆังดังขึ้นสามครั้ง",
        "สภาเมืองจะตัดสินในวันพฤหัสบดีว่าจะคงแสงประภาคารไว้อีก {n} ปีหรือไม่ ชาวประมงขอมาตั้งแต่พายุครั้งนั้น",
    ),
    "vi": (
        "Phà trở lại đảo sau bốn tuần, chợ đón {n} người",
        "Văn phòng cảng cho biết chuyến phà số {n} chạy lại từ sáng thứ Hai, sau khi cầu tàu bị bão phá hỏng được sửa xong.",
        "Người thợ bánh trên đảo nướng {n} ổ bánh đón khách, trẻ em vẫy tay từ cửa sổ trường học và chuông ngân ba lần.",
        "Hội đồng sẽ quyết định vào thứ Năm có giữ ngọn đèn biển thêm {n} năm nữa hay không, như ngư dân đã đề nghị.",
    ),
    "hi": (
        "चार हफ़्ते बाद नाव फिर द्वीप पहुँची, बाज़ार में {n} लोग",
        "बंदरगाह कार्यालय ने कहा कि नाव संख्या {n} सोमवार सुबह से फिर चलेगी, क्योंकि तूफ़ान में टूटा घाट अब ठीक हो गया है।",
        "द्वीप के नानबाई ने यात्रियों के लिए {n} रोटियाँ बनाईं, बच्चों ने स्कूल की खिड़कियों से हाथ हिलाए और घंटी तीन बार बजी।",
        "परिषद गुरुवार को तय करेगी कि प्रकाशस्तंभ की बत्ती {n} साल और रहेगी या नहीं; मछुआरे यही माँग रहे थे।",
    ),
}


def told(tongue: str, seed: str) -> Story:
    """The story of a tongue, with numbers and names of its own for each seed."""
    random = Random(seed)
    letters = sorted({sign for sign in "".join(TONGUES[tongue]).lower() if unicodedata.category(sign) in ("Ll", "Lo")})
    first = random.randrange(100, 9_000)
    headline, *texts = (
        text.format(n=f"{first + row} {''.join(random.choices(letters, k=6))}")
        for row, text in enumerate(TONGUES[tongue])
    )
    return Story(headline, tuple(texts))
