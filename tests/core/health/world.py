"""Jobs as a test wants them: three zones and two links whose last jobs ended as it says."""

from dataclasses import replace
from typing import Any

from core import declare, times
from core.plugins import Manager
from core.store import Store
from tests import fakes

NOON_S = int(fakes.NOON.timestamp())
WORLD = fakes.world()
CONFIG = replace(
    WORLD, zones={key: WORLD.zones[key] for key in fakes.ZONES},
    exchanges={key: WORLD.exchanges[key] for key in fakes.LINKS})
"""The five series alone: whoever looks at all of them imports every parser."""


@declare.source(resolution_min=60, window_h=24, delay_h=2)
def fetch_production(zone_key: str, session: Any = None, target_datetime: Any = None, logger: Any = None) -> Any:
    return []


@declare.source(resolution_min=60, window_h=24, dead="2026-01-01: closed")
def fetch_dead(zone_key: str, session: Any = None, target_datetime: Any = None, logger: Any = None) -> Any:
    return []


def plugins() -> Manager:
    """XA declares hours and two hours of delay, XC is dead, XB and the links declare nothing."""
    return fakes.manager(
        XA=fakes.module("XA", fetch_production=fetch_production),
        XB=fakes.module("XB", fetch_production=fakes.production({"coal": 1.0})),
        XC=fakes.module("XC", fetch_production=fetch_dead),
        links=fakes.module("links", fetch_exchange=fakes.exchange({"XA->XB": 40.0, "XB->XC": 20.0})))


def job(store: Store, key: str, outcome: str, minutes: float = 0, *, newest_min: float | None = -60,
        kind: str | None = None, **more: Any) -> None:
    """Record a job so many minutes after NOON, whose newest event began so many minutes after NOON."""
    kind = kind or ("exchange" if ">" in key else "production")
    parser = "links.fetch_exchange" if kind == "exchange" else f"{key}.fetch_production"
    is_ok = outcome == "ok" and newest_min is not None
    row: dict[str, Any] = {
        "kind": kind, "key": key, "parser": parser, "started_s": NOON_S + round(60 * minutes), "seconds": 0.5,
        "outcome": outcome, "accepted": int(is_ok), "refused": 0, "suspect": 0,
        "newest_s": NOON_S + round(60 * (newest_min or 0)) if is_ok else None,
        "message": None if outcome == "ok" else f"SourceDown: {key} is away.", **more}
    if "run_id" not in row:
        row["run_id"] = store.begin_run(row["started_s"], "live")
    store.write_job(row, [], [], "live")


def at(minutes: float) -> Any:
    """The clock so many minutes after NOON."""
    return times.frozen(times.shift(fakes.NOON, minutes=minutes))
