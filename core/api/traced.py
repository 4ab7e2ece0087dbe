"""What was traced of a zone, by the periods that a request asks for."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.api.grid import RECENT_S, Grid
from core.config import Basis
from core.history.periods import POWERS, RESULT_NAMES, means_of_results
from core.ingest.explain import results_known
from core.kinds import ESTIMATIONS
from core.store.columnar import as_array
from core.store.spans import Columns, result_columns

HOUR_S = 3600
Array = np.ndarray[Any, Any]
FEW_S = 6 * HOUR_S
"""How far back the newest hour is looked for first, as of a moment."""
KEPT = ("created_s", "updated_s")
NAMES = (*RESULT_NAMES, *KEPT)
TEXTS = ("estimation", "flags", "origin")


@dataclass(frozen=True)
class Ask:
    """Periods of a zone, and how they are to be told."""

    zone: str
    edges_s: tuple[int, ...]
    """Where the periods meet, Unix seconds, rising."""
    granularity: str = "hourly"
    basis: Basis = "lifecycle"
    is_flow_traced: bool = True
    with_estimates: bool = True
    known_at_s: int | None = None
    """As the store knew it then."""

    @property
    def intensity_column(self) -> str:
        """Which column of results says the intensity that is asked for."""
        return f"{'' if self.is_flow_traced else 'production_'}{self.basis}_g_per_kwh"

    def between(self, start_s: int, end_s: int) -> "Ask":
        """The same of a single period."""
        return replace(self, edges_s=(start_s, end_s))


def traced(grid: Grid, ask: Ask) -> Columns:
    """Columns of results (RESULT_NAMES without hour_s), with start_s and end_s, an item per period.

    Also created_s and updated_s, and of each period hours_covered, hours_expected, hours_estimated and is_complete.
    Null is NaN, and where nothing is known estimation is None. Periods shorter than an hour have what their hour has.
    """
    hours = _hours(grid, ask)
    if max(np.diff(ask.edges_s)) <= HOUR_S:
        return _of_hours(hours, ask, grid.now_s)
    columns = means_of_results(hours, ask.edges_s, grid.now_s)
    columns["estimation"] = np.where(columns["hours_estimated"] > 0, ESTIMATIONS[0], np.array(None, dtype=object))
    columns["flags"] = np.where(columns["is_complete"] | ~columns["has_ended"], "", "partial_period")
    columns |= {name: columns[f"{name}h"] / np.maximum(columns["hours_covered"], 1e-9) for name in POWERS}
    return columns | _extremes(hours, np.array(ask.edges_s))


def _hours(grid: Grid, ask: Ask) -> Columns:
    """The results that reach into the periods; as they were known if a moment is asked for."""
    first_s = ask.edges_s[0] - ask.edges_s[0] % HOUR_S
    if (in_memory := _newest(grid, ask, first_s)) is not None:
        return in_memory
    if ask.known_at_s is None:
        found = result_columns(grid.store, ask.zone, NAMES, first_s, ask.edges_s[-1])
    else:
        found = _known(grid, ask, first_s, ask.known_at_s)
    if not ask.with_estimates:
        is_own = ~found["estimation"].astype(np.bool_)
        found = {name: column[is_own] for name, column in found.items()}
    return found


def _newest(grid: Grid, ask: Ask, first_s: int) -> Columns | None:
    """The one hour that is asked for, if it is the newest of the zone, which is in memory."""
    newest = (grid.newest.with_estimates if ask.with_estimates else grid.newest.own).get(ask.zone)
    is_one_hour = ask.known_at_s is None and ask.edges_s[-1] <= first_s + HOUR_S
    if newest is None or newest["hour_s"] != first_s or not is_one_hour:
        return None
    return {name: np.array([newest[name]], dtype=object if name in TEXTS else float) for name in NAMES}


def _known(grid: Grid, ask: Ask, first_s: int, known_at_s: int) -> Columns:
    """The results traced anew from what the store knew at a moment."""
    hours_s = range(first_s, min(ask.edges_s[-1], known_at_s), HOUR_S)
    if not hours_s:
        return {name: np.empty(0, dtype=object if name in TEXTS else float) for name in NAMES}
    table = results_known(grid.config, grid.store, hours_s, known_at_s)
    table = table.filter(np.equal(as_array(table["zone_key"]), ask.zone)).sort_by("hour_s")
    found = {name: as_array(table[name]) for name in RESULT_NAMES}
    done_s = np.minimum(found["hour_s"] + HOUR_S, known_at_s)
    return found | {"created_s": done_s, "updated_s": done_s}


def _of_hours(hours: Columns, ask: Ask, now_s: int) -> Columns:
    """Each period with what its hour has."""
    start_s, end_s = np.array(ask.edges_s[:-1]), np.array(ask.edges_s[1:])
    at = np.searchsorted(hours["hour_s"], start_s - start_s % HOUR_S)
    is_there = np.isin(start_s - start_s % HOUR_S, hours["hour_s"]) & (start_s <= now_s)
    columns = {name: _taken(hours[name], at, is_there) for name in NAMES if name != "hour_s"}
    covered = np.where(np.isnan(columns[ask.intensity_column]), 0.0, (end_s - start_s) / HOUR_S)
    is_partial = np.array(["partial_hour" in (flags or "") for flags in columns["flags"]], dtype=np.bool_)
    return columns | {
        "start_s": start_s, "end_s": end_s, "hours_covered": covered, "hours_expected": (end_s - start_s) / HOUR_S,
        "hours_estimated": np.where(columns["estimation"].astype(np.bool_), covered, 0.0),
        "is_complete": (covered > 0) & ~is_partial,
    }


def _taken(values: Array, at: Array, is_there: Array) -> Array:
    """The values at these positions; null where there is none.

    `at` may lie past the end where `is_there` does not hold.
    """
    is_text = values.dtype == object
    found = np.full(len(at), None if is_text else np.nan, dtype=object if is_text else float)
    found[is_there] = values[at[is_there]]
    return found


def _extremes(hours: Columns, edges_s: Array) -> Columns:
    """When each period's first hour was made and its last changed."""
    period = np.searchsorted(edges_s, hours["hour_s"], "right") - 1
    created, updated = (np.full(len(edges_s) - 1, np.nan) for _ in KEPT)
    inside = (period >= 0) & (period < len(created))
    np.fmin.at(created, period[inside], hours["created_s"][inside])
    np.fmax.at(updated, period[inside], hours["updated_s"][inside])
    return {"created_s": created, "updated_s": updated}


def latest_hour(grid: Grid, ask: Ask) -> int:
    """The hour that `latest` tells of. Raises NothingKnown."""
    if ask.known_at_s is None:
        return int(grid.latest(ask.zone, with_estimates=ask.with_estimates)["hour_s"])
    grid.zone(ask.zone)
    end_s = ask.known_at_s - ask.known_at_s % HOUR_S + HOUR_S
    for back_s in (FEW_S, RECENT_S):  # tracing takes its time, and mostly the last hours have a value
        found = traced(grid, replace(ask, edges_s=tuple(range(end_s - back_s, end_s + 1, HOUR_S))))
        known = found["start_s"][~np.isnan(found["lifecycle_g_per_kwh"])]
        if len(known):
            return int(known[-1])
    raise grid.nothing_recent(ask.zone, with_estimates=ask.with_estimates)
