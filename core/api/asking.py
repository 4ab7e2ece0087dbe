"""What requests may ask, as query parameters: a place, a moment or a span, and how it should be told.

Clients differ in how they write the same thing. Moments come with `Z`, an offset (whose `+` arrives as a space where
the client does not encode it), seven decimals, or as a date; booleans in any case; a zone as `zone`, `zoneKey` or
`countryCode`, as a point, or as a data centre.
"""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from core import places, times
from core.api.errors import BadRequest, NothingKnown
from core.config import Basis
from core.errors import SourceChanged

Granularity = Literal["5_minutes", "15_minutes", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly"]
FIXED_S: dict[str, int] = {"5_minutes": 300, "15_minutes": 900, "hourly": 3600}
"""Granularities that have the same length always; the others follow a calendar."""
STEPS: dict[str, times.Step] = {
    "daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year"}
UNSIGNED = re.compile(r"(:\d\d(?:\.\d+)?) (\d\d:?\d\d)$")
"""A stamp whose `+` became a space on the way."""
YEARS = (1990, 2100)


def read_moment(value: object) -> object:
    """The moment of a query parameter; without a zone it is UTC. Raises ValueError."""
    if not isinstance(value, str):
        return value
    try:
        moment = times.read(UNSIGNED.sub(r"\1+\2", value.strip()), "UTC")
    except SourceChanged as err:
        raise ValueError(f"{value[:40]!r} is not a moment: write 2026-03-10T12:00:00Z") from err
    if not YEARS[0] <= moment.year < YEARS[1]:
        raise ValueError(f"the year {moment.year} is outside {YEARS[0]} to {YEARS[1]}")
    return moment


def _clock(name: str) -> str:
    if not times.is_zone(name):
        raise ValueError(f"{name[:40]!r} is not an IANA name such as Europe/Paris")
    return name


Moment = Annotated[
    datetime,
    BeforeValidator(read_moment, json_schema_input_type=str),
    Field(json_schema_extra={"format": "date-time", "examples": ["2026-03-10T12:00:00Z"]}),
]
Clock = Annotated[str, AfterValidator(_clock), Field(max_length=40, examples=["Europe/Paris"])]
Key = Annotated[str, Field(min_length=1, max_length=64)]


class Place(BaseModel):
    """Where: a zone, a point, or a data centre."""

    zone: Key | None = Field(None, description="A zone's key, as /v4/zones lists them.", examples=["FR"])
    zoneKey: Key | None = Field(None, description="The same as `zone`.")
    countryCode: Key | None = Field(None, description="The same as `zone`.")
    lat: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False, description="Degrees north, with `lon`.")
    lon: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False, description="Degrees east, with `lat`.")
    dataCenterProvider: Key | None = Field(None, description="aws, gcp, azure or ovh, with `dataCenterRegion`.")
    dataCenterRegion: Key | None = Field(None, description="The region as its provider calls it.")

    def key(self) -> str | None:
        """The zone that is meant; None if no place is given. Raises BadRequest or NothingKnown."""
        named = self.zone or self.zoneKey or self.countryCode
        if named is not None:
            return named
        if self.dataCenterProvider or self.dataCenterRegion:
            return zone_of_data_center(self.dataCenterProvider, self.dataCenterRegion)
        if self.lat is None and self.lon is None:
            return None
        if self.lat is None or self.lon is None:
            raise BadRequest("`lat` and `lon` go together.")
        return zone_of_point(self.lat, self.lon)

    def must_key(self) -> str:
        """The zone that is meant. Raises BadRequest or NothingKnown."""
        found = self.key()
        if found is None:
            raise BadRequest(
                'Missing parameter "zone"',
                "Say where: zone=FR, lat=48.9&lon=2.4, or a data centre's provider and region.")
        return found


class Options(Place):
    """How values are to be told."""

    emissionFactorType: Basis = Field("lifecycle", description="Emissions over the whole life, or at the stack only.")
    flowTraced: bool = Field(True, description="Of what is consumed, imports included; false: of what is produced.")
    breakdownType: str = Field(
        "normal", description="Of a mix: `normal` (produced) or `flow-traced` (consumed).",
        json_schema_extra={"enum": ["normal", "flow-traced"]})
    disableEstimations: bool = Field(False, description="Leave out what is estimated.")
    disableCallerLookup: bool = Field(False, description="Accepted; the caller's address is never looked up.")
    temporalGranularity: Granularity = Field(
        "hourly", description="Of the periods. Intensities and shares are those of an hour, also in parts of it.")
    timezone: Clock = Field("UTC", description="The clock of days, weeks and months.")
    asOf: Moment | None = Field(None, description="As it was known at this moment, before sources revised it.")


class AtMoment(Options):
    """A moment of the past."""

    datetime: Moment = Field(description="A moment of the hour that is asked for.")


class Between(Options):
    """A span; the period that holds `start` is the first, the one before `end` or holding it the last."""

    start: Moment = Field(description="The first moment.")
    end: Moment = Field(description="The end, not included.")


class Horizon(BaseModel):
    """How far to look ahead."""

    horizonHours: Annotated[int, Field(ge=1, le=168)] = Field(
        24, description="Hours ahead: so many rows and one more.", examples=[24, 48, 72])


class Ahead(Options, Horizon):
    """How to tell what is foreseen."""

    asOf: Moment | None = Field(
        None, description="The newest forecast that had been issued by then; of intensities and shares.")


class IssuedBetween(Place, Horizon):
    """When forecasts were issued."""

    start: Moment = Field(description="The first moment of issue.")
    end: Moment = Field(description="The end, not included; at most 7 days after `start`.")
    emissionFactorType: Basis = Field("lifecycle", description="Emissions over the whole life, or at the stack only.")


def zone_of_point(lat: float, lon: float) -> str:
    """The zone at a point. Raises NothingKnown in the open sea."""
    found = places.zone_at(lat, lon)
    if found is None:
        raise NothingKnown("No zone at this point", f"No zone lies at latitude {lat:g}, longitude {lon:g}.")
    return found


def zone_of_data_center(provider: str | None, region: str | None) -> str:
    """The zone of a cloud region. Raises BadRequest or NothingKnown."""
    if not provider or not region:
        raise BadRequest("`dataCenterProvider` and `dataCenterRegion` go together.")
    found = places.find(provider, region)
    if found is None:
        raise NothingKnown(
            "Unknown data center", f"There is no region {region!r} of {provider!r}; see /v4/data-centers.")
    return found.zone


def edges_of(granularity: Granularity, start: datetime, end: datetime, timezone: str) -> list[int]:
    """Where periods meet (Unix seconds, rising): from the one that holds `start` to the one before `end` or holding it.

    Raises BadRequest if the span is empty.
    """
    if start >= end:
        raise BadRequest('Missing or invalid date parameter "end"', "`end` must be later than `start`.")
    first_s, end_s = int(start.timestamp()), int(-(-end.timestamp() // 1))
    if length_s := FIXED_S.get(granularity):
        return list(range(first_s - first_s % length_s, end_s - end_s % -length_s + 1, length_s))
    last = times.shift(end, minutes=-1e-6)
    return [int(edge.timestamp()) for edge in times.edges(start, last, STEPS[granularity], timezone)]


