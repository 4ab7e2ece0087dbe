"""The simulated grid: what every zone makes, stores, uses and exchanges at any moment. It balances at every moment.

    production + discharge + net import = load + charge        at every zone and instant, by construction

A function of zone and time: no step depends on the one before it, so any moment can be asked for, in any order, and
gives the same answer. Load comes from the clock on the wall, the day of the week, the season and the temperature; wind
and sun from `weather`; what is left is met from the plants in the order of their cost. Power flows from zones with a
surplus to zones without, never beyond a link's limits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core import times
from core.config import Config
from core.flowtrace.arrays import FloatArray
from core.flowtrace.supply import directed, sum_by_zone
from core.kinds import MODES, STORAGE_MODES
from core.sandbox.plants import CONSUMER_SHARE, owned_together, plants_of
from core.sandbox.weather import DAY_S, Climate, Weather

FACTS_OF = times.epoch(1_767_225_600)
"""The capacities of 1 January 2026 hold at every moment."""
HOUR_S = 3600
RIPPLES = 14
RIPPLE_HOURS = (3.0, 120.0)

DAILY = np.array([
    0.80, 0.77, 0.75, 0.74, 0.75, 0.80, 0.90, 1.01, 1.08, 1.10, 1.10, 1.09,
    1.08, 1.07, 1.06, 1.06, 1.08, 1.12, 1.17, 1.18, 1.14, 1.06, 0.96, 0.87,
])
"""Load by hour of the day on the wall, as a part of the mean."""
WEEKDAY = np.array([1.02, 1.04, 1.04, 1.04, 1.03, 0.93, 0.88])
"""Load by day of the week, Monday first."""
COMFORT_C = (15.0, 22.0)
HEATING, COOLING = 0.010, 0.014
"""More load for every degree below and above comfort."""

READY = {
    "biomass": (0.62, 0.06), "coal": (0.80, 0.05), "gas": (0.85, 0.04), "geothermal": (0.82, 0.03),
    "hydro": (0.72, 0.08), "nuclear": (0.88, 0.04), "oil": (0.80, 0.04), "unknown": (0.55, 0.06),
}
"""Mean and spread of the part of a mode's MW that can run; sun and wind are the weather's."""
ORDER = (
    ("geothermal", 0.6), ("nuclear", 0.4), ("biomass", 0.3), ("solar", 1.0), ("wind", 1.0), ("hydro", 0.3),
    ("nuclear", 0.6), ("geothermal", 0.4), ("biomass", 0.4), ("unknown", 0.6), ("coal", 0.35), ("gas", 0.2),
    ("hydro", 0.5), ("coal", 0.65), ("gas", 0.8), ("biomass", 0.3), ("hydro", 0.2), ("unknown", 0.4), ("oil", 1.0),
)
"""The merit order: modes with the part of what is ready that comes in at each step."""
MOST_EXPORTED, MOST_CHARGED = 0.4, 0.3
"""Of what could run; the rest is left for a zone's own load, so that this never falls below zero."""
SERIES = (*READY, "load", "load forecast", "generation forecast", "wind forecast", "solar forecast", "store", "price")


@dataclass(frozen=True)
class State:
    """The grid at some moments; power in MW."""

    production_mw: FloatArray
    """(10 modes, zones, moments)."""
    charge_mw: FloatArray
    """(2 storage modes, zones, moments) net, + charging, − discharging."""
    load_mw: FloatArray
    """(zones, moments)."""
    flow_mw: FloatArray
    """(links, moments) + from the first zone of the link's key to the second."""
    price_mwh: FloatArray
    """(zones, moments) day-ahead price of a MWh, in a currency worth a euro."""
    load_forecast_mw: FloatArray
    """(zones, moments)."""
    generation_forecast_mw: FloatArray
    """(zones, moments) of all modes together."""
    wind_solar_forecast_mw: FloatArray
    """(2: solar, wind; zones, moments)."""
    schedule_mw: FloatArray
    """(links, moments) the net flow as agreed the day before."""


class Noise:
    """Slow random series of mean 0 and spread 1, one per row; the same for the same seed."""

    def __init__(self, rows: int, seed: int) -> None:
        made = np.random.default_rng(seed)
        low, high = np.log(RIPPLE_HOURS)
        self._speed = 2 * np.pi / (np.exp(made.uniform(low, high, RIPPLES)) * HOUR_S)
        self._weight = made.normal(size=(rows, 2 * RIPPLES)) / np.sqrt(RIPPLES)

    def at(self, moments_s: FloatArray) -> FloatArray:
        """(rows, moments)."""
        time = np.outer(self._speed, moments_s)
        return np.asarray(self._weight @ np.vstack([np.cos(time), np.sin(time)]))

    def join(self, row: int, other: int) -> None:
        """Let one row follow another: a plant of two owners runs for both or for none."""
        self._weight[row] = self._weight[other]


