"""REE's demand page: the five-minute curves of mainland Spain, its islands, Ceuta and Melilla, a local day per answer.

Traps it has: JSON wrapped in `null(…)`, with or without a semicolon; answers that begin on the evening before and end
in the night after, so that days overlap; local clocks, Madrid's or the Canaries', with `2A:05` and `2B:05` (`1A`, `1B`)
in the hour that October repeats; labels that mean another fuel on another island; sums beside their parts (hid, aut,
solFot); cables counted into one of their ends; charging as a negative series of its own.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("demanda.ree.es",)
STEP_S = 300
DELAY_MIN = 5
Table = Mapping[str, Mapping[str, float]]


class System(NamedTuple):
    """What one of the three services says of each of its curves."""

    clock: str
    evening: str
    """Where a day's answer begins, on the day before."""
    ending: str
    curves: Mapping[str, str]
    """Code → zone."""
    table: Table
    idle: tuple[str, ...] = ()
    """Labels that every row has, whether anything stands behind them or not."""


class Cable(NamedTuple):
    """A link as one of its ends counts it: + is what comes in."""

    zone: str
    label: str
    other: str


SYSTEMS = {
    "Peninsula": System(
        "Europe/Madrid", "21:00", ");",
        {"DEMANDAAU": "ES", "CEUTAAU": "ES-CE", "MELILLAAU": "ES-ML"},
        {
            "biomass": {"resid": 1.0}, "gas": {"gas": 1.0}, "oil": {"die": 0.8, "turbVap": 0.2}, "solar": {"fot": 1.0},
            "unknown": {"otrRen": 1.0},
        },
        ("resid", "gas", "die", "turbVap", "bat", "consBat"),
    ),
    "Baleares": System(
        "Europe/Madrid", "21:00", ");",
        {"MALLORCAAU": "ES-IB-MA", "MENORCAAU": "ES-IB-ME", "IBIZAAU": "ES-IB-IZ", "FORMENTERAAU": "ES-IB-FO"},
        {
            "biomass": {"residRen": 0.9, "resid": 0.1}, "coal": {"car": 1.0},
            "gas": {"cc": 0.85, "gas": 0.1, "cogen": 0.05}, "oil": {"die": 0.7, "genAux": 0.3}, "solar": {"fot": 1.0},
            "unknown": {"residNr": 0.8, "otrRen": 0.2}, "wind": {"eol": 1.0},
        },
        (
            "car", "die", "gas", "cc", "fot", "tnr", "trn", "eol", "otrRen", "resid", "genAux", "cogen", "residNr",
            "residRen",
        ),
    ),
    "Canarias": System(
        "Atlantic/Canary", "20:00", ")",
        {
            "FUERTEVEAU": "ES-CN-FV", "LANZAROTAU": "ES-CN-LZ", "GCANARIAAU": "ES-CN-GC", "EL_HIERROAU": "ES-CN-HI",
            "LA_GOMERAAU": "ES-CN-IG", "LA_PALMAAU": "ES-CN-LP", "TENERIFEAU": "ES-CN-TE",
        },
        {
            "oil": {"die": 0.5, "vap": 0.25, "cc": 0.2, "gas": 0.05}, "solar": {"fot": 1.0}, "wind": {"eol": 1.0},
            "hydro": {"gnhd": 1.0},
        },
        ("die", "gas", "eol", "cc", "vap", "fot", "hid", "conb", "turb", "gnhd"),
    ),
}
"""Ceuta and Melilla keep Madrid's time."""
OWN_TABLES: dict[str, Table] = {
    "ES": {
        "biomass": {"bio": 1.0}, "coal": {"car": 1.0}, "gas": {"cc": 0.9, "gf": 0.1}, "hydro": {"gnhd": 1.0},
        "nuclear": {"nuc": 1.0}, "oil": {"die": 1.0}, "solar": {"solFot": 0.9, "solTer": 0.1},
        "unknown": {"cogenResto": 1.0}, "geothermal": {"cogenResto": 1.0}, "wind": {"eol": 1.0},
    },
    "ES-IB-FO": {"oil": {"gas": 0.6, "die": 0.4}},
    "ES-IB-IZ": {"gas": {"die": 0.55, "gas": 0.45}},
    "ES-IB-ME": {"oil": {"gas": 0.6, "die": 0.4}},
}
"""Formentera and Menorca burn oil under `gas`, Ibiza gas under `die`."""
STORES = {"hydro": ("turb", "conb"), "battery": ("bat", "consBat")}
"""What they give, and what they take as a negative number."""
CABLES = (
    Cable("ES-IB-MA", "cb", "ES"), Cable("ES-IB-MA", "emi", "ES-IB-IZ"), Cable("ES-IB-MA", "emm", "ES-IB-ME"),
    Cable("ES-IB-FO", "eif", "ES-IB-IZ"), Cable("ES-CN-LZ", "efl", "ES-CN-FV"), Cable("ES-CN-IG", "etlg", "ES-CN-TE"),
)
COUNTRIES = {"And": "AD", "Fra": "FR", "Mar": "MA", "Por": "PT"}
"""Borders of the mainland: exports (≤ 0) and imports are two series."""
DECIMALS = {"ES": 0, "ES-CE": 2, "ES-ML": 2}
"""One for every island."""


