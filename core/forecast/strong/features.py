"""The features of forecasts: a row for each origin and horizon, from hours before the origin and weather of the target.

Nothing else is read: hour `origin` and those after it do not count, save their weather.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from core.forecast.blend import DAYS, blend, newest_day
from core.forecast.strong.adaptive import HALF_LIVES_DAYS, Adaptive, adapt, regressors
from core.forecast.strong.hourly import (
    AHEAD_H,
    DAY_H,
    VARIABLE,
    WEEK_H,
    FloatArray,
    Hourly,
    IntArray,
    generation,
    past_of,
    share,
)
from core.forecast.strong.structure import LEAST_REST, LEVELLED, Structure, explained, level, targets
from core.forecast.strong.weather import COMPARED, smoothed_weather
from core.ingest.missing import known_mean

MONTH_H = 28 * DAY_H
Columns = dict[str, FloatArray]


@dataclass(frozen=True)
class Rows:
    """Forecasts by (origin, horizon); every array has a row per origin or per pair."""

    origins: IntArray
    """(origins,) the first hour that is foreseen, as an index of the grid's hours."""
    which: IntArray
    """(rows,) index into origins"""
    horizon_h: IntArray
    """(rows,) hours after the origin; 0 is the origin's own hour."""

    @property
    def target(self) -> IntArray:
        """(rows,) the hour that is foreseen."""
        return self.origins[self.which] + self.horizon_h


def all_rows(origins: IntArray, ahead_h: int = AHEAD_H, step_h: int = 1) -> Rows:
    """Every horizon of each origin; with step_h every so many, others for the next origin."""
    horizons = np.arange(0, ahead_h, step_h)
    which = np.repeat(np.arange(len(origins)), len(horizons))
    return Rows(origins, which, np.tile(horizons, len(origins)) + which % step_h)


class Given(NamedTuple):
    """What forecasts are made of; every array has a row per (origin, horizon)."""

    rows: Rows
    matrix: FloatArray
    """(rows, features)"""
    calendar: IntArray
    """(rows, 2) hour of day and day of week of the target."""
    base: FloatArray
    """(rows,) the log of g/kWh of the last day, to which all logs of g/kWh are relative."""


