"""The carbon-aware optimizer, and the smart-charging optimizer, which takes the power too.

A job begins in [startWindow, endWindow] and ends by endWindow; a window shorter than the job bounds only its start, as
the operator for Airflow means it. All three metric values are those of the zone that was chosen. Of the answer of the
smart-charging optimizer only the shape that it shares with the other is documented publicly; the energy charged and
its emissions are told beside it.
"""

from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from core.api import bodies
from core.api.asking import Key, Moment
from core.api.bodies import stamp
from core.api.dialects.locations import foreseen_of, zone_of_place
from core.api.dialects.origins import origin_of
from core.api.dialects.refusals import route
from core.api.durations import Duration
from core.api.electricity_maps.rows import Row
from core.api.electricity_maps.shapes import Shape
from core.api.errors import BadRequest, documented
from core.api.grid import Grid, grid_of
from core.decisions import METRICS, Metric
from core.errors import NoForecast
from core.scheduling import Series, best_windows

VERSIONS = ("beta", "v3", "v4")
Name = Literal["flow-traced_carbon_intensity", "flow-traced_renewable_share", "net_load"]
KNOWN: dict[str, tuple[Metric, str]] = {
    "flow-traced_carbon_intensity": (METRICS["carbon-intensity"], "gCO2/kWh"),
    "flow-traced_renewable_share": (METRICS["renewable-share"], "%"),
    "net_load": (METRICS["net-load"], "MW"),
}
"""Our metric and the original's word for its unit."""
Point = tuple[float, float]


class Region(BaseModel):
    """A data centre."""

    dataCenterProvider: Key = Field(examples=["gcp"])
    dataCenterRegion: Key = Field(examples=["europe-west1"])


Location = Point | Region | Key


class Optimization(BaseModel):
    """A job, when and where it may run, and what is to be best."""

    duration: Duration = Field(description="ISO 8601, such as PT3H.")
    startWindow: Moment
    endWindow: Moment
    locations: list[Location] = Field(
        min_length=1, max_length=200, examples=[[[4.3286, 50.8517]]],
        description="Points [longitude, latitude], data centres, or keys of zones.")
    optimizationMetric: Name

    def window_s(self, now_s: int) -> tuple[int, int]:
        """The first and the last allowed start. Raises BadRequest."""
        start_s, end_s = int(self.startWindow.timestamp()), int(self.endWindow.timestamp())
        if end_s < start_s:
            raise BadRequest('Missing or invalid date parameter "endWindow"', "The window ends before it begins.")
        if end_s < now_s:
            raise BadRequest('Missing or invalid date parameter "endWindow"', "The window has passed.")
        start_s = max(start_s, now_s)
        return start_s, end_s if end_s - start_s < self.duration else end_s - self.duration


class Charging(Optimization):
    """The same of a battery that is charged."""

    powerConsumption: Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)] = Field(description="kW.")


VALUES = {
    "metricValueImmediateExecution": 55.45, "metricValueOptimalExecution": 51.79,
    "metricValueStartWindowExecution": 55.37, "metricUnit": "gCO2/kWh",
    "optimizationMetric": "flow-traced_carbon_intensity", "zoneKey": "BE",
}


class OptimizationShape(Shape):
    optimalStartTime: str = Field(examples=["2026-03-10T15:00:00.000Z"])
    optimalLocation: Any = Field(description="As it was asked for.", examples=[[4.3286, 50.8517]])
    optimizationOutput: dict[str, Any] = Field(examples=[VALUES])


def carbon_aware(request: Request, asked: Optimization) -> Response:
    """The best start and location."""
    body, _ = _optimum(grid_of(request), asked)
    return _reply(request, body)


def smart_charging(request: Request, asked: Charging) -> Response:
    """The same, with the energy and by carbon intensity also what it emits."""
    body, values = _optimum(grid_of(request), asked)
    energy_kwh = asked.powerConsumption * asked.duration / 3600
    body["chargingEnergy"] = {"value": round(energy_kwh, 3), "unit": "kWh"}
    if asked.optimizationMetric == "flow-traced_carbon_intensity":
        emissions_g = {name: round(value * energy_kwh, 1) for name, value in values.items()}
        body["chargingEmissions"] = {**emissions_g, "unit": "gCO2"}
    return _reply(request, body)


def _reply(request: Request, body: Row) -> Response:
    origin = origin_of(grid_of(request), [body["optimizationOutput"]["zoneKey"]])
    return bodies.reply(request, body, headers={"Cache-Control": "no-store", **origin})


def _optimum(grid: Grid, asked: Optimization) -> tuple[Row, dict[str, float]]:
    """The answer, and the metric's value of running at once, at the best start, and at the window's."""
    metric, unit = KNOWN[asked.optimizationMetric]
    window_s = asked.window_s(grid.now_s)
    zones = {str(at): zone_of_place(grid, _plain(place)) for at, place in enumerate(asked.locations)}
    foreseen = foreseen_of(grid, zones, metric, window_s[1] + asked.duration)
    series = {name: one.series for name, one in foreseen.items()}
    ideal = best_windows(series, asked.duration, [window_s], count=1, metric_is_better=metric.better).ideal
    values = {
        "immediate": _value(series[ideal.place], grid.now_s, asked.duration), "optimal": ideal.value,
        "startWindow": _value(series[ideal.place], window_s[0], asked.duration),
    }
    told = {f"metricValue{name[0].upper()}{name[1:]}Execution": round(value, 2) for name, value in values.items()}
    output = {
        **told, "metricUnit": unit, "optimizationMetric": asked.optimizationMetric, "zoneKey": zones[ideal.place]}
    body = {
        "optimalStartTime": stamp(ideal.start_s), "optimalLocation": _plain(asked.locations[int(ideal.place)]),
        "optimizationOutput": output,
    }
    return body, values


def _value(series: Series, start_s: int, duration_s: int) -> float:
    """The mean over a job that begins then. Raises NoForecast: clients take no null."""
    found = float(series.means(np.array([start_s]), duration_s)[0])
    if np.isnan(found):
        raise NoForecast("What is foreseen has gaps in the job's time if it began at once; ask again later.")
    return found


def _plain(place: Location) -> str | Point | dict[str, str]:
    return place.model_dump() if isinstance(place, Region) else place


def router() -> APIRouter:
    """Both optimizers under each version."""
    made = APIRouter(tags=["Electricity Maps optimizers"], route_class=route())
    for version in VERSIONS:
        for path, handler, summary in (
            ("carbon-aware-optimizer", carbon_aware, "The best start and location of a job"),
            ("smart-charging-optimizer", smart_charging, "The best start of charging a battery"),
        ):
            made.add_api_route(
                f"/{version}/{path}", handler, methods=["POST"], summary=summary,
                responses=documented() | {200: {"model": OptimizationShape}}, operation_id=f"{version} {path}")
    return made
