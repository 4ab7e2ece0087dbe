"""What enters each zone, in MW and in MW·g/kWh, and which zones can have a value; no equation is solved here."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from core.flowtrace.arrays import BoolArray, FloatArray, IntArray, check_shape, expand
from core.flowtrace.inputs import Balance, Factors, product, weighted
from core.flowtrace.network import Network
from core.kinds import MODES, STORAGE_MODES


@dataclass(frozen=True)
class Supply:
    """A balance with nothing missing: MW ≥ 0 everywhere, 0 for zones without data."""

    network: Network
    has_report: BoolArray
    """(zones, hours) a production event exists, or the zone is import-only: what it says counts."""
    production_mw: FloatArray
    """(10 modes, zones, hours)."""
    discharge_mw: FloatArray
    """(2 storage modes, zones, hours)."""
    charge_mw: FloatArray
    """(2 storage modes, zones, hours)."""
    flow_mw: FloatArray
    """(2 × links, hours) every known flow, from Network.exporter into Network.importer."""
    inner_mw: FloatArray
    """(2 × links, hours) the part of it between two zones with a value."""
    priced_mw: FloatArray
    """(2 × links, hours) the part of it from a zone without a value into a zone with one."""
    is_clamped: BoolArray
    """(zones, hours) some production was negative."""
    is_boundary: BoolArray
    """(zones, hours) no production data."""
    has_no_supply: BoolArray
    """(zones, hours) data, but nothing enters."""

    @property
    def has_value(self) -> BoolArray:
        return ~(self.is_boundary | self.has_no_supply)

    @property
    def own_mw(self) -> FloatArray:
        """(zones, hours) production and discharge."""
        return np.asarray(self.production_mw.sum(axis=0) + self.discharge_mw.sum(axis=0))

    @property
    def excess_mw(self) -> FloatArray:
        """(zones, hours) v of the equation: production, discharge and priced imports."""
        return self.own_mw + self.sum_in(self.priced_mw)

    def grams_produced(self, factors: Factors, name: str) -> FloatArray:
        """(zones, hours) Σ_m f_im P_im."""
        label = f"{name}: production factor"
        return weighted(label, self.production_mw, factors.production_g_per_kwh, MODES, self.network.zones)

    def grams_added(self, factors: Factors, name: str, discharge_mw: FloatArray) -> FloatArray:
        """(zones, hours) Σ_s f_is D_is of this discharge, and each priced flow × the fallback of its exporter."""
        zones, exporter = self.network.zones, self.network.exporter
        label = f"{name}: discharge factor"
        stored = weighted(label, discharge_mw, factors.discharge_g_per_kwh, STORAGE_MODES, zones)
        label = f"{name}: fallback"
        fallback = expand(label, factors.fallback_g_per_kwh, stored.shape)[exporter]
        return stored + self.sum_in(product(self.priced_mw, fallback, label, [zones[at] for at in exporter]))

    def sum_in(self, flows: FloatArray) -> FloatArray:
        """(zones, hours) what enters each zone of values given per directed flow."""
        return sum_by_zone(self.network.importer, flows, len(self.network.zones))

    def sum_out(self, flows: FloatArray | BoolArray) -> FloatArray:
        """(zones, hours) what leaves each zone of values given per directed flow."""
        return sum_by_zone(self.network.exporter, flows, len(self.network.zones))


def find_supply(network: Network, balance: Balance, is_import_only: BoolArray | None) -> Supply:
    """Check and clean the balance, and sort zones and flows into those that are solved and those that are priced."""
    zones = len(network.zones)
    import_only = np.zeros(zones, dtype=np.bool_) if is_import_only is None else is_import_only
    check_shape("is_import_only", import_only, (zones,))
    balance.check(network)
    has_report = balance.has_production | import_only[:, None]
    is_known = _is_known(balance, import_only)
    production = np.maximum(_or_zero(balance.production_mw, is_known), 0.0)
    discharge = _or_zero(balance.discharge_mw, is_known)
    flow = directed(balance.flow_mw)
    own = np.asarray(production.sum(axis=0) + discharge.sum(axis=0) > 0)
    has_no_supply = _has_no_supply(network, is_known, own, flow > 0)
    has_value = is_known & ~has_no_supply
    enters, leaves = has_value[network.importer], has_value[network.exporter]
    return Supply(
        network=network,
        has_report=has_report,
        production_mw=production,
        discharge_mw=discharge,
        charge_mw=_or_zero(balance.charge_mw, is_known),
        flow_mw=flow,
        inner_mw=np.where(enters & leaves, flow, 0.0),
        priced_mw=np.where(enters & ~leaves, flow, 0.0),
        is_clamped=is_known & (balance.production_mw < 0).any(axis=0),
        is_boundary=~is_known,
        has_no_supply=has_no_supply,
    )


def directed(flow_mw: FloatArray) -> FloatArray:
    """(2 × links, hours) net flows as two directions, each ≥ 0; NaN is no flow."""
    both = np.concatenate([flow_mw, -flow_mw])
    return np.where(both > 0, both, 0.0)


def sum_by_zone(at: IntArray, values: FloatArray | BoolArray, zones: int) -> FloatArray:
    """(zones, hours) sum, or count, of the rows of values that belong to each zone."""
    rows = np.arange(len(at))
    belongs = csr_array((np.ones(len(at)), (at, rows)), shape=(zones, len(at)))
    return np.asarray(belongs @ values, dtype=np.float64)


def _is_known(balance: Balance, is_import_only: BoolArray) -> BoolArray:
    has_number = ~np.isnan(balance.production_mw).all(axis=0) | ~np.isnan(balance.discharge_mw).all(axis=0)
    return (balance.has_production & has_number) | is_import_only[:, None]


def _or_zero(values: FloatArray, is_known: BoolArray) -> FloatArray:
    return np.where(is_known & ~np.isnan(values), values, 0.0)


def _has_no_supply(network: Network, is_known: BoolArray, own: BoolArray, flows: BoolArray) -> BoolArray:
    """Known zones that nothing feeds: alone, or as a closed loop. Zones these feed are not among them."""
    into, out_of = network.importer, network.exporter
    is_fed = own | (sum_by_zone(into, flows & ~is_known[out_of], len(network.zones)) > 0)
    is_dead = is_known & ~_spread(is_fed, flows & is_known[into] & is_known[out_of], into, out_of)
    return _without_inflow(is_dead, flows & is_dead[into] & is_dead[out_of], into, out_of)


def _spread(is_fed: BoolArray, flows: BoolArray, into: IntArray, out_of: IntArray) -> BoolArray:
    """Zones that are fed or can be reached from one that is, along the flows."""
    reached = is_fed
    while True:
        further = reached | (sum_by_zone(into, flows & reached[out_of], len(is_fed)) > 0)
        if (further == reached).all():
            return reached
        reached = further


def _without_inflow(is_dead: BoolArray, flows: BoolArray, into: IntArray, out_of: IntArray) -> BoolArray:
    """The dead zones whose group (strongly connected by flows) gets nothing from another; one graph for all hours.

    Each remaining dead zone is downstream of such a group, so pricing what these groups export feeds all the others.
    """
    node = np.full(is_dead.shape, -1, dtype=np.intp)
    node[is_dead] = np.arange(is_dead.sum())
    link, hour = np.nonzero(flows)
    tail, head = node[out_of[link], hour], node[into[link], hour]
    size = int(is_dead.sum())
    graph = csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(size, size))
    groups, group = connected_components(graph, directed=True, connection="strong")
    is_source = np.ones(groups, dtype=np.bool_)
    is_source[group[head[group[tail] != group[head]]]] = False
    found = np.zeros_like(is_dead)
    found[is_dead] = is_source[group]
    return found
