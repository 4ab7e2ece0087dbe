"""SPP: CSV files of its portal about the mix, the ties, forecasts and prices at nodes.

Traps it has: blanks around the names of columns; a fuel in one column or in two, of which one has another name; stamps
that are ends for forecasts and prices; files named by the clock of Chicago whose rows are in UTC; rows of the second
area in the west among SPP's own; flows that are + out of SPP, tie by tie, empty for what is to come; several locations
at a node; nothing at all instead of a price that is not out, and a page instead of a file that is not there. The grid
knows no single minutes, so ties come every five; the load forecast has no short-term part; files of a month and of 365
days hold ten days.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

import numpy as np

from core import times
from core.errors import SourceError
from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps, steps_between
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("portal.spp.org",)
FILES = "/file-browser-api/download/"
ZONE = "US-CENT-SWPP"
CLOCK = "America/Chicago"
FIVE_MIN_S, HOUR_S = 300, 3600
KEPT_DAYS, FORECAST_DAYS = 10, 7
AMERICAN = "MM/DD/YYYY HH:mm:ss"

TABLE = {
    "biomass": {"Waste Disposal Services": 1.0}, "coal": {"Coal": 1.0}, "gas": {"Natural Gas": 1.0},
    "geothermal": {"Other": 1.0}, "hydro": {"Hydro": 1.0}, "nuclear": {"Nuclear": 1.0}, "oil": {"Diesel Fuel Oil": 1.0},
    "solar": {"Solar": 1.0}, "unknown": {"Waste Heat": 0.3, "Other": 0.7}, "wind": {"Wind": 1.0},
}
SELF_SCHEDULED, SELF_NAMES = 0.3, {"Natural Gas": "Gas"}
STORE = "Energy Storage"
TIES = {
    "AECI": ("US-MIDW-AECI", 1.0), "BLKW": ("US-SW-PNM", 1.0), "EDDY": ("US-SW-EPE", 1.0), "LAMAR": ("US-NW-PSCO", 1.0),
    "ERCOTE": ("US-TEX-ERCO", 0.7), "ERCOTN": ("US-TEX-ERCO", 0.3), "MCWEST": ("US-NW-WAUW", 1.4),
    "RCEAST": ("US-NW-WAUW", -0.4), "SCSE": ("US-NW-WACM", 0.5), "SGE": ("US-NW-WACM", 0.5),
    "SPA": ("US-CENT-SPA", 1.0), "SPC": ("CA-SK", 1.0),
    **{tie: ("US-MIDW-MISO", part) for tie, part in {
        "ALTW": 0.1, "AMRN": 0.2, "CLEC": -0.1, "DPC": 0.05, "EES": 0.25, "GRE": 0.05, "MDU": 0.05, "MEC": 0.3,
        "NSP": -0.1, "OTP": 0.2}.items()},
}
"""The neighbour, and the part of its border's flow that goes over this tie."""
NO_FLOW = ("SOUC", "TVA")
WESTERN = 0.08
"""The second area's numbers, as a part of SPP's own."""
NODES = {"SOUTH_HUB": "SPPSOUTH_HUB", "SOUTH_LOAD": "SPPSOUTH_HUB", "NORTH_HUB": "SPPNORTH_HUB"}
"""Settlement locations and their nodes; there is no congestion, so a zone has one price."""

Lines = Iterable[str]


def answer(asked: Asked, readings: Readings) -> Reply:
    """GET of a chart or of a file; a page where there is no such file."""
    if asked.path in CHARTS:
        return written(CHARTS[asked.path](readings))
    make = MAKERS.get(asked.path.removeprefix(FILES))
    path = (asked.one("path") or "").strip("/")
    if make is None or not path:
        return NOT_FOUND
    try:
        return written(make(readings, path))
    except SourceError:
        return text_reply("<html><body>The file could not be found.</body></html>", "text/html")


