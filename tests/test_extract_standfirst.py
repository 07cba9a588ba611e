"""Which paragraphs of an invented page are its standfirst."""

from __future__ import annotations

import pytest
from pages import DESCRIPTION, TEXTS, paragraphs, read, texts_of

META = f'<meta name="description" content="{DESCRIPTION}">'
LEADS = {
    "named": (f"<p class='article__standfirst'>{DESCRIPTION}</p>", ""),
    "named on the parent": (f"<div class='chapo'><span><p>{DESCRIPTION}</p></span></div>", ""),
    "told by the description": (f"<div><div class='x7'>{DESCRIPTION}</div></div>", META),
    "told in part": (f"<h2>{DESCRIPTION}</h2>", f'<meta name="description" content="{DESCRIPTION[:50]}…">'),
    "in a teaser": (f"<section class='teaser'><p>{DESCRIPTION}</p></section>", META),
}


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize(("lead", "head"), LEADS.values(), ids=LEADS)
def test_the_standfirst_is_found_by_name_or_by_the_description(lead, head, inside):
    article = read(lead + paragraphs(), head=head) if inside else read(paragraphs(), above=lead, head=head)
    assert article.standfirst == [DESCRIPTION]
    assert texts_of(article) == TEXTS


def test_a_bold_first_paragraph_that_the_description_tells_is_the_standfirst():
    article = read(f"<p><b>{DESCRIPTION}</b></p>{paragraphs()}", head=META)
    assert (article.standfirst, texts_of(article)) == ([DESCRIPTION], TEXTS)


def test_a_first_paragraph_stays_one_though_the_description_tells_it():
    article = read(paragraphs(), head=f'<meta name="description" content="{TEXTS[0]}">')
    assert (article.standfirst, texts_of(article)) == ([], TEXTS)


def test_a_standfirst_is_not_repeated_in_the_text():
    article = read(f"<p>{DESCRIPTION}</p>{paragraphs()}", above=f"<p class='lead'>{DESCRIPTION}</p>", head=META)
    assert (article.standfirst, texts_of(article)) == ([DESCRIPTION], TEXTS)
