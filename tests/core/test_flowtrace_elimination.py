"""The elimination: against exact fractions and dense solvers, its plan, its two ways through it, and its chunks."""

import tracemalloc
from fractions import Fraction
from itertools import combinations
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.flowtrace import Network, elimination
from core.flowtrace.elimination import CHUNK_HOURS, factorise, solve
from core.flowtrace.plan import NO_FLOW, plan_for

WAYS = {"by step": 0, "by level": 10**9}
"""SHORT_HOURS that makes every run go that way."""


def each_way(network, flow, excess, right):
    for way, short in WAYS.items():
        with patch.object(elimination, "SHORT_HOURS", short):
            yield way, solve(network, flow, excess, right)


def named(count):
    return tuple(f"Z{at:03}" for at in range(count))


def network_of(count, pairs):
    zones = named(count)
    return Network(zones, tuple(f"{zones[one]}->{zones[other]}" for one, other in sorted(pairs)))


def ring(count):
    return network_of(count, [(at, at + 1) for at in range(count - 1)] + [(0, count - 1)])


def random_network(random, count, links):
    pairs = list(combinations(range(count), 2))
    chosen = random.choice(len(pairs), size=min(links, len(pairs)), replace=False) if pairs else []
    return network_of(count, [pairs[at] for at in chosen])


def without_unfed(network, flow, excess):
    """Set flows from and to zones that no excess reaches to 0, as the caller of solve does."""
    is_fed = excess > 0
    into, out_of = network.importer, network.exporter
    for _ in network.zones:
        for at in range(len(into)):
            is_fed[into[at]] |= is_fed[out_of[at]] & (flow[at] > 0)
    return np.where(is_fed[into] & is_fed[out_of], flow, 0.0)


def random_case(network, random, hours, sides=1, decades=2):
    """Flows from 10 MW over so many decades, excesses from 100 MW; one in three is 0. A dense LU needs few decades."""
    zones, links = len(network.zones), len(network.links)
    net = 10 ** random.uniform(1, 1 + decades, (links, hours)) * random.choice([-1, 0, 1], (links, hours))
    flow = np.concatenate([np.maximum(net, 0), np.maximum(-net, 0)])
    excess = 10 ** random.uniform(2, 2 + decades, (zones, hours)) * random.choice([0, 1, 1], (zones, hours))
    right = excess * random.uniform(1, 1000, (sides, zones, hours))
    return without_unfed(network, flow, excess), excess, right


def dense(network, flow, excess, right):
    """numpy.linalg.solve of the full matrix, hour by hour; 1 on the diagonal of an empty row."""
    size = len(network.zones)
    matrix, total = np.zeros((flow.shape[1], size, size)), excess.copy()
    for at, (into, out_of) in enumerate(zip(network.importer, network.exporter, strict=True)):
        matrix[:, into, out_of] -= flow[at]
        total[into] += flow[at]
    matrix[:, np.arange(size), np.arange(size)] = np.where(total > 0, total, 1).T
    return np.linalg.solve(matrix, right.transpose(2, 1, 0)).transpose(2, 1, 0)


def exact(network, flow, excess, right):
    """One hour by Gauss and Jordan on fractions; 0 for an empty row."""
    size = len(network.zones)
    matrix = [[Fraction(0)] * size + [Fraction(right[at])] for at in range(size)]
    for at in range(size):
        matrix[at][at] += Fraction(excess[at])
    for at, (into, out_of) in enumerate(zip(network.importer.tolist(), network.exporter.tolist(), strict=True)):
        matrix[into][into] += Fraction(flow[at])
        matrix[into][out_of] -= Fraction(flow[at])
    left = [at for at in range(size) if matrix[at][at]]
    for pivot in left:
        row = matrix[pivot] = [value / matrix[pivot][pivot] for value in matrix[pivot]]
        for other in left:
            if other != pivot and matrix[other][pivot]:
                factor = matrix[other][pivot]
                matrix[other] = [one - factor * two for one, two in zip(matrix[other], row, strict=True)]
    return [matrix[at][size] if at in left else Fraction(0) for at in range(size)]


def worst_gap(found, expected):
    """Largest difference, relative to each expected fraction; where that is 0, so is what was found."""
    assert all(one == 0 for one, other in zip(found, expected, strict=True) if other == 0)
    pairs = zip(found.tolist(), expected, strict=True)
    return max((float(abs(Fraction(one) - other) / other) for one, other in pairs if other), default=0.0)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 7), st.integers(0, 14), st.integers(0, 2**32 - 1))
