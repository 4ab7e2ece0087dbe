"""What discharged energy carries: a static factor, the mean of what was charged lately, or the content of a reservoir.

Per store (storage mode s of zone i) and hour t of 1 h, so that MW and MWh are the same number:

    C, D    MWh    charged, discharged; NaN is none, and an hour without production data hides both
    x       g/kWh  intensity of the zone in which the store charges; where it has none (NaN), the zone's fallback
    η       –      round-trip efficiency; every loss is taken at charge
    f       g/kWh  what discharge carries; the static factor is f°
    E, K    MWh, kg = MWh·g/kWh   what the store holds at the start of an hour, after losses

**static.** f = f°, as given. Conserves nothing: Σ f° D has no relation to Σ x C.

**charging mean.** With W hours before t, t itself not among them:

    f_t = Σ_{t−W ≤ τ < t} x_τ C_τ / (η Σ_{t−W ≤ τ < t} C_τ);      f_t = f°_t where the sum of C is 0

The hour itself does not count: energy is charged before it is discharged, an hour's answer then never depends on
itself, and its state is plain: what was charged in the W hours before, and at which intensity. Σ f D = Σ x C over a
period where D = η C in total and the mean is the same throughout: a daily pattern that repeats (W a multiple of 24 h),
or `window_hours=None`, one mean over all hours given. Elsewhere it is off by how far the mean lags.
x depends on f and f on x, so: solve, take the means, solve again, until no f changes by `tolerance`. A change of f
reaches x only through the part of what is charged that itself came out of stores (percents), so each round shrinks it
to that part / η, and after k rounds the first k hours are exact. With one mean: of each kg discharged a part r < 1
returns into stores, and as long as no store discharges more than η C, the kg still in error shrink to r per round.

**reservoir.** Sequential, an hour's discharge before its charge, at the mean intensity m = K / E of the content:

    d = min(D, E)    f = (m d + f° (D − d)) / D    E' = E − d + η C    K' = K − m d + x C

Discharge beyond the content (natural inflow, a content nobody reported) is priced at f°. Conserves exactly, always:
K at the start + Σ x C = Σ f D − Σ f° (D − d) + K at the end. Nothing limits a content from above: where charging is
reported but discharge is not, it grows. Without a state every store starts empty.
Since x is linear in what discharge brings in, one elimination with a right-hand side per discharging store gives the
response of x to every m for many hours at once; what remains per hour is a product of a small matrix with m.

**Shares.** With tables of shares in the place of factors (`is_share`), f is the share of discharged energy that has
the property (renewable, of one mode). Lost energy takes its share with it instead of leaving it to the rest:
Σ x C / Σ C without η in the charging mean, K' = K − m d + x η C in the reservoir.

**Sources.** Electricity Maps prices discharge at the mean mix of the charging hours of a year, storage left out of that
mix, which avoids the circle solved here: github.com/electricitymaps/electricitymaps-contrib/pull/8567 (January 2026).
The reservoir is a mass balance of a fully mixed store, as proportional sharing is one of a node.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from core.flowtrace.arrays import BoolArray, FloatArray, IntArray, check_none, check_shape, expand
from core.flowtrace.elimination import solve
from core.flowtrace.inputs import Balance, Factors, product, weighted
from core.flowtrace.network import Network
from core.flowtrace.supply import Supply, find_supply, sum_by_zone
from core.kinds import MODES, STORAGE_MODES

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
    """As given, with discharge_g_per_kwh (2 storage modes, zones, hours) replaced."""
    static_mwh: FloatArray
    """(2 storage modes, zones, hours) the part of the discharge that was priced at the static factor."""
    state: Stored | None
    """What a later run continues from: the last hour's content, or the charging of the last `window_hours` hours."""
    content: Stored | None = None
    """Reservoir: what every store holds at the end of each hour."""
    rounds: int = 0
    """How often the network was solved for all hours."""
    residual_g_per_kwh: float = 0.0
    """Largest change of a charging mean in the last round."""


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
    """Replace the factors of discharge by what the method says; trace with the factors of the result.

    factors holds one basis, or with is_share one property (Share.as_factors); efficiency is (2 storage modes) or
    (2 storage modes, zones); state is what an earlier run ended with, hours before these without a gap.
    """
    if method == "static":
        return StorageResult(factors, np.nan_to_num(balance.discharge_mw), None)
    stores = _find_stores(network, balance, factors, is_import_only, efficiency, is_share, state)
    if method == "charging mean":
        return _charging_mean(stores, window_hours, state, tolerance, max_rounds)
    return _reservoir(stores, state)


