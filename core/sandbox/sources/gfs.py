"""GFS, the forecast of the US National Weather Service: a filter that cuts fields and a region out of a run's file.

Traps it has: what is not out yet is a page with status 404, hour by hour of a run; every chosen field on every chosen
level, so that a temperature of the ground comes along; radiation as a mean since the last multiple of six hours, none
in hour 0; rows from north to south.
"""

import math
import re
from threading import Lock
from typing import Any

import numpy as np

from core import times
from core.errors import SourceChanged
from core.flowtrace.arrays import FloatArray
from core.sandbox.atmosphere import BLOCK_H, HOUR_S, Atmosphere, refined
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps
from core.sandbox.wire import NOT_FOUND, Asked, Reply, text_reply

HOSTS = ("nomads.ncep.noaa.gov",)
PATH = "/cgi-bin/filter_gfs_0p25.pl"
FOLDER = re.compile(r"/gfs\.(\d{8})/(\d\d)/atmos")
FILE = re.compile(r"gfs\.t(\d\d)z\.pgrb2\.0p25\.f(\d{3})")
STEP_DEG = 0.25
FIRST_OUT_H, AN_HOUR_LATER_H = 3.4, 0.01
"""When hour 0 of a run is out, and how much later each of the next hours."""
KEPT_H = 10 * 24
LAST_H = 120
"""Hours from here on are out only every third one."""
LEVELS = {"lev_10_m_above_ground": (103, 10), "lev_2_m_above_ground": (103, 2), "lev_surface": (1, 0)}
FIELDS = {
    "var_UGRD": ((0, 2, 2), ((103, 10),), 1), "var_VGRD": ((0, 2, 3), ((103, 10),), 1),
    "var_TMP": ((0, 0, 0), ((103, 2), (1, 0)), 1), "var_DSWRF": ((0, 4, 192), ((1, 0),), 1),
}
"""Discipline, category and number; the levels it is on; decimals."""
GROUND_COOLER_K = 1.5
PACKING = "grid_ccsds"
"""The real one packs as `grid_complex_spatial_differencing`, which takes a tenth of a second a field to write, and is
read in the same way; the samples are packed so."""

_atmospheres: dict[int, Atmosphere] = {}
_lock = Lock()


def answer(asked: Asked, readings: Readings) -> Reply:
    """The asked fields of an hour of a run, if it is out."""
    folder, file = FOLDER.fullmatch(asked.one("dir") or ""), FILE.fullmatch(asked.one("file") or "")
    if asked.path != PATH or not folder or not file or folder[2] != file[1]:
        return NOT_FOUND
    try:
        issued_s = int(times.read(f"{folder[1]} {folder[2]}", "UTC", "YYYYMMDD HH").timestamp())
    except SourceChanged:
        return NOT_FOUND
    lead_h, age_h = int(file[2]), (readings.now.timestamp() - issued_s) / HOUR_S
    is_out = FIRST_OUT_H + AN_HOUR_LATER_H * lead_h <= age_h < KEPT_H
    if issued_s % (BLOCK_H * HOUR_S) or lead_h > LAST_H or not is_out:
        return not_there(asked.one("file") or "")
    return Reply(b"".join(messages(asked, readings, issued_s, lead_h)), "application/octet-stream")


def not_there(name: str) -> Reply:
    said = f"data file is not present: {name}"
    return text_reply(f"<html><head><title>{said}</title></head><body><p>{said}</p></body></html>", "text/html", 404)


def messages(asked: Asked, readings: Readings, issued_s: int, lead_h: int) -> list[bytes]:
    """A message for every asked field on each of its asked levels."""
    latitudes, longitudes = region(asked)
    levels = [level for name, level in LEVELS.items() if asked.one(name) == "on"]
    found = []
    for name, (parameter, own, decimals) in FIELDS.items():
        for level in own:
            if asked.one(name) != "on" or level not in levels or (name == "var_DSWRF" and lead_h == 0):
                continue
            field, since_h = values(readings, name, level, issued_s, lead_h)
            at = Steps(issued_s + HOUR_S * lead_h, HOUR_S, 1)
            said = readings.distorted(refined(field, latitudes, longitudes)[..., None], at)[..., 0]
            found.append(message(said, (latitudes, longitudes), parameter, level, decimals, issued_s, since_h, lead_h))
    return found


