"""How good forecasts are on published series: grids × methods in one table.

    python benchmarks/forecast_error.py FOLDER [--grids DE PL] [--skip-days 0] [--threads 1]

FOLDER has <GRID>_lifecycle_emissions.csv.gz and <GRID>_weather_forecast.csv.gz as published with EnsembleCI (arXiv
2505.01959); docs/forecast.md has their columns. They belong to their publishers and are not part of this project.

178 forecasts a day apart are judged, the last one's 96 hours ending --skip-days before the series does. Models are
trained once, on what was known at the first of them. Bands rest on the forecasts of the 28 days before each; for the
first ones these are by a model that ends with the first of them. The job takes four hours and may start within 24.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from core.forecast.strong.files import read_files
from core.forecast.strong.hourly import AHEAD_H, DAY_H, Hourly, past_of
from core.forecast.strong.once import issue, issue_blend

ORIGINS, JOB_H = 178, 4
HEAD = "grid   method         day 1  day 2  day 3  day 4   96 h   MAE g  in the band (by hour)   saving"
Judged = tuple[str, np.ndarray, np.ndarray]
"""A method, its forecasts (origins, AHEAD_H) and their bands (2, origins, AHEAD_H)."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--grids", nargs="*")
    parser.add_argument("--skip-days", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    files = sorted(asked.folder.glob("*_lifecycle_emissions.csv.gz"))
    found: dict[str, list[np.ndarray]] = {}
    print(HEAD)
    for name in asked.grids or [path.name.split("_")[0] for path in files]:
        bare = read_files(asked.folder / f"{name}_lifecycle_emissions.csv.gz", None)
        origins = bare.hours - AHEAD_H - DAY_H * (asked.skip_days + np.arange(ORIGINS)[::-1])
        actual = bare.intensity_g_per_kwh[origins[:, None] + np.arange(AHEAD_H)]
        for method, foreseen, bands in methods(asked.folder, name, bare, origins, asked.threads):
            found.setdefault(method, []).append(numbers(foreseen, bands, actual))
            print(line(name, method, found[method][-1]), flush=True)
    for method, several in found.items():
        print(line("mean", method, np.mean(several, axis=0)))


def methods(folder: Path, name: str, bare: Hourly, origins: np.ndarray, threads: int) -> Iterator[Judged]:
    """What each method foresaw of a grid at the origins."""
    past = past_of(bare.intensity_g_per_kwh, origins, DAY_H)
    yesterday = np.tile(past, AHEAD_H // DAY_H)
    yield "yesterday", yesterday, np.full((2, *yesterday.shape), np.nan)
    files = (folder / f"{name}_{kind}.csv.gz" for kind in ("lifecycle_emissions", "weather_forecast"))
    whole = read_files(*files, known_until_hour=bare.first_s // 3600 + int(origins[0]))
    blended, bare, knowing = issue_blend(bare, origins), issue(bare, origins, threads), issue(whole, origins, threads)
    for method, found in (("blend", blended), ("boosting", bare), ("with weather", knowing)):
        yield method, found.values, np.stack([found.low, found.high])


def numbers(foreseen: np.ndarray, bands: np.ndarray, actual: np.ndarray) -> np.ndarray:
    """As HEAD names them."""
    errors = np.abs(foreseen - actual)
    percent = 100 * errors / actual
    daily = [np.nanmean(day) for day in np.split(percent, AHEAD_H // DAY_H, axis=1)]
    inside = 100 * ((bands[0] <= actual) & (actual <= bands[1])).mean(axis=0)
    return np.array([*daily, np.nanmean(percent), np.nanmean(errors), inside.mean(), inside.min(), inside.max(),
                     100 * saving_share(foreseen, actual)])


def saving_share(foreseen: np.ndarray, actual: np.ndarray) -> float:
    """Of what perfect foresight saves against starting at once, the part that the forecast does."""
    planned, real = job_means(foreseen), job_means(actual)
    whole = np.isfinite(planned).all(axis=1) & np.isfinite(real).all(axis=1)
    planned, real = planned[whole], real[whole]
    chosen = real[np.arange(len(real)), planned.argmin(axis=1)]
    return float((real[:, 0] - chosen).sum() / (real[:, 0] - real.min(axis=1)).sum())


def job_means(hourly: np.ndarray) -> np.ndarray:
    """(origins, 24) the mean over the job for each hour of its start."""
    return sliding_window_view(hourly[:, : DAY_H + JOB_H - 1], JOB_H, axis=1).mean(axis=2)


def line(name: str, method: str, found: np.ndarray) -> str:
    """The numbers under HEAD."""
    band = 24 * " " if found[6] == 0 else f"{found[6]:9.1f} % ({found[7]:4.1f}-{found[8]:5.1f})"
    return f"{name:6} {method:13}" + "".join(f"{one:7.2f}" for one in found[:6]) + f" {band} {found[9]:7.1f} %"


if __name__ == "__main__":
    main()
