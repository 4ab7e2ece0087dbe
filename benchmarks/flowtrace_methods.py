"""What the flow-tracing benchmark compares: made-up hours of a network, and four ways to solve them.

All methods get the same arrays as core.flowtrace.elimination.solve, (2 × links, hours), (zones, hours) and
(sides, zones, hours) in MW and MW·g/kWh, and return x (sides, zones, hours) in g/kWh.
"""

from collections.abc import Callable
from time import perf_counter, process_time
from typing import NamedTuple

import numpy as np
from scipy.sparse import csc_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from core.flowtrace.arrays import FloatArray
from core.flowtrace.elimination import solve
from core.flowtrace.network import Network

SPLU_OPTIONS = {
    "permc_spec": "MMD_AT_PLUS_A", "diag_pivot_thresh": 0.0, "relax": 1, "panel_size": 1,
    "options": {"SymmetricMode": True, "Equil": False},
}
"""The fastest of those tried, a third faster than the defaults: the pattern is symmetric, the diagonal safe."""

TOLERANCE = 1e-9
"""Gauss–Seidel stops when no intensity changes by more, in g/kWh."""


class Case(NamedTuple):
    network: Network
    flow_mw: FloatArray
    excess_mw: FloatArray
    right: FloatArray


def make_case(network: Network, hours: int, sides: int, seed: int = 20240101) -> Case:
    """Hours with capacities, daily rhythms and noise of a plausible size; the same for the same arguments.

    Every flow changes its direction now and then, so there are directed loops; about every tenth zone with a link
    produces nothing and only imports. It is filled row by row, so that making it takes no more memory than it has.
    """
    random = np.random.default_rng(seed)
    zones, links = len(network.zones), len(network.links)
    hour = np.arange(hours)
    is_fed = _only_importing(network, random)
    excess = np.zeros((zones, hours))
    for zone in np.flatnonzero(~is_fed):
        capacity, phase = random.lognormal(8.0, 1.5), random.uniform(0, 24)
        daily = 0.5 + 0.25 * np.sin((hour + phase) * 2 * np.pi / 24)
        excess[zone] = capacity * np.maximum(daily + 0.1 * random.standard_normal(hours), 0.02)
    flow = np.zeros((2 * links, hours))
    for at, (first, second) in enumerate(zip(network.first, network.second, strict=True)):
        capacity, phase = random.lognormal(6.0, 1.0), random.uniform(0, 24)
        net = capacity * (np.sin((hour + phase) * 2 * np.pi / 24) + 0.5 * random.standard_normal(hours))
        net = np.abs(net) if is_fed[second] else -np.abs(net) if is_fed[first] else net
        np.maximum(net, 0.0, out=flow[at])
        np.maximum(-net, 0.0, out=flow[links + at])
    right = np.empty((sides, zones, hours))
    for side in right:
        np.multiply(excess, random.uniform(20, 900, (zones, 1)), out=side)
    return Case(network, flow, excess, right)


def cpu_seconds(run: Callable[[], object], repeat: int = 5) -> tuple[float, float]:
    """The least CPU and wall seconds of several runs."""
    cpu, wall = [], []
    for _ in range(repeat):
        start_cpu, start_wall = process_time(), perf_counter()
        run()
        cpu.append(process_time() - start_cpu)
        wall.append(perf_counter() - start_wall)
    return min(cpu), min(wall)


def _only_importing(network: Network, random: np.random.Generator) -> np.ndarray:
    """About a tenth of the linked zones, no two of them neighbours."""
    chosen: set[int] = set()
    near: dict[int, set[int]] = {}
    for one, other in zip(network.exporter.tolist(), network.importer.tolist(), strict=True):
        near.setdefault(one, set()).add(other)
    for zone in sorted(near):
        if random.random() < 0.12 and not near[zone] & chosen:
            chosen.add(zone)
    return np.isin(np.arange(len(network.zones)), list(chosen))


def by_elimination(case: Case) -> FloatArray:
    """Ours; the plan is made once per network and process, and not in the time."""
    return solve(*case)


