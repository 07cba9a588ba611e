"""The hostile site: a host of loopback for every class of cases, and one for each case that is alone."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import Any, Self
from urllib.parse import urlsplit

from hostile.case import Answer, Case, Place

FEED = "/feed.xml"
SITE_FILES = ("/robots.txt", "/.well-known/tdmrep.json", "/ai.txt")


class Host:
    """One host: its address, the cases on it."""

    def __init__(self, number: int, name: str):
        self.ip = f"127.0.{number // 250}.{number % 250 + 2}"
        self.source_id = f"hostile_{name}".replace(" ", "_")
        self.base = ""
        self.cases: dict[str, Case] = {}
        """Path -> case."""

    def feed(self, site: Site) -> str:
        items = "".join(
            f"<item><link>{escape(site.place(case).url(key))}</link>"
            + (f"<title>{escape(title)}</title>" if (title := case.title(key)) else "")
            + "</item>"
            for case in self.cases.values()
            for key in case.announce
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Hostile</title>{items}</channel></rss>'

    def toml(self) -> str:
        alone = next(iter(self.cases.values())) if len(self.cases) == 1 else None
        listings = (alone.listings if alone else None) or {FEED: "feed"}
        lines = [f'name = "{self.source_id}"', f'home = "{self.base}/"', 'country = "GB"']
        lines += [alone.source] if alone and alone.source else ['language = "en"', 'timezone = "Europe/London"']
        for path, kind in listings.items():
            kind, _, pages = kind.partition("*")
            lines += ["[[listing]]", f'url = "{self.base}{path}"', f'kind = "{kind}"', 'section = "World"']
            lines += [f"pages = {pages}"] if pages else []
        return "\n".join(lines) + "\n"


class Site:
    """Serves all cases; `run` says which crawl is under way."""

    def __init__(self, cases: Iterable[Case]):
        self.run = 1
        self.closing = threading.Event()
        self.requests: dict[str, list[str]] = defaultdict(list)
        """Host -> paths."""
        self._hosts: dict[str, Host] = {}
        self._home: dict[str, tuple[Host, str]] = {}
        for number, case in enumerate(cases):
            self._house(number, case)
        self._servers: list[_Server] = []
        self._threads: list[threading.Thread] = []

    def _house(self, number: int, case: Case) -> None:
        name = case.name if case.alone else case.group
        host = self._hosts.setdefault(name, Host(len(self._hosts), name))
        path = f"/world/{case.name}-{10_000 + number}"
        host.cases[path] = case
        self._home[case.name] = (host, path)

    def __enter__(self) -> Self:
        port = 0
        for host in self._hosts.values():
            server = _Server(host, self, port)
            port = server.server_address[1]
            host.base = f"http://{host.ip}:{port}"
            thread = threading.Thread(target=server.serve_forever, args=(0.5,), daemon=True)
            thread.start()
            self._servers.append(server)
            self._threads.append(thread)
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        with ThreadPoolExecutor(len(self._servers) or 1) as pool:  # each waits for its thread to look up
            list(pool.map(_Server.shutdown, self._servers))
        for server in self._servers:
            server.server_close()

    def write_sources(self, folder: Path) -> None:
        """One source a host."""
        folder.mkdir(parents=True)
        for host in self._hosts.values():
            (folder / f"{host.source_id}.toml").write_text(host.toml(), "utf-8")

    def sources(self, *, runs: int) -> list[str]:
        """Ids of the sources that are crawled so often."""
        return [
            host.source_id for host in self._hosts.values() if any(case.runs >= runs for case in host.cases.values())
        ]

    def __contains__(self, case: Case) -> bool:
        return case.name in self._home

    def source_of(self, case: Case) -> str:
        return self._home[case.name][0].source_id

    def place(self, case: Case, asked: str = "") -> Place:
        host, path = self._home[case.name]
        return Place(host.base, path, asked, self.run, self.closing, self.base_of)

    def base_of(self, name: str) -> str:
        """Scheme, host and port of a case that is alone; of nobody where it is not served now."""
        return self._home[name][0].base if name in self._home else "http://127.255.255.254:9"

    def answer(self, host: Host, asked: str) -> tuple[Answer, Place]:
        """What stands at a path of a host."""
        for path, case in host.cases.items():
            place = self.place(case, asked)
            keys = (asked[len(path) :],) if asked.startswith(path) else ()
            for key in (*keys, *((asked,) if case.alone else ())):
                if key in case.pages:
                    return self._of_run(case.pages[key]), place
            if (keys or case.alone) and case.rest and (answer := case.rest(place)) is not None:
                return answer, place
        place = Place(host.base, "", asked, self.run, self.closing)
        if asked == FEED:
            return Answer(host.feed(self), "application/rss+xml"), place
        return Answer("<h1>Not found</h1>", status=404), place

    def _of_run(self, said: Any) -> Answer:
        if isinstance(said, Answer):
            return said
        answer: Answer = said[min(self.run, len(said)) - 1]
        return answer

    def asked_of(self, case: Case) -> list[str]:
        """Paths asked for, of the case's host where it is alone, else of its own path."""
        host, path = self._home[case.name]
        asked = (each for each in self.requests[host.ip] if urlsplit(each).path not in SITE_FILES)
        return [each for each in asked if case.alone or each.startswith(path)]

    def __iter__(self) -> Iterator[Host]:
        return iter(self._hosts.values())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, host: Host, site: Site, port: int):
        self.host, self.site = host, site
        super().__init__((host.ip, port), _Handler)

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # http.server's own asks DNS for a name
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what we are here for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        server = self.server
        server.site.requests[server.host.ip].append(self.path)
        answer, place = server.site.answer(server.host, self.path)
        if answer.raw is not None:
            self.close_connection = True
            for piece in answer.raw(place):
                self.wfile.write(piece)
            return
        body = answer.bytes_at(place)
        self.send_response(answer.status)
        if answer.content_type is not None:
            self.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""
