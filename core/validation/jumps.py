"""Quality rules that follow a series from value to value: jumps, doubled values, turned signs, modes that vanish.

Each walks along the series with the last value it trusts. What it suspects does not become that value, so that a fault
of several hours is seen to its end.
"""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from core.kinds import MODES
from core.validation.series import ENOUGH, BoolArray, FloatArray, Series, known, quantile
from core.validation.witnesses import testimony

Figures = Mapping[str, float]

LONGEST_GAP_S = 6 * 3600
"""A trusted value older than this says nothing of the next."""
LASTING_S = 12 * 3600
"""What holds for so long within one batch is a change of the grid or of the source, not a slip."""
SMALLEST_MW = 2.0
SMALLEST_SHARE = 0.1
NOTICEABLE = 0.05
NEARLY_ALWAYS, MOSTLY = 0.05, 0.2
"""Part of the recent past, or of a batch without past, in which a mode's share may be lower."""
GONE = 0.02
"""Of its usual size: a mode that gives less has stopped."""
STEPS, DOUBLE_STEPS = 3.0, 1.5
REVISED_ALIKE, REVISED_TIMES, NEAR = 0.8, 3, 0.1
"""How many of the stored values that come again have changed by the same factor, at least, and how exactly."""
DOUBLE = (1.6, 2.5)
DOUBLE_USUAL = (1.4, 2.9)
SAME_SHARES = 0.15
MIRRORED = ((0.35, 3.0), (0.15, 1.2))
"""How near the mirrored value a flow must be, as a part of it, for a step so many times as wide as any recent one."""


def jump(series: Series) -> dict[int, Figures]:
    """a step far beyond the recent spread, which no capacity explains"""
    if not series.is_measured or series.spread is None:
        return {}
    low, high = series.spread
    width = max(high - low, 0.5 * max(abs(low), abs(high)), SMALLEST_MW)
    lowest = low - width if series.kind == "exchange" else 0.4 * low
    if low == high == 0 or (series.kind == "exchange" and series.limits.link_mw is not None):
        return {}
    found: dict[int, Figures] = {}
    trusted, trusted_s, is_confirmed = np.nan, -np.inf, _confirmed(series)
    for at, at_s, mw, is_new in _walk(series):
        is_outside = not lowest <= mw <= high + width
        is_near = at_s - trusted_s <= LONGEST_GAP_S
        one, count = 2 * STEPS * series.widest_step, _intervals(series, at_s - trusted_s)
        is_wide = abs(mw - trusted) > min(one * count, max(one, width))
        if is_new and is_outside and (not is_near or is_wide) and not is_confirmed[at]:
            found[at] = {"mw": mw, "usual_low_mw": low, "usual_high_mw": high}
            continue
        trusted, trusted_s = mw, at_s
    return _passing(series, found)


def doubling(series: Series) -> dict[int, Figures]:
    """about twice the value before, all modes alike, and about twice what is usual at this time of day"""
    if not series.is_measured:
        return {}
    found = _revised(series, 2.0)
    if found:
        return found
    before, trusted, trusted_s, is_confirmed = -1, np.nan, -np.inf, _confirmed(series)
    for at, at_s, mw, is_new in _walk(series):
        is_doubtful = is_new and at_s - trusted_s <= LONGEST_GAP_S and not is_confirmed[at]
        if is_doubtful and _is_double(series, at, trusted, at_s - trusted_s) and _same_mix(series, at, before):
            usual = _usual_then(series, at)
            if usual is None or DOUBLE_USUAL[0] <= mw / usual <= DOUBLE_USUAL[1]:
                found[at] = {"mw": mw, "before_mw": trusted} | ({"usual_mw": usual} if usual else {})
                mw /= 2
        before, trusted, trusted_s = at, mw, at_s
    return found if series.kind == "production" else _passing(series, found)


