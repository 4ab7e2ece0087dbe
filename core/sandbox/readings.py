"""What instruments in the grid say: means over a source's own intervals of what `grid` does at five-minute instants.

A source asks for a zone (an aggregate is the sum of its sub-zones) or for the flow between groups of zones, and for
`Steps`. The mean of a step is that of the instants in it, so what one source says of an hour and another of its
quarters agree, and a step of five minutes is the instant at its start.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime

import numpy as np

from core.flowtrace.arrays import FloatArray
from core.kinds import MODES, STORAGE_MODES
from core.sandbox.distortions import Distortion
from core.sandbox.grid import Grid, State
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.weather import DAY_S

PER_DAY = DAY_S // RASTER_S
KEPT_DAYS = 24


class World:
    """A grid whose days are computed once and kept for a while; several threads may ask."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._days: OrderedDict[int, State] = OrderedDict()
        self._lock = threading.Lock()

    def mean(self, pick: Callable[[State], FloatArray], steps: Steps) -> FloatArray:
        """(…, steps) the mean over each step of a quantity of shape (…, instants)."""
        first, last = steps.start_s // DAY_S, (steps.end_s - 1) // DAY_S
        days = np.concatenate([pick(self._day(day)) for day in range(first, last + 1)], axis=-1)
        skipped = (steps.start_s - first * DAY_S) // RASTER_S
        size = steps.step_s // RASTER_S
        wanted = days[..., skipped : skipped + steps.count * size]
        return np.asarray(wanted.reshape(*wanted.shape[:-1], steps.count, size).mean(axis=-1))

    def _day(self, day: int) -> State:
        with self._lock:
            if day not in self._days:
                self._days[day] = self.grid.at(day * DAY_S + RASTER_S * np.arange(PER_DAY, dtype=np.float64))
                while len(self._days) > KEPT_DAYS:
                    self._days.popitem(last=False)
            self._days.move_to_end(day)
            return self._days[day]


