"""Places as people name them: zones, regions of clouds, points."""

import re
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

from core.config import Config, Zone
from core.errors import UnknownPlace
from core.places import DataCenter, data_centers, zone_at

PROVIDERS = ("azure", "aws", "gcp", "ovh")
"""Whose region is meant by a name that several have."""
POINT = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*")


class Place(NamedTuple):
    """Where a job may run, as it was named, and the zone that it draws from."""

    name: str
    zone: Zone


@lru_cache(maxsize=1)
def regions() -> dict[str, DataCenter]:
    """Regions of clouds by their names in small letters, alone and after their provider as in `aws:eu-west-1`."""
    found: dict[str, DataCenter] = {}
    for one in sorted(data_centers(), key=lambda one: PROVIDERS.index(one.provider)):
        found.setdefault(one.region.lower(), one)
        found[f"{one.provider}:{one.region.lower()}"] = one
    return found


def zone_key_of(config: Config, name: str) -> str:
    """The zone of a key or a region's name. Raises UnknownPlace."""
    if name in config.zones:
        return name
    found = regions().get(name.lower())
    if found is None:
        near = get_close_matches(name.lower(), [key.lower() for key in config.zones] + list(regions()))
        named = " or ".join(key.upper() if key.upper() in config.zones else key for key in near)
        hint = f" Did you mean {named}?" if near else ""
        raise UnknownPlace(f"There is neither a zone nor a cloud region {name[:64]!r}.{hint}")
    return found.zone


def place_of(config: Config, name: str) -> Place:
    """The place of a zone's key, a region's name, or a point `LATITUDE,LONGITUDE`. Raises UnknownPlace."""
    point = point_of(name)
    key = zone_key_of(config, name) if point is None else zone_at(*point)
    if key is None:
        raise UnknownPlace(f"No zone lies at {name} (latitude, longitude): it is open sea.")
    if key not in config.zones:
        raise UnknownPlace(f"{name} lies in {key}, which is no zone of this configuration.")
    return Place(name, config.zones[key])


def point_of(name: str) -> tuple[float, float] | None:
    """Latitude and longitude, if that is what was named. Raises InvalidPoint where there is no such point."""
    match = POINT.fullmatch(name)
    return (float(match[1]), float(match[2])) if match else None
