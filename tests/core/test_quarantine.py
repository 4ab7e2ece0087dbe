"""The quarantine on a real store: what comes in, what a person decides, what the next cycle makes of it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from sqlalchemy import inspect

from core import schemas, times
from core.errors import StoreError
from core.ingest import jobs as room
from core.ingest.quarantine import sift
from core.ingest.runner import Cycle, Report
from core.ingest.solve import solve
from core.plugins import impl
from core.store import Store, open_store
from core.validation import Checked, quality
from tests import fakes
from tests.support import to_first_release

HOURS = 72
NOON_S = int(fakes.NOON.timestamp())
LAST_S = NOON_S - 3600


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    with open_store(place) as opened, times.frozen(fakes.NOON):
        yield opened


def mixes(**last: float | None) -> list[dict[str, float | None]]:
    """Three days of hours of coal, gas and wind; the last hour is as given."""
    swing = [float(10 * np.sin(hour / 4)) for hour in range(HOURS)]
    found: list[dict[str, float | None]] = [
        {"coal": 100 + one, "gas": 60 - one, "wind": 80 + one / 2} for one in swing
    ]
    found[-1] = found[-1] | last
    return found


def cycle(store: Store, answer: list[dict[str, float | None]], **more: Any) -> Report:
    """A cycle of XB's production with this answer."""
    plugins = fakes.manager(XB=fakes.module("XB", fetch_production=fakes.production(*answer)), **more)
    config = fakes.world()
    return Cycle(config, plugins, store).run([room.Job("production", "XB", ("XB.fetch_production",))])


def coal(store: Store) -> dict[int, float | None]:
    """XB's stored coal by start."""
    _, start_s, values = store.series("production", ["XB"], 0, 2**40)
    return dict(zip(start_s.astype(int).tolist(), values[1].tolist(), strict=True))


ABSURD = 9e4
"""Coal of 90 000 MW after 72 hours of some 100: above three times anything usual, so rule `range`."""


def test_a_suspect_is_kept_apart_and_costs_nobody_else(store: Store) -> None:
    report = cycle(store, mixes(coal=ABSURD))
    assert report.counts == {"ok": 1}
    assert (report.accepted, report.suspect, report.refused) == (HOURS - 1, 1, 0)
    assert "0 refused, 1 suspect; " in report.summary()
    assert len(coal(store)) == HOURS - 1 and LAST_S not in coal(store)
    (entry,) = store.quarantine.entries()
    assert (entry["kind"], entry["key"], entry["parser"], entry["rule"], entry["state"], entry["times"]) == (
        "production", "XB", "XB.fetch_production", "range", "suspect", 1)
    assert (entry["start_s"], entry["end_s"], entry["origin"]) == (LAST_S, NOON_S, "live")
    assert json.loads(entry["figures"])["value"] == pytest.approx(ABSURD + 140, abs=20)
    assert json.loads(entry["event"])["production"]["coal"] == ABSURD
    assert store.last_jobs()[0]["suspect"] == 1
    (outcome,) = report.outcomes
    assert outcome.has_suspect_end


def test_the_same_suspect_again_is_counted_not_repeated(store: Store) -> None:
    for _ in range(3):
        cycle(store, mixes(coal=ABSURD))
    (entry,) = store.quarantine.entries()
    assert entry["times"] == 3
    cycle(store, mixes(coal=ABSURD + 1))
    assert [one["times"] for one in store.quarantine.entries()] == [1, 3], "another content is another entry"


def test_only_suspects_is_a_bad_outcome(store: Store) -> None:
    cycle(store, mixes())
    with times.frozen(times.shift(fakes.NOON, hours=1)):
        (event,) = fakes.production({"coal": ABSURD, "gas": 60.0})("XB")
        later = {name: times.shift(event[name], hours=1) for name in ("datetime", "end_datetime")}
        plugins = fakes.manager(XB=fakes.module("XB", fetch_production=fakes.returning([event | later])))
        job = room.Job("production", "XB", ("XB.fetch_production",))
        report = Cycle(fakes.world(), plugins, store).run([job])
    assert report.counts == {"suspect": 1} and report.has_failures
    assert "a value that cannot be" in (report.outcomes[0].message or "")


