"""What of an hour of a run is kept."""

from datetime import datetime
from typing import NamedTuple

from core.weather.fields import Forecast
from core.weather.sun import FloatArray
from core.weather.thinned import pack
from core.weather.zones import Weights, zone_means


class Kept(NamedTuple):
    """An hour of a run, thinned for maps and as means of zones."""

    issued: datetime
    at: datetime
    content: bytes
    """As `unpack` reads it."""
    zones: tuple[str, ...]
    means: FloatArray
    """(zones, QUANTITIES)."""


def keep(forecast: Forecast, weights: Weights) -> Kept:
    """What is kept of an hour on WORLD."""
    return Kept(forecast.issued, forecast.at, pack(forecast), weights.zones, zone_means(weights, forecast))
