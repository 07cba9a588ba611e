"""Traps of listings: calendars, pages without end, floods of links, and what they take from other listings."""

from __future__ import annotations

from collections.abc import Callable

from hostile.traps import CASES as TRAPS
from hostile.traps import Answer, Asked, Left, Site, rss, section, tale, trap


@trap("listings", runs=2)
def a_calendar(site: Site) -> Callable[[Left], object]:
    tales = site.tales(3)
    site.tell(*tales)

    def days(asked: Asked) -> str:
        told = [f'<a href="/calendar/2026/{m:02}/{d:02}">{d}</a> ' for m in range(1, 13) for d in range(1, 29)]
        return "".join(told) + f'<a rel="next" href="/world/?month={asked.run + len(asked.path)}">next</a>'

    site.section("/world/", lambda asked: section([(t.headline, t.path) for t in tales], days(asked)), pages=5)

    def rest(asked: Asked) -> str | None:
        if asked.path.startswith("/world/?"):
            return section([], days(asked))
        return (
            "<title>Events</title><body><h1>Events of the day</h1><p>No events.</p>" if "/cal" in asked.path else None
        )

    site.rest = rest

    def check(left: Left) -> None:
        left.holds(tales)
        left.asks(40)

    return check


@trap("listings")
def pages_without_end(site: Site) -> Callable[[Left], object]:
    tales = site.tales(2)
    site.tell(*tales)

    def page(asked: Asked) -> str | None:
        number = int(asked.path.rpartition("page=")[2]) if "page=" in asked.path else 1
        told = [(f"{t.headline}", t.path) for t in (tale(f"{number} {n}") for n in range(3))]
        links = [(t.headline, t.path) for t in tales] if number == 1 else []
        return section([*links, *told], f'<a rel="next" href="/world/?page={number + 1}">Next</a>')

    site.section("/world/", page, pages=4)
    site.rest = lambda asked: page(asked) if asked.path.startswith("/world/?") else None

    def check(left: Left) -> None:
        left.holds(tales)
        assert sum("page=" in path for path in left.asked) == 3, left.asked
        assert [row["state"] for row in left.found.urls].count("gone") == 12

    return check


@trap("listings")
def pages_in_a_loop(site: Site) -> Callable[[Left], object]:
    tales = site.tales(3)
    site.tell(*tales)

    def page(following: str) -> str:
        return section([(t.headline, t.path) for t in tales], f'<a rel="next" href="{following}">Next</a>')

    site.section("/world/", lambda asked: page("/world/?page=2"), pages=5)
    site.page("/world/?page=2", page("/world/?page=3"))
    site.page("/world/?page=3", page("/world/?page=2"))

    def check(left: Left) -> None:
        left.holds(tales)
        assert sum("?page" in path for path in left.asked) <= 2, left.asked

    return check


@trap("listings", runs=2)
def paths_that_grow(site: Site) -> Callable[[Left], object]:
    tales = site.tales(3)
    site.tell(*tales)

    def page(asked: Asked) -> str:
        below = asked.path.rstrip("/")
        told = [
            f'<a href="{below}/{n}/">{n} and more of the same old story</a>' for n in ("a", "b", "a/b/a", "c-d-e-f")
        ]
        links = (
            [(t.headline, t.path) for t in tales] if asked.path == "/world/" else [("On and on we go", f"{below}/on")]
        )
        return section(links, "".join(told))

    site.section("/world/", page)
    site.rest = lambda asked: page(asked) if asked.path.startswith("/world/") else None

    def check(left: Left) -> None:
        left.holds(tales)
        left.asks(25)

    return check


@trap("listings")
def twenty_two_thousand_links(site: Site) -> Callable[[Left], object]:
    tales = site.tales(3)
    site.tell(*tales)
    flood = "".join(f'<a href="/x/flood-{n}">{n}</a>\n' for n in range(22_000))
    site.section("/world/", lambda asked: section([(t.headline, t.path) for t in tales], f"<div>{flood}</div>"))

    def check(left: Left) -> None:
        left.holds(tales)
        left.says("of 22,00")
        left.asks(310)
        assert len(left.urls) <= 5_000

    return check


