"""Why a zone has the intensity it has in one hour: every term of its balance, and every generator behind it.

`explain` looks one border at a time: x_i = Σ_k share_k × g_k over what enters zone i, where the g of an import is the
exporter's own x, or its fallback where it has none. `sources` looks through all borders at once: the same x_i as a sum
over all generation upstream, by the tracing equation with one right-hand side per zone in the place of b,

    s_iz (v_i + Σ_j N[i, j]) − Σ_j N[i, j] s_jz = v_z [i = z]      s_iz: part of zone i's supply that entered at zone z

split within z by what makes up v_z. Loops need no cutting there; in `explain` they are named and not followed.

**Rounding.** Every share and every contribution is rounded once. The intensity that `explain` states is math.fsum of
the contributions, so it is their sum exactly; it differs from what `trace` finds, and from the intensity at which an
importer's term quotes the zone, by a few units in the last place (below 1e-12 of it where no factor is negative). The
shares of `explain` and of `sources` sum to 1, and `sources` to the intensity, as closely.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import fsum
from typing import Literal

import numpy as np

from core.flowtrace.arrays import BoolArray, FloatArray, expand
from core.flowtrace.elimination import solve
from core.flowtrace.inputs import Balance, Factors
from core.flowtrace.network import Network
from core.flowtrace.supply import Supply, find_supply
from core.flowtrace.tracing import Traced, trace
from core.kinds import MODES, STORAGE_MODES

TermKind = Literal["production", "discharge", "import", "charge", "export"]
Reason = Literal["boundary", "no supply"]
BASIS = "explained"


@dataclass(frozen=True)
class Term:
    """One line of a zone's balance in one hour."""

    kind: TermKind
    name: str
    """The mode, the storage mode, or the key of the neighbour."""
    power_mw: float
    """MW > 0; what is zero or not known has no term."""
    g_per_kwh: float | None
    """What this energy carries: its factor, the exporter's intensity or its fallback, for what leaves the zone's own.
    None where there is none: what a zone without a value charges, or passes to another such zone."""
    share: float | None = None
    """Power / everything that enters the zone, also for what leaves; None in a zone without a value."""
    contribution_g_per_kwh: float | None = None
    """Share × g_per_kwh; 0 for what leaves, as it leaves the intensity alone; None in a zone without a value."""
    is_fallback: bool = False
    """The energy comes from a zone without a value, at that zone's fallback."""
    inner: "Explained | None" = None
    """The balance of the neighbour an import comes from, where unfolded."""
    loop: tuple[str, ...] = ()
    """Where an import comes from a zone that is already being unfolded: that zone, whom it imports from, …, itself."""


@dataclass(frozen=True)
class Explained:
    """The balance of one zone in one hour."""

    zone: str
    g_per_kwh: float | None
    """Intensity of what is consumed: the sum of the terms' contributions; None for a zone without a value."""
    reason: Reason | None
    """Why there is no value: no production data (boundary), or nothing that enters (no supply)."""
    supply_mw: float | None
    """Production + discharge + imports, MW; None for a zone without a value."""
    consumption_mw: float | None
    """The supply without what is charged and exported, MW; None for a zone without a value."""
    fallback_share: float | None
    """The part of the supply that entered at a fallback, here or anywhere upstream; None for a zone without a value."""
    terms: tuple[Term, ...]
    """Production in the order of MODES, discharge; imports in the order of the network's links; charge; exports."""
    clamped_modes: tuple[str, ...]
    """Modes with negative production, which was set to 0."""
    missing_flows: tuple[str, ...]
    """Neighbours to which the flow is not known; it was left out."""


@dataclass(frozen=True)
class Source:
    """A part of what a zone consumes in one hour, where it was generated."""

    zone: str
    """Where the energy was generated or discharged, or the zone without a value it came from."""
    name: str
    """`<mode>`, `<storage mode> discharge`, or "fallback" where only the zone it came from is known."""
    share: float
    """Part of the consumption, in (0, 1]."""
    g_per_kwh: float
    """The factor, or the fallback of the zone it came from."""

    @property
    def contribution_g_per_kwh(self) -> float:
        return self.share * self.g_per_kwh


def explain(
    network: Network, balance: Balance, factors: Factors, zone: str, hour: int, *,
    depth: int = 0, is_import_only: BoolArray | None = None,
) -> Explained:
    """Every term of the zone's balance in the hour at that position, its imports unfolded `depth` borders upstream.

    Takes what `trace` takes, with the factors (g/kWh) of one basis, and solves that one hour (all zones, one side).
    A neighbour that more than one path leads to is unfolded on each, so the answer grows with the number of paths;
    `sources` has no such limit. Nothing is unfolded behind a zone without a value: what it imports enters no answer.
    """
    if depth < 0:
        raise ValueError(f"The depth of an explanation is {depth}; it cannot be negative.")
    found = _solve_hour(network, balance, factors, zone, hour, is_import_only)
    return _explained(found, network.zones.index(zone), depth, ())


