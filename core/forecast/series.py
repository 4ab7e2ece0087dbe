"""Forecasts of what is stored as events: production by mode, consumption, a flow, a price."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.forecast.blend import DAY_S, DAYS, METHOD, FloatArray, blend
from core.history import periods
from core.kinds import KINDS, MODES
from core.store import Store

HOUR_S = 3600
HOURS = "_hours_covered"
"""Ends what `periods` says of each quantity beside its mean."""
OBSERVED, SOURCE = "observed", "source"

PER_MODE = (
    "productionPerModeForecastLatest", "productionPerModeForecastIntraday", "productionPerModeForecastDayAhead",
    "productionPerModeForecast",
)
PUBLISHED: Mapping[str, Mapping[str, Sequence[str]]] = {
    "production": {"wind_mw": PER_MODE, "solar_mw": PER_MODE, "production_mw": ("generationForecast",)},
    "consumption": {"consumption_mw": ("consumptionForecast",)},
    "exchange": {"net_flow_mw": ("exchangeForecast",)},
}
"""The kinds of a source's own forecasts of a quantity, the one that counts first first."""
PRICE = "price"


@dataclass(frozen=True)
class SeriesForecast:
    """The running step of a series and those after it."""

    key: str
    starts_s: npt.NDArray[np.int64]
    values: Mapping[str, FloatArray]
    """Quantity, as `core.history.periods` names it → a number per step; only those of which anything is known."""
    methods: Mapping[str, npt.NDArray[Any]]
    """Of each value: OBSERVED, SOURCE or METHOD; empty where there is none."""
    issued_s: int
    made_from_s: int | None
    """The newest step that was observed; None if the source's forecast is all there is."""


def forecast_series(
    store: Store, kind: str, key: str, issued_s: int, hours: int, step_s: int = 3600
) -> SeriesForecast | None:
    """A series in MW, or a price per MWh, from the step that holds issued_s on, to `hours` later; both ends count.

    The running step is observed as far as it has passed. The source's own forecast counts before the blend; a price
    has only what was published. None if nothing is known. Raises ValueError for other kinds and odd steps.
    """
    if kind not in (*PUBLISHED, PRICE) or step_s <= 0 or HOUR_S % step_s:
        raise ValueError(f"There are forecasts of {', '.join(PUBLISHED)} and {PRICE}, in steps that divide an hour.")
    first_s = issued_s - issued_s % step_s
    past_s = range(first_s - DAYS * DAY_S, first_s + step_s + 1, step_s)
    edges_s = range(first_s, first_s + hours * HOUR_S + 2 * step_s, step_s)
    past = _read(store, kind, key, past_s, issued_s) if kind in PUBLISHED else {}
    published = _published(store, kind, key, edges_s, issued_s)
    if not past and not published:
        return None
    values, methods = {}, {}
    for name in past | published:
        before = past.get(name, np.full(len(past_s) - 1, np.nan))
        ahead = published.get(name, np.full(len(edges_s) - 1, np.nan))
        values[name], methods[name] = _joined(before, ahead, DAY_S // step_s)
    starts_s = np.array(edges_s[:-1], dtype=np.int64)
    return SeriesForecast(key, starts_s, values, methods, issued_s, _newest_s(past, past_s))


def _joined(past: FloatArray, published: FloatArray, per_day: int) -> tuple[FloatArray, npt.NDArray[Any]]:
    """The numbers and their methods: the running step as observed, else what was published, else the blend."""
    numbers = blend(past, per_day, len(published))
    method = np.where(np.isnan(numbers), "", METHOD).astype(object)
    is_published = ~np.isnan(published)
    if not np.isnan(past[-1]):
        is_published[0], method[0] = False, OBSERVED
    method[is_published] = SOURCE
    return np.where(is_published, published, numbers), method


def _newest_s(past: Mapping[str, FloatArray], past_s: Sequence[int]) -> int | None:
    """The start of the last step of which any quantity is known."""
    known = [int(np.flatnonzero(~np.isnan(one))[-1]) for one in past.values()]
    return past_s[max(known)] if known else None


def _published(store: Store, kind: str, key: str, edges_s: Sequence[int], now_s: int) -> dict[str, FloatArray]:
    """What sources foresee of each quantity: in each step what the first of its kinds knows."""
    if kind == PRICE:
        return _read(store, kind, key, edges_s, now_s)
    kinds = {one for several in PUBLISHED[kind].values() for one in several}
    read = {one: _read(store, one, key, edges_s, now_s) for one in kinds}
    found: dict[str, FloatArray] = {}
    for name, several in PUBLISHED[kind].items():
        for one in several:
            if name in read[one]:
                before = found.get(name, read[one][name])
                found[name] = np.where(np.isnan(before), read[one][name], before)
    return found


def _read(store: Store, kind: str, key: str, edges_s: Sequence[int], now_s: int) -> dict[str, FloatArray]:
    """Means of a stored series between the edges, of the quantities of which anything is known; NaN for the rest."""
    found, unit = periods.of_series(store, kind, key, edges_s, now_s), periods.QUANTITIES[KINDS[kind].event].unit
    names = [name.removesuffix(HOURS) + unit for name in found if name.endswith(HOURS)]
    read = {name: found[name] for name in names}
    if kind == "production":
        modes = np.array([found[f"{mode}_mw"] for mode in MODES])
        read["production_mw"] = np.where(np.isnan(modes).all(axis=0), np.nan, np.nansum(modes, axis=0))
    return {name: one for name, one in read.items() if not np.isnan(one).all()}
