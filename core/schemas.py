"""Events: what a parser says about one zone or exchange and one interval.

Parsers build the documented dict with the functions at the end (`production`, `exchange`, …), which check nothing,
so that one bad row cannot cost its batch; `read` turns a dict (or a typed event) into a checked, typed event or raises
InvalidEvent with the reason. Power is in MW, prices per MWh in the stated currency; `datetime` is the start of the
interval and `end_datetime` its end (excluded). `netFlow` of `A->B` is positive from A to B; storage is positive when
charging. Missing is None, never 0.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from core.errors import InvalidEvent
from core.kinds import KINDS, STORAGE_MODES, sorted_key, split_key
from core.values import settle, unknown_modes

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
MAX_POWER_MW = 500_000.0
MAX_FLOW_MW = 100_000.0

CURRENCIES = frozenset(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
    CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ
    GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
    LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN
    PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD
    TZS UAH UGX USD USN UYI UYU UZS VED VEF VND VUV WST XAF XCD XDR XOF XPF XSU XUA YER ZAR ZMW ZWL
    """.split()
)


def _finite(value: Any) -> Any:
    """NaN is missing; infinity and text are not numbers here."""
    if isinstance(value, bool | str):
        raise ValueError("is not a number")
    if value is None:
        return None
    value = float(value)
    if math.isinf(value):
        raise ValueError("is infinite")
    return None if math.isnan(value) else round(value, 6)


def _price(value: Any) -> Any:
    return value if isinstance(value, int | float) and math.isfinite(value) else _finite(value)


def _given(value: float | None) -> float:
    if value is None:
        raise ValueError("is missing")
    return value


def _between(low: float, high: float, *, is_zero_allowed: bool = True) -> Any:
    def check(value: Any) -> float:
        found: float = _given(_finite(value))
        if not low <= found <= high:
            raise ValueError(f"of {found:g} MW is outside {low:g} to {high:g} MW")
        if found == 0 and not is_zero_allowed:
            raise ValueError("is 0, which no zone's load is")
        return found

    return BeforeValidator(check)


def _currency(value: Any) -> Any:
    if value not in CURRENCIES:
        raise ValueError(f"{value!r} is not an ISO 4217 code in use")
    return value


OptionalPower = Annotated[float | None, BeforeValidator(_finite)]
Power = Annotated[float, _between(0, MAX_POWER_MW)]
Load = Annotated[float, _between(0, MAX_POWER_MW, is_zero_allowed=False)]
Flow = Annotated[float, _between(-MAX_FLOW_MW, MAX_FLOW_MW)]
PriceValue = Annotated[float, BeforeValidator(lambda value: _given(_price(value)))]
Currency = Annotated[str, BeforeValidator(_currency)]


class Event(BaseModel):
    """What every event has. `key` is its zone's or exchange's."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    is_series: ClassVar[bool] = True
    """One value per key and start: a list of them is sorted and its overlaps are clamped."""

    start: AwareDatetime = Field(alias="datetime")
    end: AwareDatetime | None = Field(None, alias="end_datetime")
    source: str = Field(min_length=1)
    source_type: Literal["measured", "estimated", "forecasted", "published"] = Field(
        "measured", alias="sourceType"
    )

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

    @property
    def key(self) -> str:
        return self.zone_key


class ExchangeEvent(Event):
    sorted_zone_keys: str = Field(alias="sortedZoneKeys")

    @property
    def key(self) -> str:
        return self.sorted_zone_keys

    @model_validator(mode="after")
    def _check_key(self) -> "ExchangeEvent":
        pair = split_key(self.sorted_zone_keys)
        if pair is None or sorted_key(*pair) != self.sorted_zone_keys:
            raise ValueError(f"the key {self.sorted_zone_keys!r} is not two zones in ascending order")
        return self


class Production(ZoneEvent):
    """MW per mode and net charging MW per storage mode. A mode that is set but not known is None."""

    production: dict[str, OptionalPower] = {}
    storage: dict[str, OptionalPower] = {}
    corrected_modes: list[str] = Field([], alias="correctedModes")
    capacity: dict[str, OptionalPower] = {}
    """Installed MW per mode, where a source says it beside its output."""

    @model_validator(mode="before")
    @classmethod
    def _correct(cls, data: Any) -> Any:
        """A negative mode that reached us uncorrected is missing, and named; storage with nothing known is left out."""
        if not isinstance(data, dict):
            return data
        modes = dict(data.get("production") or {})
        corrected = set(data.get("correctedModes") or data.get("corrected_modes") or ())
        for mode, value in modes.items():
            if isinstance(value, int | float) and not isinstance(value, bool) and value < 0:
                modes[mode], corrected = None, corrected | {mode}
        storage = {m: v for m, v in (data.get("storage") or {}).items() if v is not None and v == v}
        rest = {k: v for k, v in data.items() if k not in ("correctedModes", "corrected_modes")}
        return {**rest, "production": modes, "storage": storage, "correctedModes": sorted(corrected)}

    @model_validator(mode="after")
    def _check_modes(self) -> "Production":
        if wrong := unknown_modes([*self.production, *self.corrected_modes]):
            raise ValueError(f"{', '.join(wrong)} is not a production mode")
        if wrong := unknown_modes(self.storage, STORAGE_MODES):
            raise ValueError(f"{', '.join(wrong)} is not a storage mode")
        known = [v for v in self.production.values() if v is not None]
        if not known and not self.storage and not self.corrected_modes:
            raise ValueError("no mode has a value")
        if sum(known) > MAX_POWER_MW:
            raise ValueError(f"the modes add up to {sum(known):g} MW, above {MAX_POWER_MW:g} MW")
        return self


class TotalProduction(ZoneEvent):
    value: Power


class Consumption(ZoneEvent):
    consumption: Load


class Price(ZoneEvent):
    price: PriceValue
    currency: Currency


class LocationalPrice(Price):
    is_series: ClassVar[bool] = False
    node: str = Field(min_length=1, pattern=r"^\S(.*\S)?$")


class GridAlert(ZoneEvent):
    """A notice of a system operator; `start` is when it was issued."""

    is_series: ClassVar[bool] = False
    location_region: str | None = Field(None, alias="locationRegion")
    alert_type: Literal["informational", "action", "undefined"] = Field(alias="alertType")
    message: str = Field(min_length=1)
    issued_time: AwareDatetime = Field(alias="issuedTime")
    start_time: AwareDatetime = Field(alias="startTime")
    end_time: AwareDatetime | None = Field(None, alias="endTime")


class IntradayStatistics(ZoneEvent):
    """What was traded of one intraday contract; `start` is its delivery's start. Prices per MWh, volumes in MWh."""

    is_series: ClassVar[bool] = False
    area: str
    currency: str = Field(min_length=3, max_length=3)
    contract_id: str = Field(alias="contractId")
    statistics: dict[str, Any] = {}


