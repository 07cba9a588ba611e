"""Real article pages, served on loopback as many small news sites.

    python bench/newsroom.py --port 8100 --sources /tmp/sources

Every publisher of the corpus becomes a site at an own address 127.0.x.y, with a section page, an RSS feed and
a news sitemap in front of its pages. The corpus lies beside the checkout (../shared/corpus), or where the
environment says `WORLDDESK_CORPUS`; it belongs to its publishers and is only ever read.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import hashlib
import html
import json
import os
import re
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SECTION, FEED, SITEMAP, ROBOTS = "/latest", "/feed.xml", "/news-sitemap.xml", "/robots.txt"

COUNTRY_CODES = {"UK": "GB", "IND": "IN", "ISL": "IS"}  # as the corpus writes them -> ISO 3166-1
HOME_OF_LANGUAGE = {"en": "US", "pt": "BR", "ja": "JP", "ko": "KR", "zh": "CN", "cs": "CZ", "sv": "SE"}
ZONES = {  # where most of a country's papers are edited
    "AT": "Europe/Vienna", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "CA": "America/Toronto",
    "CH": "Europe/Zurich", "CN": "Asia/Shanghai", "CZ": "Europe/Prague", "DE": "Europe/Berlin",
    "ES": "Europe/Madrid", "FR": "Europe/Paris", "GB": "Europe/London", "GL": "America/Nuuk",
    "IL": "Asia/Jerusalem", "IN": "Asia/Kolkata", "IS": "Atlantic/Reykjavik", "IT": "Europe/Rome",
    "JP": "Asia/Tokyo", "KR": "Asia/Seoul", "LI": "Europe/Vaduz", "LU": "Europe/Luxembourg",
    "LS": "Africa/Maseru", "MX": "America/Mexico_City", "MY": "Asia/Kuala_Lumpur", "NO": "Europe/Oslo",
    "PL": "Europe/Warsaw", "PY": "America/Asuncion", "RU": "Europe/Moscow", "SE": "Europe/Stockholm",
    "TR": "Europe/Istanbul", "UA": "Europe/Kyiv", "US": "America/New_York", "ZA": "Africa/Johannesburg",
}  # fmt: skip
_SCRIPT_OR_TEXT = re.compile(rb"<script\b.*?</script|>[^<>]{80,}(?=<)", re.DOTALL | re.IGNORECASE)

Gold = dict[str, Any]
"""One line of gold.jsonl; the corpus's README lists its fields."""


@dataclass(slots=True)
class Page:
    """One article page of one site. Copies of a page differ in `edition`."""

    page_id: str
    """Id in the corpus; its bytes are pages/<page_id>.html.gz."""
    path: str
    """Path and query as in the page's real address; '/edition-2/…' before it for copies."""
    edition: int
    headline: str | None
    teaser: str
    published: str | None
    """ISO 8601, often with zone; None where the corpus does not know."""


@dataclass(slots=True)
class Site:
    """One publisher at one loopback address."""

    slug: str
    name: str
    address: str
    country: str
    language: str
    timezone: str
    pages: list[Page] = field(default_factory=list)

    def url(self, port: int, path: str = "/") -> str:
        """Absolute address of a path of this site."""
        return f"http://{self.address}:{port}{path}"


def corpus_folder() -> Path:
    """Folder of gold.jsonl and pages/: `WORLDDESK_CORPUS`/articles, else that beside the checkout."""
    beside = Path(__file__).resolve().parents[1].parent / "shared" / "corpus"
    return Path(os.environ.get("WORLDDESK_CORPUS") or beside) / "articles"


