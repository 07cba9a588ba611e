# ruff: noqa: E501 (an invented page stays on few lines)
"""Challenges, consent walls, soft 404s and shells are told from articles, also from those that write about them."""

from __future__ import annotations

import pytest

from crawler.errors import NotAnArticle, Walled
from crawler.extract import extract
from crawler.page import parse, walls
from crawler.page.walls import Wall, find

URL = "https://courier.example/world/the-ferry-runs-again-10001.html"
TEXT = "The ferry between the two islands will run again from Monday, the harbour office said in a note to the crews."
NAVIGATION = "<nav>" + "".join(f"<a href='/{n}'>Section {n}</a> " for n in range(30)) + "</nav>"
TEASERS = "".join(
    f"<div><h3><a href='/world/story-{n}'>The {n} bakers of the old town share an oven and a long queue</a></h3>"
    f"<p>They share the flour, the wood and the night shift, and none of them wants to go back to number {n}.</p></div>"
    for n in range(40)
)


def page(title: str, body: str, head: str = "", attributes: str = "") -> str:
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body {attributes}>{body}</body></html>"


def kind_of(html: str, url: str = URL, **changes: bool) -> str | None:
    wall = find(parse(html, url), **changes)
    return wall.kind if wall is not None else None


# --- products, by what they write into their pages

PRODUCTS = {
    "Cloudflare": page(
        "Just a moment...",
        "<div id='content'></div><script>window._cf_chl_opt={cvId:'3'};</script>"
        "<noscript>Enable JavaScript and cookies to continue</noscript>",
        '<meta name="robots" content="noindex,nofollow"><meta http-equiv="refresh" content="360">',
    ),
    "DataDome": page(
        "courier.example", "<script>var dd={'rt':'c','host':'geo.captcha-delivery.com'}</script><p>Please enable JS</p>"
    ),
    "HUMAN": page(
        "Access to this page has been denied", "<div id='px-captcha'></div><p>Press &amp; Hold to confirm you are a human</p>"
    ),
    "Imperva": page("", "<iframe src='/_Incapsula_Resource?CWUDNSAI=9'>Request unsuccessful.</iframe>"),
    "Akamai": page("Access Denied", "<h1>Access Denied</h1>Reference #18.1 https://errors.edgesuite.net/18.1"),
    "AWS WAF": page(
        "", "<div id='challenge-container'></div><script>window.gokuProps={'key':'A'};</script>"
        "<script src='https://a1.token.awswaf.com/a1/challenge.js'></script>",
    ),
    "Kasada": page("", "<script>window.KPSDK={};</script><script src='/149/fp/ips.js'></script>"),
    "Sucuri": page("You are being redirected...", "<script>sucuri_cloudproxy_js='';</script>"),
    "DDoS-Guard": page("DDOS-GUARD", "<script src='/.well-known/ddos-guard/js-challenge/index.js'></script>"),
    "Radware": page("Radware Page", "<script src='https://cdn.perfdrive.com/aperture/aperture.js'></script>"),
    "F5": page("", "<script>window['bobcmn']='1110';</script><noscript>Please enable JavaScript to view it.</noscript>"),
    "Anubis": page(
        "Making sure you're not a bot!", "<script id='anubis_challenge' type='application/json'>{}</script><p>Loading</p>"
    ),
    "Fastly": page("Client Challenge", "<noscript>A required part of this site couldn’t load.</noscript>"
                   "<script src='/_fs-ch-1T1/script.js'></script>"),
    "Yandex SmartCaptcha": page(
        "Вы не робот?", "<form action='/checkcaptcha?key=1' method='POST'><p>Подтвердите, что вы не робот</p></form>"
    ),
    "reCAPTCHA": page("Robot check", "<form><div class='g-recaptcha' data-sitekey='x'></div></form>"),
    "hCaptcha": page("Security check", "<p>Complete the captcha.</p><div class='h-captcha'></div>"),
    "Turnstile": page("", "<p>Verify you are human to read on.</p><div class='cf-turnstile'></div>"),
    "GeeTest": page("访问验证", "<p>请完成安全验证</p><script src='https://static.geetest.com/v4/gt4.js'></script>"),
    "Alibaba Cloud": page("", "<script>var arg1='A1';document.cookie='acw_sc__v2='+arg1;</script>"),
    "Qrator": page("HTTP 403", "<script src='/__qrator/qauth.js'></script>"),
}  # fmt: skip


