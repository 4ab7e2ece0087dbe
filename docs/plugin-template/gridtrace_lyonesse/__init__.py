"""Lyonesse Grid, the operator of an invented island: a day of hours in one JSON file, public, no key.

Docs     https://api.lyonesse.example/docs
Serves   production XL; flows GB->XL
Time     60 min, stamped at the start, Europe/London
Unit     kW
Sign     battery: source + is giving back; cable: source + is into Lyonesse
History  any day since 2020
"""

import json
from importlib.resources import files

from core import by_label, errors, exchange, http, number, production, require, source, times
from core.plugins import impl

SOURCE = "lyonesse.example"
URL = "https://api.lyonesse.example/day"
TIMEZONE = "Europe/London"
HOUR = 60
KW_PER_MW = 1000
MODES = {"wind": "wind", "solar": "solar", "diesel": "oil"}
STORAGE = {"battery": "battery"}
NO_METERS = ("at", "cable")
"""Columns that are no power station."""


@impl
def gridtrace_zones():
    shape = json.loads(files(__package__).joinpath("shape.geojson").read_text(encoding="utf-8"))
    return {
        "XL": {
            "name": "Lyonesse", "country": None, "region": "Europe", "timezone": TIMEZONE, "currency": "GBP",
            "center": [-8.497, 49.734], "bbox": [-9, 49.5, -8, 50], "shape": shape,
            "capacity": {
                "oil": [{"from": "2020-01-01", "mw": 20, "source": "lyonesse.example"}],
                "solar": [{"from": "2020-01-01", "mw": 15, "source": "lyonesse.example"}],
                "wind": [{"from": "2020-01-01", "mw": 60, "source": "lyonesse.example"}],
            },
            "parsers": {"production": "lyonesse.fetch_production"},
        }
    }


@impl
def gridtrace_exchanges():
    return {
        "GB->XL": {
            "lonlat": [-6.829, 49.915], "rotation": -116, "capacity": [-40, 40],
            "parsers": {"exchange": "lyonesse.fetch_exchange"},
        }
    }


@impl
def gridtrace_quality_rules(config):
    def dead_meters(event):
        mix = getattr(event, "production", None)
        is_dead = event.key == "XL" and mix and not any(mix.values())
        return "every meter reads zero at once, as when their line is down" if is_dead else None

    return [dead_meters]


@source(resolution_min=HOUR, window_h=24, day_of=TIMEZONE, history="2020", delay_h=1)
def fetch_production(zone_key, session=None, target_datetime=None, logger=None):
    return list(parse_production(ask(session, target_datetime)))


@source(resolution_min=HOUR, window_h=24, day_of=TIMEZONE, history="2020", delay_h=1)
def fetch_exchange(zone_key1, zone_key2, session=None, target_datetime=None, logger=None):
    return list(parse_exchange(ask(session, target_datetime)))


def ask(session, target_datetime):
    """The rows of the day of the asked moment; both functions ask alike, so a cycle asks once."""
    day = times.day(target_datetime, TIMEZONE)
    answer = http.body_json(http.get(session, URL, params={"date": day.isoformat()}))
    rows = require(answer.get("rows"), "rows")
    if not rows:
        raise errors.NoData(f"Lyonesse Grid has nothing of {day}.")
    return rows


def parse_production(rows):
    """One mix an hour."""
    for start, row in hours(rows):
        powers = [(label, mw(kw)) for label, kw in row.items() if label not in NO_METERS]
        yield production(
            "XL", start=start, end=times.shift(start, minutes=HOUR), source=SOURCE,
            modes=by_label(powers, MODES, known=STORAGE), storage=by_label(powers, STORAGE, sign=-1))


def parse_exchange(rows):
    """One flow an hour; into Lyonesse is from GB to XL."""
    for start, row in hours(rows):
        yield exchange(
            "GB", "XL", start=start, end=times.shift(start, minutes=HOUR), source=SOURCE,
            flow_mw=mw(require(row.get("cable"), "cable")))


def hours(rows):
    """Each row with the moment its hour starts; in autumn the clock shows one twice."""
    starts = times.read_in_order([require(row.get("at"), "at") for row in rows], TIMEZONE, "YYYY-MM-DD HH:mm")
    return zip(starts, rows, strict=True)


def mw(kw):
    """Megawatts of kilowatts; None for what is not known."""
    found = number(kw)
    return None if found is None else found / KW_PER_MW
