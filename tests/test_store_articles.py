"""Which article a page is: a new one, a revision, another address, a copy; and what is kept of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from stories import FEED, GAZETTE, HOME, SECTION, T0, Shelf, article, paragraph

from crawler import articles, store
from crawler.articles import WALL
from crawler.items import Block, Layout, Link

ONE = f"{HOME}/world/harbour-talks-enter-day-one"
TWO = f"{HOME}/world/harbour-talks-enter-day-two"
ELSEWHERE = "https://tribune.example/monde/les-pourparlers-du-port"
LATER = "2026-10-06T09:30:00Z"


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path / "news.db")
    yield shelf
    shelf.close()


def with_body(url, *paragraphs, **changes):
    return article(url, blocks=[Block("paragraph", text) for text in paragraphs], **changes)


# ---------------------------------------------------------------------------------------- a new article


def test_a_new_article_fills_every_table_at_once(shelf):
    shelf.announce(ONE)
    assert shelf.read(ONE, article(ONE, modified="2026-10-06T07:40:00Z")) == "new"
    row = shelf.article(ONE)
    assert row["headline"] == "Harbour talks enter day 1"
    assert row["standfirst"] == paragraph(1001, 12)
    assert (row["published_at"], row["published_precision"]) == ("2026-10-06T07:12:00Z", "second")
    assert (row["published_on"], row["published_from"]) == ("2026-10-06", "json-ld")
    assert (row["updated_at"], row["first_seen_at"], row["last_seen_at"]) == ("2026-10-06T07:40:00Z", T0, T0)
    assert (row["word_count"], row["revision_count"], row["is_complete"]) == (95, 1, 1)
    assert (json.loads(row["authors_json"]), json.loads(row["tags_json"])) == (["Ana Perez"], ["harbour"])
    assert json.loads(row["provenance_json"]) == {"headline": "json-ld", "published": "json-ld"}
    assert shelf.one("SELECT body_text FROM article_texts") == article(ONE).body_text
    assert shelf.rows("SELECT position, kind, level, text FROM blocks") == [(2, "subhead", 2, "A long road")]
    assert shelf.rows("SELECT revision, headline, body_text FROM revisions") == [(1, row["headline"], None)]
    assert (shelf.url(ONE)["state"], shelf.url(ONE)["reason"]) == ("article", "read, 95 words")
    assert shelf.one("SELECT outcome FROM fetches WHERE url_id IS NOT NULL") == "new"


def test_the_position_of_a_block_is_its_place_in_the_text(shelf):
    blocks = [Block("paragraph", "One."), Block("list", "a\nb"), Block("quote", "Q"), Block("subhead", "S", 3)]
    shelf.read(ONE, article(ONE, blocks=blocks))
    parts = shelf.one("SELECT body_text FROM article_texts").split("\n\n")
    rows = shelf.rows("SELECT position, kind, text FROM blocks ORDER BY position")
    assert [(kind, parts[position - 1]) for position, kind, _ in rows] == [
        ("list", "a\nb"),
        ("quote", "Q"),
        ("subhead", "S"),
    ]


ASIDES = "SELECT position, kind, text FROM asides ORDER BY aside_id"
PICTURED = [
    Block("caption", "The quay\nLin Moor"),
    Block("paragraph", "One."),
    Block("embed", "Bring sheep."),
    Block("caption", "The crane"),
    Block("subhead", "S", 2),
    Block("paragraph", "Two."),
]


def test_captions_and_posts_are_kept_beside_the_words(shelf):
    shelf.read(ONE, article(ONE, standfirst=[], blocks=PICTURED))
    assert shelf.rows(ASIDES) == [
        (0, "caption", "The quay\nLin Moor"),
        (1, "embed", "Bring sheep."),
        (1, "caption", "The crane"),
    ]
    assert shelf.one("SELECT body_text FROM article_texts") == "One.\n\nS\n\nTwo."
    assert shelf.rows("SELECT position, kind FROM blocks") == [(2, "subhead")]
    assert shelf.article(ONE)["word_count"] == 3


def test_other_pictures_are_no_change_of_the_words(shelf):
    shelf.read(ONE, article(ONE, blocks=PICTURED))
    shelf.read(ONE, article(ONE, blocks=PICTURED[1:]), "2026-10-06T15:00:00Z")
    assert [text for _, _, text in shelf.rows(ASIDES)] == ["Bring sheep.", "The crane"]
    assert shelf.article(ONE)["revision_count"] == 1


def test_asides_are_replaced_with_the_words(shelf):
    shelf.read(ONE, article(ONE, blocks=PICTURED))
    shelf.read(
        ONE, article(ONE, blocks=[Block("paragraph", "Three."), Block("embed", "Bring more.")]), "2026-10-06T15:00:00Z"
    )
    assert shelf.rows(ASIDES) == [(1, "embed", "Bring more.")]


def test_asides_of_a_longer_text_stay_with_it(shelf):
    words = Block("paragraph", paragraph(1, 200))
    shelf.read(ONE, article(ONE, blocks=[words, Block("caption", "The quay")]))
    shelf.read(
        ONE, article(ONE, blocks=[Block("paragraph", "A wall."), Block("caption", "The wall")]), "2026-10-06T15:00:00Z"
    )
    assert shelf.rows(ASIDES) == [(1, "caption", "The quay")]


def test_what_a_page_does_not_say_is_null(shelf):
    bare = article(ONE, standfirst=[], authors=[], tags=[], published=None, section=None, language=None, provenance={})
    shelf.read(ONE, bare)
    row = shelf.article(ONE)
    unknown = ("standfirst", "authors_json", "tags_json", "published_at", "published_on", "published_precision")
    unknown += ("wire", "breadcrumb_json", "image_caption", "image_credit", "disagreements_json")
    assert [row[name] for name in (*unknown, "published_from", "section", "language", "access")] == [None] * 15


def test_all_that_a_page_says_of_itself_is_kept(shelf):
    said = {"published": {"json-ld": "2026-10-06T09:12:00+02:00", "html": "2026-10-05"}}
    told = {"wire": ["AFP", "Reuters"], "breadcrumb": ["World", "Europe"], "disagreements": said}
    shelf.read(ONE, article(ONE, image_caption="The lake", image_credit="Li Wei", **told))
    row = shelf.article(ONE)
    assert [row[name] for name in ("wire", "image_caption", "image_credit")] == ["AFP, Reuters", "The lake", "Li Wei"]
    assert json.loads(row["breadcrumb_json"]) == ["World", "Europe"]
    assert json.loads(row["disagreements_json"]) == said


def test_the_layers_are_those_of_the_newest_look_save_for_the_first_date(shelf):
    shelf.read(ONE, article(ONE, provenance={"headline": "html", "tags": "meta", "published": "html"}))
    later = {"headline": "json-ld", "section": "url", "published": "json-ld"}
    shelf.read(ONE, article(ONE, provenance=later))
    layers = json.loads(shelf.article(ONE)["provenance_json"])
    assert layers == {"headline": "json-ld", "tags": "meta", "section": "url", "published": "html"}
    assert shelf.article(ONE)["published_from"] == "html"


def test_layers_that_came_to_agree_disagree_no_longer_and_what_is_not_said_again_stays(shelf):
    shelf.read(ONE, article(ONE, wire=["AFP"], disagreements={"headline": {"json-ld": "One", "html": "Two"}}))
    shelf.read(ONE, article(ONE))
    assert (shelf.article(ONE)["disagreements_json"], shelf.article(ONE)["wire"]) == (None, "AFP")


@pytest.mark.parametrize(
    "published", ["1970-01-01T00:00:00Z", "2031-01-01", "13/14/2026", "0001-01-01", "2026-10-06T10:00"]
)
def test_an_impossible_date_is_null(shelf, published):
    shelf.read(ONE, article(ONE, published=published))
    assert shelf.article(ONE)["published_at"] is None


def test_a_day_stays_a_day(shelf):
    shelf.read(ONE, article(ONE, published="2026-10-05"))
    row = shelf.article(ONE)
    assert (row["published_at"], row["published_precision"]) == ("2026-10-05T00:00:00Z", "day")


def test_the_date_of_the_feed_counts_where_the_page_has_none(shelf):
    shelf.announce(Link(ONE, published="2026-10-06T06:00:00Z"), Link(TWO, published="2026-10-06T06:00:00Z"))
    shelf.read(ONE, article(ONE, published=None, provenance={}))
    shelf.read(TWO, article(TWO, 2))
    row = shelf.article(ONE)
    assert (row["published_at"], row["published_from"]) == ("2026-10-06T06:00:00Z", "feed")
    assert json.loads(row["provenance_json"]) == {"published": "feed"}
    assert shelf.article(TWO)["published_from"] == "json-ld"


@pytest.mark.parametrize("is_stored_first", [False, True])
def test_the_date_of_the_feed_counts_as_well_when_the_section_page_was_first(shelf, is_stored_first):
    page = article(ONE, published=None, provenance={})
    shelf.announce(ONE, listing=SECTION)
    if is_stored_first:
        shelf.read(ONE, page)
    shelf.announce(Link(ONE, published="2026-10-06T06:00:00Z"), listing=FEED)
    shelf.read(ONE, page, at=LATER)
    row = shelf.article(ONE)
    assert (row["published_at"], row["published_on"]) == ("2026-10-06T06:00:00Z", "2026-10-06")
    assert (row["published_from"], json.loads(row["provenance_json"])) == ("feed", {"published": "feed"})


def test_a_date_of_change_is_no_date_of_publication(shelf):
    shelf.announce(Link(ONE, published="2026-10-06T06:00:00Z", is_change=True))
    shelf.read(ONE, article(ONE, published=None, provenance={}))
    assert shelf.article(ONE)["published_at"] is None


def test_a_section_page_gives_no_date(shelf):
    shelf.announce(Link(ONE, published="2026-10-06T06:00:00Z"), listing=SECTION)
    shelf.read(ONE, article(ONE, published=None, provenance={}))
    assert shelf.article(ONE)["published_at"] is None


# --------------------------------------------------------------------------------------- what may be kept


@pytest.mark.parametrize(
    ("right", "why"),
    [({"robots_rules": ["noindex"]}, "noindex"), ({"tdm_reserved": True}, "text and data mining")],
)
def test_of_a_reserved_page_only_metadata_is_kept(shelf, right, why):
    shelf.read(ONE, article(ONE, **right))
    row = shelf.article(ONE)
    assert (row["headline"], row["published_on"]) == ("Harbour talks enter day 1", "2026-10-06")
    assert (row["standfirst"], row["word_count"], row["text_sha256"], row["is_complete"]) == (None, None, None, 0)
    assert shelf.rows("SELECT standfirst, body_text FROM article_texts") == [(None, None)]
    assert shelf.one("SELECT count(*) FROM blocks") == 0
    assert why in shelf.url(ONE)["reason"]


def test_a_licence_lifts_the_reservation(shelf):
    store.sync_sources(shelf.db, [replace(GAZETTE, rights="licensed: contract of 2026")])
    shelf.read(ONE, article(ONE, tdm_reserved=True))
    row = shelf.article(ONE)
    assert (row["is_complete"], row["is_tdm_reserved"], row["word_count"]) == (1, 1, 95)


def test_the_part_before_a_paywall_is_kept_as_a_part(shelf):
    shelf.read(ONE, article(ONE, access="paywalled"))
    assert (shelf.article(ONE)["is_complete"], shelf.article(ONE)["access"]) == (0, "paywalled")
    assert "paywall" in shelf.url(ONE)["reason"]


def test_the_rights_in_an_article_stand_in_one_row(shelf):
    store.save_tdm_policy(shelf.db, "gazette.example", '[{"location": "/"}]', T0)
    shelf.read(ONE, article(ONE, tdm_reserved=True, access="metered"))
    shelf.read(ELSEWHERE, article(ELSEWHERE, 2))
    rows = shelf.rows("SELECT url, is_tdm_reserved, tdm_policy, rights, access, is_complete FROM rights ORDER BY url")
    assert rows == [(ONE, 1, '[{"location": "/"}]', None, "metered", 0), (ELSEWHERE, None, None, None, None, 1)]


# --------------------------------------------------------------------------------------------- revisions


def test_one_correction_makes_one_revision_and_keeps_the_old_words(shelf):
    shelf.read(ONE)
    corrected = article(ONE, headline="Harbour talks fail")
    corrected.blocks[0].text += " The mayor resigned."
    assert shelf.read(ONE, corrected, LATER) == "changed"
    assert shelf.read(ONE, corrected, "2026-10-06T15:00:00Z") == "unchanged"
    row = shelf.article(ONE)
    assert (row["headline"], row["revision_count"], row["last_changed_at"]) == ("Harbour talks fail", 2, LATER)
    assert row["last_seen_at"] == "2026-10-06T15:00:00Z"
    assert (row["word_count"], shelf.url(ONE)["reason"]) == (98, "read, 98 words; the same words as before")
    old, new = shelf.db.query("SELECT * FROM revisions ORDER BY revision")
    assert (old["body_text"], old["changed_json"], old["words_added"]) == (article(ONE).body_text, None, None)
    assert (new["body_text"], json.loads(new["changed_json"])) == (None, ["headline", "body"])
    assert (new["words_added"], new["words_removed"]) == (4, 3)  # fail the mayor resigned; enter day 1
    assert shelf.one("SELECT body_text FROM article_texts") == corrected.body_text
    assert shelf.rows("SELECT headline_before, headline_after, minutes_after_publication FROM headline_changes") == [
        ("Harbour talks enter day 1", "Harbour talks fail", 138)
    ]


def test_noise_makes_no_revision(shelf):
    shelf.read(ONE, with_body(ONE, 'He said "no" - twice. ' + paragraph(3)))
    noisy = with_body(ONE, "He said «\u00a0no\u00a0» — twice.  " + paragraph(3), headline="HARBOUR TALKS: ENTER DAY 1")
    assert shelf.read(ONE, noisy, LATER) == "unchanged"
    assert shelf.article(ONE)["revision_count"] == 1


def test_what_is_missing_at_a_second_look_is_kept(shelf):
    shelf.read(ONE, article(ONE, image_url=f"{HOME}/1.jpg"))
    later = article(ONE, headline=None, standfirst=[], authors=[], published=None, section=None, language=None)
    assert shelf.read(ONE, later, LATER) == "unchanged"
    row = shelf.article(ONE)
    assert (row["headline"], row["published_on"], row["section"]) == (
        "Harbour talks enter day 1",
        "2026-10-06",
        "World",
    )
    assert (row["authors_json"], row["image_url"]) == ('["Ana Perez"]', f"{HOME}/1.jpg")


def test_a_first_date_is_not_moved_and_a_missing_one_is_filled(shelf):
    shelf.read(ONE)
    shelf.read(TWO, article(TWO, 2, published=None))
    for url, seed in ((ONE, 1), (TWO, 2)):
        shelf.read(url, article(url, seed, published="2026-10-06T07:55:00Z", modified="2026-10-06T08:30:00Z"), LATER)
    assert (shelf.article(ONE)["published_at"], shelf.article(TWO)["published_at"]) == (
        "2026-10-06T07:12:00Z",
        "2026-10-06T07:55:00Z",
    )
    assert shelf.article(ONE)["updated_at"] == "2026-10-06T08:30:00Z"


def test_a_stub_never_replaces_the_longer_text(shelf):
    shelf.read(ONE)
    stub = with_body(ONE, "Subscribe to read on.", standfirst=[], headline="Harbour talks fail", access="paywalled")
    assert shelf.read(ONE, stub, LATER) == "changed"
    row = shelf.article(ONE)
    assert (row["headline"], row["word_count"], row["is_complete"]) == ("Harbour talks fail", 95, 1)
    assert json.loads(shelf.one("SELECT changed_json FROM revisions WHERE revision = 2")) == ["headline"]
    assert shelf.one("SELECT body_text FROM article_texts") == article(ONE).body_text
    assert shelf.one("SELECT count(*) FROM blocks") == 1
    assert "the longer text is kept" in shelf.url(ONE)["reason"]


def test_a_text_that_was_only_metadata_can_be_completed(shelf):
    shelf.read(ONE, article(ONE, robots_rules=["noindex"]))
    assert shelf.read(ONE, at=LATER) == "changed"
    assert (shelf.article(ONE)["is_complete"], shelf.article(ONE)["word_count"]) == (1, 95)


# ------------------------------------------------------------------------------------ addresses of a page


def test_a_page_at_its_other_address_is_the_same_article(shelf):
    shelf.read(ONE)
    assert shelf.read(TWO, article(TWO)) == "duplicate"
    assert shelf.one("SELECT count(*) FROM articles") == 1
    row = shelf.url(TWO)
    assert (row["state"], row["next_fetch_at"]) == ("duplicate", None)
    assert row["article_id"] == shelf.article(ONE)["article_id"]
    assert row["reason"] == f"the same words as {ONE}"


def test_an_article_goes_by_its_own_page_though_its_print_page_was_read_first(shelf):
    printed = f"{HOME}/imprimer/4711.html"
    assert shelf.read(printed, article(printed)) == "new"
    assert shelf.read(ONE, at=LATER) == "unchanged"
    assert shelf.rows("SELECT url, revision_count FROM articles") == [(ONE, 1)]
    assert (shelf.url(ONE)["state"], shelf.url(printed)["state"]) == ("article", "duplicate")
    assert shelf.url(printed)["article_id"] == shelf.url(ONE)["article_id"] == shelf.article(ONE)["article_id"]
    assert shelf.url(printed)["reason"] == f"the same words as {ONE}"


def test_the_claimed_address_is_the_one_to_cite(shelf):
    short = f"{HOME}/p/12345"
    shelf.announce(short)
    assert shelf.read(short, article(short, canonical_url=ONE)) == "new"
    assert shelf.article(ONE)["article_id"] == shelf.url(short)["article_id"] == shelf.url(ONE)["article_id"]
    assert shelf.announce(ONE) == []
    assert shelf.read(short, article(short, canonical_url=ONE), LATER) == "unchanged"


def test_all_addresses_of_a_redirect_are_known(shelf):
    assert shelf.read(f"{HOME}/go/1", article(TWO, canonical_url=ONE), final_url=f"{TWO}/?utm_source=x") == "new"
    known = shelf.rows("SELECT url, state FROM urls WHERE article_id IS NOT NULL ORDER BY url")
    assert known == [(f"{HOME}/go/1", "article"), (ONE, "duplicate"), (TWO, "duplicate")]
    rewritten = with_body(TWO, paragraph(77), paragraph(78), canonical_url=ONE, standfirst=[])
    assert shelf.read(f"{HOME}/go/1", rewritten, LATER, final_url=TWO) == "changed"


def test_one_address_claimed_by_every_page_makes_them_not_one(shelf):
    for seed in range(1, 5):
        url = f"{HOME}/world/story-number-{seed}-of-ours"
        assert shelf.read(url, article(url, seed, canonical_url=f"{HOME}/world/the-one-and-only-story")) == "new"
    assert shelf.one("SELECT count(*) FROM articles") == 4


@pytest.mark.parametrize("order", [(ONE, TWO), (TWO, ONE)])
def test_a_wrong_claim_makes_no_one_article_of_two_days_of_a_story(shelf, order):
    background = [paragraph(500), paragraph(501)]
    pages = {
        ONE: with_body(ONE, paragraph(1, 90), paragraph(2, 60), *background),
        TWO: with_body(TWO, paragraph(3, 90), paragraph(4, 60), *background, canonical_url=ONE),
    }
    shelf.announce(*order)
    assert [shelf.read(url, pages[url]) for url in order] == ["new", "new"]
    assert [shelf.read(url, pages[url], LATER) for url in (*order, *order)] == ["unchanged"] * 4
    assert sorted(shelf.rows("SELECT url, revision_count FROM articles")) == [(ONE, 1), (TWO, 1)]


def test_a_claim_on_a_page_with_nearly_the_same_words_is_believed(shelf):
    words = [paragraph(seed) for seed in range(10, 16)]
    shelf.read(ONE, with_body(ONE, *words))
    other = with_body(TWO, *words[:5], paragraph(99, 20), canonical_url=ONE)
    assert shelf.read(TWO, other, LATER) == "duplicate"
    assert shelf.url(TWO)["article_id"] == shelf.article(ONE)["article_id"]
    assert shelf.article(ONE)["revision_count"] == 1  # its own page says what it says


@pytest.mark.parametrize(("seed", "outcome", "addresses"), [(1, "unchanged", [TWO]), (2, "new", [ONE, TWO])])
def test_a_claimed_address_that_waits_is_read_for_itself(shelf, seed, outcome, addresses):
    shelf.announce(TWO)
    shelf.read(ONE, article(ONE, canonical_url=TWO))
    assert shelf.rows("SELECT url FROM articles") == [(TWO,)]
    assert shelf.url(TWO)["next_fetch_at"] == T0
    assert shelf.read(TWO, article(TWO, seed)) == outcome
    assert [url for (url,) in shelf.rows("SELECT url FROM articles ORDER BY article_id")] == addresses
    assert shelf.url(TWO)["state"] == "article"
    assert shelf.read(TWO, with_body(TWO, paragraph(90), paragraph(91)), LATER) == "changed"


def test_a_redirect_to_another_article_changes_neither(shelf):
    shelf.read(ONE)
    shelf.read(TWO, article(TWO, 2))
    assert shelf.read(ONE, article(TWO, 2), LATER, final_url=TWO) == "unchanged"
    assert shelf.article(ONE)["headline"] == "Harbour talks enter day 1"
    assert (shelf.article(ONE)["revision_count"], shelf.article(TWO)["revision_count"]) == (1, 1)


def test_an_article_that_moved_is_the_same_article(shelf):
    shelf.read(ONE)
    assert shelf.read(ONE, article(TWO), LATER, final_url=TWO) == "unchanged"
    assert shelf.url(TWO)["article_id"] == shelf.article(ONE)["article_id"]


def test_an_old_address_that_now_leads_to_an_unknown_story_brings_a_new_article(shelf):
    shelf.read(ONE)
    assert shelf.read(ONE, article(TWO, 9), LATER, final_url=TWO) == "new"
    assert shelf.article(ONE)["headline"] == "Harbour talks enter day 1"
    assert shelf.article(TWO)["headline"] == "Harbour talks enter day 9"


def test_a_duplicate_address_that_gets_words_of_its_own_is_an_article(shelf):
    shelf.read(ONE)
    shelf.read(TWO, article(TWO))
    assert shelf.read(TWO, article(TWO, 2), LATER) == "new"
    assert shelf.article(ONE)["revision_count"] == 1


def test_another_source_never_touches_an_article(shelf):
    shelf.read(ONE)
    before = shelf.article(ONE)
    stolen = article(ELSEWHERE, headline="Ours now", canonical_url=ONE)
    assert shelf.read(ELSEWHERE, stolen, LATER) == "new"
    assert shelf.read(ELSEWHERE, stolen, LATER, final_url=ONE) == "duplicate"
    assert shelf.article(ONE) == before
    assert "gazette" in shelf.url(ELSEWHERE)["reason"]


def stories(count):
    """Addresses with the headlines that a listing announces for them."""
    told = (
        *(
            "Fishermen strike over nets",
            "Lighthouse loses its lamp",
            "Bakers share one oven",
            "Sheep board wrong ferry",
        ),
        *("Mayor reopens old quay", "Storm takes two boats", "School moves into mill", "Island counts its gulls"),
    )
    return [Link(f"{HOME}/n/{number}", title, rank=number) for number, title in enumerate(told[:count], 1)]


def offer(url, **changes):
    """What a site shows at every address: nobody announced it."""
    return article(url, **({"headline": "Welcome to the Gazette", "layout": None} | changes))


def test_one_text_at_many_addresses_is_a_wall(shelf):
    urls = [f"{HOME}/world/story-number-{n}-of-ours" for n in range(WALL + 2)]
    outcomes = [shelf.read(url, article(url)) for url in urls]
    assert outcomes == ["new", *["duplicate"] * WALL, "blocked"]
    assert {(shelf.url(url)["state"], shelf.url(url)["etag"]) for url in urls} == {("blocked", None)}
    assert shelf.one("SELECT count(*) FROM articles") == 0
    assert len(store.due_articles(shelf.db, ["gazette"], T0)) == WALL + 2  # all are looked at again
    assert [shelf.read(url, article(url), LATER) for url in urls[1:4]] == ["blocked"] * 3  # the wall still stands
    assert shelf.fail(urls[4], "error", LATER) == "error"
    assert [shelf.url(url)["state"] for url in urls[1:5]] == ["blocked"] * 3 + ["failing"]
    assert [shelf.read(url, article(url, n), LATER) for n, url in enumerate(urls[1:5], 2)] == ["new"] * 4


def test_one_page_under_three_announced_headlines_is_withdrawn_with_all_that_was_made_of_it(shelf):
    links = stories(3)
    shelf.announce(*links)
    runs = tuple(range(100, 106))
    layout = Layout(runs, {"body": "div > p"})
    said = [shelf.read(link.url, offer(link.url, language="ja", layout=layout)) for link in links]
    assert said == ["new", "duplicate", "blocked"]
    for table in ("articles", "article_texts", "blocks", "asides", "revisions", "copies", "pages", "fingerprints"):
        assert shelf.one(f"SELECT count(*) FROM {table}") == 0, table
    assert shelf.rows("SELECT rowid FROM article_texts_fts WHERE article_texts_fts MATCH 'gazette'") == []
    reason = "one page for every address: same text at 3 addresses"
    assert shelf.rows("SELECT state, reason, article_id, etag FROM urls") == [("blocked", reason, None, None)] * 3
    assert shelf.rows("SELECT outcome, reason FROM fetches WHERE url_id IS NOT NULL") == [("blocked", reason)] * 3
    assert shelf.rows("SELECT source_id, address_count FROM walls") == [("gazette", 3)]
    assert len(store.due_articles(shelf.db, ["gazette"], T0)) == 3
    store.finish_run(shelf.db, shelf.run_id, source_ids=["gazette"])
    status, message = shelf.rows("SELECT status, message FROM run_sources")[0]
    assert (status, reason in message) == ("blocked", True)


def test_a_wall_is_known_again_waits_longer_and_ends(shelf):
    links = stories(4)
    shelf.announce(*links)
    for link in links[:3]:
        shelf.read(link.url, offer(link.url))
    waits = [shelf.url(links[0].url)["next_fetch_at"]]
    for at in ("2026-10-06T08:30:00Z", "2026-10-06T09:00:00Z", "2026-10-06T10:00:00Z"):
        assert [shelf.read(link.url, offer(link.url), at) for link in links] == ["blocked"] * 4
        waits.append(shelf.url(links[0].url)["next_fetch_at"])
    assert waits == ["2026-10-06T08:00:00Z", "2026-10-06T08:40:00Z", "2026-10-06T09:20:00Z", "2026-10-06T10:40:00Z"]
    later = "2026-10-06T12:00:00Z"
    read = [shelf.read(one.url, article(one.url, n, headline=one.title), later) for n, one in enumerate(links, 10)]
    assert read == ["new"] * 4
    assert {shelf.url(link.url)["state"] for link in links} == {"article"}


def test_a_wall_in_chinese_leaves_the_second_index_as_it_was(shelf):
    text = (
        "本报读者支持本报的工作，请选择适合您的订阅方案，所有文章都可以在任何设备上阅读，随时可以取消，首月免费。" * 2
    )
    titles = ("渔民罢工抗议新规", "灯塔今夜熄灯", "面包师共用烤炉")
    links = [Link(f"{HOME}/n/{number}", title) for number, title in enumerate(titles)]
    shelf.announce(*links)
    for link in links:
        shelf.read(link.url, with_body(link.url, text, headline="欢迎订阅本报", standfirst=[]))
    assert shelf.one("SELECT count(*) FROM articles") == 0
    assert shelf.rows("SELECT rowid FROM article_texts_cjk_fts WHERE article_texts_cjk_fts MATCH '订'") == []


def test_a_wall_that_names_address_headline_and_time_is_one_page(shelf):
    links = stories(3)
    shelf.announce(*links)

    def named(link, minute):
        text = f"You asked for {link.url} at 08:{minute}. {paragraph(7, 50)} Reference {minute}af3."
        return with_body(link.url, f"{link.title} {text}", headline="Welcome to the Gazette", standfirst=[])

    said = [shelf.read(link.url, named(link, 10 + number)) for number, link in enumerate(links)]
    assert said == ["new", "new", "blocked"]
    assert shelf.one("SELECT count(*) FROM articles") == 0


def test_one_text_under_three_headlines_of_its_own_is_no_article(shelf):
    """What is printed below every headline is not the text of any."""
    links = stories(3)
    shelf.announce(*links)
    said = [shelf.read(link.url, article(link.url, headline=link.title)) for link in links]
    assert said == ["new", "duplicate", "blocked"]


def test_what_a_wall_taught_is_forgotten_and_what_articles_bear_is_not(shelf):
    links = stories(3)
    shelf.announce(*links)
    shelf.read(ONE, article(ONE, 5, layout=Layout((1, 2, 3, 50), {})))
    for block in (50, 60):
        shelf.db.execute("INSERT INTO source_blocks VALUES ('gazette', ?, 'A line.', 0, 3, ?, ?)", [block, T0, T0])
    for link in links:
        shelf.read(link.url, offer(link.url, layout=Layout((50, 60, 70, 80), {})))
    assert shelf.rows("SELECT block FROM source_blocks") == [(50,)]


@pytest.mark.parametrize("count", [2, 8])
def test_an_article_may_stand_in_many_sections(shelf, count):
    urls = [f"{HOME}/section-{number}/harbour-talks" for number in range(count)]
    shelf.announce(*(Link(url, "Harbour talks enter day 1") for url in urls))
    assert [shelf.read(url, article(url)) for url in urls] == ["new", *["duplicate"] * (count - 1)]
    assert shelf.article(urls[0])["revision_count"] == 1


def test_a_note_may_be_printed_again_under_another_headline(shelf):
    links = stories(2)
    shelf.announce(*links)
    assert [shelf.read(one.url, article(one.url, headline=one.title)) for one in links] == ["new", "duplicate"]


def test_short_notes_that_say_that_more_follows_are_articles(shelf):
    links = stories(4)
    shelf.announce(*links)
    brief = "More details on this story will follow as soon as we have them."
    read = [shelf.read(one.url, with_body(one.url, brief, headline=one.title, standfirst=[])) for one in links]
    assert read == ["new"] * 4


def test_a_liveblog_may_be_announced_by_its_entries(shelf):
    links = stories(5)
    shelf.announce(*links)
    read = [shelf.read(one.url, offer(one.url, kind="liveblog")) for one in links]
    assert read == ["new", *["duplicate"] * 4]


def test_an_article_to_which_other_addresses_lead_stays(shelf):
    links = stories(8)
    shelf.announce(*links)
    top = links[0]
    read = [shelf.read(one.url, article(one.url, headline=top.title)) for one in links]
    assert (read[0], read[-1]) == ("new", "blocked")
    assert shelf.article(top.url)["headline"] == top.title
    assert shelf.url(top.url)["state"] == "article"


def told(link, seed):
    """An article that speaks of what was announced for it."""
    text = f"Nobody had expected that {' '.join(link.title.lower().split()[::-1])} again. {paragraph(seed, 60)}"
    return with_body(link.url, text, headline=link.title, standfirst=[])


@pytest.mark.parametrize("at", ["2026-10-06T08:20:00Z", "2027-03-06T08:00:00Z"])
def test_an_article_whose_text_appears_under_other_headlines_stays(shelf, at):
    links = stories(5)
    shelf.announce(*links)
    assert shelf.read(links[0].url, told(links[0], 7)) == "new"
    before = shelf.article(links[0].url)
    for link in links[1:]:
        shelf.read(link.url, replace(told(links[0], 7), url=link.url, headline=link.title), at)
    assert shelf.article(links[0].url) == before
    assert [shelf.url(link.url)["state"] for link in links] == ["article", *["blocked"] * 4]
    assert shelf.one("SELECT count(*) FROM articles") == 1
    assert shelf.rows("SELECT outcome FROM fetches WHERE url_id = ?", shelf.url(links[0].url)["url_id"]) == [("new",)]


def test_what_was_stored_long_ago_is_never_withdrawn(shelf):
    """Whatever its words are."""
    links = stories(5)
    shelf.announce(*links)
    assert shelf.read(links[0].url, article(links[0].url, headline=links[0].title)) == "new"
    before = shelf.article(links[0].url)
    for link in links[1:]:
        shelf.read(link.url, article(link.url, headline=link.title), "2026-11-06T08:00:00Z")
    assert shelf.article(links[0].url) == before
    assert shelf.url(links[0].url)["state"] == "article"


def test_a_wall_never_replaces_a_stored_article(shelf):
    links = stories(4)
    shelf.announce(*links)
    for seed, link in enumerate(links[:1], 20):
        shelf.read(link.url, article(link.url, seed, headline=link.title))
    before = shelf.article(links[0].url)
    assert (
        shelf.read(links[0].url, offer(links[0].url), LATER) == "blocked"
    )  # nothing of the article, nor of its promise
    for link in links[1:]:
        shelf.read(link.url, offer(link.url), LATER)
    assert shelf.read(links[0].url, offer(links[0].url), LATER) == "blocked"  # a wall that is known
    assert shelf.article(links[0].url) == before
    assert shelf.one("SELECT count(*) FROM revisions") == 1
    assert (shelf.url(links[0].url)["state"], shelf.url(links[0].url)["etag"]) == ("article", None)
    assert shelf.read(links[0].url, article(links[0].url, 20, headline=links[0].title), LATER) == "unchanged"


# ------------------------------------------------------------------------------------------------ copies


def test_the_same_words_at_two_publishers_are_two_articles_and_linked(shelf):
    shelf.read(ONE)
    assert shelf.read(ELSEWHERE, article(ELSEWHERE, headline="Le port"), LATER) == "new"
    copy, original = shelf.article(ELSEWHERE)["article_id"], shelf.article(ONE)["article_id"]
    assert shelf.rows("SELECT * FROM copies") == [(copy, original, 1.0, 4)]
    assert shelf.rows("SELECT url FROM articles_unique") == [(ONE,)]


def test_a_copy_that_is_rewritten_is_none_any_more(shelf):
    shelf.read(ONE)
    shelf.read(ELSEWHERE, article(ELSEWHERE), LATER)
    shelf.read(ELSEWHERE, with_body(ELSEWHERE, paragraph(50), paragraph(51)), LATER)
    assert shelf.rows("SELECT * FROM copies") == []
    assert shelf.one("SELECT count(*) FROM articles_unique") == 2


def test_when_the_original_changes_the_next_oldest_takes_its_place(shelf):
    third = "https://tribune.example/monde/encore-les-pourparlers-du-port"
    shelf.read(ONE)
    shelf.read(ELSEWHERE, article(ELSEWHERE), LATER)
    shelf.read(third, article(third, 3), LATER)
    shelf.read(third, article(third), "2026-10-06T10:00:00Z")  # becomes the same text by a revision
    shelf.read(ONE, with_body(ONE, paragraph(60), paragraph(61)), "2026-10-06T11:00:00Z")
    ids = [shelf.article(url)["article_id"] for url in (third, ELSEWHERE)]
    assert shelf.rows("SELECT article_id, original_id FROM copies") == [tuple(ids)]


def test_copies_are_unlinked_without_a_walk_over_all_of_them(shelf):
    said = []
    shelf.db.conn.set_trace_callback(said.append)
    articles._unlink_copies(shelf.db, 1)
    shelf.db.conn.set_trace_callback(None)
    plans = [row[-1] for sql in said if sql.startswith("DELETE") for row in shelf.rows(f"EXPLAIN QUERY PLAN {sql}")]
    assert len(plans) == 2
    assert all(plan.startswith("SEARCH") for plan in plans)


def test_short_texts_are_no_copies(shelf):
    shelf.read(ONE, with_body(ONE, "This page is being updated.", standfirst=[]))
    shelf.read(ELSEWHERE, with_body(ELSEWHERE, "This page is being updated.", standfirst=[]))
    assert shelf.article(ONE)["text_sha256"] is None
    assert shelf.rows("SELECT * FROM copies") == []


def test_a_feed_is_only_needed_for_what_it_says(shelf):
    """The announced title stays in the ledger, it never becomes the headline."""
    shelf.announce(Link(ONE, "An early title"), listing=FEED)
    shelf.read(ONE, article(ONE, headline=None))
    assert shelf.article(ONE)["headline"] is None
    assert shelf.url(ONE)["announced_title"] == "An early title"


# ------------------------------------------------------------------------------- the page of another address

BELLS = f"{HOME}/world/bells-of-the-old-quarter-sold"
FERRY, QUAY = "Ferry captains refuse the winter timetable", "Bells of the old quarter sold to a museum"


def announced(shelf):
    """Two stories, each with its title."""
    shelf.announce(Link(ONE, title=FERRY, rank=1), Link(BELLS, title=QUAY, rank=2))


def bells(canonical_url=BELLS):
    return article(BELLS, 7, headline=QUAY, canonical_url=canonical_url)


def ferry():
    return article(ONE, 8, headline=FERRY, canonical_url=ONE)


def test_the_page_of_another_address_waits_until_that_was_read_there(shelf):
    """A mixed-up cache answers with a page that says whose it is: no article is made of it here."""
    announced(shelf)
    assert shelf.read(ONE, bells()) == "blocked"
    assert (shelf.url(ONE)["state"], shelf.url(ONE)["article_id"]) == ("blocked", None)
    assert shelf.url(ONE)["reason"] == f"another page: that of {BELLS}"
    assert shelf.read(BELLS, bells()) == "new"
    assert shelf.read(ONE, ferry(), at=LATER) == "new"
    assert shelf.one("SELECT max(revision_count) FROM articles") == 1


def test_a_page_that_does_not_say_whose_it_is_is_known_by_its_headline(shelf):
    announced(shelf)
    assert shelf.read(ONE, bells(canonical_url=None)) == "blocked"
    assert shelf.url(ONE)["reason"] == f"another page: that of {BELLS}"
    shelf.read(BELLS, bells())
    assert shelf.read(ONE, bells(canonical_url=None)) == "duplicate"
    assert shelf.url(ONE)["next_fetch_at"] == "2026-10-06T09:00:00Z"


def test_what_is_never_fetched_takes_no_page(shelf):
    """The address that the page names as its own is refused by the source: the page is read where it may be."""
    links = (Link(ONE, title=FERRY, rank=1), Link(BELLS, title=QUAY, rank=2))
    shelf.announce(*links, refused={BELLS: "not in its scope"})
    assert shelf.read(ONE, bells()) == "new"


def test_the_page_of_a_known_article_at_another_address_is_looked_at_again(shelf):
    announced(shelf)
    shelf.read(BELLS, bells())
    assert shelf.read(ONE, bells()) == "duplicate"
    row = shelf.url(ONE)
    assert (row["next_fetch_at"], row["etag"]) == ("2026-10-06T09:00:00Z", None)
    assert shelf.read(ONE, ferry(), at=LATER) == "new"
    assert (shelf.url(ONE)["state"], shelf.url(BELLS)["state"]) == ("article", "article")
    assert shelf.one("SELECT count(DISTINCT article_id) FROM articles WHERE revision_count = 1") == 2


def test_the_page_of_another_address_changes_no_stored_article(shelf):
    announced(shelf)
    shelf.read(ONE, ferry())
    shelf.read(BELLS, bells())
    assert shelf.read(ONE, bells(), at=LATER) == "blocked"
    assert shelf.url(ONE)["state"] == "article"
    assert shelf.article(ONE)["headline"] == FERRY


def test_a_redirect_that_ends_at_the_page_of_another_address_takes_no_article_along(shelf):
    """The story has moved, and what answers there for once is another one: its address stays with its article."""
    announced(shelf)
    shelf.read(ONE, ferry())
    shelf.read(BELLS, bells())
    assert shelf.read(ONE, bells(), at=LATER, final_url=f"{ONE}-moved") == "blocked"
    assert shelf.url(ONE)["article_id"] == shelf.article(ONE)["article_id"]
    assert shelf.read(ONE, ferry(), at=LATER, final_url=f"{ONE}-moved") == "unchanged"
    assert shelf.url(ONE)["state"] == "article"


def test_an_article_is_found_by_its_own_address_also_behind_a_redirect(shelf):
    """The row of the address was led to another article; the words say whose it is."""
    announced(shelf)
    shelf.read(ONE, ferry())
    shelf.read(BELLS, bells())
    shelf.db.execute("UPDATE urls SET article_id = ? WHERE url = ?", [shelf.article(BELLS)["article_id"], ONE])
    assert shelf.read(ONE, ferry(), at=LATER, final_url=f"{ONE}-moved") == "unchanged"
    assert shelf.url(ONE)["article_id"] == shelf.article(ONE)["article_id"]


def test_the_page_of_an_address_that_could_not_be_read_yet_is_still_of_that_address(shelf):
    announced(shelf)
    shelf.fail(BELLS, "error")
    assert shelf.read(ONE, bells()) == "blocked"
    assert shelf.read(BELLS, bells(), at=LATER) == "new"
    assert shelf.read(ONE, ferry(), at=LATER) == "new"


def test_a_second_address_with_a_label_for_a_title_is_no_other_page(shelf):
    """What a section page calls the article matters less than that no other was announced at the claimed address."""
    shelf.announce(Link(TWO, title="Read the whole story of the museum here", rank=1))
    assert shelf.read(TWO, bells()) == "new"


def test_a_page_of_another_address_is_no_form_of_it_for_good(shelf):
    """A mixed-up cache answers with the print page of another story than was announced: it is asked again."""
    shelf.announce(Link(ONE, "Harbour talks enter day 1"), Link(TWO, "A lighthouse for sale on the hill of Saltmere"))
    shelf.read(ONE)
    assert shelf.read(TWO, replace(article(TWO, 1), canonical_url=ONE)) == "duplicate"
    assert shelf.url(TWO)["next_fetch_at"] is not None
    sale = article(TWO, 9, headline="A lighthouse for sale on the hill of Saltmere")
    assert shelf.read(TWO, sale, at="2026-10-06T09:00:00Z") == "new"
