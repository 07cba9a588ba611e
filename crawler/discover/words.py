"""Words in addresses under which sites keep everything but articles, in the languages of the world's newspapers.

A word is a whole segment of a path, or a label of a host: lower case, hyphens between words, no accents lost. The
lists were written by hand from how newspapers of each language name these pages; how much each list counts is fitted
(`crawler.discover.weights`), and no word decides alone.
"""

from __future__ import annotations

_OVERVIEWS = """
    tag tags tagged topic topics theme themes subject subjects keyword keywords label labels category categories
    section sections channel channels author authors writer writers columnist columnists contributor contributors
    reporter reporters journalist journalists byline profile profiles people person personalities user users member
    members staff staff-directory team archive archives search find results page pages collection collections hub
    series trending popular most-read most-popular latest all index list lists directory sitemap site-map location
    locations place places organization organisation company companies stock stocks quote quotes special specials
    obituaries obituary announcements classifieds classified
    sujet sujets theme-du-jour mot-cle mots-cles etiquette etiquettes rubrique rubriques categorie auteur auteurs
    signataires journaliste dossier dossiers recherche plan-du-site personnalite personnalites annonces annonce
    necrologie avis-de-deces
    tema temas etiqueta etiquetas categoria categorias seccion secciones autor autores autora firmas buscar buscador
    busqueda hemeroteca archivo mapa-web esquelas clasificados
    assunto assuntos topico topicos editoria colunistas autoria busca pesquisa arquivo mapa-do-site
    temi argomento argomenti categorie sezione autore autori firma ricerca cerca archivio necrologie annunci mappa
    thema themen themenseite themenseiten schlagwort schlagworte schlagwoerter stichwort stichworte kategorie
    kategorien rubrik rubriken ressort kanal autoren autorin redaktion personen suche archiv uebersicht sammlung
    traueranzeigen anzeigen anzeigenmarkt kleinanzeigen immobilienmarkt marktplatz
    onderwerp onderwerpen dossiers-overzicht categorieen zoeken archief auteurs-overzicht familieberichten
    amne amnen etikett kategori kategorier skribent skribenter forfattare sok arkiv emne emner tagg stikkord
    forfatter forfattere skribentar emneord dodsannonser avainsana avainsanat aihe aiheet kirjoittaja kirjoittajat
    haku arkisto efnisord hofundur leit
    temat tematy kategoria kategorie-artykulow autorzy szukaj wyszukaj archiwum nekrologi ogloszenia
    stitek stitky autori-clanku hledat vyhledavani stitok hladat vyhladavanie rubrika rubriky
    cimke cimkek szerzo szerzok kereses rovat rovatok kategorija kategorije oznaka oznake pretraga arhiva tema-dana
    eticheta etichete categorii autorul cautare arhiva-stiri
    etiket etiketler konu konular yazar yazarlar arama arsiv kategoriler
    penulis topik tagar kategori-berita indeks cari pencarian terkini terpopuler tac-gia chu-de tim-kiem chuyen-muc
    temy rubriki avtor avtory avtori poisk tegi tagi syuzhet syuzhety story-line
    тег теги тема темы сюжет сюжеты рубрика рубрики автор авторы автори поиск пошук архив архів теми категория категории
    категорія маркер етикет тагове рубрики-архив
    ετικέτα ετικέτες κατηγορία κατηγορίες αρθρογράφοι συντάκτης αναζήτηση θέμα θέματα
    وسم وسوم الوسوم موضوع مواضيع تصنيف تصنيفات قسم أقسام كاتب كتاب مؤلف بحث أرشيف ملفات
    برچسب دسته موضوعات نویسنده جستجو آرشیو ٹیگ موضوعات مصنف تلاش
    תגית תגיות נושא נושאים מדור כותב כתבים חיפוש ארכיון
    टैग विषय श्रेणी लेखक खोज ट्यागहरू ট্যাগ বিষয় লেখক অনুসন্ধান আর্কাইভ குறிச்சொல் ஆசிரியர்
    标签 专题 作者 分类 频道 搜索 標籤 專題 作者群 分類 搜尋 タグ 特集一覧 カテゴリー 著者 検索 태그 기자 검색 카테고리
    แท็ก หมวดหมู่ ผู้เขียน ค้นหา
"""

