"""A small world for tests of the middle: three zones in a row, served by parsers that do what a test tells them."""

import types
from collections.abc import Callable
from datetime import datetime
from typing import Any

from core import schemas, times
from core.config import Config, load
from core.plugins import Manager

NOON = times.read("2026-03-10T12:00Z")
ZONES = ("XA", "XB", "XC")
LINKS = ("XA->XB", "XB->XC")


def zone(name: str, **parsers: Any) -> dict[str, Any]:
    return {
        "name": name, "country": None, "region": "Europe", "timezone": "UTC", "bbox": [0, 0, 1, 1],
        "center": [0.5, 0.5], "parsers": parsers,
    }


def world(capacity_mw: dict[str, dict[str, float]] | None = None) -> Config:
    """The project's configuration and three more zones, each with a parser module of its own name.

    capacity_mw (zone → mode → MW) is what the three have installed, nothing if it is not given.
    """
    zones = {key: zone(f"Test {key}", production=f"{key}.fetch_production") for key in ZONES}
    for key, installed in (capacity_mw or {}).items():
        zones[key]["capacity"] = {mode: [{"mw": power_mw}] for mode, power_mw in installed.items()}
    links = {
        key: {"lonlat": [0, 0], "rotation": 0, "parsers": {"exchange": "links.fetch_exchange"}} for key in LINKS
    }
    return load().with_more(zones, links)


def module(name: str, **functions: Callable[..., Any]) -> types.ModuleType:
    made = types.ModuleType(name)
    for function_name, function in functions.items():
        setattr(made, function_name, function)
    return made


def production(*mixes: dict[str, float | None], minutes: int = 60) -> Callable[..., Any]:
    """A fetch_production that gives one mix per interval of `minutes`, the last one ending at NOON."""

    def fetch_production(
        zone_key: str, session: Any = None, target_datetime: datetime | None = None, logger: Any = None
    ) -> list[dict[str, Any]]:
        ends = [times.shift(NOON, minutes=-minutes * i) for i in reversed(range(len(mixes)))]
        return [
            schemas.production(
                zone_key, start=times.shift(end, minutes=-minutes), end=end, source="fake.org",
                modes={k: v for k, v in mix.items() if not k.endswith("_storage")},
                storage={k.removesuffix("_storage"): v for k, v in mix.items() if k.endswith("_storage")},
            )
            for end, mix in zip(ends, mixes, strict=True)
        ]

    return fetch_production


def exchange(flows_mw: dict[str, float]) -> Callable[..., Any]:
    """A fetch_exchange that gives one hour, 11:00 to NOON, of each link."""

    def fetch_exchange(
        zone_key1: str, zone_key2: str, session: Any = None, target_datetime: datetime | None = None, logger: Any = None
    ) -> dict[str, Any]:
        flow = flows_mw[f"{zone_key1}->{zone_key2}"]
        return schemas.exchange(
            zone_key1, zone_key2, start=times.shift(NOON, hours=-1), end=NOON, source="fake.org", flow_mw=flow
        )

    return fetch_exchange


def manager(**modules: types.ModuleType) -> Manager:
    """A manager that has these modules beside the built-in ones."""
    made = Manager()
    for name, one in modules.items():
        made.register(one, name=name)
    return made


def raising(error: BaseException | type[BaseException]) -> Callable[..., Any]:
    def fetch_production(
        zone_key: str, session: Any = None, target_datetime: datetime | None = None, logger: Any = None
    ) -> Any:
        raise error

    return fetch_production


def returning(answer: Any) -> Callable[..., Any]:
    def fetch_production(
        zone_key: str, session: Any = None, target_datetime: datetime | None = None, logger: Any = None
    ) -> Any:
        return answer() if callable(answer) else answer

    return fetch_production
