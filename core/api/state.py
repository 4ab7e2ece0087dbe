"""The whole world at once: every zone's newest hour, or one hour of all, and what flows between them. For maps."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from core import times
from core.api import bodies
from core.api.asking import Moment
from core.api.bodies import stamp
from core.api.electricity_maps.rows import Row, number, whole
from core.api.electricity_maps.shapes import Shape, Stamp
from core.api.errors import documented
from core.api.grid import RECENT_S, Grid, grid_of
from core.api.traced import HOUR_S
from core.config import Config, Link, Zone
from core.ingest.hourly import hourly_pieces
from core.store import Store

INTENSITIES = {
    "lifecycle": "lifecycle_g_per_kwh", "direct": "direct_g_per_kwh",
    "productionLifecycle": "production_lifecycle_g_per_kwh", "productionDirect": "production_direct_g_per_kwh",
}
SHARES = {"renewable": "renewable_share", "carbonFree": "carbon_free_share", "measured": "measured_share"}
POWERS = {"consumptionMw": "consumption_mw", "productionMw": "production_mw"}
FLOW_H = 24
"""How old the newest flow of a link may be."""
FALLBACKS = ("typical_mix", "default_mix")
"""Estimations that say nothing of an hour, so that no aggregate is made of them."""
NAMED = 3


class StateQuery(BaseModel):
    """The newest hour of each zone, or one hour of all."""

    datetime: Moment | None = Field(None, description="A moment of the hour; default: each zone's newest.")
    disableEstimations: bool = Field(False, description="Leave out zones whose hour is estimated.")


class StateShape(Shape):
    datetime: Stamp
    zones: dict[str, dict[str, Any]] = Field(examples=[{"FR": {"lifecycle": 56.1, "renewable": 0.27}}])
    exchanges: dict[str, dict[str, Any]] = Field(
        examples=[{"ES->FR": {"mw": -1450, "lifecycle": 56.1, "lonlat": [-0.05, 42.9], "rotation": 13}}])
    prices: dict[str, dict[str, Any]] = Field(examples=[{"FR": {"value": 61.73, "unit": "EUR/MWh"}}])
    missing: dict[str, str] = Field(examples=[{"AD": "No source of production is configured."}])


def state(request: Request, asked: Annotated[StateQuery, Query()]) -> Response:
    """Intensities, shares and flows of all zones."""
    grid = grid_of(request)
    body = world(grid, asked.datetime, with_estimates=not asked.disableEstimations)
    end_s = grid.now_s if asked.datetime is None else int(asked.datetime.timestamp())
    rows = [{"zone": key, **row} for key, row in body["zones"].items()]
    return bodies.reply(request, body, rows, keep_s=bodies.keep_s(end_s, grid.now_s))


def world(grid: Grid, at: datetime | None, *, with_estimates: bool = True) -> Row:
    """The state of all zones and exchanges, in the shape that /state and the static export give."""
    if at is None:
        results: Iterable[Row] = (grid.newest.with_estimates if with_estimates else grid.newest.own).values()
        hour_s = grid.now_s - grid.now_s % HOUR_S
        first_s = hour_s - (FLOW_H - 1) * HOUR_S
    else:
        hour_s = first_s = int(times.floor(at, 60).timestamp())
        results = grid.store.results(start_s=hour_s, end_s=hour_s + HOUR_S, with_estimates=with_estimates)
    told = {row["zone_key"]: row for row in results if row["lifecycle_g_per_kwh"] is not None}
    flows = newest_flows(grid.config, grid.store, first_s, hour_s + HOUR_S)
    return {
        "datetime": stamp(hour_s), "zones": {key: _zone(row) for key, row in sorted(told.items())},
        "exchanges": {key: _exchange(grid.config.exchanges[key], mw, told) for key, mw in flows.items()},
        "prices": prices(grid.store, hour_s),
        "missing": reasons(grid, [key for key in grid.config.zones if key not in told], told),
    }


def _zone(row: Row) -> Row:
    found: Row = {"datetime": stamp(row["hour_s"])}
    found |= {name: number(row[column], 1) for name, column in INTENSITIES.items()}
    found |= {name: number(row[column], 3) for name, column in SHARES.items()}
    found |= {name: whole(row[column]) for name, column in POWERS.items()}
    return found | {"estimation": row["estimation"], "flags": row["flags"], "origin": row["origin"]}


def _exchange(link: Link, flow_mw: float, told: Mapping[str, Row]) -> Row:
    """A flow (+ from the first zone to the second) with the intensity of the zone it comes from, and where to draw it.
    """
    first, second = link.zones
    origin = told.get(first if flow_mw >= 0 else second)
    intensities = {
        name: None if origin is None else number(origin[INTENSITIES[name]], 1) for name in ("lifecycle", "direct")}
    return {"mw": round(flow_mw), **intensities, "lonlat": link.lonlat, "rotation": link.rotation}


def newest_flows(config: Config, store: Store, first_s: int, end_s: int) -> dict[str, float]:
    """The newest hourly mean of each link's flow in [first_s, end_s), MW; links without one are left out."""
    links, hours_s = config.link_keys(), range(first_s, end_s, HOUR_S)
    found = store.columns("exchange", ("key", "start_s", "end_s", "value"), first_s, end_s)
    pieces = hourly_pieces(links, hours_s, found["key"], found["start_s"], found["end_s"])
    flows_mw = pieces.means(found["value"][None])[0]
    is_known = ~np.isnan(flows_mw)
    last = len(hours_s) - 1 - np.argmax(is_known[:, ::-1], axis=1)
    return {key: float(flows_mw[at, last[at]]) for at, key in enumerate(links) if is_known[at].any()}


