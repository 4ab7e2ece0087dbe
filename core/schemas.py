"""Events: what a parser says about one zone or exchange and one interval.

Parsers build the documented dict with the functions at the end (`production`, `exchange`, …), which check nothing,
so that one bad row cannot cost its batch; `read` turns a dict (or a typed event) into a checked, typed event or raises
InvalidEvent with the reason. Power is in MW, prices per MWh in the stated currency; `datetime` is the start of the
interval and `end_datetime` its end (excluded). `netFlow` of `A->B` is positive from A to B; storage is positive when
charging. Missing is None, never 0.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from core.errors import InvalidEvent
from core.fields import (
    EARLIEST,
    Agreement,
    Currency,
    Flow,
    Load,
    Moment,
    OptionalPower,
    Power,
    PriceValue,
    SourceType,
    keyed_by,
    power,
)
from core.kinds import CAPACITY_MODES, KINDS, MODES, STATISTICS, STORAGE_MODES, sorted_key, split_key
from core.values import is_number, settle, unknown_modes


class Event(BaseModel):
    """What every event has. `key` is its zone's or exchange's."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, use_attribute_docstrings=True)
    is_series: ClassVar[bool] = True
    """One value per key and start: a list of them is sorted and its overlaps are clamped."""

    start: Moment = Field(alias="datetime")
    """Start of the interval, included; 2000 or later. Seconds are cut."""
    end: Moment | None = Field(None, alias="end_datetime")
    """End of the interval, excluded; null where the source does not say."""
    source: str = Field(pattern=r"\S")
    """Who published it."""
    source_type: SourceType = Field("measured", alias="sourceType")
    """`estimated` is by the source itself; `published` is an operator's schedule or capacity."""

    @property
    def key(self) -> str:
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """The documented dict."""
        return self.model_dump(by_alias=True)

    @model_validator(mode="after")
    def _check_times(self) -> "Event":
        if self.start < EARLIEST:
            raise ValueError(f"starts {self.start:%Y-%m-%d}, before 2000")
        if self.end is not None and self.end <= self.start:
            raise ValueError("ends before it starts")
        return self


class ZoneEvent(Event):
    zone_key: str = Field(alias="zoneKey", min_length=1)
    """The zone that was asked for."""

    @property
    def key(self) -> str:
        return self.zone_key


class ExchangeEvent(Event):
    sorted_zone_keys: str = Field(alias="sortedZoneKeys", json_schema_extra={"pattern": "^.+->.+$"})
    """`A->B`: the two zones that were asked for, in ascending order."""

    @property
    def key(self) -> str:
        return self.sorted_zone_keys

    @model_validator(mode="after")
    def _check_key(self) -> "ExchangeEvent":
        first, second = split_key(self.sorted_zone_keys) or ("", "")
        if not "" < first < second or split_key(second):
            raise ValueError(f"the key {self.sorted_zone_keys!r} is not two zones in ascending order")
        return self


class Production(ZoneEvent):
    """MW per mode and net charging MW per storage mode. A mode that is set but not known is None."""

    production: dict[str, OptionalPower] = Field({}, json_schema_extra=keyed_by(MODES))
    """MW per mode, 0 or more; null is not known. What is negative becomes null, and its mode a corrected one."""
    storage: dict[str, OptionalPower] = Field({}, json_schema_extra=keyed_by(STORAGE_MODES))
    """Net MW per kind of storage: + is charging, − is discharging."""
    corrected_modes: list[str] = Field([], alias="correctedModes")
    """Modes of which the source said something negative, which was taken out."""
    capacity: dict[str, OptionalPower] = Field({}, json_schema_extra=keyed_by(CAPACITY_MODES))
    """Installed MW per mode, where a source says it beside its output."""

    @model_validator(mode="before")
    @classmethod
    def _correct(cls, data: Any) -> Any:
        """A negative mode that reached us uncorrected is missing, and named; a corrected mode is always set."""
        if not isinstance(data, dict):
            return data
        names = data.get("correctedModes") or data.get("corrected_modes") or []
        modes = {} if data.get("production") is None else data["production"]
        storage = {} if data.get("storage") is None else data["storage"]
        rest = {k: v for k, v in data.items() if k != "corrected_modes"}
        if isinstance(modes, Mapping) and _is_names(names):
            corrected = {*names, *(m for m, value in modes.items() if _is_negative(value))} & {*MODES, *names}
            modes = {**modes, **{m: None for m in sorted(corrected) if m not in modes or _is_negative(modes[m])}}
            names = sorted(corrected)
        if isinstance(storage, Mapping):
            storage = {m: value for m, value in storage.items() if not _is_missing(value)}
        return {**rest, "production": modes, "storage": storage, "correctedModes": names}

    @model_validator(mode="after")
    def _check_modes(self) -> "Production":
        if wrong := unknown_modes([*self.production, *self.corrected_modes]):
            raise ValueError(f"{', '.join(wrong)} is not a production mode")
        if wrong := unknown_modes(self.storage, STORAGE_MODES):
            raise ValueError(f"{', '.join(wrong)} is not a storage mode")
        if wrong := unknown_modes(self.capacity, CAPACITY_MODES):
            raise ValueError(f"{', '.join(wrong)} is not a mode of installed capacity")
        known = [v for v in self.production.values() if v is not None]
        if not known and not self.storage and not self.corrected_modes:
            raise ValueError("no mode has a value")
        return self


