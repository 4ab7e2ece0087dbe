"""Means and sums over periods, on both engines, against numbers worked out by hand."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from core import schemas, times
from core.history import periods
from core.store import Store, tables
from core.store.columnar import schema_of

NOON = times.read("2026-03-10T12:00Z")
NOON_S = int(NOON.timestamp())
HOUR_S = 3600
LATER_S = NOON_S + 1000 * HOUR_S


def put(store: Store, kind: str, *raw: Any) -> None:
    """Write events of one series in one job."""
    events = [schemas.read(kind, one) for one in raw]
    job = {
        "run_id": store.begin_run(NOON_S, "live"), "kind": kind, "key": events[0].key, "parser": "FR.fetch",
        "started_s": NOON_S, "seconds": 0.0, "outcome": "ok", "accepted": len(events), "refused": 0, "newest_s": NOON_S,
        "message": None,
    }
    store.write_job(job, events, [], "live")


def load(minute: float, length: float | None, load_mw: float, source_type: str = "measured") -> Any:
    """A consumption from so many minutes after noon on, for `length` minutes; None for a value without an end."""
    start = times.shift(NOON, minutes=minute)
    end = None if length is None else times.shift(start, minutes=length)
    return schemas.consumption("FR", start=start, end=end, source="a", load_mw=load_mw, source_type=source_type)


def mix(minute: float, length: float, **modes: float | None) -> Any:
    start = times.shift(NOON, minutes=minute)
    return schemas.production("FR", start=start, end=times.shift(start, minutes=length), source="a", modes=modes)


def put_results(store: Store, zone_key: str, hours: Sequence[dict[str, Any]], first_s: int = NOON_S) -> None:
    """Results of a run of hours; what an hour does not name is null."""
    texts = {"storage_method": "none", "flags": "", "origin": "live"}
    rows = [texts | {"zone_key": zone_key, "hour_s": first_s + i * HOUR_S} | one for i, one in enumerate(hours)]
    store.write_results(pa.Table.from_pylist(rows, schema_of(tables.results)), {row["hour_s"]: 1 for row in rows})


def hours_from_noon(*numbers: float) -> list[int]:
    return [NOON_S + int(number * HOUR_S) for number in numbers]


def edges(first: str, last: str, step: times.Step, timezone: str) -> list[int]:
    found = times.edges(times.read(first), times.read(last), step, timezone)
    return [int(one.timestamp()) for one in found]


def consumption(store: Store, *edges_s: int, now_s: int = LATER_S) -> dict[str, Any]:
    return periods.of_series(store, "consumption", "FR", edges_s, now_s)


def test_an_hour_known_in_part_makes_its_period_incomplete(store: Store) -> None:
    """Of three hours the second has a gap and the third is not over: it is known in part as it must be."""
    known = {"lifecycle_g_per_kwh": 100.0, "consumption_mw": 10.0}
    put_results(store, "FR", [known, known | {"flags": "partial_hour"}, known | {"flags": "clamped,partial_hour"}])
    found = periods.of_results(store, "FR", hours_from_noon(0, 1, 2, 3), int(NOON_S + 2.5 * HOUR_S))
    assert found["hours_partial"].tolist() == [0.0, 1.0, 0.0]
    assert found["is_complete"].tolist() == [True, False, False]
    assert found["hours_covered"].tolist() == [1.0, 1.0, 0.5]


def test_of_5_15_30_and_60_minutes_in_one_hour_the_shortest_counts_alone(store: Store) -> None:
    put(store, "consumption", load(0, 60, 100))
    put(store, "consumption", load(15, 30, 200))
    put(store, "consumption", load(30, 15, 400), load(50, 5, 1000))
    found = consumption(store, *hours_from_noon(0, 1))
    # 0-15 hour 100, 15-30 half 200, 30-45 quarter 400, 45-50 hour 100, 50-55 five minutes 1000, 55-60 hour 100:
    # (15 * 100 + 15 * 200 + 15 * 400 + 5 * 100 + 5 * 1000 + 5 * 100) / 60 = 16 500 / 60 MWh
    assert found["consumption_mwh"] == pytest.approx([275.0])
    assert found["consumption_mw"] == pytest.approx([275.0])
    assert found["hours_covered"] == [1.0] and found["is_complete"].tolist() == [True]


def test_a_longer_value_that_starts_later_takes_no_shorter_ones_place(store: Store) -> None:
    put(store, "consumption", load(0, 30, 100))
    put(store, "consumption", load(15, 60, 400))
    found = consumption(store, *hours_from_noon(0, 1.25))
    # 30 min of 100 and the 45 min after them of 400
    assert found["consumption_mwh"] == pytest.approx([0.5 * 100 + 0.75 * 400])


def test_an_interval_over_an_edge_counts_on_both_sides_for_its_part(store: Store) -> None:
    midnight = 12 * 60
    put(store, "consumption", load(midnight - 20, 60, 300))
    found = consumption(store, *hours_from_noon(-12, 12, 36))
    assert found["consumption_mwh"] == pytest.approx([300 / 3, 300 * 2 / 3])  # 20 and 40 of its 60 minutes
    assert found["consumption_mw"] == pytest.approx([300, 300])
    assert found["hours_covered"] == pytest.approx([1 / 3, 2 / 3]) and not found["is_complete"].any()


def test_a_value_of_days_counts_in_every_day_it_reaches_into(store: Store) -> None:
    put(store, "consumption", load(-3 * 1440, 6 * 1440, 50))
    found = consumption(store, *hours_from_noon(0, 24))
    assert found["consumption_mwh"].tolist() == [24 * 50] and found["is_complete"].tolist() == [True]


def test_missing_hours_are_neither_zero_nor_scaled_up(store: Store) -> None:
    put(store, "consumption", load(0, 60, 100), load(120, 60, 500, "estimated"))
    found = consumption(store, *hours_from_noon(0, 4, 8))
    assert found["consumption_mwh"][0] == 600 and found["consumption_mw"][0] == 300  # (100 + 500) / 2 h
    assert math.isnan(found["consumption_mwh"][1]) and math.isnan(found["consumption_mw"][1])
    assert found["hours_covered"].tolist() == [2, 0] and found["hours_expected"].tolist() == [4, 4]
    assert found["hours_estimated"].tolist() == [1, 0] and found["is_complete"].tolist() == [False, False]
    assert found["origin"].tolist() == ["live", ""]


def test_a_mode_never_reported_stays_null_and_one_reported_for_a_part_says_so(store: Store) -> None:
    put(store, "production", mix(0, 60, gas=10.0, solar=None, wind=0.0), mix(60, 60, gas=30.0, solar=8.0, wind=0.0))
    found = periods.of_series(store, "production", "FR", hours_from_noon(0, 1, 2, 3), LATER_S)
    whole = periods.of_series(store, "production", "FR", hours_from_noon(0, 2), LATER_S)
    assert whole["gas_mwh"].tolist() == [40] and whole["gas_mw"].tolist() == [20]
    assert whole["wind_mwh"].tolist() == [0], "zero is a value"
    assert np.isnan(whole["coal_mwh"]).all() and whole["coal_hours_covered"].tolist() == [0]
    assert whole["solar_mwh"].tolist() == [8] and whole["solar_mw"].tolist() == [8], "of its own hour"
    assert whole["solar_hours_covered"].tolist() == [1] and whole["hours_covered"].tolist() == [2]
    assert whole["is_complete"].tolist() == [False], "half of the solar energy is not known"
    assert found["is_complete"].tolist() == [True, True, False]
    assert np.isnan(found["solar_mwh"]).tolist() == [True, False, True]


def test_a_shorter_mix_takes_the_place_of_all_modes_of_a_longer_one(store: Store) -> None:
    put(store, "production", mix(0, 60, unknown=500.0, gas=100.0))
    put(store, "production", mix(30, 30, solar=200.0, gas=80.0))
    found = periods.of_series(store, "production", "FR", hours_from_noon(0, 1), LATER_S)
    # what was unknown in the hour is solar in its second half: 250 + 100, never 500 + 100
    assert found["unknown_mwh"].tolist() == [250] and found["solar_mwh"].tolist() == [100]
    assert found["gas_mwh"].tolist() == [90] and found["unknown_hours_covered"].tolist() == [0.5]


def test_a_mix_that_says_nothing_takes_no_place(store: Store) -> None:
    put(store, "production", mix(0, 60, gas=100.0))
    put(store, "production", mix(30, 15, gas=50.0))
    with store.writing() as connection:
        connection.execute(tables.mixes.update().where(tables.mixes.c.start_s > NOON_S).values(gas=None))
    found = periods.of_series(store, "production", "FR", hours_from_noon(0, 1), LATER_S)
    assert found["gas_mwh"].tolist() == [100] and found["is_complete"].tolist() == [True]


def test_prices_are_means_over_time_and_each_currency_has_its_own(store: Store) -> None:
    def price(minute: float, length: float, amount: float, currency: str) -> Any:
        start = times.shift(NOON, minutes=minute)
        end = times.shift(start, minutes=length)
        return schemas.price("BG", start=start, end=end, source="a", price_mwh=amount, currency=currency)

    put(store, "price", price(0, 60, 100, "BGN"), price(60, 15, -40, "EUR"), price(75, 45, 80, "EUR"))
    found = periods.of_series(store, "price", "BG", hours_from_noon(0, 2), NOON_S)
    assert found["price_bgn_mwh"].tolist() == [100]
    assert found["price_eur_mwh"].tolist() == [50], "(0.25 * -40 + 0.75 * 80) / 1 h, not the mean of two prices"
    assert found["is_complete"].tolist() == [False], "neither currency has the whole period"
    assert not any(name.endswith("mwh_mwh") for name in found), "a price has no energy"
    ahead = periods.of_series(store, "price", "BG", hours_from_noon(1, 2), NOON_S)
    assert ahead["is_complete"].tolist() == [True] and ahead["has_ended"].tolist() == [False], "known the day before"


def test_directions_and_terms_have_names_of_their_own(store: Store) -> None:
    end = times.shift(NOON, hours=1)
    put(store, "scheduledExchangesTotal", *(
        schemas.scheduled_exchange("ES->FR", start=NOON, end=end, source="a", export_mw=export_mw, import_mw=4,
                                   market_agreement=agreement)
        for agreement, export_mw in (("TOTAL", 10), ("DAY_AHEAD", 3))
    ))
    put(store, "exchangeCapacityForecastDayAhead", schemas.transfer_capacity(
        "ES->FR", start=NOON, end=end, source="a", export_mw=None, import_mw=900, market_agreement="DAY_AHEAD"
    ))
    found = periods.of_series(store, "scheduledExchangesTotal", "ES->FR", hours_from_noon(0, 1), LATER_S)
    assert found["total_export_mwh"].tolist() == [10] and found["day_ahead_export_mwh"].tolist() == [3]
    assert found["total_import_mwh"].tolist() == [4] and found["hours_covered"].tolist() == [1]
    found = periods.of_series(store, "exchangeCapacityForecastDayAhead", "ES->FR", hours_from_noon(0, 1), LATER_S)
    assert found["day_ahead_import_capacity_mw"].tolist() == [900]
    assert math.isnan(found["day_ahead_export_capacity_mw"][0]), "a null capacity is not one of zero"
    assert "day_ahead_import_capacity_mwh" not in found, "a capacity is no energy"


def test_flows_that_turn_cancel_in_net_energy(store: Store) -> None:
    half = times.shift(NOON, minutes=30)
    put(store, "exchange", *(
        schemas.exchange("ES", "FR", start=start, end=times.shift(start, minutes=30), source="a", flow_mw=flow_mw)
        for start, flow_mw in ((NOON, 60.0), (half, -20.0))
    ))
    found = periods.of_series(store, "exchange", "ES->FR", hours_from_noon(0, 1), LATER_S)
    assert found["net_flow_mwh"].tolist() == [20] and found["net_flow_mw"].tolist() == [20]


def test_a_value_without_an_end_holds_until_the_next_as_long_as_is_usual(store: Store) -> None:
    put(store, "consumption", *(load(minute, None, 60) for minute in (0, 5, 10, 15, 45, 50)))
    # distances 5 5 5 30 5, usual 5: every value holds for 5 minutes, 30 in all
    found = consumption(store, *hours_from_noon(0, 1))
    assert found["hours_covered"].tolist() == [0.5] and found["consumption_mwh"].tolist() == [30]
    put(store, "consumption", load(3000, None, 60))
    assert consumption(store, *hours_from_noon(49, 55))["hours_covered"].tolist() == [1 / 60], "nobody says how long"


def test_what_is_measured_counts_until_now(store: Store) -> None:
    put(store, "consumption", load(0, 60, 100))
    found = consumption(store, *hours_from_noon(0, 1), now_s=NOON_S + 900)
    assert found["consumption_mwh"].tolist() == [25] and found["hours_covered"].tolist() == [0.25]
    assert not found["is_complete"].any() and not found["has_ended"].any()


def test_intensities_are_weighted_by_consumed_energy(store: Store) -> None:
    put_results(store, "FR", [
        {"lifecycle_g_per_kwh": 100.0, "consumption_mw": 10.0, "production_lifecycle_g_per_kwh": 80.0,
         "production_mw": 30.0, "import_mw": 0.0, "export_mw": 5.0, "solar_share": 0.5, "wind_share": 0.3},
        {"lifecycle_g_per_kwh": 400.0, "consumption_mw": 30.0, "production_lifecycle_g_per_kwh": 40.0,
         "production_mw": 10.0, "import_mw": 25.0, "solar_share": 0.1, "estimation": "same_hour_mean"},
        {"lifecycle_g_per_kwh": 900.0, "estimation": "typical_mix"},
        {"consumption_mw": 70.0},
    ])
    found = periods.of_results(store, "FR", hours_from_noon(0, 4), LATER_S)
    assert found["lifecycle_g_per_kwh"].tolist() == [325], "(100 * 10 + 400 * 30) / 40, not the mean 250"
    assert found["production_lifecycle_g_per_kwh"].tolist() == [70], "(80 * 30 + 40 * 10) / 40"
    assert found["solar_share"] == pytest.approx([0.2])  # (0.5 * 10 + 0.1 * 30) / 40
    assert found["consumption_mwh"].tolist() == [40], "of the hours that have both"
    assert found["import_mwh"].tolist() == [25]
    assert math.isnan(found["export_mwh"][0]) and math.isnan(found["wind_share"][0]), "not known in the second hour"
    assert found["hours_covered"].tolist() == [2] and found["hours_expected"].tolist() == [4]
    assert found["hours_estimated"].tolist() == [1] and found["hours_unweighted"].tolist() == [1]
    assert found["is_complete"].tolist() == [False]


def test_a_consumption_below_zero_weighs_nothing(store: Store) -> None:
    put_results(store, "FR", [{"lifecycle_g_per_kwh": 100.0, "consumption_mw": 10.0},
                              {"lifecycle_g_per_kwh": 900.0, "consumption_mw": -4.0}])
    found = periods.of_results(store, "FR", hours_from_noon(0, 2), LATER_S)
    assert found["lifecycle_g_per_kwh"].tolist() == [100] and found["consumption_mwh"].tolist() == [6]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_a_day_of_a_clock_change_has_its_hours(store: Store, day: str, hours: int) -> None:
    days_s = edges(f"{day}T12:00Z", f"{day}T12:00Z", "day", "Europe/Paris")
    first_s = days_s[0] - HOUR_S
    # 27 hours from the one before midnight on, the n-th with n MW: a day of h hours has 1 + 2 + … + h MWh
    put_results(store, "FR", [{"lifecycle_g_per_kwh": 9.0, "consumption_mw": float(n)} for n in range(27)], first_s)
    found = periods.of_results(store, "FR", days_s, LATER_S + 10**9)
    assert found["hours_expected"].tolist() == [hours] and found["is_complete"].tolist() == [True]
    assert found["consumption_mwh"].tolist() == [hours * (hours + 1) / 2]


def test_a_clock_half_an_hour_off_gives_each_day_its_part_of_an_hour(store: Store) -> None:
    # The day of Kolkata begins at 18:30 UTC: the hour from 18:00 on is half of the day before.
    put_results(store, "FR", [{"lifecycle_g_per_kwh": 100.0, "consumption_mw": 8.0},
                              {"lifecycle_g_per_kwh": 400.0, "consumption_mw": 4.0}], NOON_S + 6 * HOUR_S)
    days_s = edges("2026-03-10T12:00Z", "2026-03-10T20:00Z", "day", "Asia/Kolkata")
    found = periods.of_results(store, "FR", days_s, LATER_S)
    assert found["hours_covered"].tolist() == [0.5, 1.5] and found["consumption_mwh"].tolist() == [4, 8]
    assert found["lifecycle_g_per_kwh"].tolist() == [100, 250]  # (100 * 8 * 0.5 + 400 * 4) / 8


def test_months_and_years_are_the_clocks_own(store: Store) -> None:
    # 23:00 UTC on New Year's Eve is the first hour of Paris' year.
    eve_s = int(times.read("2025-12-31T22:00Z").timestamp())
    put_results(store, "FR", [{"lifecycle_g_per_kwh": 5.0, "consumption_mw": mw} for mw in (3.0, 7.0)], eve_s)
    for step in ("month", "year"):
        for clock, wanted in (("Europe/Paris", [3, 7]), ("UTC", [10])):
            edges_s = edges("2025-12-31T22:00Z", "2025-12-31T23:30Z", step, clock)  # type: ignore[arg-type]
            assert periods.of_results(store, "FR", edges_s, LATER_S)["consumption_mwh"].tolist() == wanted


def test_the_running_hour_of_results_is_covered_as_far_as_it_has_passed(store: Store) -> None:
    put_results(store, "FR", [{"lifecycle_g_per_kwh": 5.0, "consumption_mw": 12.0}] * 2)
    found = periods.of_results(store, "FR", hours_from_noon(0, 1, 2), NOON_S + HOUR_S + 900)
    assert found["hours_covered"].tolist() == [1, 0.25] and found["consumption_mwh"].tolist() == [12, 3]
    assert found["is_complete"].tolist() == [True, False] and found["has_ended"].tolist() == [True, False]


def test_origins_other_than_live_are_named(store: Store) -> None:
    hour = {"lifecycle_g_per_kwh": 5.0, "consumption_mw": 1.0}
    put_results(store, "FR", [hour, hour | {"origin": "replayed+simulated"}, hour | {"origin": "simulated"}])
    found = periods.of_results(store, "FR", hours_from_noon(0, 1, 3), LATER_S)
    assert found["origin"].tolist() == ["live", "replayed+simulated"]


def test_nothing_stored_is_nothing_covered(store: Store) -> None:
    for found in (periods.of_results(store, "FR", hours_from_noon(0, 1), LATER_S),
                  periods.of_series(store, "production", "FR", hours_from_noon(0, 1), LATER_S),
                  periods.of_series(store, "price", "FR", hours_from_noon(0, 1), LATER_S)):
        assert found["hours_covered"].tolist() == [0] and found["is_complete"].tolist() == [False]
    assert math.isnan(periods.of_results(store, "FR", hours_from_noon(0, 1), LATER_S)["consumption_mwh"][0])


def test_sums_over_random_intervals_are_those_of_every_minute(store: Store) -> None:
    """Against a plain walk over the minutes: of the values that hold, the shortest, and of those the last."""
    random = np.random.default_rng(5)
    lengths = random.choice([5, 15, 30, 60], 200)
    starts = np.unique(random.integers(0, 1440 // 5, 200)) * 5
    values = {int(start): (int(length), 1.0 + int(start) % 97) for start, length in zip(starts, lengths, strict=False)}
    put(store, "consumption", *(load(start, length, mw) for start, (length, mw) in values.items()))
    edges_min = [0, 100, 333, 1000, 1600]
    energy = [0.0] * 4
    for minute in range(1600):
        holding = [(-length, start) for start, (length, _) in values.items() if start <= minute < start + length]
        if holding:
            period = max(i for i in range(4) if edges_min[i] <= minute)
            energy[period] += values[max(holding)[1]][1] / 60
    found = consumption(store, *(NOON_S + 60 * minute for minute in edges_min))
    assert found["consumption_mwh"] == pytest.approx(energy, rel=1e-12)
