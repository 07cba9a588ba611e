"""The smaller fields: descriptions, canonical address, rights."""

from __future__ import annotations

from crawler import rights, urls
from crawler.extract.access import truth
from crawler.extract.evidence import Evidence, canonical_link, key
from crawler.normalise import plain
from crawler.page.jsonld import strings

LONGEST_DESCRIPTION = 2_000
"""Characters; longer ones are the whole text."""


def descriptions(evidence: Evidence) -> tuple[list[str], str | None]:
    """(what the page is about in the words of each layer, layer of the first): meta, og:description, JSON-LD."""
    said = [("meta", text) for text in evidence.meta("description")]
    said += [("opengraph", text) for text in evidence.meta("og:description", "twitter:description")]
    declared = evidence.declared("description", "abstract", "alternativeHeadline")
    said += [("json-ld", plain(text)) for value in declared for text in strings(value)]
    found = {
        text[:LONGEST_DESCRIPTION]: layer for layer, text in reversed(said) if text and key(text) not in evidence.sites
    }
    return list(reversed(found)), next(reversed(found.values()), None)


def canonical_url(evidence: Evidence) -> tuple[str | None, str | None]:
    """(address that the page claims for itself and may be believed, layer)."""
    page = evidence.page
    claims = [("html", canonical_link(page)), *(("opengraph", claim) for claim in page.meta.get("og:url", ())[:2])]
    for layer, claim in claims:
        if address := urls.claimed(page.url, claim):
            return address, layer
    return None, None


def tdm_reserved(evidence: Evidence) -> bool | None:
    """Whether <meta name=tdm-reservation> reserves text and data mining; None where it does not say."""
    return next((truth(text) for text in evidence.meta("tdm-reservation")), None)


def robots_rules(evidence: Evidence) -> list[str]:
    """What <meta name=robots> denies, to everybody or to us."""
    return rights.denied(evidence.meta("robots", rights.AGENT.lower()))
