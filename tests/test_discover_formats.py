"""Every format of feeds and sitemaps that publishers send, and what is wrong with theirs."""

from __future__ import annotations

import gzip
import zlib

import pytest

from crawler.discover import links
from crawler.discover.dates import instant
from crawler.discover.sitemap import child_sitemaps
from crawler.errors import PageError

URL = "https://courier.example/feeds/world.xml"
HERE = "https://courier.example/world/2026/02/17/harbour-reopens-1"
WHEN = "2026-02-17T19:37:00Z"
ITEM = f"<title>Harbour reopens</title><link>{HERE}</link><pubDate>Tue, 17 Feb 2026 20:37:00 +0100</pubDate>"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
NAMED = (
    "<n:news><n:title>Harbour reopens</n:title><n:publication_date>2026-02-17T20:37:00+01:00</n:publication_date>"
    "</n:news>"
)
LOC = f"<loc>{HERE}</loc>"
ONE = f"<rss><channel><item>{ITEM}</item></channel></rss>"


def only(content: bytes | str, kind: str = "feed", charset: str | None = None):
    (link,) = links(content.encode() if isinstance(content, str) else content, URL, kind, charset)
    return link


FEEDS = {
    "RSS 0.90": f'<rdf:RDF xmlns:rdf="{RDF}" xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel/>'
    f"<item><title>Harbour reopens</title><link>{HERE}</link></item></rdf:RDF>",
    "RSS 0.91": '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">'
    f'<rss version="0.91"><channel><title>Courier</title><item>{ITEM}</item></channel></rss>',
    "RSS 0.92": f'<rss version="0.92"><channel><item>{ITEM}<source url="x">Agency</source></item></channel></rss>',
    "RSS 1.0": f'<rdf:RDF xmlns:rdf="{RDF}" xmlns="http://purl.org/rss/1.0/" xmlns:d="http://purl.org/dc/elements/1.1/">'
    f'<channel rdf:about="{URL}"><items><rdf:Seq><rdf:li resource="{HERE}"/></rdf:Seq></items></channel>'
    f'<item rdf:about="{HERE}"><title>Harbour reopens</title><link>{HERE}</link><d:date>2026-02-17T20:37+01:00</d:date>'
    "</item></rdf:RDF>",
    "RSS 1.1": '<Channel xmlns="http://purl.org/net/rss1.1#"><items parseType="Collection"><item>'
    f"<title>Harbour reopens</title><link>{HERE}</link></item></items></Channel>",
    "RSS 2.0": f'<rss version="2.0"><channel><item>{ITEM}<guid isPermaLink="false">1</guid></item></channel></rss>',
    "Atom 0.3": '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="escaped">Harbour reopens'
    f'</title><link rel="alternate" type="text/html" href="{HERE}"/><issued>2026-02-17T20:37:00+01:00</issued>'
    "<modified>2026-02-18T00:00:00Z</modified></entry></feed>",
    "Atom 1.0": '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title type="xhtml"><div '
    'xmlns="http://www.w3.org/1999/xhtml">Harbour <b>reopens</b></div></a:title><a:link rel="replies" href="/r"/>'
    f'<a:link rel="enclosure" href="/e.mp3"/><a:link href="{HERE}"/><a:published>2026-02-17T19:37:00Z</a:published>'
    "</a:entry></a:feed>",
    "JSON Feed 1.0": '{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"Harbour reopens",'
    f'"url":"{HERE}","date_published":"2026-02-17T20:37:00+01:00","author":{{"name":"Ann Lee"}}}}]}}',
    "JSON Feed 1.1": '\ufeff{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1,"title":"Harbour reopens",'
    f'"url":"{HERE}","date_published":"2026-02-17T20:37:00+01:00","authors":[],"language":"en"}}]}}',
    "no channel": f"<rss><item>{ITEM}</item></rss>",
    "capitals": f"<RSS><CHANNEL><ITEM><TITLE>Harbour reopens</TITLE><LINK>{HERE}</LINK></ITEM></CHANNEL></RSS>",
    "small letters": f"<rss><channel><item>{ITEM.lower()}</item></channel></rss>".replace("harbour r", "Harbour r"),
    "prefixes that nobody declared": f"<rss><channel><item><media:title>A picture</media:title>{ITEM}"
    "<dc:date>2020-01-01</dc:date></item></channel></rss>",
    "podcast": '<rss xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><item><itunes:title>Episode 1'
    f'</itunes:title>{ITEM}<enclosure url="/a.mp3" type="audio/mpeg" length="1"/></item></channel></rss>',
    "video": '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">'
    f'<entry><media:group><media:title>A film</media:title></media:group><title>Harbour reopens</title>'
    f'<link href="{HERE}"/>'
    "<published>2026-02-17T19:37:00+00:00</published></entry></feed>",
    "title in CDATA and markup": ONE.replace(
        "Harbour reopens", "<![CDATA[ <p>Harbour&nbsp;<em>reopens</em></p> ]]>"
    ),
    "escaped markup": ONE.replace("Harbour reopens", "&lt;b&gt;Harbour&lt;/b&gt; reopens"),
    "something before the declaration": "<br />\n<b>Warning</b>: include(): x in <b>/a.php</b> on line 3\n"
    f"<?xml version='1.0'?><rss><channel><item>{ITEM}</item></channel></rss>",
    "the beginning is lost": f"cription></item><item>{ITEM}</item></channel></rss>",
    "something behind the end": f"{ONE}<!-- 0.2 s --><script>x('&</script>",
    "two declarations and a comment": f"<?xml version='1.0'?>\n<!-- rss > -->\n<?xml version='1.0'?>{ONE}",
    "entries before a second root": f"<div><item>{ITEM}</item></div><rss><item><guid>1</guid></item></rss>",
    "a style sheet and a DTD": "<?xml version='1.0'?><?xml-stylesheet href='x.xsl'?><!DOCTYPE rss [<!ENTITY nbsp ' '>]>"
    + ONE,
    "a feed that is cut": f"<rss><channel><item>{ITEM}</item><item><title>Rai",
    "an end that does not fit": f"<rss><channel><item>{ITEM}</entry></item></channel></rss>",
}  # fmt: skip


