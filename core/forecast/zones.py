"""Forecasts of a zone's load and production, from those of its parts and of the balance."""

from collections.abc import Sequence

import numpy as np

from core.config import Zone
from core.forecast.blend import FloatArray
from core.forecast.series import forecast_series
from core.kinds import MODES, STORAGE_MODES
from core.store import Store

COLUMNS = (*(f"{mode}_mw" for mode in MODES), *(f"{mode}_storage_mw" for mode in STORAGE_MODES))


def sum_known(arrays: Sequence[FloatArray]) -> FloatArray:
    """Element by element, leaving out what is not known; NaN where nothing is."""
    stacked = np.array(arrays)
    return np.where(np.isnan(stacked).all(axis=0), np.nan, np.nansum(stacked, axis=0))


def net_load(load_mw: FloatArray, wind_mw: FloatArray, solar_mw: FloatArray) -> FloatArray:
    """A load without the zone's own wind and sun; what is not known of these is taken for none."""
    return np.asarray(load_mw - np.nan_to_num(wind_mw) - np.nan_to_num(solar_mw))


def load_mw_ahead(store: Store, zone: Zone, issued_s: int, hours: int, otherwise_mw: FloatArray) -> FloatArray:
    """What sources publish of the load where every part of the zone has it, else what the balance is foreseen to be."""
    found = [forecast_series(store, "consumption", key, issued_s, hours) for key in zone.parts]
    parts = [one.values["consumption_mw"] for one in found if one is not None and "consumption_mw" in one.values]
    if len(parts) < len(found):
        return otherwise_mw
    load_mw: FloatArray = np.sum(parts, axis=0)
    return np.where(np.isnan(load_mw), otherwise_mw, load_mw)


def produced_mw_ahead(store: Store, zone: Zone, issued_s: int, hours: int) -> dict[str, FloatArray]:
    """MW by COLUMNS; of storage + is charging."""
    found = [forecast_series(store, "production", key, issued_s, hours) for key in zone.parts]
    nothing = np.full(hours + 1, np.nan)
    return {
        name: sum_known([nothing if one is None else one.values.get(name, nothing) for one in found])
        for name in COLUMNS}


def net_load_mw_ahead(store: Store, zone: Zone, issued_s: int, hours: int, otherwise_mw: FloatArray) -> FloatArray:
    """`net_load` of `load_mw_ahead`."""
    produced = produced_mw_ahead(store, zone, issued_s, hours)
    return net_load(
        load_mw_ahead(store, zone, issued_s, hours, otherwise_mw), produced["wind_mw"], produced["solar_mw"])
