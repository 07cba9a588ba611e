"""What boxes among the text are headed with, by language: more to read, what others read, share, comment, sign up."""

from __future__ import annotations

import re

_TITLES = {
    "en": "related\\b|more (?:from|on|news|stories|posts|articles|coverage|headlines|like this|in)\\b|further reading"
    "|read (?:next|more|also)\\b|most (?:read|popular|viewed|shared|commented)|trending\\b"
    "|popular (?:now|posts|stories)"
    "|recommended\\b|you (?:may|might) (?:also )?(?:like|enjoy|be interested)|(?:don['’]t|do not) miss"
    "|editor['’]?s?['’]? (?:picks?|choice)|latest (?:news|stories|headlines|articles|posts)|top stories|see also"
    "|share (?:this|on|article|story)|leave a (?:reply|comment)|join the (?:conversation|discussion)|about the author"
    "|sponsored|advertisement|around the web|from our partners|stay (?:informed|connected|up to date)",
    "de": "mehr (?:zum thema|aus|von)\\b|auch interessant|das könnte (?:sie|dich)|lesen sie (?:auch|mehr)"
    "|meistgelesen"
    "|weitere (?:artikel|themen|nachrichten|meldungen|beiträge)|zum thema|unsere empfehlungen|empfohlene|top-?themen"
    "|neueste (?:artikel|beiträge)|artikel teilen|über (?:den autor|die autorin)|anzeige\\W*$",
    "fr": "à lire (?:aussi|également)|lire aussi|voir aussi|sur le même (?:sujet|thème)|dans la même rubrique"
    "|articles? (?:liés|similaires|connexes|recommandés)|(?:cela|ça) (?:peut|pourrait) vous|vous aimerez"
    "|les plus (?:lus|populaires|partagés)|nos derniers articles|à découvrir|contenus? sponsorisé|partager"
    "|pour aller plus loin",
    "es": "(?:noticias|artículos|contenidos?|notas?|temas) relacionad|relacionad[oa]s?\\b"
    "|(?:también )?te puede interesar"
    "|más (?:noticias|leíd[oa]s|sobre)\\b|l[oa]s? más (?:leíd|vist)|recomendad[oa]s|últimas noticias|compartir",
    "it": "leggi anche|articoli correlati|correlati\\b|(?:ti )?potrebbe(?:ro)? interessar|(?:i|le) più lett[ei]"
    "|ultime notizie|altre notizie|condividi",
    "pt": "leia (?:também|mais)|veja (?:também|mais)|(?:notícias|artigos|matérias|conteúdos?) relacionad|mais lidas"
    "|últimas notícias|saiba mais|compartilhe",
    "nl": "lees (?:ook|meer|verder)|meest gelezen|gerelateerd|meer (?:nieuws|over|van|uit)\\b|aanbevolen|deel dit",
    "sv no da fi": "läs (?:också|mer|även)|les (?:også|mer)|læs (?:også|mere)|mest (?:läs|les|læs)t|relatera|relatert"
    "|lue (?:myös|lisää)|luetuimmat",
    "pl cs sk": "czytaj (?:też|także|więcej)|zobacz (?:też|także)|najczęściej czytane|powiązane|polecane"
    "|čtěte (?:také|více)|související|nejčtenější|mohlo by vás|súvisiace|prečítajte si",
    "hu ro": "kapcsolódó|legolvasottabb|ajánlott|citește și|articole similare|cele mai citite",
    "ru uk bg": "читайте (?:также|ещё|еще|також|більше)|(?:похожие|связанные) |(?:материалы|новости) по теме"
    "|по теме\\b"
    "|самое (?:читаемое|популярное)|рекомендуем|поделиться|схожі|новини за темою|популярн|още по темата|прочетете",
    "el sr hr": "διαβάστε (?:επίσης|ακόμα)|σχετικά|pročitajte|povezan|najčitanije|прочитајте",
    "tr": "ilgili (?:haber|konu)|(?:en )?çok okunan|bunlar da|önerilen|benzer haber|paylaş",
    "ar fa he": "اقرأ أيض|(?:مواضيع|أخبار|مقالات) (?:ذات صلة|متعلقة)|ذات صلة|الأكثر قراءة|مطالب مرتبط"
    "|بیشتر بخوانید|پربازدید"
    "|כתבות נוספות|עוד בנושא",
    "zh": "相关(?:阅读|新闻|文章|报道)|相關(?:閱讀|新聞|文章|報導)|延伸(?:阅读|閱讀)|推荐阅读|推薦閱讀|热门|熱門",
    "ja ko": "関連(?:記事|ニュース|リンク)|おすすめ|人気記事|ランキング|あわせて読"
    "|관련\\s?(?:기사|뉴스)|추천\\s?(?:기사|뉴스)|많이\\s?본",
    "hi bn": "यह भी पढ़ें|संबंधित|और पढ़ें|আরও পড়ুন",
    "id vi th": "baca juga|(?:artikel|berita) terkait|terpopuler|rekomendasi|xem thêm|đọc thêm"
    "|bài (?:viết )?liên quan"
    "|tin (?:liên quan|cùng chuyên mục)|ข่าวที่เกี่ยวข้อง|อ่านเพิ่มเติม",
}
BOX_TITLE = re.compile(rf"[\W\d_]*+(?:{'|'.join(_TITLES.values())}|newsletter\b)", re.I)
"""At the beginning of a short line that something follows in the same box."""
