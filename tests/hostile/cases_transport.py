"""What goes wrong on the wire: packed, cut, endless, malformed, slow, sent in circles, wrong statuses, robots.txt."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator

import brotli

from hostile.case import Answer, Case, Found, Place
from hostile.stories import page, story

MB = 1024 * 1024
CLOSE = b"Connection: close\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n" + CLOSE
PACK: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}
LONG_HEAD = "head of the answer is larger"
CUT = "the connection ended before the page did"


def body(name: str) -> bytes:
    return page(story(name, paragraphs=12)).encode()


def held(name: str, answer: Answer, **more: object) -> Case:
    """The page is read, whole."""
    told = story(name, paragraphs=12)
    return Case(name, "transport", {"": answer}, columns={"headline": told.headline}, says=told.texts, **more)  # type: ignore[arg-type]


def lost(name: str, answer: Answer, reason: str, outcome: str = "error", **more: object) -> Case:
    """No article; the ledger says why."""
    return Case(name, "transport", {"": answer}, articles=0, outcome=outcome, reason=reason, **more)  # type: ignore[arg-type]


def packed(content: bytes, encoding: str) -> Answer:
    return Answer(content, headers=(("Content-Encoding", encoding),))


def raw(*pieces: bytes) -> Answer:
    return Answer(raw=lambda _place: pieces)


def sized(content: bytes, *, says: int | None = None, head: bytes = b"") -> bytes:
    return OK + head + b"Content-Length: %d\r\n\r\n" % (len(content) if says is None else says) + content


def chunk(content: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(content), content)


CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def for_ever(start: bytes, piece: bytes, seconds: float = 0.0, times: int = 100_000) -> Answer:
    def pieces(place: Place) -> Iterator[bytes]:
        yield start
        for _ in range(times):
            if place.closing.wait(seconds) if seconds else place.closing.is_set():
                return
            yield piece

    return Answer(raw=pieces)


def sent(location: str | bytes, status: int = 302) -> Answer:
    place = location if isinstance(location, bytes) else location.encode()
    return raw(b"HTTP/1.1 %d Moved\r\nContent-Length: 0\r\n%bLocation: %b\r\n\r\n" % (status, CLOSE, place))


def few(most: int) -> Callable[[Found], None]:
    def check(found: Found) -> None:
        assert len(found.requests) <= most, found.requests

    return check


PACKED = [
    *(held(f"packed-{name}", packed(pack(body(f"packed-{name}")), name)) for name, pack in PACK.items()),
    *(
        lost(f"cut-{name}", packed(pack(body(f"cut-{name}"))[:-40], name), f"{CUT} .{name}")
        for name, pack in PACK.items()
    ),
    *(lost(f"bomb-{name}", packed(pack(bytes(40 * MB)), name), "larger than 8388608") for name, pack in PACK.items()),
    *(held(f"lies-{name}", packed(body(f"lies-{name}"), name)) for name in ("gzip", "deflate", "br", "zstd", "utf-8")),
    held("packed-twice-says-once", packed(gzip.compress(gzip.compress(body("packed-twice-says-once"))), "gzip")),
    held("packed-twice", packed(brotli.compress(gzip.compress(body("packed-twice"))), "gzip, br")),
    held("packed-unsaid", Answer(gzip.compress(body("packed-unsaid")))),
    lost("bomb-in-a-bomb", packed(gzip.compress(gzip.compress(bytes(60 * MB))), "gzip, gzip"), "larger than 8388608"),
    lost("packed-thirty-times", packed(b"x", ", ".join(["gzip"] * 30)), "packed 30 times"),
    lost("packed-in-what", packed(b"\x00\x9d\x90" * 50, "lzma"), "do not know: 'lzma'"),
    lost("gzip-of-noise", packed(b"\x1f\x8b\x08\x00" + bytes(range(256)) * 9, "gzip"), "packed with gzip, and is not"),
]
BODIES = [
    lost("length-not-reached", raw(sized(body("length-not-reached"), says=90_000)), CUT),
    lost("length-negative", raw(sized(b"<p>a", says=-5)), "head of the answer is wrong"),
    lost("length-twice", raw(sized(b"<p>a", head=b"Content-Length: 9\r\n")), "head of the answer is wrong"),
    lost("length-of-400-mb", raw(sized(b"<p>a", says=400 * MB)), "larger than"),
    lost("body-without-end", for_ever(OK + b"\r\n", b"<p>tide</p>" * 6000, times=300), "larger than we take"),
    lost("open-end-cut", raw(OK + b"\r\n" + body("open-end-cut")[:900]), f"{CUT}: it is opened and never closed"),
    held("open-end-whole", raw(OK + b"\r\n" + body("open-end-whole"))),
    held("chunked", raw(CHUNKED + chunk(body("chunked")[:500]) + chunk(body("chunked")[500:]) + b"0\r\n\r\n")),
    lost("chunked-cut", raw(CHUNKED + chunk(body("chunked-cut")[:900])), CUT),
    lost("chunked-garbage", raw(CHUNKED + chunk(body("chunked-garbage")[:900]) + b"zz\r\nmore\r\n"), CUT),
    lost("chunk-of-terabytes", raw(CHUNKED + b"ffffffffffff\r\n<html><p>a"), CUT),
    lost("chunk-length-of-kilobytes", raw(CHUNKED + b"1" * 9000), CUT),
    lost("transfer-encoding-unknown", raw(OK + b"Transfer-Encoding: knots\r\n\r\n<p>a"), "HTTP does not know"),
    lost("nothing-in-it", Answer(b""), ".", "empty"),
    lost("a-film", Answer(bytes(5000), "video/mp4"), "video/mp4 is not a page", "not_article"),
    lost("a-film-that-says-html", Answer(bytes(range(256)) * 90), ".", "not_article"),
]
HEADS = [
    held(
        "head-with-bad-lines",
        raw(sized(body("head-with-bad-lines"), head=b"no colon here\r\n: empty\r\nX-\xff\x00: \xfe\r\n")),
    ),
    held("head-with-cookies", raw(sized(body("head-with-cookies"), head=b"Set-Cookie: a=b; Path=/\r\n" * 900))),
    held("head-of-a-long-line", raw(sized(body("head-of-a-long-line"), head=b"X-Policy: " + b"a" * 60_000 + b"\r\n"))),
    held(
        "head-after-hints", raw(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + sized(body("head-after-hints")))
    ),
    lost("head-of-2-mb", raw(sized(b"<p>a", head=b"X-Flood: " + b"a" * 2 * MB + b"\r\n")), LONG_HEAD),
    lost("head-of-100000-lines", raw(sized(b"<p>a", head=b"X-Flood: of lines\r\n" * 100_000)), LONG_HEAD),
    lost("hints-without-end", for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500, times=200), LONG_HEAD),
    lost("no-head-at-all", raw(b"<html><body><p>Nineteen ninety one</body></html>"), "."),
    lost("status-line-of-noise", raw(b"\x00\x01\x02 garbage\r\n\r\n"), "."),
    lost("status-in-words", raw(b"HTTP/1.1 fine OK\r\n\r\n<p>a"), "does not speak HTTP"),
    lost("ssh", raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "does not speak HTTP"),
    lost("hung-up-on", raw(), "broke off"),
]
STATUSES = [
    *(
        lost(f"status-{status}", Answer(body(f"status-{status}"), status=status), f"HTTP {status}")
        for status in (201, 202, 203, 206, 300, 305, 400, 500, 501, 599)
    ),
    *(
        lost(f"status-{status}", Answer(body(f"status-{status}"), status=status), f"HTTP {status}", "blocked")
        for status in (401, 403, 429, 999)
    ),
    lost("status-204", raw(b"HTTP/1.1 204 No Content\r\n" + CLOSE + b"\r\n"), "HTTP 204"),
    lost("status-304", raw(b"HTTP/1.1 304 Not Modified\r\n" + CLOSE + b"\r\n"), "304 to a request without conditions"),
    lost("status-000", raw(b"HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n" + CLOSE + b"\r\n"), "HTTP 0"),
    lost("status-of-five-digits", raw(b"HTTP/1.1 20000 Fine\r\nContent-Length: 0\r\n" + CLOSE + b"\r\n"), "."),
]
REDIRECTS = [
    lost("sent-to-itself", Answer(status=302, headers=(("Location", ""),)), "HTTP 302", check=few(2)),
    lost("sent-nowhere", Answer(status=301), "HTTP 301"),
    Case(
        "sent-in-a-circle",
        "transport",
        {"": sent("?b"), "?b": sent("?a"), "?a": sent("?b")},
        articles=0,
        outcome="error",
        reason="circle of redirects",
        check=few(3),
    ),
    Case(
        "sent-without-end",
        "transport",
        {"": sent("?n=1"), **{f"?n={n}": sent(f"?n={n + 1}") for n in range(1, 30)}},
        articles=0,
        outcome="error",
        reason="redirects more than 5 times",
        check=few(6),
    ),
    Case(
        "sent-five-times",
        "transport",
        {
            "": sent("?n=1"),
            **{f"?n={n}": sent(f"?n={n + 1}", 307) for n in range(1, 5)},
            "?n=5": Answer(body("sent-five-times")),
        },
        columns={"headline": story("sent-five-times", paragraphs=12).headline},
    ),
    *(
        lost(f"sent-to-{name}", sent(where), reason, outcome, check=few(1))
        for name, where, reason, outcome in (
            ("a-file", "file:///etc/passwd", "no http", "skipped"),
            ("ftp", "ftp://127.0.0.1/pub", "no http", "skipped"),
            ("data", "data:text/html,<h1>Made up</h1>", "no http", "skipped"),
            ("javascript", "javascript:location=1", "no http", "skipped"),
            ("noise", b"http://[\xff\xfe", "no http", "error"),
            ("a-long-address", "/world/" + "a" * 9000, "no http", "error"),
            ("metadata", "http://169.254.169.254/latest/meta-data/", "link-local.*nothing inside is asked", "skipped"),
            ("a-private-net", "http://10.0.0.1/", "private.*nothing inside is asked", "skipped"),
            ("six", "http://[fd00::1]/", "private.*nothing inside is asked", "skipped"),
            ("elsewhere", "https://example.org/world/", "not a host of this source", "skipped"),
            ("backslashes", "\\\\example.org\\world", "not a host of this source", "skipped"),
        )
    ),
]


def alone(case_name: str, pages: dict[str, Answer], reason: str, *outcomes: str, **more: object) -> Case:
    feed = {"/feed.xml": "feed"}
    return Case(  # type: ignore[misc]
        case_name,
        "transport",
        pages,
        alone=True,
        articles=0,
        outcome=outcomes,
        reason=reason,
        listings=feed,
        **more,  # type: ignore[arg-type]
    )


def slow(case_name: str, answer: Answer) -> Case:
    return alone(case_name, {"": answer}, "no answer in time", "error", "listed", check=asked_once)


def asked_once(found: Found) -> None:
    assert found.requests.count(found.place.path) == 1, found.requests


def silence(place: Place) -> Iterator[bytes]:
    place.closing.wait(60)
    yield b""


SLOW = [
    slow("silent", Answer(raw=silence)),
    slow("drips-its-head", for_ever(b"HTTP/1.1 200 OK\r\n", b"X", 0.2)),
    slow("drips-its-body", for_ever(sized(b"", says=9000), b"a", 0.2)),
    slow("stalls-in-its-body", for_ever(sized(b"<html>", says=9000), b"", 30)),
]
LISTED = {"": Answer(page(story("behind-robots")))}
OUT_OF_REACH = "robots.txt.*nothing of this host is fetched"
ROBOTS = [
    *(
        alone(f"robots-{name}", LISTED | {"/robots.txt": answer}, OUT_OF_REACH, "skipped")
        for name, answer in {
            "503": Answer(status=503),
            "500": Answer(status=500),
            "429": Answer(status=429),
            "in-a-circle": sent("/robots.txt"),
            "elsewhere": sent("http://169.254.169.254/robots.txt"),
            "hung-up": raw(),
            "cut": raw(sized(b"User-agent: *", says=900)),
            "silent": Answer(raw=silence),
            "without-end": for_ever(b"HTTP/1.1 200 OK\r\n\r\n", b"Disallow: /a\n" * 9000, times=400),
        }.items()
    ),
    Case(
        "robots-of-10-mb",
        "transport",
        LISTED
        | {"/robots.txt": Answer(b"User-agent: *\nDisallow: /private\n" + b"# tide\n" * 1_500_000, "text/plain")},
        alone=True,
        columns={"headline": story("behind-robots").headline},
    ),
]
CASES = [*PACKED, *BODIES, *HEADS, *STATUSES, *REDIRECTS, *SLOW, *ROBOTS]