def given(
    hourly: Hourly, rows: Rows, structure: Structure | None, threads: int, faded: FloatArray | None = None
) -> Given:
    """The features of a grid; with `faded` (half-lives, regressors) the adaptive regressions are these."""
    log_intensity, smoothed = np.log(hourly.intensity_g_per_kwh), smoothed_weather(hourly)
    past = past_of(log_intensity, rows.origins, MONTH_H)
    base = known_mean(past[:, -DAY_H:], 1)
    base = np.where(np.isnan(base), known_mean(past, 1), base)
    found = calendar_columns(hourly, rows) | past_columns(past - base[:, None], rows) | mix_columns(hourly, rows)
    found["blend"] = blended(log_intensity, rows.origins)[rows.which, rows.horizon_h] - base[rows.which]
    if hourly.published:
        found |= published_columns(hourly, rows)
    if smoothed:
        found |= weather_columns(smoothed, rows) | adaptive_columns(hourly, smoothed, rows, base, faded)
    if structure and smoothed:
        found |= structure_columns(hourly, explained(structure, hourly, smoothed, threads), rows, base)
    hour = hourly.first_s // 3600 + rows.target
    calendar = np.column_stack([hour % DAY_H, (hour // DAY_H + 3) % 7])
    return Given(rows, np.column_stack(list(found.values())), calendar, base[rows.which])


def blended(values: FloatArray, origins: IntArray) -> FloatArray:
    """(origins, AHEAD_H) what the forecast without training says of (hours,)."""
    past = past_of(values, origins, DAYS * DAY_H)
    return blend(np.column_stack([past, np.full(len(origins), np.nan)]), DAY_H, AHEAD_H)


def calendar_columns(hourly: Hourly, rows: Rows) -> Columns:
    """The hour and the day of week of the target (UTC), and of its reference, the same hour of the day before."""
    hour = hourly.first_s // 3600 + rows.target
    before = hour - DAY_H * (rows.horizon_h // DAY_H + 1)
    weekday, weekday_before = (hour // DAY_H + 3) % 7, (before // DAY_H + 3) % 7
    numbers = {"horizon_h": rows.horizon_h, "hour": hour % DAY_H, "weekday": weekday, "is_weekend": weekday >= 5,
               "was_weekend": weekday_before >= 5}
    turn = 2 * np.pi * hour / (DAY_H * 365.25)
    year = {"year_sine": np.sin(turn), "year_cosine": np.cos(turn)}
    return {name: one.astype(float) for name, one in numbers.items()} | year


def past_columns(past: FloatArray, rows: Rows) -> Columns:
    """Of (origins, 28 days) logs of g/kWh: levels of the origin, and days and weeks ago at the target's hour."""
    days = past.reshape(len(past), -1, DAY_H)
    week = days[:, -7:]
    newest = newest_day(week)
    levels = {f"mean_{hours}h": known_mean(past[:, -hours:], 1) for hours in (3, 6, 12, WEEK_H, MONTH_H)}
    levels |= {"last": past[:, -1], "last_change": past[:, -1] - past[:, -1 - DAY_H],
               "change_6h": levels["mean_6h"] - known_mean(past[:, -30:-24], 1),
               "mean_day_before": known_mean(past[:, -48:-24], 1)}
    hourly = {"yesterday": newest, "profile_7d": known_mean(week, 1), "profile_28d": known_mean(days, 1),
              "spread_7d": np.sqrt(np.maximum(0, known_mean(week**2, 1) - known_mean(week, 1) ** 2))}
    found = {name: one[rows.which] for name, one in levels.items()}
    found |= {name: one[rows.which, rows.horizon_h % DAY_H] for name, one in hourly.items()}
    weeks = np.stack([past[:, one * WEEK_H : (one + 1) * WEEK_H] for one in range(4)], axis=1)
    found["last_week"] = weeks[:, -1][rows.which, rows.horizon_h % WEEK_H]
    found["weeks"] = known_mean(weeks, 1)[rows.which, rows.horizon_h % WEEK_H]
    found["fading_change"] = found["last_change"] * np.exp(-(rows.horizon_h + 1) / 8)
    return found


def mix_columns(hourly: Hourly, rows: Rows) -> Columns:
    """Shares of wind, sun and of the sources that count, and the load, in the last day and week."""
    found: Columns = {}
    for source in VARIABLE:
        past = past_of(share(hourly, source), rows.origins, WEEK_H)
        found[f"{source}_yesterday"] = share_yesterday(hourly, source, rows)
        found |= {f"{source}_{hours}h": known_mean(past[:, -hours:], 1)[rows.which] for hours in (1, DAY_H, WEEK_H)}
    load = np.log(np.maximum(1, generation(hourly)))
    past = past_of(load, rows.origins, WEEK_H)
    day = known_mean(past[:, -DAY_H:], 1)
    found["load_to_week"] = (day - known_mean(past, 1))[rows.which]
    found["load_change"] = (past[:, -1] - past[:, -1 - DAY_H])[rows.which]
    found["load_yesterday"] = (past[:, -DAY_H:] - day[:, None])[rows.which, rows.horizon_h % DAY_H]
    found["load_last_week"] = (past - day[:, None])[rows.which, rows.horizon_h % WEEK_H]
    return found


def share_yesterday(hourly: Hourly, source: str, rows: Rows) -> FloatArray:
    """(rows,) of a source at the target's hour of the newest day of a week that knows it."""
    past = past_of(share(hourly, source), rows.origins, WEEK_H)
    return newest_day(past.reshape(len(past), -1, DAY_H))[rows.which, rows.horizon_h % DAY_H]


def published_columns(hourly: Hourly, rows: Rows) -> Columns:
    """What operators foresee of the target as a part of the last day's load, as far as it was known at the origin.

    What was not is as it was yesterday, so that a regression can tell what changes.
    """
    load_mw = known_mean(past_of(generation(hourly), rows.origins, DAY_H), 1)[rows.which]
    found: Columns = {}
    for name, one in hourly.published.items():
        is_known = one.known_hour[rows.target] <= rows.origins[rows.which]
        yesterday = share_yesterday(hourly, name, rows) if name in VARIABLE else np.ones(len(load_mw))
        part = np.where(is_known, one.value_mw[rows.target] / np.maximum(load_mw, 1), yesterday)
        found |= {f"published_{name}": part, f"published_{name}_change": part - yesterday,
                  f"published_{name}_is_known": is_known.astype(float)}
    return found


def weather_columns(smoothed: Mapping[str, FloatArray], rows: Rows) -> Columns:
    """Weather of the target, and its difference to that of the same hour yesterday, of the week and of the last day."""
    found = {f"target_{name}": values[rows.target] for name, values in smoothed.items()}
    for name in (one for one in COMPARED if one in smoothed):
        past, now = past_of(smoothed[name], rows.origins, WEEK_H), smoothed[name][rows.target]
        days, day_mean = past.reshape(len(past), -1, DAY_H), known_mean(past[:, -DAY_H:], 1)[rows.which]
        at = rows.which, rows.horizon_h % DAY_H
        found[f"{name}_to_yesterday"], found[f"{name}_to_week"] = now - days[:, -1][at], now - known_mean(days, 1)[at]
        found[f"{name}_last_day"] = day_mean
        found[f"{name}_day_to_last"] = smoothed[f"{name}_day"][rows.target] - day_mean
        found[f"{name}_to_origin"] = now - past[:, -1][rows.which]
    return found


def adaptive_columns(
    hourly: Hourly, smoothed: dict[str, FloatArray], rows: Rows, base: FloatArray, faded: FloatArray | None
) -> Columns:
    """What the adaptive regressions say, and what they lately left unexplained."""
    matrix, log_intensity = regressors(hourly, smoothed), np.log(hourly.intensity_g_per_kwh)
    back = rows.origins[:, None] + np.arange(-WEEK_H, 0)
    found: Columns = {}
    for number, half_life_days in enumerate(HALF_LIVES_DAYS):
        fitted = (adapt(matrix, log_intensity, rows.origins, half_life_days) if faded is None
                  else Adaptive(matrix, faded[number : number + 1]))
        said = fitted.at(rows.target, rows.origins[rows.which]) - base[rows.which]
        left = log_intensity[back] - fitted.at(back, np.broadcast_to(rows.origins[:, None], back.shape))
        found |= unexplained_columns(f"adaptive{number}", said, left, rows)
    return found


def faded_at(hourly: Hourly, end: int) -> FloatArray:
    """(half-lives, regressors) the adaptive regressions as they are known before an hour."""
    matrix, log_intensity = regressors(hourly, smoothed_weather(hourly)), np.log(hourly.intensity_g_per_kwh)
    day = np.array([end])
    return np.stack([
        adapt(matrix, log_intensity, day, half_life_days).coefficients[end // DAY_H]
        for half_life_days in HALF_LIVES_DAYS])


def structure_columns(hourly: Hourly, said: Mapping[str, FloatArray], rows: Rows, base: FloatArray) -> Columns:
    """As adaptive_columns of the trees, and the intensity that follows from the share of wind and sun and the rest."""
    back = rows.origins[:, None] + np.arange(-WEEK_H, 0)
    found: Columns = {}
    for kind, values in targets(hourly).items():
        zero = level(values, rows.origins) if kind in LEVELLED else np.zeros(len(rows.origins))
        shown = base if kind in LEVELLED else np.zeros(len(base))
        left = values[back] - said[kind][back] - zero[:, None]
        found |= unexplained_columns(kind, said[kind][rows.target] + (zero - shown)[rows.which], left, rows)
    part = sum(np.clip(found[f"{source}_corrected"], 0, 1) for source in VARIABLE)
    found["from_sources"] = found["log_rest_corrected"] + np.log(np.maximum(1 - part, LEAST_REST))
    return found


def unexplained_columns(name: str, said: FloatArray, left: FloatArray, rows: Rows) -> Columns:
    """What a regression says (rows,), and means of what it left unexplained (origins, 168 hours) before each origin."""
    days, week = left.reshape(len(left), -1, DAY_H), known_mean(left, 1)[rows.which]
    means = {f"{name}_left_{hours}h": known_mean(left[:, -hours:], 1)[rows.which] for hours in (3, DAY_H, 72)}
    at = rows.which, rows.horizon_h % DAY_H
    hourly = {f"{name}_left_yesterday": days[:, -1][at], f"{name}_left_profile": known_mean(days, 1)[at]}
    weight = np.exp(-rows.horizon_h / 48)
    level_left = weight * means[f"{name}_left_{DAY_H}h"] + (1 - weight) * week
    corrected = said + level_left + 0.5 * (hourly[f"{name}_left_profile"] - week)
    return {f"{name}_says": said, f"{name}_left_week": week, f"{name}_corrected": corrected} | means | hourly