def test_small_networks_equal_fractions(count, links, seed):
    random = np.random.default_rng(seed)
    network = random_network(random, count, links)
    flow, excess, right = random_case(network, random, hours=1, decades=9)
    expected = exact(network, flow[:, 0], excess[:, 0], right[0, :, 0])
    for way, found in each_way(network, flow, excess, right):
        assert worst_gap(found[0, :, 0], expected) < 1e-14, way


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 60), st.floats(0, 3), st.integers(0, 2**32 - 1))
def test_networks_of_up_to_60_zones_equal_a_dense_solver(count, links_per_zone, seed):
    random = np.random.default_rng(seed)
    network = random_network(random, count, round(links_per_zone * count))
    flow, excess, right = random_case(network, random, hours=3, sides=2)
    expected = dense(network, flow, excess, right)
    for way, found in each_way(network, flow, excess, right):
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-300, err_msg=way)


@pytest.mark.parametrize("production_mw", [1e3, 1.0, 1e-6, 1e-12])
def test_strong_loop_with_little_production_is_exact(production_mw):
    """10 GW and more go round twelve zones of which two produce; a dense LU is 0.2 off at 1e-12 MW, this 1e-14."""
    network = ring(12)
    forward = np.array([network.first[at] + 1 == network.second[at] for at in range(12)])
    flow = np.concatenate([forward * (10_000.0 + np.arange(12)), ~forward * 10_000.0])[:, None]
    excess, right = np.zeros((12, 1)), np.zeros((1, 12, 1))
    excess[[0, 7], 0] = production_mw, 3 * production_mw
    right[0, [0, 7], 0] = 900 * excess[0, 0], 17 * excess[7, 0]
    expected = exact(network, flow[:, 0], excess[:, 0], right[0, :, 0])
    assert 17 < min(expected) < max(expected) < 900
    for way, found in each_way(network, flow, excess, right):
        assert worst_gap(found[0, :, 0], expected) <= 1e-14, way


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 40), st.floats(0, 3), st.integers(0, 2**32 - 1))
def test_plan_has_every_entry_the_elimination_meets(count, links_per_zone, seed):
    """Played through with sets of pairs: later zones, targets and first values are what the numbering says."""
    network = random_network(np.random.default_rng(seed), count, round(links_per_zone * count))
    plan = plan_for(network)
    assert sorted(plan.order) == list(range(count))
    flow_at = {pair: at for at, pair in enumerate(zip(network.importer, network.exporter, strict=True))}
    pairs = pairs_by_entry(plan)
    assert len(pairs) == len(set(pairs.values())) == plan.entries == len(plan.flow_of)
    assert [flow_at.get(pairs[at], NO_FLOW) for at in range(plan.entries)] == plan.flow_of.tolist()
    has_value = set(flow_at) | {(zone, zone) for zone in range(count)}
    left = set(range(count))
    for zone, row, columns in plan.steps:
        left.remove(zone)
        later = [pairs[entry][1] for entry in row[1:]]
        assert later == sorted(j for j in left if (zone, j) in has_value) == [column.zone for column in columns]
        for importer, _, adds, fills in columns:
            assert {pairs[target] for _, target in adds} <= has_value
            assert not {pairs[target] for _, target in fills} & has_value
            has_value |= {pairs[target] for _, target in fills}
            met = [(pairs[source], pairs[target]) for source, target in (*adds, *fills)]
            expected = [((zone, j), (importer, j)) for j in later if j != importer]
            assert sorted(met) == sorted([((zone, zone), (importer, importer)), *expected])
    assert has_value == set(pairs.values())


def pairs_by_entry(plan):
    """(row, column) of every entry, v_i as (i, i)."""
    pairs = {}
    for zone, row, columns in plan.steps:
        pairs[row[0]] = zone, zone
        for entry, column in zip(row[1:], columns, strict=True):
            pairs[entry] = zone, column.zone
            pairs[column.entry] = column.zone, zone
    return pairs


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 60), st.floats(0, 3), st.integers(0, 2**32 - 1))
def test_zones_of_a_level_are_independent(count, links_per_zone, seed):
    plan = plan_for(random_network(np.random.default_rng(seed), count, round(links_per_zone * count)))
    assert [at for level in plan.levels for at in level] == list(range(count))
    for level in plan.levels:
        together = {plan.steps[at].zone for at in level}
        assert not together & {column.zone for at in level for column in plan.steps[at].columns}