def _is_missing(value: Any) -> bool:
    return value is None or (is_number(value) and value != value)


def _is_negative(value: Any) -> bool:
    return is_number(value) and value == value and -math.inf < value < 0


def _is_names(names: Any) -> bool:
    return isinstance(names, list | tuple | set | frozenset) and all(isinstance(name, str) for name in names)


class TotalProduction(ZoneEvent):
    """A zone's generation of all modes in one number."""

    value: Power
    """MW."""


class Consumption(ZoneEvent):
    """A zone's load."""

    consumption: Load
    """MW, above 0."""


class Price(ZoneEvent):
    """What a megawatt-hour costs."""

    price: PriceValue
    """Per MWh, in the currency; may be negative."""
    currency: Currency
    """Code of ISO 4217."""


class LocationalPrice(Price):
    """A price at one node of a zone's grid."""

    is_series: ClassVar[bool] = False
    node: str = Field(min_length=1, pattern=r"^\S(.*\S)?$")
    """The node, as its operator names it."""


class GridAlert(ZoneEvent):
    """A notice of a system operator; `start` is when it was issued."""

    model_config = ConfigDict(json_schema_extra=lambda schema: schema["required"].remove("startTime"))
    is_series: ClassVar[bool] = False
    location_region: str | None = Field(None, alias="locationRegion")
    """The part of the zone that it is about; null for all of it."""
    alert_type: Literal["informational", "action", "undefined"] = Field(alias="alertType")
    """Whether somebody has to act."""
    message: str = Field(min_length=1)
    """Its text."""
    issued_time: Moment = Field(alias="issuedTime")
    """When it was issued."""
    start_time: Moment = Field(alias="startTime")
    """When it begins to hold; when it was issued, if it does not say."""
    end_time: Moment | None = Field(None, alias="endTime")
    """When it ceases to hold."""

    @model_validator(mode="before")
    @classmethod
    def _start_when_issued(cls, data: Any) -> Any:
        if not isinstance(data, dict) or data.get("startTime", data.get("start_time")) is not None:
            return data
        rest = {k: v for k, v in data.items() if k != "start_time"}
        return {**rest, "startTime": data.get("issuedTime", data.get("issued_time"))}

    @model_validator(mode="after")
    def _check_alert_times(self) -> "GridAlert":
        for moment in (self.issued_time, self.start_time, self.end_time):
            if moment is not None and moment < EARLIEST:
                raise ValueError(f"names {moment:%Y-%m-%d}, before 2000")
        return self


class IntradayStatistics(ZoneEvent):
    """What was traded of one intraday contract; `start` is its delivery's start. Prices per MWh, volumes in the unit
    that `volumeUnitRaw` names."""

    model_config = ConfigDict(json_schema_extra=lambda schema: schema["properties"].update({s: {} for s in STATISTICS}))
    is_series: ClassVar[bool] = False
    area: str
    """The market area."""
    currency: str = Field(min_length=3, max_length=3)
    """Code of ISO 4217."""
    contract_id: str = Field(alias="contractId")
    """The contract, as its exchange names it."""
    statistics: dict[str, Any] = {}
    """Figures, moments and words by their names; in the dict they stand beside the other fields."""

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, data: Any) -> Any:
        """The documented dict has its figures side by side; here they are one field."""
        if not isinstance(data, dict) or not isinstance(data.get("statistics", {}), Mapping):
            return data
        figures = {name: value for name, value in data.items() if name in STATISTICS}
        rest = {name: value for name, value in data.items() if name not in figures}
        return {**rest, "statistics": {**data.get("statistics", {}), **figures}}

    @field_validator("statistics")
    @classmethod
    def _all_aware(cls, value: dict[str, Any]) -> dict[str, Any]:
        naive = [name for name, v in value.items() if isinstance(v, datetime) and v.utcoffset() is None]
        if naive:
            raise ValueError(f"have times without zone: {', '.join(naive)}")
        return value


