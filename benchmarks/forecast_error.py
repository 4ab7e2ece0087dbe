"""How good the baseline forecast is on published series: its error, and what a job that may wait saves by it.

    python benchmarks/forecast_error.py FOLDER/*_lifecycle_emissions.csv.gz

The files are those published with EnsembleCI (arXiv 2505.01959): an hourly carbon_intensity by UTC time. They belong to
their publishers and are not part of this project. A forecast is issued on the hour every 77 hours, from the seven days
before it; the job takes four hours and may start within 24.
"""

import argparse
from collections.abc import Iterator

import numpy as np
import pandas as pd

from core.forecast.naive import DAYS, seasonal_naive
from core.scheduling import Series, best_windows

HOUR_S, DAY_H = 3600, 24
AHEAD_H, EVERY_H, JOB_S = 96, 77, 4 * HOUR_S


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    for name in parser.parse_args().files:
        table = pd.read_csv(name)
        at = pd.to_datetime(table["UTC time"], utc=True)
        hourly = pd.Series(table["carbon_intensity"].to_numpy(float), index=at)
        values = hourly[~hourly.index.duplicated()].asfreq("h")
        pairs = list(forecasts(values.to_numpy()))
        errors = np.mean([np.abs(foreseen - actual) / actual for foreseen, actual in pairs], axis=0) * 100
        saved, possible = np.sum([savings(*pair) for pair in pairs], axis=0)
        print(f"{name}: {values.index[0]:%Y-%m-%d} to {values.index[-1]:%Y-%m-%d}, {len(pairs)} forecasts, error"
              f" {errors[:DAY_H].mean():.1f} % in {DAY_H} h, {errors.mean():.1f} % in {AHEAD_H} h;"
              f" {saved / possible:.0%} of the possible saving")


def forecasts(values: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(foreseen, actual) of the hours after each issue, where all of these are known."""
    for first in range(DAYS * DAY_H, len(values) - AHEAD_H, EVERY_H):
        past, actual = values[first - DAYS * DAY_H : first], values[first : first + AHEAD_H]
        if not np.isnan(actual).any() and not np.isnan(past).all():
            yield seasonal_naive(np.append(past, np.nan), DAY_H, AHEAD_H), actual


def savings(foreseen: np.ndarray, actual: np.ndarray) -> tuple[float, float]:
    """g/kWh less than at once: by the forecast, and with perfect foresight."""
    window = [(0, DAY_H * HOUR_S)]
    planned = best_windows({"": Series(0, HOUR_S, foreseen)}, JOB_S, window).ideal.start_s
    real = Series(0, HOUR_S, actual)
    best = best_windows({"": real}, JOB_S, window)
    return best.naive.value - real.means(np.array([planned]), JOB_S)[0], best.naive.value - best.ideal.value


if __name__ == "__main__":
    main()
