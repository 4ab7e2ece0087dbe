"""What a past is cut into, what sources refuse of it, what is missing, and what is asked for again."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from core import errors, schemas, times
from core.declare import Declaration, declaration, earliest, source
from core.history import backfill
from core.history.gaps import UNFILLABLE, find
from core.history.refetch import due_again
from core.history.windows import Past, past_of
from core.ingest import jobs as room
from core.ingest.jobs import Job, Outcome
from core.ingest.runner import Cycle
from core.ingest.turns import in_order
from core.plugins import Manager
from core.store import Store, open_store
from tests import fakes

NOW = times.read("2026-03-10T12:02Z")
START, END = times.read("2026-03-01T00:00Z"), times.read("2026-03-05T00:00Z")
JOB = Job("production", "XA", ("XA.fetch_production",))


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    with open_store(place) as opened, times.frozen(NOW):
        yield opened


def daily(answer: Callable[[datetime], Any] = lambda day: None, **facts: Any) -> Callable[..., Any]:
    """A fetch_production of whole days in hours, coal growing by 1 MW an hour; `answer` may raise for a day."""

    @source(**{"resolution_min": 60, "window_h": 24, "day_of": "UTC", "history": "any", **facts})
    def fetch_production(
        zone_key: str, session: Any = None, target_datetime: datetime | None = None, logger: Any = None
    ) -> Any:
        day = times.midnight(times.day(target_datetime, "UTC"), "UTC")
        answer(day)
        starts = [times.shift(day, hours=hour) for hour in range(24)]
        return [
            schemas.production(
                zone_key, start=start, end=times.shift(start, hours=1), source="fake.org",
                modes={"coal": 100.0 + (start - START).total_seconds() / 3600})
            for start in starts if start < times.shift(times.now(), hours=-1)]

    return fetch_production


def plugins(fetch_production: Callable[..., Any]) -> Manager:
    return fakes.manager(**{key: fakes.module(key, fetch_production=fetch_production) for key in fakes.ZONES})


def cycle(store: Store, found: Manager) -> Cycle:
    return Cycle(fakes.world(), found, store, is_brief=True)


def fill(store: Store, found: Manager, start: datetime = START, end: datetime = END) -> backfill.Filled:
    made = cycle(store, found)
    planned = backfill.plan(made, [JOB], backfill.spans_of([JOB], start, end))
    return backfill.run(made, planned.jobs, pause_s=0)


def past(**facts: Any) -> Past:
    found, reason = past_of(JOB, plugins(daily(**facts)), NOW)
    assert found is not None, reason
    return found


def spans(windows: list[times.Window]) -> list[str]:
    return [f"{one.start:%dT%H} {one.end:%dT%H}" for one in windows]


def test_days_of_a_clock_are_asked_for_in_their_last_minute() -> None:
    """Colombo is UTC+5:30: its 2 March begins on 1 March 18:30Z."""
    one = past(day_of="Asia/Colombo")
    windows = one.windows(times.read("2026-03-01T18:00Z"), times.read("2026-03-02T19:00Z"), NOW)
    assert [window.start for window in windows] == [
        times.read(text) for text in ("2026-02-28T18:30Z", "2026-03-01T18:30Z", "2026-03-02T18:30Z")]
    assert one.ask(windows[1], NOW).target == times.read("2026-03-02T18:29Z")


def test_hours_up_to_a_moment_are_asked_for_at_their_end() -> None:
    """The grid counts from 1970 on: 1 March 2026 is day 20 513, which 3 divides not; 20 514 is 3 · 6838."""
    one = past(window_h=72, day_of=None)
    assert spans(windows := one.windows(START, END, NOW)) == ["27T00 02T00", "02T00 05T00"]
    assert [one.ask(window, NOW).target for window in windows] == [window.end for window in windows]
    ahead = past(window_h=24, ahead_h=48, day_of=None)
    assert spans(windows := ahead.windows(START, END, NOW)) == ["27T00 02T00", "02T00 05T00"]
    assert ahead.ask(windows[0], NOW).target == times.read("2026-02-28T00:00Z")


def test_what_is_not_out_or_before_the_first_day_is_not_asked_for(store: Store) -> None:
    """Two days back from 10 March 12:02Z is the 8th; with a delay of 24 h all is out up to the 9th, 12:02Z."""
    found = plugins(daily(history="2 days", delay_h=24))
    planned = backfill.plan(cycle(store, found), [JOB], {
        (JOB.kind, JOB.key): [times.Window(START, times.read("2026-03-20T00:00Z"))]})
    assert spans([job.window for job in planned.jobs if job.window]) == ["08T00 09T00", "09T00 10T00"]
    assert planned.begins == {JOB.parser: times.read("2026-03-08T12:02Z")}
    assert planned.ends == {JOB.parser: times.read("2026-03-09T12:02Z")}
    assert planned.jobs[-1].target == times.read("2026-03-09T12:02Z")


def test_a_window_that_was_not_wholly_out_is_asked_for_again(store: Store) -> None:
    """10 March is half over: of hours that ended by now, twelve."""
    found, day = plugins(daily(delay_h=1)), times.read("2026-03-10T00:00Z")
    assert fill(store, found, day, NOW).total.new == 12
    with times.frozen(times.read("2026-03-11T02:00Z")):
        assert fill(store, found, day, NOW).total.new == 24 - 12
        assert fill(store, found, day, NOW).total.windows.total() == 0


@pytest.mark.parametrize(("history", "first"), [
    ("any", "1970-01-01T00:00Z"), ("2015", "2015-01-01T00:00Z"), ("2015-12", "2015-12-01T00:00Z"),
    ("2018-07-03", "2018-07-03T00:00Z"), ("6 days", "2026-03-04T12:02Z"), ("live only", None),
])
def test_history_has_one_grammar(history: str, first: str | None) -> None:
    facts = declaration(daily(history=history))
    assert isinstance(facts, Declaration)
    assert earliest(facts, NOW) == (times.read(first) if first else None)


@pytest.mark.parametrize("facts", [
    {"history": "years"}, {"history": "0 days"}, {"window_h": 30}, {"ahead_h": 24}, {"window_h": 0, "day_of": None},
])
def test_what_cannot_be_declared_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"history|whole days|some time"):
        daily(**facts)


def test_what_a_source_refuses_is_said_and_only_failures_are_asked_again(store: Store) -> None:
    """1 and 2 March are gone, 3 March is empty, 4 March fails once."""
    asked, days = list[int](), dict[int, Exception]()
    days |= dict.fromkeys((1, 2), errors.NoHistory("The archive was thrown away."))
    days |= {3: errors.NoData("Nothing that day."), 4: errors.SourceDown("Out of order.")}

    def answer(day: datetime) -> None:
        asked.append(day.day)
        if day.day in days:
            raise days[day.day]

    found = plugins(daily(answer))
    filled = fill(store, found)
    assert filled.total.windows == {"no history": 2, "empty": 1, "failed": 1} and filled.total.failed == 1
    assert {key: len(jobs) for key, jobs in filled.reasons.items()} == {
        (JOB.parser, "no history", "The archive was thrown away."): 2,
        (JOB.parser, "failed", "SourceDown: Out of order."): 1}
    asked.clear()
    del days[4]
    assert fill(store, found).total.new == 24 and asked == [4]
    gaps = find(store, found, [JOB], START, times.read("2026-03-06T00:00Z")).lacking[0].gaps
    assert [(*gap.window, gap.said) for gap in gaps] == [
        (START, times.read("2026-03-04T00:00Z"),
         "refused: The archive was thrown away.; answered empty: Nothing that day."),
        (END, times.read("2026-03-06T00:00Z"), "never asked")]
    spans_wanted = find(store, found, [JOB], START, times.read("2026-03-06T00:00Z")).spans()
    planned = backfill.plan(cycle(store, found), [JOB], spans_wanted, UNFILLABLE)
    assert [job.window.start for job in planned.jobs if job.window] == [END], "the rest was refused or is empty"


def test_a_source_without_a_past_has_gaps_that_cannot_be_filled(store: Store) -> None:
    """Today it gives the hours from midnight to noon; yesterday's from noon to midnight were never stored."""
    found = plugins(daily(history="live only"))
    nothing = find(store, found, [JOB], START, END)
    assert nothing.lacking == [] and nothing.skipped == {"XA publishes the present only.": 1}
    Cycle(fakes.world(), found, store).run([JOB])
    lacking = find(store, found, [JOB], times.read("2026-03-09T12:00Z"), NOW).lacking[0]
    assert lacking.reason == "XA publishes the present only."
    assert [(*gap.window, gap.said) for gap in lacking.gaps] == [
        (times.read("2026-03-09T12:00Z"), times.read("2026-03-10T00:00Z"), "never asked")]
    assert find(store, found, [JOB], START, NOW).spans() == {}


