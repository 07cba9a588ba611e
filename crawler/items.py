"""The things that travel along the path of a page: Link, Block, Article, Exchange.

Unknown is None (or an empty list), never an empty string and never 0. Plain dataclasses of plain values, so
that they can cross to a worker process and back.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LONGEST_HEADLINE = 500
"""Characters, also of what a listing announces."""
ASIDE_KINDS = ("caption", "embed")
"""Kinds of blocks that stand among the text and are no part of it: captions, and posts of networks."""
BLOCK_KINDS = ("paragraph", "subhead", "list", "quote", "table", *ASIDE_KINDS)
ARTICLE_KINDS = ("article", "opinion", "liveblog", "video", "gallery", "press_release", "other")
ACCESS = ("free", "metered", "paywalled")


@dataclass(slots=True)
class Link:
    """One article that a listing announces."""

    url: str
    """Absolute http(s) address, as announced (not yet canonical)."""
    title: str | None = None
    """Headline as the listing shows it."""
    published: str | None = None
    """ISO 8601 with zone, or 'YYYY-MM-DD' where only the day is known."""
    rank: int = 0
    """1 = first on the listing; 0 = unknown."""
    categories: list[str] = field(default_factory=list)
    """As the feed writes them."""
    is_change: bool = False
    """`published` is the date of the last change: the listing gives no other."""
    score: float | None = None
    """How sure the reader of a section page is that this is an article; None where nothing was judged."""


@dataclass(slots=True)
class Block:
    """One block of the body in reading order."""

    kind: str
    """One of BLOCK_KINDS."""
    text: str
    """Clean text without line breaks, except in lists and tables: one line an entry; and in captions: a second line
    is the credit."""
    level: int | None = None
    """2 to 6 for subheads, else None."""


@dataclass(slots=True)
class Dropped:
    """One piece of a page's text that was not taken for the article's, for whoever asks why."""

    text: str
    """Clean, on one line."""
    reason: str
    """For people: 'repeats the headline'."""
    place: str
    """The element that holds it, and its parent, as in CSS: 'div.related > p'."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What the memory of a source learns from a page: what stood on it, and how it is built."""

    runs: tuple[int, ...] = ()
    """Fingerprints of its runs of text in reading order, with those that were left out because they repeat."""
    builds: dict[str, str] = field(default_factory=dict)
    """'container', 'body', 'subhead', 'standfirst' -> element in which most of it stands, 'div.story > p'; for a
    body that the markup does not hold, the layer that does."""


