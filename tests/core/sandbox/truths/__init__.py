"""What a reader of each simulated source must find, one module per source: `TRUTH`, by the source's own description.

Written from the fact sheets, like the simulated sources, and not from the parsers.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules

from core.flowtrace.arrays import FloatArray
from core.sandbox.readings import Readings
from core.sandbox.steps import Steps


@dataclass(frozen=True)
class Truth:
    """How to compare one parser's events with the grid."""

    step_s: Callable[[str, str], int]
    """Seconds that an event of (kind, key) stands for, from its start; 300 for a snapshot on the five-minute raster."""
    unit: float = 1.0
    """The source's rounding: every published number is a multiple of it."""
    parts: int = 1
    """How many published numbers are added up to one of an event, at most; each may be half a unit off."""
    seen_as: Mapping[str, str] = field(default_factory=dict)
    """Modes (storage is `hydro storage`, …) that the source does not tell apart, under the name of their sum, applied
    to both sides; the empty name for what it does not publish."""
    factor: Mapping[str, float] = field(default_factory=dict)
    """Kind → what the source multiplies the grid's own figure by, for editions of a forecast."""
    priced_as: Mapping[str, str] = field(default_factory=dict)
    """Zone → the zone whose price is its own, in a market of several."""
    newest_h: Mapping[str, float] = field(default_factory=dict)
    """Kind → the newest event must have begun at most this long ago; 3 where nothing is said."""
    only: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Kind → the modes that the source says anything of; all where nothing is said."""
    in_one: Mapping[str, Callable[[Readings, str, Steps], FloatArray]] = field(default_factory=dict)
    """Kind → what the source publishes in the place of a mix, in one number that is `unknown`."""
    actual: Collection[str] = ()
    """Kinds of forecasts under which the source publishes what was."""
    only_mean: Callable[[str, str], bool] = lambda kind, key: False
    """Whether, of events of (kind, key), only the mean of one answer is the zone's own: its hours follow another's."""
    price_unit: float = 0.01
    """What every published price is a multiple of, per MWh."""


def truths() -> dict[str, Truth]:
    """By the name of the parser module."""
    return {name: import_module(f"{__name__}.{name}").TRUTH for _, name, _ in iter_modules(__path__)}
