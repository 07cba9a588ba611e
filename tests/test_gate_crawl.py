"""A hostile site that points inside at every turn, crawled for real: the machines beside us receive nothing."""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from crawls import Desk

from crawler.demo.server import Newsstand

NAMES = """
import socket, sys
real, answers, asked = socket.getaddrinfo, json.loads(sys.argv.pop(1)), {}
def look_up(host, port, *arguments, **named):
    if host not in answers:
        return real(host, port, *arguments, **named)
    rounds = answers[host]
    addresses = rounds[min(asked.get(host, 0), len(rounds) - 1)]
    asked[host] = asked.get(host, 0) + 1
    return [entry for address in addresses for entry in real(address, port, *arguments, **named)]
socket.getaddrinfo = look_up
from crawler import cli
cli.main()
"""
"""`worlddesk` with a resolver of its own: name -> the answers to its first, second, … question."""


class Inside:
    """A service that nobody outside may reach; it counts who connects."""

    def __init__(self, address: str, port: int = 0):
        self.listener = socket.create_server((address, port))
        self.port = self.listener.getsockname()[1]
        self.callers = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.callers += 1
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret")
            connection.close()


@pytest.fixture
def inside() -> Iterator[Inside]:
    service = Inside("127.0.0.1")
    with closing(service.listener):
        yield service


def write_source(folder: Path, name: str, home: str, listing: str, kind: str = "section", more: str = "") -> None:
    (folder / f"{name}.toml").write_text(
        f'name = "{name}"\nhome = "{home}"\ncountry = "FR"\nlanguage = "fr"\ntimezone = "Europe/Paris"\n{more}'
        f'[[listing]]\nurl = "{listing}"\nkind = "{kind}"\n'
    )


def spellings(port: int) -> list[str]:
    """Ways to the service, as a page writes them."""
    return [
        f"http://{host}:{port}/world/article/story-of-the-inner-harbour-{number}"
        for number, host in enumerate(
            ("127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "localhost", "[::ffff:127.0.0.1]",
             "courier@127.0.0.1", "127.0.0.1.", "0.0.0.0", "[::1]", "127.0.0.2", "x.localhost", "１２７.0.0.1")
        )
    ]  # fmt: skip


def test_nobody_inside_is_asked_whatever_a_site_says(desk: Desk, stand: Newsstand, inside: Inside) -> None:
    """Links, redirects, canonicals, next pages, children of sitemaps, robots.txt and rights: all to the inner port."""
    for file in desk.sources.glob("*.toml"):
        file.unlink()
    there = spellings(inside.port)
    links = "".join(f'<li><a href="{url}">The story of the inner harbour, part {n}</a>' for n, url in enumerate(there))
    sent = "".join(
        f'<li><a href="/world/article/sent-to-the-inner-harbour-{n}">Sent to the inner harbour for the time {n}</a>'
        for n in range(len(there))
    )
    for number, url in enumerate(there):
        path = f"/world/article/sent-to-the-inner-harbour-{number}"
        stand.fail(path, 302, headers={"Location": url.encode().decode("latin-1")})
    words = "".join(
        f"<p>Word {n} of the tide that came in at night, and of the boats that went out.</p>" for n in range(9)
    )
    poisoned = (
        f'<html><head><link rel=canonical href="{there[0]}"><meta property="og:url" content="{there[0]}">'
        f'<meta http-equiv=refresh content="0; url={there[0]}"><title>A poisoned tide</title></head>'
        f"<body><article><h1>A poisoned tide in the harbour</h1>{words}</article></body></html>"
    )
    stand.replace("/world/article/a-poisoned-tide-in-the-harbour", poisoned.encode(), "text/html")
    page = (
        f'<html><head><base href="/"><link rel=next href="http://127.0.0.1:{inside.port}/world/?page=2"></head><body>'
        f'<ul>{links}{sent}<li><a href="/world/article/a-poisoned-tide-in-the-harbour">A poisoned tide in the harbour'
        f"</a></ul></body></html>"
    )
    stand.replace("/world/", page.encode(), "text/html")
    stand.replace("/robots.txt", f"User-agent: *\nSitemap: {there[0]}.xml".encode())
    stand.fail("/.well-known/tdmrep.json", 302, headers={"Location": there[0]})
    index = "".join(f"<sitemap><loc>{url.replace('@', '&#64;')}</loc></sitemap>" for url in there)
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{index}</sitemapindex>'
    stand.replace("/index.xml", index.encode(), "application/xml")
    write_source(desk.sources, "section", f"{stand.url}/", f"{stand.url}/world/")
    write_source(desk.sources, "sitemap", f"{stand.url}/", f"{stand.url}/index.xml", "news-sitemap")
    items = "".join(
        f"<item><link>{url}</link><title>The inner harbour, {n}</title></item>" for n, url in enumerate(there)
    )
    stand.replace("/inner.xml", f'<rss version="2.0"><channel>{items}</channel></rss>'.encode(), "application/rss+xml")
    write_source(desk.sources, "feed", f"{stand.url}/", f"{stand.url}/inner.xml", "feed")
    file = desk.sources / "section.toml"
    file.write_text(file.read_text().replace('kind = "section"', 'kind = "section"\npages = 3'))
    desk.run("crawl")
    assert inside.callers == 0
    known = desk.rows("SELECT url, state, reason FROM urls WHERE url LIKE '%inner-harbour%'")
    assert len(known) >= 2 * len(there) - 3  # equal ones are one address
    assert {state for _, state, _ in known} <= {"skipped", "failing"}, known
    refused = [reason for _, _, reason in known]
    assert all(refused)
    assert sum("nothing inside is asked" in reason for reason in refused) >= len(known) - 4, refused
    assert desk.rows("SELECT url FROM articles") == [(f"{stand.url}/world/article/a-poisoned-tide-in-the-harbour",)]