def written(lines: Lines) -> Reply:
    """A table; nothing if there is no row."""
    found = list(lines)
    return text_reply("".join(f"{line}\n" for line in found) if found[1:] else "")


def cells(values: Iterable[float]) -> str:
    return ",".join("" if np.isnan(value) else f"{value:.1f}" for value in values)


def ended(start: datetime, length_s: int) -> str:
    """Both stamps of an interval's end."""
    end = times.shift(start, minutes=length_s / 60)
    return f"{times.text(end, AMERICAN, CLOCK)},{times.text(end, AMERICAN)}"


def stamp(at: datetime) -> str:
    return times.text(at, "YYYY-MM-DDTHH:mm:ss[Z]")


def until_now(readings: Readings, start: datetime) -> Steps:
    """The instants of every five minutes from a moment on, that of now included."""
    return steps_between(start, times.shift(readings.now, minutes=5), FIVE_MIN_S)


def kept(readings: Readings) -> datetime:
    """Since when there are rows of the past."""
    return times.midnight(times.day(readings.now, CLOCK, -KEPT_DAYS), CLOCK)


def mix(readings: Readings, path: str) -> Lines:
    """Two hours in one column per fuel, or the past in two."""
    names = {"SPP/GenMix2Hour_SPP.csv": True, "SPP/GenMix365_SPP.csv": False}
    if path not in names:
        raise SourceError(path)
    is_short = names[path]
    steps = until_now(readings, times.shift(readings.now, hours=-2) if is_short else kept(readings))
    found = readings.labelled(ZONE, steps, TABLE) | {STORE: -readings.charge(ZONE, steps)["battery"]}
    columns = found if is_short else in_parts(found)
    load = readings.load(ZONE, steps)
    yield ", ".join(("GMT MKT Interval", *columns, "Average Actual Load"))
    for at, *values in zip(steps.starts(), *columns.values(), load, strict=True):
        yield f"{stamp(at)},{cells(values)}"


