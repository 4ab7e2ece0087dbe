"""From traced zones to groups of them, such as a country of sub-zones.

    x_g = Σ_i c_i x_i / Σ_i c_i        over the children i of group g that have a value, c_i = max(consumption, 0)

**Decisions.**
- Intensities, shares and the fallback share of consumption are weighted by consumption; the intensity of production by
  production (without discharge). A weight of 0 asks for no number; without any weight there is no value.
- A child that consumes less than nothing (exports above its supply) has no say in the group's intensity, as no
  consumer stands there; its production counts, and its negative consumption in the group's sum, which so remains
  production + discharge + imports − charge − exports. Where no child is negative, Σ_i c_i x_i = x_g × consumption_g.
- A child without a value (no production data, or no supply) makes the whole hour of its group missing, sums included:
  a country without one of its parts is another country. A child in `may_miss` is left out instead, with everything it
  produces, discharges, charges and consumes; what it exports to its siblings stays in their supply, at its fallback.
- Imports and exports are those over the group's own border: of links with exactly one end in the group, also those of
  a child without a value. A link inside counts in neither, and net import_g = Σ_i (imports_i − exports_i) always.
  They are sums of the known flows, so they stay when the hour is missing, as for a zone.
- `covered_share` counts children, not megawatts: what a child without data would have consumed is not known.
- A zone belongs to one group at most, and groups are made of traced zones, never of groups.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.flowtrace.arrays import BoolArray, FloatArray, IntArray, check_shape
from core.flowtrace.inputs import Balance
from core.flowtrace.network import Network
from core.flowtrace.supply import directed, sum_by_zone
from core.flowtrace.tracing import Traced


@dataclass(frozen=True)
class Aggregated:
    """What groups of zones consume; every array is (groups, hours) unless it says so, and NaN is no value."""

    groups: tuple[str, ...]
    """The keys of the groups, in the order of the first axis."""
    consumption_g_per_kwh: dict[str, FloatArray]
    """Per basis: intensity of what is consumed, weighted by consumption."""
    production_g_per_kwh: dict[str, FloatArray]
    """Per basis: intensity of what is produced, weighted by production; NaN where nothing is."""
    share: dict[str, FloatArray]
    """Per property: the part of what is consumed that has it, in [0, 1]."""
    fallback_share: FloatArray
    """The part of what is consumed that entered at a fallback, in [0, 1]."""
    production_mw: FloatArray
    """Sum of production, negative production as 0, without discharge."""
    consumption_mw: FloatArray
    """Sum of production + discharge + imports − charge − exports."""
    import_mw: FloatArray
    """Known inflows over the group's border, ≥ 0; 0 where there are none."""
    export_mw: FloatArray
    """Known outflows over the group's border, ≥ 0."""
    covered_share: FloatArray
    """Needed children with a value / needed children; where none is needed, 1 if any child has a value, else 0."""
    is_missing: dict[str, BoolArray]
    """Per group, (children in the order given, hours): the child has no value, needed or not."""
    is_clamped: BoolArray
    """Negative production of some child was set to 0."""
    has_missing_flow: BoolArray
    """The flow of some child's link, inside or over the border, is not known and was left out."""


@dataclass(frozen=True)
class _Members:
    """The children of all groups, one behind the other."""

    zone: IntArray
    """(children) position in the network."""
    group: IntArray
    """(children) position among the groups."""
    is_needed: BoolArray
    """(children, 1)."""
    groups: int

    def sum(self, values: FloatArray | BoolArray) -> FloatArray:
        """(groups, hours) of values (children, hours)."""
        return sum_by_zone(self.group, values, self.groups)

    def mean(self, values: FloatArray, weight: FloatArray, is_told: BoolArray) -> FloatArray:
        """(groups, hours) of values (zones, hours), weighted by weight (children, hours); NaN where not told."""
        weighted = np.multiply(values[self.zone], weight, out=np.zeros_like(weight), where=weight > 0)
        total = self.sum(weight)
        nothing = np.full_like(total, np.nan)
        mean: FloatArray = np.divide(self.sum(weighted), total, out=nothing, where=is_told & (total > 0))
        return mean

    def means(self, tables: Mapping[str, FloatArray], weight: FloatArray, is_told: BoolArray) -> dict[str, FloatArray]:
        return {name: self.mean(values, weight, is_told) for name, values in tables.items()}


