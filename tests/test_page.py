"""From bytes to a tree: which encoding, what is refused before it costs seconds."""

from __future__ import annotations

import codecs
import gzip
from random import Random

import pytest

from crawler.errors import NotHTML, PageError
from crawler.page import parse
from crawler.page.encoding import decode
from crawler.page.guard import MAX_BYTES

URL = "https://courier.example/world/ferry"
WORDS = "Les pêcheurs de l’île attendaient déjà « la marée » à l’aube."


def page(body: str, head: str = "") -> str:
    return f"<html><head>{head}</head><body><p>{body}</p></body></html>"


def text_of(html: bytes | str, charset: str | None = None) -> str:
    return parse(html, URL, charset).root.findtext(".//p")


@pytest.mark.parametrize(
    ("encoding", "meta", "header"),
    [
        ("utf-8", "", None),
        ("utf-8", '<meta charset="iso-8859-1">', "windows-1252"),  # both lie
        ("cp1252", "", None),
        ("cp1252", '<meta charset="ISO-8859-1">', None),  # Latin-1 is windows-1252 to a browser
        ("cp1252", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">', "utf-8"),
        ("cp1252", '<meta charset="utf-8">', None),
        ("cp1252", '<meta charset="utf-7">', "idna"),  # codecs of Python that no browser knows
        ("utf-16", "", None),
        ("utf-16-le", "", "utf-16le"),
        ("utf-8-sig", '<meta charset="koi8-r">', None),
    ],
)
def test_accents_survive_whatever_is_declared(encoding, meta, header):
    assert text_of(page(WORDS, meta).encode(encoding), header) == WORDS


@pytest.mark.parametrize(
    ("words", "encoding", "label"),
    [
        ("Паром снова ходит", "koi8-r", "KOI8-R"),
        ("渡し船は月曜日から", "cp932", "Shift_JIS"),
        ("渡し船は月曜日から", "iso2022_jp", "ISO-2022-JP"),
        ("渡船星期一恢复", "gb18030", "gb2312"),
        ("페리가 다시 운항한다", "cp949", "euc-kr"),
        ("Trajekt opět vypluje ž", "cp1250", "windows-1250"),
    ],
)
def test_a_declared_encoding_is_read_from_meta_and_from_the_header(words, encoding, label):
    assert text_of(page(words, f'<meta charset="{label}">').encode(encoding)) == words
    assert text_of(page(words).encode(encoding), label) == words


def test_meta_comes_before_the_header():
    html = page("Паром", '<meta charset="koi8-r">').encode("koi8-r")
    assert text_of(html, "windows-1251") == "Паром"


def test_one_stray_byte_does_not_cost_all_accents():
    html = page(WORDS * 5).encode().replace(b"aube", b"au\xffbe", 1)
    assert "pêcheurs" in text_of(html)


def test_text_may_come_decoded_and_may_hold_what_no_encoding_allows():
    assert text_of(page("caf\ud800é")) == "caf?é"
    assert text_of(page("har\0bour").encode()) == "harbour"
    assert decode("\ufeffabc".encode("utf-16-be")) == "abc"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n", "image"),
        (gzip.compress(b"<p>hello</p>", mtime=0), "gzip"),
        (b"<p>" + bytes(range(1, 9)) * 40, "binary"),
        (b"no tags at all", "no HTML element"),
        (b"std::vector<double> a; if (a<b) return c;", "no HTML element"),
        (b'{"note": "' + b"x" * 70_000 + b'<p>"}', "no HTML element"),
        (b'<?xml version="1.0"?><!-- a --><rss><channel/></rss>', "feed or sitemap"),
        (codecs.BOM_UTF8 + b"<urlset></urlset>", "feed or sitemap"),
    ],
)
def test_what_is_no_page_is_refused_with_the_reason(content, reason):
    with pytest.raises(NotHTML, match=reason) as refused:
        parse(content, URL)
    assert refused.value.stage == "decode"


@pytest.mark.parametrize("charset", [None, "utf-8", "windows-1252", "koi8-r", "gb18030", "iso-8859-6", "shift_jis"])
def test_random_bytes_are_no_page_even_where_they_spell_a_tag(charset):
    noise = Random(7).randbytes(60_000)
    with pytest.raises(NotHTML, match="binary data"):
        parse(b"<p>" + noise, URL, charset)
    with pytest.raises(NotHTML, match="binary data"):
        parse(b"<html><body>" + noise[:500], URL, charset)


@pytest.mark.parametrize("label", ["x-cp1251", "windows-1251", "X-CP1251"])
def test_labels_are_those_of_browsers(label):
    assert text_of(page("Паром снова ходит").encode("cp1251"), label) == "Паром снова ходит"


def test_a_page_of_two_encodings_is_right_in_both():
    words = WORDS.replace("» à", "» «né» à")
    mixed = page(words).encode().replace(b"</p>", b"</p><p>" + words.encode("cp1252") + b"</p>")
    assert [element.text for element in parse(mixed, URL).root.iter("p")] == [words, words]
    assert text_of(page("Et puis l’été").encode().replace(b"t\xc3\xa9</p>", b"t\xc3</p>")) == "Et puis l’ét\ufffd"


def test_utf16_is_known_by_its_zeros():
    assert text_of(page(WORDS).encode("utf-16-le")) == WORDS
    assert text_of(page("Паром").encode("utf-16-be")) == "Паром"


def test_a_declaration_counts_where_browsers_look():
    cyrillic = "Паром снова ходит"
    head = "<!-- <meta charset=koi8-r> --><meta name=description content='charset=koi8-r'><meta charset=windows-1251>"
    assert text_of(page(cyrillic, head).encode("cp1251")) == cyrillic


def test_white_space_and_stray_bytes_make_no_page_binary():
    assert text_of(b" \r\n" * 50_000 + page(WORDS).encode()) == WORDS
    assert "pêcheurs" in text_of(page(WORDS * 10).encode().replace(b"aube", b"au\xff\x01be", 3))


COSTLY = {
    "bytes": b"<p>" + b"x" * MAX_BYTES,
    "tags": b"<i>" * 700_000,
    "table rows": b"<table>" + b"<tr><td>1" * 30_000,
    "attributes": b"<p " + b" ".join(b"a%d=1" % n for n in range(60_000)) + b">text",
    "attributes, in many tags": (b"<p " + b" ".join(b"a%d" % n for n in range(1_500)) + b">text") * 200,
}


@pytest.mark.parametrize("content", COSTLY.values(), ids=COSTLY)
def test_what_would_cost_seconds_is_refused_before_it_is_parsed(content):
    with pytest.raises(PageError) as refused:
        parse(content, URL)
    assert refused.value.stage == "parse"


def test_long_scripts_and_long_attributes_are_no_attack():
    script = "<script>var a = " + "b < c + 1, " * 20_000 + "0</script>"
    picture = f'<p data-sizes="{"w=1 " * 20_000}">{WORDS}</p>'
    root = parse(f"<html><body>{script}{picture}</body></html>", URL).root
    assert root.findtext(".//p") == WORDS


def test_a_page_holds_meta_and_json_ld_and_no_comments():
    html = page(
        "a<!-- b -->c",
        '<meta property="og:title" content=" Ferry "><script type="application/ld+json">[{"a":1}]</script>',
    )
    read = parse(html, URL)
    assert read.meta["og:title"] == ["Ferry"]
    assert read.jsonld == [{"a": 1}]
    assert "".join(read.root.find(".//p").itertext()) == "ac"
