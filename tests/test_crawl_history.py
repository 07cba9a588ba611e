"""`worlddesk history` over loopback: the invented past by sitemaps and by dated pages, and all that goes wrong."""

from __future__ import annotations

import fcntl
import gzip
import json
import os
import signal
import sys
import time
from datetime import datetime, timedelta

import pytest

from crawler.demo.archive import DAYS, GAP, INDEX
from crawler.normalise import now
from crawler.urls import canonical

COURIER = "meridian_courier"
WORLD = "\n[article]\nurl = ['/world/']\n"
LISTING = '[[listing]]\nurl = "{url}/world/"\nkind = "section"\nsection = "World"\n'


def source(desk, stand, more):
    """The Courier as a person may have written it down: one section page, and what else is said."""
    head = stand.paper.source_toml().partition("[[listing]]")[0]
    (desk.sources / f"{COURIER}.toml").write_text(head + LISTING.format(url=stand.url) + more, "utf-8")


def past(stand, since, until, section=None):
    """Addresses of what was printed from one day to another, so many days ago each."""
    today = stand.base.date()
    first, last = today - timedelta(days=since), today - timedelta(days=until)
    archive = stand.paper.archive
    return {
        canonical(archive.site.address(article))
        for article in archive.articles
        if first <= archive.day(article) <= last and section in (None, article.section.slug)
    }


def ago(stand, days):
    return str(stand.base.date() - timedelta(days=days))


def stored(desk):
    return {url for (url,) in desk.rows("SELECT url FROM articles WHERE is_from_archive")}


def asked(stand, start=0):
    return [request.path for request in stand.requests[start:]]


def history(desk, *arguments):
    return desk.run("history", COURIER, *arguments)


def test_a_past_week_is_read_through_the_sitemaps_and_then_no_more(desk, stand):
    week = ("--since", ago(stand, 20), "--until", ago(stand, 14))
    first = history(desk, *week)
    assert (first.returncode, first.stderr) == (0, "")
    wanted = past(stand, 20, 14)
    assert len(wanted) >= 9
    assert stored(desk) == wanted
    said = f"worlddesk: {COURIER}: {ago(stand, 20)} to {ago(stand, 14)} read, {len(wanted)} new articles\n"
    assert first.stdout == said
    before = len(stand.requests)
    assert history(desk, *week).stdout == said.replace(f"{len(wanted)} new", "0 new")
    assert set(asked(stand, before)) <= {"/news-sitemap.xml", INDEX}  # no month again, and no article
    again = history(desk, *week, "--again")
    assert again.returncode == 0
    assert any(path.startswith("/sitemaps/") for path in asked(stand, before))
    assert desk.one("SELECT count(*) FROM fetches WHERE url_id IS NOT NULL") == len(wanted)


def test_what_is_old_gets_no_second_look_and_is_no_news(desk, stand):
    """The crawl, its health and its rhythm know nothing of it."""
    assert history(desk, "--since", ago(stand, 20), "--until", ago(stand, 14)).returncode == 0
    assert desk.one("SELECT count(*) FROM urls WHERE next_fetch_at IS NOT NULL") == 0
    assert desk.rows("SELECT kind, status FROM runs") == [("history", "ok")]
    assert desk.rows("SELECT last_status, last_new_article_at FROM source_health") == [(None, None)]
    assert desk.one("SELECT count(*) FROM source_builds") == 0
    crawled = desk.run("crawl", COURIER, "--json")
    assert crawled.returncode == 0
    assert json.loads(crawled.stdout)["counts"]["new"] >= 40
    assert not past(stand, 20, 14) & {url for (url,) in desk.rows(
        "SELECT u.url FROM fetches JOIN urls u USING (url_id) WHERE run_id = 2"
    )}  # fmt: skip


def test_only_the_section_is_taken_and_the_rest_is_a_count(desk, stand):
    source(desk, stand, WORLD)
    assert history(desk, "--since", ago(stand, 30), "--until", ago(stand, 10)).returncode == 0
    assert stored(desk) == past(stand, 30, 10, "world")
    assert desk.one("SELECT count(*) FROM urls") == len(stored(desk))
    reasons = [reason for (reason,) in desk.rows("SELECT reason FROM fetches WHERE archive_id IS NOT NULL")]
    assert any("not of the section" in reason and "of other times" in reason for reason in reasons)


