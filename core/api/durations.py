"""Durations of jobs, as requests write them."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from core import times

LONGEST_S = 168 * 3600


def read_duration(value: object) -> object:
    """Seconds of a duration in words, or of their number. Raises ValueError."""
    if isinstance(value, str):
        return round(times.duration_s(value))
    if isinstance(value, float | int) and not isinstance(value, bool):
        return value
    raise ValueError(f"{str(value)[:40]!r} is not a duration: write PT1H30M")


Duration = Annotated[
    int, BeforeValidator(read_duration, json_schema_input_type=str), Field(gt=0, le=LONGEST_S, examples=["PT2H"])]
"""Of a job, in seconds."""
