"""Builders of events about trade: what can be exchanged across borders, what is offered, what was traded, and at what
price at the nodes of a grid.

Like those of core.schemas they check nothing. Limits are in MW: export A→B, import B→A; one that is not known is None.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from core.schemas import RawEvent, price

AtcType = Literal["SHADOW_AUCTION", "COORDINATED_NTC", "EXPLICIT_AUCTION"]


def exchange_capacity(
    key: str, *, start: datetime, source: str, export_mw: float | None, import_mw: float | None,
    end: datetime | None = None,
) -> RawEvent:
    """Published limits of the exchange `key`, such as the most that a market may exchange over it."""
    return {
        "datetime": start, "end_datetime": end, "source": source, "sourceType": "published", "sortedZoneKeys": key,
        "capacityExport": export_mw, "capacityImport": import_mw,
    }


def available_capacity(
    key: str, *, start: datetime, source: str, export_mw: float | None, import_mw: float | None, atc_type: AtcType,
    end: datetime | None = None,
) -> RawEvent:
    """Capacity of the exchange `key` that is offered to trade.

    A shadow auction's is a fall-back and no bound on flow, a coordinated NTC bounds each direction, and of explicit
    auctions half the sum of both directions is the bound.
    """
    limits = exchange_capacity(key, start=start, end=end, source=source, export_mw=export_mw, import_mw=import_mw)
    return {**limits, "atcType": atc_type}


def intraday_statistics(
    zone_key: str, *, start: datetime, source: str, area: str, currency: str, contract_id: str,
    statistics: Mapping[str, Any], end: datetime | None = None,
) -> RawEvent:
    """What was traded of one contract in one market area; `statistics` by the names in core.kinds.STATISTICS."""
    return {
        "datetime": start, "end_datetime": end, "source": source, "sourceType": "measured", "zoneKey": zone_key,
        "area": area, "currency": currency, "contractId": contract_id, **statistics,
    }


def locational_price(
    zone_key: str, *, node: str, start: datetime, source: str, price_mwh: float | None, currency: str,
    end: datetime | None = None,
) -> RawEvent:
    """A price per MWh at one node of a zone's grid."""
    return {
        **price(zone_key, start=start, end=end, source=source, price_mwh=price_mwh, currency=currency), "node": node,
    }
