"""What discharge carries on any grid: against the equations as they are written, shares, and slices of hours."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.flowtrace import Factors, Share
from core.flowtrace.storage import EFFICIENCY
from tests.core.test_flowtrace_storage import any_hours, scale, seeds


def brute_force(case, method, efficiency, window):
    """One hour after the other with trace(), lists and no arrays of stores: the equations as they are written."""
    factors = case.static.copy()
    shape = factors.shape[:2]
    energy, carbon = np.zeros(shape), np.zeros(shape)
    past = [[[] for _ in range(shape[1])] for _ in range(shape[0])]
    for hour in range(case.hours):
        part = case.cut(slice(hour, hour + 1))
        part.fallback = case.fallback[:, hour : hour + 1]
        told = case.has_production[:, hour]
        out = np.where(told, np.nan_to_num(case.discharge[..., hour]), 0.0)
        into = np.where(told, np.nan_to_num(case.charge[..., hour]), 0.0)
        for store, zone in np.ndindex(shape):
            recent = past[store][zone][-window:]
            charged = sum(mwh for mwh, _ in recent)
            if method == "charging mean" and charged > 0:
                mean = sum(mwh * x for mwh, x in recent) / charged / efficiency[store]
                factors[store, zone, hour] = mean
            elif method == "reservoir" and energy[store, zone] > 0:
                mean, drawn = carbon[store, zone] / energy[store, zone], min(energy[store, zone], out[store, zone])
                rest = out[store, zone] - drawn
                if out[store, zone] > 0:
                    mixed = (drawn * mean + rest * factors[store, zone, hour]) / out[store, zone]
                    factors[store, zone, hour] = mixed
                else:
                    factors[store, zone, hour] = mean
                carbon[store, zone] -= drawn * mean
                energy[store, zone] -= drawn
        x = part.intensity(Factors(case.by_mode, factors[..., hour : hour + 1], part.fallback))[:, 0]
        x = np.where(np.isnan(x), part.fallback[:, 0], x)
        energy += into * np.array(efficiency)[:, None]
        carbon += into * x
        for store, zone in np.ndindex(shape):
            past[store][zone].append((into[store, zone], x[zone]))
    return factors


@settings(max_examples=40, deadline=None)
@given(seeds, st.sampled_from(["charging mean", "reservoir"]))
def test_any_grid_agrees_with_one_hour_after_the_other(seed, method):
    case = any_hours(seed, hours=9)
    result = case.run(method, window_hours=4, tolerance=1e-11)
    expected = brute_force(case, method, EFFICIENCY, window=4)
    np.testing.assert_allclose(result.factors.discharge_g_per_kwh, expected, rtol=1e-8, atol=1e-8)


@settings(max_examples=60, deadline=None)
@given(seeds, st.sampled_from([(1, 1), (0.5, 0.5), EFFICIENCY]))
def test_reservoir_conserves_shares_with_what_is_lost(seed, efficiency):
    """Efficiency × charged with the property = discharged with it + left with it."""
    case = any_hours(seed, hours=12)
    case.static, case.by_mode, case.fallback = case.static / 800, np.arange(10.0) % 2, case.fallback / 800
    result = case.run("reservoir", efficiency=efficiency, is_share=True)
    charged = case.carbon_charged(result).sum(axis=2) * np.array(efficiency)[:, None]
    discharged, held = case.carbon_discharged(result).sum(axis=2), result.state.carbon_kg[..., 0]
    np.testing.assert_allclose(charged, discharged + held, atol=1e-9 * scale(charged))


@settings(max_examples=60, deadline=None)
@given(seeds, st.sampled_from(["charging mean", "reservoir"]), st.sampled_from([None, 1, 5]))
def test_shares_stay_shares(seed, method, window):
    case = any_hours(seed, hours=12)
    share = Share(np.arange(10.0) % 2, fallback=float(case.fallback[0, 0] / 800), by_storage=case.static / 800)
    tables = share.as_factors("odd", len(case.zones), case.hours)
    result = case.run(method, tables, window_hours=window, is_share=True)
    carried = result.factors.discharge_g_per_kwh
    assert ((carried >= 0) & (carried <= 1)).all()
    Share(share.by_mode, share.fallback, carried).as_factors("odd", len(case.zones), case.hours)


@pytest.mark.parametrize("method", ["charging mean", "reservoir"])
def test_rounding_lifts_no_share_above_one(method):
    case = any_hours(seed=1, hours=200, zones=8)
    share = Share(np.ones(10), fallback=1.0, by_storage=np.ones(2))
    tables = share.as_factors("all", len(case.zones), case.hours)
    carried = case.run(method, tables, is_share=True).factors.discharge_g_per_kwh
    assert carried.max() <= 1
    np.testing.assert_allclose(carried, 1, rtol=1e-13)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_slices_of_hours_do_not_matter(seed):
    case = any_hours(seed, hours=12)
    whole = case.run("reservoir").factors.discharge_g_per_kwh
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.flowtrace.storage.SLICE_NUMBERS", 1)
        sliced = case.run("reservoir").factors.discharge_g_per_kwh
    np.testing.assert_allclose(sliced, whole, rtol=1e-12)
