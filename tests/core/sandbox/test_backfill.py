"""Filling days of a simulated source over real HTTP, through its real parser, into a real store."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, select

from core import http, times, tokens
from core.config import load
from core.history import backfill
from core.history.gaps import UNFILLABLE, find
from core.history.refetch import due_again
from core.ingest import jobs as room
from core.ingest.runner import Cycle, Report
from core.plugins import Manager
from core.sandbox import TOKENS
from core.sandbox.faults import Plan
from core.sandbox.readings import World
from core.sandbox.server import Sandbox, serving
from core.sandbox.wire import Asked
from core.store import Store, tables

ZONE = "US-NY-NYIS"
NOW = times.read("2026-03-27T12:02Z")
START, END = times.read("2026-03-20T12:00Z"), times.read("2026-03-23T00:00Z")
FIVE_MIN_S, HOUR_S = 300, 3600
PLUGINS = Manager()


@pytest.fixture
def asked(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that the sandbox is asked for."""
    names, answer = list[str](), sandbox.answer

    def listened(question: Asked) -> Any:
        names.append(question.path.rpartition("/")[2])
        return answer(question)

    monkeypatch.setattr(sandbox, "answer", listened)
    return names


def cycle(store: Store, sandbox: Sandbox, *, is_brief: bool = True) -> Cycle:
    patience = http.Patience(retries=0)
    return Cycle(load(), PLUGINS, store, "simulated", gateway=sandbox.url, patience=patience, is_brief=is_brief)


def production() -> list[room.Job]:
    return room.plan(load(), kinds=["production"], only=[ZONE])


def fill(store: Store, sandbox: Sandbox, answers: tuple[str, ...] = backfill.ANSWERED) -> backfill.Filled:
    with times.frozen(NOW), tokens.given(TOKENS):
        made, jobs = cycle(store, sandbox), production()
        planned = backfill.plan(made, jobs, backfill.spans_of(jobs, START, END), answers)
        return backfill.run(made, planned.jobs, pause_s=0)


def rows(store: Store) -> list[Any]:
    """Every stored mix, without which job brought it."""
    told = [column for column in tables.mixes.columns if column.name not in ("job_id", "fetched_s")]
    return store.rows(select(*told).order_by(tables.mixes.c.key, tables.mixes.c.start_s))


def test_a_span_is_asked_for_in_the_windows_of_its_source_once(
    store: Store, sandbox: Sandbox, asked: list[str]
) -> None:
    """NYISO has a file per day on the clock of New York, in March UTC-4.

    20 March 12:00Z is in the 20th there, and the last moment before 23 March 00:00Z at 20:00 of the 22nd. Each file
    begins at 00:05 and has 288 values.
    """
    filled = fill(store, sandbox)
    assert sorted(asked) == [f"2026032{day}rtfuelmix.csv" for day in (0, 1, 2)]
    assert filled.total.windows == {"ok": 3} and filled.total.new == len(rows(store)) == 3 * 288
    assert filled.parsers.keys() == {"US_NY.fetch_production"}
    before = rows(store)
    assert fill(store, sandbox).total.windows.total() == 0 and len(asked) == 3
    again = fill(store, sandbox, ())
    assert again.total.windows == {"ok": 3} and (again.total.new, again.total.changed) == (0, 0) and len(asked) == 6
    assert rows(store) == before


def test_the_changed_hours_are_traced_in_one_go_at_the_end(store: Store, sandbox: Sandbox) -> None:
    """From 20 March 04:00Z, of which 04:05 is the first value, to 23 March 04:00Z, which is the last."""
    fill(store, sandbox)
    first_s, last_s = (int(times.read(text).timestamp()) for text in ("2026-03-20T04:00Z", "2026-03-23T04:00Z"))
    hours = list(range(first_s, last_s + 1, HOUR_S))
    assert list(store.unsolved_hours()) == hours and store.results(ZONE) == []
    runs: list[int] = []
    solved = backfill.trace_changed(cycle(store, sandbox), runs.extend)
    assert runs == hours and solved.hours == {*hours} and not store.unsolved_hours()
    assert [row["hour_s"] for row in store.results(ZONE) if row["estimation"] is None] == hours