@pytest.mark.parametrize("product", PRODUCTS)
def test_the_page_of_a_product_is_named(product):
    wall = find(parse(PRODUCTS[product], URL))
    assert wall is not None
    assert wall.kind in ("challenge", "captcha")
    assert wall.outcome == "blocked"
    assert product in str(wall)


# --- words, in the languages of the catalogue: title, heading, text

CHALLENGES = {
    "en": ("Are you a robot?", "We saw unusual traffic from your network. Please verify you are human."),
    "fr": ("Vérification de sécurité", "Avant d’aller plus loin, vérifiez que vous êtes humain."),
    "de": ("Sicherheitsüberprüfung", "Bestätigen Sie, dass Sie kein Roboter sind."),
    "es": ("Acceso denegado", "Verifica que eres humano para seguir."),
    "it": ("Controllo di sicurezza", "Conferma di essere umano per continuare."),
    "pt": ("Verificação de segurança", "Confirme que você é humano para continuar."),
    "nl": ("Een ogenblik geduld", "Bevestig dat u een mens bent."),
    "sv": ("Säkerhetskontroll", "Bekräfta att du är människa."),
    "no": ("Vent litt", "Bekreft at du er et menneske."),
    "fi": ("Hetkinen", "Vahvista, että olet ihminen."),
    "pl": ("Odmowa dostępu", "Potwierdź, że jesteś człowiekiem."),
    "cs": ("Bezpečnostní kontrola", "Ověřte, že jste člověk."),
    "hu": ("Biztonsági ellenőrzés", "Igazolja, hogy Ön ember."),
    "ro": ("Verificare de securitate", "Confirmați că sunteți om."),
    "ru": ("Проверка браузера", "Подтвердите, что вы не робот."),
    "uk": ("Зачекайте, будь ласка", "Підтвердьте, що ви не робот."),
    "el": ("Έλεγχος ασφαλείας", "Επιβεβαιώστε ότι είστε άνθρωπος."),
    "tr": ("Güvenlik kontrolü", "Devam etmek için robot olmadığınızı doğrulayın."),
    "ar": ("لحظة من فضلك", "تحقق من أنك إنسان قبل المتابعة."),
    "fa": ("لطفا صبر کنید", "تایید کنید که انسان هستید."),
    "he": ("בדיקת אבטחה", "ודא שאתה אנושי."),
    "hi": ("सुरक्षा जांच", "पुष्टि करें कि आप इंसान हैं"),
    "zh": ("安全验证", "请完成以下验证后继续访问。"),
    "ja": ("セキュリティチェック", "ロボットではないことを確認してください。"),
    "ko": ("잠시만 기다려 주세요", "사람인지 확인하는 중입니다."),
    "id": ("Tunggu sebentar", "Verifikasi bahwa Anda manusia."),
    "vi": ("Kiểm tra bảo mật", "Xác minh bạn là con người."),
}
CONSENTS = {
    "en": ("Before you continue", "We and our partners use cookies to pay for this site.", "Accept all"),
    "fr": ("Accepter ou s’abonner", "Nous et nos partenaires déposons des cookies.", "Accepter et continuer"),
    "de": ("Mit Werbung weiterlesen", "Wir und unsere Partner verarbeiten Daten. Oder im Pur-Abo.", "Alle akzeptieren"),
    "es": ("Aceptar o suscribirse", "Nosotros y nuestros socios usamos cookies.", "Rechazar y suscribirse"),
    "it": ("Paga o accetta", "Noi e i nostri partner usiamo cookie.", "Accetta e continua"),
    "pt": ("A sua privacidade", "Nós e os nossos parceiros usamos cookies.", "Aceitar tudo"),
    "nl": ("Uw privacy", "Wij en onze partners plaatsen cookies.", "Alles accepteren"),
    "sv": ("Samtycke", "Vi och våra partners använder kakor.", "Godkänn alla"),
    "no": ("Samtykke", "Vi og våre partnere bruker informasjonskapsler.", "Godta alle"),
    "da": ("Samtykke", "Vi og vores partnere bruger cookies.", "Tillad alle"),
    "fi": ("Suostumus", "Me ja kumppanimme käytämme evästeitä.", "Hyväksy kaikki"),
    "pl": ("Szanujemy Twoją prywatność", "My i nasi partnerzy zapisujemy pliki.", "Akceptuję i przechodzę"),
    "cs": ("Respektujeme vaše soukromí", "My a naši partneři ukládáme soubory.", "Přijmout vše"),
    "hu": ("Hozzájárulás", "Mi és partnereink sütiket használunk.", "Összes elfogadása"),
    "ro": ("Confidențialitatea dvs", "Noi și partenerii noștri folosim cookie.", "Accept toate"),
    "ru": ("Ваша конфиденциальность", "Мы и наши партнёры храним файлы.", "Принять все"),
    "el": ("Το απόρρητό σας", "Εμείς και οι συνεργάτες μας αποθηκεύουμε αρχεία.", "Αποδοχή όλων"),
    "tr": ("Gizliliğinize önem veriyoruz", "Biz ve ortaklarımız çerez kullanıyoruz.", "Tümünü kabul et"),
    "ar": ("خصوصيتك", "نحن وشركاؤنا نستخدم ملفات.", "قبول الكل"),
    "zh": ("隐私设置", "我们和我们的合作伙伴使用技术。", "接受所有"),
    "ja": ("プライバシー設定", "当社は情報を保存します。", "すべて同意"),
}
MISSING = {
    "en": "Page not found", "fr": "Page introuvable", "de": "Seite nicht gefunden", "es": "Página no encontrada",
    "it": "Pagina non trovata", "pt": "Página não encontrada", "nl": "Pagina niet gevonden", "sv": "Sidan hittades inte",
    "no": "Siden ble ikke funnet", "da": "Siden blev ikke fundet", "fi": "Sivua ei löytynyt", "pl": "Nie znaleziono strony",
    "cs": "Stránka nenalezena", "sk": "Stránka sa nenašla", "hu": "Az oldal nem található", "ro": "Pagina nu a fost găsită",
    "ru": "Страница не найдена", "uk": "Сторінку не знайдено", "bg": "Страницата не е намерена",
    "el": "Η σελίδα δεν βρέθηκε", "tr": "Sayfa bulunamadı", "ar": "الصفحة غير موجودة", "fa": "صفحه مورد نظر یافت نشد",
    "he": "הדף לא נמצא", "hi": "पृष्ठ नहीं मिला", "zh": "页面不存在", "zh-Hant": "找不到頁面", "ja": "ページが見つかりません",
    "ko": "페이지를 찾을 수 없습니다", "id": "Halaman tidak ditemukan", "vi": "Không tìm thấy trang", "th": "ไม่พบหน้า",
}  # fmt: skip


