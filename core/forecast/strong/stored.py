"""Zones of the store as grids to learn of and to foresee: their results, their weather, what operators foresee."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from core.config import Zone
from core.forecast.results import BANDED, HOUR_S, Past, read_past
from core.forecast.strong.hourly import AHEAD_H, DAY_H, MARGIN_H, FloatArray, Hourly, Published
from core.forecast.strong.learning import LEAST_H
from core.ingest.hourly import hourly_pieces
from core.store import Store
from core.store.spans import series_columns
from core.store.tables import SHARE_COLUMNS
from core.weather import QUANTITIES

COLUMNS = (*BANDED, *SHARE_COLUMNS)
LONG = (*BANDED, "wind_share", "solar_share")
"""Columns of which forecasts look back for weeks."""
HISTORY_DAYS = 730
"""What is learnt from at most."""
WEATHER_DAYS = 9
"""How far back forecasts look at the weather."""
DAY_AHEAD: Mapping[str, Sequence[tuple[str, str]]] = {
    "wind": [("productionPerModeForecastDayAhead", "wind"), ("productionPerModeForecast", "wind")],
    "solar": [("productionPerModeForecastDayAhead", "solar"), ("productionPerModeForecast", "solar")],
    "load": [("consumptionForecast", "value")],
}
"""What operators foresee → the kinds of it that hardly change once they are out, with their columns."""


class Weather(NamedTuple):
    """Means of zones, by the hour that they describe."""

    first_s: int
    zones: Mapping[str, int]
    values: Mapping[str, FloatArray]
    """Name of `weather.SHORT` → (zones, hours); NaN where nothing is known."""


def history(store: Store, zone: Zone, now_s: int) -> Hourly | None:
    """All that can be learnt from of a zone, until its newest known hour; None if there is nothing.

    Weather counts if there is enough of it; then nothing before it does.
    """
    past = read_past(store, zone.key, COLUMNS, now_s, days=HISTORY_DAYS, long=COLUMNS)
    if not past.zones:
        return None
    first_s = past.first_s - HISTORY_DAYS * DAY_H * HOUR_S
    weather = read_weather(store, zone.key, first_s, now_s)
    known = np.isfinite(past.values["lifecycle_g_per_kwh"][0, :-1])
    has_weather = np.isfinite(weather.values["wind_m_per_s"][0, : len(known)])
    if has_weather.sum() >= LEAST_H:
        known = has_weather
    else:
        weather = weather._replace(zones={})
    skipped = int(np.argmax(known)) // DAY_H * DAY_H
    published = read_published(store, zone, first_s + skipped * HOUR_S, now_s)
    return grid_of(past, zone.key, weather, published, skipped)


def grid_of(
    past: Past, zone_key: str, weather: Weather, published: Mapping[str, Published], skipped: int = 0
) -> Hourly | None:
    """A zone until its newest known hour, from the first hour of its longest column on, `skipped` hours left out."""
    if zone_key not in past.zones:
        return None
    at, size = past.zones.index(zone_key), max(one.shape[1] for one in past.values.values())
    columns = {name: np.append(np.full(size - one.shape[1], np.nan), one[at])[skipped:-1]
               for name, one in past.values.items()}
    intensity = np.where(columns["lifecycle_g_per_kwh"] > 0, columns["lifecycle_g_per_kwh"], np.nan)
    known = np.flatnonzero(np.isfinite(intensity))
    if not len(known):
        return None
    end, first_s = int(known[-1]) + 1, past.first_s - (size - 1 - skipped) * HOUR_S
    columns = {name: one[:end] for name, one in columns.items()}
    load_mw = columns["consumption_mw"]
    generation_mw = {source: load_mw * columns[f"{source}_share"] for source in ("wind", "solar")}
    generation_mw["rest"] = load_mw - generation_mw["wind"] - generation_mw["solar"]
    others = {name: one for name, one in columns.items() if name != "lifecycle_g_per_kwh"}
    return Hourly(
        first_s, intensity[:end], generation_mw, _weather_of(weather, zone_key, first_s, end + AHEAD_H + MARGIN_H),
        others, {name: Published(*(part[: end + AHEAD_H] for part in one)) for name, one in published.items()})


def _weather_of(weather: Weather, zone_key: str, first_s: int, hours: int) -> dict[str, FloatArray]:
    """Of the hours from one on; empty for a zone without weather."""
    if zone_key not in weather.zones:
        return {}
    skipped = (weather.first_s - first_s) // HOUR_S
    found = {}
    for name, values in weather.values.items():
        one = np.append(np.full(max(0, skipped), np.nan), values[weather.zones[zone_key]][max(0, -skipped) :])
        found[name] = np.append(one, np.full(max(0, hours - len(one)), np.nan))[:hours]
    return found


def read_weather(store: Store, zone_key: str | None, first_s: int, now_s: int) -> Weather:
    """What is known of a zone's weather, or of all zones', from an hour on to AHEAD_H after the running one.

    Wind and temperature of an hour are the means of its two ends.
    """
    count = (now_s - first_s) // HOUR_S + AHEAD_H + MARGIN_H
    columns = store.weather.means(zone_key, first_s - HOUR_S, first_s + count * HOUR_S, now_s)
    zones = {key: at for at, key in enumerate(sorted({*columns["zone_key"].tolist()}))}
    place = np.array([zones[key] for key in columns["zone_key"]], dtype=np.intp)
    hour = ((columns["hour_s"] - first_s) // HOUR_S).astype(np.intp)
    ends = np.full((len(QUANTITIES), max(1, len(zones)), count + 1), np.nan)
    for at, name in enumerate(QUANTITIES):
        ends[at, place, hour] = columns[name]
    wind, cube, temperature, radiation = ends
    means = {"wind_m_per_s": wind, "wind_cube_m_per_s": cube, "temperature_k": temperature}
    values = {name: (one[:, :-1] + one[:, 1:]) / 2 for name, one in means.items()} | {"sun_w_per_m2": radiation[:, 1:]}
    return Weather(first_s, zones, values)


def read_published(
    store: Store, zone: Zone, first_s: int, now_s: int, *, from_s: int = 0, names: Iterable[str] = DAY_AHEAD
) -> dict[str, Published]:
    """What the operators of a zone's parts foresaw of the hours from one on, and when that was known.

    Of several parts the sum, where all are known. `from_s` is from when on it matters, `names` what does.
    """
    count = (now_s - first_s) // HOUR_S + AHEAD_H
    hours_s, found = range(first_s, first_s + count * HOUR_S, HOUR_S), {}
    for name in names:
        parts = [
            _published(store, key, DAY_AHEAD[name], hours_s, max(from_s, first_s)) for key in zone.parts]
        value_mw = np.sum([part.value_mw for part in parts], axis=0)
        if np.isfinite(value_mw).any():
            found[name] = Published(value_mw, np.max([part.known_hour for part in parts], axis=0))
    return found


def _published(
    store: Store, key: str, kinds: Iterable[tuple[str, str]], hours_s: Sequence[int], from_s: int
) -> Published:
    """Of one series: in each hour what the first of the kinds knows."""
    value_mw, known_hour = np.full(len(hours_s), np.nan), np.full(len(hours_s), np.nan)
    for kind, column in kinds:
        names = ("key", "start_s", "end_s", "fetched_s", column)
        rows = series_columns(store, kind, key, names, from_s, hours_s[-1] + HOUR_S)
        if not len(rows["key"]):
            continue
        pieces = hourly_pieces([key], hours_s, rows["key"], _floats(rows["start_s"]), _floats(rows["end_s"]))
        known_s = np.full(len(hours_s), -np.inf)
        np.maximum.at(known_s, pieces.place, _floats(rows["fetched_s"])[pieces.row])
        mean_mw = pieces.means(rows[column][None])[0, 0]
        is_new = np.isnan(value_mw) & np.isfinite(mean_mw)
        value_mw = np.where(is_new, mean_mw, value_mw)
        known_hour = np.where(is_new, np.ceil((known_s - hours_s[0]) / HOUR_S), known_hour)
    return Published(value_mw, known_hour)


def _floats(values: np.ndarray[Any, Any]) -> FloatArray:
    return np.asarray(values, dtype=np.float64)
