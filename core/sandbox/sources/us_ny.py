"""NYISO: CSV files per local day of the fuel mix, flows over interfaces, the load forecast and the day's events.

Traps it has: the clock on the wall with its repeated autumn hour, which only the fuel mix names (EST, EDT); a fuel mix
that begins at 00:05 and ends at midnight; two readings within a minute now and then; MW under a heading of MWH; two
labels for gas and one for all small renewables; an interface that repeats another, and internal ones; a flow that is
still to come; files that go after two weeks. Pumps and batteries are left out: the real source mixes the former with
hydro, and no reader can part them.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime

import numpy as np

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("mis.nyiso.com",)
ZONE = "US-NY-NYIS"
TIMEZONE = "America/New_York"
KEPT_DAYS = 14
FORECAST_DAYS = 6
STEP_S, HOUR_S = 300, 3600
CLOCK, MINUTE = "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M"

FUELS = {
    "gas": {"Dual Fuel": 0.45, "Natural Gas": 0.55}, "nuclear": {"Nuclear": 1.0}, "hydro": {"Hydro": 1.0},
    "wind": {"Wind": 1.0}, "oil": {"Other Fossil Fuels": 1.0}, "coal": {"Other Fossil Fuels": 1.0},
    **{mode: {"Other Renewables": 1.0} for mode in ("biomass", "solar", "unknown")},
}
TWICE_AT_MIN, APART = 30, 0.01
"""At this minute of an hour there are two readings, this part below and above the mean of both."""
INTERFACES = {
    "US-MIDA-PJM": {"SCH - PJ - NY": 0.6, "SCH - PJM_HTP": 0.1, "SCH - PJM_NEPTUNE": 0.2, "SCH - PJM_VFT": 0.1},
    "US-NE-ISNE": {"SCH - NE - NY": 0.7, "SCH - NPX_1385": 0.1, "SCH - NPX_CSC": 0.2},
    "CA-QC": {"SCH - HQ - NY": 0.9, "SCH - HQ_CEDARS": 0.1},
    "CA-ON": {"SCH - OH - NY": 1.0},
}
"""Border → its interfaces, with the part of its flow that each carries."""
REPEATED = {"SCH - HQ_IMPORT_EXPORT": "SCH - HQ - NY"}
INTERNAL = {"CENTRAL EAST - VC": 0.12, "DYSINGER EAST": 0.07, "UPNY CONED": 0.2}
"""Interfaces inside the state; about this part of its load flows over them."""
NO_LIMIT = 9999
AREAS = {
    "Capitl": 0.08, "Centrl": 0.1, "Dunwod": 0.04, "Genese": 0.06, "Hud Vl": 0.07, "Longil": 0.13, "Mhk Vl": 0.05,
    "Millwd": 0.02, "N.Y.C.": 0.32, "North": 0.03, "West": 0.1,
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of a day's file."""
    folder, _, name = asked.path.removeprefix("/public/csv/").partition("/")
    make = FILES.get(folder)
    if make is None or name[8:] != f"{folder}.csv" or not name[:8].isdigit():
        return NOT_FOUND
    day, today = times.read_day(name[:8], "YYYYMMDD"), times.day(readings.now, TIMEZONE)
    lines = list(make(readings, day)) if times.day(readings.now, TIMEZONE, -KEPT_DAYS) <= day <= today else []
    return text_reply("".join(f"{line}\n" for line in lines)) if lines[1:] else NOT_FOUND


def local_day(day: date, days: int = 1) -> tuple[datetime, datetime]:
    """Its midnights on the wall."""
    start = times.midnight(day, TIMEZONE)
    return start, times.calendar_shift(start, TIMEZONE, days=days)


def stamps(steps: Steps, pattern: str) -> list[str]:
    return [f"{times.local(start, TIMEZONE):{pattern}}" for start in steps.starts()]


def fuel_mix(readings: Readings, day: date) -> Iterator[str]:
    """rtfuelmix: after midnight, up to and with the next."""
    yield "Time Stamp,Time Zone,Fuel Category,Gen MW"
    start, end = (times.shift(midnight, minutes=5) for midnight in local_day(day))
    steps = steps_between(start, min(end, readings.now), STEP_S)
    found = readings.labelled(ZONE, steps, FUELS)
    for i, at in enumerate(steps.starts()):
        local = times.local(at, TIMEZONE)
        halves = ((0, 1 - APART), (17, 1 + APART)) if local.minute == TWICE_AT_MIN else ((0, 1.0),)
        for second, factor in halves:
            head = f"{local.replace(second=second):{CLOCK}},{local:%Z}"
            yield from (f"{head},{fuel},{factor * values[i]:.0f}.0" for fuel, values in found.items())


def flows(readings: Readings, day: date) -> Iterator[str]:
    """ExternalLimitsFlows: all interfaces at every five minutes, the next of which is out already."""
    yield "Timestamp,Interface Name,Point ID,Flow (MWH),Positive Limit (MWH),Negative Limit (MWH)"
    start, end = local_day(day)
    steps = steps_between(start, min(end, times.shift(readings.now, minutes=10)), STEP_S)
    found = {
        name: (part * readings.flow((border,), (ZONE,), steps), *limits(readings, border, part))
        for border, parts in INTERFACES.items() for name, part in parts.items()
    }
    load = readings.load(ZONE, steps).ravel()
    found |= {name: (part * load, NO_LIMIT, -NO_LIMIT) for name, part in INTERNAL.items()}
    found |= {name: found[other] for name, other in REPEATED.items()}
    for i, stamp in enumerate(stamps(steps, MINUTE)):
        for number, (name, (values, high, low)) in enumerate(found.items()):
            yield f"{stamp},{name},{23300 + number},{values[i]:.2f},{high},{low}"


def limits(readings: Readings, border: str, part: float) -> tuple[int, int]:
    """Of an interface; as a number without meaning where it has none."""
    into, out_of = (round(part * limit) for limit in readings.limits((border,), (ZONE,)))
    return into or NO_LIMIT, -out_of or -NO_LIMIT


def load_forecast(readings: Readings, day: date) -> Iterator[str]:
    """isolf: the hours of six days, of the areas and of the state."""
    yield ",".join(f'"{name}"' for name in ("Time Stamp", *AREAS, "NYISO"))
    steps = steps_between(*local_day(day, FORECAST_DAYS), HOUR_S)
    load = readings.load_forecast(ZONE, steps)
    columns = [*(part * load for part in AREAS.values()), load]
    table = np.rint(np.column_stack(columns)).astype(np.int64).tolist()
    for stamp, row in zip(stamps(steps, MINUTE), table, strict=True):
        yield ",".join((f'"{stamp}"', *map(str, row)))


def events(readings: Readings, day: date) -> Iterator[str]:
    """RealTimeEvents: a day without a change of state."""
    yield "Timestamp,Message"
    start, end = local_day(day)
    hours = steps_between(start, min(end, times.shift(readings.now, minutes=60)), HOUR_S)
    for i, stamp in enumerate(stamps(hours, CLOCK)):
        yield f"{stamp},{'Simulated interchange schedule accepted.' if i else 'Start of day system state is NORMAL'}"


FILES: dict[str, Callable[[Readings, date], Iterator[str]]] = {
    "rtfuelmix": fuel_mix, "ExternalLimitsFlows": flows, "isolf": load_forecast, "RealTimeEvents": events,
}