def answer(asked: Asked, readings: Readings) -> Reply:
    """A curve of a day; no row for a curve or a day that does not exist."""
    found = next((one for name, one in SYSTEMS.items() if asked.path == path_of(name)), None)
    if found is None:
        return NOT_FOUND
    zone = found.curves.get(asked.one("curva") or "")
    try:
        day = times.read_day(asked.one("fecha") or "", "YYYY-MM-DD")
    except SourceChanged:
        zone = None
    return wrapped(rows(readings, found, zone, day) if zone else [], found.ending)


def path_of(system: str) -> str:
    return f"/WSvisionaMoviles{system}Rest/resources/demandaGeneracion{system}"


def wrapped(found: list[dict[str, float | str]], ending: str) -> Reply:
    content = json.dumps({"valoresHorariosGeneracion": found}, separators=(",", ":"))
    return text_reply(f"null({content}{ending}", "application/json")


def rows(readings: Readings, system: System, zone: str, day: date) -> list[dict[str, float | str]]:
    """Every five minutes of a local day and the hours around it, as far as they are out."""
    start, end = span(day, system)
    steps = steps_between(start, min(end, times.shift(readings.now, minutes=-DELAY_MIN)), STEP_S)
    stamps = [stamp(at, system.clock) for at in steps.starts()]
    columns = {"dem": readings.load(zone, steps)}
    columns |= output(readings, system, zone, steps) | cables(readings, zone, steps)
    values = [np.round(column, DECIMALS.get(zone, 1)).tolist() for column in columns.values()]
    names = ("ts", *columns)
    return [dict(zip(names, row, strict=True)) for row in zip(stamps, *values, strict=True)]


def span(day: date, system: System) -> tuple[datetime, datetime]:
    """From the evening before to two o'clock, that row included, of the day after; by the second pass in October."""
    midnight = times.midnight(day, system.clock)
    before, after = (times.day(midnight, system.clock, shift) for shift in (-1, 1))
    start = times.read(f"{before} {system.evening}", system.clock, "YYYY-MM-DD HH:mm")
    end = times.read(f"{after} 02:00", system.clock, "YYYY-MM-DD HH:mm", fold=1)
    return start, times.shift(end, minutes=5)


def stamp(at: datetime, clock: str) -> str:
    """The local time; in the repeated hour without a leading zero and with the letter of its pass."""
    there = times.local(at, clock)
    if there.replace(fold=0).utcoffset() == there.replace(fold=1).utcoffset():
        return f"{there:%Y-%m-%d %H:%M}"
    return f"{there:%Y-%m-%d} {there.hour}{'AB'[there.fold]}:{there:%M}"


def output(readings: Readings, system: System, zone: str, steps: Steps) -> dict[str, FloatArray]:
    """What is made, stored and taken back, by label, and the sums that the mainland and the Canaries have beside it."""
    idle = {label: np.zeros(steps.count) for label in (() if zone == "ES" else system.idle)}
    table = {**system.table, **OWN_TABLES.get(zone, {})}
    found = idle | readings.labelled(zone, steps, table) | stores(readings, zone, steps)
    if zone == "ES-CN-HI":
        found["gnhd"] = found["turb"]  # the same plant once more
    if system.clock == "Atlantic/Canary":
        found["hid"] = found["turb"] + found["conb"] + (0.0 if zone == "ES-CN-HI" else found["gnhd"])
    return found | mainland_sums(found, steps) if zone == "ES" else found


def stores(readings: Readings, zone: str, steps: Steps) -> dict[str, FloatArray]:
    found: dict[str, FloatArray] = {}
    for store, charge in readings.charge(zone, steps).items():
        gives, takes = STORES[store]
        found |= {gives: np.maximum(-charge, 0.0), takes: np.minimum(-charge, 0.0)}
    return found


def mainland_sums(found: Mapping[str, FloatArray], steps: Steps) -> dict[str, FloatArray]:
    """`aut` holds what cogeneration and biomass give, and is 0 on some rows."""
    is_given = np.arange(steps.start_s // STEP_S, steps.end_s // STEP_S) % 7 > 0
    hydro = (found[label] for label in ("gnhd", "turb", "conb") if label in found)
    return {
        "sol": found["solFot"] + found["solTer"], "hid": np.sum([*hydro], axis=0),
        "aut": np.where(is_given, found["cogenResto"] + found["bio"], 0.0),
    }


def cables(readings: Readings, zone: str, steps: Steps) -> dict[str, FloatArray]:
    """What comes in over each cable of a zone; Mallorca's row has Formentera's cable too, empty."""
    found = {one.label: readings.flow([one.other], [zone], steps) for one in CABLES if one.zone == zone}
    if zone == "ES-IB-MA":
        found["eif"] = np.full(steps.count, -0.0)
    for name, country in COUNTRIES.items() if zone == "ES" else ():
        inward = readings.flow([country], [zone], steps)
        found |= {f"exp{name}": np.minimum(inward, 0.0), f"imp{name}": np.maximum(inward, 0.0)}
    return found