class Exchange(ExchangeEvent):
    net_flow: Flow = Field(alias="netFlow")


class ExchangeCapacity(ExchangeEvent):
    """Limits in MW: export A→B, import B→A; at least one is known."""

    capacity_export: OptionalPower = Field(None, alias="capacityExport")
    capacity_import: OptionalPower = Field(None, alias="capacityImport")

    @model_validator(mode="after")
    def _check_given(self) -> "ExchangeCapacity":
        if self.capacity_export is None and self.capacity_import is None:
            raise ValueError("neither direction has a capacity")
        return self


class AvailableTransferCapacity(ExchangeCapacity):
    is_series: ClassVar[bool] = False
    atc_type: Literal["SHADOW_AUCTION", "COORDINATED_NTC", "EXPLICIT_AUCTION"] = Field(alias="atcType")


class TransferCapacity(ExchangeCapacity):
    is_series: ClassVar[bool] = False
    market_agreement_type: Literal["DAY_AHEAD", "WEEK_AHEAD", "MONTH_AHEAD", "TOTAL"] = Field(
        alias="marketAgreementType"
    )


class ScheduledExchange(ExchangeEvent):
    """Scheduled MW in both directions; netFlow = export − import."""

    is_series: ClassVar[bool] = False
    scheduled_export: Flow = Field(alias="scheduledExport")
    scheduled_import: Flow = Field(alias="scheduledImport")
    net_flow: Flow = Field(alias="netFlow")
    market_agreement_type: Literal["DAY_AHEAD", "WEEK_AHEAD", "MONTH_AHEAD", "TOTAL"] = Field(
        alias="marketAgreementType"
    )

    @model_validator(mode="before")
    @classmethod
    def _derive_net(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("netFlow") is None:
            out, into = data.get("scheduledExport"), data.get("scheduledImport")
            if isinstance(out, int | float) and isinstance(into, int | float):
                return {**data, "netFlow": out - into}
        return data


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
    except (TypeError, AttributeError) as err:
        raise InvalidEvent(f"the event cannot be read: {err}") from err
    return found if cls is IntradayStatistics else _whole_minutes(found)


def _whole_minutes(event: Event) -> Event:
    def cut(moment: datetime) -> datetime:
        return moment.astimezone(UTC).replace(second=0, microsecond=0)

    end = cut(event.end) if event.end is not None else None
    start = cut(event.start)
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
        mix[mode], is_corrected = settle(_items(items), negative)
        corrected += [mode] if is_corrected else []
    stored = {m: settle(_items(items), "keep")[0] for m, items in (storage or {}).items()}
    return {
        **_common(start, end, source, source_type), "zoneKey": zone_key, "production": mix,
        "storage": {m: v for m, v in stored.items() if v is not None}, "correctedModes": sorted(corrected),
        **({"capacity": {m: settle(_items(items))[0] for m, items in capacity.items()}} if capacity else {}),
    }


def _items(items: float | Sequence[float | None] | None) -> Sequence[float | None]:
    return items if isinstance(items, Sequence) else [items]


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
    turned = flow_mw if flow_mw is None or key == f"{zone_key1}->{zone_key2}" else 0.0 - flow_mw
    return {**_common(start, end, source, source_type), "sortedZoneKeys": key, "netFlow": turned}


def scheduled_exchange(
    key: str, *, start: datetime, source: str, export_mw: float | None, import_mw: float | None,
    market_agreement: str, end: datetime | None = None,
) -> RawEvent:
    """Scheduled flows of the exchange `key` in both directions: export A→B, import B→A; net = export − import."""
    net_mw = None if export_mw is None or import_mw is None else export_mw - import_mw
    return {
        **_common(start, end, source, "published"), "sortedZoneKeys": key, "scheduledExport": export_mw,
        "scheduledImport": import_mw, "netFlow": net_mw, "marketAgreementType": market_agreement,
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
