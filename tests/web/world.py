"""A store for the map: a few real zones, which have shapes, over 54 hours that end at NOON.

FR makes 100 MW by nuclear power, by gas in GASSY_S, and sends 40 to ES, which makes 60 by coal and sends 10 to PT. PT makes
20 by hydro, of which the last hour is not published, so that it is estimated. DK-DK1 makes 30 by wind, DK-DK2 10 by coal. With f the
factors of each zone:

    x(FR) = f_nuclear      x(ES) = (60 f_coal + 40 x(FR)) / 100      DK = (30 f_wind + 10 f_coal) / 40

XZ is a zone whose name is markup.
"""

from core import schemas, times
from core.config import load
from core.config.factors import Basis
from core.ingest.solve import solve
from core.store import Store
from tests.core.api import small
from tests.fakes import NOON, zone

HOURS = 54
NOON_S = small.NOON_S
LAST_S = NOON_S - 3600
GASSY_S = NOON_S - 4 * 3600
HOSTILE = "<img src=x onerror=\"document.title='hacked'\">"
CONFIG = load().with_more({"XZ": zone(HOSTILE, production="XZ.fetch_production")}, {})


def factor(key: str, mode: str, basis: Basis = "lifecycle") -> float:
    """g/kWh of a mode in a zone."""
    return CONFIG.factors.at(key, basis, mode, NOON).value_g_per_kwh


def of_es(basis: Basis = "lifecycle") -> float:
    return 0.6 * factor("ES", "coal", basis) + 0.4 * factor("FR", "nuclear", basis)


def of_denmark() -> float:
    return (30 * factor("DK-DK1", "wind") + 10 * factor("DK-DK2", "coal")) / 40


def fill(store: Store, origin: str = "live") -> None:
    """Write all of it, with a price of 50 EUR in ES and 60 GBP in GB, and solve it."""
    for key, currency, price_mwh in (("ES", "EUR", 50.0), ("GB", "GBP", 60.0)):
        event = schemas.price(
            key, start=NOON, end=times.shift(NOON, hours=1), source="market.org", price_mwh=price_mwh, currency=currency)
        small.write(store, "price", event)
    for hour_s in range(NOON_S - HOURS * 3600, NOON_S, 3600):
        fuel = "gas" if hour_s == GASSY_S else "nuclear"
        mixes = {
            "FR": {fuel: 100.0}, "ES": {"coal": 60.0}, "PT": {"hydro": 20.0}, "DK-DK1": {"wind": 30.0},
            "DK-DK2": {"coal": 10.0}, "XZ": {"oil": 5.0}}
        for key, mix in mixes.items():
            if (key, hour_s) != ("PT", LAST_S):
                _produce(store, key, hour_s, mix, origin)
        small.send(store, "ES->FR", hour_s, -40.0)
        small.send(store, "ES->PT", hour_s, 10.0)
    solve(CONFIG, store)


def _produce(store: Store, key: str, hour_s: int, mix: dict[str, float], origin: str) -> None:
    start = times.epoch(hour_s)
    event = schemas.production(key, start=start, end=times.shift(start, hours=1), source="fake.org", modes=mix)
    small.write(store, "production", event, origin=origin)
