"""Learning of zones: what is learnt when, and how old it may become."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import NamedTuple

import numpy as np

from core.config import Zone
from core.errors import CannotForecast
from core.forecast.strong.hourly import Hourly
from core.forecast.strong.learning import backtest, learn
from core.forecast.strong.packing import FORMAT, Trained, pack
from core.forecast.strong.stored import history
from core.forecast.strong.trees import needs
from core.store import Store
from core.store.forecasts import USABLE_S
from core.store.rows import Row

DAY_S = 24 * 3600
AGAIN_S = 7 * DAY_S
"""How old a model may be before it is learnt anew."""


class Taught(NamedTuple):
    """What became of a zone."""

    zone_key: str
    method: str
    """Empty where there is too little history, or learning failed."""
    hours: int
    """That there were to learn from."""
    error: str = ""


def due(store: Store, zones: Mapping[str, Zone], now_s: int, older_than_s: int = AGAIN_S) -> list[Zone]:
    """Zones whose model is older, or of another format, or missing: these first, then the oldest."""
    models = {row["zone_key"]: row for row in store.forecasts.models()}

    def until_s(key: str) -> int:
        row = models.get(key)
        return int(row["until_s"]) if row and row["format"] == FORMAT else 0

    wanted = [key for key in zones if now_s - until_s(key) > older_than_s]
    return [zones[key] for key in sorted(wanted, key=until_s)]


def is_usable(model: Row, now_s: int) -> bool:
    """Whether a forecast may be made by it."""
    return bool(model["format"] == FORMAT and now_s - model["until_s"] <= USABLE_S)


def teach(
    store: Store, zones: Sequence[Zone], now_s: int, workers: int, is_over: Callable[[], bool] = lambda: False
) -> Iterator[Taught]:
    """Learn of each zone and keep what was learnt, in processes beside this one; until `is_over`.

    Raises CannotForecast where LightGBM is not installed, or a process was killed.
    """
    if lacking := needs():
        raise CannotForecast(lacking)
    left = iter(zones)
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        running: dict[Future[tuple[str, bytes] | None], tuple[Zone, Hourly]] = {}
        while True:
            while len(running) < 2 * workers and not is_over() and (zone := next(left, None)):
                hourly = history(store, zone, now_s)
                if hourly is None:
                    yield Taught(zone.key, "", 0)
                    continue
                running[pool.submit(taught, hourly)] = zone, hourly
            if not running:
                return
            done = next(as_completed(running))
            zone, hourly = running.pop(done)
            yield _keep(store, zone.key, hourly, now_s, done)


def _keep(
    store: Store, zone_key: str, hourly: Hourly, now_s: int, done: Future[tuple[str, bytes] | None]
) -> Taught:
    """Keep what was learnt; what failed for one zone costs no other."""
    hours = int(np.isfinite(hourly.intensity_g_per_kwh).sum())
    try:
        found = done.result()
    except BrokenProcessPool as err:
        raise CannotForecast(
            "A process that learnt was killed, for lack of memory perhaps: try again with fewer --workers.") from err
    except Exception as err:  # noqa: BLE001  one zone's numbers are not another's
        return Taught(zone_key, "", hours, f"{type(err).__name__}: {err}")
    if found is None:
        return Taught(zone_key, "", hours)
    store.forecasts.write_model({
        "zone_key": zone_key, "format": FORMAT, "method": found[0], "trained_s": now_s,
        "until_s": hourly.first_s + hourly.hours * 3600, "content": found[1]})
    return Taught(zone_key, found[0], hours)


def taught(hourly: Hourly) -> tuple[str, bytes] | None:
    """The method and the model of a grid; None where there is too little history for it and for its band."""
    edges = backtest(hourly)
    if np.isnan(edges.log_intensity).any():
        return None
    learnt = learn(hourly, hourly.hours)
    return None if learnt is None else (learnt.method, pack(Trained(learnt, edges)))
