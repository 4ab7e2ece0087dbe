"""Opening, upgrading and holding a store, on each engine."""

import subprocess
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, text, update

from core.errors import StoreBusy, StoreError
from core.store import Store, locks, migrations, open_store, opening, tables
from core.store.migrations import newest
from tests.core.test_store import NOON_S, job, mix, results, write
from tests.support import to_first_release

HOLD = """
import sys
from core.store import open_store
with open_store(sys.argv[1]).exclusive(is_brief={brief}):
    print("held", flush=True)
    {then}
"""
KILLED_STEP = """
import os, signal, sys
from core.store import migrations, open_store
def step(connection):
    connection.exec_driver_sql("CREATE TABLE extra (number INTEGER)")
    os.kill(os.getpid(), signal.SIGKILL)
migrations.STEPS = (*migrations.STEPS, step)
open_store(sys.argv[1])
"""


def child(code: str, place: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, place]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_cycles_do_not_overlap(store: Store, place: str) -> None:
    code = HOLD.format(brief=False, then="pass")
    with store.exclusive():
        _, errors = child(code, place).communicate(timeout=60)
        assert StoreBusy.__name__ in errors
        assert "process" in errors and "hunter2" not in errors
    assert child(code, place).communicate(timeout=60)[0] == "held\n"


def test_a_killed_process_holds_nothing_and_is_named_while_it_does(store: Store, place: str) -> None:
    with child(HOLD.format(brief=False, then="sys.stdin.read()"), place) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        with pytest.raises(StoreBusy, match=rf"process {holder.pid}\b"), store.exclusive():
            pass
        holder.kill()
        holder.wait(timeout=60)
        hold_in_the_end(store)


def hold_in_the_end(store: Store) -> None:
    """A server notices a moment after it that the process of a session is no more, and nothing else lets go here."""
    end_s = time.monotonic() + 60
    while True:
        try:
            with store.exclusive():
                return
        except StoreBusy:
            if time.monotonic() > end_s:
                raise


def ending(holder: subprocess.Popen[str]) -> types.SimpleNamespace:
    """In the place of the module time: its first sleep is until the holder has ended."""

    def sleep(pause_s: float) -> None:
        if holder.poll() is None:
            holder.communicate(timeout=60)

    return types.SimpleNamespace(sleep=sleep)


