"""Reading a grid from two CSV files of the shape that EnsembleCI publishes: intensity and generation, and weather."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from core.errors import FileError
from core.forecast.strong.hourly import AHEAD_H, DAY_H, MARGIN_H, VARIABLE, FloatArray, Hourly, generation, share

SHIFTS_H = range(0, 37, 6)
"""Weather is stamped up to so long before the hour that it describes."""
WEATHER = ("wind_m_per_s", "temperature_k", "dew_point_k", "sun_w_per_m2", "precipitation")
TIME, INTENSITY, WEATHER_TIME = "UTC time", "carbon_intensity", "datetime"


def read_files(
    emissions: Path, weather: Path | None, until_hour: int | None = None, known_until_hour: int | None = None
) -> Hourly:
    """A grid until an hour (since 1970), or whole; its hours before another may choose the weather's shift, or all.

    Raises FileError, which names what is wrong with a file.
    """
    past = _hourly(emissions, TIME, until_hour)
    known_hours = len(past) if known_until_hour is None else known_until_hour - int(past.index[0])
    if known_hours <= 0:
        raise FileError(f"{emissions} has nothing before the forecast is issued.")
    if INTENSITY not in past:
        raise FileError(f"{emissions} has no column {INTENSITY}.")
    values = {str(name): past[name].to_numpy(float) for name in past.columns}
    intensity = values.pop(INTENSITY)
    bare = Hourly(int(past.index[0]) * 3600, np.where(intensity > 0, intensity, np.nan), values, {})
    others = {f"{source}_share": share(bare, source) for source in values} | {"load_mw": generation(bare)}
    bare = replace(bare, others=others)
    if weather is None:
        return bare
    stamped = _hourly(weather, WEATHER_TIME)
    if len(stamped.columns) != len(WEATHER):
        raise FileError(f"{weather} must have, after {WEATHER_TIME}, the columns {', '.join(WEATHER)} in this order.")
    stamped = stamped.set_axis(list(WEATHER), axis=1)
    stamped = stamped.where(stamped["temperature_k"] > 0)  # days without weather are all zero
    return _with_weather(bare, stamped, _best_shift_h(bare, stamped, known_hours))


def _hourly(path: Path, time_column: str, until_hour: int | None = None) -> pd.DataFrame:
    """The numbers of a CSV file by hour since 1970, without gaps or doubles; with until_hour all hours before it."""
    try:
        table = pd.read_csv(path)
        moment = pd.DatetimeIndex(pd.to_datetime(table.pop(time_column), utc=True, format="mixed"))
    except (OSError, KeyError, ValueError) as err:
        raise FileError(f"{path} is no CSV file with moments in a column {time_column}: {err}.") from err
    table = table.loc[:, [not str(name).startswith("Unnamed") for name in table.columns]]
    table = table.apply(pd.to_numeric, errors="coerce")
    table.index = pd.Index((moment - pd.Timestamp(0, tz="UTC")) // pd.Timedelta(1, "h"))
    table = table[~table.index.duplicated()].sort_index()
    end = int(table.index[-1]) + 1 if until_hour is None and len(table) else until_hour or 0
    if not len(table) or table.index[0] >= end:
        raise FileError(f"{path} has nothing before the forecast is issued.")
    hourly: pd.DataFrame = table.reindex(range(int(table.index[0]), end))
    return hourly


def _with_weather(hourly: Hourly, stamped: pd.DataFrame, shift_h: int) -> Hourly:
    """With the row stamped t - shift_h as the weather of hour t."""
    begin = hourly.first_s // 3600 - shift_h
    rows = stamped.reindex(range(begin, begin + hourly.hours + AHEAD_H + MARGIN_H))
    return replace(hourly, weather={name: rows[name].to_numpy(float) for name in WEATHER})


def _best_shift_h(hourly: Hourly, stamped: pd.DataFrame, known_hours: int) -> int:
    """The shift whose wind and sun go best with intensity and shares, by changes from day to day."""
    values = [np.log(hourly.intensity_g_per_kwh), *[share(hourly, source) for source in VARIABLE]]

    def fit(shift_h: int) -> float:
        weather = _with_weather(hourly, stamped, shift_h).weather
        moving = [weather[name][:known_hours] for name in ("wind_m_per_s", "sun_w_per_m2")]
        return sum(abs(_correlation(one[:known_hours], other)) for one in values for other in moving)

    return max(SHIFTS_H, key=fit)


def _correlation(one: FloatArray, other: FloatArray) -> float:
    """Of the changes from the same hour of the day before; 0 where nothing changes."""
    a, b = one[DAY_H:] - one[:-DAY_H], other[DAY_H:] - other[:-DAY_H]
    good = np.isfinite(a) & np.isfinite(b)
    if good.sum() < 2 * DAY_H or np.std(a[good]) == 0 or np.std(b[good]) == 0:
        return 0.0
    return float(np.corrcoef(a[good], b[good])[0, 1])
