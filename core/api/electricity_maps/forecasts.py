"""`/{version}/{signal}/forecast`: what core.forecast foresees, in the shape of each signal.

The running hour comes first, then as many as are asked for. `method` names how the hours were foreseen; of wind, sun,
load and flows what sources themselves publish comes first. Intensities and shares have a band, `low` to `high`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request, Response

from core.api import bodies
from core.api.asking import Ahead, Between, Options, Place, edges_of
from core.api.bodies import stamp
from core.api.electricity_maps import measured, rows
from core.api.electricity_maps.routes import SOURCE_PATHS, VERSIONS, Mode, ask_of
from core.api.electricity_maps.rows import FORECAST_METHOD, Row, number, whole
from core.api.electricity_maps.shapes import BreakdownForecast, ForecastBody, IntensityForecast
from core.api.errors import BadRequest, documented, no_recent_data
from core.api.grid import Grid, grid_of
from core.api.traced import HOUR_S, Array, Ask
from core.config import Zone
from core.forecast import (
    METHOD,
    Forecast,
    forecast_results,
    forecast_series,
    load_mw_ahead,
    net_load_mw_ahead,
    produced_mw_ahead,
)
from core.store import Store
from core.store.tables import SHARE_COLUMNS

COMBINED_H = 24
SOURCE = "gridtrace: forecast"
PERCENTAGES = {"fossilFreePercentage": "carbon_free_share", "renewablePercentage": "renewable_share"}
OLDER = ("power-production-breakdown", "power-consumption-breakdown")
"""Paths of older clients, which look for the rows elsewhere."""
Make = Callable[[Grid, Ask, Ahead], list[Row]]


def foreseen(grid: Grid, ask: Ask, columns: Sequence[str], hours: int) -> Forecast:
    """Columns of results of the coming hours. Raises NothingKnown for a zone without a past."""
    found = forecast_results(grid.store, ask.zone, columns, grid.now_s, hours)
    if found is None:
        raise no_recent_data(ask.zone, f"Nothing is known of the zone {ask.zone} in the last seven days.")
    return found


def _heads(grid: Grid, ask: Ask, hours: int) -> list[Row]:
    """What every row says beside its value: clients read forecasts with what they read the past with."""
    made, first_s = stamp(grid.now_s), grid.now_s - grid.now_s % HOUR_S
    return [
        {
            "zone": ask.zone, "datetime": stamp(first_s + at * HOUR_S), "updatedAt": made, "createdAt": made,
            "isEstimated": True, "estimationMethod": FORECAST_METHOD, "temporalGranularity": "hourly",
        }
        for at in range(hours + 1)
    ]


def _intensities(grid: Grid, ask: Ask, asked: Ahead) -> list[Row]:
    found = foreseen(grid, ask, [ask.intensity_column], asked.horizonHours)
    return [
        {"carbonIntensity": whole(value), **band, "datetime": stamp(float(hour_s))}
        for hour_s, value, band in zip(
            found.hours_s, found.values[ask.intensity_column], _bands(found, ask.intensity_column, 1), strict=True)
    ]


def _bands(found: Forecast, column: str, scale: float) -> list[Row]:
    """The ends of each hour's band; null where it has none."""
    nothing = np.full(len(found.hours_s), np.nan)
    ends = (scale * one.get(column, nothing) for one in (found.low, found.high))
    return [{"low": whole(low), "high": whole(high)} for low, high in zip(*ends, strict=True)]


def _percents(signal: str) -> Make:
    def make(grid: Grid, ask: Ask, asked: Ahead) -> list[Row]:
        column = rows.PERCENT_COLUMNS[signal]
        found = foreseen(grid, ask, [column], asked.horizonHours)
        heads = _heads(grid, ask, asked.horizonHours)
        banded = [head | band for head, band in zip(heads, _bands(found, column, 100), strict=True)]
        return _valued(banded, 100 * found.values[column], 0, "%")

    return make


def _valued(heads: Sequence[Row], values: Array, digits: int, unit: str) -> list[Row]:
    return [
        {**head, "value": number(value, digits) if digits else whole(value), "unit": unit}
        for head, value in zip(heads, values, strict=True) if not np.isnan(value)
    ]


def _fossil(grid: Grid, ask: Ask, asked: Ahead) -> list[Row]:
    names = [f"{mode}_share" for mode in rows.FOSSIL_MODES]
    found = foreseen(grid, ask, names, asked.horizonHours)
    columns = dict(found.values) | {"start_s": found.hours_s}
    values = rows.fossil_intensity(grid.config.factors, ask, columns)
    return _valued(_heads(grid, ask, asked.horizonHours), values, 0, "gCO2eq/kWh")


