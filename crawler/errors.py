"""What can go wrong, as one tree.

WorlddeskError
├── UsageError          what the person asked for cannot be done        exit 2
│   ├── SourceError     a source's TOML is wrong: file, key, remedy     exit 2
│   └── ContactMissing  a live run needs WORLDDESK_CONTACT              exit 2
├── DatabaseError       the file cannot be used: which, why, remedy     exit 1
│   └── BusyError       another program keeps it locked: who            exit 75
├── LockedError         another run holds the database: who             exit 75
└── PageError           one page cannot be read: stage and reason       a row, never an exit
    ├── NotRead         reading it failed, whatever it is
    │   ├── PageKilled      it ended the process that read it: which limit, at what stage
    │   └── PageSetAside    the same bytes did so before, and are not read again
    ├── NotHTML         the bytes are something else, or nothing
    └── NotAnArticle    a page, but not one article (an index)
        └── Walled      what stands before it: challenge, consent, login, soft 404, shell
"""

import copyreg
from typing import Any


class WorlddeskError(Exception):
    """Base of all our exceptions; the message is for people: what, where, what to do."""

    exit_code = 1


class UsageError(WorlddeskError):
    """What the person asked for cannot be done."""

    exit_code = 2


class SourceError(UsageError):
    """A source's TOML is wrong; the message names file, key and remedy."""


class ContactMissing(UsageError):
    """A live run needs a contact in the User-Agent (`WORLDDESK_CONTACT`)."""


class DatabaseError(WorlddeskError):
    """The database file cannot be used; the message names the file, the cause and the remedy."""


class BusyError(DatabaseError):
    """Another program kept the database locked for too long; the message says which, where the system tells."""

    exit_code = 75


class LockedError(WorlddeskError):
    """Another run holds the database; the message says who, `since` when it began (UTC instant; None = not known)."""

    exit_code = 75

    def __init__(self, message: str, since: str | None = None):
        super().__init__(message)
        self.since = since


class PageError(WorlddeskError):
    """One page cannot be read. `stage` is where ('decode', 'parse', 'body', …), the message is why."""

    def __init__(self, reason: str, stage: str = "extract"):
        super().__init__(reason)
        self.stage = stage

    def __reduce__(self) -> tuple[Any, ...]:
        """Cross to another process whole: exceptions are else made anew from their message alone."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class NotRead(PageError):
    """Reading it failed, and says nothing of what it is."""


class PageKilled(NotRead):
    """Reading it ended the process that did; the message says at which limit and stage.

    `by_page`: it was the page for sure, not a busy machine or somebody from outside.
    """

    def __init__(self, limit: str, by_page: bool, stage: str):
        super().__init__(f"{limit} in stage {stage}", stage)
        self.limit = limit
        self.by_page = by_page


class PageSetAside(NotRead):
    """The same bytes ended such a process before; they are not read again by this version.

    `mark` says which; None where the source has ended too many.
    """

    def __init__(self, reason: str, mark: Any = None):
        super().__init__(reason, "start")
        self.mark = mark


class NotHTML(PageError):
    """The bytes are not HTML: another type, or nothing."""


class NotAnArticle(PageError):
    """A page, but not one article: an index, a wall, an empty shell."""


class Walled(NotAnArticle):
    """What stands in the place of a page. `outcome` is that of the request: blocked, gone, empty or error."""

    def __init__(self, reason: str, outcome: str, stage: str = "body"):
        super().__init__(reason, stage)
        self.outcome = outcome
