"""EIA's API v2, hourly grid monitor (EIA-930): generation by fuel, demand and its forecast, flows between areas.

Traps it has: `period` is the END of its hour; numbers are strings, or null; rows come newest first, at most 5000;
biomass is inside Other; storage is generation less charging; what plants use themselves is a small negative output;
areas that only generate report for themselves what counts for a neighbour; one area's pumping is negative hydro; a
plant of two owners stands under one of them; plants counted twice for a while; areas that stop; ties that one side
reports.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from core import times
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("api.eia.gov",)
HOUR_S, MOST_ROWS = 3600, 5000
STAMP = "%Y-%m-%dT%H"
OFFICE = "America/New_York"

AREAS = {
    "CAL": "BANC CISO IID LDWP TIDC", "CAR": "CPLE CPLW DUK SC SCEG YAD", "CENT": "SPA SWPP",
    "FLA": "FMPP FPC FPL GVL HST JEA SEC TAL TEC", "MIDA": "PJM", "MIDW": "AECI LGEE MISO", "NE": "ISNE",
    "NW": "AVA BPAT CHPD DOPD GCPD GRID IPCO NEVP NWMT PACE PACW PGE PSCO PSEI SCL TPWR WACM WAUW", "NY": "NYIS",
    "SE": "SEPA SOCO", "SW": "AZPS EPE PNM SRP TEPC WALC", "TEN": "TVA", "TEX": "ERCO",
}
ZONES = {code: f"US-{region}-{code}" for region, codes in AREAS.items() for code in codes.split()}
FOREIGN = {
    "AESO": ("CA-AB",), "BCHA": ("CA-BC",), "CEN": ("MX-NE",), "CFE": ("MX-BC", "MX-NO"), "HQT": ("CA-QC",),
    "IESO": ("CA-ON",), "MHEB": ("CA-MB",), "NBSO": ("CA-NB",), "SPC": ("CA-SK",),
}
"""Neighbours abroad, which report nothing and are only the other end of a tie."""
UNREPORTED = {("PNM", "SRP")}
"""Ties (from, to) that only the other side reports."""
GENERATES_ONLY = {"AVRN", "DEAA", "GRID", "GRIF", "GRMA", "GWA", "HGMA", "SEPA", "WWA", "YAD"}

ABSORBED = {
    "AEC": {("SOCO", "COL"): 0.03, ("SOCO", "NG"): 0.04}, "AVRN": {("PACW", "NG"): 0.4, ("BPAT", "WND"): 0.25},
    "DEAA": {("SRP", "NG"): 0.1, ("SRP", "WAT"): 0.3}, "GRIF": {("WALC", "NG"): 0.35}, "GRMA": {("AZPS", "NG"): 0.2},
    "GWA": {("NWMT", "WND"): 0.2}, "HGMA": {("SRP", "NG"): 0.05}, "NSB": {("FPL", "NG"): 0.01},
    "WWA": {("NWMT", "WND"): 0.1},
}
"""Areas without a zone → the area that they count for and a fuel → their part of what that area's zone makes of it."""
RETIRED = {"AEC": "2021-09-01T00:00Z", "GRMA": "2018-05-03T00:00Z", "NSB": "2020-01-07T05:00Z"}
TIE_PARTS = {("FPC", "NSB"): ("FPL", 0.1), ("MISO", "AEC"): ("SOCO", 0.1)}
"""Ties of retired areas → the area that took them over, and the part of the flow into its zone that they carried."""
PUMPS = {"SRP": "HGMA"}
"""Areas whose pumping another one reports, as negative hydro; what it generates stands under their own PS."""
BOTH_OWNERS = {"SCEG": "SC"}
"""V.C. Summer: SCEG reports the nuclear output of both."""
TWICE = {
    ("AZPS", "NUC"): (("SRP", "NUC"), "2018-07-01T07:00Z", "2019-12-04T06:00Z"),
    ("IID", "OTH"): (("IID", "GEO"), "2025-01-01T08:00Z", "2025-02-12T07:00Z"),
}
"""What an area reported although another series has it, with the starts of the first and the last hour."""

