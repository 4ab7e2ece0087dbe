"""What discharged energy carries: a static factor, the mean of what was charged lately, or the content of a reservoir.

Per store (storage mode of a zone) and hour t; hours last 1 h, so MW and MWh are the same number:

    C, D   MWh    charged, discharged; NaN is none, and an hour without a production event hides both
    x      g/kWh  intensity of the zone while it charges; the zone's fallback where it has none
    η      –      round-trip efficiency; every loss is taken at charge
    f, f°  g/kWh  what discharge carries; the static factor
    E, K   MWh, kg = MWh·g/kWh   what the store holds before the hour, after losses

**static**: f = f°, as given. Conserves nothing: Σ f° D has no relation to Σ x C.

**charging mean**: f_t = Σ x_τ C_τ / (η Σ C_τ) over t − W ≤ τ < t, the W hours before t; f° where Σ C_τ is 0.
The hour itself does not count: energy is charged before it is discharged, no hour's answer depends on itself or on a
later one, and the state is plain: what was charged in the W hours before, and at which intensity. Σ f D = Σ x C over a
period with D = η C in total and the same mean throughout: a pattern that repeats with W a multiple of it, or
`window_hours=None`, one mean over all hours given. Elsewhere it is off by how far the mean lags.
x depends on f and f on x, so: solve, take the means, solve again, until no f changes by `tolerance`. A change of f
reaches x only through the part of what is charged that itself came out of stores (percents): each round shrinks it to
that part / η, and k rounds make the first k hours exact. With one mean for all hours: of each kg discharged a part
r < 1 returns into stores, and while no store discharges more than η C, the kg in error shrink to r each round.

**reservoir**: hour by hour, discharge before charge, at the mean m = K / E of the content:
    d = min(D, E)    f = (m d + f° (D − d)) / D    E' = E − d + η C    K' = K − m d + x C
Discharge beyond the content (natural inflow, a content nobody reported) is priced at f°. Conserves exactly, always:
K at first + Σ x C = Σ f D − Σ f° (D − d) + K at last. Nothing bounds a content from above: where charging is reported
and discharge is not, it grows. Without a state every store starts empty.
x is linear in what discharge brings in, so one elimination with right-hand sides for the discharging stores gives the
response of x to every m, many hours at once; each hour then only takes a few products.

**Shares.** With shares (renewable, of one mode) in the place of factors, `is_share`, lost energy takes its share along
instead of leaving it to the rest: f = Σ x C / Σ C without η, and K' = K − m d + x η C.

**Sources.** The charging mean is what reference back ends do, over a year and with storage left out of the mix that is
charged, which avoids the circle solved here. The reservoir is the mass balance of a fully mixed store, what
proportional sharing is for a node.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from core.flowtrace.arrays import BoolArray, FloatArray, IntArray, check_none, check_shape, expand
from core.flowtrace.elimination import factorise
from core.flowtrace.inputs import Balance, Factors
from core.flowtrace.network import Network
from core.flowtrace.supply import Supply, find_supply, sum_by_zone
from core.kinds import STORAGE_MODES

Method = Literal["static", "charging mean", "reservoir"]
EFFICIENCY = (0.82, 0.79)
"""Round trip, battery and pumped hydro: means of the United States' fleets in 2019.

U.S. EIA, Today in Energy, 12 February 2021, https://www.eia.gov/todayinenergy/detail.php?id=46756
"""
WINDOW_HOURS = 168
SLICE_NUMBERS = 8_000_000
"""Size of the reservoir's responses (stores × zones × hours) found together: 64 MB."""


class Stored(NamedTuple):
    """Energy in stores and what it carries; (2 storage modes, zones, hours) each, 0 where there is none."""

    energy_mwh: FloatArray
    """Reservoir: content at the end of the hour. Charging mean: charged in the hour, before losses."""
    carbon_kg: FloatArray
    """MWh × g/kWh; for shares, the MWh that have the property."""


