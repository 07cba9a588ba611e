"""The fields of an article that its page declares, each from the layer that can best be believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.extract import facts, wire
from crawler.extract.access import access
from crawler.extract.authors import authors, bylines, differing_authors
from crawler.extract.evidence import gather
from crawler.extract.headline import differing_headlines, headline, headlines
from crawler.extract.kind import kind
from crawler.extract.language import language as language_of
from crawler.extract.picture import picture
from crawler.extract.published import dates
from crawler.extract.section import section, sections
from crawler.extract.tags import tags
from crawler.extract.trail import breadcrumb
from crawler.page import Page


@dataclass(slots=True)
class Metadata:
    """What a page declares about its article. Unknown is None or empty."""

    headline: str | None = None
    """Without the site's name or rubric."""
    headline_candidates: list[str] = field(default_factory=list)
    """Every headline that the page declares, clean, best layer first."""
    descriptions: list[str] = field(default_factory=list)
    """What the page says it is about, in the words of each layer; often its standfirst, whole or cut short."""
    authors: list[str] = field(default_factory=list)
    wire: list[str] = field(default_factory=list)
    """News agencies that the page credits."""
    published: str | None = None
    """ISO 8601 with zone, or 'YYYY-MM-DD' where only the day is known."""
    modified: str | None = None
    section: str | None = None
    breadcrumb: list[str] = field(default_factory=list)
    """Rubrics above the article, widest first."""
    language: str | None = None
    """BCP 47."""
    tags: list[str] = field(default_factory=list)
    image_url: str | None = None
    image_caption: str | None = None
    image_credit: str | None = None
    kind: str = "article"
    """One of items.ARTICLE_KINDS."""
    access: str | None = None
    """One of items.ACCESS."""
    canonical_url: str | None = None
    tdm_reserved: bool | None = None
    robots_rules: list[str] = field(default_factory=list)
    """What <meta name=robots> denies."""
    provenance: dict[str, str] = field(default_factory=dict)
    """Field -> layer: json-ld, opengraph, meta, html, script, url, text, source."""
    disagreements: dict[str, dict[str, str | list[str]]] = field(default_factory=dict)
    """Field -> layer -> what it says, where layers contradict each other."""

    @property
    def description(self) -> str | None:
        """The description of the best layer."""
        return next(iter(self.descriptions), None)


def metadata(page: Page, *, timezone: str | None = None, language: str | None = None) -> Metadata:
    """Read what `page` declares; its tree stays as it is.

    `timezone` (IANA) and `language` (BCP 47) are the source's: for times without a zone and days like 3/4/2024,
    and for pages that do not name their language.
    """
    evidence = gather(page)
    said: dict[str, str | None] = {}
    found = Metadata(robots_rules=facts.robots_rules(evidence))
    found.breadcrumb, said["breadcrumb"] = breadcrumb(evidence)
    rubrics = sections(evidence, found.breadcrumb, said["breadcrumb"])
    candidates = headlines(evidence, [name for _, name in rubrics])
    found.headline, said["headline"] = headline(candidates)
    found.headline_candidates = list(dict.fromkeys(text for _, text in candidates))
    heading = evidence.main_heading(found.headline)
    signed = bylines(evidence, heading)
    found.authors, said["authors"] = authors(signed, evidence)
    found.wire, said["wire"] = wire.declared(evidence, signed, heading)
    found.language, said["language"] = language_of(evidence, found.headline, language)
    days = dates(evidence, heading, timezone=timezone, language=found.language or language)
    for name, (value, layer) in days.values.items():
        setattr(found, name, value)
        said[name] = layer
    found.descriptions, said["description"] = facts.descriptions(evidence)
    found.section, said["section"] = section(evidence, rubrics, heading, found.headline)
    found.kind, said["kind"] = kind(evidence, [*filter(None, [found.section]), *(name for _, name in rubrics)])
    found.tags, said["tags"] = tags(evidence)
    values, layers = picture(evidence)
    for name, text in values.items():
        setattr(found, name, text)
    said |= layers
    found.access, said["access"] = access(evidence)
    found.canonical_url, said["canonical_url"] = facts.canonical_url(evidence)
    found.tdm_reserved = facts.tdm_reserved(evidence)
    found.provenance = {name: layer for name, layer in said.items() if layer}
    contradictions: dict[str, Mapping[str, str | list[str]]] = {
        "headline": differing_headlines(candidates),
        "authors": differing_authors(signed, evidence),
        "published": days.differing,
    }
    found.disagreements |= {name: dict(layers) for name, layers in contradictions.items() if layers}
    return found