def test_without_a_word_in_the_file_the_addresses_tell_the_section(desk, stand):
    source(desk, stand, "")
    done = history(desk, "--since", ago(stand, 20), "--until", ago(stand, 10))
    assert done.returncode == 0
    assert "(the section is told by their addresses)" in done.stdout
    assert stored(desk) == past(stand, 20, 10, "world")


def test_a_whole_paper_whose_addresses_tell_nothing_is_refused(desk, stand):
    source(desk, stand, "")
    day = stand.base.date() - timedelta(days=15)
    urls = "".join(f"<url><loc>{stand.url}/{day:%Y/%m/%d}/story-{number}</loc></url>" for number in range(40))
    stand.replace(stand.paper.archive.month_path(day), f"<urlset>{urls}</urlset>".encode(), "application/xml")
    done = history(desk, "--since", ago(stand, 15), "--until", ago(stand, 15))
    assert done.returncode == 1
    assert "none of 40 addresses of that time tells its section" in done.stderr
    assert "[[archive]]" in done.stderr
    assert desk.one("SELECT count(*) FROM urls") == 0


def test_dated_pages_of_the_section(desk, stand):
    archive = f'\n[[archive]]\nurl = "{stand.url}/world/archives/{{year}}/{{month:02}}/{{day:02}}/"\nkind = "section"\n'
    source(desk, stand, archive)
    done = history(desk, "--since", ago(stand, 12), "--until", ago(stand, 8))
    assert (done.returncode, done.stderr) == (0, "")
    assert stored(desk) == past(stand, 12, 8, "world")
    pages = desk.rows("SELECT kind, state, covers_from_day FROM archives ORDER BY covers_from_day DESC")
    assert pages == [("section", "read", ago(stand, days)) for days in range(8, 13)]
    before = len(stand.requests)
    wider = history(desk, "--since", ago(stand, 13), "--until", ago(stand, 8))
    assert f"{ago(stand, 13)} to {ago(stand, 8)} read, 1 new article" in wider.stdout
    assert [path for path in asked(stand, before) if "/archives/" in path] == [
        stand.paper.archive.day_path(stand.base.date() - timedelta(days=13))
    ]


def test_a_day_that_is_cut_into_pages_is_read_to_its_last(desk, stand):
    day = stand.base.date() - timedelta(days=9)
    who = ("baker", "lamp-keeper", "mayor", "ferryman", "cook", "judge")
    wanted = [f"/world/article/{day:%Y/%m/%d}/the-{name}-of-saltmere-counts-its-bells_1.html" for name in who]
    path = f"/world/archives/{day:%Y/%m/%d}/"
    for number in (1, 2, 3):
        links = wanted[2 * number - 2 : 2 * number]
        cards = "".join(f'<h2><a href="{href}">{href[26:-7].replace("-", " ")}</a></h2>' for href in links)
        further = f'<a rel="next" href="{path}page/{number + 1}/">Next</a>' if number < 3 else ""
        page = f"<html><body><main>{cards}</main><nav class='pagination'>{further}</nav></body></html>"
        stand.replace(path if number == 1 else f"{path}page/{number}/", page.encode(), "text/html; charset=utf-8")
    archive = f'\n[[archive]]\nurl = "{stand.url}/world/archives/{{year}}/{{month:02}}/{{day:02}}/"\nkind = "section"\n'
    source(desk, stand, archive)
    done = history(desk, "--since", str(day), "--until", str(day))
    assert done.returncode == 0, done.stderr
    assert [page for page in asked(stand) if "/archives/" in page] == [path, f"{path}page/2/", f"{path}page/3/"]
    assert desk.one("SELECT count(*) FROM urls") == len(wanted)
    before = len(stand.requests)
    assert history(desk, "--since", str(day), "--until", str(day)).returncode == 0
    assert asked(stand, before) == []


def test_a_limit_leaves_whole_days_and_the_same_command_goes_on(desk, stand):
    period = ("--since", ago(stand, 30), "--until", ago(stand, 11))
    wanted, runs = past(stand, 30, 11), []
    for _ in range(8):
        done = history(desk, *period, "--limit", "8", "--json")
        told = json.loads(done.stdout)["sources"][COURIER]
        runs.append((done.returncode, told["new"]))
        newer = {
            url for (url,) in desk.rows("SELECT url FROM urls WHERE archived_day >= ?", told["read_from"] or "9999")
        }
        assert newer <= stored(desk)
        if done.returncode == 0:
            break
        assert "the limit of 8 is reached" in told["message"]
        assert "run the same command to go on" in told["message"]
    assert stored(desk) == wanted
    assert runs[:-1] == [(3, 8)] * (len(runs) - 1)
    assert desk.one("SELECT max(fetch_count) FROM urls") == 1


