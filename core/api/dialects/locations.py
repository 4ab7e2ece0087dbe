"""Places as schedulers name them: zones, regions of clouds, points."""

from collections.abc import Mapping

from core.api.asking import zone_of_data_center, zone_of_point
from core.api.errors import BadRequest
from core.api.grid import Grid
from core.decisions import Foreseen, Metric, series_of_places, zone_key_of
from core.errors import UnknownPlace


def zone_of_name(grid: Grid, name: str) -> str:
    """The zone of a key or a region's name. Raises BadRequest."""
    try:
        return zone_key_of(grid.config, name)
    except UnknownPlace as err:
        message = f"There is neither a zone nor a cloud region {name[:64]!r}; see /locations."
        raise BadRequest(f"Unknown location {name[:64]!r}", message) from err


def zone_of_place(grid: Grid, place: str | tuple[float, float] | dict[str, str]) -> str:
    """The zone of a name, of longitude and latitude, or of a region by provider. Raises BadRequest or NothingKnown."""
    if isinstance(place, str):
        return zone_of_name(grid, place)
    if isinstance(place, dict):
        provider = place.get("dataCenterProvider") or place.get("provider")
        return zone_of_data_center(provider, place.get("dataCenterRegion") or place.get("region"))
    lon, lat = place
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise BadRequest("Invalid location", f"A point is [longitude, latitude] in degrees, not [{lon:g}, {lat:g}].")
    return zone_of_point(lat, lon)


def foreseen_of(grid: Grid, zones: Mapping[str, str], metric: Metric, until_s: int) -> dict[str, Foreseen]:
    """What is foreseen of places by the zones they lie in. Raises NothingKnown, NoForecast or CannotSchedule."""
    return series_of_places(
        grid.store, {place: grid.zone(zone) for place, zone in zones.items()}, metric, until_s, grid.now_s)