def _consumed_mw(grid: Grid, ask: Ask, hours: int) -> dict[str, Array]:
    """MW by mode and discharge of consumption: the load that is foreseen, made of the shares that are."""
    found = foreseen(grid, ask, [*SHARE_COLUMNS, "consumption_mw"], hours).values
    zone = grid.zone(ask.zone)
    return rows.consumed_mw(found, load_mw_ahead(grid.store, zone, grid.now_s, hours, found["consumption_mw"]))


def produced_mw(grid: Grid, ask: Ask, hours: int) -> dict[str, Array]:
    """MW by mode of production, and of storage (+ charging)."""
    found = produced_mw_ahead(grid.store, grid.zone(ask.zone), grid.now_s, hours)
    return {name: found[column] for name, column in measured.PART_COLUMNS.items()}


def imports_mw_ahead(grid: Grid, ask: Ask, hours: int) -> dict[str, Array]:
    """MW into the zone (− out of it) by neighbour."""
    nothing = np.full(hours + 1, np.nan)

    def flow_mw(link: str) -> Array:
        found = forecast_series(grid.store, "exchange", link, grid.now_s, hours)
        return nothing if found is None else found.values.get("net_flow_mw", nothing)

    return measured.net_imports_by(grid, ask.zone, flow_mw)


def _mixes(grid: Grid, ask: Ask, asked: Ahead) -> list[Row]:
    hours = asked.horizonHours
    if asked.breakdownType == "flow-traced":
        parts = _consumed_mw(grid, ask, hours)
        mixes = [rows.mix_of(parts, at) for at in range(hours + 1)]
    elif asked.breakdownType == "normal":
        parts = produced_mw(grid, ask, hours)
        mixes = [measured.own_mix(parts, at) for at in range(hours + 1)]
    else:
        raise BadRequest(measured.WRONG_BREAKDOWN)
    return [
        {**head, "breakdownType": asked.breakdownType, "mix": mix}
        for head, mix in zip(_heads(grid, ask, hours), mixes, strict=True)
    ]


def _of_mode(mode: str) -> Make:
    def make(grid: Grid, ask: Ask, asked: Ahead) -> list[Row]:
        return measured.of_mode(_mixes(grid, ask, asked), mode)

    return make


def _flows(grid: Grid, ask: Ask, asked: Ahead) -> list[Row]:
    flows = imports_mw_ahead(grid, ask, asked.horizonHours)
    heads = _heads(grid, ask, asked.horizonHours)
    return [{**head, **measured.both_ways(flows, at)} for at, head in enumerate(heads)]


def _breakdowns(grid: Grid, ask: Ask, asked: Ahead) -> list[Row]:
    hours = asked.horizonHours
    consumed, produced = _consumed_mw(grid, ask, hours), produced_mw(grid, ask, hours)
    flows = imports_mw_ahead(grid, ask, hours)
    shares = foreseen(grid, ask, list(PERCENTAGES.values()), hours).values
    return [
        head | _with_totals({
            "powerConsumptionBreakdown": {name: whole(mw[at]) for name, mw in consumed.items()},
            **measured.own_breakdowns(produced, flows, at),
        }, has_neighbours=bool(flows)) | {name: whole(100 * shares[column][at]) for name, column in PERCENTAGES.items()}
        for at, head in enumerate(_heads(grid, ask, hours))
    ]


def _with_totals(parts: Row, *, has_neighbours: bool) -> Row:
    """Breakdowns, each with the sum of what is known of it; they are foreseen apart, so the four need not balance."""
    nothing = {} if has_neighbours else {"powerImportBreakdown": 0, "powerExportBreakdown": 0}
    known = {name: [mw for mw in part.values() if mw is not None] for name, part in parts.items()}
    return parts | {
        name.replace("Breakdown", "Total"): sum(mw) if mw else nothing.get(name) for name, mw in known.items()}


def _loads(ahead: Callable[[Store, Zone, int, int, Array], Array]) -> Make:
    def make(grid: Grid, ask: Ask, asked: Ahead) -> list[Row]:
        hours = asked.horizonHours
        found = foreseen(grid, ask, ["consumption_mw"], hours)
        values = ahead(grid.store, grid.zone(ask.zone), grid.now_s, hours, found.values["consumption_mw"])
        return [{**row, "source": SOURCE} for row in _valued(_heads(grid, ask, hours), values, 2, "MW")]

    return make


FORECASTS: Mapping[str, Make] = {
    "carbon-intensity": _intensities, "carbon-intensity-fossil-only": _fossil,
    "renewable-energy": _percents("renewable-energy"), "carbon-free-energy": _percents("carbon-free-energy"),
    "electricity-mix": _mixes, "electricity-flows": _flows, "power-breakdown": _breakdowns,
    "total-load": _loads(load_mw_ahead), "net-load": _loads(net_load_mw_ahead),
    **dict.fromkeys(OLDER, _breakdowns),
}