class Grid:
    """The world of a configuration and a seed."""

    def __init__(self, config: Config, seed: int = 1) -> None:
        self.config, self.seed, self.plants = config, seed, plants_of(config, FACTS_OF)
        self.network = self.plants.network
        self.zone_at = {key: at for at, key in enumerate(self.network.zones)}
        self.link_at = {key: at for at, key in enumerate(self.network.links)}
        places = np.array([_place(config, key) for key in self.network.zones])
        self._climate = Climate(places[:, 0], places[:, 1], seed)
        self._timezones = [config.zones[key].timezone for key in self.network.zones]
        self._noise = {name: Noise(len(self.network.zones), 1000 * seed + i) for i, name in enumerate(SERIES)}
        for mode, zone, owner, _ in owned_together(self.network.zones):
            self._noise[mode].join(zone, owner)
        self._link_noise, self._schedule_noise, self._use_noise = (
            Noise(len(self.network.links), 2000 * seed + i) for i in range(3))
        bias = np.random.default_rng(3000 * seed)
        self._bias = bias.normal(0, 0.6, len(self.network.links))[:, None]

    def at(self, moments_s: Sequence[float] | FloatArray) -> State:
        """The state at each of these Unix seconds, in any order."""
        moments = np.asarray(moments_s, dtype=np.float64)
        weather = self._climate.at(moments)
        wall_h = self._wall_clock(moments)
        wanted = self._wanted(weather, wall_h, moments)
        ready = self._ready(weather, moments)
        most = ready.sum(axis=0)
        charge = _affordable(self._charge(wall_h, moments), MOST_CHARGED * most)
        flow = self._exported(self._flow(ready, wanted, moments), MOST_EXPORTED * most)
        net_import = self._net_import(flow)
        needed = np.maximum(wanted - net_import + charge.sum(axis=0), 0.0)
        made = self._dispatch(ready, needed)
        total = made.sum(axis=0)
        load = total + net_import - charge.sum(axis=0)
        return State(
            production_mw=made, charge_mw=charge, load_mw=load, flow_mw=flow,
            price_mwh=self._price(ready, needed, moments),
            load_forecast_mw=load * (1 + 0.02 * self._noise["load forecast"].at(moments)),
            generation_forecast_mw=total * (1 + 0.03 * self._noise["generation forecast"].at(moments)),
            wind_solar_forecast_mw=np.stack([
                made[MODES.index(mode)] * np.maximum(1 + 0.1 * self._noise[f"{mode} forecast"].at(moments), 0.2)
                for mode in ("solar", "wind")]),
            schedule_mw=self._within(flow * (1 + 0.1 * self._schedule_noise.at(moments))),
        )

    def _wall_clock(self, moments_s: FloatArray) -> FloatArray:
        """(zones, moments) hours since Monday 0:00 on the zone's clock."""
        days, place = np.unique(moments_s // DAY_S, return_inverse=True)
        offsets = {name: np.array([_offset_s(name, int(day)) for day in days]) for name in set(self._timezones)}
        offset_s = np.array([offsets[name][place.reshape(-1)] for name in self._timezones])
        return np.asarray(((moments_s + offset_s) / HOUR_S + 3 * 24) % 168)  # 1 January 1970 was a Thursday

    def _wanted(self, weather: Weather, wall_h: FloatArray, moments_s: FloatArray) -> FloatArray:
        """(zones, moments) the load as people want it."""
        week = np.outer(WEEKDAY, DAILY).reshape(-1)
        week = np.append(week, week[0])
        by_clock = np.interp(wall_h, np.arange(169), week)
        low_c, high_c = COMFORT_C
        too_cold = np.clip(low_c - weather.temperature_c, 0, 25)
        too_hot = np.clip(weather.temperature_c - high_c, 0, 20)
        noise = 1 + 0.015 * self._noise["load"].at(moments_s)
        return np.asarray(
            self.plants.load_mw[:, None] * by_clock * (0.92 + HEATING * too_cold + COOLING * too_hot) * noise)

    def _ready(self, weather: Weather, moments_s: FloatArray) -> FloatArray:
        """(10 modes, zones, moments) what could run."""
        found = np.empty((len(MODES), *weather.sun.shape))
        for at, mode in enumerate(MODES):
            if mode == "solar":
                part = 0.82 * weather.sun**1.15 * (1 - 0.72 * weather.cloud)
            elif mode == "wind":
                part = 0.88 / (1 + np.exp((9.0 - weather.wind_ms) / 1.7))
            else:
                mean, spread = READY[mode]
                part = np.clip(mean + spread * self._noise[mode].at(moments_s), 0.1, 1.0)
            found[at] = self.plants.installed_mw[at][:, None] * part
        return found

    def _charge(self, wall_h: FloatArray, moments_s: FloatArray) -> FloatArray:
        """(2 storage modes, zones, moments): batteries follow the sun, pumps the night and the sun."""
        turn = 2 * np.pi * wall_h / 24
        cycles = {
            "battery": 0.55 * np.cos(turn - 2 * np.pi * 12.5 / 24) - 0.3 * np.cos(2 * turn - 2 * np.pi * 8 / 12),
            "hydro": 0.55 * np.cos(2 * turn - 2 * np.pi * 2.5 / 12) + 0.2 * np.cos(turn - 2 * np.pi * 3 / 24),
        }
        held = np.clip(1 + 0.2 * self._noise["store"].at(moments_s), 0.4, 1.2)
        return np.stack([
            self.plants.stores_mw[at][:, None] * cycles[mode] * held * self.plants.has_plants[:, None]
            for at, mode in enumerate(STORAGE_MODES)])

    def _flow(self, ready: FloatArray, wanted: FloatArray, moments_s: FloatArray) -> FloatArray:
        """(links, moments) from where there is more than is wanted to where there is less."""
        plants, network = self.plants, self.network
        cheap = ready.sum(axis=0) - ready[MODES.index("oil")] - 0.5 * ready[MODES.index("gas")]
        surplus = np.where(
            plants.has_plants[:, None], cheap / np.maximum(wanted, 1e-6) - 1.5, -20.0)  # a consumer always draws
        lean = np.tanh(0.9 * (surplus[network.first] - surplus[network.second]) + self._bias
                       + 0.25 * self._link_noise.at(moments_s))
        used = 0.85 + 0.06 * np.clip(self._use_noise.at(moments_s), -2.5, 2.5)  # no link is ever full to the megawatt
        flow = np.where(lean > 0, lean * plants.high_mw[:, None], -lean * plants.low_mw[:, None])
        return self._fed(flow * used, wanted)

    def _fed(self, flow: FloatArray, wanted: FloatArray) -> FloatArray:
        """The flows with those into zones without plants set to what these want, shared by what the links can carry."""
        plants, network = self.plants, self.network
        for into, out_of, most, sign in (
            (network.second, network.first, plants.high_mw, 1), (network.first, network.second, -plants.low_mw, -1)
        ):
            usual = np.maximum(plants.load_mw[into], 1e-9)
            share = CONSUMER_SHARE * most / usual
            is_feeding = ~plants.has_plants[into] & plants.has_plants[out_of]
            flow = np.where(is_feeding[:, None], sign * np.minimum(share[:, None] * wanted[into], most[:, None]), flow)
        return flow

    def _within(self, flow: FloatArray) -> FloatArray:
        return np.asarray(np.clip(flow, self.plants.low_mw[:, None], self.plants.high_mw[:, None]))

    def _exported(self, flow: FloatArray, most: FloatArray) -> FloatArray:
        """The flows cut to what each exporting zone can spare."""
        both = directed(flow)
        leaving = sum_by_zone(self.network.exporter, both, len(most))
        part = np.minimum(1.0, most / np.maximum(leaving, 1e-9))
        both *= part[self.network.exporter]
        forward, backward = np.split(both, 2)
        return np.asarray(forward - backward)

    def _net_import(self, flow: FloatArray) -> FloatArray:
        """(zones, moments)."""
        zones = len(self.network.zones)
        return sum_by_zone(self.network.second, flow, zones) - sum_by_zone(self.network.first, flow, zones)

    def _dispatch(self, ready: FloatArray, needed: FloatArray) -> FloatArray:
        """(10 modes, zones, moments) what runs to meet the need, cheapest first."""
        made, left = np.zeros_like(ready), needed
        for mode, part in ORDER:
            at = MODES.index(mode)
            taken = np.minimum(part * ready[at], left)
            made[at] += taken
            left = left - taken
        return made

    def _price(self, ready: FloatArray, needed: FloatArray, moments_s: FloatArray) -> FloatArray:
        """(zones, moments) dear when little is left to run, below zero when sun and wind are more than the need."""
        plenty = ready[MODES.index("solar")] + ready[MODES.index("wind")]
        tight = np.minimum(needed / np.maximum(ready.sum(axis=0), 1e-6), 1.1)
        flooded = np.maximum(plenty / np.maximum(needed, 1e-6) - 0.7, 0.0)
        noise = 4 * self._noise["price"].at(moments_s)
        return np.asarray(12 + 130 * tight**2 - 60 * np.minimum(flooded, 1.0) + noise)


def _affordable(charge: FloatArray, most: FloatArray) -> FloatArray:
    """Charging cut to what can be spared for it; discharge stays."""
    wanted = np.maximum(charge, 0.0)
    part = np.minimum(1.0, most / np.maximum(wanted.sum(axis=0), 1e-9))
    return np.where(charge > 0, charge * part, charge)


def _place(config: Config, key: str) -> tuple[float, float]:
    zone = config.zones[key]
    west, south, east, north = zone.bbox
    return zone.center or ((west + east) / 2, (south + north) / 2)


@lru_cache(maxsize=200_000)
def _offset_s(timezone: str, day: int) -> int:
    """Seconds ahead of UTC at noon of a day, counted from 1970."""
    offset = times.local(times.epoch(day * DAY_S + DAY_S // 2), timezone).utcoffset()
    return int(offset.total_seconds()) if offset else 0

