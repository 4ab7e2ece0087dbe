"""The tables. Times are Unix seconds (UTC) in columns ending in `_s`; power is in MW.

Events of like shape share a table, whose `kind` column tells them apart: `mixes` (a number per mode), `numbers` (one
number), `directions` (one number each way) and `documents` (everything else, as JSON).
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from core.kinds import MODES, STORAGE_MODES

metadata = MetaData()

MIX_COLUMNS = (*MODES, *(f"{mode}_storage" for mode in STORAGE_MODES))
SHARE_COLUMNS = (*(f"{mode}_share" for mode in MODES), *(f"{mode}_discharge_share" for mode in STORAGE_MODES))
"""What a zone's consumption is made of; together 1."""


def word(length: int) -> String:
    """A short text. PostgreSQL is given no length, which it alone would enforce, and sorts by bytes as SQLite does."""
    return String(length).with_variant(Text(collation="C"), "postgresql")


def _moment(name: str, *, primary_key: bool = False, nullable: bool | None = None) -> Column[Any]:
    is_nullable = not primary_key if nullable is None else nullable
    return Column(name, BigInteger, primary_key=primary_key, nullable=is_nullable)


version = Table("version", metadata, Column("number", Integer, nullable=False))

runs = Table(
    "runs", metadata,
    Column("id", Integer, primary_key=True),
    _moment("started_s", nullable=False),
    _moment("ended_s"),
    Column("origin", word(16), nullable=False),
    Column("summary", Text),
)

GOOD = ("ok", "empty")
"""Outcomes of a job whose source answered as it should."""
GOOD_COLUMNS = ("kind", "key", "id", "started_s", "outcome", "window_end_s")
"""All that is asked of good jobs: were they fewer, SQLite would choose between both indexes by chance."""


def _last_jobs() -> tuple[Index, Index]:
    """The last job of each series that asked for what is new, and its last good one, are found without the others."""
    is_new = "window_end_s IS NULL"
    is_good = f"{is_new} AND outcome IN ({', '.join(map(repr, GOOD))})"
    return (
        Index("jobs_new", "kind", "key", "id", sqlite_where=text(is_new), postgresql_where=text(is_new)),
        Index("jobs_good", *GOOD_COLUMNS, sqlite_where=text(is_good), postgresql_where=text(is_good)),
    )


jobs = Table(
    "jobs", metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, ForeignKey("runs.id"), nullable=False),
    Column("kind", word(48), nullable=False),
    Column("key", word(64), nullable=False),
    Column("parser", word(96), nullable=False),
    _moment("started_s", nullable=False),
    Column("seconds", Float, nullable=False),
    Column("outcome", word(16), nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("written", Integer, nullable=False),
    Column("suspect", Integer, nullable=False, server_default="0"),
    _moment("newest_s"),
    Column("message", Text),
    _moment("window_start_s"),
    _moment("window_end_s"),
    *_last_jobs(),
    Index("jobs_by_start", "started_s"),
)
"""What each job brought. Those with a window asked for a part of the past, the others for what is new."""

HOUR_COUNTS = ("good", "bad", "accepted", "refused", "suspect", "written")

parser_hours = Table(
    "parser_hours", metadata,
    _moment("hour_s", primary_key=True),
    Column("parser", word(64), primary_key=True),
    *(Column(name, Integer, nullable=False) for name in HOUR_COUNTS),
    sqlite_with_rowid=False,
)
"""How many jobs of a module of `parsers/` ended well and badly in an hour, and what they brought; kept for longer than
the jobs. Skipped jobs and those that asked for the past do not count."""


def _event_columns() -> list[Column[Any]]:
    """The key first: rows are looked up and compared by what differs most. `fetched_s` is when the source first gave
    the value that stands here."""
    return [
        Column("key", word(64), primary_key=True),
        _moment("start_s", primary_key=True),
        Column("kind", word(48), primary_key=True),
        _moment("end_s"),
        Column("source", word(128), nullable=False),
        Column("source_type", word(16), nullable=False),
        Column("origin", word(16), nullable=False),
        Column("job_id", Integer, nullable=False),
        _moment("fetched_s", nullable=False),
    ]


def _by_time(name: str) -> tuple[Index, Index]:
    """All series of a moment; and the few intervals of over an hour, which may reach into it from long before."""
    is_long = text("end_s - start_s > 3600")
    return (
        Index(f"{name}_by_start", "start_s"),
        Index(f"{name}_long", "start_s", sqlite_where=is_long, postgresql_where=is_long),
    )


