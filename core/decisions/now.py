"""Whether a place is green now: its newest hour against a limit, or against its own past."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.decisions.metrics import HOUR_S, Metric, the_price, unit_of_price
from core.decisions.places import Place
from core.errors import CannotSchedule
from core.history.periods import of_series
from core.kinds import ESTIMATIONS
from core.scheduling import ranks
from core.store import Store
from core.store.spans import Columns, result_columns

DAYS, PERCENTILE, OLDEST_S = 30, 25.0, 3 * HOUR_S
FEWEST_H = 24
"""With fewer hours of the past nothing is said of where the newest one stands among them."""
DAY_H = 24


@dataclass(frozen=True)
class Wanted:
    """What counts as green; without a limit being among the best `percentile` per cent of the hours of `days` days."""

    limit: float | None = None
    """The value to be below, or above if higher is better."""
    percentile: float = PERCENTILE
    days: int = DAYS
    oldest_s: float = OLDEST_S
    """How long ago the newest hour may have ended."""


@dataclass(frozen=True)
class Greenness:
    """The newest hour of a place, and whether it is green."""

    place: Place
    metric: Metric
    wanted: Wanted
    unit: str
    is_green: bool | None
    """None: not known."""
    reason: str
    """Why it is not known; empty if it is."""
    hour_s: int | None = None
    value: float | None = None
    age_s: int | None = None
    """Since the hour ended; 0 while it runs."""
    greener_percent: float | None = None
    """How many per cent of the hours before were better; None where too few are known."""
    hours_compared: int = 0
    estimation: str | None = None
    origin: str | None = None


@dataclass(frozen=True)
class _Past:
    hours_s: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]
    unit: str
    estimations: npt.NDArray[np.object_]
    origins: npt.NDArray[np.object_]


def green_now(store: Store, place: Place, metric: Metric, wanted: Wanted, now_s: int) -> Greenness:
    """Hold the newest hour of a place against what is wanted. Raises CannotSchedule for what has no past here.

    An hour of which only the typical mix of the zone's power stations is known says nothing of now, and does not count.
    """
    if not (0 < wanted.percentile <= 100 and wanted.days > 0):
        raise CannotSchedule("The percentile is above 0 and at most 100, of at least one day.")
    past = _past(store, place, metric, now_s - wanted.days * DAY_H * HOUR_S, now_s)
    if past is None or not len(past.values):
        return Greenness(place, metric, wanted, metric.unit, None, f"Nothing is known of {place.zone.key} in "
                         f"{wanted.days} days.")
    hour_s, count = int(past.hours_s[-1]), len(past.values) - 1
    rank = ranks(past.values, metric.better)
    greener = 100.0 * float(np.mean(rank[:-1] < rank[-1])) if count >= FEWEST_H else None
    age_s, value = max(0, now_s - hour_s - HOUR_S), float(past.values[-1])
    reason = _why_unknown(wanted, age_s, count)
    is_green = None if reason else _is_green(wanted, metric, value, greener)
    return Greenness(
        place, metric, wanted, past.unit, is_green, reason, hour_s, value, age_s, greener, count,
        past.estimations[-1] or None, past.origins[-1])


def _why_unknown(wanted: Wanted, age_s: int, count: int) -> str:
    if age_s > wanted.oldest_s:
        return f"The newest hour ended {age_s // 60} minutes ago, and {wanted.oldest_s / 60:.0f} are allowed."
    if wanted.limit is None and count < FEWEST_H:
        return f"Only {count} hours before it are known, and {FEWEST_H} are needed to compare."
    return ""


def _is_green(wanted: Wanted, metric: Metric, value: float, greener_percent: float | None) -> bool:
    if wanted.limit is not None:
        return value < wanted.limit if metric.better == "lower" else value > wanted.limit
    return greener_percent is not None and greener_percent < wanted.percentile


def _past(store: Store, place: Place, metric: Metric, first_s: int, now_s: int) -> _Past | None:
    """The hours from first_s on that are known, up to the running one."""
    if metric.column is not None:
        return _results(result_columns(
            store, place.zone.key, ("hour_s", metric.column, "estimation", "origin"), first_s, now_s + 1), metric)
    if metric.name == "price":
        return _prices(store, place, first_s, now_s)
    raise CannotSchedule(f"What {metric.name} is now is not told: ask for an intensity, a share or a price.")


def _results(found: Columns, metric: Metric) -> _Past:
    values = metric.scale * found[metric.column or ""]
    is_told = ~np.isnan(values) & ~np.isin(found["estimation"].astype(str), ESTIMATIONS[1:])
    told = {name: column[is_told] for name, column in found.items()}
    return _Past(told["hour_s"], values[is_told], metric.unit, told["estimation"], told["origin"])


def _prices(store: Store, place: Place, first_s: int, now_s: int) -> _Past | None:
    """Means of hours, of those that are published."""
    edges_s = range(first_s - first_s % HOUR_S, now_s - now_s % HOUR_S + HOUR_S + 1, HOUR_S)
    found = of_series(store, "price", place.zone.key, edges_s, now_s)
    prices = {
        name: values for name, values in found.items()
        if name.startswith("price_") and name.endswith("_mwh") and not np.isnan(values).all()}
    if not prices:
        return None
    name, values = the_price(place.zone, prices)
    is_told = ~np.isnan(values)
    hours_s = np.array(edges_s[:-1])[is_told]
    nothing = np.full(len(hours_s), None, dtype=object)
    return _Past(hours_s, values[is_told], unit_of_price(name), nothing, found["origin"][is_told])


def limit_of(metric: Metric, below: float | None, above: float | None) -> float | None:
    """The limit of `below` or `above`, whichever fits the metric. Raises CannotSchedule for the other."""
    wrong = above if metric.better == "lower" else below
    if wrong is not None:
        right = "below" if metric.better == "lower" else "above"
        raise CannotSchedule(f"Of {metric.name} {metric.better} is better: say {right}.")
    return below if metric.better == "lower" else above
