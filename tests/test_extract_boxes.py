"""Boxes round an article as content management systems and their plugins write them, language by language."""

from __future__ import annotations

import pytest
from lxml.html import fragment_fromstring
from pages import TEXTS, URL, paragraphs

from crawler.extract import boilerplate, extract
from crawler.extract.box_titles import BOX_TITLE

TEASERS = [
    "A long walk along the northern shore, and what remains of the wooden houses that stood there.",
    "Why the price of wool has fallen for the third year, and who still earns money with it.",
]


def read(inside: str) -> list[str]:
    """Texts of the body."""
    return [block.text for block in extract(page(inside), URL).blocks]


def page(inside: str) -> str:
    html = f"<html><head><title>The ferry runs again</title></head><body><main><h1>The ferry runs again</h1>{inside}"
    return f"{html}</main></body></html>"


NAMED = [
    "<div class='jp-relatedposts'>", "<div class='sharedaddy'>", "<div id='respond'>", "<div id='disqus_thread'>",
    "<div id='taboola-below-article-thumbnails'>", "<div class='OUTBRAIN'>", "<div class='plista_widget_belowArticle'>",
    "<div id='didomi-host'>", "<div id='onetrust-consent-sdk'>", "<div class='usercentrics-embed'>",
    "<div id='poool-widget'>", "<div class='viafoura'>", "<div id='coral_thread'>", "<div class='opinary-widget'>",
    "<div class='faktaruta'>", "<div class='fact-box factbox'>", "<div class='publicidad'>",
    "<div class='reklama-blok'>",
    "<div class='article__ilgili'>", "<div class='noticias-relacionadas'>", "<div class='kommentare'>",
    "<div class='tdb-block condividi'>", "<div class='b-author-bio'>", "<div data-block-type='newsletter'>",
    "<div id='feedbackBox'>",
    "<div itemprop='comment'>", "<div itemprop='publisher'>", "<section aria-label='Related articles'>",
    "<div aria-label='Advertisement'>", "<newsletter-signup>", "<related-articles>",
    "<span>(öffnet im neuen Fenster)</span>", "<span>, opens new tab</span>", "<span> (nouvelle fenêtre)</span>",
]  # fmt: skip


@pytest.mark.parametrize("markup", NAMED)
def test_names_tell_what_is_not_the_article(markup):
    element = fragment_fromstring(markup)
    assert boilerplate.judge(element) != "keep"
    assert boilerplate.reason(element) not in ("", "teasers")


KEPT = [
    "<div class='article-body'>",
    "<p class='paywall'>",
    "<div class='has-comments'>",
    "<div class='no-comments'>",
    "<div class='overflow-hidden'>",
    "<div class='is-hidden-mobile'>",
    "<div class='texto-del-cuerpo'>",
    "<section aria-label='Why the comments of the mayor were hidden'>",
    "<div itemprop='articleBody'>",
    "<span>opens in a new theatre</span>",
    "<h2 id='follow-the-money'>",
]


@pytest.mark.parametrize("markup", KEPT)
def test_names_that_tell_nothing_keep_the_element(markup):
    element = fragment_fromstring(markup)
    assert boilerplate.judge(element) == "keep"
    assert not boilerplate.is_elsewhere(element)


TITLES = [
    "More from the harbour", "You may also like", "Most read", "Das könnte Sie auch interessieren", "Mehr zum Thema",
    "À lire aussi", "Sur le même sujet", "Te puede interesar", "Noticias relacionadas", "Leggi anche",
    "Potrebbe interessarti", "Leia também", "Notícias relacionadas", "Lees ook", "Meest gelezen", "Läs också",
    "Les også", "Mest læst", "Czytaj też", "Čtěte také", "Kapcsolódó cikkek", "Citește și", "Читайте также",
    "Читайте також",
    "Материалы по теме", "Διαβάστε επίσης", "İlgili haberler", "اقرأ أيضا", "مواضيع ذات صلة", "相关新闻", "延伸閱讀",
    "関連記事", "관련 기사", "यह भी पढ़ें", "Baca juga", "Xem thêm",
]  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
def test_a_title_governs_its_box(title):
    assert BOX_TITLE.match(title)
    box = f"<section><h3>{title}</h3><p>{TEASERS[0]}</p><p>{TEASERS[1]}</p></section>"
    assert read(f"<div>{paragraphs(TEXTS[:3])}{box}{paragraphs(TEXTS[3:])}</div>") == TEXTS


@pytest.mark.parametrize("title", ["A box of another kind", "The sheep", "More sheep than ever", "Wer zahlt das?"])
def test_a_section_of_the_text_keeps_its_heading(title):
    section = f"<section><h3>{title}</h3>{paragraphs(TEXTS[3:])}</section>"
    assert read(f"<div><section>{paragraphs(TEXTS[:3])}</section>{section}</div>") == [*TEXTS[:3], title, *TEXTS[3:]]


