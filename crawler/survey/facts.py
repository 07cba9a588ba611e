"""Name, country, language and time zone of a publisher, each with what says so and whether that is sure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from crawler.extract.zones import known
from crawler.items import Article
from crawler.normalise import clean
from crawler.page import Page
from crawler.page.jsonld import Node, resolved, strings, types
from crawler.source_keys import COUNTRIES
from crawler.urls import site

_LONGEST_NAME = 80
_PUBLISHERS = frozenset({"organization", "newsmediaorganization", "corporation", "localbusiness", "website"})
_SOLD = "ag ai am cc co fm gg io la ly me nu sh st to tv ws"
_NO_COUNTRY = frozenset(_SOLD.split())
"""Top-level domains of countries that are sold to everybody."""
_NOT_ALIKE = {"uk": "GB", "eu": None}
_IN_TITLE = re.compile(r"\s+[|–—:·•-]\s+")
# Where a language is written most; only to have something to begin with, and said to be unsure.
_WRITTEN_MOST = (
    "en-US pt-BR ar-EG zh-CN sw-KE fa-IR ur-PK bn-BD ta-IN te-IN ml-IN mr-IN gu-IN hi-IN ne-NP si-LK uk-UA sr-RS "
    "bs-BA da-DK sv-SE cs-CZ et-EE el-GR ja-JP ko-KR vi-VN he-IL sl-SI sq-AL ka-GE hy-AM ms-MY ca-ES eu-ES gl-ES "
    "nb-NO nn-NO be-BY kk-KZ ky-KG tg-TJ mn-MN my-MM km-KH lo-LA am-ET so-SO zu-ZA xh-ZA af-ZA ha-NG yo-NG ps-AF "
)
_COUNTRY_OF_LANGUAGE = dict(pair.split("-") for pair in _WRITTEN_MOST.split())


_MAIN_ZONES = {
    "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "CA": "America/Toronto", "RU": "Europe/Moscow",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is said of a publisher."""

    value: str
    by: str
    """For people: what says so."""
    is_sure: bool = True


def name(home: str, pages: Sequence[Page]) -> Fact:
    """What the publisher calls itself: og:site_name, JSON-LD, the application's name, the end of titles, the host."""
    for layer, said in (("og:site_name", "og:site_name"), ("application-name", "application-name")):
        if found := _commonest(text for page in pages for text in page.meta.get(said, ())[:1]):
            return Fact(found, layer)
        if layer == "og:site_name" and (found := _commonest(_publishers(pages))):
            return Fact(found, "publisher in JSON-LD")
    if found := _commonest(_in_titles(pages), at_least=2):
        return Fact(found, "titles of the pages")
    return Fact(site(home), "its address", is_sure=False)


def _commonest(texts: Iterable[str], at_least: int = 1) -> str | None:
    cleaned = (clean(text) for text in texts)
    counts = Counter(text for text in cleaned if 0 < len(text) <= _LONGEST_NAME and "://" not in text)
    best = counts.most_common(1)
    return best[0][0] if best and best[0][1] >= at_least else None


def _publishers(pages: Iterable[Page]) -> Iterator[str]:
    for page in pages:
        said = (named for node in page.jsonld for named in resolved(node.get("publisher"), page.jsonld))
        yield from (text for named in said for text in strings(named.get("name"))[:1])


def _in_titles(pages: Iterable[Page]) -> Iterator[str]:
    for page in pages:
        parts = _IN_TITLE.split(page.root.findtext(".//title") or "")
        if len(parts) > 1:
            yield parts[-1]


def language(articles: Sequence[Article], pages: Sequence[Page], country: str | None = None) -> Fact | None:
    """The language of most texts; its region where the pages declare the publisher's own country. None: unknown."""
    spoken = Counter((article.language or "").partition("-")[0] for article in articles if article.language)
    if not spoken:
        declared = next((tag for page in pages if (tag := declared_language(page))), None)
        return Fact(declared.partition("-")[0], "the page's lang attribute", is_sure=False) if declared else None
    base, count = spoken.most_common(1)[0]
    by = f"text of {count} of {len(articles)} articles"
    tags = {tag for page in pages if (tag := declared_language(page)) and tag.startswith(f"{base}-")}
    if country and f"{base}-{country}" in tags:
        return Fact(f"{base}-{country}", f"{by}; region: lang attribute")
    return Fact(base, by, is_sure=2 * count > len(articles))


