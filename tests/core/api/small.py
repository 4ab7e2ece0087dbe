"""A store whose intensities can be worked out by hand: XA -> XB -> XC over sixty hours that end at NOON.

Every hour alike but for two. XA makes 100 MW by water and sends 40 to XB. XB makes 60 by coal and sends 50 to XC. XC
makes 50 by gas and charges a battery with 10. With f the default factors:

    x(XA) = f_hydro      x(XB) = (60 f_coal + 40 f_hydro) / 100      x(XC) = (50 f_gas + 50 x(XB)) / 100

XB uses 60 + 40 − 50 = 50 MW, XC 50 + 50 − 10 = 90 MW. In WINDY_S, four hours before NOON, XC makes its 50 by wind. In
the last hour before NOON nothing is published of XA, whose production is then taken from the two days before.
"""

from typing import Any

from fastapi.testclient import TestClient

from core import schemas, times
from core.config import Basis, Config
from core.ingest.solve import solve
from core.store import Store
from tests.fakes import NOON, world

HOURS = 60
NOON_S = int(NOON.timestamp())
FIRST_S = NOON_S - HOURS * 3600
WINDY_S = NOON_S - 4 * 3600
FETCHED_S = NOON_S + 60
NOW = times.shift(NOON, minutes=5)
LAST = "2026-03-10T11:00:00.000Z"
CONFIG = world()


def factor(mode: str, basis: Basis = "lifecycle") -> float:
    """g/kWh of a mode in zones without factors of their own."""
    return CONFIG.factors.at("XA", basis, mode, NOON).value_g_per_kwh


def of_xb(basis: Basis = "lifecycle") -> float:
    return 0.6 * factor("coal", basis) + 0.4 * factor("hydro", basis)


def of_xc(fuel: str = "gas", basis: Basis = "lifecycle") -> float:
    return 0.5 * factor(fuel, basis) + 0.5 * of_xb(basis)


def write(store: Store, kind: str, event: dict[str, object], fetched_s: int = FETCHED_S, origin: str = "live") -> None:
    with store.writing() as connection:
        store.write_events(connection, kind, [schemas.read(kind, event)], origin, 1, fetched_s)


def produce(store: Store, key: str, hour_s: int, fetched_s: int = FETCHED_S, *, battery_mw: float | None = None,
            **modes_mw: float) -> None:
    start = times.epoch(hour_s)
    storage = {} if battery_mw is None else {"battery": battery_mw}
    event = schemas.production(
        key, start=start, end=times.shift(start, hours=1), source="fake.org", modes=dict(modes_mw), storage=storage)
    write(store, "production", event, fetched_s)


def send(store: Store, key: str, hour_s: int, flow_mw: float) -> None:
    start = times.epoch(hour_s)
    first, second = key.split("->")
    write(store, "exchange", schemas.exchange(
        first, second, start=start, end=times.shift(start, hours=1), source="fake.org", flow_mw=flow_mw))


def get(client: TestClient, path: str, **parameters: Any) -> Any:
    """The body of an answer that must be a success."""
    found = client.get(path, params=parameters)
    assert found.status_code == 200, found.text
    return found.json()


def fill(store: Store, config: Config = CONFIG) -> None:
    """Write all of it, with XC's prices of 40, 41 and 42 EUR from an hour after NOON on, and solve it."""
    for at in range(3):
        start = times.shift(NOON, hours=1 + at)
        write(store, "price", schemas.price(
            "XC", start=start, end=times.shift(start, hours=1), source="market.org", price_mwh=40.0 + at,
            currency="EUR"))
    for hour_s in range(FIRST_S, NOON_S, 3600):
        if hour_s != NOON_S - 3600:
            produce(store, "XA", hour_s, hydro=100.0)
        produce(store, "XB", hour_s, coal=60.0)
        fuel = "wind" if hour_s == WINDY_S else "gas"
        produce(store, "XC", hour_s, battery_mw=10.0, **{fuel: 50.0})
        send(store, "XA->XB", hour_s, 40.0)
        send(store, "XB->XC", hour_s, 50.0)
    solve(config, store)


