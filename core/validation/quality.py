"""The quality rules: each looks at one series and names the new events it suspects, with its figures.

A rule is a function (Series) → {place in the series: figures}, figures being plain numbers. The rules run in the order
of RULES; what one suspects is not there for the next, and an event is suspected by one rule at most. Where a batch has
no past in the store, the batch itself says what is usual. docs/quality.md has every rule with its numbers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from core.validation.jumps import doubling, jump, sign, vanished
from core.validation.series import NAMES, BoolArray, FloatArray, IntArray, Series, known, quantile
from core.validation.witnesses import balance, other_end

Figures = Mapping[str, float]
SeriesRule = Callable[[Series], Mapping[int, Figures]]

ABSURD = 3.0
SPARE_MW = 500.0
PRICE_LIMIT, PRICE_FACTOR = 30_000.0, 100.0
LOAD_COLLAPSE = 0.2
ENOUGH_TO_COMPARE = 6
"""Values of the recent past, or of the batch, that tell the size of a series."""
ENOUGH_FOR_A_CURRENCY = 3
"""Prices of which most tell how small its unit is."""
FROZEN_S, FROZEN_SINGLE_S = 3 * 3600, 6 * 3600
FROZEN_TIMES, CHANCE, MOST_OFTEN = 4, 1e-5, 0.5
AT_LIMIT = 0.98


@dataclass(frozen=True)
class Suspicion:
    """Why an event is suspect: the rule, its figures, and both in one sentence."""

    rule: str
    figures: Figures
    reason: str


def capacity(series: Series) -> dict[int, Figures]:
    """a mode above its installed capacity with margin, or a flow outside its link's capacity and a tenth"""
    if series.event == "Exchange":
        return _outside_link(series)
    found: dict[int, Figures] = {}
    if series.event != "Production":
        return found
    most = series.limits.most_mw
    with np.errstate(invalid="ignore"):
        is_above = np.abs(series.values) > most[:, None]
    for row in np.flatnonzero((is_above & series.is_new).any(axis=1)).tolist():
        if _is_old_figure(series, row, is_above[row]):
            continue
        for at in np.flatnonzero(is_above[row] & series.is_new).tolist():
            found.setdefault(at, {f"{NAMES[row]}_mw": float(series.values[row, at]), "most_mw": float(most[row])})
    return found


def _is_old_figure(series: Series, row: int, is_above: BoolArray) -> bool:
    """Whether what was accepted, or half of a batch without past, exceeds the capacity: then that is what is wrong."""
    if series.has_past:
        return bool(is_above[~series.is_new].any())
    running = int(np.count_nonzero(series.values[row] > 0))
    return 2 * int(np.count_nonzero(is_above)) >= max(running, 3)


def _outside_link(series: Series) -> dict[int, Figures]:
    if series.limits.link_mw is None:
        return {}
    low, high = series.limits.link_mw
    flow = series.values[0]
    with np.errstate(invalid="ignore"):
        is_outside = ((flow < low) | (flow > high)) & series.is_new
    figures = {"least_mw": low, "most_mw": high}
    return {at: {"flow_mw": float(flow[at]), **figures} for at in np.flatnonzero(is_outside).tolist()}


def plausible(series: Series) -> dict[int, Figures]:
    """a value that cannot be: far above all that is installed or usual, a collapsed load, a price above all caps"""
    amount = np.abs(series.total)
    most, least = _plausible_limits(series)
    with np.errstate(invalid="ignore"):
        is_outside = ((amount > most) | (amount < least)) & series.is_new
    places = np.flatnonzero(is_outside).tolist()
    return {at: {"value": float(series.total[at]), "least": least, "most": most} for at in places}


def _plausible_limits(series: Series) -> tuple[float, float]:
    usual = known(np.abs(series.total[series.is_past]))
    middle = quantile(usual, 0.5) if len(usual) >= ENOUGH_FOR_A_CURRENCY else 0.0
    high = quantile(usual, 0.99 if series.has_past else 0.75) if len(usual) >= ENOUGH_TO_COMPARE else 0.0
    if series.event == "Price":
        return max(PRICE_LIMIT, PRICE_FACTOR * middle), 0.0
    if series.event == "Exchange":
        return (max(ABSURD * high, high + SPARE_MW) if high and series.limits.link_mw is None else np.inf), 0.0
    if series.kind == "consumption" and series.has_past:
        return ABSURD * high, LOAD_COLLAPSE * quantile(usual, 0.05)
    installed = series.limits.installed_mw + (series.limits.imports_mw if series.event == "Consumption" else 0.0)
    return ABSURD * max(installed, high) or np.inf, 0.0