class Exchange(ExchangeEvent):
    """A net flow."""

    net_flow: Flow = Field(alias="netFlow")
    """MW: + is from A to B, − from B to A."""


class ExchangeCapacity(ExchangeEvent):
    """Limits in MW: export A→B, import B→A; at least one is known."""

    source_type: SourceType = Field("published", alias="sourceType")
    capacity_export: OptionalPower = Field(None, alias="capacityExport")
    """MW from A to B."""
    capacity_import: OptionalPower = Field(None, alias="capacityImport")
    """MW from B to A."""

    @model_validator(mode="after")
    def _check_given(self) -> "ExchangeCapacity":
        if self.capacity_export is None and self.capacity_import is None:
            raise ValueError("neither direction has a capacity")
        return self


class AvailableTransferCapacity(ExchangeCapacity):
    """What is offered to trade, in both directions."""

    is_series: ClassVar[bool] = False
    atc_type: Literal["SHADOW_AUCTION", "COORDINATED_NTC", "EXPLICIT_AUCTION"] = Field(alias="atcType")
    """How it is offered: a shadow auction's is a fall-back and no bound on flow."""


class TransferCapacity(ExchangeCapacity):
    """Forecast limits in both directions."""

    is_series: ClassVar[bool] = False
    market_agreement_type: Agreement = Field(alias="marketAgreementType")
    """How far ahead it was agreed."""


class ScheduledExchange(ExchangeEvent):
    """Scheduled MW in both directions; netFlow = export − import, whatever was given for it."""

    is_series: ClassVar[bool] = False
    source_type: SourceType = Field("published", alias="sourceType")
    scheduled_export: Flow = Field(alias="scheduledExport")
    """MW from A to B."""
    scheduled_import: Flow = Field(alias="scheduledImport")
    """MW from B to A."""
    net_flow: float = Field(0, alias="netFlow", validate_default=True)
    """MW, export − import."""
    market_agreement_type: Agreement = Field(alias="marketAgreementType")
    """How far ahead it was agreed."""

    @field_validator("net_flow", mode="before")
    @classmethod
    def _derive_net(cls, _: Any, info: ValidationInfo) -> Any:
        export_mw, import_mw = info.data.get("scheduled_export"), info.data.get("scheduled_import")
        return 0.0 if export_mw is None or import_mw is None else power(export_mw - import_mw)


EVENTS: dict[str, type[Event]] = {
    cls.__name__: cls
    for cls in (
        Production, TotalProduction, Consumption, Price, LocationalPrice, GridAlert, IntradayStatistics, Exchange,
        ExchangeCapacity, AvailableTransferCapacity, TransferCapacity, ScheduledExchange,
    )
}

RawEvent: TypeAlias = dict[str, Any]
Modes: TypeAlias = Mapping[str, float | Sequence[float | None] | None]


def event_class(kind: str) -> type[Event]:
    """The class of a kind's events; KeyError for a kind that does not exist."""
    return EVENTS[KINDS[kind].event]


def read(kind: str, event: Any) -> Event:
    """A documented dict or typed event as a checked event of its kind, seconds cut, in UTC.

    Raises InvalidEvent with the reason. Limits that need the clock or the configuration are core.validation's.
    """
    cls = event_class(kind)
    data = event.to_dict() if isinstance(event, Event) else event
    if not isinstance(data, Mapping):
        raise InvalidEvent(f"a {type(event).__name__} is not an event")
    try:
        found = cls.model_validate(dict(data))
    except ValidationError as err:
        raise InvalidEvent(_reason(err)) from err
    except (TypeError, AttributeError, ArithmeticError) as err:
        raise InvalidEvent(f"the event cannot be read: {err}") from err
    return found if cls is IntradayStatistics else _whole_minutes(found)


def _whole_minutes(event: Event) -> Event:
    def cut(moment: datetime) -> datetime:
        return moment.replace(second=0, microsecond=0)

    end = cut(event.end) if event.end is not None else None
    start = cut(event.start)
    if (start, end) == (event.start, event.end):
        return event
    if end is not None and end <= start:
        raise InvalidEvent("the interval is shorter than a minute")
    return event.model_copy(update={"start": start, "end": end})


