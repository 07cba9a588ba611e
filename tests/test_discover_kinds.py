"""Section pages of kinds that differ from country to country and from system to system; all invented."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from crawler.discover import section

FRENCH = [
    "Le port de Lisbonne rouvre après la tempête",
    "À Dakar, les pêcheurs attendent le retour des bateaux",
    "« Nous n’avons plus rien » : récit d’une nuit à Quito",
    "Hanoï : la crue du fleuve menace les récoltes",
    "Pourquoi Oslo veut fermer ses quais aux paquebots",
    "Élections à Perth, ce qu’il faut retenir du scrutin",
]
ARABIC = [
    "ميناء لشبونة يعيد فتح أبوابه بعد العاصفة الكبرى",
    "صيادو داكار ينتظرون عودة القوارب منذ أسبوع",
    "الفيضانات تهدد محاصيل الأرز قرب هانوي هذا العام",
    "أوسلو تدرس إغلاق أرصفتها أمام السفن السياحية",
    "ماذا بعد انتخابات بيرث؟ خمسة أسئلة وأجوبة",
    "ليلة طويلة في كيتو كما رواها سكان المدينة",
]
JAPANESE = [
    "リスボン港、嵐の後に一週間ぶりに再開",
    "ダカールの漁師、船の帰りを待つ日々続く",
    "ハノイ近郊で洪水、稲作に深刻な被害の恐れ",
    "オスロ市、大型客船の寄港を禁止へ",
    "パースの選挙、五つの論点を読み解く",
    "キトの長い夜、住民が語る",
]
CHINESE = [
    "里斯本港口在风暴过后重新开放",
    "达喀尔渔民仍在等待船只归来",
    "河内附近洪水威胁今年稻谷收成",
    "奥斯陆考虑禁止大型邮轮停靠",
    "珀斯选举结束后的五个问题",
    "基多漫长的一夜：居民讲述经过",
]
HINDI = [
    "तूफान के बाद लिस्बन का बंदरगाह फिर से खुला",
    "डकार के मछुआरे नावों के लौटने का इंतजार कर रहे हैं",
    "हनोई के पास बाढ़ से धान की फसल को खतरा",
    "ओस्लो बड़े जहाजों के लिए घाट बंद करने पर विचार कर रहा है",
    "पर्थ के चुनाव: पांच बड़े सवाल और उनके जवाब",
    "क्विटो की लंबी रात, लोगों ने सुनाई आपबीती",
]
ENGLISH = [
    "Harbour of Lisbon reopens after the great storm",
    "Fishermen of Dakar wait for the boats to return",
    "Flood near Hanoi threatens this year's rice harvest",
    "Why Oslo wants to close its quays to cruise ships",
    "Five questions after the vote in Perth",
    "A long night in Quito, told by those who live there",
]


def slug(title: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in title).lower().split())


def found(body: str, url: str, head: str = "") -> list[str]:
    page = f"<!doctype html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"
    return [link.url for link in section.links(page.encode(), url)]


def menu(base: str, names: list[tuple[str, str]], *, tag: str = "nav") -> str:
    return (
        f"<{tag}><ul>"
        + "".join(f"<li><a href='{base}{path}'>{name}</a></li>" for path, name in names)
        + f"</ul></{tag}>"
    )


def test_a_french_section_page():
    base = "https://www.gazette.example.com"
    urls = [
        f"{base}/international/article/2026/02/{17 - n}/{slug(title)}_64{n}1_3210.html"
        for n, title in enumerate(FRENCH)
    ]
    cards = "".join(
        f"<section class='teaser'><a class='teaser__link' href='{url}'><h3 class='teaser__title'>{title}</h3>"
        f"<p class='teaser__desc'>Ce que l’on sait, et ce que l’on ignore encore, de cette affaire.</p></a>"
        f"<span class='meta__author'>Par <a href='{base}/signataires/jeanne-dupuis/'>Jeanne Dupuis</a></span></section>"
        for url, title in zip(urls, FRENCH, strict=True)
    )
    top = menu(base, [("/", "À la une"), ("/international/", "International"), ("/politique/", "Politique"),
                      ("/international/afrique/", "Afrique"), ("/sujet/guerre-en-ukraine/", "Guerre en Ukraine"),
                      ("/les-decodeurs/", "Les décodeurs"), ("/idees/", "Idées"),
                      ("/jeux/mots-croises/", "Mots croisés"),
                      ("/cuisine/recettes-de-saison/", "Recettes de saison")])  # fmt: skip
    foot = menu(base, [("/mentions-legales/", "Mentions légales"), ("/qui-sommes-nous/", "Qui sommes-nous ?"),
                       ("/actualite/charte-d-ethique-et-de-deontologie", "Charte d’éthique et de déontologie"),
                       ("/politique-de-confidentialite/", "Politique de confidentialité et gestion des cookies"),
                       ("/faq/service-abonnes/", "Foire aux questions du service abonnés")], tag="footer")  # fmt: skip
    assert found(top + f"<main>{cards}</main>" + foot, f"{base}/international/") == urls


@pytest.mark.parametrize(
    ("titles", "folder", "names"),
    [
        (ARABIC, "أخبار", [("/سياسة", "سياسة"), ("/اقتصاد", "اقتصاد"), ("/كاتب/سليم-الحداد", "سليم الحداد"),
                            ("/وسم/الشرق-الأوسط", "الشرق الأوسط"), ("/سياسة-الخصوصية", "سياسة الخصوصية لزوار الموقع")]),
        (HINDI, "दुनिया", [("/राजनीति", "राजनीति"), ("/खेल", "खेल"), ("/टैग/चुनाव-2026", "चुनाव 2026"),
                          ("/लेखक/अजय-मिश्र", "अजय मिश्र"), ("/हमारे-बारे-में", "हमारे बारे में और जानें")]),
    ],
    ids=["Arabic", "Hindi"],
)  # fmt: skip
@pytest.mark.parametrize("encoded", [True, False])
def test_slugs_in_other_scripts(titles, folder, names, encoded):
    base = "https://www.sahifa.example.com"
    write = quote if encoded else str
    urls = [base + write(f"/{folder}/{slug(title)}") for title in titles]
    cards = "".join(f"<div><h3><a href='{url}'>{title}</a></h3></div>" for url, title in zip(urls, titles, strict=True))
    top = menu("", [(base + write(path), name) for path, name in names], tag="div")
    assert found(top + cards, f"{base}/") == urls


@pytest.mark.parametrize("address", ["/article/{n}", "/articles/ASV2K{n}R6KUHBI01{n}M.html", "/a/2026021700{n}99",
                                     "/n/{n}.html", "/view?id={n}", "/article_view.asp?aid=AB{n}",
                                     "/p/{n}/"])  # fmt: skip
@pytest.mark.parametrize("titles", [JAPANESE, CHINESE], ids=["Japanese", "Chinese"])
def test_addresses_that_are_only_numbers(titles, address):
    base = "https://www.shimbun.example.com"
    urls = [base + address.format(n=7420381 + 13 * n) for n in range(len(titles))]
    cards = "".join(
        f"<li class='item'><a href='{url}'><img src=x><span>{title}</span><time>2月17日</time></a></li>"
        for url, title in zip(urls, titles, strict=True)
    )
    names = [("/world", "国際"), ("/politics", "政治"), ("/topics/election", "選挙特集"), ("/rensai/list", "連載一覧"),
             ("/info/kiyaku.html", "利用規約とプライバシーポリシーについて"),
             ("/member", "会員登録"), ("/help/", "よくあるご質問")]  # fmt: skip
    body = menu(base, names, tag="div") + f"<ul>{cards}</ul>" + menu(base, names[-3:], tag="footer")
    assert found(body, f"{base}/world") == urls


def test_short_numbers_in_the_address():
    base = "https://paper.example.com"
    urls = [f"{base}/news/{n}" for n in range(931, 937)]
    body = "".join(f"<li><a href='{url}'>{title}</a></li>" for url, title in zip(urls, ENGLISH, strict=True))
    top = menu(base, [("/news", "News"), ("/sport", "Sport"), ("/culture", "Culture"), ("/about", "About us")])
    assert found(top + body, f"{base}/news") == urls


def test_a_site_whose_articles_stand_on_another_host():
    base, other = "https://portal.example.com", "https://nachrichten.example.net"
    urls = [f"{other}/welt/{slug(title)}" for title in ENGLISH]
    body = "".join(f"<div><h2><a href='{url}'>{title}</a></h2></div>" for url, title in zip(urls, ENGLISH, strict=True))
    top = menu(base, [("/login", "Log in"), ("/mail", "Mail"), ("/shop", "Shop")])
    assert found(top + body, f"{base}/") == urls


def test_cards_whose_anchors_are_empty_overlays():
    base = "https://www.courier.example.com"
    urls = [f"{base}/world/{slug(title)}" for title in ENGLISH]
    cards = "".join(
        f"<div class='card'><a class='overlay' href='{url}' aria-hidden='true'></a><div><span>World</span>"
        f"<p class='card-headline'>{title}</p><p>What is known, and what remains to be seen.</p></div></div>"
        for url, title in zip(urls, ENGLISH, strict=True)
    )
    top = menu(base, [("/world", "World"), ("/tag/storms", "Storms"), ("/opinion", "Opinion"), ("/sport", "Sport")])
    page = f"<!doctype html><body>{top}<main>{cards}</main></body>"
    links = section.links(page.encode(), f"{base}/world")
    assert [link.url for link in links] == urls
    assert [link.title for link in links] == ENGLISH


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_page_with_few_articles(count):
    base = "https://www.courier.example.com"
    urls = [f"{base}/world/{slug(title)}" for title in ENGLISH[:count]]
    cards = "".join(
        f"<article><h2><a href='{url}'>{title}</a></h2></article>" for url, title in zip(urls, ENGLISH, strict=False)
    )
    names = [(f"/{name.lower().replace(' ', '-')}", name) for name in
             ("World", "Politics", "Business", "Science", "Health", "Sport", "Culture", "Books", "Travel", "Food",
              "Letters to the editor", "Print edition", "About us", "Contact", "Privacy policy")]  # fmt: skip
    assert found(menu(base, names) + f"<main>{cards}</main>", f"{base}/world") == urls


def test_a_page_with_none():
    base = "https://www.courier.example.com"
    names = [(f"/{name.lower().replace(' ', '-')}", name) for name in
             ("World", "Politics", "Business", "Middle East and North Africa", "Science and environment",
              "Letters to the editor", "Terms and conditions of use", "How to advertise with us")]  # fmt: skip
    assert (
        found(
            menu(base, names) + "<main><p>No articles on this subject yet.</p></main>" + menu(base, names),
            f"{base}/tag/x",
        )
        == []
    )


def test_a_mega_menu_of_long_names():
    base = "https://www.courier.example.com"
    names = [("/middle-east", "Middle East and North Africa"), ("/science", "Science, technology and environment"),
             ("/opinion/letters", "Letters to the editor and debate"), ("/money", "Money, work and family life"),
             ("/home-and-garden", "Homes and gardens of the region"),
             ("/culture/film", "Film, music and theatre reviews"),
             ("/sport/football", "Football results and league tables"),
             ("/weekend", "The best of our weekend magazine"),
             ("/health", "Health, body and wellbeing"), ("/schools", "Schools, universities and research")]  # fmt: skip
    urls = [f"{base}/world/{slug(title)}" for title in ENGLISH]
    cards = "".join(
        f"<div class='c'><a href='{url}'>{title}</a></div>" for url, title in zip(urls, ENGLISH, strict=True)
    )
    assert found(menu(base, names, tag="div") + cards, f"{base}/world") == urls


def test_a_cloud_of_tags():
    base = "https://www.courier.example.com"
    tags = [f"{first} {second}" for first in ("Storm", "Harbour", "Election", "Fishing", "Rice") for second in
            ("of the century", "in the north", "and its consequences", "policy", "2026")]  # fmt: skip
    cloud = "".join(f"<a class='t' href='{base}/tag/{slug(name)}'>{name}</a> " for name in tags)
    urls = [f"{base}/world/{slug(title)}" for title in ENGLISH]
    cards = "".join(f"<h3><a href='{url}'>{title}</a></h3>" for url, title in zip(urls, ENGLISH, strict=True))
    assert found(f"<div>{cloud}</div>{cards}", f"{base}/world") == urls


def test_a_page_of_which_only_json_ld_tells():
    base = "https://www.courier.example.com"
    urls = [f"{base}/w/c{n}x9k2lq{n}o" for n in range(6)]
    entries = [
        {"@type": "ListItem", "position": n + 1, "url": url, "name": title}
        for n, (url, title) in enumerate(zip(urls, ENGLISH, strict=True))
    ]
    script = json.dumps({"@context": "https://schema.org", "@type": "ItemList", "itemListElement": entries})
    body = menu(base, [("/world", "World"), ("/sport", "Sport")]) + "<div id=root></div>"
    assert found(body, f"{base}/world", f"<script type='application/ld+json'>{script}</script>") == urls


@pytest.mark.parametrize("address", ["/w/c{n}x9k2lq{n}o", "/world/{slug}", "/news/48219{n}"])
@pytest.mark.parametrize(
    "script",
    [
        "<script id=__NEXT_DATA__ type=application/json>{state}</script>",
        "<script>window.__INITIAL_STATE__ = {state};</script>",
        "<script>var a = {{b: 1}}; window.__STATE__={state};window.c=1</script>",
        "<script>hydrate({state})</script>",
    ],
)
def test_a_page_of_which_only_the_state_of_its_scripts_tells(address, script):
    base = "https://www.courier.example.com"
    paths = [address.format(n=n, slug=slug(title)) for n, title in enumerate(ENGLISH)]
    author = {"name": "A B", "url": "/author/a"}
    stories = [{"id": n, "title": title, "link": {"type": "story"}, "url": path, "author": author}
               for n, (path, title) in enumerate(zip(paths, ENGLISH, strict=True))]  # fmt: skip
    tree = {"props": {"menu": [{"title": "World", "url": "/world"}, {"title": "About us all", "url": "/about"}],
                      "feed": {"items": stories}}}  # fmt: skip
    body = menu(base, [("/world", "World"), ("/sport", "Sport")]) + "<div id=root></div>"
    links = section.links(
        f"<!doctype html><body>{body}{script.format(state=json.dumps(tree))}</body>".encode(), f"{base}/world"
    )
    assert [link.url for link in links] == [base + path for path in paths]
    assert [link.title for link in links] == ENGLISH


@pytest.mark.parametrize(
    "script", ["", "{", "[[[[", "window.a = {", "null", '{"url": 5, "title": ["x"]}', "a = [" * 5_000, '{"a":' * 5_000]
)
def test_scripts_that_hold_no_state(script):
    for kind in ("text/javascript", "application/json"):
        page = f"<!doctype html><body><p>Nothing.</p><script type='{kind}'>{script}</script></body>"
        assert section.links(page.encode(), "https://www.courier.example.com/world") == []


def many(pattern: str, count: int) -> str:
    return "".join(pattern.format(n=n) for n in range(count))


@pytest.mark.parametrize(
    ("body", "most"),
    [
        (many("<a href='/w/one-two-three-four-{n}'>a b c d e<div>", 20_000), 5_000),
        (many("<a href='/w/one-two-three-four'>a b c d e<div>", 20_000), 1),
        (many("<li><a href='/w/one-two-three-four-{n}'>Harbour of Lisbon reopens {n}</a></li>", 50_000), 5_000),
        ("<div>" + many("<a href='/w/one-two-three-four'>a</a><time>no</time>", 20_000) + "</div>", 1),
        (many("<div><h2><a href='/w/one-two-three-four-{n}'>Harbour of Lisbon reopens</a></h2>", 20_000), 5_000),
        (many("<header><a href='/w/one-two-three-four-{n}'>Harbour of Lisbon reopens</a>", 20_000), 5_000),
        (many("<a href='/w/one-two-three-four-{n}'>" + "<svg><path/></svg>x " * 500 + "</a>", 100), 100),
        (many("<a href='/w/one-two-three-four-{n}'>" + "1 . " * 5_000 + "</a>", 100), 100),
    ],
    ids=["nested", "nested alike", "50,000", "one card", "deep", "deep headers", "icons", "long texts"],
)
def test_what_is_built_to_hurt_is_read_within_bounds(body, most):
    # Quadratic reading of any of these takes minutes: the limit of the whole test run is what would fail.
    links = section.links(
        f"<!doctype html><body>{body}</body>".encode(), "https://www.courier.example.com/w", turn=True
    )
    assert len(links) <= most
    assert len(links.shown) <= 5_000
