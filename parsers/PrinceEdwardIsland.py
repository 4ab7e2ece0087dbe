"""The Government of Prince Edward Island: the figures of its page on wind energy as JSON, public, no key.

Docs     https://www.princeedwardisland.ca/en/feature/pei-wind-energy
Serves   production CA-PE; flow CA-NB->CA-PE
Time     a snapshot about every 15 minutes, stamped when taken, America/Halifax
Unit     MW
Sign     none in the source: load and output; the flow is what the island uses more than it makes, + into it
History  none, the present only
Licence  terms of the government's website

Fossil plants burn heavy oil and diesel. "Wind Power Exported Off Island" is a figure of contracts and no flow.
Differs from the other project: production is served; it is of the same answer and moment as the flow.
"""

import re

from core import errors, exchange, http, number, production, require, source, times
from core.values import field, total

SOURCE = "princeedwardisland.ca"
URL = "https://wdf.princeedwardisland.ca/api/workflow"
QUERY = {"featureName": "WindEnergy", "queryName": "WindEnergy"}
TIMEZONE = "America/Halifax"
GAUGE = re.compile(r"\s*(.+?)\s*:\s*(.*?)\s*MW\s*")
TAKEN, STAMP = "Last updated", "MMMM D, YYYY h:mm A"
LOAD = "Total On-Island Load"
WIND, FOSSIL = "Total On-Island Wind Generation", "Total On-Island Fossil Fuel Generation"


@source(resolution_min=None, window_h=0.05, delay_h=0.5)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return [parse_production(*snapshot(session, target_datetime), zone_key)]


@source(resolution_min=None, window_h=0.05, delay_h=0.5)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    return [parse_exchange(*snapshot(session, target_datetime))]


def snapshot(session, target):
    """MW by the names of the gauges, and when they were read."""
    if times.is_past(target, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("Prince Edward Island publishes the present only.")
    parts = contents(http.body_json(http.post(session, URL, json=QUERY)))
    stamp = next((text for part in parts if (text := str(part.get("text", ""))).startswith(TAKEN)), None)
    return gauges(parts), times.read_taken(
        require(stamp, f"text {TAKEN!r}").removeprefix(TAKEN).strip(": "), TIMEZONE, STAMP)


def contents(answer):
    """The inner objects of an answer."""
    parts = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(parts, list):
        raise errors.SourceChanged(f"Prince Edward Island sent no data but {str(answer)[:80]!r}.")
    if not parts:
        raise errors.NoData("Prince Edward Island's answer is empty.")
    inner = [part.get("data") for part in parts if isinstance(part, dict)]
    return [part for part in inner if isinstance(part, dict)]


def gauges(parts):
    """MW by name, from headings such as `Total On-Island Load: 180.0 MW`."""
    found = (GAUGE.fullmatch(str(part.get("header", ""))) for part in parts)
    return {match[1]: number(match[2]) for match in found if match}


def parse_production(gauges_mw, start, zone_key):
    """The island's mix."""
    modes = {"oil": field(gauges_mw, FOSSIL), "wind": field(gauges_mw, WIND)}
    if total(modes.values()) is None:
        raise errors.NoData("Prince Edward Island does not say what its plants make now.")
    return production(zone_key, start=start, source=SOURCE, modes=modes)


def parse_exchange(gauges_mw, start):
    """What the cables from New Brunswick bring."""
    load_mw, fossil_mw, wind_mw = (field(gauges_mw, name) for name in (LOAD, FOSSIL, WIND))
    if None in (load_mw, fossil_mw, wind_mw):
        raise errors.NoData("Prince Edward Island lacks a figure of which the flow is made.")
    return exchange("CA-NB", "CA-PE", start=start, source=SOURCE, flow_mw=load_mw - fossil_mw - wind_mw)
