"""Packed bodies: whole ones, cut ones, lying ones and bombs, in every encoding."""

from __future__ import annotations

import gzip
import sys
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest

from crawler import unpack
from crawler.errors import PageError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MB = 1024 * 1024
PAGE = (
    b"<!doctype html><html><body>"
    + b"".join(b"<p>Word %d of the tide.</p>" % n for n in range(4000))
    + b"</body></html>"
)
PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda body: gzip.compress(body, mtime=0),
    "deflate": zlib.compress,
    "br": lambda body: brotli.compress(body, quality=5),
    "zstd": zstd.compress,
}


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize("name", PACK)
def test_whole(name: str) -> None:
    assert unpack.unpack(PACK[name](PAGE), [name], MB) == PAGE
    assert unpack.unpack(PACK[name](b"<p>short</p>"), [name.upper()], MB) == b"<p>short</p>"


def test_odd_but_usual() -> None:
    assert unpack.unpack(raw_deflate(PAGE), ["deflate"], MB) == PAGE
    assert unpack.unpack(PACK["gzip"](PAGE), ["x-gzip"], MB) == PAGE
    assert unpack.unpack(PACK["gzip"](PAGE[:99]) + PACK["gzip"](PAGE[99:]) + b"\0" * 50, ["gzip"], MB) == PAGE
    assert unpack.unpack(zstd.compress(PAGE[:99]) + zstd.compress(PAGE[99:]), ["zstd"], MB) == PAGE
    assert unpack.unpack(b"", ["gzip"], MB) == b""


@pytest.mark.parametrize("name", PACK)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9, 0.999])
def test_a_cut_stream_is_a_failure(name: str, share: float) -> None:
    packed = PACK[name](PAGE)
    with pytest.raises(PageError, match=f"the connection ended before the page did .{name}"):
        unpack.unpack(packed[: max(12, int(share * len(packed)))], [name], MB)


def test_a_cut_stream_without_its_head_is_a_failure() -> None:
    packed = raw_deflate(PAGE)
    with pytest.raises(PageError):
        unpack.unpack(packed[: len(packed) // 2], ["deflate"], MB)


@pytest.mark.parametrize("name", [*PACK, "utf-8", "identity", "aws-chunked", ""])
@pytest.mark.parametrize("body", [PAGE, b"User-agent: *\nDisallow: /a", b'{"a": 1}', "\ufeff<p>é</p>".encode()])
def test_what_says_that_it_is_packed_and_is_plain_is_taken_as_it_is(name: str, body: bytes) -> None:
    assert unpack.unpack(body, [name], MB) == body


@pytest.mark.parametrize("name", PACK)
def test_bytes_that_are_nothing_are_a_failure_that_names_what_they_claim(name: str) -> None:
    with pytest.raises(PageError, match=name):
        unpack.unpack(b"\x00\x01\x02\xff" * 200, [name], MB)


def test_an_encoding_that_nobody_knows_is_named() -> None:
    with pytest.raises(PageError, match="do not know: 'compress'"):
        unpack.unpack(b"\x1f\x9d\x90\x00\x01", ["compress"], MB)


def test_packed_in_packed() -> None:
    twice = PACK["br"](PACK["gzip"](PAGE))
    assert unpack.unpack(twice, ["gzip", " br"], MB) == PAGE
    assert unpack.unpack(PACK["gzip"](PACK["gzip"](PAGE)), ["gzip"], MB, is_page=True) == PAGE
    assert unpack.unpack(PACK["gzip"](PAGE), [""], MB, is_page=True) == PAGE
    assert unpack.unpack(PACK["gzip"](PAGE), ["br"], MB) == PAGE  # the other one of the two that a server has
    with pytest.raises(PageError, match="packed 20 times"):
        unpack.unpack(PAGE, ["gzip"] * 20, MB)
    often = PAGE
    for _ in range(unpack.LAYERS + 1):
        often = PACK["gzip"](often)
    with pytest.raises(PageError, match="more than 3 times"):
        unpack.unpack(often, ["gzip"], MB, is_page=True)


@pytest.mark.parametrize("name", PACK)
def test_a_bomb_ends_at_the_bound(name: str) -> None:
    bomb = PACK[name](bytes(64 * MB))
    tracemalloc.start()
    with pytest.raises(PageError, match=f"larger than {8 * MB} bytes"):
        unpack.unpack(bomb, [name], 8 * MB)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 * MB


def test_a_nested_bomb_ends_at_the_bound() -> None:
    bomb = PACK["gzip"](PACK["gzip"](bytes(64 * MB)))
    with pytest.raises(PageError, match="larger than"):
        unpack.unpack(bomb, ["gzip", "gzip"], 8 * MB)
    with pytest.raises(PageError, match="larger than"):
        unpack.unpack(bomb, ["gzip"], 8 * MB, is_page=True)


def test_a_window_of_hundreds_of_megabytes_is_not_made() -> None:
    options = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.enable_long_distance_matching: 1}
    packer = zstd.ZstdCompressor(options=options)
    wide = packer.compress(bytes(1000)) + packer.flush()
    with pytest.raises(PageError, match="zstd"):
        unpack.unpack(wide, ["zstd"], 8 * MB)


def test_a_thousand_members_are_too_many() -> None:
    for name in ("gzip", "zstd"):
        with pytest.raises(PageError, match=f"more than {unpack.MOST_STREAMS}"):
            unpack.unpack(PACK[name](b"") * 1000, [name], MB)


@pytest.mark.parametrize(
    ("body", "cut"),
    [(PAGE, False), (PAGE[:5000], True), (b"<p>no root at all", False), (b"<rss><channel><item>", True),
     (b"<HTML><BODY><p>a", True), (b"<html><p>a</HTML>", False), (b"", False), (b"{}", False)],
)  # fmt: skip
def test_a_document_that_is_opened_and_never_closed(body: bytes, cut: bool) -> None:
    assert unpack.is_cut(body) is cut
