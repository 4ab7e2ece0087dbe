"""Rows of signals that are traced: intensities, shares, and what consumption is made of."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from core import times
from core.api.bodies import stamp
from core.api.grid import Grid
from core.api.traced import Array, Ask, traced
from core.config import Factors
from core.kinds import STORAGE_MODES
from core.store.spans import Columns

Row = dict[str, Any]
METHODS = {
    "same_hour_mean": "TIME_SLICER_AVERAGE", "typical_mix": "CONSTRUCT_BREAKDOWN", "default_mix": "CONSTRUCT_BREAKDOWN"}
"""How a result was estimated, in the words that clients know: some take no others."""
FORECAST_METHOD = "FORECASTS_HIERARCHY"
FOSSIL_MODES = ("coal", "gas", "oil", "unknown")
PERCENT_COLUMNS = {"renewable-energy": "renewable_share", "carbon-free-energy": "carbon_free_share"}
ORDER = ("nuclear", "geothermal", "biomass", "coal", "wind", "solar", "hydro", "gas", "oil", "unknown")
"""Modes as the answers of the public API list them."""


def moments(columns: Columns, at: int) -> Row:
    """When a period begins, when its value was first made and when it last changed; its end where nobody knows."""
    end_s = float(columns["end_s"][at])
    updated, created = (columns[name][at] for name in ("updated_s", "created_s"))
    return {
        "datetime": stamp(float(columns["start_s"][at])),
        "updatedAt": stamp(end_s if np.isnan(updated) else updated),
        "createdAt": stamp(end_s if np.isnan(created) else created),
    }


def estimation(columns: Columns, at: int) -> Row:
    """Whether and how the value was estimated, both keys always there."""
    how = columns["estimation"][at]
    return {"isEstimated": how is not None, "estimationMethod": None if how is None else METHODS[how]}


def made_of(columns: Columns, at: int) -> Row:
    """Gridtrace's own keys: where the value is from, and how much of it is measured."""
    flags = columns["flags"][at]
    return {
        "origin": columns["origin"][at],
        **{f"{name}Share": number(columns[f"{name}_share"][at], 4) for name in ("measured", "estimated", "fallback")},
        "flags": flags.split(",") if flags else [],
        "isComplete": bool(columns["is_complete"][at]),
    }


def number(value: float | None, digits: int) -> float | None:
    """A rounded number; None for null and NaN, and no minus before a zero."""
    return None if value is None or np.isnan(value) else round(float(value), digits) + 0.0


def whole(value: float | None) -> int | None:
    """The nearest whole number; None for null and NaN."""
    return None if value is None or np.isnan(value) else round(float(value))


def intensity_rows(grid: Grid, ask: Ask) -> list[Row]:
    """`carbonIntensity` in whole g/kWh; periods without one are left out, as clients take no null."""
    columns = traced(grid, ask)
    return [
        {
            "zone": ask.zone, "carbonIntensity": whole(columns[ask.intensity_column][at]), **moments(columns, at),
            "emissionFactorType": ask.basis, "flowTraced": ask.is_flow_traced, **estimation(columns, at),
            **made_of(columns, at),
        }
        for at in known(columns[ask.intensity_column])
    ]


def fossil_rows(grid: Grid, ask: Ask) -> list[Row]:
    """The mean intensity of the fossil part of consumption, each mode at the zone's own factor, in whole g/kWh."""
    columns = traced(grid, ask)
    values = fossil_intensity(grid.config.factors, ask, columns)
    return [
        {
            "zone": ask.zone, **moments(columns, at), "value": whole(values[at]), "unit": "gCO2eq/kWh",
            "emissionFactorType": ask.basis, **estimation(columns, at), **made_of(columns, at),
        }
        for at in known(values)
    ]


def fossil_intensity(factors: Factors, ask: Ask, columns: Columns) -> Array:
    """g/kWh of the fossil modes among the columns' shares, from start_s on; NaN where there are none of them."""
    hours = [times.epoch(float(start_s)) for start_s in columns["start_s"]]
    g_per_kwh = factors.array([ask.zone], ask.basis, FOSSIL_MODES, hours)[:, 0]
    share = np.array([columns[f"{mode}_share"] for mode in FOSSIL_MODES])
    total = share.sum(axis=0)
    emitted = (share * g_per_kwh).sum(axis=0)
    found: Array = np.divide(emitted, total, out=np.full_like(total, np.nan), where=total > 0)
    return found


def percent_rows(grid: Grid, ask: Ask, signal: str) -> list[Row]:
    """The renewable or carbon-free part of consumption in whole per cent."""
    columns = traced(grid, ask)
    share = columns[PERCENT_COLUMNS[signal]]
    return [
        {
            "zone": ask.zone, **moments(columns, at), "unit": "%", "value": whole(100 * share[at]), "flowTraced": True,
            **estimation(columns, at), **made_of(columns, at), "temporalGranularity": ask.granularity,
        }
        for at in known(share)
    ]


def consumed_mw(columns: Mapping[str, Array], load_mw: Array) -> dict[str, Array]:
    """MW of each mode, in the order of ORDER, and of each discharge in a load, by the columns of shares."""
    parts = {mode: load_mw * columns[f"{mode}_share"] for mode in ORDER}
    for mode in reversed(STORAGE_MODES):
        parts[f"{mode} discharge"] = load_mw * columns[f"{mode}_discharge_share"]
    return parts


def mix_rows(grid: Grid, ask: Ask) -> list[Row]:
    """What consumption is made of, wherever it was generated: MW by mode."""
    columns = traced(grid, ask)
    parts = consumed_mw(columns, columns["consumption_mw"])
    return [
        {
            **moments(columns, at), **estimation(columns, at), "breakdownType": "flow-traced",
            "mix": mix_of(parts, at), **made_of(columns, at),
        }
        for at in known(columns["consumption_mw"])
    ]


def mix_of(parts_mw: Mapping[str, Array], at: int) -> Row:
    """The mix of consumption at a position, from MW by mode and discharge."""
    found: Row = {mode: number(parts_mw[mode][at], 2) for mode in ORDER}
    for mode in reversed(STORAGE_MODES):
        found[f"{mode} storage"] = {"discharge": number(parts_mw[f"{mode} discharge"][at], 2)}
    return found


def known(values: Array) -> list[int]:
    """The positions of what is known."""
    return [int(at) for at in np.flatnonzero(~np.isnan(values))]
