"""Installed capacities as parsers give them: MW per mode from a day on. They feed zones.json and never the store."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from core.values import log, settle

RawCapacities: TypeAlias = dict[str, dict[str, Any]]
"""Mode → {"datetime": the day from which it holds, "value": MW, "source": who says so}."""


def installed(
    day: date, modes: Mapping[str, Sequence[float | None]], *, source: str, digits: int = 2
) -> RawCapacities:
    """What stands from a day on: items of a mode are added; one without a number is left out, as it is not known."""
    found: RawCapacities = {}
    for mode, items in sorted(modes.items()):
        value_mw, is_negative = settle(items)
        if is_negative:
            log.warning("a capacity of %s is below 0; left out", mode)
        if value_mw is not None:
            found[mode] = {"datetime": day.isoformat(), "value": round(value_mw, digits), "source": source}
    return found
