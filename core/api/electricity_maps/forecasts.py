"""`/{version}/{signal}/forecast`: what core.forecast foresees, in the shape of each signal.

The running hour comes first, then as many as are asked for. `method` names how the hours were foreseen; of wind, sun,
load and flows what sources themselves publish comes first. Intensities and shares have a band, `low` to `high`. What
rests on a forecast of results says when that was `issued`, and the newest hour it is `madeFrom`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

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
from core.forecast import (
    METHOD,
    Forecast,
    forecast_results,
    forecast_series,
    load_mw_ahead,
    net_load,
    produced_mw_ahead,
)
from core.store.tables import SHARE_COLUMNS

COMBINED_H = 24
SOURCE = "gridtrace: forecast"
ALONE = ("carbon-intensity", *rows.PERCENT_COLUMNS)
"""Signals that are one column of results: what was issued of them can be asked for."""
PERCENTAGES = {"fossilFreePercentage": "carbon_free_share", "renewablePercentage": "renewable_share"}
OLDER = ("power-production-breakdown", "power-consumption-breakdown")
"""Paths of older clients, which look for the rows elsewhere."""


class Made(NamedTuple):
    """Rows, and the forecast of results that they rest on, if they do."""

    rows: list[Row]
    rests_on: Forecast | None = None


Make = Callable[[Grid, Ask, Ahead], Made]


def foreseen(grid: Grid, ask: Ask, columns: Sequence[str], hours: int) -> Forecast:
    """Columns of results of the coming hours, or of those after `asOf`. Raises NothingKnown if there is no past."""
    at_s = grid.now_s if ask.known_at_s is None else ask.known_at_s
    found = forecast_results(grid.store, ask.zone, columns, at_s, hours)
    if found is None:
        raise no_recent_data(ask.zone, f"Nothing is known of the zone {ask.zone} in the seven days before.")
    return found


def _heads(zone_key: str, first_s: int, hours: int, made_s: int) -> list[Row]:
    """What every row says beside its value: clients read forecasts with what they read the past with."""
    made = stamp(made_s)
    return [
        {
            "zone": zone_key, "datetime": stamp(first_s + at * HOUR_S), "updatedAt": made, "createdAt": made,
            "isEstimated": True, "estimationMethod": FORECAST_METHOD, "temporalGranularity": "hourly",
        }
        for at in range(hours + 1)
    ]


def _heads_of(found: Forecast) -> list[Row]:
    return _heads(found.zone_key, int(found.hours_s[0]), len(found.hours_s) - 1, found.issued_s)


def _heads_now(grid: Grid, ask: Ask, hours: int) -> list[Row]:
    return _heads(ask.zone, grid.now_s - grid.now_s % HOUR_S, hours, grid.now_s)


def _alone(signal: str) -> Make:
    def make(grid: Grid, ask: Ask, asked: Ahead) -> Made:
        column = rows.PERCENT_COLUMNS.get(signal, ask.intensity_column)
        found = foreseen(grid, ask, [column], asked.horizonHours)
        return Made(rows_of(found, column), found)

    return make


def rows_of(found: Forecast, column: str) -> list[Row]:
    """The forecast of one column, which is an intensity or a share, hour by hour."""
    values = found.values[column]
    if column in rows.PERCENT_COLUMNS.values():
        heads = [head | band for head, band in zip(_heads_of(found), _bands(found, column, 100), strict=True)]
        return _valued(heads, 100 * values, 0, "%")
    return [
        {"carbonIntensity": whole(value), **band, "datetime": stamp(float(hour_s))}
        for hour_s, value, band in zip(found.hours_s, values, _bands(found, column, 1), strict=True)]


def _bands(found: Forecast, column: str, scale: float) -> list[Row]:
    """The ends of each hour's band; null where it has none."""
    nothing = np.full(len(found.hours_s), np.nan)
    ends = (scale * one.get(column, nothing) for one in (found.low, found.high))
    return [{"low": whole(low), "high": whole(high)} for low, high in zip(*ends, strict=True)]


