"""Forecasts of series of events, on both engines, against numbers worked out by hand. It is half past twelve."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from core import schemas, times
from core.forecast import METHOD, SeriesForecast, forecast_series
from core.store import Store
from tests.core.forecast.test_results import HALF_PAST_S
from tests.core.history.test_periods import HOUR_S, NOON, NOON_S, load, mix, put

NAN = float("nan")


def hour(start: float) -> dict[str, Any]:
    moment = times.shift(NOON, hours=start)
    return {"start": moment, "end": times.shift(moment, hours=1), "source": "a"}


def loads(values: Mapping[float, float]) -> list[Any]:
    return [schemas.consumption("FR", **hour(at), load_mw=load_mw) for at, load_mw in values.items()]


def mixes(values: Mapping[float, Mapping[str, float]]) -> list[Any]:
    return [schemas.production("FR", **hour(at), modes=modes) for at, modes in values.items()]


def foreseen(store: Store, kind: str, hours: int = 3, key: str = "FR", issued_s: int = HALF_PAST_S) -> SeriesForecast:
    found = forecast_series(store, kind, key, issued_s, hours)
    assert found is not None
    return found


def test_without_the_sources_own_a_load_is_as_the_day_before(store: Store) -> None:
    put(store, "consumption", *loads({-24: 10, -23: 20, -22: 30, -48 + 3: 40}), load(0, 15, 50), load(45, 15, 9000))
    found = foreseen(store, "consumption")
    assert found.starts_s.tolist() == [NOON_S + at * HOUR_S for at in range(4)]
    # noon is known by its first quarter, what begins at 12:45 is not; 15:00 is known of two days ago
    assert found.values["consumption_mw"].tolist() == [50, 20, 30, 40]
    assert found.methods["consumption_mw"].tolist() == ["observed", METHOD, METHOD, METHOD]
    assert (found.key, found.issued_s, found.made_from_s) == ("FR", HALF_PAST_S, NOON_S)


def test_the_sources_own_forecast_counts_before_the_baseline_and_after_what_is_observed(store: Store) -> None:
    put(store, "consumption", *loads({-24: 10, -23: 20, -22: 30, 0: 50}))
    put(store, "consumptionForecast", *loads({0: 55, 2: 33}))
    found = foreseen(store, "consumption", 2)
    assert found.values["consumption_mw"].tolist() == [50, 20, 33]
    assert found.methods["consumption_mw"].tolist() == ["observed", METHOD, "source"]


def test_wind_and_solar_take_the_latest_of_four_forecasts_and_the_total_its_own(store: Store) -> None:
    put(store, "production", *mixes({
        at - 24: {"gas": 100.0 + at, "wind": 7, "solar": 0} for at in range(5)}))
    for kind, first, wind_mw in (
        ("productionPerModeForecast", 1, 1.0), ("productionPerModeForecastDayAhead", 2, 2.0),
        ("productionPerModeForecastIntraday", 3, 3.0), ("productionPerModeForecastLatest", 4, 4.0),
    ):
        put(store, kind, *mixes({at: {"wind": wind_mw, "gas": 9000} for at in range(first, 5)}))
    put(store, "productionPerModeForecastDayAhead", *mixes({1: {"solar": 60}}))
    put(store, "generationForecast", schemas.total_production("FR", **hour(2), value_mw=500))
    found = foreseen(store, "production", 4)
    assert found.values["wind_mw"].tolist() == [7, 1, 2, 3, 4]
    assert found.methods["wind_mw"].tolist() == [METHOD, *4 * ["source"]]
    assert found.values["solar_mw"].tolist() == [0, 60, 0, 0, 0]
    assert found.values["gas_mw"].tolist() == [100, 101, 102, 103, 104], "of other modes no source is asked"
    # yesterday's sums, 100 + 7 and so on; 14:00 as the source has it
    assert found.values["production_mw"].tolist() == [107, 108, 500, 110, 111]
    assert found.methods["production_mw"].tolist() == [METHOD, METHOD, "source", METHOD, METHOD]
    assert sorted(found.values) == ["gas_mw", "production_mw", "solar_mw", "wind_mw"], "the others were never known"
    assert found.made_from_s == NOON_S - 20 * HOUR_S


def test_storage_is_foreseen_and_in_no_total(store: Store) -> None:
    stored = schemas.production("FR", **hour(-23), modes={"gas": 10}, storage={"hydro": -4})
    put(store, "production", stored)
    found = foreseen(store, "production", 1)
    assert found.values["hydro_storage_mw"].tolist() == [-4, -4] and found.values["production_mw"].tolist() == [10, 10]


def test_a_forecast_alone_needs_no_past_and_is_not_stretched(store: Store) -> None:
    put(store, "consumptionForecast", *loads({1: 70}))
    found = foreseen(store, "consumption", 2)
    np.testing.assert_equal(found.values["consumption_mw"], [NAN, 70, NAN])
    assert found.methods["consumption_mw"].tolist() == ["", "source", ""] and found.made_from_s is None


def test_a_flow_is_as_its_forecast_or_the_day_before(store: Store) -> None:
    def flow(at: float, flow_mw: float) -> Any:
        return schemas.exchange("DE", "FR", **hour(at), flow_mw=flow_mw)

    put(store, "exchange", flow(-23, -100), flow(-22, 40))
    put(store, "exchangeForecast", flow(2, 300))
    found = foreseen(store, "exchange", 2, "DE->FR")
    assert found.values["net_flow_mw"].tolist() == [-30, -100, 300]  # noon is never known: the mean of −100 and 40


def test_a_price_is_what_was_published_and_nothing_else(store: Store) -> None:
    def price(at: float, price_mwh: float) -> Any:
        return schemas.price("FR", **hour(at), price_mwh=price_mwh, currency="EUR")

    put(store, "price", price(-22, 9000), price(0, 80), price(1, -5))
    found = foreseen(store, "price", 2)
    np.testing.assert_equal(found.values, {"price_eur_mwh": np.array([80, -5, NAN])})
    assert found.methods["price_eur_mwh"].tolist() == ["source", "source", ""]
    assert forecast_series(store, "price", "FR", HALF_PAST_S + 2 * HOUR_S, 2) is None, "past prices foresee nothing"


def test_quarters_are_as_the_same_quarters_before(store: Store) -> None:
    """An hour of 10 MW, then quarters of 1 to 4 MW, all of yesterday."""
    put(store, "production", mix(-24 * 60, 60, gas=10), *(mix(-23 * 60 + 15 * i, 15, gas=1 + i) for i in range(4)))
    found = forecast_series(store, "production", "FR", NOON_S + 50 * 60, 1, step_s=900)
    assert found is not None and found.starts_s.tolist() == [NOON_S + at * 900 for at in range(3, 8)]
    assert found.values["gas_mw"].tolist() == [10, 1, 2, 3, 4]


def test_a_forecast_of_the_past_uses_nothing_measured_later(store: Store) -> None:
    put(store, "consumption", *loads({-24: 10, -23: 20, 0: 50, 1: 60, 2: 70}))
    assert foreseen(store, "consumption", 1, issued_s=NOON_S).values["consumption_mw"].tolist() == [10, 20]


def test_what_is_not_known_has_no_forecast(store: Store) -> None:
    assert forecast_series(store, "production", "FR", HALF_PAST_S, 24) is None
    put(store, "consumption", *loads({-8 * 24: 10}))
    assert forecast_series(store, "consumption", "FR", HALF_PAST_S, 24) is None, "eight days ago"


@pytest.mark.parametrize(("kind", "step_s"), [("gridAlerts", 3600), ("consumption", 7200), ("consumption", 0)])
def test_other_kinds_and_odd_steps_are_refused(store: Store, kind: str, step_s: int) -> None:
    with pytest.raises(ValueError, match="forecasts of production, consumption, exchange and price, in steps"):
        forecast_series(store, kind, "FR", HALF_PAST_S, 24, step_s)