def test_what_was_deleted_is_found_and_filled_again(store: Store, sandbox: Sandbox, asked: list[str]) -> None:
    """Two stretches of the 21st are deleted, 03:00Z to 04:30Z reaching from one file into the next."""
    fill(store, sandbox)
    before = rows(store)
    stretches = [
        (times.read("2026-03-21T03:00Z"), times.read("2026-03-21T04:30Z")),
        (times.read("2026-03-21T10:00Z"), times.read("2026-03-21T10:05Z"))]
    with store.writing() as connection:
        for start, end in stretches:
            starts = tables.mixes.c.start_s.between(int(start.timestamp()), int(end.timestamp()) - 1)
            connection.execute(delete(tables.mixes).where(starts))
    asked.clear()
    with times.frozen(NOW), tokens.given(TOKENS):
        jobs = production()
        found = find(store, PLUGINS, jobs, START, END)
        assert [(*gap.window,) for gap in found.lacking[0].gaps] == stretches
        assert [gap.hours for gap in found.lacking[0].gaps] == pytest.approx([1.5, 1 / 12])
        assert {gap.said for gap in found.lacking[0].gaps} == {"answered without it"}
        made = cycle(store, sandbox)
        filled = backfill.run(made, backfill.plan(made, jobs, found.spans(), UNFILLABLE).jobs, pause_s=0)
        assert find(store, PLUGINS, jobs, START, END).whole == 1
    assert sorted(asked) == ["20260320rtfuelmix.csv", "20260321rtfuelmix.csv"], "the 22nd lacks nothing"
    assert filled.total.new == 18 + 1
    assert rows(store) == before


def cycle_at(store: Store, world: World, now: datetime, *faults: str) -> Report:
    """An ordinary cycle, refetching included."""
    plan = Plan(1, {"US_NY": dict.fromkeys(faults, 1.0)})
    with serving(world, plan) as served, times.frozen(now), tokens.given(TOKENS):
        jobs = production()
        return cycle(store, served, is_brief=False).run([*jobs, *due_again(store, jobs, PLUGINS)])


def test_a_cycle_brings_the_late_corrections_of_yesterday_and_solves_their_hours(store: Store, world: World) -> None:
    """The clock in New York goes from 23:50 to 01:00; a call for the present gives its new day only.

    The first edition of the last six hours is 3 % too high. NYISO declares that a day is still revised.
    """
    first = cycle_at(store, world, times.read("2026-03-27T03:50Z"), "early")
    assert len(first.outcomes) == 1, "nothing could have been revised in a new store"
    before = {row["start_s"]: row for row in rows(store)}
    now = times.read("2026-03-27T05:00Z")
    second = cycle_at(store, world, now)
    assert [one.job.window for one in second.outcomes if one.job.window] == [
        times.Window(times.read("2026-03-26T04:00Z"), times.read("2026-03-27T04:00Z"))]
    after = {row["start_s"]: row for row in rows(store)}
    changed = {start_s for start_s, row in before.items() if after[start_s] != row}
    assert min(changed) >= times.read("2026-03-26T21:50Z").timestamp() and second.changed == len(changed) > 60
    touched = changed | (after.keys() - before.keys())
    assert second.solved_hours == {start_s - start_s % HOUR_S for start_s in touched}
    with times.frozen(times.shift(now, minutes=5)), tokens.given(TOKENS):
        assert due_again(store, production(), PLUGINS) == []
    with times.frozen(times.shift(now, hours=6)), tokens.given(TOKENS):
        assert len(due_again(store, production(), PLUGINS)) == 1
