"""Regular expressions of extraction that take more than linear time: `python bench/fuzz_patterns.py`.

Each compiled pattern of crawler.extract, crawler.page and crawler.normalise reads baits of two lengths, one four
times the other; it is listed with its bait when the longer one takes far more than four times as long.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
import sys
import time
from collections.abc import Iterator

import crawler.extract
import crawler.page

SHORT, LONG = 1_000, 4_000
SUSPECT = 9.0
"""Times that the bait four times as long takes; linear is 4, quadratic 16."""
NOTICED = 0.012
"""Seconds for LONG characters; less hurts nobody."""
BAITS = (
    "a",
    "A",
    "é",
    "1",
    " ",
    ".",
    "-",
    "_",
    "/",
    "<",
    "(",
    "[",
    "@",
    "\\",
    '"',
    "'",
    "&",
    "|",
    ",",
    "字",
    "а",
    "ا",
    "\u0301",
    "\u200d",
    "\u00a0",
    "aB",
    "a ",
    "a-",
    "a_",
    "1 ",
    "1.",
    "1:",
    "12:34 ",
    "3/4/2026 ",
    "12 de ",
    "March ",
    "a@",
    "a|b ",
    " - ",
    " | ",
    ", ",
    "<a ",
    "<a",
    "</a",
    '="',
    "=''",
    "a=b ",
    '\\"',
    "\\u003c",
    "http://",
    "www.",
    "By ",
    "By A ",
    "Ann Lee ",
    "Ann and ",
    "(a",
    "[a",
    ": ",
    "  a",
    " a ",
    "a\n",
    "\n",
    "\t ",
    "&lt;",
    "<!-- ",
    "-->",
    "<![CDATA[",
    "<script ",
    "lead-",
    "display:",
    "display: ",
    "a.b ",
    "A. ",
    "read more ",
    "photo ",
    "copyright ",
    "記者",
    "기자 ",
    "...",
    "«",
    "{",
    "}",
    '{"',
    '"a":',
    "[{",
    ",\n",
    "1,",
    "2026-",
    "2026-03-03T",
    "T08:00",
    "+01",
    "Ann, ",
)


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    """(module.name, pattern) of every pattern at the top of a module, in containers as well."""
    modules = [importlib.import_module("crawler.normalise"), crawler.page, crawler.extract]
    for package in (crawler.page, crawler.extract):
        modules += [
            importlib.import_module(f"{package.__name__}.{info.name}")
            for info in pkgutil.iter_modules(package.__path__)
        ]
    seen: set[int] = set()
    for module in modules:
        for name, value in vars(module).items():
            for pattern in _in(value):
                if id(pattern) not in seen:
                    seen.add(id(pattern))
                    yield f"{module.__name__}.{name}", pattern


def _in(value: object) -> Iterator[re.Pattern[str] | re.Pattern[bytes]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _in(item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _in(item)


def baits(length: int) -> Iterator[tuple[str, str]]:
    """(name, text) of about that length: one piece again and again, alone and between words."""
    for piece in BAITS:
        yield repr(piece), (piece * length)[:length]
        yield f"{piece!r}…x", "a " + (piece * length)[:length] + "\u0001x"
    for one in ("a", "1", " ", "A", "字"):
        for piece in BAITS[:24]:
            yield f"{one!r}…{piece!r}…", one * (length // 2) + piece * (length // 2)


def seconds(pattern: re.Pattern[str] | re.Pattern[bytes], text: str, way: str) -> float:
    subject = text.encode("utf-8", "replace") if isinstance(pattern.pattern, bytes) else text
    start = time.process_time()
    if way == "all":
        for _ in pattern.finditer(subject):  # type: ignore[arg-type, call-overload]
            pass
    else:
        getattr(pattern, way)(subject)
    return time.process_time() - start


def judge(pattern: re.Pattern[str] | re.Pattern[bytes]) -> tuple[float, float, str, str] | None:
    """(seconds for LONG, times that SHORT takes, bait, way) of the first that is not linear; None where all are."""
    for (name, short), (_, long) in zip(baits(SHORT), baits(LONG), strict=True):
        for way in ("all", "match", "fullmatch"):
            taken = min(seconds(pattern, long, way) for _ in range(2))
            if taken < NOTICED:
                continue
            times = taken / max(1e-6, min(seconds(pattern, short, way) for _ in range(3)))
            if times > SUSPECT:
                return taken, times, name, way
    return None


def _give_up(*_: object) -> None:
    raise TimeoutError


def main() -> int:
    signal.signal(signal.SIGPROF, _give_up)
    found = 0
    for name, pattern in patterns():
        signal.setitimer(signal.ITIMER_PROF, 20)
        try:
            worst = judge(pattern)
        except TimeoutError:
            worst = (20.0, 0.0, "?", "?")
        signal.setitimer(signal.ITIMER_PROF, 0)
        if worst:
            found += 1
            print(f"{worst[0] * 1000:8.0f} ms, {worst[1]:5.1f} times  {name}  {worst[3]} {worst[2]}", flush=True)
    print(f"{found} patterns take more than linear time")
    return 0


if __name__ == "__main__":
    sys.exit(main())
