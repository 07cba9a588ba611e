"""Fingerprints, changed fields, likeness."""

from __future__ import annotations

import pytest
from stories import article, paragraph

from crawler.dedupe import Words, alike, changed_fields, fingerprint_of, sentence_count, words_moved
from crawler.items import Article, Block
from crawler.normalise import words

URL = "https://gazette.example/world/a-story-of-ours"
OLD = Words("Harbour talks resume", "Both sides meet again.", "The mayor said “no”, twice.\n\nIt cost $5.")


def fingerprint(page: Article) -> str | None:
    return fingerprint_of(words(page.body))


def test_a_fingerprint_sees_words_and_nothing_else():
    one, other = article(URL), article(URL)
    other.headline = "Another headline"
    other.standfirst = [other.standfirst[0].upper().replace(" ", "\u00a0")]
    other.blocks[0].text = f"« {other.blocks[0].text} »"
    other.blocks = [Block("paragraph", block.text) for block in other.blocks]
    assert fingerprint(one) == fingerprint(other)
    assert len(fingerprint(one) or "") == 64


def test_a_fingerprint_sees_every_word_and_their_order():
    one = fingerprint(article(URL))
    longer, turned = article(URL), article(URL)
    longer.blocks[-1].text += " Indeed."
    turned.blocks.reverse()
    assert len({one, fingerprint(longer), fingerprint(turned)}) == 3


@pytest.mark.parametrize(("size", "is_known"), [(29, False), (30, True)])
def test_a_fingerprint_needs_thirty_words(size, is_known):
    short = article(URL, standfirst=[], blocks=[Block("paragraph", paragraph(1, size))])
    assert (fingerprint(short) is not None) == is_known


@pytest.mark.parametrize(
    ("new", "changed"),
    [
        (OLD, []),
        (OLD._replace(headline="HARBOUR TALKS: RESUME"), []),
        (OLD._replace(body="The mayor said «\u202fno\u202f», twice. It cost $5."), []),
        (OLD._replace(body="The mayor said 'no' — twice.\n\nIt cost $\u200b5"), []),
        (OLD._replace(headline="Harbour talks fail"), ["headline"]),
        (OLD._replace(standfirst=None), ["standfirst"]),
        (OLD._replace(body="The mayor said “no”, twice.\n\nIt cost €5."), ["body"]),
        (OLD._replace(body="The mayor said “yes”, twice.\n\nIt cost $5.", headline="Talks"), ["headline", "body"]),
    ],
)
def test_changed_fields_are_those_that_say_something_else(new, changed):
    assert changed_fields(OLD, new) == changed


def test_words_moved_counts_each_word_as_often_as_it_stands():
    assert words_moved("the mayor of the port", "The port, the port!") == (1, 2)
    assert words_moved("", "two words") == (2, 0)


def test_alike_tells_a_revision_from_another_text():
    text = "\n\n".join(paragraph(seed) for seed in range(6))
    revised = text.replace(paragraph(2), paragraph(20)) + " One more sentence came."
    other = "\n\n".join(paragraph(seed) for seed in range(30, 36))
    assert alike(Words("A", None, text), Words("B", None, revised))
    assert not alike(Words("A", None, text), Words("A", None, other))
    assert alike(Words("A", None, text), Words("B", None, paragraph(3)))  # a cut of it


def test_alike_asks_the_headline_where_there_are_no_words():
    assert alike(Words("Harbour talks", None, None), Words("Harbour Talks!", None, "Some words at last stand here."))
    assert not alike(Words("Harbour talks", None, None), Words("Other talks", None, None))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three? Four…", 4),
        ("Costs 3.5 per cent. “Well.” No end", 2),
        ("A subhead\n\nA sentence. Another.", 3),
        ("一句。两句！", 2),
        ("", 0),
    ],
)
def test_sentences_are_counted_by_their_ends(text, count):
    assert sentence_count(text) == count


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("14 people are reading this now", "2,114 people are reading this now", []),
        ("312 vues", "4 018 vues", []),
        ("12 dead in Karrow", "14 dead in Karrow", ["body"]),
        ("The paper has 12 readers.", "The paper has 14 readers.", ["body"]),
    ],
)
def test_a_line_that_counts_readers_is_no_correction(before, after, changed):
    text = "The ferry ran aground.\n\n{}\n\nNobody was hurt."
    assert (
        changed_fields(
            Words("A headline of 12", None, text.format(before)), Words("A headline of 12", None, text.format(after))
        )
        == changed
    )
    assert changed_fields(Words(before, None, None), Words(after, None, None)) == ["headline"]