@dataclass(frozen=True)
class _Stores:
    """Every store that charges or holds something, one row each; the others discharge at their static factor."""

    supply: Supply
    factors: Factors
    mode: IntArray
    zone: IntArray
    charge_mw: FloatArray
    """(stores, hours), and so are the next three."""
    discharge_mw: FloatArray
    static: FloatArray
    fallback: FloatArray
    efficiency: FloatArray
    """(stores, 1)."""
    is_share: bool

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.supply.discharge_mw.shape[0], *self.supply.is_boundary.shape

    @property
    def kept(self) -> FloatArray:
        """(stores, 1) the part of what is charged that stays with the stored energy: all carbon, η of a share."""
        return self.efficiency if self.is_share else np.ones_like(self.efficiency)

    def rows_of(self, values: FloatArray) -> FloatArray:
        return values[self.mode, self.zone]

    def spread(self, rows: FloatArray) -> FloatArray:
        """(2 storage modes, zones, …) of values per store, 0 elsewhere."""
        full = np.zeros((*self.shape[:2], rows.shape[1]))
        full[self.mode, self.zone] = rows
        return full

    def static_mw(self, drawn_mw: FloatArray) -> FloatArray:
        """(2 storage modes, zones, hours) what is discharged beyond what is drawn from charged energy."""
        static = self.supply.discharge_mw.copy()
        static[self.mode, self.zone] -= drawn_mw
        return static

    def entering(self, static_mw: FloatArray) -> FloatArray:
        """(zones, hours) b of everything but the drawn energy: production, static discharge and priced imports."""
        supply, factors, zones = self.supply, self.factors, self.supply.network.zones
        static = weighted("static discharge factor", static_mw, factors.discharge_g_per_kwh, STORAGE_MODES, zones)
        made = weighted("production factor", supply.production_mw, factors.production_g_per_kwh, MODES, zones)
        exporter = supply.network.exporter
        fallback = expand("fallback", factors.fallback_g_per_kwh, made.shape)[exporter]
        priced = product(supply.priced_mw, fallback, "fallback", [zones[at] for at in exporter])
        return made + static + supply.sum_in(priced)

    def solve(self, right: FloatArray, at: slice = slice(None)) -> FloatArray:
        """(sides, stores, hours) the solution where the stores are; 0 where the zone has no value."""
        excess_mw = self.supply.own_mw[:, at] + self.supply.sum_in(self.supply.priced_mw[:, at])
        solution = solve(self.supply.network, self.supply.inner_mw[:, at], excess_mw, right)
        return np.where(self.supply.has_value[self.zone, at], solution[:, self.zone], 0.0)

    def outside(self, at: slice = slice(None)) -> FloatArray:
        """(stores, hours) the fallback where the zone has no value, to be added to a solution."""
        return np.where(self.supply.has_value[self.zone, at], 0.0, self.fallback[:, at])

    def result_factors(self, drawn_mw: FloatArray, mean: FloatArray, is_filled: BoolArray) -> Factors:
        """The mean where it is drawn, or would be if anything were discharged; the static factor for the rest."""
        drawn = np.divide(drawn_mw, self.discharge_mw, out=is_filled.astype(float), where=self.discharge_mw > 0)
        mixed = drawn * mean + np.where(drawn < 1, (1 - drawn) * self.static, 0.0)
        table = np.array(expand("discharge factor", self.factors.discharge_g_per_kwh, self.shape))
        table[self.mode, self.zone] = np.clip(mixed, 0.0, 1.0) if self.is_share else mixed
        return replace(self.factors, discharge_g_per_kwh=table)