def forecast_body(grid: Grid, signal: str, asked: Ahead) -> dict[str, Any]:
    """The forecast of a signal. Raises BadRequest for other granularities than hours, and NothingKnown."""
    return _body(grid, FORECASTS[signal], asked, key_of(signal))


def key_of(signal: str) -> str:
    """Where the body has its rows."""
    return "forecast" if signal in ("carbon-intensity", *OLDER) else "data"


def _body(grid: Grid, make: Make, asked: Ahead, key: str) -> dict[str, Any]:
    if asked.temporalGranularity != "hourly":
        raise BadRequest("Expected temporalGranularity to be hourly")
    ask = ask_of(grid, asked)
    found = make(grid, ask, asked)
    if not found:
        raise no_recent_data(ask.zone, f"Nothing of this is known of the zone {ask.zone} in the last seven days.")
    return {
        "zone": ask.zone, key: found, "updatedAt": stamp(grid.now_s), "temporalGranularity": "hourly",
        "method": METHOD, "estimationMethod": FORECAST_METHOD,
    }


def _forecast(signal: str) -> Callable[..., Response]:
    def forecast(request: Request, asked: Annotated[Ahead, Query()]) -> Response:
        body = forecast_body(grid_of(request), signal, asked)
        return bodies.reply(request, body, body[key_of(signal)])

    return forecast


def of_any_source(request: Request, mode: Mode, asked: Annotated[Ahead, Query()]) -> Response:
    """The forecast of one mode of the mix."""
    body = _body(grid_of(request), _of_mode(mode), asked, "data")
    return bodies.reply(request, body, body["data"])


def prices(request: Request, asked: Annotated[Between, Query()]) -> Response:
    """Day-ahead prices that are published already, of a span that may lie ahead."""
    if "horizonHours" in request.query_params:
        raise BadRequest('Missing or invalid date parameter "start"', "Say start and end; prices have no horizonHours.")
    grid = grid_of(request)
    ask = ask_of(grid, asked, edges_of(asked.temporalGranularity, asked.start, asked.end, asked.timezone))
    found = measured.price_rows(grid, ask)
    return bodies.reply(request, {"zone": ask.zone, "data": found, "temporalGranularity": ask.granularity}, found)


def prices_around(request: Request, asked: Annotated[Options, Query()]) -> Response:
    """Day-ahead prices from the running hour on, as far as 24 hours ahead."""
    grid = grid_of(request)
    first_s = grid.now_s - grid.now_s % HOUR_S
    ask = ask_of(grid, asked, range(first_s, first_s + (COMBINED_H + 1) * HOUR_S + 1, HOUR_S))
    found = measured.price_rows(grid, ask)
    if not found:
        raise no_recent_data(ask.zone, f"No price of the zone {ask.zone} is published for the next {COMBINED_H} hours.")
    return bodies.reply(request, {"zone": ask.zone, "data": found, "temporalGranularity": "hourly"}, found)


def refuse_marginal(request: Request, asked: Annotated[Place, Query()]) -> Response:
    """Marginal intensities, which nobody here can give."""
    raise BadRequest(
        "Endpoint not available",
        "Gridtrace traces average intensities and has no model of marginal ones: ask for carbon-intensity.")


SHAPES = {"carbon-intensity": IntensityForecast} | dict.fromkeys(OLDER, BreakdownForecast)


def router() -> APIRouter:
    """Every forecast under both versions."""
    made = APIRouter()
    for version in VERSIONS:
        tags: list[Any] = [f"Electricity Maps {version}"]
        for signal in FORECASTS:
            model = SHAPES.get(signal, ForecastBody)
            made.add_api_route(
                f"/{version}/{signal}/forecast", _forecast(signal), tags=tags,
                summary=f"Coming hours of {signal}",
                responses=documented() | {200: {"model": model, "content": bodies.TABLES}},
                operation_id=f"{version} {signal}/forecast")
        for path, handler, summary in (
            (f"{SOURCE_PATHS[version]}/{{mode}}/forecast", of_any_source, "Coming hours of one mode"),
            ("price-day-ahead/forecast", prices, "Day-ahead prices that are published"),
            ("price-day-ahead/combined", prices_around, "Day-ahead prices of the next 24 hours"),
        ):
            made.add_api_route(
                f"/{version}/{path}", handler, tags=tags, summary=summary, operation_id=f"{version} {path}",
                responses=documented() | {200: {"model": ForecastBody, "content": bodies.TABLES}})
        for temporality in ("latest", "history", "past", "past-range", "forecast"):
            made.add_api_route(
                f"/{version}/marginal-carbon-intensity/{temporality}", refuse_marginal, tags=tags,
                summary="Refused: there is no marginal model", responses=documented(), include_in_schema=False)
    return made