def prices(store: Store, hour_s: int) -> dict[str, Row]:
    """The mean price of an hour in each zone that has one, in the currency of its source."""
    found = store.columns("price", ("key", "start_s", "end_s", "value", "currency"), hour_s, hour_s + HOUR_S)
    currencies = dict(zip(found["key"], found["currency"], strict=True))
    pieces = hourly_pieces(list(currencies), [hour_s], found["key"], found["start_s"], found["end_s"])
    means = pieces.means(found["value"][None])[0, :, 0].tolist()
    return {
        key: {"value": round(value, 2), "unit": f"{currency}/MWh"}
        for (key, currency), value in zip(currencies.items(), means, strict=True) if not np.isnan(value)}


def reasons(grid: Grid, keys: Iterable[str], told: Mapping[str, Row]) -> dict[str, str]:
    """Why zones have nothing to show, for people. told: the results there are, zone → row."""
    jobs = {row["key"]: row for row in grid.last_jobs() if row["kind"] == "production"}
    return {
        key: _of_aggregate(grid.config.zones[key], told) if grid.config.zones[key].sub_zones
        else _of_zone(grid.config.zones[key], jobs.get(key)) for key in keys}


def _of_aggregate(zone: Zone, told: Mapping[str, Row]) -> str:
    needed = [part for part in zone.sub_zones if part not in zone.bypassed_sub_zones]
    lacking = [part for part in needed if part not in told or told[part]["estimation"] in FALLBACKS]
    if not lacking:
        return "Its sub-zones have data, of hours that differ."
    names = ", ".join(lacking[:NAMED]) + (" and others" if len(lacking) > NAMED else "")
    return f"{len(lacking)} of its {len(needed)} sub-zones have no data of their own: {names}."


def _of_zone(zone: Zone, job: Row | None) -> str:
    if "production" not in zone.parsers:
        return "No source of production is configured."
    if job is None:
        return "Its source has not been asked yet."
    if job["outcome"] == "ok":
        return f"There are no data of the last {RECENT_S // HOUR_S} hours."
    return str(job["message"] or job["outcome"])


def router() -> APIRouter:
    """What maps draw."""
    made = APIRouter(tags=["Gridtrace"])
    made.add_api_route(
        "/state", state, summary="Every zone and exchange at once", operation_id="state",
        responses=documented() | {200: {"model": StateShape, "content": bodies.TABLES}})
    return made
