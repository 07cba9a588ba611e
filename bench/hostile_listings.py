"""Read feeds and sitemaps that are built to hurt: `python bench/hostile_listings.py [WORDS]`.

Each in a process of its own: CPU seconds, megabytes on top of the listing itself, and what came of it. Exits 1 when
one took more than MOST_SECONDS or MOST_MB, or ended otherwise than with links or a PageError. WORDS chooses cases.
"""

from __future__ import annotations

import gzip
import io
import json
import resource
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

from crawler import discover
from crawler.errors import PageError

MOST_SECONDS = 4.0
"""Of CPU, on a machine that does other things as well; the worst case took 3.1."""
MOST_MB = 300
URL = "https://courier.example/listing.xml"
MB = 1024**2
SITEMAP, FEED = "news-sitemap", "feed"
Case = tuple[str, Callable[[], bytes]]


def urlset(entries: Iterable[str] | str, head: str = "") -> bytes:
    return f"{head}<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{''.join(entries)}</urlset>".encode()


def rss(items: Iterable[str] | str, head: str = "") -> bytes:
    return f"{head}<rss version='2.0'><channel>{''.join(items)}</channel></rss>".encode()


def packed(pieces: Iterable[bytes]) -> bytes:
    packer, out = zlib.compressobj(1, wbits=31), io.BytesIO()
    for piece in pieces:
        out.write(packer.compress(piece))
    out.write(packer.flush())
    return out.getvalue()


def address(number: int) -> str:
    return f"<url><loc>https://courier.example/{number}</loc></url>"


def dated(number: int) -> str:
    return f"<url><loc>https://courier.example/{number}</loc><lastmod>20{number % 27:02d}-01-02</lastmod></url>"


def item(number: int, text: str = "") -> str:
    return (
        f"<item><title>Story {number}</title><link>https://courier.example/{number}</link>"
        f"<pubDate>Tue, 17 Feb 2026 20:37:00 +0100</pubDate><description>{text}</description></item>"
    )


def entities(depth: int, width: int) -> str:
    """A DTD whose entities name one another."""
    inner = "".join(f'<!ENTITY e{n} "' + f"&e{n - 1};" * width + '">' for n in range(1, depth))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{inner}]>'