MODES = {
    "biomass": {"OTH": 1.0}, "coal": {"COL": 1.0}, "gas": {"NG": 1.0}, "geothermal": {"GEO": 1.0},
    "hydro": {"WAT": 1.0}, "nuclear": {"NUC": 1.0}, "oil": {"OIL": 1.0}, "solar": {"SUN": 1.0}, "unknown": {"OTH": 1.0},
    "wind": {"WND": 1.0},
}
OWN_MODES = {
    "FPL": {"solar": {"SUN": 0.9, "SNB": 0.1}}, "NEVP": {"solar": {"SUN": 0.7, "SNB": 0.3}},
    "PACE": {"wind": {"WND": 0.95, "WNB": 0.05}}, "TEC": {"unknown": {"OTH": 0.4, "UNK": 0.6}},
}
STORES = {"battery": "BAT", "hydro": "PS"}
FUELS = {
    "BAT": "Battery storage", "COL": "Coal", "GEO": "Geothermal", "NG": "Natural gas", "NUC": "Nuclear",
    "OIL": "Petroleum", "OTH": "Other", "PS": "Pumped storage", "SNB": "Solar with integrated battery storage",
    "SUN": "Solar", "UNK": "Unknown", "WAT": "Hydro", "WNB": "Wind with integrated battery storage", "WND": "Wind",
}
OWN_USE_MW = {"NG": -2, "SUN": -1}
"""What plants that make nothing draw."""
DEMANDS = {"D": "Demand", "DF": "Day-ahead demand forecast"}

FIRST_BY_FUEL, FIRST = "2018-07-01T00:00Z", "2015-07-01T00:00Z"
DEMAND_DELAY_MIN, FUEL_DELAY_MIN, TIE_DELAY_MIN = 10, 20, 30


class Series(NamedTuple):
    """The fields of each of its rows, its hours, and MWh as EIA writes them."""

    fields: dict[str, str]
    steps: Steps
    values: list[str | None]


def answer(asked: Asked, readings: Readings) -> Reply:
    """Any GET of an hourly route."""
    if not asked.one("api_key"):
        return json_reply({"error": {"code": "API_KEY_MISSING", "message": "No api_key was supplied."}}, 403)
    route = asked.path.strip("/").removeprefix("v2/electricity/rto/").removesuffix("/data")
    make = ROUTES.get(route)
    if make is None:
        return NOT_FOUND
    if asked.one("frequency") != "hourly":
        return refusal("Invalid frequency provided. The simulated source knows 'hourly'.")
    try:
        first, last = (times.read(asked.one(name) or "", "UTC", "YYYY-MM-DDTHH") for name in ("start", "end"))
    except Exception:  # noqa: BLE001  whatever is wrong with the parameters is the asker's
        return refusal("Invalid start or end date provided, use YYYY-MM-DDTHH.")
    span = (times.shift(first, hours=-1), last)  # both are stamps, which are ends
    rows = [row for one in make(asked, readings, span) for row in rows_of(one, asked)]
    rows.sort(key=lambda row: str(row["period"]), reverse=asked.one("sort[0][direction]") != "asc")
    return json_reply(envelope(asked, rows))


def refusal(reason: str) -> Reply:
    return json_reply({"error": reason, "code": 400}, 400)


