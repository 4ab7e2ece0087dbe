"""Half-hours of a zone: intensities in whole g/kWh with their word, and what is generated in per cent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from core import times
from core.api.dialects.uk_carbon_intensity.bands import word
from core.api.electricity_maps import forecasts, measured
from core.api.electricity_maps.rows import Row, number, whole
from core.api.grid import Grid
from core.api.traced import HOUR_S, Array, Ask, traced
from core.config import Basis
from core.forecast import FARTHEST_H, rebuilt

HALF_S = 1800
FUELS: Mapping[str, Sequence[str]] = {
    "biomass": ("biomass",), "coal": ("coal",), "imports": (), "gas": ("gas",), "nuclear": ("nuclear",),
    "other": ("oil", "geothermal", "unknown", "battery storage"), "hydro": ("hydro", "hydro storage"),
    "solar": ("solar",), "wind": ("wind",),
}
"""The original's fuels, in its order, and what counts as each; of storage what it gives back."""


@dataclass(frozen=True)
class Span:
    """Half-hours of a zone."""

    zone: str
    start_s: int
    end_s: int
    basis: Basis = "direct"

    @property
    def ask(self) -> Ask:
        return Ask(self.zone, tuple(range(self.start_s, self.end_s + 1, HALF_S)), basis=self.basis)

    @property
    def hours_s(self) -> tuple[int, int]:
        """From the hour that holds the first half-hour to the end of the last one's."""
        return self.start_s - self.start_s % HOUR_S, self.end_s - self.end_s % -HOUR_S


class Half(NamedTuple):
    """A half-hour's intensity in whole g/kWh: traced, foreseen, and the one that counts."""

    start_s: int
    actual: int | None
    forecast: int | None
    best: int


def halves(grid: Grid, span: Span) -> list[Half]:
    """The half-hours of which anything is known. Raises NothingKnown if the span is ahead and the zone has no past."""
    ask = span.ask
    actual, first_s = traced(grid, ask)[ask.intensity_column], span.hours_s[0]
    forecast = _forecast(grid, span)
    found = []
    for start_s, value in zip(ask.edges_s, actual, strict=False):
        known, expected = whole(value), whole(forecast[(start_s - first_s) // HOUR_S])
        best = expected if known is None else known
        if best is not None:
            found.append(Half(start_s, known, expected, best))
    return found


def _forecast(grid: Grid, span: Span) -> Array:
    """What is foreseen of each hour; of the past what the blend would have said when the hour began."""
    first_s, end_s = span.hours_s
    running_s = grid.now_s - grid.now_s % HOUR_S
    past = rebuilt(grid.store, span.zone, span.ask.intensity_column, first_s, min(end_s, running_s))
    hours = (end_s - running_s) // HOUR_S - 1
    if hours < 0:
        return past
    column = span.ask.intensity_column
    ahead = forecasts.foreseen(grid, span.ask, [column], min(hours, FARTHEST_H)).values[column]
    skipped = max(0, first_s - running_s) // HOUR_S
    rest = np.full(max(0, hours - FARTHEST_H), np.nan)
    return np.concatenate([past, np.concatenate([ahead, rest])[skipped:]])


def between(start_s: int, end_s: int) -> Row:
    """When a period begins and ends, to the minute: clients of the original cannot read seconds."""
    return {name: minute(at_s) for name, at_s in (("from", start_s), ("to", end_s))}


def minute(at_s: int) -> str:
    """A moment as the original writes it."""
    return f"{times.epoch(at_s):%Y-%m-%dT%H:%MZ}"


def index(half: Half) -> str:
    """The word for a half-hour."""
    return word(half.best, times.epoch(half.start_s).year)


def national_row(half: Half) -> Row:
    intensity = {"forecast": half.forecast, "actual": half.actual, "index": index(half)}
    return {**between(half.start_s, half.start_s + HALF_S), "intensity": intensity}


def regional_row(half: Half, mixes: Mapping[int, list[Row]]) -> Row:
    """The same without `actual` and with the mix, which is empty where it is not known."""
    intensity = {"forecast": half.best, "index": index(half)}
    mix = mixes.get(half.start_s, [])
    return {**between(half.start_s, half.start_s + HALF_S), "intensity": intensity, "generationmix": mix}


def statistics_row(found: Sequence[Half], start_s: int, end_s: int) -> Row:
    """The highest, mean and lowest of half-hours that are known or foreseen."""
    values = [half.best for half in found]
    average = round(sum(values) / len(values))
    told = {"max": max(values), "average": average, "min": min(values)}
    return {**between(start_s, end_s), "intensity": {**told, "index": word(average, times.epoch(start_s).year)}}


def mixes(grid: Grid, span: Span) -> dict[int, list[Row]]:
    """The start of each half-hour whose mix is known or foreseen, and its mix."""
    known = dict(_known_mixes(grid, span))
    ahead = dict(_mixes_ahead(grid, span)) if span.end_s > grid.now_s - grid.now_s % HOUR_S else {}
    return dict(sorted((ahead | known).items()))


def _known_mixes(grid: Grid, span: Span) -> Iterator[tuple[int, list[Row]]]:
    parts, flows = measured.production(grid, span.ask), measured.net_imports(grid, span.ask)
    for at, start_s in enumerate(span.ask.edges_s[:-1]):
        if start_s <= grid.now_s and (mix := _mix(parts, flows, at)):
            yield start_s, mix


def _mixes_ahead(grid: Grid, span: Span) -> Iterator[tuple[int, list[Row]]]:
    """From the running hour on."""
    running_s = grid.now_s - grid.now_s % HOUR_S
    hours = min((span.hours_s[1] - running_s) // HOUR_S - 1, FARTHEST_H)
    parts = forecasts.produced_mw(grid, span.ask, hours)
    flows = forecasts.imports_mw_ahead(grid, span.ask, hours)
    for start_s in span.ask.edges_s[:-1]:
        at = (start_s - running_s) // HOUR_S
        if 0 <= at <= hours and (mix := _mix(parts, flows, at)):
            yield start_s, mix


def _mix(parts: Mapping[str, Array], flows: Mapping[str, Array], at: int) -> list[Row]:
    """Per cent of generation and net imports by fuel; empty where no generation is known."""
    if all(np.isnan(mw[at]) for mw in parts.values()):
        return []
    given_mw = {
        name: max(0.0, -mw[at] if name.endswith(" storage") else mw[at])
        for name, mw in parts.items() if not np.isnan(mw[at])
    }
    fuel_mw = {fuel: sum(given_mw.get(name, 0.0) for name in names) for fuel, names in FUELS.items()}
    fuel_mw["imports"] = sum(max(0.0, float(mw[at])) for mw in flows.values() if not np.isnan(mw[at]))
    total_mw = sum(fuel_mw.values())
    if total_mw <= 0:
        return []
    return [{"fuel": fuel, "perc": number(100 * mw / total_mw, 1)} for fuel, mw in fuel_mw.items()]
