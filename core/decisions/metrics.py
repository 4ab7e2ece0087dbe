"""What jobs can be placed by, and what is foreseen of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.config import Zone
from core.errors import CannotSchedule, NoForecast
from core.forecast import FARTHEST_H, SOURCE, Forecast, forecast_results, forecast_series, net_load_mw_ahead
from core.scheduling import Better, Series
from core.store import LIVE, Store
from core.store.spans import result_columns, series_columns

HOUR_S = 3600
RECENT_S = 7 * 24 * HOUR_S


@dataclass(frozen=True)
class Metric:
    """What a job is placed by."""

    name: str
    unit: str
    better: Better = "lower"
    column: str | None = None
    """Of results; None for what is published as events."""
    scale: float = 1.0
    """From the column's unit to this one."""


METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("carbon-intensity", "gCO2eq/kWh", column="lifecycle_g_per_kwh"),
        Metric("carbon-intensity-direct", "gCO2eq/kWh", column="direct_g_per_kwh"),
        Metric("renewable-share", "%", "higher", "renewable_share", 100.0),
        Metric("carbon-free-share", "%", "higher", "carbon_free_share", 100.0),
        Metric("net-load", "MW"),
        Metric("price", "currency/MWh"),
    )
}


class Foreseen(NamedTuple):
    """A metric of a zone hour by hour."""

    series: Series
    unit: str
    method: str
    low: Series | None = None
    """With `high` the band in which nine of ten values are expected; None where the method has none."""
    high: Series | None = None
    origin: str = LIVE
    """Of the newest that it rests on: live, simulated, replayed, or several with `+` between."""
    issued_s: int | None = None
    """When it was foreseen; None if that is made of what was published."""


def series_of(store: Store, zone: Zone, metric: Metric, until_s: int, issued_s: int) -> Foreseen:
    """From the hour that holds `issued_s` on, to the one before `until_s`, at most FARTHEST_H after the first.

    Raises NoForecast for a zone of which nothing is known, and CannotSchedule for prices in several currencies.
    """
    hours = min(max(0, -(-until_s // HOUR_S) - issued_s // HOUR_S - 1), FARTHEST_H)
    found = OF_METRIC.get(metric.name, _of_results)(store, zone, metric, issued_s, hours)
    if found is None:
        raise NoForecast(f"No {metric.name} is foreseen for {zone.key}: nothing recent is known of it.", zone.key)
    return found._replace(origin=_origin(store, zone, metric, issued_s))


def _origin(store: Store, zone: Zone, metric: Metric, issued_s: int) -> str:
    span_s = issued_s - RECENT_S, issued_s + HOUR_S
    if metric.name == "price":
        found = series_columns(store, metric.name, zone.key, ("start_s", "origin"), *span_s)
    else:
        found = result_columns(store, zone.key, ("hour_s", "origin"), *span_s)
    return str(found["origin"][-1]) if len(found["origin"]) else LIVE


def series_of_places(
    store: Store, zones: Mapping[str, Zone], metric: Metric, until_s: int, issued_s: int
) -> dict[str, Foreseen]:
    """`series_of` for each place, from the zone it lies in. Raises CannotSchedule if their units differ."""
    by_key = {zone.key: series_of(store, zone, metric, until_s, issued_s) for zone in zones.values()}
    found = {place: by_key[zone.key] for place, zone in zones.items()}
    check_units(found)
    return found


def check_units(found: Mapping[str, Foreseen]) -> None:
    """Raise CannotSchedule if what is foreseen of places is not in one unit."""
    units = sorted({one.unit for one in found.values()})
    if len(units) > 1:
        raise CannotSchedule(f"Values in {' and '.join(units)} cannot be compared: ask for zones with one currency.")


def _of_results(store: Store, zone: Zone, metric: Metric, issued_s: int, hours: int) -> Foreseen | None:
    assert metric.column is not None
    found = forecast_results(store, zone.key, [metric.column], issued_s, hours)
    if found is None:
        return None

    def series(values: Mapping[str, npt.NDArray[np.float64]]) -> Series | None:
        column = values.get(metric.column or "")
        return None if column is None else _hourly(issued_s, metric.scale * column)

    return Foreseen(
        _hourly(issued_s, metric.scale * found.values[metric.column]), metric.unit, found.method, series(found.low),
        series(found.high), issued_s=found.issued_s)


def _net_load(store: Store, zone: Zone, metric: Metric, issued_s: int, hours: int) -> Foreseen | None:
    """What is consumed without the zone's own wind and sun."""
    found: Forecast | None = forecast_results(store, zone.key, ["consumption_mw"], issued_s, hours)
    if found is None:
        return None
    values = net_load_mw_ahead(store, zone, issued_s, hours, found.values["consumption_mw"])
    return Foreseen(_hourly(issued_s, values), metric.unit, found.method, issued_s=found.issued_s)


def _prices(store: Store, zone: Zone, metric: Metric, issued_s: int, hours: int) -> Foreseen | None:
    """Prices as published; beyond them nothing is known."""
    found = forecast_series(store, metric.name, zone.key, issued_s, hours)
    if found is None:
        return None
    name, values = the_price(zone, found.values)
    return Foreseen(_hourly(issued_s, values), unit_of_price(name), SOURCE)


def the_price(
    zone: Zone, prices: Mapping[str, npt.NDArray[np.float64]]
) -> tuple[str, npt.NDArray[np.float64]]:
    """The one column of prices, with its name; CannotSchedule if there are several."""
    if len(prices) > 1:
        raise CannotSchedule(f"Prices of {zone.key} are published in several currencies, which cannot be compared.")
    (found,) = prices.items()
    return found


def unit_of_price(column: str) -> str:
    """The unit of a column such as price_eur_mwh."""
    return f"{column.removeprefix('price_').removesuffix('_mwh').upper()}/MWh"


def _hourly(issued_s: int, values: npt.NDArray[np.float64]) -> Series:
    return Series(issued_s - issued_s % HOUR_S, HOUR_S, values)


OF_METRIC = {"net-load": _net_load, "price": _prices}
