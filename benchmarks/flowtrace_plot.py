"""Draws how the cost of flow tracing grows with hours, right-hand sides, zones and links, beside splu per hour."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
from flowtrace_methods import by_elimination, by_splu, cpu_seconds, make_case
from scipy.spatial import cKDTree

from core.flowtrace.network import Network

OURS, OTHER = ("elimination (ours)", "#0b6e4f"), ("scipy splu per hour", "#b0503c")
HOURS = (24, 72, 168, 744, 2190, 4380, 8760)
SIDES = (1, 2, 4, 8, 14, 28)
ZONES = (50, 100, 200, 400, 800, 1600)
LINKS_PER_ZONE = (0.5, 1.0, 1.5, 2.0, 3.0)
OUR_HOURS, SPLU_HOURS = 2_190, 72
"""Hours measured for the panels that show the cost of one hour."""

Line = list[tuple[float, float]]


def draw(network: Network, path: Path) -> None:
    """Measure, and write the picture as SVG."""
    try:
        import matplotlib as mpl
    except ImportError as err:
        raise SystemExit('The plot needs matplotlib: pip install "gridtrace[benchmarks]"') from err
    mpl.use("svg")
    from matplotlib import pyplot

    mpl.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "gridtrace", "font.family": "sans-serif", "font.size": 9}
    figure, axes = pyplot.subplots(2, 2, figsize=(9, 6.4), layout="constrained")
    for axis, (title, label, unit, lines) in zip(axes.flat, _panels(network), strict=True):
        for (name, colour), line in zip((OURS, OTHER), lines, strict=True):
            axis.plot(*zip(*line, strict=True), "o-", color=colour, label=name, markersize=3.5, linewidth=1.5)
        axis.set(title=title, xlabel=label, ylabel=unit, xscale="log", yscale="log")
        axis.minorticks_off()
        axis.set_xticks([x for x, _ in lines[0]], [f"{x:,}" for x, _ in lines[0]])
        axis.yaxis.set_major_formatter("{x:g}")
        axis.grid(visible=True, which="major", color="#dddddd", linewidth=0.6)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0, 0].legend(frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def _panels(network: Network) -> Iterator[tuple[str, str, str, tuple[Line, Line]]]:
    world = f"{len(network.zones)} zones, {len(network.links)} links"
    hours = ([(hours, _seconds(each, network, hours, 1)) for hours in HOURS] for each in (by_elimination, by_splu))
    yield f"Hours ({world}, 1 side)", "hours", "CPU seconds", (next(hours), next(hours))
    yield f"Right-hand sides ({world})", "sides", "CPU µs per hour", _per_hour((n, network, n) for n in SIDES)
    grown = ((n, made_up(n, n), 1) for n in ZONES)
    yield "Zones (made up, 1 link per zone, 1 side)", "zones", "CPU µs per hour", _per_hour(grown)
    meshed = ((round(400 * each), made_up(400, round(400 * each)), 1) for each in LINKS_PER_ZONE)
    yield "Links (made up, 400 zones, 1 side)", "links", "CPU µs per hour", _per_hour(meshed)


def made_up(zones: int, links: int, seed: int = 1) -> Network:
    """Zones at random places of a square, and the shortest links between them: meshed as a map is."""
    places = np.random.default_rng(seed).random((zones, 2))
    reach, near = cKDTree(places).query(places, k=min(zones, 16))
    found = [(reach[a, at], min(a, b), max(a, b)) for a in range(zones) for at, b in enumerate(near[a]) if a != b]
    shortest = [pair for _, *pair in sorted(set(found))[:links]]
    return Network(tuple(f"Z{at:05}" for at in range(zones)), tuple(f"Z{a:05}->Z{b:05}" for a, b in shortest))


def _per_hour(cases: Iterable[tuple[int, Network, int]]) -> tuple[Line, Line]:
    """(x, CPU µs per hour) for (x, network, sides), of ours and of splu."""
    ours, other = [], []
    for x, network, sides in cases:
        ours.append((x, 1e6 / OUR_HOURS * _seconds(by_elimination, network, OUR_HOURS, sides)))
        other.append((x, 1e6 / SPLU_HOURS * _seconds(by_splu, network, SPLU_HOURS, sides)))
    return ours, other


def _seconds(method: Callable[..., object], network: Network, hours: int, sides: int) -> float:
    case = make_case(network, hours, sides)
    return cpu_seconds(lambda: method(case), 5)[0]
