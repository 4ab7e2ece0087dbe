"""What is foreseen of a zone: by what jobs can be scheduled, and what would have been foreseen of the past."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from core.api.electricity_maps import forecasts, measured
from core.api.grid import Grid
from core.api.traced import HOUR_S, Array, Ask
from core.errors import CannotSchedule, NoForecast
from core.forecast import forecast_results, forecast_series
from core.forecast.naive import DAYS, seasonal_naive
from core.scheduling import Better, Series
from core.store.spans import result_columns

FARTHEST_H = 168
"""A baseline made of the past week says nothing new beyond a week."""
DAY_H = 24


@dataclass(frozen=True)
class Metric:
    """What a job is scheduled by."""

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


def series_of(grid: Grid, zone: str, metric: Metric, until_s: int, issued_s: int | None = None) -> Foreseen:
    """From the hour that holds `issued_s` (now) on, to the one before `until_s`, at most FARTHEST_H after the first.

    Raises NothingKnown for a zone that there is not, NoForecast for one of which nothing is known, and CannotSchedule
    for prices in several currencies.
    """
    key = grid.zone(zone).key
    at_s = grid.now_s if issued_s is None else issued_s
    hours = min(max(0, -(-until_s // HOUR_S) - at_s // HOUR_S - 1), FARTHEST_H)
    if metric.column is None:
        values, unit = EVENTS[metric.name](grid, key, hours)
    else:
        found = forecast_results(grid.store, key, [metric.column], at_s, hours)
        values, unit = None if found is None else metric.scale * found.values[metric.column], metric.unit
    if values is None:
        raise NoForecast(f"No {metric.name} is foreseen for {key}: nothing recent is known of it.")
    return Foreseen(Series(at_s - at_s % HOUR_S, HOUR_S, values), unit)


def series_of_places(
    grid: Grid, zones: Mapping[str, str], metric: Metric, until_s: int
) -> tuple[dict[str, Series], str]:
    """`series_of` for each place, from the zone it lies in, and their unit. Raises CannotSchedule if units differ."""
    found = {zone: series_of(grid, zone, metric, until_s) for zone in dict.fromkeys(zones.values())}
    units = sorted({one.unit for one in found.values()})
    if len(units) > 1:
        raise CannotSchedule(f"Values in {' and '.join(units)} cannot be compared: ask for zones with one currency.")
    return {place: found[zone].series for place, zone in zones.items()}, units[0]


def _net_load(grid: Grid, zone: str, hours: int) -> tuple[Array | None, str]:
    """What is consumed without the zone's own wind and sun."""
    found = forecast_results(grid.store, zone, ["consumption_mw"], grid.now_s, hours)
    if found is None:
        return None, "MW"
    ask = Ask(zone, ())
    load_mw = forecasts.load_mw_ahead(grid, ask, hours, found.values["consumption_mw"])
    return measured.net_load(load_mw, forecasts.produced_mw_ahead(grid, ask, hours)), "MW"


def _prices(grid: Grid, zone: str, hours: int) -> tuple[Array | None, str]:
    """Prices as published; beyond them nothing is known."""
    found = forecast_series(grid.store, "price", zone, grid.now_s, hours)
    if found is None:
        return None, ""
    if len(found.values) > 1:
        raise CannotSchedule(f"Prices of {zone} are published in several currencies, which cannot be compared.")
    (name, values), = found.values.items()
    return values, f"{name.removeprefix('price_').removesuffix('_mwh').upper()}/MWh"


EVENTS = {"net-load": _net_load, "price": _prices}


def rebuilt(grid: Grid, zone: str, column: str, start_s: int, end_s: int) -> Array:
    """What the baseline would have said of each hour from `start_s` to `end_s` when it began; NaN for none.

    From the results as they stand now: what came late, or was revised since, is in it.
    """
    count, before = (end_s - start_s) // HOUR_S, DAYS * DAY_H
    if count <= 0:
        return np.empty(0)
    first_s = start_s - before * HOUR_S
    found = result_columns(grid.store, zone, ("hour_s", column), first_s, end_s)
    values = np.full(before + count, np.nan)
    values[((found["hour_s"] - first_s) // HOUR_S).astype(np.intp)] = found[column]
    past = sliding_window_view(values, before + 1)[:count].copy()
    past[:, -1] = np.nan  # the hour itself was not known
    return seasonal_naive(past, DAY_H, 1)[:, 0]
