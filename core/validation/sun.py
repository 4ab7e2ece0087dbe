"""Where the sun stands: enough to tell night from day."""

import math
from datetime import datetime

TWILIGHT_DEG = -6.0
"""Below the horizon by so much no panel gives anything: the end of civil twilight."""
TILT_DEG, DAYS = 23.44, 365.25
WINTER_SOLSTICE_DAY = 355
"""21 December, of the days of a year."""
OFF_DEG = 5.0
"""The equation of time and the round year move the sun by up to so much."""


def height_deg(lon: float, lat: float, at: datetime) -> float:
    """Degrees of the sun's centre above the horizon, to about OFF_DEG.

    sin h = sin φ sin δ + cos φ cos δ cos H, with the declination δ = −23.44° cos(2π (day + 10) / 365.25) and the hour
    angle H = 15° (hour of mean solar time − 12).
    """
    hours = at.hour + at.minute / 60 + at.second / 3600
    turned = 2 * math.pi * (at.timetuple().tm_yday - WINTER_SOLSTICE_DAY) / DAYS
    declination = math.radians(-TILT_DEG * math.cos(turned))
    hour_angle = math.radians(15 * (hours - 12) + lon)
    phi = math.radians(lat)
    sine = math.sin(phi) * math.sin(declination) + math.cos(phi) * math.cos(declination) * math.cos(hour_angle)
    return math.degrees(math.asin(max(-1.0, min(1.0, sine))))


def is_night(lon: float, lat: float, at: datetime) -> bool:
    """Whether it is surely night at a place at a moment in UTC."""
    return height_deg(lon, lat, at) < TWILIGHT_DEG - OFF_DEG
