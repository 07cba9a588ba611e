"""Break feeds and sitemaps in every way and read them: `python bench/fuzz_links.py [--inputs N] [--seed S]`.

The feeds and sitemaps of the invented newspaper, a few of other formats and those of the corpus where there is one,
after the mutations of `fuzz_inputs.py` and some of XML. Whatever comes out but links or a PageError, each link that is
none, each input of more than 2 s is a finding: it is kept in --keep. Exits 1 when there is one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import fuzz_inputs
import links as bench_links

from crawler import discover
from crawler.demo.paper import Paper
from crawler.discover.document import MOST_LINKS
from crawler.errors import PageError

MOST_SECONDS = 2.0
KINDS = ("feed", "news-sitemap")
URL = "https://courier.example/listings/world.xml"
TOKENS = (
    "<item>", "</item>", "<entry/>", "<url>", "</url>", "<loc>", "</loc>", "<link>", "<link href='//['/>", "<title>",
    "<![CDATA[", "]]>", "<?xml version='1.0' encoding='utf-16'?>", "<?xml", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&a;",
    "&", "&#0;", "&#xd800;", "&#x110000;", "&#99999999999;", "&nbsp;", "<x:y>", " xmlns='x'", " xmlns:x=''",
    " xml:base='['", "<!--", "-->", "--", "<rss>", "<urlset>", "<sitemapindex>", "<feed>", "<html>", "\ufeff", "\x00",
    "\x1f\x8b", "<pubDate>Tue, 99 Foo 99999 99:99:99 +9999</pubDate>", "<lastmod>0000-00-00T24:00:00+24:00</lastmod>",
    "<updated>9999-12-31T23:59:59-14:00</updated>", "<news:title>", "{", "}", '"items":', "\\ud800", "[" * 2_000, "NaN",
    "https://[::1", "javascript:x", "\ud83d", "\u202e", "Ã©", "<a>" * 300, "1" * 5_000, " a='" * 50,
)  # fmt: skip
FORMATS = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/><item>'
    "<title>Rain</title><link>https://courier.example/a/1</link></item></rdf:RDF>",
    '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "/a/1", "title": "Rain",'
    '"tags": ["a"], "date_published": "2026-02-17T20:37:00Z"}, {"external_url": "x"}]}',
    "<sitemapindex><sitemap><loc>/a.xml.gz</loc><lastmod>2026-02-17</lastmod></sitemap></sitemapindex>",
    "https://courier.example/a/1\nhttps://courier.example/a/2\n",
)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?")


def seeds() -> list[bytes]:
    """Listings to break, small ones first."""
    found = [page.body for page in Paper(1).values() if "xml" in page.content_type and page.body]
    found += [text.encode() for text in FORMATS]
    if bench_links.corpus().exists():
        found += [content for gold, content in bench_links.listings() if bench_links.KINDS[gold["kind"]] in KINDS]
    return sorted(found, key=len)


def broken(listings: list[bytes], seed: int, number: int) -> tuple[bytes, str | None]:
    """Input `number`: the same for the same listings and seed."""
    rng = Random(f"{seed}:{number}")
    listing = listings[int(len(listings) * rng.random() ** 2)]
    content, _, charset = fuzz_inputs.mutated((listing, URL), rng.choice(listings), rng)
    for _time in range(rng.choice((0, 1, 1, 3))):
        place = rng.randrange(len(content) + 1)
        content = content[:place] + rng.choice(TOKENS).encode("utf-8", "surrogatepass") + content[place:]
    if rng.random() < 0.05:
        content = gzip.compress(content, 1)
        content = fuzz_inputs.flip(content, rng, b"") if rng.random() < 0.5 else content
    return content, charset


def breaches(found: discover.Links) -> Iterator[str]:
    """What must not be in an answer."""
    if len(found) > MOST_LINKS or found.announced < len(found) or len({link.url for link in found}) < len(found):
        yield "too many links, or one twice"
    for rank, link in enumerate(found, start=1):
        if link.rank != rank:
            yield f"rank {link.rank} stands at {rank}"
        if not link.url.startswith(("http://", "https://", "HTTP", "Http")) or "#" in link.url:
            yield f"no address: {link.url!r:.60}"
        if link.title is not None and (not link.title or link.title != " ".join(link.title.split())):
            yield f"no title: {link.title!r:.60}"
        if link.published is not None and not _INSTANT.fullmatch(link.published):
            yield f"no date: {link.published!r:.60}"


def read(content: bytes, charset: str | None) -> tuple[list[str], list[str]]:
    """(outcomes, findings) of one input, read as each kind."""
    outcomes: list[str] = []
    findings: list[str] = []
    for kind in KINDS:
        start = time.process_time()
        try:
            found = discover.links(content, URL, kind, charset)
            findings += breaches(found)
            if kind == "news-sitemap":
                discover.child_sitemaps(content, URL)
            json.dumps([(link.url, link.title, link.categories) for link in found], ensure_ascii=False).encode()
            outcomes.append(f"{kind}: links" if found else f"{kind}: none")
        except PageError:
            outcomes.append(f"{kind}: PageError")
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(frame.filename).name}:{frame.name}"
            findings.append(f"{kind}: {type(error).__name__}: {str(error)[:60]!r} in {place}")
        if time.process_time() - start > MOST_SECONDS:
            findings.append(f"{kind}: takes {time.process_time() - start:.1f} s")
    return outcomes, findings


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=20_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-findings"), metavar="FOLDER")
    asked = parser.parse_args()
    listings, outcomes, findings = seeds(), Counter[str](), Counter[str]()
    for number in range(asked.inputs):
        content, charset = broken(listings, asked.seed, number)
        became, wrong = read(content, charset)
        outcomes.update(became)
        findings.update(wrong)
        if wrong:
            asked.keep.mkdir(parents=True, exist_ok=True)
            (asked.keep / f"{asked.seed}-{number}.xml").write_bytes(content)
            print(f"{number}: {wrong[0]}", flush=True)
    print(f"{asked.inputs:,} inputs of {len(listings)} listings: {dict(outcomes)}")
    print(f"{sum(findings.values())} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
