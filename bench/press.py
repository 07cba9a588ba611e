"""Invented newspapers without end, served on loopback, with bad weather on request.

    python bench/press.py --sites 4 --stories 400 --issues 5 --sources /tmp/sources

Every site has an address of its own in 127.0.0.0/8, a section page, a feed and a news sitemap. Its stories are made
of words that nobody uses, from a seed: whoever knows the seed knows every word that must be in the database. From
issue to issue new stories appear, some are corrected, move to another address, are printed by a second paper too or
withdrawn. The weather spoils answers as real sites do (`ODDS`); what it spoils depends on the seed alone, not on the
order of the requests.

The server is steered by lines of JSON on its standard input and answers each with one on its output:
`{"issue": 3}` prints the next issue, `{"rate": 0.1}` sets the share of answers that are spoiled, `{"tell": true}` asks
what was served.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import hashlib
import json
import random
import re
import socket
import struct
import subprocess
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from newsroom import free_port, read_request

from crawler.demo import feeds
from crawler.demo.builds import BUILDS
from crawler.demo.builds.common import Site
from crawler.demo.doors import DOORS
from crawler.demo.manuscript import Part, PrintedArticle, Section

SECTION, FEED, SITEMAP, ROBOTS = "/world/", "/rss.xml", "/news-sitemap.xml", "/robots.txt"
LISTINGS = {SECTION: ("section", 40), FEED: ("feed", 60), SITEMAP: ("news-sitemap", 150)}
"""Path -> kind, and how many stories it shows."""
STYLES = ("classic", "wordpress", "modern")
SYLLABLES = (
    "ba", "kel", "mor", "thi", "sar", "ven", "lu", "dra", "nor", "gul", "pe", "wes", "ti", "ror", "hal", "mi", "ök",
    "när", "dé", "fjo", "quin", "zel", "bri", "ost", "ump", "laç", "reh", "vol", "cas", "yn",
)  # fmt: skip
VERBS = (
    "refuses", "paints", "counts", "auctions", "measures", "moves", "repairs", "lends", "forgets", "forbids",
    "remembers", "weighs", "borrows", "sells", "opens", "closes",
)  # fmt: skip
WHEN = ("before the spring tide", "after a long vote", "without a word", "for the third time", "in the rain")
FORMS = (
    "The name of Name verb name name, near Name, and name verb Name after name name.",
    "In Name a name verb Name name, while name Name verb the name.",
    "Name Name verb name from Name; name name said that Name verb name.",
    "When Name verb the name, Name name asked Name for name, but name verb name in Name.",
    "Nobody name in Name verb name, as Name Name verb name.",
)
CORRECTED, TWICE, MOVED, WITHDRAWN, REPRINTED = 0.06, 0.01, 0.01, 0.005, 0.04
"""Shares of the stories to which that happens in some later issue; reprints appear in the same."""
ODDS = {
    "reset": 3, "reset in the body": 3, "500": 3, "502": 2, "503": 2, "503 rest": 1, "429 rest": 1, "slow": 3,
    "cut": 4, "cut gzip": 3, "cut chunks": 3, "broken gzip": 3, "not gzip": 2, "redirect loop": 2, "redirect home": 2,
    "redirect out": 2, "challenge": 2, "quiet challenge": 2, "consent": 2, "soft 404": 2, "empty": 2, "json": 1,
    "bytes": 2, "error text": 2, "404": 2, "false 304": 1, "999": 1, "mislabelled": 6, "windows-1252": 6,
    "another story": 2, "unsigned story": 1,
}  # fmt: skip
"""Fault -> how often it comes, relative to the others."""
HARMLESS = frozenset({"slow", "mislabelled", "windows-1252"})
"""The page is whole and its words are right."""
FOR_PAGES = frozenset({"windows-1252", "another story", "unsigned story"})
_SIGNATURES = re.compile(
    '<link rel="canonical"[^>]*>|<meta property="og:url"[^>]*>|<script type="application/ld.json">.*?</script>', re.S
)
STALLS = 2
"""Requests of every tenth issue that are never answered: each costs the run the whole of its timeout."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What the words follow from: equal editions print equal papers."""

    seed: int
    sites: int
    stories: int
    issues: int
    hours: float
    """From one issue to the next."""
    base: str
    """ISO 8601: when issue 1 appears."""

    def at(self, issue: int) -> datetime:
        """The instant at which an issue appears."""
        return datetime.fromisoformat(self.base) + timedelta(hours=self.hours * (issue - 1))