HEADINGS = [
    "Por qué importa el barco", "Von der Leyen und das Schiff", "Par ailleurs, les moutons", "By the numbers",
    "Photo finish at the quay", "More on the numbers", "Partager le pouvoir", "Related costs rise",
    "Anzeige gegen den Hafenmeister", "Read more books", "Text messages as evidence",
]  # fmt: skip


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_that_begins_as_a_call_or_a_byline_does_is_one(heading):
    text = f"{paragraphs(TEXTS[:3])}<h2>{heading}</h2>{paragraphs(TEXTS[3:])}"
    assert read(f"<div>{text}</div>") == [*TEXTS[:3], heading, *TEXTS[3:]]


@pytest.mark.parametrize("line", ["Anzeige", "— Publicité —", "Reklama:", "Publicidad", "Publicidade"])
def test_the_label_of_an_advertisement_is_none_of_the_text(line):
    assert read(f"<div>{paragraphs(TEXTS[:3])}<p>{line}</p>{paragraphs(TEXTS[3:])}</div>") == TEXTS


LAST = [
    "Already a subscriber? Then you can go on from here with your own name and word.",
    "Um weiterzulesen, brauchen Sie einen Zugang. Er kostet im ersten Monat gar nichts.",
    "Pour poursuivre votre lecture, il vous faut un compte. Il ne coûte rien le premier mois.",
    "Para seguir leyendo, necesita una cuenta. El primer mes no le costará nada en absoluto.",
    "Чтобы читать дальше, нужна учётная запись. Первый месяц она не стоит совсем ничего.",
    "Reporting by Ann Reed in the old town and Tom Hale on the smaller of the two islands.",
    "Avec l'AFP et les agences de presse des deux îles, qui ont vu le bateau avant nous.",
    "Con información de las agencias de las dos islas, que vieron el barco antes que nosotros.",
    "Spenden Sie für das Blatt der beiden Inseln, denn sonst liest es bald niemand mehr.",
    "Soutenez le journal des deux îles, sans quoi plus personne ne le lira bientôt.",
    "Подписывайтесь на наш канал в Telegram, там есть все новости двух островов и погода.",
    "Ann Reed reported from the old town, Tom Hale and Jo Day from the smaller of the two islands.",
    "Ann Reed is a freelance writer. She lives on the smaller island with two dogs and a boat.",
    "Der Autor ist Hafenmeister im Ruhestand. Er lebt mit zwei Hunden auf der kleineren Insel.",
    "Anna Kowalska jest dziennikarką. Mieszka na mniejszej wyspie z dwoma psami i łódką.",
    "Síguenos en Facebook y en Instagram para ver más fotos de ovejas y de barcos viejos.",
]


@pytest.mark.parametrize("last", LAST)
def test_what_stands_below_the_last_sentence_is_left_out(last):
    assert read(f"<div>{paragraphs()}<p>{last}</p></div>") == TEXTS


ENDINGS = [
    "Similar storms were reported from several other islands on the coast on Friday evening.",
    "Following the storm, the minister wrote on Facebook that the harbour would stay open.",
    "Le ministre a écrit sur Twitter qu’il poursuivrait les travaux malgré la tempête de mars.",
    "Nach dem Erfolg schrieb der Kapitän auf Twitter, dass die Fähre wieder fahren werde.",
    "El ministro escribió en Twitter que seguirá con las obras del puerto hasta el verano.",
    "Sigue la búsqueda de las ovejas, informó la guardia de la costa en su cuenta de Facebook.",
    "Spenden für die Schafe nimmt das Amt des Hafens auf seinen Konten entgegen, sagte er.",
    "Dona Maria, who has sold fish here for forty years, says she will stay on the island.",
    "Support our boats, the sign above the door of the harbour office said for many years.",
    "Did you like the boat? he asked, and the children shouted that they had liked it a lot.",
    "Soutenez-vous ce projet ? Le maire, lui, n’a pas répondu à la question ce vendredi.",
]


@pytest.mark.parametrize("last", ENDINGS)
def test_a_last_sentence_with_the_words_of_a_call_stays(last):
    assert read(f"<div>{paragraphs()}<p>{last}</p></div>") == [*TEXTS, last]


@pytest.mark.parametrize("line", ["Related costs rose.", "More on that later.", "Teilen will er nicht."])
def test_a_short_sentence_that_begins_as_a_call_does_stays(line):
    assert read(f"<div>{paragraphs(TEXTS[:3])}<p>{line}</p>{paragraphs(TEXTS[3:])}</div>") == [
        *TEXTS[:3],
        line,
        *TEXTS[3:],
    ]


@pytest.mark.parametrize("tags", ["Tags: ferry, sheep", "Schlagwörter: Fähre, Schafe", "Теги: паром", "#ferry #sheep"])
def test_what_the_article_is_filed_under_is_left_out(tags):
    assert read(f"<div>{paragraphs(TEXTS[:3])}<p>{tags}</p>{paragraphs(TEXTS[3:])}</div>") == TEXTS


