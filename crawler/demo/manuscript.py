"""One article of the invented newspaper, read from its text file.

A file is TOML between two lines of `+++`, then blocks with an empty line between them:

    ## Subhead      ### Subhead      **Subhead**     as <h2>, <h3>, <p><strong>
    > quote         - list entry     | cell | cell |
    => slug                          a link to another article, inside the text ("Read more: …")
    anything else                    a paragraph; *stress* and [words](address) inside it

Files are typed on a plain keyboard; `typeset` gives each language its own quotes, apostrophes and spaces.
"""

from __future__ import annotations

import re
import tomllib
import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.items import Article, Block

NARROW = "\u202f"  # the space that French sets before ; : ! ? » and after «
SUBHEAD_TAGS = {"h2": 2, "h3": 3, "strong": 3}  # bold paragraphs stand below real headings
KINDS = {"p": "paragraph", "quote": "quote", "list": "list", "table": "table"}
REFRAIN = "Ce que le soir ne dit pas, la cloche du troisième quai le garde pour demain."
"""A line that a paper may set below all its texts, whatever their language; no list of phrases knows it."""
AGENCY = "Latitude"
NOT_THE_ARTICLE = ("related", "refrain")
INLINE_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
STRESS = re.compile(r"\*([^*]+)\*")


@dataclass(frozen=True, slots=True)
class Section:
    """One rubric of a paper: where it lives, in which language and house style its pages are built."""

    slug: str
    name: str
    language: str
    build: str
    per_page: int | None = None
    """Articles on one page of it; None = all."""


@dataclass(frozen=True, slots=True)
class Part:
    """One block as typed, with its inline marks; lists and tables hold one line an entry."""

    tag: str
    """p, h2, h3, strong, quote, list, table, related (a link to the article of that slug), or refrain."""
    text: str

    @property
    def plain(self) -> str:
        """The words alone, as a reader sees them."""
        return STRESS.sub(r"\1", INLINE_LINK.sub(r"\1", self.text))


@dataclass(frozen=True, slots=True)
class PrintedArticle:
    """An article as it stands in one edition: what the pages are built from, and the gold for tests."""

    slug: str
    section: Section
    headline: str
    standfirst: tuple[str, ...]
    parts: tuple[Part, ...]
    authors: tuple[str, ...]
    published: datetime
    modified: datetime | None
    tags: tuple[str, ...]
    caption: str | None
    """Words under the picture; None where the article has no picture."""
    kind: str
    access: str | None
    charset: str
    """Encoding of the bytes; the HTTP header says UTF-8 whatever stands here."""
    shown_parts: int | None
    """A paywall shows only so many parts; None = all."""
    build: str

    @property
    def language(self) -> str:
        """BCP 47."""
        return self.section.language

    @property
    def is_agency_text(self) -> bool:
        """It is printed as the agency wrote it: a paper adds nothing of its own, and two papers print the same."""
        return self.authors == (AGENCY,)

    @property
    def number(self) -> int:
        """Seven digits, the same in every edition."""
        return 1_000_000 + zlib.crc32(self.slug.encode()) % 9_000_000

    @property
    def shown(self) -> tuple[Part, ...]:
        """The parts that the page holds."""
        return self.parts[: self.shown_parts]

    @property
    def blocks(self) -> list[Block]:
        """The text that a reader of the page should get, in reading order: no links to other articles, no refrain."""
        return [as_block(part) for part in self.shown if part.tag not in NOT_THE_ARTICLE]

    @property
    def summary(self) -> str:
        """One or two sentences for meta descriptions, cards and feeds: the standfirst, or how the text begins."""
        text = " ".join(self.standfirst) or next(part.plain for part in self.parts if part.tag == "p")
        return text if len(text) <= 220 else text[: text.rindex(" ", 0, 200)] + "…"

    def with_refrain(self) -> PrintedArticle:
        """Return the article with the refrain below its text, above a last link to another article."""
        end = len(self.parts) - (self.parts[-1].tag == "related")
        refrain = Part("refrain", typeset(REFRAIN, "fr"))
        return replace(self, parts=(*self.parts[:end], refrain, *self.parts[end:]))

    def expected(self, url: str) -> Article:
        """Return what reading the article's page at `url` should give; instants ISO 8601 in UTC."""
        return Article(
            url=url,
            headline=self.headline,
            standfirst=list(self.standfirst),
            blocks=[*([Block("caption", self.caption)] if self.caption else ()), *self.blocks],
            authors=list(self.authors),
            published=self.published.isoformat(),
            modified=self.modified.isoformat() if self.modified else None,
            section=self.section.name,
            language=self.language,
            tags=list(self.tags),
            kind=self.kind,
            access=self.access,
        )


