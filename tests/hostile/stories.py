"""Invented stories, another for every seed, and pages that hold them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from random import Random

PLACES = ("Saltmere", "Pellon", "Brackwater", "Old Harrow", "Cape Linnet", "Vessby", "Mornay", "Tarn Quay", "Ostrel")
PEOPLE = ("the harbour master", "a baker", "the ferrywoman", "two sisters", "the council", "a surveyor", "the choir")
DEEDS = ("repaired", "painted", "measured", "sold", "counted", "reopened", "lent out", "catalogued", "moved")
THINGS = ("the landing stage", "a brass lamp", "nine oak doors", "the tide gauge", "an old tram", "the bell", "a pier")
WHEN = ("before dawn", "after the fair", "in heavy rain", "without a word", "for the third time", "against all advice")
WHY = (
    "because the storm had taken the roof",
    "although nobody had asked for it",
    "so that the boats can land again",
    "and the whole street came to look",
    "while the neighbours kept the accounts",
    "which the archive calls a first",
)


@dataclass(frozen=True, slots=True)
class Story:
    headline: str
    texts: tuple[str, ...]

    @property
    def html(self) -> str:
        return "".join(f"<p>{escape(text)}</p>" for text in self.texts)


def story(seed: str, paragraphs: int = 5) -> Story:
    """Always the same words for a seed, and for another seed others."""
    random = Random(seed)
    place, thing = random.choice(PLACES), random.choice(THINGS)
    number = random.randrange(100, 9_000)
    headline = f"{random.choice(PEOPLE).capitalize()} of {place} {random.choice(DEEDS)} {thing} number {number}"
    return Story(headline, tuple(_paragraph(random, place, number) for _ in range(paragraphs)))


def _paragraph(random: Random, place: str, number: int) -> str:
    sentences = (
        f"{random.choice(PEOPLE)} of {place} {random.choice(DEEDS)} {random.choice(THINGS)} {random.choice(WHEN)}, "
        f"{random.choice(WHY)}, and spent {random.randrange(20, 90_000)} crowns on it"
        for _ in range(2)
    )
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences) + f" The file is {number}."


def page(told: Story, head: str = "", *, inside: str = "", above: str = "", lang: str = "en") -> str:
    """A plain article: `head` goes into the head, `above` before and `inside` behind the paragraphs."""
    return (
        f'<!doctype html><html lang="{lang}"><head>{head}<title>{escape(told.headline)}</title></head><body><main>'
        f"<article><h1>{escape(told.headline)}</h1>{above}<div class=text>{told.html}{inside}</div></article></main>"
        f"</body></html>"
    )


def ld(value: object) -> str:
    """A JSON-LD script; text goes in as it is."""
    said = value if isinstance(value, str) else json.dumps(value)
    return f'<script type="application/ld+json">{said}</script>'


def news(told: Story, **more: object) -> dict[str, object]:
    """JSON-LD that says what the page says."""
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": told.headline, **more}