def _revised(series: Series, factor: float) -> dict[int, Figures]:
    """All that is new in an answer that changes nearly everything stored before by the same factor.

    Not where a balance speaks for what is new: then what is stored was wrong.
    """
    if series.replaced is None or 2 * np.count_nonzero(_confirmed(series) & series.is_new) > series.is_new.sum():
        return {}
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(series.is_new & (series.replaced != 0), series.total / series.replaced, np.nan)
    compared = known(ratio)
    alike = int(np.count_nonzero(np.abs(compared - factor) <= max(NEAR * abs(factor), GONE)))
    if alike < REVISED_TIMES or alike < REVISED_ALIKE * len(compared):
        return {}
    figures = {"factor": factor, "changed": float(alike), "compared": float(len(compared))}
    return {at: {"mw": float(series.total[at]), **figures} for at in np.flatnonzero(series.is_new).tolist()}


def _is_double(series: Series, at: int, trusted: float, gap_s: float) -> bool:
    mw = float(series.total[at])
    is_large = abs(trusted) >= max(SMALLEST_MW, SMALLEST_SHARE * _size(series))
    if not is_large or not DOUBLE[0] <= mw / trusted <= DOUBLE[1]:
        return False
    steps = 1.0 if _running(series, at) > 1 else DOUBLE_STEPS
    return abs(mw - trusted) > steps * series.widest_step * _intervals(series, gap_s)


def _running(series: Series, at: int) -> int:
    """How many modes run; where several double at once with their shares unchanged, no wide step is needed."""
    return int(np.count_nonzero(np.nan_to_num(series.values[: len(MODES), at])))


def _same_mix(series: Series, at: int, before: int) -> bool:
    """Whether two mixes have the same shares."""
    if len(series.values) == 1:
        return True
    both = np.nan_to_num(series.values[: len(MODES)][:, [at, before]])
    shares = np.diff(both / both.sum(axis=0), axis=1)
    return float(np.abs(shares).sum()) <= SAME_SHARES


def _usual_then(series: Series, at: int) -> float | None:
    """The median of other days at this time of day; None for fewer than two."""
    day_s = 24 * 3600
    apart_s = series.start_s - series.start_s[at]
    is_then = (np.abs((apart_s + day_s / 2) % day_s - day_s / 2) <= 1800) & (np.abs(apart_s) > day_s / 2)
    is_then &= series.is_past
    usual = known(series.total[is_then])
    return quantile(usual, 0.5) or None if len(usual) >= 2 else None


def sign(series: Series) -> dict[int, Figures]:
    """a flow at the mirrored size of the one before, a step that its link never made of late"""
    if series.kind != "exchange":
        return {}
    found = _revised(series, -1.0)
    if found:
        return found
    trusted, trusted_s, is_confirmed = np.nan, -np.inf, _confirmed(series)
    smallest = max(SMALLEST_MW, SMALLEST_SHARE * _size(series))
    for at, at_s, mw, is_new in _walk(series):
        is_near = at_s - trusted_s <= LONGEST_GAP_S
        widest = series.widest_step * _intervals(series, at_s - trusted_s)
        is_mirrored = abs(mw) >= smallest and any(
            abs(mw + trusted) <= part * abs(trusted) and abs(mw - trusted) > steps * widest for part, steps in MIRRORED
        )
        if is_new and is_near and is_mirrored and not is_confirmed[at]:
            found[at] = {"flow_mw": mw, "before_mw": trusted, "widest_step_mw": series.widest_step}
            mw = -mw
        trusted, trusted_s = mw, at_s
    return _passing(series, found)


def vanished(series: Series) -> dict[int, Figures]:
    """a mode that always carried a noticeable share is missing, or zero, while others report; or the whole mix is"""
    if series.kind != "production" or np.count_nonzero(series.is_past) < ENOUGH:
        return {}
    found = _revised(series, 0.0) | _without_any(series)
    modes = np.nan_to_num(series.values[: len(MODES)])
    is_gone = series.is_new & (modes <= GONE * modes.max(axis=1, keepdims=True))
    for row in np.flatnonzero(is_gone.any(axis=1) & (modes > 0).any(axis=1)).tolist():
        usual_mw, usual_share, lowest_mw = _usual_of(series, modes, row)
        if usual_share >= NOTICEABLE:
            for at, figures in _vanishing(series, row, usual_mw, lowest_mw).items():
                found.setdefault(at, {**figures, f"usual_{MODES[row]}_share": usual_share})
    return found