def test_killed_at_any_moment_nothing_is_lost_or_asked_twice(desk, stand):
    period = ("--since", ago(stand, 40), "--until", ago(stand, 11))
    for enough in (1, 4, 12):
        started = desk.start("history", COURIER, *period)
        before, patience = len(stand.requests), time.monotonic() + 30
        while len(stand.requests) < before + 4 + enough and started.poll() is None and time.monotonic() < patience:
            time.sleep(0.01)
        started.send_signal(signal.SIGKILL)
        started.communicate()
    done = history(desk, *period)
    assert done.returncode == 0
    assert stored(desk) == past(stand, 40, 11)
    articles = [path for path in asked(stand) if "/article/" in path]
    assert len(articles) <= len(set(articles)) + 3  # one may have been on its way at each kill
    assert desk.rows("SELECT status FROM runs ORDER BY run_id")[-1] == ("ok",)


def test_sigterm_ends_it_with_its_own_code_and_what_is_read_stays(desk, stand):
    started = desk.start("history", COURIER, "--since", ago(stand, 50))
    patience = time.monotonic() + 30
    while len(stand.requests) < 12 and time.monotonic() < patience:
        time.sleep(0.01)
    started.send_signal(signal.SIGTERM)
    out, err = started.communicate(timeout=20)
    assert started.returncode == 143
    assert "Traceback" not in err
    assert "run the same command to go on" in out + err
    assert desk.one("SELECT count(*) FROM articles") >= 1
    assert desk.rows("SELECT kind, status FROM runs") == [("history", "interrupted")]


def test_a_month_that_is_not_there_is_said_and_not_asked_for_again(desk, stand):
    gone = stand.paper.archive.month_path(stand.base.date() - timedelta(days=40))
    stand.fail(gone, 404)
    period = ("--since", ago(stand, 60), "--until", ago(stand, 4))
    assert history(desk, *period).returncode == 0
    assert desk.rows("SELECT url, state, reason FROM archives WHERE state = 'gone'") == [
        (stand.url + gone, "gone", "HTTP 404")
    ]
    before = len(stand.requests)
    assert history(desk, *period).returncode == 0
    assert gone not in asked(stand, before)


def test_a_month_that_fails_is_asked_for_again(desk, stand):
    month = stand.paper.archive.month_path(stand.base.date() - timedelta(days=10))
    stand.fail(month, 500)
    period = ("--since", ago(stand, 20), "--until", ago(stand, 8))
    failed = history(desk, *period)
    assert failed.returncode == 3
    assert "run the same command to go on" in failed.stderr
    assert desk.one("SELECT state FROM archives WHERE url = ?", stand.url + month) == "failing"
    stand.mend()
    assert history(desk, *period).returncode == 0
    assert stored(desk) == past(stand, 20, 8)


def test_indexes_that_name_each_other_end(desk, stand):
    index = "<sitemapindex>{}</sitemapindex>"
    loop = "".join(
        f"<sitemap><loc>{stand.url}/{name}</loc></sitemap>" for name in ("a.xml", "b.xml", "sitemap-index.xml")
    )
    for path in (INDEX, "/a.xml", "/b.xml"):
        stand.replace(path, index.format(loop).encode(), "application/xml")
    done = history(desk, "--since", ago(stand, 20))
    assert done.returncode == 0  # nothing is left to be read by another run
    assert sorted(asked(stand).count(path) for path in (INDEX, "/a.xml", "/b.xml")) == [1, 1, 1]


def test_a_huge_month_costs_one_row_for_each_article_that_is_taken(desk, stand):
    """50,000 addresses, gzipped: three of the asked day, of which two are not there."""
    day = stand.base.date() - timedelta(days=15)
    real = sorted(past(stand, 15, 15, "world"))
    entries = [f"{stand.url}/world/article/2001/01/01/old-{number}.html" for number in range(50_000)]
    entries[20_000:20_000] = [*real, f"{stand.url}/world/article/{day:%Y/%m/%d}/nobody-knows-this-one_1.html"]
    body = "<urlset>" + "".join(f"<url><loc>{url}</loc></url>" for url in entries) + "</urlset>"
    path = stand.paper.archive.month_path(day)
    stand.replace(path, gzip.compress(body.encode()), "application/octet-stream")
    (desk.sources / f"{COURIER}.toml").write_text(stand.paper.source_toml(), "utf-8")
    done = history(desk, "--since", str(day), "--until", str(day))
    assert done.returncode == 0, done.stderr
    assert stored(desk) == set(real)
    assert desk.one("SELECT count(*) FROM urls") == len(real) + 1
    reason = desk.one("SELECT reason FROM archives WHERE url = ?", stand.url + path)
    assert reason == f"{len(real) + 1} of {len(entries):,} links taken: 50,000 of other times"