@dataclass(frozen=True)
class StorageResult:
    factors: Factors
    """As given, with discharge_g_per_kwh (2 storage modes, zones, hours) replaced; static: as given."""
    static_mwh: FloatArray
    """(2 storage modes, zones, hours) the part of the discharge that is priced at the static factor."""
    state: Stored | None = None
    """What a later run continues from: the last hour's content, or the charging of the last `window_hours` hours."""
    content: Stored | None = None
    """Reservoir: what every store holds at the end of each hour."""
    rounds: int = 0
    """How often the network was solved for all hours."""
    residual: float = 0.0
    """Largest change of a charging mean in the last round, g/kWh (or share)."""


def discharge_factors(
    method: Method,
    network: Network,
    balance: Balance,
    factors: Factors,
    is_import_only: BoolArray | None = None,
    *,
    efficiency: npt.ArrayLike = EFFICIENCY,
    is_share: bool = False,
    window_hours: int | None = WINDOW_HOURS,
    state: Stored | None = None,
    tolerance: float = 1e-6,
    max_rounds: int = 100,
) -> StorageResult:
    """Replace the factors of discharge by what the method says; to be traced with the factors of the result.

    factors holds one basis, or with is_share one property (Share.as_factors); efficiency is (2 storage modes) or
    (2 storage modes, zones); state is what a run over the hours right before these ended with.
    """
    zones, supply = len(network.zones), find_supply(network, balance, is_import_only)
    if max_rounds < 1 or (window_hours is not None and window_hours < 1):
        raise ValueError(f"max_rounds ({max_rounds}) and window_hours ({window_hours}, or None) must be at least 1.")
    memory = len(STORAGE_MODES), zones, 1 if method == "reservoir" else window_hours or 0
    before = Stored(np.zeros(memory), np.zeros(memory)) if state is None else state
    for name, values in before._asdict().items():
        check_shape(f"state.{name}", values, memory)
        check_none(f"state.{name} is not finite", ~np.isfinite(values), STORAGE_MODES, network.zones)
    # Not as in Supply: a zone that reports nothing but charging has no value, and yet fills its store.
    charge_mw, discharge_mw = np.where(supply.has_report, np.nan_to_num([balance.charge_mw, balance.discharge_mw]), 0.0)
    if method == "static":
        return StorageResult(factors, discharge_mw)
    stores = _find_stores(supply, charge_mw, before, factors, efficiency, is_share)
    return _reservoir(stores) if method == "reservoir" else _charging_mean(stores, tolerance, max_rounds)


@dataclass(frozen=True)
class _Stores:
    """Every store that charges or holds something, one row each; the others discharge at their static factor."""

    supply: Supply
    factors: Factors
    is_share: bool
    mode: IntArray
    zone: IntArray
    excess_mw: FloatArray
    """(zones, hours) v of the equation that is solved."""
    before: Stored
    """(stores, hours of memory)."""
    charge_mw: FloatArray
    """(stores, hours), and so are the next three."""
    discharge_mw: FloatArray
    static: FloatArray
    outside: FloatArray
    """The zone's fallback where it has no value, 0 elsewhere."""
    efficiency: FloatArray
    kept: FloatArray
    """(stores, 1), as is efficiency: how much of what is charged stays in the store: all the carbon, η of a share."""

    def spread(self, rows: FloatArray) -> FloatArray:
        """(2 storage modes, zones, …) of values per store, 0 elsewhere."""
        full = np.zeros((len(STORAGE_MODES), len(self.excess_mw), rows.shape[1]))
        full[self.mode, self.zone] = rows
        return full

    def entering(self, static_mw: FloatArray) -> FloatArray:
        """(zones, hours) b of everything but the drawn energy: production, static discharge and priced imports."""
        made = self.supply.grams_produced(self.factors, "storage")
        return made + self.supply.grams_added(self.factors, "storage", static_mw)

    def solver(self, at: slice = slice(None)) -> Callable[[FloatArray], FloatArray]:
        """From b (sides, zones, hours) to x (sides, stores, hours), which is 0 where the zone has no value."""
        factorised = factorise(self.supply.network, self.supply.inner_mw[:, at], self.excess_mw[:, at])
        return lambda right: factorised.solve(right)[:, self.zone]

    def factors_of(self, drawn_mw: FloatArray, mean: FloatArray, is_filled: BoolArray) -> Factors:
        """The mean where it is drawn, or would be if anything were discharged; the static factor for the rest."""
        drawn = np.divide(drawn_mw, self.discharge_mw, out=is_filled.astype(float), where=self.discharge_mw > 0)
        mixed = drawn * mean + np.where(drawn < 1, (1 - drawn) * self.static, 0.0)
        table = np.array(expand("discharge factor", self.factors.discharge_g_per_kwh, self.supply.discharge_mw.shape))
        table[self.mode, self.zone] = np.clip(mixed, 0.0, 1.0) if self.is_share else mixed
        return replace(self.factors, discharge_g_per_kwh=table)


