"""Explaining one hour: the terms by hand (2022-01-04T08Z), and on any network that they add up to what trace finds."""

from fractions import Fraction
from math import fsum

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.flowtrace import Balance, Factors, trace
from core.flowtrace.explain import Source, explain, sources
from tests.core.test_flowtrace import BATTERY, FALLBACK, Grid
from tests.core.test_flowtrace_properties import grids


def explained(grid, zone, **options):
    return explain(grid.network, grid.balance(), grid.factors(), zone, 0, is_import_only=grid.import_only, **options)


def origins(grid, zone):
    return sources(grid.network, grid.balance(), grid.factors(), zone, 0, is_import_only=grid.import_only)


def by_name(found, kind="import"):
    return {term.name: term for term in found.terms if term.kind == kind}


def walk(found):
    """The explanation and every one unfolded inside it."""
    yield found
    for term in found.terms:
        if term.inner is not None:
            yield from walk(term.inner)


def chain():
    """PT → ES → FR and MA → ES of the worked hour; P in MW, one mode with the factor Σ f P / P."""
    grid = Grid("PT ES MA FR", [("PT", "ES", 2998), ("MA", "ES", 61.28), ("ES", "FR", 2308)])
    grid.produce("PT", 6189, 1_194_300 / 6189).store("PT", 619, 191.5425)
    grid.produce("ES", 29297, 4_527_115 / 29297).store("ES", charge=985)
    return grid.produce("FR", 67031, 4_530_251 / 67031).store("FR", 3085, 48.15).price("MA", 539.27)


def test_worked_hour_france_and_the_terms_behind_its_import():
    """FR: 67031 @ 67.58 + 3085 @ 48.15 + 2308 @ 158.80 over 72424 MW = 62.55 + 2.05 + 5.06 = 69.66 g/kWh.

    ES: 29297 @ 154.52 + 2998 @ 192.84 + 61.28 @ 539.27 over 32356.28 MW = 139.91 + 17.87 + 1.02 = 158.80 g/kWh.
    """
    france = explained(chain(), "FR", depth=1)
    assert [(term.kind, term.name, term.power_mw) for term in france.terms] == [
        ("production", "gas", 67031), ("discharge", "hydro", 3085), ("import", "ES", 2308),
    ]
    assert [term.g_per_kwh for term in france.terms] == pytest.approx([67.58, 48.15, 158.80], abs=0.005)
    assert [term.contribution_g_per_kwh for term in france.terms] == pytest.approx([62.55, 2.05, 5.06], abs=0.005)
    assert [term.share for term in france.terms] == pytest.approx([67031 / 72424, 3085 / 72424, 2308 / 72424])
    assert (france.g_per_kwh, france.supply_mw) == (pytest.approx(69.66, abs=0.005), 72424)
    assert (france.zone, france.reason, france.consumption_mw) == ("FR", None, 72424)
    assert france.fallback_share == pytest.approx(61.28 / 32356.28 * 2308 / 72424)
    spain = france.terms[2].inner
    assert [(term.kind, term.name, term.is_fallback) for term in spain.terms] == [
        ("production", "gas", False), ("import", "MA", True), ("import", "PT", False),
        ("charge", "hydro", False), ("export", "FR", False),
    ]
    assert [term.g_per_kwh for term in spain.terms] == pytest.approx([154.52, 539.27, 192.84, 158.80, 158.80], abs=0.01)
    contributed = [term.contribution_g_per_kwh for term in spain.terms]
    assert contributed == pytest.approx([139.91, 1.02, 17.87, 0, 0], abs=0.005)
    assert spain.g_per_kwh == pytest.approx(france.terms[2].g_per_kwh, rel=1e-14)
    assert all(term.inner is None for term in spain.terms)
    assert spain.consumption_mw == pytest.approx(32356.28 - 985 - 2308)
    assert spain.consumption_mw / spain.supply_mw == pytest.approx(1 - sum(term.share for term in spain.terms[3:]))


def test_worked_hour_sources_of_france():
    """Of ES's 158.80 reach FR 2308 / 72424; of PT's supply in ES 2998 / 32356.28, of which 6189 / 6808 is produced."""
    found = origins(chain(), "FR")
    into_fr, into_es = 2308 / 72424, 2998 / 32356.28
    expected = {
        ("FR", "gas"): 67031 / 72424,
        ("FR", "hydro discharge"): 3085 / 72424,
        ("ES", "gas"): into_fr * 29297 / 32356.28,
        ("MA", "fallback"): into_fr * 61.28 / 32356.28,
        ("PT", "gas"): into_fr * into_es * 6189 / 6808,
        ("PT", "hydro discharge"): into_fr * into_es * 619 / 6808,
    }
    assert {(each.zone, each.name): each.share for each in found} == pytest.approx(expected)
    assert sum(each.contribution_g_per_kwh for each in found) == pytest.approx(69.66, abs=0.005)
    assert [(each.zone, each.name) for each in found][:3] == [("FR", "gas"), ("ES", "gas"), ("FR", "hydro discharge")]
    assert found[2].g_per_kwh == 48.15