def test_robots_txt_forbids_an_archive(desk, stand):
    robots = f"User-agent: *\nDisallow: /sitemaps/\nSitemap: {stand.url}{INDEX}\n"
    stand.replace("/robots.txt", robots.encode())
    source(desk, stand, WORLD)
    done = history(desk, "--since", ago(stand, 20), "--until", ago(stand, 14))
    assert done.returncode == 3
    assert desk.rows("SELECT DISTINCT state, reason FROM archives WHERE kind = 'sitemap'") == [
        ("blocked", "robots.txt forbids this address")
    ]
    assert not [path for path in asked(stand) if path.startswith("/sitemaps/")]


def test_a_robots_txt_without_sitemaps_leaves_nothing_to_read(desk, stand):
    stand.replace("/robots.txt", b"User-agent: *\n")
    source(desk, stand, WORLD)
    done = history(desk, "--since", ago(stand, 20))
    assert done.returncode == 1
    assert "robots.txt names no sitemap" in done.stderr


def test_a_site_that_asks_for_rest_is_left_alone(desk, stand):
    stand.fail(INDEX, 429, headers={"Retry-After": "3600"})
    done = history(desk, "--since", ago(stand, 20), "--until", ago(stand, 14))
    assert done.returncode == 3
    assert "the host asked for rest until" in done.stderr
    before = len(stand.requests)
    assert "the host asked for rest until" in history(desk, "--since", ago(stand, 20)).stderr
    assert asked(stand, before) == []


def test_an_archive_that_begins_later_says_so(desk, stand):
    done = history(desk, "--since", ago(stand, DAYS + GAP + 70), "--until", ago(stand, DAYS + GAP - 3))
    assert done.returncode == 0, done.stderr  # a loop over "3: there is more" must end
    assert "its archive goes no further back" in done.stdout
    assert desk.one("SELECT status FROM run_sources") == "ok"


def test_what_a_listing_announces_now_is_no_longer_left_to_history(desk, stand):
    """The crawl takes an address that waits, the others it leaves."""
    assert history(desk, "--since", ago(stand, 3), "--limit", "1").returncode == 3
    waiting = desk.one("SELECT count(*) FROM urls WHERE archive_id IS NOT NULL AND state = 'new'")
    assert waiting >= 20
    assert desk.run("crawl", COURIER).returncode == 0
    left = desk.rows("SELECT url FROM urls WHERE archive_id IS NOT NULL AND state = 'new'")
    assert len(left) < waiting
    assert {url for (url,) in left} <= past(stand, 4, 0)


