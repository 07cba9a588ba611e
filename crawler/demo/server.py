"""Two invented papers on loopback: real sockets, validators, gzip, keep-alive, and faults on request.

with Newsstand() as stand:
    stand.write_sources(folder)      # two TOML files for the addresses taken
    ...                              # crawl
    stand.turn_page()                # edition 2
    stand.restyle()                  # the same words, built otherwise
    stand.fail("/world/", 503, headers={"Retry-After": "120"}, times=1)
    stand.shut("one page")           # the same offer at every article's address
"""

from __future__ import annotations

import gzip
import hashlib
import socketserver
import sys
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_RDWR, socket
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeAlias, cast
from urllib.parse import urlsplit

from crawler.demo.doors import DOORS
from crawler.demo.odd import Page
from crawler.demo.paper import HarbourPost, Paper, key

_Socket: TypeAlias = socket | tuple[bytes, socket]  # as socketserver writes it
_Address: TypeAlias = Any
SECOND_HOST = "127.0.0.2"
SMALL_BYTES = 256  # below, gzip makes it larger


class Request(NamedTuple):
    """One request as it was answered."""

    host: str
    """With its port."""
    path: str
    """With its query, as asked."""
    status: int
    headers: dict[str, str]
    """Of the request; names in lower case."""


@dataclass(slots=True)
class Fault:
    """What goes wrong at one address, and how often still."""

    status: int | None = None
    """None = answer as ever, but late."""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    times: int | None = None
    """None = always."""


