"""What of a model's hours is kept: fields for maps and means of zones, of the hours whose numbers can be."""

import threading
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from core.kinds import WEATHER_KIND, WORLD_KEY
from core.places.shapes import read_shapes
from core.validation import Refusal
from core.weather import WORLD, Forecast, Kept, Weights, faults, keep, weights_of

_making = threading.Lock()


@lru_cache(maxsize=1)
def _weights() -> Weights:
    return weights_of(read_shapes(), WORLD)


def read_weather(answer: Iterable[Any]) -> tuple[list[Kept], list[Refusal]]:
    """What a parser gave, hour by hour kept or refused."""
    kept, refusals = [], []
    for one in answer:
        reasons = [*faults(one)] if isinstance(one, Forecast) else [f"a {type(one).__name__} is not a Forecast"]
        if reasons:
            told = {"issued": one.issued, "at": one.at} if isinstance(one, Forecast) else one
            refusals.append(Refusal(WEATHER_KIND, WORLD_KEY, "; ".join(reasons), told))
            continue
        with _making:
            weights = _weights()
        kept.append(keep(one, weights))
    return kept, refusals