def test_the_words_below_a_picture_in_its_paragraph_are_its_caption():
    picture = (
        "<p><a href='/x'><img src='x'></a><br><em>From left: Ann Reed, Tom Hale, and the smaller of the boats</em></p>"
    )
    article = extract(page(f"<div>{paragraphs(TEXTS[:3])}{picture}{paragraphs(TEXTS[3:])}</div>"), URL)
    assert [block.kind for block in article.blocks if block.text.startswith("From left")] == ["caption"]


def test_a_sentence_beside_a_picture_is_text():
    html = paragraphs().replace("<p>", "<p><img src='x'>")
    assert read(f"<div>{html}</div>") == TEXTS


def test_a_pulled_quote_may_be_shortened():
    quote = "<blockquote><p>They share the flour, the wood and the night shift, none wants to go back</p></blockquote>"
    assert read(f"<div>{paragraphs(TEXTS[:3])}{quote}{paragraphs(TEXTS[3:])}</div>") == TEXTS


def test_a_call_is_one_however_short_its_link():
    call = "<p>Click here to read all that the office has written about the <a href='/x'>boat</a> and the sheep.</p>"
    assert read(f"<div>{paragraphs(TEXTS[:3])}{call}{paragraphs(TEXTS[3:])}</div>") == TEXTS


def test_what_stands_below_the_text_in_another_part_of_the_page_is_left_out():
    below = f"<section><div class='about'>{paragraphs(TEASERS)}</div></section>"
    assert read(f"<div><div class='text'>{paragraphs()}</div>{below}</div>") == TEXTS


def test_a_text_may_end_in_a_list_with_a_heading():
    entries = ["Gull, for the sheep and for those who go with them", "Tern, for the post", "Skua, for the night"]
    closing = f"<h3>The boats</h3><ul>{''.join(f'<li>{entry}</li>' for entry in entries)}</ul>"
    assert read(f"<div>{paragraphs()}{closing}</div>") == [*TEXTS, "The boats", "\n".join(entries)]


def test_tags_below_the_text_are_no_list_that_it_ends_in():
    assert read(f"<div>{paragraphs()}<h3>More</h3><ul><li>Ferry</li><li>Sheep</li><li>Wool</li></ul></div>") == TEXTS


def test_who_worked_on_it_may_stand_above_the_text():
    staff = "<p>Mit Informationen der Agenturen und der beiden Häfen. Die Angaben lassen sich nicht prüfen.</p>"
    assert read(f"<div>{staff}{paragraphs()}</div>") == TEXTS


def test_where_a_link_leads_is_no_part_of_its_sentence():
    link = "<a href='/x'>note<span class='vh'> (opens in a new window)</span></a>"
    html = paragraphs().replace("a note.", f"a {link}.", 1)
    assert link in html
    assert read(f"<div>{html}</div>") == TEXTS


MORE = [text.replace("The", "Some").replace("They", "Others") for text in TEXTS]
ENDLESS = {
    "addresses": ("data-url='/ferry'", "data-url='/sheep'", "<h2>Another story</h2>"),
    "schema.org": ("itemtype='https://schema.org/NewsArticle'",) * 2 + ("<h2>Another story</h2>",),
    "linked heading": ("", "", "<h2><a href='/sheep'>Another story</a></h2>"),
}


@pytest.mark.parametrize("build", ENDLESS.values(), ids=ENDLESS)
def test_the_next_article_of_an_endless_page_is_not_read(build):
    first, second, heading = build
    own = f"<div class='story' {first}><h1>The ferry runs again</h1><div class='b'>{paragraphs()}</div></div>"
    other = f"<div class='story' {second}>{heading}<div class='b'>{paragraphs(MORE)}</div></div>"
    html = f"<html><head><title>The ferry runs again</title></head><body><main>{own}{other}</main></body></html>"
    assert [block.text for block in extract(html, URL).blocks] == TEXTS


def test_sections_of_one_article_are_read_to_the_end():
    own = f"<div class='part'><h1>The ferry runs again</h1><div class='b'>{paragraphs()}</div></div>"
    other = f"<div class='part'><h2>The sheep</h2><div class='b'>{paragraphs(MORE)}</div></div>"
    html = f"<html><head><title>The ferry runs again</title></head><body><main>{own}{other}</main></body></html>"
    assert [block.text for block in extract(html, URL).blocks] == [*TEXTS, "The sheep", *MORE]


LINES = ["x " + "!" * 300_000 + " y", "a" * 300_000 + " b", "#a,,,," * 50_000 + " x!", "-" * 300_000, "a:" * 150_000]


@pytest.mark.parametrize("line", LINES, ids=[line[:6] for line in LINES])
def test_endless_lines_hide_no_text(line):
    assert read(f"<div>{paragraphs()}<p>{line}</p></div>")[: len(TEXTS)] == TEXTS  # in quadratic time, after minutes
