"""What the coming hours will probably be: a baseline from the past week, and what sources themselves foresee.

**The baseline** is METHOD, seasonal naive: an hour gets the value of the same hour (UTC) of the most recent day, of the
seven before, that is known; an hour of day that none of them knows gets the mean of the hours that are. It is what
better methods are measured against, and its name goes with every value.

**What was known.** Only hours that began before `issued_s` are used. With an `issued_s` of the past this gives what
would have been issued then, but from the store as it stands now: data that came late, and revisions, are in it, and in
results the hour that was running then counts whole.
"""

from core.forecast.naive import FARTHEST_H, METHOD
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
