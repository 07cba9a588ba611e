"""Is a source well? Judged at the end of every run from what its requests brought."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from crawler.gate import INSIDE

NO_NETWORK = "no network: nothing answered at all, no source is blamed"
BROKE_OFF = "the run broke off"
CUT_SHORT = "the run was cut short"
RESTS = "the host asked for rest"
"""How the reason begins where nothing was asked of a host that rests."""
STALE = "answered 304 while it had new articles: asked without validators for 30 days"
_ENOUGH_PAGES = 4
"""Pages of a source in one run, below which their share says nothing."""
_ENOUGH_WALLS = 3
"""Pages that were refused, and none read: one page for every address is recognised by so many."""
_USUAL_BODY_SHARE = 0.5
_LONGEST_REST = 24.0
"""Hours; a host that asks for rest that long after its last good answer refuses us."""
_SILENCE = re.compile(r"not answer|no answer|not known|resol|\bdns|unreachable|no route", re.IGNORECASE)
_REFUSAL = re.compile(r"refuse", re.IGNORECASE)  # somebody is there to refuse: the network works


class Verdict(NamedTuple):
    """How a source is after a run."""

    status: str
    message: str
    """For people."""
    cause: str | None = None
    """Which rule decided, as in `run_sources.cause`; None where all is well."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one run knows of one source. All `*_count` are requests or addresses of this run."""

    listing_count: int = 0
    listing_ok_count: int = 0
    listing_same_count: int = 0
    """Of these, answered 304: how much they announce is not known."""
    unasked_ok_count: int = 0
    """Listings that were not asked in this run, and were well when they were."""
    unasked_down_count: int = 0
    """Listings that were not asked in this run, and failed when they were."""
    unasked_refused_count: int = 0
    """Of these, by robots.txt, by status or by a challenge."""
    unasked_links: int = 0
    """Articles that listings not asked in this run announced when they were."""
    unasked_reason: str | None = None
    """Why one of them failed."""
    stale_listing: str | None = None
    """A listing whose 304 was found to hide new articles."""
    listing_refused_count: int = 0
    """By robots.txt, by status or by a challenge."""
    found_count: int = 0
    fetched_count: int = 0
    new_count: int = 0
    changed_count: int = 0
    unchanged_count: int = 0
    not_modified_count: int = 0
    """Of the unchanged ones, answered 304."""
    page_failed_count: int = 0
    page_refused_count: int = 0
    page_walled_count: int = 0
    """Of the refused ones, by status, by a challenge or by one page for every address; not by robots.txt."""
    empty_count: int = 0
    gone_count: int = 0
    """Pages that are not there, by status or by what they say (soft 404)."""
    gone_unread_count: int = 0
    """Of these, never read before: announced, and not there."""
    reason: str | None = None
    """The commonest reason of what failed, of listings first."""
    expected_links: int | None = None
    expected_body_share: float | None = None
    silent_hours: float | None = None
    """Since the last new article; None where there never was one."""
    silent_after_hours: float = 36
    """For so long it may bring nothing: learned, or as its TOML file says."""
    is_resting: bool = False
    """One of its hosts asked for rest (Retry-After)."""
    unanswered_hours: float | None = None
    """Since a listing of it answered well; None where none ever did."""
    is_crashed: bool = False
    """The run broke off."""
    is_interrupted: bool = False
    """Somebody ended the run."""
    is_cut_short: bool = False
    """Its deadline or its memory limit ended the run."""
    layout_change: str | None = None
    """For people: where the text stood and where it stands since the source rebuilt its pages."""
    short_listing: str | None = None
    """For people: the listing that announces far fewer links than usual, and how many."""
    poorer: tuple[str, str] | None = None
    """(cause, for people): what its last articles lack that its articles usually have."""
    is_finished: bool = True
    """All listings were asked for and no announced address waits; only looked at where the run did not end well."""

    @property
    def read_count(self) -> int:
        """Pages that gave an article, known or new."""
        return self.new_count + self.changed_count + self.unchanged_count


def judge(facts: Facts) -> Verdict:
    """Status, message for people and cause of a source after a run; the first rule that applies decides.

    ok · quiet: nothing new for long · degraded: less than it should bring, or its pages are built anew ·
    blocked: it refuses us ·
    failed: nothing could be read · skipped: nothing was asked of it.
    """
    status, message, cause = _verdict(facts)
    if facts.stale_listing is not None:
        message = f"{message}; {facts.stale_listing} {STALE}"
    if facts.layout_change is None:
        return Verdict(status, message, cause)
    if status in ("ok", "quiet"):
        status, cause = "degraded", "layout"
    return Verdict(status, f"{facts.layout_change} ({message})", cause)


def _verdict(facts: Facts) -> Verdict:
    for cause, rule in _RULES.items():
        verdict = rule(facts)
        if verdict is not None:
            return Verdict(*verdict, "rest" if verdict[0] == "skipped" and cause == "no_listing" else cause)
    is_silent = facts.silent_hours is not None and facts.silent_hours > facts.silent_after_hours
    if is_silent and facts.new_count == 0:
        usual = f"at most {facts.silent_after_hours:.0f} h are usual at this time of the week"
        return Verdict("quiet", f"no new article for {facts.silent_hours:.0f} h; {usual}", "silence")
    return Verdict("ok", _brought(facts))


