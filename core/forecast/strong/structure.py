"""Boosted trees of weather and calendar alone: intensity, the shares of wind and sun, the intensity of the rest.

Each is fitted to the training hours; of these it gives what trees that have not seen them say (blocks in turn), so that
what they leave unexplained is as large there as it will be later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.forecast.strong.hourly import AHEAD_H, MARGIN_H, VARIABLE, FloatArray, Hourly, IntArray, past_of, share
from core.forecast.strong.trees import Trees, fit
from core.ingest.missing import known_mean

BLOCKS, APART_H, LEVEL_H = 5, 48, 28 * 24
LEAST_REST = 0.05
ROUNDS = 60
TREES = {"learning_rate": 0.12, "num_leaves": 15, "min_data_in_leaf": 40, "bagging_fraction": 0.7, "bagging_freq": 1,
         "feature_fraction": 0.5, "lambda_l2": 5.0}
LEVELLED = ("log_intensity", "log_rest")


@dataclass(frozen=True)
class Structure:
    """The trees, and what they say of hours that they were trained on when these are left out."""

    first_s: int
    trees: Mapping[str, Trees]
    left_out: Mapping[str, FloatArray]
    """Kind → (training hours,)"""


def targets(hourly: Hourly) -> dict[str, FloatArray]:
    """Kind → (hours,): logs of g/kWh of all and of what is neither wind nor sun, and the shares of these two."""
    shares, log_intensity = {source: share(hourly, source) for source in VARIABLE}, np.log(hourly.intensity_g_per_kwh)
    rest = log_intensity - np.log(np.maximum(1 - sum(shares.values()), LEAST_REST))
    return {"log_intensity": log_intensity, "log_rest": rest} | shares


def level(values: FloatArray, hours: IntArray) -> FloatArray:
    """The mean of the four weeks before each hour."""
    return known_mean(past_of(values, hours, LEVEL_H), 1)


def calendar_and_weather(hourly: Hourly, smoothed: Mapping[str, FloatArray]) -> FloatArray:
    """(hours + ahead, features)"""
    hours = hourly.first_s // 3600 + np.arange(hourly.hours + AHEAD_H + MARGIN_H)
    turn = 2 * np.pi * hours / (24 * 365.25)
    return np.column_stack([hours % 24, (hours // 24 + 3) % 7, np.sin(turn), np.cos(turn), *smoothed.values()])


def train_structure(hourly: Hourly, smoothed: Mapping[str, FloatArray], end: int, threads: int) -> Structure:
    """The trees of hours before `end`."""
    matrix, hours = calendar_and_weather(hourly, smoothed)[:end], np.arange(end)
    trees, left_out = {}, {}
    for kind, values in targets(hourly).items():
        target = values[:end] - (level(values, hours) if kind in LEVELLED else 0)
        trees[kind] = fit(TREES, ROUNDS, matrix, target, threads)
        left_out[kind] = np.concatenate(
            [_left_out(matrix, target, block, threads) for block in np.array_split(hours, BLOCKS)])
    return Structure(hourly.first_s, trees, left_out)


def _left_out(matrix: FloatArray, target: FloatArray, block: IntArray, threads: int) -> FloatArray:
    """What trees that know nothing of a block of hours, and of those beside it, say of it."""
    is_apart = np.abs(np.arange(len(target)) - block.mean()) > len(block) / 2 + APART_H
    return fit(TREES, ROUNDS, matrix, np.where(is_apart, target, np.nan), threads).say(matrix[block], threads)


def explained(
    structure: Structure, hourly: Hourly, smoothed: Mapping[str, FloatArray], threads: int
) -> dict[str, FloatArray]:
    """Kind → (hours + ahead,): what weather and calendar say, of training hours by trees that left them out.

    NaN where the structure has dropped these.
    """
    matrix, skipped = calendar_and_weather(hourly, smoothed), (hourly.first_s - structure.first_s) // 3600
    found = {}
    for kind, trees in structure.trees.items():
        before, seen = np.full(max(0, -skipped), np.nan), structure.left_out[kind][max(0, skipped) :]
        seen = np.append(before, seen)[: len(matrix)]
        found[kind] = np.append(seen, trees.say(matrix[len(seen) :], threads))
    return found


def recent(structure: Structure, days: int) -> Structure:
    """Without what left-out trees said of hours long before the end of the training: forecasts after it need none."""
    left_out = {kind: one[-days * 24 :] for kind, one in structure.left_out.items()}
    dropped = len(structure.left_out["log_intensity"]) - len(left_out["log_intensity"])
    return replace(structure, first_s=structure.first_s + dropped * 3600, left_out=left_out)
