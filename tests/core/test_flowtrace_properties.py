"""Flow tracing: any small network against a dense solver that shares no code, and what must hold in all of them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.flowtrace import Balance, Factors, Network, Share, mix_shares, trace
from core.kinds import MODES

SHARES = {"odd": Share(np.arange(10.0) % 2, fallback=0.3), "half": Share(np.full(10, 0.5), fallback=0.5)}

power = st.one_of(st.just(0.0), st.just(np.nan), st.integers(1, 900).map(float))
maybe_negative = st.one_of(power, st.integers(-50, -1).map(float))
strength = st.one_of(st.just(0.0), st.just(np.nan), st.integers(-900, 900).map(float))


def table(draw, element, *shape):
    size = int(np.prod(shape))
    return np.array(draw(st.lists(element, min_size=size, max_size=size)), dtype=float).reshape(shape)


@st.composite
def grids(draw, hours=1):
    """Up to 8 zones: rings, islands, dead zones, boundaries, import-only zones, all by chance."""
    size = draw(st.integers(1, 8))
    zones = tuple("ABCDEFGH"[:size])
    pairs = [f"{one}->{other}" for at, one in enumerate(zones) for other in zones[at + 1 :]]
    links = tuple(sorted(draw(st.sets(st.sampled_from(pairs), max_size=12)))) if pairs else ()
    production, factor = np.full((10, size, hours), np.nan), np.full((10, size, hours), np.nan)
    for mode in draw(st.sets(st.integers(0, 9), max_size=2)):
        production[mode] = table(draw, maybe_negative, size, hours)
        factor[mode] = table(draw, st.integers(0, 1200), size, hours)
    discharge, charge = np.full((2, 2, size, hours), np.nan)
    storage = draw(st.integers(0, 1))
    discharge[storage] = table(draw, power, size, hours)
    charge[storage] = table(draw, power, size, hours)
    discharge_factor = np.full((2, size, hours), draw(st.integers(0, 1200)), dtype=float)
    fallback = table(draw, st.integers(1, 1200), size, hours)
    has_production = table(draw, st.sampled_from([True, True, True, False]), size, hours).astype(bool)
    import_only = table(draw, st.sampled_from([False, False, True]), size).astype(bool)
    flow = table(draw, strength, len(links), hours)
    balance = Balance(production, discharge, charge, flow, has_production)
    return Network(zones, links), balance, Factors(factor, discharge_factor, fallback), import_only


def reference(network, balance, factors, import_only):
    """One hour by plain sets and numpy.linalg.solve: (x, b, N and priced as [importer, exporter], known, dead)."""
    size = len(network.zones)
    produced = np.where(balance.production_mw[..., 0] > 0, balance.production_mw[..., 0], 0)
    discharged = np.where(balance.discharge_mw[..., 0] > 0, balance.discharge_mw[..., 0], 0)
    numbers = np.concatenate([balance.production_mw[..., 0], balance.discharge_mw[..., 0]])
    known = {
        at
        for at in range(size)
        if import_only[at] or (balance.has_production[at, 0] and not np.isnan(numbers[:, at]).all())
    }
    inflow = np.zeros((size, size))
    for link, flow in zip(network.links, balance.flow_mw[:, 0], strict=True):
        first, second = (network.zones.index(zone) for zone in link.split("->"))
        if flow > 0:
            inflow[second, first] = flow
        elif flow < 0:
            inflow[first, second] = -flow
    own = produced.sum(axis=0) + discharged.sum(axis=0)

    def upstream(zone):
        """Every known zone that feeds this one, itself included."""
        found = {zone}
        while more := {j for i in found for j in range(size) if inflow[i, j] > 0 and j in known} - found:
            found |= more
        return found

    above = {zone: upstream(zone) for zone in known}
    is_alone = {
        zone: all(own[i] == 0 and all(inflow[i, j] == 0 or j in known for j in range(size)) for i in above[zone])
        for zone in known
    }
    # no supply: nothing produces upstream, and whatever is upstream is also downstream (a closed loop, or alone)
    dead = {zone for zone in known if is_alone[zone] and all(zone in above[other] for other in above[zone])}
    solved = sorted(known - dead)
    priced = np.zeros_like(inflow)
    matrix, right, excess = np.eye(size), np.full(size, np.nan), np.zeros(size)
    for i in solved:
        outside = [j for j in range(size) if j not in solved]
        priced[i, outside] = inflow[i, outside]
        excess[i] = own[i] + priced[i].sum()
        right[i] = priced[i] @ factors.fallback_g_per_kwh[:, 0] + sum(
            energy * factor
            for mw, g in ((produced, factors.production_g_per_kwh), (discharged, factors.discharge_g_per_kwh))
            for energy, factor in zip(mw[:, i], g[:, i, 0], strict=True)
            if energy > 0
        )
        matrix[i, i] = excess[i] + inflow[i, solved].sum()
        matrix[i, solved] -= inflow[i, solved]
    x = np.full(size, np.nan)
    if solved:
        x[solved] = np.linalg.solve(matrix[np.ix_(solved, solved)], right[solved])
    return x, right, inflow, priced, known, dead


@settings(max_examples=300, deadline=None)
@given(grids())
def test_any_network_agrees_with_the_reference(case):
    network, balance, factors, import_only = case
    traced = trace(network, balance, {"direct": factors}, SHARES, import_only)
    x, _, _, priced, known, dead = reference(*case)
    np.testing.assert_allclose(traced.consumption_g_per_kwh["direct"][:, 0], x, rtol=1e-10, atol=1e-10)
    zones = range(len(network.zones))
    assert traced.is_boundary[:, 0].tolist() == [at not in known for at in zones]
    assert traced.has_no_supply[:, 0].tolist() == [at in dead for at in zones]
    assert traced.is_priced_at_fallback[:, 0].tolist() == (priced.sum(axis=0) > 0).tolist()
    has_value = ~np.isnan(x)
    for values in (*traced.share.values(), traced.fallback_share):
        assert (np.isnan(values[:, 0]) == ~has_value).all()
        assert ((values[has_value] >= 0) & (values[has_value] <= 1)).all()


@settings(max_examples=200, deadline=None)
@given(grids())
def test_any_network_conserves_emissions(case):
    """What enters (production, discharge, priced imports) = what is consumed, charged and exported to the outside."""
    network, balance, factors, import_only = case
    traced = trace(network, balance, {"direct": factors}, {}, import_only)
    _, right, inflow, _, _, _ = reference(*case)
    x = traced.consumption_g_per_kwh["direct"][:, 0]
    has_value = ~np.isnan(x)
    charged = np.nan_to_num(balance.charge_mw[..., 0]).sum(axis=0)
    outward = inflow[~has_value].sum(axis=0)
    leaving = x[has_value] * (traced.consumption_mw[:, 0] + charged + outward)[has_value]
    scale = max(1.0, np.abs(leaving).sum())
    assert abs(right[has_value].sum() - leaving.sum()) <= 1e-9 * scale


@settings(max_examples=200, deadline=None)
@given(grids())
def test_any_intensity_lies_within_its_feeds(case):
    """Within the factors of what is produced here, discharged here, priced here, and the neighbours it imports from."""
    network, balance, factors, import_only = case
    traced = trace(network, balance, {"direct": factors}, {}, import_only)
    x = traced.consumption_g_per_kwh["direct"][:, 0]
    _, _, inflow, priced, _, _ = reference(*case)
    for at in np.flatnonzero(~np.isnan(x)):
        feeds = [
            *factors.production_g_per_kwh[balance.production_mw[:, at, 0] > 0, at, 0],
            *factors.discharge_g_per_kwh[balance.discharge_mw[:, at, 0] > 0, at, 0],
            *factors.fallback_g_per_kwh[priced[at] > 0, 0],
            *x[(inflow[at] > 0) & (priced[at] == 0)],
        ]
        assert min(feeds) * (1 - 1e-12) <= x[at] <= max(feeds) * (1 + 1e-12)


@settings(max_examples=60, deadline=None)
@given(grids(hours=3))
def test_three_hours_at_once_equal_one_at_a_time(case):
    network, balance, factors, import_only = case
    together = trace(network, balance, {"direct": factors}, SHARES, import_only)
    for hour in range(3):
        at = np.s_[..., hour : hour + 1]
        one = Balance(
            balance.production_mw[at],
            balance.discharge_mw[at],
            balance.charge_mw[at],
            balance.flow_mw[at],
            balance.has_production[at],
        )
        table = Factors(*(part[at] for part in vars(factors).values()))
        alone = trace(network, one, {"direct": table}, SHARES, import_only)
        for name, values in vars(together).items():
            other = getattr(alone, name)
            pairs = zip(values.values(), other.values(), strict=True) if isinstance(values, dict) else [(values, other)]
            for left, right in pairs:
                np.testing.assert_allclose(left[at], right, rtol=1e-12)


@settings(max_examples=200, deadline=None)
@given(grids())
def test_mixes_add_up_to_one_and_agree_with_the_shares(case):
    network, balance, factors, import_only = case
    mix = {"coal": 0.7, "wind": 0.3}
    renewable = Share(np.array([mode in ("hydro", "wind") for mode in MODES], dtype=float), 0.3, np.array([0.0, 1.0]))
    traced = trace(network, balance, {"direct": factors}, {"renewable": renewable, **mix_shares(mix)}, import_only)
    parts = {name: share for name, share in traced.share.items() if name != "renewable"}
    total = sum(parts.values())
    has_value = ~np.isnan(traced.consumption_g_per_kwh["direct"])
    assert (np.isnan(total) == ~has_value).all()
    np.testing.assert_allclose(total[has_value], 1.0, rtol=1e-12)
    expected = parts["hydro"] + parts["wind"] + parts["hydro discharge"]
    np.testing.assert_allclose(traced.share["renewable"], expected, atol=1e-12)