@dataclass(frozen=True, slots=True)
class Story:
    """The fate of one story; its words are in `Press.printed`."""

    number: int
    site: int
    issue: int
    corrected: tuple[int, ...]
    """Issues in which it says something else than before."""
    moved: int | None
    """Issue from which on it stands at another address; the old one redirects there."""
    withdrawn: int | None
    """Issue from which on it is gone (410)."""
    reprint_of: int | None
    """Number of the story of another site whose words it has."""

    def version(self, issue: int) -> int:
        """Which version stands there in an issue; the first is 1."""
        return 1 + sum(change <= issue for change in self.corrected)


class Press:
    """All stories of an edition, at addresses of a port."""

    def __init__(self, edition: Edition, port: int):
        self.edition, self.port = edition, port
        self.section = Section("world", "World", "en", "classic")
        self._numbers = [range(site, edition.stories, edition.sites) for site in range(edition.sites)]
        self.story = lru_cache(maxsize=None)(self._story)
        self.printed = lru_cache(maxsize=20_000)(self._printed)

    def address(self, site: int) -> str:
        """IP address of a site."""
        return f"127.0.{1 + site // 200}.{1 + site % 200}"

    def url(self, site: int) -> str:
        """Scheme, address and port of a site."""
        return f"http://{self.address(site)}:{self.port}"

    def issue_of(self, number: int) -> int:
        """The issue in which a story first appears."""
        return 1 + number * self.edition.issues // self.edition.stories

    def newest(self, site: int, issue: int, most: int) -> list[Story]:
        """What a site has in an issue, newest first; not what was withdrawn."""
        numbers = self._numbers[site]
        end = bisect_right(numbers, issue, key=self.issue_of)
        found = (self.story(number) for number in reversed(numbers[max(0, end - 2 * most) : end]))
        return [story for story in found if story.withdrawn is None or story.withdrawn > issue][:most]

    def _dice(self, *what: object) -> random.Random:
        return random.Random("/".join(map(str, (self.edition.seed, *what))))

    def _story(self, number: int) -> Story:
        dice, issue, sites = self._dice("fate", number), self.issue_of(number), self.edition.sites
        reprint_of = number - dice.randrange(1, sites) if sites > 1 and dice.random() < REPRINTED else None
        if reprint_of is not None and (reprint_of < 0 or self.story(reprint_of).reprint_of is not None):
            reprint_of = None
        fate, later = dice.random(), sorted(dice.sample(range(1, 13), 3))
        one, two, _ = (issue + step for step in later)
        corrected: tuple[int, ...] = ()
        if reprint_of is None and fate < CORRECTED:
            corrected = (one, two) if fate < TWICE else (one,)
        moved = one if CORRECTED <= fate < CORRECTED + MOVED else None
        withdrawn = one if CORRECTED + MOVED <= fate < CORRECTED + MOVED + WITHDRAWN else None
        return Story(number, number % sites, issue, corrected, moved, withdrawn, reprint_of)

    def _printed(self, number: int, version: int = 1) -> PrintedArticle:
        """A story with the words of one of its versions."""
        story, dice = self.story(number), self._dice("words", number)
        headline = f"{_name(dice)} {dice.choice(VERBS)} {_name(dice).lower()} of {_name(dice)} and {_name(dice)}"
        slug = "-".join("".join(sign for sign in word.lower() if sign.isascii()) for word in headline.split())
        standfirst, parts = self._text(story, dice, version)
        if version > 1 and number % 3 == 0:
            headline += f" {dice.choice(WHEN)} ({_name(self._dice('headline', number, version))})"
        at = self.edition.at(story.issue) - timedelta(hours=self.edition.hours * dice.uniform(0.05, 0.95))
        return PrintedArticle(
            slug=f"{slug}-{number}",
            section=self.section,
            headline=headline,
            standfirst=standfirst,
            parts=parts,
            authors=(f"{_name(dice)} {_name(dice)}",),
            published=at.replace(microsecond=0),
            modified=None if version == 1 else self.edition.at(story.corrected[version - 2]),
            tags=(_name(dice),),
            caption=None,
            kind="article",
            access=None,
            charset="utf-8",
            shown_parts=None,
            build=STYLES[story.site % len(STYLES)],
        )

    def _text(self, story: Story, dice: random.Random, version: int) -> tuple[tuple[str, ...], tuple[Part, ...]]:
        if story.reprint_of is not None:
            original = self.printed(story.reprint_of)
            return original.standfirst, original.parts
        standfirst = (_sentence(dice),)
        paragraphs = [[_sentence(dice) for _ in range(dice.randrange(2, 5))] for _ in range(dice.randrange(3, 7))]
        for change in range(2, version + 1):
            paragraphs[change % len(paragraphs)][0] = _sentence(self._dice("correction", story.number, change))
        parts = [Part("p", " ".join(sentences)) for sentences in paragraphs]
        if story.number % 4 == 0:
            parts.insert(2, Part("h2", f"What {_name(dice)} {_name(dice).lower()} says"))
        return standfirst, tuple(parts)

    def path(self, number: int, issue: int) -> str:
        """Where a story stands in an issue; the same path in all until it moves."""
        printed, moved = self.printed(number), self.story(number).moved
        if moved is not None and moved <= issue:
            printed = replace(printed, slug=f"{printed.slug}-moved")
        return str(BUILDS[printed.build].path(printed))

    def site(self, site: int, issue: int, stories: list[Story]) -> Site:
        """The site around its pages."""
        articles = [self.printed(story.number, story.version(issue)) for story in stories]
        paths = {article.slug: self.path(story.number, issue) for story, article in zip(stories, articles, strict=True)}
        name = f"The {_name(self._dice('name', site))} Gazette"
        sections = (self.section,)
        return Site({"": name}, "All that is not so", self.url(site), issue, sections, tuple(articles), paths)

    def article_page(self, story: Story, issue: int) -> str:
        """HTML of a story."""
        site = self.site(story.site, issue, [story])
        return str(BUILDS[site.articles[0].build].article_page(site.articles[0], site))

    def listing(self, site: int, issue: int, path: str) -> tuple[str, str]:
        """(body, content type) of a listing."""
        kind, most = LISTINGS[path]
        around = self.site(site, issue, self.newest(site, issue, most))
        teasers = [around.teaser(article) for article in around.articles]
        if kind == "section":
            return str(BUILDS[STYLES[site % len(STYLES)]].section_page(self.section, teasers, around)), "text/html"
        if kind == "feed":
            return feeds.rss(teasers, around), "application/rss+xml"
        return feeds.news_sitemap(around), "application/xml"

    def write_sources(self, folder: Path) -> None:
        """One TOML a site."""
        folder.mkdir(parents=True, exist_ok=True)
        for site in range(self.edition.sites):
            url = self.url(site)
            listings = "".join(
                f'\n[[listing]]\nurl = "{url}{path}"\nkind = "{kind}"\n' for path, (kind, _) in LISTINGS.items()
            )
            facts = f'name = "Gazette {site}"\nhome = "{url}/"\ncountry = "GB"\nlanguage = "en"\ntimezone = "UTC"\n'
            (folder / f"gazette{site:03}.toml").write_text(facts + listings, encoding="utf-8")


