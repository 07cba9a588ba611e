"""The next page of a listing, and what only looks like one."""

from __future__ import annotations

import pytest

from crawler.discover.pager import next_page
from crawler.page import parse

SITE = "https://www.courier.example.com"


def found(here: str, links: str) -> str | None:
    page = parse(f"<!doctype html><html><body>{links}</body></html>", SITE + here)
    url = next_page(page)
    return url.removeprefix(SITE) if url is not None else None


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("/world", "/world?page=2"),
        ("/world/", "/world/?p=2"),
        ("/world/?page=2", "/world/?page=3"),
        ("/world/", "/world/page/2/"),
        ("/world/page/2/", "/world/page/3/"),
        ("/world", "/world/page-2"),
        ("/world.html", "/world/page2.html"),
        ("/welt/", "/welt/seite-2"),
        ("/mundo/", "/mundo/pagina/2/"),
        ("/swiat/", "/swiat/strona/2"),
        ("/guoji/index.html", "/guoji/page/2"),
        ("/list?cat=7", "/list?cat=7&paged=2"),
        ("/list?cat=7&pg=9", "/list?cat=7&pg=10"),
        ("/%D8%B9%D8%A7%D9%84%D9%85", "/%D8%B9%D8%A7%D9%84%D9%85/%D8%B5%D9%81%D8%AD%D8%A9/2"),
    ],
)
def test_numbers_that_are_called_pages(here, there):
    links = f"<a href='{here}'>1</a><a href='{there}'>anything</a><a href='/world/page/99'>Last</a>"
    assert found(here, links) == there


def test_relative_addresses_are_read_from_the_base():
    page = parse(f"<base href='{SITE}/world/'><a href='page/2/'>2</a>", f"{SITE}/world")
    assert next_page(page) == f"{SITE}/world/page/2/"


@pytest.mark.parametrize(
    ("here", "there", "text"),
    [
        ("/world", "/world/2", "2"),
        ("/world/2", "/world/3", "3"),
        ("/world", "/world/2", "Next »"),
        ("/monde/", "/monde/2.html", "Page suivante"),
        ("/guoji/", "/guoji/index_2.htm", "下一页"),
        ("/guoji/index_2.htm", "/guoji/index_3.htm", "下一页"),
        ("/world.html", "/world-2.html", "Older articles"),
        ("/kokusai/", "/kokusai/2/", "次へ"),
        ("/mir/", "/mir/2/", "Следующая страница"),
        ("/alam/", "/alam/2/", "التالي"),
        ("/welt/", "/welt/2/", "›"),
        ("/welt/", "/welt/02/", "2"),
    ],
)
def test_bare_numbers_that_the_text_repeats(here, there, text):
    assert found(here, f"<a href='{there}'>{text}</a>") == there


@pytest.mark.parametrize(
    ("here", "links"),
    [
        ("/world", "<a href='/world/2'>Two harbours reopen after the storm</a>"),
        ("/world", "<a href='/sport?page=2'>2</a>"),
        ("/world", "<a href='/world/africa/page/2'>2</a>"),
        ("/world", "<a href='/world?page=3'>3</a>"),
        ("/world/page/3", "<a href='/world/page/2'>2</a>"),
        ("/2026/02/1", "<a href='/2026/02/2'>2</a>"),
        ("/archive/2026-02-01", "<a rel=next href='/archive/2026-02-02'>Next day</a>"),
        ("/archive", "<a rel=next href='/archive?date=2026-02-02'>Next day</a>"),
        ("/archive?year=1", "<a href='/archive?year=2'>2</a>"),
        ("/world", "<link rel=next href='/world/harbour-reopens-after-the-storm'>"),
        ("/world", "<a href='https://other.example.net/world?page=2'>2</a>"),
        ("/world", "<a href='#2'>2</a><a href='javascript:page(2)'>2</a><a>2</a>"),
        ("/world", ""),
        ("/category/1", "<a href='/category/2'>» Sport</a>"),
    ],
)
def test_what_is_no_next_page(here, links):
    assert found(here, links) is None


def test_what_the_page_declares():
    assert found("/world", "<link rel=next href='/world?after=eyJpZCI6OX0'>") == "/world?after=eyJpZCI6OX0"
    assert found("/world", "<a rel='next nofollow' href='/world?start=20'>Weiter</a>") == "/world?start=20"
    assert found("/world", "<link rel=next href='/world/2'>") == "/world/2"
