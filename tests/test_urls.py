"""Identity of addresses and guard of claims."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.urls import LONGEST_URL, absolute, canonical, claimed, is_home, is_presentation, same_site, site

ARTICLE = "https://www.courier.org/world/harbour-reopens-after-storm"


@pytest.mark.parametrize(
    "variant",
    [
        "http://www.courier.org/world/harbour-reopens-after-storm",
        "HTTPS://WWW.Courier.ORG:443/world/harbour-reopens-after-storm/",
        "http://www.courier.org.:80/world//harbour-reopens-after-storm",
        "https://reader:secret@www.courier.org/world/harbour-reopens-after-storm",
        "https://www.courier.org/politics/../world/./harbour-reopens-after-storm#comments",
        "https://www.courier.org/world/harbour-reopens-after-storm#!share",
        "https://www.courier.org/world/harbour%2Dreopens-after-%73torm",
        "https://www.courier.org/world/harbour-reopens-after-storm?utm_source=a&utm_medium=b&fbclid=c",
        "https://www.courier.org/world/harbour-reopens-after-storm?xtor=RSS-1&at_medium=d&cmp=e&ref=home",
        "https://www.courier.org/world/harbour-reopens-after-storm?source=newsletter&amp;gclid=1",
        "https://www.courier.org/world/harbour-reopens-after-storm;jsessionid=0A1B?PHPSESSID=77",
        "https://www.courier.org/world/harbour-reopens-after-storm?sid=0123456789abcdef",
        "https://www.courier.org/world/harbour-reopens-after-storm?session=0123456789abcdef&token=0123456789abcdef",
        "https://www.courier.org/world/harbour-reopens-after-storm?_=1790000000123&ts=1790000000&rnd=0.7712&share=x",
        "https://www.courier.org/(X(1)S(abcdefghijklmnopqrstuvwx))/world/harbour-reopens-after-storm",
        "https://www.courier.org/world/harbour-reopens-after-storm/amp/",
        "https://www.courier.org/amp/world/harbour-reopens-after-storm",
        "https://www.courier.org/world/harbour-reopens-after-storm.amp",
        "https://www.courier.org/world/harbour-reopens-after-storm?amp=1",
        "https://www.courier.org/world/harbour-reopens-after-storm?outputType=amp",
        "https://www.courier.org/world/harbour-reopens-after-storm/print",
        "https://www.courier.org/world/harbour-reopens-after-storm?print=1&view=print",
        "https://m.courier.org/world/harbour-reopens-after-storm",
        "https://mobile.courier.org/world/harbour-reopens-after-storm",
        "https://amp.courier.org/world/harbour-reopens-after-storm",
        "https://www.google.com/amp/s/www.courier.org/world/harbour-reopens-after-storm",
        "https://www-courier-org.cdn.ampproject.org/c/s/www.courier.org/world/harbour-reopens-after-storm",
        "\n https://www.courier.org/world/harbour-\treopens-after-storm ",
    ],
)
def test_variants_of_one_page_are_one(variant):
    assert canonical(variant) == ARTICLE


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://courier.org/a", "https://courier.org/a"),  # www. is never added to or taken from
        ("https://courier.org/?p=12", "https://courier.org/?p=12"),
        ("https://courier.org/a?page=2&id=7&article=9", "https://courier.org/a?article=9&id=7&page=2"),
        ("https://courier.org/a?b=2&b=1", "https://courier.org/a?b=2&b=1"),
        ("https://courier.org/a?778", "https://courier.org/a?778"),
        ("https://courier.org/a?778=", "https://courier.org/a?778"),
        ("https://courier.org/a?cid=4711", "https://courier.org/a?cid=4711"),
        ("https://courier.org/a?t=1234567", "https://courier.org/a?t=1234567"),
        ("https://courier.org/read.php?ts=1790000000", "https://courier.org/read.php?ts=1790000000"),
        ("https://courier.org/read.php?token=0123456789abcdef", "https://courier.org/read.php?token=0123456789abcdef"),
        ("https://courier.org/a?token=harbour", "https://courier.org/a?token=harbour"),
        ("https://courier.org/a?ref=4711", "https://courier.org/a?ref=4711"),
        ("https://courier.org/index.php?mod=read&id=1", "https://courier.org/index.php?id=1&mod=read"),
        ("https://courier.org/amp", "https://courier.org/amp"),
        ("https://courier.org/amp/guitars", "https://courier.org/amp/guitars"),
        ("https://courier.org/story.amp.html", "https://courier.org/story.html"),
        ("https://courier.org/print", "https://courier.org/print"),
        ("https://m.news.courier.org/a", "https://news.courier.org/a"),
        ("https://m.co.uk/a", "https://m.co.uk/a"),  # a site of its own
        ("http://courier.org:8080/a", "http://courier.org:8080/a"),
        ("http://127.0.0.1:8001/a/", "http://127.0.0.1:8001/a"),
        ("http://localhost:8001", "http://localhost:8001/"),
        ("http://[0:0::1]:80/a", "http://[::1]/a"),
        ("http://bücher.example/für", "https://xn--bcher-kva.example/f%C3%BCr"),
        ("https://courier.org/100%", "https://courier.org/100%25"),
        ("https://courier.org/%e9t%E9", "https://courier.org/%E9t%E9"),
        ("https://courier.org/a%2fb%2Cc", "https://courier.org/a%2Fb,c"),
        ("https://courier.org/(S(abcdefghij0123456789abcd))/a", "https://courier.org/a"),
        (
            "https://archive.org/web/1/https://courier.org//a",
            "https://archive.org/web/1/https://courier.org/a",
        ),
        ("https://courier.org/../../a", "https://courier.org/a"),
        ("mailto:desk@courier.org", "mailto:desk@courier.org"),
        ("http://exa mple/", "http://exa mple/"),
        ("http://courier.org:99999/", "http://courier.org:99999/"),
        ("http://[nonsense]/", "http://[nonsense]/"),
        (
            "http://xn--\N{SNOWMAN}\N{COMBINING ACUTE ACCENT}.org/",
            "http://xn--\N{SNOWMAN}\N{COMBINING ACUTE ACCENT}.org/",
        ),
        ("https://www.google.com/amp/", "https://www.google.com/amp"),
    ],
)
def test_canonical(url, expected):
    assert canonical(url) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://courier.org/a?id=1", "https://courier.org/a?id=2"),
        ("https://courier.org/a", "https://courier.org/A"),
        ("http://courier.org:8080/a", "http://courier.org/a"),
        ("http://127.0.0.1/a", "http://127.0.0.2/a"),
    ],
)
def test_other_pages_stay_apart(one, other):
    assert canonical(one) != canonical(other)


PIECES = (
    "/ // .. . amp .amp print a é %2e %2F % ? & = # ;sid=1 + utm_source=x amp=1 id=3 : @ m. www. amp; \\"
    " long-slug-of-words /amp/ https:// google.com/amp/s/ (S(abcdefghij0123456789abcd))"
)
HOSTS = (
    "m.courier.org amp.m.courier.org Courier.co.uk:80 127.0.0.1:9 www.google.com é.example localhost"
    " a.cdn.ampproject.org courier.org:443 [::1] m.www.courier.org"
)
pieces = st.lists(st.sampled_from(PIECES.split()), max_size=14).map("".join)
hosts = st.sampled_from(HOSTS.split())


@given(st.sampled_from(["http://", "https://", "HTTP://", ""]), hosts | st.text(max_size=8), pieces | st.text())
@example("https://", "www.google.com", "/amp/s/www.google.com/amp/s/courier.org/a")
@example("https://", "courier.org", "/a/amp/amp/.amp")
@example("http://", "m.courier.org", "@google.com/amp/s/google.com/amp/s/")
@example("http://", "m.courier.org", "?amp;amp;")
@example("http://", "m.courier.org", "/..amp")
@example("http://", "m.courier.org", "/(S(abcdefghij0123456789abcd)).amp")
@settings(max_examples=1000, deadline=None)
def test_canonical_is_idempotent(scheme, host, rest):
    once = canonical(scheme + host + rest)
    assert canonical(once) == once


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.news.courier.co.uk/a", "courier.co.uk"),
        ("news.courier.org", "courier.org"),
        ("https://one.github.io/", "one.github.io"),
        ("https://paper.unknownsuffix/", "paper.unknownsuffix"),
        ("http://127.0.0.1:8000/", "127.0.0.1"),
        ("http://[::1]:8000/", "::1"),
        ("http://localhost:8000/", "localhost"),
        ("http://paper.localhost/", "paper.localhost"),
        ("", ""),
    ],
)
def test_site(url, expected):
    assert site(url) == expected


def test_same_site():
    assert same_site("https://www.courier.org/a", "http://live.courier.org/")
    assert not same_site("https://courier.org/", "https://courier.net/")
    assert not same_site("nonsense//", "nonsense//")


@pytest.mark.parametrize(
    ("url", "home"),
    [
        ("https://courier.org", True),
        ("https://courier.org/index.html", True),
        ("https://courier.org/?utm_source=x", True),
        ("https://courier.org/?p=12", False),
        ("https://courier.org/world", False),
        ("nonsense", False),
    ],
)
def test_is_home(url, home):
    assert is_home(url) is home


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("harbour", "https://courier.org/world/harbour"),
        ("/a?b=1#c", "https://courier.org/a?b=1"),
        ("//live.courier.org/a", "https://live.courier.org/a"),
        (" \n/a b ", "https://courier.org/a b"),
        ("\\a\\b?c\\d", "https://courier.org/a/b?c\\d"),
        ("http:\\\\courier.org\\a", "http://courier.org/a"),
        ("javascript:void(0)", None),
        ("mailto:desk@courier.org", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("http://", None),
        ("http://[::1", None),
        ("//[x", None),
        ("/" + "a" * LONGEST_URL, None),
    ],
)
def test_absolute(href, expected):
    assert absolute("https://courier.org/world/", href) == expected


@pytest.mark.parametrize(
    ("page", "claims", "expected"),
    [
        (ARTICLE + "?x=1", [ARTICLE], ARTICLE),
        (ARTICLE + "?x=1", ["/world/harbour-reopens-after-storm/"], ARTICLE),
        ("https://m.courier.org/a/1", ["https://www.courier.org/b/1"], "https://www.courier.org/b/1"),
        (ARTICLE + "/amp", [ARTICLE], ARTICLE),
        (ARTICLE + "/2", [ARTICLE], ARTICLE),
        (ARTICLE, [None, "", "mailto:x", ARTICLE + ".html"], ARTICLE + ".html"),
        (ARTICLE, ["https://evil.net/world/harbour-reopens-after-storm"], None),
        (ARTICLE, ["https://evil.net/", ARTICLE], ARTICLE),
        (ARTICLE, ["https://www.courier.org/"], None),
        (ARTICLE, ["https://www.courier.org/index.html"], None),
        (ARTICLE, ["https://www.courier.org/world"], None),
        (ARTICLE, ["https://www.courier.org/politics"], None),
        ("https://courier.org/world/short", ["https://courier.org/world"], None),
        (
            "https://courier.org/world/short",
            ["https://courier.org/world/brief"],
            "https://courier.org/world/brief",
        ),
        ("https://courier.org/read.php?id=5", ["https://courier.org/read.php"], None),
        ("https://courier.org/read.php?id=5", ["https://courier.org/read/5"], None),
        (
            "https://courier.org/read.php?id=5",
            ["https://courier.org/read.php?id=05"],
            "https://courier.org/read.php?id=05",
        ),
        (
            "http://127.0.0.1:8001/a/some-long-slug-here",
            ["http://127.0.0.1:8002/a/some-long-slug-here"],
            None,
        ),
        ("nonsense", ["/a"], None),
    ],
)
def test_claimed(page, claims, expected):
    assert claimed(page, *claims) == expected


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("/imprimer/9028215.html", True),
        ("/print.php?id=7", True),
        ("/world/druckversion/talks", True),
        ("/amp/world/talks", True),
        ("/world/printers-go-on-strike", False),
        ("/imprimerie/le-dernier-atelier", False),
        ("/world/print-is-not-dead", False),
        ("/", False),
    ],
)
def test_print_pages_are_known_by_their_address(path, is_one):
    assert is_presentation(f"https://www.example.org{path}") is is_one
