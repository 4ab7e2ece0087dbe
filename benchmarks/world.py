"""How long the simulated grid takes for a year of the world, beside the same grid asked hour by hour.

    python benchmarks/world.py [--hours 8760] [--alone 200]

The year is asked for month by month, as an answer of all of it would take 1 GB. Asked hour by hour it gives the same
numbers; that is extrapolated from so many hours.
"""

import argparse
import resource
import time

import numpy as np

from core import times
from core.config import load
from core.sandbox.grid import Grid

BEGIN_S = times.read("2026-01-01T00:00Z").timestamp()
HOUR_S, MONTH_H = 3600, 730


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hours", type=int, default=8760)
    parser.add_argument("--alone", type=int, default=200, help="hours asked for one by one")
    given = parser.parse_args()
    grid, hours = Grid(load()), BEGIN_S + HOUR_S * np.arange(given.hours)
    grid.at(hours[:24])
    began = time.perf_counter()
    for part in np.array_split(hours, max(1, given.hours // MONTH_H)):
        grid.at(part)
    together = time.perf_counter() - began
    began = time.perf_counter()
    for moment in hours[: given.alone]:
        grid.at([moment])
    alone = (time.perf_counter() - began) / given.alone * given.hours
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(grid.network.zones)} zones, {len(grid.network.links)} links, {given.hours} hours: {together:.2f} s; "
          f"hour by hour {alone:.1f} s, {alone / together:.0f} times as long; {peak_mb:.0f} MB at most")


if __name__ == "__main__":
    main()
