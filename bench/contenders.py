"""What our crawl is compared with; each reads the same pages in a process of its own.

    python bench/contenders.py floor|scrapy|naive URLS DATABASE

URLS is a file with one address a line. `floor` is the least that anything built on lxml and SQLite can do,
`scrapy` the least that anything built on Scrapy can, and `naive` what a newcomer writes in an afternoon.
"""

from __future__ import annotations

import gzip
import http.client
import json
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CREATE = "CREATE TABLE articles (url TEXT PRIMARY KEY, headline TEXT, body TEXT, published TEXT)"
INSERT = "INSERT INTO articles VALUES (?, ?, ?, ?)"


def floor(urls: list[str], database: Path) -> None:
    """Socket read, lxml parse, one insert an article, each committed."""
    from lxml import etree

    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(CREATE)
    for url, content in _bodies(urls):
        root = etree.HTML(content)
        connection.execute(INSERT, (url, root.findtext(".//title"), None, None))
    connection.close()


def _bodies(urls: list[str]) -> Iterator[tuple[str, bytes]]:
    """Reads the pages one after another; the connection stays open as long as the host is the same."""
    host, client = "", http.client.HTTPConnection("")
    for url in urls:
        address = urlsplit(url)
        if address.netloc != host:
            client.close()
            host, client = address.netloc, http.client.HTTPConnection(address.netloc)
        target = f"{address.path}?{address.query}" if address.query else address.path
        client.request("GET", target, headers={"Accept-Encoding": "gzip"})
        yield url, gzip.decompress(client.getresponse().read())
    client.close()


def scrapy(urls: list[str], _: Path) -> None:
    """Scrapy with a callback that does nothing; there is no database."""
    from scrapy import Request, Spider
    from scrapy.http import Response

    class Empty(Spider):
        name = "empty"

        async def start(self) -> AsyncIterator[Request]:
            for url in urls:
                yield Request(url)

        def parse(self, response: Response) -> None:
            pass

    _run(Empty, len(urls))


def naive(urls: list[str], database: Path) -> None:
    """Scrapy, `trafilatura.extract` with metadata, one insert and commit an item."""
    from scrapy import Request, Spider
    from scrapy.http import TextResponse
    from trafilatura import extract

    class Naive(Spider):
        name = "naive"

        async def start(self) -> AsyncIterator[Request]:
            for url in urls:
                yield Request(url)

        def parse(self, response: TextResponse) -> Iterator[dict[str, Any]]:  # type: ignore[override]
            found = extract(response.text, url=response.url, output_format="json", with_metadata=True)
            if found:
                yield json.loads(found) | {"url": response.url}

    class Insert:
        def open_spider(self) -> None:
            self.connection = sqlite3.connect(database)
            self.connection.execute(CREATE)

        def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
            self.connection.execute(INSERT, (item["url"], item["title"], item["text"], item["date"]))
            self.connection.commit()
            return item

        def close_spider(self) -> None:
            self.connection.close()

    _run(Naive, len(urls), {"ITEM_PIPELINES": {Insert: 300}})


def _run(spider: type[Any], expected: int, settings: dict[str, Any] | None = None) -> None:
    """Scrapy as it comes, but for its log and its two consoles; exits 1 unless it read `expected` pages."""
    from scrapy.crawler import CrawlerProcess

    quiet = {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False}
    process = CrawlerProcess({**quiet, **(settings or {})})
    crawler = process.create_crawler(spider)
    process.crawl(crawler)
    process.start()
    read = crawler.stats.get_value("downloader/response_status_count/200", 0) if crawler.stats else 0
    if read != expected:
        sys.exit(f"{spider.__name__}: {read} of {expected} pages read")


CONTENDERS = {"floor": floor, "scrapy": scrapy, "naive": naive}


def main() -> None:
    name, urls, database = sys.argv[1:]
    CONTENDERS[name](Path(urls).read_text("utf-8").split(), Path(database))


if __name__ == "__main__":
    main()