@pytest.mark.parametrize("name", FEEDS)
def test_every_format_of_feeds(name):
    link = only(FEEDS[name])
    assert (link.url, link.title) == (HERE, "Harbour reopens")
    dated = any(sign in FEEDS[name].lower() for sign in ("pubdate", "date_pub", "published", "issued", "d:date"))
    assert link.published == (WHEN if dated else "2026-02-17")  # else the day that stands in the address
    assert link.is_change is not dated


SITEMAPS = {
    "news": f'<urlset xmlns="{SITEMAP}" xmlns:n="{NEWS}"><url>{LOC}{NAMED}</url></urlset>',
    "an old namespace": '<urlset xmlns="http://www.google.com/schemas/sitemap/0.84" '
    f'xmlns:n="http://www.google.com/schemas/sitemap-news/0.84"><url>{LOC}{NAMED}</url></urlset>',
    "a prefix for all": f'<s:urlset xmlns:s="{SITEMAP}" xmlns:n="{NEWS}"><s:url><s:loc>{HERE}'
    f"</s:loc>{NAMED}</s:url></s:urlset>",
    "no namespace": f"<urlset><url>{LOC}{NAMED.replace('n:', '')}</url></urlset>",
    "a prefix that nobody declared": f"<urlset><url>{LOC}{NAMED}</url></urlset>",
    "everything in CDATA": f"<urlset><url><loc>\n<![CDATA[ {HERE} ]]>\n</loc>"
    + NAMED.replace("Harbour reopens", "<![CDATA[Harbour reopens]]>") + "</url></urlset>",
    "another order, pictures and films": f'<urlset xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" '
    f'xmlns:v="http://www.google.com/schemas/sitemap-video/1.1" xmlns:n="{NEWS}"><url><image:image><image:loc>/i.jpg'
    "</image:loc><image:title>A picture</image:title></image:image><v:video><v:title>A film</v:title>"
    f"<v:publication_date>2020-01-01</v:publication_date></v:video>{NAMED}{LOC}</url></urlset>",
    "other languages beside it": f'<urlset xmlns:xhtml="http://www.w3.org/1999/xhtml" xmlns:n="{NEWS}"><url>{LOC}'
    f'<xhtml:link rel="alternate" hreflang="fr" href="/fr"/>{NAMED}</url></urlset>',
    "fields without the element news": f'<urlset xmlns:n="{NEWS}"><url>{LOC}<n:title>Harbour reopens</n:title>'
    "<n:publication_date>2026-02-17T20:37:00+0100</n:publication_date></url></urlset>",
    "something before it": f"\n\n Notice: x <br/><?xml version='1.0'?><urlset><url>{LOC}{NAMED}</url></urlset>",
    "cut": f"<urlset><url>{LOC}{NAMED}</url><url><lo",
}  # fmt: skip