def run_with_names(desk: Desk, names: dict[str, list[list[str]]], *arguments: str):
    script = "import json\n" + NAMES
    command = ["env", "WORLDDESK_CONTACT=desk@example.org", "http_proxy=http://127.0.0.1:9", sys.executable, "-P", "-c"]
    return desk.execute([*command, script, json.dumps(names), *arguments])


def test_names_that_lead_inside_are_not_followed(desk: Desk, stand: Newsstand, inside: Inside) -> None:
    """Private answers, mixed answers, an answer that changes between look and leap (rebinding), another's loopback."""
    for file in desk.sources.glob("*.toml"):
        file.unlink()
    for name in ("private", "rebound", "metadata"):
        home = f"http://{name}.example.org:{inside.port}/"
        write_source(desk.sources, name, home, f"{home}world")
    write_source(desk.sources, "neighbour", f"{stand.url}/", f"{stand.url}/world/")
    thief = f"http://thief.example.org:{stand.url.rsplit(':', 1)[1]}/"
    write_source(desk.sources, "thief", thief, f"{thief}world/")
    completed = run_with_names(
        desk,
        {
            "private.example.org": [["127.0.0.1", "::1"]],
            "rebound.example.org": [["192.0.2.1"], ["127.0.0.1"]],
            "metadata.example.org": [["169.254.169.254"]],
            "thief.example.org": [["127.0.0.1"]],
        },
        "crawl",
    )
    assert completed.returncode == 3, completed.stderr
    assert inside.callers == 0
    messages = dict(desk.rows("SELECT source_id, status || ': ' || message FROM run_sources"))
    assert "127.0.0.1, which is no public address (loopback): nothing inside is asked" in messages["thief"]
    assert "169.254.169.254, which is no public address (link-local)" in messages["metadata"]
    assert "private.example.org leads to " in messages["private"]
    assert "no public address (documentation)" in messages["rebound"]
    assert {message.split(":")[0] for name, message in messages.items() if name != "neighbour"} == {"failed"}
    assert all(request.host.startswith("127.0.0.1") for request in stand.requests)
    assert desk.one("SELECT count(*) FROM articles WHERE source_id = 'neighbour'") > 5


def test_a_source_does_not_reach_the_loopback_of_another(desk: Desk, stand: Newsstand) -> None:
    """The Courier links to the Post, which has a source of its own at that very port of this machine."""
    for file in desk.sources.glob("*.toml"):
        file.unlink()
    write_source(desk.sources, "courier", f"{stand.url}/", f"{stand.url}/world/", more='hosts = ["127.0.0.2"]\n')
    path = stand.second_paper.path(stand.second_paper.articles[0])
    link = f'<a href="{stand.second_url}{path}">A story that belongs to the harbour post</a>'
    stand.replace("/world/", f"<html><body><p>{link}</body></html>".encode(), "text/html")
    desk.run("crawl")
    asked = {request.host for request in stand.requests}
    assert asked == {stand.url.removeprefix("http://")}


def test_listed_networks_are_asked_and_wrong_ones_are_named(desk: Desk, stand: Newsstand) -> None:
    for file in desk.sources.glob("*.toml"):
        file.unlink()
    home = f"http://intranet.example.org:{stand.url.rsplit(':', 1)[1]}/"
    write_source(desk.sources, "intranet", home, f"{home}world/")
    names = {"intranet.example.org": [["127.0.0.1"]]}
    desk_environment = {"WORLDDESK_PUBLIC_NETWORKS": "127.0.0.0/8"}
    script = "import os; os.environ.update(%r)\n" % desk_environment  # noqa: UP031
    command = [
        "env",
        "WORLDDESK_CONTACT=desk@example.org",
        sys.executable,
        "-P",
        "-c",
        script + "import json\n" + NAMES,
    ]
    desk.execute([*command, json.dumps(names), "crawl"])
    assert "/world/" in {request.path for request in stand.requests}
    wrong = desk.execute(
        ["env", "WORLDDESK_PUBLIC_NETWORKS=intranet", "WORLDDESK_CONTACT=a@b.c", *desk.command("crawl")]
    )
    assert wrong.returncode == 2
    assert "'intranet' is no network" in wrong.stderr


@pytest.mark.parametrize("command", [["extract"], ["links"], ["add", "--dry-run", "--as", "inner"]])
def test_a_person_s_page_sends_us_nowhere_inside(
    desk: Desk, stand: Newsstand, inside: Inside, command: list[str]
) -> None:
    stand.fail("/world/", 302, headers={"Location": f"http://127.0.0.1:{inside.port}/world/"})
    completed = desk.run(*command, f"{stand.url}/world/")
    assert completed.returncode == 1
    assert "nothing inside is asked" in completed.stderr
    for url in ("http://10.0.0.1/world/", "http://0x7f.1/", "http://169.254.169.254/latest/meta-data/"):
        completed = desk.execute(["env", "WORLDDESK_CONTACT=desk@example.org", *desk.command(*command, url)])
        assert completed.returncode == 1
        assert "nothing inside is asked" in completed.stderr, (url, completed.stderr)
    assert inside.callers == 0
