"""All that is learnt of one grid, and what it says: the intensity, its companions, their bands."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from core.forecast.bands import BACK_DAYS, edges
from core.forecast.strong.companions import Companions, mix_factors, say_companions, train_companions, whole
from core.forecast.strong.features import all_rows, blended, faded_at, given
from core.forecast.strong.hourly import AHEAD_H, DAY_H, FloatArray, Hourly, IntArray, Published
from core.forecast.strong.model import Model, predict, train, training_rows
from core.forecast.strong.structure import train_structure
from core.forecast.strong.weather import smoothed_weather

METHOD, METHOD_WITHOUT_WEATHER = "boosting_with_weather", "boosting"
TAIL_DAYS = 35
"""Of a grid, before an origin, are enough to foresee: no feature looks further back, but for those that fade."""
MIX_WEIGHT = 0.5
"""What the foreseen mix says of the intensity counts as much as what the model says."""
LEAST_H = 90 * DAY_H
"""Hours of known intensity that training needs."""


@dataclass(frozen=True)
class Learnt:
    """What there is to foresee a grid with."""

    model: Model
    companions: Companions | None
    factors_g_per_kwh: Mapping[str, float]
    """What shares of the mix emit."""
    faded: FloatArray | None
    """The adaptive regressions at the end of the training; None without weather."""
    published: tuple[str, ...] = ()
    """Which of PUBLISHED it was given."""

    @property
    def method(self) -> str:
        return METHOD if self.model.structure else METHOD_WITHOUT_WEATHER


class Said(NamedTuple):
    """Of some origins."""

    intensity_g_per_kwh: FloatArray
    """(origins, AHEAD_H)"""
    others: Mapping[str, FloatArray]
    """Column → the same, of each of the grid's `others`."""


class Edges(NamedTuple):
    """Between which nine of ten errors of the past weeks are."""

    log_intensity: FloatArray
    """(2, AHEAD_H) logs of what the intensity must be multiplied by."""
    others: Mapping[str, FloatArray]
    """Column → (2, AHEAD_H) what must be added to it."""


def learn(hourly: Hourly, end: int, threads: int = 1) -> Learnt | None:
    """From the hours before `end` alone, with the weather that the grid has; None if there are too few.

    Raises CannotForecast where LightGBM is not installed.
    """
    if np.isfinite(hourly.intensity_g_per_kwh[: max(end, 0)]).sum() < LEAST_H:
        return None
    structure = train_structure(hourly, smoothed_weather(hourly), end, threads) if hourly.weather else None
    rows = given(hourly, training_rows(end), structure, threads)
    return Learnt(
        train(hourly, rows, structure, threads), train_companions(hourly, rows), mix_factors(hourly, end),
        faded_at(hourly, end) if hourly.weather else None, tuple(hourly.published))


def foresee(
    learnt: Learnt, hourly: Hourly, origins: IntArray, threads: int = 1, *, is_tail: bool = False
) -> Said:
    """From hours before each origin; what was not learnt of `others` is the blend.

    With is_tail the grid has only its last weeks (TAIL_DAYS): what fades more slowly is as it was after the training.
    """
    nothing = Published(*2 * [np.full(hourly.hours + AHEAD_H, np.nan)])
    known = replace(hourly, published={name: hourly.published.get(name, nothing) for name in learnt.published})
    rows = given(known, all_rows(origins), learnt.model.structure, threads, learnt.faded if is_tail else None)
    said = say_companions(learnt.companions, hourly, rows) if learnt.companions else {}
    shape = len(origins), AHEAD_H
    others = {name: said[name].reshape(shape) if name in said else blended(one, origins)
              for name, one in hourly.others.items()}
    others, direct = whole(others), predict(learnt.model, rows, threads).reshape(shape)
    by_mix = _by_mix(learnt, others, direct)
    return Said((1 - MIX_WEIGHT) * direct + MIX_WEIGHT * np.where(np.isnan(by_mix), direct, by_mix), others)


def _by_mix(learnt: Learnt, others: Mapping[str, FloatArray], otherwise: FloatArray) -> FloatArray:
    """What the foreseen mix would emit."""
    if not learnt.factors_g_per_kwh or learnt.companions is None:
        return otherwise
    found: FloatArray = np.sum([factor * others[name] for name, factor in learnt.factors_g_per_kwh.items()], axis=0)
    return found


def unseen(hourly: Hourly, end: int, threads: int = 1) -> tuple[IntArray, Said | None]:
    """The origins of the four weeks before `end`, and what a model that knew nothing of these weeks says of each.

    None where it has too little history.
    """
    origins = end - DAY_H * np.arange(BACK_DAYS, 0, -1)
    learnt = learn(hourly, int(origins[0]), threads)
    return origins, None if learnt is None else foresee(learnt, hourly, origins, threads)


def backtest(hourly: Hourly, threads: int = 1) -> Edges:
    """By how far a model that knew nothing of the past four weeks was off in them; NaN without history enough."""
    origins, said = unseen(hourly, hourly.hours, threads)
    if said is None:
        nothing = np.full((2, AHEAD_H), np.nan)
        return Edges(nothing, dict.fromkeys(hourly.others, nothing))
    hours = origins[:, None] + np.arange(AHEAD_H)

    def actual(values: FloatArray) -> FloatArray:
        return np.asarray(np.append(values, np.full(AHEAD_H, np.nan))[hours])

    others = {name: edges((actual(hourly.others[name]) - one)[None])[:, 0] for name, one in said.others.items()}
    return Edges(edges(np.log(actual(hourly.intensity_g_per_kwh) / said.intensity_g_per_kwh)[None])[:, 0], others)
