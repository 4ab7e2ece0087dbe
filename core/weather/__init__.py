"""Weather of a forecast model, as numbers on a grid: what a parser gives, what of it is kept, and moments in between.

Pure but for the clock of `runs`: arrays and shapes in, arrays out. `fields` is an hour of a run as it was published,
`thinned` what of it maps need, `zones` its means over zones, `interpolation` the weather of any moment, `sun` where the
sun stands, `runs` when a model begins anew.
"""

from core.weather.fields import WORLD, Forecast, Grid, faults
from core.weather.interpolation import Frame, at_moment, hours_around
from core.weather.kept import Kept, keep
from core.weather.runs import BLOCK_H, HOURS_AHEAD, block_of, newest_run
from core.weather.thinned import THIN, unpack
from core.weather.zones import QUANTITIES, Weights, weights_of

__all__ = [
    "BLOCK_H",
    "HOURS_AHEAD",
    "QUANTITIES",
    "THIN",
    "WORLD",
    "Forecast",
    "Frame",
    "Grid",
    "Kept",
    "Weights",
    "at_moment",
    "block_of",
    "faults",
    "hours_around",
    "keep",
    "newest_run",
    "unpack",
    "weights_of",
]
