"""Flow tracing on networks of up to 60 zones, whatever storage is priced by, with flows from 1e-12 to 1e9 MW."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.flowtrace import Balance, Factors, Network, Share, mix_shares, trace
from core.flowtrace.explain import explain, sources
from core.flowtrace.storage import EFFICIENCY, Method, discharge_factors
from core.kinds import MODES
from tests.core.test_flowtrace_properties import reference

METHODS: tuple[Method, ...] = ("static", "charging mean", "reservoir")
HOURS = 6
seeds, sizes, methods = st.integers(0, 2**32 - 1), st.integers(2, 60), st.sampled_from(METHODS)


class Large:
    """Seeded hours: loops, islands, zones without data, without production or with less than none, stores."""

    def __init__(self, seed, size, is_wild=False, hours=HOURS):
        made = self.made = np.random.default_rng(seed)
        zones = tuple(f"Z{at:02}" for at in range(size))
        pairs = {tuple(sorted(made.choice(size, 2, replace=False))) for _ in range(int(made.uniform(0.3, 2) * size))}
        self.network = Network(zones, tuple(f"{zones[one]}->{zones[other]}" for one, other in sorted(pairs)))
        low, high = (-12, 9) if is_wild else (0, 4)

        def some(*shape, part):
            values = 10 ** made.uniform(low, high, (*shape, hours))
            values[made.random(values.shape) > part] = 0.0
            values[made.random(values.shape) < 0.1] = np.nan
            return values

        production = some(len(MODES), size, part=0.2) * made.choice([1, 1, 1, -1], (len(MODES), size, hours))
        production[:, made.random(size) < 0.2] = 0.0
        flow = some(len(pairs), part=0.9) * made.choice([-1, 1], (len(pairs), hours))
        has_production = made.random((size, hours)) < 0.85
        self.balance = Balance(production, *(some(2, size, part=0.5) for _ in range(2)), flow, has_production)
        self.import_only = made.random(size) < 0.1
        self.table = Factors(
            made.uniform(0, 1200, (len(MODES), size, 1)), made.uniform(0, 900, (2, size, hours)),
            made.uniform(0, 900, (size, hours)),
        )

    def priced(self, method, table=None, **options):
        table = table or self.table
        return discharge_factors(method, self.network, self.balance, table, self.import_only, **options).factors

    def trace(self, tables, shares=None):
        return trace(self.network, self.balance, tables, shares or {}, self.import_only)

    def hour(self, at, factors):
        """Of one hour: what `reference` takes."""
        one = Balance(*(each[..., at : at + 1] for each in vars(self.balance).values()))
        shape = self.balance.has_production.shape
        full = [np.broadcast_to(each, (*each.shape[:-2], *shape)) for each in vars(factors).values()]
        return self.network, one, Factors(*(each[..., at : at + 1] for each in full)), self.import_only


@settings(max_examples=40, deadline=None)
@given(seeds, sizes, methods)
def test_agrees_with_a_dense_solver(seed, size, method):
    case = Large(seed, size)
    factors = case.priced(method)
    found = case.trace({"direct": factors}).consumption_g_per_kwh["direct"]
    for hour in range(HOURS):
        expected = reference(*case.hour(hour, factors))[0]
        np.testing.assert_allclose(found[:, hour], expected, rtol=1e-10, atol=1e-10)


@settings(max_examples=60, deadline=None)
@given(seeds, sizes, methods, st.booleans())
def test_carbon_in_is_carbon_out_at_every_hour(seed, size, method, is_wild):
    """Produced, discharged and imported over the boundary = consumed, charged and exported over it."""
    case = Large(seed, size, is_wild)
    factors = case.priced(method)
    traced = case.trace({"direct": factors})
    for hour in range(HOURS):
        network, one, table, _ = case.hour(hour, factors)
        x = traced.consumption_g_per_kwh["direct"][:, hour]
        has_value = ~np.isnan(x)
        came_in = np.fmax(one.production_mw, 0) * table.production_g_per_kwh
        came_in = came_in.sum(axis=0) + (np.nan_to_num(one.discharge_mw) * table.discharge_g_per_kwh).sum(axis=0)
        charged = np.nan_to_num(one.charge_mw).sum(axis=0)[:, 0]
        flow = np.concatenate([np.fmax(one.flow_mw, 0), np.fmax(-one.flow_mw, 0)])[:, 0]
        into, out_of = network.importer, network.exporter
        inward, outward = has_value[into] & ~has_value[out_of], has_value[out_of] & ~has_value[into]
        entered = came_in[has_value].sum() + (flow * table.fallback_g_per_kwh[out_of, 0])[inward].sum()
        used = (x * (traced.consumption_mw[:, hour] + charged))[has_value]
        exported = flow[outward] * x[out_of[outward]]
        # consumption is a difference: where far more is charged or passed on than enters, it is rounded as that is
        passed = (charged * x)[has_value].sum() + (flow * np.nan_to_num(x[out_of])).sum()
        scale = entered + passed if is_wild else entered
        assert abs(entered - used.sum() - exported.sum()) <= 1e-9 * scale


@settings(max_examples=60, deadline=None)
@given(seeds, sizes, methods, st.booleans())
def test_an_intensity_lies_between_the_extremes_of_what_feeds_it(seed, size, method, is_wild):
    case = Large(seed, size, is_wild)
    factors = case.priced(method)
    found = case.trace({"direct": factors}).consumption_g_per_kwh["direct"]
    for hour in range(HOURS):
        network, one, table, _ = case.hour(hour, factors)
        x = found[:, hour]
        flow = np.concatenate([one.flow_mw, -one.flow_mw])[:, 0]
        carried = np.where(np.isnan(x), table.fallback_g_per_kwh[:, 0], x)
        for at in np.flatnonzero(~np.isnan(x)):
            feeds = np.concatenate([
                table.production_g_per_kwh[one.production_mw[:, at, 0] > 0, at, 0],
                table.discharge_g_per_kwh[one.discharge_mw[:, at, 0] > 0, at, 0],
                carried[network.exporter[(flow > 0) & (network.importer == at)]],
            ])
            assert feeds.min() * (1 - 1e-12) <= x[at] <= feeds.max() * (1 + 1e-12)


@settings(max_examples=40, deadline=None)
@given(seeds, sizes, st.booleans())
def test_shares_add_up_to_1(seed, size, is_wild):
    """The mix; and measured + estimated + fallback, where whole zones estimate for whole hours, or half of one."""
    case = Large(seed, size, is_wild)
    estimated = case.made.choice([0.0, 0.5, 1.0], (1, size, HOURS))
    every = [np.broadcast_to(estimated, (count, size, HOURS)) for count in (len(MODES), 2)]
    shares = {"estimated": Share(every[0], 0.0, every[1]), "measured": Share(1 - every[0], 0.0, 1 - every[1])}
    traced = case.trace({}, shares | mix_shares({"coal": 0.6, "wind": 0.4}))
    has_value = ~np.isnan(traced.consumption_mw)
    mix = sum(share for name, share in traced.share.items() if name not in shares)
    np.testing.assert_allclose(mix[has_value], 1, rtol=1e-12)
    rests_on = traced.share["estimated"] + traced.share["measured"] + traced.fallback_share
    np.testing.assert_allclose(rests_on[has_value], 1, rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(seeds, sizes, methods, st.booleans())
def test_a_band_of_factors_is_a_band_of_intensities(seed, size, method, is_wild):
    """Lower factors of production, discharge and fallback never give a higher intensity, through any store."""
    case = Large(seed, size, is_wild)
    middle, tables = list(vars(case.table).values()), {}
    widths = [case.made.uniform(0, 1, each.shape) * case.made.choice([0, 1], each.shape) for each in middle]
    for name, sign in (("low", -1), ("value", 0), ("high", 1)):
        table = Factors(*(g * (1 + sign * width) for g, width in zip(middle, widths, strict=True)))
        tables[name] = case.priced(method, table, tolerance=1e-9)
    low, value, high = case.trace(tables).consumption_g_per_kwh.values()
    has_value = ~np.isnan(value)
    assert (low[has_value] <= value[has_value] * (1 + 1e-12) + 1e-8).all()
    assert (value[has_value] <= high[has_value] * (1 + 1e-12) + 1e-8).all()


@settings(max_examples=30, deadline=None)
@given(seeds, sizes, methods, st.booleans())
def test_explanations_add_up(seed, size, method, is_wild):
    case = Large(seed, size, is_wild)
    factors = case.priced(method)
    traced, hour = case.trace({"direct": factors}), HOURS - 1
    for at, zone in enumerate(case.network.zones[:12]):
        x = traced.consumption_g_per_kwh["direct"][at, hour]
        given_here = case.network, case.balance, factors, zone, hour
        found = explain(*given_here, is_import_only=case.import_only)
        every = sources(*given_here, is_import_only=case.import_only)
        if np.isnan(x):
            assert (found.g_per_kwh, every) == (None, [])
            continue
        assert found.g_per_kwh == pytest.approx(x, rel=1e-12)
        assert sum(one.contribution_g_per_kwh for one in every) == pytest.approx(x, rel=1e-12)
        stored = {term.name: term.g_per_kwh for term in found.terms if term.kind == "discharge"}
        assert stored == {
            name: factors.discharge_g_per_kwh[which, at, hour]
            for which, name in enumerate(("battery", "hydro")) if name in stored
        }


def test_estimated_energy_that_is_imported_counts_as_estimated():
    """B makes 60, imports 40 from A, which estimates, and 20 from X without data: 1/3, 1/6 and 1/2 measured.

    C takes 30 from B and makes 90 of which it estimates half: a quarter of B's shares, and 45 of 120 estimated.
    """
    network = Network(("A", "B", "C", "X"), ("A->B", "B->C", "B->X"))
    production, none = np.full((10, 4, 1), np.nan), np.full((2, 4, 1), np.nan)
    production[0, :3, 0] = 100, 60, 90
    told = np.array([[True], [True], [True], [False]])
    balance = Balance(production, none, none, np.array([[40.0], [30.0], [-20.0]]), told)
    estimated = Share(np.broadcast_to([[[1.0], [0.0], [0.5], [0.0]]], (10, 4, 1)), 0.0, np.zeros((2, 4, 1)))
    found = trace(network, balance, {}, {"estimated": estimated})
    assert found.share["estimated"][:3, 0] == pytest.approx([1, 1 / 3, (45 + 10) / 120])
    assert found.fallback_share[:3, 0] == pytest.approx([0, 1 / 6, 5 / 120])


def test_a_window_longer_than_the_data_is_all_that_came_before():
    case = Large(5, 30)
    expected = case.priced("charging mean", window_hours=HOURS).discharge_g_per_kwh
    for window_hours in (HOURS + 1, 168, 8760):
        found = case.priced("charging mean", window_hours=window_hours).discharge_g_per_kwh
        np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("is_wild", [False, True])
def test_default_efficiencies_raise_what_a_store_gives_back_and_no_factor_is_lost(is_wild):
    """Every discharge has a finite factor, at most the highest factor there is over the efficiency, per passage."""
    case = Large(11, 60, is_wild)
    for method in METHODS:
        found = case.priced(method).discharge_g_per_kwh
        assert np.isfinite(found).all()
        assert found.min() >= 0
        assert found.max() <= 1200 / min(EFFICIENCY) ** HOURS