def _find_stores(
    network: Network,
    balance: Balance,
    factors: Factors,
    is_import_only: BoolArray | None,
    efficiency: npt.ArrayLike,
    is_share: bool,
    state: Stored | None,
) -> _Stores:
    import_only = np.zeros(len(network.zones), dtype=np.bool_) if is_import_only is None else is_import_only
    check_shape("is_import_only", import_only, (len(network.zones),))
    balance.check(network)
    supply = find_supply(network, balance, import_only)
    # Not supply.charge_mw: a zone that reports nothing but charging has no value, and yet fills its store.
    is_told = (balance.has_production | import_only[:, None]) & ~np.isnan(balance.charge_mw)
    charge_mw = np.where(is_told, balance.charge_mw, 0.0)
    is_held = (charge_mw > 0).any(axis=2)
    if state is not None:
        is_held |= (state.energy_mwh > 0).any(axis=2)
    mode, zone = np.nonzero(is_held)
    modes, zones, hours = charge_mw.shape
    lasting = expand("efficiency", efficiency, (modes, zones))
    check_none("efficiency must lie above 0 and not above 1", ~((lasting > 0) & (lasting <= 1)), STORAGE_MODES)
    static = expand("discharge factor", factors.discharge_g_per_kwh, charge_mw.shape)[mode, zone]
    fallback = expand("fallback", factors.fallback_g_per_kwh, (zones, hours))[zone]
    charged = charge_mw[mode, zone]
    is_wrong = (charged > 0) & ~supply.has_value[zone] & ~np.isfinite(fallback)
    check_none("fallback is missing where energy is charged", is_wrong, [network.zones[at] for at in zone])
    if is_share:
        _check_shares(factors)
    discharged = supply.discharge_mw[mode, zone]
    rows = charged, discharged, static, fallback, lasting[mode, zone][:, None]
    return _Stores(supply, factors, mode, zone, *rows, is_share)


def _check_shares(factors: Factors) -> None:
    for name, values in vars(factors).items():
        if ((values < 0) | (values > 1)).any():
            raise ValueError(f"With is_share every table must lie between 0 and 1; {name} does not.")


def _charging_mean(
    stores: _Stores, window: int | None, state: Stored | None, tolerance: float, max_rounds: int
) -> StorageResult:
    """The rounds of the package's equation for x and of the mean for f."""
    before, total = _window(stores, window, state)
    charged_mwh = total(np.concatenate([before.energy_mwh, stores.charge_mw], axis=1))
    is_filled = charged_mwh > 0
    drawn_mw = np.where(is_filled, stores.discharge_mw, 0.0)
    static_mw = stores.static_mw(drawn_mw)
    entering = stores.entering(static_mw)
    mean = np.where(is_filled & np.isfinite(stores.static), stores.static, 0.0)
    rounds, residual = 0, np.inf
    while residual >= tolerance and rounds < max_rounds:
        right = entering + sum_by_zone(stores.zone, drawn_mw * mean, len(entering))
        x = stores.solve(right[None])[0] + stores.outside()
        carbon_kg = np.concatenate([before.carbon_kg, stores.charge_mw * x], axis=1)
        last, mean = mean, _divided(total(carbon_kg) * stores.kept, charged_mwh * stores.efficiency)
        rounds, residual = rounds + 1, float(np.abs(mean - last).max(initial=0.0))
    if window is not None:
        energy_mwh = np.concatenate([before.energy_mwh, stores.charge_mw], axis=1)
        state = Stored(stores.spread(energy_mwh[:, -window:]), stores.spread(carbon_kg[:, -window:]))
    factors = stores.result_factors(drawn_mw, mean, is_filled)
    return StorageResult(factors, static_mw, state, rounds=rounds, residual_g_per_kwh=residual)


def _window(
    stores: _Stores, window: int | None, state: Stored | None
) -> tuple[Stored, Callable[[FloatArray], FloatArray]]:
    """What each store charged before the first hour, and how to sum over the hours that count for each hour."""
    hours = stores.charge_mw.shape[1]
    if window is None:
        if state is not None:
            raise ValueError("One mean over all hours given has no state to continue from; choose window_hours.")
        nothing = np.zeros((len(stores.zone), 0))
        return Stored(nothing, nothing), lambda values: np.repeat(values.sum(axis=1, keepdims=True), hours, axis=1)
    if window < 1:
        raise ValueError(f"window_hours is {window}; at least 1 is needed.")
    return _rows_of_state(stores, state, window), lambda values: _sums_before(values, window)