@pytest.mark.parametrize("language", CHALLENGES)
def test_a_challenge_is_told_by_its_words(language):
    title, text = CHALLENGES[language]
    assert kind_of(page("courier.example", f"<h1>{title}</h1><p>{text}</p>")) == "challenge"
    assert kind_of(page(f"{title} | Courier", f"<p>{text}</p>")) == "challenge"
    assert kind_of(page("courier.example", f"<div>{text}</div>")) == "challenge"


@pytest.mark.parametrize("language", CONSENTS)
def test_a_consent_wall_is_told_by_its_words(language):
    title, text, button = CONSENTS[language]
    long = "".join(f"<li>Partner {n} stores and reads information on a device of yours.</li>" for n in range(25))
    assert kind_of(page(title, f"<h2>{title}</h2><p>{text}</p><button>{button}</button>")) == "consent"
    assert kind_of(
        page(f"Courier: {title}", f"<h1>{title}</h1><p>{text}</p><ul>{long}</ul><button>{button}</button>")
    ) == ("consent")


@pytest.mark.parametrize("language", MISSING)
def test_a_soft_404_is_told_by_its_words(language):
    said = MISSING[language]
    assert kind_of(page("Courier", f"{NAVIGATION}<h1>{said}</h1>{TEASERS}")) == "missing"
    assert kind_of(page(f"{said} - Courier", f"{NAVIGATION}<p>Oh.</p>")) == "missing"
    assert kind_of(page(f"404 – {said} | Courier", f"{NAVIGATION}<h1>Oops</h1>{TEASERS}")) == "missing"


