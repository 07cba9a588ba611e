"""What publishers reserve: headers, meta, files of the site; from the page to the columns and the view."""

from __future__ import annotations

import json

import pytest
from stories import HOME, T0, Shelf, article

from crawler import rights, store
from crawler.normalise import now

ONE, TWO = f"{HOME}/world/one", f"{HOME}/world/two"


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path / "news.db")
    yield shelf
    shelf.close()


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], []),
        (["all", "index, follow, max-image-preview:large"], []),
        (["noindex, nofollow"], ["noindex", "nofollow"]),
        (["NoArchive", "noai, noimageai"], ["noarchive", "noai", "noimageai"]),
        (["none"], ["none"]),
        (["nonesuch: noindex"], []),
        (["otherbot: noindex, nofollow"], []),
        (["otherbot: noindex, worlddesk: noarchive"], ["noarchive"]),
        (["*: noindex"], ["noindex"]),
        (["unavailable_after: 2026-12-31"], ["unavailable_after: 2026-12-31"]),
        (["noindex, noindex"], ["noindex"]),
        (["noodles\u202e\x1b[31m"], ["noodles"]),
        ([", ,:,"], []),
    ],
)
def test_what_robots_tags_deny_us(lines, expected):
    assert rights.denied(lines) == expected


def test_a_flood_of_rules_is_cut():
    assert len(rights.denied([", ".join(f"no-{n}" for n in range(10_000))])) == 20
    assert len(rights.denied(["no" + "x" * 1_000_000])[0]) == 100


@pytest.mark.parametrize(("header", "expected"), [("1", True), (" 0 ", False), ("", None), (None, None), ("yes", None)])
def test_the_reservation_in_the_head(header, expected):
    assert rights.reserved(header) is expected


@pytest.mark.parametrize(
    ("robots", "expected"),
    [
        ("", None),
        ("User-agent: *\nContent-Signal: search=yes,ai-train=no\nAllow: /", "search=yes,ai-train=no"),
        ("User-agent: otherbot\nContent-Signal: ai-train=no\n\nUser-agent: *\nAllow: /", None),
        ("User-agent: a\nUser-agent: *\nContent-Usage: train-ai=n # why\n", "train-ai=n"),
        ("User-agent: *\nContent-Usage: train-ai=n\nUser-agent: Worlddesk\nContent-Usage: train-ai=y", "train-ai=y"),
        ("User-agent: *\nContent-Usage: train-ai=n\nUser-agent: Worlddesk\nAllow: /", None),
        ("Content-Signal: ai-train=no\n", None),
        ("User-agent: *\nAllow: /\nContent-Signal: a=b\nContent-Usage: a=b\nContent-Usage: c=d", "a=b\nc=d"),
    ],
)
def test_signals_of_robots_txt_hold_for_their_group(robots, expected):
    assert rights.signals(robots) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("", None), (" \n", None), ("<!doctype html>", None), ("User-Agent: *\n", "User-Agent: *")]
)
def test_a_page_in_its_place_is_no_ai_txt(text, expected):
    assert rights.ai_txt(text) == expected


@pytest.mark.parametrize(
    ("path", "reserved"),
    [("/world/1", True), ("/free/1", False), ("/free/1.pdf", True), ("/other", None)],
)
def test_a_site_reserves_by_path_and_the_first_match_counts(path, reserved):
    policy = """[
        {"location": "/*.pdf$", "tdm-reservation": 1},
        {"location": "/free/", "tdm-reservation": 0},
        {"location": "/world/", "tdm-reservation": 1, "tdm-policy": "https://example.org/policy"}
    ]"""
    assert rights.site_reserves(policy, f"https://example.org{path}") is reserved


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("/", "/a", True), ("/a", "/a", True), ("/a$", "/a", True), ("/a$", "/ab", False), ("/a*", "/xa", False),
        ("*", "/a", True), ("/*/b", "/a/b/c", True), ("/*/b$", "/a/b/c", False), ("/*b$", "/abab", True),
        ("/a*b*c", "/a1c2b3", False), ("/a*b*c", "/a1b2c3", True), ("", "/a", True), ("/ab*b$", "/ab", False),
    ],
)  # fmt: skip
def test_a_location_covers_a_path_as_in_robots_txt(pattern, path, covered):
    policy = json.dumps([{"location": pattern, "tdm-reservation": 1}])
    assert rights.site_reserves(policy, f"https://example.org{path}") is (True if covered else None)


def test_a_location_made_to_stall_a_matcher_does_not():
    policy = json.dumps([{"location": "/" + "*a" * 5000 + "!", "tdm-reservation": 1}])
    assert rights.site_reserves(policy, "https://example.org/" + "a" * 20_000) is None


