"""The datasets that a store is exported to: the columns of each, what they mean, and where they stand in the store.

There is one per kind, `results`, and one `revisions/KIND` per kind. A row is an interval of one zone or exchange.
"""

import functools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from core.kinds import KINDS, MODES, STORAGE_MODES
from core.store import Store, Written, extracts

MOMENT = pa.timestamp("ms", "UTC")
"""Parquet has no seconds."""
TYPES = {"text": pa.string(), "number": pa.float64(), "moment": MOMENT}
RESULTS, REVISIONS = "results", "revisions"
SCHEMA = 1
"""Number of these columns; it rises when one is renamed, or means something else."""
ATTRIBUTION = (
    "A row is of the source that its column `source` names, under that source's licence (Gridtrace's docs/sources.md); "
    "results are traced by Gridtrace from such rows. What is simulated or replayed says so in its column `origin`.")


class Column(NamedTuple):
    """A column of a dataset's files."""

    name: str
    stored: str
    """Its name in the store; a moment is a number of seconds there."""
    type: str
    """One of TYPES."""
    unit: str
    meaning: str
    is_required: bool = False
    """Whether it never is null."""
    default: str | None = None
    """What is stored where a file has nothing; with one, the column may be missing."""


@dataclass(frozen=True)
class Dataset:
    """What the files of one folder hold."""

    name: str
    about: str
    kind: str | None
    """The kind whose events these are or were; None for results."""
    columns: tuple[Column, ...]
    identity: tuple[str, ...]
    """Names of the columns of which no two rows have the same; empty for revisions."""
    extract: extracts.Extract

    @property
    def schema(self) -> pa.Schema:
        """Names and types, with what programs and people need to know of the dataset as Parquet's metadata."""
        fields = [pa.field(column.name, TYPES[column.type]) for column in self.columns]
        return pa.schema(fields, {"gridtrace": json.dumps(described([self]), ensure_ascii=False)})

    def read(self, store: Store, zones: Sequence[str] | None, start_s: int, end_s: int) -> pa.Table:
        """Rows out of the store that start in [start_s, end_s), of these zones and the exchanges at them, or of all."""
        rows = self.extract.rows(store, [column.stored for column in self.columns], zones, start_s, end_s)
        found = [
            pc.multiply(rows[column.stored], 1000).cast(MOMENT) if column.type == "moment" else rows[column.stored]
            for column in self.columns
        ]
        return pa.table(found, schema=self.schema)

    def write(self, store: Store, rows: pa.Table) -> Written:
        """Store such rows, seconds cut; no job is named."""
        found = {
            column.stored: pc.divide(rows[column.name].cast(pa.int64()), 1000)
            if column.type == "moment" else rows[column.name] for column in self.columns
        }
        return self.extract.write(store, pa.table(found))


KEY = Column("key", "key", "text", "", "The zone, or the exchange as A->B with the keys in ascending order.", True)
START = Column("start", "start_s", "moment", "UTC", "Start of the interval, included.", True)
END = Column("end", "end_s", "moment", "UTC", "End of the interval, excluded; null where the source does not say.")
SAID = (
    Column("source", "source", "text", "", "Who published it.", True),
    Column("source_type", "source_type", "text", "", "measured, estimated, forecasted or published.", True, "measured"),
    Column("origin", "origin", "text", "", "live, replayed or simulated.", True),
    Column("fetched", "fetched_s", "moment", "UTC", "When the source first gave the value.", True),
)
REPLACED = Column("replaced", "replaced_s", "moment", "UTC", "When another value took the place of this one.", True)

MIX = (
    *(Column(f"{mode}_mw", mode, "number", "MW", f"Generation from {mode}; null is not known.") for mode in MODES),
    *(
        Column(
            f"{mode}_storage_mw", f"{mode}_storage", "number", "MW",
            f"Net charging of {mode} storage: + is charging, − is discharging; null is not known.")
        for mode in STORAGE_MODES
    ),
    Column("corrected_modes", "corrected", "text", "", "Modes whose negative values were taken out, with commas.",
           True, ""),
)
DIRECTIONS = (
    Column("export_mw", "export_mw", "number", "MW", "From A to B; null is not known."),
    Column("import_mw", "import_mw", "number", "MW", "From B to A; null is not known."),
    Column("terms", "terms", "text", "", "The kind of agreement or auction, as DAY_AHEAD; empty where there is none.",
           True, ""),
)
PRICE = (
    Column("price_per_mwh", "value", "number", "currency/MWh", "Price of a megawatt-hour; may be below zero.", True),
    Column("currency", "currency", "text", "", "Currency of the price, ISO 4217.", True),
)
DOCUMENT = (
    Column("part", "part", "text", "", "What tells rows of one start apart: a node, a contract, a fingerprint.", True),
    Column("content", "content", "text", "", "The whole event as JSON, as docs/concepts.md names its fields.", True),
)


def _power(meaning: str) -> tuple[Column, ...]:
    return (Column("power_mw", "value", "number", "MW", meaning, True),)


