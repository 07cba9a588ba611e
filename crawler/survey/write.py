"""A surveyed publisher as a source's TOML, readable as those that ship with us."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from crawler.catalogue import Scope
from crawler.errors import WorlddeskError
from crawler.normalise import clean
from crawler.sections import spelled
from crawler.source_keys import wrong_in
from crawler.survey.facts import Fact
from crawler.survey.find import Candidate
from crawler.survey.judge import FEWEST, candidate_kind
from crawler.urls import site

CHECK = "please check"
_ID = re.compile(r"[^a-z0-9]+")


@dataclass(slots=True)
class Draft:
    """What the file is to say."""

    source_id: str
    day: str
    """'YYYY-MM-DD' of the survey."""
    home: str
    facts: Mapping[str, Fact]
    """name, country, language, timezone."""
    taken: list[Candidate]
    hosts: list[str] = field(default_factory=list)
    delay: float | None = None
    scope: Scope = field(default_factory=Scope)
    body_share: float | None = None
    """Of the articles read, how many had a text; None where they are too few."""
    remarks: list[str] = field(default_factory=list)
    """What whoever reads the file should know."""


def source_id(home: str, name: str) -> str:
    """An id made of the site's own name ('lemonde' of www.lemonde.fr), of the publisher's name for a bare number."""
    own = site(home)
    label = own.partition(".")[0] if not own.replace(".", "").isdigit() else name
    return _ID.sub("-", spelled(clean(label))).strip("-")[:64] or "source"


def source_toml(draft: Draft) -> str:
    """The whole file. Raises WorlddeskError where what was found makes no source."""
    blocks = ["\n".join(_facts(draft)), *(_remark(text) for text in draft.remarks)]
    blocks += ["\n".join(_listing(candidate, draft)) for candidate in draft.taken]
    if draft.scope and any(candidate.section is None for candidate in draft.taken):
        blocks.append("\n".join(_scope(draft.scope)))
    blocks.append("\n".join(_expect(draft)))
    text = "\n\n".join(blocks) + "\n"
    if wrong := list(wrong_in(draft.source_id, tomllib.loads(text))):
        raise WorlddeskError("\n".join(f"{draft.source_id}.toml cannot be written: {problem}" for problem in wrong))
    return text


def _facts(draft: Draft) -> Iterator[str]:
    lines: dict[str, tuple[str, str]] = {
        "name": (_text(draft.facts["name"].value), _comment(draft.facts["name"])),
        "home": (_quoted(draft.home), ""),
    }
    for name in ("country", "language", "timezone"):
        lines[name] = _text(draft.facts[name].value), _comment(draft.facts[name])
    if draft.hosts:
        lines["hosts"] = _texts(draft.hosts), ""
    if draft.delay is not None:
        lines["delay"] = f"{draft.delay:g}", "  # as robots.txt asks"
    widest = max(map(len, lines))
    return (f"{name:{widest}} = {value}{comment}" for name, (value, comment) in lines.items())


def _comment(fact: Fact) -> str:
    return "" if fact.is_sure else f"  # {CHECK}: {_plain(fact.by)}"


def _listing(candidate: Candidate, draft: Draft) -> Iterator[str]:
    links = len(candidate.read.links) if candidate.read else 0
    yield "[[listing]]"
    yield f"url      = {_quoted(candidate.url)}"
    yield f"kind     = {_text(candidate_kind(candidate))}"
    if candidate.section is not None:
        yield f"section  = {_text(candidate.section)}"
    yield f"evidence = {_text(f'answered: {draft.day}, {links} articles; {candidate.found}')}"


def _scope(scope: Scope) -> Iterator[str]:
    yield "[scope]  # of the listings without a section, which are the whole paper"
    if scope.path:
        yield f"path = [{', '.join(_literal(pattern) for pattern in scope.path)}]"
    if scope.category:
        yield f"category = {_texts(scope.category)}"


def _expect(draft: Draft) -> Iterator[str]:
    seen = sum(len(candidate.read.links) for candidate in draft.taken if candidate.read)
    yield f"[expect]  # {seen} links were seen on {draft.day}; half of it is the least"
    yield f"links = {max(seen // 2, FEWEST)}"
    if draft.body_share:
        yield f"body  = {min(draft.body_share, 0.9):.2g}"


def _remark(text: str) -> str:
    return "\n".join(f"# {_plain(line)}" for line in text.splitlines())


def _text(value: str) -> str:
    return _quoted(clean(value))


def _quoted(value: str) -> str:
    """A TOML basic string: what JSON escapes, TOML does as well, but not DEL, and no character as two surrogates."""
    said = json.dumps(value, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in said)


def _texts(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _literal(pattern: str) -> str:
    """A regular expression between single quotes, where a backslash is one."""
    return f"'{pattern}'" if "'" not in pattern else _text(pattern)


def _plain(text: str) -> str:
    return clean(text).replace("\n", " ")
