"""Open Electricity's API (Australia), version 4: one address, one token, one list of fuel technologies.

Set         the variable OPENELECTRICITY_TOKEN (free, https://platform.openelectricity.org.au).
Goes wrong  `date_start` and `date_end` are naive and read on the network's own clock, which has no summer time: UTC+10
            in the NEM, UTC+8 in the WEM; a time of Australia/Sydney asks for another hour. At most 8 days of 5-minute
            values per call. Fuel technologies are upper case in older answers, lower case in newer ones. The net series
            `battery` repeats what `battery_charging` and `battery_discharging` say: never add the three.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from core import http, times
from core.errors import NoData, SourceDown
from core.tokens import token
from core.values import field, mode_of

SOURCE = "openelectricity.org.au"
URL = "https://api.openelectricity.org.au/v4"
TOKEN = "OPENELECTRICITY_TOKEN"


class Network(NamedTuple):
    """Where a zone is found: the market, its region, and the market's clock."""

    code: str
    region: str
    timezone: str


NETWORKS = {
    "AU-NSW": Network("NEM", "NSW1", "Etc/GMT-10"),
    "AU-QLD": Network("NEM", "QLD1", "Etc/GMT-10"),
    "AU-SA": Network("NEM", "SA1", "Etc/GMT-10"),
    "AU-TAS": Network("NEM", "TAS1", "Etc/GMT-10"),
    "AU-VIC": Network("NEM", "VIC1", "Etc/GMT-10"),
    "AU-WA": Network("WEM", "WEM", "Etc/GMT-8"),
}

MODES = {
    "coal_black": "coal",
    "coal_brown": "coal",
    "gas_ccgt": "gas",
    "gas_ocgt": "gas",
    "gas_recip": "gas",
    "gas_steam": "gas",
    "gas_wcmg": "gas",
    "distillate": "oil",
    "hydro": "hydro",
    "wind": "wind",
    "wind_offshore": "wind",
    "solar_utility": "solar",
    "solar_rooftop": "solar",
    "solar_thermal": "solar",
    "bioenergy_biogas": "biomass",
    "bioenergy_biomass": "biomass",
    "nuclear": "nuclear",
    "unknown": "unknown",
}
"""`unknown` is what `fueltech` makes of a code that no table has."""
CHARGING = {"battery_charging": "battery", "pumps": "hydro"}
DISCHARGING = {"battery_discharging": "battery", "battery": "battery"}
STORAGE = {**CHARGING, **DISCHARGING}
IGNORED = frozenset({"imports", "exports", "interconnector", "aggregator_vpp", "aggregator_dr"})

Series = list[tuple[str, float | None]]


def ask(session: http.Session | None, path: str, params: Mapping[str, str] | None = None) -> Any:
    """The decoded answer of a path of the API; SourceDown if it says that it failed."""
    headers = {"Authorization": f"Bearer {token(TOKEN)}"}
    answer = http.body_json(http.get(session, f"{URL}{path}", params=params, headers=headers))
    if isinstance(answer, dict) and answer.get("success") is False:
        raise SourceDown(f"Open Electricity failed: {answer.get('error') or 'no reason given'}.")
    return answer


def period(target: datetime | None, days: int, timezone: str) -> dict[str, str]:
    """The parameters that ask for the days up to a moment; none for the newest."""
    if target is None:
        return {}
    window = times.window(target, hours=24 * days, timezone=timezone)
    start, end = (times.text(moment, "YYYY-MM-DDTHH:mm:ss", timezone) for moment in window)
    return {"date_start": start, "date_end": end}


def series(answer: Mapping[str, Any], metric: str) -> Iterator[tuple[str | None, Series]]:
    """Each series of a metric: its fuel technology (None if not grouped by it) and its (stamp, value) pairs."""
    blocks = [block for block in field(answer, "data") or [] if field(block, "metric") == metric]
    results = [result for block in blocks for result in field(block, "results")]
    if not results:
        raise NoData(f"Open Electricity has no {metric} for that time.")
    for result in results:
        yield field(result, "columns").get("fueltech"), field(result, "data")


def fueltech(code: str) -> str:
    """A fuel technology in lower case; one that no table has is `unknown`, with a warning."""
    name = code.lower()
    return name if name in STORAGE or name in IGNORED or name in MODES else mode_of(name, MODES)
