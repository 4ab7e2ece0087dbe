"""What a fetch function makes of a recorded case: the same for a recording that is made and for a test of it."""

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core import schemas, times
from core.errors import SourceError
from core.ingest.jobs import kind_of_function, parser_warnings
from core.kinds import CAPACITY_KIND, WEATHER_KIND
from core.plugins import Fetch
from core.recording import Case, playing
from core.validation import as_list
from core.weather import Forecast
from core.weather.fields import RANGES

STAMPS = ("datetime", "end_datetime", "issuedTime", "startTime", "endTime")
"""The fields of an event that hold a moment."""


@dataclass(frozen=True)
class Said:
    """Events as JSON without what is empty, or the name of the error that was raised; and what the parser warned of."""

    events: list[Any] = field(default_factory=list)
    error: str | None = None
    warnings: list[str] = field(default_factory=list)


def kind_of(case: Case) -> str:
    """The kind a case is of: what its file says, or the function's name read as one."""
    return str(case.rest.get("kind") or kind_of_function(case.function))


def call(case: Case, function: Fetch) -> Any:
    """What the function returns for a case, as it is."""
    with playing(case) as session:
        return function(session=session, **case.call)


def outcome(case: Case, function: Fetch) -> Said:
    """What the function says; an error that is no SourceError is the parser's own mistake and goes on its way."""
    with parser_warnings() as warnings:
        try:
            return Said(plain(kind_of(case), call(case, function)), None, warnings)
        except SourceError as err:
            return Said([], type(err).__name__, warnings)


def expected_events(case: Case) -> list[schemas.Event]:
    """The events that a sample expects, as its file has them."""
    return [schemas.read(kind_of(case), _revived(event)) for event in case.rest.get("expected", [])]


def _revived(event: dict[str, Any]) -> dict[str, Any]:
    """An event of a file with its moments as moments."""
    return {name: times.read(value) if name in STAMPS else value for name, value in event.items()}


def plain(kind: str, answer: Any) -> list[Any]:
    """Checked events as JSON, without what is empty; installed capacities as they are; hours of weather."""
    if kind == WEATHER_KIND:
        return [_hour_of(forecast) for forecast in as_list(answer)]
    if kind == CAPACITY_KIND:
        return [json.loads(json.dumps(one, default=str)) for one in as_list(answer)]
    checked = [schemas.read(kind, event).model_dump(by_alias=True, mode="json") for event in as_list(answer)]
    return [{k: v for k, v in event.items() if v not in (None, {}, [])} for event in checked]


def _hour_of(forecast: Forecast) -> dict[str, Any]:
    """An hour of weather as JSON; numbers to the hundredth."""
    fields = {name: np.round(getattr(forecast, name).astype(float), 2).tolist() for name in RANGES}
    return {"issued": forecast.issued.isoformat(), "at": forecast.at.isoformat(), "grid": [*forecast.grid], **fields}
