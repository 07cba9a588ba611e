"""Pages that are built to hurt: by name, a function that writes one. `bench/fuzz_extract.py --hostile` reads them.

Nearly all wear an ordinary article round the hostile part, so that no early refusal spares the later stages;
many come in several sizes, since what just passes a bound costs more than what is refused by it.
"""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crawler.catalogue import Select

HEADLINE = "Harbour ferry runs again after four weeks of storm"
SENTENCE = "The ferry between the two islands runs again from Monday, the harbour office said in a short note."
URL = "https://courier.example/world/2026/03/harbour-ferry-runs-again-after-four-weeks"
PARAGRAPH = f"<p>{SENTENCE}</p>"
TEXT = PARAGRAPH * 6
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Hostile:
    """One page with what its server and its source say."""

    html: bytes | str
    charset: str | None = None
    select: Select | None = None


Builder = Callable[[], Hostile]


def article(
    inside: str = "", *, head: str = "", before: str = "", after: str = "", headline: str = HEADLINE, text: str = TEXT
) -> str:
    """An ordinary page with something in its head, above the headline, in the text or below it."""
    return (
        f"<!doctype html><html lang=en><head><title>{HEADLINE} | The Courier</title>"
        f'<meta property="og:title" content="{HEADLINE}"><meta property="og:site_name" content="The Courier">{head}'
        f"</head><body>{before}<main><article class=story><h1>{headline}</h1><p class=lead>{SENTENCE} {SENTENCE}</p>"
        f"<p class=byline>By Ann Lee</p><time datetime=2026-03-03T08:00:00Z>3 March 2026</time>"
        f"<div class=text>{text}{inside}{text}</div></article></main>{after}</body></html>"
    )


def ld(value: Any) -> str:
    """A JSON-LD script; a string goes in as it is."""
    said = value if isinstance(value, str) else json.dumps(value)
    return f'<script type="application/ld+json">{said}</script>'


def news(**fields: Any) -> dict[str, Any]:
    """JSON-LD of the article, with some fields put in."""
    return {"@type": "NewsArticle", "headline": HEADLINE, "url": URL, "author": {"name": "Ann Lee"}} | fields


def page(html: str) -> Hostile:
    return Hostile(html.encode("utf-8", "surrogatepass"))


def _nested(tag: str, depth: int, inside: str = "", every: str = "") -> str:
    name = tag.split()[0]
    return f"<{tag}>{every}" * depth + inside + f"</{name}>" * depth