VALUES: dict[str, tuple[str, tuple[Column, ...]]] = {
    "Production": ("Generation by mode and what storage takes.", MIX),
    "TotalProduction": ("Generation of all modes together.", _power("Generation.")),
    "Consumption": ("Load.", _power("Load.")),
    "Price": ("Prices.", PRICE),
    "Exchange": ("Net flows.", _power("Net flow of A->B: + is from A to B, − is from B to A.")),
    "ExchangeCapacity": ("Limits of flows in both directions.", DIRECTIONS),
    "AvailableTransferCapacity": ("Capacity left for trade in both directions.", DIRECTIONS),
    "TransferCapacity": ("Forecast limits of flows in both directions.", DIRECTIONS),
    "ScheduledExchange": ("Scheduled flows in both directions.", DIRECTIONS),
    "LocationalPrice": ("Prices at nodes of the grid.", DOCUMENT),
    "GridAlert": ("Notices of system operators.", DOCUMENT),
    "IntradayStatistics": ("What was traded of intraday contracts.", DOCUMENT),
}
"""By class of event what its dataset is about, and the columns of its own."""

TRACED = {
    "lifecycle_g_per_kwh": "Intensity of what is consumed, over the life cycle.",
    "direct_g_per_kwh": "Intensity of what is consumed, as it leaves the stack.",
    "lifecycle_low_g_per_kwh": "The same as lifecycle_g_per_kwh with the lowest factors.",
    "lifecycle_high_g_per_kwh": "The same as lifecycle_g_per_kwh with the highest factors.",
    "production_lifecycle_g_per_kwh": "Intensity of what is produced, over the life cycle.",
    "production_direct_g_per_kwh": "Intensity of what is produced, as it leaves the stack.",
    "renewable_share": "Of consumption what is from renewables.",
    "carbon_free_share": "Of consumption what is from renewables and nuclear.",
    "production_mw": "Mean generation.", "consumption_mw": "Mean consumption.",
    "import_mw": "Mean of all imports.", "export_mw": "Mean of all exports.",
    "fallback_share": "Of consumption what is priced at a fallback.",
    "estimated_share": "Of consumption what rests on estimates.",
    "measured_share": "Of consumption what rests on measurements.",
    **{f"{mode}_share": f"Of consumption what is from {mode}." for mode in MODES},
    **{f"{mode}_discharge_share": f"Of consumption what is from {mode} storage." for mode in STORAGE_MODES},
}
TOLD = (
    Column("storage_method", "storage_method", "text", "", "What discharge carries: docs/method.md.", True),
    Column("estimation", "estimation", "text", "", "How it was estimated; null for the zone's own data."),
    Column("flags", "flags", "text", "", "What to know of it, with commas: docs/concepts.md.", True, ""),
    Column("origin", "origin", "text", "", "live, or what else is among the events behind it.", True),
    Column("created", "created_s", "moment", "UTC", "When it was first traced; where a file has nothing, the end."),
    Column("updated", "updated_s", "moment", "UTC", "When it last changed; where a file has nothing, created."),
)


@functools.cache
def datasets() -> dict[str, Dataset]:
    """Every dataset by name, the kinds first."""
    found = [_of_kind(name) for name in KINDS]
    return {one.name: one for one in (*found, _results(), *map(_revisions, found))}


def _of_kind(name: str) -> Dataset:
    kind = KINDS[name]
    about, values = VALUES[kind.event]
    identity = ("key", "start", *(column.name for column in values if column.name in ("terms", "part")))
    return Dataset(name, about, name, (KEY, START, END, *values, *SAID), identity, extracts.events(name))


def _revisions(now: Dataset) -> Dataset:
    about = f"What rows of {now.name} said before they were replaced."
    columns = (*now.columns, REPLACED)
    return Dataset(f"{REVISIONS}/{now.name}", about, now.kind, columns, (), extracts.revisions(str(now.kind)))


def _results() -> Dataset:
    units = {"g_per_kwh": "g CO2eq/kWh", "share": "0 to 1", "mw": "MW"}
    values = (
        Column(name, name, "number", next(unit for end, unit in units.items() if name.endswith(end)), meaning)
        for name, meaning in TRACED.items()
    )
    head = (
        KEY._replace(stored="zone_key"),
        Column("start", "hour_s", "moment", "UTC", "Start of the hour.", True),
        Column("end", "end_s", "moment", "UTC", "End of the hour, excluded.", True),
    )
    about = "Hours as they were traced."
    return Dataset(RESULTS, about, None, (*head, *values, *TOLD), ("key", "start"), extracts.results())


def described(wanted: Iterable[Dataset]) -> dict[str, Any]:
    """What these datasets and their columns are, for programs: the content of schema.json and of Parquet's metadata."""
    return {
        "schema": SCHEMA,
        "software": f"gridtrace {version('gridtrace')}",
        "attribution": ATTRIBUTION,
        "null": "not known; never zero",
        "datasets": {
            one.name: {
                "about": one.about,
                "columns": [
                    {"name": c.name, "type": c.type, "unit": c.unit or None, "meaning": c.meaning,
                     "is_required": c.is_required} for c in one.columns
                ],
            } for one in wanted
        },
    }
