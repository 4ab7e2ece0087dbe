"""e·sios, REE's data service: Spain's balances with Morocco and Andorra, indicators asked for by number and window.

Traps it has: energy of a step, not power; quarters of an hour for Morocco, hours before May 2022 and for Andorra; + is
into Spain; the indicator that should be Andorra's is empty; local and UTC stamps side by side; one key in a header.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np

from core import times
from core.errors import SourceChanged
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import Asked, Reply, json_reply

HOSTS = ("api.esios.ree.es",)
CLOCK = "Europe/Madrid"
HOUR_S, QUARTER_S = 3600, 900
DELAY_MIN = 30
QUARTERS_SINCE = "2022-05-24T08:00:00Z"


class Indicator(NamedTuple):
    name: str
    country: str
    has_quarters: bool = False
    is_empty: bool = False


INDICATORS = {
    10209: Indicator("Saldo Marruecos telemedida", "MA", has_quarters=True),
    10210: Indicator("Saldo Andorra telemedida", "AD", is_empty=True),
    10278: Indicator("Saldo Andorra", "AD"),
}


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET /indicators/<number> with start_date and end_date, both included."""
    if not asked.headers.get("x-api-key"):
        return json_reply({"message": "Access denied, a valid x-api-key is needed", "status": 403}, 403)
    found = re.fullmatch(r"/indicators/(\d+)", asked.path)
    one = INDICATORS.get(int(found[1])) if found else None
    if found is None or one is None:
        return json_reply({"errors": [{"code": 404, "detail": "Not found"}]}, 404)
    try:
        start, end = (times.read(asked.one(name) or "") for name in ("start_date", "end_date"))
    except SourceChanged:
        return json_reply({"errors": [{"code": 400, "detail": "Invalid date"}]}, 400)
    return json_reply({"indicator": {
        "name": one.name, "short_name": one.name, "id": int(found[1]), "composited": False, "step_type": "linear",
        "disaggregated": False, "magnitud": [{"name": "Energía", "id": 13}],
        "tiempo": [{"name": "Quince minutos" if one.has_quarters else "Hora", "id": 218 if one.has_quarters else 4}],
        "geos": [{"geo_id": 8741, "geo_name": "Península"}],
        "values_updated_at": times.text(readings.now, "YYYY-MM-DDTHH:mm:ss.SSSZZ", CLOCK),
        "values": [] if one.is_empty else [*values(readings, one, start, end)],
    }})


def values(readings: Readings, one: Indicator, start: datetime, end: datetime) -> Iterator[dict[str, Any]]:
    """The steps that begin in the window, as far as they are out; MWh into Spain."""
    for steps in steps_of(one, start, end, times.shift(readings.now, minutes=-DELAY_MIN)):
        energy = np.round(readings.flow([one.country], ["ES"], steps) * steps.step_s / HOUR_S, 3)
        for at, value in zip(steps.starts(), energy.tolist(), strict=True):
            yield {
                "value": value, "datetime": times.text(at, "YYYY-MM-DDTHH:mm:ss.SSSZZ", CLOCK),
                "datetime_utc": f"{at:%Y-%m-%dT%H:%M:%SZ}", "tz_time": f"{at:%Y-%m-%dT%H:%M:%S}.000Z",
                "geo_id": 8741, "geo_name": "Península",
            }


def steps_of(one: Indicator, start: datetime, end: datetime, out: datetime) -> Iterator[Steps]:
    """The hours and the quarters of a window."""
    since = times.read(QUARTERS_SINCE) if one.has_quarters else out
    for first, last, step_s in ((start, since, HOUR_S), (max(start, since), out, QUARTER_S)):
        after = times.shift(end, minutes=step_s / 60 + 1 / 60)  # the step that begins at the very end is in
        yield steps_between(first, min(after, last, out), step_s)
