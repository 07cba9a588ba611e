"""What the hostile site cannot serve: TLS that is wrong, resets in the middle, and what a bomb costs in memory."""

from __future__ import annotations

import socket
import ssl
import struct
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from crawls import Desk
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Answer = Callable[[socket.socket], None]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
PAGE = b"<html><body>" + b"<p>The tide came in at night, and the boats went out.</p>" * 40

MEASURED = """
from crawler.cli import main
try:
    main()
finally:
    said = open("/proc/self/status").read()  # getrusage would count what the parent had when it started us
    print("peak", said.split("VmHWM:")[1].split()[0])
"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of nobody whom anybody trusts, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    pem = serialization.Encoding.PEM
    form = serialization.PrivateFormat.PKCS8
    file.write_bytes(signed.public_bytes(pem) + key.private_bytes(pem, form, serialization.NoEncryption()))
    return file


def serve(stack: ExitStack, answer: Answer) -> int:
    """The port of a server that reads a request and answers so, robots.txt and the like with 404."""
    listener = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))

    def one(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            asked = connection.recv(65536)
            if asked.startswith((b"GET /robots", b"GET /.well", b"GET /ai.txt")):
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            else:
                answer(connection)

    def listen() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    return int(listener.getsockname()[1])


def reset(connection: socket.socket) -> None:
    """Half a page without a length, then a reset in place of an end."""
    connection.sendall(HEAD + b"\r\n" + PAGE.replace(b"<html><body>", b""))
    threading.Event().wait(0.3)  # so that the first half is read before the reset throws it away
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def packed_zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(1, wbits=31)
    return b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(megabytes)) + packer.flush()


def untrusted(stack: ExitStack, certificate: Path) -> int:
    """The port of a server whose certificate nobody signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))

    def listen() -> None:
        while listener.fileno() >= 0:
            with suppress(OSError), listener.accept()[0] as connection:
                context.wrap_socket(connection, server_side=True)

    threading.Thread(target=listen, daemon=True).start()
    return int(listener.getsockname()[1])


@pytest.fixture
def alone(desk: Desk) -> Iterator[Desk]:
    for file in desk.sources.glob("*.toml"):
        file.unlink()
    yield desk


def test_what_breaks_below_http_is_named(alone: Desk, certificate: Path) -> None:
    bomb = packed_zeros(512)
    bomb = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb
    with ExitStack() as stack:
        homes = {
            "untrusted": f"https://localhost:{untrusted(stack, certificate)}",
            "plain": f"https://127.0.0.1:{serve(stack, lambda connection: connection.sendall(HEAD))}",
            "broken": f"http://127.0.0.1:{serve(stack, reset)}",
            "costly": f"http://127.0.0.1:{serve(stack, lambda connection: connection.sendall(bomb))}",
        }
        for name, home in homes.items():
            (alone.sources / f"{name}.toml").write_text(
                f'name = "{name}"\nhome = "{home}/"\ncountry = "FR"\nlanguage = "fr"\ntimezone = "Europe/Paris"\n'
                f'[[listing]]\nurl = "{home}/world"\nkind = "section"\n'
            )
        completed = alone.execute([sys.executable, "-P", "-c", MEASURED, "crawl"])
    said = dict(alone.rows("SELECT source_id, group_concat(reason) FROM fetches GROUP BY source_id"))
    assert "TLS: " in said["untrusted"]
    assert "certificate" in said["untrusted"]
    assert "TLS: " in said["plain"]
    assert "the connection ended before the page did" in said["broken"]
    assert "larger than 8388608 bytes when unpacked" in said["costly"]
    assert alone.one("SELECT count(*) FROM articles") == 0
    peak = int(completed.stdout.rsplit("peak ", 1)[1])
    assert peak < 300_000, "kilobytes"