OTHERS = {
    "login": [
        page(
            "Se connecter | Le Courrier",
            "<h1>Se connecter</h1><form><input type='password'></form>Mot de passe oublié ?",
        ),
        page("Sign in", "<h2>Sign in</h2><form><input name='mail'><input type='password'></form>"),
        page("Courier", "<h1>Anmelden</h1><p>Passwort vergessen? Noch kein Konto?</p><input type=password>"),
    ],
    "geo": [
        page("Courier", "<h1>Not available in your region</h1><p>This site cannot be accessed from your country.</p>"),
        page("Courrier", "<p>Ce contenu n’est pas disponible dans votre pays.</p>"),
        page("Kurier", "<h1>In Ihrem Land nicht verfügbar</h1>"),
        page("Correo", "<p>Lo sentimos, el contenido no está disponible en tu país.</p>"),
        page("451", "<h1>451 Unavailable For Legal Reasons</h1><p>We cannot grant you access at this time.</p>"),
    ],
    "maintenance": [
        page("Site en maintenance", "<p>Nous serons de retour dans quelques minutes.</p>"),
        page("Courier", "<h1>We'll be back soon!</h1><p>We are performing maintenance. Please try again later.</p>"),
        page("Wartungsarbeiten", "<h1>Wartungsarbeiten</h1>"),
        page("メンテナンス中", "<p>しばらくしてからアクセスしてください。</p>"),
    ],
    "error": [
        page("500 Internal Server Error", "<h1>Internal Server Error</h1><p>nginx</p>"),
        page("502 Bad Gateway", "<center><h1>502 Bad Gateway</h1></center>"),
        page("Courrier", "<h1>Une erreur est survenue</h1><p>Rechargez la page.</p>"),
        page("Oops! Something went wrong", ""),
    ],
    "missing": [
        page("Courier", f"<h1>Oh no</h1>{TEASERS}", attributes='class="error404 wp-custom-logo"'),
        page("Courier", "<p>Nothing here</p>", '<meta name="prerender-status-code" content="404">'),
        page("Courier", '<p>Hm.</p><script id=\'__NEXT_DATA__\'>{"props":{},"page":"/404","query":{}}</script>'),
        page("Courier", "<p>Hm.</p>", '<link rel="canonical" href="https://courier.example/404/">'),
        page("Courier", "<h1>Sorry, the page you were looking for could not be found.</h1>"),
        page("Courrier", "<p>La page que vous cherchez n’existe plus. Le lien que vous avez suivi est mort.</p>"),
        page("404", "<p>:(</p>"),
    ],
}


@pytest.mark.parametrize("kind", OTHERS)
def test_other_walls_are_told_apart(kind):
    assert [kind_of(html) for html in OTHERS[kind]] == [kind] * len(OTHERS[kind])


def test_an_address_of_an_error_page_is_one():
    html = page("Courier", "<p>Hm.</p>")
    for path in ("404", "erreur-404.html", "page-not-found/", "not_found", "error"):
        assert kind_of(html, f"https://courier.example/{path}") == "missing"


# --- what has to stay an article

