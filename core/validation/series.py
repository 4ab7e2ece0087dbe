"""What the quality rules look at: one series in time, and what the configuration says of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

from core.config import Config, Zone
from core.kinds import KINDS, MODES, STORAGE_MODES
from core.schemas import Consumption, Event, Exchange, Price, Production, TotalProduction

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.intp]

NAMES = (*MODES, *(f"{mode}_storage" for mode in STORAGE_MODES))
"""The rows of a production series."""
MEASURED = ("production", "consumption", "exchange")
"""The kinds that have a past of their own to be compared with; forecasts are judged by capacity and range alone."""
ENOUGH = 24
"""Values of the recent past that a rule needs before it speaks of what is usual."""
CAPACITY_MARGIN, LINK_MARGIN = 1.5, 0.1
GROWTH_PER_YEAR = {"solar": 0.4, "wind": 0.2, "battery_storage": 1.0}
OTHER_GROWTH_PER_YEAR = 0.05
UNDATED_YEARS = 5.0
YEAR_DAYS = 365.25


def is_judged(kind: str) -> bool:
    """Whether a kind's events are numbers in a series, which the rules can judge."""
    return KINDS[kind].event in ("Production", "TotalProduction", "Consumption", "Price", "Exchange")


def values_of(events: Sequence[Event]) -> FloatArray:
    """(quantities, events): MW per mode and storage of production, the one number of all else; NaN is missing."""
    return np.array([_row(event) for event in events], dtype=np.float64).T


def _row(event: Event) -> list[float | None]:
    match event:
        case Production():
            storage = [event.storage.get(mode) for mode in STORAGE_MODES]
            return [event.production.get(mode) for mode in MODES] + storage
        case Consumption():
            return [event.consumption]
        case TotalProduction():
            return [event.value]
        case Exchange():
            return [event.net_flow]
        case Price():
            return [event.price]
    raise TypeError(f"{type(event).__name__} is not a number in a series")


@dataclass(frozen=True)
class Limits:
    """What the configuration says of a series at a moment, in MW."""

    most_mw: FloatArray = field(default_factory=lambda: np.full(len(NAMES), np.nan))
    """Per mode and storage: installed capacity with margin; NaN where nobody gave a figure."""
    installed_mw: float = 0.0
    """Of all modes of the zone together; 0 where nobody gave a figure."""
    imports_mw: float = 0.0
    """What the zone's links that have a configured capacity can bring."""
    link_mw: tuple[float, float] | None = None
    """Least and greatest net flow of an exchange, with margin."""


def limits_of(config: Config, key: str, at: datetime) -> Limits:
    """The limits of a zone or exchange at an aware moment; a key that is not configured has none."""
    link = config.exchanges.get(key)
    if link is not None:
        return Limits(link_mw=_link_limits(link.capacity))
    zone = config.zones.get(key)
    if zone is None:
        return Limits()
    installed = zone.capacity_at(at)
    links = (config.exchanges[link_key].capacity for link_key in config.links_of.get(key, ()))
    imports_mw = sum(max(-both[0], both[1]) for both in links if both)
    return Limits(_mode_limits(zone, installed, at), sum(installed.values()), imports_mw)


def _link_limits(capacity: tuple[float, float] | None) -> tuple[float, float] | None:
    if capacity is None:
        return None
    return capacity[0] - LINK_MARGIN * abs(capacity[0]), capacity[1] + LINK_MARGIN * abs(capacity[1])


def _mode_limits(zone: Zone, installed: dict[str, float], at: datetime) -> FloatArray:
    """Capacity with a margin that grows with the age of the figure: what was built since is not in it.

    A small part of the whole zone is always allowed, so that a plant that nobody wrote down is no alarm.
    """
    most = np.full(len(NAMES), np.nan)
    floor_mw = max(20.0, 0.02 * sum(installed.values()))
    for row, name in enumerate(NAMES):
        mode = name.replace("_", " ")
        if mode in installed:
            growth = 1.0 + GROWTH_PER_YEAR.get(name, OTHER_GROWTH_PER_YEAR) * _years(zone, mode, at)
            most[row] = CAPACITY_MARGIN * growth * installed[mode] + floor_mw
    if installed:  # sources count what they have no name for as unknown: it may be any of the zone's plants
        most[MODES.index("unknown")] = CAPACITY_MARGIN * sum(installed.values()) + floor_mw
    return most