def _sizes() -> dict[str, Builder]:
    """Much of everything."""
    return {
        "10 MB of paragraphs": lambda: page(article(PARAGRAPH * (10 * MB // len(PARAGRAPH)))),
        "2 MB of paragraphs": lambda: page(article(PARAGRAPH * (19 * MB // 10 // len(PARAGRAPH)))),
        "2 MB of one-word paragraphs": lambda: page(article("<p>word</p>" * 19_000)),
        "50k <p>": lambda: page(article("<p>Said so.</p>" * 50_000)),
        "19k <p>, each of its own class": lambda: page(
            article("".join(f"<p class=c{n}>{SENTENCE}</p>" for n in range(19_000)))
        ),
        "19k <p> in a <div> each": lambda: page(article(f"<div class=row>{PARAGRAPH}</div>" * 19_000)),
        "50k h1": lambda: page(article("<h1>Another headline of the day</h1>" * 50_000)),
        "19k h1 with a sentence each": lambda: page(article(f"<div><h1>Other {SENTENCE}</h1></div>" * 19_000)),
        "5k articles with h1 and text": lambda: page(
            article(after=f"<article class=story><h1>Other</h1>{PARAGRAPH}</article>" * 5_000)
        ),
        "5k nested articles with h1": lambda: page(
            article(_nested("article class=story", 240, every=f"<h1>Other</h1>{PARAGRAPH}" * 20))
        ),
        "h2 19k": lambda: page(article(f"<h2>A subhead</h2>{PARAGRAPH}" * 9_500)),
        "100k links": lambda: page(article('<a href="/world/an-article-12345">An article</a> ' * 100_000)),
        "100k links in paragraphs": lambda: page(article('<p><a href="/by/ann-lee">By Ann Lee</a></p>' * 100_000)),
        "100k links before the headline": lambda: page(article(before='<a href="/by/x" rel=tag>By Lee</a>' * 100_000)),
        "1M text nodes, <br>": lambda: page(article("word<br>" * 1_000_000)),
        "500k text nodes, <b>": lambda: page(article("a<b>b</b>" * 250_000)),
        "49k text nodes in one paragraph": lambda: page(article(f"<p>{'a <b>word</b> ' * 24_000}</p>")),
        "190k tags, one paragraph each 40": lambda: page(article(f"<p>{'a <i>word</i> ' * 40}</p>" * 2_300)),
        "table of 100k cells in one row": lambda: page(article(f"<table><tr>{'<td>1</td>' * 100_000}</table>")),
        "table of 100k cells, 316 rows": lambda: page(
            article(f"<table>{('<tr>' + '<td>12</td>' * 316) * 316}</table>")
        ),
        "table of 19k cells, 19k rows": lambda: page(article(f"<table>{'<tr><td>12 tons' * 19_000}</table>")),
        "19k tables": lambda: page(article("<table><tr><td>12 tons of grain</table>" * 19_000)),
        "tables nested": lambda: page(article("<table><tr><td>12" * 10_000)),
        "list of 100k entries": lambda: page(article(f"<ul>{'<li>An entry of it' * 100_000}</ul>")),
        "list of 19k entries": lambda: page(article(f"<ul>{f'<li>{SENTENCE}' * 19_000}</ul>")),
        "lists nested": lambda: page(article("<ul><li>an entry" * 20_000)),
        "100k <meta>": lambda: page(article(head='<meta name=author content="Ann Lee">' * 100_000)),
        "100k <meta> of dates": lambda: page(article(head='<meta name=date content="3/4 2026 99:99">' * 100_000)),
        "100k <meta> of other names": lambda: page(
            article(head="".join(f"<meta name=n{n} content=x>" for n in range(100_000)))
        ),
        "100k <title>": lambda: page(article(after="<title>One more</title>" * 100_000)),
        "100k <time>": lambda: page(article("<time datetime=2026-99-99>soon</time>" * 100_000)),
        "50k <article>": lambda: page(article(f"<article>{SENTENCE}</article>" * 50_000)),
        "50k <blockquote>": lambda: page(article(f"<blockquote>{SENTENCE}</blockquote>" * 50_000)),
        "100k empty elements": lambda: page(article("<div></div>" * 100_000)),
        "190k empty elements": lambda: page(article("<i></i>" * 95_000)),
        "590k tags": lambda: page(article("<i>x</i>" * 290_000)),
        "100k <figure>": lambda: page(
            article("<figure><img src=x><figcaption>A picture</figcaption></figure>" * 90_000)
        ),
        "100k <input> and <option>": lambda: page(article(f"<select>{'<option>x' * 100_000}</select>")),
        "100k <link>": lambda: page(article(head="<link rel=stylesheet href=x>" * 100_000)),
        "100k <script>": lambda: page(article("<script>x=1</script>" * 100_000)),
        "100k JSON-LD scripts": lambda: page(article(ld(news()) * 50_000)),
        "16 MB of white space": lambda: page(article(" " * 15 * MB)),
        "10 MB comment": lambda: page(article(f"<!-- {'x' * 10 * MB} -->")),
        "1M comments": lambda: page(article("<!-- x -->" * 500_000)),
        "10 MB <style>": lambda: page(article(f"<style>{'p{color:red}' * 800_000}</style>")),
        "1M entities": lambda: page(article("<p>" + "&amp;&nbsp;&#8217;&notanentity;" * 60_000)),
        "1M numeric entities": lambda: page(article("<p>" + "&#x110000;&#0;&#xd800;" * 80_000)),
    }


def _depths() -> dict[str, Builder]:
    """Deep trees, of every kind of element."""
    found: dict[str, Builder] = {}
    for tag in (
        "div",
        "span",
        "b",
        "i",
        "p",
        "font",
        "a",
        "section",
        "ul",
        "blockquote",
        "custom-x",
        "h1",
        "figure",
        "article",
        "td",
        "object",
        "div class=comment",
        "p class=lead",
        "em id=intro",
        "svg",
        "form",
    ):
        for depth in (240, 490, 2_000, 100_000):
            found[f"{depth:,} nested <{tag}>"] = lambda tag=tag, depth=depth: page(  # type: ignore[misc]
                article(_nested(tag, depth, SENTENCE, "a "))
            )
    for depth in (200, 450, 1_900):
        found |= _deep_and_broad(depth)
    found |= {
        "100k unclosed <div>": lambda: page(article("<div>" * 100_000 + SENTENCE)),
        "100k unclosed <b><i> (adoption agency)": lambda: page(article("<p><b><i><u><a href=x>word</p>" * 25_000)),
        "formatting elements misnested": lambda: page(article("<b><p><i></b>word</p></i>" * 50_000)),
        "100k end tags that close nothing": lambda: page(article("</b></div></p>" * 100_000)),
        "nested tables and forms, misnested": lambda: page(article("<table><form><tr></form><td><p>x" * 10_000)),
        "1,000 nested <html><body>": lambda: page(article("<html class=x><body id=y>" * 1_000)),
    }
    return found


def _deep_and_broad(depth: int) -> dict[str, Builder]:
    """Many of something below `depth` elements: what walks to the root for each of them costs their product."""

    def below(tag: str, inside: str) -> Builder:
        return lambda: page(article(_nested(tag, depth, inside)))

    return {
        f"10k <p> {depth} deep": below("div", PARAGRAPH * 10_000),
        f"19k short <p> {depth} deep": below("div", "<p>word</p>" * 19_000),
        f"10k <li> {depth} deep": below("div", f"<ul>{'<li>an entry' * 10_000}</ul>"),
        f"10k <td> {depth} deep": below("div", f"<table><tr>{'<td>an entry' * 10_000}</table>"),
        f"10k classes {depth} deep": below("div", "".join(f"<p class=c{n}>{SENTENCE}</p>" for n in range(10_000))),
        f"one <p> a level, {depth} deep": lambda: page(article(_nested("div", depth, every=PARAGRAPH * 10))),
        f"named leads, {depth} deep": lambda: page(
            article(text="", before=_nested("div", depth, "<h1>Ferry</h1>" + f"<p class=lead>{SENTENCE}</p>" * 5_000))
        ),
        f"big leads in the head, {depth} deep": lambda: page(
            article(_nested("span class=intro", depth, f"<span>{SENTENCE}</span>" * 3_000))
        ),
        f"figures of figures, {depth} deep": below("figure", f"{'<i>x</i>' * 90_000}<blockquote>x</blockquote>"),
        f"spans over one long text, {depth} deep": below("span class=bold", "word " * 200_000),
        f"paragraphs nested by spans, {depth} deep": lambda: page(
            article(f"<p>{SENTENCE}<span>" * depth + "word " * 200_000)
        ),
        f"links over 20k words, {depth} deep": below("a rel=tag", "word <i>x</i> " * 20_000),
        f"h1 in h1, {depth} deep": lambda: page(article(before="<h1>Ferry<span>" * depth + "word " * 100_000)),
        f"time in time, {depth} deep": below("time", f"3 March 2026 {'12 ' * 100_000}"),
        f"bylines in bylines, {depth} deep": below("span class=byline", "By Ann Lee " * 20_000),
        f"headings in headings, {depth} deep": lambda: page(
            article("<h2><span>a subhead" * depth + "x <i>y</i>" * 20_000)
        ),
    }


def _attributes() -> dict[str, Builder]:
    """Attributes without measure."""
    many = " ".join(f"a{n}=1" for n in range(1_000_000))
    return {
        "1M attributes on one element": lambda: page(article(f"<p {many}>x</p>")),
        "1M attributes on <html>": lambda: page(article().replace("<html", f"<html {many}", 1)),
        "1M attributes on a <script>": lambda: page(article(f"<script {many}></script>")),
        "1M attributes after a fake <script": lambda: page(article(f"<!-- <script --><p {many}>x</p>")),
        "1M attributes in a comment's <script": lambda: page(article(f'<p title="<script">x</p><p {many}>x</p>')),
        "1M duplicate attributes": lambda: page(article(f"<p {'class=a ' * 1_000_000}>x</p>")),
        "1M attributes without a space": lambda: page(article("<p " + "a='1'" * 1_000_000 + ">x</p>")),
        "1M attributes with slashes": lambda: page(article("<p" + "/a" * 1_000_000 + ">x</p>")),
        "1M attributes, > in quotes": lambda: page(
            article("<p " + " ".join(f'b{n}=">"' for n in range(1_000_000)) + ">x</p>")
        ),
        "1M attributes, < between": lambda: page(article(f"<p {many.replace('a99', '<a99')}>x</p>")),
        "20k attributes by quotes alone": lambda: page(
            article("<p " + "".join(f"x{n}='" for n in range(40_000)) + ">x</p>")
        ),
        "3,900 attributes on one element": lambda: page(
            article("<p " + " ".join(f"a{n}" for n in range(3_900)) + ">x</p>")
        ),
        "99 attributes on 10k elements": lambda: page(
            article(f"<p {' '.join(f'a{n}' for n in range(99))}>word</p>" * 10_000)
        ),
        "250 short attributes on 10k elements": lambda: page(
            article(f"<p {' '.join(f'a{n:02x}' for n in range(240))}>word</p>" * 10_000)
        ),
        "1M attributes spread, two an element": lambda: page(article('<i a="1" b="2">x</i>' * 290_000)),
        "1M attributes spread, fifty an element": lambda: page(
            article(f"<i {' '.join(f'a{n}=1' for n in range(50))}>x</i>" * 19_000)
        ),
        "attribute of 10 MB": lambda: page(article(f'<p title="{"word " * 2 * MB}">x</p>')),
        "class of 10 MB": lambda: page(article(f'<p class="{"x" * 10 * MB}">{SENTENCE}</p>')),
        "class of 2M words": lambda: page(article(f'<p class="{"lead- " * 2_000_000}">{SENTENCE}</p>')),
        "class of 2M words, on the container": lambda: page(article(f'<div class="{"aB" * 4_000_000}">{TEXT}</div>')),
        "id of 10 MB": lambda: page(article(f'<p id="{"-a" * 5 * MB}">{SENTENCE}</p>')),
        "style of 10 MB": lambda: page(article(f'<p style="{"display " * MB}">{SENTENCE}</p>')),
        "style of spaces": lambda: page(article(f'<p style="{("display" + " " * 9_000) * 500}">{SENTENCE}</p>')),
        "role of 5 MB": lambda: page(article(f'<div role="{"x" * 5 * MB}" aria-hidden="{"y" * 5 * MB}">{TEXT}</div>')),
        "10k classes of 1 kB": lambda: page(
            article("".join(f'<p class="{"lead-in " * 100}{n}">{SENTENCE}</p>' for n in range(9_000)))
        ),
        "href of 5 MB": lambda: page(article(f'<a href="/by/{"a/" * 2_500_000}">By Ann Lee</a>')),
        "canonical of 5 MB": lambda: page(article(head=f'<link rel=canonical href="{URL}/{"a/" * 2_500_000}">')),
        "rel of 5 MB": lambda: page(article(head=f'<link rel="{"x " * 2_500_000}" href=x>')),
        "og:image of 5 MB": lambda: page(
            article(head=f'<meta property="og:image" content="https://x.example/{"%" * 5 * MB}">')
        ),
        "lang of 5 MB": lambda: page(article().replace("lang=en", f'lang="{"en-" * MB}"', 1)),
        "meta name of 5 MB": lambda: page(article(head=f'<meta name="{"x" * 5 * MB}" content=x>')),
        "meta content of 10 MB, each field": lambda: page(
            article(
                head="".join(f'<meta name="{name}" property="{name}" content="{"word, " * 130_000}">' for name in METAS)
            )
        ),
        "datetime of 5 MB": lambda: page(article(f'<time datetime="{"2026-" * MB}">x</time>')),
    }


METAS = (
    "author",
    "description",
    "og:title",
    "og:description",
    "article:published_time",
    "keywords",
    "news_keywords",
    "article:section",
    "og:site_name",
    "og:url",
    "robots",
    "og:type",
)


def _lines() -> dict[str, Builder]:
    """Lines and words without end, each where a field is read."""
    found: dict[str, Builder] = {}
    baits = {
        "letters": "a" * MB,
        "words": "word " * (MB // 5),
        "Capital Words": "Ann Lee " * (MB // 8),
        "accents": "é" * (MB // 2),
        "CJK": "字" * (MB // 3),
        "spaces": "a" + " " * MB + "b",
        "no-break spaces": "a" + "\u00a0 " * (MB // 3) + "b",
        "digits": "1" * MB,
        "dots": "." * MB,
        "commas": "a, " * (MB // 3),
        "bars": "a | " * (MB // 4),
        "dashes": " - " * (MB // 3),
        "dates": "3/4/2026 " * (MB // 9),
        "days": "12 de 12 de 12 " * (MB // 15),
        "and": "Ann and " * (MB // 8),
        "By": "By " * (MB // 3),
        "quotes": "\"'«" * (MB // 4),
        "at": "a@" * (MB // 2),
        "brackets": "(" * MB,
        "tags": "&lt;a " * (MB // 6),
        "entities": "&amp;amp;" * (MB // 9),
        "zalgo": "a" + "\u0301" * (MB // 2),
        "marks": "\u0301\u0323" * (MB // 4),
        "joiners": "\u200d" * (MB // 3),
        "bidi": "\u202e\u2066" * (MB // 6),
        "hidden tags": "\U000e0041" * (MB // 4),
        "Hangul jamo": "\u1100\u1161" * (MB // 6),
        "emoji": "👩\u200d👧" * (MB // 11),
        "Thai": "ก" * (MB // 3),
        "underscores": "_" * MB,
        "upper": "A" * MB,
        "mixed case": "aB" * (MB // 2),
        "http": "http://" * (MB // 7),
        "hyphens": "a-" * (MB // 2),
        "ends": "word. " * (MB // 6),
        "times": "12:34 " * (MB // 6),
        "line breaks": "a\n" * (MB // 2),
        "NUL": "a\0" * (MB // 2),
        "controls": "a\x01\x85" * (MB // 4),
    }
    for name, bait in baits.items():
        found[f"1 MB line of {name}, in a paragraph"] = lambda bait=bait: page(article(f"<p>{bait}</p>"))  # type: ignore[misc]
        found[f"300 kB of {name}, everywhere"] = lambda bait=bait: page(_everywhere(bait[:300_000]))  # type: ignore[misc]
        found[f"1 kB of {name}, everywhere, often"] = lambda bait=bait: page(_often(bait[:900]))  # type: ignore[misc]
    return found


def _everywhere(bait: str) -> str:
    """The bait in every place that a field is read from."""
    plain = bait.replace('"', "'").replace("&lt;", "<")
    names = ("author", "description", "article:section", "keywords", "date", "og:site_name", "og:image", "og:type")
    head = "".join(f'<meta name="{name}" property="{name}" content="{plain}">' for name in names)
    fields = ("headline", "description", "articleSection", "keywords", "datePublished", "inLanguage", "image")
    declared = ld(news(**dict.fromkeys(fields, bait[:50_000]), author=[{"name": bait[:20_000]}]))
    before = f"<p class=kicker><a>{bait}</a></p><p class=section>{bait}</p>"
    inside = (
        f"<p>By {bait}</p><h2>{bait}</h2><p class=byline>{bait}</p><b>{bait}</b><time>{bait}</time><p>{bait}<br>{bait}"
    )
    return article(inside, head=head + declared, before=before, headline=f"{HEADLINE} {bait}")


def _often(bait: str) -> str:
    head = "".join(f'<meta name="{name}" content="{bait.replace(chr(34), chr(39))}">' for name in METAS * 20)
    lines = f"<p>{bait}</p><h2>{bait[:80]}</h2><p><b>{bait[:60]}</b></p><p class=byline>{bait[:150]}</p><li>{bait}"
    return article(
        lines * 350, head=head + ld([news(keywords=bait, author=bait, datePublished=bait)] * 50), before=lines * 20
    )


def _json() -> dict[str, Builder]:
    """JSON-LD, broken in every way, and the state of scripts."""
    deep = 100_000
    wrong = [None, True, 0, -1, 1.5, 10**400, "", [], {}, [[]], [None], {"name": None}, {"@value": []}, "\ud800", "\0"]
    keys = (
        "@type",
        "@id",
        "@graph",
        "headline",
        "name",
        "author",
        "datePublished",
        "dateModified",
        "articleSection",
        "keywords",
        "image",
        "publisher",
        "inLanguage",
        "isAccessibleForFree",
        "hasPart",
        "mainEntityOfPage",
        "mainEntity",
        "url",
        "description",
        "articleBody",
        "itemListElement",
        "alternateName",
        "creator",
        "thumbnailUrl",
        "liveBlogUpdate",
    )
    swaps = [news(**{key: value}) for key in keys for value in wrong] + [
        {"@type": "BreadcrumbList", key: value} for key in keys for value in wrong
    ]
    declared: dict[str, str] = {
        "5 MB, valid": json.dumps(news(articleBody=SENTENCE * 50_000)),
        "500 kB, valid": json.dumps(news(articleBody=SENTENCE * 4_900)),
        "500 kB, broken at the end": json.dumps(news(articleBody=SENTENCE * 4_900))[:-1] + ",,}",
        "500 kB of backslashes": '{"a": "' + "\\x" * 250_000 + '"}',
        "500 kB of commas and spaces": '{"a": [' + "," + " " * 500_000 + "x]}",
        "500 kB of comma-space": '{"a": [' + ",    " * 100_000 + "]}",
        "500 kB of spaces before -->": "<!--" + " " * 500_000 + "{} -->x",
        "500 kB of &quot;": "{" + "&quot;a&quot;:1," * 25_000 + "}",
        "500 kB of controls": '{"a": "' + "\x01\x02" * 250_000 + '"}',
        "lists nested 100k": "[" * deep + "]" * deep,
        "objects nested 100k": '{"a":' * deep + "1" + "}" * deep,
        "@graph nested 40k": '{"@graph":[' * 40_000 + "1" + "]}" * 40_000,
        "@graph nested 900": '{"@type":"NewsArticle","@graph":[' * 900 + "1" + "]}" * 900,
        "mainEntity nested 900": '{"@type":"NewsArticle","mainEntity":' * 900 + "1" + "}" * 900,
        "author nested 900": '{"@type":"NewsArticle","headline":"x","author":' + '{"name":' * 900 + "1" + "}" * 901,
        "authors nested lists 900": '{"@type":"NewsArticle","headline":"x","author":'
        + "[" * 900
        + '"Ann"'
        + "]" * 900
        + "}",
        "wrong types": json.dumps(swaps),
        "wrong types, one level": json.dumps([*wrong, [*wrong], {"@graph": wrong}]),
        "100k nodes": json.dumps([{"@type": "NewsArticle"}] * 17_000),
        "17k articles with headlines": json.dumps([{"@type": "Article", "headline": "F"}] * 12_000),
        "2,000 articles of this page": json.dumps([news(a=n) for n in range(1_900)]),
        "2,000 authors by @id": json.dumps(
            [news(author=[{"@id": f"#{n}"} for n in range(1_000)])]
            + [{"@id": f"#x{n}", "a": 1, "b": 2} for n in range(5_000)]
        ),
        "cyclic @id": json.dumps(
            [
                news(author={"@id": "#a"}),
                {"@id": "#a", "author": {"@id": "#b"}, "sameAs": 1},
                {"@id": "#b", "author": {"@id": "#a"}, "x": 1},
            ]
        ),
        "duplicate keys": "{" + '"@type":"NewsArticle","headline":"Ferry",' * 12_000 + '"a":1}',
        "NaN, Infinity": '{"@type":"NewsArticle","headline":NaN,"author":Infinity,"datePublished":-Infinity}',
        "huge ints": '{"@type":"NewsArticle","headline":' + "9" * 100_000 + ',"datePublished":' + "9" * 4_301 + "}",
        "huge floats": '{"@type":"NewsArticle","headline":' + "9" * 100_000 + '.5,"datePublished":1e999999999}',
        "lone surrogates": '{"@type":"NewsArticle","headline":"\\ud800 Ferry","author":"\\udfff Lee"}',
        "names of 10k words": json.dumps(news(author=["Ann and Bo, " * 5_000] * 8)),
        "keywords of 500 kB": json.dumps(news(keywords="a," * 240_000)),
        "a list of 100k keywords": json.dumps(news(keywords=["ferry"] * 50_000)),
        "types of 500 kB": json.dumps(news(**{"@type": ["Article/" * 50_000]})),
        "100k types": json.dumps(news(**{"@type": ["NewsArticle"] * 30_000})),
        "description of 500 kB": json.dumps(news(description="word " * 100_000)),
        "a @id of 500 kB": json.dumps(news(**{"@id": "/" * 500_000, "url": "http://[" + "x" * 1_000})),
        "addresses of no host": json.dumps(news(url="http://[::1", image="http://[", mainEntityOfPage="//[")),
        "breadcrumb of 5k entries": json.dumps(
            [{"@type": "BreadcrumbList", "itemListElement": [{"name": "x" * 50}] * 5_000}] * 2
        ),
        "markup in the headline": json.dumps(news(headline="<" * 100_000 + "a" + "<a " * 100_000)),
        "unclosed tags in the body": json.dumps(news(articleBody="<a" + " <a" * 150_000)),
    }
    found: dict[str, Builder] = {
        f"JSON-LD: {name}": lambda said=said: page(article(head=ld(said)))  # type: ignore[misc]
        for name, said in declared.items()
    }
    found |= {
        f"JSON-LD alone: {name}": lambda said=said: page(  # type: ignore[misc]
            f"<html><head><title>{HEADLINE}</title>{ld(said)}</head><body><h1>{HEADLINE}</h1></body></html>"
        )
        for name, said in declared.items()
    }
    return found | _state()


def _state() -> dict[str, Builder]:
    """State of scripts, on a page that holds no text: it is asked for then."""

    def shell(script: str) -> Builder:
        return lambda: page(
            f"<html><head><title>{HEADLINE}</title>{ld(news(datePublished='2026-03-03'))}</head><body><h1>{HEADLINE}</h1>"
            f"<div id=root></div><script>{script}</script></body></html>"
        )

    literal = json.dumps({"html": f"<p>{SENTENCE}</p>" * 30})
    return {
        "state: 5 MB of objects": shell(
            "window.__STATE__=" + json.dumps([{"a": n, "b": "text"} for n in range(180_000)])
        ),
        "state: 5 MB of text": shell("window.__STATE__=" + json.dumps({"text": SENTENCE * 50_000})),
        "state: 5 MB of markup": shell("window.__STATE__=" + json.dumps({"html": PARAGRAPH * 45_000})),
        "state: markup, often": shell(literal * 2_000),
        "state: markup, each another": shell("".join(f'"<p>{n} {SENTENCE}</p>",' for n in range(40_000))),
        "state: 5 MB of quotes": shell('"' * 5 * MB),
        "state: 5 MB of backslashes": shell('"' + "\\" * 5 * MB),
        'state: 5 MB of \\"': shell('"<p' + '\\"' * 2 * MB),
        "state: 5 MB of <p": shell('"<p ' * 1_200_000),
        'state: 5 MB of "<p>, unclosed': shell('"<p>a\\' * 800_000),
        "state: quotes and <": shell('"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa<' * 120_000),
        "state: escaped again and again": shell('"<p>' + "\\" * 65_535 + "u003cp>" + '"'),
        "state: nested JSON in JSON": shell(_json_in_json(12)),
        "state: nested 100k": shell("x=" + '{"a":[' * 100_000 + '"<p>x</p>"' + "]}" * 100_000),
        "state: __NEXT_DATA__ of 5 MB": lambda: page(
            f"<html><body><h1>{HEADLINE}</h1><script id=__NEXT_DATA__ type=application/json>"
            + json.dumps({"props": {"body": [{"type": "p", "content": SENTENCE}] * 38_000}})
            + "</script>"
        ),
        "state: __NEXT_DATA__ nested 100k": lambda: page(
            f"<html><body><h1>{HEADLINE}</h1><script id=__NEXT_DATA__ type=application/json>"
            + '{"children":[' * 100_000
            + f'"{SENTENCE}"'
            + "]}" * 100_000
            + "</script>"
        ),
        "state: deep markup": shell(json.dumps({"html": "<div>" * 400 + PARAGRAPH * 5_000})),
        "state: deeper markup": shell(json.dumps({"html": "<p><b>" * 50_000 + PARAGRAPH * 50})),
        "state: markup of attributes": shell(
            json.dumps({"html": "<p " + " ".join(f"a{n}" for n in range(100_000)) + ">"})
        ),
        "state: bytes that are no text": shell('"<p>\\ud800 \\u0000 \\uffff ' + SENTENCE * 10 + '</p>"'),
        "no text: 100k short divs": lambda: page(article("<div>x</div>" * 100_000, text="")),
        "no text: 19k short divs": lambda: page(f"<html><body><h1>{HEADLINE}</h1>" + "<div>word</div>" * 19_000),
        "no text: table of 19k rows": lambda: page(
            f"<html><body><h1>{HEADLINE}</h1><nav><table>" + "<tr><td>word" * 19_000 + "</table></nav>"
        ),
        "no text: nav of 100k links": lambda: page(
            f"<html><body><h1>{HEADLINE}</h1><nav>" + "<a href=/x>A link of it</a>" * 100_000 + "</nav>"
        ),
        "no text: hidden, deep": lambda: page(
            f"<html><body><h1>{HEADLINE}</h1><aside>" + "<div><span>" * 200 + "<p>word</p>" * 15_000 + "</aside>"
        ),
    }


def _json_in_json(times: int) -> str:
    said = PARAGRAPH * 20
    for _ in range(times):
        said = json.dumps(said)
    return said


def _encodings() -> dict[str, Builder]:
    """Bytes that are not what they say."""
    plain = article().replace("<head>", "<head><meta charset={}>")
    french = article("<p>« L’été dernier à Nîmes », a déclaré le maire à propos de la forêt brûlée.</p>" * 20)
    asian = article("<p>渡し船は四週間ぶりに月曜日から再び運航すると港の事務所が短い発表で述べた。</p>" * 20)
    korean = article("<p>두 섬을 잇는 연락선이 월요일부터 다시 다닌다고 항만 사무소가 밝혔다.</p>" * 20)
    chinese = article("<p>往返两岛的渡轮从星期一起恢复航行，港口办公室在一份简短的通知中说。</p>" * 20)
    rng = random.Random(7)
    found: dict[str, Builder] = {
        "half UTF-8, half windows-1252": lambda: Hostile(french.encode() + french.encode("cp1252", "replace")),
        "UTF-16 LE with BOM": lambda: Hostile(french.encode("utf-16")),
        "UTF-16 BE with BOM": lambda: Hostile(b"\xfe\xff" + french.encode("utf-16-be")),
        "UTF-16 LE without BOM": lambda: Hostile(french.encode("utf-16-le")),
        "UTF-16 BE without BOM, header": lambda: Hostile(french.encode("utf-16-be"), "utf-16be"),
        "UTF-16 of an odd length": lambda: Hostile(french.encode("utf-16")[:-1]),
        "UTF-32": lambda: Hostile(french.encode("utf-32")),
        "utf-7 in the header": lambda: Hostile(french.encode("utf-7"), "utf-7"),
        "utf-7 in meta": lambda: Hostile(plain.format("utf-7").encode() + b"+ADw-script+AD4-"),
        "zip codec in the header": lambda: Hostile(zlib.compress(french.encode()), "zip"),
        "idna in the header": lambda: Hostile(french.encode(), "idna"),
        "charset of 1 MB in the header": lambda: Hostile(french.encode("cp1252", "replace"), "x" * MB),
        "charset of 1 MB in meta": lambda: Hostile(plain.format("x" * MB).encode() + b"\xe9"),
        "wrong meta: utf-8 that is windows-1252": lambda: Hostile(french.encode("cp1252", "replace"), "utf-8"),
        "wrong meta: Shift_JIS that is UTF-8": lambda: Hostile(plain.format("shift_jis").encode() + "é".encode()),
        "GB18030": lambda: Hostile(chinese.encode("gb18030"), "gb18030"),
        "GB18030, header lies": lambda: Hostile(chinese.encode("gb18030"), "utf-8"),
        "Shift_JIS": lambda: Hostile(asian.encode("shift_jis", "replace"), "Shift_JIS"),
        "Shift_JIS as EUC-KR": lambda: Hostile(asian.encode("shift_jis", "replace"), "euc-kr"),
        "ISO-2022-JP": lambda: Hostile(asian.encode("iso2022_jp", "replace"), "iso-2022-jp"),
        "EUC-KR": lambda: Hostile(korean.encode("euc-kr"), "euc-kr"),
        "EUC-KR cut in a character": lambda: Hostile(korean.encode("euc-kr")[:-301], "euc-kr"),
        "Big5 as GBK": lambda: Hostile(chinese.encode("big5", "replace"), "gbk"),
        "10 MB of windows-1252": lambda: Hostile((french * 200).encode("cp1252", "replace") * 10),
        "10 MB of broken UTF-8": lambda: Hostile(article("<p>" + "x" * 100).encode() + b"\xe9\xff\xc3" * 3 * MB),
        "NUL bytes between all": lambda: Hostile(french.encode().replace(b"e", b"e\0")),
        "1 MB of NUL": lambda: Hostile(french.encode() + b"\0" * MB),
        "NUL in tags and attributes": lambda: Hostile(
            french.encode().replace(b"<p", b"<\0p").replace(b"class", b"cl\0ass")
        ),
        "lone surrogates, as bytes": lambda: Hostile(
            article("<p>a \ud800 b \udfff c</p>" * 20).encode("utf-8", "surrogatepass")
        ),
        "lone surrogates, as text": lambda: Hostile(
            article("<p>a \ud800 b \udfff c</p>" * 20, headline="\udc80 " + HEADLINE)
        ),
        "lone surrogates as entities": lambda: page(article("<p>a &#xD800; b &#xDFFF; &#x1F600</p>" * 20)),
        "BOM in the middle": lambda: Hostile(french.encode().replace(b"<p", b"\xef\xbb\xbf<p")),
        "two BOMs": lambda: Hostile(b"\xef\xbb\xbf\xef\xbb\xbf" + french.encode()),
        "UTF-16 BOM before UTF-8": lambda: Hostile(b"\xff\xfe" + french.encode()),
        "bidi and controls everywhere": lambda: page(
            article("<p>\u202e\u2066\x85\x9b[31m" + SENTENCE + "</p>", headline="\u202e\x1b[31m" + HEADLINE + "\u2069")
        ),
        "empty": lambda: Hostile(b""),
        "one character": lambda: Hostile(b"<"),
        "one NUL": lambda: Hostile(b"\0"),
        "one tag": lambda: Hostile(b"<p>"),
        "empty text": lambda: Hostile(""),
        "white space": lambda: Hostile(b" \n" * 1_000),
        "random bytes": lambda: Hostile(rng.randbytes(MB)),
        "random bytes in an article": lambda: Hostile(french.encode() + rng.randbytes(MB)),
        "random ASCII": lambda: Hostile(bytes(rng.choices(range(32, 127), k=MB))),
        "random markup characters": lambda: Hostile(french.encode() + bytes(rng.choices(b"<>/=\"' ab&;!-", k=MB))),
        "a PDF": lambda: Hostile(b"%PDF-1.7\n" + rng.randbytes(10_000)),
        "gzip": lambda: Hostile(gzip.compress(french.encode())),
        "JSON": lambda: Hostile(json.dumps(news()).encode()),
        "JSON with markup": lambda: Hostile(json.dumps({"a": french}).encode()),
        "a PNG": lambda: Hostile(b"\x89PNG\r\n" + rng.randbytes(1_000)),
        "plain text": lambda: Hostile(SENTENCE.encode() * 100),
        "CSS": lambda: Hostile(b"p > a { color: red }" * 1_000),
        "a feed": lambda: Hostile(b"<?xml version='1.0'?><rss><item/></rss>"),
    }
    return found


def _documents() -> dict[str, Builder]:
    """Documents that are HTML in name only, and what parsers stumble over."""
    bomb = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    return {
        "<plaintext>": lambda: page(article("<plaintext>" + PARAGRAPH * 1_000)),
        "<xmp>, <listing>, <noembed>": lambda: page(article("<xmp><p></xmp><listing><noembed><noframes>" * 5_000)),
        "frameset": lambda: page(
            f"<html><head><title>{HEADLINE}</title></head><frameset><frame src=a><noframes>{TEXT}</frameset>"
        ),
        "<frameset> in the article": lambda: page(article("<frameset cols=*><frame>" * 1_000)),
        "XHTML": lambda: page(
            '<?xml version="1.0" encoding="UTF-8"?>'
            + article().replace("<html", '<html xmlns="http://www.w3.org/1999/xhtml"')
        ),
        "XML declaration with another encoding": lambda: page('<?xml version="1.0" encoding="utf-16"?>' + article()),
        "doctype of 1 MB": lambda: page("<!doctype html [" + "x" * MB + "]>" + article()),
        "100k doctypes": lambda: page("<!doctype html>" * 100_000 + article()),
        "500k times <? in a row": lambda: page("<?x?> " * 500_000 + article()),
        "500k times <! in a row": lambda: page("<!x> " * 500_000 + article()),
        "10 MB of <": lambda: page(article("<" * 500_000)),
        "10 MB of </": lambda: page(article("</" * 500_000)),
        "10 MB of <!--": lambda: page(article("<!--" * 500_000)),
        "10 MB of <![CDATA[": lambda: page(article("<![CDATA[" * 500_000)),
        "10 MB of &": lambda: page(article("&" * 1_000_000)),
        "10 MB of <p": lambda: page(article("<p" * 500_000)),
        "10 MB of <a href=": lambda: page(article("<a href=" * 500_000)),
        "10 MB of <script": lambda: page(article("<script " * 200_000)),
        "10 MB of </script": lambda: page(article("<script>" + "</script " * 200_000)),
        "10 MB of quotes in a tag": lambda: page(article("<p " + "\"'" * MB + ">")),
        "1,000 bytes a tag, often": lambda: page(article(f"<p {'x' * 1_100}>word</p>" * 8_000)),
        "long tags after a script": lambda: page(
            article("<script>1</script>" + f"<p {' '.join(f'a{n}' for n in range(250))}>" * 9_000)
        ),
        "entity bomb": lambda: page(f'<!DOCTYPE html [<!ENTITY l0 "lol">{bomb}]>' + article("<p>&l9;&l9;</p>")),
        "external entity": lambda: page(
            '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + article("<p>&x;</p>")
        ),
        "comment never closed": lambda: page(article("<!-- " + PARAGRAPH * 1_000)),
        "script never closed": lambda: page(article("<script>" + PARAGRAPH * 1_000)),
        "attribute never closed": lambda: page(article('<p class="' + PARAGRAPH * 1_000)),
        "title never closed": lambda: page(f"<html><title>{HEADLINE} " + "word " * 200_000),
        "textarea never closed": lambda: page(article("<textarea>" + PARAGRAPH * 1_000)),
        "no <html>, no <body>": lambda: page(f"<h1>{HEADLINE}</h1>{TEXT}"),
        "two <html>": lambda: page(article() * 2),
        "100 pages in one": lambda: page(article() * 100),
        "1,000 pages in one": lambda: page(article() * 1_000),
        "body before head": lambda: page(f"<body>{TEXT}<head><title>{HEADLINE}</title><html><h1>{HEADLINE}</h1>"),
        "SVG and MathML": lambda: page(
            article(f"<svg><foreignObject>{PARAGRAPH}</foreignObject></svg><math><mi>x" * 5_000)
        ),
        "<template> and <noscript>": lambda: page(
            article(f"<template>{PARAGRAPH}</template><noscript>{PARAGRAPH}" * 2_000)
        ),
        "namespaced tags": lambda: page(article("<o:p>a</o:p><fb:like/><xml:x y:z=1>" * 20_000)),
        "tags of odd names": lambda: page(article("<1><p'><p\"x><é><-><a=b><?x><!y>" * 20_000)),
        "tag name of 5 MB": lambda: page(article(f"<{'x' * 5 * MB}>{SENTENCE}")),
        "100k tag names": lambda: page(article("".join(f"<t{n}>x</t{n}>" for n in range(100_000)))),
        "<base> of another site": lambda: page(article(head='<base href="javascript:x"><base href="http://[">')),
        "meta refresh": lambda: page(article(head='<meta http-equiv=refresh content="0;url=file:///">' * 1_000)),
        "<br> of every spelling": lambda: page(article("<p>a" + "<br><br/></br><br />b" * 5_000)),
        "bold lines between breaks": lambda: page(article("<p>" + f"<b>A line</b><br>{SENTENCE}<br><br>" * 9_000)),
        "blocks of headline repeats": lambda: page(article(f"<h2>{HEADLINE}</h2><p>{HEADLINE}</p>" * 9_000)),
    }


def _selectors() -> dict[str, Builder]:
    """[select] of a source, on pages that make selectors dear."""
    flat = article("<div class=a><p class=b>x</p></div>" * 90_000)
    deep = article(_nested("div class=a", 240, "<p class=b>x</p>" * 9_000))
    big = article(_nested("div class=text", 240, PARAGRAPH * 2_000))
    wide = article(f"<ul>{'<li>An entry of it' * 19_000}</ul>")

    def chosen(html: str, **selectors: tuple[str, ...]) -> Builder:
        return lambda: Hostile(html.encode(), select=Select(**selectors))  # type: ignore[arg-type]

    every: dict[str, tuple[str, ...]] = dict.fromkeys(
        ("headline", "standfirst", "body", "subhead", "drop"), ("div.a p.b",)
    )
    return {
        "[select] of nothing there": chosen(flat, body=("div.none p",), headline=("h9",)),
        "[select] everything, on a flat page": chosen(flat, **every),
        "[select] everything, on a deep page": chosen(deep, **every),
        "[select] body = p, 90k": chosen(flat, body=("p",)),
        "[select] drop = *": chosen(flat, drop=("*",)),
        "[select] drop = p": chosen(deep, drop=("p",)),
        "[select] drop = div": chosen(deep, drop=("div",)),
        "[select] drop = div, flat": chosen(flat, drop=("div",)),
        "[select] standfirst = div": chosen(big, standfirst=("div",)),
        "[select] standfirst = *": chosen(deep, standfirst=("*",)),
        "[select] headline = html": chosen(flat, headline=("html",)),
        "[select] headline = div, deep": chosen(big, headline=("div",)),
        "[select] subhead = *": chosen(deep, subhead=("*",)),
        "[select] subhead = p": chosen(flat, subhead=("p",)),
        "[select] five descendants": chosen(deep, body=("div div div div div p",)),
        "[select] five descendants of *": chosen(deep, drop=("* * * * * em",)),
        "[select] siblings": chosen(wide, drop=("li ~ li ~ li",)),
        "[select] nth-last-child": chosen(wide, drop=("li:nth-last-child(3)",)),
        "[select] nth-of-type": chosen(wide, drop=("li:nth-of-type(2n+1)",)),
        "[select] last-of-type": chosen(wide, drop=("li:last-of-type", "li:not(:first-child)")),
        "[select] :has": chosen(deep, body=("div:has(p)",)),
        "[select] :contains": chosen(deep, drop=("div:contains('zz')",)),
        "[select] attribute of all": chosen(deep, drop=("[class*=a] [class*=b]",)),
    }


def cases() -> dict[str, Builder]:
    """Every hostile page by name; each is written when its function is called."""
    return _sizes() | _depths() | _attributes() | _lines() | _json() | _encodings() | _documents() | _selectors()