def _name(dice: random.Random) -> str:
    return "".join(dice.choice(SYLLABLES) for _ in range(dice.randrange(2, 5))).capitalize()


def _sentence(dice: random.Random) -> str:
    """No four words of it stand in another sentence but by chance: stories must not look like each other."""
    makers = {"Name": _name, "name": lambda dice: _name(dice).lower(), "verb": lambda dice: dice.choice(VERBS)}
    form = dice.choice(FORMS)
    return re.sub(r"\b(?:Name|name|verb)\b", lambda found: makers[found[0]](dice), form)


# ---------------------------------------------------------------- what is answered


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer before it is spoiled."""

    status: int
    content_type: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    story: Story | None = None
    version: int = 0
    is_listing: bool = False

    def packed(self, *, gzipped: bool = True, chunked: bool = False) -> tuple[bytes, bytes]:
        """(head, body) as they go over the wire."""
        body = gzip.compress(self.body, compresslevel=1, mtime=0) if gzipped and self.body else self.body
        headers = {"Content-Type": self.content_type} | self.headers
        headers |= {"Content-Encoding": "gzip"} if gzipped and self.body else {}
        headers |= {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(len(body))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"HTTP/1.1 {self.status} Of The Press\r\n{lines}\r\n".encode(), body


class Server:
    """Serves a press until its standard input ends."""

    def __init__(self, press: Press):
        self.press, self.issue, self.rate = press, 0, 0.0
        self.served: dict[int, list[int]] = {}
        """Story -> versions that went out whole, in this order, each change once."""
        self.faults: Counter[str] = Counter()
        self.requests = 0
        self._asked: Counter[tuple[str, str]] = Counter()
        self._stalls = 0
        self._places: dict[tuple[str, str], int] = {}
        self._sites = {press.address(site): site for site in range(press.edition.sites)}
        self._listings: dict[tuple[int, str], Answer] = {}

    def turn(self, issue: int) -> None:
        """Print an issue."""
        self.issue = issue
        self._asked.clear()
        self._listings.clear()
        self._stalls = STALLS if issue % 10 == 5 else 0
        for number in range(self.press.edition.stories):
            if self.press.issue_of(number) > issue:
                break
            address = self.press.address(self.press.story(number).site)
            self._places[address, self.press.path(number, issue)] = number

    def answer(self, address: str, target: str) -> Answer:
        """What stands at an address."""
        path, site = target.partition("?")[0], self._sites[address]
        if path == ROBOTS:
            return Answer(200, "text/plain", b"User-agent: *\nDisallow: /search\n")
        if path in LISTINGS:
            return self._listing(site, path)
        if path == "/":
            return Answer(200, "text/html", b"<html><body><h1>Front page</h1><p>Turn to the world.</p></body></html>")
        number = self._places.get((address, path))
        if number is None:
            return Answer(404, "text/html", b"<h1>404</h1><p>No such page.</p>")
        return self._article(self.press.story(number), path)

    def _listing(self, site: int, path: str) -> Answer:
        if (site, path) not in self._listings:
            text, content_type = self.press.listing(site, self.issue, path)
            tag = hashlib.sha256(text.encode()).hexdigest()[:16]
            headers = {"ETag": f'"{tag}"'}
            found = Answer(200, f"{content_type}; charset=utf-8", text.encode(), headers, is_listing=True)
            self._listings[site, path] = found
        return self._listings[site, path]

    def _article(self, story: Story, path: str) -> Answer:
        if story.withdrawn is not None and story.withdrawn <= self.issue:
            return Answer(410, "text/html", b"<h1>Gone</h1>")
        place = self.press.path(story.number, self.issue)
        if path != place:
            return Answer(301, "text/html", b"Moved", {"Location": place})
        version, text = story.version(self.issue), self.press.article_page(story, self.issue)
        tag = {"ETag": f'"{story.number}-{version}"'}
        return Answer(200, "text/html; charset=utf-8", text.encode(), tag, story, version)

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, request by request."""
        address = writer.get_extra_info("sockname")[0]
        with suppress(ConnectionError):
            while request := await read_request(reader):
                _, target, headers = request
                self.requests += 1
                found = self.answer(address, target)
                fault = self._fault(address, target, found)
                if not await self._reply(writer, found, fault, headers):
                    break
        writer.close()

    def _fault(self, address: str, target: str, found: Answer) -> str | None:
        """What goes wrong this time; the same for the same request of the same issue."""
        self._asked[address, target] += 1
        dice = self.press._dice("weather", self.issue, address, target, self._asked[address, target])
        if found.status != 200 or dice.random() >= self.rate or (target == ROBOTS and dice.random() < 0.9):
            return None
        if self._stalls and found.story is not None:
            self._stalls -= 1
            fault = "stall"
        else:
            odds = {name: odd for name, odd in ODDS.items() if found.story is not None or name not in FOR_PAGES}
            fault = dice.choices(list(odds), list(odds.values()))[0]
        self.faults[fault] += 1
        return fault

    async def _reply(
        self, writer: asyncio.StreamWriter, found: Answer, fault: str | None, headers: dict[str, str]
    ) -> bool:
        """Send the answer, spoiled or not; whether the connection may go on."""
        if fault in TRANSPORT:
            await TRANSPORT[fault](writer, found)
            self._note(found if fault in HARMLESS else None)
            return False
        if fault is None and found.status == 200 and found.headers.get("ETag", "-") in headers.get("if-none-match", ""):
            found = replace(found, status=304, body=b"")
        elif fault is not None:
            found = self._spoiled(found, fault)
        head, body = found.packed(gzipped="gzip" in headers.get("accept-encoding", ""))
        writer.write(head + body)
        await writer.drain()
        self._note(found)
        return True

    def _note(self, found: Answer | None) -> None:
        """Remember which words went out."""
        if found is None or found.story is None or found.status != 200:
            return
        versions = self.served.setdefault(found.story.number, [])
        if not versions or versions[-1] != found.version:
            versions.append(found.version)

    def _stray(self, story: Story, *, is_signed: bool) -> Answer | None:
        """The page of a story that was already there in the last issue; with and without what says whose it is."""
        others = self.press.newest(story.site, self.issue - 1, 5)
        other = others[story.number % len(others)] if others else story
        if other is story:
            return None
        page = replace(self._article(other, self.press.path(other.number, self.issue)), story=None)
        return page if is_signed else replace(page, body=_SIGNATURES.sub("", page.body.decode()).encode())

    def _spoiled(self, found: Answer, fault: str) -> Answer:
        if found.story is not None and fault in ("another story", "unsigned story"):
            return self._stray(found.story, is_signed=fault == "another story") or found
        if fault == "mislabelled":
            return replace(found, content_type=found.content_type.replace("utf-8", "windows-1252"))
        if fault == "windows-1252":
            text = found.body.decode().replace('charset="utf-8"', 'charset="windows-1252"')
            return replace(found, body=text.encode("cp1252", "xmlcharrefreplace"), content_type="text/html")
        return PAGES[fault]