def sources(
    network: Network, balance: Balance, factors: Factors, zone: str, hour: int, *,
    is_import_only: BoolArray | None = None,
) -> list[Source]:
    """All generation behind what the zone consumes in that hour, the greatest contribution first.

    Shares sum to 1 and Σ share × g_per_kwh is the zone's intensity; empty for a zone without a value. Energy that was
    charged earlier appears as discharge where it was discharged.
    """
    found = _solve_hour(network, balance, factors, zone, hour, is_import_only)
    part = _part_by_entry(found.supply, network.zones.index(zone))
    every = [*_generated(found, part), *_priced(found, part)]
    return sorted(every, key=lambda each: (-each.contribution_g_per_kwh, -each.share, each.zone, each.name))


@dataclass(frozen=True)
class _Hour:
    """One hour of the inputs, checked, cleaned and solved; every array has an hour axis of length 1."""

    balance: Balance
    factors: Factors
    supply: Supply
    traced: Traced

    @property
    def zones(self) -> tuple[str, ...]:
        return self.supply.network.zones

    def intensity(self, zone: int) -> float | None:
        value = float(self.traced.consumption_g_per_kwh[BASIS][zone, 0])
        return None if np.isnan(value) else value

    def fallback(self, zone: int) -> float:
        return float(self.factors.fallback_g_per_kwh[zone, 0])


def _solve_hour(
    network: Network, balance: Balance, factors: Factors, zone: str, hour: int, is_import_only: BoolArray | None
) -> _Hour:
    size, hours = len(network.zones), balance.has_production.shape[-1]
    if zone not in network.zones:
        raise ValueError(f"The network has no zone {zone!r}.")
    if not 0 <= hour < hours:
        raise ValueError(f"There is no hour {hour} in a balance of {hours} hours.")
    at = np.s_[..., hour : hour + 1]
    one = Balance(
        production_mw=balance.production_mw[at],
        discharge_mw=balance.discharge_mw[at],
        charge_mw=balance.charge_mw[at],
        flow_mw=balance.flow_mw[at],
        has_production=balance.has_production[at],
    )
    table = Factors(
        expand("production_g_per_kwh", factors.production_g_per_kwh, (len(MODES), size, hours))[at],
        expand("discharge_g_per_kwh", factors.discharge_g_per_kwh, (len(STORAGE_MODES), size, hours))[at],
        expand("fallback_g_per_kwh", factors.fallback_g_per_kwh, (size, hours))[at],
    )
    traced = trace(network, one, {BASIS: table}, {}, is_import_only)
    return _Hour(one, table, find_supply(network, one, is_import_only), traced)


def _explained(hour: _Hour, zone: int, depth: int, path: tuple[int, ...]) -> Explained:
    """The balance of the zone at that position; path is the zones being unfolded, from the one asked for."""
    has_value = bool(hour.supply.has_value[zone, 0])
    entering = [*_own(hour, zone), *_imports(hour, zone, depth if has_value else 0, (*path, zone))]
    supply_mw = fsum(term.power_mw for term in entering) if has_value else None
    entering = [_with_share(term, supply_mw) for term in entering]
    answer = fsum(term.contribution_g_per_kwh or 0.0 for term in entering) if has_value else None
    leaving = [_with_share(term, supply_mw) for term in _leaving(hour, zone, answer)]
    return Explained(
        zone=hour.zones[zone],
        g_per_kwh=answer,
        reason=_reason(hour, zone),
        supply_mw=supply_mw,
        consumption_mw=float(hour.traced.consumption_mw[zone, 0]) if has_value else None,
        fallback_share=float(hour.traced.fallback_share[zone, 0]) if has_value else None,
        terms=(*entering, *leaving),
        clamped_modes=_clamped_modes(hour, zone),
        missing_flows=_missing_flows(hour, zone),
    )


def _own(hour: _Hour, zone: int) -> Iterator[Term]:
    """What the zone produces and discharges."""
    at = np.s_[:, zone, 0]
    yield from _made("production", MODES, hour.supply.production_mw[at], hour.factors.production_g_per_kwh[at])
    yield from _made("discharge", STORAGE_MODES, hour.supply.discharge_mw[at], hour.factors.discharge_g_per_kwh[at])


def _made(kind: TermKind, modes: tuple[str, ...], power_mw: FloatArray, g_per_kwh: FloatArray) -> Iterator[Term]:
    for at in np.flatnonzero(power_mw > 0):
        yield Term(kind, modes[at], float(power_mw[at]), float(g_per_kwh[at]))


