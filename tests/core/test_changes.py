"""`Store.fingerprint`, on each engine: it differs after a commit of anybody, and not without one."""

import re
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text

from core.errors import StoreError
from core.store import Store, open_store
from tests.core.test_bulk import load
from tests.core.test_bulk import mix as hour
from tests.core.test_store import NOON_S, mix, results, write

OTHER = """
import sys
from core.store import open_store
with open_store(sys.argv[1]) as store:
    for _ in sys.stdin:
        store.begin_run(1, "live")
        print("written", flush=True)
"""


def test_it_differs_after_each_way_of_this_process_to_write(store: Store) -> None:
    """SQLAlchemy's connections, those of Arrow, and deletions."""
    seen = [store.fingerprint()]
    assert store.fingerprint() == seen[0]
    for change in (
        lambda: store.begin_run(NOON_S, "live"), lambda: write(store, mix(gas=1.0)),
        lambda: load(store, hour(5, gas=2.0)), lambda: store.write_results(results(("FR", NOON_S, 1.0)), {NOON_S: 1}),
        lambda: store.write_results(results(), {NOON_S: 1}),
    ):
        change()
        seen.append(store.fingerprint())
        assert store.fingerprint() == seen[-1], "reading changes nothing"
        assert store.counts() and store.fingerprint() == seen[-1]
    assert len({*seen}) == len(seen) == 6


def test_it_differs_after_another_process_has_written(store: Store, place: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OTHER, place], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin and other.stdout
        seen = [store.fingerprint()]
        for _ in range(3):
            other.stdin.write("\n")
            other.stdin.flush()
            assert other.stdout.readline() == "written\n"
            seen.append(store.fingerprint())
        other.communicate(timeout=60)
    assert len({*seen}) == 4


def test_the_commit_of_an_older_transaction_shows_after_that_of_a_younger(new_postgresql: Callable[[], str]) -> None:
    """The younger one moves the number of the next transaction; when the older one ends it moves no more."""
    begin = text("INSERT INTO runs (started_s, origin) VALUES (1, 'live')")
    with open_store(new_postgresql()) as store, store.engine.connect() as older, store.engine.connect() as younger:
        older.execute(begin)
        younger.execute(begin)
        younger.commit()
        before = store.fingerprint()
        assert len(store.last_runs()) == 1
        older.commit()
        assert store.fingerprint() != before
        assert store.fingerprint().split(":")[1] == before.split(":")[1]
        assert len(store.last_runs()) == 2


def test_a_lost_session_is_replaced(new_postgresql: Callable[[], str]) -> None:
    url = new_postgresql()
    others = "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity " \
             "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with open_store(url) as store, open_store(url) as operator:
        before = store.fingerprint()
        operator.rows(text(others))
        assert re.fullmatch(r"\d+:\d+:[\d,]*", store.fingerprint())
        operator.begin_run(NOON_S, "live")
        assert store.fingerprint() != before


def test_what_a_file_says_to_one_store_is_not_what_it_says_to_another(place: str) -> None:
    """Each connection of SQLite counts for itself: the same number would mean different contents."""
    with open_store(place) as first:
        before = first.fingerprint()
        first.begin_run(NOON_S, "live")
        with open_store(place) as second:
            assert second.fingerprint() != before


def test_several_threads_may_ask(store: Store) -> None:
    seen: list[str] = []
    threads = [threading.Thread(target=lambda: seen.append(store.fingerprint())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(seen) == 8 and len({*seen}) == 1


def test_a_store_that_cannot_be_reached_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.fingerprint()
    monkeypatch.setattr("core.store.changes.MARKS", dict.fromkeys(("sqlite", "postgresql"), text("SELECT nothing")))
    with pytest.raises(StoreError, match="cannot be read"):
        store.fingerprint()
