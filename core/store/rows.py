"""Events to rows and back: which table a kind lives in, and its columns."""

import hashlib
import json
from typing import Any

from sqlalchemy import Table

from core import times
from core.kinds import KINDS, MODES, STORAGE_MODES, TRADE_TIMES
from core.schemas import (
    AvailableTransferCapacity,
    Consumption,
    Event,
    Exchange,
    ExchangeCapacity,
    IntradayStatistics,
    Price,
    Production,
    ScheduledExchange,
    TotalProduction,
    TransferCapacity,
    read,
)
from core.store import tables

TABLES: dict[str, Table] = {
    "Production": tables.mixes,
    "TotalProduction": tables.numbers,
    "Consumption": tables.numbers,
    "Price": tables.numbers,
    "Exchange": tables.numbers,
    "ExchangeCapacity": tables.directions,
    "AvailableTransferCapacity": tables.directions,
    "TransferCapacity": tables.directions,
    "ScheduledExchange": tables.directions,
    "LocationalPrice": tables.documents,
    "GridAlert": tables.documents,
    "IntradayStatistics": tables.documents,
}
Row = dict[str, Any]


def table_of(kind: str) -> Table:
    """The table that holds a kind."""
    return TABLES[KINDS[kind].event]


def to_row(kind: str, event: Event) -> Row:
    """An event as the row of its table, without origin and job."""
    row: Row = {
        "kind": kind, "key": event.key, "start_s": int(event.start.timestamp()),
        "end_s": int(event.end.timestamp()) if event.end else None, "source": _without_null(event.source),
        "source_type": event.source_type,
    }
    table = table_of(kind)
    if isinstance(event, Production):
        return row | _mix(event)
    if table is tables.numbers:
        return row | _number(event)
    if table is tables.directions:
        return row | _directions(event)
    return row | _document(event)


def _mix(event: Production) -> Row:
    return {
        **{mode: event.production.get(mode) for mode in MODES},
        **{f"{mode}_storage": event.storage.get(mode) for mode in STORAGE_MODES},
        "corrected": ",".join(event.corrected_modes),
    }


def _number(event: Event) -> Row:
    match event:
        case Price():
            return {"value": event.price, "currency": event.currency}
        case Consumption():
            return {"value": event.consumption, "currency": None}
        case TotalProduction():
            return {"value": event.value, "currency": None}
        case Exchange():
            return {"value": event.net_flow, "currency": None}
    raise TypeError(f"{type(event).__name__} is not a single number")


def _directions(event: Event) -> Row:
    match event:
        case ScheduledExchange():
            both: tuple[float | None, float | None] = event.scheduled_export, event.scheduled_import
            terms: str = event.market_agreement_type
        case TransferCapacity():
            both, terms = (event.capacity_export, event.capacity_import), event.market_agreement_type
        case AvailableTransferCapacity():
            both, terms = (event.capacity_export, event.capacity_import), event.atc_type
        case ExchangeCapacity():
            both, terms = (event.capacity_export, event.capacity_import), ""
        case _:
            raise TypeError(f"{type(event).__name__} has no directions")
    return {"export_mw": both[0], "import_mw": both[1], "terms": terms}


def _document(event: Event) -> Row:
    content = event.model_dump_json(by_alias=True)
    part = getattr(event, "node", None) or _contract(event) or digest(content)
    return {"part": _without_null(str(part))[:64], "content": content}


def _contract(event: Event) -> str | None:
    """A contract is traded in several areas of one zone, each with its own figures."""
    return f"{event.contract_id} {event.area}" if isinstance(event, IntradayStatistics) else None


def _without_null(text: str) -> str:
    """A null byte, which PostgreSQL refuses, is written out."""
    return text.replace("\0", "\\0")


def digest(text: str) -> str:
    """A short fingerprint of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def to_event(row: Row) -> Event:
    """The event of a stored row."""
    kind = row["kind"]
    common = {
        "datetime": times.epoch(row["start_s"]), "source": row["source"], "sourceType": row["source_type"],
        "end_datetime": times.epoch(row["end_s"]) if row["end_s"] is not None else None,
    }
    key = {"zoneKey" if KINDS[kind].subject == "zone" else "sortedZoneKeys": row["key"]}
    if "content" in row:
        return revived(kind, row["content"])
    return read(kind, common | key | _fields(KINDS[kind].event, row))


def _fields(event: str, row: Row) -> Row:
    export, import_, terms = row.get("export_mw"), row.get("import_mw"), row.get("terms")
    capacity = {"capacityExport": export, "capacityImport": import_}
    by_event: dict[str, Row] = {
        "TotalProduction": {"value": row.get("value")},
        "Consumption": {"consumption": row.get("value")},
        "Exchange": {"netFlow": row.get("value")},
        "Price": {"price": row.get("value"), "currency": row.get("currency")},
        "ExchangeCapacity": capacity,
        "AvailableTransferCapacity": {**capacity, "atcType": terms},
        "TransferCapacity": {**capacity, "marketAgreementType": terms},
        "ScheduledExchange": {"scheduledExport": export, "scheduledImport": import_, "marketAgreementType": terms},
    }
    if event != "Production":
        return by_event[event]
    return {
        "production": {m: row[m] for m in MODES if row[m] is not None},
        "storage": {m: row[f"{m}_storage"] for m in STORAGE_MODES if row[f"{m}_storage"] is not None},
        "correctedModes": [m for m in row["corrected"].split(",") if m],
    }


def revived(kind: str, text: str) -> Event:
    """The event of a documented dict that was written as JSON."""
    return read(kind, json.loads(text, object_hook=_revive))


def _revive(value: dict[str, Any]) -> dict[str, Any]:
    """JSON has no times: those of a document's own fields are read back."""
    names = ("datetime", "end_datetime", "issuedTime", "startTime", "endTime", *TRADE_TIMES)
    return {k: times.read(v) if k in names and isinstance(v, str) else v for k, v in value.items()}
