"""The kinds of series a source can serve, as zones.json, exchanges.json and the store name them.

A kind belongs to a zone or to an exchange: the function that serves it is called with one zone key or with two.
"""

from typing import Literal, NamedTuple

Subject = Literal["zone", "exchange"]


class Kind(NamedTuple):
    name: str
    subject: Subject
    event: str
    """Name of the event class in core.schemas."""
    is_future_allowed: bool = False
    """Whether an event may start more than a day from now."""


MODES = ("biomass", "coal", "gas", "geothermal", "hydro", "nuclear", "oil", "solar", "unknown", "wind")
STORAGE_MODES = ("battery", "hydro")
CAPACITY_MODES = (*MODES, "hydro storage", "battery storage")
SOURCE_TYPES = ("measured", "estimated", "forecasted", "published")
ORIGINS = ("live", "replayed", "simulated")

TRADED = (
    "vwap", "vwap1hBeforeClose", "vwap3hBeforeClose", "openPrice", "closePrice", "highPrice", "lowPrice", "volume",
    "buyVolume", "sellVolume",
)
TRADE_TIMES = (
    "apiUpdatedAt", "deliveryStart", "deliveryEnd", "contractOpenTime", "contractCloseTime", "openTradeTime",
    "closeTradeTime",
)
STATISTICS = (*TRADED, *TRADE_TIMES, "contractName", "isLocalContract", "priceUnitRaw", "volumeUnitRaw")
"""What is said of an intraday contract beside its key: numbers, moments, and words."""

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
"""Codes of ISO 4217 in use."""

ESTIMATIONS = ("same_hour_mean", "typical_mix", "default_mix")
"""How a result was made for which the zone's own data did not do: by its mean of past days, by its typical mix of its
power stations, by the world's mix."""

CAPACITY_KIND = "productionCapacity"
"""Not a series: installed MW per mode, dated; it feeds zones.json and never the store."""

WEATHER_KIND, WORLD_KEY = "weather", "world"
"""Not a series either: hours of a weather model's run over the whole world, which have tables of their own."""

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("production", "zone", "Production"),
        Kind("consumption", "zone", "Consumption"),
        Kind("price", "zone", "Price", True),
        Kind("priceIntraday", "zone", "Price", True),
        Kind("consumptionForecast", "zone", "Consumption", True),
        Kind("generationForecast", "zone", "TotalProduction", True),
        Kind("productionPerModeForecast", "zone", "Production", True),
        Kind("productionPerModeForecastDayAhead", "zone", "Production", True),
        Kind("productionPerModeForecastIntraday", "zone", "Production", True),
        Kind("productionPerModeForecastLatest", "zone", "Production", True),
        Kind("dayaheadLocationalMarginalPrice", "zone", "LocationalPrice", True),
        Kind("realtimeLocationalMarginalPrice", "zone", "LocationalPrice", True),
        Kind("gridAlerts", "zone", "GridAlert", True),
        Kind("intradayContractStatistics", "zone", "IntradayStatistics", True),
        Kind("exchange", "exchange", "Exchange"),
        Kind("exchangeForecast", "exchange", "Exchange", True),
        Kind("scheduledExchangesDayAhead", "exchange", "ScheduledExchange", True),
        Kind("scheduledExchangesTotal", "exchange", "ScheduledExchange", True),
        Kind("exchangeCapacityForecastDayAhead", "exchange", "TransferCapacity", True),
        Kind("exchangeCapacityForecastWeekAhead", "exchange", "TransferCapacity", True),
        Kind("exchangeCapacityForecastMonthAhead", "exchange", "TransferCapacity", True),
        Kind("atcDayAhead", "exchange", "AvailableTransferCapacity", True),
        Kind("maxBexDayAhead", "exchange", "ExchangeCapacity", True),
        Kind("maxBflowDayAhead", "exchange", "ExchangeCapacity", True),
    )
}

LONGEST_S = 31 * 24 * 3600
"""No mix or flow may hold for longer: bounds the hours that one event has solved, and how far back a read looks."""

ZONE_KINDS = (*(k.name for k in KINDS.values() if k.subject == "zone"), CAPACITY_KIND)
EXCHANGE_KINDS = tuple(k.name for k in KINDS.values() if k.subject == "exchange")


def split_key(key: str) -> tuple[str, str] | None:
    """`"A->B"` as its two zones; None for the key of a zone."""
    first, arrow, second = key.partition("->")
    return (first, second) if arrow else None


def sorted_key(zone_key1: str, zone_key2: str) -> str:
    """The key of the exchange between two zones, whichever is named first."""
    return "->".join(sorted((zone_key1, zone_key2)))
