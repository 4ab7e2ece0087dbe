"""When results were made, and which of them are the latest, on each engine."""

from pathlib import Path

import pytest

from core import times
from core.store import Store, open_store, traced
from core.store.spans import results_of_hours
from tests.core.test_store import NOON, NOON_S, results
from tests.support import to_first_release

HOUR_S, DAY_S = 3600, 24 * 3600


def write(store: Store, minutes: float, *rows: tuple[str, int, float | None]) -> None:
    """Write these results, all that there are of two hours from NOON, so many minutes after it."""
    with times.frozen(times.shift(NOON, minutes=minutes)):
        store.write_results(results(*rows), {NOON_S: 1, NOON_S + HOUR_S: 1})


def stamps(store: Store) -> dict[tuple[str, int], tuple[int, int]]:
    """By zone and hour after NOON the minutes after it at which a result was made and last changed."""
    return {
        (row["zone_key"], (row["hour_s"] - NOON_S) // HOUR_S): (
            (row["created_s"] - NOON_S) // 60, (row["updated_s"] - NOON_S) // 60) for row in store.results()}


def test_a_result_says_when_it_was_made_and_when_it_changed(store: Store) -> None:
    """ES stays as it is, FR changes at 130; PT comes at 130, goes at 140 and is made anew at 150."""
    write(store, 120, ("ES", NOON_S, 1.0), ("FR", NOON_S, 2.0))
    write(store, 130, ("ES", NOON_S, 1.0), ("FR", NOON_S, 3.0), ("PT", NOON_S + HOUR_S, 4.0))
    assert stamps(store) == {("ES", 0): (120, 120), ("FR", 0): (120, 130), ("PT", 1): (130, 130)}
    write(store, 140, ("ES", NOON_S, 1.0), ("FR", NOON_S, 3.0))
    write(store, 150, ("ES", NOON_S, None), ("FR", NOON_S, 3.0), ("PT", NOON_S + HOUR_S, 4.0))
    assert stamps(store) == {("ES", 0): (120, 150), ("FR", 0): (120, 130), ("PT", 1): (150, 150)}


def test_what_was_updated_comes_with_the_oldest_change_first(store: Store) -> None:
    """Of FR the hour of 12:00 changes at 130 minutes, that of 13:00 was made at 120; ES is another zone."""
    second_s = NOON_S + HOUR_S
    write(store, 120, ("ES", NOON_S, 1.0), ("FR", NOON_S, 2.0), ("FR", second_s, 5.0))
    write(store, 130, ("ES", NOON_S, 1.5), ("FR", NOON_S, 3.0), ("FR", second_s, 5.0))
    made, changed = (
        {"hour_s": hour_s, "updated_s": NOON_S + minutes * 60} for hour_s, minutes in ((second_s, 120), (NOON_S, 130)))
    at_120_s, at_130_s, ever = NOON_S + 7200, NOON_S + 7800, (0, 2**40)
    assert store.results_updated("FR", *ever, *ever, limit=9) == [made, changed]
    assert store.results_updated("FR", *ever, *ever, limit=1) == [made]
    assert store.results_updated("FR", at_120_s, at_130_s, *ever, limit=9) == [made], "the end is not of it"
    assert store.results_updated("FR", at_130_s, 2**40, *ever, limit=9) == [changed], "the start is"
    assert store.results_updated("FR", *ever, NOON_S, second_s, limit=9) == [changed]
    assert store.results_updated("QQ", *ever, *ever, limit=9) == []


def test_results_of_before_were_made_at_the_end_of_their_hour_at_the_earliest(place: str) -> None:
    with open_store(place) as store:
        write(store, 500, ("FR", NOON_S, 2.0), ("FR", NOON_S + HOUR_S, 5.0))
        to_first_release(store.engine)
    with open_store(place) as upgraded:
        assert stamps(upgraded) == {("FR", 0): (60, 60), ("FR", 1): (120, 120)}
        write(upgraded, 600, ("FR", NOON_S, 2.0), ("FR", NOON_S + HOUR_S, 6.0))
        assert stamps(upgraded) == {("FR", 0): (60, 60), ("FR", 1): (120, 600)}


def estimated(store: Store, *rows: tuple[str, int, str | None]) -> None:
    """Write hours (so many before NOON) of zones, whose intensity is that number, each estimated as it says."""
    written = results(
        *((key, NOON_S - hours * HOUR_S, float(hours)) for key, hours, _ in rows),
        estimations=[estimation for *_, estimation in rows])
    store.write_results(written, {row["hour_s"]: 1 for row in written.select(["hour_s"]).to_pylist()})


def test_an_estimate_is_the_latest_if_it_is_newer_by_more_than_it_counts_older(store: Store) -> None:
    """A mean counts 3 hours older, a typical mix 24, and of two that count alike the zone's own is taken."""
    estimated(
        store, ("AT", 0, "same_hour_mean"), ("AT", 3, None), ("BE", 0, "same_hour_mean"), ("BE", 4, None),
        ("CH", 0, "typical_mix"), ("CH", 24, None), ("DE", 0, "default_mix"), ("DE", 25, None),
        ("ES", 0, "typical_mix"), ("ES", 21, "same_hour_mean"), ("FR", 50, None), ("FR", 51, None))
    latest = {key: row["lifecycle_g_per_kwh"] for key, row in store.latest_results().items()}
    assert latest == {"AT": 3, "BE": 0, "CH": 24, "DE": 0, "ES": 21, "FR": 50}


@pytest.mark.parametrize(("since_hours", "latest", "own"), [
    (0, {"CH": 0}, {}), (10, {"CH": 0, "ES": 10}, {"ES": 10}), (24, {"CH": 24, "ES": 10}, {"CH": 24, "ES": 10})])
def test_the_latest_of_before_a_moment_is_left_out(
    store: Store, since_hours: int, latest: dict[str, float], own: dict[str, float]
) -> None:
    estimated(store, ("CH", 0, "typical_mix"), ("CH", 24, None), ("ES", 10, None))
    since_s = NOON_S - since_hours * HOUR_S
    for with_estimates, wanted in ((True, latest), (False, own)):
        found = store.latest_results(with_estimates=with_estimates, since_s=since_s)
        assert {key: row["lifecycle_g_per_kwh"] for key, row in found.items()} == wanted


def test_what_is_asked_of_all_zones_is_found_along_the_primary_key_of_a_file(tmp_path: Path) -> None:
    """The table has years of hours, of which neither may read more than it asks for."""
    for wanted in (traced.latest(0, True), traced.of_all_zones(("zone_key",), NOON_S, NOON_S + HOUR_S)):
        with open_store(tmp_path / "store.db") as store, store.engine.connect() as connection:
            text = str(wanted.compile(store.engine, compile_kwargs={"literal_binds": True}))
            steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
        assert any("(zone_key=? AND hour_s>?" in step for step in steps), steps
        assert [step for step in steps if "results_by_hour" in step or step.startswith("SCAN results")] == []


def test_hours_of_all_zones_come_by_zone_and_hour(store: Store) -> None:
    """Asked for 12:30 to 13:00: the hour of 12:00 reaches into it, that of 13:00 does not; null is NaN."""
    write(store, 120, ("FR", NOON_S, None), ("ES", NOON_S, 1.5), ("ES", NOON_S + HOUR_S, 9.0))
    names = ("zone_key", "hour_s", "lifecycle_g_per_kwh")
    found = results_of_hours(store, names, NOON_S + 1800, NOON_S + HOUR_S)
    assert [found[name].tolist() for name in names[:2]] == [["ES", "FR"], [NOON_S, NOON_S]]
    assert str(found["lifecycle_g_per_kwh"].tolist()) == "[1.5, nan]"
    assert results_of_hours(store, names, NOON_S - DAY_S, NOON_S)["zone_key"].tolist() == []
    both = results_of_hours(store, names, NOON_S, NOON_S + 2 * HOUR_S)
    assert both["hour_s"].tolist() == [NOON_S, NOON_S + HOUR_S, NOON_S]
