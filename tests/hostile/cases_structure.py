# ruff: noqa: E501 (pages stay on one line)
"""Pages that are built to hurt, or that are no pages."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

from hostile.case import Answer, Body, Case
from hostile.stories import Story, page, story

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.html", page(story("zip")))
    return buffer.getvalue()


def _read(name: str, inside: Callable[[Story], str] | str = "", *, says: int = 5, **more: Any) -> Case:
    """An article with something in it that must not cost it its words."""
    tale = story(name)
    body = page(tale, inside=inside) if isinstance(inside, str) else inside(tale)
    columns = {"headline": tale.headline} | more.pop("columns", {})
    return Case(name, "structure", {"": Answer(body)}, columns=columns, says=tale.texts[:says], **more)


def _refused(name: str, body: Body, reason: str, *, outcome: Any = ("not_article", "error"), **answer: Any) -> Case:
    """What is no article, or costs too much: no row but a reason."""
    return Case(name, "structure", {"": Answer(body, **answer)}, articles=0, outcome=outcome, reason=reason)


def _bare(tale: Story, inside: str) -> str:
    return f"<html><head><title>{tale.headline}</title></head><body>{inside}</body></html>"


def _either(name: str, body: Body) -> Case:
    """Whatever comes of it: with the article it has the right words, without it a reason."""
    tale = story(name)

    def check(found: Any) -> None:
        for row in found.articles:
            assert tale.texts[0] in (row["body_text"] or ""), (row["body_text"] or "")[:200]
        assert all(row["reason"] for row in found.fetches), "no reason"

    return Case(name, "structure", {"": Answer(body)}, articles=-1, check=check)


DEEP, SVG, ROWS, LINKS = story("deep"), story("svg"), story("rows"), story("links")
CASES = [
    _either("divs-a-hundred-thousand-deep", page(story("divs-a-hundred-thousand-deep"), inside="<div>" * 100_000)),
    _either("lists-deep", page(story("lists-deep"), inside="<ul><li>" * 30_000)),
    _either("fonts-deep", page(story("fonts-deep"), inside="<font><b><i>" * 20_000 + "x")),
    _either("tables-in-tables", page(story("tables-in-tables"), inside="<table><tr><td>" * 5_000 + "x")),
    _either("text-at-the-bottom-of-a-pit", _bare(story("text-at-the-bottom-of-a-pit"), "<div>" * 2_000 + story("text-at-the-bottom-of-a-pit").html)),
    _refused("a-million-attributes", page(story("ma"), inside="<p " + " ".join(f"a{n}" for n in range(300_000)) + ">x"), "attributes"),
    _read("an-attribute-of-four-megabytes", f"<p class='{'x' * 4_000_000}'>Seen.</p>"),
    _refused("two-hundred-thousand-rows", page(story("rows"), inside="<table>" + "<tr><td>1<td>2" * 200_000 + "</table>"), "rows|tags"),
    _either("fifty-thousand-links", page(story("fifty-thousand-links"), inside="".join(f"<a href=/world/x-{n}>link {n}</a> " for n in range(50_000)))),
    _refused("a-million-tags", "<p>" + "<b>x</b>" * 500_000, "tags"),
    _either("one-line-of-six-megabytes", page(story("one-line-of-six-megabytes"), inside="<p>" + "word " * 1_200_000)),
    _refused("nine-megabytes-of-paragraphs", "<p>The tide waits for nobody.</p>\n" * 300_000, "8388608|larger|bytes"),
    _either("five-megabytes-of-paragraphs", page(story("five-megabytes-of-paragraphs"), inside="<p>The tide waits for nobody in this town, they say again.</p>\n" * 70_000)),
    _either("a-hundred-thousand-empty-paragraphs", page(story("a-hundred-thousand-empty-paragraphs"), inside="<p></p>" * 100_000)),
    _either("a-hundred-thousand-breaks", page(story("a-hundred-thousand-breaks"), inside="<br>" * 100_000)),
    _either("a-hundred-thousand-headings", page(story("a-hundred-thousand-headings"), inside="<h2>Head</h2>" * 60_000)),
    _either("ten-thousand-headlines", page(story("ten-thousand-headlines"), inside="<h1>Head of it</h1>" * 10_000)),
    _either("fifty-thousand-metas", page(story("fifty-thousand-metas"), "<meta name=author content='Ann Lee'>" * 50_000)),
    _read("nothing-is-closed", lambda tale: f"<html><head><title>{tale.headline}<body><article><h1>{tale.headline}<p>{'<p>'.join(tale.texts)}".replace("<body>", "</title><body>")),
    _read("closed-twice-and-crosswise", lambda tale: page(tale).replace("</p>", "</b></p></p></i></div></p>").replace("<p>", "<p><b><i>")),
    _read("unquoted-and-odd-attributes", lambda tale: page(tale).replace("<p>", "<p =\"' class=a\"b <i>").replace("</p>", "</i></p>"), columns={"headline": lambda text: bool(text)}, says=0),
    _read("a-huge-drawing", "<svg>" + '<path d="M0 0L9 9"/>' * 60_000 + "<text>drawn</text></svg>", hides=("M0 0L9",)),
    _read("a-picture-within", f"<p><img src='data:image/png;base64,{'A' * 3_000_000}' alt='quay'></p>", hides=("AAAAAAAA",)),
    _read("a-huge-style-and-script", f"<style>{'p {color: red}' * 150_000}</style><script>{'var a = 1;' * 200_000}</script>", hides=("color: red", "var a")),
    _read("comments-without-end", "<!-- " + "<p>hidden</p> -" * 100_000 + "-->", hides=("hidden",)),
    _read("a-comment-that-never-ends", lambda tale: page(tale).replace("</article>", "</article><!-- hidden ")),
    _read("conditional-comments", lambda tale: page(tale).replace("<article>", "<!--[if IE]><p>hidden words of old</p><![endif]--><article>"), hides=("hidden words",)),
    _read("cdata-within", lambda tale: page(tale).replace("<article>", "<![CDATA[ <p>in cdata</p> ]]><article>"), says=5),
    _read("xhtml", lambda tale: '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://127.0.0.1:1/x.dtd"><html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en">' + page(tale).partition(">")[2].partition(">")[2]),
    _read("entities-of-its-own", lambda tale: '<!DOCTYPE html [<!ENTITY lol "ha"><!ENTITY lol2 "&lol;&lol;&lol;"><!ENTITY file SYSTEM "file:///etc/passwd">]>' + page(tale, inside="<p>&lol2; &file; &amp; the end of this story is near.</p>").partition(">")[2], hides=("root:", "hahaha")),
    _read("upper-case", lambda tale: page(tale).replace("<p>", "<P>").replace("</p>", "</P>").replace("<article>", "<ARTICLE>").replace("h1>", "H1>")),
    _read("text-in-noscript-too", lambda tale: page(tale, inside="<noscript><p>Please switch on scripts to see this picture of the quay.</p></noscript>")),
    _read("two-documents-in-one", lambda tale: page(tale) + page(story("the second document")), says=5),
    _read("a-base-that-lies", lambda tale: page(tale, '<base href="javascript:alert(1)"><meta property="og:image" content="a.jpg">')),
    _read("hidden-words", lambda tale: page(tale, inside="<p style='display:none'>Secret words for machines alone, in great number.</p><p hidden>More secret words for machines alone.</p>"), hides=("ecret words",)),
    _refused("a-frameset", "<html><head><title>Frames</title></head><frameset><frame src=/a><frame src=/b></frameset></html>", "."),
    _refused("an-empty-body", "<html><head><title>A title</title></head><body></body></html>", ".", outcome=("not_article", "empty")),
    _refused("only-scripts", "<html><head><title>App</title></head><body><div id=root></div>" + "<script>var a = 1;</script>" * 20 + "</body></html>", ".", outcome=("not_article", "empty")),
    _refused("nothing-at-all", b"", "empty", outcome="empty"),
    _refused("spaces-only", b" \r\n\t" * 1_000, "empty", outcome=("empty", "not_article")),
    _refused("only-a-mark", b"\xef\xbb\xbf", "empty|no HTML", outcome="empty"),
    _refused("zeros-only", b"\0" * 100_000, "empty|binary", outcome="empty"),
    _refused("json-as-html", b'{"headline": "A", "body": "' + b"x" * 5_000 + b'"}', "no HTML"),
    _refused("xml-as-html", b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>A</title></item></channel></rss>', "feed"),
    _refused("a-sitemap-as-html", b"<urlset><url><loc>https://example.org/</loc></url></urlset>", "sitemap"),
    _refused("other-xml-as-html", b'<?xml version="1.0"?><records><record><name>x</name></record></records>', "."),
    _refused("text-as-html", b"Just some words, and nothing else at all. " * 60, "no HTML"),
    _refused("css-as-html", b"p > a { color: red } /* <b> */" * 500, "."),
    _refused("pdf-as-html", PDF * 20, "PDF"),
    _refused("png-as-html", PNG, "image"),
    _refused("jpeg-as-html", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 30, "image"),
    _refused("webp-as-html", b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(range(256)) * 30, "image"),
    _refused("mp4-as-html", b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 30, "."),
    _refused("mp3-as-html", b"ID3\x03\x00\x00" + bytes(range(256)) * 30, "."),
    _refused("zip-as-html", _zip(), "zip"),
    _refused("gzip-of-a-zip-as-html", gzip.compress(_zip(), mtime=0), "zip"),
    _refused("zlib-as-html", zlib.compress(page(story("zl")).encode()), "."),
    _refused("exe-as-html", b"MZ\x90\x00\x03" + bytes(range(256)) * 30, "."),
    _refused("noise-as-html", bytes((n * 7919 + n // 256 * 31) % 256 for n in range(60_000)), "."),
    _refused("noise-with-a-tag", b"<p>" + bytes((n * 7919 + n // 256 * 31) % 256 for n in range(60_000)), "."),
    _refused("a-picture-by-its-type", PNG, "image/png", content_type="image/png"),
    _refused("a-video-by-its-type", b"\0" * 1_000_000, "video/mp4", content_type="video/mp4"),
    _refused("octets-by-their-type", page(story("octets")), "octet", content_type="application/octet-stream"),
    Case("no-type-at-all", "structure", {"": Answer(page(story("no-type-at-all")), None)}, says=story("no-type-at-all").texts),
    Case("a-type-that-is-nonsense", "structure", {"": Answer(page(story("nonsense")), "text/html; charset=;;; =\"x")}, says=story("nonsense").texts),
    Case("text-plain-that-is-html", "structure", {"": Answer(page(story("plaintype")), "text/plain; charset=utf-8")}, articles=-1),
    Case("a-type-of-ten-thousand-characters", "structure", {"": Answer(page(story("longtype")), "text/html; x=" + "y" * 10_000)}, articles=-1),
]  # fmt: skip
