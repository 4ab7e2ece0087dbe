"""From stored events to stored results: the hours that changed are averaged, traced and written."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core import times
from core.config import BASES, FACTOR_MODES, FALLBACK_MIX, Config
from core.flowtrace import Factors, Network, Share, Traced, mix_shares, trace
from core.flowtrace.arrays import FloatArray
from core.flowtrace.estimated import estimated_share
from core.flowtrace.storage import Method
from core.ingest.hourly import HOUR_S
from core.ingest.inputs import Inputs, read_inputs
from core.ingest.missing import Fallback
from core.ingest.results import results_of
from core.ingest.storage import WARM_UP_HOURS, Storage
from core.kinds import MODES, STORAGE_MODES
from core.store import Store

RENEWABLE_MODES = ("biomass", "geothermal", "hydro", "solar", "wind")
Told = Callable[[Sequence[int]], None]
BAND = ("lifecycle_low", "lifecycle_high")
SHARED = {"renewable": RENEWABLE_MODES, "carbon_free": (*RENEWABLE_MODES, "nuclear")}
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

    def note(self, results: pa.Table) -> None:
        """Count the zones and hours of these results that have an intensity."""
        told = results.filter(pc.is_valid(results["lifecycle_g_per_kwh"]))
        self.zones.update(pc.unique(told["zone_key"]).to_pylist())
        self.hours.update(pc.unique(told["hour_s"]).to_pylist())


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
        results = solve_run(config, network, store, hours_s, storage)
        solved.note(results)
        solved.residual = max(solved.residual, storage.residual)
        solved.written += store.write_results(results, {hour_s: marks[hour_s] for hour_s in hours_s})
        told(hours_s)
    return solved


def solve_run(
    config: Config, network: Network, store: Store, hours_s: Sequence[int], storage: Storage,
    known_at_s: int | None = None,
) -> pa.Table:
    """The rows of `results` that a run of hours without gaps has; nothing is written.

    `storage` goes on from the hours before, whose end it holds, and holds that of these afterwards. With known_at_s
    (Unix seconds) the rows are those of what the store knew at that moment.
    """
    inputs = read_inputs(config, network, store, hours_s, known_at_s)
    return results_of(config, network, inputs, trace_inputs(config, network, inputs, storage), storage.method)


def _warm_up(config: Config, network: Network, store: Store, storage: Storage, first_s: int) -> None:
    """Let stores take up what they were charged with before the first hour."""
    storage.forget()
    before = range(first_s - WARM_UP_HOURS * HOUR_S, first_s, HOUR_S)
    inputs = read_inputs(config, network, store, before)
    storage.price(network, inputs.balance, factors_of(config, network, inputs), shares_of(inputs.fallback))


def runs_of_hours(hours_s: Iterable[int], longest: int = LONGEST_RUN) -> Iterator[list[int]]:
    """The hours in runs without a gap, none longer than a month, or than so many hours."""
    run: list[int] = []
    for hour_s in sorted(hours_s):
        if run and (hour_s != run[-1] + HOUR_S or len(run) == longest):
            yield run
            run = []
        run.append(hour_s)
    if run:
        yield run


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