PAGES = {
    "500": Answer(500, "text/html", b"<h1>Internal error</h1>"),
    "502": Answer(502, "text/html", b"<h1>Bad gateway</h1>"),
    "503": Answer(503, "text/html", b"<h1>Come back later</h1>"),
    "503 rest": Answer(503, "text/html", b"<h1>Come back later</h1>", {"Retry-After": "1"}),
    "429 rest": Answer(429, "text/html", b"<h1>Too many</h1>", {"Retry-After": "1"}),
    "redirect loop": Answer(302, "text/html", b"Moved", {"Location": "?again=1"}),
    "redirect home": Answer(302, "text/html", b"Moved", {"Location": "/"}),
    "redirect out": Answer(302, "text/html", b"Moved", {"Location": "http://127.0.0.1:9/elsewhere"}),
    "empty": Answer(200, "text/html", b""),
    "json": Answer(200, "application/json", b'{"error": null}'),
    "bytes": Answer(200, "text/html", bytes(range(256)) * 64),
    "error text": Answer(200, "text/html", b"<html><body><h1>Database error</h1><p>Too many connections.</p></body>"),
    "404": Answer(404, "text/html", b"<h1>404</h1><p>No such page.</p>"),
    "999": Answer(999, "text/html", b"<h1>Request denied</h1>"),
    "false 304": Answer(304, "text/html"),
} | {name: Answer(page.status, page.content_type, page.body, page.headers) for name, page in DOORS.items()}