mixes = Table(
    "mixes", metadata, *_event_columns(),
    *(Column(name, Float) for name in MIX_COLUMNS),
    Column("corrected", word(96), nullable=False),
    *_by_time("mixes"), sqlite_with_rowid=False,
)

numbers = Table(
    "numbers", metadata, *_event_columns(),
    Column("value", Float, nullable=False),
    Column("currency", word(3)),
    *_by_time("numbers"), sqlite_with_rowid=False,
)

directions = Table(
    "directions", metadata, *_event_columns(),
    Column("export_mw", Float),
    Column("import_mw", Float),
    Column("terms", word(24), primary_key=True),
    sqlite_with_rowid=False,
)

documents = Table(
    "documents", metadata, *_event_columns(),
    Column("part", word(64), primary_key=True),
    Column("content", Text, nullable=False),
    sqlite_with_rowid=False,
)


def _revisions_of(table: Table) -> Table:
    """What rows of an events' table said before they were replaced, with when that was."""
    name = f"{table.name}_revisions"
    columns = [Column(c.name, c.type, nullable=c.nullable) for c in table.columns]
    return Table(
        name, metadata, Column("id", Integer, primary_key=True), *columns, _moment("replaced_s", nullable=False),
        Index(f"{name}_by_series", "key", "start_s", "kind"),
    )


revisions = {table.name: _revisions_of(table) for table in (mixes, numbers, directions, documents)}
"""By the name of the events' table. A value was known from its `fetched_s` until its `replaced_s`."""

