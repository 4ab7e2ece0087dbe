"""Means and sums over the hours, days, months and years of a clock, and how much of each period they rest on.

A value counts in every period it reaches into, weighted by how long it held there; what consumers got also by how much
energy they got, and what was produced by how much that was:

    x = Σ x_h c_h s_h / Σ c_h s_h        over all parts of hours with both, c_h MW for s_h seconds

**Decisions.**
- Results are those of UTC hours. Where a local day begins within one (Asia/Kolkata: 18:30 UTC), each side gets its part
  of that hour, with the hour's power and intensity, so `hours_covered` may be a fraction.
- An hour of results is covered if its intensity and its consumption are known, and the running one as far as it has
  passed. All sums are over the covered hours, and nothing is scaled up. An hour with an intensity but no consumption (a
  typical mix) has no weight: it is not covered, and counted in `hours_unweighted`. Negative consumption weighs nothing,
  as no consumer stands there, but is in the sum.
- An hour that is over and whose production is known for a part of it (`partial_hour`) is covered with the mean of that
  part; it is counted in `hours_partial`, and its period is not complete.
- Values of several lengths may stand side by side in a series. Where they overlap, the shortest counts alone, of
  equally long ones the one that starts last: quarters take the place of their hour, which counts where one is missing.
- A value counts whole: modes that a shorter mix leaves out are not taken from a longer one, which may have the same
  power in other modes. A value that says nothing takes no other's place.
- Measured values count until now; forecasts and prices also ahead of it.
- A value without an end holds until the next one, at most as long as is usual around it (the median of nine distances)
  and at most an hour; a single one holds for a minute.
- A period is complete if values cover all of it; in a mix every mode that has any value in the period must.
- Null is NaN here and never counts as zero: where no value says anything, there is no sum either, nor of a column of
  results that is null in any covered hour with weight.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from core import times
from core.ingest.hourly import exclusive, spread
from core.kinds import KINDS
from core.store import LIVE, Store
from core.store.spans import Columns, result_columns, series_columns
from core.store.tables import MIX_COLUMNS, SHARE_COLUMNS

Array = npt.NDArray[Any]

HOUR_S = 3600
LONE_S = 60
"""How long a value holds that has neither an end nor neighbours; events are cut to minutes."""
AROUND = 9
"""So many distances between starts say what is usual there."""
LOOK_BACK_S = 6 * HOUR_S
"""A read begins so long before the first period, for the values that hold into it and for what is usual there."""

CONSUMED = (
    "lifecycle_g_per_kwh", "direct_g_per_kwh", "lifecycle_low_g_per_kwh", "lifecycle_high_g_per_kwh", "renewable_share",
    "carbon_free_share", "fallback_share", "estimated_share", "measured_share", *SHARE_COLUMNS,
)
"""Columns of results that say something of what is consumed."""
PRODUCED = ("production_lifecycle_g_per_kwh", "production_direct_g_per_kwh")
POWERS = ("consumption_mw", "production_mw", "import_mw", "export_mw")
RESULT_NAMES = ("hour_s", "estimation", "flags", "origin", *CONSUMED, *PRODUCED, *POWERS)
"""Columns of results that means and sums are made of."""


class Quantities(NamedTuple):
    """What the numbers of a kind's events are called in means and sums."""

    names: Mapping[str, str]
    """Column of the store → name, with a place for what `label` says."""
    unit: str = "_mw"
    has_energy: bool = True
    label: str | None = None
    """Column that keeps apart what no mean may mix: a price's currency, the terms of a schedule."""


CAPACITIES = {"export_mw": "{}_export_capacity", "import_mw": "{}_import_capacity"}
QUANTITIES = {
    "Production": Quantities({name: name for name in MIX_COLUMNS}),
    "TotalProduction": Quantities({"value": "production"}),
    "Consumption": Quantities({"value": "consumption"}),
    "Exchange": Quantities({"value": "net_flow"}),
    "Price": Quantities({"value": "price_{}_mwh"}, unit="", has_energy=False, label="currency"),
    "ScheduledExchange": Quantities({"export_mw": "{}_export", "import_mw": "{}_import"}, label="terms"),
    "ExchangeCapacity": Quantities(CAPACITIES, has_energy=False, label="terms"),
    "TransferCapacity": Quantities(CAPACITIES, has_energy=False, label="terms"),
    "AvailableTransferCapacity": Quantities(CAPACITIES, has_energy=False, label="terms"),
}
"""By the class of events; the others are documents."""
NUMERIC_KINDS = tuple(kind.name for kind in KINDS.values() if kind.event in QUANTITIES)


