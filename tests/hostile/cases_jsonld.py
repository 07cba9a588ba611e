# ruff: noqa: E501 (pages stay on one line)
"""JSON-LD and meta that lie, hurt or are of another type than they should be."""

from __future__ import annotations

import json
from typing import Any

from hostile.case import Answer, Case, Found, Place
from hostile.stories import Story, ld, news, page, story

OTHER = story("the other article")
DAY = "2026-10-06T08:00:00Z"


def _case(name: str, head: Any, **more: Any) -> Case:
    """An ordinary page with something in its head; headline and text must be those that it shows."""
    tale = story(name)
    said = head(tale) if callable(head) else head
    columns = {"headline": tale.headline} | more.pop("columns", {})
    return Case(name, "json-ld", {"": Answer(page(tale, said))}, columns=columns, says=tale.texts, **more)


def _other(place: Place) -> dict[str, object]:
    return news(OTHER, url=place.url("/elsewhere"), datePublished="2020-01-01T00:00:00Z", author={"name": "Eve Adams"})


def _placed(name: str, head: Any, **more: Any) -> Case:
    """As `_case`, where the head speaks of addresses: it is a function of story and place."""
    tale = story(name)
    return Case(
        name,
        "json-ld",
        {"": Answer(lambda place: page(tale, head(tale, place)))},
        columns={"headline": tale.headline} | more.pop("columns", {}),
        says=tale.texts,
        hides=(OTHER.headline, "Eve Adams"),
        **more,
    )


WRONG_TYPES: dict[str, Any] = {
    "null": None,
    "true": True,
    "zero": 0,
    "float": -1.5e300,
    "number": 12345678901234567890,
    "empty": "",
    "text": "x",
    "list": [],
    "lists": [[[[]]]],
    "mixed": [None, 1, "x", {}, [], True],
    "object": {},
    "deep": {"name": {"name": {"name": {"name": "x"}}}},
    "typed": {"@type": ["Thing", 3, None], "@id": 5, "name": ["a", None, 3], "@value": {}},
}
FIELDS = (
    "@id", "@context", "url", "mainEntityOfPage", "author", "creator", "publisher", "articleSection", "keywords", "image",
    "thumbnailUrl", "isAccessibleForFree", "inLanguage", "articleBody", "description", "datePublished", "dateModified",
    "video", "isPartOf", "hasPart", "about", "mentions", "wordCount", "speakable", "sourceOrganization", "itemListElement",
)  # fmt: skip


def _everywhere(kind: str, value: Any) -> Case:
    """A value of the wrong type in every field, in JSON-LD, beside a headline that is right; and in its type."""
    return _case(
        f"{kind}-in-every-field",
        lambda tale: (
            ld(news(tale) | dict.fromkeys(FIELDS, value)) + ld({"@type": value, "headline": value, "@graph": value})
        ),
    )


def _meta(tale: Story) -> str:
    names = [
        "og:url",
        "og:image",
        "article:published_time",
        "article:modified_time",
        "author",
        "article:author",
        "section",
        "article:section",
        "keywords",
        "news_keywords",
        "description",
        "og:description",
        "robots",
        "tdm-reservation",
        "og:locale",
        "language",
        "og:type",
        "article:tag",
        "pubdate",
        "date",
    ]
    values = ("{}", "[object Object]", "undefined", "null", "NaN", "-1", "1e999", "0", "true", "%s", "&#0;", "☃" * 3000)
    return "".join(f'<meta property="{name}" name="{name}" content="{value}">' for name in names for value in values)


def _json(found: Found, column: str) -> Any:
    return json.loads(found.article[column] or "null")