def frozen(series: Series) -> dict[int, Figures]:
    """the whole mix, load or flow repeated exactly for hours, longer than twice anything in the recent past"""
    if not series.is_measured or len(series.start_s) < FROZEN_TIMES:
        return {}
    there = np.flatnonzero(~np.isnan(series.total))
    values = np.nan_to_num(series.values[:, there], nan=-1e9)
    starts = np.flatnonzero(np.r_[True, (values[:, 1:] != values[:, :-1]).any(axis=0)])
    ends = np.r_[starts[1:], len(there)] - 1
    least_times = max(FROZEN_TIMES, _times_by_chance(series, values, there))
    spans_s = series.start_s[there][ends] - series.start_s[there][starts]
    found: dict[int, Figures] = {}
    for run in np.flatnonzero(spans_s >= FROZEN_S).tolist():
        first, last = int(there[starts[run]]), int(there[ends[run]])
        others_s = max(spans_s[:run].max(initial=0.0), 0.0 if series.has_past else spans_s[run + 1 :].max(initial=0.0))
        least_s = max(_least_frozen_s(series, first), 2 * float(others_s))
        if spans_s[run] < least_s or ends[run] - starts[run] + 1 < least_times or _may_rest(series, first):
            continue
        hours, usual_hours = float(spans_s[run]) / 3600, float(others_s) / 3600
        figures = {"mw": float(series.total[first]), "hours": hours, "usual_hours": usual_hours}
        found |= {at: figures for at in range(first + 1, last + 1) if series.is_new[at]}
    return found


def _times_by_chance(series: Series, values: FloatArray, there: IntArray) -> int:
    """How often a value repeats once in CHANCE by itself: that of a small island, in whole megawatts, often does."""
    is_same = (values[:, 1:] == values[:, :-1]).all(axis=0)
    is_pair = series.is_past[there][1:] & series.is_past[there][:-1]
    part = float(np.mean(is_same[is_pair])) if is_pair.any() else 0.0
    return int(np.ceil(np.log(CHANCE) / np.log(min(part, MOST_OFTEN)))) + 1 if part > 0 else 0


def _least_frozen_s(series: Series, at: int) -> float:
    running = np.count_nonzero(np.nan_to_num(series.values[:, at]))
    return FROZEN_SINGLE_S if running == 1 and series.kind != "consumption" else FROZEN_S


def _may_rest(series: Series, at: int) -> bool:
    """Nothing runs, or the link is full: that may hold for days."""
    values = np.nan_to_num(series.values[:, at])
    limits = series.limits.link_mw
    is_full = limits is not None and not AT_LIMIT * limits[0] / 1.1 < values[0] < AT_LIMIT * limits[1] / 1.1
    return bool((values == 0).all()) or is_full


RULES: dict[str, SeriesRule] = {
    "capacity": capacity,
    "range": plausible,
    "doubling": doubling,
    "other_end": other_end,
    "balance": balance,
    "sign": sign,
    "vanished": vanished,
    "jump": jump,
    "frozen": frozen,
}
"""By the name that people see."""


def judge(series: Series, warnings: list[str], rules: Mapping[str, SeriesRule] = RULES) -> dict[int, Suspicion]:
    """The suspicions against new events of a series, by place. A rule that breaks is warned of and suspects nothing."""
    found: dict[int, Suspicion] = {}
    for name, rule in rules.items():
        try:
            suspected = rule(series)
        except Exception as err:  # noqa: BLE001  one rule's mistake must not cost the batch
            warnings.append(f"the quality rule {name} failed: {err!r}")
            continue
        if suspected:
            found |= {at: Suspicion(name, figures, sentence(rule, figures)) for at, figures in suspected.items()}
            series = series.without(suspected)
    return found


def sentence(rule: SeriesRule, figures: Figures) -> str:
    """A rule's complaint and its figures, for people."""
    told = ", ".join(f"{name} {round(value, 1):g}" for name, value in figures.items() if np.isfinite(value))
    return f"{(rule.__doc__ or '').strip()}: {told}"
