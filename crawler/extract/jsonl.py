"""Pages in, articles out, as JSON lines: the machine interface."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from crawler.errors import PageError
from crawler.extract.article import extract
from crawler.items import Article
from crawler.normalise import word_count
from crawler.page.guard import MAX_BYTES

_FIELDS = (
    *("headline", "standfirst", "blocks", "body", "word_count", "authors", "wire", "published", "modified", "section"),
    *("breadcrumb", "language", "tags", "canonical_url", "image_url", "image_caption", "image_credit", "kind"),
    *("access", "provenance", "disagreements"),
)


def as_record(article: Article, page_id: Any = None) -> dict[str, Any]:
    """`article` as one line of the machine interface: id, url, then its fields; unknown is None or empty."""
    blocks = [{"kind": block.kind, "text": block.text, "level": block.level} for block in article.blocks]
    body = article.body
    made = {"blocks": blocks, "body": body, "word_count": word_count(body) or None}
    said = {name: made[name] if name in made else getattr(article, name) for name in _FIELDS}
    return {"id": page_id, "url": article.url} | said


def extract_lines(lines: Iterable[str]) -> Iterator[str]:
    """Answer JSON lines {"id", "url", "html_path"} with the records of their articles, one line each.

    `html_path` is a file, gzipped or not; "html" may stand instead. What cannot be read gives a record of
    nothing with "error", and the rest go on; empty lines are passed over.
    """
    for line in lines:
        if line.strip():
            yield answer_line(line)


def answer_line(line: str) -> str:
    """The answer to one line; where memory is at its end, MemoryError."""
    return json.dumps(_answer(line), ensure_ascii=False)


def failed_line(line: str, reason: str) -> str:
    """The answer to a line whose page cannot be read for this reason, for people."""
    try:
        return json.dumps(_failed(_asked(line), reason), ensure_ascii=False)
    except (PageError, ValueError, RecursionError):
        return json.dumps(_failed({}, reason), ensure_ascii=False)


def _answer(line: str) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    try:
        asked = _asked(line)
        url = asked["url"]
        return as_record(extract(_html(asked), url), asked.get("id"))
    except KeyError as error:
        return _failed(asked, f"the line has no {error}")
    except PageError as error:
        return _failed(asked, str(error))
    except MemoryError:  # what is left of this process is not to be trusted
        raise
    except Exception as error:  # whatever one page does to us, the others go on
        return _failed(asked, f"{type(error).__name__}: {error}")


def _asked(line: str) -> dict[str, Any]:
    asked = json.loads(line)
    if not isinstance(asked, dict):
        raise PageError("the line is no JSON object", stage="input")
    return asked


def _html(asked: dict[str, Any]) -> bytes | str:
    if "html" in asked:
        return str(asked["html"])
    with Path(asked["html_path"]).open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        return gzip.GzipFile(fileobj=file).read(MAX_BYTES + 1) if zipped else file.read(MAX_BYTES + 1)


def _failed(asked: dict[str, Any], reason: str) -> dict[str, Any]:
    url = asked.get("url")
    record = as_record(Article(url=url if isinstance(url, str) else ""), asked.get("id"))
    return record | {"url": url, "kind": None, "error": reason}
