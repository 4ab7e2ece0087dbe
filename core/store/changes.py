"""Whether anything in a store has changed, without reading it."""

import contextlib
import secrets
import threading

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError

MARKS = {
    "sqlite": text("PRAGMA data_version"),
    # The next number of a transaction (xmax) alone would miss the commit of one that began before others which have
    # ended: it leaves only the list of those under way. Numbers are never used twice.
    "postgresql": text("SELECT pg_current_snapshot()::text"),
}


class Changes:
    """A connection that asks for the mark of a store's last commit. May be used from several threads.

    SQLite counts the commits of all other connections, of this process too, so that this one must never write. The
    count is the connection's own: each connection puts a word of its own before it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine, self._lock = engine, threading.Lock()
        self._connection: Connection | None = None
        self._word = ""

    def mark(self) -> str:
        """A text that differs after every commit; DatabaseError if the store cannot be reached."""
        with self._lock:
            if self._connection is not None:
                try:
                    return self._ask(self._connection)
                except DatabaseError:  # the server has ended the session since
                    self._close()
            self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._word = f"{secrets.token_hex(4)} " if self._engine.dialect.name == "sqlite" else ""
            return self._ask(self._connection)

    def _ask(self, connection: Connection) -> str:
        return f"{self._word}{connection.execute(MARKS[self._engine.dialect.name]).scalar_one()}"

    def close(self) -> None:
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(DatabaseError):
                self._connection.invalidate()
                self._connection.close()
            self._connection = None