def as_block(part: Part) -> Block:
    """Return a part as the extractor should name it."""
    if part.tag in SUBHEAD_TAGS:
        return Block("subhead", part.plain, SUBHEAD_TAGS[part.tag])
    return Block(KINDS[part.tag], part.plain.replace(" | ", " ") if part.tag == "table" else part.plain)


def read_article(path: Path, section: Section, base: datetime, edition: int) -> PrintedArticle | None:
    """Read the article in `path` as it stands in `edition`; None where that edition does not hold it.

    Its times are told in hours before `base`, so that a demo is always about the last few days.
    """
    head, typed = path.read_text(encoding="utf-8").removeprefix("+++\n").split("\n+++\n", 1)
    facts = tomllib.loads(head)
    if not facts.get("since", 1) <= edition <= facts.get("until", edition):
        return None
    if "reprint_of" in facts:  # the agency's words under the paper's own headline
        wire_head, typed = (path.parents[2] / facts["reprint_of"]).read_text(encoding="utf-8").split("\n+++\n", 1)
        facts["standfirst"] = tomllib.loads(wire_head.removeprefix("+++\n"))["standfirst"]
    for correction in facts.get("correction", ()):
        if edition >= correction["edition"]:
            facts |= correction
    return _printed(path.stem, facts, typed, section, base)


def _printed(stem: str, facts: dict[str, Any], typed: str, section: Section, base: datetime) -> PrintedArticle:
    language = section.language
    updated = facts.get("updated_hours_ago")
    return PrintedArticle(
        slug=facts.get("slug", stem),
        section=section,
        headline=typeset(facts["headline"], language),
        standfirst=tuple(typeset(text, language) for text in facts.get("standfirst", ())),
        parts=parse(typed, language),
        authors=tuple(facts.get("authors", ())),
        published=base - timedelta(hours=facts["hours_ago"]),
        modified=None if updated is None else base - timedelta(hours=updated),
        tags=tuple(facts.get("tags", ())),
        caption=typeset(facts["caption"], language) if "caption" in facts else None,
        kind=facts.get("kind", "article"),
        access=facts.get("access"),
        charset=facts.get("charset", "utf-8"),
        shown_parts=facts.get("shown_parts"),
        build=facts.get("build", section.build),
    )


def parse(typed: str, language: str) -> tuple[Part, ...]:
    """Return the blocks of a typed text; a line break inside a paragraph is a space (nothing in CJK)."""
    return tuple(_part(chunk.strip(), language) for chunk in typed.split("\n\n") if chunk.strip())


def _part(chunk: str, language: str) -> Part:
    joint = "" if language in ("zh", "ja") else " "
    for mark, tag in (("### ", "h3"), ("## ", "h2"), ("=> ", "related")):
        if chunk.startswith(mark):
            return Part(tag, typeset(chunk.removeprefix(mark), language))
    if chunk.startswith("**"):
        return Part("strong", typeset(chunk.strip("*"), language))
    lines = chunk.splitlines()
    for mark, tag in (("- ", "list"), ("| ", "table")):
        if chunk.startswith(mark):
            entries = (typeset(line.removeprefix(mark).removesuffix(" |"), language) for line in lines)
            return Part(tag, "\n".join(entries))
    if chunk.startswith("> "):
        return Part("quote", typeset(joint.join(line.removeprefix("> ") for line in lines), language))
    return Part("p", typeset(joint.join(lines), language))


def typeset(text: str, language: str) -> str:
    """Return the text with the quotes, apostrophes and spaces that printers of that language use."""
    if language == "en":
        text = re.sub(r"(^|[\s(])'", r"\1‘", re.sub(r'"([^"]*)"', r"“\1”", text))
    text = text.replace("'", "’")
    if language == "fr":
        text = re.sub(r" ([;:!?»])", NARROW + r"\1", text).replace("« ", "«" + NARROW)
        return re.sub(r"(?<=\d) (?=\d{3}\b|%)", NARROW, text)
    return text