def usual_first(last: datetime, step: times.Step, timezone: str) -> datetime | None:
    """A moment of the first of the 24 hours, 31 days or 12 months whose last one holds `last`; None for all years."""
    if step == "hour":
        return times.shift(last, hours=-23)
    if step == "day":
        return times.calendar_shift(last, timezone, days=-30)
    return times.calendar_shift(last, timezone, months=-11) if step == "month" else None


def of_results(store: Store, zone_key: str, edges_s: Sequence[int], now_s: int) -> Columns:
    """A zone's results in the periods between the edges (rising, Unix seconds): arrays with an item per period.

    `hours_covered` of `hours_expected` are, `hours_estimated` is the part of them whose production is an estimate,
    `hours_partial` that of which a part is known.
    Intensities in g/kWh, shares in [0, 1], sums in MWh; NaN where nothing is known.
    """
    return means_of_results(result_columns(store, zone_key, RESULT_NAMES, edges_s[0], edges_s[-1]), edges_s, now_s)


def means_of_results(found: Columns, edges_s: Sequence[int], now_s: int) -> Columns:
    """The same of results in hand: the columns RESULT_NAMES, by hour."""
    has_value, has_weight = ~np.isnan(found["lifecycle_g_per_kwh"]), ~np.isnan(found["consumption_mw"])
    start_s = found["hour_s"]
    hours = _split(np.array(edges_s, dtype=float), start_s, np.clip(now_s, start_s, start_s + HOUR_S))
    covered = hours.where(has_value & has_weight)
    columns = _coverage(covered, now_s)
    columns["hours_estimated"] = covered.where(found["estimation"].astype(np.bool_)).seconds() / HOUR_S
    is_partial = np.array(["partial_hour" in flags for flags in found["flags"]], dtype=np.bool_)
    columns["hours_partial"] = covered.where(is_partial & (start_s + HOUR_S <= now_s)).seconds() / HOUR_S
    columns["is_complete"] &= columns["hours_partial"] == 0
    columns["hours_unweighted"] = hours.where(has_value & ~has_weight).seconds() / HOUR_S
    columns |= {name: covered.mean(found[name], np.maximum(found["consumption_mw"], 0.0)) for name in CONSUMED}
    columns |= {name: covered.mean(found[name], found["production_mw"]) for name in PRODUCED}
    columns |= {f"{name}h": covered.energy_mwh(found[name]) for name in POWERS}
    return columns | {"origin": covered.origins(found["origin"])}


def of_series(
    store: Store, kind: str, key: str, edges_s: Sequence[int], now_s: int, *, known_at_s: int | None = None
) -> Columns:
    """A series of one of NUMERIC_KINDS between the edges, as `of_results`; with known_at_s as it was known then.

    Of each quantity the mean over time, the energy (mean power times covered time) where it has one, and the hours that
    its own values cover; `hours_covered` is what values of any quantity cover.
    """
    quantities, edges = QUANTITIES[KINDS[kind].event], np.array(edges_s, dtype=float)
    found = _told(store, kind, key, edges_s, known_at_s)
    until_s = np.inf if KINDS[kind].is_future_allowed else now_s
    covered = _held(edges, found, until_s)
    columns = _coverage(covered, now_s)
    columns["hours_estimated"] = covered.where(found["source_type"] == "estimated").seconds() / HOUR_S
    for label, rows in _by_label(found, quantities.label):
        held = _held(edges, rows, until_s)
        for column, name in quantities.names.items():
            stem, known = name.format(label.lower()).strip("_"), held.where(~np.isnan(rows[column]))
            columns[f"{stem}{quantities.unit}"] = known.mean(rows[column])
            if quantities.has_energy:
                columns[f"{stem}_mwh"] = known.energy_mwh(rows[column])
            hours = columns[f"{stem}_hours_covered"] = known.seconds() / HOUR_S
            columns["is_complete"] &= (hours == 0) | (hours == columns["hours_expected"])
    return columns | {"origin": covered.origins(found["origin"])}


def _told(store: Store, kind: str, key: str, edges_s: Sequence[int], known_at_s: int | None) -> Columns:
    """The rows of a series that say anything, with an end each."""
    quantities = QUANTITIES[KINDS[kind].event]
    names = [*quantities.names, "start_s", "end_s", "source_type", "origin", *filter(None, [quantities.label])]
    found = series_columns(store, kind, key, names, edges_s[0] - LOOK_BACK_S, edges_s[-1], known_at_s=known_at_s)
    is_told = np.any([~np.isnan(found[name]) for name in quantities.names], axis=0)
    rows = {name: column[is_told] for name, column in found.items()}
    return rows | {"end_s": _ends(rows["start_s"], rows["end_s"])}


