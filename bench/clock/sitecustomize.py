"""Imported by every Python that has this folder on PYTHONPATH: its clock is WORLDDESK_BENCH_AHEAD seconds ahead.

So a soak lives through days in minutes, with no instant in the database moved by hand. Python's `datetime` and
`time.time` are ahead; SQLite's own 'now', the file system and all waiting (monotonic clocks) are not.
"""

import datetime
import os
import time

_AHEAD = float(os.environ.get("WORLDDESK_BENCH_AHEAD") or 0)
_REAL = datetime.datetime
_TIME = time.time


class _Kind(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, _REAL)


class _Ahead(_REAL, metaclass=_Kind):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> _REAL:
        return _REAL.now(tz) + datetime.timedelta(seconds=_AHEAD)

    @classmethod
    def utcnow(cls) -> _REAL:
        return _REAL.now(datetime.UTC).replace(tzinfo=None) + datetime.timedelta(seconds=_AHEAD)


if _AHEAD:
    datetime.datetime = _Ahead  # type: ignore[misc]
    time.time = lambda: _TIME() + _AHEAD
