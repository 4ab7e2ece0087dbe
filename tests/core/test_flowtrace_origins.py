"""Origins: by hand, and against what explaining one zone at a time says."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings

from core.flowtrace import Balance, Network, trace
from core.flowtrace.explain import sources
from core.flowtrace.origins import origins
from tests.core.test_flowtrace import SHARES, Grid
from tests.core.test_flowtrace_properties import grids


@settings(max_examples=150, deadline=None)
@given(grids())
def test_origins_sum_to_one_and_agree_with_the_sources_of_each_zone(case):
    network, balance, factors, import_only = case
    found = origins(network, balance, import_only)
    has_value = ~np.isnan(trace(network, balance, {"direct": factors}, SHARES, import_only).consumption_mw)
    np.testing.assert_allclose(found.sum(axis=0)[has_value], 1.0, rtol=1e-12)
    assert np.isnan(found[:, ~has_value]).all()
    for at, zone in enumerate(network.zones):
        shares = np.zeros(len(network.zones))
        for one in sources(network, balance, factors, zone, 0, is_import_only=import_only):
            shares[network.zones.index(one.zone)] += one.share
        np.testing.assert_allclose(np.nan_to_num(found[:, at, 0]), shares, atol=1e-12)


def test_a_chain_by_hand():
    """A makes 100 and sends 40 to B, which makes 60 and sends 20 to C, which makes 80; D, without data, sends 20 to C.

    B: 40 % A, 60 % B. C has 80 + 20 + 20: 20/120 through B, of which 40 % A; 20/120 from D.
    """
    grid = Grid("A B C D", [("A", "B", 40), ("B", "C", 20), ("D", "C", 20)])
    grid.produce("A", 100, 1).produce("B", 60, 1).produce("C", 80, 1)
    found = origins(grid.network, grid.balance())[:, :, 0]
    assert found[:, 1].tolist() == pytest.approx([0.4, 0.6, 0, 0])
    assert found[:, 2].tolist() == pytest.approx([20 / 120 * 0.4, 20 / 120 * 0.6, 80 / 120, 20 / 120])
    assert np.isnan(found[:, 3]).all()


def test_memory_is_the_answer_twice():
    size, hours = 200, 50
    network = Network(tuple(f"Z{at:03}" for at in range(size)), ("Z000->Z001",))
    made, none = np.full((10, size, hours), np.nan), np.full((2, size, hours), np.nan)
    made[0] = 5.0
    balance = Balance(made, none, none, np.ones((1, hours)), np.ones((size, hours), dtype=bool))
    tracemalloc.start()
    found = origins(network, balance)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.nbytes == 8 * size**2 * hours
    assert peak < 2.2 * found.nbytes
