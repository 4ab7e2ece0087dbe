"""GRIB2, in which weather services publish fields on grids: a file is a row of messages, a field each.

Needs eccodes, the extra `weather`: a parser that calls this declares `@source(…, extra="weather")`. Numbers of
parameters and surfaces are the tables of the World Meteorological Organization (code tables 4.1, 4.2 and 4.5), or a
centre's own from 192 on. What goes wrong: a file that is cut ends within a message; an answer is a page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from core import times
from core.errors import MissingExtra, SourceChanged
from core.http import not_expected
from core.weather import Grid
from core.weather.fields import Field

MAGIC, END = b"GRIB", b"7777"
LATITUDES_AND_LONGITUDES = 0
"""Code table 3.1."""


@dataclass(frozen=True)
class Message:
    """One field."""

    parameter: tuple[int, int, int]
    """Discipline, category and number."""
    surface: tuple[int, int]
    """Its kind, and its height or number in that kind's unit."""
    issued: datetime
    hours: tuple[int, int]
    """From when to when it is a mean, in hours from `issued`; twice the same for a field of a moment."""
    grid: Grid
    values: Field


def library() -> Any:
    """eccodes; raises MissingExtra where it is not installed, which a parser had better know before it asks."""
    try:
        import eccodes
    except ImportError as err:
        raise MissingExtra("weather") from err
    return eccodes


def messages(content: bytes) -> list[Message]:
    """Every field of a file; SourceChanged if it is none, or cut short."""
    eccodes = library()
    if not content.startswith(MAGIC):
        raise not_expected(content.decode(errors="replace"), "GRIB")
    parts = list(_parts(content))
    try:
        return [_message(one) for part in parts for one in eccodes.MemoryReader(part)]
    except (eccodes.CodesInternalError, KeyError, ValueError) as err:
        raise SourceChanged(f"The GRIB file cannot be read: {err}.") from err


def _parts(content: bytes) -> Iterator[bytes]:
    """The messages of a file, each as long as it says (octets 9 to 16): eccodes would read on beyond a cut."""
    at = 0
    while at < len(content):
        length = int.from_bytes(content[at + 8 : at + 16], "big")
        part = content[at : at + length]
        if len(part) < length or not (part.startswith(MAGIC) and part.endswith(END)):
            raise SourceChanged(f"The GRIB file of {len(content)} bytes is cut short, or no file of messages.")
        yield part
        at += length


def _message(one: Any) -> Message:
    scale, height = (int(one.get(f"{name}OfFirstFixedSurface") or 0) for name in ("scaleFactor", "scaledValue"))
    grid = _grid(one)
    values = np.asarray(one.data, dtype=np.float32)
    if one["bitmapPresent"]:
        values = np.where(values == one["missingValue"], np.nan, values).astype(np.float32)
    return Message(
        parameter=(one["discipline"], one["parameterCategory"], one["parameterNumber"]),
        surface=(int(one["typeOfFirstFixedSurface:int"]), round(height / 10**scale)),
        issued=times.read(f"{one['dataDate']} {one['dataTime']:04}", "UTC", "YYYYMMDD HHmm"),
        hours=(int(one["startStep"]), int(one["endStep"])), grid=grid, values=values.reshape(grid.rows, grid.columns))


def _grid(one: Any) -> Grid:
    """SourceChanged for another projection, or rows from south to north."""
    is_usual = not one["jScansPositively"] and not one["iScansNegatively"] and not one["jPointsAreConsecutive"]
    if one["gridDefinitionTemplateNumber"] != LATITUDES_AND_LONGITUDES or not is_usual:
        raise SourceChanged("The GRIB file is not on latitudes and longitudes from north-west to south-east.")
    north, west = (one[f"{name}OfFirstGridPointInDegrees"] for name in ("latitude", "longitude"))
    return Grid(float(north), float(west), float(one["iDirectionIncrementInDegrees"]), int(one["Nj"]), int(one["Ni"]))
