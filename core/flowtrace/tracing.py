"""From a balance and factors to intensities, shares and flags; the equation stands in the package's docstring."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.flowtrace.arrays import BoolArray, FloatArray
from core.flowtrace.elimination import solve
from core.flowtrace.inputs import Balance, Factors, Share
from core.flowtrace.network import Network
from core.flowtrace.supply import Supply, find_supply


@dataclass(frozen=True)
class Traced:
    """What flow tracing found; every array is (zones, hours), and NaN is no value."""

    consumption_g_per_kwh: dict[str, FloatArray]
    """Per basis: intensity of what is consumed."""
    production_g_per_kwh: dict[str, FloatArray]
    """Per basis: intensity of what is produced, without discharge; NaN where nothing is."""
    share: dict[str, FloatArray]
    """Per property: the part of what is consumed that has it, in [0, 1]."""
    fallback_share: FloatArray
    """The part of what is consumed that entered at a fallback, here or anywhere upstream, in [0, 1]."""
    production_mw: FloatArray
    """Sum of the modes, negative ones as 0, without discharge; NaN without production data."""
    consumption_mw: FloatArray
    """Production + discharge + imports − charge − exports."""
    import_mw: FloatArray
    """Sum of the known inflows, also of zones without a value; 0 where there are none."""
    export_mw: FloatArray
    """Sum of the known outflows, ≥ 0."""
    is_clamped: BoolArray
    """Negative production was set to 0."""
    is_boundary: BoolArray
    """The zone has no production data."""
    has_no_supply: BoolArray
    """The zone has data, but neither it nor anybody it imports from produces anything."""
    is_priced_at_fallback: BoolArray
    """The zone has no value, and what it exports entered other zones at its fallback."""
    has_missing_flow: BoolArray
    """The flow of one of the zone's links is not known and was left out."""


def trace(
    network: Network,
    balance: Balance,
    factors_by_basis: Mapping[str, Factors],
    share_by_name: Mapping[str, Share],
    is_import_only: BoolArray | None = None,
) -> Traced:
    """Solve every hour of the balance: one intensity per basis and one share per property.

    is_import_only (zones): the zone never has a source of production, so it is solved without any.
    """
    zones, hours = len(network.zones), balance.has_production.shape[-1]
    supply = find_supply(network, balance, is_import_only)
    shares = {name: share.as_factors(name, zones, hours) for name, share in share_by_name.items()}
    tables = [*factors_by_basis.items(), *shares.items()]
    produced = [supply.grams_produced(each, name) for name, each in tables]
    added = [supply.grams_added(each, name, supply.discharge_mw) for name, each in tables]
    entering = [one + other for one, other in zip(produced, added, strict=True)]
    solution = _solve(supply, np.stack([*entering, supply.sum_in(supply.priced_mw)]))
    missing = np.isnan(balance.flow_mw)
    return _traced(supply, list(factors_by_basis), list(shares), produced, solution, np.concatenate([missing, missing]))


def _traced(
    supply: Supply,
    bases: list[str],
    shares: list[str],
    produced: list[FloatArray],
    solution: FloatArray,
    is_missing: BoolArray,
) -> Traced:
    """Name the solved sides: one per basis, one per share, and last what is priced."""
    bounded = np.clip(solution[len(bases) :], 0.0, 1.0)
    return Traced(
        consumption_g_per_kwh=dict(zip(bases, solution, strict=False)),
        production_g_per_kwh={basis: _per_mwh(each, supply) for basis, each in zip(bases, produced, strict=False)},
        share=dict(zip(shares, bounded, strict=False)),
        fallback_share=bounded[-1],
        production_mw=np.where(supply.is_boundary, np.nan, supply.production_mw.sum(axis=0)),
        consumption_mw=_consumption_mw(supply),
        import_mw=supply.sum_in(supply.flow_mw),
        export_mw=supply.sum_out(supply.flow_mw),
        is_clamped=supply.is_clamped,
        is_boundary=supply.is_boundary,
        has_no_supply=supply.has_no_supply,
        is_priced_at_fallback=supply.sum_out(supply.priced_mw) > 0,
        has_missing_flow=supply.sum_out(is_missing) > 0,
    )


def _solve(supply: Supply, right: FloatArray) -> FloatArray:
    """(sides, zones, hours) the solution, NaN for every zone without a value."""
    solution = solve(supply.network, supply.inner_mw, supply.excess_mw, right)
    return np.where(supply.has_value, solution, np.nan)


def _per_mwh(grams: FloatArray, supply: Supply) -> FloatArray:
    total_mw = np.asarray(supply.production_mw.sum(axis=0))
    nothing = np.full_like(grams, np.nan)
    intensity: FloatArray = np.divide(grams, total_mw, out=nothing, where=total_mw > 0)
    return intensity


def _consumption_mw(supply: Supply) -> FloatArray:
    entering = supply.own_mw + supply.sum_in(supply.flow_mw)
    leaving = supply.charge_mw.sum(axis=0) + supply.sum_out(supply.flow_mw)
    return np.where(supply.has_value, entering - leaving, np.nan)
