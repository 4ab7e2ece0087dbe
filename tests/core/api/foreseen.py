"""A store in which forecasts were issued: of XB, whose consumption was 1000 MW at 200 g/kWh for fifteen days.

The newest was issued two minutes past noon, of hours until 10:00, by boosting_with_weather. It says of the hour h hours
after noon 100 + h g/kWh, between 90 + h and 130 + h; renewable 50 % (40 to 60), carbon-free 75 %; 800 MW, half of them
by coal and half by water. The one before, by boosting, was issued at 10:02 and says 150 g/kWh of all hours, 70 direct,
45 % carbon-free.
XB made 60 MW by coal and took 40 from XA in each hour of the day before noon.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from core.forecast.kept import Numbers, pack
from core.forecast.results import HOUR_S
from core.store import Store
from core.store.rows import Row
from core.store.tables import SHARE_COLUMNS
from tests.core.api import small
from tests.core.api.small import NOON_S
from tests.core.forecast.test_results import put

CI, DIRECT = "lifecycle_g_per_kwh", "direct_g_per_kwh"
METHOD = "boosting_with_weather"
HOURS = np.arange(73.0)
NOTHING = dict.fromkeys(SHARE_COLUMNS, 0.0)
ACTUAL = NOTHING | {
    CI: 200.0, DIRECT: 100.0, "renewable_share": 0.25, "carbon_free_share": 0.4, "consumption_mw": 1000.0,
    "coal_share": 0.6, "hydro_share": 0.4}
Columns = Mapping[str, float | Sequence[float] | np.ndarray]


def issued(
    hour: int, values: Columns, low: Columns | None = None, high: Columns | None = None, *, zone: str = "XB",
    method: str = METHOD, minute: int = 2,
) -> Row:
    """What is kept of a forecast of the hour so many hours after noon and the 72 after it."""
    whole = [{name: np.broadcast_to(one, 73).astype(float) for name, one in (part or {}).items()}
             for part in (values, low, high)]
    hour_s = NOON_S + hour * HOUR_S
    return {
        "zone_key": zone, "hour_s": hour_s, "issued_s": hour_s + minute * 60, "made_from_s": hour_s - 2 * HOUR_S,
        "method": method, "origin": "live", "content": pack(Numbers(*whole))}


def newest() -> Row:
    values = NOTHING | {
        CI: 100 + HOURS, DIRECT: 50.0, "renewable_share": 0.5, "carbon_free_share": 0.75, "consumption_mw": 800.0,
        "coal_share": 0.5, "hydro_share": 0.5}
    return issued(0, values, {CI: 90 + HOURS, "renewable_share": 0.4}, {CI: 130 + HOURS, "renewable_share": 0.6})


def fill(store: Store) -> None:
    put(store, {"XB": dict.fromkeys(range(-15 * 24, 0), ACTUAL)})
    for hour_s in range(NOON_S - 24 * HOUR_S, NOON_S, HOUR_S):
        small.produce(store, "XB", hour_s, coal=60.0)
        small.send(store, "XA->XB", hour_s, 40.0)
    before = issued(-2, {CI: 150.0, DIRECT: 70.0, "carbon_free_share": 0.45}, method="boosting")
    store.forecasts.write([before, newest()])


def judged(store: Store) -> None:
    """Forecasts of XB and XA to compare with 200 g/kWh, and what was issued at noon; none of the latter can be yet.

    XB, issued 4, 3, 2 and 1 days before noon: 210 of the first six hours, in a band of 204 to 216; 180 of those up to
    24, in a band of 150 to 210; 200 up to 48, and 250 up to 72, without a band. XA, 2 days and 1 day before: 220.
    """
    put(store, {zone: dict.fromkeys(range(-15 * 24, 0), 200.0) for zone in ("XA", "XB")})
    parts = (7, 18, 24, 24)
    values, low, high = (np.repeat(one, parts) for one in (
        (210.0, 180.0, 200.0, 250.0), (204.0, 150.0, np.nan, np.nan), (216.0, 210.0, np.nan, np.nan)))
    store.forecasts.write([
        *(issued(-24 * days, {CI: values}, {CI: low}, {CI: high}) for days in (4, 3, 2, 1)),
        *(issued(-24 * days, {CI: 220.0}, zone="XA", method="blend") for days in (2, 1)),
        newest(), issued(0, {CI: 220.0}, zone="XA", method="blend", minute=3),
        issued(0, {CI: 220.0}, zone="XC", method="blend")])
    for zone, days in (("XB", 2), ("XC", 9)):
        store.forecasts.write_model({
            "zone_key": zone, "format": 1, "method": METHOD, "trained_s": NOON_S - 24 * HOUR_S,
            "until_s": NOON_S - 24 * days * HOUR_S, "content": b""})
