"""The whole contract between Gridtrace and its plugins.

A plugin is a module: one of `parsers/`, or one that another distribution names in the entry-point group `gridtrace`.
Its functions called `fetch_*` are recognised by name; the others are marked with `core.plugins.impl`.
"""

from datetime import datetime
from logging import Logger
from typing import Any

import pluggy

spec = pluggy.HookspecMarker("gridtrace")


@spec
def fetch_of_zone(zone_key: str, session: Any, target_datetime: datetime | None, logger: Logger | None) -> Any:
    """Ask a source for events of one zone, at the given moment or now: every `fetch_*` with one zone key."""


@spec
def fetch_of_exchange(
    zone_key1: str, zone_key2: str, session: Any, target_datetime: datetime | None, logger: Logger | None
) -> Any:
    """Ask a source for events between two zones, in either order: every `fetch_*` with two zone keys."""


@spec
def fetch_capacity(zone_key: str, target_datetime: datetime | None, session: Any) -> Any:
    """Ask a source for the installed MW per mode of one zone: `fetch_production_capacity`."""


@spec
def fetch_of_world(
    issued: datetime | None, target_datetime: datetime | None, session: Any, logger: Logger | None
) -> Any:
    """Ask a weather model's run for the six hours that hold a moment (core.weather.Forecast): `fetch_weather`."""


@spec
def gridtrace_zones() -> dict[str, Any]:
    """Zones to add, in the form of zones.json."""
    return {}


@spec
def gridtrace_exchanges() -> dict[str, Any]:
    """Exchanges to add, in the form of exchanges.json."""
    return {}


@spec
def gridtrace_api_router(config: Any) -> Any:
    """A fastapi.APIRouter whose paths `gridtrace serve` answers beside its own."""


@spec
def gridtrace_quality_rules(config: Any) -> Any:
    """Rules to run on every checked event: functions (event) → the reason to suspect it, or None."""
