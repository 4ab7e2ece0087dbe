"""Gridtrace's shared code. The names a parser needs can be imported from here; they are loaded when first used."""

from importlib import import_module
from typing import Any

_NAMES = {
    "available_capacity": "core.trading",
    "by_label": "core.values",
    "consumption": "core.schemas",
    "exchange": "core.schemas",
    "exchange_capacity": "core.trading",
    "grid_alert": "core.schemas",
    "installed": "core.capacities",
    "intraday_statistics": "core.trading",
    "locational_price": "core.trading",
    "merge": "core.values",
    "number": "core.values",
    "price": "core.schemas",
    "production": "core.schemas",
    "require": "core.values",
    "scheduled_exchange": "core.schemas",
    "source": "core.declare",
    "token": "core.tokens",
    "total_production": "core.schemas",
    "transfer_capacity": "core.schemas",
}
_MODULES = ("bodies", "errors", "http", "schemas", "times", "values")


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return getattr(import_module(_NAMES[name]), name)
    if name in _MODULES:
        return import_module(f"core.{name}")
    raise AttributeError(f"module 'core' has no attribute {name!r}")
