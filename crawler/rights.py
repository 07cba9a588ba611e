"""What publishers reserve, in the words that there are for it: TDMRep, robots rules, Content-Signal, ai.txt.

TDMRep (W3C Community Group report) and noindex, noarchive decide what is kept; what else is said of machines is
recorded, so that whoever uses the text can see it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from crawler.normalise import clean

AGENT = "Worlddesk"
"""Our name in robots.txt and its kin."""
_TDM_RULES = 1000
_RULES_WITH_VALUE = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
_DENIAL = re.compile(r"no[a-z-]|unavailable_after")
_MOST_RULES = 20
_LONGEST_RULE, _LONGEST_USAGE, _LONGEST_AI_TXT = 100, 1000, 20_000
"""Characters that are kept."""


def reserved(header: str | None) -> bool | None:
    """Whether the header tdm-reservation reserves text and data mining; None where it does not say."""
    return {"1": True, "0": False}.get((header or "").strip())


def denied(robots_tags: Iterable[str]) -> list[str]:
    """Rules that deny something to everybody or to us, of the lines of X-Robots-Tag, lower-case: noindex, noai, …

    A name before a colon says for whom the rules behind it are, until the next name. `unavailable_after` keeps its
    date.
    """
    found: dict[str, None] = {}
    for line in robots_tags:
        is_ours = True
        for part in line.lower().split(","):
            name, colon, rest = part.strip().partition(":")
            if colon and name.strip() not in _RULES_WITH_VALUE:
                is_ours, rule = name.strip() in ("*", AGENT.lower()), rest.strip()
            else:
                rule = part.strip()
            if is_ours and _DENIAL.match(rule):
                found[clean(rule)[:_LONGEST_RULE]] = None
    return list(found)[:_MOST_RULES]


def usage(headers: Iterable[str]) -> str | None:
    """Content-Usage and Content-Signal of an answer (IETF aipref; contentsignals.org), joined; None = none."""
    said = ", ".join(clean(value) for value in headers if value.strip())
    return said[:_LONGEST_USAGE] or None


def signals(robots_text: str) -> str | None:
    """Lines Content-Signal and Content-Usage of a robots.txt that hold for us, one a line; None = none.

    As with all rules (RFC 9309, 2.2.1): those of the groups that name us, else those for everybody.
    """
    said: dict[str, list[str]] = {"*": [], AGENT.lower(): []}
    agents: set[str] = set()
    is_open, is_named = False, False
    for line in robots_text.splitlines():
        name, _, value = line.partition("#")[0].partition(":")
        name, value = name.strip().lower(), clean(value)
        if name == "user-agent":
            agents = (agents if is_open else set()) | {value.lower()}
            is_open, is_named = True, is_named or value.lower() == AGENT.lower()
        elif name in ("content-signal", "content-usage"):
            for agent in agents & said.keys():
                said[agent].append(value)
        is_open = is_open and name in ("user-agent", "")
    return "\n".join(dict.fromkeys(said[AGENT.lower() if is_named else "*"]))[:_LONGEST_USAGE] or None


def ai_txt(text: str) -> str | None:
    """A host's /ai.txt as it is kept; None for what is none: nothing, or a page in its place."""
    said = text.strip()
    return None if not said or said.startswith("<") else said[:_LONGEST_AI_TXT]


def site_reserves(policy: str | None, url: str) -> bool | None:
    """Whether a site's /.well-known/tdmrep.json reserves text and data mining of a URL; None = it does not say.

    `policy` is the file as read: a list of objects with `location` (a path pattern as in robots.txt: `*`, `$`)
    and `tdm-reservation`; the first that matches counts. What cannot be read says nothing.
    """
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return next((reserved for pattern, reserved in _tdm_rules(policy) if _covers(pattern, path)), None)


@lru_cache(maxsize=1024)
def _tdm_rules(policy: str | None) -> list[tuple[str, bool | None]]:
    """(location, reserved or None) of each rule that can be read, _TDM_RULES at most."""
    try:
        rules = json.loads(policy or "[]")
    except (ValueError, RecursionError):
        return []
    said = {"1": True, "0": False}
    return [
        (str(rule.get("location", "")), said.get(str(rule.get("tdm-reservation"))))
        for rule in (rules[:_TDM_RULES] if isinstance(rules, list) else [])
        if isinstance(rule, dict)
    ]


def _covers(pattern: str, path: str) -> bool:
    """Whether a pattern with `*` (anything) and a last `$` (the end) matches from the start; in linear time."""
    *parts, last = pattern.removesuffix("$").split("*")
    at = 0
    for number, part in enumerate(parts):
        found = path.find(part, at)
        if found < 0 or (number == 0 and found > 0):
            return False
        at = found + len(part)
    if not pattern.endswith("$"):
        return last in path[at:] if parts else path.startswith(last)
    return path == last if not parts else path[at:].endswith(last)