@pytest.mark.parametrize(
    "policy", [None, "", "<html>", "{}", '["x"]', "[" * 100_000, '[{"location": "/", "tdm-reservation": "maybe"}]']
)
def test_a_policy_that_cannot_be_read_says_nothing(policy):
    assert rights.site_reserves(policy, "https://example.org/world/1") is None


def test_all_words_stand_in_columns_and_the_view_names_the_plainest(shelf):
    store.save_robots(shelf.db, "gazette.example", 200, "User-agent: *\nContent-Signal: search=yes,ai-train=no", T0)
    store.save_ai_txt(shelf.db, "gazette.example", "User-Agent: *", T0)
    said = {"robots_rules": ["noarchive", "noai"], "content_usage": "train-ai=y, search=n"}
    shelf.read(ONE, article(ONE, **said))
    shelf.read(TWO, article(TWO, 2))
    of_the_host = ("search=yes,ai-train=no", "User-Agent: *")
    assert shelf.rows(
        "SELECT reservation, robots_rules, content_usage, content_signal, ai_txt FROM rights ORDER BY url"
    ) == [
        ("robots rules: noarchive, noai", "noarchive, noai", "train-ai=y, search=n", *of_the_host),
        ("robots.txt: search=yes,ai-train=no", None, None, *of_the_host),
    ]


def test_what_is_no_longer_denied_no_longer_stands_there(shelf):
    shelf.read(ONE, article(ONE, robots_rules=["noai"], content_usage="train-ai=n"))
    assert shelf.read(ONE, article(ONE), at="2026-10-06T14:00:00Z") == "unchanged"
    assert shelf.rows("SELECT robots_rules, content_usage, reservation FROM rights") == [(None, None, None)]


@pytest.mark.parametrize(
    ("usage", "reservation"),
    [("train-ai=n", "header: train-ai=n"), ("ai-train=yes, search=no", None), ("search=n", None), (None, None)],
)
def test_only_what_is_said_of_machines_that_learn_is_a_reservation(shelf, usage, reservation):
    shelf.read(ONE, article(ONE, content_usage=usage))
    assert shelf.one("SELECT reservation FROM rights") == reservation


def test_ai_txt_is_asked_for_once_a_week(shelf):
    assert not store.is_ai_txt_known(shelf.db, "gazette.example")
    store.save_ai_txt(shelf.db, "gazette.example", None, now())
    assert store.is_ai_txt_known(shelf.db, "gazette.example")
    store.save_ai_txt(shelf.db, "gazette.example", None, T0)
    assert not store.is_ai_txt_known(shelf.db, "gazette.example")


def test_headers_and_files_of_the_site_reach_the_database(desk, stand):
    paths = [stand.paper.path(one) for one in stand.paper.articles if one.section.slug == "world"]
    heads = [{"X-Robots-Tag": "noai, noarchive, otherbot: noindex"}, {"Content-Usage": "train-ai=n"}]
    for path, headers in zip(paths, heads, strict=False):
        stand.replace(path, stand.paper[path].body, "text/html; charset=utf-8", headers=headers)
    stand.replace("/ai.txt", b"User-Agent: *\nDisallow: /")
    desk.run("crawl", "meridian_courier")
    first, second = (stand.url + path for path in paths[:2])
    rules = "SELECT robots_rules, content_usage FROM articles WHERE url = ?"
    assert desk.rows(rules, first) == [("noai, noarchive", None)]
    assert desk.rows(rules, second) == [(None, "train-ai=n")]
    kept = {url for (url,) in desk.rows("SELECT a.url FROM pages JOIN articles a USING (article_id)")}
    assert first not in kept
    assert second in kept
    assert desk.one("SELECT ai_txt FROM hosts WHERE ai_txt IS NOT NULL") == "User-Agent: *\nDisallow: /"
    desk.run("crawl", "meridian_courier", "--all")
    assert sum(request.path == "/ai.txt" for request in stand.requests) == 1


def test_meta_robots_for_us_and_for_all(root):
    from crawler.extract import extract

    text = "<p>The harbour of Saltmere was closed for three days; nobody on the quay could say for how long.</p>" * 9
    page = (
        "<html><head><title>t</title><meta name=robots content='noai, max-snippet:-1'>"
        "<meta name=worlddesk content=noarchive><meta name=otherbot content=noindex></head>"
        f"<body><article><h1>Saltmere closes its harbour</h1>{text}</article></body></html>"
    )
    assert extract(page, ONE).robots_rules == ["noai", "noarchive"]


def test_policies_are_json_of_any_shape():
    assert rights.site_reserves(json.dumps([{"location": "/", "tdm-reservation": 1}]), ONE) is True