def declared_language(page: Page) -> str | None:
    """'en-GB' of <html lang="en_gb">; None for no tag."""
    match = re.fullmatch(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}))?(?:[-_].*)?", page.root.get("lang") or "")
    return "-".join(filter(None, (match[1].lower(), (match[2] or "").upper()))) if match else None


def country(home: str, pages: Sequence[Page], language: str | None) -> Fact:
    """Where it is edited: an address in JSON-LD, the top-level domain, the region of the lang attribute, a guess."""
    if found := next((code for page in pages for node in page.jsonld for code in _addresses(node)), None):
        return Fact(found, "address in JSON-LD")
    host = urlsplit(home).hostname or ""
    ending = host.rpartition(".")[2]
    by_domain = _NOT_ALIKE.get(ending, ending.upper())
    if by_domain in COUNTRIES and ending not in _NO_COUNTRY:
        return Fact(by_domain, f"top-level domain .{ending}")
    regions = Counter(tag.partition("-")[2] for page in pages if (tag := declared_language(page)) and "-" in tag)
    if regions and (region := regions.most_common(1)[0][0]) in COUNTRIES:
        return Fact(region, "region of the lang attribute", is_sure=False)
    base = (language or "en").partition("-")[0]
    guess = _COUNTRY_OF_LANGUAGE.get(base, base.upper())
    return Fact(guess if guess in COUNTRIES else "US", f"a guess from the language {base}", is_sure=False)


def _addresses(node: Node) -> Iterator[str]:
    for one in (node, node.get("publisher")):
        if isinstance(one, dict) and (one is not node or not types(node).isdisjoint(_PUBLISHERS)):
            address = one.get("address")
            codes = strings(address.get("addressCountry")) if isinstance(address, dict) else []
            yield from (code.upper() for code in codes if code.upper() in COUNTRIES)


def timezone(country: str, articles: Sequence[Article]) -> Fact:
    """The zone of the country; where it has several, one that fits the offsets that the articles write."""
    zones = zones_of(country)
    if not zones:
        return Fact("Etc/UTC", f"no zone of {country} is known", is_sure=False)
    if _are_alike(zones):
        return Fact(_main(country, zones), f"the time of {country}")
    instants = [found for article in articles if (found := _written(article.published))]
    fitting = [zone for zone in zones if instants and all(_fits(zone, instant) for instant in instants)]
    if fitting:
        written = f"{instants[0]:%z}"
        by = f"one of {len(zones)} in {country}; articles write {written[:3]}:{written[3:]}"
        return Fact(_main(country, fitting), by, is_sure=_are_alike(fitting))
    return Fact(_main(country, zones), f"where most of {country} live; it has {len(zones)} zones", is_sure=False)


def _are_alike(zones: Sequence[str]) -> bool:
    """Whether clocks show the same in all of them, in winter and in summer."""
    year = datetime.now(UTC).year
    seasons = [datetime(year, month, 1, tzinfo=UTC) for month in (1, 7)]
    places = [place for zone in zones if (place := known(zone))]
    return len({tuple(season.astimezone(place).utcoffset() for season in seasons) for place in places}) == 1


def _main(country: str, zones: Sequence[str]) -> str:
    """The zone where most people live: the list puts it first, except for countries that it goes through by place."""
    main = _MAIN_ZONES.get(country)
    return main if main is not None and main in zones else zones[0]


def _written(published: str | None) -> datetime | None:
    """The instant with the newsroom's own offset; None where it writes UTC, as many systems do, or only the day."""
    if not published or len(published) < len("2026-10-06T08:00+01:00"):
        return None
    instant = datetime.fromisoformat(published)
    return instant if instant.utcoffset() else None


def _fits(zone: str, instant: datetime) -> bool:
    place = known(zone)
    return place is not None and instant.astimezone(place).utcoffset() == instant.utcoffset()


def zones_of(country: str) -> list[str]:
    """IANA names of the zones of a country, by the list of the database itself."""
    return _zones().get(country, [])


@cache
def _zones() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            code, _, zone = line.split("\t")[:3]
            found.setdefault(code, []).append(zone)
    return found
