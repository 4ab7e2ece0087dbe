"""The regions of public clouds and the zones they draw power from, as data_centers.json lists them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from core.errors import ConfigError
from core.places.shapes import zone_at

FILE = "data_centers.json"


@dataclass(frozen=True)
class DataCenter:
    """One region of a cloud, placed in the city that its provider names."""

    provider: str
    """aws, azure, gcp or ovh."""
    region: str
    """As the provider writes it."""
    city: str
    lat: float
    lon: float
    zone: str
    status: str
    operational_since: str | None
    """The day it was opened, YYYY-MM-DD; None if that is not known."""
    source: str
    """Address of the provider's list of regions."""

    @property
    def display_name(self) -> str:
        """City and region, as in `Frankfurt (eu-central-1)`."""
        return f"{self.city} ({self.region})"


def data_centers() -> tuple[DataCenter, ...]:
    """Every region of every provider; ConfigError if one lies in no zone."""
    return tuple(_by_name().values())


def find(provider: str, region: str) -> DataCenter | None:
    """The region of that name, in capitals or not; None if there is none."""
    return _by_name().get((provider.lower(), region.lower()))


@lru_cache(maxsize=1)
def _by_name() -> dict[tuple[str, str], DataCenter]:
    listed = json.loads(resources.files("core.places").joinpath(FILE).read_text(encoding="utf-8"))
    return {
        (provider, entry["region"].lower()): _data_center(provider, about["source"], entry)
        for provider, about in listed.items()
        for entry in about["regions"]
    }


def _data_center(provider: str, source: str, entry: Mapping[str, Any]) -> DataCenter:
    lon, lat = entry["lonlat"]
    zone = entry.get("zone") or zone_at(lat, lon)
    if zone is None:
        raise ConfigError(f"{FILE}: {provider} {entry['region']}: no zone lies at {lat}, {lon}; correct lonlat.")
    return DataCenter(
        provider, entry["region"], entry["city"], lat, lon, zone, entry["status"], entry["operationalSince"], source
    )