def two_gigabytes() -> bytes:
    """Sixty megabytes of gzip: noise, which does not pack, and after it what packs best."""
    noise = bytes(range(256)) * 16
    start = packed([noise])
    blown = gzip.compress(b" " * (64 * MB), 1)
    return start + blown * ((60 * MB) // len(blown))


def cases() -> dict[str, Case]:
    """By name, what kind of listing it claims to be and who writes it."""
    story = item(1)
    return {
        "sitemap of 1,000 addresses": (SITEMAP, lambda: urlset(map(dated, range(1_000)))),
        "sitemap of 50,000 addresses, as many as allowed": (SITEMAP, lambda: urlset(map(dated, range(50_000)))),
        "sitemap of a million addresses": (SITEMAP, lambda: urlset(map(address, range(1_000_000)))),
        "sitemap of 700,000 dated addresses": (SITEMAP, lambda: urlset(map(dated, range(700_000)))),
        "sitemap of a million addresses, as text": (
            SITEMAP, lambda: "\n".join(f"https://courier.example/{n}" for n in range(1_000_000)).encode()),
        "sitemap of a million addresses, packed": (SITEMAP, lambda: packed([urlset(map(address, range(1_000_000)))])),
        "sitemap of 60 MB without end": (SITEMAP, lambda: urlset(dated(n) for n in range(800_000))[: 60 * MB]),
        "sitemap in UTF-16, 60 MB": (SITEMAP, lambda: urlset(map(dated, range(380_000))).decode().encode("utf-16")),
        "sitemap with one emoji, 60 MB": (SITEMAP, lambda: urlset([dated(n) for n in range(700_000)] + ["😀"])),
        "sitemap in windows-1251, 50 MB": (
            SITEMAP, lambda: urlset(f"<url><loc>/{n}</loc><x>{'ж' * 300}</x></url>" for n in range(150_000))
            .decode().encode("windows-1251")),
        "index of 200,000 sitemaps": (
            SITEMAP, lambda: ("<sitemapindex>" + "".join(f"<sitemap><loc>/{n}.xml</loc></sitemap>" for n in
            range(200_000)) + "</sitemapindex>").encode()),
        "index of itself, a million times": (
            SITEMAP, lambda: b"<sitemapindex>" + f"<sitemap><loc>{URL}</loc></sitemap>".encode() * 900_000),
        "one sitemap of 60 MB of empty elements": (SITEMAP, lambda: urlset("<a/>" * (15 * MB))),
        "one address with 60 MB of empty elements": (SITEMAP, lambda: urlset("<url>" + "<a/>" * (15 * MB) + "</url>")),
        "one address of 60 MB": (SITEMAP, lambda: urlset(f"<url><loc>https://x.example/{'a' * 60 * MB}</loc></url>")),
        "60 MB of empty <url>": (SITEMAP, lambda: urlset("<url/>" * (10 * MB))),
        "60 MB of empty <loc>": (SITEMAP, lambda: urlset("<url>" + "<loc/>" * (10 * MB) + "</url>")),
        "60 MB of ampersands": (SITEMAP, lambda: urlset("<url><loc>/a?" + "&a" * (30 * MB) + "</loc></url>")),
        "60 MB of unfinished CDATA": (SITEMAP, lambda: urlset("<![CDATA[" * (6 * MB))),
        "60 MB of unfinished comments": (SITEMAP, lambda: b"<!--" * (15 * MB)),
        "60 MB of unfinished tags": (SITEMAP, lambda: urlset("<url" * (15 * MB))),
        "60 MB of closing tags": (SITEMAP, lambda: urlset("</url>" * (10 * MB))),
        "60 MB of undeclared prefixes": (
            SITEMAP, lambda: urlset("".join(f"<p{n}:a/>" for n in range(5_000_000)))[: 60 * MB]),
        "a root of 2 MB of attributes": (
            SITEMAP, lambda: b"<urlset " + b" ".join(b'a%d="1"' % n for n in range(180_000)) + b">" + b"<url/>"),
        "a root of 60 MB of attributes": (
            SITEMAP, lambda: b"<urlset " + b" ".join(b'a%d="1"' % n for n in range(4_500_000)) + b">"),
        "a root of 60 kB of namespaces": (
            SITEMAP, lambda: b"<urlset " + b" ".join(b'xmlns:a%d="u"' % n for n in range(3_500)) + b">"
            + "".join(map(dated, range(700_000))).encode()),
        "an item of 60 MB of attributes": (
            FEED, lambda: rss("<item " + " ".join(f'a{n}="1"' for n in range(4_500_000)) + ">" + story)),
        "an attribute of 60 MB": (FEED, lambda: rss(f"<item a='{'a' * 60 * MB}'/>" + story)),
        "quotes without end": (FEED, lambda: b"<rss a=" + b"\"'" * (30 * MB)),
        "billion laughs": (FEED, lambda: rss("<item><title>&e11;</title><link>/a</link></item>", entities(12, 10))),
        "quadratic blow-up": (
            FEED, lambda: rss(f"<item><title>{'&e0;' * 100_000}</title><link>/a</link></item>",
            '<!DOCTYPE x [<!ENTITY e0 "' + "a" * 100_000 + '">]>')),
        "external entities": (
            FEED, lambda: rss("<item><title>&f;</title><link>/a</link></item>",
            '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>')),
        "parameter entities": (
            FEED, lambda: rss("<item><title>&f;</title><link>/a</link></item>",
            '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p; <!ENTITY f "%p;">]>')),
        "a DTD of 60 MB": (FEED, lambda: rss(story, "<!DOCTYPE x [" + '<!ENTITY a "b">' * 4_000_000 + "]>")),
        "entities of a million names": (FEED, lambda: rss(f"<item><title>{'&a1;' * 1_000_000}</title></item>" + story)),
        "a million levels": (FEED, lambda: rss(story + "<a>" * 1_000_000 + story)),
        "20 million levels": (FEED, lambda: rss(story + "<a>" * 20_000_000)),
        "levels again and again": (FEED, lambda: rss((story + "<a>" * 300 + "</a>" * 300) * 20_000)),
        "feed of 200 items": (FEED, lambda: rss(item(n, "word " * 100) for n in range(200))),
        "feed of 100,000 items": (FEED, lambda: rss(item(n, "word " * 60) for n in range(100_000))),
        "feed of 2 million items": (FEED, lambda: rss(f"<item><link>/{n}</link></item>" for n in range(1_900_000))),
        "feed of 10 million empty items": (FEED, lambda: rss("<item/>" * 9_000_000)),
        "an item with a million links": (FEED, lambda: rss("<item>" + "<link>mailto:</link>" * 1_000_000 + "</item>")),
        "an item with a million categories": (
            FEED, lambda: rss("<item><link>/a</link>" + "<category>a</category>" * 1_000_000 + "</item>")),
        "an item with 60 MB of text": (FEED, lambda: rss(item(1, "word " * (12 * MB)) + item(2))),
        "a title of 2 MB": (
            FEED, lambda: rss(f"<item><link>/a</link><title>{'<![CDATA[<b>a]]>' * 120_000}</title></item>")),
        "items within items": (FEED, lambda: rss("<item>" * 250 + story * 1_000 + "</item>" * 250)),
        "JSON of 60 MB": (FEED, lambda: json.dumps({"items": [{"url": f"/{n}"} for n in range(3_000_000)]}).encode()),
        "JSON of 8 MB of objects": (FEED, lambda: b'{"items":[' + b"{}," * 2_700_000 + b"{}]}"),
        "JSON of 8 MB of brackets": (FEED, lambda: b'{"items":' + b"[" * 8_000_000),
        "JSON of 400,000 items": (
            FEED, lambda: json.dumps({"items": [{"url": f"/{n}"} for n in range(400_000)]}).encode()),
        "60 MB of gzip that holds 2 GB": (SITEMAP, two_gigabytes),
        "gzip that holds 2 GB of nothing": (SITEMAP, lambda: packed(b" " * MB for _ in range(2_048))),
        "gzip of three million members": (SITEMAP, lambda: gzip.compress(b"") * 3_000_000),
        "gzip in gzip in gzip": (SITEMAP, lambda: gzip.compress(gzip.compress(gzip.compress(urlset(dated(1)))))),
        "gzip that is cut": (SITEMAP, lambda: packed([urlset(map(dated, range(500_000)))])[:-100_000]),
        "200 kB that only feedparser reads": (FEED, lambda: b"<cdf>" + b"<a>" * 65_000),
        "200 kB of items that only feedparser reads": (
            FEED, lambda: b"<x><rss><channel>" + b"<item><title>a</title><guid>b</guid></item>" * 4_500),
        "200 kB of markup for feedparser": (
            FEED, lambda: b"<cdf><entry><content type='html'>" + b"&lt;a b=&lt;" * 16_000),
        "noise": (FEED, lambda: bytes(range(256)) * (240_000)),
    }  # fmt: skip


def one(name: str) -> dict[str, object]:
    """Read one case in this process."""
    kind, build = cases()[name]
    content = build()
    _forget_peak()
    before, start = _kilobytes("VmRSS"), time.process_time()
    try:
        found = discover.links(content, URL, kind)
        children = discover.child_sitemaps(content, URL) if kind == SITEMAP else []
        said = f"{len(found):,} of {found.announced:,} links" + (f", {len(children)} sitemaps" if children else "")
    except PageError as error:
        said = f"PageError: {str(error)[:60]}"
    except Exception as error:
        said = f"! {type(error).__name__}: {str(error)[:60]}"
    seconds = time.process_time() - start
    return {"seconds": seconds, "mb": (_kilobytes("VmHWM") - before) / 1024, "size": len(content) / MB, "said": said}


def _kilobytes(name: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(status.partition(f"{name}:")[2].split()[0])


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def main(words: str) -> int:
    broke = 0
    print(f"{'case':52}{'size MB':>8}{'CPU s':>8}{'MB more':>9}  outcome")
    for name in (name for name in cases() if words in name):
        done = subprocess.run([sys.executable, __file__, "--one", name], capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{name:52}  BROKE: {(done.stderr.strip() or 'killed').splitlines()[-1][:100]}")
            broke += 1
            continue
        got = json.loads(done.stdout)
        over = got["seconds"] > MOST_SECONDS or got["mb"] > MOST_MB or got["said"].startswith("!")
        broke += over
        figures = f"{got['size']:8.1f}{got['seconds']:8.2f}{got['mb']:9.0f}"
        print(f"{name:52}{figures}  {got['said']}{'   OVER BUDGET' * over}", flush=True)
    print(f"{broke} over the budget of {MOST_SECONDS:.0f} s and {MOST_MB} MB")
    return 1 if broke else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
        print(json.dumps(one(sys.argv[2])))
        sys.exit(0)
    sys.exit(main(" ".join(sys.argv[1:])))