def test_a_cycle_waits_for_one_who_holds_the_store_briefly(
    store: Store, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other lets go as soon as the cycle has begun to wait; who goes on holding it is named in the end."""
    with child(HOLD.format(brief=True, then="sys.stdin.read()"), place) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        with monkeypatch.context() as patched:
            patched.setattr(locks, "MOST_WAIT_S", 0.0)
            with pytest.raises(StoreBusy, match=rf"A backfill .*process {holder.pid}\b"), store.exclusive():
                pass
        monkeypatch.setattr(locks, "time", ending(holder))
        with store.exclusive():
            assert holder.returncode == 0


def test_one_who_holds_the_store_briefly_waits_for_a_cycle(
    store: Store, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with child(HOLD.format(brief=False, then="sys.stdin.read()"), place) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        monkeypatch.setattr(locks, "time", ending(holder))
        with store.exclusive(is_brief=True):
            assert holder.returncode == 0


def test_the_store_may_be_held_again_and_again(store: Store) -> None:
    for _ in range(3):
        with pytest.raises(KeyError), store.exclusive():
            raise KeyError


def test_a_writer_waits_for_the_one_before_it(
    store: Store, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that both found a refusal to be new would write it twice: the second one waits, but not for ever."""
    monkeypatch.setattr(opening, "WAIT_S", 1)
    run_id = store.begin_run(NOON_S, "live")
    with open_store(place) as other, store.writing() as connection:
        with pytest.raises(StoreError, match="cannot be written"):
            other.write_job(job(run_id=run_id), [], [{"reason": "too much", "event": "{}"}], "live")
        store._write_refusals(connection, job(run_id=run_id), [{"reason": "too much", "event": "{}"}])
    with open_store(place) as other:
        other.write_job(job(run_id=run_id), [], [{"reason": "too much", "event": "{}"}], "live")
    assert [row["times"] for row in store.refusals()] == [2]


def test_a_store_of_a_newer_version_is_refused(store: Store, place: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(update(tables.version).values(number=newest() + 1))
    store.close()
    with pytest.raises(StoreError, match="update it"):
        open_store(place)


def test_opening_again_keeps_everything(store: Store, place: str) -> None:
    write(store, mix(gas=1.0))
    store.close()
    with open_store(place) as again:
        assert again.counts()["mixes"] == 1


def test_a_file_is_read_while_it_is_written(tmp_path: Path) -> None:
    with open_store(tmp_path / "store.db") as opened, opened.engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def extra_step(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE extra (number INTEGER)")


def test_an_upgrade_that_is_killed_leaves_the_store_as_it_was(
    store: Store, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(store, mix(gas=1.0))
    store.close()
    with child(KILLED_STEP, place) as killed:
        assert killed.wait(timeout=60) == -9
    with open_store(place) as again:
        assert again.counts()["mixes"] == 1
        with again.engine.connect() as connection:
            assert connection.execute(text("SELECT number FROM version")).scalar() == newest()
    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, extra_step))
    with open_store(place) as again, again.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM extra")).scalar() == 0
        assert connection.execute(text("SELECT number FROM version")).scalar() == newest()


def test_results_of_the_first_release_are_kept_and_say_nothing_of_estimates(store: Store, place: str) -> None:
    """The first release's results were today's without `estimation`."""
    store.write_results(results(("FR", NOON_S, 50.0), ("ES", NOON_S, None)), {NOON_S: 1})
    to_first_release(store.engine)
    store.close()
    with open_store(place) as again:
        found = [(row["zone_key"], row["lifecycle_g_per_kwh"], row["estimation"]) for row in again.results()]
        assert found == [("ES", None, None), ("FR", 50.0, None)]
        assert again.latest_results(with_estimates=False).keys() == {"FR"}
        assert again.write_results(results(("FR", NOON_S, 50.0), ("ES", NOON_S, None)), {NOON_S: 1}) == 0
        estimated = results(("FR", NOON_S, 50.0), estimations=["typical_mix"])
        assert again.write_results(estimated, {NOON_S: 1}) == 2, "one says more, one is no longer known"
        assert [row["estimation"] for row in again.results()] == ["typical_mix"]


def test_a_first_opening_broken_off_leaves_nothing(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "insert", lambda table: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            open_store(place)
    with open_store(place) as again:
        assert write(again, mix(gas=1.0)) == (1, 0)


def test_what_is_no_store_is_refused_with_its_name(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html>" * 200)
    with pytest.raises(StoreError, match=r"page\.html"):
        open_store(page)
    for url in ("nonsense://nowhere", "mysql://host/db", "postgresql+psycopg2://host/db", "postgres://host:port/db"):
        with pytest.raises(StoreError, match="give a file name"):
            open_store(url)


def test_a_file_name_is_taken_as_it_is(tmp_path: Path) -> None:
    with open_store(tmp_path / "a?b#c%20.db"):
        assert (tmp_path / "a?b#c%20.db").exists()


def test_a_path_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(tmp_path / "file" / "store.db")
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(tmp_path)


def test_no_password_of_a_store_is_told(tmp_path: Path) -> None:
    """The folder of the socket has no server in it."""
    for url in (
        f"sqlite://user:hunter2@/{tmp_path}/store.db?mode=ro", "nonsense://user:hunter2@nowhere/db",
        f"postgresql://user:hunter2@/db?host={tmp_path}", f"postgresql://user@/db?host={tmp_path}&password=hunter2",
    ):
        with pytest.raises(StoreError) as told:
            open_store(url)
        assert "hunter2" not in str(told.value)


def test_both_names_of_postgresql_are_understood(new_postgresql: Callable[[], str]) -> None:
    url = new_postgresql()
    with open_store(url) as opened:
        write(opened, mix(gas=1.0))
        assert opened.name.startswith("postgresql+psycopg://")
    with open_store(url.replace("postgresql://", "postgres://")) as again:
        assert again.counts()["mixes"] == 1


def test_a_missing_driver_of_postgresql_is_named_with_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"gridtrace\[postgresql\]") as told:
        open_store("postgresql://user:hunter2@host/db")
    assert "hunter2" not in str(told.value)


def test_two_schemas_of_one_database_are_two_stores(new_postgresql: Callable[[], str]) -> None:
    with open_store(new_postgresql()) as first, open_store(new_postgresql()) as second:
        with first.exclusive(), second.exclusive():
            write(first, mix(gas=1.0))
        assert (first.counts()["mixes"], second.counts()["mixes"]) == (1, 0)


def test_a_server_that_ends_all_sessions_is_asked_again(new_postgresql: Callable[[], str]) -> None:
    """As one that is started again between two cycles, and in the middle of one."""
    url = new_postgresql()
    others = "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity " \
             "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with open_store(url) as opened, open_store(url) as operator:
        with opened.exclusive():
            opened.begin_run(NOON_S, "live")
            operator.rows(text(others))
        with opened.exclusive():
            assert opened.counts()["mixes"] == 0


def test_texts_are_sorted_by_bytes_and_as_long_as_they_are(new_postgresql: Callable[[], str]) -> None:
    """As in SQLite; a server sorts by its language otherwise, and `DK-DK1` behind `DKA` in most. In an upgraded
    database too."""
    columns = text(
        "SELECT table_name, column_name, data_type, collation_name, is_nullable FROM information_schema.columns"
        " WHERE table_schema = current_schema() ORDER BY 1, 2")
    found = []
    for is_old in (False, True):
        url = new_postgresql()
        with open_store(url) as opened:
            if is_old:
                to_first_release(opened.engine)
        with open_store(url) as opened:
            found.append(opened.rows(columns))
    new, old = found
    assert new == old
    words = {(c.table.name, c.name) for t in tables.metadata.sorted_tables for c in t.columns
             if type(c.type).__name__ == "String"}
    assert len(words) > 30
    kinds = {(row["data_type"], row["collation_name"]) for row in new
             if (row["table_name"], row["column_name"]) in words}
    assert kinds == {("text", "C")}
