"""The sandbox's year as rows of the store's tables, month by month; for the benchmarks beside this file."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from core import times
from core.config import Config, load
from core.sandbox.grid import Grid, State
from core.store.tables import MIX_COLUMNS

BEGIN = times.read("2025-01-01T00:00Z")
HOUR_S, DAY_H = 3600, 24


class Year:
    """Hourly production of every zone and flows of every link that the simulated grid has."""

    def __init__(self, days: int = 365, config: Config | None = None) -> None:
        self.config = config or load()
        self.grid = Grid(self.config)
        self.start_s = int(BEGIN.timestamp())
        self.end_s = self.start_s + days * DAY_H * HOUR_S

    def months(self) -> Iterator[tuple[int, int]]:
        """(start_s, end_s) of each month, the last one cut."""
        first = BEGIN
        while int(first.timestamp()) < self.end_s:
            following = times.calendar_shift(first, "UTC", months=1)
            yield int(first.timestamp()), min(int(following.timestamp()), self.end_s)
            first = following

    def tables(self) -> Iterator[dict[str, pa.Table]]:
        """Of each month the rows of `mixes` and `numbers`."""
        for start_s, end_s in self.months():
            hours_s = np.arange(start_s, end_s, HOUR_S)
            state = self.grid.at(hours_s.astype(float))
            yield {"mixes": self._mixes(state, hours_s), "numbers": self._numbers(state, hours_s)}

    def _mixes(self, state: State, hours_s: np.ndarray) -> pa.Table:
        plants = self.grid.plants
        installed = np.concatenate([plants.installed_mw, plants.stores_mw])
        mix = np.concatenate([state.production_mw, state.charge_mw])
        values = np.where(installed[:, :, None] > 0, np.round(mix), np.nan)
        parts = zip(MIX_COLUMNS, values, strict=True)
        columns = {name: pa.array(part.ravel(), from_pandas=True) for name, part in parts}
        corrected = pa.array([""]).take(pa.array(np.zeros(mix[0].size, dtype=int)))
        return _rows("production", self.grid.network.zones, hours_s, columns | {"corrected": corrected})

    def _numbers(self, state: State, hours_s: np.ndarray) -> pa.Table:
        flow = pa.array(np.round(state.flow_mw).ravel())
        nothing = pa.nulls(len(flow), pa.string())
        return _rows("exchange", self.grid.network.links, hours_s, {"value": flow, "currency": nothing})


def _rows(kind: str, keys: tuple[str, ...], hours_s: np.ndarray, values: dict[str, pa.Array]) -> pa.Table:
    count = len(keys) * len(hours_s)
    start_s = np.tile(hours_s, len(keys))
    same = pa.array(np.zeros(count, dtype=int))
    texts = {"kind": kind, "source": "simulated.example", "source_type": "measured", "origin": "simulated"}
    return pa.table({
        "key": pa.array(keys).take(pa.array(np.repeat(np.arange(len(keys)), len(hours_s)))),
        "start_s": start_s, "end_s": start_s + HOUR_S, "fetched_s": start_s + HOUR_S,
        **{name: pa.array([text]).take(same) for name, text in texts.items()}, **values,
    })
