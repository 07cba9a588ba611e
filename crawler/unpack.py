"""What travels packed is unpacked: gzip, deflate, Brotli, Zstandard (RFC 9110, 8.4; RFC 8878, 7932, 1952, 1951, 1950).

Bounded in bytes and in layers. A stream that does not reach its end is a failure and not half a page; a body that
is not what its head says and is plain text is taken as it is, as browsers do.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import brotli  # type: ignore[import-untyped]  # Scrapy brings it, as zstd below

from crawler.errors import PageError
from crawler.normalise import clean

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd  # Scrapy brings it

ACCEPTED = b"gzip, deflate, br, zstd"
LAYERS = 3
"""Packed in packed; servers behind servers do it twice."""
MOST_STREAMS = 16
"""Of one answer; servers send one, and each costs a copy of what follows."""
CUT = "the connection ended before the page did"
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_WINDOW: dict[int, int] = {
    zstd.DecompressionParameter.window_log_max: 23
}  # 8 MiB, all that the web may ask for (RFC 9659)
_CHUNK = 65536
_SAYS_NOTHING = frozenset({"identity", "none", "", "binary", "7bit", "8bit", "utf-8", "chunked"})


def unpack(body: bytes, encodings: Sequence[str], most: int, *, is_page: bool = False) -> bytes:
    """The body as it was before the encodings were put on it, in this order; at most `most` bytes.

    `is_page`: what turns out to be gzip once more is unpacked too, for a page is never a packed file. Raises
    PageError for a stream that is cut, damaged, too large or packed too often.
    """
    names = [name for name in map(_plain_name, encodings) if name not in _SAYS_NOTHING]
    if len(names) > LAYERS:
        raise _failure(f"is packed {len(names)} times over")
    for name in reversed(names):
        body = _layer(body, name, most)
    for _ in range(LAYERS - len(names)):
        if not (is_page and body.startswith(_GZIP)):
            break
        body = _gzip(body, most)
    if is_page and body.startswith(_GZIP):
        raise _failure(f"is packed more than {LAYERS} times over")
    return body


def is_cut(body: bytes) -> bool:
    """Whether a document was opened and never closed: how a page looks whose connection ended early.

    Told by its root element alone; optional tags that are left out are left out at both ends.
    """
    head, tail = body[:4096].lower(), body[-65536:].lower()
    return any(b"<" + name in head for name in _ROOTS) and not any(b"</" + name in tail for name in _ROOTS)


_ROOTS = (b"html", b"body", b"rss", b"feed", b"urlset", b"sitemapindex", b"rdf:rdf")


def _plain_name(encoding: str) -> str:
    return encoding.strip().lower().removeprefix("x-")


def _layer(body: bytes, name: str, most: int) -> bytes:
    if not body or _is_markup(body):
        return body
    try:
        unpacked = _UNPACKERS[name]
    except KeyError:
        if _is_text(body):
            return body
        raise _failure(f"is packed in a way that we do not know: {clean(name)[:50]!r}") from None
    try:
        return unpacked(body, most)
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        if _is_text(body):
            return body
        if name != "gzip" and body.startswith(_GZIP):
            return _gzip(body, most)
        raise _failure(f"says that it is packed with {name}, and is not: {clean(str(error))[:100]}") from None


def _is_markup(body: bytes) -> bool:
    """Whether it reads as HTML, XML or JSON; no packed stream does, for all have a control byte early on."""
    head = body[:1024]
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"<", b"{", b"[") and not _CONTROL.intersection(head)


_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\f")


def _is_text(body: bytes) -> bool:
    return not _CONTROL.intersection(body[:1024])


def _gzip(body: bytes, most: int) -> bytes:
    if not body.startswith(_GZIP):
        raise zlib.error("no gzip stream")
    return _streams(body, most, ("gzip", _GZIP), lambda: zlib.decompressobj(wbits=31))


def _zstandard(body: bytes, most: int) -> bytes:
    return _streams(body, most, ("zstd", _ZSTD), lambda: zstd.ZstdDecompressor(options=_WINDOW))


def _streams(body: bytes, most: int, kind: tuple[str, bytes], begin: Callable[[], Any]) -> bytes:
    """One stream after the other (gzip calls them members, zstd frames); what follows the last is padding."""
    name, magic = kind
    unpacked = b""
    for _ in range(MOST_STREAMS):
        stream = begin()
        unpacked += _within(stream.decompress(body, most + 1 - len(unpacked)), most, len(unpacked))
        if not stream.eof:
            raise _failure(f"{CUT} ({name})")
        body = stream.unused_data
        if not body.startswith(magic):
            return unpacked
    raise _failure(f"has more than {MOST_STREAMS} {name} streams")


def _deflate(body: bytes, most: int) -> bytes:
    """With zlib's head as the standard has it, or without, as old servers do."""
    try:
        return _inflated(body, most, zlib.MAX_WBITS)
    except zlib.error:
        return _inflated(body, most, -zlib.MAX_WBITS)


def _inflated(body: bytes, most: int, wbits: int) -> bytes:
    stream = zlib.decompressobj(wbits=wbits)
    unpacked = _within(stream.decompress(body, most + 1), most)
    if not stream.eof:
        raise _failure(f"{CUT} (deflate)")
    return unpacked


def _brotli(body: bytes, most: int) -> bytes:
    stream = brotli.Decompressor()
    pieces, size = [], 0
    while not stream.is_finished():
        piece = stream.process(body, output_buffer_limit=_CHUNK)
        if not piece and not stream.is_finished():
            raise _failure(f"{CUT} (br)")
        pieces.append(_within(piece, most, size))
        size, body = size + len(piece), b""
    return b"".join(pieces)


def _within(piece: bytes, most: int, before: int = 0) -> bytes:
    if before + len(piece) > most:
        raise _failure(f"is larger than {most} bytes when unpacked")
    return piece


_UNPACKERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstandard,
}


def _failure(reason: str) -> PageError:
    return PageError(reason, stage="unpack")
