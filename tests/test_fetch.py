"""robots.txt, Retry-After, contact, rights and outcomes: the plain functions behind the middlewares."""

from datetime import UTC, datetime, timedelta

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError

from crawler import fetch, gate
from crawler.errors import ContactMissing, UsageError
from crawler.fetch import Robots
from crawler.middlewares import Waiting

NOW = datetime(2026, 10, 6, 8, 0, tzinfo=UTC)


def test_a_live_crawl_needs_a_contact(monkeypatch):
    monkeypatch.delenv("WORLDDESK_CONTACT", raising=False)
    with pytest.raises(ContactMissing, match="WORLDDESK_CONTACT"):
        fetch.user_agent(["127.0.0.1", "www.example.org"])


def test_loopback_needs_no_contact(monkeypatch):
    monkeypatch.delenv("WORLDDESK_CONTACT", raising=False)
    agent = fetch.user_agent(["127.0.0.1", "localhost", "127.0.0.2"])
    assert agent.startswith("Worlddesk/")
    assert "Scrapy" not in agent


def test_the_contact_is_in_the_user_agent(monkeypatch):
    monkeypatch.setenv("WORLDDESK_CONTACT", "desk@example.org")
    assert fetch.user_agent(["www.example.org"]).endswith("(+desk@example.org)")


@pytest.mark.parametrize("contact", ["https://example.org/about", "Desk, desk@example.org", "mailto:a@b.org"])
def test_a_contact_is_an_address_or_a_page(contact, monkeypatch):
    monkeypatch.setenv("WORLDDESK_CONTACT", contact)
    assert fetch.user_agent(["www.example.org"]).endswith(f"(+{contact})")


@pytest.mark.parametrize("contact", ["nobody", "desk@", "https://", "a@example.org\nX-Other: 1", "desk@exämple.org"])
def test_what_reaches_nobody_or_breaks_a_header_is_no_contact(contact, monkeypatch):
    monkeypatch.setenv("WORLDDESK_CONTACT", contact)
    with pytest.raises(UsageError, match="WORLDDESK_CONTACT is"):
        fetch.user_agent(["www.example.org"])


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "localhost", "[::1]", "::1", "paper.localhost"])
def test_loopback_hosts(host):
    assert gate.is_loopback(host)


@pytest.mark.parametrize("host", ["example.org", "10.0.0.1", "localhost.example.org", "128.0.0.1"])
def test_other_hosts(host):
    assert not gate.is_loopback(host)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("Tue, 06 Oct 2026 08:05:00 GMT", 300),
        ("Tue, 06 Oct 2026 07:00:00 GMT", 0),
        ("99999999999999999999", 2 * 86400),
        ("Tue, 06 Oct 2099 08:05:00 GMT", 2 * 86400),
    ],
)
def test_retry_after_reads_seconds_and_dates_and_is_capped(header, seconds):
    assert fetch.retry_after(header, NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "header", [None, "", "soon", "-5", "²", "1e3", "Wed, 99999999999999999999 Oct 2015 07:28:00 GMT"]
)
def test_retry_after_that_cannot_be_read_is_none(header):
    assert fetch.retry_after(header, NOW) is None


def test_robots_forbid_and_allow_by_path():
    robots = Robots(200, "User-agent: *\nDisallow: /private/\n")
    assert robots.allows("https://example.org/world/1")
    assert not robots.allows("https://example.org/private/1")


def test_robots_that_name_us_win_over_the_star():
    robots = Robots(200, "User-agent: *\nAllow: /\n\nUser-agent: Worlddesk\nDisallow: /\n")
    assert not robots.allows("https://example.org/world/1")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_robots_txt_that_is_not_there_forbids_nothing(status):
    assert Robots(status, "User-agent: *\nDisallow: /").allows("https://example.org/world/1")


@pytest.mark.parametrize("status", [None, 429, 500, 503])
def test_a_robots_txt_out_of_reach_forbids_everything(status):
    robots = Robots(status, "")
    assert not robots.reachable
    assert not robots.allows("https://example.org/world/1")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 7", 7),
        ("User-agent: *\nRequest-rate: 1/30", 30),
        ("User-agent: *\nCrawl-delay: 5\nRequest-rate: 1/2", 5),
        ("User-agent: *\nCrawl-delay: 86400", fetch.DELAY_CAP),
        ("User-agent: *\nDisallow: /x", 0),
    ],
)
def test_the_delay_that_a_site_asks_for(text, seconds):
    assert Robots(200, text).delay == seconds


def test_the_longest_delay_counts_and_never_less_than_our_floor():
    assert fetch.delay("example.org") == fetch.DELAY_FLOOR
    assert fetch.delay("example.org", robots_delay=0.2, source_delay=0.1) == fetch.DELAY_FLOOR
    assert fetch.delay("example.org", robots_delay=4, source_delay=9) == 9
    assert fetch.delay("127.0.0.1") == fetch.LOOPBACK_DELAY > 0


def test_conditional_headers_are_sent_as_they_came():
    assert fetch.conditional('W/"1"', None) == {"If-None-Match": 'W/"1"'}
    assert fetch.conditional(None, None) == {}


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "read"), (304, "not_modified"), (404, "gone"), (410, "gone"), (403, "blocked"), (429, "blocked"),
     (206, "error"), (500, "error"), (302, "error"), (999, "blocked")],
)  # fmt: skip
def test_only_200_is_read_and_all_else_has_a_reason(status, outcome):
    found, reason = fetch.outcome(status)
    assert found == outcome
    assert (reason is None) == (outcome in ("read", "not_modified"))


@pytest.mark.parametrize(
    ("value", "text"),
    [("text/html; charset=utf-8", True), ("", True), ("application/rss+xml", True), ("application/x-gzip", True),
     ("application/pdf", False), ("image/jpeg", False), ("video/mp4", False)],
)  # fmt: skip
def test_types_that_can_hold_a_page(value, text):
    assert fetch.is_text(value) is text


def test_the_charset_of_a_content_type():
    assert fetch.charset(b'text/html; charset="windows-1252"; x=1') == "windows-1252"
    assert fetch.charset(b"text/html") is None
    assert fetch.charset(None) is None


def test_an_origin_has_no_name_and_password():
    assert fetch.origin("https://user:secret@example.org:8443/a?b") == "https://example.org:8443"


def test_a_host_that_lets_several_pages_run_out_gets_less_time_and_no_other_does():
    waiting, limits = Waiting(20.0), []
    for _ in range(6):
        request = Request("https://slow.example/world/talks")
        waiting.process_request(request)
        limits.append(request.meta.get("download_timeout"))
        waiting.process_exception(request, DownloadFailedError())
        waiting.process_exception(request, DownloadTimeoutError())
    assert limits == [None, None, 10.0, 5.0, 5.0, 5.0]
    other = Request("https://quick.example/world/talks")
    waiting.process_request(other)
    assert "download_timeout" not in other.meta
