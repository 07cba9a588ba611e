"""When an address is due: articles for a second look, failures for another try. Pure functions of instants.

Instants are 'YYYY-MM-DDTHH:MM:SSZ', so they compare as text.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

SECOND_LOOKS = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24), timedelta(hours=72))
"""After the first look: most corrections come within hours, hardly any after three days."""
FIRST_WAIT = timedelta(minutes=10)
LONGEST_WAIT = timedelta(hours=24)
GIVE_UP_AFTER = timedelta(days=14)
"""What could not be read for so long is no news any more; without an end such addresses would only pile up."""
BACK_AFTER = timedelta(hours=24)
"""A page that said it is gone and is still announced so much later is asked for again."""
SLACK = timedelta(minutes=1)
ARTICLES_PER_RUN = 300
"""Article pages that one run asks of one source; what is left stays due."""
KEPT_FOR_NEWS = 100
"""Of these, what earlier runs left due does not take while listings of the source are still to answer."""


def second_look(first_seen_at: str, now: str, published_at: str | None = None) -> str | None:
    """Next look at an article: the first of SECOND_LOOKS that still lies ahead; None when the rhythm has ended.

    It has ended before it began for what was published so long before we saw it that nobody corrects it any more.
    """
    first_seen = _instant(first_seen_at)
    if published_at is not None and first_seen - _instant(published_at) > SECOND_LOOKS[-1]:
        return None
    ahead = (_text(first_seen + wait) for wait in SECOND_LOOKS)
    return next((at for at in ahead if at > now), None)


def another_try(failures_in_row: int, now: str, not_before: str | None = None) -> str:
    """Next try after so many failures in a row: at once, then after 10 min, 20 min, 40 min, … at most 24 h.

    `not_before` is what the host asked for; it counts where it is later.
    """
    doublings = min(failures_in_row - 2, 10)  # more would only overflow: LONGEST_WAIT is reached before
    wait = timedelta(0) if failures_in_row <= 1 else min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)
    return max(_text(_instant(now) + wait), not_before or "")


def is_given_up(first_seen_at: str, now: str) -> bool:
    """Whether an address that was never stored is too old to be tried once more."""
    return _instant(now) - _instant(first_seen_at) > GIVE_UP_AFTER


def may_be_back(last_fetched_at: str | None, now: str) -> bool:
    """Whether a page that was gone at its last look is worth another one, now that a listing shows it."""
    return last_fetched_at is not None and _instant(now) - _instant(last_fetched_at) >= BACK_AFTER


def soon(now: str) -> str:
    """The instant up to which a listing is due: cron that comes some seconds early must not cost a whole round."""
    return _text(_instant(now) + SLACK)


@lru_cache(maxsize=64)  # asked for each link of a listing, of the one instant at which that was read
def hours_before(now: str, hours: float) -> str:
    """The instant so many hours before `now`."""
    return _text(_instant(now) - timedelta(hours=hours))


def hours_between(earlier: str, later: str) -> float:
    """Hours from one instant to the other."""
    return (_instant(later) - _instant(earlier)).total_seconds() / 3600


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
