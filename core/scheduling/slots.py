"""The best slots of a job that may be interrupted."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from core.errors import CannotSchedule
from core.scheduling.series import Better, Series, check_reach, moment, ranks, saving_percent


class Slot(NamedTuple):
    """A time to run in, and the value that holds there."""

    start_s: int
    end_s: int
    value: float


class Slots(NamedTuple):
    """When an interruptible job runs."""

    slots: tuple[Slot, ...]
    """In order of time, one per data point; neighbours are not joined."""
    value: float
    """The mean over all of them."""
    vs_naive: float | None
    """By how many per cent that is better than running from the start on in one go; None if it cannot be said, or does
    not fit into the first span."""


def best_slots(
    series: Series, total_s: int, spans: Sequence[tuple[int, int]], *, metric_is_better: Better = "lower",
    place: str = "this place",
) -> Slots:
    """The best data points in the spans that together last total_s seconds, equal ones the earliest first.

    The spans (start and end) rise and lie apart. A point that their edges cut counts for its part inside; of the last
    one that is needed its beginning is taken. Raises NoForecast if the series does not cover that time, CannotSchedule
    if less than total_s of it is known.
    """
    start_s, end_s = spans[0][0], spans[-1][1]
    check_reach(place, series, start_s, end_s)
    pieces = [piece for span in spans for piece in _pieces(series, *span)]
    known_s = sum(piece.end_s - piece.start_s for piece in pieces)
    if not 0 < total_s <= known_s:
        raise CannotSchedule(
            f"{total_s} s do not fit into the {known_s} s that are known from {moment(start_s)} to {moment(end_s)}.")
    rank = ranks(np.array([piece.value for piece in pieces]), metric_is_better)
    slots, left_s = [], total_s
    for at in np.argsort(rank, kind="stable"):
        begin_s = pieces[at].start_s
        slots.append(pieces[at]._replace(end_s=min(pieces[at].end_s, begin_s + left_s)))
        left_s -= slots[-1].end_s - begin_s
        if left_s == 0:
            break
    value = sum(slot.value * (slot.end_s - slot.start_s) for slot in slots) / total_s
    naive = float(series.means(np.array([start_s]), total_s)[0]) if start_s + total_s <= spans[0][1] else np.nan
    saving = None if np.isnan(naive) else saving_percent(value, naive, metric_is_better)
    return Slots(tuple(sorted(slots)), value, saving)


def _pieces(series: Series, start_s: int, end_s: int) -> list[Slot]:
    """The known data points, cut at both ends."""
    edges_s = np.clip(series.edges_s(), start_s, end_s).tolist()
    found = map(Slot, edges_s[:-1], edges_s[1:], series.values.tolist())
    return [slot for slot in found if slot.start_s < slot.end_s and not np.isnan(slot.value)]
