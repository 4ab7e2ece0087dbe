"""From stored events to stored results: the hours that changed are averaged, traced and written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from core import times
from core.config import BASES, FACTOR_MODES, FALLBACK_MIX, Config
from core.flowtrace import Balance, Factors, Network, Share, Traced, mix_shares, trace
from core.ingest.hourly import HOUR_S, FloatArray, hourly_means
from core.kinds import MODES, STORAGE_MODES
from core.store import Store
from core.store.tables import SHARE_COLUMNS

RENEWABLE_MODES = ("biomass", "geothermal", "hydro", "solar", "wind")
BAND = ("lifecycle_low", "lifecycle_high")
SHARED = {"renewable": RENEWABLE_MODES, "carbon_free": (*RENEWABLE_MODES, "nuclear")}
EVENT_COLUMNS = ("key", "start_s", "end_s", "source_type")
LONGEST_RUN = 24 * 31
"""Hours solved at a time: bounds memory."""


@dataclass
class Solved:
    """Which zones and hours got a value, and how many rows that changed in the store."""

    zones: set[str] = field(default_factory=set)
    hours: set[int] = field(default_factory=set)
    written: int = 0


@dataclass(frozen=True)
class Inputs:
    """One run of hours, averaged: what flow tracing takes, and how much of it is estimated."""

    hours_s: Sequence[int]
    balance: Balance
    estimated: FloatArray
    """(zones, hours) part of the hour's production that the source calls estimated; NaN without production."""


def network_of(config: Config) -> Network:
    """The zones without sub-zones and the exchanges between them that have a source."""
    return Network(config.solved_zones(), config.link_keys())


def solve(config: Config, store: Store, origin: str) -> Solved:
    """Solve every hour that the store marks as changed since it was last solved."""
    network, solved = network_of(config), Solved()
    for hours_s in runs_of_hours(store.unsolved_hours()):
        inputs = read_inputs(network, store, hours_s)
        columns = _columns(network, inputs, trace_inputs(config, network, inputs), origin)
        solved.written += store.write_results(columns, hours_s)
        for zone_key, hour_s, value in zip(
            columns["zone_key"], columns["hour_s"], columns["lifecycle_g_per_kwh"], strict=True
        ):
            if value is not None:
                solved.zones.add(zone_key)
                solved.hours.add(hour_s)
    return solved


def runs_of_hours(hours_s: Sequence[int]) -> Iterator[list[int]]:
    """The hours in runs without a gap, none longer than a month."""
    run: list[int] = []
    for hour_s in sorted(hours_s):
        if run and (hour_s != run[-1] + HOUR_S or len(run) == LONGEST_RUN):
            yield run
            run = []
        run.append(hour_s)
    if run:
        yield run


def read_inputs(network: Network, store: Store, hours_s: Sequence[int]) -> Inputs:
    """The hourly means of production, storage and flows for a run of hours."""
    span = hours_s[0], hours_s[-1] + HOUR_S
    names = (*MODES, *(f"{mode}_storage" for mode in STORAGE_MODES))
    mixes = store.columns("production", (*EVENT_COLUMNS, *names), *span)
    estimated = (mixes["source_type"] == "estimated").astype(float)
    values = np.vstack([*(mixes[name] for name in names), estimated])
    found = hourly_means(network.zones, hours_s, mixes["key"], mixes["start_s"], mixes["end_s"], values)
    flows = store.columns("exchange", (*EVENT_COLUMNS, "value"), *span)
    flow = hourly_means(
        network.links, hours_s, flows["key"], flows["start_s"], flows["end_s"], flows["value"][None]
    )[0]
    storage = found[len(MODES) : -1]
    balance = Balance(
        production_mw=found[: len(MODES)],
        discharge_mw=np.maximum(-storage, 0.0),
        charge_mw=np.maximum(storage, 0.0),
        flow_mw=flow,
        has_production=~np.isnan(found[-1]),
    )
    return Inputs(hours_s, balance, found[-1])