def _reason(err: ValidationError) -> str:
    parts = []
    for one in err.errors():
        field = ".".join(str(p) for p in one["loc"])
        text = one["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
        parts.append(f"{field} {text}".strip())
    return "; ".join(parts)


def _common(start: datetime, end: datetime | None, source: str, source_type: str) -> RawEvent:
    return {"datetime": start, "end_datetime": end, "source": source, "sourceType": source_type}


def production(
    zone_key: str,
    *,
    start: datetime,
    source: str,
    modes: Modes | None = None,
    storage: Modes | None = None,
    end: datetime | None = None,
    source_type: str = "measured",
    negative: str = "missing",
    capacity: Modes | None = None,
) -> RawEvent:
    """A production event. Items of one mode are added; each negative item is left out, or 0 with `negative="zero"`."""
    mix: dict[str, float | None] = {}
    corrected = []
    for mode, items in (modes or {}).items():
        mix[mode], is_corrected = _settled(items, negative)
        corrected += [mode] if is_corrected else []
    stored = {m: _settled(items, "keep")[0] for m, items in (storage or {}).items()}
    return {
        **_common(start, end, source, source_type), "zoneKey": zone_key, "production": mix,
        "storage": {m: v for m, v in stored.items() if v is not None}, "correctedModes": sorted(corrected),
        **({"capacity": {m: _settled(items)[0] for m, items in capacity.items()}} if capacity else {}),
    }


def _settled(items: Any, negative: str = "missing") -> tuple[Any, bool]:
    """One mode's items settled; what cannot be summed as it came, for `read` to refuse."""
    try:
        return settle(items if isinstance(items, Sequence) else [items], negative)
    except (TypeError, ArithmeticError):
        return items, False


def total_production(
    zone_key: str, *, start: datetime, source: str, value_mw: float | None, end: datetime | None = None,
    source_type: str = "forecasted",
) -> RawEvent:
    """A zone's total production in one number, as generation forecasts give it."""
    return {**_common(start, end, source, source_type), "zoneKey": zone_key, "value": value_mw}


def consumption(
    zone_key: str, *, start: datetime, source: str, load_mw: float | None, end: datetime | None = None,
    source_type: str = "measured",
) -> RawEvent:
    """A zone's load."""
    return {**_common(start, end, source, source_type), "zoneKey": zone_key, "consumption": load_mw}


def price(
    zone_key: str, *, start: datetime, source: str, price_mwh: float | None, currency: str,
    end: datetime | None = None, source_type: str = "measured",
) -> RawEvent:
    """A price per MWh."""
    return {**_common(start, end, source, source_type), "zoneKey": zone_key, "price": price_mwh, "currency": currency}


def exchange(
    zone_key1: str, zone_key2: str, *, start: datetime, source: str, flow_mw: float | None,
    end: datetime | None = None, source_type: str = "measured",
) -> RawEvent:
    """A net flow, given as positive from zone_key1 to zone_key2 whatever their order."""
    key = sorted_key(zone_key1, zone_key2)
    is_turned = is_number(flow_mw) and key != f"{zone_key1}->{zone_key2}"
    turned = -flow_mw if is_turned and flow_mw is not None else flow_mw
    return {**_common(start, end, source, source_type), "sortedZoneKeys": key, "netFlow": turned}


def scheduled_exchange(
    key: str, *, start: datetime, source: str, export_mw: float | None, import_mw: float | None,
    market_agreement: str, end: datetime | None = None,
) -> RawEvent:
    """Scheduled flows of the exchange `key` in both directions: export A→B, import B→A; net = export − import."""
    both = is_number(export_mw) and is_number(import_mw)
    return {
        **_common(start, end, source, "published"), "sortedZoneKeys": key, "scheduledExport": export_mw,
        "scheduledImport": import_mw, "netFlow": (export_mw or 0) - (import_mw or 0) if both else None,
        "marketAgreementType": market_agreement,
    }


def transfer_capacity(
    key: str, *, start: datetime, source: str, export_mw: float | None, import_mw: float | None,
    market_agreement: str, end: datetime | None = None,
) -> RawEvent:
    """Forecast limits of the exchange `key` in both directions: export A→B, import B→A."""
    return {
        **_common(start, end, source, "published"), "sortedZoneKeys": key, "capacityExport": export_mw,
        "capacityImport": import_mw, "marketAgreementType": market_agreement,
    }


def grid_alert(
    zone_key: str, *, issued: datetime, source: str, message: str, alert_type: str = "undefined",
    region: str | None = None, start: datetime | None = None, end: datetime | None = None,
) -> RawEvent:
    """A notice of the system operator; it starts when issued unless it says otherwise."""
    return {
        **_common(issued, None, source, "measured"), "zoneKey": zone_key, "locationRegion": region,
        "alertType": alert_type, "message": message, "issuedTime": issued, "startTime": start or issued, "endTime": end,
    }