def test_dry_run_asks_for_nothing(desk, stand):
    nothing_known = history(desk, "--since", ago(stand, 20), "--dry-run")
    assert nothing_known.returncode == 0
    assert "how many articles is not known yet" in nothing_known.stderr
    assert asked(stand) == []
    assert history(desk, "--since", ago(stand, 8), "--until", ago(stand, 5)).returncode == 0
    before = len(stand.requests)
    told = json.loads(history(desk, "--since", ago(stand, 8), "--dry-run", "--json").stdout)
    assert told[0]["source"] == COURIER
    assert f"{stand.url}{INDEX}" in {page["url"] for page in told[0]["pages"]}
    assert asked(stand, before) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--since", "last week"), "is no day; write it as 2026-10-06"),
        (("--since", "2999-01-01"), "lies ahead"),
        (("--since", "2026-02-01", "--until", "2026-01-01"), "later than --until"),
    ],
)
def test_a_wrong_period_is_usage(desk, arguments, words):
    done = history(desk, *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert not desk.database.exists()


def test_scrapy_makes_the_same_run(desk, stand):
    scrapy = [sys.executable, "-m", "scrapy", "crawl", "history", "-a", f"sources={COURIER}"]
    done = desk.execute([*scrapy, "-a", f"since={ago(stand, 9)}", "-a", f"until={ago(stand, 8)}"])
    assert done.returncode == 0, done.stderr
    assert stored(desk) == past(stand, 9, 8)
    for wrong in (["-a", "before=yesterday"], [], ["-a", "since=2026-10-01", "-a", "limit=none"]):
        refused = desk.execute([*scrapy, *wrong])
        assert refused.returncode == 2
        assert "since=" in refused.stderr
        assert "Traceback" not in refused.stderr


def test_a_run_that_reaches_its_deadline_says_how_far_it_came(desk, stand):
    """One request a second, as robots.txt asks; the first archive pages and some articles fit into the time."""
    stand.replace("/robots.txt", f"User-agent: *\nCrawl-delay: 1\nSitemap: {stand.url}{INDEX}\n".encode())
    source(desk, stand, WORLD)
    scrapy = [sys.executable, "-m", "scrapy", "crawl", "history", "-a", f"sources={COURIER}"]
    done = desk.execute([*scrapy, "-a", f"since={ago(stand, 30)}", "-s", "CLOSESPIDER_TIMEOUT=5"])
    assert done.returncode == 3
    said = desk.one("SELECT message FROM run_sources")
    assert "the time of a run is over" in said
    assert "run the same command to go on" in said
    assert 2 <= len(stand.requests) <= 9  # two files of the root among them


def test_no_network_at_all_blames_nobody(desk, stand):
    text = (desk.sources / f"{COURIER}.toml").read_text("utf-8")
    (desk.sources / f"{COURIER}.toml").write_text(text.replace(stand.url, "http://courier.paper.invalid"), "utf-8")
    done = desk.execute(
        ["env", "WORLDDESK_CONTACT=desk@example.org", *desk.command("history", COURIER, "--since", "2026-01-01")]
    )
    assert done.returncode == 75
    assert "no network" in done.stderr
    assert desk.rows("SELECT status FROM run_sources") == [("skipped",)]


def test_a_live_run_without_contact_is_refused(desk, stand):
    text = (desk.sources / f"{COURIER}.toml").read_text("utf-8")
    (desk.sources / f"{COURIER}.toml").write_text(text.replace(stand.url, "https://courier.example.org"), "utf-8")
    done = history(desk, "--since", "2026-01-01")
    assert done.returncode == 2
    assert "WORLDDESK_CONTACT" in done.stderr


def test_quiet_speaks_only_of_trouble(desk, stand):
    week = ("--since", ago(stand, 12), "--until", ago(stand, 10), "--quiet")
    assert (history(desk, *week).stdout, history(desk, *week).stderr) == ("", "")
    stand.fail(INDEX, 500)
    assert "HTTP 500" in history(desk, *week).stderr


def test_quiet_leaves_a_run_that_began_lately_the_database(desk):
    for since, speaks in ((now(), False), ("2026-01-01T08:00:00Z", True)):
        with desk.database.with_name("news.db.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(json.dumps({"pid": 4711, "host": "newsroom", "since": since}))
            file.flush()
            began = datetime.fromisoformat(since).timestamp()
            os.utime(file.name, (began, began))  # of an old lock it is said once a day, and that is noted there
            done = history(desk, "--since", "2026-01-01", "--quiet")
        assert (done.returncode, "4711" in done.stderr) == (75, speaks)


def test_a_day_that_leads_to_the_home_page_is_no_day(desk, stand):
    """Sites send whoever asks for a day that they do not have to where the newest articles are."""
    archive = f'\n[[archive]]\nurl = "{stand.url}/days/{{year}}-{{month}}-{{day}}/"\nkind = "section"\n'
    source(desk, stand, archive)
    for days in (9, 10):
        day = stand.base.date() - timedelta(days=days)
        stand.fail(f"/days/{day.year}-{day.month}-{day.day}/", 302, headers={"Location": "/world/"})
    done = history(desk, "--since", ago(stand, 10), "--until", ago(stand, 9))
    assert done.returncode == 1
    assert "2 archive pages not there" in done.stderr
    assert desk.one("SELECT count(*) FROM urls") == 0


def test_a_second_run_does_not_touch_the_database(desk, stand):
    stand.stall(INDEX, 20)
    started = desk.start("history", COURIER, "--since", ago(stand, 20))
    patience = time.monotonic() + 30
    while not stand.requests and time.monotonic() < patience:
        time.sleep(0.01)
    assert history(desk, "--since", ago(stand, 20)).returncode == 75
    started.send_signal(signal.SIGKILL)
    started.communicate()