def _coverage(covered: "_Parts", now_s: int) -> Columns:
    """How much of each period is covered."""
    start_s, end_s, covered_s = covered.edges_s[:-1], covered.edges_s[1:], covered.seconds()
    return {
        "start_s": start_s.astype(np.int64), "end_s": end_s.astype(np.int64),
        "hours_covered": covered_s / HOUR_S, "hours_expected": (end_s - start_s) / HOUR_S,
        "is_complete": covered_s == end_s - start_s, "has_ended": end_s <= now_s,
    }


@dataclass(frozen=True)
class _Parts:
    """Parts of rows' times, each within one period."""

    edges_s: Array
    """(periods + 1)."""
    period: Array
    row: Array
    held_s: Array

    def where(self, is_wanted: Array) -> "_Parts":
        """Those of wanted rows."""
        kept = is_wanted[self.row]
        return replace(self, period=self.period[kept], row=self.row[kept], held_s=self.held_s[kept])

    def seconds(self, weight: Array | None = None) -> Array:
        """(periods) sum of the parts' seconds, times a weight of each part."""
        held_s = self.held_s if weight is None else self.held_s * weight
        found = np.bincount(self.period, held_s, len(self.edges_s) - 1)
        return found.astype(np.float64)  # without any parts it counts in integers

    def mean(self, values: Array, weight: Array | None = None) -> Array:
        """(periods) mean of the rows' values over time, times each row's weight; NaN if any that counts is NaN."""
        by = np.ones(len(self.row)) if weight is None else weight[self.row]
        amount, total = self.seconds(np.where(by == 0, 0.0, by * values[self.row])), self.seconds(by)
        found: Array = np.divide(amount, total, out=np.full_like(total, np.nan), where=total > 0)
        return found

    def energy_mwh(self, power_mw: Array) -> Array:
        """(periods) sum over the parts; NaN where there is none, or one whose power is not known."""
        return np.where(self.seconds() > 0, self.seconds(power_mw[self.row]) / HOUR_S, np.nan)

    def origins(self, origin: Array) -> Array:
        """(periods) live, or the names of what else is among the rows; empty where there is none."""
        combined = {*origin}
        found = np.full(len(self.edges_s) - 1, "", dtype=object)
        for name in sorted({name for one in combined for name in one.split("+")} - {LIVE}):
            has_it = np.isin(origin, [one for one in combined if name in one.split("+")])
            is_named = self.where(has_it).seconds() > 0
            found[is_named] += np.where(found[is_named] == "", name, f"+{name}").astype(object)
        found[(found == "") & (self.seconds() > 0)] = LIVE
        return found


def _split(edges_s: Array, start_s: Array, end_s: Array) -> _Parts:
    """Intervals cut at the edges; what lies outside the first and last is dropped."""
    first = np.maximum(np.searchsorted(edges_s, start_s, "right") - 1, 0)
    last = np.minimum(np.searchsorted(edges_s, end_s, "left") - 1, len(edges_s) - 2)
    row, nth = spread(np.maximum(last - first + 1, 0))
    period = first[row] + nth
    held_s = np.minimum(end_s[row], edges_s[period + 1]) - np.maximum(start_s[row], edges_s[period])
    is_held = held_s > 0
    return _Parts(edges_s, period[is_held], row[is_held], held_s[is_held])


def _held(edges_s: Array, rows: Columns, until_s: float) -> _Parts:
    """When each row's value counted, by period: nowhere two at once, and nowhere from `until_s` on."""
    held = exclusive(rows["start_s"], rows["end_s"])
    is_past = held.start_s < until_s
    parts = _split(edges_s, held.start_s[is_past], np.minimum(held.end_s[is_past], until_s))
    return replace(parts, row=held.row[is_past][parts.row])


def _ends(start_s: Array, end_s: Array) -> Array:
    """The ends, with how long a value holds where the source gives none."""
    is_open = np.isnan(end_s)
    if not is_open.any():
        return end_s
    starts = np.unique(start_s)
    holds_s = _usual_s(starts)[np.searchsorted(starts, start_s)] if len(starts) > 1 else LONE_S
    return np.where(is_open, start_s + holds_s, end_s)


def _usual_s(starts_s: Array) -> Array:
    """(starts) seconds until the next, at most as long as is usual around it."""
    following = np.diff(starts_s)
    around = sliding_window_view(np.pad(following, AROUND // 2, mode="symmetric"), AROUND)
    usual = np.minimum(np.median(around, axis=1), HOUR_S)
    return np.append(np.minimum(following, usual), usual[-1])


def _by_label(rows: Columns, label: str | None) -> Iterator[tuple[str, Columns]]:
    """Each label with its rows."""
    if label is None:
        yield "", rows
        return
    labels = sorted({*rows[label]})
    for one in labels:
        is_its = rows[label] == one
        yield one, rows if len(labels) == 1 else {name: column[is_its] for name, column in rows.items()}