def test_values_without_an_end_hold_until_the_next_unless_it_is_late(store: Store) -> None:
    """Flows at 00:00, 00:15, 00:35 and 01:10: usually 15 or more minutes apart, and 35 is more than half as much again.

    Steps of 15, 20 and 35 min have the median 20; 35 > 1.5 · 20, so 00:35 holds until 00:55, and 01:10 until 01:30.
    """
    minutes, link = (0, 15, 35, 70), Job("exchange", "XA->XB", ("links.fetch_exchange",))

    @source(resolution_min=None, window_h=24, delay_h=0, history="any")
    def fetch_exchange(
        zone_key1: str, zone_key2: str, session: Any = None, target_datetime: datetime | None = None,
        logger: Any = None,
    ) -> Any:
        return [
            schemas.exchange(
                zone_key1, zone_key2, start=times.shift(START, minutes=at), source="fake.org", flow_mw=10.0 + at)
            for at in minutes]

    found = fakes.manager(links=fakes.module("links", fetch_exchange=fetch_exchange))
    Cycle(fakes.world(), found, store).run([link])
    gaps = find(store, found, [link], START, times.read("2026-03-01T02:00Z")).lacking[0].gaps
    assert [f"{one.window.start:%H:%M} {one.window.end:%H:%M}" for one in gaps] == ["00:55 01:10", "01:30 02:00"]


