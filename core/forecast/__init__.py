"""What the coming hours will probably be: by what was learnt of a zone, by a blend of its past week, by its sources.

**Once an hour** `issuing` makes and keeps what is foreseen of every zone: by what `training` has learnt of it, see
`strong`, else by the blend. `forecast_results` gives the newest that was kept by then.

**The blend** is METHOD: yesterday's same hour (UTC), which gives way to the mean of the same hour of seven days,
corrected by what the newest hour differs by from a day before. It learns nothing, so it is always there; it is what
better methods are measured against. The name of a method goes with every forecast.

**What was known.** Only hours that began before `issued_s` are used. Where nothing was kept, an `issued_s` of the past
gives what the blend would have said then, but from the store as it stands now: data that came late, and revisions, are
in it, and in results the hour that was running then counts whole.
"""

from core.forecast.ahead import forecast_results
from core.forecast.blend import FARTHEST_H, METHOD
from core.forecast.rebuilt import rebuilt
from core.forecast.results import Forecast
from core.forecast.series import OBSERVED, SOURCE, SeriesForecast, forecast_series
from core.forecast.zones import load_mw_ahead, net_load, net_load_mw_ahead, produced_mw_ahead, sum_known

__all__ = [
    "FARTHEST_H",
    "METHOD",
    "OBSERVED",
    "SOURCE",
    "Forecast",
    "SeriesForecast",
    "forecast_results",
    "forecast_series",
    "load_mw_ahead",
    "net_load",
    "net_load_mw_ahead",
    "produced_mw_ahead",
    "rebuilt",
    "sum_known",
]
