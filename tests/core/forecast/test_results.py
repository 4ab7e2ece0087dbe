"""Forecasts of results, on both engines, against numbers worked out by hand. Hours are counted from noon."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from core.forecast import METHOD, forecast_results
from core.forecast.results import blend_past, read_past
from core.store import Store, tables
from core.store.columnar import schema_of
from tests.core.history.test_periods import HOUR_S, NOON_S

CI = "lifecycle_g_per_kwh"
HALF_PAST_S = NOON_S + HOUR_S // 2


def put(store: Store, zones: Mapping[str, Mapping[int, Any]]) -> None:
    """Results of zones by hour: an intensity, or columns."""
    texts = {"storage_method": "none", "flags": "", "origin": "live"}
    rows = [
        texts | {"zone_key": key, "hour_s": NOON_S + hour * HOUR_S} | (one if isinstance(one, dict) else {CI: one})
        for key, hours in zones.items() for hour, one in hours.items()
    ]
    store.write_results(pa.Table.from_pylist(rows, schema_of(tables.results)), {row["hour_s"]: 1 for row in rows})


def intensities(store: Store, issued_s: int = HALF_PAST_S, hours: int = 24, zone_key: str = "FR") -> list[float]:
    found = forecast_results(store, zone_key, [CI], issued_s, hours)
    assert found is not None
    values: list[float] = found.values[CI].tolist()
    return values


def test_a_day_has_25_hours_the_first_as_it_stands_and_the_rest_foreseen(store: Store) -> None:
    """A week of 100 g, the last day and the running hour 130 g."""
    put(store, {"FR": {hour: 130.0 if hour > -25 else 100.0 for hour in range(-168, 1)}})
    found = forecast_results(store, "FR", [CI], HALF_PAST_S, 24)
    assert found is not None
    assert found.hours_s.tolist() == [NOON_S + hour * HOUR_S for hour in range(25)]
    # noon is known; 24 hours after it e^(-24/36) of yesterday's 130 and the rest of the mean, (6 × 100 + 2 × 130) / 8
    assert found.values[CI][[0, 24]] == pytest.approx([130, 119.0519], abs=1e-4)
    assert found.known.tolist() == [True] + 24 * [False]
    assert (found.zone_key, found.issued_s, found.made_from_s) == ("FR", HALF_PAST_S, NOON_S)
    assert found.method == METHOD == "blend" and not found.low and not found.high, "a week is too short for a band"


def test_only_hours_that_began_before_it_was_issued_are_used(store: Store) -> None:
    """At noon sharp the hour from noon on has not begun before; what came later changes nothing, nor does the band."""
    random = np.random.default_rng(1)
    known = {hour: 100.0 + random.normal(0, 9) for hour in range(-35 * 24, 0)}
    put(store, {"FR": known, "DE": known | dict.fromkeys(range(40), 9000.0)})
    found, other = (forecast_results(store, key, [CI], NOON_S, 72) for key in ("FR", "DE"))
    assert found is not None and not found.known.any() and found.made_from_s == NOON_S - HOUR_S
    assert other is not None and other.made_from_s == NOON_S - HOUR_S
    for one, same in ((found.values, other.values), (found.low, other.low), (found.high, other.high)):
        np.testing.assert_array_equal(one[CI], same[CI])
    assert (found.low[CI] < found.values[CI]).all() and (found.values[CI] < found.high[CI]).all()


def test_an_hour_of_day_counts_as_far_as_it_is_known_in_the_seven_days_before(store: Store) -> None:
    """Noon: of two, three and seven days ago; one o'clock: of seven; two o'clock: of eight, which is too long ago."""
    put(store, {"FR": {
        -2 * 24: 20.0, -3 * 24: 30.0, -7 * 24: 70.0, 1 - 7 * 24: 90.0, 2 - 8 * 24: 1000.0, 23 - 7 * 24: None,
    }})
    # noon, 48 hours after the newest: 20 e^(-48/36) + 40 (1 - e^(-48/36)), less the change from 30 to 20, e^(-48/12) of
    # it; an hour of day that is not known is the mean of the four known hours: (20 + 30 + 70 + 90) / 4
    assert intensities(store, NOON_S, 3) == pytest.approx([34.5449, 90.0, 52.5, 52.5], abs=1e-4)


def test_a_column_that_is_not_known_is_nan_alone(store: Store) -> None:
    put(store, {"FR": {-1: {CI: 50.0, "renewable_share": None}, 0: {CI: 60.0}}, "DE": {-1: {CI: None}}})
    found = forecast_results(store, "FR", [CI, "renewable_share"], HALF_PAST_S, 1)
    assert found is not None and found.values[CI].tolist() == [60.0, 55.0]
    assert all(math.isnan(one) for one in found.values["renewable_share"])
    assert found.known.tolist() == [True, False], "what the zone never has is not missed"
    assert forecast_results(store, "FR", ["renewable_share"], HALF_PAST_S, 1) is None
    assert forecast_results(store, "DE", [CI], HALF_PAST_S, 1) is None
    assert forecast_results(store, "XX", [CI], HALF_PAST_S, 1) is None
    assert forecast_results(store, "FR", [CI], HALF_PAST_S + 8 * 24 * HOUR_S, 1) is None, "nothing for seven days"


def test_an_hour_is_known_if_every_column_is(store: Store) -> None:
    put(store, {"FR": {-1: {CI: 50.0, "consumption_mw": 9.0}, 0: {CI: 60.0}}})
    found = forecast_results(store, "FR", [CI, "consumption_mw"], HALF_PAST_S, 1)
    assert found is not None and found.known.tolist() == [False, False]
    assert found.values[CI][0] == 60.0 and found.values["consumption_mw"].tolist() == [9.0, 9.0]


def test_estimates_count_only_for_a_zone_without_data_of_its_own(store: Store) -> None:
    def made(value: float) -> dict[str, Any]:
        return {CI: value, "estimation": "typical_mix"}

    put(store, {
        "FR": {-48: 80.0, -24: made(500.0), 0: made(500.0)}, "XX": {-24: made(500.0), 0: made(400.0)},
        "YY": {-24: made(500.0), -23: None},
    })
    assert intensities(store, hours=1) == [80.0, 80.0]
    assert intensities(store, hours=1, zone_key="XX") == [400.0, 450.0]
    assert intensities(store, hours=1, zone_key="YY") == [500.0, 500.0], "an hour without a number is no data"


def test_all_zones_are_as_each_alone(store: Store) -> None:
    put(store, {
        "FR": {hour: 100.0 + hour for hour in range(-150, 1, 2)}, "DE": {hour: -3.0 * hour for hour in range(-30, -5)},
        "US": {-100: 7.0}, "XX": {-1: None},
    })
    found = blend_past(read_past(store, None, [CI, "direct_g_per_kwh"], HALF_PAST_S), HALF_PAST_S, 48)
    assert sorted(found) == ["DE", "FR", "US"]
    for key, one in found.items():
        alone = forecast_results(store, key, [CI, "direct_g_per_kwh"], HALF_PAST_S, 48)
        assert alone is not None and one.zone_key == key and one.made_from_s == alone.made_from_s
        assert one.values[CI] == pytest.approx(alone.values[CI]) and not np.isnan(one.values[CI]).any()
        assert one.known.tolist() == alone.known.tolist() and one.known[0] == (key == "FR")
    assert set(found["US"].values[CI].tolist()) == {7.0}


def test_an_empty_store_foresees_nothing(store: Store) -> None:
    assert blend_past(read_past(store, None, [CI], HALF_PAST_S), HALF_PAST_S, 24) == {}
