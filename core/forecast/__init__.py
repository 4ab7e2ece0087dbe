"""What the coming hours will probably be: a blend of the past week, and what sources themselves foresee.

**The blend** is METHOD: yesterday's same hour (UTC), which gives way to the mean of the same hour of seven days,
corrected by what the newest hour differs by from a day before. It learns nothing, so it is always there; it is what
better methods are measured against, and its name goes with every value.

**What was known.** Only hours that began before `issued_s` are used. With an `issued_s` of the past this gives what
would have been issued then, but from the store as it stands now: data that came late, and revisions, are in it, and in
results the hour that was running then counts whole.
"""

from core.forecast.blend import FARTHEST_H, METHOD
from core.forecast.rebuilt import rebuilt
from core.forecast.results import Forecast, forecast_all, forecast_results
from core.forecast.series import OBSERVED, SOURCE, SeriesForecast, forecast_series
from core.forecast.zones import load_mw_ahead, net_load, net_load_mw_ahead, produced_mw_ahead, sum_known

__all__ = [
    "FARTHEST_H",
    "METHOD",
    "OBSERVED",
    "SOURCE",
    "Forecast",
    "SeriesForecast",
    "forecast_all",
    "forecast_results",
    "forecast_series",
    "load_mw_ahead",
    "net_load",
    "net_load_mw_ahead",
    "produced_mw_ahead",
    "rebuilt",
    "sum_known",
]
