"""Zones whose wind moves their intensity: 900 MW per m/s take the place of coal at 900 g/kWh."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from core import times
from core.config import Zone
from core.store import Store, tables
from core.store.columnar import schema_of
from core.weather import Kept

HOUR_S, DAY_S = 3600, 24 * 3600
NOW_S = int(times.read("2026-03-10T12:20Z").timestamp())
RUNNING_S = NOW_S - NOW_S % HOUR_S
RUN_S = 6 * HOUR_S
LOAD_MW = 12_000.0
ZONES = "FR", "DE"
CONFIGURED = {
    key: Zone.model_validate({
        "key": key, "name": key, "country": key, "region": "Europe", "timezone": "Europe/Paris",
        "bbox": (0.0, 40.0, 5.0, 50.0)})
    for key in (*ZONES, "ES")}
Columns = Mapping[str, np.ndarray]


def wind_m_per_s(hours_s: np.ndarray) -> np.ndarray:
    """Of moments; nothing in it comes again after a day."""
    hours = (hours_s - NOW_S) / HOUR_S
    return 6 + 3 * np.sin(hours / 37) + 2 * np.sin(hours / 11)


def sun_w_per_m2(hours_s: np.ndarray) -> np.ndarray:
    """Of hours by their begin."""
    return np.maximum(0, 400 * np.sin(((hours_s / HOUR_S) % 24 - 6) / 12 * np.pi))


def results(hours_s: np.ndarray) -> dict[str, np.ndarray]:
    """Columns of results of hours by their begin."""
    wind = 900 * (wind_m_per_s(hours_s) + wind_m_per_s(hours_s + HOUR_S)) / 2 / LOAD_MW
    solar = 3 * sun_w_per_m2(hours_s) / LOAD_MW
    coal = 1 - wind - solar
    return {
        "lifecycle_g_per_kwh": 900 * coal + 11 * wind + 45 * solar, "direct_g_per_kwh": 870 * coal,
        "renewable_share": wind + solar, "carbon_free_share": wind + solar, "consumption_mw": 0 * wind + LOAD_MW,
        "wind_share": wind, "solar_share": solar, "coal_share": coal}


def put_results(store: Store, zones: Mapping[str, tuple[int, int]]) -> None:
    """Results of the hours that begin in [first, end) of each zone; of no other zones in these hours."""
    schema, parts = schema_of(tables.results), []
    texts = {"storage_method": "none", "flags": "", "origin": "live"}
    for key, span_s in zones.items():
        hours_s = np.arange(*span_s, HOUR_S)
        columns = {name: one.tolist() for name, one in results(hours_s).items()} | {"hour_s": hours_s.tolist()} | {
            name: [text] * len(hours_s) for name, text in (texts | {"zone_key": key}).items()}
        parts.append(pa.table({n: columns.get(n, [None] * len(hours_s)) for n in schema.names}, schema=schema))
    rows = pa.concat_tables(parts)
    store.write_results(rows, dict.fromkeys(sorted({*rows["hour_s"].to_pylist()}), 1))


def put_weather(store: Store, zones: Sequence[str], first_s: int, end_s: int, run_s: int | None = None) -> None:
    """Of moments in [first_s, end_s): by one run, or of each by one a day before it."""
    for at_s in range(first_s, end_s, 30 * DAY_S):
        hours_s = np.arange(at_s, min(end_s, at_s + 30 * DAY_S), HOUR_S)
        wind, sun = wind_m_per_s(hours_s), sun_w_per_m2(hours_s - HOUR_S)
        kept = [
            Kept(times.epoch((run_s or int(moment_s) - DAY_S) // RUN_S * RUN_S), times.epoch(int(moment_s)), b"",
                 tuple(zones), np.tile([wind[at], wind[at], 285.0, sun[at]], (len(zones), 1)))
            for at, moment_s in enumerate(hours_s)]
        with store.writing() as connection:
            store.weather.write(connection, kept, "live", NOW_S - 400 * DAY_S)