def test_depth_0_unfolds_nothing_and_a_great_depth_ends_at_the_spring():
    assert [each.zone for each in walk(explained(chain(), "FR"))] == ["FR"]
    assert [each.zone for each in walk(explained(chain(), "FR", depth=2))] == ["FR", "ES", "MA", "PT"]
    assert explained(chain(), "FR", depth=99) == explained(chain(), "FR", depth=2)


def ring():
    return Grid("A B C", [("B", "A", 6), ("C", "B", 6), ("A", "C", 6)]).produce("A", 3, 800).produce("B", 1, 20)


def test_a_loop_is_named_and_not_followed():
    """A imports from B, B from C, C from A."""
    grid = ring().produce("C", 2, 100)
    found = explained(grid, "A", depth=50)
    assert [each.zone for each in walk(found)] == ["A", "B", "C"]
    last = by_name(by_name(by_name(found)["B"].inner)["C"].inner)["A"]
    assert last.inner is None
    assert last.loop == ("A", "B", "C", "A")
    assert last.g_per_kwh == pytest.approx(found.g_per_kwh, rel=1e-14)
    assert by_name(found)["B"].loop == ()


def test_a_loop_beside_the_way_is_named_from_where_it_closes():
    """D imports from A: the loop A, B, C does not go through D."""
    grid = Grid("A B C D", [("B", "A", 6), ("C", "B", 6), ("A", "C", 6), ("A", "D", 1)], import_only=("D",))
    grid.produce("A", 3, 800).produce("B", 1, 20).produce("C", 2, 100)
    found = list(walk(explained(grid, "D", depth=9)))
    assert [each.zone for each in found] == ["D", "A", "B", "C"]
    assert by_name(found[-1])["A"].loop == ("A", "B", "C", "A")


def test_sources_of_a_loop_are_exact():
    """A 3 + 6 from B, B 1 + 6 from C, C 2 + 6 from A. Of A's supply a enters in A: a = 3/9 + 6/9·6/7·6/8·a = 7/12."""
    loop = Fraction(6, 9) * Fraction(6, 7) * Fraction(6, 8)
    own = Fraction(3, 9) / (1 - loop)
    from_b = Fraction(6, 9) * Fraction(1, 7) / (1 - loop)
    from_c = Fraction(6, 9) * Fraction(6, 7) * Fraction(2, 8) / (1 - loop)
    found = {each.zone: each.share for each in origins(ring().produce("C", 2, 100), "A")}
    assert own == Fraction(7, 12)
    assert found == pytest.approx({"A": float(own), "B": float(from_b), "C": float(from_c)}, rel=1e-14)


@pytest.mark.parametrize("mw", [1.0, 1e-6, 1e-12])
def test_a_strong_loop_costs_no_digits(mw):
    """10 GW around 12 zones, fed by next to nothing at two of them."""
    names = [f"Z{at:02}" for at in range(12)]
    grid = Grid(" ".join(names), [(one, names[at - 11], 10_000) for at, one in enumerate(names)], import_only=names)
    grid.produce("Z00", mw, 820).produce("Z05", 2 * mw, 11)
    found, alone = explained(grid, "Z03", depth=3), grid.trace().intensity
    assert [each.g_per_kwh for each in walk(found)] == pytest.approx(
        [alone[name] for name in ("Z03", "Z02", "Z01", "Z00")], rel=1e-14
    )
    every = origins(grid, "Z03")
    assert fsum(each.share for each in every) == pytest.approx(1, rel=1e-14)
    assert fsum(each.contribution_g_per_kwh for each in every) == pytest.approx(found.g_per_kwh, rel=1e-14)


def test_a_zone_that_two_ways_lead_to_is_unfolded_on_both():
    grid = Grid("A B C D", [("D", "B", 5), ("D", "C", 5), ("B", "A", 5), ("C", "A", 5)], import_only=("A", "B", "C"))
    found = explained(grid.produce("D", 10, 70), "A", depth=2)
    assert [each.zone for each in walk(found)] == ["A", "B", "D", "C", "D"]
    assert found.g_per_kwh == pytest.approx(70)