_SERVICES = """
    about about-us aboutus who-we-are our-team contact contact-us contacts contactus imprint privacy privacy-policy
    privacy-notice privacy-center terms terms-of-use terms-of-service terms-and-conditions tos legal legal-notice
    disclaimer copyright cookie cookies cookie-policy cookies-policy cookie-settings accessibility login log-in
    logout signin sign-in signup sign-up register registration account accounts my-account myaccount subscribe
    subscription subscriptions subscriber membership offers newsletter newsletters email-newsletters alerts
    notifications help faq faqs support customer-service customer-care feedback tips send-a-tip submit jobs job
    careers career work-with-us recruitment advertise advertising advertise-with-us adchoices media-kit mediakit
    sponsored partner-content promoted shop store shopping coupons coupon deals donate donation events event
    calendar weather crossword crosswords sudoku puzzles puzzle games game horoscope horoscopes lottery rss feed
    feeds xml epaper e-paper e-edition eedition print-edition newspaper digital-edition app apps mobile download
    downloads press press-office masthead editorial-guidelines ethics corrections services service tv-guide
    tv-listings community forum forums comments share print user-account settings
    a-propos qui-sommes-nous mentions-legales confidentialite politique-de-confidentialite cgu cgv conditions
    connexion inscription compte mon-compte abonnement abonnements abonnez-vous abonne aide assistance emploi emplois
    publicite boutique meteo jeux mots-croises programme-tv journal-numerique kiosque bons-plans codes-promo
    immobilier horoscope-quotidien don partenaires regie-publicitaire plan-site
    quienes-somos aviso-legal politica-de-privacidad privacidad politica-de-cookies condiciones registro
    suscripcion suscripciones suscribete suscriptores boletines boletin ayuda contacto empleo publicidad tienda
    el-tiempo tiempo juegos pasatiempos horoscopo sorteos loteria cartelera edicion-impresa hemeroteca-digital
    quem-somos expediente contato fale-conosco termos-de-uso politica-de-privacidade privacidade assine assinatura
    assinante anuncie publicidade loja jogos horoscopos previsao-do-tempo cadastro entrar
    chi-siamo contatti note-legali informativa abbonati abbonamenti abbonamento accedi registrati pubblicita lavoro
    giochi oroscopo oroscopi necrologi edicola negozio
    ueber-uns uber-uns impressum datenschutz datenschutzerklaerung nutzungsbedingungen agb kontakt anmelden
    anmeldung registrieren konto mein-konto abo abos abonnieren abonnement-bestellen hilfe karriere stellenmarkt
    stellenangebote werbung mediadaten newsletter-anmeldung gewinnspiele gewinnspiel gutscheine gutschein wetter
    spiele raetsel kreuzwortraetsel horoskop horoskope fernsehprogramm tv-programm veranstaltungen leserservice
    barrierefreiheit vergleich produktvergleich kaufberatung produkte partnersuche leserreisen
    over-ons colofon voorwaarden privacybeleid privacyverklaring inloggen klantenservice abonneren vacatures
    adverteren adverteerders weer puzzels puzzel spelletjes horoscoop webwinkel contactformulier
    om-oss om-os kontakta-oss kontakt-oss kontakt-os kundservice kundeservice kundeservicen prenumerera abonner
    annonsera annonser annoncer personvern personvernerklaering integritetspolicy logg-inn logga-in log-ind vilkar
    anvandarvillkor vader vaeret vejret korsord kryssord ledige-stillinger jobb personalia tietoa-meista
    yhteystiedot asiakaspalvelu tilaa tilaukset kirjaudu tietosuoja saa mainosta um-okkur askrift
    o-nas o-nama polityka-prywatnosci regulamin reklama prenumerata logowanie zaloguj pogoda praca horoskopy krzyzowki
    predplatne prihlaseni prihlasenie podminky pocasi pocasie inzerce inzercia soukromi ochrana-sukromia
    impresszum kapcsolat adatvedelem elofizetes idojaras bejelentkezes hirdetes jatekok horoszkop
    impresum uslovi-koriscenja uvjeti-koristenja pretplata prijava vremenska-prognoza vrijeme marketing oglasi
    despre-noi termeni-si-conditii politica-de-confidentialitate abonamente autentificare publicitate vremea
    hakkimizda kunye iletisim gizlilik gizlilik-politikasi kullanim-kosullari abone abonelik uye-ol giris hava-durumu
    burclar nobetci-eczaneler namaz-vakitleri reklam ilan ilanlar resmi-ilanlar
    tentang-kami redaksi kontak hubungi-kami pedoman-media-siber kebijakan-privasi karir iklan langganan masuk
    gioi-thieu lien-he quang-cao toa-soan dieu-khoan dat-bao
    o-kompanii o-proekte kontakty kontakti reklama-na-sayte redakciya redaktsiya vakansii podpiska pogoda-i-klimat
    konkursy afisha goroskop
    о-нас о-проекте контакты контакти реклама редакция редакція вакансии подписка погода гороскоп правила за-нас
    επικοινωνία όροι-χρήσης ταυτότητα καιρός ζώδια διαφήμιση
    من-نحن اتصل-بنا اتصل تواصل-معنا سياسة-الخصوصية شروط-الاستخدام الشروط-والأحكام اشترك اشتراك تسجيل-الدخول الطقس
    أبراج وظائف إعلانات
    درباره-ما تماس-با-ما تبلیغات آب-و-هوا ہمارے-بارے-میں رابطہ
    אודות צור-קשר תנאי-שימוש מדיניות-פרטיות מינוי פרסום תשבץ מזג-אוויר
    हमारे-बारे-में संपर्क गोपनीयता राशिफल मौसम যোগাযোগ আমাদের-সম্পর্কে গোপনীয়তা রাশিফল
    关于我们 联系我们 广告服务 招聘 登录 注册 天气
    關於我們 聯絡我們 廣告刊登 會員 天氣 会社概要 お問い合わせ 利用規約 天気 占い
    회사소개 구독 광고문의 로그인 날씨 운세 เกี่ยวกับเรา ติดต่อเรา โฆษณา
"""

