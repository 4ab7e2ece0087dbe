"""What Home Assistant polls, and CO2 Signal before it: a zone's newest intensity and fossil share.

`/v3/home-assistant` and the older `/v1/latest` answer alike. A zone that there is not, or of which nothing recent is
known, is no error there: the status says so.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from core.api import bodies
from core.api.asking import Place
from core.api.electricity_maps.rows import Row, number, whole
from core.api.electricity_maps.shapes import Shape
from core.api.errors import NothingKnown, documented
from core.api.grid import Grid, grid_of
from core.store import LIVE

UNITS = {"carbonIntensity": "gCO2eq/kWh"}
DISCLAIMER = "These data are not live measurements of the grid: {}."
PATHS = ("/v3/home-assistant", "/v4/home-assistant", "/v1/latest")


class HomeAssistantShape(Shape):
    status: str = Field(description="ok, or no-data.", examples=["ok"])
    countryCode: str | None = Field(description="The zone's key.", examples=["DE"])
    data: dict[str, Any] = Field(examples=[
        {"datetime": "2026-03-10T11:00:00.000Z", "carbonIntensity": 474, "fossilFuelPercentage": 42.22}])
    units: dict[str, str] = Field(examples=[UNITS])


def latest_body(grid: Grid, asked: Place) -> Row:
    """The newest hour of a zone in CO2 Signal's shape. Raises BadRequest if no place is given."""
    key = None
    try:
        key = asked.must_key()
        found = grid.latest(key)
    except NothingKnown:
        return {"status": "no-data", "countryCode": key, "data": {}, "units": UNITS}
    data = {
        "datetime": bodies.stamp(found["hour_s"]), "carbonIntensity": whole(found["lifecycle_g_per_kwh"]),
        "fossilFuelPercentage": _fossil_percent(found["carbon_free_share"]),
    }
    body = {"status": "ok", "countryCode": found["zone_key"], "data": data, "units": UNITS}
    origin = found["origin"]
    return body if origin == LIVE else {"_disclaimer": DISCLAIMER.format(origin), **body}


def _fossil_percent(carbon_free_share: float | None) -> float | None:
    return None if carbon_free_share is None else number(100 * (1 - carbon_free_share), 2)


def home_assistant(request: Request, asked: Annotated[Place, Query()]) -> Response:
    """The newest intensity in whole gCO2eq/kWh, and the share that is neither renewable nor nuclear in per cent."""
    return bodies.reply(request, latest_body(grid_of(request), asked))


def router() -> APIRouter:
    """The same answer at each path."""
    made = APIRouter()
    for path in PATHS:
        made.add_api_route(
            path, home_assistant, tags=["CO2 Signal"], summary="Newest intensity and fossil share",
            responses=documented() | {200: {"model": HomeAssistantShape}}, operation_id=f"co2-signal {path}")
    return made
