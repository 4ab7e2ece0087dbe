"""CENACE, the grid operator of Ecuador: charts of the running day on a page, public, no key.

Docs     https://www.cenace.gob.ec/info-operativa/InformacionOperativa.htm
Serves   production and consumption EC
Time     points 30 min apart, stamps taken as starts (not stated), America/Guayaquil
Unit     MW, preliminary values of SCADA
Sign     none: output and load only
History  none: the day so far; the page is made anew about every half hour
Licence  no stated terms

The data are in the page's scripts, as charts of Plotly; that of the day is the one whose traces are stacked. Values are
written out or packed: 64-bit floats in base64. `Térmica` (diesel, fuel oil, some gas) and `Renovable` (wind, sun and
biomass together) are unknown. The page draws international flows without direction, so they are not read.
The server does not send its whole chain of certificates. They stay checked: an operator gives requests the chain by
the variable REQUESTS_CA_BUNDLE.
Differs from the other project: `Gas Natural`, where it is drawn, is gas.
"""

import base64
import re
import struct

from core import by_label, consumption, errors, http, number, production, source, times
from core.values import each, field, json_in, log

SOURCE = "cenace.gob.ec"
URL = "https://www.cenace.gob.ec/info-operativa/InformacionOperativa.htm"
TIMEZONE = "America/Guayaquil"
CHART = re.compile(r"Plotly\.newPlot\(\s*[^,\[]+,\s*(?=\[)")
DAY = re.compile(r"\b(\d{1,2})\s+de\s+([a-zé]+)\s+de\s+(\d{4})\b", re.IGNORECASE)
LOAD = "DEMANDA"
MODES = {"Hidráulica": "hydro", "Térmica": "unknown", "Renovable": "unknown", "Gas Natural": "gas"}
PACKED = "f8"
NUMBER_BYTES = 8
FACTS = {"resolution_min": 30, "window_h": 24, "delay_h": 1}


@source(**FACTS)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return over(parse_production(page(session, target_datetime), zone_key))


@source(**FACTS)
def fetch_consumption(zone_key, session=None, target_datetime=None, logger=None):
    return over(parse_consumption(page(session, target_datetime), zone_key))


def page(session, target_datetime):
    """The page's text, which is UTF-8 whatever its header says."""
    if times.is_past(target_datetime, hours=1, timezone=TIMEZONE):
        raise errors.NoHistory("CENACE publishes the present day only.")
    return http.get(session, URL).content.decode(errors="replace")


def over(found):
    """The points that are not to come; NoData if none is left."""
    kept = [event for event in found if event["datetime"] <= times.now()]
    if not kept:
        raise errors.NoData("CENACE's chart has no values yet.")
    return kept


def parse_production(text, zone_key):
    """One mix per point of the chart that has any value."""
    stacked = [trace for trace in traces(text) if LOAD not in trace["name"].upper() and "stackgroup" in trace]
    day = day_of(text)
    return each(points(stacked).items(), lambda one: production(
        zone_key, start=start_of(day, one[0]), source=SOURCE, modes=by_label(one[1], MODES, known=()),
        negative="zero"))


def parse_consumption(text, zone_key):
    """One load per point of the chart that has one; none is 0 or less."""
    line = next((trace for trace in traces(text) if LOAD in trace["name"].upper()), None)
    if line is None:
        raise errors.NoData("CENACE's chart has no line of demand.")
    day = day_of(text)
    loads = {clock: load_mw for clock, ((_, load_mw),) in points([line]).items() if load_mw > 0}
    return each(loads.items(), lambda one: consumption(
        zone_key, start=start_of(day, one[0]), source=SOURCE, load_mw=one[1]))


def traces(text):
    """The traces of the stacked chart, the names trimmed."""
    charts = each(CHART.finditer(text), lambda found: json_in(text[found.end() :]))
    stacked = next((chart for chart in charts if any("stackgroup" in trace for trace in chart)), None)
    if stacked is None:
        raise errors.SourceChanged(f"CENACE's page has {len(charts)} charts, but none that is stacked.")
    return [{**trace, "name": field(trace, "name").strip()} for trace in stacked]


def points(found):
    """The values of some traces by time of day (`HH:MM`), of those that have any."""
    mixes = {}
    for trace in found:
        for clock, value in zip(field(trace, "x"), values(trace), strict=False):
            if (power_mw := number(value)) is not None:
                mixes.setdefault(clock, []).append((trace["name"], power_mw))
    return dict(sorted(mixes.items()))


def values(trace):
    """A trace's numbers: a list, or packed in `y` or, on older pages, beside it."""
    packed = trace if "bdata" in trace else field(trace, "y")
    if isinstance(packed, list):
        return packed
    if packed.get("dtype", PACKED) != PACKED:
        raise errors.SourceChanged(f"CENACE packs its numbers as {packed['dtype']}, not as {PACKED}.")
    try:
        content = base64.b64decode(field(packed, "bdata"))
        return struct.unpack(f"<{len(content) // NUMBER_BYTES}d", content)
    except (ValueError, struct.error) as err:
        raise errors.SourceChanged(f"The numbers of {trace['name']!r} cannot be unpacked.") from err


def start_of(day, clock):
    return times.read(f"{day} {clock}", TIMEZONE, "YYYY-MM-DD HH:mm")


def day_of(text):
    """The day in the page's heading, `Domingo, 22 de marzo de 2026`; today if there is none."""
    if found := DAY.search(text):
        return times.read_day(" ".join(found.groups()), "D MMMM YYYY", "es")
    log.warning("no day in the heading of CENACE's page; read as today's")
    return times.day(None, TIMEZONE)
