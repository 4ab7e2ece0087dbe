"""ONS, Brazil's system operator: the balance of its four regions at one moment, as its own page shows it.

Traps it has: plain http; one number for all thermal plants; Itaipú in two parts beside the other hydro; solar a little
below zero at night; lines over a node that is no region; what goes abroad is +, and a line `a_b` is + from a to b.
"""

from typing import Any

import numpy as np

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("tr.ons.org.br",)
PATH = "/Content/GetBalancoEnergetico/null"
CLOCK = "America/Sao_Paulo"

REGIONS = {"sudesteECentroOeste": "BR-CS", "sul": "BR-S", "nordeste": "BR-NE", "norte": "BR-N"}
THERMAL = {"termica": 1.0}
TABLE = {
    "biomass": THERMAL, "coal": THERMAL, "gas": THERMAL, "geothermal": THERMAL, "hydro": {"hidraulica": 1.0},
    "nuclear": {"nuclear": 1.0}, "oil": THERMAL, "solar": {"solar": 1.0}, "unknown": THERMAL, "wind": {"eolica": 1.0},
}
ITAIPU = {"hydro": {"hidraulica": 0.78, "itaipu50HzBrasil": 0.08, "itaipu60Hz": 0.14}}
"""Only the first region has it."""
LABELS = ("hidraulica", "termica", "eolica", "nuclear", "solar")
ABROAD = {"argentina": "AR", "paraguai": "PY", "uruguai": "UY"}
LINES = {
    "sul_sudeste": ("BR-S", "BR-CS"), "sudeste_nordeste": ("BR-CS", "BR-NE"), "sudeste_norteFic": ("BR-CS", "BR-N"),
    "norteFic_nordeste": ("BR-N", "BR-NE"),
}
NIGHT_MW = -0.075


def answer(asked: Asked, readings: Readings) -> Reply:
    """The newest balance, whatever else is asked."""
    if asked.path != PATH:
        return NOT_FOUND
    start_s = int(readings.now.timestamp()) // RASTER_S * RASTER_S
    return json_reply(balance(readings, Steps(start_s, RASTER_S, 1)))


def balance(readings: Readings, steps: Steps) -> dict[str, Any]:
    abroad = {name: flow(readings, "BR-S", country, steps) for name, country in ABROAD.items()}
    lines = {name: flow(readings, *ends, steps) for name, ends in LINES.items()}
    at_node = lines["norteFic_nordeste"] - lines["sudeste_norteFic"]
    return {
        "Data": times.text(times.epoch(steps.start_s), "YYYY-MM-DDTHH:mm:ssZZ", CLOCK),
        **{name: region(readings, zone, steps) for name, zone in REGIONS.items()},
        "internacional": {name: single(value) for name, value in abroad.items()},
        "intercambio": {
            "internacional_sul": single(-sum(abroad.values())),
            **{name: single(value) for name, value in lines.items()}, "norte_norteFic": single(at_node),
        },
    }


def region(readings: Readings, zone: str, steps: Steps) -> dict[str, Any]:
    table = TABLE | ITAIPU if zone == "BR-CS" else TABLE
    found = {label: values.item() for label, values in readings.labelled(zone, steps, table).items()}
    made = dict.fromkeys(LABELS, 0.0) | found
    made["solar"] = made["solar"] or NIGHT_MW
    others = {*REGIONS.values(), *(ABROAD.values() if zone == "BR-S" else ())} - {zone}
    leaving = [flow(readings, zone, other, steps) for other in sorted(others)]
    return {
        "geracao": {"total": single(sum(made.values()))} | {label: single(value) for label, value in made.items()},
        "cargaVerificada": single(readings.load(zone, steps).item()),
        "importacao": single(-sum(value for value in leaving if value < 0)),
        "exportacao": single(sum(value for value in leaving if value > 0)),
    }


def flow(readings: Readings, from_key: str, to_key: str, steps: Steps) -> float:
    return readings.flow([from_key], [to_key], steps).item()


def single(value: float) -> float:
    """As a number of single precision is written."""
    return float(str(np.float32(value)))
