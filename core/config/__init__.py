"""What is known of the grid without asking any source: zones, exchanges, who serves them, emission factors.

`load()` reads zones.json, exchanges.json and emission_factors.csv once; nothing else opens them.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from core.config.check import check_entries, read
from core.config.factors import (
    BASES,
    FACTOR_MODES,
    FALLBACK_MIX,
    Basis,
    Factor,
    Factors,
    Scope,
)
from core.config.files import ZONES, Problem
from core.config.typical import TYPICAL_LOAD, typical_mix
from core.config.zones import Capacity, Link, Zone
from core.errors import ConfigError

__all__ = [
    "BASES",
    "FACTOR_MODES",
    "FALLBACK_MIX",
    "TYPICAL_LOAD",
    "Basis",
    "Capacity",
    "Config",
    "Factor",
    "Factors",
    "Link",
    "Problem",
    "Scope",
    "Zone",
    "default_root",
    "load",
    "shipped_root",
    "typical_mix",
]

ROOT_VARIABLE = "GRIDTRACE_CONFIG"
"""The folder of zones.json, exchanges.json and emission_factors.csv; without it, the one above `core`."""
SHOWN_PROBLEMS = 5


@dataclass(frozen=True, eq=False)
class Config:
    """All zones and exchanges, checked; it does not change."""

    zones: Mapping[str, Zone]
    exchanges: Mapping[str, Link]
    retired: tuple[str, ...]
    """Keys that stored events may still name; there is no entry for them."""
    factors: Factors
    weather: tuple[str, ...] = ()
    """Who foresees the weather, in order of preference; empty for nobody."""

    @cached_property
    def parents(self) -> dict[str, str]:
        """Sub-zone → the zone it is part of."""
        return _parents(self.zones)

    @cached_property
    def digest(self) -> str:
        """The same for every process whose configuration says the same, wherever its files are."""
        places = sorted(self.zones.items()), sorted(self.exchanges.items()), sorted(self.retired)
        said = (*places, self.factors, self.weather)
        return hashlib.sha256(repr(said).encode()).hexdigest()

    def parent_of(self, zone_key: str) -> str | None:
        """The zone this one is a sub-zone of."""
        return self.parents.get(zone_key)

    def solved_zones(self) -> tuple[str, ...]:
        """The zones the flow tracing solves, sorted: those without sub-zones."""
        return tuple(sorted(key for key, zone in self.zones.items() if not zone.sub_zones))

    @cached_property
    def links_of(self) -> dict[str, tuple[str, ...]]:
        """Zone → the edges (`link_keys`) it is an end of."""
        found: dict[str, list[str]] = {}
        for key in self.link_keys():
            for zone_key in self.exchanges[key].zones:
                found.setdefault(zone_key, []).append(key)
        return {zone_key: tuple(keys) for zone_key, keys in found.items()}

    def link_keys(self) -> tuple[str, ...]:
        """The edges of the flow-tracing graph, sorted: exchanges between solved zones that have a source."""
        solved = set(self.solved_zones())
        links = self.exchanges.items()
        return tuple(sorted(key for key, link in links if "exchange" in link.parsers and solved.issuperset(link.zones)))

    def with_more(self, zones: Mapping[str, Any], exchanges: Mapping[str, Any]) -> "Config":
        """This configuration and the entries of a plugin, in the shape of zones.json's "zones" and exchanges.json.

        Raises ConfigError on a key that is already there and on every rule the files must keep.
        """
        known = [*(self.zones.keys() & zones.keys()), *(self.exchanges.keys() & exchanges.keys())]
        if known:
            raise ConfigError(f"A plugin defines again what is already configured: {', '.join(sorted(known))}.")
        (new_zones, new_links), found = check_entries(zones, exchanges, retired=self.retired, known=self.zones)
        _refuse(found, "What a plugin adds breaks a rule")
        # A plugin's zones bring no factors, so the table of ours stays as it is.
        return replace(self, zones={**self.zones, **new_zones}, exchanges={**self.exchanges, **new_links})


def load(root: Path | None = None) -> Config:
    """The configuration of a folder: GRIDTRACE_CONFIG's, or the one above `core`; read once for each such folder.

    A folder given as `root` is read anew each time. Raises ConfigError naming the first violations of the rules.
    """
    return _load(root) if root else _load_once(default_root())


def default_root() -> Path:
    """The folder `load()` reads: GRIDTRACE_CONFIG's, or `shipped_root()`."""
    named = os.environ.get(ROOT_VARIABLE)
    return Path(named).resolve() if named else shipped_root()


def shipped_root() -> Path:
    """The folder of the data files of this code: the checkout above `core`, or what was installed with it."""
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / ZONES).exists():
        return checkout
    try:
        installed = [file for file in metadata.files("gridtrace") or () if file.name == ZONES]
    except metadata.PackageNotFoundError:
        installed = []
    return Path(str(installed[0].locate())).resolve().parent if installed else checkout


def _load(root: Path) -> Config:
    entries, found = read(root)
    _refuse(found, f"The configuration in {root} breaks a rule")
    factors = Factors(entries.rows, _parents(entries.zones))
    return Config(entries.zones, entries.exchanges, entries.retired, factors, entries.weather)


_load_once = lru_cache(maxsize=8)(_load)


def _refuse(found: list[Problem], what: str) -> None:
    if not found:
        return
    rest = len(found) - SHOWN_PROBLEMS
    lines = [str(problem) for problem in found[:SHOWN_PROBLEMS]] + ([f"and {rest} more"] if rest > 0 else [])
    raise ConfigError("\n  ".join([f"{what}:", *lines]))


def _parents(zones: Mapping[str, Zone]) -> dict[str, str]:
    return {child: key for key, zone in zones.items() for child in zone.sub_zones}
