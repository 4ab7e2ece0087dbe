"""Eight served days of three zones, 20 minutes past noon of Tuesday 10 March 2026, and a client of it.

Great Britain: direct 300 g/kWh plus the hour of day, on the first day 200 plus it; lifecycle twice as much. France: 50
and 100 all the time. Germany: ten times as Great Britain, and simulated. The last known hour is that from 11:00. The
week before is alike day by day, so that the blend says of each hour from noon on what it was on each of its days.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient

from core import schemas, times
from core.api.app import create_app
from core.api.grid import Grid
from core.config import load
from core.store import Store, open_store, tables
from core.store.columnar import schema_of

NOW = times.read("2026-03-10T12:20Z")
HOUR_S = 3600
Row = dict[str, Any]
ELEVEN, NOON = times.read("2026-03-10T11:00Z"), times.read("2026-03-10T12:00Z")
GENERATED = schemas.Production.model_validate(schemas.production(
    "GB", start=ELEVEN, end=NOON, source="x", modes={"gas": 400.0, "wind": 500.0, "oil": 30.0},
    storage={"hydro": -50.0, "battery": 20.0}))
NOON_S = int(NOON.timestamp())
IMPORTED = schemas.Exchange.model_validate(
    schemas.exchange("FR", "GB", start=ELEVEN, end=NOON, source="x", flow_mw=20.0))


def direct_g_per_kwh(hour: int) -> float:
    """Of Great Britain, so many hours after noon (all of the test's hours are before it)."""
    return (300.0 if hour >= -168 else 200.0) + (12 + hour) % 24


def result(zone: str, hour: int, g_per_kwh: float, origin: str = "live") -> Row:
    return {
        "zone_key": zone, "hour_s": NOON_S + hour * HOUR_S, "storage_method": "none", "flags": "", "origin": origin,
        "direct_g_per_kwh": g_per_kwh, "lifecycle_g_per_kwh": 2 * g_per_kwh, "renewable_share": 0.25,
        "carbon_free_share": 0.4, "consumption_mw": 1000.0, "production_mw": 900.0, "import_mw": 100.0,
        "export_mw": 0.0, "measured_share": 1.0, "estimated_share": 0.0, "fallback_share": 0.0,
    }


def price(zone: str, hour: int, per_mwh: float, currency: str) -> schemas.Price:
    start = times.shift(NOON, hours=hour)
    return schemas.Price.model_validate(schemas.price(
        zone, start=start, end=times.shift(start, hours=1), source="x", price_mwh=per_mwh, currency=currency))


def fill(store: Store) -> None:
    """Results of eight days, what Great Britain made and imported in the hour before noon, and three prices ahead."""
    rows = []
    for hour in range(-192, 0):
        g_per_kwh = direct_g_per_kwh(hour)
        rows += [result("GB", hour, g_per_kwh), result("FR", hour, 50.0)]
        rows.append(result("DE", hour, 10 * g_per_kwh, "simulated"))
    store.write_results(pa.Table.from_pylist(rows, schema_of(tables.results)), {row["hour_s"]: 1 for row in rows})
    with store.writing() as connection:
        store.write_events(connection, "production", [GENERATED], "live", 1, NOON_S)
        store.write_events(connection, "exchange", [IMPORTED], "live", 1, NOON_S)
        store.write_events(connection, "price", [price("FR", at, 90 - 10 * at, "EUR") for at in range(3)], "live", 1, 0)
        store.write_events(connection, "price", [price("GB", at, 70.0, "GBP") for at in range(3)], "live", 1, 0)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Asks the application while the clock stands."""
    with times.frozen(NOW), open_store(tmp_path_factory.mktemp("dialects") / "store.db") as store:
        fill(store)
        grid = Grid(load(), store)
        grid.refresh()
        with TestClient(create_app(grid)) as made:
            yield made