def _imports(hour: _Hour, zone: int, depth: int, path: tuple[int, ...]) -> Iterator[Term]:
    """What the zone imports, at the exporter's intensity, or at its fallback where that is what entered."""
    for at in _flows(hour, hour.supply.network.importer == zone):
        other, is_fallback = int(hour.supply.network.exporter[at]), bool(hour.supply.priced_mw[at, 0] > 0)
        loop = (*path[path.index(other) :], other) if other in path else ()
        yield Term(
            kind="import",
            name=hour.zones[other],
            power_mw=float(hour.supply.flow_mw[at, 0]),
            g_per_kwh=hour.fallback(other) if is_fallback else hour.intensity(other),
            is_fallback=is_fallback,
            inner=_explained(hour, other, depth - 1, path) if depth > 0 and not loop else None,
            loop=tuple(hour.zones[each] for each in loop),
        )


def _leaving(hour: _Hour, zone: int, answer: float | None) -> Iterator[Term]:
    """What the zone charges and exports, at its own intensity, or at its fallback where that is what entered."""
    charge_mw = hour.supply.charge_mw[:, zone, 0]
    for store in np.flatnonzero(charge_mw > 0):
        yield Term("charge", STORAGE_MODES[store], float(charge_mw[store]), answer)
    for at in _flows(hour, hour.supply.network.exporter == zone):
        name, is_fallback = hour.zones[hour.supply.network.importer[at]], bool(hour.supply.priced_mw[at, 0] > 0)
        g_per_kwh = hour.fallback(zone) if is_fallback else answer
        yield Term("export", name, float(hour.supply.flow_mw[at, 0]), g_per_kwh, is_fallback=is_fallback)


def _flows(hour: _Hour, is_at: BoolArray) -> list[int]:
    """The directed flows that are not zero among some, in the order of the network's links."""
    found: list[int] = np.flatnonzero(is_at & (hour.supply.flow_mw[:, 0] > 0)).tolist()
    return sorted(found, key=lambda at: at % len(hour.supply.network.links))


def _with_share(term: Term, supply_mw: float | None) -> Term:
    """The term as a part of the zone's supply; None where the zone has no value."""
    if supply_mw is None or term.g_per_kwh is None:
        return term
    share, is_leaving = term.power_mw / supply_mw, term.kind in ("charge", "export")
    return replace(term, share=share, contribution_g_per_kwh=0.0 if is_leaving else share * term.g_per_kwh)


def _reason(hour: _Hour, zone: int) -> Reason | None:
    if hour.supply.is_boundary[zone, 0]:
        return "boundary"
    return "no supply" if hour.supply.has_no_supply[zone, 0] else None


def _clamped_modes(hour: _Hour, zone: int) -> tuple[str, ...]:
    if hour.supply.is_boundary[zone, 0]:
        return ()
    return tuple(MODES[at] for at in np.flatnonzero(hour.balance.production_mw[:, zone, 0] < 0))


def _missing_flows(hour: _Hour, zone: int) -> tuple[str, ...]:
    network, is_missing = hour.supply.network, np.isnan(hour.balance.flow_mw[:, 0])
    ends = zip(network.first[is_missing].tolist(), network.second[is_missing].tolist(), strict=True)
    return tuple(hour.zones[second if first == zone else first] for first, second in ends if zone in (first, second))


def _part_by_entry(supply: Supply, zone: int) -> FloatArray:
    """(zones) part of that zone's supply that entered the grid at each zone, per MW that entered there."""
    excess_mw = supply.excess_mw
    entry = np.flatnonzero(excess_mw[:, 0] > 0)
    right = np.zeros((len(entry), *excess_mw.shape))
    right[np.arange(len(entry)), entry] = excess_mw[entry]
    part = np.zeros(len(excess_mw))
    if supply.has_value[zone, 0]:
        part[entry] = solve(supply.network, supply.inner_mw, excess_mw, right)[:, zone, 0] / excess_mw[entry, 0]
    return part


def _generated(hour: _Hour, part: FloatArray) -> Iterator[Source]:
    """One source per zone and mode that produces or discharges."""
    power_mw = np.concatenate([hour.supply.production_mw, hour.supply.discharge_mw])[..., 0]
    factor = np.concatenate([hour.factors.production_g_per_kwh, hour.factors.discharge_g_per_kwh])[..., 0]
    names = (*MODES, *(f"{mode} discharge" for mode in STORAGE_MODES))
    share = power_mw * part
    for at, zone in np.argwhere(share > 0).tolist():
        yield Source(hour.zones[zone], names[at], float(share[at, zone]), float(factor[at, zone]))


def _priced(hour: _Hour, part: FloatArray) -> Iterator[Source]:
    """One source per zone without a value, however many zones it exports to."""
    importer = hour.supply.network.importer
    share = hour.supply.sum_out(hour.supply.priced_mw * part[importer, None])[:, 0]
    for zone in np.flatnonzero(share > 0).tolist():
        yield Source(hour.zones[zone], "fallback", float(share[zone]), hour.fallback(zone))
