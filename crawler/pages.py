"""The pages themselves, kept for a while so that a better reading needs no second request."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.errors import PageError, UsageError
from crawler.items import Exchange, RawPage
from crawler.page.guard import MAX_BYTES
from crawler.schedule import hours_before

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd  # Scrapy brings it

_OPTIONS: dict[int, int] = {zstd.CompressionParameter.compression_level: 1, zstd.CompressionParameter.checksum_flag: 1}
"""Half a millisecond for a page of 270 kB, of which a fifth is left; level 3 takes a quarter longer for 7 % less."""


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as it was kept, unpacked."""

    article_id: int
    fetched_at: str
    """UTC instant."""
    url: str
    """That answered, after redirects."""
    charset: str | None
    body: bytes


def days_kept(setting: int) -> int:
    """Days for which pages are kept, 0 = none: `WORLDDESK_PAGE_DAYS` of the environment, else the setting.

    Raises UsageError for what is no number of days.
    """
    wanted = os.environ.get("WORLDDESK_PAGE_DAYS", "").strip()
    if not wanted:
        return setting
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 6):
        raise UsageError(f"WORLDDESK_PAGE_DAYS is {wanted!r}; give a number of days, 0 to keep no page")
    return int(wanted)


def packed(body: bytes, charset: str | None) -> RawPage:
    """A page as it travels to the store; `charset` is what its HTTP head says."""
    return RawPage(zstd.compress(body, options=_OPTIONS), charset)


def keep(db: Database, article_id: int, exchange: Exchange, page: RawPage) -> None:
    """Keep the page of an article in place of an older one; inside the caller's transaction."""
    db.execute(
        "INSERT INTO pages VALUES (?, ?, ?, ?, ?) ON CONFLICT (article_id) DO UPDATE SET "
        "fetched_at = excluded.fetched_at, final_url = excluded.final_url, charset = excluded.charset, "
        "content = excluded.content",
        [article_id, exchange.fetched_at, exchange.final_url or exchange.url, page.charset, page.packed],
    )


def drop(db: Database, article_id: int) -> None:
    """Keep no page of this article any longer; inside the caller's transaction."""
    db.execute("DELETE FROM pages WHERE article_id = ?", [article_id])


def expire(db: Database, now: str, days: int) -> None:
    """Drop the pages that came more than so many days ago; inside the caller's transaction."""
    db.execute("DELETE FROM pages WHERE fetched_at <= ?", [hours_before(now, 24 * days)])


def kept(db: Database, article_id: int) -> KeptPage:
    """The page of an article. Raises PageError (stage 'unpack') for one that is gone or cannot be unpacked."""
    query = "SELECT fetched_at, final_url, charset, content FROM pages WHERE article_id = ?"
    row = db.execute(query, [article_id]).fetchone()
    if row is None:
        raise PageError("its page is no longer kept", stage="unpack")
    fetched_at, final_url, charset, content = row
    return KeptPage(article_id, fetched_at, final_url, charset, unpacked(content))


def unpacked(content: bytes) -> bytes:
    """What was packed. Raises PageError (stage 'unpack') where it cannot be unpacked."""
    try:
        return _unpacked(content)
    except (zstd.ZstdError, EOFError) as error:
        raise PageError(f"the kept page cannot be unpacked: {error}", stage="unpack") from error


def _unpacked(content: bytes) -> bytes:
    unpacker = zstd.ZstdDecompressor()
    body = unpacker.decompress(content, MAX_BYTES)
    if not unpacker.eof:
        raise EOFError("it is cut short, or larger than any page")
    return body