def in_parts(found: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """What the market schedules and what owners do."""
    parts: dict[str, FloatArray] = {}
    for fuel, values in found.items():
        parts[f"{fuel} Market"] = (1 - SELF_SCHEDULED) * values
        parts[f"{SELF_NAMES.get(fuel, fuel)} Self"] = SELF_SCHEDULED * values
    return parts


def flows(readings: Readings, start: datetime, end: datetime, names: tuple[str, str, str]) -> Lines:
    """Every tie, and their sum, which stands for the schedule too; empty from now on."""
    steps = steps_between(start, end, FIVE_MIN_S)
    count = min(until_now(readings, start).count, steps.count)
    found = np.full((len(TIES) + len(NO_FLOW), steps.count), np.nan)
    for row, (neighbour, part) in enumerate(TIES.values()):
        found[row, :count] = part * readings.flow([ZONE], [neighbour], Steps(steps.start_s, FIVE_MIN_S, count))
    found[len(TIES) :, :count] = 0.0
    net = found.sum(axis=0)
    yield ",".join((*names, *TIES, *NO_FLOW))
    for at, *values in zip(steps.starts(), net, net, *found, strict=True):
        yield f"{stamp(at)},{cells(values)}"


def trend(readings: Readings) -> Lines:
    """Yesterday and today, on the clock of Chicago."""
    start, end = (times.midnight(times.day(readings.now, CLOCK, day), CLOCK) for day in (-1, 1))
    return flows(readings, start, end, ("GMTTime", "SPP NSI", "SPP NAI"))


def month_of_flows(readings: Readings, path: str) -> Lines:
    """A month of the past, by UTC, as far as there are rows."""
    month = times.read_day(path.removeprefix("TieFlows_SPP_").removesuffix(".csv"), "MMMYYYY")
    start, end = (times.midnight(times.month_start(month, shift), "UTC") for shift in (0, 1))
    if not path.startswith("TieFlows_SPP_") or start > readings.now:
        raise SourceError(path)
    return flows(readings, max(start, kept(readings)), min(end, readings.now), ("GMTTIME", "SPP_NSI", "SPP_NAI"))


def load_forecast(readings: Readings) -> Lines:
    """By hours, from the running one on."""
    steps = hours_from(times.floor(readings.now, 60))
    load = readings.load_forecast(ZONE, steps)
    yield "Interval,GMTIntervalEnd,STLF,MTLF,Actual Load"
    for at, value in zip(steps.starts(), load, strict=True):
        yield f"{ended(at, HOUR_S)},,{value:.1f},"


def hours_from(start: datetime) -> Steps:
    return steps_between(start, times.shift(start, days=FORECAST_DAYS), HOUR_S)


def renewables(readings: Readings, path: str) -> Lines:
    """OP-MTRF of a midnight, of both areas."""
    made = times.read(path.rpartition("-")[2].removesuffix(".csv"), CLOCK, "YYYYMMDDHHmm")
    local = times.local(made, CLOCK)
    if path != f"{local:%Y/%m/%d}/OP-MTRF-{local:%Y%m%d%H%M}.csv" or made > readings.now:
        raise SourceError(path)
    steps = hours_from(made)
    found = readings.wind_solar_forecast(ZONE, steps)
    yield "Interval, GMTIntervalEnd, Wind Forecast MW, Wind Actual MW, Solar Forecast MW, Solar Actual MW, BAA"
    for at, wind, solar in zip(steps.starts(), found["wind"], found["solar"], strict=True):
        for area, part in (("SWPW", WESTERN), ("SPP", 1.0)):
            yield f"{ended(at, HOUR_S)},{part * wind:.1f},,{part * solar:.1f},,{area}"


def day_ahead(readings: Readings, path: str) -> Lines:
    """The hours of a day; that of tomorrow is out at 13:00."""
    day = times.read_day(path.rpartition("-")[2].removesuffix("0100.csv"), "YYYYMMDD")
    start = times.midnight(day, CLOCK)
    if path != f"{day:%Y/%m}/By_Day/DA-LMP-SL-{day:%Y%m%d}0100.csv" or times.shift(start, hours=-11) > readings.now:
        raise SourceError(path)
    return prices(readings, steps_between(start, times.calendar_shift(start, CLOCK, days=1), HOUR_S))


def real_time(readings: Readings, path: str) -> Lines:
    """The five minutes up to a moment, in the folder of the day that they begin in; an empty file is not out yet."""
    name = path.rpartition("-")[2].removesuffix(".csv")
    end = times.read(name, CLOCK, "YYYYMMDDHHmm")
    start = times.shift(end, minutes=-5)
    folder = times.local(start, CLOCK)
    if path != f"{folder:%Y/%m}/By_Interval/{folder:%d}/RTBM-LMP-SL-{name}.csv":
        raise SourceError(path)
    return prices(readings, Steps(int(start.timestamp()), FIVE_MIN_S, int(end <= readings.now)))


def prices(readings: Readings, steps: Steps) -> Iterator[str]:
    """Of every location."""
    found = readings.price(ZONE, steps)
    yield "Interval,GMTIntervalEnd,Settlement Location,Pnode,LMP,MLC,MCC,MEC"
    for at, value in zip(steps.starts(), found, strict=True):
        for location, node in NODES.items():
            yield f"{ended(at, steps.step_s)},{location},{node},{value:.4f},0.0000,0.0000,{value:.4f}"


CHARTS: dict[str, Callable[[Readings], Lines]] = {
    "/chart-api/interchange-trend/asFile": trend, "/chart-api/load-forecast/asFile": load_forecast,
}
MAKERS: dict[str, Callable[[Readings, str], Lines]] = {
    "generation-mix-historical": mix, "historical-tie-flow": month_of_flows, "midterm-resource-forecast": renewables,
    "da-lmp-by-location": day_ahead, "rtbm-lmp-by-location": real_time,
}
