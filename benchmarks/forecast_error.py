"""How good forecasts are on published series: their errors, the coverage of their bands, and what a job saves by them.

    python benchmarks/forecast_error.py FOLDER [--grids DE PL]

FOLDER has <GRID>_lifecycle_emissions.csv.gz as published with EnsembleCI (arXiv 2505.01959): an hourly carbon_intensity
by UTC time. They belong to their publishers and are not part of this project. 178 forecasts a day apart are judged, the
last one's 96 hours ending with the series. The job takes four hours and may start within 24.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from core.forecast.bands import READ_DAYS, blend_bands
from core.forecast.blend import DAY_H, DAYS, blend

AHEAD_H, ORIGINS, JOB_H = 96, 178, 4
HEAD = "grid   method          day 1   96 h   MAE g  in the band (least of an hour)  saving"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--grids", nargs="*")
    asked = parser.parse_args()
    found = asked.folder.glob("*_lifecycle_emissions.csv.gz")
    print(HEAD)
    for name in asked.grids or sorted(path.name.split("_")[0] for path in found):
        past, actual = series_of(asked.folder / f"{name}_lifecycle_emissions.csv.gz")
        yesterday = np.tile(past[:, -DAY_H - 1 : -1], AHEAD_H // DAY_H)
        print(line(name, "yesterday", yesterday, actual, None))
        ahead = blend(past[:, -DAYS * DAY_H - 1 :], DAY_H, AHEAD_H)
        print(line(name, "blend", ahead, actual, blend_bands(past, AHEAD_H)))


def series_of(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """(forecasts, hours) before each forecast with an unknown running hour, and (forecasts, 96) that came."""
    table = pd.read_csv(path)
    hourly = pd.Series(table["carbon_intensity"].to_numpy(float), index=pd.to_datetime(table["UTC time"], utc=True))
    values = hourly[~hourly.index.duplicated()].asfreq("h").to_numpy()
    origins = len(values) - AHEAD_H - DAY_H * np.arange(ORIGINS)[::-1]
    past = sliding_window_view(values, READ_DAYS * DAY_H + 1)[origins - READ_DAYS * DAY_H].copy()
    past[:, -1] = np.nan
    return past, values[origins[:, None] + np.arange(AHEAD_H)]


def line(name: str, method: str, foreseen: np.ndarray, actual: np.ndarray, band: np.ndarray | None) -> str:
    """A row of the table."""
    errors = np.abs(foreseen - actual)
    percent = 100 * errors / actual
    told = f"{name:6} {method:14} {np.nanmean(percent[:, :DAY_H]):6.2f} {np.nanmean(percent):6.2f} "
    told += f"{np.nanmean(errors):7.2f}  "
    inside = None if band is None else ((band[0] <= actual) & (actual <= band[1])).mean(axis=0)
    told += 31 * " " if inside is None else f"{inside.mean():10.1%}           ({inside.min():.1%}) "
    return f"{told}  {saving_share(foreseen, actual):6.1%}"


def saving_share(foreseen: np.ndarray, actual: np.ndarray) -> float:
    """Of what perfect foresight saves against starting at once, the part that the forecast does."""
    planned, real = job_means(foreseen), job_means(actual)
    chosen = real[np.arange(len(real)), planned.argmin(axis=1)]
    return float((real[:, 0] - chosen).sum() / (real[:, 0] - real.min(axis=1)).sum())


def job_means(hourly: np.ndarray) -> np.ndarray:
    """(forecasts, 24) the mean over the job for each hour of its start."""
    return sliding_window_view(hourly[:, : DAY_H + JOB_H - 1], JOB_H, axis=1).mean(axis=2)


if __name__ == "__main__":
    main()