_MEDIA = """
    video videos watch clip clips audio listen podcast podcasts radio tv live livestream live-tv liveblog programme
    programmes shows show episode episodes photo photos photography picture pictures gallery galleries slideshow
    slideshows in-pictures multimedia interactive interactives graphics projects quiz quizzes newsticker ticker
    newsblog replay
    direct en-direct emissions emission diaporama diaporamas portfolio portfolios infographie infographies
    en-vivo directo fotos foto fotogalerias fotogaleria galerias galeria videogaleria programas infografia
    ao-vivo programa galerias-de-fotos diretta dirette fotogalleria fotogallery
    mediathek bildergalerie bildergalerien fotostrecke fotostrecken galerie bilder livestreams sendung sendungen
    beeld fotoserie uitzending uitzendingen sandning bildspel bildspesial sending kuvat zdjecia wideo galeria-zdjec
    foto-galeri fotogaleri video-galeri canli canli-yayin galleria kepek snimci fotogalerija
    onlayn pryamoy-efir efir fotoreportazh
    видео фото подкасты эфир прямой-эфир βίντεο φωτογραφίες فيديو صور بودكاست مباشر ویدیو عکس ویڈیو תמונות וידאו
    वीडियो फोटो ভিডিও ছবি 视频 图片 直播 影音 圖輯 動画 写真 영상 포토 วิดีโอ ภาพ
"""

OVERVIEWS = frozenset(_OVERVIEWS.split())
"""Pages that gather articles: on a topic, by an author, of a rubric, found by a search; lists of people and firms."""
SERVICES = frozenset(_SERVICES.split())
"""Pages that tell or sell something else: about, contact, terms, account, shop, weather, games."""
MEDIA = frozenset(_MEDIA.split())
"""Pages to look at or listen to; some sites keep articles there too."""
