"""Zones and the exchanges between them, as zones.json and exchanges.json describe them."""

import json
import re
from collections.abc import Container
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    ValidationInfo,
    field_validator,
)

from core import times
from core.kinds import CAPACITY_MODES, CURRENCIES, EXCHANGE_KINDS, ZONE_KINDS, split_key

Item = TypeVar("Item")

REGIONS = ("Africa", "Americas", "Asia", "Europe", "Oceania")
ZONE_KEY = re.compile(r"[A-Z]{2}(-[A-Z0-9]+){0,2}")
PARSER = re.compile(r"[A-Za-z]\w*\.fetch_\w+")


@lru_cache(maxsize=4096)
def read_day(value: str) -> date:
    """A day written `YYYY-MM-DD` and in no other way; ValueError if it is not."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        raise ValueError(f"{value!r} is not a day written YYYY-MM-DD")
    return day


def utc_day(moment: datetime) -> date:
    """The UTC day of an aware moment, on which dated facts are looked up; ValueError if it is naive."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no zone.")
    return moment.astimezone(UTC).date()


def _one_of(allowed: Container[str], what: str) -> AfterValidator:
    def check(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"{value!r} is not a known {what}")
        return value

    return AfterValidator(check)


def _written_as(pattern: re.Pattern[str], what: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(f"{value!r} is not {what}")
        return value

    return AfterValidator(check)


def _timezone(value: str) -> str:
    if not times.is_zone(value):
        raise ValueError(f"{value!r} is not an IANA timezone")
    return value


def _box(value: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = value
    if not (west < east and south < north):
        raise ValueError("the box is not ordered west < east and south < north")
    return value


def _shape(value: dict[str, Any]) -> dict[str, Any]:
    import shapely  # a tenth of a second, which only a zone with a shape of its own costs

    try:
        drawn = shapely.from_geojson(json.dumps(value))
    except (TypeError, shapely.GEOSException) as err:
        raise ValueError(f"the shape is not GeoJSON: {err}") from err
    if value.get("type") not in ("Polygon", "MultiPolygon"):
        raise ValueError("the shape is not a Polygon or MultiPolygon of GeoJSON")
    if not drawn.is_valid or drawn.is_empty:
        raise ValueError(f"the shape is not valid: {shapely.is_valid_reason(drawn)}")
    if not shapely.box(-180, -90, 180, 90).covers(drawn):
        raise ValueError("the shape is not in degrees of longitude and latitude")
    return value


def _limits(value: tuple[float, float]) -> tuple[float, float]:
    low, high = value
    if low >= high:
        raise ValueError(f"the lower limit {low:g} is not below the upper limit {high:g}")
    if low > 0 or high < 0:
        raise ValueError("the limits do not hold zero: the lower is for B to A (≤ 0), the upper for A to B (≥ 0)")
    return value


def _day(value: Any) -> date:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a day written YYYY-MM-DD")
    return read_day(value)


def _not_empty(value: tuple[Item, ...]) -> tuple[Item, ...]:
    if not value:
        raise ValueError("the list is empty")
    return value


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class _Facts(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, use_attribute_docstrings=True)


class Capacity(_Facts):
    """Installed power of one mode from a day on, until the next entry."""

    valid_from: Annotated[date, BeforeValidator(_day)] | None = Field(default=None, alias="from")
    """The first day it holds, `YYYY-MM-DD`; without one it holds always, and is the only entry of its mode."""
    mw: float = Field(ge=0)
    """MW."""
    source: str | None = Field(default=None, min_length=1)
    """Who says so; null where nobody wrote it down."""


def _by_date(entries: tuple[Capacity, ...]) -> tuple[Capacity, ...]:
    _not_empty(entries)
    days = [entry.valid_from for entry in entries if entry.valid_from]
    if len(days) < len(entries) and len(entries) > 1:
        raise ValueError("an entry without `from` must be the only one of its mode")
    if len(set(days)) < len(days):
        raise ValueError(f"two entries are from {next(day for day in days if days.count(day) > 1)}")
    if days != sorted(days):
        raise ValueError("the entries are not in the order of their dates")
    return entries


Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Point = Annotated[tuple[Longitude, Latitude], Strict(False)]
Box = Annotated[tuple[Longitude, Latitude, Longitude, Latitude], Strict(False), AfterValidator(_box)]
ZoneKey = Annotated[str, _written_as(ZONE_KEY, "a zone key such as FR or US-TEX-ERCO")]
ZoneKeys = Annotated[tuple[ZoneKey, ...], Strict(False)]
Entries = Annotated[tuple[Capacity, ...], Strict(False), AfterValidator(_by_date)]
Parser = Annotated[str, _written_as(PARSER, "written MODULE.fetch_function")]
Parsers = Annotated[tuple[Parser, ...], Strict(False), BeforeValidator(_as_tuple), AfterValidator(_not_empty)]


class Zone(_Facts):
    """One area of the grid with its own figures; longitudes and latitudes in degrees."""

    key: ZoneKey
    """The name of the entry."""
    name: str = Field(min_length=1)
    """What people call it, in English."""
    short_name: str | None = Field(default=None, min_length=1)
    """A shorter one, for narrow places."""
    country: Annotated[str, _written_as(re.compile("[A-Z]{2}"), "a country code of two letters")] | None
    """Two letters, ISO 3166; null where it belongs to none."""
    region: Annotated[str, _one_of(REGIONS, "region")]
    """Africa, Americas, Asia, Europe or Oceania."""
    timezone: Annotated[str, AfterValidator(_timezone)]
    """The clock of its days, by its IANA name."""
    currency: Annotated[str, _one_of(CURRENCIES, "currency")] | None = None
    """Of its prices, ISO 4217."""
    bbox: Box
    """West, south, east, north; a zone on both sides of the antimeridian has a box around the whole globe."""
    center: Point | None = None
    """East and north, in degrees, within the box."""
    shape: Annotated[dict[str, Any], AfterValidator(_shape)] | None = None
    """A geometry of GeoJSON, for a zone of which web/zones.topo.json has none."""
    sub_zones: ZoneKeys = ()
    """The zone is an aggregate of these and is not solved itself."""
    bypassed_sub_zones: ZoneKeys = ()
    """Sub-zones an aggregate may be computed without."""
    generation_only: bool = False
    """Power stations without demand of their own."""
    can_have_zero_production: bool = False
    """Whether it may produce nothing at times. No rule asks for it yet."""
    capacity: dict[Annotated[str, _one_of(CAPACITY_MODES, "capacity mode")], Entries] = Field(default_factory=dict)
    """Mode of production, `hydro storage` or `battery storage` → what is installed, in the order of their days."""
    parsers: dict[Annotated[str, _one_of(ZONE_KINDS, "kind of a zone")], Parsers] = Field(default_factory=dict)
    """Kind → `MODULE.function`, in order of preference."""

    @field_validator("center")
    @classmethod
    def _center_in_box(cls, value: tuple[float, float] | None, info: ValidationInfo) -> tuple[float, float] | None:
        box = info.data.get("bbox")
        if value and box and not (box[0] <= value[0] <= box[2] and box[1] <= value[1] <= box[3]):
            raise ValueError("the centre lies outside the box")
        return value

    @field_validator("bypassed_sub_zones")
    @classmethod
    def _bypassed_are_sub_zones(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        strangers = sorted(set(value) - set(info.data.get("sub_zones", value)))
        if strangers:
            raise ValueError(f"{', '.join(strangers)} not among sub_zones")
        return value

    @property
    def parts(self) -> tuple[str, ...]:
        """The zones that its own events are of: itself, or its sub-zones."""
        return self.sub_zones or (self.key,)

    def capacity_at(self, moment: datetime) -> dict[str, float]:
        """Installed MW per capacity mode on the UTC day of an aware moment.

        The latest entry not after that day counts, or the earliest when all are later. Modes nobody gave a figure
        for are absent.
        """
        day = utc_day(moment)
        found = {}
        for mode, entries in self.capacity.items():
            past = [entry for entry in entries if entry.valid_from is None or entry.valid_from <= day]
            found[mode] = (past[-1] if past else entries[0]).mw
        return found


class Link(_Facts):
    """An exchange `A->B`; positive flow and the upper limit are from A to B."""

    key: str
    """The name of the entry."""
    lonlat: Point
    """Where the map draws the arrow."""
    rotation: float = Field(ge=-180, le=360)
    """Degrees clockwise from north, for flow from A to B."""
    capacity: Annotated[tuple[float, float], Strict(False), AfterValidator(_limits)] | None = None
    """MW: least and greatest net flow."""
    parsers: dict[Annotated[str, _one_of(EXCHANGE_KINDS, "kind of an exchange")], Parsers] = Field(default_factory=dict)
    """Kind → `MODULE.function`, in order of preference."""

    @field_validator("key")
    @classmethod
    def _key_is_sorted(cls, value: str) -> str:
        pair = split_key(value)
        if not pair or not all(ZONE_KEY.fullmatch(zone_key) for zone_key in pair):
            raise ValueError(f"{value!r} is not written A->B")
        if pair[0] >= pair[1]:
            raise ValueError(f"the two zones are not in alphabetical order: {pair[1]}->{pair[0]}")
        return value

    @property
    def zones(self) -> tuple[str, str]:
        """The two zone keys, A then B."""
        first, _, second = self.key.partition("->")
        return first, second