class Newsstand:
    """Serves the Courier at `url` and the Harbour Post at `second_url`; both on free ports of loopback."""

    def __init__(self, port: int = 0, *, base: datetime | None = None, refrain: bool = False):
        self.refrain, self.restyled = refrain, False
        self.base = (base or datetime.now(UTC)).replace(second=0, microsecond=0)
        self.requests: list[Request] = []
        self.closing = threading.Event()
        self._faults: dict[str, Fault] = {}
        self._replaced: dict[str, Page] = {}
        self._stale: dict[str, tuple[str, datetime]] = {}
        self._door, self._shuts_listings = "", False
        self._lock = threading.Lock()
        self._servers = _bind(self, port)
        self._threads: list[threading.Thread] = []
        self.url, self.second_url = (server.url for server in self._servers)
        self._withdrawn: set[str] = set()
        self.paper, self.second_paper = self._print(edition=1)

    def __enter__(self) -> Self:
        for server in self._servers:
            thread = threading.Thread(target=server.serve_forever, args=(0.02,), name=f"newsstand {server.url}")
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop at once: answers that are being stalled are dropped, idle connections are cut."""
        self.closing.set()
        if self._threads:
            for server in self._servers:
                server.shutdown()
        for server in self._servers:
            server.cut_connections()
            server.server_close()
        for thread in self._threads:
            thread.join()

    def turn_page(self) -> None:
        """Print edition 2 of both papers; what it no longer holds is gone (410)."""
        before = {key(self.paper.path(article)) for article in self.paper.articles}
        self.paper, self.second_paper = self._print(edition=2)
        self._withdrawn = before - set(self.paper)

    def restyle(self) -> None:
        """Print both papers again in other house styles, word for word, at the same addresses."""
        self.restyled = True
        self.paper, self.second_paper = self._print(self.paper.edition)

    def fail(
        self, path: str, status: int = 503, *, headers: dict[str, str] | None = None, times: int | None = None
    ) -> None:
        """Answer `path` (of the Courier; a whole URL for the Post) with `status`, `times` times or for ever."""
        self._faults[self._absolute(path)] = Fault(status, headers or {}, times=times)

    def stall(self, path: str, seconds: float, *, times: int | None = None) -> None:
        """Answer `path` only after so many seconds."""
        self._faults[self._absolute(path)] = Fault(seconds=seconds, times=times)

    def go_stale(self, path: str) -> None:
        """From now on `path` bears the ETag and the date that it has now, whatever it holds: 304 hides its changes."""
        address = self._absolute(path)
        parts = urlsplit(address)
        page = self.page(f"{parts.scheme}://{parts.netloc}", parts.path)
        if page is None:
            raise ValueError(f"there is no page at {address}")
        self._stale[address] = self.validators(address, page)

    def validators(self, address: str, page: Page) -> tuple[str, datetime]:
        """(ETag, date of the last change) that the address bears."""
        tag = f'W/"{hashlib.sha256(page.body).hexdigest()[:16]}"'
        return self._stale.get(address) or (tag, page.changed or self.paper.printed)

    def mend(self) -> None:
        """Take back all faults and replacements."""
        self._faults.clear()
        self._stale.clear()
        self._replaced.clear()
        self._door = ""

    def replace(
        self,
        path: str,
        body: bytes,
        content_type: str = "text/plain; charset=utf-8",
        *,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Serve other bytes at `path` (robots.txt, a page) until `mend`."""
        self._replaced[self._absolute(path)] = Page(body, content_type, headers=headers or {})

    def shut(self, door: str, *, listings: bool = False) -> None:
        """Answer every article of the Courier by one of `crawler.demo.doors.DOORS` until `mend`; listings as well."""
        self._door, self._shuts_listings = door, listings

    def write_sources(self, folder: Path) -> None:
        """Write the two papers as sources: meridian_courier.toml and harbour_post.toml."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, paper in (("meridian_courier", self.paper), ("harbour_post", self.second_paper)):
            (folder / f"{name}.toml").write_text(paper.source_toml(), encoding="utf-8")

    def page(self, server_url: str, path: str) -> Page | None:
        """Return what stands at the path; None = 404, or 410 where edition 1 had it."""
        replaced = self._replaced.get(server_url + urlsplit(path).path)
        paper = self.paper if server_url == self.url else self.second_paper
        if self._door and server_url == self.url and self._is_shut(path):
            return replaced or DOORS[self._door]
        past = paper.archive.get(key(path)) if paper.has_archive else None
        return (
            replaced or paper.get(path) or past or (Page(b"Gone", status=410) if key(path) in self._withdrawn else None)
        )

    def _is_shut(self, path: str) -> bool:
        articles = {key(self.paper.path(article)) for article in self.paper.articles}
        listings = {key(path) for path, _, _ in self.paper.listings} if self._shuts_listings else set()
        return key(path) in articles | listings

    def fault(self, server_url: str, path: str) -> Fault | None:
        """Return what goes wrong this time, and count it."""
        address = server_url + urlsplit(path).path
        with self._lock:
            fault = self._faults.get(address)
            if fault is None or fault.times is None:
                return fault
            fault.times -= 1
            if fault.times <= 0:
                del self._faults[address]
            return fault

    def _print(self, edition: int) -> tuple[Paper, HarbourPost]:
        courier = Paper(
            edition,
            url=self.url,
            partner=self.second_url,
            base=self.base,
            refrain=self.refrain,
            restyled=self.restyled,
        )
        post = HarbourPost(edition, url=self.second_url, base=self.base, refrain=self.refrain, restyled=self.restyled)
        return courier, post

    def _absolute(self, path: str) -> str:
        return path if path.startswith("http") else self.url + path


def _bind(stand: Newsstand, port: int) -> list[_Server]:
    """Bind 127.0.0.1 and 127.0.0.2; where only the first exists (macOS), `localhost` on another port."""
    first = _Server("127.0.0.1", port, stand, name="127.0.0.1")
    try:
        return [first, _Server(SECOND_HOST, 0, stand, name=SECOND_HOST)]
    except OSError:
        return [first, _Server("127.0.0.1", 0, stand, name="localhost")]


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # close waits for the handlers, so that no socket is left to the garbage collector
    block_on_close = True

    def __init__(self, address: str, port: int, stand: Newsstand, *, name: str):
        self.stand = stand
        self.connections: set[socket] = set()
        super().__init__((address, port), _Handler)
        self.url = f"http://{name}:{self.server_address[1]}"

    def server_bind(self) -> None:
        # HTTPServer.server_bind asks DNS for its own name, which can take seconds.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: _Socket, client_address: _Address) -> None:
        # Here, in the accepting thread: when `shutdown` has returned, the set is complete.
        self.connections.add(cast(socket, request))
        super().process_request(request, client_address)

    def shutdown_request(self, request: _Socket) -> None:
        self.connections.discard(cast(socket, request))
        super().shutdown_request(request)

    def cut_connections(self) -> None:
        """End the conversations that clients keep open."""
        for connection in tuple(self.connections):
            try:
                connection.shutdown(SHUT_RDWR)
            except OSError:  # the other side was faster
                continue

    def handle_error(self, request: _Socket, client_address: _Address) -> None:
        """A client that hangs up is no news; anything else is a defect of ours and is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Newsstand"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        stand, url = self.server.stand, self.server.url
        fault = stand.fault(url, self.path)
        if fault is not None and fault.seconds and stand.closing.wait(fault.seconds):
            self.close_connection = True
            return
        if fault is not None and fault.status is not None:
            self._answer(Page(b"Out of order", "text/plain; charset=utf-8", fault.status, fault.headers))
            return
        page = stand.page(url, self.path) or Page(b"<h1>404</h1><p>No such page.</p>", status=404)
        self._answer(page)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing on stderr: `Newsstand.requests` is the log."""

    def _answer(self, page: Page) -> None:
        headers, body = dict(page.headers), page.body
        status = page.status
        if status == 200:
            tag, changed = self.server.stand.validators(self.server.url + urlsplit(self.path).path, page)
            headers |= {"ETag": tag, "Last-Modified": format_datetime(changed, usegmt=True)}
            if self._is_known(tag, changed):
                status, body = 304, b""
        if (
            len(body) > SMALL_BYTES
            and "Content-Encoding" not in headers
            and "gzip" in self.headers.get("Accept-Encoding", "")
        ):
            body = gzip.compress(body, compresslevel=1)
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        self._send(status, headers | {"Content-Type": page.content_type}, body)

    def _is_known(self, etag: str, changed: datetime) -> bool:
        """RFC 9110: If-Modified-Since counts only where no If-None-Match is sent."""
        if (known := self.headers.get("If-None-Match")) is not None:
            return etag in [tag.strip() for tag in known.split(",")] or known.strip() == "*"
        since = self.headers.get("If-Modified-Since")
        return since is not None and changed <= parsedate_to_datetime(since)

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        stand = self.server.stand
        asked = {name.lower(): value for name, value in self.headers.items()}
        stand.requests.append(Request(urlsplit(self.server.url).netloc, self.path, status, asked))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
