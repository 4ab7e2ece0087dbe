"""Learning of zones: what is learnt when, and how old it may become."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import NamedTuple

import numpy as np

from core.config import Zone
from core.forecast.strong.hourly import Hourly
from core.forecast.strong.learning import backtest, learn
from core.forecast.strong.packing import FORMAT, Trained, pack
from core.forecast.strong.stored import history
from core.store import Store
from core.store.rows import Row

DAY_S = 24 * 3600
STALE_S = 30 * DAY_S
"""A model that knows nothing newer is not used: its zones get the blend."""
AGAIN_S = 7 * DAY_S
"""How old a model may be before it is learnt anew."""


class Taught(NamedTuple):
    """What became of a zone: `method` is empty where there is too little history."""

    zone_key: str
    method: str
    hours: int
    """That there were to learn from."""


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
    return bool(model["format"] == FORMAT and now_s - model["until_s"] <= STALE_S)


def teach(
    store: Store, zones: Sequence[Zone], now_s: int, workers: int, is_over: Callable[[], bool] = lambda: False
) -> Iterator[Taught]:
    """Learn of each zone and keep what was learnt, in processes beside this one; until `is_over`.

    Raises CannotForecast where LightGBM is not installed.
    """
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
            found = done.result()
            if found is not None:
                store.forecasts.write_model(_row(zone.key, hourly, now_s, *found))
            yield Taught(zone.key, found[0] if found else "", hourly.hours)


def taught(hourly: Hourly) -> tuple[str, bytes] | None:
    """The method and the model of a grid; None where there is too little history for it and for its band."""
    edges = backtest(hourly)
    if np.isnan(edges.log_intensity).any():
        return None
    learnt = learn(hourly, hourly.hours)
    return None if learnt is None else (learnt.method, pack(Trained(learnt, edges)))


def _row(zone_key: str, hourly: Hourly, now_s: int, method: str, content: bytes) -> Row:
    return {"zone_key": zone_key, "format": FORMAT, "method": method, "trained_s": now_s,
            "until_s": hourly.first_s + hourly.hours * 3600, "content": content}
