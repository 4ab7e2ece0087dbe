"""EDF's portals of five islands and regions overseas: quarter hours of two weeks, and past hours of all five.

Traps it has: a portal of its own for each, with other names for the same; Corsica's is closed and has moved to the one
of the past; sums and shares beside the parts; what storage gives is +; hours that say +00:00 and are Paris's, with one
row for the hour that spring skips and one for the hour that autumn repeats; a cost that is no market's price.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from core import times
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

CLOSED, ALL = "opendata-corse.edf.fr", "opendata.edf.fr"
PATH = re.compile(r"/api/explore/v2\.1/catalog/datasets/([\w-]+)/exports/json")
LIVE = {
    (ALL, "production-delectricite-par-filiere-en-temps-reel"): "FR-COR",
    ("opendata-guyane.edf.fr", "production-d-electricite-par-filiere-en-temps-reel"): "GF",
    ("opendata-guadeloupe.edf.fr", "mix-temps-reel-guadeloupe"): "GP",
    ("opendata-martinique.edf.fr", "production-delectricite-par-filiere-en-temps-reel"): "MQ",
    ("opendata-reunion.edf.fr", "prod-electricite-temps-reel"): "RE",
}
HOSTS = (CLOSED, *(one for one, _ in LIVE))
PAST = "courbe-de-charge-de-la-production-delectricite-par-filiere"
TERRITORIES = {"Corse": "FR-COR", "Guadeloupe": "GP", "Guyane": "GF", "Martinique": "MQ", "Réunion": "RE"}
DAY = re.compile(r"date_heure (>=|<=) date'(\d{4}-\d\d-\d\d)'")
CLOCK = "Europe/Paris"
QUARTER_S, HOUR_S = 900, 3600
DELAY_MIN, LIVE_DAYS = 20, 14

BASE = {
    "coal": {"charbon": 1.0}, "nuclear": {"charbon": 1.0}, "unknown": {"charbon": 1.0}, "biomass": {"bioenergies": 1.0},
    "gas": {"tac": 1.0}, "geothermal": {"geothermie": 1.0}, "hydro": {"hydraulique": 1.0}, "oil": {"diesel": 1.0},
    "solar": {"photovoltaique": 1.0}, "wind": {"eolien": 1.0},
}
TABLES = {
    "FR-COR": {**BASE, "hydro": {"hydraulique": 0.8, "micro_hydro": 0.2}, "oil": {"moteur_diesel": 1.0}},
    "GF": {**BASE, "oil": {"diesel": 0.7, "tac": 0.3}},
    "GP": {**BASE, "gas": {"turbines_a_combustion": 1.0}},
    "MQ": {**BASE, "gas": {"turbines_combustion": 1.0}},
    "RE": {
        **BASE, "biomass": {"charbon": 0.5, "moteurs_diesels": 0.4, "bioenergies": 0.1},
        "gas": {"turbines_combustion": 1.0},
    },
}
PAST_TABLE = {
    "gas": {"thermique_mw": 1.0}, "nuclear": {"thermique_mw": 1.0}, "oil": {"thermique_mw": 1.0},
    "unknown": {"thermique_mw": 1.0}, "biomass": {"bioenergies_mw": 1.0}, "coal": {"bagasse_charbon_mw": 1.0},
    "geothermal": {"geothermie_mw": 1.0},
    "hydro": {"hydraulique_mw": 1.0}, "solar": {"photovoltaique_mw": 1.0}, "wind": {"eolien_mw": 1.0},
}
STORAGE = {"FR-COR": "solde_stockage"}


def answer(asked: Asked, readings: Readings) -> Reply:
    """All rows of a data set, or those of a territory and some days."""
    host, found = urlsplit(asked.url).hostname or "", PATH.fullmatch(asked.path)
    if found is None:
        return NOT_FOUND
    if host == CLOSED:
        return json_reply({"error_code": "CatalogGone", "message": "This catalog is deprecated"}, 410)
    if host == ALL and found[1] == PAST:
        return past(asked, readings)
    zone = LIVE.get((host, found[1]))
    if zone is None:
        return json_reply({"error_code": "UnknownDataset", "message": f"Unknown dataset: {found[1]}"}, 404)
    return json_reply(live(readings, zone))


def live(readings: Readings, zone: str) -> list[dict[str, Any]]:
    """The quarter hours of two weeks."""
    end = times.shift(readings.now, minutes=-DELAY_MIN)
    steps = steps_between(times.shift(end, days=-LIVE_DAYS), end, QUARTER_S)
    made = rounded(readings.labelled(zone, steps, TABLES[zone]))
    given = np.round(-sum(readings.charge(zone, steps).values(), np.zeros(steps.count)), 1)
    total = np.sum([*made.values(), given], axis=0)
    more = {STORAGE.get(zone, "stockage"): given, "total": np.round(total, 1), "liaisons": np.zeros(steps.count)}
    if zone == "FR-COR":
        thermal = made.get("moteur_diesel", 0.0) + made.get("tac", 0.0)
        more |= {"filiere_thermique": thermal, "part_thermique": 100 * thermal / np.maximum(total, 1.0)}
    return [
        {"date": f"{at:%Y-%m-%dT%H:%M:%S}+00:00", "statut": "Estimé",
         **{label: float(values[i]) for label, values in {**made, **more}.items()}}
        for i, at in enumerate(steps.starts())
    ]


def past(asked: Asked, readings: Readings) -> Reply:
    """The hours of a territory between the beginnings of two days, both included; yesterday's come out at midnight."""
    limits = {sign: times.read_day(written) for sign, written in DAY.findall(asked.one("where") or "")}
    zone = TERRITORIES.get((asked.one("refine") or "").removeprefix("territoire:"))
    if limits.keys() != {">=", "<="} or zone is None:
        return json_reply({"error_code": "ODSQLError", "message": "The query is invalid"}, 400)
    first, last = limits[">="], min(limits["<="], times.day(asked.now, CLOCK))
    return json_reply([*past_rows(readings, zone, first, last)])


def past_rows(readings: Readings, zone: str, first: date, last: date) -> Iterator[dict[str, Any]]:
    labels = [f"{date.fromordinal(day)}T{hour:02}:00:00" for day in range(first.toordinal(), last.toordinal())
              for hour in range(24)]
    if not labels:
        return
    begin = times.midnight(first, CLOCK)
    steps = Steps(int(begin.timestamp()), HOUR_S, len(labels) + 2)
    made = rounded(readings.labelled(zone, steps, PAST_TABLE))
    cost = np.round(readings.price(zone, steps), 1)
    for label in labels:
        at = place(label, begin)
        yield {
            "territoire": next(name for name, key in TERRITORIES.items() if key == zone), "statut": "Validé",
            "date_heure": f"{label}+00:00", "production_totale_mw": round(sum(float(v[at]) for v in made.values()), 3),
            **{name: float(values[at]) for name, values in made.items()}, "importations_mw": 0.0,
            "cout_moyen_de_production_eur_mwh": float(cost[at]),
        }


def place(label: str, begin: datetime) -> int:
    """How many hours after `begin` it is when Paris shows a time, the first time."""
    return int((times.read(label, CLOCK) - begin).total_seconds()) // HOUR_S


def rounded(made: dict[str, FloatArray]) -> dict[str, FloatArray]:
    return {label: np.round(values, 1) for label, values in made.items()}
