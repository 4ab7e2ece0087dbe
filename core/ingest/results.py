"""From traced hours to the rows of `results`, as an Arrow table: one of every zone and aggregate of which anything is
known in an hour."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.config import Config
from core.flowtrace import Network, Traced, mix_shares
from core.flowtrace.aggregate import Aggregated, aggregate
from core.flowtrace.arrays import BoolArray, FloatArray
from core.ingest.inputs import Inputs
from core.kinds import ESTIMATIONS
from core.store.tables import SHARE_COLUMNS

DIGITS = 9
"""Of every number: what is solved again from the same events is the same."""
OWN_DATA = -1


def results_of(config: Config, network: Network, inputs: Inputs, traced: Traced, method: str) -> pa.Table:
    """The rows of a run of hours, solved with a method for storage."""
    groups = groups_of(config, network)
    may_miss = {key: config.zones[key].bypassed_sub_zones for key in groups}
    together = aggregate(network, groups, traced, inputs.balance, may_miss)
    is_told = inputs.balance.has_production | (traced.import_mw > 0) | (traced.export_mw > 0) | inputs.is_suspect
    is_part_told = np.array([~together.is_missing[key].all(axis=0) for key in groups]).reshape(len(groups), -1)
    estimations = _group_estimations(network, groups, inputs, together)
    flags = _group_flags(network, groups, inputs, together)
    rows = pa.concat_tables([
        _rows(network.zones, inputs, traced, is_told, _estimations(inputs, traced), _flags(inputs, traced)),
        _rows(tuple(groups), inputs, together, is_part_told, estimations, flags),
    ])
    return rows.append_column("storage_method", _same(method, rows.num_rows))


def groups_of(config: Config, network: Network) -> dict[str, tuple[str, ...]]:
    """The aggregates whose sub-zones the network has, with these."""
    known = set(network.zones)
    return {key: zone.sub_zones for key, zone in config.zones.items() if zone.sub_zones and known >= {*zone.sub_zones}}


def _rows(
    keys: Sequence[str], inputs: Inputs, found: Traced | Aggregated, is_told: BoolArray,
    estimations: npt.NDArray[np.int8], flags: Mapping[str, BoolArray],
) -> pa.Table:
    zone, hour = np.nonzero(is_told)
    numbers = {
        name: pa.array(np.round(values[zone, hour], DIGITS), from_pandas=True)
        for name, values in _numbers(found).items()
    }
    return pa.table({
        "zone_key": _choose(keys, zone),
        "hour_s": np.asarray(inputs.hours_s, dtype=np.int64)[hour],
        "estimation": _choose((*ESTIMATIONS, None), estimations[zone, hour]),
        "flags": _flag_texts(flags, zone, hour),
        "origin": _choose(inputs.origins, hour),
        **numbers,
    })


def _choose(texts: Sequence[str | None], at: npt.NDArray[np.integer]) -> pa.Array:
    """The texts at these positions; OWN_DATA is the last."""
    return pa.array(texts, pa.string()).take(pa.array(at % max(len(texts), 1)))


def _same(word: str, count: int) -> pa.Array:
    return _choose([word], np.zeros(count, dtype=np.int64))


def _flag_texts(flags: Mapping[str, BoolArray], zone: npt.NDArray[np.intp], hour: npt.NDArray[np.intp]) -> pa.Array:
    """The names of what is set in each row, with commas; few combinations occur."""
    code = sum(is_set[zone, hour].astype(np.int64) << bit for bit, is_set in enumerate(flags.values()))
    codes, at = np.unique(code, return_inverse=True)
    return _choose([",".join(name for bit, name in enumerate(flags) if one >> bit & 1) for one in codes.tolist()], at)


def _estimations(inputs: Inputs, traced: Traced) -> npt.NDArray[np.int8]:
    """(zones, hours) which of ESTIMATIONS made the value; OWN_DATA for the zone's own."""
    is_unknown, is_typical = traced.is_boundary, inputs.fallback.is_typical
    found = np.full(is_unknown.shape, OWN_DATA, dtype=np.int8)
    for at, is_made in enumerate((inputs.is_mean, is_unknown & is_typical, is_unknown & ~is_typical)):
        found[is_made] = at
    return found


def _group_estimations(
    network: Network, groups: Mapping[str, Sequence[str]], inputs: Inputs, together: Aggregated
) -> npt.NDArray[np.int8]:
    """(groups, hours) the mean, where the production of any sub-zone is one and the group has a value."""
    found = np.full(together.consumption_mw.shape, OWN_DATA, dtype=np.int8)
    found[_any_child(network, groups, inputs.is_mean) & ~np.isnan(together.consumption_mw)] = 0
    return found


def _any_child(network: Network, groups: Mapping[str, Sequence[str]], is_set: BoolArray) -> BoolArray:
    """(groups, hours) from (zones, hours): set for any sub-zone."""
    place = {key: at for at, key in enumerate(network.zones)}
    found = [is_set[[place[child] for child in children]].any(axis=0) for children in groups.values()]
    return np.array(found, dtype=np.bool_).reshape(len(groups), is_set.shape[1])


def _flags(inputs: Inputs, traced: Traced) -> dict[str, BoolArray]:
    return {
        "suspect_data": inputs.is_suspect, "partial_hour": inputs.is_partial,
        "clamped": traced.is_clamped, "no_production_data": traced.is_boundary, "no_supply": traced.has_no_supply,
        "exports_priced_at_fallback": traced.is_priced_at_fallback,
        "uses_fallback": (traced.fallback_share > 0) & ~traced.is_boundary,
        "missing_flow": traced.has_missing_flow & ~traced.is_boundary,
    }


def _group_flags(
    network: Network, groups: Mapping[str, Sequence[str]], inputs: Inputs, together: Aggregated
) -> dict[str, BoolArray]:
    return {
        "partial_hour": _any_child(network, groups, inputs.is_partial),
        "clamped": together.is_clamped, "sub_zones_missing": together.covered_share < 1,
        "uses_fallback": together.fallback_share > 0, "missing_flow": together.has_missing_flow,
    }


def _numbers(found: Traced | Aggregated) -> dict[str, FloatArray]:
    return {
        "lifecycle_g_per_kwh": found.consumption_g_per_kwh["lifecycle"],
        "direct_g_per_kwh": found.consumption_g_per_kwh["direct"],
        "lifecycle_low_g_per_kwh": found.consumption_g_per_kwh["lifecycle_low"],
        "lifecycle_high_g_per_kwh": found.consumption_g_per_kwh["lifecycle_high"],
        "production_lifecycle_g_per_kwh": found.production_g_per_kwh["lifecycle"],
        "production_direct_g_per_kwh": found.production_g_per_kwh["direct"],
        "renewable_share": found.share["renewable"],
        "carbon_free_share": found.share["carbon_free"],
        "production_mw": found.production_mw,
        "consumption_mw": found.consumption_mw,
        "import_mw": found.import_mw,
        "export_mw": found.export_mw,
        "fallback_share": found.fallback_share,
        "estimated_share": found.share["estimated"],
        "measured_share": 1.0 - found.share["estimated"] - found.fallback_share,
        **{column: found.share[name] for column, name in zip(SHARE_COLUMNS, mix_shares({}), strict=True)},
    }
