"""What kind of piece a page is: article, opinion, live blog, video, gallery or press release."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import unquote, urlsplit

from crawler.extract.evidence import Evidence
from crawler.extract.naming import bare
from crawler.normalise import has_more_words
from crawler.page import Page
from crawler.page.jsonld import strings, types

_TYPES = {
    "liveblogposting": "liveblog",
    "opinionnewsarticle": "opinion",
    "videoobject": "video",
    "imagegallery": "gallery",
    "mediagallery": "gallery",
    "pressrelease": "press_release",
}
_WORDS = {
    "opinion": "opinion opinions opinionpiece oped commentary comment comments commentisfree column columns "
    "columnist columnists editorial editorials viewpoint viewpoints perspectives debats debat "
    "idees tribune tribunes chronique chroniques edito editos billet billets pointdevue meinung "
    "meinungen kommentar kommentare kolumne kolumnen leitartikel debatte gastbeitrag "
    "gastkommentar standpunkt tribuna tribunas columna columnas columnista columnistas "
    "editoriales opinioni commenti editoriale opiniao coluna colunas colunista colunistas "
    "editoriais opinie commentaar komentarze komentarz felietony felieton publicystyka ledare "
    "ledaren debatt kronika kronikor asikter debat kronik leder lederen ledere synspunkt meninger "
    "meningar kronikk ytring ytringer paakirjoitus paakirjoitukset mielipide mielipiteet kolumni "
    "kolumnit мнение мнения колонка колонки думка думки погляди mneniya mnenie kolonki dumky "
    "yazarlar koseyazilari gorus yorum رأي الرأي آراء דעות nazory komentare velemeny opinii "
    "comentarii apopseis αποψεις γνωμες opini kolom tajuk gocnhin 社説 オピニオン コラム 評論 评论 观点 觀點 社评 社論 "
    "时评 오피니언 사설 칼럼 संपादकीय विचार یادداشت سرمقاله",
    "press_release": "pressrelease pressreleases pressemitteilung pressemitteilungen pressemeldung pressemeldungen "
    "presseportal communique communiques communiquedepresse communiquesdepresse comunicado "
    "comunicados comunicadodeprensa comunicatostampa comunicatistampa persbericht persberichten "
    "pressmeddelande pressmeddelanden pressemeddelelse basinbulteni 新闻稿 プレスリリース 보도자료",
    "gallery": "gallery galleries photogallery photogalleries photos pictures inpictures slideshow "
    "slideshows diaporama diaporamas portfolio portfolios galerie galeries galerien bildergalerie "
    "bildergalerien fotostrecke fotostrecken fotogalerie fotogalerien fotos fotogaleria "
    "fotogalerias galeria galerias fotogalerij fotogallery galleria bildspel galeri fotogaleri "
    "fotografie photoessay фото фоторепортаж фотогалерея фоторепортажи صور 图片 图集 圖集 写真 포토 화보",
    "video": "video videos watch videoteca videoer videor videolar видео відео فيديو 视频 視頻 影音 動画 영상 동영상 "
    "videogalerie videogaleri",
    "liveblog": "live liveblog liveblogs liveticker newsticker endirect envivo aovivo diretta livefeed "
    "liverapport canli minutoaminuto livestory",
}
"""What sections, and folders in addresses, of each kind are called; without accents, spaces and hyphens."""


_KIND_OF = {bare(word): kind for kind, words in _WORDS.items() for word in words.split()}
_LIVE_SLUG = re.compile(
    r"(?:^|[-_])(?:live-?blog|live-?ticker|news-?ticker|live-?updates?|minute-by-minute|minuto-a-minuto|minute-par-minute|"
    r"live-?rapport|as-it-happened|live-?reporting|onlayn-?translya\w*)(?:$|[-_.])",
    re.IGNORECASE,
)
_CAPTION_WORDS = 60
"""A text of no more words only says what there is to see."""
_MANY_PICTURES = 8
_LONGEST_NAME = 60
_LIVE_KEYS = ("liveBlogUpdate", "coverageStartTime", "coverageEndTime")


def kind(evidence: Evidence, sections: Iterable[str]) -> tuple[str, str | None]:
    """(one of items.ARTICLE_KINDS, layer): by @type, og:type, sections, address; else ('article', None).

    `sections` are the names that the page gives to the article's section, nearest first.
    """
    for layer, found in _said(evidence, sections):
        if found:
            return found, layer
    return "article", None


def of_little_text(page: Page, texts: Iterable[str]) -> str | None:
    """'video' or 'gallery' where a page has hardly any text, in all `texts`, beside a player or a row of pictures."""
    if has_more_words(texts, _CAPTION_WORDS):
        return None
    players = ("og:video", "og:video:url", "twitter:player", "twitter:player:stream")
    if any(name in page.meta for name in players) or any("videoobject" in types(node) for node in page.jsonld):
        return "video"
    pictures = islice(page.root.iter("figure"), _MANY_PICTURES)
    return "gallery" if len(list(pictures)) == _MANY_PICTURES else None


def _said(evidence: Evidence, sections: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    og_type = next(evidence.meta("og:type"), "").lower()
    yield "json-ld", _declared(evidence, is_article="article" in og_type)
    yield "opengraph", "video" if og_type.startswith("video") else None
    yield "opengraph", "opinion" if next(evidence.meta("article:opinion"), "").lower() in ("true", "1") else None
    said = evidence.meta("og:type", "article:content_type", "article_type", "page type", "content_type", "content-type")
    yield "meta", next((found for text in said if (found := _called(text))), None)
    genres = (text for value in evidence.declared("genre") for text in strings(value))
    yield "json-ld", next((found for text in genres if (found := _called(text))), None)
    yield "html", next((found for name in sections if (found := _called(name)) and found != "liveblog"), None)
    yield "url", _in_address(evidence.page.url)


def _declared(evidence: Evidence, *, is_article: bool) -> str | None:
    for node in evidence.articles[:3]:
        if any(node.get(name) for name in _LIVE_KEYS):
            return "liveblog"
    for name in sorted(name for node in evidence.articles[:1] for name in types(node)):
        if name in _TYPES and not (name == "videoobject" and is_article):
            return _TYPES[name]
    return None


def _called(name: str) -> str | None:
    """The kind that a section of this name holds; names of several words are taken by the whole."""
    return _KIND_OF.get(bare(name[:_LONGEST_NAME]))


def _in_address(url: str) -> str | None:
    """By the folders of the address; of its last part only what nobody writes of anything but a live blog."""
    segments = [unquote(segment) for segment in urlsplit(url).path.split("/") if segment]
    found = next((kind for segment in segments[:-1] if (kind := _called(segment))), None)
    return found or ("liveblog" if segments and _LIVE_SLUG.search(segments[-1]) else None)