@pytest.mark.parametrize("name", SITEMAPS)
def test_every_format_of_sitemaps(name):
    link = only(SITEMAPS[name], "news-sitemap")
    assert (link.url, link.title, link.published, link.is_change) == (HERE, "Harbour reopens", WHEN, False)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-02-17T20:37:00+01:00", WHEN),
        ("2026-02-17T20:37+01:00", WHEN),
        ("2026-02-17T19:37:00.000Z", WHEN),
        ("2026-02-17 20:37:00 +0100", WHEN),
        ("2026-02-17 19:37:00 UTC", WHEN),
        ("Tue, 17 Feb 2026 19:37:00 GMT", WHEN),
        ("2026-02-17", "2026-02-17"),
        ("2026-02-17T20:37:00", "2026-02-17"),
        ("soon", "2026-02-17"),  # of the address
    ],
)
def test_dates_of_news_sitemaps(written, read):
    content = SITEMAPS["news"].replace("2026-02-17T20:37:00+01:00", written)
    assert only(content, "news-sitemap").published == read


def test_a_sitemap_of_plain_text():
    content = f"\ufeff{HERE}\r\n\r\n  https://courier.example/a/2 \r\nnonsense\r\n{HERE}"
    found = links(content.encode(), URL, "news-sitemap")
    assert [link.url for link in found] == [HERE, "https://courier.example/a/2"]
    assert found[0].published == "2026-02-17"
    assert child_sitemaps(content.encode(), URL) == []


def test_gzip_of_several_members_and_of_gzip():
    content = SITEMAPS["news"].encode()
    members = gzip.compress(content[:90]) + gzip.compress(content[90:]) + b"\0\0\0"
    assert only(members, "news-sitemap").url == only(gzip.compress(gzip.compress(content)), "news-sitemap").url == HERE
    with pytest.raises(PageError, match="more than 16 members"):
        links(gzip.compress(b" ") * 17, URL, "news-sitemap")


@pytest.mark.parametrize("read", [lambda text: f"<![CDATA[{text}]]>", lambda text: text.replace("&", "&amp;"), str])
def test_the_query_of_an_address_stays_what_it_is(read):
    address = "https://courier.example/a?id=1&lang=en&copy=2&amp=3"
    found = [
        only(f"<rss><item><link>{read(address)}</link></item></rss>"),
        only(f"<urlset><url><loc>{read(address)}</loc></url></urlset>", "news-sitemap"),
        only(f"<urlset><url><loc>{read(address.replace('&', '&amp;'))}</loc></url></urlset>", "news-sitemap"),
    ]
    assert {link.url for link in found} == {address}


SCRIPTS = {
    "windows-1252": "L’été à São Paulo – 5 €",
    "iso-8859-1": "Übergröße für Ærø",
    "windows-1251": "Гавань открыта",
    "koi8-r": "Гавань открыта",
    "iso-8859-2": "Přístav otevřen",
    "windows-1254": "Liman yeniden açıldı ş",
    "windows-1256": "افتتاح الميناء",
    "Shift_JIS": "港が再開",
    "EUC-JP": "港が再開",
    "ISO-2022-JP": "港が再開",
    "GB18030": "港口重新开放",
    "GB2312": "港口重新开放",
    "Big5": "港口重新開放",
    "EUC-KR": "항구 재개",
    "UTF-16": "港が再開 é",
    "UTF-8-SIG": "港が再開 é",
}


@pytest.mark.parametrize("encoding", SCRIPTS)
def test_encodings_that_the_declaration_names(encoding):
    head = f'<?xml version="1.0" encoding="{encoding.removesuffix("-SIG")}"?>'
    content = f"{head}<rss><channel><item><title>{SCRIPTS[encoding]}</title><link>/a</link></item></channel></rss>"
    assert only(content.encode(encoding)).title == SCRIPTS[encoding]


@pytest.mark.parametrize("encoding", [name for name in SCRIPTS if name not in ("windows-1252", "iso-8859-1")])
@pytest.mark.parametrize("kind", ["feed", "news-sitemap"])
def test_encodings_that_only_the_http_head_names(encoding, kind):
    title = SCRIPTS[encoding]
    content = {
        "feed": f"<rss><channel><item><title>{title}</title><link>/a</link></item></channel></rss>",
        "news-sitemap": f"<urlset><url><loc>/a</loc><news><title>{title}</title></news></url></urlset>",
    }[kind]
    assert only(content.encode(encoding), kind, encoding).title == title


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark(encoding):
    content = f"<?xml version='1.0'?>{ONE}".replace("Harbour reopens", "港が再開")
    assert only(content.encode(encoding)).title == "港が再開"
    assert only(ONE.replace("<", "\0<", 1)).url == HERE


