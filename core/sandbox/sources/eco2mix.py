"""RTE's pages of éCO2mix: XML of the regions of France, the flows over their borders, and Europe's market prices.

Traps it has: quarters are numbered from midnight in Paris (92 and 100 of them when the clock changes); `ND` for what is
to come, `-` for what is being measured; series of parts beside those of granularity Global; names in UTF-8 read as
Latin-1; another name for the first day in the question about flows; every border twice, with opposite signs, and
several regions at one neighbour; the market's Germany is always `ND`.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

REGIONS_HOST, MARKET_HOST = "www.rte-france.com", "eco2mix.rte-france.com"
HOSTS = (REGIONS_HOST, MARKET_HOST)
CLOCK = "Europe/Paris"
QUARTER_S, HOUR_S = 900, 3600
DELAY_MIN = 20
AUCTION_H = 13
"""The hour in Paris from which the next day's prices are out."""
MOST_DAYS = 8

BORDERS = (
    ("ACA", "BE", "BE", 0.2), ("NPP", "BE", "BE", 0.8), ("ACA", "CH", "CH", 0.3), ("ARA", "CH", "CH", 0.4),
    ("BFC", "CH", "CH", 0.3), ("ACA", "DE", "DE", 1.0), ("ALP", "ES", "ES", 0.4), ("LRM", "ES", "ES", 0.6),
    ("NOR", "GB", "GB", 0.3), ("NPP", "GB", "GB", 0.7), ("ARA", "IT", "IT-NO", 0.4), ("PAC", "IT", "IT-NO", 0.6),
    ("ACA", "LU", "LU", 1.0),
)
"""Region, neighbour, the neighbour's zone, and the part of the border's flow that goes through the region."""
REGIONS = {
    "ACA": 0.15, "ALP": 0.1, "ARA": 0.2, "BFC": 0.05, "BRE": 0.05, "CEN": 0.1, "IDF": 0.05, "LRM": 0.1, "NOR": 0.05,
    "NPP": 0.05, "PAC": 0.05, "PLO": 0.05,
}
"""The part of France that a region makes and uses of everything."""
COMMON = {
    "biomass": {"Bioénergies": 1.0}, "geothermal": {"Bioénergies": 1.0}, "hydro": {"Hydraulique": 1.0},
    "nuclear": {"Nucléaire": 1.0}, "solar": {"Solaire": 1.0}, "wind": {"Eolien": 1.0},
}
OF_FRANCE = COMMON | {
    "coal": {"Charbon": 1.0}, "gas": {"Gaz": 1.0}, "oil": {"Fioul": 1.0}, "unknown": {"Autres": 1.0},
}
OF_REGIONS = COMMON | {mode: {"Thermique": 1.0} for mode in ("coal", "gas", "oil", "unknown")}
PRICED = {
    "BE": "BE", "CH": "CH", "DE": None, "DL": "DE", "AT": "AT", "ES": "ES", "FR": "FR", "GB": "GB", "IT": "IT-NO",
    "NL": "NL", "PT": "PT",
}
"""The market's areas with the zone of each."""


class Series(NamedTuple):
    """One series of a day: its name, its area, and what is written for each period."""

    name: str
    area: str
    texts: list[str]
    granularity: str = "Global"


def answer(asked: Asked, readings: Readings) -> Reply:
    """A question about some days: prices on one host, regions or their flows on the other."""
    make, first_name = MAKERS.get((asked.host, asked.path, asked.one("type")), (None, ""))
    if make is None:
        return NOT_FOUND
    try:
        first, last = (times.read_day(asked.one(name) or "", "DD/MM/YYYY") for name in (first_name, "dateFin"))
    except SourceChanged:
        return text_reply(head(readings.now) + "</liste>", "text/xml")
    kind = asked.one("type") or "donneesMarche"
    days = [date.fromordinal(first.toordinal() + i) for i in range(min((last - first).days + 1, MOST_DAYS))]
    parts = (f"<{kind} date='{day}'>{''.join(map(written, make(readings, day)))}</{kind}>" for day in days)
    return text_reply(f"{head(readings.now)}{''.join(parts)}</liste>", "text/xml")


