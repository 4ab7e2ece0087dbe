"""Emission factors: how much CO2 equivalent a kilowatt-hour of one mode carries, by zone and date."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from core.config.zones import utc_day
from core.errors import ConfigError
from core.kinds import MODES, STORAGE_MODES

Basis = Literal["direct", "lifecycle"]
"""direct: what leaves the stack. lifecycle: with fuel supply, construction and the rest."""

Scope = Literal["zone", "parent", "default"]
BASES: tuple[Basis, ...] = get_args(Basis)
DEFAULT = "*"
"""Stands in the place of the zone key for the factors of all zones."""

FACTOR_MODES = (*MODES, *(f"{mode} discharge" for mode in STORAGE_MODES))
"""Charging has no factor: what storage emits is counted when it discharges."""

FALLBACK_MIX = {
    "biomass": 0.017509,
    "coal": 0.38,
    "gas": 0.232,
    "geothermal": 0.003081,
    "hydro": 0.158,
    "nuclear": 0.102,
    "oil": 0.03,
    "solar": 0.021966,
    "unknown": 0.007728,
    "wind": 0.047716,
}
"""Share of each mode in the world's production of 2018: the mix of a neighbour nothing is known about.

Source: BP Statistical Review 2019; IRENA 2018 for biomass and geothermal.
"""


class Range(NamedTuple):
    """The span of published lifecycle factors of one mode, in g/kWh."""

    low_g_per_kwh: float
    high_g_per_kwh: float
    source: str


UNECE = "UNECE 2022, Carbon Neutrality in the UNECE Region: Integrated Life-cycle Assessment of Electricity Sources"
IPCC = "IPCC 2014, AR5 WG3 Annex III, table A.III.2"
LIFECYCLE_RANGES = {
    "biomass": Range(130, 420, IPCC),
    "coal": Range(751, 1095, UNECE),
    "gas": Range(403, 513, UNECE),
    "geothermal": Range(6, 79, IPCC),
    "hydro": Range(6, 147, UNECE),
    "nuclear": Range(5.1, 6.4, UNECE),
    "oil": Range(510, 1170, "IPCC 2011, SRREN Annex II, table A.II.4"),
    "solar": Range(8, 83, UNECE),
    "unknown": Range(403, 1095, "assumes thermal: from the lowest of gas to the highest of coal"),
    "wind": Range(7.8, 23, UNECE),
}
"""How far literature spreads; a zone's own factor outside the span widens it."""


class Row(NamedTuple):
    """One line of emission_factors.csv."""

    zone: str
    """A key of zones.json, or `*` for all zones."""
    basis: str
    """`direct` (what leaves the stack) or `lifecycle` (with fuel supply, construction and the rest)."""
    mode: str
    """A mode of production, or `hydro discharge`, `battery discharge`."""
    valid_from: date | None
    """The first day it holds, `YYYY-MM-DD`; empty for always."""
    gco2eq_per_kwh: float
    """g CO2eq per kWh, within the limits below."""
    source: str
    """The literature it is from."""


class Factor(NamedTuple):
    """A factor as it applies to one zone at one moment."""

    value_g_per_kwh: float
    source: str
    scope: Scope
    """Whose factor it is: the zone's own, that of the zone it is part of, or the default."""
    valid_from: date | None
    """None: not dated."""


