"""ODRÉ, an Opendatasoft portal: RTE's national éCO2mix of France, in real time and consolidated.

Traps it has: rows in no order; ten of them unless more are asked for; some numbers are strings; fields without a value
are absent, as all but the forecasts are in rows of the coming hours; `hydraulique` holds the pumped plants too; pumps
and turbines run at once; solar is below zero at night; the repeated hour of autumn only shows in the offset.
"""

import hashlib
import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("opendata.reseaux-energies.fr",)
PATH = "/api/records/1.0/search/"
KEY = "simulated"
CLOCK = "Europe/Paris"
REAL_TIME, CONSOLIDATED = "eco2mix-national-tr", "eco2mix-national-cons-def"
STEP_S = {REAL_TIME: 900, CONSOLIDATED: 1800}
NATURE = {REAL_TIME: "Données temps réel", CONSOLIDATED: "Données définitives"}
DELAY_MIN = 20
BOTH_WAYS_MW = 40.0
"""What pumps take while turbines give more, and the other way round."""
SUN_AT_NIGHT_MW = -1.0
LIMIT = re.compile(r"date_heure (>=|<=) (\d{4}-\d\d-\d\dT\d\d:\d\d)")

Fields = dict[str, Any]

FUELS = {
    "biomass": {"bioenergies": 1.0}, "coal": {"charbon": 1.0}, "gas": {"gaz": 1.0}, "geothermal": {"bioenergies": 1.0},
    "hydro": {"hydraulique_fil_eau_eclusee": 0.7, "hydraulique_lacs": 0.3}, "nuclear": {"nucleaire": 1.0},
    "oil": {"fioul": 1.0}, "solar": {"solaire": 1.0}, "unknown": {"bioenergies": 1.0}, "wind": {"eolien": 1.0},
}
"""Waste, which is what France has of unknown, is bioénergies here."""
PARTS = {
    "bioenergies_biogaz": ("bioenergies", 0.3), "bioenergies_biomasse": ("bioenergies", 0.5),
    "bioenergies_dechets": ("bioenergies", 0.2), "eolien_offshore": ("eolien", 0.1),
    "eolien_terrestre": ("eolien", 0.9), "fioul_cogen": ("fioul", 1.0), "gaz_ccg": ("gaz", 0.8),
    "gaz_cogen": ("gaz", 0.2), "gaz_tac": ("gaz", 0.0),
}
AS_TEXT = frozenset({"destockage_batterie", "eolien_offshore", "eolien_terrestre", "stockage_batterie"})


def answer(asked: Asked, readings: Readings) -> Reply:
    """A search of the first API; without a key too, as long as the quota of those lasts."""
    if asked.path != PATH:
        return NOT_FOUND
    if asked.one("apikey") not in (None, KEY):
        return json_reply({"error": "Invalid API key", "errorcode": 10004}, 401)
    dataset, query = asked.one("dataset") or "", asked.one("q") or ""
    if dataset not in STEP_S:
        return json_reply({"errorcode": 1000, "error": f"Unknown dataset: {dataset}"}, 404)
    try:
        start, end = window(query, asked.one("timezone") or "UTC")
        limit = int(asked.one("rows") or 10)
    except (SourceChanged, ValueError):
        return json_reply({"errorcode": 1001, "error": f"Invalid query: {query}"}, 400)
    steps = held(dataset, start, end, asked.now)
    used = replace(steps, count=min(steps.count, limit))
    records = [record(dataset, fields) for fields in rows(dataset, readings, used)]
    records.sort(key=lambda one: str(one["recordid"]))
    parameters = {"dataset": dataset, "rows": limit, "start": 0, "format": "json", "timezone": asked.one("timezone")}
    return json_reply({"nhits": steps.count, "parameters": parameters, "records": records})


def window(query: str, timezone: str) -> tuple[datetime, datetime]:
    """The first and last moment of a query, both included."""
    limits = {sign: times.read(written, timezone) for sign, written in LIMIT.findall(query)}
    if limits.keys() != {">=", "<="}:
        raise SourceChanged(f"'{query}' has not both ends")
    return limits[">="], limits["<="]


def held(dataset: str, start: datetime, end: datetime, now: datetime) -> Steps:
    """The steps of a window that a data set has: real time from the last month until the end of today."""
    month = times.midnight(times.month_start(times.day(now, CLOCK), -1), CLOCK)
    tomorrow = times.midnight(times.day(now, CLOCK, 1), CLOCK)
    first, last = (month, tomorrow) if dataset == REAL_TIME else (times.read("2012-01-01T00:00+01:00"), month)
    step_s = STEP_S[dataset]
    return steps_between(max(start, first), min(times.shift(end, minutes=step_s / 60), last), step_s)


def rows(dataset: str, readings: Readings, steps: Steps) -> list[Fields]:
    """The fields of each step; of those that are not out yet, forecasts alone."""
    out = times.shift(readings.now, minutes=-DELAY_MIN)
    known = steps_between(times.epoch(steps.start_s), min(out, times.epoch(steps.end_s)), steps.step_s)
    columns = measured(readings, known)
    forecast = np.round(readings.load_forecast("FR", steps) / 50) * 50
    found = []
    for i, start in enumerate(steps.starts()):
        local = times.local(start, CLOCK)
        fields: Fields = {
            "date_heure": local.isoformat(), "date": f"{local:%Y-%m-%d}", "heure": f"{local:%H:%M}",
            "perimetre": "France", "nature": NATURE[dataset], "prevision_j": int(forecast[i]),
            "prevision_j1": int(forecast[i]) + 50,
        }
        if i < known.count:
            values = {name: int(column[i]) for name, column in columns.items()}
            fields |= {name: f"{value}" if name in AS_TEXT else value for name, value in values.items()}
        found.append(fields)
    return found


def measured(readings: Readings, steps: Steps) -> dict[str, FloatArray]:
    """Every column of what was measured, whole MW."""
    found = readings.labelled("FR", steps, FUELS)
    found["solaire"] = np.where(found["solaire"] < 0.5, SUN_AT_NIGHT_MW, found["solaire"])
    found |= {name: part * found[of] for name, (of, part) in PARTS.items()}
    charge = readings.charge("FR", steps)
    found["hydraulique_step_turbinage"], found["pompage"] = given_and_taken(charge["hydro"], BOTH_WAYS_MW)
    found["destockage_batterie"], found["stockage_batterie"] = given_and_taken(charge["battery"], 1.0)
    found["hydraulique"] = (
        found["hydraulique_fil_eau_eclusee"] + found["hydraulique_lacs"] + found["hydraulique_step_turbinage"])
    found["consommation"] = readings.load("FR", steps)
    found["taux_co2"] = np.full(steps.count, 20.0)
    return {name: np.round(column) for name, column in found.items()}


def given_and_taken(charge: FloatArray, both_mw: float) -> tuple[FloatArray, FloatArray]:
    """(what a store gives, ≥ 0; what it takes, ≤ 0); the difference is its net charging."""
    return np.maximum(-charge, 0.0) + both_mw, -np.maximum(charge, 0.0) - both_mw


def record(dataset: str, fields: Fields) -> Fields:
    digest = hashlib.sha1(f"{dataset}{fields['date_heure']}".encode(), usedforsecurity=False).hexdigest()
    return {"datasetid": dataset, "recordid": digest, "fields": fields, "record_timestamp": fields["date_heure"]}