def test_import_at_a_fallback_says_why():
    """A without data: 10 MW at 700 beside 20 at 100 = 300; the flow from C into A stands behind no number."""
    grid = Grid("A B C", [("A", "B", 10), ("C", "A", 4)]).produce("B", 20, 100).produce("C", 9, 50).price("A", 700)
    found = explained(grid, "B", depth=5)
    term = by_name(found)["A"]
    assert (term.g_per_kwh, term.is_fallback, term.share) == (700, True, pytest.approx(1 / 3))
    assert found.g_per_kwh == pytest.approx(300)
    assert found.fallback_share == pytest.approx(1 / 3)
    inner = term.inner
    assert (inner.g_per_kwh, inner.reason, inner.supply_mw) == (None, "boundary", None)
    assert (inner.consumption_mw, inner.fallback_share) == (None, None)
    assert [(each.kind, each.name, each.g_per_kwh, each.is_fallback) for each in inner.terms] == [
        ("import", "C", 50, False), ("export", "B", 700, True),
    ]
    assert all((each.share, each.contribution_g_per_kwh, each.inner) == (None, None, None) for each in inner.terms)
    assert origins(grid, "B") == [
        Source("A", "fallback", pytest.approx(1 / 3), 700), Source("B", "gas", pytest.approx(2 / 3), 100),
    ]
    assert origins(grid, "A") == []


def test_a_fallback_reached_by_two_borders_is_one_source():
    grid = Grid("A B C", [("A", "B", 10), ("A", "C", 20), ("B", "C", 10)], import_only=("B", "C"))
    assert origins(grid, "C") == [Source("A", "fallback", pytest.approx(1), FALLBACK)]


def test_zone_without_supply_says_so():
    grid = Grid("A B C", [("A", "B", 7), ("B", "C", 7), ("C", "A", 7)], import_only=("A", "B", "C"))
    found = explained(grid.store("A", charge=2), "A", depth=3)
    assert (found.g_per_kwh, found.reason) == (None, "no supply")
    assert [(term.kind, term.name, term.power_mw, term.g_per_kwh) for term in found.terms] == [
        ("import", "C", 7, None), ("charge", "hydro", 2, None), ("export", "B", 7, None),
    ]
    assert origins(grid, "A") == []


def test_what_was_left_out_is_named():
    grid = Grid("A B C D", [("A", "B", 0), ("A", "C", -5)], missing=[("A", "D"), ("B", "D")])
    grid.produce("A", 10, 100).produce("A", -3, 900, mode="coal").produce("A", 0, np.nan, mode="solar")
    found = explained(grid.produce("C", 20, 10), "A")
    assert found.clamped_modes == ("coal",)
    assert found.missing_flows == ("D",)
    assert [(term.kind, term.name) for term in found.terms] == [("production", "gas"), ("import", "C")]
    hidden = explained(Grid("A").produce("A", -3, 900, mode="coal").produce("A", np.nan, 1), "A")
    assert (hidden.reason, hidden.clamped_modes) == ("no supply", ("coal",))


def test_two_stores_and_a_mode_of_the_same_name_stay_apart():
    grid = Grid("A").produce("A", 6, 24, mode="hydro").store("A", 3, 60).store("A", 1, 90, storage=BATTERY)
    found = explained(grid, "A")
    assert [(term.kind, term.name) for term in found.terms] == [
        ("production", "hydro"), ("discharge", "battery"), ("discharge", "hydro"),
    ]
    assert found.g_per_kwh == pytest.approx((6 * 24 + 3 * 60 + 90) / 10)
    assert [each.name for each in origins(grid, "A")] == ["hydro discharge", "hydro", "battery discharge"]


def test_an_island_has_its_own_sources_only():
    grid = Grid("A B C", [("A", "B", 10)]).produce("A", 20, 500).produce("B", 5, 100).produce("C", 1, 7)
    assert {each.zone for each in origins(grid, "B")} == {"A", "B"}
    assert origins(grid, "C") == [Source("C", "gas", 1.0, 7.0)]


@pytest.mark.parametrize(
    ("zone", "hour", "depth", "named"),
    [("X", 0, 0, "no zone 'X'"), ("A", 1, 0, "no hour 1"), ("A", -1, 0, "no hour -1"), ("A", 0, -1, "depth .* -1")],
)
def test_refuses(zone, hour, depth, named):
    grid = Grid("A").produce("A", 1, 1)
    with pytest.raises(ValueError, match=named):
        explain(grid.network, grid.balance(), grid.factors(), zone, hour, depth=depth)