def _find_stores(
    supply: Supply, charge_mw: FloatArray, before: Stored, factors: Factors, efficiency: npt.ArrayLike, is_share: bool
) -> _Stores:
    mode, zone = np.nonzero((charge_mw > 0).any(axis=2) | (before.energy_mwh > 0).any(axis=2))
    lasting = expand("efficiency", efficiency, charge_mw.shape[:2])[mode, zone][:, None]
    names = [supply.network.zones[at] for at in zone]
    check_none("efficiency must lie above 0 and not above 1", ~((lasting > 0) & (lasting <= 1)), names)
    for name, values in vars(factors).items() if is_share else ():
        if ((values < 0) | (values > 1)).any():
            raise ValueError(f"With is_share every table must lie between 0 and 1; {name} does not.")
    fallback = expand("fallback", factors.fallback_g_per_kwh, charge_mw.shape[1:])[zone]
    outside = np.where(supply.has_value[zone], 0.0, fallback)
    is_wrong = (charge_mw[mode, zone] > 0) & ~np.isfinite(outside)
    check_none("fallback is missing where energy is charged", is_wrong, names)
    return _Stores(
        supply, factors, is_share, mode, zone,
        excess_mw=supply.excess_mw,
        before=Stored(before.energy_mwh[mode, zone], before.carbon_kg[mode, zone]),
        charge_mw=charge_mw[mode, zone],
        discharge_mw=supply.discharge_mw[mode, zone],
        static=expand("discharge factor", factors.discharge_g_per_kwh, charge_mw.shape)[mode, zone],
        outside=np.nan_to_num(outside),
        efficiency=lasting,
        kept=lasting if is_share else np.ones_like(lasting),
    )


def _charging_mean(stores: _Stores, tolerance: float, max_rounds: int) -> StorageResult:
    before, window = stores.before, stores.before.energy_mwh.shape[1]
    energy_mwh = np.hstack([before.energy_mwh, stores.charge_mw])
    charged_mwh = _sums_before(energy_mwh, window)
    is_filled = charged_mwh > 0
    drawn_mw = np.where(is_filled, stores.discharge_mw, 0.0)
    static_mw = stores.supply.discharge_mw - stores.spread(drawn_mw)
    entering = stores.entering(static_mw)
    mean = np.where(is_filled & np.isfinite(stores.static), stores.static, 0.0)
    solve, rounds, residual = stores.solver(), 0, np.inf
    while residual >= tolerance and rounds < max_rounds:
        right = entering + sum_by_zone(stores.zone, drawn_mw * mean, len(entering))
        x = solve(right[None])[0] + stores.outside
        carbon_kg = np.hstack([before.carbon_kg, stores.charge_mw * x])
        former, mean = mean, _divided(_sums_before(carbon_kg, window) * stores.kept, charged_mwh * stores.efficiency)
        rounds, residual = rounds + 1, float(np.abs(mean - former).max(initial=0.0))
    state = Stored(*(stores.spread(each[:, stores.charge_mw.shape[1] :]) for each in (energy_mwh, carbon_kg)))
    found = stores.factors_of(drawn_mw, mean, is_filled)
    return StorageResult(found, static_mw, state, rounds=rounds, residual=residual)