def nothing_answered(exchanges: Iterable[tuple[int | None, str | None]]) -> bool:
    """Whether a run had no network, from (HTTP status, reason) of all its requests that went wrong or right.

    One answer of anybody, be it a refused connection, and the network works.
    """
    said = list(exchanges)
    said = [(status, reason) for status, reason in said if not (reason or "").endswith(INSIDE)]  # asked of nobody
    return bool(said) and all(
        status is None and _SILENCE.search(reason or "") and not _REFUSAL.search(reason or "")
        for status, reason in said
    )


def _brought(facts: Facts) -> str:
    return f"{facts.new_count} new, {facts.changed_count} changed"


def _unasked(facts: Facts) -> tuple[str, str] | None:
    if facts.listing_count + facts.fetched_count + facts.page_failed_count > 0:
        return None
    if facts.is_crashed:
        return "failed", BROKE_OFF
    if facts.is_interrupted:
        without_reason = "interrupted before its turn"
    else:
        without_reason = f"{CUT_SHORT} before its turn" if facts.is_cut_short else "nothing was asked of it in this run"
    return "skipped", facts.reason or without_reason


def _listings_down(facts: Facts) -> tuple[str, str] | None:
    asked, refused = _both(facts)
    if asked == 0 or facts.listing_ok_count + facts.unasked_ok_count > 0:
        return None
    reason = _why(facts) or "no listing could be read"
    if facts.is_resting and (facts.unanswered_hours is None or facts.unanswered_hours < _LONGEST_REST):
        return "skipped", reason
    if facts.is_resting:
        return "blocked", reason
    return ("blocked" if refused == asked else "failed"), reason


def _both(facts: Facts) -> tuple[int, int]:
    """(listings asked in this run or down since an earlier one, of these refused)."""
    return (
        facts.listing_count + facts.unasked_down_count,
        facts.listing_refused_count + facts.unasked_refused_count,
    )


def _why(facts: Facts) -> str | None:
    is_down = facts.listing_count > facts.listing_ok_count
    return (facts.reason if is_down else None) or facts.unasked_reason or facts.reason


def _pages_down(facts: Facts) -> tuple[str, str] | None:
    if facts.read_count > 0:
        return None
    is_walled = facts.page_walled_count >= _ENOUGH_WALLS and facts.page_walled_count == facts.page_failed_count
    if not is_walled and facts.page_failed_count + facts.empty_count + facts.gone_count < _ENOUGH_PAGES:
        return None
    is_blocked = is_walled or 2 * facts.page_refused_count > facts.page_failed_count + facts.gone_count
    return ("blocked" if is_blocked else "failed"), f"no article could be read: {facts.reason}"


def _some_listings_down(facts: Facts) -> tuple[str, str] | None:
    down = facts.listing_count - facts.listing_ok_count + facts.unasked_down_count
    total = facts.listing_count + facts.unasked_ok_count + facts.unasked_down_count
    return ("degraded", f"{down} of {total} listings failed: {_why(facts)}") if down > 0 else None


def _few_links(facts: Facts) -> tuple[str, str] | None:
    if facts.listing_count + facts.unasked_ok_count == 0 or facts.listing_same_count > 0:
        return None
    expected = max(facts.expected_links or 0, 1)  # a listing that announces nothing is never well
    announced = facts.found_count + facts.unasked_links
    if announced >= expected:
        return None
    return "degraded", f"its listings announce {announced} articles, at least {expected} expected"


def is_few(count: int, usual: int) -> bool:
    """Whether a listing that announces so many links has lost most of them: less than a third of the usual count."""
    return 3 * count < usual


def _short_listing(facts: Facts) -> tuple[str, str] | None:
    return None if facts.short_listing is None else ("degraded", facts.short_listing)


def _few_texts(facts: Facts) -> tuple[str, str] | None:
    pages = facts.read_count - facts.not_modified_count + facts.empty_count
    if pages < _ENOUGH_PAGES:
        return None
    share, expected = 1 - facts.empty_count / pages, facts.expected_body_share or _USUAL_BODY_SHARE
    if share >= expected:
        return None
    return "degraded", f"only {share:.0%} of {pages} pages gave a text, {expected:.0%} expected"


def _many_failures(facts: Facts) -> tuple[str, str] | None:
    failed = facts.page_failed_count + facts.gone_unread_count
    asked = facts.read_count + failed
    if asked < _ENOUGH_PAGES or 3 * failed <= asked:
        return None
    return "degraded", f"{failed} of {asked} pages failed: {facts.reason}"


def _poorer(facts: Facts) -> tuple[str, str] | None:
    return None if facts.poorer is None or facts.poorer[0] != "poor_fields" else ("degraded", facts.poorer[1])


def _shorter(facts: Facts) -> tuple[str, str] | None:
    return None if facts.poorer is None or facts.poorer[0] != "short_texts" else ("degraded", facts.poorer[1])


def _unfinished(facts: Facts) -> tuple[str, str] | None:
    endings = (
        (facts.is_crashed, BROKE_OFF),
        (facts.is_interrupted, "interrupted"),
        (facts.is_cut_short, CUT_SHORT),
    )
    why = next((words for applies, words in endings if applies), None)
    if facts.is_finished or why is None:
        return None
    return "degraded", f"{why} before its end: {_brought(facts)}"


_RULES = {
    "unasked": _unasked,
    "no_listing": _listings_down,
    "no_page": _pages_down,
    "some_listings": _some_listings_down,
    "unfinished": _unfinished,
    "few_links": lambda facts: _few_links(facts) or _short_listing(facts),
    "few_texts": _few_texts,
    "some_pages": _many_failures,
    "poor_fields": _poorer,
    "short_texts": _shorter,
}
"""By cause, in the order in which they decide."""