def aggregate(
    network: Network,
    groups: Mapping[str, Sequence[str]],
    traced: Traced,
    balance: Balance,
    may_miss: Mapping[str, Collection[str]] | None = None,
) -> Aggregated:
    """The results of whole groups, from what `trace` made of this balance.

    groups: key → its children, which are zones of the network. may_miss: key → the children without which the group
    still has a value.
    """
    optional = may_miss or {}
    members = _members(network, groups, optional)
    check_shape("consumption_mw", traced.consumption_mw, (len(network.zones), balance.has_production.shape[-1]))
    has_value = ~(traced.is_boundary | traced.has_no_supply)[members.zone]
    covered = _covered_share(members, has_value)
    is_told = (covered == 1) & (members.sum(has_value) > 0)
    consumption = np.where(has_value, traced.consumption_mw[members.zone], 0.0)
    production = np.where(has_value, traced.production_mw[members.zone], 0.0)
    weight = np.maximum(consumption, 0.0)
    imports, exports = _over_the_border(network, members, balance)
    return Aggregated(
        groups=tuple(groups),
        consumption_g_per_kwh=members.means(traced.consumption_g_per_kwh, weight, is_told),
        production_g_per_kwh=members.means(traced.production_g_per_kwh, production, is_told),
        share=members.means(traced.share, weight, is_told),
        fallback_share=members.mean(traced.fallback_share, weight, is_told),
        production_mw=np.where(is_told, members.sum(production), np.nan),
        consumption_mw=np.where(is_told, members.sum(consumption), np.nan),
        import_mw=imports,
        export_mw=exports,
        covered_share=covered,
        is_missing={key: ~has_value[members.group == at] for at, key in enumerate(groups)},
        is_clamped=members.sum(traced.is_clamped[members.zone]) > 0,
        has_missing_flow=members.sum(traced.has_missing_flow[members.zone]) > 0,
    )


def _members(
    network: Network, groups: Mapping[str, Sequence[str]], may_miss: Mapping[str, Collection[str]]
) -> _Members:
    _check(network, groups, may_miss)
    position = {zone: at for at, zone in enumerate(network.zones)}
    pairs = [(at, key, child) for at, (key, children) in enumerate(groups.items()) for child in children]
    return _Members(
        zone=np.array([position[child] for _, _, child in pairs], dtype=np.intp),
        group=np.array([at for at, _, _ in pairs], dtype=np.intp),
        is_needed=np.array([child not in may_miss.get(key, ()) for _, key, child in pairs], dtype=np.bool_)[:, None],
        groups=len(groups),
    )


def _check(network: Network, groups: Mapping[str, Sequence[str]], may_miss: Mapping[str, Collection[str]]) -> None:
    """Raise if the groups are not disjoint sets of zones, or may miss what they do not have."""
    children = Counter(child for group in groups.values() for child in group)
    _check_none("Groups name zones that the network does not have", children.keys() - set(network.zones))
    _check_none("Groups name zones more than once", {child for child, count in children.items() if count > 1})
    _check_none("Groups have no zone", {key for key, group in groups.items() if not group})
    strangers = {f"{child} of {key}" for key, some in may_miss.items() for child in set(some) - {*groups.get(key, ())}}
    _check_none("Only a child of its group may be missed", strangers | (may_miss.keys() - groups.keys()))


def _check_none(message: str, wrong: Collection[str]) -> None:
    if wrong:
        raise ValueError(f"{message}: {', '.join(sorted(wrong))}.")


def _covered_share(members: _Members, has_value: BoolArray) -> FloatArray:
    needed = members.sum(np.broadcast_to(members.is_needed, has_value.shape))
    has_any = (members.sum(has_value) > 0).astype(np.float64)
    found: FloatArray = np.divide(members.sum(has_value & members.is_needed), needed, out=has_any, where=needed > 0)
    return found


def _over_the_border(network: Network, members: _Members, balance: Balance) -> tuple[FloatArray, FloatArray]:
    """(groups, hours) imports and exports of the links with exactly one end in the group."""
    group = np.full(len(network.zones), -1, dtype=np.intp)
    group[members.zone] = members.group
    flow, into, out_of = directed(balance.flow_mw), group[network.importer], group[network.exporter]
    enters, leaves = (into != out_of) & (into >= 0), (into != out_of) & (out_of >= 0)
    imports = sum_by_zone(into[enters], flow[enters], members.groups)
    return imports, sum_by_zone(out_of[leaves], flow[leaves], members.groups)