def test_a_declaration_that_lies_does_no_harm():
    item = "<item><title>Été 港</title><link>/a</link></item>"
    for encoding in ("iso-8859-1", "utf-16", "us-ascii", "nonsense", ""):
        assert only(f'<?xml version="1.0" encoding="{encoding}"?><rss>{item}</rss>').title == "Été 港"


@pytest.mark.parametrize(
    ("item", "url"),
    [
        (f"<link>https://feeds.example/~r/1</link><feedburner:origLink>{HERE}</feedburner:origLink>", HERE),
        (f"<link>https://rss.example/1</link><pheedo:origLink>{HERE}</pheedo:origLink>", HERE),
        (f"<link/><guid>{HERE}</guid>", HERE),
        (f"<guid isPermaLink='false'>{HERE}</guid><link>/b</link>", "https://courier.example/b"),
        ("<link>//courier.example/b</link>", "https://courier.example/b"),
        ("<link>../b</link>", "https://courier.example/b"),
        ("<link>?p=7</link>", "https://courier.example/feeds/world.xml?p=7"),
        (f"<link>\n\t{HERE}\n</link>", HERE),
        (f"<link>{HERE}#comments</link>", HERE),
        (f"<link href='{HERE}'></link><atom:link rel='self' href='/s'/>", HERE),
        (f"<atom:link rel='self' href='/s'/><link>{HERE}</link>", HERE),
        (f"<atom:link href='/amp' rel='amphtml'/><atom:link href='{HERE}' rel='Alternate'/>", HERE),
    ],
)
def test_which_address_is_the_articles(item, url):
    assert (
        only(f"<rss xmlns:atom='http://www.w3.org/2005/Atom'><channel><item>{item}</item></channel></rss>").url == url
    )


@pytest.mark.parametrize("base", ["", " ", "https://courier.example/feeds/", "/feeds/", "mailto:a"])
def test_bases_that_mean_something_and_nothing(base):
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{base}"><entry><link href="a"/></entry></feed>'
    assert only(feed).url == "https://courier.example/feeds/a"


MONTHS = {
    "ar": "يناير", "bn": "জানুয়ারি", "cs": "ledna", "da": "januar", "de": "Jänner", "es": "enero", "fi": "tammikuuta",
    "fr": "janv.", "hi": "जनवरी", "hu": "január", "id": "Januari", "it": "gennaio", "nl": "jan.", "no": "januar",
    "pl": "stycznia", "pt": "janeiro", "ro": "ianuarie", "ru": "января", "sv": "januari", "th": "มกราคม",
    "tr": "Ocak", "uk": "січня", "el": "Ιανουαρίου", "he": "ינואר", "hr": "siječnja", "sr": "јануар", "bg": "януари",
}  # fmt: skip


@pytest.mark.parametrize("language", MONTHS)
def test_dates_in_every_language_of_the_catalogue(language):
    month = MONTHS[language]
    assert instant(f"Xyz, 24 {month} 2019 09:00:00 GMT+9") == "2019-01-24T00:00:00Z"
    assert instant(f"24. {month} 2019") == instant(f"{month} 24, 2019") == "2019-01-24"


@pytest.mark.parametrize("text", ["2019年1月24日", "2019. 1. 24.", "2019년 1월 24일", "2019/01/24"])
def test_days_whose_months_are_numbers(text):
    assert instant(text) == "2019-01-24"


def test_half_characters_are_joined_or_passed_over():
    title = "&#55357;&#56832; &#xD83D;&#xde00; &#xd800;Rain&#055357; &#55000;"
    assert only(f"<rss><item><title>{title}</title><link>/a</link></item></rss>").title == "😀 😀 \ufffdRain\ufffd 훘"


@pytest.mark.parametrize("number", ["&#99999999999;", "&#x110000;", "&#xd800;"])
def test_what_feedparser_stumbles_over_is_no_feed(number):
    with pytest.raises(PageError, match=r"^no feed: feedparser: \w+Error"):
        links(f"<rss><channel><item><title>{number}".encode(), URL, "feed")


@pytest.mark.parametrize(
    "flaw", ["<desc", "</a></b></rss>", "<a b=<c>", "<![CDATA[", "</item></channel></rss>", "<>", "\x01<x:"]
)
def test_what_is_broken_in_one_entry_loses_no_other(flaw):
    items = [f"<item><title>Story {n}</title><link>/{n}</link>{flaw if n == 2 else ''}</item>" for n in range(6)]
    found = links(f"<rss version='2.0'><channel>{''.join(items)}</channel></rss>".encode(), URL, "feed")
    assert {0, 1, 4, 5} <= {int(link.url[-1]) for link in found}
    assert all(link.title == f"Story {link.url[-1]}" for link in found if link.url[-1] not in "23")
    urls = [f"<url><loc>/{n}</loc>{flaw if n == 2 else ''}</url>" for n in range(6)]
    found = links(f"<urlset>{''.join(urls)}</urlset>".encode(), URL, "news-sitemap")
    assert {0, 1, 4, 5} <= {int(link.url[-1]) for link in found}