def envelope(asked: Asked, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A page of the rows, with how many there are."""
    offset, length = int(asked.one("offset") or 0), min(int(asked.one("length") or MOST_ROWS), MOST_ROWS)
    return {
        "response": {
            "total": str(len(rows)), "dateFormat": 'YYYY-MM-DD"T"HH24', "frequency": "hourly",
            "data": rows[offset : offset + length], "description": "Simulated. Form EIA-930.",
        },
        "request": {"command": asked.path, "params": {name: value for name, value in asked.pairs if name != "api_key"}},
        "apiVersion": "2.1.8",
    }


def rows_of(one: Series, asked: Asked) -> Iterator[dict[str, Any]]:
    has_value = bool(asked.every("data[]") or asked.every("data[0]"))
    for start, value in zip(one.steps.starts(), one.values, strict=True):
        row: dict[str, Any] = {"period": f"{times.shift(start, hours=1):{STAMP}}", **one.fields}
        yield row | {"value": value, "value-units": "megawatthours"} if has_value else row


def name_of(code: str) -> str:
    return f"Simulated area {code}"


def asked_codes(asked: Asked, facet: str, known: Iterable[str]) -> list[str]:
    """The codes of a facet that are known; without the facet, all."""
    wanted = asked.every(f"facets[{facet}][]")
    return [code for code in (wanted or known) if code in known]


def hours(span: tuple[datetime, datetime], first: str, out: datetime, code: str = "") -> Steps:
    """The hours of a request that a series has: from its first, out by now, and before its area retired."""
    until = times.read(RETIRED[code]) if code in RETIRED else out
    return steps_between(max(span[0], times.read(first)), min(span[1], out, until), HOUR_S)


def out_by(readings: Readings, delay_min: int) -> datetime:
    return times.shift(readings.now, minutes=-delay_min)


def written(values: FloatArray) -> list[str | None]:
    return [str(value) for value in np.rint(values).astype(np.int64).ravel().tolist()]


def demand(asked: Asked, readings: Readings, span: tuple[datetime, datetime]) -> Iterator[Series]:
    """region-data: demand, whose newest hour is still null, and its forecast up to the end of tomorrow."""
    areas = asked_codes(asked, "respondent", [code for code in ZONES if code not in GENERATES_ONLY])
    for code, kind in product(areas, asked_codes(asked, "type", DEMANDS)):
        fields = {"respondent": code, "respondent-name": name_of(code), "type": kind, "type-name": DEMANDS[kind]}
        if kind == "DF":
            steps = hours(span, FIRST, times.midnight(times.day(readings.now, OFFICE, 2), OFFICE))
            yield Series(fields, steps, written(readings.load_forecast(ZONES[code], steps)))
        else:
            steps = hours(span, FIRST, readings.now)
            values = written(readings.load(ZONES[code], steps))
            if values and steps.end_s > out_by(readings, DEMAND_DELAY_MIN).timestamp():
                values[-1] = None
            yield Series(fields, steps, values)


def generation(asked: Asked, readings: Readings, span: tuple[datetime, datetime]) -> Iterator[Series]:
    """fuel-type-data: net generation by area and fuel."""
    fuels = asked_codes(asked, "fueltype", FUELS)
    for code in asked_codes(asked, "respondent", [*ZONES, *ABSORBED]):
        steps = hours(span, FIRST_BY_FUEL, out_by(readings, FUEL_DELAY_MIN), code)
        found = net_generation(readings, code, steps)
        for fuel in fuels:
            if fuel in found:
                fields = {"respondent": code, "respondent-name": name_of(code), "fueltype": fuel}
                yield Series(fields | {"type-name": FUELS[fuel]}, steps, with_own_use(fuel, written(found[fuel])))


def with_own_use(fuel: str, values: list[str | None]) -> list[str | None]:
    """An output of 0 as the source has it: a little below it for some fuels, and nothing for oil."""
    idle = None if fuel == "OIL" else str(OWN_USE_MW.get(fuel, 0))
    return [idle if value == "0" else value for value in values]


def net_generation(readings: Readings, code: str, steps: Steps) -> dict[str, FloatArray]:
    """By fuel, of one area."""
    if code in ABSORBED:
        return absorbed(readings, code, steps)
    found = made(readings, code, steps)
    left = {fuel: values * (1 - absorbed_part(code, fuel, steps)) for fuel, values in found.items()}
    for (area, fuel), ((other, other_fuel), first, last) in TWICE.items():
        if area == code:
            left[fuel] = left.get(fuel, 0.0) + within(first, last, steps) * made(readings, other, steps)[other_fuel]
    return left | stores(readings, code, steps)


def absorbed(readings: Readings, code: str, steps: Steps) -> dict[str, FloatArray]:
    """By fuel, of an area that counts for others; one of them leaves its pumping to it."""
    found = {fuel: part * made(readings, taker, steps)[fuel] for (taker, fuel), part in ABSORBED[code].items()}
    for taker, area in PUMPS.items():
        if area == code:
            found["WAT"] = -np.maximum(readings.charge(ZONES[taker], steps)["hydro"], 0.0)
    return found


def made(readings: Readings, code: str, steps: Steps) -> dict[str, FloatArray]:
    """By fuel, what an area reports with the areas that count for it; without its stores."""
    found = readings.labelled(ZONES[code], steps, MODES | OWN_MODES.get(code, {}))
    if other := BOTH_OWNERS.get(code):
        found["NUC"] = found["NUC"] + readings.labelled(ZONES[other], steps, MODES)["NUC"]
    return {fuel: values for fuel, values in found.items() if not (fuel == "NUC" and code in BOTH_OWNERS.values())}


def stores(readings: Readings, code: str, steps: Steps) -> dict[str, FloatArray]:
    """What they give, less what they take."""
    found = {STORES[store]: -charge for store, charge in readings.charge(ZONES[code], steps).items()}
    return found | ({"PS": np.maximum(found["PS"], 0.0)} if code in PUMPS else {})


def absorbed_part(code: str, fuel: str, steps: Steps) -> FloatArray:
    """(hours) the part of a zone's fuel that other areas report."""
    found = np.zeros(steps.count)
    for area, parts in ABSORBED.items():
        found += parts.get((code, fuel), 0.0) * is_reporting(area, steps)
    return found


def is_reporting(area: str, steps: Steps) -> FloatArray:
    """(hours) 1 until an area retired, then 0."""
    last = times.shift(times.read(RETIRED[area]), hours=-1) if area in RETIRED else None
    return within(FIRST, f"{last:%Y-%m-%dT%H:%MZ}", steps) if last else np.ones(steps.count)


def within(first: str, last: str, steps: Steps) -> FloatArray:
    """(hours) 1 for those that start from the first to the last moment, else 0."""
    starts = steps.start_s + steps.step_s * np.arange(steps.count)
    bounds = (times.read(moment).timestamp() for moment in (first, last))
    return np.asarray((starts >= next(bounds)) & (starts <= next(bounds)), dtype=np.float64)


def ties(asked: Asked, readings: Readings, span: tuple[datetime, datetime]) -> Iterator[Series]:
    """interchange-data: what flowed out of one area into another."""
    sides = (asked_codes(asked, "fromba", ZONES), asked_codes(asked, "toba", [*ZONES, *FOREIGN, *RETIRED]))
    for sender, taker in product(*sides):
        absorber, part = TIE_PARTS.get((sender, taker), (taker, 1.0))
        zones = FOREIGN.get(absorber) or (ZONES.get(absorber, ""),)
        if (sender, taker) in UNREPORTED or not readings.is_linked((ZONES[sender],), zones):
            continue
        steps = hours(span, FIRST, out_by(readings, TIE_DELAY_MIN), taker)
        flow = readings.flow((ZONES[sender],), zones, steps) * (part - tie_part(sender, taker, steps))
        names = {"fromba-name": name_of(sender), "toba-name": name_of(taker)}
        yield Series({"fromba": sender, "toba": taker, **names}, steps, written(flow))


def tie_part(sender: str, taker: str, steps: Steps) -> FloatArray:
    """(hours) the part of a tie that goes to an area that the taker has absorbed since."""
    found = np.zeros(steps.count)
    for (other, area), (absorber, part) in TIE_PARTS.items():
        if (other, absorber) == (sender, taker):
            found += part * is_reporting(area, steps)
    return found


ROUTES: dict[str, Callable[[Asked, Readings, tuple[datetime, datetime]], Iterator[Series]]] = {
    "region-data": demand, "fuel-type-data": generation, "interchange-data": ties,
}