def _rows_of_state(stores: _Stores, state: Stored | None, hours: int) -> Stored:
    if state is None:
        nothing = np.zeros((len(stores.zone), hours))
        return Stored(nothing, nothing)
    for name, values in state._asdict().items():
        check_shape(f"state.{name}", values, (*stores.shape[:2], hours))
    return Stored(stores.rows_of(state.energy_mwh), stores.rows_of(state.carbon_kg))


def _sums_before(values: FloatArray, window: int) -> FloatArray:
    """(rows, hours) sums over the window before each hour, of values (rows, window + hours), without a subtraction.

    Cut in blocks as long as the window: every window is the end of one block and the beginning of the next.
    """
    rows, length = values.shape
    blocks = np.zeros((rows, -(-length // window), window))
    blocks.reshape(rows, -1)[:, :length] = values
    ends = np.cumsum(blocks[..., ::-1], axis=2)[..., ::-1].reshape(rows, -1)
    beginnings = np.zeros_like(blocks)
    np.cumsum(blocks[..., :-1], axis=2, out=beginnings[..., 1:])
    return ends[:, : length - window] + beginnings.reshape(rows, -1)[:, window:length]


def _reservoir(stores: _Stores, state: Stored | None) -> StorageResult:
    """Energy first, which no intensity changes; then the mean of every content, hour by hour."""
    first = _rows_of_state(stores, state, 1)
    start_mwh = _contents(stores, first.energy_mwh[:, 0])
    drawn_mw = np.minimum(stores.discharge_mw, start_mwh)
    left_mwh = start_mwh - drawn_mw
    end_mwh = left_mwh + stores.efficiency * stores.charge_mw
    static_mw = stores.static_mw(drawn_mw)
    stays = np.divide(left_mwh, end_mwh, out=np.ones_like(end_mwh), where=end_mwh > 0)
    joins = _divided(stores.charge_mw * stores.kept, end_mwh)
    mean = np.empty((start_mwh.shape[1] + 1, len(start_mwh)))
    mean[0] = _divided(first.carbon_kg, first.energy_mwh)[:, 0]
    entering = stores.entering(static_mw)
    step = max(1, SLICE_NUMBERS // (len(entering) * (len(start_mwh) + 1)))
    for begin in range(0, len(mean) - 1, step):
        at = slice(begin, min(begin + step, len(mean) - 1))
        x, response, drawn = _response(stores, entering, drawn_mw, at)
        for hour in range(at.start, at.stop):
            charged = x[hour - begin] + response[hour - begin] @ mean[hour, drawn]
            mean[hour + 1] = stays[:, hour] * mean[hour] + joins[:, hour] * charged
    content = Stored(stores.spread(end_mwh), stores.spread(end_mwh * mean[1:].T))
    factors = stores.result_factors(drawn_mw, mean[:-1].T, start_mwh > 0)
    last = Stored(content.energy_mwh[..., -1:], content.carbon_kg[..., -1:])
    return StorageResult(factors, static_mw, last, content, rounds=1)


def _contents(stores: _Stores, first_mwh: FloatArray) -> FloatArray:
    """(stores, hours) energy held at the start of each hour."""
    discharge, gain = stores.discharge_mw.T, (stores.efficiency * stores.charge_mw).T
    start = np.empty_like(gain)
    held = first_mwh
    for hour in range(len(gain)):
        start[hour] = held
        held = held - np.minimum(discharge[hour], held) + gain[hour]
    return start.T


def _response(
    stores: _Stores, entering: FloatArray, drawn_mw: FloatArray, at: slice
) -> tuple[FloatArray, FloatArray, IntArray]:
    """x (hours, stores) without drawn energy, what a unit of each mean adds (hours, stores, drawn), and whose mean."""
    drawn = np.flatnonzero(drawn_mw[:, at].any(axis=1))
    right = np.zeros((len(drawn) + 1, len(entering), at.stop - at.start))
    right[0] = entering[:, at]
    right[np.arange(len(drawn)) + 1, stores.zone[drawn]] = drawn_mw[drawn, at]
    solution = stores.solve(right, at)
    x = solution[0] + stores.outside(at)
    return np.ascontiguousarray(x.T), np.ascontiguousarray(solution[1:].transpose(2, 1, 0)), drawn


def _divided(values: FloatArray, by: FloatArray) -> FloatArray:
    return np.divide(values, by, out=np.zeros(np.broadcast_shapes(values.shape, by.shape)), where=by > 0)
