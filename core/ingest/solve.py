"""From stored events to stored results: the hours that changed are averaged, traced and written."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from core import times
from core.config import BASES, FACTOR_MODES, FALLBACK_MIX, Config
from core.flowtrace import Balance, Factors, Network, Share, Traced, mix_shares, trace
from core.flowtrace.aggregate import Aggregated, aggregate
from core.flowtrace.arrays import BoolArray, FloatArray
from core.flowtrace.estimated import estimated_share
from core.flowtrace.storage import Method
from core.ingest.hourly import HOUR_S, hourly_means
from core.ingest.missing import Fallback, complete, fallback_of
from core.ingest.storage import WARM_UP_HOURS, Storage
from core.kinds import ESTIMATIONS, MODES, STORAGE_MODES, split_key
from core.store import LIVE, Store
from core.store.tables import MIX_COLUMNS, SHARE_COLUMNS

RENEWABLE_MODES = ("biomass", "geothermal", "hydro", "solar", "wind")
Told = Callable[[Sequence[int]], None]
BAND = ("lifecycle_low", "lifecycle_high")
SHARED = {"renewable": RENEWABLE_MODES, "carbon_free": (*RENEWABLE_MODES, "nuclear")}
EVENT_COLUMNS = ("key", "start_s", "end_s", "source_type", "origin")
LONGEST_RUN = 24 * 31
"""Hours solved at a time: bounds memory."""


@dataclass
class Solved:
    """Which zones and hours got a value, and how many rows that changed in the store."""

    zones: set[str] = field(default_factory=set)
    hours: set[int] = field(default_factory=set)
    written: int = 0
    residual: float = 0.0
    """g/kWh by which the last round of storage's iteration still changed a factor; 0 for a method without one."""

    def note(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Count the zones and hours of these results that have an intensity."""
        names = ("zone_key", "hour_s", "lifecycle_g_per_kwh")
        for zone_key, hour_s, value in zip(*(columns[name] for name in names), strict=True):
            if value is not None:
                self.zones.add(zone_key)
                self.hours.add(hour_s)


@dataclass(frozen=True)
class Inputs:
    """One run of hours, averaged: what flow tracing takes, and how much of it is estimated."""

    hours_s: Sequence[int]
    balance: Balance
    estimated: FloatArray
    """(zones, hours) part of the hour's production that its source or we estimated; NaN without production."""
    estimated_flow: FloatArray
    """(links, hours) the same of the hour's flow."""
    origins: Sequence[str]
    """Of each hour: live, or the names of what else is among its events and those behind its means."""
    is_mean: BoolArray
    """(zones, hours) production is the mean of the same hour of past days."""
    fallback: Fallback
    """What zones without production are priced at."""
    is_suspect: BoolArray
    """(zones, hours) something that a source said of its production or of a flow of its waits in the quarantine."""


def network_of(config: Config) -> Network:
    """The zones without sub-zones and the exchanges between them that have a source."""
    return Network(config.solved_zones(), config.link_keys())


def solve(config: Config, store: Store, method: Method = "static", told: Told = lambda hours_s: None) -> Solved:
    """Solve every hour that the store marks as changed since it was last solved; `told` hears of each run of hours."""
    network, solved, storage, following_s = network_of(config), Solved(), Storage(method), 0
    marks = store.unsolved_hours()
    for hours_s in runs_of_hours(marks):
        if hours_s[0] != following_s and method != "static":
            _warm_up(config, network, store, storage, hours_s[0])
        following_s = hours_s[-1] + HOUR_S
        inputs = read_inputs(config, network, store, hours_s)
        traced = trace_inputs(config, network, inputs, storage)
        columns = _results(config, network, inputs, traced)
        columns["storage_method"] = [method] * len(columns["hour_s"])
        solved.note(columns)
        solved.residual = max(solved.residual, storage.residual)
        solved.written += store.write_results(columns, {hour_s: marks[hour_s] for hour_s in hours_s})
        told(hours_s)
    return solved


def _warm_up(config: Config, network: Network, store: Store, storage: Storage, first_s: int) -> None:
    """Let stores take up what they were charged with before the first hour."""
    storage.forget()
    before = range(first_s - WARM_UP_HOURS * HOUR_S, first_s, HOUR_S)
    inputs = read_inputs(config, network, store, before)
    storage.price(network, inputs.balance, factors_of(config, network, inputs), shares_of(inputs.fallback))


def runs_of_hours(hours_s: Iterable[int]) -> Iterator[list[int]]:
    """The hours in runs without a gap, none longer than a month."""
    run: list[int] = []
    for hour_s in sorted(hours_s):
        if run and (hour_s != run[-1] + HOUR_S or len(run) == LONGEST_RUN):
            yield run
            run = []
        run.append(hour_s)
    if run:
        yield run


def read_inputs(
    config: Config, network: Network, store: Store, hours_s: Sequence[int], known_at_s: int | None = None
) -> Inputs:
    """The hourly means of production, storage and flows for a run of hours, and what stands in for missing ones.

    With known_at_s (Unix seconds) of what the store knew at that moment.
    """
    span = hours_s[0], hours_s[-1] + HOUR_S
    mixes = store.columns("production", (*EVENT_COLUMNS, *MIX_COLUMNS), *span, known_at_s=known_at_s)
    values = np.vstack([*(mixes[name] for name in MIX_COLUMNS), _is_estimated(mixes)])
    found = hourly_means(network.zones, hours_s, mixes["key"], mixes["start_s"], mixes["end_s"], values)
    flows = store.columns("exchange", (*EVENT_COLUMNS, "value"), *span, known_at_s=known_at_s)
    values = np.vstack([flows["value"], _is_estimated(flows)])
    flow = hourly_means(network.links, hours_s, flows["key"], flows["start_s"], flows["end_s"], values)
    whole = complete(config, network, store, hours_s, found[:-1], known_at_s)
    estimated = np.where(whole.is_mean, 1.0, found[-1])
    storage = whole.mix_mw[len(MODES) :]
    balance = Balance(
        production_mw=whole.mix_mw[: len(MODES)],
        discharge_mw=np.maximum(-storage, 0.0),
        charge_mw=np.maximum(storage, 0.0),
        flow_mw=flow[0],
        has_production=~np.isnan(estimated),
    )
    origins = _origins(hours_s, whole.origins, mixes, flows)
    return Inputs(
        hours_s, balance, estimated, flow[1], origins, whole.is_mean, fallback_of(config, network, hours_s),
        _is_suspect(network, store, hours_s, known_at_s))


def _is_suspect(network: Network, store: Store, hours_s: Sequence[int], known_at_s: int | None) -> BoolArray:
    found = np.zeros((len(network.zones), len(hours_s)), dtype=np.bool_)
    place = {key: at for at, key in enumerate(network.zones)}
    for row in store.quarantine.waiting(hours_s[0], hours_s[-1] + HOUR_S):
        if known_at_s is not None and row["first_s"] > known_at_s:
            continue
        keys = {"production": (row["key"],), "exchange": split_key(row["key"]) or ()}.get(row["kind"], ())
        for key in keys:
            if key in place:
                found[place[key], (row["start_s"] - hours_s[0]) // HOUR_S] = True
    return found


def _is_estimated(columns: Mapping[str, npt.NDArray[Any]]) -> FloatArray:
    return np.asarray(columns["source_type"] == "estimated", dtype=np.float64)


def _origins(
    hours_s: Sequence[int], of_means: Sequence[set[str]], *columns: Mapping[str, npt.NDArray[Any]]
) -> list[str]:
    """Of each hour the origins of its means and of the events that start in it, live left unsaid beside others."""
    found = {hour_s: {*names} for hour_s, names in zip(hours_s, of_means, strict=True)}
    for one in columns:
        for at in np.flatnonzero(one["origin"] != LIVE):
            start_s = int(one["start_s"][at])
            found.get(start_s - start_s % HOUR_S, set()).add(str(one["origin"][at]))
    return ["+".join(sorted(names)) or LIVE for names in found.values()]


def trace_inputs(config: Config, network: Network, inputs: Inputs, storage: Storage) -> Traced:
    """Both intensities, their band, the shares, what of it is estimated, and the mix of a run of hours."""
    factors, shares = factors_of(config, network, inputs), shares_of(inputs.fallback)
    tables = storage.price(network, inputs.balance, factors, shares)
    traced = trace(network, inputs.balance, *tables)
    estimated = estimated_share(
        network, inputs.balance, inputs.estimated, inputs.estimated_flow, traced.fallback_share
    )
    return _with_fallbacks(replace(traced, share={**traced.share, "estimated": estimated}), *tables)


def _with_fallbacks(traced: Traced, factors: Mapping[str, Factors], shares: Mapping[str, Share]) -> Traced:
    """The same with the fallback as the value of the zones whose production is not known."""
    values = {name: table.fallback_g_per_kwh for name, table in factors.items()}
    parts: dict[str, FloatArray | float] = {name: share.fallback for name, share in shares.items()}
    parts["estimated"] = 0.0
    is_unknown, share = traced.is_boundary, traced.share
    return replace(
        traced,
        consumption_g_per_kwh={
            name: np.where(is_unknown, values[name], found) for name, found in traced.consumption_g_per_kwh.items()
        },
        share={name: np.where(is_unknown, parts[name], found) for name, found in share.items()},
        fallback_share=np.where(is_unknown, 1.0, traced.fallback_share),
    )


def shares_of(fallback: Fallback) -> dict[str, Share]:
    """Renewable and carbon-free shares, and the mix."""
    return {
        **{name: _share_of(modes, fallback) for name, modes in SHARED.items()},
        **mix_shares(dict(zip(MODES, fallback.share, strict=True))),
    }


def _share_of(modes: Sequence[str], fallback: Fallback) -> Share:
    """The share of some modes. Nobody says how much of what stores give back has it: as much as of the world's mix."""
    of_mode = np.array([float(mode in modes) for mode in MODES])
    of_world = sum(FALLBACK_MIX[mode] for mode in modes)
    of_zone = np.minimum(np.tensordot(of_mode, fallback.share, 1), 1.0)  # the sum of all may be a rounding above 1
    return Share(of_mode, of_zone, np.full(len(STORAGE_MODES), of_world))


def factors_of(config: Config, network: Network, inputs: Inputs) -> dict[str, Factors]:
    """The factors of both bases, and the lowest and highest of published lifecycle factors, for a run of hours."""
    moments = [times.epoch(hour_s) for hour_s in inputs.hours_s]
    tables = [config.factors.array(network.zones, basis, FACTOR_MODES, moments) for basis in BASES]
    of_world = [config.factors.fallback_intensity(basis) for basis in BASES]
    tables.extend(config.factors.lifecycle_band(FACTOR_MODES, tables[BASES.index("lifecycle")]))
    of_world += config.factors.fallback_band()
    found = {}
    for name, table, world in zip((*BASES, *BAND), tables, of_world, strict=True):
        made, stored = table[: len(MODES)], table[len(MODES) :]
        found[name] = Factors(made, stored, inputs.fallback.intensity(made, world))
    return found


def groups_of(config: Config, network: Network) -> dict[str, tuple[str, ...]]:
    """The aggregates whose sub-zones the network has, with these."""
    known = set(network.zones)
    return {key: zone.sub_zones for key, zone in config.zones.items() if zone.sub_zones and known >= {*zone.sub_zones}}


def _results(config: Config, network: Network, inputs: Inputs, traced: Traced) -> dict[str, list[Any]]:
    """The columns of `results`: a row for every zone and aggregate, and hour, of which anything is known."""
    groups = groups_of(config, network)
    may_miss = {key: config.zones[key].bypassed_sub_zones for key in groups}
    together = aggregate(network, groups, traced, inputs.balance, may_miss)
    is_told = inputs.balance.has_production | (traced.import_mw > 0) | (traced.export_mw > 0) | inputs.is_suspect
    is_part_told = np.array([~together.is_missing[key].all(axis=0) for key in groups]).reshape(len(groups), -1)
    zones = _columns(network.zones, inputs, traced, is_told, _estimations(inputs, traced), _flags(inputs, traced))
    estimations = _group_estimations(network, groups, inputs, together)
    parents = _columns(tuple(groups), inputs, together, is_part_told, estimations, _group_flags(together))
    return {name: zones[name] + parents[name] for name in zones}


def _columns(
    keys: Sequence[str], inputs: Inputs, found: Traced | Aggregated, is_told: BoolArray,
    estimations: npt.NDArray[np.object_], flags: Mapping[str, BoolArray],
) -> dict[str, list[Any]]:
    told = np.nonzero(is_told)
    rows = np.stack([is_set[told] for is_set in flags.values()], axis=1).tolist()
    columns: dict[str, list[Any]] = {
        "zone_key": [keys[at] for at in told[0].tolist()],
        "hour_s": [inputs.hours_s[hour] for hour in told[1].tolist()],
        "estimation": estimations[told].tolist(),
        "flags": [",".join(name for name, is_set in zip(flags, row, strict=True) if is_set) for row in rows],
        "origin": [inputs.origins[hour] for hour in told[1].tolist()],
    }
    for name, values in _numbers(found).items():
        columns[name] = [None if value != value else value for value in np.round(values[told], 9).tolist()]
    return columns


def _estimations(inputs: Inputs, traced: Traced) -> npt.NDArray[np.object_]:
    """(zones, hours) which of ESTIMATIONS made the value; None for the zone's own data."""
    is_unknown, is_typical = traced.is_boundary, inputs.fallback.is_typical
    found = np.full(is_unknown.shape, None, dtype=object)
    for name, is_made in zip(
        ESTIMATIONS, (inputs.is_mean, is_unknown & is_typical, is_unknown & ~is_typical), strict=True
    ):
        found[is_made] = name
    return found


def _group_estimations(
    network: Network, groups: Mapping[str, Sequence[str]], inputs: Inputs, together: Aggregated
) -> npt.NDArray[np.object_]:
    """(groups, hours) the mean, where the production of any sub-zone is one and the group has a value."""
    found = np.full(together.consumption_mw.shape, None, dtype=object)
    for at, children in enumerate(groups.values()):
        is_mean = inputs.is_mean[[network.zones.index(child) for child in children]].any(axis=0)
        found[at, is_mean & ~np.isnan(together.consumption_mw[at])] = ESTIMATIONS[0]
    return found


def _flags(inputs: Inputs, traced: Traced) -> dict[str, BoolArray]:
    return {
        "suspect_data": inputs.is_suspect,
        "clamped": traced.is_clamped, "no_production_data": traced.is_boundary, "no_supply": traced.has_no_supply,
        "exports_priced_at_fallback": traced.is_priced_at_fallback,
        "uses_fallback": (traced.fallback_share > 0) & ~traced.is_boundary,
        "missing_flow": traced.has_missing_flow & ~traced.is_boundary,
    }


def _group_flags(together: Aggregated) -> dict[str, BoolArray]:
    return {
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
