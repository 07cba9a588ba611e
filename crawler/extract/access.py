"""Whether a page says that its text is free, metered or behind a paywall."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crawler.extract.evidence import Evidence
from crawler.page.jsonld import types

_TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_TIER_NAME = re.compile(
    r"content[_-]?tier|paywall|access[_-]?(?:level|status|type)|(?:^|[:_-])(?:premium|paid|access)$|ispremium|is_premium|"
    r"subscri(?:ber|ption)[_-]?only"
)
"""Names of <meta>, in lower case, that say for whom a text is; many systems for paid content read them."""
_TIERS = {
    "free": r"free|open|public|none|gratis|gratuit|frei|unlocked",
    "metered": r"metered|meter|registered|registration|regwall|freemium",
    "paywalled": r"locked|paid|premium|subscribers?|subscription|hard|paywall(?:ed)?|payant|abo|plus|members?",
}
_TIER_OF = {tier: re.compile(rf"(?:{words})", re.IGNORECASE) for tier, words in _TIERS.items()}
_SCRIPTED = re.compile(
    r"""["']page-view["']\s*,\s*["'](premium|free|subscription)["']"""
    r"""|\bsetTags["']\s*,\s*\[[^\]]{0,200}["'](premium|paid|free|metered)["']"""
    r"""|\bpageType["']?\s*:\s*["'](premium|free)["']"""
)
"""What pages tell the paywalls that stand as scripts in many of them."""
_LONGEST_CALL = 100_000
"""Characters of a script that may tell a wall; longer ones are libraries and states."""
_WALLS = ("poool", "tinypass", "piano.io", "tp.push")


def access(evidence: Evidence) -> tuple[str | None, str | None]:
    """(one of items.ACCESS, layer); (None, None) where the page does not say.

    A meter is the more exact word where JSON-LD knows only free or not.
    """
    tier, layer = _tier(evidence)
    free = _declared_free(evidence)
    if free is not None and not (tier == "metered" and not free):
        return ("free" if free else "paywalled"), "json-ld"
    if tier:
        return tier, layer
    scripted = _in_scripts(evidence)
    return scripted, "script" if scripted else None


def _declared_free(evidence: Evidence) -> bool | None:
    """isAccessibleForFree of the article; where only its parts say it, whether it holds for all of them."""
    for node in evidence.articles:
        if (free := truth(node.get("isAccessibleForFree"))) is not None:
            return free
        parts = [free for value in _of_parts(node.get("hasPart")) if (free := truth(value)) is not None]
        if parts:
            return all(parts)
    return None


def _of_parts(value: Any) -> Iterator[Any]:
    for part in value[:10] if isinstance(value, list) else [value]:
        if isinstance(part, dict) and not types(part) & {"videoobject", "imageobject", "audioobject"}:
            yield part.get("isAccessibleForFree")


def truth(value: Any) -> bool | None:
    """True and False as booleans, numbers or words ('False', 'http://schema.org/False'); None for anything else."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool):
        return value
    return _TRUTHS.get(str(value).strip().lower().rsplit("/", 1)[-1]) if isinstance(value, str | int) else None


def _tier(evidence: Evidence) -> tuple[str | None, str | None]:
    for name in evidence.page.meta:
        if _TIER_NAME.search(name):
            for text in evidence.meta(name):
                if tier := _tier_of(text):
                    return tier, "opengraph" if name.startswith(("article:", "og:")) else "meta"
    return None, None


def _tier_of(text: str) -> str | None:
    """What a value says; 'true' and 'false' answer the question that the name puts: is it paid?"""
    if (paid := truth(text)) is not None:
        return "paywalled" if paid else "free"
    return next((tier for tier, words in _TIER_OF.items() if words.fullmatch(text.strip())), None)


def _in_scripts(evidence: Evidence) -> str | None:
    for script in evidence.page.root.iter("script"):
        text = script.text or ""
        # Long words are looked for faster than the names of the walls; and a generator would cost more than the search.
        is_call = "page-view" in text or "setTags" in text or "pageType" in text
        if (
            is_call
            and len(text) <= _LONGEST_CALL
            and any(wall in text for wall in _WALLS)
            and (match := _SCRIPTED.search(text))
        ):
            return _tier_of(next(group for group in match.groups() if group))
    return None
