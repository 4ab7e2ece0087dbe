"""EIA's API v2, which more than one parser reads: where to ask, who reports for a zone, how rows become events.

To set: the environment variable of `KEY`, nothing else. A respondent (balancing authority) is the last part of a
zone's key; `FOREIGN` holds the neighbours abroad, which appear only as the other end of a tie. What goes wrong:
`period` is the END of its hour (UTC, as `hourly` is asked for); `value` is a number before API 2.1.6 (January 2024),
a string since, or null; rows come in any order, mostly newest first; more than `PAGE` rows need a second request.
"""

import math
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from core import http, times
from core.errors import NoData, NoHistory
from core.kinds import sorted_key
from core.schemas import RawEvent, consumption, exchange
from core.tokens import token
from core.values import field, number, require

SOURCE = "eia.gov"
URL = "https://api.eia.gov/v2/electricity"
KEY = "EIA_KEY"
PAGE = 5000
FIRST = "2015-07-01T00:00Z"
PAST_H, AHEAD_DAYS = 72, 15
FOREIGN = {
    "CA-AB": "AESO", "CA-BC": "BCHA", "CA-MB": "MHEB", "CA-NB": "NBSO", "CA-ON": "IESO", "CA-QC": "HQT", "CA-SK": "SPC",
    "MX-BC": "CFE", "MX-NE": "CEN", "MX-NO": "CFE",
}
REPORTED_BY_SECOND = {"US-SW-PNM->US-SW-SRP"}
"""Ties between two areas of the USA that only the second of the key reports."""
TRANSFERS = {
    "US-FLA-FPC->US-FLA-FPL": ["US-FLA-NSB"],
    "US-MIDW-MISO->US-SE-SOCO": ["US-SE-AEC"],
}
"""Retired areas that the second zone has absorbed: their tie with the first is added."""

Row = dict[str, Any]
Facets = Iterable[tuple[str, str]]


def respondent(zone_key: str) -> str:
    """EIA's code of a zone."""
    return FOREIGN.get(zone_key) or zone_key.rpartition("-")[2]


def past(target: datetime | None, first: str = FIRST) -> times.Window:
    """The hours to ask for: the three days up to the hour after the asked moment."""
    if times.at(target) < times.read(first):
        raise NoHistory(f"EIA's series begins on {first[:10]}.")
    end = times.shift(times.floor(times.at(target), 60), hours=1)
    return times.Window(times.shift(end, hours=-PAST_H), end)


def ahead(target: datetime | None) -> times.Window:
    """The hours of a forecast: from the asked one, fifteen days."""
    start = times.floor(times.at(target), 60)
    return times.Window(start, times.shift(start, days=AHEAD_DAYS))


def hourly(session: http.Session | None, route: str, facets: Facets, span: times.Window) -> list[Row]:
    """The rows of an hourly route of the grid monitor; `span` is both ends included, as EIA counts."""
    query = [
        ("data[]", "value"), *((f"facets[{name}][]", code) for name, code in facets), ("frequency", "hourly"),
        *((name, times.text(at, "YYYY-MM-DDTHH")) for name, at in (("start", span.start), ("end", span.end))),
    ]
    return pages(session, f"rto/{route}", query)


def pages(
    session: http.Session | None, route: str, query: list[tuple[str, str]], *, is_paged: bool = False
) -> list[Row]:
    """Every row of a query, however many requests that takes; `is_paged` names the page in the first one too."""
    rows: list[Row] = []
    while True:
        page = [("offset", str(len(rows))), ("length", str(PAGE))] if rows or is_paged else []
        answer = http.get(session, f"{URL}/{route}/data/", params=[*query, ("api_key", token(KEY)), *page])
        response = http.body_json(answer).get("response") or {}
        part = response.get("data") or []
        rows += part
        if len(part) < PAGE or len(rows) >= (number(response.get("total")) or math.inf):
            return rows


def series(rows: Iterable[Row]) -> dict[datetime, float]:
    """MW by the start of the hour, oldest first; an hour with a null is a gap like one without a row."""
    found = {
        times.shift(times.read(require(row.get("period"), "period"), "UTC"), hours=-1): number(field(row, "value"))
        for row in rows
    }
    return {start: value for start, value in sorted(found.items()) if value is not None}


def demand(
    session: http.Session | None, zone_key: str, target: datetime | None, *, is_forecast: bool = False
) -> list[RawEvent]:
    """The load of a zone, or its respondent's forecast of it."""
    span = ahead(target) if is_forecast else past(target)
    facets = [("respondent", respondent(zone_key)), ("type", "DF" if is_forecast else "D")]
    found = parse_demand(zone_key, hourly(session, "region-data", facets, span), is_forecast=is_forecast)
    return given(found, zone_key)


def parse_demand(zone_key: str, rows: Iterable[Row], *, is_forecast: bool = False) -> list[RawEvent]:
    """One event per hour of a demand or demand forecast answer."""
    kind = "forecasted" if is_forecast else "measured"
    return [
        consumption(zone_key, start=start, source=SOURCE, load_mw=load_mw, source_type=kind)
        for start, load_mw in series(rows).items()
    ]


def ties(zone_key1: str, zone_key2: str) -> list[tuple[str, str]]:
    """Which (from, to) zones to ask for, the reporting one first: the second of a key at the borders of the USA."""
    key = sorted_key(zone_key1, zone_key2)
    first, second = key.split("->")
    if first in FOREIGN or key in REPORTED_BY_SECOND:
        return [(second, first)]
    return [(first, second), *((first, absorbed) for absorbed in TRANSFERS.get(key, []))]


def interchange(
    session: http.Session | None, zone_key1: str, zone_key2: str, target: datetime | None
) -> list[RawEvent]:
    """The net flow between two zones."""
    span, pairs = past(target), ties(zone_key1, zone_key2)
    answers = [
        hourly(session, "interchange-data", [("fromba", respondent(one)), ("toba", respondent(other))], span)
        for one, other in pairs
    ]
    return given(parse_interchange(*pairs[0], answers), sorted_key(zone_key1, zone_key2))


def parse_interchange(reporter: str, other: str, answers: Iterable[Iterable[Row]]) -> list[RawEvent]:
    """The flow per hour, summed over the ties that have one; EIA's is positive out of the reporter."""
    flows: dict[datetime, float] = {}
    for rows in answers:
        for start, flow_mw in series(rows).items():
            flows[start] = flows.get(start, 0.0) + flow_mw
    return [
        exchange(reporter, other, start=start, source=SOURCE, flow_mw=flow_mw)
        for start, flow_mw in sorted(flows.items())
    ]


def given(events: list[RawEvent], key: str) -> list[RawEvent]:
    """The events; NoData if EIA had none."""
    if not events:
        raise NoData(f"EIA has published nothing for {key} and these hours.")
    return events