async def _reset(writer: asyncio.StreamWriter, found: Answer) -> None:  # noqa: ARG001
    """RST instead of an answer."""
    link = writer.get_extra_info("socket")
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _reset_in_the_body(writer: asyncio.StreamWriter, found: Answer) -> None:
    head, body = found.packed()
    writer.write(head + body[: len(body) // 2])
    await writer.drain()
    await asyncio.sleep(0.01)
    await _reset(writer, found)


async def _stall(writer: asyncio.StreamWriter, found: Answer) -> None:  # noqa: ARG001
    """Never an answer."""
    await asyncio.sleep(90)


async def _slow(writer: asyncio.StreamWriter, found: Answer) -> None:
    """The whole page, in pieces, within half a second."""
    head, body = found.packed()
    writer.write(head)
    for start in range(0, len(body), len(body) // 5 + 1):
        await asyncio.sleep(0.1)
        writer.write(body[start : start + len(body) // 5 + 1])
        await writer.drain()


async def _cut(writer: asyncio.StreamWriter, found: Answer) -> None:
    """Less than Content-Length says."""
    head, body = found.packed(gzipped=False)
    writer.write(head + body[: len(body) * 2 // 3])


async def _cut_chunks(writer: asyncio.StreamWriter, found: Answer) -> None:
    """Chunks without the last one."""
    head, body = found.packed(gzipped=False, chunked=True)
    part = body[: len(body) * 2 // 3]
    writer.write(head + f"{len(part):x}\r\n".encode() + part + b"\r\n")


def _as_gzip(found: Answer, body: bytes) -> bytes:
    cut = replace(found, headers=found.headers | {"Content-Encoding": "gzip"}, body=body)
    return b"".join(cut.packed(gzipped=False))


async def _cut_gzip(writer: asyncio.StreamWriter, found: Answer) -> None:
    """A gzip stream that ends early, in a body of the length that was said."""
    _, body = found.packed()
    writer.write(_as_gzip(found, body[: len(body) * 2 // 3]))


async def _broken_gzip(writer: asyncio.StreamWriter, found: Answer) -> None:
    """A byte of the stream is another one."""
    _, body = found.packed()
    middle = len(body) // 2
    writer.write(_as_gzip(found, body[:middle] + bytes([body[middle] ^ 0x5A]) + body[middle + 1 :]))


async def _not_gzip(writer: asyncio.StreamWriter, found: Answer) -> None:
    """The head says gzip, the body is something else."""
    writer.write(_as_gzip(found, bytes(255 - sign for sign in found.body[:2000])))


TRANSPORT = {
    "reset": _reset,
    "reset in the body": _reset_in_the_body,
    "stall": _stall,
    "slow": _slow,
    "cut": _cut,
    "cut chunks": _cut_chunks,
    "cut gzip": _cut_gzip,
    "broken gzip": _broken_gzip,
    "not gzip": _not_gzip,
}
"""Faults that are not in what is answered but in how; the connection ends with each."""


# ---------------------------------------------------------------- the server's process


async def serve(edition: Edition, port: int, sources: Path | None) -> None:
    """Serve until standard input ends; says the port on standard output first."""
    press = Press(edition, port or free_port("127.0.1.1"))
    server = Server(press)
    server.turn(1)
    if sources is not None:
        press.write_sources(sources)
    listening = await asyncio.start_server(
        server.converse, [press.address(site) for site in range(edition.sites)], press.port, backlog=64
    )
    print(json.dumps({"port": press.port}), flush=True)
    async with listening:
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(_obey(server, json.loads(line))), flush=True)


def _obey(server: Server, order: dict[str, Any]) -> dict[str, Any]:
    if "rate" in order:
        server.rate = order["rate"]
    if "issue" in order:
        server.turn(order["issue"])
    if "tell" in order:
        return {"served": server.served, "faults": server.faults, "requests": server.requests}
    return {"issue": server.issue, "requests": server.requests}


class Running:
    """A press that another process serves."""

    def __init__(self, process: subprocess.Popen[str], press: Press):
        self.press, self._process = press, process

    def order(self, **order: object) -> dict[str, Any]:
        """Steer the server; its answer."""
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps(order), file=self._process.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def served(self) -> dict[int, list[int]]:
        """Story -> versions that went out whole, in this order."""
        return {int(number): versions for number, versions in self.order(tell=True)["served"].items()}


@contextmanager
def running(edition: Edition) -> Iterator[Running]:
    """Serve an edition from another process, so that its CPU and memory are not the caller's."""
    options = [f"--{name}={getattr(edition, name)}" for name in Edition.__dataclass_fields__]
    command = [sys.executable, __file__, *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Running(process, Press(edition, json.loads(process.stdout.readline())["port"]))
        finally:
            process.terminate()


def main() -> None:
    layout = argparse.RawDescriptionHelpFormatter
    options = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--sites", type=int, default=4)
    options.add_argument("--stories", type=int, default=400, help="of all sites and issues")
    options.add_argument("--issues", type=int, default=5)
    options.add_argument("--hours", type=float, default=2.0, help="from one issue to the next")
    options.add_argument("--base", default=datetime.now(UTC).isoformat(), help="when the first appears, ISO 8601")
    options.add_argument("--port", type=int, default=0, help="the same at every address; 0 = any free one")
    options.add_argument("--sources", type=Path, help="folder to write the sources' TOML files to")
    chosen = vars(options.parse_args())
    port, sources = chosen.pop("port"), chosen.pop("sources")
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(Edition(**chosen), port, sources))


if __name__ == "__main__":
    main()