windows = Table(
    "windows", metadata,
    Column("kind", word(48), primary_key=True),
    Column("key", word(64), primary_key=True),
    _moment("end_s", primary_key=True),
    _moment("start_s", nullable=False),
    Column("parser", word(96), nullable=False),
    _moment("asked_s", nullable=False),
    Column("outcome", word(16), nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("message", Text),
    sqlite_with_rowid=False,
)
"""Which windows of the past a series' source was asked for, and how that last went."""

refusals = Table(
    "refusals", metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", word(48), nullable=False),
    Column("key", word(64), nullable=False),
    Column("parser", word(96), nullable=False),
    Column("reason", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("digest", word(32), nullable=False),
    _moment("first_s", nullable=False),
    _moment("last_s", nullable=False),
    Column("times", Integer, nullable=False),
    UniqueConstraint("digest"),
)

quarantine = Table(
    "quarantine", metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", word(48), nullable=False),
    Column("key", word(64), nullable=False),
    Column("parser", word(96), nullable=False),
    _moment("start_s", nullable=False),
    _moment("end_s"),
    Column("rule", word(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("figures", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("digest", word(32), nullable=False),
    Column("origin", word(16), nullable=False),
    Column("state", word(16), nullable=False),
    _moment("first_s", nullable=False),
    _moment("last_s", nullable=False),
    Column("times", Integer, nullable=False),
    UniqueConstraint("kind", "key", "start_s", "digest"),
)
"""Events that a quality rule suspects: each content of an interval once, with how often it came."""

results = Table(
    "results", metadata,
    Column("zone_key", word(64), primary_key=True),
    _moment("hour_s", primary_key=True),
    Column("lifecycle_g_per_kwh", Float),
    Column("direct_g_per_kwh", Float),
    Column("lifecycle_low_g_per_kwh", Float),
    Column("lifecycle_high_g_per_kwh", Float),
    Column("production_lifecycle_g_per_kwh", Float),
    Column("production_direct_g_per_kwh", Float),
    Column("renewable_share", Float),
    Column("carbon_free_share", Float),
    Column("production_mw", Float),
    Column("consumption_mw", Float),
    Column("import_mw", Float),
    Column("export_mw", Float),
    Column("fallback_share", Float),
    Column("estimated_share", Float),
    Column("measured_share", Float),
    *(Column(name, Float) for name in SHARE_COLUMNS),
    Column("storage_method", word(16), nullable=False),
    Column("estimation", word(24)),
    Column("flags", word(96), nullable=False),
    Column("origin", word(32), nullable=False),
    _moment("created_s", nullable=False),
    _moment("updated_s", nullable=False),
    Index("results_by_hour", "hour_s"), sqlite_with_rowid=False,
)
"""What was traced. `created_s` is when the hour of a zone got its row, `updated_s` when that last changed. There is no
index of them: it would cost every write, and who asks for changes asks for a span of one zone's hours."""

unsolved = Table(
    "unsolved", metadata, _moment("hour_s", primary_key=True),
    Column("marks", Integer, nullable=False, server_default="1"),
)
"""Hours whose events changed since they were last solved; kept here so that a killed cycle loses none. `marks` counts
the changes: who solved an hour takes it off only if nobody has changed it meanwhile."""

weather_fields = Table(
    "weather_fields", metadata,
    _moment("hour_s", primary_key=True),
    _moment("issued_s", nullable=False),
    Column("origin", word(16), nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""Wind and sun over the world, thinned, as core.weather packs them: of each hour what the newest run said. `hour_s` is
the moment of the wind, and the end of the hour of radiation."""

weather_means = Table(
    "weather_means", metadata,
    Column("zone_key", word(64), primary_key=True),
    _moment("hour_s", primary_key=True),
    _moment("issued_s", primary_key=True),
    Column("origin", word(16), nullable=False),
    Column("wind_m_per_s", Float, nullable=False),
    Column("wind_cube_m_per_s", Float, nullable=False),
    Column("temperature_k", Float, nullable=False),
    Column("radiation_w_per_m2", Float, nullable=False),
    Index("weather_means_by_hour", "hour_s"), sqlite_with_rowid=False,
)
"""Means over zones of the same hours: of those ahead and of the last days every run, of those before one."""

forecasts = Table(
    "forecasts", metadata,
    Column("zone_key", word(64), primary_key=True),
    _moment("hour_s", primary_key=True),
    _moment("issued_s", nullable=False),
    _moment("made_from_s", nullable=False),
    Column("method", word(32), nullable=False),
    Column("origin", word(32), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index("forecasts_by_hour", "hour_s"),
)
"""What was foreseen of a zone's results, as core.forecast packs it: one forecast per hour of issue, which is its first.
`made_from_s` is the newest hour that it rests on."""

forecast_models = Table(
    "forecast_models", metadata,
    Column("zone_key", word(64), primary_key=True),
    Column("format", Integer, nullable=False),
    Column("method", word(32), nullable=False),
    _moment("trained_s", nullable=False),
    _moment("until_s", nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""What was learnt of a zone, as core.forecast packs it: when, and from hours until when."""

access_tokens = Table(
    "access_tokens", metadata,
    Column("id", Integer, primary_key=True),
    Column("name", word(64), nullable=False),
    Column("digest", word(64), nullable=False),
    _moment("created_s", nullable=False),
    _moment("last_used_s"),
    Column("requests_per_minute", Integer),
    _moment("revoked_s"),
    UniqueConstraint("name"), UniqueConstraint("digest"),
)
"""Who may ask the API. Of a token only the SHA-256 is kept."""

incidents = Table(
    "incidents", metadata,
    Column("id", Integer, primary_key=True),
    Column("parser", word(64), nullable=False),
    Column("state", word(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("origin", word(16), nullable=False),
    Column("series", Text, nullable=False),
    _moment("since_s", nullable=False),
    _moment("opened_s", nullable=False),
    _moment("told_s", nullable=False),
    _moment("closed_s"),
    Index("incidents_by_parser", "parser", "id"),
)
"""What was reported: a module of `parsers/` (empty: most of them at once), what was wrong with which of its series
(JSON), since when, when that was reported, last told, and over."""

troubles = Table(
    "troubles", metadata,
    Column("kind", word(48), primary_key=True),
    Column("key", word(64), primary_key=True),
    Column("parser", word(64), nullable=False),
    Column("state", word(16), nullable=False),
    Column("reason", Text, nullable=False),
    _moment("since_s", nullable=False),
    Column("cycles", Integer, nullable=False),
    _moment("counted_s", nullable=False),
    _moment("well_since_s"),
    Column("incident_id", Integer),
    sqlite_with_rowid=False,
)
"""The series that are not well: in how many cycles in a row, the last of them, and in which incident, once it is one;
and since when one of an incident has been well again."""

alerts = Table(
    "alerts", metadata,
    Column("id", Integer, primary_key=True),
    _moment("created_s", nullable=False),
    Column("origin", word(16), nullable=False),
    Column("items", Text, nullable=False),
)
"""Messages about incidents, as JSON."""

deliveries = Table(
    "deliveries", metadata,
    Column("alert_id", Integer, primary_key=True),
    Column("channel", word(64), primary_key=True),
    Column("tries", Integer, nullable=False),
    _moment("leased_until_s", nullable=False),
    _moment("sent_s"),
    Column("error", Text),
    sqlite_with_rowid=False,
)
"""Where each message is to go, and whether it has. Who sends it holds it until `leased_until_s`."""
