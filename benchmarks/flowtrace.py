"""How long flow tracing takes, beside other ways to solve the same hours on the same machine in the same run.

    python benchmarks/flowtrace.py                 a year of the world: time, memory, agreement
    python benchmarks/flowtrace.py --hours 744     another length
    python benchmarks/flowtrace.py --plot          also docs/images/flowtrace-scaling.svg (needs gridtrace[benchmarks])

The network is the real one: every zone of zones.json, every exchange of exchanges.json. The hours are made up, and the
same in every run. Each method gets the same finished arrays and returns the same array of intensities; it runs in a
process of its own on one thread. Times are the best of as many runs for each, without our plan of the network, whose
time is printed by itself; memory is what the process needed beyond its inputs, with what it returns. The Python loop is
measured once, on a few hours, and multiplied up.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
from flowtrace_methods import METHODS, Case, cpu_seconds, make_case

from core.config import load
from core.flowtrace.levels import levels_of
from core.flowtrace.network import Network
from core.flowtrace.plan import plan_for

OURS, SPLU, _, LOOP = METHODS
SIDES = (1, 2, 14)
SHORT_HOURS = 72
LOOP_HOURS = 24
REPEATS = 7
AGREEMENT = 1e-9
PLOT = Path(__file__).resolve().parents[1] / "docs" / "images" / "flowtrace-scaling.svg"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class Measured(NamedTuple):
    """One method on one case."""

    cpu_s: float
    wall_s: float
    memory_mb: float
    difference: float
    """Largest difference to the elimination, relative to each value."""
    hours: int
    """Hours really solved."""


def main() -> int:
    options = _arguments()
    if options.method:
        sys.stdout.write(json.dumps(_measure_here(options.method, options.hours, options.sides)))
        return 0
    network = world()
    print(f"{len(network.zones)} zones, {len(network.links)} links, one thread; {_plan_time(network)}")
    worst = max(_report(hours) for hours in sorted({SHORT_HOURS, options.hours}))
    is_fine = worst <= AGREEMENT
    print(f"\nLargest relative difference between the methods: {worst:.1e} ({'within' if is_fine else 'ABOVE'} 1e-9)")
    if options.plot:
        from flowtrace_plot import draw  # only here: matplotlib is an extra

        draw(network, PLOT)
        print(f"Drawn: {PLOT}")
    return 0 if is_fine else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--hours", type=int, default=8760)
    parser.add_argument("--plot", action="store_true", help="also draw how the cost grows")
    parser.add_argument("--method", choices=METHODS, help=argparse.SUPPRESS)
    parser.add_argument("--sides", type=int, default=1, help=argparse.SUPPRESS)
    return parser.parse_args()


def world() -> Network:
    config = load()
    return Network(tuple(sorted(config.zones)), tuple(sorted(config.exchanges)))


def _plan_time(network: Network) -> str:
    seconds, _ = cpu_seconds(lambda: levels_of.__wrapped__(plan_for.__wrapped__(network)))
    plan = plan_for(network)
    filled = int((plan.flow_of < 0).sum()) - len(plan.steps)
    return f"plan: {1e3 * seconds:.1f} ms, {filled} entries of fill-in, {len(plan.levels)} levels"


def _report(hours: int) -> float:
    """Measure and print one table; the largest difference in it."""
    print(f"\n{hours:,} h{'sides':>21} {'CPU s':>9} {'wall s':>9} {'MB':>7} {'splu = 1':>9} {'difference':>11}")
    found = {(method, sides): _measure(method, hours, sides) for sides in SIDES for method in METHODS}
    for (method, sides), each in found.items():
        ratio = found[SPLU, sides].cpu_s / each.cpu_s
        difference = "" if method == OURS else f"{each.difference:.1e}"
        note = "" if each.hours == hours else f"  time extrapolated from {each.hours} h"
        print(
            f"{method:<21} {sides:>5} {each.cpu_s:>9.4f} {each.wall_s:>9.4f} {each.memory_mb:>7.0f} "
            f"{ratio:>8.3g}× {difference:>11}{note}"
        )
    return max(each.difference for each in found.values())


def _measure(method: str, hours: int, sides: int) -> Measured:
    """In a process of its own."""
    command = [sys.executable, __file__, "--method", method, "--hours", str(hours), "--sides", str(sides)]
    done = subprocess.run(command, env=os.environ | ONE_THREAD, stdout=subprocess.PIPE, text=True, check=True)
    return Measured(*json.loads(done.stdout))


def _measure_here(method: str, hours: int, sides: int) -> Measured:
    solved = min(hours, LOOP_HOURS) if method == LOOP else hours
    case = make_case(world(), hours, sides)
    case = Case(case.network, case.flow_mw[:, :solved], case.excess_mw[:, :solved], case.right[:, :, :solved])
    plan_for(case.network)
    before = _peak_mb()
    solution = METHODS[method](case)
    memory = _peak_mb() - before
    cpu, wall = cpu_seconds(lambda: METHODS[method](case), 1 if method == LOOP else REPEATS)
    difference = _difference(solution, METHODS[OURS](case))
    return Measured(cpu * hours / solved, wall * hours / solved, memory, difference, solved)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _difference(solution: np.ndarray, reference: np.ndarray) -> float:
    """The largest relative difference; made hour by hour, as the arrays are large."""
    worst = 0.0
    for hour in range(reference.shape[2]):
        one, other = solution[:, :, hour], reference[:, :, hour]
        gap = np.divide(np.abs(one - other), other, out=np.abs(one - other), where=other > 0)
        worst = max(worst, float(gap.max(initial=0.0)))
    return worst


if __name__ == "__main__":
    sys.exit(main())
