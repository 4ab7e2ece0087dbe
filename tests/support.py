"""What several tests use: the project's own samples, run through the real fetch functions."""

from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from core import schemas
from core.ingest.jobs import parser_warnings as warnings_of_parsers
from core.recording import Case, read_case
from core.samples import outcomes

__all__ = ["SAMPLES", "events", "function_of", "outcome", "run", "sample_paths", "to_first_release",
           "warnings_of_parsers"]

SAMPLES = Path(__file__).parent / "samples"


def to_first_release(engine: Engine) -> None:
    """Make a new store one of the first schema: what came later is taken away."""
    with engine.begin() as connection:
        for name in ("estimation", "created_s", "updated_s"):
            connection.execute(text(f"ALTER TABLE results DROP COLUMN {name}"))
        for name in (
            "quarantine", "access_tokens", "weather_fields", "weather_means", "parser_hours", "incidents", "troubles",
            "alerts", "deliveries", "forecasts", "forecast_models",
        ):
            connection.execute(text(f"DROP TABLE {name}"))
        for name in ("jobs_new", "jobs_good", "jobs_by_start"):
            connection.execute(text(f"DROP INDEX {name}"))
        connection.execute(text("CREATE INDEX jobs_by_series ON jobs (kind, key, started_s)"))
        for name in ("suspect", "window_start_s", "window_end_s"):
            connection.execute(text(f"ALTER TABLE jobs DROP COLUMN {name}"))
        for name in ("mixes", "numbers"):
            connection.execute(text(f"DROP INDEX {name}_long"))
        for name in ("mixes", "numbers", "directions", "documents"):
            connection.execute(text(f"DROP TABLE {name}_revisions"))
            connection.execute(text(f"ALTER TABLE {name} DROP COLUMN fetched_s"))
        connection.execute(text("DROP TABLE windows"))
        connection.execute(text("ALTER TABLE unsolved DROP COLUMN marks"))
        connection.execute(text("UPDATE version SET number = 1"))


def sample_paths() -> list[Path]:
    """Every sample case, the odd ones in `odd/` included."""
    return sorted(p for p in SAMPLES.rglob("*.json") if p.parent.name != "bodies")


def function_of(case: Case) -> Any:
    """The fetch function of a sample."""
    return getattr(import_module(f"parsers.{case.source}"), case.function)


def run(case: Case) -> list[Any]:
    """What the fetch function returns for a case, as a list."""
    found = outcomes.call(case, function_of(case))
    return found if isinstance(found, list) else [found]


def events(name: str) -> list[schemas.Event]:
    """The checked events of one sample, named as `MODULE/case`."""
    case = read_case(SAMPLES / f"{name}.json")
    return [schemas.read(outcomes.kind_of(case), event) for event in run(case)]


def outcome(case: Case) -> tuple[list[Any], str | None, list[str]]:
    """(events, name of the error raised, warnings) of a case."""
    said = outcomes.outcome(case, function_of(case))
    return said.events, said.error, said.warnings
