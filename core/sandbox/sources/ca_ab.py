"""AESO, Alberta: the report of current supply and demand, prices, and forecasts of wind and sun, all as CSV.

Traps it has: blocks that an empty line parts, without names; Mountain time without its offset; a total among groups and
among ties, and units of plants behind them; net output, so that a battery that charges is below 0; ties + out of
Alberta; hours named by their end, 02 left out in spring and 02* in autumn, the newest first, the one that is running
without a price; two files of forecasts, hours that are over among them. No notice is in effect.
"""

from collections.abc import Iterable
from datetime import datetime

import numpy as np

from core import times
from core.sandbox.readings import Readings
from core.sandbox.steps import RASTER_S, Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("ets.aeso.ca",)
ZONE, TIMEZONE = "CA-AB", "America/Edmonton"
REPORTS = "/ets_web/ip/Market/Reports/"
FORECASTS = "/Market/Reports/Manual/Operations/prodweb_reports/wind_solar_forecast/"
HOUR_S = 3600
PRICED_HOURS, PAST_HOURS, AHEAD_HOURS = 30, 48, 168

GROUPS = {
    "biomass": {"OTHER": 1.0}, "coal": {"COAL": 1.0}, "hydro": {"HYDRO": 1.0}, "solar": {"SOLAR": 1.0},
    "gas": {"COGENERATION": 0.5, "COMBINED CYCLE": 0.25, "GAS FIRED STEAM": 0.15, "SIMPLE CYCLE": 0.1},
    "wind": {"WIND": 1.0},
}
BATTERIES = "ENERGY STORAGE"
TIES = {"British Columbia": "CA-BC", "Montana": "US-NW-NWMT", "Saskatchewan": "CA-SK"}
COLUMNS = (
    "Forecast Transaction Date", "Min", "Most Likely", "Max", "Actual", "MCR", "Pct Min", "Pct Most Likely", "Pct Max")


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of a report or of a forecast's file."""
    report = asked.path.removeprefix(REPORTS)
    if report == "CSDReportServlet":
        return text_reply(written(supply(readings)), "text/csv")
    if report == "SMPriceReportServlet":
        return text_reply(written(prices(readings)), "text/csv")
    if report == "RealTimeShiftReportServlet":
        return text_reply("<html><body><table><tr><th>Date</th><th>Event</th></tr></table></body></html>", "text/html")
    mode = asked.path.removeprefix(FORECASTS).removesuffix("_rpt_longterm.csv")
    return text_reply(forecast(readings, mode), "text/csv") if mode in ("wind", "solar") else NOT_FOUND


def written(blocks: Iterable[Iterable[Iterable[object]]]) -> str:
    """Blocks of rows, every cell in quotes."""
    return "\r\n\r\n".join(
        "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in block) for block in blocks) + "\r\n"


def supply(readings: Readings) -> list[list[tuple[object, ...]]]:
    """The report of the last five minutes."""
    now_s = int(readings.now.timestamp())
    steps = Steps(now_s - now_s % RASTER_S, RASTER_S, 1)
    made = {label: round(values.item()) for label, values in readings.labelled(ZONE, steps, GROUPS).items()}
    made[BATTERIES] = -round(float(np.sum(readings.charge(ZONE, steps).get("battery", 0.0))))
    ties = {name: round(readings.flow((ZONE,), (zone,), steps).item()) for name, zone in TIES.items()}
    total, out = sum(made.values()), sum(ties.values())
    (taken,) = steps.starts()
    return [
        [("Current Supply Demand Report",)],
        [(f"Last Update : {times.local(taken, TIMEZONE):%b %d, %Y %H:%M}",)],
        [("Alberta Total Net Generation", total), ("Net Actual Interchange", out),
         ("Alberta Internal Load (AIL)", total - out)],
        [*((name, 2 * abs(power) + 10, power, 0) for name, power in sorted(made.items())),
         ("TOTAL", 2 * total, total, 0)],
        [*ties.items(), ("TOTAL", out)],
        [(f"Simulated {name.title()} (SIM{at})*", 100, 40, 0) for at, name in enumerate(made)],
    ]


def prices(readings: Readings) -> list[list[tuple[object, ...]]]:
    """The hours that are over and the one that is running, newest first."""
    now_s = int(readings.now.timestamp())
    steps = Steps(now_s - now_s % HOUR_S - PRICED_HOURS * HOUR_S, HOUR_S, PRICED_HOURS + 1)
    numbers = [f"{price:.2f}" for price in readings.price(ZONE, steps).tolist()]
    rows = [
        (hour_ending(start), price, "38.40", "9900.0") for start, price in zip(steps.starts(), numbers, strict=True)]
    rows[-1] = (rows[-1][0], "-", "-", "-")
    head = ("Date (HE)", "Price ($)", "30Ravg ($)", "AIL Demand (MW)")
    return [[("Pool Price",)], [("Simulated",)], [head, *reversed(rows)]]


def hour_ending(start: datetime) -> str:
    """An hour by what the clock shows at its end; of the two that begin at 01 in autumn both are 02, the second 02*."""
    begins, end = times.local(start, TIMEZONE), times.local(times.shift(start, hours=1), TIMEZONE)
    is_longer = begins.utcoffset() != end.utcoffset() and begins.hour == end.hour
    hour = end.hour if not is_longer else begins.hour + 1
    return f"{begins:%m/%d/%Y} {hour or 24:02d}{'*' if begins.fold else ''}"


def forecast(readings: Readings, mode: str) -> str:
    """Hours before and after now; those that are over with what was."""
    now_s = int(readings.now.timestamp())
    steps = Steps(now_s - now_s % HOUR_S - PAST_HOURS * HOUR_S, HOUR_S, PAST_HOURS + AHEAD_HOURS)
    likely = readings.wind_solar_forecast(ZONE, steps).get(mode, np.zeros(steps.count))
    was = readings.production(ZONE, steps).get(mode, np.zeros(steps.count))
    able = readings.installed(ZONE).get(mode, 0.0)
    lines = [",".join(COLUMNS)]
    for at, start in enumerate(steps.starts()):
        numbers = (0.7 * likely[at], likely[at], 1.3 * likely[at])
        shares = (100 * number / able if able else 0.0 for number in numbers)
        actual = f"{was[at]:.2f}" if at < PAST_HOURS else ""
        cells = (*(f"{number:.2f}" for number in numbers), actual, f"{able:g}", *(f"{share:.2f}" for share in shares))
        lines.append(f"{times.local(start, TIMEZONE):%Y-%m-%d %H:%M},{','.join(cells)}")
    return "\r\n".join(lines) + "\r\n"
