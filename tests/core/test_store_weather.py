"""The weather of zones in the store: which run of an hour stays, and which counts. Hours are counted from noon."""

import numpy as np

from core import times
from core.store import Store, tables
from core.weather import Kept

NOON_S = int(times.read("2026-03-10T12:00Z").timestamp())
HOUR_S, DAY_H = 3600, 24


def put(store: Store, run: int, hours: range, now: int = -1000) -> None:
    """A run (its begin) says of each hour, of FR and DE, as much wind as the run's number."""
    kept = [
        Kept(times.epoch(NOON_S + run * HOUR_S), times.epoch(NOON_S + hour * HOUR_S), b"", ("DE", "FR"),
             np.full((2, 4), float(run)))
        for hour in hours]
    with store.writing() as connection:
        store.weather.write(connection, kept, "live", NOON_S + now * HOUR_S)


def runs(store: Store, zone_key: str | None, known: int, hours: range) -> dict[tuple[str, int], float]:
    """(zone, hour) → the run that counts."""
    found = store.weather.means(
        zone_key, NOON_S + (hours.start - 1) * HOUR_S, NOON_S + (hours.stop - 1) * HOUR_S, NOON_S + known * HOUR_S)
    hour = ((found["hour_s"] - NOON_S) // HOUR_S).tolist()
    return dict(zip(zip(found["zone_key"].tolist(), hour, strict=True), found["wind_m_per_s"].tolist(), strict=True))


def test_of_hours_ahead_the_newest_run_counts_and_of_those_before_the_one_of_a_day_earlier(store: Store) -> None:
    for run in (-36, -30, -24, -12, -6):
        put(store, run, range(run, run + 84))
    found = runs(store, "FR", 0, range(-2, 3))
    # of -2 and -1 the newest run a day earlier is -30; of noon -24; 1 and 2 lie ahead
    assert found == {("FR", -2): -30, ("FR", -1): -30, ("FR", 0): -24, ("FR", 1): -6, ("FR", 2): -6}
    assert runs(store, "FR", -7, range(1, 2)) == {("FR", 1): -12}, "the run of -6 was not known at -7"
    assert runs(store, None, 0, range(2, 3)) == {("DE", 2): -6, ("FR", 2): -6}
    assert runs(store, "ES", 0, range(2, 3)) == {} and runs(store, "FR", -40, range(2, 3)) == {}


def test_three_days_after_an_hour_one_run_of_it_is_left(store: Store) -> None:
    for run in (-36, -30, -24, -12, -6):
        put(store, run, range(run, run + 60))
    before = runs(store, "FR", 30, range(-36, 30))
    put(store, 66, range(66, 68), now=72)
    assert runs(store, "FR", 30, range(-36, 30)) == before, "what counts has stayed"
    kept = store.rows(tables.weather_means.select().where(tables.weather_means.c.zone_key == "FR"))
    by_hour: dict[int, list[int]] = {}
    for row in kept:
        by_hour.setdefault((row["hour_s"] - NOON_S) // HOUR_S, []).append((row["issued_s"] - NOON_S) // HOUR_S)
    assert by_hour[-1] == [-30] and by_hour[-36] == [-36], "the oldest, where all began later than a day before"
    assert by_hour[0] == [-36, -30, -24, -12, -6], "noon was three days ago, not more"


def test_a_zone_that_came_later_hides_no_hours_of_the_others(store: Store) -> None:
    put(store, -6, range(-6, 20))
    row = store.rows(tables.weather_means.select().limit(1))[0] | {"zone_key": "AT", "hour_s": NOON_S + 3 * HOUR_S}
    with store.writing() as connection:
        store.upsert(connection, tables.weather_means, [row])
    assert runs(store, None, 0, range(2, 4)).keys() == {("AT", 3), ("DE", 2), ("DE", 3), ("FR", 2), ("FR", 3)}