class Factors:
    """The factors of all zones.

    A zone's own rows count, else its parent's, else the default; among them the latest not after the UTC day, or
    the earliest when all are later. Rows are chosen for each basis and mode by itself.
    """

    def __init__(self, rows: Iterable[Row], parents: Mapping[str, str]) -> None:
        self._parents = parents
        self._rows: dict[tuple[str, str, str], list[Row]] = {}
        for row in rows:
            self._rows.setdefault((row.zone, row.basis, row.mode), []).append(row)
        for group in self._rows.values():
            group.sort(key=_start)

    def __repr__(self) -> str:
        return f"Factors({sorted(self._rows.items())!r})"

    def at(self, zone_key: str, basis: Basis, mode: str, moment: datetime) -> Factor:
        """The factor of a zone at an aware moment; ConfigError if the mode has none, not even a default."""
        scope, rows = self._choose(zone_key, basis, mode)
        row = rows[_position(rows, utc_day(moment))]
        return Factor(row.gco2eq_per_kwh, row.source, scope, row.valid_from)

    def levels(
        self, zone_keys: Sequence[str], basis: Basis, modes: Sequence[str], hours: Sequence[datetime]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp]]:
        """`(table, level)`: g/kWh of shape (modes, zones, levels), and for each hour which level holds.

        Factors change on few days, so this is what `array` holds in a thousandth of its size:
        `table[:, :, level]` is `array(...)`.
        """
        chosen = [[self._choose(zone_key, basis, mode)[1] for zone_key in zone_keys] for mode in modes]
        changes = sorted({_start(row) for per_zone in chosen for rows in per_zone for row in rows[1:]})
        days = np.array([utc_day(hour).toordinal() for hour in hours], dtype=np.int64)
        periods, level = np.unique(np.searchsorted(changes, days, side="right"), return_inverse=True)
        table = np.empty((len(modes), len(zone_keys), len(periods)))
        for number, period in enumerate(periods):
            day = changes[period - 1] if period else 0
            for m, per_zone in enumerate(chosen):
                table[m, :, number] = [rows[_position(rows, day)].gco2eq_per_kwh for rows in per_zone]
        return table, level.reshape(-1)

    def array(
        self, zone_keys: Sequence[str], basis: Basis, modes: Sequence[str], hours: Sequence[datetime]
    ) -> npt.NDArray[np.float64]:
        """g/kWh of shape (modes, zones, hours); `hours` are aware moments in any order.

        ConfigError if a mode has no factor, not even a default.
        """
        table, level = self.levels(zone_keys, basis, modes, hours)
        return table[:, :, level]

    def fallback_intensity(self, basis: Basis) -> float:
        """g/kWh of FALLBACK_MIX with the newest default factors."""
        return sum(share * self._newest_default(basis, mode) for mode, share in FALLBACK_MIX.items())

    def lifecycle_band(self, modes: Sequence[str], factors: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """(2, modes, …) the lowest and highest lifecycle factors for factors of shape (modes, …), in g/kWh.

        The published span of each mode, widened to hold the factor itself. What storage gives back is as uncertain, in
        proportion, as the world's mix.
        """
        low, high = self.fallback_band()
        middle = self.fallback_intensity("lifecycle")
        spans = [LIFECYCLE_RANGES.get(mode) for mode in modes]
        lows = [np.minimum(each, span.low_g_per_kwh) if span else each * (low / middle)
                for span, each in zip(spans, factors, strict=True)]
        highs = [np.maximum(each, span.high_g_per_kwh) if span else each * (high / middle)
                 for span, each in zip(spans, factors, strict=True)]
        return np.array([lows, highs])

    def fallback_band(self) -> tuple[float, float]:
        """The lowest and highest lifecycle g/kWh of FALLBACK_MIX: published spans, with the newest defaults in them."""
        low = high = 0.0
        for mode, share in FALLBACK_MIX.items():
            span, newest = LIFECYCLE_RANGES[mode], self._newest_default("lifecycle", mode)
            low += share * min(span.low_g_per_kwh, newest)
            high += share * max(span.high_g_per_kwh, newest)
        return low, high

    def _newest_default(self, basis: Basis, mode: str) -> float:
        return self._choose(DEFAULT, basis, mode)[1][-1].gco2eq_per_kwh

    def _choose(self, zone_key: str, basis: str, mode: str) -> tuple[Scope, list[Row]]:
        candidates: tuple[tuple[Scope, str | None], ...] = (
            ("zone", zone_key),
            ("parent", self._parents.get(zone_key)),
            ("default", DEFAULT),
        )
        for scope, key in candidates:
            if key is not None and (rows := self._rows.get((key, basis, mode))):
                return scope, rows
        raise ConfigError(f"emission_factors.csv has no {basis} factor for {mode!r}, not even a default one.")


def _start(row: Row) -> int:
    return row.valid_from.toordinal() if row.valid_from else 0


def _position(rows: list[Row], day: date | int) -> int:
    ordinal = day if isinstance(day, int) else day.toordinal()
    return max(0, bisect_right(rows, ordinal, key=_start) - 1)
