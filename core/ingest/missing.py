"""What stands in where a zone's production is not known: its own mean of the same hour, its typical mix, the world's.

The mean enters the balance as production does, so the zone is traced like any other. A mix only prices what the zone
exports and gives it a value of its own, as nothing says how much it generates. Nothing of this is stored as an event.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from core import times
from core.config import FALLBACK_MIX, Config, typical_mix
from core.flowtrace import Network
from core.flowtrace.arrays import BoolArray, FloatArray
from core.ingest.hourly import HOUR_S, hourly_pieces
from core.kinds import MODES
from core.store import LIVE, PAST_DAYS, Store
from core.store.tables import MIX_COLUMNS

NEEDED_DAYS = 2
"""Of the past days, so that one odd day is never taken for what is usual."""
DAY_S = 24 * HOUR_S


@dataclass(frozen=True)
class Completed:
    """Production and storage of a run of hours, with means of the same hour where a zone gave nothing."""

    mix_mw: FloatArray
    """(MIX_COLUMNS, zones, hours)."""
    is_mean: BoolArray
    """(zones, hours) all of it is a mean of past days."""
    origins: list[set[str]]
    """Of each hour what the events behind its means are, where they are not live."""


def complete(
    config: Config, network: Network, store: Store, hours_s: Sequence[int], mix_mw: FloatArray,
    known_at_s: int | None = None,
) -> Completed:
    """Fill the hours of a run (without gaps) in which a zone that has a source gave no number of mix_mw.

    Each mode gets the mean of what is stored of it in the same hour (UTC) of the PAST_DAYS days before, if
    NEEDED_DAYS of them have any number. Only events count, so no mean rests on another mean; with known_at_s only what
    the store knew at that moment.
    """
    has_source = np.array(["production" in config.zones[key].parsers for key in network.zones], dtype=np.bool_)
    is_lacking = np.isnan(mix_mw).all(axis=0) & has_source[:, None]
    found = Completed(mix_mw.copy(), np.zeros_like(is_lacking), [set() for _ in hours_s])
    for first in range(min(24, len(hours_s))):
        if is_lacking[:, first::24].any():
            _fill_hour_of_day(network, store, hours_s, is_lacking, first, known_at_s, found)
    return found


def _fill_hour_of_day(
    network: Network, store: Store, hours_s: Sequence[int], is_lacking: BoolArray, first: int,
    known_at_s: int | None, found: Completed,
) -> None:
    """Fill the hour at position `first` and the same one of the days after it."""
    zones = np.flatnonzero(is_lacking[:, first::24].any(axis=1))
    keys = [network.zones[at] for at in zones]
    past_s = range(hours_s[first] - PAST_DAYS * DAY_S, hours_s[first::24][-1], DAY_S)
    names = ("key", "start_s", "end_s", "origin", *MIX_COLUMNS)
    rows = store.columns_of_hours("production", names, keys, past_s, known_at_s=known_at_s)
    labels = sorted(set(rows["origin"]) - {LIVE})
    values = np.vstack([*(rows[name] for name in MIX_COLUMNS), *(rows["origin"] == label for label in labels)])
    past = hourly_pieces(keys, past_s, rows["key"], rows["start_s"], rows["end_s"]).means(values)
    days = sliding_window_view(past, PAST_DAYS, axis=2)
    has_day = ~np.isnan(days[: len(MIX_COLUMNS)]).all(axis=0)
    row, nth = np.nonzero(is_lacking[zones, first::24] & (has_day.sum(axis=-1) >= NEEDED_DAYS))
    zone, hour, mean = zones[row], first + 24 * nth, known_mean(days[:, row, nth])
    found.mix_mw[:, zone, hour] = mean[: len(MIX_COLUMNS)]
    found.is_mean[zone, hour] = True
    for label, part in zip(labels, mean[len(MIX_COLUMNS) :], strict=True):
        for at in hour[part > 0].tolist():
            found.origins[at].add(label)


def known_mean(values: FloatArray, axis: int = -1) -> FloatArray:
    """The mean over an axis of what is there; NaN where nothing is."""
    count = (~np.isnan(values)).sum(axis=axis)
    total: FloatArray = np.nansum(values, axis=axis)
    mean: FloatArray = np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)
    return mean


@dataclass(frozen=True)
class Fallback:
    """What energy from each zone is made of while its production is not known."""

    share: FloatArray
    """(modes, zones, hours), together 1 over the modes."""
    is_typical: BoolArray
    """(zones, hours) the mix is that of the zone's own power stations; elsewhere it is the world's."""

    def intensity(self, g_per_kwh: FloatArray, world_g_per_kwh: float) -> FloatArray:
        """(zones, hours) g/kWh of the mix with the zones' own factors (modes, zones, hours), or the world's."""
        return np.where(self.is_typical, np.einsum("mzh,mzh->zh", self.share, g_per_kwh), world_g_per_kwh)


def fallback_of(config: Config, network: Network, hours_s: Sequence[int]) -> Fallback:
    """The typical mix of the capacity each zone has on the day; FALLBACK_MIX for a zone without any."""
    days, day_of_hour = np.unique(np.array(hours_s) // DAY_S, return_inverse=True)
    share = np.empty((len(MODES), len(network.zones), len(days)))
    is_typical = np.zeros(share.shape[1:], dtype=np.bool_)
    for number, day in enumerate(days.tolist()):
        moment = times.epoch(day * DAY_S)
        for at, key in enumerate(network.zones):
            mix = typical_mix(config.zones[key].capacity_at(moment))
            is_typical[at, number] = mix is not None
            share[:, at, number] = [(mix or FALLBACK_MIX)[mode] for mode in MODES]
    return Fallback(share[..., day_of_hour], is_typical[:, day_of_hour])