def test_refuses_energy_without_a_factor_and_tables_of_another_length():
    grid = Grid("A").produce("A", 1, np.nan)
    with pytest.raises(ValueError, match=r"production factor is missing.*gas, A"):
        explained(grid, "A")
    grid.fallback = np.ones((1, 2))
    with pytest.raises(ValueError, match=r"fallback_g_per_kwh has shape \(1, 2\)"):
        origins(grid, "A")


def test_only_the_hour_asked_for_is_looked_at():
    """Three hours by one grid each; factors may be constant in time."""
    several = [Grid("A B", [("A", "B", mw)]).produce("A", 9, 500).produce("B", 6, 100) for mw in (2, 3, 4)]
    every = [vars(grid.balance()) for grid in several]
    balance = Balance(**{name: np.concatenate([each[name] for each in every], axis=-1) for name in every[0]})
    for hour, grid in enumerate(several):
        constant = Factors(np.full(10, 100.0), np.ones(2), np.ones(2))
        assert explain(grid.network, balance, grid.factors(), "B", hour) == explained(grid, "B")
        assert explain(grid.network, balance, constant, "B", hour).g_per_kwh == pytest.approx(100)


@settings(max_examples=150, deadline=None)
@given(grids(hours=2), st.data())
def test_any_explanation_adds_up_to_what_trace_finds(case, data):
    network, balance, factors, import_only = case
    zone, hour = data.draw(st.sampled_from(network.zones)), data.draw(st.integers(0, 1))
    traced = trace(network, balance, {"direct": factors}, {}, import_only)
    found = explain(network, balance, factors, zone, hour, depth=3, is_import_only=import_only)
    for each in walk(found):
        at = network.zones.index(each.zone), hour
        x = traced.consumption_g_per_kwh["direct"][at]
        assert (each.g_per_kwh is None) == np.isnan(x) == (each.reason is not None)
        assert (each.reason == "boundary", each.reason == "no supply") == (
            traced.is_boundary[at], traced.has_no_supply[at]
        )
        assert bool(each.missing_flows) == traced.has_missing_flow[at]
        assert bool(each.clamped_modes) == traced.is_clamped[at]
        check_terms(each, traced, at)


def check_terms(each, traced, at):
    enters = [term for term in each.terms if term.kind in ("production", "discharge", "import")]
    leaves = [term for term in each.terms if term.kind in ("charge", "export")]
    imported, exported = ([t for t in each.terms if t.kind == kind] for kind in ("import", "export"))
    assert sum(term.power_mw for term in imported) == pytest.approx(traced.import_mw[at])
    assert sum(term.power_mw for term in exported) == pytest.approx(traced.export_mw[at])
    for term in imported:
        if term.inner is not None and not term.is_fallback:
            assert term.g_per_kwh == pytest.approx(term.inner.g_per_kwh, rel=1e-12)
    if each.g_per_kwh is not None:
        assert fsum(term.contribution_g_per_kwh for term in each.terms) == each.g_per_kwh
        assert each.g_per_kwh == pytest.approx(traced.consumption_g_per_kwh["direct"][at], rel=1e-12)
        assert fsum(term.share for term in enters) == pytest.approx(1, rel=1e-14)
        assert all(term.contribution_g_per_kwh == 0 and term.g_per_kwh == each.g_per_kwh for term in leaves)
        left = each.supply_mw - sum(term.power_mw for term in leaves)
        assert left == pytest.approx(each.consumption_mw, abs=1e-9)
        assert each.consumption_mw == pytest.approx(traced.consumption_mw[at], abs=1e-9)


@settings(max_examples=150, deadline=None)
@given(grids(hours=2), st.data())
def test_any_sources_sum_to_1_and_to_the_intensity(case, data):
    network, balance, factors, import_only = case
    zone, hour = data.draw(st.sampled_from(network.zones)), data.draw(st.integers(0, 1))
    traced = trace(network, balance, {"direct": factors}, {}, import_only)
    at = network.zones.index(zone), hour
    found = sources(network, balance, factors, zone, hour, is_import_only=import_only)
    if np.isnan(traced.consumption_g_per_kwh["direct"][at]):
        assert found == []
        return
    assert fsum(each.share for each in found) == pytest.approx(1, rel=1e-12)
    total = fsum(each.share * each.g_per_kwh for each in found)
    assert total == pytest.approx(traced.consumption_g_per_kwh["direct"][at], rel=1e-12)
    priced = fsum(each.share for each in found if each.name == "fallback")
    assert priced == pytest.approx(traced.fallback_share[at], rel=1e-12)
    assert len({(each.zone, each.name) for each in found}) == len(found)
    contributed = [each.contribution_g_per_kwh for each in found]
    assert contributed == sorted(contributed, reverse=True)
