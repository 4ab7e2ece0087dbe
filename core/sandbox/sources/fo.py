"""SEV, the utility of the Faroe Islands: its plants by the hour, and the sums of now.

Traps it has: days of the question that are the islands' and stamps that are UTC, so that a summer's day begins at 23:00
of the day before; a time of day in the question that means nothing; hours that are out two and a half hours after
their end; now with decimal commas, its stamp in local time, among plants, percentages and totals of other kinds. The
real `now` is an instant; here it is the mean of the hour that is running, so that it can be compared.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("www.sev.fo",)
CLOCK = "Atlantic/Faroe"
HOUR_S = 3600
DELAY_MIN = 145
FIRST_DAY = date(2022, 1, 1)
MOST_DAYS = 4

AREAS = {"Main": "FO-MI", "South": "FO-SI"}
PLANTS = {
    "biomass": {"Biogas/Førka Biogas": 1.0}, "hydro": {"Water/Fossverk": 0.6, "Water/Eiðverk": 0.4},
    "oil": {"Oil/Sundverk": 0.7, "Oil/Vágverk": 0.3}, "solar": {"Solar/Sól": 1.0}, "unknown": {"Tidal/Sjógv": 1.0},
    "wind": {"Wind/Neshagi": 0.55, "Wind/Húsahagi": 0.45},
}
SUMS = {
    "biomass": {"Biogas": 1.0}, "hydro": {"Vand": 1.0}, "oil": {"Olie": 0.8, "Diesel": 0.2}, "solar": {"Sol": 1.0},
    "unknown": {"Tidal": 1.0}, "wind": {"Vind": 1.0},
}
ENDINGS = {"H": "FO-MI", "S": "FO-SI"}


def answer(asked: Asked, readings: Readings) -> Reply:
    """Past hours or now; no row for days that cannot be read."""
    if asked.path == "/api/realtimemap/now":
        return json_reply(now(readings))
    if asked.path != "/api/elproduction/search":
        return NOT_FOUND
    try:
        first, last = (times.read_day((asked.one(name) or "")[:8], "YYYYMMDD") for name in ("from", "to"))
    except SourceChanged:
        return json_reply([])
    return json_reply([*rows(readings, max(first, FIRST_DAY), last)])


def rows(readings: Readings, first: date, last: date) -> Iterator[dict[str, Any]]:
    """A row per hour and plant of whole local days, as far as they are out. What the tide gives has no row yet."""
    last = min(last, date.fromordinal(first.toordinal() + MOST_DAYS))
    start = times.midnight(first, CLOCK)
    end = times.midnight(date.fromordinal(last.toordinal() + 1), CLOCK)
    steps = steps_between(start, min(end, times.shift(readings.now, minutes=-DELAY_MIN)), HOUR_S)
    made = {area: readings.labelled(zone, steps, PLANTS) for area, zone in AREAS.items()}
    for i, at in enumerate(steps.starts()):
        for area, by_plant in made.items():
            for label, values in by_plant.items():
                power, _, plant = label.partition("/")
                if power != "Tidal":
                    yield {
                        "powerplant": plant or label, "motivepower": power, "area": area,
                        "date": f"{at:%Y-%m-%d %H:%M:%S}", "mwh": round(float(values[i]), 3),
                    }


def now(readings: Readings) -> dict[str, str]:
    """Sums by area among other things."""
    hour = Steps(int(times.floor(readings.now, 60).timestamp()), HOUR_S, 1)
    found = {"tiden": f"{times.local(readings.now, CLOCK):%Y-%m-%d %H:%M}", "VnVandH_E": "81,5", "TestH_E": "1,00"}
    totals: dict[str, float] = {}
    for ending, zone in ENDINGS.items():
        made = {label: values.item() for label, values in readings.labelled(zone, hour, SUMS).items()}
        made = dict.fromkeys(sorted({label for labels in SUMS.values() for label in labels}), 0.0) | made
        whole = sum(made.values())
        for label, power_mw in made.items():
            found[f"{label}{ending}_E"] = written(power_mw)
            found[f"{label}{ending}_P"] = written(100 * power_mw / whole if whole else 0.0)
            totals[label] = totals.get(label, 0.0) + power_mw
        found[f"Sum{ending}_E"] = written(whole)
    found |= {f"{label}Sev_E": written(power_mw) for label, power_mw in totals.items()}
    return found | {"HhVind_E": written(0.6 * totals["Vind"]), "SumSev_E": written(float(np.sum([*totals.values()])))}


def written(value: float) -> str:
    return f"{value:.3f}".replace(".", ",")
