"""Talks with a source that remembers what it was asked before, by a cookie, and so can hold only one at a time."""

import contextlib
import threading
from collections import defaultdict
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from core import http

_guard = threading.Lock()
_doors: WeakKeyDictionary[http.Session, defaultdict[str, http.Gate]] = WeakKeyDictionary()


@contextlib.contextmanager
def talk(used: http.Session | None, source: str) -> Iterator[http.Session]:
    """A session that nobody else talks to this source with before the block ends; a new one if none was given.

    Jobs share a session, and so its cookies. The wait for others does not count against a job's deadline.
    """
    session = used or http.session()
    with _guard:
        door = _doors.setdefault(session, defaultdict(lambda: http.Gate(1)))[source]
    with door.passing(None):
        yield session
