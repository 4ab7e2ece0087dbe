"""Quality rules that hold a flow against what others say: its schedule or forecast, and the balances of both ends."""

from collections.abc import Mapping

import numpy as np

from core.validation.series import ENOUGH, BoolArray, Ends, FloatArray, Series, known, quantile

Figures = Mapping[str, float]

HOUR_S = 3600
LARGE = 0.2
AGREEING = 0.95
LEAST_MISSING = 0.015
"""Of the load: what is missing in a balance before anybody is suspected."""
USUAL_GAPS = 4.0
CLOSES = 0.25
"""A balance closes when turning or halving the flow leaves at most this part of what was missing."""
UNRELIABLE = 0.1


def other_end(series: Series) -> dict[int, Figures]:
    """a large flow against the direction of its schedule or forecast, which it has always followed of late"""
    if series.kind != "exchange" or series.other_mw is None or series.spread is None:
        return {}
    flow, other = series.values[0], series.other_mw
    large_mw = LARGE * max(map(abs, series.spread))
    with np.errstate(invalid="ignore"):
        is_large = (np.abs(other) >= large_mw) & (np.abs(flow) >= large_mw)
        is_against = is_large & (np.sign(other) != np.sign(flow))
        is_mirrored = is_against & (np.abs(flow + other) <= 0.5 * np.abs(other))
    past = is_large & series.is_past
    if past.sum() < ENOUGH or (is_against & past).sum() > (1 - AGREEING) * past.sum():
        return {}
    places = np.flatnonzero(is_mirrored & series.is_new).tolist()
    return {at: {"flow_mw": float(flow[at]), "other_mw": float(other[at])} for at in places}


def balance(series: Series) -> dict[int, Figures]:
    """a flow that leaves a zone's balance open, where turned or halved it would close"""
    found: dict[int, Figures] = {}
    if series.kind != "exchange" or series.ends is None:
        return found
    given = _gaps(series, series.ends, 1.0)
    against, for_it = testimony(series)
    for at in np.flatnonzero(series.is_new & against.any(axis=0) & ~for_it.any(axis=0)).tolist():
        end = int(np.argmax(against[:, at]))
        found[at] = {"flow_mw": float(series.values[0, at]), "missing_mw": float(given[end, at])}
    return found


def testimony(series: Series) -> tuple[BoolArray, BoolArray]:
    """(ends, times) where an end's balance speaks against the flow as given, and where it speaks for it.

    An end whose balance is open at most times says nothing, nor does one that the flow is too small to move.
    """
    if series.ends is None:
        nothing = np.zeros((2, len(series.start_s)), dtype=np.bool_)
        return nothing, nothing
    given = _gaps(series, series.ends, 1.0)
    other = np.fmin(_gaps(series, series.ends, -1.0), _gaps(series, series.ends, 0.5))
    load = _at_starts(series, series.ends, series.ends.load_mw)
    usual = np.array([[_median(row)] for row in given])
    with np.errstate(invalid="ignore"):
        is_heard = usual <= UNRELIABLE * np.array([[_median(row)] for row in load])
        least = np.fmax(LEAST_MISSING * load, USUAL_GAPS * usual)
        is_against = (given > least) & (other <= CLOSES * given)
        is_for = (other > least) & (given <= CLOSES * other)
    return is_heard & is_against, is_heard & is_for


def _gaps(series: Series, ends: Ends, factor: float) -> FloatArray:
    """(ends, times) MW missing or left over at each end, were the flow `factor` times what it is."""
    flow = factor * _of_hour(series)
    rest, load = _at_starts(series, ends, ends.rest_mw), _at_starts(series, ends, ends.load_mw)
    return np.asarray(np.abs(rest + np.stack([-flow, flow]) - load))


def _of_hour(series: Series) -> FloatArray:
    """(times,) the mean of the flow in the hour that each lies in, as balances are of hours."""
    _, place = np.unique(series.start_s - series.start_s % HOUR_S, return_inverse=True)
    is_there = ~np.isnan(series.values[0])
    total = np.bincount(place, np.where(is_there, series.values[0], 0.0))
    count = np.bincount(place, is_there)
    return np.asarray(np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)[place])


def _at_starts(series: Series, ends: Ends, by_hour: FloatArray) -> FloatArray:
    """(ends, times) of (ends, hours); NaN for hours that are not there."""
    hour_s = series.start_s - series.start_s % HOUR_S
    place = np.minimum(np.searchsorted(ends.hour_s, hour_s), len(ends.hour_s) - 1)
    return np.where(ends.hour_s[place] == hour_s, by_hour[:, place], np.nan)


def _median(values: FloatArray) -> float:
    there = known(values)
    return quantile(there, 0.5) if len(there) else np.nan
