"""Elexon: settlement data of Great Britain, what its balancing units did, and the workbook of their fuel types.

Traps it has: streams are bare arrays and other answers objects; half hours are numbered by the London clock, 46 or 50
on the days it changes; a load appears without a number first; interconnectors of one border flow against each other and
are positive into Great Britain; notifications begin within a half hour, go beyond limits and give way to acceptances,
of which each ends later than the next begins.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply, whole, workbook

DATA_HOST, SITE_HOST = "data.elexon.co.uk", "www.elexon.co.uk"
HOSTS = (DATA_HOST, SITE_HOST)
BASE = "/bmrs/api/v1"
WORKBOOK = "/documents/data/operational-data/bmu-fuel-type/"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CLOCK = "Europe/London"
HALF_HOUR_S, SPOT_S = 1800, 300
DELAY_MIN = 5
GATE_MIN = 90
"""Notifications are known for this long ahead."""

Record = dict[str, Any]

CABLES = {
    "Belgium (Nemolink)": ("BE", 1.0, "INTNEM"),
    "Denmark (Viking link)": ("DK-DK1", 1.0, "INTVKL"),
    "Eleclink (INTELEC)": ("FR", -0.2, "INTELEC"),
    "France(IFA)": ("FR", 0.9, "INTFR"),
    "IFA2 (INTIFA2)": ("FR", 0.3, "INTIFA2"),
    "Ireland (Greenlink)": ("IE", 1.3, "INTGRNL"),
    "Ireland(East-West)": ("IE", -0.3, "INTEW"),
    "Netherlands(BritNed)": ("NL", 1.0, "INTNED"),
    "North Sea Link (INTNSL)": ("NO-NO2", 1.0, "INTNSL"),
    "Northern Ireland(Moyle)": ("GB-NIR", 1.0, "INTIRL"),
}
"""Interconnector → (neighbour, part of the border's flow that it carries, fuel type)."""
FUELS = {
    "biomass": {"BIOMASS": 1.0}, "coal": {"COAL": 1.0}, "gas": {"CCGT": 0.97, "OCGT": 0.03},
    "geothermal": {"OTHER": 1.0}, "hydro": {"NPSHYD": 1.0}, "nuclear": {"NUCLEAR": 1.0}, "oil": {"OIL": 1.0},
    "solar": {"embedded": 1.0}, "unknown": {"OTHER": 1.0}, "wind": {"WIND": 0.8, "embedded": 0.2},
}
PUMPED = {"CRUA-1": 0.2, "DINO-1": 0.3, "DINO-4": 0.25, "FFES-2": 0.15, "FOYE-1": 0.1}
BATTERIES = {"BUSTB-1": 0.6, "COWB-1": 0.4}
STORES = {"hydro": PUMPED, "battery": BATTERIES}
"""Storage mode → unit → part of what all of the mode do."""
MAN = "MANXENR-1"
ACCEPTED = "DINO-1"
"""Notifies nothing, and does what it is told."""
CUT = "CRUA-1"
"""Notifies more than its limits let it do."""
UNEVEN = "DINO-4"
"""Notifies two levels in each half hour."""
UNLIMITED = frozenset({"FOYE-1", *BATTERIES, MAN})
"""Units without declared limits."""
EXCESS_MW, UNEVEN_MW, LIMIT_MW = 50.0, 30.0, 2500.0
FIRST_ACCEPTANCE = 1_420_070_400
"""Acceptances are numbered by the half hours since 2015."""


def answer(asked: Asked, readings: Readings) -> Reply:
    """Any GET of the API, or the workbook."""
    if asked.host == SITE_HOST:
        return Reply(fuel_types(), XLSX) if asked.path == WORKBOOK else NOT_FOUND
    path = asked.path.removeprefix(BASE)
    make = PATHS.get(path)
    if make is None or not asked.path.startswith(BASE):
        return NOT_FOUND
    try:
        rows = make(asked, readings)
    except SourceChanged as err:  # a parameter that is missing or no moment
        return json_reply({"title": "One or more validation errors occurred.", "status": 400, "errors": str(err)}, 400)
    is_bare = path.endswith("/stream") or path.startswith("/reference")
    return json_reply(rows if is_bare else {"data": rows})


def moment(asked: Asked, name: str) -> datetime:
    """A parameter with a moment or a day; SourceChanged without."""
    return times.read(asked.one(name) or "", "UTC")


def settlement_days(asked: Asked, out: datetime, step_s: int) -> Steps:
    """The steps of the settlement days asked for, both included, that are out."""
    first, last = (times.read_day(asked.one(f"settlementDate{end}") or "") for end in ("From", "To"))
    day_after = times.day(times.shift(times.midnight(last, CLOCK), hours=30), CLOCK)
    return steps_between(times.midnight(first, CLOCK), min(times.midnight(day_after, CLOCK), out), step_s)


@lru_cache(maxsize=4096)
def stamp(at_s: int) -> str:
    return f"{times.epoch(at_s):%Y-%m-%dT%H:%M:%SZ}"


@lru_cache(maxsize=4096)
def settlement(at_s: int) -> tuple[str, int]:
    """The settlement day and period that a moment lies in."""
    day = times.day(times.epoch(at_s), CLOCK)
    return f"{day}", int(at_s - times.midnight(day, CLOCK).timestamp()) // HALF_HOUR_S + 1


def settled(steps: Steps) -> list[Record]:
    """The fields that say when, of each step."""
    starts = range(steps.start_s, steps.end_s, steps.step_s)
    return [
        {"startTime": stamp(at_s), "settlementDate": settlement(at_s)[0], "settlementPeriod": settlement(at_s)[1]}
        for at_s in starts
    ]


def load(asked: Asked, readings: Readings) -> list[Record]:
    """ATL, newest first: out a quarter of an hour after the period without a number, and after half an hour with it."""
    first, last = moment(asked, "publishDateTimeFrom"), min(moment(asked, "publishDateTimeTo"), readings.now)
    steps = steps_between(times.shift(first, hours=-1), last, HALF_HOUR_S)
    found = []
    for when, at_s, load_mw in zip(settled(steps), range(steps.start_s, steps.end_s, HALF_HOUR_S),
                                   whole(readings.load("GB", steps)), strict=True):
        for later_s, quantity in ((HALF_HOUR_S + 900, None), (2 * HALF_HOUR_S, load_mw)):
            if first.timestamp() <= at_s + later_s <= last.timestamp():
                found.append({"dataset": "ATL", "publishTime": stamp(at_s + later_s), **when, "quantity": quantity})
    return found[::-1]


def interconnectors(asked: Asked, readings: Readings) -> list[Record]:
    """One cable's half hours, or all cables'; none for a name that is not spelt like this."""
    steps = settlement_days(asked, times.shift(readings.now, minutes=-DELAY_MIN), HALF_HOUR_S)
    name = asked.one("interconnectorName")
    return [
        {**when, "interconnectorName": cable, "generation": generation}
        for cable in CABLES if name in (None, cable)
        for when, generation in zip(settled(steps), whole(cable_mw(readings, cable, steps)), strict=True)
    ]


def cable_mw(readings: Readings, cable: str, steps: Steps) -> FloatArray:
    """Positive into Great Britain."""
    neighbour, part, _ = CABLES[cable]
    return part * readings.flow((neighbour,), ("GB",), steps)


def fuels(asked: Asked, readings: Readings) -> list[Record]:
    """FUELINST: what each fuel type gave at five-minute instants, newest first; what is embedded is not seen."""
    steps = settlement_days(asked, readings.now, SPOT_S)
    made = readings.labelled("GB", steps, FUELS)
    made.pop("embedded", None)
    made["PS"] = -readings.charge("GB", steps).get("hydro", np.zeros(steps.count))
    made |= {fuel: cable_mw(readings, cable, steps) for cable, (_, _, fuel) in CABLES.items()}
    columns = {fuel: whole(values) for fuel, values in sorted(made.items())}
    return [
        {"dataset": "FUELINST", "publishTime": stamp(steps.start_s + (i + 1) * SPOT_S), **when, "fuelType": fuel,
         "generation": values[i]}
        for i, when in reversed(list(enumerate(settled(steps)))) for fuel, values in columns.items()
    ]


def levels(readings: Readings, steps: Steps) -> dict[str, FloatArray]:
    """What each unit puts into the grid in each half hour, whole MW; those of a store add up to the whole MW of it."""
    found = {MAN: np.round(readings.flow(("IM",), ("GB",), steps))}
    charge = readings.charge("GB", steps)
    for store, units in STORES.items():
        total = -charge.get(store, np.zeros(steps.count))
        reached = np.round(np.outer(np.cumsum(list(units.values())), total))
        found |= dict(zip(units, np.diff(reached, axis=0, prepend=0.0), strict=True))
    return found


def record(dataset: str, unit: str, start_s: int, end_s: int, level: float, **more: Any) -> Record:
    day, number = settlement(start_s)
    return {
        "dataset": dataset, "settlementDate": day, "settlementPeriod": number, "timeFrom": stamp(start_s),
        "timeTo": stamp(end_s), "levelFrom": int(level), "levelTo": int(level), **more, "nationalGridBmUnit": unit,
        "bmUnit": f"T_{unit}",
    }


def notifications(unit: str, start_s: int, level: float) -> Iterator[Record]:
    """PN: of an uneven unit, the second begins before the first has ended."""
    end_s = start_s + HALF_HOUR_S
    if unit == UNEVEN:
        yield record("PN", unit, start_s, end_s, level + UNEVEN_MW)
        yield record("PN", unit, start_s + 900, end_s, level - UNEVEN_MW)
    elif unit == CUT:
        yield record("PN", unit, start_s, end_s, level + (EXCESS_MW if level >= 0 else -EXCESS_MW))
    else:
        yield record("PN", unit, start_s, end_s, 0.0 if unit == ACCEPTED else level)


def limits(dataset: str, sign: int) -> Callable[[str, int, float], Iterator[Record]]:
    """MELS or MILS: the most a unit may give (sign +1) or take (−1)."""

    def made(unit: str, start_s: int, level: float) -> Iterator[Record]:
        if unit not in UNLIMITED:
            is_cut = unit == CUT and (level >= 0) == (sign > 0)
            limit = level if is_cut else sign * LIMIT_MW
            yield record(dataset, unit, start_s, start_s + HALF_HOUR_S, limit, notificationSequence=start_s)

    return made


def acceptances(unit: str, start_s: int, level: float) -> Iterator[Record]:
    """BOALF: for an hour each, but half an hour later comes the next, of a higher number."""
    if unit == ACCEPTED:
        number = (start_s - FIRST_ACCEPTANCE) // HALF_HOUR_S
        more = {"acceptanceNumber": number, "acceptanceTime": stamp(start_s - 600), "soFlag": False, "storFlag": False}
        yield record("BOALF", unit, start_s, start_s + 2 * HALF_HOUR_S, level, **more)


PHYSICAL = {
    "PN": notifications, "MELS": limits("MELS", 1), "MILS": limits("MILS", -1), "BOALF": acceptances,
}


def physical(readings: Readings, dataset: str, units: Iterable[str], start: datetime, end: datetime) -> list[Record]:
    """Records of one dataset that begin between two moments, newest first."""
    known = times.shift(readings.now, minutes=GATE_MIN)
    steps = steps_between(times.shift(start, hours=-0.5), times.shift(min(end, known), hours=0.5), HALF_HOUR_S)
    level_of, make = levels(readings, steps), PHYSICAL[dataset]
    first, last = stamp(int(start.timestamp())), stamp(int(min(end, known).timestamp()))
    found = [
        row
        for unit in units if unit in level_of
        for at_s, level in zip(range(steps.start_s, steps.end_s, HALF_HOUR_S), level_of[unit].tolist(), strict=True)
        for row in make(unit, at_s, level) if first <= row["timeFrom"] < last
    ]
    return found[::-1]


def stream(dataset: str) -> Callable[[Asked, Readings], list[Record]]:
    """The stream of one dataset, for the units named."""

    def made(asked: Asked, readings: Readings) -> list[Record]:
        return physical(readings, dataset, asked.every("bmUnit"), moment(asked, "from"), moment(asked, "to"))

    return made


def of_one_unit(asked: Asked, readings: Readings) -> list[Record]:
    """One dataset of one unit, between days or moments."""
    dataset, unit = asked.one("dataset"), asked.one("bmUnit")
    if dataset not in PHYSICAL or unit is None:
        raise SourceChanged(f"'{dataset}' is no dataset of a unit")
    return physical(readings, dataset, [unit], moment(asked, "from"), moment(asked, "to"))


def units(asked: Asked, readings: Readings) -> list[Record]:
    """Every unit there is, with retired ones and those of suppliers, which have no name or no fuel."""
    listed = [*((unit, "PS") for unit in PUMPED), *((unit, "OTHER") for unit in BATTERIES)]
    others = [("PEMB-21", "CCGT"), ("WTMSO-1", "WIND"), (None, "PS"), ("AG-ABC01", None), (MAN, None)]
    return [
        {"nationalGridBmUnit": unit, "elexonBmUnit": f"T_{unit or 'RHEI-1'}", "eic": None, "fuelType": fuel,
         "leadPartyName": "A company", "bmUnitType": "T", "fpnFlag": True, "demandCapacity": "0.000"}
        for unit, fuel in [*others, *listed]
    ]


@lru_cache(maxsize=1)
def fuel_types() -> bytes:
    """The fuel types of all units as XLSX."""
    heads = [
        "NESO BMU ID", "SETT UNIT ID", "CRM UNIT CAT", "BMRS FUEL TYPE", "REG FUEL TYPE", "REG TYPE", "DGB FLG",
        "GC OC2", None, "Updated: 15/01/2026"]
    fuels_of = {
        **dict.fromkeys(PUMPED, ("PS", "PUMP STORAGE")), "WTMSO-1": ("WIND", "WIND"), "TIDEL-1": ("OTHER", "TIDAL"),
        **dict.fromkeys(BATTERIES, ("OTHER", "BATTERY")), "PEMB-21": ("CCGT", "CCGT"),
    }
    rows = [
        [unit, f"T_{unit}", "Primary BMU", fuel, registered, "BMU", "Generation", None]
        for unit, (fuel, registered) in fuels_of.items()]
    return workbook({"BMUFuelType": [heads, *rows]})


PATHS: dict[str, Callable[[Asked, Readings], list[Record]]] = {
    "/datasets/ATL/stream": load, "/datasets/FUELINST/stream": fuels,
    "/generation/outturn/interconnectors": interconnectors, "/balancing/physical": of_one_unit,
    "/reference/bmunits/all": units,
    **{f"/datasets/{dataset}/stream": stream(dataset) for dataset in PHYSICAL},
}