@trap("listings")
def six_thousand_headlines(site: Site) -> Callable[[Left], object]:
    """More than is kept of one listing; the run asks for as many as it may."""
    tales = site.tales(2)
    site.tell(*tales)
    links = [(t.headline, t.path) for t in tales]
    flood = [
        (f"Tale {n} of the valley without any end at all", f"/f/tale-{n}-of-the-valley-without-end")
        for n in range(6_000)
    ]
    site.section("/world/", lambda asked: section([*links, *flood]))

    def check(left: Left) -> None:
        left.holds(tales)
        left.says("5,000 of 6,002 links read")
        left.asks(310)
        assert len(left.urls) <= 5_000

    return check


def _flood(asked: Asked, most: int) -> str:
    told = (
        (f"Tale {asked.run}-{n} of the endless valley", f"/trap/tale-of-the-endless-valley-{asked.run}-{n}")
        for n in range(most)
    )
    return section(list(told))


@trap("listings", runs=2)
def a_flood_starves_no_other_listing(site: Site) -> Callable[[Left], object]:
    """A section that invents hundreds of addresses at each visit, and a feed: what that announces is read at once."""
    tales = site.tales(4)
    site.tell(*tales)
    site.section("/a-trap/", lambda asked: _flood(asked, 500))
    site.feed("/b-feed.xml", lambda asked: Answer(rss(site.items(tales[: 2 * asked.run])), "application/rss+xml"))

    def check(left: Left) -> None:
        left.holds(tales)
        for run in (1, 2):
            new = [row for row in left.in_run(run) if row["outcome"] == "new"]
            assert len(new) == 2, (run, len(new))
            assert len(left.in_run(run)) <= 303

    return check


@trap("listings")
def a_listing_of_itself(site: Site) -> Callable[[Left], object]:
    links = [(tale(f"itself {n}").headline, f"/world/?page={n}#x{n}") for n in range(20)]
    site.section("/world/", lambda asked: section(links))
    site.rest = lambda asked: section(links) if asked.path.startswith("/world/?") else None

    def check(left: Left) -> None:
        left.holds([])
        left.asks(5)
        assert all("listing" in row["reason"] for row in left.found.urls), [row["reason"] for row in left.found.urls]

    return check


@trap("listings", runs=2)
def consent_in_place_of_the_listing(site: Site) -> Callable[[Left], object]:
    from hostile.cases_traps_pages import CONSENT

    tales = site.tales(2)
    site.tell(*tales)
    site.section("/world/", lambda asked: CONSENT if asked.run == 1 else section([(t.headline, t.path) for t in tales]))

    def check(left: Left) -> None:
        left.holds(tales)
        assert [row["outcome"] for row in left.listings] == ["blocked", "listed"]
        left.says("consent page")

    return check


@trap("listings", runs=2)
def a_soft_404_in_place_of_the_listing(site: Site) -> Callable[[Left], object]:
    tales = site.tales(2)
    site.tell(*tales)
    missing = "<html><head><title>Page not found</title></head><body><h1>Page not found</h1><p>Sorry.</p></body></html>"
    site.section("/world/", lambda asked: missing if asked.run == 1 else section([(t.headline, t.path) for t in tales]))

    def check(left: Left) -> None:
        left.holds(tales)
        assert [row["outcome"] for row in left.listings] == ["gone", "listed"]

    return check


@trap("listings")
def links_of_all_kinds(site: Site) -> Callable[[Left], object]:
    tales = site.tales(2)
    site.tell(*tales)
    odd = ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "mailto:a@example.org", "http://[::1", "//")
    odd += (
        "tel:+331",
        "http://10.0.0.1/a-long-story-of-the-inner-net",
        "#",
        "",
        "ftp://127.0.0.1/a-long-story-of-it",
        "\x01",
    )
    links = [(t.headline, t.path) for t in tales] + [("An odd link with a headline of words", url) for url in odd]
    site.section("/world/", lambda asked: section(links))

    def check(left: Left) -> None:
        left.holds(tales)
        assert all(row["url"].startswith("http") for row in left.found.urls)
        assert {row["state"] for row in left.found.urls if "10.0.0.1" in row["url"]} <= {"skipped"}

    return check


CASES = TRAPS["listings"]