def test_the_windows_of_a_series_are_stored_in_their_order(store: Store) -> None:
    """XA's come as 2, 1, 3: what is judged rests on what was before it. XB's waits for nobody, nor does what is new."""
    windows = [times.Window(times.shift(START, days=day), times.shift(START, days=day + 1)) for day in (0, 1, 2)]
    xa = [Job("production", "XA", (), window=window) for window in windows]
    xb, new = Job("production", "XB", (), window=windows[0]), Job("production", "XA", ())
    came = [xa[1], new, xb, xa[0], xa[2]]
    found = in_order([*xa, xb, new], [Outcome(job, "ok", "", NOW) for job in came])
    assert [one.job for one in found] == [new, xb, xa[0], xa[1], xa[2]]


def test_ctrl_c_ends_a_backfill_early_and_well(store: Store) -> None:
    heard: list[Outcome] = []

    def told(outcome: Outcome) -> None:
        heard.append(outcome)
        if len(heard) == 2:
            raise KeyboardInterrupt

    found = plugins(daily())
    made = cycle(store, found)
    planned = backfill.plan(made, [JOB], backfill.spans_of([JOB], START, END))
    stopped = backfill.run(made, planned.jobs, told, pause_s=0)
    assert stopped.is_stopped and stopped.total.windows == {"ok": 2} and stopped.total.new == 48
    rest = fill(store, found)
    assert not rest.is_stopped and rest.total.windows == {"ok": 2} and rest.total.new == 48