def test_order_of_least_degree_keeps_fill_in_small():
    """A tree has none; a ring of n needs n − 3 chords, each in both directions."""
    tree = network_of(40, [(at // 3, at + 1) for at in range(39)])
    assert fill_in(tree) == 0
    assert fill_in(ring(12)) == 2 * (12 - 3)
    star = network_of(9, [(0, at) for at in range(1, 9)])
    assert [len(level) for level in plan_for(star).levels] == [8, 1]


def fill_in(network):
    return int((plan_for(network).flow_of == NO_FLOW).sum()) - len(network.zones)


def test_a_plan_is_made_once_per_network():
    assert plan_for(ring(5)) is plan_for(ring(5))


BORDERS = [0, 1, 2047, 2048, 2049, CHUNK_HOURS - 1, CHUNK_HOURS, CHUNK_HOURS + 1, 2 * CHUNK_HOURS + 1]


@pytest.mark.parametrize("hours", BORDERS)
def test_every_number_of_hours_is_solved_whole(hours):
    random = np.random.default_rng(hours)
    network = random_network(random, 6, 9)
    case = random_case(network, random, hours, sides=2)
    before = [each.copy() for each in case]
    expected = dense(network, *case)
    for way, found in each_way(network, *case):
        assert found.shape == (2, 6, hours)
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-300, err_msg=way)
    np.testing.assert_allclose(factorise(network, *case[:2]).solve(case[2]), expected, rtol=1e-10, atol=1e-300)
    for one, other in zip(case, before, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("hours", [6, 7, 8, 27])
def test_chunks_do_not_change_a_number(hours):
    random = np.random.default_rng(hours)
    network = random_network(random, 9, 15)
    case = random_case(network, random, hours, sides=3)
    whole = dict(each_way(network, *case))
    with patch.object(elimination, "CHUNK_HOURS", 7):
        for way, found in each_way(network, *case):
            np.testing.assert_array_equal(found, whole[way])


@pytest.mark.parametrize("hours", [3, 200])
def test_sides_do_not_change_each_other(hours):
    random = np.random.default_rng(hours)
    network = random_network(random, 12, 20)
    flow, excess, right = random_case(network, random, hours, sides=9)
    together = solve(network, flow, excess, right)
    factorised = factorise(network, flow, excess)
    with (
        patch.object(elimination, "SCRATCH_NUMBERS", 2 * hours),
        patch("core.flowtrace.levels.SCRATCH_NUMBERS", 4 * hours),
    ):
        np.testing.assert_array_equal(solve(network, flow, excess, right), together)
    for at in range(9):
        np.testing.assert_array_equal(factorised.solve(right[at : at + 1])[0], together[at])
    assert factorised.solve(right[:0]).shape == (0, 12, hours)


def test_network_without_links_divides():
    """x = b / v, and 0 where v is 0, whatever b is."""
    network = network_of(3, [])
    excess, right = np.array([[4.0], [0.0], [8.0]]), np.array([[[2.0], [5.0], [4.0]]])
    for _, found in each_way(network, np.empty((0, 1)), excess, right):
        assert found[0, :, 0].tolist() == [0.5, 0.0, 0.5]


def test_copies_of_a_part_get_the_same_numbers():
    random = np.random.default_rng(7)
    one = random_network(random, 8, 12)
    flow, excess, right = random_case(one, random, hours=4)
    pairs = list(zip(one.first, one.second, strict=True))
    three = network_of(24, [(first + 8 * copy, second + 8 * copy) for copy in range(3) for first, second in pairs])
    links = len(pairs)
    flows = np.concatenate([np.tile(flow[:links], (3, 1)), np.tile(flow[links:], (3, 1))])
    alone = dict(each_way(one, flow, excess, right))
    for way, found in each_way(three, flows, np.tile(excess, (3, 1)), np.tile(right, (1, 3, 1))):
        np.testing.assert_array_equal(found, np.tile(alone[way], (1, 3, 1)))


def test_hours_may_be_any_slice_of_the_callers_arrays():
    random = np.random.default_rng(3)
    network = random_network(random, 10, 16)
    flow, excess, right = random_case(network, random, hours=600, sides=2)
    at = np.s_[..., 5:505:3]
    expected = solve(network, flow, excess, right)[at]
    np.testing.assert_allclose(solve(network, flow[at], excess[at], right[at]), expected, rtol=1e-13)


def test_an_empty_row_stays_zero_among_others():
    """A has no supply and gives nothing; B and C go on as if it were not there."""
    network = network_of(3, [(0, 1), (1, 2)])
    flow = np.array([[0.0], [6.0], [0.0], [0.0]])
    excess, right = np.array([[0.0], [4.0], [2.0]]), np.array([[[0.0], [400.0], [1000.0]]])
    for _, found in each_way(network, flow, excess, right):
        assert found[0, :, 0].tolist() == [0.0, 100.0, (1000 + 600) / 8]


def test_memory_is_bounded_by_a_chunk():
    random = np.random.default_rng(1)
    network = random_network(random, 30, 45)
    case = [np.repeat(each, 4 * CHUNK_HOURS, axis=-1) for each in random_case(network, random, 1)]
    tracemalloc.start()
    found = solve(network, *case)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    chunk = 8 * CHUNK_HOURS * (plan_for(network).entries + 30)
    assert peak - found.nbytes < 1.2 * chunk