def by_splu(case: Case) -> FloatArray:
    """scipy's SuperLU, hour by hour; the pattern and the place of each number in it are prepared once, in the time."""
    network, flow, _, right = case
    zones, into, out_of = len(network.zones), network.importer, network.exporter
    own = np.arange(zones)
    rows, columns = np.concatenate([own, into]), np.concatenate([own, out_of])
    pattern = csc_array((np.arange(1, len(rows) + 1), (rows, columns)), shape=(zones, zones))
    place = pattern.data - 1
    numbers = np.concatenate([_diagonal(case), -flow])[place].T.copy()
    sides = right.transpose(2, 1, 0).copy()
    solution = np.empty(sides.shape)
    matrix = csc_array((numbers[0] if len(numbers) else [], pattern.indices, pattern.indptr), shape=(zones, zones))
    for hour, data in enumerate(numbers):
        matrix.data = data
        solution[hour] = splu(matrix, **SPLU_OPTIONS).solve(sides[hour])
    return solution.transpose(2, 1, 0)


def by_dense(case: Case) -> FloatArray:
    """numpy.linalg.solve on one dense matrix per connected part and hour, a month at a time."""
    network, flow, _, right = case
    zones, into, out_of = len(network.zones), network.importer, network.exporter
    graph = csc_array((np.ones(len(into)), (into, out_of)), shape=(zones, zones))
    count, part_of = connected_components(graph, directed=False)
    diagonal = _diagonal(case)
    solution = right / diagonal
    for part in range(count):
        inside = np.flatnonzero(part_of == part)
        if len(inside) == 1:
            continue
        rank = np.zeros(zones, dtype=np.intp)
        rank[inside] = np.arange(len(inside))
        links = np.flatnonzero(part_of[into] == part)
        for start in range(0, flow.shape[1], 744):
            at = slice(start, start + 744)
            matrix = np.zeros((flow[0, at].size, len(inside), len(inside)))
            matrix[:, rank[inside], rank[inside]] = diagonal[inside, at].T
            matrix[:, rank[into[links]], rank[out_of[links]]] = -flow[links, at].T
            found = np.linalg.solve(matrix, right[:, inside, at].transpose(2, 1, 0))
            solution[:, inside, at] = found.transpose(2, 1, 0)
    return solution


def by_loop(case: Case) -> FloatArray:
    """Gauss–Seidel over dictionaries, hour by hour and side by side, as many open implementations do it."""
    network, flow, excess, right = case
    solution = np.zeros(right.shape)
    ends = list(zip(network.importer.tolist(), network.exporter.tolist(), strict=True))
    for hour in range(flow.shape[1]):
        imports: dict[int, dict[int, float]] = {zone: {} for zone in range(len(network.zones))}
        for (into, out_of), mw in zip(ends, flow[:, hour].tolist(), strict=True):
            if mw > 0:
                imports[into][out_of] = mw
        entering = {zone: excess[zone, hour] + sum(each.values()) for zone, each in imports.items()}
        for side in range(len(right)):
            found = _relaxed(imports, entering, dict(enumerate(right[side, :, hour].tolist())))
            solution[side, :, hour] = list(found.values())
    return solution


def _relaxed(
    imports: dict[int, dict[int, float]], entering: dict[int, float], right: dict[int, float]
) -> dict[int, float]:
    found = dict.fromkeys(imports, 0.0)
    change = np.inf
    while change > TOLERANCE:
        change = 0.0
        for zone, total in entering.items():
            if total > 0:
                carried = right[zone] + sum(mw * found[other] for other, mw in imports[zone].items())
                change = max(change, abs(carried / total - found[zone]))
                found[zone] = carried / total
    return found


def _diagonal(case: Case) -> FloatArray:
    """(zones, hours) v_i + Σ_j N[i, j], 1 where the row is empty."""
    total = case.excess_mw.copy()
    for at, zone in enumerate(case.network.importer):
        total[zone] += case.flow_mw[at]
    return np.where(total > 0, total, 1.0)


METHODS: dict[str, Callable[[Case], FloatArray]] = {
    "elimination (ours)": by_elimination,
    "scipy splu per hour": by_splu,
    "numpy dense per part": by_dense,
    "Python loop per hour": by_loop,
}
