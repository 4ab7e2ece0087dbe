"""A late correction: what it changes, what it leaves, and that both values can be read, on both engines."""

import json

import pytest
from click.testing import Result
from typer.testing import CliRunner

from core import schemas, times
from core.cli import app
from core.ingest.explain import results_known
from core.ingest.inputs import read_inputs
from core.ingest.solve import network_of, solve
from core.store import Store
from tests.fakes import LINKS, NOON, ZONES, world

HOURS = 4
FIRST_S = int(NOON.timestamp()) - HOURS * 3600
FETCHED_S = int(NOON.timestamp()) + 600
LATER_S = FETCHED_S + 86400
CORRECTED_S = FIRST_S + 2 * 3600


def write(store: Store, kind: str, event: dict[str, object], fetched_s: int) -> None:
    with store.writing() as connection:
        store.write_events(connection, kind, [schemas.read(kind, event)], "live", 1, fetched_s)


def produced(store: Store, key: str, hour_s: int, fetched_s: int, **modes: float) -> None:
    start = times.epoch(hour_s)
    event = schemas.production(key, start=start, end=times.shift(start, hours=1), source="a", modes=dict(modes))
    write(store, "production", event, fetched_s)


@pytest.fixture
def filled(store: Store) -> Store:
    """XA -> XB -> XC, each with wind and gas, over four hours, solved."""
    for hour_s in range(FIRST_S, FIRST_S + HOURS * 3600, 3600):
        for key in ZONES:
            produced(store, key, hour_s, FETCHED_S, gas=100.0, wind=100.0)
        for key in LINKS:
            start = times.epoch(hour_s)
            event = schemas.exchange(
                *key.split("->"), start=start, end=times.shift(start, hours=1), source="a", flow_mw=50.0)
            write(store, "exchange", event, FETCHED_S)
    solve(world(), store)
    return store


def intensities(store: Store) -> dict[tuple[str, int], float]:
    return {(row["zone_key"], row["hour_s"]): row["lifecycle_g_per_kwh"] for row in store.results()}


def test_a_correction_changes_its_hour_for_the_zone_and_those_who_import_from_it(filled: Store) -> None:
    """XB's gas is corrected in one hour. XA, which exports to XB, keeps its value; XB and XC get another in it."""
    before = intensities(filled)
    assert len(before) == HOURS * len(ZONES)
    produced(filled, "XB", CORRECTED_S, LATER_S, gas=20.0, wind=100.0)
    assert list(filled.unsolved_hours()) == [CORRECTED_S], "exactly the hour is solved again"
    solve(world(), filled)
    after = intensities(filled)
    changed = {at for at in before if after[at] != before[at]}
    assert changed == {("XB", CORRECTED_S), ("XC", CORRECTED_S)}
    assert all(after[at] < before[at] for at in changed), "less gas"


def test_both_values_can_be_read(filled: Store) -> None:
    produced(filled, "XB", CORRECTED_S, LATER_S, gas=20.0, wind=100.0)
    produced(filled, "XB", CORRECTED_S, LATER_S + 60, gas=25.0, wind=100.0)
    found = filled.revisions("XB", FIRST_S, FIRST_S + HOURS * 3600)
    assert [(row["start_s"], row["gas"], row["fetched_s"], row["replaced_s"]) for row in found] == [
        (CORRECTED_S, 100.0, FETCHED_S, LATER_S), (CORRECTED_S, 20.0, LATER_S, LATER_S + 60),
        (CORRECTED_S, 25.0, LATER_S + 60, None),
    ]
    assert filled.revisions("XA", 0, 2**40) == [] == filled.revisions("XB", FIRST_S, CORRECTED_S)
    for known_at_s, gas_mw in (
        (FETCHED_S - 1, []), (FETCHED_S, [100.0]), (LATER_S - 1, [100.0]), (LATER_S, [20.0]), (LATER_S + 60, [25.0])
    ):
        events = filled.events("production", "XB", CORRECTED_S, CORRECTED_S + 1, known_at_s=known_at_s)
        assert [event.to_dict()["production"]["gas"] for event in events] == gas_mw
        columns = filled.columns("production", ("key", "gas"), CORRECTED_S, CORRECTED_S + 3600, known_at_s=known_at_s)
        assert [value for key, value in zip(columns["key"], columns["gas"], strict=True) if key == "XB"] == gas_mw


def test_a_balance_as_it_was_known(filled: Store) -> None:
    """What tracing reads of the corrected hour, before and after the correction was there."""
    produced(filled, "XB", CORRECTED_S, LATER_S, gas=20.0, wind=100.0)
    config = world()
    network = network_of(config)
    at = network.zones.index("XB")
    for known_at_s, supply_mw in ((None, 120.0), (LATER_S, 120.0), (LATER_S - 1, 200.0), (FETCHED_S - 1, None)):
        inputs = read_inputs(config, network, filled, [CORRECTED_S], known_at_s)
        total_mw = inputs.balance.production_mw[:, at, 0]
        assert (total_mw[total_mw > 0].sum() or None) == supply_mw


