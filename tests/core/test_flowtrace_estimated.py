"""The estimated share: by hand, and what must hold in any small network."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.flowtrace import Share, trace
from core.flowtrace.estimated import estimated_share
from tests.core.test_flowtrace import SHARES, Grid
from tests.core.test_flowtrace_properties import grids


def test_by_hand():
    """A estimates its 100 MW and sends 40 to B, which measures 60; B sends 20 to C over an estimated flow; C makes 80.

    B: 40 of 100. C: all 20 of 100, though only 0.4 of it was estimated at A. With a measured flow: 0.4 · 20 of 100.
    D, without data, sends 30 to B over an estimated flow: that is fallback, not estimated: B 40 of 130.
    """
    grid = Grid("A B C D", [("A", "B", 40), ("B", "C", 20)])
    grid.produce("A", 100, 1).produce("B", 60, 1).produce("C", 80, 1)
    of_zone, of_flow = np.array([[1.0], [0.0], [0.0], [np.nan]]), np.array([[0.0], [1.0]])
    nothing = np.zeros((4, 1))
    found = estimated_share(grid.network, grid.balance(), of_zone, of_flow, nothing)
    assert found[:3, 0] == pytest.approx([1.0, 0.4, 0.2])
    measured = estimated_share(grid.network, grid.balance(), of_zone, np.zeros((2, 1)), nothing)
    assert measured[:3, 0] == pytest.approx([1.0, 0.4, 0.08])
    assert np.isnan(found[3, 0])
    grid = Grid("A B D", [("A", "B", 40), ("D", "B", 30)])
    grid.produce("A", 100, 1).produce("B", 60, 1)
    traced = trace(grid.network, grid.balance(), {"one": grid.factors()}, {})
    found = estimated_share(grid.network, grid.balance(), of_zone[[0, 1, 3]], np.array([[0.0], [1.0]]),
                            traced.fallback_share)
    assert found[1, 0] == pytest.approx(40 / 130)
    assert traced.fallback_share[1, 0] == pytest.approx(30 / 130)


@settings(max_examples=150, deadline=None)
@given(grids(), st.integers(0, 2**32 - 1))
def test_estimated_and_fallback_are_at_most_everything(case, seed):
    network, balance, factors, import_only = case
    made = np.random.default_rng(seed)
    of_zone = made.choice([0.0, 0.5, 1.0], balance.has_production.shape)
    of_flow = made.choice([0.0, 0.5, 1.0, np.nan], balance.flow_mw.shape)
    traced = trace(network, balance, {"direct": factors}, SHARES, import_only)
    found = estimated_share(network, balance, of_zone, of_flow, traced.fallback_share, import_only)
    has_value = ~np.isnan(traced.fallback_share)
    assert (np.isnan(found) == ~has_value).all()
    assert (found[has_value] + traced.fallback_share[has_value] <= 1 + 1e-12).all()
    every = estimated_share(network, balance, np.ones_like(of_zone), of_flow, traced.fallback_share, import_only)
    np.testing.assert_allclose((every + traced.fallback_share)[has_value], 1.0, rtol=1e-12)


@settings(max_examples=100, deadline=None)
@given(grids(), st.integers(0, 2**32 - 1))
def test_with_measured_flows_it_is_the_share_of_estimated_energy(case, seed):
    network, balance, factors, import_only = case
    of_zone = np.random.default_rng(seed).choice([0.0, 0.5, 1.0], balance.has_production.shape)
    by_mode, by_storage = (np.broadcast_to(of_zone, (count, *of_zone.shape)) for count in (10, 2))
    shares = {"estimated": Share(by_mode, 0.0, by_storage)}
    traced = trace(network, balance, {"direct": factors}, shares, import_only)
    flows = np.zeros_like(balance.flow_mw)
    found = estimated_share(network, balance, of_zone, flows, traced.fallback_share, import_only)
    np.testing.assert_allclose(found, traced.share["estimated"], atol=1e-12)
