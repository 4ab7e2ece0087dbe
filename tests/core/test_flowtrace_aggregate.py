"""Groups of zones: each rule by hand, and on any network that what the children carry is what the group carries."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.flowtrace import Share, trace
from core.flowtrace.aggregate import aggregate
from tests.core.test_flowtrace import SHARES, Grid
from tests.core.test_flowtrace_properties import grids

NAN = float("nan")


class Groups:
    """One hour of a grid, aggregated; read by name of the group."""

    def __init__(self, grid, groups, may_miss=None):
        groups = {key: children.split() for key, children in groups.items()}
        traced = trace(grid.network, grid.balance(), {"lifecycle": grid.factors()}, SHARES, grid.import_only)
        self.found = aggregate(grid.network, groups, traced, grid.balance(), may_miss)

    def __getattr__(self, name):
        values = getattr(self.found, name)
        values = values["lifecycle"] if isinstance(values, dict) else values
        return dict(zip(self.found.groups, values[:, 0].tolist(), strict=True))

    @property
    def intensity(self):
        return self.consumption_g_per_kwh

    def share_of(self, name):
        return dict(zip(self.found.groups, self.found.share[name][:, 0].tolist(), strict=True))

    def missing(self, key):
        return self.found.is_missing[key][:, 0].tolist()


def two_halves():
    """A 100 @ 500, exports 40 to B and 10 to C; B 20 @ 50 wind; C 90 @ 10 exports nothing.

    A consumes 50 @ 500; B 60 @ (20·50 + 40·500)/60 = 350; C 100 @ (90·10 + 10·500)/100 = 59.
    """
    grid = Grid("A B C", [("A", "B", 40), ("A", "C", 10)])
    return grid.produce("A", 100, 500).produce("B", 20, 50, mode="wind").produce("C", 90, 10)


def test_a_group_is_weighted_by_consumption_and_flows_inside_are_netted():
    """G = A + B: (50·500 + 60·350) / 110 = 418.18; produced (100·500 + 20·50) / 120 = 425; 10 leave it, none enter."""
    found = Groups(two_halves(), {"G": "A B"})
    assert found.intensity["G"] == pytest.approx(46_000 / 110)
    assert found.production_g_per_kwh["G"] == pytest.approx(425)
    assert (found.production_mw["G"], found.consumption_mw["G"]) == (120, 110)
    assert (found.import_mw["G"], found.export_mw["G"]) == (0, 10)
    assert found.share_of("renewable")["G"] == pytest.approx(60 * (20 / 60) / 110)
    assert (found.covered_share["G"], found.fallback_share["G"]) == (1, 0)
    assert found.missing("G") == [False, False]


def test_a_flow_between_two_groups_counts_at_both():
    found = Groups(two_halves(), {"G": "B A", "H": "C"})
    assert (found.import_mw, found.export_mw) == ({"G": 0, "H": 10}, {"G": 10, "H": 0})
    assert found.intensity["H"] == pytest.approx(59)
    assert found.found.groups == ("G", "H")


def test_a_group_of_one_is_its_zone():
    grid = two_halves().store("B", 4, 300, charge=1)
    found, alone = Groups(grid, {"G": "B"}), grid.trace()
    assert found.intensity["G"] == pytest.approx(alone.intensity["B"], rel=1e-15)
    assert found.production_g_per_kwh["G"] == pytest.approx(50)
    assert (found.production_mw["G"], found.consumption_mw["G"]) == (20, 63)
    assert (found.import_mw["G"], found.export_mw["G"]) == (40, 0)


def test_a_child_that_only_generates_has_no_weight_but_counts_as_production():
    """A exports all of its 50 @ 800 to B, which makes 50 @ 100: B and G consume 100 @ 450; produced at 450 too."""
    grid = Grid("A B", [("A", "B", 50)]).produce("A", 50, 800).produce("B", 50, 100)
    found = Groups(grid, {"G": "A B"})
    assert (found.intensity["G"], found.production_g_per_kwh["G"]) == pytest.approx((450, 450))
    assert (found.production_mw["G"], found.consumption_mw["G"]) == (100, 100)
    lone = Groups(grid, {"G": "A"})
    assert np.isnan(lone.intensity["G"])
    assert (lone.production_g_per_kwh["G"], lone.consumption_mw["G"], lone.covered_share["G"]) == (800, 0, 1)


def test_negative_consumption_has_no_say_in_the_intensity_and_stays_in_the_sum():
    """A produces 10 @ 800 and exports 30 to C outside: −20. B consumes 40 @ 100. G: 100 g, 20 = 50 − 30 MW."""
    grid = Grid("A B C", [("A", "C", 30)]).produce("A", 10, 800).produce("B", 40, 100).produce("C", 1, 1)
    found = Groups(grid, {"G": "A B"})
    assert found.intensity["G"] == pytest.approx(100)
    assert (found.consumption_mw["G"], found.production_mw["G"], found.export_mw["G"]) == (20, 50, 30)


def broken():
    """A without data exports 10 @ 700 to B, which makes 20 @ 100: B consumes 30 @ 300, a third of it at a fallback."""
    grid = Grid("A B C", [("A", "B", 10), ("A", "C", 5)]).produce("B", 20, 100).price("A", 700)
    return grid.produce("C", 5, 40)


def test_a_missing_child_makes_the_hour_missing():
    found = Groups(broken(), {"G": "A B", "H": "C"})
    for values in (
        found.intensity, found.production_g_per_kwh, found.production_mw, found.consumption_mw,
        found.fallback_share, found.share_of("renewable"),
    ):
        assert np.isnan(values["G"])
        assert not np.isnan(values["H"])
    assert found.covered_share == {"G": 0.5, "H": 1}
    assert found.missing("G") == [True, False]
    assert (found.import_mw["G"], found.export_mw["G"]) == (0, 5)


def test_a_child_that_may_miss_is_left_out():
    found = Groups(broken(), {"G": "A B"}, {"G": {"A"}})
    assert found.intensity["G"] == pytest.approx(300)
    assert found.fallback_share["G"] == pytest.approx(1 / 3)
    assert (found.production_mw["G"], found.consumption_mw["G"]) == (20, 30)
    assert (found.import_mw["G"], found.export_mw["G"]) == (0, 5)
    assert found.covered_share["G"] == 1
    assert found.missing("G") == [True, False]


def test_a_child_that_may_miss_counts_when_it_is_there():
    assert Groups(two_halves(), {"G": "A B"}, {"G": ["A"]}).intensity["G"] == pytest.approx(46_000 / 110)


def test_where_all_may_miss_somebody_must_be_there():
    grid = broken()
    found = Groups(grid, {"G": "A", "H": "B C"}, {"G": ["A"], "H": ["B", "C"]})
    assert found.covered_share == {"G": 0, "H": 1}
    assert np.isnan(found.intensity["G"]) and np.isnan(found.consumption_mw["G"])
    assert found.consumption_mw["H"] == 40


def test_a_child_without_supply_is_missing_too():
    grid = Grid("A B").produce("A", 0, NAN).produce("B", 5, 100)
    assert np.isnan(Groups(grid, {"G": "A B"}).intensity["G"])
    assert Groups(grid, {"G": "A B"}, {"G": ["A"]}).intensity["G"] == pytest.approx(100)


def test_flags_of_a_child_are_flags_of_the_group():
    grid = Grid("A B C D", [("A", "B", 1)], missing=[("B", "C")])
    for zone in "ABCD":
        grid.produce(zone, 10, 100)
    found = Groups(grid.produce("A", -5, 900, mode="coal"), {"G": "A B", "H": "D", "I": "C"})
    assert found.is_clamped == {"G": True, "H": False, "I": False}
    assert found.has_missing_flow == {"G": True, "H": False, "I": True}
    assert found.production_mw["G"] == 20


def test_import_only_child_without_production_lends_its_weight():
    """B takes 30 of A's 100 @ 500 and passes nothing on; G produces at 500, consumes at 500."""
    grid = Grid("A B", [("A", "B", 30)], import_only=("B",)).produce("A", 100, 500)
    found = Groups(grid, {"G": "A B"})
    assert (found.intensity["G"], found.production_g_per_kwh["G"]) == pytest.approx((500, 500))
    assert np.isnan(Groups(grid, {"G": "B"}).production_g_per_kwh["G"])