def _without_any(series: Series) -> dict[int, Figures]:
    """Mixes without any number, of a series that nearly always has some, as when all modes turned negative."""
    usual = known(series.total[series.is_past])
    if len(usual) < max(ENOUGH, (1 - MOSTLY) * np.count_nonzero(series.is_past)):
        return {}
    places = np.flatnonzero(series.is_new & np.isnan(series.values[: len(MODES)]).all(axis=0)).tolist()
    return {at: {"usual_mw": quantile(usual, 0.5)} for at in places}


def _usual_of(series: Series, modes: FloatArray, row: int) -> tuple[float, float, float]:
    """(MW, share of the mix) that a mode nearly always had, and the least MW it was accepted with."""
    total = modes.sum(axis=0)
    is_past = series.is_past & (total > 0)
    if np.count_nonzero(is_past) < ENOUGH:
        return 0.0, 0.0, 0.0
    seldom = NEARLY_ALWAYS if series.has_past else MOSTLY
    mode, total = modes[row, is_past], total[is_past]
    usual_mw, usual_share = quantile(np.sort(mode), seldom), quantile(np.sort(mode / total), seldom)
    return usual_mw, usual_share, float(mode.min()) if series.has_past else usual_mw


def _vanishing(series: Series, row: int, usual_mw: float, lowest_mw: float) -> dict[int, Figures]:
    """Where one mode is missing, or falls to nothing from one value to the next, while another mode runs.

    A mode that ran low before may well stop, and one may rest where an answer begins.
    """
    mode, name = series.values[row], f"{MODES[row]}_mw"
    have_others = series.total - np.nan_to_num(mode) > 0
    zero: dict[int, Figures] = {}
    missing: dict[int, Figures] = {}
    trusted = np.nan
    for at in np.flatnonzero(~np.isnan(series.total)).tolist():
        mw = float(mode[at])
        is_doubtful = series.is_new[at] and have_others[at]
        if is_doubtful and np.isnan(mw):
            missing[at] = {f"usual_{name}": usual_mw}
        elif is_doubtful and mw <= GONE * usual_mw and min(trusted, lowest_mw) >= 0.5 * usual_mw:
            zero[at] = {name: mw, f"usual_{name}": usual_mw}
        elif not np.isnan(mw):
            trusted = mw
    return missing | _passing(series, zero)


def _walk(series: Series) -> Iterator[tuple[int, float, float, bool]]:
    """(place, start, MW, is it to be judged) of every known value, by start."""
    there = np.flatnonzero(~np.isnan(series.total))
    columns = there, series.start_s[there], series.total[there], series.is_new[there]
    return zip(*(column.tolist() for column in columns), strict=True)


def _confirmed(series: Series) -> BoolArray:
    """Of each place whether a balance of one of its ends speaks for a flow, so that its own past need not."""
    for_it = testimony(series)[1]
    return np.asarray(for_it[0] | for_it[1])


def _intervals(series: Series, gap_s: float) -> float:
    """How many intervals lie between two starts: a longer gap allows a wider step."""
    return max(1.0, gap_s / series.interval_s) if series.interval_s and np.isfinite(gap_s) else 1.0


def _size(series: Series) -> float:
    """What a large value of the series is, in MW."""
    return max(map(abs, series.spread)) if series.spread else 0.0


def _passing(series: Series, found: Mapping[int, Figures]) -> dict[int, Figures]:
    """Those that do not last: a run of suspects without an unsuspected value between, over LASTING_S, is let go."""
    there = [at for at, *_ in _walk(series)]
    kept: dict[int, Figures] = {}
    for run in _runs(there, found):
        if series.start_s[run[-1]] - series.start_s[run[0]] < LASTING_S:
            kept |= {at: found[at] for at in run}
    return kept


def _runs(there: Iterable[int], found: Mapping[int, Figures]) -> Iterator[list[int]]:
    run: list[int] = []
    for at in there:
        if at in found:
            run.append(at)
        elif run:
            yield run
            run = []
    if run:
        yield run
