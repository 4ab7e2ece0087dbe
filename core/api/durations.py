"""Durations of jobs, as requests write them."""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field

ISO = re.compile(
    r"P(?:(?P<weeks>\d+(?:\.\d+)?)W)?(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?")
UNITS_S = {"weeks": 7 * 24 * 3600, "days": 24 * 3600, "hours": 3600, "minutes": 60, "seconds": 1}
LONGEST_S = 168 * 3600


def read_duration(value: object) -> object:
    """Seconds of an ISO 8601 duration without months (`PT1H30M`), or of their number. Raises ValueError."""
    if isinstance(value, str) and (match := ISO.fullmatch(value.strip().upper())):
        parts = {unit: float(number) for unit, number in match.groupdict().items() if number}
        if parts:
            return round(sum(number * UNITS_S[unit] for unit, number in parts.items()))
    if isinstance(value, float | int) and not isinstance(value, bool):
        return value
    raise ValueError(f"{str(value)[:40]!r} is not a duration: write PT1H30M")


Duration = Annotated[
    int, BeforeValidator(read_duration, json_schema_input_type=str), Field(gt=0, le=LONGEST_S, examples=["PT2H"])]
"""Of a job, in seconds."""
