"""Pages that are nothing but a list: short titles and short addresses are articles there, and nowhere else."""

from __future__ import annotations

import pytest

from crawler.discover import links
from crawler.errors import Walled

NAMES = ["ferry-again", "gulls", "night-boats", "slow-lamps", "wet-nets"]
HOME = "https://courier.example/world"


def listing(*rows: str, frame: str = "") -> bytes:
    return f"<html><head><title>World</title></head><body>{frame}<h1>World</h1>{''.join(rows)}</body></html>".encode()


def found(page: bytes) -> list[str]:
    return [link.url.rpartition("/")[2] for link in links(page, HOME, "section")]


@pytest.mark.parametrize("row", ["<li><a href='/n/{0}'>{0}</a>", "<p><a href='/n/{0}'>{0}</a></p>"])
def test_a_page_that_is_one_list_announces_all_of_it(row):
    assert found(listing(*(row.format(name) for name in NAMES))) == NAMES


def test_a_list_under_a_menu_is_no_plain_page():
    menu = "<nav><a href='/sport'>Sport</a> <a href='/arts'>Arts</a></nav>"
    page = links(listing(*(f"<li><a href='/n/{name}'>{name}</a>" for name in NAMES), frame=menu), HOME, "section")
    assert page == []
    assert page.notes == ["none of 7 addresses looks like an article"]


def test_headings_announce_where_nothing_else_does():
    menu = "<nav><a href='/sport'>Sport</a> <a href='/arts'>Arts</a></nav>"
    rows = [f"<h2><a href='/n/{name}'>{name}</a></h2>" for name in NAMES]
    assert found(listing(*rows, frame=menu)) == NAMES


def test_one_headline_alone_is_announced_and_one_word_is_not():
    assert found(listing("<li><a href='/n/ferry'>The ferry is back again in town</a>")) == ["ferry"]
    assert found(listing("<li><a href='/n/ferry'>Back</a>")) == []


def test_days_numbers_and_services_are_no_list_of_articles():
    assert found(listing(*(f"<td><a href='/days/{day}'>{day}</a></td>" for day in range(1, 31)))) == []
    assert found(listing(*(f"<li><a href='/login/{name}'>{name}</a>" for name in NAMES))) == []


def test_a_plain_list_hides_no_wall():
    rows = [f"<li><a href='/n/{name}'>{name}</a>" for name in NAMES]
    with pytest.raises(Walled):
        links(listing(*rows).replace(b"World", b"404 - Page not found"), HOME, "section")