def test_jobs_that_may_share_a_request_stay_in_one_chunk(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three zones of one parser, four days each, chunks of two jobs take three."""
    monkeypatch.setattr(backfill, "FIRST_CHUNK", 2)
    monkeypatch.setattr(backfill, "LARGEST_CHUNK", 2)
    found = plugins(daily())
    jobs, sizes = [Job("production", key, ("XA.fetch_production",)) for key in fakes.ZONES], list[int]()
    made = cycle(store, found)
    planned = backfill.plan(made, jobs, backfill.spans_of(jobs, START, END))
    backfill.run(made, planned.jobs, told_chunk=lambda filled: sizes.append(filled.total.windows.total()), pause_s=0)
    assert sizes == [3, 6, 9, 12]


def test_windows_are_asked_for_again_every_six_hours_a_few_in_each_cycle(tmp_path: Path) -> None:
    """72 h back from noon, up to this day's midnight, are the 7th, 8th and 9th: three windows of three zones.

    72 cycles of 5 minutes are 6 hours. 9 windows over that are one in 8 cycles, and the least is one a cycle.
    """
    found = plugins(daily(refetch_h=72))
    jobs = room.plan(fakes.world(), kinds=["production"], only=fakes.ZONES)
    with open_store(tmp_path / "store.db") as store:
        made, asked, most = Cycle(fakes.world(), found, store), Counter[tuple[str, times.Window]](), 0
        for number in range(72):
            with times.frozen(times.shift(NOW, minutes=5 * number)):
                again = due_again(store, jobs, found)
                assert (again == []) == (number == 0 or len(asked) == 9)
                made.run([*again, *jobs])
                most = max(most, len(again))
                asked.update((job.key, job.window) for job in again if job.window)
        assert set(asked.values()) == {1} and len(asked) == 9 and most == 1


def test_a_long_interval_covers_what_lacks_beneath_it_in_whichever_week_it_began(store: Store) -> None:
    """A flow of 1 to 9 March; later 6 March 03:00 to 05:00 by itself, hours of the 9th but 02:00, and 10 March 01:00.

    Weeks begin on Thursdays, as in 1970: the 5th. Of a batch, intervals would end where the next begins: here are two.
    """
    link, begin = Job("exchange", "XA->XB", ("links.fetch_exchange",)), times.read("2026-03-09T00:00Z")
    batches = [[(START, begin)]]
    hours = [(times.read("2026-03-06T03:00Z"), times.read("2026-03-06T05:00Z"))]
    hours += [(times.shift(begin, hours=at), times.shift(begin, hours=at + 1)) for at in (0, 1, 3, 4, 25)]

    @source(resolution_min=60, window_h=240, delay_h=0, history="any")
    def fetch_exchange(
        zone_key1: str, zone_key2: str, session: Any = None, target_datetime: datetime | None = None,
        logger: Any = None,
    ) -> Any:
        return [
            schemas.exchange(zone_key1, zone_key2, start=start, end=end, source="fake.org", flow_mw=10.0 + number)
            for number, (start, end) in enumerate(batches.pop())]

    found = fakes.manager(links=fakes.module("links", fetch_exchange=fetch_exchange))
    Cycle(fakes.world(), found, store).run([link])
    batches.append(hours)
    Cycle(fakes.world(), found, store).run([link])
    gaps = find(store, found, [link], START, times.read("2026-03-10T02:00Z")).lacking[0].gaps
    assert [f"{one.window.start:%dT%H} {one.window.end:%dT%H}" for one in gaps] == ["09T02 09T03", "09T05 10T01"]
    inside = find(store, found, [link], times.read("2026-03-05T00:00Z"), times.read("2026-03-08T00:00Z"))
    assert inside.lacking == [] and inside.whole == 1