BROKEN = {
    "half": lambda tale: ld('{"@type": "NewsArticle", "headline": "Half'),
    "trailing-comma": lambda tale: ld('{"@type": "NewsArticle", "datePublished": "2026-10-06T08:00:00Z",}'),
    "single-quotes": lambda tale: ld("{'@type': 'NewsArticle', 'headline': 'Other'}"),
    "html-in-it": lambda tale: ld('<div>{"@type": "NewsArticle", "headline": "Other"}</div>'),
    "binary-in-it": lambda tale: ld('{"@type": "NewsArticle", "headline": "\x01\x02\x03 \ufffe"}'),
    "infinity": lambda tale: ld('{"@type": "NewsArticle", "wordCount": Infinity, "a": -Infinity, "b": NaN}'),
    "not-json": lambda tale: ld("window.data = {a: 1}; function () { return 3 }"),
    "a-string": lambda tale: ld('"NewsArticle"'),
    "a-number": lambda tale: ld("12345"),
    "empty": lambda tale: ld(""),
    "only-open": lambda tale: ld("[" * 100_000),
    "only-objects": lambda tale: ld('{"a":' * 100_000),
    "deep-but-whole": lambda tale: ld('{"a":' * 100_000 + "1" + "}" * 100_000),
    "deep-graph": lambda tale: ld('{"@graph":[' * 5_000 + "]}" * 5_000),
    "deep-lists": lambda tale: ld("[" * 20_000 + "]" * 20_000),
    "five-megabytes-of-text": lambda tale: ld(news(tale, description="x" * 5_000_000)),
    "five-megabytes-of-nodes": lambda tale: ld([{"@type": "Product", "name": f"p{n}"} for n in range(120_000)]),
    "a-thousand-scripts": lambda tale: ld({"@type": "Product", "name": "p"}) * 3_000,
    "a-number-of-ten-thousand-digits": lambda tale: ld('{"@type": "NewsArticle", "wordCount": ' + "9" * 10_000 + "}"),
    "a-float-of-ten-thousand-digits": lambda tale: ld('{"@type": "NewsArticle", "wordCount": 0.' + "9" * 10_000 + "}"),
    "an-exponent": lambda tale: ld('{"@type": "NewsArticle", "wordCount": 1e999999999}'),
    "references-in-a-circle": lambda tale: ld(
        [
            {"@id": "#a", "author": {"@id": "#b"}},
            {"@id": "#b", "author": {"@id": "#a"}},
            news(tale, author={"@id": "#a"}),
        ]
    ),
    "backslashes": lambda tale: ld('{"@type": "NewsArticle", "description": "' + "\\" * 100_001 + '"}'),
    "many-bad-escapes": lambda tale: ld('{"@type": "NewsArticle", "description": "' + "\\x" * 100_000 + '"}'),
    "entities-upon-entities": lambda tale: ld("{&amp;quot;a&amp;quot;: 1}" + "&amp;" * 50_000),
    "a-closing-script-within": lambda tale: (
        '<script type="application/ld+json">{"@type": "NewsArticle", "description": "</script>"}</script>'
    ),
}

CASES = [
    *(_everywhere(kind, value) for kind, value in WRONG_TYPES.items()),
    *(_case(f"json-ld-{name}", head) for name, head in BROKEN.items()),
    _case("meta-of-the-wrong-kind", _meta),
    _case(
        "duplicated-keys",
        lambda tale: (
            '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Another one entirely, they say", '
            f'"headline": {json.dumps(tale.headline)}, "datePublished": "1999-01-01", "datePublished": "{DAY}"}}</script>'
        ),
        columns={"published_at": DAY},
    ),
    _case(
        "what-is-right-beside-what-is-broken",
        lambda tale: ld("{") + ld(news(tale, datePublished=DAY, author={"name": "Ann Lee"})) + ld("[[["),
        columns={"published_at": DAY, "authors_json": '["Ann Lee"]'},
    ),
    _case(
        "a-list-at-the-top",
        lambda tale: ld([[{"@type": "WebSite", "name": "Hostile"}], [news(tale, datePublished=DAY)]]),
        columns={"published_at": DAY},
    ),
    _placed(
        "another-article-first",
        lambda tale, place: (
            ld(_other(place)) + ld(news(tale, url=place.url(), datePublished=DAY, author={"name": "Ann Lee"}))
        ),
        columns={"published_at": DAY, "authors_json": '["Ann Lee"]'},
    ),
    _placed(
        "other-articles-in-a-list",
        lambda tale, place: ld(
            [_other(place)] * 5 + [news(tale, mainEntityOfPage={"@id": place.url()}, datePublished=DAY)]
        ),
        columns={"published_at": DAY},
    ),
    _placed(
        "other-articles-only",
        lambda tale, place: ld({"@type": "ItemList", "itemListElement": [_other(place)] * 3}) + ld(_other(place)),
        columns={"published_at": None},
    ),
    _case(
        "a-body-that-lies",
        lambda tale: ld(news(tale, articleBody="Buy cheap watches here and now, they are the best of all. " * 40)),
        hides=("cheap watches",),
    ),
    _case(
        "a-body-of-markup",
        lambda tale: ld(news(tale, articleBody="<p>Buy <b>cheap watches</b></p><script>alert(1)</script>" * 40)),
        hides=("cheap watches", "alert(1)"),
    ),
    _case(
        "a-headline-that-lies",
        lambda tale: ld(news(tale) | {"headline": "Win a telephone now in our great lottery"}),
        check=lambda found: None,
    ),
    _case(
        "dates-that-are-lists",
        lambda tale: ld(news(tale, datePublished=[DAY, "2020-01-01"], dateModified={"@value": DAY})),
        columns={"published_at": DAY, "updated_at": DAY},
    ),
    _case(
        "a-type-that-is-an-address",
        lambda tale: ld(news(tale, datePublished=DAY) | {"@type": ["http://schema.org/NewsArticle", None, 3]}),
        columns={"published_at": DAY},
    ),
]