def trace_inputs(config: Config, network: Network, inputs: Inputs) -> Traced:
    """Both intensities, the shares, and the estimated share of a run of hours."""
    factors = factors_of(config, network, inputs.hours_s)
    shares = {
        name: Share(_by_mode(modes), fallback=sum(FALLBACK_MIX.get(mode, 0.0) for mode in modes))
        for name, modes in SHARED.items()
    }
    estimated = np.broadcast_to(np.nan_to_num(inputs.estimated), (len(MODES), *inputs.estimated.shape))
    by_storage = np.broadcast_to(np.nan_to_num(inputs.estimated), (len(STORAGE_MODES), *inputs.estimated.shape))
    shares |= {"estimated": Share(estimated, 0.0, by_storage), **mix_shares(FALLBACK_MIX)}
    return trace(network, inputs.balance, factors, shares)


def factors_of(config: Config, network: Network, hours_s: Sequence[int]) -> dict[str, Factors]:
    """The factors of both bases, and the lowest and highest of published lifecycle factors, for a run of hours."""
    moments = [times.epoch(hour_s) for hour_s in hours_s]
    tables = [config.factors.array(network.zones, basis, FACTOR_MODES, moments) for basis in BASES]
    fallbacks = [config.factors.fallback_intensity(basis) for basis in BASES]
    tables.extend(config.factors.lifecycle_band(FACTOR_MODES, tables[BASES.index("lifecycle")]))
    fallbacks += config.factors.fallback_band()
    return {
        name: Factors(table[: len(MODES)], table[len(MODES) :], np.array([[fallback]]))
        for name, table, fallback in zip((*BASES, *BAND), tables, fallbacks, strict=True)
    }


def _by_mode(modes: Sequence[str]) -> npt.NDArray[np.float64]:
    return np.array([float(mode in modes) for mode in MODES])


def _columns(network: Network, inputs: Inputs, traced: Traced, origin: str) -> dict[str, list[Any]]:
    """The columns of `results`: a row for every zone and hour that has a value, or data, or a flow."""
    told = np.nonzero(inputs.balance.has_production | (traced.import_mw > 0) | (traced.export_mw > 0))
    columns: dict[str, list[Any]] = {
        "zone_key": [network.zones[zone] for zone in told[0].tolist()],
        "hour_s": [inputs.hours_s[hour] for hour in told[1].tolist()],
        "flags": _flags(traced, told),
        "origin": [origin] * len(told[0]),
    }
    for name, values in _numbers(inputs, traced).items():
        columns[name] = [None if value != value else value for value in np.round(values[told], 9).tolist()]
    return columns


def _flags(traced: Traced, told: tuple[npt.NDArray[np.intp], ...]) -> list[str]:
    """Of every row the names of the flags that are set, with commas between."""
    flags = {
        "clamped": traced.is_clamped, "no_production_data": traced.is_boundary, "no_supply": traced.has_no_supply,
        "exports_priced_at_fallback": traced.is_priced_at_fallback, "uses_fallback": traced.fallback_share > 0,
        "missing_flow": traced.has_missing_flow & ~traced.is_boundary,
    }
    names = list(flags)
    rows = np.stack([is_set[told] for is_set in flags.values()], axis=1)
    return [",".join(name for name, is_set in zip(names, row, strict=True) if is_set) for row in rows.tolist()]


def _numbers(inputs: Inputs, traced: Traced) -> dict[str, FloatArray]:
    is_known = inputs.balance.has_production
    produced = np.nansum(np.maximum(np.nan_to_num(inputs.balance.production_mw), 0.0), axis=0)
    return {
        "lifecycle_g_per_kwh": traced.consumption_g_per_kwh["lifecycle"],
        "direct_g_per_kwh": traced.consumption_g_per_kwh["direct"],
        "lifecycle_low_g_per_kwh": traced.consumption_g_per_kwh["lifecycle_low"],
        "lifecycle_high_g_per_kwh": traced.consumption_g_per_kwh["lifecycle_high"],
        "production_lifecycle_g_per_kwh": traced.production_g_per_kwh["lifecycle"],
        "production_direct_g_per_kwh": traced.production_g_per_kwh["direct"],
        "renewable_share": traced.share["renewable"],
        "carbon_free_share": traced.share["carbon_free"],
        "production_mw": np.where(is_known, produced, np.nan),
        "consumption_mw": traced.consumption_mw,
        "import_mw": traced.import_mw,
        "export_mw": traced.export_mw,
        "fallback_share": traced.fallback_share,
        "estimated_share": traced.share["estimated"],
        "measured_share": 1.0 - traced.share["estimated"] - traced.fallback_share,
        **{column: traced.share[name] for column, name in zip(SHARE_COLUMNS, mix_shares({}), strict=True)},
    }
