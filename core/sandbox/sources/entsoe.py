"""ENTSO-E's Transparency Platform: XML documents of generation, load, flows, schedules, capacities and prices.

Traps it has: areas of several zones and parts of one (IT-SO), borders asked by other codes than zones, quarters beside
hours, curve A03, storage as two series, wind and solar published a step before the rest, acknowledgements with status
200. Codes: ENTSO-E, *EIC area codes* and *PsrType* code lists.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

import numpy as np

from core import times
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import Asked, Reply, text_reply

HOSTS = ("web-api.tp.entsoe.eu",)
TOKEN = "simulated"
DELAY_MIN = 15
HOUR_S, QUARTER_S = 3600, 900
MARKET = "Europe/Brussels"

ITALY = ("IT-CNO", "IT-CSO", "IT-NO", "IT-SAR", "IT-SIC", "IT-SO")
AREAS: dict[str, tuple[str, ...]] = {
    "10YAL-KESH-----5": ("AL",), "10Y1001A1001B004": ("AM",), "10YAT-APG------L": ("AT",),
    "10Y1001A1001B05V": ("AZ",), "10YBA-JPCC-----D": ("BA",), "10YBE----------2": ("BE",),
    "10YCA-BULGARIA-R": ("BG",), "10Y1001A1001A51S": ("BY",), "10YCH-SWISSGRIDZ": ("CH",),
    "10YCY-1001A0003J": ("CY",), "10YCZ-CEPS-----N": ("CZ",), "10Y1001A1001A83F": ("DE",),
    "10Y1001A1001A82H": ("DE", "LU"), "10Y1001A1001A65H": ("DK-DK1", "DK-DK2"), "10YDK-1--------W": ("DK-DK1",),
    "10YDK-2--------M": ("DK-DK2",), "10Y1001A1001A39I": ("EE",), "10YES-REE------0": ("ES",),
    "10YFI-1--------U": ("FI",), "10YFR-RTE------C": ("FR",), "10YGB----------A": ("GB",),
    "10Y1001A1001A016": ("GB-NIR",), "10Y1001A1001B012": ("GE",), "10YGR-HTSO-----Y": ("GR",),
    "10YHR-HEP------M": ("HR",), "10YHU-MAVIR----U": ("HU",), "10YIE-1001A00010": ("IE",),
    "10Y1001A1001A59C": ("IE", "GB-NIR"), "10Y1001A1001A958": ("IS",), "10YIT-GRTN-----B": ITALY,
    "10Y1001C--00096J": ("IT-SO",), "10Y1001A1001A70O": ("IT-CNO",), "10Y1001A1001A71M": ("IT-CSO",),
    "10Y1001A1001A73I": ("IT-NO",), "10Y1001A1001A885": ("FR-COR",), "10Y1001A1001A893": ("FR-COR",),
    "10Y1001A1001A74G": ("IT-SAR",), "10Y1001A1001A75E": ("IT-SIC",), "10Y1001A1001A788": ("IT-SO",),
    "10YLT-1001A0008Q": ("LT",), "10YLU-CEGEDEL-NQ": ("LU",), "10YLV-1001A00074": ("LV",),
    "10Y1001A1001A990": ("MD",), "10YCS-CG-TSO---S": ("ME",), "10YMK-MEPSO----8": ("MK",),
    "10Y1001A1001A93C": ("MT",), "10YNL----------L": ("NL",),
    "10YNO-0--------C": ("NO-NO1", "NO-NO2", "NO-NO3", "NO-NO4", "NO-NO5"), "10YNO-1--------2": ("NO-NO1",),
    "10YNO-2--------T": ("NO-NO2",), "10YNO-3--------J": ("NO-NO3",), "10YNO-4--------9": ("NO-NO4",),
    "10Y1001A1001A48H": ("NO-NO5",), "10YPL-AREA-----S": ("PL",), "10YPT-REN------W": ("PT",),
    "10YRO-TEL------P": ("RO",), "10YCS-SERBIATSOV": ("RS",),
    "10Y1001A1001A49F": ("RU-1", "RU-2", "RU-AS", "RU-EU", "RU-FE", "RU-KGD"),
    "10Y1001A1001A50U": ("RU-KGD",), "10YSE-1--------K": ("SE-SE1", "SE-SE2", "SE-SE3", "SE-SE4"),
    "10Y1001A1001A44P": ("SE-SE1",), "10Y1001A1001A45N": ("SE-SE2",), "10Y1001A1001A46L": ("SE-SE3",),
    "10Y1001A1001A47J": ("SE-SE4",), "10YSI-ELES-----O": ("SI",), "10YSK-SEPS-----K": ("SK",),
    "10YTR-TEIAS----W": ("TR",), "10YUA-WEPS-----0": ("UA",), "10Y1001C--000182": ("UA",),
    "10Y1001C--00100H": ("XK",),
}
PARTS = {"10Y1001C--00096J": 0.25, "10Y1001A1001A788": 0.75}
"""Areas that are a part of a zone: Calabria, and the rest of the south of Italy. Prices and flows are not divided."""
CABLES = {("10Y1001A1001A885", "10Y1001A1001A74G"): 0.4, ("10Y1001A1001A893", "10Y1001A1001A74G"): 0.6}
"""Of the flow between Corsica and Sardinia, what the AC and the DC cable carry."""
TYPES = {
    "biomass": {"B01": 0.8, "B17": 0.2}, "coal": {"B02": 0.45, "B05": 0.55}, "gas": {"B04": 0.95, "B03": 0.05},
    "geothermal": {"B09": 1.0}, "hydro": {"B11": 0.4, "B12": 0.6}, "nuclear": {"B14": 1.0}, "oil": {"B06": 1.0},
    "solar": {"B16": 1.0}, "unknown": {"B20": 0.7, "B15": 0.3}, "wind": {"B18": 0.2, "B19": 0.8},
}
OWN_TYPES = {"EE": {"coal": {"B07": 1.0}}, "FI": {"coal": {"B08": 0.6, "B05": 0.4}}}
STORES = {"hydro": "B10", "battery": "B25"}
EARLY = ("B16", "B18", "B19")
QUARTERS = frozenset({
    "AT", "BE", "BG", "DE", "DK-DK1", "DK-DK2", "ES", "FI", "HU", "LU", "LV", "LT", "EE", "NL", "PL", "PT", "RO", "SI",
})
POINT_BY_POINT = frozenset({"LU", "NO-NO5", "CH", "GR"})
"""Areas that publish every point (curve A01)."""
WHOLE_MW = 3000.0
"""Areas with more installed than this publish whole MW, smaller ones hundredths."""
CURRENCY = {"UA": "UAH"}

ROOTS = {
    "GL": ("GL_MarketDocument", "451-6:generationloaddocument:3:0", "time_Period.timeInterval"),
    "PD": ("Publication_MarketDocument", "451-3:publicationdocument:7:3", "period.timeInterval"),
}
ACKNOWLEDGEMENT = (
    '<?xml version="1.0" encoding="UTF-8"?><Acknowledgement_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-1:'
    'acknowledgementdocument:7:0"><mRID>1</mRID><Reason><code>999</code><text>{}</text></Reason>'
    "</Acknowledgement_MarketDocument>"
)


class Series(NamedTuple):
    """One TimeSeries: the XML of its own fields, the steps and values, and how many decimals."""

    head: str
    steps: Steps
    values: FloatArray
    decimals: int
    is_every_point: bool = False
    resolution: str = ""
    tag: str = "quantity"


def answer(asked: Asked, readings: Readings) -> Reply:
    """Any GET of /api."""
    if asked.one("securityToken") is None:
        return refusal("Authentication failed: no security token", 401)
    try:
        start, end = (times.read(asked.one(name) or "", "UTC", "YYYYMMDDHHmm") for name in ("periodStart", "periodEnd"))
    except Exception:  # noqa: BLE001  whatever is wrong with the parameters is the asker's
        return refusal("Delivered time interval is not valid", 400)
    kind = asked.one("documentType") or ""
    make = DOCUMENTS.get(kind)
    if make is None:
        return refusal(f"The combination of documentType={kind} is not valid", 400)
    found = list(make(asked, readings, start, end))
    if not any(one.steps.count for one in found):
        return refusal(f"No matching data found for Data item {kind} and interval {start}/{end}.")
    family = "PD" if kind in ("A11", "A09", "A61", "A44") else "GL"
    return text_reply(document(family, kind, [one for one in found if one.steps.count], asked.now), "text/xml")


def refusal(reason: str, status: int = 200) -> Reply:
    return text_reply(ACKNOWLEDGEMENT.format(reason), "text/xml", status)


def document(family: str, kind: str, found: list[Series], now: datetime) -> str:
    root, namespace, interval = ROOTS[family]
    start, end = min(one.steps.start_s for one in found), max(one.steps.end_s for one in found)
    body = "".join(time_series(number, one) for number, one in enumerate(found, start=1))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="urn:iec62325.351:tc57wg16:{namespace}">'
        f"<mRID>{kind}{start}</mRID>"
        f"<revisionNumber>1</revisionNumber><type>{kind}</type><createdDateTime>{now:%Y-%m-%dT%H:%M:%SZ}</createdDateTime>"
        f"<{interval}>{bounds(start, end)}</{interval}>{body}</{root}>"
    )


def bounds(start_s: int, end_s: int) -> str:
    return f"<start>{times.epoch(start_s):%Y-%m-%dT%H:%MZ}</start><end>{times.epoch(end_s):%Y-%m-%dT%H:%MZ}</end>"


def time_series(number: int, one: Series) -> str:
    curve = "A01" if one.is_every_point else "A03"
    resolution = one.resolution or f"PT{one.steps.step_s // 60}M"
    return (
        f"<TimeSeries><mRID>{number}</mRID>{one.head.format(curve=curve)}<Period><timeInterval>"
        f"{bounds(one.steps.start_s, one.steps.end_s)}</timeInterval><resolution>{resolution}</resolution>"
        f"{''.join(points(one))}</Period></TimeSeries>"
    )


def points(one: Series) -> Iterator[str]:
    """The points; on curve A03 those that repeat the one before are left out."""
    last = None
    for position, value in enumerate(np.round(one.values, one.decimals).tolist(), start=1):
        written = f"{value:.{one.decimals}f}"
        if one.is_every_point or written != last:
            yield f"<Point><position>{position}</position><{one.tag}>{written}</{one.tag}></Point>"
        last = written


def area_of(asked: Asked, *names: str) -> tuple[str, tuple[str, ...]]:
    """The code a request names, and its zones; none for a code that is not known."""
    code = next((found for name in names if (found := asked.one(name))), "")
    return code, AREAS.get(code, ())


def decimals_of(readings: Readings, zones: Iterable[str]) -> int:
    return 0 if sum(sum(readings.installed(zone).values()) for zone in zones) > WHOLE_MW else 2


def step_of(zones: Iterable[str]) -> int:
    return QUARTER_S if QUARTERS.issuperset(zones) else HOUR_S


def measured(readings: Readings, start: datetime, end: datetime, step_s: int, early_steps: int = 0) -> Steps:
    """The steps of a request that are out by now."""
    out = times.shift(readings.now, minutes=early_steps * step_s / 60 - DELAY_MIN)
    return steps_between(start, min(end, out), step_s)


def generation(asked: Asked, readings: Readings, start: datetime, end: datetime) -> Iterator[Series]:
    """A75: a series per type; stores have one of what they give and one of what they take."""
    code, zones = area_of(asked, "in_Domain")
    if not zones:
        return
    part, step_s, decimals = PARTS.get(code, 1.0), step_of(zones), decimals_of(readings, zones)
    is_every = POINT_BY_POINT.issuperset(zones)
    steps, early = measured(readings, start, end, step_s), measured(readings, start, end, step_s, 1)
    table = TYPES | OWN_TYPES.get(zones[0], {})
    early_values = sum_by_label(readings.labelled(zone, early, table) for zone in zones)
    for psr_type, values in early_values.items():
        used = early if psr_type in EARLY else steps
        head = generation_head("A01", "in", code, psr_type)
        yield Series(head, used, part * values[: used.count], decimals, is_every)
    for store, values in sum_by_label(readings.charge(zone, steps) for zone in zones).items():
        for side, sign in (("in", -1), ("out", 1)):
            head = generation_head("A01" if side == "in" else "A04", side, code, STORES[store])
            yield Series(head, steps, part * np.maximum(sign * values, 0.0), decimals, is_every)


def sum_by_label(parts: Iterable[dict[str, FloatArray]]) -> dict[str, FloatArray]:
    found: dict[str, FloatArray] = {}
    for part in parts:
        for label, values in part.items():
            found[label] = found.get(label, 0.0) + values
    return found


def generation_head(business: str, side: str, code: str, psr_type: str) -> str:
    return (
        f"<businessType>{business}</businessType><objectAggregation>A08</objectAggregation>"
        f'<{side}BiddingZone_Domain.mRID codingScheme="A01">{code}</{side}BiddingZone_Domain.mRID>'
        "<quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name><curveType>{curve}</curveType>"
        f"<MktPSRType><psrType>{psr_type}</psrType></MktPSRType>"
    )


def total_head(side: str, code: str) -> str:
    return (
        f"<businessType>A04</businessType><objectAggregation>A01</objectAggregation>"
        f'<{side}BiddingZone_Domain.mRID codingScheme="A01">{code}</{side}BiddingZone_Domain.mRID>'
        "<quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name><curveType>{curve}</curveType>"
    )


def load(asked: Asked, readings: Readings, start: datetime, end: datetime) -> Iterator[Series]:
    """A65: realised (A16) or day-ahead forecast (A01)."""
    code, zones = area_of(asked, "outBiddingZone_Domain", "outBiddingZone_Domain.mRID")
    if not zones:
        return
    is_forecast = asked.one("processType") == "A01"
    steps = steps_between(start, end, step_of(zones)) if is_forecast else measured(readings, start, end, step_of(zones))
    read = readings.load_forecast if is_forecast else readings.load
    values = PARTS.get(code, 1.0) * np.sum([read(zone, steps) for zone in zones], axis=0)
    yield Series(total_head("out", code), steps, values, decimals_of(readings, zones))


def generation_forecast(asked: Asked, readings: Readings, start: datetime, end: datetime) -> Iterator[Series]:
    """A71: all generation, and beside it what plants take, which is no generation."""
    code, zones = area_of(asked, "in_Domain")
    if not zones or not any(readings.installed(zone) for zone in zones):
        return
    steps = steps_between(start, end, HOUR_S)
    values = PARTS.get(code, 1.0) * np.sum([readings.generation_forecast(zone, steps) for zone in zones], axis=0)
    yield Series(total_head("in", code), steps, values, decimals_of(readings, zones))
    yield Series(total_head("out", code), steps, 0.02 * values, decimals_of(readings, zones))


UPDATES = {"A01": 1.1, "A40": 1.05, "A18": 1.0}
"""How far the day-ahead, intraday and current forecasts of wind and sun are from the last word."""


def wind_solar(asked: Asked, readings: Readings, start: datetime, end: datetime) -> Iterator[Series]:
    """A69: a series per type, three editions."""
    code, zones = area_of(asked, "in_Domain")
    if not zones:
        return
    steps, factor = steps_between(start, end, step_of(zones)), UPDATES[asked.one("processType") or "A01"]
    for mode, values in sum_by_label(readings.wind_solar_forecast(zone, steps) for zone in zones).items():
        for psr_type, share in TYPES[mode].items():
            head = generation_head("A93" if mode == "wind" else "A94", "in", code, psr_type)
            whole = PARTS.get(code, 1.0) * factor * share * values
            yield Series(head, steps, whole, decimals_of(readings, zones))


def installed(asked: Asked, readings: Readings, start: datetime, end: datetime) -> Iterator[Series]:
    """A68: one point for the year."""
    code, zones = area_of(asked, "in_Domain")
    year = times.day(start, MARKET).year
    first, after = (int(times.midnight(times.read_day(f"{y}-01-01"), MARKET).timestamp()) for y in (year, year + 1))
    amounts: dict[str, float] = {}
    for zone in zones:
        for mode, value in readings.installed(zone).items():
            stored = STORES.get(mode.removesuffix(" storage")) if mode.endswith("storage") else None
            for psr_type, share in ({stored: 1.0} if stored else TYPES[mode]).items():
                amounts[psr_type] = amounts.get(psr_type, 0.0) + share * value
    for psr_type, value in amounts.items():
        head = generation_head("A37", "in", code, psr_type)
        yield Series(head, Steps(first, after - first, 1), np.array([value]), 0, resolution="P1Y")


def border(asked: Asked) -> tuple[tuple[str, ...], tuple[str, ...], str, float]:
    """Zones that power leaves and enters, the XML of both areas, and the part of the flow that this pair carries."""
    into, in_zones = area_of(asked, "in_Domain")
    out_of, out_zones = area_of(asked, "out_Domain")
    head = (
        f'<in_Domain.mRID codingScheme="A01">{into}</in_Domain.mRID>'
        f'<out_Domain.mRID codingScheme="A01">{out_of}</out_Domain.mRID>'
    )
    return out_zones, in_zones, head, CABLES.get((into, out_of)) or CABLES.get((out_of, into)) or 1.0


def flow_head(business: str, areas: str, agreement: str = "") -> str:
    terms = f"<contract_MarketAgreement.type>{agreement}</contract_MarketAgreement.type>" if agreement else ""
    return (
        f"<businessType>{business}</businessType>{areas}{terms}"
        "<quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name><curveType>{curve}</curveType>"
    )


def flows(asked: Asked, readings: Readings, start: datetime, end: datetime) -> Iterator[Series]:
    """A11: what flowed one way, never negative."""
    from_keys, to_keys, areas, part = border(asked)
    if readings.is_linked(from_keys, to_keys):
        steps = measured(readings, start, end, step_of((*from_keys, *to_keys)))
        values = part * np.maximum(readings.flow(from_keys, to_keys, steps), 0.0)
        yield Series(flow_head("A66", areas), steps, values, 2)


def schedules(asked: Asked, readings: Readings, start: datetime, end: datetime) -> Iterator[Series]:
    """A09: the day-ahead (A01) and the total schedule (A05), in one answer."""
    from_keys, to_keys, areas, part = border(asked)
    if readings.is_linked(from_keys, to_keys):
        steps = steps_between(start, end, step_of((*from_keys, *to_keys)))
        for agreement, factor in (("A01", 0.9), ("A05", 1.0)):
            values = factor * part * np.maximum(readings.schedule(from_keys, to_keys, steps), 0.0)
            yield Series(flow_head("A06", areas, agreement), steps, values, 2)


def capacities(asked: Asked, readings: Readings, start: datetime, end: datetime) -> Iterator[Series]:
    """A61: what can be carried one way; by hour for the day, by market day for the week and the month."""
    from_keys, to_keys, areas, part = border(asked)
    if not readings.is_linked(from_keys, to_keys):
        return
    limit, _ = readings.limits(from_keys, to_keys)
    if asked.one("Contract_MarketAgreement.Type") == "A01":
        steps, resolution = steps_between(start, end, HOUR_S), "PT60M"
    else:  # one point, which curve A03 holds for all the days of the period
        first, last = (times.midnight(times.day(at, MARKET, days), MARKET) for at, days in ((start, 0), (end, 1)))
        steps, resolution = Steps(int(first.timestamp()), int((last - first).total_seconds()), 1), "P1D"
    yield Series(flow_head("A27", areas), steps, np.full(steps.count, part * limit), 0, resolution=resolution)


def prices(asked: Asked, readings: Readings, start: datetime, end: datetime) -> Iterator[Series]:
    """A44: out for the next day from about one o'clock, in quarters of an hour."""
    code, zones = area_of(asked, "in_Domain")
    if not zones:
        return
    known_days = 2 if times.local(readings.now, MARKET).hour >= 13 else 1
    out = times.midnight(times.day(readings.now, MARKET, known_days), MARKET)
    steps = steps_between(start, min(end, out), QUARTER_S)
    head = (
        '<auction.type>A01</auction.type><businessType>A62</businessType>'
        f'<in_Domain.mRID codingScheme="A01">{code}</in_Domain.mRID>'
        f'<out_Domain.mRID codingScheme="A01">{code}</out_Domain.mRID>'
        "<contract_MarketAgreement.type>A01</contract_MarketAgreement.type>"
        f"<currency_Unit.name>{CURRENCY.get(zones[0], 'EUR')}</currency_Unit.name>"
        "<price_Measure_Unit.name>MWH</price_Measure_Unit.name><curveType>{curve}</curveType>"
    )
    yield Series(head, steps, readings.price(zones[0], steps), 2, tag="price.amount")


DOCUMENTS = {
    "A75": generation, "A65": load, "A71": generation_forecast, "A69": wind_solar, "A68": installed, "A11": flows,
    "A09": schedules, "A61": capacities, "A44": prices,
}
