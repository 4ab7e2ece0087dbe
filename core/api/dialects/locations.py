"""Places as schedulers name them: zones, regions of clouds, points."""

from functools import lru_cache

from core.api.asking import zone_of_data_center, zone_of_point
from core.api.errors import BadRequest
from core.api.grid import Grid
from core.places import DataCenter, data_centers

PROVIDERS = ("azure", "aws", "gcp", "ovh")
"""Whose region is meant by a name that several have."""


@lru_cache(maxsize=1)
def regions() -> dict[str, DataCenter]:
    """Regions of clouds by their names in small letters, alone and after their provider as in `aws:eu-west-1`."""
    found: dict[str, DataCenter] = {}
    for one in sorted(data_centers(), key=lambda one: PROVIDERS.index(one.provider)):
        found.setdefault(one.region.lower(), one)
        found[f"{one.provider}:{one.region.lower()}"] = one
    return found


def zone_of_name(grid: Grid, name: str) -> str:
    """The zone of a key or a region's name. Raises BadRequest."""
    if name in grid.config.zones:
        return name
    found = regions().get(name.lower())
    if found is None:
        message = f"There is neither a zone nor a cloud region {name[:64]!r}; see /locations."
        raise BadRequest(f"Unknown location {name[:64]!r}", message)
    return found.zone


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