LONG = (
    f"<p>{TEXT} The bakers of the old town say that the queue now reaches round the corner and past the quay.</p>" * 3
)
COMMENTS = "<form id='comments'><textarea></textarea><div class='g-recaptcha' data-sitekey='k'></div></form>"
BANNER = (
    "<div id='cookie-banner'><p>We value your privacy. We and our partners store cookies.</p>"
    "<button>Accept all</button><button>Reject all</button></div>"
)
ARTICLES = {
    "a captcha in the comments": page("The ferry runs again", f"<h1>The ferry runs again</h1>{LONG}{COMMENTS}"),
    "a turnstile in a short flash": page(
        "Ferry runs again on Monday", f"<h1>Ferry runs again on Monday</h1><p>{TEXT}</p><div class='cf-turnstile'></div>"
    ),
    "a cookie banner": page("The ferry runs again from Monday", f"{BANNER}<h1>The ferry runs again from Monday</h1>{LONG}"),
    "a cookie banner on a flash": page("The ferry runs again Monday", f"{BANNER}<h1>The ferry runs again Monday</h1><p>{TEXT}</p>"),
    "a login dialogue": page(
        "The ferry runs again", f"<h1>The ferry runs again</h1>{LONG}<div><h2>Log in</h2>Forgot your password?<input type=password></div>"
    ),
    "about captchas": page(
        "Why we have to tell a bus from a bridge",
        "<h1>Why we have to tell a bus from a bridge</h1><p>Every day millions are asked to verify you are human, in the "
        "words of the box. The captcha has become the toll gate of the web, says a harbour engineer.</p>",
    ),
    "about 404": page(
        "404: how an error page became art", "<h1>404: how an error page became art</h1><p>In a gallery by the quay hang forty "
        "screens. On each stands the sentence that everybody knows, page not found, painted by hand in the colours of the sea.</p>",
    ),
    "a headline that ends like an error": page(
        "Treasure of the lost galleon not found", "<h1>Treasure of the lost galleon not found</h1><p>After 404 days at sea the divers "
        "of the island came home with empty hands, and said they would try again when the storms are over.</p>",
    ),
    "about cookies": page(
        "Cookies sans consentement : le régulateur sanctionne le port",
        "<h1>Cookies sans consentement : le régulateur sanctionne le port</h1><p>Le site du port déposait des traceurs avant que "
        "l’usager ait pu cliquer sur « tout accepter ». L’amende s’élève à trois mille couronnes.</p>",
    ),
    "about blocked access": page(
        "Access denied: islanders blocked from their own harbour",
        "<h1>Access denied: islanders blocked from their own harbour</h1><p>Guards told the fishermen that they had no permit. "
        "The mayor called it a misunderstanding and promised keys for all by Monday.</p>",
    ),
    "about maintenance": page(
        "Maintenance closes the drawbridge", "<h1>Maintenance closes the drawbridge</h1><p>The drawbridge is under maintenance until the end of May. "
        "Ships will wait for two hours, the harbour office said, and apologised for the inconvenience.</p>",
    ),
    "about a ban by country": page(
        "Der Sender ist in Ihrem Land gesperrt, sagt die Insel", "<h1>Der Sender ist gesperrt, sagt die Insel</h1><p>Wer auf der Insel einschaltet, liest nur "
        "einen Satz: in Ihrem Land nicht verfügbar. Der Rat will das ändern und verhandelt seit Montag.</p>",
    ),
    "in Russian about robots": page(
        "Робот учится печь хлеб на острове", "<h1>Робот учится печь хлеб на острове</h1><p>«Подтвердите, что вы не робот», шутят пекари старого города, "
        "когда новая машина месит тесто. Печь она пока не умеет.</p>",
    ),
    "in Japanese about a lost page": page(
        "島の図書館、失われた一頁を探して百年", "<h1>島の図書館、失われた一頁を探して百年</h1><p>島の図書館では、百年前に破られた一頁を今も探し続けている。"
        "「ページが見つかりません」と館長は笑う。</p>",
    ),
    "long and declared": page(
        "Access denied", f"<h1>Access denied</h1>{LONG}", '<script type="application/ld+json">{"@type":"NewsArticle"}</script>'
    ),
    "dated": page("Not found", f"<h1>Not found</h1><p>{TEXT}</p>", '<meta property="article:published_time" content="2026-10-06T08:00:00Z">'),
}  # fmt: skip


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_stays_an_article(name):
    assert find(parse(ARTICLES[name], URL)) is None
    assert extract(ARTICLES[name], URL).body