def _sums_before(values: FloatArray, window: int) -> FloatArray:
    """(rows, hours) sums over the window before each hour, of values (rows, window + hours); without one, over all.

    Nothing is subtracted: cut in blocks as long as the window, each window is the end of one and the start of the next.
    """
    if window == 0:
        return np.repeat(values.sum(axis=1, keepdims=True), values.shape[1], axis=1)
    rows, length = values.shape
    padded = np.pad(values, ((0, 0), (0, -length % window)))
    cut = padded.reshape(rows, padded.shape[1] // window, window)
    ends = np.cumsum(cut[..., ::-1], axis=2)[..., ::-1].reshape(padded.shape)
    starts = np.zeros_like(cut)
    np.cumsum(cut[..., :-1], axis=2, out=starts[..., 1:])
    return ends[:, : length - window] + starts.reshape(padded.shape)[:, window:length]


def _reservoir(stores: _Stores) -> StorageResult:
    """Energy first, which no intensity changes; then the mean of every content, hour by hour."""
    start_mwh, end_mwh = np.empty_like(stores.charge_mw), stores.charge_mw * stores.efficiency
    held = stores.before.energy_mwh[:, 0]
    for hour in range(start_mwh.shape[1]):
        start_mwh[:, hour] = held
        held = end_mwh[:, hour] = held - np.minimum(stores.discharge_mw[:, hour], held) + end_mwh[:, hour]
    drawn_mw = np.minimum(stores.discharge_mw, start_mwh)
    static_mw = stores.supply.discharge_mw - stores.spread(drawn_mw)
    entering = stores.entering(static_mw)
    stays = _divided(start_mwh - drawn_mw, end_mwh)
    joins = _divided(stores.charge_mw * stores.kept, end_mwh)
    count, hours = start_mwh.shape
    mean = np.empty((hours + 1, count))
    mean[0] = _divided(stores.before.carbon_kg, stores.before.energy_mwh)[:, 0]
    step = max(1, SLICE_NUMBERS // (len(entering) * (count + 1)))
    for begin in range(0, hours, step):
        x, response, whose = _response(stores, entering, drawn_mw, slice(begin, min(begin + step, hours)))
        for hour, (given, added) in enumerate(zip(x, response, strict=True), begin):
            charged = given + (added * mean[hour, whose]).sum(axis=1)
            mean[hour + 1] = stays[:, hour] * mean[hour] + joins[:, hour] * charged
    content = Stored(stores.spread(end_mwh), stores.spread(end_mwh * mean[1:].T))
    state = Stored(content.energy_mwh[..., -1:], content.carbon_kg[..., -1:])
    return StorageResult(stores.factors_of(drawn_mw, mean[:-1].T, start_mwh > 0), static_mw, state, content, rounds=1)


def _response(
    stores: _Stores, entering: FloatArray, drawn_mw: FloatArray, at: slice
) -> tuple[FloatArray, FloatArray, IntArray]:
    """x (hours, stores) without drawn energy, what a unit of a mean adds (hours, stores, sides), and whose mean it is.

    Connected parts of the network know nothing of each other, so each right-hand side holds one store of every part.
    """
    network = stores.supply.network
    links = csr_array((np.ones(len(network.links)), (network.first, network.second)), shape=(len(entering),) * 2)
    parts, part_of_zone = connected_components(links, directed=False)
    part = part_of_zone[stores.zone]
    drawn = np.flatnonzero(drawn_mw[:, at].any(axis=1))
    drawn = drawn[np.argsort(part[drawn], kind="stable")]
    side = np.arange(len(drawn)) - np.searchsorted(part[drawn], part[drawn])
    right = np.zeros((side.max(initial=-1) + 2, len(entering), at.stop - at.start))
    right[0] = entering[:, at]
    right[side + 1, stores.zone[drawn]] = drawn_mw[drawn, at]
    whose = np.zeros((parts, len(right) - 1), dtype=np.intp)
    whose[part[drawn], side] = drawn
    solution = stores.solver(at)(right)
    x = solution[0] + stores.outside[:, at]
    return np.ascontiguousarray(x.T), np.ascontiguousarray(solution[1:].transpose(2, 1, 0)), whose[part]


def _divided(values: FloatArray, by: FloatArray) -> FloatArray:
    return np.divide(values, by, out=np.zeros(by.shape), where=by > 0)