def test_a_suspect_never_overwrites_an_accepted_value(store: Store) -> None:
    cycle(store, mixes())
    before = coal(store)
    report = cycle(store, mixes(coal=ABSURD))
    assert (report.changed, report.suspect) == (0, 1)
    assert coal(store) == before


def test_an_accepted_event_supersedes_the_suspect(store: Store) -> None:
    cycle(store, mixes(coal=ABSURD))
    cycle(store, mixes())
    assert store.quarantine.entries() == []
    (entry,) = store.quarantine.entries(state="superseded")
    assert entry["start_s"] == LAST_S and LAST_S in coal(store)
    cycle(store, mixes(coal=ABSURD))
    (entry,) = store.quarantine.entries(state="suspect")
    assert entry["times"] == 2, "it came back"


def test_what_is_released_is_stored_unsolved_and_accepted_when_it_comes_again(store: Store) -> None:
    cycle(store, mixes(coal=ABSURD))
    cycle(store, mixes(coal=ABSURD + 1))
    assert list(store.unsolved_hours()) == []
    (entry,) = (one for one in store.quarantine.entries() if json.loads(one["event"])["production"]["coal"] == ABSURD)
    assert store.quarantine.release([entry]) == 1
    assert coal(store)[LAST_S] == ABSURD
    assert list(store.unsolved_hours()) == [LAST_S]
    assert store.quarantine.entry(entry["id"])["state"] == "released"
    assert [one["state"] for one in store.quarantine.entries(state=None)] == ["superseded", "released"]
    report = cycle(store, mixes(coal=ABSURD))
    assert (report.accepted, report.suspect, report.changed, report.new) == (HOURS, 0, 0, 0)
    assert report.solved_hours == {LAST_S}
    assert cycle(store, mixes()).changed == 1, "a correction is accepted as any other"
    report = cycle(store, mixes(coal=ABSURD))
    assert (report.suspect, report.changed) == (0, 1), "and what was released needs no judgement"


def test_what_is_dropped_stays_out_in_silence(store: Store) -> None:
    cycle(store, mixes(coal=ABSURD))
    store.quarantine.drop(store.quarantine.entries())
    report = cycle(store, mixes(coal=ABSURD))
    assert (report.accepted, report.suspect) == (HOURS - 1, 0)
    assert LAST_S not in coal(store)
    assert [one["state"] for one in store.quarantine.entries(state=None)] == ["dropped"]
    assert cycle(store, mixes(coal=ABSURD + 1)).suspect == 1, "another content is asked about"


def test_a_plugins_rule_is_known_by_its_function(store: Store, new_place: Callable[[], str]) -> None:
    @impl
    def gridtrace_quality_rules(config: Any) -> list[Callable[[schemas.Event], str | None]]:
        def no_coal_at_night(event: schemas.Event) -> str | None:
            return "it is night" if event.start.hour == 2 else None

        return [no_coal_at_night]

    rules = fakes.module("rules", gridtrace_quality_rules=gridtrace_quality_rules)
    cycle(store, mixes())
    assert cycle(store, mixes(), rules=rules).suspect == 0, "what is stored as it comes is not judged by a new rule"
    with open_store(new_place()) as other:
        report = cycle(other, mixes(), rules=rules)
        assert (report.suspect, report.accepted) == (3, HOURS - 3)
        entries = other.quarantine.entries()
        assert {(one["rule"], one["reason"], one["figures"]) for one in entries} == {
            ("no_coal_at_night", "it is night", "{}")}
        other.quarantine.release(entries)
        report = cycle(other, mixes(), rules=rules)
        assert (report.suspect, report.accepted, report.new) == (0, HOURS, 0)
        starts = [event.start for event in report.outcomes[0].checked.events]
        assert starts == sorted(starts)