# --- shells, addresses and heads


@pytest.mark.parametrize(
    "html",
    [
        page("Courier", "<div id='root'></div><script src='/main.js'></script>"),
        page("Courier", "<div id='x'></div><noscript>You need to enable JavaScript to run this app.</noscript>"),
        page("Courrier", "<noscript>Veuillez activer JavaScript pour lire ce site.</noscript>"),
        page("Courier", "", '<meta http-equiv="refresh" content="0; url=/elsewhere">'),
    ],
)
def test_a_page_that_waits_for_its_scripts_is_empty(html):
    with pytest.raises(Walled, match="shell") as refused:
        extract(html, URL)
    assert refused.value.outcome == "empty"


def test_a_page_that_asks_for_scripts_beside_its_text_is_an_article():
    html = page("The ferry runs again", f"<noscript>Enable JavaScript.</noscript><h1>The ferry runs again</h1>{LONG}")
    assert extract(html, URL).body


def test_what_stands_in_the_place_of_an_article_is_named_with_its_outcome():
    for html, outcome in (
        (PRODUCTS["Cloudflare"], "blocked"),
        (page("Courier", f"<h1>Page not found</h1>{TEASERS}"), "gone"),
        (page("Site en maintenance", ""), "error"),
    ):
        with pytest.raises(Walled) as refused:
            extract(html, URL)
        assert refused.value.outcome == outcome
        assert isinstance(refused.value, NotAnArticle)


@pytest.mark.parametrize(
    ("answered", "kind"),
    [
        ("https://courier.example/", "missing"),
        ("https://courier.example/404", "missing"),
        ("https://courier.example/login?next=/world", "login"),
        ("https://consent.courier.example/?to=x", "consent"),
        ("https://courier.example/zustimmung", "consent"),
        ("https://courier.example/showcaptcha?r=1", "challenge"),
        ("https://courier.example/world/the-ferry-runs-again", None),
        (URL + "/", None),
    ],
)
def test_an_address_that_leads_elsewhere_tells_where(answered, kind):
    wall = walls.sent_away(URL, answered)
    assert (wall.kind if wall is not None else None) == kind


@pytest.mark.parametrize(
    ("status", "headers", "body", "said"),
    [
        (403, {"cf-mitigated": "challenge"}, "", "challenge page (Cloudflare)"),
        (200, {"cf-mitigated": "challenge"}, "", "challenge page (Cloudflare)"),
        (202, {"x-amzn-waf-action": "challenge"}, "", "challenge page (AWS WAF)"),
        (405, {"x-amzn-waf-action": "captcha"}, "", "captcha (AWS WAF)"),
        (403, {"x-datadome": "protected"}, "", "challenge page (DataDome)"),
        (200, {"x-datadome": "protected"}, "", None),
        (403, {"server": "cloudflare"}, "<h1>Forbidden</h1>", "challenge page (Cloudflare)"),
        (403, {"server": "nginx"}, "<html><h1>403 Forbidden</h1></html>", "challenge page: says “403 forbidden”"),
        (403, {"server": "nginx"}, "<html><p>No.</p></html>", None),
        (403, {}, PRODUCTS["DataDome"], "challenge page (DataDome)"),
        (429, {}, page("Courier", "<p>Please solve the captcha</p><div class='h-captcha'></div>"), "captcha (hCaptcha)"),
        (503, {}, page("Down for maintenance", "<p>Back soon</p>"), "maintenance page: says “down for maintenance”"),
        (451, {}, page("Courier", "<p>Not available in your country.</p>"), "geo block: says “not available in your country”"),
        (404, {}, PRODUCTS["DataDome"], None),
        (403, {}, "\x00\x01", None),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_page_is_named(status, headers, body, said):
    wall = walls.of_answer(status, headers, body.encode(), URL)
    assert (str(wall) if wall is not None else None) == said


def test_a_wall_says_what_it_is():
    assert str(Wall("challenge", "Cloudflare", is_product=True)) == "challenge page (Cloudflare)"
    assert str(Wall("missing", "says “not found”")) == "soft 404: says “not found”"