def head(now: datetime) -> str:
    at = f"{times.local(now, CLOCK):%Y-%m-%d %H:%M:%S}"
    return f"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<liste><date_actuelle>{at}</date_actuelle>"


def written(one: Series) -> str:
    values = "".join(f"<valeur periode='{period}'>{text}</valeur>" for period, text in enumerate(one.texts))
    return f"<type v='{one.name}' perimetre='{one.area}' granularite='{one.granularity}'>{values}</type>"


def steps_of(day: date, step_s: int) -> Steps:
    """The periods of a day in Paris."""
    first, after = (
        int(times.midnight(date.fromordinal(day.toordinal() + i), CLOCK).timestamp()) for i in (0, 1))
    return Steps(first, step_s, (after - first) // step_s)


def texts(values: FloatArray, steps: Steps, now: datetime) -> list[str]:
    """Whole MW, as far as they are out."""
    out = int(times.shift(now, minutes=-DELAY_MIN).timestamp()) - steps.start_s
    count = max(0, min(out // steps.step_s, steps.count))
    known = [f"{int(value)}" for value in np.round(values[:count])]
    return (known + ["-"] + ["ND"] * steps.count)[: steps.count]


def flows(readings: Readings, day: date) -> Iterator[Series]:
    """Every border from both sides; positive into the area named."""
    steps = steps_of(day, QUARTER_S)
    for region, neighbour, zone, part in BORDERS:
        into = part * readings.flow((zone,), ("FR",), steps)
        yield Series(f"{region}_{neighbour}", region, texts(into, steps, readings.now))
        yield Series(f"{neighbour}_{region}", neighbour, texts(-into, steps, readings.now))


def regions(readings: Readings, day: date) -> Iterator[Series]:
    """France and its regions; what gas is made of in France stands beside its sum."""
    steps = steps_of(day, QUARTER_S)
    yield from area(readings, steps, "France", 1.0, OF_FRANCE)
    gas = readings.production("FR", steps)["gas"]
    yield Series("Gaz", "France", texts(0.8 * gas, steps, readings.now), "Cogénération")
    for region, part in REGIONS.items():
        for one in area(readings, steps, region, part, OF_REGIONS):
            yield one._replace(name=one.name.encode().decode("latin-1"))


def area(
    readings: Readings, steps: Steps, name: str, part: float, table: dict[str, dict[str, float]]
) -> Iterator[Series]:
    """The series of one area, which has a part of everything of France; what storage takes is negative."""
    found = readings.labelled("FR", steps, table)
    charge = readings.charge("FR", steps)
    found["Destockage"], found["Pompage"] = np.maximum(-charge["hydro"], 0), -np.maximum(charge["hydro"], 0)
    found["Batterie_Injection"] = np.maximum(-charge["battery"], 0)
    found["Batterie_Soutirage"] = -np.maximum(charge["battery"], 0)
    found["Consommation"], found["PrévisionJ"] = readings.load("FR", steps), readings.load_forecast("FR", steps)
    found["Taux de Co2"] = np.full(steps.count, 20.0)
    return (Series(label, name, texts(part * values, steps, readings.now)) for label, values in found.items())


def prices(readings: Readings, day: date) -> Iterator[Series]:
    """EUR per MWh of each hour in Paris; out for tomorrow after the auction."""
    steps = steps_of(day, HOUR_S)
    known_days = 1 if times.local(readings.now, CLOCK).hour >= AUCTION_H else 0
    is_out = day <= times.day(readings.now, CLOCK, known_days)
    for name, zone in PRICED.items():
        values = readings.price(zone, steps) if zone and is_out else None
        yield Series("donneesMarche", name, ["ND"] * steps.count if values is None else shortened(values))


def shortened(values: Iterable[float]) -> list[str]:
    """Hundredths without the noughts at the end."""
    return [f"{value:.2f}".rstrip("0").rstrip(".") for value in values]


MAKERS = {
    (REGIONS_HOST, "/getEco2MixXml.php", "region"): (regions, "dateDeb"),
    (REGIONS_HOST, "/getEco2MixXml.php", "regionFlux"): (flows, "dateDebut"),
    (MARKET_HOST, "/curves/getDonneesMarche", None): (prices, "dateDeb"),
}