def test_an_hour_that_comes_again_as_it_was_is_no_revision(filled: Store) -> None:
    produced(filled, "XB", CORRECTED_S, LATER_S, gas=100.0, wind=100.0)
    assert filled.revisions("XB", 0, 2**40) == [] and filled.unsolved_hours() == {}


def gridtrace(place: str, *words: str, command: str = "revisions") -> Result:
    return CliRunner().invoke(app, [command, *words, "--store", place], env={"COLUMNS": "160"})


SPAN = ("--from", "2026-03-10T00:00Z", "--to", "2026-03-11T00:00Z")


def test_the_command_shows_what_was_said_and_when(filled: Store, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wind was 100 all along, so only gas is shown; the flow's row is XA->XB's own."""
    monkeypatch.setattr("core.cli.common.everything", lambda: (world(), None))
    produced(filled, "XB", CORRECTED_S, LATER_S, gas=20.0, wind=100.0)
    start = times.epoch(CORRECTED_S)
    flow = schemas.exchange("XA", "XB", start=start, end=times.shift(start, hours=1), source="b", flow_mw=50.0)
    write(filled, "exchange", flow | {"sourceType": "estimated"}, LATER_S)
    found = gridtrace(place, "XB", *SPAN)
    assert found.exit_code == 0, found.output
    lines = [" ".join(line.split()) for line in found.output.splitlines()]
    assert [line for line in lines if line[:1].isalnum()][1:] == [
        "production 2026-03-10 10:00 to 11:00Z 2026-03-10 12:10Z 2026-03-11 12:10Z gas 100.0 a",
        "2026-03-11 12:10Z stands gas 20.0 a",
        "1 revised intervals of XB, 1 former values.",
    ]
    words = " ".join(gridtrace(place, "XA->XB", *SPAN).output.split())
    assert "measured a" in words and "estimated b" in words
    (before, after) = json.loads(gridtrace(place, "XB", *SPAN, "--json").output)["revisions"]
    assert (before["values"]["gas"], before["fetched"], before["replaced"]) == (
        100.0, "2026-03-10T12:10:00Z", "2026-03-11T12:10:00Z")
    assert (after["values"]["gas"], after["values"]["wind"], after["replaced"], after["start"]) == (
        20.0, 100.0, None, "2026-03-10T10:00:00Z")
    assert "0 revised intervals" in gridtrace(place, "XB", *SPAN, "--kind", "price").output
    wrong = gridtrace(place, "XQ", *SPAN)
    assert wrong.exit_code == 2 and "There is no zone XQ" in wrong.output
    assert gridtrace(place, "XB", "--from", "2026-03-11", "--to", "2026-03-10").exit_code == 2


def test_the_intensity_as_it_was_known(filled: Store, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the correction XC's hour is what was stored then; after it, what is stored now; before all, nothing."""
    monkeypatch.setattr("core.cli.common.everything", lambda: (world(), None))
    before = intensities(filled)["XC", CORRECTED_S]
    produced(filled, "XB", CORRECTED_S, LATER_S, gas=20.0, wind=100.0)
    solve(world(), filled)
    after = intensities(filled)["XC", CORRECTED_S]

    def known(at_s: int) -> float | None:
        rows = {row["zone_key"]: row for row in results_known(world(), filled, [CORRECTED_S], at_s).to_pylist()}
        return rows["XC"]["lifecycle_g_per_kwh"] if "XC" in rows else None

    assert [known(at_s) for at_s in (LATER_S, LATER_S - 1, FETCHED_S - 1)] == [after, before, None]
    at = ("XC", "--at", f"{times.epoch(CORRECTED_S):%Y-%m-%dT%H:%MZ}")
    now, then = (
        gridtrace(place, *at, *more, command="show").output for more in ((), ("--known-at", "2026-03-10T13:00Z")))
    assert f"{after:.1f}" in now and "as known" not in now
    assert f"{before:.1f}" in then and f"{after:.1f}" not in then and "as known at 2026-03-10 13:00Z" in then


def test_a_suspect_counts_from_when_it_first_came(filled: Store) -> None:
    """A suspect of XB's hour came at LATER_S: before that its balance was not known to wait for anything."""
    job = {"kind": "production", "key": "XB", "parser": "XB.fetch_production", "started_s": LATER_S}
    suspect = {
        "start_s": CORRECTED_S, "end_s": CORRECTED_S + 3600, "rule": "range", "reason": "too much", "figures": "{}",
        "event": "{}", "digest": "0"}
    with filled.writing() as connection:
        filled.quarantine.note(connection, job, [suspect], "live")

    def flags(at_s: int) -> str:
        rows = results_known(world(), filled, [CORRECTED_S], at_s).to_pylist()
        return next(str(row["flags"]) for row in rows if row["zone_key"] == "XB")

    assert "suspect_data" not in flags(LATER_S - 1) and "suspect_data" in flags(LATER_S)