def test_a_rule_that_raises_is_warned_of_and_its_batch_stored(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(series: Any) -> Any:
        raise ZeroDivisionError("by hand")

    monkeypatch.setitem(quality.RULES, "frozen", broken)
    report = cycle(store, mixes())
    assert (report.accepted, report.suspect) == (HOURS, 0)
    assert store.last_jobs()[0]["message"] == "the quality rule frozen failed: ZeroDivisionError('by hand')"


def test_a_flow_is_judged_by_the_balances_of_its_ends(store: Store) -> None:
    """XA makes 300 MW, consumes 100 and sends some 200 to XB, which makes and sends nothing else and consumes 200: a
    flow of −200 leaves 400 MW too many in XA, and none if it is turned."""
    config, hours = fakes.world(), 12
    starts = [times.shift(fakes.NOON, hours=-hour) for hour in range(hours, 0, -1)]

    def put(kind: str, key: str, made: list[dict[str, Any]]) -> None:
        events = [schemas.read(kind, one) for one in made]
        row = {"run_id": store.begin_run(NOON_S, "live"), "kind": kind, "key": key, "parser": "x", "started_s": NOON_S,
               "seconds": 0.0, "outcome": "ok", "accepted": 1, "refused": 0, "newest_s": NOON_S, "message": None}
        store.write_job(row, events, [], "live")

    for key, made_mw, load_mw in (("XA", 300.0, 100.0), ("XB", 1.0, 200.0)):
        put("production", key, [schemas.production(key, start=s, source="x", modes={"gas": made_mw}) for s in starts])
        put("consumption", key, [schemas.consumption(key, start=s, source="x", load_mw=load_mw) for s in starts])
    put("exchange", "XB->XC", [schemas.exchange("XB", "XC", start=s, source="x", flow_mw=0.0) for s in starts])
    flows = [schemas.exchange("XA", "XB", start=s, source="x", flow_mw=200.0 + s.hour) for s in starts[:-1]]
    wrong = schemas.exchange("XA", "XB", start=starts[-1], source="x", flow_mw=-200.0)
    checked = Checked([schemas.read("exchange", one) for one in (*flows, wrong)])
    found = sift(config, store, room.Job("exchange", "XA->XB", ("links.fetch_exchange",)), checked)
    (suspect,) = found.suspects
    assert (suspect.rule, suspect.event.start, len(found.events)) == ("balance", starts[-1], hours - 1)
    assert suspect.figures == {"flow_mw": -200.0, "missing_mw": 400.0}


def test_a_flow_is_judged_by_its_schedule(store: Store) -> None:
    link = {"lonlat": [0, 0], "rotation": 0, "parsers": {
        "exchange": "links.fetch_exchange", "scheduledExchangesTotal": "links.fetch_exchange"}}
    config = fakes.world().with_more({"XD": fakes.zone("XD")}, {"XC->XD": link})
    starts = [times.shift(fakes.NOON, hours=-hour) for hour in range(48, 0, -1)]
    schedule = [
        schemas.scheduled_exchange("XC->XD", start=s, source="x", export_mw=100.0 + 60 * (at % 2), import_mw=0.0,
                                   market_agreement="TOTAL") for at, s in enumerate(starts)]
    row = {"run_id": store.begin_run(NOON_S, "live"), "kind": "scheduledExchangesTotal", "key": "XC->XD", "parser": "x",
           "started_s": NOON_S, "seconds": 0.0, "outcome": "ok", "accepted": 1, "refused": 0, "newest_s": NOON_S,
           "message": None}
    store.write_job(row, [schemas.read("scheduledExchangesTotal", one) for one in schedule], [], "live")
    flows = [schemas.exchange("XC", "XD", start=s, source="x", flow_mw=110.0 + 60 * (at % 2))
             for at, s in enumerate(starts)]
    flows[-1]["netFlow"] *= -1
    checked = Checked([schemas.read("exchange", one) for one in flows])
    found = sift(config, store, room.Job("exchange", "XC->XD", ("links.fetch_exchange",)), checked)
    assert [(one.rule, dict(one.figures)) for one in found.suspects] == [
        ("other_end", {"flow_mw": -170.0, "other_mw": 160.0})]


def test_without_a_store_the_batch_speaks_for_itself() -> None:
    events = [schemas.read("production", one) for one in fakes.production(*mixes(coal=ABSURD))("XB")]
    found = sift(fakes.world(), None, room.Job("production", "XB", ()), Checked(events))
    assert [one.event for one in found.suspects] == events[-1:]


def test_entries_are_found_by_rule_source_key_and_state(store: Store) -> None:
    cycle(store, mixes(coal=ABSURD))
    for wanted, count in (
        ({"rule": "range"}, 1), ({"rule": "frozen"}, 0), ({"source": "XB"}, 1), ({"source": "X_"}, 0),
        ({"key": "XB"}, 1), ({"key": "XA"}, 0), ({"state": "released"}, 0), ({"state": None}, 1), ({"limit": 0}, 0),
    ):
        assert len(store.quarantine.entries(**wanted)) == count, wanted  # type: ignore[arg-type]
    (counted,) = store.quarantine.counts()
    assert counted == {"parser": "XB.fetch_production", "rule": "range", "state": "suspect", "entries": 1}
    with pytest.raises(StoreError, match="no entry 99"):
        store.quarantine.entry(99)


def test_a_store_of_the_first_release_gets_its_quarantine(place: str, new_place: Callable[[], str]) -> None:
    """The first schema had neither the table nor the column; what the step makes is what a new store has."""
    with open_store(place) as newest:
        to_first_release(newest.engine)
    with open_store(place) as opened:
        found = inspect(opened.engine)
        upgraded = {column["name"]: str(column["type"]) for column in found.get_columns("quarantine")}
        unique = found.get_unique_constraints("quarantine")[0]["column_names"]
        assert "suspect" in {column["name"] for column in found.get_columns("jobs")}
        with times.frozen(fakes.NOON):
            assert cycle(opened, mixes(coal=ABSURD)).suspect == 1
    with open_store(new_place()) as fresh:
        found = inspect(fresh.engine)
        assert {column["name"]: str(column["type"]) for column in found.get_columns("quarantine")} == upgraded
        assert found.get_unique_constraints("quarantine")[0]["column_names"] == unique


def test_a_zone_with_suspect_data_is_shown_as_such_until_somebody_decides(store: Store) -> None:
    """The last hour is suspect, and estimated from the same hour of the two days before; the hour before it is not."""

    def last() -> Any:
        return {row["hour_s"]: row for row in store.results("XB")}[LAST_S]

    cycle(store, mixes(coal=ABSURD))
    assert "suspect_data" in last()["flags"].split(",")
    assert last()["estimation"] == "same_hour_mean"
    assert [row["hour_s"] for row in store.results("XB") if "suspect_data" in row["flags"]] == [LAST_S]
    store.quarantine.drop(store.quarantine.entries())
    assert list(store.unsolved_hours()) == [LAST_S]
    solve(fakes.world(), store)
    assert "suspect_data" not in last()["flags"]


def test_a_zone_whose_only_data_is_suspect_has_a_row_that_says_so(store: Store) -> None:
    """Nothing else is known of XB: two mixes, each far above all that may be installed (a schema allows 500 GW)."""
    config = fakes.world({"XB": {"coal": 100.0}})
    plugins = fakes.manager(XB=fakes.module("XB", fetch_production=fakes.production({"coal": ABSURD})))
    report = Cycle(config, plugins, store).run([room.Job("production", "XB", ("XB.fetch_production",))])
    assert report.counts == {"suspect": 1}
    (row,) = store.results("XB")
    assert row["flags"].split(",")[0] == "suspect_data"
    assert (row["estimation"], row["production_mw"]) == ("typical_mix", None)