def test_no_groups():
    found = Groups(two_halves(), {})
    assert (found.intensity, found.import_mw, found.found.is_missing) == ({}, {}, {})


@pytest.mark.parametrize(
    ("groups", "may_miss", "named"),
    [
        ({"G": "A X"}, {}, "does not have: X"),
        ({"G": "A H", "H": "B C"}, {}, "does not have: H"),
        ({"G": "A B", "H": "B C"}, {}, "more than once: B"),
        ({"G": "A A"}, {}, "more than once: A"),
        ({"G": ""}, {}, "no zone: G"),
        ({"G": "A"}, {"G": ["B"]}, "missed: B of G"),
        ({"G": "A"}, {"H": []}, "missed: H"),
    ],
)
def test_refuses(groups, may_miss, named):
    with pytest.raises(ValueError, match=named):
        Groups(two_halves(), groups, may_miss)


def test_refuses_results_of_another_network():
    grid = two_halves()
    traced = trace(grid.network, grid.balance(), {}, {})
    other = Grid("A B").produce("A", 1, 1)
    with pytest.raises(ValueError, match="consumption_mw has shape"):
        aggregate(other.network, {"G": ["A"]}, traced, other.balance())


@st.composite
def grouped(draw):
    """Any network, its zones dealt into up to three groups or none, some of them allowed to miss."""
    network, *inputs = draw(grids(hours=3))
    group = [draw(st.sampled_from(["G", "H", "I", None])) for _ in network.zones]
    children = {
        key: [zone for zone, of in zip(network.zones, group, strict=True) if of == key]
        for key in dict.fromkeys(group)
        if key is not None
    }
    may_miss = {key: [zone for zone in zones if draw(st.booleans())] for key, zones in children.items()}
    return network, *inputs, children, may_miss