@dataclass(slots=True)
class Article:
    """One page as read: what `worlddesk extract` prints and the store keeps."""

    url: str
    """Address at which the page was read, after redirects."""
    headline: str | None = None
    """Without the site's name or rubric."""
    standfirst: list[str] = field(default_factory=list)
    """Paragraphs between headline and text; empty where the page has none. Never repeated in `blocks`."""
    blocks: list[Block] = field(default_factory=list)
    """The text, headline and standfirst not included; captions and posts where they stand among it."""
    authors: list[str] = field(default_factory=list)
    """Names only: no 'By', no job titles, no name of the site."""
    wire: list[str] = field(default_factory=list)
    """News agencies that the page credits: 'AFP', 'Reuters'."""
    published: str | None = None
    """ISO 8601 with zone, or 'YYYY-MM-DD' where the page shows only the day. Never guessed."""
    modified: str | None = None
    """As `published`; what the publisher claims."""
    section: str | None = None
    breadcrumb: list[str] = field(default_factory=list)
    """Names of the rubrics above the article, widest first; without the home page and the headline itself."""
    language: str | None = None
    """BCP 47, of the text."""
    tags: list[str] = field(default_factory=list)
    canonical_url: str | None = None
    """Address that the page claims for itself, guarded (`crawler.urls.claimed`): own site, not the home page."""
    image_url: str | None = None
    image_caption: str | None = None
    """What the page says that the main image shows; without the credit."""
    image_credit: str | None = None
    """Who made or owns the main image."""
    kind: str = "article"
    """One of ARTICLE_KINDS."""
    access: str | None = None
    """One of ACCESS; None where the page does not say."""
    tdm_reserved: bool | None = None
    """The page reserves text and data mining (TDMRep meta); None where it does not say."""
    robots_rules: list[str] = field(default_factory=list)
    """What <meta name=robots> and X-Robots-Tag deny: 'noindex', 'noarchive', 'noai', …"""
    content_usage: str | None = None
    """Headers Content-Usage and Content-Signal, as sent."""
    is_cut: bool = False
    """Its text is longer than what is kept of one."""
    provenance: dict[str, str] = field(default_factory=dict)
    """Field name -> layer that gave it: json-ld, opengraph, meta, html, script, url, text, source, trafilatura,
    selector, feed."""
    disagreements: dict[str, dict[str, str | list[str]]] = field(default_factory=dict)
    """Field name (headline, published, authors) -> layer -> what it says, where layers contradict each other."""
    layout: Layout | None = field(default=None, compare=False)

    @property
    def noindex(self) -> bool:
        """Metadata only may be kept."""
        return not {"noindex", "none"}.isdisjoint(self.robots_rules)

    @property
    def noarchive(self) -> bool:
        """The page itself may not be kept."""
        return not {"noarchive", "nocache", "none"}.isdisjoint(self.robots_rules)

    @property
    def text_blocks(self) -> list[Block]:
        """The blocks without captions and posts."""
        return [block for block in self.blocks if block.kind not in ASIDE_KINDS]

    @property
    def body(self) -> str:
        """What a reader reads below the headline: standfirst and text blocks, one line break between them."""
        return "\n".join([*self.standfirst, *(block.text for block in self.text_blocks)])

    @property
    def body_text(self) -> str:
        """Text blocks in reading order with an empty line between them, as stored in `article_texts`."""
        return "\n\n".join(block.text for block in self.text_blocks)


@dataclass(frozen=True, slots=True)
class RawPage:
    """The bytes of a page as they may be kept for a while."""

    packed: bytes
    """As they were decoded from the wire, compressed by zstd."""
    charset: str | None
    """As the HTTP head names it."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A page that is not read, because these bytes ended the process that read them, now or before."""

    kind: str
    """What it was read as: article, archive, or the kind of a listing."""
    content_sha256: str
    content_bytes: int
    limit: str | None = None
    """What it met now, for people; None: it met it before, and was refused without being read."""
    stage: str = ""
    by_page: bool = True
    """It was the page for sure, not a busy machine."""
    page: RawPage | None = None
    """The page itself; None where it may not be kept, or is too large."""


@dataclass(slots=True)
class Exchange:
    """One request and what came of it: a row of `fetches`, and all that is committed with it."""

    source_id: str
    url: str
    """Address as it stands in `urls` or `listings`."""
    outcome: str
    """One of crawler.store.OUTCOMES; for a page that was read, 'read': the store finds out new/changed/…"""
    fetched_at: str
    """UTC instant, 'YYYY-MM-DDTHH:MM:SSZ'."""
    reason: str | None = None
    """For people: why this outcome."""
    final_url: str | None = None
    """After redirects; None when nothing was answered."""
    status_code: int | None = None
    duration_ms: int | None = None
    downloaded_bytes: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    """Validators of this answer, verbatim, for the next conditional request."""
    retry_at: str | None = None
    """UTC instant before which the host asked not to be asked again."""
    listing: bool = False
    """The address is a listing; then `links` counts and `article` is None."""
    is_part: bool = False
    """A further page of a listing that this run has asked already: a child of its sitemap index."""
    is_plain: bool = False
    """Validators were known and not sent, to see whether they hide something."""
    since: str | None = None
    """When the listing was last read before this run."""
    fresh_seconds: int | None = None
    """How long the publisher calls the answer fresh (max-age, ttl); None where it does not say."""
    links: list[Link] = field(default_factory=list)
    next_page: str | None = None
    """Of a section page: the address of the page after this one."""
    shown: tuple[int, ...] = ()
    """Of a section page: fingerprints of all addresses that it shows."""
    article: Article | None = None
    page: RawPage | None = None
    """What the article was read from; None where it may not be kept."""
    set_aside: SetAside | None = None
