"""What flow tracing is told: energy, factors and shares, in the order of a network's zones and links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.flowtrace.arrays import BoolArray, FloatArray, check_none, check_shape, expand
from core.flowtrace.network import Network
from core.kinds import MODES, STORAGE_MODES


@dataclass(frozen=True)
class Balance:
    """Measured energy, MW as the mean of each hour; NaN = not known."""

    production_mw: FloatArray
    """(10 modes as in core.kinds.MODES, zones, hours)."""
    discharge_mw: FloatArray
    """(2 storage modes as in core.kinds.STORAGE_MODES, zones, hours), ≥ 0."""
    charge_mw: FloatArray
    """(2 storage modes, zones, hours), ≥ 0."""
    flow_mw: FloatArray
    """(links, hours), + from the first zone of the link's key to the second."""
    has_production: BoolArray
    """(zones, hours) a production event exists for that hour."""

    def check(self, network: Network) -> None:
        """Raise if a shape does not fit the network or a number cannot be."""
        zones, hours = self.has_production.shape
        check_shape("has_production", self.has_production, (len(network.zones), hours))
        check_shape("production_mw", self.production_mw, (len(MODES), zones, hours))
        check_shape("discharge_mw", self.discharge_mw, (len(STORAGE_MODES), zones, hours))
        check_shape("charge_mw", self.charge_mw, (len(STORAGE_MODES), zones, hours))
        check_shape("flow_mw", self.flow_mw, (len(network.links), hours))
        check_none("production_mw is infinite", np.isinf(self.production_mw), MODES, network.zones)
        check_none("flow_mw is infinite", np.isinf(self.flow_mw), network.links)
        for name, values in (("discharge_mw", self.discharge_mw), ("charge_mw", self.charge_mw)):
            is_wrong = (values < 0) | np.isinf(values)
            check_none(f"{name} is negative or infinite", is_wrong, STORAGE_MODES, network.zones)


@dataclass(frozen=True)
class Factors:
    """Emission factors of one basis (direct, lifecycle), g CO2eq per kWh.

    Axes left out at the end, or of length 1, are constant: (10,), (10, zones) and (10, zones, hours) all do.
    A factor may be NaN where nothing is produced with it; a fallback only where it prices nothing.
    """

    production_g_per_kwh: FloatArray
    """(10 modes, zones, hours)."""
    discharge_g_per_kwh: FloatArray
    """(2 storage modes, zones, hours)."""
    fallback_g_per_kwh: FloatArray
    """(zones, hours) intensity of what a zone without a value exports."""


@dataclass(frozen=True)
class Share:
    """One property that energy has or has not, such as renewable or carbon-free: the part that has it, in [0, 1].

    Axes left out at the end, or of length 1, are constant. NaN, or no table at all, means: take `fallback`.
    """

    by_mode: FloatArray
    """(10 modes, zones, hours)."""
    fallback: FloatArray | float
    """(zones, hours) of what a zone without a value exports, and of a zone's energy wherever a table is silent."""
    by_storage: FloatArray | None = None
    """(2 storage modes, zones, hours) of what is discharged."""

    def as_factors(self, name: str, zones: int, hours: int) -> Factors:
        """The same numbers in the place of emission factors, complete and checked."""
        storage = np.nan if self.by_storage is None else self.by_storage
        fallback = expand(f"{name}.fallback", self.fallback, (zones, hours))
        _check_bounded(f"{name}.fallback", np.asarray(self.fallback, dtype=np.float64))
        return Factors(
            _completed(f"{name}.by_mode", self.by_mode, fallback, len(MODES)),
            _completed(f"{name}.by_storage", storage, fallback, len(STORAGE_MODES)),
            fallback,
        )


def _completed(name: str, values: FloatArray | float, fallback: FloatArray, modes: int) -> FloatArray:
    """(modes, zones, hours) of values; only where they have gaps is it more than a view of them."""
    given = np.asarray(values, dtype=np.float64)
    table = expand(name, given, (modes, *fallback.shape))
    if np.isnan(given).any():
        given = table = np.where(np.isnan(table), fallback, table)
    _check_bounded(name, given)
    return table


def _check_bounded(name: str, values: FloatArray) -> None:
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError(f"{name} must lie between 0 and 1.")


def mix_shares(fallback_mix: Mapping[str, FloatArray | float]) -> dict[str, Share]:
    """The shares that make up a mix: one per production mode, and one per storage mode, named `<mode> discharge`.

    fallback_mix (production mode → share (zones, hours), together 1) is what priced imports are made of. The shares of
    a zone add up to 1 wherever it has a value.
    """
    modes, stores = np.eye(len(MODES)), np.eye(len(STORAGE_MODES))
    none = np.zeros(len(STORAGE_MODES))
    produced = {mode: Share(modes[at], fallback_mix.get(mode, 0.0), none) for at, mode in enumerate(MODES)}
    return produced | {
        f"{mode} discharge": Share(np.zeros(len(MODES)), 0.0, stores[at]) for at, mode in enumerate(STORAGE_MODES)
    }


def weighted(name: str, energy_mw: FloatArray, factor: FloatArray, *labels: Sequence[str]) -> FloatArray:
    """(zones, hours) Σ over the first axis of energy × factor."""
    factors = expand(name, factor, energy_mw.shape)
    total = np.zeros(energy_mw.shape[1:])
    for one, each in zip(energy_mw, factors, strict=True):
        if each.any():  # the share of one mode is 0 for all others
            total += product(one, each)
    if not np.isfinite(total).all():
        product(energy_mw, factors, name, *labels)
    return total


def product(energy_mw: FloatArray, factor: FloatArray, name: str = "", *labels: Sequence[str]) -> FloatArray:
    """Energy × factor, 0 where there is no energy; with a name, raise where there is energy without a factor."""
    is_used = energy_mw > 0
    if name:
        check_none(f"{name} is missing where there is energy", is_used & ~np.isfinite(factor), *labels)
    return np.multiply(energy_mw, factor, out=np.zeros(energy_mw.shape), where=is_used)