def _years(zone: Zone, mode: str, at: datetime) -> float:
    """Age of the capacity figure that holds at a moment."""
    days = [entry.valid_from for entry in zone.capacity[mode] if entry.valid_from and entry.valid_from <= at.date()]
    return (at.date() - days[-1]).days / YEAR_DAYS if days else UNDATED_YEARS


@dataclass(frozen=True)
class Ends:
    """The balances of both ends of an exchange by hour, without its own flow; NaN where anything is not known."""

    hour_s: FloatArray
    """(hours,) ascending."""
    rest_mw: FloatArray
    """(2, hours) production − charging + discharging + net import over all other links."""
    load_mw: FloatArray
    """(2, hours)"""


@dataclass(frozen=True)
class Series:
    """One series by start: what is stored, with a batch over it."""

    kind: str
    key: str
    start_s: FloatArray
    """(times,) ascending."""
    values: FloatArray
    """(quantities, times) as `values_of` gives them."""
    is_new: BoolArray
    """(times,) what a rule judges; the rest was accepted before."""
    limits: Limits = field(default_factory=Limits)
    ends: Ends | None = None
    other_mw: FloatArray | None = None
    """(times,) what a schedule or forecast of the same link says; NaN for nothing."""
    replaced: FloatArray | None = None
    """(times,) the total that is stored of a start that comes again; NaN for one that is not."""

    @property
    def event(self) -> str:
        return KINDS[self.kind].event

    @property
    def is_measured(self) -> bool:
        return self.kind in MEASURED

    @cached_property
    def total(self) -> FloatArray:
        """(times,) MW of all modes, or the one number; NaN where none is known."""
        return total_of(self.values)

    @cached_property
    def is_past(self) -> BoolArray:
        """(times,) what is usual is read off these: the accepted ones, or all if they are too few."""
        return ~self.is_new if self.has_past else np.ones_like(self.is_new)

    @cached_property
    def has_past(self) -> bool:
        return int(np.count_nonzero(~self.is_new & ~np.isnan(self.total))) >= ENOUGH

    @cached_property
    def spread(self) -> tuple[float, float] | None:
        """Low and high of the usual total: without the outermost 1 %, or 15 % of a batch without past; None for few."""
        usual, outer = known(self.total[self.is_past]), 0.01 if self.has_past else 0.15
        return (quantile(usual, outer), quantile(usual, 1 - outer)) if len(usual) >= ENOUGH else None

    @cached_property
    def interval_s(self) -> float:
        """The usual distance between two starts."""
        return float(np.median(np.diff(self.start_s))) if len(self.start_s) > 1 else 0.0

    @cached_property
    def widest_step(self) -> float:
        """The greatest usual change of the total in one interval; of a batch without past, all but the widest 4 %."""
        is_pair = self.is_past[1:] & self.is_past[:-1] & (np.diff(self.start_s) <= 1.5 * self.interval_s)
        steps = known(np.abs(np.diff(self.total))[is_pair])
        if len(steps) < ENOUGH:
            return np.inf
        return quantile(steps, 1.0 if self.has_past else 0.96)

    def without(self, at: Iterable[int]) -> "Series":
        """The series as if these were not there: what one rule suspects must not mislead the next."""
        places, values, is_new = list(at), self.values.copy(), self.is_new.copy()
        values[:, places] = np.nan
        is_new[places] = False
        return replace(self, values=values, is_new=is_new)


def total_of(values: FloatArray) -> FloatArray:
    """(times,) of (quantities, times): MW of all modes, or the one number; NaN where none is known."""
    if len(values) == 1:
        return np.asarray(values[0])
    modes = values[: len(MODES)]
    return np.where(np.isnan(modes).all(axis=0), np.nan, np.nansum(modes, axis=0))


def known(values: FloatArray) -> FloatArray:
    """The values that are there, ascending."""
    return np.sort(values[~np.isnan(values)])


def quantile(ascending: FloatArray, share: float) -> float:
    """The value at a share of an ascending, non-empty array; numpy's own takes ten times as long."""
    return float(ascending[round(share * (len(ascending) - 1))])