def read_gold(corpus: Path) -> list[Gold]:
    with (corpus / "gold.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


# ---------------------------------------------------------------- which sites there are


def plan(corpus: Path, copies: int = 1) -> list[Site]:
    """Sites and their pages in the order of gold.jsonl; every page `copies` times under as many addresses."""
    by_publisher: dict[str, list[Gold]] = {}
    for gold in read_gold(corpus):
        by_publisher.setdefault(gold["publisher"], []).append(gold)
    used: Counter[str] = Counter()
    return [
        _site(number, publisher, golds, copies, used) for number, (publisher, golds) in enumerate(by_publisher.items())
    ]


def _site(number: int, publisher: str, golds: list[Gold], copies: int, used: Counter[str]) -> Site:
    host = urlsplit(golds[0]["url"]).hostname or "site"
    slug = re.sub(r"[^a-z0-9]+", "-", host.removeprefix("www.").lower())
    used[slug] += 1
    country = _country(golds[0], host)
    return Site(
        slug=slug if used[slug] == 1 else f"{slug}-{used[slug]}",
        name=publisher,
        address=f"127.0.{1 + number // 250}.{1 + number % 250}",
        country=country,
        language=Counter(gold["lang"] for gold in golds).most_common(1)[0][0],
        timezone=ZONES.get(country, "UTC"),
        pages=[_page(gold, edition) for edition in range(1, copies + 1) for gold in golds],
    )


def _country(gold: Gold, host: str) -> str:
    """ISO code: the corpus's, else the country domain, else where most papers of the language appear."""
    given = (gold["country"] or "").upper()
    domain = host.rpartition(".")[2].upper()
    if not given and len(domain) != 2:
        return HOME_OF_LANGUAGE.get(gold["lang"], str(gold["lang"]).upper())
    return COUNTRY_CODES.get(given or domain, given or domain)


def _page(gold: Gold, edition: int) -> Page:
    address = urlsplit(gold["url"])
    prefix = f"/edition-{edition}" if edition > 1 else ""
    headline = gold["headline"] or next(iter(gold.get("headline_alt") or []), None)
    return Page(
        page_id=gold["id"],
        path=prefix + (address.path or "/") + (f"?{address.query}" if address.query else ""),
        edition=edition,
        headline=f"{headline} ({edition})" if headline and edition > 1 else headline,
        teaser=" ".join((gold["body"] or "").split()[:25]),
        published=gold["published"],
    )


# ---------------------------------------------------------------- what they answer


@dataclass(slots=True)
class Resource:
    """What stands at one address, ready to send."""

    content_type: str
    gzipped: bytes
    etag: str
    last_modified: str


def resource(content_type: str, gzipped: bytes, modified: str | None = None) -> Resource:
    """`gzipped` body with validators; `modified` is ISO 8601, UTC where it has no zone."""
    instant = datetime.fromisoformat(modified or "2026-01-01")
    instant = instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    etag = f'"{hashlib.sha256(gzipped).hexdigest()[:16]}"'
    return Resource(content_type, gzipped, etag, format_datetime(instant, usegmt=True))


def salted(page: bytes, edition: int) -> bytes:
    """The page with every long run of its text changed, so that a copy at another address has other words."""
    salt = b" Edition %d." % edition
    return _SCRIPT_OR_TEXT.sub(lambda found: found[0] + (salt if found[0].startswith(b">") else b""), page)


def _article(corpus: Path, page: Page) -> Resource:
    stored = (corpus / "pages" / f"{page.page_id}.html.gz").read_bytes()
    if page.edition > 1:
        stored = gzip.compress(salted(gzip.decompress(stored), page.edition), compresslevel=4, mtime=0)
    return resource("text/html; charset=utf-8", stored, page.published)


def _title(article: Resource) -> str:
    """The <title> of a page, where the corpus has no headline."""
    found = re.search(rb"<title[^>]*>(.*?)</title>", gzip.decompress(article.gzipped), re.S | re.I)
    return " ".join(html.unescape(found[1].decode("utf-8", "replace")).split()) if found else "Untitled"


def section_page(site: Site) -> str:
    """A section page as papers build it: navigation, cards, a footer."""
    rubrics = ("world", "politics", "business", "sport", "culture")
    nav = "".join(f'<li><a href="/{rubric}">{rubric.title()}</a></li>' for rubric in rubrics)
    cards = "\n".join(
        f'<article class="card"><a class="card__link" href="{html.escape(page.path)}">'
        f'<h2 class="card__headline">{html.escape(page.headline or "")}</h2></a>'
        f'<p class="card__teaser">{html.escape(page.teaser)} …</p></article>'
        for page in site.pages
    )
    return f"""<!DOCTYPE html>
<html lang="{site.language}"><head><meta charset="utf-8"><title>Latest – {html.escape(site.name)}</title>
<link rel="alternate" type="application/rss+xml" href="{FEED}"></head>
<body><header><a href="/">{html.escape(site.name)}</a><nav><ul>{nav}</ul></nav></header>
<main><h1>Latest</h1>
{cards}
</main>
<footer><a href="/about">About us</a> <a href="/contact">Contact</a> <a href="/privacy">Privacy policy</a>
<a href="/newsletter">Newsletter</a></footer></body></html>"""


def feed(site: Site, port: int) -> str:
    """RSS 2.0 with headline, teaser and date of every page."""
    items = "\n".join(
        f"<item><title>{html.escape(page.headline or '')}</title>"
        f"<link>{html.escape(site.url(port, page.path))}</link>"
        f"<description>{html.escape(page.teaser)}</description>{_pub_date(page)}</item>"
        for page in site.pages
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>{html.escape(site.name)}</title><link>{site.url(port)}</link>
<description>Latest</description>
{items}
</channel></rss>"""


def _pub_date(page: Page) -> str:
    instant = datetime.fromisoformat(page.published) if page.published else None
    return f"<pubDate>{format_datetime(instant)}</pubDate>" if instant and instant.tzinfo else ""


def news_sitemap(site: Site, port: int) -> str:
    """Google's news sitemap with headline and date of every page."""
    entries = "\n".join(
        f"<url><loc>{html.escape(site.url(port, page.path))}</loc><news:news><news:publication>"
        f"<news:name>{html.escape(site.name)}</news:name><news:language>{site.language}</news:language>"
        f"</news:publication>{_publication_date(page)}"
        f"<news:title>{html.escape(page.headline or '')}</news:title></news:news></url>"
        for page in site.pages
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
{entries}
</urlset>"""


def _publication_date(page: Page) -> str:
    return f"<news:publication_date>{page.published}</news:publication_date>" if page.published else ""


Routes = dict[tuple[str, str], list[tuple[set[tuple[str, str]], Resource]]]
"""(address, path without the last slash) -> what stands there, by the parameters of the query."""


def routes(corpus: Path, sites: list[Site], port: int) -> Routes:
    """Everything the sites answer, in memory; fills in headlines that the corpus lacks."""
    table: Routes = {}
    for site in sites:
        for page in site.pages:
            article = _article(corpus, page)
            page.headline = page.headline or _title(article)
            _add(table, site, page.path, article)
        _add(table, site, SECTION, _text("text/html; charset=utf-8", section_page(site)))
        _add(table, site, FEED, _text("application/rss+xml; charset=utf-8", feed(site, port)))
        _add(table, site, SITEMAP, _text("application/xml", news_sitemap(site, port)))
        robots = f"User-agent: *\nDisallow: /search\nSitemap: {site.url(port, SITEMAP)}\n"
        _add(table, site, ROBOTS, _text("text/plain; charset=utf-8", robots))
    return table


def _text(content_type: str, text: str) -> Resource:
    return resource(content_type, gzip.compress(text.encode(), compresslevel=6, mtime=0))


def _add(table: Routes, site: Site, path: str, found: Resource) -> None:
    place, parameters = _place(path)
    table.setdefault((site.address, place), []).append((parameters, found))


def _place(target: str) -> tuple[str, set[tuple[str, str]]]:
    address = urlsplit(target)
    return unquote(address.path).rstrip("/") or "/", set(parse_qsl(address.query, keep_blank_values=True))


def find(table: Routes, address: str, target: str) -> Resource | None:
    """What stands there. As on real sites unknown or missing parameters do no harm: the closest answers."""
    place, parameters = _place(target)
    there = table.get((address, place), [])
    return max(there, key=lambda known: len(known[0] & parameters), default=(set(), None))[1]


def answer(found: Resource | None, method: str, headers: dict[str, str]) -> bytes:
    """The whole HTTP/1.1 answer: 200, 304 when the client's validators still hold, 404, 405."""
    if method not in ("GET", "HEAD"):
        return b"HTTP/1.1 405 Method Not Allowed\r\nAllow: GET, HEAD\r\nContent-Length: 0\r\n\r\n"
    if found is None:
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    validators = f"ETag: {found.etag}\r\nLast-Modified: {found.last_modified}\r\n"
    if _still_holds(found, headers):
        return f"HTTP/1.1 304 Not Modified\r\n{validators}\r\n".encode()
    packed = "gzip" in headers.get("accept-encoding", "")
    body = found.gzipped if packed else gzip.decompress(found.gzipped)
    encoding = "Content-Encoding: gzip\r\n" if packed else ""
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: {found.content_type}\r\nContent-Length: {len(body)}\r\n"
        f"{encoding}{validators}Vary: Accept-Encoding\r\n\r\n"
    )
    return head.encode() + (body if method == "GET" else b"")


def _still_holds(found: Resource, headers: dict[str, str]) -> bool:
    if "if-none-match" in headers:  # takes precedence over the date (RFC 9110, 13.2.2)
        return found.etag in headers["if-none-match"]
    return headers.get("if-modified-since") == found.last_modified


# ---------------------------------------------------------------- the server, a process of its own


async def serve(corpus: Path, copies: int, port: int, sources: Path | None) -> None:
    """Serves until killed; says on standard output on which port, once all addresses listen."""
    sites = plan(corpus, copies)
    port = port or free_port(sites[0].address)
    table = routes(corpus, sites, port)
    if sources is not None:
        write_sources(sources, sites, port)

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = writer.get_extra_info("sockname")[0]
        try:
            while request := await read_request(reader):
                method, target, headers = request
                writer.write(answer(find(table, address, target), method, headers))
                await writer.drain()
        except ConnectionError:
            pass  # the client went away: its right
        finally:
            writer.close()

    server = await asyncio.start_server(converse, [site.address for site in sites], port, backlog=64)
    print(port, flush=True)
    async with server:
        await server.serve_forever()


async def read_request(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str]] | None:
    """Method, target and headers (lower-case names) of the next request; None when the client has done."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, _, rest = first.partition(" ")
    pairs = (line.partition(":") for line in lines)
    return method, rest.rpartition(" ")[0], {name.lower(): value.strip() for name, _, value in pairs}


def free_port(address: str) -> int:
    with socket.create_server((address, 0)) as probe:
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Newsroom:
    """A newsroom that is being served."""

    corpus: Path
    sites: list[Site]
    port: int

    def write_sources(self, folder: Path) -> None:
        """One TOML a site, as `spiders/sources` holds them."""
        write_sources(folder, self.sites, self.port)

    def addresses(self) -> list[tuple[Site, Page, str]]:
        """Every article page with its absolute address."""
        return [(site, page, site.url(self.port, page.path)) for site in self.sites for page in site.pages]


@contextmanager
def newsroom(corpus: Path, *, copies: int = 1, port: int = 0) -> Iterator[Newsroom]:
    """Serves `corpus` from another process (so that its CPU is not the caller's) until the block ends."""
    options = ["--corpus", str(corpus), "--copies", str(copies), "--port", str(port)]
    with subprocess.Popen([sys.executable, __file__, *options], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline().strip()
            if not said:
                raise RuntimeError(f"the newsroom of {corpus} did not start: see its message above")
            yield Newsroom(corpus, plan(corpus, copies), int(said))
        finally:
            process.terminate()


def write_sources(folder: Path, sites: list[Site], port: int) -> None:
    """One TOML a site into `folder`, which is made when missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for site in sites:
        (folder / f"{site.slug}.toml").write_text(_source(site, port), encoding="utf-8")


def _source(site: Site, port: int) -> str:
    name = json.dumps(site.name, ensure_ascii=False)  # a JSON string is a TOML string
    facts = f"""name     = {name}
home     = "{site.url(port)}"
country  = "{site.country}"
language = "{site.language}"
timezone = "{site.timezone}"
"""
    listings = (("section", SECTION), ("feed", FEED), ("news-sitemap", SITEMAP))
    return facts + "".join(
        f'\n[[listing]]\nurl  = "{site.url(port, path)}"\nkind = "{kind}"\n' for kind, path in listings
    )


def main() -> None:
    layout = argparse.RawDescriptionHelpFormatter
    options = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    options.add_argument("--corpus", type=Path, default=corpus_folder(), help="with gold.jsonl and pages/")
    options.add_argument("--copies", type=int, default=1, help="every page this many times, with other words")
    options.add_argument("--port", type=int, default=0, help="the same at every address; 0 = any free one")
    options.add_argument("--sources", type=Path, help="folder to write the sources' TOML files to")
    chosen = options.parse_args()
    if not (chosen.corpus / "gold.jsonl").is_file():
        sys.exit(f"{chosen.corpus}: no gold.jsonl there; say where the corpus is with WORLDDESK_CORPUS")
    try:
        asyncio.run(serve(chosen.corpus, chosen.copies, chosen.port, chosen.sources))
    except KeyboardInterrupt:
        pass
    except OSError as error:
        sys.exit(f"cannot listen at 127.0.x.y (only Linux gives the whole of 127.0.0.0/8): {error}")


if __name__ == "__main__":
    main()
