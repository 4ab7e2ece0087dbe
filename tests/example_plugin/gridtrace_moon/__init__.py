"""The grid of a base on the Moon, as an example of a plugin: it asks nobody and answers for the last three hours.

Serves   production XM; flows to FR
Time     60 min, stamped at the start, UTC
Unit     MW
Sign     flows: + is from France to the Moon
"""

from core import exchange, production, source, times
from core.plugins import impl

SOURCE = "moon.example"
HOURS = 3
MODES = [{"nuclear": 60.0, "solar": 40.0}, {"nuclear": 60.0, "wind": 40.0}, {"nuclear": 60.0, "solar": 20.0}]
"""Of each hour, the oldest first; the second is a mistake of the source, which the quality rule below suspects."""


@impl
def gridtrace_zones():
    return {
        "XM": {
            "name": "Moon base", "country": None, "region": "Oceania", "timezone": "UTC",
            "bbox": [10.0, -1.0, 12.0, 1.0], "parsers": {"production": "moon.fetch_production"},
        }
    }


@impl
def gridtrace_exchanges():
    parsers = {"exchange": "moon.fetch_exchange"}
    return {"FR->XM": {"lonlat": [11.0, 0.0], "rotation": 90, "capacity": [-10, 10], "parsers": parsers}}


@impl
def gridtrace_quality_rules(config):
    def no_wind_without_air(event):
        is_windy = event.key == "XM" and getattr(event, "production", None) and event.production.get("wind")
        return "there is no wind on the Moon" if is_windy else None

    return [no_wind_without_air]


@source(resolution_min=60, window_h=HOURS, delay_h=0)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return [
        production(zone_key, start=start, end=times.shift(start, hours=1), source=SOURCE, modes=modes)
        for start, modes in zip(hours(target_datetime), MODES, strict=True)
    ]


@source(resolution_min=60, window_h=HOURS, delay_h=0)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    return [
        exchange(zone_key1, zone_key2, start=start, end=times.shift(start, hours=1), source=SOURCE, flow_mw=0.0)
        for start in hours(target_datetime)
    ]


def hours(target_datetime):
    """The starts of the last whole hours before the asked moment."""
    last = times.floor(times.at(target_datetime), 60)
    return [times.shift(last, hours=-i) for i in range(HOURS, 0, -1)]