def region(asked: Asked) -> tuple[FloatArray, FloatArray]:
    """Latitudes and longitudes of the asked region; all longitudes if it goes around the globe."""
    if asked.one("subregion") is None:
        north, south, west, east = 90.0, -90.0, 0.0, 360.0
    else:
        names = ("toplat", "bottomlat", "leftlon", "rightlon")
        north, south, west, east = (float(asked.one(name) or 0) for name in names)
    columns = min(round((east - west) / STEP_DEG) + 1, round(360 / STEP_DEG))
    rows = round((north - south) / STEP_DEG) + 1
    steps_down, steps_right = np.arange(rows, dtype=np.float64), np.arange(columns, dtype=np.float64)
    return north - STEP_DEG * steps_down, west + STEP_DEG * steps_right


def values(
    readings: Readings, name: str, level: tuple[int, int], issued_s: int, lead_h: int
) -> tuple[FloatArray, int]:
    """A field on the atmosphere's own points, and from which hour of the run on it is a mean."""
    number = max(lead_h - 1, 0) // BLOCK_H
    block, at = atmosphere(readings.world.grid.seed).block(issued_s, number), lead_h - 1 - BLOCK_H * number
    if name == "var_DSWRF":
        return block.radiation_w_per_m2[..., : at + 1].mean(axis=-1), BLOCK_H * number
    fields = {
        "var_UGRD": block.east_m_per_s, "var_VGRD": block.north_m_per_s,
        "var_TMP": block.temperature_k - (GROUND_COOLER_K if level == (1, 0) else 0)}
    return fields[name][..., max(at, 0)], lead_h


def atmosphere(seed: int) -> Atmosphere:
    with _lock:
        if seed not in _atmospheres:
            _atmospheres[seed] = Atmosphere(seed)
        return _atmospheres[seed]


def message(
    field: FloatArray, points: tuple[FloatArray, FloatArray], parameter: tuple[int, int, int], level: tuple[int, int],
    decimals: int, issued_s: int, since_h: int, until_h: int,
) -> bytes:
    """A field as a message of GRIB2: a mean from one hour of its run to another, or a moment if they are the same."""
    from eccodes import highlevel

    latitudes, longitudes = points
    issued = times.epoch(issued_s)
    made: Any = highlevel.GRIBMessage.from_samples("regular_ll_sfc_grib2")
    keys = {
        "centre": 7, "dataDate": int(times.text(issued, "YYYYMMDD")), "dataTime": int(times.text(issued, "HHmm")),
        "productDefinitionTemplateNumber": 8 if since_h != until_h else 0,
        **dict(zip(("discipline", "parameterCategory", "parameterNumber"), parameter, strict=True)),
        "typeOfFirstFixedSurface": level[0], "scaleFactorOfFirstFixedSurface": 0,
        "scaledValueOfFirstFixedSurface": level[1], "stepUnits": 1,
        "Ni": len(longitudes), "Nj": len(latitudes),
        "latitudeOfFirstGridPointInDegrees": latitudes[0], "latitudeOfLastGridPointInDegrees": latitudes[-1],
        "longitudeOfFirstGridPointInDegrees": longitudes[0], "longitudeOfLastGridPointInDegrees": longitudes[-1],
        "iDirectionIncrementInDegrees": STEP_DEG, "jDirectionIncrementInDegrees": STEP_DEG,
        "packingType": PACKING,
    }
    for key, value in keys.items():
        made[key] = value
    made["stepRange"] = f"{since_h}-{until_h}" if since_h != until_h else until_h
    made["bitsPerValue"] = max(1, math.ceil(math.log2(float(np.ptp(field)) * 10**decimals + 1)))
    made.set_array("values", field.ravel())
    return bytes(made.get_buffer())
