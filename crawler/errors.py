"""What can go wrong, as one tree.

WorlddeskError
├── UsageError          what the person asked for cannot be done        exit 2
│   ├── SourceError     a source's TOML is wrong: file, key, remedy     exit 2
│   └── ContactMissing  a live run needs WORLDDESK_CONTACT              exit 2
├── DatabaseError       the file cannot be used: which, why, remedy     exit 1
│   └── BusyError       another program keeps it locked: who            exit 75
├── LockedError         another run holds the database: who             exit 75
└── PageError           one page cannot be read: stage and reason       a row, never an exit
    ├── NotHTML         the bytes are something else, or nothing
    └── NotAnArticle    a page, but not one article (an index)
        └── Walled      what stands before it: challenge, consent, login, soft 404, shell
"""


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


class NotHTML(PageError):
    """The bytes are not HTML: another type, or nothing."""


class NotAnArticle(PageError):
    """A page, but not one article: an index, a wall, an empty shell."""


class Walled(NotAnArticle):
    """What stands in the place of a page. `outcome` is that of the request: blocked, gone, empty or error."""

    def __init__(self, reason: str, outcome: str, stage: str = "body"):
        super().__init__(reason, stage)
        self.outcome = outcome
