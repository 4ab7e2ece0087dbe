"""The signals: what each one's rows hold, and how its answers are wrapped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.api.asking import Options
from core.api.electricity_maps import measured, rows
from core.api.electricity_maps.levels import COLUMNS as LEVELS
from core.api.electricity_maps.levels import level_rows
from core.api.electricity_maps.rows import Row
from core.api.grid import Grid
from core.api.traced import Ask

Rows = Callable[[Grid, Ask, Options], list[Row]]


@dataclass(frozen=True)
class Signal:
    """A quantity of the API: `/{version}/{name}/{temporality}`."""

    name: str
    summary: str
    rows: Rows
    many: str = "data"
    """The key of the list of `history`."""
    is_wrapped: bool = False
    """Whether also a single moment is told as a list of one."""
    unit: str | None = None
    """Said once beside the list."""
    has_history: bool = True
    is_traced: bool = True
    """Whether the newest hour that was traced is the newest of this too; a source may be ahead or behind."""

    def envelope(self, zone: str, granularity: str, found: Sequence[Row], key: str) -> dict[str, Any]:
        """Rows as a list beside what they share."""
        unit = {"unit": self.unit} if self.unit else {}
        if self.name in LEVELS:
            return {"zone": zone, key: found}
        if self.is_wrapped:
            return {"zone": zone, "temporalGranularity": granularity, **unit, key: found}
        return {"zone": zone, key: found, "temporalGranularity": granularity}

    def single(self, zone: str, granularity: str, row: Row) -> dict[str, Any]:
        """One row as `latest` and `past` tell it."""
        if self.is_wrapped:
            return self.envelope(zone, granularity, [row], "data")
        return {**row, "temporalGranularity": granularity}


def _of_source(mode: str) -> Rows:
    return lambda grid, ask, options: measured.source_rows(grid, ask, mode, options.breakdownType)


def _load(signal: str) -> Rows:
    return lambda grid, ask, options: measured.load_rows(grid, ask, signal)


def _percent(signal: str) -> Rows:
    return lambda grid, ask, options: rows.percent_rows(grid, ask, signal)


def _level(signal: str) -> Rows:
    return lambda grid, ask, options: level_rows(grid, ask, signal)


def _mix(grid: Grid, ask: Ask, options: Options) -> list[Row]:
    return measured.mix_rows(grid, ask, options.breakdownType)


SIGNALS: Mapping[str, Signal] = {
    signal.name: signal
    for signal in (
        Signal(
            "carbon-intensity", "gCO2eq of a kWh consumed (or produced), a whole number",
            lambda grid, ask, _: rows.intensity_rows(grid, ask), many="history"),
        Signal(
            "carbon-intensity-fossil-only", "gCO2eq of a kWh of the fossil part of what is consumed",
            lambda grid, ask, _: rows.fossil_rows(grid, ask)),
        Signal(
            "renewable-energy", "Renewable part of what is consumed, %", _percent("renewable-energy"), many="history"),
        Signal(
            "carbon-free-energy", "Renewable and nuclear part of what is consumed, %", _percent("carbon-free-energy"),
            many="history"),
        Signal("electricity-mix", "MW by mode, produced or consumed", _mix, is_wrapped=True, unit="MW"),
        Signal(
            "electricity-flows", "MW in and out by neighbour", lambda grid, ask, _: measured.flow_rows(grid, ask),
            is_wrapped=True, unit="MW", is_traced=False),
        Signal(
            "power-breakdown", "MW by mode produced and consumed, and by neighbour; whole numbers",
            lambda grid, ask, _: measured.breakdown_rows(grid, ask), many="history"),
        Signal("total-load", "MW consumed", _load("total-load"), many="history"),
        Signal(
            "total-reported-load", "MW consumed, as its source reports it", _load("total-reported-load"),
            many="history", is_traced=False),
        Signal("net-load", "MW consumed without the zone's own wind and sun", _load("net-load"), many="history"),
        Signal(
            "price-day-ahead", "Day-ahead price of a MWh", lambda grid, ask, _: measured.price_rows(grid, ask),
            many="history", is_traced=False),
        *(
            Signal(
                name, "low, moderate or high against the last ten days", _level(name), is_wrapped=True,
                has_history=False)
            for name in LEVELS
        ),
    )
}


def source_signal(mode: str) -> Signal:
    """The signal of one mode of the mix."""
    return Signal("electricity-source", f"MW of {mode}", _of_source(mode), is_wrapped=True, unit="MW")