def _valued(heads: Sequence[Row], values: Array, digits: int, unit: str) -> list[Row]:
    return [
        {**head, "value": number(value, digits) if digits else whole(value), "unit": unit}
        for head, value in zip(heads, values, strict=True) if not np.isnan(value)
    ]


def _fossil(grid: Grid, ask: Ask, asked: Ahead) -> Made:
    names = [f"{mode}_share" for mode in rows.FOSSIL_MODES]
    found = foreseen(grid, ask, names, asked.horizonHours)
    columns = dict(found.values) | {"start_s": found.hours_s}
    values = rows.fossil_intensity(grid.config.factors, ask, columns)
    return Made(_valued(_heads_of(found), values, 0, "gCO2eq/kWh"), found)


def _load_mw(grid: Grid, found: Forecast) -> Array:
    """The load of the forecast's hours: what sources publish of it, else the forecast's own."""
    zone, hours = grid.zone(found.zone_key), len(found.hours_s) - 1
    return load_mw_ahead(grid.store, zone, grid.now_s, hours, found.values["consumption_mw"])


def _consumed(grid: Grid, ask: Ask, hours: int) -> tuple[dict[str, Array], Forecast]:
    """MW by mode and discharge of consumption: the load that is foreseen, made of the shares that are."""
    found = foreseen(grid, ask, [*SHARE_COLUMNS, "consumption_mw", *PERCENTAGES.values()], hours)
    return rows.consumed_mw(found.values, _load_mw(grid, found)), found


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


def _mixes(grid: Grid, ask: Ask, asked: Ahead) -> Made:
    hours = asked.horizonHours
    if asked.breakdownType == "flow-traced":
        parts, found = _consumed(grid, ask, hours)
        mixes = [rows.mix_of(parts, at) for at in range(hours + 1)]
        return Made(_mixed(_heads_of(found), asked.breakdownType, mixes), found)
    if asked.breakdownType == "normal":
        parts = produced_mw(grid, ask, hours)
        mixes = [measured.own_mix(parts, at) for at in range(hours + 1)]
        return Made(_mixed(_heads_now(grid, ask, hours), asked.breakdownType, mixes))
    raise BadRequest(measured.WRONG_BREAKDOWN)


def _mixed(heads: Sequence[Row], kind: str, mixes: Sequence[Row]) -> list[Row]:
    return [{**head, "breakdownType": kind, "mix": mix} for head, mix in zip(heads, mixes, strict=True)]


def _of_mode(mode: str) -> Make:
    def make(grid: Grid, ask: Ask, asked: Ahead) -> Made:
        made = _mixes(grid, ask, asked)
        return made._replace(rows=measured.of_mode(made.rows, mode))

    return make


def _flows(grid: Grid, ask: Ask, asked: Ahead) -> Made:
    flows = imports_mw_ahead(grid, ask, asked.horizonHours)
    heads = _heads_now(grid, ask, asked.horizonHours)
    return Made([{**head, **measured.both_ways(flows, at)} for at, head in enumerate(heads)])


def _breakdowns(grid: Grid, ask: Ask, asked: Ahead) -> Made:
    hours = asked.horizonHours
    consumed, found = _consumed(grid, ask, hours)
    produced, flows, shares = produced_mw(grid, ask, hours), imports_mw_ahead(grid, ask, hours), found.values
    return Made([
        head | _with_totals({
            "powerConsumptionBreakdown": {name: whole(mw[at]) for name, mw in consumed.items()},
            **measured.own_breakdowns(produced, flows, at),
        }, has_neighbours=bool(flows)) | {name: whole(100 * shares[column][at]) for name, column in PERCENTAGES.items()}
        for at, head in enumerate(_heads_of(found))
    ], found)


def _with_totals(parts: Row, *, has_neighbours: bool) -> Row:
    """Breakdowns, each with the sum of what is known of it; they are foreseen apart, so the four need not balance."""
    nothing = {} if has_neighbours else {"powerImportBreakdown": 0, "powerExportBreakdown": 0}
    known = {name: [mw for mw in part.values() if mw is not None] for name, part in parts.items()}
    return parts | {
        name.replace("Breakdown", "Total"): sum(mw) if mw else nothing.get(name) for name, mw in known.items()}