HURTING = {
    "a bomb of entities": '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + f"]><rss><item>{ITEM}&j;</item></rss>",
    "quadratic entities": f"<!DOCTYPE x [<!ENTITY a '{'a' * 50_000}'>]>"
    f"<rss><item>{ITEM}<x>{'&a;' * 50_000}</x></item></rss>",
    "parameter entities": f'<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>{ONE}',
    "levels without end": f"<rss><item>{ITEM}</item>{'<a>' * 100_000}",
    "attributes without end": "<rss " + " ".join(f'a{n}="1"' for n in range(20_000)) + f"><item>{ITEM}</item></rss>",
    "CDATA without end": f"<rss><item>{ITEM}</item>{'<![CDATA[' * 50_000}",
    "ampersands without end": f"<rss><item>{ITEM}<x>{'&' * 300_000}</x></item></rss>",
}  # fmt: skip


@pytest.mark.parametrize("name", HURTING)
def test_what_is_built_to_hurt_costs_no_article(name):
    assert only(HURTING[name]).url == HERE
    assert only(HURTING[name]).title == "Harbour reopens"


def test_a_sitemap_of_several_pieces_keeps_the_newest_wherever_they_stand():
    old = "".join(f"<url><loc>/old/{n}</loc><lastmod>2020-01-01</lastmod></url>" for n in range(60_000))
    new = "".join(f"<n:url><n:loc>/new/{n}</n:loc><n:lastmod>2026-01-01</n:lastmod></n:url>" for n in range(10))
    found = links(f"<urlset xmlns:n='{SITEMAP}'>{old}{new}</urlset>".encode(), URL, "news-sitemap")
    assert [link.url.rsplit("/", 2)[1] for link in found[:11]] == ["new"] * 10 + ["old"]
    assert (len(found), found.announced) == (5_000, 60_010)


def test_a_feed_of_several_pieces_keeps_the_newest_wherever_they_stand():
    text = "word " * 60
    old = "".join(f"<entry><link href='old/{n}'/><updated>2020-01-01</updated>{text}</entry>" for n in range(9_000))
    new = "<entry><link href='new'/><updated>2026-01-01</updated></entry>"
    found = links(f"<feed xml:base='https://courier.example/x/'>{old}{new}</feed>".encode(), URL, "feed")
    assert found[0].url == "https://courier.example/x/new"
    assert found[-1].url.startswith("https://courier.example/x/old/")
    assert (len(found), found.announced) == (5_000, 9_001)


def test_a_large_sitemap_in_another_encoding():
    entries = "".join(f"<url><loc>/{n}</loc><title>Гавань {n}</title></url>" for n in range(120_000))
    content = f"<?xml version='1.0' encoding='windows-1251'?><urlset>{entries}</urlset>".encode("windows-1251")
    found = links(content, URL, "news-sitemap")
    assert (found[0].title, found.announced) == ("Гавань 0", 120_000)


def test_json_that_is_too_large_says_so():
    with pytest.raises(PageError, match="more than 8 MB of JSON"):
        links(b'{"items": [' + b" " * 9_000_000 + b"]}", URL, "feed")


def test_feedparser_is_given_no_more_than_it_can_read_quickly():
    definition = f"<channel href='{HERE}'>{{}}<item href='{HERE}'><title>Harbour reopens</title></item></channel>"
    assert only(definition.format("")).title == "Harbour reopens"
    with pytest.raises(PageError, match="no feed: the root is <channel>"):
        links(definition.format("<a>x</a>" * 30_000).encode(), URL, "feed")


def test_an_index_in_a_circle_ends():
    index = f"<sitemapindex><sitemap><loc>{URL}</loc></sitemap><sitemap><loc> {URL}#x </loc></sitemap></sitemapindex>"
    assert links(index.encode(), URL, "news-sitemap") == []
    assert child_sitemaps(index.encode(), URL) == []


def test_a_bomb_behind_a_bomb_is_refused():
    with pytest.raises(PageError, match="more than 64 MB"):
        links(gzip.compress(zlib_bomb()), URL, "news-sitemap")


def zlib_bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(b" " * 1024**2) for _ in range(66)) + packer.flush()
