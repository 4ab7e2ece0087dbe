"""Events of the contract's page: one that is accepted of each class, and what is refused."""

from datetime import datetime
from typing import Any

from core import (
    available_capacity,
    consumption,
    exchange,
    exchange_capacity,
    grid_alert,
    intraday_statistics,
    locational_price,
    price,
    production,
    scheduled_exchange,
    total_production,
    transfer_capacity,
)

NOW = datetime.fromisoformat("2026-03-10T12:20:00+00:00")
START, END = datetime.fromisoformat("2026-03-10T12:00:00+00:00"), datetime.fromisoformat("2026-03-10T12:15:00+00:00")
SPAN: dict[str, Any] = {"start": START, "end": END, "source": "example.org"}
LIMITS: dict[str, Any] = {**SPAN, "export_mw": 1800, "import_mw": 2200}

ACCEPTED: dict[str, dict[str, Any]] = {
    "Production": production(
        "FR", **SPAN, modes={"nuclear": 41200, "wind": [3100, 420.5], "solar": None}, storage={"hydro": -350}),
    "TotalProduction": total_production("FR", **SPAN, value_mw=58300),
    "Consumption": consumption("FR", **SPAN, load_mw=56120),
    "Price": price("FR", **SPAN, price_mwh=-3.2, currency="EUR"),
    "LocationalPrice": locational_price("US-NY-NYIS", **SPAN, node="CAPITL", price_mwh=31.7, currency="USD"),
    "GridAlert": grid_alert("US-TEX-ERCO", issued=START, source="example.org", message="Save power from 5 to 8 pm."),
    "IntradayStatistics": intraday_statistics(
        "FR", **SPAN, area="FR", currency="EUR", contract_id="QH-20260310-49", statistics={"vwap": 48.1, "volume": 12}),
    "Exchange": exchange("FR", "BE", **SPAN, flow_mw=640),
    "ExchangeCapacity": exchange_capacity("BE->FR", **LIMITS),
    "AvailableTransferCapacity": available_capacity("BE->FR", **LIMITS, atc_type="COORDINATED_NTC"),
    "TransferCapacity": transfer_capacity("BE->FR", **LIMITS, market_agreement="DAY_AHEAD"),
    "ScheduledExchange": scheduled_exchange("BE->FR", **LIMITS, market_agreement="DAY_AHEAD"),
}

LOAD, MIX, FLOW = ACCEPTED["Consumption"], ACCEPTED["Production"], ACCEPTED["Exchange"]
NAIVE = START.replace(tzinfo=None)
REFUSED: tuple[tuple[str, str, str, Any], ...] = (
    ("a start without a zone", "consumption", "FR", {**LOAD, "datetime": NAIVE}),
    ("a start as text", "consumption", "FR", {**LOAD, "datetime": "2026-03-10T12:00Z"}),
    ("a start before 2000", "consumption", "FR", {**LOAD, "datetime": START.replace(year=1970)}),
    ("an end that is the start", "consumption", "FR", {**LOAD, "end_datetime": START}),
    ("a mix that holds for half a year", "production", "FR", {**MIX, "end_datetime": START.replace(month=9)}),
    ("a load measured in two days", "consumption", "FR",
     {**LOAD, "datetime": START.replace(day=12), "end_datetime": None}),
    ("another zone than was asked for", "consumption", "DE", LOAD),
    ("a field that there is not", "consumption", "FR", {**LOAD, "unit": "MW"}),
    ("no source", "consumption", "FR", {**LOAD, "source": " "}),
    ("a number as text", "consumption", "FR", {**LOAD, "consumption": "56120"}),
    ("a load of 0", "consumption", "FR", {**LOAD, "consumption": 0}),
    ("kW for MW", "consumption", "FR", {**LOAD, "consumption": 56_120_000}),
    ("a fuel that is no mode", "production", "FR", {**MIX, "production": {"lignite": 100}}),
    ("a mix without a value", "production", "FR", {**MIX, "production": {"wind": None}, "storage": {}}),
    ("two starts alike, the second is kept", "consumption", "FR", [LOAD, {**LOAD, "consumption": 56130}]),
    ("the keys of a flow turned round", "exchange", "BE->FR", {**FLOW, "sortedZoneKeys": "FR->BE"}),
    ("a flow of no link", "exchange", "BE->FR", {**FLOW, "netFlow": 250_000}),
    ("a currency that is none", "price", "FR", {**ACCEPTED["Price"], "currency": "euro"}),
    ("limits of neither direction", "maxBexDayAhead", "BE->FR",
     {**ACCEPTED["ExchangeCapacity"], "capacityExport": None, "capacityImport": None}),
    ("no event at all", "consumption", "FR", 56120),
)