@settings(max_examples=150, deadline=None)
@given(grouped())
def test_any_group_carries_what_its_children_carry(case):
    network, balance, factors, import_only, groups, may_miss = case
    traced = trace(network, balance, {"direct": factors}, {"half": Share(np.full(10, 0.5), 0.5)}, import_only)
    found = aggregate(network, groups, traced, balance, may_miss)
    assert found.groups == tuple(groups)
    for at, (key, children) in enumerate(groups.items()):
        rows = [network.zones.index(child) for child in children]
        net_import = (traced.import_mw - traced.export_mw)[rows].sum(axis=0)
        np.testing.assert_allclose(found.import_mw[at] - found.export_mw[at], net_import, atol=1e-9)
        for hour in range(3):
            check_hour(found, traced, key, rows, [child not in may_miss[key] for child in children], (at, hour))


def check_hour(found, traced, key, rows, is_needed, where):
    x = traced.consumption_g_per_kwh["direct"][rows, where[1]]
    consumption = traced.consumption_mw[rows, where[1]]
    has_value = ~np.isnan(x)
    assert found.is_missing[key][:, where[1]].tolist() == (~has_value).tolist()
    is_null = not has_value.any() or (np.array(is_needed) & ~has_value).any()
    assert np.isnan(found.consumption_mw[where]) == np.isnan(found.production_mw[where]) == is_null
    weight = np.maximum(consumption[has_value], 0)
    intensity = found.consumption_g_per_kwh["direct"][where]
    assert np.isnan(intensity) == (is_null or weight.sum() == 0)
    if np.isnan(intensity):
        return
    assert found.covered_share[where] == 1
    assert intensity * weight.sum() == pytest.approx((x[has_value] * weight).sum(), rel=1e-12)
    assert found.share["half"][where] == pytest.approx(0.5)
    assert 0 <= found.fallback_share[where] <= 1
    used = x[has_value][weight > 0]
    assert used.min() * (1 - 1e-12) <= intensity <= used.max() * (1 + 1e-12)
    assert found.consumption_mw[where] == pytest.approx(consumption[has_value].sum(), abs=1e-9)
    if (consumption[has_value] >= 0).all():
        carried = (x * consumption)[has_value].sum()
        assert intensity * found.consumption_mw[where] == pytest.approx(carried, rel=1e-12)


@settings(max_examples=100, deadline=None)
@given(grids())
def test_all_zones_together_import_nothing_and_produce_all(case):
    network, balance, factors, import_only = case
    traced = trace(network, balance, {"direct": factors}, {}, import_only)
    zones = list(network.zones)
    found = aggregate(network, {"world": zones}, traced, balance, {"world": zones})
    assert (found.import_mw[0, 0], found.export_mw[0, 0]) == (0, 0)
    has_value = ~np.isnan(traced.consumption_mw[:, 0])
    if has_value.any():
        produced = np.fmax(balance.production_mw[..., 0], 0).sum(axis=0)
        grams = np.nansum(traced.production_g_per_kwh["direct"][:, 0] * produced)
        total = produced[has_value].sum()
        assert found.production_mw[0, 0] == pytest.approx(total)
        assert np.nan_to_num(found.production_g_per_kwh["direct"][0, 0]) * total == pytest.approx(grams)