def _loads(grid: Grid, ask: Ask, asked: Ahead) -> Made:
    return _load(grid, ask, asked, lambda load_mw: load_mw)


def _net_loads(grid: Grid, ask: Ask, asked: Ahead) -> Made:
    own = produced_mw(grid, ask, asked.horizonHours)
    return _load(grid, ask, asked, lambda load_mw: net_load(load_mw, own["wind"], own["solar"]))


def _load(grid: Grid, ask: Ask, asked: Ahead, told: Callable[[Array], Array]) -> Made:
    """What is told of the load, which rests on the forecast of results where a source does not publish each hour."""
    found = foreseen(grid, ask, ["consumption_mw"], asked.horizonHours)
    load_mw = _load_mw(grid, found)
    rests_on = found if (load_mw == found.values["consumption_mw"]).any() else None
    heads = _heads_now(grid, ask, asked.horizonHours) if rests_on is None else _heads_of(found)
    return Made([{**row, "source": SOURCE} for row in _valued(heads, told(load_mw), 2, "MW")], rests_on)


FORECASTS: Mapping[str, Make] = {
    **{signal: _alone(signal) for signal in ALONE}, "carbon-intensity-fossil-only": _fossil,
    "electricity-mix": _mixes, "electricity-flows": _flows, "power-breakdown": _breakdowns,
    "total-load": _loads, "net-load": _net_loads,
    **dict.fromkeys(OLDER, _breakdowns),
}


def forecast_body(grid: Grid, signal: str, asked: Ahead) -> dict[str, Any]:
    """The forecast of a signal. Raises BadRequest for other granularities than hours, and NothingKnown."""
    _check_as_of(grid, signal, asked)
    return _body(grid, FORECASTS[signal], asked, key_of(signal))


def _check_as_of(grid: Grid, signal: str, asked: Ahead) -> None:
    """Raise BadRequest for a moment ahead, and for any where what was foreseen is not kept."""
    if asked.asOf is None:
        return
    if signal not in ALONE:
        raise BadRequest(
            "Parameter asOf is not available here",
            f"What was foreseen of {signal} is not kept: leave out `asOf`, or ask for one of {', '.join(ALONE)}.")
    if asked.asOf.timestamp() > grid.now_s:
        raise BadRequest("`asOf` must not be ahead of now.")


def key_of(signal: str) -> str:
    """Where the body has its rows."""
    return "forecast" if signal in ("carbon-intensity", *OLDER) else "data"


def _body(grid: Grid, make: Make, asked: Ahead, key: str) -> dict[str, Any]:
    if asked.temporalGranularity != "hourly":
        raise BadRequest("Expected temporalGranularity to be hourly")
    ask = ask_of(grid, asked)
    found, rests_on = make(grid, ask, asked)
    if not found:
        raise no_recent_data(ask.zone, f"Nothing of this is known of the zone {ask.zone} in the last seven days.")
    made_s = grid.now_s if rests_on is None else rests_on.issued_s
    return {
        "zone": ask.zone, key: found, "updatedAt": stamp(made_s), "temporalGranularity": "hourly",
        "estimationMethod": FORECAST_METHOD, **({"method": METHOD} if rests_on is None else how_made(rests_on)),
    }


def how_made(found: Forecast) -> Row:
    """How a forecast was made, when, and from hours until when."""
    return {"method": found.method, "issued": stamp(found.issued_s), "madeFrom": stamp(found.made_from_s)}


def _forecast(signal: str) -> Callable[..., Response]:
    def forecast(request: Request, asked: Annotated[Ahead, Query()]) -> Response:
        body = forecast_body(grid_of(request), signal, asked)
        return bodies.reply(request, body, body[key_of(signal)])

    return forecast


def of_any_source(request: Request, mode: Mode, asked: Annotated[Ahead, Query()]) -> Response:
    """The forecast of one mode of the mix."""
    _check_as_of(grid_of(request), "one mode", asked)
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
