"""JAO's Publication Tool: capacities and schedules of the day-ahead market, a JSON object per data set.

Traps it has: one field per direction of every border; own names of zones; Italy's north is IT; virtual hubs, borders of
Luxembourg and pairs that are no neighbours beside the rest; some borders null; quarters in some data sets and hours in
others; starts only; at most two days, or it rejects the request with status 200.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, json_reply

HOSTS = ("publicationtool.jao.eu",)
CLOCK = "Europe/Brussels"
HOUR_S, QUARTER_S, MOST_S = 3600, 900, 2 * 24 * 3600

CORE = (
    "AT-CZ AT-DE AT-HU AT-SI BE-DE BE-FR BE-NL CZ-DE CZ-PL CZ-SK DE-FR DE-NL DE-PL HR-HU HR-SI HU-RO HU-SI HU-SK PL-SK "
    "DE-LU"
)
EXTERNAL = "AT-IT BG-RO DE-DK1 DK1-NL ES-FR FR-IT ALBE-ALDE"
NORDIC = (
    "DE-DK1 DE-DK2 DE-NO2 DE-SE4 DK1-DK2 DK1-NL DK1-NO2 DK1-SE3 DK2-SE4 EE-FI FI-NO4 FI-SE1 FI-SE3 LT-SE4 NL-NO2 "
    "NO1-NO2 NO1-NO3 NO1-NO5 NO1-SE3 NO2-NO5 NO3-NO4 NO3-NO5 NO3-SE2 NO4-SE1 NO4-SE2 PL-SE4 SE1-SE2 SE2-SE3 SE3-SE4 "
    "SE3SWL-SE4"
)
SCHEDULED = f"{CORE} DE-DK1 DE-DK2 DK1-NL ES-FR"
ZONES = {
    "DK1": "DK-DK1", "DK2": "DK-DK2", "IT": "IT-NO", **{f"NO{n}": f"NO-NO{n}" for n in range(1, 6)},
    **{f"SE{n}": f"SE-SE{n}" for n in range(1, 5)},
}


class DataSet(NamedTuple):
    borders: str
    step_s: int
    factor: float
    """Of what is offered over a border."""
    out_h: int
    """The hour in Brussels from which the next day is out."""
    is_schedule: bool = False


DATA_SETS = {
    "/core/api/data/shadowAuctionATC": DataSet(CORE, HOUR_S, 1.0, 11),
    "/core/api/data/atc": DataSet(EXTERNAL, QUARTER_S, 1.0, 11),
    "/core/api/data/maxExchanges": DataSet(f"{CORE} AT-FR", HOUR_S, 1.5, 11),
    "/core/api/data/scheduledExchanges": DataSet(SCHEDULED, QUARTER_S, 1.0, 14, is_schedule=True),
    "/nordic/api/data/maxExchanges": DataSet(NORDIC, QUARTER_S, 1.5, 11),
    "/nordic/api/data/maxBorderFlow": DataSet(NORDIC, QUARTER_S, 1.2, 11),
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """The rows of a data set between FromUtc and ToUtc, as far as they are out."""
    wanted = DATA_SETS.get(asked.path)
    if wanted is None:
        return NOT_FOUND
    try:
        start, end = (times.read(asked.one(name) or "") for name in ("FromUtc", "ToUtc"))
    except SourceChanged:
        return rejected("The period is not valid.")
    if not 0 <= (end - start).total_seconds() <= MOST_S:
        return rejected("The period is longer than two days.")
    known_days = 2 if times.local(readings.now, CLOCK).hour >= wanted.out_h else 1
    out = times.midnight(times.day(readings.now, CLOCK, known_days), CLOCK)
    steps = steps_between(start, min(end, out), wanted.step_s)
    return json_reply({"data": rows(readings, wanted, steps), "rejected": False, "messages": None})


def rejected(reason: str) -> Reply:
    return json_reply({"data": None, "rejected": True, "messages": [reason]})


def rows(readings: Readings, wanted: DataSet, steps: Steps) -> list[dict[str, Any]]:
    """One object per step: every border both ways."""
    columns = dict(fields(readings, wanted, steps))
    return [
        {
            "id": steps.start_s // wanted.step_s + i, "dateTimeUtc": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            **{name: None if values is None else values[i] for name, values in columns.items()},
        }
        for i, at in enumerate(steps.starts())
    ]


def fields(readings: Readings, wanted: DataSet, steps: Steps) -> Iterator[tuple[str, list[float] | None]]:
    """The fields of a data set with their MW; null for two ends that no line of ours joins."""
    for border in wanted.borders.split():
        first, second = border.split("-")
        ends = [(ZONES.get(code, code),) for code in (first, second)]
        there, back = both(readings, wanted, ends[0], ends[1], steps)
        yield f"border_{first}_{second}", there
        yield f"border_{second}_{first}", back


def both(
    readings: Readings, wanted: DataSet, first: tuple[str], second: tuple[str], steps: Steps
) -> tuple[list[float] | None, list[float] | None]:
    if not readings.is_linked(first, second):
        return None, None
    if wanted.is_schedule:
        agreed = readings.schedule(first, second, steps)
        return tenths(np.maximum(agreed, 0.0)), tenths(np.maximum(-agreed, 0.0))
    there, back = readings.offered(first, second, steps)
    return [float(v) for v in np.round(wanted.factor * there)], [float(v) for v in np.round(wanted.factor * back)]


def tenths(values: FloatArray) -> list[float]:
    return [float(value) for value in np.round(values, 1)]