class Readings:
    """What a source can know at a moment, as one request gets it; power in MW, arrays one value per step."""

    def __init__(self, world: World, now: datetime, distortion: Distortion | None = None) -> None:
        self.world, self.now, self._distortion = world, now, distortion
        self._plants = world.grid.plants

    def production(self, zone_key: str, steps: Steps) -> dict[str, FloatArray]:
        """By mode; the modes that the zone has plants of."""
        at = self._zones(zone_key)
        found = self._read(lambda state: state.production_mw[:, at].sum(axis=1), steps)
        installed = self._plants.installed_mw[:, at].sum(axis=1)
        return {mode: found[i] for i, mode in enumerate(MODES) if installed[i] > 0}

    def labelled(
        self, zone_key: str, steps: Steps, table: Mapping[str, Mapping[str, float]]
    ) -> dict[str, FloatArray]:
        """Production by a source's own labels; the table says, per mode, what part each label gets of it.

        KeyError for a mode that the zone has and the source has no label for.
        """
        used = self._distortion.labels(table) if self._distortion else table
        found: dict[str, FloatArray] = {}
        for mode, values in self.production(zone_key, steps).items():
            for label, share in used[mode].items():
                found[label] = found.get(label, 0.0) + share * values
        return found

    def charge(self, zone_key: str, steps: Steps) -> dict[str, FloatArray]:
        """Net charging by storage mode, − discharging; the modes that the zone has stores of."""
        at = self._zones(zone_key)
        found = self._read(lambda state: state.charge_mw[:, at].sum(axis=1), steps)
        installed = self._plants.stores_mw[:, at].sum(axis=1)
        return {mode: found[i] for i, mode in enumerate(STORAGE_MODES) if installed[i] > 0}

    def load(self, zone_key: str, steps: Steps) -> FloatArray:
        at = self._zones(zone_key)
        return self._read(lambda state: state.load_mw[at].sum(axis=0), steps)

    def load_forecast(self, zone_key: str, steps: Steps) -> FloatArray:
        at = self._zones(zone_key)
        return self._read(lambda state: state.load_forecast_mw[at].sum(axis=0), steps)

    def generation_forecast(self, zone_key: str, steps: Steps) -> FloatArray:
        at = self._zones(zone_key)
        return self._read(lambda state: state.generation_forecast_mw[at].sum(axis=0), steps)

    def wind_solar_forecast(self, zone_key: str, steps: Steps) -> dict[str, FloatArray]:
        """Solar and wind; those that the zone has plants of."""
        at = self._zones(zone_key)
        found = self._read(lambda state: state.wind_solar_forecast_mw[:, at].sum(axis=1), steps)
        installed = self._plants.installed_mw[:, at].sum(axis=1)
        modes = enumerate(("solar", "wind"))
        return {mode: found[i] for i, mode in modes if installed[MODES.index(mode)] > 0}

    def price(self, zone_key: str, steps: Steps) -> FloatArray:
        """Per MWh, the mean of a zone's parts."""
        at = self._zones(zone_key)
        return self._read(lambda state: state.price_mwh[at].mean(axis=0), steps)

    def flow(self, from_keys: Collection[str], to_keys: Collection[str], steps: Steps) -> FloatArray:
        """Net flow from one group of zones to another over all links between them."""
        sign = self._links(from_keys, to_keys)
        return self._read(lambda state: sign @ state.flow_mw, steps)

    def schedule(self, from_keys: Collection[str], to_keys: Collection[str], steps: Steps) -> FloatArray:
        """The net flow as it was agreed the day before."""
        sign = self._links(from_keys, to_keys)
        return self._read(lambda state: sign @ state.schedule_mw, steps)

    def limits(self, from_keys: Collection[str], to_keys: Collection[str]) -> tuple[float, float]:
        """MW that the links between two groups carry at most, there and back, both ≥ 0."""
        sign = self._links(from_keys, to_keys)
        there = np.where(sign > 0, self._plants.high_mw, -self._plants.low_mw) @ abs(sign)
        back = np.where(sign > 0, -self._plants.low_mw, self._plants.high_mw) @ abs(sign)
        return float(there), float(back)

    def offered(
        self, from_keys: Collection[str], to_keys: Collection[str], steps: Steps
    ) -> tuple[FloatArray, FloatArray]:
        """MW that trade may use there and back: what the links carry, less half of what is agreed to go that way."""
        (there, back), agreed = self.limits(from_keys, to_keys), 0.5 * self.schedule(from_keys, to_keys, steps)
        return there - agreed, back + agreed

    def installed(self, zone_key: str) -> dict[str, float]:
        """MW by mode, and by storage mode as `<mode> storage`."""
        at = self._zones(zone_key)
        plants = dict(zip(MODES, self._plants.installed_mw[:, at].sum(axis=1).tolist(), strict=True))
        stores = dict(zip(STORAGE_MODES, self._plants.stores_mw[:, at].sum(axis=1).tolist(), strict=True))
        found = plants | {f"{mode} storage": value for mode, value in stores.items()}
        return {mode: value for mode, value in found.items() if value > 0}

    def is_linked(self, from_keys: Collection[str], to_keys: Collection[str]) -> bool:
        return bool(self._links(from_keys, to_keys).any())

    def distorted(self, values: FloatArray, steps: Steps) -> FloatArray:
        """Values of these steps, (…, steps), as the instruments say them that are wrong just now, if they are."""
        return values if self._distortion is None else self._distortion.values(values, steps, self.now)

    def _zones(self, zone_key: str) -> list[int]:
        grid = self.world.grid
        parts = grid.config.zones[zone_key].sub_zones or (zone_key,)
        return [grid.zone_at[part] for part in parts]

    def _links(self, from_keys: Collection[str], to_keys: Collection[str]) -> FloatArray:
        """(links) +1 for one from the first group to the second, −1 for the other way, 0 for any other."""
        links = self.world.grid.network.links
        ends = [key.split("->") for key in links]
        there = np.array([first in from_keys and second in to_keys for first, second in ends], dtype=np.float64)
        back = np.array([first in to_keys and second in from_keys for first, second in ends], dtype=np.float64)
        return np.asarray(there - back)

    def _read(self, pick: Callable[[State], FloatArray], steps: Steps) -> FloatArray:
        if steps.count == 0:
            return self.world.mean(pick, replace(steps, count=1))[..., :0]  # as many rows as the quantity has
        if self._distortion is None:
            return self.world.mean(pick, steps)
        return self._distortion.values(self.world.mean(pick, self._distortion.steps(steps)), steps, self.now)
